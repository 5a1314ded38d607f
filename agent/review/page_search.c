/*
 * Search: one form, whose answer is an address that can be kept.
 *
 * A mistake in the form is said beside its field and nothing is searched; the
 * words can hold none (asking.h).
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/found.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/review/whereis.h"
#include "agent/store/search.h"
#include "agent/store/sightings.h"
#include "agent/store/wordindex.h"

#define PAGE_ROWS 25
#define KM_MAX    100
#define HOUR_MS   INT64_C(3600000)

/* The fields of the form, in its order; the cursor is none of them. */
enum field {
	FIELD_WORDS,
	FIELD_PLATE,
	FIELD_NEAR,
	FIELD_KM,
	FIELD_FROM,
	FIELD_TO,
	FIELD_THEME,
	FIELD_LEVEL,
	FIELD_DISTRICT,
	FIELD_PROGRESS,
	FIELD_ORDER,
	FIELD_COUNT
};

static const char *const names[FIELD_COUNT] = {
	[FIELD_WORDS] = "q",
	[FIELD_PLATE] = "plate",
	[FIELD_NEAR] = "near",
	[FIELD_KM] = "km",
	[FIELD_FROM] = "from",
	[FIELD_TO] = "to",
	[FIELD_THEME] = "theme",
	[FIELD_LEVEL] = "level",
	[FIELD_DISTRICT] = "district",
	[FIELD_PROGRESS] = "progress",
	[FIELD_ORDER] = "order",
};

/* What was asked, how it was understood, what came of it. */
struct asked {
	struct visit *v;
	struct str field[FIELD_COUNT];
	const char *mistake[FIELD_COUNT]; /* NULL: none */
	struct search_query query;
	char mark[SIGHTINGS_ASK_MAX + 1];
	struct whereis_spot spot;
	bool is_asked, is_mistaken;
};

/* --- reading --- */

static void
mistake(struct asked *a, enum field field, const char *what)
{
	a->mistake[field] = what;
	a->is_mistaken = true;
}

static void
read_plate(struct asked *a)
{
	if (!str_is_given(a->field[FIELD_PLATE]))
		return;
	if (sightings_ask(a->field[FIELD_PLATE], a->mark))
		a->query.mark = a->mark;
	else
		mistake(a, FIELD_PLATE,
		    "Give at least two letters or figures of the plate.");
}

