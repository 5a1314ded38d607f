/*
 * Cases worked by hand.  The place is at 51.7 N 0.5 E; metres become degrees
 * by the lengths of a degree there (69,136 m of longitude, 111,262 m of
 * latitude), which the geodesics of test_plane.c confirm.
 */
#include "../base/base_test.h"

#include <math.h>

#include "agent/tracks/approach.h"

#define LAT   51.7
#define LON   0.5
#define LAT_M 111261.741
#define LON_M 69136.154
#define NOON  INT64_C(1768392000000) /* 2026-01-14T12:00:00Z */
/* What 20 m of the place and 5 m of a position come to: 1.52 * 20.616. */
#define BOTH 31.336
#define SURE 0.5 /* metres by which the figures of a case may differ */

/* A fix east_m and north_m of the place, s seconds after noon, ±5 m. */
static struct track_fix
fix(double east_m, double north_m, double s)
{
	struct track_fix f = track_fix_at(0);

	f.lat = LAT + north_m / LAT_M;
	f.lon = LON + east_m / LON_M;
	f.time_ms = NOON + llround(s * 1000);
	f.uncertainty_m = 5;
	return f;
}

/* Ask about noon, a minute either side, of a place known to 20 m. */
static struct approach_question
question(void)
{
	return (struct approach_question){ .lat = LAT,
		.lon = LON,
		.uncertainty_m = 20,
		.from_ms = NOON - 60000,
		.to_ms = NOON + 60000,
		.within_m = 150,
		.is_clock_known = true,
		.fov_deg = (double)NAN };
}

static struct approach
ask(const struct approach_question *q, const struct track_fix *fixes, size_t n)
{
	struct approach_walk w;
	struct approach a;

	approach_init(&w, q);
	approach_add(&w, fixes, NULL, n);
	approach_finish(&w, &a);
	return a;
}

static void
is_about(double value, double due, double off)
{
	if (!(fabs(value - due) <= off))
		fail_msg("%.3f, not %.3f", value, due);
}

/*
 * East at 20 m/s, 100 m north of the place, a fix each 10 s, none of them at
 * the nearest point, which is passed at noon, half way.  The bend between two
 * fixes is at most 3 * 10^2 / 8 = 37.5 m; sqrt(300^2 - 200^2) / 2 = 111.8 m
 * is the larger bound.
 */
static void
drive_by(struct track_fix fixes[20])
{
	for (int i = 0; i < 20; i++) {
		fixes[i] = fix(-1900 + 200 * i, 100, -95 + 10 * i);
		fixes[i].clip_ms = 600000 + 10000 * i;
		fixes[i].offset = (uint64_t)(1000 * i);
	}
}

static void
nearest_point_is_between_two_fixes(void **state)
{
	struct approach_question q = question();
	struct track_fix fixes[20];
	struct approach a;

	(void)state;
	drive_by(fixes);
	a = ask(&q, fixes, 20);
	is_about(a.distance_m, 100, SURE);
	assert_int_equal(a.at_ms, NOON);
	assert_int_equal(a.at_clip_ms, 695000);
	assert_int_equal(a.offset, 9000);
	is_about(a.off_m, BOTH + 37.5, SURE);
	is_about(a.least_m, 100 - BOTH - 37.5, SURE);
	/* Smaller than at a fix, sqrt(100^2 + 100^2) + 31.3 = 172.8. */
	is_about(a.most_m, 100 + BOTH + 37.5, SURE);
	is_about(a.bearing_deg, 180, 0.5);
	is_about(a.looking_deg, 90, 0.5);
	assert_true(a.is_by_movement);
	assert_int_equal(a.word, APPROACH_LIKELY);
	/* In range: |x| <= sqrt(218.84^2 - 100^2) = 194.7 m, 9.73 s a side. */
	assert_int_equal(a.pass_count, 1);
	is_about((double)(a.passes[0].from_ms - NOON), -9733, 50);
	is_about((double)(a.passes[0].to_ms - NOON), 9733, 50);
	is_about((double)a.passes[0].from_clip_ms, 685267, 50);
	assert_int_equal(a.passes[0].at_ms, NOON);
	is_about((double)a.in_range_ms, 19466, 100);
}

