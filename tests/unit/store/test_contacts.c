/* The log of contact: what an entry may say, and that it is never changed. */
#include "tests/unit/store/storekit.h"

#include "agent/store/accounts.h"
#include "agent/store/contacts.c" /* its questions, too */
#include "agent/store/contactwords.h"

#define NOW INT64_C(1800000000000)
#define DAY INT64_C(86400000)

struct kit {
	struct store *st;
	struct accounts *a;
	struct contacts *c;
	int64_t incident;
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	k->st = open_store(":memory:");
	OK(accounts_open(k->st, &k->a, e));
	OK(contacts_open(k->st, &k->c, e));
	OK(store_begin(k->st, e));
	OK(accounts_add(
	    k->a, "liaison", ACCOUNT_REVIEWER, "kept", NOW, "user:admin", e));
	k->incident = add_incident(k->st, "R-1");
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	store_rollback(k->st);
	contacts_close(&k->c);
	contacts_close(&k->c);
	accounts_close(&k->a);
	store_close(&k->st);
	free(k);
	return 0;
}

/* A call in which they were reached. */
static struct contact_entry
call(struct kit *k)
{
	return (struct contact_entry){ .incident_id = k->incident,
		.account_id = 1,
		.happened_ms = NOW,
		.way = CONTACT_WE_RANG,
		.outcome = CONTACT_REACHED,
		.visit_ms = CLOCK_NONE };
}

static int64_t
add(struct kit *k, const struct contact_entry *n)
{
	int64_t id = -1;

	OK(id = contacts_add(k->c, n, "account:liaison", NOW, e));
	return id;
}

/* The entries that were shown. */
struct shown {
	struct contact_entry last;
	char text[256];
	int count;
};

static void
keep(void *user, const struct contact_entry *n)
{
	struct shown *s = user;

	s->last = *n;
	(void)snprintf(s->text, sizeof s->text, "%.*s|%.*s|%.*s|%.*s",
	    STR_ARG(n->by), STR_ARG(n->note), STR_ARG(n->told),
	    STR_ARG(n->told_text));
	s->count++;
}

static void
test_all_of_an_entry_is_kept(void **state)
{
	struct kit *k = *state;
	struct contact_entry n = call(k);
	struct shown s = { 0 };
	int64_t id;

	n.happened_ms = NOW - DAY;
	n.advice = 0x8005;
	n.visit = CONTACT_VISIT_WANTED;
	n.visit_by = CONTACT_DESIGN_OFFICER;
	n.visit_ms = NOW + DAY;
	n.intelligence = CONTACT_INTELLIGENCE_YES;
	n.card = true;
	n.told = str_of("any/attended");
	n.told_text = str_of("Officers went.");
	n.note = str_of("gate");
	id = add(k, &n);
	GIVES(contacts_find(k->c, id, keep, &s, e), 1);
	assert_string_equal(s.text, "liaison|gate|any/attended|Officers went.");
	assert_int_equal(s.last.happened_ms, NOW - DAY);
	assert_int_equal(s.last.at_ms, NOW);
	assert_int_equal(s.last.advice, 0x8005);
	assert_int_equal(s.last.visit, CONTACT_VISIT_WANTED);
	assert_int_equal(s.last.visit_by, CONTACT_DESIGN_OFFICER);
	assert_int_equal(s.last.visit_ms, NOW + DAY);
	assert_int_equal(s.last.intelligence, CONTACT_INTELLIGENCE_YES);
	assert_true(s.last.card);
	assert_int_equal(ask(k->st, "SELECT count(*) FROM audit WHERE"
				    " event = 2 AND incident_id = 1 AND detail"
				    " = '{\"contact\":1}'"),
	    1);
}

static void
test_a_correction_is_a_new_entry(void **state)
{
	struct kit *k = *state;
	struct contact_entry n = call(k), other = call(k);
	struct shown s = { 0 };
	int64_t first = add(k, &n), second;

	n.outcome = CONTACT_NO_ANSWER;
	n.corrects = first;
	second = add(k, &n);
	assert_true(second > first);
	assert_int_equal(add(k, &n), 0); /* two at once: the second is told */
	GIVES(contacts_find(k->c, first, keep, &s, e), 1);
	assert_int_equal(s.last.corrected_by, second);
	assert_int_equal(s.last.outcome, CONTACT_REACHED);
	GIVES(contacts_find(k->c, second, keep, &s, e), 1);
	assert_int_equal(s.last.corrects, first);
	assert_int_equal(s.last.corrected_by, 0);
	other.incident_id = add_incident(k->st, "R-2");
	other.corrects = second;
	FAILS((int)contacts_add(k->c, &other, "account:liaison", NOW, e),
	    ERR_INVALID, "not of this incident");
	other.corrects = 4711;
	FAILS((int)contacts_add(k->c, &other, "account:liaison", NOW, e),
	    ERR_INVALID, "not of this incident");
	s.count = 0;
	OK(contacts_list(k->c, k->incident, keep, &s, e));
	assert_int_equal(s.count, 2);
}

