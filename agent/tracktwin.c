/*
 * tracktwin: each place asks the store who passed it, and notes for each how
 * much earlier or later; the track most of whose notes agree is the twin.
 */
#include "agent/tracktwin.h"

#include <math.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/store/trackstore.h"
#include "agent/tracks/plane.h"

#define APART_M  200.0
#define PASS_M   10.0                        /* passed the place */
#define REACH_MS (INT64_C(26) * 3600 * 1000) /* zones, and a day's drift */
#define JOIN_MS  120000 /* positions farther apart are not joined */
#define AGREE_MS 4000   /* from the first to the last of what agrees */

/* Notes of all places together; a place that thousands pass tells little. */
#define NOTES_MAX 8192

void
tracktwin_add(struct tracktwin_places *p, const struct track_fix *fix)
{
	const struct track_fix *last = &p->at[p->count > 0 ? p->count - 1 : 0];

	if (fix->time_ms == CLOCK_NONE)
		return;
	if (p->apart_m == 0)
		p->apart_m = APART_M;
	if (p->count > 0 && plane_distance_m(last->lat, last->lon, fix->lat,
				fix->lon) < p->apart_m)
		return;
	if (p->count == TRACKTWIN_PLACES_MAX) {
		/* Every other one, and from now on twice as far apart. */
		for (size_t i = 0; i < TRACKTWIN_PLACES_MAX / 2; i++)
			p->at[i] = p->at[2 * i];
		p->count = TRACKTWIN_PLACES_MAX / 2;
		p->apart_m *= 2;
	}
	p->at[p->count++] = *fix;
}

/* One track passed one place. */
struct note {
	int64_t track_id;
	size_t place;
	int64_t ahead_ms;
	bool is_known;
	int64_t uncertainty_ms;
};

struct looking {
	struct trackstore *ts;
	const struct track_fix *place;
	size_t place_index;
	int64_t except;
	struct note *notes; /* owned */
	size_t count;
	struct err *e;
	bool has_failed;
	/* Of a chunk. */
	struct track_fix *fixes; /* owned */
	unsigned char marks[CHUNK_FIXES_MAX];
};

static void
take_note(struct looking *l, const struct trackstore_row *row, int64_t time_ms)
{
	struct note *n;
	int64_t utc = trackstore_utc(row, time_ms);

	if (l->count == NOTES_MAX)
		return;
	n = &l->notes[l->count++];
	*n = (struct note){ .track_id = row->id,
		.place = l->place_index,
		.is_known = utc != CLOCK_NONE,
		.uncertainty_ms = row->uncertainty_ms };
	n->ahead_ms = l->place->time_ms - time_ms;
}

/* Does the way from a to b pass the place, and when? */
static void
look_between(struct looking *l, const struct trackstore_row *row,
    const struct track_fix *a, const struct track_fix *b)
{
	const struct plane p = { l->place->lat, l->place->lon };
	struct plane_point pa = plane_point_of(&p, a->lat, a->lon);
	struct plane_point pb = plane_point_of(&p, b->lat, b->lon);
	double dx = pb.east_m - pa.east_m, dy = pb.north_m - pa.north_m;
	double square = dx * dx + dy * dy;
	double share =
	    square > 0 ? -(pa.east_m * dx + pa.north_m * dy) / square : 0;
	int64_t ms = b->time_ms - a->time_ms;

	share = fmin(fmax(share, 0), 1);
	if (hypot(pa.east_m + share * dx, pa.north_m + share * dy) <= PASS_M)
		take_note(
		    l, row, a->time_ms + (int64_t)llround(share * (double)ms));
}

static bool
are_joined(const struct track_fix *a, const struct track_fix *b)
{
	return a->segment == b->segment && b->time_ms > a->time_ms &&
	       b->time_ms - a->time_ms <= JOIN_MS;
}

