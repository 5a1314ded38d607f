/*
 * test_places: real boundaries and real places.
 *
 * Runs where the shared data is ($BUZZARD_SHARED, else ../shared beside the
 * project), else skips.  Every place must be found in the area it names; the
 * accuracy of the built-in towns table is printed, and must not fall.
 */
#include "geo_test.h"

#include "agent/base/clock.h"
#include "agent/base/files.h"
#include "agent/geo/edition.h"
#include "agent/geo/geo.h"
#include "agent/geo/grid.h"
#include "agent/geo/towns.h"

#define FILE_BYTES_MAX (64U << 20)

/* Rural said to be urban, and the other way. */
struct tally {
	size_t count, wrong_urban, wrong_rural;
};

struct data {
	struct buf areas_2021, areas_2011, places, points;
	struct grid *grid;
	struct edition *edition; /* of 2021 */
};

static const char *
shared_path(const char *name, char out[512])
{
	const char *shared = getenv("BUZZARD_SHARED");

	(void)snprintf(out, 512, "%s%s/data/geo/%s",
	    shared ? shared : TEST_SOURCE_DIR, shared ? "" : "/../shared",
	    name);
	return out;
}

static int
read_shared(const char *name, struct buf *out)
{
	char path[512];
	struct err e;

	if (files_read(shared_path(name, path), FILE_BYTES_MAX, out, &e) == 0)
		return 0;
	printf("SKIP no shared data: %s\n", e.msg);
	return -1;
}

static int
release(void **state)
{
	struct data *d = *state;

	edition_free(&d->edition);
	grid_free(&d->grid);
	buf_clear(&d->areas_2021);
	buf_clear(&d->areas_2011);
	buf_clear(&d->places);
	buf_clear(&d->points);
	return 0;
}

/* The next line of a CSV without quotes, cut into fields; false at the end. */
static bool
next_row(struct str *rest, struct str *fields, size_t count)
{
	const char *end;

	if (rest->len == 0)
		return false;
	end = memchr(rest->p, '\n', rest->len);
	assert_non_null(end);
	for (size_t i = 0; i < count; i++) {
		const char *stop = memchr(rest->p, i + 1 < count ? ',' : '\n',
		    (size_t)(end + 1 - rest->p));

		assert_non_null(stop);
		fields[i] = str_make(rest->p, (size_t)(stop - rest->p));
		rest->len -= (size_t)(stop + 1 - rest->p);
		rest->p = stop + 1;
	}
	return true;
}

static double
number(struct str s)
{
	char text[32];

	assert_true(s.len > 0 && s.len < sizeof(text));
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	return strtod(text, NULL);
}

static void
count_point(struct tally *t, double lat, double lon, bool is_rural)
{
	bool says_rural = towns_outside_m(lat, lon) > 0;

	t->count++;
	if (says_rural && !is_rural)
		t->wrong_rural++;
	else if (!says_rural && is_rural)
		t->wrong_urban++;
}

static double
print_tally(const char *what, const struct tally *t)
{
	double right = 100 * (1 - (double)(t->wrong_rural + t->wrong_urban) /
				      (double)t->count);

	printf("towns against the %s: %.1f %% right of %zu "
	       "(%zu rural taken for urban, %zu urban for rural)\n",
	    what, right, t->count, t->wrong_urban, t->wrong_rural);
	return right;
}

/* All load, in a measured time, one geo with both editions. */
static void
test_load(void **state)
{
	struct data *d = *state;
	AUTO(geo_free) struct geo *g = NULL;
	struct geo_edition_info info;
	int64_t begin_ms = clock_mono_ms();
	struct err e;

	assert_int_equal(geo_new(&g, &e), 0);
	assert_int_equal(
	    geo_add_edition(g, "2011", buf_str(&d->areas_2011), &info, &e), 0);
	assert_int_equal(info.areas, 1077);
	assert_int_equal(info.rural, 231);
	printf("2011 loaded in %d ms\n", (int)(clock_mono_ms() - begin_ms));
	begin_ms = clock_mono_ms();
	assert_int_equal(
	    geo_add_edition(g, "2021", buf_str(&d->areas_2021), &info, &e), 0);
	printf("2021 loaded in %d ms\n", (int)(clock_mono_ms() - begin_ms));
	assert_int_equal(info.areas, 1111);
	assert_int_equal(info.rural, 221);
	assert_int_equal(info.districts, 14);
	assert_int_equal(info.mended, 0);
}

/* name,type,lat,lon,district,county,postcode,os_id,lsoa21_code,ruc,is_rural */
enum {
	PLACE_LAT = 2,
	PLACE_LON = 3,
	PLACE_DISTRICT = 4,
	PLACE_CODE = 8,
	PLACE_IS_RURAL = 10,
	PLACE_FIELDS = 11
};

