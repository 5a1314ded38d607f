/*
 * Each kind of link is one question to an index; the answers come together by
 * incident.  Only then is it looked up what those incidents are.
 *
 * What happened at the same place is asked of cells of the ground, in each
 * backward and forward from the incident's own time, so that a market square
 * with ten years behind it costs no more than a field.  An R*Tree over place
 * and time was decided against for it: its boxes are short in time and wide,
 * and a place at any time is in all of them.
 */
#include "agent/store/links.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/sightings.h"
#include "agent/store/spots.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"
#include "agent/tracks/plane.h"

#define GATHERED_MAX 200 /* incidents held against one another */
#define SAME_MAX     20  /* newest of one plate */
#define PLACE_MAX    60  /* of one place, the nearest in time */
#define CELL_ROWS    100 /* of one cell, before and after */
#define SPOT_ROWS    400 /* of one look at an area */
#define PLACE_M      100 /* and what the position is unsure of, up to … */
#define UNSURE_M     300
#define NEAR_M       5000
#define NEAR_MS      INT64_C(86400000)
#define NEAR_SHOWN   10

enum {
	ST_CALLER,
	ST_SERIES,
	ST_BEFORE,
	ST_AFTER,
	ST_UNTIMED,
	ST_SPOT,
	ST_ROW,
	ST_COUNT
};

/* A cell of incident_cell (schema_review.h), from a time on or of none. */
#define CELL(timed)                                         \
	"SELECT id, lat, lon, opened_ms FROM incident"      \
	" WHERE CAST((lat + 90) * 200 AS INTEGER) * 100000" \
	" + CAST((lon + 180) * 125 AS INTEGER) = $1"        \
	" AND lat IS NOT NULL AND lon IS NOT NULL" timed

static const char *const sql[ST_COUNT] = {
	[ST_CALLER] = "SELECT o.incident_id FROM caller c JOIN caller o"
		      " ON o.digest = c.digest WHERE c.incident_id = $1"
		      " AND o.incident_id <> c.incident_id"
		      " ORDER BY o.incident_id DESC LIMIT $2",
	[ST_SERIES] = "SELECT other_id, series FROM series_link"
		      " WHERE incident_id = $1"
		      " UNION SELECT incident_id, series FROM series_link"
		      " WHERE other_id = $1 ORDER BY 1 DESC LIMIT $2",
	[ST_BEFORE] =
	    CELL(" AND opened_ms <= $2 ORDER BY opened_ms DESC LIMIT $3"),
	[ST_AFTER] = CELL(" AND opened_ms > $2 ORDER BY opened_ms LIMIT $3"),
	[ST_UNTIMED] = CELL(" AND opened_ms IS NULL LIMIT $2"),
	[ST_SPOT] = "SELECT id FROM incident_spot WHERE west <= $1"
		    " AND east >= $2 AND south <= $3 AND north >= $4"
		    " AND first_s <= $5 AND last_s >= $6 AND id <> $7"
		    " LIMIT $8",
	[ST_ROW] = "SELECT i.ref, i.opened_ms, i.lat, i.lon, i.near_name,"
		   " (SELECT group_concat(theme, ',') FROM tag"
		   " WHERE incident_id = i.id AND ended_ms IS NULL),"
		   " i.uncertainty_m FROM incident i WHERE i.id = $1",
};

static const struct {
	enum links_kind kind;
	const char *name;
} kinds[] = {
	{ LINKS_VEHICLE, "same-vehicle" },
	{ LINKS_CALLER, "same-caller" },
	{ LINKS_SERIES, "same-series" },
	{ LINKS_PLACE, "same-place" },
	{ LINKS_PARTIAL, "compatible-plate" },
	{ LINKS_NEAR, "near" },
};

