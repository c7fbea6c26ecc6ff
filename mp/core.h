/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * The nouns of the provider, and what a host brings.
 *
 *   provider  areas whose buffers the host takes and gives back
 *   user      one consumer: its refill ring and the references it holds
 *   model     how a user's references are counted (uref_*.h)
 *   policy    how a refill ring is worked off (refill_*.h)
 *
 * Before it includes provider.h a host defines struct zrx_host and
 *
 *   void zrx_host_get(struct zrx_host *h, uint32_t idx);
 *     One more reference on buffer idx, for a user who is about to hold it.  A
 *     host whose caller hands a reference over does nothing here.
 *
 *   bool zrx_host_put(struct zrx_host *h, uint32_t idx, uint32_t n,
 *                     uint32_t left);
 *     n references that the user held are gone; left is what the model's word
 *     still counts.  True if nobody holds the buffer now: it is then the
 *     caller's, with the one reference that a fresh buffer has.  A host that
 *     disposes of the buffer itself returns false.
 *
 * Both are called from any thread, at the same time for the same buffer; put
 * follows an acquire-release operation on the model's word.
 *
 * Locks: one thread at a time in refill and flush of one user (the host
 * serialises).  hold needs no lock and runs beside everything.  scrub needs no
 * lock against hold and refill of the same user.
 */
#ifndef ZRX_CORE_H
#define ZRX_CORE_H

#include "../ring/rq_cons.h"
#include "area.h"
#include "stats.h"

struct zrx_host;

struct zrx_prov {
	/* fixed at init */
	struct zrx_host *host;
	struct zrx_area *areas;
	uint32_t nr_areas;
	uint32_t nr_niovs; /* of all areas */
	uint32_t niov_shift; /* log2 of a buffer's bytes */
};

struct zrx_user {
	struct zrx_rqc rq;
	zrx_a32 *uref; /* a word a buffer, the model's, private to the server */
	struct zrx_user_stats stats;
};

/*
 * A model.  word is the user's for one buffer.
 *   get  one more user reference; false, and nothing changed, at the limit
 *   put  n references back at once or none: ZRX_TAKEN, ZRX_NOT_HELD or
 *        ZRX_SURPLUS; *left is what the word counts afterwards
 *   take as many as one pass of scrub takes back; returns how many
 *   held the number of user references that a value of the word stands for
 * owns_ref: the word is itself a reference on the buffer, so that get needs no
 * zrx_host_get().
 */
struct zrx_uref {
	bool (*get)(zrx_a32 *word);
	enum zrx_verdict (*put)(zrx_a32 *word, uint32_t n, uint32_t *left);
	uint32_t (*take)(zrx_a32 *word, uint32_t *left);
	uint32_t (*held)(uint32_t value);
	bool owns_ref;
};

zrx_inline uint32_t zrx_min(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* The user's count of n entries with one verdict. */
zrx_inline void zrx_user_count(struct zrx_user *u, enum zrx_verdict v,
			       uint32_t n)
{
	zrx_count(&u->stats.entries[v], n);
}

/* Looks at tail, and notes one that ran away. */
zrx_inline uint32_t zrx_user_look(struct zrx_user *u)
{
	uint32_t n = zrx_rqc_look(&u->rq);

	if (zrx_unlikely(zrx_rqc_overrun(&u->rq)))
		zrx_count(&u->stats.overruns, 1);
	return n;
}

/* Which buffer does this entry name?  ZRX_TAKEN if one of ours. */
zrx_inline enum zrx_verdict
zrx_ret_index(const struct zrx_prov *p, const struct zrx_ret *r, uint32_t *idx)
{
	uint64_t id = r->off >> ZRX_AREA_SHIFT;
	uint32_t i = zrx_off_niov(r->off, p->niov_shift);
	const struct zrx_area *a;

	if (zrx_unlikely(r->pad != 0))
		return ZRX_BAD_PAD;
	if (zrx_unlikely(id >= p->nr_areas))
		return ZRX_BAD_AREA;
	a = &p->areas[zrx_index_nospec((uint32_t)id, p->nr_areas)];
	if (zrx_unlikely(i >= a->nr_niovs))
		return ZRX_BAD_RANGE;
	*idx = a->first + zrx_index_nospec(i, a->nr_niovs);
	return ZRX_TAKEN;
}

/* Takes the next entry; false, and counted, if it names no buffer. */
zrx_inline bool zrx_user_next(const struct zrx_prov *p, struct zrx_user *u,
			      uint32_t *idx)
{
	struct zrx_ret r = zrx_rqc_next(&u->rq);
	enum zrx_verdict v = zrx_ret_index(p, &r, idx);

	if (zrx_unlikely(v != ZRX_TAKEN)) {
		zrx_user_count(u, v, 1);
		return false;
	}
	if (zrx_unlikely(zrx_off_aliased(r.off, p->niov_shift)))
		zrx_count(&u->stats.aliased, 1);
	return true;
}

/* n returns of one buffer; true if the buffer is the caller's now. */
zrx_inline bool zrx_user_put(struct zrx_prov *p, struct zrx_user *u,
			     const struct zrx_uref *m, uint32_t idx, uint32_t n)
{
	uint32_t left;
	enum zrx_verdict v = m->put(&u->uref[idx], n, &left);

	zrx_user_count(u, v, n);
	if (zrx_unlikely(v != ZRX_TAKEN))
		return false;
	if (zrx_host_put(p->host, idx, n, left)) {
		zrx_count(&u->stats.recycled, 1);
		return true;
	}
	zrx_count(&u->stats.busy, 1);
	return false;
}

/*
 * One more reference for the user, before the completion that tells him is
 * published.  The host's reference comes first: a scrub between the two must
 * find it.  False, and nothing changed, if the user has too many on this one.
 */
zrx_inline bool zrx_user_hold(struct zrx_prov *p, struct zrx_user *u,
			      const struct zrx_uref *m, uint32_t idx)
{
	if (!m->owns_ref)
		zrx_host_get(p->host, idx);
	if (zrx_likely(m->get(&u->uref[idx])))
		return true;
	/* left: not the last one, as many as ever are still held */
	if (!m->owns_ref)
		zrx_host_put(p->host, idx, 1, zrx_read_once(&u->uref[idx]));
	return false;
}

#endif
