/*
 * Turns to write.  Includes the .c, to see who waits.
 */
#include "base_test.h"

#include "agent/base/db.h"
#include "agent/base/db_turns.c"
#include "agent/base/err.h"
#include "agent/base/str.h"

#define WRITERS 4
#define ROUNDS  100

/* A connection that writes its letter, in a thread. */
struct writer {
	struct db *db;
	pthread_t thread;
	const char *sql;
	int rounds;
};

static void
open_writer(struct writer *w, const char *folder, struct db_turns *turns,
    bool is_urgent, const char *sql)
{
	char path[256];
	struct err e = { 0 };

	(void)snprintf(path, sizeof(path), "%s/a.db", folder);
	*w = (struct writer){ .sql = sql, .rounds = 1 };
	if (db_open(path, DB_CREATE, &w->db, &e) < 0 ||
	    /* One that had to ask SQLite twice would fail. */
	    db_exec(w->db, "PRAGMA busy_timeout = 0", &e) < 0)
		fail_msg("%s", e.msg);
	db_take_turns(w->db, turns, is_urgent);
}

static void *
write_rounds(void *arg)
{
	struct writer *w = arg;
	struct err e = { 0 };

	for (int i = 0; i < w->rounds; i++) {
		if (db_begin(w->db, &e) < 0 || db_exec(w->db, w->sql, &e) < 0)
			return w;
		if (i % 3 == 2)
			db_rollback(w->db);
		else if (db_commit(w->db, &e) < 0)
			return w;
	}
	return NULL;
}

static void
start(struct writer *w)
{
	assert_int_equal(pthread_create(&w->thread, NULL, write_rounds, w), 0);
}

static void
join(struct writer *w)
{
	void *why = NULL;

	assert_int_equal(pthread_join(w->thread, &why), 0);
	if (why)
		fail_msg("could not write: %s", w->sql);
	db_close(&w->db);
}

static void
make_table(struct writer *w)
{
	struct err e = { 0 };

	assert_int_equal(
	    db_exec(
		w->db, "CREATE TABLE said (id INTEGER PRIMARY KEY, who)", &e),
	    0);
}

/* So many wait, one way and the other. */
static void
wait_for(struct db_turns *t, unsigned urgent, uint64_t others)
{
	bool is_so = false;

	while (!is_so) {
		pthread_mutex_lock(&t->lock);
		is_so = t->urgent == urgent && t->drawn - t->serving == others;
		pthread_mutex_unlock(&t->lock);
		(void)usleep(1000);
	}
}

static void
test_urgent_first_then_in_order(void **state)
{
	struct db_turns *turns = db_turns_new();
	struct writer first, a, b, urgent;
	struct db_stmt *q = NULL;
	struct err e = { 0 };

	open_writer(&first, *state, turns, false, "");
	make_table(&first);
	open_writer(
	    &a, *state, turns, false, "INSERT INTO said(who) VALUES('a')");
	open_writer(
	    &b, *state, turns, false, "INSERT INTO said(who) VALUES('b')");
	open_writer(
	    &urgent, *state, turns, true, "INSERT INTO said(who) VALUES('u')");
	assert_int_equal(db_begin(first.db, &e), 0);
	start(&a);
	wait_for(turns, 0, 1);
	start(&b);
	wait_for(turns, 0, 2);
	start(&urgent);
	wait_for(turns, 1, 2);
	assert_int_equal(db_commit(first.db, &e), 0);
	join(&a);
	join(&b);
	join(&urgent);
	assert_int_equal(db_prepare(first.db,
			     "SELECT group_concat(who, '') FROM said", &q, &e),
	    0);
	assert_int_equal(db_step(q, &e), 1);
	assert_true(str_is(db_col_text(q, 0), "uab"));
	db_finish(&q);
	db_close(&first.db);
	db_turns_free(&turns);
	db_turns_free(&turns);
}

static void
test_nobody_finds_it_locked(void **state)
{
	struct db_turns *turns = db_turns_new();
	struct writer all[WRITERS];

	for (int i = 0; i < WRITERS; i++) {
		open_writer(&all[i], *state, turns, i == 0,
		    "INSERT INTO said(who) VALUES('x')");
		all[i].rounds = ROUNDS;
	}
	make_table(&all[0]);
	for (int i = 0; i < WRITERS; i++)
		start(&all[i]);
	for (int i = 0; i < WRITERS; i++)
		join(&all[i]);
	db_turns_free(&turns);
}

/* A begin that fails gives its turn back. */
static void
test_a_begin_that_fails(void **state)
{
	struct db_turns *turns = db_turns_new();
	struct writer inside, outside;
	struct err e = { 0 };

	open_writer(&inside, *state, turns, false, "");
	open_writer(&outside, *state, NULL, false, "");
	assert_int_equal(db_begin(outside.db, &e), 0);
	assert_int_equal(db_begin(inside.db, &e), -1);
	assert_int_equal(e.code, ERR_TEMPORARY);
	db_rollback(outside.db);
	assert_int_equal(db_begin(inside.db, &e), 0);
	db_close(&inside.db); /* in the middle of it */
	db_close(&outside.db);
	db_turns_free(&turns);
}

static void
keep_pages(void *user, int pages)
{
	int *most = user;

	*most = pages > *most ? pages : *most;
}

/* The log of all is watched by one, and begun anew while one reads. */
static void
test_the_log_begins_anew(void **state)
{
	struct db_turns *turns = db_turns_new();
	struct writer one, two;
	struct db_stmt *q = NULL;
	struct err e = { 0 };
	int pages = 0;

	open_writer(&one, *state, turns, true, "");
	open_writer(&two, *state, turns, false,
	    "INSERT INTO said(who) VALUES(zeroblob(100000))");
	make_table(&one);
	db_watch_log(one.db, keep_pages, &pages);
	(void)write_rounds(&two);
	assert_true(pages > 12);
	assert_int_equal(db_prepare(one.db, "SELECT who FROM said", &q, &e), 0);
	assert_int_equal(db_step(q, &e), 1);
	/* That reader needs the log; when it is done it is begun anew. */
	assert_int_equal(db_restart_log(two.db, &e), 0);
	db_reset(q);
	assert_int_equal(db_restart_log(two.db, &e), 1);
	pages = 0;
	two.sql = "INSERT INTO said(who) VALUES('x')";
	(void)write_rounds(&two);
	assert_true(pages > 0 && pages < 12);
	db_finish(&q);
	db_watch_log(one.db, NULL, NULL);
	db_close(&one.db);
	db_close(&two.db);
	db_turns_free(&turns);
}

#define IN_FOLDER(test) \
	cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_urgent_first_then_in_order),
		IN_FOLDER(test_nobody_finds_it_locked),
		IN_FOLDER(test_a_begin_that_fails),
		IN_FOLDER(test_the_log_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
