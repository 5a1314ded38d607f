#include "tests/unit/store/storekit.h"

#include <inttypes.h>

#include "agent/store/quarantine.h"

struct kit {
	struct store *st;
	struct quarantine *q;
	struct arena *arena;
};

static int
set_up(void **state)
{
	struct kit *k = calloc(1, sizeof(*k));

	assert_non_null(k);
	k->st = open_store(":memory:");
	k->arena = arena_new();
	OK(quarantine_open(store_db(k->st), &k->q, e));
	*state = k;
	return 0;
}

static int
tear_down(void **state)
{
	struct kit *k = *state;

	arena_free(&k->arena);
	quarantine_close(&k->q);
	quarantine_close(&k->q);
	store_close(&k->st);
	free(k);
	return 0;
}

static int
add(struct kit *k, const char *file, int64_t line, const char *bytes)
{
	const struct quarantine_item item = { .feed = str_of("cad"),
		.file = str_of(file),
		.line = line,
		.column = 3,
		.offset = 100,
		.reason = str_of("log[2].at is not a date and time"),
		.bytes = str_of(bytes),
		.first_ms = 1000 };
	int r = -1;

	OK(store_begin(k->st, e));
	OK(r = quarantine_add(k->q, &item, e));
	OK(store_commit(k->st, e));
	return r;
}

static int
ask_replay(struct kit *k, int64_t id, const char *replacement, struct err *e)
{
	if (store_begin(k->st, e) < 0)
		return -1;
	int r = quarantine_ask_replay(k->q, id, str_of(replacement), 2000, e);
	if (r == 0)
		return store_commit(k->st, e);
	store_rollback(k->st);
	return r;
}

static int
resolve(struct kit *k, int64_t id, enum quarantine_state to, const char *why,
    struct err *e)
{
	if (store_begin(k->st, e) < 0)
		return -1;
	int r = quarantine_resolve(k->q, id, to, str_of(why), 3000, e);
	if (r == 0)
		return store_commit(k->st, e);
	store_rollback(k->st);
	return r;
}

static void
test_same_fault_is_one_row(void **state)
{
	struct kit *k = *state;
	struct quarantine_item got;
	int64_t held;

	assert_int_equal(add(k, "a.ndjson", 7, "{bad"), 1);
	assert_int_equal(add(k, "a.ndjson", 7, "{bad"), 0);
	assert_int_equal(add(k, "b.ndjson", 7, "{bad"), 0); /* renamed */
	assert_int_equal(add(k, "a.ndjson", 8, "{bad"), 1);
	assert_int_equal(add(k, "a.ndjson", 7, "{bad2"), 1);
	assert_int_equal(add(k, "a.ndjson", 9, NULL), 1); /* no bytes at all */
	OK(quarantine_count(k->q, QUARANTINE_HELD, &held, e));
	assert_int_equal(held, 4);
	GIVES(quarantine_find(k->q, 1, k->arena, &got, e), 1);
	assert_true(str_is(got.feed, "cad") && str_is(got.file, "a.ndjson"));
	assert_int_equal(got.line, 7);
	assert_int_equal(got.column, 3);
	assert_int_equal(got.offset, 100);
	assert_int_equal(got.size_bytes, 4);
	assert_true(str_is(got.bytes, "{bad"));
	assert_false(str_is_given(got.replacement));
	assert_int_equal(got.state, QUARANTINE_HELD);
	GIVES(quarantine_find(k->q, 99, k->arena, &got, e), 0);
}

static void
test_long_message_is_cut(void **state)
{
	struct kit *k = *state;
	struct quarantine_item got;
	size_t len = QUARANTINE_BYTES_MAX + 10;
	char *text = malloc(len + 1);

	assert_non_null(text);
	memset(text, 'x', len);
	text[len] = '\0';
	assert_int_equal(add(k, "a", 1, text), 1);
	text[len - 1] = '\0'; /* as long, but for one byte: another */
	assert_int_equal(add(k, "a", 1, text), 1);
	GIVES(quarantine_find(k->q, 1, k->arena, &got, e), 1);
	assert_int_equal(got.bytes.len, QUARANTINE_BYTES_MAX);
	assert_int_equal(got.size_bytes, (int64_t)len);
	FAILS(ask_replay(k, 1, NULL, e), ERR_INVALID, "were kept");
	OK(ask_replay(k, 1, "{}", e));
	free(text);
}

