# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# Leaving the machine as it was found: undo lines run in reverse at exit, also
# after Ctrl-C and kill, when the command that runs is ended first.

undo=()
child=

at_exit()
{
	undo=("$1" "${undo[@]}")
}

leave()
{
	local rc=$? line

	trap '' INT TERM HUP
	trap - EXIT
	end_child
	for line in "${undo[@]}"; do
		eval "$line"
	done
	exit "$rc"
}

# a nested ./run puts its own things in order before it goes: give it time
end_child()
{
	local i

	[ -n "$child" ] || return 0
	kill -TERM -- "-$child" 2>/dev/null
	for i in {1..100}; do
		kill -0 -- "-$child" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -KILL -- "-$child" 2>/dev/null
}

# runs a command in a process group of its own, so that a signal ends both of
# us; what is attended already stays in its group
attend()
{
	local rc

	if [ "$BASHPID" -ne $$ ]; then
		"$@" </dev/null
		return
	fi
	set -m
	"$@" </dev/null &
	child=$!
	set +m
	wait "$child"
	rc=$?
	child=
	return $rc
}

trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
