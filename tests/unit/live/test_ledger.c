/*
 * Units and areas on disk: batches, what comes twice, a restart, packing into
 * tracks, and that nothing is left of what is too old.
 */
#include "../base/base_test.h"

#include <math.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/live/ledger.h"
#include "agent/store/areastore.h"
#include "agent/store/audit.h"
#include "agent/store/store.h"
#include "agent/store/trackstore.h"

/* 14 January 2026, 10:42:07 UTC. */
#define NOW INT64_C(1768387327000)
#define DAY INT64_C(86400000)

static const char yard[] =
    "{\"type\":\"Polygon\",\"coordinates\":[[[0.7,51.8],[0.72,51.8],"
    "[0.72,51.82],[0.7,51.82],[0.7,51.8]]]}";

struct desk {
	struct store *store;
	struct ledger *ledger;
	struct err e;
};

#define OK(call)                                             \
	do {                                                 \
		if ((call) < 0)                              \
			fail_msg("%s: %s", #call, d->e.msg); \
	} while (0)

static void
open_desk(struct desk *d)
{
	memset(d, 0, sizeof(*d));
	OK(store_open(":memory:", DB_CREATE, &d->store, &d->e));
	OK(ledger_open(d->store, NULL, &d->ledger, &d->e));
	OK(ledger_load(d->ledger, &d->e));
}

static void
close_desk(struct desk *d)
{
	ledger_close(&d->ledger);
	store_close(&d->store);
}

static int64_t
number(struct desk *d, const char *sql)
{
	struct db_stmt *st = NULL;
	int64_t n;

	OK(db_prepare(store_db(d->store), sql, &st, &d->e));
	OK(db_step(st, &d->e));
	n = db_col_int(st, 0);
	db_finish(&st);
	return n;
}

static struct ledger_report
report(const char *unit, double lat, double lon, int64_t time_ms)
{
	struct ledger_report r = { .source = "phones",
		.fix = track_fix_at(0),
		.received_ms = time_ms + 1000 };

	snprintf(r.unit, sizeof(r.unit), "%s", unit);
	r.fix.lat = lat;
	r.fix.lon = lon;
	r.fix.time_ms = time_ms;
	r.fix.uncertainty_m = 5;
	return r;
}

static int
take(struct desk *d, struct ledger_report *reports, size_t count)
{
	int n;

	OK(store_begin(d->store, &d->e));
	n = ledger_take(d->ledger, reports, count, NOW, &d->e);
	OK(n);
	OK(store_commit(d->store, &d->e));
	return n;
}

static void
test_batches(void **state)
{
	struct desk desk, *d = &desk;
	struct ledger_report r[4];

	(void)state;
	open_desk(d);
	r[0] = report("TM01", 51.8, 0.6, NOW);
	r[1] = report("TM02", 51.9, 0.6, NOW);
	r[2] = report("TM01", 51.81, 0.6, NOW - 5000); /* late */
	r[3] = r[1];                                   /* again */
	assert_int_equal(take(d, r, 4), 3);
	assert_int_equal(ledger_unit_count(d->ledger), 2);
	assert_int_equal(number(d, "SELECT count(*) FROM position"), 3);
	/* The newest is where it is, whatever comes after it. */
	assert_int_equal(
	    number(d, "SELECT count(*) FROM unit WHERE name = 'TM01'"
		      " AND lat = 51.8"),
	    1);
	assert_int_equal(take(d, r, 4), 0);
	r[0].is_gone = true;
	assert_int_equal(take(d, r, 1), 0);
	assert_int_equal(
	    number(d, "SELECT count(*) FROM unit WHERE gone_ms > 0"), 1);
	r[0] = report("TM01", 51.8, 0.6, NOW + 5000);
	assert_int_equal(take(d, r, 1), 1);
	assert_int_equal(
	    number(d, "SELECT count(*) FROM unit WHERE gone_ms > 0"), 0);
	close_desk(d);
}

static void
add_yard(struct desk *d)
{
	const struct areastore_row row = { .name = str_of("Yard"),
		.geojson = str_of(yard),
		.made_ms = NOW,
		.actor = str_of("test") };
	struct areastore *as = NULL;

	OK(areastore_open(store_db(d->store), &as, &d->e));
	OK(store_begin(d->store, &d->e));
	OK(areastore_add(as, &row, &d->e));
	OK(store_commit(d->store, &d->e));
	areastore_close(&as);
	OK(ledger_load(d->ledger, &d->e));
}

static void
restart(struct desk *d)
{
	ledger_close(&d->ledger);
	OK(ledger_open(d->store, NULL, &d->ledger, &d->e));
	OK(ledger_load(d->ledger, &d->e));
}

/* A drive into the yard, with a restart after each position. */
static void
test_area_survives_restart(void **state)
{
	struct desk desk, *d = &desk;
	const struct ledger_event *events;
	size_t told = 0;

	(void)state;
	open_desk(d);
	add_yard(d);
	for (int i = 0; i < 40; i++) {
		struct ledger_report r =
		    report("TM01", 51.81, 0.696 + i * 0.0002, NOW + i * 1000);

		assert_int_equal(take(d, &r, 1), 1);
		told += ledger_events(d->ledger, &events);
		restart(d);
	}
	assert_int_equal(told, 1);
	assert_int_equal(
	    number(d, "SELECT count(*) FROM area_event WHERE kind = 1"), 1);
	/* The log that nothing can be taken out of says no unit and no area. */
	assert_int_equal(
	    number(d, "SELECT count(*) FROM audit WHERE event = 5"), 1);
	assert_int_equal(
	    number(d, "SELECT count(*) FROM audit, area_event WHERE event = 5"
		      " AND detail = '{\"area_event\":'||area_event.id||'}'"),
	    1);
	close_desk(d);
}

static int
pack_all(struct desk *d, int64_t now_ms)
{
	int turns = 0;
	int r;

	while ((r = ledger_pack(d->ledger, now_ms, &d->e)) > 0)
		turns++;
	OK(r);
	return turns;
}

/* Seconds of TM01 going south past the yard at 20 m/s, with leaps. */
static struct ledger_report
past_yard(int i, bool is_leap)
{
	return report("TM01", is_leap ? 51.81 : 51.95 - i * 2e-4,
	    is_leap ? 0.71 : 0.6, NOW + i * 1000);
}

/* A wrong place is kept with its mark, and rings, moves and shows nothing. */
static void
test_leaps(void **state)
{
	struct desk desk, *d = &desk;
	const struct ledger_event *events;

	(void)state;
	open_desk(d);
	add_yard(d);
	for (int i = 0; i < 60; i++) {
		struct ledger_report r =
		    past_yard(i, i % 10 == 5 || i % 10 == 6);

		assert_int_equal(take(d, &r, 1), 1);
		assert_int_equal(ledger_events(d->ledger, &events), 0);
		assert_int_equal(
		    number(d, "SELECT count(*) FROM unit"
			      " WHERE lon = 0.6 AND held_lon = 0.6"),
		    1);
	}
	assert_int_equal(number(d, "SELECT count(*) FROM position"), 60);
	assert_int_equal(
	    number(d, "SELECT count(*) FROM position WHERE mark = 2"), 12);
	/* The same again is none, and does not count as one more. */
	for (int i = 0; i < 10; i++) {
		struct ledger_report r = past_yard(56, true);

		assert_int_equal(take(d, &r, 1), 0);
	}
	assert_true(pack_all(d, NOW + DAY) > 0);
	assert_int_equal(number(d, "SELECT fixes - kept FROM track"), 12);
	close_desk(d);
}

/*
 * Where it goes on for long enough it is, and was: what it entered so is told,
 * what it may have passed on the way is not.
 */
static void
leap_that_lasts(bool with_restarts)
{
	struct desk desk, *d = &desk;
	const struct ledger_event *events;
	struct ledger_report r = report("TM01", 51.95, 0.71, NOW);
	size_t told = 0;

	open_desk(d);
	add_yard(d);
	assert_int_equal(take(d, &r, 1), 1);
	/* South of the yard, which lies between: nothing. */
	for (int i = 1; i <= 6; i++) {
		r = report("TM01", 51.7, 0.71, NOW + i * 1000);
		assert_int_equal(take(d, &r, 1), 1);
		assert_int_equal(ledger_events(d->ledger, &events), 0);
		assert_int_equal(
		    number(d, "SELECT count(*) FROM position WHERE mark > 0"),
		    i < 5 ? i : 0);
		/* What may yet be taken back is not packed. */
		assert_int_equal(pack_all(d, NOW + 700000), i == 1 || i >= 5);
		if (with_restarts)
			restart(d);
	}
	assert_int_equal(number(d, "SELECT lat < 51.75 FROM unit"), 1);
	/* In the yard: once, by the one that is believed. */
	for (int i = 11; i <= 20; i++) {
		r = report("TM01", 51.81, 0.71, NOW + i * 1000);
		assert_int_equal(take(d, &r, 1), 1);
		told += ledger_events(d->ledger, &events);
	}
	assert_int_equal(told, 1);
	assert_int_equal(
	    number(d, "SELECT kind FROM area_event"), AREA_ENTERED);
	close_desk(d);
}

static void
test_leap_that_lasts(void **state)
{
	(void)state;
	leap_that_lasts(false);
}

static void
test_leap_that_lasts_through_restarts(void **state)
{
	(void)state;
	leap_that_lasts(true);
}

/* A device that only says goodbye gives no place, and keeps none. */
static void
test_goodbyes(void **state)
{
	struct desk desk, *d = &desk;
	struct ledger_report r = report("TM01", 51.8, 0.6, NOW - 20 * DAY);

	(void)state;
	open_desk(d);
	assert_int_equal(take(d, &r, 1), 1);
	r.is_gone = true;
	r.received_ms = NOW;
	assert_int_equal(take(d, &r, 1), 0);
	assert_int_equal(
	    number(d, "SELECT count(*) FROM unit WHERE gone_ms > received_ms"),
	    1);
	(void)snprintf(r.unit, sizeof(r.unit), "TM02");
	assert_int_equal(take(d, &r, 1), 0);
	assert_int_equal(number(d, "SELECT count(*) FROM unit"), 1);
	/* Nor does one whose old position came late. */
	OK(db_exec(
	    store_db(d->store), "UPDATE unit SET received_ms = 9e12", &d->e));
	assert_int_equal(ledger_purge(d->ledger, 14 * DAY, NOW, &d->e), 1);
	assert_int_equal(number(d, "SELECT count(*) FROM unit"), 0);
	assert_int_equal(ledger_unit_count(d->ledger), 0);
	close_desk(d);
}

/* Names cost whoever makes them up nothing: there is an end to them. */
static void
test_crowd(void **state)
{
	struct desk desk, *d = &desk;
	struct ledger_report *r = alloc_zero(LEDGER_UNITS_MAX + 2, sizeof(*r));
	char name[32];

	(void)state;
	open_desk(d);
	for (size_t i = 0; i < LEDGER_UNITS_MAX + 2; i++) {
		(void)snprintf(name, sizeof(name), "U%06zu", i);
		r[i] = report(name, 51.8, 0.6, NOW);
	}
	assert_int_equal(take(d, r, LEDGER_UNITS_MAX + 2), LEDGER_UNITS_MAX);
	assert_int_equal(ledger_unit_count(d->ledger), LEDGER_UNITS_MAX);
	assert_false(r[LEDGER_UNITS_MAX - 1].is_crowd);
	assert_true(r[LEDGER_UNITS_MAX].is_crowd);
	assert_true(r[LEDGER_UNITS_MAX + 1].is_crowd);
	/* Those that are known go on. */
	r[0] = report("U000000", 51.8, 0.6, NOW + 1000);
	assert_int_equal(take(d, r, 1), 1);
	assert_false(r[0].is_crowd);
	free(r);
	close_desk(d);
}

/* What is undone leaves nothing in memory once it is loaded anew. */
static void
test_undone(void **state)
{
	struct desk desk, *d = &desk;
	struct ledger_report r = report("TM01", 51.81, 0.6, NOW);

	(void)state;
	open_desk(d);
	OK(store_begin(d->store, &d->e));
	OK(ledger_take(d->ledger, &r, 1, NOW, &d->e));
	store_rollback(d->store);
	OK(ledger_load(d->ledger, &d->e));
	assert_int_equal(ledger_unit_count(d->ledger), 0);
	assert_int_equal(take(d, &r, 1), 1);
	close_desk(d);
}

/* Two days, across midnight in London: each has its track. */
static void
test_packs(void **state)
{
	struct desk desk, *d = &desk;
	/* 13:17:53 after NOW it is midnight. */
	int64_t midnight = NOW + 47873000;
	int turns;

	(void)state;
	open_desk(d);
	for (int i = -700; i < 100; i++) {
		struct ledger_report r =
		    report("TM01", 51.8 + i * 1e-4, 0.7, midnight + i * 1000);

		assert_int_equal(take(d, &r, 1), 1);
	}
	/* As long as there is enough for a chunk; the rest is young. */
	turns = pack_all(d, midnight - 700000);
	assert_true(turns > 0);
	assert_int_equal(
	    number(d, "SELECT count(*) FROM position") >= TRACKSTORE_FIXES_MAX,
	    0);
	assert_true(number(d, "SELECT count(*) FROM position") > 0);
	turns += pack_all(d, midnight + DAY);
	assert_int_equal(number(d, "SELECT count(*) FROM position"), 0);
	assert_int_equal(number(d, "SELECT count(*) FROM track"), 2);
	assert_int_equal(
	    number(d, "SELECT fixes FROM track WHERE name = '2026-01-14'"),
	    700);
	assert_int_equal(
	    number(d, "SELECT fixes FROM track WHERE name = '2026-01-15'"),
	    100);
	assert_int_equal(number(d, "SELECT count(*) FROM track WHERE class = 1"
				   " AND unit = 'TM01' AND format = 'live'"),
	    2);
	assert_int_equal(
	    number(d, "SELECT count(*) FROM audit WHERE event = 1"), turns);
	/* Whose they were goes with the track; the log is for ever. */
	assert_int_equal(number(d, "SELECT count(*) FROM audit"
				   " WHERE detail LIKE '%TM01%'"),
	    0);
	close_desk(d);
}

/* Nothing is left of what is too old, and that is said. */
static void
test_purges(void **state)
{
	struct desk desk, *d = &desk;
	struct ledger_report r[2];

	(void)state;
	open_desk(d);
	add_yard(d);
	for (int i = 0; i < 40; i++) {
		r[0] = report("OLD", 51.81, 0.696 + i * 0.0002,
		    NOW - 20 * DAY + i * 1000);
		assert_int_equal(take(d, r, 1), 1);
	}
	r[0] = report("NEW", 51.81, 0.6, NOW);
	assert_int_equal(take(d, r, 1), 1);
	/* Packed or not, it goes; what somebody holds stays. */
	for (int i = 0; i < 200; i++) {
		r[0] = report("HELD", 51.7, 0.6, NOW - 30 * DAY + i * 1000);
		assert_int_equal(take(d, r, 1), 1);
	}
	assert_true(pack_all(d, NOW - 20 * DAY + DAY) > 0);
	assert_int_equal(number(d, "SELECT count(*) FROM track"), 2);
	OK(db_exec(store_db(d->store),
	    "UPDATE track SET hold = 1 WHERE unit = 'HELD'", &d->e));
	assert_int_equal(ledger_purge(d->ledger, 14 * DAY, NOW, &d->e), 1);
	assert_int_equal(
	    number(d, "SELECT count(*) FROM track WHERE unit <> 'HELD'"), 0);
	assert_int_equal(number(d, "SELECT count(*) FROM track"), 1);
	assert_int_equal(number(d, "SELECT count(*) FROM position"), 1);
	assert_int_equal(number(d, "SELECT count(*) FROM area_event"), 0);
	assert_int_equal(number(d, "SELECT count(*) FROM unit"), 1);
	assert_int_equal(number(d, "SELECT count(*) FROM area_state"), 1);
	assert_int_equal(ledger_unit_count(d->ledger), 1);
	assert_int_equal(
	    number(d, "SELECT count(*) FROM audit WHERE event = 6"), 1);
	assert_int_equal(ledger_purge(d->ledger, 14 * DAY, NOW, &d->e), 0);
	assert_int_equal(
	    number(d, "SELECT count(*) FROM audit WHERE event = 6"), 1);
	close_desk(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_batches),
		cmocka_unit_test(test_area_survives_restart),
		cmocka_unit_test(test_leaps),
		cmocka_unit_test(test_leap_that_lasts),
		cmocka_unit_test(test_leap_that_lasts_through_restarts),
		cmocka_unit_test(test_goodbyes),
		cmocka_unit_test(test_crowd),
		cmocka_unit_test(test_undone),
		cmocka_unit_test(test_packs),
		cmocka_unit_test(test_purges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