static void
nearer_it_is_certain(void **state)
{
	struct approach_question q = question();
	struct track_fix fixes[20];
	struct approach a;

	(void)state;
	drive_by(fixes);
	q.within_m = 170;
	a = ask(&q, fixes, 20);
	assert_int_equal(a.word, APPROACH_CERTAIN);
	/* With a clock off by up to 61 s nothing of the window is sure. */
	q.clock_ms = 61000;
	a = ask(&q, fixes, 20);
	assert_int_equal(a.word, APPROACH_LIKELY);
	/* Noon ± 61 s all lies on the track: at worst 1,220 m off. */
	is_about(a.most_m, sqrt(1220. * 1220 + 100 * 100) + BOTH + 37.5, 1);
	/* And if it does not, nothing limits it. */
	q.clock_ms = 96000;
	a = ask(&q, fixes, 20);
	assert_true(isinf(a.most_m));
	/* The same for the window's own doubt. */
	q.clock_ms = 0;
	q.spread_ms = 61000;
	a = ask(&q, fixes, 20);
	is_about(a.most_m, sqrt(1220. * 1220 + 100 * 100) + BOTH + 37.5, 1);
}

static void
doubt_of_time_makes_it_possible(void **state)
{
	struct approach_question q = question();
	struct track_fix fixes[20];
	struct approach a;

	(void)state;
	drive_by(fixes);
	/* By the figures it is noon + 30 to + 60: 600 m off and leaving. */
	q.from_ms = NOON + 30000;
	a = ask(&q, fixes, 20);
	assert_int_equal(a.word, APPROACH_NONE);
	is_about(a.distance_m, sqrt(600. * 600 + 100 * 100), SURE);
	q.spread_ms = 25000;
	q.clock_ms = 10000;
	a = ask(&q, fixes, 20);
	assert_int_equal(a.word, APPROACH_POSSIBLE);
	is_about(a.distance_m, 100, SURE);
	assert_int_equal(a.at_ms, NOON);
	/* A correction moves the track: 20 s later it passes at + 20. */
	q = question();
	q.correction_ms = 20000;
	a = ask(&q, fixes, 20);
	assert_int_equal(a.at_ms, NOON + 20000);
	assert_int_equal(a.at_clip_ms, 695000);
}

static void
doubt_of_place_makes_it_possible(void **state)
{
	struct approach_question q = question();
	struct track_fix fixes[20];

	(void)state;
	drive_by(fixes);
	q.within_m = 50;
	q.uncertainty_m = 10;
	/* 100 - 1.52 * sqrt(10^2 + 5^2) - 37.5 = 45.5; with 5 m, 51.8. */
	assert_int_equal(ask(&q, fixes, 20).word, APPROACH_POSSIBLE);
	q.uncertainty_m = 5;
	assert_int_equal(ask(&q, fixes, 20).word, APPROACH_NONE);
	/* Passed at 100 of 150 m: the place may be anywhere in a mile. */
	q.within_m = 150;
	q.uncertainty_m = 1600;
	assert_int_equal(ask(&q, fixes, 20).word, APPROACH_POSSIBLE);
}

