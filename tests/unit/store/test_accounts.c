/* Accounts and sessions: names, roles, locks, and when a session is over. */
#include "tests/unit/store/storekit.h"

#include "agent/store/accounts.h"

#define NOW INT64_C(1800000000000)

static const struct accounts_limits limits = { .idle_ms = 1000,
	.whole_ms = 5000 };

struct kit {
	struct store *st;
	struct accounts *a;
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	k->st = open_store(":memory:");
	OK(accounts_open(k->st, &k->a, e));
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
	accounts_close(&k->a);
	accounts_close(&k->a);
	store_close(&k->st);
	free(k);
	return 0;
}

static struct account
find(struct kit *k, const char *name)
{
	char kept[PASSWORD_KEPT_MAX];
	struct account account;

	GIVES(accounts_find(k->a, str_of(name), &account, kept, e), 1);
	assert_string_equal(account.name, name);
	return account;
}

static void
test_names(void **state)
{
	static const char *const good[] = { "a", "pc1234", "liaison.officer",
		"desk-2", "7_b" };
	static const char *const bad[] = { "", "A", ".a", "-a", "a b", "a\"b",
		"\xc3\xa9", "a/b",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };

	(void)state;
	for (size_t i = 0; i < LENGTH(good); i++)
		assert_true(accounts_is_name(str_of(good[i])));
	for (size_t i = 0; i < LENGTH(bad); i++)
		assert_false(accounts_is_name(str_of(bad[i])));
}

static void
test_roles(void **state)
{
	struct buf words = { 0 };
	unsigned roles = 0;

	(void)state;
	OK(accounts_parse_roles(str_of("auditor, officer"), &roles, e));
	assert_int_equal(roles, ACCOUNT_AUDITOR | ACCOUNT_OFFICER);
	accounts_print_roles(roles, &words);
	assert_string_equal(words.p, "officer,auditor");
	buf_clear(&words);
	OK(accounts_parse_roles(str_of(ACCOUNT_ROLE_WORDS), &roles, e));
	assert_int_equal(roles, (1U << ACCOUNT_ROLES) - 1);
	accounts_print_roles(ACCOUNT_ADMINISTRATOR | ACCOUNT_ANALYST, &words);
	assert_string_equal(words.p, "analyst,administrator");
	buf_clear(&words);
	FAILS(accounts_parse_roles(str_of("chief"), &roles, e), ERR_INVALID,
	    "\"chief\" is no role");
	FAILS(accounts_parse_roles(str_of(""), &roles, e), ERR_INVALID,
	    "needs a role");
}

static void
test_a_name_is_taken_once(void **state)
{
	struct kit *k = *state;
	char kept[PASSWORD_KEPT_MAX];
	struct account account;

	FAILS(accounts_add(k->a, "liaison", 1, "x", NOW, "user:admin", e),
	    ERR_INVALID, "already");
	GIVES(accounts_find(k->a, str_of("nobody"), &account, kept, e), 0);
	GIVES(accounts_find(k->a, str_of("liaison"), &account, kept, e), 1);
	assert_string_equal(kept, "kept");
	assert_int_equal(account.roles, ACCOUNT_REVIEWER);
}

static void
test_wrong_passwords_lock(void **state)
{
	struct kit *k = *state;
	int64_t id = find(k, "liaison").id;
	static const int64_t lock_s[] = { 30, 60, 60, 60 };

	for (int i = 0; i < 4; i++)
		OK(accounts_note_failure(k->a, id, NOW, e));
	assert_true(find(k, "liaison").locked_until_ms == CLOCK_NONE);
	for (size_t i = 0; i < LENGTH(lock_s); i++) {
		OK(accounts_note_failure(k->a, id, NOW, e));
		assert_int_equal(
		    find(k, "liaison").locked_until_ms, NOW + lock_s[i] * 1000);
	}
	OK(accounts_set_password(k->a, id, "new", NOW, "user:admin", e));
	assert_true(find(k, "liaison").locked_until_ms == CLOCK_NONE);
}

/* Whose session it is at a time: 1 or 0. */
static int
at(struct kit *k, const uint8_t digest[HASH_BYTES], int64_t ms)
{
	struct account account;
	int64_t seen_ms;
	int r = -1;

	OK(r = accounts_session(
	       k->a, digest, ms, &limits, &account, &seen_ms, e));
	if (r == 1)
		assert_string_equal(account.name, "liaison");
	return r;
}

static void
test_a_session_ends(void **state)
{
	struct kit *k = *state;
	int64_t id = find(k, "liaison").id;
	const uint8_t digest[HASH_BYTES] = { 1 }, other[HASH_BYTES] = { 2 };

	OK(accounts_log_in(k->a, id, digest, NOW, e));
	assert_int_equal(at(k, other, NOW), 0);
	assert_int_equal(at(k, digest, NOW + 999), 1);
	assert_int_equal(at(k, digest, NOW + 1000), 0);
	OK(accounts_touch(k->a, digest, NOW + 900, e));
	assert_int_equal(at(k, digest, NOW + 1899), 1);
	OK(accounts_touch(k->a, digest, NOW + 4900, e));
	assert_int_equal(at(k, digest, NOW + 4999), 1);
	assert_int_equal(at(k, digest, NOW + 5000), 0);
	OK(accounts_log_out(k->a, digest, NOW, &limits, e));
	assert_int_equal(at(k, digest, NOW), 0);
}

