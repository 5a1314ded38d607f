/*
 * bench_store: what the store costs beside SQLite alone.
 *
 * Inserts the same incidents, messages of 1 KB and audit lines twice: through
 * the store as the road does it, and by the bare C API with nothing in between
 * (no search, no digest, no checks).  The same file system, journal,
 * synchronous=FULL and batch.  A third run sends every fifth message as an
 * update of an earlier incident.  Reports; asserts no time.
 *
 *     bench_store [FOLDER [ROWS [BATCH]]]
 */
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/incident/incident.h"
#include "agent/store/store.h"

#define MESSAGE_BYTES 1024
#define FOLDER        "."
#define ROWS          100000
#define BATCH         512

/* Flushes to disk, counted by standing before the C library's function. */
static long flushes;

int
fdatasync(int fd)
{
	flushes++;
	return (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	flushes++;
	return (int)syscall(SYS_fsync, fd);
}

struct bench {
	const char *folder;
	long rows, batch;
	char path[512];
	char bytes[MESSAGE_BYTES];
	uint8_t hash[HASH_BYTES];
	char ref[40];
};

static void
stop(const char *what)
{
	(void)fprintf(stderr, "bench_store: %s\n", what);
	exit(4);
}

static void
remove_files(struct bench *b)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char path[600];

	(void)snprintf(
	    b->path, sizeof(b->path), "%s/bench-store.db", b->folder);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof(path), "%s%s", b->path, ends[i]);
		(void)unlink(path);
	}
}

/* Row i: its reference and bytes; the digest is what the reader made. */
static void
make_row(struct bench *b, long i)
{
	(void)snprintf(b->ref, sizeof(b->ref), "EP-20260114-%07ld", i);
	(void)snprintf(b->bytes, 64, "{\"id\":\"%s\"", b->ref);
	hash_sha256(str_make(b->bytes, sizeof(b->bytes)), b->hash);
}

static double
report(const char *what, const struct bench *b, int64_t begun_us, long commits)
{
	double us = (double)(clock_mono_us() - begun_us);

	printf("%-28s %8.0f messages/s  %6.2f us each  %ld commits  "
	       "%ld flushes\n",
	    what, (double)b->rows / us * 1e6, us / (double)b->rows, commits,
	    flushes);
	return us;
}

static void
must(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		stop(sqlite3_errmsg(db));
}

static sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		stop(sqlite3_errmsg(db));
	return st;
}

static void
step(sqlite3 *db, sqlite3_stmt *st)
{
	if (sqlite3_step(st) != SQLITE_DONE)
		stop(sqlite3_errmsg(db));
	(void)sqlite3_reset(st);
}

/* One row into the three tables, all columns that the store fills. */
static void
bare_row(sqlite3 *db, sqlite3_stmt *const st[3], const struct bench *b)
{
	sqlite3_stmt *in = st[0];

	sqlite3_bind_text(in, 1, b->ref, -1, SQLITE_STATIC);
	step(db, in);
	sqlite3_int64 id = sqlite3_last_insert_rowid(db);
	sqlite3_bind_int64(st[1], 1, id);
	sqlite3_bind_blob(st[1], 2, b->hash, HASH_BYTES, SQLITE_STATIC);
	sqlite3_bind_blob(st[1], 3, b->bytes, MESSAGE_BYTES, SQLITE_STATIC);
	step(db, st[1]);
	sqlite3_bind_int64(st[2], 1, id);
	sqlite3_bind_blob(st[2], 2, b->hash, HASH_BYTES, SQLITE_STATIC);
	step(db, st[2]);
}

static double
run_bare(struct bench *b)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *st[3];
	struct store *made = NULL;
	struct err e = { 0 };
	long commits = 0;

	/* The store makes the file, so that the tables are the same. */
	remove_files(b);
	if (store_open(b->path, DB_CREATE, &made, &e) < 0)
		stop(e.msg);
	store_close(&made);
	if (sqlite3_open(b->path, &db) != SQLITE_OK)
		stop("cannot open");
	must(db, "PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL;"
		 "PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-8000;"
		 "INSERT INTO feed (name) VALUES ('cad');"
		 "INSERT INTO rule_set (hash) VALUES ('sha256:00');");
	st[0] = prepare(db,
	    "INSERT INTO incident (feed_id, ref, first_ms, last_ms, opened_ms,"
	    " message_count, rural_crime, in_progress, targeted, basis,"
	    " rule_set_id, tagged_ms, place, lat, lon, source, edition,"
	    " district, grid_ref, status, grade) VALUES (1, $1, 1768387327000,"
	    " 1768387327000, 1768387327000, 1, 0, 0, 0, 'none', 1,"
	    " 1768387327000, 1, 51.8, 0.5, 'coordinates', 'towns',"
	    " 'Braintree', 'TL 7059 0683', 'open', '2')");
	st[1] = prepare(db,
	    "INSERT INTO message (incident_id, hash, received_ms, file, line,"
	    " bytes) VALUES ($1, $2, 1768387327000, 'bulk.ndjson', 1, $3)");
	st[2] = prepare(db,
	    "INSERT INTO audit (at_ms, actor, event, incident_id, detail,"
	    " prev, hash) VALUES (1768387327000, 'agent', 1, $1,"
	    " '{\"sha256\":\"00000000000000000000000000000000"
	    "00000000000000000000000000000000\"}', $2, $2)");
	flushes = 0;
	int64_t begun = clock_mono_us();
	for (long i = 0; i < b->rows; i++) {
		if (i % b->batch == 0)
			must(db, "BEGIN IMMEDIATE");
		make_row(b, i);
		bare_row(db, st, b);
		if (i % b->batch == b->batch - 1 || i == b->rows - 1) {
			must(db, "COMMIT");
			commits++;
		}
	}
	double us = report("bare SQLite, 3 inserts", b, begun, commits);
	for (size_t i = 0; i < 3; i++)
		(void)sqlite3_finalize(st[i]);
	(void)sqlite3_close(db);
	return us;
}

