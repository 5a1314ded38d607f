/*
 * Each row is a function that adds its lines, or none.  What an audience may
 * not have is not put in, rather than taken out again.
 */
#include "alerts/sheet.h"

#include <math.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/store/takers.h"
#include "alerts/clean.h"
#include "alerts/render.h"

/* Bytes of what comes from outside, at most, so that a mail stays a page. */
#define ID_MAX         64
#define NAME_MAX_BYTES 48
#define LOCATION_MAX   300
#define HOW_MAX        200
#define SQUARE_10_KM   6 /* bytes of "TL 7 0" */
#define WORDS_MAX      100
#define LINK_MAX       160
#define FIELD_MAX      24
#define CALLSIGN_MAX   24

struct maker {
	const struct alert *alert;
	const struct conf *conf;
	enum conf_audience audience;
	struct arena *arena;
	struct sheet *sheet;
};

/* What a cleaner made of text, moved to the arena. */
static struct str
take(struct arena *a, struct buf *clean)
{
	struct str copy =
	    arena_str(a, str_make(clean->p ? clean->p : "", clean->len));

	buf_clear(clean);
	return copy;
}

static struct str
clean_in(struct arena *a, struct str s, size_t max)
{
	struct buf out = { 0 };

	clean_line(s, max, &out);
	return take(a, &out);
}

static struct str
clean_id_in(struct arena *a, struct str s, size_t max)
{
	struct buf out = { 0 };

	clean_id(s, max, &out);
	return take(a, &out);
}

static struct str
district_of(const struct alert *al, struct arena *a)
{
	struct buf out = { 0 };

	clean_name(al->place->district, &out);
	return take(a, &out);
}

static struct str
grade_of(const struct alert *al, struct arena *a)
{
	struct buf out = { 0 };

	clean_grade(al->incident->grade, &out);
	return take(a, &out);
}

static struct sheet_row *
add_row(struct maker *m, const char *label)
{
	struct sheet_row *row;

	CHECK(m->sheet->row_count < SHEET_ROWS_MAX);
	row = &m->sheet->rows[m->sheet->row_count++];
	row->label = label;
	row->lines = arena_alloc(m->arena, SHEET_LINES_MAX, sizeof(struct str));
	return row;
}

static void
add_line(struct sheet_row *row, struct str line)
{
	if (line.len > 0 && row->count < SHEET_LINES_MAX)
		row->lines[row->count++] = line;
}

static bool
is_team(const struct maker *m)
{
	return m->audience == CONF_AUDIENCE_TEAM;
}

struct str
sheet_theme(struct str theme, struct arena *arena)
{
	const char *title = render_theme_title(theme);
	struct buf slug = { 0 };
	struct str copy;

	if (title)
		return str_of(title);
	clean_slug(theme, &slug);
	for (size_t i = 0; i < slug.len; i++)
		if (slug.p[i] == '-')
			slug.p[i] = ' ';
	if (slug.p[0] >= 'a' && slug.p[0] <= 'z')
		slug.p[0] = (char)(slug.p[0] - 'a' + 'A');
	copy = arena_str(arena, buf_str(&slug));
	buf_clear(&slug);
	return copy;
}

/* What a heading begins with when it is not the first alert. */
static const char *
say_reason(const struct alert *al)
{
	switch (al->reason) {
	case ALERT_NONE:
	case ALERT_FIRST:
		return al->level == RULES_REVIEW ? "For review: " : "";
	case ALERT_RAISED: return "Raised: ";
	case ALERT_LOWERED: return "Lowered to review: ";
	case ALERT_WITHDRAWN: return "Withdrawn: ";
	case ALERT_TAKEN: return "Taken: ";
	case ALERT_RELEASED: return "Nobody has it: ";
	case ALERT_ENTERED:
	case ALERT_LEFT:
	case ALERT_DWELT:
	case ALERT_CROSSED: break; /* areatell.c has its own words */
	}
	check_failed("a reason has words", __FILE__, __LINE__);
}

static struct str
make_heading(const struct alert *al, struct arena *a)
{
	bool now = al->in_progress && al->reason != ALERT_WITHDRAWN;

	return arena_strf(a, "%s%.*s%s", say_reason(al),
	    STR_ARG(sheet_theme(al->theme, a)), now ? " (in progress?)" : "");
}

struct str
sheet_summary(const struct alert *al, struct arena *a)
{
	struct str id = clean_id_in(a, al->incident->id, ID_MAX);
	struct str grade = grade_of(al, a);
	struct str district = district_of(al, a);

	return arena_strf(a, "%.*s - %.*s%s%.*s%s%.*s",
	    STR_ARG(make_heading(al, a)), STR_ARG(id),
	    grade.len > 0 ? " - grade " : "", STR_ARG(grade),
	    district.len > 0 ? " - " : "", STR_ARG(district));
}

