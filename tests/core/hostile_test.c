/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/core/run.h"
#include "tests/cases_hostile.h"

int main(void)
{
	return run_variants("hostile", RUN_CASES(CASES_HOSTILE),
			    RUN_COUNT(CASES_HOSTILE));
}
