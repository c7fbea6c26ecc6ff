# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# Other releases of Debian, as trees in the cache that programs run in.  They
# come from the archive that this machine itself installs from.

# the archive's address as apt knows it, from the machine's own configuration
distro_archive()
{
	local codename

	codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
	# shellcheck disable=SC2016 # apt's placeholders
	apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' \
		'Identifier: Packages' |
		awk -v want="$codename" '$1 == "Debian" && $2 == want { print $3; exit }'
}

# debootstrap of this release may be older than the other one
distro_script()
{
	local scripts=/usr/share/debootstrap/scripts

	if [ -e "$scripts/$1" ]; then
		echo "$scripts/$1"
	else
		echo "$scripts/sid"
	fi
}

distro_make() # SUITE PACKAGES,.. TREE
{
	local archive

	archive=$(distro_archive)
	[ -n "$archive" ] || {
		say "apt knows no Debian archive; run apt-get update"
		return 1
	}
	rm -rf "$3.part"
	debootstrap --variant=minbase ${2:+--include="$2"} "$1" "$3.part" "$archive" \
		"$(distro_script "$1")" && rm -f "$3.part"/var/cache/apt/archives/*.deb &&
		mv "$3.part" "$3"
}

# distro_tree SUITE PACKAGES,..: sets $tree; made once, named after what is in it
distro_tree()
{
	local key

	place_cache
	key=$(printf '%s' "$1 $2" | sha256sum | cut -c1-12)
	tree=$cache/distro/$1-$key
	[ ! -d "$tree" ] || return 0
	mkdir -p "$cache/distro" "$logs" || return
	step "Debian $1, once, 1 to 5 minutes" "$logs/distro-$1.log" \
		distro_make "$1" "$2" "$tree"
}

# the machine's own file systems, then the caller's, then the command; all of it
# in namespaces that go with it
# distro_run TREE "FROM TO".. -- COMMAND..
distro_run()
{
	# shellcheck disable=SC2016 # for the inner shell
	unshare --mount --pid --fork --kill-child bash -c '
		set -eu
		tree=$1; shift
		mount --make-rprivate /
		mount --bind "$tree" "$tree"
		mount -t proc proc "$tree/proc"
		mount --rbind /sys "$tree/sys"
		mount --rbind /dev "$tree/dev"
		mount -t tmpfs -o mode=755 tmpfs "$tree/run"
		mount -t tmpfs tmpfs "$tree/tmp"
		while [ "$1" != -- ]; do
			mkdir -p "$tree${1#* }"
			mount --bind ${1% *} "$tree${1#* }"
			shift
		done
		shift
		exec chroot "$tree" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
			HOME=/root LC_ALL=C TERM="${TERM:-dumb}" CI="${CI:-}" "$@"
	' distro "$@"
}
