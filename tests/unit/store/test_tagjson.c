/* The answer of "buzzard tag", letter by letter. */
#include "tests/unit/store/storekit.h"

#include "agent/store/tagjson.h"

static void
test_line(void **state)
{
	const struct rules_evidence evidence[] = {
		{ .field = str_of("log"),
		    .entry = 0,
		    .has_span = true,
		    .start = 10,
		    .end = 22,
		    .text = str_of("HARE COURSING"),
		    .why = str_of("says so"),
		    .points = 60 },
		{ .field = str_of("place"),
		    .entry = -1,
		    .why = str_of("the place is rural"),
		    .points = 15 },
	};
	const struct rules_hit hit = { str_of("hare_coursing"), 75, evidence,
		2 };
	const struct rules_tag tag = { str_of("hare-coursing"), RULES_ALERT, 75,
		&hit, 1 };
	const struct rules_result result = { .tags = &tag,
		.tag_count = 1,
		.in_progress = true,
		.rural_crime = true,
		.basis = "location" };
	const struct incident incident = { .id = str_of("EP-\"1\"") };
	const struct place place = { .class = PLACE_RURAL,
		.area = str_of("E01021849") };
	const struct plate plate = { .mark = str_of("AB12CDE") };
	static const size_t places[] = { 3 };
	const struct tagjson_input in = { &incident, &place, &result, &plate, 1,
		"sha256:00", places };
	struct buf out = { 0 };

	(void)state;
	tagjson_line(&in, &out);
	assert_string_equal(out.p,
	    "{\"id\":\"EP-\\\"1\\\"\",\"rural\":{\"crime\":true,"
	    "\"place\":\"rural\",\"basis\":\"location\","
	    "\"area\":\"E01021849\",\"district\":null},"
	    "\"tags\":[{\"theme\":\"hare-coursing\",\"level\":\"alert\","
	    "\"score\":75,\"rules\":[{\"rule\":\"hare_coursing\","
	    "\"points\":75,\"evidence\":[{\"field\":\"log\",\"entry\":3,"
	    "\"start\":10,\"end\":22,\"text\":\"HARE COURSING\","
	    "\"why\":\"says so\",\"points\":60},{\"field\":\"place\","
	    "\"entry\":null,\"text\":null,\"why\":\"the place is rural\","
	    "\"points\":15}]}]}],\"in_progress\":true,"
	    "\"vehicles\":[\"AB12CDE\"],\"rule_set\":\"sha256:00\"}");
	buf_reset(&out);
	tagjson_rules(&tag, &out);
	assert_true(str_has_prefix(buf_str(&out),
	    "[{\"rule\":\"hare_coursing\",\"points\":75,\"evidence\":["
	    "{\"field\":\"log\",\"entry\":0,"));
	buf_clear(&out);
}

/* Every member is there when there is nothing to say. */
static void
test_empty(void **state)
{
	const struct rules_result result = { .basis = "none" };
	const struct incident incident = { .id = str_of("1") };
	const struct place place = place_unknown();
	const struct tagjson_input in = { &incident, &place, &result, NULL, 0,
		"sha256:00", NULL };
	const struct rules_tag tag = { .theme = str_of("x") };
	struct buf out = { 0 };

	(void)state;
	tagjson_line(&in, &out);
	assert_string_equal(out.p,
	    "{\"id\":\"1\",\"rural\":{\"crime\":false,\"place\":\"unknown\","
	    "\"basis\":\"none\",\"area\":null,\"district\":null},"
	    "\"tags\":[],\"in_progress\":false,\"vehicles\":[],"
	    "\"rule_set\":\"sha256:00\"}");
	buf_reset(&out);
	tagjson_rules(&tag, &out);
	assert_string_equal(out.p, "[]");
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
