/* How often rules tagged, and how often people agreed. */
#include "tests/unit/store/storekit.h"

#include <inttypes.h>

#include "agent/store/rulestats.h"

static void
note(void *user, const struct rulestats_row *r)
{
	buf_addf(user,
	    "%.*s %.*s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "|",
	    STR_ARG(r->theme), STR_ARG(r->rule), r->tags, r->confirmed,
	    r->rejected, r->shadows);
}

static void
test_counts(void **state)
{
	struct store *st = open_store(":memory:");
	struct rulestats *r = NULL;
	struct buf got = { 0 };

	(void)state;
	OK(store_begin(st, e));
	for (int i = 1; i <= 4; i++) {
		char ref[16];

		(void)snprintf(ref, sizeof ref, "R-%d", i);
		(void)add_incident(st, ref);
	}
	run(st,
	    "INSERT INTO account (id, name, roles, password, made_ms)"
	    " VALUES (1, 'liaison', 3, 'x', 1);"
	    "INSERT INTO tag (incident_id, theme, level, score, rule_set_id,"
	    " made_ms, ended_ms, evidence) VALUES"
	    /* An older tag of other rules; a person's own; two rules at once. */
	    " (1, 'fuel', 1, 30, 1, 1, 2, '[{\"rule\":\"old\"}]'),"
	    " (1, 'fuel', 2, 60, 1, 2, NULL,"
	    "  '[{\"rule\":\"tank\"},{\"rule\":\"hose\"}]'),"
	    " (2, 'fuel', 1, 30, 1, 2, 9, '[{\"rule\":\"tank\"}]'),"
	    " (3, 'fuel', 1, 30, 1, 2, NULL, '[{\"rule\":\"tank\"}]'),"
	    " (4, 'fuel', 2, 0, 1, 2, NULL, '[]');"
	    "INSERT INTO shadow (incident_id, subject, level, score,"
	    " rule_set_id, made_ms, evidence) VALUES"
	    " (1, 'fuel', 1, 1, 1, 1, '[{\"rule\":\"next\"}]');"
	    "INSERT INTO decision (incident_id, act_id, theme, verdict, at_ms,"
	    " account_id, undone_ms, undone_by, note) VALUES"
	    " (1, 1, 'fuel', 1, 5, 1, NULL, NULL, ''),"
	    " (2, 2, 'fuel', 2, 5, 1, NULL, NULL, ''),"
	    " (3, 3, 'fuel', 2, 5, 1, 6, 1, ''),"
	    " (4, 4, 'fuel', 3, 5, 1, NULL, NULL, '');");
	OK(store_commit(st, e));
	OK(rulestats_open(store_db(st), &r, e));
	OK(rulestats_list(r, note, &got, e));
	assert_string_equal(got.p, "fuel hose 1 1 0 0|fuel next 0 0 0 1|"
				   "fuel old 1 0 0 0|fuel tank 3 1 1 0|");
	buf_clear(&got);
	rulestats_close(&r);
	rulestats_close(&r);
	store_close(&st);
}

/* Values of E. B. Wilson's interval, worked out by hand. */
static void
test_wilson(void **state)
{
	static const struct {
		int64_t k, n;
		double low, high;
	} cases[] = {
		{ 0, 10, 0.0000, 0.2775 },
		{ 10, 10, 0.7225, 1.0000 },
		{ 5, 10, 0.2366, 0.7634 },
		{ 1, 1, 0.2065, 1.0000 },
		{ 81, 263, 0.2553, 0.3662 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		double low, high;

		rulestats_wilson(cases[i].k, cases[i].n, &low, &high);
		if (fabs(low - cases[i].low) > 0.0001 ||
		    fabs(high - cases[i].high) > 0.0001)
			fail_msg("%d of %d: %.4f to %.4f", (int)cases[i].k,
			    (int)cases[i].n, low, high);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_wilson),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
