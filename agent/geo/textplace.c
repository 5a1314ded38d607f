/*
 * textplace: one text after the other; names that are held by several places,
 * and roads, are settled when all texts are read, by what else was found.
 */
#include "agent/geo/textplace.h"

#include <math.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/geo/geo.h"
#include "agent/geo/placenames.h"
#include "agent/incident/idscan.h"
#include "agent/incident/refs.h"

#define FINDINGS_MAX    200   /* of one text that are looked at */
#define SAME_M          3000  /* places of one name this near are one */
#define HELP_M          15000 /* what else was found helps within this */
#define ROAD_M          1500  /* a road goes on beyond a village */
#define ROAD_LEAST_M    200
#define BETWEEN_M       500 /* nobody means the very middle */
#define VILLAGE_REACH_M 2000

/* Names to be settled at the end, at most. */
#define PENDING_MAX 32

struct pending {
	const struct placename *name;
	enum candidate_trust trust;
	const char *in_text;
};

struct finder {
	const struct textplace_parts *parts;
	const struct incident *in;
	struct candidate_list *list;
	struct pending pending[PENDING_MAX];
	size_t pending_count;
};

/* Add a place in National Grid metres. */
static void
add_metres(struct finder *f, struct candidate *c)
{
	if (grid_to_degrees(
		f->parts->grid, c->easting, c->northing, &c->lat, &c->lon))
		candidate_add(f->list, c);
}

/* How near to the other class is an edge, for a place this uncertain. */
static double
edge_of(double uncertainty_m)
{
	return fmin(fmax(uncertainty_m, GEO_EDGE_M), GEO_EDGE_MAX_M);
}

/* Is "correction" said before a finding, and of no plate? */
static bool
is_fix_before(const struct idtext *t, size_t start)
{
	size_t i = 0;
	bool fix = false;

	while (i < t->count && t->tokens[i].start < start) {
		if (t->tokens[i].gap == IDTEXT_STOP)
			fix = false;
		else if (idtext_flags(t, i) & W_FIX)
			fix = true;
		i++;
	}
	return fix;
}

static void
add_exact(struct finder *f, const struct idtext *t, const struct finding *found,
    const char *in_text)
{
	struct candidate c = { .lat = found->lat,
		.lon = found->lon,
		.easting = found->easting,
		.northing = found->northing,
		.uncertainty_m = found->uncertainty_m,
		.edge_m = edge_of(found->uncertainty_m),
		.trust = found->is_doubtful && found->kind == FINDING_GRID
			     ? CANDIDATE_COARSE
			     : CANDIDATE_EXACT,
		.is_fix = is_fix_before(t, found->start) };

	c.what = arena_strf(f->list->arena, "%s %.*s %s%s",
	    finding_kind_name(found->kind), STR_ARG(found->value), in_text,
	    found->is_doubtful && found->kind == FINDING_DEGREES
		? " (put the right way round)"
		: "");
	if (found->kind == FINDING_GRID) {
		add_metres(f, &c);
		return;
	}
	(void)grid_from_degrees(
	    f->parts->grid, c.lat, c.lon, &c.easting, &c.northing);
	candidate_add(f->list, &c);
}

/* What a postcode or district is, of those the gazetteer has. */
struct code {
	struct gazetteer_place place;
	bool found;
};

static void
keep_code(void *user, const struct gazetteer_place *place)
{
	struct code *code = user;

	if (place->kind == GAZETTEER_POSTCODE ||
	    place->kind == GAZETTEER_DISTRICT) {
		code->place = *place;
		code->found = true;
	}
}

static void
add_code(struct finder *f, const struct finding *found, const char *in_text)
{
	bool whole = found->kind == FINDING_POSTCODE;
	struct code code = { .found = false };
	struct candidate c = { .trust = whole ? CANDIDATE_POSTCODE
					      : CANDIDATE_COARSE };

	gazetteer_find(f->parts->gazetteer, found->value, keep_code, &code);
	if (!code.found && whole) {
		/* Of a postcode that is not known, the district may be. */
		const char *space =
		    memchr(found->value.p, ' ', found->value.len);

		if (space)
			gazetteer_find(f->parts->gazetteer,
			    str_make(found->value.p,
				(size_t)(space - found->value.p)),
			    keep_code, &code);
		c.trust = CANDIDATE_COARSE;
	}
	if (!code.found)
		return;
	c.easting = code.place.easting;
	c.northing = code.place.northing;
	c.uncertainty_m = code.place.radius_m;
	c.edge_m = edge_of(c.uncertainty_m);
	c.what = arena_strf(f->list->arena, "%s %.*s %s",
	    finding_kind_name(found->kind), STR_ARG(found->value), in_text);
	add_metres(f, &c);
}

