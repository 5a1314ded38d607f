/*
 * platesay: what the words around a mark say of it beyond giving it: that it is
 * not the one, or that it puts another right.
 */
#ifndef INCIDENT_PLATESAY_H
#define INCIDENT_PLATESAY_H

#include <stddef.h>

#include "agent/incident/idtext.h"

/* What is said of a mark. */
enum platesay {
	PLATESAY_GIVES,
	PLATESAY_DENIES,   /* "not AB12CDE", "AB12CDE is wrong" */
	PLATESAY_CORRECTS, /* "correction, index is AB12CDE" */
	PLATESAY_CONFIRMS  /* "now confirmed as AB12CDE" */
};

/*
 * What t says of the mark of tokens first to last (exclusive).  before is the
 * token after the mark before it, 0 if there is none.
 */
enum platesay platesay_read(
    const struct idtext *t, size_t first, size_t last, size_t before);

#endif /* INCIDENT_PLATESAY_H */
