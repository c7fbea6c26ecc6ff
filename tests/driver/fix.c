/* SPDX-License-Identifier: BSD-3-Clause */
#include "drv.h"
#include "zrx_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * interleaved as most pools have it, 16 mbufs a group; with buffers so large
 * that a group is one mbuf; and pinned.
 */
const struct shape shapes[NR_SHAPES] = {
	{ "interleaved", "layout=interleaved" },
	{ "single", "layout=interleaved,niov=64K" },
	{ "pinned", "layout=pinned,huge=off" },
};

bool fix_is_v8(const struct fix *f)
{
	return strcmp(f->variant, "v8") == 0;
}

bool fix_is_pinned(const struct fix *f)
{
	return strcmp(f->shape->name, "pinned") == 0;
}

struct rte_mempool *fix_pool(const struct fix *f, unsigned int n,
			     unsigned int cache, uint16_t priv, uint16_t room)
{
	static unsigned int serial;
	struct rte_mempool *mp;
	char name[24], conf[128];

	snprintf(name, sizeof(name), "pool%u", serial++);
	snprintf(conf, sizeof(conf), "%s,variant=%s", f->shape->conf,
		 f->variant);
	mp = zrx_pool_create(name, n, cache, priv, room, SOCKET_ID_ANY, conf);
	assert_non_null(mp);
	assert_non_null(zrx_pool_of(mp));
	return mp;
}

struct rte_mempool *other_pool(const char *ops, uint16_t room)
{
	static unsigned int serial;
	struct rte_mempool *mp;
	char name[24];

	snprintf(name, sizeof(name), "other%u", serial++);
	mp = rte_pktmbuf_pool_create_by_ops(name, 127, 0, 0, room,
					    SOCKET_ID_ANY, ops);
	assert_non_null(mp);
	return mp;
}

int fix_setup(void **state)
{
	struct fix *f = *state;

	f->before = world_now();
	f->mp = fix_pool(f, FIX_NIOVS, FIX_CACHE, 0, FIX_ROOM);
	f->zp = zrx_pool_of(f->mp);
	pool_expect_home(f->mp);
	return 0;
}

int fix_teardown(void **state)
{
	struct fix *f = *state;

	if (f->mp) {
		pool_expect_home(f->mp);
		rte_mempool_free(f->mp);
	}
	world_expect(&f->before);
	return 0;
}

struct zrx_pool_count pool_count(struct zrx_pool *zp)
{
	struct zrx_pool_count c;

	zrx_pool_count(zp, &c);
	assert_int_equal(c.free + c.host + c.user, c.niovs);
	assert_int_equal(c.hold - c.release, c.niovs - c.free);
	return c;
}

unsigned int pool_out(struct rte_mempool *mp)
{
	return mp->size - rte_mempool_avail_count(mp);
}

static int by_address(const void *a, const void *b)
{
	uintptr_t x = *(const uintptr_t *)a, y = *(const uintptr_t *)b;

	return x < y ? -1 : x > y;
}

/* As they lie on the free list, and back. */
static void expect_each_once(struct rte_mempool *mp)
{
	struct rte_mbuf **all = calloc(mp->size, sizeof(*all));
	unsigned int i;

	assert_non_null(all);
	assert_int_equal(
		rte_mempool_generic_get(mp, (void **)all, mp->size, NULL), 0);
	qsort(all, mp->size, sizeof(*all), by_address);
	for (i = 0; i < mp->size; i++) {
		assert_ptr_equal(rte_mempool_from_obj(all[i]), mp);
		assert_true(i == 0 || all[i - 1] != all[i]);
		assert_int_equal(rte_mbuf_refcnt_read(all[i]), 1);
		assert_null(all[i]->next);
		assert_int_equal(all[i]->nb_segs, 1);
	}
	rte_mempool_generic_put(mp, (void **)all, mp->size, NULL);
	free(all);
}

void pool_expect_home(struct rte_mempool *mp)
{
	struct zrx_pool *zp = zrx_pool_of(mp);
	struct zrx_pool_count c;

	rte_mempool_cache_flush(NULL, mp);
	assert_int_equal(rte_mempool_avail_count(mp), mp->size);
	expect_each_once(mp);
	c = pool_count(zp);
	assert_int_equal(c.niovs, mp->size);
	assert_int_equal(c.free, mp->size);
	assert_int_equal(c.user, 0);
	assert_true(c.hold == c.release);
}

struct rte_mbuf *mbuf_filled(struct rte_mempool *mp, int byte, uint16_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(mp);
	char *data;

	assert_non_null(m);
	data = rte_pktmbuf_append(m, len);
	assert_non_null(data);
	memset(data, byte, len);
	return m;
}

static uint32_t word_at(uint32_t seed, uint16_t i)
{
	return (seed + 1) * 2654435761u ^ i * 40503u;
}

void payload_write(void *at, uint32_t seed, uint16_t len)
{
	uint32_t *w = at;
	uint16_t i;

	for (i = 0; i < len / sizeof(*w); i++)
		w[i] = word_at(seed, i);
}

bool payload_is(const void *at, uint32_t seed, uint16_t len)
{
	const uint32_t *w = at;
	uint16_t i;

	for (i = 0; i < len / sizeof(*w); i++)
		if (w[i] != word_at(seed, i))
			return false;
	return true;
}

/* The number of cases that failed. */
static int run_group(const char *noun, const struct CMUnitTest *cases, size_t n,
		     struct fix *f)
{
	struct CMUnitTest *own = malloc(n * sizeof(*own));
	char name[64];
	int failed;
	size_t i;

	if (!own)
		return 1;
	snprintf(name, sizeof(name), "%s/%s/%s", noun, f->shape->name,
		 f->variant);
	for (i = 0; i < n; i++) {
		own[i] = cases[i];
		own[i].initial_state = f;
	}
	failed = _cmocka_run_group_tests(name, own, n, NULL, NULL);
	free(own);
	return failed;
}

static int start(void)
{
	if (env_huge() && UNDER_ASAN) {
		printf("skipped: ASan makes mlock() do nothing\n");
		return EXIT_SKIPPED;
	}
	if (env_start() >= 0)
		return 0;
	env_stop();
	if (!env_huge())
		return 1;
	printf("skipped: EAL has no huge pages here\n");
	return EXIT_SKIPPED;
}

int run_matrix(const char *noun, const struct CMUnitTest *cases, size_t n)
{
	int failed = 0, ret = start();
	struct fix f;
	size_t i, v;

	if (ret)
		return ret;
	for (i = 0; i < NR_SHAPES; i++)
		for (v = 0; v < ZRX_NR_VARIANTS; v++) {
			f = (struct fix){ .shape = &shapes[i],
					  .variant = zrx_variant_name(v) };
			failed += run_group(noun, cases, n, &f);
		}
	env_stop();
	return failed != 0;
}

int run_once(const char *noun, const struct CMUnitTest *cases, size_t n)
{
	int failed, ret = start();

	if (ret)
		return ret;
	failed = _cmocka_run_group_tests(noun, (void *)(uintptr_t)cases, n,
					 NULL, NULL);
	env_stop();
	return failed != 0;
}
