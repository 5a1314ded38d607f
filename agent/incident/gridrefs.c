/*
 * gridrefs: two letters, then figures in one group, in two of equal length, or
 * one by one.
 */
#include "agent/incident/gridrefs.h"

#include <math.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/incident/idunits.h"

#define FIGURES_MAX 10
#define LEAD        5 /* tokens from the word for it */

/* The county and 30 km around, in metres; beyond is doubtful. */
#define EAST_MIN  507000
#define EAST_MAX  662000
#define NORTH_MIN 143000
#define NORTH_MAX 276000

/* A reference being read. */
struct ref {
	char letters[2];
	char figures[FIGURES_MAX];
	size_t count; /* of figures */
	size_t last;  /* token after it */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Letter of the five by five squares, 0 to 24 from the north-west; no I. */
static int
letter_index(char c)
{
	return c - 'A' - (c > 'I' ? 1 : 0);
}

/* The south-west corner of the 100 km square; false if it is not on the grid. */
static bool
square_corner(const char letters[2], int *east, int *north)
{
	int first, second;

	if (strchr("HJNOST", letters[0]) == NULL || letters[1] < 'A' ||
	    letters[1] > 'Z' || letters[1] == 'I')
		return false;
	first = letter_index(letters[0]);
	second = letter_index(letters[1]);
	*east = ((first % 5) * 5 + second % 5 - 10) * 100000;
	*north = (19 - (first / 5) * 5 - second / 5) * 100000;
	return *east >= 0 && *east < 700000 && *north >= 0 && *north < 1300000;
}

/* Words that say that a grid reference follows. */
static bool
is_led(const struct idtext *t, size_t i)
{
	static const char *const words[] = { "GRID", "NGR", "GR", "OS", "OSGR",
		"GRIDREF", "REF", "REFERENCE", "EASTING", "EASTINGS" };
	size_t n, k;

	for (n = 0; n < LEAD && i > 0; n++, i--)
		for (k = 0; k < sizeof(words) / sizeof(*words); k++)
			if (idtext_is(t, i - 1, words[k]))
				return true;
	return false;
}

/* Two letters at token i, spoken or written; figures may follow in it. */
static bool
read_letters(const struct idtext *t, size_t i, struct ref *r)
{
	struct str s = idtext_str(t, i);
	struct idunit a, b;
	int east, north;

	if (s.len > 2 && t->tokens[i].kind == IDTEXT_LETTERS &&
	    t->tokens[i].word == NULL)
		return false;
	if (s.len >= 2 && !(t->tokens[i].word && t->tokens[i].word->letter)) {
		r->letters[0] = idtext_upper(s.p[0]);
		r->letters[1] = idtext_upper(s.p[1]);
		r->last = i + 1;
		for (r->count = 0; r->count + 2 < s.len; r->count++) {
			if (r->count == FIGURES_MAX ||
			    !is_digit(s.p[r->count + 2]))
				return false;
			r->figures[r->count] = s.p[r->count + 2];
		}
		return square_corner(r->letters, &east, &north);
	}
	if (!idunits_read(t, i, &a) || a.len != 1 || !idunits_next(t, &a, &b) ||
	    b.len != 1)
		return false;
	r->letters[0] = a.sym[0];
	r->letters[1] = b.sym[0];
	r->last = b.last;
	r->count = 0;
	return square_corner(r->letters, &east, &north);
}

static bool
is_joining(enum idtext_gap gap)
{
	switch (gap) {
	case IDTEXT_NONE:
	case IDTEXT_SPACE:
	case IDTEXT_DASH:
	case IDTEXT_DOT:
	case IDTEXT_COMMA:
	case IDTEXT_SLASH:
	case IDTEXT_COLON: return true;
	case IDTEXT_STOP:
	case IDTEXT_OTHER: return false;
	}
	return false;
}

/* The figures of token i, if it is a group of them; else 0. */
static size_t
group_len(const struct idtext *t, size_t i)
{
	if (i >= t->count || t->tokens[i].kind != IDTEXT_DIGITS ||
	    !is_joining(idtext_gap_before(t, i)))
		return 0;
	return t->tokens[i].end - t->tokens[i].start;
}

static void
add_group(const struct idtext *t, struct ref *r)
{
	struct str s = idtext_str(t, r->last);

	memcpy(r->figures + r->count, s.p, s.len);
	r->count += s.len;
	r->last++;
}

/* Figures said or written one by one. */
static void
read_singles(const struct idtext *t, struct ref *r)
{
	struct idunit u;

	while (r->count < FIGURES_MAX &&
	       is_joining(idtext_gap_before(t, r->last)) &&
	       idunits_read(t, r->last, &u) && is_digit(u.sym[0]) &&
	       (u.is_spoken || u.len == 1) && r->count + u.len <= FIGURES_MAX) {
		memcpy(r->figures + r->count, u.sym, u.len);
		r->count += u.len;
		r->last = u.last;
	}
}

/* The figures after the letters. */
static bool
read_figures(const struct idtext *t, struct ref *r)
{
	size_t first = r->count > 0 ? r->count : group_len(t, r->last);
	size_t second;

	if (r->count == 0 && first <= 1) {
		read_singles(t, r);
		return r->count >= 2 && r->count % 2 == 0;
	}
	if (first > FIGURES_MAX)
		return false;
	if (r->count == 0)
		add_group(t, r);
	second = group_len(t, r->last);
	if (second == first && first + second <= FIGURES_MAX &&
	    (first > 2 || second == first))
		add_group(t, r);
	return r->count >= 2 && r->count % 2 == 0;
}

/* Position and uncertainty of a reference. */
static void
place_ref(const struct ref *r, struct finding *out)
{
	size_t half = r->count / 2, i;
	int east = 0, north = 0, side = 100000, e = 0, n = 0;

	(void)square_corner(r->letters, &e, &n);
	for (i = 0; i < half; i++) {
		east = east * 10 + (r->figures[i] - '0');
		north = north * 10 + (r->figures[half + i] - '0');
		side /= 10;
	}
	out->easting = e + (east + 0.5) * side;
	out->northing = n + (north + 0.5) * side;
	/* What the shift to WGS84 itself may be off is no less than this. */
	out->uncertainty_m = fmax(side * sqrt(2.0), 5);
}

static bool
is_near_county(double easting, double northing)
{
	return easting >= EAST_MIN && easting <= EAST_MAX &&
	       northing >= NORTH_MIN && northing <= NORTH_MAX;
}

/* Is a word for a plate right before token i? */
static bool
is_plate_led(const struct idtext *t, size_t i)
{
	size_t n;

	for (n = 0; n < 3 && i > 0; n++, i--)
		if (idtext_flags(t, i - 1) & W_REG)
			return true;
	return false;
}

/* How sure, by length and company; 0: it is none. */
static int
weigh(const struct idtext *t, size_t i, const struct ref *r,
    const struct finding *f)
{
	bool led = is_led(t, i);
	bool near = is_near_county(f->easting, f->northing);
	int certainty = r->count >= 6 ? 92 : r->count == 4 ? 70 : 40;

	if (!near && !led)
		return 0;
	if (r->count == 2 && !led)
		return 0;
	if (r->count == 4 && !led && is_plate_led(t, i))
		return 0;
	if (!near)
		certainty -= 40;
	return led ? certainty + 7 : certainty;
}

static size_t
read_lettered(
    struct idtext *t, size_t i, struct arena *arena, struct finding *out)
{
	struct ref r = { { '\0' }, { '\0' }, 0, 0 };
	size_t half;

