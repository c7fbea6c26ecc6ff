/* SPDX-License-Identifier: BSD-3-Clause */
/* The words of case.h for cmocka. */
#ifndef ZRX_HARNESS_CMOCKA_H
#define ZRX_HARNESS_CMOCKA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define CASE_CONTEXT

/* a case that a runner leaves out of its list is no mistake */
#define CASE(name) \
	static void name##_body(struct sim *s); \
	static __attribute__((unused)) void name(void **state) \
	{ \
		name##_body(*state); \
	} \
	static void name##_body(struct sim *s)

#define EXPECT_EQ(a, b) assert_int_equal(a, b)
#define EXPECT_TRUE(c) assert_true(c)
#define EXPECT_FALSE(c) assert_false(c)
#define CASE_SKIP(why) \
	do { \
		print_message("    skipped: %s\n", why); \
		skip(); \
	} while (0)

#define EXPECT_FINE(why) expect_fine(why, __FILE__, __LINE__)

static inline void expect_fine(const char *why, const char *file, int line)
{
	if (!why)
		return;
	print_error("%s\n", why);
	_fail(file, line);
}

#ifdef NDEBUG
#define CASE_WARN_STOPS false
#else
#define CASE_WARN_STOPS true
#endif

#endif
