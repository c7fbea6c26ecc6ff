/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * The rest of the simulated host: the user, honest through rq_prod.h or raw,
 * flush and scrub as a host calls them, and the checks.
 */
#ifndef ZRX_HOST_SIM_PEER_H
#define ZRX_HOST_SIM_PEER_H

#include "host_sim.h"

/* ---- the user, honest ---- */

/* A host with a count of its own takes its reference itself. */
static inline bool sim_deliver(struct sim *s, uint32_t uid, uint32_t idx)
{
	bool ours = s->v->uref->owns_ref && !s->host.unified;

	if (ours)
		zrx_fetch_add(&s->host.ref[idx], 1);
	if (s->v->hold(&s->prov, &s->user[uid].u, idx))
		return true;
	if (ours)
		zrx_fetch_add(&s->host.ref[idx], 0u - 1);
	return false;
}

/* A buffer that this user alone holds, once. */
static inline uint32_t sim_give(struct sim *s, uint32_t uid)
{
	uint32_t idx = sim_alloc(s);

	if (idx == SIM_NONE)
		return SIM_NONE;
	if (!sim_deliver(s, uid, idx))
		sim_fault(s, "a first reference was refused");
	sim_free(s, idx);
	return idx;
}

/* As sim_give(), with n references. */
static inline uint32_t sim_give_n(struct sim *s, uint32_t uid, uint32_t n)
{
	uint32_t idx = sim_give(s, uid);

	while (idx != SIM_NONE && --n)
		if (!sim_deliver(s, uid, idx))
			sim_fault(s, "a further reference was refused");
	return idx;
}

static inline bool sim_put(struct sim *s, uint32_t uid, uint32_t idx)
{
	return zrx_rqp_put(&s->user[uid].rq, sim_off(s, idx, 0), 1500);
}

static inline void sim_submit(struct sim *s, uint32_t uid)
{
	zrx_rqp_submit(&s->user[uid].rq);
}

static inline void sim_return(struct sim *s, uint32_t uid, uint32_t idx)
{
	if (!sim_put(s, uid, idx))
		sim_fault(s, "no room in the ring");
	sim_submit(s, uid);
}

/* ---- the user, raw ---- */

static inline void sim_raw(struct sim *s, uint32_t slot, uint64_t off,
			   uint32_t len, uint32_t pad)
{
	struct zrx_rqe ZRX_PEER *e = &s->user[0].u.rq.rqes[slot];

	zrx_shm_store64(&e->off, off);
	zrx_shm_store32(&e->len, len);
	zrx_shm_store32(&e->pad, pad);
}

static inline void sim_tail(struct sim *s, uint32_t tail)
{
	zrx_shm_store32(s->user[0].u.rq.ktail, tail);
}

static inline uint32_t sim_khead(struct sim *s)
{
	return zrx_shm_load32(s->user[0].u.rq.khead);
}

/* One raw entry behind those that are there, published. */
static inline void sim_raw_put(struct sim *s, uint64_t off, uint32_t len,
			       uint32_t pad)
{
	struct zrx_rqp *rq = &s->user[0].rq;

	sim_raw(s, rq->tail++ & (rq->entries - 1), off, len, pad);
	zrx_rqp_submit(rq);
}

/*
 * A script is a word: a letter is a return of the buffer of that letter, x an
 * entry that names none.
 */
static inline void sim_play(struct sim *s, const char *script)
{
	for (; *script; script++) {
		if (*script == 'x')
			sim_raw_put(s, 0, 0, 1);
		else
			sim_return(s, 0, s->letter[*script - 'A']);
	}
}

/* The buffers of letters A, B ... with so many references each: "21" is A, B.
 */
static inline void sim_give_letters(struct sim *s, const char *refs)
{
	uint32_t i;

	for (i = 0; refs[i]; i++)
		s->letter[i] = sim_give_n(s, 0, (uint32_t)(refs[i] - '0'));
}

/* ---- flush and scrub, as a host calls them ---- */

/* One round; what came back goes to the free list. */
static inline bool sim_flush_round(struct sim *s)
{
	uint32_t got[ZRX_FLUSH_BATCH + 1], nr = SIM_NONE;
	bool more;

	got[ZRX_FLUSH_BATCH] = SIM_NONE;
	more = s->v->flush(&s->prov, &s->user[0].u, got, &nr);
	s->nr_out = 0;
	if (nr > ZRX_FLUSH_BATCH || got[ZRX_FLUSH_BATCH] != SIM_NONE)
		sim_fault(s, "flush wrote more than there was room for");
	else
		sim_came_back(s, got, nr);
	sim_free_out(s);
	return more;
}

/* The whole call: rounds until one says stop, a ringful at most. */
static inline uint32_t sim_flush(struct sim *s)
{
	uint32_t begin = s->user[0].u.rq.cached_head, sum = 0;
	bool more = true;

	while (more && s->user[0].u.rq.cached_head - begin < s->cfg.entries) {
		more = sim_flush_round(s);
		sum += s->nr_out;
	}
	return sum;
}

