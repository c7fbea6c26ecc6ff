/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* Refill, as the receive path calls it when its cache of buffers is empty. */
#ifndef ZRX_CASES_REFILL_H
#define ZRX_CASES_REFILL_H

#include "case.h"
#include "cases_rows.h"
#include "host_sim_peer.h"

#define REFILL_ROW(X, row, name) \
	CASE(refill_of_##name) \
	{ \
		EXPECT_FINE(row_refill(s, &row_##row)); \
	}
ROWS(REFILL_ROW, )

/* n buffers, each held once and returned in the order they were given. */
static void refill_return_many(struct sim *s, uint32_t n)
{
	uint32_t got[SIM_NIOVS], i;

	for (i = 0; i < n; i++)
		got[i] = sim_give(s, 0);
	for (i = 0; i < n; i++)
		sim_put(s, 0, got[i]);
	sim_submit(s, 0);
}

CASE(a_hundred_returns_fill_one_cache_and_then_the_next)
{
	refill_return_many(s, 100);
	EXPECT_EQ(sim_refill(s), 64);
	EXPECT_EQ(s->user[0].u.stats.recycled, 64);
	EXPECT_EQ(sim_khead(s), 64);
	EXPECT_EQ(sim_refill(s), 36);
	EXPECT_EQ(sim_khead(s), 100);
	EXPECT_EQ(sim_refill(s), 0);
}

/* Calls that yield nothing until the one return behind n bad entries shows. */
static uint32_t refill_calls_behind_bad(struct sim *s, uint32_t n)
{
	uint32_t calls = 1;

	while (n--)
		sim_raw_put(s, 0, 0, 1);
	sim_return(s, 0, s->letter[0]);
	while (!sim_refill(s) && calls < 100)
		calls++;
	return calls;
}

CASE(a_return_behind_three_hundred_bad_entries_takes_calls_by_budget)
{
	static const uint32_t calls[SIM_NR_POLICIES] = {
		[SIM_POLICY_v8] = 5,
		[SIM_POLICY_mainline] = 2,
	};

	sim_give_letters(s, "1");
	EXPECT_EQ(refill_calls_behind_bad(s, 300), calls[s->v->policy]);
	EXPECT_EQ(s->user[0].u.stats.entries[ZRX_BAD_PAD], 300);
}

CASE(entries_known_of_before_are_worked_off_besides)
{
	static const uint32_t calls[SIM_NR_POLICIES] = {
		[SIM_POLICY_v8] = 5,
		[SIM_POLICY_mainline] = 1,
	};

	sim_give_letters(s, "1");
	sim_tail(s, 256);
	zrx_rqc_look(&s->user[0].u.rq);
	EXPECT_EQ(refill_calls_behind_bad(s, 300), calls[s->v->policy]);
}

CASE(one_call_reads_no_more_than_its_cap)
{
	uint32_t cap = sim_policies[s->v->policy].cap, i;

	for (i = 0; i < 1024; i++)
		sim_raw_put(s, 0, 0, 1);
	zrx_rqc_look(&s->user[0].u.rq);
	sim_refill(s);
	EXPECT_EQ(sim_khead(s), cap);
	sim_refill(s);
	EXPECT_EQ(sim_khead(s), 2 * cap);
}

CASE(what_the_second_look_shows_is_worked_off_in_the_same_call)
{
	refill_return_many(s, 10);
	sim_tail(s, 4);
	zrx_rqc_look(&s->user[0].u.rq);
	sim_tail(s, 10);
	EXPECT_EQ(sim_refill(s), 10);
	EXPECT_EQ(sim_khead(s), 10);
}

/* A run that began in the entries known of ends in those behind the look. */
CASE(a_run_goes_on_across_the_second_look)
{
	sim_give_letters(s, "4");
	sim_play(s, "AAAA");
	sim_tail(s, 2);
	zrx_rqc_look(&s->user[0].u.rq);
	sim_tail(s, 4);
	s->host.puts = 0;
	EXPECT_EQ(sim_refill(s), 1);
	EXPECT_EQ(s->host.puts, s->v->policy == SIM_POLICY_v8 ? 4 : 1);
}

CASE(a_run_is_settled_in_one_put)
{
	static const uint32_t puts[SIM_NR_POLICIES] = {
		[SIM_POLICY_v8] = 5,
		[SIM_POLICY_mainline] = 2,
	};

	sim_give_letters(s, "32");
	sim_play(s, "AAABB");
	sim_refill(s);
	EXPECT_EQ(s->host.puts, puts[s->v->policy]);
	EXPECT_EQ(s->user[0].u.stats.recycled, 2);
	EXPECT_EQ(s->user[0].u.stats.busy, puts[s->v->policy] - 2);
}

CASE(a_doubled_return_is_made_good_by_one_alone)
{
	static const uint32_t again[SIM_NR_POLICIES] = {
		[SIM_POLICY_v8] = 0,
		[SIM_POLICY_mainline] = 1,
	};

	sim_give_letters(s, "1");
	sim_play(s, "AA");
	sim_refill(s);
	sim_play(s, "A");
	EXPECT_EQ(sim_refill(s), again[s->v->policy]);
	EXPECT_EQ(s->user[0].u.stats.recycled, 1);
}

/* The last place is for the run that is open at the end. */
CASE(no_more_comes_back_than_there_is_room_for)
{
	static const uint32_t rooms[] = { 2, 3, 17, 63, 64 };
	uint32_t i;

	for (i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		sim_restart(s, &sim_default);
		refill_return_many(s, 100);
		EXPECT_EQ(sim_refill_max(s, 0, rooms[i]), rooms[i]);
		EXPECT_EQ(sim_khead(s), rooms[i]);
		EXPECT_EQ(sim_refill_max(s, 0, rooms[i]),
			  zrx_min(rooms[i], 100 - rooms[i]));
	}
}

/* No buffer of the batch that was cut off is lost or comes twice. */
CASE(a_batch_cut_off_by_room_goes_on_in_the_next_call)
{
	uint32_t sum = 0, i;

	refill_return_many(s, 50);
	for (i = 0; i < 25; i++) {
		sum += sim_refill_max(s, 0, 2);
		EXPECT_FINE(sim_check_conservation(s));
	}
	EXPECT_EQ(sum, 50);
	EXPECT_EQ(s->user[0].u.stats.recycled, 50);
}

CASE(a_run_cut_off_by_room_is_settled_in_two_halves)
{
	static const uint32_t second[SIM_NR_POLICIES] = {
		[SIM_POLICY_v8] = 0,
		[SIM_POLICY_mainline] = 1,
	};

	sim_give_letters(s, "119");
	sim_play(s, "ABCCCCCCCCC");
	EXPECT_EQ(sim_refill_max(s, 0, 3), 2);
	EXPECT_EQ(s->user[0].u.stats.entries[ZRX_TAKEN], 3);
	EXPECT_EQ(sim_refill_max(s, 0, 3), second[s->v->policy]);
	while (sim_khead(s) != 11)
		sim_refill_max(s, 0, 3);
	EXPECT_EQ(s->user[0].u.stats.recycled, 3);
	EXPECT_EQ(sim_held(s, 0), 0);
}

CASE(head_is_published_once_all_is_read)
{
	refill_return_many(s, 5);
	sim_refill(s);
	EXPECT_EQ(sim_khead(s), 5);
	EXPECT_EQ(zrx_rqp_room(&s->user[0].rq, 1024), 1024);
}

CASE(a_buffer_the_kernel_side_still_holds_does_not_come_back)
{
	uint32_t idx = sim_alloc(s);

	sim_deliver(s, 0, idx);
	sim_return(s, 0, idx);
	EXPECT_EQ(sim_refill(s), 0);
	EXPECT_EQ(s->user[0].u.stats.busy, 1);
	EXPECT_EQ(s->user[0].u.stats.recycled, 0);
	EXPECT_EQ(sim_held(s, 0), 0);
	sim_free(s, idx);
	EXPECT_EQ(sim_free_places(s, idx), 1);
}

CASE(the_free_list_serves_only_if_the_ring_yields_nothing)
{
	uint32_t idx = sim_give(s, 0);

	sim_drain(s);
	sim_return(s, 0, idx);
	EXPECT_EQ(sim_alloc(s), idx);
	EXPECT_EQ(s->nr_cache, 0);
	EXPECT_TRUE(sim_alloc(s) != idx);
	EXPECT_EQ(s->nr_cache, 63);
}

CASE(recycling_touches_neither_hold_nor_release)
{
	uint64_t hold, release;

	refill_return_many(s, 10);
	sim_drain(s);
	hold = s->area[0].hold;
	release = s->area[0].release;
	EXPECT_EQ(sim_refill(s), 10);
	EXPECT_EQ(s->area[0].hold, hold);
	EXPECT_EQ(s->area[0].release, release);
}

/* Several areas: the token decides, and each buffer goes home. */
CASE(returns_of_several_areas_come_back_in_one_call)
{
	static const struct sim_cfg cfg = {
		&zrx_rq_layout_v8, 64, 0xfffffff0u, 3, { 7, 16, 9 }, 1, false,
	};

	sim_restart(s, &cfg);
	refill_return_many(s, 32);
	EXPECT_EQ(sim_refill(s), 32);
	EXPECT_EQ(s->user[0].u.stats.entries[ZRX_TAKEN], 32);
	EXPECT_EQ(s->out[0], 7 + 16); /* the cache is a stack */
	EXPECT_EQ(s->out[9], 7);
	EXPECT_EQ(s->out[9 + 16], 0);
	sim_drain(s);
	EXPECT_TRUE(zrx_prov_at_rest(&s->prov));
}

/* Sixty times round a ring of 16, across the wrap of its counters. */
CASE(an_honest_user_never_runs_dry)
{
	static const struct sim_cfg cfg = {
		&zrx_rq_layout_mainline, 16, 0xffffffd0u, 2, { 8, 8 }, 1, false,
	};
	uint32_t i, held[4] = { SIM_NONE, SIM_NONE, SIM_NONE, SIM_NONE };

	sim_restart(s, &cfg);
	for (i = 0; i < 1000 && !s->fault; i++) {
		if (held[i % 4] != SIM_NONE)
			sim_return(s, 0, held[i % 4]);
		held[i % 4] = sim_give(s, 0);
		if (held[i % 4] == SIM_NONE)
			s->fault = "the pool ran dry";
	}
	sim_refill(s);
	EXPECT_EQ(sim_held(s, 0), 4);
	EXPECT_EQ(s->user[0].u.stats.recycled, 1000 - 4);
	EXPECT_EQ(s->user[0].u.stats.overruns, 0);
	EXPECT_FINE(sim_check_conservation(s));
}

#define REFILL_ROW_NAME(X, row, name) X(refill_of_##name)
#define CASES_REFILL(X) \
	ROWS(REFILL_ROW_NAME, X) \
	X(a_hundred_returns_fill_one_cache_and_then_the_next) \
	X(a_return_behind_three_hundred_bad_entries_takes_calls_by_budget) \
	X(entries_known_of_before_are_worked_off_besides) \
	X(one_call_reads_no_more_than_its_cap) \
	X(what_the_second_look_shows_is_worked_off_in_the_same_call) \
	X(a_run_goes_on_across_the_second_look) \
	X(a_run_is_settled_in_one_put) \
	X(a_doubled_return_is_made_good_by_one_alone) \
	X(no_more_comes_back_than_there_is_room_for) \
	X(a_batch_cut_off_by_room_goes_on_in_the_next_call) \
	X(a_run_cut_off_by_room_is_settled_in_two_halves) \
	X(head_is_published_once_all_is_read) \
	X(a_buffer_the_kernel_side_still_holds_does_not_come_back) \
	X(the_free_list_serves_only_if_the_ring_yields_nothing) \
	X(recycling_touches_neither_hold_nor_release) \
	X(returns_of_several_areas_come_back_in_one_call) \
	X(an_honest_user_never_runs_dry)

#endif
