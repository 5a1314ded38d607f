/* Tracks: what goes in comes out, is found by place and time, and goes. */
#include "tests/unit/store/storekit.h"

#include "agent/base/files.h"
#include "agent/base/random.h"
#include "agent/store/trackstore.h"

#define T0 INT64_C(1768387327000) /* 2026-01-14 10:42:07 */

struct kit {
	struct store *store;
	struct trackstore *ts;
};

static struct kit
open_kit(void)
{
	struct kit k = { .store = open_store(":memory:") };

	OK(trackstore_open(store_db(k.store), &k.ts, e));
	OK(store_begin(k.store, e));
	return k;
}

static void
close_kit(struct kit *k)
{
	store_rollback(k->store);
	trackstore_close(&k->ts);
	store_close(&k->store);
}

/* A row of a track whose original hashes to 32 times that byte. */
static struct trackstore_row
row_of(uint8_t byte)
{
	struct trackstore_row row = { .class = TRACK_CLASS_DASHCAM,
		.name = str_of("front.gpx"),
		.format = str_of("gpx"),
		.size_bytes = 12345,
		.origin = str_of("/media/card/front.gpx"),
		.is_kept = true,
		.clock = TRACK_CLOCK_UTC,
		.uncertainty_ms = 1000,
		.clock_why = str_of("its times say UTC"),
		.skipped = 2,
		.imported_ms = T0 + 1000000,
		.actor = str_of("user:analyst") };

	memset(row.sha256, byte, HASH_BYTES);
	return row;
}

static int64_t
add(struct kit *k, const struct trackstore_row *row)
{
	int64_t id = 0;

	GIVES(trackstore_add(k->ts, row, &id, e), 1);
	return id;
}

static struct track_fix
fix_at(double lat, double lon, int64_t time_ms)
{
	struct track_fix f = track_fix_at(7);

	f.lat = lat;
	f.lon = lon;
	f.time_ms = time_ms;
	return f;
}

/* A drive north at one fix a second. */
static void
drive(struct track_fix *out, size_t count, double lat, double lon, int64_t t)
{
	for (size_t i = 0; i < count; i++)
		out[i] =
		    fix_at(lat + (double)i * 1e-4, lon, t + (int64_t)i * 1000);
}

/* What trackstore_find() called back with. */
struct found {
	size_t count;
	int64_t piece[4096];
	int64_t track[4096];
};

static void
note(void *user, const struct trackstore_row *row,
    const struct trackstore_piece *piece)
{
	struct found *f = user;

	assert_true(f->count < LENGTH(f->piece));
	f->track[f->count] = row->id;
	f->piece[f->count++] = piece->id;
}

/* Good until the next look. */
static const struct found *
look(struct kit *k, const struct trackstore_window *w)
{
	static struct found f;

	f.count = 0;
	OK(trackstore_find(k->ts, w, note, &f, e));
	return &f;
}

static struct trackstore_window
around(double lat, double lon, int64_t ms)
{
	return (struct trackstore_window){ .south = lat - 0.001,
		.north = lat + 0.001,
		.west = lon - 0.001,
		.east = lon + 0.001,
		.from_ms = ms - 60000,
		.to_ms = ms + 60000 };
}

