/*
 * An entry in words: the tests beside their evidence, and its lines.
 */
#include <inttypes.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/review/camp.h"
#include "agent/review/desk.h"
#include "agent/review/dossier.h"
#include "agent/review/html.h"
#include "agent/review/service_private.h"
#include "agent/review/visit.h"

/* --- the tests --- */

static bool
is_evidence_for(const struct dossier_line *n, const struct campword_test *t)
{
	return n->line.kind == CAMP_EVIDENCE && dossier_line_stands(n) &&
	       str_is(dossier_line_word(n, "test"), t->word);
}

static bool
is_of_power(const struct dossier_line *n, const char *power)
{
	return n->line.kind == CAMP_POWER && dossier_line_stands(n) &&
	       str_is(dossier_line_word(n, "power"), power);
}

/* A field of a line for people. */
static void
print_shown(
    const struct dossier *d, const struct dossier_line *n, const char *field)
{
	const struct campword_field *f = campwords_kind(n->line.kind)->fields;

	for (; f->name; f++)
		if (strcmp(f->name, field) == 0)
			html_text(d->v->out,
			    campwords_show(d->v->desk->arena, f, n->body));
}

static void
print_evidence(const struct dossier *d, const struct dossier_line *n)
{
	struct buf *out = d->v->out;

	buf_add_text(out, "<li>");
	print_shown(d, n, "side");
	buf_add_text(out, ": ");
	print_shown(d, n, "text");
	buf_add_text(out, " <span class=\"soft\">(");
	print_shown(d, n, "source");
	buf_add_text(out, ", ");
	html_time(out, n->line.at_ms);
	buf_addf(out,
	    ", <a href=\"#line-%" PRId64 "\">line %" PRId64 "</a>)</span></li>",
	    n->line.id, n->line.id);
}

/* A test and its evidence.  Returns whether there is any. */
static bool
print_test(
    const struct dossier *d, const struct campword_test *t, bool may_write)
{
	struct buf *out = d->v->out;
	bool has_any = false;

	buf_addf(out, "<tr><th scope=\"row\">%s</th><td>", t->text);
	for (const struct dossier_line *n = d->notes; n; n = n->next) {
		if (!is_evidence_for(n, t))
			continue;
		if (!has_any)
			buf_add_text(out, "<ul>");
		print_evidence(d, n);
		has_any = true;
	}
	buf_add_text(out, has_any ? "</ul>"
				  : "<strong>No evidence "
				    "entered</strong>");
	if (may_write)
		buf_addf(out,
		    "<p><a href=\"/encampments/%" PRId64
		    "/line?kind=evidence&amp;test=%s\">Enter evidence<span "
		    "class=\"unseen\"> for: %s</span></a></p>",
		    d->camp.id, t->word, t->text);
	buf_add_text(out, "</td></tr>");
	return has_any;
}

static void
print_table(const struct dossier *d, const char *power, const char *title)
{
	struct buf *out = d->v->out;
	bool may_write =
	    visit_may(d->v, CAMP_WRITERS) && d->camp.span.left_ms == CLOCK_NONE;
	size_t count, all = 0, with = 0;
	const struct campword_test *tests = campwords_tests(&count);

	buf_addf(out,
	    "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
	    "aria-label=\"Tests: %s\"><table class=\"tests\"><thead><tr><th "
	    "scope=\"col\">Test</th><th scope=\"col\">Evidence</th></tr>"
	    "</thead><tbody>",
	    title);
	for (size_t i = 0; i < count; i++)
		if (strcmp(tests[i].power, power) == 0) {
			with += print_test(d, &tests[i], may_write);
			all++;
		}
	buf_addf(out,
	    "</tbody></table></div><p>Evidence is entered for %zu of "
	    "%zu.</p>",
	    with, all);
}

/* What is known of how long land may not be entered again. */
static void
print_prohibited(const struct dossier *d, const struct dossier_line *n)
{
	struct buf *out = d->v->out;
	int months = d->v->service->prohibited_months;
	struct str power = dossier_line_word(n, "power");

	if (!str_is(dossier_line_word(n, "stage"), "used") ||
	    (!str_is(power, "s61") && !str_is(power, "s62a")))
		return;
	buf_add_text(out, " Prohibited period: ");
	if (months > 0)
		buf_addf(out, "%d months from the direction, as configured; ",
		    months);
	buf_add_text(out,
	    "check with legal services before relying on it (the statute says "
	    "12 months; the High Court found against the change from 3 in "
	    "2024).");
}

static void
print_use(const struct dossier *d, const struct dossier_line *n)
{
	struct buf *out = d->v->out;

	buf_add_text(out, "<li>");
	print_shown(d, n, "stage");
	buf_add_text(out, " ");
	html_time(out, n->line.at_ms);
	buf_add_text(out, " by: ");
	print_shown(d, n, "role");
	buf_addf(out, " (<a href=\"#line-%" PRId64 "\">line %" PRId64 "</a>).",
	    n->line.id, n->line.id);
	print_prohibited(d, n);
	buf_add_text(out, "</li>");
}

