/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pools that get no niovs: their objects lie where DPDK puts them, the driver
 * is a stack, and nobody notices.
 */
#include "drv.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_malloc.h>

/* Everything can be taken, is distinct, and comes back; nothing is written. */
static void expect_stack(struct rte_mempool *mp)
{
	void **objs = calloc(mp->size, sizeof(*objs));
	unsigned int i;

	assert_non_null(objs);
	assert_null(zrx_pool_of(mp));
	assert_int_equal(rte_mempool_avail_count(mp), mp->size);
	assert_int_equal(rte_mempool_generic_get(mp, objs, mp->size + 1, NULL),
			 -ENOBUFS);
	assert_int_equal(rte_mempool_generic_get(mp, objs, mp->size, NULL), 0);
	assert_int_equal(rte_mempool_avail_count(mp), 0);
	for (i = 0; i < mp->size; i++)
		memset(objs[i], i, mp->elt_size);
	rte_mempool_generic_put(mp, objs, mp->size, NULL);
	for (i = 0; i < mp->size; i++)
		assert_int_equal(*(uint8_t *)objs[i], (uint8_t)i);
	assert_true(rte_mempool_full(mp));
	free(objs);
}

static void expect_plain_and_free(struct rte_mempool *mp)
{
	assert_non_null(mp);
	expect_stack(mp);
	rte_mempool_free(mp);
}

static struct rte_mempool *pktmbufs(uint16_t priv, uint16_t room)
{
	return rte_pktmbuf_pool_create_by_ops("plain", 100, 16, priv, room, 0,
					      "zrx");
}

static struct rte_mempool *empty(unsigned int n, unsigned int elt)
{
	struct rte_mempool *mp = rte_mempool_create_empty(
		"other", n, elt, n < 32 ? 0 : 16, 0, 0, 0);

	assert_non_null(mp);
	assert_int_equal(rte_mempool_set_ops_byname(mp, "zrx", NULL), 0);
	return mp;
}

static void a_pool_of_anything_else_is_a_stack(void **state)
{
	struct rte_mempool *mp = empty(100, 2048);

	assert_int_equal(rte_mempool_populate_default(mp), 100);
	expect_plain_and_free(mp);
}

static void objects_of_one_byte_are_a_stack(void **state)
{
	struct rte_mempool *mp = empty(1000, 1);

	assert_int_equal(rte_mempool_populate_default(mp), 1000);
	expect_plain_and_free(mp);
}

static void a_pool_of_one_object_is_a_stack(void **state)
{
	struct rte_mempool *mp = empty(1, 64);

	assert_int_equal(rte_mempool_populate_default(mp), 1);
	expect_plain_and_free(mp);
}

static void anonymous_memory_is_a_stack(void **state)
{
	struct rte_mempool *mp = empty(100, 2048);

	assert_int_equal(rte_mempool_populate_anon(mp), 100);
	expect_plain_and_free(mp);
}

/* mempool_autotest does so: 16 of the objects, then the others */
static void memory_can_come_in_parts(void **state)
{
	struct rte_mempool *mp = empty(64, 1024);
	size_t len = 24 * 1024;
	char *mem = rte_malloc("parts", 4 * len, 4096);
	int i, n = 0;

	assert_non_null(mem);
	for (i = 0; i < 4 && n < 64; i++) {
		n += rte_mempool_populate_iova(mp, mem + i * len, RTE_BAD_IOVA,
					       len, NULL, NULL);
		assert_int_equal(mp->populated_size, n);
		assert_int_equal(rte_mempool_avail_count(mp), n);
	}
	assert_int_equal(n, 64);
	expect_plain_and_free(mp);
	rte_free(mem);
}

static void a_pool_freed_half_populated_is_gone(void **state)
{
	struct rte_mempool *mp = empty(64, 1024);
	char *mem = rte_malloc("half", 16 * 1024, 4096);

	assert_non_null(mem);
	assert_true(rte_mempool_populate_iova(mp, mem, RTE_BAD_IOVA, 16 * 1024,
					      NULL, NULL) > 0);
	rte_mempool_free(mp);
	rte_free(mem);
}

static void a_tiny_data_room_gets_no_page(void **state)
{
	static const uint16_t rooms[] = { 0, 8, 128, 256, 1016 };
	unsigned int i;

	for (i = 0; i < RTE_DIM(rooms); i++)
		expect_plain_and_free(pktmbufs(0, rooms[i]));
}

static void a_pool_that_the_glob_does_not_name_is_plain(void **state)
{
	setenv("ZRX_MEMPOOL", "pools=mb_*", 1);
	expect_plain_and_free(pktmbufs(0, 2176));
}

