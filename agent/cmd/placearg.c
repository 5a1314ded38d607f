/* placearg: see placearg.h. */
#include "agent/cmd/placearg.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/cmd/cmd.h"
#include "agent/editions.h"
#include "agent/geo/geo.h"
#include "agent/incident/incident.h"
#include "agent/store/store.h"
#include "agent/tracks/figures.h"
#include "agent/tracks/track.h"

/* Incidents with the reference. */
struct search {
	struct arena *arena;
	struct placearg *out;
	size_t count;
};

static void
keep_incident(void *user, const struct store_incident *row)
{
	struct search *s = user;

	/* The newest of those that have a place. */
	s->count++;
	if (s->out->incident_id && !isfinite(row->place.lat))
		return;
	s->out->incident_id = row->id;
	s->out->place = row->place;
	s->out->place.grid_ref = arena_str(s->arena, row->place.grid_ref);
	s->out->place.how = arena_str(s->arena, row->place.how);
}

/* "51.80,0.70" in full or in part: what the text of a log could not mean. */
static bool
read_degrees(struct str s, struct place *out)
{
	const char *comma = memchr(s.p, ',', s.len);
	struct track_fix f = track_fix_at(0);
	size_t len = comma ? (size_t)(comma - s.p) : 0;

	if (!comma || !figures_number(str_make(s.p, len), &f.lat) ||
	    !figures_number(str_make(comma + 1, s.len - len - 1), &f.lon) ||
	    !track_fix_is_place(&f))
		return false;
	out->lat = f.lat;
	out->lon = f.lon;
	return true;
}

/* The text as the place of an incident of which nothing else is known. */
static int
locate(const struct conf *conf, struct arena *arena, const char *text,
    struct place *out)
{
	struct geo *geo = NULL;
	struct incident in;
	struct err e = { 0 };

	if (editions_load(conf, NULL, 0, &geo, &e) < 0) {
		cmd_complain("buzzard: %s\n", e.msg);
		return CMD_IO;
	}
	incident_init(&in);
	in.location_text = str_of(text);
	geo_locate(geo, &in, arena, out);
	geo_free(&geo);
	return CMD_OK;
}

int
placearg_find(struct store *store, const struct conf *conf, struct arena *arena,
    const char *text, struct placearg *out)
{
	struct search s = { .arena = arena, .out = out };
	struct err e = { 0 };
	int r;

	*out = (struct placearg){ .place = place_unknown() };
	if (store_incident_list_ref(
		store, str_of(text), keep_incident, &s, &e) < 0)
		return cmd_fail(&e);
	if (s.count == 0 && !read_degrees(str_of(text), &out->place)) {
		r = locate(conf, arena, text, &out->place);
		if (r != CMD_OK)
			return r;
	}
	if (isfinite(out->place.lat))
		return CMD_OK;
	if (s.count > 0)
		cmd_complain("buzzard: incident %s has no place\n", text);
	else
		cmd_complain(
		    "buzzard: \"%s\" is no incident and no place that is "
		    "known: give a reference, \"51.80,0.70\", a grid "
		    "reference or the name of a place\n",
		    text);
	return CMD_FINDINGS;
}
