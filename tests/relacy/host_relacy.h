/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The host for relacy: counts references as a page_pool does, in one of two
 * ways.  A model that owns its reference has the host's count in the low part
 * of its own word; with any other the host counts all references, the user's
 * included, in a word of its own.
 */
#ifndef ZRX_HOST_RELACY_H
#define ZRX_HOST_RELACY_H

#include "port_relacy.h"

#define RX_NIOVS 2

struct zrx_host {
	bool shared; /* count is the model's word */
	uint32_t *count;
	int put_order; /* of the count, see below */
	bool hand_over; /* whoever delivers gives his own reference away */
};

inline void zrx_host_get(struct zrx_host *h, uint32_t idx)
{
	if (!h->hand_over)
		__atomic_fetch_add(&h->count[idx], 1, __ATOMIC_RELAXED);
}

/*
 * put_order is acquire-release as the kernel has it, or relaxed: core.h says
 * that put follows an acquire-release operation on the model's word, so that a
 * host without holders of its own may do without a second one.
 */
inline bool zrx_host_put(struct zrx_host *h, uint32_t idx, uint32_t n,
			 uint32_t left)
{
	uint32_t old = n + left;

	if (!h->shared)
		old = __atomic_fetch_sub(&h->count[idx], n, h->put_order);
	RL_ASSERT(old >= n);
	if (old != n)
		return false;
	__atomic_store_n(&h->count[idx], 1, __ATOMIC_RELAXED);
	return true;
}

/* A holder that is not the user lets go; true if that was the last. */
inline bool rx_host_drop(struct zrx_host *h, uint32_t idx)
{
	uint32_t old = __atomic_fetch_sub(&h->count[idx], 1, __ATOMIC_ACQ_REL);

	RL_ASSERT(old != 0);
	if (old != 1)
		return false;
	__atomic_store_n(&h->count[idx], 1, __ATOMIC_RELAXED);
	return true;
}

#include "../../mp/provider.h"

/* A variant as a type, for scenes that are templates over it. */
#define ZRX_VARIANT(name, model, policy) \
	struct rx_##name { \
		static bool hold(struct zrx_prov *p, struct zrx_user *u, \
				 uint32_t idx) \
		{ \
			return zrx_##name##_hold(p, u, idx); \
		} \
		static uint32_t refill(struct zrx_prov *p, struct zrx_user *u, \
				       uint32_t *out, uint32_t max) \
		{ \
			return zrx_##name##_refill(p, u, out, max); \
		} \
		static bool flush(struct zrx_prov *p, struct zrx_user *u, \
				  uint32_t *out, uint32_t *nr) \
		{ \
			return zrx_##name##_flush(p, u, out, nr); \
		} \
		static uint32_t scrub(struct zrx_prov *p, struct zrx_user *u, \
				      struct zrx_scrub *s, uint32_t *out, \
				      uint32_t max) \
		{ \
			return zrx_##name##_scrub(p, u, s, out, max); \
		} \
		static uint64_t held(struct zrx_prov *p, struct zrx_user *u) \
		{ \
			return zrx_##name##_held(p, u); \
		} \
		static bool owns_ref() \
		{ \
			return zrx_uref_##model.owns_ref; \
		} \
	};
#include "../../mp/variants.h"
#undef ZRX_VARIANT

#endif
