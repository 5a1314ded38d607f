/* Whose time has come, what is erased of it, and the proof. */
#include "tests/unit/store/storekit.h"

#include <inttypes.h>

#include "agent/conf/conf.h"
#include "agent/store/certificates.h"
#include "agent/store/copylist.h"
#include "agent/store/holds.h"
#include "agent/store/retention.h"

#define DAY  INT64_C(86400000)
#define NOW  (1000 * DAY) /* what add_incident() makes is from day 0 */
#define HEAD "state: /s\nfeeds:\n  - {name: cad, type: directory, path: /f}\n"

static const char classes[] =
    HEAD "retention: {untagged: 100d, copies: 10d}\n"
	 "retention_classes:\n"
	 "  - {name: serious, group: 2, themes: [machinery], keep: 500d}\n"
	 "  - {name: brief, group: 4, themes: [fuel], keep: 50d, then: erase}\n"
	 "  - {name: rest, keep: 500d, then: erase}\n";

struct kit {
	struct store *st;
	struct retention *r;
	struct holds *holds;
	struct conf *conf;
	struct retention_run run;
	struct retention_item item; /* by look_at() */
	struct arena *arena;
};

static struct conf *
parse(const char *text)
{
	struct buf diag = { 0 };
	struct conf *conf = NULL;

	if (conf_parse("test.yaml", str_of(text), &diag, &conf) < 0)
		fail_msg("%s", diag.p);
	buf_clear(&diag);
	return conf;
}

static void
begin(struct kit *k, int64_t now_ms)
{
	k->run = (struct retention_run){
		.conf = k->conf, .actor = "agent", .now_ms = now_ms
	};
	OK(retention_begin(k->r, &k->run, e));
}

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof *k);

	assert_non_null(k);
	k->st = open_store(":memory:");
	k->conf = parse(classes);
	k->arena = arena_new();
	OK(retention_open(k->st, &k->r, e));
	OK(holds_open(k->st, &k->holds, e));
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	holds_close(&k->holds);
	holds_close(&k->holds);
	retention_close(&k->r);
	retention_close(&k->r);
	conf_free(&k->conf);
	store_close(&k->st);
	arena_free(&k->arena);
	free(k);
	return 0;
}

/* An incident, with a message and tags of the themes, as of day. */
static int64_t
add(struct kit *k, const char *ref, const char *themes, int64_t day)
{
	struct buf sql = { 0 };
	int64_t id;

	OK(store_begin(k->st, e));
	id = add_incident(k->st, ref);
	buf_addf(&sql,
	    "UPDATE incident SET first_ms = %" PRId64 ", last_ms = %" PRId64
	    " WHERE id = %" PRId64 ";"
	    "INSERT INTO message (incident_id, hash, received_ms, line, bytes)"
	    " VALUES (%" PRId64
	    ", randomblob(32), 1, 1, CAST('secret %s' AS BLOB));",
	    day * DAY, day * DAY, id, id, ref);
	while (*themes) {
		size_t len = strcspn(themes, ",");

		buf_addf(&sql,
		    "INSERT INTO tag (incident_id, theme, level, score,"
		    " rule_set_id, made_ms, evidence) VALUES (%" PRId64
		    ", '%.*s', 1, 30, 1, 1, '[]');",
		    id, (int)len, themes);
		themes += len + (themes[len] == ',');
	}
	run(k->st, sql.p);
	buf_clear(&sql);
	OK(store_commit(k->st, e));
	return id;
}

static void
keep_item(void *user, const struct retention_item *item)
{
	*(struct retention_item *)user = *item;
}

static const struct retention_item *
look_at(struct kit *k, int64_t id, int64_t now_ms)
{
	GIVES(retention_find(k->r, k->conf, id, now_ms, keep_item, &k->item, e),
	    1);
	return &k->item;
}

