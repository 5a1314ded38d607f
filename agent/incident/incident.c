/* incident: an empty record, and the times that a record spans. */
#include "agent/incident/incident.h"

#include <math.h>

#include "agent/base/clock.h"

void
incident_init(struct incident *in)
{
	*in = (struct incident){
		.revision = INCIDENT_NO_NUMBER,
		.opened_ms = CLOCK_NONE,
		.updated_ms = CLOCK_NONE,
		.closed_ms = CLOCK_NONE,
		.grade_no = INCIDENT_NO_NUMBER,
		.lat = (double)NAN,
		.lon = (double)NAN,
		.easting = (double)NAN,
		.northing = (double)NAN,
		.accuracy_m = (double)NAN,
		.informant.contact_ok = -1,
	};
}

int64_t
incident_first_ms(const struct incident *in)
{
	int64_t first_ms = CLOCK_NONE;
	size_t i;

	if (in->opened_ms != CLOCK_NONE)
		return in->opened_ms;
	for (i = 0; i < in->log_count; i++) {
		int64_t at_ms = in->log[i].at_ms;

		if (at_ms != CLOCK_NONE &&
		    (first_ms == CLOCK_NONE || at_ms < first_ms))
			first_ms = at_ms;
	}
	return first_ms;
}

static int64_t
later(int64_t a_ms, int64_t b_ms)
{
	return a_ms > b_ms ? a_ms : b_ms;
}

/* CLOCK_NONE is below every time, so the later of both is always right. */
/* NOLINTNEXTLINE(misc-redundant-expression): two names of one number */
_Static_assert(CLOCK_NONE == INT64_MIN, "later() relies on it");

int64_t
incident_last_ms(const struct incident *in)
{
	int64_t last_ms = later(in->opened_ms, in->updated_ms);
	size_t i;

	last_ms = later(last_ms, in->closed_ms);
	for (i = 0; i < in->log_count; i++)
		last_ms = later(last_ms, in->log[i].at_ms);
	for (i = 0; i < in->resource_count; i++) {
		const struct incident_resource *r = &in->resources[i];

		last_ms = later(last_ms, later(r->allocated_ms, r->enroute_ms));
		last_ms = later(last_ms, later(r->arrived_ms, r->cleared_ms));
	}
	return last_ms;
}
