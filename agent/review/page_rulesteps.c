/*
 * The forms of a change's page, sent.
 */
#include <inttypes.h>

#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/page.h"
#include "agent/review/rulechange.h"
#include "agent/review/ruleform.h"
#include "agent/review/visit.h"

/* What every form carries. */
static struct rulechange_step
read_step(struct visit *v)
{
	return (struct rulechange_step){ .id = visit_number(v->arg),
		.seen = visit_number(visit_field(v, "seen")),
		.why = visit_field(v, "why"),
		.days = visit_number(visit_field(v, "days")) };
}

/* seen is what a form of ours always has; without it nothing was seen. */
static bool
is_complete(struct visit *v, const struct rulechange_step *s)
{
	if (s->seen > 0)
		return true;
	visit_say(v, 409, "That cannot be done", "The form is incomplete.");
	return false;
}

static void
go_to(struct visit *v, int64_t id, const char *place)
{
	struct buf path = { 0 };

	buf_addf(&path, "/rules/change/%" PRId64 "%s", id, place);
	visit_redirect(v, path.p);
	buf_clear(&path);
}

/* Make the change, then show it, or say why not. */
static void
take(struct visit *v, struct rulechange_step *s,
    int (*change)(void *user, struct visit *v, struct err *e),
    const char *place)
{
	struct err e = { 0 };
	int r = visit_change(v, change, s, &e);

	if (r > 0)
		go_to(v, s->made_id ? s->made_id : s->id, place);
	else
		visit_refuse(v, r, &e);
}

static void
take_plain(struct visit *v,
    int (*change)(void *user, struct visit *v, struct err *e),
    const char *place)
{
	struct rulechange_step s = read_step(v);

	if (is_complete(v, &s))
		take(v, &s, change, place);
}

void
page_rule_propose(struct visit *v)
{
	take_plain(v, rulechange_propose, "#act");
}

void
page_rule_withdraw(struct visit *v)
{
	take_plain(v, rulechange_withdraw, "");
}

void
page_rule_preview(struct visit *v)
{
	take_plain(v, rulechange_preview, "#preview");
}

void
page_rule_stop(struct visit *v)
{
	take_plain(v, rulechange_stop, "#preview");
}

void
page_rule_send_back(struct visit *v)
{
	take_plain(v, rulechange_send_back, "");
}

/* The form again, with what was typed and why it was not taken. */
static void
ask_again(struct visit *v, const struct rulechange_step *s,
    const struct rulebook_draft *draft, const struct err *e)
{
	const struct ruleform form = { .id = s->id,
		.seen = s->seen,
		.file = draft->file,
		.text = draft->text,
		.reason = draft->reason,
		.problem = e->msg };

	visit_page(v, "Change the rules");
	v->reply->status = 409;
	ruleform_print(v, &form);
	visit_page_end(v);
}

void
page_rule_write(struct visit *v)
{
	struct rulechange_step s = read_step(v);
	struct rulebook_draft draft = { .restores_id = 0 };
	struct rulecheck check = { 0 };
	struct err e = { 0 };
	int r;

	if (!is_complete(v, &s))
		return;
	r = ruleform_read(v, &draft, &check, &e);
	s.draft = &draft;
	if (r == 0)
		r = visit_change(v, rulechange_write, &s, &e);
	if (r > 0)
		/* No "#": the focus goes to the first error. */
		go_to(v, s.id, "");
	else if (r < 0 && e.code == ERR_INVALID)
		ask_again(v, &s, &draft, &e);
	else
		visit_refuse(v, r, &e);
	rulecheck_release(&check);
}

/* The change of the path: 1, or it was answered why not. */
static int
find(struct visit *v, int64_t id, struct rulebook_change *c)
{
	struct err e = { 0 };
	int r = rulebook_find(v->desk->rulebook, id, v->desk->arena, c, &e);

	if (r == 0)
		visit_say(v, 404, "Not found",
		    "There is no change of rules with that number.");
	else if (r < 0)
		visit_fail(v, &e);
	return r;
}

void
page_rule_approve(struct visit *v)
{
	struct rulechange_step s = read_step(v);
	struct rulebook_change c;
	struct rulecheck check = { 0 };
	struct err e = { 0 };

	if (!is_complete(v, &s) || find(v, s.id, &c) <= 0)
		return;
	if (rulechange_check(v, &c, &check, &e) < 0)
		visit_refuse(v, -1, &e);
	else {
		s.check = &check;
		take(v, &s, rulechange_approve, "");
	}
	rulecheck_release(&check);
}

/* A change of kind with the text of another version of that file. */
static void
take_version(struct visit *v, const struct rulechange_step *asked,
    const struct rulebook_change *version, enum rulebook_kind kind,
    int (*change)(void *user, struct visit *v, struct err *e))
{
	struct rulechange_step s = *asked;
	struct rulebook_draft draft = { .file = version->file,
		.text = version->text,
		.reason = s.why,
		.kind = kind,
		.restores_id = version->id };
	struct rulecheck check = { 0 };
	struct err e = { 0 };

	if (rulechange_check(v, version, &check, &e) < 0)
		visit_refuse(v, -1, &e);
	else {
		draft.check = &check;
		s.draft = &draft;
		take(v, &s, change, "");
	}
	rulecheck_release(&check);
}

void
page_rule_put_back(struct visit *v)
{
	struct rulechange_step s = read_step(v);
	struct rulebook_change c;

	if (!is_complete(v, &s) || find(v, s.id, &c) <= 0)
		return;
	if (c.state != RULEBOOK_ENDED) {
		visit_say(v, 409, "That cannot be done",
		    "Only a version that was in force can be put back.");
		return;
	}
	take_version(v, &s, &c, RULEBOOK_PUT_BACK, rulechange_add);
}

void
page_rule_suspend(struct visit *v)
{
	struct rulechange_step s = read_step(v);
	struct rulebook_change c, before = { 0 };
	struct err e = { 0 };

	if (!is_complete(v, &s) || find(v, s.id, &c) <= 0)
		return;
	/* Before the first version there was none: the file is left out. */
	before.file = c.file;
	if (rulebook_find_version(v->desk->rulebook, c.file, c.version - 1,
		v->desk->arena, &before, &e) < 0)
		visit_fail(v, &e);
	else
		take_version(
		    v, &s, &before, RULEBOOK_SUSPENSION, rulechange_suspend);
}
