/*
 * tagjson: what the rules said, as JSON.
 *
 * One form for "buzzard tag", for the evidence kept with each stored tag and
 * for whatever shows it later.
 */
#ifndef STORE_TAGJSON_H
#define STORE_TAGJSON_H

#include <stddef.h>

#include "agent/base/str.h"
#include "agent/geo/place.h"
#include "agent/incident/incident.h"
#include "agent/incident/plates.h"
#include "rules/ruleset.h"

/*
 * Append the array of the rules that made tag, with their evidence.  "entry"
 * is null outside the log; evidence that is not text has no "start" and "end";
 * that of a series has "incident", the one that it counted.
 */
void tagjson_rules(const struct rules_tag *tag, struct buf *out);

/* The same with places[i] as the "entry" of the log's entry i. */
void tagjson_rules_placed(
    const struct rules_tag *tag, const size_t *places, struct buf *out);

/* All that one line of "buzzard tag" is made of; everything borrowed. */
struct tagjson_input {
	const struct incident *incident;
	const struct place *place;
	const struct rules_result *result;
	const struct plate *plates;
	size_t plate_count;
	const char *rule_set; /* "sha256:…" */
	/* What stands in "entry" for each entry of the log; NULL: its place. */
	const size_t *entry_places;
};

/* Append the answer of "buzzard tag" for one incident, without a newline. */
void tagjson_line(const struct tagjson_input *in, struct buf *out);

#endif /* STORE_TAGJSON_H */
