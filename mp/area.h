/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * An area: memory cut into buffers (niovs) of one size, here only as indices,
 * and the free list of those that nobody holds.
 *
 * The free list is a stack of indices with room for every buffer of the area,
 * so a push can fail only by a bug, and then it refuses rather than write
 * behind the array.  LIFO: the buffer used last is the one still in the cache.
 *
 * hold and release count buffers that left and entered the free list, as
 * pages_state_hold_cnt and pages_state_release_cnt do in a page_pool:
 * hold - release are out.
 *
 * A host that would rather keep something else than indices, pointers say, has
 * a list of its own and uses only the counting part, leave and enter.
 *
 * The host locks: push and pop of one area never run at the same time.
 */
#ifndef ZRX_AREA_H
#define ZRX_AREA_H

#include "../ring/rq_abi.h"

struct zrx_area {
	uint32_t nr_niovs; /* fixed at init */
	uint32_t first; /* index of its first buffer within the provider */
	/* under the host's lock */
	uint32_t nr_free;
	uint32_t *freelist; /* nr_niovs entries, the caller's memory, or NULL */
	zrx_a64 hold;
	zrx_a64 release;
};

/*
 * All buffers free; the one popped first is the first of the area.  freelist
 * is NULL for a host with a list of its own.
 */
zrx_inline void zrx_area_init(struct zrx_area *a, uint32_t first,
			      uint32_t nr_niovs, uint32_t *freelist)
{
	uint32_t i;

	a->nr_niovs = nr_niovs;
	a->first = first;
	a->nr_free = nr_niovs;
	a->freelist = freelist;
	a->hold = 0;
	a->release = 0;
	for (i = 0; freelist && i < nr_niovs; i++)
		freelist[i] = first + nr_niovs - 1 - i;
}

/*
 * n buffers leave the list, if there are so many: those that stood on the
 * list's places from nr_free on are the caller's.
 */
zrx_inline bool zrx_area_leave(struct zrx_area *a, uint32_t n)
{
	if (a->nr_free < n)
		return false;
	a->nr_free -= n;
	zrx_count(&a->hold, n);
	return true;
}

/* n buffers enter the list on its last n places; false if that is a bug. */
zrx_inline bool zrx_area_enter(struct zrx_area *a, uint32_t n)
{
	if (zrx_warn(n > a->nr_niovs - a->nr_free))
		return false;
	a->nr_free += n;
	zrx_count(&a->release, n);
	return true;
}

/*
 * Takes n free buffers: their indices, in place, valid until the next push.
 * NULL, and nothing taken, if there are not so many.
 */
zrx_inline const uint32_t *zrx_area_pop(struct zrx_area *a, uint32_t n)
{
	return zrx_area_leave(a, n) ? a->freelist + a->nr_free : NULL;
}

/* Room for n indices that the caller writes at once; NULL if that is a bug. */
zrx_inline uint32_t *zrx_area_push(struct zrx_area *a, uint32_t n)
{
	uint32_t *slot = a->freelist + a->nr_free;

	return zrx_area_enter(a, n) ? slot : NULL;
}

/* The token that completions of this area carry. */
zrx_inline uint64_t zrx_area_token(uint32_t id)
{
	return (uint64_t)id << ZRX_AREA_SHIFT;
}

/*
 * The buffer that an offset within the area lies in, counted in 32 bits as the
 * kernel counts it: bits from shift + 32 up are dropped before the range check,
 * so such an offset names a low buffer instead of being refused.
 */
zrx_inline uint32_t zrx_off_niov(uint64_t off, uint32_t shift)
{
	return (uint32_t)((off & ZRX_AREA_MASK) >> shift);
}

zrx_inline bool zrx_off_aliased(uint64_t off, uint32_t shift)
{
	return (off & ZRX_AREA_MASK) >> shift >> 32 != 0;
}

#endif
