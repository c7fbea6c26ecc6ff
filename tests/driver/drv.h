/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the tests of the mempool driver share.  Every program starts one EAL of
 * its own, without huge pages and PCI unless it is told otherwise, and plays
 * all three parts: the program that owns the pool, the user outside, and the
 * judge who counts before and afterwards.
 */
#ifndef ZRX_TESTS_DRV_H
#define ZRX_TESTS_DRV_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

#include "zrx_mempool.h"
#include "ring/rq_prod.h"

/* ---- env.c: EAL, its log, its folder ---- */

/* a program that cannot run here says so to meson */
#define EXIT_SKIPPED 77

/* AddressSanitizer answers mlock() itself, and does nothing */
#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN true
#elif defined(__has_feature)
#define UNDER_ASAN __has_feature(address_sanitizer)
#else
#define UNDER_ASAN false
#endif

/* the memory EAL is to have: ZRX_TEST_EAL=huge asks for huge pages */
bool env_huge(void);
/* as rte_eal_init() */
int env_start(void);
void env_stop(void);
/* the same without an EAL: the folder, for programs that are started */
bool env_enter(void);
void env_leave(void);
/* the folder that EAL's sockets are in */
const char *env_dir(void);
const char *env_prefix(void);

/* what is logged between the two; end's answer stays valid until next begin */
void log_begin(void);
const char *log_end(void);
/* lines of a log that the driver wrote */
unsigned int log_lines(const char *log);
/* nothing but one line of the driver, and this is in it */
void log_expect_one(const char *log, const char *part);

/* ---- world.c: what must be the same afterwards ---- */

struct world {
	unsigned int fds;
	unsigned int memfd_maps;
	unsigned int heap_blocks;
	size_t heap_bytes;
};

struct world world_now(void);
void world_expect(const struct world *then);
/* as set-up and tear-down of cases that make their own pools */
int world_setup(void **state);
int world_teardown(void **state);
#define WORLD(fn) \
	{ \
#fn, fn, world_setup, world_teardown, NULL \
	}

/* The file and the offset in it that lie behind an address. */
struct place {
	uint64_t inode; /* 0: no file */
	uint64_t off;
	unsigned int prot;
	bool shared;
};

/* reads /proc/self/maps; places are looked up in what was read last */
void place_read(void);
struct place place_of(const void *addr);

/* ---- fix.c: a pool a case, in every layout and variant ---- */

struct shape {
	const char *name;
	const char *conf;
};

#define NR_SHAPES 3
extern const struct shape shapes[NR_SHAPES];

struct fix {
	const struct shape *shape;
	const char *variant;
	struct world before;
	struct rte_mempool *mp;
	struct zrx_pool *zp;
};

#define FIX_NIOVS 83 /* five groups of 16 and a part of one */
#define FIX_CACHE 16
#define FIX_ROOM 2176

int fix_setup(void **state);
int fix_teardown(void **state);

#define CASE(name) \
	static void name##_body(struct fix *f); \
	static void name(void **state) \
	{ \
		name##_body(*state); \
	} \
	static void name##_body(struct fix *f)
#define FIX(fn) \
	{ \
#fn, fn, fix_setup, fix_teardown, NULL \
	}

/* runs the cases for every shape and variant; main's result */
int run_matrix(const char *noun, const struct CMUnitTest *cases, size_t n);
#define RUN_MATRIX(noun, cases) run_matrix(noun, cases, RTE_DIM(cases))
/* once, with an EAL around it */
int run_once(const char *noun, const struct CMUnitTest *cases, size_t n);
#define RUN_ONCE(noun, cases) run_once(noun, cases, RTE_DIM(cases))

bool fix_is_v8(const struct fix *f);
bool fix_is_pinned(const struct fix *f);
/* one more pool of this shape and variant, with a name of its own */
struct rte_mempool *fix_pool(const struct fix *f, unsigned int n,
			     unsigned int cache, uint16_t priv, uint16_t room);
/* 127 mbufs of somebody else, to clone with or to be refused */
struct rte_mempool *other_pool(const char *ops, uint16_t room);
/* every buffer of mp is home, once, and both counters say so */
void pool_expect_home(struct rte_mempool *mp);
/* buffers that are not with the pool or this lcore's cache */
unsigned int pool_out(struct rte_mempool *mp);
/* an mbuf with len bytes of payload, all of this value */
struct rte_mbuf *mbuf_filled(struct rte_mempool *mp, int byte, uint16_t len);
/* a word that follows from where it stands and a seed */
void payload_write(void *at, uint32_t seed, uint16_t len);
bool payload_is(const void *at, uint32_t seed, uint16_t len);

/* ---- peer.c: the user ---- */

struct peer {
	struct zrx_att *att;
	struct zrx_rqp rq;
	const uint8_t *area; /* read-only */
	size_t area_len;
	void *region; /* the ring as the server sees it */
	void *mine; /* the same as the user sees it */
	size_t ring_len;
	uint64_t token;
	uint32_t niov_size;
};

#define PEER_ENTRIES 256

const struct zrx_rq_layout *peer_layout(const struct fix *f);
void peer_map(struct peer *p, struct zrx_pool *zp,
	      const struct zrx_rq_layout *l, uint32_t entries);
void peer_unmap(struct peer *p);
/* map and attach */
void peer_join(struct peer *p, const struct fix *f, uint32_t entries);
/* detach and unmap: what was taken back by force */
uint64_t peer_leave(struct peer *p);
/* m's buffer becomes the user's; where he finds the data */
uint64_t peer_give(struct peer *p, struct rte_mbuf *m);
const void *peer_data(const struct peer *p, uint64_t off);
/* writes and publishes one return */
void peer_return(struct peer *p, uint64_t off);
/* as above, unpublished and with any pad */
void peer_write(struct peer *p, uint64_t off, uint32_t pad);
/* sets tail to anything */
void peer_tail(struct peer *p, uint32_t tail);
uint32_t peer_head(const struct peer *p);
struct zrx_user_stats peer_stats(const struct peer *p);
struct zrx_pool_count pool_count(struct zrx_pool *zp);

/* ---- child.c: what can be done only once a process ---- */

struct child {
	int status; /* of the child's function; -1: it did not come to an end */
	char text[16384]; /* all that it wrote, EAL's log included */
};

/* fn in a process of its own; it must not use cmocka's assertions */
struct child child_run(int (*fn)(void *arg), void *arg);

#endif
