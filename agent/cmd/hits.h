/*
 * hits: recordings that could show an incident, as people and programs read
 * them.  Live from the finder, or stored matches.
 */
#ifndef CMD_HITS_H
#define CMD_HITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"

struct err;
struct finder_hit;
struct jsonw;
struct matches_row;
struct store;

/* "Wed 14 Jan 2026 10:42:07 GMT"; by its own clock if that is not known. */
void hits_put_time(int64_t ms, bool is_clock_known);

/* Print hit number n, some lines. */
void hits_print(size_t n, const struct finder_hit *hit);

/* The hit as a JSON object. */
void hits_json(struct jsonw *w, const struct finder_hit *hit);

/* The stored matches of an incident, a line each under a heading. */
NODISCARD int hits_print_stored(
    struct store *store, int64_t incident_id, bool history, struct err *e);

/* The same as the member "recordings", a list. */
NODISCARD int hits_json_stored(struct jsonw *w, struct store *store,
    int64_t incident_id, bool history, struct err *e);

#endif /* CMD_HITS_H */
