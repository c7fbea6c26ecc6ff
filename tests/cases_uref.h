/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* References: a model's word by itself, and beside the host's count. */
#ifndef ZRX_CASES_UREF_H
#define ZRX_CASES_UREF_H

#include "case.h"
#include "host_sim_peer.h"

/* A word with so many user references and nothing else. */
static zrx_a32 uref_word(const struct sim *s, uint32_t held)
{
	return held * s->v->model->unit;
}

/* Two users, each with words of its own. */
static void uref_start_two(struct sim *s)
{
	static const struct sim_cfg cfg = {
		&zrx_rq_layout_mainline, 64, 0, 2, { 16, 16 }, 2, true,
	};

	sim_restart(s, &cfg);
}

CASE(each_get_is_one_more_reference)
{
	const struct zrx_uref *m = s->v->uref;
	zrx_a32 word = 0;

	EXPECT_EQ(m->held(word), 0);
	EXPECT_TRUE(m->get(&word));
	EXPECT_EQ(m->held(word), 1);
	EXPECT_TRUE(m->get(&word));
	EXPECT_EQ(m->held(word), 2);
	EXPECT_EQ(word, uref_word(s, 2));
}

CASE(put_gives_back_as_many_as_it_says)
{
	zrx_a32 word = uref_word(s, 5);
	uint32_t left = SIM_NONE;

	EXPECT_EQ(s->v->uref->put(&word, 1, &left), ZRX_TAKEN);
	EXPECT_EQ(left, uref_word(s, 4));
	EXPECT_EQ(s->v->uref->put(&word, 3, &left), ZRX_TAKEN);
	EXPECT_EQ(left, uref_word(s, 1));
	EXPECT_EQ(word, uref_word(s, 1));
	EXPECT_EQ(s->v->uref->put(&word, 1, &left), ZRX_TAKEN);
	EXPECT_EQ(left, 0);
	EXPECT_EQ(word, 0);
}

CASE(put_of_what_the_user_never_had_changes_nothing)
{
	zrx_a32 word = 0;
	uint32_t left;

	EXPECT_EQ(s->v->uref->put(&word, 1, &left), ZRX_NOT_HELD);
	EXPECT_EQ(s->v->uref->put(&word, 7, &left), ZRX_NOT_HELD);
	EXPECT_EQ(word, 0);
}

CASE(put_refuses_more_than_the_user_holds)
{
	zrx_a32 word = uref_word(s, 2);
	uint32_t left;

	EXPECT_EQ(s->v->uref->put(&word, 3, &left), ZRX_SURPLUS);
	EXPECT_EQ(s->v->uref->put(&word, 500, &left), ZRX_SURPLUS);
	EXPECT_EQ(word, uref_word(s, 2));
	EXPECT_EQ(s->v->uref->put(&word, 2, &left), ZRX_TAKEN);
	EXPECT_EQ(word, 0);
}

CASE(the_last_reference_that_fits_is_granted_and_no_further)
{
	const struct zrx_uref *m = s->v->uref;
	zrx_a32 word = uref_word(s, s->v->model->most - 1), full;

	EXPECT_TRUE(m->get(&word));
	full = word;
	EXPECT_EQ(m->held(full), s->v->model->most);
	EXPECT_FALSE(m->get(&word));
	EXPECT_FALSE(m->get(&word));
	EXPECT_EQ(word, full);
}

CASE(take_leaves_what_is_not_the_users)
{
	zrx_a32 word = uref_word(s, 3);
	uint32_t left = SIM_NONE, sum = 0, n;

	do {
		n = s->v->uref->take(&word, &left);
		sum += n;
		EXPECT_EQ(left, word);
		EXPECT_TRUE(!s->v->model->takes_all || n == 3 || !n);
		EXPECT_TRUE(s->v->model->takes_all || n <= 1);
	} while (n);
	EXPECT_EQ(sum, 3);
	EXPECT_EQ(word, 0);
}

