/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Policy `v8`: one look at tail, then as many entries as the caller has room
 * for, one by one.  A bad entry uses up one of them, so a call that met only
 * bad ones yields nothing and the free list serves.  There is no flush.
 *
 * Source: 20241204172204.4180482-12-dw@davidwei.uk, io_zcrx_ring_refill().
 */
#ifndef ZRX_REFILL_V8_H
#define ZRX_REFILL_V8_H

#include "core.h"

zrx_inline uint32_t zrx_refill_v8(struct zrx_prov *p, struct zrx_user *u,
				  const struct zrx_uref *m, uint32_t *out,
				  uint32_t max)
{
	uint32_t todo = zrx_min(zrx_user_look(u), max), n = 0, idx;

	if (!todo)
		return 0;
	while (todo--) {
		if (!zrx_user_next(p, u, &idx))
			continue;
		if (zrx_user_put(p, u, m, idx, 1))
			out[n++] = idx;
	}
	zrx_rqc_release(&u->rq);
	return n;
}

static const bool zrx_can_flush_v8 = false;

zrx_inline bool zrx_flush_v8(struct zrx_prov *p, struct zrx_user *u,
			     const struct zrx_uref *m, uint32_t *out,
			     uint32_t *nr)
{
	(void)p, (void)u, (void)m, (void)out;
	*nr = 0;
	return false;
}

#endif
