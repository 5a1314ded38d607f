#include "agent/review/searchform.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/service_private.h"

#define KM_MAX  100
#define HOUR_MS INT64_C(3600000)

const char *const searchform_names[SEARCHFORM_COUNT] = {
	[SEARCHFORM_WORDS] = "q",
	[SEARCHFORM_PLATE] = "plate",
	[SEARCHFORM_NEAR] = "near",
	[SEARCHFORM_KM] = "km",
	[SEARCHFORM_FROM] = "from",
	[SEARCHFORM_TO] = "to",
	[SEARCHFORM_THEME] = "theme",
	[SEARCHFORM_LEVEL] = "level",
	[SEARCHFORM_DISTRICT] = "district",
	[SEARCHFORM_PROGRESS] = "progress",
	[SEARCHFORM_ORDER] = "order",
};

/* A form being read. */
struct reader {
	struct visit *v;
	struct searchform *f;
};

static void
mistake(struct reader *a, enum searchform_field field, const char *what)
{
	a->f->mistake[field] = what;
	a->f->is_mistaken = true;
}

static void
read_plate(struct reader *a)
{
	if (!str_is_given(a->f->field[SEARCHFORM_PLATE]))
		return;
	if (sightings_ask(a->f->field[SEARCHFORM_PLATE], a->f->mark))
		a->f->query.mark = a->f->mark;
	else
		mistake(a, SEARCHFORM_PLATE,
		    "Give at least two letters or figures of the plate.");
}

static void
read_place(struct reader *a)
{
	struct str km = a->f->field[SEARCHFORM_KM];
	double far = str_is_given(km) ? strtod(km.p, NULL) : 5;

	if (!str_is_given(a->f->field[SEARCHFORM_NEAR]))
		return;
	if (!(far > 0) || far > KM_MAX)
		mistake(a, SEARCHFORM_KM,
		    "Give a number of kilometres from 0.1 to 100.");
	if (!whereis_find(a->v->service->places, a->v->desk->grid,
		a->v->desk->arena, a->f->field[SEARCHFORM_NEAR], &a->f->spot)) {
		mistake(a, SEARCHFORM_NEAR,
		    "No place is known by this. Give a town or village, a "
		    "grid reference or degrees; the name of a farm or road "
		    "goes with the words.");
		return;
	}
	a->f->query.lat = a->f->spot.lat;
	a->f->query.lon = a->f->spot.lon;
	a->f->query.within_m = far * 1000;
}

/* The first moment of the day after a day that begins at ms. */
static int64_t
next_day(int64_t ms)
{
	struct clock_local l = clock_to_local(ms + 36 * HOUR_MS);
	char text[16];

	(void)snprintf(
	    text, sizeof text, "%04d-%02d-%02d", l.year, l.month, l.day);
	(void)visit_time(str_of(text), &ms);
	return ms;
}

static void
read_times(struct reader *a)
{
	static const char what[] = "This is not a date. Write it like "
				   "2026-01-14.";
	struct str from = a->f->field[SEARCHFORM_FROM],
		   to = a->f->field[SEARCHFORM_TO];

	if (str_is_given(from) && !visit_time(from, &a->f->query.from_ms))
		mistake(a, SEARCHFORM_FROM, what);
	if (str_is_given(to) && !visit_time(to, &a->f->query.to_ms))
		mistake(a, SEARCHFORM_TO, what);
	else if (str_is_given(to) && to.len <= 10)
		a->f->query.to_ms = next_day(a->f->query.to_ms);
	if (!a->f->is_mistaken && a->f->query.from_ms != CLOCK_NONE &&
	    a->f->query.to_ms != CLOCK_NONE &&
	    a->f->query.to_ms <= a->f->query.from_ms)
		mistake(a, SEARCHFORM_TO, "This is before the first day.");
}

static void
read_tags(struct reader *a)
{
	struct str level = a->f->field[SEARCHFORM_LEVEL];

	a->f->query.theme = a->f->field[SEARCHFORM_THEME];
	if (str_is_given(a->f->query.theme) &&
	    !html_is_theme(a->f->query.theme))
		mistake(a, SEARCHFORM_THEME, "There is no such theme.");
	if (str_is(level, "alert"))
		a->f->query.level = RULES_ALERT;
	else if (str_is(level, "tagged"))
		a->f->query.level = RULES_REVIEW;
	else if (str_is_given(level))
		mistake(a, SEARCHFORM_LEVEL, "There is no such level.");
	a->f->query.district = a->f->field[SEARCHFORM_DISTRICT];
	a->f->query.in_progress =
	    str_is(a->f->field[SEARCHFORM_PROGRESS], "yes");
	a->f->query.is_ranked = str_is(a->f->field[SEARCHFORM_ORDER], "best");
}

static void
read_all(struct reader *a)
{
	struct visit *v = a->v;

	for (size_t i = 0; i < SEARCHFORM_COUNT; i++) {
		struct str s = str_trim(http_query(v->rq, searchform_names[i]));

		if (s.len > 0)
			a->f->field[i] = arena_str(v->desk->arena, s);
		if (i != SEARCHFORM_KM && i != SEARCHFORM_ORDER)
			a->f->is_asked |= s.len > 0;
	}
	a->f->query = (struct search_query){
		.words = a->f->field[SEARCHFORM_WORDS],
		.lat = (double)NAN,
		.lon = (double)NAN,
		.from_ms = CLOCK_NONE,
		.to_ms = CLOCK_NONE,
	};
	read_plate(a);
	read_place(a);
	read_times(a);
	read_tags(a);
}

void
searchform_read(struct visit *v, struct searchform *out)
{
	struct reader reader = { v, out };

	*out = (struct searchform){ .is_asked = false };
	read_all(&reader);
}
