/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A system that does not give what a pool needs.  Each shortage is one line
 * with what is missing and what to do, an errno, and nothing left behind.
 */
#include "drv.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

struct
try {
	unsigned int n;
	uint16_t priv;
	uint16_t room;
	const char *conf;
	const char *part; /* of the line */
	int err;
};

static struct rte_mempool *create(const struct try *t)
{
	rte_errno = 0;
	return zrx_pool_create("short", t->n, 0, t->priv, t->room, 0, t->conf);
}

static void expect_short(const struct try *t)
{
	log_begin();
	assert_null(create(t));
	log_expect_one(log_end(), t->part);
	assert_int_equal(rte_errno, t->err);
	assert_null(rte_mempool_lookup("short"));
}

static long number(const char *path)
{
	FILE *f = fopen(path, "r");
	long n = 0;

	if (!f)
		return 0;
	if (fscanf(f, "%ld", &n) != 1)
		n = 0;
	fclose(f);
	return n;
}

#define HUGE_DIR "/sys/kernel/mm/hugepages/hugepages-2048kB/"

/* 64 pages more than there can be, at 32 buffers of 64 KiB a page */
static void too_few_huge_pages_are_counted(void **state)
{
	long pages = number(HUGE_DIR "nr_hugepages") +
		     number(HUGE_DIR "nr_overcommit_hugepages") + 64;
	struct try t = { 32 * pages,
			 0,
			 2176,
			 "layout=pinned,huge=on,niov=64K",
			 "raise vm.nr_hugepages, make the pool smaller or say "
			 "huge=off",
			 ENOMEM };
	char part[64];

	expect_short(&t);
	snprintf(part, sizeof(part), "zrx: pool short: %ld MiB of huge pages",
		 2 * pages + 1);
	t.part = part;
	expect_short(&t);
}

/* one mbuf a group: two mappings for each, so half the limit is too much */
static void too_few_mappings_are_counted(void **state)
{
	long limit = number("/proc/sys/vm/max_map_count");
	char part[64];
	struct try t = { limit / 2, 0,	   2176, "layout=interleaved,niov=64K",
			 part,	    ENOMEM };

	if (limit > 1000000) {
		print_message("    not shown: max_map_count is %ld\n", limit);
		skip();
	}
	snprintf(part, sizeof(part), "vm.max_map_count is %ld: raise it",
		 limit);
	expect_short(&t);
	t.part = "or say layout=pinned";
	expect_short(&t);
}

static long mappings(void)
{
	FILE *f = fopen("/proc/self/maps", "r");
	long n = 0;
	int c;

	while ((c = getc(f)) != EOF)
		n += c == '\n';
	fclose(f);
	return n;
}

/* every other page with other rights: a mapping each, until few are left */
static char *mappings_use_up(long left, size_t *len)
{
	long i, n = number("/proc/sys/vm/max_map_count") - mappings() - left;
	size_t page = getpagesize();
	char *p;

	*len = n * page;
	p = mmap(NULL, *len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(p, MAP_FAILED);
	for (i = 1; i < n; i += 2)
		assert_int_equal(mprotect(p + i * page, page, PROT_READ), 0);
	return p;
}

static void auto_goes_pinned_where_mappings_are_short(void **state)
{
	struct rte_mempool *mp;
	size_t len;
	char *p;

	if (number("/proc/sys/vm/max_map_count") > 1000000)
		skip();
	p = mappings_use_up(200, &len);
	log_begin();
	mp = zrx_pool_create("auto", 2000, 0, 0, 2176, 0, "layout=auto");
	munmap(p, len);
	assert_non_null(mp);
	assert_non_null(strstr(log_end(),
			       "zrx: pool auto: pinned, because layout "
			       "interleaved needs "));
	pool_expect_home(mp);
	rte_mempool_free(mp);
}

static void interleaved_says_so_where_mappings_are_short(void **state)
{
	struct try t = { 2000,
			 0,
			 2176,
			 "layout=interleaved",
			 "layout interleaved needs ",
			 ENOMEM };
	size_t len;
	char *p;

	if (number("/proc/sys/vm/max_map_count") > 1000000)
		skip();
	p = mappings_use_up(200, &len);
	expect_short(&t);
	munmap(p, len);
}

static void too_little_eal_memory_is_said(void **state)
{
	struct try t = { 40000,
			 8192,
			 1024,
			 "layout=pinned,huge=off",
			 "no EAL memory for 40000 mbufs: give EAL more (-m) or "
			 "make the pool smaller",
			 ENOMEM };

	expect_short(&t);
}

/* In a process of its own: 0 if the pool failed as it should. */
static int short_in_child(void *arg)
{
	struct try *t = arg;
	struct world before = world_now(), after;
	struct rte_mempool *mp = create(t);

	if (mp)
		return 1;
	if (rte_errno != t->err)
		return 2;
	after = world_now();
	if (after.fds != before.fds || after.memfd_maps != before.memfd_maps)
		return 3;
	return after.heap_bytes != before.heap_bytes ? 4 : 0;
}

static void expect_child(int (*fn)(void *arg), struct try *t)
{
	struct child c = child_run(fn, t);

	if (c.status != 0 || log_lines(c.text) != 1 || !strstr(c.text, t->part))
		fail_msg("status %d, wanted \"%s\", not:\n%s", c.status,
			 t->part, c.text);
}

static void limit(int what, rlim_t n)
{
	struct rlimit lim = { n, n };

	setrlimit(what, &lim);
}

static void drop_ipc_lock(void)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];

	if (syscall(SYS_capget, &h, d) != 0)
		return;
	d[CAP_TO_INDEX(CAP_IPC_LOCK)].effective &= ~CAP_TO_MASK(CAP_IPC_LOCK);
	d[CAP_TO_INDEX(CAP_IPC_LOCK)].permitted &= ~CAP_TO_MASK(CAP_IPC_LOCK);
	syscall(SYS_capset, &h, d);
}

