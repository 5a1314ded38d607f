/*
 * Our reader of JSON against jansson, another's: on texts made at random, and
 * on the same with a few bytes damaged, both must take the same and find the
 * same in it.  Skips where jansson is not installed.
 */
#include "base_test.h"

#ifdef HAVE_JANSSON
#include <jansson.h>
#undef json_is_true /* jansson has a macro of this name; ours is a function */

#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/base/own.h"

#define TEXTS  20000
#define DAMAGE 4 /* damaged copies of each */

/* xorshift64: the same texts on every machine. */
static uint32_t
draw(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 32) % below;
}

#define PICK(seed, array) ((array)[draw(seed, (uint32_t)LENGTH(array))])

static void
add_space(struct buf *out, uint64_t *seed)
{
	static const char *const spaces[] = { "", "", "", "", " ", "\n", "\t",
		"\r\n", "  " };

	buf_add_text(out, PICK(seed, spaces));
}

static void
add_text(struct buf *out, uint64_t *seed)
{
	static const char *const parts[] = { "a", "id", "field gate", "at",
		"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x9a\x9c", "\\n", "\\\"",
		"\\\\", "\\/", "\\u00e9", "\\u20AC", "\\ud83d\\ude9c",
		"\\u0001", "{[,:", "\x7f", "\\b\\f\\r\\t", "\\ud83d", "\\u0000",
		"0" };
	uint32_t count = draw(seed, 4);

	buf_add_char(out, '"');
	for (uint32_t i = 0; i < count; i++)
		buf_add_text(out,
		    draw(seed, 4) ? parts[draw(seed, 12)] : PICK(seed, parts));
	buf_add_char(out, '"');
}

static void
add_scalar(struct buf *out, uint64_t *seed)
{
	static const char *const scalars[] = { "0", "-0", "7", "-12",
		"51.894366", "1e5", "1E+2", "-2.5e-3", "9223372036854775807",
		"-9223372036854775808", "9223372036854775808", "1e308", "1e309",
		"5e-324", "1e-400", "0.1", "-0.0", "01", "1.", ".5", "+1", "1e",
		"true", "false", "null", "True", "nulll", "NaN", "" };

	buf_add_text(
	    out, draw(seed, 8) ? scalars[draw(seed, 10)] : PICK(seed, scalars));
}

/* A value, at most depth levels deep. */
static void
/* NOLINTNEXTLINE(misc-no-recursion): depth goes down with each call. */
add_value(struct buf *out, uint64_t *seed, int depth)
{
	uint32_t what = draw(seed, depth > 0 ? 6 : 3);
	uint32_t count = draw(seed, 9) ? draw(seed, 5) : draw(seed, 40);

	add_space(out, seed);
	if (what == 0) {
		add_scalar(out, seed);
	} else if (what < 3) {
		add_text(out, seed);
	} else {
		buf_add_char(out, what == 3 ? '[' : '{');
		for (uint32_t i = 0; i < count; i++) {
			buf_add_text(out, i > 0 ? "," : "");
			if (what > 3) {
				add_space(out, seed);
				if (draw(seed, 8))
					buf_addf(out, "\"n%u\"", i);
				else
					add_text(out, seed);
				add_space(out, seed);
				buf_add_char(out, ':');
			}
			add_value(out, seed, depth - 1);
		}
		buf_add_char(out, what == 3 ? ']' : '}');
	}
	add_space(out, seed);
}

/* No NUL among them: jansson passes over one that stands behind a number. */
static void
damage(struct buf *text, uint64_t *seed)
{
	static const char marks[] = "\"\\{}[],:0e.-nut \n\x01\xc3\xa9\xff";

	for (uint32_t n = 1 + draw(seed, 2); n > 0 && text->len > 0; n--) {
		size_t at = draw(seed, (uint32_t)text->len);

		if (draw(seed, 2)) {
			text->p[at] = marks[draw(seed, sizeof(marks) - 1)];
			continue;
		}
		memmove(text->p + at, text->p + at + 1, text->len - at);
		text->len--;
	}
}

