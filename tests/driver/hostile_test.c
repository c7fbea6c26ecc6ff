/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A user who writes what he likes into his ring.  The reasons for which an
 * entry is refused are the core's business and tested there; here it is the
 * driver's that nothing of it reaches the pool, and that it costs little.
 */
#include "drv.h"

#include <string.h>

static struct rte_mbuf *fresh(struct fix *f)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(f->mp);

	assert_non_null(m);
	return m;
}

static uint64_t verdict(const struct peer *p, enum zrx_verdict v)
{
	return peer_stats(p).entries[v];
}

/* One bad entry between two good ones: the good ones count. */
static void expect_bad(struct fix *f, uint64_t bad, uint32_t pad,
		       enum zrx_verdict v)
{
	uint64_t a, b;
	struct peer p;

	peer_join(&p, f, PEER_ENTRIES);
	a = peer_give(&p, fresh(f));
	b = peer_give(&p, fresh(f));
	peer_write(&p, a, 0);
	peer_write(&p, bad, pad);
	peer_return(&p, b);
	assert_int_equal(zrx_att_drain(p.att), 2);
	assert_int_equal(verdict(&p, v), 1);
	assert_int_equal(verdict(&p, ZRX_TAKEN), 2);
	assert_int_equal(peer_head(&p), 3);
	assert_int_equal(peer_leave(&p), 0);
}

CASE(an_entry_with_a_pad_is_refused)
{
	expect_bad(f, 0, 1, ZRX_BAD_PAD);
	expect_bad(f, 0, 0x80000000u, ZRX_BAD_PAD);
}

CASE(an_area_that_is_not_there_is_refused)
{
	expect_bad(f, (uint64_t)1 << ZRX_AREA_SHIFT, 0, ZRX_BAD_AREA);
	expect_bad(f, UINT64_MAX, 0, ZRX_BAD_AREA);
}

CASE(an_offset_behind_the_last_buffer_is_refused)
{
	struct zrx_pool_area a;

	zrx_pool_area(f->zp, &a);
	expect_bad(f, (uint64_t)FIX_NIOVS << a.niov_shift, 0, ZRX_BAD_RANGE);
	expect_bad(f, ((uint64_t)1 << ZRX_AREA_SHIFT) - 1, 0, ZRX_BAD_RANGE);
}

CASE(what_was_never_given_is_refused)
{
	struct zrx_pool_area a;
	struct peer p;
	uint64_t i;

	zrx_pool_area(f->zp, &a);
	peer_join(&p, f, PEER_ENTRIES);
	for (i = 0; i < FIX_NIOVS; i++)
		peer_return(&p, i << a.niov_shift);
	while (peer_head(&p) < FIX_NIOVS)
		assert_int_equal(zrx_att_drain(p.att), 0);
	assert_int_equal(verdict(&p, ZRX_NOT_HELD), FIX_NIOVS);
	assert_int_equal(peer_leave(&p), 0);
}

CASE(a_return_twice_counts_once)
{
	struct peer p;
	uint64_t off;

	peer_join(&p, f, PEER_ENTRIES);
	off = peer_give(&p, fresh(f));
	peer_return(&p, off);
	assert_int_equal(zrx_att_drain(p.att), 1);
	peer_return(&p, off);
	assert_int_equal(zrx_att_drain(p.att), 0);
	assert_int_equal(verdict(&p, ZRX_NOT_HELD), 1);
	assert_int_equal(peer_leave(&p), 0);
}

/* v8 takes one by one; mainline takes a run whole or not at all */
CASE(a_run_with_surplus_is_as_the_variant_says)
{
	struct rte_mbuf *m = fresh(f);
	uint64_t off;
	struct peer p;

	peer_join(&p, f, PEER_ENTRIES);
	rte_mbuf_refcnt_update(m, 1);
	off = peer_give(&p, m);
	peer_give(&p, m);
	peer_write(&p, off, 0);
	peer_write(&p, off, 0);
	peer_return(&p, off);
	assert_int_equal(zrx_att_drain(p.att), fix_is_v8(f));
	assert_int_equal(verdict(&p, ZRX_TAKEN), fix_is_v8(f) ? 2 : 0);
	assert_int_equal(verdict(&p, ZRX_NOT_HELD), fix_is_v8(f));
	assert_int_equal(verdict(&p, ZRX_SURPLUS), fix_is_v8(f) ? 0 : 3);
	assert_int_equal(peer_leave(&p), fix_is_v8(f) ? 0 : 2);
}