static int without_lock(void *arg)
{
	limit(RLIMIT_MEMLOCK, 64 << 10);
	drop_ipc_lock();
	return short_in_child(arg);
}

static void too_little_lockable_memory_is_counted(void **state)
{
	static const char *const confs[] = {
		"layout=interleaved,lock=on",
		"layout=interleaved,niov=64K,lock=on",
		"layout=pinned,huge=off,lock=on",
	};
	struct try t = { 100,
			 0,
			 2176,
			 NULL,
			 "KiB, RLIMIT_MEMLOCK is 64 KiB: raise it (ulimit -l) "
			 "or say lock=off",
			 ENOMEM };
	unsigned int i;

	if (UNDER_ASAN) {
		print_message("    not shown: ASan makes mlock() do nothing\n");
		skip();
	}
	for (i = 0; i < RTE_DIM(confs); i++) {
		t.conf = confs[i];
		expect_child(without_lock, &t);
	}
}

static int without_file_size(void *arg)
{
	signal(SIGXFSZ, SIG_IGN);
	limit(RLIMIT_FSIZE, 16 << 10);
	return short_in_child(arg);
}

/* a limit on the size of files stands for a machine without memory */
static void no_memory_for_the_area_is_said(void **state)
{
	struct try t = {
		1000,
		0,
		2176,
		"layout=pinned,huge=off",
		"no memory for an area of 3 MiB: make the pool smaller",
		ENOMEM
	};

	expect_child(without_file_size, &t);
	t.conf = "layout=interleaved";
	expect_child(without_file_size, &t);
}

static int without_descriptors(void *arg)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *e;
	int last = 0;

	while ((e = readdir(d)))
		last = RTE_MAX(last, atoi(e->d_name));
	closedir(d);
	while (dup(0) < last)
		;
	limit(RLIMIT_NOFILE, last + 1);
	while (dup(0) >= 0)
		;
	return create(arg) ? 1 : rte_errno != ((struct try *)arg)->err;
}

static void no_descriptor_for_the_area_is_an_error(void **state)
{
	struct try t = {
		100,   0, 2176, "layout=pinned,huge=off", "zrx: pool short: ",
		ENOMEM
	};

	expect_child(without_descriptors, &t);
}

/* a shortage of the first kind is one that half the size may not have */
static void after_a_shortage_a_smaller_pool_fits(void **state)
{
	struct try t = { 40000,	   8192,  1024, "layout=pinned,huge=off",
			 "no EAL", ENOMEM };
	struct rte_mempool *mp;

	expect_short(&t);
	t.n = 1000;
	mp = create(&t);
	assert_non_null(mp);
	pool_expect_home(mp);
	rte_mempool_free(mp);
}

static const struct CMUnitTest cases[] = {
	WORLD(too_few_huge_pages_are_counted),
	WORLD(too_few_mappings_are_counted),
	WORLD(auto_goes_pinned_where_mappings_are_short),
	WORLD(interleaved_says_so_where_mappings_are_short),
	WORLD(too_little_eal_memory_is_said),
	WORLD(too_little_lockable_memory_is_counted),
	WORLD(no_memory_for_the_area_is_said),
	WORLD(no_descriptor_for_the_area_is_an_error),
	WORLD(after_a_shortage_a_smaller_pool_fits),
};

int main(void)
{
	return RUN_ONCE("limits", cases);
}
