/*
 * verdict: what "buzzard rules eval" found, and the two ways it is shown.
 */
#ifndef CMD_VERDICT_H
#define CMD_VERDICT_H

#include "agent/corpus.h"
#include "agent/evidence.h"
#include "agent/geo/place.h"
#include "agent/incident/plates.h"
#include "agent/tally.h"
#include "rules/nearest.h"
#include "rules/ruleset.h"

struct arena;

/* One incident with what was said of it. */
struct verdict_item {
	const struct corpus_item *item;
	struct incident record;
	struct place place;
	struct rules_result result;
	const struct plate *plates;
	size_t plate_count;
	const size_t *places;       /* of the record's entries, or NULL */
	unsigned wrong;             /* TALLY_ bits */
	const char *evidence_fault; /* NULL: its evidence holds */
};

/* Everything.  All of it is the corpus's arena's unless said. */
struct verdict {
	const struct ruleset *rules;
	struct str edition; /* of the boundaries */
	struct corpus corpus;
	struct tally tally;          /* owned */
	struct evidence_words words; /* owned */
	struct verdict_item *items;  /* owned; one for each of the corpus */
	struct rules_scratch *scratch;
	const char *theme; /* list only what is wrong about it; NULL: all */
	bool grounds;      /* show the grounds of each rule */
	size_t fault_count;
};

/* True if item is to be listed as wrong. */
bool verdict_is_listed(const struct verdict *v, const struct verdict_item *i);

/* The tag's evidence counts entries of the log as it was given. */
long verdict_entry(const struct verdict_item *i, int entry);

/* The rule nearest to subject, which does not stand on i: nearest_find(). */
bool verdict_nearest(const struct verdict *v, const struct verdict_item *i,
    struct str subject, bool is_flag, struct nearest *out);

/* Which flag, had it stood, would have made i a rural crime; NULL: none. */
const char *verdict_missing_flag(const struct verdict_item *i);

/* Append tables for people. */
void verdict_print(const struct verdict *v, struct buf *out);

/* Append one JSON object. */
void verdict_json(const struct verdict *v, struct buf *out);

#endif /* CMD_VERDICT_H */
