/*
 * Packing and removing.
 *
 * A chunk holds fixes of one unit and one day in London, in the order of their
 * times; one that comes after its neighbours were packed goes into a later
 * chunk of the same track.  The track of a day is found by the unit and the
 * day's name.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/jsonw.h"
#include "agent/base/log.h"
#include "agent/live/ledger_private.h"
#include "agent/store/audit.h"
#include "agent/store/store.h"

#define PACK_AFTER_MS INT64_C(600000)
#define DOUBT_MS      INT64_C(3600000) /* more, for what may be taken back */
#define DAY_TEXT      sizeof("2026-01-14")

/*
 * Units in one transaction: each costs the disk a flush, and positions that
 * come meanwhile wait for it.
 */
#define PACK_UNITS 16

static void
name_day(int64_t ms, char out[DAY_TEXT])
{
	struct clock_local t = clock_to_local(ms);

	(void)snprintf(out, DAY_TEXT, "%04u-%02u-%02u",
	    (unsigned)t.year % 10000, (unsigned)t.month % 100,
	    (unsigned)t.day % 100);
}

/* Fixes at the start of a list that are of the day of the first. */
static size_t
count_day(const struct track_fix *fixes, size_t count, char day[DAY_TEXT])
{
	char other[DAY_TEXT];
	size_t n = 1;

	name_day(fixes[0].time_ms, day);
	while (n < count) {
		name_day(fixes[n].time_ms, other);
		if (strcmp(other, day) != 0)
			break;
		n++;
	}
	return n;
}

/* The track of a unit's day, made if it is not there. */
static int
find_track(struct ledger *l, const struct ledger_unit *u, const char *day,
    int64_t now_ms, int64_t *id, struct err *e)
{
	const struct trackstore_row row = { .class = TRACK_CLASS_UNIT,
		.name = str_of(day),
		.unit = str_of(u->name),
		.format = STR_LIT("live"),
		.is_live = true,
		.clock = TRACK_CLOCK_UTC,
		.clock_why = STR_LIT("the receiver's own time"),
		.first_ms = CLOCK_NONE,
		.last_ms = CLOCK_NONE,
		.imported_ms = now_ms,
		.actor = STR_LIT("agent") };
	int r = trackstore_find_live(
	    l->tracks, row.unit, row.class, row.name, id, e);

	if (r != 0)
		return r < 0 ? -1 : 0;
	return trackstore_add(l->tracks, &row, id, e) < 0 ? -1 : 0;
}

static int
audit(struct ledger *l, enum audit_event event, struct str detail,
    int64_t now_ms, struct err *e)
{
	return audit_add(store_audit(l->store),
	    &(struct audit_row){ .at_ms = now_ms,
		.actor = STR_LIT("agent"),
		.event = event,
		.detail = detail },
	    e);
}

/*
 * "collection": so many positions, in this track.  Whose they are says the
 * track, for as long as it is kept: from the audit log nothing is taken out.
 */
static int
log_packed(struct ledger *l, int64_t track_id, size_t count, int64_t now_ms,
    struct err *e)
{
	struct buf detail = { 0 };
	struct jsonw w;
	int r;

	jsonw_init(&w, &detail);
	jsonw_object(&w);
	jsonw_key(&w, "track");
	jsonw_int(&w, track_id);
	jsonw_key(&w, "positions");
	jsonw_int(&w, (int64_t)count);
	jsonw_close(&w);
	r = audit(l, AUDIT_COLLECTION, buf_str(&detail), now_ms, e);
	buf_clear(&detail);
	return r;
}

/* Are there positions of it that may be taken for none after all? */
static bool
has_doubt(const struct ledger_unit *u, int64_t now_ms)
{
	return u->leap.suspects > 0 &&
	       u->leap.since_ms >= now_ms - PACK_AFTER_MS - DOUBT_MS;
}

/* Is there enough to pack, or has something waited for long enough? */
static bool
is_due(const struct ledger_unit *u, int64_t now_ms)
{
	if (u->waiting >= TRACKSTORE_FIXES_MAX)
		return true;
	if (has_doubt(u, now_ms) && u->waiting <= u->leap.suspects)
		return false;
	return u->waiting > 0 && u->oldest_ms < now_ms - PACK_AFTER_MS;
}

/*
 * Fixes at the start of a list whose marks will not be taken back: those before
 * the unit's suspects (leap.h), if there are any.
 */
static size_t
count_settled(const struct ledger_unit *u, const struct track_fix *fixes,
    size_t count, int64_t now_ms)
{
	size_t n = 0;

	if (!has_doubt(u, now_ms))
		return count;
	while (n < count && fixes[n].time_ms < u->leap.since_ms)
		n++;
	return n > 0 ? n : count;
}

