/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Races, made deterministic: at the k-th atomic step of one operation another
 * one runs from end to end, for every k.  A step between two others of the
 * other thread is not tried here; that is what the model checker is for.
 */
#define ZRX_PORT "tests/core/port_hook.h"

#include "tests/core/run.h"

static struct {
	struct sim *s;
	void (*other)(struct sim *s);
	uint32_t at; /* the step before which the other runs */
	uint32_t step;
	bool armed;
} race;

static void hook(enum hook_step step, uintptr_t where)
{
	(void)step, (void)where;
	if (!race.armed || race.step++ != race.at)
		return;
	race.armed = false;
	race.other(race.s);
}

/* True if the operation had a step k, so that the other did run. */
static bool race_run(struct sim *s, void (*op)(struct sim *s),
		     void (*other)(struct sim *s), uint32_t k)
{
	bool ran;

	race.s = s;
	race.other = other;
	race.at = k;
	race.step = 0;
	race.armed = true;
	op(s);
	ran = !race.armed;
	race.armed = false;
	return ran;
}

/* Buffer A, held so often, perhaps by the kernel side as well, and returned. */
static void race_prepare(struct sim *s, uint32_t refs, uint32_t returns,
			 bool kernel)
{
	static const struct sim_cfg cfg = {
		&zrx_rq_layout_mainline, 8, 0, 1, { 4 }, 1, false,
	};

	sim_restart(s, &cfg);
	s->letter[0] = sim_alloc(s);
	while (refs--)
		sim_deliver(s, 0, s->letter[0]);
	sim_drain(s);
	if (!kernel)
		sim_free(s, s->letter[0]);
	while (returns--)
		sim_return(s, 0, s->letter[0]);
}

static void op_refill(struct sim *s)
{
	sim_refill(s);
}

static void op_flush(struct sim *s)
{
	sim_flush(s);
}

/* scrub and refill of one run note their buffers apart */
static void op_scrub(struct sim *s)
{
	struct zrx_scrub pass = { 0, 0 };
	uint32_t got[4], n, i;

	n = s->v->scrub(&s->prov, &s->user[0].u, &pass, got, 4);
	for (i = 0; i < n; i++)
		sim_free(s, got[i]);
}

static void op_hold(struct sim *s)
{
	if (!sim_deliver(s, 0, s->letter[0]))
		sim_fault(s, "a reference was refused");
}

static void op_kernel_free(struct sim *s)
{
	sim_free(s, s->letter[0]);
}

/* All that the user had came back by one way or the other, and once. */
static const char *race_check(struct sim *s, uint32_t refs)
{
	const zrx_a64 *n = s->user[0].u.stats.entries;
	uint64_t back = n[ZRX_TAKEN] + s->user[0].u.stats.scrubbed;

	if (back + sim_held(s, 0) != refs)
		return "references were lost or came back twice";
	return sim_check_conservation(s);
}

struct race_pair {
	void (*op)(struct sim *s), (*other)(struct sim *s);
	uint32_t refs, returns;
	bool kernel;
};

static void race_every_step(struct sim *s, const struct race_pair *p)
{
	uint32_t k = 0;
	bool ran;

	if (p->op == op_flush && !sim_policies[s->v->policy].flush)
		CASE_SKIP("this policy has no flush");
	do {
		race_prepare(s, p->refs, p->returns, p->kernel);
		ran = race_run(s, p->op, p->other, k++);
		EXPECT_FINE(race_check(s, p->refs + (p->op == op_hold)));
	} while (ran);
	EXPECT_TRUE(k > 1);
}

#define RACE(name, ...) \
	CASE(name) \
	{ \
		static const struct race_pair p = { __VA_ARGS__ }; \
\
		race_every_step(s, &p); \
	}
RACE(scrub_amid_refill, op_refill, op_scrub, 1, 1, false)
RACE(scrub_amid_refill_of_two, op_refill, op_scrub, 2, 2, false)
RACE(scrub_amid_refill_of_a_surplus, op_refill, op_scrub, 2, 3, false)
RACE(scrub_amid_flush, op_flush, op_scrub, 2, 2, false)
RACE(refill_amid_scrub, op_scrub, op_refill, 1, 1, false)
RACE(refill_amid_scrub_of_three, op_scrub, op_refill, 3, 2, false)
RACE(kernel_free_amid_refill, op_refill, op_kernel_free, 1, 1, true)
RACE(refill_amid_kernel_free, op_kernel_free, op_refill, 1, 1, true)
RACE(kernel_free_amid_scrub, op_scrub, op_kernel_free, 2, 0, true)
RACE(scrub_amid_kernel_free, op_kernel_free, op_scrub, 1, 0, true)
RACE(scrub_amid_hold, op_hold, op_scrub, 1, 0, true)
RACE(scrub_amid_first_hold, op_hold, op_scrub, 0, 0, true)
RACE(refill_amid_hold, op_hold, op_refill, 1, 1, true)
RACE(scrub_of_two_amid_kernel_free, op_kernel_free, op_scrub, 2, 0, true)

/* A refused hold and a drop of the kernel side, at the limit of references. */
static void op_hold_refused(struct sim *s)
{
	if (sim_deliver(s, 0, s->letter[0]))
		sim_fault(s, "a reference too many was granted");
}

/* While the hold that is too many is on its way, the user still holds. */
static void op_look_full(struct sim *s)
{
	if (sim_user_refs(s, s->letter[0]) < s->v->model->most)
		sim_fault(s, "a refused hold hid what the user has");
}

CASE(a_hold_too_many_never_hides_the_others)
{
	uint32_t more = s->v->model->most - 1, k = 0;
	zrx_a32 *word;
	bool ran;

	do {
		race_prepare(s, 1, 0, true);
		word = &s->user[0].u.uref[s->letter[0]];
		*word += more * s->v->model->unit;
		ran = race_run(s, op_hold_refused, op_look_full, k++);
		*word -= more * s->v->model->unit;
		EXPECT_FINE(s->fault);
	} while (ran);
}

#define CASES_RACE(X) \
	X(scrub_amid_refill) \
	X(scrub_amid_refill_of_two) \
	X(scrub_amid_refill_of_a_surplus) \
	X(scrub_amid_flush) \
	X(refill_amid_scrub) \
	X(refill_amid_scrub_of_three) \
	X(kernel_free_amid_refill) \
	X(refill_amid_kernel_free) \
	X(kernel_free_amid_scrub) \
	X(scrub_amid_kernel_free) \
	X(scrub_amid_hold) \
	X(scrub_amid_first_hold) \
	X(refill_amid_hold) \
	X(scrub_of_two_amid_kernel_free) \
	X(a_hold_too_many_never_hides_the_others)

int main(void)
{
	return run_variants("race", RUN_CASES(CASES_RACE),
			    RUN_COUNT(CASES_RACE));
}