/* Where the word counts others too, they stay out of every answer. */
CASE(other_references_in_the_word_are_not_the_users)
{
	zrx_a32 word = s->v->model->unit - 1, others = word;
	uint32_t left;

	EXPECT_EQ(s->v->uref->held(word), 0);
	EXPECT_EQ(s->v->uref->put(&word, 1, &left), ZRX_NOT_HELD);
	EXPECT_EQ(s->v->uref->take(&word, &left), 0);
	EXPECT_TRUE(s->v->uref->get(&word));
	EXPECT_EQ(s->v->uref->held(word), 1);
	EXPECT_EQ(s->v->uref->put(&word, 2, &left), ZRX_SURPLUS);
	EXPECT_EQ(s->v->uref->put(&word, 1, &left), ZRX_TAKEN);
	EXPECT_EQ(left, others);
	EXPECT_EQ(word, others);
}

CASE(the_limit_holds_whatever_else_the_word_counts)
{
	uint32_t others = s->v->model->unit - 1;
	zrx_a32 word = uref_word(s, s->v->model->most - 1) + others;

	EXPECT_TRUE(s->v->uref->get(&word));
	EXPECT_FALSE(s->v->uref->get(&word));
	EXPECT_EQ(word, uref_word(s, s->v->model->most) + others);
}

CASE(a_delivery_is_one_reference_of_the_user)
{
	uint32_t idx = sim_alloc(s);

	EXPECT_TRUE(sim_deliver(s, 0, idx));
	EXPECT_EQ(sim_held(s, 0), 1);
	EXPECT_TRUE(sim_deliver(s, 0, idx));
	EXPECT_EQ(sim_held(s, 0), 2);
	EXPECT_EQ(s->v->uref_of(&s->user[0].u, idx), 2);
	EXPECT_EQ(s->v->uref_of(&s->user[0].u, idx + 1), 0);
	EXPECT_FINE(sim_check_conservation(s));
}

CASE(a_host_is_asked_for_a_reference_unless_the_word_is_one)
{
	uint32_t idx = sim_give_n(s, 0, 3);

	EXPECT_EQ(s->host.gets, s->v->uref->owns_ref ? 0 : 3);
	EXPECT_EQ(s->host.puts, 0);
	EXPECT_FINE(sim_check_buffer(s, idx));
}

CASE(the_hosts_reference_comes_before_the_users)
{
	uint32_t idx = sim_give(s, 0);

	if (s->v->uref->owns_ref)
		CASE_SKIP("the two are one word");
	EXPECT_EQ(s->host.word_at_get, 0);
	sim_deliver(s, 0, idx);
	EXPECT_EQ(s->host.word_at_get, 1);
}

CASE(the_hosts_reference_goes_after_the_users)
{
	uint32_t idx = sim_give_n(s, 0, 2), after = uref_word(s, 1);

	sim_return(s, 0, idx);
	sim_refill(s);
	EXPECT_EQ(s->host.puts, 1);
	EXPECT_EQ(s->host.word_at_put, after);
	EXPECT_EQ(s->host.left_at_put, after);
	EXPECT_EQ(s->host.n_at_put, 1);
}

/* Makes the words say that the user holds all that it may. */
static void uref_pretend_full(struct sim *s, uint32_t idx)
{
	uint32_t more = s->v->model->most - 1;

	s->user[0].u.uref[idx] += uref_word(s, more);
	if (!s->host.unified)
		s->host.ref[idx] += more;
}

static void uref_pretend_one(struct sim *s, uint32_t idx)
{
	uint32_t more = s->v->model->most - 1;

	s->user[0].u.uref[idx] -= uref_word(s, more);
	if (!s->host.unified)
		s->host.ref[idx] -= more;
}

CASE(a_delivery_too_many_is_refused_and_costs_no_reference)
{
	uint32_t idx = sim_give(s, 0);

	uref_pretend_full(s, idx);
	EXPECT_FALSE(sim_deliver(s, 0, idx));
	EXPECT_EQ(sim_user_refs(s, idx), s->v->model->most);
	EXPECT_EQ(s->host.puts, s->host.gets ? 1 : 0);
	uref_pretend_one(s, idx);
	EXPECT_EQ(s->host.kern[idx], 0);
	EXPECT_FINE(sim_check_conservation(s));
}

