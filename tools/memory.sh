# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# Huge pages for EAL: raised if we may, given back at exit, done without otherwise.

huge_free()
{
	awk '/^HugePages_Free/ { print $2 }' /proc/meminfo
}

huge_shift()
{
	local now

	now=$(cat /proc/sys/vm/nr_hugepages)
	echo $((now + $1 > 0 ? now + $1 : 0)) >/proc/sys/vm/nr_hugepages
}

# by difference, so that two runs at a time do not take each other's pages;
# the kernel is slow in giving a page back to the system after its last use
huge_back()
{
	say "giving $1 huge pages back"
	huge_shift "-$1"
}

huge_may()
{
	[ -w /proc/sys/vm/nr_hugepages ] && grep -q 'Hugepagesize: *2048 kB' /proc/meminfo
}

# need_memory MB: sets eal_memory, the arguments, and huge, yes or no
need_memory()
{
	local want=$(($1 / 2)) more

	huge=no
	eal_memory=(--no-huge -m "$1")
	more=$((want - $(huge_free)))
	if [ $more -gt 0 ] && huge_may && huge_shift $more 2>/dev/null; then
		say "huge pages: $more more for this run"
		at_exit "huge_back $more"
	fi
	if [ "$(huge_free)" -ge $want ] && [ "$(id -u)" -eq 0 ]; then
		huge=yes
		eal_memory=(--in-memory)
	else
		say "huge pages: none for us, so EAL runs with --no-huge"
	fi
}