struct links {
	struct sightings *sightings; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

/* One question on its way. */
struct hunt {
	struct links *l;
	const struct store_incident *row;
	struct arena *arena;
	struct links_found *out;
	double unsure_m; /* of the other one's position, while it is read */
	struct links_reason reason; /* being gathered */
};

int
links_open(struct store *store, struct sightings *sightings, struct links **out,
    struct err *e)
{
	struct links *l = alloc_zero(1, sizeof *l);

	l->sightings = sightings;
	if (stmts_prepare(store_db(store), sql, ST_COUNT, l->st, e) < 0) {
		links_close(&l);
		return -1;
	}
	*out = l;
	return 0;
}

void
links_close(struct links **l)
{
	struct links *x = *l;

	if (!x)
		return;
	*l = NULL;
	stmts_finish(x->st, ST_COUNT);
	free(x);
}

const char *
links_kind_name(enum links_kind kind)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kinds[i].kind == kind)
			return kinds[i].name;
	return "other";
}

int
links_kind_find(struct str name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (str_is(name, kinds[i].name))
			return (int)kinds[i].kind;
	return 0;
}

/* --- gathering --- */

/* The entry of an incident, made if there is room; NULL if not. */
static struct links_other *
other_of(struct hunt *h, int64_t id)
{
	struct links_found *f = h->out;

	for (size_t i = 0; i < f->count; i++)
		if (f->others[i].incident_id == id)
			return &f->others[i];
	if (id == h->row->id)
		return NULL;
	if (f->count == GATHERED_MAX) {
		f->is_capped = true;
		return NULL;
	}
	f->others[f->count] = (struct links_other){ .incident_id = id };
	return &f->others[f->count++];
}

static void
add_reason(struct hunt *h, int64_t id)
{
	struct links_other *o = other_of(h, id);

	if (!o || o->reason_count == LINKS_REASONS_MAX)
		return;
	for (size_t i = 0; i < o->reason_count; i++)
		if (o->reasons[i].kind == h->reason.kind &&
		    str_is_equal(o->reasons[i].what, h->reason.what) &&
		    str_is_equal(o->reasons[i].other, h->reason.other))
			return;
	o->reasons[o->reason_count++] = h->reason;
}

static void
add_sighting(void *user, int64_t incident_id, int64_t entry)
{
	(void)entry;
	add_reason(user, incident_id);
}

/* --- vehicles --- */

#define MARKS_MAX 16

/* The plates of the incident. */
struct own_marks {
	struct arena *arena;
	struct str text[MARKS_MAX];
	bool is_partial[MARKS_MAX];
	size_t count;
};

static void
keep_mark(void *user, const struct sightings_mark *mark)
{
	struct own_marks *own = user;

	if (own->count == MARKS_MAX)
		return;
	own->text[own->count] = arena_str(own->arena, mark->text);
	own->is_partial[own->count++] = mark->is_partial;
}

/* All that have one plate, or one that could be it. */
static int
find_mark(struct hunt *h, struct str text, bool is_partial, struct err *e)
{
	struct sightings_found found;

	if (sightings_find(h->l->sightings, text.p, h->arena, &found, e) < 0)
		return -1;
	h->out->is_capped |= found.is_capped;
	for (size_t i = 0; i < found.count; i++) {
		const struct sightings_mark *m = &found.marks[i];
		bool is_same = !is_partial && m->is_answer;

		h->reason = (struct links_reason){
			.kind = is_same ? LINKS_VEHICLE : LINKS_PARTIAL,
			.what = text,
			.agree = m->agree,
		};
		if (!is_same)
			h->reason.other = m->text;
		if (m->agree >= SIGHTINGS_AGREE_MIN &&
		    sightings_incidents(h->l->sightings, m->id, INT64_MAX,
			SAME_MAX, add_sighting, h, e) < 0)
			return -1;
	}
	return 0;
}

