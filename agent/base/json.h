/*
 * json: reading JSON (RFC 8259).
 *
 * A document is parsed whole and is immutable afterwards; values are borrowed
 * from it.  Equal keys in one object, NUL in text, invalid UTF-8, whole numbers
 * beyond 64 bits, nesting beyond 64, more than 65,536 objects, more than
 * 4,194,304 values and texts from 4 GB on are refused.  A document needs its
 * text once more and 48 bytes a value; while it is parsed, up to 96 more a
 * value.  So a message needs some three times its text, a list of digits some
 * 75 times, and no document more than 600 MB beside its text: the caller limits
 * the length where that is too much.  Absent values are passed as NULL, and every accessor takes
 * NULL: a path can be followed without a test at each step.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct json; /* opaque value; a document is its root value */

/* What a value is. */
enum json_kind {
	JSON_KIND_ABSENT, /* NULL was passed */
	JSON_KIND_NULL,
	JSON_KIND_BOOL,
	JSON_KIND_INT,  /* a whole number that fits 64 bits */
	JSON_KIND_REAL, /* any other number */
	JSON_KIND_TEXT,
	JSON_KIND_ARRAY,
	JSON_KIND_OBJECT
};

/* Where parsing stopped. */
struct json_place {
	int line;      /* from 1, in the text passed */
	int column;    /* from 1, in bytes */
	size_t offset; /* bytes from the start of the text passed */
};

/*
 * Parse text as one JSON value of any kind; white space around it is fine,
 * anything else after it is an error.  On success the caller owns *out
 * (json_free).  On failure e says what is wrong, in words that quote nothing of
 * the text (ERR_LIMIT for depth and number, else ERR_INVALID), and *where (may
 * be NULL) where the wrong token begins, or where in a text the wrong byte is.
 */
NODISCARD int json_parse(struct str text, struct json **out,
    struct json_place *where, struct err *e);

/* Release what json_parse() made and set *root NULL.  NULL is fine. */
void json_free(struct json **root);

/* What v is. */
enum json_kind json_kind(const struct json *v);

/* The word for a kind, for messages: "a number", "text", "a list", … */
const char *json_kind_name(enum json_kind kind);

/* Member of an object, or NULL if v is no object or has none. */
const struct json *json_member(const struct json *v, const char *name);

/* Number of members or items; 0 for anything else. */
size_t json_count(const struct json *v);

/* Item i of an array, or NULL. */
const struct json *json_item(const struct json *v, size_t i);

/*
 * Walk an object: start with *next = 0.  Returns true and fills name and
 * value for each member in the order of the text, false at the end.
 */
bool json_next_member(const struct json *v, size_t *next, struct str *name,
    const struct json **value);

/*
 * What v was parsed from: a stretch of text, which is what json_parse() was
 * given.  Absent for NULL.
 */
struct str json_source(const struct json *v, struct str text);

/* The text of a JSON_KIND_TEXT, absent for anything else; a NUL follows it. */
struct str json_text(const struct json *v);

/* The value of a JSON_KIND_INT; 0 for anything else. */
int64_t json_int(const struct json *v);

/* The value of a number; NaN for anything else. */
double json_number(const struct json *v);

/* True for a JSON true; false for anything else. */
bool json_is_true(const struct json *v);

/*
 * Append v as compact JSON, members in the order of the text, each number in
 * the shortest form that reads back the same.  Absent prints as null.
 */
void json_print(const struct json *v, struct buf *out);

#endif /* BASE_JSON_H */
