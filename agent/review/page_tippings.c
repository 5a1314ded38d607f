/*
 * Fly-tipping: what is recorded of it, by size, waste, land and month, and the
 * figures.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/http.h"
#include "agent/review/camp.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/visit.h"
#include "agent/store/tippings.h"

#define PAGE_ROWS 50
#define MONTHS    13

#define NUMBERS(title) "<th scope=\"col\" class=\"number\">" title "</th>"

/* What is being written. */
struct listing {
	struct visit *v;
	struct tipping_filter filter;
	struct str month;
	int64_t rows, last_ms, last_id;
};

/* --- reading the address --- */

static struct str
parameter(struct visit *v, const char *name)
{
	struct str s = http_query(v->rq, name);

	return s.len > 0 ? s : (struct str){ 0 };
}

static void
read_filter(struct listing *l, struct visit *v)
{
	struct tipping_filter *f = &l->filter;
	struct str after = parameter(v, "after");
	char *end = NULL;

	*f = (struct tipping_filter){ .size = parameter(v, "size"),
		.waste = parameter(v, "waste"),
		.land = parameter(v, "land"),
		.from_ms = INT64_MIN,
		.to_ms = INT64_MAX,
		.limit = PAGE_ROWS };
	l->month = parameter(v, "month");
	if (!tippings_read_month(l->month, &f->from_ms, &f->to_ms))
		l->month = (struct str){ 0 };
	if (!str_is_given(after))
		return;
	f->after_ms = strtoll(after.p, &end, 10);
	if (*end == '.')
		f->after_id = strtoll(end + 1, NULL, 10);
}

static void
print_parameter(struct buf *out, const char *name, struct str value)
{
	if (!str_is_given(value))
		return;
	buf_addf(out, "&amp;%s=", name);
	html_url(out, value);
}

/* The filter, behind a parameter that comes before it. */
static void
print_parameters(struct listing *l)
{
	print_parameter(l->v->out, "size", l->filter.size);
	print_parameter(l->v->out, "waste", l->filter.waste);
	print_parameter(l->v->out, "land", l->filter.land);
	print_parameter(l->v->out, "month", l->month);
}

/* --- the list --- */

/* The API's, too. */
static const char *const params[] = { "size", "waste", "land", "month", NULL };

static void
print_choice(
    struct buf *out, const char *name, const char *label, struct str chosen)
{
	buf_addf(out,
	    "<p><label for=\"%s\">%s</label><select id=\"%s\" name=\"%s\">",
	    name, label, name, name);
	camp_options(out, tippings_choices(name), chosen, "All");
	buf_add_text(out, "</select></p>");
}

static void
print_filter(struct listing *l)
{
	struct buf *out = l->v->out;

	buf_add_text(out, "<form class=\"filter\" action=\"/fly-tipping\">");
	print_choice(out, "size", "Size", l->filter.size);
	print_choice(out, "waste", "Waste", l->filter.waste);
	print_choice(out, "land", "Land", l->filter.land);
	buf_add_text(out,
	    "<p><label for=\"month\">Month, such as 2026-11</label><input "
	    "id=\"month\" name=\"month\" type=\"month\" value=\"");
	html_text(out, l->month);
	buf_add_text(out, "\"></p><p><button>Show</button></p></form>");
}

static void
print_label(struct buf *out, const char *field, struct str word)
{
	html_words(out, campwords_label(tippings_choices(field), word));
}

static void
begin_table(struct buf *out)
{
	buf_add_text(out,
	    "<div class=\"scroll wide\" role=\"region\" tabindex=\"0\" "
	    "aria-label=\"Table of the records\"><table class=\"records\"><thead><tr><th "
	    "scope=\"col\">Incident</th><th scope=\"col\">Opened</th><th "
	    "scope=\"col\">District</th><th scope=\"col\">Size</th><th "
	    "scope=\"col\">Mostly</th><th scope=\"col\">Land</th><th "
	    "scope=\"col\">Seen</th><th scope=\"col\">Evidence</th><th "
	    "scope=\"col\">Referred</th><th scope=\"col\">Cleared</th></tr>"
	    "</thead><tbody>");
}

static void
print_referral(struct buf *out, const struct tipping *r)
{
	if (r->referred_ms == CLOCK_NONE) {
		buf_add_text(out, "no");
		return;
	}
	print_label(out, "referred", r->referred);
	buf_add_text(out, " ");
	html_time(out, r->referred_ms);
	if (r->reference.len > 0) {
		buf_add_text(out, ", ");
		html_text(out, r->reference);
	}
}

