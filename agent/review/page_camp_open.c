/*
 * Opening an entry of the register from an incident, and joining further
 * incidents to it.
 */
#include <inttypes.h>
#include <math.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/camp.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/review/visit.h"
#include "agent/store/camps.h"
#include "agent/store/store.h"

#define DAY_MS INT64_C(86400000)

/* An entry being opened. */
struct opening {
	struct visit *v;
	struct store_incident row;
	const char *bad;
	struct deed_camp deed;
	size_t near_count;
};

/* Where the incident is, for people. */
static struct str
place_of(struct opening *o)
{
	const struct place *p = &o->row.place;
	struct arena *arena = o->v->desk->arena;

	if (str_is_given(p->near_name) && !isnan(p->near_m))
		return arena_strf(arena, "%.1f km %.*s of %.*s",
		    p->near_m / 1000, STR_ARG(p->near_bearing),
		    STR_ARG(p->near_name));
	return p->grid_ref;
}

/* What a field holds: as it was sent, else what the incident says. */
static struct str
value_of(void *user, const char *name)
{
	struct opening *o = user;

	if (o->v->rq->is_post)
		return visit_field(o->v, name);
	return str_is(str_of(name), "place") ? place_of(o) : (struct str){ 0 };
}

/* --- entries near by --- */

static void
print_near(void *user, const struct camp *c)
{
	struct opening *o = user;
	struct buf *out = o->v->out;
	bool is_open = c->span.left_ms == CLOCK_NONE;

	if (o->near_count++ == 0)
		buf_add_text(out, "<section aria-labelledby=\"near\"><h2 "
				  "id=\"near\">Entries near by</h2><p>By the "
				  "counting rule it may be one of these:</p>"
				  "<ul class=\"joined\">");
	buf_addf(out,
	    "<li><a href=\"/encampments/%" PRId64 "\">Encampment %" PRId64 ": ",
	    c->id, c->id);
	html_text(out, c->place);
	buf_add_text(out, is_open ? "</a>, open since " : "</a>, left ");
	html_time(out, is_open ? c->span.reported_ms : c->span.left_ms);
	if (!is_open)
		buf_add_text(out, ": if they came back to the same land, "
				  "reopen it, too");
	buf_addf(out,
	    "<form method=\"post\" action=\"/encampments/%" PRId64 "/join\">",
	    c->id);
	visit_form_field(o->v);
	buf_addf(out,
	    "<input type=\"hidden\" name=\"turns\" value=\"%" PRId64
	    "\"><button name=\"incident\" value=\"%" PRId64
	    "\">Join this incident to entry %" PRId64 "</button></form></li>",
	    c->turns, o->row.id, c->id);
}

static int
print_all_near(struct opening *o, struct err *e)
{
	const struct place *p = &o->row.place;
	const struct campcount_rule *rule = &o->v->service->camp_rule;
	const struct camp_near near = { p->lat, p->lon, (double)rule->move_m,
		o->v->now_ms - rule->return_days * DAY_MS };

	if (isnan(p->lat) || isnan(p->lon))
		return 0;
	if (camps_near(o->v->desk->camps, &near, print_near, o, e) < 0)
		return -1;
	if (o->near_count)
		buf_add_text(o->v->out, "</ul></section>");
	return 0;
}

/* --- the form --- */

static void
print_new(struct opening *o)
{
	struct buf *out = o->v->out;
	struct buf rule = { 0 };

	buf_addf(out,
	    "<section aria-labelledby=\"new\"><h2 id=\"new\">A new entry</h2>"
	    "<form class=\"line-form\" method=\"post\" action=\"/incident/"
	    "%" PRId64 "/encampment\" novalidate>",
	    o->row.id);
	visit_form_field(o->v);
	camp_print_fields(
	    out, campwords_kind(CAMP_PLACE)->fields, value_of, o, o->bad);
	buf_add_text(out,
	    "<p><label for=\"f-moved\">Moved from entry (may be left out)"
	    "</label><span class=\"hint\" id=\"h-moved\">The number of the "
	    "entry, if it is the same group and farther than the rule "
	    "says</span><input id=\"f-moved\" name=\"moved\" "
	    "inputmode=\"numeric\" maxlength=\"9\" "
	    "aria-describedby=\"h-moved\" value=\"");
	html_text(out, value_of(o, "moved"));
	buf_add_text(out, "\"></p><p><button>Open the entry</button></p></form>"
			  "<h3>What counts as one</h3><p>");
	campcount_text(&o->v->service->camp_rule, &rule);
	html_text(out, buf_str(&rule));
	buf_add_text(out, "</p></section>");
	buf_clear(&rule);
}

