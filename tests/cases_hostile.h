/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * A hostile user: whatever it writes, only its own packets suffer, every entry
 * is counted under its reason, and a call ends.
 */
#ifndef ZRX_CASES_HOSTILE_H
#define ZRX_CASES_HOSTILE_H

#include "case.h"
#include "host_sim_peer.h"

static const struct sim_cfg hostile_areas = {
	&zrx_rq_layout_mainline, 64, 0xfffffff8u, 2, { 16, 8 }, 1, false,
};

static inline uint64_t hostile_count(const struct sim *s, enum zrx_verdict v)
{
	return s->user[0].u.stats.entries[v];
}

/* One entry, worked off; the verdict that it got, alone. */
static inline uint32_t hostile_verdict(struct sim *s, uint64_t off,
				       uint32_t pad)
{
	uint64_t before[ZRX_NR_VERDICTS];
	uint32_t i, got = ZRX_NR_VERDICTS;

	for (i = 0; i < ZRX_NR_VERDICTS; i++)
		before[i] = hostile_count(s, i);
	sim_raw_put(s, off, 0xffffffffu, pad);
	sim_refill(s);
	for (i = 0; i < ZRX_NR_VERDICTS; i++)
		if (hostile_count(s, i) == before[i] + 1)
			got = i;
	return got;
}

/* As above, by way of flush, which a bad entry has to end. */
static inline uint32_t hostile_flush_verdict(struct sim *s, uint64_t off,
					     uint32_t pad)
{
	uint32_t i;

	sim_raw_put(s, off, 0, pad);
	if (sim_flush_round(s))
		return ZRX_NR_VERDICTS;
	for (i = 0; i < ZRX_NR_VERDICTS; i++)
		if (hostile_count(s, i))
			break;
	return i;
}

/* ---- entries ---- */

CASE(a_pad_that_is_not_zero_is_refused)
{
	uint32_t idx = sim_give(s, 0);

	EXPECT_EQ(hostile_verdict(s, sim_off(s, idx, 0), 1), ZRX_BAD_PAD);
	EXPECT_EQ(hostile_verdict(s, sim_off(s, idx, 0), 1u << 31),
		  ZRX_BAD_PAD);
	EXPECT_EQ(sim_held(s, 0), 1);
	EXPECT_EQ(hostile_verdict(s, sim_off(s, idx, 0), 0), ZRX_TAKEN);
}

CASE(any_len_will_do)
{
	static const uint32_t lens[] = { 0, 1, 4096, 0x80000000u, 0xffffffffu };
	uint32_t i;

	for (i = 0; i < 5; i++)
		sim_raw_put(s, sim_off(s, sim_give(s, 0), 0), lens[i], 0);
	EXPECT_EQ(sim_refill(s), 5);
}

CASE(an_area_that_does_not_exist_is_refused)
{
	sim_restart(s, &hostile_areas);
	EXPECT_EQ(hostile_verdict(s, zrx_area_token(2), 0), ZRX_BAD_AREA);
	EXPECT_EQ(hostile_verdict(s, zrx_area_token(3), 0), ZRX_BAD_AREA);
	EXPECT_EQ(hostile_verdict(s, zrx_area_token(0x100), 0), ZRX_BAD_AREA);
	EXPECT_EQ(hostile_verdict(s, zrx_area_token(0xffff), 0), ZRX_BAD_AREA);
	EXPECT_EQ(hostile_verdict(s, ~0ull, 0), ZRX_BAD_AREA);
	EXPECT_EQ(hostile_verdict(s, zrx_area_token(1), 0), ZRX_NOT_HELD);
}

CASE(one_area_means_that_any_other_token_is_refused)
{
	uint32_t idx = sim_give(s, 0);
	uint64_t off = sim_off(s, idx, 0);

	EXPECT_EQ(hostile_verdict(s, off + zrx_area_token(1), 0), ZRX_BAD_AREA);
	EXPECT_EQ(hostile_verdict(s, off + zrx_area_token(0x8000), 0),
		  ZRX_BAD_AREA);
	EXPECT_EQ(sim_held(s, 0), 1);
}

