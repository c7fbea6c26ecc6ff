/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * A host for tests, in the shape of a page pool: buffers come from a cache of
 * 64, which a refill ring fills, and the free list if the ring has nothing.
 * All memory is static, nothing is called but the core.
 *
 *   free list --slow path--> cache --alloc--> kernel side --deliver--> user
 *       ^                      ^                   |                    |
 *       +------- release ------+----- refill ------+------ return ------+
 *
 * unified: the host's count and the model's word are one word, for models that
 * own a reference.  Otherwise the host counts every reference in a word of its
 * own and each user has words of its own.
 *
 * The host keeps a second, simple-minded book (kern[]) of what the kernel side
 * holds.  sim_check_conservation() compares the two, and finds each buffer in
 * exactly one place; set-up and tear-down call it, so every case does.
 */
#ifndef ZRX_HOST_SIM_H
#define ZRX_HOST_SIM_H

#include "../ring/rq_prod.h"

#define SIM_NIOVS 512u
#define SIM_AREAS 3u
#define SIM_USERS 2u
#define SIM_CACHE 64u
#define SIM_SHIFT 12u
#define SIM_LETTERS 26u
#define SIM_NONE 0xffffffffu
#define SIM_CANARY 0x5afe5afeu
#define SIM_REGION (128 + ZRX_RQ_MAX_ENTRIES * 16)

struct zrx_host {
	zrx_a32 ref[SIM_NIOVS]; /* 0: on the free list */
	uint32_t kern[SIM_NIOVS]; /* references that are not a user's */
	bool unified;
	bool disposes; /* takes the buffer itself when the last one goes */
	/* what the last get and put saw */
	zrx_a32 *watch; /* the words of the user that is being watched */
	uint32_t gets, puts;
	uint32_t word_at_get, word_at_put, left_at_put, n_at_put;
};

zrx_inline void zrx_host_get(struct zrx_host *h, uint32_t idx)
{
	h->gets++;
	h->word_at_get = h->watch[idx];
	zrx_fetch_add(&h->ref[idx], 1);
}

/* The references that are left in all, the user's n no longer among them. */
zrx_inline uint32_t sim_host_drop(struct zrx_host *h, uint32_t idx, uint32_t n,
				  uint32_t left)
{
	if (h->unified)
		return left;
	return zrx_fetch_add(&h->ref[idx], 0u - n) - n;
}

zrx_inline bool zrx_host_put(struct zrx_host *h, uint32_t idx, uint32_t n,
			     uint32_t left)
{
	h->puts++;
	h->word_at_put = h->watch[idx];
	h->left_at_put = left;
	h->n_at_put = n;
	if (sim_host_drop(h, idx, n, left))
		return false;
	zrx_write_once(&h->ref[idx], 1);
	h->kern[idx] = 1;
	return !h->disposes;
}

#include "../mp/provider.h"

/* A new model or policy needs a line here and one in the table below it. */
enum sim_model {
	SIM_MODEL_bias,
	SIM_MODEL_array,
	SIM_NR_MODELS
};
enum sim_policy {
	SIM_POLICY_v8,
	SIM_POLICY_mainline,
	SIM_NR_POLICIES
};

struct sim_model_traits {
	uint32_t unit; /* one user reference, in the word */
	uint32_t most; /* references that get grants */
	bool takes_all; /* one pass of scrub takes every reference */
};

static const struct sim_model_traits sim_models[SIM_NR_MODELS] = {
	[SIM_MODEL_bias] = { 0x10000, 0x8000, false },
	[SIM_MODEL_array] = { 1, 0x7fffffff, true },
};

struct sim_policy_traits {
	bool flush; /* has one */
	uint32_t cap; /* entries that one call of refill reads */
};

static const struct sim_policy_traits sim_policies[SIM_NR_POLICIES] = {
	[SIM_POLICY_v8] = { false, 64 },
	[SIM_POLICY_mainline] = { true, 512 },
};

struct sim_variant {
	const char *name;
	const struct zrx_uref *uref;
	const struct sim_model_traits *model;
	enum sim_policy policy;
	bool (*hold)(struct zrx_prov *p, struct zrx_user *u, uint32_t idx);
	uint32_t (*refill)(struct zrx_prov *p, struct zrx_user *u,
			   uint32_t *out, uint32_t max);
	bool (*flush)(struct zrx_prov *p, struct zrx_user *u, uint32_t *out,
		      uint32_t *nr);
	uint32_t (*scrub)(struct zrx_prov *p, struct zrx_user *u,
			  struct zrx_scrub *s, uint32_t *out, uint32_t max);
	uint64_t (*held)(const struct zrx_prov *p, struct zrx_user *u);
	uint32_t (*uref_of)(struct zrx_user *u, uint32_t idx);
};

