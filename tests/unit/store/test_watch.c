/* Reading that is not like working, and pages of what people did. */
#include "tests/unit/store/storekit.h"

/* Its questions are held against the plans made for them. */
#include "agent/store/audit_pages.c" // NOLINT(bugprone-suspicious-include)
#include "agent/store/watch.h"

#define NOW     INT64_C(1800000000000)
#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)

struct kit {
	struct store *st;
	struct watch *w;
	struct audit_pages *p;
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	k->st = open_store(":memory:");
	OK(watch_open(k->st, &k->w, e));
	OK(audit_pages_open(store_db(k->st), &k->p, e));
	OK(store_begin(k->st, e));
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	store_rollback(k->st);
	audit_pages_close(&k->p);
	audit_pages_close(&k->p);
	watch_close(&k->w);
	watch_close(&k->w);
	store_close(&k->st);
	free(k);
	return 0;
}

static void
add(struct kit *k, const char *actor, enum audit_event event,
    int64_t incident_id, int64_t at_ms, const char *detail)
{
	const struct audit_row row = { .at_ms = at_ms,
		.actor = str_of(actor),
		.event = event,
		.incident_id = incident_id,
		.detail = str_of(detail) };

	OK(audit_add(store_audit(k->st), &row, e));
}

static void
look(struct kit *k, const char *actor, int64_t incident_id, int64_t at_ms)
{
	add(k, actor, AUDIT_CONSULTATION, incident_id, at_ms,
	    "{\"page\":\"incident\"}");
}

/* The watch at a time: what it found, or -1 incidents. */
static struct watch_finding
ask_watch(struct kit *k, const char *actor, int64_t hour, int64_t factor,
    int64_t now_ms)
{
	const struct watch_limits limits = { hour, factor };
	struct watch_finding found;
	int r = -1;

	OK(r = watch_look(k->w, &limits, actor, now_ms, &found, e));
	if (r == 0)
		found.incidents = -1;
	return found;
}

static void
test_different_incidents_in_an_hour(void **state)
{
	struct kit *k = *state;
	struct watch_finding f;

	for (int i = 1; i <= 5; i++) {
		look(k, "account:a", i, NOW + i);
		look(k, "account:a", i, NOW + i); /* again: it is one */
		look(k, "account:b", 100 + i, NOW + i);
	}
	look(k, "account:a", 0, NOW + 6); /* a list */
	assert_int_equal(
	    ask_watch(k, "account:a", 5, 0, NOW + 9).incidents, -1);
	assert_int_equal(
	    ask_watch(k, "account:a", 0, 0, NOW + 9).incidents, -1);
	f = ask_watch(k, "account:a", 4, 0, NOW + 9);
	assert_int_equal(f.incidents, 5);
	assert_int_equal(f.limit, 4);
	assert_string_equal(f.who, "account:a");
	assert_string_equal(f.over, "hour");
	/* Once in an hour, of each. */
	assert_int_equal(
	    ask_watch(k, "account:a", 4, 0, NOW + 10).incidents, -1);
	assert_int_equal(
	    ask_watch(k, "account:b", 4, 0, NOW + 10).incidents, 5);
	/* After an hour the first are no more counted. */
	look(k, "account:a", 6, NOW + HOUR_MS + 3);
	look(k, "account:a", 7, NOW + HOUR_MS + 3);
	assert_int_equal(
	    ask_watch(k, "account:a", 4, 0, NOW + HOUR_MS + 3).incidents, -1);
	look(k, "account:a", 8, NOW + HOUR_MS + 20);
	look(k, "account:a", 9, NOW + HOUR_MS + 20);
	look(k, "account:a", 10, NOW + HOUR_MS + 20);
	assert_int_equal(
	    ask_watch(k, "account:a", 4, 0, NOW + HOUR_MS + 20).incidents, 5);
}

static void
test_work_is_not_counted(void **state)
{
	struct kit *k = *state;

	for (int i = 1; i <= 9; i++)
		look(k, "account:a", i, NOW);
	for (int i = 1; i <= 5; i++)
		add(k, "account:a", AUDIT_ALTERATION, i, NOW, "{\"act\":1}");
	add(k, "account:b", AUDIT_ALTERATION, 6, NOW, "{\"act\":2}");
	assert_int_equal(ask_watch(k, "account:a", 4, 0, NOW).incidents, -1);
	assert_int_equal(ask_watch(k, "account:a", 3, 0, NOW).incidents, 4);
}