CASE(a_buffer_beyond_its_area_is_refused)
{
	sim_restart(s, &hostile_areas);
	EXPECT_EQ(hostile_verdict(s, 15 << 12, 0), ZRX_NOT_HELD);
	EXPECT_EQ(hostile_verdict(s, 16 << 12, 0), ZRX_BAD_RANGE);
	EXPECT_EQ(hostile_verdict(s, (16 << 12) - 1, 0), ZRX_NOT_HELD);
	EXPECT_EQ(hostile_verdict(s, 1ull << 43, 0), ZRX_BAD_RANGE);
	EXPECT_EQ(hostile_verdict(s, (1ull << 44) - 1, 0), ZRX_BAD_RANGE);
}

/* Within the provider, but not within the area that the token names. */
CASE(an_area_has_its_own_bound)
{
	uint64_t one = zrx_area_token(1);

	sim_restart(s, &hostile_areas);
	EXPECT_EQ(hostile_verdict(s, one + (7 << 12), 0), ZRX_NOT_HELD);
	EXPECT_EQ(hostile_verdict(s, one + (8 << 12), 0), ZRX_BAD_RANGE);
	EXPECT_EQ(hostile_verdict(s, one + (15 << 12), 0), ZRX_BAD_RANGE);
}

CASE(the_first_reason_that_applies_is_the_one_counted)
{
	EXPECT_EQ(hostile_verdict(s, ~0ull, 1), ZRX_BAD_PAD);
	EXPECT_EQ(hostile_verdict(s, zrx_area_token(9) + (1ull << 40), 0),
		  ZRX_BAD_AREA);
}

CASE(any_offset_within_a_buffer_returns_it)
{
	static const uint32_t bytes[] = { 1, 64, 2048, 4095 };
	uint32_t i, idx;

	for (i = 0; i < 4; i++) {
		idx = sim_give(s, 0);
		sim_raw_put(s, sim_off(s, idx, bytes[i]), 0, 0);
		EXPECT_EQ(sim_refill(s), 1);
		EXPECT_EQ(s->out[0], idx);
	}
	EXPECT_EQ(s->user[0].u.stats.aliased, 0);
}

CASE(offset_bits_that_do_not_fit_name_a_low_buffer_and_are_counted)
{
	uint32_t idx = sim_give(s, 0);

	sim_raw_put(s, sim_off(s, idx, 0) | 1ull << 44, 0, 0);
	EXPECT_EQ(sim_refill(s), 1);
	EXPECT_EQ(s->out[0], idx);
	EXPECT_EQ(s->user[0].u.stats.aliased, 1);
	EXPECT_EQ(hostile_verdict(s, sim_off(s, idx, 0) | 1ull << 47, 0),
		  ZRX_NOT_HELD);
	EXPECT_EQ(s->user[0].u.stats.aliased, 2);
}

CASE(flush_counts_the_same_reasons_and_ends)
{
	static const struct {
		uint64_t off;
		uint32_t pad, verdict;
	} table[] = {
		{ 0, 5, ZRX_BAD_PAD },
		{ 1ull << 48, 0, ZRX_BAD_AREA },
		{ 256 << 12, 0, ZRX_BAD_RANGE },
		{ 0, 0, ZRX_NOT_HELD },
	};
	uint32_t i;

	if (!sim_policies[s->v->policy].flush)
		CASE_SKIP("this policy has no flush");
	for (i = 0; i < 4; i++) {
		sim_restart(s, &sim_default);
		EXPECT_EQ(hostile_flush_verdict(s, table[i].off, table[i].pad),
			  table[i].verdict);
	}
}

/* ---- references ---- */

CASE(a_buffer_that_was_never_given_is_refused)
{
	uint32_t idx = sim_alloc(s);

	EXPECT_EQ(hostile_verdict(s, sim_off(s, idx, 0), 0), ZRX_NOT_HELD);
	EXPECT_EQ(s->host.puts, 0);
	EXPECT_FINE(sim_check_conservation(s));
}

CASE(a_buffer_on_the_free_list_is_refused)
{
	EXPECT_EQ(hostile_verdict(s, 255 << 12, 0), ZRX_NOT_HELD);
	EXPECT_EQ(sim_free_places(s, 255), 1);
	EXPECT_FINE(sim_check_conservation(s));
}

CASE(a_buffer_of_an_earlier_life_is_refused)
{
	uint32_t idx = sim_give(s, 0);

	sim_return(s, 0, idx);
	sim_refill(s);
	sim_drain(s);
	EXPECT_EQ(sim_alloc(s), idx);
	EXPECT_EQ(hostile_verdict(s, sim_off(s, idx, 0), 0), ZRX_NOT_HELD);
	EXPECT_EQ(s->host.kern[idx], 1);
}

