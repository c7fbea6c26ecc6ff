/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* The words of port.h for user space: gcc and clang, C11 and C++11. */
#ifndef ZRX_PORT_USER_H
#define ZRX_PORT_USER_H

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t zrx_a32;
typedef uint64_t zrx_a64;

#if defined(__CHECKER__)
#define ZRX_PEER __attribute__((noderef, address_space(1)))
#elif defined(__clang__)
#define ZRX_PEER __attribute__((noderef))
#else
#define ZRX_PEER
#endif

#define zrx_inline static inline __attribute__((always_inline))
#ifdef __cplusplus
#define ZRX_ABI_ASSERT(c, m) static_assert(c, m)
#else
#define ZRX_ABI_ASSERT(c, m) _Static_assert(c, m)
#endif

#define zrx_read_once(p) __atomic_load_n(p, __ATOMIC_RELAXED)
#define zrx_write_once(p, v) __atomic_store_n(p, v, __ATOMIC_RELAXED)
#define zrx_xchg(p, v) __atomic_exchange_n(p, v, __ATOMIC_ACQ_REL)
#define zrx_fetch_add(p, v) __atomic_fetch_add(p, v, __ATOMIC_ACQ_REL)
#define zrx_count(p, n) zrx_write_once(p, zrx_read_once(p) + (n))

zrx_inline uint32_t zrx_cas(zrx_a32 *p, uint32_t old, uint32_t val)
{
	__atomic_compare_exchange_n(p, &old, val, false, __ATOMIC_ACQ_REL,
				    __ATOMIC_ACQUIRE);
	return old;
}

/* by way of an integer: a cast alone would keep the qualifier */
#define zrx_shm_ptr(type, p) ((type *)(uintptr_t)(p))
#define zrx_shm_load32(p) \
	__atomic_load_n(zrx_shm_ptr(uint32_t, p), __ATOMIC_RELAXED)
#define zrx_shm_load64(p) \
	__atomic_load_n(zrx_shm_ptr(uint64_t, p), __ATOMIC_RELAXED)
#define zrx_shm_load_acquire(p) \
	__atomic_load_n(zrx_shm_ptr(uint32_t, p), __ATOMIC_ACQUIRE)
#define zrx_shm_store32(p, v) \
	__atomic_store_n(zrx_shm_ptr(uint32_t, p), v, __ATOMIC_RELAXED)
#define zrx_shm_store64(p, v) \
	__atomic_store_n(zrx_shm_ptr(uint64_t, p), v, __ATOMIC_RELAXED)
#define zrx_shm_store_release(p, v) \
	__atomic_store_n(zrx_shm_ptr(uint32_t, p), v, __ATOMIC_RELEASE)

/* the empty asm hides i, so that the mask is not folded into the check */
zrx_inline uint32_t zrx_index_nospec(uint32_t i, uint32_t n)
{
	uint64_t wide = i;

	__asm__("" : "+r"(wide));
	return i & (uint32_t)((int64_t)(wide - n) >> 63);
}

#define zrx_likely(c) __builtin_expect(!!(c), 1)
#define zrx_unlikely(c) __builtin_expect(!!(c), 0)

/* a debug build stops here; a release build refuses and goes on */
zrx_inline bool zrx_warn(bool c)
{
	assert(!c);
	return zrx_unlikely(c);
}

#endif
