/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* The refill ring, both ends of it, over bytes laid out as either layout. */
#ifndef ZRX_CASES_RQ_H
#define ZRX_CASES_RQ_H

#include "case.h"
#include "host_sim_peer.h"

#define RQ_NEAR_WRAP 0xfffffffdu

struct rq_pair {
	struct zrx_rqc c;
	struct zrx_rqp p;
};

static const struct zrx_rq_layout *const rq_layouts[] = {
	&zrx_rq_layout_mainline,
	&zrx_rq_layout_v8,
};

/* Both ends of a ring that has seen at entries so far. */
static void rq_open(struct rq_pair *q, const struct zrx_rq_layout *l,
		    uint32_t entries, uint32_t at)
{
	sim_zero_region(sim_region[0]);
	zrx_rqc_init(&q->c, sim_region[0], l, entries);
	q->c.cached_head = q->c.cached_tail = at;
	zrx_shm_store32(q->c.khead, at);
	zrx_shm_store32(q->c.ktail, at);
	zrx_rqp_init(&q->p, sim_region[0], l, entries);
}

static void rq_open_plain(struct rq_pair *q, uint32_t entries)
{
	rq_open(q, &zrx_rq_layout_mainline, entries, 0);
}

/* Puts n entries whose off counts up from `from`; how many there was room for.
 */
static uint32_t rq_fill(struct rq_pair *q, uint64_t from, uint32_t n)
{
	uint32_t i = 0;

	while (i < n && zrx_rqp_put(&q->p, from + i, 0))
		i++;
	zrx_rqp_submit(&q->p);
	return i;
}

/* Takes n entries; how many were what rq_fill() put from `from` on. */
static uint32_t rq_drain(struct rq_pair *q, uint64_t from, uint32_t n)
{
	uint32_t i, right = 0;
	struct zrx_ret r;

	for (i = 0; i < n; i++) {
		r = zrx_rqc_next(&q->c);
		right += r.off == from + i && r.pad == 0;
	}
	zrx_rqc_release(&q->c);
	return right;
}

/* A word of the region, as a peer in another process finds it: by offset. */
static uint32_t rq_word(uint32_t byte)
{
	return *(const uint32_t *)(const void *)(sim_region[0] + byte);
}

CASE(a_wish_is_rounded_up_to_a_power_of_two_within_the_limit)
{
	static const uint32_t table[][2] = {
		{ 0, 0 },	    { 1, 1 },	      { 2, 2 },
		{ 3, 4 },	    { 4, 4 },	      { 5, 8 },
		{ 1000, 1024 },	    { 16385, 32768 }, { 32767, 32768 },
		{ 32768, 32768 },   { 32769, 0 },     { 0x80000000u, 0 },
		{ 0xffffffffu, 0 },
	};
	uint32_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		EXPECT_EQ(zrx_rq_entries(table[i][0]), table[i][1]);
}

CASE(a_ring_takes_its_header_and_sixteen_bytes_an_entry)
{
	EXPECT_EQ(zrx_rq_size(&zrx_rq_layout_mainline, 1), 144);
	EXPECT_EQ(zrx_rq_size(&zrx_rq_layout_mainline, 32768), 524416);
	EXPECT_EQ(zrx_rq_size(&zrx_rq_layout_v8, 1), 24);
	EXPECT_EQ(zrx_rq_size(&zrx_rq_layout_v8, 4), 72);
}

CASE(an_entry_lies_where_the_layout_of_mainline_says)
{
	struct rq_pair q;

	rq_open(&q, &zrx_rq_layout_mainline, 4, 0);
	zrx_rqp_put(&q.p, 1, 0);
	zrx_rqp_put(&q.p, 0x0123456789abcdefull, 0x55667788);
	zrx_rqp_submit(&q.p);
	EXPECT_EQ(rq_word(64), 2);
	EXPECT_EQ(rq_word(128), 1);
	EXPECT_EQ(rq_word(128 + 16), 0x89abcdefu);
	EXPECT_EQ(rq_word(128 + 20), 0x01234567u);
	EXPECT_EQ(rq_word(128 + 24), 0x55667788u);
	EXPECT_EQ(rq_word(128 + 28), 0);
	EXPECT_EQ(zrx_rqc_look(&q.c), 2);
	zrx_rqc_next(&q.c);
	zrx_rqc_release(&q.c);
	EXPECT_EQ(rq_word(0), 1);
}

