/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DPDK as a host of the provider: buffer idx is the data room of one mbuf.
 *
 * A user's reference is one reference on that mbuf, which the program handed
 * over when it gave the buffer away.  So the mbuf's count never falls to 0
 * while the user holds the buffer, nobody else's free can put it into an lcore
 * cache, and the NIC does not get it.
 */
#ifndef ZRX_HOST_H
#define ZRX_HOST_H

#include "ring/port.h"

#include <rte_mbuf.h>

struct zrx_host {
	char *mbufs; /* mbuf of buffer 0 */
	uint64_t stride; /* bytes from one mbuf to the next; below 2^32 */
	uint64_t inverse; /* of stride / 64, see zrx_host_idx() */
	char *data; /* start of buffer 0 as the server sees it */
	uint32_t data_shift; /* log2 of bytes from one buffer to the next */
};

zrx_inline struct rte_mbuf *zrx_host_mbuf(const struct zrx_host *h,
					  uint32_t idx)
{
	return (struct rte_mbuf *)(h->mbufs + idx * h->stride);
}

/* stride is a multiple of a cache line; division by multiplication */
#define ZRX_INVERSE_SHIFT 32
zrx_inline uint64_t zrx_host_inverse(uint64_t stride)
{
	return ((uint64_t)1 << ZRX_INVERSE_SHIFT) / (stride / 64) + 1;
}

/* The buffer of an mbuf of this pool. */
zrx_inline uint32_t zrx_host_idx(const struct zrx_host *h, const void *m)
{
	uint64_t lines = ((uintptr_t)m - (uintptr_t)h->mbufs) / 64;

	return (lines * h->inverse) >> ZRX_INVERSE_SHIFT;
}

struct zrx_prov;

/* the caller of hold hands its own reference over */
zrx_inline void zrx_host_get(struct zrx_host *h, uint32_t idx)
{
	(void)h, (void)idx;
}

zrx_inline bool zrx_host_put(struct zrx_host *h, uint32_t idx, uint32_t n,
			     uint32_t left)
{
	struct rte_mbuf *m = zrx_host_mbuf(h, idx);

	(void)left;
	if (zrx_unlikely(n > 1))
		rte_mbuf_refcnt_update(m, 1 - (int16_t)n);
	return rte_pktmbuf_prefree_seg(m) != NULL;
}

#include "mp/provider.h"

#endif