static void
test_round_trip(void **state)
{
	struct kit k = open_kit();
	struct arena *arena = arena_new();
	struct trackstore_row row = row_of(1), got;
	const size_t first = TRACKSTORE_FIXES_MAX, all = first + 89;
	static struct track_fix in[600], out[CHUNK_FIXES_MAX];
	unsigned char marks[600] = { 0 }, back[CHUNK_FIXES_MAX];
	const struct found *f;
	size_t count;
	int64_t id, again;

	(void)state;
	row.correction_ms = -3600000;
	id = add(&k, &row);
	GIVES(trackstore_add(k.ts, &row, &again, e), 0);
	assert_int_equal(again, id);
	drive(in, all, 51.7, 0.5, T0);
	marks[first - 1] = TRACK_MARK_JUMP;
	in[3].time_ms = CLOCK_NONE;
	OK(trackstore_add_chunk(k.ts, id, in, marks, first, e));
	OK(trackstore_add_chunk(k.ts, id, in + first, marks + first, 89, e));
	GIVES(trackstore_find_id(k.ts, id, arena, &got, e), 1);
	assert_int_equal(got.fixes, all);
	assert_int_equal(got.timed, all - 1);
	assert_int_equal(got.kept, all - 1);
	assert_int_equal(got.first_ms, T0);
	assert_int_equal(got.last_ms, T0 + (int64_t)(all - 1) * 1000);
	assert_int_equal(got.skipped, 2);
	assert_int_equal(got.size_bytes, 12345);
	assert_true(str_is(got.clock_why, "its times say UTC"));
	assert_true(str_is(got.origin, "/media/card/front.gpx"));
	assert_true(!str_is_given(got.unit) && !str_is_given(got.clip));
	assert_true(got.is_kept && !got.is_live && !got.hold);
	assert_int_equal(trackstore_utc(&got, T0), T0 - 3600000);
	assert_int_equal(trackstore_utc(&got, CLOCK_NONE), CLOCK_NONE);
	GIVES(trackstore_find_sha256(k.ts, row.sha256, arena, &got, e), 1);
	assert_int_equal(got.id, id);
	/* The second piece begins with the last kept fix of the first. */
	struct trackstore_window w =
	    around(in[first + 49].lat, 0.5, T0 - 3600000);
	w.to_ms += 600000;
	f = look(&k, &w);
	assert_int_equal(f->count, 1);
	GIVES(trackstore_chunk(k.ts, f->piece[0], out, back, &count, e), 1);
	assert_int_equal(count, 90);
	assert_int_equal(back[0], TRACK_MARK_LINK);
	assert_int_equal(out[0].time_ms, in[first - 2].time_ms);
	assert_int_equal(back[1], TRACK_MARK_KEEP);
	assert_int_equal(out[1].time_ms, in[first].time_ms);
	GIVES(trackstore_chunk(k.ts, 999, out, back, &count, e), 0);
	FAILS(trackstore_chunk_get(k.ts, 999, out, back, &count, e),
	    ERR_CORRUPT, "track_chunk 999");
	assert_int_equal(count, 0);
	GIVES(trackstore_find_id(k.ts, 999, arena, &got, e), 0);
	arena_free(&arena);
	close_kit(&k);
}

/* The link goes past a chunk in which nothing is kept, not past a break. */
static void
test_link(void **state)
{
	struct kit k = open_kit();
	struct trackstore_row row = row_of(1);
	struct track_fix in[8], out[CHUNK_FIXES_MAX];
	unsigned char still[4], back[CHUNK_FIXES_MAX];
	const struct found *f;
	size_t count;
	int64_t id = add(&k, &row);

	(void)state;
	memset(still, TRACK_MARK_STILL, sizeof(still));
	drive(in, 8, 51.7, 0.5, T0);
	OK(trackstore_add_chunk(k.ts, id, in, NULL, 2, e));
	OK(trackstore_add_chunk(k.ts, id, in + 2, still, 2, e));
	OK(trackstore_add_chunk(k.ts, id, in + 4, NULL, 2, e));
	in[6].segment = in[7].segment = 1;
	OK(trackstore_add_chunk(k.ts, id, in + 6, NULL, 2, e));
	struct trackstore_window w = around(51.7, 0.5, T0);
	f = look(&k, &w);
	assert_int_equal(f->count, 4);
	for (size_t i = 1; i < 3; i++) {
		GIVES(trackstore_chunk(k.ts, f->piece[i], out, back, &count, e),
		    1);
		assert_int_equal(count, 3);
		assert_int_equal(back[0], TRACK_MARK_LINK);
		assert_int_equal(out[0].time_ms, in[1].time_ms);
	}
	GIVES(trackstore_chunk(k.ts, f->piece[3], out, back, &count, e), 1);
	assert_int_equal(count, 2);
	close_kit(&k);
}

/* Far places of marked fixes are not covered, unsure ones a little more. */
static void
test_boxes(void **state)
{
	struct kit k = open_kit();
	struct trackstore_row row = row_of(1);
	struct track_fix in[3] = { fix_at(51.7, 0.5, T0),
		fix_at(10, 10, T0 + 1000), fix_at(51.7001, 0.5, T0 + 2000) };
	unsigned char marks[3] = { 0, TRACK_MARK_JUMP, 0 };
	struct trackstore_window w = around(51.7, 0.5, T0);
	int64_t id = add(&k, &row);

	(void)state;
	in[2].uncertainty_m = 500;
	OK(trackstore_add_chunk(k.ts, id, in, marks, 3, e));
	assert_int_equal(look(&k, &w)->count, 1);
	w = around(10, 10, T0);
	assert_int_equal(look(&k, &w)->count, 0);
	w = around(40, 5, T0);
	assert_int_equal(look(&k, &w)->count, 0);
	w = around(51.7001 + 0.0053, 0.5, T0);
	assert_int_equal(look(&k, &w)->count, 1);
	w = around(51.7, 0.5 + 0.0079, T0);
	assert_int_equal(look(&k, &w)->count, 1);
	w = around(51.7001 + 0.0063, 0.5, T0);
	assert_int_equal(look(&k, &w)->count, 0);
	/* The clock's uncertainty is 1 s. */
	w = around(51.7, 0.5, T0 + 62000);
	w.from_ms = T0 + 3000;
	assert_int_equal(look(&k, &w)->count, 1);
	w.from_ms = T0 + 3001;
	assert_int_equal(look(&k, &w)->count, 0);
	close_kit(&k);
}

