/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The ops table, and the two of its functions that packets pay for.
 *
 * Rules of the mempool library that bind them: enqueue cannot fail, dequeue
 * takes all or nothing, any thread may call either at any time, and neither
 * may put, get or free anything in its own pool, for the caller's lcore cache
 * is half written just then.
 */
#include "zrx_pool.h"

#include <errno.h>

#include <rte_branch_prediction.h>
#include <rte_bus_vdev.h>
#include <rte_common.h>
#include <rte_eal.h>
#include <rte_memcpy.h>
#include <rte_version.h>

static int list_enqueue(struct zrx_pool *zp, void *const *objs, unsigned int n)
{
	bool fits;

	zrx_lock(&zp->lock);
	fits = zrx_area_enter(&zp->area, n);
	if (likely(fits))
		rte_memcpy(zp->list + zp->area.nr_free - n, objs,
			   n * sizeof(*objs));
	zrx_unlock(&zp->lock);
	return fits ? 0 : -ENOBUFS;
}

static int list_dequeue(struct zrx_pool *zp, void **objs, unsigned int n)
{
	bool there;

	zrx_lock(&zp->lock);
	if (zp->nr_atts)
		zrx_pool_drain(zp, n);
	there = zrx_area_leave(&zp->area, n);
	if (likely(there))
		rte_memcpy(objs, zp->list + zp->area.nr_free,
			   n * sizeof(*objs));
	zrx_unlock(&zp->lock);
	return there ? 0 : -ENOBUFS;
}

static int __rte_noinline slow_enqueue(struct zrx_pool *zp, void *const *objs,
				       unsigned int n)
{
	if (zp->mode == ZRX_MODE_FILLING)
		return 0; /* it is on the list since the area was made */
	zrx_pool_first_use(zp);
	return list_enqueue(zp, objs, n);
}

static int __rte_noinline slow_dequeue(struct zrx_pool *zp, void **objs,
				       unsigned int n)
{
	zrx_pool_first_use(zp);
	return list_dequeue(zp, objs, n);
}

static bool pool_is_slow(const struct zrx_pool *zp)
{
	return __atomic_load_n(&zp->mode, __ATOMIC_ACQUIRE) >= ZRX_MODE_FILLING;
}

static int mempool_enqueue(struct rte_mempool *mp, void *const *objs,
			   unsigned int n)
{
	struct zrx_pool *zp = mp->pool_data;

	if (unlikely(pool_is_slow(zp)))
		return slow_enqueue(zp, objs, n);
	if (zp->nr_atts)
		zrx_pool_mend(zp, objs, n);
	return list_enqueue(zp, objs, n);
}

static int mempool_dequeue(struct rte_mempool *mp, void **objs, unsigned int n)
{
	struct zrx_pool *zp = mp->pool_data;

	if (unlikely(pool_is_slow(zp)))
		return slow_dequeue(zp, objs, n);
	return list_dequeue(zp, objs, n);
}

static unsigned int mempool_get_count(const struct rte_mempool *mp)
{
	const struct zrx_pool *zp = mp->pool_data;

	return __atomic_load_n(&zp->area.nr_free, __ATOMIC_RELAXED);
}

static bool pool_is_niov(const struct rte_mempool *mp)
{
	const struct zrx_pool *zp = mp->pool_data;

	return zp && zp->mode != ZRX_MODE_PLAIN;
}

/* niovs lie in memory of their own: the chunk is a formality */
static ssize_t mempool_calc_mem_size(const struct rte_mempool *mp, uint32_t n,
				     uint32_t pg_shift, size_t *min_chunk,
				     size_t *align)
{
	if (!pool_is_niov(mp))
		return rte_mempool_op_calc_mem_size_default(mp, n, pg_shift,
							    min_chunk, align);
	*min_chunk = RTE_CACHE_LINE_SIZE;
	*align = RTE_CACHE_LINE_SIZE;
	return RTE_CACHE_LINE_SIZE;
}

static int mempool_populate(struct rte_mempool *mp, unsigned int n, void *addr,
			    rte_iova_t iova, size_t len,
			    rte_mempool_populate_obj_cb_t *cb, void *arg)
{
	if (!pool_is_niov(mp))
		return rte_mempool_op_populate_default(mp, n, addr, iova, len,
						       cb, arg);
	if (n != mp->size)
		return ZRX_FAIL(-EINVAL,
				"pool %s: niovs are populated all at once",
				mp->name);
	return zrx_pool_populate(mp->pool_data, cb, arg);
}

static const struct rte_mempool_ops ops_zrx = {
	.name = "zrx",
	.alloc = zrx_pool_alloc,
	.free = zrx_pool_free,
	.enqueue = mempool_enqueue,
	.dequeue = mempool_dequeue,
	.get_count = mempool_get_count,
	.calc_mem_size = mempool_calc_mem_size,
	.populate = mempool_populate,
};

/*
 * A secondary process sees the pools of the primary, but their areas and locks
 * are not mapped there.  These ops say so instead of following pointers.
 */
static int refuse_alloc(struct rte_mempool *mp)
{
	return ZRX_FAIL(-ENOTSUP,
			"pool %s: zrx is for the primary process: say "
			"--mbuf-pool-ops-name=ring_mp_mc in a secondary one",
			mp->name);
}

static void refuse_free(struct rte_mempool *mp)
{
	(void)mp;
}

static int refuse_enqueue(struct rte_mempool *mp, void *const *objs,
			  unsigned int n)
{
	(void)mp, (void)objs, (void)n;
	return -ENOTSUP;
}

static int refuse_dequeue(struct rte_mempool *mp, void **objs, unsigned int n)
{
	(void)mp, (void)objs, (void)n;
	return -ENOTSUP;
}

static unsigned int refuse_get_count(const struct rte_mempool *mp)
{
	(void)mp;
	return 0;
}

static const struct rte_mempool_ops ops_refuse = {
	.name = "zrx",
	.alloc = refuse_alloc,
	.free = refuse_free,
	.enqueue = refuse_enqueue,
	.dequeue = refuse_dequeue,
	.get_count = refuse_get_count,
};

static void ops_register(void)
{
	static bool done;
	int ret;

	if (done)
		return;
	done = true;
	ret = rte_mempool_register_ops(
		rte_eal_process_type() == RTE_PROC_SECONDARY ? &ops_refuse
							     : &ops_zrx);
	if (ret < 0)
		ZRX_LOG(ERR,
			"all %d places for mempool drivers are taken: load "
			"fewer of them (-d DIR or -d FILE instead of the "
			"default directory)",
			RTE_MEMPOOL_MAX_OPS_IDX);
}

static void ops_register_late(void *arg)
{
	(void)arg;
	ops_register();
}

/*
 * A constructor of a plugin runs before those of DPDK's own drivers and would
 * shift their places in the table; a secondary process without this plugin
 * would then call the wrong ones.  So wait for the bus scan, when all plugins
 * are loaded.  From 26.07 on DPDK's own drivers fill the table: there the first
 * come has to be us.
 */
RTE_INIT(zrx_ops_init)
{
	if (RTE_VERSION >= RTE_VERSION_NUM(26, 7, 0, 0) ||
	    rte_vdev_add_custom_scan(ops_register_late, NULL) != 0)
		ops_register();
}