#define ZRX_VARIANT(name, model, policy) \
	{ \
		#name, \
		&zrx_uref_##model, \
		&sim_models[SIM_MODEL_##model], \
		SIM_POLICY_##policy, \
		zrx_##name##_hold, \
		zrx_##name##_refill, \
		zrx_##name##_flush, \
		zrx_##name##_scrub, \
		zrx_##name##_held, \
		zrx_##name##_uref, \
	},
static const struct sim_variant sim_variants[ZRX_NR_VARIANTS] = {
#include "../mp/variants.h"
};
#undef ZRX_VARIANT

struct sim_cfg {
	const struct zrx_rq_layout *layout;
	uint32_t entries;
	uint32_t head; /* where the rings' counters begin */
	uint32_t nr_areas;
	uint32_t niovs[SIM_AREAS];
	uint32_t nr_users;
	bool split; /* not unified, whatever the model */
};

struct sim_user {
	struct zrx_user u;
	struct zrx_rqp rq; /* the honest end */
	zrx_a32 own[SIM_NIOVS];
};

struct sim {
	CASE_CONTEXT
	const struct sim_variant *v;
	struct sim_cfg cfg;
	struct zrx_prov prov;
	struct zrx_area area[SIM_AREAS];
	uint32_t freelist[SIM_NIOVS + SIM_AREAS]; /* a canary behind each */
	struct zrx_host host;
	struct sim_user user[SIM_USERS];
	uint32_t cache[SIM_CACHE + 1];
	uint32_t nr_cache;
	/* what came back by the last refill, flush or scrub, in order */
	uint32_t out[SIM_NIOVS];
	uint32_t nr_out;
	uint32_t letter[SIM_LETTERS]; /* buffers that a script names */
	const char *fault; /* what the host saw go wrong on the way */
};

static _Alignas(64) uint8_t sim_region[SIM_USERS][SIM_REGION];
static struct sim sim_fixture;
static const struct sim sim_blank;

/* Single-area default: room for the largest batches that any policy takes. */
static const struct sim_cfg sim_default = {
	&zrx_rq_layout_mainline, 1024, 0, 1, { 256 }, 1, false,
};

static inline void sim_fault(struct sim *s, const char *what)
{
	if (!s->fault)
		s->fault = what;
}

static inline struct zrx_area *sim_area_of(struct sim *s, uint32_t idx)
{
	uint32_t i = 0;

	while (i + 1 < s->cfg.nr_areas && idx >= s->area[i + 1].first)
		i++;
	return &s->area[i];
}

/* What a completion for this buffer carries, at so many bytes into it. */
static inline uint64_t sim_off(struct sim *s, uint32_t idx, uint32_t byte)
{
	struct zrx_area *a = sim_area_of(s, idx);
	uint64_t token = zrx_area_token((uint32_t)(a - s->area));

	return token + ((uint64_t)(idx - a->first) << SIM_SHIFT) + byte;
}

/* ---- set-up ---- */

static inline void sim_zero_region(uint8_t *region)
{
	uint32_t i;

	for (i = 0; i < SIM_REGION; i++)
		region[i] = 0;
}

/* Both ends of a ring whose counters stand at cfg.head. */
static inline void sim_init_ring(struct sim *s, uint32_t uid)
{
	struct sim_user *u = &s->user[uid];
	struct zrx_rqc *rq = &u->u.rq;

	zrx_rqc_init(rq, sim_region[uid], s->cfg.layout, s->cfg.entries);
	rq->cached_head = rq->cached_tail = s->cfg.head;
	zrx_shm_store32(rq->khead, s->cfg.head);
	zrx_shm_store32(rq->ktail, s->cfg.head);
	zrx_rqp_init(&u->rq, sim_region[uid], s->cfg.layout, s->cfg.entries);
}

static inline void sim_init_user(struct sim *s, uint32_t uid)
{
	struct sim_user *u = &s->user[uid];

	sim_zero_region(sim_region[uid]);
	sim_init_ring(s, uid);
	u->u.uref = s->host.unified ? s->host.ref : u->own;
}

static inline void sim_init_areas(struct sim *s)
{
	uint32_t i, first = 0;

	for (i = 0; i < s->cfg.nr_areas; i++) {
		s->freelist[first + s->cfg.niovs[i] + i] = SIM_CANARY;
		zrx_area_init(&s->area[i], first, s->cfg.niovs[i],
			      s->freelist + first + i);
		first += s->cfg.niovs[i];
	}
	s->prov.nr_niovs = first;
}

/* Forgets all that was and begins anew. */
static inline void sim_start(struct sim *s, const struct sim_cfg *cfg)
{
	uint32_t i;

	s->cfg = *cfg;
	s->host = sim_blank.host;
	s->host.unified = s->v->uref->owns_ref && !cfg->split;
	s->prov.host = &s->host;
	s->prov.areas = s->area;
	s->prov.nr_areas = cfg->nr_areas;
	s->prov.niov_shift = SIM_SHIFT;
	sim_init_areas(s);
	for (i = 0; i < cfg->nr_users; i++) {
		s->user[i] = sim_blank.user[0];
		sim_init_user(s, i);
	}
	s->host.watch = s->user[0].u.uref;
	s->nr_cache = s->nr_out = 0;
	s->fault = NULL;
}

/* ---- the kernel side ---- */

static inline void sim_release(struct sim *s, uint32_t idx)
{
	uint32_t *slot = zrx_area_push(sim_area_of(s, idx), 1);

	if (slot)
		*slot = idx;
	else
		sim_fault(s, "a buffer was pushed onto a full free list");
}

/* One reference of the kernel side goes: an skb, a cache entry, a page. */
static inline void sim_free(struct sim *s, uint32_t idx)
{
	s->host.kern[idx]--;
	if (zrx_fetch_add(&s->host.ref[idx], 0u - 1) == 1)
		sim_release(s, idx);
}

/* n more references of the kernel side, as a driver's page fragments are. */
static inline void sim_ref(struct sim *s, uint32_t idx, uint32_t n)
{
	s->host.kern[idx] += n;
	s->host.ref[idx] += n;
}

static inline void sim_drain(struct sim *s)
{
	while (s->nr_cache)
		sim_free(s, s->cache[--s->nr_cache]);
}

/* Notes what the core says is the caller's now, and that it may be. */
static inline void sim_came_back(struct sim *s, const uint32_t *idx, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (idx[i] >= s->prov.nr_niovs)
			sim_fault(s, "an index that no buffer has came back");
		else if (s->host.ref[idx[i]] != 1)
			sim_fault(s, "a buffer in use came back");
		if (s->nr_out == SIM_NIOVS)
			sim_fault(s, "more buffers came back than there are");
		else
			s->out[s->nr_out++] = idx[i];
	}
}

