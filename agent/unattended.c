/* The answer is pure: no store, no clock. */
#include "agent/unattended.h"

#include "agent/base/clock.h"
#include "agent/incident/incident.h"

#define DAY_MS INT64_C(86400000)

bool
unattended_is_attended(const struct incident *record)
{
	for (size_t i = 0; i < record->resource_count; i++)
		if (record->resources[i].arrived_ms != CLOCK_NONE)
			return true;
	return false;
}

/* The end, in London, of the day that is days after that of ms. */
static int64_t
end_of_day(int64_t ms, int64_t days)
{
	struct clock_local t = clock_to_local(ms);

	return clock_from_local(
	    clock_from_utc(t.year, t.month, t.day, 23, 59, 0) + days * DAY_MS);
}

static struct unattended
no_visit(const char *why, int64_t again_ms)
{
	return (struct unattended){
		.due_ms = CLOCK_NONE, .why = why, .again_ms = again_ms
	};
}

struct unattended
unattended_judge(const struct unattended_facts *f)
{
	bool is_closed = f->closed_ms != CLOCK_NONE;
	int64_t late_ms = f->opened_ms + f->patience_ms;

	if (f->is_attended)
		return no_visit("A unit arrived.", CLOCK_NONE);
	if (!f->is_coursing && !f->is_encampment)
		return no_visit("It is no hare coursing or encampment any "
				"more.",
		    CLOCK_NONE);
	if (f->now_ms - f->opened_ms > UNATTENDED_OLD_MS)
		return (struct unattended){ .is_left = true,
			.due_ms = CLOCK_NONE,
			.again_ms = CLOCK_NONE };
	if (!is_closed && f->now_ms < late_ms)
		return no_visit("It is open again.", late_ms);
	return (struct unattended){
		.cause =
		    str_of(f->is_coursing ? "hare-coursing" : "encampment"),
		.due_ms = end_of_day(f->opened_ms, f->visit_days),
		.why = is_closed ? "It was closed without a unit having "
				   "arrived."
				 : "No unit has arrived, and it has been open "
				   "for long.",
		.again_ms = CLOCK_NONE,
	};
}
