/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A push too many ends a debug build; a release build refuses, which the area
 * cases prove in their NDEBUG runner.
 */
#undef NDEBUG
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mp/area.h"

static void push_one_too_many(void)
{
	static const struct rlimit none = { 0, 0 };
	uint32_t freelist[4];
	struct zrx_area a;

	setrlimit(RLIMIT_CORE, &none);
	zrx_area_init(&a, 0, 4, freelist);
	zrx_area_push(&a, 1);
	_exit(0);
}

int main(void)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		push_one_too_many();
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 1;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)
		return 0;
	printf("a push too many was not noticed\n");
	return 1;
}
