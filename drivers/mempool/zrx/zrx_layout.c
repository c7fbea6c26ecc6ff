/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Two ways to give every mbuf a buffer of whole pages.
 *
 * interleaved   ... | mbuf ][ buffer | mbuf ][ buffer | ...
 *
 *   The mbuf ends where its buffer begins, as DPDK's pointer arithmetic wants
 *   of an ordinary mbuf, so clones, detach and all else just work.  The mbuf
 *   lies on a private page, the buffer on pages of the memfd, which costs two
 *   mappings a buffer.
 *
 * pinned        [ mbuf mbuf mbuf ... ]      [ buffer buffer buffer ... ]
 *
 *   The buffers lie together, on huge pages if there are any, and each mbuf
 *   is tied to its own as an external buffer for good.  Clones count on the
 *   shared info in front of the mbuf.  PMDs that lose RTE_MBUF_F_EXTERNAL make
 *   cloning such an mbuf unsafe; forwarding it is not affected.
 */
#include "zrx_pool.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>

/* in front of an mbuf: the library's header, and before it our shared info */
#define HEADER RTE_CACHE_LINE_SIZE
/* behind the last buffer: a debug build of DPDK writes a cookie there */
#define TAIL_PAGES 1

static uint32_t mbuf_size(const struct zrx_pool *zp)
{
	return sizeof(struct rte_mbuf) + rte_pktmbuf_priv_size(zp->mp);
}

static size_t niov_size(const struct zrx_pool *zp)
{
	return (size_t)1 << zp->prov.niov_shift;
}

/* bytes from one buffer to the next: pages for mbuf and buffer, in power of 2
 */
static size_t interleaved_stride(const struct zrx_pool *zp)
{
	size_t page = getpagesize();
	size_t mbuf = HEADER + mbuf_size(zp) + RTE_CACHE_LINE_SIZE;

	return rte_align64pow2(RTE_ALIGN_CEIL(mbuf, page) + niov_size(zp));
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
	long limit = zrx_mem_number("/proc/sys/vm/max_map_count");
	long need = maps_in_use() + 2L * zp->mp->size + 64;

	if (limit < 0 || need <= limit)
		return 0;
	snprintf(why, len,
		 "layout interleaved needs %ld mappings and vm.max_map_count "
		 "is %ld: raise it with sysctl or say layout=pinned",
		 need, limit);
	return -ENOMEM;
}

/*
 * An mbuf starts a cache line, so with an odd private size the first bytes of
 * the headroom are still on the private page.  A packet pushed that far to the
 * front does not lie in its buffer, and zrx_att_hold() says so.
 */
static char *interleaved_mbufs(const struct zrx_pool *zp)
{
	return RTE_PTR_ALIGN_FLOOR(zp->host.data - mbuf_size(zp),
				   RTE_CACHE_LINE_SIZE);
}

static char *interleaved_data(const struct zrx_pool *zp, uint32_t idx)
{
	return zp->host.data + ((size_t)idx << zp->host.data_shift);
}

/* Lays the buffers into the reserved range at the mbufs' ends. */
static int interleaved_place(struct zrx_pool *zp)
{
	size_t size = niov_size(zp);
	uint32_t i;
	void *p;

	for (i = 0; i < zp->mp->size; i++) {
		p = mmap(interleaved_data(zp, i), size, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, zp->fd, (off_t)i * size);
		if (p == MAP_FAILED)
			return ZRX_FAIL(-ENOMEM,
					"pool %s: cannot map buffer %u: raise "
					"vm.max_map_count or say layout=pinned",
					zp->mp->name, i);
	}
	return 0;
}

static int interleaved_map(struct zrx_pool *zp)
{
	size_t stride = interleaved_stride(zp);
	size_t len = stride * zp->mp->size + TAIL_PAGES * getpagesize();
	char *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	/* the whole view of the area served to bind and populate it */
	munmap(zp->map, zp->map_len);
	zp->map = NULL;
	if (p == MAP_FAILED)
		return ZRX_FAIL(-ENOMEM, "pool %s: no room for %zu MiB",
				zp->mp->name, len >> 20);
	zp->map = p;
	zp->map_len = len;
	zrx_mem_bind(zp, p, len);
	zp->host.stride = stride;
	zp->host.data = p + stride - niov_size(zp);
	zp->host.data_shift = rte_log2_u64(stride);
	zp->host.mbufs = interleaved_mbufs(zp);
	return interleaved_place(zp);
}

static void interleaved_first_use(struct zrx_pool *zp)
{
	(void)zp; /* rte_pktmbuf_init() has found everything in its place */
}

static uint32_t interleaved_elt_size(const struct zrx_pool *zp)
{
	return mbuf_size(zp) + rte_pktmbuf_data_room_size(zp->mp);
}

/* the library adds an offset to get at the data's address: take it off */
static rte_iova_t interleaved_iova(const struct zrx_pool *zp, uint32_t idx)
{
	rte_iova_t data = rte_mem_virt2iova(interleaved_data(zp, idx));

	return data == RTE_BAD_IOVA ? data
				    : data - (zp->host.data - zp->host.mbufs);
}

const struct zrx_layout zrx_layout_interleaved = {
	.name = "interleaved",
	.check = interleaved_check,
	.map = interleaved_map,
	.first_use = interleaved_first_use,
	.elt_size = interleaved_elt_size,
	.iova = interleaved_iova,
};

static int pinned_check(const struct zrx_pool *zp, char *why, size_t len)
{
	(void)zp, (void)why, (void)len;
	return 0;
}

static int pinned_map(struct zrx_pool *zp)
{
	size_t stride =
		RTE_ALIGN_CEIL(HEADER + mbuf_size(zp), RTE_CACHE_LINE_SIZE);

	zp->headers =
		rte_zmalloc_socket("zrx headers", stride * zp->mp->size,
				   RTE_CACHE_LINE_SIZE, zp->mp->socket_id);
	if (!zp->headers)
		return ZRX_FAIL(-ENOMEM,
				"pool %s: no EAL memory for %u mbufs: give EAL "
				"more (-m) or make the pool smaller",
				zp->mp->name, zp->mp->size);
	zp->host.stride = stride;
	zp->host.mbufs = (char *)zp->headers + HEADER;
	zp->host.data = zp->map;
	zp->host.data_shift = zp->prov.niov_shift;
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
	char *data = zp->host.data + ((size_t)idx << zp->host.data_shift);
	struct rte_mbuf_ext_shared_info *sh = (void *)((char *)m - HEADER + 8);

	sh->free_cb = pinned_last_clone;
	sh->fcb_opaque = m;
	rte_mbuf_ext_refcnt_set(sh, 1);
	m->buf_addr = data;
	m->buf_iova = rte_mem_virt2iova(data);
	m->buf_len = rte_pktmbuf_data_room_size(zp->mp);
	m->shinfo = sh;
	m->ol_flags = RTE_MBUF_F_EXTERNAL;
}

static void pinned_first_use(struct zrx_pool *zp)
{
	struct rte_pktmbuf_pool_private *priv = rte_mempool_get_priv(zp->mp);
	uint32_t i;

	for (i = 0; i < zp->mp->size; i++)
		pinned_tie(zp, i);
	priv->flags |= RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF;
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
	.map = pinned_map,
	.first_use = pinned_first_use,
	.elt_size = pinned_elt_size,
	.iova = pinned_iova,
};
