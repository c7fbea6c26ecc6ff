# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# ./run test [NAME..]: runs the checks of tools/checks.sh and counts them.
. "$top/tools/checks.sh"

nr_passed=0
nr_failed=0
nr_skipped=0

check_names()
{
	printf '%s\n' "$checks" | awk 'NF { print $1 }'
}

list_checks()
{
	printf '%s\n' "$checks" | sed '/^$/d'
}

# one line a check; a log is shown when somebody needs it, its last line when
# the check says why it does not apply here
verdict() # NAME STATUS SECONDS
{
	local log=$logs/$1.log

	case $2 in
	0)
		nr_passed=$((nr_passed + 1))
		say "passed   $3 s"
		;;
	77)
		nr_skipped=$((nr_skipped + 1))
		say "skipped  $3 s   $(tail -n 1 "$log" | sed 's/^skipped: //')"
		;;
	*)
		nr_failed=$((nr_failed + 1))
		say "FAILED   $3 s   the end of $log:"
		tail -n 40 "$log" | sed 's/^/    /'
		;;
	esac
}

run_check()
{
	local from=$SECONDS rc=0

	printf '%-10s ' "$1"
	attend "check_$1" >"$logs/$1.log" 2>&1 || rc=$?
	verdict "$1" $rc $((SECONDS - from))
}

known_checks()
{
	local name

	for name; do
		check_names | grep -qx -- "$name" ||
			die "there is no test '$name'; ./run test --list names them"
	done
}

verb_test()
{
	local name

	if [ "${1:-}" = --list ]; then
		list_checks
		return
	fi
	known_checks "$@"
	need build demo unit clang lint static
	mkdir -p "$logs" || die "cannot make $logs"
	say "logs: $logs"
	# shellcheck disable=SC2046 # one word a name
	[ $# -gt 0 ] || set -- $(check_names)
	for name; do
		run_check "$name"
	done
	say "$nr_passed passed, $nr_failed failed, $nr_skipped skipped"
	[ $nr_failed -eq 0 ]
}
