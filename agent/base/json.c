/*
 * json: jansson, with our limits and with places in bytes.
 *
 * A struct json is a json_t under another name; the accessors are one call
 * each.  jansson allows 2,048 levels, so brackets are counted first: a text
 * with no more than DEPTH_MAX opening brackets needs no closer look, and that
 * is nearly every text.  An empty object takes three bytes of text and some 250
 * of memory, so objects are counted too.
 *
 * jansson says how many bytes it had read when it gave up, which is behind the
 * wrong token, and counts columns in characters.  So the place is found again
 * here, by going over the tokens up to that byte.  Its "near '...'" is cut
 * off: it quotes the text, and texts may hold personal data.
 */
#include "agent/base/json.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/base/jsonw.h"

/* jansson has a macro of this name; ours is a function. */
#undef json_is_true

#define DEPTH_MAX   64
#define OBJECTS_MAX 65536

static const json_t *
inside(const struct json *v)
{
	return (const json_t *)(const void *)v;
}

static const struct json *
outside(const json_t *v)
{
	return (const struct json *)(const void *)v;
}

/* jansson's iterators take objects that they do not change as non-const. */
static json_t *
inside_mutable(const struct json *v)
{
	union {
		const struct json *ours;
		json_t *theirs;
	} pointer = { .ours = v };

	return pointer.theirs;
}

static size_t
count_opening(struct str text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += (text.p[i] | 0x20) == '{'; /* '[' | 0x20 is '{' */
	return count;
}

/* The end of the string whose quote stands at `at`, or text.len. */
static size_t
skip_string(struct str text, size_t at)
{
	for (at++; at < text.len; at++) {
		if (text.p[at] == '"')
			return at + 1;
		if (text.p[at] == '\\')
			at++;
	}
	return text.len;
}

/*
 * Where the bracket stands that opens one level too many, or one object, and
 * *why in words; text.len if none does.
 */
static size_t
find_excess(struct str text, const char **why)
{
	size_t objects = 0;
	size_t depth = 0;
	size_t at = 0;

	if (count_opening(text) <= DEPTH_MAX)
		return text.len;
	while (at < text.len) {
		char c = text.p[at];
		if (c == '"') {
			at = skip_string(text, at);
			continue;
		}
		*why = "nested more than 64 levels deep";
		if ((c == '{' || c == '[') && ++depth > DEPTH_MAX)
			return at;
		*why = "more than 65536 objects";
		if (c == '{' && ++objects > OBJECTS_MAX)
			return at;
		if ((c == '}' || c == ']') && depth > 0)
			depth--;
		at++;
	}
	return text.len;
}

static bool
is_word_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '+' || c == '-' || c == '.';
}

/* The end of the token that begins at `at`. */
static size_t
skip_token(struct str text, size_t at)
{
	if (text.p[at] == '"')
		return skip_string(text, at);
	size_t len = str_utf8_len(text.p + at, text.len - at);
	if (!is_word_byte(text.p[at]))
		return at + (len > 0 ? len : 1);
	while (at < text.len && is_word_byte(text.p[at]))
		at++;
	return at;
}

/* The backslash of the escape that is wrong, `read` being just behind it. */
static size_t
find_backslash(struct str text, size_t read)
{
	size_t at = read < text.len ? read : text.len;

	while (at > 0 && text.p[at - 1] != '\\')
		at--;
	return at > 0 ? at - 1 : read;
}

/* Where the fault is that made jansson stop. */
static size_t
find_fault(struct str text, const json_error_t *error)
{
	enum json_error_code code = json_error_code(error);
	size_t read = (size_t)error->position;
	size_t start = 0;
	size_t end = 0;

	if (code == json_error_invalid_utf8 ||
	    code == json_error_premature_end_of_input)
		return read;
	if (strncmp(error->text, "invalid escape", 14) == 0)
		return find_backslash(text, read);
	while (end < read && end < text.len) {
		start = end;
		end = skip_token(text, start);
	}
	/* Behind a whole token, or inside a text at the bad byte. */
	return end > read && text.p[start] == '"' ? read : start;
}

static struct json_place
place_of(struct str text, size_t offset)
{
	struct json_place place = { 1, 1, offset };

	for (size_t i = 0; i < offset && i < text.len; i++) {
		place.column++;
		if (text.p[i] == '\n') {
			place.line++;
			place.column = 1;
		}
	}
	return place;
}

