/* What happened on a shift. */
#include "tests/unit/store/storekit.h"

#include "agent/store/accounts.h"
#include "agent/store/followups.h"
#include "agent/store/handover.c" /* its questions, too */
#include "rules/ruleset.h"

#define NOW INT64_C(1800000000000)
#define DAY INT64_C(86400000)

struct kit {
	struct store *st;
	struct accounts *a;
	struct followups *f;
	struct handover *h;
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
	OK(followups_open(k->st, &k->f, e));
	OK(handover_open(k->st, &k->h, e));
	OK(store_begin(k->st, e));
	OK(accounts_add(
	    k->a, "liaison", ACCOUNT_REVIEWER, "kept", 0, "user:admin", e));
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	store_rollback(k->st);
	handover_close(&k->h);
	handover_close(&k->h);
	followups_close(&k->f);
	accounts_close(&k->a);
	store_close(&k->st);
	arena_free(&k->arena);
	free(k);
	return 0;
}

/* A message of an incident came at that time. */
static void
message(struct kit *k, int64_t id, int64_t at_ms)
{
	static uint8_t n;
	struct store_message m = { .revision = INCIDENT_NO_NUMBER,
		.received_ms = at_ms,
		.file = str_of("f"),
		.bytes = str_of("{}") };

	m.hash[0] = ++n;
	GIVES(store_message_add(k->st, id, &m, e), 1);
}

static int64_t
add(struct kit *k, const char *ref, const char *theme, int64_t at_ms)
{
	const struct rules_tag tag = { .theme = str_of(theme ? theme : ""),
		.level = RULES_ALERT,
		.score = 70 };
	const struct rules_result result = {
		.tags = &tag, .tag_count = theme ? 1 : 0, .basis = "none"
	};
	struct store_incident row;
	int64_t id = add_incident(k->st, ref);

	GIVES(store_incident_find_id(k->st, id, k->arena, &row, e), 1);
	OK(store_tags_put(k->st, &row, &result, at_ms, e));
	message(k, id, at_ms);
	return id;
}

static void
print_incident(void *user, const struct handover_incident *one)
{
	buf_addf(user, "%.*s %.*s%s%s%s\n", STR_ARG(one->theme),
	    STR_ARG(one->ref), one->is_new ? " new" : "",
	    one->in_progress ? " going" : "", one->is_closed ? " closed" : "");
}

static void
expect(struct kit *k, int64_t from_ms, int64_t to_ms, const char *text)
{
	struct buf out = { 0 };

	buf_add_text(&out, "");
	buf_reserve(&out, 1);
	OK(handover_incidents(
	    k->h, from_ms, to_ms, 9, print_incident, &out, e));
	if (!str_is(buf_str(&out), text))
		fail_msg("got:\n%.*s", STR_ARG(buf_str(&out)));
	buf_clear(&out);
}

static void
test_incidents(void **state)
{
	struct kit *k = *state;
	int64_t one = add(k, "R-1", "fuel", NOW);
	int64_t two = add(k, "R-2", "equine", NOW + 1);

	add(k, "R-3", NULL, NOW + 2);
	run(k->st, "UPDATE incident SET in_progress = 1 WHERE ref = 'R-2'");
	run(k->st, "UPDATE incident SET first_ms = 1800000000001"
		   " WHERE ref = 'R-2'");
	expect(k, NOW, NOW + DAY, "equine R-2 new going\nfuel R-1\n");
	expect(k, NOW + 1, NOW + DAY, "equine R-2 new going\n");
	expect(k, NOW, NOW + 1, "fuel R-1\n");
	expect(k, NOW + 3, NOW + DAY, "");
	message(k, one, NOW + DAY);
	expect(k, NOW + 3, NOW + 2 * DAY, "fuel R-1\n");
	run(k->st, "INSERT INTO decision (incident_id, act_id, theme, verdict,"
		   " at_ms, account_id, note) VALUES"
		   " (1, 1, 'fuel', 2, 1800000000005, 1, ''),"
		   " (1, 1, 'machinery', 3, 1800000000005, 1, '')");
	expect(k, NOW, NOW + 1, "machinery R-1\n");
	(void)two;
}

static void
test_what_stands(void **state)
{
	struct kit *k = *state;
	struct buf out = { 0 };

	add(k, "R-1", "encampment", NOW);
	add(k, "R-2", "encampment", NOW);
	add(k, "R-3", "encampment", NOW);
	add(k, "R-4", "fuel", NOW);
	run(k->st, "UPDATE incident SET closed_ms = 1 WHERE ref = 'R-2'");
	run(k->st, "INSERT INTO decision (incident_id, act_id, theme, verdict,"
		   " at_ms, account_id, note) VALUES"
		   " (3, 1, 'encampment', 2, 0, 1, ''),"
		   " (4, 1, 'encampment', 3, 0, 1, '')");
	OK(handover_standing(k->h, 9, print_incident, &out, e));
	assert_string_equal(out.p, "encampment R-4\nencampment R-1\n");
	buf_clear(&out);
}

