/* What is promised and due, by people and by the agent. */
#include "tests/unit/store/storekit.h"

#include "agent/store/accounts.h"
#include "agent/store/contacts.h"
#include "agent/store/contactwords.h"
#include "agent/store/followups.c" /* its questions, too */

#define NOW INT64_C(1800000000000)
#define DAY INT64_C(86400000)

struct kit {
	struct store *st;
	struct accounts *a;
	struct followups *f;
	int64_t incident;
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	k->st = open_store(":memory:");
	OK(accounts_open(k->st, &k->a, e));
	OK(followups_open(k->st, &k->f, e));
	OK(store_begin(k->st, e));
	OK(accounts_add(
	    k->a, "liaison", ACCOUNT_REVIEWER, "kept", NOW, "user:admin", e));
	OK(accounts_add(
	    k->a, "second", ACCOUNT_REVIEWER, "kept", NOW, "user:admin", e));
	k->incident = add_incident(k->st, "R-1");
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	store_rollback(k->st);
	followups_close(&k->f);
	followups_close(&k->f);
	accounts_close(&k->a);
	store_close(&k->st);
	free(k);
	return 0;
}

static int64_t
promise(struct kit *k, int64_t due_ms, int64_t holder)
{
	const struct followup_wish wish = { .incident_id = k->incident,
		.kind = FOLLOWUP_RING,
		.falls_to = FOLLOWUP_DESK,
		.due_ms = due_ms,
		.holder_id = holder,
		.account_id = 1,
		.actor = "account:liaison",
		.note = str_of("after milking"),
		.now_ms = NOW };
	int64_t id = -1;

	OK(id = followups_add(k->f, &wish, e));
	return id;
}

/* What was shown. */
struct shown {
	struct followup last;
	char text[128];
	int64_t ids[8];
	size_t count;
};

static void
keep(void *user, const struct followup *one)
{
	struct shown *s = user;

	s->last = *one;
	(void)snprintf(s->text, sizeof s->text, "%.*s|%.*s|%.*s|%.*s",
	    STR_ARG(one->ref), STR_ARG(one->by), STR_ARG(one->holder),
	    STR_ARG(one->cause));
	s->ids[s->count++ % LENGTH(s->ids)] = one->id;
}

static struct shown
find(struct kit *k, int64_t id)
{
	struct shown s = { 0 };

	GIVES(followups_find(k->f, id, keep, &s, e), 1);
	return s;
}

/* As the second account, having seen the newest line. */
static struct followup_change
change_of(struct kit *k, int64_t id, enum followup_what what)
{
	return (struct followup_change){ .id = id,
		.version = find(k, id).last.version,
		.what = what,
		.due_ms = NOW + 2 * DAY,
		.falls_to = FOLLOWUP_TEAM,
		.holder_id = 2,
		.ending = FOLLOWUP_DONE,
		.account_id = 2,
		.actor = "account:second",
		.note = str_of("why"),
		.now_ms = NOW + 1 };
}

static void
test_each_change_is_a_line(void **state)
{
	struct kit *k = *state;
	int64_t id = promise(k, NOW + DAY, 0);
	struct followup_change c = change_of(k, id, FOLLOWUP_MOVED);
	struct shown s = find(k, id);

	assert_string_equal(s.text, "R-1|liaison||");
	GIVES(followups_change(k->f, &c, e), 1);
	GIVES(followups_change(k->f, &c, e), 0); /* seen was an older line */
	assert_int_equal(find(k, id).last.due_ms, NOW + 2 * DAY);
	c = change_of(k, id, FOLLOWUP_GIVEN);
	GIVES(followups_change(k->f, &c, e), 1);
	assert_string_equal(find(k, id).text, "R-1|liaison|second|");
	assert_int_equal(find(k, id).last.falls_to, FOLLOWUP_TEAM);
	c = change_of(k, id, FOLLOWUP_CLOSED);
	GIVES(followups_change(k->f, &c, e), 1);
	assert_int_equal(find(k, id).last.ended_ms, NOW + 1);
	assert_int_equal(find(k, id).last.ending, FOLLOWUP_DONE);
	c = change_of(k, id, FOLLOWUP_MOVED);
	FAILS(followups_change(k->f, &c, e), ERR_INVALID, "It is closed");
	c = change_of(k, id, FOLLOWUP_REOPENED);
	GIVES(followups_change(k->f, &c, e), 1);
	assert_int_equal(find(k, id).last.ended_ms, CLOCK_NONE);
	c = change_of(k, id, FOLLOWUP_REOPENED);
	FAILS(followups_change(k->f, &c, e), ERR_INVALID, "open already");
	c = change_of(k, id, FOLLOWUP_MOVED);
	c.note = str_of("");
	FAILS(followups_change(k->f, &c, e), ERR_INVALID, "Say why");
	assert_int_equal(ask(k->st, "SELECT count(*) FROM followup_line"), 5);
	assert_int_equal(
	    ask(k->st, "SELECT count(*) FROM audit WHERE event = 2"
		       " AND incident_id = 1 AND actor LIKE 'account:%'"),
	    5);
}

static void
test_what_is_not_there(void **state)
{
	struct kit *k = *state;
	struct shown s = { 0 };
	struct followup_change c = {
		.id = 4711, .what = FOLLOWUP_CLOSED, .actor = "account:second"
	};

	GIVES(followups_find(k->f, 4711, keep, &s, e), 0);
	FAILS(followups_change(k->f, &c, e), ERR_INVALID, "no such follow-up");
}

