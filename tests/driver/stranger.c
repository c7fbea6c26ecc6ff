/* SPDX-License-Identifier: BSD-3-Clause */
#include "stranger.h"
#include "drv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

struct at {
	const struct stranger_ask *ask;
	int fd;
	void *area; /* read-only, from map_read on */
};

static int err_of(int ret)
{
	return ret < 0 ? errno : 0;
}

static int map_read(struct at *a)
{
	a->area =
		mmap(NULL, a->ask->area_size, PROT_READ, MAP_SHARED, a->fd, 0);
	return a->area == MAP_FAILED ? errno : 0;
}

static int map_write(struct at *a)
{
	void *p = mmap(NULL, a->ask->area_size, PROT_READ | PROT_WRITE,
		       MAP_SHARED, a->fd, 0);

	return p == MAP_FAILED ? errno : 0;
}

static int make_writable(struct at *a)
{
	return err_of(
		mprotect(a->area, a->ask->area_size, PROT_READ | PROT_WRITE));
}

static int shrink(struct at *a)
{
	return err_of(ftruncate(a->fd, 0));
}

static int grow(struct at *a)
{
	return err_of(ftruncate(a->fd, 2 * a->ask->area_size));
}

static int punch_hole(struct at *a)
{
	return err_of(fallocate(a->fd,
				FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
				a->ask->area_size));
}

static int overwrite(struct at *a)
{
	return err_of(pwrite(a->fd, "gotcha", 6, 0));
}

static int append(struct at *a)
{
	return err_of(pwrite(a->fd, "gotcha", 6, a->ask->area_size));
}

/* another seal would be a way to make the owner fail later */
static int unseal(struct at *a)
{
	return err_of(fcntl(a->fd, F_ADD_SEALS, F_SEAL_WRITE));
}

static int reopen(struct at *a, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", a->fd);
	return open(path, flags);
}

static int reopen_and_write(struct at *a)
{
	int err, fd = reopen(a, O_RDWR);

	if (fd < 0)
		return errno;
	err = err_of(pwrite(fd, "gotcha", 6, 0));
	close(fd);
	return err;
}

static int reopen_and_truncate(struct at *a)
{
	int fd = reopen(a, O_RDWR | O_TRUNC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int remove_pages(struct at *a)
{
	return err_of(madvise(a->area, a->ask->area_size, MADV_REMOVE));
}

static int list_descriptors(struct at *a)
{
	char path[64];
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/fd", a->ask->owner);
	d = opendir(path);
	if (!d)
		return errno;
	closedir(d);
	return 0;
}

static int open_memory(struct at *a)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", a->ask->owner);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int read_memory(struct at *a)
{
	char buf[16];
	struct iovec mine = { buf, sizeof(buf) };
	struct iovec theirs = { (void *)(uintptr_t)a->ask->secret,
				sizeof(buf) };

	return err_of(process_vm_readv(a->ask->owner, &mine, 1, &theirs, 1, 0));
}

static int (*const acts[])(struct at *a) = {
#define STRANGER_FN(name) name,
	STRANGER_ACTS(STRANGER_FN)
};

static void attack(const struct stranger_ask *ask, int area_fd,
		   struct stranger_tell *tell)
{
	struct at a = { ask, area_fd, NULL };
	unsigned int i;

	for (i = 0; i < STRANGER_NR_ACTS; i++)
		tell->err[i] = acts[i](&a);
	munmap(a.area, ask->area_size);
}

/* what is in the buffers is right, and they go back */
static void be_user(const struct stranger_ask *ask, int area_fd, int ring_fd,
		    struct stranger_tell *tell)
{
	size_t len = zrx_rq_size(&ask->layout, ask->entries);
	char *area =
		mmap(NULL, ask->area_size, PROT_READ, MAP_SHARED, area_fd, 0);
	void *ring =
		mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, ring_fd, 0);
	struct zrx_rqp rq;
	uint32_t i;

	if (area == MAP_FAILED || ring == MAP_FAILED)
		return;
	zrx_rqp_init(&rq, ring, &ask->layout, ask->entries);
	for (i = 0; i < ask->nr_offs; i++) {
		tell->good +=
			payload_is(area + ask->offs[i] - ask->token, i, 64);
		zrx_rqp_put(&rq, ask->offs[i], 64);
	}
	zrx_rqp_submit(&rq);
	munmap(area, ask->area_size);
	munmap(ring, len);
}

union control {
	struct cmsghdr hdr;
	char room[CMSG_SPACE(2 * sizeof(int))];
};

static bool receive(int sock, struct stranger_ask *ask, int *fds)
{
	union control c;
	struct iovec iov = { ask, sizeof(*ask) };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &c,
			      .msg_controllen = sizeof(c) };

	if (recvmsg(sock, &msg, 0) != sizeof(*ask) || !CMSG_FIRSTHDR(&msg))
		return false;
	memcpy(fds, CMSG_DATA(CMSG_FIRSTHDR(&msg)), 2 * sizeof(int));
	return true;
}

static void serve(int sock)
{
	struct stranger_ask ask;
	int fds[2];

	while (receive(sock, &ask, fds)) {
		struct stranger_tell tell = { .good = 0 };

		if (ask.attack)
			attack(&ask, fds[0], &tell);
		else
			be_user(&ask, fds[0], fds[1], &tell);
		close(fds[0]);
		close(fds[1]);
		if (send(sock, &tell, sizeof(tell), 0) != sizeof(tell))
			break;
	}
	_exit(0);
}

struct stranger stranger_start(void)
{
	struct stranger s = { .is_nobody = getuid() == 0 };
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return s;
	s.pid = fork();
	if (s.pid == 0) {
		close(ends[0]);
		if (s.is_nobody && (setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
				    setresuid(NOBODY, NOBODY, NOBODY) != 0))
			_exit(1);
		serve(ends[1]);
	}
	close(ends[1]);
	s.sock = ends[0];
	return s;
}

int stranger_run(const struct stranger *s, const struct stranger_ask *ask,
		 int area_fd, int ring_fd, struct stranger_tell *tell)
{
	int fds[2] = { area_fd, ring_fd };
	union control c = { .hdr = { .cmsg_len = CMSG_LEN(sizeof(fds)),
				     .cmsg_level = SOL_SOCKET,
				     .cmsg_type = SCM_RIGHTS } };
	struct iovec iov = { (void *)(uintptr_t)ask, sizeof(*ask) };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &c,
			      .msg_controllen = sizeof(c) };

	memcpy(CMSG_DATA(&c.hdr), fds, sizeof(fds));
	if (sendmsg(s->sock, &msg, MSG_NOSIGNAL) != sizeof(*ask))
		return -EPIPE;
	return recv(s->sock, tell, sizeof(*tell), 0) == sizeof(*tell) ? 0
								      : -EPIPE;
}

void stranger_kill(struct stranger *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
}
