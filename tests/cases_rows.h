/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * What a ring's content leads to, as a table: one row is a script, what the
 * user holds before it, and what every way of working off a ring makes of it.
 * The rows are those in which the policies differ or could.
 */
#ifndef ZRX_CASES_ROWS_H
#define ZRX_CASES_ROWS_H

#include "case.h"
#include "host_sim_peer.h"

/* back: the letters that came back, in order; NULL: nobody wrote it down. */
struct row_end {
	const char *back;
	uint32_t consumed, taken, bad, not_held, surplus;
};

struct row {
	const char *script;
	const char *refs;
	struct row_end refill[SIM_NR_POLICIES];
	struct row_end flush[SIM_NR_POLICIES];
};

#define ROW_V8 [SIM_POLICY_v8]
#define ROW_MAINLINE [SIM_POLICY_mainline]

static const struct row row_one_return = {
	"A",
	"1",
	{
		ROW_V8 = { "A", 1, 1, 0, 0, 0 },
		ROW_MAINLINE = { "A", 1, 1, 0, 0, 0 },
	},
	{ ROW_MAINLINE = { "A", 1, 1, 0, 0, 0 } },
};

static const struct row row_doubled = {
	"AA",
	"1",
	{
		ROW_V8 = { "A", 2, 1, 0, 1, 0 },
		ROW_MAINLINE = { "", 2, 0, 0, 0, 2 },
	},
	{ ROW_MAINLINE = { "A", 2, 1, 0, 1, 0 } },
};

static const struct row row_two_of_two = {
	"AA",
	"2",
	{
		ROW_V8 = { "A", 2, 2, 0, 0, 0 },
		ROW_MAINLINE = { "A", 2, 2, 0, 0, 0 },
	},
	{ ROW_MAINLINE = { "A", 2, 2, 0, 0, 0 } },
};

static const struct row row_three_of_two = {
	"AAA",
	"2",
	{
		ROW_V8 = { "A", 3, 2, 0, 1, 0 },
		ROW_MAINLINE = { "", 3, 0, 0, 0, 3 },
	},
	{ ROW_MAINLINE = { "A", 3, 2, 0, 1, 0 } },
};

static const struct row row_again_after_another = {
	"ABA",
	"11",
	{
		ROW_V8 = { "AB", 3, 2, 0, 1, 0 },
		ROW_MAINLINE = { "AB", 3, 2, 0, 1, 0 },
	},
	{ ROW_MAINLINE = { "AB", 3, 2, 0, 1, 0 } },
};

static const struct row row_two_apart = {
	"ABA",
	"21",
	{
		ROW_V8 = { "BA", 3, 3, 0, 0, 0 },
		ROW_MAINLINE = { "BA", 3, 3, 0, 0, 0 },
	},
	{ ROW_MAINLINE = { "BA", 3, 3, 0, 0, 0 } },
};

static const struct row row_bad_between = {
	"AxA",
	"2",
	{
		ROW_V8 = { "A", 3, 2, 1, 0, 0 },
		ROW_MAINLINE = { "A", 3, 2, 1, 0, 0 },
	},
	{ ROW_MAINLINE = { "", 2, 1, 1, 0, 0 } },
};

/* a run goes on across a bad entry, and so does its surplus */
static const struct row row_surplus_across_bad = {
	"AxA",
	"1",
	{
		ROW_V8 = { "A", 3, 1, 1, 1, 0 },
		ROW_MAINLINE = { "", 3, 0, 1, 0, 2 },
	},
	{ ROW_MAINLINE = { "A", 2, 1, 1, 0, 0 } },
};

static const struct row row_bad_first = {
	"xAB",
	"11",
	{
		ROW_V8 = { "AB", 3, 2, 1, 0, 0 },
		ROW_MAINLINE = { "AB", 3, 2, 1, 0, 0 },
	},
	{ ROW_MAINLINE = { "", 1, 0, 1, 0, 0 } },
};

static const struct row row_bad_last = {
	"ABx",
	"11",
	{
		ROW_V8 = { "AB", 3, 2, 1, 0, 0 },
		ROW_MAINLINE = { "AB", 3, 2, 1, 0, 0 },
	},
	{ ROW_MAINLINE = { "AB", 3, 2, 1, 0, 0 } },
};

