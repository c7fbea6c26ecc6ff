/* SPDX-License-Identifier: BSD-3-Clause */
/* The kinds of pool that suite `pool` compares, each behind two ports. */
#ifndef ZRX_BENCH_POOL_KINDS_H
#define ZRX_BENCH_POOL_KINDS_H

#include <stdbool.h>

#include <rte_mempool.h>

#define MAX_KINDS 16

struct kind {
	const char *name;
	struct rte_mempool *mp;
	uint16_t rx_port, tx_port;
};

/* A variant in a layout: what to call it, and its ZRX_MEMPOOL. */
struct zrx_kind {
	char name[48];
	char conf[64];
};

/*
 * Opens one of each kind that this DPDK has; the first is ring_mp_mc.  How
 * many; 0, with a message, if something that must work did not.
 */
unsigned int kinds_open(struct kind *kinds, unsigned int cache);
void kinds_close(struct kind *kinds, unsigned int n);

/* The i-th; false if there are not so many. */
bool zrx_kind(unsigned int i, struct zrx_kind *k);

#endif
