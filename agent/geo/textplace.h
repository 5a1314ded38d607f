/*
 * textplace: where the text of an incident says that it is.
 *
 * Grid references and degrees, postcodes, names: of the location text first,
 * then of the log.  what3words are a hint and no place.
 */
#ifndef GEO_TEXTPLACE_H
#define GEO_TEXTPLACE_H

#include "agent/geo/candidate.h"
#include "agent/geo/gazetteer.h"
#include "agent/geo/grid.h"
#include "agent/incident/incident.h"

/* What the candidates are found with; all borrowed. */
struct textplace_parts {
	const struct grid *grid;
	const struct gazetteer *gazetteer;
};

/* Append to list every place that the text of in gives. */
void textplace_find(const struct textplace_parts *parts,
    const struct incident *in, struct candidate_list *list);

#endif /* GEO_TEXTPLACE_H */
