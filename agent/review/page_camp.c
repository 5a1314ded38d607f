/*
 * One entry of the register of encampments.
 */
#include <inttypes.h>
#include <stdio.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/camp.h"
#include "agent/review/desk.h"
#include "agent/review/dossier.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/visit.h"

/* What can be added to an open entry, with its key. */
static const struct {
	const char *kind, *key, *text;
} adds[] = {
	{ "visit", "v", "Add a visit" },
	{ "step", "l", "Landowner or authority" },
	{ "welfare", "w", "Welfare enquiries" },
	{ "power", "p", "Power considered or used" },
	{ "evidence", "e", "Evidence for a test" },
	{ "decision", "d", "Decision" },
	{ "deadline", "n", "Deadline" },
	{ "closed", "x", "Close the entry" },
};

static void
print_adds(const struct dossier *d)
{
	struct buf *out = d->v->out;

	if (!visit_may(d->v, CAMP_WRITERS))
		return;
	buf_addf(out,
	    "<form class=\"adds\" action=\"/encampments/%" PRId64
	    "/line\" aria-label=\"Add to this entry\">",
	    d->camp.id);
	if (d->camp.span.left_ms == CLOCK_NONE)
		for (size_t i = 0; i < sizeof adds / sizeof adds[0]; i++)
			buf_addf(out,
			    "<button name=\"kind\" value=\"%s\" "
			    "data-key=\"%s\">%s <kbd>%s</kbd></button> ",
			    adds[i].kind, adds[i].key, adds[i].text,
			    adds[i].key);
	else
		buf_add_text(out,
		    "<button name=\"kind\" value=\"reopened\" data-key=\"x\">"
		    "Reopen the entry <kbd>x</kbd></button>");
	buf_add_text(out, "</form>");
}

static void
print_state(const struct dossier *d)
{
	struct buf *out = d->v->out;
	const struct campcount_span *s = &d->camp.span;
	int64_t days = campcount_days(s, d->v->now_ms);

	if (s->left_ms == CLOCK_NONE) {
		buf_addf(out,
		    "<p class=\"state\"><strong>Open</strong>, day %" PRId64
		    ".</p>",
		    days);
		return;
	}
	buf_addf(out,
	    "<p class=\"state\"><strong>Closed</strong> after %" PRId64 " %s: ",
	    days, days == 1 ? "day" : "days");
	html_words(out, campwords_label(campwords_outcomes(), s->outcome));
	buf_add_text(out, ". They had left by ");
	html_time(out, s->left_ms);
	buf_add_text(out, ".</p>");
}

/* --- facts --- */

static void
print_fact(struct buf *out, const char *name, struct str value)
{
	if (!str_is_given(value))
		return;
	buf_addf(out, "<dt>%s</dt><dd>", name);
	html_text(out, value);
	buf_add_text(out, "</dd>");
}

static void
print_count(struct buf *out, const char *name, int64_t n)
{
	if (n >= 0)
		buf_addf(out, "<dt>%s</dt><dd>%" PRId64 "</dd>", name, n);
}

static void
print_moved(struct buf *out, int64_t id)
{
	if (id)
		buf_addf(out,
		    "<dt>Moved from</dt><dd><a href=\"/encampments/"
		    "%" PRId64 "\">entry %" PRId64 "</a></dd>",
		    id, id);
}

static void
print_facts(const struct dossier *d)
{
	struct buf *out = d->v->out;
	const struct camp *c = &d->camp;
	const char *land = campwords_label(campwords_lands(), c->land);

	buf_add_text(out, "<section aria-labelledby=\"facts\"><h2 id=\"facts\">"
			  "What is known</h2><dl class=\"facts\">");
	print_fact(out, "Place", c->place);
	print_fact(out, "District", c->district);
	print_fact(out, "Land", str_of(land));
	buf_add_text(out, "<dt>First report</dt><dd>");
	html_time(out, c->span.reported_ms);
	buf_add_text(out, "</dd><dt>Entry opened</dt><dd>");
	html_time(out, c->opened_ms);
	buf_add_text(out, " by ");
	html_text(out, c->opened_by);
	buf_add_text(out, "</dd>");
	print_count(out, "Visits", c->visits);
	print_count(out, "Most caravans", c->caravans_most);
	print_count(out, "Most vehicles in all", c->vehicles_most);
	print_moved(out, c->moved_from);
	buf_add_text(out, "</dl></section>");
}

/* --- deadlines --- */

static void
print_deadline(const struct dossier *d, const struct dossier_line *n)
{
	struct buf *out = d->v->out;
	const struct campword_field *f = campwords_kind(CAMP_DEADLINE)->fields;
	bool is_late = n->line.at_ms < d->v->now_ms;

	buf_addf(out, "<li class=\"deadline%s\"><strong>",
	    is_late ? " overdue" : "");
	buf_add_text(out, is_late ? "Overdue: " : "");
	for (; f->name; f++) {
		struct str value =
		    campwords_show(d->v->desk->arena, f, n->body);

		if (f->type == CAMP_TEXT && str_is_given(value))
			buf_add_text(out, " – ");
		html_text(out, value);
		buf_add_text(out, f->type == CAMP_CHOICE ? "</strong>" : "");
	}
	buf_add_text(out, ", due ");
	html_time(out, n->line.at_ms);
	if (visit_may(d->v, CAMP_WRITERS))
		buf_addf(out,
		    ". <a href=\"/encampments/%" PRId64
		    "/line?kind=met&amp;of=%" PRId64
		    "\">What became of it<span class=\"unseen\"> (line "
		    "%" PRId64 ")</span></a>",
		    d->camp.id, n->line.id, n->line.id);
	buf_add_text(out, "</li>");
}

