/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Where mbufs and buffers lie, judged from outside: by /proc/self/maps, by
 * what a user sees in his own mapping, and by what DPDK computes.
 */
#include "drv.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rte_eal.h>

struct all {
	struct rte_mempool *mp;
	struct zrx_pool *zp;
	struct zrx_pool_area area;
	uint64_t inode; /* of the area */
	struct rte_mbuf **m; /* all mbufs of the pool, taken out */
	uint8_t *seen; /* by buffer */
};

static void all_take(struct all *a, struct rte_mempool *mp)
{
	struct stat st;

	a->mp = mp;
	a->zp = zrx_pool_of(mp);
	assert_non_null(a->zp);
	zrx_pool_area(a->zp, &a->area);
	assert_int_equal(fstat(a->area.fd, &st), 0);
	a->inode = st.st_ino;
	a->m = calloc(mp->size, sizeof(*a->m));
	a->seen = calloc(mp->size, 1);
	assert_true(a->m && a->seen);
	assert_int_equal(
		rte_mempool_generic_get(mp, (void **)a->m, mp->size, NULL), 0);
	place_read();
}

static void all_put(struct all *a)
{
	rte_mempool_generic_put(a->mp, (void **)a->m, a->mp->size, NULL);
	free(a->m);
	free(a->seen);
}

/* The buffer is whole pages of the area, nobody else's, and DPDK's for m. */
static void expect_buffer(struct all *a, const struct rte_mbuf *m)
{
	uint16_t room = rte_pktmbuf_data_room_size(a->mp);
	struct place p = place_of(m->buf_addr);
	uint64_t idx = p.off >> a->area.niov_shift;

	assert_int_equal((uintptr_t)m->buf_addr % getpagesize(), 0);
	assert_true(p.inode == a->inode);
	assert_true(p.shared && p.prot == (PROT_READ | PROT_WRITE));
	assert_int_equal(p.off & ((1u << a->area.niov_shift) - 1), 0);
	assert_true(idx < a->mp->size);
	assert_false(a->seen[idx]++);
	assert_int_equal(m->buf_len, room);
	assert_true(room <= 1u << a->area.niov_shift);
	assert_true(rte_mbuf_iova_get(m) == rte_mem_virt2iova(m->buf_addr));
}

/* Nothing of the mbuf, its private data and what is around them is shared. */
static void expect_private(const struct all *a, struct rte_mbuf *m)
{
	char *first = (char *)rte_mempool_get_header(m);
	char *last =
		(char *)rte_mbuf_to_priv(m) + rte_pktmbuf_priv_size(a->mp) - 1;

	assert_true(place_of(first).inode != a->inode);
	assert_true(place_of(m).inode != a->inode);
	assert_true(place_of(last).inode != a->inode);
	assert_int_equal((uintptr_t)m % RTE_CACHE_LINE_SIZE, 0);
	assert_ptr_equal(rte_mempool_from_obj(m), a->mp);
	assert_int_equal(rte_mbuf_refcnt_read(m), 1);
}

/* DPDK finds the mbuf of a buffer that a clone points to. */
static void expect_arithmetic(struct rte_mbuf *m)
{
	uint64_t dist = (char *)m->buf_addr - (char *)m;
	rte_iova_t iova = rte_mempool_virt2iova(m);

	if (!RTE_MBUF_HAS_EXTBUF(m))
		assert_ptr_equal(rte_mbuf_from_indirect(m), m);
	/* a single's is what the buffer's is reckoned from */
	assert_true(iova == rte_mem_virt2iova(m) ||
		    iova + dist == rte_mem_virt2iova(m->buf_addr));
}

static void ends_write(void *at, uint16_t len, uint32_t value)
{
	uint8_t *p = at;

	if (len)
		p[0] = p[len - 1] = value;
}

static bool ends_are(const void *at, uint16_t len, uint32_t value)
{
	const uint8_t *p = at;

	return len == 0 ||
	       (p[0] == (uint8_t)value && p[len - 1] == (uint8_t)value);
}

