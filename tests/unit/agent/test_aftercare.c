/*
 * What an incident gives people to see to, down the whole road: in whichever
 * order its messages come, the same visit is open, withdrawn or never was.
 */
#include "intake_test.h"

#include "agent/store/accounts.h"
#include "agent/store/followups.h"

#define MESSAGES 4
#define ORDERS   24

/* Each is about the incident ID; together they are a story. */
static const char *const coursing =
    "{\"id\":\"%s\",\"opened_at\":\"2026-11-14T18:00:00Z\",\"lat\":51.95,"
    "\"lon\":0.45,\"log\":[{\"text\":\"coursing, lurchers\"}],"
    "\"informant\":{\"name\":\"a farmer\",\"phone\":\"07700 900123\"}}";
static const char *const sent =
    "{\"id\":\"%s\",\"partial\":true,\"resources\":[{\"callsign\":\"ES42\","
    "\"allocated_at\":\"2026-11-14T18:05:00Z\"}]}";
static const char *const closed = "{\"id\":\"%s\",\"partial\":true,"
				  "\"closed_at\":\"2026-11-14T18:40:00Z\"}";
static const char *const arrived =
    "{\"id\":\"%s\",\"partial\":true,\"resources\":[{\"callsign\":\"ES42\","
    "\"arrived_at\":\"2026-11-14T18:31:00Z\"}]}";
static const char *const shoot =
    "{\"id\":\"%s\",\"partial\":true,\"updated_at\":\"2026-11-14T18:50:00Z\","
    "\"log\":[{\"text\":\"it is the shoot\"}]}";
static const char *const nothing =
    "{\"id\":\"%s\",\"partial\":true,\"updated_at\":\"2026-11-14T18:51:00Z\","
    "\"log\":[{\"text\":\"nothing more\"}]}";

static int
set_up(void **state)
{
	struct rig *r = calloc(1, sizeof *r);

	*state = r;
	rig_open(r, compile_rules(SMALL_PACK), SMALL_CONF);
	return 0;
}

static int
tear_down(void **state)
{
	struct rig *r = *state;

	rig_close(r);
	free(r);
	return 0;
}

static void
take_of(struct rig *r, const char *id, const char *form)
{
	struct buf line = { 0 };
	const char *marked = strstr(form, "%s");

	buf_add(&line, form, (size_t)(marked - form));
	buf_add_text(&line, id);
	buf_add_text(&line, marked + 2);
	take_one(r, line.p);
	buf_clear(&line);
}

/* The n-th order of MESSAGES things (factorial base). */
static void
permute(size_t n, size_t out[MESSAGES])
{
	bool used[MESSAGES] = { 0 };

	for (size_t i = 0; i < MESSAGES; i++) {
		size_t left = MESSAGES - i, k = n % left, at = 0;

		n /= left;
		while (used[at] || k-- > 0)
			at++;
		used[at] = true;
		out[i] = at;
	}
}

/* In every order, each message twice: all end as expected, once an incident. */
static void
every_order(
    struct rig *r, const char *const story[MESSAGES], const char *expected)
{
	char count[32];

	for (size_t n = 0; n < ORDERS; n++) {
		size_t order[MESSAGES];
		char id[16];

		permute(n, order);
		(void)snprintf(id, sizeof id, "A-%zu", n);
		for (size_t i = 0; i < MESSAGES; i++) {
			take_of(r, id, story[order[i]]);
			take_of(r, id, story[order[i]]);
		}
	}
	assert_answer(r,
	    "SELECT DISTINCT cause, falls_to, kind, ended_ms IS NULL,"
	    " (due_ms - 1794700740000) / 86400000.0 FROM followup",
	    4, expected);
	(void)snprintf(count, sizeof count, "%d\n", ORDERS);
	assert_answer(r, "SELECT count(*) FROM incident", 1, count);
}

static void
test_nobody_came(void **state)
{
	struct rig *r = *state;
	const char *const story[] = { coursing, sent, closed, nothing };

	every_order(r, story, "hare-coursing | 2 | 5 | 1\n");
	assert_answer(r, "SELECT count(*) FROM followup", 1, "24\n");
	assert_answer(
	    r, "SELECT count(DISTINCT due_ms) FROM followup", 1, "1\n");
	assert_answer(r, "SELECT count(*) FROM attend_watch", 1, "0\n");
	assert_answer(r,
	    "SELECT reach, closed_ms IS NULL, count(*) FROM informant"
	    " GROUP BY 1, 2",
	    3, "1 | 0 | 24\n");
}

