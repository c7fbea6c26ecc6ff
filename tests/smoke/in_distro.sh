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
ZRX_LAYOUTS=auto "$top/tests/smoke/autotests.sh" || rc=1
for port in null af_packet; do
	"$top/tests/smoke/sweep.sh" io $port 2>/dev/null || rc=1
done
exit $rc
