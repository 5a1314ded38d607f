/*
 * One change of the force's own rules: what it is, what it would do, and the
 * forms of whoever may go on with it.
 */
#include <inttypes.h>
#include <stdio.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/rulechange.h"
#include "agent/review/ruleform.h"
#include "agent/review/ruleshow.h"
#include "agent/review/service_private.h"

/* Spans offered for a preview, in days. */
static const int spans[] = { 30, 7, 90, 365 };

/* A change and what is found of it now, while its page is written. */
struct showing {
	struct visit *v;
	struct rulebook_change c;
	struct rulecheck check;
	bool is_own;    /* the visitor made it */
	bool is_edited; /* by the form at the top */
};

static bool
is_open(const struct rulebook_change *c)
{
	return c->state == RULEBOOK_DRAFT || c->state == RULEBOOK_AWAITING ||
	       c->state == RULEBOOK_SENT_BACK;
}

/* --- facts --- */

static void
print_words(struct buf *out, const char *name, struct str words)
{
	if (words.len == 0)
		return;
	buf_addf(out, "<dt>%s</dt><dd>", name);
	html_text(out, words);
	buf_add_text(out, "</dd>");
}

static void
print_who(struct buf *out, const char *name, struct str who, int64_t at_ms)
{
	if (!str_is_given(who))
		return;
	buf_addf(out, "<dt>%s</dt><dd>", name);
	html_text(out, who);
	buf_add_text(out, ", ");
	html_time(out, at_ms);
	buf_add_text(out, "</dd>");
}

static void
print_digest(struct buf *out, const struct rulebook_change *c)
{
	char text[HASH_TEXT_MAX];

	if (!str_is_given(c->digest)) {
		buf_add_text(out, "<dt>Text</dt><dd>The file is left out: the "
				  "packs' file of that name comes back, if "
				  "there is one.</dd>");
		return;
	}
	buf_addf(out, "<dt>Text</dt><dd>%zu bytes, <code>%s</code></dd>",
	    c->text.len, hash_text((const uint8_t *)c->digest.p, text));
}

static const char *
decided_as(const struct rulebook_change *c)
{
	if (c->kind == RULEBOOK_SUSPENSION)
		return "Suspended by, alone";
	return c->state == RULEBOOK_SENT_BACK ? "Sent back by" : "Approved by";
}

static void
print_facts(const struct showing *s)
{
	const struct rulebook_change *c = &s->c;
	struct buf *out = s->v->out;

	buf_addf(out,
	    "<dl class=\"facts\"><dt>State</dt><dd><strong>%s</strong></dd>",
	    ruleshow_state(c));
	print_words(out, "Reason", c->reason);
	print_who(out, "Proposed by", c->proposer, c->made_ms);
	print_who(out, decided_as(c), c->decider, c->decided_ms);
	print_words(out, c->state == RULEBOOK_REFUSED ? "Why not" : "Answer",
	    c->answer);
	if (c->version > 0) {
		buf_addf(out,
		    "<dt>Version</dt><dd>%" PRId64 ", in force since ",
		    c->version);
		html_time(out, c->effected_ms);
		if (c->ended_ms != CLOCK_NONE) {
			buf_add_text(out, " until ");
			html_time(out, c->ended_ms);
		}
		buf_add_text(out, "</dd>");
	}
	if (c->restores_id > 0)
		buf_addf(out,
		    "<dt>Puts back</dt><dd><a href=\"/rules/change/%" PRId64
		    "\">change %" PRId64 "</a></dd>",
		    c->restores_id, c->restores_id);
	print_digest(out, c);
	buf_add_text(out, "</dl>");
}

/* --- forms --- */

static void
begin_form(const struct showing *s, const char *verb)
{
	buf_addf(s->v->out,
	    "<form method=\"post\" action=\"/rules/change/%" PRId64 "/%s\">",
	    s->c.id, verb);
	visit_form_field(s->v);
	buf_addf(s->v->out,
	    "<input type=\"hidden\" name=\"seen\" value=\"%" PRId64 "\">",
	    s->c.changes);
}

static void
print_button(const struct showing *s, const char *verb, const char *words)
{
	begin_form(s, verb);
	buf_addf(s->v->out, "<p><button>%s</button></p></form>", words);
}

static void
print_why(const struct showing *s, const char *verb, const char *label,
    const char *words)
{
	begin_form(s, verb);
	buf_addf(s->v->out,
	    "<p><label for=\"why-%s\">%s</label>"
	    "<input id=\"why-%s\" name=\"why\" required maxlength=\"%d\"></p>"
	    "<p><button>%s</button></p></form>",
	    verb, label, verb, RULEBOOK_REASON_MAX, words);
}

static void
print_preview_form(const struct showing *s)
{
	struct buf *out = s->v->out;

	if (!is_open(&s->c) || s->c.errors > 0 ||
	    !visit_may(s->v, ACCOUNT_ANALYST | ACCOUNT_APPROVER))
		return;
	if (s->c.preview_state == RULEBOOK_PREVIEW_ASKED ||
	    s->c.preview_state == RULEBOOK_PREVIEW_RUNNING) {
		print_button(s, "stop", "Stop it");
		return;
	}
	begin_form(s, "preview");
	buf_add_text(out, "<p><label for=\"days\">Try it on the incidents "
			  "of</label><select id=\"days\" name=\"days\">");
	for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++)
		buf_addf(out, "<option value=\"%d\">the last %d days</option>",
		    spans[i], spans[i]);
	buf_add_text(out, "</select></p><p><button>Run a preview</button></p>"
			  "</form>");
}

