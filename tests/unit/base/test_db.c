#include "base_test.h"

#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>

#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/own.h"

#define NOBODY 65534

static struct db *
open_db(const char *path, enum db_mode mode)
{
	struct db *db = NULL;
	struct err e = { 0 };

	if (db_open(path, mode, &db, &e) < 0)
		fail_msg("%s", e.msg);
	return db;
}

static void
run(struct db *db, const char *sql)
{
	struct err e = { 0 };

	if (db_exec(db, sql, &e) < 0)
		fail_msg("%s: %s", sql, e.msg);
}

static struct db_stmt *
prepare(struct db *db, const char *sql)
{
	struct db_stmt *st = NULL;
	struct err e = { 0 };

	if (db_prepare(db, sql, &st, &e) < 0)
		fail_msg("%s: %s", sql, e.msg);
	return st;
}

/* The one number that sql gives. */
static int64_t
ask(struct db *db, const char *sql)
{
	struct db_stmt *st = prepare(db, sql);
	struct err e = { 0 };

	if (db_step(st, &e) != 1)
		fail_msg("%s: %s", sql, e.msg);
	int64_t v = db_col_int(st, 0);
	db_finish(&st);
	return v;
}

static void
test_values(void **state)
{
	struct db *db = open_db(":memory:", DB_CREATE);
	struct err e;

	(void)state;
	run(db, "CREATE TABLE t (i, r, t, e, b, eb, n, at)");
	struct db_stmt *add = prepare(
	    db, "INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
	db_bind_int(add, 1, INT64_MIN);
	db_bind_real(add, 2, 0.1);
	db_bind_text(add, 3, str_of("caf\xc3\xa9"));
	db_bind_text(add, 4, str_of(""));
	db_bind_blob(add, 5, str_make("a\0b", 3));
	db_bind_blob(add, 6, str_of(""));
	db_bind_null(add, 7);
	db_bind_text(add, 8, str_of(NULL));
	assert_int_equal(db_run(add, &e), 0);
	assert_int_equal(db_changes(db), 1);
	assert_int_equal(db_last_id(db), 1);
	db_finish(&add);
	assert_null(add);
	struct db_stmt *st = prepare(db, "SELECT * FROM t");
	assert_int_equal(db_step(st, &e), 1);
	assert_true(db_col_int(st, 0) == INT64_MIN);
	assert_true(db_col_real(st, 1) == 0.1);
	assert_true(str_is(db_col_text(st, 2), "caf\xc3\xa9"));
	assert_true(str_is_given(db_col_text(st, 3)));
	assert_int_equal(db_col_text(st, 3).len, 0);
	assert_true(str_is_equal(db_col_blob(st, 4), str_make("a\0b", 3)));
	assert_true(str_is_given(db_col_blob(st, 5)));
	assert_int_equal(db_col_blob(st, 5).len, 0);
	assert_true(db_col_is_null(st, 6));
	assert_false(str_is_given(db_col_text(st, 6)));
	assert_false(str_is_given(db_col_blob(st, 6)));
	assert_int_equal(db_col_int(st, 6), 0);
	assert_true(isnan(db_col_real(st, 6)));
	assert_true(db_col_is_null(st, 7));
	assert_int_equal(db_step(st, &e), 0);
	db_finish(&st);
	db_close(&db);
	assert_null(db);
	db_close(&db);
}

/* Statements may be run again, and forget what was bound. */
static void
test_run_again(void **state)
{
	struct db *db = open_db(":memory:", DB_CREATE);
	struct err e;

	(void)state;
	run(db, "CREATE TABLE t (a UNIQUE)");
	struct db_stmt *add = prepare(db, "INSERT INTO t VALUES ($1)");
	db_bind_int(add, 1, 5);
	assert_int_equal(db_run(add, &e), 0);
	db_bind_int(add, 1, 5);
	assert_int_equal(db_run(add, &e), -1);
	assert_int_equal(e.code, ERR_SYSTEM);
	assert_non_null(strstr(e.msg, "UNIQUE constraint failed: t.a"));
	assert_int_equal(db_run(add, &e), 0);
	assert_int_equal(ask(db, "SELECT count(*) FROM t WHERE a IS NULL"), 1);
	db_finish(&add);
	db_close(&db);
}

static void
test_set_up(void **state)
{
	char path[256];
	struct db *db = open_db(path_in(*state, "a.db", path), DB_CREATE);
	struct stat st;

	assert_int_equal(ask(db, "PRAGMA foreign_keys"), 1);
	assert_int_equal(ask(db, "PRAGMA synchronous"), 2);
	assert_int_equal(ask(db, "PRAGMA busy_timeout"), 5000);
	assert_int_equal(ask(db, "SELECT journal_mode = 'wal' FROM "
				 "pragma_journal_mode"),
	    1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	db_close(&db);
}

static void
test_modes(void **state)
{
	char path[256];
	struct db *db = NULL;
	struct err e;

	path_in(*state, "a.db", path);
	assert_int_equal(db_open(path, DB_WRITE, &db, &e), -1);
	assert_int_equal(e.code, ERR_SYSTEM);
	assert_non_null(strstr(e.msg, path));
	assert_int_equal(db_open(path, DB_READ, &db, &e), -1);
	assert_null(db);
	db = open_db(path, DB_CREATE);
	run(db, "CREATE TABLE t (a); INSERT INTO t VALUES (7)");
	db_close(&db);
	db = open_db(path, DB_READ);
	assert_int_equal(ask(db, "SELECT a FROM t"), 7);
	assert_int_equal(db_exec(db, "DELETE FROM t", &e), -1);
	assert_int_equal(e.code, ERR_TEMPORARY);
	db_close(&db);
	db = open_db(path, DB_WRITE);
	run(db, "DELETE FROM t");
	db_close(&db);
	assert_int_equal(db_open("/nonexistent/x.db", DB_CREATE, &db, &e), -1);
	assert_string_equal(e.msg,
	    "cannot create the database /nonexistent/x.db: "
	    "No such file or directory");
}

static void
test_transactions(void **state)
{
	struct db *db = open_db(":memory:", DB_CREATE);
	struct err e;

	(void)state;
	run(db, "CREATE TABLE t (a)");
	db_rollback(db);
	assert_int_equal(db_begin(db, &e), 0);
	assert_true(db_is_in_transaction(db));
	run(db, "INSERT INTO t VALUES (1)");
	assert_int_equal(db_commit(db, &e), 0);
	assert_false(db_is_in_transaction(db));
	assert_int_equal(db_begin(db, &e), 0);
	run(db, "INSERT INTO t VALUES (2)");
	db_rollback(db);
	assert_false(db_is_in_transaction(db));
	assert_int_equal(ask(db, "SELECT count(*) FROM t"), 1);
	/* One that is open is undone by closing. */
	assert_int_equal(db_begin(db, &e), 0);
	db_close(&db);
}

/* A commit that fails (a deferred foreign key) has been rolled back. */
static void
test_commit_fails(void **state)
{
	struct db *db = open_db(":memory:", DB_CREATE);
	struct err e;

	(void)state;
	run(db, "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p "
		"REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED)");
	assert_int_equal(db_begin(db, &e), 0);
	run(db, "INSERT INTO c VALUES (9)");
	assert_int_equal(db_commit(db, &e), -1);
	assert_non_null(strstr(e.msg, "FOREIGN KEY"));
	assert_false(db_is_in_transaction(db));
	assert_int_equal(ask(db, "SELECT count(*) FROM c"), 0);
	assert_int_equal(db_begin(db, &e), 0);
	assert_int_equal(db_commit(db, &e), 0);
	db_close(&db);
}

/*
 * A full database.  What was begun is lost as a whole, nothing that is run
 * afterwards is committed alone, and writing goes on when there is room.
 */
static void
test_full(void **state)
{
	char path[256];
	struct db *db = open_db(path_in(*state, "a.db", path), DB_CREATE);
	struct err e = { 0 };
	int rc = 0;

	run(db, "CREATE TABLE t (a); PRAGMA max_page_count = 20");
	struct db_stmt *add = prepare(db, "INSERT INTO t VALUES ($1)");
	struct db_stmt *small = prepare(db, "INSERT INTO t VALUES (1)");
	assert_int_equal(db_begin(db, &e), 0);
	char text[1000];
	memset(text, 'x', sizeof(text));
	for (int i = 0; i < 1000 && rc == 0; i++) {
		db_bind_text(add, 1, str_make(text, sizeof(text)));
		rc = db_run(add, &e);
	}
	assert_int_equal(rc, -1);
	assert_int_equal(e.code, ERR_TEMPORARY);
	char expected[400];
	(void)snprintf(expected, sizeof(expected),
	    "the disk with %s is full: free space there; nothing was lost and "
	    "writing goes on by itself",
	    path);
	assert_string_equal(e.msg, expected);
	/* Whether SQLite has undone it or not, the caller ends it. */
	db_rollback(db);
	assert_false(db_is_in_transaction(db));
	assert_int_equal(ask(db, "SELECT count(*) FROM t"), 0);
	run(db, "PRAGMA max_page_count = 1000");
	assert_int_equal(db_begin(db, &e), 0);
	assert_int_equal(db_run(small, &e), 0);
	assert_int_equal(db_commit(db, &e), 0);
	assert_int_equal(ask(db, "SELECT count(*) FROM t"), 1);
	db_finish(&add);
	db_finish(&small);
	db_close(&db);
}

/* RAISE(ROLLBACK) undoes the transaction under us, as a full disk can. */
static void
test_lost_transaction(void **state)
{
	struct db *db = open_db(":memory:", DB_CREATE);
	struct err e;

	(void)state;
	run(db, "CREATE TABLE t (a); CREATE TRIGGER no BEFORE INSERT ON t WHEN "
		"new.a = 13 BEGIN SELECT RAISE(ROLLBACK, 'unlucky'); END");
	struct db_stmt *small = prepare(db, "INSERT INTO t VALUES (1)");
	assert_int_equal(db_begin(db, &e), 0);
	assert_int_equal(db_run(small, &e), 0);
	assert_int_equal(db_exec(db, "INSERT INTO t VALUES (13)", &e), -1);
	assert_true(db_is_in_transaction(db));
	assert_int_equal(db_run(small, &e), -1);
	assert_non_null(strstr(e.msg, "unlucky"));
	assert_int_equal(db_exec(db, "INSERT INTO t VALUES (2)", &e), -1);
	assert_int_equal(db_commit(db, &e), -1);
	assert_non_null(strstr(e.msg, "unlucky"));
	assert_false(db_is_in_transaction(db));
	assert_int_equal(ask(db, "SELECT count(*) FROM t"), 0);
	assert_int_equal(db_begin(db, &e), 0);
	assert_int_equal(db_run(small, &e), 0);
	assert_int_equal(db_commit(db, &e), 0);
	assert_int_equal(ask(db, "SELECT count(*) FROM t"), 1);
	db_finish(&small);
	db_close(&db);
}

/* Overwrite len bytes at offset. */
static void
damage(const char *path, off_t offset, size_t len)
{
	char junk[4096];
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	memset(junk, 0xa5, sizeof(junk));
	assert_int_equal(pwrite(fd, junk, len, offset), len);
	assert_int_equal(close(fd), 0);
}

static void
test_damaged(void **state)
{
	char path[256];
	struct db *db = open_db(path_in(*state, "a.db", path), DB_CREATE);
	struct err e = { 0 };

	run(db, "CREATE TABLE t (a)");
	run(db,
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
	    "WHERE i < 5000) INSERT INTO t SELECT 'row ' || i FROM n");
	off_t page_bytes = (off_t)ask(db, "PRAGMA page_size");
	db_close(&db);
	damage(path, page_bytes, 4096); /* the table's first page */
	db = open_db(path, DB_WRITE);
	struct db_stmt *st = prepare(db, "SELECT count(a) FROM t");
	assert_int_equal(db_step(st, &e), -1);
	assert_int_equal(e.code, ERR_CORRUPT);
	assert_non_null(strstr(e.msg, path));
	assert_non_null(strstr(e.msg,
	    " is damaged (database disk image is malformed): stop the agent, "
	    "keep a copy, restore the last backup or what sqlite3 "
	    ".dump saves"));
	db_finish(&st);
	db_close(&db);
}

static void
test_not_a_database(void **state)
{
	static const enum db_mode modes[] = { DB_READ, DB_WRITE, DB_CREATE };
	char path[256];
	struct db *db = open_db(path_in(*state, "a.db", path), DB_CREATE);
	struct err e = { 0 };

	run(db, "CREATE TABLE t (a)");
	db_close(&db);
	damage(path, 0, 100);
	for (size_t i = 0; i < LENGTH(modes); i++) {
		assert_int_equal(db_open(path, modes[i], &db, &e), -1);
		assert_null(db);
		assert_int_equal(e.code, ERR_CORRUPT);
		assert_non_null(strstr(e.msg, "is not a database, or is"));
	}
}

/* In a process without root's rights: open for writing what is read-only. */
static void
open_as_nobody(void *arg)
{
	struct db *db = NULL;
	struct err e = { 0 };

	if (geteuid() == 0 && (setegid(NOBODY) < 0 || seteuid(NOBODY) < 0))
		_exit(2);
	int rc = db_open(arg, DB_WRITE, &db, &e);
	dprintf(STDERR_FILENO, "%d %s %s", rc, err_code_name(e.code), e.msg);
	_exit(0);
}

static void
test_read_only_file(void **state)
{
	char path[256];
	char text[512];
	struct db *db = open_db(path_in(*state, "a.db", path), DB_CREATE);

	run(db, "CREATE TABLE t (a)");
	db_close(&db);
	assert_int_equal(chmod(path, 0444), 0);
	assert_int_equal(chmod(*state, 0755), 0);
	(void)run_apart(open_as_nobody, path, text, sizeof(text));
	assert_memory_equal(text, "-1 temporary cannot write to ", 29);
	assert_non_null(strstr(text, "nothing was lost"));
	/* A file that may not even be read. */
	assert_int_equal(chmod(path, 0000), 0);
	(void)run_apart(open_as_nobody, path, text, sizeof(text));
	assert_memory_equal(text, "-1 system ", 10);
	assert_non_null(strstr(text, "Permission denied"));
}

/* A reader that may not make the file which readers share. */
static void
read_as_nobody(void *arg)
{
	struct db *db = NULL;
	struct err e = { 0 };

	if (geteuid() == 0 && (setegid(NOBODY) < 0 || seteuid(NOBODY) < 0))
		_exit(2);
	int rc = db_open(arg, DB_READ, &db, &e);
	dprintf(STDERR_FILENO, "%d %s %s", rc, err_code_name(e.code), e.msg);
	_exit(0);
}

static void
test_read_only_folder(void **state)
{
	char path[256];
	char text[512];
	struct db *db = open_db(path_in(*state, "a.db", path), DB_CREATE);

	run(db, "CREATE TABLE t (a)");
	db_close(&db);
	assert_int_equal(chmod(path, 0444), 0);
	assert_int_equal(chmod(*state, 0555), 0);
	(void)run_apart(read_as_nobody, path, text, sizeof(text));
	assert_int_equal(chmod(*state, 0755), 0);
	assert_memory_equal(text, "-1 temporary cannot write to ", 29);
	assert_non_null(strstr(text, "its folder"));
}

/* Turned read-only while it is open, and back. */
static void
test_read_only_later(void **state)
{
	char path[256];
	struct db *db = open_db(path_in(*state, "a.db", path), DB_CREATE);
	struct err e = { 0 };

	run(db, "CREATE TABLE t (a)");
	run(db, "PRAGMA query_only = ON");
	assert_int_equal(db_begin(db, &e), -1);
	assert_int_equal(e.code, ERR_TEMPORARY);
	assert_false(db_is_in_transaction(db));
	run(db, "PRAGMA query_only = OFF");
	assert_int_equal(db_begin(db, &e), 0);
	run(db, "INSERT INTO t VALUES (1)");
	assert_int_equal(db_commit(db, &e), 0);
	db_close(&db);
}

static void
test_busy(void **state)
{
	char path[256];
	struct db *one = open_db(path_in(*state, "a.db", path), DB_CREATE);
	struct db *two = open_db(path, DB_WRITE);
	struct err e = { 0 };

	run(two, "PRAGMA busy_timeout = 10");
	assert_int_equal(db_begin(one, &e), 0);
	assert_int_equal(db_begin(two, &e), -1);
	assert_int_equal(e.code, ERR_TEMPORARY);
	assert_memory_equal(e.msg, "another process is writing to ", 30);
	assert_false(db_is_in_transaction(two));
	assert_int_equal(db_commit(one, &e), 0);
	assert_int_equal(db_begin(two, &e), 0);
	db_rollback(two);
	db_close(&two);
	db_close(&one);
}

static void
test_prepare_error(void **state)
{
	struct db *db = open_db(":memory:", DB_CREATE);
	struct db_stmt *st = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(db_prepare(db, "SELECT x FROM none", &st, &e), -1);
	assert_string_equal(e.msg, "database :memory:: no such table: none");
	assert_null(st);
	/* A name in double quotes is not a text. */
	assert_int_equal(db_prepare(db, "SELECT \"oops\"", &st, &e), -1);
	db_finish(&st);
	db_close(&db);
}

static void
test_version(void **state)
{
	struct db *db = open_db(":memory:", DB_CREATE);
	struct err e;
	int version = -1;

	(void)state;
	assert_int_equal(db_version(db, &version, &e), 0);
	assert_int_equal(version, 0);
	assert_int_equal(db_begin(db, &e), 0);
	assert_int_equal(db_set_version(db, 12, &e), 0);
	assert_int_equal(db_commit(db, &e), 0);
	assert_int_equal(db_version(db, &version, &e), 0);
	assert_int_equal(version, 12);
	db_close(&db);
}

static off_t
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size : -1;
}

/* After a checkpoint the log is written from its beginning again. */
static void
test_data_version(void **state)
{
	char path[256];
	struct db *db = open_db(path_in(*state, "a.db", path), DB_CREATE);
	struct db *other = open_db(path, DB_WRITE);
	struct err e = { 0 };
	int64_t first, now;

	assert_int_equal(db_data_version(db, &first, &e), 0);
	run(db, "CREATE TABLE t (i)");
	assert_int_equal(db_data_version(db, &now, &e), 0);
	assert_int_equal(now, first);
	run(other, "INSERT INTO t VALUES (1)");
	assert_int_equal(db_data_version(db, &now, &e), 0);
	assert_int_not_equal(now, first);
	db_close(&other);
	db_close(&db);
}

static void
test_checkpoint(void **state)
{
	char path[256];
	char log[256];
	struct db *db = open_db(path_in(*state, "a.db", path), DB_CREATE);
	struct err e = { 0 };

	path_in(*state, "a.db-wal", log);
	run(db, "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
	off_t size = size_of(log);
	assert_true(size > 0);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(db_checkpoint(db, &e), 0);
		run(db, "INSERT INTO t VALUES (3)");
	}
	assert_int_equal(size_of(log), size);
	/* A large log is cut. */
	run(db, "INSERT INTO t VALUES (zeroblob(20000000))");
	assert_true(size_of(log) > 20000000);
	assert_int_equal(db_checkpoint(db, &e), 0);
	assert_int_equal(size_of(log), 0);
	db_close(&db);
}

struct watched {
	int calls, pages; /* how often told, and what last */
};

static void
note_pages(void *user, int pages)
{
	struct watched *w = user;

	w->calls++;
	w->pages = pages;
}

/*
 * The log of a connection that is watched is moved by others: by the commit
 * itself only once it is very large, or when nobody watches any more.
 */
static void
test_watch_log(void **state)
{
	static const char many[] =
	    "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT"
	    " i + 1 FROM n WHERE i < 5000) SELECT zeroblob(8000) FROM n";
	char path[256];
	struct db *db = open_db(path_in(*state, "a.db", path), DB_CREATE);
	struct db *other;
	struct watched w = { 0 };
	struct err e = { 0 };

	db_watch_log(db, note_pages, &w);
	run(db, "CREATE TABLE t (a)");
	assert_int_equal(w.calls, 1);
	assert_true(w.pages > 0);
	run(db, many);
	assert_int_equal(w.calls, 2);
	assert_true(w.pages >= 5000);
	assert_true(size_of(path) < 1000000);
	other = open_db(path, DB_WRITE);
	assert_int_equal(db_move_log(other, &e), 0);
	assert_true(size_of(path) > 40000000);
	run(db, "DELETE FROM t WHERE rowid < 10");
	assert_true(w.pages < 100); /* begun anew */
	db_close(&other);
	for (int i = 0; i < DB_LOG_PAGES_MAX / 5000; i++)
		run(db, many);
	assert_true(w.pages < DB_LOG_PAGES_MAX);
	assert_true(size_of(path) < 60000000);
	run(db, many);
	assert_true(w.pages >= DB_LOG_PAGES_MAX);
	assert_true(size_of(path) > 160000000);
	run(db, "DELETE FROM t WHERE rowid < 20");
	assert_true(w.pages < 100);
	db_watch_log(db, NULL, NULL);
	run(db, many);
	assert_true(size_of(path) > 200000000);
	assert_int_equal(w.calls, 8);
	db_close(&db);
}

/* What is deleted is in no file when the log is emptied, and not before. */
static void
test_empty_log(void **state)
{
	char path[256];
	char log[256];
	struct db *db = open_db(path_in(*state, "a.db", path), DB_CREATE);
	struct err e = { 0 };
	struct buf file = { 0 };

	path_in(*state, "a.db-wal", log);
	run(db, "CREATE TABLE t (a); INSERT INTO t VALUES ('SECRETWORD'), (2)");
	assert_int_equal(db_empty_log(db, &e), 1);
	assert_int_equal(size_of(log), 0);
	assert_int_equal(files_read(path, 1 << 24, &file, &e), 0);
	assert_non_null(memmem(file.p, file.len, "SECRETWORD", 10));
	struct db *reader = open_db(path, DB_READ);
	struct db_stmt *st = prepare(reader, "SELECT a FROM t");
	assert_int_equal(db_step(st, &e), 1);
	run(db, "DELETE FROM t WHERE a = 'SECRETWORD'");
	assert_int_equal(db_empty_log(db, &e), 0);
	db_finish(&st);
	assert_int_equal(db_empty_log(db, &e), 1);
	assert_int_equal(size_of(log), 0);
	buf_reset(&file);
	assert_int_equal(files_read(path, 1 << 24, &file, &e), 0);
	assert_null(memmem(file.p, file.len, "SECRETWORD", 10));
	buf_clear(&file);
	db_close(&reader);
	db_close(&db);
}

/* A reader in the middle of a statement pins the log; nobody waits for it. */
static void
test_checkpoint_beside_a_reader(void **state)
{
	char path[256];
	char log[256];
	struct db *db = open_db(path_in(*state, "a.db", path), DB_CREATE);
	struct err e = { 0 };

	path_in(*state, "a.db-wal", log);
	run(db, "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
	struct db *reader = open_db(path, DB_READ);
	struct db_stmt *st = prepare(reader, "SELECT a FROM t");
	assert_int_equal(db_step(st, &e), 1);
	run(db, "INSERT INTO t VALUES (zeroblob(20000000))");
	assert_int_equal(db_checkpoint(db, &e), 0);
	assert_true(size_of(log) > 20000000);
	db_finish(&st);
	assert_int_equal(db_checkpoint(db, &e), 0);
	assert_int_equal(size_of(log), 0);
	db_close(&reader);
	db_close(&db);
}

static int64_t
number(struct db *db, const char *sql)
{
	struct db_stmt *st = prepare(db, sql);
	struct err e = { 0 };
	int64_t n;

	assert_int_equal(db_step(st, &e), 1);
	n = db_col_int(st, 0);
	db_finish(&st);
	return n;
}

/* Statements between the two are of one moment. */
static void
test_reading_is_of_one_moment(void **state)
{
	static const char count[] = "SELECT count(*) FROM t";
	char path[256];
	struct db *db = open_db(path_in(*state, "a.db", path), DB_CREATE);
	struct db *reader;
	struct db_stmt *st;
	struct err e = { 0 };

	run(db, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
	reader = open_db(path, DB_WRITE);
	assert_int_equal(db_begin_read(reader, &e), 0);
	assert_false(db_is_in_transaction(reader));
	assert_int_equal(number(reader, count), 1);
	run(db, "INSERT INTO t VALUES (2)");
	assert_int_equal(number(reader, count), 1);
	db_end_read(reader);
	assert_int_equal(number(reader, count), 2);
	db_end_read(reader);
	/* Who begins to write sees what is there now, */
	assert_int_equal(db_begin_read(reader, &e), 0);
	assert_int_equal(number(reader, count), 2);
	run(db, "INSERT INTO t VALUES (3)");
	assert_int_equal(db_begin(reader, &e), 0);
	assert_int_equal(number(reader, count), 3);
	run(reader, "INSERT INTO t VALUES (4)");
	assert_int_equal(db_commit(reader, &e), 0);
	assert_int_equal(number(db, count), 4);
	/* and a row that is being read is none the worse for the end. */
	assert_int_equal(db_begin_read(reader, &e), 0);
	st = prepare(reader, "SELECT a FROM t ORDER BY rowid");
	assert_int_equal(db_step(st, &e), 1);
	db_end_read(reader);
	assert_int_equal(db_step(st, &e), 1);
	assert_int_equal(db_col_int(st, 0), 2);
	db_finish(&st);
	assert_int_equal(db_begin_read(reader, &e), 0);
	db_close(&reader);
	db_close(&db);
}

static void
misuse(void *arg)
{
	struct db *db = open_db(":memory:", DB_CREATE);
	struct db_stmt *st = NULL;
	struct err e;
	int rc = 0;

	switch (*(const int *)arg) {
	case 0: rc = db_prepare(db, "SELECT $2, $1", &st, &e); break;
	case 1:
		st = prepare(db, "SELECT $1");
		db_bind_int(st, 2, 1);
		break;
	case 2: rc = db_begin(db, &e) + db_begin(db, &e); break;
	case 3: rc = db_commit(db, &e); break;
	case 4:
		st = prepare(db, "SELECT 1");
		rc = db_run(st, &e);
		break;
	case 5:
		st = prepare(db, "SELECT 1");
		db_close(&db);
		break;
	case 6: rc = db_prepare(db, "SELECT ?", &st, &e); break;
	case 7: rc = db_begin_read(db, &e) + db_begin_read(db, &e); break;
	case 8: rc = db_begin(db, &e) + db_begin_read(db, &e); break;
	}
	_exit(rc);
}

static void
test_misuse_aborts(void **state)
{
	(void)state;
	for (int i = 0; i < 9; i++)
		assert_aborts(misuse, &i, "check failed");
}

#define IN_FOLDER(test) \
	cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_run_again),
		IN_FOLDER(test_set_up),
		IN_FOLDER(test_modes),
		cmocka_unit_test(test_transactions),
		cmocka_unit_test(test_commit_fails),
		IN_FOLDER(test_full),
		cmocka_unit_test(test_lost_transaction),
		IN_FOLDER(test_damaged),
		IN_FOLDER(test_not_a_database),
		IN_FOLDER(test_read_only_file),
		IN_FOLDER(test_read_only_folder),
		IN_FOLDER(test_read_only_later),
		IN_FOLDER(test_busy),
		cmocka_unit_test(test_prepare_error),
		cmocka_unit_test(test_version),
		IN_FOLDER(test_data_version),
		IN_FOLDER(test_checkpoint),
		IN_FOLDER(test_watch_log),
		IN_FOLDER(test_empty_log),
		IN_FOLDER(test_checkpoint_beside_a_reader),
		IN_FOLDER(test_reading_is_of_one_moment),
		cmocka_unit_test(test_misuse_aborts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
