#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# fuzz.sh libfuzzer|afl SECONDS [DIR]: builds the fuzzer and lets it search.
# DIR keeps the corpus for the next time and what it found; a new one in /tmp
# if not given.  Exit status 1 if an input failed.
set -eu
usage="usage: fuzz.sh libfuzzer|afl SECONDS [DIR]"
tool=${1:?$usage} seconds=${2:?$usage}
here=$(cd "$(dirname "$0")" && pwd)
dir=${3:-$(mktemp -d /tmp/zrx-fuzz.XXXXXX)}
flags="-g -O1 -I$here -DZRX_PORT=\"port_fuzz.h\" $here/fuzz_core.c"

# the newest of clang, clang-14 ... that is there
clang=$(command -v clang || ls /usr/bin/clang-[0-9]* 2>/dev/null | tail -1)
mkdir -p "$dir/corpus" "$dir/found"
[ -n "$(ls "$dir/corpus")" ] || head -c 200 /dev/urandom >"$dir/corpus/first"

run_libfuzzer() {
	"$clang" $flags -DFUZZ_LIBFUZZER "$here/fuzz_main.c" \
		-fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all -o "$dir/libfuzzer"
	"$dir/libfuzzer" -max_len=512 -max_total_time="$seconds" \
		-artifact_prefix="$dir/found/" -print_final_stats=1 \
		"$dir/corpus"
}

run_afl() {
	AFL_USE_ASAN=1 AFL_USE_UBSAN=1 AFL_QUIET=1 \
		afl-clang-fast $flags "$here/fuzz_main.c" -o "$dir/afl"
	AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
		AFL_NO_UI=1 AFL_NO_AFFINITY=1 \
		afl-fuzz -V "$seconds" -i "$dir/corpus" -o "$dir/found" \
		-- "$dir/afl" >"$dir/log"
	grep -E '^(execs_done|execs_per_sec|saved_crashes|saved_hangs)' \
		"$dir/found/default/fuzzer_stats"
	[ -z "$(find "$dir/found/default/crashes" "$dir/found/default/hangs" \
		-type f ! -name README.txt)" ]
}

case $tool in
libfuzzer | afl) "run_$tool" ;;
*) echo "$usage" >&2 && exit 2 ;;
esac || { echo "FAIL: look in $dir/found" && exit 1; }
echo "ok: $dir"
