# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# Where things go: the cache for what is big, and a place for builds from which
# EAL will load a plugin.  It refuses one below a directory that others may
# write to, sticky or not, so a clone in /tmp is built elsewhere.

cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/zrx

# succeeds if no directory from here up to / is writable for everybody
private_path()
{
	local dir

	dir=$(readlink -f "$1") || return 1
	while :; do
		[ $((0$(stat -c %a "$dir") & 2)) -eq 0 ] || return 1
		[ "$dir" = / ] && return 0
		dir=$(dirname "$dir")
	done
}

private_dir()
{
	(umask 077 && mkdir -p "$1") 2>/dev/null && private_path "$1"
}

# sets $out, below which build, build-clang, build-asan lie; ZRX_OUT overrides
place_builds()
{
	local name dir

	out=${ZRX_OUT:-$top}
	[ -z "${ZRX_OUT:-}" ] || return 0
	private_path "$top" && return
	name=$(printf %s "$top" | sha256sum | cut -c1-12)
	for dir in "$cache" "/root/.cache/zrx" "/var/lib/zrx-$(id -u)"; do
		out=$dir/clone-$name
		private_dir "$out" && return
	done
	die "no directory for builds: EAL loads no plugin from below a" \
		"world-writable directory; clone somewhere else or set XDG_CACHE_HOME"
}

place_cache()
{
	(umask 077 && mkdir -p "$cache") || die "cannot make $cache"
}

place_builds
plugin=$out/build/drivers/librte_mempool_zrx.so
logs=$out/build/log
