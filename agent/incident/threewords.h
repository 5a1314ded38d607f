/*
 * threewords: what3words addresses, as a hint only.
 *
 * They are never resolved: the words of a caller are misheard often enough that
 * their squares have been found in other countries.  Found are three words with
 * "///" before them, or with full stops between and the name of the system near.
 * A plural is marked doubtful.
 */
#ifndef INCIDENT_THREEWORDS_H
#define INCIDENT_THREEWORDS_H

#include <stddef.h>

#include "agent/incident/finding.h"
#include "agent/incident/idtext.h"

struct arena;

/* Tokens taken from token i on, and *out filled; 0 if there is none. */
size_t threewords_read(
    struct idtext *t, size_t i, struct arena *arena, struct finding *out);

#endif /* INCIDENT_THREEWORDS_H */
