/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The mempool driver `zrx` for programs that know it.  A program that does not
 * needs none of this: it loads the driver with -d and asks for its pools with
 * --mbuf-pool-ops-name=zrx.
 *
 * A pool of packet buffers that suits becomes an area of niovs, which a user
 * outside the DPDK world can be given references on.  He returns them through
 * a refill ring; the pool's dequeue works the ring off.
 *
 *   struct zrx_pool *zp = zrx_pool_of(mp);
 *   struct zrx_att *att = zrx_att_open(zp, region, &layout, entries);
 *   ... zrx_att_hold(att, m, &off): tell the user off, he returns it ...
 *   zrx_att_close(att);
 *
 * Errors: functions that return a pointer return NULL and set rte_errno; those
 * that return int return -errno.  Each failure is logged once, in a sentence.
 */
#ifndef ZRX_MEMPOOL_H
#define ZRX_MEMPOOL_H

#include "ring/rq_abi.h"
#include "mp/stats.h"

#include <rte_mbuf.h>
#include <rte_mempool.h>

#define ZRX_API __attribute__((visibility("default")))

struct zrx_pool;
struct zrx_att;

/* Where the buffers lie. */
struct zrx_pool_area {
	int fd; /* a sealed memfd, the pool's; dup it to keep it */
	uint32_t niov_shift; /* log2 of bytes a buffer */
	uint64_t size; /* bytes, a multiple of the page size of fd */
	uint64_t token; /* what every offset starts from */
};

/* Where the buffers are; free + host + user is their number. */
struct zrx_pool_count {
	uint32_t niovs;
	uint32_t free; /* on the free list */
	uint32_t host; /* in lcore caches, NIC rings and the program */
	uint32_t user; /* held by a user, and maybe by the host as well */
	uint64_t hold; /* buffers that ever left the free list */
	uint64_t release; /* buffers that ever came back to it */
};

/*
 * As rte_pktmbuf_pool_create(), with a configuration of the form that the
 * environment variable ZRX_MEMPOOL has (docs/mempool-zrx.md); NULL for that
 * variable's.  Not for secondary processes.  Control thread.
 */
ZRX_API struct rte_mempool *zrx_pool_create(const char *name, unsigned int n,
					    unsigned int cache_size,
					    uint16_t priv_size,
					    uint16_t data_room, int socket_id,
					    const char *conf);

/* Names of the variants, by number; NULL behind the last. */
ZRX_API const char *zrx_pool_variant(unsigned int i);

/* The pool behind mp; NULL if it is not of this driver or a plain stack. */
ZRX_API struct zrx_pool *zrx_pool_of(const struct rte_mempool *mp);

ZRX_API void zrx_pool_area(const struct zrx_pool *zp, struct zrx_pool_area *a);

/* Exact while nothing runs, else a moment's view.  Takes the pool's lock. */
ZRX_API void zrx_pool_count(struct zrx_pool *zp, struct zrx_pool_count *c);

/*
 * A user and his refill ring.  region holds zrx_rq_size(l, entries) bytes that
 * the user can write, zeroed, and must stay mapped until close.  entries as
 * zrx_rq_entries() gives it.  Any thread that may block.
 * Errors: EINVAL (entries), ENOMEM, ENOSPC (ZRX_POOL_MAX_ATTS are open).
 */
ZRX_API struct zrx_att *zrx_att_open(struct zrx_pool *zp, void *region,
				     const struct zrx_rq_layout *l,
				     uint32_t entries);

/*
 * Takes back all that the user holds, whatever he does meanwhile, and forgets
 * him.  No zrx_att_hold() may run.  The number of references taken back.
 */
ZRX_API uint64_t zrx_att_close(struct zrx_att *att);

/*
 * Gives the user a reference on the buffer that segment m's data lies in, and
 * with it the caller's reference on m: m is no longer the caller's, its next
 * is not looked at and is cut off.  off is what the user is to return: token
 * and byte offset of the data within the area.  Clones and indirect mbufs are
 * resolved.  Any lcore, no lock, no system call.
 * False, and m is still the caller's, if the data is not in this pool's area
 * or the user has too many references on it.
 */
ZRX_API bool zrx_att_hold(struct zrx_att *att, struct rte_mbuf *m,
			  uint64_t *off);

/*
 * Works the ring off into the pool's free list, as much as one refill of the
 * variant does; how many buffers came back.  Takes the pool's lock.
 */
ZRX_API uint32_t zrx_att_drain(struct zrx_att *att);

/*
 * The explicit flush, for a user whose ring is full: rounds until the variant
 * has enough, a ringful at most.  -ENOTSUP if the variant has none.
 */
ZRX_API int zrx_att_flush(struct zrx_att *att);

/* References that the user holds; exact while nothing runs. */
ZRX_API uint64_t zrx_att_held(struct zrx_att *att);

/* A moment's view; no lock. */
ZRX_API void zrx_att_stats(const struct zrx_att *att, struct zrx_user_stats *s);

#define ZRX_POOL_MAX_ATTS 64

#endif
