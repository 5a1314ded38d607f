/* Who has an incident: the first, once, until it is given up. */
#include "tests/unit/store/storekit.h"

#include "agent/store/takers.h"

#define NOW INT64_C(1800000000000)

struct kit {
	struct store *st;
	struct takers *t;
	int64_t incident;
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	k->st = open_store(":memory:");
	OK(takers_open(k->st, &k->t, e));
	OK(store_begin(k->st, e));
	k->incident = add_incident(k->st, "R-1");
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	store_rollback(k->st);
	takers_close(&k->t);
	takers_close(&k->t);
	store_close(&k->st);
	free(k);
	return 0;
}

static struct taker_press
press_of(
    struct kit *k, enum taker_word word, const char *actor, const char *once)
{
	return (struct taker_press){ .incident_id = k->incident,
		.word = word,
		.actor = str_of(actor),
		.note = str_make("", 0),
		.once = str_of(once),
		.now_ms = NOW };
}

static void
press(struct kit *k, enum taker_word word, const char *actor, const char *once)
{
	struct taker_press p = press_of(k, word, actor, once);

	GIVES(takers_press(k->t, &p, e), 1);
}

static void
expect_holder(struct kit *k, const char *actor, int64_t turns)
{
	struct taker_now now;

	GIVES(takers_now(k->t, k->incident, &now, e), actor[0] != '\0');
	assert_string_equal(now.actor, actor);
	assert_int_equal(now.turns, turns);
}

#define ONCE "0123456789abcdef"

static void
test_the_first_has_it(void **state)
{
	struct kit *k = *state;

	expect_holder(k, "", 0);
	press(k, TAKER_TAKES, "account:rc07", ONCE "1");
	press(k, TAKER_TAKES, "link:team", ONCE "2");
	expect_holder(k, "account:rc07", 1);
	press(k, TAKER_RELEASES, "account:rc07", ONCE "3");
	expect_holder(k, "", 2);
	press(k, TAKER_TAKES, "link:team", ONCE "4");
	expect_holder(k, "link:team", 3);
	press(k, TAKER_NOT_FOR_US, "account:rc07", ONCE "5");
	expect_holder(k, "link:team", 3);
	press(k, TAKER_NOT_FOR_US, "link:team", ONCE "6");
	expect_holder(k, "", 4);
	/* Nothing is taken out. */
	assert_int_equal(ask(k->st, "SELECT count(*) FROM taker"), 6);
	assert_int_equal(
	    ask(k->st, "SELECT count(*) FROM taker WHERE word = 5"), 1);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM audit WHERE"
				    " event = 2 AND incident_id = 1"),
	    6);
}

static void
test_once(void **state)
{
	struct kit *k = *state;
	struct taker_press p = press_of(k, TAKER_TAKES, "link:team", ONCE);

	GIVES(takers_press(k->t, &p, e), 1);
	GIVES(takers_press(k->t, &p, e), 0);
	p = press_of(k, TAKER_RELEASES, "link:team", ONCE "r");
	GIVES(takers_press(k->t, &p, e), 1);
	GIVES(takers_press(k->t, &p, e), 0);
	expect_holder(k, "", 2);
	/* The first form, sent again by a slow phone, takes nothing back. */
	p = press_of(k, TAKER_TAKES, "link:team", ONCE);
	GIVES(takers_press(k->t, &p, e), 0);
	expect_holder(k, "", 2);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM audit"), 2);
	/* The word of another incident is another word. */
	k->incident = add_incident(k->st, "R-2");
	p = press_of(k, TAKER_TAKES, "link:team", ONCE);
	GIVES(takers_press(k->t, &p, e), 1);
}

