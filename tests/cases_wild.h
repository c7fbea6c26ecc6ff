/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* Wild heads and tails, rings opened over anything, users that come and go. */
#ifndef ZRX_CASES_WILD_H
#define ZRX_CASES_WILD_H

#include "case.h"
#include "cases_hostile.h"
#include "host_sim_peer.h"

/* A ring whose every slot returns buffer A. */
static void wild_fill(struct sim *s, uint32_t idx)
{
	uint32_t i;

	for (i = 0; i < s->cfg.entries; i++)
		sim_raw(s, i, sim_off(s, idx, 0), 0, 0);
}

/* ---- head and tail ---- */

/* One refill of a full ring of A with the tail so far ahead. */
static void wild_tail(struct sim *s, uint32_t ahead)
{
	sim_restart(s, &hostile_areas);
	s->letter[0] = sim_give_n(s, 0, 3);
	wild_fill(s, s->letter[0]);
	sim_tail(s, s->cfg.head + ahead);
	sim_refill(s);
}

CASE(a_wild_tail_costs_a_ringful_and_is_counted)
{
	static const uint32_t ahead[] = {
		65, 128, 0x7fffffffu, 0x80000000u, 0xffffffffu,
	};
	uint32_t i;

	for (i = 0; i < 5; i++) {
		wild_tail(s, ahead[i]);
		EXPECT_EQ(sim_khead(s), s->cfg.head + 64);
		EXPECT_EQ(s->user[0].u.stats.overruns, 1);
		EXPECT_FINE(sim_check_conservation(s));
	}
	wild_tail(s, 64);
	EXPECT_EQ(s->user[0].u.stats.overruns, 0);
}

CASE(a_tail_that_moves_backwards_replays_old_entries_in_vain)
{
	uint32_t idx, i;

	sim_restart(s, &hostile_areas);
	idx = sim_give(s, 0);
	sim_return(s, 0, idx);
	EXPECT_EQ(sim_refill(s), 1);
	sim_tail(s, s->cfg.head);
	for (i = 0; i < 20; i++)
		EXPECT_EQ(sim_refill(s), 0);
	EXPECT_EQ(s->user[0].u.stats.recycled, 1);
	EXPECT_TRUE(s->user[0].u.stats.overruns >= 10);
	EXPECT_FINE(sim_check_conservation(s));
}

CASE(a_tail_that_runs_ahead_for_ever_costs_one_cap_a_call)
{
	uint32_t cap = sim_policies[s->v->policy].cap, i, head;

	wild_fill(s, 0);
	for (i = 1; i < 20; i++) {
		head = sim_khead(s);
		sim_tail(s, head + 1024);
		sim_refill(s);
		EXPECT_TRUE(sim_khead(s) - head <= cap);
	}
	EXPECT_FINE(sim_check_conservation(s));
}

CASE(a_head_that_the_user_wrote_changes_nothing)
{
	uint32_t idx = sim_give(s, 0);

	zrx_shm_store32(s->user[0].u.rq.khead, 0xdeadbeef);
	sim_return(s, 0, idx);
	EXPECT_EQ(sim_refill(s), 1);
	EXPECT_EQ(sim_khead(s), 1);
}

CASE(a_tail_before_its_entry_reads_a_stale_one)
{
	uint32_t idx = sim_give(s, 0), other = sim_give(s, 0);

	sim_return(s, 0, idx);
	sim_refill(s);
	sim_tail(s, 2); /* slot 1 was never written: buffer 0 */
	sim_refill(s);
	sim_raw(s, 1, sim_off(s, other, 0), 0, 0);
	EXPECT_EQ(sim_refill(s), 0);
	EXPECT_EQ(s->user[0].u.stats.recycled, other ? 1 : 2);
	EXPECT_FINE(sim_check_conservation(s));
}

/* Two of the user's threads took the same slot: one return is lost. */
CASE(two_producers_at_once_harm_only_their_user)
{
	uint32_t a = sim_give(s, 0), b = sim_give(s, 0);

	sim_raw(s, 0, sim_off(s, a, 0), 0, 0);
	sim_raw(s, 0, sim_off(s, b, 0), 0, 0);
	sim_tail(s, 1);
	EXPECT_EQ(sim_refill(s), 1);
	EXPECT_EQ(s->out[0], b);
	EXPECT_EQ(sim_held(s, 0), 1);
	sim_scrub(s, 0);
	EXPECT_EQ(sim_free_places(s, a), 1);
}

/* ---- lifetime ---- */

/* A second life of the ring over the same bytes; the books begin anew too. */
static void wild_reopen(struct sim *s)
{
	struct zrx_user *u = &s->user[0].u;

	sim_scrub(s, 0);
	u->stats = sim_blank.user[0].u.stats;
	s->cfg.head = 0;
	zrx_rqc_init(&u->rq, sim_region[0], s->cfg.layout, s->cfg.entries);
}

