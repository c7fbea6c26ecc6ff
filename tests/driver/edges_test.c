/* SPDX-License-Identifier: BSD-3-Clause */
/* Sizes and histories of a pool that are rare; each was a defect once. */
#include "drv.h"

#include <string.h>
#include <unistd.h>

#define LEN 64

static struct rte_mempool *pool(uint16_t priv, uint16_t room, const char *conf)
{
	struct rte_mempool *mp = zrx_pool_create("edges", 40, 0, priv, room,
						 SOCKET_ID_ANY, conf);

	assert_non_null(mp);
	return mp;
}

/* one mbuf a group: its private area moves the buffer off its page */
static void a_private_area_of_any_size_leaves_buffers_on_pages(void **state)
{
	struct rte_mempool *mp = pool(8, 2176, "layout=interleaved,niov=64K");
	struct rte_mbuf *m = rte_pktmbuf_alloc(mp);
	bool on_page = (uintptr_t)m->buf_addr % getpagesize() == 0;

	rte_pktmbuf_free(m);
	rte_mempool_free(mp);
	assert_true(on_page);
}

/* the library rounds an object up to 8 bytes, and we compare exactly */
static void a_data_room_of_any_size_has_niovs(void **state)
{
	struct rte_mempool *mp = pool(0, 2177, "");
	bool has = zrx_pool_of(mp) != NULL;

	rte_mempool_free(mp);
	assert_true(has);
}

/* as rte_pktmbuf_pool_create() does */
static void a_private_area_that_is_not_aligned_is_refused(void **state)
{
	struct rte_mempool *mp =
		zrx_pool_create("edges", 40, 0, 7, 2176, SOCKET_ID_ANY, "");

	rte_mempool_free(mp);
	assert_null(mp);
}

/* 2^34 GiB are 0 bytes, and 0 means any */
static void a_size_of_more_than_64_bits_is_refused(void **state)
{
	struct rte_mempool *mp = zrx_pool_create(
		"edges", 40, 0, 0, 2176, SOCKET_ID_ANY, "area=17179869184G");

	rte_mempool_free(mp);
	assert_null(mp);
}

/*
 * A server that sends the same packet again and again, by clones, to a user
 * who returns none: the mbuf's count has 16 bits and the user's word more, so
 * one day the count says 1 and the buffer goes to somebody else under him.
 */
static void holds_end_before_the_mbufs_count_wraps(void **state)
{
	struct rte_mempool *mp = pool(0, 2176, "variant=mainline");
	struct fix f = { .zp = zrx_pool_of(mp), .variant = "mainline" };
	struct rte_mempool *clones = other_pool("ring_mp_mc", 0);
	struct rte_mbuf *m = mbuf_filled(mp, 1, LEN), *c = NULL;
	uint32_t i, wrapped = 0;
	struct peer p;
	uint64_t off;

	peer_join(&p, &f, PEER_ENTRIES);
	for (i = 0; i < 70000; i++) {
		c = rte_pktmbuf_clone(m, clones);
		if (!zrx_att_hold(p.att, c, &off))
			break;
		wrapped |= rte_mbuf_refcnt_read(m) < 2;
	}
	assert_false(wrapped);
	rte_pktmbuf_free(c);
	rte_pktmbuf_free(m);
	assert_int_equal(peer_leave(&p), i);
	rte_mempool_free(clones);
	rte_mempool_free(mp);
}

/* detached while nobody was attached, so nobody mended it */
static void a_user_can_hold_what_was_detached_before_he_came(void **state)
{
	struct rte_mempool *mp = pool(0, 2176, "variant=mainline");
	struct fix f = { .zp = zrx_pool_of(mp), .variant = "mainline" };
	struct rte_mbuf *m = mbuf_filled(mp, 1, LEN);
	struct rte_mbuf *c = rte_pktmbuf_clone(m, mp);
	struct peer p;
	uint64_t off;
	bool held;

	rte_pktmbuf_free(m);
	rte_pktmbuf_free(c); /* on top of the list, without its niov */
	peer_join(&p, &f, PEER_ENTRIES);
	m = mbuf_filled(mp, 1, LEN);
	assert_ptr_equal(m, c);
	held = zrx_att_hold(p.att, m, &off);
	if (!held)
		rte_pktmbuf_free(m);
	peer_leave(&p);
	rte_mempool_free(mp);
	assert_true(held);
}

/* with physical addresses, which are those of pages that are there already */
static void addresses_are_known_though_nothing_is_locked(void **state)
{
	struct rte_mempool *mp = pool(0, 2176, "layout=interleaved,lock=off");
	struct rte_mbuf *m = rte_pktmbuf_alloc(mp);
	bool known = rte_mbuf_iova_get(m) != RTE_BAD_IOVA &&
		     rte_mempool_virt2iova(m) != RTE_BAD_IOVA;

	rte_pktmbuf_free(m);
	rte_mempool_free(mp);
	assert_true(known);
}

static const struct CMUnitTest cases[] = {
	WORLD(a_private_area_of_any_size_leaves_buffers_on_pages),
	WORLD(a_data_room_of_any_size_has_niovs),
	WORLD(a_private_area_that_is_not_aligned_is_refused),
	WORLD(a_size_of_more_than_64_bits_is_refused),
	WORLD(holds_end_before_the_mbufs_count_wraps),
	WORLD(a_user_can_hold_what_was_detached_before_he_came),
	WORLD(addresses_are_known_though_nothing_is_locked),
};

int main(void)
{
	return RUN_ONCE("edges", cases);
}
