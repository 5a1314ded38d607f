/*
 * finder: from an incident to recordings, and from a recording to incidents.
 *
 * Both directions ask the same question, of an incident; a new track only says
 * which incidents to ask about.  So there is one answer, and it cannot depend
 * on what came first.
 *
 * What is read is a box around the place as large as the range, all
 * uncertainties and the way between two positions; the walk of approach.h says
 * what of it is true.
 */
#include "agent/finder.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/failpoint.h"
#include "agent/base/jsonw.h"
#include "agent/base/log.h"
#include "agent/incident/incident.h"
#include "agent/store/audit.h"
#include "agent/store/matches.h"
#include "agent/store/record.h"
#include "agent/store/store.h"
#include "agent/tracks/plane.h"

/* Messages of the audit log looked through in one turn. */
#define TURN_MESSAGES 32

/* How long after the start of what it shows an incident may be opened, and
 * how long before its end: what when.h gives at most. */
#define OPENED_LATE_MS  (WHEN_BACK_MAX_MS + WHEN_SPREAD_MS + WHEN_LONGEST_MS)
#define OPENED_EARLY_MS (WHEN_LONGEST_MS + WHEN_SPREAD_MS)

static const struct finder_range ranges[] = {
	[TRACK_CLASS_UNIT] = { 100, (double)NAN, false },
	[TRACK_CLASS_DRONE] = { 400, 84, false },
	[TRACK_CLASS_DASHCAM] = { 150, 140, true },
	[TRACK_CLASS_OTHER] = { 150, (double)NAN, false },
};

struct finder {
	struct store *store; /* borrowed */
	struct trackstore *tracks;
	struct matches *matches;
	struct arena *arena; /* of one turn */
	struct arena *one;   /* of one incident of a turn */
	/* A chunk being walked. */
	struct track_fix fixes[CHUNK_FIXES_MAX];
	unsigned char marks[CHUNK_FIXES_MAX];
	bool left_out[CHUNK_FIXES_MAX];
};

const struct finder_range *finder_range_of(enum track_class class)
{
	CHECK((size_t) class < sizeof(ranges) / sizeof(ranges[0]) && class);
	return &ranges[class];
}

int
finder_new(struct store *st, struct finder **out, struct err *e)
{
	struct finder *f = alloc_zero(1, sizeof(*f));

	f->store = st;
	f->arena = arena_new();
	f->one = arena_new();
	if (trackstore_open(store_db(st), &f->tracks, e) < 0 ||
	    matches_open(store_db(st), &f->matches, e) < 0) {
		finder_free(&f);
		return -1;
	}
	*out = f;
	return 0;
}

void
finder_free(struct finder **f)
{
	struct finder *x = *f;

	if (!x)
		return;
	trackstore_close(&x->tracks);
	matches_close(&x->matches);
	arena_free(&x->arena);
	arena_free(&x->one);
	free(x);
	*f = NULL;
}

/* ---- One incident ---- */

/* A search on its way through the chunks of one track after the other. */
struct search {
	struct finder *f;
	const struct finder_ask *ask;
	struct finder_list *list;
	struct arena *arena;
	struct finder_hit hit; /* of the track being walked; id 0: none */
	struct approach_walk walk;
	int64_t next_seq; /* that goes on where the last chunk ended */
	size_t cap;
	int result;
	struct err *e;
};

static double
place_off_m(const struct place *place)
{
	return isnan(place->uncertainty_m) ? FINDER_PLACE_M
					   : place->uncertainty_m;
}

static double
within_m(const struct finder_ask *ask, enum track_class class)
{
	return isnan(ask->within_m) ? finder_range_of(class)->within_m
				    : ask->within_m;
}

static struct approach_question
question_of(const struct search *s, const struct trackstore_row *track)
{
	const struct place *place = &s->ask->row->place;
	const struct finder_range *range = finder_range_of(track->class);
	bool is_known = track->correction_ms != TRACKSTORE_UNKNOWN;

	return (struct approach_question){ .lat = place->lat,
		.lon = place->lon,
		.uncertainty_m = place_off_m(place),
		.from_ms = s->list->when.from_ms,
		.to_ms = s->list->when.to_ms,
		.spread_ms = s->list->when.spread_ms,
		.within_m = within_m(s->ask, track->class),
		.is_clock_known = is_known,
		.correction_ms = is_known ? track->correction_ms : 0,
		.clock_ms = is_known ? track->uncertainty_ms : 0,
		.fov_deg = range->fov_deg,
		.is_ahead = range->is_ahead };
}