static const char *
say_level(enum rules_level level)
{
	switch (level) {
	case RULES_NONE: return "nothing";
	case RULES_REVIEW: return "something to review";
	case RULES_ALERT: return "an alert";
	}
	check_failed("a level has words", __FILE__, __LINE__);
}

/* s as it stands within a sentence. */
static struct str
lower_first(struct arena *a, struct str s)
{
	char first = s.p[0];

	if (first >= 'A' && first <= 'Z')
		first = (char)(first - 'A' + 'a');
	return arena_strf(a, "%c%.*s", first, (int)s.len - 1, s.p + 1);
}

struct str
sheet_taker(const struct alert *alert, const struct conf *conf, bool is_team)
{
	if (!is_team && str_has_prefix(alert->taker, "account:"))
		return str_of(conf->team);
	return taker_name(alert->taker);
}

/* "patrol has it, since 14 Jan 2026 10:42"; empty if nobody has. */
static struct str
say_taker(const struct alert *al, const struct conf *conf,
    enum conf_audience audience, struct arena *a)
{
	struct str who = sheet_taker(al, conf, audience == CONF_AUDIENCE_TEAM);
	char text[CLOCK_TEXT_MAX];

	if (who.len == 0)
		return str_make(NULL, 0);
	return arena_strf(a, "%.*s has it, since %s",
	    STR_ARG(clean_id_in(a, who, NAME_MAX_BYTES)),
	    clock_format_local(al->taken_ms, text));
}

/* What is different from what was told before, in one sentence or two. */
static struct str
make_change(const struct alert *al, struct str taker, struct arena *a)
{
	struct str theme = lower_first(a, sheet_theme(al->theme, a));
	const char *told = say_level(al->told_level);

	switch (al->reason) {
	case ALERT_NONE:
	case ALERT_FIRST: return str_make(NULL, 0);
	case ALERT_RAISED:
		return arena_strf(a,
		    "This is now an alert.  You were told of it before as %s.",
		    told);
	case ALERT_LOWERED:
		return arena_strf(a,
		    "This is no longer an alert: on what is known now it is "
		    "something to review.  You were told of it before as %s.",
		    told);
	case ALERT_WITHDRAWN:
		return arena_strf(a,
		    "Withdrawn: on what is known now this no longer reads as "
		    "%.*s.  You were told of it before as %s.",
		    STR_ARG(theme), told);
	case ALERT_TAKEN: return taker;
	case ALERT_RELEASED: return str_of("Whoever had it has given it up.");
	case ALERT_ENTERED:
	case ALERT_LEFT:
	case ALERT_DWELT:
	case ALERT_CROSSED: break;
	}
	check_failed("a reason has a sentence", __FILE__, __LINE__);
}

static void
add_what(struct maker *m)
{
	const struct alert *al = m->alert;
	struct sheet_row *row = add_row(m, "What");
	struct str theme = sheet_theme(al->theme, m->arena);

	if (al->reason == ALERT_WITHDRAWN || !al->tag) {
		add_line(row,
		    arena_strf(m->arena, "%.*s: withdrawn", STR_ARG(theme)));
		return;
	}
	add_line(row,
	    arena_strf(m->arena, "%.*s: %s, score %d of 100", STR_ARG(theme),
		al->level == RULES_ALERT ? "alert" : "for review",
		al->tag->score));
	add_line(row, str_of(al->in_progress
				 ? "In progress, as far as the log shows"
				 : "Not in progress, as far as the log shows"));
}

/* "350 m" or "1.2 km". */
static struct str
say_distance(struct arena *a, double metres)
{
	if (metres < 995)
		return arena_strf(a, "%.0f m", round(metres / 10) * 10);
	return arena_strf(a, "%.1f km", metres / 1000);
}

/* "1.2 km NE of Great Dunmow"; for partners only "near Great Dunmow". */
static struct str
say_near(const struct maker *m)
{
	const struct place *p = m->alert->place;
	struct str name = clean_in(m->arena, p->near_name, NAME_MAX_BYTES);
	struct str bearing = clean_in(m->arena, p->near_bearing, 4);

	if (name.len == 0)
		return name;
	/* A position less sure than that is far is only near. */
	if (!is_team(m) || !isfinite(p->near_m) || p->near_m < p->uncertainty_m)
		return arena_strf(m->arena, "near %.*s", STR_ARG(name));
	return arena_strf(m->arena, "%.*s %.*s%sof %.*s",
	    STR_ARG(say_distance(m->arena, p->near_m)), STR_ARG(bearing),
	    bearing.len > 0 ? " " : "", STR_ARG(name));
}

