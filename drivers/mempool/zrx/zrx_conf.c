/* SPDX-License-Identifier: BSD-3-Clause */
#include "zrx_conf.h"
#include "zrx_host.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_kvargs.h>

struct key;

struct value {
	const struct key *key;
	const char *text;
	void *field;
	char *why;
	size_t len;
};

struct key {
	const char *name;
	int (*parse)(const struct value *v);
	size_t field;
	const char *const *words; /* parse_word: NULL-terminated, by value */
};

static int refuse(const struct value *v, const char *want)
{
	snprintf(v->why, v->len, "%s=%s is not possible: %s", v->key->name,
		 v->text, want);
	return -EINVAL;
}

static int parse_word(const struct value *v)
{
	char list[80] = "say one of";
	uint32_t i;

	for (i = 0; v->key->words[i]; i++) {
		if (strcmp(v->text, v->key->words[i]) == 0) {
			*(uint32_t *)v->field = i;
			return 0;
		}
		strncat(list, " ", sizeof(list) - strlen(list) - 1);
		strncat(list, v->key->words[i],
			sizeof(list) - strlen(list) - 1);
	}
	return refuse(v, list);
}

/* a number of bytes, with K, M or G behind it */
static int parse_size(const struct value *v)
{
	static const char units[] = "KMG";
	unsigned int shift;
	const char *unit;
	char *end;
	uint64_t n;

	errno = 0;
	n = strtoull(v->text, &end, 0);
	unit = *end ? strchr(units, *end) : NULL;
	if (errno || end == v->text || v->text[0] == '-' ||
	    (*end && (!unit || end[1])))
		return refuse(v, "say a number of bytes, such as 4096 or 16K");
	shift = unit ? 10 * (unit - units + 1) : 0;
	if (n > UINT64_MAX >> shift)
		return refuse(v, "say less than 2^64 bytes");
	*(uint64_t *)v->field = n << shift;
	return 0;
}

static int parse_niov(const struct value *v)
{
	uint64_t *n = v->field;

	if (strcmp(v->text, "auto") == 0)
		return *n = 0, 0;
	if (parse_size(v) != 0)
		return -EINVAL;
	if (!rte_is_power_of_2(*n) || *n < 4096 || *n > 65536)
		return refuse(v, "say a power of two from 4096 to 65536");
	return 0;
}

static int parse_glob(const struct value *v)
{
	struct zrx_conf *conf = NULL;

	if (strlen(v->text) >= sizeof(conf->pools))
		return refuse(v, "say at most 63 characters");
	strcpy(v->field, v->text);
	return 0;
}

static const char *const variants[] = {
#define ZRX_VARIANT(name, model, policy) #name,
#include "mp/variants.h"
#undef ZRX_VARIANT
	NULL
};
static const char *const layouts[] = { "auto", "interleaved", "pinned", NULL };
static const char *const wants[] = { "auto", "on", "off", NULL };

#define KEY(name, parse, words) \
	{ \
#name, parse, offsetof(struct zrx_conf, name), words \
	}

static const struct key keys[] = {
	KEY(variant, parse_word, variants), KEY(layout, parse_word, layouts),
	KEY(niov, parse_niov, NULL),	    KEY(area, parse_size, NULL),
	KEY(huge, parse_word, wants),	    KEY(lock, parse_word, wants),
	KEY(pools, parse_glob, NULL),
};

static int set_one(const char *name, const char *text, void *arg)
{
	struct value v = *(struct value *)arg;
	struct zrx_conf *conf = v.field;
	unsigned int i;

	for (i = 0; i < RTE_DIM(keys); i++) {
		if (strcmp(keys[i].name, name) != 0)
			continue;
		v.key = &keys[i];
		v.text = text ? text : "";
		v.field = (char *)conf + keys[i].field;
		return keys[i].parse(&v);
	}
	snprintf(v.why, v.len,
		 "no key \"%s\": there are variant, layout, niov, area, huge, "
		 "lock and pools",
		 name);
	return -EINVAL;
}

int zrx_conf_parse(struct zrx_conf *conf, const char *text, char *why,
		   size_t len)
{
	struct value v = { .field = conf, .why = why, .len = len };
	struct rte_kvargs *args;
	int ret;

	memset(conf, 0, sizeof(*conf));
	conf->variant = ZRX_VARIANT_mainline;
	strcpy(conf->pools, "*");
	if (!text || !*text)
		return 0;
	args = rte_kvargs_parse(text, NULL);
	if (!args) {
		snprintf(why, len, "\"%s\" is not key=value,key=value", text);
		return -EINVAL;
	}
	ret = rte_kvargs_process(args, NULL, set_one, &v);
	rte_kvargs_free(args);
	return ret ? -EINVAL : 0;
}
