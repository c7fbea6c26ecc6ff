/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The way of a buffer to the user and back: hold, read, return, recycle.
 */
#include "drv.h"

#define LEN 200

static struct rte_mbuf *stamped(struct rte_mempool *mp, uint32_t seed)
{
	struct rte_mbuf *m = mbuf_filled(mp, 0, LEN);

	payload_write(rte_pktmbuf_mtod(m, void *), seed, LEN);
	return m;
}

static bool is_held_data(const struct peer *p, uint64_t off, uint32_t seed)
{
	return payload_is(peer_data(p, off), seed, LEN);
}

CASE(a_user_reads_what_was_written_and_returns_it)
{
	struct peer p;
	uint64_t off;

	peer_join(&p, f, PEER_ENTRIES);
	off = peer_give(&p, stamped(f->mp, 1));
	assert_true(is_held_data(&p, off, 1));
	assert_int_equal(pool_count(f->zp).user, 1);
	assert_int_equal(zrx_att_held(p.att), 1);
	assert_int_equal(zrx_att_drain(p.att), 0);
	peer_return(&p, off);
	assert_int_equal(zrx_att_drain(p.att), 1);
	assert_int_equal(zrx_att_held(p.att), 0);
	assert_int_equal(peer_stats(&p).recycled, 1);
	assert_int_equal(peer_leave(&p), 0);
}

/* nobody calls drain: who wants buffers works the ring off */
CASE(a_dequeue_recycles_what_came_back)
{
	struct rte_mbuf *m[FIX_NIOVS];
	uint64_t off[FIX_NIOVS];
	unsigned int i;
	struct peer p;

	peer_join(&p, f, PEER_ENTRIES);
	for (i = 0; i < FIX_NIOVS; i++)
		off[i] = peer_give(&p, rte_pktmbuf_alloc(f->mp));
	assert_null(rte_pktmbuf_alloc(f->mp));
	assert_int_equal(pool_count(f->zp).user, FIX_NIOVS);
	for (i = 0; i < FIX_NIOVS; i++)
		peer_return(&p, off[i]);
	/* in one go: a cache would ask twice */
	assert_int_equal(
		rte_mempool_generic_get(f->mp, (void **)m, FIX_NIOVS, NULL), 0);
	assert_int_equal(peer_head(&p), FIX_NIOVS);
	rte_mempool_generic_put(f->mp, (void **)m, FIX_NIOVS, NULL);
	assert_int_equal(peer_leave(&p), 0);
}

/* true if idx is not to be had, however often one asks */
static bool is_out_of_reach(struct fix *f, const void *buf)
{
	struct rte_mbuf *m[FIX_NIOVS];
	unsigned int n = rte_mempool_avail_count(f->mp), i;
	bool found = false;

	assert_int_equal(rte_pktmbuf_alloc_bulk(f->mp, m, n), 0);
	assert_null(rte_pktmbuf_alloc(f->mp));
	for (i = 0; i < n; i++)
		found |= m[i]->buf_addr == buf;
	rte_pktmbuf_free_bulk(m, n);
	return !found;
}

CASE(a_held_buffer_is_in_nobodys_cache)
{
	struct rte_mbuf *m = stamped(f->mp, 2);
	const void *buf = m->buf_addr;
	struct peer p;
	uint64_t off;

	peer_join(&p, f, PEER_ENTRIES);
	rte_mbuf_refcnt_update(m, 1);
	off = peer_give(&p, m);
	rte_pktmbuf_free(m); /* the program's other reference */
	assert_true(is_out_of_reach(f, buf));
	assert_true(is_held_data(&p, off, 2));
	peer_return(&p, off);
	assert_int_equal(zrx_att_drain(p.att), 1);
	assert_false(is_out_of_reach(f, buf));
	assert_int_equal(peer_leave(&p), 0);
}

CASE(the_program_may_keep_what_it_gave_longer_than_the_user)
{
	struct rte_mbuf *m = stamped(f->mp, 3);
	struct peer p;
	uint64_t off;

	peer_join(&p, f, PEER_ENTRIES);
	rte_mbuf_refcnt_update(m, 1);
	off = peer_give(&p, m);
	peer_return(&p, off);
	assert_int_equal(zrx_att_drain(p.att), 0);
	assert_int_equal(peer_stats(&p).busy, 1);
	rte_mempool_cache_flush(NULL, f->mp);
	assert_int_equal(pool_count(f->zp).host, 1);
	assert_int_equal(rte_mbuf_refcnt_read(m), 1);
	rte_pktmbuf_free(m);
	assert_int_equal(peer_leave(&p), 0);
}