/* One pass in steps of max buffers; returns the references it took. */
static inline uint32_t sim_scrub_pass(struct sim *s, uint32_t uid, uint32_t max)
{
	struct zrx_scrub pass = { 0, 0 };
	uint32_t got[SIM_CACHE], n;

	s->nr_out = 0;
	while (pass.next < s->prov.nr_niovs) {
		n = s->v->scrub(&s->prov, &s->user[uid].u, &pass, got, max);
		if (n > max)
			sim_fault(s, "scrub wrote more than it had room for");
		sim_came_back(s, got, n);
	}
	sim_free_out(s);
	return pass.taken;
}

static inline uint64_t sim_held(struct sim *s, uint32_t uid)
{
	return s->v->held(&s->prov, &s->user[uid].u);
}

/*
 * Passes until one takes nothing.  A word that looks as if it held more than
 * any test gives out is a broken word: stop rather than spin.
 */
static inline void sim_scrub(struct sim *s, uint32_t uid)
{
	uint32_t passes = 0;

	while (sim_scrub_pass(s, uid, SIM_CACHE))
		if (++passes > 0x100) {
			sim_fault(s, "scrub finds no end");
			return;
		}
}

/* ---- what is true at any time ---- */

static inline uint32_t sim_user_refs(struct sim *s, uint32_t idx)
{
	uint32_t i, n = 0;

	for (i = 0; i < s->cfg.nr_users; i++)
		n += s->v->uref->held(s->user[i].u.uref[idx]);
	return n;
}

/* The host's word is the kernel side's references and the users'. */
static inline bool sim_ref_adds_up(struct sim *s, uint32_t idx)
{
	uint32_t users = sim_user_refs(s, idx);

	if (s->host.unified)
		users *= s->v->model->unit;
	return s->host.ref[idx] == s->host.kern[idx] + users;
}

/* Where a free list has this buffer, and how often. */
static inline uint32_t sim_free_places(struct sim *s, uint32_t idx)
{
	uint32_t i, j, n = 0;

	for (i = 0; i < s->cfg.nr_areas; i++)
		for (j = 0; j < s->area[i].nr_free; j++)
			n += s->area[i].freelist[j] == idx;
	return n;
}

static inline const char *sim_check_buffer(struct sim *s, uint32_t idx)
{
	uint32_t places = sim_free_places(s, idx);

	if (places > 1)
		return "a buffer is on a free list twice";
	if (places && s->host.ref[idx])
		return "a buffer in use is on a free list";
	if (!places && !s->host.ref[idx])
		return "a buffer is lost";
	return sim_ref_adds_up(s, idx) ? NULL : "a count is wrong";
}

static inline const char *sim_check_area(struct sim *s, uint32_t i)
{
	const struct zrx_area *a = &s->area[i];

	if (a->freelist[a->nr_niovs] != SIM_CANARY)
		return "somebody wrote behind a free list";
	if (a->nr_free > a->nr_niovs)
		return "a free list is longer than its area";
	if (a->hold - a->release != a->nr_niovs - a->nr_free)
		return "hold and release do not tell what is out";
	return NULL;
}

/* Each entry that was consumed was counted under one verdict. */
static inline const char *sim_check_user(struct sim *s, uint32_t uid)
{
	const struct zrx_user *u = &s->user[uid].u;
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < ZRX_NR_VERDICTS; i++)
		sum += u->stats.entries[i];
	if (sum != u->rq.cached_head - s->cfg.head)
		return "entries consumed and entries counted differ";
	sum = u->stats.recycled + u->stats.busy;
	return sum > u->stats.entries[ZRX_TAKEN]
		       ? "more puts were counted than taken"
		       : NULL;
}

/* NULL, or what is wrong.  Nothing may run beside it. */
static inline const char *sim_check_conservation(struct sim *s)
{
	const char *why = s->fault;
	uint32_t i, out = 0;

	for (i = 0; i < s->cfg.nr_areas && !why; i++) {
		why = sim_check_area(s, i);
		out += s->area[i].nr_niovs - s->area[i].nr_free;
	}
	if (!why && out != zrx_prov_out(&s->prov))
		why = "the provider miscounts what is out";
	for (i = 0; i < s->prov.nr_niovs && !why; i++)
		why = sim_check_buffer(s, i);
	for (i = 0; i < s->cfg.nr_users && !why; i++)
		why = sim_check_user(s, i);
	return why;
}

/* ---- tear-down ---- */

static inline void sim_drop_kernel_side(struct sim *s)
{
	uint32_t i;

	s->nr_cache = 0;
	for (i = 0; i < s->prov.nr_niovs; i++)
		while (s->host.kern[i] && !s->fault)
			sim_free(s, i);
}

/* The users go, the kernel side goes, then every buffer is home. */
static inline const char *sim_stop(struct sim *s)
{
	const char *why = sim_check_conservation(s);
	uint32_t i;

	for (i = 0; i < s->cfg.nr_users && !why; i++) {
		sim_scrub(s, i);
		if (sim_held(s, i))
			why = "scrub left references behind";
	}
	if (why)
		return why;
	sim_drop_kernel_side(s);
	why = sim_check_conservation(s);
	if (!why && !zrx_prov_at_rest(&s->prov))
		why = "not at rest after scrub and release";
	return why;
}

/* For a case that wants another host than the one it was given. */
static inline void sim_restart(struct sim *s, const struct sim_cfg *cfg)
{
	const char *why = sim_stop(s);

	sim_start(s, cfg);
	s->fault = why;
}

#endif
