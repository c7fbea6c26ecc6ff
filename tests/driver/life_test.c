/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pools as programs make them: DPDK's own call, the configuration from the
 * environment, and habits that differ from program to program.
 */
#include "drv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <rte_mbuf_pool_ops.h>

static void conf_set(const struct fix *f, const char *more)
{
	char conf[128];

	snprintf(conf, sizeof(conf), "variant=%s,%s%s", f->variant,
		 f->shape->conf, more);
	setenv("ZRX_MEMPOOL", conf, 1);
}

/* as a program does that has never heard of us */
static struct rte_mempool *create(const char *name, unsigned int n,
				  unsigned int cache, int socket)
{
	struct rte_mempool *mp =
		rte_pktmbuf_pool_create(name, n, cache, 0, FIX_ROOM, socket);

	unsetenv("ZRX_MEMPOOL");
	return mp;
}

static int env_pool_setup(void **state)
{
	struct fix *f = *state;

	f->before = world_now();
	f->mp = NULL;
	return 0;
}

#define OWN(fn) \
	{ \
#fn, fn, env_pool_setup, fix_teardown, NULL \
	}

static void expect_home_and_free(struct rte_mempool *mp)
{
	pool_expect_home(mp);
	rte_mempool_free(mp);
}

CASE(the_library_makes_a_pool_of_niovs)
{
	struct rte_mempool *mp;

	conf_set(f, "");
	mp = create("niovs", 100, 16, SOCKET_ID_ANY);
	assert_non_null(mp);
	assert_non_null(zrx_pool_of(mp));
	assert_ptr_equal(rte_mempool_lookup("niovs"), mp);
	assert_int_equal(pool_count(zrx_pool_of(mp)).niovs, 100);
	expect_home_and_free(mp);
	assert_null(rte_mempool_lookup("niovs"));
}

CASE(ops_by_name_makes_the_same_pool)
{
	struct rte_mempool *mp;

	conf_set(f, "");
	mp = rte_pktmbuf_pool_create_by_ops("by_ops", 100, 0, 0, FIX_ROOM, 0,
					    "zrx");
	assert_non_null(mp);
	assert_non_null(zrx_pool_of(mp));
	expect_home_and_free(mp);
}

CASE(a_pool_can_be_anywhere_or_on_a_node)
{
	static const int sockets[] = { SOCKET_ID_ANY, 0 };
	struct rte_mempool *mp;
	unsigned int i;

	for (i = 0; i < RTE_DIM(sockets); i++) {
		conf_set(f, "");
		mp = create("node", 64, 0, sockets[i]);
		assert_non_null(mp);
		assert_int_equal(mp->socket_id, sockets[i]);
		expect_home_and_free(mp);
	}
}

CASE(the_longest_name_is_a_name)
{
	char name[RTE_MEMPOOL_NAMESIZE];
	struct rte_mempool *mp;

	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = 0;
	conf_set(f, "");
	mp = create(name, 64, 0, 0);
	assert_non_null(mp);
	assert_string_equal(mp->name, name);
	assert_non_null(zrx_pool_of(mp));
	expect_home_and_free(mp);
}

CASE(a_name_too_long_is_refused_by_both_calls)
{
	char name[64];

	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = 0;
	conf_set(f, "");
	assert_null(create(name, 64, 0, 0));
	assert_int_equal(rte_errno, ENAMETOOLONG);
	rte_errno = 0;
	assert_null(
		zrx_pool_create(name, 64, 0, 0, FIX_ROOM, 0, f->shape->conf));
	assert_int_equal(rte_errno, ENAMETOOLONG);
}

CASE(a_name_that_exists_is_refused)
{
	struct rte_mempool *mp = fix_pool(f, 64, 0, 0, FIX_ROOM);

	assert_null(zrx_pool_create(mp->name, 64, 0, 0, FIX_ROOM, 0,
				    f->shape->conf));
	assert_int_equal(rte_errno, EEXIST);
	expect_home_and_free(mp);
}

CASE(a_cache_too_large_is_refused)
{
	assert_null(zrx_pool_create("cache", 64, 513, 0, FIX_ROOM, 0,
				    f->shape->conf));
	assert_int_equal(rte_errno, EINVAL);
}

static size_t vm_pages(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	size_t n = 0;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%zu", &n), 1);
	fclose(file);
	return n;
}

/* the address space as well: the ranges of 12 pools would be 20 MiB */
CASE(a_pool_can_come_and_go_many_times)
{
	struct rte_mempool *mp;
	size_t pages = 0;
	unsigned int i;

	for (i = 0; i < 20; i++) {
		mp = fix_pool(f, 200, 32, 8 * (i & 1 ? 8 : 0), FIX_ROOM);
		if (i & 2)
			rte_pktmbuf_free(rte_pktmbuf_alloc(mp));
		rte_mempool_free(mp);
		if (i == 7)
			pages = vm_pages();
	}
	assert_in_range(vm_pages(), 0, pages + 2 * 1024);
}