CASE(a_ring_opened_over_old_content_replays_it_in_vain)
{
	uint32_t i;

	for (i = 0; i < 10; i++)
		sim_return(s, 0, sim_give(s, 0));
	wild_reopen(s);
	EXPECT_EQ(sim_refill(s), 0);
	EXPECT_EQ(hostile_count(s, ZRX_NOT_HELD), 10);
	EXPECT_FINE(sim_check_conservation(s));
}

CASE(a_ring_opened_over_zeroes_is_empty)
{
	uint32_t i;

	for (i = 0; i < 10; i++)
		sim_return(s, 0, sim_give(s, 0));
	wild_reopen(s);
	sim_zero_region(sim_region[0]);
	EXPECT_EQ(sim_refill(s), 0);
	EXPECT_EQ(s->user[0].u.rq.cached_head, 0);
	EXPECT_EQ(s->user[0].u.stats.overruns, 0);
}

CASE(a_ring_opened_over_garbage_is_worked_off_in_bounds)
{
	uint32_t i;

	wild_reopen(s);
	for (i = 0; i < SIM_REGION; i++)
		sim_region[0][i] = (uint8_t)(i * 37 + (i >> 7));
	for (i = 0; i < 20; i++)
		EXPECT_EQ(sim_refill(s), 0);
	EXPECT_TRUE(s->user[0].u.stats.overruns > 0);
	EXPECT_FINE(sim_check_conservation(s));
}

CASE(a_user_that_never_returns_starves_itself_and_recovers)
{
	uint32_t i, last = SIM_NONE, idx;

	while ((idx = sim_give(s, 0)) != SIM_NONE)
		last = idx;
	for (i = 0; i < 10; i++)
		EXPECT_EQ(sim_alloc(s), SIM_NONE);
	EXPECT_FINE(sim_check_conservation(s));
	sim_return(s, 0, last);
	EXPECT_EQ(sim_alloc(s), last);
	EXPECT_EQ(sim_alloc(s), SIM_NONE);
}

/* Numbers that look random and are the same every time. */
static uint32_t wild_random(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return *x;
}

/* Half of what a hostile user writes is nearly right. */
static void wild_entry(struct sim *s, uint32_t *x)
{
	uint32_t r = wild_random(x), slot = wild_random(x) % 64;
	uint64_t off = (uint64_t)(wild_random(x) % 20) << SIM_SHIFT;

	off += zrx_area_token(r % 64 ? r % 2 : r >> 8);
	off |= r % 32 ? 0 : 1ull << (32 + r % 31);
	sim_raw(s, slot, off, r, (r >> 8) % 16 ? 0 : r);
}

static void wild_step(struct sim *s, uint32_t *x)
{
	uint32_t r = wild_random(x);

	if (r % 8 < 3)
		sim_give(s, 0);
	else if (r % 8 < 6)
		wild_entry(s, x);
	else if (r % 8 == 6)
		sim_tail(s, sim_khead(s) + (r & 64 ? r : r % 40));
	else if (r & 64)
		sim_refill_max(s, 0, 2 + r % 63);
	else if (r & 128)
		sim_flush(s);
	else
		sim_scrub_pass(s, 0, 1 + r % 63);
}

CASE(after_any_script_every_buffer_is_home_exactly_once)
{
	uint32_t x = 1, i;

	sim_restart(s, &hostile_areas);
	for (i = 0; i < 20000 && !s->fault; i++) {
		wild_step(s, &x);
		if (i % 64 == 0)
			EXPECT_FINE(sim_check_conservation(s));
	}
	for (i = 0; i < ZRX_NR_VERDICTS; i++)
		EXPECT_TRUE(hostile_count(s, i) > 0 || i == ZRX_SURPLUS);
	EXPECT_TRUE(s->user[0].u.stats.recycled > 100);
}

#define CASES_WILD(X) \
	X(a_wild_tail_costs_a_ringful_and_is_counted) \
	X(a_tail_that_moves_backwards_replays_old_entries_in_vain) \
	X(a_tail_that_runs_ahead_for_ever_costs_one_cap_a_call) \
	X(a_head_that_the_user_wrote_changes_nothing) \
	X(a_tail_before_its_entry_reads_a_stale_one) \
	X(two_producers_at_once_harm_only_their_user) \
	X(a_ring_opened_over_old_content_replays_it_in_vain) \
	X(a_ring_opened_over_zeroes_is_empty) \
	X(a_ring_opened_over_garbage_is_worked_off_in_bounds) \
	X(a_user_that_never_returns_starves_itself_and_recovers) \
	X(after_any_script_every_buffer_is_home_exactly_once)

#endif
