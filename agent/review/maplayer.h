/*
 * maplayer: writing a layer of the map, a FeatureCollection (RFC 7946) with
 * "count" and "more" as foreign members.
 */
#ifndef REVIEW_MAPLAYER_H
#define REVIEW_MAPLAYER_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/err.h"
#include "agent/base/jsonw.h"

struct mapstore_filter;
struct visit;

/* A layer being written. */
struct maplayer {
	struct visit *v;
	const struct mapstore_filter *f;
	struct jsonw w;
	int64_t count, left_out;
	int64_t track_id; /* of the line that is open; 0: none */
	struct err e;
	bool failed;
};

/* Begin the answer. */
void maplayer_begin(struct visit *v, struct jsonw *w);

/* End the features and the whole. */
void maplayer_end(struct visit *v, struct jsonw *w, int64_t count, bool more);

/* Begin a feature and its properties. */
void maplayer_feature(struct jsonw *w, const char *kind);

/* End the properties, and the feature with a point. */
void maplayer_at(struct jsonw *w, double lat, double lon);

/* A member in whole metres; null if it is not known. */
void maplayer_metres(struct jsonw *w, const char *name, double metres);

#endif /* REVIEW_MAPLAYER_H */