static void
test_every_place(void **state)
{
	struct data *d = *state;
	AUTO(geo_free) struct geo *g = NULL;
	AUTO(arena_free) struct arena *arena = arena_new();
	struct str rest = buf_str(&d->places), f[PLACE_FIELDS];
	size_t rows = 0, edges = 0;
	struct tally tally = { 0 };
	struct err e;

	assert_int_equal(geo_new(&g, &e), 0);
	assert_int_equal(
	    geo_add_edition(g, "2021", buf_str(&d->areas_2021), NULL, &e), 0);
	assert_true(next_row(&rest, f, PLACE_FIELDS)); /* the heading */
	while (next_row(&rest, f, PLACE_FIELDS)) {
		double lat = number(f[PLACE_LAT]), lon = number(f[PLACE_LON]);
		bool is_rural = str_is(f[PLACE_IS_RURAL], "1");
		struct place p;

		geo_locate_point(g, lat, lon, (double)NAN, arena, &p);
		/* Of those that share an edge the file has the lowest. */
		assert_true(str_is_equal(p.area, f[PLACE_CODE]));
		/* The file leaves it empty in the two unitary authorities. */
		if (f[PLACE_DISTRICT].len > 0)
			assert_true(
			    str_is_equal(p.district, f[PLACE_DISTRICT]));
		assert_true(p.class == PLACE_EDGE ||
			    (p.class == PLACE_RURAL) == is_rural);
		edges += p.class == PLACE_EDGE ? 1 : 0;
		count_point(&tally, lat, lon, is_rural);
		rows++;
	}
	assert_int_equal(rows, 898);
	printf("898 places in the area they name; %zu of them on an edge\n",
	    edges);
	assert_true(print_tally("2021 areas, by places", &tally) >= 95);
}

/* lsoa_code,lsoa_name,lad_code,lad_name,lat,lon,ruc_code,is_rural */
enum {
	POINT_CODE = 0,
	POINT_LAT = 4,
	POINT_LON = 5,
	POINT_FIELDS = 8
};

/* One point in each area: areas have about the same number of people. */
static void
test_accuracy_by_people(void **state)
{
	struct data *d = *state;
	const struct polygons *polygons = edition_polygons(d->edition);
	struct str rest = buf_str(&d->points), f[POINT_FIELDS];
	struct tally tally = { 0 };

	assert_true(next_row(&rest, f, POINT_FIELDS));
	while (next_row(&rest, f, POINT_FIELDS)) {
		double lat = number(f[POINT_LAT]), lon = number(f[POINT_LON]);
		const struct polygons_area *area =
		    polygons_find(polygons, lat, lon);

		if (!area)
			continue;
		assert_true(str_is_equal(area->code, f[POINT_CODE]));
		count_point(&tally, lat, lon, area->is_rural);
	}
	assert_int_equal(tally.count, 1111);
	assert_true(print_tally("2021 areas, by people", &tally) >= 97);
}

/* A lattice of about 200 m. */
static void
count_lattice(const struct polygons *polygons, struct tally *tally)
{
	for (int row = 0; row < 390; row++) {
		double lat = 51.43 + 0.0018 * row;

		for (int column = 0; column < 480; column++) {
			double lon = -0.05 + 0.0029 * column;
			const struct polygons_area *area =
			    polygons_find(polygons, lat, lon);

			if (area)
				count_point(tally, lat, lon, area->is_rural);
		}
	}
	assert_true(tally->count > 80000);
}

static void
test_accuracy_by_area(void **state)
{
	struct data *d = *state;
	struct tally tally = { 0 };

	count_lattice(edition_polygons(d->edition), &tally);
	assert_true(print_tally("2021 areas, by area", &tally) >= 87);
}

/* The radii were not set by the areas of 2011: an independent measure. */
static void
test_accuracy_2011(void **state)
{
	struct data *d = *state;
	AUTO(edition_free) struct edition *ed = NULL;
	struct str rest = buf_str(&d->places), f[PLACE_FIELDS];
	struct tally places = { 0 }, lattice = { 0 };
	struct err e;

	assert_int_equal(
	    edition_load("2011", buf_str(&d->areas_2011), d->grid, &ed, &e), 0);
	assert_true(next_row(&rest, f, PLACE_FIELDS));
	while (next_row(&rest, f, PLACE_FIELDS)) {
		double lat = number(f[PLACE_LAT]), lon = number(f[PLACE_LON]);
		const struct polygons_area *area =
		    polygons_find(edition_polygons(ed), lat, lon);

		if (area)
			count_point(&places, lat, lon, area->is_rural);
	}
	assert_true(places.count > 890);
	assert_true(print_tally("2011 areas, by places", &places) >= 90);
	count_lattice(edition_polygons(ed), &lattice);
	assert_true(print_tally("2011 areas, by area", &lattice) >= 85);
}

int
main(void)
{
	struct data d = { .grid = NULL };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_load, &d),
		cmocka_unit_test_prestate(test_every_place, &d),
		cmocka_unit_test_prestate(test_accuracy_by_people, &d),
		cmocka_unit_test_prestate(test_accuracy_by_area, &d),
		cmocka_unit_test_prestate(test_accuracy_2011, &d),
	};
	void *state = &d;
	struct err e;
	int rc;

	if (read_shared("essex-lsoa.geojson", &d.areas_2021) != 0 ||
	    read_shared("essex-lsoa-2011.geojson", &d.areas_2011) != 0 ||
	    read_shared("places.csv", &d.places) != 0 ||
	    read_shared("ew-lsoa-points.csv", &d.points) != 0) {
		(void)release(&state);
		return 77;
	}
	if (grid_new(&d.grid, &e) != 0 ||
	    edition_load(
		"2021", buf_str(&d.areas_2021), d.grid, &d.edition, &e) != 0) {
		print_error("%s\n", e.msg);
		(void)release(&state);
		return 1;
	}
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	(void)release(&state);
	return rc;
}
