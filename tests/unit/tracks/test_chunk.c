#include "tracks_test.h"

#include <math.h>

#include "agent/base/random.h"
#include "agent/tracks/chunk.h"

static bool
is_near(float a, float b, float by)
{
	return (isnan(a) && isnan(b)) || fabsf(a - b) <= by;
}

static void
expect_same(const struct track_fix *a, const struct track_fix *b)
{
	assert_true(fabs(a->lat - b->lat) <= 5.1e-8);
	assert_true(fabs(a->lon - b->lon) <= 5.1e-8);
	assert_true(a->time_ms == b->time_ms && a->clip_ms == b->clip_ms);
	assert_int_equal(a->offset, b->offset);
	assert_int_equal(a->segment, b->segment);
	assert_true(is_near(a->altitude_m, b->altitude_m, 0.01F));
	assert_true(is_near(a->speed_mps, b->speed_mps, 0.01F));
	assert_true(is_near(a->course_deg, b->course_deg, 0.06F));
	assert_true(is_near(a->heading_deg, b->heading_deg, 0.06F));
	assert_true(is_near(a->uncertainty_m, b->uncertainty_m, 0.06F));
}

static double
any(double low, double high)
{
	return low + (high - low) * (random_u32() / 4294967295.0);
}

static float
perhaps(double low, double high)
{
	return random_u32() % 4 ? (float)any(low, high) : NAN;
}

static struct track_fix
any_fix(uint32_t i)
{
	struct track_fix f = track_fix_at(
	    random_u32() % 50 ? (uint64_t)i * 123456789 : TRACK_OFFSET_NONE);

	f.lat = any(-90, 90);
	f.lon = any(-180, 180);
	f.segment = i / (1 + random_u32() % 100);
	if (random_u32() % 3)
		f.time_ms = (int64_t)any(-1e12, 4e12);
	if (random_u32() % 3)
		f.clip_ms = (int64_t)any(0, 1e9);
	f.altitude_m = perhaps(-500, 9000);
	f.speed_mps = perhaps(0, 300);
	f.course_deg = perhaps(0, 360);
	f.heading_deg = perhaps(0, 360);
	f.uncertainty_m = perhaps(0, 5000);
	return f;
}

/* Whatever goes in comes out, and is covered. */
static void
test_round_trip(void **state)
{
	static struct track_fix in[CHUNK_FIXES_MAX], out[CHUNK_FIXES_MAX];

	(void)state;
	for (int round = 0; round < 200; round++) {
		size_t count = 1 + random_u32() % CHUNK_FIXES_MAX, back;
		struct buf bytes = { 0 };
		struct chunk_cover c;
		struct err e;

		for (uint32_t i = 0; i < count; i++)
			in[i] = any_fix(i);
		chunk_pack(in, count, &bytes);
		assert_true(chunk_cover_find(in, NULL, count, &c));
		assert_int_equal(
		    chunk_unpack(buf_str(&bytes), out, &back, &e), 0);
		assert_int_equal(back, count);
		for (size_t i = 0; i < count; i++) {
			expect_same(&in[i], &out[i]);
			assert_true(in[i].lat >= c.south &&
				    in[i].lat <= c.north &&
				    in[i].lon >= c.west && in[i].lon <= c.east);
			if (in[i].time_ms != CLOCK_NONE)
				assert_true(in[i].time_ms >= c.first_ms &&
					    in[i].time_ms <= c.last_ms);
		}
		buf_clear(&bytes);
	}
}

/* A drive at one a second takes few bytes. */
static void
test_size(void **state)
{
	static struct track_fix in[CHUNK_FIXES_MAX];
	struct buf bytes = { 0 };

	(void)state;
	for (uint32_t i = 0; i < CHUNK_FIXES_MAX; i++) {
		in[i] = track_fix_at(i * 130);
		in[i].lat = 51.7 + i * 1.1e-4;
		in[i].lon = 0.5 + i * 0.9e-4;
		in[i].time_ms = INT64_C(1768387327000) + i * 1000;
		in[i].altitude_m = (float)(40 + sin(i * 0.1));
		in[i].speed_mps = (float)(20 + sin(i * 0.2));
		in[i].course_deg = (float)(90 + sin(i * 0.3));
	}
	chunk_pack(in, CHUNK_FIXES_MAX, &bytes);
	assert_true(bytes.len / CHUNK_FIXES_MAX <= 14);
	buf_clear(&bytes);
}

/* Any damage is found or gives fixes on Earth; nothing is read past the end. */
static void
test_damage(void **state)
{
	static struct track_fix in[8], out[CHUNK_FIXES_MAX];
	struct buf bytes = { 0 };
	struct err e;
	size_t back;

	(void)state;
	for (uint32_t i = 0; i < 8; i++)
		in[i] = any_fix(i);
	chunk_pack(in, 8, &bytes);
	for (size_t len = 0; len < bytes.len; len++) {
		char *cut = malloc(len > 0 ? len : 1);

		memcpy(cut, bytes.p, len);
		assert_int_equal(
		    chunk_unpack(str_make(cut, len), out, &back, &e), -1);
		assert_int_equal(e.code, ERR_CORRUPT);
		free(cut);
	}
	for (int i = 0; i < 20000; i++) {
		char *copy = malloc(bytes.len);

		memcpy(copy, bytes.p, bytes.len);
		copy[random_u32() % bytes.len] = (char)random_u32();
		(void)!chunk_unpack(str_make(copy, bytes.len), out, &back, &e);
		free(copy);
	}
	buf_clear(&bytes);
}

/* Marks come back, few bytes for the usual, and steer what is covered. */
static void
test_marks(void **state)
{
	unsigned char in[CHUNK_FIXES_MAX] = { 0 }, out[CHUNK_FIXES_MAX + 1];
	struct track_fix fixes[3];
	struct buf bytes = { 0 };
	struct chunk_cover c;
	struct err e;

	(void)state;
	chunk_pack_marks(in, CHUNK_FIXES_MAX, &bytes);
	assert_int_equal(bytes.len, 0);
	for (int round = 0; round < 500; round++) {
		size_t count = 1 + random_u32() % CHUNK_FIXES_MAX;

		for (size_t i = 0; i < count; i++)
			in[i] = random_u32() % 5 && i > 0
				    ? in[i - 1]
				    : (unsigned char)(random_u32() % 7);
		buf_reset(&bytes);
		chunk_pack_marks(in, count, &bytes);
		assert_int_equal(
		    chunk_unpack_marks(buf_str(&bytes), count, out, &e), 0);
		assert_memory_equal(in, out, count);
		if (bytes.len == 0)
			continue;
		assert_int_equal(
		    chunk_unpack_marks(buf_str(&bytes), count + 1, out, &e),
		    -1);
		assert_int_equal(e.code, ERR_CORRUPT);
	}
	buf_clear(&bytes);
	for (int i = 0; i < 3; i++)
		fixes[i] =
		    (struct track_fix){ .lat = 51 + i, .lon = i, .time_ms = i };
	memcpy(in,
	    (unsigned char[]){
		TRACK_MARK_LINK, TRACK_MARK_KEEP, TRACK_MARK_JUMP },
	    3);
	assert_true(chunk_cover_find(fixes, in, 3, &c));
	assert_true(c.south <= 51 && c.north >= 52 && c.north < 53);
	assert_int_equal(c.last_ms, 1);
	memset(in, TRACK_MARK_STILL, 3);
	assert_false(chunk_cover_find(fixes, in, 3, &c));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