	if (!read_letters(t, i, &r) || !read_figures(t, &r))
		return 0;
	/* Figures that go on are no reference but a number of something. */
	if (r.last < t->count && t->tokens[r.last - 1].gap == IDTEXT_NONE)
		return 0;
	*out = finding_make(FINDING_GRID, t->tokens[i].start,
	    t->tokens[r.last - 1].end, "the form of a grid reference");
	place_ref(&r, out);
	out->certainty = weigh(t, i, &r, out);
	if (out->certainty == 0)
		return 0;
	if (!is_near_county(out->easting, out->northing)) {
		out->is_doubtful = true;
		out->why = "a grid reference far from the county";
	}
	half = r.count / 2;
	out->value = arena_strf(arena, "%.2s %.*s %.*s", r.letters, (int)half,
	    r.figures, (int)half, r.figures + half);
	idtext_take(t, i, r.last, IDTEXT_GRID);
	return r.last - i;
}

/* A full easting or northing of six or seven figures at token i; -1 if none. */
static int
full_metres(const struct idtext *t, size_t i)
{
	struct str s;
	size_t k, len;
	int metres = 0;

	if (i >= t->count || t->tokens[i].kind == IDTEXT_SIGNS)
		return -1;
	s = idtext_str(t, i);
	len = s.len;
	/* "560300E" */
	if (len == 7 && strchr("ENen", s.p[6]))
		len = 6;
	if (len != 6)
		return -1;
	for (k = 0; k < len; k++) {
		if (!is_digit(s.p[k]))
			return -1;
		metres = metres * 10 + (s.p[k] - '0');
	}
	return metres;
}

/* Words between the two: "N", "northing". */
static size_t
skip_northing(const struct idtext *t, size_t i)
{
	while (idtext_is(t, i, "N") || idtext_is(t, i, "NORTHING") ||
	       idtext_is(t, i, "NORTHINGS") || idtext_is(t, i, "AND") ||
	       idtext_is(t, i, "E") || idtext_is(t, i, "BY"))
		i++;
	return i;
}

/* "560300 237900", "E 560300 N 237900". */
static size_t
read_full(struct idtext *t, size_t i, struct arena *arena, struct finding *out)
{
	int east = full_metres(t, i), north;
	bool led;
	size_t k;

	if (east < 0 || !is_joining((enum idtext_gap)t->tokens[i].gap))
		return 0;
	led = is_led(t, i) || (i > 0 && idtext_is(t, i - 1, "E"));
	k = skip_northing(t, i + 1);
	north = full_metres(t, k);
	if (north < 0 || !is_joining(idtext_gap_before(t, k)) ||
	    !is_near_county(east, north) || (!led && k > i + 2))
		return 0;
	*out = finding_make(FINDING_GRID, t->tokens[i].start, t->tokens[k].end,
	    "an easting and a northing");
	out->easting = east;
	out->northing = north;
	out->uncertainty_m = 5;
	out->certainty = led ? 95 : 75;
	out->value = arena_strf(arena, "%06d %06d", east, north);
	idtext_take(t, i, k + 1, IDTEXT_GRID);
	return k + 1 - i;
}

size_t
gridrefs_read(
    struct idtext *t, size_t i, struct arena *arena, struct finding *out)
{
	size_t n = t->tokens[i].kind == IDTEXT_SIGNS
		       ? 0
		       : read_lettered(t, i, arena, out);

	return n > 0 ? n : read_full(t, i, arena, out);
}
