/*
 * sun: when the sun rises and sets at a place, and what of the day is day and
 * night for the law on game.
 *
 * By the equations of NOAA's solar calculator, after Meeus, Astronomical
 * Algorithms, 2nd edition, chapters 25 and 28: within half a minute of the
 * almanac in Great Britain, at sea level with the mean refraction.  Hills and
 * weather move the true moment by minutes, which no table knows.
 *
 * Night Poaching Act 1828, section 12: night begins at the expiration of the
 * first hour after sunset and ends at the beginning of the last hour before
 * sunrise.  Game Act 1831, section 34: daytime is the rest, from the beginning
 * of the last hour before sunrise to the expiration of the first hour after
 * sunset.
 *
 * Pure; any thread.
 */
#ifndef GEO_SUN_H
#define GEO_SUN_H

#include <stdbool.h>
#include <stdint.h>

/* One day in London and what the sun does on it; UTC ms. */
struct sun_day {
	int year, month, day;
	int64_t rise_ms, set_ms;
	int64_t from_ms, to_ms; /* daytime by the Game Act; to_ms is night */
};

/*
 * The day in London that holds at_ms, at a place.  False, nothing in *out, if
 * the sun does not both rise and set there that day.
 */
bool sun_day_of(double lat, double lon, int64_t at_ms, struct sun_day *out);

/* Is it daytime by the Game Act at at_ms, a moment of that day? */
bool sun_is_daytime(const struct sun_day *day, int64_t at_ms);

#endif /* GEO_SUN_H */
