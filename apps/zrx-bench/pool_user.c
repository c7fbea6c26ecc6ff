/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A user's way round: alloc a burst, hold each buffer for the user, who returns
 * it through the ring, and drain; beside the same without a user, alloc and
 * free.  One thread plays both ends, so no cache line travels: this is the
 * cost of the instructions.
 */
#include "pool_user.h"
#include "pool_kinds.h"

#include "drivers/mempool/zrx/zrx_mempool.h"
#include "ring/rq_prod.h"

#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_malloc.h>

#define BURST 32
#define ENTRIES 256
#define NR_MBUFS 4095

struct way {
	struct rte_mempool *mp;
	struct zrx_att *att;
	struct zrx_rqp rq;
	void *region;
};

static uint64_t run_way(void *ctx, uint64_t n)
{
	struct way *w = ctx;
	struct rte_mbuf *m[BURST];
	uint64_t i, off;
	unsigned int k;

	for (i = 0; i < n; i += BURST) {
		if (rte_pktmbuf_alloc_bulk(w->mp, m, BURST) != 0)
			return 0;
		for (k = 0; k < BURST; k++)
			if (!zrx_att_hold(w->att, m[k], &off) ||
			    !zrx_rqp_put(&w->rq, off, 0))
				return 0;
		zrx_rqp_submit(&w->rq);
	}
	return i;
}

static uint64_t run_free(void *ctx, uint64_t n)
{
	struct way *w = ctx;
	struct rte_mbuf *m[BURST];
	uint64_t i;

	for (i = 0; i < n; i += BURST) {
		if (rte_pktmbuf_alloc_bulk(w->mp, m, BURST) != 0)
			return 0;
		rte_pktmbuf_free_bulk(m, BURST);
	}
	return i;
}

static bool way_open(struct way *w, const char *name, const char *conf)
{
	const struct zrx_rq_layout *l = &zrx_rq_layout_mainline;

	w->mp = zrx_pool_create(name, NR_MBUFS, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
				SOCKET_ID_ANY, conf);
	w->region = aligned_alloc(
		4096, RTE_ALIGN_CEIL(zrx_rq_size(l, ENTRIES), 4096));
	if (!w->mp || !w->region)
		return false;
	memset(w->region, 0, zrx_rq_size(l, ENTRIES));
	w->att = zrx_att_open(zrx_pool_of(w->mp), w->region, l, ENTRIES);
	zrx_rqp_init(&w->rq, w->region, l, ENTRIES);
	return w->att != NULL;
}

static void way_close(struct way *w)
{
	if (w->att)
		zrx_att_close(w->att);
	rte_mempool_free(w->mp);
	free(w->region);
}

int pool_user_cell(const struct bench_opts *opts)
{
	static struct bench_subject s[MAX_KINDS + 1];
	static struct zrx_kind k[MAX_KINDS];
	struct way w[MAX_KINDS] = { 0 };
	unsigned int i;
	int ret = 0;

	for (i = 0; i < MAX_KINDS && zrx_kind(i, &k[i]) && ret == 0; i++) {
		if (!way_open(&w[i], k[i].name, k[i].conf))
			ret = -rte_errno;
		s[i + 1].name = k[i].name;
		s[i + 1].ctx = &w[i];
		s[i + 1].run = run_way;
	}
	s[0].name = "alloc and free, no user";
	s[0].ctx = &w[0];
	s[0].run = run_free;
	if (ret == 0) {
		bench_cell(s, i + 1, 1, opts);
		report_cell("user's way round, 32 at a time", s, i + 1);
	}
	while (i--)
		way_close(&w[i]);
	return ret;
}
