/*
 * Recording contact: one transaction of an entry, a promise if one was made, a
 * visit that is wanted, and what it was done with.
 */
#include "agent/review/deed.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/review/contactform.h"
#include "agent/review/desk.h"
#include "agent/review/london.h"
#include "agent/review/visit.h"
#include "agent/store/followups.h"
#include "agent/store/store.h"

#define DONE_MAX 32

static int
open_followup(struct visit *v, struct followup_wish *wish, struct err *e)
{
	if (wish->due_ms == CLOCK_NONE)
		return visit_bad(
		    v, "due-at", "Give the day by which it is promised.", e);
	if (wish->due_ms < v->now_ms)
		return visit_bad(v, "due-at",
		    "What is promised cannot be due in the past.", e);
	wish->account_id = v->account.id;
	wish->actor = v->actor;
	wish->now_ms = v->now_ms;
	return followups_add(v->desk->followups, wish, e) < 0 ? -1 : 0;
}

static int
take_promise(
    struct visit *v, int64_t incident_id, int64_t contact_id, struct err *e)
{
	struct followup_wish wish = { .incident_id = incident_id,
		.contact_id = contact_id,
		.due_ms = CLOCK_NONE };

	if (contactform_pick(v, "promise", CONTACTWORDS_KINDS, &wish.kind, e) <
		0 ||
	    contactform_pick(
		v, "falls-to", CONTACTWORDS_FUNCTIONS, &wish.falls_to, e) < 0 ||
	    contactform_when(v, "due", LONDON_END_OF_DAY, &wish.due_ms, e) < 0)
		return -1;
	if (wish.kind == 0 && wish.due_ms == CLOCK_NONE)
		return 0;
	if (wish.kind == 0)
		return visit_bad(v, "promise", "Say what was promised.", e);
	if (wish.falls_to == 0)
		wish.falls_to = FOLLOWUP_DESK;
	if (str_is(visit_field(v, "mine"), "yes"))
		wish.holder_id = v->account.id;
	return open_followup(v, &wish, e);
}

/* A visit that is wanted has to be seen to. */
static int
take_visit(struct visit *v, int64_t contact_id, const struct contact_entry *n,
    struct err *e)
{
	bool is_team = n->visit_by == CONTACT_TEAM;
	struct followup_wish wish = { .incident_id = n->incident_id,
		.contact_id = contact_id,
		.kind = is_team ? FOLLOWUP_TEAM_VISIT : FOLLOWUP_DESIGN_VISIT,
		.falls_to = is_team ? FOLLOWUP_TEAM : FOLLOWUP_DESIGN_OFFICER,
		.due_ms = n->visit_ms };

	if (n->visit != CONTACT_VISIT_WANTED || n->corrects != 0)
		return 0;
	return open_followup(v, &wish, e);
}

/* Those that are open, to be asked for in the form. */
struct open_ones {
	int64_t ids[DONE_MAX];
	size_t count;
};

static void
keep_open(void *user, const struct followup *one)
{
	struct open_ones *o = user;

	if (one->ended_ms == CLOCK_NONE && o->count < DONE_MAX)
		o->ids[o->count++] = one->id;
}

/*
 * The version of a follow-up that it was done with, or 0: of a form the field
 * done-ID, in the API the ETag among done, "ID.VERSION".
 */
static int64_t
done_with(struct visit *v, int64_t id)
{
	const struct json *list = json_member(v->body, "done");
	char name[32];
	size_t len;

	if (!v->is_api) {
		(void)snprintf(name, sizeof name, "done-%" PRId64, id);
		return visit_number(visit_field(v, name));
	}
	len = (size_t)snprintf(name, sizeof name, "%" PRId64 ".", id);
	for (size_t i = 0; i < json_count(list); i++) {
		struct str one = json_text(json_item(list, i));

		if (str_has_prefix(one, name))
			return visit_number(
			    str_make(one.p + len, one.len - len));
	}
	return 0;
}

static bool
is_done_tag(struct str s)
{
	const char *dot = s.len > 0 ? memchr(s.p, '.', s.len) : NULL;
	size_t len = dot ? (size_t)(dot - s.p) : 0;

	return dot && visit_number(str_make(s.p, len)) > 0 &&
	       visit_number(str_make(dot + 1, s.len - len - 1)) > 0;
}

/*
 * How many a program says are done; -1 if one cannot be read.  A page's box
 * for one that was closed meanwhile is passed over: the page shows that.
 */
static long
asked_done(struct visit *v, struct err *e)
{
	const struct json *list = json_member(v->body, "done");

	for (size_t i = 0; i < json_count(list); i++)
		if (!is_done_tag(json_text(json_item(list, i))))
			return visit_bad(v, "done",
			    "A follow-up that is done is named by its ETag "
			    "without the quotes, as 7.3.",
			    e);
	return (long)json_count(list);
}

/* 1, 0 if one is no open follow-up of it any more or has changed, -1. */
static int
take_done(struct visit *v, int64_t incident_id, struct err *e)
{
	struct open_ones open = { 0 };
	long left = asked_done(v, e);

	if (left < 0)
		return -1;
	if (followups_of(v->desk->followups, incident_id, keep_open, &open, e) <
	    0)
		return -1;
	for (size_t i = 0; i < open.count; i++) {
		struct followup_change change = { .id = open.ids[i],
			.what = FOLLOWUP_CLOSED,
			.ending = FOLLOWUP_DONE,
			.account_id = v->account.id,
			.actor = v->actor,
			.now_ms = v->now_ms };
		int r = 1;

		change.version = done_with(v, open.ids[i]);
		if (change.version > 0) {
			r = followups_change(v->desk->followups, &change, e);
			left--;
		}
		if (r <= 0)
			return r;
	}
	return !v->is_api || left == 0;
}

int
deed_contact(void *user, struct visit *v, struct err *e)
{
	int64_t incident_id = *(const int64_t *)user;
	struct contact_entry entry;
	struct store_incident row;
	int64_t id;
	int r = incident_id > 0 ? store_incident_find_id(v->desk->store,
				      incident_id, v->desk->arena, &row, e)
				: 0;

	if (r < 0)
		return -1;
	if (r == 0)
		return visit_gone(v,
		    "There is no such incident. It may have been erased.", e);
	if (contactform_read(v, &entry, e) < 0)
		return -1;
	entry.incident_id = incident_id;
	r = take_done(v, incident_id, e);
	if (r <= 0)
		return r;
	id = contacts_add(v->desk->contacts, &entry, v->actor, v->now_ms, e);
	if (id <= 0)
		return (int)id;
	if (take_promise(v, incident_id, id, e) < 0 ||
	    take_visit(v, id, &entry, e) < 0)
		return -1;
	return 1;
}
