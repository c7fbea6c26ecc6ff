/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

static double cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

/* Nanoseconds an operation over one slice of about n operations. */
static double slice(struct bench_subject *s, uint64_t n)
{
	double t = cpu_ns();
	uint64_t done = s->run(s->ctx, n);

	return done ? (cpu_ns() - t) / done : NAN;
}

/* How many operations fill a slice.  What a first use costs is not counted. */
static uint64_t slice_size(struct bench_subject *s, double ms)
{
	uint64_t n = 1024;
	double t = 0;

	s->run(s->ctx, n);
	while (n < (1u << 30)) {
		t = slice(s, n) * n;
		if (!(t < ms * 1e6 / 4))
			break;
		n *= 2;
	}
	return t > 0 ? n * (ms * 1e6 / t) + 1 : n;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void quartiles(const double *v, unsigned int n, double *q1, double *med,
		      double *q3)
{
	double s[BENCH_MAX_SLICES];
	unsigned int i;

	for (i = 0; i < n; i++)
		s[i] = v[i];
	qsort(s, n, sizeof(*s), by_value);
	*q1 = s[n / 4];
	*med = s[n / 2];
	*q3 = s[n - 1 - n / 4];
}

static void ratios(struct bench_subject *s, const struct bench_subject *base,
		   unsigned int n)
{
	double r[BENCH_MAX_SLICES];
	unsigned int i;

	for (i = 0; i < n; i++)
		r[i] = base->ns[i] / s->ns[i];
	quartiles(r, n, &s->ratio_q1, &s->ratio_med, &s->ratio_q3);
	s->is_base = s == base;
}

static void summary(struct bench_subject *s, unsigned int n,
		    unsigned int nr_base, unsigned int slices)
{
	const struct bench_subject *base = s;
	unsigned int i;

	for (i = 0; i < n; i++) {
		quartiles(s[i].ns, slices, &s[i].ns_q1, &s[i].ns_med,
			  &s[i].ns_q3);
		if (i < nr_base && s[i].ns_med < base->ns_med)
			base = &s[i];
	}
	for (i = 0; i < n; i++)
		ratios(&s[i], base, slices);
}

void bench_cell(struct bench_subject *subjects, unsigned int n,
		unsigned int nr_base, const struct bench_opts *opts)
{
	uint64_t size[32];
	unsigned int i, k;

	for (i = 0; i < n; i++)
		size[i] = slice_size(&subjects[i], opts->slice_ms);
	for (k = 0; k < opts->slices; k++)
		for (i = 0; i < n; i++)
			subjects[i].ns[k] = slice(&subjects[i], size[i]);
	summary(subjects, n, nr_base, opts->slices);
}
