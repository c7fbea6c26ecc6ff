/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mbufs that share buffers: clones, references, external buffers, segments.
 * What is made here is what ip_fragmentation, multicast and copy modes make.
 */
#include "drv.h"

#include <stdlib.h>
#include <string.h>

#include <rte_malloc.h>

#define LEN 300

static struct rte_mbuf *stamped(struct rte_mempool *mp, uint32_t seed)
{
	struct rte_mbuf *m = mbuf_filled(mp, 0, LEN);

	payload_write(rte_pktmbuf_mtod(m, void *), seed, LEN);
	return m;
}

static bool is_stamped(const struct rte_mbuf *m, uint32_t seed)
{
	return payload_is(rte_pktmbuf_mtod(m, const void *), seed, LEN);
}

CASE(a_clone_sees_the_data_and_keeps_the_buffer_alive)
{
	struct rte_mempool *mp = other_pool("ring_mp_mc", 0);
	struct rte_mbuf *m = stamped(f->mp, 1), *c = rte_pktmbuf_clone(m, mp);

	assert_non_null(c);
	assert_ptr_equal(c->buf_addr, m->buf_addr);
	rte_pktmbuf_free(m);
	assert_int_equal(pool_out(f->mp), 1);
	assert_true(is_stamped(c, 1));
	rte_pktmbuf_free(c);
	assert_int_equal(pool_out(f->mp), 0);
	rte_mempool_free(mp);
}

CASE(a_clone_can_go_before_its_original)
{
	struct rte_mempool *mp = other_pool("zrx", 0);
	struct rte_mbuf *m = stamped(f->mp, 2), *c = rte_pktmbuf_clone(m, mp);

	rte_pktmbuf_free(c);
	assert_int_equal(pool_out(f->mp), 1);
	assert_true(is_stamped(m, 2));
	rte_pktmbuf_free(m);
	assert_int_equal(pool_out(f->mp), 0);
	rte_mempool_free(mp);
}

CASE(a_clone_of_a_clone_points_to_the_first_buffer)
{
	struct rte_mempool *mp = other_pool("ring_mp_mc", 0);
	struct rte_mbuf *m = stamped(f->mp, 3), *c = rte_pktmbuf_clone(m, mp);
	struct rte_mbuf *d = rte_pktmbuf_clone(c, mp);

	assert_ptr_equal(d->buf_addr, m->buf_addr);
	rte_pktmbuf_free(m);
	rte_pktmbuf_free(c);
	assert_true(is_stamped(d, 3));
	assert_int_equal(pool_out(f->mp), 1);
	rte_pktmbuf_free(d);
	assert_int_equal(pool_out(f->mp), 0);
	rte_mempool_free(mp);
}

CASE(every_mbuf_of_the_pool_can_be_cloned)
{
	struct rte_mempool *mp = other_pool("stack", 0);
	struct rte_mbuf *m[FIX_NIOVS], *c[FIX_NIOVS];
	unsigned int i;

	for (i = 0; i < FIX_NIOVS; i++) {
		m[i] = stamped(f->mp, i);
		c[i] = rte_pktmbuf_clone(m[i], mp);
	}
	rte_pktmbuf_free_bulk(m, FIX_NIOVS);
	assert_int_equal(pool_out(f->mp), FIX_NIOVS);
	for (i = 0; i < FIX_NIOVS; i++)
		assert_true(is_stamped(c[i], i));
	rte_pktmbuf_free_bulk(c, FIX_NIOVS);
	rte_mempool_free(mp);
}

/* an external buffer stays external: pinned mbufs cannot point elsewhere */
static void cannot_attach(const struct fix *f)
{
	if (fix_is_pinned(f))
		skip();
}

