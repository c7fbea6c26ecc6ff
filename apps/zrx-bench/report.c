/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>

static FILE *table;
static cJSON *doc, *cells;

void report_begin(FILE *out, const char *suite, const struct bench_opts *opts)
{
	table = out;
	doc = cJSON_CreateObject();
	cJSON_AddStringToObject(doc, "suite", suite);
	cJSON_AddStringToObject(doc, "unit", "ns of CPU time an operation");
	cJSON_AddNumberToObject(doc, "slices", opts->slices);
	cJSON_AddNumberToObject(doc, "slice_ms", opts->slice_ms);
	cells = cJSON_AddArrayToObject(doc, "cells");
	fprintf(table, "suite %s: %u slices of %.1f ms each, in turn\n", suite,
		opts->slices, opts->slice_ms);
	fprintf(table, "ratio: how many times as fast as the row marked =, "
		       "[quartiles]\n");
}

static void row_json(cJSON *rows, const struct bench_subject *s)
{
	cJSON *r = cJSON_CreateObject();

	cJSON_AddItemToArray(rows, r);
	cJSON_AddStringToObject(r, "name", s->name);
	cJSON_AddBoolToObject(r, "base", s->is_base);
	cJSON_AddNumberToObject(r, "ns", s->ns_med);
	cJSON_AddNumberToObject(r, "ns_q1", s->ns_q1);
	cJSON_AddNumberToObject(r, "ns_q3", s->ns_q3);
	cJSON_AddNumberToObject(r, "ratio", s->ratio_med);
	cJSON_AddNumberToObject(r, "ratio_q1", s->ratio_q1);
	cJSON_AddNumberToObject(r, "ratio_q3", s->ratio_q3);
}

void report_cell(const char *cell, const struct bench_subject *subjects,
		 unsigned int n)
{
	cJSON *c = cJSON_CreateObject(), *rows;
	const struct bench_subject *s;

	cJSON_AddItemToArray(cells, c);
	cJSON_AddStringToObject(c, "cell", cell);
	rows = cJSON_AddArrayToObject(c, "rows");
	fprintf(table, "\n%-36s %8s  %6s\n", cell, "ns/op", "ratio");
	for (s = subjects; s < subjects + n; s++) {
		fprintf(table, "%c %-34s %8.2f  %6.2f  [%.2f %.2f]\n",
			s->is_base ? '=' : ' ', s->name, s->ns_med,
			s->ratio_med, s->ratio_q1, s->ratio_q3);
		row_json(rows, s);
	}
	fflush(table);
}

int report_end(const char *path)
{
	char *text = cJSON_Print(doc);
	int ret = 0;
	FILE *f;

	if (path) {
		f = fopen(path, "w");
		if (!f || fprintf(f, "%s\n", text) < 0)
			ret = -errno;
		if (f && fclose(f) != 0)
			ret = -errno;
	}
	free(text);
	cJSON_Delete(doc);
	return ret;
}
