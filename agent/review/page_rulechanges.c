/*
 * The changes of the force's own rules: what is in force, what awaits, what
 * was; and beginning one.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/conf/conf.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/rulechange.h"
#include "agent/review/ruleform.h"
#include "agent/review/ruleshow.h"
#include "agent/review/service_private.h"
#include "agent/store/rulepack.h"

#define PAGE_ROWS 50

/* What is being written. */
struct listing {
	struct visit *v;
	int64_t rows, last_id;
};

/* --- the list --- */

static void
begin_table(struct listing *l, const char *label)
{
	buf_addf(l->v->out,
	    "<div class=\"scroll wide\" role=\"region\" tabindex=\"0\" "
	    "aria-label=\"%s\"><table class=\"words\"><thead><tr>"
	    "<th scope=\"col\">Change</th><th scope=\"col\">File</th>"
	    "<th scope=\"col\">State</th><th scope=\"col\">Proposed by</th>"
	    "<th scope=\"col\">Decided by</th></tr></thead><tbody>",
	    label);
}

static void
print_cell_who(struct buf *out, struct str who, int64_t at_ms)
{
	buf_add_text(out, "</td><td>");
	if (!str_is_given(who))
		return;
	html_text(out, who);
	buf_add_text(out, ", ");
	html_time(out, at_ms);
}

static void
print_row(void *user, const struct rulebook_change *c)
{
	struct listing *l = user;
	struct buf *out = l->v->out;

	if (l->rows == PAGE_ROWS) {
		l->rows++;
		return;
	}
	if (l->rows++ == 0)
		begin_table(l, "Changes of rules");
	l->last_id = c->id;
	buf_addf(out,
	    "<tr><th scope=\"row\"><a href=\"/rules/change/%" PRId64
	    "\">Change %" PRId64 "</a></th><td>",
	    c->id, c->id);
	html_text(out, c->file);
	if (c->version > 0)
		buf_addf(out, ", version %" PRId64, c->version);
	buf_addf(out, "</td><td>%s", ruleshow_state(c));
	if (c->kind != RULEBOOK_TEXT)
		buf_add_text(out, c->kind == RULEBOOK_PUT_BACK
				      ? " (puts back a version)"
				      : " (suspension, by one person)");
	print_cell_who(out, c->proposer, c->made_ms);
	print_cell_who(out, c->decider, c->decided_ms);
	buf_add_text(out, "</td></tr>");
}

/* The states that can be asked for, as links. */
static void
print_views(struct visit *v, struct str state)
{
	static const struct {
		const char *name, *words;
	} views[] = { { "", "All" }, { "awaiting", "Awaiting an approver" },
		{ "draft", "Drafts" }, { "in-force", "In force" } };

	buf_add_text(v->out, "<nav class=\"views\" aria-label=\"Which "
			     "changes\"><ul>");
	for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
		buf_addf(v->out, "<li><a href=\"/rules/changes%s%s\"%s>%s</a>",
		    views[i].name[0] ? "?state=" : "", views[i].name,
		    str_is(state, views[i].name) ||
			    (state.len == 0 && !views[i].name[0])
			? " aria-current=\"page\""
			: "",
		    views[i].words);
	buf_add_text(v->out, "</ul></nav>");
}

static void
print_next(const struct listing *l, struct str state)
{
	struct buf *out = l->v->out;

	if (l->rows > 0)
		buf_add_text(out, "</tbody></table></div>");
	else
		buf_add_text(out, "<p>There is none.</p>");
	if (l->rows > PAGE_ROWS) {
		buf_add_text(out, "<p><a href=\"/rules/changes?state=");
		html_url(out, state);
		buf_addf(
		    out, "&amp;before=%" PRId64 "\">Older</a></p>", l->last_id);
	}
	buf_add_text(out, "<p><a href=\"/v1/rule-changes?format=csv\">This "
			  "list as CSV</a></p>");
}

