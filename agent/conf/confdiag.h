/*
 * confdiag: what is wrong with a configuration, and where.
 *
 * Errors and warnings are collected, then printed in the order of the file:
 *
 *     buzzard.yaml:12:5: error: "hsot" is no option of a channel
 *        12 |     hsot: broker.example.org
 *           |     ^^^^
 *     note: did you mean "host"?
 *
 * Everything is the arena's.
 */
#ifndef CONF_CONFDIAG_H
#define CONF_CONFDIAG_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/str.h"

struct arena;
struct confdiag_item; /* one error or warning */

/* A stretch of one line, counted in characters from 1; line 0: nowhere. */
struct confdiag_place {
	int line, column, length;
};

struct confdiag {
	struct arena *arena; /* borrowed */
	const char *file;    /* borrowed: what the file is called */
	struct str text;     /* borrowed: its text, for the lines shown */
	struct confdiag_item *last;
	size_t errors, warnings;
};

/* Begin with nothing wrong; borrows all for the life of d. */
void confdiag_init(
    struct confdiag *d, struct arena *arena, const char *file, struct str text);

/* Add an error at place. */
void confdiag_error(struct confdiag *d, struct confdiag_place place,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Add a warning at place: the configuration can be used all the same. */
void confdiag_warn(struct confdiag *d, struct confdiag_place place,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Add to the last error or warning what to write instead. */
void confdiag_note(struct confdiag *d, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Append all of it to out, sorted by place; of very many, the first. */
void confdiag_print(const struct confdiag *d, struct buf *out);

#endif /* CONF_CONFDIAG_H */
