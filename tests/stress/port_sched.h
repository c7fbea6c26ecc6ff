/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The words of port.h with a scheduler at odds with the program: before one
 * access in eight the thread gives its CPU away, so that others run in windows
 * that are otherwise a few instructions wide, even on one CPU.
 */
#ifndef ZRX_PORT_SCHED_H
#define ZRX_PORT_SCHED_H

#include <sched.h>

#include "../../ring/port_user.h"

static inline void sched_maybe(void)
{
	static __thread uint32_t x;

	if (!x)
		x = (uint32_t)(uintptr_t)&x | 1;
	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	if (x % 8 == 0)
		sched_yield();
}

#undef zrx_read_once
#undef zrx_xchg
#undef zrx_fetch_add
#undef zrx_count
#undef zrx_shm_load32
#undef zrx_shm_load64
#undef zrx_shm_load_acquire
#undef zrx_shm_store_release

#define zrx_read_once(p) (sched_maybe(), __atomic_load_n(p, __ATOMIC_RELAXED))
#define zrx_xchg(p, v) \
	(sched_maybe(), __atomic_exchange_n(p, v, __ATOMIC_ACQ_REL))
#define zrx_fetch_add(p, v) \
	(sched_maybe(), __atomic_fetch_add(p, v, __ATOMIC_ACQ_REL))
/* the function of port_user.h: a macro does not expand itself */
#define zrx_cas(p, old, val) (sched_maybe(), zrx_cas(p, old, val))
#define zrx_count(p, n) zrx_write_once(p, *(p) + (n))
#define zrx_shm_load32(p) \
	(sched_maybe(), \
	 __atomic_load_n(zrx_shm_ptr(uint32_t, p), __ATOMIC_RELAXED))
#define zrx_shm_load64(p) \
	(sched_maybe(), \
	 __atomic_load_n(zrx_shm_ptr(uint64_t, p), __ATOMIC_RELAXED))
#define zrx_shm_load_acquire(p) \
	(sched_maybe(), \
	 __atomic_load_n(zrx_shm_ptr(uint32_t, p), __ATOMIC_ACQUIRE))
#define zrx_shm_store_release(p, v) \
	(sched_maybe(), \
	 __atomic_store_n(zrx_shm_ptr(uint32_t, p), v, __ATOMIC_RELEASE))

#endif
