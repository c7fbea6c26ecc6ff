/* SPDX-License-Identifier: BSD-3-Clause */
#include "drv.h"

#include <ftw.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_log.h>

#define MAX_ARGS 32

static char dir[32];
static char prefix[32];
static FILE *log_file;
static char *log_text;
static size_t log_len;

bool env_huge(void)
{
	const char *want = getenv("ZRX_TEST_EAL");

	return want && strcmp(want, "huge") == 0;
}

const char *env_dir(void)
{
	return dir;
}

const char *env_prefix(void)
{
	return prefix;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	return remove(path);
}

/* Two lcores, on one CPU if there is only one that we may use. */
static void lcores_arg(char *text, size_t len)
{
	int cpu, first = -1, last = -1;
	cpu_set_t set;

	sched_getaffinity(0, sizeof(set), &set);
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &set))
			continue;
		first = first < 0 ? cpu : first;
		last = cpu;
	}
	snprintf(text, len, "--lcores=0@%d,1@%d", first, last);
}

/* EAL keeps pointers into what it is given */
static int build_args(char **argv)
{
	static char lcores[64];
	int n = 0;

	lcores_arg(lcores, sizeof(lcores));
	argv[n++] = "driver-test";
	argv[n++] = lcores;
	argv[n++] = "--no-pci";
	argv[n++] = "--log-level=lib.*:warning";
	argv[n++] = "--mbuf-pool-ops-name=zrx";
	argv[n++] = "--file-prefix";
	argv[n++] = prefix;
	argv[n++] = env_huge() ? "--in-memory" : "--no-shconf";
	argv[n++] = env_huge() ? "-m64" : "--no-huge";
	argv[n++] = env_huge() ? "--iova-mode=pa" : "-m512";
	argv[n] = NULL;
	return n;
}

bool env_enter(void)
{
	snprintf(prefix, sizeof(prefix), "zrx-test-%d", getpid());
	strcpy(dir, "/tmp/zrx-test-XXXXXX");
	return mkdtemp(dir) && setenv("RUNTIME_DIRECTORY", dir, 1) == 0 &&
	       unsetenv("ZRX_MEMPOOL") == 0;
}

void env_leave(void)
{
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int env_start(void)
{
	static char *argv[MAX_ARGS];

	return env_enter() ? rte_eal_init(build_args(argv), argv) : -1;
}

void env_stop(void)
{
	rte_eal_cleanup();
	env_leave();
}

void log_begin(void)
{
	free(log_text);
	log_text = NULL;
	log_file = open_memstream(&log_text, &log_len);
	assert_non_null(log_file);
	rte_openlog_stream(log_file);
	rte_log_set_level_pattern("pmd.mempool.zrx", RTE_LOG_INFO);
}

const char *log_end(void)
{
	rte_log_set_level_pattern("pmd.mempool.zrx", RTE_LOG_NOTICE);
	rte_openlog_stream(NULL);
	fclose(log_file);
	return log_text;
}

unsigned int log_lines(const char *log)
{
	unsigned int n = 0;

	for (; (log = strstr(log, "zrx: ")); log++)
		n++;
	return n;
}

void log_expect_one(const char *log, const char *part)
{
	const char *end = strchr(log, '\n');

	if (log_lines(log) != 1 || !end || !strstr(log, part))
		fail_msg("wanted one line with \"%s\", not:\n%s", part, log);
}
