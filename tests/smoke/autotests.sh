#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# DPDK's own tests, through its own dpdk-test, with every pool from this driver.
# A table of verdicts, and for each test how many pools were niovs and how many
# fell back to a plain stack: a test that never saw a niov shows nothing.
#
#   [ZRX_LAYOUTS='auto ..'] autotests.sh [TEST..]
set -u
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd) || exit 1
. "$top/tools/common.sh"

tests='mempool mbuf ring_pmd reorder distributor ipfrag graph bitratestats
	latencystats event_eth_tx_adapter pdump link_bonding'
layouts=${ZRX_LAYOUTS:-interleaved pinned auto}
# mempool's objects are no packet buffers, graph makes no pool
no_niovs='mempool graph'
# the test attaches clones to buffers of the pool, which DPDK forbids for
# pinned ones and does not check outside of debug builds
impossible='pinned.mbuf'

dpdk_try() # LAYOUT TEST OPS LOG
{
	ZRX_MEMPOOL=layout=$1 DPDK_TEST=$2_autotest timeout 120 dpdk-test \
		--no-huge -m 1024 --no-pci -l 0-1 --file-prefix "zrx-at-$$-$1-$2" \
		-d "$plugin" --mbuf-pool-ops-name="$3" \
		--log-level=pmd.mempool.zrx:info </dev/null >"$4" 2>&1
}

# link_bonding waits so many milliseconds for an interrupt, which a busy machine
# overruns with any pool: that failure, and no other, gets two more tries
dpdk_test() # LAYOUT TEST OPS LOG
{
	local try rc=0

	for try in 1 2 3; do
		rc=0
		dpdk_try "$@" || rc=$?
		[ $rc -ne 0 ] || break
		grep -q 'timed out waiting for interrupt' "$4" || break
		say "$2: its time ran out, try $try of 3"
	done
	return $rc
}

judge() # LAYOUT TEST LOG STATUS
{
	if [ "$4" -eq 77 ]; then
		echo "not here"
	elif [ "$4" -eq 0 ] && grep -q 'Test OK' "$3"; then
		echo ok
	elif ! dpdk_test "$1" "$2" ring_mp_mc "$3.ring"; then
		echo "fails too"
	else
		echo FAILED
	fi
}

one() # LAYOUT TEST
{
	local log=$work/log.$1.$2 rc=0 verdict

	if [ "$1.$2" = "$impossible" ]; then
		printf '%s\t%s\tforbidden\t-\t-\n' "$1" "$2" >"$work/row.$1.$2"
		return
	fi
	dpdk_test "$1" "$2" zrx "$log" || rc=$?
	verdict=$(judge "$1" "$2" "$log" $rc)
	printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$verdict" \
		"$(grep -c 'zrx: pool .* niovs of' "$log")" \
		"$(grep -c 'zrx: pool .*: plain stack' "$log")" >"$work/row.$1.$2"
	[ "$verdict" != FAILED ] || cp "$log" "$logs/autotest.$1.$2.log"
}

# two at a time; most wait more than they work
all()
{
	local layout name

	for layout in $layouts; do
		for name in $tests; do
			one "$layout" "$name" &
			[ "$(jobs -rp | wc -l)" -lt 2 ] || wait -n
		done
	done
	wait
}

cell() # LAYOUT TEST
{
	local verdict niov plain

	IFS=$'\t' read -r _ _ verdict niov plain <"$work/row.$1.$2"
	printf ' %-9s %4s %5s' "$verdict" "$niov" "$plain"
}

table()
{
	local layout name

	printf '%-21s' ''
	for layout in $layouts; do
		printf ' %-20s' "$layout"
	done
	printf '\n%-21s' ''
	for layout in $layouts; do
		printf ' %-9s %4s %5s' verdict niov plain
	done
	echo
	for name in $tests; do
		printf '%-21s' "$name"
		for layout in $layouts; do
			cell "$layout" "$name"
		done
		echo
	done
	echo "fails too: with ring_mp_mc as well;" \
		"forbidden: it makes clones out of pinned buffers"
}

# no test may fail, and in the layout that chooses itself each passes with niovs
good()
{
	local name rc=0 want='\tok\t[1-9]|\tfails too\t|\tnot here\t'

	! cut -f 3 "$work"/row.* | grep -q FAILED || rc=1
	for name in $tests; do
		case " $no_niovs " in
		*" $name "*) continue ;;
		esac
		grep -Pq "$want" "$work/row.auto.$name" && continue
		say "$name: no niov, or no success, with layout auto"
		rc=1
	done
	return $rc
}

[ $# -eq 0 ] || tests=$*
[ -f "$plugin" ] || skip "there is no $plugin"
command -v dpdk-test >/dev/null || skip "there is no dpdk-test"
mkdir -p "$logs" || die "cannot make $logs"
need_memory 512 >&2
work=$(mktemp -d) && at_exit "rm -rf '$work' /var/run/dpdk/zrx-at-$$-*"
attend all
table
good
