#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The drivers built against later DPDKs, each inside the Debian that ships it,
# and run there by that version's own testpmd and dpdk-test.
#
#   dpdk_versions.sh [SUITE..]
set -u
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd) || exit 1
. "$top/tools/common.sh"
. "$top/tools/distro.sh"

packages=dpdk,dpdk-dev,libdpdk-dev,meson,ninja-build,gcc,libc6-dev,pkgconf
packages=$packages,libnuma-dev,libcjson-dev,python3,iproute2

# the clone is read there, builds stay apart from it
inside_of()
{
	local mine=$out/build/distro-$1

	mkdir -p "$mine" && mkdir -p "$tree/zrx" "$tree/out" &&
		distro_run "$tree" "$top /zrx" "$mine /out" -- \
			bash /zrx/tests/smoke/in_distro.sh
}

one()
{
	distro_tree "$1" "$packages" || return
	say "Debian $1:"
	inside_of "$1" 2>&1 | tee "$logs/distro-run-$1.log" | sed 's/^/  /'
	[ "${PIPESTATUS[0]}" -eq 0 ]
}

[ $# -gt 0 ] || set -- trixie forky
[ "$(id -u)" -eq 0 ] || skip "running another Debian needs root"
need distro
mkdir -p "$logs" || die "cannot make $logs"
rc=0
for suite; do
	one "$suite" || { say "FAILED with Debian $suite" && rc=1; }
done
exit $rc
