/*
 * idscan: run all finders but that of plates over one text, each token to the
 * first that takes it.  Plates come after, since what another finder has taken
 * is none.
 */
#ifndef INCIDENT_IDSCAN_H
#define INCIDENT_IDSCAN_H

#include <stddef.h>

#include "agent/incident/finding.h"
#include "agent/incident/idtext.h"
#include "agent/incident/refs.h"

struct arena;

/* A list of findings that grows in an arena. */
struct idscan_list {
	struct arena *arena;
	struct finding *findings;
	size_t count, cap, max; /* beyond max they are dropped */
};

/* Append a copy of f. */
void idscan_add(struct idscan_list *list, const struct finding *f);

/* Append what t holds, marked as of entry, and mark what is taken in t. */
void idscan_text(struct idtext *t, int entry,
    const struct refs_patterns *patterns, struct idscan_list *list);

#endif /* INCIDENT_IDSCAN_H */
