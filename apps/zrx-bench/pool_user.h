/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ZRX_BENCH_POOL_USER_H
#define ZRX_BENCH_POOL_USER_H

#include "bench.h"

/* Runs and reports the cell; 0, or -errno if a pool or user was not to be had
 */
int pool_user_cell(const struct bench_opts *opts);

#endif
