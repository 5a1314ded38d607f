/*
 * Videos as cameras write them, made here byte by byte.
 */
#include "tracks_test.h"

#include <math.h>

static void
add_be(struct buf *b, uint64_t v, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--)
		buf_add_char(b, (char)(v >> (8 * i) & 0xff));
}

static void
add_le32(struct buf *b, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		buf_add_char(b, (char)(v >> (8 * i) & 0xff));
}

static void
add_zeroes(struct buf *b, size_t count)
{
	while (count-- > 0)
		buf_add_char(b, '\0');
}

static void
add_float(struct buf *b, float f)
{
	uint32_t v;

	memcpy(&v, &f, sizeof(v));
	add_le32(b, v);
}

/* A box, its body taken from body, which is emptied. */
static void
add_box(struct buf *b, const char *type, struct buf *body)
{
	add_be(b, body->len + 8, 4);
	buf_add(b, type, 4);
	buf_add_str(b, buf_str(body));
	buf_clear(body);
}

static void
add_ftyp(struct buf *b)
{
	struct buf body = { 0 };

	buf_add_text(&body, "isom");
	add_box(b, "ftyp", &body);
}

/* ---- 70mai ---- */

static void
add_mai(struct buf *b, uint32_t flag, uint32_t second, char side, uint32_t lat)
{
	add_le32(b, flag);
	add_le32(b, flag);
	add_le32(b, second);
	add_le32(b, 36000);
	buf_add_char(b, side);
	add_le32(b, lat);
	buf_add_char(b, 'W');
	add_le32(b, 28146);
	add_zeroes(b, 10);
}

static void
test_mai(void **state)
{
	struct heard *h = malloc(sizeof(*h));
	struct buf file = { 0 }, body = { 0 };

	(void)state;
	add_mai(&body, 1, 0, 'N', 5144058);
	add_mai(&body, 1, 1, 'N', 5199999); /* 99 minutes */
	add_mai(&body, 0, 2, 'N', 0);       /* no fix */
	add_mai(&body, 1, 3, 'S', 5144058);
	buf_add_text(&body, "half a record");
	add_ftyp(&file);
	add_box(&file, "GPS ", &body);
	hear(h, buf_str(&file), "x");
	assert_int_equal(h->result, 0);
	assert_string_equal(h->about.format, "video");
	assert_int_equal(h->fix_count, 2);
	assert_int_equal(h->skip_count, 1);
	assert_true(fabs(h->fixes[0].lat - 51.7343) < 1e-9);
	assert_true(fabs(h->fixes[0].lon + 0.4691) < 1e-9);
	assert_true(h->fixes[0].speed_mps == 10);
	assert_true(h->fixes[0].time_ms == CLOCK_NONE);
	assert_int_equal(h->fixes[1].clip_ms, 3000);
	assert_true(h->fixes[1].lat < 0);
	assert_int_equal(h->fixes[0].offset, 12 + 8);
	buf_clear(&file);
	free(h);
}

/* ---- Novatek ---- */

/* A block whose time stands at when. */
static void
add_novatek(struct buf *b, size_t when, char status, uint32_t hour, float lat)
{
	static const uint32_t rest[] = { 42, 7, 26, 1, 14 };
	size_t begin = b->len;

	buf_add_text(b, "freeGPS ");
	add_zeroes(b, when - 8);
	add_le32(b, hour);
	for (size_t i = 0; i < LENGTH(rest); i++)
		add_le32(b, rest[i]);
	buf_add_char(b, status);
	buf_add(b, "NE", 3);
	add_float(b, lat);
	add_float(b, 28.146F);
	add_float(b, 10);
	add_float(b, 90.5F);
	add_zeroes(b, 256 - (b->len - begin));
}

static void
test_novatek(void **state)
{
	static const size_t layouts[] = { 44, 12 };
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	for (size_t i = 0; i < LENGTH(layouts); i++) {
		struct buf file = { 0 };
		char time[CLOCK_TEXT_MAX];

		add_ftyp(&file);
		add_zeroes(&file, 70000);
		add_novatek(&file, layouts[i], 'V', 10, 0);
		add_novatek(&file, layouts[i], 'A', 10, 5144.058F);
		add_novatek(&file, layouts[i], 'A', 10, 9999);
		add_novatek(&file, layouts[i], 'A', 99, 5144.058F);
		hear(h, buf_str(&file), "x");
		assert_int_equal(h->fix_count, 1);
		assert_int_equal(h->skip_count, 2);
		assert_non_null(strstr(h->skip_why[1], "layout"));
		assert_true(fabs(h->fixes[0].lat - 51.7343) < 1e-5);
		assert_true(fabsf(h->fixes[0].speed_mps - 5.1444F) < 1e-3F);
		assert_true(h->fixes[0].course_deg == 90.5F);
		assert_string_equal(
		    track_time_text(h->fixes[0].time_ms, h->about.clock, time),
		    "2026-01-14T10:42:07");
		assert_memory_equal(file.p + h->fixes[0].offset, "freeGPS ", 8);
		buf_clear(&file);
	}
	free(h);
}

