/* SPDX-License-Identifier: BSD-3-Clause */
/* What a driver gives the fuzzer, and what it is told. */
#ifndef ZRX_FUZZ_CORE_H
#define ZRX_FUZZ_CORE_H

#include <stddef.h>
#include <stdint.h>

/* Runs one script; dies if a check fails. */
void fuzz_run(const uint8_t *in, size_t size);

/* The driver's last words: how to run the script again. */
void fuzz_dying(void);

#endif
