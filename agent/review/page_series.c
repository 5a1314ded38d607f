/*
 * Series: sets of incidents that people made, those that series of the rules
 * found, and one of the first with its members.
 */
#include <inttypes.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/found.h"
#include "agent/review/html.h"
#include "agent/review/linkwords.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/store/linksets.h"
#include "agent/store/store.h"

#define PAGE_ROWS 25

/* What is being listed. */
struct listing {
	struct visit *v;
	int64_t rows, last_id;
	bool is_found; /* of one series: it is there */
	int64_t set_id;
};

/* --- the list --- */

static void
print_set(void *user, const struct linkset *s)
{
	struct listing *l = user;
	struct buf *out = l->v->out;

	buf_addf(out, "<tr><th scope=\"row\"><a href=\"/series/%" PRId64 "\">",
	    s->id);
	html_text(out, s->name);
	buf_addf(out, "</a></th><td class=\"number\">%" PRId64 "</td><td>",
	    s->member_count);
	html_time(out, s->first_ms);
	buf_add_text(out, "</td><td>");
	html_time(out, s->last_ms);
	buf_add_text(out, "</td><td>");
	html_text(out, s->by);
	buf_add_text(out, ", ");
	html_time(out, s->made_ms);
	buf_add_text(out, "</td></tr>");
	l->rows++;
	l->last_id = s->id;
}

static void
print_more(struct listing *l, const char *parameter)
{
	if (l->rows == PAGE_ROWS)
		buf_addf(l->v->out,
		    "<p class=\"next\"><a href=\"/series?%s=%" PRId64
		    "\">Older</a></p>",
		    parameter, l->last_id);
}

static int64_t
before(struct visit *v, const char *parameter)
{
	int64_t id = visit_number(http_query(v->rq, parameter));

	return id > 0 ? id : INT64_MAX;
}

static int
print_sets(struct visit *v, struct err *e)
{
	struct listing l = { .v = v };

	buf_add_text(v->out,
	    "<h2>Made by people</h2><div class=\"scroll\" tabindex=\"0\" "
	    "role=\"region\" aria-label=\"Series made by people\"><table>"
	    "<thead><tr><th scope=\"col\">Name</th><th scope=\"col\" "
	    "class=\"number\">Incidents</th><th scope=\"col\">First</th>"
	    "<th scope=\"col\">Last</th><th scope=\"col\">Made</th></tr>"
	    "</thead><tbody>");
	if (linksets_list(v->desk->linksets, before(v, "before"), PAGE_ROWS,
		print_set, &l, e) < 0)
		return -1;
	buf_add_text(v->out, "</tbody></table></div>");
	if (l.rows == 0)
		buf_add_text(v->out, "<p>None yet. On an incident's page, "
				     "<em>Put it in a series</em> makes one."
				     "</p>");
	else
		visit_csv(v, "/v1/series", "made by people");
	print_more(&l, "before");
	return 0;
}

static void
print_found(void *user, const struct linkset_found *f)
{
	struct listing *l = user;
	struct buf *out = l->v->out;

	buf_addf(out,
	    "<tr><th scope=\"row\"><a href=\"/incident/%" PRId64 "\">",
	    f->incident_id);
	html_text(out, f->ref);
	buf_add_text(out, "</a></th><td>");
	html_text(out, linkwords_series(l->v->service->rules, f->series));
	buf_addf(
	    out, "</td><td class=\"number\">%" PRId64 "</td><td>", f->count);
	if (f->themes.len > 0)
		html_themes(out, f->themes);
	buf_add_text(out, "</td><td>");
	html_time(out, f->opened_ms);
	buf_add_text(out, "</td></tr>");
	l->rows++;
	l->last_id = f->incident_id;
}

static int
print_rules(struct visit *v, struct err *e)
{
	struct listing l = { .v = v };

	buf_add_text(v->out,
	    "<h2>Found by the rules</h2><div class=\"scroll\" tabindex=\"0\" "
	    "role=\"region\" aria-label=\"Series found by the rules\"><table>"
	    "<thead><tr><th scope=\"col\">Incident</th><th scope=\"col\">"
	    "Series</th><th scope=\"col\" class=\"number\">Others counted</th>"
	    "<th scope=\"col\">Themes</th><th scope=\"col\">Opened</th></tr>"
	    "</thead><tbody>");
	if (linksets_found(v->desk->linksets, before(v, "found"), PAGE_ROWS,
		print_found, &l, e) < 0)
		return -1;
	buf_add_text(v->out, "</tbody></table></div>");
	if (l.rows == 0)
		buf_add_text(v->out, "<p>No series of the rules stands.</p>");
	else
		visit_csv(v, "/v1/series/found", "found by the rules");
	print_more(&l, "found");
	return 0;
}

static int
print_list(struct visit *v, struct err *e)
{
	visit_page(v, "Series");
	found_style(v);
	if (print_sets(v, e) < 0 || print_rules(v, e) < 0)
		return -1;
	visit_page_end(v);
	return 0;
}

void
page_series(struct visit *v)
{
	struct err e = { 0 };

	if (visit_record_look(v, 0, "series", &e) < 0 || print_list(v, &e) < 0)
		visit_fail(v, &e);
}

/* --- one --- */

static void
print_head(void *user, const struct linkset *s)
{
	struct listing *l = user;
	struct buf *out = l->v->out;
	struct str title =
	    arena_strf(l->v->desk->arena, "Series: %.*s", STR_ARG(s->name));

	visit_page(l->v, title.p);
	found_style(l->v);
	buf_add_text(out, "<p>Made by ");
	html_text(out, s->by);
	buf_add_text(out, ", ");
	html_time(out, s->made_ms);
	buf_addf(out, "; %" PRId64 " %s.</p>", s->member_count,
	    s->member_count == 1 ? "incident" : "incidents");
	l->is_found = true;
}

