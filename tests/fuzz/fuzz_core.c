/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A script of operations on one provider and one user, read from the input and
 * checked after every step.  One file for three drivers: fuzz_main.c runs
 * seeded scripts and files, libFuzzer and AFL++ bring their own inputs; fuzz.sh
 * builds and runs those two.
 *
 * The first bytes choose variant and sizes, then each step is an operation and
 * what it needs.  An input that ran out answers 0, which is always the honest
 * thing, and ends the script: then all that the user holds comes back, either
 * by honest returns through a fresh ring or by scrub.
 */
#include "fuzz_calls.h"

static uint32_t any_niov(void)
{
	return next8() % fz.prov.nr_niovs;
}

/* A buffer that satisfies, from a random one on; -1 if there is none. */
static int find_niov(bool (*ok)(const struct niov *b))
{
	uint32_t i, first = any_niov();

	for (i = 0; i < fz.prov.nr_niovs; i++)
		if (ok(&fz.host.niov[(first + i) % fz.prov.nr_niovs]))
			return (first + i) % fz.prov.nr_niovs;
	return -1;
}

static bool is_held(const struct niov *b)
{
	return b->uref > 0;
}

static bool is_kernels(const struct niov *b)
{
	return b->place == OUT && b->kref > 0;
}

static void op_alloc(void)
{
	struct zrx_area *a = &fz.areas[next8() % fz.prov.nr_areas];
	uint32_t n = 1 + next8() % 4, i;
	const uint32_t *idx = zrx_area_pop(a, n);

	for (i = 0; idx && i < n; i++) {
		MUST(fz.host.niov[idx[i]].place == FREE);
		fz.host.niov[idx[i]].place = OUT;
		fz.host.niov[idx[i]].kref = 1;
		fz.host.count[idx[i]] = 1;
	}
}

static void op_deliver(void)
{
	int idx = find_niov(is_kernels);

	if (idx >= 0)
		deliver(idx);
}

/* What traffic does: all that the driver has goes out, in pieces. */
static void op_deliver_all(void)
{
	uint32_t i, pieces = next8();

	for (i = 0; i < fz.prov.nr_niovs; i++) {
		deliver(i);
		if (pieces >> i % 8 & 1)
			deliver(i);
		drop(i);
	}
}

static void op_kernel_ref(void)
{
	int idx = find_niov(is_kernels);

	if (idx < 0 || fz.host.niov[idx].kref >= MAX_REFS)
		return;
	fz.host.niov[idx].kref++;
	fz.host.count[idx]++;
}

static void op_drop(void)
{
	int idx = find_niov(is_kernels);

	if (idx >= 0)
		drop(idx);
}

static uint64_t off_of(uint32_t idx)
{
	uint32_t area = 0;

	while (idx - fz.areas[area].first >= fz.areas[area].nr_niovs)
		area++;
	idx -= fz.areas[area].first;
	return zrx_area_token(area) | (uint64_t)idx << fz.prov.niov_shift;
}

/* The user's side; it runs at top level or inside a call of the server. */
static void user_puts(uint64_t off, uint32_t pad, uint32_t times)
{
	struct call *server = fz.host.call;
	uint32_t slot;

	fz.host.call = NULL;
	while (times--) {
		slot = fz.prod.tail & (fz.prod.entries - 1);
		if (zrx_rqp_put(&fz.prod, off, next8()))
			((struct zrx_rqe *)fz.prod.rqes)[slot].pad = pad;
	}
	zrx_rqp_submit(&fz.prod);
	fz.host.call = server;
}

static void op_return(void)
{
	int idx = find_niov(is_held);

	if (idx >= 0)
		user_puts(off_of(idx), 0, 1);
}

static void op_return_many(void)
{
	int idx = find_niov(is_held);

	if (idx >= 0)
		user_puts(off_of(idx), 0, 1 + next8() % 5);
}