/* The track being walked has come to its end: is it a hit? */
static void
end_track(struct search *s)
{
	struct finder_list *list = s->list;
	struct finder_hit *more;

	if (s->hit.track.id == 0)
		return;
	approach_finish(&s->walk, &s->hit.approach);
	if (s->hit.approach.word != APPROACH_NONE) {
		if (list->count == s->cap) {
			s->cap = s->cap ? 2 * s->cap : 16;
			more = arena_alloc(s->arena, s->cap, sizeof(*more));
			if (list->count > 0)
				memcpy(more, list->hits,
				    list->count * sizeof(*more));
			list->hits = more;
		}
		list->hits[list->count++] = s->hit;
	}
	s->hit.track.id = 0;
}

static void
begin_track(struct search *s, const struct trackstore_row *row)
{
	struct trackstore_row *track = &s->hit.track;

	end_track(s);
	s->list->looked++;
	*track = *row;
	track->name = arena_str(s->arena, row->name);
	track->unit = arena_str(s->arena, row->unit);
	track->format = arena_str(s->arena, row->format);
	track->origin = arena_str(s->arena, row->origin);
	track->clip = arena_str(s->arena, row->clip);
	track->clock_why = arena_str(s->arena, row->clock_why);
	track->actor = arena_str(s->arena, row->actor);
	s->hit.question = question_of(s, row);
	approach_init(&s->walk, &s->hit.question);
	s->next_seq = -1;
}

/*
 * Walk a chunk.  Fixes of a recorder that stood still are not in the cleaned
 * track and show all the same that it was there.  The link is the last fix of
 * the chunk before: of no use where that was walked, and where the recorder
 * stood from there on, it stood there until the first fix.
 */
static void
walk_chunk(struct search *s, size_t count, bool goes_on)
{
	struct finder *f = s->f;

	size_t first = 0;

	for (size_t i = 0; i < count; i++)
		f->left_out[i] = !track_mark_is_line(f->marks[i]) &&
				 f->marks[i] != TRACK_MARK_STILL;
	if (!goes_on)
		approach_break(&s->walk);
	if (count > 1 && f->marks[0] == TRACK_MARK_LINK) {
		first = 1;
		if (!goes_on)
			approach_add(&s->walk, f->fixes, NULL, 1);
		if (f->marks[1] == TRACK_MARK_STILL)
			approach_stand(&s->walk, f->fixes[1].time_ms);
	}
	approach_add(
	    &s->walk, f->fixes + first, f->left_out + first, count - first);
}

static bool
is_unreadable(const struct finder_list *list, int64_t track_id)
{
	for (size_t i = 0; i < list->unreadable_count; i++)
		if (list->unreadable[i] == track_id)
			return true;
	return false;
}

static void
say_unreadable(int64_t track_id, const struct err *why)
{
	log_error("track=%" PRId64 " is damaged and passed over: %s; delete "
		  "it and import its original again",
	    track_id, why->msg);
}

/* Of a damaged track nothing is said: half of it could show what is not so. */
static void
pass_over(struct search *s, int64_t track_id)
{
	struct finder_list *list = s->list;
	int64_t *ids =
	    arena_alloc(s->arena, list->unreadable_count + 1, sizeof(*ids));

	say_unreadable(track_id, s->e);
	if (s->hit.track.id == track_id)
		s->hit.track.id = 0;
	if (list->unreadable_count > 0)
		memcpy(ids, list->unreadable,
		    list->unreadable_count * sizeof(*ids));
	ids[list->unreadable_count++] = track_id;
	list->unreadable = ids;
}

static void
on_piece(void *user, const struct trackstore_row *row,
    const struct trackstore_piece *piece)
{
	struct search *s = user;
	struct finder *f = s->f;
	size_t count;
	int r;

	if (s->result < 0 || is_unreadable(s->list, row->id) ||
	    (s->ask->only_track != 0 && row->id != s->ask->only_track))
		return;
	r = trackstore_chunk_get(
	    f->tracks, piece->id, f->fixes, f->marks, &count, s->e);
	if (r < 0 && s->e->code == ERR_CORRUPT)
		pass_over(s, row->id);
	else if (r < 0)
		s->result = r;
	if (r <= 0)
		return;
	if (s->hit.track.id != row->id)
		begin_track(s, row);
	walk_chunk(s, count, piece->seq == s->next_seq);
	s->next_seq = piece->seq + 1;
}