static void
test_who_may_give_it_up(void **state)
{
	struct kit *k = *state;
	struct taker_press p =
	    press_of(k, TAKER_RELEASES, "account:rc08", ONCE "x");

	FAILS(takers_press(k->t, &p, e), ERR_INVALID, "nothing to give up");
	store_rollback(k->st);
	OK(store_begin(k->st, e));
	k->incident = add_incident(k->st, "R-1");
	press(k, TAKER_TAKES, "account:rc07", ONCE);
	p.incident_id = k->incident;
	FAILS(takers_press(k->t, &p, e), ERR_INVALID, "do not have it");
	p.may_release = true;
	p.once = str_of(ONCE "y");
	GIVES(takers_press(k->t, &p, e), 1);
	expect_holder(k, "", 2);
}

static void
test_what_is_refused(void **state)
{
	struct kit *k = *state;
	struct taker_press p = press_of(k, TAKER_NOTE, "link:team", ONCE);
	char much[TAKER_NOTE_MAX + 2];

	FAILS(takers_press(k->t, &p, e), ERR_INVALID, "nothing in the note");
	memset(much, 'x', sizeof much);
	p.note = str_make(much, TAKER_NOTE_MAX + 1);
	FAILS(takers_press(k->t, &p, e), ERR_INVALID, "too long");
	p.note = str_make(much, TAKER_NOTE_MAX);
	p.once = str_of("short");
	FAILS(takers_press(k->t, &p, e), ERR_INVALID, "incomplete");
	p.once = str_of(ONCE);
	GIVES(takers_press(k->t, &p, e), 1);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM taker"), 1);
}

static void
test_who_is_to_be_told(void **state)
{
	struct kit *k = *state;
	struct taker_press p = press_of(k, TAKER_NOTE, "link:team", ONCE "n");
	int64_t id = 0;

	p.note = str_of("gate is locked");
	GIVES(takers_press(k->t, &p, e), 1);
	GIVES(takers_untold(k->t, 0, &id, e), 0);
	press(k, TAKER_TAKES, "link:team", ONCE "1");
	GIVES(takers_untold(k->t, 0, &id, e), 1);
	assert_int_equal(id, k->incident);
	GIVES(takers_untold(k->t, id, &id, e), 0);
	OK(takers_told(k->t, k->incident, e));
	GIVES(takers_untold(k->t, 0, &id, e), 0);
	press(k, TAKER_TAKES, "account:rc07", ONCE "2"); /* second */
	GIVES(takers_untold(k->t, 0, &id, e), 0);
	press(k, TAKER_RELEASES, "link:team", ONCE "3");
	GIVES(takers_untold(k->t, 0, &id, e), 1);
}

static void
note_row(void *user, const struct taker_row *row)
{
	buf_addf(user, "%d %.*s %.*s %s; ", (int)row->word, STR_ARG(row->actor),
	    STR_ARG(row->note), row->ended_ms == CLOCK_NONE ? "" : "ended");
}

static void
test_list_and_erasing(void **state)
{
	struct kit *k = *state;
	struct taker_press p = press_of(k, TAKER_TAKES, "link:team", ONCE "1");
	struct buf got = { 0 };

	p.note = str_of("two minutes away");
	GIVES(takers_press(k->t, &p, e), 1);
	press(k, TAKER_RELEASES, "link:team", ONCE "2");
	OK(takers_list(k->t, k->incident, note_row, &got, e));
	assert_string_equal(
	    got.p, "1 link:team two minutes away ended; 2 link:team  ; ");
	buf_clear(&got);
	run(k->st, "DELETE FROM incident");
	assert_int_equal(ask(k->st, "SELECT count(*) FROM taker"), 0);
}

static void
test_names(void **state)
{
	(void)state;
	assert_true(str_is(taker_name(str_of("link:team-mail")), "team-mail"));
	assert_true(str_is(taker_name(str_of("agent")), "agent"));
	assert_true(taker_is_recipient(str_of("link:team"), "team"));
	assert_false(taker_is_recipient(str_of("account:team"), "team"));
	assert_false(taker_is_recipient(str_of("link:team2"), "team"));
}

#define KIT(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT(test_the_first_has_it),
		KIT(test_once),
		KIT(test_who_may_give_it_up),
		KIT(test_what_is_refused),
		KIT(test_who_is_to_be_told),
		KIT(test_list_and_erasing),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