/* all mbufs of the pool once, so that the detached one is among them */
static void expect_usable(struct rte_mempool *mp)
{
	struct rte_mbuf *m[FIX_NIOVS];
	unsigned int i;

	for (i = 0; i < FIX_NIOVS; i++)
		m[i] = stamped(mp, i);
	assert_null(rte_pktmbuf_alloc(mp));
	for (i = 0; i < FIX_NIOVS; i++) {
		assert_int_equal(m[i]->buf_len, FIX_ROOM);
		assert_true(is_stamped(m[i], i));
	}
	rte_pktmbuf_free_bulk(m, FIX_NIOVS);
	rte_mempool_cache_flush(NULL, mp);
}

CASE(a_zrx_mbuf_can_be_the_clone)
{
	struct rte_mbuf *m, *c;

	cannot_attach(f);
	m = stamped(f->mp, 4);
	c = rte_pktmbuf_clone(m, f->mp);
	assert_ptr_equal(c->buf_addr, m->buf_addr);
	rte_pktmbuf_free(m);
	assert_true(is_stamped(c, 4));
	assert_int_equal(pool_out(f->mp), 2);
	rte_pktmbuf_free(c);
	assert_int_equal(pool_out(f->mp), 0);
	expect_usable(f->mp);
}

CASE(a_zrx_mbuf_can_be_the_clone_of_a_foreign_one)
{
	struct rte_mempool *mp = other_pool("ring_mp_mc", 2176);
	struct rte_mbuf *m, *c;

	if (!fix_is_pinned(f)) {
		m = stamped(mp, 5);
		c = rte_pktmbuf_clone(m, f->mp);
		rte_pktmbuf_free(m);
		assert_true(is_stamped(c, 5));
		rte_pktmbuf_free(c);
		expect_usable(f->mp);
	}
	rte_mempool_free(mp);
}

/* what was a clone works when it is detached, wherever its data is then */
CASE(a_detached_mbuf_works)
{
	struct rte_mbuf *m, *c;

	cannot_attach(f);
	m = stamped(f->mp, 6);
	c = rte_pktmbuf_clone(m, f->mp);
	rte_pktmbuf_detach(c);
	assert_int_equal(pool_out(f->mp), 2);
	assert_true(c->buf_addr != m->buf_addr);
	rte_pktmbuf_reset(c);
	payload_write(rte_pktmbuf_append(c, LEN), 7, LEN);
	assert_true(is_stamped(c, 7));
	assert_true(is_stamped(m, 6));
	rte_pktmbuf_free(c);
	rte_pktmbuf_free(m);
	expect_usable(f->mp);
}

/* the place behind a detached mbuf is nobody else's, to its last byte */
CASE(detached_mbufs_do_not_write_over_anything)
{
	struct rte_mbuf *m, *c[FIX_NIOVS - 1];
	uint16_t len = FIX_ROOM - RTE_PKTMBUF_HEADROOM;
	unsigned int i, n = RTE_DIM(c);

	cannot_attach(f);
	m = stamped(f->mp, 8);
	for (i = 0; i < n; i++) {
		c[i] = rte_pktmbuf_clone(m, f->mp);
		rte_pktmbuf_detach(c[i]);
		rte_pktmbuf_reset(c[i]);
		memset(c[i]->buf_addr, 0, c[i]->buf_len);
		payload_write(rte_pktmbuf_append(c[i], len), i, len);
	}
	for (i = 0; i < n; i++)
		assert_true(payload_is(rte_pktmbuf_mtod(c[i], void *), i, len));
	assert_true(is_stamped(m, 8));
	rte_pktmbuf_free_bulk(c, n);
	rte_pktmbuf_free(m);
	expect_usable(f->mp);
}

