/*
 * The register of encampments: what is due, the entries, the months' figures.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/review/camp.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/visit.h"
#include "agent/store/camps.h"

#define PAGE_ROWS 50
#define DUE_ROWS  50
#define MONTHS    13
#define DAY_MS    INT64_C(86400000)

/* What is due within this is shown before it is late. */
#define DUE_SOON_MS (2 * DAY_MS)

static const struct {
	const char *name, *title, *none;
} states[] = {
	[CAMP_STATE_ALL] = { "all", "All",
	    "The register is empty. An entry is opened from an incident with "
	    "the theme encampment, by the button on its page." },
	[CAMP_STATE_OPEN] = { "open", "Open",
	    "No entry is open. One stands here from when it is opened from an "
	    "incident until all have left." },
	[CAMP_STATE_CLOSED] = { "closed", "Closed", "No entry was closed." },
};
#define STATE_COUNT (sizeof states / sizeof states[0])

/* What is being written. */
struct listing {
	struct visit *v;
	struct camp_filter filter;
	int64_t rows, late;
	int64_t last_ms, last_id;
	struct buf due;
};

/* --- reading the address --- */

static struct str
parameter(struct visit *v, const char *name)
{
	struct str s = http_query(v->rq, name);

	return s.len > 0 ? s : (struct str){ 0 };
}

static void
read_filter(struct visit *v, struct camp_filter *f)
{
	struct str state = parameter(v, "state");
	struct str after = parameter(v, "after");
	char *end = NULL;

	*f = (struct camp_filter){ .state = CAMP_STATE_OPEN,
		.district = parameter(v, "district"),
		.land = parameter(v, "land"),
		.limit = PAGE_ROWS };
	for (size_t i = 0; i < STATE_COUNT; i++)
		if (str_is(state, states[i].name))
			f->state = (enum camp_state)i;
	if (!str_is_given(after))
		return;
	f->after_ms = strtoll(after.p, &end, 10);
	if (*end == '.')
		f->after_id = strtoll(end + 1, NULL, 10);
}

/* --- what is due --- */

static void
add_due(void *user, const struct camp_due *due)
{
	struct listing *l = user;
	struct buf *out = &l->due;
	const struct campword_field *f = campwords_kind(CAMP_DEADLINE)->fields;
	bool is_late = due->due_ms < l->v->now_ms;
	struct json *body = NULL;
	struct err e = { 0 };

	l->late += is_late;
	buf_addf(out, "<li class=\"deadline%s\"><strong>%s",
	    is_late ? " overdue" : "", is_late ? "Overdue: " : "");
	if (json_parse(due->body, &body, NULL, &e) == 0)
		html_text(out, campwords_show(l->v->desk->arena, f, body));
	json_free(&body);
	buf_addf(out,
	    "</strong>, <a href=\"/encampments/%" PRId64
	    "#due\">encampment %" PRId64 ": ",
	    due->camp_id, due->camp_id);
	html_text(out, due->place);
	buf_add_text(out, "</a>, due ");
	html_time(out, due->due_ms);
	buf_add_text(out, "</li>");
}

static void
print_due(struct listing *l)
{
	struct buf *out = l->v->out;

	buf_add_text(out, "<section aria-labelledby=\"due\"><h2 id=\"due\">"
			  "Due in the next two days</h2>");
	if (l->late > 0)
		buf_addf(out,
		    "<p><strong>%" PRId64 "</strong> %s "
		    "overdue.</p>",
		    l->late, l->late == 1 ? "is" : "are");
	if (l->due.len == 0)
		buf_add_text(out, "<p>Nothing is due. Deadlines of open "
				  "entries stand here, the overdue ones "
				  "first.</p>");
	else {
		buf_add_text(out, "<ul class=\"deadlines\">");
		buf_add_str(out, buf_str(&l->due));
		buf_add_text(out, "</ul>");
		visit_csv(l->v, "/v1/encampments/due", "deadlines");
	}
	buf_add_text(out, "</section>");
}

/* --- the list --- */

