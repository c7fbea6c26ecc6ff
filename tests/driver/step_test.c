/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One thread stands still after each instruction in turn while another does a
 * whole operation: the CPU's single-step trap stops a hold, a drain or a free,
 * and the handler plays the other thread.  Every point at which a second thread
 * could come in between is tried, without luck.
 *
 * The handler may do what the operation it stopped allows: hold takes no lock,
 * so beside it everything; drain and free hold the pool's lock, so beside them
 * only a hold and what a user writes.
 */
#include "drv.h"

#if defined(__x86_64__)

#include <signal.h>
#include <string.h>
#include <ucontext.h>

#define TRAP_FLAG 0x100

struct step {
	struct fix *f;
	struct peer p;
	uint64_t off; /* what the user knows of the buffer */
	unsigned int at; /* the instruction after which the other one runs */
	unsigned int now;
	void (*other)(struct step *s);
	struct rte_mbuf *m;
	struct rte_mempool *clones; /* to clone with */
	struct rte_mbuf *got; /* the other thread's */
	struct rte_mbuf copy;
	uint16_t refs; /* of m, before */
	uint16_t refs_first; /* of m, when the user's word first counted */
};

static struct step *stepping;

static void on_trap(int sig, siginfo_t *si, void *context)
{
	struct step *s = stepping;
	ucontext_t *uc = context;

	if (!s || s->now++ != s->at)
		return;
	s->other(s);
	if (s->now > s->at) /* the rest of the way at full speed */
		uc->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
}

/* in front of the red zone, which the compiler may keep values in */
#define flags_change(op, mask) \
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\tpushfq\n\t" op \
			 " %0, (%%rsp)\n\tpopfq\n\tlea 128(%%rsp), %%rsp" \
			 : \
			 : "i"(mask) \
			 : "memory", "cc")

static inline void step_on(struct step *s)
{
	s->now = 0;
	stepping = s;
	flags_change("orq", TRAP_FLAG);
}

static inline void step_off(void)
{
	flags_change("andq", ~TRAP_FLAG);
	stepping = NULL;
}

static void step_begin(struct step *s, struct fix *f)
{
	struct sigaction sa = { .sa_sigaction = on_trap,
				.sa_flags = SA_SIGINFO };

	memset(s, 0, sizeof(*s));
	s->f = f;
	sigaction(SIGTRAP, &sa, NULL);
	s->clones = other_pool("ring_mp_mc", 0);
	peer_join(&s->p, f, PEER_ENTRIES);
}

static void step_end(struct step *s)
{
	peer_leave(&s->p);
	rte_mempool_free(s->clones);
	signal(SIGTRAP, SIG_DFL);
}

static struct rte_mbuf *fresh(struct rte_mempool *mp)
{
	void *m;

	assert_int_equal(rte_mempool_generic_get(mp, &m, 1, NULL), 0);
	rte_pktmbuf_reset(m);
	return m;
}

/* another instruction, the same user */
static void step_next(struct step *s, unsigned int at)
{
	s->at = at;
	s->got = NULL;
}

/* true if there was an instruction with this number; all is home again */
static bool step_done(struct step *s)
{
	assert_int_equal(zrx_att_held(s->p.att), 0);
	assert_int_equal(pool_out(s->f->mp), 0);
	return s->now > s->at;
}

/*
 * The case for each instruction that there is; a sanitizer's build has so many
 * more that only some of them are tried.
 */
static void step_all(struct fix *f, void (*other)(struct step *s),
		     bool (*run)(struct step *s), unsigned int least)
{
	unsigned int at = 0, stride;
	struct step s;

	step_begin(&s, f);
	s.other = other;
	step_next(&s, UINT32_MAX);
	run(&s);
	assert_true(s.now > least);
	stride = 1 + s.now / (UNDER_ASAN ? 60 : 700);
	for (;; at += stride) {
		step_next(&s, at);
		if (!run(&s))
			break;
	}
	step_end(&s);
}

static bool held_hold(struct step *s, struct rte_mbuf *m)
{
	bool held;
	uint64_t off;

	step_on(s);
	held = zrx_att_hold(s->p.att, m, &off);
	step_off();
	return held;
}

/* where the user will find m's data, before anybody tells him */
static uint64_t learn(struct step *s, struct rte_mbuf *m)
{
	uint64_t off;

	rte_mbuf_refcnt_update(m, 1);
	off = peer_give(&s->p, m);
	peer_return(&s->p, off);
	assert_int_equal(zrx_att_drain(s->p.att), 0);
	return off;
}

static void note_refs(struct step *s)
{
	s->at++; /* again after the next instruction */
	if (!s->refs_first && zrx_att_held(s->p.att))
		s->refs_first = rte_mbuf_refcnt_read(s->m);
}

/*
 * The user may return from the moment that his word counts, so the mbuf's
 * reference that he gives back then has to be there.
 */
