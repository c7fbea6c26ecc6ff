/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the two ends do to shared memory, step by step: which words, in which
 * order, with which ordering, and each word of the peer once.
 */
#define ZRX_PORT "tests/core/port_hook.h"

#include "tests/core/run.h"

#define ORDER_MAX 256

struct order_step {
	enum hook_step step;
	uint32_t at; /* bytes into the region */
};

static struct {
	struct order_step log[ORDER_MAX];
	uint32_t nr;
	bool on;
	bool garble; /* the peer writes before each look of ours */
} order;

static const struct zrx_rq_layout *const order_layout = &zrx_rq_layout_mainline;

static void hook(enum hook_step step, uintptr_t where)
{
	uintptr_t at = where - (uintptr_t)sim_region[0];

	if (!order.on || step == HOOK_OURS || order.nr == ORDER_MAX)
		return;
	if (order.garble && step != HOOK_STORE_RELEASE)
		*(uint32_t *)where = 0x1001 * order.nr;
	order.log[order.nr].step = step;
	order.log[order.nr++].at = at < SIM_REGION ? (uint32_t)at : SIM_NONE;
}

static void order_begin(bool garble)
{
	order.nr = 0;
	order.garble = garble;
	order.on = true;
}

/* True if step i was this one. */
static bool order_was(uint32_t i, enum hook_step step, uint32_t at)
{
	return i < order.nr && order.log[i].step == step &&
	       order.log[i].at == at;
}

static uint32_t order_entry(uint32_t slot, uint32_t field)
{
	return order_layout->rqes + slot * 16 + field;
}

/* n entries from slot 0 on, each field once, off before pad or after. */
static bool order_was_read(uint32_t i, uint32_t n)
{
	uint32_t slot, j;

	for (slot = 0; slot < n; slot++) {
		j = i + 2 * slot;
		if (!order_was(j, HOOK_LOAD64, order_entry(slot, 0)) &&
		    !order_was(j + 1, HOOK_LOAD64, order_entry(slot, 0)))
			return false;
		if (!order_was(j, HOOK_LOAD32, order_entry(slot, 12)) &&
		    !order_was(j + 1, HOOK_LOAD32, order_entry(slot, 12)))
			return false;
	}
	return true;
}

static void order_three_returns(struct sim *s)
{
	sim_give_letters(s, "111");
	sim_play(s, "ABC");
}

/* B, the entries once each, C, and not one access more. */
static bool order_is_one_batch(uint32_t entries)
{
	order.on = false;
	return order.nr == 2 + 2 * entries &&
	       order_was(0, HOOK_LOAD_ACQUIRE, order_layout->tail) &&
	       order_was_read(1, entries) &&
	       order_was(1 + 2 * entries, HOOK_STORE_RELEASE,
			 order_layout->head);
}

CASE(refill_looks_reads_each_field_once_and_then_releases)
{
	order_three_returns(s);
	order_begin(false);
	sim_refill(s);
	EXPECT_TRUE(order_is_one_batch(3));
}

CASE(flush_looks_reads_each_field_once_and_then_releases)
{
	if (!sim_policies[s->v->policy].flush)
		CASE_SKIP("this policy has no flush");
	order_three_returns(s);
	order_begin(false);
	sim_flush_round(s);
	EXPECT_TRUE(order_is_one_batch(3));
}

CASE(a_surplus_and_bad_entries_are_read_no_oftener)
{
	sim_give_letters(s, "1");
	sim_play(s, "AxAAx");
	order_begin(false);
	sim_refill(s);
	EXPECT_TRUE(order_is_one_batch(5));
}

/* Each look finds another value: the tail first, then three fields of it. */
CASE(a_peer_that_writes_before_each_look_fools_itself)
{
	order_three_returns(s);
	order_begin(true);
	sim_refill(s);
	order.on = false;
	EXPECT_TRUE(order_was(0, HOOK_LOAD_ACQUIRE, order_layout->tail));
	EXPECT_FINE(sim_check_conservation(s));
}

/* The tail is looked at once a call, however many entries there are. */
CASE(one_call_looks_at_tail_once)
{
	uint32_t i, looks = 0;

	for (i = 0; i < 1024; i++)
		sim_raw_put(s, 0, 0, 1);
	zrx_rqc_look(&s->user[0].u.rq);
	order_begin(false);
	sim_refill(s);
	order.on = false;
	for (i = 0; i < order.nr; i++)
		looks += order.log[i].at == order_layout->tail;
	EXPECT_TRUE(looks <= 1);
}

