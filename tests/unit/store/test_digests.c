/* Digests: kept as they are, found around an incident, linked both ways. */
#include "tests/unit/store/storekit.h"

#include "agent/store/digests.h"
#include "rules/limits.h"

#define HOUR INT64_C(3600000)
#define NOW  INT64_C(1794679200000)

static const struct str lock[] = { STR_LIT("flag precursor") };
static const struct str both[] = { STR_LIT("flag precursor"),
	STR_LIT("theme hare-coursing") };
static const struct str plates[] = { STR_LIT("AB12CDE"), STR_LIT("EF34GHJ") };

/* A stored incident with a digest, so many hours after NOW. */
static struct digests_row
add_digest(struct store *st, struct digests *d, const char *ref, int64_t hours,
    const struct str *signs, size_t sign_count)
{
	struct digests_row row = { .turns = 0 };

	row.digest = (struct series_digest){ .id = add_incident(st, ref),
		.feed = str_of("control"),
		.ref = str_of(ref),
		.at_ms = NOW + hours * HOUR,
		.lat = 51.9,
		.lon = 0.5,
		.uncertainty_m = (double)NAN,
		.signs = signs,
		.sign_count = sign_count };
	OK(store_rule_set_id(st, str_of("sha256:x"), &row.rule_set_id, e));
	OK(digests_put(d, &row, NULL, e));
	return row;
}

static void
test_kept_as_it_is(void **state)
{
	struct store *st = open_store(":memory:");
	struct arena *arena = arena_new();
	struct digests_row row, found;
	struct digests *d = NULL;

	(void)state;
	OK(digests_open(st, &d, e));
	OK(store_begin(st, e));
	GIVES(digests_find(d, 1, arena, &found, e), 0);
	row = add_digest(st, d, "A-1", 0, both, 2);
	row.digest.plates = plates;
	row.digest.plate_count = 2;
	row.turns = 3;
	OK(digests_put(d, &row, &row.digest, e));
	GIVES(digests_find(d, row.digest.id, arena, &found, e), 1);
	found.digest.feed = row.digest.feed;
	found.digest.ref = row.digest.ref;
	assert_true(series_digest_is_equal(&found.digest, &row.digest));
	assert_int_equal(found.digest.id, row.digest.id);
	assert_int_equal(found.turns, 3);
	assert_int_equal(found.rule_set_id, row.rule_set_id);
	assert_int_equal(ask(st, "SELECT count(*) FROM series_sign"), 2);
	/* It counts as less, then as nothing; the row and its turns stay. */
	found.digest.signs = lock;
	found.digest.sign_count = 1;
	OK(digests_put(d, &found, &row.digest, e));
	assert_int_equal(ask(st, "SELECT count(*) FROM series_sign"), 1);
	row = found;
	row.digest.sign_count = 0;
	row.digest.at_ms = CLOCK_NONE;
	OK(digests_put(d, &row, &found.digest, e));
	assert_int_equal(ask(st, "SELECT count(*) FROM series_sign"), 0);
	assert_int_equal(ask(st, "SELECT turns FROM series_digest"), 3);
	GIVES(digests_find(d, row.digest.id, arena, &found, e), 1);
	assert_int_equal(found.digest.at_ms, CLOCK_NONE);
	assert_int_equal(found.digest.sign_count, 0);
	OK(store_commit(st, e));
	digests_close(&d);
	digests_close(&d);
	arena_free(&arena);
	store_close(&st);
}

/* The references of those around A-5, in order of their ids. */
static const char *
around(struct digests *d, const struct series_reach *reach)
{
	static char said[64];
	struct arena *arena = arena_new();
	const struct series_digest middle = {
		.feed = str_of("control"), .ref = str_of("A-5"), .at_ms = NOW
	};
	struct digests_list list;

	OK(digests_around(d, &middle, reach, arena, &list, e));
	assert_false(list.is_full);
	said[0] = '\0';
	for (size_t i = 0; i < list.count; i++)
		snprintf(said + strlen(said), sizeof(said) - strlen(said),
		    "%s%.*s", i > 0 ? " " : "",
		    STR_ARG(list.rows[i].digest.ref));
	arena_free(&arena);
	return said;
}

static void
test_around(void **state)
{
	struct store *st = open_store(":memory:");
	struct series_reach reach = { lock, 1, 2 * HOUR };
	struct digests *d = NULL;

	(void)state;
	OK(digests_open(st, &d, e));
	OK(store_begin(st, e));
	(void)add_digest(st, d, "A-1", -3, lock, 1);
	(void)add_digest(st, d, "A-2", -2, lock, 1);
	(void)add_digest(st, d, "A-3", -1, both, 2);
	(void)add_digest(st, d, "A-4", 0, lock, 1);
	(void)add_digest(st, d, "A-5", 0, lock, 1);
	(void)add_digest(st, d, "A-6", 0, both + 1, 1);
	(void)add_digest(st, d, "A-7", 2, both, 2);
	(void)add_digest(st, d, "A-8", 3, both, 2);
	assert_string_equal(around(d, &reach), "A-2 A-3 A-4 A-7");
	reach.signs = both;
	reach.sign_count = 2;
	assert_string_equal(around(d, &reach), "A-2 A-3 A-4 A-6 A-7");
	reach.sign_count = 0;
	assert_string_equal(around(d, &reach), "");
	store_rollback(st);
	digests_close(&d);
	store_close(&st);
}

