# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# ./run fmt

verb_fmt()
{
	need lint
	cd "$top" || exit 1
	git ls-files -z '*.c' '*.h' '*.cpp' | xargs -0r clang-format -i
	git status --short
}
