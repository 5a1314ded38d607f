/* Deciding several incidents as one act, and taking it back. */
#include "tests/unit/store/storekit.h"

#include "agent/store/accounts.h"
#include "agent/store/joint.h"
#include "agent/store/reviews.h"
#include "agent/store/takers.h"
#include "rules/ruleset.h"

#define NOW  INT64_C(1800000000000)
#define ONCE "0123456789abcdef"
#define MANY 5

struct kit {
	struct store *st;
	struct accounts *a;
	struct reviews *r;
	struct joints *b;
	struct takers *t;
	struct arena *arena;
	int64_t ids[MANY];
	struct joint_item items[MANY];
};

/* What the rules say of an incident: one or two themes, the first graver. */
static void
tag(struct kit *k, int64_t id, enum rules_level level, const char *one,
    const char *two)
{
	const struct rules_tag tags[] = {
		{ .theme = str_of(one), .level = level, .score = 70 },
		{ .theme = str_of(two ? two : ""),
		    .level = RULES_REVIEW,
		    .score = 40 },
	};
	const struct rules_result result = { .tags = tags,
		.tag_count = two ? 2 : 1 };
	struct store_incident row;

	GIVES(store_incident_find_id(k->st, id, k->arena, &row, e), 1);
	row.rule_set = str_of("sha256:00");
	OK(store_tags_put(k->st, &row, &result, NOW, e));
	OK(reviews_refresh(k->r, id, e));
}

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	k->st = open_store(":memory:");
	k->arena = arena_new();
	OK(accounts_open(k->st, &k->a, e));
	OK(reviews_open(k->st, &k->r, e));
	OK(joint_open(k->st, k->r, &k->b, e));
	OK(takers_open(k->st, &k->t, e));
	OK(store_begin(k->st, e));
	OK(accounts_add(
	    k->a, "liaison", ACCOUNT_REVIEWER, "kept", NOW, "user:admin", e));
	OK(accounts_add(
	    k->a, "second", ACCOUNT_REVIEWER, "kept", NOW, "user:admin", e));
	for (size_t i = 0; i < MANY; i++) {
		char ref[16];

		(void)snprintf(ref, sizeof ref, "R-%zu", i);
		k->ids[i] = add_incident(k->st, ref);
		tag(k, k->ids[i], RULES_REVIEW, "fuel", NULL);
	}
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	store_rollback(k->st);
	takers_close(&k->t);
	joint_close(&k->b);
	joint_close(&k->b);
	reviews_close(&k->r);
	accounts_close(&k->a);
	store_close(&k->st);
	arena_free(&k->arena);
	free(k);
	return 0;
}

static struct joint_wish
wish_of(enum joint_verdict verdict, const char *theme)
{
	return (struct joint_wish){ .verdict = verdict,
		.theme = str_of(theme),
		.note = str_of("a test of the alarm"),
		.once = str_of(ONCE),
		.account_id = 1,
		.actor = "account:liaison",
		.now_ms = NOW };
}

/* All incidents as a person sees them now. */
static void
look(struct kit *k, const struct joint_wish *wish)
{
	for (size_t i = 0; i < MANY; i++) {
		struct joint_plan plan;

		OK(joint_plan(k->b, wish, k->ids[i], k->arena, &plan, e));
		k->items[i] = (struct joint_item){ .incident_id = k->ids[i],
			.version = arena_str(k->arena, str_of(plan.version)) };
	}
}

static enum joint_outcome
outcome_of(struct kit *k, const struct joint_wish *wish, size_t i)
{
	struct joint_plan plan;

	OK(joint_plan(k->b, wish, k->ids[i], k->arena, &plan, e));
	return plan.outcome;
}

static void
decide(struct kit *k, int64_t id, const char *theme, enum review_verdict v)
{
	const struct review_wish wish = { str_of(theme), v };
	char version[REVIEW_VERSION_MAX];
	const struct review_act act = { .incident_id = id,
		.version = version,
		.wishes = &wish,
		.count = 1,
		.account_id = 2,
		.actor = "account:second",
		.now_ms = NOW };

	OK(reviews_version(k->r, id, version, e));
	OK(reviews_decide(k->r, &act, e));
}

static void
take(struct kit *k, int64_t id, const char *actor)
{
	const struct taker_press p = { .incident_id = id,
		.word = TAKER_TAKES,
		.actor = str_of(actor),
		.note = str_make("", 0),
		.once = str_of(ONCE),
		.now_ms = NOW };

	GIVES(takers_press(k->t, &p, e), 1);
}

static int64_t
do_all(struct kit *k, const struct joint_wish *wish, int want)
{
	int64_t id = 0;

	GIVES(joint_do(k->b, wish, k->items, MANY, k->arena, &id, e), want);
	return id;
}

#define STANDING "SELECT count(*) FROM decision WHERE undone_ms IS NULL"

