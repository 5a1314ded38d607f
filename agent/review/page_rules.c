/*
 * The rules in use: which files, since when, how often each tagged, and how
 * often people agreed.
 */
#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/hash.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/store/rulebook.h"
#include "agent/store/rulestats.h"

#define FILE_MAX (4U << 20)

/* What is being written. */
struct listing {
	struct visit *v;
	int64_t rows;
};

/* --- the set --- */

static void
print_file(struct visit *v, const char *dir, const char *name)
{
	struct buf *out = v->out;
	struct buf path = { 0 }, content = { 0 };
	char text[HASH_TEXT_MAX];
	uint8_t digest[HASH_BYTES];
	struct err e = { 0 };

	buf_addf(&path, "%s/%s", dir, name);
	buf_add_text(out, "<tr><th scope=\"row\">");
	html_words(out, name);
	if (files_read(path.p, FILE_MAX, &content, &e) < 0)
		buf_add_text(out, "</th><td class=\"number\">?</td><td>it "
				  "cannot be read");
	else {
		hash_sha256(buf_str(&content), digest);
		buf_addf(out,
		    "</th><td class=\"number\">%zu</td><td><code>%s</code>",
		    content.len, hash_text(digest, text));
	}
	buf_add_text(out, "</td><td>");
	if (visit_may(v, ACCOUNT_ANALYST) && rulebook_is_file(str_of(name)))
		buf_addf(out,
		    "<a href=\"/rules/change/new?file=%s\">Change "
		    "<span class=\"unseen\">%s</span></a>",
		    name, name);
	buf_add_text(out, "</td></tr>");
	buf_clear(&content);
	buf_clear(&path);
}

static void
print_files(struct visit *v, const char *dir)
{
	struct buf *out = v->out;
	struct files_list list = { 0 };
	struct err e = { 0 };

	buf_add_text(out, "<h2 id=\"files\">Files</h2><p>In ");
	html_words(out, dir);
	buf_add_text(out, ", as they are there now; a reload puts them in "
			  "use.</p>");
	if (files_list(dir, "", &list, &e) < 0) {
		buf_add_text(out, "<p class=\"problem\">The folder cannot be "
				  "read.</p>");
		return;
	}
	buf_add_text(out,
	    "<div class=\"scroll wide\" role=\"region\" tabindex=\"0\" "
	    "aria-labelledby=\"files\"><table><thead><tr><th scope=\"col\">"
	    "File</th><th scope=\"col\" class=\"number\">Bytes</th><th scope="
	    "\"col\">Digest</th><td></td></tr></thead><tbody>");
	for (size_t i = 0; i < list.count; i++)
		print_file(v, dir, list.names[i]);
	buf_add_text(out, "</tbody></table></div>");
	files_list_release(&list);
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
