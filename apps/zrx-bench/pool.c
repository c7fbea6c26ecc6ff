/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Suite `pool`: pool zrx, in each layout, beside DPDK's own kinds of pool.
 *
 *   get+put   rte_mempool_get_bulk and put_bulk of n objects
 *   burst     rte_pktmbuf_alloc_bulk and free_bulk of n mbufs
 *   forward   rx_burst and tx_burst of 32 between two net_null ports: what
 *             testpmd's io forwarding does
 * with and without an lcore cache; and what a user adds: pool_user.c.  One
 * operation is one buffer.
 */
#include "bench.h"
#include "pool_kinds.h"
#include "pool_user.h"

#include <string.h>

#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

#define MAX_BURST 64

static const unsigned int bursts[] = { 1, 8, 32, 64 };
static unsigned int burst;

static uint64_t run_get_put(void *ctx, uint64_t n)
{
	struct rte_mempool *mp = ((struct kind *)ctx)->mp;
	void *objs[MAX_BURST];
	uint64_t i;

	for (i = 0; i < n; i += burst) {
		if (rte_mempool_get_bulk(mp, objs, burst) != 0)
			return 0;
		rte_mempool_put_bulk(mp, objs, burst);
	}
	return i;
}

static uint64_t run_burst(void *ctx, uint64_t n)
{
	struct rte_mempool *mp = ((struct kind *)ctx)->mp;
	struct rte_mbuf *m[MAX_BURST];
	uint64_t i;

	for (i = 0; i < n; i += burst) {
		if (rte_pktmbuf_alloc_bulk(mp, m, burst) != 0)
			return 0;
		rte_pktmbuf_free_bulk(m, burst);
	}
	return i;
}

static uint64_t run_forward(void *ctx, uint64_t n)
{
	const struct kind *k = ctx;
	struct rte_mbuf *m[32];
	uint64_t i;
	uint16_t got;

	for (i = 0; i < n; i += got) {
		got = rte_eth_rx_burst(k->rx_port, 0, m, 32);
		if (!got || rte_eth_tx_burst(k->tx_port, 0, m, got) != got)
			return 0;
	}
	return i;
}

/* DPDK's own come first. */
static unsigned int nr_dpdk_kinds(const struct kind *kinds, unsigned int n)
{
	unsigned int i = 0;

	while (i < n && strncmp(kinds[i].name, "zrx", 3) != 0)
		i++;
	return i;
}

static void cell(const char *what, uint64_t (*run)(void *, uint64_t),
		 struct kind *kinds, unsigned int n,
		 const struct bench_opts *opts)
{
	static struct bench_subject s[MAX_KINDS];
	unsigned int i;

	for (i = 0; i < n; i++) {
		s[i].name = kinds[i].name;
		s[i].ctx = &kinds[i];
		s[i].run = run;
	}
	bench_cell(s, n, nr_dpdk_kinds(kinds, n), opts);
	report_cell(what, s, n);
}

static void cells(struct kind *kinds, unsigned int n, unsigned int cache,
		  const struct bench_opts *opts)
{
	unsigned int i;
	char what[64];

	snprintf(what, sizeof(what), "forward, cache %u", cache);
	cell(what, run_forward, kinds, n, opts);
	for (i = 0; i < RTE_DIM(bursts); i++) {
		burst = bursts[i];
		snprintf(what, sizeof(what), "burst of %u, cache %u", burst,
			 cache);
		cell(what, run_burst, kinds, n, opts);
		snprintf(what, sizeof(what), "get+put of %u, cache %u", burst,
			 cache);
		cell(what, run_get_put, kinds, n, opts);
	}
}

int suite_pool(int argc, char **argv, const struct bench_opts *opts)
{
	static const unsigned int caches[] = { 0, 250 };
	struct kind kinds[MAX_KINDS];
	unsigned int i, n;

	if (rte_eal_init(argc, argv) < 0)
		return 1;
	for (i = 0; i < RTE_DIM(caches); i++) {
		n = kinds_open(kinds, caches[i]);
		if (!n)
			return 1;
		cells(kinds, n, caches[i], opts);
		kinds_close(kinds, n);
	}
	i = pool_user_cell(opts) != 0;
	rte_eal_cleanup();
	return i;
}
