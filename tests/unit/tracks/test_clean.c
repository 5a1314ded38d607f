/* What cleaning makes of drives with one thing wrong with each. */
#include "tracks_test.h"

#include <math.h>

#include "agent/base/random.h"
#include "agent/tracks/clean.h"

#define T0   INT64_C(1768387327000)
#define N    400
#define HERE TRACK_MARK_KEEP

struct result {
	struct track_fix fixes[8 * N];
	enum track_mark marks[8 * N];
	size_t count;
};

static void
note(void *user, const struct track_fix *fix, enum track_mark mark)
{
	struct result *r = user;

	assert_true(r->count < 8 * N);
	r->fixes[r->count] = *fix;
	r->marks[r->count++] = mark;
}

static void
clean(const struct track_fix *in, size_t count, struct result *r)
{
	struct clean *c = clean_new(TRACK_CLASS_DASHCAM, note, r);

	r->count = 0;
	for (size_t i = 0; i < count; i++)
		clean_add(c, &in[i]);
	clean_finish(c);
	clean_free(&c);
	assert_null(c);
	assert_int_equal(r->count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(r->fixes[i].offset, i);
		assert_true(r->fixes[i].time_ms == in[i].time_ms);
	}
}

static size_t
marked(const struct result *r, enum track_mark mark)
{
	size_t n = 0;

	for (size_t i = 0; i < r->count; i++)
		n += r->marks[i] == mark;
	return n;
}

/* A drive at 20 m/s with 2 m of noise, one fix a second. */
static void
drive(struct track_fix *out, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		out[i] = track_fix_at(i);
		out[i].lat =
		    51.7 + (double)i * 18e-5 + (random_u32() % 1000) * 1.8e-8;
		out[i].lon = 0.5 + sin((double)i * 0.02) * 1e-3;
		out[i].time_ms = T0 + (int64_t)i * 1000;
	}
}

static void
test_nothing_wrong(void **state)
{
	static struct track_fix in[N];
	static struct result r;

	(void)state;
	drive(in, N);
	clean(in, N, &r);
	assert_int_equal(marked(&r, TRACK_MARK_KEEP), N);
	clean(in, 1, &r);
	assert_int_equal(marked(&r, TRACK_MARK_KEEP), 1);
	clean(in, 0, &r);
}

/* Each alone: what is changed at 200 (or from there) and what is then said. */
static void
test_jump(void **state)
{
	static struct track_fix in[N];
	static struct result r;

	(void)state;
	drive(in, N);
	for (size_t i = 200; i < 203; i++)
		in[i].lat += 1;
	clean(in, N, &r);
	assert_int_equal(marked(&r, TRACK_MARK_JUMP), 3);
	assert_int_equal(r.marks[200], TRACK_MARK_JUMP);
	assert_int_equal(r.marks[202], TRACK_MARK_JUMP);
	assert_int_equal(marked(&r, HERE), N - 3);
	/* It goes on there: a train through a tunnel, say; all are kept. */
	drive(in, N);
	for (size_t i = 200; i < N; i++)
		in[i].lat += 1;
	clean(in, N, &r);
	assert_int_equal(marked(&r, HERE), N);
	/* The first three were a receiver's memory of yesterday. */
	drive(in, N);
	for (size_t i = 0; i < 3; i++)
		in[i].lat += 1;
	clean(in, N, &r);
	assert_int_equal(marked(&r, TRACK_MARK_JUMP), 3);
	assert_int_equal(r.marks[2], TRACK_MARK_JUMP);
	assert_int_equal(r.marks[3], HERE);
}

static void
test_outlier(void **state)
{
	static struct track_fix in[N];
	static struct result r;

	(void)state;
	drive(in, N);
	in[200].lon += 1e-3; /* 69 m aside */
	in[300].lon += 3e-4; /* 21 m, which a poor fix is */
	clean(in, N, &r);
	assert_int_equal(marked(&r, TRACK_MARK_OUTLIER), 1);
	assert_int_equal(r.marks[200], TRACK_MARK_OUTLIER);
	/* One that says that it is so poor is not wrong. */
	in[200].uncertainty_m = 50;
	clean(in, N, &r);
	assert_int_equal(marked(&r, HERE), N);
}

