/*
 * What was found ahead is used for an incident's first message; for a later
 * one, only its place, and if the record has that position and text.  To see
 * which answer was used, the one found ahead is given another place.
 */
#include "intake_test.h"

#define OPENED   "\"opened_at\":\"2026-11-14T18:00:00Z\""
#define RURAL    ",\"lat\":51.95,\"lon\":0.45"
#define TEXT(s)  ",\"log\":[{\"text\":\"" s "\"}]"
#define FIRST    "{\"id\":\"A\"," OPENED RURAL TEXT("coursing, lurchers") "}"
#define SECOND   "{\"id\":\"A\",\"partial\":true" TEXT("van left") "}"
#define THIRD    "{\"id\":\"A\"," OPENED RURAL TEXT("van left") "}"
#define SAME     "{\"id\":\"B\",\"grade\":2," OPENED RURAL TEXT("rubble") "}"
#define OTHER    "{\"id\":\"B\"," OPENED RURAL TEXT("rubble") "}"
#define BROKEN   "{\"id\":}"
#define DISTRICT "SELECT ref, district FROM incident ORDER BY ref"

static int
set_up(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));
	struct err e = { 0 };

	assert_non_null(r);
	rig_open(r, compile_rules(SMALL_PACK), SMALL_CONF);
	if (ahead_new(r->geo, r->rules, &r->ahead, &e) < 0)
		fail_msg("%s", e.msg);
	log_set_level(LOG_ERROR);
	*state = r;
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

/* Offer a batch of one whose answer found ahead says "Marked". */
static void
take_marked(struct rig *r, const char *line)
{
	struct feed_item item = make_item(r->arena, line, 1);
	struct feed_batch batch = { .feed = "control",
		.file = "in.ndjson",
		.arena = r->arena,
		.items = &item,
		.count = 1 };
	struct ahead_answer *answer;
	struct err e = { 0 };

	ahead_batch(r->ahead, &batch);
	answer = arena_alloc(r->arena, 1, sizeof(*answer));
	memcpy(answer, item.ahead, sizeof(*answer));
	answer->place.district = str_of("Marked");
	item.ahead = answer;
	if (intake_batch(r->intake, &batch, NOW_MS, &e) < 0)
		fail_msg("%s", e.msg);
}

static void
test_used_for_the_first(void **state)
{
	struct rig *r = *state;

	take_marked(r, FIRST);
	assert_answer(r, DISTRICT, 2, "A | Marked\n");
	assert_answer(
	    r, "SELECT theme, level FROM tag", 2, "hare-coursing | 2\n");
}

/* The place of the second, if both say the same of it; never its tags. */
static void
test_place_for_a_later_one(void **state)
{
	struct rig *r = *state;

	take_one(r, FIRST);
	assert_answer(r, DISTRICT, 2, "A | \n");
	take_marked(r, THIRD);
	assert_answer(r, DISTRICT, 2, "A | \n");
	take_one(r, OTHER);
	take_marked(r, SAME);
	assert_answer(r, DISTRICT, 2, "A | \nB | Marked\n");
	assert_answer(r,
	    "SELECT theme, level FROM tag WHERE ended_ms IS NULL"
	    " AND incident_id = 1",
	    2, "hare-coursing | 2\n");
}

/* The second message's answer knows nothing of the first. */
static void
test_not_for_the_second(void **state)
{
	struct rig *r = *state;

	take_marked(r, FIRST);
	take_marked(r, SECOND);
	assert_answer(r, DISTRICT, 2, "A | \n");
	assert_answer(r, "SELECT theme, level FROM tag WHERE ended_ms IS NULL",
	    2, "hare-coursing | 2\n");
}

/* Found with other rules, or another geography, than are in use. */
static void
test_not_after_a_swap(void **state)
{
	struct rig *r = *state;
	struct intake_parts parts = r->parts;
	struct ruleset *rules = compile_rules(SMALL_PACK);
	struct geo *geo = NULL;
	struct err e = { 0 };

	parts.rules = rules;
	assert_int_equal(intake_swap(r->intake, &parts, &e), 0);
	take_marked(r, FIRST);
	assert_answer(r, DISTRICT, 2, "A | \n");
	parts.rules = r->rules;
	assert_int_equal(geo_new(&geo, &e), 0);
	parts.geo = geo;
	assert_int_equal(intake_swap(r->intake, &parts, &e), 0);
	take_marked(r, OTHER);
	assert_answer(r, DISTRICT, 2, "A | \nB | \n");
	assert_int_equal(intake_swap(r->intake, &r->parts, &e), 0);
	ruleset_free(&rules);
	geo_free(&geo);
}

/* A fault has no answer. */
static void
test_faults_are_left(void **state)
{
	struct rig *r = *state;
	struct feed_item items[] = { make_item(r->arena, BROKEN, 1),
		make_item(r->arena, FIRST, 2) };
	struct feed_batch batch = { .feed = "control",
		.file = "in.ndjson",
		.arena = r->arena,
		.items = items,
		.count = LENGTH(items) };

	assert_true(items[0].is_fault);
	ahead_batch(r->ahead, &batch);
	assert_null(items[0].ahead);
	assert_non_null(items[1].ahead);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_used_for_the_first),
		TEST(test_place_for_a_later_one),
		TEST(test_not_for_the_second),
		TEST(test_not_after_a_swap),
		TEST(test_faults_are_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