/* What comes after an account is known is counted as what came before. */
static void
test_what_is_added_is_counted(void **state)
{
	struct kit *k = *state;

	for (int i = 1; i <= 9; i++) {
		look(k, "account:a", i, NOW + i);
		assert_int_equal(
		    ask_watch(k, "account:a", 9, 0, NOW + i).incidents, -1);
		assert_int_equal(
		    ask_watch(k, "account:b", 9, 0, NOW + i).incidents, -1);
	}
	add(k, "account:b", AUDIT_ALTERATION, 1, NOW + 10, "{\"act\":1}");
	add(k, "agent", AUDIT_COLLECTION, 2, NOW + 10, "{}");
	add(k, "account:a", AUDIT_ALTERATION, 3, NOW + 10, "{\"act\":2}");
	add(k, "account:a", AUDIT_CONSULTATION, 0, NOW + 10,
	    "{\"page\":\"v1/queue\",\"form\":\"csv\",\"rows\":5}");
	assert_int_equal(
	    ask_watch(k, "account:a", 13, 0, NOW + 11).incidents, -1);
	assert_int_equal(
	    ask_watch(k, "account:a", 12, 0, NOW + 11).incidents, 13);
}

/* A look that is undone was none. */
static void
test_what_is_undone_is_forgotten(void **state)
{
	struct kit *k = *state;

	look(k, "account:a", 1, NOW);
	assert_int_equal(ask_watch(k, "account:a", 1, 0, NOW).incidents, -1);
	OK(store_commit(k->st, e));
	OK(store_begin(k->st, e));
	for (int i = 2; i <= 5; i++)
		look(k, "account:a", i, NOW);
	assert_int_equal(ask_watch(k, "account:a", 4, 0, NOW).incidents, 5);
	store_rollback(k->st);
	watch_forget(k->w);
	OK(store_begin(k->st, e));
	look(k, "account:b", 3, NOW);
	look(k, "account:a", 2, NOW);
	assert_int_equal(ask_watch(k, "account:a", 2, 0, NOW).incidents, -1);
	assert_int_equal(ask_watch(k, "account:a", 1, 0, NOW).incidents, 2);
}

static void
test_rows_of_files_are_counted(void **state)
{
	struct kit *k = *state;

	look(k, "account:a", 1, NOW);
	add(k, "account:a", AUDIT_CONSULTATION, 0, NOW,
	    "{\"page\":\"v1/queue\",\"form\":\"csv\",\"rows\":40}");
	add(k, "account:a", AUDIT_CONSULTATION, 0, NOW,
	    "{\"page\":\"v1/queue\"}");
	assert_int_equal(ask_watch(k, "account:a", 40, 0, NOW).incidents, 41);
}

/* Ten a day for days, then a day of many. */
static void
work_for(struct kit *k, int days)
{
	for (int day = 1; day <= days; day++)
		for (int i = 0; i < 10; i++)
			look(k, "account:a", day * 100 + i,
			    NOW - (day + 1) * DAY_MS + i);
}

static void
test_more_than_its_busiest_day(void **state)
{
	struct kit *k = *state;
	struct watch_finding f;

	work_for(k, 5);
	for (int i = 1; i <= 30; i++)
		look(k, "account:a", 5000 + i, NOW - 2 * HOUR_MS + i);
	assert_int_equal(ask_watch(k, "account:a", 0, 3, NOW).incidents, -1);
	for (int i = 31; i <= 40; i++)
		look(k, "account:a", 5000 + i, NOW - 2 * HOUR_MS + i);
	assert_int_equal(ask_watch(k, "account:a", 0, 0, NOW).incidents, -1);
	assert_int_equal(ask_watch(k, "account:a", 0, 4, NOW).incidents, -1);
	f = ask_watch(k, "account:a", 0, 3, NOW);
	assert_int_equal(f.incidents, 40);
	assert_int_equal(f.limit, 30);
	assert_string_equal(f.over, "day");
	assert_int_equal(ask_watch(k, "account:a", 0, 3, NOW).incidents, -1);
}

static void
test_too_little_is_known(void **state)
{
	struct kit *k = *state;

	work_for(k, 4);
	for (int i = 1; i <= 90; i++)
		look(k, "account:a", 5000 + i, NOW);
	assert_int_equal(ask_watch(k, "account:a", 0, 3, NOW).incidents, -1);
}

static void
keep_finding(void *user, const struct audit_row *row)
{
	OK(watch_read(row, user, e));
}

static void
test_what_is_kept_is_read(void **state)
{
	struct kit *k = *state;
	const struct audit_pages_filter all = { .actor = str_of(WATCH_ACTOR),
		.since_ms = CLOCK_NONE,
		.before_ms = CLOCK_NONE,
		.limit = 9 };
	const struct audit_row no_line = { .actor = str_of("account:a"),
		.detail = str_of("{\"unusual\":\"hour\"}") };
	const struct audit_row no_json = { .actor = str_of(WATCH_ACTOR),
		.detail = str_of("{") };
	struct watch_finding f, read = { 0 };

	for (int i = 1; i <= 3; i++)
		look(k, "account:a", i, NOW);
	f = ask_watch(k, "account:a", 2, 0, NOW);
	OK(audit_pages_list(k->p, &all, keep_finding, &read, e));
	assert_memory_equal(&f.at_ms, &read.at_ms, sizeof f.at_ms);
	assert_string_equal(f.who, read.who);
	assert_string_equal(f.over, read.over);
	assert_int_equal(f.incidents, read.incidents);
	assert_int_equal(f.limit, read.limit);
	FAILS(watch_read(&no_line, &read, e), ERR_INVALID, "no line");
	FAILS(watch_read(&no_json, &read, e), ERR_INVALID, "");
}

