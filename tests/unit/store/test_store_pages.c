/* Pages of the stored incidents: their order, filters and cost. */
#include "tests/unit/store/storekit.h"

/* Its questions are held against the plans made for them. */
#include "agent/store/store_pages.c" // NOLINT(bugprone-suspicious-include)

struct kit {
	struct store *st;
	struct store_pages *p;
};

/* What a page came to: ids, and the place of its last row. */
struct page {
	int64_t ids[16];
	size_t count;
	int64_t last_ms;
};

/* Ids 1 to 8: opened at 100 … 600, two of them at once, the last two never. */
static int
set_up(void **state)
{
	static const char *const opened[] = { "100", "300", "300", "200", "600",
		"500", "NULL", "NULL" };
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	k->st = open_store(":memory:");
	OK(store_pages_open(k->st, &k->p, e));
	OK(store_begin(k->st, e));
	for (size_t i = 0; i < LENGTH(opened); i++) {
		char text[200];
		int64_t id;

		(void)snprintf(text, sizeof text, "R-%zu", i + 1);
		id = add_incident(k->st, text);
		(void)snprintf(text, sizeof text,
		    "UPDATE incident SET opened_ms = %s, district = '%s'"
		    " WHERE id = %d",
		    opened[i], i % 2 ? "Braintree" : "UTTLESFORD", (int)id);
		run(k->st, text);
		if (i == 0 || i == 3 || i == 6) {
			(void)snprintf(text, sizeof text,
			    "INSERT INTO tag (incident_id, theme, level,"
			    " score, rule_set_id, made_ms, evidence, ended_ms)"
			    " VALUES (%d, 'fuel', 2, 70, 1, 0, '[]', %s)",
			    (int)id, i == 6 ? "1" : "NULL");
			run(k->st, text);
		}
	}
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	store_rollback(k->st);
	store_pages_close(&k->p);
	store_pages_close(&k->p);
	store_close(&k->st);
	free(k);
	return 0;
}

static void
keep(void *user, const struct store_incident *row)
{
	struct page *page = user;

	assert_true(page->count < LENGTH(page->ids));
	page->ids[page->count++] = row->id;
	page->last_ms = row->opened_ms;
}

/* All that f lets by, in pages of n rows. */
static void
expect(struct kit *k, struct store_pages_filter f, int64_t n, const char *want)
{
	char got[64] = "";
	size_t len = 0;

	f.limit = n;
	for (int guard = 0; guard < 16; guard++) {
		struct page page = { .count = 0 };

		OK(store_pages_list(k->p, &f, keep, &page, e));
		assert_true((int64_t)page.count <= n);
		for (size_t i = 0; i < page.count; i++)
			len += (size_t)snprintf(got + len, sizeof got - len,
			    "%d", (int)page.ids[i]);
		if (page.count == 0)
			break;
		f.after_id = page.ids[page.count - 1];
		f.after_ms = page.last_ms;
	}
	assert_string_equal(got, want);
}

static void
test_pages(void **state)
{
	const struct store_pages_filter all = { .since_ms = CLOCK_NONE,
		.before_ms = CLOCK_NONE };
	struct store_pages_filter f;

	for (int64_t n = 1; n <= 9; n++) {
		expect(*state, all, n, "56324187");
		f = all;
		f.since_ms = 300;
		expect(*state, f, n, "5632");
		f.before_ms = 600;
		expect(*state, f, n, "632");
		f = all;
		f.district = str_of("uttlesford");
		expect(*state, f, n, "5317");
		f = all;
		f.theme = str_of("fuel");
		expect(*state, f, n, "41");
		f.since_ms = 150;
		expect(*state, f, n, "4");
		f.since_ms = CLOCK_NONE;
		f.before_ms = 150;
		expect(*state, f, n, "1");
		f.district = str_of("Braintree");
		expect(*state, f, n, "");
	}
}

/* Places that nobody was given are places all the same. */
static void
test_any_place(void **state)
{
	static const int64_t odd[] = { INT64_MIN, INT64_MIN + 1, -1, 0, 1,
		INT64_MAX };
	struct kit *k = *state;

	for (size_t i = 0; i < LENGTH(odd); i++)
		for (size_t j = 0; j < LENGTH(odd); j++) {
			struct store_pages_filter f = { .since_ms = CLOCK_NONE,
				.before_ms = CLOCK_NONE,
				.after_ms = odd[i],
				.after_id = odd[j],
				.limit = 9 };
			struct page page = { .count = 0 };

			OK(store_pages_list(k->p, &f, keep, &page, e));
			assert_true(page.count <= 8);
		}
}

/* No page reads from the start, none sorts. */
static void
test_plans(void **state)
{
	struct kit *k = *state;

	for (size_t i = 0; i < ST_COUNT; i++) {
		struct db_stmt *plan = NULL;
		char text[4096];
		bool is_by_index = false;
		struct err e = { 0 };

		(void)snprintf(
		    text, sizeof text, "EXPLAIN QUERY PLAN %s", sql[i]);
		if (db_prepare(store_db(k->st), text, &plan, &e) < 0)
			fail_msg("%s", e.msg);
		while (db_step(plan, &e) > 0) {
			char line[256];

			(void)snprintf(line, sizeof line, "%.*s",
			    STR_ARG(db_col_text(plan, 3)));
			if (strncmp(line, "SCAN", 4) == 0 &&
			    !strstr(line, "SCAN (subquery"))
				fail_msg("%s: %s", sql[i], line);
			is_by_index |=
			    strstr(line, "SEARCH i USING INDEX "
					 "incident_opened (opened_ms") ||
			    strstr(line, "SEARCH t USING INDEX tag_stands "
					 "(theme=? AND incident_id<?");
			/* At the top: the few themes of one may be sorted. */
			if (strstr(line, "TEMP B-TREE") &&
			    db_col_int(plan, 1) == 0)
				fail_msg("%s: %s", sql[i], line);
		}
		db_finish(&plan);
		assert_true(is_by_index);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_pages, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_any_place, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_plans, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