/* What is wrong, in words that quote nothing. */
static void
describe(const json_error_t *error, struct err *e)
{
	static const struct {
		enum json_error_code code;
		const char *words;
	} rows[] = {
		{ json_error_invalid_utf8, "not UTF-8" },
		{ json_error_premature_end_of_input,
		    "the text ends too early" },
		{ json_error_end_of_input_expected,
		    "something follows the JSON value" },
		{ json_error_null_character, "NUL (\\u0000) in a text" },
		{ json_error_null_byte_in_key, "NUL (\\u0000) in a name" },
		{ json_error_duplicate_key,
		    "the same name twice in an object" },
		{ json_error_numeric_overflow, "the number is too large" },
	};
	enum json_error_code code = json_error_code(error);

	CHECK(code != json_error_out_of_memory);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (rows[i].code == code) {
			(void)err_set(e, ERR_INVALID, "%s", rows[i].words);
			return;
		}
	}
	const char *near = strstr(error->text, " near ");
	int len = near ? (int)(near - error->text) : (int)strlen(error->text);
	(void)err_set(e, ERR_INVALID, "%.*s", len, error->text);
}

int
json_parse(
    struct str text, struct json **out, struct json_place *where, struct err *e)
{
	json_error_t error;
	const char *why = NULL;
	size_t fault = find_excess(text, &why);

	if (fault < text.len) {
		if (where)
			*where = place_of(text, fault);
		return err_set(e, ERR_LIMIT, "%s", why);
	}
	json_t *root = json_loadb(text.p ? text.p : "", text.len,
	    JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (root) {
		*out = (struct json *)(void *)root;
		return 0;
	}
	describe(&error, e);
	if (where)
		*where = place_of(text, find_fault(text, &error));
	return -1;
}

void
json_free(struct json **root)
{
	json_decref((json_t *)(void *)*root);
	*root = NULL;
}

enum json_kind
json_kind(const struct json *v)
{
	if (!v)
		return JSON_KIND_ABSENT;
	switch (json_typeof(inside(v))) {
	case JSON_OBJECT: return JSON_KIND_OBJECT;
	case JSON_ARRAY: return JSON_KIND_ARRAY;
	case JSON_STRING: return JSON_KIND_TEXT;
	case JSON_INTEGER: return JSON_KIND_INT;
	case JSON_REAL: return JSON_KIND_REAL;
	case JSON_TRUE:
	case JSON_FALSE: return JSON_KIND_BOOL;
	case JSON_NULL: return JSON_KIND_NULL;
	}
	return JSON_KIND_ABSENT;
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
	return outside(json_object_get(inside(v), name));
}

size_t
json_count(const struct json *v)
{
	size_t members = json_object_size(inside(v));

	return members > 0 ? members : json_array_size(inside(v));
}

const struct json *
json_item(const struct json *v, size_t i)
{
	return outside(json_array_get(inside(v), i));
}

bool
json_next_member(const struct json *v, void **iter, struct str *name,
    const struct json **value)
{
	json_t *object = inside_mutable(v);

	*iter = *iter ? json_object_iter_next(object, *iter)
		      : json_object_iter(object);
	if (!*iter)
		return false;
	*name = str_make(
	    json_object_iter_key(*iter), json_object_iter_key_len(*iter));
	*value = outside(json_object_iter_value(*iter));
	return true;
}

struct str
json_text(const struct json *v)
{
	return str_make(
	    json_string_value(inside(v)), json_string_length(inside(v)));
}

int64_t
json_int(const struct json *v)
{
	return json_integer_value(inside(v));
}

double
json_number(const struct json *v)
{
	return json_is_number(inside(v)) ? json_number_value(inside(v))
					 : (double)NAN;
}

bool
json_is_true(const struct json *v)
{
	return v && json_typeof(inside(v)) == JSON_TRUE;
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

/* Calls itself for what is inside, at most DEPTH_MAX deep. */
static void
/* NOLINTNEXTLINE(misc-no-recursion): a parsed text's depth is bounded. */
print_value(const struct json *v, int depth, struct buf *out)
{
	const struct json *value = NULL;
	struct str name = { 0 };
	const char *comma = "";
	void *iter = NULL;

	CHECK(depth <= DEPTH_MAX);
	if (json_kind(v) == JSON_KIND_OBJECT) {
		buf_add_char(out, '{');
		while (json_next_member(v, &iter, &name, &value)) {
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