static struct str say_class(enum place_class class)
{
	switch (class) {
	case PLACE_UNKNOWN: return str_of("Not known whether rural or urban");
	case PLACE_RURAL: return str_of("Rural");
	case PLACE_URBAN: return str_of("Urban");
	case PLACE_EDGE: return str_of("Edge of rural and urban");
	}
	check_failed("a class has words", __FILE__, __LINE__);
}

static bool
is_figure_or_space(char c)
{
	return (c >= '0' && c <= '9') || c == ' ';
}

struct str
sheet_square(struct str ref, struct arena *a)
{
	size_t figures = 0, half;
	char f[16];

	if (ref.len < 4 || ref.p[0] < 'A' || ref.p[0] > 'Z' || ref.p[1] < 'A' ||
	    ref.p[1] > 'Z')
		return str_make(NULL, 0);
	for (size_t i = 2; i < ref.len; i++) {
		if (!is_figure_or_space(ref.p[i]) || figures >= sizeof(f))
			return str_make(NULL, 0);
		if (ref.p[i] != ' ')
			f[figures++] = ref.p[i];
	}
	half = figures / 2;
	if (figures % 2 != 0 || half == 0 || half > 5)
		return str_make(NULL, 0);
	figures = half > 2 ? 2 : half;
	return arena_strf(a, "%.2s %.*s %.*s", ref.p, (int)figures, f,
	    (int)figures, f + half);
}

/* Grid reference, how sure it is, and where that is from a known place. */
static struct str
say_position(const struct maker *m)
{
	const struct place *p = m->alert->place;
	struct str square = sheet_square(p->grid_ref, m->arena);
	struct str near = say_near(m);
	struct str ref =
	    is_team(m) ? clean_id_in(m->arena, p->grid_ref, 24)
	    : square.len > 0
		? arena_strf(m->arena, "%s km square %.*s",
		      square.len > SQUARE_10_KM ? "1" : "10", STR_ARG(square))
		: str_make("", 0);
	struct str sure = str_make("", 0);

	if (is_team(m) && isfinite(p->uncertainty_m) && p->uncertainty_m > 0)
		sure = arena_strf(m->arena, "%swithin %.*s",
		    ref.len > 0 ? ", " : "",
		    STR_ARG(say_distance(
			m->arena, ceil(p->uncertainty_m / 10) * 10)));
	return arena_strf(m->arena, "%.*s%.*s%s%.*s", STR_ARG(ref),
	    STR_ARG(sure), ref.len + sure.len > 0 && near.len > 0 ? ", " : "",
	    STR_ARG(near));
}

/*
 * How the position was come by, for the team: only where it is not simply the
 * source's own, or something speaks against it.
 */
static struct str
say_how(const struct maker *m)
{
	const struct place *p = m->alert->place;
	bool doubt = str_is_given(p->doubt);
	struct str how;

	if (!is_team(m) || !str_is_given(p->how) ||
	    (!doubt && !str_is(p->source, "text")))
		return str_make(NULL, 0);
	how = clean_in(m->arena, p->how, HOW_MAX);
	if (!doubt)
		return arena_strf(m->arena, "Located by %.*s", STR_ARG(how));
	return arena_strf(m->arena, "Located by %.*s, %.*s", STR_ARG(how),
	    STR_ARG(clean_in(m->arena, p->doubt, HOW_MAX)));
}

static void
add_where(struct maker *m)
{
	const struct place *p = m->alert->place;
	struct sheet_row *row = add_row(m, "Where");
	struct str district = district_of(m->alert, m->arena);

	if (is_team(m))
		add_line(
		    row, clean_in(m->arena, m->alert->incident->location_text,
			     LOCATION_MAX));
	add_line(row, say_position(m));
	add_line(row, say_how(m));
	add_line(row,
	    arena_strf(m->arena, "%.*s%s%.*s", STR_ARG(say_class(p->class)),
		district.len > 0 ? ", " : "", STR_ARG(district)));
	if (!isfinite(p->lat))
		add_line(row, str_of("No position was given or found"));
}

static void
add_when(struct maker *m)
{
	const struct incident *in = m->alert->incident;
	struct sheet_row *row = add_row(m, "When");
	char text[CLOCK_TEXT_MAX];
	int64_t last = incident_last_ms(in);

	if (in->opened_ms != CLOCK_NONE)
		add_line(row, arena_strf(m->arena, "Opened %s",
				  clock_format_local(in->opened_ms, text)));
	if (last != CLOCK_NONE && last != in->opened_ms)
		add_line(row, arena_strf(m->arena, "Last entry %s",
				  clock_format_local(last, text)));
	if (row->count == 0)
		add_line(row, str_of("No time was given"));
}

