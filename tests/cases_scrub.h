/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* Scrub: the user is gone, what it held comes back, all of it and once. */
#ifndef ZRX_CASES_SCRUB_H
#define ZRX_CASES_SCRUB_H

#include "case.h"
#include "host_sim_peer.h"

CASE(scrub_of_a_user_without_references_takes_nothing)
{
	sim_alloc(s);
	EXPECT_EQ(sim_scrub_pass(s, 0, SIM_CACHE), 0);
	EXPECT_EQ(s->nr_out, 0);
	EXPECT_EQ(s->user[0].u.stats.scrubbed, 0);
}

CASE(scrub_frees_what_the_user_alone_held)
{
	uint32_t idx = sim_give(s, 0);

	EXPECT_EQ(sim_scrub_pass(s, 0, SIM_CACHE), 1);
	EXPECT_EQ(s->nr_out, 1);
	EXPECT_EQ(s->out[0], idx);
	EXPECT_EQ(sim_free_places(s, idx), 1);
	EXPECT_EQ(s->user[0].u.stats.scrubbed, 1);
	EXPECT_EQ(s->user[0].u.stats.recycled, 0);
	EXPECT_EQ(s->user[0].u.stats.busy, 0);
}

CASE(scrub_takes_one_reference_a_pass_or_all)
{
	uint32_t all = s->v->model->takes_all, idx = sim_give_n(s, 0, 5);

	EXPECT_EQ(sim_scrub_pass(s, 0, SIM_CACHE), all ? 5 : 1);
	EXPECT_EQ(sim_held(s, 0), all ? 0 : 4);
	EXPECT_EQ(s->host.n_at_put, all ? 5 : 1);
	sim_scrub(s, 0);
	EXPECT_EQ(sim_held(s, 0), 0);
	EXPECT_EQ(s->user[0].u.stats.scrubbed, 5);
	EXPECT_EQ(sim_free_places(s, idx), 1);
}

CASE(scrub_leaves_a_buffer_the_kernel_side_holds)
{
	uint32_t idx = sim_alloc(s);

	sim_deliver(s, 0, idx);
	EXPECT_EQ(sim_scrub_pass(s, 0, SIM_CACHE), 1);
	EXPECT_EQ(s->nr_out, 0);
	EXPECT_EQ(sim_free_places(s, idx), 0);
	EXPECT_EQ(s->host.ref[idx], 1);
	sim_free(s, idx);
	EXPECT_EQ(sim_free_places(s, idx), 1);
}

CASE(scrub_reaches_the_first_and_the_last_buffer)
{
	uint32_t i;

	for (i = 0; i < 256; i++)
		sim_give(s, 0);
	EXPECT_EQ(sim_scrub_pass(s, 0, SIM_CACHE), 256);
	EXPECT_EQ(s->nr_out, 256);
	EXPECT_EQ(s->out[0], 0);
	EXPECT_EQ(s->out[255], 255);
	EXPECT_TRUE(zrx_prov_at_rest(&s->prov));
}

CASE(scrub_goes_on_where_its_room_ended)
{
	struct zrx_scrub pass = { 0, 0 };
	uint32_t got[4], i, n = 0;

	for (i = 0; i < 10; i++)
		sim_give(s, 0);
	s->nr_out = 0;
	for (i = 0; i < 3; i++) {
		n = s->v->scrub(&s->prov, &s->user[0].u, &pass, got, 4);
		EXPECT_EQ(n, i < 2 ? 4 : 2);
		sim_came_back(s, got, n);
	}
	sim_free_out(s);
	EXPECT_EQ(pass.taken, 10);
	EXPECT_EQ(pass.next, s->prov.nr_niovs);
	EXPECT_EQ(s->v->scrub(&s->prov, &s->user[0].u, &pass, got, 4), 0);
}

CASE(scrub_in_steps_of_one_loses_nothing)
{
	uint32_t i;

	for (i = 0; i < 30; i++)
		sim_give_n(s, 0, 1 + i % 3);
	while (sim_scrub_pass(s, 0, 1))
		EXPECT_FINE(sim_check_conservation(s));
	EXPECT_EQ(s->user[0].u.stats.scrubbed, 60);
	EXPECT_EQ(sim_held(s, 0), 0);
}

