# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# ./run bench [SUITE [OPTION..]]: zrx-bench's suites, and testpmd itself
bench_suite()
{
	local bench=$out/build/apps/zrx-bench lcores=0

	[ "$(nproc)" -lt 2 ] || lcores=0-1
	[ -x "$bench" ] || die "the build made no $bench"
	attend "$bench" "$@" -- "${eal_memory[@]}" --no-pci -l $lcores \
		--file-prefix "zrx-bench-$$"
}

bench_testpmd()
{
	need demo
	attend python3 "$top/apps/zrx-bench/testpmd.py" --plugin "$plugin" "$@" -- \
		"${eal_memory[@]}"
}

bench_one() # SUITE OPTION..
{
	case $1 in
	testpmd) bench_testpmd "${@:2}" ;;
	*) bench_suite "$@" ;;
	esac
}

verb_bench()
{
	local suite rc=0

	need build
	compile_main
	need_memory 1024
	at_exit "rm -rf /var/run/dpdk/zrx-bench-$$"
	if [ $# -gt 0 ]; then
		bench_one "$@"
		return
	fi
	for suite in pool grid testpmd; do
		bench_one $suite || rc=1
	done
	return $rc
}
