/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Refill queue, the server's end.  The user owns tail and the entries, we own
 * head.
 *
 *   user: write entries; store-release tail              (A)
 *   here: load-acquire tail (B); read each entry once; store-release head (C)
 *   user: load-acquire head (D); reuse the slots
 *
 * B pairs with A: an entry is read after the user wrote it, and the payload is
 * handed out again after the user read it.  D pairs with C: a slot is written
 * again after we read it.
 *
 * Nothing read here is trusted.  head is never read back: the user may
 * scribble on it and only fools itself.  A wild tail is at worst a full ring of
 * entries to look at, and the caller bounds how many it takes a call.
 *
 * One consumer at a time; the host serialises.  Never blocks, any context.
 */
#ifndef ZRX_RQ_CONS_H
#define ZRX_RQ_CONS_H

#include "rq_abi.h"

struct zrx_rqc {
	/* ours */
	uint32_t cached_head; /* the next entry to read */
	uint32_t cached_tail; /* as last loaded, any value */
	uint32_t entries; /* a power of two, fixed at init */
	/* shared with the user */
	zrx_a32 ZRX_PEER *khead;
	zrx_a32 ZRX_PEER *ktail;
	struct zrx_rqe ZRX_PEER *rqes;
};

/* What was read of one entry. */
struct zrx_ret {
	uint64_t off;
	uint32_t pad;
};

/*
 * region: zrx_rq_size() bytes, 8-byte aligned, mapped by both; zeroed by the
 * caller before the user gets it (v8 did not, and replayed what it found).
 * entries: as zrx_rq_entries() made it.  The region outlives the ring.
 */
zrx_inline void zrx_rqc_init(struct zrx_rqc *rq, void *region,
			     const struct zrx_rq_layout *l, uint32_t entries)
{
	uintptr_t base = (uintptr_t)region;

	rq->cached_head = 0;
	rq->cached_tail = 0;
	rq->entries = entries;
	rq->khead = (zrx_a32 ZRX_PEER *)(base + l->head);
	rq->ktail = (zrx_a32 ZRX_PEER *)(base + l->tail);
	rq->rqes = (struct zrx_rqe ZRX_PEER *)(base + l->rqes);
}

/* Entries that can be read without looking at tail again. */
zrx_inline uint32_t zrx_rqc_cached(const struct zrx_rqc *rq)
{
	uint32_t n = rq->cached_tail - rq->cached_head;

	return n < rq->entries ? n : rq->entries;
}

/* Looks at tail, then as zrx_rqc_cached(). */
zrx_inline uint32_t zrx_rqc_look(struct zrx_rqc *rq)
{
	rq->cached_tail = zrx_shm_load_acquire(rq->ktail); /* B */
	return zrx_rqc_cached(rq);
}

/* The user moved tail by more than the ring holds, or backwards. */
zrx_inline bool zrx_rqc_overrun(const struct zrx_rqc *rq)
{
	return rq->cached_tail - rq->cached_head > rq->entries;
}

/* Takes one entry; the caller knows from cached() or look() that it is there.
 */
zrx_inline struct zrx_ret zrx_rqc_next(struct zrx_rqc *rq)
{
	uint32_t slot = rq->cached_head++ & (rq->entries - 1);
	struct zrx_rqe ZRX_PEER *e = &rq->rqes[slot];
	struct zrx_ret r;

	r.off = zrx_shm_load64(&e->off);
	r.pad = zrx_shm_load32(&e->pad);
	return r;
}

/* Gives the slots of all taken entries back to the user. */
zrx_inline void zrx_rqc_release(struct zrx_rqc *rq)
{
	zrx_shm_store_release(rq->khead, rq->cached_head); /* C */
}

#endif