/* Of one sign the nearest so many are read, and it is said. */
static void
test_around_is_bounded(void **state)
{
	struct store *st = open_store(":memory:");
	struct arena *arena = arena_new();
	const struct series_reach reach = { lock, 1, 9000 * HOUR };
	struct digests *d = NULL;
	struct digests_row last = { .turns = 0 };
	struct digests_list list;

	(void)state;
	OK(digests_open(st, &d, e));
	OK(store_begin(st, e));
	for (int i = 0; i < LIMITS_SERIES_POOL_MAX + 5; i++) {
		const char *ref = arena_strf(arena, "A-%d", i).p;

		last = add_digest(st, d, ref, i, lock, 1);
	}
	OK(digests_around(d, &last.digest, &reach, arena, &list, e));
	assert_true(list.is_full);
	assert_int_equal(list.count, LIMITS_SERIES_POOL_MAX);
	assert_int_equal(list.rows[0].digest.at_ms, NOW + 4 * HOUR);
	store_rollback(st);
	digests_close(&d);
	arena_free(&arena);
	store_close(&st);
}

static void
test_between(void **state)
{
	struct store *st = open_store(":memory:");
	struct arena *arena = arena_new();
	struct digests_span span = { NOW - HOUR, NOW + HOUR, both, 2, 3 };
	struct digests *d = NULL;
	struct digests_list list;

	(void)state;
	OK(digests_open(st, &d, e));
	OK(store_begin(st, e));
	(void)add_digest(st, d, "A-1", -2, lock, 1);
	(void)add_digest(st, d, "A-2", -1, both, 2);
	(void)add_digest(st, d, "A-3", 1, both + 1, 1);
	(void)add_digest(st, d, "A-4", 2, both + 1, 1);
	OK(digests_between(d, &span, arena, &list, e));
	assert_false(list.is_full);
	assert_int_equal(list.count, 2);
	assert_true(str_is(list.rows[0].digest.ref, "A-2"));
	assert_true(str_is(list.rows[1].digest.ref, "A-3"));
	assert_int_equal(list.rows[0].digest.sign_count, 2);
	span.limit = 1;
	OK(digests_between(d, &span, arena, &list, e));
	assert_true(list.is_full);
	store_rollback(st);
	digests_close(&d);
	arena_free(&arena);
	store_close(&st);
}

static void
note_link(void *user, const struct digests_link *link)
{
	struct buf *out = user;

	buf_addf(out, "%.*s %.*s %.*s;", STR_ARG(link->series),
	    STR_ARG(link->feed), STR_ARG(link->ref));
}

static void
test_links(void **state)
{
	struct store *st = open_store(":memory:");
	struct digests *d = NULL;
	struct buf out = { 0 };
	int64_t one, other;

	(void)state;
	OK(digests_open(st, &d, e));
	OK(store_begin(st, e));
	one = add_digest(st, d, "A-1", 0, lock, 1).digest.id;
	other = add_digest(st, d, "A-2", 1, lock, 1).digest.id;
	const struct rules_link link = { .id = one };
	const struct rules_evidence evidence[] = { { .points = 50 },
		{ .points = 50, .link = &link } };
	struct series_hit hits[] = {
		{ .hit = { str_of("locks"), 50, evidence, 2 } },
		{ .is_shadow = true,
		    .hit = { str_of("trial"), 50, evidence, 2 } }
	};
	OK(digests_link_put(d, other, hits, 2, e));
	OK(digests_link_put(d, other, hits, 2, e));
	OK(digests_link_list(d, one, note_link, &out, e));
	assert_string_equal(out.p, "locks cad A-2;");
	buf_reset(&out);
	buf_add_text(&out, "");
	OK(digests_link_list(d, other, note_link, &out, e));
	assert_int_equal(out.len, 0);
	OK(digests_link_put(d, other, hits, 0, e));
	assert_int_equal(ask(st, "SELECT count(*) FROM series_link"), 0);
	OK(store_commit(st, e));
	buf_clear(&out);
	digests_close(&d);
	store_close(&st);
}

/* All of it is about an incident and goes with it. */
static void
test_goes_with_its_incident(void **state)
{
	struct store *st = open_store(":memory:");
	struct digests *d = NULL;

	(void)state;
	OK(digests_open(st, &d, e));
	OK(store_begin(st, e));
	(void)add_digest(st, d, "A-1", 0, both, 2);
	run(st, "DELETE FROM incident");
	assert_int_equal(ask(st, "SELECT (SELECT count(*) FROM series_sign)"
				 " + (SELECT count(*) FROM series_digest)"),
	    0);
	OK(store_commit(st, e));
	digests_close(&d);
	store_close(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept_as_it_is),
		cmocka_unit_test(test_around),
		cmocka_unit_test(test_around_is_bounded),
		cmocka_unit_test(test_between),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_goes_with_its_incident),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