static void op_return_each(void)
{
	uint32_t i;

	for (i = 0; i < fz.prov.nr_niovs; i++)
		if (fz.host.niov[i].uref)
			user_puts(off_of(i), 0, fz.host.niov[i].uref);
}

static void op_return_bad(void)
{
	uint64_t off = any_off();
	uint8_t kind = next8();

	user_puts(off, kind % 4 == 1, kind > 0xf0 ? fz.user.rq.entries : 1);
}

static void op_refill(void)
{
	uint8_t b = next8();

	work_off(false, 2 + (b & 0x80 ? b % 3 : b % 63));
}

static void op_flush(void)
{
	work_off(true, ZRX_FLUSH_BATCH);
}

static void op_scrub(void)
{
	if (!fz.scrubbing)
		scrub(1 + next8() % MAX_NIOVS);
}

static void op_tail(void)
{
	uint32_t tail = any_tail();

	memcpy((void *)fz.user.rq.ktail, &tail, 4);
}

/* The peer writes anywhere in its page. */
static void op_scribble(void)
{
	size_t size = zrx_rq_size(&fz.layout, fz.user.rq.entries);
	uint32_t v = next8() & 1 ? next64(4) : next8();

	memcpy(fz.region + next64(2) % (size / 4) * 4, &v, 4);
}

/* A ring of any size, counters just below 2^32 or anywhere. */
static void attach(void)
{
	uint8_t kind = next8();
	uint32_t n = 1u << kind % 11, start = 0;

	if (kind >> 4)
		start = kind & 16 ? 0u - next8() : (uint32_t)next64(4);
	fz.layout = kind & 8 ? zrx_rq_layout_v8 : zrx_rq_layout_mainline;
	free(fz.region);
	fz.region = calloc(1, zrx_rq_size(&fz.layout, n));
	memset(&fz.user.stats, 0, sizeof(fz.user.stats));
	zrx_rqc_init(&fz.user.rq, fz.region, &fz.layout, n);
	fz.user.rq.cached_head = fz.user.rq.cached_tail = start;
	memcpy((void *)fz.user.rq.khead, &start, 4);
	memcpy((void *)fz.user.rq.ktail, &start, 4);
	zrx_rqp_init(&fz.prod, fz.region, &fz.layout, n);
}

/* The user goes: passes until nothing is left, then nobody holds anything. */
static void close_user(void)
{
	uint32_t pass;

	for (pass = 0; scrub(1 + next8() % MAX_NIOVS); pass++)
		MUST(pass <= MAX_REFS * 4);
	MUST(fz.v->held(&fz.prov, &fz.user) == 0);
}

static void op_reattach(void)
{
	fz.nests = false;
	close_user();
	attach();
}

/* A count close to where it overflows: hold says no, or counts. */
static void op_limit(void)
{
	int idx = find_niov(is_kernels);
	uint32_t *word = &fz.uref[idx < 0 ? 0 : idx], was = *word, i, unit, old;
	uint32_t *count = &fz.host.count[idx < 0 ? 0 : idx], was_count = *count;
	uint32_t old_count;
	bool ok;

	if (idx < 0 || fz.host.niov[idx].uref)
		return;
	fz.nests = false;
	MUST(call_hold(idx));
	unit = *word - was;
	*word += (~0u / unit - 3) * unit;
	for (i = 0; i < 5; i++) {
		old = *word;
		old_count = *count;
		ok = call_hold(idx);
		MUST(fz.v->model->held(*word) ==
		     (uint64_t)fz.v->model->held(old) + ok);
		MUST(*word == old + ok * unit);
		if (!fz.host.shared)
			MUST(*count == old_count + ok);
	}
	*word = was;
	*count = was_count;
}

typedef void (*op_fn)(void);

/* what may run between two steps of another: all but the user's ring moving
 * away, and what the host serialises, which says no by itself */
static const op_fn ops_inside[] = {
	op_drop,   op_scrub,	   op_deliver, op_refill,
	op_return, op_return_many, op_flush,   op_kernel_ref,
};

