/* SPDX-License-Identifier: BSD-3-Clause */
/* The part of zrx_mempool.h that is about pools; zrx_user.c has the rest. */
#include "zrx_pool.h"

#include <errno.h>

#include <rte_errno.h>

struct find {
	const struct rte_mempool *mp;
	struct zrx_pool *zp;
};

static void pool_match(struct zrx_pool *zp, void *arg)
{
	struct find *f = arg;

	if (zp->mp == f->mp && zp->mode != ZRX_MODE_PLAIN)
		f->zp = zp;
}

struct zrx_pool *zrx_pool_of(const struct rte_mempool *mp)
{
	struct find f = { mp, NULL };

	zrx_pool_walk(pool_match, &f);
	if (!f.zp)
		rte_errno = ENOENT;
	return f.zp;
}

static int pktmbuf_init(struct rte_mempool *mp, uint16_t priv, uint16_t room)
{
	struct rte_pktmbuf_pool_private p = {
		.mbuf_data_room_size = room,
		.mbuf_priv_size = priv,
	};
	int ret;

	rte_pktmbuf_pool_init(mp, &p);
	ret = rte_mempool_populate_default(mp);
	if (ret < 0)
		return ret;
	rte_mempool_obj_iter(mp, rte_pktmbuf_init, NULL);
	return 0;
}

struct rte_mempool *zrx_pool_create(const char *name, unsigned int n,
				    unsigned int cache_size, uint16_t priv_size,
				    uint16_t data_room, int socket_id,
				    const char *conf)
{
	uint32_t elt = sizeof(struct rte_mbuf) + priv_size + data_room;
	struct rte_mempool *mp;
	int ret;

	if (priv_size % RTE_MBUF_PRIV_ALIGN != 0) {
		rte_errno = EINVAL;
		return ZRX_FAIL(NULL,
				"pool %s: a private size of %u is no multiple "
				"of %d",
				name, priv_size, RTE_MBUF_PRIV_ALIGN);
	}
	mp = rte_mempool_create_empty(name, n, elt, cache_size,
				      sizeof(struct rte_pktmbuf_pool_private),
				      socket_id, 0);
	if (!mp)
		return NULL;
	ret = rte_mempool_set_ops_byname(mp, "zrx", (void *)(uintptr_t)conf);
	if (ret == 0)
		ret = pktmbuf_init(mp, priv_size, data_room);
	if (ret == 0)
		return mp;
	rte_mempool_free(mp);
	rte_errno = -ret;
	return NULL;
}

const char *zrx_pool_variant(unsigned int i)
{
	return zrx_variant_name(i);
}

void zrx_pool_area(const struct zrx_pool *zp, struct zrx_pool_area *a)
{
	a->fd = zp->fd;
	a->niov_shift = zp->prov.niov_shift;
	a->size = zp->area_size;
	a->token = zrx_area_token(0);
}
