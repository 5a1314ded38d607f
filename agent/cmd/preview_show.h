/*
 * preview_show: what "buzzard rules preview" found, and the two ways it is
 * shown.
 */
#ifndef CMD_PREVIEW_SHOW_H
#define CMD_PREVIEW_SHOW_H

#include <stdint.h>

#include "agent/base/str.h"
#include "agent/cmd/output.h"
#include "agent/preview.h"
#include "rules/ruleset.h"

/* Everything; all borrowed. */
struct preview_show {
	const struct preview *preview; /* finished */
	const char *live_dir, *candidate_dir;
	const struct ruleset *live, *candidate;
	const char *theme; /* only this one; NULL: all */
	int64_t unread;    /* incidents that could not be read */
};

/* True if t is to be shown. */
bool preview_show_wants(
    const struct preview_show *x, const struct preview_theme *t);

/* Print tables on standard output. */
void preview_show_tables(const struct preview_show *x, const struct output *o);

/* Append one JSON object. */
void preview_show_json(const struct preview_show *x, struct buf *out);

/* "2026-01", or "not known"; returns out. */
const char *preview_show_month(int month, char out[16]);

#endif /* CMD_PREVIEW_SHOW_H */
