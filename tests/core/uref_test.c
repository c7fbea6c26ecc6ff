/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/core/run.h"
#include "tests/cases_uref.h"

int main(void)
{
	return run_variants("uref", RUN_CASES(CASES_UREF),
			    RUN_COUNT(CASES_UREF));
}