static void
look_at_chunk(void *user, const struct trackstore_row *row,
    const struct trackstore_piece *piece)
{
	struct looking *l = user;
	const struct track_fix *last = NULL;
	size_t count;

	if (l->has_failed || row->id == l->except || l->count == NOTES_MAX)
		return;
	if (trackstore_chunk_get(
		l->ts, piece->id, l->fixes, l->marks, &count, l->e) <= 0) {
		l->has_failed = true;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct track_fix *f = &l->fixes[i];

		if (!track_mark_is_line(l->marks[i]) ||
		    f->time_ms == CLOCK_NONE)
			continue;
		if (last && are_joined(last, f))
			look_between(l, row, last, f);
		last = f;
	}
}

static int
look_at_place(struct looking *l)
{
	const struct plane p = { l->place->lat, l->place->lon };
	struct trackstore_window w = { .from_ms = l->place->time_ms - REACH_MS,
		.to_ms = l->place->time_ms + REACH_MS,
		.with_unknown = true };
	double lat, lon;

	plane_reach_deg(&p, PASS_M, &lat, &lon);
	w.south = p.lat - lat;
	w.north = p.lat + lat;
	w.west = p.lon - lon;
	w.east = p.lon + lon;
	if (trackstore_find(l->ts, &w, look_at_chunk, l, l->e) < 0)
		return -1;
	return l->has_failed ? -1 : 0;
}

static int
compare_notes(const void *a, const void *b)
{
	const struct note *x = a, *y = b;

	if (x->track_id != y->track_id)
		return x->track_id < y->track_id ? -1 : 1;
	return (x->ahead_ms > y->ahead_ms) - (x->ahead_ms < y->ahead_ms);
}

/* How many different places the notes from first to before end are of. */
static size_t
count_places(const struct note *notes, size_t first, size_t end)
{
	unsigned seen = 0;
	size_t n = 0;

	for (size_t i = first; i < end; i++) {
		unsigned bit = 1U << notes[i].place;

		n += (seen & bit) == 0;
		seen |= bit;
	}
	return n;
}
_Static_assert(TRACKTWIN_PLACES_MAX <= 32, "a bit for each place");

/* Is what the note says better than the twin that there is? */
static bool
is_better(const struct note *n, const struct tracktwin *twin, int64_t unsure)
{
	if (twin->track_id == 0)
		return true;
	if (n->is_known != twin->is_known)
		return n->is_known;
	return n->uncertainty_ms < unsure;
}

/* Of sorted notes the track with enough places the same time apart. */
static void
choose(const struct looking *l, size_t places, struct tracktwin *out)
{
	size_t needed = (places * 3 + 3) / 4;
	int64_t unsure = 0;

	for (size_t i = 0, end = 0; i < l->count; i++) {
		const struct note *n = &l->notes[i];

		while (end < l->count &&
		       l->notes[end].track_id == n->track_id &&
		       l->notes[end].ahead_ms - n->ahead_ms <= AGREE_MS)
			end++;
		if (end - i < needed || !is_better(n, out, unsure) ||
		    count_places(l->notes, i, end) < needed)
			continue;
		unsure = n->uncertainty_ms;
		*out = (struct tracktwin){ .track_id = n->track_id,
			.is_known = n->is_known,
			.ahead_ms = l->notes[i + (end - i) / 2].ahead_ms };
	}
}

int
tracktwin_find(struct trackstore *ts, const struct tracktwin_places *p,
    int64_t except, struct tracktwin *out, struct err *e)
{
	struct looking l = { .ts = ts, .except = except, .e = e };
	int r = 0;

	*out = (struct tracktwin){ 0 };
	if (p->count < TRACKTWIN_PLACES_MIN)
		return 0;
	l.notes = alloc_zero(NOTES_MAX, sizeof(*l.notes));
	l.fixes = alloc_zero(CHUNK_FIXES_MAX, sizeof(*l.fixes));
	for (size_t i = 0; r == 0 && i < p->count; i++) {
		l.place = &p->at[i];
		l.place_index = i;
		r = look_at_place(&l);
	}
	if (r == 0 && l.count > 0) {
		qsort(l.notes, l.count, sizeof(*l.notes), compare_notes);
		choose(&l, p->count, out);
	}
	free(l.notes);
	free(l.fixes);
	return r < 0 ? -1 : out->track_id != 0;
}
