# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# ./run fresh [COMMAND..]: what a person with a new Debian 12 and nothing but
# git sees.  A clone of HEAD in a tree made for this run, which goes with it;
# the default command is ./run demo.
. "$top/tools/distro.sh"

# the lines of this machine that name Debian's own archive, and how to get there
fresh_apt() # TREE
{
	local proxy

	# shellcheck disable=SC2016 # apt's placeholders
	apt-get indextargets --format '$(ORIGIN) $(CODENAME) deb $(REPO_URI) $(CODENAME) $(COMPONENT)' \
		'Identifier: Packages' |
		sed -n 's/^Debian bookworm[^ ]* //p' | sort -u >"$1/etc/apt/sources.list"
	proxy=$(apt-config dump | grep -i '^Acquire::.*Proxy')
	[ -z "$proxy" ] || printf '%s\n' "$proxy" >"$1/etc/apt/apt.conf.d/90proxy"
	cp /etc/resolv.conf /etc/hosts "$1/etc/" 2>/dev/null
	[ -s "$1/etc/apt/sources.list" ]
}

fresh_tree()
{
	distro_tree bookworm git || return
	fresh=$cache/fresh-$$
	at_exit "rm -rf --one-file-system '$fresh'"
	step "a copy of it for this run" "$logs/fresh-copy.log" \
		cp -a "$tree" "$fresh" || return
	fresh_apt "$fresh" || die "apt knows no archive of Debian 12 on this machine"
	rm -rf "$fresh/var/lib/apt/lists"/*
	git -c safe.directory="$top" clone -q "$top" "$fresh/root/zrx"
}

# its downloads go to this machine's cache, as they would to a user's own
verb_fresh()
{
	[ "$(id -u)" -eq 0 ] || die "another Debian can only be run by root"
	need distro
	mkdir -p "$logs" "$cache/archives/partial" || die "cannot write to $cache"
	fresh_tree || die "there is no fresh Debian 12; the lines above say why"
	[ $# -gt 0 ] || set -- ./run demo
	say "in it: $*"
	attend distro_run "$fresh" "$cache/archives /var/cache/apt/archives" \
		"$cache/distro /root/.cache/zrx/distro" -- \
		bash -c 'cd /root/zrx && "$@"' fresh "$@"
}
