/*
 * The rules in use: which files, since when, how often each tagged, and how
 * often people agreed.
 */
#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/rulefiles.h"
#include "agent/review/service_private.h"
#include "agent/store/rulebook.h"
#include "agent/store/rulestats.h"

/* What is being written. */
struct listing {
	struct visit *v;
	int64_t rows;
};

/* --- the set --- */

/* The rows, and who reads them. */
struct filerows {
	struct visit *v;
	struct buf out;
};

static void
print_file(void *user, const struct rulefile *file)
{
	struct filerows *rows = user;
	struct buf *out = &rows->out;

	buf_add_text(out, "<tr><th scope=\"row\">");
	html_words(out, file->name);
	if (file->digest[0])
		buf_addf(out,
		    "</th><td class=\"number\">%zu</td><td><code>%s</code>",
		    file->bytes, file->digest);
	else
		buf_add_text(out, "</th><td class=\"number\">?</td><td>it "
				  "cannot be read");
	buf_add_text(out, "</td><td>");
	if (visit_may(rows->v, ACCOUNT_ANALYST) &&
	    rulebook_is_file(str_of(file->name)))
		buf_addf(out,
		    "<a href=\"/rules/change/new?file=%s\">Change "
		    "<span class=\"unseen\">%s</span></a>",
		    file->name, file->name);
	buf_add_text(out, "</td></tr>");
}

static void
print_files(struct visit *v, const char *dir)
{
	struct buf *out = v->out;
	struct filerows rows = { .v = v };
	struct err e = { 0 };

	buf_add_text(out, "<h2 id=\"files\">Files</h2><p>In ");
	html_words(out, dir);
	buf_add_text(out, ", as they are there now; a reload puts them in "
			  "use.</p>");
	if (rulefiles_each(dir, print_file, &rows, &e) < 0)
		buf_add_text(out, "<p class=\"problem\">The folder cannot be "
				  "read.</p>");
	else {
		buf_add_text(out,
		    "<div class=\"scroll wide\" role=\"region\" tabindex="
		    "\"0\" aria-labelledby=\"files\"><table><thead><tr>"
		    "<th scope=\"col\">File</th><th scope=\"col\" class="
		    "\"number\">Bytes</th><th scope=\"col\">Digest</th>"
		    "<td></td></tr>"
		    "</thead><tbody>");
		buf_add(out, rows.out.p, rows.out.len);
		buf_add_text(out, "</tbody></table></div>");
		visit_csv(v, "/v1/rules/files", "files");
	}
	buf_clear(&rows.out);
}

static void
print_set(struct visit *v, const struct pulse_rules *r)
{
	struct buf *out = v->out;

	if (r->since_ms == CLOCK_NONE) {
		buf_add_text(out, "<p>The agent has just started; which rules "
				  "are in use is known in a few seconds.</p>");
		return;
	}
	buf_addf(out,
	    "<dl class=\"facts\"><dt>Rules</dt><dd>%zu</dd><dt>In use since"
	    "</dt><dd>",
	    r->count);
	html_time(out, r->since_ms);
	buf_add_text(out, "</dd><dt>Set</dt><dd><code>");
	html_words(out, r->hash);
	buf_add_text(out, "</code></dd></dl>");
	if (r->own_left_out)
		buf_add_text(out,
		    "<p class=\"problem\">The files that were changed here "
		    "are wrong with the other rules and are not in use: the "
		    "packs are used alone. <kbd>buzzard check</kbd> says "
		    "what is wrong.</p>");
}

/* --- each rule --- */

static void
print_precision(struct buf *out, const struct rulestats_row *r)
{
	int64_t n = r->confirmed + r->rejected;
	double low, high;

	if (n == 0) {
		buf_add_text(out, "<td>not decided yet</td>");
		return;
	}
	rulestats_wilson(r->confirmed, n, &low, &high);
	buf_addf(out,
	    "<td>%.0f&nbsp;%% (%.0f to %.0f&nbsp;%%), %" PRId64 " of %" PRId64
	    "</td>",
	    100.0 * (double)r->confirmed / (double)n, 100 * low, 100 * high,
	    r->confirmed, n);
}

static void
print_row(void *user, const struct rulestats_row *r)
{
	struct listing *l = user;
	struct buf *out = l->v->out;

	if (l->rows++ == 0)
		buf_add_text(out,
		    "<div class=\"scroll wide\" role=\"region\" tabindex="
		    "\"0\" aria-labelledby=\"each\"><table><thead><tr>"
		    "<th scope=\"col\">Rule</th><th scope=\"col\">Theme</th>"
		    "<th scope=\"col\" class=\"number\">Tags</th>"
		    "<th scope=\"col\" class=\"number\">As shadow</th>"
		    "<th scope=\"col\">Confirmed by people</th></tr></thead>"
		    "<tbody>");
	buf_add_text(out, "<tr><th scope=\"row\">");
	html_text(out, r->rule);
	buf_add_text(out, "</th><td>");
	html_theme(out, r->theme);
	buf_addf(out,
	    "</td><td class=\"number\">%" PRId64 "</td><td class=\"number\">"
	    "%" PRId64 "</td>",
	    r->tags, r->shadows);
	print_precision(out, r);
	buf_add_text(out, "</tr>");
}

static int
print_page(struct visit *v, struct err *e)
{
	struct listing l = { .v = v };
	struct pulse pulse;

	service_pulse(v->service, &pulse);
	visit_page(v, "Rules");
	print_set(v, &pulse.rules);
	if (page_rule_summary(v, e) < 0)
		return -1;
	buf_addf(v->out,
	    "<h2 id=\"each\">What each rule said</h2><p>Of the newest %d tags "
	    "and the newest %d decisions that stand. The interval in brackets "
	    "is Wilson's, with 95&nbsp;%% confidence: the fewer decisions, the "
	    "wider. Several rules can make one tag; a decision about it counts "
	    "for each of them.</p>",
	    RULESTATS_NEWEST, RULESTATS_NEWEST);
	if (rulestats_list(v->desk->rulestats, print_row, &l, e) < 0)
		return -1;
	buf_add_text(v->out, l.rows > 0
				 ? "</tbody></table></div>"
				 : "<p>No rule has tagged anything yet.</p>");
	if (l.rows > 0)
		visit_csv(v, "/v1/rules", "what each rule said");
	/* Last: they are many. */
	if (pulse.rules.since_ms != CLOCK_NONE)
		print_files(v, pulse.rules.dir);
	visit_page_end(v);
	return 0;
}

void
page_rules(struct visit *v)
{
	struct err e = { 0 };

	if (print_page(v, &e) < 0)
		visit_fail(v, &e);
}