static void
print_row(void *user, const struct tipping *r)
{
	struct listing *l = user;
	struct buf *out = l->v->out;

	if (l->rows++ == 0)
		begin_table(out);
	buf_addf(out,
	    "<tr><th scope=\"row\"><a href=\"/incident/%" PRId64 "\">",
	    r->incident_id);
	html_text(out, r->ref);
	buf_add_text(out, "</a></th><td>");
	html_time(out, r->opened_ms);
	buf_add_text(out, "</td><td>");
	html_text(out, r->district);
	buf_add_text(out, "</td><td>");
	print_label(out, "size", r->size);
	buf_add_text(out, "</td><td>");
	print_label(out, "waste", r->waste);
	buf_add_text(out, "</td><td>");
	print_label(out, "land", r->land);
	buf_add_text(out, "</td><td>");
	print_label(out, "witnessed", r->witnessed);
	buf_add_text(out, "</td><td>");
	print_label(out, "evidence", r->evidence);
	buf_add_text(out, "</td><td>");
	print_referral(out, r);
	buf_add_text(out, "</td><td>");
	if (r->cleared_ms == CLOCK_NONE)
		buf_add_text(out, "not known");
	else
		html_time(out, r->cleared_ms);
	buf_add_text(out, "</td></tr>");
	l->last_ms = r->opened_ms;
	l->last_id = r->id;
}

static int
print_list(struct listing *l, struct err *e)
{
	struct buf *out = l->v->out;

	buf_add_text(out, "<section aria-labelledby=\"records\"><h2 "
			  "id=\"records\">Recorded</h2>");
	print_filter(l);
	if (tippings_list(l->v->desk->tippings, &l->filter, print_row, l, e) <
	    0)
		return -1;
	buf_add_text(out, l->rows ? "</tbody></table></div>"
				  : "<p>Nothing is recorded that is like that. "
				    "Size, waste and land are recorded on the "
				    "page of an incident with the theme "
				    "fly-tipping.</p>");
	if (l->rows == PAGE_ROWS) {
		buf_addf(out,
		    "<p class=\"next\"><a rel=\"next\" "
		    "href=\"/fly-tipping?after=%" PRId64 ".%" PRId64,
		    l->last_ms, l->last_id);
		print_parameters(l);
		buf_addf(out, "\">Next %d</a></p>", PAGE_ROWS);
	}
	if (l->rows > 0)
		visit_csv_with(l->v, "/v1/fly-tipping", params, "records");
	buf_add_text(out, "</section>");
	return 0;
}

/* --- the figures --- */

static void
print_number(struct buf *out, int64_t n)
{
	buf_addf(out, "<td class=\"number\">%" PRId64 "</td>", n);
}

static void
print_month(struct buf *out, const struct tipping_month *m)
{
	const struct campword_choice *c = tippings_choices("size");

	buf_addf(out,
	    "<tr><th scope=\"row\"><a href=\"/fly-tipping?month=%04d-%02d\">",
	    m->year, m->month);
	html_month(out, m->year, m->month);
	buf_add_text(out, "</a></th>");
	print_number(out, m->recorded);
	for (size_t i = 0; c[i].word; i++)
		print_number(out, m->sizes[i]);
	print_number(out, m->witnessed);
	print_number(out, m->evidence);
	print_number(out, m->referred);
	print_number(out, m->cleared);
	buf_add_text(out, "</tr>");
}

static int
print_figures(struct listing *l, struct err *e)
{
	struct buf *out = l->v->out;
	const struct campword_choice *c = tippings_choices("size");
	struct tipping_month months[MONTHS];

	if (tippings_months(
		l->v->desk->tippings, months, MONTHS, l->v->now_ms, e) < 0)
		return -1;
	buf_add_text(out,
	    "<section aria-labelledby=\"figures\"><h2 id=\"figures\">By month"
	    "</h2><div class=\"scroll figures\" role=\"region\" tabindex=\"0\" "
	    "aria-label=\"Table of the months\"><table><thead><tr><th scope=\"col\">"
	    "Month</th>" NUMBERS("Recorded"));
	for (; c->word; c++)
		buf_addf(out, NUMBERS("%s"), c->label);
	buf_add_text(out,
	    NUMBERS("Seen being left") NUMBERS("Evidence found")
		NUMBERS("Referred") NUMBERS("Cleared") "</tr></thead><tbody>");
	for (size_t i = MONTHS; i > 0; i--)
		print_month(out, &months[i - 1]);
	buf_add_text(out,
	    "</tbody></table></div><p>By when the incident was opened.</p>");
	visit_csv(l->v, "/v1/fly-tipping/figures", "figures");
	buf_add_text(out, "</section>");
	return 0;
}

static int
print_page(struct listing *l, struct err *e)
{
	visit_page(l->v, "Fly-tipping");
	if (print_list(l, e) < 0 || print_figures(l, e) < 0)
		return -1;
	visit_page_end(l->v);
	return 0;
}

void
page_tippings(struct visit *v)
{
	struct listing l = { .v = v };
	struct err e = { 0 };

	read_filter(&l, v);
	if (visit_record_look(v, 0, "fly-tipping", &e) < 0 ||
	    print_page(&l, &e) < 0)
		visit_fail(v, &e);
}
