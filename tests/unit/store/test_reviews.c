/* Decisions, the queue that follows, and what outranks the rules. */
#include "tests/unit/store/storekit.h"

#include "agent/store/accounts.h"
#include "agent/store/reviews.h"

#define NOW INT64_C(1800000000000)

struct kit {
	struct store *st;
	struct accounts *a;
	struct reviews *r;
	struct arena *arena;
	int64_t incident;
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	k->st = open_store(":memory:");
	k->arena = arena_new();
	OK(accounts_open(k->st, &k->a, e));
	OK(reviews_open(k->st, &k->r, e));
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
	reviews_close(&k->r);
	reviews_close(&k->r);
	accounts_close(&k->a);
	store_close(&k->st);
	arena_free(&k->arena);
	free(k);
	return 0;
}

/* What the rules say of the incident: up to two themes. */
static void
tag(struct kit *k, const char *one, enum rules_level level, const char *two)
{
	const struct rules_tag tags[] = {
		{ .theme = str_of(one), .level = level, .score = 70 },
		{ .theme = str_of(two ? two : ""),
		    .level = RULES_REVIEW,
		    .score = 40 },
	};
	const struct rules_result result = { .tags = tags,
		.tag_count = one ? (two ? 2 : 1) : 0,
		.basis = "none" };
	struct store_incident row;

	GIVES(store_incident_find_id(k->st, k->incident, k->arena, &row, e), 1);
	OK(store_tags_put(k->st, &row, &result, NOW, e));
	OK(reviews_refresh(k->r, k->incident, e));
}

static int64_t
queue_rank(struct kit *k)
{
	return ask(k->st, "SELECT coalesce((SELECT rank FROM queue), -1)");
}

/* An act of one wish, by the first account. */
static struct review_act
act_of(struct kit *k, const struct review_wish *wish, const char *version)
{
	return (struct review_act){ .incident_id = k->incident,
		.version = version,
		.wishes = wish,
		.count = 1,
		.account_id = 1,
		.actor = "account:liaison",
		.note = str_of("a note"),
		.now_ms = NOW };
}

static int64_t
decide(struct kit *k, const char *theme, enum review_verdict verdict)
{
	const struct review_wish wish = { str_of(theme), verdict };
	char version[REVIEW_VERSION_MAX];
	int64_t act = -1;

	OK(reviews_version(k->r, k->incident, version, e));
	const struct review_act wanted = act_of(k, &wish, version);
	OK(act = reviews_decide(k->r, &wanted, e));
	assert_true(act > 0);
	return act;
}

static void
test_the_queue_follows(void **state)
{
	struct kit *k = *state;
	int64_t undone;

	assert_int_equal(queue_rank(k), -1);
	tag(k, "fuel", RULES_REVIEW, NULL);
	assert_int_equal(queue_rank(k), 3);
	tag(k, "fuel", RULES_ALERT, "poaching");
	assert_int_equal(queue_rank(k), 1);
	run(k->st, "UPDATE incident SET in_progress = 1");
	OK(reviews_refresh(k->r, k->incident, e));
	assert_int_equal(queue_rank(k), 0);
	(void)decide(k, "fuel", REVIEW_CONFIRMED);
	assert_int_equal(queue_rank(k), 2); /* poaching is left */
	int64_t act = decide(k, "poaching", REVIEW_REJECTED);
	assert_int_equal(queue_rank(k), -1);
	const struct review_undo undo = { .act_id = act,
		.account_id = 2,
		.actor = "account:second",
		.now_ms = NOW };
	GIVES(reviews_undo(k->r, &undo, &undone, e), 1);
	assert_int_equal(undone, k->incident);
	assert_int_equal(queue_rank(k), 2);
	GIVES(reviews_undo(k->r, &undo, &undone, e), 0);
	/* A theme that comes later waits; one that was decided does not. */
	(void)decide(k, "poaching", REVIEW_REJECTED);
	tag(k, "equine", RULES_REVIEW, "fuel");
	assert_int_equal(queue_rank(k), 2);
	tag(k, NULL, RULES_NONE, NULL);
	assert_int_equal(queue_rank(k), -1);
}

