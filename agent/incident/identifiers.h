/*
 * identifiers: everything that has a form of its own in an incident's text:
 * plates, positions, postcodes, roads, numbers.
 *
 * One pass over each text.  What is found is evidence of itself and of nothing
 * else: no name, no description of a person is looked for.
 */
#ifndef INCIDENT_IDENTIFIERS_H
#define INCIDENT_IDENTIFIERS_H

#include <stddef.h>

#include "agent/incident/finding.h"
#include "agent/incident/idtext.h"
#include "agent/incident/incident.h"
#include "agent/incident/refs.h"

struct arena;

/* At most so many findings of an incident; the rest is left. */
#define IDENTIFIERS_MAX 2000

/* What was found, and the texts that were cut for it. */
struct identifiers {
	const struct finding *findings; /* by text, then by place in it */
	size_t count;
	struct idtext *texts; /* [0] the location text, [1 + i] log entry i */
	size_t text_count;
};

/*
 * Find all identifiers of an incident, in its vehicles, location text and log.
 * patterns may be NULL (refs_default_patterns).  All is the arena's and borrows
 * from in.
 */
void identifiers_find(const struct incident *in,
    const struct refs_patterns *patterns, struct arena *arena,
    struct identifiers *out);

/*
 * The same for one text by itself, without plates: what has to be kept out of
 * it or says where it is.  Entries are 0.  Returns how many.
 */
size_t identifiers_find_text(struct str text,
    const struct refs_patterns *patterns, struct arena *arena,
    const struct finding **out);

#endif /* INCIDENT_IDENTIFIERS_H */
