#include "finder_test.h"

static void
a_new_track_finds_the_incident(void **state)
{
	struct bench b = open_bench();
	int64_t id = report(&b, "A", LAT, LON, NOON, "dogs in the field");
	struct standing s;
	int64_t track;

	(void)state;
	assert_int_equal(turn_all(&b), 0);
	track = drive_past(&b, "past.mp4", 0, 0, 1000);
	assert_int_equal(standing(&b, id, false).count, 0);
	turn_all(&b);
	s = standing(&b, id, false);
	assert_int_equal(s.count, 1);
	assert_int_equal(s.rows[0].track_id, track);
	assert_int_equal(s.rows[0].word, APPROACH_CERTAIN);
	assert_true(fabs(s.rows[0].distance_m - 50) < 1);
	assert_int_equal(s.rows[0].at_ms, NOON);
	assert_int_equal(s.rows[0].at_clip_ms, 100000);
	assert_int_equal(s.rows[0].view, APPROACH_VIEW_YES);
	close_bench(&b);
}

static void
a_new_incident_finds_the_track(void **state)
{
	struct bench b = open_bench();
	int64_t id, far, late;

	(void)state;
	drive_past(&b, "past.mp4", 0, 0, 1000);
	turn_all(&b);
	id = report(&b, "A", LAT, LON, NOON, "dogs in the field");
	far = report(&b, "B", LAT + 0.1, LON, NOON, "dogs in the field");
	late = report(&b, "C", LAT, LON, NOON + 7200000, "dogs in the field");
	turn_all(&b);
	assert_int_equal(standing(&b, id, false).count, 1);
	assert_int_equal(standing(&b, far, false).count, 0);
	assert_int_equal(standing(&b, late, false).count, 0);
	/* Two hours later, of two hours ago. */
	late =
	    report(&b, "C", LAT, LON, NOON + 7200000, "this was two hours ago");
	turn_all(&b);
	assert_int_equal(standing(&b, late, false).count, 1);
	close_bench(&b);
}

static void
a_match_goes_with_its_place(void **state)
{
	struct bench b = open_bench();
	int64_t id = report(&b, "A", LAT, LON, NOON, "dogs");

	(void)state;
	drive_past(&b, "past.mp4", 0, 0, 1000);
	turn_all(&b);
	assert_int_equal(standing(&b, id, false).count, 1);
	report(&b, "A", LAT + 0.1, LON, NOON, "no, at the other farm");
	/* At once, and still so when it was looked at. */
	assert_int_equal(standing(&b, id, false).count, 0);
	assert_int_equal(standing(&b, id, true).rows[0].ended_ms, CLOCK_NONE);
	turn_all(&b);
	assert_int_equal(standing(&b, id, false).count, 0);
	assert_int_equal(standing(&b, id, true).rows[0].ended_ms, NOON);
	close_bench(&b);
}

static void
a_match_goes_with_its_clock(void **state)
{
	struct bench b = open_bench();
	int64_t id = report(&b, "A", LAT, LON, NOON, "dogs");
	int64_t track = drive_past(&b, "past.mp4", 0, 0, 1000);
	struct trackstore_row clock = { .clock = TRACK_CLOCK_LOCAL,
		.correction_ms = -3600000,
		.uncertainty_ms = 1000,
		.clock_why = str_of("summer time") };

	(void)state;
	turn_all(&b);
	OK(store_begin(b.st, e));
	OK(trackstore_set_clock(b.ts, track, &clock, e));
	OK(store_commit(b.st, e));
	assert_int_equal(standing(&b, id, false).count, 0);
	turn_all(&b);
	assert_int_equal(standing(&b, id, false).count, 0);
	/* And back: a new match, the old one stays ended. */
	clock.correction_ms = 0;
	OK(store_begin(b.st, e));
	OK(trackstore_set_clock(b.ts, track, &clock, e));
	OK(store_commit(b.st, e));
	turn_all(&b);
	assert_int_equal(standing(&b, id, false).count, 1);
	assert_int_equal(standing(&b, id, true).count, 2);
	close_bench(&b);
}

static void
deleting_a_track_deletes_its_matches(void **state)
{
	struct bench b = open_bench();
	int64_t id = report(&b, "A", LAT, LON, NOON, "dogs");
	int64_t track = drive_past(&b, "past.mp4", 0, 0, 1000);

	(void)state;
	turn_all(&b);
	OK(store_begin(b.st, e));
	GIVES(trackstore_delete(b.ts, track, e), 1);
	OK(store_commit(b.st, e));
	assert_int_equal(standing(&b, id, true).count, 0);
	assert_int_equal(ask(b.st, "SELECT count(*) FROM match_due"), 0);
	turn_all(&b);
	assert_int_equal(ask(b.st, "SELECT audit_id FROM match_position"), -1);
	close_bench(&b);
}

