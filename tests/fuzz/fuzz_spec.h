/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The policies once more, written from their description and not from the
 * code, for calls into which nothing was nested: the same entries must give the
 * same buffers, verdicts and number of entries read.
 */
#ifndef ZRX_FUZZ_SPEC_H
#define ZRX_FUZZ_SPEC_H

#include "fuzz_model.h"

struct spec {
	/* before the call */
	uint32_t uref[MAX_NIOVS], kref[MAX_NIOVS];
	uint32_t head, tail, entries;
	/* expected of it */
	uint32_t out[MAX_LOG], nr_out;
	uint64_t verdict[ZRX_NR_VERDICTS], aliased;
	uint32_t nr_read;
};

/* From the words, not the model: the call may run inside another that has
 * changed one word and not yet the next. */
static inline void spec_begin(struct spec *s, const struct zrx_prov *p,
			      const struct zrx_user *u, const struct variant *v)
{
	const struct zrx_host *h = p->host;
	uint32_t i;

	memset(s, 0, offsetof(struct spec, out));
	memset(s->verdict, 0, sizeof(s->verdict));
	s->nr_out = s->nr_read = s->aliased = 0;
	for (i = 0; i < p->nr_niovs; i++) {
		s->uref[i] = v->model->held(u->uref[i]);
		s->kref[i] =
			h->shared ? h->niov[i].kref : h->count[i] - s->uref[i];
	}
	s->head = u->rq.cached_head;
	s->tail = u->rq.cached_tail;
	s->entries = u->rq.entries;
}

/* Entries between head and a tail, of which a ring holds only so many. */
static inline uint32_t spec_ready(const struct spec *s, uint32_t tail)
{
	uint32_t n = tail - (s->head + s->nr_read);

	return n > s->entries ? s->entries : n;
}

/* The buffer of the next entry, or a verdict against it. */
static inline enum zrx_verdict spec_parse(struct spec *s,
					  const struct zrx_prov *p,
					  const struct call *c, uint32_t *idx)
{
	uint64_t off, i;
	uint32_t pad, id;

	MUST(s->nr_read < c->nr_off);
	off = c->off[s->nr_read];
	pad = c->pad[s->nr_read++];
	if (pad)
		return ZRX_BAD_PAD;
	id = off >> 48;
	if (id >= p->nr_areas)
		return ZRX_BAD_AREA;
	i = off % (1ull << 48) / (1u << p->niov_shift);
	/* the quirk: the index is cut to 32 bits first */
	if (i % (1ull << 32) >= p->areas[id].nr_niovs)
		return ZRX_BAD_RANGE;
	s->aliased += i >= 1ull << 32;
	*idx = p->areas[id].first + (uint32_t)i;
	return ZRX_TAKEN;
}

static inline void spec_put(struct spec *s, uint32_t idx, uint32_t n)
{
	if (!s->uref[idx]) {
		s->verdict[ZRX_NOT_HELD] += n;
	} else if (s->uref[idx] < n) {
		s->verdict[ZRX_SURPLUS] += n;
	} else {
		s->verdict[ZRX_TAKEN] += n;
		s->uref[idx] -= n;
		if (s->uref[idx] || s->kref[idx])
			return;
		s->kref[idx] = 1;
		s->out[s->nr_out++] = idx;
	}
}

/* Reads one entry; false if it was bad. */
static inline bool spec_next(struct spec *s, const struct zrx_prov *p,
			     const struct call *c, uint32_t *idx)
{
	enum zrx_verdict v = spec_parse(s, p, c, idx);

	if (v != ZRX_TAKEN)
		s->verdict[v]++;
	return v == ZRX_TAKEN;
}

static inline void spec_refill_v8(struct spec *s, const struct zrx_prov *p,
				  const struct call *c, uint32_t max)
{
	uint32_t n = spec_ready(s, c->tail), idx;

	for (n = n < max ? n : max; n; n--)
		if (spec_next(s, p, c, &idx))
			spec_put(s, idx, 1);
}

static inline void spec_refill_mainline(struct spec *s,
					const struct zrx_prov *p,
					const struct call *c, uint32_t max)
{
	uint32_t step, n, idx, run_idx = 0, run = 0;

	for (step = 0; step < 2; step++) {
		if (s->nr_out >= max - 1)
			break;
		n = spec_ready(s, step ? c->tail : s->tail);
		for (n = n < 256 ? n : 256; n && s->nr_out < max - 1; n--) {
			if (!spec_next(s, p, c, &idx))
				continue;
			if (run && idx != run_idx) {
				spec_put(s, run_idx, run);
				run = 0;
			}
			run_idx = idx;
			run++;
		}
	}
	if (run)
		spec_put(s, run_idx, run);
}

static inline void spec_flush_mainline(struct spec *s, const struct zrx_prov *p,
				       const struct call *c, uint32_t max)
{
	uint32_t n = spec_ready(s, c->tail), idx[32], i, k = 0;

	(void)max;
	for (n = n < 32 ? n : 32; n; n--) {
		if (!spec_next(s, p, c, &idx[k]))
			break;
		k++;
	}
	for (i = 0; i < k; i++)
		spec_put(s, idx[i], 1);
}

static inline void spec_flush_none(struct spec *s, const struct zrx_prov *p,
				   const struct call *c, uint32_t max)
{
	(void)s, (void)p, (void)c, (void)max;
}

typedef void (*spec_fn)(struct spec *s, const struct zrx_prov *p,
			const struct call *c, uint32_t max);

/* A policy that is not here is held to the model alone. */
static const struct {
	const char *policy;
	spec_fn refill, flush;
} specs[] = {
	{ "v8", spec_refill_v8, spec_flush_none },
	{ "mainline", spec_refill_mainline, spec_flush_mainline },
};

static inline spec_fn spec_of(const struct variant *v, bool flush)
{
	uint32_t i;

	for (i = 0; i < sizeof(specs) / sizeof(specs[0]); i++)
		if (!strcmp(specs[i].policy, v->policy))
			return flush ? specs[i].flush : specs[i].refill;
	return NULL;
}

/* What a pass of scrub takes: all, or one of each; ~0 if unknown. */
static inline uint32_t spec_scrub(const struct zrx_prov *p,
				  const struct variant *v)
{
	bool all = !strcmp(v->model_name, "array");
	uint32_t i, uref, sum = 0;

	if (!all && strcmp(v->model_name, "bias"))
		return ~0u;
	for (i = 0; i < p->nr_niovs; i++) {
		uref = p->host->niov[i].uref;
		sum += all ? uref : uref > 0;
	}
	return sum;
}

#endif
