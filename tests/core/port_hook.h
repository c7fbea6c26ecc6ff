/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A port that watches: port_user.h, and before each atomic step and each access
 * to memory that the peer can write it says what is about to happen.  The test
 * may do something else at that moment, as another thread would.
 */
#ifndef ZRX_PORT_HOOK_H
#define ZRX_PORT_HOOK_H

#include "../../ring/port_user.h"

enum hook_step {
	HOOK_OURS, /* a word of our own */
	HOOK_LOAD32,
	HOOK_LOAD64,
	HOOK_LOAD_ACQUIRE,
	HOOK_STORE32,
	HOOK_STORE64,
	HOOK_STORE_RELEASE,
	HOOK_NR_STEPS
};

static void hook(enum hook_step step, uintptr_t where);

#define hook_at(step, p) hook(step, (uintptr_t)(p))

static inline uint32_t hook_read_once(const zrx_a32 *p)
{
	hook_at(HOOK_OURS, p);
	return zrx_read_once(p);
}

static inline void hook_write_once(zrx_a32 *p, uint32_t val)
{
	hook_at(HOOK_OURS, p);
	zrx_write_once(p, val);
}

static inline uint32_t hook_cas(zrx_a32 *p, uint32_t old, uint32_t val)
{
	hook_at(HOOK_OURS, p);
	return zrx_cas(p, old, val);
}

static inline uint32_t hook_xchg(zrx_a32 *p, uint32_t val)
{
	hook_at(HOOK_OURS, p);
	return zrx_xchg(p, val);
}

static inline uint32_t hook_fetch_add(zrx_a32 *p, uint32_t val)
{
	hook_at(HOOK_OURS, p);
	return zrx_fetch_add(p, val);
}

static inline uint32_t hook_load32(const zrx_a32 ZRX_PEER *p)
{
	hook_at(HOOK_LOAD32, p);
	return zrx_shm_load32(p);
}

static inline uint64_t hook_load64(const zrx_a64 ZRX_PEER *p)
{
	hook_at(HOOK_LOAD64, p);
	return zrx_shm_load64(p);
}

static inline uint32_t hook_load_acquire(const zrx_a32 ZRX_PEER *p)
{
	hook_at(HOOK_LOAD_ACQUIRE, p);
	return zrx_shm_load_acquire(p);
}

static inline void hook_store32(zrx_a32 ZRX_PEER *p, uint32_t val)
{
	hook_at(HOOK_STORE32, p);
	zrx_shm_store32(p, val);
}

static inline void hook_store64(zrx_a64 ZRX_PEER *p, uint64_t val)
{
	hook_at(HOOK_STORE64, p);
	zrx_shm_store64(p, val);
}

static inline void hook_store_release(zrx_a32 ZRX_PEER *p, uint32_t val)
{
	hook_at(HOOK_STORE_RELEASE, p);
	zrx_shm_store_release(p, val);
}

/* zrx_count() was written over the plain words: those of port_user.h go on */
#undef zrx_count
static inline void zrx_count(zrx_a64 *p, uint64_t n)
{
	zrx_write_once(p, zrx_read_once(p) + n);
}

#undef zrx_read_once
#undef zrx_write_once
#undef zrx_xchg
#undef zrx_fetch_add
#undef zrx_shm_load32
#undef zrx_shm_load64
#undef zrx_shm_load_acquire
#undef zrx_shm_store32
#undef zrx_shm_store64
#undef zrx_shm_store_release
#define zrx_read_once(p) hook_read_once(p)
#define zrx_write_once(p, val) hook_write_once(p, val)
#define zrx_cas(p, old, val) hook_cas(p, old, val)
#define zrx_xchg(p, val) hook_xchg(p, val)
#define zrx_fetch_add(p, val) hook_fetch_add(p, val)
#define zrx_shm_load32(p) hook_load32(p)
#define zrx_shm_load64(p) hook_load64(p)
#define zrx_shm_load_acquire(p) hook_load_acquire(p)
#define zrx_shm_store32(p, v) hook_store32(p, v)
#define zrx_shm_store64(p, v) hook_store64(p, v)
#define zrx_shm_store_release(p, v) hook_store_release(p, v)

#endif