CASE(a_delivery_too_many_does_not_look_like_the_last_return)
{
	uint32_t idx = sim_give(s, 0);

	if (s->v->uref->owns_ref)
		CASE_SKIP("the host is not told");
	uref_pretend_full(s, idx);
	EXPECT_FALSE(sim_deliver(s, 0, idx));
	EXPECT_EQ(s->host.n_at_put, 1);
	EXPECT_TRUE(s->host.left_at_put != 0);
	uref_pretend_one(s, idx);
}

CASE(two_users_hold_one_buffer_independently)
{
	uint32_t idx;

	uref_start_two(s);
	idx = sim_give(s, 0);
	EXPECT_TRUE(sim_deliver(s, 1, idx));
	EXPECT_EQ(sim_held(s, 0), 1);
	EXPECT_EQ(sim_held(s, 1), 1);
	sim_return(s, 0, idx);
	EXPECT_EQ(sim_refill_max(s, 0, 64), 0);
	EXPECT_EQ(s->user[0].u.stats.busy, 1);
	sim_return(s, 1, idx);
	EXPECT_EQ(sim_refill_max(s, 1, 64), 1);
	EXPECT_EQ(s->out[0], idx);
	EXPECT_EQ(s->user[1].u.stats.recycled, 1);
}

CASE(a_user_cannot_return_what_another_holds)
{
	uint32_t idx;

	uref_start_two(s);
	idx = sim_give(s, 1);
	sim_return(s, 0, idx);
	EXPECT_EQ(sim_refill_max(s, 0, 64), 0);
	EXPECT_EQ(s->user[0].u.stats.entries[ZRX_NOT_HELD], 1);
	EXPECT_EQ(sim_held(s, 1), 1);
	EXPECT_FINE(sim_check_conservation(s));
}

CASE(scrub_of_one_user_leaves_the_other_alone)
{
	uint32_t both, one;

	uref_start_two(s);
	both = sim_give(s, 0);
	sim_deliver(s, 1, both);
	one = sim_give(s, 0);
	sim_scrub(s, 0);
	EXPECT_EQ(sim_held(s, 0), 0);
	EXPECT_EQ(sim_held(s, 1), 1);
	EXPECT_EQ(sim_free_places(s, one), 1);
	EXPECT_EQ(sim_free_places(s, both), 0);
	EXPECT_EQ(s->user[1].u.stats.scrubbed, 0);
	sim_return(s, 1, both);
	EXPECT_EQ(sim_refill_max(s, 1, 64), 1);
}

CASE(held_counts_every_buffer_of_every_area)
{
	uint32_t i;

	uref_start_two(s);
	for (i = 0; i < 32; i++)
		sim_give(s, 0);
	EXPECT_EQ(sim_held(s, 0), 32);
	EXPECT_EQ(sim_alloc(s), SIM_NONE);
}

#define CASES_UREF(X) \
	X(each_get_is_one_more_reference) \
	X(put_gives_back_as_many_as_it_says) \
	X(put_of_what_the_user_never_had_changes_nothing) \
	X(put_refuses_more_than_the_user_holds) \
	X(the_last_reference_that_fits_is_granted_and_no_further) \
	X(take_leaves_what_is_not_the_users) \
	X(other_references_in_the_word_are_not_the_users) \
	X(the_limit_holds_whatever_else_the_word_counts) \
	X(a_delivery_is_one_reference_of_the_user) \
	X(a_host_is_asked_for_a_reference_unless_the_word_is_one) \
	X(the_hosts_reference_comes_before_the_users) \
	X(the_hosts_reference_goes_after_the_users) \
	X(a_delivery_too_many_is_refused_and_costs_no_reference) \
	X(a_delivery_too_many_does_not_look_like_the_last_return) \
	X(two_users_hold_one_buffer_independently) \
	X(a_user_cannot_return_what_another_holds) \
	X(scrub_of_one_user_leaves_the_other_alone) \
	X(held_counts_every_buffer_of_every_area)

#endif
