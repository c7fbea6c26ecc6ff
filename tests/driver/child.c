/* SPDX-License-Identifier: BSD-3-Clause */
#include "drv.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* _exit: the child's copy of the parent's memory is no leak of its own */
static void child_go(int (*fn)(void *arg), void *arg, int to)
{
	int ret;

	dup2(to, STDOUT_FILENO);
	dup2(to, STDERR_FILENO);
	close(to);
	ret = fn(arg);
	fflush(stdout);
	fflush(stderr);
	_exit(ret);
}

static void child_read(struct child *c, int from)
{
	char spill[512];
	size_t len = 0;
	ssize_t n;

	while (len < sizeof(c->text) - 1 &&
	       (n = read(from, c->text + len, sizeof(c->text) - 1 - len)) > 0)
		len += n;
	c->text[len] = 0;
	while (read(from, spill, sizeof(spill)) > 0)
		;
}

struct child child_run(int (*fn)(void *arg), void *arg)
{
	struct child c = { .status = -1 };
	int ends[2], status;
	pid_t pid;

	fflush(stdout);
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(ends[0]);
		child_go(fn, arg, ends[1]);
	}
	close(ends[1]);
	child_read(&c, ends[0]);
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status))
		c.status = WEXITSTATUS(status);
	return c;
}
