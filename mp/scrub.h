/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Scrub: takes back what a user who is gone still holds, and says whether all
 * of it is back.
 *
 * A pass looks at every buffer once, in steps that fit the caller's array, and
 * takes what the model takes at once: one reference (bias) or all (array).  The
 * host runs passes until one takes nothing, then nothing is left.  A hold that
 * runs beside a pass may be missed by it: the host stops deliveries first.
 */
#ifndef ZRX_SCRUB_H
#define ZRX_SCRUB_H

#include "core.h"

/* How far a pass has come, and what it took back. */
struct zrx_scrub {
	uint32_t next; /* first buffer not looked at; 0 to begin */
	uint32_t taken; /* references so far in this pass */
};

/*
 * Goes on until out is full or the pass is over (s->next == p->nr_niovs).
 * Returns how many buffers in out are the caller's now.
 */
zrx_inline uint32_t zrx_user_scrub(struct zrx_prov *p, struct zrx_user *u,
				   const struct zrx_uref *m,
				   struct zrx_scrub *s, uint32_t *out,
				   uint32_t max)
{
	uint32_t n = 0, took, left;

	for (; s->next < p->nr_niovs && n < max; s->next++) {
		took = m->take(&u->uref[s->next], &left);
		if (!took)
			continue;
		s->taken += took;
		zrx_count(&u->stats.scrubbed, took);
		if (zrx_host_put(p->host, s->next, took, left))
			out[n++] = s->next;
	}
	return n;
}

/* References that the user holds on one buffer, at this moment. */
zrx_inline uint32_t zrx_user_uref(struct zrx_user *u, const struct zrx_uref *m,
				  uint32_t idx)
{
	return m->held(zrx_read_once(&u->uref[idx]));
}

/* User references that are out; exact only while nothing runs. */
zrx_inline uint64_t zrx_user_held(const struct zrx_prov *p, struct zrx_user *u,
				  const struct zrx_uref *m)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < p->nr_niovs; i++)
		sum += zrx_user_uref(u, m, i);
	return sum;
}

/* Buffers that are not on a free list. */
zrx_inline uint32_t zrx_prov_out(const struct zrx_prov *p)
{
	uint32_t i, n = 0;

	for (i = 0; i < p->nr_areas; i++)
		n += p->areas[i].nr_niovs - p->areas[i].nr_free;
	return n;
}

/* True if every buffer is home and the two counters say so as well. */
zrx_inline bool zrx_prov_at_rest(const struct zrx_prov *p)
{
	uint32_t i;

	for (i = 0; i < p->nr_areas; i++)
		if (p->areas[i].nr_free != p->areas[i].nr_niovs ||
		    p->areas[i].hold != p->areas[i].release)
			return false;
	return true;
}

#endif
