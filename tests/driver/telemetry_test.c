/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * /zrx/... as a client of EAL's telemetry socket sees it, beside what the
 * functions of the driver say.
 */
#include "drv.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char answer[64 * 1024];

static int client_open(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof(at.sun_path),
		 "%s/dpdk/%s/dpdk_telemetry.v2", env_dir(), env_prefix());
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_true(recv(fd, answer, sizeof(answer), 0) > 0); /* greeting */
	return fd;
}

static int client; /* one for all cases: the server's end is a descriptor too */

static const char *ask(const char *fmt, ...)
{
	char cmd[256];
	va_list ap;
	ssize_t n;

	va_start(ap, fmt);
	vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	assert_int_equal(send(client, cmd, strlen(cmd), 0), strlen(cmd));
	n = recv(client, answer, sizeof(answer) - 1, 0);
	assert_true(n > 0);
	answer[n] = 0;
	return answer;
}

/* as much of JSON as a cut answer would spoil */
static void expect_whole(const char *text)
{
	int depth = 0;
	bool quoted = false;

	assert_int_equal(text[0], '{');
	for (; *text; text++) {
		quoted ^= *text == '"';
		if (quoted)
			continue;
		depth += (*text == '{' || *text == '[');
		depth -= (*text == '}' || *text == ']');
		assert_true(depth > 0 || text[1] == 0);
	}
	assert_false(quoted);
	assert_int_equal(depth, 0);
}

static uint64_t value(const char *text, const char *key)
{
	char quoted[64];
	const char *at;

	snprintf(quoted, sizeof(quoted), "\"%s\":", key);
	at = strstr(text, quoted);
	if (!at)
		fail_msg("no %s in %s", key, text);
	return strtoull(at + strlen(quoted), NULL, 0);
}

static bool has(const char *text, const char *key, const char *word)
{
	char want[96];

	snprintf(want, sizeof(want), "\"%s\":\"%s\"", key, word);
	return strstr(text, want) != NULL;
}

CASE(the_list_names_the_pools)
{
	struct rte_mempool *mp = fix_pool(f, 20, 0, 0, FIX_ROOM);
	char name[64];

	ask("/zrx/pool/list");
	expect_whole(answer);
	snprintf(name, sizeof(name), "\"%s\"", f->mp->name);
	assert_non_null(strstr(answer, name));
	snprintf(name, sizeof(name), "\"%s\"", mp->name);
	assert_non_null(strstr(answer, name));
	rte_mempool_free(mp);
	assert_null(strstr(ask("/zrx/pool/list"), name));
}

static void expect_counts(struct fix *f)
{
	struct zrx_pool_count c = pool_count(f->zp);

	ask("/zrx/pool/info,%s", f->mp->name);
	expect_whole(answer);
	assert_int_equal(value(answer, "niovs"), c.niovs);
	assert_int_equal(value(answer, "free"), c.free);
	assert_int_equal(value(answer, "host"), c.host);
	assert_int_equal(value(answer, "user"), c.user);
	assert_true(value(answer, "hold") == c.hold);
	assert_true(value(answer, "release") == c.release);
	assert_int_equal(value(answer, "cached"),
			 rte_mempool_avail_count(f->mp) - c.free);
}

CASE(info_says_how_a_pool_lies)
{
	struct zrx_pool_area a;

	zrx_pool_area(f->zp, &a);
	expect_counts(f);
	assert_true(has(answer, "name", f->mp->name));
	assert_true(has(answer, "variant", f->variant));
	assert_true(has(answer, "layout",
			fix_is_pinned(f) ? "pinned" : "interleaved"));
	assert_int_equal(value(answer, "niov_size"), 1u << a.niov_shift);
	assert_int_equal(value(answer, "area_size"), a.size);
	assert_int_equal(value(answer, "page_size"), 4096);
	assert_int_equal(value(answer, "users"), 0);
}