static void
test_what_is_due_first_comes_first(void **state)
{
	struct kit *k = *state;
	int64_t late = promise(k, NOW + 3 * DAY, 1);
	int64_t early = promise(k, NOW - DAY, 0);
	int64_t same = promise(k, NOW + 3 * DAY, 0);
	struct followup_filter f = {
		.after_due_ms = INT64_MIN, .before_ms = INT64_MAX, .limit = 8
	};
	struct followup_change c = change_of(k, early, FOLLOWUP_CLOSED);
	struct shown s = { 0 };
	int64_t count;

	OK(followups_list(k->f, &f, keep, &s, e));
	assert_int_equal(s.count, 3);
	assert_int_equal(s.ids[0], early);
	assert_int_equal(s.ids[1], late);
	assert_int_equal(s.ids[2], same);
	f.after_due_ms = NOW + 3 * DAY;
	f.after_id = late;
	s.count = 0;
	OK(followups_list(k->f, &f, keep, &s, e));
	assert_int_equal(s.count, 1);
	assert_int_equal(s.ids[0], same);
	f = (struct followup_filter){ .holder_id = 1,
		.after_due_ms = INT64_MIN,
		.before_ms = INT64_MAX,
		.limit = 8 };
	s.count = 0;
	OK(followups_list(k->f, &f, keep, &s, e));
	assert_int_equal(s.count, 1);
	assert_int_equal(s.ids[0], late);
	OK(followups_count(k->f, 0, NOW, 9, &count, e));
	assert_int_equal(count, 1);
	OK(followups_count(k->f, 1, INT64_MAX, 9, &count, e));
	assert_int_equal(count, 1);
	GIVES(followups_change(k->f, &c, e), 1);
	OK(followups_count(k->f, 0, INT64_MAX, 9, &count, e));
	assert_int_equal(count, 2);
	OK(followups_count(k->f, 0, INT64_MAX, 1, &count, e));
	assert_int_equal(count, 1);
}

/* --- by itself --- */

static int
judge(struct kit *k, const char *cause)
{
	int r = -1;

	OK(r = followups_judge(k->f, k->incident,
	       cause ? str_of(cause) : (struct str){ 0 }, NOW + DAY,
	       str_of(cause ? "nobody went" : "somebody went"), NOW, e));
	return r;
}

static void
test_the_agent_opens_and_withdraws_its_own(void **state)
{
	struct kit *k = *state;

	assert_int_equal(judge(k, NULL), 0);
	assert_int_equal(judge(k, "hare-coursing"), 1);
	assert_int_equal(judge(k, "hare-coursing"), 0); /* once */
	assert_string_equal(find(k, 1).text, "R-1|||hare-coursing");
	assert_int_equal(find(k, 1).last.kind, FOLLOWUP_TEAM_VISIT);
	assert_int_equal(judge(k, NULL), 1);
	assert_int_equal(judge(k, NULL), 0);
	assert_int_equal(find(k, 1).last.ending, FOLLOWUP_WITHDRAWN);
	assert_int_equal(judge(k, "encampment"), 1);
	assert_string_equal(find(k, 1).text, "R-1|||encampment");
	assert_int_equal(find(k, 1).last.ended_ms, CLOCK_NONE);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM followup"), 1);
	assert_int_equal(
	    ask(k->st, "SELECT count(*) FROM audit WHERE actor = 'agent'"
		       " AND event = 2"),
	    3);
}

/* What a person has touched is theirs. */
static void
test_the_agent_leaves_what_a_person_touched(void **state)
{
	struct kit *k = *state;
	struct followup_change c;

	assert_int_equal(judge(k, "hare-coursing"), 1);
	c = change_of(k, 1, FOLLOWUP_GIVEN);
	GIVES(followups_change(k->f, &c, e), 1);
	assert_int_equal(judge(k, NULL), 0);
	assert_int_equal(find(k, 1).last.ended_ms, CLOCK_NONE);
	c = change_of(k, 1, FOLLOWUP_CLOSED);
	GIVES(followups_change(k->f, &c, e), 1);
	assert_int_equal(judge(k, "hare-coursing"), 0);
	assert_int_equal(find(k, 1).last.ending, FOLLOWUP_DONE);
}

static void
test_nothing_outlives_its_incident(void **state)
{
	struct kit *k = *state;

	promise(k, NOW, 1);
	assert_int_equal(judge(k, "hare-coursing"), 1);
	run(k->st, "DELETE FROM message");
	run(k->st, "DELETE FROM incident");
	assert_int_equal(ask(k->st, "SELECT (SELECT count(*) FROM followup)"
				    " + (SELECT count(*) FROM followup_line)"),
	    0);
}

/* With millions of incidents a question may not look at all of anything. */
static void
test_plans(void **state)
{
	/* (subquery-1): what is counted, and that is limited. */
	static const char *const small[] = { "(subquery-1)", "(subquery-2)",
		NULL };
	struct kit *k = *state;

	for (size_t i = 0; i < ST_COUNT; i++)
		assert_walks_indexes(k->st, sql[i], small,
		    i != ST_LIST && i != ST_LIST_HELD && i != ST_LINES);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_each_change_is_a_line),
		TEST(test_what_is_not_there),
		TEST(test_what_is_due_first_comes_first),
		TEST(test_the_agent_opens_and_withdraws_its_own),
		TEST(test_the_agent_leaves_what_a_person_touched),
		TEST(test_nothing_outlives_its_incident),
		TEST(test_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
