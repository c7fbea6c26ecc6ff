# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# How everything here speaks: a line when a step begins, a sentence when it fails.

say()
{
	printf '%s\n' "$*"
}

die()
{
	printf 'zrx: %s.\n' "${*%.}" >&2
	exit 1
}

# The status by which a test says "not here"; the reason is its last line.
skip()
{
	say "skipped: $*"
	exit 77
}

# step LABEL LOG COMMAND..: says the label at once, then the verdict and the time
step()
{
	local label=$1 log=$2 from=$SECONDS rc=0

	shift 2
	printf '%-52s ' "$label"
	attend "$@" >"$log" 2>&1 || rc=$?
	if [ $rc -ne 0 ]; then
		say "failed"
		tail -n 30 "$log" >&2
		return $rc
	fi
	say "ok ($((SECONDS - from)) s)"
}