static void
test_replay(void **state)
{
	struct kit *k = *state;
	struct quarantine_item got;

	(void)add(k, "a", 1, "{1");
	(void)add(k, "a", 2, "{2");
	GIVES(quarantine_next_replay(k->q, k->arena, &got, e), 0);
	OK(ask_replay(k, 2, NULL, e));
	OK(ask_replay(k, 1, "{\"id\":\"1\"}", e));
	OK(ask_replay(k, 1, "{\"id\":\"one\"}", e)); /* thought again */
	GIVES(quarantine_next_replay(k->q, k->arena, &got, e), 1);
	assert_int_equal(got.id, 1);
	assert_int_equal(got.state, QUARANTINE_ASKED);
	assert_int_equal(got.changed_ms, 2000);
	assert_true(str_is(got.replacement, "{\"id\":\"one\"}"));
	assert_true(str_is(got.bytes, "{1"));
	OK(resolve(k, 1, QUARANTINE_REPLAYED, NULL, e));
	GIVES(quarantine_next_replay(k->q, k->arena, &got, e), 1);
	assert_int_equal(got.id, 2);
	OK(resolve(k, 2, QUARANTINE_HELD, "still no JSON", e));
	GIVES(quarantine_next_replay(k->q, k->arena, &got, e), 0);
	GIVES(quarantine_find(k->q, 2, k->arena, &got, e), 1);
	assert_true(str_is(got.reason, "still no JSON"));
	GIVES(quarantine_find(k->q, 1, k->arena, &got, e), 1);
	assert_int_equal(got.state, QUARANTINE_REPLAYED);
	assert_true(str_is(got.reason, "log[2].at is not a date and time"));
}

static void
test_moves_that_are_refused(void **state)
{
	struct kit *k = *state;

	(void)add(k, "a", 1, "{1");
	FAILS(ask_replay(k, 9, NULL, e), ERR_INVALID, "no quarantined input 9");
	FAILS(resolve(k, 9, QUARANTINE_DROPPED, NULL, e), ERR_INVALID, "9");
	FAILS(resolve(k, 1, QUARANTINE_REPLAYED, NULL, e), ERR_INVALID,
	    "held, which does not lead to replayed");
	FAILS(resolve(k, 1, QUARANTINE_ASKED, NULL, e), ERR_INVALID, "held");
	OK(resolve(k, 1, QUARANTINE_DROPPED, NULL, e));
	FAILS(ask_replay(k, 1, NULL, e), ERR_INVALID, "dropped already");
	FAILS(resolve(k, 1, QUARANTINE_HELD, NULL, e), ERR_INVALID, "dropped");
}

static void
note(void *user, const struct quarantine_item *item)
{
	buf_addf(
	    user, "%d:%s ", (int)item->id, quarantine_state_name(item->state));
}

static void
test_list(void **state)
{
	struct kit *k = *state;
	struct buf got = { 0 };

	for (int i = 1; i <= 3; i++)
		(void)add(k, "a", i, "{");
	OK(ask_replay(k, 2, NULL, e));
	GIVES(quarantine_list(k->q, -1, 10, note, &got, e), 3);
	assert_string_equal(got.p, "3:held 2:replay asked 1:held ");
	buf_reset(&got);
	GIVES(quarantine_list(k->q, QUARANTINE_HELD, 1, note, &got, e), 1);
	assert_string_equal(got.p, "3:held ");
	buf_clear(&got);
}

#define WITH_KIT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static void
note_page(void *user, const struct quarantine_item *item)
{
	buf_addf(user, "%" PRId64 " ", item->id);
	assert_null(item->bytes.p);
}

