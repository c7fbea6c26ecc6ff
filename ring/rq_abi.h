/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * The refill queue as it lies in shared memory: what io_uring's zero-copy
 * receive uses, bit for bit, so that a consumer cannot tell the two apart.
 *
 *   region + layout.head   u32, written by the server
 *   region + layout.tail   u32, written by the user
 *   region + layout.rqes   entries, written by the user; a power of two
 *
 * head and tail count entries and wrap at 2^32; the slot is the counter modulo
 * the number of entries.  Nobody hard-codes an offset: the server reports the
 * layout, both ends use what was reported.
 *
 * Source: include/uapi/linux/io_uring/zcrx.h and io_uring/zcrx.c of Linux
 * 7.3 (mainline); message 20241204172204.4180482-1-dw@davidwei.uk (v8).
 */
#ifndef ZRX_RQ_ABI_H
#define ZRX_RQ_ABI_H

#include "port.h"

/*
 * One returned buffer.  off is a completion's off, token included; anything
 * below the buffer size is ignored.  len is never read.  pad must be 0.
 */
struct zrx_rqe {
	zrx_a64 off;
	zrx_a32 len;
	zrx_a32 pad;
};

/* byte offsets from the start of the region */
struct zrx_rq_layout {
	uint32_t head;
	uint32_t tail;
	uint32_t rqes;
};

/* Linux 7.3: each index in a cache line of its own */
static const struct zrx_rq_layout zrx_rq_layout_mainline = { 0, 64, 128 };
/* v8 of the patch series: both indices and the first entry share a line */
static const struct zrx_rq_layout zrx_rq_layout_v8 = { 0, 4, 8 };

#define ZRX_RQ_MAX_ENTRIES 32768u

/* an offset is area id << 48, plus the byte offset inside that area */
#define ZRX_AREA_SHIFT 48
#define ZRX_AREA_MASK (((uint64_t)1 << ZRX_AREA_SHIFT) - 1)

ZRX_ABI_ASSERT(sizeof(struct zrx_rqe) == 16, "ABI: one refill entry");
ZRX_ABI_ASSERT(offsetof(struct zrx_rqe, off) == 0, "ABI: off");
ZRX_ABI_ASSERT(offsetof(struct zrx_rqe, len) == 8, "ABI: len");
ZRX_ABI_ASSERT(offsetof(struct zrx_rqe, pad) == 12, "ABI: pad");

/* Bytes that a ring of so many entries takes, from the region's start. */
zrx_inline size_t zrx_rq_size(const struct zrx_rq_layout *l, uint32_t entries)
{
	return l->rqes + (size_t)entries * sizeof(struct zrx_rqe);
}

/*
 * The number of entries that a wish is rounded up to: a power of two, as the
 * kernel does.  0 if the wish is 0 or above ZRX_RQ_MAX_ENTRIES.
 */
zrx_inline uint32_t zrx_rq_entries(uint32_t wish)
{
	uint32_t n = 1;

	if (wish == 0 || wish > ZRX_RQ_MAX_ENTRIES)
		return 0;
	while (n < wish)
		n <<= 1;
	return n;
}

#endif
