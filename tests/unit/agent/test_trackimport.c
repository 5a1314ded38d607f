/*
 * The road of a recording when the disk fails on the way, and what may not be
 * erased.
 */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/base/arena.h"
#include "agent/base/db_turns.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/hash.h"
#include "agent/conf/conf.h"
#include "agent/erasework.h"
#include "agent/store/store.h"
#include "agent/store/trackstore.h"
#include "agent/trackimport.h"
#include "agent/tracks/seal.h"

#define T0 INT64_C(1768387327000) /* 2026-01-14 10:42:07 */

struct kit {
	char state[64];
	char original[128];
	struct store *store;
	struct trackstore *tracks;
	struct trackimport *ti;
	struct err e;
};

/* Fail with the error's words unless the call gives that. */
#define GIVES(call, want)                                                \
	do {                                                             \
		int r_ = (call);                                         \
		if (r_ != (want))                                        \
			fail_msg("%s gave %d: %s", #call, r_, k->e.msg); \
	} while (0)

/* A drive of ten seconds that no other minute has. */
static void
write_drive(struct kit *k, const char *name, int minute)
{
	struct buf b = { 0 };

	snprintf(k->original, sizeof(k->original), "%s/%s", k->state, name);
	buf_add_text(&b, "<gpx version=\"1.1\"><trk><trkseg>");
	for (int i = 0; i < 10; i++)
		buf_addf(&b,
		    "<trkpt lat=\"51.%04d\" lon=\"0.5\">"
		    "<time>2026-01-14T10:%02d:%02dZ</time></trkpt>",
		    7000 + i, minute, i);
	buf_add_text(&b, "</trkseg></trk></gpx>");
	GIVES(files_write_atomic(k->original, 0640, buf_str(&b), &k->e), 0);
	buf_clear(&b);
}

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));
	char path[128];

	snprintf(k->state, sizeof(k->state), "/tmp/buzzard-import-XXXXXX");
	if (!mkdtemp(k->state))
		return -1;
	snprintf(path, sizeof(path), "%s/" STORE_FILE_NAME, k->state);
	GIVES(store_open(path, DB_CREATE, &k->store, &k->e), 0);
	GIVES(trackstore_open(store_db(k->store), &k->tracks, &k->e), 0);
	GIVES(trackimport_open(k->store, k->state, &k->ti, &k->e), 0);
	write_drive(k, "a.gpx", 1);
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;
	char command[128];
	int r;

	trackimport_close(&k->ti);
	trackstore_close(&k->tracks);
	store_close(&k->store);
	snprintf(command, sizeof(command), "rm -rf %s", k->state);
	r = system(command);
	free(k);
	return r;
}

/* Import k->original: what trackimport_file() gives; the track's id. */
static int
import(struct kit *k, int64_t *id)
{
	const struct trackimport_request rq = { .path = k->original,
		.class = TRACK_CLASS_DASHCAM,
		.actor = "agent",
		.now_ms = T0 };
	struct trackimport_result result;
	int r = trackimport_file(k->ti, &rq, &result, &k->e);

	if (r == 0) {
		assert_false(result.is_refused);
		*id = result.id;
		trackimport_release(&result);
	}
	return r;
}

/* The row of a track: is it there? */
static bool
find(struct kit *k, int64_t id, struct arena *arena, struct trackstore_row *row)
{
	int r = trackstore_find_id(k->tracks, id, arena, row, &k->e);

	assert_true(r >= 0);
	return r > 0;
}

/* Where the evidence store has the original of a track. */
static void
name_place(struct kit *k, int64_t id, char out[256])
{
	struct arena *arena = arena_new();
	struct trackstore_row row;
	struct buf b = { 0 };

	assert_true(find(k, id, arena, &row));
	seal_path(k->state, row.sha256, row.name, &b);
	snprintf(out, 256, "%s", b.p);
	buf_clear(&b);
	arena_free(&arena);
}

/* The folder that a file of that content would be kept in. */
static void
name_folder(struct kit *k, char out[256])
{
	struct seal_file file;

	GIVES(seal_look(k->original, NULL, &file, &k->e), 0);
	snprintf(out, 256, "%s/evidence/%02x", k->state, file.sha256[0]);
	seal_release(&file);
}

static bool
is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

/*
 * The row is committed and the original cannot be moved to its place: it is
 * not dropped, and is there when that can be done.
 */
static void
test_original_outlives_a_failed_move(void **state)
{
	struct kit *k = *state;
	char folder[256], place[256];
	int64_t id = 0;

	name_folder(k, folder);
	snprintf(place, sizeof(place), "%s/evidence", k->state);
	GIVES(files_make_dirs(place, 0750, &k->e), 0);
	GIVES(files_write_atomic(folder, 0640, str_of("in the way"), &k->e), 0);
	GIVES(import(k, &id), -1);
	assert_int_equal(unlink(folder), 0);
	/* The card is gone: what the store has is all there is. */
	assert_int_equal(unlink(k->original), 0);
	name_place(k, 1, place);
	write_drive(k, "b.gpx", 2);
	GIVES(import(k, &id), 0);
	assert_int_equal(id, 2);
	assert_true(is_there(place));
}

