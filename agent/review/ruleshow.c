#include "agent/review/ruleshow.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/linediff.h"
#include "agent/review/service_private.h"
#include "agent/store/rulebook.h"
#include "agent/store/rulestats.h"

/* Lines that are the same, shown around a difference. */
#define CONTEXT 3

const char *
ruleshow_state(const struct rulebook_change *c)
{
	switch (c->state) {
	case RULEBOOK_DRAFT: return "draft";
	case RULEBOOK_AWAITING: return "awaits an approver";
	case RULEBOOK_APPROVED: return "approved, about to be in force";
	case RULEBOOK_IN_FORCE: return "in force";
	case RULEBOOK_ENDED: return "was in force";
	case RULEBOOK_SENT_BACK: return "sent back";
	case RULEBOOK_REFUSED: return "could not be put in force";
	case RULEBOOK_WITHDRAWN: return "withdrawn";
	}
	return "?";
}

/* --- the check --- */

/* A line of the text, from 1; absent if it has not as many. */
static struct str
line_of(struct str text, int64_t number)
{
	while (text.len > 0) {
		const char *end = memchr(text.p, '\n', text.len);
		size_t len = end ? (size_t)(end - text.p) : text.len;

		if (number-- == 1)
			return str_make(text.p, len);
		len += end ? 1 : 0;
		text = str_make(text.p + len, text.len - len);
	}
	return (struct str){ 0 };
}

/* The line, and under it the place, by characters; tabs stay tabs. */
static void
print_caret(
    struct buf *out, struct str line, int64_t number, int64_t from, int64_t to)
{
	int64_t column = 1;

	buf_addf(out,
	    "<pre class=\"caret\" tabindex=\"0\" role=\"group\" "
	    "aria-label=\"Line %" PRId64 "\">%5" PRId64 " | ",
	    number, number);
	html_text(out, line);
	buf_add_text(out, "\n      | ");
	for (size_t i = 0; i < line.len && column < from; i++) {
		if (((unsigned char)line.p[i] & 0xc0) == 0x80)
			continue;
		buf_add_char(out, line.p[i] == '\t' ? '\t' : ' ');
		column++;
	}
	do
		buf_add_char(out, '^');
	while (++from < to && from < column + (int64_t)line.len);
	buf_add_text(out, "</pre>");
}

static int64_t
number_of(const struct json *item, const char *member)
{
	return json_int(json_member(item, member));
}

/* A problem's place, which leads into the text where there is a form. */
static void
print_problem_place(
    struct buf *out, const struct json *p, bool is_own, bool focus)
{
	if (!is_own) {
		html_text(out, json_text(json_member(p, "file")));
		buf_add_text(out, ", ");
	}
	if (is_own && focus)
		buf_addf(out,
		    "<a href=\"#text\" data-line=\"%" PRId64
		    "\" data-column=\"%" PRId64 "\" data-end-line=\"%" PRId64
		    "\" data-end-column=\"%" PRId64 "\">",
		    number_of(p, "line"), number_of(p, "column"),
		    number_of(p, "end_line"), number_of(p, "end_column"));
	buf_addf(out, "Line %" PRId64 ", column %" PRId64, number_of(p, "line"),
	    number_of(p, "column"));
	buf_add_text(out, is_own && focus ? "</a>: " : ": ");
}

static void
print_problem(struct buf *out, const struct rulebook_change *c,
    const struct json *p, bool focus, bool is_first)
{
	bool is_own = str_is_equal(json_text(json_member(p, "file")), c->file);
	int64_t line = number_of(p, "line"), to = number_of(p, "end_column");
	struct str note = json_text(json_member(p, "note"));

	buf_add_text(
	    out, is_first && focus ? "<li tabindex=\"-1\" autofocus>" : "<li>");
	buf_addf(out, "<p><strong>%s</strong> ",
	    json_is_true(json_member(p, "warning")) ? "Warning" : "Error");
	print_problem_place(out, p, is_own, focus);
	html_text(out, json_text(json_member(p, "message")));
	buf_add_text(out, " <code>");
	html_text(out, json_text(json_member(p, "code")));
	buf_add_text(out, "</code></p>");
	if (is_own && str_is_given(line_of(c->text, line)))
		print_caret(out, line_of(c->text, line), line,
		    number_of(p, "column"),
		    number_of(p, "end_line") == line ? to : INT64_MAX);
	if (note.len > 0) {
		buf_add_text(out, "<p>");
		html_text(out, note);
		buf_add_text(out, "</p>");
	}
	buf_add_text(out, "</li>");
}

