/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The driver as a plugin, -d, of a program that was not made for it: where it
 * lands in the table of mempool drivers, what happens if there is no place,
 * and in a secondary process.
 */
#include "drv.h"

#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_ARGS 16

static char here[PATH_MAX]; /* the folder of this program */
static char plugin[PATH_MAX + 64], helper[PATH_MAX + 16];

struct run {
	const char *what; /* OPS_NAMES */
	const char *args[MAX_ARGS];
};

static int run_helper(void *arg)
{
	const struct run *r = arg;
	char *argv[MAX_ARGS + 8] = { helper, "--no-pci", "--lcores=0" };
	char prefix[64];
	int i, n = 3;

	snprintf(prefix, sizeof(prefix), "--file-prefix=%s", env_prefix());
	argv[n++] = prefix;
	for (i = 0; r->args[i]; i++)
		argv[n++] = (char *)(uintptr_t)r->args[i];
	setenv("OPS_NAMES", r->what, 1);
	/* a secondary process wants the addresses of the primary to be free */
	personality(ADDR_NO_RANDOMIZE);
	execv(helper, argv);
	return 99;
}

#define NO_HUGE "--no-huge", "--no-shconf", "-m64", "--no-telemetry"

/* the lines that begin with a number */
static void names_of(const char *text, char *names, size_t len)
{
	const char *end;

	for (*names = 0; (end = strchr(text, '\n')); text = end + 1)
		if (*text >= '0' && *text <= '9' &&
		    strlen(names) + (end - text) + 2 < len)
			strncat(names, text, end - text + 1);
}

static void a_plugin_is_last_and_shifts_nobody(void **state)
{
	struct run without = { "", { NO_HUGE, NULL } };
	struct run with = { "", { NO_HUGE, "-d", plugin, NULL } };
	struct child a = child_run(run_helper, &without);
	struct child b = child_run(run_helper, &with);
	char before[1024], after[1024];

	assert_int_equal(a.status, 0);
	assert_int_equal(b.status, 0);
	names_of(a.text, before, sizeof(before));
	names_of(b.text, after, sizeof(after));
	assert_non_null(strstr(before, " ring_mp_mc\n"));
	assert_null(strstr(before, " zrx\n"));
	assert_memory_equal(after, before, strlen(before));
	assert_string_equal(strchr(after + strlen(before), ' '), " zrx\n");
	assert_int_equal(log_lines(b.text), 0);
}

static void a_plugin_given_twice_is_there_once(void **state)
{
	struct run r = { "pool",
			 { NO_HUGE, "-d", plugin, "-d", plugin, NULL } };
	struct child c = child_run(run_helper, &r);
	char *first = strstr(c.text, " zrx\n");

	assert_int_equal(c.status, 0);
	assert_non_null(first);
	assert_null(strstr(first + 1, " zrx\n"));
	assert_non_null(strstr(c.text, "pool 0\n"));
}

static void a_program_without_knowledge_gets_its_pool(void **state)
{
	struct run r = { "pool",
			 { NO_HUGE, "-d", plugin, "--mbuf-pool-ops-name=zrx",
			   NULL } };
	struct child c = child_run(run_helper, &r);

	assert_int_equal(c.status, 0);
	assert_non_null(strstr(c.text, "pool 0\n"));
}

static void a_full_table_is_one_line(void **state)
{
	struct run r = { "fill pool", { NO_HUGE, "-d", plugin, NULL } };
	struct child c = child_run(run_helper, &r);

	assert_int_equal(c.status, 0);
	assert_null(strstr(c.text, " zrx\n"));
	assert_int_equal(log_lines(c.text), 1);
	assert_non_null(strstr(c.text, "zrx: all 16 places for mempool drivers "
				       "are taken: load fewer of them (-d DIR "
				       "or -d FILE instead of the default "
				       "directory)\n"));
	assert_null(strstr(c.text, "pool 0\n"));
}

struct primary {
	pid_t pid;
	int in; /* closing it ends the process */
	FILE *out;
};

/* Goes on once the helper is ready; false if it cannot be. */
static bool primary_start(struct primary *p, struct run *r)
{
	int in[2], out[2];
	char line[256];

	assert_int_equal(pipe(in) + pipe(out), 0);
	p->pid = fork();
	if (p->pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		close(out[0]);
		_exit(run_helper(r));
	}
	close(in[0]);
	close(out[1]);
	p->in = in[1];
	p->out = fdopen(out[0], "r");
	while (fgets(line, sizeof(line), p->out))
		if (strcmp(line, "ready\n") == 0)
			return true;
	return false;
}

/* a primary leaves the files of its huge pages behind, for a next one */
static void huge_files_remove(void)
{
	FILE *f = setmntent("/proc/mounts", "r");
	struct mntent *e;
	char path[PATH_MAX];
	glob_t found;
	size_t i;

	while ((e = getmntent(f))) {
		if (strcmp(e->mnt_type, "hugetlbfs") != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%smap_*", e->mnt_dir,
			 env_prefix());
		if (glob(path, 0, NULL, &found) != 0)
			continue;
		for (i = 0; i < found.gl_pathc; i++)
			unlink(found.gl_pathv[i]);
		globfree(&found);
	}
	endmntent(f);
}

static void primary_stop(struct primary *p)
{
	close(p->in);
	fclose(p->out);
	waitpid(p->pid, NULL, 0);
	huge_files_remove();
}

#define SECONDARY "--proc-type=secondary", "--no-telemetry"

/* needs huge pages: without them there is no memory to share */
static void a_secondary_process_is_told_what_to_do(void **state)
{
	struct run first = { "pool wait",
			     { "-m8", "--no-telemetry", "-d", plugin, NULL } };
	struct run second = { "pool", { SECONDARY, "-d", plugin, NULL } };
	struct primary p;
	struct child c;

	if (!primary_start(&p, &first)) {
		primary_stop(&p);
		print_message("    not shown: EAL has no huge pages here\n");
		skip();
	}
	c = child_run(run_helper, &second);
	primary_stop(&p);
	assert_int_equal(c.status, 0);
	assert_non_null(strstr(c.text, " zrx\n"));
	assert_int_equal(log_lines(c.text), 1);
	assert_non_null(strstr(
		c.text, "zrx: pool try1: zrx is for the primary process: say "
			"--mbuf-pool-ops-name=ring_mp_mc in a secondary "
			"one\n"));
	assert_non_null(strstr(c.text, "pool 95\n"));
}

static const struct CMUnitTest cases[] = {
	cmocka_unit_test(a_plugin_is_last_and_shifts_nobody),
	cmocka_unit_test(a_plugin_given_twice_is_there_once),
	cmocka_unit_test(a_program_without_knowledge_gets_its_pool),
	cmocka_unit_test(a_full_table_is_one_line),
	cmocka_unit_test(a_secondary_process_is_told_what_to_do),
};

int main(void)
{
	ssize_t n = readlink("/proc/self/exe", here, sizeof(here) - 1);
	int failed;

	if (n < 0 || !env_enter())
		return 1;
	here[n] = 0;
	dirname(here);
	snprintf(helper, sizeof(helper), "%s/ops_names", here);
	snprintf(plugin, sizeof(plugin),
		 "%s/../../drivers/librte_mempool_zrx.so", here);
	failed = cmocka_run_group_tests_name("table", cases, NULL, NULL);
	env_leave();
	return failed != 0;
}