static int
find_vehicles(struct hunt *h, struct err *e)
{
	struct own_marks own = { .arena = h->arena };

	if (sightings_of(h->l->sightings, h->row->id, keep_mark, &own, e) < 0)
		return -1;
	for (size_t i = 0; i < own.count; i++)
		if (own.text[i].len <= SIGHTINGS_ASK_MAX &&
		    find_mark(h, own.text[i], own.is_partial[i], e) < 0)
			return -1;
	return 0;
}

/* --- caller and series --- */

static int
find_caller(struct hunt *h, struct err *e)
{
	struct db_stmt *st = h->l->st[ST_CALLER];
	int64_t ids[LINKS_CALLER_MAX + 1];
	size_t n = 0;
	int r;

	db_bind_int(st, 1, h->row->id);
	db_bind_int(st, 2, LINKS_CALLER_MAX + 1);
	while ((r = db_step(st, e)) > 0)
		ids[n++] = db_col_int(st, 0);
	db_reset(st);
	h->out->is_caller_common = n > LINKS_CALLER_MAX;
	h->reason = (struct links_reason){ .kind = LINKS_CALLER };
	for (size_t i = 0; i < n && !h->out->is_caller_common; i++)
		add_reason(h, ids[i]);
	return r;
}

static int
find_series(struct hunt *h, struct err *e)
{
	struct db_stmt *st = h->l->st[ST_SERIES];
	int r;

	db_bind_int(st, 1, h->row->id);
	db_bind_int(st, 2, GATHERED_MAX);
	while ((r = db_step(st, e)) > 0) {
		h->reason = (struct links_reason){ .kind = LINKS_SERIES,
			.what = arena_str(h->arena, db_col_text(st, 1)) };
		add_reason(h, db_col_int(st, 0));
	}
	db_reset(st);
	return r;
}

/* --- place and time --- */

/* How far off it may be and still be the same place. */
static double
same_m(const struct hunt *h, double other_unsure_m)
{
	double own = h->row->place.uncertainty_m;
	double unsure = (isnan(own) ? 0 : own) +
			(isnan(other_unsure_m) ? 0 : other_unsure_m);

	return PLACE_M + (unsure > UNSURE_M ? UNSURE_M : unsure);
}

/* What is within a distance of the incident, the nearest in time first. */
struct spots {
	double within_m;
	int64_t at_ms;
	struct spot {
		int64_t id, apart_ms;
	} each[PLACE_MAX];
	size_t count;
	bool is_full; /* and there were more */
};

static void
keep_spot(struct spots *s, int64_t id, int64_t apart_ms)
{
	size_t at = s->count;

	while (at > 0 && s->each[at - 1].apart_ms > apart_ms)
		at--;
	s->is_full |= s->count == PLACE_MAX;
	if (at == PLACE_MAX)
		return;
	if (s->count < PLACE_MAX)
		s->count++;
	memmove(&s->each[at + 1], &s->each[at],
	    (s->count - at - 1) * sizeof s->each[0]);
	s->each[at] = (struct spot){ id, apart_ms };
}

/* A cell from the incident's time on, in one direction; or those of no time. */
static int
read_cell(
    struct hunt *h, int which, int64_t cell, struct spots *s, struct err *e)
{
	const struct place *p = &h->row->place;
	struct db_stmt *st = h->l->st[which];
	int64_t rows = 0;
	int r;

	db_bind_int(st, 1, cell);
	if (which != ST_UNTIMED)
		db_bind_int(st, 2, s->at_ms);
	db_bind_int(st, which == ST_UNTIMED ? 2 : 3, CELL_ROWS);
	while ((r = db_step(st, e)) > 0) {
		int64_t id = db_col_int(st, 0);
		double far_m = plane_distance_m(
		    p->lat, p->lon, db_col_real(st, 1), db_col_real(st, 2));

		rows++;
		if (id != h->row->id && far_m <= s->within_m)
			keep_spot(s, id,
			    which == ST_UNTIMED
				? INT64_MAX
				: llabs(db_col_int(st, 3) - s->at_ms));
	}
	db_reset(st);
	s->is_full |= rows == CELL_ROWS;
	return r;
}