static void
print_failed(struct buf *out, const struct json *t)
{
	buf_add_text(out, "<li><p><strong>Test fails</strong> “");
	html_text(out, json_text(json_member(t, "test")));
	buf_add_text(out, "” (");
	html_text(out, json_text(json_member(t, "file")));
	buf_addf(out, ", line %" PRId64 ")</p><pre class=\"bytes\">",
	    number_of(t, "line"));
	html_text(out, json_text(json_member(t, "failures")));
	buf_add_text(out, "</pre></li>");
}

static void
print_sum(struct buf *out, const struct rulebook_change *c)
{
	if (c->errors > 0)
		buf_addf(out,
		    "<p class=\"problem\">The rules with this change are "
		    "wrong: %" PRId64 " error%s, %" PRId64 " warning%s.</p>",
		    c->errors, c->errors == 1 ? "" : "s", c->warnings,
		    c->warnings == 1 ? "" : "s");
	else if (c->failed > 0)
		buf_addf(out,
		    "<p class=\"problem\">No errors; %" PRId64 " of the "
		    "%" PRId64 " tests in the rules fail.</p>",
		    c->failed, c->tests);
	else if (c->tests == 0)
		buf_addf(out,
		    "<p>No errors, %" PRId64 " warning%s; the rules have no "
		    "tests.</p>",
		    c->warnings, c->warnings == 1 ? "" : "s");
	else
		buf_addf(out,
		    "<p>No errors, %" PRId64 " warning%s; all %" PRId64
		    " tests in the rules pass.</p>",
		    c->warnings, c->warnings == 1 ? "" : "s", c->tests);
}

void
ruleshow_check(struct visit *v, const struct rulebook_change *c, bool focus)
{
	struct json *report = NULL;
	struct err e = { 0 };
	const struct json *problems, *tests;

	buf_add_text(v->out, "<h2 id=\"check\">Check</h2>");
	print_sum(v->out, c);
	if (json_parse(c->report, &report, NULL, &e) < 0)
		return;
	problems = json_member(report, "problems");
	tests = json_member(report, "tests");
	if (json_count(problems) + json_count(tests) > 0) {
		buf_add_text(v->out, "<ol class=\"findings\">");
		for (size_t i = 0; i < json_count(problems); i++)
			print_problem(
			    v->out, c, json_item(problems, i), focus, i == 0);
		for (size_t i = 0; i < json_count(tests); i++)
			print_failed(v->out, json_item(tests, i));
		buf_add_text(v->out, "</ol>");
	}
	json_free(&report);
}

/* --- the difference --- */

static void
print_line(void *user, const struct linediff_line *l)
{
	struct buf *out = user;

	switch (l->kind) {
	case LINEDIFF_SKIPPED:
		buf_addf(out,
		    "<span class=\"skipped\">      … %zu lines are the same"
		    "</span>\n",
		    l->count);
		return;
	case LINEDIFF_SAME:
		buf_addf(out, "%5zu   ", l->after);
		html_text(out, l->text);
		break;
	case LINEDIFF_REMOVED:
		buf_add_text(out, "<del>      − ");
		html_text(out, l->text);
		buf_add_text(out, "</del>");
		break;
	case LINEDIFF_ADDED:
		buf_addf(out, "<ins>%5zu + ", l->after);
		html_text(out, l->text);
		buf_add_text(out, "</ins>");
		break;
	}
	buf_add_char(out, '\n');
}

void
ruleshow_difference(
    struct visit *v, const struct rulebook_change *c, struct str before)
{
	struct buf lines = { 0 };

	buf_add_text(v->out, "<h2 id=\"difference\">What it changes</h2>");
	if (linediff_each(before, c->text, CONTEXT, print_line, &lines) == 0)
		buf_add_text(v->out, "<p>Nothing: this is the text that is in "
				     "force.</p>");
	else {
		buf_add_text(v->out,
		    "<p>Against what is in force now: − is taken out, + comes "
		    "in.</p><pre class=\"difference\" tabindex=\"0\" "
		    "role=\"region\" aria-labelledby=\"difference\">");
		buf_add_str(v->out, buf_str(&lines));
		buf_add_text(v->out, "</pre>");
	}
	buf_clear(&lines);
}

/* --- the preview --- */

static const char *const kinds[] = { "gained", "lost", "raised", "lowered",
	"rescored" };
#define KINDS (sizeof kinds / sizeof kinds[0])

static void
begin_table(struct buf *out, const char *caption)
{
	buf_addf(out,
	    "<div class=\"scroll wide\" role=\"region\" tabindex=\"0\" "
	    "aria-label=\"%s\"><table><thead><tr>",
	    caption);
}