/* ---- When it was made ---- */

/* A movie's header of a version, with that many seconds since 1904. */
static void
add_mvhd(struct buf *b, char version, uint64_t seconds)
{
	struct buf body = { 0 }, moov = { 0 };

	buf_add_char(&body, version);
	add_zeroes(&body, 3);
	add_be(&body, seconds, version == 1 ? 8 : 4);
	add_zeroes(&body, 92);
	add_box(&moov, "mvhd", &body);
	add_box(b, "moov", &moov);
}

static void
test_created(void **state)
{
	static const struct {
		char version;
		uint64_t seconds;
		int64_t want_s; /* 0: unknown */
	} cases[] = {
		{ 0, 3851232127, 1768387327 },
		{ 1, 3851232127, 1768387327 },
		{ 0, 0, 0 },          /* not set */
		{ 0, 2082844800, 0 }, /* 1970 */
		{ 1, UINT64_MAX, 0 },
		{ 2, 3851232127, 0 },
	};
	struct heard *h = malloc(sizeof(*h));
	struct buf file = { 0 };

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		buf_reset(&file);
		add_ftyp(&file);
		add_mvhd(&file, cases[i].version, cases[i].seconds);
		add_novatek(&file, 44, 'A', 10, 5144.058F);
		hear(h, buf_str(&file), "x");
		assert_int_equal(h->fix_count, 1);
		assert_int_equal(h->about.created_ms, cases[i].want_s * 1000);
	}
	/* A header that is cut off is none. */
	buf_reset(&file);
	add_ftyp(&file);
	add_mvhd(&file, 0, 3851232127);
	for (size_t len = 0; len < file.len; len++) {
		hear(h, str_make(file.p, len), "x.mp4");
		assert_true(h->about.created_ms == 0 || len > 36);
	}
	buf_clear(&file);
	free(h);
}

/* ---- GoPro ---- */

static void
add_key(struct buf *b, const char *key, char type, int size, struct buf *value)
{
	size_t len = value->len;

	buf_add(b, key, 4);
	buf_add_char(b, type);
	buf_add_char(b, (char)size);
	add_be(b, size > 0 ? len / (size_t)size : len, 2);
	buf_add_str(b, buf_str(value));
	add_zeroes(b, (4 - len % 4) % 4);
	buf_clear(value);
}

/* A stream of two positions: GPS5 with its fix and time before it. */
static void
add_payload(struct buf *out, uint32_t fix, const char *utc)
{
	static const uint32_t scales[] = { 10000000, 10000000, 1000, 1000,
		100 };
	struct buf stream = { 0 }, value = { 0 }, device = { 0 };

	add_be(&value, fix, 4);
	add_key(&stream, "GPSF", 'L', 4, &value);
	buf_add_text(&value, utc);
	add_key(&stream, "GPSU", 'U', 16, &value);
	for (size_t i = 0; i < LENGTH(scales); i++)
		add_be(&value, scales[i], 4);
	add_key(&stream, "SCAL", 'l', 4, &value);
	for (uint32_t i = 0; i < 2; i++) {
		add_be(&value, 517343000 + i, 4);
		add_be(&value, (uint32_t)-4691000, 4);
		add_be(&value, 41500, 4);
		add_be(&value, 10000, 4);
		add_be(&value, 1000, 4);
	}
	add_key(&stream, "GPS5", 'l', 20, &value);
	buf_add_str(&value, buf_str(&stream));
	buf_clear(&stream);
	add_key(&device, "STRM", '\0', 1, &value);
	add_key(out, "DEVC", '\0', 1, &device);
}

static void
expect_gps5(const struct heard *h)
{
	char time[CLOCK_TEXT_MAX];

	assert_int_equal(h->fix_count, 2);
	assert_true(fabs(h->fixes[0].lat - 51.7343) < 1e-9);
	assert_true(fabs(h->fixes[0].lon + 0.4691) < 1e-9);
	assert_true(h->fixes[0].altitude_m == 41.5F);
	assert_true(h->fixes[0].speed_mps == 10);
	assert_int_equal(h->about.clock, TRACK_CLOCK_UTC);
	assert_string_equal(
	    track_time_text(h->fixes[0].time_ms, h->about.clock, time),
	    "2026-01-14T10:42:07.500Z");
}