/* As incident_cell reckons it. */
static int64_t
cell_row(double lat)
{
	return (int64_t)((lat + 90) * 200);
}

static int64_t
cell_column(double lon)
{
	return (int64_t)((lon + 180) * 125);
}

static int
read_cells(struct hunt *h, struct spots *s, struct err *e)
{
	const struct place *p = &h->row->place;
	const struct plane plane = { p->lat, p->lon };
	double lat_deg, lon_deg;

	plane_reach_deg(&plane, s->within_m, &lat_deg, &lon_deg);
	for (int64_t row = cell_row(p->lat - lat_deg);
	     row <= cell_row(p->lat + lat_deg); row++)
		for (int64_t column = cell_column(p->lon - lon_deg);
		     column <= cell_column(p->lon + lon_deg); column++) {
			int64_t cell = row * 100000 + column;

			for (int which = ST_BEFORE; which <= ST_UNTIMED;
			     which++)
				if (read_cell(h, which, cell, s, e) < 0)
					return -1;
		}
	return 0;
}

static int64_t
own_ms(const struct hunt *h)
{
	return h->row->opened_ms == CLOCK_NONE ? h->row->first_ms
					       : h->row->opened_ms;
}

/* How unsure others are is not known before they are looked up. */
static int
find_place(struct hunt *h, struct err *e)
{
	struct spots s = { .at_ms = own_ms(h),
		.within_m = same_m(h, UNSURE_M) };

	if (isnan(h->row->place.lat))
		return 0;
	if (read_cells(h, &s, e) < 0)
		return -1;
	h->reason = (struct links_reason){ .kind = LINKS_PLACE };
	for (size_t i = 0; i < s.count; i++)
		add_reason(h, s.each[i].id);
	h->out->is_capped |= s.is_full;
	return 0;
}

/* Those in a box round the incident, a day before and after. */
static int
find_near(struct hunt *h, struct err *e)
{
	const struct place *p = &h->row->place;
	struct db_stmt *st = h->l->st[ST_SPOT];
	int64_t rows = 0;
	int r;

	if (isnan(p->lat))
		return 0;
	h->reason = (struct links_reason){ .kind = LINKS_NEAR };
	spots_bind_box(st, 1, p->lat, p->lon, NEAR_M);
	db_bind_int(st, 5, spots_second(own_ms(h) + NEAR_MS));
	db_bind_int(st, 6, spots_second(own_ms(h) - NEAR_MS));
	db_bind_int(st, 7, h->row->id);
	db_bind_int(st, 8, SPOT_ROWS);
	while ((r = db_step(st, e)) > 0) {
		add_reason(h, db_col_int(st, 0));
		rows++;
	}
	db_reset(st);
	h->out->is_capped |= rows == SPOT_ROWS;
	return r;
}

/* --- what they are --- */

static bool
has_kind(const struct links_other *o, enum links_kind kind)
{
	for (size_t i = 0; i < o->reason_count; i++)
		if (o->reasons[i].kind == kind)
			return true;
	return false;
}

static void
drop_reason(struct links_other *o, enum links_kind kind)
{
	size_t kept = 0;

	for (size_t i = 0; i < o->reason_count; i++)
		if (o->reasons[i].kind != kind)
			o->reasons[kept++] = o->reasons[i];
	o->reason_count = kept;
}

/* Boxes are wider than circles, and "same place" says more than "near". */
static void
check_place(const struct hunt *h, struct links_other *o)
{
	if (has_kind(o, LINKS_PLACE) &&
	    !(o->distance_m <= same_m(h, h->unsure_m)))
		drop_reason(o, LINKS_PLACE);
	if (has_kind(o, LINKS_NEAR) &&
	    (!(o->distance_m <= NEAR_M) || has_kind(o, LINKS_PLACE)))
		drop_reason(o, LINKS_NEAR);
}