static void
note_group(void *user, const struct quarantine_group *g)
{
	buf_addf(user, "%.*s: %.*s: %" PRId64 "|", STR_ARG(g->feed),
	    STR_ARG(g->reason), g->count);
}

static void
expect_page(struct kit *k, struct quarantine_filter f, const char *want)
{
	struct buf got = { 0 };

	f.limit = f.limit > 0 ? f.limit : 10;
	GIVES(quarantine_page(k->q, &f, note_page, &got, e), 0);
	assert_string_equal(got.p ? got.p : "", want);
	buf_clear(&got);
}

/* Page by page, by feed and fault; all of a kind asked for at once. */
static void
test_kinds(void **state)
{
	struct kit *k = *state;
	struct buf got = { 0 };
	int64_t n[QUARANTINE_STATES], held = 0;

	for (int i = 1; i <= 5; i++)
		assert_int_equal(add(k, "a", i, "{\"id\":7}"), 1);
	run(k->st, "UPDATE quarantine SET reason = 'id is missing'"
		   " WHERE id IN (2, 4)");
	run(k->st, "UPDATE quarantine SET feed = 'other' WHERE id = 5");
	/* Of one only the beginning was kept. */
	run(k->st, "UPDATE quarantine SET size_bytes = 99 WHERE id = 4");
	expect_page(k, (struct quarantine_filter){ .limit = 2 }, "5 4 ");
	expect_page(k, (struct quarantine_filter){ .before_id = 4 }, "3 2 1 ");
	expect_page(k,
	    (struct quarantine_filter){ .reason = str_of("id is missing") },
	    "4 2 ");
	expect_page(
	    k, (struct quarantine_filter){ .feed = str_of("other") }, "5 ");
	GIVES(quarantine_groups(k->q, 2, note_group, &got, e), 0);
	assert_string_equal(got.p, "cad: id is missing: 2|"
				   "cad: log[2].at is not a date and time: 2|");
	buf_clear(&got);
	OK(quarantine_held(k->q, str_of("cad"), &held, e));
	assert_int_equal(held, 4);
	OK(store_begin(k->st, e));
	GIVES(quarantine_ask_group(
		  k->q, str_of("cad"), str_of("id is missing"), 10, 5000, e),
	    1);
	GIVES(quarantine_ask_group(k->q, str_of("cad"),
		  str_of("log[2].at is not a date and time"), 1, 5000, e),
	    1);
	GIVES(quarantine_ask_group(
		  k->q, str_of("cad"), str_of("no such"), 10, 5000, e),
	    0);
	OK(store_commit(k->st, e));
	expect_page(
	    k, (struct quarantine_filter){ .state = QUARANTINE_ASKED }, "2 1 ");
	OK(resolve(k, 1, QUARANTINE_REPLAYED, NULL, e));
	OK(quarantine_since(k->q, 3000, n, e));
	assert_int_equal(n[QUARANTINE_REPLAYED], 1);
	assert_int_equal(n[QUARANTINE_ASKED], 1);
	assert_int_equal(n[QUARANTINE_HELD], 0);
}

static void
test_try(void **state)
{
	struct kit *k = *state;
	struct quarantine_item item = { .bytes = str_of("{\"id\":7}"),
		.replacement = str_of("{\"id\":\"EP-1\",\"opened_at\":"
				      "\"2026-01-14T10:42:07Z\"}") };

	GIVES(quarantine_try(&item, k->arena, e), 0);
	item.replacement = (struct str){ 0 };
	FAILS(quarantine_try(&item, k->arena, e), ERR_INVALID, "id");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_KIT(test_same_fault_is_one_row),
		WITH_KIT(test_long_message_is_cut),
		WITH_KIT(test_replay),
		WITH_KIT(test_moves_that_are_refused),
		WITH_KIT(test_list),
		cmocka_unit_test_setup_teardown(test_kinds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_try, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
