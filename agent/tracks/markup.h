/*
 * markup: a source read as XML, with what is damaged passed over.
 *
 * XML that is not well-formed ends a parser, but not what an officer can learn
 * from the rest of the file: reading goes on at the next point that begins
 * behind the damage, as if the document began there.
 */
#ifndef TRACKS_MARKUP_H
#define TRACKS_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct reader_sink;
struct source;
struct xml;
struct xml_events;

/* Damages after which reading goes on; a file with more is not one. */
#define MARKUP_RESTARTS_MAX 10000

/* How to read and how to go on. */
struct markup {
	const struct xml_events *events;
	void *user;
	const char *point; /* "<trkpt": where reading can go on */
	const char *above; /* "<gpx><trk><trkseg>": what it then stands in */
	void (*broken)(void *user); /* forget what is half read */
};

/*
 * Read all of s.  *x is valid while events are reported.  Damages go to
 * sink->skip.  0, or -1 if the disk failed.
 */
NODISCARD int markup_read(const struct markup *m, struct source *s,
    const struct reader_sink *sink, struct xml **x, struct err *e);

/* Does head begin like an XML document whose first element is name? */
bool markup_is_root(struct str head, const char *name);

#endif /* TRACKS_MARKUP_H */
