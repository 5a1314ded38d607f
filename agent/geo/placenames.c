/* placenames: the longest name at each word, then the words on both sides. */
#include "agent/geo/placenames.h"

#include <math.h>
#include <string.h>

#include "agent/base/arena.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define NEAR_M         1500 /* that "near" adds */
#define BESIDE_M       1000 /* that "edge", "farm" after it adds */
#define OF_M           2000 /* that "north of" adds without a distance */
#define TOWARDS_M      5000 /* that "towards" adds */
#define MILE_M         1609.344
#define YARD_M         0.9144
#define DISTANCE_MAX_M 20000
#define FIX_MAX        8 /* tokens from "correction" to the name */

static bool
is_one_of(const struct idtext *t, size_t i, const char *const *words, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (idtext_is(t, i, words[k]))
			return true;
	return false;
}

/* The word before token i, if the sentence has one. */
static bool
is_before(const struct idtext *t, size_t i, const char *const *words, size_t n)
{
	return i > 0 && idtext_gap_before(t, i) != IDTEXT_STOP &&
	       is_one_of(t, i - 1, words, n);
}

static const char *const near_words[] = { "NR", "NEAR", "OUTSIDE", "OFF", "BY",
	"BEYOND", "PAST", "AROUND", "ROUND", "ADJ", "OPP", "BEHIND" };
static const char *const towards_words[] = { "TOWARDS", "TOWARD", "TWDS", "TO",
	"FROM", "HEADING", "VIA", "DIRECTION", "INTO" };
static const char *const at_words[] = { "AT", "IN", "ON", "OF", "NR", "NEAR",
	"OUTSIDE", "OFF", "BY", "AROUND", "ROUND", "BETWEEN", "BTWN" };
static const char *const road_words[] = { "ROAD", "RD", "STREET", "LANE", "LN",
	"AVENUE", "AVE", "WAY", "CLOSE", "DRIVE", "CRESCENT", "GARDENS",
	"TERRACE", "COURT", "GROVE", "ARMS", "INN", "PH", "PUB", "ROUNDABOUT",
	"BYPASS", "RBT" };
static const char *const unit_words[] = { "UNIT", "UNITS", "CAR", "CARS",
	"CREW", "TEAM", "PATROL", "NICK", "CUSTODY", "POLICE", "STATION",
	"HOSPITAL", "COURT", "COUNCIL", "DOG", "RET", "NPT", "CPT", "DOUBLE" };
static const char *const beside_words[] = { "END", "EDGE", "SIDE", "AREA",
	"DIRECTION", "BORDER", "OUTSKIRTS", "TURN", "HILL", "GREEN", "HEATH",
	"COMMON", "MARSH", "WOOD", "WOODS", "FARM", "HALL", "MILL", "BRIDGE",
	"CHURCH", "RESERVOIR", "CREEK", "LOCK", "AIRFIELD" };
static const char *const country_words[] = { "FIELD", "FIELDS", "FARM", "FARMS",
	"FARMLAND", "MEADOW", "MEADOWS", "MARSH", "MARSHES", "WOOD", "WOODS",
	"TRACK", "BRIDLEWAY", "BYWAY", "FOOTPATH", "PADDOCK", "BARN", "STUBBLE",
	"CROP", "DRILLING", "RESERVOIR", "FISHERY", "COMMON", "QUARRY",
	"STACKYARD", "GRAZING", "SEAWALL", "HEADLAND", "DITCH", "LAND" };

bool
placenames_is_country(const struct idtext *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (is_one_of(t, i, country_words, COUNT(country_words)))
			return true;
	return false;
}

/* May the name go on from token i - 1 to i? */
static bool
is_within_name(const struct idtext *t, size_t i)
{
	const struct idtext_token *a = &t->tokens[i - 1];

	switch ((enum idtext_gap)a->gap) {
	case IDTEXT_SPACE:
	case IDTEXT_DASH: return true;
	case IDTEXT_STOP:
	case IDTEXT_DOT: /* "St. Osyth", "Gt. Dunmow" */
		return a->end - a->start <= 3 &&
		       t->tokens[i].start - a->end <= 2 &&
		       t->text.p[a->end] == '.';
	case IDTEXT_OTHER: /* an apostrophe */
		return t->text.p[a->end] == '\'' ||
		       (t->tokens[i].start - a->end == 3 &&
			   memcmp(t->text.p + a->end, "\xe2\x80\x99", 3) == 0);
	case IDTEXT_NONE:
	case IDTEXT_COMMA:
	case IDTEXT_SLASH:
	case IDTEXT_COLON: return false;
	}
	return false;
}

