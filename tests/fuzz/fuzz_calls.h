/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Calls into the core, each with the checks that hold of it whatever ran inside
 * and whatever the peer answered.
 */
#ifndef ZRX_FUZZ_CALLS_H
#define ZRX_FUZZ_CALLS_H

#include "fuzz_core.h"
#include "fuzz_spec.h"

#define MAX_ENTRIES 1024
#define MAX_REFS 6 /* of one buffer, on either side */
/* the most that one call may read, whatever tail says */
#define MAX_READ 512

static struct {
	const uint8_t *in, *end;
	const struct variant *v;
	struct zrx_prov prov;
	struct zrx_host host;
	struct zrx_area areas[MAX_AREAS];
	struct zrx_user user;
	struct zrx_rqp prod;
	struct zrx_rq_layout layout;
	uint8_t *region;
	uint32_t *uref, *count; /* exactly as large as the core may think */
	bool lies; /* the peer's words may be answered afresh */
	bool nests; /* other operations may run between atomic steps */
	bool inside, ring_locked, scrubbing;
	uint32_t step;
} fz;

static uint8_t next8(void)
{
	return fz.in < fz.end ? *fz.in++ : 0;
}

static uint64_t next64(unsigned int bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | next8();
	return v;
}

_Noreturn void fuzz_die(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: %s, step %u: %s does not hold\n", file, line,
		fz.v->name, fz.step, what);
	fuzz_dying();
	abort();
}

/* An offset, mostly of a buffer that exists. */
static uint64_t any_off(void)
{
	uint8_t kind = next8();
	uint64_t area = next8() % (fz.prov.nr_areas + (kind >> 6 == 3));
	uint64_t idx = next8() % (MAX_NIOVS / MAX_AREAS + 2);
	uint64_t off = area << 48 | idx << fz.prov.niov_shift;

	if (kind % 16 == 1)
		off |= 1ull << (fz.prov.niov_shift + 32) % 48;
	if (kind % 16 == 2)
		off |= next64(2) % (1u << fz.prov.niov_shift);
	if (kind % 16 == 3)
		off = next64(8);
	return off;
}

static uint32_t any_tail(void)
{
	uint32_t n = fz.user.rq.entries;
	uint32_t far[] = { n, n + 1, 2 * n, 1u << 31, ~0u, next8(), next8() };

	if (next8() & 1)
		return next64(4);
	return fz.user.rq.cached_head + far[next8() % 7];
}

/* What the core reads goes into the call's log. */
uint64_t fuzz_peer(const void *p, unsigned int bytes)
{
	struct call *c = fz.host.call;
	uint64_t v = 0;
	bool lie;

	if (!c) {
		memcpy(&v, p, bytes);
		return v;
	}
	fuzz_step();
	memcpy(&v, p, bytes);
	lie = fz.lies && next8() > 0xd0;
	if (p == (void *)fz.user.rq.ktail) {
		c->nr_tail++;
		return c->tail = lie ? any_tail() : v;
	}
	MUST(p != (void *)fz.user.rq.khead); /* never read back */
	if (bytes == 8) {
		MUST(c->nr_off < MAX_LOG);
		return c->off[c->nr_off++] = lie ? any_off() : v;
	}
	MUST(c->nr_pad < MAX_LOG);
	return c->pad[c->nr_pad++] = lie ? next8() : v;
}

/* A buffer came out of the core: to the driver, or home. */
static void came_out(uint32_t idx)
{
	struct niov *b = &fz.host.niov[idx];
	struct zrx_area *a = fz.areas;
	uint32_t *slot;

	MUST(idx < fz.prov.nr_niovs && b->place == IN_CALL);
	b->place = OUT;
	if (next8() & 1)
		return;
	while (idx - a->first >= a->nr_niovs)
		a++;
	slot = zrx_area_push(a, 1);
	MUST(slot);
	*slot = idx;
	b->place = FREE;
	b->kref = 0;
	fz.host.count[idx] = 0;
}

static void begin(struct call *c, struct call **outer)
{
	/* the log is large: not all of it */
	c->nested = c->nr_tail = c->nr_off = c->nr_pad = 0;
	c->puts = c->refs = c->last = 0;
	c->hold = false;
	*outer = fz.host.call;
	fz.host.call = c;
}

static uint64_t judged(const struct zrx_user_stats *s)
{
	uint64_t sum = 0;
	int v;

	for (v = 0; v < ZRX_NR_VERDICTS; v++)
		sum += s->entries[v];
	return sum;
}