static const op_fn ops[] = {
	op_alloc,	op_deliver_all, op_return_each, op_refill,
	op_drop,	op_return_many, op_return_bad,	op_refill,
	op_scribble,	op_kernel_ref,	op_deliver,	op_return,
	op_flush,	op_tail,	op_scrub,	op_limit,
	op_alloc,	op_refill,	op_return,	op_deliver_all,
	op_return_each, op_reattach,
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

void fuzz_step(void)
{
	uint8_t b;

	if (!fz.nests || fz.inside || !fz.host.call)
		return;
	b = next8();
	if (b < 0xb0)
		return;
	fz.inside = true;
	fz.host.call->nested++;
	ops_inside[b % COUNT(ops_inside)]();
	fz.inside = false;
}

/* An honest user returns all that he holds, each reference once. */
static void return_all(void)
{
	uint32_t idx, n;

	for (idx = 0; idx < fz.prov.nr_niovs; idx++) {
		for (n = fz.host.niov[idx].uref; n; n--) {
			while (!zrx_rqp_put(&fz.prod, off_of(idx), 1)) {
				uint32_t head = fz.user.rq.cached_head;

				work_off(false, 64);
				MUST(fz.user.rq.cached_head != head);
			}
			zrx_rqp_submit(&fz.prod);
		}
	}
	for (n = 0; fz.user.rq.cached_head != fz.prod.tail; n++) {
		work_off(false, 64);
		MUST(n <= MAX_NIOVS * MAX_REFS);
	}
	MUST(fz.v->held(&fz.prov, &fz.user) == 0);
}

static void setup_areas(uint8_t sizes)
{
	struct zrx_prov *p = &fz.prov;
	uint32_t i, n, first = 0;

	p->nr_areas = 1 + sizes % MAX_AREAS;
	for (i = 0; i < p->nr_areas; i++) {
		n = 1 + (sizes >> 2 << i) % (MAX_NIOVS / MAX_AREAS);
		zrx_area_init(&fz.areas[i], first, n,
			      malloc(n * sizeof(uint32_t)));
		first += n;
	}
	p->nr_niovs = first;
	p->host = &fz.host;
	p->areas = fz.areas;
	p->niov_shift = 12 + sizes / 128;
	fz.uref = calloc(first, sizeof(*fz.uref));
	fz.count = calloc(first, sizeof(*fz.count));
}

static void setup(void)
{
	fz.v = &variants[next8() % COUNT(variants)];
	setup_areas(next8());
	fz.user.uref = fz.uref;
	fz.host.shared = fz.v->model->owns_ref;
	fz.host.count = fz.host.shared ? fz.uref : fz.count;
	attach();
}

static void teardown(void)
{
	uint32_t i;

	fz.lies = fz.nests = false;
	if (next8() & 1)
		close_user();
	attach();
	return_all();
	check_niovs(&fz.prov, &fz.user, fz.v);
	for (i = 0; i < fz.prov.nr_niovs; i++)
		while (fz.host.niov[i].kref) {
			drop(i);
			if (fz.host.niov[i].place == OUT)
				MUST(fz.host.niov[i].kref < MAX_REFS);
		}
	MUST(zrx_prov_at_rest(&fz.prov) && zrx_prov_out(&fz.prov) == 0);
	for (i = 0; i < fz.prov.nr_areas; i++)
		free(fz.areas[i].freelist);
	free(fz.uref);
	free(fz.count);
	free(fz.region);
}

void fuzz_run(const uint8_t *in, size_t size)
{
	uint8_t mode;

	memset(&fz, 0, sizeof(fz));
	fz.in = in;
	fz.end = in + size;
	for (setup(); fz.in < fz.end; fz.step++) {
		mode = next8();
		fz.lies = mode & 0x80;
		fz.nests = mode & 0x40;
		ops[(mode & 0x3f) % COUNT(ops)]();
		check_niovs(&fz.prov, &fz.user, fz.v);
	}
	teardown();
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t size)
{
	fuzz_run(in, size);
	return 0;
}
