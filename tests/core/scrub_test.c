/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/core/run.h"
#include "tests/cases_scrub.h"

int main(void)
{
	return run_variants("scrub", RUN_CASES(CASES_SCRUB),
			    RUN_COUNT(CASES_SCRUB));
}
