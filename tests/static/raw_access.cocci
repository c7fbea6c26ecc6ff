// SPDX-License-Identifier: BSD-3-Clause
// The peer's memory is reached without one of the shm words of port.h.
@address@
struct zrx_rqe *e;
expression r, i;
identifier f;
position p;
@@
(
 &e->f@p
|
 &r->rqes[i].f@p
|
 &r->rqes[i]@p
)

@raw@
struct zrx_rqe *e;
expression r, i;
identifier f;
position p != address.p;
@@
(
 *r->khead@p
|
 *r->ktail@p
|
r->khead[i]@p
|
r->ktail[i]@p
|
 *r->rqes@p
|
r->rqes->f@p
|
r->rqes[i].f@p
|
r->rqes[i]@p
|
e->f@p
)

@script:python@
p << raw.p;
@@
print("%s:%s: the peer's memory without a shm word" % (p[0].file, p[0].line))