static void a_pool_that_the_glob_names_has_niovs(void **state)
{
	static const char *const globs[] = { "pools=plain", "pools=pl*",
					     "pools=*n", "pools=?????" };
	struct rte_mempool *mp;
	unsigned int i;

	for (i = 0; i < RTE_DIM(globs); i++) {
		setenv("ZRX_MEMPOOL", globs[i], 1);
		mp = pktmbufs(0, 2176);
		assert_non_null(zrx_pool_of(mp));
		rte_mempool_free(mp);
	}
}

/* buffers pinned to memory of the program's are not ours to place */
static void a_pool_of_pinned_buffers_is_plain(void **state)
{
	struct rte_pktmbuf_extmem ext = { .elt_size = 2176,
					  .buf_len = 64 * 2176 };
	struct rte_mempool *mp;

	ext.buf_ptr = rte_malloc("pinned", ext.buf_len, 4096);
	ext.buf_iova = RTE_BAD_IOVA;
	mp = rte_pktmbuf_pool_create_extbuf("pinned", 64, 0, 0, 2176, 0, &ext,
					    1);
	assert_non_null(mp);
	assert_null(zrx_pool_of(mp));
	assert_int_equal(rte_mempool_avail_count(mp), 64);
	rte_mempool_free(mp);
	rte_free(ext.buf_ptr);
}

/* anonymous memory asks for a formality: niovs have memory of their own */
static void niovs_do_not_care_where_the_library_populates(void **state)
{
	struct rte_pktmbuf_pool_private priv = { .mbuf_data_room_size = 2176 };
	struct rte_mempool *mp = rte_mempool_create_empty(
		"anon", 64, sizeof(struct rte_mbuf) + 2176, 0, sizeof(priv), 0,
		0);

	assert_non_null(mp);
	assert_int_equal(rte_mempool_set_ops_byname(mp, "zrx", NULL), 0);
	rte_pktmbuf_pool_init(mp, &priv);
	assert_int_equal(rte_mempool_populate_anon(mp), 64);
	rte_mempool_obj_iter(mp, rte_pktmbuf_init, NULL);
	assert_non_null(zrx_pool_of(mp));
	pool_expect_home(mp);
	rte_mempool_free(mp);
}

/* it does not know yet what it is for: a stack, whatever it becomes later */
static void populated_before_it_is_a_pktmbuf_pool_is_plain(void **state)
{
	struct rte_mempool *mp = rte_mempool_create_empty(
		"early", 64, sizeof(struct rte_mbuf) + 2176, 0,
		sizeof(struct rte_pktmbuf_pool_private), 0, 0);

	assert_int_equal(rte_mempool_set_ops_byname(mp, "zrx", NULL), 0);
	assert_int_equal(rte_mempool_populate_anon(mp), 64);
	rte_pktmbuf_pool_init(mp, NULL);
	rte_mempool_obj_iter(mp, rte_pktmbuf_init, NULL);
	assert_null(zrx_pool_of(mp));
	rte_pktmbuf_free(mbuf_filled(mp, 1, 100));
	assert_true(rte_mempool_full(mp));
	rte_mempool_free(mp);
}

static void bursts_from_a_cache_are_served(void **state)
{
	struct rte_mempool *mp = empty(600, 64);
	void *objs[300];
	int i;

	assert_int_equal(rte_mempool_populate_default(mp), 600);
	for (i = 0; i < 1000; i++) {
		assert_int_equal(rte_mempool_get_bulk(mp, objs, 1 + i % 300),
				 0);
		rte_mempool_put_bulk(mp, objs, 1 + i % 300);
	}
	rte_mempool_cache_flush(NULL, mp);
	expect_plain_and_free(mp);
}

static const struct CMUnitTest cases[] = {
	WORLD(a_pool_of_anything_else_is_a_stack),
	WORLD(objects_of_one_byte_are_a_stack),
	WORLD(a_pool_of_one_object_is_a_stack),
	WORLD(anonymous_memory_is_a_stack),
	WORLD(memory_can_come_in_parts),
	WORLD(a_pool_freed_half_populated_is_gone),
	WORLD(a_tiny_data_room_gets_no_page),
	WORLD(a_pool_that_the_glob_does_not_name_is_plain),
	WORLD(a_pool_that_the_glob_names_has_niovs),
	WORLD(niovs_do_not_care_where_the_library_populates),
	WORLD(populated_before_it_is_a_pktmbuf_pool_is_plain),
	WORLD(bursts_from_a_cache_are_served),
	WORLD(a_pool_of_pinned_buffers_is_plain),
};

int main(void)
{
	return RUN_ONCE("plain", cases);
}