/* Do two pieces of evidence belong to one ground of a rule? */
static bool
is_same_ground(const struct rules_evidence *a, const struct rules_evidence *b)
{
	return a->points == b->points && a->is_weighed == b->is_weighed &&
	       str_is_equal(a->why, b->why);
}

/* Has an earlier piece of evidence the same ground (and, if asked, words)? */
static bool
is_repeated(const struct rules_hit *hit, size_t i, bool words_too)
{
	const struct rules_evidence *e = &hit->evidence[i];

	for (size_t k = 0; k < i; k++)
		if (is_same_ground(&hit->evidence[k], e) &&
		    (!words_too ||
			str_is_equal(hit->evidence[k].text, e->text)))
			return true;
	return false;
}

int
sheet_whole_points(const struct rules_hit *hit)
{
	int points = 0;

	for (size_t i = 0; i < hit->evidence_count; i++)
		if (hit->evidence[i].is_weighed && !is_repeated(hit, i, false))
			points += hit->evidence[i].points;
	return points;
}

/* Append the words of a ground, each once, with where the first one stands. */
static void
say_words(const struct maker *m, const struct rules_hit *hit, size_t first,
    struct buf *out)
{
	const struct rules_evidence *e = &hit->evidence[first];
	const char *before = ": ";

	for (size_t i = first; i < hit->evidence_count; i++) {
		const struct rules_evidence *other = &hit->evidence[i];

		if (!other->has_span || !is_same_ground(e, other) ||
		    is_repeated(hit, i, true))
			continue;
		buf_addf(out, "%s\"%.*s\"", before,
		    STR_ARG(clean_in(m->arena, other->text, WORDS_MAX)));
		before = ", ";
	}
	if (e->entry >= 0)
		buf_addf(out, " (log entry %d)", e->entry + 1);
	else if (e->has_span)
		buf_addf(out, " (%.*s)",
		    STR_ARG(clean_in(m->arena, e->field, FIELD_MAX)));
}

/* Append the incidents that a series counted, each with when and how far. */
static void
say_links(const struct maker *m, const struct rules_hit *hit, size_t first,
    struct buf *out)
{
	const char *before = ": with ";

	for (size_t i = first; i < hit->evidence_count; i++) {
		const struct rules_evidence *e = &hit->evidence[i];

		if (!e->link)
			continue;
		buf_addf(out, "%s%.*s", before,
		    STR_ARG(clean_in(m->arena, e->text, LINK_MAX)));
		before = "; ";
	}
}

/*
 * One ground and the words it rests on.  A partner is told what kind of thing
 * it was: the rule's own words may repeat what it looks for in the text.
 */
static struct str
say_ground(const struct maker *m, const struct rules_hit *hit, size_t first)
{
	const struct rules_evidence *e = &hit->evidence[first];
	const char *sign = e->points < 0 ? "" : "+";
	struct buf out = { 0 };
	struct str line;

	if (!is_team(m) && e->has_span)
		return arena_strf(
		    m->arena, "%s%d for words in the text", sign, e->points);
	if (!is_team(m))
		return arena_strf(m->arena, "%s%d for the %.*s", sign,
		    e->points,
		    STR_ARG(clean_in(m->arena, e->field, FIELD_MAX)));
	buf_addf(&out, "%s%d %.*s", sign, e->points,
	    STR_ARG(clean_in(m->arena, e->why, WORDS_MAX)));
	if (e->has_span)
		say_words(m, hit, first, &out);
	else
		say_links(m, hit, first, &out);
	line = arena_str(m->arena, buf_str(&out));
	buf_clear(&out);
	return line;
}

/* Grounds that gave nothing (needs) are for "explain", not for a field. */
static void
add_why(struct maker *m)
{
	const struct rules_tag *tag = m->alert->tag;
	struct sheet_row *row;

	if (!tag || m->alert->reason == ALERT_WITHDRAWN)
		return;
	row = add_row(m, "Why tagged");
	for (size_t h = 0; h < tag->hit_count; h++) {
		const struct rules_hit *hit = &tag->hits[h];

		add_line(
		    row, arena_strf(m->arena, "Rule %.*s: %d points",
			     STR_ARG(clean_id_in(m->arena, hit->rule, ID_MAX)),
			     hit->points));
		for (size_t i = 0; i < hit->evidence_count; i++)
			if (hit->evidence[i].points != 0 &&
			    !hit->evidence[i].is_weighed &&
			    !is_repeated(hit, i, false))
				add_line(row, say_ground(m, hit, i));
		if (sheet_whole_points(hit) != 0)
			add_line(
			    row, arena_strf(m->arena,
				     "%+d for the log as a whole, word by word",
				     sheet_whole_points(hit)));
	}
}