static void
print_filter(struct listing *l)
{
	struct buf *out = l->v->out;

	buf_add_text(out, "<form class=\"filter\" action=\"/encampments\">"
			  "<p><label for=\"state\">Show</label><select "
			  "id=\"state\" name=\"state\">");
	for (size_t i = 0; i < STATE_COUNT; i++)
		buf_addf(out, "<option value=\"%s\"%s>%s</option>",
		    states[i].name, i == l->filter.state ? " selected" : "",
		    states[i].title);
	buf_add_text(out, "</select></p><p><label for=\"land\">Land</label>"
			  "<select id=\"land\" name=\"land\">");
	camp_options(out, campwords_lands(), l->filter.land, "All");
	buf_add_text(out, "</select></p><p><label for=\"district\">District"
			  "</label><input id=\"district\" name=\"district\" "
			  "maxlength=\"64\" value=\"");
	html_text(out, l->filter.district);
	buf_add_text(out, "\"></p><p><button>Show</button></p></form>");
}

#define NUMBERS(title) "<th scope=\"col\" class=\"number\">" title "</th>"

static void
print_number(struct buf *out, int64_t n)
{
	if (n < 0)
		buf_add_text(out, "<td class=\"number\">not counted</td>");
	else
		buf_addf(out, "<td class=\"number\">%" PRId64 "</td>", n);
}

static void
print_state(struct listing *l, const struct camp *c)
{
	struct buf *out = l->v->out;

	if (c->span.left_ms != CLOCK_NONE)
		html_words(out,
		    campwords_label(campwords_outcomes(), c->span.outcome));
	else
		buf_add_text(out, "Open");
	if (c->due_ms != CLOCK_NONE) {
		buf_add_text(out, c->due_ms < l->v->now_ms
				      ? "; <strong>overdue</strong> since "
				      : "; next due ");
		html_time(out, c->due_ms);
	}
}

static void
print_row(void *user, const struct camp *c)
{
	struct listing *l = user;
	struct buf *out = l->v->out;

	if (l->rows++ == 0)
		buf_add_text(out,
		    "<div class=\"scroll wide\" role=\"region\" tabindex=\"0\" "
		    "aria-label=\"Table of the entries\"><table><thead><tr><th "
		    "scope=\"col\">Encampment</th><th scope=\"col\">District"
		    "</th><th scope=\"col\">Land</th><th scope=\"col\">First "
		    "report</th>" NUMBERS("Days") NUMBERS("Most caravans")
			NUMBERS("Visits") "<th scope=\"col\">State</th></tr>"
					  "</thead><tbody>");
	buf_addf(out,
	    "<tr><th scope=\"row\"><a href=\"/encampments/%" PRId64
	    "\">%" PRId64 ": ",
	    c->id, c->id);
	html_text(out, c->place);
	buf_add_text(out, "</a></th><td>");
	html_text(out, c->district);
	buf_add_text(out, "</td><td>");
	html_words(out, campwords_label(campwords_lands(), c->land));
	buf_add_text(out, "</td><td>");
	html_time(out, c->span.reported_ms);
	buf_add_text(out, "</td>");
	print_number(out, campcount_days(&c->span, l->v->now_ms));
	print_number(out, c->caravans_most);
	print_number(out, c->visits);
	buf_add_text(out, "<td>");
	print_state(l, c);
	buf_add_text(out, "</td></tr>");
	l->last_ms = c->span.reported_ms;
	l->last_id = c->id;
}

/* The filter as parameters of an address. */
static void
print_parameters(struct listing *l, struct buf *out)
{
	buf_addf(out, "?state=%s", states[l->filter.state].name);
	if (str_is_given(l->filter.land)) {
		buf_add_text(out, "&amp;land=");
		html_url(out, l->filter.land);
	}
	if (str_is_given(l->filter.district)) {
		buf_add_text(out, "&amp;district=");
		html_url(out, l->filter.district);
	}
}

static void
print_csv(struct listing *l)
{
	struct buf path = { 0 };

	buf_add_text(&path, "/v1/encampments");
	print_parameters(l, &path);
	visit_csv(l->v, path.p, "entries");
	buf_clear(&path);
}

