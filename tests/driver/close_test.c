/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Users come, fill their rings, die and come back.
 */
#include "drv.h"

#include <stdlib.h>
#include <string.h>

static struct rte_mbuf *fresh(struct rte_mempool *mp)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(mp);

	assert_non_null(m);
	return m;
}

CASE(a_user_who_dies_holding_all_leaves_nothing_behind)
{
	struct peer p;
	unsigned int i;

	peer_join(&p, f, PEER_ENTRIES);
	for (i = 0; i < FIX_NIOVS; i++)
		peer_give(&p, fresh(f->mp));
	assert_null(rte_pktmbuf_alloc(f->mp));
	assert_int_equal(pool_count(f->zp).user, FIX_NIOVS);
	assert_int_equal(peer_leave(&p), FIX_NIOVS);
	assert_int_equal(pool_out(f->mp), 0);
}

CASE(close_takes_back_every_reference_of_every_buffer)
{
	unsigned int i, j, sum = 0;
	struct rte_mbuf *m;
	struct peer p;

	peer_join(&p, f, PEER_ENTRIES);
	for (i = 0; i < FIX_NIOVS; i++) {
		m = fresh(f->mp);
		rte_mbuf_refcnt_update(m, i % 5);
		for (j = 0; j <= i % 5; j++, sum++)
			peer_give(&p, m);
	}
	assert_int_equal(zrx_att_held(p.att), sum);
	assert_int_equal(peer_leave(&p), sum);
	assert_int_equal(pool_out(f->mp), 0);
}

CASE(close_leaves_to_others_what_is_theirs)
{
	struct rte_mbuf *mine = fresh(f->mp), *shared = fresh(f->mp);
	struct peer a, b;
	uint64_t off;

	peer_join(&a, f, PEER_ENTRIES);
	peer_join(&b, f, PEER_ENTRIES);
	rte_mbuf_refcnt_update(mine, 1);
	rte_mbuf_refcnt_update(shared, 1);
	peer_give(&a, mine);
	peer_give(&a, shared);
	off = peer_give(&b, shared);
	assert_int_equal(peer_leave(&a), 2);
	assert_int_equal(pool_out(f->mp), 2);
	rte_pktmbuf_free(mine);
	assert_int_equal(pool_out(f->mp), 1);
	peer_return(&b, off);
	assert_int_equal(zrx_att_drain(b.att), 1);
	assert_int_equal(peer_leave(&b), 0);
}

CASE(returns_that_nobody_read_are_not_counted_twice)
{
	struct peer p;
	uint64_t off;

	peer_join(&p, f, PEER_ENTRIES);
	off = peer_give(&p, fresh(f->mp));
	peer_return(&p, off);
	assert_int_equal(peer_leave(&p), 1);
}

CASE(a_user_comes_back_with_a_ring_of_his_own)
{
	unsigned int i;
	struct peer p;
	uint64_t off;

	for (i = 0; i < 20; i++) {
		peer_join(&p, f, 16 << (i % 4));
		off = peer_give(&p, fresh(f->mp));
		peer_give(&p, fresh(f->mp));
		peer_return(&p, off);
		assert_int_equal(zrx_att_drain(p.att), 1);
		assert_int_equal(peer_leave(&p), 1);
		assert_int_equal(pool_out(f->mp), 0);
	}
}

CASE(a_pool_lives_on_when_its_user_is_gone)
{
	struct rte_mbuf *m[FIX_NIOVS];
	struct peer p;

	peer_join(&p, f, PEER_ENTRIES);
	peer_give(&p, fresh(f->mp));
	peer_leave(&p);
	assert_int_equal(rte_pktmbuf_alloc_bulk(f->mp, m, FIX_NIOVS), 0);
	rte_pktmbuf_free_bulk(m, FIX_NIOVS);
}

CASE(the_one_in_the_middle_can_go)
{
	struct peer p[3];
	uint64_t off[3];
	unsigned int i;

	for (i = 0; i < 3; i++) {
		peer_join(&p[i], f, PEER_ENTRIES);
		off[i] = peer_give(&p[i], fresh(f->mp));
	}
	assert_int_equal(peer_leave(&p[1]), 1);
	for (i = 0; i < 3; i += 2) {
		peer_return(&p[i], off[i]);
		assert_int_equal(zrx_att_drain(p[i].att), 1);
		assert_int_equal(peer_leave(&p[i]), 0);
	}
}

CASE(sixty_four_users_fit_and_one_more_does_not)
{
	struct peer p[ZRX_POOL_MAX_ATTS], more;
	unsigned int i;

	for (i = 0; i < ZRX_POOL_MAX_ATTS; i++) {
		peer_join(&p[i], f, 2);
		peer_give(&p[i], fresh(f->mp));
	}
	peer_map(&more, f->zp, peer_layout(f), 2);
	log_begin();
	assert_null(zrx_att_open(f->zp, more.region, peer_layout(f), 2));
	log_expect_one(log_end(), "64 users are attached");
	assert_int_equal(rte_errno, ENOSPC);
	peer_unmap(&more);
	for (i = 0; i < ZRX_POOL_MAX_ATTS; i++)
		assert_int_equal(peer_leave(&p[i]), 1);
}

