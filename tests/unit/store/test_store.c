/* Incidents, messages and tags; what a rollback leaves; two connections. */
#include "tests/unit/store/storekit.h"

/* What a list gave, as "ref themes; " one after the other. */
static void
note_row(void *user, const struct store_incident *row)
{
	buf_addf(user, "%.*s[%.*s] ", STR_ARG(row->ref), STR_ARG(row->themes));
}

static void
note_tag(void *user, const struct store_tag *tag)
{
	buf_addf(user, "%.*s/%s/%d%s ", STR_ARG(tag->theme),
	    rules_level_name(tag->level), (int)tag->score,
	    tag->ended_ms == CLOCK_NONE ? "" : "/ended");
}

static struct store_message
message(const char *bytes)
{
	struct store_message m = { .revision = INCIDENT_NO_NUMBER,
		.received_ms = 5000,
		.file = str_of("a.ndjson"),
		.line = 7,
		.bytes = str_of(bytes) };

	hash_sha256(m.bytes, m.hash);
	return m;
}

static int
add_message(struct store *st, int64_t incident, const char *bytes)
{
	struct store_message m = message(bytes);
	int r = -1;

	OK(r = store_message_add(st, incident, &m, e));
	assert_int_equal(m.id > 0, r);
	return r;
}

static void
test_incident_comes_back(void **state)
{
	struct store *st = open_store(":memory:");
	struct arena *arena = arena_new();
	struct store_incident got;
	struct store_incident row = { .feed = str_of("cad"),
		.ref = str_of("EP-1"),
		.first_ms = 1,
		.last_ms = 2,
		.opened_ms = 3,
		.updated_ms = 4,
		.closed_ms = CLOCK_NONE,
		.status = str_of("open"),
		.grade = str_of("2"),
		.place = { .class = PLACE_EDGE,
		    .lat = 51.7,
		    .lon = 0.5,
		    .uncertainty_m = (double)NAN,
		    .source = str_of("coordinates"),
		    .edition = str_of("towns"),
		    .district = str_of("Braintree"),
		    .grid_ref = str_of("TL 7059 0683"),
		    .near_name = str_of("Witham"),
		    .near_m = 812.5,
		    .near_bearing = str_of("NE"),
		    .how = str_of("grid reference TL 705 068 in the log"),
		    .doubt = str_of("but the name Thaxted is 20 km away") },
		.rural_crime = true,
		.targeted = true,
		.basis = str_of("targeted"),
		.message_count = 1,
		.rule_set = str_of("sha256:ab"),
		.tagged_ms = 6 };

	(void)state;
	GIVES(store_incident_find(st, row.feed, row.ref, arena, &got, e), 0);
	OK(store_begin(st, e));
	OK(store_incident_put(st, &row, e));
	OK(store_commit(st, e));
	GIVES(store_incident_find(st, row.feed, row.ref, arena, &got, e), 1);
	assert_int_equal(got.id, row.id);
	assert_true(str_is(got.feed, "cad") && str_is(got.ref, "EP-1"));
	assert_int_equal(got.opened_ms, 3);
	assert_true(got.closed_ms == CLOCK_NONE);
	assert_true(str_is(got.status, "open") && str_is(got.grade, "2"));
	assert_int_equal(got.place.class, PLACE_EDGE);
	assert_true(got.place.lat > 51.69 && got.place.lat < 51.71);
	assert_true(isnan(got.place.uncertainty_m));
	assert_false(str_is_given(got.place.area));
	assert_true(str_is(got.place.district, "Braintree"));
	assert_true(str_is(got.place.near_bearing, "NE"));
	assert_true(
	    str_is(got.place.how, "grid reference TL 705 068 in the log"));
	assert_true(
	    str_is(got.place.doubt, "but the name Thaxted is 20 km away"));
	assert_true(got.place.near_m > 812);
	assert_true(got.rural_crime && got.targeted && !got.in_progress);
	assert_true(str_is(got.rule_set, "sha256:ab"));
	/* Update: what was given goes, what is new comes. */
	row.grade = str_make(NULL, 0);
	row.closed_ms = 99;
	row.message_count = 2;
	OK(store_begin(st, e));
	OK(store_incident_put(st, &row, e));
	OK(store_commit(st, e));
	GIVES(store_incident_find_id(st, row.id, arena, &got, e), 1);
	assert_false(str_is_given(got.grade));
	assert_int_equal(got.closed_ms, 99);
	assert_int_equal(got.message_count, 2);
	GIVES(store_incident_find_id(st, row.id + 1, arena, &got, e), 0);
	arena_free(&arena);
	store_close(&st);
}

