/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The area's memory: a memfd that a stranger may be handed.
 *
 * Sealed against shrinking and growing, and F_SEAL_FUTURE_WRITE after our own
 * mappings are made: without that seal whoever holds the descriptor can punch
 * holes under us, which turns payload into zeroes, and a hugetlb page into a
 * SIGBUS.  With it he can map read-only, no more.
 */
#include "zrx_pool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <numa.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

long zrx_mem_number(const char *path)
{
	FILE *f = fopen(path, "r");
	long n = -1;

	if (!f)
		return -1;
	if (fscanf(f, "%ld", &n) != 1)
		n = -1;
	fclose(f);
	return n;
}

/* A new memfd of area_size rounded up to its pages; -errno, silent. */
static int mem_open(struct zrx_pool *zp, unsigned int flags)
{
	struct stat st;
	int fd = memfd_create(zp->mp->name,
			      MFD_CLOEXEC | MFD_ALLOW_SEALING | flags);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) != 0 ||
	    ftruncate(fd, RTE_ALIGN_CEIL(zp->area_size,
					 (size_t)st.st_blksize)) != 0) {
		close(fd);
		return -ENOMEM;
	}
	zp->page = st.st_blksize;
	zp->fd = fd;
	return 0;
}

void zrx_mem_bind(const struct zrx_pool *zp, void *addr, size_t len)
{
	int node = zp->mp->socket_id;

	if (node < 0 || numa_available() < 0 || node > numa_max_node())
		return; /* any node, or a heap that is no node */
	numa_tonode_memory(addr, len, node);
}

/* Every page now, so that a shortage is an error here and no SIGBUS later. */
static int mem_populate(void *addr, size_t len, size_t page)
{
	size_t i;

	if (madvise(addr, len, MADV_POPULATE_WRITE) == 0)
		return 0;
	if (errno != EINVAL)
		return -ENOMEM;
	for (i = 0; i < len; i += page)
		*((volatile char *)addr + i) = 0;
	return 0;
}

static int mem_map(struct zrx_pool *zp)
{
	size_t len = RTE_ALIGN_CEIL(zp->area_size, zp->page);
	void *p =
		mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, zp->fd, 0);

	if (p == MAP_FAILED)
		return -ENOMEM;
	zrx_mem_bind(zp, p, len);
	if (mem_populate(p, len, zp->page) != 0) {
		munmap(p, len);
		return -ENOMEM;
	}
	zp->map = p;
	zp->map_len = len;
	zp->area_size = len;
	return 0;
}

static int mem_try(struct zrx_pool *zp, unsigned int flags)
{
	int ret = mem_open(zp, flags);

	if (ret == 0)
		ret = mem_map(zp);
	if (ret != 0 && zp->fd >= 0) {
		close(zp->fd);
		zp->fd = -1;
	}
	return ret;
}

/* The layout wants page-sized pieces; only a contiguous area can be huge. */
static bool mem_wants_huge(const struct zrx_pool *zp)
{
	if (zp->layout != &zrx_layout_pinned || zp->conf.huge == ZRX_OFF)
		return false;
	return zp->conf.huge == ZRX_ON || rte_eal_has_hugepages();
}

static int mem_huge_short(const struct zrx_pool *zp)
{
	return ZRX_FAIL(
		-ENOMEM,
		"pool %s: %zu MiB of huge pages wanted and %ld pages are "
		"free: raise vm.nr_hugepages, make the pool smaller or say "
		"huge=off",
		zp->mp->name, (zp->area_size >> 20) + 1,
		zrx_mem_number("/sys/kernel/mm/hugepages/"
			       "hugepages-2048kB/free_hugepages"));
}

int zrx_mem_create(struct zrx_pool *zp)
{
	size_t wanted = zp->area_size;

	zp->fd = -1;
	if (mem_wants_huge(zp)) {
		if (mem_try(zp, MFD_HUGETLB) == 0)
			return 0;
		zp->area_size = wanted;
		if (zp->conf.huge == ZRX_ON)
			return mem_huge_short(zp);
		ZRX_LOG(NOTICE,
			"pool %s: too few huge pages, going on with small ones",
			zp->mp->name);
	}
	if (mem_try(zp, 0) == 0)
		return 0;
	return ZRX_FAIL(-ENOMEM,
			"pool %s: no memory for an area of %zu MiB: make the "
			"pool smaller",
			zp->mp->name, wanted >> 20);
}

int zrx_mem_seal(struct zrx_pool *zp)
{
	int seals =
		F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL;

	if (fcntl(zp->fd, F_ADD_SEALS, seals) == 0)
		return 0;
	return ZRX_FAIL(-errno,
			"pool %s: cannot seal the area (%s): Linux 5.1 or "
			"later is needed",
			zp->mp->name, strerror(errno));
}

/*
 * With physical addresses a page must be there before its address is asked
 * for, and must not move; with virtual ones it may.
 */
int zrx_mem_settle(struct zrx_pool *zp)
{
	bool pa = rte_eal_iova_mode() == RTE_IOVA_PA;
	struct rlimit lim = { 0, 0 };

	if (pa && mem_populate(zp->map, zp->map_len, getpagesize()) != 0)
		return ZRX_FAIL(-ENOMEM, "pool %s: no memory for %zu MiB",
				zp->mp->name, zp->map_len >> 20);
	if (zp->conf.lock == ZRX_OFF || (zp->conf.lock == ZRX_AUTO && !pa) ||
	    mlock(zp->map, zp->map_len) == 0)
		return 0;
	getrlimit(RLIMIT_MEMLOCK, &lim);
	return ZRX_FAIL(
		-ENOMEM,
		"pool %s: cannot lock %zu KiB, RLIMIT_MEMLOCK is %" PRIu64
		" KiB: raise it (ulimit -l) or say lock=off",
		zp->mp->name, zp->map_len >> 10, (uint64_t)lim.rlim_cur >> 10);
}

void zrx_mem_free(struct zrx_pool *zp)
{
	if (zp->map)
		munmap(zp->map, zp->map_len);
	zp->map = NULL;
	if (zp->fd >= 0)
		close(zp->fd);
	zp->fd = -1;
}
