/* Changes of rules: the steps, who may, what is compared, what was written. */
#include "tests/unit/store/storekit.h"

/* Its questions are held against the plans made for them. */
#include "agent/store/rulebook.c" // NOLINT(bugprone-suspicious-include)

#include "agent/base/files.h"
#include "agent/store/accounts.h"
#include "agent/store/rulecheck.h"

#define TEXT_1 \
	"themes t\nrule r \"R\"\n theme t\n give 60 when text has \"a\"\n"
#define TEXT_2 TEXT_1 "# two\n"

struct kit {
	struct store *st;
	struct accounts *a;
	struct rulebook *b;
	struct arena *arena;
	struct rulebook_hand analyst, approver, both, officer;
	struct rulecheck check;
};

static struct rulebook_hand
add_account(struct kit *k, const char *name, unsigned roles)
{
	char kept[PASSWORD_KEPT_MAX];
	struct account a;

	OK(accounts_add(k->a, name, roles, "kept", 1000, "user:admin", e));
	GIVES(accounts_find(k->a, str_of(name), &a, kept, e), 1);
	return (struct rulebook_hand){ a.id, "account:x", 5000 };
}

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	k->st = open_store(":memory:");
	k->arena = arena_new();
	OK(accounts_open(k->st, &k->a, e));
	OK(rulebook_open(k->st, &k->b, e));
	OK(store_begin(k->st, e));
	k->analyst = add_account(k, "analyst", ACCOUNT_ANALYST);
	k->approver = add_account(k, "approver", ACCOUNT_APPROVER);
	k->both = add_account(k, "both", ACCOUNT_ANALYST | ACCOUNT_APPROVER);
	k->officer = add_account(k, "officer", ACCOUNT_OFFICER);
	(void)snprintf(k->check.set, sizeof k->check.set, "sha256:new");
	(void)snprintf(k->check.live, sizeof k->check.live, "sha256:old");
	buf_add_text(&k->check.report, "{\"problems\":[],\"tests\":[]}");
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	rulecheck_release(&k->check);
	store_rollback(k->st);
	rulebook_close(&k->b);
	rulebook_close(&k->b);
	accounts_close(&k->a);
	store_close(&k->st);
	arena_free(&k->arena);
	free(k);
	return 0;
}

static struct rulebook_draft
draft(const struct kit *k, const char *text)
{
	return (struct rulebook_draft){ .file = str_of("own.rules"),
		.text = str_of(text),
		.reason = str_of(" why "),
		.kind = RULEBOOK_TEXT,
		.check = &k->check };
}

static int64_t
add(struct kit *k, const char *text)
{
	const struct rulebook_draft d = draft(k, text);
	int64_t id = 0;

	GIVES(rulebook_add(k->b, &d, &k->analyst, &id, e), 1);
	assert_true(id > 0);
	return id;
}

static struct rulebook_change
got(struct kit *k, int64_t id)
{
	struct rulebook_change c = { 0 };

	GIVES(rulebook_find(k->b, id, k->arena, &c, e), 1);
	return c;
}

static int64_t
seen(struct kit *k, int64_t id)
{
	return got(k, id).changes;
}

/* Its preview is done. */
static void
preview(struct kit *k, int64_t id)
{
	struct rulebook_result r = { .state = RULEBOOK_PREVIEW_DONE,
		.set = str_of("sha256:new"),
		.live = str_of("sha256:old"),
		.figures = str_of("{}"),
		.now_ms = 6000 };

	GIVES(
	    rulebook_ask_preview(k->b, id, seen(k, id), 30, &k->analyst, e), 1);
	GIVES(rulebook_take_preview(k->b, id, seen(k, id), e), 1);
	GIVES(rulebook_note_preview(k->b, id, 1, 2, e), 1);
	GIVES(rulebook_keep_preview(k->b, id, &r, e), 1);
}

/* A change that is approved. */
static int64_t
approved(struct kit *k, const char *text)
{
	int64_t id = add(k, text);

	preview(k, id);
	GIVES(rulebook_propose(k->b, id, seen(k, id), &k->analyst, e), 1);
	GIVES(
	    rulebook_approve(k->b, id, seen(k, id), &k->check, &k->approver, e),
	    1);
	return id;
}

