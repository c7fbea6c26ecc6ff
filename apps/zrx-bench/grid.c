/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Suite `grid`: the cells of DPDK's own mempool_perf_autotest (objects of 2
 * KiB, no lcore cache; get by so many, put by so many, so many kept at a time),
 * with pool zrx and ring_mp_mc taking turns in each cell instead of running
 * minutes apart.  Those objects are no packets, so zrx is its plain stack here;
 * a pool of packet buffers goes the same way but for the objects.
 */
#include "bench.h"

#include <rte_eal.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_mempool.h>
#include <rte_pause.h>

#define NR_OBJS 8191
#define OBJ_SIZE 2048
#define MAX_KEEP 512

static unsigned int n_get, n_put, n_keep;

/* what the second lcore is to work on, itself for the end; what it works on */
static void *rival, *rival_at;

static bool round_of(struct rte_mempool *mp)
{
	void *objs[MAX_KEEP];
	unsigned int k;

	for (k = 0; k < n_keep; k += n_get)
		if (rte_mempool_get_bulk(mp, objs + k, n_get) != 0)
			return false;
	for (k = 0; k < n_keep; k += n_put)
		rte_mempool_put_bulk(mp, objs + k, n_put);
	return true;
}

static int rival_loop(void *arg)
{
	void *mp = NULL;

	(void)arg;
	while (mp != &rival) {
		if (!mp || !round_of(mp))
			rte_pause();
		mp = __atomic_load_n(&rival, __ATOMIC_ACQUIRE);
		__atomic_store_n(&rival_at, mp, __ATOMIC_RELEASE);
	}
	return 0;
}

/* The cell's numbers change only while the rival stands still. */
static void rival_set(void *mp)
{
	__atomic_store_n(&rival, mp, __ATOMIC_RELEASE);
	while (__atomic_load_n(&rival_at, __ATOMIC_ACQUIRE) != mp)
		rte_pause();
}

static uint64_t run_alone(void *ctx, uint64_t n)
{
	uint64_t i;

	for (i = 0; i < n; i += n_keep)
		if (!round_of(ctx))
			return 0;
	return i;
}

static uint64_t run_against(void *ctx, uint64_t n)
{
	if (rival != ctx)
		rival_set(ctx);
	return run_alone(ctx, n);
}

static struct rte_mempool *grid_pool(const char *ops)
{
	struct rte_mempool *mp;

	mp = rte_mempool_create_empty(ops, NR_OBJS, OBJ_SIZE, 0, 0,
				      SOCKET_ID_ANY, 0);
	if (mp && rte_mempool_set_ops_byname(mp, ops, NULL) == 0 &&
	    rte_mempool_populate_default(mp) > 0)
		return mp;
	fprintf(stderr, "zrx-bench: no pool of kind %s\n", ops);
	return NULL;
}

struct tally {
	unsigned int cells, won;
	double least;
};

static void grid_cell(struct bench_subject *s, const struct bench_opts *opts,
		      struct tally *t)
{
	char what[64];

	bench_cell(s, 2, 1, opts);
	if (s->run == run_against)
		rival_set(NULL);
	snprintf(what, sizeof(what), "%s: get %u put %u keep %u",
		 s->run == run_alone ? "1 lcore" : "2 lcores", n_get, n_put,
		 n_keep);
	report_cell(what, s, 2);
	t->cells++;
	t->won += s[1].ratio_med >= 1;
	if (t->cells == 1 || s[1].ratio_med < t->least)
		t->least = s[1].ratio_med;
}

static void grid(struct bench_subject *s, const struct bench_opts *opts)
{
	static const unsigned int bulks[] = { 1, 4, 8, 32 };
	static const unsigned int keeps[] = { 32, 128, 512 };
	struct tally t = { 0 };
	unsigned int g, p, k;

	for (g = 0; g < RTE_DIM(bulks); g++)
		for (p = 0; p < RTE_DIM(bulks); p++)
			for (k = 0; k < RTE_DIM(keeps); k++) {
				n_get = bulks[g];
				n_put = bulks[p];
				n_keep = keeps[k];
				grid_cell(s, opts, &t);
			}
	printf("\n%s: %u of %u cells at 1.00 or above, the least %.2f\n",
	       s->run == run_alone ? "1 lcore" : "2 lcores", t.won, t.cells,
	       t.least);
}

static void grid_two(struct bench_subject *s, const struct bench_opts *opts)
{
	unsigned int lcore = rte_get_next_lcore(-1, 1, 0);

	if (lcore >= RTE_MAX_LCORE) {
		printf("\n2 lcores: not shown, EAL has one (-l 0-1)\n");
		return;
	}
	s[0].run = s[1].run = run_against;
	rte_eal_remote_launch(rival_loop, NULL, lcore);
	grid(s, opts);
	rival_set(&rival);
	rte_eal_wait_lcore(lcore);
}

int suite_grid(int argc, char **argv, const struct bench_opts *opts)
{
	static struct bench_subject s[2] = {
		{ .name = "ring_mp_mc", .run = run_alone },
		{ .name = "zrx", .run = run_alone },
	};

	if (rte_eal_init(argc, argv) < 0)
		return 1;
	s[0].ctx = grid_pool("ring_mp_mc");
	s[1].ctx = grid_pool("zrx");
	if (!s[0].ctx || !s[1].ctx)
		return 1;
	grid(s, opts);
	grid_two(s, opts);
	rte_eal_cleanup();
	return 0;
}
