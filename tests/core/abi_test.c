/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sizes and offsets that cross a process boundary, as literals, and against the
 * system's own header where the compiler finds one that has them.
 */
#include <stdio.h>

#include "ring/rq_abi.h"

ZRX_ABI_ASSERT(sizeof(struct zrx_rqe) == 16, "rqe");
ZRX_ABI_ASSERT(sizeof(((struct zrx_rqe *)0)->off) == 8, "off is 64 bits");
ZRX_ABI_ASSERT(sizeof(((struct zrx_rqe *)0)->len) == 4, "len is 32 bits");
ZRX_ABI_ASSERT(sizeof(((struct zrx_rqe *)0)->pad) == 4, "pad is 32 bits");
ZRX_ABI_ASSERT(offsetof(struct zrx_rqe, off) == 0, "off comes first");
ZRX_ABI_ASSERT(offsetof(struct zrx_rqe, len) == 8, "len follows off");
ZRX_ABI_ASSERT(offsetof(struct zrx_rqe, pad) == 12, "pad is last");
ZRX_ABI_ASSERT(ZRX_AREA_SHIFT == 48, "the token is above bit 48");
ZRX_ABI_ASSERT(ZRX_AREA_MASK == 0xffffffffffffull, "48 bits of offset");
ZRX_ABI_ASSERT(ZRX_RQ_MAX_ENTRIES == 32768, "the kernel's limit");

#ifdef ZRX_HAVE_UAPI
#include <linux/io_uring/zcrx.h>

#define SAME(ours, theirs) \
	ZRX_ABI_ASSERT(offsetof(struct zrx_rqe, ours) == \
			       offsetof(struct io_uring_zcrx_rqe, theirs), \
		       #ours)
ZRX_ABI_ASSERT(sizeof(struct zrx_rqe) == sizeof(struct io_uring_zcrx_rqe),
	       "an entry as the system has it");
SAME(off, off);
SAME(len, len);
SAME(pad, __pad);
ZRX_ABI_ASSERT(ZRX_AREA_SHIFT == IORING_ZCRX_AREA_SHIFT, "shift");
ZRX_ABI_ASSERT((uint64_t)ZRX_AREA_MASK == ~(uint64_t)IORING_ZCRX_AREA_MASK,
	       "mask, which the system counts from the other end");
ZRX_ABI_ASSERT(offsetof(struct zrx_rq_layout, head) ==
		       offsetof(struct io_uring_zcrx_offsets, head),
	       "layout: head");
ZRX_ABI_ASSERT(offsetof(struct zrx_rq_layout, tail) ==
		       offsetof(struct io_uring_zcrx_offsets, tail),
	       "layout: tail");
ZRX_ABI_ASSERT(offsetof(struct zrx_rq_layout, rqes) ==
		       offsetof(struct io_uring_zcrx_offsets, rqes),
	       "layout: rqes");

int main(void)
{
	printf("as <linux/io_uring/zcrx.h> has it\n");
	return 0;
}
#else
int main(void)
{
	printf("SKIP: no <linux/io_uring/zcrx.h>; literals were checked.  "
	       "ZRX_UAPI_INCLUDE=DIR at configure time names another place\n");
	return 77;
}
#endif
