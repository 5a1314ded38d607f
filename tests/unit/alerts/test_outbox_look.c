/* What the agent asks while it serves goes by an index, never by the table. */
#include "tests/unit/store/storekit.h"

#include "alerts/outbox_look.c" // NOLINT(bugprone-suspicious-include)

static const int often[] = { LOOK_LIST_QUEUED, LOOK_LIST_INFLIGHT,
	LOOK_LIST_SENT, LOOK_LIST_DEAD, LOOK_NUMBERS };

/* Fails if a line of the plan reads a table from end to end. */
static void
check_plan(struct store *st, const char *question)
{
	struct db_stmt *plan = NULL;
	struct err step_error = { 0 };
	char text[2048];
	char line[256];

	(void)snprintf(text, sizeof(text), "EXPLAIN QUERY PLAN %s", question);
	OK(db_prepare(store_db(st), text, &plan, e));
	while (db_step(plan, &step_error) > 0) {
		(void)snprintf(
		    line, sizeof(line), "%.*s", STR_ARG(db_col_text(plan, 3)));
		if (strncmp(line, "SCAN", 4) == 0 && !strstr(line, "USING"))
			fail_msg("%s: %s", question, line);
	}
	db_finish(&plan);
}

static void
test_plans(void **state)
{
	struct store *st = open_store(":memory:");

	(void)state;
	for (size_t i = 0; i < LENGTH(often); i++)
		check_plan(st, sql[often[i]]);
	store_close(&st);
}

static void
note(void *user, const struct outbox_row *row)
{
	(void)row;
	++*(int *)user;
}

static void
note_attempt(void *user, const struct outbox_attempt *attempt)
{
	(void)attempt;
	++*(int *)user;
}

static void
test_empty(void **state)
{
	struct store *st = open_store(":memory:");
	struct outbox *ob = NULL;
	int64_t counts[OUTBOX_STATE_COUNT] = { 1, 1, 1, 1 };
	int seen = 0;

	(void)state;
	OK(outbox_open(store_db(st), &ob, e));
	for (int s = -1; s < OUTBOX_STATE_COUNT; s++)
		GIVES(outbox_list(ob, s, 10, note, &seen, e), 0);
	GIVES(outbox_show(ob, 1, note, note_attempt, &seen, e), 0);
	assert_int_equal(seen, 0);
	OK(outbox_count(ob, counts, e));
	for (int s = 0; s < OUTBOX_STATE_COUNT; s++)
		assert_int_equal(counts[s], 0);
	outbox_close(&ob);
	store_close(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plans),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
