/* SPDX-License-Identifier: BSD-3-Clause */
#include "drv.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <rte_malloc.h>

struct range {
	uintptr_t start, end;
	struct place at;
	bool memfd;
};

static struct range *ranges;
static size_t nr_ranges;

static unsigned int count_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static bool range_parse(struct range *r, const char *line)
{
	char perms[8];

	*r = (struct range){ 0 };
	if (sscanf(line,
		   "%" SCNxPTR "-%" SCNxPTR " %7s %" SCNx64 " %*s %" SCNu64,
		   &r->start, &r->end, perms, &r->at.off, &r->at.inode) != 5)
		return false;
	r->at.prot = (perms[0] == 'r' ? PROT_READ : 0) |
		     (perms[1] == 'w' ? PROT_WRITE : 0);
	r->at.shared = perms[3] == 's';
	r->memfd = strstr(line, "/memfd:") != NULL;
	return true;
}

void place_read(void)
{
	FILE *f = fopen("/proc/self/maps", "r");
	size_t room = 0;
	char line[512];

	assert_non_null(f);
	free(ranges);
	ranges = NULL;
	for (nr_ranges = 0; fgets(line, sizeof(line), f);) {
		if (nr_ranges == room) {
			room = room ? 2 * room : 256;
			ranges = realloc(ranges, room * sizeof(*ranges));
			assert_non_null(ranges);
		}
		nr_ranges += range_parse(&ranges[nr_ranges], line);
	}
	fclose(f);
}

struct place place_of(const void *addr)
{
	uintptr_t at = (uintptr_t)addr;
	struct place found = { 0 };
	size_t low = 0, high = nr_ranges, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (ranges[mid].end <= at)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == nr_ranges || ranges[low].start > at)
		return found;
	found = ranges[low].at;
	found.off += at - ranges[low].start;
	return found;
}

static unsigned int count_memfd_maps(void)
{
	unsigned int n = 0;
	size_t i;

	place_read();
	for (i = 0; i < nr_ranges; i++)
		n += ranges[i].memfd;
	free(ranges);
	ranges = NULL;
	nr_ranges = 0;
	return n;
}

struct world world_now(void)
{
	struct rte_malloc_socket_stats heap;
	struct world w;

	w.fds = count_fds();
	w.memfd_maps = count_memfd_maps();
	assert_int_equal(rte_malloc_get_socket_stats(0, &heap), 0);
	w.heap_bytes = heap.heap_allocsz_bytes;
	w.heap_blocks = heap.alloc_count;
	return w;
}

void world_expect(const struct world *then)
{
	struct world now = world_now();

	assert_int_equal(now.fds, then->fds);
	assert_int_equal(now.memfd_maps, then->memfd_maps);
	assert_int_equal(now.heap_blocks, then->heap_blocks);
	assert_int_equal(now.heap_bytes, then->heap_bytes);
}

static struct world kept;

int world_setup(void **state)
{
	unsetenv("ZRX_MEMPOOL");
	kept = world_now();
	*state = &kept;
	return 0;
}

int world_teardown(void **state)
{
	world_expect(*state);
	return 0;
}