static inline void sim_free_out(struct sim *s)
{
	uint32_t i;

	for (i = 0; i < s->nr_out && !s->fault; i++)
		sim_free(s, s->out[i]);
}

/* One call of refill with room for max; what came back is in out and cache. */
static inline uint32_t sim_refill_max(struct sim *s, uint32_t uid, uint32_t max)
{
	uint32_t i;

	sim_drain(s);
	s->nr_out = 0;
	for (i = 0; i <= SIM_CACHE; i++)
		s->cache[i] = SIM_NONE;
	s->nr_cache = s->v->refill(&s->prov, &s->user[uid].u, s->cache, max);
	if (s->nr_cache > max || s->cache[max] != SIM_NONE)
		sim_fault(s, "refill wrote more than there was room for");
	sim_came_back(s, s->cache, s->nr_cache);
	return s->nr_cache;
}

static inline uint32_t sim_refill(struct sim *s)
{
	return sim_refill_max(s, 0, SIM_CACHE);
}

/* The slow path: up to 64 from the free lists, area by area. */
static inline void sim_slow(struct sim *s)
{
	const uint32_t *got;
	uint32_t i, j, n;

	for (i = 0; i < s->cfg.nr_areas; i++) {
		n = zrx_min(SIM_CACHE - s->nr_cache, s->area[i].nr_free);
		got = zrx_area_pop(&s->area[i], n);
		for (j = 0; got && j < n; j++) {
			if (s->host.ref[got[j]])
				sim_fault(s, "a buffer in use was free");
			s->host.ref[got[j]] = s->host.kern[got[j]] = 1;
			s->cache[s->nr_cache++] = got[j];
		}
	}
}

static inline uint32_t sim_alloc(struct sim *s)
{
	uint32_t i;

	for (i = 0; i < s->cfg.nr_users && !s->nr_cache; i++)
		sim_refill_max(s, i, SIM_CACHE);
	if (!s->nr_cache)
		sim_slow(s);
	return s->nr_cache ? s->cache[--s->nr_cache] : SIM_NONE;
}

#endif
