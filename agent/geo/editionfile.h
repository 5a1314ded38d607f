/*
 * editionfile: where imported boundaries lie: STATE/boundaries/NAME.geojson.
 * The edition that the configuration names is in force, else the one imported
 * last.
 */
#ifndef GEO_EDITIONFILE_H
#define GEO_EDITIONFILE_H

#include "agent/base/str.h"

#define EDITIONFILE_SUFFIX ".geojson"

/* A GeoJSON file larger than this is refused. */
#define EDITIONFILE_BYTES_MAX (512UL << 20)

/* Append the path of edition name. */
void editionfile_path(const char *state, const char *name, struct buf *out);

/*
 * The name of the edition in force, for the caller to free; NULL if none was
 * imported.  chosen is what the configuration names, or NULL.
 */
char *editionfile_name(const char *state, const char *chosen);

/* The newest file of a folder with that suffix, without it, likewise. */
char *editionfile_newest(const char *folder, const char *suffix);

#endif /* GEO_EDITIONFILE_H */