/* Fixes at -50 s and at noon + 90 s, 140 s apart: not joined. */
static void
nothing_is_said_across_a_gap(void **state)
{
	struct approach_question q = question();
	struct track_fix fixes[] = { fix(-1060, 100, -53), fix(-1000, 100, -50),
		fix(1800, 100, 90), fix(1860, 100, 93) };
	struct approach a = ask(&q, fixes, 4);

	(void)state;
	assert_int_equal(a.word, APPROACH_UNKNOWN);
	assert_int_equal(a.gap_from_ms, NOON - 50000);
	assert_int_equal(a.gap_to_ms, NOON + 90000);
	is_about(a.distance_m, sqrt(1000. * 1000 + 100 * 100), SURE);
	assert_int_equal(a.pass_count, 0);
	/* To and from 4 km off it takes 8,000 m / 140 s = 57 m/s. */
	fixes[0] = fix(-4060, 100, -53);
	fixes[1] = fix(-4000, 100, -50);
	fixes[2] = fix(4000, 100, 90);
	a = ask(&q, fixes, 4);
	assert_int_equal(a.word, APPROACH_NONE);
	assert_true(a.gap_from_ms == CLOCK_NONE);
}

static void
a_segment_ends_the_line(void **state)
{
	struct approach_question q = question();
	struct track_fix fixes[] = { fix(-500, 0, -10), fix(500, 0, 10) };
	struct approach a = ask(&q, fixes, 2);

	(void)state;
	is_about(a.distance_m, 0, SURE);
	fixes[1].segment = 1;
	a = ask(&q, fixes, 2);
	is_about(a.distance_m, 500, SURE);
	assert_int_equal(a.word, APPROACH_NONE);
	/* 20 s at 30 m/s are 600 m, and the way is 2 * (500 - 150 - 25). */
	assert_true(a.gap_from_ms == CLOCK_NONE);
	fixes[1].time_ms += 2000;
	a = ask(&q, fixes, 2);
	assert_int_equal(a.word, APPROACH_UNKNOWN);
}

static void
what_is_left_out_is_passed_over(void **state)
{
	struct approach_question q = question();
	struct track_fix fixes[] = { fix(-500, 400, -10), fix(0, 0, 0),
		fix(500, 400, 10) };
	const bool out[] = { false, true, false };
	struct approach_walk w;
	struct approach a;

	(void)state;
	approach_init(&w, &q);
	approach_add(&w, fixes, out, 3);
	approach_finish(&w, &a);
	is_about(a.distance_m, 400, SURE);
}

static void
chunks_are_one_line_unless_broken(void **state)
{
	struct approach_question q = question();
	struct track_fix fixes[20];
	struct approach_walk w;
	struct approach whole, parts;

	(void)state;
	drive_by(fixes);
	whole = ask(&q, fixes, 20);
	approach_init(&w, &q);
	approach_add(&w, fixes, NULL, 10);
	approach_add(&w, fixes + 9, NULL, 11); /* the link comes twice */
	approach_finish(&w, &parts);
	assert_int_equal(parts.at_ms, whole.at_ms);
	assert_int_equal(parts.pass_count, 1);
	assert_int_equal(parts.in_range_ms, whole.in_range_ms);
	approach_init(&w, &q);
	approach_add(&w, fixes, NULL, 10);
	approach_break(&w);
	approach_add(&w, fixes + 10, NULL, 10);
	approach_finish(&w, &parts);
	is_about(parts.distance_m, sqrt(2 * 100. * 100), SURE);
	assert_int_equal(parts.pass_count, 2);
}

/* Past it, round, and past it again. */
static void
every_pass_is_told(void **state)
{
	struct approach_question q = question();
	struct track_fix fixes[100];
	struct approach a;

	(void)state;
	q.from_ms = NOON;
	q.to_ms = NOON + 1000000;
	for (int i = 0; i < 100; i++) {
		double angle = i * 3.14159265358979 / 25;

		/* A circle of 1 km through the place: 20 m/s or so. */
		fixes[i] =
		    fix(500 * sin(angle), 500 - 500 * cos(angle), 10. * i);
	}
	a = ask(&q, fixes, 100);
	/* At i = 0, 50; and coming back the last is at i = 99. */
	assert_int_equal(a.pass_count, 3);
	assert_int_equal(a.passes[1].at_ms, NOON + 500000);
	assert_true(a.passes[0].to_ms < a.passes[1].from_ms);
	assert_int_equal(a.word, APPROACH_CERTAIN);
}