/* Room that fills up with entries known of before costs no look. */
CASE(a_call_that_is_full_does_not_look_at_tail)
{
	static const uint32_t looks[SIM_NR_POLICIES] = {
		[SIM_POLICY_v8] = 1,
		[SIM_POLICY_mainline] = 0,
	};

	order_three_returns(s);
	zrx_rqc_look(&s->user[0].u.rq);
	order_begin(false);
	EXPECT_EQ(sim_refill_max(s, 0, 2), 2);
	order.on = false;
	EXPECT_EQ(order_was(0, HOOK_LOAD_ACQUIRE, order_layout->tail),
		  looks[s->v->policy]);
	EXPECT_EQ(order.nr, 2 * 2 + 1 + looks[s->v->policy]);
}

/* Whether head is written again then is a matter of policy. */
CASE(an_empty_ring_costs_one_look)
{
	static const uint32_t steps[SIM_NR_POLICIES] = {
		[SIM_POLICY_v8] = 1,
		[SIM_POLICY_mainline] = 2,
	};

	order_begin(false);
	sim_refill(s);
	order.on = false;
	EXPECT_TRUE(order_was(0, HOOK_LOAD_ACQUIRE, order_layout->tail));
	EXPECT_EQ(order.nr, steps[s->v->policy]);
	EXPECT_TRUE(order.nr < 2 ||
		    order_was(1, HOOK_STORE_RELEASE, order_layout->head));
}

CASE(submit_releases_tail_after_the_entry_was_written)
{
	struct zrx_rqp *rq = &s->user[0].rq;

	order_begin(false);
	zrx_rqp_put(rq, 5, 6);
	EXPECT_EQ(order.nr, 3);
	zrx_rqp_submit(rq);
	order.on = false;
	EXPECT_EQ(order.nr, 4);
	EXPECT_TRUE(order_was(0, HOOK_STORE64, order_entry(0, 0)));
	EXPECT_TRUE(order_was(1, HOOK_STORE32, order_entry(0, 8)));
	EXPECT_TRUE(order_was(2, HOOK_STORE32, order_entry(0, 12)));
	EXPECT_TRUE(order_was(3, HOOK_STORE_RELEASE, order_layout->tail));
	sim_tail(s, 0);
}

CASE(the_producer_acquires_head_before_it_uses_a_slot_again)
{
	struct zrx_rqp *rq = &s->user[0].rq;
	uint32_t i;

	for (i = 0; i < 1024; i++)
		sim_raw_put(s, 0, 0, 1);
	order_begin(false);
	EXPECT_FALSE(zrx_rqp_put(rq, 5, 6));
	EXPECT_EQ(order.nr, 1);
	EXPECT_TRUE(order_was(0, HOOK_LOAD_ACQUIRE, order_layout->head));
	order_begin(false);
	zrx_rqp_init(rq, sim_region[0], order_layout, 1024);
	order.on = false;
	EXPECT_EQ(order.nr, 2);
	EXPECT_TRUE(order_was(0, HOOK_LOAD_ACQUIRE, order_layout->head));
	EXPECT_TRUE(order_was(1, HOOK_LOAD32, order_layout->tail));
}

CASE(the_last_slot_known_to_be_free_costs_no_look)
{
	struct zrx_rqp *rq = &s->user[0].rq;
	uint32_t i;

	for (i = 0; i < 1023; i++)
		sim_raw_put(s, 0, 0, 1);
	order_begin(false);
	EXPECT_TRUE(zrx_rqp_put(rq, 5, 6));
	EXPECT_EQ(order.nr, 3);
	EXPECT_FALSE(zrx_rqp_put(rq, 5, 6));
	order.on = false;
	EXPECT_EQ(order.nr, 4);
}

/* Hold, scrub and the free list have no business in shared memory. */
CASE(nothing_but_refill_and_flush_touches_the_region)
{
	uint32_t idx = sim_alloc(s);

	order_begin(false);
	sim_deliver(s, 0, idx);
	sim_scrub(s, 0);
	sim_free(s, idx);
	order.on = false;
	EXPECT_EQ(order.nr, 0);
}

#define CASES_ORDER(X) \
	X(refill_looks_reads_each_field_once_and_then_releases) \
	X(flush_looks_reads_each_field_once_and_then_releases) \
	X(a_surplus_and_bad_entries_are_read_no_oftener) \
	X(a_peer_that_writes_before_each_look_fools_itself) \
	X(one_call_looks_at_tail_once) \
	X(a_call_that_is_full_does_not_look_at_tail) \
	X(an_empty_ring_costs_one_look) \
	X(submit_releases_tail_after_the_entry_was_written) \
	X(the_producer_acquires_head_before_it_uses_a_slot_again) \
	X(the_last_slot_known_to_be_free_costs_no_look) \
	X(nothing_but_refill_and_flush_touches_the_region)

int main(void)
{
	return run_variants("order", RUN_CASES(CASES_ORDER),
			    RUN_COUNT(CASES_ORDER));
}