static void
add_vehicles(struct maker *m)
{
	const struct alert *al = m->alert;
	struct sheet_row *row;

	if (!is_team(m) || al->plate_count == 0)
		return;
	row = add_row(m, "Vehicles");
	for (size_t i = 0; i < al->plate_count; i++)
		add_line(row, clean_id_in(m->arena, al->plates[i].mark, 12));
}

static struct str
say_resource(const struct maker *m, const struct incident_resource *r)
{
	static const char *const states[] = { "allocated", "on the way",
		"arrived", "cleared" };
	const int64_t times[] = { r->allocated_ms, r->enroute_ms, r->arrived_ms,
		r->cleared_ms };
	struct str name = clean_in(m->arena, r->callsign, CALLSIGN_MAX);
	char text[CLOCK_TEXT_MAX];

	for (size_t i = 4; i-- > 0;)
		if (times[i] != CLOCK_NONE)
			return arena_strf(m->arena, "%.*s %s %s", STR_ARG(name),
			    states[i], clock_format_local(times[i], text));
	return name;
}

static void
add_units(struct maker *m)
{
	const struct incident *in = m->alert->incident;
	struct sheet_row *row = add_row(m, "Units");

	if (in->resource_count == 0) {
		add_line(row, str_of("None allocated, as far as we were told"));
		return;
	}
	if (!is_team(m)) {
		add_line(row, str_of("A unit has been allocated"));
		return;
	}
	for (size_t i = 0; i < in->resource_count; i++)
		add_line(row, say_resource(m, &in->resources[i]));
}

static struct str
say_unit_near(const struct maker *m, const struct nearby *u)
{
	struct buf out = { 0 };
	struct str line;

	buf_addf(
	    &out, "%.*s: ", STR_ARG(clean_in(m->arena, u->unit, CALLSIGN_MAX)));
	nearby_add_distance(&out, u->distance_m);
	buf_addf(&out, " %s, ", nearby_compass(u->bearing_deg));
	nearby_add_age(&out, u->age_ms);
	buf_add_text(&out, " ago");
	if (isfinite(u->uncertainty_m))
		buf_addf(&out, ", within %.0f m", u->uncertainty_m);
	line = arena_str(m->arena, buf_str(&out));
	buf_clear(&out);
	return line;
}

/* Who of us has it, as was said by link or page. */
static void
add_taker(struct maker *m)
{
	struct str words = say_taker(m->alert, m->conf, m->audience, m->arena);

	if (words.len > 0)
		add_line(add_row(m, "Taken"), words);
}

static void
add_near_units(struct maker *m)
{
	const struct alert *al = m->alert;
	struct sheet_row *row;

	if (!is_team(m) || al->unit_count == 0)
		return;
	row = add_row(m, "Units near");
	for (size_t i = 0; i < al->unit_count; i++)
		add_line(row, say_unit_near(m, &al->units[i]));
	add_line(row, str_of("By their last positions, as the crow flies; who "
			     "is free is not known here"));
}

static void
add_reference(struct maker *m)
{
	const struct incident *in = m->alert->incident;
	struct str grade = grade_of(m->alert, m->arena);

	add_line(
	    add_row(m, "Reference"), clean_id_in(m->arena, in->id, ID_MAX));
	if (grade.len > 0)
		add_line(add_row(m, "Grade"), grade);
}

void
sheet_make(const struct alert *alert, const struct conf *conf,
    enum conf_audience audience, struct arena *arena, struct sheet *out)
{
	struct maker m = { alert, conf, audience, arena, out };

	memset(out, 0, sizeof(*out));
	out->marking = conf->marking;
	out->heading = make_heading(alert, arena);
	out->change =
	    make_change(alert, say_taker(alert, conf, audience, arena), arena);
	add_what(&m);
	add_reference(&m);
	add_where(&m);
	add_when(&m);
	add_vehicles(&m);
	add_units(&m);
	add_taker(&m);
	add_near_units(&m);
	add_why(&m);
	out->foot = arena_strf(arena,
	    "Buzzard tags by rules and advises the %s; people decide.  Alert "
	    "%s, rule set %.19s.",
	    conf->team, alert->alert_id, alert->rule_set);
}
