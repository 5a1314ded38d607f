/* The canonical incident: read, refused, printed, and held to its schema. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/incident/incident.h"

#define WHOLE "{\"id\":\"A\",\"opened_at\":\"2026-01-14T10:42:07Z\""

static const char full[] =
    "{\"id\":\"EP-20260114-0042\",\"revision\":3,"
    "\"opened_at\":\"2026-01-14T10:42:07Z\","
    "\"updated_at\":\"2026-01-14T11:00:00.250Z\","
    "\"closed_at\":\"2026-01-14T12:00:00Z\",\"status\":\"CLOSED\","
    "\"grade\":2,\"opening_code\":\"HARE COURSING\",\"closing_code\":\"C1\","
    "\"crime_no\":\"42/1/26\",\"location_text\":\"Long Lane\","
    "\"lat\":51.894366,\"lon\":0.897243,\"easting\":599445.59,"
    "\"northing\":225722.826,\"accuracy_m\":100,\"district\":\"Braintree\","
    "\"beat\":\"B7\",\"log\":[{\"at\":\"2026-01-14T10:42:07Z\",\"by\":\"CALL\","
    "\"text\":\"dogs \\\"slipped\\\"\",\"seq\":1},{\"text\":\"\"}],"
    "\"informant\":{\"name\":\"J Farmer\",\"phone\":\"07700 900123\","
    "\"address\":\"Example Farm\",\"contact_ok\":false},"
    "\"vehicles\":[\"AB12 CDE\"],\"resources\":[{\"callsign\":\"EA21\","
    "\"allocated_at\":\"2026-01-14T10:45:00Z\","
    "\"enroute_at\":\"2026-01-14T10:46:00Z\","
    "\"arrived_at\":\"2026-01-14T10:59:00Z\","
    "\"cleared_at\":\"2026-01-14T11:30:00Z\"}],"
    "\"x_source\":{\"a\":[1,2.5,null]},\"zz\":\"kept\"}";

static struct arena *arena;

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static int
parse(const char *text, struct incident *in, struct err *e)
{
	return incident_parse(str_of(text), arena, in, e);
}

static void
assert_printed(const struct incident *in, const char *expected)
{
	struct buf out = { NULL, 0, 0 };

	incident_print(in, &out);
	assert_string_equal(out.p, expected);
	buf_clear(&out);
}

static void
test_reads_and_prints_all(void **state)
{
	struct incident in;
	struct err e;

	(void)state;
	assert_int_equal(parse(full, &in, &e), 0);
	assert_true(str_is(in.id, "EP-20260114-0042"));
	assert_int_equal(in.revision, 3);
	assert_int_equal(in.opened_ms, INT64_C(1768387327000));
	assert_true(str_is(in.grade, "2"));
	assert_int_equal(in.grade_no, 2);
	assert_true(fabs(in.lat - 51.894366) < 1e-12);
	assert_int_equal(in.log_count, 2);
	assert_true(str_is(in.log[0].text, "dogs \"slipped\""));
	assert_int_equal(in.log[1].at_ms, CLOCK_NONE);
	assert_int_equal(in.log[1].seq, INCIDENT_NO_NUMBER);
	assert_true(str_is_given(in.log[1].text));
	assert_int_equal(in.informant.contact_ok, 0);
	assert_int_equal(in.resource_count, 1);
	assert_int_equal(in.extra_count, 2);
	assert_true(str_is(in.extras[0].json, "{\"a\":[1,2.5,null]}"));
	assert_printed(&in, full);
}

static void
test_absent_members(void **state)
{
	struct incident in;
	struct err e;

	(void)state;
	assert_int_equal(parse("{\"id\":\"A\",\"partial\":true}", &in, &e), 0);
	assert_true(in.partial);
	assert_int_equal(in.revision, INCIDENT_NO_NUMBER);
	assert_int_equal(in.opened_ms, CLOCK_NONE);
	assert_int_equal(in.grade_no, INCIDENT_NO_NUMBER);
	assert_false(str_is_given(in.status));
	assert_true(isnan(in.lat) && isnan(in.easting) && isnan(in.accuracy_m));
	assert_false(in.informant.is_given);
	assert_int_equal(in.informant.contact_ok, -1);
	assert_int_equal(incident_first_ms(&in), CLOCK_NONE);
	assert_int_equal(incident_last_ms(&in), CLOCK_NONE);
	assert_printed(&in, "{\"id\":\"A\",\"partial\":true}");
}

/* What comes in one way and is printed another. */
static void
test_forms(void **state)
{
	static const struct {
		const char *in, *out; /* after WHOLE */
	} cases[] = {
		{ "}", ",\"log\":[]}" },
		{ ",\"grade\":\"E\"}", ",\"grade\":\"E\",\"log\":[]}" },
		{ ",\"grade\":\"2\"}", ",\"grade\":2,\"log\":[]}" },
		{ ",\"grade\":2.0}", ",\"grade\":2,\"log\":[]}" },
		{ ",\"grade\":\"02\"}", ",\"grade\":\"02\",\"log\":[]}" },
		{ ",\"grade\":\" 2\"}", ",\"grade\":\" 2\",\"log\":[]}" },
		{ ",\"grade\":\"2 \"}", ",\"grade\":\"2 \",\"log\":[]}" },
		{ ",\"grade\":0}", ",\"grade\":0,\"log\":[]}" },
		{ ",\"grade\":\"\"}", ",\"grade\":\"\",\"log\":[]}" },
		{ ",\"lat\":\"51.7\",\"lon\":\"-0.4\"}",
		    ",\"lat\":51.7,\"lon\":-0.4,\"log\":[]}" },
		{ ",\"easting\":\"+600000.\",\"northing\":\".5\"}",
		    ",\"easting\":600000,\"northing\":0.5,\"log\":[]}" },
		{ ",\"lat\":\"\",\"lon\":null,\"closed_at\":\"\"}",
		    ",\"log\":[]}" },
		{ ",\"opened_by\":null,\"log\":null,\"informant\":null}",
		    ",\"log\":[]}" },
		{ ",\"labels\":{},\"vrms\":[],\"setting\":\"x\",\"hard\":1,"
		  "\"why\":\"y\",\"other\":[]}",
		    ",\"log\":[],\"other\":[]}" },
		{ ",\"partial\":false,\"vehicles\":[],\"resources\":[]}",
		    ",\"log\":[]}" },
		{ ",\"revision\":7.0}", NULL },
		{ ",\"log\":[{\"text\":\"a\",\"colour\":1}]}",
		    ",\"log\":[{\"text\":\"a\"}]}" },
		{ ",\"informant\":{}}", ",\"log\":[],\"informant\":{}}" },
	};
	char text[512], expected[512];
	struct incident in;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		(void)snprintf(text, sizeof(text), "%s%s", WHOLE, cases[i].in);
		if (parse(text, &in, &e) != 0)
			fail_msg("%s: %s", text, e.msg);
		if (cases[i].out == NULL) {
			assert_int_equal(in.revision, 7);
			continue;
		}
		(void)snprintf(
		    expected, sizeof(expected), "%s%s", WHOLE, cases[i].out);
		assert_printed(&in, expected);
	}
}

