/* SPDX-License-Identifier: BSD-3-Clause */
/* Scenes about a user who goes, and the next one who comes. */
#include "scene.h"

/* The user's last return, the driver, and the one who closes him. */
template <typename V> struct close_against_refill : rx_world<V> {
	rl::mutex lock;
	rl::var<bool> closed;

	void before()
	{
		this->setup(2, 0);
		this->give(0, 2, 0);
		this->give(1, 1, 0);
		closed($) = false;
	}

	void close()
	{
		this->scrub_all(&this->peer);
		lock.lock($);
		closed($) = true;
		lock.unlock($);
	}

	void refill_if_open()
	{
		lock.lock($);
		if (!closed($).load())
			this->refill(&this->peer);
		lock.unlock($);
	}

	void thread(unsigned i)
	{
		if (i == 0)
			this->give_back(&this->peer, 0);
		else if (i == 1)
			refill_if_open();
		else
			close();
	}

	/* the ring is dead, so nothing of it is needed to get all back */
	void after()
	{
		RL_ASSERT(V::held(&this->prov, &this->peer.user) == 0);
		RL_ASSERT(this->home[0] == 1 && this->home[1] == 1);
	}
};

/*
 * A user is closed and a new one gets the same buffer, while the old one's
 * last return is still on its way through the old ring: it must not count.
 */
template <typename V> struct next_user : rx_world<V> {
	struct rx_peer next;
	rl::atomic<uint32_t> told;

	void before()
	{
		this->setup(1, 0);
		this->give(0, 1, 0);
		told.store(0, rl::mo_relaxed, $);
		this->add_ring(&next, 1, 0);
		for (int i = 0; i < RX_NIOVS; i++)
			if (!this->host.shared)
				this->model.words.add(&next.uref[i], 0u, $);
		/* the words that the host shares are the buffers', not a user's
		 */
		if (this->host.shared)
			next.user.uref = this->peer.user.uref;
	}

	void attach_next()
	{
		this->scrub_all(&this->peer);
		RL_ASSERT(this->home[0] == 1);
		this->home[0] = 0;
		this->data[0]($) = RX_DATA;
		RL_ASSERT(V::hold(&this->prov, &next.user, 0));
		told.store(1, rl::mo_release, $);
		this->drop(0); /* what the driver held */
	}

	void thread(unsigned i)
	{
		if (i == 0) {
			this->give_back(&this->peer, 0);
		} else if (i == 1) {
			this->refill(&this->peer);
			attach_next();
			this->refill(&next);
		} else if (told.load(rl::mo_acquire, $)) {
			this->read(0);
			this->give_back(&next, 0);
			told.store(2, rl::mo_relaxed, $);
		}
	}

	void after()
	{
		if (told.load(rl::mo_relaxed, $) == 1)
			this->give_back(&next, 0);
		this->settle(&next, 1, 1);
	}
};

/* The same words serve again after a teardown with nobody left. */
template <typename V> struct teardown_and_again : rx_world<V> {
	void before()
	{
		this->setup(2, 0);
		this->give(0, 2, 0);
		this->give_back(&this->peer, 0);
		this->scrub_all(&this->peer);
		this->refill(&this->peer);
		RL_ASSERT(this->home[0] == 1);
		this->home[0] = 0;
		this->data[0]($) = RX_DATA;
		this->give(0, 1, 0);
		this->drop(0);
	}

	void thread(unsigned i)
	{
		if (i == 0) {
			this->read(0);
			this->give_back(&this->peer, 0);
		} else {
			this->refill(&this->peer);
		}
	}

	void after()
	{
		this->settle(&this->peer, 1, 2);
	}
};

template <typename V> static bool all(const char *v)
{
	bool ok = rx_run<close_against_refill<V>>("close against refill", v, 3,
						  3);

	ok &= rx_run<next_user<V>>("the next user", v, 3, 4);
	ok &= rx_run<teardown_and_again<V>>("teardown and again", v, 2,
					    RX_FULL);
	return ok;
}

int main()
{
	bool ok = true;

#define ZRX_VARIANT(name, model, policy) ok &= all<rx_##name>(#name);
#include "../../mp/variants.h"
	return !ok;
}
