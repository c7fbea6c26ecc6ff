/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /zrx/pool/list              names of the pools
 * /zrx/pool/info,NAME         layout, where the buffers are, users' counters
 * /zrx/niov/dump,NAME[,FIRST] state of each buffer, as runs of equal ones
 *
 * Runs in the telemetry thread.  A pool cannot go while its list is locked.
 */
#include "zrx_pool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_malloc.h>
#include <rte_telemetry.h>
#include <rte_version.h>

#if RTE_VERSION < RTE_VERSION_NUM(23, 3, 0, 0)
#define rte_tel_data_add_dict_uint rte_tel_data_add_dict_u64
#endif

/* runs a reply holds; the next one starts where it ended */
#define MAX_RUNS 200

struct query {
	struct rte_tel_data *d;
	char name[RTE_MEMPOOL_NAMESIZE];
	uint32_t first;
	int ret;
};

static void list_one(struct zrx_pool *zp, void *arg)
{
	rte_tel_data_add_array_string(arg, zp->mp->name);
}

static int pool_list(const char *cmd, const char *params,
		     struct rte_tel_data *d)
{
	(void)cmd, (void)params;
	rte_tel_data_start_array(d, RTE_TEL_STRING_VAL);
	zrx_pool_walk(list_one, d);
	return 0;
}

static void add(struct rte_tel_data *d, const char *key, uint64_t val)
{
	rte_tel_data_add_dict_uint(d, key, val);
}

static void info_stats(struct rte_tel_data *d, const struct zrx_user_stats *s)
{
	unsigned int i;

	for (i = 0; i < ZRX_NR_VERDICTS; i++)
		add(d, zrx_verdict_name(i), s->entries[i]);
	add(d, "recycled", s->recycled);
	add(d, "busy", s->busy);
	add(d, "aliased", s->aliased);
	add(d, "overruns", s->overruns);
	add(d, "scrubbed", s->scrubbed);
}

static void info_user(struct zrx_pool *zp, uint32_t i, struct rte_tel_data *to)
{
	struct rte_tel_data *d = rte_tel_data_alloc();
	struct zrx_user_stats s;
	char key[16];

	if (!d)
		return;
	rte_tel_data_start_dict(d);
	zrx_att_stats(zp->atts[i], &s);
	add(d, "held", zrx_att_held(zp->atts[i]));
	add(d, "ring_entries", zp->atts[i]->user.rq.entries);
	info_stats(d, &s);
	snprintf(key, sizeof(key), "user_%u", i);
	rte_tel_data_add_dict_container(to, key, d, 0);
}

static void info_count(struct zrx_pool *zp, struct rte_tel_data *d)
{
	struct zrx_pool_count c;

	zrx_pool_count(zp, &c);
	add(d, "niovs", c.niovs);
	add(d, "free", c.free);
	add(d, "host", c.host);
	add(d, "user", c.user);
	add(d, "hold", c.hold);
	add(d, "release", c.release);
	add(d, "cached", rte_mempool_avail_count(zp->mp) - c.free);
}

static void info_niov(struct zrx_pool *zp, struct rte_tel_data *d)
{
	uint32_t i;

	rte_tel_data_add_dict_string(d, "variant",
				     zrx_variant_name(zp->variant));
	rte_tel_data_add_dict_string(d, "layout", zp->layout->name);
	add(d, "niov_size", (uint64_t)1 << zp->prov.niov_shift);
	add(d, "area_size", zp->area_size);
	add(d, "page_size", zp->page);
	info_count(zp, d);
	zrx_lock(&zp->ctl);
	add(d, "users", zp->nr_atts);
	for (i = 0; i < zp->nr_atts; i++)
		info_user(zp, i, d);
	zrx_unlock(&zp->ctl);
}

static void info_plain(struct zrx_pool *zp, struct rte_tel_data *d)
{
	rte_tel_data_add_dict_string(d, "layout", "plain");
	add(d, "objects", zp->mp->size);
	add(d, "free", zp->area.nr_free);
}

static void info_one(struct zrx_pool *zp, void *arg)
{
	struct query *q = arg;

	if (q->ret == 0 || strcmp(zp->mp->name, q->name) != 0)
		return;
	q->ret = 0;
	rte_tel_data_start_dict(q->d);
	rte_tel_data_add_dict_string(q->d, "name", zp->mp->name);
	if (zp->mode == ZRX_MODE_PLAIN)
		info_plain(zp, q->d);
	else
		info_niov(zp, q->d);
}

enum state {
	STATE_FREE,
	STATE_HOST,
	STATE_USER
};

