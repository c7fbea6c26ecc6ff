/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The words of port_user.h.  Built twice: plainly for what they return, and
 * with the thread sanitizer for the orders they promise: a plain word is
 * written on one side of each ordered word and read on the other, so that an
 * order too weak is a data race, which the sanitizer reports.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>

#include "ring/port.h"

static struct {
	zrx_a32 flag;
	uint32_t plain;
	uint32_t seen;
	void (*publish)(zrx_a32 *flag);
	bool (*look)(zrx_a32 *flag);
} relay;

static void publish_store(zrx_a32 *flag)
{
	zrx_shm_store_release(flag, 1);
}

static void publish_cas(zrx_a32 *flag)
{
	zrx_cas(flag, 0, 1);
}

static void publish_xchg(zrx_a32 *flag)
{
	zrx_xchg(flag, 1);
}

static void publish_add(zrx_a32 *flag)
{
	zrx_fetch_add(flag, 1);
}

static bool look_load(zrx_a32 *flag)
{
	return zrx_shm_load_acquire(flag) == 1;
}

static bool look_cas(zrx_a32 *flag)
{
	return zrx_cas(flag, 1, 2) == 1;
}

/* one that fails is an acquire as well */
static bool look_cas_failed(zrx_a32 *flag)
{
	return zrx_cas(flag, 7, 8) == 1;
}

static bool look_xchg(zrx_a32 *flag)
{
	return zrx_read_once(flag) == 1 && zrx_xchg(flag, 2) == 1;
}

static bool look_add(zrx_a32 *flag)
{
	return zrx_fetch_add(flag, 0) == 1;
}

static void *reader(void *arg)
{
	while (!relay.look(&relay.flag))
		sched_yield();
	relay.seen = relay.plain;
	return arg;
}

static bool relay_works(void (*publish)(zrx_a32 *), bool (*look)(zrx_a32 *))
{
	pthread_t t;

	relay.flag = relay.plain = relay.seen = 0;
	relay.publish = publish;
	relay.look = look;
	if (pthread_create(&t, NULL, reader, NULL))
		return false;
	relay.plain = 42;
	relay.publish(&relay.flag);
	pthread_join(t, NULL);
	return relay.seen == 42;
}

static bool relays_work(void)
{
	return relay_works(publish_store, look_load) &&
	       relay_works(publish_store, look_cas) &&
	       relay_works(publish_store, look_cas_failed) &&
	       relay_works(publish_store, look_xchg) &&
	       relay_works(publish_store, look_add) &&
	       relay_works(publish_cas, look_load) &&
	       relay_works(publish_xchg, look_load) &&
	       relay_works(publish_add, look_load);
}

static bool words_return_what_was_there(void)
{
	zrx_a32 w = 5;
	zrx_a64 n = 0xffffffffu;

	if (zrx_cas(&w, 4, 9) != 5 || w != 5 || zrx_cas(&w, 5, 6) != 5 ||
	    w != 6 || zrx_xchg(&w, 7) != 6 || w != 7)
		return false;
	if (zrx_fetch_add(&w, 0u - 1) != 7 || zrx_read_once(&w) != 6)
		return false;
	zrx_write_once(&w, 3);
	zrx_count(&n, 2);
	return w == 3 && n == 0x100000001ull;
}

static bool words_of_the_peer_are_whole(void)
{
	zrx_a64 wide = 0;
	zrx_a32 w = 0;

	zrx_shm_store64(&wide, 0x1122334455667788ull);
	zrx_shm_store32(&w, 0x99aabbccu);
	if (zrx_shm_load64(&wide) != 0x1122334455667788ull ||
	    zrx_shm_load32(&w) != 0x99aabbccu)
		return false;
	zrx_shm_store_release(&w, 0xfffffffeu);
	return zrx_shm_load_acquire(&w) == 0xfffffffeu;
}

static bool hints_do_not_change_the_answer(void)
{
	return zrx_likely(2) == 1 && zrx_likely(0) == 0 &&
	       zrx_unlikely(2) == 1 && zrx_unlikely(0) == 0 && !zrx_warn(false);
}

int main(void)
{
	static const struct {
		const char *name;
		bool (*proves)(void);
	} tests[] = {
		{ "words_return_what_was_there", words_return_what_was_there },
		{ "words_of_the_peer_are_whole", words_of_the_peer_are_whole },
		{ "hints_do_not_change_the_answer",
		  hints_do_not_change_the_answer },
		{ "orders_carry_plain_data", relays_work },
	};
	unsigned int i, failed = 0;
	bool ok;

	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		ok = tests[i].proves();
		failed += !ok;
		printf("%s %s\n", ok ? "ok" : "FAILED", tests[i].name);
	}
	return failed != 0;
}
