/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * What the shared core may ask of its environment: the words below, nothing
 * else.  ring/ and mp/ are written over them alone, in the common subset of
 * C11 and C++11, so the same source is built into DPDK, into a kernel, under
 * a model checker and into a fuzzer.  A port is one file that defines them all;
 * -DZRX_PORT='"file.h"' chooses one that is not listed here.
 *
 * Types
 *   zrx_a32, zrx_a64     a word that threads or processes share
 *   ZRX_PEER             qualifies a pointer into memory that the peer can
 *                        write: the compiler (clang, sparse) refuses to
 *                        dereference it, only the shm words below do
 *   zrx_inline           inline even at -O0: variants are templates
 *   ZRX_ABI_ASSERT(c, m) a layout that crosses a process boundary
 *
 * Words of our own memory, all on zrx_a32
 *   zrx_read_once(p)         relaxed load
 *   zrx_write_once(p, v)     relaxed store
 *   zrx_cas(p, old, new)     acquire-release; returns what was there
 *   zrx_xchg(p, v)           acquire-release; returns what was there
 *   zrx_fetch_add(p, v)      acquire-release; returns what was there
 *   zrx_count(p, n)          on zrx_a64: add to a statistic with one writer
 *                            at a time and readers at any time
 *
 * Words of memory that the peer can write; each reads or writes once
 *   zrx_shm_load32(p) zrx_shm_load64(p)    relaxed
 *   zrx_shm_load_acquire(p)                32 bits
 *   zrx_shm_store32(p, v) zrx_shm_store64(p, v)   relaxed
 *   zrx_shm_store_release(p, v)            32 bits
 *
 * The rest
 *   zrx_index_nospec(i, n)   i if i < n, and 0 under misspeculation
 *   zrx_likely(c) zrx_unlikely(c)
 *   zrx_warn(c)              true if c, which is a bug of ours: say so once
 */
#ifndef ZRX_PORT_H
#define ZRX_PORT_H

#if defined(ZRX_PORT)
#include ZRX_PORT
#elif defined(__KERNEL__)
#include "port_linux.h"
#else
#include "port_user.h"
#endif

#endif