static void
print_undo(struct visit *v, int64_t member_id)
{
	if (!visit_may(v, ACCOUNT_REVIEWER))
		return;
	buf_addf(v->out,
	    "<form method=\"post\" action=\"/series/member/%" PRId64 "/undo\">",
	    member_id);
	visit_form_field(v);
	buf_add_text(v->out, "<button>Take it out</button></form>");
}

static void
print_member(void *user, const struct linkset_member *m)
{
	struct listing *l = user;
	struct buf *out = l->v->out;
	bool stands = m->undone_ms == CLOCK_NONE;

	buf_addf(out,
	    "<li class=\"sighting\"><p><a href=\"/incident/%" PRId64 "\">",
	    m->incident_id);
	html_time(out, m->opened_ms);
	buf_add_text(out, "</a> <strong>");
	if (m->themes.len > 0)
		html_themes(out, m->themes);
	else
		buf_add_text(out, "Not tagged");
	buf_add_text(out, "</strong> <span class=\"ref\">");
	html_text(out, m->ref);
	buf_add_text(out, "</span>");
	if (m->near_name.len > 0) {
		buf_add_text(out, ", near ");
		html_text(out, m->near_name);
	}
	buf_addf(out, "</p><p>%s", linkwords_say(m->kind));
	if (m->reason.len > 0) {
		buf_add_text(out, ": <q>");
		html_text(out, m->reason);
		buf_add_text(out, "</q>");
	}
	buf_add_text(out, "</p><p class=\"beside\">Put in by ");
	html_text(out, m->by);
	buf_add_text(out, ", ");
	html_time(out, m->at_ms);
	if (!stands) {
		buf_add_text(out, "; taken out by ");
		html_text(out, m->undone_by);
		buf_add_text(out, ", ");
		html_time(out, m->undone_ms);
	}
	buf_add_text(out, "</p>");
	if (stands)
		print_undo(l->v, m->id);
	buf_add_text(out, "</li>");
}

static int
print_one(struct listing *l, struct err *e)
{
	struct linksets *sets = l->v->desk->linksets;

	if (linksets_find(sets, l->set_id, print_head, l, e) < 0)
		return -1;
	if (!l->is_found) {
		visit_say(l->v, 404, "Not found",
		    "There is no such series. It goes with its last incident.");
		return 0;
	}
	buf_add_text(l->v->out, "<h2>Its incidents</h2>"
				"<ol class=\"timeline\">");
	if (linksets_members(sets, l->set_id, print_member, l, e) < 0)
		return -1;
	buf_add_text(l->v->out, "</ol>");
	visit_page_end(l->v);
	return 0;
}

void
page_linkset(struct visit *v)
{
	struct listing l = { .v = v, .set_id = visit_number(v->arg) };
	struct err e = { 0 };

	if (visit_record_look(v, 0, "series", &e) < 0 || print_one(&l, &e) < 0)
		visit_fail(v, &e);
}

/* --- in other lists --- */

static void
print_line(void *user, const struct linkset_member *m)
{
	struct buf *out = user;

	buf_addf(out,
	    "<p class=\"series-line\">Series: "
	    "<a href=\"/series/%" PRId64 "\">",
	    m->linkset_id);
	html_text(out, m->name);
	buf_add_text(out, "</a></p>");
}

int
page_series_line(struct visit *v, int64_t incident_id, struct err *e)
{
	return linksets_of(
	    v->desk->linksets, incident_id, print_line, v->out, e);
}

/* --- changes --- */

/* Is there such an incident?  If not, that was answered. */
static bool
is_there(struct visit *v, int64_t id)
{
	struct store_incident row;
	struct err e = { 0 };
	int r = id > 0 ? store_incident_find_id(
			     v->desk->store, id, v->desk->arena, &row, &e)
		       : 0;

	if (r == 0)
		visit_say(v, 404, "Not found",
		    "There is no such incident. It may have been erased.");
	else if (r < 0)
		visit_fail(v, &e);
	return r > 0;
}

static void
go_to(struct visit *v, const char *path, int64_t id)
{
	struct str to = arena_strf(v->desk->arena, "%s%" PRId64, path, id);

	visit_redirect(v, to.p);
}

void
page_series_put(struct visit *v)
{
	struct deed_series s = { .incident_id = visit_number(v->arg) };
	struct err e = { 0 };
	int r;

	if (!is_there(v, s.incident_id))
		return;
	r = visit_change(v, deed_series_put, &s, &e);
	if (r > 0)
		go_to(v, "/series/", s.set_id);
	else
		visit_refuse(v, r, &e);
}

void
page_series_take(struct visit *v)
{
	struct deed_series s = { 0 };
	struct err e = { 0 };
	int r = visit_change(v, deed_series_take, &s, &e);

	if (r > 0)
		go_to(v, "/incident/", s.incident_id);
	else
		visit_refuse(v, r, &e);
}

void
page_link_judge(struct visit *v)
{
	int64_t id = visit_number(v->arg);
	struct err e = { 0 };
	int r;

	if (!is_there(v, id) ||
	    !is_there(v, visit_number(visit_field(v, "other"))))
		return;
	r = visit_change(v, deed_link_judge, &id, &e);
	if (r > 0)
		go_to(v, "/incident/", id);
	else
		visit_refuse(v, r, &e);
}

void
page_link_undo(struct visit *v)
{
	int64_t back = visit_number(visit_field(v, "back"));
	struct err e = { 0 };
	int r = visit_change(v, deed_link_undo, &back, &e);

	if (r > 0)
		go_to(v, "/incident/", back);
	else
		visit_refuse(v, r, &e);
}
