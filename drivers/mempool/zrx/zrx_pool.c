/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Making and unmaking pools.  Control threads only; the mempool library sees
 * to it that a pool's callbacks do not run beside its creation or its end.
 */
#include "zrx_pool.h"

#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_malloc.h>

/* a smaller data room is not worth a page */
#define MIN_ROOM 1024

static TAILQ_HEAD(, zrx_pool) pools = TAILQ_HEAD_INITIALIZER(pools);
static struct zrx_lock pools_lock;

RTE_LOG_REGISTER_DEFAULT(zrx_logtype, NOTICE);

/* NULL if the pool can have niovs, or else why it cannot. */
static const char *pool_unsuited(const struct rte_mempool *mp,
				 const struct zrx_conf *conf)
{
	const struct rte_pktmbuf_pool_private *priv;

	if (mp->private_data_size < sizeof(*priv))
		return "not a pool of packet buffers";
	priv = rte_mempool_get_priv((struct rte_mempool *)(uintptr_t)mp);
	if (mp->elt_size !=
	    RTE_ALIGN_CEIL(sizeof(struct rte_mbuf) + priv->mbuf_priv_size +
				   priv->mbuf_data_room_size,
			   sizeof(uint64_t)))
		return "not an ordinary pool of packet buffers";
	if (priv->flags != 0)
		return "its buffers are pinned elsewhere";
	if (priv->mbuf_data_room_size < MIN_ROOM)
		return "its data room is below 1024 bytes";
	if (fnmatch(conf->pools, mp->name, 0) != 0)
		return "pools= does not name it";
	return NULL;
}

static int pool_conf(struct rte_mempool *mp, struct zrx_conf *conf)
{
	const char *text =
		mp->pool_config ? mp->pool_config : getenv("ZRX_MEMPOOL");
	char why[256];

	if (zrx_conf_parse(conf, text, why, sizeof(why)) == 0)
		return 0;
	return ZRX_FAIL(-EINVAL, "pool %s: %s: %s", mp->name,
			mp->pool_config ? "its configuration" : "ZRX_MEMPOOL",
			why);
}

static int pool_sizes(struct zrx_pool *zp)
{
	uint32_t room = rte_pktmbuf_data_room_size(zp->mp);
	uint64_t niov = zp->conf.niov;

	if (!niov)
		niov = rte_align64pow2(RTE_MAX(room, 4096u));
	if (niov < room)
		return ZRX_FAIL(-EINVAL,
				"pool %s: niov=%" PRIu64 " is less than its "
				"data room of %u: say niov=auto",
				zp->mp->name, niov, room);
	zp->prov.niov_shift = rte_log2_u64(niov);
	return 0;
}

static int pool_area(struct zrx_pool *zp)
{
	zp->area_size = zp->layout->area(zp);
	if (!zp->conf.area || zp->area_size <= zp->conf.area)
		return 0;
	return ZRX_FAIL(-ENOMEM,
			"pool %s: an area of %zu KiB is more than area=%" PRIu64
			" KiB: raise it or make the pool smaller",
			zp->mp->name, zp->area_size >> 10, zp->conf.area >> 10);
}

/* Any layout that works; interleaved first, since everything works on it. */
static int pool_choose(struct zrx_pool *zp)
{
	char why[256];
	int ret;

	zp->layout = zp->conf.layout == ZRX_LAYOUT_PINNED
			     ? &zrx_layout_pinned
			     : &zrx_layout_interleaved;
	ret = zp->layout->check(zp, why, sizeof(why));
	if (ret == 0)
		return 0;
	if (zp->conf.layout != ZRX_LAYOUT_AUTO)
		return ZRX_FAIL(ret, "pool %s: %s", zp->mp->name, why);
	ZRX_LOG(INFO, "pool %s: pinned, because %s", zp->mp->name, why);
	zp->layout = &zrx_layout_pinned;
	return zp->layout->check(zp, why, sizeof(why));
}

