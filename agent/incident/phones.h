/*
 * phones: telephone numbers, so that they can be kept out of messages.
 *
 * A British number begins with 0 or +44 and has ten or eleven figures; any
 * other run of nine figures and more is taken for one too, since a number shown
 * that should not be cannot be taken back.  Figures said in words count.
 */
#ifndef INCIDENT_PHONES_H
#define INCIDENT_PHONES_H

#include <stddef.h>

#include "agent/incident/finding.h"
#include "agent/incident/idtext.h"

struct arena;

#define PHONES_DIGITS_MIN 9

/* Tokens taken from token i on, and *out filled; 0 if there is none. */
size_t phones_read(
    struct idtext *t, size_t i, struct arena *arena, struct finding *out);

#endif /* INCIDENT_PHONES_H */
