/* London's calendar, by clock.h; forms give it as HTML date and time fields. */
#include "agent/review/london.h"

#include <stdio.h>

#include "agent/base/clock.h"
#include "agent/review/html.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MS    (INT64_C(1440) * MINUTE_MS)

bool
london_read(struct str day, struct str time, int minute, int64_t *ms)
{
	char text[32];
	int64_t local_ms;

	if (day.len != 10 || (time.len != 0 && time.len != 5))
		return false;
	if (time.len == 5)
		(void)snprintf(text, sizeof text, "%.*sT%.*s:00Z", STR_ARG(day),
		    STR_ARG(time));
	else
		(void)snprintf(text, sizeof text, "%.*sT%02d:%02d:00Z",
		    STR_ARG(day), minute / 60 % 24, minute % 60);
	if (!clock_parse(str_of(text), &local_ms))
		return false;
	*ms = clock_from_local(local_ms);
	return true;
}

int64_t
london_midnight(int64_t ms, int days)
{
	struct clock_local t = clock_to_local(ms);
	int64_t local_ms =
	    clock_from_utc(t.year, t.month, t.day, 0, 0, 0) + days * DAY_MS;

	return clock_from_local(local_ms);
}

void
london_add_day(struct buf *out, int64_t ms)
{
	struct clock_local t = clock_to_local(ms);

	buf_addf(out, "%04d-%02d-%02d", t.year, t.month, t.day);
}

void
london_add_time(struct buf *out, int64_t ms)
{
	struct clock_local t = clock_to_local(ms);

	buf_addf(out, "%02d:%02d", t.hour, t.minute);
}

void
london_add_due(struct buf *out, int64_t ms)
{
	struct clock_local t = clock_to_local(ms);

	if (t.hour * 60 + t.minute != LONDON_END_OF_DAY) {
		html_time(out, ms);
		return;
	}
	html_date(out, ms);
}