static int pool_list(struct zrx_pool *zp)
{
	uint32_t n = zp->mp->size;

	zrx_area_init(&zp->area, 0, n, NULL);
	zp->list = rte_malloc_socket("zrx list", n * sizeof(*zp->list),
				     RTE_CACHE_LINE_SIZE, zp->mp->socket_id);
	if (zp->list)
		return 0;
	return ZRX_FAIL(-ENOMEM, "pool %s: no EAL memory for its list",
			zp->mp->name);
}

/* All are free before the library enqueues the first; that one goes first. */
static int pool_core(struct zrx_pool *zp)
{
	uint32_t i, n = zp->mp->size;
	int ret = pool_list(zp);

	zp->prov.host = &zp->host;
	zp->prov.areas = &zp->area;
	zp->prov.nr_areas = 1;
	zp->prov.nr_niovs = n;
	for (i = 0; ret == 0 && i < n; i++)
		zp->list[n - 1 - i] = zrx_host_mbuf(&zp->host, i);
	return ret;
}

static int pool_niovs(struct zrx_pool *zp)
{
	int ret = pool_sizes(zp);

	zp->variant = zp->conf.variant;
	if (ret == 0)
		ret = pool_choose(zp);
	if (ret == 0)
		ret = pool_area(zp);
	if (ret == 0)
		ret = zrx_mem_create(zp);
	if (ret == 0)
		ret = zp->layout->map(zp);
	if (ret == 0)
		ret = zrx_mem_settle(zp);
	if (ret == 0)
		ret = zrx_mem_seal(zp);
	if (ret == 0)
		ret = pool_core(zp);
	if (ret != 0)
		return ret;
	zp->mp->elt_size = zp->layout->elt_size(zp);
	zp->mode = ZRX_MODE_FILLING;
	ZRX_LOG(INFO, "pool %s: %s, %s, %u niovs of %u KiB on %zu KiB pages",
		zp->mp->name, zrx_variant_name(zp->variant), zp->layout->name,
		zp->mp->size, 1u << (zp->prov.niov_shift - 10), zp->page >> 10);
	return 0;
}

/* The library enqueues all objects of a plain pool one by one. */
static int pool_plain(struct zrx_pool *zp, const char *reason)
{
	int ret = pool_list(zp);

	zp->mode = ZRX_MODE_PLAIN;
	zp->area.nr_free = 0;
	if (ret == 0)
		ZRX_LOG(INFO, "pool %s: plain stack: %s", zp->mp->name, reason);
	return ret;
}

static void pool_release(struct zrx_pool *zp)
{
	zrx_mem_free(zp);
	rte_free(zp->headers);
	rte_free(zp->list);
	rte_free(zp);
}

static struct zrx_pool *pool_new(struct rte_mempool *mp)
{
	struct zrx_pool *zp = rte_zmalloc_socket(
		"zrx pool", sizeof(*zp), RTE_CACHE_LINE_SIZE, mp->socket_id);

	if (!zp)
		return NULL;
	zp->mp = mp;
	zp->fd = -1;
	return zp;
}

int zrx_pool_alloc(struct rte_mempool *mp)
{
	struct zrx_conf conf;
	struct zrx_pool *zp;
	const char *reason;
	int ret = pool_conf(mp, &conf);

	if (ret != 0)
		return ret;
	zp = pool_new(mp);
	if (!zp)
		return ZRX_FAIL(-ENOMEM, "pool %s: no EAL memory", mp->name);
	zp->conf = conf;
	reason = pool_unsuited(mp, &conf);
	ret = reason ? pool_plain(zp, reason) : pool_niovs(zp);
	if (ret != 0) {
		pool_release(zp);
		return ret;
	}
	mp->pool_data = zp;
	zrx_lock(&pools_lock);
	TAILQ_INSERT_TAIL(&pools, zp, next);
	zrx_unlock(&pools_lock);
	return 0;
}

static void pool_close_atts(struct zrx_pool *zp)
{
	while (zp->nr_atts) {
		ZRX_LOG(WARNING, "pool %s: freed with a user attached",
			zp->mp->name);
		zrx_att_close(zp->atts[0]);
	}
}