CASE(the_mbufs_reference_is_there_before_the_users)
{
	struct rte_mbuf *c;
	struct step s;

	step_begin(&s, f);
	s.m = fresh(f->mp);
	c = rte_pktmbuf_clone(s.m, s.clones);
	assert_non_null(c);
	s.refs = rte_mbuf_refcnt_read(s.m);
	s.other = note_refs;
	assert_true(held_hold(&s, c));
	assert_true(s.now > 10);
	assert_int_equal(s.refs_first, s.refs + 1);
	rte_pktmbuf_free(s.m);
	step_end(&s);
}

/* The user returns and the next owner has the buffer at once. */
static void return_and_take(struct step *s)
{
	void *m;

	peer_return(&s->p, s->off);
	if (zrx_att_drain(s->p.att) == 0)
		return;
	if (rte_mempool_generic_get(s->f->mp, &m, 1, NULL) != 0)
		return;
	s->got = m;
	rte_pktmbuf_reset(s->got);
	s->got->pkt_len = 1234;
	s->copy = *s->got;
}

static void put_got(struct step *s)
{
	if (s->got)
		rte_mempool_generic_put(s->f->mp, (void **)&s->got, 1, NULL);
}

/* what the user has not returned by himself */
static void return_rest(struct step *s)
{
	if (zrx_att_held(s->p.att))
		peer_return(&s->p, s->off);
	zrx_att_drain(s->p.att);
}

static bool hold_against_return(struct step *s)
{
	s->m = fresh(s->f->mp);
	s->off = learn(s, s->m);
	assert_true(held_hold(s, s->m));
	if (s->got) {
		assert_ptr_equal(s->got, s->m);
		assert_memory_equal(s->got, &s->copy, sizeof(s->copy));
	}
	put_got(s);
	return_rest(s);
	return step_done(s);
}

/* what hold gave away it does not touch any more */
CASE(a_return_after_any_instruction_of_a_hold_is_safe)
{
	step_all(f, return_and_take, hold_against_return, 10);
}

/* the clone is all that keeps the buffer, so it can come back at once */
static bool clone_hold_against_return(struct step *s)
{
	struct rte_mbuf *c;

	s->m = fresh(s->f->mp);
	s->off = learn(s, s->m);
	c = rte_pktmbuf_clone(s->m, s->clones);
	assert_non_null(c);
	rte_pktmbuf_free(s->m);
	assert_true(held_hold(s, c));
	if (s->got) {
		assert_int_equal(rte_mbuf_refcnt_read(s->got), 1);
		assert_int_equal(s->got->pkt_len, 1234);
	}
	put_got(s);
	return_rest(s);
	assert_true(rte_mempool_full(s->clones));
	return step_done(s);
}

CASE(a_return_after_any_instruction_of_a_clones_hold_is_safe)
{
	step_all(f, return_and_take, clone_hold_against_return, 20);
}

static void hold_again(struct step *s)
{
	s->off = peer_give(&s->p, s->m);
}

/* The same buffer goes to the user again while he returns it. */
static bool drain_against_hold(struct step *s)
{
	uint32_t back;

	s->m = fresh(s->f->mp);
	rte_mbuf_refcnt_update(s->m, 1);
	s->off = peer_give(&s->p, s->m);
	peer_return(&s->p, s->off);
	step_on(s);
	back = zrx_att_drain(s->p.att);
	step_off();
	assert_int_equal(back, 0);
	assert_int_equal(rte_mbuf_refcnt_read(s->m), 1);
	assert_int_equal(zrx_att_held(s->p.att), s->now > s->at);
	if (s->now > s->at)
		return_rest(s);
	else
		rte_pktmbuf_free(s->m);
	return step_done(s);
}

CASE(a_hold_after_any_instruction_of_a_drain_is_safe)
{
	step_all(f, hold_again, drain_against_hold, 20);
}

/* The program drops its reference while the user's comes back. */
static void free_mine(struct step *s)
{
	s->got = rte_pktmbuf_prefree_seg(s->m);
}

static bool drain_against_free(struct step *s)
{
	uint32_t back;

	s->m = fresh(s->f->mp);
	rte_mbuf_refcnt_update(s->m, 1);
	s->off = peer_give(&s->p, s->m);
	peer_return(&s->p, s->off);
	step_on(s);
	back = zrx_att_drain(s->p.att);
	step_off();
	if (s->now <= s->at)
		free_mine(s);
	assert_int_equal(back + (s->got != NULL), 1);
	put_got(s);
	return step_done(s);
}

/* exactly one of the two finds that it was the last */
CASE(a_free_after_any_instruction_of_a_drain_is_safe)
{
	step_all(f, free_mine, drain_against_free, 20);
}

static const struct CMUnitTest cases[] = {
	FIX(the_mbufs_reference_is_there_before_the_users),
	FIX(a_return_after_any_instruction_of_a_hold_is_safe),
	FIX(a_return_after_any_instruction_of_a_clones_hold_is_safe),
	FIX(a_hold_after_any_instruction_of_a_drain_is_safe),
	FIX(a_free_after_any_instruction_of_a_drain_is_safe),
};

int main(void)
{
	return RUN_MATRIX("step", cases);
}

#else

#include <stdio.h>

int main(void)
{
	printf("skipped: single steps are known for x86-64 only\n");
	return EXIT_SKIPPED;
}

#endif