CASE(info_counts_as_the_functions_do)
{
	struct rte_mbuf *m[10];
	struct peer p;
	uint64_t off;

	peer_join(&p, f, PEER_ENTRIES);
	assert_int_equal(rte_pktmbuf_alloc_bulk(f->mp, m, 10), 0);
	expect_counts(f);
	off = peer_give(&p, m[0]);
	peer_give(&p, m[1]);
	expect_counts(f);
	assert_int_equal(value(strstr(answer, "user_0"), "held"), 2);
	peer_write(&p, off, 0);
	peer_return(&p, UINT64_MAX);
	zrx_att_drain(p.att);
	rte_pktmbuf_free_bulk(m + 2, 8);
	expect_counts(f);
	assert_int_equal(value(answer, "users"), 1);
	assert_int_equal(value(strstr(answer, "user_0"), "held"), 1);
	assert_int_equal(value(answer, "ring_entries"), PEER_ENTRIES);
	assert_int_equal(value(answer, "taken"), 1);
	assert_int_equal(value(answer, "bad_area"), 1);
	assert_int_equal(value(answer, "recycled"), 1);
	assert_int_equal(peer_leave(&p), 1);
}

/* more than an answer has room for: what is there has to be whole */
CASE(info_of_sixty_four_users_is_still_json)
{
	struct peer p[ZRX_POOL_MAX_ATTS];
	unsigned int i;

	for (i = 0; i < ZRX_POOL_MAX_ATTS; i++)
		peer_join(&p[i], f, 2);
	ask("/zrx/pool/info,%s", f->mp->name);
	expect_whole(answer);
	assert_int_equal(value(answer, "users"), ZRX_POOL_MAX_ATTS);
	for (i = 0; i < ZRX_POOL_MAX_ATTS; i++)
		peer_leave(&p[i]);
}

CASE(info_of_a_plain_pool_says_so)
{
	struct rte_mempool *mp = other_pool("zrx", 0);

	ask("/zrx/pool/info,%s", mp->name);
	expect_whole(answer);
	assert_true(has(answer, "layout", "plain"));
	assert_int_equal(value(answer, "objects"), mp->size);
	assert_int_equal(value(answer, "free"), mp->size);
	rte_mempool_free(mp);
}

static void expect_null(const char *cmd)
{
	ask("%s", cmd);
	expect_whole(answer);
	if (!strstr(answer, ":null"))
		fail_msg("%s: %s", cmd, answer);
}

CASE(what_is_not_there_is_null)
{
	static const char *const bad[] = {
		"/zrx/pool/info",
		"/zrx/pool/info,",
		"/zrx/pool/info,nobody",
		"/zrx/pool/info,nobody,0",
		"/zrx/pool/info,a_name_that_is_longer_than_any_pool_can_have",
		"/zrx/niov/dump",
		"/zrx/niov/dump,,",
		"/zrx/niov/dump,nobody,1",
	};
	char cmd[64];
	unsigned int i;

	for (i = 0; i < RTE_DIM(bad); i++)
		expect_null(bad[i]);
	snprintf(cmd, sizeof(cmd), "/zrx/niov/dump,%s,%u", f->mp->name,
		 FIX_NIOVS);
	expect_null(cmd);
	snprintf(cmd, sizeof(cmd), "/zrx/niov/dump,%s,-1", f->mp->name);
	expect_null(cmd);
}

CASE(dump_of_a_pool_at_rest_is_one_run)
{
	ask("/zrx/niov/dump,%s", f->mp->name);
	expect_whole(answer);
	assert_non_null(strstr(answer, "[\"0-82 free\"]"));
	assert_int_equal(value(answer, "niovs"), FIX_NIOVS);
	assert_int_equal(value(answer, "next"), FIX_NIOVS);
	ask("/zrx/niov/dump,%s,80", f->mp->name);
	assert_non_null(strstr(answer, "[\"80-82 free\"]"));
	ask("/zrx/niov/dump,%s,82", f->mp->name);
	assert_non_null(strstr(answer, "[\"82-82 free\"]"));
}

CASE(dump_says_who_has_which)
{
	struct rte_mbuf *m[4];
	struct peer p;

	peer_join(&p, f, PEER_ENTRIES);
	assert_int_equal(rte_mempool_generic_get(f->mp, (void **)m, 4, NULL),
			 0);
	rte_mbuf_refcnt_update(m[0], 2);
	peer_give(&p, m[0]);
	peer_give(&p, m[0]);
	peer_give(&p, m[0]);
	peer_give(&p, m[1]);
	ask("/zrx/niov/dump,%s", f->mp->name);
	expect_whole(answer);
	assert_non_null(strstr(answer, "user 3\""));
	assert_non_null(strstr(answer, "user 1\""));
	assert_non_null(strstr(answer, " host\""));
	rte_mempool_generic_put(f->mp, (void **)m + 2, 2, NULL);
	assert_int_equal(peer_leave(&p), 4);
}

