# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# The rules that a machine can check by reading.  All are tried, so that one
# run names all that is wrong.

lint_git()
{
	git -c safe.directory="$top" -C "$top" "$@"
}

# tracked files and new ones, as they are in the work tree
lint_files()
{
	lint_git ls-files -co --exclude-standard -- "$@" | while read -r file; do
		[ -f "$top/$file" ] && printf '%s\n' "$file"
	done
}

lint_format()
{
	lint_files '*.c' '*.h' '*.cpp' | xargs -r clang-format --dry-run -Werror
}

lint_layers()
{
	bash tests/layers.sh
}

lint_licence()
{
	local file licence rc=0

	for file in $(lint_files '*.c' '*.h' '*.cpp' '*.py' '*.sh' '*.cocci' \
		'*meson.build' '*meson_options.txt' run .ci/run); do
		licence=$(head -n 2 "$file" | sed -n 's/.*SPDX-License-Identifier: //p')
		case ${licence% \*/} in
		BSD-3-Clause | GPL-2.0 | 'GPL-2.0 OR BSD-3-Clause') ;;
		*) say "$file: no licence of this project in its first two lines" && rc=1 ;;
		esac
	done
	return $rc
}

lint_space()
{
	local rc=0 file

	for file in $(lint_files ':!LICENSES' ':!*.patch'); do
		grep -qI . "$file" || continue
		grep -nH '[[:blank:]]$' "$file" && rc=1
		[ -z "$(tail -c 1 "$file")" ] || { say "$file: no newline at its end" && rc=1; }
	done
	return $rc
}

lint_shell()
{
	lint_files run .ci/run '*.sh' | xargs -r shellcheck -xS warning
}

lint_python()
{
	lint_files '*.py' | xargs -r python3 -c '
import sys
for f in sys.argv[1:]:
    compile(open(f).read(), f, "exec")'
}

lint_all()
{
	local what rc=0

	cd "$top" || return
	for what in format layers licence space shell python; do
		say "lint: $what"
		"lint_$what" || rc=1
	done
	return $rc
}
