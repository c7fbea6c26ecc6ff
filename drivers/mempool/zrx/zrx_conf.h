/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a pool can be told: "key=value,key=value" from the environment variable
 * ZRX_MEMPOOL or from zrx_pool_create().  docs/mempool-zrx.md has the table.
 */
#ifndef ZRX_CONF_H
#define ZRX_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum zrx_want {
	ZRX_AUTO,
	ZRX_ON,
	ZRX_OFF
};
enum zrx_layout_want {
	ZRX_LAYOUT_AUTO,
	ZRX_LAYOUT_INTERLEAVED,
	ZRX_LAYOUT_PINNED
};

struct zrx_conf {
	uint32_t variant; /* enum zrx_variant */
	uint32_t layout; /* enum zrx_layout_want */
	uint32_t huge; /* enum zrx_want */
	uint32_t lock; /* enum zrx_want */
	uint64_t niov; /* bytes a buffer; 0: what the pool's data room needs */
	uint64_t area; /* bytes an area may take; 0: any */
	char pools[64]; /* names of pools that get niovs, a glob */
};

/*
 * Defaults, then text; NULL is "".  0, or -EINVAL with why holding a sentence
 * without a full stop.
 */
int zrx_conf_parse(struct zrx_conf *conf, const char *text, char *why,
		   size_t len);

#endif