static const struct {
	const char *text, *msg;
} refusals[] = {
	{ "[]", "an incident is an object, not a list" },
	{ "{\"opened_at\":\"2026-01-14T10:42:07Z\"}", "id is missing" },
	{ "{\"id\":\"\"}", "id is empty" },
	{ "{\"id\":null}", "id is missing" },
	{ "{\"id\":7}", "id is a whole number, not text" },
	{ "{\"id\":\"a\\u0007b\"}", "id has a control character in it" },
	{ "{\"id\":\"a\\u0085b\"}", "id has a control character in it" },
	{ "{\"id\":\"A\"}", "opened_at is missing (only a partial "
			    "message may do without)" },
	{ WHOLE ",\"status\":{}}", "status is an object, not text" },
	{ WHOLE ",\"partial\":1}",
	    "partial is a whole number, not true or false" },
	{ WHOLE ",\"revision\":\"3\"}",
	    "revision is text, not a whole number" },
	{ WHOLE ",\"revision\":-1}", "revision is not a whole number "
				     "from 0 to 2^53 - 1" },
	{ WHOLE ",\"revision\":1.5}", "revision is not a whole number "
				      "from 0 to 2^53 - 1" },
	{ WHOLE ",\"updated_at\":\"yesterday\"}",
	    "updated_at is not a date and time: \"xxxxxxxxx\"" },
	{ WHOLE ",\"updated_at\":\"07700 900123\"}",
	    "updated_at is not a date and time: \"99999 999999\"" },
	{ WHOLE ",\"updated_at\":\"14/11/2026 18:00\"}",
	    "updated_at is not a date and time: \"14/11/2026 18:00\"" },
	{ WHOLE ",\"updated_at\":\"(0)7700-900.123\"}",
	    "updated_at is not a date and time: \"(9)9999-999.999\"" },
	{ WHOLE ",\"updated_at\":\"B\xc3\xa9!\"}",
	    "updated_at is not a date and time: \"xxx!\"" },
	{ WHOLE ",\"updated_at\":12}",
	    "updated_at is a whole number, not a date and time" },
	{ WHOLE ",\"log\":[{\"text\":\"a\"},{\"text\":\"b\","
		"\"at\":\"2026-02-30T10:00:00Z\"}]}",
	    "log[1].at is not a date and time: "
	    "\"2026-02-30T10:00:00Z\"" },
	{ WHOLE ",\"log\":{}}", "log is an object, not a list" },
	{ WHOLE ",\"log\":[{\"by\":\"CALL\"}]}", "log[0].text is missing" },
	{ WHOLE ",\"log\":[{\"text\":\"a\"},3]}",
	    "log[1] is a whole number, not an object" },
	{ WHOLE ",\"log\":[{\"text\":\"a\",\"by\":true}]}",
	    "log[0].by is true or false, not text" },
	{ WHOLE ",\"vehicles\":[\"a\",null]}",
	    "vehicles[1] is null, not text" },
	{ WHOLE ",\"resources\":[{}]}", "resources[0].callsign is missing" },
	{ WHOLE ",\"informant\":[]}", "informant is a list, not an object" },
	{ WHOLE ",\"informant\":{\"phone\":1}}",
	    "informant.phone is a whole number, not text" },
	{ WHOLE ",\"lat\":91,\"lon\":0}",
	    "lat is 91, which is not within -90 to 90" },
	{ WHOLE ",\"lat\":1}", "lon is missing beside lat" },
	{ WHOLE ",\"lon\":1}", "lat is missing beside lon" },
	{ WHOLE ",\"easting\":1}", "northing is missing beside "
				   "easting" },
	{ WHOLE ",\"northing\":1}", "easting is missing beside "
				    "northing" },
	{ WHOLE ",\"easting\":700001,\"northing\":1}",
	    "easting is 700001, which is not within 0 to 700000" },
	{ WHOLE ",\"lat\":\"51,7\",\"lon\":1}",
	    "lat is not a number: \"51,7\"" },
	{ WHOLE ",\"lat\":\"1e1\",\"lon\":1}", "lat is not a number: \"1e1\"" },
	{ WHOLE ",\"accuracy_m\":-1}",
	    "accuracy_m is -1, which is not within 0 to 1e+06" },
	{ WHOLE ",\"grade\":[]}", "grade is a list, not a number or text" },
	{ WHOLE ",\"grade\":2.5}", "grade is not a grade" },
	{ "{\"id\":\"A\",\"partial\":true,\"closed_at\":"
	  "\"0123456789012345678901234567890123456789\xc3\xa9\"}",
	    "closed_at is not a date and time: "
	    "\"9999999999999999999999999999999999999999...\"" },
	{ "{\"id\":\"A\",\"partial\":true,\"closed_at\":"
	  "\"012345678901234567890123456789012345678\xc3\xa9\"}",
	    "closed_at is not a date and time: "
	    "\"999999999999999999999999999999999999999...\"" },
};

