# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# meson builds, each in a directory of its own below $out.

nr_jobs=$(nproc)

# meson remembers its options; saying them again changes only what differs
configure()
{
	local dir=$1

	shift
	if [ -f "$dir/build.ninja" ]; then
		meson configure "$dir" "$@"
	else
		meson setup "$dir" "$top" "$@"
	fi
}

configure_and_build()
{
	configure "$@" && ninja -C "$1" -j "$nr_jobs"
}

# compile NAME OPTION..: everything, into $out/NAME
compile()
{
	local name=$1

	shift
	mkdir -p "$logs" || die "cannot make $logs"
	step "building in $out/$name" "$logs/$name.log" \
		configure_and_build "$out/$name" "$@" ||
		die "the build failed; $logs/$name.log has all of it"
}

# the gcc build that demo and bench use; tests join in when cmocka is there
compile_main()
{
	local tests=enabled

	[ -z "$(packages_missing libcmocka-dev)" ] || tests=disabled
	compile build "-Dtests=$tests"
	[ -f "$plugin" ] || die "the build made no $plugin"
}
