/*
 * Recording contact: one form is one transaction of an entry, a promise if one
 * was made, a visit that is wanted, and what it was done with.
 */
#include <inttypes.h>
#include <stdio.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/contactform.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/london.h"
#include "agent/review/page.h"
#include "agent/review/visit.h"
#include "agent/store/followups.h"
#include "agent/store/store.h"

#define DONE_MAX 32

/* --- what is sent --- */

static int
open_followup(struct visit *v, struct followup_wish *wish, struct err *e)
{
	if (wish->due_ms == CLOCK_NONE)
		return err_set(
		    e, ERR_INVALID, "Give the day by which it is promised.");
	if (wish->due_ms < v->now_ms)
		return err_set(e, ERR_INVALID,
		    "What is promised cannot be due in the past.");
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
		return err_set(e, ERR_INVALID, "Say what was promised.");
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

/* 1, 0 if somebody changed one meanwhile, -1. */
static int
take_done(struct visit *v, int64_t incident_id, struct err *e)
{
	struct open_ones open = { 0 };

	if (followups_of(v->desk->followups, incident_id, keep_open, &open, e) <
	    0)
		return -1;
	for (size_t i = 0; i < open.count; i++) {
		char name[32];
		struct followup_change change = { .id = open.ids[i],
			.what = FOLLOWUP_CLOSED,
			.ending = FOLLOWUP_DONE,
			.account_id = v->account.id,
			.actor = v->actor,
			.now_ms = v->now_ms };
		int r = 1;

		(void)snprintf(name, sizeof name, "done-%" PRId64, open.ids[i]);
		change.version = visit_number(visit_field(v, name));
		if (change.version > 0)
			r = followups_change(v->desk->followups, &change, e);
		if (r <= 0)
			return r;
	}
	return 1;
}

static int
check_incident(struct visit *v, int64_t id, struct err *e)
{
	struct store_incident row;
	int found =
	    store_incident_find_id(v->desk->store, id, v->desk->arena, &row, e);

	if (found == 0)
		return err_set(e, ERR_INVALID,
		    "There is no such incident. It may have been erased.");
	return found;
}

static int
take(void *user, struct visit *v, struct err *e)
{
	const int64_t *incident_id = user;
	struct contact_entry entry;
	int64_t id;
	int r;

	if (check_incident(v, *incident_id, e) < 0 ||
	    contactform_read(v, &entry, e) < 0)
		return -1;
	entry.incident_id = *incident_id;
	r = take_done(v, *incident_id, e);
	if (r <= 0)
		return r;
	id = contacts_add(v->desk->contacts, &entry, v->actor, v->now_ms, e);
	if (id <= 0)
		return (int)id;
	if (take_promise(v, *incident_id, id, e) < 0 ||
	    take_visit(v, id, &entry, e) < 0)
		return -1;
	return 1;
}

void
page_contact(struct visit *v)
{
	struct buf path = { 0 };
	struct err e = { 0 };
	int64_t id = visit_number(v->arg);
	int r = visit_change(v, take, &id, &e);

	if (r <= 0) {
		visit_refuse(v, r, &e);
		return;
	}
	buf_addf(&path, "/incident/%" PRId64 "#contact", id);
	visit_redirect(v, path.p);
	buf_clear(&path);
}

/* --- correcting --- */

/* The entry, kept in the desk's arena. */
struct kept {
	struct arena *arena;
	struct contact_entry entry;
};

static void
keep(void *user, const struct contact_entry *n)
{
	struct kept *k = user;

	k->entry = *n;
	k->entry.told = arena_str(k->arena, n->told);
	k->entry.note = arena_str(k->arena, n->note);
}

static void
keep_theme(void *user, const struct store_tag *tag)
{
	struct buf *all = user;

	if (all->len > 0)
		buf_add_char(all, ',');
	buf_add_str(all, tag->theme);
}

static int
print_correction(struct visit *v, struct contact_entry *entry, struct err *e)
{
	struct buf themes = { 0 };
	struct contactform form = { .incident_id = entry->incident_id,
		.entry = entry };
	int r = store_tags_list(
	    v->desk->store, entry->incident_id, false, keep_theme, &themes, e);

	entry->corrects = entry->id;
	form.themes = buf_str(&themes);
	if (r == 0) {
		visit_page(v, "Correct an entry");
		buf_addf(v->out,
		    "<p>What you record here counts instead of the entry; the "
		    "entry stays and says that it was corrected. "
		    "<a href=\"/incident/%" PRId64
		    "#contact\">Back to the incident</a></p>",
		    entry->incident_id);
		r = contactform_print(v, &form, e);
		visit_page_end(v);
	}
	buf_clear(&themes);
	return r;
}

void
page_correct(struct visit *v)
{
	struct kept k = { .arena = v->desk->arena };
	struct err e = { 0 };
	int64_t id = visit_number(v->arg);
	int r = id > 0 ? contacts_find(v->desk->contacts, id, keep, &k, &e) : 0;

	if (r == 0)
		visit_say(v, 404, "Not found",
		    "There is no such entry. It may have been erased.");
	else if (r > 0 && k.entry.corrected_by)
		visit_say(v, 409, "That cannot be done",
		    "The entry has been corrected already. Correct the later "
		    "one.");
	else if (r < 0 ||
		 visit_record_part(v, k.entry.incident_id, "contact", &e) < 0 ||
		 print_correction(v, &k.entry, &e) < 0)
		visit_fail(v, &e);
}
