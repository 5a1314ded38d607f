/* Cursor on Target events: what is read, what is refused, where streams cut. */
#include "../base/base_test.h"

#include <math.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/live/cot.h"

#define POINT "<point lat='51.8' lon='0.7' hae='30' ce='12' le='9999999'/>"
#define HEAD  "<event version='2.0' uid='D-1' type='a-f-G' "
#define TIME  "time='2026-01-14T10:42:07.5Z' "
#define BODY                                                \
	TIME ">" POINT "<detail><contact callsign='TM01'/>" \
	     "<track speed='11.5' course='270'/></detail></event>"

static struct cot_event
good(const char *text)
{
	struct cot_event event;
	struct err e = { 0 };

	if (cot_read(str_of(text), &event, &e) < 0)
		fail_msg("%s: %s", text, e.msg);
	return event;
}

static void
test_event(void **state)
{
	struct cot_event e = good(HEAD BODY);

	(void)state;
	assert_string_equal(e.type, "a-f-G");
	assert_string_equal(e.uid, "D-1");
	assert_string_equal(e.callsign, "TM01");
	assert_true(e.fix.lat == 51.8 && e.fix.lon == 0.7);
	assert_int_equal(e.fix.time_ms, INT64_C(1768387327500));
	assert_true(e.fix.uncertainty_m == 12 && e.fix.altitude_m == 30);
	assert_true(e.fix.speed_mps == 11.5F && e.fix.course_deg == 270);
	assert_true(cot_is_friend(&e));
}

/* What is absent, damaged or said not to be known is not known. */
static void
test_unknown(void **state)
{
	struct cot_event e =
	    good("<event type='a-h-G' time='then'><point lat='x' lon='1' "
		 "ce='9999999.0'/></event>");

	(void)state;
	assert_false(cot_is_friend(&e));
	assert_string_equal(e.callsign, "");
	assert_int_equal(e.fix.time_ms, CLOCK_NONE);
	assert_true(isnan(e.fix.lat) && isnan(e.fix.uncertainty_m));
	e = good("<event uid='aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'/>");
	assert_string_equal(e.uid, "");
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "", "no element" },
		{ "<event>", "no element" },
		{ "<other/>", "no event" },
		{ "<event><<</event>", "line 1" },
		{ "<!DOCTYPE x [<!ENTITY a 'b'>]><event uid='&a;'/>",
		    "declares entities" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct cot_event event;
		struct err e = { 0 };

		assert_int_equal(
		    cot_read(str_of(cases[i].text), &event, &e), -1);
		if (!strstr(e.msg, cases[i].says))
			fail_msg("%s: %s", cases[i].text, e.msg);
	}
}

/* Cut anywhere, a stream gives the same events. */
static void
test_stream(void **state)
{
	static const char stream[] =
	    "<?xml version='1.0'?>\n" HEAD BODY "\n\n noise " HEAD BODY
	    "<?xml version='1.0'?>" HEAD BODY "<even";

	(void)state;
	for (size_t cut = 0; cut <= sizeof(stream) - 1; cut++) {
		size_t begin = 0, step, events = 0;
		size_t ends[2] = { cut, sizeof(stream) - 1 };
		struct str event;

		for (int part = 0; part < 2; part++) {
			while (cot_next(
				   str_make(stream + begin, ends[part] - begin),
				   &event, &step) > 0) {
				assert_true(str_has_prefix(event, "<event "));
				events++;
				begin += step;
			}
			begin += step;
			assert_true(begin <= ends[part]);
		}
		assert_int_equal(events, 3);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
