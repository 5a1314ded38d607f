/* The chain, and every way to break it. */
#include "tests/unit/store/storekit.h"

static int
add(struct store *st, const char *actor, const char *detail, struct err *e)
{
	const struct audit_row row = { .at_ms = 1234,
		.actor = str_of(actor),
		.event = AUDIT_CONSULTATION,
		.incident_id = 9,
		.detail = str_of(detail) };

	return audit_add(store_audit(st), &row, e);
}

/* A log of five rows. */
static struct store *
make_log(void)
{
	struct store *st = open_store(":memory:");

	for (int i = 0; i < 5; i++) {
		OK(store_begin(st, e));
		OK(add(st, "user:wlo", "{\"command\":\"incident show\"}", e));
		OK(store_commit(st, e));
	}
	return st;
}

static void
test_whole_log(void **state)
{
	struct store *st = make_log();
	struct audit_finding f;
	uint8_t head[HASH_BYTES];
	int64_t id;

	(void)state;
	GIVES(audit_verify(store_audit(st), &f, e), 0);
	assert_int_equal(f.rows, 5);
	assert_int_equal(f.id, 0);
	GIVES(audit_head(store_audit(st), &id, head, e), 1);
	assert_int_equal(id, 5);
	store_close(&st);
}

static void
test_empty_log(void **state)
{
	struct store *st = open_store(":memory:");
	struct audit_finding f;
	uint8_t head[HASH_BYTES];
	int64_t id = -1;

	(void)state;
	GIVES(audit_verify(store_audit(st), &f, e), 0);
	assert_int_equal(f.rows, 0);
	GIVES(audit_head(store_audit(st), &id, head, e), 0);
	store_close(&st);
}

/* The digest is that of the text that the header promises. */
static void
test_digest_is_as_documented(void **state)
{
	struct store *st = make_log();
	const char *text = "00000000000000000000000000000000"
			   "00000000000000000000000000000000\n"
			   "1\n1234\nuser:wlo\nconsultation\n9\n"
			   "{\"command\":\"incident show\"}\n";
	uint8_t digest[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];
	char sql[200];

	(void)state;
	hash_sha256(str_of(text), digest);
	hash_hex(digest, HASH_BYTES, hex);
	(void)snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM audit WHERE id = 1 AND"
	    " lower(hex(hash)) = '%s'",
	    hex);
	assert_int_equal(ask(st, sql), 1);
	store_close(&st);
}

static const struct {
	const char *damage;
	int64_t id; /* the row that is named */
	const char *words;
} breaks[] = {
	{ "UPDATE audit SET detail = '{}' WHERE id = 3", 3, "altered" },
	{ "UPDATE audit SET at_ms = 1 WHERE id = 1", 1, "altered" },
	{ "UPDATE audit SET actor = 'x' WHERE id = 5", 5, "altered" },
	{ "UPDATE audit SET event = 6 WHERE id = 2", 2, "altered" },
	{ "UPDATE audit SET incident_id = NULL WHERE id = 2", 2, "altered" },
	{ "UPDATE audit SET hash = zeroblob(32) WHERE id = 4", 4, "altered" },
	{ "UPDATE audit SET prev = zeroblob(32) WHERE id = 4", 4, "altered" },
	{ "UPDATE audit SET detail = '' WHERE id = 4", 4, "not a line" },
	{ "UPDATE audit SET detail = printf('%.*c', 1100, 'x')"
	  " WHERE id = 4",
	    4, "not a line" },
	{ "DELETE FROM audit WHERE id = 3", 3, "missing" },
	{ "DELETE FROM audit WHERE id = 1", 1, "missing" },
	{ "UPDATE audit SET id = 100 WHERE id = 2;"
	  "UPDATE audit SET id = 2 WHERE id = 3;"
	  "UPDATE audit SET id = 3 WHERE id = 100;",
	    2, "altered" },
	/* Renumbered to hide the gap: the ids are digested too. */
	{ "DELETE FROM audit WHERE id = 2;"
	  "UPDATE audit SET id = id - 1 WHERE id > 2;",
	    2, "altered" },
	/* A row of another log, whole in itself. */
	{ "UPDATE audit SET prev = zeroblob(32), hash = (SELECT hash FROM"
	  " audit WHERE id = 1) WHERE id = 2;",
	    2, "altered" },
};

static void
test_breaks_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(breaks); i++) {
		struct store *st = make_log();
		struct audit_finding f;
		run(st, breaks[i].damage);
		GIVES(audit_verify(store_audit(st), &f, e), 1);
		if (f.id != breaks[i].id || !strstr(f.what, breaks[i].words))
			fail_msg("%s: row %d %s", breaks[i].damage, (int)f.id,
			    f.what);
		store_close(&st);
	}
}

/* Written anew from a row on by somebody who knows the form: the row itself
 * is whole, and does not follow the one before. */