/* The first positions of a unit, into the track of their day. */
static int
pack_unit(
    struct ledger *l, struct ledger_unit *u, int64_t now_ms, struct err *e)
{
	struct track_fix *fixes =
	    alloc_zero(TRACKSTORE_FIXES_MAX, sizeof(*fixes));
	unsigned char marks[TRACKSTORE_FIXES_MAX];
	char day[DAY_TEXT];
	int64_t track_id = 0;
	int r = unitstore_take(
	    l->units_on_disk, u->id, fixes, marks, TRACKSTORE_FIXES_MAX, e);

	if (r > 0) {
		size_t n = count_day(
		    fixes, count_settled(u, fixes, (size_t)r, now_ms), day);

		r = 1;
		if (find_track(l, u, day, now_ms, &track_id, e) < 0 ||
		    trackstore_add_chunk(
			l->tracks, track_id, fixes, marks, n, e) < 0 ||
		    unitstore_drop(l->units_on_disk, u->id, fixes[0].time_ms,
			fixes[n - 1].time_ms, e) < 0 ||
		    log_packed(l, track_id, n, now_ms, e) < 0)
			r = -1;
	}
	free(fixes);
	return r;
}

/* Those that are due, up to PACK_UNITS, in the transaction: how many, or -1. */
static int
pack_due(struct ledger *l, int64_t now_ms, struct err *e)
{
	int packed = 0;

	for (size_t i = 0; i < l->unit_count && packed < PACK_UNITS; i++) {
		struct ledger_unit *u = l->units[i];

		if (!is_due(u, now_ms))
			continue;
		if (pack_unit(l, u, now_ms, e) < 0 ||
		    unitstore_count(l->units_on_disk, u->id, &u->waiting,
			&u->oldest_ms, e) < 0)
			return -1;
		packed++;
	}
	return packed;
}

static bool
has_due(const struct ledger *l, int64_t now_ms)
{
	for (size_t i = 0; i < l->unit_count; i++)
		if (is_due(l->units[i], now_ms))
			return true;
	return false;
}

int
ledger_pack(struct ledger *l, int64_t now_ms, struct err *e)
{
	if (!has_due(l, now_ms))
		return 0;
	if (store_begin(l->store, e) < 0)
		return -1;
	if (pack_due(l, now_ms, e) < 0 || store_commit(l->store, e) < 0) {
		store_rollback(l->store);
		return -1;
	}
	return 1;
}

/*
 * Tracks of days that are over for that long.  Those imported from files are
 * of another retention, and have an original that goes with them.
 */
static int
purge_tracks(struct ledger *l, int64_t before_ms, struct err *e)
{
	int64_t id = 0;
	int count = 0, r;

	while ((r = trackstore_find_old_live(
		    l->tracks, TRACK_CLASS_UNIT, before_ms, id, &id, e)) > 0) {
		r = trackstore_delete(l->tracks, id, e);
		if (r < 0)
			break;
		count += r;
	}
	return r < 0 ? -1 : count;
}

/* All of it, in the transaction: how many rows, or -1. */
static int
purge(struct ledger *l, int64_t before_ms, int64_t now_ms, struct err *e)
{
	struct buf detail = { 0 };
	int tracks = purge_tracks(l, before_ms, e);
	int events =
	    tracks < 0 ? -1 : areastore_purge(l->areas_on_disk, before_ms, e);
	int rows =
	    events < 0 ? -1 : unitstore_purge(l->units_on_disk, before_ms, e);
	int all = rows < 0 ? -1 : tracks + events + rows;

	if (all > 0) {
		buf_addf(&detail,
		    "{\"what\":\"positions\",\"tracks\":%d,\"rows\":%d,"
		    "\"area_events\":%d}",
		    tracks, rows, events);
		if (audit(l, AUDIT_ERASURE, buf_str(&detail), now_ms, e) < 0)
			all = -1;
	}
	buf_clear(&detail);
	return all;
}

int
ledger_purge(struct ledger *l, int64_t keep_ms, int64_t now_ms, struct err *e)
{
	int rows;

	if (store_begin(l->store, e) < 0)
		return -1;
	rows = purge(l, now_ms - keep_ms, now_ms, e);
	if (rows <= 0) {
		store_rollback(l->store);
		return rows;
	}
	if (store_commit(l->store, e) < 0)
		return -1;
	log_info("positions purged rows=%d", rows);
	return ledger_load(l, e) < 0 ? -1 : 1;
}
