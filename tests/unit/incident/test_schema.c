/*
 * docs/incident.schema.json and the decoder say the same: every member of a
 * full incident is given every kind of value, and both must judge alike.
 *
 * The schema is read by a small validator of the keywords that it uses (JSON
 * Schema 2020-12); an unknown keyword or pattern fails the test, so that the
 * schema cannot say something that is not looked at.  What it cannot say, the
 * limits of a number that comes as text, is not tried.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/incident/incident.h"

#define NUMBER_PATTERN "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)$"
#define ID_PATTERN     "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"

/* A check of v by the keyword whose value is k; schema is around it. */
struct keyword {
	const char *name;
	bool (*holds)(const struct json *schema, const struct json *k,
	    const struct json *v);
};

static const struct json *root;

static bool is_valid(const struct json *schema, const struct json *v);

static bool
holds_always(
    const struct json *schema, const struct json *k, const struct json *v)
{
	(void)schema;
	(void)k;
	(void)v;
	return true;
}

static bool
is_type(struct str type, const struct json *v)
{
	double d = json_number(v);

	if (str_is(type, "integer"))
		return !isnan(d) && d == floor(d);
	if (str_is(type, "number"))
		return !isnan(d);
	switch (json_kind(v)) {
	case JSON_KIND_NULL: return str_is(type, "null");
	case JSON_KIND_BOOL: return str_is(type, "boolean");
	case JSON_KIND_TEXT: return str_is(type, "string");
	case JSON_KIND_ARRAY: return str_is(type, "array");
	case JSON_KIND_OBJECT: return str_is(type, "object");
	case JSON_KIND_ABSENT:
	case JSON_KIND_INT:
	case JSON_KIND_REAL: return false;
	}
	return false;
}

static bool
holds_type(
    const struct json *schema, const struct json *k, const struct json *v)
{
	size_t i;

	(void)schema;
	if (json_kind(k) == JSON_KIND_TEXT)
		return is_type(json_text(k), v);
	for (i = 0; i < json_count(k); i++)
		if (is_type(json_text(json_item(k, i)), v))
			return true;
	return false;
}

static bool
is_same(const struct json *a, const struct json *b)
{
	struct buf left = { NULL, 0, 0 }, right = { NULL, 0, 0 };
	bool same;

	json_print(a, &left);
	json_print(b, &right);
	same = str_is_equal(buf_str(&left), buf_str(&right));
	buf_clear(&left);
	buf_clear(&right);
	return same;
}

static bool
holds_const(
    const struct json *schema, const struct json *k, const struct json *v)
{
	(void)schema;
	return is_same(k, v);
}

static bool
holds_enum(
    const struct json *schema, const struct json *k, const struct json *v)
{
	size_t i;

	(void)schema;
	for (i = 0; i < json_count(k); i++)
		if (is_same(json_item(k, i), v))
			return true;
	return false;
}

/* Name of a member as a C string in a buffer of the caller. */
static const struct json *
member_of(const struct json *v, struct str name)
{
	char text[64];

	assert_true(name.len < sizeof(text));
	memcpy(text, name.p, name.len);
	text[name.len] = '\0';
	return json_member(v, text);
}

static bool
holds_required(
    const struct json *schema, const struct json *k, const struct json *v)
{
	size_t i;

	(void)schema;
	if (json_kind(v) != JSON_KIND_OBJECT)
		return true;
	for (i = 0; i < json_count(k); i++)
		if (member_of(v, json_text(json_item(k, i))) == NULL)
			return false;
	return true;
}

static bool
holds_properties(
    const struct json *schema, const struct json *k, const struct json *v)
{
	const struct json *rule, *member;
	struct str name;
	size_t next = 0;

	(void)schema;
	while (json_next_member(k, &next, &name, &rule)) {
		member = member_of(v, name);
		if (member != NULL && !is_valid(rule, member))
			return false;
	}
	return true;
}

static bool
holds_items(
    const struct json *schema, const struct json *k, const struct json *v)
{
	size_t i;

	(void)schema;
	if (json_kind(v) != JSON_KIND_ARRAY)
		return true;
	for (i = 0; i < json_count(v); i++)
		if (!is_valid(k, json_item(v, i)))
			return false;
	return true;
}