static bool is_same(const struct json *ours, const json_t *theirs);

static bool
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the text. */
is_same_object(const struct json *ours, const json_t *theirs)
{
	/* Its iterators take what they do not change as non-const. */
	json_t *object = json_copy((json_t *)(uintptr_t)theirs);
	void *iter = json_object_iter(object);
	const struct json *value;
	struct str name;
	size_t next = 0;
	bool same = json_count(ours) == json_object_size(object);

	while (same && json_next_member(ours, &next, &name, &value)) {
		same = str_is(name, json_object_iter_key(iter)) &&
		       is_same(value, json_object_iter_value(iter));
		iter = json_object_iter_next(object, iter);
	}
	json_decref(object);
	return same;
}

static bool
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the text. */
is_same_array(const struct json *ours, const json_t *theirs)
{
	size_t i = 0;

	if (json_count(ours) != json_array_size(theirs))
		return false;
	while (i < json_count(ours) &&
	       is_same(json_item(ours, i), json_array_get(theirs, i)))
		i++;
	return i == json_count(ours);
}

static bool
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the text. */
is_same(const struct json *ours, const json_t *theirs)
{
	switch (json_typeof(theirs)) {
	case JSON_OBJECT:
		return json_kind(ours) == JSON_KIND_OBJECT &&
		       is_same_object(ours, theirs);
	case JSON_ARRAY:
		return json_kind(ours) == JSON_KIND_ARRAY &&
		       is_same_array(ours, theirs);
	case JSON_STRING:
		return json_kind(ours) == JSON_KIND_TEXT &&
		       str_is_equal(
			   json_text(ours), str_make(json_string_value(theirs),
						json_string_length(theirs)));
	case JSON_INTEGER:
		return json_kind(ours) == JSON_KIND_INT &&
		       json_int(ours) == json_integer_value(theirs);
	case JSON_REAL:
		return json_kind(ours) == JSON_KIND_REAL &&
		       json_number(ours) == json_real_value(theirs);
	case JSON_TRUE:
	case JSON_FALSE:
		return json_kind(ours) == JSON_KIND_BOOL &&
		       json_is_true(ours) == (json_typeof(theirs) == JSON_TRUE);
	case JSON_NULL: return json_kind(ours) == JSON_KIND_NULL;
	}
	return false;
}

/* Compare what both make of text; true if they took it. */
static bool
compare(struct str text)
{
	struct json *ours = NULL;
	struct json_place where;
	json_error_t error;
	struct err e = { 0 };
	json_t *theirs = json_loadb(
	    text.p, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	int r = json_parse(text, &ours, &where, &e);
	bool same = (r == 0) == (theirs != NULL);

	if (same && theirs)
		same = is_same(ours, theirs);
	if (!same)
		fail_msg("%.*s\nours: %s\ntheirs: %s", STR_ARG(text),
		    r == 0 ? "taken" : e.msg, theirs ? "taken" : error.text);
	if (r < 0)
		assert_true(where.offset <= text.len);
	json_free(&ours);
	json_decref(theirs);
	return r == 0;
}

static void
test_same_as_jansson(void **state)
{
	AUTO(buf_clear) struct buf text = { 0 };
	AUTO(buf_clear) struct buf copy = { 0 };
	uint64_t seed = 20260114;
	size_t taken = 0, refused = 0;

	(void)state;
	for (int i = 0; i < TEXTS; i++) {
		buf_reset(&text);
		add_value(&text, &seed, (int)draw(&seed, 5));
		taken += compare(buf_str(&text));
		for (int k = 0; k < DAMAGE; k++) {
			buf_reset(&copy);
			buf_add_str(&copy, buf_str(&text));
			damage(&copy, &seed);
			refused += !compare(buf_str(&copy));
		}
	}
	/* Both kinds were there. */
	assert_true(taken > TEXTS / 4);
	assert_true(refused > TEXTS / 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_as_jansson),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int
main(void)
{
	puts("skipped: libjansson-dev was not there when this was built");
	return 77;
}

#endif
