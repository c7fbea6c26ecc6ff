# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# Debian packages: which are missing, and installing them where that is allowed.

# what each kind of work needs; a verb names kinds, not packages
needs_build='gcc libc6-dev meson ninja-build pkg-config libdpdk-dev libnuma-dev libcjson-dev'
needs_demo='dpdk-dev python3 iproute2 iputils-ping ethtool'
needs_unit='libcmocka-dev g++ relacy-dev'
needs_clang='clang libclang-rt-dev'
needs_lint='git clang-format shellcheck python3'
needs_static='coccinelle libpython3-dev sparse clang' # coccinelle's own python is not in its list
needs_distro='debootstrap debian-archive-keyring git'

packages_missing()
{
	local name

	for name; do
		[ "$(dpkg-query -Wf '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] ||
			printf '%s ' "$name"
	done
}

# need KIND..: returns when everything is there, dies with the command to type otherwise
need()
{
	local kind list=() missing

	command -v dpkg-query >/dev/null ||
		die "this is not a Debian system; the packages are named in tools/setup.sh"
	for kind; do
		kind=needs_$kind
		# shellcheck disable=SC2206 # a list of words
		list+=(${!kind})
	done
	missing=$(packages_missing "${list[@]}")
	[ -z "$missing" ] || install "${missing% }"
}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# sudo may ask for a password, but only where somebody can type it
may_install()
{
	[ "$(id -u)" -eq 0 ] && return
	command -v sudo >/dev/null || return
	sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }
}

install()
{
	local log

	say "missing packages: $1"
	may_install ||
		die "cannot install them without root; type: sudo apt-get install --no-install-recommends $1"
	log=$(mktemp) && at_exit "rm -f '$log'"
	# shellcheck disable=SC2086 # a list of words
	set -- $1
	if ! apt_knows "$@"; then
		step "apt-get update" "$log" as_root apt-get update ||
			die "apt-get update failed; the lines above say why"
	fi
	step "apt-get install ($# packages)" "$log" apt_install "$@" && return
	die "apt-get could not install: $*"
}

apt_knows()
{
	[ "$(apt-cache --no-all-versions show "$@" 2>/dev/null | grep -c '^Package:')" -ge $# ]
}

# lists may be older than the archive: a second try follows a fresh look
apt_install()
{
	local get=(apt-get install -y --no-install-recommends)

	as_root env DEBIAN_FRONTEND=noninteractive "${get[@]}" "$@" && return
	as_root apt-get update &&
		as_root env DEBIAN_FRONTEND=noninteractive "${get[@]}" "$@"
}
