/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Buffers on their way through a program: taken, filled, given back, by any
 * thread and by several at once.
 */
#include "drv.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_ring.h>

#define PAYLOAD 512

CASE(an_exhausted_pool_gives_nothing_and_recovers)
{
	struct rte_mbuf *m[FIX_NIOVS];

	assert_int_equal(rte_pktmbuf_alloc_bulk(f->mp, m, FIX_NIOVS), 0);
	assert_null(rte_pktmbuf_alloc(f->mp));
	assert_int_equal(rte_mempool_avail_count(f->mp), 0);
	assert_int_equal(pool_count(f->zp).host, FIX_NIOVS);
	rte_pktmbuf_free(m[0]);
	m[0] = rte_pktmbuf_alloc(f->mp);
	assert_non_null(m[0]);
	assert_null(rte_pktmbuf_alloc(f->mp));
	rte_pktmbuf_free_bulk(m, FIX_NIOVS);
}

CASE(a_dequeue_takes_all_or_nothing)
{
	struct rte_mbuf *m[FIX_NIOVS + 1];
	unsigned int n = FIX_NIOVS;

	assert_int_equal(
		rte_mempool_generic_get(f->mp, (void **)m, n + 1, NULL),
		-ENOBUFS);
	assert_int_equal(pool_count(f->zp).free, n);
	assert_int_equal(
		rte_mempool_generic_get(f->mp, (void **)m, n - 3, NULL), 0);
	assert_int_equal(
		rte_mempool_generic_get(f->mp, (void **)m + n - 3, 4, NULL),
		-ENOBUFS);
	assert_int_equal(pool_count(f->zp).free, 3);
	assert_int_equal(
		rte_mempool_generic_get(f->mp, (void **)m + n - 3, 3, NULL), 0);
	rte_mempool_generic_put(f->mp, (void **)m, n, NULL);
}

/* an lcore cache asks for more than is wanted, and then for what is wanted */
CASE(the_last_buffers_come_in_spite_of_a_cache)
{
	struct rte_mbuf *m[FIX_NIOVS];
	unsigned int i;

	for (i = 0; i < FIX_NIOVS; i++) {
		m[i] = rte_pktmbuf_alloc(f->mp);
		assert_non_null(m[i]);
	}
	assert_null(rte_pktmbuf_alloc(f->mp));
	rte_pktmbuf_free_bulk(m, FIX_NIOVS);
}

CASE(the_buffer_used_last_is_used_next)
{
	void *first, *second;

	assert_int_equal(rte_mempool_generic_get(f->mp, &first, 1, NULL), 0);
	rte_mempool_generic_put(f->mp, &first, 1, NULL);
	assert_int_equal(rte_mempool_generic_get(f->mp, &second, 1, NULL), 0);
	assert_ptr_equal(first, second);
	rte_mempool_generic_put(f->mp, &second, 1, NULL);
}

CASE(contents_survive_neighbours_and_a_stay_in_the_pool)
{
	uint16_t len = FIX_ROOM - RTE_PKTMBUF_HEADROOM;
	struct rte_mbuf *m[FIX_NIOVS];
	unsigned int i;

	for (i = 0; i < FIX_NIOVS; i++) {
		m[i] = mbuf_filled(f->mp, 0, len);
		payload_write(rte_pktmbuf_mtod(m[i], void *), i, len);
	}
	for (i = 0; i < FIX_NIOVS; i += 2)
		rte_pktmbuf_free(m[i]);
	rte_mempool_cache_flush(NULL, f->mp);
	for (i = 0; i < FIX_NIOVS; i++)
		assert_true(payload_is(
			(char *)m[i]->buf_addr + RTE_PKTMBUF_HEADROOM, i, len));
	for (i = 1; i < FIX_NIOVS; i += 2)
		rte_pktmbuf_free(m[i]);
}

CASE(a_fresh_mbuf_is_as_the_library_promises)
{
	struct rte_mbuf *m = mbuf_filled(f->mp, 1, 100);
	uint64_t flags = fix_is_pinned(f) ? RTE_MBUF_F_EXTERNAL : 0;

	m->vlan_tci = 1;
	rte_pktmbuf_free(m);
	m = rte_pktmbuf_alloc(f->mp);
	assert_int_equal(rte_pktmbuf_headroom(m), RTE_PKTMBUF_HEADROOM);
	assert_int_equal(rte_pktmbuf_tailroom(m),
			 FIX_ROOM - RTE_PKTMBUF_HEADROOM);
	assert_int_equal(m->pkt_len, 0);
	assert_true(m->ol_flags == flags);
	assert_int_equal(m->vlan_tci, 0);
	assert_ptr_equal(m->pool, f->mp);
	rte_mbuf_sanity_check(m, 1);
	rte_pktmbuf_free(m);
}

/* One thread's work: takes, stamps, and finds its stamps when it gives back. */
struct work {
	struct rte_mempool *mp;
	uint32_t seed;
	uint32_t rounds;
	uint32_t spoilt; /* stamps that somebody else wrote over */
	uint32_t failed; /* times that nothing was to be had */
};

static uint32_t next_random(uint32_t *x)
{
	*x = *x * 1664525u + 1013904223u;
	return *x >> 8;
}

static void work_burst(struct work *w, struct rte_mbuf **m, uint32_t n)
{
	uint32_t i, stamp = w->seed;

	for (i = 0; i < n; i++)
		payload_write(rte_pktmbuf_mtod(m[i], void *), stamp + i, 64);
	for (i = 0; i < n; i++)
		w->spoilt += !payload_is(rte_pktmbuf_mtod(m[i], void *),
					 stamp + i, 64);
}