static void
add_pending(struct finder *f, const struct placename *name,
    enum candidate_trust trust, const char *in_text)
{
	if (f->pending_count < PENDING_MAX)
		f->pending[f->pending_count++] =
		    (struct pending){ name, trust, in_text };
}

/* Are the places of a name so near each other that it is one? */
static bool
is_one_place(const struct placename *n)
{
	for (size_t i = 1; i < n->count && i < PLACENAMES_SAME_MAX; i++)
		if (hypot(n->places[i].easting - n->places[0].easting,
			n->places[i].northing - n->places[0].northing) > SAME_M)
			return false;
	return n->count <= PLACENAMES_SAME_MAX;
}

static bool
is_same_district(struct str a, struct str b)
{
	if (a.len != b.len || a.len == 0)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (idtext_upper(a.p[i]) != idtext_upper(b.p[i]))
			return false;
	return true;
}

/* The place of the name that the incident's district names; NULL: none. */
static const struct gazetteer_place *
find_in_district(const struct finder *f, const struct placename *n)
{
	const struct gazetteer_place *found = NULL;

	for (size_t i = 0; i < n->count && i < PLACENAMES_SAME_MAX; i++) {
		if (!is_same_district(n->places[i].district, f->in->district))
			continue;
		if (found)
			return NULL;
		found = &n->places[i];
	}
	return found;
}

static enum candidate_trust
trust_of(const struct placename *n, enum candidate_trust trust)
{
	if (n->is_coarse)
		return CANDIDATE_COARSE;
	return n->is_fix ? CANDIDATE_NAME : trust;
}

static void
add_name(struct finder *f, const struct placename *n,
    const struct gazetteer_place *p, enum candidate_trust trust,
    const char *in_text, bool country)
{
	bool widened = n->wider_m > 0 || (country && p->kind == GAZETTEER_TOWN);
	struct candidate c = { .easting = p->easting + n->east,
		.northing = p->northing + n->north,
		.uncertainty_m = p->radius_m + n->wider_m,
		.trust = trust_of(n, trust),
		.is_fix = n->is_fix };

	/*
	 * By itself a name is the settlement, and has its class; with words
	 * that widen it, whatever class is in reach.
	 */
	c.edge_m = widened ? c.uncertainty_m : GEO_EDGE_M;
	c.what = arena_strf(f->list->arena, "the name %.*s%s %s",
	    STR_ARG(p->name), n->words, in_text);
	add_metres(f, &c);
}

/* Half way between two names. */
static void
add_between(struct finder *f, const struct placename *a,
    const struct placename *b, enum candidate_trust trust, const char *in_text)
{
	const struct gazetteer_place *p = &a->places[0], *q = &b->places[0];
	double apart =
	    hypot(p->easting - q->easting, p->northing - q->northing);
	struct candidate c = { .easting = (p->easting + q->easting) / 2,
		.northing = (p->northing + q->northing) / 2,
		.uncertainty_m = apart / 2 + BETWEEN_M,
		.trust = trust };

	c.edge_m = edge_of(c.uncertainty_m);
	c.what = arena_strf(f->list->arena, "between %.*s and %.*s %s",
	    STR_ARG(p->name), STR_ARG(q->name), in_text);
	add_metres(f, &c);
}

static void
take_name(struct finder *f, const struct placename *n,
    enum candidate_trust trust, const char *in_text, bool country)
{
	const struct gazetteer_place *p;

	if (n->is_road) {
		add_pending(f, n, trust, in_text);
		return;
	}
	p = is_one_place(n) ? &n->places[0] : find_in_district(f, n);
	if (p)
		add_name(f, n, p, trust, in_text, country);
	else
		add_pending(f, n, trust, in_text);
}