/* --- pages --- */

struct ids {
	char text[64];
	size_t len;
	int64_t last_ms, last_id, count;
};

static void
keep_id(void *user, const struct audit_row *row)
{
	struct ids *ids = user;

	ids->len += (size_t)snprintf(ids->text + ids->len,
	    sizeof ids->text - ids->len, "%d", (int)row->id);
	ids->last_ms = row->at_ms;
	ids->last_id = row->id;
	ids->count++;
}

/* All lines of f, in pages of n. */
static void
expect(struct kit *k, struct audit_pages_filter f, int64_t n, const char *want)
{
	struct ids ids = { .len = 0 };

	f.limit = n;
	do {
		ids.count = 0;
		OK(audit_pages_list(k->p, &f, keep_id, &ids, e));
		f.after_ms = ids.last_ms;
		f.after_id = ids.last_id;
	} while (ids.count > 0);
	assert_string_equal(ids.text, want);
}

static void
test_pages(void **state)
{
	struct kit *k = *state;
	const struct audit_pages_filter all = { .since_ms = CLOCK_NONE,
		.before_ms = CLOCK_NONE };
	struct audit_pages_filter f;

	look(k, "account:a", 7, 100);                        /* 1 */
	add(k, "agent", AUDIT_COLLECTION, 7, 100, "{}");     /* 2 */
	add(k, "account:a", AUDIT_ALTERATION, 7, 300, "{}"); /* 3 */
	look(k, "account:b", 8, 300);                        /* 4 */
	look(k, "account:a", 0, 200); /* 5: the clock went back */
	for (int64_t n = 1; n <= 5; n++) {
		expect(k, all, n, "4351");
		f = all;
		f.actor = str_of("account:a");
		expect(k, f, n, "351");
		f.event = AUDIT_CONSULTATION;
		expect(k, f, n, "51");
		f.incident_id = 7;
		expect(k, f, n, "1");
		f = all;
		f.event = AUDIT_CONSULTATION;
		expect(k, f, n, "451");
		f.since_ms = 200;
		expect(k, f, n, "45");
		f.before_ms = 300;
		expect(k, f, n, "5");
		f = all;
		f.incident_id = 7;
		expect(k, f, n, "31");
		f.actor = str_of("account:b");
		expect(k, f, n, "");
	}
}

/* Each page is found by its index, and none is sorted. */
static void
test_plans(void **state)
{
	struct kit *k = *state;

	for (size_t i = 0; i < ST_COUNT; i++) {
		struct db_stmt *plan = NULL;
		char text[1024];
		struct err e = { 0 };

		(void)snprintf(
		    text, sizeof text, "EXPLAIN QUERY PLAN %s", sql[i]);
		if (db_prepare(store_db(k->st), text, &plan, &e) < 0)
			fail_msg("%s", e.msg);
		while (db_step(plan, &e) > 0) {
			char line[256];

			(void)snprintf(line, sizeof line, "%.*s",
			    STR_ARG(db_col_text(plan, 3)));
			if (!strstr(line, "SEARCH audit USING INDEX "
					  "audit_people_"))
				fail_msg("%s: %s", sql[i], line);
		}
		db_finish(&plan);
	}
}

static void
test_actors(void **state)
{
	static const char *const cases[][2] = { { "patrol", "account:patrol" },
		{ "account:patrol", "account:patrol" },
		{ "user:root", "user:root" }, { "watch", "watch" },
		{ "sign-on", "sign-on" }, { "watcher", "account:watcher" } };
	struct buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		buf_reset(&out);
		audit_pages_actor(str_of(cases[i][0]), &out);
		assert_string_equal(out.p, cases[i][1]);
	}
	buf_clear(&out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_different_incidents_in_an_hour),
		TEST(test_work_is_not_counted),
		TEST(test_what_is_added_is_counted),
		TEST(test_what_is_undone_is_forgotten),
		TEST(test_rows_of_files_are_counted),
		TEST(test_more_than_its_busiest_day),
		TEST(test_too_little_is_known),
		TEST(test_what_is_kept_is_read),
		TEST(test_pages),
		TEST(test_plans),
		cmocka_unit_test(test_actors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