/* The box and the time in which a recording can be of use. */
static struct trackstore_window
window_of(const struct finder_ask *ask, const struct when *when)
{
	const struct place *place = &ask->row->place;
	const struct plane plane = { place->lat, place->lon };
	double far_m = 0, lat, lon;

	for (int c = TRACK_CLASS_UNIT; c <= TRACK_CLASS_OTHER; c++)
		far_m = fmax(far_m, within_m(ask, (enum track_class)c));
	far_m += APPROACH_COVER * (place_off_m(place) + APPROACH_FIX_M) +
		 APPROACH_REACH_M;
	plane_reach_deg(&plane, far_m, &lat, &lon);
	return (struct trackstore_window){
		.south = place->lat - lat,
		.north = place->lat + lat,
		.west = remainder(place->lon - lon, 360),
		.east = remainder(place->lon + lon, 360),
		.from_ms = when->from_ms - when->spread_ms,
		.to_ms = when->to_ms + when->spread_ms,
		.with_unknown = ask->is_wide,
	};
}

/* Why nothing can be asked about it, or NULL. */
static const char *
find_why_not(const struct finder_ask *ask, struct when *when)
{
	const struct place *place = &ask->row->place;

	if (isnan(place->lat) || isnan(place->lon))
		return "it has no position";
	if (!when_of(ask->record, when))
		return "it has no time";
	if (!ask->is_wide && place_off_m(place) > FINDER_PLACE_MAX_M)
		return "its position is less certain than 2 km";
	if (ask->spread_ms >= 0)
		when->spread_ms = ask->spread_ms;
	return NULL;
}

/* Those of which nobody knows when they were there come last of all. */
static int
compare_hits(const void *a, const void *b)
{
	const struct finder_hit *x = a, *y = b;
	int c = (x->track.correction_ms == TRACKSTORE_UNKNOWN) -
		(y->track.correction_ms == TRACKSTORE_UNKNOWN);

	if (c == 0)
		c = approach_compare(&x->approach, &y->approach);
	if (c != 0)
		return c;
	return x->track.id < y->track.id ? -1 : x->track.id > y->track.id;
}

int
finder_search(struct finder *f, const struct finder_ask *ask,
    struct arena *arena, struct finder_list *out, struct err *e)
{
	struct search s = {
		.f = f, .ask = ask, .list = out, .arena = arena, .e = e
	};
	struct trackstore_window window;

	*out = (struct finder_list){ 0 };
	out->why_not = find_why_not(ask, &out->when);
	if (out->why_not)
		return 0;
	window = window_of(ask, &out->when);
	if (trackstore_find(f->tracks, &window, on_piece, &s, e) < 0 ||
	    s.result < 0)
		return -1;
	end_track(&s);
	if (out->count > 0)
		qsort(out->hits, out->count, sizeof(*out->hits), compare_hits);
	return 0;
}

/* ---- Kept ---- */

/*
 * A line of the audit log about the incident: the track that was combined, or
 * the number of those that were consulted.
 */
static int
note(struct finder *f, const struct finder_ask *ask, enum audit_event event,
    int64_t n, const char *actor, int64_t now_ms, struct err *e)
{
	const char *what = event == AUDIT_COMBINATION ? "track" : "tracks";
	struct str detail = arena_strf(
	    f->one, "{\"command\":\"evidence\",\"%s\":%" PRId64 "}", what, n);

	return audit_add(store_audit(f->store),
	    &(struct audit_row){ .at_ms = now_ms,
		.actor = str_of(actor),
		.event = event,
		.incident_id = ask->row->id,
		.detail = detail },
	    e);
}

static struct str
detail_of(struct finder *f, const struct finder_hit *hit)
{
	struct buf out = { 0 };
	struct jsonw w;
	struct str detail;

	jsonw_init(&w, &out);
	jsonw_object(&w);
	finder_json(&w, hit);
	jsonw_close(&w);
	detail = arena_str(f->one, buf_str(&out));
	buf_clear(&out);
	return detail;
}

