/* SPDX-License-Identifier: BSD-3-Clause */
/* Expected to fail; once it passes, its cases belong into the main list. */
#include "tests/core/run.h"
#include "tests/cases_uref.h"

int main(void)
{
	return run_variants("known", RUN_CASES(CASES_UREF_KNOWN),
			    RUN_COUNT(CASES_UREF_KNOWN));
}