/* the buffer has been given out again: to nobody, to the program, to a user */
CASE(a_late_second_return_does_not_hurt_the_next_owner)
{
	struct rte_mbuf *m;
	struct peer p;
	uint64_t off;

	peer_join(&p, f, PEER_ENTRIES);
	off = peer_give(&p, fresh(f));
	peer_return(&p, off);
	assert_int_equal(zrx_att_drain(p.att), 1);
	rte_mempool_cache_flush(NULL, f->mp);
	assert_int_equal(rte_mempool_generic_get(f->mp, (void **)&m, 1, NULL),
			 0);
	peer_return(&p, off);
	assert_int_equal(zrx_att_drain(p.att), 0);
	assert_int_equal(rte_mbuf_refcnt_read(m), 1);
	rte_mempool_generic_put(f->mp, (void **)&m, 1, NULL);
	assert_int_equal(peer_leave(&p), 0);
}

CASE(a_return_before_the_hold_counts_for_nothing)
{
	struct rte_mbuf *m = fresh(f);
	struct peer p;
	uint64_t off;

	peer_join(&p, f, PEER_ENTRIES);
	rte_mbuf_refcnt_update(m, 1);
	off = peer_give(&p, m);
	peer_return(&p, off);
	zrx_att_drain(p.att);
	peer_return(&p, off); /* he guesses what comes next */
	assert_int_equal(zrx_att_drain(p.att), 0);
	assert_true(off == peer_give(&p, m));
	assert_int_equal(zrx_att_held(p.att), 1);
	assert_int_equal(peer_leave(&p), 1);
}

/* nobody told him, and yet it is his to return from the moment of the hold */
CASE(a_return_before_he_is_told_is_a_return)
{
	struct rte_mbuf *m = fresh(f), *again;
	struct zrx_pool_area a;
	uint64_t off, next;
	struct peer p;

	zrx_pool_area(f->zp, &a);
	peer_join(&p, f, PEER_ENTRIES);
	off = peer_give(&p, m);
	peer_return(&p, off);
	zrx_att_drain(p.att);
	assert_int_equal(
		rte_mempool_generic_get(f->mp, (void **)&again, 1, NULL), 0);
	assert_ptr_equal(again, m);
	peer_return(&p, off); /* in the ring before the hold */
	next = peer_give(&p, again);
	assert_int_equal(next >> a.niov_shift, off >> a.niov_shift);
	assert_int_equal(zrx_att_drain(p.att), 1);
	assert_int_equal(peer_leave(&p), 0);
}

CASE(a_wild_tail_is_a_full_ring_at_most)
{
	static const uint32_t tails[] = { 17, 100, 0x7fffffff, 0x80000000,
					  UINT32_MAX };
	struct peer p;
	unsigned int i;
	uint32_t head;

	for (i = 0; i < RTE_DIM(tails); i++) {
		peer_join(&p, f, 16);
		memset((char *)p.mine + peer_layout(f)->rqes, 0xee, 16 * 16);
		peer_tail(&p, tails[i]);
		assert_int_equal(zrx_att_drain(p.att), 0);
		head = peer_head(&p);
		assert_in_range(head, 1, 16);
		assert_true(peer_stats(&p).overruns > 0);
		assert_int_equal(verdict(&p, ZRX_BAD_PAD), head);
		assert_int_equal(peer_leave(&p), 0);
	}
}