/* A whole run at now_ms: how many it erased. */
static int
do_run(struct kit *k, int64_t now_ms)
{
	int r;

	begin(k, now_ms);
	do {
		struct err e = { 0 };

		r = retention_step(k->r, &k->run, &e);
		if (r < 0)
			fail_msg("%s", e.msg);
	} while (r > 0);
	OK(retention_end(k->r, &k->run, e));
	return (int)k->run.counts.erased;
}

static int64_t
count(struct kit *k, const char *what)
{
	struct buf sql = { 0 };
	int64_t n;

	buf_addf(&sql, "SELECT count(*) FROM %s", what);
	n = ask(k->st, sql.p);
	buf_clear(&sql);
	return n;
}

static void
test_rules(void **state)
{
	static const struct {
		const char *themes, *class;
		int64_t days;
	} cases[] = {
		{ "", "untagged", 100 },
		{ "machinery", "serious", 500 },
		{ "fuel", "brief", 50 },
		{ "livestock", "rest", 500 },
		{ "fuel,livestock", "rest", 500 },
		/* As long: the one that asks. */
		{ "livestock,machinery", "serious", 500 },
		{ "machinery,livestock", "serious", 500 },
	};
	struct kit *k = *state;

	for (size_t i = 0; i < LENGTH(cases); i++) {
		char ref[16];
		int64_t id;

		(void)snprintf(ref, sizeof ref, "R-%zu", i);
		id = add(k, ref, cases[i].themes, 7);
		look_at(k, id, NOW);
		assert_string_equal(k->item.rule.name, cases[i].class);
		assert_int_equal(k->item.due_ms, (7 + cases[i].days) * DAY);
		look_at(k, id, k->item.due_ms - 1);
		assert_int_equal(k->item.state, RETENTION_KEPT);
		look_at(k, id, k->item.due_ms);
		assert_int_not_equal(k->item.state, RETENTION_KEPT);
	}
	GIVES(
	    retention_find(k->r, k->conf, 99, NOW, keep_item, &k->item, e), 0);
}

/* Without classes a tagged one is kept for six years and then reviewed. */
static void
test_preset(void **state)
{
	struct kit *k = *state;
	int64_t id = add(k, "R-1", "fuel", 0);

	conf_free(&k->conf);
	k->conf = parse(HEAD);
	look_at(k, id, 2192 * DAY);
	assert_string_equal(k->item.rule.name, "tagged");
	assert_int_equal(k->item.state, RETENTION_REVIEW);
	look_at(k, id, 2192 * DAY - 1);
	assert_int_equal(k->item.state, RETENTION_KEPT);
}

/*
 * A row about incident 7 in every table that can have one; 8 is one that
 * counted it.
 */
static const char filling[] =
    "INSERT INTO outbox (id, incident_id, channel, recipient, theme,"
    " level, reason, alert_id, key, state, created_ms, due_ms,"
    " expires_ms, done_ms, body) VALUES (1, :7, 'c', 'r',"
    " 'fuel', 2, 1, 'a', 'k1', 2, 1, 1, 1, 1, x'78');"
    "INSERT INTO attempt VALUES (1, 1, 1, 1, 0, 'ok');"
    "INSERT INTO told (incident_id, theme, recipient, level, alert_id)"
    " VALUES (:7, 'fuel', 'r', 2, 'a');"
    "INSERT INTO shadow (incident_id, subject, level, score,"
    " rule_set_id, made_ms, evidence) VALUES (:7, 's', 1, 1, 1, 1, '[]');"
    "INSERT OR IGNORE INTO account (id, name, roles, password, made_ms)"
    " VALUES (1, 'liaison', 3, 'x', 1);"
    "INSERT INTO decision (incident_id, act_id, theme, verdict, at_ms,"
    " account_id, note) VALUES (:7, 1, 'fuel', 1, 5, 1, 'n');"
    "INSERT INTO queue (incident_id, rank, since_ms) VALUES (:7, 1, 1);"
    "INSERT INTO looked (account_id, incident_id, at_ms) VALUES (1, :7, 1);"
    "INSERT INTO series_digest VALUES (:7, 1, 1, 1, 1, 1, 0, '', '');"
    "INSERT INTO series_sign VALUES ('s', 1, 'R', 'cad', :7);"
    "INSERT INTO series_link VALUES (:8, 's', :7);"
    "INSERT INTO hold (incident_id, at_ms, actor, ended_ms, ended_by,"
    " why) VALUES (:7, 1, 'a', 2, 'a', 'over');";

