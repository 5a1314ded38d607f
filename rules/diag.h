/*
 * diag: what is wrong with rules, told to the person who wrote them.
 *
 * A problem has a stable code, the span in the author's text, one sentence in
 * the manual's words, and usually a note that says what to write instead.  All
 * problems are collected and printed together in the order of the text:
 *
 *     coursing.rules:12:20: error: no list is called "sighthouds" [R020]
 *        12 |     give 35 when text has @sighthouds
 *           |                           ^^^^^^^^^^^
 *     note: did you mean @sighthounds?
 */
#ifndef RULES_DIAG_H
#define RULES_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"
#include "rules/ruleset.h"

struct arena;

/* A stretch of one file, bytes, end exclusive. */
struct span {
	uint32_t file; /* index of the file */
	uint32_t start, end;
};

/* The codes, from diags.def: stable, explained in docs/RULES.md. */
enum diag_code {
#define DIAG(code, meaning) DIAG_##code,
#include "rules/diags.def"
#undef DIAG
	DIAG_COUNT
};

struct diag; /* one problem; private */

/* All problems of one compilation. */
struct diags {
	struct arena *arena;              /* borrowed: what is kept */
	struct arena *work;               /* borrowed: what is not */
	const struct ruleset_file *files; /* borrowed */
	size_t file_count;
	struct diag *list; /* newest first */
	size_t errors, warnings;
};

/*
 * Begin with no problems.  The tree that is made and the problems are arena's;
 * work, which may be the same, is for what nobody asks for afterwards.
 */
void diag_init(struct diags *d, struct arena *arena, struct arena *work,
    const struct ruleset_file *files, size_t file_count);

/* Report an error: the set will not be made. */
void diag_error(struct diags *d, enum diag_code code, struct span at,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Report something that is surely not meant, but can run. */
void diag_warn(struct diags *d, enum diag_code code, struct span at,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Add to the newest problem what to write instead. */
void diag_note(struct diags *d, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* True when no more problems are kept: looking for others is idle. */
bool diag_is_full(const struct diags *d);

/* Append all problems, in the order of files and lines, to out. */
void diag_print(const struct diags *d, struct buf *out);

/* Tell all problems, in the same order, to hear. */
void diag_tell(const struct diags *d,
    void (*hear)(void *user, const struct ruleset_problem *p), void *user);

/* "R020". */
const char *diag_code_name(enum diag_code code);

/* What a code means, one sentence, for the manual. */
const char *diag_code_meaning(enum diag_code code);

/* Line (from 1) on which a byte of a text stands. */
size_t diag_line(struct str text, size_t offset);

/* The column, from 1, in characters. */
size_t diag_column(struct str text, size_t offset);

/* The smallest span that holds both. */
struct span diag_join(struct span a, struct span b);

#endif /* RULES_DIAG_H */
