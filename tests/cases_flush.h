/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* Flush: the user asks the server to look at a ring that nobody refills from.
 */
#ifndef ZRX_CASES_FLUSH_H
#define ZRX_CASES_FLUSH_H

#include "case.h"
#include "cases_rows.h"
#include "host_sim_peer.h"

#define FLUSH_ONLY(s) \
	do { \
		if (!sim_policies[(s)->v->policy].flush) \
			CASE_SKIP("this policy has no flush"); \
	} while (0)

#define FLUSH_ROW(X, row, name) \
	CASE(flush_of_##name) \
	{ \
		FLUSH_ONLY(s); \
		EXPECT_FINE(row_flush(s, &row_##row)); \
	}
ROWS(FLUSH_ROW, )

static void flush_return_many(struct sim *s, uint32_t n)
{
	uint32_t got[SIM_NIOVS], i;

	for (i = 0; i < n; i++)
		got[i] = sim_give(s, 0);
	for (i = 0; i < n; i++)
		sim_put(s, 0, got[i]);
	sim_submit(s, 0);
}

CASE(a_policy_without_flush_does_nothing)
{
	uint32_t got[ZRX_FLUSH_BATCH], nr = SIM_NONE;

	if (sim_policies[s->v->policy].flush)
		CASE_SKIP("this policy has a flush");
	flush_return_many(s, 3);
	EXPECT_FALSE(s->v->flush(&s->prov, &s->user[0].u, got, &nr));
	EXPECT_EQ(nr, 0);
	EXPECT_EQ(sim_khead(s), 0);
	EXPECT_EQ(sim_held(s, 0), 3);
}

CASE(a_round_takes_thirty_two_and_asks_for_another)
{
	FLUSH_ONLY(s);
	flush_return_many(s, 40);
	EXPECT_TRUE(sim_flush_round(s));
	EXPECT_EQ(s->nr_out, 32);
	EXPECT_EQ(sim_khead(s), 32);
	EXPECT_FALSE(sim_flush_round(s));
	EXPECT_EQ(s->nr_out, 8);
	EXPECT_EQ(sim_khead(s), 40);
	EXPECT_FALSE(sim_flush_round(s));
	EXPECT_EQ(s->nr_out, 0);
}

CASE(thirty_one_returns_are_one_round)
{
	FLUSH_ONLY(s);
	flush_return_many(s, 31);
	EXPECT_FALSE(sim_flush_round(s));
	EXPECT_EQ(s->nr_out, 31);
}

CASE(thirty_two_returns_are_one_round_and_an_empty_one)
{
	FLUSH_ONLY(s);
	flush_return_many(s, 32);
	EXPECT_TRUE(sim_flush_round(s));
	EXPECT_EQ(s->nr_out, 32);
	EXPECT_FALSE(sim_flush_round(s));
	EXPECT_EQ(s->nr_out, 0);
}

CASE(a_hundred_returns_are_flushed_in_one_call)
{
	FLUSH_ONLY(s);
	flush_return_many(s, 100);
	EXPECT_EQ(sim_flush(s), 100);
	EXPECT_EQ(sim_khead(s), 100);
	EXPECT_EQ(s->user[0].u.stats.recycled, 100);
	sim_drain(s);
	EXPECT_TRUE(zrx_prov_at_rest(&s->prov));
}

CASE(each_call_of_flush_eats_one_bad_entry)
{
	uint32_t i, calls = 1;

	FLUSH_ONLY(s);
	sim_give_letters(s, "1");
	for (i = 0; i < 300; i++)
		sim_raw_put(s, 0, 0, 1);
	sim_play(s, "A");
	while (!sim_flush(s) && calls < 1000)
		calls++;
	EXPECT_EQ(calls, 301);
	EXPECT_EQ(s->user[0].u.stats.entries[ZRX_BAD_PAD], 300);
}

/* The 32nd of a round: all before it is given back, the round is the last. */
CASE(a_bad_entry_at_the_end_of_a_full_round_ends_the_call)
{
	uint32_t i;

	FLUSH_ONLY(s);
	sim_give_letters(s, "9999");
	for (i = 0; i < 31; i++)
		sim_return(s, 0, s->letter[i % 4]);
	sim_play(s, "xA");
	EXPECT_FALSE(sim_flush_round(s));
	EXPECT_EQ(s->user[0].u.stats.entries[ZRX_TAKEN], 31);
	EXPECT_EQ(sim_khead(s), 32);
}

CASE(what_is_behind_a_bad_entry_waits_for_the_next_call)
{
	FLUSH_ONLY(s);
	sim_give_letters(s, "2");
	sim_play(s, "AxA");
	EXPECT_EQ(sim_flush(s), 0);
	EXPECT_EQ(sim_held(s, 0), 1);
	EXPECT_EQ(sim_flush(s), 1);
	EXPECT_EQ(sim_held(s, 0), 0);
}

CASE(flush_takes_what_refill_knew_of_but_left)
{
	FLUSH_ONLY(s);
	flush_return_many(s, 10);
	EXPECT_EQ(sim_refill_max(s, 0, 4), 4);
	EXPECT_EQ(sim_flush(s), 6);
	EXPECT_EQ(sim_refill(s), 0);
	EXPECT_EQ(sim_khead(s), 10);
}

CASE(refill_goes_on_where_flush_stopped)
{
	FLUSH_ONLY(s);
	sim_give_letters(s, "111");
	sim_play(s, "AxBC");
	EXPECT_EQ(sim_flush(s), 1);
	EXPECT_EQ(sim_refill(s), 2);
	EXPECT_EQ(s->user[0].u.stats.recycled, 3);
}

CASE(flush_makes_room_in_a_full_ring)
{
	static const struct sim_cfg cfg = {
		&zrx_rq_layout_mainline, 4, 0xfffffffeu, 1, { 16 }, 1, false,
	};

	FLUSH_ONLY(s);
	sim_restart(s, &cfg);
	flush_return_many(s, 4);
	EXPECT_EQ(zrx_rqp_room(&s->user[0].rq, 1), 0);
	EXPECT_EQ(sim_flush(s), 4);
	EXPECT_EQ(zrx_rqp_room(&s->user[0].rq, 1), 4);
}

CASE(flush_of_a_wild_tail_ends_after_a_ringful)
{
	uint32_t i;

	FLUSH_ONLY(s);
	sim_give_letters(s, "9");
	for (i = 0; i < 1024; i++)
		sim_raw(s, i, sim_off(s, s->letter[0], 0), 0, 0);
	sim_tail(s, 0x80000000u);
	EXPECT_EQ(sim_flush(s), 1);
	EXPECT_EQ(sim_khead(s), 1024);
	EXPECT_EQ(s->user[0].u.stats.overruns, 32);
	EXPECT_EQ(s->user[0].u.stats.entries[ZRX_TAKEN], 9);
	EXPECT_EQ(s->user[0].u.stats.entries[ZRX_NOT_HELD], 1015);
}

CASE(flush_leaves_a_buffer_the_kernel_side_holds)
{
	uint32_t idx = sim_alloc(s);

	FLUSH_ONLY(s);
	sim_deliver(s, 0, idx);
	sim_return(s, 0, idx);
	EXPECT_EQ(sim_flush(s), 0);
	EXPECT_EQ(s->user[0].u.stats.busy, 1);
	EXPECT_EQ(sim_held(s, 0), 0);
}

#define FLUSH_ROW_NAME(X, row, name) X(flush_of_##name)
#define CASES_FLUSH(X) \
	ROWS(FLUSH_ROW_NAME, X) \
	X(a_policy_without_flush_does_nothing) \
	X(a_round_takes_thirty_two_and_asks_for_another) \
	X(thirty_one_returns_are_one_round) \
	X(thirty_two_returns_are_one_round_and_an_empty_one) \
	X(a_hundred_returns_are_flushed_in_one_call) \
	X(each_call_of_flush_eats_one_bad_entry) \
	X(a_bad_entry_at_the_end_of_a_full_round_ends_the_call) \
	X(what_is_behind_a_bad_entry_waits_for_the_next_call) \
	X(flush_takes_what_refill_knew_of_but_left) \
	X(refill_goes_on_where_flush_stopped) \
	X(flush_makes_room_in_a_full_ring) \
	X(flush_of_a_wild_tail_ends_after_a_ringful) \
	X(flush_leaves_a_buffer_the_kernel_side_holds)

#endif
