/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * relacy's machinery is a template over the test and compiles slowly: here is
 * one test for each number of threads, compiled once for all scenes.
 */
#include <stdio.h>
#include <time.h>

#include "stage.h"

struct rx_model *rx_now;

/* a scene lives in here: relacy counts what is allocated in an execution */
static union {
	char bytes[32768];
	uint64_t align;
} memory;
static rx_maker make_scene;

template <int N> struct rx_stage : rl::test_suite<rx_stage<N>, N> {
	rx_scene *scene;

	void before()
	{
		scene = make_scene(&memory);
		scene->before();
	}

	void thread(unsigned i)
	{
		scene->thread(i);
	}

	void after()
	{
		scene->after();
		scene->~rx_scene();
	}
};

/* As rl::simulate(), for one scheduler: on failure once more, with history. */
template <int N> static bool search(rl::test_params &p)
{
	typedef rl::context_bound_scheduler<N> sched;
	rl::ostringstream state, again;

	if (rl::run_test<rx_stage<N>, sched>(p, state, false) ==
	    rl::test_result_success)
		return true;
	p.initial_state = state.str();
	p.collect_history = true;
	rl::run_test<rx_stage<N>, sched>(p, again, true);
	return false;
}

bool rx_search(const char *name, const char *variant, int threads,
	       unsigned bound, rx_maker make)
{
	static std::ostream quiet(0);
	clock_t start = clock();
	rl::test_params p;
	bool ok;

	make_scene = make;
	p.search_type = rl::fair_context_bound_scheduler_type;
	p.context_bound = bound;
	p.progress_stream = &quiet;
	ok = threads == 2 ? search<2>(p) : search<3>(p);
	printf("%s %s, %s: %lu executions, %.2f s\n", ok ? "ok  " : "FAIL",
	       name, variant, (unsigned long)p.stop_iteration + 1,
	       (double)(clock() - start) / CLOCKS_PER_SEC);
	fflush(stdout);
	return ok;
}