CASE(an_entry_lies_where_the_layout_of_v8_says)
{
	struct rq_pair q;

	rq_open(&q, &zrx_rq_layout_v8, 4, 0);
	zrx_rqp_put(&q.p, 7, 9);
	zrx_rqp_put(&q.p, 8, 10);
	zrx_rqp_submit(&q.p);
	EXPECT_EQ(rq_word(4), 2);
	EXPECT_EQ(rq_word(8), 7);
	EXPECT_EQ(rq_word(8 + 8), 9);
	EXPECT_EQ(rq_word(8 + 16), 8);
	EXPECT_EQ(zrx_rqc_look(&q.c), 2);
	zrx_rqc_next(&q.c);
	zrx_rqc_release(&q.c);
	EXPECT_EQ(rq_word(0), 1);
}

CASE(a_new_ring_is_empty_at_both_ends)
{
	struct rq_pair q;

	rq_open_plain(&q, 8);
	q.c.cached_head = 3;
	q.c.cached_tail = 5;
	zrx_rqc_init(&q.c, sim_region[0], &zrx_rq_layout_mainline, 8);
	EXPECT_EQ(q.c.cached_head, 0);
	EXPECT_EQ(zrx_rqc_cached(&q.c), 0);
	EXPECT_EQ(zrx_rqc_look(&q.c), 0);
	EXPECT_FALSE(zrx_rqc_overrun(&q.c));
	EXPECT_EQ(zrx_rqp_room(&q.p, 8), 8);
}

CASE(opening_either_end_writes_nothing)
{
	struct rq_pair q;
	uint32_t i, sum = 0;

	rq_open_plain(&q, 8);
	for (i = 0; i < 128 + 8 * 16; i++)
		sim_region[0][i] = 0xa5;
	zrx_rqc_init(&q.c, sim_region[0], &zrx_rq_layout_mainline, 8);
	zrx_rqp_init(&q.p, sim_region[0], &zrx_rq_layout_mainline, 8);
	for (i = 0; i < 128 + 8 * 16; i++)
		sum += sim_region[0][i] == 0xa5;
	EXPECT_EQ(sum, 128 + 8 * 16);
}

CASE(nothing_is_seen_before_submit_and_all_after)
{
	struct rq_pair q;

	rq_open_plain(&q, 8);
	zrx_rqp_put(&q.p, 1, 0);
	zrx_rqp_put(&q.p, 2, 0);
	EXPECT_EQ(zrx_rqc_look(&q.c), 0);
	zrx_rqp_submit(&q.p);
	EXPECT_EQ(zrx_rqc_cached(&q.c), 0);
	EXPECT_EQ(zrx_rqc_look(&q.c), 2);
	EXPECT_EQ(zrx_rqc_cached(&q.c), 2);
	EXPECT_EQ(rq_drain(&q, 1, 2), 2);
	EXPECT_EQ(zrx_rqc_cached(&q.c), 0);
}

CASE(a_full_ring_refuses_until_the_server_releases)
{
	struct rq_pair q;

	rq_open_plain(&q, 4);
	EXPECT_EQ(rq_fill(&q, 10, 5), 4);
	EXPECT_EQ(zrx_rqc_look(&q.c), 4);
	EXPECT_FALSE(zrx_rqc_overrun(&q.c));
	zrx_rqc_next(&q.c);
	EXPECT_FALSE(zrx_rqp_put(&q.p, 99, 0));
	zrx_rqc_release(&q.c);
	EXPECT_EQ(rq_fill(&q, 14, 5), 1);
	EXPECT_EQ(zrx_rqc_look(&q.c), 4);
	EXPECT_EQ(rq_drain(&q, 11, 4), 4);
}

CASE(release_gives_back_what_was_taken_and_no_more)
{
	struct rq_pair q;

	rq_open_plain(&q, 8);
	rq_fill(&q, 0, 8);
	zrx_rqc_look(&q.c);
	EXPECT_EQ(rq_drain(&q, 0, 3), 3);
	EXPECT_EQ(zrx_shm_load32(q.c.khead), 3);
	EXPECT_EQ(zrx_rqp_room(&q.p, 1), 3);
	EXPECT_EQ(zrx_rqc_cached(&q.c), 5);
}

