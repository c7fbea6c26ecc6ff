#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Who may include whom; docs/architecture.md gives the picture.
cd "$(dirname "$0")/.." || exit 1
rc=0
deny() # REASON PATTERN PATH..
{
	local reason=$1 pattern=$2

	shift 2
	git -c safe.directory="$PWD" grep -nE --untracked "$pattern" -- "$@" || return 0
	echo "layers: $reason"
	rc=1
}
inc='^[[:space:]]*#[[:space:]]*include[[:space:]]*'
deny 'the kernel is known to ring/port.h alone' '__KERNEL__' '*.[ch]' ':!ring/port.h' ':!kernel'
deny 'formats know the port only' "$inc\"([^p]|p[^o])" 'ring/*_abi.h'
deny 'ring/ includes nothing of ours but itself' "$inc\".*/" 'ring/*.h'
deny 'ring/ takes system headers through its port' "$inc<" 'ring/*.h' ':!ring/port*.h' ':!ring/zrx.h' ':!ring/attach.h'
deny 'mp/ includes itself and ring/' "$inc(<|\"\.\./([^r]|r[^i]))" 'mp/*.h'
deny 'no conditions but guards in shared code' '^[[:space:]]*#[[:space:]]*(if |ifdef|elif|else)' 'mp/*.h' 'ring/*.h' ':!ring/port*.h'
deny 'a host includes the provider, the list of variants and the counters, not their parts' "${inc}[\"<].*mp/([^psv]|p[^r]|s[^t]|v[^a])" drivers kernel apps
deny 'DPDK lives in drivers, their tests and the benchmark' "${inc}[\"<]rte_" 'ring/*.[ch]' 'mp/*.[ch]' 'apps/*.[ch]' 'tests/*.[ch]' ':!tests/driver' ':!apps/zrx-bench'
deny 'apps see libzrx, never a driver' "${inc}[\"<].*(drivers/|zrx_mempool)" apps ':!apps/zrx-bench'
deny 'io_uring is known to engine_uring.c and the test of formats' "${inc}[\"<](liburing|linux/io_uring)" . ':!ring/engine_uring.c' ':!tests' ':!kernel'
exit $rc
