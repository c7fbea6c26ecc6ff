/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * What is counted.  The kernel's provider refuses a bad entry in silence; here
 * each reason has its counter, beside the same behaviour.
 *
 * Writers hold the lock that serialises the refill ring; readers need none.
 * Every counter is 64 bits and only grows.
 */
#ifndef ZRX_STATS_H
#define ZRX_STATS_H

#include "../ring/port.h"

/* What became of one entry of a refill ring. */
enum zrx_verdict {
	ZRX_TAKEN, /* a user reference was given back */
	ZRX_BAD_PAD, /* the entry's pad is not 0 */
	ZRX_BAD_AREA, /* no area has this id */
	ZRX_BAD_RANGE, /* beyond the last buffer of its area */
	ZRX_NOT_HELD, /* the user holds no reference on the buffer */
	ZRX_SURPLUS, /* more returns in one run than references held */
	ZRX_NR_VERDICTS
};

/* One user's; the sum of entries[] is the number of entries consumed. */
struct zrx_user_stats {
	zrx_a64 entries[ZRX_NR_VERDICTS];
	zrx_a64 recycled; /* buffers whose last reference a return was */
	zrx_a64 busy; /* returns after which somebody still held the buffer */
	zrx_a64 aliased; /* offsets whose high bits were dropped, see area.h */
	zrx_a64 overruns; /* looks that found tail further than the ring */
	zrx_a64 scrubbed; /* references taken back by force */
};

/* Short names for tables and telemetry, [a-z_] only. */
zrx_inline const char *zrx_verdict_name(unsigned int v)
{
	static const char *const names[ZRX_NR_VERDICTS] = {
		"taken",     "bad_pad",	 "bad_area",
		"bad_range", "not_held", "surplus",
	};

	return v < ZRX_NR_VERDICTS ? names[v] : "unknown";
}

#endif
