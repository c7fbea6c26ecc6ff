# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# Hosts out of network namespaces: left and right have addresses, middle has the
# other ends of their cables and no address.  No interface of the machine is
# touched.
#
#   left 192.0.2.1 --- m0 [middle: testpmd] m1 --- 192.0.2.2 right

net_left=192.0.2.1
net_right=192.0.2.2

inside() # NAMESPACE COMMAND..: its network only, so that files look the same
{
	local ns=$1

	shift
	nsenter --net="/run/netns/$net-$ns" "$@"
}

# frames must cross packet sockets as they are on a wire: checksums filled in,
# no bigger than the MTU
net_cable() # NAMESPACE ADDRESS PORT
{
	ip -n "$net-$1" link add eth0 type veth peer name "$3" netns "$net-middle" &&
		inside "$1" ethtool -K eth0 tx off tso off gso off gro off &&
		inside middle ethtool -K "$3" tx off tso off gso off gro off &&
		ip -n "$net-$1" addr add "$2/24" dev eth0 &&
		ip -n "$net-$1" link set eth0 up &&
		ip -n "$net-middle" link set "$3" up
}

net_host()
{
	ip netns add "$net-$1" &&
		inside "$1" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6' &&
		ip -n "$net-$1" link set lo up
}

net_up()
{
	local ns

	for ns in left middle right; do
		net_host $ns || return
	done
	net_cable left $net_left m0 && net_cable right $net_right m1
}

# what runs in a namespace of ours was started by us
net_down()
{
	local ns pids

	for ns in left middle right; do
		[ -e "/run/netns/$net-$ns" ] || continue
		pids=$(ip netns pids "$net-$ns")
		# shellcheck disable=SC2086 # a list of words
		[ -z "$pids" ] || kill -KILL $pids 2>/dev/null
		ip netns del "$net-$ns"
	done
}

# what a run left that was killed outright; its number is nobody's by now
net_sweep()
{
	local pid

	for pid in $(ip netns list 2>/dev/null | sed -n 's/^zrx-\([0-9]*\)-left.*/\1/p'); do
		[ -d "/proc/$pid" ] || net=zrx-$pid net_down
	done
}

# net_make: sets $net, undone at exit
net_make()
{
	local log

	net_sweep
	net=zrx-$$
	at_exit net_down
	log=$(mktemp) && at_exit "rm -f '$log'"
	net_up >"$log" 2>&1 ||
		die "cannot make network namespaces with veth pairs: $(tail -n 1 "$log")"
}