static void
test_update_of_nothing_is_corrupt(void **state)
{
	struct store *st = open_store(":memory:");
	struct store_incident row = { .id = 77,
		.feed = str_of("cad"),
		.ref = str_of("x"),
		.place = place_unknown() };

	(void)state;
	OK(store_begin(st, e));
	FAILS(store_incident_put(st, &row, e), ERR_CORRUPT, "incident 77");
	store_rollback(st);
	store_close(&st);
}

static void
test_same_identity_twice_is_refused(void **state)
{
	struct store *st = open_store(":memory:");
	struct store_incident row = { .feed = str_of("cad"),
		.ref = str_of("EP-1"),
		.place = place_unknown() };

	(void)state;
	OK(store_begin(st, e));
	(void)add_incident(st, "EP-1");
	FAILS(store_incident_put(st, &row, e), ERR_SYSTEM, "UNIQUE");
	/* The same reference of another feed is another incident. */
	row.feed = str_of("other");
	OK(store_incident_put(st, &row, e));
	OK(store_commit(st, e));
	store_close(&st);
}

static void
test_known_bytes_add_nothing(void **state)
{
	struct store *st = open_store(":memory:");
	struct arena *arena = arena_new();
	struct store_message *list = NULL;
	size_t count = 0;

	(void)state;
	OK(store_begin(st, e));
	int64_t a = add_incident(st, "EP-1");
	int64_t b = add_incident(st, "EP-2");
	assert_int_equal(add_message(st, a, "one"), 1);
	assert_int_equal(add_message(st, a, "two"), 1);
	assert_int_equal(add_message(st, a, "one"), 0);
	assert_int_equal(add_message(st, b, "one"), 1);
	OK(store_commit(st, e));
	assert_int_equal(ask(st, "SELECT count(*) FROM message"), 3);
	assert_int_equal(ask(st, "SELECT count(*) FROM audit"), 3);
	OK(store_messages_load(st, a, arena, &list, &count, e));
	assert_int_equal(count, 2);
	assert_true(str_is(list[0].bytes, "one"));
	assert_true(str_is(list[1].bytes, "two"));
	assert_true(str_is(list[1].file, "a.ndjson"));
	assert_int_equal(list[1].line, 7);
	assert_true(list[1].revision == INCIDENT_NO_NUMBER);
	struct store_message want = message("two");
	assert_memory_equal(list[1].hash, want.hash, HASH_BYTES);
	arena_free(&arena);
	store_close(&st);
}

static void
test_many_messages_load_in_order(void **state)
{
	struct store *st = open_store(":memory:");
	struct arena *arena = arena_new();
	struct store_message *list = NULL;
	size_t count = 0;
	char text[16];

	(void)state;
	OK(store_begin(st, e));
	int64_t a = add_incident(st, "EP-1");
	for (int i = 0; i < 50; i++) {
		(void)snprintf(text, sizeof(text), "m%d", i);
		assert_int_equal(add_message(st, a, text), 1);
	}
	OK(store_commit(st, e));
	OK(store_messages_load(st, a, arena, &list, &count, e));
	assert_int_equal(count, 50);
	for (int i = 0; i < 50; i++) {
		(void)snprintf(text, sizeof(text), "m%d", i);
		assert_true(str_is(list[i].bytes, text));
	}
	OK(store_messages_load(st, a + 1, arena, &list, &count, e));
	assert_int_equal(count, 0);
	arena_free(&arena);
	store_close(&st);
}

static void
test_damaged_digest_is_corrupt(void **state)
{
	struct store *st = open_store(":memory:");
	struct arena *arena = arena_new();
	struct store_message *list = NULL;
	size_t count = 0;

	(void)state;
	OK(store_begin(st, e));
	int64_t a = add_incident(st, "EP-1");
	(void)add_message(st, a, "one");
	OK(store_commit(st, e));
	run(st, "PRAGMA ignore_check_constraints = ON;"
		"UPDATE message SET hash = x'00'");
	FAILS(store_messages_load(st, a, arena, &list, &count, e), ERR_CORRUPT,
	    "digest");
	arena_free(&arena);
	store_close(&st);
}