/* every other buffer out, so there are as many runs as buffers */
CASE(a_long_dump_goes_on_where_it_ended)
{
	struct rte_mempool *mp = fix_pool(f, 501, 0, 0, FIX_ROOM);
	unsigned int i, next, rounds = 0;
	struct rte_mbuf *m[501];

	assert_int_equal(rte_pktmbuf_alloc_bulk(mp, m, 501), 0);
	for (i = 1; i < 501; i += 2)
		rte_pktmbuf_free(m[i]);
	for (next = 0; next < 501; rounds++) {
		ask("/zrx/niov/dump,%s,%u", mp->name, next);
		expect_whole(answer);
		assert_true(value(answer, "next") > next);
		next = value(answer, "next");
	}
	assert_int_equal(next, 501);
	assert_int_equal(rounds, 3);
	for (i = 0; i < 501; i += 2)
		rte_pktmbuf_free(m[i]);
	pool_expect_home(mp);
	rte_mempool_free(mp);
}

struct asker {
	unsigned int stop;
	unsigned int asked;
	const char *name;
};

static void *ask_on(void *arg)
{
	struct asker *a = arg;

	while (!__atomic_load_n(&a->stop, __ATOMIC_RELAXED)) {
		expect_whole(ask("/zrx/pool/list"));
		ask("/zrx/pool/info,%s", a->name);
		ask("/zrx/niov/dump,%s", a->name);
		a->asked++;
	}
	return NULL;
}

CASE(pools_come_and_go_while_somebody_asks)
{
	struct asker a = { .name = "fleeting" };
	struct rte_mempool *mp;
	unsigned int i;
	pthread_t t;

	assert_int_equal(pthread_create(&t, NULL, ask_on, &a), 0);
	for (i = 0; i < 40 || __atomic_load_n(&a.asked, __ATOMIC_RELAXED) < 20;
	     i++) {
		mp = zrx_pool_create(a.name, 50, 16, 0, FIX_ROOM, 0,
				     f->shape->conf);
		assert_non_null(mp);
		rte_pktmbuf_free(rte_pktmbuf_alloc(mp));
		rte_mempool_free(mp);
	}
	__atomic_store_n(&a.stop, 1, __ATOMIC_RELAXED);
	pthread_join(t, NULL);
}

CASE(users_come_and_go_while_somebody_asks)
{
	struct asker a = { .name = f->mp->name };
	struct rte_mbuf *m;
	struct peer p;
	unsigned int i;
	pthread_t t;

	assert_int_equal(pthread_create(&t, NULL, ask_on, &a), 0);
	for (i = 0; i < 50 || __atomic_load_n(&a.asked, __ATOMIC_RELAXED) < 20;
	     i++) {
		peer_join(&p, f, PEER_ENTRIES);
		m = rte_pktmbuf_alloc(f->mp);
		peer_return(&p, peer_give(&p, m));
		peer_give(&p, rte_pktmbuf_alloc(f->mp));
		peer_leave(&p);
	}
	__atomic_store_n(&a.stop, 1, __ATOMIC_RELAXED);
	pthread_join(t, NULL);
}

static int connect_once(void **state)
{
	if (client == 0)
		client = client_open();
	ask("/zrx/pool/list"); /* the server's thread is there from here on */
	return fix_setup(state);
}

#define ASKED(fn) \
	{ \
#fn, fn, connect_once, fix_teardown, NULL \
	}

static const struct CMUnitTest cases[] = {
	ASKED(the_list_names_the_pools),
	ASKED(info_says_how_a_pool_lies),
	ASKED(info_counts_as_the_functions_do),
	ASKED(info_of_sixty_four_users_is_still_json),
	ASKED(info_of_a_plain_pool_says_so),
	ASKED(what_is_not_there_is_null),
	ASKED(dump_of_a_pool_at_rest_is_one_run),
	ASKED(dump_says_who_has_which),
	ASKED(a_long_dump_goes_on_where_it_ended),
	ASKED(pools_come_and_go_while_somebody_asks),
	ASKED(users_come_and_go_while_somebody_asks),
};

int main(void)
{
	return RUN_MATRIX("telemetry", cases);
}
