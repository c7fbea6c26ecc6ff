/* SPDX-License-Identifier: BSD-3-Clause */
/* zrx-bench SUITE [options] -- EAL arguments */
#include "bench.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv, const struct bench_opts *opts);
	const char *what;
} suites[] = {
	{ "pool", suite_pool, "the mempool driver beside DPDK's own" },
	{ "grid", suite_grid, "the cells of mempool_perf_autotest" },
};

static int usage(FILE *out)
{
	unsigned int i;

	fprintf(out,
		"usage: zrx-bench SUITE [-n SLICES] [-t MS] [-j FILE] "
		"-- EAL arguments\n"
		"  -n  slices of each subject, 5 to %d (default 41)\n"
		"  -t  milliseconds of a slice (default 2)\n"
		"  -j  write the results to FILE as JSON as well\n"
		"suites:\n",
		BENCH_MAX_SLICES);
	for (i = 0; i < sizeof(suites) / sizeof(*suites); i++)
		fprintf(out, "  %-6s %s\n", suites[i].name, suites[i].what);
	return out == stderr ? 2 : 0;
}

static bool parse(int argc, char **argv, struct bench_opts *o,
		  const char **json)
{
	int c;

	while ((c = getopt(argc, argv, "+n:t:j:")) != -1) {
		if (c == 'n')
			o->slices = strtoul(optarg, NULL, 0);
		else if (c == 't')
			o->slice_ms = strtod(optarg, NULL);
		else if (c == 'j')
			*json = optarg;
		else
			return false;
	}
	return o->slices >= 5 && o->slices <= BENCH_MAX_SLICES &&
	       o->slice_ms > 0;
}

int main(int argc, char **argv)
{
	struct bench_opts opts = { .slices = 41, .slice_ms = 2 };
	const char *json = NULL;
	unsigned int i;
	int ret = 2;

	if (argc < 2 || !parse(argc - 1, argv + 1, &opts, &json))
		return usage(stderr);
	if (strcmp(argv[1], "help") == 0)
		return usage(stdout);
	for (i = 0; i < sizeof(suites) / sizeof(*suites); i++) {
		if (strcmp(suites[i].name, argv[1]) != 0)
			continue;
		report_begin(stdout, argv[1], &opts);
		argv[optind] = argv[0];
		ret = suites[i].run(argc - optind, argv + optind, &opts);
		return report_end(json) != 0 ? 1 : ret;
	}
	return usage(stderr);
}
