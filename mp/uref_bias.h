/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Model `bias`: a user reference is 0x10000 in the word that also counts the
 * buffer's other references, so that deliver and return are one atomic each.
 *
 * What that costs: whoever brings the other references to 0x10000 makes them
 * look like a user's, and a pass of scrub takes back one reference, not all.
 * A host that keeps its own count elsewhere leaves the low half at 0.
 *
 * The patch read the word and subtracted afterwards, which is safe only while
 * one thread does it.  This one compares and swaps; the results are the same.
 *
 * Source: 20241204172204.4180482-12-dw@davidwei.uk, io_zcrx_put_niov_uref().
 */
#ifndef ZRX_UREF_BIAS_H
#define ZRX_UREF_BIAS_H

#include "core.h"
#include "refill_v8.h"

#define ZRX_BIAS 0x10000u
/* far from the end, since get adds before it looks, on several CPUs at once */
#define ZRX_BIAS_LIMIT 0x80000000u

zrx_inline bool zrx_bias_get(zrx_a32 *word)
{
	if (zrx_likely(zrx_fetch_add(word, ZRX_BIAS) < ZRX_BIAS_LIMIT))
		return true;
	zrx_fetch_add(word, 0u - ZRX_BIAS);
	return false;
}

zrx_inline enum zrx_verdict zrx_bias_put(zrx_a32 *word, uint32_t n,
					 uint32_t *left)
{
	uint32_t old = zrx_read_once(word), seen;

	for (;;) {
		if (zrx_unlikely(old < ZRX_BIAS))
			return ZRX_NOT_HELD;
		if (zrx_unlikely(old / ZRX_BIAS < n))
			return ZRX_SURPLUS;
		*left = old - n * ZRX_BIAS;
		seen = zrx_cas(word, old, *left);
		if (zrx_likely(seen == old))
			return ZRX_TAKEN;
		old = seen;
	}
}

zrx_inline uint32_t zrx_bias_take(zrx_a32 *word, uint32_t *left)
{
	return zrx_bias_put(word, 1, left) == ZRX_TAKEN;
}

zrx_inline uint32_t zrx_bias_held(uint32_t value)
{
	return value / ZRX_BIAS;
}

static const struct zrx_uref zrx_uref_bias = {
	zrx_bias_get, zrx_bias_put, zrx_bias_take, zrx_bias_held, true,
};

#endif

/* as the patch has it: bias, at most 64 entries a call */
ZRX_VARIANT(v8, bias, v8)