static void
test_changes_end_sessions(void **state)
{
	struct kit *k = *state;
	int64_t id = find(k, "liaison").id;
	const uint8_t digest[HASH_BYTES] = { 1 };

	OK(accounts_log_in(k->a, id, digest, NOW, e));
	OK(accounts_set_roles(k->a, id, ACCOUNT_OFFICER, NOW, "user:admin", e));
	assert_int_equal(at(k, digest, NOW), 1);
	OK(accounts_set_password(k->a, id, "new", NOW, "user:admin", e));
	assert_int_equal(at(k, digest, NOW), 0);
	OK(accounts_log_in(k->a, id, digest, NOW, e));
	OK(accounts_set_disabled(k->a, id, true, NOW, "user:admin", e));
	assert_int_equal(at(k, digest, NOW), 0);
	assert_int_equal(find(k, "liaison").disabled_ms, NOW);
	OK(accounts_set_disabled(k->a, id, false, NOW, "user:admin", e));
	assert_true(find(k, "liaison").disabled_ms == CLOCK_NONE);
	assert_int_equal(find(k, "liaison").changes, 4);
	/* Each change is a line: added, roles, password, closed, opened. */
	assert_int_equal(
	    ask(k->st, "SELECT count(*) FROM audit WHERE event = 2"), 5);
}

static int64_t
add(struct kit *k, const char *name, unsigned roles)
{
	OK(accounts_add(k->a, name, roles, "kept", NOW, "user:admin", e));
	return find(k, name).id;
}

/* Whoever does it, at the terminal too. */
static void
test_the_last_administrator_stays(void **state)
{
	struct kit *k = *state;
	int64_t first = add(k, "chief", ACCOUNT_ADMINISTRATOR);
	int64_t second = add(k, "deputy", ACCOUNT_ADMINISTRATOR);

	OK(accounts_set_disabled(k->a, second, true, NOW, "user:admin", e));
	FAILS(accounts_set_disabled(k->a, first, true, NOW, "user:admin", e),
	    ERR_INVALID, "chief is the last administrator");
	FAILS(accounts_set_roles(
		  k->a, first, ACCOUNT_OFFICER, NOW, "account:deputy", e),
	    ERR_INVALID, "last administrator");
	OK(accounts_set_roles(k->a, first,
	    ACCOUNT_OFFICER | ACCOUNT_ADMINISTRATOR, NOW, "user:admin", e));
	/* A closed one may lose it: it is none now. */
	OK(accounts_set_roles(
	    k->a, second, ACCOUNT_OFFICER, NOW, "account:chief", e));
	OK(accounts_set_roles(
	    k->a, second, ACCOUNT_ADMINISTRATOR, NOW, "account:chief", e));
	OK(accounts_set_disabled(k->a, second, false, NOW, "user:admin", e));
	OK(accounts_set_disabled(k->a, first, true, NOW, "account:deputy", e));
}

static void
test_nobody_changes_their_own_roles(void **state)
{
	struct kit *k = *state;
	int64_t chief = add(k, "chief", ACCOUNT_ADMINISTRATOR);
	int64_t officer = add(k, "patrol", ACCOUNT_OFFICER);

	(void)add(k, "deputy", ACCOUNT_ADMINISTRATOR);
	FAILS(accounts_set_roles(k->a, chief,
		  ACCOUNT_ADMINISTRATOR | ACCOUNT_REVIEWER, NOW,
		  "account:chief", e),
	    ERR_INVALID, "their own account");
	FAILS(accounts_set_disabled(
		  k->a, officer, true, NOW, "account:patrol", e),
	    ERR_INVALID, "their own account");
	assert_int_equal(find(k, "chief").roles, ACCOUNT_ADMINISTRATOR);
	assert_int_equal(find(k, "chief").changes, 0);
	OK(accounts_set_roles(
	    k->a, officer, ACCOUNT_REVIEWER, NOW, "account:chief", e));
}

static void
test_a_made_password_is_changed(void **state)
{
	struct kit *k = *state;
	int64_t id = find(k, "liaison").id;

	assert_false(find(k, "liaison").must_change);
	OK(accounts_ask_change(k->a, id, e));
	assert_true(find(k, "liaison").must_change);
	OK(accounts_set_password(k->a, id, "own", NOW, "account:liaison", e));
	assert_false(find(k, "liaison").must_change);
}

static void
test_strangers_are_counted(void **state)
{
	struct kit *k = *state;
	int64_t count = -1, last_ms = 0;

	OK(accounts_strangers(k->a, &count, &last_ms, e));
	assert_int_equal(count, 0);
	assert_true(last_ms == CLOCK_NONE);
	OK(accounts_note_stranger(k->a, NOW, e));
	OK(accounts_note_stranger(k->a, NOW + 5, e));
	OK(accounts_strangers(k->a, &count, &last_ms, e));
	assert_int_equal(count, 2);
	assert_int_equal(last_ms, NOW + 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_roles),
		cmocka_unit_test_setup_teardown(
		    test_a_name_is_taken_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_wrong_passwords_lock, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_a_session_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_changes_end_sessions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_the_last_administrator_stays, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_nobody_changes_their_own_roles, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_a_made_password_is_changed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_strangers_are_counted, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
