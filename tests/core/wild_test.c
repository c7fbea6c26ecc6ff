/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/core/run.h"
#include "tests/cases_wild.h"

int main(void)
{
	return run_variants("wild", RUN_CASES(CASES_WILD),
			    RUN_COUNT(CASES_WILD));
}