static void
print_proposer_forms(const struct showing *s)
{
	struct buf *out = s->v->out;

	if (s->c.state == RULEBOOK_DRAFT) {
		if (s->c.errors == 0 && s->c.failed == 0)
			print_button(s, "propose", "Send it to an approver");
		else
			buf_add_text(out, "<p>It can be sent to an approver "
					  "when it has no errors and all "
					  "tests pass.</p>");
	}
	if (s->c.state == RULEBOOK_AWAITING)
		buf_add_text(out,
		    "<p>It waits for another account with the role approver. "
		    "Nobody approves a change of their own.</p>");
	print_button(s, "withdraw", "Withdraw it");
}

static void
print_approver_forms(const struct showing *s)
{
	struct err why = { 0 };

	if (rulebook_may_approve(&s->c, &s->check, &why) > 0)
		print_button(s, "approve", "Approve: put it in force");
	else {
		buf_add_text(s->v->out, "<p class=\"problem\">It cannot be "
					"approved as it is. ");
		html_words(s->v->out, why.msg);
		buf_add_text(s->v->out, "</p>");
	}
	print_why(s, "send-back", "What has to be mended", "Send it back");
}

/* What can be done with a version, in force or not. */
static void
print_version_forms(const struct showing *s)
{
	struct err ignored = { 0 };

	if (s->c.state == RULEBOOK_ENDED &&
	    visit_may(s->v, ACCOUNT_ANALYST | ACCOUNT_APPROVER))
		print_why(s, "put-back",
		    "Why this version should be in force again",
		    "Propose to put it back");
	if (s->c.state == RULEBOOK_IN_FORCE &&
	    visit_may(s->v, ACCOUNT_APPROVER) &&
	    rulebook_may_suspend(&s->c, s->v->now_ms, &ignored) > 0) {
		buf_addf(s->v->out,
		    "<p>In an emergency an approver alone may suspend the "
		    "last change of a file within %d hours of when it took "
		    "effect: the version before it, which two people had let "
		    "in, is in force again at once.</p>",
		    RULEBOOK_SUSPEND_HOURS);
		print_why(
		    s, "suspend", "Why it cannot wait", "Suspend this change");
	}
}

static void
print_forms(const struct showing *s)
{
	struct buf *out = s->v->out;

	buf_add_text(out, "<section class=\"decide\" aria-labelledby=\"act\">"
			  "<h2 id=\"act\">What to do</h2>");
	if (is_open(&s->c) && s->is_own)
		print_proposer_forms(s);
	else if (s->c.state == RULEBOOK_AWAITING &&
		 visit_may(s->v, ACCOUNT_APPROVER))
		print_approver_forms(s);
	if (s->c.state == RULEBOOK_APPROVED)
		buf_add_text(out,
		    "<p role=\"status\">The agent puts it in "
		    "force within seconds: reload this page.</p>");
	print_version_forms(s);
	buf_addf(out, "<p><a href=\"/rules/changes\">All changes</a></p>"
		      "</section>");
}

static void
print_text(const struct showing *s)
{
	if (s->is_edited || s->c.text.len == 0)
		return;
	buf_add_text(s->v->out,
	    "<details><summary>The whole text</summary><pre class=\"bytes\" "
	    "tabindex=\"0\" role=\"region\" aria-label=\"The whole text\">");
	html_text(s->v->out, s->c.text);
	buf_add_text(s->v->out, "</pre></details>");
}

/* The text as a form, for who made it, with its errors beside. */
static void
print_editor(const struct showing *s)
{
	const struct ruleform form = { .id = s->c.id,
		.seen = s->c.changes,
		.file = s->c.file,
		.text = s->c.text,
		.reason = s->c.reason,
		.is_left_out = !str_is_given(s->c.digest) };

	ruleform_print(s->v, &form);
}

/* What is in force: compared with, unless it is the past. */
static int
print_difference(struct showing *s, struct err *e)
{
	if (!is_open(&s->c))
		return 0;
	if (rulechange_check(s->v, &s->c, &s->check, e) < 0)
		return -1;
	ruleshow_difference(s->v, &s->c, buf_str(&s->check.before));
	return 0;
}

static int
print_page(struct showing *s, struct err *e)
{
	struct buf title = { 0 };

	s->is_own = s->c.account_id == s->v->account.id;
	s->is_edited = s->is_own && (s->c.state == RULEBOOK_DRAFT ||
					s->c.state == RULEBOOK_SENT_BACK);
	buf_addf(
	    &title, "Change %" PRId64 " of %.*s", s->c.id, STR_ARG(s->c.file));
	visit_page(s->v, title.p);
	buf_clear(&title);
	print_facts(s);
	ruleshow_check(s->v, &s->c, s->is_edited);
	if (s->is_edited)
		print_editor(s);
	if (print_difference(s, e) < 0)
		return -1;
	if (is_open(&s->c) || s->c.preview_state != RULEBOOK_PREVIEW_NONE) {
		if (ruleshow_preview(s->v, &s->c, e) < 0)
			return -1;
		print_preview_form(s);
	}
	print_text(s);
	print_forms(s);
	visit_page_end(s->v);
	return 0;
}

void
page_rule_change(struct visit *v)
{
	struct showing s = { .v = v };
	struct err e = { 0 };
	int r = visit_record_look(v, 0, "rule change", &e);

	if (r == 0)
		r = rulebook_find(v->desk->rulebook, visit_number(v->arg),
		    v->desk->arena, &s.c, &e);
	if (r == 0)
		visit_say(v, 404, "Not found",
		    "There is no change of rules with that number.");
	else if (r < 0 || print_page(&s, &e) < 0)
		visit_fail(v, &e);
	rulecheck_release(&s.check);
}