/* with a user attached it gets its niov back on its way through the pool */
CASE(a_detached_mbuf_gets_its_niov_back)
{
	struct rte_mbuf *m, *c;
	struct peer p;
	void *home;

	cannot_attach(f);
	peer_join(&p, f, PEER_ENTRIES);
	c = rte_pktmbuf_alloc(f->mp);
	home = c->buf_addr;
	m = stamped(f->mp, 9);
	rte_pktmbuf_attach(c, m);
	rte_pktmbuf_detach(c);
	rte_pktmbuf_free(c);
	rte_mempool_cache_flush(NULL, f->mp);
	assert_ptr_equal(c->buf_addr, home);
	assert_ptr_equal(rte_mbuf_from_indirect(c), c);
	rte_pktmbuf_free(m);
	expect_usable(f->mp);
	assert_int_equal(peer_leave(&p), 0);
}

/* data in the place behind the mbuf is not in the area: nothing to hold */
CASE(a_detached_mbuf_is_held_only_with_its_niov)
{
	struct rte_mbuf *m, *c;
	struct peer p;
	uint64_t off;
	bool held;

	cannot_attach(f);
	peer_join(&p, f, PEER_ENTRIES);
	m = stamped(f->mp, 10);
	c = rte_pktmbuf_clone(m, f->mp);
	rte_pktmbuf_detach(c);
	rte_pktmbuf_reset(c);
	payload_write(rte_pktmbuf_append(c, LEN), 11, LEN);
	held = zrx_att_hold(p.att, c, &off);
	if (held)
		assert_true(payload_is(peer_data(&p, off), 11, LEN));
	else
		rte_pktmbuf_free(c);
	rte_pktmbuf_free(m);
	assert_int_equal(peer_leave(&p), held);
}

static void ext_freed(void *addr, void *opaque)
{
	++*(unsigned int *)opaque;
}

CASE(an_external_buffer_can_be_attached_and_detached)
{
	struct rte_mbuf_ext_shared_info *sh;
	uint16_t len = 2048;
	unsigned int freed = 0;
	char *mem = rte_malloc("ext", len, 64);
	struct rte_mbuf *m;

	if (!fix_is_pinned(f)) {
		sh = rte_pktmbuf_ext_shinfo_init_helper(mem, &len, ext_freed,
							&freed);
		m = rte_pktmbuf_alloc(f->mp);
		rte_pktmbuf_attach_extbuf(m, mem, RTE_BAD_IOVA, len, sh);
		assert_ptr_equal(m->buf_addr, mem);
		rte_pktmbuf_free(m);
		assert_int_equal(freed, 1);
		expect_usable(f->mp);
	}
	rte_free(mem);
}

CASE(a_reference_more_is_a_free_more)
{
	struct rte_mbuf *m = stamped(f->mp, 12);

	rte_pktmbuf_refcnt_update(m, 2);
	rte_pktmbuf_free(m);
	rte_pktmbuf_free(m);
	assert_int_equal(pool_out(f->mp), 1);
	assert_true(is_stamped(m, 12));
	rte_pktmbuf_free(m);
	assert_int_equal(pool_out(f->mp), 0);
}

CASE(chained_segments_go_home_together)
{
	struct rte_mbuf *head = stamped(f->mp, 13), *next;
	unsigned int i;

	for (i = 1; i < 20; i++) {
		next = stamped(f->mp, 13 + i);
		assert_int_equal(rte_pktmbuf_chain(head, next), 0);
	}
	assert_int_equal(head->nb_segs, 20);
	assert_int_equal(pool_out(f->mp), 20);
	rte_pktmbuf_free(head);
	assert_int_equal(pool_out(f->mp), 0);
}

CASE(a_chain_can_be_cloned)
{
	struct rte_mempool *mp = other_pool("ring_mp_mc", 0);
	struct rte_mbuf *head = stamped(f->mp, 14), *c;

	rte_pktmbuf_chain(head, stamped(f->mp, 15));
	c = rte_pktmbuf_clone(head, mp);
	rte_pktmbuf_free(head);
	assert_true(is_stamped(c, 14) && is_stamped(c->next, 15));
	assert_int_equal(pool_out(f->mp), 2);
	rte_pktmbuf_free(c);
	assert_int_equal(pool_out(f->mp), 0);
	rte_mempool_free(mp);
}

