/* SPDX-License-Identifier: BSD-3-Clause */
/* Scenes about references: who may give one back, and who gets the buffer. */
#include "scene.h"

/* A user is scrubbed while his last return is worked off. */
template <typename V> struct refill_against_scrub : rx_world<V> {
	void before()
	{
		this->setup(2, 0);
		this->give(0, 1, 0);
	}

	void thread(unsigned i)
	{
		if (i == 0)
			this->give_back(&this->peer, 0);
		else if (i == 1)
			this->refill(&this->peer);
		else
			this->scrub(&this->peer);
	}

	void after()
	{
		struct zrx_user_stats *s = &this->peer.user.stats;

		this->settle(&this->peer, 1, 1);
		RL_ASSERT(s->entries[ZRX_TAKEN] + s->scrubbed == 1);
	}
};

/* A return, a scrub and the kernel's own drop meet on one buffer. */
template <typename V> struct three_ways : rx_world<V> {
	void before()
	{
		this->setup(2, 0);
		this->give(0, 2, 1);
		this->give_back(&this->peer, 0);
	}

	void thread(unsigned i)
	{
		if (i == 0)
			this->drop(0);
		else if (i == 1)
			this->refill(&this->peer);
		else
			this->scrub(&this->peer);
	}

	void after()
	{
		this->scrub_all(&this->peer);
		this->settle(&this->peer, 1, 1);
	}
};

/* The kernel still reads the packet that the user gives back. */
template <typename V> struct third_holder : rx_world<V> {
	void before()
	{
		this->setup(2, 0);
		this->give(0, 1, 1);
	}

	void thread(unsigned i)
	{
		if (i == 1) {
			this->refill(&this->peer);
			return;
		}
		this->read(0);
		if (i == 0)
			this->give_back(&this->peer, 0);
		else
			this->drop(0);
	}

	void after()
	{
		this->settle(&this->peer, 1, 1);
	}
};

/* One reference, returned twice: once too often, but never lost for good. */
template <typename V> struct surplus : rx_world<V> {
	void before()
	{
		this->setup(4, 0);
		this->give(0, 1, 1);
	}

	void thread(unsigned i)
	{
		if (i == 0) {
			this->give_back(&this->peer, 0);
			this->give_back(&this->peer, 0);
		} else if (i == 1) {
			this->refill(&this->peer);
		} else {
			this->drop(0);
		}
	}

	void after()
	{
		this->refill(&this->peer);
		this->give_back(&this->peer, 0);
		this->settle(&this->peer, 1, 3);
	}
};

/* A second piece of a buffer goes out while the first comes back. */
template <typename V> struct hold_against_return : rx_world<V> {
	rl::atomic<uint32_t> told;
	bool returned;

	void before()
	{
		this->setup(4, 0);
		this->give(0, 1, 1);
		told.store(0, rl::mo_relaxed, $);
		returned = false;
	}

	void return_second()
	{
		returned = true;
		this->read(0);
		this->give_back(&this->peer, 0);
	}

	void thread(unsigned i)
	{
		if (i == 0) {
			this->give_back(&this->peer, 0);
			if (told.load(rl::mo_acquire, $))
				return_second();
		} else if (i == 1) {
			this->refill(&this->peer);
		} else {
			RL_ASSERT(V::hold(&this->prov, &this->peer.user, 0));
			told.store(1, rl::mo_release, $);
			this->read(0);
			this->drop(0);
		}
	}

	void after()
	{
		if (!returned)
			return_second();
		this->settle(&this->peer, 1, 2);
	}
};

/* A scrub meets a hold half way: the holder's own reference must last. */
template <typename V> struct hold_against_scrub : rx_world<V> {
	void before()
	{
		this->setup(2, 0);
		this->give(0, 0, 1);
	}

	void thread(unsigned i)
	{
		if (i == 0) {
			this->scrub(&this->peer);
			return;
		}
		RL_ASSERT(V::hold(&this->prov, &this->peer.user, 0));
		this->read(0);
		this->drop(0);
	}

	void after()
	{
		this->scrub_all(&this->peer);
		this->settle(&this->peer, 1, 0);
	}
};

/*
 * The model's word alone carries the order: the host counts relaxed.  The user
 * read one piece, returned it, and died with the other.  If the scrub found
 * one reference only, the return came first, and with it the end of the read.
 */
template <typename V> struct word_carries_order : rx_world<V> {
	void before()
	{
		this->setup(2, 0);
		this->host.put_order = __ATOMIC_RELAXED;
		this->give(0, 2, 0);
	}

	void scrub_late()
	{
		struct zrx_scrub s = { 0, 0 };
		uint32_t out[RX_NIOVS];
		uint32_t n = V::scrub(&this->prov, &this->peer.user, &s, out,
				      RX_NIOVS);

		if (s.taken == 1)
			this->all_home(out, n);
		else if (n)
			this->home[out[0]]++;
	}

	void thread(unsigned i)
	{
		if (i == 0) {
			this->read(0);
			this->give_back(&this->peer, 0);
		} else if (i == 1) {
			this->refill(&this->peer);
		} else {
			scrub_late();
		}
	}

	void after()
	{
		this->scrub_all(&this->peer);
		this->settle(&this->peer, 1, 1);
	}
};

/*
 * The deliverer's own reference becomes the user's, and is scrubbed at once:
 * only hold itself says that the deliverer is through with the packet.
 */
template <typename V> struct hand_over_against_scrub : rx_world<V> {
	void before()
	{
		this->setup(2, 0);
		this->host.hand_over = !this->host.shared;
		this->host.put_order = __ATOMIC_RELAXED;
		this->give(0, 0, 1);
	}

	void thread(unsigned i)
	{
		if (i == 0) {
			this->scrub(&this->peer);
			return;
		}
		this->read(0);
		RL_ASSERT(V::hold(&this->prov, &this->peer.user, 0));
		if (!this->host.hand_over)
			this->drop(0);
	}

	void after()
	{
		this->scrub_all(&this->peer);
		this->settle(&this->peer, 1, 0);
	}
};

template <typename V> static bool all(const char *v)
{
	bool ok = rx_run<refill_against_scrub<V>>("refill against scrub", v, 3,
						  RX_FULL);

	ok &= rx_run<three_ways<V>>("refill, scrub and a drop", v, 3, RX_FULL);
	ok &= rx_run<third_holder<V>>("a third holder reads", v, 3, RX_FULL);
	ok &= rx_run<surplus<V>>("surplus returns", v, 3, RX_FULL);
	ok &= rx_run<hold_against_return<V>>("hold against return", v, 3, 4);
	ok &= rx_run<hold_against_scrub<V>>("hold against scrub", v, 2,
					    RX_FULL);
	ok &= rx_run<hand_over_against_scrub<V>>("hand over against scrub", v,
						 2, RX_FULL);
	ok &= rx_run<word_carries_order<V>>(
		"the model's word carries the order", v, 3, RX_FULL);
	return ok;
}

int main()
{
	bool ok = true;

#define ZRX_VARIANT(name, model, policy) ok &= all<rx_##name>(#name);
#include "../../mp/variants.h"
	return !ok;
}