static void
keep_place(void *user, const struct gazetteer_place *place)
{
	struct placename *n = user;

	/* Codes have a form of their own and are found by that. */
	if (place->kind == GAZETTEER_POSTCODE ||
	    place->kind == GAZETTEER_DISTRICT)
		return;
	if (n->count < PLACENAMES_SAME_MAX)
		n->places[n->count] = *place;
	n->count++;
}

/* Is token i a word with which some name begins?  Most are not. */
static bool
may_begin(const struct gazetteer *g, const struct idtext *t, size_t i)
{
	return (t->tokens[i].kind == IDTEXT_LETTERS ||
		   t->tokens[i].kind == IDTEXT_MIXED) &&
	       gazetteer_may_begin(g, idtext_capitals(t, i));
}

/* The longest name that begins with token i; its tokens, or 0. */
static size_t
find_longest(const struct gazetteer *g, const struct idtext *t, size_t i,
    struct placename *out)
{
	char key[GAZETTEER_KEY_MAX];
	size_t k, len = 0, longest = 0;

	for (k = i; k < t->count && k < i + GAZETTEER_WORDS_MAX; k++) {
		struct placename n = { .count = 0 };

		if ((k > i && !is_within_name(t, k)) ||
		    t->tokens[k].taken != IDTEXT_FREE)
			break;
		gazetteer_add_word(t, k, key, &len);
		if (len > GAZETTEER_KEY_MAX)
			break;
		gazetteer_find(g, str_make(key, len), keep_place, &n);
		if (n.count == 0)
			continue;
		*out = n;
		longest = k + 1 - i;
	}
	return longest;
}

/* "N", "north-east": metres east and north of one metre that way. */
static size_t
read_direction(const struct idtext *t, size_t last, double *east, double *north)
{
	static const struct {
		const char *word;
		int east, north;
	} ways[] = {
		{ "N", 0, 1 },
		{ "NORTH", 0, 1 },
		{ "S", 0, -1 },
		{ "SOUTH", 0, -1 },
		{ "E", 1, 0 },
		{ "EAST", 1, 0 },
		{ "W", -1, 0 },
		{ "WEST", -1, 0 },
		{ "NE", 1, 1 },
		{ "NORTHEAST", 1, 1 },
		{ "NW", -1, 1 },
		{ "NORTHWEST", -1, 1 },
		{ "SE", 1, -1 },
		{ "SOUTHEAST", 1, -1 },
		{ "SW", -1, -1 },
		{ "SOUTHWEST", -1, -1 },
	};

	for (size_t k = 0; k < COUNT(ways); k++) {
		double length = hypot(ways[k].east, ways[k].north);

		if (!idtext_is(t, last, ways[k].word))
			continue;
		*east = ways[k].east / length;
		*north = ways[k].north / length;
		return 1;
	}
	return 0;
}

/* Metres in the unit that token i names; 0 if it names none. */
static double
unit_metres(const struct idtext *t, size_t i)
{
	static const struct {
		const char *word;
		double metres;
	} units[] = {
		{ "MILE", MILE_M },
		{ "MILES", MILE_M },
		{ "MI", MILE_M },
		{ "KM", 1000 },
		{ "KMS", 1000 },
		{ "KILOMETRES", 1000 },
		{ "M", 1 },
		{ "METRES", 1 },
		{ "MTRS", 1 },
		{ "YARDS", YARD_M },
		{ "YDS", YARD_M },
	};

	for (size_t k = 0; k < COUNT(units); k++)
		if (idtext_is(t, i, units[k].word))
			return units[k].metres;
	return 0;
}

