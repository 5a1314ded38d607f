/* What feeds bring, added up by day of London. */
#include "tests/unit/store/storekit.h"

#include <inttypes.h>

#include "agent/store/feedday.h"

static int64_t
at(int month, int day, int hour)
{
	return clock_from_utc(2026, month, day, hour, 30, 0);
}

static void
add(struct store *st, struct feedday *f, const char *feed, int64_t ms,
    int64_t behind_ms)
{
	const struct feedday_row row = { .feed = str_of(feed),
		.messages = 3,
		.repeated = 1,
		.incidents = 2,
		.faults = 1,
		.last_ms = ms,
		.file = str_of("a.ndjson"),
		.behind_ms = behind_ms };

	OK(store_begin(st, e));
	OK(feedday_add(f, &row, e));
	OK(store_commit(st, e));
}

static void
note(void *user, const struct feedday_row *r)
{
	buf_addf(user,
	    "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
	    " %" PRId64 "|",
	    r->day, r->messages, r->repeated, r->incidents, r->faults,
	    r->behind_ms);
}

static void
expect(struct feedday *f, const char *feed, int64_t limit, const char *want)
{
	struct buf got = { 0 };

	GIVES(feedday_list(f, str_of(feed), limit, note, &got, e), 0);
	assert_string_equal(got.p ? got.p : "", want);
	buf_clear(&got);
}

static void
test_days(void **state)
{
	struct store *st = open_store(":memory:");
	struct feedday *f = NULL;

	(void)state;
	OK(feedday_open(store_db(st), &f, e));
	expect(f, "cad", 5, "");
	add(st, f, "cad", at(7, 1, 22), 100);
	/* In July half past eleven at night in London is 22:30 UTC. */
	add(st, f, "cad", at(7, 1, 23), 200);
	add(st, f, "cad", at(7, 2, 1), -1); /* no entry: as it was */
	add(st, f, "other", at(7, 2, 1), 7);
	expect(f, "cad", 5, "20260702 6 2 4 2 200|20260701 3 1 2 1 100|");
	expect(f, "cad", 1, "20260702 6 2 4 2 200|");
	/* What is older than it is kept goes, of this feed. */
	add(st, f, "cad", at(7, 2, 1) + FEEDDAY_KEEP * INT64_C(86400000), 1);
	expect(f, "cad", 5, "20261002 3 1 2 1 1|20260702 6 2 4 2 200|");
	expect(f, "other", 5, "20260702 3 1 2 1 7|");
	feedday_close(&f);
	feedday_close(&f);
	store_close(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_days) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
