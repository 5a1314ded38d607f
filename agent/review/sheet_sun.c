/*
 * Sunrise and sunset, day or night for the law on game, and what the log does
 * not say yet of each offence.  Information: a person decides, and asks.
 */
#include "agent/review/sheet.h"

#include <math.h>

#include "agent/base/clock.h"
#include "agent/geo/sun.h"
#include "agent/incident/elements.h"
#include "agent/incident/when.h"
#include "agent/review/html.h"
#include "agent/review/visit.h"

/* Where nothing is known the county town; the sun is minutes off elsewhere. */
#define COUNTY_LAT 51.7356
#define COUNTY_LON 0.4685

#define NEEDS_MAX 5

/* Whether an offence is by day, by night, or either. */
enum hours {
	BY_DAY,
	BY_NIGHT
};

/* An offence and what has to be there, beside the hour. */
static const struct offence {
	const char *name;
	enum hours hours;
	int persons; /* that there must be together; 0: one is enough */
	enum element needs[NEEDS_MAX];
	size_t need_count;
} offences[] = {
	{ "Game Act 1831 s30: trespass by day in search or pursuit of game",
	    BY_DAY, 0, { ELEMENT_TRESPASS, ELEMENT_PURSUIT, ELEMENT_DOGS }, 3 },
	{ "Game Act 1831 s32: five or more together by day, with violence, "
	  "intimidation or menace",
	    BY_DAY, 5,
	    { ELEMENT_PERSONS, ELEMENT_TRESPASS, ELEMENT_PURSUIT,
		ELEMENT_THREAT },
	    4 },
	{ "Night Poaching Act 1828 s1: taking game or rabbits by night, or "
	  "entering land for it with a gun, net or instrument",
	    BY_NIGHT, 0, { ELEMENT_PURSUIT, ELEMENT_DOGS }, 2 },
	{ "Night Poaching Act 1828 s9: three or more together by night, one "
	  "of them armed",
	    BY_NIGHT, 3, { ELEMENT_PERSONS, ELEMENT_PURSUIT, ELEMENT_ARMS },
	    3 },
};

/* How each is asked for. */
static const char *const element_words[ELEMENT_COUNT] = {
	[ELEMENT_PERSONS] = "how many there were",
	[ELEMENT_DOGS] = "dogs, or what they had with them",
	[ELEMENT_PURSUIT] = "search or pursuit of game: what they were doing",
	[ELEMENT_TRESPASS] = "trespass: who has the land, and no permission",
	[ELEMENT_THREAT] = "violence, intimidation or menace",
	[ELEMENT_ARMS] = "a gun or other weapon",
};

/* What stands of the hour: UTC ms. */
struct light {
	struct sun_day day;
	int64_t from_ms, to_ms; /* in which it was */
	bool is_day, is_night;  /* some of it is */
	bool is_guess;          /* the place is not known */
};

static bool
find_light(struct sheet *s, struct light *l)
{
	const struct place *p = &s->row.place;
	struct when when;

	*l = (struct light){ .is_guess = !isfinite(p->lat) };
	if (!when_of(&s->record, &when)) {
		if (s->row.opened_ms == CLOCK_NONE)
			return false;
		when = (struct when){ .from_ms = s->row.opened_ms,
			.to_ms = s->row.opened_ms };
	}
	l->from_ms = when.from_ms;
	l->to_ms = when.to_ms;
	if (!sun_day_of(l->is_guess ? COUNTY_LAT : p->lat,
		l->is_guess ? COUNTY_LON : p->lon, l->to_ms, &l->day))
		return false;
	/* A window that reaches over the edge, or over a night, is both. */
	l->is_day = sun_is_daytime(&l->day, l->to_ms) ||
		    sun_is_daytime(&l->day, l->from_ms) ||
		    (l->from_ms < l->day.from_ms && l->to_ms >= l->day.to_ms) ||
		    l->to_ms - l->from_ms > INT64_C(43200000);
	l->is_night = !sun_is_daytime(&l->day, l->to_ms) ||
		      !sun_is_daytime(&l->day, l->from_ms);
	return true;
}