static void
test_refusals(void **state)
{
	struct incident in;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		if (parse(refusals[i].text, &in, &e) == 0)
			fail_msg("taken: %s", refusals[i].text);
		assert_int_equal(e.code, ERR_INVALID);
		assert_string_equal(e.msg, refusals[i].msg);
	}
}

static void
add_list(struct buf *b, const char *name, const char *item, size_t count)
{
	size_t i;

	buf_addf(b, "%s,\"%s\":[", WHOLE, name);
	for (i = 0; i < count; i++)
		buf_addf(b, "%s%s", i > 0 ? "," : "", item);
	buf_add_text(b, "]}");
}

static void
test_limits(void **state)
{
	static const struct {
		const char *name, *item;
		size_t max;
	} lists[] = {
		{ "log", "{\"text\":\"\"}", INCIDENT_ENTRIES_MAX },
		{ "vehicles", "\"a\"", INCIDENT_LIST_MAX },
		{ "resources", "{\"callsign\":\"a\"}", INCIDENT_LIST_MAX },
	};
	struct buf b = { NULL, 0, 0 };
	struct incident in;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		buf_reset(&b);
		add_list(&b, lists[i].name, lists[i].item, lists[i].max);
		assert_int_equal(
		    incident_parse(buf_str(&b), arena, &in, &e), 0);
		buf_reset(&b);
		add_list(&b, lists[i].name, lists[i].item, lists[i].max + 1);
		assert_int_equal(
		    incident_parse(buf_str(&b), arena, &in, &e), -1);
		assert_int_equal(e.code, ERR_LIMIT);
	}
	buf_reset(&b);
	buf_add_text(&b, WHOLE);
	for (i = 0; i <= INCIDENT_LIST_MAX; i++)
		buf_addf(&b, ",\"x%zu\":1", i);
	buf_add_char(&b, '}');
	assert_int_equal(incident_parse(buf_str(&b), arena, &in, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	buf_clear(&b);
}

static void
test_id_limit(void **state)
{
	char text[256];
	struct incident in;
	struct err e;

	(void)state;
	(void)snprintf(
	    text, sizeof(text), "{\"id\":\"%0128d\",\"partial\":true}", 0);
	assert_int_equal(parse(text, &in, &e), 0);
	(void)snprintf(
	    text, sizeof(text), "{\"id\":\"%0129d\",\"partial\":true}", 0);
	assert_int_equal(parse(text, &in, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
}

static void
test_bytes_limit(void **state)
{
	struct buf b = { NULL, 0, 0 };
	struct incident in;
	struct err e;

	(void)state;
	buf_addf(&b, "%s,\"status\":\"%*s\"}", WHOLE, INCIDENT_BYTES_MAX, "");
	assert_int_equal(incident_parse(buf_str(&b), arena, &in, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	buf_clear(&b);
}

static void
test_parse_names_the_place(void **state)
{
	struct incident in;
	struct err e;

	(void)state;
	assert_int_equal(parse("{\"id\":\n  ?}", &in, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	assert_int_equal(strncmp(e.msg, "line 2 column 3", 15), 0);
}

static void
test_first_and_last(void **state)
{
	struct incident in;
	struct err e;

	(void)state;
	assert_int_equal(
	    parse("{\"id\":\"A\",\"partial\":true,\"log\":["
		  "{\"at\":\"2026-01-01T00:00:05Z\",\"text\":\"\"},"
		  "{\"text\":\"\"},"
		  "{\"at\":\"2026-01-01T00:00:03Z\",\"text\":\"\"}"
		  "],\"resources\":[{\"callsign\":\"A\","
		  "\"arrived_at\":\"2026-01-01T00:00:09Z\"}]}",
		&in, &e),
	    0);
	assert_int_equal(incident_first_ms(&in), INT64_C(1767225603000));
	assert_int_equal(incident_last_ms(&in), INT64_C(1767225609000));
	assert_int_equal(parse(full, &in, &e), 0);
	assert_int_equal(incident_first_ms(&in), in.opened_ms);
	assert_int_equal(incident_last_ms(&in), in.closed_ms);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_and_prints_all),
		cmocka_unit_test(test_absent_members),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_id_limit),
		cmocka_unit_test(test_bytes_limit),
		cmocka_unit_test(test_parse_names_the_place),
		cmocka_unit_test(test_first_and_last),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
