/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * Model `array`: user references in an array of their own, beside the count
 * that the host keeps in the buffer.
 *
 * Two words change for one event, never at once.  The order that keeps them
 * safe: a hold takes the host's reference first, a return gives it back last,
 * so the buffer's count is never below the user's.
 *
 * n returns are taken together or not at all.  The count is compared and
 * swapped: read, test and subtract was the double free of CVE-2026-43121.
 *
 * Source: io_uring/zcrx.c of Linux 7.3, io_zcrx_put_niov_uref() and scrub.
 */
#ifndef ZRX_UREF_ARRAY_H
#define ZRX_UREF_ARRAY_H

#include "core.h"
#include "refill_mainline.h"

#define ZRX_ARRAY_LIMIT 0x7fffffffu

zrx_inline bool zrx_array_get(zrx_a32 *word)
{
	if (zrx_likely(zrx_fetch_add(word, 1) < ZRX_ARRAY_LIMIT))
		return true;
	zrx_fetch_add(word, 0u - 1);
	return false;
}

zrx_inline enum zrx_verdict zrx_array_put(zrx_a32 *word, uint32_t n,
					  uint32_t *left)
{
	uint32_t old = zrx_read_once(word), seen;

	for (;;) {
		if (zrx_unlikely(old < n))
			return old ? ZRX_SURPLUS : ZRX_NOT_HELD;
		*left = old - n;
		seen = zrx_cas(word, old, *left);
		if (zrx_likely(seen == old))
			return ZRX_TAKEN;
		old = seen;
	}
}

zrx_inline uint32_t zrx_array_take(zrx_a32 *word, uint32_t *left)
{
	*left = 0;
	return zrx_xchg(word, 0u);
}

zrx_inline uint32_t zrx_array_held(uint32_t value)
{
	return value;
}

static const struct zrx_uref zrx_uref_array = {
	zrx_array_get, zrx_array_put, zrx_array_take, zrx_array_held, false,
};

#endif

/* as Linux 7.3 has it: an array, runs of one buffer settled at once */
ZRX_VARIANT(mainline, array, mainline)
