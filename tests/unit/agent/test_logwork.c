/* The log is moved while its writer does nothing, and begun anew after. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/logwork.h"

#define LITTLE_MS 10
#define TRIES     1000 /* of LITTLE_MS, until it has failed */

struct kit {
	char folder[64], path[96], log[96];
	struct db *db;
	struct logwork *w;
};

static off_t
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size : -1;
}

static void
run(struct kit *k, const char *sql)
{
	struct err e = { 0 };

	if (db_exec(k->db, sql, &e) < 0)
		fail_msg("%s: %s", sql, e.msg);
}

static int
begin(void **state)
{
	static struct kit k;
	struct err e = { 0 };

	(void)snprintf(k.folder, sizeof(k.folder), "/tmp/logwork.XXXXXX");
	assert_non_null(mkdtemp(k.folder));
	(void)snprintf(k.path, sizeof(k.path), "%s/a.db", k.folder);
	(void)snprintf(k.log, sizeof(k.log), "%s/a.db-wal", k.folder);
	assert_int_equal(db_open(k.path, DB_CREATE, &k.db, &e), 0);
	run(&k, "CREATE TABLE t (a)");
	assert_int_equal(logwork_start(k.path, k.db, &k.w, &e), 0);
	*state = &k;
	return 0;
}

static int
end(void **state)
{
	struct kit *k = *state;

	logwork_stop(&k->w);
	assert_null(k->w);
	logwork_stop(&k->w);
	db_close(&k->db);
	(void)unlink(k->path);
	return rmdir(k->folder);
}

#define PAGES      1100
#define PAGE_BYTES 8192

/* PAGES pages in one commit. */
static void
write_much(struct kit *k)
{
	run(k, "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
	       " SELECT i + 1 FROM n WHERE i < 1100)"
	       " SELECT zeroblob(8000) FROM n");
}

/* Wait until so many pages are in the database, and a little longer. */
static void
wait_for_pages(const struct kit *k, off_t pages)
{
	for (int i = 0; i < TRIES && size_of(k->path) < pages * PAGE_BYTES; i++)
		(void)usleep(LITTLE_MS * 1000);
	assert_true(size_of(k->path) >= pages * PAGE_BYTES);
	(void)usleep(10 * LITTLE_MS * 1000);
}

static void
test_moves(void **state)
{
	struct kit *k = *state;

	run(k, "INSERT INTO t VALUES (1)");
	assert_true(size_of(k->path) < 10 * PAGE_BYTES);
	for (int round = 1; round <= 8; round++) {
		write_much(k);
		wait_for_pages(k, (off_t)round * PAGES);
	}
	/* Begun anew, if perhaps not each time. */
	assert_true(size_of(k->log) < (off_t)6 * PAGES * PAGE_BYTES);
}

/* A stop while there is much to move is a stop. */
static void
test_stop_at_once(void **state)
{
	struct kit *k = *state;

	write_much(k);
	logwork_stop(&k->w);
	run(k, "INSERT INTO t VALUES (1)");
}

/* No thread without a database. */
static void
test_no_file(void **state)
{
	struct logwork *w = NULL;
	struct kit *k = *state;
	struct err e = { 0 };

	assert_int_equal(logwork_start("/nowhere/a.db", k->db, &w, &e), -1);
	assert_null(w);
}

#define WITH_KIT(test) cmocka_unit_test_setup_teardown(test, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_KIT(test_moves),
		WITH_KIT(test_stop_at_once),
		WITH_KIT(test_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
