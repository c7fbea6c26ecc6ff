/* SPDX-License-Identifier: BSD-3-Clause */
/* A scene: what relacy runs in every interleaving of its threads. */
#ifndef ZRX_STAGE_H
#define ZRX_STAGE_H

#include "port_relacy.h"

#define RX_FULL 1000000 /* switches of threads: more than any scene has */

struct rx_scene {
	virtual ~rx_scene()
	{
	}
	virtual void before() = 0;
	virtual void thread(unsigned i) = 0;
	virtual void after() = 0;
};

typedef struct rx_scene *(*rx_maker)(void *mem);

/*
 * Searches; false, and the history of the execution is printed, if one fails.
 * bound: switches of threads that are not forced; RX_FULL is exhaustive.
 */
bool rx_search(const char *name, const char *variant, int threads,
	       unsigned bound, rx_maker make);

template <typename S> struct rx_scene *rx_make(void *mem)
{
	return ::new (mem) S();
}

template <typename S>
bool rx_run(const char *name, const char *variant, int threads, unsigned bound)
{
	return rx_search(name, variant, threads, bound, rx_make<S>);
}

#endif
