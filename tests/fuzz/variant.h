/* SPDX-License-Identifier: BSD-3-Clause */
/* The variants as a table, after the host has said what core.h asks for. */
#ifndef ZRX_FUZZ_VARIANT_H
#define ZRX_FUZZ_VARIANT_H

#include "../../mp/provider.h"

struct variant {
	const char *name, *model_name, *policy;
	const struct zrx_uref *model;
	bool (*hold)(struct zrx_prov *p, struct zrx_user *u, uint32_t idx);
	uint32_t (*refill)(struct zrx_prov *p, struct zrx_user *u,
			   uint32_t *out, uint32_t max);
	bool (*flush)(struct zrx_prov *p, struct zrx_user *u, uint32_t *out,
		      uint32_t *nr);
	uint32_t (*scrub)(struct zrx_prov *p, struct zrx_user *u,
			  struct zrx_scrub *s, uint32_t *out, uint32_t max);
	uint64_t (*held)(const struct zrx_prov *p, struct zrx_user *u);
};

static const struct variant variants[] = {
#define ZRX_VARIANT(name, model, policy) \
	{ #name, \
	  #model, \
	  #policy, \
	  &zrx_uref_##model, \
	  zrx_##name##_hold, \
	  zrx_##name##_refill, \
	  zrx_##name##_flush, \
	  zrx_##name##_scrub, \
	  zrx_##name##_held },
#include "../../mp/variants.h"
#undef ZRX_VARIANT
};

#endif
