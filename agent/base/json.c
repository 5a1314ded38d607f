/*
 * json: what a parsed value is, and how it is written again.  Parsing is in
 * json_parse.c.
 */
#include "agent/base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/json_private.h"
#include "agent/base/jsonw.h"

void
json_free(struct json **root)
{
	struct json_document *doc = (struct json_document *)(void *)*root;
	struct arena *arena = doc ? doc->arena : NULL;

	arena_free(&arena);
	*root = NULL;
}

enum json_kind
json_kind(const struct json *v)
{
	return v ? v->kind : JSON_KIND_ABSENT;
}

const char *
json_kind_name(enum json_kind kind)
{
	switch (kind) {
	case JSON_KIND_ABSENT: return "nothing";
	case JSON_KIND_NULL: return "null";
	case JSON_KIND_BOOL: return "true or false";
	case JSON_KIND_INT: return "a whole number";
	case JSON_KIND_REAL: return "a number";
	case JSON_KIND_TEXT: return "text";
	case JSON_KIND_ARRAY: return "a list";
	case JSON_KIND_OBJECT: return "an object";
	}
	return "nothing";
}

const struct json *
json_member(const struct json *v, const char *name)
{
	if (json_kind(v) != JSON_KIND_OBJECT)
		return NULL;
	for (uint32_t i = 0; i < v->count; i++)
		if (str_is(v->inside[i].name, name))
			return &v->inside[i];
	return NULL;
}

size_t
json_count(const struct json *v)
{
	return v ? v->count : 0;
}

const struct json *
json_item(const struct json *v, size_t i)
{
	if (json_kind(v) != JSON_KIND_ARRAY || i >= v->count)
		return NULL;
	return &v->inside[i];
}

bool
json_next_member(const struct json *v, size_t *next, struct str *name,
    const struct json **value)
{
	if (json_kind(v) != JSON_KIND_OBJECT || *next >= v->count)
		return false;
	*value = &v->inside[(*next)++];
	*name = (*value)->name;
	return true;
}

struct str
json_source(const struct json *v, struct str text)
{
	if (!v)
		return (struct str){ 0 };
	CHECK(v->end <= text.len);
	return str_make(text.p + v->begin, v->end - v->begin);
}

struct str
json_text(const struct json *v)
{
	return json_kind(v) == JSON_KIND_TEXT ? v->text : (struct str){ 0 };
}

int64_t
json_int(const struct json *v)
{
	return json_kind(v) == JSON_KIND_INT ? v->whole : 0;
}

double
json_number(const struct json *v)
{
	if (json_kind(v) == JSON_KIND_INT)
		return (double)v->whole;
	return json_kind(v) == JSON_KIND_REAL ? v->real : (double)NAN;
}

bool
json_is_true(const struct json *v)
{
	return json_kind(v) == JSON_KIND_BOOL && v->yes;
}

/* The shortest text that reads back as v, and reads as no whole number. */
static void
print_real(double v, struct buf *out)
{
	char text[32];

	for (int digits = 15; digits <= 17; digits++) {
		(void)snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	buf_add_text(out, text);
	if (!strpbrk(text, ".e"))
		buf_add_text(out, ".0");
}

static void
print_scalar(const struct json *v, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	switch (json_kind(v)) {
	case JSON_KIND_BOOL: jsonw_bool(&w, json_is_true(v)); return;
	case JSON_KIND_INT: jsonw_int(&w, json_int(v)); return;
	case JSON_KIND_REAL: print_real(json_number(v), out); return;
	case JSON_KIND_TEXT: jsonw_str(&w, json_text(v)); return;
	case JSON_KIND_ABSENT:
	case JSON_KIND_NULL:
	case JSON_KIND_ARRAY:
	case JSON_KIND_OBJECT: jsonw_null(&w); return;
	}
}

static void
print_name(struct str name, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_str(&w, name);
	buf_add_char(out, ':');
}

/* Calls itself for what is inside, at most JSON_DEPTH_MAX deep. */
static void
/* NOLINTNEXTLINE(misc-no-recursion): a parsed text's depth is bounded. */
print_value(const struct json *v, int depth, struct buf *out)
{
	const struct json *value = NULL;
	struct str name = { 0 };
	const char *comma = "";
	size_t next = 0;

	CHECK(depth <= JSON_DEPTH_MAX);
	if (json_kind(v) == JSON_KIND_OBJECT) {
		buf_add_char(out, '{');
		while (json_next_member(v, &next, &name, &value)) {
			buf_add_text(out, comma);
			print_name(name, out);
			print_value(value, depth + 1, out);
			comma = ",";
		}
		buf_add_char(out, '}');
	} else if (json_kind(v) == JSON_KIND_ARRAY) {
		buf_add_char(out, '[');
		for (size_t i = 0; i < json_count(v); i++) {
			buf_add_text(out, i > 0 ? "," : "");
			print_value(json_item(v, i), depth + 1, out);
		}
		buf_add_char(out, ']');
	} else {
		print_scalar(v, out);
	}
}

void
json_print(const struct json *v, struct buf *out)
{
	print_value(v, 0, out);
}