static void
print_head(struct buf *out, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_addf(out, "<th scope=\"col\"%s>%s</th>",
		    i == 0 ? "" : " class=\"number\"", names[i]);
	buf_add_text(out, "</tr></thead><tbody>");
}

static void
print_number(struct buf *out, int64_t n)
{
	buf_addf(out, "<td class=\"number\">%" PRId64 "</td>", n);
}

/* Level counts of one set: [review, alert]. */
static void
print_levels(struct buf *out, const struct json *t, const char *member)
{
	const struct json *levels = json_member(t, member);

	buf_addf(out, "<td class=\"number\">%" PRId64 " and %" PRId64 "</td>",
	    json_int(json_item(levels, 1)), json_int(json_item(levels, 0)));
}

static void
print_share(struct buf *out, int64_t right, int64_t wrong)
{
	int64_t n = right + wrong;
	double low, high;

	if (n == 0) {
		buf_add_text(out, "<td>nothing decided</td>");
		return;
	}
	rulestats_wilson(right, n, &low, &high);
	buf_addf(out,
	    "<td>%.0f&nbsp;%% (%.0f to %.0f&nbsp;%%), %" PRId64 " of %" PRId64
	    "</td>",
	    100.0 * (double)right / (double)n, 100 * low, 100 * high, right, n);
}

static int64_t
of_pair(const struct json *t, const char *member, size_t i)
{
	return json_int(json_item(json_member(t, member), i));
}

static void
print_themes(struct buf *out, const struct json *themes)
{
	static const char *const names[] = { "Theme", "Alert and review before",
		"after", "Gained", "Lost", "Raised", "Lowered", "Rescored" };

	begin_table(out, "Differences by theme");
	print_head(out, names, sizeof names / sizeof names[0]);
	for (size_t i = 0; i < json_count(themes); i++) {
		const struct json *t = json_item(themes, i);

		buf_add_text(out, "<tr><th scope=\"row\">");
		html_theme(out, json_text(json_member(t, "theme")));
		buf_add_text(out, "</th>");
		print_levels(out, t, "live");
		print_levels(out, t, "candidate");
		for (size_t k = 0; k < KINDS; k++)
			print_number(out, number_of(t, kinds[k]));
		buf_add_text(out, "</tr>");
	}
	buf_add_text(out, "</tbody></table></div>");
}

static void
print_precision(struct buf *out, const struct json *themes)
{
	static const char *const names[] = { "Theme", "Confirmed before",
		"after", "Added by hand, found before", "after" };

	buf_add_text(out,
	    "<h3>Against what people decided</h3><p>Of the tags in this "
	    "window that people decided about, the share that they confirmed, "
	    "with Wilson's interval at 95&nbsp;%; and what they added by hand "
	    "that the rules find.</p>");
	begin_table(out, "Against what people decided");
	print_head(out, names, sizeof names / sizeof names[0]);
	for (size_t i = 0; i < json_count(themes); i++) {
		const struct json *t = json_item(themes, i);
		int64_t added = number_of(t, "added");

		buf_add_text(out, "<tr><th scope=\"row\">");
		html_theme(out, json_text(json_member(t, "theme")));
		buf_add_text(out, "</th>");
		for (size_t k = 0; k < 2; k++)
			print_share(out, of_pair(t, "right", k),
			    of_pair(t, "wrong", k));
		for (size_t k = 0; k < 2; k++)
			buf_addf(out,
			    "<td class=\"number\">%" PRId64 " of %" PRId64
			    "</td>",
			    of_pair(t, "found", k), added);
		buf_add_text(out, "</tr>");
	}
	buf_add_text(out, "</tbody></table></div>");
}

static void
print_rules(struct buf *out, const struct json *rules)
{
	static const char *const names[] = { "Rule", "Gave points before",
		"after", "Only after", "Only before" };

	if (json_count(rules) == 0)
		return;
	buf_add_text(out, "<h3>By rule</h3>");
	begin_table(out, "Differences by rule");
	print_head(out, names, sizeof names / sizeof names[0]);
	for (size_t i = 0; i < json_count(rules); i++) {
		const struct json *r = json_item(rules, i);

		buf_add_text(out, "<tr><th scope=\"row\">");
		html_text(out, json_text(json_member(r, "rule")));
		buf_add_text(out, "</th>");
		print_number(out, number_of(r, "live"));
		print_number(out, number_of(r, "candidate"));
		print_number(out, number_of(r, "gained"));
		print_number(out, number_of(r, "lost"));
		buf_add_text(out, "</tr>");
	}
	buf_add_text(out, "</tbody></table></div>");
}

