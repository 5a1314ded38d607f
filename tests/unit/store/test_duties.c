/* Who could be told, who was, and what is looked at again. */
#include "tests/unit/store/storekit.h"

#include "agent/store/accounts.h"
#include "agent/store/contacts.h"
#include "agent/store/duties.c" /* its questions, too */
#include "rules/ruleset.h"

#define NOW INT64_C(1800000000000)
#define DAY INT64_C(86400000)

struct kit {
	struct store *st;
	struct accounts *a;
	struct contacts *c;
	struct duties *d;
	struct arena *arena;
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	k->st = open_store(":memory:");
	k->arena = arena_new();
	OK(accounts_open(k->st, &k->a, e));
	OK(contacts_open(k->st, &k->c, e));
	OK(duties_open(k->st, &k->d, e));
	OK(store_begin(k->st, e));
	OK(accounts_add(
	    k->a, "liaison", ACCOUNT_REVIEWER, "kept", NOW, "user:admin", e));
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	store_rollback(k->st);
	duties_close(&k->d);
	duties_close(&k->d);
	contacts_close(&k->c);
	accounts_close(&k->a);
	store_close(&k->st);
	arena_free(&k->arena);
	free(k);
	return 0;
}

/* A tagged incident of one or two themes, closed then, with an informant. */
static int64_t
add(struct kit *k, const char *ref, const char *one, const char *two,
    int64_t closed_ms, enum duties_reach reach)
{
	const struct rules_tag tags[] = {
		{ .theme = str_of(one), .level = RULES_ALERT, .score = 70 },
		{ .theme = str_of(two ? two : ""),
		    .level = RULES_ALERT,
		    .score = 70 },
	};
	const struct rules_result result = {
		.tags = tags, .tag_count = two ? 2 : 1, .basis = "none"
	};
	struct store_incident row;
	int64_t id = add_incident(k->st, ref);

	GIVES(store_incident_find_id(k->st, id, k->arena, &row, e), 1);
	OK(store_tags_put(k->st, &row, &result, NOW, e));
	OK(duties_put_informant(k->d, id, reach, closed_ms, e));
	return id;
}

static int64_t
tell(struct kit *k, int64_t id, int64_t corrects, const char *told)
{
	const struct contact_entry n = { .incident_id = id,
		.account_id = 1,
		.happened_ms = NOW,
		.corrects = corrects,
		.way = CONTACT_WE_RANG,
		.outcome = CONTACT_REACHED,
		.visit_ms = CLOCK_NONE,
		.told = told ? str_of(told) : (struct str){ 0 } };
	int64_t entry = -1;

	OK(entry = contacts_add(k->c, &n, "account:liaison", NOW, e));
	return entry;
}

static void
print(void *user, const struct duties_told *t)
{
	struct buf *out = user;

	buf_addf(out, "%.*s %d of %d, not %d\n", STR_ARG(t->theme),
	    (int)t->told, (int)t->informants, (int)t->unreachable);
}

static void
expect(struct kit *k, const char *text)
{
	struct buf out = { 0 };

	OK(duties_count_told(k->d, NOW, NOW + DAY, print, &out, e));
	assert_string_equal(out.p, text);
	buf_clear(&out);
}