/* A number that ends before token i: "2", "1.5", "half a", "two"; 0: none. */
static double
read_amount(const struct idtext *t, size_t i)
{
	double value = 0;
	struct str s;

	if (i > 1 && idtext_is(t, i - 1, "A") && idtext_is(t, i - 2, "HALF"))
		return 0.5;
	if (i > 0 && (idtext_is(t, i - 1, "A") || idtext_is(t, i - 1, "ABOUT")))
		return idtext_is(t, i - 1, "A") ? 1 : 0;
	if (i == 0)
		return 0;
	if (t->tokens[i - 1].word && t->tokens[i - 1].word->digits) {
		const char *digits = t->tokens[i - 1].word->digits;

		for (; *digits != '\0'; digits++)
			value = value * 10 + (*digits - '0');
		return value;
	}
	s = idtext_str(t, i - 1);
	if (t->tokens[i - 1].kind != IDTEXT_DIGITS || s.len > 4)
		return 0;
	for (size_t k = 0; k < s.len; k++)
		value = value * 10 + (s.p[k] - '0');
	if (i > 1 && t->tokens[i - 2].gap == IDTEXT_DOT && s.len <= 2 &&
	    t->tokens[i - 2].kind == IDTEXT_DIGITS) {
		struct str whole = idtext_str(t, i - 2);
		double w = 0;

		for (size_t k = 0; k < whole.len && k < 3; k++)
			w = w * 10 + (whole.p[k] - '0');
		value = w + value / pow(10, (double)s.len);
	}
	return value;
}

/* "2 miles N of", "half a mile from", "north of" before token i. */
static bool
read_distance(const struct idtext *t, size_t i, struct placename *n)
{
	double east = 0, north = 0, unit, metres = 0;
	size_t k;
	bool of = i > 1 &&
		  (idtext_is(t, i - 1, "OF") || idtext_is(t, i - 1, "FROM") ||
		      idtext_is(t, i - 1, "OUTSIDE"));
	bool way;

	if (!of)
		return false;
	k = i - 1;
	way = read_direction(t, k - 1, &east, &north) > 0;
	k -= way;
	unit = k > 0 ? unit_metres(t, k - 1) : 0;
	if (unit > 0)
		metres = read_amount(t, k - 1) * unit;
	if (metres <= 0 || metres > DISTANCE_MAX_M) {
		if (!way)
			return false;
		n->wider_m = OF_M;
		n->words = " (the direction said of it)";
		return true;
	}
	n->east = east * metres;
	n->north = north * metres;
	/* People guess distances; without a way it is a ring. */
	n->wider_m = way ? metres * 0.4 : metres;
	n->words = " (at the distance said)";
	return true;
}

/* The words before the name, in tokens before i. */
static void
read_words_before(const struct idtext *t, size_t i, struct placename *n)
{
	if (i > 0 && idtext_is(t, i - 1, "THE"))
		i--;
	if (read_distance(t, i, n))
		return;
	if (is_before(t, i, near_words, COUNT(near_words))) {
		n->wider_m = NEAR_M;
		n->words = " (near it)";
	} else if (is_before(t, i, towards_words, COUNT(towards_words))) {
		n->wider_m = TOWARDS_M;
		n->is_coarse = true;
		n->words = " (the direction of it)";
	}
}

/* Is the name that of something else? */
static bool
is_other_thing(const struct idtext *t, size_t after)
{
	enum idtext_gap gap = idtext_gap_before(t, after);

	if (after >= t->count || gap > IDTEXT_DASH)
		return false;
	return is_one_of(t, after, road_words, COUNT(road_words)) ||
	       is_one_of(t, after, unit_words, COUNT(unit_words));
}

/* "St" after a name is a street, unless a saint's name follows. */
static bool
is_street(const struct idtext *t, size_t after)
{
	return idtext_is(t, after, "ST") &&
	       idtext_gap_before(t, after) == IDTEXT_SPACE &&
	       t->tokens[after].gap != IDTEXT_SPACE;
}

/* Does the text say that it puts a place right, before token i? */
static bool
is_fix(const struct idtext *t, size_t i)
{
	bool fix = false, place = false;

	for (size_t k = 0; k < FIX_MAX && i > 0; k++, i--) {
		uint32_t flags = idtext_flags(t, i - 1);

		fix = fix || (flags & W_FIX) != 0;
		place = place || (flags & W_PLACE) != 0;
		if (fix && place)
			return true;
		if (t->tokens[i - 1].gap == IDTEXT_STOP && k > 0)
			return false;
	}
	return false;
}

