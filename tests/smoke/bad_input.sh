#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# What a user can get wrong with the mempool driver: each gives one line that
# says what is wrong, the pool is not made (or made as the page says), and
# nothing is left behind.
set -u
top=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd) || exit 1
. "$top/tools/common.sh"

rc=0
config=
args=()
limit=()
eal=()

# testpmd starts, quits at once, and what it said is in $work/log
testpmd() # APPLICATION ARGUMENT..
{
	echo quit | ZRX_MEMPOOL=$config "${limit[@]}" timeout 40 dpdk-testpmd \
		--no-huge -m 512 --no-pci -l 0-1 --file-prefix "zrx-bad-$$" \
		"${eal[@]}" -d "$plugin" --mbuf-pool-ops-name=zrx \
		--log-level=pmd.mempool.zrx:info --vdev=net_null0 --vdev=net_null1 \
		-- -i "$@" >"$work/log" 2>&1
}

said()
{
	grep '^zrx: ' "$work/log"
}

bad() # WHAT WHY
{
	rc=1
	say "FAILED  $1: $2"
	sed 's/^/        /' "$work/log" | tail -n 12
}

# refused WHAT PATTERN APPLICATION ARGUMENT..: one line, no pool, an orderly end
refused()
{
	local what=$1 pattern=$2 status=0 before

	shift 2
	before=$(huge_free)
	testpmd "$@" || status=$?
	if [ $status -eq 0 ] || [ $status -ge 124 ]; then
		bad "$what" "status $status"
	elif [ "$(said | wc -l)" -ne 1 ] || ! said | grep -q -- "$pattern"; then
		bad "$what" "not one line with '$pattern'"
	elif [ "$(huge_free)" -ne "$before" ] && sleep 1 && [ "$(huge_free)" -lt "$before" ]; then
		bad "$what" "huge pages are missing afterwards"
	else
		say "ok      $what: $(said)"
	fi
}

# made WHAT PATTERN APPLICATION ARGUMENT..: the pool is there, and a line says how
made()
{
	local what=$1 pattern=$2

	shift 2
	if ! testpmd "$@"; then
		bad "$what" "no pool"
	elif ! said | grep -q -- "$pattern"; then
		bad "$what" "no line with '$pattern'"
	else
		say "ok      $what: $(said | grep -- "$pattern" | head -n 1)"
	fi
}

# with CONFIGURATION refused|made ..
with()
{
	config=$1
	shift
	"$@"
	config=
}

few=--total-num-mbufs=4096

wrong_words()
{
	with colour=red refused 'unknown key' 'no key "colour"' $few
	with layout=round refused 'unknown layout' 'layout=round' $few
	with layout refused 'key without a value' 'layout' $few
	with variant=v9 refused 'unknown variant' 'variant=v9' $few
	with huge=maybe refused 'unknown word' 'huge=maybe' $few
	with '=pinned' refused 'value without a key' 'ZRX_MEMPOOL' $few
	with "pools=$(printf '%080d' 0)" refused 'pattern too long' 'pools=' $few
}

wrong_numbers()
{
	with niov=5000 refused 'niov is no power of two' 'power of two' $few
	with niov=2048 refused 'niov below a page' 'power of two' $few
	with niov=1M refused 'niov above 64 KiB' 'power of two' $few
	with niov=-4096 refused 'negative niov' 'niov=-4096' $few
	with niov=4096 refused 'niov below the data room' 'less than its data room' \
		$few --mbuf-size=8192
	with area=99999999999999999999 refused 'area beyond 64 bits' 'area=9' $few
	with area=18014398509481985K refused 'area overflows' 'area=' $few
	with area=8M refused 'area too small' 'raise it or make the pool smaller' $few
}

too_little()
{
	local maps n

	# two mappings for 16 buffers
	maps=$(cat /proc/sys/vm/max_map_count)
	with layout=interleaved refused 'too few memory mappings' 'max_map_count' \
		--total-num-mbufs=$((maps * 8 + 1000))
	# an area of 64 KiB buffers that the free huge pages cannot hold
	n=$(($(huge_free) * 32 + 4096))
	with layout=pinned,huge=on,niov=64K refused 'too few huge pages' 'huge' \
		--total-num-mbufs=$n
	limit=(setpriv --bounding-set -ipc_lock --inh-caps -ipc_lock prlimit --memlock=65536)
	with lock=on refused 'RLIMIT_MEMLOCK too low' 'MEMLOCK' $few
	limit=()
}

# 16 places, of which DPDK's own drivers take all but a few
full_table()
{
	# shellcheck disable=SC2046 # flags are words
	gcc -shared -fPIC -o "$safe/full.so" $(pkg-config --cflags libdpdk) -xc - <<-'END'
		#include <rte_common.h>
		#include <rte_mempool.h>
		static int a(struct rte_mempool *m) { return 0; }
		static int e(struct rte_mempool *m, void *const *t, unsigned n) { return 0; }
		static int d(struct rte_mempool *m, void **t, unsigned n) { return -1; }
		static unsigned c(const struct rte_mempool *m) { return 0; }
		RTE_INIT(fill)
		{
			struct rte_mempool_ops ops = { .alloc = a, .enqueue = e, .dequeue = d,
						       .get_count = c };
			for (int i = 0; i < 8; i++) {
				ops.name[0] = 'A' + i;
				rte_mempool_register_ops(&ops);
			}
		}
	END
	eal=(-d "$safe/full.so")
	refused 'ops table full' 'places for mempool drivers are taken' $few
	eal=()
}

# a secondary process needs shared huge pages, hence a mount of our own
second_one()
{
	# shellcheck disable=SC2016 # for the inner shell
	unshare --mount --fork --kill-child bash -c '
		mkdir -p "$1/huge" && mount -t hugetlbfs hugetlbfs "$1/huge" || exit 9
		shared="--no-pci --file-prefix zrx-bad-$3 --huge-dir $1/huge
			--mbuf-pool-ops-name=zrx -d $2 --log-level=pmd.mempool.zrx:info"
		(sleep 5; echo quit) | dpdk-test -l 0 -m 128 $shared >"$1/primary" 2>&1 &
		sleep 2
		DPDK_TEST=mbuf_autotest dpdk-test -l 1 --proc-type=secondary $shared \
			</dev/null >"$1/log" 2>&1
		status=$?
		wait
		exit $status' secondary "$work" "$plugin" $$
}

secondary()
{
	need_memory 256 >&2
	if [ $huge = no ]; then
		say "skipped secondary process: no huge pages"
	elif second_one; then
		bad "secondary process" "it was not refused"
	elif said | grep -q 'primary process'; then
		say "ok      secondary process: $(said | head -n 1)"
	else
		bad "secondary process" "no line with 'primary process'"
	fi
}

fallbacks()
{
	with 'pools=other*' made 'another pool is meant' 'plain stack: pools=' $few
	with layout=pinned,huge=off made 'huge pages not wanted' '4 KiB pages' $few
	with niov=16K,layout=interleaved made 'larger niovs' 'of 16 KiB' $few
}

[ -f "$plugin" ] || skip "there is no $plugin"
[ "$(id -u)" -eq 0 ] || skip "limits of memory are tried as root"
command -v dpdk-testpmd >/dev/null || skip "there is no dpdk-testpmd"
work=$(mktemp -d) && at_exit "rm -rf '$work' /var/run/dpdk/zrx-bad-$$"
safe=$out/build/smoke-$$ # EAL loads no plugin from /tmp
mkdir -p "$safe" && at_exit "rm -rf '$safe'"
wrong_words
wrong_numbers
too_little
full_table
secondary
fallbacks
exit $rc
