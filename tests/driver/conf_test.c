/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a pool can be told.  A mistake is one line that says what is wrong and
 * what to say instead, an errno, and nothing left behind.
 */
#include "drv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct mistake {
	const char *conf;
	const char *line; /* behind "zrx: pool wrong: ZRX_MEMPOOL: " */
};

static void expect_line(const char *log, const char *source, const char *why)
{
	char want[512];

	snprintf(want, sizeof(want), "zrx: pool wrong: %s%s%s\n", source,
		 *source ? ": " : "", why);
	assert_string_equal(log, want);
}

/* by the environment and by the call, which differ in one word */
static void expect_mistake(const char *conf, const char *line)
{
	setenv("ZRX_MEMPOOL", conf, 1);
	rte_errno = 0;
	log_begin();
	assert_null(rte_pktmbuf_pool_create("wrong", 64, 0, 0, 2176, 0));
	expect_line(log_end(), "ZRX_MEMPOOL", line);
	assert_int_equal(rte_errno, EINVAL);
	unsetenv("ZRX_MEMPOOL");
	log_begin();
	rte_errno = 0;
	assert_null(zrx_pool_create("wrong", 64, 0, 0, 2176, 0, conf));
	expect_line(log_end(), "its configuration", line);
	assert_int_equal(rte_errno, EINVAL);
}

static void expect_mistakes(const struct mistake *m, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		expect_mistake(m[i].conf, m[i].line);
}

static void a_key_that_is_not_there_is_named(void **state)
{
	static const char keys[] = ": there are variant, layout, niov, area, "
				   "huge, lock and pools";
	static const char *const bad[] = { "vairant", "Layout", "n", "niovs" };
	char conf[64], line[128];
	unsigned int i;

	for (i = 0; i < RTE_DIM(bad); i++) {
		snprintf(conf, sizeof(conf), "%s=auto", bad[i]);
		snprintf(line, sizeof(line), "no key \"%s\"%s", bad[i], keys);
		expect_mistake(conf, line);
	}
}

static void a_word_that_is_not_one_of_them_is_refused(void **state)
{
	static const struct mistake m[] = {
		{ "variant=v9",
		  "variant=v9 is not possible: say one of v8 mainline" },
		{ "variant=V8",
		  "variant=V8 is not possible: say one of v8 mainline" },
		{ "layout=loose", "layout=loose is not possible: say one of "
				  "auto interleaved pinned" },
		{ "layout=pinnedx", "layout=pinnedx is not possible: say one "
				    "of auto interleaved pinned" },
		{ "huge=yes",
		  "huge=yes is not possible: say one of auto on off" },
		{ "lock=1", "lock=1 is not possible: say one of auto on off" },
		{ "huge=", "huge= is not possible: say one of auto on off" },
	};

	expect_mistakes(m, RTE_DIM(m));
}

static void a_size_of_a_niov_is_a_power_of_two_in_reach(void **state)
{
	static const char *const bad[] = { "0",	   "1",	  "2048",  "4095",
					   "5000", "12K", "65537", "128K",
					   "1M",   "1G",  "0x1001" };
	char conf[64], line[128];
	unsigned int i;

	for (i = 0; i < RTE_DIM(bad); i++) {
		snprintf(conf, sizeof(conf), "niov=%s", bad[i]);
		snprintf(line, sizeof(line),
			 "niov=%s is not possible: say a power of two from "
			 "4096 to 65536",
			 bad[i]);
		expect_mistake(conf, line);
	}
}

static void a_size_is_a_number(void **state)
{
	static const char *const bad[] = { "-1",
					   "4096x",
					   "4KiB",
					   "4 K",
					   "K",
					   "four",
					   "",
					   "1.5M",
					   "4k",
					   "0x",
					   "4T",
					   "1e6",
					   "99999999999999999999999" };
	char conf[64], line[128];
	unsigned int i;

	for (i = 0; i < RTE_DIM(bad); i++) {
		snprintf(conf, sizeof(conf), "area=%s", bad[i]);
		snprintf(line, sizeof(line),
			 "area=%s is not possible: say a number of bytes, "
			 "such as 4096 or 16K",
			 bad[i]);
		expect_mistake(conf, line);
	}
	expect_mistake("niov=big", "niov=big is not possible: say a number of "
				   "bytes, such as 4096 or 16K");
}

static void a_glob_has_at_most_63_characters(void **state)
{
	char conf[128], line[192], glob[65];

	memset(glob, 'x', 64);
	glob[64] = 0;
	snprintf(conf, sizeof(conf), "pools=%s", glob);
	snprintf(line, sizeof(line),
		 "pools=%s is not possible: say at most 63 characters", glob);
	expect_mistake(conf, line);
}

/* rte_kvargs has room for 32 pairs */
static void text_with_too_many_keys_is_refused(void **state)
{
	char conf[300] = "lock=on";
	unsigned int i;

	for (i = 0; i < 32; i++)
		strcat(conf, ",lock=on");
	log_begin();
	assert_null(zrx_pool_create("wrong", 64, 0, 0, 2176, 0, conf));
	log_expect_one(log_end(), "its configuration: \"lock=on,lock=on");
	assert_int_equal(rte_errno, EINVAL);
}

static void a_key_without_a_value_is_refused(void **state)
{
	expect_mistake("layout", "layout= is not possible: say one of auto "
				 "interleaved pinned");
}

static void a_mistake_behind_what_is_right_is_found(void **state)
{
	expect_mistake("layout=pinned,variant=v8,huge=perhaps",
		       "huge=perhaps is not possible: say one of auto on off");
}

