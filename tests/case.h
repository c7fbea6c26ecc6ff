/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * What the bodies in cases_*.h may ask of the program that runs them: the words
 * below, nothing else, so that the same bodies run in user space and in a
 * kernel's own test runner.  A harness is one file that defines them all;
 * -DZRX_HARNESS='"file.h"' chooses one that is not the default.
 *
 *   CASE(name) { ... }      one test; its name is the sentence it proves, its
 *                           only argument the fixture, struct sim *s
 *   EXPECT_EQ(a, b)         two numbers, unsigned
 *   EXPECT_TRUE(c) EXPECT_FALSE(c)
 *   EXPECT_FINE(why)        why is NULL, or says what is wrong
 *   CASE_SKIP(why)          leaves the case, visibly: it does not apply here
 *   CASE_WARN_STOPS         a zrx_warn() that is hit ends the whole program
 *   CASE_CONTEXT            a member of struct sim that the harness wants
 *
 * A case file ends with CASES_NAME(X), which applies X to each of its cases.
 * A failed expectation may or may not end the case: what comes after it has to
 * be harmless.
 */
#ifndef ZRX_CASE_H
#define ZRX_CASE_H

#ifdef ZRX_HARNESS
#include ZRX_HARNESS
#else
#include "core/harness_cmocka.h"
#endif

#endif