static void
test_times(void **state)
{
	static struct track_fix in[N];
	static struct result r;

	(void)state;
	drive(in, N);
	in[100].time_ms = in[99].time_ms;
	for (size_t i = 200; i < 210; i++)
		in[i].time_ms -= 3600000;
	clean(in, N, &r);
	assert_int_equal(r.marks[100], TRACK_MARK_SAME);
	assert_int_equal(marked(&r, TRACK_MARK_SAME), 1);
	assert_int_equal(marked(&r, TRACK_MARK_BACKWARD), 10);
	assert_int_equal(r.marks[200], TRACK_MARK_BACKWARD);
	/* Set back for good: a new stretch, and all of it is kept. */
	drive(in, N);
	for (size_t i = 200; i < N; i++)
		in[i].time_ms -= 3600000;
	clean(in, N, &r);
	assert_int_equal(marked(&r, HERE), N);
	/* In another segment it is another recording. */
	drive(in, N);
	for (size_t i = 200; i < 210; i++) {
		in[i].time_ms -= 3600000;
		in[i].segment = 1;
	}
	clean(in, N, &r);
	assert_int_equal(marked(&r, HERE), N);
	/* No times: nothing can be said. */
	for (size_t i = 0; i < N; i++) {
		in[i].time_ms = CLOCK_NONE;
		in[i].segment = 0;
	}
	in[200].lat += 5;
	clean(in, N, &r);
	assert_int_equal(marked(&r, HERE), N);
}

/* A clock that stands still: one is kept, and nothing is held without end. */
static void
test_clock_stands(void **state)
{
	static struct track_fix in[8 * N];
	static struct result r;

	(void)state;
	drive(in, 8 * N);
	for (size_t i = 0; i < 8 * N; i++)
		in[i].time_ms = T0;
	clean(in, 8 * N, &r);
	assert_int_equal(marked(&r, TRACK_MARK_SAME), 8 * N - 1);
}

/* Parked for five minutes: kept once a minute, and before it moves off. */
static void
test_standing(void **state)
{
	static struct track_fix in[N];
	static struct result r;
	int64_t kept = CLOCK_NONE;
	double lat;

	(void)state;
	drive(in, N);
	lat = in[50].lat;
	for (size_t i = 50; i < 350; i++) {
		in[i].lat = lat + (random_u32() % 100) * 4e-7;
		in[i].lon = in[50].lon;
	}
	for (size_t i = 350; i < N; i++) {
		in[i].lat = lat + (double)(i - 349) * 18e-5;
		in[i].lon = in[50].lon;
	}
	clean(in, N, &r);
	assert_true(marked(&r, TRACK_MARK_STILL) > 250);
	assert_int_equal(marked(&r, TRACK_MARK_STILL) + marked(&r, HERE), N);
	for (size_t i = 0; i < N; i++) {
		if (r.marks[i] != HERE)
			continue;
		assert_true(kept == CLOCK_NONE ||
			    in[i].time_ms - kept <= CLEAN_STILL_GAP_MS);
		kept = in[i].time_ms;
	}
	assert_int_equal(r.marks[349], HERE);
	assert_int_equal(r.marks[45], HERE);
	/* 50 a second at walking pace is no standing. */
	for (size_t i = 0; i < N; i++) {
		in[i].lat = 51.7 + (double)i * 2.5e-7;
		in[i].time_ms = T0 + (int64_t)i * 20;
	}
	clean(in, N, &r);
	assert_int_equal(marked(&r, HERE), N);
}

/* Anything: every fix comes back once, in order (clean() looks). */
static void
test_anything(void **state)
{
	static struct track_fix in[N];
	static struct result r;

	(void)state;
	for (int round = 0; round < 300; round++) {
		drive(in, N);
		for (size_t i = 0; i < N; i++) {
			uint32_t what = random_u32() % 40;

			if (what == 0)
				in[i].time_ms = CLOCK_NONE;
			if (what == 1)
				in[i].time_ms -= random_u32() % 100000;
			if (what == 2)
				in[i].lat = (random_u32() % 180) - 90.0;
			if (what == 3)
				in[i].segment = random_u32() % 3;
			if (what == 4)
				in[i].time_ms += random_u32();
			if (what == 5 && i > 0)
				in[i] = in[i - 1];
			in[i].offset = i;
		}
		clean(in, N, &r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_wrong),
		cmocka_unit_test(test_jump),
		cmocka_unit_test(test_outlier),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_clock_stands),
		cmocka_unit_test(test_standing),
		cmocka_unit_test(test_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