static void
test_who_saw_an_older_version_decides_nothing(void **state)
{
	struct kit *k = *state;
	const struct review_wish wish = { str_of("fuel"), REVIEW_CONFIRMED };
	char version[REVIEW_VERSION_MAX];

	tag(k, "fuel", RULES_REVIEW, NULL);
	OK(reviews_version(k->r, k->incident, version, e));
	tag(k, "fuel", RULES_ALERT, NULL);
	{
		const struct review_act late = act_of(k, &wish, version);

		GIVES((int)reviews_decide(k->r, &late, e), 0);
	}
	OK(reviews_version(k->r, k->incident, version, e));
	(void)decide(k, "fuel", REVIEW_REJECTED);
	{
		const struct review_act late = act_of(k, &wish, version);

		GIVES((int)reviews_decide(k->r, &late, e), 0);
	}
	assert_int_equal(ask(k->st, "SELECT count(*) FROM decision"), 1);
}

static void
test_what_cannot_be_decided(void **state)
{
	struct kit *k = *state;
	const struct review_wish confirm = { str_of("fuel"), REVIEW_CONFIRMED };
	const struct review_wish add = { str_of("fuel"), REVIEW_ADDED };
	char version[REVIEW_VERSION_MAX], note[REVIEW_NOTE_MAX + 2];

	OK(reviews_version(k->r, k->incident, version, e));
	{
		struct review_act bad = act_of(k, &confirm, version);

		bad.note = str_of("");
		FAILS((int)reviews_decide(k->r, &bad, e), ERR_INVALID,
		    "fuel is not tagged");
	}
	memset(note, 'x', sizeof note - 1);
	note[sizeof note - 1] = '\0';
	{
		struct review_act bad = act_of(k, &add, version);

		bad.note = str_of(note);
		FAILS((int)reviews_decide(k->r, &bad, e), ERR_INVALID,
		    "1000 bytes");
	}
	tag(k, "fuel", RULES_REVIEW, NULL);
	OK(reviews_version(k->r, k->incident, version, e));
	{
		struct review_act bad = act_of(k, &add, version);

		bad.note = str_of("");
		FAILS((int)reviews_decide(k->r, &bad, e), ERR_INVALID,
		    "tagged already");
	}
	assert_int_equal(ask(k->st, "SELECT count(*) FROM decision"), 0);
}

/* What is told: the rules' two tags with decisions put over them. */
static struct buf
told(struct kit *k, int64_t *turns)
{
	const struct rules_tag rules[] = {
		{ .theme = str_of("fuel"), .level = RULES_ALERT },
		{ .theme = str_of("poaching"), .level = RULES_REVIEW },
	};
	const struct rules_tag *tags = rules;
	size_t count = 2;
	struct buf out = { 0 };

	OK(reviews_apply(k->r, k->incident, k->arena, &tags, &count, turns, e));
	for (size_t i = 0; i < count; i++)
		buf_addf(&out, "%.*s %s,", STR_ARG(tags[i].theme),
		    rules_level_name(tags[i].level));
	return out;
}

static void
test_a_person_outranks_the_rules(void **state)
{
	struct kit *k = *state;
	int64_t before, after, undone, id = 0;
	struct buf out = told(k, &before);

	assert_string_equal(out.p, "fuel alert,poaching review,");
	buf_clear(&out);
	tag(k, "fuel", RULES_ALERT, "poaching");
	(void)decide(k, "fuel", REVIEW_REJECTED);
	int64_t act = decide(k, "equine", REVIEW_ADDED);
	(void)decide(k, "poaching", REVIEW_CONFIRMED);
	out = told(k, &after);
	assert_string_equal(out.p, "equine alert,poaching review,");
	assert_true(after > before);
	buf_clear(&out);
	GIVES(reviews_untold(k->r, 0, &id, e), 1);
	assert_int_equal(id, k->incident);
	OK(reviews_told(k->r, id, e));
	GIVES(reviews_untold(k->r, 0, &id, e), 0);
	const struct review_undo undo = { .act_id = act,
		.account_id = 1,
		.actor = "account:liaison",
		.now_ms = NOW };
	OK(reviews_undo(k->r, &undo, &undone, e));
	GIVES(reviews_untold(k->r, 0, &id, e), 1);
	before = after;
	out = told(k, &after);
	assert_string_equal(out.p, "poaching review,");
	assert_true(after > before); /* an alert's id is not had twice */
	buf_clear(&out);
}

