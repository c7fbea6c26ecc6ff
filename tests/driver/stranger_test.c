/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a process of another uid can do with the area's descriptor: map it
 * read-only, and nothing else.  And that it makes a good user with it.
 */
#include "drv.h"
#include "stranger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* one for all cases, and one a case that kills it */
static struct stranger lasting, mortals[16];
static unsigned int next_mortal;

static const char *const act_names[] = {
#define STRANGER_NAME(name) #name,
	STRANGER_ACTS(STRANGER_NAME)
};

struct scene {
	struct fix *f;
	struct zrx_pool *zp;
	struct zrx_pool_area area;
	struct stranger_ask ask;
	struct zrx_att *att;
	void *region;
	int ring_fd;
};

static void scene_begin(struct scene *s, struct fix *f, struct rte_mempool *mp)
{
	const struct zrx_rq_layout *l = peer_layout(f);
	size_t len = zrx_rq_size(l, 64);

	memset(s, 0, sizeof(*s));
	s->f = f;
	s->zp = zrx_pool_of(mp);
	zrx_pool_area(s->zp, &s->area);
	s->ring_fd = memfd_create("ring", MFD_CLOEXEC);
	assert_int_equal(ftruncate(s->ring_fd, len), 0);
	s->region = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED,
			 s->ring_fd, 0);
	assert_ptr_not_equal(s->region, MAP_FAILED);
	s->att = zrx_att_open(s->zp, s->region, l, 64);
	assert_non_null(s->att);
	s->ask = (struct stranger_ask){ .owner = getpid(),
					.secret = s->att,
					.area_size = s->area.size,
					.token = s->area.token,
					.layout = *l,
					.entries = 64 };
}

static uint64_t scene_end(struct scene *s)
{
	uint64_t scrubbed = zrx_att_close(s->att);

	munmap(s->region, zrx_rq_size(&s->ask.layout, 64));
	close(s->ring_fd);
	return scrubbed;
}

static void scene_give(struct scene *s, struct rte_mempool *mp, uint32_t n)
{
	struct rte_mbuf *m;
	uint32_t i;

	for (i = 0; i < n; i++) {
		m = mbuf_filled(mp, 0, 64);
		payload_write(rte_pktmbuf_mtod(m, void *), i, 64);
		assert_true(zrx_att_hold(s->att, m, &s->ask.offs[i]));
	}
	s->ask.nr_offs = n;
}

static struct stranger_tell scene_run(struct scene *s,
				      const struct stranger *by)
{
	struct stranger_tell tell;

	assert_int_equal(
		stranger_run(by, &s->ask, s->area.fd, s->ring_fd, &tell), 0);
	return tell;
}

static void expect_err(const struct stranger_tell *t, enum stranger_act a,
		       int one, int other)
{
	int err = t->err[a];

	if (err != one && err != other)
		fail_msg("%s: %s", act_names[a],
			 err ? strerror(err) : "that was possible");
}

static void expect_powerless(const struct stranger_tell *t)
{
	expect_err(t, STRANGER_map_read, 0, 0);
	expect_err(t, STRANGER_map_write, EPERM, EPERM);
	expect_err(t, STRANGER_make_writable, EACCES, EPERM);
	expect_err(t, STRANGER_shrink, EPERM, EPERM);
	expect_err(t, STRANGER_grow, EPERM, EPERM);
	expect_err(t, STRANGER_punch_hole, EPERM, EPERM);
	/* hugetlb files cannot be written to at all */
	expect_err(t, STRANGER_overwrite, EPERM, EINVAL);
	expect_err(t, STRANGER_append, EPERM, EINVAL);
	expect_err(t, STRANGER_unseal, EPERM, EPERM);
	expect_err(t, STRANGER_reopen_and_write, EPERM, EINVAL);
	expect_err(t, STRANGER_reopen_and_truncate, EPERM, EACCES);
	expect_err(t, STRANGER_remove_pages, EPERM, EACCES);
}

static void expect_strange(const struct stranger_tell *t)
{
	if (!lasting.is_nobody) {
		print_message("    not shown: the owner's uid is ours too\n");
		return;
	}
	expect_err(t, STRANGER_list_descriptors, EACCES, EPERM);
	expect_err(t, STRANGER_open_memory, EACCES, EPERM);
	expect_err(t, STRANGER_read_memory, EACCES, EPERM);
}

