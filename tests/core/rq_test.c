/* SPDX-License-Identifier: BSD-3-Clause */
/* No variant has a say in these: any will do for the fixture. */
#include "tests/core/run.h"
#include "tests/cases_rq.h"

int main(void)
{
	return run_group("rq", &sim_variants[0], RUN_CASES(CASES_RQ),
			 RUN_COUNT(CASES_RQ));
}
