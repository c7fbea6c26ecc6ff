/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A program that knows nothing of the driver: starts EAL with its arguments
 * and prints the table of mempool drivers, one "index name" a line.  The
 * environment variable OPS_NAMES asks for more:
 *   fill   take all places of the table before EAL starts
 *   pool   make a pool of packet buffers with the ops of this name, "zrx", and
 *          print "pool" and its errno, 0 if there is one
 *   wait   then wait for the end of standard input
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

static bool wants(const char *what)
{
	const char *all = getenv("OPS_NAMES");

	return all && strstr(all, what);
}

static int no_alloc(struct rte_mempool *mp)
{
	return -ENOTSUP;
}

static int no_enqueue(struct rte_mempool *mp, void *const *objs, unsigned int n)
{
	return -ENOTSUP;
}

static int no_dequeue(struct rte_mempool *mp, void **objs, unsigned int n)
{
	return -ENOTSUP;
}

static unsigned int no_count(const struct rte_mempool *mp)
{
	return 0;
}

static void fill_table(void)
{
	struct rte_mempool_ops ops = { .alloc = no_alloc,
				       .enqueue = no_enqueue,
				       .dequeue = no_dequeue,
				       .get_count = no_count };
	int i = 0;

	do
		snprintf(ops.name, sizeof(ops.name), "filler%d", i++);
	while (rte_mempool_register_ops(&ops) >= 0);
}

static void print_table(void)
{
	uint32_t i;

	for (i = 0; i < rte_mempool_ops_table.num_ops; i++)
		printf("%u %s\n", i, rte_mempool_ops_table.ops[i].name);
}

static void try_pool(void)
{
	struct rte_mempool *mp;
	char name[24];

	snprintf(name, sizeof(name), "try%d", rte_eal_process_type());
	rte_errno = 0;
	mp = rte_pktmbuf_pool_create_by_ops(name, 63, 0, 0, 2176, SOCKET_ID_ANY,
					    "zrx");
	printf("pool %d\n", mp ? 0 : rte_errno);
	rte_mempool_free(mp);
}

int main(int argc, char **argv)
{
	if (wants("fill"))
		fill_table();
	if (rte_eal_init(argc, argv) < 0)
		return 2;
	print_table();
	if (wants("pool"))
		try_pool();
	printf("ready\n");
	fflush(stdout);
	while (wants("wait") && getchar() != EOF)
		;
	rte_eal_cleanup();
	return 0;
}