CASE(room_looks_at_head_only_if_it_must)
{
	struct rq_pair q;

	rq_open_plain(&q, 8);
	rq_fill(&q, 0, 4);
	zrx_rqc_look(&q.c);
	rq_drain(&q, 0, 4);
	EXPECT_EQ(zrx_rqp_room(&q.p, 4), 4);
	EXPECT_EQ(q.p.cached_head, 0);
	EXPECT_EQ(zrx_rqp_room(&q.p, 5), 8);
	EXPECT_EQ(q.p.cached_head, 4);
}

/* The oracle is the off each entry carries: a lost or doubled one shows. */
static bool rq_survives(const struct zrx_rq_layout *l, uint32_t entries,
			uint32_t at, uint32_t rounds)
{
	uint32_t i, n;
	struct rq_pair q;
	uint64_t off = 5;

	rq_open(&q, l, entries, at);
	for (i = 0; i < rounds; i++) {
		n = rq_fill(&q, off, entries + 1);
		if (n != entries || zrx_rqc_look(&q.c) != n ||
		    zrx_rqc_overrun(&q.c) || rq_drain(&q, off, n) != n)
			return false;
		off += n;
	}
	return q.c.cached_head == at + entries * rounds &&
	       zrx_shm_load32(q.c.khead) == zrx_shm_load32(q.c.ktail);
}

CASE(a_ring_of_one_entry_passes_one_at_a_time)
{
	EXPECT_TRUE(rq_survives(rq_layouts[0], 1, 0, 5));
	EXPECT_TRUE(rq_survives(rq_layouts[1], 1, RQ_NEAR_WRAP, 5));
}

CASE(the_largest_ring_fills_to_its_last_entry)
{
	EXPECT_TRUE(rq_survives(rq_layouts[0], 32768, 0, 2));
	EXPECT_TRUE(rq_survives(rq_layouts[1], 32768, RQ_NEAR_WRAP, 2));
}

CASE(counters_wrap_at_two_to_the_thirty_two)
{
	uint32_t i;

	for (i = 0; i < 2; i++) {
		EXPECT_TRUE(rq_survives(rq_layouts[i], 2, RQ_NEAR_WRAP, 9));
		EXPECT_TRUE(rq_survives(rq_layouts[i], 8, RQ_NEAR_WRAP, 9));
	}
}

/* Neither end knows more of a layout than it was told. */
CASE(any_layout_will_do)
{
	static const struct zrx_rq_layout odd = { 72, 8, 192 };

	EXPECT_TRUE(rq_survives(&odd, 4, 7, 9));
	EXPECT_EQ(rq_word(72), 7 + 36);
	EXPECT_EQ(rq_word(8), 7 + 36);
	EXPECT_EQ(rq_word(0), 0);
}

CASE(partly_filled_rings_wrap_in_step)
{
	struct rq_pair q;
	uint32_t i;

	rq_open(&q, rq_layouts[0], 4, RQ_NEAR_WRAP);
	for (i = 0; i < 30; i += 3) {
		EXPECT_EQ(rq_fill(&q, i, 3), 3);
		EXPECT_EQ(zrx_rqc_look(&q.c), 3);
		EXPECT_EQ(rq_drain(&q, i, 3), 3);
	}
}

CASE(a_full_ring_stays_inside_its_bytes)
{
	size_t size = zrx_rq_size(&zrx_rq_layout_v8, 16), i;
	uint32_t sum = 0;
	struct rq_pair q;

	rq_open(&q, &zrx_rq_layout_v8, 16, RQ_NEAR_WRAP);
	for (i = size; i < size + 64; i++)
		sim_region[0][i] = 0x5a;
	rq_fill(&q, 0, 16);
	zrx_rqc_look(&q.c);
	EXPECT_EQ(rq_drain(&q, 0, 16), 16);
	for (i = size; i < size + 64; i++)
		sum += sim_region[0][i] == 0x5a;
	EXPECT_EQ(sum, 64);
}

