/* SPDX-License-Identifier: BSD-3-Clause */
#include "world.h"

struct world w;

void world_init(const struct variant *v)
{
	uint32_t i;

	memset(&w, 0, sizeof(w));
	w.v = v;
	for (i = 0; i < NR_AREAS; i++)
		zrx_area_init(&w.areas[i], i * AREA_NIOVS, AREA_NIOVS,
			      w.freelist[i]);
	w.prov = (struct zrx_prov){ &w.host, w.areas, NR_AREAS, NR_NIOVS,
				    NIOV_SHIFT };
	w.host.shared = v->model->owns_ref;
	w.host.count = w.host.shared ? w.uref : w.count;
	w.user.uref = w.uref;
	pthread_mutex_init(&w.ring_lock, NULL);
	pthread_mutex_init(&w.area_lock, NULL);
	pthread_mutex_init(&w.cq_lock, NULL);
	pthread_mutex_init(&w.queue_lock, NULL);
	world_attach();
}

/* What the ring that ends here was worked off to. */
static void settle_stats(void)
{
	const struct zrx_user_stats *s = &w.user.stats;
	uint64_t sum = 0;
	int i;

	for (i = 0; i < ZRX_NR_VERDICTS; i++) {
		w.verdict[i] += s->entries[i];
		sum += s->entries[i];
	}
	MUST((uint32_t)sum == w.user.rq.cached_head);
	w.scrubbed += s->scrubbed;
}

void world_attach(void)
{
	uint32_t i;

	settle_stats();
	memset(&w.user.stats, 0, sizeof(w.user.stats));
	for (i = 0; i < sizeof(w.region) / sizeof(w.region[0]); i++)
		__atomic_store_n(&w.region[i], 0, __ATOMIC_RELAXED);
	zrx_rqc_init(&w.user.rq, w.region, &zrx_rq_layout_mainline, NR_ENTRIES);
	w.cq_tail = 0;
	for (i = 0; i < NR_CQES; i++)
		w.cq[i].stamp = 0;
	w.lives++;
}

void world_check(void)
{
	uint32_t i;

	settle_stats();
	MUST(w.v->held(&w.prov, &w.user) == 0);
	MUST(zrx_prov_at_rest(&w.prov));
	for (i = 0; i < NR_NIOVS; i++)
		MUST(w.host.count[i] == 0 && w.uref[i] == 0);
	MUST(w.lives > 3 && w.delivered > 100 && w.read > 50 && w.scrubbed);
	for (i = 0; i < ZRX_NR_VERDICTS; i++)
		/* only policies that take runs know a surplus */
		MUST(w.verdict[i] || i == ZRX_SURPLUS);
}