static bool
holds_max_items(
    const struct json *schema, const struct json *k, const struct json *v)
{
	(void)schema;
	return json_kind(v) != JSON_KIND_ARRAY ||
	       (int64_t)json_count(v) <= json_int(k);
}

static bool
holds_minimum(
    const struct json *schema, const struct json *k, const struct json *v)
{
	(void)schema;
	return isnan(json_number(v)) || json_number(v) >= json_number(k);
}

static bool
holds_maximum(
    const struct json *schema, const struct json *k, const struct json *v)
{
	(void)schema;
	return isnan(json_number(v)) || json_number(v) <= json_number(k);
}

static bool
holds_min_length(
    const struct json *schema, const struct json *k, const struct json *v)
{
	(void)schema;
	return json_kind(v) != JSON_KIND_TEXT ||
	       (int64_t)json_text(v).len >= json_int(k);
}

static bool
holds_max_length(
    const struct json *schema, const struct json *k, const struct json *v)
{
	(void)schema;
	return json_kind(v) != JSON_KIND_TEXT ||
	       (int64_t)json_text(v).len <= json_int(k);
}

static bool
holds_format(
    const struct json *schema, const struct json *k, const struct json *v)
{
	int64_t ms;

	(void)schema;
	assert_true(str_is(json_text(k), "date-time"));
	return json_kind(v) != JSON_KIND_TEXT || clock_parse(json_text(v), &ms);
}

/* The two patterns of the schema, without a regular expression library. */
static bool
holds_pattern(
    const struct json *schema, const struct json *k, const struct json *v)
{
	struct str s = json_text(v);
	size_t i, digits = 0, points = 0;

	(void)schema;
	if (str_is(json_text(k), ID_PATTERN)) {
		for (i = 0; i < s.len; i++)
			if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
				return false;
		return true;
	}
	assert_true(str_is(json_text(k), NUMBER_PATTERN));
	i = s.len > 0 && strchr("+-", s.p[0]) != NULL ? 1 : 0;
	for (; i < s.len; i++) {
		digits += s.p[i] >= '0' && s.p[i] <= '9';
		points += s.p[i] == '.';
		if (s.p[i] != '.' && (s.p[i] < '0' || s.p[i] > '9'))
			return false;
	}
	return digits > 0 && points < 2;
}

static bool
holds_any_of(
    const struct json *schema, const struct json *k, const struct json *v)
{
	size_t i;

	(void)schema;
	for (i = 0; i < json_count(k); i++)
		if (is_valid(json_item(k, i), v))
			return true;
	return false;
}

static bool
holds_all_of(
    const struct json *schema, const struct json *k, const struct json *v)
{
	size_t i;

	(void)schema;
	for (i = 0; i < json_count(k); i++)
		if (!is_valid(json_item(k, i), v))
			return false;
	return true;
}

static bool
holds_not(const struct json *schema, const struct json *k, const struct json *v)
{
	(void)schema;
	return !is_valid(k, v);
}

/* With then and else, which stand beside it. */
static bool
holds_if(const struct json *schema, const struct json *k, const struct json *v)
{
	const struct json *next =
	    json_member(schema, is_valid(k, v) ? "then" : "else");

	return next == NULL || is_valid(next, v);
}

static bool
holds_ref(const struct json *schema, const struct json *k, const struct json *v)
{
	struct str ref = json_text(k);
	const struct json *target;

	(void)schema;
	assert_true(str_has_prefix(ref, "#/$defs/"));
	target = member_of(
	    json_member(root, "$defs"), str_make(ref.p + 8, ref.len - 8));
	assert_non_null(target);
	return is_valid(target, v);
}

