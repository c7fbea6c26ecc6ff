/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How anything is measured here.
 *
 * Times on a shared machine drift, so the subjects of a cell take turns in
 * short slices of one run: A B C A B C ...  Every slice is timed by the CPU
 * time of this thread, which leaves out what other programs took.  A subject's
 * figure is the median over its slices, with the quartiles for spread; its
 * ratio is the median of the ratios of slices that lay next to each other.
 */
#ifndef ZRX_BENCH_H
#define ZRX_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define BENCH_MAX_SLICES 256

/* One subject of a cell: run() does about n operations, returns how many. */
struct bench_subject {
	const char *name;
	void *ctx;
	uint64_t (*run)(void *ctx, uint64_t n);
	double ns[BENCH_MAX_SLICES]; /* a slice's nanoseconds an operation */
	double ns_q1, ns_med, ns_q3;
	double ratio_q1, ratio_med, ratio_q3; /* base / this; above 1: faster */
	bool is_base;
};

struct bench_opts {
	unsigned int slices; /* of each subject, BENCH_MAX_SLICES at most */
	double slice_ms; /* how long a slice is to take */
};

/*
 * Runs all subjects in turn.  Ratios are to the one of the first nr_base with
 * the least median, which is marked as the base.
 */
void bench_cell(struct bench_subject *subjects, unsigned int n,
		unsigned int nr_base, const struct bench_opts *opts);

/* One cell's rows: to a table on out, and into the JSON document. */
void report_begin(FILE *out, const char *suite, const struct bench_opts *opts);
void report_cell(const char *cell, const struct bench_subject *subjects,
		 unsigned int n);
/* Writes the JSON to path unless NULL; 0 or -errno. */
int report_end(const char *path);

/* Suites; argv is what DPDK's EAL is to see. */
int suite_pool(int argc, char **argv, const struct bench_opts *opts);
int suite_grid(int argc, char **argv, const struct bench_opts *opts);

#endif
