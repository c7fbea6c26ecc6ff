# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# ./run bench [ARGUMENT..]: the arguments are zrx-bench's own

verb_bench()
{
	local bench=$out/build/apps/zrx-bench

	need build
	compile_main
	[ -x "$bench" ] || die "the build made no $bench"
	need_memory 1024
	[ $# -gt 0 ] || set -- pool
	attend "$bench" "${eal_memory[@]}" --no-pci --file-prefix "zrx-bench-$$" \
		-d "$plugin" -- "$@"
}