/* What is in force now, as the next check finds it. */
static void
set_base(struct kit *k, const char *text)
{
	k->check.has_base = text != NULL;
	if (text)
		hash_sha256(str_of(text), k->check.base);
}

static void
test_the_way_of_one(void **state)
{
	struct kit *k = *state;
	struct rulebook_change c, next;
	int64_t id = add(k, TEXT_1), second;

	c = got(k, id);
	assert_int_equal(c.state, RULEBOOK_DRAFT);
	assert_true(str_is(c.reason, "why"));
	assert_true(str_is(c.proposer, "analyst"));
	assert_true(str_is(c.text, TEXT_1));
	assert_int_equal(c.digest.len, HASH_BYTES);
	preview(k, id);
	GIVES(rulebook_propose(k->b, id, seen(k, id), &k->analyst, e), 1);
	GIVES(rulebook_next(k->b, k->arena, &next, e), 0);
	GIVES(
	    rulebook_approve(k->b, id, seen(k, id), &k->check, &k->approver, e),
	    1);
	GIVES(rulebook_next(k->b, k->arena, &next, e), 1);
	assert_int_equal(next.id, id);
	GIVES(rulebook_effect(k->b, id, 7000, e), 1);
	c = got(k, id);
	assert_int_equal(c.state, RULEBOOK_IN_FORCE);
	assert_int_equal(c.version, 1);
	assert_int_equal(c.effected_ms, 7000);
	assert_true(str_is(c.decider, "approver"));
	GIVES(rulebook_next(k->b, k->arena, &next, e), 0);
	set_base(k, TEXT_1);
	second = approved(k, TEXT_2);
	GIVES(rulebook_effect(k->b, second, 8000, e), 1);
	c = got(k, id);
	assert_int_equal(c.state, RULEBOOK_ENDED);
	assert_int_equal(c.ended_ms, 8000);
	assert_int_equal(got(k, second).version, 2);
	GIVES(
	    rulebook_find_in_force(k->b, str_of("own.rules"), k->arena, &c, e),
	    1);
	assert_int_equal(c.id, second);
	GIVES(rulebook_find_version(
		  k->b, str_of("own.rules"), 1, k->arena, &c, e),
	    1);
	assert_int_equal(c.id, id);
	/* made, previewed, proposed, approved, in force; twice */
	assert_int_equal(ask(k->st, "SELECT count(*) FROM audit WHERE event = 2"
				    " AND detail LIKE '%rule_change%'"),
	    10);
}

static void
test_two_people(void **state)
{
	struct kit *k = *state;
	const struct rulebook_draft d = draft(k, TEXT_1);
	int64_t id = 0;

	GIVES(rulebook_add(k->b, &d, &k->both, &id, e), 1);
	preview(k, id);
	GIVES(rulebook_propose(k->b, id, seen(k, id), &k->both, e), 1);
	FAILS(rulebook_approve(k->b, id, seen(k, id), &k->check, &k->both, e),
	    ERR_INVALID, "You proposed this change yourself");
	FAILS(
	    rulebook_send_back(k->b, id, seen(k, id), str_of("x"), &k->both, e),
	    ERR_INVALID, "You proposed");
	FAILS(
	    rulebook_approve(k->b, id, seen(k, id), &k->check, &k->officer, e),
	    ERR_INVALID, "needs the role approver");
	/* The role was taken away after the page was shown. */
	run(k->st, "UPDATE account SET roles = 0 WHERE name = 'approver'");
	FAILS(
	    rulebook_approve(k->b, id, seen(k, id), &k->check, &k->approver, e),
	    ERR_INVALID, "needs the role approver");
	run(k->st, "UPDATE account SET roles = 32 WHERE name = 'approver'");
	run(k->st, "UPDATE account SET disabled_ms = 1 WHERE name ="
		   " 'approver'");
	FAILS(
	    rulebook_approve(k->b, id, seen(k, id), &k->check, &k->approver, e),
	    ERR_INVALID, "needs the role approver");
	run(k->st, "UPDATE account SET disabled_ms = NULL");
	/* The table itself refuses it, whoever writes. */
	FAILS(
	    db_exec(store_db(k->st),
		"UPDATE rule_change SET state = 3, decided_by = account_id", e),
	    ERR_SYSTEM, "CHECK");
	FAILS(db_exec(store_db(k->st),
		  "UPDATE rule_change SET state = 4, version = 1", e),
	    ERR_SYSTEM, "CHECK");
	GIVES(
	    rulebook_approve(k->b, id, seen(k, id), &k->check, &k->approver, e),
	    1);
}