/* 1 if it is news, 0 if it stood already or its track is gone, -1. */
static int
keep_hit(struct finder *f, const struct finder_ask *ask,
    const struct finder_hit *hit, int64_t now_ms, struct err *e)
{
	const struct approach *a = &hit->approach;
	const struct place *place = &ask->row->place;
	struct trackstore_row now;
	struct matches_row row = { .incident_id = ask->row->id,
		.track_id = hit->track.id,
		.word = a->word,
		.view = a->view,
		.distance_m = a->distance_m,
		.least_m = a->least_m,
		.most_m = a->most_m,
		.at_ms = a->at_ms,
		.at_clip_ms = a->at_clip_ms,
		.in_range_ms = a->in_range_ms,
		.lat = place->lat,
		.lon = place->lon,
		.uncertainty_m = place->uncertainty_m,
		.correction_ms = hit->track.correction_ms,
		.clock_ms = hit->track.uncertainty_ms };
	int r = trackstore_find_id(f->tracks, hit->track.id, f->one, &now, e);

	if (r <= 0)
		return r;
	row.detail = detail_of(f, hit);
	return matches_put(f->matches, &row, now_ms, e);
}

static bool
is_hit(const struct finder_list *list, int64_t track_id)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->hits[i].track.id == track_id)
			return true;
	return false;
}

