/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* Areas and their free lists; offsets and the arithmetic on them. */
#ifndef ZRX_CASES_AREA_H
#define ZRX_CASES_AREA_H

#include "case.h"
#include "host_sim_peer.h"

/* Two areas of 8 and 4 buffers. */
static void area_start(struct sim *s)
{
	static const struct sim_cfg cfg = {
		&zrx_rq_layout_mainline, 8, 0, 2, { 8, 4 }, 1, false,
	};

	sim_restart(s, &cfg);
}

CASE(buffers_are_handed_out_from_the_first_on)
{
	struct zrx_area *a = s->area;

	area_start(s);
	EXPECT_EQ(a->nr_free, 8);
	EXPECT_EQ(*zrx_area_pop(a, 1), 0);
	EXPECT_EQ(*zrx_area_pop(a, 1), 1);
	EXPECT_EQ(*zrx_area_pop(&s->area[1], 1), 8);
	EXPECT_EQ(*zrx_area_pop(&s->area[1], 1), 9);
	sim_start(s, &s->cfg);
}

CASE(several_are_popped_at_once_or_none)
{
	struct zrx_area *a = s->area;
	const uint32_t *got;

	area_start(s);
	got = zrx_area_pop(a, 3);
	EXPECT_EQ(got[0] + got[1] + got[2], 0 + 1 + 2);
	EXPECT_EQ(a->nr_free, 5);
	EXPECT_TRUE(zrx_area_pop(a, 6) == NULL);
	EXPECT_EQ(a->nr_free, 5);
	EXPECT_EQ(a->hold, 3);
	EXPECT_TRUE(zrx_area_pop(a, 5) != NULL);
	EXPECT_TRUE(zrx_area_pop(a, 1) == NULL);
	EXPECT_EQ(a->hold, 8);
	EXPECT_EQ(a->release, 0);
	sim_start(s, &s->cfg);
}

CASE(the_buffer_used_last_is_handed_out_first)
{
	struct zrx_area *a = s->area;

	area_start(s);
	zrx_area_pop(a, 8);
	*zrx_area_push(a, 1) = 5;
	*zrx_area_push(a, 1) = 2;
	EXPECT_EQ(*zrx_area_pop(a, 1), 2);
	EXPECT_EQ(*zrx_area_pop(a, 1), 5);
	sim_start(s, &s->cfg);
}

CASE(several_are_pushed_at_once)
{
	struct zrx_area *a = s->area;
	uint32_t *slot;

	area_start(s);
	zrx_area_pop(a, 8);
	slot = zrx_area_push(a, 2);
	slot[0] = 3;
	slot[1] = 4;
	EXPECT_EQ(a->nr_free, 2);
	EXPECT_EQ(a->release, 2);
	EXPECT_EQ(*zrx_area_pop(a, 1), 4);
	EXPECT_EQ(*zrx_area_pop(a, 1), 3);
	sim_start(s, &s->cfg);
}

CASE(a_free_list_takes_every_buffer_of_its_area)
{
	uint32_t i, first = sim_alloc(s);

	while (sim_alloc(s) != SIM_NONE)
		;
	EXPECT_EQ(zrx_prov_out(&s->prov), s->prov.nr_niovs);
	EXPECT_EQ(first, 0);
	for (i = 0; i < s->prov.nr_niovs; i++)
		sim_free(s, i);
	EXPECT_TRUE(zrx_prov_at_rest(&s->prov));
}

CASE(a_push_onto_a_full_free_list_is_refused)
{
	if (CASE_WARN_STOPS)
		CASE_SKIP("a push too many ends a debug build");
	area_start(s);
	EXPECT_TRUE(zrx_area_push(&s->area[1], 1) == NULL);
	zrx_area_pop(&s->area[1], 2);
	EXPECT_TRUE(zrx_area_push(&s->area[1], 3) == NULL);
	EXPECT_EQ(s->area[1].nr_free, 2);
	EXPECT_EQ(s->area[1].release, 0);
	EXPECT_TRUE(zrx_area_push(&s->area[1], 2) != NULL);
}

CASE(a_host_may_keep_a_list_of_its_own)
{
	struct zrx_area *a = s->area;

	area_start(s);
	zrx_area_init(a, 0, 8, NULL);
	EXPECT_FALSE(zrx_area_leave(a, 9));
	EXPECT_TRUE(zrx_area_leave(a, 8));
	EXPECT_FALSE(zrx_area_leave(a, 1));
	EXPECT_TRUE(zrx_area_enter(a, 3));
	EXPECT_EQ(a->nr_free, 3);
	EXPECT_EQ(a->hold, 8);
	EXPECT_EQ(a->release, 3);
	sim_start(s, &s->cfg);
}

