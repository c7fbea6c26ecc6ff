/* SPDX-License-Identifier: BSD-3-Clause */
/* The core as a checker sees it: all of it, in one unit, with the least host
 * there is.  The functions at the end are for the look at object code. */
#include "../../ring/port.h"

struct zrx_host {
	zrx_a32 *count;
};

static inline void zrx_host_get(struct zrx_host *h, uint32_t idx)
{
	zrx_fetch_add(&h->count[idx], 1);
}

static inline bool zrx_host_put(struct zrx_host *h, uint32_t idx, uint32_t n,
				uint32_t left)
{
	return left == 0 && zrx_fetch_add(&h->count[idx], 0u - n) == n;
}

#include "../../mp/provider.h"
#include "../../ring/rq_prod.h"

struct zrx_ret unit_next(struct zrx_rqc *rq);
uint32_t unit_look(struct zrx_rqc *rq);
uint32_t unit_room(struct zrx_rqp *rq);

/* reads an entry: off once, pad once */
struct zrx_ret unit_next(struct zrx_rqc *rq)
{
	return zrx_rqc_next(rq);
}

/* reads tail once */
uint32_t unit_look(struct zrx_rqc *rq)
{
	return zrx_rqc_look(rq);
}

/* reads head once, however much room is wanted */
uint32_t unit_room(struct zrx_rqp *rq)
{
	return zrx_rqp_room(rq, ~0u);
}

#define ZRX_VARIANT(name, model, policy) \
	uint32_t unit_##name(struct zrx_prov *p, struct zrx_user *u, \
			     struct zrx_scrub *s, uint32_t *out); \
	uint32_t unit_##name(struct zrx_prov *p, struct zrx_user *u, \
			     struct zrx_scrub *s, uint32_t *out) \
	{ \
		uint32_t nr; \
\
		if (!zrx_##name##_hold(p, u, 0)) \
			return 0; \
		zrx_##name##_flush(p, u, out, &nr); \
		zrx_##name##_scrub(p, u, s, out, 2); \
		return zrx_##name##_refill(p, u, out, 2); \
	}
#include "../../mp/variants.h"
#undef ZRX_VARIANT