/* Withdrawn where it was known for a while that nobody came, else never. */
static void
test_somebody_came(void **state)
{
	struct rig *r = *state;
	const char *const story[] = { coursing, sent, closed, arrived };

	every_order(r, story, "hare-coursing | 2 | 5 | 0\n");
	assert_answer(r,
	    "SELECT DISTINCT ending, note FROM followup_line"
	    " WHERE what = 4",
	    2, "6 | A unit arrived.\n");
	assert_answer(
	    r, "SELECT count(*) > 0 AND count(*) < 24 FROM followup", 1, "1\n");
}

static void
test_it_was_none(void **state)
{
	struct rig *r = *state;
	const char *const story[] = { coursing, sent, closed, shoot };

	every_order(r, story, "hare-coursing | 2 | 5 | 0\n");
	assert_answer(r,
	    "SELECT DISTINCT note FROM followup_line WHERE what = 4", 1,
	    "It is no hare coursing or encampment any more.\n");
}

/* What a person has in hand is not taken from them. */
static void
test_what_is_in_hand_stays(void **state)
{
	struct rig *r = *state;
	struct accounts *accounts = NULL;
	struct followups *f = NULL;
	struct followup_change given = { .id = 1,
		.version = 1,
		.what = FOLLOWUP_GIVEN,
		.falls_to = FOLLOWUP_TEAM,
		.account_id = 1,
		.actor = "account:patrol",
		.now_ms = NOW_MS };
	struct err e = { 0 };

	take_of(r, "A", coursing);
	take_of(r, "A", closed);
	assert_int_equal(accounts_open(r->store, &accounts, &e), 0);
	assert_int_equal(followups_open(r->store, &f, &e), 0);
	assert_int_equal(store_begin(r->store, &e), 0);
	assert_int_equal(accounts_add(accounts, "patrol", ACCOUNT_OFFICER,
			     "kept", NOW_MS, "user:admin", &e),
	    0);
	assert_int_equal(followups_change(f, &given, &e), 1);
	assert_int_equal(store_commit(r->store, &e), 0);
	take_of(r, "A", arrived);
	assert_answer(r, "SELECT ended_ms IS NULL FROM followup", 1, "1\n");
	followups_close(&f);
	accounts_close(&accounts);
}

/* Without a way to be told nobody can be. */
static void
test_informants(void **state)
{
	struct rig *r = *state;

#define HEAD                                                                \
	"\"opened_at\":\"2026-11-14T18:00:00Z\",\"lat\":51.95,\"lon\":0.45" \
	",\"log\":[{\"text\":\"coursing, lurchers\"}],\"informant\":"
	take_one(r, "{\"id\":\"A\"," HEAD "{\"name\":\"a farmer\"}}");
	take_one(r, "{\"id\":\"B\"," HEAD
		    "{\"phone\":\"07700 900123\",\"contact_ok\":false}}");
	take_one(r, "{\"id\":\"C\"," HEAD "{\"address\":\"Example Farm\"}}");
	take_one(r, "{\"id\":\"D\",\"opened_at\":\"2026-11-14T18:00:00Z\","
		    "\"log\":[{\"text\":\"a cat in a tree\"}],"
		    "\"informant\":{\"phone\":\"07700 900123\"}}");
	assert_answer(r,
	    "SELECT ref, reach FROM informant JOIN incident ON id ="
	    " incident_id ORDER BY ref",
	    2, "A | 2\nB | 2\nC | 1\n");
}

/* After a day without a unit: as many at once as there is time for. */
static void
test_many_overdue_wait_for_their_turn(void **state)
{
	struct rig *r = *state;
	const int64_t then = NOW_MS + INT64_C(2) * 86400000;
	struct err e = { 0 };

	take_of(r, "A-1", coursing);
	take_of(r, "A-2", coursing);
	take_of(r, "A-3", coursing);
	assert_int_equal(intake_overdue(r->intake, NOW_MS, 0, &e), 0);
	for (int i = 1; i <= 3; i++) {
		char count[32];

		assert_int_equal(intake_overdue(r->intake, then, 0, &e), 1);
		(void)snprintf(count, sizeof count, "%d\n", i);
		assert_answer(r, "SELECT count(*) FROM followup", 1, count);
	}
	assert_int_equal(intake_overdue(r->intake, then, 0, &e), 0);
	/* And all at once where there is time. */
	take_of(r, "A-4", coursing);
	take_of(r, "A-5", coursing);
	assert_int_equal(intake_overdue(r->intake, then, INT64_MAX, &e), 0);
	assert_answer(r, "SELECT count(*) FROM followup", 1, "5\n");
	assert_answer(r, "SELECT count(*) FROM attend_watch", 1, "0\n");
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_nobody_came),
		TEST(test_somebody_came),
		TEST(test_many_overdue_wait_for_their_turn),
		TEST(test_it_was_none),
		TEST(test_what_is_in_hand_stays),
		TEST(test_informants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