static void
take_names(struct finder *f, const struct idtext *t, enum placenames_text what,
    const char *in_text)
{
	enum candidate_trust trust =
	    what == PLACENAMES_LOCATION ? CANDIDATE_NAME : CANDIDATE_IN_LOG;
	struct placename *names;
	size_t i, count = placenames_find(
		      f->parts->gazetteer, t, what, f->list->arena, &names);
	bool country = count > 0 && placenames_is_country(t);

	for (i = 0; i < count; i++) {
		if (names[i].has_other && i + 1 < count &&
		    is_one_place(&names[i]) && is_one_place(&names[i + 1]) &&
		    !names[i].is_road && !names[i + 1].is_road) {
			add_between(
			    f, &names[i], &names[i + 1], trust, in_text);
			i++;
			continue;
		}
		take_name(f, &names[i], trust, in_text, country);
	}
}

static void
take_findings(struct finder *f, const struct idtext *t,
    const struct idscan_list *found, const char *in_text)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct finding *one = &found->findings[i];

		if (one->kind == FINDING_GRID || one->kind == FINDING_DEGREES)
			add_exact(f, t, one, in_text);
		else if (one->kind == FINDING_POSTCODE ||
			 (one->kind == FINDING_DISTRICT))
			add_code(f, one, in_text);
	}
}

/* Who tells where it is, rather than where units are. */
static bool
tells_where(struct str by)
{
	static const char *const who[] = { "CALL", "OPERATOR", "WEB", "EMAIL" };

	if (by.len == 0)
		return true;
	for (size_t i = 0; i < sizeof(who) / sizeof(who[0]); i++)
		if (str_is(by, who[i]))
			return true;
	return false;
}

static void
take_text(struct finder *f, struct str text, enum placenames_text what,
    bool names, const char *in_text)
{
	struct idscan_list found = { .arena = f->list->arena,
		.max = FINDINGS_MAX };
	struct idtext t;

	if (text.len == 0)
		return;
	idtext_make(text, f->list->arena, &t);
	idscan_text(&t, 0, refs_default_patterns(), &found);
	take_findings(f, &t, &found, in_text);
	if (names)
		take_names(f, &t, what, in_text);
}

/* The candidate that is nearest to a place of the name, within reach. */
static const struct gazetteer_place *
nearest_to_others(
    const struct finder *f, const struct placename *n, double reach)
{
	const struct gazetteer_place *best = NULL;
	size_t i, k;

	for (i = 0; i < n->count && i < PLACENAMES_SAME_MAX; i++)
		for (k = 0; k < f->list->count; k++) {
			const struct candidate *c = &f->list->items[k];
			double m = hypot(n->places[i].easting - c->easting,
			    n->places[i].northing - c->northing);

			if (m <= reach) {
				reach = m;
				best = &n->places[i];
			}
		}
	return best;
}

static void
settle(struct finder *f, const struct pending *p, size_t known)
{
	const struct placename *n = p->name;
	const struct gazetteer_place *place;
	struct candidate c = { .trust = trust_of(n, p->trust) };

	if (known == 0)
		return;
	place = nearest_to_others(
	    f, n, n->is_road ? VILLAGE_REACH_M + ROAD_M : HELP_M);
	if (!place)
		return;
	if (!n->is_road) {
		add_name(f, n, place, p->trust, p->in_text, false);
		return;
	}
	c.easting = place->easting;
	c.northing = place->northing;
	c.uncertainty_m = fmax(place->radius_m, ROAD_LEAST_M);
	c.edge_m = edge_of(c.uncertainty_m);
	c.what = arena_strf(f->list->arena, "the road %.*s %s",
	    STR_ARG(place->name), p->in_text);
	add_metres(f, &c);
}

void
textplace_find(const struct textplace_parts *parts, const struct incident *in,
    struct candidate_list *list)
{
	struct finder f = { .parts = parts, .in = in, .list = list };
	size_t i, known;

	take_text(&f, in->location_text, PLACENAMES_LOCATION, true,
	    "in the location text");
	for (i = 0; i < in->log_count; i++)
		take_text(&f, in->log[i].text, PLACENAMES_LOG,
		    tells_where(in->log[i].by), "in the log");
	known = list->count;
	for (i = 0; i < f.pending_count; i++)
		settle(&f, &f.pending[i], known);
}
