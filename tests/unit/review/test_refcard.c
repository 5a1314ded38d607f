/* The reference card: what is on it, and that nothing else ever is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/geo/place.h"
#include "agent/incident/incident.h"
#include "agent/review/refcard.h"
#include "agent/review/wordings.h"

static struct wordings *wordings;
static struct arena *arena;

static int
set_up(void **state)
{
	struct err e = { 0 };

	(void)state;
	arena = arena_new();
	return wordings_load(NULL, &wordings, &e);
}

static int
tear_down(void **state)
{
	(void)state;
	wordings_free(&wordings);
	arena_free(&arena);
	return 0;
}

static void
read_record(const char *text, struct incident *record)
{
	struct err e = { 0 };

	if (incident_parse(str_of(text), arena, record, &e) < 0)
		fail_msg("%s", e.msg);
}

/* Every member of the record says something that may not be on the card. */
static const char full[] =
    "{\"id\":\"ESX-20261114-0412\",\"revision\":31337,"
    "\"opened_at\":\"2026-11-14T23:30:00Z\","
    "\"updated_at\":\"2026-11-15T00:12:00Z\","
    "\"closed_at\":\"2026-11-15T02:13:00Z\",\"status\":\"SECRETSTATUS\","
    "\"grade\":\"SECRETGRADE\",\"opening_code\":\"SECRETOPEN\","
    "\"closing_code\":\"SECRETCLOSE\",\"crime_no\":\"42/SECRETCRIME\","
    "\"location_text\":\"SECRETLANE, off SECRETFARM\","
    "\"lat\":51.987654,\"lon\":0.234567,\"accuracy_m\":17,"
    "\"district\":\"SECRETDISTRICT\",\"beat\":\"SECRETBEAT\","
    "\"log\":[{\"at\":\"2026-11-14T23:31:00Z\",\"by\":\"SECRETBY\","
    "\"text\":\"SECRETTEXT AB12 CDE 07700 900123 TL 6847 3078\"}],"
    "\"informant\":{\"name\":\"SECRETNAME\",\"phone\":\"07700 900123\","
    "\"address\":\"SECRETADDRESS\",\"contact_ok\":true},"
    "\"vehicles\":[\"AB12 CDE\"],\"resources\":[{\"callsign\":\"ES42\","
    "\"arrived_at\":\"2026-11-14T23:59:00Z\"}],"
    "\"SECRETEXTRA\":\"SECRETVALUE\"}";

static const struct place place = { .class = PLACE_RURAL,
	.lat = 51.987654,
	.lon = 0.234567,
	.uncertainty_m = 17,
	.source = { "coordinates", 11 },
	.how = { "SECRETHOW", 9 },
	.doubt = { "SECRETDOUBT", 11 },
	.edition = { "2021", 4 },
	.area = { "E01SECRET", 9 },
	.district = { "Uttlesford", 10 },
	.grid_ref = { "TL 6847 3078", 12 },
	.near_name = { "SECRETVILLAGE", 13 },
	.near_m = 1700,
	.near_bearing = { "NE", 2 } };

static void
test_what_is_on_it(void **state)
{
	static const char *const never[] = { "SECRET", "AB12", "07700",
		"900123", "ES42", "6847", "3078", "51.98", "0.23", "31337",
		"23:3", "00:12", "02:13", "42/", "17" };
	struct incident record;
	struct refcard card = { .ref = str_of("ESX-20261114-0412"),
		.record = &record,
		.place = &place,
		.theme = str_of("hare-coursing"),
		.wordings = wordings };
	struct buf out = { 0 };

	(void)state;
	read_record(full, &record);
	refcard_print(&out, &card);
	assert_non_null(strstr(out.p, "Reference: ESX-20261114-0412\n"));
	assert_non_null(strstr(out.p, "Date: 14 November 2026\n"));
	assert_non_null(strstr(out.p, "About: Hare coursing\n"));
	assert_non_null(strstr(out.p, "District: Uttlesford\n"));
	assert_non_null(strstr(out.p, "What to do next time\nRing 999"));
	assert_non_null(strstr(out.p, "Whom to ring\n"));
	for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
		if (strstr(out.p, never[i]))
			fail_msg("\"%s\" is on the card:\n%s", never[i], out.p);
	/* Without markup, and only what is printed. */
	for (const char *line = strtok(out.p, "\n"); line;
	     line = strtok(NULL, "\n")) {
		for (const char *c = line; *c; c++)
			assert_true(
			    *c >= ' ' && *c <= '~' && !strchr("<>&*~`", *c));
	}
	buf_clear(&out);
}

/* A district that a feed wrote is text of anybody's, and is left out. */
static void
test_what_is_left_out(void **state)
{
	struct place unlooked = place;
	struct incident record;
	struct refcard card = { .ref = str_of("R-1"),
		.record = &record,
		.place = &unlooked,
		.wordings = wordings };
	struct buf out = { 0 };

	(void)state;
	read_record("{\"id\":\"R-1\",\"partial\":true}", &record);
	unlooked.area = (struct str){ 0 };
	refcard_print(&out, &card);
	assert_null(strstr(out.p, "District"));
	assert_null(strstr(out.p, "About"));
	assert_null(strstr(out.p, "Date"));
	assert_non_null(strstr(out.p, "What to do next time\nStay safe"));
	buf_clear(&out);
}

static void
test_references(void **state)
{
	static const struct {
		const char *ref;
		bool may;
	} cases[] = {
		{ "ESX-20261114-0412", true },
		{ "R-1", true },
		{ "455/14.11.26", true },
		{ "123456789", true },
		{ "07700900123", false },      /* a telephone number */
		{ "0770/090/0123", false },    /* however it is written */
		{ "07700 900456", false },     /* with a space */
		{ "REF-07700900123", false },  /* who rang */
		{ "AB12CDE", false },          /* a plate of the record */
		{ "ab12-cde/1", false },       /* however it is written */
		{ "JOB", false },              /* no number */
		{ "R-1 Example Farm", false }, /* words */
		{ "R-1\nDate: today", false },
		{ "<b>1</b>", false },
		{ "R-\xc3\xa9"
		  "1",
		    false },
		{ "", false },
		{ "R-1234567890123456789012345678901234567890", false },
	};
	struct incident record;

	(void)state;
	read_record(full, &record);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (refcard_may_show(str_of(cases[i].ref), &record) !=
		    cases[i].may)
			fail_msg("\"%s\"", cases[i].ref);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_what_is_on_it),
		TEST(test_what_is_left_out),
		TEST(test_references),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
