/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The words of port.h under a fuzzer, in one thread: port_user.h, but
 *
 *   before every atomic step another thread's whole operation may run, so a
 *   race becomes an input that a fuzzer can find, shrink and replay;
 *   a word that the peer can write is answered by the input whenever it is
 *   read, so a value that is fetched twice differs.
 *
 * Statistics are neither: they have one writer.
 */
#ifndef ZRX_PORT_FUZZ_H
#define ZRX_PORT_FUZZ_H

#include "../../ring/port_user.h"

/* Runs what the input wants to run here. */
void fuzz_step(void);
/* What the peer's word of so many bytes at p holds at this read. */
uint64_t fuzz_peer(const void *p, unsigned int bytes);

#undef zrx_read_once
#undef zrx_write_once
#undef zrx_xchg
#undef zrx_fetch_add
#undef zrx_count
#undef zrx_shm_load32
#undef zrx_shm_load64
#undef zrx_shm_load_acquire

#define zrx_read_once(p) (fuzz_step(), *(p))
#define zrx_write_once(p, v) (fuzz_step(), (void)(*(p) = (v)))
/* the function of port_user.h: a macro does not expand itself */
#define zrx_cas(p, old, val) (fuzz_step(), zrx_cas(p, old, val))
#define zrx_xchg(p, v) \
	(fuzz_step(), __atomic_exchange_n(p, v, __ATOMIC_RELAXED))
#define zrx_fetch_add(p, v) \
	(fuzz_step(), __atomic_fetch_add(p, v, __ATOMIC_RELAXED))
#define zrx_count(p, n) ((void)(*(p) += (n)))
#define zrx_shm_load32(p) ((uint32_t)fuzz_peer(zrx_shm_ptr(uint32_t, p), 4))
#define zrx_shm_load64(p) fuzz_peer(zrx_shm_ptr(uint64_t, p), 8)
#define zrx_shm_load_acquire(p) zrx_shm_load32(p)

#endif
