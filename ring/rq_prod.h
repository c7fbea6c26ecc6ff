/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Refill queue, the user's end: the letters are those of rq_cons.h.
 *
 * head comes from the server, which the user trusts with its packets anyway.
 * One producer at a time.  Never blocks; reserve() says no when the ring is
 * full, and the caller keeps the buffer or asks the server to flush.
 */
#ifndef ZRX_RQ_PROD_H
#define ZRX_RQ_PROD_H

#include "rq_abi.h"

struct zrx_rqp {
	/* ours */
	uint32_t cached_head; /* as last loaded */
	uint32_t tail; /* the next slot to fill */
	uint32_t entries; /* a power of two, fixed at init */
	/* shared with the server */
	zrx_a32 ZRX_PEER *khead;
	zrx_a32 ZRX_PEER *ktail;
	struct zrx_rqe ZRX_PEER *rqes;
};

/* As zrx_rqc_init(); goes on from where an earlier producer left the ring. */
zrx_inline void zrx_rqp_init(struct zrx_rqp *rq, void *region,
			     const struct zrx_rq_layout *l, uint32_t entries)
{
	uintptr_t base = (uintptr_t)region;

	rq->entries = entries;
	rq->khead = (zrx_a32 ZRX_PEER *)(base + l->head);
	rq->ktail = (zrx_a32 ZRX_PEER *)(base + l->tail);
	rq->rqes = (struct zrx_rqe ZRX_PEER *)(base + l->rqes);
	rq->cached_head = zrx_shm_load_acquire(rq->khead); /* D */
	rq->tail = zrx_shm_load32(rq->ktail);
}

/* Free slots, looking at head only if less than want are known. */
zrx_inline uint32_t zrx_rqp_room(struct zrx_rqp *rq, uint32_t want)
{
	uint32_t room = rq->entries - (rq->tail - rq->cached_head);

	if (room >= want)
		return room;
	rq->cached_head = zrx_shm_load_acquire(rq->khead); /* D */
	return rq->entries - (rq->tail - rq->cached_head);
}

/* Writes one return; false if the ring is full.  The server sees it at submit.
 */
zrx_inline bool zrx_rqp_put(struct zrx_rqp *rq, uint64_t off, uint32_t len)
{
	struct zrx_rqe ZRX_PEER *e;

	if (zrx_rqp_room(rq, 1) == 0)
		return false;
	e = &rq->rqes[rq->tail++ & (rq->entries - 1)];
	zrx_shm_store64(&e->off, off);
	zrx_shm_store32(&e->len, len);
	zrx_shm_store32(&e->pad, 0);
	return true;
}

/* Publishes all that was put. */
zrx_inline void zrx_rqp_submit(struct zrx_rqp *rq)
{
	zrx_shm_store_release(rq->ktail, rq->tail); /* A */
}

#endif
