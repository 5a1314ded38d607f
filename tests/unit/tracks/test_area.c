/*
 * What units do with areas: crossings of all kinds, units that stand, and long
 * simulations of both.
 */
#include "tracks_test.h"

#include <math.h>

#include "agent/tracks/area.h"
#include "agent/tracks/leap.h"
#include "agent/tracks/motion.h"

#define DEGREE_M 111195.08
#define LAT      51.8
#define LON      0.7
#define HOUR     INT64_C(3600000)
#define START    INT64_C(1760000000000)

/* A square of 1 km with its south-west corner at LAT, LON, and a hole. */
static const char square[] =
    "{\"type\":\"Polygon\",\"coordinates\":[[[0.7,51.8],[0.714543,51.8],"
    "[0.714543,51.808993],[0.7,51.808993],[0.7,51.8]],"
    "[[0.706,51.8036],[0.708,51.8036],[0.708,51.8054],[0.706,51.8054],"
    "[0.706,51.8036]]]}";
static const char lane[] =
    "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":"
    "\"LineString\",\"coordinates\":[[0.7,51.79],[0.7,51.82]]}}";

/* A unit, an area, and what was told. */
struct watch {
	struct area *area;
	struct leap leap;
	struct motion motion;
	struct area_state state;
	int64_t dwell_ms;
	struct area_event events[64];
	size_t count;
};

static void
begin(struct watch *w, const char *geojson)
{
	struct err e = { 0 };

	memset(w, 0, sizeof(*w));
	if (area_read(str_of(geojson), &w->area, &e) < 0)
		fail_msg("%s", e.msg);
}

/* A fix x metres east and y north of LAT, LON, after t seconds. */
static struct track_fix
fix_at(double x, double y, double t_s, double uncertainty_m)
{
	struct track_fix f = track_fix_at(0);

	f.lat = LAT + y / DEGREE_M;
	f.lon = LON + x / (DEGREE_M * cos(LAT * M_PI / 180));
	f.time_ms = START + (int64_t)(t_s * 1000);
	f.uncertainty_m = (float)uncertainty_m;
	return f;
}

/* Returns the number of events that the fix gives rise to, as it comes live. */
static size_t
show(struct watch *w, struct track_fix f)
{
	int64_t since_ms;
	enum leap_verdict verdict = leap_take(&w->leap, &f, &since_ms);
	struct motion_step step;
	struct area_event out[AREA_EVENTS_MAX];
	size_t n;

	if (verdict == LEAP_IS)
		return 0;
	step = motion_take(&w->motion, &f);
	step.is_leap = verdict == LEAP_OVER;
	n = area_judge(w->area, &step, w->dwell_ms, &w->state, out);

	for (size_t i = 0; i < n && w->count < LENGTH(w->events); i++)
		w->events[w->count++] = out[i];
	return n;
}

static void
assert_told(const struct watch *w, const char *expected)
{
	char told[256] = "";

	for (size_t i = 0; i < w->count; i++) {
		size_t len = strlen(told);

		snprintf(told + len, sizeof(told) - len, "%s%s",
		    i > 0 ? " " : "", area_event_name(w->events[i].kind));
	}
	assert_string_equal(told, expected);
}

static void
test_holds(void **state)
{
	struct watch w;

	(void)state;
	begin(&w, square);
	assert_true(area_holds(w.area, LAT + 0.001, LON + 0.001));
	assert_false(area_holds(w.area, LAT - 0.001, LON + 0.001));
	assert_false(area_holds(w.area, 51.8045, 0.707)); /* the hole */
	assert_false(area_is_line(w.area));
	assert_true(
	    fabs(area_distance_m(w.area, LAT - 100 / DEGREE_M, LON + 0.005) -
		 100) < 0.5);
	area_free(&w.area);
	assert_null(w.area);
}

