/*
 * A line for an entry of the register: the form of each kind, and what it
 * sends.  What is wrong with it is said above the form, which keeps what was
 * filled in.
 */
#include <inttypes.h>
#include <stdio.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/http.h"
#include "agent/review/camp.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/lineform.h"
#include "agent/review/page.h"
#include "agent/review/visit.h"

/* --- the form --- */

static void
print_hidden(const struct lineform *f)
{
	struct buf *out = f->v->out;

	visit_form_field(f->v);
	buf_addf(out,
	    "<input type=\"hidden\" name=\"turns\" value=\"%" PRId64
	    "\"><input type=\"hidden\" name=\"kind\" value=\"%s\">",
	    f->turns, campwords_kind(f->kind)->word);
	if (f->corrects_id)
		buf_addf(out,
		    "<input type=\"hidden\" name=\"line\" value=\"%" PRId64
		    "\">",
		    f->corrects_id);
	if (f->refers_id)
		buf_addf(out,
		    "<input type=\"hidden\" name=\"of\" value=\"%" PRId64 "\">",
		    f->refers_id);
}

static void
begin_form(const struct lineform *f)
{
	buf_addf(f->v->out,
	    "<form class=\"line-form\" method=\"post\" "
	    "action=\"/encampments/%" PRId64 "/line\" novalidate>",
	    f->d.camp.id);
}

/* To take out a line, beside correcting it. */
static void
print_withdraw(const struct lineform *f)
{
	struct lineform out = *f;

	if (!f->corrects_id || f->kind == CAMP_WITHDRAWN ||
	    f->kind == CAMP_PLACE)
		return;
	out.kind = CAMP_WITHDRAWN;
	buf_add_text(f->v->out, "<h2>Or take it out</h2><p>It stays to be "
				"seen, with who took it out.</p>");
	begin_form(&out);
	print_hidden(&out);
	buf_add_text(f->v->out, "<p><label for=\"f-reason\">Why</label><select "
				"id=\"f-reason\" name=\"reason\">");
	camp_options(f->v->out, campwords_kind(CAMP_WITHDRAWN)->fields->choices,
	    (struct str){ 0 }, "Choose");
	buf_add_text(f->v->out,
	    "</select></p><p><button>Take it out</button></p></form>");
}

static void
print_form(struct lineform *f, const char *problem)
{
	const struct campword_form *k = campwords_kind(f->kind);
	struct buf title = { 0 };

	buf_addf(&title, "%s%s", f->corrects_id ? "Correct: " : "", k->title);
	visit_page(f->v, title.p);
	buf_clear(&title);
	buf_addf(f->v->out,
	    "<p><a href=\"/encampments/%" PRId64 "\">Encampment %" PRId64 ": ",
	    f->d.camp.id, f->d.camp.id);
	html_text(f->v->out, f->d.camp.place);
	buf_add_text(f->v->out, "</a></p>");
	if (problem)
		camp_print_problem(f->v, f->bad, problem);
	begin_form(f);
	print_hidden(f);
	if (f->kind != CAMP_WITHDRAWN)
		camp_print_when(f->v->out, "at", k->when, f->at_ms, f->bad);
	camp_print_fields(f->v->out, k->fields, lineform_value, f, f->bad);
	buf_add_text(f->v->out, "<p><button>Save</button></p></form>");
	print_withdraw(f);
	visit_page_end(f->v);
}

void
page_camp_line(struct visit *v)
{
	struct lineform f;
	struct err e = { 0 };
	int r = lineform_read(&f, v, &e);

	if (r == 0)
		camp_say_none(v);
	else if (r < 0)
		visit_fail(v, &e);
	else
		print_form(&f, NULL);
	dossier_clear(&f.d);
}

/* --- what was sent --- */

/* The version that was seen, which may be 0. */
static bool
read_turns(struct visit *v, int64_t *turns)
{
	struct str text = visit_field(v, "turns");

	*turns = visit_number(text);
	return *turns > 0 || str_is(text, "0");
}

/*
 * Somebody was faster: the form again with what was typed, what they entered,
 * and their version as seen.
 */
static void
show_faster(struct lineform *f, struct visit *v)
{
	struct err e = { 0 };
	struct buf what = { 0 };
	int r;

	dossier_clear(&f->d);
	r = dossier_load(&f->d, v, f->d.camp.id, "encampment line", &e);
	if (r <= 0 || !f->d.last) {
		visit_refuse(v, r < 0 ? -1 : 0, &e);
		return;
	}
	f->turns = f->d.camp.turns;
	f->bad = NULL;
	buf_addf(&what,
	    "The entry has changed meanwhile, and nothing of this was "
	    "recorded. The last line of it is now: %s, by %.*s. Look at the "
	    "entry if it matters to this; then save again.",
	    campwords_kind(f->d.last->line.kind)->title,
	    STR_ARG(f->d.last->line.by));
	print_form(f, what.p);
	v->reply->status = 412;
	buf_clear(&what);
}

static void
take(struct lineform *f, struct visit *v)
{
	struct err e = { 0 };
	int r;

	if (lineform_check(f, &e) < 0) {
		print_form(f, e.msg);
		v->reply->status = 400;
		return;
	}
	r = visit_change(v, lineform_add, f, &e);
	if (r > 0)
		camp_go(v, f->d.camp.id);
	else if (r == 0)
		show_faster(f, v);
	else if (e.code == ERR_INVALID) {
		print_form(f, e.msg);
		v->reply->status = 409;
	} else
		visit_fail(v, &e);
}

void
page_camp_line_add(struct visit *v)
{
	struct lineform f;
	struct err e = { 0 };
	int r = lineform_read(&f, v, &e);

	if (r < 0)
		visit_fail(v, &e);
	else if (r == 0)
		camp_say_none(v);
	else if (!read_turns(v, &f.turns))
		visit_say(v, 400, "That cannot be read",
		    "The form is incomplete: go back to the entry and begin "
		    "again.");
	else
		take(&f, v);
	buf_clear(&f.body);
	dossier_clear(&f.d);
}
