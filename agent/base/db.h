/*
 * db: the one door to SQLite.
 *
 * A connection belongs to one thread.  Every connection has foreign keys on,
 * WAL, synchronous=FULL, and waits 5 s for another process's write.  Writers
 * use db_begin() (BEGIN IMMEDIATE): a transaction never upgrades.  Statements
 * are prepared once by the module that owns the table and kept with it;
 * parameters are $1, $2 … first written in that order (CHECKed), so that
 * another database can take them.
 *
 * If a failure inside a transaction made SQLite undo it, every step until
 * db_rollback() or db_commit() fails with that same error.
 *
 * Errors say what to do about them: a full disk and a busy or read-only
 * database are ERR_TEMPORARY (they can mend and the caller retries), a
 * damaged file is ERR_CORRUPT, the rest ERR_SYSTEM.
 */
#ifndef BASE_DB_H
#define BASE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct db; /* opaque; one thread */
struct db_stmt;
struct db_turns;
struct err;

/* What is done with the file. */
enum db_mode {
	DB_READ,  /* the file must exist; no writing */
	DB_WRITE, /* the file must exist */
	DB_CREATE /* made if absent, mode 0640 */
};

/* Open path (":memory:" for tests).  The caller owns *out (db_close). */
NODISCARD int db_open(
    const char *path, enum db_mode mode, struct db **out, struct err *e);

/*
 * Close *db and set it NULL; an open transaction is rolled back.  NULL is fine.
 * All statements must be finished first (CHECKed).
 */
void db_close(struct db **db);

/*
 * db_begin() of db waits for its turn, which ends with the transaction; turns
 * are borrowed until db_close().  The log that it writes to is watched with
 * those of all that take the same turns.
 */
void db_take_turns(struct db *db, struct db_turns *turns, bool is_urgent);

/* Those it takes, or NULL. */
struct db_turns *db_turns_of(const struct db *db);

/* Run SQL text of one or more statements that return no rows. */
NODISCARD int db_exec(struct db *db, const char *sql, struct err *e);

/* Begin a write transaction.  Not nested. */
NODISCARD int db_begin(struct db *db, struct err *e);

/*
 * From now on every statement reads the database as it is at the first of
 * them, until db_end_read() or db_begin(), which ends it.  Not nested, nor in
 * a transaction.  For a moment: while it lasts the log cannot begin anew.
 */
NODISCARD int db_begin_read(struct db *db, struct err *e);

/* End it, if there is one.  Cannot fail. */
void db_end_read(struct db *db);

/* Commit.  On failure the transaction has been rolled back. */
NODISCARD int db_commit(struct db *db, struct err *e);

/* Undo the open transaction, if there is one.  Cannot fail. */
void db_rollback(struct db *db);

/* True between db_begin() and its end. */
bool db_is_in_transaction(const struct db *db);

/* Prepare one statement.  The caller owns *out (db_finish). */
NODISCARD int db_prepare(
    struct db *db, const char *sql, struct db_stmt **out, struct err *e);

/* Release *st and set it NULL.  NULL is fine. */
void db_finish(struct db_stmt **st);

/*
 * Bind parameter i (from 1).  Text and blobs are borrowed until db_reset() or
 * the next bind of that parameter; an absent str binds NULL.
 */
void db_bind_int(struct db_stmt *st, int i, int64_t v);
void db_bind_real(struct db_stmt *st, int i, double v);
void db_bind_text(struct db_stmt *st, int i, struct str v);
void db_bind_blob(struct db_stmt *st, int i, struct str v);
void db_bind_null(struct db_stmt *st, int i);

/* 1: there is a row to read.  0: done.  -1: error; st may be run again. */
NODISCARD int db_step(struct db_stmt *st, struct err *e);

/*
 * Run a statement that returns no row (CHECKed), and db_reset() it.  Returns 0,
 * or -1 on error (the statement is reset all the same).
 */
NODISCARD int db_run(struct db_stmt *st, struct err *e);

/* Make st ready to be run again; forgets the bindings. */
void db_reset(struct db_stmt *st);

/*
 * Column i (from 0) of the present row.  Text and blobs are borrowed until the
 * next db_step() or db_reset(); NULL gives an absent str, 0 or NaN.
 */
int64_t db_col_int(struct db_stmt *st, int i);
double db_col_real(struct db_stmt *st, int i);
struct str db_col_text(struct db_stmt *st, int i);
struct str db_col_blob(struct db_stmt *st, int i);
bool db_col_is_null(struct db_stmt *st, int i);

/* Rows changed by the last statement. */
int64_t db_changes(const struct db *db);

/* The row id made by the last INSERT. */
int64_t db_last_id(const struct db *db);

/*
 * A number that is another one than before if another connection has changed
 * the database since; by it what was read stays good.  In a transaction it
 * stays as it is.
 */
NODISCARD int db_data_version(struct db *db, int64_t *version, struct err *e);

/* PRAGMA user_version: the schema step the file stands at. */
NODISCARD int db_version(struct db *db, int *version, struct err *e);
NODISCARD int db_set_version(struct db *db, int version, struct err *e);

/* Pages that a log that is watched may hold at most. */
#define DB_LOG_PAGES_MAX 16000

/*
 * Call grown after each commit of db with the pages that the log holds, and
 * leave it to whom that tells to move them, on another connection; only from
 * DB_LOG_PAGES_MAX on does a commit move them itself.  grown may not use db.
 * NULL: a commit moves them from 4,000 on, as without it.  Where db takes
 * turns, those of all that take the same are watched, in their threads.
 */
void db_watch_log(
    struct db *db, void (*grown)(void *user, int pages), void *user);

/*
 * Move what the write-ahead log holds into the database file, as far as nobody
 * reads it.  Waits for nobody, and nobody waits for it.
 */
NODISCARD int db_move_log(struct db *db, struct err *e);

/*
 * The same to the end, while those that take turns with db wait to write: the
 * log begins anew, which with readers and writers all the time it would not
 * otherwise.  Soon after db_move_log() this is little.  1; 0 if a reader stays
 * in the old one for some time, to be tried again; -1.
 */
NODISCARD int db_restart_log(struct db *db, struct err *e);

/*
 * Move what the write-ahead log holds into the database file, so that the log
 * begins anew; a log of more than 16 MiB is cut.  Does what it can beside
 * readers and waits for nobody.  For idle moments.
 */
NODISCARD int db_checkpoint(struct db *db, struct err *e);

/*
 * After something was erased: move the same and cut the log to nothing, since
 * it holds pages as they were before.  Not in a transaction.  1; 0 if somebody
 * reads or writes at this moment, to be tried again; -1.
 */
NODISCARD int db_empty_log(struct db *db, struct err *e);

#endif /* BASE_DB_H */
