#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What dpdk_versions.sh does inside another Debian: build, the autotests, and
# some cells of the sweep.  The clone is /zrx, builds go to /out.
set -u
export ZRX_OUT=/out
top=/zrx
. "$top/tools/common.sh"

compile build -Dtests=disabled -Ddpdk=enabled
say "DPDK $(pkg-config --modversion libdpdk), $(gcc --version | head -n 1)"
rc=0
# the ring's format against this Debian's own header, where it has one
if [ -e /usr/include/linux/io_uring/zcrx.h ]; then
	gcc -std=gnu11 -I "$top" -DZRX_HAVE_UAPI "$top/tests/core/abi_test.c" \
		-o "$out/abi_test" && "$out/abi_test" || rc=1
fi
ZRX_LAYOUTS=auto "$top/tests/smoke/autotests.sh" || rc=1
for port in null af_packet; do
	"$top/tests/smoke/sweep.sh" io $port 2>/dev/null || rc=1
done
exit $rc