/* The road's questions for one message; of an earlier incident if update. */
static void
store_row(
    struct store *st, struct arena *arena, struct bench *b, long i, bool update)
{
	struct store_incident row;
	struct store_message msg = { .revision = INCIDENT_NO_NUMBER,
		.received_ms = 1768387327000,
		.file = str_of("bulk.ndjson"),
		.line = i,
		.bytes = str_make(b->bytes, sizeof(b->bytes)) };
	const struct rules_result none = { .tags = NULL };
	struct err e = { 0 };
	int found;

	arena_reset(arena);
	memcpy(msg.hash, b->hash, sizeof(msg.hash));
	if (update)
		(void)snprintf(
		    b->ref, sizeof(b->ref), "EP-20260114-%07ld", i / 2);
	found = store_incident_find(
	    st, str_of("cad"), str_of(b->ref), arena, &row, &e);
	if (found < 0)
		stop(e.msg);
	if (!found)
		row = (struct store_incident){ .feed = str_of("cad"),
			.ref = str_of(b->ref),
			.first_ms = 1768387327000,
			.updated_ms = CLOCK_NONE,
			.closed_ms = CLOCK_NONE,
			.opened_ms = 1768387327000,
			.status = str_of("open"),
			.grade = str_of("2"),
			.place = { .class = PLACE_RURAL,
			    .lat = 51.8,
			    .lon = 0.5,
			    .uncertainty_m = (double)__builtin_nan(""),
			    .source = str_of("coordinates"),
			    .edition = str_of("towns"),
			    .district = str_of("Braintree"),
			    .grid_ref = str_of("TL 7059 0683") },
			.basis = str_of("none"),
			.rule_set = str_of("sha256:00"),
			.tagged_ms = 1768387327000 };
	row.last_ms = 1768387327000;
	row.message_count++;
	if (store_incident_put(st, &row, &e) < 0 ||
	    store_message_add(st, row.id, &msg, &e) < 0 ||
	    store_tags_put(st, &row, &none, 1768387327000, &e) < 0)
		stop(e.msg);
}

static double
run_store(struct bench *b, const char *what, long update_every)
{
	struct store *st = NULL;
	struct arena *arena = arena_new();
	struct err e = { 0 };
	long commits = 0;

	remove_files(b);
	if (store_open(b->path, DB_CREATE, &st, &e) < 0)
		stop(e.msg);
	flushes = 0;
	int64_t begun = clock_mono_us();
	for (long i = 0; i < b->rows; i++) {
		if (i % b->batch == 0 && store_begin(st, &e) < 0)
			stop(e.msg);
		make_row(b, i);
		store_row(st, arena, b, i,
		    update_every && i % update_every == update_every - 1);
		if (i % b->batch == b->batch - 1 || i == b->rows - 1) {
			if (store_commit(st, &e) < 0)
				stop(e.msg);
			commits++;
		}
	}
	double us = report(what, b, begun, commits);
	store_close(&st);
	arena_free(&arena);
	remove_files(b);
	return us;
}

int
main(int argc, char **argv)
{
	struct bench b = { .folder = argc > 1 ? argv[1] : FOLDER,
		.rows = argc > 2 ? strtol(argv[2], NULL, 10) : ROWS,
		.batch = argc > 3 ? strtol(argv[3], NULL, 10) : BATCH };
	struct rusage usage;

	if (b.rows <= 0 || b.batch <= 0)
		stop("usage: bench_store [FOLDER [ROWS [BATCH]]]");
	memset(b.bytes, 'x', sizeof(b.bytes));
	double bare = run_bare(&b);
	double ours = run_store(&b, "store, new incidents", 0);
	(void)run_store(&b, "store, every 5th an update", 5);
	(void)getrusage(RUSAGE_SELF, &usage);
	printf("store / bare: %.2f of the rate; peak memory %.1f MB\n",
	    bare / ours, (double)usage.ru_maxrss / 1024);
	return 0;
}