static void
test_what_a_wish_makes_of_each(void **state)
{
	struct kit *k = *state;
	const struct joint_wish confirm = wish_of(JOINT_CONFIRM, "");
	const struct joint_wish reject = wish_of(JOINT_REJECT, "");
	const struct joint_wish change = wish_of(JOINT_CHANGE, "equine");
	struct joint_plan p;

	tag(k, k->ids[0], RULES_ALERT, "fuel", "equine");
	OK(joint_plan(k->b, &confirm, k->ids[0], k->arena, &p, e));
	assert_int_equal(p.outcome, JOINT_DECIDED);
	assert_int_equal(p.count, 2);
	assert_int_equal(p.wishes[0].verdict, REVIEW_CONFIRMED);
	assert_int_equal(p.levels[0], RULES_ALERT);
	assert_false(p.is_grave); /* nothing is thrown away */
	OK(joint_plan(k->b, &reject, k->ids[0], k->arena, &p, e));
	assert_int_equal(p.wishes[1].verdict, REVIEW_REJECTED);
	assert_true(p.is_grave && p.is_alert && !p.in_progress);
	OK(joint_plan(k->b, &change, k->ids[0], k->arena, &p, e));
	assert_int_equal(p.count, 2);
	assert_int_equal(p.wishes[0].verdict, REVIEW_REJECTED);
	assert_int_equal(p.wishes[1].verdict, REVIEW_CONFIRMED);
	OK(joint_plan(k->b, &change, k->ids[1], k->arena, &p, e));
	assert_int_equal(p.count, 2);
	assert_int_equal(p.wishes[1].verdict, REVIEW_ADDED);
	assert_false(p.is_grave);
	run(k->st, "UPDATE incident SET in_progress = 1 WHERE id = 2");
	OK(joint_plan(k->b, &change, k->ids[1], k->arena, &p, e));
	assert_true(p.is_grave && p.in_progress);
}

static void
test_what_is_left_out(void **state)
{
	struct kit *k = *state;
	const struct joint_wish reject = wish_of(JOINT_REJECT, "");
	const struct joint_wish change = wish_of(JOINT_CHANGE, "equine");
	struct joint_plan p;

	decide(k, k->ids[0], "fuel", REVIEW_CONFIRMED);
	assert_int_equal(outcome_of(k, &reject, 0), JOINT_NOTHING);
	take(k, k->ids[1], "account:second");
	assert_int_equal(outcome_of(k, &reject, 1), JOINT_HELD);
	take(k, k->ids[2], "account:liaison");
	assert_int_equal(outcome_of(k, &reject, 2), JOINT_DECIDED);
	tag(k, k->ids[3], RULES_REVIEW, "fuel", "equine");
	decide(k, k->ids[3], "equine", REVIEW_REJECTED);
	assert_int_equal(outcome_of(k, &change, 3), JOINT_THEME);
	assert_int_equal(outcome_of(k, &reject, 3), JOINT_DECIDED);
	/* What somebody added already is not decided a second time. */
	decide(k, k->ids[4], "equine", REVIEW_ADDED);
	OK(joint_plan(k->b, &change, k->ids[4], k->arena, &p, e));
	assert_int_equal(p.count, 1);
	OK(joint_plan(k->b, &reject, 99, k->arena, &p, e));
	assert_int_equal(p.outcome, JOINT_GONE);
}

static void
test_one_act(void **state)
{
	struct kit *k = *state;
	const struct joint_wish reject = wish_of(JOINT_REJECT, "");
	int64_t id, again;

	tag(k, k->ids[0], RULES_ALERT, "fuel", NULL); /* grave, not ticked */
	tag(k, k->ids[1], RULES_ALERT, "fuel", NULL);
	look(k, &reject);
	k->items[1].is_ticked = true;
	tag(k, k->ids[2], RULES_REVIEW, "fuel", "equine"); /* since */
	take(k, k->ids[3], "link:team");
	id = do_all(k, &reject, 1);
	assert_int_equal(k->items[0].outcome, JOINT_GRAVE);
	assert_int_equal(k->items[1].outcome, JOINT_DECIDED);
	assert_int_equal(k->items[2].outcome, JOINT_CHANGED);
	assert_int_equal(k->items[3].outcome, JOINT_HELD);
	assert_int_equal(k->items[4].outcome, JOINT_DECIDED);
	assert_int_equal(ask(k->st, STANDING), 2);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM queue"), 3);
	assert_int_equal(
	    ask(k->st, "SELECT decided * 10 + left_out FROM batch"), 23);
	/* Each incident has its line, which names the act; the act has one. */
	assert_int_equal(ask(k->st, "SELECT count(*) FROM audit WHERE"
				    " incident_id IN (2, 5) AND"
				    " detail LIKE '{\"act\":%,\"batch\":1,%'"),
	    2);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM audit WHERE"
				    " incident_id IS NULL AND detail ="
				    " '{\"batch\":1,\"verdict\":\"reject\","
				    "\"decided\":2,\"left_out\":3}'"),
	    1);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM decision"
				    " WHERE note = 'a test of the alarm'"),
	    2);
	/* The same form again is the same act. */
	again = do_all(k, &reject, 1);
	assert_int_equal(again, id);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM batch"), 1);
	assert_int_equal(ask(k->st, STANDING), 2);
}

