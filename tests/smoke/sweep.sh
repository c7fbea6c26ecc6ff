#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# The sweep of testpmd, two cells at a time, each worker in a network namespace
# that goes with it.
#
#   sweep.sh [WORD..]     only cells with these values: sweep.sh pinned tap io
set -u
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd) || exit 1
. "$top/tools/common.sh"

worker() # PART OF
{
	unshare --net --kill-child python3 "$top/tests/smoke/sweep.py" \
		--plugin "$plugin" --prefix "zrx-sweep-$$-$1" --part "$1/$2" \
		--log "$logs/sweep.$1.log" --result "$work/cells.$1" \
		--eal="${eal_memory[*]}" --ops "${ZRX_OPS:-zrx}" --only "$words"
}

workers()
{
	worker 0 2 &
	worker 1 2
	wait
}

words=$*
[ -f "$plugin" ] || skip "there is no $plugin"
[ "$(id -u)" -eq 0 ] || skip "network namespaces need root"
command -v dpdk-testpmd >/dev/null || skip "there is no dpdk-testpmd"
mkdir -p "$logs" || die "cannot make $logs"
need_memory 1400
work=$(mktemp -d) && at_exit "rm -rf '$work' /var/run/dpdk/zrx-sweep-$$-*"
attend workers
python3 "$top/tests/smoke/sweep_table.py" "$work"/cells.?
