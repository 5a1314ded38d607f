/*
 * editions: the boundary files that were imported, in the state folder.
 *
 * STATE/boundaries/NAME.geojson, one file an edition, put there whole by
 * "buzzard import boundaries".  The one that the configuration names is in
 * force, else the one imported last.
 */
#ifndef AGENT_EDITIONS_H
#define AGENT_EDITIONS_H

#include "agent/base/own.h"

struct conf;
struct err;
struct geo;
struct geo_edition_info;

/* A GeoJSON file larger than this is refused. */
#define EDITIONS_BYTES_MAX (512UL << 20)

/*
 * A geo for conf: the built-in towns and the edition in force, if any was
 * imported.  The caller owns *out (geo_free).
 */
NODISCARD int editions_load(
    const struct conf *conf, struct geo **out, struct err *e);

/* Add the GeoJSON file at path to g as edition name. */
NODISCARD int editions_add_file(struct geo *g, const char *name,
    const char *path, struct geo_edition_info *info, struct err *e);

/*
 * Check the file at path and keep a copy of it as edition name in the state
 * folder.  info->name is name.  Nothing is kept if the check fails.
 */
NODISCARD int editions_import(const struct conf *conf, const char *name,
    const char *path, struct geo_edition_info *info, struct err *e);

#endif /* AGENT_EDITIONS_H */
