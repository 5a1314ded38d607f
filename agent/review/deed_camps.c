/*
 * Opening an entry of the register of encampments, and joining incidents to it
 * or taking them out.
 */
#include "agent/review/deed.h"

#include <inttypes.h>
#include <stdio.h>

#include "agent/base/err.h"
#include "agent/review/camp.h"
#include "agent/review/desk.h"
#include "agent/review/service_private.h"
#include "agent/store/camps.h"
#include "agent/store/store.h"

/* --- opening --- */

static struct str
value_of(void *user, const char *name)
{
	return visit_field(user, name);
}

int
deed_camp_check(void *user, struct visit *v, struct err *e)
{
	struct deed_camp *c = user;
	struct str moved = visit_field(v, "moved");

	if (campwords_read(campwords_kind(CAMP_PLACE)->fields, value_of, v,
		v->desk->arena, &c->body, &v->bad, e) < 0)
		return -1;
	c->moved_from = visit_number(moved);
	if (moved.len == 0 || c->moved_from > 0)
		return 0;
	return visit_bad(v, "moved",
	    "“Moved from entry” is the number of an entry, or empty.", e);
}

/* 1, 0 if there is no such incident, or -1. */
static int
is_there(struct visit *v, int64_t id, struct err *e)
{
	struct store_incident row;

	return id > 0 ? store_incident_find_id(
			    v->desk->store, id, v->desk->arena, &row, e)
		      : 0;
}

int
deed_camp_begin(void *user, struct visit *v, struct err *e)
{
	struct deed_camp *c = user;
	const struct camp_opening want = { .incident_id = c->incident_id,
		.body = buf_str(&c->body),
		.rule = &v->service->camp_rule,
		.moved_from = c->moved_from,
		.account_id = v->account.id,
		.now_ms = v->now_ms };
	int r = v->is_api ? is_there(v, c->incident_id, e) : 1;

	if (r <= 0)
		return r;
	c->camp_id = camps_begin(v->desk->camps, &want, e);
	if (c->camp_id < 0)
		return -1;
	return camp_record_change(
	    v, "opened", c->camp_id, 0, c->incident_id, e);
}

/* --- further incidents --- */

void
deed_camp_version(const struct camp *c, char version[DEED_VERSION_MAX])
{
	(void)snprintf(
	    version, DEED_VERSION_MAX, "%" PRId64 ".%" PRId64, c->id, c->turns);
}

/* An incident that joins an entry or is taken out of it. */
struct joining {
	int64_t turns, incident_id;
	size_t found; /* incidents with the reference */
};

/* Is the entry as it was seen?  1, 0 if not or it is gone, or -1. */
static int
is_current(struct visit *v, int64_t id, struct joining *j, struct err *e)
{
	char version[DEED_VERSION_MAX];
	struct camp camp;
	int r = id > 0
		    ? camps_find(v->desk->camps, id, v->desk->arena, &camp, e)
		    : 0;

	if (r < 0)
		return -1;
	if (r == 0)
		return visit_gone(
		    v, "There is no such entry in the register any more.", e);
	j->turns = camp.turns;
	deed_camp_version(&camp, version);
	return visit_saw(v, "turns", camp.turns, version, e);
}

static void
keep_incident(void *user, int64_t incident_id)
{
	struct joining *j = user;

	j->incident_id = incident_id;
	j->found++;
}

/* The incident, by its number or by its reference. */
static int
find_incident(struct visit *v, struct joining *j, struct err *e)
{
	struct str ref = visit_field(v, "ref");

	j->incident_id = visit_number(visit_field(v, "incident"));
	if (j->incident_id > 0)
		return 0;
	if (ref.len > 0 &&
	    camps_refs(v->desk->camps, ref, keep_incident, j, e) < 0)
		return -1;
	if (j->found == 1)
		return 0;
	return visit_bad(v, ref.len > 0 ? "ref" : "incident",
	    j->found > 1 ? "More than one incident has that reference: open "
			   "the right one and join it from its page."
			 : "There is no incident with that reference: write it "
			   "as the incident's page does.",
	    e);
}

int
deed_camp_join(void *user, struct visit *v, struct err *e)
{
	int64_t camp_id = *(const int64_t *)user;
	struct joining j = { 0 };
	int r = is_current(v, camp_id, &j, e);

	if (r <= 0)
		return r;
	if (find_incident(v, &j, e) < 0)
		return -1;
	r = is_there(v, j.incident_id, e);
	if (r == 0)
		return visit_bad(
		    v, "incident", "That incident is not there any more.", e);
	if (r < 0)
		return -1;
	r = camps_join(v->desk->camps, camp_id, j.turns, j.incident_id,
	    v->account.id, v->now_ms, e);
	return r <= 0 ? r
		      : camp_record_change(
			    v, "incident joined", camp_id, 0, j.incident_id, e);
}

int
deed_camp_part(void *user, struct visit *v, struct err *e)
{
	int64_t camp_id = *(const int64_t *)user;
	struct joining j = { 0 };
	int r = is_current(v, camp_id, &j, e);

	if (r <= 0)
		return r;
	j.incident_id = visit_number(visit_field(v, "incident"));
	v->bad = "incident";
	r = camps_part(v->desk->camps, camp_id, j.turns, j.incident_id,
	    v->account.id, v->now_ms, e);
	return r <= 0 ? r
		      : camp_record_change(v, "incident taken out", camp_id, 0,
			    j.incident_id, e);
}