/* Nothing is left, and what was learnt in it is not believed afterwards. */
static void
test_rollback_leaves_nothing(void **state)
{
	struct store *st = open_store(":memory:");

	(void)state;
	OK(store_begin(st, e));
	int64_t a = add_incident(st, "EP-1");
	(void)add_message(st, a, "one");
	store_rollback(st);
	assert_int_equal(ask(st, "SELECT (SELECT count(*) FROM incident) +"
				 " (SELECT count(*) FROM message) +"
				 " (SELECT count(*) FROM feed) +"
				 " (SELECT count(*) FROM rule_set) +"
				 " (SELECT count(*) FROM audit)"),
	    0);
	OK(store_begin(st, e));
	a = add_incident(st, "EP-1");
	assert_int_equal(add_message(st, a, "one"), 1);
	OK(store_commit(st, e));
	struct audit_finding f;
	GIVES(audit_verify(store_audit(st), &f, e), 0);
	assert_int_equal(f.rows, 1);
	store_rollback(st); /* of nothing: fine */
	store_close(&st);
}

static void
put_tags(struct store *st, int64_t id, const char *rule_set,
    const struct rules_tag *tags, size_t count, int want)
{
	const struct rules_result result = { .tags = tags, .tag_count = count };
	const struct store_incident row = { .id = id,
		.place = { .edition = str_of("towns") },
		.rule_set = str_of(rule_set) };

	OK(store_begin(st, e));
	GIVES(store_tags_put(st, &row, &result, 42, e), want);
	OK(store_commit(st, e));
}

static void
expect_tags(struct store *st, int64_t id, bool history, const char *want)
{
	struct buf got = { 0 };

	buf_add_text(&got, "");
	OK(store_tags_list(st, id, history, note_tag, &got, e));
	assert_string_equal(got.p ? got.p : "", want);
	buf_clear(&got);
}

static void
test_tags_keep_their_history(void **state)
{
	struct store *st = open_store(":memory:");
	struct rules_tag coursing = { .theme = str_of("hare-coursing"),
		.level = RULES_ALERT,
		.score = 75 };
	struct rules_tag tipping = { .theme = str_of("fly-tipping"),
		.level = RULES_REVIEW,
		.score = 40 };
	struct rules_tag both[2] = { tipping, coursing };
	struct rules_evidence why = {
		.field = str_of("place"), .entry = -1, .why = str_of("rural")
	};
	struct rules_hit hit = { str_of("r"), 15, &why, 1 };

	(void)state;
	OK(store_begin(st, e));
	int64_t id = add_incident(st, "EP-1");
	OK(store_commit(st, e));
	put_tags(st, id, "sha256:a", NULL, 0, 0);
	put_tags(st, id, "sha256:a", &coursing, 1, 1);
	put_tags(st, id, "sha256:a", &coursing, 1, 0); /* the same */
	put_tags(st, id, "sha256:a", both, 2, 1);
	expect_tags(
	    st, id, false, "fly-tipping/review/40 hare-coursing/alert/75 ");
	both[1].score = 80;
	put_tags(st, id, "sha256:a", both, 2, 2); /* score */
	both[1].level = RULES_REVIEW;
	put_tags(st, id, "sha256:a", both, 2, 2); /* level */
	both[1].hits = &hit;
	both[1].hit_count = 1;
	put_tags(st, id, "sha256:a", both, 2, 2); /* evidence */
	put_tags(st, id, "sha256:b", both, 2, 4); /* rule set */
	put_tags(st, id, "sha256:b", both, 1, 1); /* coursing goes */
	expect_tags(st, id, false, "fly-tipping/review/40 ");
	expect_tags(st, id, true,
	    "fly-tipping/review/40/ended fly-tipping/review/40 "
	    "hare-coursing/alert/75/ended hare-coursing/alert/80/ended "
	    "hare-coursing/review/80/ended hare-coursing/review/80/ended "
	    "hare-coursing/review/80/ended ");
	put_tags(st, id, "sha256:b", NULL, 0, 1);
	expect_tags(st, id, false, "");
	store_close(&st);
}

