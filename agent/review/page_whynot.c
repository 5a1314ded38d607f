/*
 * Why not the other themes: for each that does not stand, the rule that came
 * nearest, what it lacked, and the smallest change that would have made it
 * stand, by the rules that run now.
 */
#include <inttypes.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/review/whynot.h"
#include "agent/store/store.h"
#include "rules/explain.h"
#include "rules/ruleset.h"

#define SETS_SHOWN 3 /* of the smallest changes */

/* --- showing --- */

static void
print_lack(struct buf *out, const struct nearest *n)
{
	if (str_is_given(n->barred_by)) {
		buf_addf(out, "<p>%s: ",
		    n->is_veto ? "It is ruled out by"
			       : "It lacks what it has to have");
		html_text(out, n->barred_by);
		buf_add_text(out, "</p>");
	}
	if (whynot_missing(n) == 0)
		return;
	buf_addf(out, "<p>It came to %d of the %d points that it takes.",
	    n->score, n->lowest);
	if (str_is_given(n->lacks)) {
		buf_addf(out, " %s: ",
		    n->lacks_points >= whynot_missing(n)
			? "Enough would have been"
			: "Most would have given");
		html_text(out, n->lacks);
		buf_addf(
		    out, " <span class=\"points\">%+d</span>", n->lacks_points);
	}
	buf_add_text(out, "</p>");
}

static void
print_set(struct buf *out, const struct explain_set *set)
{
	buf_add_text(out, "<li>");
	for (size_t i = 0; i < set->count; i++) {
		buf_add_text(out, i > 0 ? "; and <code>" : "<code>");
		html_text(out, set->changes[i].condition);
		buf_add_text(out, "</code>");
		if (set->changes[i].now.len == 0)
			continue;
		buf_add_text(out, " (now: ");
		html_text(out, set->changes[i].now);
		buf_add_text(out, ")");
	}
	buf_add_text(out, "</li>");
}

static void
print_grounds(struct buf *out, const struct explain_rule *r)
{
	bool any = false;

	for (size_t i = 0; i < r->ground_count; i++) {
		const struct explain_ground *g = &r->grounds[i];

		if (!g->holds || g->points == 0)
			continue;
		buf_add_text(out, any ? "<li>" : "<p>What held:</p><ul><li>");
		html_text(out, g->why);
		buf_addf(
		    out, " <span class=\"points\">%+d</span>: ", g->points);
		html_text(out, g->says);
		buf_add_text(out, "</li>");
		any = true;
	}
	if (any)
		buf_add_text(out, "</ul>");
}

/* What held, and the smallest changes that would do. */
static void
print_rule(struct whynot *w, struct str name)
{
	struct buf *out = w->v->out;
	const struct explain_rule *r;

	if (explain_rules(w->rules, &w->record, &w->row.place,
		w->v->desk->scratch, name, w->v->desk->arena, &r) == 0)
		return;
	print_grounds(out, r);
	if (!r->has_up || r->up.count == 0)
		return;
	buf_add_text(out, r->up.count > 1
			      ? "<p>It would stand with any one of:</p><ul>"
			      : "<p>It would stand with:</p><ul>");
	for (size_t i = 0; i < r->up.count && i < SETS_SHOWN; i++)
		print_set(out, &r->up.sets[i]);
	buf_add_text(out, "</ul>");
}

static void
print_absent(struct whynot *w, const struct whynot_absent *a)
{
	struct buf *out = w->v->out;

	buf_addf(out, "<details class=\"absent\"%s><summary><h2>",
	    a->near.score * 2 >= a->near.lowest ? " open" : "");
	html_theme(out, a->theme);
	buf_addf(out, "</h2> %d of %d points</summary>", a->near.score,
	    a->near.lowest);
	print_lack(out, &a->near);
	buf_add_text(out, "<p class=\"rule\">Nearest rule: ");
	html_text(out, a->near.rule);
	buf_add_text(out, "</p>");
	print_rule(w, a->near.rule);
	buf_add_text(out, "</details>");
}

/* Those of which nothing was found, in a line. */
static void
print_far(struct whynot *w)
{
	struct buf *out = w->v->out;
	const char *before = "<h2>No points at all</h2><p>";
	bool any = false;

	for (size_t i = 0; i < w->absent_count; i++) {
		if (w->absent[i].near.score > 0)
			continue;
		buf_add_text(out, before);
		html_theme(out, w->absent[i].theme);
		before = ", ";
		any = true;
	}
	if (any)
		buf_add_text(out, "</p>");
}

static void
print_csv(struct whynot *w)
{
	struct buf path = { 0 };

	buf_addf(&path, "/v1/incidents/%" PRId64 "/why-not", w->row.id);
	visit_csv(w->v, path.p, "why not");
	buf_clear(&path);
}

static void
print_page(struct whynot *w)
{
	struct buf *out = w->v->out;

	visit_page(w->v, "Why not the other themes");
	buf_addf(
	    out, "<p><a href=\"/incident/%" PRId64 "\">Incident ", w->row.id);
	html_text(out, w->row.ref);
	buf_add_text(out,
	    "</a></p><p>By the rules that run now. What several incidents "
	    "together say (series) and layers of the map are not looked at "
	    "here.</p>");
	for (size_t i = 0; i < w->absent_count; i++)
		if (w->absent[i].near.score > 0)
			print_absent(w, &w->absent[i]);
	print_far(w);
	if (w->absent_count == 0)
		buf_add_text(out, "<p>Every theme that the rules know stands."
				  "</p>");
	if (w->absent_count > 0)
		print_csv(w);
	visit_page_end(w->v);
}

void
page_whynot(struct visit *v)
{
	struct whynot *w = arena_alloc(v->desk->arena, 1, sizeof *w);
	struct err e = { 0 };
	int64_t id = visit_number(v->arg);
	int r;

	*w = (struct whynot){ .v = v, .rules = v->service->rules };
	if (!w->rules) {
		visit_say(v, 503, "Not yet",
		    "The rules are not loaded yet. Try again in a moment.");
		return;
	}
	r = id > 0 ? whynot_load(w, id, &e) : 0;
	if (r == 0)
		visit_say(v, 404, "Not found",
		    "There is no such incident. It may have been erased.");
	else if (r < 0 && e.code == ERR_CORRUPT)
		visit_say(v, 409, "That cannot be said",
		    "The log of this incident cannot be read any more; the "
		    "administrator finds the reason in quarantine.");
	else if (r < 0 || visit_record_look(v, id, "why-not", &e) < 0)
		visit_fail(v, &e);
	else {
		whynot_find(w);
		print_page(w);
	}
}
