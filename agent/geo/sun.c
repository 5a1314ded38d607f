/*
 * sun: the sun's declination and the equation of time at a moment, and from
 * them when its upper edge is on the horizon.  The moment is that of the rising
 * or setting itself, found in a few steps, for both change over a day.
 */
#include "agent/geo/sun.h"

#include <math.h>

#include "agent/base/clock.h"

#define RADIANS (M_PI / 180)
#define HOUR_MS INT64_C(3600000)

/* The upper edge, through the mean refraction: 34 and 16 minutes of arc. */
#define ZENITH_DEG 90.833

/* Julian day of 1970-01-01T00:00Z, and of the epoch J2000.0. */
#define JULIAN_1970 2440587.5
#define JULIAN_2000 2451545.0

#define STEPS 4

/* Where the sun stands, as far as a clock needs it. */
struct sun {
	double declination;  /* radians */
	double equation_min; /* true solar time less mean solar time */
};

/* Meeus 25.2 to 25.9; t in Julian centuries since J2000.0. */
static double
longitude(double t, double *anomaly)
{
	double mean = 280.46646 + t * (36000.76983 + t * 0.0003032);
	double m = (357.52911 + t * (35999.05029 - 0.0001537 * t)) * RADIANS;
	double centre = sin(m) * (1.914602 - t * (0.004817 + 0.000014 * t)) +
			sin(2 * m) * (0.019993 - 0.000101 * t) +
			sin(3 * m) * 0.000289;

	*anomaly = m;
	return (mean + centre - 0.00569 -
		   0.00478 * sin((125.04 - 1934.136 * t) * RADIANS)) *
	       RADIANS;
}

/* Meeus 22.2, with the correction of 25.8. */
static double
obliquity(double t)
{
	double seconds = 21.448 - t * (46.815 + t * (0.00059 - t * 0.001813));

	return (23 + (26 + seconds / 60) / 60 +
		   0.00256 * cos((125.04 - 1934.136 * t) * RADIANS)) *
	       RADIANS;
}

static struct sun
sun_at(double at_ms)
{
	double t = (at_ms / 86400000.0 + JULIAN_1970 - JULIAN_2000) / 36525.0;
	double mean = (280.46646 + t * (36000.76983 + t * 0.0003032)) * RADIANS;
	double e = 0.016708634 - t * (0.000042037 + 0.0000001267 * t);
	double tilt = obliquity(t), y = tan(tilt / 2) * tan(tilt / 2), m;
	double lambda = longitude(t, &m);

	/* Meeus 28.3. */
	return (struct sun){ asin(sin(tilt) * sin(lambda)),
		4 / RADIANS *
		    (y * sin(2 * mean) - 2 * e * sin(m) +
			4 * e * y * sin(m) * cos(2 * mean) -
			0.5 * y * y * sin(4 * mean) -
			1.25 * e * e * sin(2 * m)) };
}

/*
 * When the sun rises (side -1) or sets (1) on the day that begins at
 * midnight_ms; false if it does not.
 */
static bool
find(double lat, double lon, double midnight_ms, int side, int64_t *out)
{
	double at_ms = midnight_ms + 43200000.0;

	for (int i = 0; i < STEPS; i++) {
		struct sun s = sun_at(at_ms);
		double cosine = cos(ZENITH_DEG * RADIANS) /
				    (cos(lat * RADIANS) * cos(s.declination)) -
				tan(lat * RADIANS) * tan(s.declination);
		double noon_min = 720 - 4 * lon - s.equation_min;

		if (!(fabs(cosine) < 1))
			return false;
		at_ms = midnight_ms +
			(noon_min + side * 4 * acos(cosine) / RADIANS) * 60000;
	}
	*out = (int64_t)llround(at_ms);
	return true;
}

bool
sun_day_of(double lat, double lon, int64_t at_ms, struct sun_day *out)
{
	struct clock_local t = clock_to_local(at_ms);
	/* Rising and setting are on one day by UTC and by London's clocks. */
	double midnight_ms =
	    (double)clock_from_utc(t.year, t.month, t.day, 0, 0, 0);
	struct sun_day day = { .year = t.year, .month = t.month, .day = t.day };

	if (!find(lat, lon, midnight_ms, -1, &day.rise_ms) ||
	    !find(lat, lon, midnight_ms, 1, &day.set_ms))
		return false;
	day.from_ms = day.rise_ms - HOUR_MS;
	day.to_ms = day.set_ms + HOUR_MS;
	*out = day;
	return true;
}

bool
sun_is_daytime(const struct sun_day *day, int64_t at_ms)
{
	return at_ms >= day->from_ms && at_ms < day->to_ms;
}