CASE(one_buffer_is_held_as_often_as_it_was_given)
{
	struct rte_mbuf *m = stamped(f->mp, 4);
	unsigned int i;
	struct peer p;
	uint64_t off = 0;

	peer_join(&p, f, PEER_ENTRIES);
	rte_mbuf_refcnt_update(m, 4);
	for (i = 0; i < 5; i++)
		off = peer_give(&p, m);
	assert_int_equal(zrx_att_held(p.att), 5);
	assert_int_equal(pool_count(f->zp).user, 1);
	for (i = 0; i < 4; i++) {
		peer_return(&p, off);
		assert_int_equal(zrx_att_drain(p.att), 0);
	}
	peer_return(&p, off);
	assert_int_equal(zrx_att_drain(p.att), 1);
	assert_int_equal(peer_leave(&p), 0);
}

CASE(a_clone_is_held_by_the_buffer_behind_it)
{
	struct rte_mempool *mp = other_pool("ring_mp_mc", 0);
	struct rte_mbuf *m = stamped(f->mp, 5), *c = rte_pktmbuf_clone(m, mp);
	struct peer p;
	uint64_t off;

	peer_join(&p, f, PEER_ENTRIES);
	off = peer_give(&p, c);
	assert_int_equal(rte_mempool_avail_count(mp), 127);
	assert_true(is_held_data(&p, off, 5));
	rte_pktmbuf_free(m);
	assert_int_equal(pool_out(f->mp), 1);
	peer_return(&p, off);
	assert_int_equal(zrx_att_drain(p.att), 1);
	assert_int_equal(peer_leave(&p), 0);
	rte_mempool_free(mp);
}

CASE(a_clone_of_a_clone_is_held_the_same_way)
{
	struct rte_mempool *mp = other_pool("ring_mp_mc", 0);
	struct rte_mbuf *m = stamped(f->mp, 6), *c = rte_pktmbuf_clone(m, mp);
	struct rte_mbuf *d = rte_pktmbuf_clone(c, mp);
	struct peer p;
	uint64_t off;

	peer_join(&p, f, PEER_ENTRIES);
	rte_pktmbuf_free(m);
	rte_pktmbuf_free(c);
	off = peer_give(&p, d);
	assert_true(rte_mempool_full(mp));
	assert_true(is_held_data(&p, off, 6));
	peer_return(&p, off);
	assert_int_equal(zrx_att_drain(p.att), 1);
	assert_int_equal(peer_leave(&p), 0);
	rte_mempool_free(mp);
}

CASE(a_clone_that_is_a_zrx_mbuf_goes_home_itself)
{
	struct rte_mbuf *m, *c;
	struct peer p;
	uint64_t off;

	if (fix_is_pinned(f))
		skip();
	peer_join(&p, f, PEER_ENTRIES);
	m = stamped(f->mp, 7);
	c = rte_pktmbuf_clone(m, f->mp);
	off = peer_give(&p, c);
	assert_int_equal(pool_out(f->mp), 1);
	assert_true(is_held_data(&p, off, 7));
	rte_pktmbuf_free(m);
	peer_return(&p, off);
	assert_int_equal(zrx_att_drain(p.att), 1);
	assert_int_equal(peer_leave(&p), 0);
}

CASE(the_segments_of_a_chain_are_held_one_by_one)
{
	struct rte_mbuf *seg, *next;
	uint64_t off[5];
	unsigned int i;
	struct peer p;

	peer_join(&p, f, PEER_ENTRIES);
	seg = stamped(f->mp, 0);
	for (i = 1; i < RTE_DIM(off); i++)
		rte_pktmbuf_chain(seg, stamped(f->mp, i));
	for (i = 0; seg; seg = next, i++) {
		next = seg->next;
		off[i] = peer_give(&p, seg);
	}
	assert_int_equal(i, RTE_DIM(off));
	for (i = 0; i < RTE_DIM(off); i++) {
		assert_true(is_held_data(&p, off[i], i));
		peer_return(&p, off[i]);
	}
	assert_int_equal(zrx_att_drain(p.att), RTE_DIM(off));
	assert_int_equal(peer_leave(&p), 0);
}

