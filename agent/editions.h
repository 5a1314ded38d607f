/*
 * editions: the boundary files that were imported, in the state folder.
 *
 * STATE/boundaries/NAME.geojson, one file an edition, put there whole by
 * "buzzard import boundaries".  The one that the configuration names is in
 * force, else the one imported last.  Beside them STATE/layers/NAME.geojson,
 * one file a layer, of which those are loaded that rules ask for.
 */
#ifndef AGENT_EDITIONS_H
#define AGENT_EDITIONS_H

#include "agent/base/own.h"

#include <stdbool.h>

#include "agent/base/str.h"

struct conf;
struct err;
struct geo;
struct geo_edition_info;
struct layer_counts;
struct opennames_counts;

/*
 * A geo for conf: the built-in towns, the edition in force, if any was
 * imported, and those of the layers that were imported; the others are named
 * in a warning.  The caller owns *out (geo_free).
 */
NODISCARD int editions_load(const struct conf *conf, const struct str *layers,
    size_t layer_count, struct geo **out, struct err *e);

/* True if a layer of that name was imported. */
bool editions_has_layer(const struct conf *conf, struct str name);

/* Add an imported layer to g. */
NODISCARD int editions_load_layer(
    const struct conf *conf, struct str name, struct geo *g, struct err *e);

/* Add the GeoJSON file at path to g as a layer. */
NODISCARD int editions_add_layer(struct geo *g, struct str name,
    const char *path, struct layer_counts *counts, struct err *e);

/*
 * Check the file at path and keep a copy of it as a layer in the state folder,
 * in the place of an older one.  Nothing is kept if the check fails.
 */
NODISCARD int editions_import_layer(const struct conf *conf, struct str name,
    const char *path, struct layer_counts *counts, struct err *e);

/* Add the GeoJSON file at path to g as edition name. */
NODISCARD int editions_add_file(struct geo *g, const char *name,
    const char *path, struct geo_edition_info *info, struct err *e);

/*
 * Check the file at path and keep a copy of it as edition name in the state
 * folder.  info->name is name.  Nothing is kept if the check fails.
 */
NODISCARD int editions_import(const struct conf *conf, const char *name,
    const char *path, struct geo_edition_info *info, struct err *e);

/*
 * Names imported: STATE/gazetteer/NAME.csv, of which the one imported last is in
 * force.  path is a CSV file of OS Open Names, or a folder of such files
 * (opennames.h).
 */

/* Find names in the file or folder at path too.  On failure g is as it was. */
NODISCARD int editions_add_gazetteer(struct geo *g, const char *path,
    struct opennames_counts *counts, struct err *e);

/*
 * Check the file or folder at path and keep what is used of it under name in
 * the state folder.  Nothing is kept if the check fails.
 */
NODISCARD int editions_import_gazetteer(const struct conf *conf,
    const char *name, const char *path, struct opennames_counts *counts,
    struct err *e);

#endif /* AGENT_EDITIONS_H */