/* Held is looked at when it is erased, and nothing of it goes. */
static void
test_held_stays(void **state)
{
	struct kit *k = *state;
	struct trackimport_erasure erased;
	char place[256];
	int64_t id = 0;

	GIVES(import(k, &id), 0);
	name_place(k, id, place);
	GIVES(store_begin(k->store, &k->e), 0);
	GIVES(trackstore_hold(k->tracks, id, true, &k->e), 1);
	GIVES(store_commit(k->store, &k->e), 0);
	GIVES(trackimport_delete(
		  k->ti, id, "agent", "a test", T0, &erased, &k->e),
	    0);
	assert_true(erased.is_held);
	name_place(k, id, place);
	assert_true(is_there(place));
	GIVES(trackimport_delete(
		  k->ti, 99, "agent", "a test", T0, &erased, &k->e),
	    0);
	assert_false(erased.is_held);
}

/*
 * Held between the look and the erasure: the original goes back to its place.
 * A trigger lets the row be deleted as little as a hold would.
 */
static void
test_held_meanwhile(void **state)
{
	struct kit *k = *state;
	struct trackimport_erasure erased;
	char place[256];
	int64_t id = 0;

	GIVES(import(k, &id), 0);
	GIVES(db_exec(store_db(k->store),
		  "CREATE TRIGGER keeps BEFORE DELETE ON track"
		  " BEGIN SELECT RAISE(IGNORE); END",
		  &k->e),
	    0);
	GIVES(trackimport_delete(
		  k->ti, id, "agent", "a test", T0, &erased, &k->e),
	    0);
	assert_true(erased.is_held);
	name_place(k, id, place);
	assert_true(is_there(place));
}

/* One that could show an incident which somebody needs kept stays with it. */
static void
test_held_with_an_incident(void **state)
{
	struct kit *k = *state;
	struct trackimport_erasure erased;
	struct trackstore *tracks = NULL;
	int64_t id = 0, old = 0;

	GIVES(import(k, &id), 0);
	GIVES(db_exec(store_db(k->store),
		  "INSERT INTO feed VALUES (1, 'cad');"
		  "INSERT INTO incident (id, feed_id, ref, first_ms, last_ms,"
		  " message_count, rural_crime, in_progress, targeted, basis,"
		  " place) VALUES (1, 1, 'R', 1, 1, 1, 0, 0, 0, 'none', 3);"
		  "INSERT INTO track_match (incident_id, track_id, word, view,"
		  " in_range_ms, lat, lon, clock_ms, made_ms, detail)"
		  " SELECT 1, id, 1, 0, 1, 51, 0, 1, 1, '{}' FROM track;"
		  "INSERT INTO hold (incident_id, at_ms, actor, why)"
		  " VALUES (1, 1, 'a', 'court')",
		  &k->e),
	    0);
	GIVES(trackstore_open(store_db(k->store), &tracks, &k->e), 0);
	GIVES(trackstore_find_old(
		  tracks, TRACK_CLASS_OTHER, INT64_MAX / 2, 0, &old, &k->e),
	    0);
	GIVES(trackimport_delete(
		  k->ti, id, "agent", "a test", T0, &erased, &k->e),
	    0);
	assert_true(erased.is_held);
	GIVES(db_exec(store_db(k->store),
		  "UPDATE hold SET ended_ms = 2, ended_by = 'a'", &k->e),
	    0);
	GIVES(trackimport_delete(
		  k->ti, id, "agent", "a test", T0, &erased, &k->e),
	    1);
	trackstore_close(&tracks);
}

/* The thread that erases by age, with one that cannot be. */
static void
test_one_that_stays_keeps_no_other(void **state)
{
	struct kit *k = *state;
	struct conf conf = { .state = k->state };
	struct db_turns *turns = db_turns_new();
	struct erasework *work = NULL;
	struct trackstore_row row;
	struct store *reader = NULL;
	struct db_stmt *reading = NULL;
	struct arena *arena = arena_new();
	struct stat st = { .st_size = 1 };
	char place[256], gone[256], in_the_way[300], path[128];
	int64_t first = 0, second = 0;

	GIVES(import(k, &first), 0);
	write_drive(k, "b.gpx", 2);
	GIVES(import(k, &second), 0);
	name_place(k, first, place);
	snprintf(gone, sizeof(gone), "%s/evidence/gone-%s", k->state,
	    strrchr(place, '/') + 1);
	GIVES(files_make_dirs(gone, 0750, &k->e), 0);
	snprintf(in_the_way, sizeof(in_the_way), "%s/a", gone);
	GIVES(files_write_atomic(in_the_way, 0640, str_of("a"), &k->e), 0);
	/* Somebody reads, so that the log cannot be emptied at once. */
	snprintf(path, sizeof(path), "%s/" STORE_FILE_NAME, k->state);
	GIVES(store_open(path, DB_READ, &reader, &k->e), 0);
	GIVES(db_prepare(
		  store_db(reader), "SELECT id FROM track", &reading, &k->e),
	    0);
	GIVES(db_step(reading, &k->e), 1);
	GIVES(erasework_start(&conf, turns, &work, &k->e), 0);
	for (int i = 0; i < 1000 && find(k, second, arena, &row); i++)
		(void)poll(NULL, 0, 10);
	snprintf(path, sizeof(path), "%s/" STORE_FILE_NAME "-wal", k->state);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size > 0);
	db_finish(&reading);
	for (int i = 0; i < 1000 && st.st_size > 0; i++) {
		(void)poll(NULL, 0, 10);
		assert_int_equal(stat(path, &st), 0);
	}
	assert_int_equal(st.st_size, 0);
	store_close(&reader);
	erasework_stop(&work);
	db_turns_free(&turns);
	assert_true(find(k, first, arena, &row));
	assert_true(is_there(place));
	assert_false(find(k, second, arena, &row));
	arena_free(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_original_outlives_a_failed_move, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_held_stays, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_held_meanwhile, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_held_with_an_incident, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_one_that_stays_keeps_no_other, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