static int
print_list(struct listing *l, struct err *e)
{
	struct buf *out = l->v->out;

	buf_add_text(out, "<section aria-labelledby=\"entries\"><h2 "
			  "id=\"entries\">Entries</h2>");
	print_filter(l);
	if (camps_list(l->v->desk->camps, &l->filter, print_row, l, e) < 0)
		return -1;
	if (l->rows == 0)
		buf_addf(out, "<p>%s</p>",
		    l->filter.land.p || l->filter.district.p ||
			    l->filter.after_id
			? "No entry is like that."
			: states[l->filter.state].none);
	else
		buf_add_text(out, "</tbody></table></div>");
	if (l->rows == PAGE_ROWS) {
		buf_add_text(out, "<p class=\"next\"><a rel=\"next\" "
				  "href=\"/encampments");
		print_parameters(l, out);
		buf_addf(out,
		    "&amp;after=%" PRId64 ".%" PRId64 "\">Next %d</a></p>",
		    l->last_ms, l->last_id, PAGE_ROWS);
	}
	if (l->rows > 0)
		print_csv(l);
	buf_add_text(out, "</section>");
	return 0;
}

/* --- the figures --- */

static void
print_outcomes(struct buf *out, const struct campcount_month *m)
{
	const struct campword_choice *c = campwords_outcomes();
	bool has_any = false;

	for (size_t i = 0; c[i].word; i++) {
		if (m->outcomes[i] == 0)
			continue;
		buf_addf(
		    out, "%s%" PRId64 " ", has_any ? "; " : "", m->outcomes[i]);
		html_words(out, c[i].label);
		has_any = true;
	}
	buf_add_text(out, has_any ? "" : "none");
}

static void
print_month(struct buf *out, const struct campcount_month *m)
{
	buf_add_text(out, "<tr><th scope=\"row\">");
	html_month(out, m->year, m->month);
	buf_add_text(out, "</th>");
	print_number(out, m->opened);
	print_number(out, m->ended);
	print_number(out, m->standing);
	print_number(out, m->days);
	print_number(out, m->not_counted);
	buf_add_text(out, "<td>");
	print_outcomes(out, m);
	buf_add_text(out, "</td></tr>");
}

static int
print_figures(struct listing *l, struct err *e)
{
	struct buf *out = l->v->out;
	struct campcount_month months[MONTHS];

	campcount_begin(months, MONTHS, l->v->now_ms);
	if (camps_months(l->v->desk->camps, months, MONTHS, e) < 0)
		return -1;
	buf_add_text(out,
	    "<section aria-labelledby=\"figures\"><h2 id=\"figures\">By month"
	    "</h2><div class=\"scroll wide\" role=\"region\" tabindex=\"0\" "
	    "aria-label=\"Table of the months\"><table><thead><tr><th scope=\"col\">"
	    "Month</th>" NUMBERS("First reported") NUMBERS("Ended")
		NUMBERS("Standing at its end") NUMBERS("Days of those that "
						       "ended")
		    NUMBERS("Not counted") "<th scope=\"col\">Outcomes</th>"
					   "</tr></thead><tbody>");
	for (size_t i = MONTHS; i > 0; i--)
		print_month(out, &months[i - 1]);
	buf_add_text(out,
	    "</tbody></table></div><p>Each counted by the rule that its entry "
	    "was opened under.</p>");
	visit_csv(l->v, "/v1/encampments/figures", "figures");
	buf_add_text(out, "</section>");
	return 0;
}

static int
print_page(struct listing *l, struct err *e)
{
	visit_page(l->v, "Encampments");
	print_due(l);
	if (print_list(l, e) < 0 || print_figures(l, e) < 0)
		return -1;
	visit_page_end(l->v);
	return 0;
}

void
page_camps(struct visit *v)
{
	struct listing l = { .v = v };
	struct err e = { 0 };

	read_filter(v, &l.filter);
	if (visit_record_look(v, 0, "encampments", &e) < 0 ||
	    camps_due(v->desk->camps, v->now_ms + DUE_SOON_MS, DUE_ROWS,
		add_due, &l, &e) < 0 ||
	    print_page(&l, &e) < 0)
		visit_fail(v, &e);
	buf_clear(&l.due);
}
