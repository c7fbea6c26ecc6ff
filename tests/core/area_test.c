/* SPDX-License-Identifier: BSD-3-Clause */
/* No variant has a say in these: any will do for the fixture. */
#include "tests/core/run.h"
#include "tests/cases_area.h"

int main(void)
{
	return run_group("area", &sim_variants[0], RUN_CASES(CASES_AREA),
			 RUN_COUNT(CASES_AREA));
}
