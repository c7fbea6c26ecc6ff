# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# ./run demo: the kernel's traffic through testpmd, first out of pool zrx and
# then out of DPDK's default pool.  Without root, packets of a file instead.
. "$top/tools/net.sh"

# what EAL leaves below its run directory
demo_dirs()
{
	local run=${XDG_RUNTIME_DIR:-/tmp}

	[ "$(id -u)" -ne 0 ] || run=/var/run
	rm -rf "$run/dpdk/zrx-demo-$$"
}

# the clock of the run: whatever hangs, the end comes
demo_pool() # ZRX OR NOT, WHERE..
{
	local pool=$1

	shift
	attend timeout -k 5 "${demo_seconds:-60}" "$@" --pool "$pool" --dir "$work" \
		--prefix "zrx-demo-$$" --plugin "$plugin" --testpmd "$testpmd" \
		"--eal=${eal_memory[*]}"
}

demo_both()
{
	local pool rc=0

	for pool in zrx ring_mp_mc; do
		say "pool $pool"
		demo_pool $pool "$@" || rc=$?
		[ $rc -lt 100 ] || die "the run with pool $pool took too long"
	done
	python3 "$top/tools/demo_table.py" "$work/zrx.json" "$work/ring_mp_mc.json"
}

demo_kernel()
{
	say "both without an lcore cache, so that each packet asks the pool for a buffer"
	say "making network namespaces left, middle and right (zrx-$$-*)"
	net_make
	demo_both nsenter --net="/run/netns/$net-middle" \
		python3 "$top/tools/demo_kernel.py" --net "$net" --to "$net_right"
}

demo_file()
{
	say "not root: no namespaces, no packet sockets, no huge pages"
	demo_both python3 "$top/tools/demo_file.py" || return
	say "not shown: the kernel's ping, UDP and TCP, and niovs on huge pages;" \
		"sudo ./run demo shows them"
}

verb_demo()
{
	testpmd=$(command -v dpdk-testpmd || echo /usr/bin/dpdk-testpmd)
	need build demo
	compile_main
	need_memory 512
	work=$(mktemp -d) || die "cannot make a directory for results"
	at_exit "rm -rf '$work'"
	at_exit demo_dirs
	if [ "$(id -u)" -eq 0 ]; then
		demo_kernel
	else
		demo_file
	fi
}