static int
print_form(struct opening *o, const char *problem, struct err *e)
{
	struct buf *out = o->v->out;

	visit_page(o->v, "Open an entry in the register");
	buf_addf(out, "<p>From <a href=\"/incident/%" PRId64 "\">incident ",
	    o->row.id);
	html_text(out, o->row.ref);
	buf_add_text(out, "</a></p>");
	if (problem)
		camp_print_problem(o->v, o->bad, problem);
	if (print_all_near(o, e) < 0)
		return -1;
	print_new(o);
	visit_page_end(o->v);
	return 0;
}

static void
say_no_incident(struct visit *v)
{
	visit_say(v, 404, "Not found",
	    "There is no such incident. It may have been erased.");
}

/* 1, 0 if there is no such incident, -1. */
static int
load(struct opening *o, struct visit *v, struct err *e)
{
	int64_t id = visit_number(v->arg);

	*o = (struct opening){ .v = v };
	return id > 0 ? store_incident_find_id(
			    v->desk->store, id, v->desk->arena, &o->row, e)
		      : 0;
}

/* It belongs to an entry already: go there. */
static int
is_known(struct opening *o, struct err *e)
{
	int64_t id = camps_of_incident(o->v->desk->camps, o->row.id, e);

	if (id > 0)
		camp_go(o->v, id);
	return id > 0 ? 1 : (int)id;
}

void
page_camp_open(struct visit *v)
{
	struct opening o;
	struct err e = { 0 };
	int r = load(&o, v, &e);

	if (r == 0) {
		say_no_incident(v);
		return;
	}
	if (r > 0) {
		r = is_known(&o, &e);
		if (r > 0)
			return;
	}
	if (r < 0 ||
	    visit_record_part(v, o.row.id, "encampment opening", &e) < 0 ||
	    print_form(&o, NULL, &e) < 0)
		visit_fail(v, &e);
}

/* --- opening it --- */

static void
take(struct opening *o, struct visit *v)
{
	unsigned status = 400;
	struct err e = { 0 }, again = { 0 };
	int r = deed_camp_check(&o->deed, v, &e);

	o->bad = v->bad;
	if (r == 0) {
		status = 409;
		r = visit_change(v, deed_camp_begin, &o->deed, &e);
		if (r > 0) {
			camp_go(v, o->deed.camp_id);
			return;
		}
	}
	if (r == 0 || e.code != ERR_INVALID) {
		visit_refuse(v, r, &e);
		return;
	}
	if (print_form(o, e.msg, &again) < 0)
		visit_fail(v, &again);
	else
		v->reply->status = status;
}

void
page_camp_begin(struct visit *v)
{
	struct opening o;
	struct err e = { 0 };
	int r = load(&o, v, &e);

	if (r == 0)
		say_no_incident(v);
	else if (r < 0)
		visit_fail(v, &e);
	else {
		o.deed.incident_id = o.row.id;
		take(&o, v);
	}
	buf_clear(&o.deed.body);
}

/* --- further incidents --- */

static void
change(struct visit *v, int (*how)(void *user, struct visit *v, struct err *e))
{
	int64_t id = visit_number(v->arg);
	struct err e = { 0 };
	struct camp camp;
	int r = id > 0
		    ? camps_find(v->desk->camps, id, v->desk->arena, &camp, &e)
		    : 0;

	if (r == 0) {
		camp_say_none(v);
		return;
	}
	if (r > 0)
		r = visit_change(v, how, &id, &e);
	if (r > 0)
		camp_go(v, id);
	else
		visit_refuse(v, r, &e);
}

void
page_camp_join(struct visit *v)
{
	change(v, deed_camp_join);
}

void
page_camp_part(struct visit *v)
{
	change(v, deed_camp_part);
}