static void
test_drives_in_and_out(void **state)
{
	struct watch w;

	(void)state;
	begin(&w, square);
	for (int t = 0; t <= 120; t++)
		show(&w, fix_at(-200 + 12.5 * t, 200, t, 5));
	assert_told(&w, "entered left");
	/* The border stands at 0 m, 16 s after -200 m. */
	assert_true(llabs(w.events[0].time_ms - START - 16000) < 1000);
	assert_true(llabs(w.events[1].time_ms - START - 96000) < 1000);
	assert_true(fabs(w.events[0].lon - LON) < 1e-6);
	assert_false(w.events[0].is_passing);
	area_free(&w.area);
}

static void
test_between_two_fixes(void **state)
{
	struct watch w;

	(void)state;
	begin(&w, square);
	show(&w, fix_at(-500, 200, 0, 10));
	assert_int_equal(show(&w, fix_at(1500, 200, 100, 10)), 2);
	assert_told(&w, "entered left");
	assert_true(w.events[0].is_passing && w.events[1].is_passing);
	assert_true(llabs(w.events[0].time_ms - START - 25000) < 500);
	assert_true(llabs(w.events[1].time_ms - START - 75000) < 500);
	area_free(&w.area);
	/* After a long silence nobody knows which way it went. */
	begin(&w, square);
	show(&w, fix_at(-500, 200, 0, 10));
	assert_int_equal(show(&w, fix_at(1500, 200, 3600, 10)), 0);
	area_free(&w.area);
	/* A corner cut by less than the doubt is nothing either. */
	begin(&w, square);
	show(&w, fix_at(-200, 190, 0, 80));
	show(&w, fix_at(-200, 190, 1, 80));
	assert_int_equal(show(&w, fix_at(220, -200, 20, 80)), 0);
	area_free(&w.area);
}

static void
test_dwells(void **state)
{
	struct watch w;

	(void)state;
	begin(&w, square);
	w.dwell_ms = 5 * 60000;
	show(&w, fix_at(-100, 500, 0, 5));
	for (int t = 10; t <= 900; t += 10)
		show(&w, fix_at(100, 500, t, 5));
	for (int t = 910; t <= 1000; t += 10)
		show(&w, fix_at(100 - 12.0 * (t - 900), 500, t, 5));
	assert_told(&w, "entered dwelt left");
	assert_true(llabs(w.events[1].time_ms - w.events[0].time_ms -
			  w.dwell_ms) <= 10000);
	area_free(&w.area);
}

static void
test_line(void **state)
{
	struct watch w;
	struct track_fix f;

	(void)state;
	begin(&w, lane);
	assert_true(area_is_line(w.area));
	for (int t = 0; t <= 40; t++)
		show(&w, fix_at(-200 + 10.0 * t, 300, t, 5));
	assert_told(&w, "crossed");
	for (int t = 41; t <= 80; t++)
		show(&w, fix_at(200 - 10.0 * (t - 40), 300, t, 5));
	assert_told(&w, "crossed crossed");
	/* Along it, wandering over it by less than the doubt. */
	w.count = 0;
	for (int t = 81; t <= 200; t++) {
		f = fix_at(t % 2 ? -1 : 1, 300 + 12.0 * (t - 80), t, 5);
		f.speed_mps = 12;
		f.course_deg = 0;
		show(&w, f);
	}
	assert_told(&w, "");
	area_free(&w.area);
}

/* A coarse first fix is put right, which is no movement. */
static void
test_better_known(void **state)
{
	struct watch w;

	(void)state;
	begin(&w, square);
	show(&w, fix_at(-150, 500, 0, 200));
	assert_int_equal(w.state.side, AREA_SIDE_OUT);
	show(&w, fix_at(60, 500, 10, 5));
	assert_int_equal(w.state.side, AREA_SIDE_IN);
	assert_told(&w, "");
	/* Older than what is known: nothing. */
	show(&w, fix_at(-5000, 500, 5, 5));
	assert_int_equal(w.state.side, AREA_SIDE_IN);
	area_free(&w.area);
}