struct run {
	uint32_t first;
	uint32_t state; /* STATE_USER + references - 1 */
};

static void run_text(char *text, size_t len, const struct run *r, uint32_t end)
{
	static const char *const names[] = { "free", "host" };

	if (r->state < STATE_USER)
		snprintf(text, len, "%u-%u %s", r->first, end - 1,
			 names[r->state]);
	else
		snprintf(text, len, "%u-%u user %u", r->first, end - 1,
			 r->state - STATE_USER + 1);
}

/* A moment's view: which are on the free list. */
static void mark_free(struct zrx_pool *zp, uint8_t *is_free)
{
	uint32_t i;

	zrx_lock(&zp->lock);
	for (i = 0; i < zp->area.nr_free; i++)
		is_free[zrx_host_idx(&zp->host, zp->list[i])] = 1;
	zrx_unlock(&zp->lock);
}

static uint32_t niov_state(struct zrx_pool *zp, const uint8_t *is_free,
			   uint32_t i)
{
	uint32_t refs = zrx_pool_urefs(zp, i);

	if (refs)
		return STATE_USER + refs - 1;
	return is_free[i] ? STATE_FREE : STATE_HOST;
}

static void dump_runs(struct zrx_pool *zp, const uint8_t *is_free,
		      struct query *q, struct rte_tel_data *runs)
{
	struct run r = { q->first, niov_state(zp, is_free, q->first) };
	uint32_t i, n = 0, state;
	char text[64];

	for (i = q->first + 1; n < MAX_RUNS && i <= zp->mp->size; i++) {
		state = i < zp->mp->size ? niov_state(zp, is_free, i) : ~0u;
		if (state == r.state)
			continue;
		run_text(text, sizeof(text), &r, i);
		rte_tel_data_add_array_string(runs, text);
		r = (struct run){ i, state };
		n++;
	}
	add(q->d, "next", r.first);
}

static void dump_niovs(struct zrx_pool *zp, struct query *q)
{
	struct rte_tel_data *runs = rte_tel_data_alloc();
	uint8_t *is_free = calloc(1, zp->mp->size);

	if (runs && is_free) {
		rte_tel_data_start_array(runs, RTE_TEL_STRING_VAL);
		zrx_lock(&zp->ctl);
		mark_free(zp, is_free);
		dump_runs(zp, is_free, q, runs);
		zrx_unlock(&zp->ctl);
		rte_tel_data_add_dict_container(q->d, "runs", runs, 0);
		runs = NULL;
	}
	free(is_free);
	if (runs)
		rte_tel_data_free(runs);
}

static void dump_one(struct zrx_pool *zp, void *arg)
{
	struct query *q = arg;

	if (q->ret == 0 || strcmp(zp->mp->name, q->name) != 0 ||
	    zp->mode == ZRX_MODE_PLAIN || q->first >= zp->mp->size)
		return;
	q->ret = 0;
	rte_tel_data_start_dict(q->d);
	rte_tel_data_add_dict_string(q->d, "name", zp->mp->name);
	add(q->d, "niovs", zp->mp->size);
	dump_niovs(zp, q);
}

/* NAME[,FIRST] */
static bool query_parse(struct query *q, const char *params)
{
	size_t len = params ? strcspn(params, ",") : 0;

	if (!len || len >= sizeof(q->name))
		return false;
	memcpy(q->name, params, len);
	if (params[len])
		q->first = strtoul(params + len + 1, NULL, 0);
	return true;
}

static int query_run(const char *params, struct rte_tel_data *d,
		     void (*fn)(struct zrx_pool *zp, void *arg))
{
	struct query q = { .d = d, .ret = -EINVAL };

	if (query_parse(&q, params))
		zrx_pool_walk(fn, &q);
	return q.ret;
}

static int pool_info(const char *cmd, const char *params,
		     struct rte_tel_data *d)
{
	(void)cmd;
	return query_run(params, d, info_one);
}

static int niov_dump(const char *cmd, const char *params,
		     struct rte_tel_data *d)
{
	(void)cmd;
	return query_run(params, d, dump_one);
}

RTE_INIT(zrx_telemetry_init)
{
	rte_telemetry_register_cmd("/zrx/pool/list", pool_list,
				   "Names of the zrx pools. No parameters");
	rte_telemetry_register_cmd("/zrx/pool/info", pool_info,
				   "A pool's layout and counters. "
				   "Parameters: name");
	rte_telemetry_register_cmd("/zrx/niov/dump", niov_dump,
				   "State of a pool's buffers. "
				   "Parameters: name[,first]");
}