void
page_rule_changes(struct visit *v)
{
	struct str word = http_query(v->rq, "state");
	int64_t before = visit_number(http_query(v->rq, "before"));
	struct listing l = { .v = v };
	struct err e = { 0 };

	if (word.len > 0 && !rulebook_state_of(word)) {
		visit_say(v, 400, "Not understood",
		    "There is no such state of a change: go back to all "
		    "changes.");
		return;
	}
	if (visit_record_look(v, 0, "rule changes", &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	visit_page(v, "Changes of rules");
	if (visit_may(v, ACCOUNT_ANALYST))
		buf_add_text(v->out,
		    "<p><a href=\"/rules/change/new\">Add a file of rules</a>"
		    ", or change one from the list on <a href=\"/rules\">"
		    "Rules</a>.</p>");
	print_views(v, word);
	if (rulebook_list(v->desk->rulebook, before > 0 ? before : INT64_MAX,
		rulebook_state_of(word), PAGE_ROWS + 1, print_row, &l,
		&e) < 0) {
		visit_fail(v, &e);
		return;
	}
	print_next(&l, word);
	visit_page_end(v);
}

/* --- on the page Rules --- */

static void
print_in_force(void *user, const struct rulebook_change *c)
{
	struct listing *l = user;
	struct buf *out = l->v->out;

	if (l->rows++ == 0)
		begin_table(l, "The force's own files");
	buf_addf(out,
	    "<tr><th scope=\"row\"><a href=\"/rules/change/%" PRId64
	    "\">Version %" PRId64 "</a></th><td>",
	    c->id, c->version);
	html_text(out, c->file);
	buf_add_text(out, str_is_given(c->digest) ? "</td><td>in force since "
						  : "</td><td>left out since ");
	html_time(out, c->effected_ms);
	print_cell_who(out, c->proposer, c->made_ms);
	print_cell_who(out, c->decider, c->decided_ms);
	buf_add_text(out, "</td></tr>");
}

static void
print_finding(void *user, const struct rulebook_finding *f)
{
	struct visit *v = user;

	buf_add_text(v->out, "<p class=\"problem\"><strong>");
	html_text(v->out, f->file);
	buf_addf(v->out,
	    "</strong> %s. <kbd>buzzard rules history</kbd> says more.</p>",
	    f->what);
}

static int
print_ways(struct visit *v, struct err *e)
{
	int64_t awaiting;

	if (rulebook_count_awaiting(v->desk->rulebook, &awaiting, e) < 0)
		return -1;
	buf_addf(v->out,
	    "<p><a href=\"/rules/changes?state=awaiting\">%" PRId64
	    " change%s awaiting an approver</a>, <a href=\"/rules/changes\">"
	    "all changes</a>",
	    awaiting, awaiting == 1 ? "" : "s");
	if (visit_may(v, ACCOUNT_ANALYST))
		buf_add_text(v->out, ", <a href=\"/rules/change/new\">add a "
				     "file</a>");
	buf_add_text(v->out, "</p>");
	return 0;
}

int
page_rule_summary(struct visit *v, struct err *e)
{
	struct listing l = { .v = v };
	char *own = rulepack_own_dir(v->service->conf->state);
	int r;

	buf_add_text(v->out, "<h2 id=\"own\">Changed here</h2>");
	r = rulebook_verify(v->desk->rulebook, own, print_finding, v, e);
	free(own);
	if (r < 0 || print_ways(v, e) < 0 ||
	    rulebook_list_in_force(v->desk->rulebook, print_in_force, &l, e) <
		0)
		return -1;
	buf_add_text(v->out, l.rows > 0
				 ? "</tbody></table></div>"
				 : "<p>No file was changed here: the rules are "
				   "as they came.</p>");
	return 0;
}

/* --- a new one --- */

static void
print_new(struct visit *v, struct ruleform *form, unsigned status)
{
	visit_page(v, "Change the rules");
	v->reply->status = status;
	buf_add_text(v->out,
	    "<p>What you write is checked at once and put in force by nobody "
	    "yet: after a preview you send it to another account with the "
	    "role approver. A file of the packs' name stands in its place; "
	    "put <code>shadow</code> into a rule of it to silence that "
	    "rule.</p>");
	ruleform_print(v, form);
	visit_page_end(v);
}

void
page_rule_new(struct visit *v)
{
	struct ruleform form = { .file = http_query(v->rq, "file") };
	struct rulecheck_place place;
	struct buf text = { 0 };
	struct err e = { 0 };
	int r = 0;

	if (form.file.len > 0 && !rulebook_is_file(form.file)) {
		visit_say(v, 400, "Not understood",
		    "That is no name of a file of rules.");
		return;
	}
	if (form.file.len > 0) {
		form.is_named = true;
		r = rulechange_place(v, &place, &e);
		if (r == 0)
			r = rulecheck_read(&place, form.file, &text, &e);
		form.text = buf_str(&text);
	}
	if (r < 0)
		visit_fail(v, &e);
	else
		print_new(v, &form, 200);
	buf_clear(&text);
}

/*
 * To the page of a change, without a "#": with one browsers do not put the
 * focus on the first error.
 */
static void
go_to(struct visit *v, int64_t id)
{
	struct buf path = { 0 };

	buf_addf(&path, "/rules/change/%" PRId64, id);
	visit_redirect(v, path.p);
	buf_clear(&path);
}

void
page_rule_add(struct visit *v)
{
	struct rulebook_draft draft = { .restores_id = 0 };
	struct rulecheck check = { 0 };
	struct rulechange_step step = { .draft = &draft };
	struct err e = { 0 };
	int r = ruleform_read(v, &draft, &check, &e);

	if (r == 0)
		r = visit_change(v, rulechange_add, &step, &e);
	if (r > 0)
		go_to(v, step.made_id);
	else if (r < 0 && e.code == ERR_INVALID) {
		struct ruleform form = { .file = draft.file,
			.text = draft.text,
			.reason = draft.reason,
			.problem = e.msg };

		print_new(v, &form, 409);
	} else
		visit_refuse(v, r, &e);
	rulecheck_release(&check);
}