CASE(copies_go_both_ways)
{
	struct rte_mempool *mp = other_pool("ring_mp_mc", 2176);
	struct rte_mbuf *m = stamped(f->mp, 16);
	struct rte_mbuf *away = rte_pktmbuf_copy(m, mp, 0, UINT32_MAX);
	struct rte_mbuf *back = rte_pktmbuf_copy(away, f->mp, 0, UINT32_MAX);

	assert_non_null(back);
	assert_ptr_equal(back->pool, f->mp);
	assert_true(back->buf_addr != m->buf_addr);
	rte_pktmbuf_free(m);
	assert_true(is_stamped(away, 16) && is_stamped(back, 16));
	rte_pktmbuf_free(away);
	rte_pktmbuf_free(back);
	rte_mempool_free(mp);
}

/* pinned: who goes last, the clone, the program or the user? */
CASE(the_last_of_clone_program_and_user_gives_the_buffer_back)
{
	struct rte_mempool *mp = other_pool("ring_mp_mc", 0);
	unsigned int order;
	struct rte_mbuf *m, *c;
	struct peer p;
	uint64_t off;

	peer_join(&p, f, PEER_ENTRIES);
	for (order = 0; order < 2; order++) {
		m = stamped(f->mp, 17);
		c = rte_pktmbuf_clone(m, mp);
		off = peer_give(&p, m);
		if (order)
			rte_pktmbuf_free(c);
		peer_return(&p, off);
		assert_int_equal(zrx_att_drain(p.att), order);
		assert_int_equal(pool_out(f->mp), !order);
		assert_true(order || is_stamped(c, 17));
		if (!order)
			rte_pktmbuf_free(c);
		assert_int_equal(pool_out(f->mp), 0);
	}
	assert_int_equal(peer_leave(&p), 0);
	rte_mempool_free(mp);
}

CASE(a_clone_is_held_after_its_original_is_free)
{
	struct rte_mempool *mp = other_pool("ring_mp_mc", 0);
	struct rte_mbuf *m = stamped(f->mp, 18), *c = rte_pktmbuf_clone(m, mp);
	struct peer p;
	uint64_t off;

	peer_join(&p, f, PEER_ENTRIES);
	rte_pktmbuf_free(m);
	off = peer_give(&p, c);
	assert_true(rte_mempool_full(mp));
	assert_int_equal(pool_out(f->mp), 1);
	assert_true(payload_is(peer_data(&p, off), 18, LEN));
	peer_return(&p, off);
	assert_int_equal(zrx_att_drain(p.att), 1);
	assert_int_equal(peer_leave(&p), 0);
	rte_mempool_free(mp);
}

static const struct CMUnitTest cases[] = {
	FIX(a_clone_sees_the_data_and_keeps_the_buffer_alive),
	FIX(a_clone_can_go_before_its_original),
	FIX(a_clone_of_a_clone_points_to_the_first_buffer),
	FIX(every_mbuf_of_the_pool_can_be_cloned),
	FIX(a_zrx_mbuf_can_be_the_clone),
	FIX(a_zrx_mbuf_can_be_the_clone_of_a_foreign_one),
	FIX(a_detached_mbuf_works),
	FIX(detached_mbufs_do_not_write_over_anything),
	FIX(a_detached_mbuf_gets_its_niov_back),
	FIX(a_detached_mbuf_is_held_only_with_its_niov),
	FIX(an_external_buffer_can_be_attached_and_detached),
	FIX(a_reference_more_is_a_free_more),
	FIX(chained_segments_go_home_together),
	FIX(a_chain_can_be_cloned),
	FIX(copies_go_both_ways),
	FIX(the_last_of_clone_program_and_user_gives_the_buffer_back),
	FIX(a_clone_is_held_after_its_original_is_free),
};

int main(void)
{
	return RUN_MATRIX("clone", cases);
}
