#include "agent/review/whereis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/geo/gazetteer.h"
#include "agent/geo/grid.h"
#include "agent/incident/identifiers.h"
#include "agent/incident/idtext.h"

/* Two numbers, however rough, that are degrees in Great Britain. */
static bool
find_degrees(struct arena *arena, struct str text, struct whereis_spot *out)
{
	char *end = NULL;

	out->name = arena_str(arena, text);
	out->lat = strtod(out->name.p, &end);
	out->lon = strtod(end + strspn(end, ", "), &end);
	return *end == '\0' && out->lat > 49 && out->lat < 61 &&
	       out->lon > -9 && out->lon < 3 &&
	       strpbrk(out->name.p, ", ") != NULL;
}

/* The first position that stands in text as figures. */
static bool
find_figures(const struct grid *grid, struct arena *arena, struct str text,
    struct whereis_spot *out)
{
	const struct finding *found;
	size_t count = identifiers_find_text(text, NULL, arena, &found);

	for (size_t i = 0; i < count; i++) {
		const struct finding *f = &found[i];

		out->name = f->value;
		out->lat = f->lat;
		out->lon = f->lon;
		if (!isnan(f->lat) ||
		    (!isnan(f->easting) &&
			grid_to_degrees(grid, f->easting, f->northing,
			    &out->lat, &out->lon)))
			return true;
	}
	return false;
}

/* The places of one name. */
struct named {
	struct arena *arena;
	const struct grid *grid;
	struct whereis_spot *out;
	bool is_found;
};

/* A town or village rather than a road of that name, the first of them. */
static void
keep_place(void *user, const struct gazetteer_place *place)
{
	struct named *n = user;

	if (n->is_found || place->kind == GAZETTEER_ROAD)
		return;
	n->is_found = grid_to_degrees(n->grid, place->easting, place->northing,
	    &n->out->lat, &n->out->lon);
	n->out->name = arena_str(n->arena, place->name);
}

bool
whereis_find(const struct gazetteer *places, const struct grid *grid,
    struct arena *arena, struct str text, struct whereis_spot *out)
{
	struct named n = { .arena = arena, .grid = grid, .out = out };
	char key[GAZETTEER_KEY_MAX];
	struct idtext cut;
	size_t len = 0;

	if (find_degrees(arena, text, out) ||
	    find_figures(grid, arena, text, out))
		return true;
	idtext_make(text, arena, &cut);
	for (size_t i = 0; i < cut.count && i < GAZETTEER_WORDS_MAX; i++)
		gazetteer_add_word(&cut, i, key, &len);
	if (len > 0 && len <= GAZETTEER_KEY_MAX)
		(void)gazetteer_find(
		    places, str_make(key, len), keep_place, &n);
	return n.is_found;
}
