/*
 * platepatch: corrections that do not give the whole mark again: "last letter
 * is S", "EA18 not EA19", "disregard that", "the first one".
 */
#ifndef INCIDENT_PLATEPATCH_H
#define INCIDENT_PLATEPATCH_H

#include <stddef.h>

#include "agent/incident/idtext.h"
#include "agent/incident/platefind.h"
#include "agent/incident/plateroll.h"

/*
 * Do to the roll what t says beside its whole marks, which are on the roll
 * already.
 */
void platepatch_take(struct plateroll *roll, const struct idtext *t,
    const struct platefind_mark *marks, size_t count);

#endif /* INCIDENT_PLATEPATCH_H */