static void
test_somebody_was_faster(void **state)
{
	struct kit *k = *state;
	const struct rulebook_draft d = draft(k, TEXT_2);
	int64_t id = add(k, TEXT_1), old = seen(k, id);

	GIVES(rulebook_write(k->b, id, old, &d, &k->analyst, e), 1);
	GIVES(rulebook_write(k->b, id, old, &d, &k->analyst, e), 0);
	GIVES(rulebook_propose(k->b, id, old, &k->analyst, e), 0);
	GIVES(rulebook_withdraw(k->b, id, old, &k->analyst, e), 0);
	GIVES(rulebook_ask_preview(k->b, id, old, 30, &k->analyst, e), 0);
	GIVES(rulebook_approve(k->b, id, old, &k->check, &k->approver, e), 0);
	FAILS(rulebook_propose(k->b, 99, 1, &k->analyst, e), ERR_INVALID,
	    "no change of rules");
	FAILS(rulebook_withdraw(k->b, id, seen(k, id), &k->approver, e),
	    ERR_INVALID, "Only analyst");
	GIVES(rulebook_withdraw(k->b, id, seen(k, id), &k->analyst, e), 1);
	FAILS(rulebook_write(k->b, id, seen(k, id), &d, &k->analyst, e),
	    ERR_INVALID, "withdrawn");
}

static void
test_what_keeps_it_from_approval(void **state)
{
	struct kit *k = *state;
	struct rulebook_change c;
	int64_t id = add(k, TEXT_1);

	GIVES(rulebook_propose(k->b, id, seen(k, id), &k->analyst, e), 1);
	c = got(k, id);
	FAILS(rulebook_may_approve(&c, &k->check, e), ERR_INVALID,
	    "no finished preview");
	preview(k, id);
	c = got(k, id);
	GIVES(rulebook_may_approve(&c, &k->check, e), 1);
	k->check.set[7] = 'x';
	FAILS(rulebook_may_approve(&c, &k->check, e), ERR_INVALID,
	    "preview is older");
	(void)snprintf(k->check.live, sizeof k->check.live, "sha256:new");
	(void)snprintf(k->check.set, sizeof k->check.set, "sha256:new");
	FAILS(rulebook_may_approve(&c, &k->check, e), ERR_INVALID,
	    "in force already");
	k->check.failed = 2;
	FAILS(rulebook_may_approve(&c, &k->check, e), ERR_INVALID,
	    "2 of the 0 tests");
	k->check.errors = 3;
	FAILS(rulebook_may_approve(&c, &k->check, e), ERR_INVALID, "3 errors");
	set_base(k, TEXT_2);
	FAILS(rulebook_may_approve(&c, &k->check, e), ERR_INVALID,
	    "own.rules has changed since");
}

static void
test_one_at_a_time(void **state)
{
	struct kit *k = *state;
	int64_t first = approved(k, TEXT_1), second = add(k, TEXT_2);

	preview(k, second);
	GIVES(
	    rulebook_propose(k->b, second, seen(k, second), &k->analyst, e), 1);
	FAILS(rulebook_approve(
		  k->b, second, seen(k, second), &k->check, &k->approver, e),
	    ERR_INVALID, "Another change is just being put in force");
	GIVES(rulebook_refuse(k->b, first, str_of("no room"), 7000, e), 1);
	assert_true(str_is(got(k, first).answer, "no room"));
	GIVES(rulebook_approve(
		  k->b, second, seen(k, second), &k->check, &k->approver, e),
	    1);
}