/* 1, or 0 if it is gone. */
static int
load(struct hunt *h, struct links_other *o, struct err *e)
{
	const struct store_incident *own = h->row;
	struct db_stmt *st = h->l->st[ST_ROW];
	double lat, lon;
	int r;

	db_bind_int(st, 1, o->incident_id);
	r = db_step(st, e);
	if (r > 0) {
		o->ref = arena_str(h->arena, db_col_text(st, 0));
		o->opened_ms =
		    db_col_is_null(st, 1) ? CLOCK_NONE : db_col_int(st, 1);
		lat = db_col_real(st, 2);
		lon = db_col_real(st, 3);
		o->near_name = arena_str(h->arena, db_col_text(st, 4));
		o->themes = arena_str(h->arena, db_col_text(st, 5));
		h->unsure_m = db_col_real(st, 6);
		o->distance_m = isnan(lat) || isnan(own->place.lat)
				    ? (double)NAN
				    : plane_distance_m(own->place.lat,
					  own->place.lon, lat, lon);
		o->apart_ms =
		    o->opened_ms == CLOCK_NONE || own->opened_ms == CLOCK_NONE
			? CLOCK_NONE
			: o->opened_ms - own->opened_ms;
		check_place(h, o);
	}
	db_reset(st);
	return r;
}

static int64_t
apart(const struct links_other *o)
{
	return o->apart_ms == CLOCK_NONE ? INT64_MAX
	       : o->apart_ms < 0         ? -o->apart_ms
					 : o->apart_ms;
}

static int
strongest(const struct links_other *o)
{
	int best = LINKS_NEAR + 1;

	for (size_t i = 0; i < o->reason_count; i++)
		if ((int)o->reasons[i].kind < best)
			best = (int)o->reasons[i].kind;
	/* Of those that are only near, what is tagged comes first. */
	return best * 2 + (o->themes.len == 0);
}

static int
by_strength(const void *a, const void *b)
{
	const struct links_other *x = a;
	const struct links_other *y = b;
	int by = strongest(x) - strongest(y);

	if (by != 0)
		return by;
	if (x->reason_count != y->reason_count)
		return x->reason_count > y->reason_count ? -1 : 1;
	return apart(x) < apart(y) ? -1 : apart(x) > apart(y);
}

/* Keep what is still there and has a reason, the strongest LINKS_MAX. */
static int
keep(struct hunt *h, struct err *e)
{
	struct links_found *f = h->out;
	size_t kept = 0, near = 0, given = 0;

	for (size_t i = 0; i < f->count; i++) {
		int r = load(h, &f->others[i], e);

		if (r < 0)
			return -1;
		if (r > 0 && f->others[i].reason_count > 0)
			f->others[kept++] = f->others[i];
	}
	if (kept > 0)
		qsort(f->others, kept, sizeof *f->others, by_strength);
	for (size_t i = 0; i < kept && given < LINKS_MAX; i++) {
		bool is_near = strongest(&f->others[i]) >= LINKS_NEAR * 2;

		if (!is_near || near++ < NEAR_SHOWN)
			f->others[given++] = f->others[i];
	}
	f->is_capped |= given < kept;
	f->count = given;
	return 0;
}

int
links_find(struct links *l, const struct store_incident *row,
    struct arena *arena, struct links_found *out, struct err *e)
{
	struct hunt h = { .l = l, .row = row, .arena = arena, .out = out };

	*out = (struct links_found){ .others = arena_alloc(arena, GATHERED_MAX,
					 sizeof *out->others) };
	if (find_vehicles(&h, e) < 0 || find_caller(&h, e) < 0 ||
	    find_series(&h, e) < 0 || find_place(&h, e) < 0 ||
	    find_near(&h, e) < 0)
		return -1;
	return keep(&h, e);
}
