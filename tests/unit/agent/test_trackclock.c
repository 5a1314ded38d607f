/* Judgements of a clock follow on each other, and matches follow on them. */
#include "finder_test.h"

#include "agent/store/judgements.h"
#include "agent/trackclock.h"

#define SLOW INT64_C(3733000)

/* A dashcam that passes the place at noon by a clock that is slow. */
static struct trackstore_row
add(struct bench *b)
{
	struct trackstore_row row = { .class = TRACK_CLASS_DASHCAM,
		.name = str_of("front.gpx"),
		.format = str_of("gpx"),
		.clock = TRACK_CLOCK_UTC,
		.uncertainty_ms = 2000,
		.clock_why = str_of("its times say that they are UTC"),
		.actor = str_of("agent"),
		.imported_ms = NOON };
	struct track_fix fixes[200];
	int64_t id = 0;

	memset(row.sha256, 7, HASH_BYTES);
	for (int i = 0; i < 200; i++) {
		fixes[i] = track_fix_at((uint64_t)i);
		fixes[i].lat = LAT;
		fixes[i].lon = LON + 20. * (i - 100) / LON_M;
		fixes[i].time_ms = NOON - SLOW + 1000 * (int64_t)(i - 100);
		fixes[i].uncertainty_m = 5;
	}
	OK(store_begin(b->st, e));
	GIVES(trackstore_add(b->ts, &row, &id, e), 1);
	for (int i = 0; i < 200; i += 100)
		OK(trackstore_add_chunk(b->ts, id, fixes + i, NULL, 100, e));
	OK(store_commit(b->st, e));
	GIVES(trackstore_find_id(b->ts, id, b->arena, &row, e), 1);
	return row;
}

static void
find_again(struct bench *b, struct trackstore_row *row)
{
	GIVES(trackstore_find_id(b->ts, row->id, b->arena, row, e), 1);
}

static const struct trackclock_word word = { .actor = "user:analyst",
	.now_ms = NOON + 1000 };

static int64_t
correct(struct bench *b, struct trackclock *tc, struct trackstore_row *row,
    int64_t spread_ms)
{
	const struct clockplace_known known = { .lat = LAT,
		.lon = LON,
		.within_m = 50,
		.time_ms = NOON,
		.spread_ms = spread_ms };
	struct trackclock_word w = word;
	struct clockplace walk;
	struct trackclock_result done;

	w.note = str_of("a still of the yard's camera");
	OK(trackclock_look(tc, row, &known, &walk, e));
	assert_int_equal(walk.count, 1);
	OK(trackclock_correct(tc, row, &walk, &walk.passes[0], &w, &done, e));
	find_again(b, row);
	return done.number;
}

static void
turn(struct bench *b)
{
	int r = 1;

	while (r > 0) {
		struct err failed = { 0 };

		r = finder_turn(b->f, NOON + 2000, &failed);
	}
	assert_int_equal(r, 0);
}

static void
count_row(void *user, const struct matches_row *m)
{
	int64_t *correction_ms = user;

	*correction_ms = m->correction_ms;
}

/* The correction by which the one match of the incident stands, or NONE. */
static int64_t
standing_match(struct bench *b, int64_t incident_id)
{
	int64_t correction_ms = CLOCK_NONE;

	OK(matches_list(
	    b->m, incident_id, false, count_row, &correction_ms, e));
	return correction_ms;
}

static void
the_track_and_its_matches_follow(void **state)
{
	struct bench b = open_bench();
	struct trackclock *tc;
	struct trackstore_row row = add(&b);
	struct trackclock_result done;
	int64_t then, now;

	(void)state;
	OK(trackclock_open(b.st, &tc, e));
	then = report(&b, "THEN", LAT, LON, NOON - SLOW, "noise");
	now = report(&b, "NOW", LAT, LON, NOON, "noise");
	turn(&b);
	assert_int_equal(standing_match(&b, then), 0);
	assert_true(standing_match(&b, now) == CLOCK_NONE);
	assert_int_equal(correct(&b, tc, &row, 5000), 2);
	assert_int_equal(row.clock, TRACK_CLOCK_DRIFT);
	assert_true(llabs(row.correction_ms - SLOW) < 50);
	assert_true(row.uncertainty_ms > 7500 && row.uncertainty_ms < 9500);
	assert_non_null(strstr(row.clock_why.p, "1 h 2 min 13 s slow by UTC"));
	assert_non_null(strstr(row.clock_why.p, "a still of the yard"));
	assert_non_null(strstr(row.clock_why.p, "replaces judgement 1"));
	/* At once, before anybody has looked again. */
	assert_true(standing_match(&b, then) == CLOCK_NONE);
	turn(&b);
	assert_true(standing_match(&b, then) == CLOCK_NONE);
	assert_int_equal(standing_match(&b, now), row.correction_ms);
	GIVES(trackclock_undo(tc, &row, &word, &done, e), 1);
	assert_int_equal(done.number, 3);
	turn(&b);
	assert_int_equal(standing_match(&b, then), 0);
	assert_true(standing_match(&b, now) == CLOCK_NONE);
	trackclock_close(&tc);
	close_bench(&b);
}

