/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Two ways to give every mbuf a buffer of whole pages.
 *
 * interleaved   [ mbuf . mbuf . mbuf . ][ buffer buffer buffer ][ mbuf ...
 *
 *   DPDK finds the mbuf of a clone's buffer by going back from the buffer by
 *   the size of an mbuf and the clone's priv_size, which the clone has from the
 *   original.  So an mbuf may lie anywhere within 64 KiB in front of its
 *   buffer, if its own priv_size says how far.  Here up to 16 mbufs lie on
 *   private pages in front of as many buffers, which lie on pages of the
 *   memfd: two mappings a group.
 *
 *   An mbuf that was itself a clone gets the place behind it as its buffer when
 *   it is detached, so behind each mbuf there is room for that.  The memory is
 *   there when it is touched; zrx_pool_mend() gives such an mbuf its buffer
 *   back while somebody is attached.
 *
 *   Where 64 KiB do not reach (data rooms above 60 KiB), or physical addresses
 *   are in use and that place is not on one page, a group is one mbuf right in
 *   front of its buffer, less than a cache line apart: all else is the same,
 * but mbufs then all want the same sets of the cache.
 *
 * pinned        [ mbuf mbuf mbuf ... ]      [ buffer buffer buffer ... ]
 *
 *   The buffers lie together, on huge pages if there are any, and each mbuf
 *   is tied to its own as an external buffer for good.  Such an mbuf cannot be
 *   a clone, and PMDs that lose RTE_MBUF_F_EXTERNAL make cloning from it
 *   unsafe; forwarding is not affected.
 */
#include "zrx_pool.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>

/* in front of an mbuf: the library's header, and before it our shared info */
#define HEADER RTE_CACHE_LINE_SIZE
/* behind an object a debug build of DPDK writes a cookie */
#define COOKIE RTE_CACHE_LINE_SIZE

static uint32_t mbuf_size(const struct zrx_pool *zp)
{
	return sizeof(struct rte_mbuf) + rte_pktmbuf_priv_size(zp->mp);
}

static size_t niov_size(const struct zrx_pool *zp)
{
	return (size_t)1 << zp->prov.niov_shift;
}

/* An mbuf with the room behind it, in a power of two of pages. */
static size_t spare_size(const struct zrx_pool *zp)
{
	return HEADER + mbuf_size(zp) + rte_pktmbuf_data_room_size(zp->mp) +
	       COOKIE;
}

static size_t piece_size(const struct zrx_pool *zp)
{
	return rte_align64pow2(RTE_MAX(spare_size(zp), (size_t)getpagesize()));
}

/* The most mbufs of a group, by the distance that priv_size can say. */
static unsigned int group_shift_max(const struct zrx_pool *zp)
{
	size_t reach = UINT16_MAX + sizeof(struct rte_mbuf) + HEADER;
	size_t step = RTE_MAX(piece_size(zp), niov_size(zp));
	unsigned int shift = 4;

	while (shift && (step << shift) > reach)
		shift--;
	if (rte_eal_iova_mode() == RTE_IOVA_PA &&
	    piece_size(zp) > (size_t)getpagesize())
		return 0;
	return shift;
}

/* One mbuf a group: it ends where its buffer starts, and starts a line. */
static void geometry_single(struct zrx_host *h, const struct zrx_pool *zp)
{
	size_t page = getpagesize();
	size_t front = RTE_ALIGN_CEIL(HEADER + mbuf_size(zp) + HEADER, page);
	size_t group = rte_align64pow2(front + niov_size(zp));
	size_t data = group - niov_size(zp);

	h->nr_shift = 0;
	h->group_shift = rte_log2_u64(group);
	h->mbuf_shift = h->group_shift;
	h->nr_offs = 1;
	h->first_off =
		RTE_ALIGN_FLOOR(data - mbuf_size(zp), RTE_CACHE_LINE_SIZE);
	h->data = (char *)data;
}

static void geometry_group(struct zrx_host *h, const struct zrx_pool *zp,
			   unsigned int shift)
{
	size_t piece = piece_size(zp);
	size_t slack = (piece - spare_size(zp)) / RTE_CACHE_LINE_SIZE;

	h->nr_shift = shift;
	h->group_shift = rte_log2_u64((piece + niov_size(zp)) << shift);
	h->mbuf_shift = rte_log2_u64(piece);
	h->nr_offs = RTE_MIN(slack + 1, (size_t)32);
	h->first_off = HEADER;
	h->data = (char *)(piece << shift);
}

/* All but the addresses, which are relative to where the pool will lie. */
static struct zrx_host interleaved_geometry(const struct zrx_pool *zp)
{
	unsigned int shift = group_shift_max(zp);
	struct zrx_host h = { .data_shift = zp->prov.niov_shift };

	if (shift && spare_size(zp) <= piece_size(zp))
		geometry_group(&h, zp, shift);
	else
		geometry_single(&h, zp);
	return h;
}

static uint32_t nr_groups(const struct zrx_pool *zp, const struct zrx_host *h)
{
	return (zp->mp->size + (1u << h->nr_shift) - 1) >> h->nr_shift;
}

static long maps_in_use(void)
{
	FILE *f = fopen("/proc/self/maps", "r");
	long n = 0;
	int c;

	if (!f)
		return 0;
	while ((c = getc(f)) != EOF)
		n += c == '\n';
	fclose(f);
	return n;
}

static int interleaved_check(const struct zrx_pool *zp, char *why, size_t len)
{
	struct zrx_host h = interleaved_geometry(zp);
	long limit = zrx_mem_number("/proc/sys/vm/max_map_count");
	long need = maps_in_use() + 2L * nr_groups(zp, &h) + 64;

	if ((size_t)h.data - h.first_off >
	    UINT16_MAX + sizeof(struct rte_mbuf)) {
		snprintf(why, len,
			 "layout interleaved cannot have a private "
			 "size of %u: say layout=pinned",
			 rte_pktmbuf_priv_size(zp->mp));
		return -EINVAL;
	}
	if (limit < 0 || need <= limit)
		return 0;
	snprintf(why, len,
		 "layout interleaved needs %ld mappings and vm.max_map_count "
		 "is %ld: raise it with sysctl or say layout=pinned",
		 need, limit);
	return -ENOMEM;
}

/* Lays the buffers into the range where only mbufs were. */
static int interleaved_place(struct zrx_pool *zp)
{
	size_t run = niov_size(zp) << zp->host.nr_shift;
	uint32_t i, n = nr_groups(zp, &zp->host);
	void *p;

	for (i = 0; i < n; i++) {
		p = mmap(zp->host.data + ((size_t)i << zp->host.group_shift),
			 run, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED | MAP_POPULATE, zp->fd,
			 (off_t)i * run);
		if (p == MAP_FAILED)
			return ZRX_FAIL(-ENOMEM,
					"pool %s: cannot map buffers: raise "
					"vm.max_map_count or say layout=pinned",
					zp->mp->name);
	}
	return 0;
}

static int interleaved_map(struct zrx_pool *zp)
{
	struct zrx_host h = interleaved_geometry(zp);
	size_t len =
		((size_t)nr_groups(zp, &h) << h.group_shift) + getpagesize();
	char *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	/* the view of the whole area served to bind and populate it */
	munmap(zp->map, zp->map_len);
	zp->map = NULL;
	if (p == MAP_FAILED)
		return ZRX_FAIL(-ENOMEM, "pool %s: no room for %zu MiB",
				zp->mp->name, len >> 20);
	zp->map = p;
	zp->map_len = len;
	zrx_mem_bind(zp, p, len);
	h.mbufs = p;
	h.data = p + (size_t)h.data;
	zp->host = h;
	return interleaved_place(zp);
}

static size_t interleaved_area(const struct zrx_pool *zp)
{
	struct zrx_host h = interleaved_geometry(zp);

	return (niov_size(zp) << h.nr_shift) * nr_groups(zp, &h);
}

static void interleaved_tie(const struct zrx_pool *zp, uint32_t idx)
{
	struct rte_mbuf *m = zrx_host_mbuf(&zp->host, idx);
	char *data = zrx_host_data(&zp->host, idx);

	m->buf_addr = data;
	rte_mbuf_iova_set(m, rte_mem_virt2iova(data));
	m->priv_size = data - (char *)(m + 1);
}

static uint32_t interleaved_elt_size(const struct zrx_pool *zp)
{
	return mbuf_size(zp) + rte_pktmbuf_data_room_size(zp->mp);
}

/* What the library adds the size of an mbuf to, to get at a buffer. */
static rte_iova_t interleaved_iova(const struct zrx_pool *zp, uint32_t idx)
{
	char *m = (char *)zrx_host_mbuf(&zp->host, idx);
	char *data = zrx_host_data(&zp->host, idx);
	rte_iova_t iova;

	if (zp->host.nr_shift != 0)
		return rte_mem_virt2iova(m);
	iova = rte_mem_virt2iova(data);
	return iova == RTE_BAD_IOVA ? iova : iova - (data - m);
}

const struct zrx_layout zrx_layout_interleaved = {
	.name = "interleaved",
	.check = interleaved_check,
	.area = interleaved_area,
	.map = interleaved_map,
	.tie = interleaved_tie,
	.elt_size = interleaved_elt_size,
	.iova = interleaved_iova,
};

static int pinned_check(const struct zrx_pool *zp, char *why, size_t len)
{
	(void)zp, (void)why, (void)len;
	return 0;
}

static size_t pinned_area(const struct zrx_pool *zp)
{
	return niov_size(zp) * zp->mp->size;
}

static int pinned_map(struct zrx_pool *zp)
{
	size_t stride = rte_align64pow2(HEADER + mbuf_size(zp) + COOKIE);

	zp->headers =
		rte_zmalloc_socket("zrx headers", stride * zp->mp->size,
				   RTE_CACHE_LINE_SIZE, zp->mp->socket_id);
	if (!zp->headers)
		return ZRX_FAIL(-ENOMEM,
				"pool %s: no EAL memory for %u mbufs: give EAL "
				"more (-m) or make the pool smaller",
				zp->mp->name, zp->mp->size);
	zp->host = (struct zrx_host){
		.mbufs = zp->headers,
		.data = zp->map,
		.nr_shift = 31, /* all in one group */
		.group_shift = 63,
		.mbuf_shift = rte_log2_u64(stride),
		.data_shift = zp->prov.niov_shift,
		.nr_offs = 1,
		.first_off = HEADER,
	};
	return 0;
}

/*
 * The last clone of a buffer went after its mbuf had been freed, which left
 * the mbuf to the shared info; but a user may hold a reference on it as well.
 */
static void pinned_last_clone(void *addr, void *opaque)
{
	struct rte_mbuf *m = opaque;

	(void)addr;
	rte_mbuf_ext_refcnt_set(m->shinfo, 1);
	m->ol_flags = RTE_MBUF_F_EXTERNAL;
	if (rte_mbuf_refcnt_update(m, -1) != 0)
		return;
	m->next = NULL;
	m->nb_segs = 1;
	rte_mbuf_refcnt_set(m, 1);
	rte_mbuf_raw_free(m);
}

static void pinned_tie(const struct zrx_pool *zp, uint32_t idx)
{
	struct rte_mbuf *m = zrx_host_mbuf(&zp->host, idx);
	char *data = zrx_host_data(&zp->host, idx);
	struct rte_mbuf_ext_shared_info *sh =
		(void *)((char *)m - HEADER + sizeof(uint64_t));

	sh->free_cb = pinned_last_clone;
	sh->fcb_opaque = m;
	rte_mbuf_ext_refcnt_set(sh, 1);
	m->buf_addr = data;
	rte_mbuf_iova_set(m, rte_mem_virt2iova(data));
	m->buf_len = rte_pktmbuf_data_room_size(zp->mp);
	m->shinfo = sh;
	m->ol_flags = RTE_MBUF_F_EXTERNAL;
}

static uint32_t pinned_elt_size(const struct zrx_pool *zp)
{
	return mbuf_size(zp);
}

static rte_iova_t pinned_iova(const struct zrx_pool *zp, uint32_t idx)
{
	return rte_mem_virt2iova(zrx_host_mbuf(&zp->host, idx));
}

const struct zrx_layout zrx_layout_pinned = {
	.name = "pinned",
	.check = pinned_check,
	.area = pinned_area,
	.map = pinned_map,
	.tie = pinned_tie,
	.pool_flags = RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF,
	.elt_size = pinned_elt_size,
	.iova = pinned_iova,
};
