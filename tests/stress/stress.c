/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Everything at once, for every variant, for a second or two each:
 *
 *   two drivers   work off the ring, write packets, deliver them in pieces
 *   kernel side   reads packets that somebody else may return meanwhile
 *   user          reads packets, returns them, bad entries in between; may
 *                 turn rogue and return anything; dies, at any moment
 *   main          scrubs while he is rogue or dead, then lets the next one in
 *
 * Payload is plain, so that ThreadSanitizer sees an order that is missing.  The
 * user tells the drivers nothing but through the ring: any other channel would
 * bring an order of its own and hide one.
 */
#include <time.h>
#include <unistd.h>

#include "world.h"

#define SECONDS 2

/* a rogue reads no packet: what he returns twice may be another's next */
enum life {
	DEAD,
	LIVE,
	ROGUE
};

static enum life life(void)
{
	return __atomic_load_n(&w.life, __ATOMIC_ACQUIRE);
}

static void set_life(enum life l)
{
	__atomic_store_n(&w.life, l, __ATOMIC_RELEASE);
}

static bool stopping(void)
{
	return __atomic_load_n(&w.stop, __ATOMIC_RELAXED);
}

static void deliver(const struct cqe *c)
{
	struct cqe *slot;

	pthread_mutex_lock(&w.cq_lock);
	if (!w.closed) {
		MUST(w.v->hold(&w.prov, &w.user, c->idx));
		slot = &w.cq[w.cq_tail++ % NR_CQES];
		__atomic_store_n(&slot->idx, c->idx, __ATOMIC_RELAXED);
		/* not 0, so the user knows that it is there */
		__atomic_store_n(&slot->stamp, c->stamp, __ATOMIC_RELEASE);
		w.delivered++;
	}
	pthread_mutex_unlock(&w.cq_lock);
}

/* The kernel's side gets a reference of its own, if it has room. */
static void keep(const struct cqe *c)
{
	pthread_mutex_lock(&w.queue_lock);
	if (w.nr_queue < 16) {
		__atomic_fetch_add(&w.host.count[c->idx], 1, __ATOMIC_RELAXED);
		w.queue[w.nr_queue++] = *c;
	}
	pthread_mutex_unlock(&w.queue_lock);
}

static void receive(uint32_t idx, uint32_t *x)
{
	struct cqe c = { idx, any(x) };
	uint32_t i, pieces = 1 + any(x) % PIECES;

	for (i = 0; i < NR_WORDS; i++)
		w.data[idx][i] = c.stamp;
	if (any(x) % 2)
		keep(&c);
	for (i = 0; i < pieces; i++)
		deliver(&c);
	drop(idx);
}

static uint32_t work_off(uint32_t *out, uint32_t *x)
{
	uint32_t n;

	pthread_mutex_lock(&w.ring_lock);
	if (any(x) % 8)
		n = w.v->refill(&w.prov, &w.user, out, ZRX_FLUSH_BATCH);
	else
		w.v->flush(&w.prov, &w.user, out, &n);
	pthread_mutex_unlock(&w.ring_lock);
	return n;
}

static void *driver(void *seed)
{
	uint32_t x = (uintptr_t)seed, out[ZRX_FLUSH_BATCH + 1], n, i;

	while (!stopping()) {
		n = work_off(out, &x);
		n += from_free(any(&x) % NR_AREAS, &out[n]);
		for (i = 0; i < n; i++)
			receive(out[i], &x);
		if (!n)
			sched_yield();
	}
	return NULL;
}

static bool keeper_step(void)
{
	struct cqe c;
	bool got;

	pthread_mutex_lock(&w.queue_lock);
	got = w.nr_queue > 0;
	if (got)
		c = w.queue[--w.nr_queue];
	pthread_mutex_unlock(&w.queue_lock);
	if (!got)
		return false;
	read_packet(&c);
	drop(c.idx);
	return true;
}

static void *keeper(void *arg)
{
	(void)arg;
	while (!stopping())
		if (!keeper_step())
			sched_yield();
	return NULL;
}

static uint64_t off_of(uint32_t idx)
{
	return zrx_area_token(idx / AREA_NIOVS) | (uint64_t)(idx % AREA_NIOVS)
							  << NIOV_SHIFT;
}

/* An entry that no server takes: buffer 0 was never delivered. */
static void put_bad(struct zrx_rqp *prod, uint32_t *x)
{
	uint64_t off[] = { off_of(0), zrx_area_token(NR_AREAS),
			   off_of(AREA_NIOVS - 1) + (1 << NIOV_SHIFT),
			   off_of(1) };
	uint32_t kind = any(x) % 4, slot = prod->tail & (prod->entries - 1);

	if (zrx_rqp_put(prod, off[kind], 0) && kind == 3)
		zrx_shm_store32(&prod->rqes[slot].pad, 1);
}

