/* A shift begins at each of these times, on each day of London's calendar. */
#include "agent/conf/shifts.h"

#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MS    (INT64_C(1440) * MINUTE_MS)

/* "07:00" in minutes, or -1. */
static int
read_time(struct str s)
{
	int hour, minute;

	if (s.len != 5 || s.p[2] != ':')
		return -1;
	for (size_t i = 0; i < 5; i++)
		if (i != 2 && (s.p[i] < '0' || s.p[i] > '9'))
			return -1;
	hour = (s.p[0] - '0') * 10 + (s.p[1] - '0');
	minute = (s.p[3] - '0') * 10 + (s.p[4] - '0');
	return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

int
shifts_parse(struct str text, struct shifts *out, struct err *e)
{
	*out = (struct shifts){ .count = 0 };
	for (;;) {
		const char *comma =
		    text.len > 0 ? memchr(text.p, ',', text.len) : NULL;
		size_t len = comma ? (size_t)(comma - text.p) : text.len;
		int minute = read_time(str_trim(str_make(text.p, len)));

		if (minute < 0 || out->count == SHIFTS_MAX ||
		    (out->count > 0 && minute <= out->minutes[out->count - 1]))
			return err_set(e, ERR_INVALID,
			    "shifts begin at times of the day in order, at "
			    "most %d, such as \"07:00, 15:00, 23:00\"",
			    SHIFTS_MAX);
		out->minutes[out->count++] = minute;
		if (!comma)
			return 0;
		text = str_make(comma + 1, text.len - len - 1);
	}
}

/* Beginnings are looked at from yesterday's first to tomorrow's last. */
void
shifts_at(const struct shifts *s, int64_t ms, int64_t *from_ms, int64_t *to_ms)
{
	struct clock_local t = clock_to_local(ms);
	int64_t day_ms =
	    clock_from_utc(t.year, t.month, t.day, 0, 0, 0) - DAY_MS;

	*from_ms = *to_ms = ms;
	for (int day = 0; day < 3; day++, day_ms += DAY_MS)
		for (size_t i = 0; i < s->count; i++) {
			int64_t begin_ms = clock_from_local(
			    day_ms + s->minutes[i] * MINUTE_MS);

			if (begin_ms > ms) {
				*to_ms = begin_ms;
				return;
			}
			*from_ms = begin_ms;
		}
}