CASE(at_rest_means_all_areas_and_both_counters)
{
	area_start(s);
	EXPECT_TRUE(zrx_prov_at_rest(&s->prov));
	EXPECT_EQ(zrx_prov_out(&s->prov), 0);
	zrx_area_pop(&s->area[1], 1);
	EXPECT_FALSE(zrx_prov_at_rest(&s->prov));
	EXPECT_EQ(zrx_prov_out(&s->prov), 1);
	zrx_area_pop(&s->area[0], 2);
	EXPECT_EQ(zrx_prov_out(&s->prov), 3);
	sim_start(s, &s->cfg);
	s->area[1].release = 1;
	EXPECT_FALSE(zrx_prov_at_rest(&s->prov));
	sim_start(s, &s->cfg);
}

CASE(a_token_is_the_area_id_above_bit_48)
{
	EXPECT_EQ(zrx_area_token(0), 0);
	EXPECT_EQ(zrx_area_token(1), 1ull << 48);
	EXPECT_EQ(zrx_area_token(0xffff), 0xffffull << 48);
	EXPECT_EQ(ZRX_AREA_MASK, 0xffffffffffffull);
}

CASE(any_byte_of_a_buffer_names_that_buffer)
{
	EXPECT_EQ(zrx_off_niov(0, 12), 0);
	EXPECT_EQ(zrx_off_niov(4095, 12), 0);
	EXPECT_EQ(zrx_off_niov(4096, 12), 1);
	EXPECT_EQ(zrx_off_niov(8191, 12), 1);
	EXPECT_EQ(zrx_off_niov(zrx_area_token(5) + 4097, 12), 1);
	EXPECT_EQ(zrx_off_niov(0x30001, 16), 3);
}

CASE(bits_that_do_not_fit_are_dropped_and_noticed)
{
	EXPECT_EQ(zrx_off_niov((1ull << 44) + 4096, 12), 1);
	EXPECT_TRUE(zrx_off_aliased(1ull << 44, 12));
	EXPECT_TRUE(zrx_off_aliased(1ull << 47, 12));
	EXPECT_FALSE(zrx_off_aliased(1ull << 43, 12));
	EXPECT_FALSE(zrx_off_aliased(zrx_area_token(0xffff), 12));
	EXPECT_FALSE(zrx_off_aliased(1ull << 47, 16));
}

CASE(an_index_in_range_is_itself_and_any_other_is_zero)
{
	EXPECT_EQ(zrx_index_nospec(0, 1), 0);
	EXPECT_EQ(zrx_index_nospec(6, 7), 6);
	EXPECT_EQ(zrx_index_nospec(7, 7), 0);
	EXPECT_EQ(zrx_index_nospec(8, 7), 0);
	EXPECT_EQ(zrx_index_nospec(0xffffffffu, 7), 0);
	EXPECT_EQ(zrx_index_nospec(0xfffffffeu, 0xffffffffu), 0xfffffffeu);
	EXPECT_EQ(zrx_index_nospec(5, 0), 0);
}

CASE(verdicts_and_variants_have_names)
{
	uint32_t i;

	EXPECT_EQ(zrx_verdict_name(ZRX_TAKEN)[0], 't');
	EXPECT_EQ(zrx_verdict_name(ZRX_SURPLUS)[0], 's');
	EXPECT_EQ(zrx_verdict_name(ZRX_NR_VERDICTS)[0], 'u');
	EXPECT_EQ(zrx_verdict_name(ZRX_NR_VERDICTS)[1], 'n');
	for (i = 0; i < ZRX_NR_VARIANTS; i++)
		EXPECT_EQ(zrx_variant_name(i)[0], sim_variants[i].name[0]);
	EXPECT_TRUE(zrx_variant_name(ZRX_NR_VARIANTS) == NULL);
}

CASE(a_variant_tells_whether_it_can_flush)
{
	const struct sim_variant *v = sim_variants;
	uint32_t i;

	for (i = 0; i < ZRX_NR_VARIANTS; i++)
		EXPECT_EQ(zrx_variant_can_flush(i),
			  sim_policies[v[i].policy].flush);
	EXPECT_FALSE(zrx_variant_can_flush(ZRX_NR_VARIANTS));
	EXPECT_FALSE(zrx_variant_can_flush(0xffffffffu));
}

#define CASES_AREA(X) \
	X(buffers_are_handed_out_from_the_first_on) \
	X(several_are_popped_at_once_or_none) \
	X(the_buffer_used_last_is_handed_out_first) \
	X(several_are_pushed_at_once) \
	X(a_free_list_takes_every_buffer_of_its_area) \
	X(a_push_onto_a_full_free_list_is_refused) \
	X(a_host_may_keep_a_list_of_its_own) \
	X(at_rest_means_all_areas_and_both_counters) \
	X(a_token_is_the_area_id_above_bit_48) \
	X(any_byte_of_a_buffer_names_that_buffer) \
	X(bits_that_do_not_fit_are_dropped_and_noticed) \
	X(an_index_in_range_is_itself_and_any_other_is_zero) \
	X(verdicts_and_variants_have_names) \
	X(a_variant_tells_whether_it_can_flush)

#endif