static void
fill(struct kit *k, int64_t id, int64_t other)
{
	struct buf sql = { 0 };

	for (const char *p = filling; *p; p++)
		if (p[0] == ':') {
			buf_add_int(&sql, p[1] == '7' ? id : other);
			p++;
		} else
			buf_add_char(&sql, *p);
	run(k->st, sql.p);
	buf_clear(&sql);
}

/* Fails if any table but those that may has a row about the incident. */
static void
check_gone(struct kit *k, int64_t id)
{
	struct db_stmt *tables = NULL;
	struct err step_error = { 0 };
	int seen = 0;

	OK(db_prepare(store_db(k->st),
	    "SELECT m.name, p.name FROM sqlite_master m,"
	    " pragma_table_info(m.name) p WHERE m.type = 'table'"
	    " AND p.name IN ('incident_id', 'other_id')"
	    " AND m.name NOT IN ('audit', 'erased')",
	    &tables, e));
	while (db_step(tables, &step_error) > 0) {
		char what[256];

		(void)snprintf(what, sizeof what, "%.*s WHERE %.*s = %" PRId64,
		    STR_ARG(db_col_text(tables, 0)),
		    STR_ARG(db_col_text(tables, 1)), id);
		if (count(k, what) != 0)
			fail_msg("left: %s", what);
		seen++;
	}
	db_finish(&tables);
	assert_true(seen >= 12);
	assert_int_equal(count(k, "attempt WHERE outbox_id = 1"), 0);
}

static void
keep_certificate(void *user, const struct certificate *c)
{
	*(struct certificate *)user = *c;
}

static void
count_certificate(void *user, const struct certificate *c)
{
	(void)c;
	++*(int *)user;
}

static void
test_erasing(void **state)
{
	struct kit *k = *state;
	struct certificates *c = retention_certificates(k->r);
	struct certificate one = { 0 };
	struct audit_finding finding;
	struct str why;
	int64_t id = add(k, "R-1", "fuel", 0);
	int64_t other = add(k, "R-2", "fuel", 999);
	int covered = 0;

	fill(k, id, other);
	run(k->st, "UPDATE tag SET evidence = '[{\"evidence\":[{\"field\":"
		   "\"incident\",\"text\":\"R-1 of cad, Wed\",\"incident\":"
		   "{\"feed\":\"cad\",\"id\":\"R-1\"}}]}]'");
	assert_int_equal(do_run(k, NOW), 1);
	check_gone(k, id);
	assert_int_equal(count(k, "incident WHERE id = 1"), 0);
	assert_int_equal(count(k, "incident"), 1);
	/* Others name it no more. */
	assert_int_equal(count(k, "tag WHERE evidence LIKE '%R-1%'"), 0);
	assert_int_equal(
	    count(k, "tag WHERE evidence LIKE '%\"(erased) of cad, Wed\"%'"
		     " AND json_valid(evidence)"),
	    1);
	/* The certificate. */
	GIVES(certificates_find(c, 1, keep_certificate, &one, e), 1);
	assert_int_equal(one.counts.incidents, 1);
	assert_int_equal(one.counts.messages, 1);
	assert_int_equal(one.counts.tags, 1);
	assert_int_equal(one.counts.deliveries, 1);
	assert_int_equal(one.counts.decisions, 1);
	assert_int_equal(one.ended_ms, NOW);
	GIVES(certificates_verify(c, 1, k->arena, &why, e), 0);
	GIVES(certificates_verify(c, 2, k->arena, &why, e), 1);
	GIVES(certificates_of(c, str_of("cad"), str_of("R-1"),
		  count_certificate, &covered, e),
	    0);
	assert_int_equal(covered, 1);
	GIVES(certificates_of(c, str_of("cad"), str_of("R-2"),
		  count_certificate, &covered, e),
	    0);
	assert_int_equal(covered, 1);
	/* The log is whole and says it, twice, without the reference. */
	GIVES(audit_verify(store_audit(k->st), &finding, e), 0);
	assert_int_equal(count(k, "audit WHERE event = 6"), 2);
	assert_int_equal(count(k, "audit WHERE event = 6 AND incident_id = 1"
				  " AND detail = '{\"rule\":\"brief\","
				  "\"keep_days\":50,\"reviewed\":false,"
				  "\"certificate\":1}'"),
	    1);
	assert_int_equal(count(k, "audit WHERE detail LIKE '%R-1%'"), 0);
}

