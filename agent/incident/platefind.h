/*
 * platefind: registration marks in one text.
 *
 * What has the form of a mark is scored by its company: +3 for a vehicle word
 * near, +4 for a word for the plate that leads to it, +2 for a current mark
 * whose age was issued by then, less for what reads as well as something else
 * (a road, a postcode, a serial number, figures and their unit).  2 and more is
 * a mark.  A dateless one needs the word for the plate.
 */
#ifndef INCIDENT_PLATEFIND_H
#define INCIDENT_PLATEFIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/incident/idtext.h"
#include "agent/incident/plateform.h"
#include "agent/incident/platesay.h"

struct arena;

#define PLATEFIND_SCORE_MIN 2

/* One mark or part of a mark. */
struct platefind_mark {
	char mark[PLATEFORM_LEN_MAX + 1]; /* '?' where not read */
	enum plateform_kind kind;         /* NONE: a part, with no form yet */
	bool is_partial;
	enum platesay say;
	bool is_alternative; /* the other reading of the mark before it */
	bool is_joined;      /* "and", "also" between it and the one before */
	bool says_plate;     /* a word for the plate leads to it */
	size_t first, last;  /* tokens, last exclusive */
	size_t start, end;   /* bytes, end exclusive */
	int score;
	const char *why; /* static */
};

/*
 * The marks in t, at most max of them, in the order in which they stand.
 * newest is the last age identifier issued (26, 76) as half-years since March
 * 2001 (platefind_half_year), or -1 if the time is not known.  The array is the
 * arena's; returns its count.
 */
size_t platefind_text(const struct idtext *t, int newest, size_t max,
    struct arena *arena, struct platefind_mark **out);

/* The half-year of an age identifier: 1 for 51, 2 for 02, 50 for 26. */
int platefind_half_year(int age);

#endif /* INCIDENT_PLATEFIND_H */