/* What holds of any call that works off the ring, under any policy. */
static void check_call(const struct call *c, const struct zrx_user_stats *was,
		       uint32_t was_head, uint32_t nr_out)
{
	const struct zrx_user_stats *is = &fz.user.stats;
	uint32_t head, read = fz.user.rq.cached_head - was_head;

	memcpy(&head, (void *)fz.user.rq.khead, 4);
	MUST(read == c->nr_off && read == c->nr_pad);
	MUST(!read || head == fz.user.rq.cached_head);
	MUST(read <= MAX_READ && read <= 2 * fz.user.rq.entries);
	MUST(c->nr_tail <= 1);
	MUST(judged(is) - judged(was) == read);
	MUST(is->entries[ZRX_TAKEN] - was->entries[ZRX_TAKEN] == c->refs);
	MUST(is->recycled - was->recycled == c->last && c->last == nr_out);
	MUST(is->busy - was->busy == c->puts - c->last);
	MUST(is->overruns - was->overruns <= c->nr_tail);
}

/* Nothing ran inside: the call did exactly what its policy says. */
static void check_spec(const struct spec *s, const struct zrx_user_stats *was,
		       uint32_t was_head, const uint32_t *out, uint32_t nr_out)
{
	const struct zrx_user_stats *is = &fz.user.stats;
	int v;

	MUST(fz.user.rq.cached_head - was_head == s->nr_read);
	MUST(nr_out == s->nr_out);
	MUST(!memcmp(out, s->out, nr_out * sizeof(*out)));
	for (v = 0; v < ZRX_NR_VERDICTS; v++)
		MUST(is->entries[v] - was->entries[v] == s->verdict[v]);
	MUST(is->aliased - was->aliased == s->aliased);
}

/* Refill, or one round of flush; false if the lock is taken. */
static bool work_off(bool flush, uint32_t max)
{
	struct zrx_user_stats was = fz.user.stats;
	uint32_t *out, n, i, head = fz.user.rq.cached_head;
	static struct call calls[2];
	static struct spec s;
	struct call *c = &calls[fz.host.call != NULL], *outer;
	spec_fn spec = spec_of(fz.v, flush);

	if (fz.ring_locked)
		return false;
	fz.ring_locked = true;
	spec_begin(&s, &fz.prov, &fz.user, fz.v);
	begin(c, &outer);
	out = malloc(max * sizeof(*out)); /* a write behind it shows */
	if (flush)
		fz.v->flush(&fz.prov, &fz.user, out, &n);
	else
		n = fz.v->refill(&fz.prov, &fz.user, out, max);
	fz.host.call = outer;
	MUST(n <= max);
	check_call(c, &was, head, n);
	if (spec && !c->nested) {
		spec(&s, &fz.prov, c, max);
		check_spec(&s, &was, head, out, n);
	}
	for (i = 0; i < n; i++)
		came_out(out[i]);
	free(out);
	fz.ring_locked = false;
	return true;
}

/* A pass of scrub, in steps; returns what it took. */
static uint32_t scrub(uint32_t max)
{
	static struct call calls[2];
	struct call *c = &calls[fz.host.call != NULL], *outer;
	uint64_t was = fz.user.stats.scrubbed;
	struct zrx_scrub s = { 0, 0 };
	uint32_t n, i, steps = 0, *out = malloc(max * sizeof(*out));
	uint32_t expect = spec_scrub(&fz.prov, fz.v);

	begin(c, &outer);
	fz.scrubbing = true;
	while (s.next < fz.prov.nr_niovs) {
		c->last = 0;
		n = fz.v->scrub(&fz.prov, &fz.user, &s, out, max);
		MUST(n <= max && n == c->last);
		MUST(steps++ <= fz.prov.nr_niovs);
		for (i = 0; i < n; i++)
			came_out(out[i]);
	}
	fz.scrubbing = false;
	fz.host.call = outer;
	free(out);
	if (!c->nested && !outer && expect != ~0u)
		MUST(s.taken == expect);
	MUST(s.taken == c->refs && fz.user.stats.scrubbed - was == c->refs);
	return s.taken;
}

/* The kernel's side lets one reference go. */
static void drop(uint32_t idx)
{
	struct niov *b = &fz.host.niov[idx];

	if (!b->kref || b->place != OUT)
		return;
	b->kref--;
	if (--fz.host.count[idx])
		return;
	MUST(b->kref + b->uref == 0);
	fz.host.count[idx] = 1;
	b->kref = 1;
	b->place = IN_CALL;
	came_out(idx);
}

static bool call_hold(uint32_t idx)
{
	static struct call calls[2];
	struct call *c = &calls[fz.host.call != NULL], *outer;
	bool ok;

	begin(c, &outer);
	c->hold = true;
	ok = fz.v->hold(&fz.prov, &fz.user, idx);
	fz.host.call = outer;
	return ok;
}

/* Delivers a piece; who delivers keeps his own reference meanwhile. */
static void deliver(uint32_t idx)
{
	struct niov *b = &fz.host.niov[idx];

	if (!b->kref || b->place != OUT || b->uref >= MAX_REFS)
		return;
	b->kref++;
	fz.host.count[idx]++;
	MUST(call_hold(idx));
	b->uref++; /* the word changed in hold's last step */
	drop(idx);
}

#endif