static void
test_damaged(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "{", "line 1" },
		{ "[]", "no GeoJSON with a geometry" },
		{ "{\"type\":\"Point\",\"coordinates\":[0,51]}", "point" },
		{ "{\"type\":\"Polygon\",\"coordinates\":[[[0,51],[1,51]]]}",
		    "ring 1" },
		{ "{\"type\":\"FeatureCollection\",\"features\":[]}",
		    "0 features" },
		{ "{\"type\":\"Feature\",\"geometry\":null}", "no GeoJSON" },
		{ "{\"type\":\"LineString\",\"coordinates\":[[0,51]]}",
		    "2 positions" },
		{ "{\"type\":\"LineString\",\"coordinates\":[[0,51],[0,99]]}",
		    "position 2" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct area *a = NULL;
		struct err e = { 0 };

		assert_int_equal(area_read(str_of(cases[i].text), &a, &e), -1);
		if (!strcasestr(e.msg, cases[i].says))
			fail_msg("%s: %s", cases[i].text, e.msg);
		assert_null(a);
	}
}

/* --- simulations: the same seed gives the same years --- */

struct dice {
	uint64_t s;
	double other;
	bool has_other;
};

static double
roll(struct dice *d)
{
	d->s ^= d->s << 13;
	d->s ^= d->s >> 7;
	d->s ^= d->s << 17;
	return ((double)(d->s >> 11) + 0.5) / 9007199254740992.0;
}

static double
roll_normal(struct dice *d)
{
	double r, a;

	if (d->has_other) {
		d->has_other = false;
		return d->other;
	}
	r = sqrt(-2 * log(roll(d)));
	a = 2 * M_PI * roll(d);
	d->other = r * sin(a);
	d->has_other = true;
	return r * cos(a);
}

/*
 * Parked for hours at x, y, seen each period, with noise of sigma in each
 * direction that forgets itself in memory_s (0: white).  Returns the events.
 */
static size_t
park(struct watch *w, struct dice *d, double x, double y, int64_t hours,
    int period_s, double memory_s)
{
	const double sigma_m = 150;
	double keep = memory_s > 0 ? exp(-period_s / memory_s) : 0;
	double add = sigma_m * sqrt(1 - keep * keep);
	double ex = sigma_m * roll_normal(d), ey = sigma_m * roll_normal(d);
	size_t told = 0;

	memset(&w->motion, 0, sizeof(w->motion));
	memset(&w->state, 0, sizeof(w->state));
	for (int64_t t = 0; t < hours * 3600; t += period_s) {
		told += show(w, fix_at(x + ex, y + ey, (double)t, sigma_m));
		ex = keep * ex + add * roll_normal(d);
		ey = keep * ey + add * roll_normal(d);
	}
	return told;
}

/*
 * 10,000 hours of white noise and 10,000 of noise that wanders, around the
 * border, in a corner, near the hole: never a sound.
 */
static void
test_parked_never_rings(void **state)
{
	static const struct spot {
		double x, y;
	} spots[] = { { 0, 500 }, { 10, 500 }, { -10, 500 }, { 75, 500 },
		{ 1, 1 }, { 1000, 1000 }, { 415, 500 }, { 600, -20 },
		{ -150, 700 }, { 480, 480 } };
	struct dice d = { .s = 88172645463325252U };
	struct watch w;

	(void)state;
	for (int shape = 0; shape < 2; shape++) {
		begin(&w, shape == 0 ? square : lane);
		for (size_t i = 0; i < LENGTH(spots); i++) {
			assert_int_equal(
			    park(&w, &d, spots[i].x, spots[i].y, 500, 10, 0),
			    0);
			assert_int_equal(
			    park(&w, &d, spots[i].x, spots[i].y, 500, 10, 90),
			    0);
		}
		area_free(&w.area);
	}
}

/* A drive: legs of random length, with stops, at most 25 m/s. */
struct drive {
	double x, y, speed, course, left_s;
};