static void
looking_again_says_nothing_new(void **state)
{
	struct bench b = open_bench();
	int64_t id = report(&b, "A", LAT, LON, NOON, "dogs");
	int64_t lines;

	(void)state;
	drive_past(&b, "past.mp4", 0, 0, 1000);
	turn_all(&b);
	lines = ask(b.st, "SELECT count(*) FROM audit WHERE event = 5");
	assert_int_equal(lines, 1);
	assert_true(ask(b.st, "SELECT count(*) FROM audit WHERE event = 3"
			      " AND actor = 'agent'") >= 1);
	assert_int_equal(turn_all(&b), 0);
	run(b.st, "INSERT INTO match_due SELECT id FROM track");
	turn_all(&b);
	assert_int_equal(
	    ask(b.st, "SELECT count(*) FROM audit WHERE event = 5"), 1);
	assert_int_equal(standing(&b, id, true).count, 1);
	close_bench(&b);
}

static void
without_tracks_nothing_is_written(void **state)
{
	struct bench b = open_bench();

	(void)state;
	report(&b, "A", LAT, LON, NOON, "dogs");
	assert_int_equal(turn_all(&b), 0);
	assert_int_equal(ask(b.st, "SELECT count(*) FROM match_position"), 0);
	assert_int_equal(ask(b.st, "SELECT count(*) FROM audit"), 1);
	close_bench(&b);
}

/* Stop after every turn: a new finder goes on where that one was. */
static void
a_restart_loses_nothing(void **state)
{
	struct bench b = open_bench();
	int64_t ids[100];
	char ref[16];
	int r = 1;

	(void)state;
	drive_past(&b, "past.mp4", 0, 0, 1000);
	turn_all(&b);
	for (int i = 0; i < 100; i++) {
		(void)snprintf(ref, sizeof(ref), "I%d", i);
		ids[i] = report(&b, ref, LAT, LON, NOON, "dogs");
	}
	while (r > 0) {
		finder_free(&b.f);
		OK(finder_new(b.st, &b.f, e));
		OK(r = finder_turn(b.f, NOON, e));
	}
	for (int i = 0; i < 100; i++)
		assert_int_equal(standing(&b, ids[i], false).count, 1);
	close_bench(&b);
}

static struct finder_list
search(struct bench *b, int64_t id, bool is_wide)
{
	struct store_incident *row = arena_alloc(b->arena, 1, sizeof(*row));
	struct incident *record = arena_alloc(b->arena, 1, sizeof(*record));
	const struct finder_ask ask = { .row = row,
		.record = record,
		.within_m = (double)NAN,
		.spread_ms = -1,
		.is_wide = is_wide };
	struct finder_list list;

	GIVES(store_incident_find_id(b->st, id, b->arena, row, e), 1);
	incident_init(record);
	record->opened_ms = row->opened_ms;
	OK(finder_search(b->f, &ask, b->arena, &list, e));
	return list;
}

static void
an_unknown_clock_is_found_when_asked_for(void **state)
{
	struct bench b = open_bench();
	int64_t id = report(&b, "A", LAT, LON, NOON + 864000000, "dogs");
	struct finder_list list;

	(void)state;
	drive_past(&b, "past.mp4", 0, TRACKSTORE_UNKNOWN, 0);
	turn_all(&b);
	assert_int_equal(standing(&b, id, false).count, 0);
	list = search(&b, id, false);
	assert_int_equal(list.count, 0);
	list = search(&b, id, true);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.hits[0].approach.word, APPROACH_UNKNOWN);
	assert_int_equal(list.hits[0].approach.at_clip_ms, 100000);
	close_bench(&b);
}

static void
the_best_comes_first(void **state)
{
	struct bench b = open_bench();
	int64_t id = report(&b, "A", LAT, LON, NOON, "dogs");
	struct finder_list list;
	int64_t late, near;

	(void)state;
	late = drive_past(&b, "late.mp4", 240, 0, 1000);
	near = drive_past(&b, "near.mp4", -720, 0, 1000);
	drive_past(&b, "other.mp4", 7200, 0, 1000);
	list = search(&b, id, false);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.hits[0].track.id, near);
	assert_int_equal(list.hits[0].approach.word, APPROACH_LIKELY);
	assert_int_equal(list.hits[1].track.id, late);
	assert_int_equal(list.hits[1].approach.word, APPROACH_POSSIBLE);
	assert_int_equal(list.looked, 2);
	close_bench(&b);
}

/*
 * An hour beside the place, of which cleaning kept the ends: chunks of which only
 * the first and the last have a kept fix.
 */
