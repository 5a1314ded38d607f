/* One getter a field; times are London's, of when the incident was opened. */
#include "rules/facts.h"

#include <math.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/geo/place.h"
#include "agent/incident/incident.h"
#include "agent/incident/plates.h"
#include "rules/holidays.h"

#define NOT_KNOWN INT64_MIN
#define DEGREE    (M_PI / 180)
#define J2000_MS  INT64_C(946728000000) /* 2000-01-01T12:00Z */
#define DAY_MS    86400000.0

/* The sun's centre at sunset, refraction allowed for; civil dusk. */
#define SUNSET_DEG (-0.833)
#define DUSK_DEG   (-6.0)

struct facts {
	const struct incident *in;
	const struct place *place;
	int64_t opened_ms;
	struct clock_local local;
};

int
facts_daylight(double lat, double lon, int64_t at_ms)
{
	double days = (double)(at_ms - J2000_MS) / DAY_MS;
	double mean = fmod(357.529 + 0.98560028 * days, 360) * DEGREE;
	double longitude = (280.459 + 0.98564736 * days + 1.915 * sin(mean) +
			       0.020 * sin(2 * mean)) *
			   DEGREE;
	double tilt = (23.439 - 0.00000036 * days) * DEGREE;
	double ascension = atan2(cos(tilt) * sin(longitude), cos(longitude));
	double declination = asin(sin(tilt) * sin(longitude));
	double sidereal = fmod(280.46062 + 360.98564737 * days, 360) * DEGREE;
	double hour = sidereal + lon * DEGREE - ascension;
	double height = asin(sin(lat * DEGREE) * sin(declination) +
			     cos(lat * DEGREE) * cos(declination) * cos(hour)) /
			DEGREE;

	return height > SUNSET_DEG ? 2 : height > DUSK_DEG ? 1 : 0;
}

static int64_t
get_place(const struct facts *f)
{
	return f->place->class;
}

static int64_t
get_grade(const struct facts *f)
{
	return f->in->grade_no == INCIDENT_NO_NUMBER ? NOT_KNOWN
						     : f->in->grade_no;
}

static int64_t
get_month(const struct facts *f)
{
	return f->opened_ms == CLOCK_NONE ? NOT_KNOWN : f->local.month;
}

static int64_t
get_weekday(const struct facts *f)
{
	return f->opened_ms == CLOCK_NONE ? NOT_KNOWN : f->local.weekday;
}

static int64_t
get_season(const struct facts *f)
{
	return f->opened_ms == CLOCK_NONE ? NOT_KNOWN : f->local.month % 12 / 3;
}

static int64_t
get_time(const struct facts *f)
{
	return f->opened_ms == CLOCK_NONE
		   ? NOT_KNOWN
		   : f->local.hour * 60 + f->local.minute;
}

static int64_t
get_daylight(const struct facts *f)
{
	if (f->opened_ms == CLOCK_NONE || isnan(f->place->lat) ||
	    isnan(f->place->lon))
		return NOT_KNOWN;
	return facts_daylight(f->place->lat, f->place->lon, f->opened_ms);
}

static int64_t
get_bank_holiday(const struct facts *f)
{
	if (f->opened_ms == CLOCK_NONE || f->local.year < HOLIDAYS_YEAR_MIN)
		return NOT_KNOWN;
	return holidays_is_bank(f->local.year, f->local.month, f->local.day);
}

static int64_t
get_entries(const struct facts *f)
{
	return (int64_t)f->in->log_count;
}

static int64_t
get_vehicles(const struct facts *f)
{
	return (int64_t)f->in->vehicle_count;
}

static int64_t
get_plates(const struct facts *f)
{
	struct arena *arena = arena_new();
	const struct plate *plates;
	size_t count = plates_find(f->in, arena, &plates);

	arena_free(&arena);
	return (int64_t)count;
}

static int64_t
get_resources(const struct facts *f)
{
	return (int64_t)f->in->resource_count;
}

static int64_t (*const getters[])(const struct facts *) = {
	[FIELD_PLACE] = get_place,
	[FIELD_GRADE] = get_grade,
	[FIELD_MONTH] = get_month,
	[FIELD_WEEKDAY] = get_weekday,
	[FIELD_SEASON] = get_season,
	[FIELD_TIME] = get_time,
	[FIELD_DAYLIGHT] = get_daylight,
	[FIELD_BANK_HOLIDAY] = get_bank_holiday,
	[FIELD_ENTRIES] = get_entries,
	[FIELD_VEHICLES] = get_vehicles,
	[FIELD_PLATES] = get_plates,
	[FIELD_RESOURCES] = get_resources,
};

_Static_assert(
    sizeof getters / sizeof getters[0] == FIELD_COUNT, "a getter a field");

static void
find_layers(const struct ruleset *rs, const struct place *place,
    struct rules_scratch *s)
{
	for (uint32_t i = 0; i < rs->layer_count; i++) {
		s->layers[i] = NULL;
		for (size_t k = 0; k < place->layer_count; k++)
			if (str_is_equal(place->layers[k].name, rs->layers[i]))
				s->layers[i] = &place->layers[k];
	}
}

long
facts_metres(const struct place_layer *layer)
{
	return lround(fmin(layer->distance_m, LIMITS_METRES_MAX * 10.0));
}

void
facts_compute(const struct ruleset *rs, const struct incident *in,
    const struct place *place, struct rules_scratch *s)
{
	struct facts f = {
		.in = in, .place = place, .opened_ms = incident_first_ms(in)
	};

	if (f.opened_ms != CLOCK_NONE)
		f.local = clock_to_local(f.opened_ms);
	find_layers(rs, place, s);
	s->facts_known = 0;
	for (uint32_t i = 0; i < FIELD_COUNT; i++) {
		if (!(rs->facts >> i & 1U))
			continue;
		s->facts[i] = getters[i](&f);
		if (s->facts[i] != NOT_KNOWN)
			s->facts_known |= 1U << i;
	}
}
