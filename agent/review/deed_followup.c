/*
 * Moving what was promised, giving it to somebody, closing it, opening it
 * again.
 */
#include "agent/review/deed.h"

#include <inttypes.h>
#include <stdio.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/contactform.h"
#include "agent/review/desk.h"
#include "agent/review/london.h"
#include "agent/review/visit.h"
#include "agent/store/followups.h"

static int
read_due(struct visit *v, struct followup_change *c, struct err *e)
{
	c->due_ms = CLOCK_NONE;
	if (contactform_when(v, "due", LONDON_END_OF_DAY, &c->due_ms, e) < 0)
		return -1;
	if (c->due_ms == CLOCK_NONE)
		return visit_bad(v, "due-at", "Give the day it is due by.", e);
	if (c->due_ms < v->now_ms)
		return visit_bad(
		    v, "due-at", "It cannot be due in the past.", e);
	return 0;
}

static int
read_holder(struct visit *v, struct followup_change *c, struct err *e)
{
	struct str name = visit_field(v, "holder");
	char kept[PASSWORD_KEPT_MAX];
	struct account account;
	int found;

	if (contactform_pick(
		v, "falls-to", CONTACTWORDS_FUNCTIONS, &c->falls_to, e) < 0)
		return -1;
	if (c->falls_to == 0)
		return visit_bad(v, "falls-to", "Say to whom it falls.", e);
	if (name.len == 0)
		return 0;
	found = accounts_find(v->desk->accounts, name, &account, kept, e);
	if (found > 0 && account.disabled_ms == CLOCK_NONE &&
	    (account.roles & VISIT_CALLERS) != 0) {
		c->holder_id = account.id;
		return 0;
	}
	return found < 0
		   ? -1
		   : visit_bad(v, "holder",
			 "There is no such account that could see to it.", e);
}

static int
read_change(struct visit *v, struct followup_change *c, struct err *e)
{
	int what;

	if (contactform_pick(v, "what", CONTACTWORDS_WHATS, &what, e) < 0)
		return -1;
	c->what = (enum followup_what)what;
	switch (c->what) {
	case FOLLOWUP_MOVED:
	case FOLLOWUP_REOPENED: return read_due(v, c, e);
	case FOLLOWUP_GIVEN: return read_holder(v, c, e);
	case FOLLOWUP_CLOSED:
		if (contactform_pick(
			v, "ending", CONTACTWORDS_ENDINGS, &c->ending, e) < 0)
			return -1;
		if (c->ending != 0 && c->ending != FOLLOWUP_WITHDRAWN)
			return 0;
		return visit_bad(v, "ending", "Say how it ended.", e);
	case FOLLOWUP_OPENED: break;
	}
	return visit_bad(v, "what", "Say what is to be done with it.", e);
}

static void
keep_version(void *user, const struct followup *one)
{
	struct followup_change *c = user;

	c->version = one->version;
}

/* Is it as it was seen?  1, 0 if not or it is gone, or -1. */
static int
is_current(struct visit *v, struct followup_change *c, struct err *e)
{
	char version[DEED_VERSION_MAX];
	int r = c->id > 0 ? followups_find(
				v->desk->followups, c->id, keep_version, c, e)
			  : 0;

	if (r < 0)
		return -1;
	if (r == 0)
		return visit_gone(v,
		    "There is no such follow-up. It may have been erased.", e);
	deed_followup_version(c->id, c->version, version);
	return visit_saw(v, "version", c->version, version, e);
}

void
deed_followup_version(int64_t id, int64_t line, char version[DEED_VERSION_MAX])
{
	(void)snprintf(
	    version, DEED_VERSION_MAX, "%" PRId64 ".%" PRId64, id, line);
}

int
deed_followup_change(void *user, struct visit *v, struct err *e)
{
	struct deed_followup *f = user;
	struct followup_change c = { .id = f->id,
		.note = visit_field(v, "note"),
		.account_id = v->account.id,
		.actor = v->actor,
		.now_ms = v->now_ms };
	int r = is_current(v, &c, e);

	if (r <= 0)
		return r;
	if (read_change(v, &c, e) < 0)
		return -1;
	f->is_closed = c.what == FOLLOWUP_CLOSED;
	return followups_change(v->desk->followups, &c, e);
}