/* each run stands for itself: B's surplus does not cost A or C anything */
static const struct row row_surplus_amid = {
	"ABBBC",
	"121",
	{
		ROW_V8 = { "ABC", 5, 4, 0, 1, 0 },
		ROW_MAINLINE = { "AC", 5, 2, 0, 0, 3 },
	},
	{ ROW_MAINLINE = { "ABC", 5, 4, 0, 1, 0 } },
};

/* fewer returns than references: the buffer stays with the user */
static const struct row row_some_of_many = {
	"AAB",
	"51",
	{
		ROW_V8 = { "B", 3, 3, 0, 0, 0 },
		ROW_MAINLINE = { "B", 3, 3, 0, 0, 0 },
	},
	{ ROW_MAINLINE = { "B", 3, 3, 0, 0, 0 } },
};

static const struct row row_nothing_but_bad = {
	"xxx",
	"1",
	{
		ROW_V8 = { "", 3, 0, 3, 0, 0 },
		ROW_MAINLINE = { "", 3, 0, 3, 0, 0 },
	},
	{ ROW_MAINLINE = { "", 1, 0, 1, 0, 0 } },
};

static const struct row row_empty = {
	"",
	"1",
	{
		ROW_V8 = { "", 0, 0, 0, 0, 0 },
		ROW_MAINLINE = { "", 0, 0, 0, 0, 0 },
	},
	{ ROW_MAINLINE = { "", 0, 0, 0, 0, 0 } },
};

/* What came back, against the letters that should have. */
static inline const char *row_check_back(const struct sim *s, const char *back)
{
	uint32_t i;

	for (i = 0; back[i]; i++)
		if (i >= s->nr_out || s->out[i] != s->letter[back[i] - 'A'])
			return "the wrong buffer came back, or none";
	return i == s->nr_out ? NULL : "too many buffers came back";
}

static inline const char *row_check(struct sim *s, const struct row_end *e)
{
	const zrx_a64 *n = s->user[0].u.stats.entries;

	if (!e->back)
		return "no expectation is written down for this policy";
	if (n[ZRX_TAKEN] != e->taken)
		return "taken differs";
	if (n[ZRX_BAD_PAD] != e->bad)
		return "bad_pad differs";
	if (n[ZRX_NOT_HELD] != e->not_held || n[ZRX_SURPLUS] != e->surplus)
		return "not_held or surplus differs";
	if (sim_khead(s) != s->cfg.head + e->consumed)
		return "head differs";
	return row_check_back(s, e->back);
}

static inline const char *row_refill(struct sim *s, const struct row *r)
{
	const char *why;

	sim_give_letters(s, r->refs);
	sim_play(s, r->script);
	sim_refill(s);
	why = row_check(s, &r->refill[s->v->policy]);
	return why ? why : sim_check_conservation(s);
}

static inline const char *row_flush(struct sim *s, const struct row *r)
{
	const char *why;

	sim_give_letters(s, r->refs);
	sim_play(s, r->script);
	sim_flush_round(s);
	why = row_check(s, &r->flush[s->v->policy]);
	return why ? why : sim_check_conservation(s);
}

/* Every row is a case of its own: R(X, the row, what it shows). */
#define ROWS(R, X) \
	R(X, one_return, a_return_of_the_only_reference) \
	R(X, doubled, a_return_and_its_double) \
	R(X, two_of_two, both_returns_of_two_references) \
	R(X, three_of_two, three_returns_of_two_references) \
	R(X, again_after_another, a_double_after_another_buffer) \
	R(X, two_apart, two_returns_apart) \
	R(X, bad_between, two_returns_with_a_bad_entry_between) \
	R(X, surplus_across_bad, a_double_across_a_bad_entry) \
	R(X, bad_first, a_bad_entry_before_good_ones) \
	R(X, bad_last, a_bad_entry_after_good_ones) \
	R(X, surplus_amid, a_surplus_amid_good_returns) \
	R(X, some_of_many, fewer_returns_than_references) \
	R(X, nothing_but_bad, nothing_but_bad_entries) \
	R(X, empty, an_empty_ring)

#endif