/* Reads the next completion and returns it; false if there is none. */
static bool user_step(struct zrx_rqp *prod, uint32_t *head, uint32_t *x)
{
	struct cqe *slot = &w.cq[*head % NR_CQES], c;

	if (any(x) % 4 == 0)
		put_bad(prod, x);
	c.stamp = __atomic_load_n(&slot->stamp, __ATOMIC_ACQUIRE);
	c.idx = __atomic_load_n(&slot->idx, __ATOMIC_RELAXED);
	if (!c.stamp || zrx_rqp_room(prod, 1) == 0) {
		zrx_rqp_submit(prod);
		return false;
	}
	/* written by nobody until the buffer is back */
	__atomic_store_n(&slot->stamp, 0, __ATOMIC_RELAXED);
	++*head;
	read_packet(&c);
	w.read++;
	zrx_rqp_put(prod, off_of(c.idx), 0);
	if (any(x) % 2)
		zrx_rqp_submit(prod);
	return true;
}

static void rogue_step(struct zrx_rqp *prod, uint32_t *x)
{
	uint64_t off = off_of(1 + any(x) % (NR_NIOVS - 1));
	uint32_t n = 1 + any(x) % 3;

	while (n--)
		zrx_rqp_put(prod, off, 0);
	zrx_rqp_submit(prod);
	if (any(x) % 16 == 0)
		zrx_shm_store32(prod->ktail, any(x));
	if (any(x) % 16 == 0)
		zrx_shm_store32(prod->khead, any(x));
	sched_yield();
}

static void *user(void *seed)
{
	uint32_t x = (uintptr_t)seed, head, n;
	struct zrx_rqp prod;

	while (!stopping()) {
		if (life() == DEAD) {
			sched_yield();
			continue;
		}
		head = 0;
		zrx_rqp_init(&prod, w.region, &zrx_rq_layout_mainline,
			     NR_ENTRIES);
		for (n = any(&x) % 2000; n && !stopping(); n--)
			if (!user_step(&prod, &head, &x))
				sched_yield();
		set_life(ROGUE);
		for (n = any(&x) % 2 * (any(&x) % 200); n; n--)
			rogue_step(&prod, &x);
		set_life(DEAD);
	}
	return NULL;
}

static uint32_t scrub_pass(uint32_t *x)
{
	struct zrx_scrub s = { 0, 0 };
	uint32_t out[8], n, i;

	while (s.next < NR_NIOVS) {
		n = w.v->scrub(&w.prov, &w.user, &s, out, 1 + any(x) % 8);
		for (i = 0; i < n; i++)
			to_free(out[i]);
	}
	return s.taken;
}

static void set_closed(bool closed)
{
	pthread_mutex_lock(&w.cq_lock);
	w.closed = closed;
	pthread_mutex_unlock(&w.cq_lock);
}

/* The dead user's references come back beside refill, then the next is in. */
static void next_user(uint32_t *x)
{
	set_closed(true);
	while (scrub_pass(x))
		;
	pthread_mutex_lock(&w.ring_lock);
	world_attach();
	pthread_mutex_unlock(&w.ring_lock);
	set_closed(false);
	set_life(LIVE);
}

static void run(uint32_t seconds)
{
	time_t end = time(NULL) + seconds;
	pthread_t t[4];
	uint32_t x = 7, i;

	pthread_create(&t[0], NULL, driver, (void *)1);
	pthread_create(&t[1], NULL, driver, (void *)2);
	pthread_create(&t[2], NULL, keeper, NULL);
	pthread_create(&t[3], NULL, user, (void *)3);
	/* a busy machine gets more time, for a few users at least */
	while (time(NULL) < end || (w.lives < 8 && time(NULL) < end + 60)) {
		if (life() == DEAD)
			next_user(&x);
		else if (life() == ROGUE)
			scrub_pass(&x);
		sched_yield();
	}
	__atomic_store_n(&w.stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	while (scrub_pass(&x) || keeper_step())
		;
}

static void stress(const struct variant *v)
{
	uint32_t reserved;

	world_init(v);
	MUST(from_free(0, &reserved) && reserved == 0);
	run(SECONDS);
	drop(reserved);
	world_check();
	printf("ok %s: %lu users, %lu pieces, %lu returned, %lu scrubbed\n",
	       v->name, (unsigned long)w.lives, (unsigned long)w.delivered,
	       (unsigned long)w.verdict[ZRX_TAKEN], (unsigned long)w.scrubbed);
}

int main(void)
{
	uint32_t i;
	cpu_set_t cpus;

	/* with one CPU few windows open, unless the port opens them */
	if (STRESS_CPUS > 1 && !sched_getaffinity(0, sizeof(cpus), &cpus) &&
	    CPU_COUNT(&cpus) < STRESS_CPUS) {
		printf("skipped: needs %d CPUs\n", STRESS_CPUS);
		return 77;
	}
	for (i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		stress(&variants[i]);
	return 0;
}
