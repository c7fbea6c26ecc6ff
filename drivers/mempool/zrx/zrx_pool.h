/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of this driver share.
 *
 * A pool is in one of these modes, looked at once a call:
 *   NIOV     the fast one: a stack of mbufs, each with its buffer
 *   PLAIN    not a pool of packet buffers that suits: a stack, no more
 *   FILLING  populate runs; what it enqueues is on the free list already
 *   UNUSED   populated, nobody has dequeued yet: mbufs still want their buffers
 *
 * lock guards the free list, the refill rings and the list of attachments.
 * Nothing under it blocks, logs or calls back into the mempool library.
 */
#ifndef ZRX_POOL_H
#define ZRX_POOL_H

#include "zrx_conf.h"
#include "zrx_host.h"
#include "zrx_lock.h"
#include "zrx_mempool.h"

#include <sys/queue.h>

#include <rte_log.h>

enum zrx_mode {
	ZRX_MODE_NIOV,
	ZRX_MODE_PLAIN,
	ZRX_MODE_FILLING,
	ZRX_MODE_UNUSED,
};

struct zrx_att {
	struct zrx_user user;
	struct zrx_pool *pool;
};

struct zrx_pool {
	/* read by every call */
	enum zrx_mode mode;
	enum zrx_variant variant;
	uint32_t nr_atts;
	struct zrx_host host;
	struct zrx_prov prov;

	/* written by every call */
	struct zrx_lock lock __rte_cache_aligned;
	struct zrx_area area; /* PLAIN pools count in it as well */
	void **list; /* the free objects, area.nr_free of them */

	/* control path; ctl keeps users from coming and going, and is taken
	 * before lock */
	struct zrx_lock ctl __rte_cache_aligned;
	struct zrx_att *atts[ZRX_POOL_MAX_ATTS];
	struct zrx_conf conf;
	const struct zrx_layout *layout;
	struct rte_mempool *mp;
	void *headers; /* pinned: memory of the mbufs */
	void *map; /* the buffers as the server sees them */
	size_t map_len;
	size_t area_size;
	size_t page; /* bytes of a page of fd */
	int fd;
	TAILQ_ENTRY(zrx_pool) next;
};

/* How mbufs and buffers lie to each other: zrx_layout.c. */
struct zrx_layout {
	const char *name;
	/* 0, or -errno with a sentence why the pool cannot lie so */
	int (*check)(const struct zrx_pool *zp, char *why, size_t len);
	/* bytes of the memfd */
	size_t (*area)(const struct zrx_pool *zp);
	/* lays mbufs and buffers into memory and fills in zp->host */
	int (*map)(struct zrx_pool *zp);
	/* gives mbuf idx, which the library has initialised, its buffer */
	void (*tie)(const struct zrx_pool *zp, uint32_t idx);
	/* what the pool's private flags are to have from the first use on */
	uint32_t pool_flags;
	/* bytes that the mbuf and what belongs to it take of an object */
	uint32_t (*elt_size)(const struct zrx_pool *zp);
	/* what rte_mempool_virt2iova() is to say of mbuf idx */
	rte_iova_t (*iova)(const struct zrx_pool *zp, uint32_t idx);
};

extern const struct zrx_layout zrx_layout_interleaved;
extern const struct zrx_layout zrx_layout_pinned;

/* zrx_pool.c: control path; each logs what it returns as an error */
int zrx_pool_alloc(struct rte_mempool *mp);
void zrx_pool_free(struct rte_mempool *mp);
int zrx_pool_populate(struct zrx_pool *zp, rte_mempool_populate_obj_cb_t *cb,
		      void *arg);
/* what the first dequeue of a pool does, once */
void zrx_pool_first_use(struct zrx_pool *zp);
/* gives free mbufs that were clones, and lost their buffers so, theirs back */
void zrx_pool_mend(const struct zrx_pool *zp, void *const *objs,
		   unsigned int n);
/* the same for all that are on the free list now */
void zrx_pool_mend_free(struct zrx_pool *zp);
/* calls fn for the pools of this process, under their list's lock */
void zrx_pool_walk(void (*fn)(struct zrx_pool *zp, void *arg), void *arg);

/* zrx_user.c: with the lock held, before n buffers are popped */
void zrx_pool_drain(struct zrx_pool *zp, uint32_t n);
/* zrx_user.c: with ctl held, references that all users have on one buffer */
uint32_t zrx_pool_urefs(struct zrx_pool *zp, uint32_t idx);

/* zrx_mem.c: the memfd, mapped whole at zp->map; sealed for good; in place */
int zrx_mem_create(struct zrx_pool *zp);
int zrx_mem_seal(struct zrx_pool *zp);
int zrx_mem_settle(struct zrx_pool *zp);
void zrx_mem_bind(const struct zrx_pool *zp, void *addr, size_t len);
void zrx_mem_free(struct zrx_pool *zp);
/* the number in a file of /proc or /sys, -1 if there is none */
long zrx_mem_number(const char *path);

extern int zrx_logtype;
#define ZRX_LOG(level, fmt, ...) \
	rte_log(RTE_LOG_##level, zrx_logtype, "zrx: " fmt "\n", ##__VA_ARGS__)

/* log why, return what: an error is said once, where it is understood */
#define ZRX_FAIL(ret, fmt, ...) (ZRX_LOG(ERR, fmt, ##__VA_ARGS__), (ret))

#endif
