/* SPDX-License-Identifier: BSD-3-Clause */
/* The server of the stress test: its host, its buffers and its locks. */
#ifndef ZRX_STRESS_WORLD_H
#define ZRX_STRESS_WORLD_H

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ring/port.h"

#define NR_AREAS 2
#define AREA_NIOVS 24
#define NR_NIOVS (NR_AREAS * AREA_NIOVS)
#define NIOV_SHIFT 12
#define NR_ENTRIES 16
#define PIECES 3 /* of one buffer, at most */
#define NR_CQES 256 /* more than the pieces that can be out */
#define NR_WORDS 16 /* of a buffer's payload */

#define MUST(c) \
	((c) ? (void)0 \
	     : (fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, \
			__LINE__, #c), \
		abort()))

struct zrx_host {
	bool shared; /* count is the model's word */
	uint32_t *count;
};

static inline void zrx_host_get(struct zrx_host *h, uint32_t idx)
{
	__atomic_fetch_add(&h->count[idx], 1, __ATOMIC_RELAXED);
}

static inline bool zrx_host_put(struct zrx_host *h, uint32_t idx, uint32_t n,
				uint32_t left)
{
	uint32_t old = n + left;

	if (!h->shared)
		old = __atomic_fetch_sub(&h->count[idx], n, __ATOMIC_ACQ_REL);
	MUST(old >= n);
	if (old != n)
		return false;
	__atomic_store_n(&h->count[idx], 1, __ATOMIC_RELAXED);
	return true;
}

#include "../fuzz/variant.h"

#include "../../ring/rq_prod.h"

struct cqe {
	uint32_t idx, stamp;
};

struct world {
	const struct variant *v;
	struct zrx_prov prov;
	struct zrx_area areas[NR_AREAS];
	struct zrx_host host;
	struct zrx_user user;
	uint32_t freelist[NR_AREAS][AREA_NIOVS];
	uint32_t uref[NR_NIOVS], count[NR_NIOVS];
	uint32_t data[NR_NIOVS][NR_WORDS]; /* plain: races show */
	uint64_t region[16 + 2 * NR_ENTRIES];
	pthread_mutex_t ring_lock, area_lock, cq_lock, queue_lock;
	/* completions, under cq_lock but for the user's reads */
	struct cqe cq[NR_CQES];
	uint32_t cq_tail;
	bool closed;
	/* packets that the kernel's side still reads, under queue_lock */
	struct cqe queue[16];
	uint32_t nr_queue;
	uint32_t life; /* of the user: see stress.c */
	bool stop;
	/* how much of each happened: a test of nothing must not pass */
	uint64_t lives, delivered, read, scrubbed, verdict[ZRX_NR_VERDICTS];
};

extern struct world w;

static inline uint32_t any(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return *x;
}

/* A buffer that nobody holds goes to its free list. */
static inline void to_free(uint32_t idx)
{
	struct zrx_area *a = &w.areas[idx / AREA_NIOVS];
	uint32_t *slot;

	__atomic_store_n(&w.host.count[idx], 0, __ATOMIC_RELAXED);
	pthread_mutex_lock(&w.area_lock);
	slot = zrx_area_push(a, 1);
	MUST(slot);
	*slot = idx;
	pthread_mutex_unlock(&w.area_lock);
}

static inline bool from_free(uint32_t area, uint32_t *idx)
{
	const uint32_t *got;

	pthread_mutex_lock(&w.area_lock);
	got = zrx_area_pop(&w.areas[area], 1);
	if (got)
		*idx = *got;
	pthread_mutex_unlock(&w.area_lock);
	if (got)
		__atomic_store_n(&w.host.count[*idx], 1, __ATOMIC_RELAXED);
	return got;
}

/* One reference of the kernel's side less. */
static inline void drop(uint32_t idx)
{
	uint32_t old =
		__atomic_fetch_sub(&w.host.count[idx], 1, __ATOMIC_ACQ_REL);

	MUST(old != 0);
	if (old == 1)
		to_free(idx);
}

/* Everybody who may read a packet finds it whole. */
static inline void read_packet(const struct cqe *c)
{
	uint32_t i;

	for (i = 0; i < NR_WORDS; i++)
		MUST(w.data[c->idx][i] == c->stamp);
}

void world_init(const struct variant *v);
/* A fresh ring for a new user; nobody uses the old one. */
void world_attach(void);
/* Nothing runs any more: every buffer is home, every entry accounted for. */
void world_check(void);

#endif
