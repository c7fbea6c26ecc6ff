/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * DPDK as a host of the provider: buffer idx is the data room of one mbuf.
 *
 * A user's reference is one reference on that mbuf, which the program handed
 * over when it gave the buffer away.  So the mbuf's count never falls to 0
 * while the user holds the buffer, nobody else's free can put it into an lcore
 * cache, and the NIC does not get it.
 *
 * Mbufs and buffers lie in groups of a power of two.  A group takes
 * 1 << group_shift bytes, mbuf i of it lies in the i-th of the pieces of
 * 1 << mbuf_shift bytes in front, buffer i in the i-th piece of
 * 1 << data_shift behind.  Within its piece the mbuf has an offset that changes
 * from mbuf to mbuf, so that they do not all want the same sets of the cache.
 */
#ifndef ZRX_HOST_H
#define ZRX_HOST_H

#include "ring/port.h"

#include <rte_mbuf.h>

struct zrx_host {
	char *mbufs; /* where the piece of mbuf 0 starts */
	char *data; /* buffer 0 */
	uint8_t nr_shift; /* log2 of buffers in a group */
	uint8_t group_shift; /* log2 of bytes from a group to the next */
	uint8_t mbuf_shift; /* log2 of bytes from an mbuf's piece to the next */
	uint8_t data_shift; /* log2 of bytes a buffer */
	uint8_t nr_offs; /* different offsets, a cache line apart */
	uint32_t first_off; /* the least of them */
};

/*
 * Where in its piece mbuf idx lies.  32 in a row use all offsets, and two with
 * the same one are 15 apart: a load soon after a store to the same place of
 * another page would wait for it.
 */
zrx_inline uint32_t zrx_host_off(const struct zrx_host *h, uint32_t idx)
{
	return h->first_off +
	       (idx * 15 % 32 * h->nr_offs / 32) * RTE_CACHE_LINE_MIN_SIZE;
}

zrx_inline struct rte_mbuf *zrx_host_mbuf(const struct zrx_host *h,
					  uint32_t idx)
{
	uint64_t group = idx >> h->nr_shift;
	uint64_t i = idx & ((1u << h->nr_shift) - 1);

	return (struct rte_mbuf *)(h->mbufs + (group << h->group_shift) +
				   (i << h->mbuf_shift) + zrx_host_off(h, idx));
}

/* The buffer of an mbuf of this pool. */
zrx_inline uint32_t zrx_host_idx(const struct zrx_host *h, const void *m)
{
	uint64_t at = (uintptr_t)m - (uintptr_t)h->mbufs;
	uint64_t in = at & (((uint64_t)1 << h->group_shift) - 1);

	return ((at >> h->group_shift) << h->nr_shift) + (in >> h->mbuf_shift);
}

zrx_inline char *zrx_host_data(const struct zrx_host *h, uint32_t idx)
{
	uint64_t group = idx >> h->nr_shift;
	uint64_t i = idx & ((1u << h->nr_shift) - 1);

	return h->data + (group << h->group_shift) + (i << h->data_shift);
}

/*
 * Byte offset of an address within the area; false if it is not in a buffer.
 * The caller checks the offset against the number of buffers.
 */
zrx_inline bool zrx_host_find(const struct zrx_host *h, const void *addr,
			      uint64_t *off)
{
	uint64_t at = (uintptr_t)addr - (uintptr_t)h->data;
	uint64_t in = at & (((uint64_t)1 << h->group_shift) - 1);
	uint8_t run = h->nr_shift + h->data_shift;

	*off = ((at >> h->group_shift) << run) + in;
	return in >> run == 0;
}

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