static void
test_who_was_told(void **state)
{
	struct kit *k = *state;
	int64_t one = add(k, "R-1", "fuel", "machinery", NOW, DUTIES_REACHABLE);
	int64_t two =
	    add(k, "R-2", "fuel", NULL, NOW + DAY - 1, DUTIES_REACHABLE);
	int64_t entry;

	add(k, "R-3", "fuel", NULL, NOW + DAY, DUTIES_REACHABLE);
	add(k, "R-4", "fuel", NULL, NOW - 1, DUTIES_REACHABLE);
	add(k, "R-5", "fuel", NULL, CLOCK_NONE, DUTIES_REACHABLE);
	add(k, "R-6", "equine", NULL, NOW, DUTIES_NOT_REACHABLE);
	expect(k, " 0 of 2, not 1\nequine 0 of 0, not 1\n"
		  "fuel 0 of 2, not 0\nmachinery 0 of 1, not 0\n");
	entry = tell(k, one, 0, "any/attended");
	tell(k, one, 0, "any/court");
	tell(k, two, 0, NULL);
	expect(k, " 1 of 2, not 1\nequine 0 of 0, not 1\n"
		  "fuel 1 of 2, not 0\nmachinery 1 of 1, not 0\n");
	/* What was corrected does not count. */
	entry = tell(k, two, tell(k, two, 0, "any/court"), NULL);
	assert_true(entry > 0);
	expect(k, " 1 of 2, not 1\nequine 0 of 0, not 1\n"
		  "fuel 1 of 2, not 0\nmachinery 1 of 1, not 0\n");
}

/* A theme that a person rejected or added. */
static void
test_what_people_decided(void **state)
{
	struct kit *k = *state;
	int64_t id = add(k, "R-1", "fuel", NULL, NOW, DUTIES_REACHABLE);

	(void)id;
	run(k->st, "INSERT INTO decision (incident_id, act_id, theme, verdict,"
		   " at_ms, account_id, note)"
		   " VALUES (1, 1, 'fuel', 2, 0, 1, '')");
	expect(k, " 0 of 0, not 0\n");
	run(k->st, "INSERT INTO decision (incident_id, act_id, theme, verdict,"
		   " at_ms, account_id, note)"
		   " VALUES (1, 1, 'equine', 3, 0, 1, '')");
	expect(k, " 0 of 1, not 0\nequine 0 of 1, not 0\n");
	GIVES(duties_is_confirmed(k->d, 1, str_of("equine"), e), 1);
	GIVES(duties_is_confirmed(k->d, 1, str_of("fuel"), e), 0);
	run(k->st, "UPDATE decision SET undone_ms = 1");
	expect(k, " 0 of 1, not 0\nfuel 0 of 1, not 0\n");
	GIVES(duties_is_confirmed(k->d, 1, str_of("equine"), e), 0);
}

static void
test_what_is_looked_at_again(void **state)
{
	struct kit *k = *state;
	int64_t one = add_incident(k->st, "R-1");
	int64_t two = add_incident(k->st, "R-2");
	int64_t id = 0;

	OK(duties_watch(k->d, one, NOW, e));
	OK(duties_watch(k->d, two, NOW + 1, e));
	GIVES(duties_next(k->d, NOW - 1, 0, &id, e), 0);
	GIVES(duties_next(k->d, NOW, 0, &id, e), 1);
	assert_int_equal(id, one);
	GIVES(duties_next(k->d, NOW, one, &id, e), 0);
	GIVES(duties_next(k->d, NOW + 1, one, &id, e), 1);
	assert_int_equal(id, two);
	OK(duties_watch(k->d, one, NOW + 5, e)); /* put off meanwhile */
	OK(duties_unwatch(k->d, one, NOW, e));
	GIVES(duties_next(k->d, NOW + 5, 0, &id, e), 1);
	assert_int_equal(id, one);
	OK(duties_unwatch(k->d, one, NOW + 5, e));
	GIVES(duties_next(k->d, NOW + 5, 0, &id, e), 1);
	assert_int_equal(id, two);
	run(k->st, "DELETE FROM incident");
	GIVES(duties_next(k->d, NOW + 5, 0, &id, e), 0);
}

/* With millions of incidents a question may not look at all of anything. */
static void
test_plans(void **state)
{
	static const char *const small[] = { "n", "themes", "i", NULL };
	struct kit *k = *state;

	for (size_t i = 0; i < ST_COUNT; i++)
		assert_walks_indexes(k->st, sql[i], small, true);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_who_was_told),
		TEST(test_what_people_decided),
		TEST(test_what_is_looked_at_again),
		TEST(test_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
