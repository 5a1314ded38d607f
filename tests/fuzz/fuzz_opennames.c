/*
 * Any bytes as a file of names: refused with a reason, or a gazetteer in which
 * an incident can be looked for; what is kept of it is taken again.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/geo/gazetteer.h"
#include "agent/geo/geo.h"
#include "agent/geo/opennames.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Read text into names; 0 if it was taken. */
static int
read_names(struct gazetteer *names, struct str text, struct buf *kept,
    struct opennames_counts *counts)
{
	struct opennames *o = opennames_new(names, kept);
	struct err e = { 0 };
	int r = opennames_read(o, text, &e);

	if (r == 0)
		r = opennames_finish(o, counts, &e);
	CHECK(r == 0 || e.code != ERR_NONE);
	opennames_free(&o);
	return r;
}

/* The text itself, which has the names, as where something was. */
static void
locate(struct geo *geo, struct str text)
{
	struct arena *arena = arena_new();
	struct incident in;
	struct place p;

	incident_init(&in);
	in.location_text = text;
	geo_locate(geo, &in, arena, &p);
	CHECK(isnan(p.lat) == (p.class == PLACE_UNKNOWN));
	CHECK(isnan(p.lat) || (p.how.len > 0 && p.uncertainty_m > 0));
	arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str text = str_make((const char *)data, len);
	struct buf kept = { NULL, 0, 0 };
	struct opennames_counts n, again;
	struct gazetteer *names;
	struct geo *geo;
	struct err e;

	CHECK(geo_new(&geo, &e) == 0);
	names = geo_new_gazetteer(geo);
	if (read_names(names, text, &kept, &n) == 0) {
		geo_take_gazetteer(geo, &names);
		locate(geo, text);
		names = geo_new_gazetteer(geo);
		CHECK(read_names(names, buf_str(&kept), NULL, &again) == 0);
		CHECK(n.settlements == again.settlements &&
		      n.roads == again.roads && n.postcodes == again.postcodes);
	} else {
		locate(geo, text);
	}
	gazetteer_free(&names);
	geo_free(&geo);
	buf_clear(&kept);
	return 0;
}