static void a_niov_smaller_than_the_room_is_refused(void **state)
{
	setenv("ZRX_MEMPOOL", "niov=4096", 1);
	log_begin();
	assert_null(rte_pktmbuf_pool_create("wrong", 64, 0, 0, 9128, 0));
	expect_line(log_end(), "",
		    "niov=4096 is less than its data room of 9128: say "
		    "niov=auto");
	assert_int_equal(rte_errno, EINVAL);
}

static void an_area_larger_than_allowed_is_refused(void **state)
{
	setenv("ZRX_MEMPOOL", "layout=pinned,area=1M", 1);
	log_begin();
	assert_null(rte_pktmbuf_pool_create("wrong", 257, 0, 0, 2176, 0));
	expect_line(log_end(), "",
		    "an area of 1028 KiB is more than area=1024 KiB: raise it "
		    "or make the pool smaller");
	assert_int_equal(rte_errno, ENOMEM);
}

/* others' pools are not to suffer for it, but a mistake is one for all */
static void a_mistake_is_one_for_plain_pools_as_well(void **state)
{
	setenv("ZRX_MEMPOOL", "layout=loose", 1);
	log_begin();
	assert_null(rte_pktmbuf_pool_create("wrong", 64, 0, 0, 0, 0));
	assert_int_equal(log_lines(log_end()), 1);
	assert_int_equal(rte_errno, EINVAL);
}

static struct rte_mempool *right(const char *conf)
{
	struct rte_mempool *mp;

	setenv("ZRX_MEMPOOL", conf, 1);
	mp = rte_pktmbuf_pool_create("right", 64, 0, 0, 2176, 0);
	unsetenv("ZRX_MEMPOOL");
	assert_non_null(mp);
	return mp;
}

static void what_is_right_is_done(void **state)
{
	static const char *const confs[] = {
		"",
		"layout=auto",
		"variant=mainline",
		"niov=auto",
		"niov=0x1000",
		"area=0",
		"area=1G",
		"area=262144",
		"area=256K,layout=pinned",
		"huge=off,lock=off",
		"huge=auto,lock=auto",
		"pools=*",
		"pools=r[a-z]ght",
		"lock=on",
		"layout=pinned,layout=interleaved",
	};
	struct rte_mempool *mp;
	unsigned int i;

	for (i = 0; i < RTE_DIM(confs); i++) {
		mp = right(confs[i]);
		assert_non_null(zrx_pool_of(mp));
		pool_expect_home(mp);
		rte_mempool_free(mp);
	}
}

static void expect_info(const char *conf, const char *part)
{
	struct rte_mempool *mp;

	log_begin();
	mp = right(conf);
	log_expect_one(log_end(), part);
	rte_mempool_free(mp);
}

static void without_a_word_a_pool_is_mainline_and_interleaved(void **state)
{
	expect_info("", "zrx: pool right: mainline, interleaved, 64 niovs of "
			"4 KiB on 4 KiB pages");
}

static void what_was_said_is_what_is_logged(void **state)
{
	expect_info("variant=v8,layout=pinned,niov=16K,huge=off",
		    "v8, pinned, 64 niovs of 16 KiB on 4 KiB pages");
	expect_info("pools=none", "plain stack: pools= does not name it");
}

/* a program's own words count, not those of who started it */
static void a_call_with_a_configuration_ignores_the_environment(void **state)
{
	struct rte_mempool *mp;

	setenv("ZRX_MEMPOOL", "layout=pinned,pools=nothing", 1);
	log_begin();
	mp = zrx_pool_create("right", 64, 0, 0, 2176, 0, "variant=v8");
	log_expect_one(log_end(), "v8, interleaved");
	rte_mempool_free(mp);
	log_begin();
	mp = zrx_pool_create("right", 64, 0, 0, 2176, 0, NULL);
	log_expect_one(log_end(), "plain stack");
	rte_mempool_free(mp);
}

static void an_area_is_as_large_as_its_pool_needs(void **state)
{
	struct rte_mempool *mp = right("layout=pinned,area=256K,huge=off");
	struct zrx_pool_area a;

	zrx_pool_area(zrx_pool_of(mp), &a);
	assert_int_equal(a.size, 64 * 4096);
	assert_int_equal(a.token, 0);
	rte_mempool_free(mp);
}

static const struct CMUnitTest cases[] = {
	WORLD(a_key_that_is_not_there_is_named),
	WORLD(a_word_that_is_not_one_of_them_is_refused),
	WORLD(a_size_of_a_niov_is_a_power_of_two_in_reach),
	WORLD(a_size_is_a_number),
	WORLD(a_glob_has_at_most_63_characters),
	WORLD(text_with_too_many_keys_is_refused),
	WORLD(a_key_without_a_value_is_refused),
	WORLD(a_mistake_behind_what_is_right_is_found),
	WORLD(a_niov_smaller_than_the_room_is_refused),
	WORLD(an_area_larger_than_allowed_is_refused),
	WORLD(a_mistake_is_one_for_plain_pools_as_well),
	WORLD(what_is_right_is_done),
	WORLD(without_a_word_a_pool_is_mainline_and_interleaved),
	WORLD(what_was_said_is_what_is_logged),
	WORLD(a_call_with_a_configuration_ignores_the_environment),
	WORLD(an_area_is_as_large_as_its_pool_needs),
};

int main(void)
{
	return RUN_ONCE("conf", cases);
}
