#include "tests/unit/store/storekit.h"

#include "agent/store/position.h"

static void
test_position(void **state)
{
	struct store *st = open_store(":memory:");
	struct position_store *ps = NULL;
	const struct str feed = str_of("cad");
	const struct str file = str_of("a.ndjson");
	struct position pos = { 1, 2, 3, 4, 5, 6, true, false };
	struct position got;

	(void)state;
	OK(position_open(store_db(st), &ps, e));
	GIVES(position_find(ps, feed, file, &got, e), 0);
	OK(store_begin(st, e));
	OK(position_put(ps, feed, file, &pos, e));
	OK(store_commit(st, e));
	GIVES(position_find(ps, feed, file, &got, e), 1);
	assert_int_equal(got.dev, 1);
	assert_int_equal(got.inode, 2);
	assert_int_equal(got.size_bytes, 3);
	assert_int_equal(got.mtime_ns, 4);
	assert_int_equal(got.offset, 5);
	assert_int_equal(got.line, 6);
	assert_true(got.in_array && !got.at_end);
	pos.offset = 500;
	pos.in_array = false;
	pos.at_end = true;
	OK(store_begin(st, e));
	OK(position_put(ps, feed, file, &pos, e));
	store_rollback(st);
	GIVES(position_find(ps, feed, file, &got, e), 1);
	assert_int_equal(got.offset, 5);
	OK(store_begin(st, e));
	OK(position_put(ps, feed, file, &pos, e));
	OK(store_commit(st, e));
	GIVES(position_find(ps, feed, file, &got, e), 1);
	assert_int_equal(got.offset, 500);
	assert_true(!got.in_array && got.at_end);
	GIVES(position_find(ps, str_of("other"), file, &got, e), 0);
	OK(store_begin(st, e));
	OK(position_remove(ps, feed, file, e));
	OK(position_remove(ps, feed, file, e));
	OK(store_commit(st, e));
	GIVES(position_find(ps, feed, file, &got, e), 0);
	position_close(&ps);
	assert_null(ps);
	position_close(&ps);
	store_close(&st);
}

static void
test_open_without_tables(void **state)
{
	struct position_store *ps = NULL;
	struct db *db = NULL;

	(void)state;
	OK(db_open(":memory:", DB_CREATE, &db, e));
	FAILS(position_open(db, &ps, e), ERR_SYSTEM, "feed_position");
	db_close(&db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_position),
		cmocka_unit_test(test_open_without_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