/* End the matches of tracks that were asked about and are no hit. */
static int
withdraw_others(struct finder *f, const struct finder_ask *ask,
    const struct finder_list *list, int64_t now_ms, struct err *e)
{
	int64_t *tracks;
	size_t count;
	int ended = 0, r;

	if (matches_partners(
		f->matches, ask->row->id, 0, f->one, &tracks, &count, e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (is_hit(list, tracks[i]) || is_unreadable(list, tracks[i]) ||
		    (ask->only_track != 0 && ask->only_track != tracks[i]))
			continue;
		r = matches_withdraw(
		    f->matches, ask->row->id, tracks[i], now_ms, e);
		if (r < 0)
			return -1;
		ended += r;
	}
	return ended;
}

int
finder_keep(struct finder *f, const struct finder_ask *ask,
    const struct finder_list *list, const char *actor, int64_t now_ms,
    struct err *e)
{
	int changed = withdraw_others(f, ask, list, now_ms, e);

	if (changed < 0)
		return -1;
	for (size_t i = 0; i < list->count; i++) {
		int r = keep_hit(f, ask, &list->hits[i], now_ms, e);

		if (r > 0 && note(f, ask, AUDIT_COMBINATION,
				 list->hits[i].track.id, actor, now_ms, e) < 0)
			r = -1;
		if (r < 0)
			return -1;
		changed += r;
	}
	return changed;
}

/* ---- Turns ---- */

/* The incident and what its tracks say of it, in f->one.  1, 0 if it is gone. */
static int
look_at(struct finder *f, int64_t incident_id, int64_t only_track,
    struct store_incident *row, struct finder_ask *ask,
    struct finder_list *list, struct err *e)
{
	struct incident *record;
	int r;

	arena_reset(f->one);
	record = arena_alloc(f->one, 1, sizeof(*record));
	r = store_incident_find_id(f->store, incident_id, f->one, row, e);
	if (r <= 0)
		return r;
	*ask = (struct finder_ask){ .row = row,
		.record = record,
		.within_m = (double)NAN,
		.spread_ms = -1,
		.only_track = only_track };
	if (record_load(f->store, incident_id, f->one, NULL, record, e) < 0) {
		/* The intake has set it aside and said so. */
		*list = (struct finder_list){ .why_not = "unreadable" };
		return e->code == ERR_CORRUPT ? 1 : -1;
	}
	return finder_search(f, ask, f->one, list, e) < 0 ? -1 : 1;
}

/* Look at an incident and keep what was found, in a transaction. */
static int
match_incident(struct finder *f, int64_t incident_id, int64_t only_track,
    int64_t now_ms, struct err *e)
{
	struct store_incident row;
	struct finder_ask ask;
	struct finder_list list;
	int changed = 0;
	int r = look_at(f, incident_id, only_track, &row, &ask, &list, e);

	if (r <= 0)
		return r;
	if (store_begin(f->store, e) < 0)
		return -1;
	if (list.looked > 0)
		r = note(f, &ask, AUDIT_CONSULTATION, (int64_t)list.looked,
		    "agent", now_ms, e);
	if (r >= 0)
		r = changed = finder_keep(f, &ask, &list, "agent", now_ms, e);
	FAILPOINT("find-before-commit");
	if (r < 0 || store_commit(f->store, e) < 0) {
		store_rollback(f->store);
		return -1;
	}
	FAILPOINT("find-committed");
	if (changed > 0)
		log_info("recordings matched incident=%" PRId64
			 " matches=%zu changed=%d",
		    incident_id, list.count, changed);
	return 0;
}

/* What is gathered by callbacks: ids, each once, and how far they go. */
struct ids {
	struct arena *arena;
	int64_t *ids;
	size_t count, cap;
	int64_t upto;
};

static void
add_id(struct ids *l, int64_t id)
{
	int64_t *more;

	for (size_t i = l->count > TURN_MESSAGES ? l->count - TURN_MESSAGES : 0;
	     i < l->count; i++)
		if (l->ids[i] == id)
			return;
	if (l->count == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 64;
		more = arena_alloc(l->arena, l->cap, sizeof(*more));
		if (l->count > 0)
			memcpy(more, l->ids, l->count * sizeof(*more));
		l->ids = more;
	}
	l->ids[l->count++] = id;
}

static void
on_near(void *user, int64_t id)
{
	add_id(user, id);
}

static void
on_collected(void *user, int64_t audit_id, int64_t incident_id)
{
	struct ids *l = user;

	l->upto = audit_id;
	add_id(l, incident_id);
}

/* The box of a track, grown by its chunks. */
struct extent {
	struct finder *f;
	struct store_near near;
	bool is_any;
	int64_t fixes; /* read; a link is another chunk's */
	int result;
	struct err *e;
};

static void
on_extent(void *user, const struct trackstore_piece *piece)
{
	struct extent *x = user;
	struct finder *f = x->f;
	size_t count = 0;

	if (x->result < 0)
		return;
	x->result = trackstore_chunk_get(
	    f->tracks, piece->id, f->fixes, f->marks, &count, x->e);
	for (size_t i = 0; i < count; i++) {
		const struct track_fix *fix = &f->fixes[i];

		x->fixes += f->marks[i] != TRACK_MARK_LINK;
		if (!track_mark_is_line(f->marks[i]))
			continue;
		x->near.south = fmin(x->near.south, fix->lat);
		x->near.north = fmax(x->near.north, fix->lat);
		x->near.west = fmin(x->near.west, fix->lon);
		x->near.east = fmax(x->near.east, fix->lon);
		x->is_any = true;
	}
}

/* Widen by all that an incident outside of it could be near by. */
static void
widen(struct extent *x, const struct trackstore_row *row)
{
	const struct plane plane = {
		fmax(fabs(x->near.south), fabs(x->near.north)), 0
	};
	double far_m = finder_range_of(row->class)->within_m +
		       APPROACH_COVER * (FINDER_PLACE_MAX_M + APPROACH_FIX_M +
					    TRACKSTORE_SLACK_MAX_M) +
		       APPROACH_REACH_M;
	double lat, lon;

	plane_reach_deg(&plane, far_m, &lat, &lon);
	x->near.south -= lat;
	x->near.north += lat;
	x->near.west -= lon;
	x->near.east += lon;
	x->near.from_ms = trackstore_utc(row, row->first_ms) -
			  row->uncertainty_ms - OPENED_EARLY_MS;
	x->near.to_ms = trackstore_utc(row, row->last_ms) +
			row->uncertainty_ms + OPENED_LATE_MS;
}

/* The incidents that a track could show, and those it was matched with. */
static int
find_incidents(struct finder *f, const struct trackstore_row *row,
    struct ids *out, struct err *e)
{
	struct extent x = { .f = f,
		.near = { .south = 90,
		    .north = -90,
		    .west = 180,
		    .east = -180 },
		.e = e };
	int64_t *matched;
	size_t count;

	if (matches_partners(
		f->matches, 0, row->id, f->arena, &matched, &count, e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		add_id(out, matched[i]);
	if (trackstore_utc(row, row->first_ms) == CLOCK_NONE)
		return 0;
	if (trackstore_pieces(f->tracks, row->id, on_extent, &x, e) < 0 ||
	    x.result < 0)
		return -1;
	if (x.fixes < row->fixes)
		return err_set(e, ERR_CORRUPT,
		    "%" PRId64 " of its %" PRId64 " fixes are not there",
		    row->fixes - x.fixes, row->fixes);
	if (!x.is_any)
		return 0;
	widen(&x, row);
	return store_incident_near(f->store, &x.near, on_near, out, e);
}

/* It has been looked at, unless it is another one by now. */
static int
end_due(struct finder *f, const struct trackstore_row *was, struct err *e)
{
	struct trackstore_row now = { 0 };
	int r;

	if (store_begin(f->store, e) < 0)
		return -1;
	r = trackstore_find_id(f->tracks, was->id, f->arena, &now, e);
	if (r >= 0 && now.correction_ms == was->correction_ms &&
	    now.uncertainty_ms == was->uncertainty_ms &&
	    now.fixes == was->fixes)
		r = matches_due_done(f->matches, was->id, e);
	FAILPOINT("find-before-done");
	if (r < 0 || store_commit(f->store, e) < 0) {
		store_rollback(f->store);
		return -1;
	}
	FAILPOINT("find-done");
	return 0;
}

static int
match_track(struct finder *f, int64_t track_id, int64_t now_ms, struct err *e)
{
	struct trackstore_row row = { .id = track_id };
	struct ids incidents = { .arena = f->arena };
	int r = trackstore_find_id(f->tracks, track_id, f->arena, &row, e);

	if (r < 0)
		return -1;
	if (r > 0 && find_incidents(f, &row, &incidents, e) < 0) {
		struct trackstore_row now = { 0 };

		if (e->code != ERR_CORRUPT)
			return -1;
		/* Erased since its row was read, as it may be, or damaged. */
		r = trackstore_find_id(f->tracks, track_id, f->arena, &now, e);
		if (r <= 0)
			return r;
		/* Those behind it must not wait for what cannot be mended. */
		say_unreadable(track_id, e);
		return end_due(f, &row, e);
	}
	for (size_t i = 0; i < incidents.count; i++)
		if (match_incident(f, incidents.ids[i], track_id, now_ms, e) <
		    0)
			return -1;
	return end_due(f, &row, e);
}

/* MATCHES_NOWHERE: there is none. */
static int
put_position(struct finder *f, int64_t audit_id, struct err *e)
{
	int r;

	if (store_begin(f->store, e) < 0)
		return -1;
	r = matches_position_put(f->matches, audit_id, e);
	FAILPOINT("find-before-position");
	if (r < 0 || store_commit(f->store, e) < 0) {
		store_rollback(f->store);
		return -1;
	}
	FAILPOINT("find-position");
	return 0;
}

/* The next incidents that messages came of: 1, 0 if there are none, -1. */
static int
match_collected(struct finder *f, int64_t now_ms, struct err *e)
{
	struct ids incidents = { .arena = f->arena };
	uint8_t hash[HASH_BYTES];
	int64_t position = 0;
	int r = matches_position(f->matches, &position, e);

	if (r < 0)
		return -1;
	if (r == 0) {
		/* Those before the first track: its own look finds them. */
		if (audit_head(store_audit(f->store), &position, hash, e) < 0)
			return -1;
		return put_position(f, position, e) < 0 ? -1 : 1;
	}
	if (audit_collected(store_audit(f->store), position, TURN_MESSAGES,
		on_collected, &incidents, e) < 0)
		return -1;
	if (incidents.count == 0)
		return 0;
	for (size_t i = 0; i < incidents.count; i++)
		if (match_incident(f, incidents.ids[i], 0, now_ms, e) < 0)
			return -1;
	return put_position(f, incidents.upto, e) < 0 ? -1 : 1;
}

/* No track is left: what is collected from now on need not be looked at. */
static int
forget_position(struct finder *f, struct err *e)
{
	int64_t position;
	int r = matches_position(f->matches, &position, e);

	return r <= 0 ? r : put_position(f, MATCHES_NOWHERE, e);
}

int
finder_turn(struct finder *f, int64_t now_ms, struct err *e)
{
	int64_t track_id;
	int r;

	arena_reset(f->arena);
	r = matches_has_tracks(f->matches, e);
	if (r == 0)
		return forget_position(f, e);
	if (r < 0)
		return -1;
	/*
	 * The position first: what is collected while a first track is looked
	 * at stands behind it.
	 */
	r = matches_position(f->matches, &track_id, e);
	if (r < 0)
		return -1;
	if (r == 0)
		return match_collected(f, now_ms, e);
	r = matches_due_next(f->matches, &track_id, e);
	if (r < 0)
		return -1;
	if (r == 0)
		return match_collected(f, now_ms, e);
	return match_track(f, track_id, now_ms, e) < 0 ? -1 : 1;
}
