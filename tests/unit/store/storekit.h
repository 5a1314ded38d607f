/*
 * storekit: what the unit tests of the store and of alerts share.
 *
 * Included once by each test program; includes cmocka and what it needs.
 */
#ifndef STOREKIT_H
#define STOREKIT_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/incident/incident.h"
#include "agent/store/audit.h"
#include "agent/store/store.h"

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))
#define UNUSED        __attribute__((unused))

/* The call gives 0 or more; otherwise the test fails with its words. */
#define OK(call)                                              \
	do {                                                  \
		struct err ok_e_ = { 0 };                     \
		struct err *e = &ok_e_;                       \
		if ((call) < 0)                               \
			fail_msg("%s: %s", #call, ok_e_.msg); \
	} while (0)

/* The call gives exactly want. */
#define GIVES(call, want)                                                   \
	do {                                                                \
		struct err ok_e_ = { 0 };                                   \
		struct err *e = &ok_e_;                                     \
		int gives_r_ = (call);                                      \
		if (gives_r_ != (want))                                     \
			fail_msg("%s gave %d, not %d: %s", #call, gives_r_, \
			    (want), ok_e_.msg);                             \
	} while (0)

/* The call fails with that code and says the words. */
#define FAILS(call, want_code, words)                                      \
	do {                                                               \
		struct err ok_e_ = { 0 };                                  \
		struct err *e = &ok_e_;                                    \
		assert_int_equal((call), -1);                              \
		assert_int_equal(ok_e_.code, (want_code));                 \
		if (!strstr(ok_e_.msg, (words)))                           \
			fail_msg("\"%s\" lacks \"%s\"", ok_e_.msg, words); \
	} while (0)

UNUSED static struct store *
open_store(const char *path)
{
	struct store *st = NULL;

	OK(store_open(path, DB_CREATE, &st, e));
	return st;
}

/* The one number that sql gives. */
UNUSED static int64_t
ask(struct store *st, const char *sql)
{
	struct db_stmt *q = NULL;
	int64_t v = 0;

	OK(db_prepare(store_db(st), sql, &q, e));
	GIVES(db_step(q, e), 1);
	v = db_col_int(q, 0);
	db_finish(&q);
	return v;
}

UNUSED static void
run(struct store *st, const char *sql)
{
	OK(db_exec(store_db(st), sql, e));
}

/*
 * How the database would answer sql walks over all of no table but those
 * named, which are small or made for the question; and sorts nothing, if so
 * asked.
 */
UNUSED static void
assert_walks_indexes(
    struct store *st, const char *sql, const char *const *small, bool may_sort)
{
	struct db_stmt *q = NULL;
	struct buf text = { 0 };
	struct err e = { 0 };

	buf_addf(&text, "EXPLAIN QUERY PLAN %s", sql);
	assert_int_equal(db_prepare(store_db(st), text.p, &q, &e), 0);
	while (db_step(q, &e) > 0) {
		char *line = str_copy(db_col_text(q, 3));
		bool is_fine = strncmp(line, "SCAN ", 5) != 0 ||
			       strstr(line, " USING ") != NULL;

		for (size_t i = 0; small[i]; i++)
			is_fine |= strcmp(line + 5, small[i]) == 0;
		/* What is sorted within one row is little. */
		if (!is_fine || (!may_sort && db_col_int(q, 1) == 0 &&
				    strstr(line, "FOR ORDER BY")))
			fail_msg("\"%s\" for: %s", line, sql);
		free(line);
	}
	db_finish(&q);
	buf_clear(&text);
}

/* A new incident of feed "cad", in the caller's transaction: its id. */
UNUSED static int64_t
add_incident(struct store *st, const char *ref)
{
	struct store_incident row = { .feed = str_of("cad"),
		.ref = str_of(ref),
		.first_ms = 1000,
		.last_ms = 1000,
		.opened_ms = 900,
		.updated_ms = CLOCK_NONE,
		.closed_ms = CLOCK_NONE,
		.place = place_unknown(),
		.basis = str_of("none"),
		.message_count = 1,
		.rule_set = str_of("sha256:00"),
		.tagged_ms = 1000 };

	OK(store_incident_put(st, &row, e));
	assert_true(row.id > 0);
	return row.id;
}

/* An empty folder of this program's own; remove_folder() takes it away. */
UNUSED static int
make_folder(void **state)
{
	char *path = strdup("/tmp/buzzard-unit-XXXXXX");

	*state = path;
	return path && mkdtemp(path) ? 0 : -1;
}

UNUSED static int
remove_folder(void **state)
{
	static const char *const names[] = { "buzzard.db", "buzzard.db-wal",
		"buzzard.db-shm" };
	char path[256];

	for (size_t i = 0; i < LENGTH(names); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s",
		    (const char *)*state, names[i]);
		(void)unlink(path);
	}
	int rc = rmdir(*state);
	free(*state);
	return rc;
}

/* "folder/buzzard.db" in a buffer of the caller. */
UNUSED static const char *
db_path(void **state, char out[256])
{
	(void)snprintf(out, 256, "%s/buzzard.db", (const char *)*state);
	return out;
}

#endif /* STOREKIT_H */