CASE(every_ring_size_works_to_the_last_slot)
{
	uint32_t entries, i;
	struct peer p;
	uint64_t off;

	for (entries = 1; entries <= ZRX_RQ_MAX_ENTRIES; entries *= 2) {
		peer_join(&p, f, entries);
		for (i = 0; i < RTE_MIN(entries, 200u) + 5; i++) {
			off = peer_give(&p, fresh(f->mp));
			peer_return(&p, off);
			assert_int_equal(zrx_att_drain(p.att), 1);
		}
		assert_int_equal(peer_leave(&p), 0);
	}
}

CASE(other_ring_sizes_are_refused)
{
	static const uint32_t bad[] = { 0,     3,     65,	 32767,
					32769, 65536, UINT32_MAX };
	uint64_t region[16] = { 0 };
	unsigned int i;

	for (i = 0; i < RTE_DIM(bad); i++) {
		rte_errno = 0;
		log_begin();
		assert_null(
			zrx_att_open(f->zp, region, peer_layout(f), bad[i]));
		log_expect_one(log_end(), "a power of two of entries");
		assert_int_equal(rte_errno, EINVAL);
	}
}

CASE(flush_takes_what_is_there_if_the_variant_has_one)
{
	struct rte_mbuf *m[64];
	unsigned int i;
	struct peer p;

	peer_join(&p, f, 64);
	assert_int_equal(rte_pktmbuf_alloc_bulk(f->mp, m, 64), 0);
	for (i = 0; i < 64; i++)
		peer_return(&p, peer_give(&p, m[i]));
	if (fix_is_v8(f)) {
		assert_int_equal(zrx_att_flush(p.att), -ENOTSUP);
		assert_int_equal(peer_leave(&p), 64);
		return;
	}
	assert_int_equal(zrx_att_flush(p.att), 64);
	assert_int_equal(zrx_att_flush(p.att), 0);
	assert_int_equal(peer_leave(&p), 0);
}

CASE(flush_ends_at_a_bad_entry)
{
	struct peer p;
	uint64_t a, b;

	if (fix_is_v8(f))
		skip();
	peer_join(&p, f, 64);
	a = peer_give(&p, fresh(f->mp));
	b = peer_give(&p, fresh(f->mp));
	peer_write(&p, a, 0);
	peer_write(&p, 0, 1);
	peer_return(&p, b);
	assert_int_equal(zrx_att_flush(p.att), 1);
	assert_int_equal(peer_head(&p), 2);
	assert_int_equal(zrx_att_flush(p.att), 1);
	assert_int_equal(peer_leave(&p), 0);
}

/* a ring that never ends: as many rounds as the ring has entries, no more */
CASE(flush_ends_though_the_user_does_not)
{
	struct peer p;

	if (fix_is_v8(f))
		skip();
	peer_join(&p, f, 256);
	peer_tail(&p, UINT32_MAX); /* zeroed entries: none of them is held */
	assert_int_equal(zrx_att_flush(p.att), 0);
	assert_in_range(peer_head(&p), 1, 256 + 32);
	assert_int_equal(peer_leave(&p), 0);
}

CASE(a_pool_freed_with_a_user_attached_says_so_and_goes)
{
	struct rte_mempool *mp = fix_pool(f, 50, 8, 0, FIX_ROOM);
	struct fix own = *f;
	struct peer a, b;

	own.zp = zrx_pool_of(mp);
	peer_join(&a, &own, 16);
	peer_join(&b, &own, 16);
	peer_give(&a, fresh(mp));
	peer_give(&b, fresh(mp));
	peer_return(&b, peer_give(&b, fresh(mp)));
	log_begin();
	rte_mempool_free(mp);
	assert_int_equal(log_lines(log_end()), 2);
	peer_unmap(&a);
	peer_unmap(&b);
}

/* his mapping is his own: it outlives the pool and shows the last contents */
CASE(what_a_user_maps_outlives_the_pool)
{
	struct rte_mempool *mp = fix_pool(f, 50, 8, 0, FIX_ROOM);
	struct rte_mbuf *m = mbuf_filled(mp, 0x5a, 100);
	struct fix own = *f;
	struct peer p;
	uint64_t off;

	own.zp = zrx_pool_of(mp);
	peer_join(&p, &own, 16);
	off = peer_give(&p, m);
	assert_int_equal(zrx_att_close(p.att), 1);
	rte_mempool_free(mp);
	assert_int_equal(*(const uint8_t *)peer_data(&p, off), 0x5a);
	peer_unmap(&p);
}

static const struct CMUnitTest cases[] = {
	FIX(a_user_who_dies_holding_all_leaves_nothing_behind),
	FIX(close_takes_back_every_reference_of_every_buffer),
	FIX(close_leaves_to_others_what_is_theirs),
	FIX(returns_that_nobody_read_are_not_counted_twice),
	FIX(a_user_comes_back_with_a_ring_of_his_own),
	FIX(a_pool_lives_on_when_its_user_is_gone),
	FIX(the_one_in_the_middle_can_go),
	FIX(sixty_four_users_fit_and_one_more_does_not),
	FIX(every_ring_size_works_to_the_last_slot),
	FIX(other_ring_sizes_are_refused),
	FIX(flush_takes_what_is_there_if_the_variant_has_one),
	FIX(flush_ends_at_a_bad_entry),
	FIX(flush_ends_though_the_user_does_not),
	FIX(a_pool_freed_with_a_user_attached_says_so_and_goes),
	FIX(what_a_user_maps_outlives_the_pool),
};

int main(void)
{
	return RUN_MATRIX("close", cases);
}