static void
print_decision(void *user, const struct handover_decision *one)
{
	buf_addf(user, "%.*s %.*s %s %.*s%s\n", STR_ARG(one->ref),
	    STR_ARG(one->theme), review_verdict_name(one->verdict),
	    STR_ARG(one->by), one->is_undone ? " undone" : "");
}

static void
print_holder(void *user, const struct handover_holder *one)
{
	buf_addf(user, "%.*s %.*s %d\n", STR_ARG(one->who), STR_ARG(one->ref),
	    (int)one->count);
}

static void
test_who_did_and_has_what(void **state)
{
	struct kit *k = *state;
	struct followup_wish wish = { .incident_id = 1,
		.kind = 1,
		.falls_to = 1,
		.due_ms = NOW,
		.holder_id = 1,
		.account_id = 1,
		.actor = "account:liaison",
		.now_ms = NOW };
	struct buf out = { 0 };

	add(k, "R-1", "fuel", NOW);
	run(k->st, "INSERT INTO decision (incident_id, act_id, theme, verdict,"
		   " at_ms, account_id, note, undone_ms) VALUES"
		   " (1, 1, 'fuel', 1, 1800000000000, 1, '', NULL),"
		   " (1, 1, 'fuel', 2, 1800000000001, 1, '', 9),"
		   " (1, 1, 'fuel', 2, 1800000000002, 1, '', 9)");
	OK(handover_decisions(k->h, NOW, NOW + 2, 9, print_decision, &out, e));
	assert_string_equal(out.p, "R-1 fuel confirmed liaison\n"
				   "R-1 fuel rejected liaison undone\n");
	buf_reset(&out);
	run(k->st, "INSERT INTO taker (incident_id, word, actor, at_ms, note,"
		   " once, told) VALUES (1, 1, 'link:team', 5, '', 'x', 1)");
	OK(followups_add(k->f, &wish, e) < 0 ? -1 : 0);
	wish.holder_id = 0;
	OK(followups_add(k->f, &wish, e) < 0 ? -1 : 0);
	OK(handover_holders(k->h, 9, print_holder, &out, e));
	assert_string_equal(out.p, "team R-1 0\nliaison  1\n");
	buf_reset(&out);
	run(k->st, "UPDATE taker SET ended_ms = 6");
	OK(handover_holders(k->h, 9, print_holder, &out, e));
	assert_string_equal(out.p, "liaison  1\n");
	buf_clear(&out);
}

static void
print_note(void *user, const struct handover_note *one)
{
	buf_addf(user, "%.*s %.*s\n", STR_ARG(one->by), STR_ARG(one->text));
}

static int64_t
note(struct kit *k, const char *text, int64_t at_ms)
{
	int64_t id = -1;

	OK(id = handover_add_note(
	       k->h, 1, "account:liaison", str_of(text), at_ms, e));
	return id;
}

static void
test_notes(void **state)
{
	static char longer[HANDOVER_NOTE_MAX + 2];
	struct kit *k = *state;
	struct buf out = { 0 };

	note(k, "first", NOW);
	note(k, "second", NOW + DAY);
	OK(handover_notes(k->h, NOW, NOW + 2 * DAY, print_note, &out, e));
	assert_string_equal(out.p, "liaison second\nliaison first\n");
	buf_reset(&out);
	OK(handover_notes(k->h, NOW + 1, NOW + 2 * DAY, print_note, &out, e));
	assert_string_equal(out.p, "liaison second\n");
	buf_clear(&out);
	FAILS((int)handover_add_note(
		  k->h, 1, "account:liaison", str_of(""), NOW, e),
	    ERR_INVALID, "nothing to hand over");
	memset(longer, 'x', sizeof longer - 1);
	FAILS((int)handover_add_note(
		  k->h, 1, "account:liaison", str_of(longer), NOW, e),
	    ERR_INVALID, "too long");
	/* Those of long ago go, and the log says how many. */
	note(k, "third", NOW + (HANDOVER_KEEP_DAYS + 2) * DAY);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM handover_note"), 1);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM audit WHERE"
				    " event = 6 AND detail ="
				    " '{\"handover_notes\":2}'"),
	    1);
}

/* With millions of incidents a question may not look at all of anything. */
static void
test_plans(void **state)
{
	static const char *const small[] = { "c", "h", "themes", "a", NULL };
	struct kit *k = *state;

	for (size_t i = 0; i < ST_COUNT; i++)
		assert_walks_indexes(k->st, sql[i], small, true);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_incidents),
		TEST(test_what_stands),
		TEST(test_who_did_and_has_what),
		TEST(test_notes),
		TEST(test_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
