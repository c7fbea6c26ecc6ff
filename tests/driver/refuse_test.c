/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What hold refuses: data that does not lie in a buffer of this pool.  The mbuf
 * is then the caller's as before.
 */
#include "drv.h"

#include <rte_malloc.h>

#define LEN 200

static struct rte_mbuf *stamped(struct rte_mempool *mp, int byte)
{
	return mbuf_filled(mp, byte, LEN);
}

static void expect_refused(struct peer *p, struct rte_mbuf *m)
{
	uint16_t refs = rte_mbuf_refcnt_read(m);
	uint64_t off;

	assert_false(zrx_att_hold(p->att, m, &off));
	assert_int_equal(rte_mbuf_refcnt_read(m), refs);
	assert_int_equal(zrx_att_held(p->att), 0);
	rte_pktmbuf_free(m); /* still the caller's */
}

CASE(mbufs_of_other_pools_are_refused)
{
	struct rte_mempool *ring = other_pool("ring_mp_mc", 2176);
	struct rte_mempool *other = fix_pool(f, 20, 0, 0, FIX_ROOM);
	struct peer p;

	peer_join(&p, f, PEER_ENTRIES);
	expect_refused(&p, stamped(ring, 8));
	expect_refused(&p, stamped(other, 8));
	assert_true(rte_mempool_full(ring) && rte_mempool_full(other));
	assert_int_equal(peer_leave(&p), 0);
	rte_mempool_free(ring);
	rte_mempool_free(other);
}

CASE(clones_of_other_pools_buffers_are_refused)
{
	struct rte_mempool *ring = other_pool("ring_mp_mc", 2176);
	struct rte_mbuf *m = stamped(ring, 9);
	struct peer p;

	peer_join(&p, f, PEER_ENTRIES);
	if (!fix_is_pinned(f))
		expect_refused(&p, rte_pktmbuf_clone(m, f->mp));
	expect_refused(&p, m);
	assert_true(rte_mempool_full(ring));
	assert_int_equal(peer_leave(&p), 0);
	rte_mempool_free(ring);
}

static void ext_freed(void *addr, void *opaque)
{
	rte_free(addr);
}

CASE(external_buffers_are_refused)
{
	struct rte_mempool *ring = other_pool("ring_mp_mc", 0);
	uint16_t len = 2048;
	char *mem = rte_malloc("ext", len, 64);
	struct rte_mbuf *m = rte_pktmbuf_alloc(ring);
	struct peer p;

	peer_join(&p, f, PEER_ENTRIES);
	rte_pktmbuf_attach_extbuf(
		m, mem, RTE_BAD_IOVA, len,
		rte_pktmbuf_ext_shinfo_init_helper(mem, &len, ext_freed, NULL));
	expect_refused(&p, m);
	assert_true(rte_mempool_full(ring));
	assert_int_equal(peer_leave(&p), 0);
	rte_mempool_free(ring);
}

/* an address is all that hold goes by, so it gets bad ones here */
CASE(data_outside_of_the_buffers_is_refused)
{
	struct rte_mempool *ring = other_pool("ring_mp_mc", 2176);
	struct rte_mbuf *m = stamped(f->mp, 10),
			*fake = rte_pktmbuf_alloc(ring);
	char *own = fake->buf_addr, *buf = m->buf_addr;
	void *bad[] = { NULL, m, own, (void *)~(uintptr_t)0xfff };
	struct peer p;
	uint64_t off;
	unsigned int i;

	peer_join(&p, f, PEER_ENTRIES);
	fake->data_off = 0;
	for (i = 0; i < RTE_DIM(bad); i++) {
		fake->buf_addr = bad[i];
		assert_false(zrx_att_hold(p.att, fake, &off));
	}
	/* so far away that shifts and sums could wrap */
	for (i = 31; i < 63; i++) {
		fake->buf_addr = (void *)((uintptr_t)buf + ((uintptr_t)1 << i));
		assert_false(zrx_att_hold(p.att, fake, &off));
	}
	fake->buf_addr = own;
	expect_refused(&p, fake);
	rte_pktmbuf_free(m);
	assert_int_equal(peer_leave(&p), 0);
	rte_mempool_free(ring);
}

/* the last group has room for 16 buffers and the pool has 83 */
CASE(memory_behind_the_last_buffer_is_refused)
{
	struct rte_mbuf *m[FIX_NIOVS], *fake;
	struct rte_mempool *ring = other_pool("ring_mp_mc", 2176);
	char *own, *last = NULL;
	struct peer p;
	unsigned int i;
	uint64_t off;

	peer_join(&p, f, PEER_ENTRIES);
	fake = rte_pktmbuf_alloc(ring);
	own = fake->buf_addr;
	assert_int_equal(rte_pktmbuf_alloc_bulk(f->mp, m, FIX_NIOVS), 0);
	for (i = 0; i < FIX_NIOVS; i++)
		last = RTE_MAX(last, (char *)m[i]->buf_addr);
	for (i = 1; i < 40; i++) {
		fake->buf_addr = last + i * p.niov_size;
		assert_false(zrx_att_hold(p.att, fake, &off));
	}
	fake->buf_addr = own;
	rte_pktmbuf_free(fake);
	rte_pktmbuf_free_bulk(m, FIX_NIOVS);
	assert_int_equal(peer_leave(&p), 0);
	rte_mempool_free(ring);
}

static const struct CMUnitTest cases[] = {
	FIX(mbufs_of_other_pools_are_refused),
	FIX(clones_of_other_pools_buffers_are_refused),
	FIX(external_buffers_are_refused),
	FIX(data_outside_of_the_buffers_is_refused),
	FIX(memory_behind_the_last_buffer_is_refused),
};

int main(void)
{
	return RUN_MATRIX("refuse", cases);
}