CASE(scrub_of_several_areas_sends_each_buffer_home)
{
	static const struct sim_cfg cfg = {
		&zrx_rq_layout_mainline, 64, 0, 3, { 5, 16, 1 }, 1, false,
	};
	uint32_t i;

	sim_restart(s, &cfg);
	for (i = 0; i < 22; i++)
		sim_give(s, 0);
	EXPECT_EQ(sim_scrub_pass(s, 0, 6), 22);
	EXPECT_TRUE(zrx_prov_at_rest(&s->prov));
}

CASE(a_return_that_comes_after_scrub_is_refused)
{
	uint32_t idx = sim_give(s, 0);

	sim_return(s, 0, idx);
	sim_scrub(s, 0);
	EXPECT_EQ(sim_refill(s), 0);
	EXPECT_EQ(s->user[0].u.stats.entries[ZRX_NOT_HELD], 1);
	EXPECT_EQ(sim_free_places(s, idx), 1);
	EXPECT_FINE(sim_check_conservation(s));
}

CASE(a_return_before_scrub_is_not_taken_twice)
{
	uint32_t idx = sim_give(s, 0);

	sim_return(s, 0, idx);
	EXPECT_EQ(sim_refill(s), 1);
	sim_scrub(s, 0);
	EXPECT_EQ(s->user[0].u.stats.scrubbed, 0);
	EXPECT_FINE(sim_check_conservation(s));
}

CASE(a_second_scrub_finds_nothing)
{
	sim_give_n(s, 0, 3);
	sim_scrub(s, 0);
	EXPECT_EQ(sim_scrub_pass(s, 0, SIM_CACHE), 0);
	EXPECT_EQ(s->user[0].u.stats.scrubbed, 3);
}

CASE(a_delivery_after_scrub_is_found_by_the_next)
{
	uint32_t idx;

	sim_give(s, 0);
	sim_scrub(s, 0);
	idx = sim_give(s, 0);
	EXPECT_EQ(sim_scrub_pass(s, 0, SIM_CACHE), 1);
	EXPECT_EQ(s->out[0], idx);
}

CASE(a_user_that_took_all_and_went_gives_all_back)
{
	while (sim_give(s, 0) != SIM_NONE)
		;
	EXPECT_EQ(zrx_prov_out(&s->prov), 256);
	EXPECT_FALSE(zrx_prov_at_rest(&s->prov));
	sim_scrub(s, 0);
	EXPECT_EQ(zrx_prov_out(&s->prov), 0);
	EXPECT_TRUE(zrx_prov_at_rest(&s->prov));
	EXPECT_TRUE(sim_alloc(s) != SIM_NONE);
}

CASE(a_host_that_disposes_of_buffers_gets_none_back)
{
	uint32_t idx = sim_give(s, 0), other = sim_give(s, 0);

	s->host.disposes = true;
	EXPECT_EQ(sim_scrub_pass(s, 0, SIM_CACHE), 2);
	EXPECT_EQ(s->nr_out, 0);
	s->host.disposes = false;
	sim_free(s, idx);
	sim_free(s, other);
	EXPECT_EQ(sim_free_places(s, idx), 1);
}

#define CASES_SCRUB(X) \
	X(scrub_of_a_user_without_references_takes_nothing) \
	X(scrub_frees_what_the_user_alone_held) \
	X(scrub_takes_one_reference_a_pass_or_all) \
	X(scrub_leaves_a_buffer_the_kernel_side_holds) \
	X(scrub_reaches_the_first_and_the_last_buffer) \
	X(scrub_goes_on_where_its_room_ended) \
	X(scrub_in_steps_of_one_loses_nothing) \
	X(scrub_of_several_areas_sends_each_buffer_home) \
	X(a_return_that_comes_after_scrub_is_refused) \
	X(a_return_before_scrub_is_not_taken_twice) \
	X(a_second_scrub_finds_nothing) \
	X(a_delivery_after_scrub_is_found_by_the_next) \
	X(a_user_that_took_all_and_went_gives_all_back) \
	X(a_host_that_disposes_of_buffers_gets_none_back)

#endif