static void
who_stands_for_an_hour_was_there(void **state)
{
	struct bench b = open_bench();
	struct track_fix fixes[TRACKSTORE_FIXES_MAX];
	unsigned char marks[TRACKSTORE_FIXES_MAX];
	int64_t id = report(&b, "A", LAT, LON, NOON, "dogs");
	int64_t track;
	struct standing s;

	(void)state;
	OK(store_begin(b.st, e));
	track = add_track(&b, TRACK_CLASS_UNIT, "parked", 0, 0);
	for (int c = 0; c < 15; c++) {
		for (int i = 0; i < 100; i++) {
			double s_after = 3. * (100 * c + i) - 2250;

			fixes[i] = fix_at(40, 0, s_after);
			marks[i] = (c == 0 && i == 0) || (c == 14 && i == 99)
				       ? TRACK_MARK_KEEP
				       : TRACK_MARK_STILL;
		}
		OK(trackstore_add_chunk(b.ts, track, fixes, marks, 100, e));
	}
	OK(store_commit(b.st, e));
	turn_all(&b);
	s = standing(&b, id, false);
	assert_int_equal(s.count, 1);
	assert_int_equal(s.rows[0].word, APPROACH_CERTAIN);
	assert_true(s.rows[0].most_m < 80);
	close_bench(&b);
}

static void
why_not_is_said(void **state)
{
	struct bench b = open_bench();
	struct place place = place_unknown();
	struct store_incident row = { .place = place };
	struct incident record;
	struct finder_ask ask = { .row = &row,
		.record = &record,
		.within_m = (double)NAN,
		.spread_ms = -1 };
	struct finder_list list;

	(void)state;
	incident_init(&record);
	OK(finder_search(b.f, &ask, b.arena, &list, e));
	assert_string_equal(list.why_not, "it has no position");
	row.place.lat = LAT;
	row.place.lon = LON;
	OK(finder_search(b.f, &ask, b.arena, &list, e));
	assert_string_equal(list.why_not, "it has no time");
	record.opened_ms = NOON;
	row.place.uncertainty_m = 5000;
	OK(finder_search(b.f, &ask, b.arena, &list, e));
	assert_string_equal(
	    list.why_not, "its position is less certain than 2 km");
	ask.is_wide = true;
	OK(finder_search(b.f, &ask, b.arena, &list, e));
	assert_null(list.why_not);
	close_bench(&b);
}

/* A damaged track is passed over: those behind it are found all the same. */
static void
a_damaged_track_holds_up_nothing(void **state)
{
	struct bench b = open_bench();
	int64_t id = report(&b, "A", LAT, LON, NOON, "dogs");
	int64_t bad = drive_past(&b, "bad.mp4", 0, 0, 1000);
	int64_t half = drive_past(&b, "half.mp4", 0, 0, 1000);
	int64_t good = drive_past(&b, "good.mp4", 0, 0, 1000);
	struct finder_list list;
	struct standing s;

	(void)state;
	run(b.st, "UPDATE track_chunk SET bytes = x'00' WHERE track_id = 1");
	run(b.st, "UPDATE track_chunk SET bytes = x'00' WHERE track_id = 2 AND"
		  " seq = 1");
	turn_all(&b);
	assert_int_equal(ask(b.st, "SELECT count(*) FROM match_due"), 0);
	s = standing(&b, id, false);
	assert_int_equal(s.count, 1);
	assert_int_equal(s.rows[0].track_id, good);
	list = search(&b, id, true);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.unreadable_count, 2);
	assert_int_equal(list.unreadable[0] + list.unreadable[1], bad + half);
	/* What was found before the damage stands, though it is not seen. */
	run(b.st, "UPDATE track_chunk SET bytes = x'00'");
	report(&b, "A", LAT, LON, NOON, "dogs again");
	turn_all(&b);
	assert_int_equal(standing(&b, id, false).count, 1);
	close_bench(&b);
}

/* A track of which a part is gone is damaged, and no shorter one. */
static void
a_part_that_is_gone_is_no_empty_one(void **state)
{
	struct bench b = open_bench();
	int64_t id = report(&b, "A", LAT, LON, NOON, "dogs");
	int64_t good;

	(void)state;
	(void)drive_past(&b, "gone.mp4", 0, 0, 1000);
	good = drive_past(&b, "good.mp4", 0, 0, 1000);
	run(b.st, "DELETE FROM track_chunk WHERE track_id = 1 AND seq = 0");
	turn_all(&b);
	assert_int_equal(ask(b.st, "SELECT count(*) FROM match_due"), 0);
	assert_int_equal(standing(&b, id, false).count, 1);
	assert_int_equal(standing(&b, id, false).rows[0].track_id, good);
	close_bench(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_track_finds_the_incident),
		cmocka_unit_test(a_new_incident_finds_the_track),
		cmocka_unit_test(a_match_goes_with_its_place),
		cmocka_unit_test(a_match_goes_with_its_clock),
		cmocka_unit_test(deleting_a_track_deletes_its_matches),
		cmocka_unit_test(looking_again_says_nothing_new),
		cmocka_unit_test(without_tracks_nothing_is_written),
		cmocka_unit_test(a_restart_loses_nothing),
		cmocka_unit_test(an_unknown_clock_is_found_when_asked_for),
		cmocka_unit_test(the_best_comes_first),
		cmocka_unit_test(who_stands_for_an_hour_was_there),
		cmocka_unit_test(why_not_is_said),
		cmocka_unit_test(a_damaged_track_holds_up_nothing),
		cmocka_unit_test(a_part_that_is_gone_is_no_empty_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
