/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A process that knows nothing but two descriptors: the area's and a ring's.
 * It is forked off before there is an EAL, gives up root for nobody if it has
 * it, and does what it is asked over a socket.
 */
#ifndef ZRX_TESTS_STRANGER_H
#define ZRX_TESTS_STRANGER_H

#include <stdint.h>
#include <sys/types.h>

#include "ring/rq_abi.h"

/* What it tries to do to the area and to its owner. */
#define STRANGER_ACTS(ACT) \
	ACT(map_read) \
	ACT(map_write) \
	ACT(make_writable) \
	ACT(shrink) \
	ACT(grow) \
	ACT(punch_hole) \
	ACT(overwrite) \
	ACT(append) \
	ACT(unseal) \
	ACT(reopen_and_write) \
	ACT(reopen_and_truncate) \
	ACT(remove_pages) \
	ACT(list_descriptors) \
	ACT(open_memory) \
	ACT(read_memory)

enum stranger_act {
#define STRANGER_ENUM(name) STRANGER_##name,
	STRANGER_ACTS(STRANGER_ENUM) STRANGER_NR_ACTS
};

#define STRANGER_OFFS 32

struct stranger_ask {
	bool attack; /* or else be a user */
	pid_t owner;
	const void *secret; /* an address in the owner's memory */
	uint64_t area_size;
	uint64_t token;
	struct zrx_rq_layout layout;
	uint32_t entries;
	uint32_t nr_offs;
	uint64_t offs[STRANGER_OFFS];
};

struct stranger_tell {
	int err[STRANGER_NR_ACTS]; /* errno, 0 if it was possible */
	uint32_t good; /* payloads that were right, all returned */
};

struct stranger {
	pid_t pid;
	int sock;
	bool is_nobody;
};

/* before there is an EAL, or anything else worth inheriting */
struct stranger stranger_start(void);
/* hands it the descriptors and waits until it is done; 0 or -errno */
int stranger_run(const struct stranger *s, const struct stranger_ask *ask,
		 int area_fd, int ring_fd, struct stranger_tell *tell);
void stranger_kill(struct stranger *s);

#endif