static void
test_forged_row_does_not_follow(void **state)
{
	struct store *st = make_log();
	struct audit_finding f;
	uint8_t digest[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];
	char sql[300];
	const char *text = "00000000000000000000000000000000"
			   "00000000000000000000000000000000\n"
			   "3\n1234\nagent\ncollection\n-\n{}\n";

	(void)state;
	hash_sha256(str_of(text), digest);
	hash_hex(digest, HASH_BYTES, hex);
	(void)snprintf(sql, sizeof(sql),
	    "UPDATE audit SET actor = 'agent', event = 1, incident_id = NULL,"
	    " detail = '{}', prev = zeroblob(32), hash = x'%s' WHERE id = 3",
	    hex);
	run(st, sql);
	GIVES(audit_verify(store_audit(st), &f, e), 1);
	assert_int_equal(f.id, 3);
	assert_non_null(strstr(f.what, "does not follow"));
	store_close(&st);
}

static void
test_bad_rows_are_refused(void **state)
{
	struct store *st = open_store(":memory:");
	char longest[AUDIT_DETAIL_MAX + 2];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	OK(store_begin(st, e));
	FAILS(add(st, "", "{}", e), ERR_INVALID, "actor");
	FAILS(add(st, NULL, "{}", e), ERR_INVALID, "actor");
	FAILS(add(st, "a\nb", "{}", e), ERR_INVALID, "actor");
	FAILS(add(st, longest, "{}", e), ERR_INVALID, "actor");
	FAILS(add(st, "a", "{\n}", e), ERR_INVALID, "detail");
	FAILS(add(st, "a", longest, e), ERR_INVALID, "detail");
	longest[AUDIT_DETAIL_MAX] = '\0';
	OK(add(st, "a", longest, e));
	OK(add(st, "a", NULL, e)); /* "{}" */
	OK(store_commit(st, e));
	struct audit_finding f;
	GIVES(audit_verify(store_audit(st), &f, e), 0);
	assert_int_equal(f.rows, 2);
	store_close(&st);
}

static void
note(void *user, const struct audit_row *row)
{
	buf_addf(user, "%d:%s ", (int)row->id, audit_event_name(row->event));
}

static void
test_list(void **state)
{
	struct store *st = make_log();
	struct buf got = { 0 };

	(void)state;
	run(st, "UPDATE audit SET incident_id = 8 WHERE id = 2");
	OK(audit_list(store_audit(st), 8, note, &got, e));
	assert_string_equal(got.p, "2:consultation ");
	buf_reset(&got);
	OK(audit_list(store_audit(st), 0, note, &got, e));
	assert_int_equal(got.len, 5 * strlen("2:consultation "));
	buf_clear(&got);
	assert_string_equal(audit_event_name((enum audit_event)7), "?");
	store_close(&st);
}

/* An insert that fails does not leave a head that is not there. */
static void
test_head_is_read_again_after_failure(void **state)
{
	char path[256];
	struct store *a = open_store(db_path(state, path));
	struct store *b = open_store(path);
	struct audit_finding f;

	OK(store_begin(a, e));
	OK(add(a, "a", "{}", e));
	store_rollback(a);
	OK(store_begin(b, e));
	OK(add(b, "b", "{}", e));
	OK(store_commit(b, e));
	OK(store_begin(a, e));
	OK(add(a, "a", "{}", e));
	OK(store_commit(a, e));
	GIVES(audit_verify(store_audit(a), &f, e), 0);
	assert_int_equal(f.rows, 2);
	store_close(&b);
	store_close(&a);
}

/* By time, though an index of times is not kept. */
static void
test_find_time(void **state)
{
	struct store *st = open_store(":memory:");
	int64_t id = -1;

	(void)state;
	OK(audit_find_time(store_audit(st), 0, &id, e));
	assert_int_equal(id, 1);
	for (int64_t at = 100; at <= 700; at += 100) {
		const struct audit_row row = { .at_ms = at / 200 * 200,
			.actor = str_of("agent"),
			.event = AUDIT_COLLECTION };

		OK(store_begin(st, e));
		OK(audit_add(store_audit(st), &row, e));
		OK(store_commit(st, e));
	}
	/* 0 200 200 400 400 600 600 */
	static const struct {
		int64_t at_ms, id;
	} cases[] = { { INT64_MIN, 1 }, { 0, 1 }, { 1, 2 }, { 200, 2 },
		{ 201, 4 }, { 400, 4 }, { 599, 6 }, { 600, 6 }, { 601, 8 },
		{ INT64_MAX, 8 } };

	for (size_t i = 0; i < LENGTH(cases); i++) {
		OK(audit_find_time(store_audit(st), cases[i].at_ms, &id, e));
		assert_int_equal(id, cases[i].id);
	}
	store_close(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_log),
		cmocka_unit_test(test_empty_log),
		cmocka_unit_test(test_find_time),
		cmocka_unit_test(test_digest_is_as_documented),
		cmocka_unit_test(test_breaks_are_named),
		cmocka_unit_test(test_forged_row_does_not_follow),
		cmocka_unit_test(test_bad_rows_are_refused),
		cmocka_unit_test(test_list),
		cmocka_unit_test_setup_teardown(
		    test_head_is_read_again_after_failure, make_folder,
		    remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