/* It frees its own new packet too early, and nobody else's. */
CASE(a_stale_return_of_a_buffer_given_again_is_accepted)
{
	uint32_t idx = sim_give(s, 0);

	sim_return(s, 0, idx);
	sim_refill(s);
	EXPECT_EQ(sim_give(s, 0), idx);
	EXPECT_EQ(hostile_verdict(s, sim_off(s, idx, 0), 0), ZRX_TAKEN);
	EXPECT_FINE(sim_check_conservation(s));
}

CASE(a_double_return_eats_the_users_other_reference)
{
	uint32_t idx = sim_give_n(s, 0, 2);

	sim_return(s, 0, idx);
	EXPECT_EQ(sim_refill(s), 0);
	EXPECT_EQ(hostile_verdict(s, sim_off(s, idx, 0), 0), ZRX_TAKEN);
	EXPECT_EQ(sim_held(s, 0), 0);
	EXPECT_EQ(hostile_verdict(s, sim_off(s, idx, 0), 0), ZRX_NOT_HELD);
}

CASE(a_surplus_across_calls_is_refused)
{
	uint32_t idx = sim_give(s, 0);

	EXPECT_EQ(hostile_verdict(s, sim_off(s, idx, 0), 0), ZRX_TAKEN);
	EXPECT_EQ(hostile_verdict(s, sim_off(s, idx, 0), 0), ZRX_NOT_HELD);
	EXPECT_EQ(hostile_verdict(s, sim_off(s, idx, 0), 0), ZRX_NOT_HELD);
}

/* The driver's own references look like a user's if the word counts both. */
CASE(many_kernel_references_pass_for_a_users_only_in_one_word)
{
	uint32_t idx = sim_alloc(s), fooled = s->host.unified;

	sim_ref(s, idx, 0x10000);
	EXPECT_EQ(hostile_verdict(s, sim_off(s, idx, 0), 0),
		  fooled ? ZRX_TAKEN : ZRX_NOT_HELD);
	EXPECT_EQ(s->host.ref[idx], fooled ? 1 : 0x10001);
	s->host.kern[idx] = s->host.ref[idx] = 1;
}

CASE(many_references_on_one_buffer_come_back_one_by_one)
{
	uint32_t i, idx = sim_give_n(s, 0, 1000);

	for (i = 0; i < 1000; i++)
		sim_put(s, 0, idx);
	sim_submit(s, 0);
	for (i = 0; i < 999; i++)
		if (sim_refill(s))
			break;
	EXPECT_EQ(s->nr_out, 1);
	EXPECT_EQ(hostile_count(s, ZRX_TAKEN), 1000);
	EXPECT_EQ(sim_held(s, 0), 0);
}

/* A copy that the host made: it takes the buffer itself when it returns. */
CASE(a_buffer_that_the_host_takes_itself_is_not_a_result)
{
	uint32_t idx = sim_give(s, 0);

	s->host.disposes = true;
	EXPECT_EQ(hostile_verdict(s, sim_off(s, idx, 0), 0), ZRX_TAKEN);
	EXPECT_EQ(s->nr_out, 0);
	EXPECT_EQ(s->user[0].u.stats.busy, 1);
	s->host.disposes = false;
	EXPECT_FINE(sim_check_conservation(s));
}

#define CASES_HOSTILE(X) \
	X(a_pad_that_is_not_zero_is_refused) \
	X(any_len_will_do) \
	X(an_area_that_does_not_exist_is_refused) \
	X(one_area_means_that_any_other_token_is_refused) \
	X(a_buffer_beyond_its_area_is_refused) \
	X(an_area_has_its_own_bound) \
	X(the_first_reason_that_applies_is_the_one_counted) \
	X(any_offset_within_a_buffer_returns_it) \
	X(offset_bits_that_do_not_fit_name_a_low_buffer_and_are_counted) \
	X(flush_counts_the_same_reasons_and_ends) \
	X(a_buffer_that_was_never_given_is_refused) \
	X(a_buffer_on_the_free_list_is_refused) \
	X(a_buffer_of_an_earlier_life_is_refused) \
	X(a_stale_return_of_a_buffer_given_again_is_accepted) \
	X(a_double_return_eats_the_users_other_reference) \
	X(a_surplus_across_calls_is_refused) \
	X(many_kernel_references_pass_for_a_users_only_in_one_word) \
	X(many_references_on_one_buffer_come_back_one_by_one) \
	X(a_buffer_that_the_host_takes_itself_is_not_a_result)

#endif
