/*
 * finder_test: a store in memory with incidents and tracks near the place of
 * test_approach.c, and what tests of the finder ask of it.
 *
 * Included once by each test program; includes cmocka and what it needs.
 */
#ifndef FINDER_TEST_H
#define FINDER_TEST_H

#include "../store/storekit.h"

#include "agent/finder.h"
#include "agent/store/matches.h"
#include "agent/store/trackstore.h"

#define LAT   51.7
#define LON   0.5
#define LAT_M 111261.741
#define LON_M 69136.154
#define NOON  INT64_C(1768392000000) /* 2026-01-14T12:00:00Z */

/* A finder and what it works on. */
struct bench {
	struct store *st;
	struct finder *f;
	struct trackstore *ts;
	struct matches *m;
	struct arena *arena;
};

UNUSED static struct bench
open_bench(void)
{
	struct bench b = { .st = open_store(":memory:") };

	OK(finder_new(b.st, &b.f, e));
	OK(trackstore_open(store_db(b.st), &b.ts, e));
	OK(matches_open(store_db(b.st), &b.m, e));
	b.arena = arena_new();
	return b;
}

UNUSED static void
close_bench(struct bench *b)
{
	finder_free(&b->f);
	trackstore_close(&b->ts);
	matches_close(&b->m);
	arena_free(&b->arena);
	store_close(&b->st);
}

/* Keep a message of incident ref at a place; its row is made or moved. */
UNUSED static int64_t
report(struct bench *b, const char *ref, double lat, double lon, int64_t at_ms,
    const char *text)
{
	static int revision;
	struct store_incident row;
	struct store_message msg = { .received_ms = at_ms };
	char when[CLOCK_TEXT_MAX];
	struct buf bytes = { 0 };

	(void)clock_format_utc(at_ms, when);
	buf_addf(&bytes,
	    "{\"id\":\"%s\",\"revision\":%d,\"opened_at\":\"%s\","
	    "\"log\":[{\"at\":\"%s\",\"text\":\"%s\"}]}",
	    ref, ++revision, when, when, text);
	OK(store_begin(b->st, e));
	{
		struct err e = { 0 };

		if (store_incident_find(b->st, str_of("cad"), str_of(ref),
			b->arena, &row, &e) == 0)
			row = (struct store_incident){ .feed = str_of("cad"),
				.ref = str_of(ref),
				.first_ms = at_ms,
				.basis = str_of("none"),
				.message_count = 1,
				.rule_set = str_of("sha256:00"),
				.place = place_unknown(),
				.updated_ms = CLOCK_NONE,
				.closed_ms = CLOCK_NONE,
				.tagged_ms = at_ms };
	}
	row.last_ms = row.opened_ms = at_ms;
	row.place.lat = lat;
	row.place.lon = lon;
	row.place.uncertainty_m = 20;
	OK(store_incident_put(b->st, &row, e));
	msg.bytes = buf_str(&bytes);
	msg.revision = revision;
	hash_sha256(msg.bytes, msg.hash);
	OK(store_message_add(b->st, row.id, &msg, e));
	OK(store_commit(b->st, e));
	buf_clear(&bytes);
	return row.id;
}

/* A fix east_m and north_m of the place, s seconds after noon, ±5 m. */
UNUSED static struct track_fix
fix_at(double east_m, double north_m, double s)
{
	struct track_fix f = track_fix_at(0);

	f.lat = LAT + north_m / LAT_M;
	f.lon = LON + east_m / LON_M;
	f.time_ms = NOON + llround(s * 1000);
	f.uncertainty_m = 5;
	return f;
}

/* A track with a clock that is off by its correction, ± clock_ms. */
UNUSED static int64_t
add_track(struct bench *b, enum track_class class, const char *name,
    int64_t correction_ms, int64_t clock_ms)
{
	struct trackstore_row row = { .class = class,
		.name = str_of(name),
		.format = str_of("gpx"),
		.clock = TRACK_CLOCK_UTC,
		.correction_ms = correction_ms,
		.uncertainty_ms = clock_ms,
		.clock_why = str_of("said so"),
		.actor = str_of("user:test"),
		.imported_ms = NOON };
	int64_t id = 0;

	hash_sha256(str_of(name), row.sha256);
	GIVES(trackstore_add(b->ts, &row, &id, e), 1);
	return id;
}

/* A car that passes 50 m north of the place at noon + late_s, 20 m/s. */
UNUSED static int64_t
drive_past(struct bench *b, const char *name, double late_s,
    int64_t correction_ms, int64_t clock_ms)
{
	struct track_fix fixes[200];
	int64_t id;

	for (int i = 0; i < 200; i++) {
		fixes[i] = fix_at(20. * (i - 100), 50, late_s + i - 100);
		fixes[i].clip_ms = 1000 * i;
	}
	OK(store_begin(b->st, e));
	id = add_track(b, TRACK_CLASS_DASHCAM, name, correction_ms, clock_ms);
	for (int i = 0; i < 200; i += 100)
		OK(trackstore_add_chunk(b->ts, id, fixes + i, NULL, 100, e));
	OK(store_commit(b->st, e));
	return id;
}

/* Turn until nothing is left: how many turns. */
UNUSED static int
turn_all(struct bench *b)
{
	struct err err = { 0 };
	int turns = 0, r;

	while ((r = finder_turn(b->f, NOON, &err)) > 0)
		assert_true(++turns < 1000);
	if (r < 0)
		fail_msg("%s", err.msg);
	return turns;
}

/* The standing matches of an incident. */
struct standing {
	size_t count;
	struct matches_row rows[8]; /* text aside */
};

UNUSED static void
keep_row(void *user, const struct matches_row *row)
{
	struct standing *s = user;

	assert_true(s->count < 8);
	s->rows[s->count++] = *row;
}

UNUSED static struct standing
standing(struct bench *b, int64_t incident_id, bool history)
{
	struct standing s = { 0 };

	OK(matches_list(b->m, incident_id, history, keep_row, &s, e));
	return s;
}

#endif /* FINDER_TEST_H */