static bool
print_power(const struct dossier *d, const struct campword_choice *power)
{
	struct buf *out = d->v->out;
	bool is_there = false;

	for (const struct dossier_line *n = d->notes; n; n = n->next) {
		if (!is_of_power(n, power->word))
			continue;
		if (!is_there) {
			buf_add_text(out, "<h3>");
			html_words(out, power->label);
			buf_add_text(out, "</h3><ul>");
		}
		print_use(d, n);
		is_there = true;
	}
	if (!is_there)
		return false;
	buf_add_text(out, "</ul>");
	print_table(d, power->word, power->word);
	return true;
}

void
dossier_print_tests(const struct dossier *d)
{
	struct buf *out = d->v->out;
	const struct campword_choice *power = campwords_powers();
	bool has_any = false;

	buf_add_text(out,
	    "<section class=\"powers\" "
	    "aria-labelledby=\"powers\"><h2 id=\"powers\">Powers and "
	    "their tests</h2><p>What was entered as evidence, test by test. It "
	    "does not say whether a test is met or a power can be used: the "
	    "officer decides that, and records why.</p>");
	for (; power->word; power++)
		has_any |= print_power(d, power);
	if (!has_any)
		buf_add_text(out, "<p>No power is recorded as considered. One "
				  "that is stands here with its tests.</p>");
	else {
		buf_add_text(out, "<h3>Whatever the power</h3>");
		print_table(d, "all", "whatever the power");
	}
	buf_add_text(out, "</section>");
}

/* --- the lines --- */

static void
print_body(const struct dossier *d, const struct dossier_line *n)
{
	struct buf *out = d->v->out;
	const struct campword_field *f = campwords_kind(n->line.kind)->fields;

	buf_add_text(out, "<dl class=\"fields\">");
	for (; f->name; f++) {
		struct str value =
		    campwords_show(d->v->desk->arena, f, n->body);

		if (!str_is_given(value))
			continue;
		buf_addf(out, "<div><dt>%s</dt><dd%s>", f->label,
		    f->type == CAMP_TEXT ? " class=\"text\"" : "");
		html_text(out, value);
		buf_add_text(out, "</dd></div>");
	}
	buf_add_text(out, "</dl>");
}

/* What became of a line, and what it is to others. */
static void
print_links(const struct dossier *d, const struct dossier_line *n)
{
	struct buf *out = d->v->out;
	const struct camp_line *l = &n->line;

	if (l->corrects_id)
		buf_addf(out,
		    "<p>%s <a href=\"#line-%" PRId64 "\">line %" PRId64
		    "</a>.</p>",
		    l->kind == CAMP_WITHDRAWN ? "Takes out" : "Corrects",
		    l->corrects_id, l->corrects_id);
	if (l->refers_id)
		buf_addf(out,
		    "<p>Of the deadline in <a href=\"#line-%" PRId64
		    "\">line %" PRId64 "</a>.</p>",
		    l->refers_id, l->refers_id);
	if (l->corrected_by_id)
		buf_addf(out,
		    "<p><strong>%s by <a href=\"#line-%" PRId64
		    "\">line %" PRId64 "</a>.</strong></p>",
		    l->corrected_by_kind == CAMP_WITHDRAWN ? "Taken out"
							   : "Corrected",
		    l->corrected_by_id, l->corrected_by_id);
}

static void
print_ways(const struct dossier *d, const struct dossier_line *n)
{
	const struct campword_form *k = campwords_kind(n->line.kind);

	if (!visit_may(d->v, CAMP_WRITERS) || !dossier_line_stands(n) ||
	    !k->is_correctable)
		return;
	buf_addf(d->v->out,
	    "<p><a href=\"/encampments/%" PRId64 "/line?line=%" PRId64
	    "\">Correct<span class=\"unseen\"> line %" PRId64 "</span></a></p>",
	    d->camp.id, n->line.id, n->line.id);
}

static void
print_line(const struct dossier *d, const struct dossier_line *n)
{
	struct buf *out = d->v->out;
	const struct campword_form *k = campwords_kind(n->line.kind);

	buf_addf(out,
	    "<li id=\"line-%" PRId64 "\" class=\"line%s\"><h3>%s</h3><p>%s: ",
	    n->line.id, n->line.corrected_by_id ? " corrected" : "", k->title,
	    k->when);
	html_time(out, n->line.at_ms);
	buf_addf(out, " <span class=\"soft\">Line %" PRId64 ", entered ",
	    n->line.id);
	html_time(out, n->line.made_ms);
	buf_add_text(out, " by ");
	html_text(out, n->line.by);
	buf_add_text(out, ".</span></p>");
	if (dossier_line_is_hidden(d, n))
		buf_add_text(out, "<p>Its words are not shown.</p>");
	else
		print_body(d, n);
	print_links(d, n);
	print_ways(d, n);
	buf_add_text(out, "</li>");
}

void
dossier_print_lines(const struct dossier *d)
{
	buf_add_text(d->v->out,
	    "<section aria-labelledby=\"lines\"><h2 id=\"lines\">What was "
	    "entered</h2><p>The last first. Nothing is changed or removed: a "
	    "line that was wrong stays with the one that corrects it.</p>"
	    "<ol class=\"lines\" reversed>");
	for (const struct dossier_line *n = d->last; n; n = n->before)
		print_line(d, n);
	buf_add_text(d->v->out, "</ol></section>");
}