static void
print_deadlines(const struct dossier *d)
{
	struct buf *out = d->v->out;
	bool has_any = false;

	buf_add_text(out, "<section aria-labelledby=\"due\"><h2 id=\"due\">"
			  "Deadlines</h2><ul class=\"deadlines\">");
	for (const struct dossier_line *n = d->notes; n; n = n->next)
		if (dossier_is_due(d, n)) {
			print_deadline(d, n);
			has_any = true;
		}
	if (!has_any)
		buf_add_text(out, "<li>Nothing is due.</li>");
	buf_add_text(out, "</ul></section>");
}

/* --- incidents --- */

static void
print_part(const struct dossier *d, const struct camp_incident *i)
{
	struct buf *out = d->v->out;

	buf_addf(out,
	    "<form method=\"post\" action=\"/encampments/%" PRId64 "/part\">",
	    d->camp.id);
	visit_form_field(d->v);
	buf_addf(out,
	    "<input type=\"hidden\" name=\"turns\" value=\"%" PRId64
	    "\"><button name=\"incident\" value=\"%" PRId64
	    "\">Take it out<span class=\"unseen\"> of this entry: ",
	    d->camp.turns, i->incident_id);
	html_text(out, i->ref);
	buf_add_text(out, "</span></button></form>");
}

static void
print_incident(void *user, const struct camp_incident *i)
{
	const struct dossier *d = user;
	struct buf *out = d->v->out;

	buf_addf(out, "<li><a href=\"/incident/%" PRId64 "\">Incident ",
	    i->incident_id);
	html_text(out, i->ref);
	buf_add_text(out, "</a>, opened ");
	html_time(out, i->opened_ms);
	buf_add_text(out, "; joined by ");
	html_text(out, i->joined_by);
	if (i->parted_ms != CLOCK_NONE) {
		buf_add_text(out, "; <strong>taken out</strong> ");
		html_time(out, i->parted_ms);
		buf_add_text(out, " by ");
		html_text(out, i->parted_by);
	} else if (visit_may(d->v, CAMP_WRITERS))
		print_part(d, i);
	buf_add_text(out, "</li>");
}

static void
print_join(const struct dossier *d)
{
	struct buf *out = d->v->out;

	if (!visit_may(d->v, CAMP_WRITERS))
		return;
	buf_addf(out,
	    "<form class=\"filter\" method=\"post\" action=\"/encampments/"
	    "%" PRId64 "/join\">",
	    d->camp.id);
	visit_form_field(d->v);
	buf_addf(out,
	    "<input type=\"hidden\" name=\"turns\" value=\"%" PRId64
	    "\"><p><label for=\"ref\">Another incident about it, by its "
	    "reference</label><input id=\"ref\" name=\"ref\" "
	    "maxlength=\"64\"></p><p><button>Join it</button></p></form>",
	    d->camp.turns);
}

static int
print_incidents(struct dossier *d, struct err *e)
{
	struct buf *out = d->v->out;

	buf_add_text(out,
	    "<section aria-labelledby=\"incidents\"><h2 id=\"incidents\">"
	    "Incidents</h2><ul class=\"joined\">");
	if (camps_incidents(
		d->v->desk->camps, d->camp.id, print_incident, d, e) < 0)
		return -1;
	buf_add_text(out, "</ul>");
	print_join(d);
	buf_add_text(out, "</section>");
	return 0;
}

static void
print_rule(const struct dossier *d)
{
	struct buf *out = d->v->out;

	buf_add_text(out, "<section aria-labelledby=\"rule\"><h2 id=\"rule\">"
			  "What counts as one encampment</h2><p>As it was when "
			  "the entry was opened:</p><blockquote><p>");
	html_text(out, d->camp.rule_text);
	buf_add_text(out, "</p></blockquote></section>");
}

/* --- the page --- */

static int
print_page(struct dossier *d, struct err *e)
{
	struct buf title = { 0 };

	buf_addf(&title, "Encampment %" PRId64 ": %.*s", d->camp.id,
	    STR_ARG(d->camp.place));
	visit_page(d->v, title.p);
	buf_clear(&title);
	print_state(d);
	print_adds(d);
	print_deadlines(d);
	print_facts(d);
	dossier_print_tests(d);
	dossier_print_lines(d);
	if (print_incidents(d, e) < 0)
		return -1;
	print_rule(d);
	visit_page_end(d->v);
	return 0;
}

void
page_camp(struct visit *v)
{
	struct dossier d;
	struct err e = { 0 };
	int r = dossier_load(&d, v, visit_number(v->arg), "encampment", &e);

	if (r == 0)
		camp_say_none(v);
	else if (r < 0 || print_page(&d, &e) < 0)
		visit_fail(v, &e);
	dossier_clear(&d);
}
