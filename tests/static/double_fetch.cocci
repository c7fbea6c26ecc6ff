// SPDX-License-Identifier: BSD-3-Clause
// One function reads one word of the peer twice: between the two the peer may
// have changed it, and what was checked is not what is used.
@twice exists@
identifier load =~ "^zrx_shm_load";
identifier again =~ "^zrx_shm_load";
expression p;
position first, second;
@@
load@first(p)
... when any
again@second(p)

@script:python@
first << twice.first;
second << twice.second;
p << twice.p;
@@
if first[0].line != second[0].line or first[0].column != second[0].column:
	print("%s:%s: %s was read in line %s already" % (second[0].file,
		second[0].line, p, first[0].line))