static void
print_example(void *user, const struct rulebook_example *x)
{
	struct buf *out = user;

	buf_addf(out,
	    "<li><a href=\"/incident/%" PRId64 "\">Incident %" PRId64 "</a>: ",
	    x->incident_id, x->incident_id);
	html_theme(out, x->theme);
	buf_add_text(out, " ");
	html_text(out, x->kind);
	buf_add_text(out, " (");
	html_text(out, x->live);
	buf_add_text(out, " → ");
	html_text(out, x->candidate);
	buf_add_text(out, ")</li>");
}

/* Which incidents, for who may read them. */
static int
print_examples(struct visit *v, const struct rulebook_change *c, struct err *e)
{
	struct buf items = { 0 };
	int r;

	if (!visit_may(v, VISIT_READERS)) {
		buf_add_text(v->out,
		    "<p>Which incidents these are is shown to accounts that "
		    "may read incidents.</p>");
		return 0;
	}
	r = rulebook_list_examples(
	    v->desk->rulebook, c->id, print_example, &items, e);
	if (r == 0 && items.len > 0) {
		buf_add_text(v->out, "<h3>Examples</h3><ul class=\"links\">");
		buf_add_str(v->out, buf_str(&items));
		buf_add_text(v->out, "</ul>");
	}
	buf_clear(&items);
	return r;
}

static void
print_span(struct buf *out, const struct json *p)
{
	buf_addf(out, "<p>%" PRId64 " incidents of the last %" PRId64 " days",
	    number_of(p, "incidents"), number_of(p, "days"));
	if (json_is_true(json_member(p, "cut")))
		buf_addf(out, " (the newest %" PRId64 " messages)",
		    number_of(p, "messages"));
	buf_addf(out,
	    "; <strong>%" PRId64 "</strong> would be tagged otherwise.",
	    number_of(p, "different"));
	if (number_of(p, "unread") > 0)
		buf_addf(out, " %" PRId64 " could not be read.",
		    number_of(p, "unread"));
	buf_add_text(out, " Read what is gained and raised as alerts first: "
			  "that is how much more often the team is rung.</p>");
}

static int
print_result(struct visit *v, const struct rulebook_change *c, struct err *e)
{
	struct json *p = NULL;
	struct err why = { 0 };
	const struct json *themes;
	int r;

	if (json_parse(c->preview, &p, NULL, &why) < 0)
		return 0;
	themes = json_member(p, "themes");
	print_span(v->out, p);
	if (json_count(themes) > 0) {
		print_themes(v->out, themes);
		print_rules(v->out, json_member(p, "rules"));
		print_precision(v->out, themes);
	}
	r = print_examples(v, c, e);
	json_free(&p);
	return r;
}

static void
print_state(struct buf *out, const struct rulebook_change *c)
{
	switch (c->preview_state) {
	case RULEBOOK_PREVIEW_NONE:
		buf_add_text(out, "<p>None was run of this text.</p>");
		return;
	case RULEBOOK_PREVIEW_ASKED:
		buf_add_text(out, "<p role=\"status\">It waits to be run: "
				  "reload this page in a moment.</p>");
		return;
	case RULEBOOK_PREVIEW_RUNNING:
		buf_addf(out,
		    "<p role=\"status\">It is being run: %" PRId64 " of "
		    "%" PRId64 " messages. Reload this page to see how far it "
		    "is.</p><progress max=\"%" PRId64 "\" value=\"%" PRId64
		    "\" aria-label=\"Messages read\"></progress>",
		    c->preview_done, c->preview_of,
		    c->preview_of > 0 ? c->preview_of : 1, c->preview_done);
		return;
	case RULEBOOK_PREVIEW_DONE:
		buf_add_text(out, "<p>Run ");
		html_time(out, c->preview_ms);
		buf_add_text(out, ".</p>");
		return;
	case RULEBOOK_PREVIEW_STOPPED:
		buf_add_text(out, "<p>It was stopped.</p>");
		return;
	case RULEBOOK_PREVIEW_FAILED:
		buf_add_text(out, "<p class=\"problem\">It could not be run; "
				  "the system's log says why.</p>");
		return;
	}
}

int
ruleshow_preview(
    struct visit *v, const struct rulebook_change *c, struct err *e)
{
	buf_add_text(v->out, "<h2 id=\"preview\">Preview</h2>");
	print_state(v->out, c);
	if (c->preview_state != RULEBOOK_PREVIEW_DONE)
		return 0;
	return print_result(v, c, e);
}
