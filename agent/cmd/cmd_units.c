/*
 * buzzard units: who is near, by what units last said.
 *
 * A place is whatever the text of an incident could say of one: coordinates, a
 * grid reference, a name.  Looking is recorded first, since it shows where
 * officers are.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/jsonw.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/placearg.h"
#include "agent/cmd/table.h"
#include "agent/conf/conf.h"
#include "agent/store/store.h"
#include "agent/store/unitstore.h"
#include "agent/unitsnear.h"

#define USAGE "units near INCIDENT|PLACE [--limit N] [--json]"

struct request {
	const char *conf_path;
	bool json;
	int64_t limit;
	struct output output;
	struct conf *conf;
	struct store *store;
	struct arena *arena;
	struct placearg where;
};

static const struct table_column columns[] = {
	{ .key = "unit", .title = "unit" },
	{ .key = "distance_m", .title = "metres", .is_number = true },
	{ .key = "bearing", .title = "lies" },
	{ .key = "at", .title = "position of" },
	{ .key = "age_s", .title = "age", .is_number = true },
	{ .key = "uncertainty_m", .title = "within m", .is_number = true },
	{ .key = "lat" },
	{ .key = "lon" },
	{ .key = "stale", .title = "stale" },
};

static void
add_age_cell(const struct request *rq, struct table *t, int64_t age_ms)
{
	struct buf text = { 0 };

	if (rq->output.is_json) {
		table_int(t, age_ms / 1000);
		return;
	}
	nearby_add_age(&text, age_ms);
	table_str(t, buf_str(&text));
	buf_clear(&text);
}

static void
add_row(const struct request *rq, struct table *t, const struct nearby *u)
{
	table_str(t, u->unit);
	table_real(t, u->distance_m, 0);
	table_text(t, nearby_compass(u->bearing_deg));
	table_time(t, u->time_ms);
	add_age_cell(rq, t, u->age_ms);
	if (isfinite(u->uncertainty_m))
		table_real(t, u->uncertainty_m, 0);
	else
		table_none(t);
	table_real(t, u->lat, 6);
	table_real(t, u->lon, 6);
	table_tone(t, u->is_stale ? OUTPUT_WARN : OUTPUT_PLAIN);
	table_bool(t, u->is_stale);
	table_row(t);
}

static void
print(struct request *rq, const struct nearby *units, size_t count)
{
	struct table *t = table_new(
	    &rq->output, columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < count && (int64_t)i < rq->limit; i++)
		add_row(rq, t, &units[i]);
	table_free(&t);
	if (rq->output.is_json)
		return;
	if (count == 0)
		puts("No unit has said where it is.");
	else
		puts("By their last positions, as the crow flies.  Advice: who "
		     "is free, and the way by\nroad, are not known here.");
}

static int
near(struct request *rq, const char *text)
{
	struct unitstore *us = NULL;
	struct nearby *units = NULL;
	struct unitsnear q;
	struct err e = { 0 };
	size_t count = 0;
	int r = placearg_find(rq->store, rq->conf, rq->arena, text, &rq->where);

	if (r != CMD_OK)
		return r;
	r = look_record(rq->store, rq->where.incident_id, "units near",
	    rq->where.incident_id ? NULL : "a place");
	if (r != CMD_OK)
		return r;
	q = (struct unitsnear){ .lat = rq->where.place.lat,
		.lon = rq->where.place.lon,
		.now_ms = clock_wall_ms(),
		.stale_ms = rq->conf->stale_ms };
	if (unitstore_open(store_db(rq->store), &us, &e) < 0 ||
	    unitsnear_find(us, &q, rq->arena, &units, &count, &e) < 0)
		r = cmd_fail(&e);
	else
		print(rq, units, count);
	unitstore_close(&us);
	return r;
}

int
cmd_units(int argc, char **argv)
{
	struct request rq = { .limit = 10 };
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &rq.conf_path, NULL,
		    "the agent's configuration" },
		{ "--limit", "N", NULL, NULL, &rq.limit,
		    "at most so many; 10 without it" },
		{ "--json", NULL, &rq.json, NULL, NULL,
		    "one JSON object a unit" },
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc != 3 || strcmp(argv[1], "near") != 0)
		return cmd_usage("it is units near INCIDENT|PLACE");
	output_init(&rq.output, rq.json);
	r = cmd_open_store(rq.conf_path, 1, &rq.conf, &rq.store);
	if (r != CMD_OK)
		return r;
	rq.arena = arena_new();
	r = near(&rq, argv[2]);
	arena_free(&rq.arena);
	store_close(&rq.store);
	conf_free(&rq.conf);
	return r;
}