/* May a name in a log be where it happened? */
static bool
is_said_to_be(const struct idtext *t, size_t i)
{
	char first = t->text.p[t->tokens[i].start];

	if (t->has_small && first >= 'a' && first <= 'z')
		return false;
	if (i > 0 && idtext_is(t, i - 1, "THE"))
		i--;
	return is_before(t, i, at_words, COUNT(at_words));
}

/* Roads, if all places of the name are. */
static bool
are_roads(const struct placename *n)
{
	for (size_t i = 0; i < n->count && i < PLACENAMES_SAME_MAX; i++)
		if (n->places[i].kind != GAZETTEER_ROAD)
			return false;
	return true;
}

/* Keep only the settlements of a name that has both. */
static void
drop_roads(struct placename *n)
{
	size_t kept = 0;

	if (n->count > PLACENAMES_SAME_MAX)
		n->count = PLACENAMES_SAME_MAX;
	for (size_t i = 0; i < n->count; i++)
		if (n->places[i].kind != GAZETTEER_ROAD)
			n->places[kept++] = n->places[i];
	n->count = kept;
}

/* Judge the name of tokens i to after; false if it is not where it was. */
static bool
judge(const struct idtext *t, size_t i, size_t after, enum placenames_text what,
    struct placename *n)
{
	n->start = t->tokens[i].start;
	n->end = t->tokens[after - 1].end;
	n->words = "";
	n->is_road = are_roads(n);
	n->is_fix = is_fix(t, i);
	if (n->is_road)
		return what == PLACENAMES_LOCATION;
	drop_roads(n);
	if (is_other_thing(t, after) || is_street(t, after))
		return false;
	read_words_before(t, i, n);
	if (what == PLACENAMES_LOG && !n->is_fix &&
	    (n->is_coarse || !is_said_to_be(t, i)))
		return false;
	if (is_one_of(t, after, beside_words, COUNT(beside_words)) &&
	    idtext_gap_before(t, after) == IDTEXT_SPACE) {
		n->wider_m = fmax(n->wider_m, BESIDE_M);
		n->words = n->words[0] != '\0' ? n->words : " (beside it)";
	}
	return true;
}

/* "between X and Y": does this name begin it, or end it? */
static bool
begins_between(const struct idtext *t, size_t i)
{
	static const char *const words[] = { "BETWEEN", "BTWN", "BETW", "BTW" };

	return is_before(t, i, words, COUNT(words));
}

/* "X and Y", "X & Y": does the name of token i follow the other so? */
static bool
ends_between(const struct idtext *t, size_t i, size_t previous_end)
{
	if (i == previous_end + 1)
		return idtext_is(t, previous_end, "AND");
	return i == previous_end && idtext_gap_before(t, i) == IDTEXT_OTHER;
}

/* The names found so far. */
struct found {
	struct arena *arena;
	struct placename *names;
	size_t count, cap;
	size_t end;   /* token after the last of them */
	bool between; /* it stands after "between" */
};

static void
add_name(struct found *f, const struct placename *n)
{
	struct placename *grown;

	if (f->count == f->cap) {
		f->cap = f->cap == 0 ? 4 : 2 * f->cap;
		grown = arena_alloc(f->arena, f->cap, sizeof(*grown));
		if (f->count > 0)
			memcpy(grown, f->names, f->count * sizeof(*grown));
		f->names = grown;
	}
	f->names[f->count++] = *n;
}

/* Take the name of tokens i to after, if it is where it was. */
static void
take_name(struct found *f, const struct idtext *t, size_t i, size_t after,
    enum placenames_text what, struct placename *n)
{
	bool other = f->between && f->count > 0 && ends_between(t, i, f->end);
	bool is_place = judge(t, i, after, what, n);

	if (other)
		f->names[f->count - 1].has_other = true;
	f->between = is_place && begins_between(t, i);
	if (is_place || other) {
		add_name(f, n);
		f->end = after;
	}
}

size_t
placenames_find(const struct gazetteer *g, const struct idtext *t,
    enum placenames_text what, struct arena *arena, struct placename **out)
{
	struct found f = { .arena = arena };
	struct placename n;
	size_t i = 0, len;

	while (i < t->count && f.count < PLACENAMES_MAX) {
		len = may_begin(g, t, i) ? find_longest(g, t, i, &n) : 0;
		if (len > 0)
			take_name(&f, t, i, i + len, what, &n);
		i += len > 0 ? len : 1;
	}
	*out = f.names;
	return f.count;
}