static void
test_a_suspension_is_one_persons_and_once(void **state)
{
	struct kit *k = *state;
	struct rulebook_draft back = draft(k, NULL);
	struct rulebook_change c;
	int64_t id = approved(k, TEXT_1), made = 0;

	back.kind = RULEBOOK_SUSPENSION;
	GIVES(rulebook_effect(k->b, id, 7000, e), 1);
	FAILS(rulebook_suspend(
		  k->b, id, seen(k, id), &back, &k->analyst, &made, e),
	    ERR_INVALID, "needs the role approver");
	back.reason = str_of(" ");
	FAILS(rulebook_suspend(
		  k->b, id, seen(k, id), &back, &k->approver, &made, e),
	    ERR_INVALID, "Say why");
	back.reason = str_of("rings all night");
	GIVES(rulebook_suspend(
		  k->b, id, seen(k, id), &back, &k->approver, &made, e),
	    1);
	GIVES(rulebook_next(k->b, k->arena, &c, e), 1);
	assert_int_equal(c.id, made);
	assert_int_equal(c.kind, RULEBOOK_SUSPENSION);
	assert_int_equal(c.decided_by, c.account_id);
	assert_false(str_is_given(c.text));
	GIVES(rulebook_effect(k->b, c.id, 8000, e), 1);
	FAILS(rulebook_suspend(
		  k->b, c.id, seen(k, c.id), &back, &k->approver, &made, e),
	    ERR_INVALID, "cannot be suspended");
}

static void
test_what_two_took_out_one_does_not_bring_in(void **state)
{
	const int64_t day_ms = INT64_C(24) * 3600000;
	struct kit *k = *state;
	struct rulebook_draft back = draft(k, NULL);
	struct rulebook_change c;
	int64_t id = approved(k, TEXT_1), made = 0;

	back.kind = RULEBOOK_SUSPENSION;
	GIVES(rulebook_effect(k->b, id, 7000, e), 1);
	c = got(k, id);
	GIVES(rulebook_may_suspend(&c, 7000 + day_ms, e), 1);
	k->approver.now_ms = 7001 + day_ms;
	FAILS(rulebook_suspend(
		  k->b, id, seen(k, id), &back, &k->approver, &made, e),
	    ERR_INVALID, "more than 24 hours");
	k->approver.now_ms = 7000 + day_ms;
	run(k->st, "UPDATE rule_change SET kind = 2");
	FAILS(rulebook_suspend(
		  k->b, id, seen(k, id), &back, &k->approver, &made, e),
	    ERR_INVALID, "what two took out");
	run(k->st, "UPDATE rule_change SET kind = 1");
	GIVES(rulebook_suspend(
		  k->b, id, seen(k, id), &back, &k->approver, &made, e),
	    1);
}

static void
test_previews(void **state)
{
	struct kit *k = *state;
	struct rulebook_change c;
	struct rulebook_example x = { .theme = str_of("t"),
		.kind = str_of("gained"),
		.live = str_of("none"),
		.candidate = str_of("alert") };
	const struct rulebook_draft d = draft(k, TEXT_2);
	struct rulebook_result r = { .state = RULEBOOK_PREVIEW_DONE };
	int64_t id = add(k, TEXT_1), changes;

	GIVES(rulebook_next_preview(k->b, k->arena, &c, e), 0);
	GIVES(
	    rulebook_ask_preview(k->b, id, seen(k, id), 7, &k->approver, e), 1);
	GIVES(rulebook_next_preview(k->b, k->arena, &c, e), 1);
	changes = c.changes;
	GIVES(rulebook_note_preview(k->b, id, 5, 9, e), 0); /* not in hand */
	GIVES(rulebook_take_preview(k->b, id, changes - 1, e), 0);
	GIVES(rulebook_take_preview(k->b, id, changes, e), 1);
	GIVES(rulebook_note_preview(k->b, id, 5, 9, e), 1);
	assert_int_equal(got(k, id).preview_done, 5);
	assert_int_equal(seen(k, id), changes);
	/* Written again meanwhile: nobody wants its end any more. */
	GIVES(rulebook_write(k->b, id, changes, &d, &k->analyst, e), 1);
	GIVES(rulebook_note_preview(k->b, id, 6, 9, e), 0);
	GIVES(rulebook_keep_preview(k->b, id, &r, e), 0);
	/* Nor of one that is asked for anew, until that is taken in hand. */
	GIVES(
	    rulebook_ask_preview(k->b, id, seen(k, id), 7, &k->analyst, e), 1);
	GIVES(rulebook_note_preview(k->b, id, 6, 9, e), 0);
	GIVES(rulebook_keep_preview(k->b, id, &r, e), 0);
	preview(k, id);
	x.incident_id = add_incident(k->st, "R-1");
	OK(rulebook_keep_example(k->b, id, &x, e));
	x.incident_id = 99; /* erased meanwhile */
	OK(rulebook_keep_example(k->b, id, &x, e));
	assert_int_equal(ask(k->st, "SELECT count(*) FROM rule_example"), 1);
	GIVES(
	    rulebook_ask_preview(k->b, id, seen(k, id), 7, &k->analyst, e), 1);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM rule_example"), 0);
	GIVES(rulebook_stop_preview(k->b, id, seen(k, id), &k->analyst, e), 1);
	GIVES(rulebook_stop_preview(k->b, id, seen(k, id), &k->analyst, e), 0);
	GIVES(rulebook_next_preview(k->b, k->arena, &c, e), 0);
}

