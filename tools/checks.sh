# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# What ./run test runs: a line here and a function check_NAME.  A check ends
# with 0, with 77 and a reason, or with anything else; it may take its builds
# from those before it, and makes them where they are missing.
. "$top/tools/lint.sh"

checks='
lint        form, layers, licences, white space, shell
gcc         everything built with gcc, warnings are errors
clang       the same with clang
core        rings and provider, every variant
relacy      interleavings and weak memory, by model checker
fuzz        random peers against the reference model
stress      threads, under ThreadSanitizer and a yielding port
driver      the mempool driver under EAL
asan        core and driver tests under ASan and UBSan
static      coccinelle, sparse, clang noderef
mutants     planted bugs, each of which a test must catch
badinput    wrong configuration: one line, nothing leaks
autotests   tests of DPDK itself out of pool zrx
sweep       testpmd: modes, ports, sizes, caches
demo        ./run demo
versions    DPDK 24.11 and 25.11: built and run there
'

check_lint()
{
	lint_all
}

check_gcc()
{
	compile build -Dtests=enabled -Ddpdk=enabled && [ -f "$plugin" ]
}

check_clang()
{
	CC=clang CXX=clang++ compile build-clang -Dtests=enabled -Ddpdk=enabled
}

# a suite without a test is no success
suite() # BUILD SUITE..
{
	local dir=$out/$1 args=() name

	shift
	for name; do
		args+=(--suite "$name")
	done
	meson test -C "$dir" --list "${args[@]}" | grep -q ' / ' ||
		skip "no test in suite $*"
	meson test -C "$dir" --print-errorlogs --timeout-multiplier 4 --num-processes "$nr_jobs" "${args[@]}"
}

gcc_suite()
{
	compile build -Dtests=enabled -Ddpdk=enabled && suite build "$1"
}

check_core()
{
	gcc_suite core
}

check_relacy()
{
	gcc_suite relacy
}

check_fuzz()
{
	gcc_suite fuzz
}

check_stress()
{
	gcc_suite stress
}

check_driver()
{
	gcc_suite driver
}

check_asan()
{
	compile build-asan -Dtests=enabled -Ddpdk=enabled \
		-Db_sanitize=address,undefined -Db_lundef=false &&
		UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
			suite build-asan core driver
}

# script PATH ARGUMENT..: part of the tree that may not be there yet
script()
{
	local path=$top/$1

	[ -f "$path" ] || skip "there is no $1"
	shift
	cd "$top" || return
	case $path in
	*.py) python3 "$path" "$@" ;;
	*) "$path" "$@" ;;
	esac
}

check_static()
{
	script tests/static/check.sh
}

check_mutants()
{
	script tests/mutants/planted.py "$out/build/mutants"
}

check_badinput()
{
	script tests/smoke/bad_input.sh
}

check_autotests()
{
	script tests/smoke/autotests.sh
}

check_sweep()
{
	script tests/smoke/sweep.sh
}

check_demo()
{
	"$top/run" demo
}

check_versions()
{
	script tests/smoke/dpdk_versions.sh
}
