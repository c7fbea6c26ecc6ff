/* SPDX-License-Identifier: BSD-3-Clause */
/* Scenes about the ring: what its four orderings A, B, C and D are for. */
#include "scene.h"

/* The user reads a packet and returns it; then the driver overwrites it. */
template <typename V> struct read_before_return : rx_world<V> {
	void before()
	{
		this->setup(4, 0);
		this->give(0, 1, 0);
		this->give(1, 1, 0);
	}

	void thread(unsigned i)
	{
		if (i == 0) {
			this->read(0);
			this->give_back(&this->peer, 0);
			this->read(1);
			this->give_back(&this->peer, 1);
		} else {
			this->refill(&this->peer);
			this->refill(&this->peer);
		}
	}

	void after()
	{
		this->settle(&this->peer, 2, 2);
	}
};

/*
 * Fewer slots than returns, so the user waits for head, and writes into a slot
 * only after it was read.  The counters run over 2^32 on the way.
 */
template <typename V, int ENTRIES, uint32_t START>
struct more_returns_than_slots : rx_world<V> {
	void before()
	{
		this->setup(ENTRIES, START);
		this->give(0, 2, 0);
		this->give(1, 1, 0);
	}

	void user()
	{
		this->give_back(&this->peer, 0);
		this->read(1);
		this->give_back(&this->peer, 1);
		this->read(0);
		this->give_back(&this->peer, 0);
	}

	void driver()
	{
		rl::linear_backoff b;

		while (this->judged(&this->peer) < 3) {
			this->refill(&this->peer);
			b.yield($);
		}
	}

	void thread(unsigned i)
	{
		if (i == 0)
			user();
		else
			driver();
	}

	void after()
	{
		this->settle(&this->peer, 2, 3);
	}
};

/* Two drivers take turns on one ring, one of them by flush. */
template <typename V> struct two_drivers : rx_world<V> {
	rl::mutex lock;

	void before()
	{
		this->setup(4, 0);
		this->give(0, 1, 0);
		this->give(1, 1, 0);
	}

	void flush()
	{
		uint32_t out[ZRX_FLUSH_BATCH], nr;

		V::flush(&this->prov, &this->peer.user, out, &nr);
		this->all_home(out, nr);
	}

	void thread(unsigned i)
	{
		if (i == 0) {
			this->read(0);
			this->give_back(&this->peer, 0);
			this->read(1);
			this->give_back(&this->peer, 1);
			return;
		}
		lock.lock($);
		if (i == 1)
			this->refill(&this->peer);
		else
			flush();
		lock.unlock($);
	}

	void after()
	{
		this->settle(&this->peer, 2, 2);
	}
};

template <typename V> static bool all(const char *v)
{
	bool ok = rx_run<read_before_return<V>>("read before return", v, 2,
						RX_FULL);

	ok &= rx_run<more_returns_than_slots<V, 1, 0>>("one slot", v, 2, 4);
	ok &= rx_run<more_returns_than_slots<V, 2, 0xfffffffe>>(
		"two slots, wrapping", v, 2, 5);
	ok &= rx_run<two_drivers<V>>("two drivers, one lock", v, 3, RX_FULL);
	return ok;
}

int main()
{
	bool ok = true;

#define ZRX_VARIANT(name, model, policy) ok &= all<rx_##name>(#name);
#include "../../mp/variants.h"
	return !ok;
}