/* The mbufs, their private data and their buffers do not overlap. */
static void expect_own_memory(struct all *a)
{
	uint16_t room = rte_pktmbuf_data_room_size(a->mp);
	uint16_t priv = rte_pktmbuf_priv_size(a->mp);
	unsigned int i;

	for (i = 0; i < a->mp->size; i++) {
		ends_write(rte_mbuf_to_priv(a->m[i]), priv, i);
		ends_write(a->m[i]->buf_addr, room, i + 1);
	}
	for (i = 0; i < a->mp->size; i++) {
		assert_true(ends_are(rte_mbuf_to_priv(a->m[i]), priv, i));
		assert_true(ends_are(a->m[i]->buf_addr, room, i + 1));
		assert_ptr_equal(a->m[i]->pool, a->mp);
	}
}

static void expect_geometry(struct rte_mempool *mp)
{
	struct all a;
	unsigned int i;

	all_take(&a, mp);
	for (i = 0; i < mp->size; i++) {
		expect_buffer(&a, a.m[i]);
		expect_private(&a, a.m[i]);
		expect_arithmetic(a.m[i]);
	}
	expect_own_memory(&a);
	all_put(&a);
}

static void check_pool(const struct fix *f, unsigned int n, unsigned int cache,
		       uint16_t priv, uint16_t room)
{
	struct rte_mempool *mp = fix_pool(f, n, cache, priv, room);

	assert_int_equal(rte_pktmbuf_priv_size(mp), priv);
	assert_int_equal(rte_pktmbuf_data_room_size(mp), room);
	expect_geometry(mp);
	pool_expect_home(mp);
	rte_mempool_free(mp);
}

/* known_test.c has the private areas that a single does not get right */
static bool is_single(const struct fix *f, uint16_t room)
{
	return strcmp(f->shape->name, "single") == 0 ||
	       (!fix_is_pinned(f) && (room > 32768 || env_huge()));
}

CASE(every_private_size_and_data_room_fits)
{
	static const uint16_t privs[] = { 0, 64, 1024, 8, 200, 5000 };
	static const uint16_t rooms[] = { 1024, 2176,	     4096,
					  9128, 16384 + 128, 60000 };
	unsigned int i, j;

	for (i = 0; i < RTE_DIM(rooms); i++)
		for (j = 0; j < (is_single(f, rooms[i]) ? 3 : 6); j++)
			check_pool(f, 35, 0, privs[j], rooms[i]);
}

CASE(the_largest_private_area_and_room_fit)
{
	if (is_single(f, 2176) || env_huge())
		skip();
	check_pool(f, 35, 0, 30000, 2176);
	if (fix_is_pinned(f))
		check_pool(f, 35, 0, UINT16_MAX & ~7, UINT16_MAX & ~7);
}

CASE(every_number_of_mbufs_fits)
{
	static const unsigned int sizes[] = { 1, 15, 16, 17, 31, 511 };
	unsigned int i;

	if (!fix_is_v8(f))
		return; /* the variant has no part in it */
	for (i = 0; i < RTE_DIM(sizes); i++) {
		check_pool(f, sizes[i], 0, 0, 2176);
		check_pool(f, sizes[i], 0, 64, 9128);
	}
}

CASE(every_size_of_cache_fits)
{
	if (!fix_is_v8(f))
		return; /* as above */
	check_pool(f, 1023, 0, 0, 2176);
	check_pool(f, 1023, 250, 0, 2176);
	check_pool(f, 1023, 512, 0, 2176);
}

/* where a buffer is a page; at 64 KiB each this would be 4 GiB */
CASE(a_pool_of_8191_and_one_of_60000_fit)
{
	if (env_huge() || is_single(f, 2176))
		skip();
	check_pool(f, 8191, 250, 0, 2176);
	if (fix_is_v8(f)) /* as above */
		check_pool(f, 60000, 512, 0, 2176);
}

struct count {
	struct rte_mempool *mp;
	unsigned int objs;
	unsigned int area_chunks;
	const char *first;
};

static void count_obj(struct rte_mempool *mp, void *arg, void *obj,
		      unsigned int i)
{
	struct count *c = arg;

	assert_ptr_equal(mp, c->mp);
	assert_int_equal(i, c->objs);
	assert_ptr_equal(rte_mempool_from_obj(obj), mp);
	c->objs++;
}

CASE(the_iterator_sees_every_mbuf_once)
{
	struct count c = { .mp = f->mp };

	assert_int_equal(rte_mempool_obj_iter(f->mp, count_obj, &c), FIX_NIOVS);
	assert_int_equal(c.objs, FIX_NIOVS);
}

