/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Policy `mainline`: what Linux 7.3 does.
 *
 * Refill works on entries it already knows of, then looks at tail once and
 * works on what that showed; each step reads at most ZRX_MAINLINE_CAP.  A bad
 * entry is passed over and neither ends a run nor counts as a result.  Entries
 * in a row that name one buffer are a run, given back together: all or none.
 *
 * Flush looks at tail and reads at most ZRX_FLUSH_BATCH; the first bad entry
 * is consumed and ends the round; what was read is given back one by one.
 *
 * Source: io_uring/zcrx.c of Linux 7.3.4, ring_refill and flush, 4 KiB pages.
 */
#ifndef ZRX_REFILL_MAINLINE_H
#define ZRX_REFILL_MAINLINE_H

#include "core.h"

/* entries that one look at tail may lead to */
#define ZRX_MAINLINE_CAP 256u
/* entries that one round of flush reads */
#define ZRX_FLUSH_BATCH 32u

struct zrx_run {
	uint32_t idx;
	uint32_t n;
};

/* Gives the run back; the number of buffers that came out of it, 0 or 1. */
zrx_inline uint32_t zrx_run_settle(struct zrx_prov *p, struct zrx_user *u,
				   const struct zrx_uref *m,
				   const struct zrx_run *run, uint32_t *out)
{
	*out = run->idx;
	return run->n && zrx_user_put(p, u, m, run->idx, run->n);
}

/* One step of at most budget entries; stops early when out is nearly full. */
zrx_inline uint32_t zrx_refill_step(struct zrx_prov *p, struct zrx_user *u,
				    const struct zrx_uref *m,
				    struct zrx_run *run, uint32_t budget,
				    uint32_t *out, uint32_t n, uint32_t max)
{
	uint32_t idx;

	/* the last place is for the run that is open at the end */
	for (; budget && n + 1 < max; budget--) {
		if (!zrx_user_next(p, u, &idx))
			continue;
		if (run->idx != idx || !run->n) {
			n += zrx_run_settle(p, u, m, run, out + n);
			run->idx = idx;
			run->n = 0;
		}
		run->n++;
	}
	return n;
}

zrx_inline uint32_t zrx_refill_mainline(struct zrx_prov *p, struct zrx_user *u,
					const struct zrx_uref *m, uint32_t *out,
					uint32_t max)
{
	struct zrx_run run = { 0, 0 };
	uint32_t n = 0, known;

	known = zrx_min(zrx_rqc_cached(&u->rq), ZRX_MAINLINE_CAP);
	n = zrx_refill_step(p, u, m, &run, known, out, n, max);
	if (n + 1 < max) {
		known = zrx_min(zrx_user_look(u), ZRX_MAINLINE_CAP);
		n = zrx_refill_step(p, u, m, &run, known, out, n, max);
	}
	n += zrx_run_settle(p, u, m, &run, out + n);
	zrx_rqc_release(&u->rq);
	return n;
}

/* Reads one round of entries into got[]; true if none of them was bad. */
zrx_inline bool zrx_flush_read(struct zrx_prov *p, struct zrx_user *u,
			       uint32_t *got, uint32_t *nr)
{
	uint32_t n = zrx_min(zrx_user_look(u), ZRX_FLUSH_BATCH);

	for (*nr = 0; *nr < n; ++*nr)
		if (!zrx_user_next(p, u, &got[*nr]))
			return false;
	return n == ZRX_FLUSH_BATCH;
}

static const bool zrx_can_flush_mainline = true;

/*
 * One round.  out has room for ZRX_FLUSH_BATCH; *nr buffers came back.  True
 * if another round is worth it; the caller stops after a ringful.
 */
zrx_inline bool zrx_flush_mainline(struct zrx_prov *p, struct zrx_user *u,
				   const struct zrx_uref *m, uint32_t *out,
				   uint32_t *nr)
{
	uint32_t got[ZRX_FLUSH_BATCH], n, i;
	bool more = zrx_flush_read(p, u, got, &n);

	*nr = 0;
	for (i = 0; i < n; i++)
		if (zrx_user_put(p, u, m, got[i], 1))
			out[(*nr)++] = got[i];
	zrx_rqc_release(&u->rq);
	return more;
}

#endif
