/*
 * search: incidents by words, marks, place, time, theme, level, district.
 *
 * One answer is a page of incidents, and the cursor that leads to the next.
 * The newest come first: by the number they were given when they came in, or,
 * where no word, mark or theme is asked, by when they were opened.  Words can
 * be ranked instead: the newest SEARCH_RANKED_MAX that have them, the best
 * first.
 *
 * The work of one request is limited, whatever is asked of however many
 * incidents; an answer says when it ended before all were looked through, and
 * its cursor goes on from there.
 */
#ifndef STORE_SEARCH_H
#define STORE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "rules/ruleset.h"

struct arena;
struct err;
struct search; /* opaque; one connection, one thread */
struct sightings;
struct store;

#define SEARCH_RANKED_MAX 1000
#define SEARCH_CURSOR_MAX 80

/* What stands round words that were found in a snippet. */
#define SEARCH_MARK_BEGIN '\1'
#define SEARCH_MARK_END   '\2'

/* What is asked; absent texts and CLOCK_NONE ask nothing. */
struct search_query {
	struct str words;       /* as typed (asking.h) */
	const char *mark;       /* as sightings_ask() made it; NULL: any */
	double lat, lon;        /* NAN: anywhere */
	double within_m;        /* of there */
	int64_t from_ms, to_ms; /* opened from, and before */
	struct str theme;       /* that stands, by rules or by a person */
	enum rules_level level; /* at least; RULES_NONE: tagged or not */
	struct str district;
	bool in_progress;  /* only those */
	bool is_ranked;    /* words: the best first */
	struct str cursor; /* search_answer.next, or absent */
	int64_t limit;     /* rows of a page, from 1 */
};

/* One incident that was found; texts are borrowed for the call. */
struct search_row {
	int64_t incident_id, opened_ms; /* CLOCK_NONE: not known */
	struct str ref, grade, status, district, near_name, near_bearing;
	double near_m;     /* NAN: not known */
	double distance_m; /* from where was asked; NAN */
	bool in_progress;
	struct str themes;  /* that stand, "fuel,equine" */
	struct str snippet; /* with SEARCH_MARK_… round what was found */
};

/* What came of it. */
struct search_answer {
	size_t count;                 /* rows that were given */
	char next[SEARCH_CURSOR_MAX]; /* "": there is nothing more */
	bool is_capped;    /* not all could be looked through at once */
	bool is_cut;       /* more words than are looked for */
	bool is_ends_cut;  /* "word*" with too many words */
	bool is_only_nots; /* only words that must not be there: ignored */
	bool is_mark_cut;  /* more marks than are looked for */
	int64_t ranked;    /* how many were ranked; -1: it is not ranked */
};

/* Borrows store and sightings until search_close().  The caller owns *out. */
NODISCARD int search_open(struct store *store, struct sightings *sightings,
    struct search **out, struct err *e);

/* Release *s and set it NULL.  NULL is fine. */
void search_close(struct search **s);

/*
 * Call each for the incidents of a page.  A cursor that is none of ours begins
 * at the start.  Scratch is the arena's.
 */
NODISCARD int search_find(struct search *s, const struct search_query *q,
    struct arena *arena, void (*each)(void *user, const struct search_row *row),
    void *user, struct search_answer *out, struct err *e);

#endif /* STORE_SEARCH_H */
