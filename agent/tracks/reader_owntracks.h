/*
 * reader_owntracks: recordings of OwnTracks messages (owntracks.org/booklet):
 * the Recorder's .rec files, and JSON alone, one message a line.
 *
 * Messages of type location are fixes, by the fix's own time (tst) and not the
 * time of arrival; a transition or waypoint is none.  What says zero or less of
 * accuracy, speed or course says nothing.
 */
#ifndef TRACKS_READER_OWNTRACKS_H
#define TRACKS_READER_OWNTRACKS_H

#include "agent/tracks/reader.h"

struct json;

/* The row of the table in reader.c. */
extern const struct reader_kind reader_owntracks_kind;

/*
 * The position in a message of type location: true and *out, whose offset
 * stays.  False if it is of another type; then *why is NULL, or what is wrong
 * with the location (static).
 */
bool reader_owntracks_message(
    const struct json *message, struct track_fix *out, const char **why);

/* The same for a message of type transition, which a location caused. */
bool reader_owntracks_transition(
    const struct json *message, struct track_fix *out, const char **why);

#endif /* TRACKS_READER_OWNTRACKS_H */
