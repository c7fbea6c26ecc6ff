/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs a list of cases: once, or for every variant.  Set-up and tear-down
 * demand that every buffer is where it should be.
 */
#ifndef ZRX_TESTS_RUN_H
#define ZRX_TESTS_RUN_H

#include <stdio.h>

#include "tests/case.h"
#include "tests/host_sim_peer.h"

#define RUN_ENTRY(fn) { #fn, fn, run_setup, run_teardown, NULL },
#define RUN_CASES(list) \
	(struct CMUnitTest[]) \
	{ \
		list(RUN_ENTRY) \
	}
#define RUN_COUNT(list) (sizeof(RUN_CASES(list)) / sizeof(struct CMUnitTest))

static int run_setup(void **state)
{
	sim_fixture.v = *state;
	sim_start(&sim_fixture, &sim_default);
	*state = &sim_fixture;
	expect_fine(sim_check_conservation(&sim_fixture), __FILE__, __LINE__);
	return 0;
}

static int run_teardown(void **state)
{
	expect_fine(sim_stop(*state), __FILE__, __LINE__);
	return 0;
}

/* The number of cases that failed. */
static int run_group(const char *noun, const struct sim_variant *v,
		     struct CMUnitTest *tests, size_t n)
{
	char name[64];
	size_t i;

	snprintf(name, sizeof(name), "%s/%s", noun, v->name);
	for (i = 0; i < n; i++)
		tests[i].initial_state = (void *)(uintptr_t)v;
	return _cmocka_run_group_tests(name, tests, n, NULL, NULL);
}

static inline int run_variants(const char *noun, struct CMUnitTest *tests,
			       size_t n)
{
	int failed = 0;
	size_t i;

	for (i = 0; i < ZRX_NR_VARIANTS; i++)
		failed += run_group(noun, &sim_variants[i], tests, n);
	return failed != 0;
}

#endif
