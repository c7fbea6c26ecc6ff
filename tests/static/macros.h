/* SPDX-License-Identifier: BSD-3-Clause */
/* What spatch has to know of the core's macros. */
#define zrx_inline static inline
#define ZRX_PEER