/* what a PMD maps for its device has to contain every buffer */
CASE(the_list_of_memory_holds_the_area)
{
	struct rte_mempool_memhdr *hdr;
	struct rte_mbuf *m[FIX_NIOVS];
	unsigned int i, found = 0;
	char *at;

	assert_int_equal(rte_pktmbuf_alloc_bulk(f->mp, m, FIX_NIOVS), 0);
	STAILQ_FOREACH (hdr, &f->mp->mem_list, next)
		for (i = 0; i < FIX_NIOVS; i++) {
			at = m[i]->buf_addr;
			found += at >= (char *)hdr->addr &&
				 at + FIX_ROOM <= (char *)hdr->addr + hdr->len;
		}
	assert_int_equal(found, FIX_NIOVS);
	rte_pktmbuf_free_bulk(m, FIX_NIOVS);
}

CASE(the_user_sees_each_buffer_at_its_offset)
{
	struct rte_mbuf *m[FIX_NIOVS];
	uint64_t off[FIX_NIOVS];
	struct peer p;
	unsigned int i;

	peer_join(&p, f, PEER_ENTRIES);
	for (i = 0; i < FIX_NIOVS; i++) {
		m[i] = mbuf_filled(f->mp, 0, 64);
		payload_write(rte_pktmbuf_mtod(m[i], void *), i, 64);
		off[i] = peer_give(&p, m[i]);
	}
	for (i = 0; i < FIX_NIOVS; i++) {
		assert_true(payload_is(peer_data(&p, off[i]), i, 64));
		assert_int_equal((off[i] - p.token) % p.niov_size,
				 RTE_PKTMBUF_HEADROOM);
	}
	assert_int_equal(peer_leave(&p), FIX_NIOVS);
}

/* a pointer there would tell a stranger where the program's memory is */
CASE(the_driver_writes_nothing_into_the_area)
{
	struct rte_mempool *mp = fix_pool(f, 100, 0, 64, 2176);
	struct zrx_pool *zp = zrx_pool_of(mp);
	struct rte_mbuf *m[100];
	struct peer p;
	size_t i;

	assert_int_equal(rte_pktmbuf_alloc_bulk(mp, m, 100), 0);
	rte_pktmbuf_free_bulk(m, 100);
	peer_map(&p, zp, &zrx_rq_layout_mainline, 1);
	for (i = 0; i < p.area_len; i++)
		assert_int_equal(p.area[i], 0);
	peer_unmap(&p);
	rte_mempool_free(mp);
}

CASE(niov_says_how_large_a_buffer_is)
{
	static const char *const sizes[] = { "4096", "8K", "0x4000", "64K" };
	static const unsigned int shifts[] = { 12, 13, 14, 16 };
	struct zrx_pool_area a;
	struct rte_mempool *mp;
	char conf[128];
	unsigned int i;

	for (i = 0; i < RTE_DIM(sizes); i++) {
		snprintf(conf, sizeof(conf), "layout=%s,variant=%s,niov=%s",
			 fix_is_pinned(f) ? "pinned" : "interleaved",
			 f->variant, sizes[i]);
		mp = zrx_pool_create("sized", 40, 0, 64, 2176, 0, conf);
		assert_non_null(mp);
		zrx_pool_area(zrx_pool_of(mp), &a);
		assert_int_equal(a.niov_shift, shifts[i]);
		assert_true(a.size >= 40u << a.niov_shift);
		expect_geometry(mp);
		rte_mempool_free(mp);
	}
}

static const struct CMUnitTest cases[] = {
	FIX(every_private_size_and_data_room_fits),
	FIX(the_largest_private_area_and_room_fit),
	FIX(every_number_of_mbufs_fits),
	FIX(every_size_of_cache_fits),
	FIX(a_pool_of_8191_and_one_of_60000_fit),
	FIX(the_iterator_sees_every_mbuf_once),
	FIX(the_list_of_memory_holds_the_area),
	FIX(the_user_sees_each_buffer_at_its_offset),
	FIX(the_driver_writes_nothing_into_the_area),
	FIX(niov_says_how_large_a_buffer_is),
};

int main(void)
{
	return RUN_MATRIX("geometry", cases);
}
