/* SPDX-License-Identifier: GPL-2.0 OR BSD-3-Clause */
/*
 * The list of variants: each header describes a model once and ends with its
 * ZRX_VARIANT(name, model, policy) line, outside its guard.  This list is
 * included wherever all variants are wanted, with ZRX_VARIANT defined to what
 * is wanted of them.  Hence no guard here.  A new variant is one more line.
 */
#include "uref_bias.h"
#include "uref_array.h"
