/*
 * output: how every command speaks to whoever reads it.
 *
 * On a terminal a command prints tables and prose for people; through a pipe,
 * or with --json, one JSON object a line.  Colours are used on a terminal that
 * has them, unless NO_COLOR is set (no-color.org); they only ever repeat what
 * the words say.  Progress of long work goes to standard error, if that is a
 * terminal.  A command calls output_init() once, after reading its options,
 * and asks here, so that all commands decide alike; tables are table.h's.
 */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"

/* How standard output is read. */
struct output {
	bool is_json;    /* one JSON object a line, nothing else */
	bool has_colour; /* a terminal that shows colours; never with is_json */
	size_t width;    /* columns of the terminal; 0: not known */
};

/* What colours say beside the words. */
enum output_tone {
	OUTPUT_PLAIN,
	OUTPUT_HEAD, /* headings */
	OUTPUT_GOOD, /* passed, stands */
	OUTPUT_WARN, /* look at this */
	OUTPUT_BAD,  /* failed, wrong */
	OUTPUT_FAINT,
	OUTPUT_TONE_COUNT
};

/* Look at standard output; json: asked for by --json. */
void output_init(struct output *o, bool json);

/*
 * What begins text of a tone, "" without colours.  OUTPUT_PLAIN ends any other.
 * Static.
 */
const char *output_tone(const struct output *o, enum output_tone tone);

/*
 * Append s, which came from outside, to out for a terminal: what could move
 * the cursor, turn the writing or end the line is shown as \xNN.  If width_max
 * is not 0, what is longer is cut and ends in "…".  Returns the columns taken.
 */
size_t output_escape(struct buf *out, struct str s, size_t width_max);

/* Print s in that way on standard output, padded to width. */
void output_put(struct str s, size_t width);

/* The same for text of several lines: line ends and tabs stand. */
void output_put_lines(struct str s);

/* Print a JSON object (or any line) and a line end, and empty it. */
void output_line(struct buf *line);

/* A line on standard error that shows how far long work is. */
struct output_progress {
	const char *what; /* "tests"; static */
	size_t total;     /* 0: not known */
	bool is_on;       /* standard error is a terminal */
	bool is_shown;
	int64_t next_ms; /* when to write it next */
};

/* Begin work on total things called what; shows nothing for half a second. */
void output_progress_begin(
    struct output_progress *p, const char *what, size_t total);

/* So many are done. */
void output_progress_set(struct output_progress *p, size_t done);

/* The work is done: take the line away. */
void output_progress_end(struct output_progress *p);

#endif /* CMD_OUTPUT_H */