static void
test_nothing_to_do(void **state)
{
	struct kit *k = *state;
	struct joint_wish wish = wish_of(JOINT_REJECT, "");
	int64_t id;

	look(k, &wish);
	for (size_t i = 0; i < MANY; i++)
		k->items[i].version = str_of("another");
	(void)do_all(k, &wish, 0);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(k->items[i].outcome, JOINT_CHANGED);
	FAILS(joint_do(k->b, &wish, k->items, 0, k->arena, &id, e), ERR_INVALID,
	    "1 to 500");
	k->items[1].incident_id = k->items[0].incident_id;
	FAILS(joint_do(k->b, &wish, k->items, 2, k->arena, &id, e), ERR_INVALID,
	    "named twice");
	wish.note = str_make("", 0);
	FAILS(joint_do(k->b, &wish, k->items, 1, k->arena, &id, e), ERR_INVALID,
	    "Say why");
	wish.once = str_of("short");
	FAILS(joint_do(k->b, &wish, k->items, 1, k->arena, &id, e), ERR_INVALID,
	    "16 to 64");
}

static void
keep_back(void *user, const struct joint_row *row)
{
	int *backs = user;

	backs[row->incident_id] = (int)row->back;
}

static void
test_undo(void **state)
{
	struct kit *k = *state;
	const struct joint_wish change = wish_of(JOINT_CHANGE, "equine");
	const struct joint_by by = { 2, "account:second", NOW + 1 };
	int backs[MANY + 1] = { 0 };
	char before[REVIEW_VERSION_MAX];
	int64_t id;

	look(k, &change);
	id = do_all(k, &change, 1);
	assert_int_equal(ask(k->st, STANDING), 2 * MANY);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM queue"), 0);
	decide(k, k->ids[1], "equine", REVIEW_ADDED);
	decide(k, k->ids[2], "arson", REVIEW_ADDED);
	OK(reviews_version(k->r, k->ids[2], before, e));
	GIVES(joint_undo(k->b, id, &by, k->arena, e), 1);
	OK(joint_items(k->b, id, keep_back, backs, e));
	assert_int_equal(backs[1], JOINT_RESTORED);
	assert_int_equal(backs[2], JOINT_UNDONE_BEFORE);
	assert_int_equal(backs[3], JOINT_DECIDED_SINCE);
	assert_int_equal(backs[5], JOINT_RESTORED);
	/* Three wait again with what they waited for, two are untouched. */
	assert_int_equal(ask(k->st, "SELECT count(*) FROM queue"
				    " WHERE themes = 'fuel'"),
	    3);
	assert_int_equal(ask(k->st, "SELECT restored FROM batch"), 3);
	assert_int_equal(
	    ask(k->st, "SELECT count(*) FROM audit WHERE detail LIKE"
		       " '{\"undone\":%,\"batch\":1}'"),
	    3);
	FAILS(joint_undo(k->b, id, &by, k->arena, e), ERR_INVALID,
	    "undone already");
	GIVES(joint_undo(k->b, id + 1, &by, k->arena, e), 0);
}

static void
test_nothing_stands_to_undo(void **state)
{
	struct kit *k = *state;
	const struct joint_wish confirm = wish_of(JOINT_CONFIRM, "");
	const struct joint_by by = { 1, "account:liaison", NOW + 1 };
	int64_t id;

	look(k, &confirm);
	id = do_all(k, &confirm, 1);
	for (size_t i = 0; i < MANY; i++)
		decide(k, k->ids[i], "fuel", REVIEW_REJECTED);
	FAILS(joint_undo(k->b, id, &by, k->arena, e), ERR_INVALID,
	    "Nothing of it stands");
}

static void
test_goes_with_its_incidents(void **state)
{
	struct kit *k = *state;
	const struct joint_wish confirm = wish_of(JOINT_CONFIRM, "");

	look(k, &confirm);
	(void)do_all(k, &confirm, 1);
	run(k->st, "DELETE FROM tag");
	run(k->st, "DELETE FROM incident WHERE id < 5");
	assert_int_equal(ask(k->st, "SELECT count(*) FROM batch_item"), 1);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM batch"), 1);
	run(k->st, "DELETE FROM incident");
	assert_int_equal(ask(k->st, "SELECT count(*) FROM batch"), 0);
}

static void
test_names(void **state)
{
	(void)state;
	for (int i = JOINT_CONFIRM; i <= JOINT_CHANGE; i++)
		assert_int_equal(joint_verdict_find(str_of(joint_verdict_name(
				     (enum joint_verdict)i))),
		    i);
	assert_int_equal(joint_verdict_find(str_of("both")), 0);
	assert_string_equal(joint_outcome_name(JOINT_THEME), "theme");
	assert_string_equal(
	    joint_back_name(JOINT_DECIDED_SINCE), "decided-since");
	assert_null(joint_back_name((enum joint_back)0));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_what_a_wish_makes_of_each),
		TEST(test_what_is_left_out),
		TEST(test_one_act),
		TEST(test_nothing_to_do),
		TEST(test_undo),
		TEST(test_nothing_stands_to_undo),
		TEST(test_goes_with_its_incidents),
		TEST(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