void zrx_pool_free(struct rte_mempool *mp)
{
	struct zrx_pool *zp = mp->pool_data;

	if (!zp)
		return;
	zrx_lock(&pools_lock);
	TAILQ_REMOVE(&pools, zp, next);
	zrx_unlock(&pools_lock);
	pool_close_atts(zp);
	mp->pool_data = NULL;
	pool_release(zp);
}

/*
 * PMDs that map a pool's memory for their device find it in mem_list.  The
 * library frees the entry with rte_free() before it calls our free.
 */
static int pool_show_area(struct zrx_pool *zp)
{
	struct rte_mempool_memhdr *hdr =
		rte_zmalloc("zrx area", sizeof(*hdr), 0);

	if (!hdr)
		return ZRX_FAIL(-ENOMEM, "pool %s: no EAL memory",
				zp->mp->name);
	hdr->mp = zp->mp;
	hdr->addr = zp->map;
	hdr->len = zp->map_len;
	hdr->iova = rte_eal_iova_mode() == RTE_IOVA_VA ? (uintptr_t)zp->map
						       : RTE_BAD_IOVA;
	STAILQ_INSERT_TAIL(&zp->mp->mem_list, hdr, next);
	zp->mp->nb_mem_chunks++;
	return 0;
}

int zrx_pool_populate(struct zrx_pool *zp, rte_mempool_populate_obj_cb_t *cb,
		      void *arg)
{
	uint32_t i;
	int ret = pool_show_area(zp);

	if (ret != 0)
		return ret;
	for (i = 0; i < zp->mp->size; i++)
		cb(zp->mp, arg, zrx_host_mbuf(&zp->host, i),
		   zp->layout->iova(zp, i));
	zp->mode = ZRX_MODE_UNUSED;
	return i;
}

static void pool_tie_all(struct zrx_pool *zp)
{
	struct rte_pktmbuf_pool_private *priv = rte_mempool_get_priv(zp->mp);
	uint32_t i;

	for (i = 0; i < zp->mp->size; i++)
		zp->layout->tie(zp, i);
	priv->flags |= zp->layout->pool_flags;
}

void zrx_pool_first_use(struct zrx_pool *zp)
{
	zrx_lock(&zp->lock);
	if (zp->mode == ZRX_MODE_UNUSED) {
		pool_tie_all(zp);
		__atomic_store_n(&zp->mode, ZRX_MODE_NIOV, __ATOMIC_RELEASE);
	}
	zrx_unlock(&zp->lock);
}

/* As long as the lock is held at a time, and a pool may be large. */
#define MEND_BATCH 64

void zrx_pool_mend_free(struct zrx_pool *zp)
{
	uint32_t i = 0, n;

	do {
		zrx_lock(&zp->lock);
		n = RTE_MIN(zp->area.nr_free - RTE_MIN(i, zp->area.nr_free),
			    (uint32_t)MEND_BATCH);
		if (zp->mode == ZRX_MODE_NIOV)
			zrx_pool_mend(zp, zp->list + i, n);
		zrx_unlock(&zp->lock);
		i += n;
	} while (n);
}

void zrx_pool_mend(const struct zrx_pool *zp, void *const *objs, unsigned int n)
{
	const struct rte_mbuf *m;
	unsigned int i;
	uint32_t idx;

	for (i = 0; i < n; i++) {
		m = objs[i];
		idx = zrx_host_idx(&zp->host, m);
		if (zrx_unlikely(m->buf_addr != zrx_host_data(&zp->host, idx)))
			zp->layout->tie(zp, idx);
	}
}

void zrx_pool_walk(void (*fn)(struct zrx_pool *zp, void *arg), void *arg)
{
	struct zrx_pool *zp;

	zrx_lock(&pools_lock);
	TAILQ_FOREACH (zp, &pools, next)
		fn(zp, arg);
	zrx_unlock(&pools_lock);
}