/* the ring is full of rubbish: one packet must not pay for all of it */
CASE(a_dequeue_looks_at_a_bounded_number_of_entries)
{
	uint32_t bound = fix_is_v8(f) ? 64 : 512;
	struct rte_mbuf *m[FIX_NIOVS];
	struct peer p;
	void *obj;

	peer_join(&p, f, ZRX_RQ_MAX_ENTRIES);
	memset((char *)p.mine + peer_layout(f)->rqes, 0xee,
	       ZRX_RQ_MAX_ENTRIES * sizeof(struct zrx_rqe));
	peer_tail(&p, ZRX_RQ_MAX_ENTRIES);
	assert_int_equal(rte_mempool_generic_get(f->mp, &obj, 1, NULL), 0);
	assert_in_range(peer_head(&p), 1, bound);
	rte_mempool_generic_put(f->mp, &obj, 1, NULL);
	assert_in_range(peer_head(&p), 1, bound);
	assert_int_equal(
		rte_mempool_generic_get(f->mp, (void **)m, FIX_NIOVS, NULL), 0);
	assert_in_range(peer_head(&p), 1, bound * 3);
	rte_mempool_generic_put(f->mp, (void **)m, FIX_NIOVS, NULL);
	assert_int_equal(peer_leave(&p), 0);
}

CASE(a_head_that_the_user_wrote_is_not_read)
{
	struct peer p;
	uint64_t off;

	peer_join(&p, f, PEER_ENTRIES);
	off = peer_give(&p, fresh(f));
	zrx_shm_store32(p.rq.khead, 0xdeadbeef);
	peer_return(&p, off);
	assert_int_equal(zrx_att_drain(p.att), 1);
	assert_int_equal(peer_head(&p), 1);
	assert_int_equal(peer_leave(&p), 0);
}

static uint32_t next_random(uint32_t *x)
{
	*x = *x * 1664525u + 1013904223u;
	return *x >> 4;
}

/* mostly near the truth, or nothing would ever be taken */
static void scribble(struct peer *p, uint32_t *x)
{
	uint64_t off = (uint64_t)(next_random(x) % 90) * p->niov_size;
	uint32_t kind = next_random(x) % 16, slot = next_random(x);
	struct zrx_rqe ZRX_PEER *e = &p->rq.rqes[slot & (p->rq.entries - 1)];

	if (kind == 0)
		off = (uint64_t)next_random(x) << 32 | next_random(x);
	zrx_shm_store64(&e->off, off);
	zrx_shm_store32(&e->pad, kind == 1);
	if (kind == 2)
		peer_tail(p, next_random(x));
	if (kind == 3)
		zrx_shm_store32(p->rq.khead, next_random(x));
	peer_tail(p, p->rq.tail + next_random(x) % 4);
}

CASE(garbage_of_any_kind_loses_and_doubles_nothing)
{
	uint32_t x = 4711, i;
	uint64_t sum = 0;
	struct rte_mbuf *m;
	struct peer p;

	peer_join(&p, f, 64);
	for (i = 0; i < 8000; i++) {
		m = rte_pktmbuf_alloc(f->mp);
		if (m)
			peer_give(&p, m);
		scribble(&p, &x);
		if (i % 1000 == 0)
			pool_count(f->zp);
	}
	for (i = 0; i < ZRX_NR_VERDICTS; i++)
		sum += verdict(&p, i);
	assert_true(sum > 8000);
	assert_true(verdict(&p, ZRX_TAKEN) > 100);
	peer_leave(&p);
}

static const struct CMUnitTest cases[] = {
	FIX(an_entry_with_a_pad_is_refused),
	FIX(an_area_that_is_not_there_is_refused),
	FIX(an_offset_behind_the_last_buffer_is_refused),
	FIX(what_was_never_given_is_refused),
	FIX(a_return_twice_counts_once),
	FIX(a_run_with_surplus_is_as_the_variant_says),
	FIX(a_late_second_return_does_not_hurt_the_next_owner),
	FIX(a_return_before_the_hold_counts_for_nothing),
	FIX(a_return_before_he_is_told_is_a_return),
	FIX(a_wild_tail_is_a_full_ring_at_most),
	FIX(a_dequeue_looks_at_a_bounded_number_of_entries),
	FIX(a_head_that_the_user_wrote_is_not_read),
	FIX(garbage_of_any_kind_loses_and_doubles_nothing),
};

int main(void)
{
	return RUN_MATRIX("hostile", cases);
}