static void
print_time(struct buf *out, const char *name, int64_t ms)
{
	buf_addf(out, "<dt>%s</dt><dd>", name);
	html_time(out, ms);
	buf_add_text(out, "</dd>");
}

static void
print_light(struct sheet *s, const struct light *l)
{
	struct buf *out = s->v->out;

	buf_add_text(out, "<dl class=\"facts\">");
	print_time(out, "Sunrise", l->day.rise_ms);
	print_time(out, "Sunset", l->day.set_ms);
	print_time(out, "Game Act day begins", l->day.from_ms);
	print_time(out, "Game Act day ends", l->day.to_ms);
	buf_add_text(out, "<dt>It was</dt><dd>");
	html_time(out, l->from_ms);
	buf_add_text(out, " to ");
	html_time(out, l->to_ms);
	buf_addf(out, ", as the log tells it: <strong>%s</strong></dd></dl>",
	    l->is_day && l->is_night ? "by day or by night, the log leaves "
				       "both open"
	    : l->is_day              ? "daytime for the Game Act"
				     : "night for the Night Poaching Act");
	if (l->is_guess)
		buf_add_text(out, "<p>For Chelmsford, since the place is not "
				  "known.</p>");
}

static bool
is_there(const struct element_found *f, const struct offence *o,
    enum element element)
{
	return f[element].is_found &&
	       (element != ELEMENT_PERSONS || f[element].number >= o->persons);
}

static void
print_found(struct buf *out, const struct element_found *f)
{
	buf_add_text(out, ": “");
	html_text(out, f->words);
	buf_addf(out, "” in log entry %d", f->entry + 1);
}

static void
print_needs(struct sheet *s, const struct offence *o,
    const struct element_found found[ELEMENT_COUNT])
{
	struct buf *out = s->v->out;

	buf_add_text(out, "<ul class=\"needs\">");
	for (size_t i = 0; i < o->need_count; i++) {
		enum element element = o->needs[i];
		bool there = is_there(found, o, element);

		buf_addf(out, "<li>%s: %s",
		    there ? "In the log" : "<strong>Not in the log</strong>",
		    element_words[element]);
		if (found[element].is_found)
			print_found(out, &found[element]);
		if (element == ELEMENT_PERSONS && !there)
			buf_addf(out, " (%d are needed)", o->persons);
		buf_add_text(out, "</li>");
	}
	buf_add_text(out, "</ul>");
}

static void
print_offences(struct sheet *s, const struct light *l)
{
	struct element_found found[ELEMENT_COUNT];
	struct buf *out = s->v->out;

	elements_find(&s->record, found);
	for (size_t i = 0; i < sizeof offences / sizeof offences[0]; i++) {
		const struct offence *o = &offences[i];

		if (o->hours == BY_DAY ? !l->is_day : !l->is_night)
			continue;
		buf_addf(out, "<h3>%s</h3>", o->name);
		print_needs(s, o, found);
	}
	buf_add_text(out,
	    "<p class=\"hint\">Words of the log that may bear on it, found by "
	    "a list and not weighed: read them where they stand. Other "
	    "offences, such as those of the Police, Crime, Sentencing and "
	    "Courts Act 2022 ss63 and 64, know no hour. Which offence it is, "
	    "if any, a person decides.</p>");
}

int
sheet_sun(struct sheet *s, struct err *e)
{
	struct light l;

	(void)e;
	if (s->is_unreadable || !find_light(s, &l))
		return 0;
	buf_add_text(s->v->out, "<section class=\"sun\" aria-labelledby="
				"\"sun\"><h2 id=\"sun\">Sun and night</h2>");
	print_light(s, &l);
	if (sheet_has_theme(s, "hare-coursing") ||
	    sheet_has_theme(s, "poaching"))
		print_offences(s, &l);
	buf_add_text(s->v->out, "</section>");
	return 0;
}
