/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/* The words of port.h for a Linux kernel. */
#ifndef ZRX_PORT_LINUX_H
#define ZRX_PORT_LINUX_H

#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/nospec.h>
#include <linux/types.h>

typedef u32 zrx_a32;
typedef u64 zrx_a64;

/* kernel-mapped user pages, reached through the words below alone */
#ifdef __CHECKER__
#define ZRX_PEER __attribute__((noderef, address_space(__zrx_peer)))
#else
#define ZRX_PEER
#endif

#define zrx_inline static __always_inline
#define ZRX_ABI_ASSERT(c, m) static_assert(c, m)

#define zrx_read_once(p) READ_ONCE(*(p))
#define zrx_write_once(p, v) WRITE_ONCE(*(p), v)
#define zrx_cas(p, old, val) cmpxchg(p, old, val)
#define zrx_xchg(p, v) xchg(p, v)
#define zrx_count(p, n) WRITE_ONCE(*(p), READ_ONCE(*(p)) + (n))

zrx_inline u32 zrx_fetch_add(zrx_a32 *p, u32 v)
{
	u32 old = READ_ONCE(*p), seen;

	while ((seen = cmpxchg(p, old, old + v)) != old)
		old = seen;
	return old;
}

#define zrx_shm_ptr(type, p) ((type *)(uintptr_t)(p))
#define zrx_shm_load32(p) READ_ONCE(*zrx_shm_ptr(u32, p))
#define zrx_shm_load64(p) READ_ONCE(*zrx_shm_ptr(u64, p))
#define zrx_shm_load_acquire(p) smp_load_acquire(zrx_shm_ptr(u32, p))
#define zrx_shm_store32(p, v) WRITE_ONCE(*zrx_shm_ptr(u32, p), v)
#define zrx_shm_store64(p, v) WRITE_ONCE(*zrx_shm_ptr(u64, p), v)
#define zrx_shm_store_release(p, v) smp_store_release(zrx_shm_ptr(u32, p), v)

#define zrx_index_nospec(i, n) array_index_nospec(i, n)
#define zrx_likely(c) likely(c)
#define zrx_unlikely(c) unlikely(c)
#define zrx_warn(c) WARN_ON_ONCE(c)

#endif
