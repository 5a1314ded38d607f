/*
 * table: rows that a person reads as a table and a program as JSON.
 *
 * A command names its columns once and gives each row's cells in their order,
 * every one of them, then table_row().  For a terminal rows are kept until
 * table_free(), which sizes the columns and prints; as NDJSON each row is
 * printed at once, an object with the columns' keys.  A column without a title
 * is in the JSON alone, one without a key on the terminal alone.
 */
#ifndef CMD_TABLE_H
#define CMD_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"
#include "agent/cmd/output.h"

struct table; /* opaque */

/* A column; all text is static. */
struct table_column {
	const char *key;   /* in the JSON; NULL: not there */
	const char *title; /* on the terminal; NULL: not there */
	bool is_number;    /* right-aligned */
	size_t width_max;  /* longer cells are cut on the terminal; 0: never */
};

/*
 * A table without rows.  o and columns are borrowed until table_free(); o must
 * be what output_init() made.
 */
struct table *table_new(
    const struct output *o, const struct table_column *columns, size_t count);

/* Print what is not printed yet; release *t and set it NULL. */
void table_free(struct table **t);

/* The tone of the next cell, for that cell only. */
void table_tone(struct table *t, enum output_tone tone);

/* The next cell: text from anywhere; absent is "-" and null. */
void table_str(struct table *t, struct str s);

/* The next cell: a C string; NULL is "-" and null. */
void table_text(struct table *t, const char *s);

/* The next cell: a whole number. */
void table_int(struct table *t, int64_t v);

/* The next cell: a number with decimals digits after the point. */
void table_real(struct table *t, double v, int decimals);

/* The next cell: "yes" or "no"; true or false. */
void table_bool(struct table *t, bool v);

/* The next cell: a time, local for people, UTC in the JSON. */
void table_time(struct table *t, int64_t ms);

/* The next cell: nothing. */
void table_none(struct table *t);

/* The row is whole: every column has had its cell. */
void table_row(struct table *t);

/* Rows so far. */
size_t table_row_count(const struct table *t);

#endif /* CMD_TABLE_H */
