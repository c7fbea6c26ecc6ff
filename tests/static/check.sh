#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# What can be said of the core without running it.  check.sh [selftest]
#
# Without an argument: the rules over this tree, then each rule over copies with
# a planted bug that it must find.  77 if a tool is missing.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
clang=$(command -v clang || ls /usr/bin/clang-[0-9]* 2>/dev/null | tail -1)

have() {
	[ -n "$1" ] && command -v "$1" >/dev/null
}

# Each rule prints what it found in the tree $1; nothing is good.
rule_double_fetch() {
	spatch --very-quiet --macro-file "$here/macros.h" \
		--sp-file "$here/double_fetch.cocci" "$1"/ring/*.h "$1"/mp/*.h
}

rule_raw_access() {
	spatch --very-quiet --macro-file "$here/macros.h" \
		--sp-file "$here/raw_access.cocci" "$1"/ring/*.h "$1"/mp/*.h
}

# the peer is read by the ring's own code, one function a field
rule_fetch_in_ring_only() {
	grep -n zrx_shm_ "$1"/mp/*.h
}

rule_sparse() {
	sparse -D_GNU_SOURCE "-I/usr/include/$(gcc -print-multiarch)" \
		"$1/tests/static/unit.c"
}

rule_noderef() {
	"$clang" -D_GNU_SOURCE -Wall -Wextra -Wno-unused-parameter -Wnoderef \
		-Werror -fsyntax-only "$1/tests/static/unit.c"
}

# Loads through a pointer that is not the argument, the stack or a constant.
nr_loads() {
	objdump -d --no-show-raw-insn --disassemble="$2" "$1" | awk '
		$1 !~ /^[0-9a-f]+:$/ || $2 ~ /^(lea|nop)/ { next }
		$2 ~ /^mov/ && /\)$/ { next } # a store
		/\(%/ && !/\(%(rdi|rsp|rip)[,)]/ { n++ }
		END { print n + 0 }'
}

rule_one_load() {
	[ "$(uname -m)" = x86_64 ] || return 0
	for cc in gcc "$clang"; do
		for opt in -O2 -O3; do
			"$cc" -D_GNU_SOURCE "$opt" -c "$1/tests/static/unit.c" \
				-o "$tmp/unit.o" || return
			for want in unit_next:2 unit_look:1 unit_room:1; do
				n=$(nr_loads "$tmp/unit.o" "${want%:*}")
				[ "$n" = "${want#*:}" ] || echo \
					"$cc $opt: $n loads in ${want%:*}"
			done
		done
	done
}

needs() {
	case $1 in
	double_fetch | raw_access) echo spatch ;;
	sparse) echo sparse ;;
	noderef | one_load) echo "${clang:-clang}" ;;
	*) echo grep ;;
	esac
}

rules="double_fetch raw_access fetch_in_ring_only sparse noderef one_load"
status=0

check() {
	tool=$(needs "$1")
	if ! have "$tool"; then
		echo "skip $1: there is no $tool"
		[ $status = 1 ] || status=77
		return
	fi
	found=$(rule_"$1" "$2" 2>&1) # a tool's complaint about itself, too
	case $3,$found in
	clean,) echo "ok   $1" ;;
	clean,*) echo "FAIL $1" && echo "$found" && status=1 ;;
	*,) echo "FAIL $1 misses $3" && status=1 ;;
	*) echo "ok   $1 finds $3" ;;
	esac
}

# plant NAME FILE SED RULE...: each rule must find it
plant() {
	name=$1 file=$2 edit=$3
	shift 3
	rm -rf "$tmp/tree" && mkdir -p "$tmp/tree/tests"
	cp -r "$top/ring" "$top/mp" "$tmp/tree/"
	cp -r "$here" "$tmp/tree/tests/"
	sed -i "$edit" "$tmp/tree/$file"
	if cmp -s "$tmp/tree/$file" "$top/$file"; then
		echo "FAIL cannot plant $name" && status=1
		return
	fi
	for rule in "$@"; do
		check "$rule" "$tmp/tree" "$name"
	done
}

selftest() {
	plant "an offset that is fetched twice" ring/rq_cons.h \
		's/^\tr.off = zrx_shm_load64(&e->off);/&\n\tif (r.off < 4096)\n\t\t&/' \
		double_fetch one_load
	plant "a tail that is read raw" ring/rq_cons.h \
		's/zrx_shm_load_acquire(rq->ktail)/*rq->ktail/' \
		raw_access sparse noderef
	plant "a field of an entry that is read raw" ring/rq_cons.h \
		's/zrx_shm_load32(&e->pad)/e->pad/' \
		raw_access sparse noderef
	# sparse takes offence at reads alone
	plant "an entry that is written raw" ring/rq_prod.h \
		's/zrx_shm_store32(&e->pad, 0)/e->pad = 0/' \
		raw_access noderef
	plant "a head that is read twice" ring/rq_prod.h \
		's/^\tuint32_t room = .*/&\n\trq->cached_head = zrx_shm_load32(rq->khead);/' \
		double_fetch one_load
	plant "a fetch outside of the ring" mp/core.h \
		's/^\tstruct zrx_ret r = zrx_rqc_next.*/&\n\tr.pad = zrx_shm_load32(\&u->rq.rqes->pad);/' \
		fetch_in_ring_only
}

if [ "${1:-}" != selftest ]; then
	for rule in $rules; do
		check "$rule" "$top" clean
	done
fi
selftest
exit $status