CASE(many_pools_live_side_by_side)
{
	struct rte_mempool *mp[20];
	unsigned int i;

	for (i = 0; i < RTE_DIM(mp); i++)
		mp[i] = fix_pool(f, 20 + i, 8, 0, FIX_ROOM);
	for (i = 0; i < RTE_DIM(mp); i++)
		pool_expect_home(mp[i]);
	for (i = 0; i < RTE_DIM(mp); i += 2)
		rte_mempool_free(mp[i]);
	for (i = 1; i < RTE_DIM(mp); i += 2)
		expect_home_and_free(mp[i]);
}

CASE(a_pool_that_nobody_used_can_go)
{
	rte_mempool_free(fix_pool(f, 100, 16, 0, FIX_ROOM));
}

/* Open vSwitch frees a pool as soon as all is back, and not before. */
CASE(a_pool_is_full_only_when_all_is_home)
{
	struct rte_mempool *mp = fix_pool(f, 100, 16, 0, FIX_ROOM);
	struct fix own = { .zp = zrx_pool_of(mp), .variant = f->variant };
	struct rte_mbuf *a = rte_pktmbuf_alloc(mp), *b = rte_pktmbuf_alloc(mp);
	struct peer p;
	uint64_t off;

	peer_join(&p, &own, PEER_ENTRIES);
	off = peer_give(&p, a);
	assert_false(rte_mempool_full(mp));
	rte_pktmbuf_free(b);
	assert_false(rte_mempool_full(mp));
	peer_return(&p, off);
	assert_int_equal(zrx_att_drain(p.att), 1);
	assert_true(rte_mempool_full(mp));
	assert_int_equal(peer_leave(&p), 0);
	expect_home_and_free(mp);
}

/* as Open vSwitch: half the number after each ENOMEM, until it fits */
CASE(half_the_size_fits_after_enomem)
{
	struct rte_mempool *mp;
	struct world before = world_now();
	unsigned int n, tries = 0;
	char more[64];

	snprintf(more, sizeof(more), ",area=%s",
		 strcmp(f->shape->name, "single") == 0 ? "8M" : "512K");
	for (n = 1024;; n /= 2, tries++) {
		conf_set(f, more);
		mp = create("halved", n, 16, 0);
		if (mp)
			break;
		assert_int_equal(rte_errno, ENOMEM);
		world_expect(&before);
	}
	assert_int_equal(n, 128);
	assert_int_equal(tries, 3);
	expect_home_and_free(mp);
}

CASE(a_pool_freed_with_mbufs_out_takes_all_down)
{
	struct rte_mempool *mp = fix_pool(f, 100, 16, 0, FIX_ROOM);
	struct rte_mbuf *m[10];

	assert_int_equal(rte_pktmbuf_alloc_bulk(mp, m, 10), 0);
	rte_mempool_free(mp);
}

CASE(an_empty_pool_that_was_never_populated_can_go)
{
	struct rte_mempool *mp = rte_mempool_create_empty(
		"empty", 64, 2304, 0, sizeof(struct rte_pktmbuf_pool_private),
		0, 0);

	assert_non_null(mp);
	assert_int_equal(rte_mempool_set_ops_byname(mp, "zrx", NULL), 0);
	assert_null(zrx_pool_of(mp));
	rte_mempool_free(mp);
}

CASE(only_niov_pools_are_found)
{
	struct rte_mempool *ring = rte_pktmbuf_pool_create_by_ops(
		"a_ring", 64, 0, 0, FIX_ROOM, 0, "ring_mp_mc");

	assert_non_null(ring);
	rte_errno = 0;
	assert_null(zrx_pool_of(ring));
	assert_int_equal(rte_errno, ENOENT);
	rte_mempool_free(ring);
}

static const struct CMUnitTest cases[] = {
	OWN(the_library_makes_a_pool_of_niovs),
	OWN(ops_by_name_makes_the_same_pool),
	OWN(a_pool_can_be_anywhere_or_on_a_node),
	OWN(the_longest_name_is_a_name),
	OWN(a_name_too_long_is_refused_by_both_calls),
	OWN(a_name_that_exists_is_refused),
	OWN(a_cache_too_large_is_refused),
	OWN(a_pool_can_come_and_go_many_times),
	OWN(many_pools_live_side_by_side),
	OWN(a_pool_that_nobody_used_can_go),
	OWN(a_pool_is_full_only_when_all_is_home),
	OWN(half_the_size_fits_after_enomem),
	OWN(a_pool_freed_with_mbufs_out_takes_all_down),
	OWN(an_empty_pool_that_was_never_populated_can_go),
	OWN(only_niov_pools_are_found),
};

int main(void)
{
	return RUN_MATRIX("life", cases);
}