/* A track of unknown time is found by place where asked for; then its clock
 * is found out. */
static void
test_clock(void **state)
{
	struct kit k = open_kit();
	struct arena *arena = arena_new();
	struct trackstore_row row = row_of(1), got;
	struct track_fix in[2];
	struct trackstore_window w = around(51.7, 0.5, T0);
	int64_t id;

	(void)state;
	row.clock = TRACK_CLOCK_LOCAL;
	row.correction_ms = TRACKSTORE_UNKNOWN;
	id = add(&k, &row);
	drive(in, 2, 51.7, 0.5, T0 + 3600000);
	OK(trackstore_add_chunk(k.ts, id, in, NULL, 2, e));
	assert_int_equal(look(&k, &w)->count, 0);
	w.with_unknown = true;
	assert_int_equal(look(&k, &w)->count, 1);
	w.south += 1;
	w.north += 1;
	assert_int_equal(look(&k, &w)->count, 0);
	row.correction_ms = -3600000;
	row.uncertainty_ms = 2000;
	row.clock_why = str_of("the same drive in UTC");
	OK(trackstore_set_clock(k.ts, id, &row, e));
	w = around(51.7, 0.5, T0);
	assert_int_equal(look(&k, &w)->count, 1);
	w = around(51.7, 0.5, T0 + 3600000);
	w.with_unknown = true;
	assert_int_equal(look(&k, &w)->count, 0);
	GIVES(trackstore_find_id(k.ts, id, arena, &got, e), 1);
	assert_int_equal(got.correction_ms, -3600000);
	assert_int_equal(got.uncertainty_ms, 2000);
	assert_true(str_is(got.clock_why, "the same drive in UTC"));
	arena_free(&arena);
	close_kit(&k);
}

static void
test_date_line(void **state)
{
	struct kit k = open_kit();
	struct trackstore_row row = row_of(1);
	struct track_fix in[2] = { fix_at(-17, 179.9999, T0),
		fix_at(-17, 179.9999, T0 + 1000) };
	struct trackstore_window w = around(-17, 0, T0);

	(void)state;
	OK(trackstore_add_chunk(k.ts, add(&k, &row), in, NULL, 2, e));
	in[0].lon = in[1].lon = -179.9999;
	row = row_of(2);
	OK(trackstore_add_chunk(k.ts, add(&k, &row), in, NULL, 2, e));
	w.west = 179.99;
	w.east = -179.99;
	assert_int_equal(look(&k, &w)->count, 2);
	close_kit(&k);
}

/* Whatever lies in a window is found, beside a scan of all. */
static void
test_against_scan(void **state)
{
	static struct track_fix in[400][8];
	struct kit k = open_kit();
	struct trackstore_row row = row_of(1);

	(void)state;
	row.is_live = true;
	for (size_t c = 0; c < LENGTH(in); c++) {
		double lat = 51 + (random_u32() % 1000) * 1e-3;
		double lon = (random_u32() % 1000) * 1e-3;
		int64_t t = T0 + (int64_t)(random_u32() % 864000) * 100000;

		drive(in[c], 8, lat, lon, t);
		row.correction_ms = (int64_t)(random_u32() % 3) * 3600000;
		for (size_t i = 0; i < 8; i++)
			in[c][i].time_ms -= row.correction_ms;
		OK(trackstore_add_chunk(
		    k.ts, add(&k, &row), in[c], NULL, 8, e));
		for (size_t i = 0; i < 8; i++)
			in[c][i].time_ms += row.correction_ms;
	}
	for (int round = 0; round < 300; round++) {
		const struct track_fix *at = &in[random_u32() % LENGTH(in)][4];
		struct trackstore_window w =
		    around(at->lat, at->lon, at->time_ms);
		const struct found *f;

		w.south -= (random_u32() % 500) * 1e-3;
		w.from_ms -= random_u32();
		f = look(&k, &w);
		for (size_t c = 0; c < LENGTH(in); c++) {
			bool is_in = false, is_found = false;

			for (size_t i = 0; i < 8; i++)
				is_in = is_in ||
					(in[c][i].lat >= w.south &&
					    in[c][i].lat <= w.north &&
					    in[c][i].lon >= w.west &&
					    in[c][i].lon <= w.east &&
					    in[c][i].time_ms >= w.from_ms &&
					    in[c][i].time_ms <= w.to_ms);
			for (size_t i = 0; i < f->count; i++)
				is_found =
				    is_found || f->track[i] == (int64_t)c + 1;
			assert_true(!is_in || is_found);
		}
		assert_true(f->count > 0 && f->count < LENGTH(in));
	}
	close_kit(&k);
}