/* An erased one's number is given to no other. */
static void
test_numbers(void **state)
{
	struct kit *k = *state;
	int64_t id = add(k, "R-1", "", 0);

	assert_int_equal(do_run(k, NOW), 1);
	assert_int_equal(add(k, "R-1", "", 999), id + 1);
	assert_int_equal(do_run(k, NOW), 0);
	assert_int_equal(do_run(k, 2 * NOW), 1);
	assert_int_equal(add(k, "R-3", "", 0), id + 2);
	assert_int_equal(count(k, "certificate"), 2);
}

/* What was altered of a certificate is found. */
static void
test_tampering(void **state)
{
	static const struct {
		const char *sql, *why;
	} cases[] = {
		{ "UPDATE erased SET digest = randomblob(32) WHERE n = 1",
		    "the digest differs" },
		{ "UPDATE certificate SET incidents = 5", "and says 5" },
		{ "DELETE FROM erased WHERE n = 2", "covers 2 incidents" },
		{ "UPDATE certificate SET digest = randomblob(32)",
		    "the digest differs" },
		{ "UPDATE certificate SET audit_hash = randomblob(32)",
		    "is not the one" },
		{ "DELETE FROM audit", "is not the one" },
	};
	struct kit *k = *state;
	struct str why;

	for (int i = 0; i < 3; i++) {
		char ref[16];

		(void)snprintf(ref, sizeof ref, "R-%d", i);
		add(k, ref, "", 0);
	}
	assert_int_equal(do_run(k, NOW), 3);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct certificates *c = retention_certificates(k->r);

		run(k->st, "SAVEPOINT s");
		run(k->st, cases[i].sql);
		GIVES(certificates_verify(c, 1, k->arena, &why, e), 1);
		if (!memmem(why.p, why.len, cases[i].why, strlen(cases[i].why)))
			fail_msg("%s", why.p);
		run(k->st, "ROLLBACK TO s; RELEASE s");
		GIVES(certificates_verify(c, 1, k->arena, &why, e), 0);
	}
}

static int
put_hold(struct kit *k, int64_t id, int64_t until_ms, int64_t now_ms)
{
	int r = -1;

	OK(store_begin(k->st, e));
	OK(r = holds_put(k->holds, id, str_of(" court "), until_ms,
	       "account:liaison", now_ms, e));
	OK(store_commit(k->st, e));
	return r;
}

static void
test_held(void **state)
{
	struct kit *k = *state;
	int64_t id = add(k, "R-1", "", 0);

	assert_int_equal(put_hold(k, id, CLOCK_NONE, NOW), 1);
	assert_int_equal(put_hold(k, id, CLOCK_NONE, NOW), 0);
	assert_int_equal(look_at(k, id, NOW)->state, RETENTION_HELD);
	assert_int_equal(do_run(k, NOW), 0);
	assert_int_equal(k->run.counts.held, 1);
	/* The database itself refuses, whoever asks. */
	FAILS(db_exec(store_db(k->st),
		  "DELETE FROM message; DELETE FROM tag;"
		  "DELETE FROM incident",
		  e),
	    ERR_SYSTEM, "FOREIGN KEY");
	OK(store_begin(k->st, e));
	GIVES(holds_end(k->holds, id, "account:liaison", NOW, e), 1);
	GIVES(holds_end(k->holds, id, "account:liaison", NOW, e), 0);
	OK(store_commit(k->st, e));
	assert_int_equal(do_run(k, NOW), 1);
	check_gone(k, id);
	/* Why it was held is in no line of the log. */
	assert_int_equal(count(k, "audit WHERE detail LIKE '%court%'"), 0);
	assert_int_equal(count(k, "audit WHERE event = 2"), 2);
}

