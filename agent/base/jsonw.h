/*
 * jsonw: writing JSON, compact, straight into a buffer.
 *
 * The caller opens and closes objects and arrays; commas are put by the
 * writer.  Misuse (a value without a key in an object, closing what is not
 * open) is a bug and CHECKed.  Text is escaped, whatever steers a terminal or
 * turns the direction of writing too; bytes that are not UTF-8 become U+FFFD, so
 * that what is written can always be read.
 */
#ifndef BASE_JSONW_H
#define BASE_JSONW_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/str.h"

#define JSONW_DEPTH_MAX 32

struct jsonw {
	struct buf *out; /* borrowed until the writer is done */
	int depth;
	bool after_key;
	struct {
		char close; /* '}' or ']' */
		bool any;   /* has a member or item */
	} level[JSONW_DEPTH_MAX];
};

/* Begin writing at the end of out. */
void jsonw_init(struct jsonw *w, struct buf *out);

/* Open an object as the next value. */
void jsonw_object(struct jsonw *w);

/* Open an array as the next value. */
void jsonw_array(struct jsonw *w);

/* Close the innermost object or array. */
void jsonw_close(struct jsonw *w);

/* The next member's name. */
void jsonw_key(struct jsonw *w, const char *name);

/* The next member's name, from outside. */
void jsonw_key_str(struct jsonw *w, struct str name);

/* A text value; absent writes null. */
void jsonw_str(struct jsonw *w, struct str s);

/* A text value from a C string; NULL writes null. */
void jsonw_text(struct jsonw *w, const char *s);

/* A whole number. */
void jsonw_int(struct jsonw *w, int64_t v);

/* A number with at most decimals digits after the point, no trailing zeros. */
void jsonw_real(struct jsonw *w, double v, int decimals);

/* true or false. */
void jsonw_bool(struct jsonw *w, bool v);

/* null. */
void jsonw_null(struct jsonw *w);

/* A value that is JSON already. */
void jsonw_raw(struct jsonw *w, struct str json);

/* A time as RFC 3339 UTC text, or null for CLOCK_NONE. */
void jsonw_time(struct jsonw *w, int64_t ms);

/* A member whole: its name and what the function above of that name writes. */
void jsonw_member_str(struct jsonw *w, const char *name, struct str s);
void jsonw_member_text(struct jsonw *w, const char *name, const char *s);
void jsonw_member_int(struct jsonw *w, const char *name, int64_t v);
void jsonw_member_real(
    struct jsonw *w, const char *name, double v, int decimals);
void jsonw_member_bool(struct jsonw *w, const char *name, bool v);
void jsonw_member_time(struct jsonw *w, const char *name, int64_t ms);

/* The same of a number that is only there if it is positive; else null. */
void jsonw_member_id(struct jsonw *w, const char *name, int64_t id);

#endif /* BASE_JSONW_H */
