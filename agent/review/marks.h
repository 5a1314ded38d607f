/*
 * marks: the words that a tag rests on, marked where they stand in a text, with
 * the reasons below it.
 */
#ifndef REVIEW_MARKS_H
#define REVIEW_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct arena;
struct err;
struct uncounted;

/*
 * Why rules gave or took points, once for however many words and rules say so;
 * the points are the most that one gave for it.  Or why words do not count.
 */
struct mark_reason {
	struct str theme, why;
	int points;
	bool is_uncounted; /* points is 0 */
	bool is_weighed; /* why has all words of weighs; no mark points to it */
};

/* A piece of evidence that stands in a text. */
struct mark {
	struct str field; /* "log", "location_text" */
	int entry;        /* of the log, from 0; -1: not in the log */
	size_t start, end;
	size_t reason; /* its place among the reasons */
};

/* All marks of an incident, and their reasons. */
struct mark_list {
	struct arena *arena; /* borrowed; all is its own */
	struct mark *marks;
	size_t count, room;
	struct mark_reason *reasons;
	bool *has_words; /* of each reason: does a mark point to it? */
	size_t reason_count, reason_room;
};

/*
 * Add the evidence of one tag, the JSON of tagjson_rules(), but for what gave
 * no points and only had to be there.  -1: it is not such JSON.
 */
NODISCARD int marks_add(struct mark_list *list, struct str theme,
    struct str evidence, struct err *e);

/*
 * Add words that were found and do not count, with why ("denied").  What
 * overlaps words that do is not marked as such.
 */
void marks_add_uncounted(
    struct mark_list *list, const struct uncounted *found, size_t count);

/*
 * Append text with the marks of that field and entry in <mark> elements, or
 * <span class="uncounted">, with the numbers of their reasons behind them, and below it those reasons;
 * overlapping marks become one.  Marks beyond the text are passed over.
 */
void marks_print(struct buf *out, const struct mark_list *list,
    const char *field, int entry, struct str text);

/* Append which words of weighs stand for and against theme, to be unfolded. */
void marks_print_whole(
    struct buf *out, const struct mark_list *list, struct str theme);

/* Append the reasons of theme that are no words: the place, the month. */
void marks_print_wordless(
    struct buf *out, const struct mark_list *list, struct str theme);

#endif /* REVIEW_MARKS_H */
