/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/core/run.h"
#include "tests/cases_refill.h"

int main(void)
{
	return run_variants("refill", RUN_CASES(CASES_REFILL),
			    RUN_COUNT(CASES_REFILL));
}
