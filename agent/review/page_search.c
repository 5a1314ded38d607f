/*
 * Search: one form, whose answer is an address that can be kept.
 *
 * A mistake in the form is said beside its field and nothing is searched; the
 * words can hold none (asking.h).
 */
#include <inttypes.h>
#include <math.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/found.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/searchform.h"
#include "agent/review/visit.h"
#include "agent/store/search.h"
#include "agent/store/wordindex.h"

#define PAGE_ROWS 25

/* A search on its way to the page. */
struct asked {
	struct visit *v;
	struct searchform f;
};

/* --- the form --- */

/* The label, the hint and what is wrong with what stands there. */
static void
print_label(struct asked *a, enum searchform_field field, const char *label,
    const char *hint)
{
	struct buf *out = a->v->out;
	const char *name = searchform_names[field];

	buf_addf(out, "<p%s><label for=\"%s\">%s</label>",
	    a->f.mistake[field] ? " class=\"wrong\"" : "", name, label);
	if (hint)
		buf_addf(out, "<span class=\"hint\" id=\"%s-hint\">%s</span>",
		    name, hint);
	if (a->f.mistake[field])
		buf_addf(out,
		    "<strong class=\"mistake\" id=\"%s-wrong\">%s"
		    "</strong>",
		    name, a->f.mistake[field]);
}

/* What ties those to the field for who cannot see them. */
static void
print_described(struct asked *a, enum searchform_field field, bool has_hint)
{
	const char *name = searchform_names[field];
	bool is_wrong = a->f.mistake[field] != NULL;

	if (is_wrong)
		buf_add_text(a->v->out, " aria-invalid=\"true\"");
	if (has_hint || is_wrong)
		buf_addf(a->v->out, " aria-describedby=\"%s%s%s%s%s\"",
		    has_hint ? name : "", has_hint ? "-hint" : "",
		    has_hint && is_wrong ? " " : "", is_wrong ? name : "",
		    is_wrong ? "-wrong" : "");
}

static void
print_input(struct asked *a, enum searchform_field field, const char *type,
    const char *label, const char *hint)
{
	struct buf *out = a->v->out;

	print_label(a, field, label, hint);
	buf_addf(out, "<input id=\"%s\" name=\"%s\" type=\"%s\"",
	    searchform_names[field], searchform_names[field], type);
	print_described(a, field, hint != NULL);
	buf_add_text(out, " value=\"");
	html_text(out, a->f.field[field]);
	buf_add_text(out, "\"></p>");
}

static void
print_option(struct asked *a, enum searchform_field field, const char *value,
    const char *name)
{
	buf_addf(a->v->out, "<option value=\"%s\"%s>%s</option>", value,
	    str_is(a->f.field[field], value) ? " selected" : "", name);
}

static void
print_selects(struct asked *a)
{
	struct buf *out = a->v->out;

	print_label(a, SEARCHFORM_THEME, "Theme", NULL);
	buf_add_text(out, "<select id=\"theme\" name=\"theme\">"
			  "<option value=\"\">Any</option>");
	html_theme_options(out, a->f.field[SEARCHFORM_THEME]);
	buf_add_text(out, "</select></p>");
	print_label(a, SEARCHFORM_LEVEL, "Level", NULL);
	buf_add_text(out, "<select id=\"level\" name=\"level\">");
	print_option(a, SEARCHFORM_LEVEL, "", "Tagged or not");
	print_option(a, SEARCHFORM_LEVEL, "tagged", "Tagged");
	print_option(a, SEARCHFORM_LEVEL, "alert", "Alert");
	buf_add_text(out, "</select></p>");
	print_input(a, SEARCHFORM_DISTRICT, "text", "District", NULL);
	print_label(a, SEARCHFORM_ORDER, "Order", NULL);
	buf_add_text(out, "<select id=\"order\" name=\"order\">");
	print_option(a, SEARCHFORM_ORDER, "", "Newest first");
	print_option(a, SEARCHFORM_ORDER, "best", "Best match first");
	buf_add_text(out, "</select></p>");
}

/* Does the search use what is folded away, or is a mistake in it? */
static bool
uses_more(const struct asked *a)
{
	for (size_t i = SEARCHFORM_NEAR; i < SEARCHFORM_COUNT; i++)
		if (a->f.mistake[i] ||
		    (i != SEARCHFORM_KM && str_is_given(a->f.field[i])))
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
	print_input(a, SEARCHFORM_WORDS, "search", "Words",
	    "In logs, places, codes and references. All must be there; "
	    "\"a phrase in quotes\"; -without; wor*");
	print_input(a, SEARCHFORM_PLATE, "text", "Number plate",
	    "Or part of it: AB12*, ?B12 CDE, *CDE");
	buf_addf(out,
	    "</div><details%s><summary>Place, time, theme, order"
	    "</summary><div class=\"more\">",
	    uses_more(a) ? " open" : "");
	print_input(
	    a, SEARCHFORM_NEAR, "text", "Near", "Town or grid reference");
	if (!str_is_given(a->f.field[SEARCHFORM_KM]))
		a->f.field[SEARCHFORM_KM] = str_of("5");
	print_input(a, SEARCHFORM_KM, "text", "Within km", NULL);
	print_input(a, SEARCHFORM_FROM, "date", "From", NULL);
	print_input(a, SEARCHFORM_TO, "date", "To", NULL);
	print_selects(a);
	buf_addf(out,
	    "<p class=\"tick\"><label><input type=\"checkbox\" "
	    "name=\"progress\" value=\"yes\"%s> In progress only</label></p>"
	    "</div></details><p><button>Search</button></p></form>",
	    a->f.query.in_progress ? " checked" : "");
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
	for (size_t i = 0; i < SEARCHFORM_COUNT; i++)
		if (str_is_given(a->f.field[i])) {
			buf_addf(out, "&amp;%s=", searchform_names[i]);
			html_url(out, a->f.field[i]);
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
	/* All of searchform_names. */
	static const char *const params[] = { "q", "plate", "near", "km",
		"from", "to", "theme", "level", "district", "progress", "order",
		NULL };
	struct search_answer answer;
	struct visit *v = a->v;

	if (str_is_given(a->f.spot.name) && !isnan(a->f.query.lat)) {
		buf_addf(v->out, "<p class=\"count\">Within %.1f km of ",
		    a->f.query.within_m / 1000);
		html_text(v->out, a->f.spot.name);
		buf_add_text(v->out, "</p>");
	}
	buf_add_text(v->out, "<ol class=\"found\">");
	if (search_find(v->desk->search, &a->f.query, v->desk->arena, print_row,
		a, &answer, e) < 0)
		return -1;
	buf_add_text(v->out, "</ol>");
	print_none(a, &answer);
	if (answer.count > 0)
		visit_csv_with(v, "/v1/search", params, "what was found");
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
	if (a->f.is_mistaken)
		v->reply->status = 400;
	print_form(a);
	if (print_left(v, e) < 0)
		return -1;
	if (a->f.is_mistaken)
		buf_add_text(v->out, "<p class=\"problem\" role=\"alert\">"
				     "Nothing was searched: see what is said "
				     "in the form.</p>");
	else if (a->f.is_asked) {
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
	searchform_read(v, &a->f);
	a->f.query.cursor = http_query(v->rq, "after");
	a->f.query.limit = PAGE_ROWS;
	if ((a->f.is_asked && !a->f.is_mistaken &&
		visit_record_look(v, 0, "search", &e) < 0) ||
	    print_page(a, &e) < 0)
		visit_fail(v, &e);
}