static void
a_parked_car_is_there_all_the_time(void **state)
{
	struct approach_question q = question();
	struct track_fix fixes[13];
	struct approach a;

	(void)state;
	for (int i = 0; i < 13; i++) {
		fixes[i] = fix(30, 40, -360 + 60 * i);
		fixes[i].speed_mps = 0;
	}
	a = ask(&q, fixes, 13);
	is_about(a.distance_m, 50, SURE);
	/* Between two fixes it may have gone 60 m and come back. */
	is_about(a.least_m, 0, SURE);
	is_about(a.most_m, 50 + BOTH, SURE);
	assert_int_equal(a.word, APPROACH_CERTAIN);
	assert_int_equal(a.pass_count, 1);
	assert_int_equal(a.in_range_ms, 120000);
	assert_true(isnan(a.looking_deg));
	assert_true(isnan(a.distance_m) == false);
}

static void
who_is_known_to_stand_is_joined(void **state)
{
	struct approach_question q = question();
	const struct track_fix fixes[] = { fix(30, 40, -3600),
		fix(30, 40, 3600) };
	struct approach_walk w;
	struct approach a;

	(void)state;
	assert_int_equal(ask(&q, fixes, 2).word, APPROACH_NONE);
	approach_init(&w, &q);
	approach_stand(&w, NOON);
	approach_add(&w, fixes, NULL, 1);
	approach_stand(&w, NOON + 3600000);
	approach_add(&w, fixes + 1, NULL, 1);
	approach_finish(&w, &a);
	is_about(a.most_m, 50 + BOTH, SURE);
	is_about(a.least_m, 50 - BOTH, SURE);
	assert_int_equal(a.word, APPROACH_CERTAIN);
	assert_int_equal(a.in_range_ms, 120000);
}

static void
the_lens_looks_at_it_or_not(void **state)
{
	struct approach_question q = question();
	struct track_fix fixes[20];
	struct approach a;

	(void)state;
	q.fov_deg = 90;
	q.uncertainty_m = 0;
	drive_by(fixes);
	/* No heading, and it is not said to look ahead. */
	assert_int_equal(ask(&q, fixes, 20).view, APPROACH_VIEW_UNKNOWN);
	/* Ahead: where it comes into range, 164 m before, 31 degrees right
	 * and 13 more for 42.5 of 192 m. */
	q.is_ahead = true;
	a = ask(&q, fixes, 20);
	assert_int_equal(a.view, APPROACH_VIEW_YES);
	assert_int_equal(a.view_from_ms, a.passes[0].from_ms);
	/* North, away from it. */
	for (int i = 0; i < 20; i++)
		fixes[i].heading_deg = 0;
	a = ask(&q, fixes, 20);
	assert_int_equal(a.view, APPROACH_VIEW_NO);
	assert_false(a.is_by_movement);
	assert_true(a.view_from_ms == CLOCK_NONE);
	/* South, towards it where it is nearest. */
	for (int i = 0; i < 20; i++)
		fixes[i].heading_deg = 180;
	a = ask(&q, fixes, 20);
	assert_int_equal(a.view, APPROACH_VIEW_YES);
	is_about(a.looking_deg, 180, 0.1);
}

static void
an_unknown_clock_says_where_and_not_when(void **state)
{
	struct approach_question q = question();
	struct track_fix fixes[20];
	struct approach a;

	(void)state;
	drive_by(fixes);
	q.is_clock_known = false;
	q.from_ms += 86400000;
	q.to_ms += 86400000;
	a = ask(&q, fixes, 20);
	assert_int_equal(a.word, APPROACH_UNKNOWN);
	assert_int_equal(a.at_clip_ms, 695000);
	/* And without any times. */
	for (int i = 0; i < 20; i++)
		fixes[i].time_ms = CLOCK_NONE;
	a = ask(&q, fixes, 20);
	assert_int_equal(a.word, APPROACH_UNKNOWN);
	is_about(a.distance_m, 100, SURE);
	assert_true(a.at_ms == CLOCK_NONE);
	/* A known clock is no help to what has no time. */
	q.is_clock_known = true;
	a = ask(&q, fixes, 20);
	assert_int_equal(a.word, APPROACH_NONE);
	assert_true(isnan(a.distance_m));
}