/* Newest first, by when it was, not by when it was written. */
static void
test_order(void **state)
{
	struct kit *k = *state;
	struct contact_entry n = call(k);
	struct shown s = { 0 };

	add(k, &n);
	n.happened_ms = NOW - DAY;
	add(k, &n);
	OK(contacts_list(k->c, k->incident, keep, &s, e));
	assert_int_equal(s.last.happened_ms, NOW - DAY);
}

static void
test_what_contradicts_itself_is_refused(void **state)
{
	struct kit *k = *state;
	struct contact_entry good = call(k);
	char longer[CONTACT_NOTE_MAX + 1];

	memset(longer, 'x', sizeof longer);
#define REFUSED(words, ...)                                                   \
	do {                                                                  \
		struct contact_entry n = good;                                \
		__VA_ARGS__;                                                  \
		FAILS((int)contacts_add(k->c, &n, "account:liaison", NOW, e), \
		    ERR_INVALID, words);                                      \
	} while (0)
	REFUSED("in the future", n.happened_ms = NOW + DAY);
	REFUSED("what came of the call", n.outcome = 0);
	REFUSED("what came of the call", n.way = CONTACT_MAIL);
	REFUSED("nothing to record", n.way = CONTACT_NONE; n.outcome = 0);
	REFUSED("who was reached", n.outcome = CONTACT_LEFT_MESSAGE;
		n.told = str_of("any/attended"));
	REFUSED("who was reached", n.outcome = CONTACT_NO_ANSWER;
		n.card = true);
	REFUSED("who was reached", n.way = CONTACT_NONE; n.outcome = 0;
		n.told = str_of("any/attended"));
	REFUSED("given advice", n.outcome = CONTACT_NO_ANSWER; n.advice = 1);
	REFUSED("who visits", n.visit = CONTACT_VISIT_DECLINED);
	REFUSED("who visits", n.visit_by = CONTACT_TEAM);
	REFUSED("date of the visit", n.visit_by = CONTACT_TEAM;
		n.visit = CONTACT_VISIT_WANTED);
	REFUSED("cannot be in the future", n.visit_by = CONTACT_TEAM;
		n.visit = CONTACT_VISIT_DONE; n.visit_ms = NOW + DAY);
	REFUSED("too long", n.note = str_make(longer, sizeof longer));
#undef REFUSED
	assert_int_equal(ask(k->st, "SELECT count(*) FROM contact"), 0);
}

static void
test_nothing_outlives_its_incident(void **state)
{
	struct kit *k = *state;
	struct contact_entry n = call(k);

	n.corrects = add(k, &n);
	add(k, &n);
	run(k->st, "DELETE FROM message");
	run(k->st, "DELETE FROM incident");
	assert_int_equal(ask(k->st, "SELECT count(*) FROM contact"), 0);
}

/* A number is stored: two rows with one, or none, would be read as another. */
static void
test_words_of_the_lists(void **state)
{
	(void)state;
	for (int list = 0; list < CONTACTWORDS_LISTS; list++) {
		enum contactwords_list which = (enum contactwords_list)list;
		size_t count;
		const struct contactword *rows =
		    contactwords_all(which, &count);

		for (size_t i = 0; i < count; i++) {
			const struct contactword *row =
			    contactwords_of(which, rows[i].number);

			assert_ptr_equal(row, &rows[i]);
			assert_int_equal(
			    contactwords_number(which, str_of(rows[i].word)),
			    rows[i].number);
		}
		assert_int_equal(contactwords_number(which, str_of("x")), 0);
		assert_string_equal(
		    contactwords_of(which, 0)->word, "not-known");
	}
}

/* With millions of incidents a question may not look at all of anything. */
static void
test_plans(void **state)
{
	static const char *const small[] = { NULL };
	struct kit *k = *state;

	for (size_t i = 0; i < ST_COUNT; i++)
		assert_walks_indexes(k->st, sql[i], small, true);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_all_of_an_entry_is_kept),
		TEST(test_a_correction_is_a_new_entry),
		TEST(test_order),
		TEST(test_what_contradicts_itself_is_refused),
		TEST(test_nothing_outlives_its_incident),
		cmocka_unit_test(test_words_of_the_lists),
		TEST(test_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
