/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A pool that is to be on a node has its buffers there.  With one node that is
 * true of everything, so the policy of the pages is looked at as well.
 */
#include "drv.h"

#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/mempolicy.h>
#include <numa.h>

struct policy {
	int mode;
	unsigned long nodes;
	bool known;
};

static struct policy policy_of(void *addr)
{
	unsigned long nodes[16] = { 0 };
	struct policy p = { 0 };

	p.known = syscall(SYS_get_mempolicy, &p.mode, nodes, 8 * sizeof(nodes),
			  addr, MPOL_F_ADDR) == 0;
	p.nodes = nodes[0];
	return p;
}

static int node_of(void *addr)
{
	int status = -1;

	if (syscall(SYS_move_pages, 0, 1, &addr, NULL, &status, 0) != 0)
		return -1;
	return status;
}

static void numa_or_skip(void)
{
	if (numa_available() >= 0)
		return;
	print_message("    not shown: the kernel knows no nodes\n");
	skip();
}

static struct rte_mempool *pool_on(const struct fix *f, int node)
{
	struct rte_mempool *mp = zrx_pool_create(
		"on", FIX_NIOVS, 0, 0, FIX_ROOM, node, f->shape->conf);

	assert_non_null(mp);
	return mp;
}

static void expect_on(const struct fix *f, int node)
{
	struct rte_mempool *mp = pool_on(f, node);
	struct rte_mbuf *m[FIX_NIOVS];
	struct policy p;
	unsigned int i;

	assert_int_equal(rte_pktmbuf_alloc_bulk(mp, m, FIX_NIOVS), 0);
	for (i = 0; i < FIX_NIOVS; i++) {
		*(char *)m[i]->buf_addr = 1;
		assert_int_equal(node_of(m[i]->buf_addr), node);
		p = policy_of(m[i]->buf_addr);
		if (!p.known)
			continue;
		assert_true(p.mode == MPOL_BIND || p.mode == MPOL_PREFERRED);
		assert_int_equal(p.nodes, 1ul << node);
		if (!fix_is_pinned(f))
			assert_int_equal(policy_of(m[i]).nodes, 1ul << node);
	}
	rte_pktmbuf_free_bulk(m, FIX_NIOVS);
	rte_mempool_free(mp);
}

CASE(a_pool_on_a_node_has_its_pages_there)
{
	struct bitmask *ours;
	int node;

	numa_or_skip();
	ours = numa_get_mems_allowed();
	for (node = 0; node <= numa_max_node(); node++)
		if (numa_bitmask_isbitset(ours, node))
			expect_on(f, node);
	numa_bitmask_free(ours);
	if (numa_max_node() == 0)
		print_message("    not shown: another node, there is one\n");
}

CASE(a_pool_that_may_be_anywhere_has_no_policy)
{
	struct policy p;
	struct rte_mbuf *m;

	numa_or_skip();
	m = rte_pktmbuf_alloc(f->mp);
	p = policy_of(m->buf_addr);
	if (p.known)
		assert_int_equal(p.mode, MPOL_DEFAULT);
	rte_pktmbuf_free(m);
}

static const struct CMUnitTest cases[] = {
	FIX(a_pool_on_a_node_has_its_pages_there),
	FIX(a_pool_that_may_be_anywhere_has_no_policy),
};

int main(void)
{
	return RUN_MATRIX("numa", cases);
}