static int work_run(void *arg)
{
	struct work *w = arg;
	struct rte_mbuf *m[40];
	uint32_t i, n;

	for (i = 0; i < w->rounds; i++) {
		n = 1 + next_random(&w->seed) % RTE_DIM(m);
		if (rte_pktmbuf_alloc_bulk(w->mp, m, n) != 0) {
			w->failed++;
			continue;
		}
		work_burst(w, m, n);
		rte_pktmbuf_free_bulk(m, n);
	}
	rte_mempool_cache_flush(NULL, w->mp);
	return 0;
}

static void *work_thread(void *arg)
{
	assert_int_equal(rte_lcore_id(), LCORE_ID_ANY);
	work_run(arg);
	return NULL;
}

CASE(threads_without_an_lcore_are_served)
{
	struct work w[3];
	pthread_t t[RTE_DIM(w)];
	unsigned int i;

	for (i = 0; i < RTE_DIM(w); i++) {
		w[i] = (struct work){ f->mp, i * 1000 + 1, 2000, 0, 0 };
		assert_int_equal(
			pthread_create(&t[i], NULL, work_thread, &w[i]), 0);
	}
	for (i = 0; i < RTE_DIM(w); i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(w[i].spoilt, 0);
		assert_in_range(w[i].failed, 0, 1999);
	}
}

CASE(two_lcores_hammer_the_pool)
{
	struct work a = { f->mp, 7, 10000, 0, 0 },
		    b = { f->mp, 9, 10000, 0, 0 };

	assert_int_equal(rte_eal_remote_launch(work_run, &b, 1), 0);
	work_run(&a);
	rte_eal_mp_wait_lcore();
	assert_int_equal(a.spoilt + b.spoilt, 0);
	assert_in_range(a.failed, 0, 9999);
	assert_in_range(b.failed, 0, 9999);
}

#define SHARED 4000

/* The program on lcore 1 gives to a user who checks each and returns it. */
struct flow {
	struct fix *f;
	struct peer p;
	struct rte_ring *told; /* completions, by the program's own means */
	uint32_t spoilt;
	uint32_t full; /* times that the refill ring had no place */
};

static void flow_give(struct flow *w, uint32_t i)
{
	struct rte_mbuf *m;
	uint64_t off;

	do
		m = rte_pktmbuf_alloc(w->f->mp);
	while (!m);
	payload_write(rte_pktmbuf_append(m, 64), i, 64);
	off = peer_give(&w->p, m);
	while (rte_ring_enqueue(w->told, (void *)(uintptr_t)(off | 1)) != 0)
		rte_pause();
}

static int flow_server(void *arg)
{
	struct flow *w = arg;
	uint32_t i;

	for (i = 0; i < SHARED; i++)
		flow_give(w, i);
	rte_mempool_cache_flush(NULL, w->f->mp);
	return 0;
}

static void flow_user(struct flow *w)
{
	uint64_t off;
	uint32_t i;
	void *got;

	for (i = 0; i < SHARED; i++) {
		while (rte_ring_dequeue(w->told, &got) != 0)
			rte_pause();
		off = (uintptr_t)got & ~(uint64_t)1;
		w->spoilt += !payload_is(peer_data(&w->p, off), i, 64);
		while (!zrx_rqp_put(&w->p.rq, off, 64)) {
			w->full++;
			rte_pause();
		}
		zrx_rqp_submit(&w->p.rq);
	}
}

CASE(a_user_on_another_core_finds_every_payload_whole)
{
	struct flow w = { .f = f };

	w.told = rte_ring_create("told", 64, SOCKET_ID_ANY, 0);
	assert_non_null(w.told);
	peer_join(&w.p, f, PEER_ENTRIES);
	assert_int_equal(rte_eal_remote_launch(flow_server, &w, 1), 0);
	flow_user(&w);
	rte_eal_mp_wait_lcore();
	assert_int_equal(w.spoilt, 0);
	while (zrx_att_drain(w.p.att))
		;
	assert_int_equal(peer_stats(&w.p).entries[ZRX_TAKEN], SHARED);
	assert_int_equal(peer_leave(&w.p), 0);
	rte_ring_free(w.told);
}

/* two programs' lcores and a user at once, more wanted than there is */
CASE(a_user_and_two_lcores_share_a_small_pool)
{
	struct work a = { f->mp, 5, 4000, 0, 0 };
	struct flow w = { .f = f };
	pthread_t t;

	w.told = rte_ring_create("told", 64, SOCKET_ID_ANY, 0);
	assert_non_null(w.told);
	peer_join(&w.p, f, PEER_ENTRIES);
	assert_int_equal(rte_eal_remote_launch(flow_server, &w, 1), 0);
	assert_int_equal(pthread_create(&t, NULL, work_thread, &a), 0);
	flow_user(&w);
	pthread_join(t, NULL);
	rte_eal_mp_wait_lcore();
	assert_int_equal(a.spoilt + w.spoilt, 0);
	peer_leave(&w.p);
	rte_ring_free(w.told);
}

static const struct CMUnitTest cases[] = {
	FIX(an_exhausted_pool_gives_nothing_and_recovers),
	FIX(a_dequeue_takes_all_or_nothing),
	FIX(the_last_buffers_come_in_spite_of_a_cache),
	FIX(the_buffer_used_last_is_used_next),
	FIX(contents_survive_neighbours_and_a_stay_in_the_pool),
	FIX(a_fresh_mbuf_is_as_the_library_promises),
	FIX(threads_without_an_lcore_are_served),
	FIX(two_lcores_hammer_the_pool),
	FIX(a_user_on_another_core_finds_every_payload_whole),
	FIX(a_user_and_two_lcores_share_a_small_pool),
};

int main(void)
{
	return RUN_MATRIX("data", cases);
}