static const struct keyword keywords[] = {
	{ "$schema", holds_always },
	{ "$id", holds_always },
	{ "$defs", holds_always },
	{ "$comment", holds_always },
	{ "title", holds_always },
	{ "description", holds_always },
	{ "then", holds_always }, /* see holds_if() */
	{ "else", holds_always },
	{ "$ref", holds_ref },
	{ "type", holds_type },
	{ "const", holds_const },
	{ "enum", holds_enum },
	{ "required", holds_required },
	{ "properties", holds_properties },
	{ "items", holds_items },
	{ "maxItems", holds_max_items },
	{ "minimum", holds_minimum },
	{ "maximum", holds_maximum },
	{ "minLength", holds_min_length },
	{ "maxLength", holds_max_length },
	{ "format", holds_format },
	{ "pattern", holds_pattern },
	{ "anyOf", holds_any_of },
	{ "allOf", holds_all_of },
	{ "not", holds_not },
	{ "if", holds_if },
};

/* The schema is ours and its depth is known: recursion is bounded by it. */
static bool
is_valid(const struct json *schema, const struct json *v)
{
	const struct json *k;
	struct str name;
	size_t next = 0;
	size_t i, n = sizeof(keywords) / sizeof(*keywords);

	while (json_next_member(schema, &next, &name, &k)) {
		for (i = 0; i < n && !str_is(name, keywords[i].name); i++)
			;
		if (i == n)
			fail_msg("unknown keyword %.*s", STR_ARG(name));
		if (!keywords[i].holds(schema, k, v))
			return false;
	}
	return true;
}

/* Both must say the same of text; returns what they say. */
static bool
judge(const char *text)
{
	struct arena *arena = arena_new();
	struct json *v = NULL;
	struct incident in;
	struct err e = { ERR_NONE, 0, "" };
	bool by_schema, by_decoder;

	assert_int_equal(json_parse(str_of(text), &v, NULL, &e), 0);
	by_schema = is_valid(root, v);
	by_decoder = incident_decode(v, arena, &in, &e) == 0;
	if (by_schema != by_decoder)
		fail_msg("the schema %s what the decoder %s: %s (%s)",
		    by_schema ? "allows" : "forbids",
		    by_decoder ? "takes" : "refuses", text, e.msg);
	json_free(&v);
	arena_free(&arena);
	return by_decoder;
}

static const char *const values[] = { "null", "true", "false", "0", "1", "-1",
	"3", "3.0", "3.5", "91", "-181", "700001", "1300001", "1000001",
	"999999999", "1000000000", "9007199254740991", "9007199254740993",
	"1e300", "\"\"", "\" \"", "\"x\"", "\"E\"", "\"51.7\"", "\"-0.0\"",
	"\"+1.\"", "\".5\"", "\".\"", "\"1e1\"", "\"1.2.3\"", "\"a\\nb\"",
	"\"0000000000000000000000000000001\"",
	"\"00000000000000000000000000000001\"", "\"2026-01-14T10:42:07Z\"",
	"\"2026-02-30T10:42:07Z\"", "\"2026-01-14\"", "[]", "{}", "[null]",
	"[1]", "[\"a\"]", "[{}]", "[\"a\",2]", "[{\"text\":\"a\"},{}]",
	"[{\"text\":null}]",
	"[{\"text\":\"\",\"at\":\"\",\"seq\":null,\"by\":null}]",
	"[{\"text\":\"a\",\"at\":\"noon\"}]", "[{\"text\":\"a\",\"seq\":-1}]",
	"[{\"text\":\"a\",\"seq\":\"1\"}]", "[{\"text\":\"a\",\"by\":3}]",
	"[{\"text\":\"a\",\"other\":3}]", "[{\"callsign\":\"EA1\"}]",
	"[{\"callsign\":null}]", "[{\"callsign\":\"\",\"cleared_at\":3}]",
	"{\"name\":\"N\",\"contact_ok\":true}", "{\"phone\":7}",
	"{\"contact_ok\":\"yes\"}", "{\"contact_ok\":null,\"x\":1}" };