static void
advance(struct drive *v, struct dice *d)
{
	if (v->left_s <= 0) {
		v->left_s = 5 + floor(60 * roll(d));
		v->course += (roll(d) - 0.5) * M_PI;
		v->speed = roll(d) < 0.15 ? 0 : 4 + 20 * roll(d);
		/* Back to the middle before it is lost. */
		if (hypot(v->x - 500, v->y - 500) > 1200)
			v->course = atan2(500 - v->x, 500 - v->y);
	}
	v->x += v->speed * sin(v->course);
	v->y += v->speed * cos(v->course);
	v->left_s--;
}

static struct track_fix
observe(const struct drive *v, struct dice *d, int64_t t, double noise_m)
{
	struct track_fix f = fix_at(v->x + noise_m * roll_normal(d),
	    v->y + noise_m * roll_normal(d), (double)t, fmax(noise_m * 2, 4));

	f.speed_mps = (float)fmax(0, v->speed + 0.1 * roll_normal(d));
	f.course_deg = (float)fmod(v->course * 180 / M_PI + 3600, 360);
	return f;
}

/*
 * Without noise each change of side is told with the first fix beyond the
 * border or the one after it, and nothing else is.
 */
static void
test_every_crossing_is_found(void **state)
{
	struct dice d = { .s = 362436069 };
	struct drive v = { .x = -500, .y = 500, .course = 1 };
	size_t crossings = 0;
	struct watch w;
	int behind = 0;

	(void)state;
	begin(&w, square);
	for (int64_t t = 0; t < 400000; t++) {
		struct track_fix f;
		bool in;

		advance(&v, &d);
		f = observe(&v, &d, t, 0);
		in = area_holds(w.area, f.lat, f.lon);
		w.count = 0;
		crossings += show(&w, f);
		/* One that stops within its doubt is told when it goes on. */
		behind = v.speed == 0 || in == (w.state.side == AREA_SIDE_IN)
			     ? 0
			     : behind + 1;
		assert_true(behind <= 1);
	}
	print_message("%zu crossings\n", crossings);
	assert_true(crossings > 500);
	area_free(&w.area);
}

/*
 * With noise a crossing is told at the latest one fix after the first that is
 * beyond the border by more than its uncertainty, and what is told follows the
 * truth: whenever the vehicle is further than three uncertainties from the
 * border, it is said to be where it is.
 */
static void
test_crossings_in_noise(void **state)
{
	static const double noises_m[] = { 2, 4, 8 };
	struct dice d = { .s = 521288629 };

	(void)state;
	for (size_t n = 0; n < LENGTH(noises_m); n++) {
		struct drive v = { .x = -500, .y = 500, .course = 1 };
		size_t told = 0, changes = 0;
		bool was_in = false;
		struct watch w;
		int behind = 0;

		begin(&w, square);
		for (int64_t t = 0; t < 100000; t++) {
			struct track_fix f, truth;
			bool in, said;

			advance(&v, &d);
			f = observe(&v, &d, t, noises_m[n]);
			truth = observe(&v, &d, t, 0);
			w.count = 0;
			told += show(&w, f);
			said = w.state.side == AREA_SIDE_IN;
			in = area_holds(w.area, f.lat, f.lon);
			if (v.speed > 0 && in != said &&
			    area_distance_m(w.area, f.lat, f.lon) >
				(double)f.uncertainty_m)
				behind++;
			else
				behind = 0;
			assert_true(behind <= 1);
			in = area_holds(w.area, truth.lat, truth.lon);
			if (area_distance_m(w.area, truth.lat, truth.lon) >
			    3 * (double)f.uncertainty_m) {
				assert_true(v.speed == 0 || in == said);
				changes += in != was_in;
				was_in = in;
			}
		}
		assert_true(changes > 80);
		assert_true(told >= changes && told < changes * 2);
		area_free(&w.area);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_holds),
		cmocka_unit_test(test_drives_in_and_out),
		cmocka_unit_test(test_between_two_fixes),
		cmocka_unit_test(test_dwells),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_better_known),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_parked_never_rings),
		cmocka_unit_test(test_every_crossing_is_found),
		cmocka_unit_test(test_crossings_in_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
