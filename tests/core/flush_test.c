/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/core/run.h"
#include "tests/cases_flush.h"

int main(void)
{
	return run_variants("flush", RUN_CASES(CASES_FLUSH),
			    RUN_COUNT(CASES_FLUSH));
}