static void
count_row(void *user, const struct trackstore_row *row)
{
	int64_t *sum = user;

	*sum = *sum * 10 + row->id;
}

static int64_t
ids(struct kit *k, const struct trackstore_filter *filter)
{
	int64_t sum = 0;

	OK(trackstore_each(k->ts, filter, count_row, &sum, e));
	return sum;
}

static void
test_each(void **state)
{
	struct kit k = open_kit();
	struct trackstore_filter all = { .from_ms = CLOCK_NONE,
		.to_ms = CLOCK_NONE };
	struct trackstore_filter filter = all;
	struct trackstore_row row = row_of(1);
	struct track_fix in[2];
	int64_t id;

	(void)state;
	drive(in, 2, 51.7, 0.5, T0);
	OK(trackstore_add_chunk(k.ts, add(&k, &row), in, NULL, 2, e));
	row.is_live = true;
	row.class = TRACK_CLASS_UNIT;
	row.unit = str_of("EP12");
	id = add(&k, &row);
	drive(in, 2, 51.7, 0.5, T0 + 86400000);
	OK(trackstore_add_chunk(k.ts, id, in, NULL, 2, e));
	row = row_of(3);
	row.correction_ms = TRACKSTORE_UNKNOWN;
	row.imported_ms -= 5;
	(void)add(&k, &row);
	assert_int_equal(ids(&k, &all), 213);
	filter.class = TRACK_CLASS_DASHCAM;
	assert_int_equal(ids(&k, &filter), 13);
	filter.limit = 1;
	assert_int_equal(ids(&k, &filter), 1);
	filter = all;
	filter.unit = str_of("EP12");
	assert_int_equal(ids(&k, &filter), 2);
	filter = all;
	filter.live_only = true;
	assert_int_equal(ids(&k, &filter), 2);
	filter = all;
	filter.from_ms = T0 + 5000;
	assert_int_equal(ids(&k, &filter), 23);
	filter = all;
	filter.to_ms = T0 + 5000;
	assert_int_equal(ids(&k, &filter), 13);
	close_kit(&k);
}

/* Deleted is gone, also from the pages of the file. */
static void
test_delete(void **state)
{
	char path[256];
	struct kit k = { .store = open_store(db_path(state, path)) };
	struct trackstore_row row = row_of(1);
	struct track_fix in[2];
	struct buf file = { 0 };
	int64_t id;

	row.name = str_of("SECRETNAME");
	row.origin = str_of("/media/SECRETNAME");
	OK(trackstore_open(store_db(k.store), &k.ts, e));
	OK(store_begin(k.store, e));
	id = add(&k, &row);
	drive(in, 2, 51.7, 0.5, T0);
	OK(trackstore_add_chunk(k.ts, id, in, NULL, 2, e));
	OK(store_commit(k.store, e));
	OK(db_checkpoint(store_db(k.store), e));
	OK(files_read(path, 1 << 24, &file, e));
	assert_non_null(memmem(file.p, file.len, "SECRETNAME", 10));
	OK(store_begin(k.store, e));
	GIVES(trackstore_delete(k.ts, id, e), 1);
	GIVES(trackstore_delete(k.ts, id, e), 0);
	OK(store_commit(k.store, e));
	OK(db_checkpoint(store_db(k.store), e));
	buf_reset(&file);
	OK(files_read(path, 1 << 24, &file, e));
	assert_null(memmem(file.p, file.len, "SECRETNAME", 10));
	buf_clear(&file);
	assert_int_equal(ask(k.store, "SELECT count(*) FROM track_box"), 0);
	assert_int_equal(ask(k.store, "SELECT count(*) FROM track_chunk"), 0);
	close_kit(&k);
}

