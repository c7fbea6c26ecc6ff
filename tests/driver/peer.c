/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The user, with no more than a stranger would have: the area's descriptor
 * mapped read-only and a ring in memory that both sides map on their own.
 */
#include "drv.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const struct zrx_rq_layout *peer_layout(const struct fix *f)
{
	return fix_is_v8(f) ? &zrx_rq_layout_v8 : &zrx_rq_layout_mainline;
}

static void *ring_map(int fd, size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	assert_ptr_not_equal(p, MAP_FAILED);
	return p;
}

static void area_map(struct peer *p, struct zrx_pool *zp)
{
	struct zrx_pool_area a;
	void *at;

	zrx_pool_area(zp, &a);
	at = mmap(NULL, a.size, PROT_READ, MAP_SHARED, a.fd, 0);
	assert_ptr_not_equal(at, MAP_FAILED);
	p->area = at;
	p->area_len = a.size;
	p->token = a.token;
	p->niov_size = 1u << a.niov_shift;
}

void peer_map(struct peer *p, struct zrx_pool *zp,
	      const struct zrx_rq_layout *l, uint32_t entries)
{
	int fd = memfd_create("ring", MFD_CLOEXEC);

	*p = (struct peer){ .ring_len = zrx_rq_size(l, entries) };
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, p->ring_len), 0);
	p->region = ring_map(fd, p->ring_len);
	p->mine = ring_map(fd, p->ring_len);
	close(fd);
	zrx_rqp_init(&p->rq, p->mine, l, entries);
	area_map(p, zp);
}

void peer_unmap(struct peer *p)
{
	munmap(p->region, p->ring_len);
	munmap(p->mine, p->ring_len);
	munmap((void *)(uintptr_t)p->area, p->area_len);
}

void peer_join(struct peer *p, const struct fix *f, uint32_t entries)
{
	peer_map(p, f->zp, peer_layout(f), entries);
	p->att = zrx_att_open(f->zp, p->region, peer_layout(f), entries);
	assert_non_null(p->att);
}

uint64_t peer_leave(struct peer *p)
{
	uint64_t scrubbed = zrx_att_close(p->att);

	peer_unmap(p);
	return scrubbed;
}

uint64_t peer_give(struct peer *p, struct rte_mbuf *m)
{
	uint64_t off;

	assert_non_null(m);
	assert_true(zrx_att_hold(p->att, m, &off));
	return off;
}

const void *peer_data(const struct peer *p, uint64_t off)
{
	assert_true(off - p->token < p->area_len);
	return p->area + (off - p->token);
}

void peer_write(struct peer *p, uint64_t off, uint32_t pad)
{
	uint32_t slot = p->rq.tail & (p->rq.entries - 1);

	assert_true(zrx_rqp_put(&p->rq, off, 0));
	zrx_shm_store32(&p->rq.rqes[slot].pad, pad);
}

void peer_return(struct peer *p, uint64_t off)
{
	peer_write(p, off, 0);
	zrx_rqp_submit(&p->rq);
}

void peer_tail(struct peer *p, uint32_t tail)
{
	p->rq.tail = tail;
	zrx_rqp_submit(&p->rq);
}

uint32_t peer_head(const struct peer *p)
{
	return zrx_shm_load_acquire(p->rq.khead);
}

struct zrx_user_stats peer_stats(const struct peer *p)
{
	struct zrx_user_stats s;

	zrx_att_stats(p->att, &s);
	return s;
}