static void
test_a_preview_and_the_steps_of_its_change(void **state)
{
	struct kit *k = *state;
	struct rulebook_change c;
	struct rulebook_result r = { .state = RULEBOOK_PREVIEW_DONE };
	int64_t id = add(k, TEXT_1), other = add(k, TEXT_2);

	GIVES(
	    rulebook_ask_preview(k->b, id, seen(k, id), 7, &k->analyst, e), 1);
	GIVES(rulebook_take_preview(k->b, id, seen(k, id), e), 1);
	/* The text is the same: it goes on. */
	GIVES(rulebook_propose(k->b, id, seen(k, id), &k->analyst, e), 1);
	GIVES(rulebook_note_preview(k->b, id, 3, 9, e), 1);
	GIVES(rulebook_send_back(
		  k->b, id, seen(k, id), str_of("x"), &k->approver, e),
	    1);
	assert_int_equal(got(k, id).preview_done, 3);
	GIVES(rulebook_keep_preview(k->b, id, &r, e), 1);
	assert_int_equal(got(k, id).preview_state, RULEBOOK_PREVIEW_DONE);
	/* Taken back: it is stopped, and others have their turn. */
	GIVES(
	    rulebook_ask_preview(k->b, id, seen(k, id), 7, &k->analyst, e), 1);
	GIVES(rulebook_ask_preview(
		  k->b, other, seen(k, other), 7, &k->analyst, e),
	    1);
	GIVES(rulebook_take_preview(k->b, id, seen(k, id), e), 1);
	GIVES(rulebook_withdraw(k->b, id, seen(k, id), &k->analyst, e), 1);
	assert_int_equal(got(k, id).preview_state, RULEBOOK_PREVIEW_STOPPED);
	GIVES(rulebook_note_preview(k->b, id, 4, 9, e), 0);
	GIVES(rulebook_keep_preview(k->b, id, &r, e), 0);
	GIVES(rulebook_next_preview(k->b, k->arena, &c, e), 1);
	assert_int_equal(c.id, other);
	/* One that was left so by an earlier version blocks nothing. */
	run(k->st, "UPDATE rule_change SET preview_state = 2 WHERE state = 8");
	GIVES(rulebook_next_preview(k->b, k->arena, &c, e), 1);
	assert_int_equal(c.id, other);
}

static void
test_names(void **state)
{
	static const struct {
		const char *name;
		bool is_file;
	} cases[] = { { "a.rules", true }, { "weigh-rural-asb.rules", true },
		{ "0.list", true }, { "a..rules", true }, { ".rules", false },
		{ "-a.rules", false }, { "A.rules", false },
		{ "../a.rules", false }, { "a/b.rules", false },
		{ "a.rules.tmp", false }, { "a.txt", false }, { "", false },
		{ "a\".rules", false }, { "\xc3\xa9.rules", false } };

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++)
		if (rulebook_is_file(str_of(cases[i].name)) != cases[i].is_file)
			fail_msg("%s", cases[i].name);
	assert_false(rulebook_is_file(str_make("a\0.rules", 8)));
	for (int i = RULEBOOK_DRAFT; i <= RULEBOOK_WITHDRAWN; i++)
		assert_int_equal(rulebook_state_of(str_of(rulebook_state_name(
				     (enum rulebook_state)i))),
		    i);
	assert_int_equal(rulebook_state_of(str_of("x")), 0);
}

