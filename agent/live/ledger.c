/*
 * ledger: units in an array by name, areas in another; a unit has a state for
 * each area, in their order.
 */
#include "agent/live/ledger.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/failpoint.h"
#include "agent/base/log.h"
#include "agent/live/ledger_private.h"
#include "agent/store/audit.h"
#include "agent/store/store.h"

/* --- memory --- */

static void
free_unit(struct ledger_unit *u)
{
	free(u->name);
	free(u->source);
	free(u->states);
	free(u);
}

static void
forget(struct ledger *l)
{
	for (size_t i = 0; i < l->unit_count; i++)
		free_unit(l->units[i]);
	for (size_t i = 0; i < l->area_count; i++) {
		area_free(&l->areas[i].area);
		free(l->areas[i].name);
	}
	free(l->units);
	free(l->areas);
	l->units = NULL;
	l->areas = NULL;
	l->unit_count = l->unit_cap = l->area_count = l->event_count = 0;
}

/* Where name is among the units, or would be. */
static bool
find_unit(const struct ledger *l, const char *name, size_t *at)
{
	size_t low = 0, high = l->unit_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(l->units[middle]->name, name);

		if (order == 0) {
			*at = middle;
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*at = low;
	return false;
}

static struct ledger_unit *
add_unit(struct ledger *l, const char *name, const char *source, size_t at)
{
	struct ledger_unit *u = alloc_zero(1, sizeof(*u));

	if (l->unit_count == l->unit_cap) {
		l->unit_cap = l->unit_cap ? l->unit_cap * 2 : 64;
		l->units =
		    alloc_resize(l->units, l->unit_cap, sizeof(l->units[0]));
	}
	memmove(&l->units[at + 1], &l->units[at],
	    (l->unit_count - at) * sizeof(l->units[0]));
	l->units[at] = u;
	l->unit_count++;
	u->name = alloc_text(name);
	u->source = alloc_text(source);
	u->fix = track_fix_at(0);
	u->gone_ms = CLOCK_NONE;
	u->states = alloc_zero(l->area_count + 1, sizeof(u->states[0]));
	return u;
}

/* --- from disk --- */

static void
load_unit(void *user, const struct unitstore_unit *row)
{
	struct ledger *l = user;
	char *name = str_copy(row->name);
	char *source = str_copy(row->source);
	struct ledger_unit *u;
	size_t at;

	if (!find_unit(l, name, &at)) {
		u = add_unit(l, name, source, at);
		u->id = row->id;
		u->fix = row->fix;
		u->received_ms = row->received_ms;
		u->gone_ms = row->gone_ms;
		u->motion = row->motion;
		leap_resume(&u->leap, &row->fix);
	}
	free(name);
	free(source);
}

static void
load_area(void *user, const struct areastore_row *row)
{
	struct ledger *l = user;
	struct err e = { 0 };
	struct ledger_area a = { .id = row->id, .dwell_ms = row->dwell_ms };

	if (area_read(row->geojson, &a.area, &e) < 0) {
		log_error("area %" PRId64 " cannot be read any more, delete it "
			  "and add it again: %s",
		    row->id, e.msg);
		return;
	}
	a.name = str_copy(row->name);
	l->areas =
	    alloc_resize(l->areas, l->area_count + 1, sizeof(l->areas[0]));
	l->areas[l->area_count++] = a;
}

static void
load_state(void *user, int64_t area_id, int64_t unit_id,
    const struct area_state *state)
{
	struct ledger *l = user;
	size_t a = 0;

	while (a < l->area_count && l->areas[a].id != area_id)
		a++;
	for (size_t i = 0; a < l->area_count && i < l->unit_count; i++)
		if (l->units[i]->id == unit_id)
			l->units[i]->states[a] = *state;
}

/*
 * Those behind the believed one were leaps, as they came: the next one may
 * follow on them.
 */
static int
load_suspects(struct ledger *l, struct ledger_unit *u, struct err *e)
{
	struct track_fix *fixes =
	    alloc_zero((size_t)u->waiting, sizeof(*fixes));
	unsigned char *marks = alloc_zero((size_t)u->waiting, 1);
	int64_t since_ms;
	int n = unitstore_take(
	    l->units_on_disk, u->id, fixes, marks, (size_t)u->waiting, e);

	for (int i = 0; i < n; i++) {
		struct leap leap = u->leap;

		if (marks[i] == TRACK_MARK_JUMP &&
		    fixes[i].time_ms > u->fix.time_ms &&
		    leap_take(&leap, &fixes[i], &since_ms) == LEAP_IS)
			u->leap = leap;
	}
	free(fixes);
	free(marks);
	return n < 0 ? -1 : 0;
}

static int
load_waiting(struct ledger *l, struct err *e)
{
	for (size_t i = 0; i < l->unit_count; i++) {
		struct ledger_unit *u = l->units[i];

		if (unitstore_count(l->units_on_disk, u->id, &u->waiting,
			&u->oldest_ms, e) < 0)
			return -1;
		if (u->waiting > 0 && u->leap.is_known &&
		    load_suspects(l, u, e) < 0)
			return -1;
	}
	return 0;
}

int
ledger_load(struct ledger *l, struct err *e)
{
	forget(l);
	if (areastore_each(l->areas_on_disk, load_area, l, e) < 0 ||
	    unitstore_each(l->units_on_disk, load_unit, l, e) < 0 ||
	    load_waiting(l, e) < 0)
		return -1;
	return areastore_each_state(l->areas_on_disk, load_state, l, e);
}

int
ledger_open(struct store *store, const struct ledger_teller *teller,
    struct ledger **out, struct err *e)
{
	struct ledger *l = alloc_zero(1, sizeof(*l));
	struct db *db = store_db(store);

	l->store = store;
	if (teller)
		l->teller = *teller;
	if (unitstore_open(db, &l->units_on_disk, e) < 0 ||
	    areastore_open(db, &l->areas_on_disk, e) < 0 ||
	    trackstore_open(db, &l->tracks, e) < 0) {
		ledger_close(&l);
		return -1;
	}
	*out = l;
	return 0;
}

void
ledger_close(struct ledger **l)
{
	struct ledger *x = *l;

	if (!x)
		return;
	forget(x);
	free(x->events);
	unitstore_close(&x->units_on_disk);
	areastore_close(&x->areas_on_disk);
	trackstore_close(&x->tracks);
	free(x);
	*l = NULL;
}

/* --- a batch --- */

/*
 * Which row it is and no more: where an officer was at what moment must not
 * stand for ever in a log of which nothing can be taken out.
 */
static int
log_event(struct ledger *l, const struct ledger_event *event, int64_t now_ms,
    struct err *e)
{
	struct buf detail = { 0 };
	int r;

	buf_addf(&detail, "{\"area_event\":%" PRId64 "}", event->id);
	r = audit_add(store_audit(l->store),
	    &(struct audit_row){ .at_ms = now_ms,
		.actor = STR_LIT("agent"),
		.event = AUDIT_COMBINATION,
		.detail = buf_str(&detail) },
	    e);
	buf_clear(&detail);
	return r;
}

static int
keep_event(struct ledger *l, const struct ledger_area *area,
    const struct ledger_unit *u, const struct area_event *event, int64_t now_ms,
    struct err *e)
{
	struct ledger_event *to;

	l->events =
	    alloc_resize(l->events, l->event_count + 1, sizeof(l->events[0]));
	to = &l->events[l->event_count++];
	*to = (struct ledger_event){ .event = *event };
	if (areastore_add_event(l->areas_on_disk, area->id, u->id, event,
		now_ms, &to->id, e) < 0 ||
	    log_event(l, to, now_ms, e) < 0)
		return -1;
	if (!l->teller.tell)
		return 0;
	return l->teller.tell(
	    l->teller.user, to, str_of(area->name), str_of(u->name), now_ms, e);
}

static int
judge(struct ledger *l, struct ledger_unit *u, const struct motion_step *step,
    int64_t now_ms, struct err *e)
{
	struct area_event events[AREA_EVENTS_MAX];

	for (size_t a = 0; a < l->area_count; a++) {
		const struct ledger_area *area = &l->areas[a];
		struct area_state before = u->states[a];
		size_t n = area_judge(
		    area->area, step, area->dwell_ms, &u->states[a], events);

		for (size_t i = 0; i < n; i++)
			if (keep_event(l, area, u, &events[i], now_ms, e) < 0)
				return -1;
		if (!area_state_is_equal(&before, &u->states[a]) &&
		    areastore_put_state(l->areas_on_disk, area->id, u->id,
			&u->states[a], e) < 0)
			return -1;
	}
	return 0;
}

static int
write_unit(struct ledger *l, struct ledger_unit *u, struct err *e)
{
	struct unitstore_unit row = { .id = u->id,
		.name = str_of(u->name),
		.source = str_of(u->source),
		.fix = u->fix,
		.received_ms = u->received_ms,
		.gone_ms = u->gone_ms,
		.motion = u->motion };

	if (unitstore_put(l->units_on_disk, &row, e) < 0)
		return -1;
	u->id = row.id;
	u->is_changed = false;
	return 0;
}

/* Its unit; NULL if it is none and cannot come to be one. */
static struct ledger_unit *
unit_of(struct ledger *l, struct ledger_report *r)
{
	struct ledger_unit *u;
	size_t at;

	if (!find_unit(l, r->unit, &at)) {
		if (r->is_gone)
			return NULL;
		r->is_crowd = l->unit_count >= LEDGER_UNITS_MAX;
		return r->is_crowd ? NULL : add_unit(l, r->unit, r->source, at);
	}
	u = l->units[at];
	if (strcmp(u->source, r->source) != 0) {
		free(u->source);
		u->source = alloc_text(r->source);
	}
	return u;
}

/*
 * A position that is new and can be: what it moves, and whom it rings.  Those
 * before it that were held to be leaps may be none after all.
 */
static int
believe(struct ledger *l, struct ledger_unit *u, const struct ledger_report *r,
    enum leap_verdict verdict, int64_t since_ms, int64_t now_ms, struct err *e)
{
	struct motion_step step;

	if (verdict == LEAP_OVER && unitstore_unmark(l->units_on_disk, u->id,
					since_ms, r->fix.time_ms, e) < 0)
		return -1;
	if (u->fix.time_ms == CLOCK_NONE || r->fix.time_ms > u->fix.time_ms)
		u->fix = r->fix;
	step = motion_take(&u->motion, &r->fix);
	step.is_leap = verdict == LEAP_OVER;
	return judge(l, u, &step, now_ms, e);
}

/* 1 if it is a new position, 0 if it is known or none, -1. */
static int
take_report(
    struct ledger *l, struct ledger_report *r, int64_t now_ms, struct err *e)
{
	struct ledger_unit *u = unit_of(l, r);
	struct leap leap;
	enum leap_verdict verdict;
	int64_t since_ms = 0;
	int added;

	if (!u)
		return 0;
	u->is_changed = true;
	if (r->is_gone) {
		u->gone_ms = r->received_ms;
		return 0;
	}
	/* A new one needs its row before its positions have theirs. */
	if (!u->id && write_unit(l, u, e) < 0)
		return -1;
	leap = u->leap; /* what comes again must not count twice */
	verdict = leap_take(&leap, &r->fix, &since_ms);
	added = unitstore_add(l->units_on_disk, u->id, &r->fix,
	    verdict == LEAP_IS ? TRACK_MARK_JUMP : TRACK_MARK_KEEP,
	    r->received_ms, e);
	if (added <= 0)
		return added;
	u->leap = leap;
	if (u->waiting++ == 0)
		u->oldest_ms = r->received_ms;
	if (u->fix.time_ms == CLOCK_NONE || r->fix.time_ms > u->fix.time_ms)
		u->gone_ms = CLOCK_NONE;
	u->received_ms = r->received_ms;
	u->is_changed = true;
	if (verdict != LEAP_IS &&
	    believe(l, u, r, verdict, since_ms, now_ms, e) < 0)
		return -1;
	return 1;
}

int
ledger_take(struct ledger *l, struct ledger_report *reports, size_t count,
    int64_t now_ms, struct err *e)
{
	int taken = 0;

	l->event_count = 0;
	for (size_t i = 0; i < count; i++) {
		int r = take_report(l, &reports[i], now_ms, e);

		if (r < 0)
			return -1;
		taken += r;
	}
	for (size_t i = 0; i < l->unit_count; i++)
		if (l->units[i]->is_changed &&
		    write_unit(l, l->units[i], e) < 0)
			return -1;
	return taken;
}

size_t
ledger_events(const struct ledger *l, const struct ledger_event **out)
{
	*out = l->events;
	return l->event_count;
}

size_t
ledger_unit_count(const struct ledger *l)
{
	return l->unit_count;
}
