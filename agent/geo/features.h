/*
 * features: the features of a GeoJSON FeatureCollection (RFC 7946), one piece
 * of text at a time.
 *
 * A boundary file has tens of megabytes and a parsed document twenty times
 * that, so the collection is cut at its features and each is parsed alone.
 * features_open() walks the whole text once, so that a file that was cut short
 * is refused before anything of it is used; what stands inside a feature is for
 * its parser to judge.  Nothing is allocated.
 */
#ifndef GEO_FEATURES_H
#define GEO_FEATURES_H

#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;

/* Nesting beyond this is refused. */
#define FEATURES_DEPTH_MAX 64

/* A walk over the features.  Borrows the text. */
struct features {
	struct str text;
	size_t at;    /* next byte to read */
	size_t count; /* features given so far: the number of the last */
};

/*
 * Begin.  ERR_INVALID if the text is no FeatureCollection or ends too soon
 * (naming the feature it ends in), ERR_LIMIT if it is nested too deep.
 */
NODISCARD int features_open(struct features *f, struct str text, struct err *e);

/* 1: *feature is the next one, borrowed from the text.  0: that was all. */
NODISCARD int features_next(struct features *f, struct str *feature);

#endif /* GEO_FEATURES_H */
