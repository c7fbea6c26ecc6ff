/* SPDX-License-Identifier: BSD-3-Clause */
#include "pool_kinds.h"

#include "drivers/mempool/zrx/zrx_mempool.h"

#include <stdio.h>
#include <stdlib.h>

#include <rte_bus_vdev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#define NR_MBUFS 8191
#define ROOM RTE_MBUF_DEFAULT_BUF_SIZE

static const char *const layouts[] = { "interleaved", "pinned" };

static const char *const dpdk_kinds[] = { "ring_mp_mc", "stack", "lf_stack",
					  "bucket", NULL };

bool zrx_kind(unsigned int i, struct zrx_kind *k)
{
	const char *variant = zrx_pool_variant(i / RTE_DIM(layouts));
	const char *layout = layouts[i % RTE_DIM(layouts)];

	if (!variant)
		return false;
	snprintf(k->name, sizeof(k->name), "zrx %s %s", variant, layout);
	snprintf(k->conf, sizeof(k->conf), "variant=%s,layout=%s", variant,
		 layout);
	return true;
}

static int port_open(const char *name, struct rte_mempool *mp, uint16_t *port)
{
	struct rte_eth_conf conf = { 0 };
	int ret = rte_vdev_init(name, NULL);

	if (ret == 0)
		ret = rte_eth_dev_get_port_by_name(name, port);
	if (ret == 0)
		ret = rte_eth_dev_configure(*port, 1, 1, &conf);
	if (ret == 0)
		ret = rte_eth_rx_queue_setup(*port, 0, 512, SOCKET_ID_ANY, NULL,
					     mp);
	if (ret == 0)
		ret = rte_eth_tx_queue_setup(*port, 0, 512, SOCKET_ID_ANY,
					     NULL);
	return ret ? ret : rte_eth_dev_start(*port);
}

static bool kind_ports(struct kind *k, unsigned int i)
{
	char rx[32], tx[32];

	snprintf(rx, sizeof(rx), "net_null%u", 2 * i);
	snprintf(tx, sizeof(tx), "net_null%u", 2 * i + 1);
	return port_open(rx, k->mp, &k->rx_port) == 0 &&
	       port_open(tx, k->mp, &k->tx_port) == 0;
}

static bool kind_open(struct kind *k, unsigned int i, const char *name,
		      const char *ops, unsigned int cache)
{
	char pool[RTE_MEMPOOL_NAMESIZE];

	k->name = name;
	snprintf(pool, sizeof(pool), "bench %u", i);
	k->mp = rte_pktmbuf_pool_create_by_ops(pool, NR_MBUFS, cache, 0, ROOM,
					       SOCKET_ID_ANY, ops);
	if (k->mp && kind_ports(k, i))
		return true;
	fprintf(stderr, "zrx-bench: no pool of kind %s: %s\n", name,
		rte_strerror(rte_errno));
	return false;
}

unsigned int kinds_open(struct kind *kinds, unsigned int cache)
{
	static struct zrx_kind zrx[MAX_KINDS];
	unsigned int i, n = 0;

	for (i = 0; dpdk_kinds[i]; i++)
		n += kind_open(&kinds[n], n, dpdk_kinds[i], dpdk_kinds[i],
			       cache);
	for (i = 0; n < MAX_KINDS && zrx_kind(i, &zrx[i]); i++) {
		setenv("ZRX_MEMPOOL", zrx[i].conf, 1);
		if (!kind_open(&kinds[n], n, zrx[i].name, "zrx", cache))
			return 0;
		n++;
	}
	return n;
}

static void port_close(uint16_t port)
{
	char name[RTE_ETH_NAME_MAX_LEN];

	if (rte_eth_dev_get_name_by_port(port, name) != 0)
		return;
	rte_eth_dev_stop(port);
	rte_eth_dev_close(port);
	rte_vdev_uninit(name);
}

void kinds_close(struct kind *kinds, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		port_close(kinds[i].rx_port);
		port_close(kinds[i].tx_port);
		rte_mempool_free(kinds[i].mp);
	}
}