/* What shadow rules say is kept as tags are, and is no tag. */
static void
test_shadows_are_kept(void **state)
{
	struct store *st = open_store(":memory:");
	struct store_incident row = { .rule_set = str_of("sha256:a") };
	const struct rules_tag shadows[] = {
		{ .theme = str_of("fly-tipping"),
		    .level = RULES_REVIEW,
		    .score = 40 },
		{ .theme = str_of("at-risk"),
		    .level = RULES_ALERT,
		    .score = 80 },
	};
	struct rules_result result = { .shadows = shadows, .shadow_count = 2 };
	struct buf got = { 0 };

	(void)state;
	OK(store_begin(st, e));
	row.id = add_incident(st, "EP-1");
	GIVES(store_tags_put(st, &row, &result, 1, e), 0);
	GIVES(store_tags_put(st, &row, &result, 2, e), 0);
	result.shadow_count = 1;
	GIVES(store_tags_put(st, &row, &result, 3, e), 0);
	OK(store_commit(st, e));
	expect_tags(st, row.id, true, "");
	OK(store_shadows_list(st, row.id, true, note_tag, &got, e));
	assert_string_equal(
	    got.p, "at-risk/alert/80/ended fly-tipping/review/40 ");
	assert_int_equal(ask(st, "SELECT count(*) FROM shadow"), 2);
	assert_int_equal(ask(st, "SELECT ended_ms FROM shadow"
				 " WHERE subject = 'at-risk'"),
	    3);
	buf_clear(&got);
	store_close(&st);
}

/* A fresh incident needs no look at its tags; an old one of the same
 * transaction does. */
static void
test_fresh_incident_with_and_without_tags(void **state)
{
	struct store *st = open_store(":memory:");
	const struct rules_tag tag = { .theme = str_of("fly-tipping"),
		.level = RULES_REVIEW,
		.score = 40 };
	const struct rules_result some = { .tags = &tag, .tag_count = 1 };
	const struct rules_result none = { .tags = NULL };
	struct store_incident row = { .rule_set = str_of("sha256:a") };

	(void)state;
	OK(store_begin(st, e));
	row.id = add_incident(st, "EP-1");
	GIVES(store_tags_put(st, &row, &some, 1, e), 1);
	(void)add_incident(st, "EP-2");
	GIVES(store_tags_put(st, &row, &none, 2, e), 1);
	OK(store_commit(st, e));
	expect_tags(st, row.id, true, "fly-tipping/review/40/ended ");
	store_close(&st);
}

static void
expect_list(struct store *st, const char *theme, int64_t since_ms,
    int64_t limit, const char *want)
{
	const struct store_filter filter = { str_of(theme), since_ms, limit };
	struct buf got = { 0 };

	OK(store_incident_list(st, &filter, note_row, &got, e));
	assert_string_equal(got.p ? got.p : "", want);
	buf_clear(&got);
}

static void
test_lists(void **state)
{
	struct store *st = open_store(":memory:");
	const struct rules_tag tags[] = { { .theme = str_of("fly-tipping"),
					      .level = RULES_REVIEW },
		{ .theme = str_of("hare-coursing"), .level = RULES_ALERT } };
	struct buf got = { 0 };
	int64_t incidents, messages;

	(void)state;
	OK(store_begin(st, e));
	int64_t a = add_incident(st, "A");
	int64_t b = add_incident(st, "B");
	(void)add_incident(st, "C");
	OK(store_commit(st, e));
	run(st, "UPDATE incident SET opened_ms = 1000 * id;"
		"UPDATE incident SET opened_ms = NULL WHERE ref = 'C';");
	put_tags(st, a, "s", tags, 2, 2);
	put_tags(st, b, "s", tags, 1, 1);
	expect_list(st, NULL, CLOCK_NONE, 10,
	    "B[fly-tipping review] "
	    "A[fly-tipping review, hare-coursing alert] C[] ");
	expect_list(st, NULL, CLOCK_NONE, 1, "B[fly-tipping review] ");
	expect_list(st, NULL, 2000, 10, "B[fly-tipping review] ");
	expect_list(st, "hare-coursing", CLOCK_NONE, 10,
	    "A[fly-tipping review, hare-coursing alert] ");
	expect_list(st, "fly-tipping", 1500, 10, "B[fly-tipping review] ");
	expect_list(st, "encampment", CLOCK_NONE, 10, "");
	put_tags(st, a, "s", tags, 1, 1); /* no longer coursing */
	expect_list(st, "hare-coursing", CLOCK_NONE, 10, "");
	OK(store_incident_list_ref(st, str_of("C"), note_row, &got, e));
	assert_string_equal(got.p, "C[] ");
	buf_clear(&got);
	OK(store_count(st, &incidents, &messages, e));
	assert_int_equal(incidents, 3);
	assert_int_equal(messages, 0);
	store_close(&st);
}

