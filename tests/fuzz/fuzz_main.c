/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The driver for CI, the same every time: seeded random scripts, then each file
 * of the command line.  Built with AFL++'s compiler it takes scripts from
 * afl-fuzz instead; under libFuzzer main() is not ours.
 *
 *   fuzz [-n scripts] [-s first seed] [file...]
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz_core.h"

#define MAX_SCRIPT 400

void __sanitizer_set_death_callback(void (*cb)(void)) __attribute__((weak));

static unsigned long seed;
static bool seeded; /* else the fuzzer keeps the input */
static const char *file;

void fuzz_dying(void)
{
	if (file)
		fprintf(stderr, "again: fuzz -n 0 %s\n", file);
	else if (seeded)
		fprintf(stderr, "again: fuzz -n 1 -s %lu\n", seed);
}

#ifndef FUZZ_LIBFUZZER

static uint64_t mix(uint64_t *x)
{
	uint64_t z = *x += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void run_seed(void)
{
	uint64_t x = seed;
	uint8_t in[MAX_SCRIPT];
	size_t i, size = 20 + mix(&x) % (MAX_SCRIPT - 20);

	for (i = 0; i < size; i++)
		in[i] = mix(&x);
	in[0] = seed; /* the variants by turns */
	fuzz_run(in, size);
}

static bool run_file(void)
{
	static uint8_t in[65536];
	FILE *f = fopen(file, "rb");
	size_t size;

	if (!f)
		return false;
	size = fread(in, 1, sizeof(in), f);
	fclose(f);
	fuzz_run(in, size);
	return true;
}

#ifdef __AFL_COMPILER
__AFL_FUZZ_INIT();

static void run_afl(void)
{
	unsigned char *in;

	__AFL_INIT();
	in = __AFL_FUZZ_TESTCASE_BUF;
	while (__AFL_LOOP(10000))
		fuzz_run(in, __AFL_FUZZ_TESTCASE_LEN);
}
#endif

int main(int argc, char **argv)
{
	unsigned long n = 20000, end;
	int c;

#ifdef __AFL_COMPILER
	run_afl();
	return 0;
#endif
	while ((c = getopt(argc, argv, "n:s:")) != -1) {
		if (c == 'n')
			n = strtoul(optarg, NULL, 0);
		else if (c == 's')
			seed = strtoul(optarg, NULL, 0);
		else
			return 2;
	}
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(fuzz_dying);
	seeded = true;
	for (end = seed + n; seed != end; seed++)
		run_seed();
	for (; optind < argc; optind++) {
		file = argv[optind];
		if (!run_file()) {
			perror(file);
			return 1;
		}
	}
	printf("%lu scripts: ok\n", n);
	return 0;
}

#endif
