/*
 * clean: text from outside, made fit to stand in what is sent.
 *
 * Control characters, line breaks and marks that turn the direction of writing
 * become spaces, runs of space one, and digits that look like a phone number
 * are hidden, said in words or not.  Nothing here knows HTML or JSON: the
 * writers escape.
 */
#ifndef ALERTS_CLEAN_H
#define ALERTS_CLEAN_H

#include <stddef.h>

#include "agent/base/str.h"

/* What stands for a hidden phone number. */
#define CLEAN_HIDDEN "[number hidden]"

/* Digits in one run that may be a phone number; shorter runs stay. */
#define CLEAN_PHONE_DIGITS 9

/*
 * Append s as one line of at most max bytes (then "…" follows), phone numbers
 * hidden.  A ten-figure grid reference is none.
 */
void clean_line(struct str s, size_t max, struct buf *out);

/*
 * The same for an identifier, whose digits are wanted: nothing is hidden.
 */
void clean_id(struct str s, size_t max, struct buf *out);

/*
 * Append s if it can be a name of a district or the like: a line of letters,
 * spaces and - ' . & , alone, at most 48 bytes.  Otherwise append nothing: what
 * has figures in it may be an address or a number of somebody.
 */
void clean_name(struct str s, struct buf *out);

/*
 * Append s if it can be a grade: at most 12 letters, figures, spaces and
 * hyphens, and no phone number.  Otherwise append nothing.
 */
void clean_grade(struct str s, struct buf *out);

/*
 * Append s as one level of a topic: a-z, 0-9 and single hyphens, at most 48
 * bytes; "unknown" if nothing is left.
 */
void clean_slug(struct str s, struct buf *out);

#endif /* ALERTS_CLEAN_H */
