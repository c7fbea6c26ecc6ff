/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * The memory provider: the only header of mp/ that a host includes, after it
 * has defined what core.h asks for.
 *
 * Every variant NAME of variants.h becomes
 *
 *   enum zrx_variant            ZRX_VARIANT_NAME
 *   zrx_NAME_hold(p, u, idx)    the user gets a reference; any thread
 *   zrx_NAME_refill(p, u, out, max)
 *                               works off the user's ring; up to max buffers
 *                               that are the caller's now; max >= 2
 *   zrx_NAME_flush(p, u, out, nr)
 *                               one round of the explicit flush; out has room
 *                               for ZRX_FLUSH_BATCH; true: call again
 *   zrx_NAME_scrub(p, u, s, out, max)   see scrub.h
 *   zrx_NAME_held(p, u)         references that the user holds, in all
 *   zrx_NAME_uref(u, idx)       and on one buffer
 *
 * Nothing here allocates, sleeps, locks or logs; core.h says who may run
 * beside whom.
 */
#ifndef ZRX_PROVIDER_H
#define ZRX_PROVIDER_H

#include "core.h"
#include "scrub.h"

#define ZRX_VARIANT(name, model, policy)
#include "variants.h"
#undef ZRX_VARIANT

#define ZRX_VARIANT(name, model, policy) ZRX_VARIANT_##name,
enum zrx_variant {
#include "variants.h"
	ZRX_NR_VARIANTS
};
#undef ZRX_VARIANT

#define ZRX_VARIANT(name, model, policy) \
	zrx_inline bool zrx_##name##_hold(struct zrx_prov *p, \
					  struct zrx_user *u, uint32_t idx) \
	{ \
		return zrx_user_hold(p, u, &zrx_uref_##model, idx); \
	} \
	zrx_inline uint32_t zrx_##name##_refill(struct zrx_prov *p, \
						struct zrx_user *u, \
						uint32_t *out, uint32_t max) \
	{ \
		return zrx_refill_##policy(p, u, &zrx_uref_##model, out, max); \
	} \
	zrx_inline bool zrx_##name##_flush(struct zrx_prov *p, \
					   struct zrx_user *u, uint32_t *out, \
					   uint32_t *nr) \
	{ \
		return zrx_flush_##policy(p, u, &zrx_uref_##model, out, nr); \
	} \
	zrx_inline uint32_t zrx_##name##_scrub( \
		struct zrx_prov *p, struct zrx_user *u, struct zrx_scrub *s, \
		uint32_t *out, uint32_t max) \
	{ \
		return zrx_user_scrub(p, u, &zrx_uref_##model, s, out, max); \
	} \
	zrx_inline uint64_t zrx_##name##_held(const struct zrx_prov *p, \
					      struct zrx_user *u) \
	{ \
		return zrx_user_held(p, u, &zrx_uref_##model); \
	} \
	zrx_inline uint32_t zrx_##name##_uref(struct zrx_user *u, \
					      uint32_t idx) \
	{ \
		return zrx_user_uref(u, &zrx_uref_##model, idx); \
	}
#include "variants.h"
#undef ZRX_VARIANT

/* The variant's name, NULL if there is none with this number. */
zrx_inline const char *zrx_variant_name(unsigned int v)
{
	static const char *const names[] = {
#define ZRX_VARIANT(name, model, policy) #name,
#include "variants.h"
#undef ZRX_VARIANT
	};

	return v < ZRX_NR_VARIANTS ? names[v] : NULL;
}

/* Whether the variant has an explicit flush. */
zrx_inline bool zrx_variant_can_flush(unsigned int v)
{
	static const bool can[] = {
#define ZRX_VARIANT(name, model, policy) zrx_can_flush_##policy,
#include "variants.h"
#undef ZRX_VARIANT
	};

	return v < ZRX_NR_VARIANTS && can[v];
}

#endif