/* A hold with a day ends by itself, and another may follow. */
static void
test_hold_until(void **state)
{
	struct kit *k = *state;
	int64_t id = add(k, "R-1", "", 0);

	assert_int_equal(put_hold(k, id, NOW + DAY, NOW), 1);
	assert_int_equal(do_run(k, NOW + DAY - 1), 0);
	assert_int_equal(put_hold(k, id, NOW + 3 * DAY, NOW + 2 * DAY), 1);
	assert_int_equal(do_run(k, NOW + 2 * DAY), 0);
	assert_int_equal(do_run(k, NOW + 3 * DAY), 1);
	assert_int_equal(count(k, "hold"), 0);
}

static void
test_holds_refused(void **state)
{
	static const struct {
		const char *why;
		int64_t until_ms, id;
		const char *words;
	} cases[] = {
		{ "  ", CLOCK_NONE, 1, "Say why" },
		{ "x", NOW, 1, "before it begins" },
		{ "x", CLOCK_NONE, 9, "no incident 9" },
	};
	struct kit *k = *state;
	char longer[HOLDS_WHY_MAX + 2];

	add(k, "R-1", "", 0);
	OK(store_begin(k->st, e));
	for (size_t i = 0; i < LENGTH(cases); i++)
		FAILS(holds_put(k->holds, cases[i].id, str_of(cases[i].why),
			  cases[i].until_ms, "a", NOW, e),
		    ERR_INVALID, cases[i].words);
	memset(longer, 'x', sizeof longer);
	FAILS(holds_put(k->holds, 1, str_make(longer, sizeof longer),
		  CLOCK_NONE, "a", NOW, e),
	    ERR_INVALID, "longer than");
	store_rollback(k->st);
}

static int
decide(struct kit *k, int64_t id, enum retention_verdict verdict,
    enum retention_why why, int64_t now_ms)
{
	const struct retention_decision d = { id, verdict, why,
		"account:liaison", now_ms };
	int r = -1;

	OK(store_begin(k->st, e));
	OK(r = retention_decide(k->r, k->conf, &d, e));
	OK(store_commit(k->st, e));
	return r;
}

static void
test_review(void **state)
{
	struct kit *k = *state;
	int64_t id = add(k, "R-1", "machinery", 0);
	int64_t waiting = 0;

	assert_int_equal(
	    decide(k, id, RETENTION_ERASE, RETENTION_WHY_DONE, NOW),
	    0); /* nobody was asked */
	assert_int_equal(do_run(k, NOW), 0);
	assert_int_equal(k->run.counts.asked, 1);
	OK(retention_review_count(k->r, &waiting, e));
	assert_int_equal(waiting, 1);
	assert_int_equal(do_run(k, NOW), 0);
	assert_int_equal(k->run.counts.asked, 0); /* once */
	/* Kept for a year more, then asked again. */
	assert_int_equal(
	    decide(k, id, RETENTION_KEEP, RETENTION_WHY_CASE, NOW), 1);
	assert_int_equal(
	    decide(k, id, RETENTION_ERASE, RETENTION_WHY_DONE, NOW), 0);
	assert_int_equal(look_at(k, id, NOW)->state, RETENTION_KEPT);
	assert_int_equal(k->item.due_ms, NOW + 365 * DAY);
	do_run(k, NOW + 365 * DAY);
	assert_int_equal(k->run.counts.asked, 1);
	/* Something new: its time begins anew, and nobody is asked. */
	run(k->st, "UPDATE incident SET last_ms = first_ms + 86400000 * 1366");
	do_run(k, NOW + 366 * DAY);
	OK(retention_review_count(k->r, &waiting, e));
	assert_int_equal(waiting, 0);
	do_run(k, 2000 * DAY);
	assert_int_equal(
	    decide(k, id, RETENTION_ERASE, RETENTION_WHY_DONE, 2000 * DAY), 1);
	assert_int_equal(do_run(k, 2000 * DAY), 1);
	check_gone(k, id);
	assert_int_equal(
	    count(k, "audit WHERE detail LIKE"
		     " '%\"verdict\":\"erase\",\"why\":\"done\"}'"),
	    1);
}

