/*
 * placenames: names of the gazetteer in one text, and the words about them.
 *
 * In the location text a name is the place.  In a log it needs a word that says
 * so ("at Radwinter"): units come from towns and suspects make off to them.
 * Words widen the uncertainty: "nr", "off", "2 miles N of", "between X and Y".
 * A name before "Road" is that of a road.
 */
#ifndef GEO_PLACENAMES_H
#define GEO_PLACENAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/str.h"
#include "agent/geo/gazetteer.h"
#include "agent/incident/idtext.h"

struct arena;

/* Places of one name that are kept apart; a name of more says nothing. */
#define PLACENAMES_SAME_MAX 12

/* Names of one text at most; the rest is left. */
#define PLACENAMES_MAX 32

/* One name found. */
struct placename {
	struct gazetteer_place places[PLACENAMES_SAME_MAX]; /* it may be */
	size_t count;
	bool is_road;       /* all of them are roads */
	bool is_coarse;     /* only the direction to it */
	bool is_fix;        /* said to put an earlier place right */
	double wider_m;     /* that words about it add */
	double east, north; /* that words move it, in metres */
	const char *words;  /* "near ", "2 miles N of "; "" if none */
	size_t start, end;  /* bytes in the text */
	bool has_other;     /* "between": the other end is next in the list */
};

/* What t is. */
enum placenames_text {
	PLACENAMES_LOCATION,
	PLACENAMES_LOG
};

/* The names in t, at most PLACENAMES_MAX, the arena's; returns how many. */
size_t placenames_find(const struct gazetteer *g, const struct idtext *t,
    enum placenames_text what, struct arena *arena, struct placename **out);

/* True if words of the text say open country: "field", "farm", "lane". */
bool placenames_is_country(const struct idtext *t);

#endif /* GEO_PLACENAMES_H */