/* What was confirmed stays, at its level, when the rules take it back. */
static void
test_what_was_confirmed_stays(void **state)
{
	struct kit *k = *state;
	const struct rules_tag *tags = NULL;
	size_t count = 0;
	int64_t turns;

	tag(k, "fuel", RULES_REVIEW, NULL);
	(void)decide(k, "fuel", REVIEW_CONFIRMED);
	tag(k, NULL, RULES_NONE, NULL);
	OK(reviews_apply(
	    k->r, k->incident, k->arena, &tags, &count, &turns, e));
	assert_int_equal(count, 1);
	assert_int_equal(tags[0].level, RULES_REVIEW);
}

/* A second thought stands in place of the first, which is kept. */
static void
test_a_second_thought(void **state)
{
	struct kit *k = *state;

	tag(k, "fuel", RULES_ALERT, NULL);
	(void)decide(k, "fuel", REVIEW_REJECTED);
	(void)decide(k, "fuel", REVIEW_CONFIRMED);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM decision"), 2);
	assert_int_equal(ask(k->st, "SELECT verdict FROM decision"
				    " WHERE undone_ms IS NULL"),
	    REVIEW_CONFIRMED);
}

static void
keep_place(void *user, const struct review_item *item)
{
	struct review_filter *f = user;

	f->after_rank = item->rank;
	f->after_since_ms = item->since_ms;
	f->after_id = item->incident_id;
	f->limit++; /* counts them */
}

static void
test_pages_of_the_queue(void **state)
{
	struct kit *k = *state;
	struct review_filter f = { .after_rank = -1, .limit = 7 };
	int64_t count = 0, oldest_ms = 0, seen = 0;

	for (int i = 0; i < 20; i++) {
		char ref[16];

		(void)snprintf(ref, sizeof ref, "P-%d", i);
		k->incident = add_incident(k->st, ref);
		tag(k, "fuel", i % 2 ? RULES_ALERT : RULES_REVIEW, NULL);
	}
	OK(reviews_count(k->r, &f, &count, &oldest_ms, e));
	assert_int_equal(count, 20);
	assert_int_equal(oldest_ms, 900);
	for (int page = 0; page < 3; page++) {
		f.limit = 7;
		struct review_filter next = f;
		next.limit = 0;
		OK(reviews_queue(k->r, &f, keep_place, &next, e));
		seen += next.limit;
		f = next;
	}
	assert_int_equal(seen, 20);
	f = (struct review_filter){
		.after_rank = -1, .limit = 50, .theme = str_of("equine")
	};
	OK(reviews_count(k->r, &f, &count, &oldest_ms, e));
	assert_int_equal(count, 0);
	assert_true(oldest_ms == CLOCK_NONE);
}

static void
test_looks(void **state)
{
	struct kit *k = *state;
	const struct review_look first = { NOW, 7 }, later = { NOW + 5, 9 };
	struct review_look look;

	OK(reviews_look_of(k->r, 1, k->incident, &look, e));
	assert_true(look.at_ms == CLOCK_NONE && look.message_id == 0);
	OK(reviews_looked(k->r, 1, k->incident, &later, e));
	OK(reviews_looked(k->r, 1, k->incident, &first, e));
	OK(reviews_look_of(k->r, 1, k->incident, &look, e));
	assert_int_equal(look.at_ms, NOW + 5);
	assert_int_equal(look.message_id, 9);
	OK(reviews_look_of(k->r, 2, k->incident, &look, e));
	assert_true(look.at_ms == CLOCK_NONE);
}

#define KIT(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT(test_the_queue_follows),
		KIT(test_who_saw_an_older_version_decides_nothing),
		KIT(test_what_cannot_be_decided),
		KIT(test_a_person_outranks_the_rules),
		KIT(test_what_was_confirmed_stays),
		KIT(test_a_second_thought),
		KIT(test_pages_of_the_queue),
		KIT(test_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