/* A verdict from before the last that happened is none. */
static void
test_stale_verdict(void **state)
{
	struct kit *k = *state;
	int64_t id = add(k, "R-1", "machinery", 0);

	do_run(k, NOW);
	assert_int_equal(
	    decide(k, id, RETENTION_ERASE, RETENTION_WHY_DONE, NOW), 1);
	run(k->st, "UPDATE incident SET last_ms = 86400000 * 1001");
	assert_int_equal(do_run(k, 1002 * DAY), 0);
	assert_int_equal(do_run(k, 1501 * DAY), 0);
	assert_int_equal(k->run.counts.asked, 1);
	assert_int_equal(look_at(k, id, 1501 * DAY)->verdict, RETENTION_OPEN);
}

/* What a person decided is something that happened. */
static void
test_decision_counts(void **state)
{
	struct kit *k = *state;
	int64_t id = add(k, "R-1", "", 0);

	fill(k, id, id);
	run(k->st, "UPDATE decision SET at_ms = 86400000 * 950,"
		   " undone_ms = 86400000 * 960, undone_by = 1");
	look_at(k, id, NOW);
	assert_int_equal(k->item.since_ms, 960 * DAY);
	assert_int_equal(k->item.state, RETENTION_KEPT);
	/* An alert that waits keeps it, too. */
	run(k->st, "UPDATE outbox SET state = 0, done_ms = NULL");
	assert_int_equal(look_at(k, id, 2 * NOW)->state, RETENTION_BUSY);
	assert_int_equal(do_run(k, 2 * NOW), 0);
}

/* Many, in several steps and transactions; it ends at what is too young. */
static void
test_steps(void **state)
{
	struct kit *k = *state;
	int64_t steps = 0;
	int r = 1;

	for (int i = 0; i < 40; i++) {
		char ref[16];

		(void)snprintf(ref, sizeof ref, "R-%d", i);
		add(k, ref, i % 4 == 3 ? "machinery" : "", i % 2 ? 0 : 10);
	}
	for (int i = 0; i < 1200; i++) {
		char ref[16];

		(void)snprintf(ref, sizeof ref, "Y-%d", i);
		add(k, ref, "", 999);
	}
	begin(k, NOW);
	while (r > 0) {
		struct err e = { 0 };

		r = retention_step(k->r, &k->run, &e);
		assert_true(r >= 0);
		steps++;
	}
	OK(retention_end(k->r, &k->run, e));
	assert_int_equal(k->run.counts.erased, 30);
	assert_int_equal(k->run.counts.asked, 10);
	assert_true(k->run.counts.looked < 1240);
	assert_true(steps >= 3);
	assert_int_equal(count(k, "certificate"), 1);
	assert_int_equal(count(k, "erased"), 30);
}