/* Two connections: both see what the other committed, and neither breaks
 * the chain of the audit log or believes an id that is not there. */
static void
test_two_connections(void **state)
{
	char path[256];
	struct store *agent = open_store(db_path(state, path));
	struct store *command = NULL;
	struct audit_finding f;

	OK(store_open(path, DB_WRITE, &command, e));
	for (int i = 0; i < 6; i++) {
		struct store *st = i % 2 ? command : agent;
		char ref[16];
		(void)snprintf(ref, sizeof(ref), "R%d", i);
		OK(store_begin(st, e));
		(void)add_message(st, add_incident(st, ref), ref);
		OK(store_commit(st, e));
	}
	assert_int_equal(ask(agent, "SELECT count(*) FROM feed"), 1);
	assert_int_equal(ask(command, "SELECT count(*) FROM incident"), 6);
	GIVES(audit_verify(store_audit(agent), &f, e), 0);
	assert_int_equal(f.rows, 6);
	store_close(&command);
	store_close(&agent);
}

/* A writer that died without a word leaves what it had committed. */
static void
test_open_transaction_is_lost_alone(void **state)
{
	char path[256];
	struct store *st = open_store(db_path(state, path));

	OK(store_begin(st, e));
	(void)add_incident(st, "kept");
	OK(store_commit(st, e));
	OK(store_begin(st, e));
	(void)add_incident(st, "lost");
	store_close(&st); /* as a crash does: rolled back */
	st = open_store(path);
	assert_int_equal(ask(st, "SELECT count(*) FROM incident"), 1);
	store_close(&st);
}

static void
test_open_errors(void **state)
{
	char path[256];
	struct store *st = NULL;

	db_path(state, path);
	FAILS(store_open(path, DB_READ, &st, e), ERR_SYSTEM, path);
	FAILS(store_open(path, DB_WRITE, &st, e), ERR_SYSTEM, path);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	for (int i = 0; i < 2000; i++)
		fputs("not a database ", f);
	assert_int_equal(fclose(f), 0);
	FAILS(store_open(path, DB_CREATE, &st, e), ERR_CORRUPT, path);
	assert_null(st);
	store_close(&st);
}

static void
test_read_only_connection_cannot_write(void **state)
{
	char path[256];
	struct store *st = open_store(db_path(state, path));
	struct store *look = NULL;
	struct store_message m = message("one");

	OK(store_begin(st, e));
	int64_t id = add_incident(st, "A");
	OK(store_commit(st, e));
	OK(store_open(path, DB_READ, &look, e));
	assert_int_equal(ask(look, "SELECT count(*) FROM incident"), 1);
	struct err e = { 0 };
	if (store_begin(look, &e) == 0) {
		assert_int_equal(store_message_add(look, id, &m, &e), -1);
		store_rollback(look);
	}
	assert_int_equal(e.code, ERR_TEMPORARY);
	store_close(&look);
	store_close(&st);
}

#define IN_FOLDER(test) \
	cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_incident_comes_back),
		cmocka_unit_test(test_update_of_nothing_is_corrupt),
		cmocka_unit_test(test_same_identity_twice_is_refused),
		cmocka_unit_test(test_known_bytes_add_nothing),
		cmocka_unit_test(test_many_messages_load_in_order),
		cmocka_unit_test(test_damaged_digest_is_corrupt),
		cmocka_unit_test(test_rollback_leaves_nothing),
		cmocka_unit_test(test_tags_keep_their_history),
		cmocka_unit_test(test_shadows_are_kept),
		cmocka_unit_test(test_fresh_incident_with_and_without_tags),
		cmocka_unit_test(test_lists),
		IN_FOLDER(test_two_connections),
		IN_FOLDER(test_open_transaction_is_lost_alone),
		IN_FOLDER(test_open_errors),
		IN_FOLDER(test_read_only_connection_cannot_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
