/*
 * The built-in villages: a table without repeats, in the county, and, where the
 * shared data is, near where Ordnance Survey has them.
 */
#include "geo_test.h"

#include "agent/base/files.h"
#include "agent/geo/towns.h"
#include "agent/geo/villages.h"

/* As far off as a hundredth of a degree and a churchyard may be. */
#define OFF_MAX_M 1700

/* Of those that the survey has under that name. */
#define KNOWN_MIN 270

static void
test_table(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < villages_count(); i++) {
		const struct village *v = villages_get(i);

		assert_true(v->lat > 51.42 && v->lat < 52.13);
		assert_true(v->lon > -0.05 && v->lon < 1.32);
		if (i > 0 && strcmp(villages_get(i - 1)->name, v->name) >= 0)
			fail_msg("%s stands after %s", v->name,
			    villages_get(i - 1)->name);
		for (k = 0; k < towns_count(); k++)
			if (strcmp(towns_get(k)->name, v->name) == 0)
				fail_msg("%s is in towns.c", v->name);
	}
}

static bool
is_known(const char *name)
{
	size_t i;

	for (i = 0; i < villages_count(); i++)
		if (strcmp(villages_get(i)->name, name) == 0)
			return true;
	for (i = 0; i < towns_count(); i++)
		if (strcmp(towns_get(i)->name, name) == 0)
			return true;
	return false;
}

static void
test_short_forms(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < villages_alias_count(); i++) {
		const struct villages_alias *a = villages_get_alias(i);

		if (!is_known(a->name) || is_known(a->alias))
			fail_msg(
			    "%s is no short form of %s", a->alias, a->name);
	}
}

/* Metres from v to the nearest row of that name; -1 if there is none. */
static double
distance_to_survey(const struct village *v, const char *places)
{
	size_t len = strlen(v->name);
	double best = -1;
	const char *line;

	for (line = places; line; line = strchr(line, '\n')) {
		double lat, lon, m;
		const char *rest;

		line += *line == '\n';
		if (strncmp(line, v->name, len) != 0 || line[len] != ',')
			continue;
		rest = strchr(line + len + 1, ',');
		if (!rest || sscanf(rest + 1, "%lf,%lf", &lat, &lon) != 2)
			continue;
		m = hypot((lat - v->lat) * 111200, (lon - v->lon) * 68700);
		if (best < 0 || m < best)
			best = m;
	}
	return best;
}

static void
test_against_the_survey(void **state)
{
	const char *shared = getenv("BUZZARD_SHARED");
	struct buf text = { 0 };
	char path[512];
	struct err e;
	size_t i, known = 0;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s%s/data/geo/places.csv",
	    shared ? shared : TEST_SOURCE_DIR, shared ? "" : "/../shared");
	if (files_read(path, 8 << 20, &text, &e) < 0) {
		printf("SKIP no shared data: %s\n", e.msg);
		skip();
	}
	for (i = 0; i < villages_count(); i++) {
		const struct village *v = villages_get(i);
		double m = distance_to_survey(v, text.p);

		known += m >= 0;
		if (m > OFF_MAX_M)
			fail_msg("%s is %.0f m off", v->name, m);
	}
	buf_clear(&text);
	assert_true(known >= KNOWN_MIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_short_forms),
		cmocka_unit_test(test_against_the_survey),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