/* after the attacks all payload is where and what it was */
static void attack(struct fix *f, struct rte_mempool *mp)
{
	struct stranger_tell t;
	struct scene s;

	scene_begin(&s, f, mp);
	scene_give(&s, mp, 20);
	s.ask.attack = true;
	t = scene_run(&s, &lasting);
	expect_powerless(&t);
	expect_strange(&t);
	s.ask.attack = false;
	t = scene_run(&s, &lasting);
	assert_int_equal(t.good, 20);
	assert_int_equal(zrx_att_drain(s.att), 20);
	assert_int_equal(scene_end(&s), 0);
}

CASE(a_stranger_can_map_the_area_read_only_and_do_nothing_else)
{
	attack(f, f->mp);
}

CASE(the_same_is_true_of_huge_pages)
{
	struct rte_mempool *mp = zrx_pool_create(
		"huge", 100, 0, 0, FIX_ROOM, SOCKET_ID_ANY,
		fix_is_v8(f) ? "layout=pinned,huge=on,variant=v8"
			     : "layout=pinned,huge=on");
	struct zrx_pool_area a;

	if (!mp) {
		print_message("    not shown: no huge page is free\n");
		skip();
	}
	zrx_pool_area(zrx_pool_of(mp), &a);
	assert_int_equal(a.size % (2 << 20), 0);
	attack(f, mp);
	pool_expect_home(mp);
	rte_mempool_free(mp);
}

CASE(a_user_in_a_process_of_his_own_returns_what_he_read)
{
	struct rte_mbuf *m[FIX_NIOVS];
	struct stranger_tell t;
	struct scene s;
	unsigned int i;

	scene_begin(&s, f, f->mp);
	for (i = 0; i < 10; i++) {
		scene_give(&s, f->mp, STRANGER_OFFS);
		t = scene_run(&s, &lasting);
		assert_int_equal(t.good, STRANGER_OFFS);
	}
	assert_int_equal(rte_pktmbuf_alloc_bulk(f->mp, m, FIX_NIOVS), 0);
	rte_pktmbuf_free_bulk(m, FIX_NIOVS);
	assert_int_equal(scene_end(&s), 0);
}

CASE(a_process_that_is_killed_leaves_what_it_held)
{
	struct stranger *mortal = &mortals[next_mortal++];
	struct stranger_tell t;
	struct scene s;

	scene_begin(&s, f, f->mp);
	scene_give(&s, f->mp, 10);
	t = scene_run(&s, mortal);
	assert_int_equal(t.good, 10);
	scene_give(&s, f->mp, 30);
	stranger_kill(mortal);
	assert_int_equal(stranger_run(mortal, &s.ask, s.area.fd, s.ring_fd, &t),
			 -EPIPE);
	assert_int_equal(scene_end(&s), 30);
}

CASE(the_area_is_sealed_for_good)
{
	int want =
		F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL;
	struct zrx_pool_area a;

	zrx_pool_area(f->zp, &a);
	assert_int_equal(fcntl(a.fd, F_GET_SEALS), want);
	assert_int_equal(fcntl(a.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(lseek(a.fd, 0, SEEK_END), a.size);
}

/* sealing must not have taken from the server what it needs */
CASE(the_server_still_writes)
{
	struct rte_mbuf *m[FIX_NIOVS];
	unsigned int i;

	assert_int_equal(rte_pktmbuf_alloc_bulk(f->mp, m, FIX_NIOVS), 0);
	for (i = 0; i < FIX_NIOVS; i++)
		memset(m[i]->buf_addr, i, m[i]->buf_len);
	rte_pktmbuf_free_bulk(m, FIX_NIOVS);
}

static const struct CMUnitTest cases[] = {
	FIX(a_stranger_can_map_the_area_read_only_and_do_nothing_else),
	FIX(the_same_is_true_of_huge_pages),
	FIX(a_user_in_a_process_of_his_own_returns_what_he_read),
	FIX(a_process_that_is_killed_leaves_what_it_held),
	FIX(the_area_is_sealed_for_good),
	FIX(the_server_still_writes),
};

int main(void)
{
	unsigned int i;
	int ret;

	lasting = stranger_start();
	for (i = 0; i < RTE_DIM(mortals); i++)
		mortals[i] = stranger_start();
	ret = RUN_MATRIX("stranger", cases);
	stranger_kill(&lasting);
	for (i = next_mortal; i < RTE_DIM(mortals); i++)
		stranger_kill(&mortals[i]);
	return ret;
}
