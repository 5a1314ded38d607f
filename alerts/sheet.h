/*
 * sheet: what people read of an alert, before it is plain text or HTML.
 *
 * A heading, what has changed, and rows of a label and lines.  All text is
 * clean (clean.h) and chosen for one audience: plates, matched words and the
 * location text stand only in a sheet for the team.  Everything is the arena's.
 */
#ifndef ALERTS_SHEET_H
#define ALERTS_SHEET_H

#include <stddef.h>

#include "alerts/alert.h"

struct arena;

#define SHEET_ROWS_MAX  12 /* 10 are in use */
#define SHEET_LINES_MAX 24

/* "Where", and what is to be said of it, one line each. */
struct sheet_row {
	const char *label;
	struct str *lines;
	size_t count;
};

struct sheet {
	const char *marking; /* borrowed from the configuration */
	struct str heading;  /* "Hare coursing (in progress?)" */
	struct str change;   /* absent when told for the first time */
	struct sheet_row rows[SHEET_ROWS_MAX];
	size_t row_count;
	const char *link; /* borrowed; set by who made it; NULL: none */
	struct str foot;
};

/* What audience is told of alert. */
void sheet_make(const struct alert *alert, const struct conf *conf,
    enum conf_audience audience, struct arena *arena, struct sheet *out);

/* What the words of weighs give and take in hit, all together. */
int sheet_whole_points(const struct rules_hit *hit);

/* "Hare coursing" for "hare-coursing", clean also for an unknown theme. */
struct str sheet_theme(struct str theme, struct arena *arena);

/*
 * Who has it, for people: an account's name, a recipient's; to partners an
 * account is only the team.  Borrowed; empty if nobody has.
 */
struct str sheet_taker(
    const struct alert *alert, const struct conf *conf, bool is_team);

/*
 * Theme, reference, grade and district in one line, led by what has changed:
 * what a subject may hold.
 */
struct str sheet_summary(const struct alert *alert, struct arena *arena);

/*
 * The grid reference cut to its 1 km square ("TL 7059 0683" to "TL 70 06"), or
 * to its 10 km square if it is no finer;
 * absent if there is none or it has another form.
 */
struct str sheet_square(struct str grid_ref, struct arena *arena);

/* Append the sheet as plain text, lines ending in LF. */
void sheet_print_text(const struct sheet *s, struct buf *out);

/* Append the sheet as one HTML document that fetches nothing. */
void sheet_print_html(const struct sheet *s, struct buf *out);

#endif /* ALERTS_SHEET_H */