static const char *const members[] = { "id", "partial", "revision", "opened_at",
	"updated_at", "closed_at", "status", "grade", "opening_code",
	"closing_code", "crime_no", "location_text", "lat", "lon", "easting",
	"northing", "accuracy_m", "district", "beat", "log", "informant",
	"vehicles", "resources", "labels", "other" };

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* An incident in which one member has one value and others are beside it. */
static void
write_case(
    struct buf *b, const char *member, const char *value, const char *beside)
{
	buf_reset(b);
	buf_addf(b, "{\"%s\":%s", member, value);
	if (strcmp(member, "id") != 0)
		buf_add_text(b, ",\"id\":\"A\"");
	buf_addf(b, "%s}", beside);
}

static void
test_each_member(void **state)
{
	static const char *const beside[] = { "", ",\"x\":1",
		",\"opened_at\":\"2026-01-14T10:42:07Z\"", ",\"partial\":true",
		",\"partial\":true,\"lat\":1", ",\"partial\":true,\"lon\":1",
		",\"partial\":true,\"lon\":null",
		",\"partial\":true,\"easting\":1",
		",\"partial\":true,\"northing\":1",
		",\"partial\":true,\"northing\":\"\"" };
	struct buf b = { NULL, 0, 0 };
	struct json *v;
	size_t m, i, k, taken = 0, refused = 0;

	(void)state;
	for (m = 0; m < COUNT(members); m++)
		for (i = 0; i < COUNT(values); i++)
			for (k = 0; k < COUNT(beside); k++) {
				struct err e;

				write_case(
				    &b, members[m], values[i], beside[k]);
				if (json_parse(buf_str(&b), &v, NULL, &e) != 0)
					continue; /* a member twice */
				json_free(&v);
				if (judge(b.p))
					taken++;
				else
					refused++;
			}
	print_message("%zu taken, %zu refused\n", taken, refused);
	assert_true(taken > 1000 && refused > 1000);
	buf_clear(&b);
}

static void
test_lists_and_id_at_their_limits(void **state)
{
	static const struct {
		const char *name, *item;
		int max;
	} lists[] = {
		{ "log", "{\"text\":\"\"}", INCIDENT_ENTRIES_MAX },
		{ "vehicles", "\"a\"", INCIDENT_LIST_MAX },
		{ "resources", "{\"callsign\":\"a\"}", INCIDENT_LIST_MAX },
	};
	struct buf b = { NULL, 0, 0 };
	size_t i;
	int more, k;

	(void)state;
	for (i = 0; i < COUNT(lists); i++)
		for (more = 0; more < 2; more++) {
			buf_reset(&b);
			buf_addf(&b, "{\"id\":\"A\",\"partial\":true,\"%s\":[",
			    lists[i].name);
			for (k = 0; k < lists[i].max + more; k++)
				buf_addf(&b, "%s%s", k > 0 ? "," : "",
				    lists[i].item);
			buf_add_text(&b, "]}");
			assert_int_equal(judge(b.p), more == 0);
		}
	for (more = 0; more < 2; more++) {
		buf_reset(&b);
		buf_addf(&b, "{\"partial\":true,\"id\":\"%0*d\"}",
		    INCIDENT_ID_MAX + more, 0);
		assert_int_equal(judge(b.p), more == 0);
	}
	buf_clear(&b);
}

static void
test_not_an_object(void **state)
{
	(void)state;
	assert_false(judge("[]"));
	assert_false(judge("\"x\""));
	assert_false(judge("null"));
}

static int
read_schema(void **state)
{
	struct buf text = { NULL, 0, 0 };
	FILE *f = fopen(TEST_SOURCE_DIR "/docs/incident.schema.json", "r");
	struct json_place where;
	struct json *v = NULL;
	struct err e;
	char chunk[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(&text, chunk, n);
	(void)fclose(f);
	if (json_parse(buf_str(&text), &v, &where, &e) != 0)
		fail_msg("schema, line %d: %s", where.line, e.msg);
	buf_clear(&text);
	root = v;
	*state = v;
	return 0;
}

static int
release_schema(void **state)
{
	struct json *v = *state;

	json_free(&v);
	root = NULL;
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_member),
		cmocka_unit_test(test_lists_and_id_at_their_limits),
		cmocka_unit_test(test_not_an_object),
	};

	return cmocka_run_group_tests(tests, read_schema, release_schema);
}
