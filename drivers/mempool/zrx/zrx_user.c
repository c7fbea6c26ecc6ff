/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Users of a pool: attach, hold, drain, scrub.
 *
 * Each user has reference words of his own, so one cannot return what another
 * holds.  The pool's lock covers the rings; a hold takes no lock.
 */
#include "zrx_pool.h"

#include <errno.h>

#include <rte_errno.h>
#include <rte_malloc.h>

/* buffers that one refill yields at most, as PP_ALLOC_CACHE_REFILL */
#define BATCH 64

static uint32_t user_refill(struct zrx_pool *zp, struct zrx_user *u,
			    uint32_t *out)
{
	switch (zp->variant) {
#define ZRX_VARIANT(name, model, policy) \
	case ZRX_VARIANT_##name: \
		return zrx_##name##_refill(&zp->prov, u, out, BATCH);
#include "mp/variants.h"
#undef ZRX_VARIANT
	default:
		return 0;
	}
}

static bool user_flush(struct zrx_pool *zp, struct zrx_user *u, uint32_t *out,
		       uint32_t *n)
{
	switch (zp->variant) {
#define ZRX_VARIANT(name, model, policy) \
	case ZRX_VARIANT_##name: \
		return zrx_##name##_flush(&zp->prov, u, out, n);
#include "mp/variants.h"
#undef ZRX_VARIANT
	default:
		return *n = 0, false;
	}
}

static uint32_t user_scrub(struct zrx_pool *zp, struct zrx_user *u,
			   struct zrx_scrub *s, uint32_t *out)
{
	switch (zp->variant) {
#define ZRX_VARIANT(name, model, policy) \
	case ZRX_VARIANT_##name: \
		return zrx_##name##_scrub(&zp->prov, u, s, out, BATCH);
#include "mp/variants.h"
#undef ZRX_VARIANT
	default:
		return 0;
	}
}

static bool user_hold(struct zrx_pool *zp, struct zrx_user *u, uint32_t idx)
{
	switch (zp->variant) {
#define ZRX_VARIANT(name, model, policy) \
	case ZRX_VARIANT_##name: \
		return zrx_##name##_hold(&zp->prov, u, idx);
#include "mp/variants.h"
#undef ZRX_VARIANT
	default:
		return false;
	}
}

static void pool_give_back(struct zrx_pool *zp, const uint32_t *idx, uint32_t n)
{
	void **slot = zp->list + zp->area.nr_free;
	uint32_t i;

	if (!zrx_area_enter(&zp->area, n))
		return;
	for (i = 0; i < n; i++)
		slot[i] = zrx_host_mbuf(&zp->host, idx[i]);
}

static uint32_t att_drain(struct zrx_pool *zp, struct zrx_att *att)
{
	uint32_t out[BATCH], n = user_refill(zp, &att->user, out);

	pool_give_back(zp, out, n);
	return n;
}

/*
 * As many rounds as n buffers could need, and no more whatever the users
 * wrote; a user whose ring yields nothing gets no second look.
 */
void zrx_pool_drain(struct zrx_pool *zp, uint32_t n)
{
	uint32_t i, rounds;

	for (i = 0; i < zp->nr_atts; i++)
		for (rounds = 1 + n / BATCH; rounds; rounds--)
			if (att_drain(zp, zp->atts[i]) == 0)
				break;
}

static bool att_insert(struct zrx_pool *zp, struct zrx_att *att)
{
	bool room;

	zrx_lock(&zp->ctl);
	zrx_lock(&zp->lock);
	room = zp->nr_atts < ZRX_POOL_MAX_ATTS;
	if (room)
		zp->atts[zp->nr_atts++] = att;
	zrx_unlock(&zp->lock);
	zrx_unlock(&zp->ctl);
	return room;
}

static void att_remove(struct zrx_pool *zp, struct zrx_att *att)
{
	uint32_t i = 0;

	zrx_lock(&zp->ctl);
	zrx_lock(&zp->lock);
	while (i < zp->nr_atts && zp->atts[i] != att)
		i++;
	zp->atts[i] = zp->atts[--zp->nr_atts];
	zrx_unlock(&zp->lock);
	zrx_unlock(&zp->ctl);
}

static struct zrx_att *att_fail(struct zrx_att *att, int err)
{
	if (att)
		rte_free(att->user.uref);
	rte_free(att);
	rte_errno = err;
	return NULL;
}

struct zrx_att *zrx_att_open(struct zrx_pool *zp, void *region,
			     const struct zrx_rq_layout *l, uint32_t entries)
{
	int socket = zp->mp->socket_id;
	struct zrx_att *att;

	if (!entries || zrx_rq_entries(entries) != entries)
		return ZRX_FAIL(att_fail(NULL, EINVAL),
				"a refill ring has a power of two of entries, "
				"%u at most: not %u",
				ZRX_RQ_MAX_ENTRIES, entries);
	att = rte_zmalloc_socket("zrx user", sizeof(*att), RTE_CACHE_LINE_SIZE,
				 socket);
	if (att)
		att->user.uref = rte_zmalloc_socket(
			"zrx urefs", zp->mp->size * sizeof(zrx_a32),
			RTE_CACHE_LINE_SIZE, socket);
	if (!att || !att->user.uref)
		return ZRX_FAIL(att_fail(att, ENOMEM),
				"pool %s: no EAL memory for a user",
				zp->mp->name);
	att->pool = zp;
	zrx_rqc_init(&att->user.rq, region, l, entries);
	if (!att_insert(zp, att))
		return ZRX_FAIL(att_fail(att, ENOSPC),
				"pool %s: %u users are attached: close one",
				zp->mp->name, ZRX_POOL_MAX_ATTS);
	zrx_pool_mend_free(zp);
	return att;
}

