/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The reference model: what a script's buffers must look like, kept beside the
 * core from what the host is told, and compared with the core's own words.
 */
#ifndef ZRX_FUZZ_MODEL_H
#define ZRX_FUZZ_MODEL_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ring/port.h"

#define MAX_AREAS 3
#define MAX_NIOVS 24 /* of all areas */
#define MAX_LOG 2048 /* entries that one call may read: more than it should */

/* Says what was broken, tells the driver, and dies. */
#define MUST(c) ((c) ? (void)0 : fuzz_die(__FILE__, __LINE__, #c))
_Noreturn void fuzz_die(const char *file, int line, const char *what);

enum place {
	FREE,
	IN_CALL,
	OUT
};

struct niov {
	enum place place;
	uint32_t kref; /* references of the kernel's side: the driver, a packet
			*/
	uint32_t uref; /* references of the user */
};

/* What one call to the core read and did; a nested one has its own. */
struct call {
	bool hold; /* whose put undoes its get */
	unsigned int nested; /* operations that ran inside */
	uint32_t tail, nr_tail; /* the last look, and how many */
	uint64_t off[MAX_LOG];
	uint32_t pad[MAX_LOG];
	uint32_t nr_off, nr_pad;
	uint32_t puts, refs, last; /* host_put: calls, references, true ones */
};

struct zrx_host {
	bool shared; /* count is the model's word */
	uint32_t *count;
	struct niov niov[MAX_NIOVS];
	struct call *call; /* the innermost one */
};

static inline void zrx_host_get(struct zrx_host *h, uint32_t idx)
{
	fuzz_step();
	h->count[idx]++;
}

/* Counts as a page_pool does, and asks the model whether that is right. */
static inline bool zrx_host_put(struct zrx_host *h, uint32_t idx, uint32_t n,
				uint32_t left)
{
	struct niov *b = &h->niov[idx];
	bool last;

	/* with the model's own word there is no step between its and ours */
	if (!h->shared)
		fuzz_step();
	last = h->shared ? left == 0 : (h->count[idx] -= n) == 0;
	if (h->call->hold) {
		MUST(!last);
		return false;
	}
	MUST(b->place == OUT && n > 0 && b->uref >= n);
	b->uref -= n;
	h->call->puts++;
	h->call->refs += n;
	MUST(last == (b->uref == 0 && b->kref == 0));
	if (!last)
		return false;
	h->call->last++;
	h->count[idx] = 1;
	b->kref = 1;
	b->place = IN_CALL;
	return true;
}

#include "variant.h"

#include "../../ring/rq_prod.h"

/* Each index of the free list is there once, and is of its area. */
static inline void check_freelist(const struct zrx_area *a,
				  const struct niov *niov)
{
	uint32_t i, idx, seen = 0, nr_free = 0;

	for (i = 0; i < a->nr_free; i++) {
		idx = a->freelist[i] - a->first;
		MUST(idx < a->nr_niovs && !(seen & 1u << idx));
		seen |= 1u << idx;
	}
	for (i = 0; i < a->nr_niovs; i++) {
		MUST((niov[a->first + i].place == FREE) == (seen >> i & 1));
		nr_free += niov[a->first + i].place == FREE;
	}
	MUST(a->nr_free == nr_free);
	MUST(a->hold - a->release == a->nr_niovs - nr_free);
}

/* Between operations: the core's words say what the model says. */
static inline void check_niovs(const struct zrx_prov *p,
			       const struct zrx_user *u,
			       const struct variant *v)
{
	const struct zrx_host *h = p->host;
	const struct niov *b;
	uint32_t i;

	for (i = 0; i < p->nr_niovs; i++) {
		b = &h->niov[i];
		MUST(b->place != IN_CALL);
		MUST((b->place == FREE) == (b->kref + b->uref == 0));
		MUST(v->model->held(u->uref[i]) == b->uref);
		if (!h->shared)
			MUST(h->count[i] == b->kref + b->uref);
		else if (!b->uref)
			MUST(h->count[i] == b->kref);
	}
	for (i = 0; i < p->nr_areas; i++)
		check_freelist(&p->areas[i], h->niov);
}

#endif