static void
read_place(struct asked *a)
{
	struct str km = a->field[FIELD_KM];
	double far = str_is_given(km) ? strtod(km.p, NULL) : 5;

	if (!str_is_given(a->field[FIELD_NEAR]))
		return;
	if (!(far > 0) || far > KM_MAX)
		mistake(a, FIELD_KM,
		    "Give a number of kilometres from 0.1 to 100.");
	if (!whereis_find(a->v->service->places, a->v->desk->grid,
		a->v->desk->arena, a->field[FIELD_NEAR], &a->spot)) {
		mistake(a, FIELD_NEAR,
		    "No place is known by this. Give a town or village, a "
		    "grid reference or degrees; the name of a farm or road "
		    "goes with the words.");
		return;
	}
	a->query.lat = a->spot.lat;
	a->query.lon = a->spot.lon;
	a->query.within_m = far * 1000;
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
read_times(struct asked *a)
{
	static const char what[] = "This is not a date. Write it like "
				   "2026-01-14.";
	struct str from = a->field[FIELD_FROM], to = a->field[FIELD_TO];

	if (str_is_given(from) && !visit_time(from, &a->query.from_ms))
		mistake(a, FIELD_FROM, what);
	if (str_is_given(to) && !visit_time(to, &a->query.to_ms))
		mistake(a, FIELD_TO, what);
	else if (str_is_given(to) && to.len <= 10)
		a->query.to_ms = next_day(a->query.to_ms);
	if (!a->is_mistaken && a->query.from_ms != CLOCK_NONE &&
	    a->query.to_ms != CLOCK_NONE && a->query.to_ms <= a->query.from_ms)
		mistake(a, FIELD_TO, "This is before the first day.");
}

static void
read_tags(struct asked *a)
{
	struct str level = a->field[FIELD_LEVEL];

	a->query.theme = a->field[FIELD_THEME];
	if (str_is_given(a->query.theme) && !html_is_theme(a->query.theme))
		mistake(a, FIELD_THEME, "There is no such theme.");
	if (str_is(level, "alert"))
		a->query.level = RULES_ALERT;
	else if (str_is(level, "tagged"))
		a->query.level = RULES_REVIEW;
	else if (str_is_given(level))
		mistake(a, FIELD_LEVEL, "There is no such level.");
	a->query.district = a->field[FIELD_DISTRICT];
	a->query.in_progress = str_is(a->field[FIELD_PROGRESS], "yes");
	a->query.is_ranked = str_is(a->field[FIELD_ORDER], "best");
}

static void
read_asked(struct asked *a)
{
	struct visit *v = a->v;

	for (size_t i = 0; i < FIELD_COUNT; i++) {
		struct str s = str_trim(http_query(v->rq, names[i]));

		if (s.len > 0)
			a->field[i] = arena_str(v->desk->arena, s);
		if (i != FIELD_KM && i != FIELD_ORDER)
			a->is_asked |= s.len > 0;
	}
	a->query = (struct search_query){ .words = a->field[FIELD_WORDS],
		.lat = (double)NAN,
		.lon = (double)NAN,
		.from_ms = CLOCK_NONE,
		.to_ms = CLOCK_NONE,
		.cursor = http_query(v->rq, "after"),
		.limit = PAGE_ROWS };
	read_plate(a);
	read_place(a);
	read_times(a);
	read_tags(a);
}

/* --- the form --- */

/* The label, the hint and what is wrong with what stands there. */
static void
print_label(
    struct asked *a, enum field field, const char *label, const char *hint)
{
	struct buf *out = a->v->out;
	const char *name = names[field];

	buf_addf(out, "<p%s><label for=\"%s\">%s</label>",
	    a->mistake[field] ? " class=\"wrong\"" : "", name, label);
	if (hint)
		buf_addf(out, "<span class=\"hint\" id=\"%s-hint\">%s</span>",
		    name, hint);
	if (a->mistake[field])
		buf_addf(out,
		    "<strong class=\"mistake\" id=\"%s-wrong\">%s"
		    "</strong>",
		    name, a->mistake[field]);
}

/* What ties those to the field for who cannot see them. */
static void
print_described(struct asked *a, enum field field, bool has_hint)
{
	const char *name = names[field];
	bool is_wrong = a->mistake[field] != NULL;

	if (is_wrong)
		buf_add_text(a->v->out, " aria-invalid=\"true\"");
	if (has_hint || is_wrong)
		buf_addf(a->v->out, " aria-describedby=\"%s%s%s%s%s\"",
		    has_hint ? name : "", has_hint ? "-hint" : "",
		    has_hint && is_wrong ? " " : "", is_wrong ? name : "",
		    is_wrong ? "-wrong" : "");
}

static void
print_input(struct asked *a, enum field field, const char *type,
    const char *label, const char *hint)
{
	struct buf *out = a->v->out;

	print_label(a, field, label, hint);
	buf_addf(out, "<input id=\"%s\" name=\"%s\" type=\"%s\"", names[field],
	    names[field], type);
	print_described(a, field, hint != NULL);
	buf_add_text(out, " value=\"");
	html_text(out, a->field[field]);
	buf_add_text(out, "\"></p>");
}

static void
print_option(
    struct asked *a, enum field field, const char *value, const char *name)
{
	buf_addf(a->v->out, "<option value=\"%s\"%s>%s</option>", value,
	    str_is(a->field[field], value) ? " selected" : "", name);
}

static void
print_selects(struct asked *a)
{
	struct buf *out = a->v->out;

	print_label(a, FIELD_THEME, "Theme", NULL);
	buf_add_text(out, "<select id=\"theme\" name=\"theme\">"
			  "<option value=\"\">Any</option>");
	html_theme_options(out, a->field[FIELD_THEME]);
	buf_add_text(out, "</select></p>");
	print_label(a, FIELD_LEVEL, "Level", NULL);
	buf_add_text(out, "<select id=\"level\" name=\"level\">");
	print_option(a, FIELD_LEVEL, "", "Tagged or not");
	print_option(a, FIELD_LEVEL, "tagged", "Tagged");
	print_option(a, FIELD_LEVEL, "alert", "Alert");
	buf_add_text(out, "</select></p>");
	print_input(a, FIELD_DISTRICT, "text", "District", NULL);
	print_label(a, FIELD_ORDER, "Order", NULL);
	buf_add_text(out, "<select id=\"order\" name=\"order\">");
	print_option(a, FIELD_ORDER, "", "Newest first");
	print_option(a, FIELD_ORDER, "best", "Best match first");
	buf_add_text(out, "</select></p>");
}

/* Does the search use what is folded away, or is a mistake in it? */
static bool
uses_more(const struct asked *a)
{
	for (size_t i = FIELD_NEAR; i < FIELD_COUNT; i++)
		if (a->mistake[i] ||
		    (i != FIELD_KM && str_is_given(a->field[i])))
			return true;
	return false;
}

static void
print_form(struct asked *a)
{
	struct buf *out = a->v->out;

	buf_add_text(out, "<form class=\"search\" role=\"search\" "
			  "method=\"get\" action=\"/search\">"
			  "<div class=\"main\">");
	print_input(a, FIELD_WORDS, "search", "Words",
	    "In logs, places, codes and references. All must be there; "
	    "\"a phrase in quotes\"; -without; wor*");
	print_input(a, FIELD_PLATE, "text", "Number plate",
	    "Or part of it: AB12*, ?B12 CDE, *CDE");
	buf_addf(out,
	    "</div><details%s><summary>Place, time, theme, order"
	    "</summary><div class=\"more\">",
	    uses_more(a) ? " open" : "");
	print_input(a, FIELD_NEAR, "text", "Near", "Town or grid reference");
	if (!str_is_given(a->field[FIELD_KM]))
		a->field[FIELD_KM] = str_of("5");
	print_input(a, FIELD_KM, "text", "Within km", NULL);
	print_input(a, FIELD_FROM, "date", "From", NULL);
	print_input(a, FIELD_TO, "date", "To", NULL);
	print_selects(a);
	buf_addf(out,
	    "<p class=\"tick\"><label><input type=\"checkbox\" "
	    "name=\"progress\" value=\"yes\"%s> In progress only</label></p>"
	    "</div></details><p><button>Search</button></p></form>",
	    a->query.in_progress ? " checked" : "");
}

/* --- the answer --- */

static void
print_row(void *user, const struct search_row *row)
{
	struct asked *a = user;

	found_print(a->v, row);
}

/* What limits the answer, each in a sentence. */
static void
print_limits(struct asked *a, const struct search_answer *answer)
{
	const struct {
		bool is_so;
		const char *says;
	} limits[] = {
		{ answer->is_only_nots,
		    "Only words that must not be there were given: they were "
		    "left out." },
		{ answer->is_cut, "Only the first 10 words were looked for." },
		{ answer->is_ends_cut,
		    "More than 30 words begin so: only the first were looked "
		    "for. Give more of the word." },
		{ answer->is_mark_cut,
		    "Many plates have this part: not all were looked at. Give "
		    "more of it." },
		{ answer->is_capped && answer->ranked < 0,
		    "There is more to look through: this is what was found so "
		    "far." },
		{ answer->is_capped && answer->ranked >= 0,
		    "Many have these words: the newest were put in order." },
	};

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		if (limits[i].is_so)
			buf_addf(a->v->out, "<p class=\"limit\">%s</p>",
			    limits[i].says);
}

static void
print_next(struct asked *a, const struct search_answer *answer)
{
	struct buf *out = a->v->out;

	if (answer->next[0] == '\0')
		return;
	buf_addf(out,
	    "<p class=\"next\"><a rel=\"next\" "
	    "href=\"/search?after=%s",
	    answer->next);
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (str_is_given(a->field[i])) {
			buf_addf(out, "&amp;%s=", names[i]);
			html_url(out, a->field[i]);
		}
	buf_addf(out, "\">%s</a></p>",
	    answer->count < PAGE_ROWS ? "Go on looking" : "Next 25");
}

static void
print_none(struct asked *a, const struct search_answer *answer)
{
	if (answer->count > 0)
		return;
	if (answer->next[0] != '\0')
		buf_add_text(a->v->out, "<p class=\"count\">Nothing found so "
					"far.</p>");
	else
		buf_add_text(a->v->out,
		    "<p class=\"count\">Nothing was found. Fewer words, a part "
		    "of the plate, or a longer time find more.</p>");
}

/* How many older incidents are not in the index yet. */
static int
print_left(struct visit *v, struct err *e)
{
	int64_t left = 0, all = 0;

	if (wordindex_left(v->desk->words, &left, &all, e) < 0)
		return -1;
	if (left > 0)
		buf_addf(v->out,
		    "<p class=\"limit\">Older incidents are being taken into "
		    "the search, the newest first: %" PRId64
		    " %% are in. Words and plates of the others are not found "
		    "yet.</p>",
		    all > 0 ? (all - left) * 100 / all : 0);
	return 0;
}

static int
print_answer(struct asked *a, struct err *e)
{
	struct search_answer answer;
	struct visit *v = a->v;

	if (str_is_given(a->spot.name) && !isnan(a->query.lat)) {
		buf_addf(v->out, "<p class=\"count\">Within %.1f km of ",
		    a->query.within_m / 1000);
		html_text(v->out, a->spot.name);
		buf_add_text(v->out, "</p>");
	}
	buf_add_text(v->out, "<ol class=\"found\">");
	if (search_find(v->desk->search, &a->query, v->desk->arena, print_row,
		a, &answer, e) < 0)
		return -1;
	buf_add_text(v->out, "</ol>");
	print_none(a, &answer);
	print_limits(a, &answer);
	print_next(a, &answer);
	return 0;
}

static int
print_page(struct asked *a, struct err *e)
{
	struct visit *v = a->v;

	visit_page(v, "Search");
	found_style(v);
	if (a->is_mistaken)
		v->reply->status = 400;
	print_form(a);
	if (print_left(v, e) < 0)
		return -1;
	if (a->is_mistaken)
		buf_add_text(v->out, "<p class=\"problem\" role=\"alert\">"
				     "Nothing was searched: see what is said "
				     "in the form.</p>");
	else if (a->is_asked) {
		if (print_answer(a, e) < 0)
			return -1;
	} else
		buf_add_text(v->out,
		    "<p>What was found stands here, with the words marked. The "
		    "address of the page is the search: keep it as a "
		    "bookmark.</p>");
	visit_page_end(v);
	return 0;
}

void
page_search(struct visit *v)
{
	struct asked *a = arena_alloc(v->desk->arena, 1, sizeof *a);
	struct err e = { 0 };

	*a = (struct asked){ .v = v };
	read_asked(a);
	if ((a->is_asked && !a->is_mistaken &&
		visit_record_look(v, 0, "search", &e) < 0) ||
	    print_page(a, &e) < 0)
		visit_fail(v, &e);
}