static void
test_texts(void **state)
{
	struct buf out = { 0 };

	(void)state;
	OK(rulebook_tidy(str_of("a\r\n\tb \r\nc"), &out, e));
	assert_string_equal(out.p, "a\n\tb \nc\n");
	buf_reset(&out);
	FAILS(rulebook_tidy(str_make("a\0b", 3), &out, e), ERR_INVALID, "NUL");
	FAILS(rulebook_tidy(str_of("a\x01"), &out, e), ERR_INVALID, "(1)");
	FAILS(rulebook_tidy(str_of(" \n"), &out, e), ERR_INVALID, "empty");
	FAILS(rulebook_tidy(str_of("\xff"), &out, e), ERR_INVALID, "UTF-8");
	/* What is read otherwise than it is: U+202E, U+2028, U+0085. */
	FAILS(rulebook_tidy(str_of("a\xe2\x80\xae"
				   "b"),
		  &out, e),
	    ERR_INVALID, "U+202E) at byte 2");
	FAILS(rulebook_tidy(str_of("a\xe2\x80\xa8"), &out, e), ERR_INVALID,
	    "U+2028");
	FAILS(rulebook_tidy(str_of("\xc2\x85 a"), &out, e), ERR_INVALID,
	    "U+0085");
	buf_clear(&out);
}

/* What is told of findings: their files, one a line. */
static void
note_finding(void *user, const struct rulebook_finding *f)
{
	buf_addf(user, "%.*s %s\n", STR_ARG(f->file), f->what);
}

static void
expect_findings(struct kit *k, const char *own, int count, const char *words)
{
	struct buf told = { 0 };

	GIVES(rulebook_verify(k->b, own, note_finding, &told, e), count);
	if (words && !strstr(told.p ? told.p : "", words))
		fail_msg("\"%s\" lacks \"%s\"", told.p, words);
	buf_clear(&told);
}

static void
test_what_lies_there(void **state)
{
	struct kit *k = *state;
	char own[] = "/tmp/test-rulebook-XXXXXX";
	char path[64];
	int64_t id;

	assert_non_null(mkdtemp(own));
	(void)snprintf(path, sizeof path, "%s/own.rules", own);
	expect_findings(k, "/nowhere/at/all", 0, NULL);
	expect_findings(k, own, 0, NULL);
	OK(files_write_atomic(path, 0600, str_of(TEXT_1), e));
	expect_findings(k, own, 1, "was approved by nobody");
	id = approved(k, TEXT_1);
	expect_findings(k, own, 0, NULL); /* it is just being put in force */
	GIVES(rulebook_effect(k->b, id, 7000, e), 1);
	expect_findings(k, own, 0, NULL);
	OK(files_write_atomic(path, 0600, str_of(TEXT_2), e));
	expect_findings(k, own, 1, "not as it was approved");
	assert_int_equal(unlink(path), 0);
	expect_findings(k, own, 1, "is not there");
	assert_int_equal(rmdir(own), 0);
}

static void
test_questions_walk_indexes(void **state)
{
	static const char *const none[] = { "m", NULL };
	struct kit *k = *state;

	for (size_t i = ST_FIND; i <= ST_NEXT_PREVIEW; i++)
		/* Versions of all files: a command's, sorted. */
		if (i != ST_LIST_VERSIONS)
			assert_walks_indexes(k->st, sql[i], none, true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		T(test_the_way_of_one),
		T(test_two_people),
		T(test_somebody_was_faster),
		T(test_what_keeps_it_from_approval),
		T(test_one_at_a_time),
		T(test_a_suspension_is_one_persons_and_once),
		T(test_what_two_took_out_one_does_not_bring_in),
		T(test_previews),
		T(test_a_preview_and_the_steps_of_its_change),
		T(test_names),
		T(test_texts),
		T(test_what_lies_there),
		T(test_questions_walk_indexes),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
