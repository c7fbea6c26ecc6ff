/* SPDX-License-Identifier: BSD-3-Clause */
#include "pool_kinds.h"

#include <stdio.h>
#include <stdlib.h>

#include <rte_bus_vdev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#define NR_MBUFS 8191
#define ROOM RTE_MBUF_DEFAULT_BUF_SIZE

static const struct {
	const char *name, *ops, *conf;
	bool must;
} kinds_known[] = {
	{"ring_mp_mc", "ring_mp_mc", NULL, true},
	{"stack", "stack", NULL, true},
	{"lf_stack", "lf_stack", NULL, false},
	{"bucket", "bucket", NULL, false},
	{"zrx interleaved", "zrx", "layout=interleaved", true},
	{"zrx pinned", "zrx", "layout=pinned", true},
};

static int port_open(const char *name, struct rte_mempool *mp, uint16_t *port)
{
	struct rte_eth_conf conf = {0};
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

static bool kind_open(struct kind *k, unsigned int i, unsigned int cache)
{
	char rx[32], tx[32];

	snprintf(k->name, sizeof(k->name), "%s", kinds_known[i].name);
	if (kinds_known[i].conf)
		setenv("ZRX_MEMPOOL", kinds_known[i].conf, 1);
	k->mp = rte_pktmbuf_pool_create_by_ops(k->name, NR_MBUFS, cache, 0,
					       ROOM, SOCKET_ID_ANY,
					       kinds_known[i].ops);
	if (!k->mp)
		return false;
	snprintf(rx, sizeof(rx), "net_null%u", 2 * i);
	snprintf(tx, sizeof(tx), "net_null%u", 2 * i + 1);
	return port_open(rx, k->mp, &k->rx_port) == 0 &&
	       port_open(tx, k->mp, &k->tx_port) == 0;
}

unsigned int kinds_open(struct kind *kinds, unsigned int cache)
{
	unsigned int i, n = 0;

	for (i = 0; i < RTE_DIM(kinds_known); i++) {
		if (kind_open(&kinds[n], i, cache)) {
			n++;
			continue;
		}
		fprintf(stderr, "zrx-bench: no pool of kind %s: %s\n",
			kinds_known[i].name, rte_strerror(rte_errno));
		if (kinds_known[i].must)
			return 0;
	}
	return n;
}

static void port_close(uint16_t port)
{
	struct rte_eth_dev_info info;
	char name[RTE_ETH_NAME_MAX_LEN];

	if (rte_eth_dev_info_get(port, &info) != 0 ||
	    rte_eth_dev_get_name_by_port(port, name) != 0)
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