/* One pass; true if it took something. */
static bool att_scrub(struct zrx_pool *zp, struct zrx_att *att)
{
	struct zrx_scrub s = { 0, 0 };
	uint32_t out[BATCH], n;

	while (s.next < zp->prov.nr_niovs) {
		n = user_scrub(zp, &att->user, &s, out);
		zrx_lock(&zp->lock);
		pool_give_back(zp, out, n);
		zrx_unlock(&zp->lock);
	}
	return s.taken != 0;
}

uint64_t zrx_att_close(struct zrx_att *att)
{
	struct zrx_pool *zp = att->pool;
	uint64_t scrubbed;

	att_remove(zp, att); /* nobody drains the ring from here on */
	while (att_scrub(zp, att))
		;
	scrubbed = att->user.stats.scrubbed;
	rte_free(att->user.uref);
	rte_free(att);
	return scrubbed;
}

/* Which buffer does the segment's data lie in, and where?  No trust in flags */
static bool seg_find(const struct zrx_pool *zp, const struct rte_mbuf *m,
		     uint32_t *idx, uint64_t *off)
{
	if (!zrx_host_find(&zp->host, rte_pktmbuf_mtod(m, const void *), off) ||
	    *off >> zp->prov.niov_shift >= zp->prov.nr_niovs)
		return false;
	*idx = *off >> zp->prov.niov_shift;
	return true;
}

/*
 * A clone's hold adds to the count of the buffer's own mbuf, which has 16 bits:
 * it stops well before the end, for other lcores may be about to add as well.
 */
#define MAX_REFCNT 0xf000

bool zrx_att_hold(struct zrx_att *att, struct rte_mbuf *m, uint64_t *off)
{
	struct zrx_pool *zp = att->pool;
	struct rte_mbuf *own;
	uint32_t idx;

	if (!seg_find(zp, m, &idx, off))
		return false;
	own = zrx_host_mbuf(&zp->host, idx);
	/*
	 * The user may return the buffer as soon as it is held, told or not,
	 * so the reference that he gets is there before and m is not touched
	 * afterwards unless it is a clone, which he knows nothing of.
	 */
	if (zrx_unlikely(m != own)) {
		if (rte_mbuf_refcnt_read(own) > MAX_REFCNT)
			return false;
		rte_mbuf_refcnt_update(own, 1);
	}
	if (zrx_likely(user_hold(zp, &att->user, idx))) {
		if (zrx_unlikely(m != own))
			rte_pktmbuf_free_seg(m);
		return true;
	}
	if (m != own)
		rte_mbuf_refcnt_update(own, -1);
	return false;
}

uint32_t zrx_att_drain(struct zrx_att *att)
{
	struct zrx_pool *zp = att->pool;
	uint32_t n;

	zrx_lock(&zp->lock);
	n = att_drain(zp, att);
	zrx_unlock(&zp->lock);
	return n;
}

int zrx_att_flush(struct zrx_att *att)
{
	struct zrx_pool *zp = att->pool;
	uint32_t out[ZRX_FLUSH_BATCH], n, rounds, total = 0;
	bool more = true;

	if (!zrx_variant_can_flush(zp->variant))
		return -ENOTSUP;
	zrx_lock(&zp->lock);
	rounds = 1 + att->user.rq.entries / ZRX_FLUSH_BATCH;
	for (; more && rounds; rounds--, total += n) {
		more = user_flush(zp, &att->user, out, &n);
		pool_give_back(zp, out, n);
	}
	zrx_unlock(&zp->lock);
	return total;
}

static uint32_t user_uref(struct zrx_pool *zp, struct zrx_user *u, uint32_t idx)
{
	switch (zp->variant) {
#define ZRX_VARIANT(name, model, policy) \
	case ZRX_VARIANT_##name: \
		return zrx_##name##_uref(u, idx);
#include "mp/variants.h"
#undef ZRX_VARIANT
	default:
		return 0;
	}
}

uint64_t zrx_att_held(struct zrx_att *att)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < att->pool->prov.nr_niovs; i++)
		sum += user_uref(att->pool, &att->user, i);
	return sum;
}

uint32_t zrx_pool_urefs(struct zrx_pool *zp, uint32_t idx)
{
	uint32_t i, sum = 0;

	for (i = 0; i < zp->nr_atts; i++)
		sum += user_uref(zp, &zp->atts[i]->user, idx);
	return sum;
}

void zrx_att_stats(const struct zrx_att *att, struct zrx_user_stats *s)
{
	const struct zrx_user_stats *from = &att->user.stats;
	unsigned int i;

	for (i = 0; i < ZRX_NR_VERDICTS; i++)
		s->entries[i] = zrx_read_once(&from->entries[i]);
	s->recycled = zrx_read_once(&from->recycled);
	s->busy = zrx_read_once(&from->busy);
	s->aliased = zrx_read_once(&from->aliased);
	s->overruns = zrx_read_once(&from->overruns);
	s->scrubbed = zrx_read_once(&from->scrubbed);
}

void zrx_pool_count(struct zrx_pool *zp, struct zrx_pool_count *c)
{
	uint32_t i;

	zrx_lock(&zp->ctl);
	c->user = 0;
	for (i = 0; i < zp->prov.nr_niovs; i++)
		c->user += zrx_pool_urefs(zp, i) != 0;
	zrx_lock(&zp->lock);
	c->niovs = zp->area.nr_niovs;
	c->free = zp->area.nr_free;
	c->hold = zp->area.hold;
	c->release = zp->area.release;
	zrx_unlock(&zp->lock);
	zrx_unlock(&zp->ctl);
	c->host = c->niovs - c->free - RTE_MIN(c->user, c->niovs - c->free);
}
