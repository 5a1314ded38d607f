/*
 * Recorded tracks on the map: each a MultiLineString of the pieces that lie in
 * what is asked for.
 */
#include "agent/review/api_map.h"

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/maplayer.h"
#include "agent/review/visit.h"
#include "agent/store/trackstore.h"

#define TRACKS_MAX 400 /* chunks, of up to 128 fixes */

static void
close_track(struct maplayer *l)
{
	if (l->track_id == 0)
		return;
	jsonw_close(&l->w); /* coordinates */
	jsonw_close(&l->w); /* geometry */
	jsonw_close(&l->w); /* feature */
	l->track_id = 0;
}

static void
open_track(struct maplayer *l, const struct trackstore_row *row)
{
	if (l->track_id == row->id)
		return;
	close_track(l);
	l->track_id = row->id;
	l->count++;
	maplayer_feature(&l->w, "track");
	jsonw_member_int(&l->w, "id", row->id);
	jsonw_member_str(&l->w, "class", str_of(track_class_name(row->class)));
	jsonw_member_str(&l->w, "name", row->name);
	jsonw_member_str(&l->w, "unit", row->unit);
	jsonw_member_time(
	    &l->w, "first_at", trackstore_utc(row, row->first_ms));
	jsonw_member_time(&l->w, "last_at", trackstore_utc(row, row->last_ms));
	jsonw_close(&l->w);
	jsonw_key(&l->w, "geometry");
	jsonw_object(&l->w);
	jsonw_member_str(&l->w, "type", str_of("MultiLineString"));
	jsonw_key(&l->w, "coordinates");
	jsonw_array(&l->w);
}

/* The kept fixes of a chunk as one line. */
static void
write_fixes(struct maplayer *l, const struct track_fix *fixes,
    const unsigned char *marks, size_t count)
{
	jsonw_array(&l->w);
	for (size_t i = 0; i < count; i++) {
		if (marks[i] != TRACK_MARK_KEEP && marks[i] != TRACK_MARK_LINK)
			continue;
		jsonw_array(&l->w);
		jsonw_real(&l->w, fixes[i].lon, 6);
		jsonw_real(&l->w, fixes[i].lat, 6);
		jsonw_close(&l->w);
	}
	jsonw_close(&l->w);
}

/* A line has two ends (RFC 7946, 3.1.4). */
static bool
is_line(const unsigned char *marks, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		kept +=
		    marks[i] == TRACK_MARK_KEEP || marks[i] == TRACK_MARK_LINK;
	return kept >= 2;
}

static void
write_piece(void *user, const struct trackstore_row *row,
    const struct trackstore_piece *piece)
{
	struct maplayer *l = user;
	struct track_fix fixes[CHUNK_FIXES_MAX];
	unsigned char marks[CHUNK_FIXES_MAX];
	size_t count = 0;

	if (l->left_out > 0 || l->failed) {
		l->left_out++;
		return;
	}
	if (l->count >= TRACKS_MAX && row->id != l->track_id) {
		l->left_out++;
		return;
	}
	if (trackstore_chunk_get(l->v->desk->tracks, piece->id, fixes, marks,
		&count, &l->e) < 0) {
		l->failed = true;
		return;
	}
	if (!is_line(marks, count))
		return;
	open_track(l, row);
	write_fixes(l, fixes, marks, count);
}

void
api_map_tracks(struct visit *v)
{
	struct mapstore_filter f;
	struct trackstore_window window;
	struct maplayer l;

	if (api_map_begin(&l, v, &f, "v1/map/tracks") < 0)
		return;
	window = (struct trackstore_window){ .south = f.south,
		.north = f.north,
		.west = f.west,
		.east = f.east,
		.from_ms = f.from_ms,
		.to_ms = f.to_ms };
	if (trackstore_find(v->desk->tracks, &window, write_piece, &l, &l.e) <
		0 ||
	    l.failed) {
		visit_fail(v, &l.e);
		return;
	}
	close_track(&l);
	maplayer_end(v, &l.w, l.count, l.left_out > 0);
}
