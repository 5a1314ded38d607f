/*
 * What most incidents cost here is nothing: the tables are asked only of an
 * incident that is tagged, or that was known before.
 */
#include "agent/aftercare.h"

#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/conf/conf.h"
#include "agent/incident/incident.h"
#include "agent/store/duties.h"
#include "agent/store/followups.h"
#include "agent/store/store.h"
#include "agent/unattended.h"

struct aftercare {
	struct duties *duties;
	struct followups *followups;
};

int
aftercare_open(struct store *store, struct aftercare **out, struct err *e)
{
	struct aftercare *a = alloc_zero(1, sizeof *a);

	if (duties_open(store, &a->duties, e) < 0 ||
	    followups_open(store, &a->followups, e) < 0) {
		aftercare_close(&a);
		return -1;
	}
	*out = a;
	return 0;
}

void
aftercare_close(struct aftercare **a)
{
	if (!*a)
		return;
	followups_close(&(*a)->followups);
	duties_close(&(*a)->duties);
	free(*a);
	*a = NULL;
}

/* Does theme stand at level alert, or confirmed?  1, 0 or -1. */
static int
stands(struct aftercare *a, const struct aftercare_case *c, const char *theme,
    struct err *e)
{
	for (size_t i = 0; i < c->tag_count; i++) {
		if (!str_is(c->tags[i].theme, theme))
			continue;
		if (c->tags[i].level == RULES_ALERT)
			return 1;
		return duties_is_confirmed(
		    a->duties, c->row->id, c->tags[i].theme, e);
	}
	return 0;
}

/* When the record knows of no time, the first message's. */
static int64_t
opened_ms(const struct aftercare_case *c)
{
	return c->row->opened_ms != CLOCK_NONE ? c->row->opened_ms
					       : c->row->first_ms;
}

static int
keep_visit(struct aftercare *a, const struct aftercare_case *c,
    const struct unattended *u, struct err *e)
{
	bool is_asked = str_is_given(u->cause) || u->again_ms != CLOCK_NONE;

	if (u->is_left || (c->is_first && !is_asked))
		return 0;
	if (u->again_ms != CLOCK_NONE
		? duties_watch(a->duties, c->row->id, u->again_ms, e) < 0
		: duties_unwatch(a->duties, c->row->id, INT64_MAX, e) < 0)
		return -1;
	if (c->is_first && !str_is_given(u->cause))
		return 0;
	return followups_judge(a->followups, c->row->id, u->cause, u->due_ms,
	    str_of(u->why), c->now_ms, e);
}

static int
judge_visit(struct aftercare *a, const struct conf *conf,
    const struct aftercare_case *c, struct err *e)
{
	struct unattended_facts f = {
		.is_attended = unattended_is_attended(c->record),
		.opened_ms = opened_ms(c),
		.closed_ms = c->record->closed_ms,
		.now_ms = c->now_ms,
		.patience_ms = conf->attend_ms,
		.visit_days = conf->visit_days,
	};
	struct unattended u;
	int coursing = stands(a, c, "hare-coursing", e);
	int camp = coursing < 0 ? -1 : stands(a, c, "encampment", e);

	if (camp < 0)
		return -1;
	f.is_coursing = coursing > 0;
	f.is_encampment = camp > 0;
	u = unattended_judge(&f);
	return keep_visit(a, c, &u, e);
}

/* Somebody who rang and left a way to be told. */
static int
keep_informant(
    struct aftercare *a, const struct aftercare_case *c, struct err *e)
{
	const struct incident_informant *who = &c->record->informant;
	bool has_way = who->phone.len > 0 || who->address.len > 0;

	if (c->tag_count == 0 || !who->is_given)
		return 0;
	return duties_put_informant(a->duties, c->row->id,
	    has_way && who->contact_ok != 0 ? DUTIES_REACHABLE
					    : DUTIES_NOT_REACHABLE,
	    c->record->closed_ms, e);
}

int
aftercare_judge(struct aftercare *a, const struct conf *conf,
    const struct aftercare_case *c, struct err *e)
{
	if (keep_informant(a, c, e) < 0)
		return -1;
	return judge_visit(a, conf, c, e) < 0 ? -1 : 0;
}

int
aftercare_next(struct aftercare *a, int64_t now_ms, int64_t after,
    int64_t *incident_id, struct err *e)
{
	return duties_next(a->duties, now_ms, after, incident_id, e);
}

int
aftercare_seen(
    struct aftercare *a, int64_t incident_id, int64_t now_ms, struct err *e)
{
	return duties_unwatch(a->duties, incident_id, now_ms, e);
}