CASE(a_second_producer_goes_on_where_the_first_stopped)
{
	struct rq_pair q;

	rq_open(&q, rq_layouts[0], 8, RQ_NEAR_WRAP);
	rq_fill(&q, 0, 5);
	zrx_rqc_look(&q.c);
	rq_drain(&q, 0, 2);
	zrx_rqp_init(&q.p, sim_region[0], rq_layouts[0], 8);
	EXPECT_EQ(zrx_rqp_room(&q.p, 1), 5);
	EXPECT_EQ(rq_fill(&q, 5, 8), 5);
	EXPECT_EQ(zrx_rqc_look(&q.c), 8);
	EXPECT_EQ(rq_drain(&q, 2, 8), 8);
}

CASE(put_overwrites_all_that_an_old_entry_held)
{
	struct rq_pair q;

	rq_open_plain(&q, 2);
	zrx_shm_store32(&q.c.rqes[0].pad, 0xffffffffu);
	zrx_shm_store32(&q.c.rqes[0].len, 0xffffffffu);
	rq_fill(&q, 3, 1);
	EXPECT_EQ(rq_word(128 + 8), 0);
	EXPECT_EQ(rq_word(128 + 12), 0);
}

CASE(the_server_never_believes_the_head_in_the_region)
{
	struct rq_pair q;

	rq_open_plain(&q, 4);
	rq_fill(&q, 0, 3);
	zrx_shm_store32(q.c.khead, 0x12345678);
	EXPECT_EQ(zrx_rqc_look(&q.c), 3);
	EXPECT_EQ(rq_drain(&q, 0, 2), 2);
	EXPECT_EQ(zrx_shm_load32(q.c.khead), 2);
}

/* What look() makes of a tail that is so far from head. */
static uint32_t rq_look_at(struct rq_pair *q, uint32_t distance)
{
	zrx_shm_store32(q->c.ktail, q->c.cached_head + distance);
	return zrx_rqc_look(&q->c);
}

CASE(a_wild_tail_is_at_most_a_full_ring_and_an_overrun)
{
	static const uint32_t wild[] = {
		9, 16, 0x7fffffffu, 0x80000000u, 0xfffffff8u, 0xffffffffu,
	};
	struct rq_pair q;
	uint32_t i;

	rq_open(&q, rq_layouts[0], 8, RQ_NEAR_WRAP);
	for (i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		EXPECT_EQ(rq_look_at(&q, wild[i]), 8);
		EXPECT_TRUE(zrx_rqc_overrun(&q.c));
	}
	EXPECT_EQ(rq_look_at(&q, 8), 8);
	EXPECT_FALSE(zrx_rqc_overrun(&q.c));
	EXPECT_EQ(rq_look_at(&q, 7), 7);
	EXPECT_EQ(rq_look_at(&q, 0), 0);
	EXPECT_FALSE(zrx_rqc_overrun(&q.c));
}

#define CASES_RQ(X) \
	X(a_wish_is_rounded_up_to_a_power_of_two_within_the_limit) \
	X(a_ring_takes_its_header_and_sixteen_bytes_an_entry) \
	X(an_entry_lies_where_the_layout_of_mainline_says) \
	X(an_entry_lies_where_the_layout_of_v8_says) \
	X(a_new_ring_is_empty_at_both_ends) \
	X(opening_either_end_writes_nothing) \
	X(nothing_is_seen_before_submit_and_all_after) \
	X(a_full_ring_refuses_until_the_server_releases) \
	X(release_gives_back_what_was_taken_and_no_more) \
	X(room_looks_at_head_only_if_it_must) \
	X(a_ring_of_one_entry_passes_one_at_a_time) \
	X(the_largest_ring_fills_to_its_last_entry) \
	X(counters_wrap_at_two_to_the_thirty_two) \
	X(any_layout_will_do) \
	X(partly_filled_rings_wrap_in_step) \
	X(a_full_ring_stays_inside_its_bytes) \
	X(a_second_producer_goes_on_where_the_first_stopped) \
	X(put_overwrites_all_that_an_old_entry_held) \
	X(the_server_never_believes_the_head_in_the_region) \
	X(a_wild_tail_is_at_most_a_full_ring_and_an_overrun)

#endif