static void
test_bare_payload(void **state)
{
	struct heard *h = malloc(sizeof(*h));
	struct buf file = { 0 };

	(void)state;
	add_payload(&file, 3, "260114104207.500");
	hear(h, buf_str(&file), "x");
	expect_gps5(h);
	assert_int_equal(h->fixes[1].clip_ms, -1);
	/* Each cut end is told or is no item; none of it is read past. */
	for (size_t len = 0; len < file.len; len++) {
		char *copy = malloc(len > 0 ? len : 1);

		memcpy(copy, file.p, len);
		hear(h, str_make(copy, len), "x");
		free(copy);
	}
	buf_clear(&file);
	add_payload(&file, 0, "260114104207.500");
	hear(h, buf_str(&file), "x");
	assert_int_equal(h->fix_count, 0);
	assert_int_equal(h->result, 0);
	buf_clear(&file);
	free(h);
}

static void
add_table(struct buf *b, const char *type, const uint32_t *words, size_t count)
{
	struct buf body = { 0 };

	for (size_t i = 0; i < count; i++)
		add_be(&body, words[i], 4);
	add_box(b, type, &body);
}

/* A telemetry track of two samples in one chunk at offset. */
static void
add_moov(struct buf *file, uint32_t offset, uint32_t one, uint32_t two)
{
	const uint32_t sizes[] = { 0, 0, 2, one, two };
	const uint32_t runs[] = { 0, 1, 1, 2, 1 };
	const uint32_t times[] = { 0, 1, 2, 1000 };
	const uint32_t chunks[] = { 0, 1, offset };
	const uint32_t header[] = { 0, 0, 0, 1000, 2000, 0 };
	struct buf stbl = { 0 }, body = { 0 }, mdia = { 0 };

	add_be(&body, 0, 4);
	add_be(&body, 1, 4);
	add_be(&body, 16, 4);
	buf_add_text(&body, "gpmd");
	add_zeroes(&body, 8);
	add_box(&stbl, "stsd", &body);
	add_table(&stbl, "stts", times, LENGTH(times));
	add_table(&stbl, "stsc", runs, LENGTH(runs));
	add_table(&stbl, "stsz", sizes, LENGTH(sizes));
	add_table(&stbl, "stco", chunks, LENGTH(chunks));
	add_box(&body, "stbl", &stbl);
	add_table(&mdia, "mdhd", header, LENGTH(header));
	add_box(&mdia, "minf", &body);
	add_box(&body, "mdia", &mdia);
	add_box(&mdia, "trak", &body);
	add_box(file, "moov", &mdia);
}

static void
test_track(void **state)
{
	struct heard *h = malloc(sizeof(*h));
	struct buf file = { 0 }, one = { 0 }, two = { 0 }, mdat = { 0 };
	uint32_t sizes[2], offset;

	(void)state;
	add_payload(&one, 3, "260114104207.500");
	add_payload(&two, 3, "260114104208.500");
	sizes[0] = (uint32_t)one.len;
	sizes[1] = (uint32_t)two.len;
	add_ftyp(&file);
	offset = (uint32_t)file.len + 8;
	buf_add_str(&mdat, buf_str(&one));
	buf_add_str(&mdat, buf_str(&two));
	add_box(&file, "mdat", &mdat);
	add_moov(&file, offset, sizes[0], sizes[1]);
	hear(h, buf_str(&file), "x");
	assert_int_equal(h->fix_count, 4);
	assert_int_equal(h->fixes[1].clip_ms, 500);
	assert_int_equal(h->fixes[2].clip_ms, 1000);
	assert_int_equal(h->fixes[3].time_ms - h->fixes[0].time_ms, 1500);
	h->fix_count = 2;
	expect_gps5(h);
	/* A sample table that points outside. */
	buf_reset(&file);
	add_ftyp(&file);
	add_moov(&file, 1 << 30, 100, 100);
	hear(h, buf_str(&file), "x");
	assert_int_equal(h->result, -1);
	assert_int_equal(h->skip_count, 1);
	buf_clear(&file);
	buf_clear(&one);
	buf_clear(&two);
	free(h);
}

static void
test_nothing_in_it(void **state)
{
	struct heard *h = malloc(sizeof(*h));
	struct buf file = { 0 };

	(void)state;
	add_ftyp(&file);
	add_zeroes(&file, 1000);
	hear(h, buf_str(&file), "x");
	assert_int_equal(h->result, -1);
	assert_non_null(strstr(h->e.msg, "no positions in this video"));
	buf_clear(&file);
	free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mai),
		cmocka_unit_test(test_novatek),
		cmocka_unit_test(test_created),
		cmocka_unit_test(test_bare_payload),
		cmocka_unit_test(test_track),
		cmocka_unit_test(test_nothing_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
