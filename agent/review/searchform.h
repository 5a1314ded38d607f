/*
 * searchform: what is asked of the search, read from the address of a page or
 * of /v1/search, whose parameters are the same.
 *
 * A mistake is kept with its field and nothing is to be searched then; words
 * can hold none (asking.h).
 */
#ifndef REVIEW_SEARCHFORM_H
#define REVIEW_SEARCHFORM_H

#include <stdbool.h>

#include "agent/base/str.h"
#include "agent/review/whereis.h"
#include "agent/store/search.h"
#include "agent/store/sightings.h"

struct visit;

/* The fields of the form, in its order; the cursor is none of them. */
enum searchform_field {
	SEARCHFORM_WORDS,
	SEARCHFORM_PLATE,
	SEARCHFORM_NEAR,
	SEARCHFORM_KM,
	SEARCHFORM_FROM,
	SEARCHFORM_TO,
	SEARCHFORM_THEME,
	SEARCHFORM_LEVEL,
	SEARCHFORM_DISTRICT,
	SEARCHFORM_PROGRESS,
	SEARCHFORM_ORDER,
	SEARCHFORM_COUNT
};

/* What was asked and how it was understood; texts are the desk's arena's. */
struct searchform {
	struct str field[SEARCHFORM_COUNT];    /* absent: not given */
	const char *mistake[SEARCHFORM_COUNT]; /* NULL: none */
	struct search_query query;
	char mark[SIGHTINGS_ASK_MAX + 1]; /* of query.mark */
	struct whereis_spot spot;         /* if query has a place */
	bool is_asked, is_mistaken;
};

/* The names of the fields in an address. */
extern const char *const searchform_names[SEARCHFORM_COUNT];

/* Read the address of v's request into *out; cursor and limit are not set. */
void searchform_read(struct visit *v, struct searchform *out);

#endif /* REVIEW_SEARCHFORM_H */