static void
test_quarantine(void **state)
{
	struct kit *k = *state;
	int64_t id = add(k, "R-77", "", 999);
	int r = 1;

	run(k->st,
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < 120) INSERT INTO quarantine (feed, file, line, col,"
	    " byte_offset, hash, size_bytes, reason, first_ms, changed_ms,"
	    " state, bytes) SELECT 'cad', 'f', i, 1, 0, randomblob(32), 9,"
	    " 'bad', 1, iif(i > 110, 86400000 * 995, 5), i % 4,"
	    " CAST(iif(i = 8, 'id R-77 {', 'xxx') AS BLOB) FROM n");
	assert_int_equal(put_hold(k, id, CLOCK_NONE, NOW), 1);
	begin(k, NOW);
	while (r > 0) {
		struct err e = { 0 };

		r = retention_step_quarantine(k->r, &k->run, &e);
		assert_true(r >= 0);
	}
	OK(retention_end(k->r, &k->run, e));
	/* Young ones stay, those asked for, and what names a held incident. */
	assert_int_equal(count(k, "quarantine WHERE changed_ms = 5"), 28 + 1);
	assert_int_equal(count(k, "quarantine WHERE changed_ms > 5"), 10);
	assert_int_equal(
	    ask(k->st, "SELECT quarantined FROM certificate"), 110 - 29);
	assert_int_equal(count(k, "quarantine WHERE line = 8"), 1);
}

static void
test_copylist(void **state)
{
	struct kit *k = *state;
	struct copylist *c = NULL;

	OK(copylist_open(store_db(k->st), &c, e));
	OK(store_begin(k->st, e));
	OK(copylist_note(c, "cad", "a", 10, e));
	OK(copylist_note(c, "cad", "a", 99, e)); /* as it was */
	OK(copylist_note(c, "cad", "b", 10, e));
	OK(copylist_note(c, "cad", "c", 50, e));
	OK(copylist_note(c, "other", "a", 10, e));
	OK(copylist_note(c, "cad", "gone", 10, e));
	OK(copylist_note(c, "cad", "a", 99, e));
	OK(copylist_note(c, "cad", "b", 99, e));
	OK(copylist_note(c, "cad", "c", 99, e));
	OK(copylist_settle(c, "cad", 99, e));
	assert_int_equal(count(k, "copy"), 4);
	GIVES(copylist_mark(c, "cad", 11, 1, e), 1);
	GIVES(copylist_mark(c, "cad", 11, 5, e), 1);
	GIVES(copylist_mark(c, "cad", 11, 5, e), 0);
	OK(copylist_forget(c, "cad", "a", e));
	OK(store_commit(k->st, e));
	assert_int_equal(count(k, "copy WHERE erasing = 1"), 1);
	assert_int_equal(count(k, "copy"), 3);
	copylist_close(&c);
	copylist_close(&c);
}

static void
test_words(void **state)
{
	enum retention_why why;

	(void)state;
	for (int i = 1; i <= RETENTION_WHY_COUNT; i++) {
		enum retention_why w = (enum retention_why)i;

		assert_int_equal(
		    retention_why_find(str_of(retention_why_name(w)), &why), 1);
		assert_int_equal(why, w);
		assert_int_not_equal(retention_why_verdict(w), RETENTION_OPEN);
		assert_true(strlen(retention_why_words(w)) > 5);
	}
	assert_int_equal(retention_why_find(str_of("bored"), &why), 0);
}

/* An error within a transaction leaves nothing of it. */
static void
test_failure_leaves_nothing(void **state)
{
	struct kit *k = *state;
	struct err e = { 0 };

	add(k, "R-1", "", 0);
	add(k, "R-2", "", 0);
	run(k->st, "CREATE TABLE other (incident_id INTEGER"
		   " REFERENCES incident(id)); INSERT INTO other VALUES (2)");
	begin(k, NOW);
	assert_int_equal(retention_step(k->r, &k->run, &e), -1);
	assert_non_null(strstr(e.msg, "incident 2 is not erased"));
	assert_int_equal(count(k, "incident"), 2);
	assert_int_equal(count(k, "message"), 2);
	assert_int_equal(count(k, "certificate"), 0);
	assert_int_equal(k->run.counts.erased, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rules),
		TEST(test_preset),
		TEST(test_erasing),
		TEST(test_numbers),
		TEST(test_tampering),
		TEST(test_held),
		TEST(test_hold_until),
		TEST(test_holds_refused),
		TEST(test_review),
		TEST(test_stale_verdict),
		TEST(test_decision_counts),
		TEST(test_steps),
		TEST(test_quarantine),
		TEST(test_copylist),
		TEST(test_words),
		TEST(test_failure_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