static void
test_old(void **state)
{
	struct kit k = open_kit();
	struct trackstore_row row = row_of(1);
	struct track_fix in[1];
	int64_t id, got;

	(void)state;
	drive(in, 1, 51.7, 0.5, T0);
	id = add(&k, &row);
	OK(trackstore_add_chunk(k.ts, id, in, NULL, 1, e));
	GIVES(trackstore_find_old(
		  k.ts, TRACK_CLASS_DASHCAM, row.imported_ms, 0, &got, e),
	    0);
	GIVES(trackstore_find_old(
		  k.ts, TRACK_CLASS_DASHCAM, row.imported_ms + 1, 0, &got, e),
	    1);
	assert_int_equal(got, id);
	GIVES(trackstore_find_old(
		  k.ts, TRACK_CLASS_DASHCAM, row.imported_ms + 1, id, &got, e),
	    0);
	GIVES(trackstore_hold(k.ts, id, true, e), 1);
	/* Held is held, whoever asks. */
	GIVES(trackstore_delete(k.ts, id, e), 0);
	assert_int_equal(ask(k.store, "SELECT count(*) FROM track_box"), 1);
	GIVES(trackstore_find_old(
		  k.ts, TRACK_CLASS_DASHCAM, row.imported_ms + 1, 0, &got, e),
	    0);
	GIVES(trackstore_hold(k.ts, 77, true, e), 0);
	/* An officer's positions age from when they were had. */
	row = row_of(2);
	row.class = TRACK_CLASS_UNIT;
	id = add(&k, &row);
	OK(trackstore_add_chunk(k.ts, id, in, NULL, 1, e));
	GIVES(trackstore_find_old(k.ts, TRACK_CLASS_UNIT, T0, 0, &got, e), 0);
	GIVES(
	    trackstore_find_old(k.ts, TRACK_CLASS_UNIT, T0 + 1, 0, &got, e), 1);
	assert_int_equal(got, id);
	close_kit(&k);
}

/* A unit's day among others, and live tracks by the age of their last fix. */
static void
test_live(void **state)
{
	struct kit k = open_kit();
	struct trackstore_row row = row_of(1);
	struct track_fix in[1];
	int64_t ids_made[3], got = 0;

	(void)state;
	row.class = TRACK_CLASS_UNIT;
	row.unit = str_of("EP12");
	row.name = str_of("2026-01-14");
	/* The name of a day, but a recording. */
	(void)add(&k, &row);
	row.is_live = true;
	row.is_kept = false;
	for (int i = 0; i < 3; i++) {
		row.unit = str_of(i == 1 ? "EP13" : "EP12");
		row.name = str_of(i == 2 ? "2026-01-15" : "2026-01-14");
		ids_made[i] = add(&k, &row);
		drive(in, 1, 51.7, 0.5, T0 + i * 1000);
		OK(trackstore_add_chunk(k.ts, ids_made[i], in, NULL, 1, e));
	}
	GIVES(trackstore_find_live(k.ts, str_of("EP12"), TRACK_CLASS_UNIT,
		  str_of("2026-01-14"), &got, e),
	    1);
	assert_int_equal(got, ids_made[0]);
	GIVES(trackstore_find_live(k.ts, str_of("EP13"), TRACK_CLASS_UNIT,
		  str_of("2026-01-15"), &got, e),
	    0);
	GIVES(trackstore_find_old_live(k.ts, TRACK_CLASS_UNIT, T0, 0, &got, e),
	    0);
	GIVES(trackstore_find_old_live(
		  k.ts, TRACK_CLASS_UNIT, T0 + 1001, 0, &got, e),
	    1);
	assert_int_equal(got, ids_made[0]);
	GIVES(trackstore_find_old_live(
		  k.ts, TRACK_CLASS_UNIT, T0 + 1001, got, &got, e),
	    1);
	assert_int_equal(got, ids_made[1]);
	GIVES(trackstore_hold(k.ts, ids_made[1], true, e), 1);
	GIVES(trackstore_find_old_live(
		  k.ts, TRACK_CLASS_UNIT, T0 + 1001, ids_made[0], &got, e),
	    0);
	close_kit(&k);
}

static void
test_damage_is_named(void **state)
{
	struct kit k = open_kit();
	struct trackstore_row row = row_of(1);
	struct track_fix in[2], out[CHUNK_FIXES_MAX];
	unsigned char back[CHUNK_FIXES_MAX];
	size_t count;

	(void)state;
	drive(in, 2, 51.7, 0.5, T0);
	OK(trackstore_add_chunk(k.ts, add(&k, &row), in, NULL, 2, e));
	run(k.store, "UPDATE track_chunk SET bytes = x'0102'");
	FAILS(trackstore_chunk(k.ts, 1, out, back, &count, e), ERR_CORRUPT,
	    "track_chunk 1");
	close_kit(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_boxes),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_date_line),
		cmocka_unit_test(test_against_scan),
		cmocka_unit_test(test_each),
		cmocka_unit_test_setup_teardown(
		    test_delete, make_folder, remove_folder),
		cmocka_unit_test(test_old),
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_damage_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
