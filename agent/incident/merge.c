/*
 * merge: rank the messages, lay them over each other, unite their logs.
 *
 * The rank is a total order on distinct messages, since the last key is the
 * digest of their bytes; so sorting takes every order of arrival to one
 * sequence, equal neighbours in it are repeats, and all that follows is a plain
 * fold over that sequence.  Most incidents have one message when they are
 * first tagged, and its log is nearly always in order: that case takes nothing
 * from the arena.
 */
#include "agent/incident/merge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"

/* A message with its latest time, which is looked up in many comparisons. */
struct ranked {
	struct merge_message message;
	int64_t last_ms;
};

/* A log entry and where it came from. */
struct placed {
	struct incident_entry entry;
	size_t rank;  /* its message, 0 the lowest */
	size_t place; /* in that message's log */
};

static int
compare_int(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_size(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

/* INCIDENT_NO_NUMBER is below every revision, as it should be. */
static int
compare_ranked(const void *left, const void *right)
{
	const struct ranked *a = left;
	const struct ranked *b = right;
	int order = compare_int(
	    a->message.incident->revision, b->message.incident->revision);

	if (order == 0)
		order = compare_int(a->last_ms, b->last_ms);
	if (order == 0)
		order = memcmp(a->message.hash, b->message.hash, HASH_BYTES);
	return order;
}

/* Sort msgs by rank and drop repeats; returns how many are left. */
static size_t
rank_messages(struct merge_message *msgs, size_t count, struct arena *arena)
{
	struct ranked *ranked;
	size_t i, kept = 0;

	if (count == 1)
		return 1;
	ranked = arena_alloc(arena, count, sizeof(*ranked));
	for (i = 0; i < count; i++) {
		ranked[i].message = msgs[i];
		ranked[i].last_ms = incident_last_ms(msgs[i].incident);
	}
	qsort(ranked, count, sizeof(*ranked), compare_ranked);
	for (i = 0; i < count; i++) {
		msgs[i] = ranked[i].message;
		if (kept == 0 ||
		    memcmp(msgs[kept - 1].hash, msgs[i].hash, HASH_BYTES) != 0)
			msgs[kept++] = msgs[i];
	}
	return kept;
}

static int
compare_seq(const void *left, const void *right)
{
	const struct placed *a = left;
	const struct placed *b = right;
	int order = compare_int(a->entry.seq, b->entry.seq);

	if (order == 0)
		order = compare_size(a->rank, b->rank);
	if (order == 0)
		order = compare_size(a->place, b->place);
	return order;
}

static int
compare_content(const struct incident_entry *a, const struct incident_entry *b)
{
	int order = compare_int(a->at_ms, b->at_ms);

	if (order == 0)
		order = str_compare(a->by, b->by);
	if (order == 0)
		order = str_compare(a->text, b->text);
	return order;
}

/* Same content together; those with a seq first, then by rank and place. */
static int
compare_same(const void *left, const void *right)
{
	const struct placed *a = left;
	const struct placed *b = right;
	int order = compare_content(&a->entry, &b->entry);

	if (order == 0)
		order = compare_int(a->entry.seq == INCIDENT_NO_NUMBER,
		    b->entry.seq == INCIDENT_NO_NUMBER);
	return order != 0 ? order : compare_seq(left, right);
}

static int
compare_time(int64_t a_ms, int64_t b_ms)
{
	if ((a_ms == CLOCK_NONE) != (b_ms == CLOCK_NONE))
		return a_ms == CLOCK_NONE ? 1 : -1;
	return compare_int(a_ms, b_ms);
}

/* The order in which the record has them. */
static int
compare_final(const void *left, const void *right)
{
	const struct placed *a = left;
	const struct placed *b = right;
	int order = compare_time(a->entry.at_ms, b->entry.at_ms);

	return order != 0 ? order : compare_seq(left, right);
}

/* Of entries with one seq keep the last in rank, in its first's place. */
static size_t
unite_seqs(struct placed *log, size_t count)
{
	size_t i, kept = 0;

	qsort(log, count, sizeof(*log), compare_seq);
	for (i = 0; i < count; i++) {
		if (kept > 0 && log[i].entry.seq != INCIDENT_NO_NUMBER &&
		    log[kept - 1].entry.seq == log[i].entry.seq)
			log[kept - 1].entry = log[i].entry;
		else
			log[kept++] = log[i];
	}
	return kept;
}

/* Drop an entry without seq that says what the one before it says. */
static size_t
unite_contents(struct placed *log, size_t count)
{
	size_t i, kept = 0;

	qsort(log, count, sizeof(*log), compare_same);
	for (i = 0; i < count; i++)
		if (kept == 0 || log[i].entry.seq != INCIDENT_NO_NUMBER ||
		    compare_content(&log[kept - 1].entry, &log[i].entry) != 0)
			log[kept++] = log[i];
	return kept;
}

/* True if a log stands as it would come out. */
static bool
is_in_order(const struct incident *in)
{
	const struct incident_entry *log = in->log;
	size_t i;

	for (i = 1; i < in->log_count; i++) {
		bool numbered = log[i].seq != INCIDENT_NO_NUMBER;

		if (numbered != (log[i - 1].seq != INCIDENT_NO_NUMBER) ||
		    (numbered && log[i].seq <= log[i - 1].seq))
			return false;
		if (compare_time(log[i - 1].at_ms, log[i].at_ms) > 0)
			return false;
		/* Repeats of one time are looked for the long way. */
		if (!numbered && log[i - 1].at_ms == log[i].at_ms)
			return false;
	}
	return true;
}

/* The union of all messages' logs into out. */
static void
unite_logs(const struct merge_message *msgs, size_t count, struct arena *arena,
    struct incident *out)
{
	struct incident_entry *log;
	struct placed *all;
	size_t i, k, n = 0;

	out->log = msgs[0].incident->log;
	out->log_count = msgs[0].incident->log_count;
	if (count == 1 && is_in_order(msgs[0].incident))
		return;
	for (i = 0; i < count; i++)
		n += msgs[i].incident->log_count;
	all = arena_alloc(arena, n + 1, sizeof(*all));
	n = 0;
	for (i = 0; i < count; i++)
		for (k = 0; k < msgs[i].incident->log_count; k++)
			all[n++] =
			    (struct placed){ msgs[i].incident->log[k], i, k };
	n = unite_contents(all, unite_seqs(all, n));
	qsort(all, n, sizeof(*all), compare_final);
	log = arena_alloc(arena, n + 1, sizeof(*log));
	for (i = 0; i < n; i++)
		log[i] = all[i].entry;
	out->log = log;
	out->log_count = n;
}

static void
lay_text(struct str *under, struct str over)
{
	if (str_is_given(over))
		*under = over;
}

static void
lay_int(int64_t *under, int64_t over)
{
	if (over != INT64_MIN)
		*under = over;
}

/* NOLINTNEXTLINE(misc-redundant-expression): three names of one number */
_Static_assert(CLOCK_NONE == INT64_MIN && INCIDENT_NO_NUMBER == INT64_MIN,
    "lay_int() takes either as not given");

static void
lay_position(struct incident *under, const struct incident *over)
{
	if (!isnan(over->lat) || !isnan(over->easting)) {
		under->lat = over->lat;
		under->lon = over->lon;
		under->easting = over->easting;
		under->northing = over->northing;
		under->accuracy_m = over->accuracy_m;
	} else if (!isnan(over->accuracy_m)) {
		under->accuracy_m = over->accuracy_m;
	}
}

static void
lay_members(struct incident *under, const struct incident *over)
{
	lay_int(&under->revision, over->revision);
	lay_int(&under->opened_ms, over->opened_ms);
	lay_int(&under->updated_ms, over->updated_ms);
	lay_int(&under->closed_ms, over->closed_ms);
	lay_text(&under->status, over->status);
	lay_text(&under->opening_code, over->opening_code);
	lay_text(&under->closing_code, over->closing_code);
	lay_text(&under->crime_no, over->crime_no);
	lay_text(&under->location_text, over->location_text);
	lay_text(&under->district, over->district);
	lay_text(&under->beat, over->beat);
	if (str_is_given(over->grade)) {
		under->grade = over->grade;
		under->grade_no = over->grade_no;
	}
	if (over->informant.is_given)
		under->informant = over->informant;
	lay_position(under, over);
}

static bool
has_vehicle(const struct str *vehicles, size_t count, struct str vehicle)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (str_is_equal(vehicles[i], vehicle))
			return true;
	return false;
}

static void
add_vehicles(
    struct incident *under, const struct incident *over, struct arena *arena)
{
	struct str *all;
	size_t i, n = under->vehicle_count;

	if (over->vehicle_count == 0)
		return;
	all = arena_alloc(arena, n + over->vehicle_count, sizeof(*all));
	for (i = 0; i < n; i++)
		all[i] = under->vehicles[i];
	for (i = 0; i < over->vehicle_count; i++)
		if (!has_vehicle(all, n, over->vehicles[i]))
			all[n++] = over->vehicles[i];
	under->vehicles = all;
	under->vehicle_count = n;
}

/* The last resource with that callsign, or a new one at the end. */
static struct incident_resource *
resource_for(struct incident_resource *all, size_t *count, struct str callsign)
{
	size_t i;

	for (i = *count; i > 0; i--)
		if (str_is_equal(all[i - 1].callsign, callsign))
			return &all[i - 1];
	all[*count] = (struct incident_resource){ callsign, CLOCK_NONE,
		CLOCK_NONE, CLOCK_NONE, CLOCK_NONE };
	return &all[(*count)++];
}

static void
add_resources(
    struct incident *under, const struct incident *over, struct arena *arena)
{
	struct incident_resource *all, *resource;
	size_t i, n = under->resource_count;

	if (over->resource_count == 0)
		return;
	all = arena_alloc(arena, n + over->resource_count, sizeof(*all));
	for (i = 0; i < n; i++)
		all[i] = under->resources[i];
	for (i = 0; i < over->resource_count; i++) {
		const struct incident_resource *r = &over->resources[i];

		resource = resource_for(all, &n, r->callsign);
		lay_int(&resource->allocated_ms, r->allocated_ms);
		lay_int(&resource->enroute_ms, r->enroute_ms);
		lay_int(&resource->arrived_ms, r->arrived_ms);
		lay_int(&resource->cleared_ms, r->cleared_ms);
	}
	under->resources = all;
	under->resource_count = n;
}

/* The extra of that name, or a new one at the end. */
static struct incident_extra *
extra_for(struct incident_extra *all, size_t *count, struct str name)
{
	size_t i;

	for (i = 0; i < *count; i++)
		if (str_is_equal(all[i].name, name))
			return &all[i];
	return &all[(*count)++];
}

static void
add_extras(
    struct incident *under, const struct incident *over, struct arena *arena)
{
	struct incident_extra *all;
	size_t i, n = under->extra_count;

	if (over->extra_count == 0)
		return;
	all = arena_alloc(arena, n + over->extra_count, sizeof(*all));
	for (i = 0; i < n; i++)
		all[i] = under->extras[i];
	for (i = 0; i < over->extra_count; i++)
		*extra_for(all, &n, over->extras[i].name) = over->extras[i];
	under->extras = all;
	under->extra_count = n;
}

void
merge_fold(struct merge_message *msgs, size_t count, struct arena *arena,
    struct incident *out)
{
	size_t i, first = 0;

	CHECK(count > 0);
	count = rank_messages(msgs, count, arena);
	for (i = 0; i < count; i++)
		if (!msgs[i].incident->partial)
			first = i;
	*out = *msgs[first].incident;
	for (i = first + 1; i < count; i++) {
		lay_members(out, msgs[i].incident);
		add_vehicles(out, msgs[i].incident, arena);
		add_resources(out, msgs[i].incident, arena);
		add_extras(out, msgs[i].incident, arena);
	}
	unite_logs(msgs, count, arena, out);
}

const size_t *
merge_places(const struct incident *given, const struct incident *record,
    struct arena *arena)
{
	size_t *places;

	if (record->log == given->log)
		return NULL;
	places = arena_alloc(arena, record->log_count, sizeof(*places));
	for (size_t i = 0; i < record->log_count; i++)
		while (places[i] < given->log_count &&
		       given->log[places[i]].text.p != record->log[i].text.p)
			places[i]++;
	return places;
}
