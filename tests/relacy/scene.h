/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What all scenes share: one area, one user with one ring, payloads.  A scene
 * adds what its threads do, and what must hold afterwards.
 */
#ifndef ZRX_SCENE_H
#define ZRX_SCENE_H

#include "host_relacy.h"
#include "stage.h"

#include "../../ring/rq_prod.h"

#define RX_ENTRIES 4
#define RX_SHIFT 12
/* what the driver wrote into a buffer's data, and what it writes next */
#define RX_DATA 77
#define RX_REUSED 99

/* One user: its ring, both ends of it, and the model's words. */
struct rx_peer {
	uint64_t region[16 + 2 * RX_ENTRIES];
	uint32_t uref[RX_NIOVS];
	struct zrx_user user;
	struct zrx_rqp prod;
};

template <typename V> struct rx_world : rx_scene {
	struct rx_model model;
	struct zrx_host host;
	struct zrx_prov prov;
	struct zrx_area area;
	struct rx_peer peer;
	uint32_t freelist[RX_NIOVS], count[RX_NIOVS];
	rl::var<uint32_t> data[RX_NIOVS];
	int home[RX_NIOVS]; /* times that the buffer came back */

	void setup(uint32_t entries, uint32_t start);
	void add_ring(struct rx_peer *p, uint32_t entries, uint32_t start);
	void give(uint32_t idx, uint32_t urefs, uint32_t others);

	/* A buffer is the server's again: it must be the first time, and data
	 * may be overwritten.  A plain int will do: threads are fibers. */
	void came_home(uint32_t idx)
	{
		RL_ASSERT(idx < RX_NIOVS && home[idx] == 0);
		home[idx]++;
		data[idx]($) = RX_REUSED;
	}

	void all_home(const uint32_t *out, uint32_t n)
	{
		for (uint32_t i = 0; i < n; i++)
			came_home(out[i]);
	}

	void refill(struct rx_peer *p)
	{
		uint32_t out[4];

		all_home(out, V::refill(&prov, &p->user, out, 4));
	}

	/* One pass; returns how many references it took. */
	uint32_t scrub(struct rx_peer *p)
	{
		struct zrx_scrub s = { 0, 0 };
		uint32_t out[RX_NIOVS];

		all_home(out, V::scrub(&prov, &p->user, &s, out, RX_NIOVS));
		return s.taken;
	}

	void scrub_all(struct rx_peer *p)
	{
		while (scrub(p))
			;
	}

	void drop(uint32_t idx)
	{
		if (rx_host_drop(&host, idx))
			came_home(idx);
	}

	void read(uint32_t idx)
	{
		RL_ASSERT(data[idx]($).load() == RX_DATA);
	}

	/* Returns a buffer; waits for room. */
	void give_back(struct rx_peer *p, uint32_t idx)
	{
		rl::linear_backoff b;

		while (!zrx_rqp_put(&p->prod, (uint64_t)idx << RX_SHIFT, 1))
			b.yield($);
		zrx_rqp_submit(&p->prod);
	}

	/* The number of entries that the server has judged. */
	uint64_t judged(struct rx_peer *p)
	{
		uint64_t sum = 0;

		for (int v = 0; v < ZRX_NR_VERDICTS; v++)
			sum += p->user.stats.entries[v];
		return sum;
	}

	/* Nothing runs any more: an honest return is worked off at last, and
	 * every buffer that was out came back, once. */
	void settle(struct rx_peer *p, uint32_t given, uint32_t entries)
	{
		for (int i = 0; i < 3; i++)
			refill(p);
		RL_ASSERT(judged(p) == entries);
		RL_ASSERT(V::held(&prov, &p->user) == 0);
		for (uint32_t i = 0; i < given; i++)
			RL_ASSERT(home[i] == 1 &&
				  __atomic_load_n(&host.count[i],
						  __ATOMIC_RELAXED) == 1);
	}
};

template <typename V>
void rx_world<V>::add_ring(struct rx_peer *p, uint32_t entries, uint32_t start)
{
	const struct zrx_rq_layout *l = &zrx_rq_layout_mainline;
	char *base = (char *)p->region;
	struct zrx_rqe *e = (struct zrx_rqe *)(base + l->rqes);

	model.words.add(base + l->head, start, $);
	model.words.add(base + l->tail, start, $);
	for (uint32_t i = 0; i < entries; i++) {
		model.fields.add(&e[i].off, 0, $);
		model.fields.add(&e[i].len, 0, $);
		model.fields.add(&e[i].pad, 0, $);
	}
	memset(&p->user, 0, sizeof(p->user));
	model.add_plain(&p->user.stats, sizeof(p->user.stats));
	zrx_rqc_init(&p->user.rq, p->region, l, entries);
	p->user.rq.cached_head = p->user.rq.cached_tail = start;
	zrx_rqp_init(&p->prod, p->region, l, entries);
	p->user.uref = p->uref;
}

template <typename V> void rx_world<V>::setup(uint32_t entries, uint32_t start)
{
	rx_now = &model;
	add_ring(&peer, entries, start);
	host.shared = V::owns_ref();
	host.count = host.shared ? peer.uref : count;
	host.put_order = __ATOMIC_ACQ_REL;
	host.hand_over = false;
	zrx_area_init(&area, 0, RX_NIOVS, freelist);
	prov.host = &host;
	prov.areas = &area;
	prov.nr_areas = 1;
	prov.nr_niovs = RX_NIOVS;
	prov.niov_shift = RX_SHIFT;
	for (int i = 0; i < RX_NIOVS; i++) {
		home[i] = 0;
		data[i]($) = RX_DATA;
		model.words.add(&peer.uref[i], 0u, $);
		if (!host.shared)
			model.words.add(&count[i], 0u, $);
	}
}

/* The user gets so many references; others is what the host keeps besides. */
template <typename V>
void rx_world<V>::give(uint32_t idx, uint32_t urefs, uint32_t others)
{
	__atomic_fetch_add(&host.count[idx], others, __ATOMIC_RELAXED);
	while (urefs--)
		RL_ASSERT(V::hold(&prov, &peer.user, idx));
}

#endif