static void
undoing_goes_back_step_by_step(void **state)
{
	struct bench b = open_bench();
	struct trackclock *tc;
	struct trackstore_row row = add(&b);
	struct judgements *j;
	struct trackclock_result done;

	(void)state;
	OK(trackclock_open(b.st, &tc, e));
	OK(judgements_open(store_db(b.st), &j, e));
	GIVES(trackclock_undo(tc, &row, &word, &done, e), 0);
	GIVES(judgements_is_by_person(j, row.id, e), 0);
	assert_int_equal(correct(&b, tc, &row, 30000), 2);
	assert_int_equal(correct(&b, tc, &row, 5000), 3);
	GIVES(judgements_is_by_person(j, row.id, e), 1);
	GIVES(trackclock_undo(tc, &row, &word, &done, e), 1);
	find_again(&b, &row);
	/* That of judgement 2, which a person made. */
	assert_true(row.uncertainty_ms > 30000);
	GIVES(judgements_is_by_person(j, row.id, e), 1);
	GIVES(trackclock_undo(tc, &row, &word, &done, e), 1);
	find_again(&b, &row);
	assert_int_equal(done.number, 5);
	assert_int_equal(row.correction_ms, 0);
	assert_int_equal(row.clock, TRACK_CLOCK_UTC);
	assert_non_null(strstr(row.clock_why.p, "so that 1 holds again; its"));
	GIVES(judgements_is_by_person(j, row.id, e), 0);
	GIVES(trackclock_undo(tc, &row, &word, &done, e), 0);
	assert_int_equal(ask(b.st, "SELECT count(*) FROM track_judgement"), 5);
	judgements_close(&j);
	trackclock_close(&tc);
	close_bench(&b);
}

static void
what_was_judged_meanwhile_is_not_overwritten(void **state)
{
	const struct clockplace_known known = { .lat = LAT,
		.lon = LON,
		.within_m = 50,
		.time_ms = NOON,
		.spread_ms = 1000 };
	struct bench b = open_bench();
	struct trackclock *tc;
	struct trackstore_row row = add(&b), old = row;
	struct clockplace walk;
	struct trackclock_result done;

	(void)state;
	OK(trackclock_open(b.st, &tc, e));
	OK(trackclock_look(tc, &row, &known, &walk, e));
	(void)correct(&b, tc, &row, 5000);
	FAILS(trackclock_correct(
		  tc, &old, &walk, &walk.passes[0], &word, &done, e),
	    ERR_TEMPORARY, "judged by somebody else meanwhile");
	FAILS(trackclock_undo(tc, &old, &word, &done, e), ERR_TEMPORARY,
	    "judged by somebody else");
	OK(store_begin(b.st, e));
	GIVES(trackstore_delete(b.ts, row.id, e), 1);
	OK(store_commit(b.st, e));
	FAILS(trackclock_undo(tc, &row, &word, &done, e), ERR_TEMPORARY,
	    "erased meanwhile");
	/* The judgements went with it. */
	assert_int_equal(ask(b.st, "SELECT count(*) FROM track_judgement"), 0);
	trackclock_close(&tc);
	close_bench(&b);
}

/* Who, when and which numbers; never where or how it is known. */
static void
the_log_has_no_place(void **state)
{
	struct bench b = open_bench();
	struct trackclock *tc;
	struct trackstore_row row = add(&b);

	(void)state;
	OK(trackclock_open(b.st, &tc, e));
	(void)correct(&b, tc, &row, 5000);
	assert_int_equal(
	    ask(b.st, "SELECT count(*) FROM audit WHERE event = 2"
		      " AND actor = 'user:analyst'"
		      " AND json_extract(detail, '$.judgement') = 2"
		      " AND json_extract(detail, '$.replaces') = 1"
		      " AND detail NOT LIKE '%51.7%'"
		      " AND detail NOT LIKE '%still%'"),
	    1);
	trackclock_close(&tc);
	close_bench(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_track_and_its_matches_follow),
		cmocka_unit_test(undoing_goes_back_step_by_step),
		cmocka_unit_test(what_was_judged_meanwhile_is_not_overwritten),
		cmocka_unit_test(the_log_has_no_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
