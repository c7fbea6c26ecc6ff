/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The words of port.h under relacy: port_user.h as it is, with the compiler's
 * atomics replaced by ours.  So the orders that relacy explores are the ones
 * that the user-space port really asks for, and layouts stay what they are.
 *
 * A scene first tells the model what each address is:
 *   word   an atomic, with weak memory and a switch of threads before each use
 *   field  plain data that an order elsewhere protects: a use that is not
 *          ordered is a data race.  Entries of a ring are fields, because an
 *          honest user never writes one that the server may read.
 *   plain  memory of no interest (statistics), kept out of the search
 * An access to anything else is an error: it went astray.
 */
#ifndef ZRX_PORT_RELACY_H
#define ZRX_PORT_RELACY_H

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <new>

#include <relacy/relacy.hpp>

#define RX_WORDS 12
#define RX_FIELDS 16

typedef rl::atomic<uint32_t> rx_word;
typedef rl::var<uint64_t> rx_field;

inline void rx_set(rx_word &w, uint32_t v, rl::debug_info_param d)
{
	w.store(v, rl::mo_relaxed, d);
}

inline void rx_set(rx_field &f, uint64_t v, rl::debug_info_param d)
{
	f(d).store(v);
}

template <typename T, int MAX> struct rx_table {
	const void *at[MAX];
	T cell[MAX];
	int nr;

	rx_table() : nr(0)
	{
	}

	template <typename V>
	void add(const void *p, V v, rl::debug_info_param d)
	{
		RL_ASSERT(nr < MAX);
		at[nr] = p;
		rx_set(cell[nr++], v, d);
	}

	T *find(const void *p)
	{
		for (int i = 0; i < nr; i++)
			if (at[i] == p)
				return &cell[i];
		return 0;
	}
};

/* One for each execution; the scene owns it. */
struct rx_model {
	rx_table<rx_word, RX_WORDS> words;
	rx_table<rx_field, RX_FIELDS> fields;
	const char *plain[2], *plain_end[2];
	int nr_plain;

	rx_model() : nr_plain(0)
	{
	}

	void add_plain(const void *p, size_t size)
	{
		plain[nr_plain] = (const char *)p;
		plain_end[nr_plain++] = (const char *)p + size;
	}

	bool is_plain(const void *p)
	{
		for (int i = 0; i < nr_plain; i++)
			if (p >= plain[i] && p < plain_end[i])
				return true;
		return false;
	}
};

extern struct rx_model *rx_now;

inline rl::memory_order rx_order(int mo)
{
	switch (mo) {
	case __ATOMIC_RELAXED:
		return rl::mo_relaxed;
	case __ATOMIC_ACQUIRE:
		return rl::mo_acquire;
	case __ATOMIC_RELEASE:
		return rl::mo_release;
	case __ATOMIC_ACQ_REL:
		return rl::mo_acq_rel;
	default:
		return rl::mo_seq_cst;
	}
}

/* What an access to a word that is none of ours ends with. */
inline void rx_astray(rl::debug_info_param d)
{
	RL_ASSERT_IMPL(false, rl::test_result_user_assert_failed,
		       "access outside of all words", d);
}

template <typename T>
inline T rx_load(const T *p, int mo, rl::debug_info_param d)
{
	rx_word *w = rx_now->words.find(p);
	rx_field *f = rx_now->fields.find(p);

	if (w)
		return w->load(rx_order(mo), d);
	if (f)
		return (*f)(d).load();
	if (!rx_now->is_plain(p))
		rx_astray(d);
	return *p;
}

template <typename T>
inline void rx_store(T *p, uint64_t v, int mo, rl::debug_info_param d)
{
	rx_word *w = rx_now->words.find(p);
	rx_field *f = rx_now->fields.find(p);

	if (w)
		w->store(v, rx_order(mo), d);
	else if (f)
		(*f)(d).store(v);
	else if (rx_now->is_plain(p))
		*p = v;
	else
		rx_astray(d);
}

inline rx_word &rx_rmw(const void *p, rl::debug_info_param d)
{
	rx_word *w = rx_now->words.find(p);

	if (!w)
		rx_astray(d);
	return *w;
}

inline bool rx_cas(uint32_t *p, uint32_t *old, uint32_t v, int mo, int fail,
		   rl::debug_info_param d)
{
	return rx_rmw(p, d).compare_exchange(rl::bool_t<false>(), *old, v,
					     rx_order(mo), rx_order(fail), d);
}

#define __atomic_load_n(p, mo) rx_load(p, mo, RL_INFO)
#define __atomic_store_n(p, v, mo) rx_store(p, v, mo, RL_INFO)
#define __atomic_exchange_n(p, v, mo) \
	rx_rmw(p, RL_INFO).exchange(v, rx_order(mo), RL_INFO)
#define __atomic_fetch_add(p, v, mo) \
	rx_rmw(p, RL_INFO).fetch_add(v, rx_order(mo), RL_INFO)
#define __atomic_fetch_sub(p, v, mo) \
	rx_rmw(p, RL_INFO).fetch_sub(v, rx_order(mo), RL_INFO)
#define __atomic_compare_exchange_n(p, old, v, weak, mo, fail) \
	rx_cas(p, old, v, mo, fail, RL_INFO)

#include "../../ring/port_user.h"

inline bool rx_warn(bool c)
{
	RL_ASSERT(!c);
	return c;
}

/* a warning ends the search with its history, instead of the process */
#define zrx_warn(c) rx_warn(c)

#endif