static void
shares_of_a_circle(void **state)
{
	(void)state;
	is_about(approach_share(0, 10, 20), 1, 1e-9);
	is_about(approach_share(40, 10, 20), 0, 1e-9);
	is_about(approach_share(0, 20, 10), 0.25, 1e-9);
	/* Two circles of radius 1, 1 apart: 2 pi / 3 - sqrt(3) / 2. */
	is_about(approach_share(1, 1, 1), 0.39100222, 1e-6);
	is_about(approach_share(5, 0, 6), 1, 1e-9);
}

static void
wandering_has_two_bounds(void **state)
{
	(void)state;
	is_about(approach_wander_m(20, 1000, (double)NAN), 0.375, 1e-9);
	/* 60 s, 900 m: 1.4 * 900 + 120 = 1,380 m of way. */
	is_about(approach_wander_m(900, 60000, (double)NAN),
	    sqrt(1380. * 1380 - 900 * 900) / 2, 1e-6);
	/* 20 m/s at an end: 1,200 m of them, 1,800 m of way. */
	is_about(approach_wander_m(900, 60000, 20),
	    sqrt(1800. * 1800 - 900 * 900) / 2, 1e-6);
}

static void
the_surer_comes_first(void **state)
{
	struct approach a = { .word = APPROACH_LIKELY, .distance_m = 90 };
	struct approach b = { .word = APPROACH_CERTAIN, .distance_m = 140 };

	(void)state;
	assert_true(approach_compare(&a, &b) > 0);
	b.word = APPROACH_LIKELY;
	assert_true(approach_compare(&a, &b) < 0);
	b.view = APPROACH_VIEW_PARTLY;
	assert_true(approach_compare(&a, &b) > 0);
}

static void
clips_are_read_in_hours(void **state)
{
	char out[CLOCK_TEXT_MAX];

	(void)state;
	assert_string_equal(approach_clip_text(751000, out), "00:12:31");
	assert_string_equal(approach_clip_text(36061999, out), "10:01:01");
	assert_string_equal(approach_clip_text(-1, out), "");
}

static void
every_word_has_its_meaning(void **state)
{
	size_t count;
	const struct approach_word_row *rows = approach_words(&count);

	(void)state;
	assert_int_equal(count, APPROACH_CERTAIN + 1);
	for (size_t i = 0; i < count; i++)
		assert_true(rows[i].word && rows[i].when);
	assert_string_equal(approach_word_name(APPROACH_LIKELY), "likely");
	assert_string_equal(
	    approach_view_name(APPROACH_VIEW_NO), "not in view");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nearest_point_is_between_two_fixes),
		cmocka_unit_test(nearer_it_is_certain),
		cmocka_unit_test(doubt_of_time_makes_it_possible),
		cmocka_unit_test(doubt_of_place_makes_it_possible),
		cmocka_unit_test(nothing_is_said_across_a_gap),
		cmocka_unit_test(a_segment_ends_the_line),
		cmocka_unit_test(what_is_left_out_is_passed_over),
		cmocka_unit_test(chunks_are_one_line_unless_broken),
		cmocka_unit_test(every_pass_is_told),
		cmocka_unit_test(a_parked_car_is_there_all_the_time),
		cmocka_unit_test(who_is_known_to_stand_is_joined),
		cmocka_unit_test(the_lens_looks_at_it_or_not),
		cmocka_unit_test(an_unknown_clock_says_where_and_not_when),
		cmocka_unit_test(shares_of_a_circle),
		cmocka_unit_test(wandering_has_two_bounds),
		cmocka_unit_test(the_surer_comes_first),
		cmocka_unit_test(clips_are_read_in_hours),
		cmocka_unit_test(every_word_has_its_meaning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