/* headers stripped, headers put in front, nothing there at all */
CASE(the_offset_is_where_the_data_begins)
{
	static const uint16_t at[] = { 0, 1, 63, 128, 1000, FIX_ROOM - 1 };
	struct rte_mbuf *m;
	uint64_t off;
	unsigned int i;
	struct peer p;

	peer_join(&p, f, PEER_ENTRIES);
	for (i = 0; i < RTE_DIM(at); i++) {
		m = rte_pktmbuf_alloc(f->mp);
		m->data_off = at[i];
		*rte_pktmbuf_mtod(m, uint8_t *) = 0xa0 + i;
		off = peer_give(&p, m);
		assert_int_equal((off - p.token) % p.niov_size, at[i]);
		assert_int_equal(*(const uint8_t *)peer_data(&p, off),
				 0xa0 + i);
		peer_return(&p, off);
	}
	assert_int_equal(zrx_att_drain(p.att), RTE_DIM(at));
	assert_int_equal(peer_leave(&p), 0);
}

CASE(any_offset_within_the_buffer_returns_it)
{
	static const uint16_t at[] = { 0, 1, 2000, 4095 };
	unsigned int i;
	struct peer p;
	uint64_t off;

	peer_join(&p, f, PEER_ENTRIES);
	for (i = 0; i < RTE_DIM(at); i++) {
		off = peer_give(&p, stamped(f->mp, i));
		off -= off % p.niov_size;
		peer_return(&p, off + at[i]);
		assert_int_equal(zrx_att_drain(p.att), 1);
	}
	assert_int_equal(peer_leave(&p), 0);
}

CASE(two_users_cannot_return_each_others_buffers)
{
	struct peer a, b;
	uint64_t off;

	peer_join(&a, f, PEER_ENTRIES);
	peer_join(&b, f, PEER_ENTRIES);
	off = peer_give(&a, stamped(f->mp, 11));
	peer_return(&b, off);
	assert_int_equal(zrx_att_drain(b.att), 0);
	assert_int_equal(peer_stats(&b).entries[ZRX_NOT_HELD], 1);
	assert_int_equal(zrx_att_held(a.att), 1);
	peer_return(&a, off);
	assert_int_equal(zrx_att_drain(a.att), 1);
	assert_int_equal(peer_leave(&a) + peer_leave(&b), 0);
}

CASE(a_buffer_of_two_users_comes_back_with_the_second)
{
	struct rte_mbuf *m = stamped(f->mp, 12);
	struct peer a, b;
	uint64_t off;

	peer_join(&a, f, PEER_ENTRIES);
	peer_join(&b, f, PEER_ENTRIES);
	rte_mbuf_refcnt_update(m, 1);
	off = peer_give(&a, m);
	assert_true(off == peer_give(&b, m));
	assert_int_equal(pool_count(f->zp).user, 1);
	peer_return(&b, off);
	assert_int_equal(zrx_att_drain(b.att), 0);
	assert_true(is_held_data(&a, off, 12));
	peer_return(&a, off);
	assert_int_equal(zrx_att_drain(a.att), 1);
	assert_int_equal(peer_leave(&a) + peer_leave(&b), 0);
}

CASE(a_dequeue_works_all_rings_off)
{
	struct rte_mbuf *m[FIX_NIOVS];
	struct peer p[8];
	uint64_t off;
	unsigned int i;

	for (i = 0; i < RTE_DIM(p); i++)
		peer_join(&p[i], f, PEER_ENTRIES);
	for (i = 0; i < FIX_NIOVS; i++) {
		off = peer_give(&p[i % 8], rte_pktmbuf_alloc(f->mp));
		peer_return(&p[i % 8], off);
	}
	assert_int_equal(rte_pktmbuf_alloc_bulk(f->mp, m, FIX_NIOVS), 0);
	rte_pktmbuf_free_bulk(m, FIX_NIOVS);
	for (i = 0; i < RTE_DIM(p); i++)
		assert_int_equal(peer_leave(&p[i]), 0);
}

static const struct CMUnitTest cases[] = {
	FIX(a_user_reads_what_was_written_and_returns_it),
	FIX(a_dequeue_recycles_what_came_back),
	FIX(a_held_buffer_is_in_nobodys_cache),
	FIX(the_program_may_keep_what_it_gave_longer_than_the_user),
	FIX(one_buffer_is_held_as_often_as_it_was_given),
	FIX(a_clone_is_held_by_the_buffer_behind_it),
	FIX(a_clone_of_a_clone_is_held_the_same_way),
	FIX(a_clone_that_is_a_zrx_mbuf_goes_home_itself),
	FIX(the_segments_of_a_chain_are_held_one_by_one),
	FIX(the_offset_is_where_the_data_begins),
	FIX(any_offset_within_the_buffer_returns_it),
	FIX(two_users_cannot_return_each_others_buffers),
	FIX(a_buffer_of_two_users_comes_back_with_the_second),
	FIX(a_dequeue_works_all_rings_off),
};

int main(void)
{
	return RUN_MATRIX("user", cases);
}
