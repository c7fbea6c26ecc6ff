/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A spin lock with one locked instruction a round: DPDK's own for x86 has a
 * second one in unlock, which is what a pool without lcore caches would feel.
 *
 * Holders run a bounded stretch of code and never sleep.
 */
#ifndef ZRX_LOCK_H
#define ZRX_LOCK_H

#include <stdint.h>

#include <rte_branch_prediction.h>
#include <rte_pause.h>

struct zrx_lock {
	uint32_t held;
};

static inline void zrx_lock(struct zrx_lock *l)
{
	while (unlikely(__atomic_exchange_n(&l->held, 1, __ATOMIC_ACQUIRE)))
		while (__atomic_load_n(&l->held, __ATOMIC_RELAXED))
			rte_pause();
}

static inline void zrx_unlock(struct zrx_lock *l)
{
	__atomic_store_n(&l->held, 0, __ATOMIC_RELEASE);
}

#endif
