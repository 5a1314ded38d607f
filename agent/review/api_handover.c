/*
 * What happened on a shift, list by list, and leaving a note.  What is due and
 * what did not arrive are /v1/follow-ups and /v1/alerts/recipients.
 */
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/service_private.h"
#include "agent/store/handover.h"

#define LONGEST_MS (INT64_C(31) * 86400000)
#define DAY_MS     INT64_C(86400000)

static const char *const no_params[] = { NULL };
static const char *const params[] = { "from", "to", NULL };

/* What is asked for, and the list. */
struct span {
	struct apilist *l;
	int64_t from_ms, to_ms;
	bool in_progress; /* incidents: only those */
};

/* The present shift, unless a time was given. */
static int
read_span(void *user, struct apilist *l)
{
	struct span *s = user;
	const struct shifts *shifts = &l->v->service->shifts;

	s->l = l;
	shifts_at(shifts, l->v->now_ms, &s->from_ms, &s->to_ms);
	if (apilist_time(l, "from", &s->from_ms) < 0 ||
	    apilist_time(l, "to", &s->to_ms) < 0)
		return -1;
	if (s->from_ms < s->to_ms && s->to_ms - s->from_ms <= LONGEST_MS)
		return 0;
	api_problem_of(l->v, 400, "to",
	    "The time ends after it begins, and within 31 days.");
	return -1;
}

/* --- incidents --- */

static const char *const incident_params[] = { "from", "to", "progress", NULL };

static const char *const incident_columns[] = { "theme", "incident_id", "ref",
	"district", "opened_at", "is_new", "in_progress", "is_closed", NULL };

static const struct apilist_kind incident_kind = {
	.name = "shift-incidents",
	.look = "v1/hand-over/incidents",
	.is_of_incidents = true,
	.params = incident_params,
	.columns = incident_columns,
	.place_count = 1,
};

static void
write_incident(void *user, const struct handover_incident *one)
{
	struct span *s = user;
	struct apilist *l = s->l;

	if (s->in_progress && (!one->in_progress || one->is_closed))
		return;
	if (!apilist_counts(l))
		return;
	apilist_str(l, one->theme);
	apilist_int(l, one->incident_id);
	apilist_str(l, one->ref);
	apilist_str(l, one->district);
	apilist_time_ms(l, one->opened_ms);
	apilist_bool(l, one->is_new);
	apilist_bool(l, one->in_progress);
	apilist_bool(l, one->is_closed);
	apilist_row_counted(l);
}

/* In progress: of the last 24 hours, as on the page, unless a time is given. */
static int
read_incidents(void *user, struct apilist *l)
{
	static const char *const yes[] = { "", "yes", NULL };
	struct span *s = user;
	int progress = apilist_choice(l, "progress", yes);

	if (progress < 0 || read_span(s, l) < 0)
		return -1;
	s->in_progress = progress > 0;
	if (!s->in_progress || apilist_param(l, "from").p ||
	    apilist_param(l, "to").p)
		return 0;
	s->from_ms = l->v->now_ms - DAY_MS;
	s->to_ms = l->v->now_ms + 1;
	return 0;
}

static int
fill_incidents(void *user, struct apilist *l, struct err *e)
{
	struct span *s = user;
	int64_t limit = s->in_progress ? INT64_MAX : apilist_wanted_counted(l);

	return handover_incidents(l->v->desk->handover, s->from_ms, s->to_ms,
	    limit, write_incident, s, e);
}

void
api_handover_incidents(struct visit *v)
{
	struct span s = { 0 };

	apilist_answer(v, &incident_kind, read_incidents, fill_incidents, &s);
}

/* --- encampments that are in no entry of the register --- */

static const char *const standing_columns[] = { "incident_id", "ref",
	"district", "opened_at", "in_progress", NULL };

static const struct apilist_kind standing_kind = {
	.name = "standing",
	.look = "v1/hand-over/standing",
	.is_of_incidents = true,
	.params = no_params,
	.columns = standing_columns,
	.place_count = 1,
};

static void
write_standing(void *user, const struct handover_incident *one)
{
	struct apilist *l = user;

	if (!apilist_counts(l))
		return;
	apilist_int(l, one->incident_id);
	apilist_str(l, one->ref);
	apilist_str(l, one->district);
	apilist_time_ms(l, one->opened_ms);
	apilist_bool(l, one->in_progress);
	apilist_row_counted(l);
}

static int
fill_standing(void *user, struct apilist *l, struct err *e)
{
	(void)user;
	return handover_standing(l->v->desk->handover,
	    apilist_wanted_counted(l), write_standing, l, e);
}

void
api_handover_standing(struct visit *v)
{
	apilist_answer(v, &standing_kind, NULL, fill_standing, NULL);
}

/* --- decisions --- */

static const char *const decision_columns[] = { "at", "incident_id", "ref",
	"theme", "verdict", "by", "is_undone", NULL };

static const struct apilist_kind decision_kind = {
	.name = "shift-decisions",
	.look = "v1/hand-over/decisions",
	.params = params,
	.columns = decision_columns,
	.place_count = 1,
};

static void
write_decision(void *user, const struct handover_decision *one)
{
	struct apilist *l = user;

	if (!apilist_counts(l))
		return;
	apilist_time_ms(l, one->at_ms);
	apilist_int(l, one->incident_id);
	apilist_str(l, one->ref);
	apilist_str(l, one->theme);
	apilist_text(l, review_verdict_name(one->verdict));
	apilist_str(l, one->by);
	apilist_bool(l, one->is_undone);
	apilist_row_counted(l);
}

static int
fill_decisions(void *user, struct apilist *l, struct err *e)
{
	const struct span *s = user;

	return handover_decisions(l->v->desk->handover, s->from_ms, s->to_ms,
	    apilist_wanted_counted(l), write_decision, l, e);
}

void
api_handover_decisions(struct visit *v)
{
	struct span s = { 0 };

	apilist_answer(v, &decision_kind, read_span, fill_decisions, &s);
}

/* --- who has what --- */

static const char *const holder_columns[] = { "who", "incident_id", "ref",
	"since_at", "follow_ups", "first_due_at", NULL };

static const struct apilist_kind holder_kind = {
	.name = "holders",
	.look = "v1/hand-over/holders",
	.params = no_params,
	.columns = holder_columns,
	.place_count = 1,
};

static void
write_holder(void *user, const struct handover_holder *one)
{
	struct apilist *l = user;
	bool has_incident = one->incident_id != 0;

	if (!apilist_counts(l))
		return;
	apilist_str(l, one->who);
	apilist_id(l, one->incident_id);
	apilist_str(l, has_incident ? one->ref : (struct str){ 0 });
	apilist_time_ms(l, has_incident ? one->since_ms : CLOCK_NONE);
	apilist_id(l, has_incident ? 0 : one->count);
	apilist_time_ms(l, has_incident ? CLOCK_NONE : one->due_ms);
	apilist_row_counted(l);
}

static int
fill_holders(void *user, struct apilist *l, struct err *e)
{
	(void)user;
	return handover_holders(l->v->desk->handover, apilist_wanted_counted(l),
	    write_holder, l, e);
}

void
api_handover_holders(struct visit *v)
{
	apilist_answer(v, &holder_kind, NULL, fill_holders, NULL);
}

/* --- notes --- */

static const char *const note_columns[] = { "id", "at", "by", "note", NULL };

static const struct apilist_kind note_kind = {
	.name = "shift-notes",
	.look = "v1/hand-over/notes",
	.params = params,
	.columns = note_columns,
	.place_count = 1,
};

/* What the shift before left is for this one. */
static int
read_notes(void *user, struct apilist *l)
{
	struct span *s = user;
	int64_t ignored;

	if (read_span(s, l) < 0)
		return -1;
	if (!apilist_param(l, "from").p)
		shifts_at(&l->v->service->shifts, s->from_ms - 1, &s->from_ms,
		    &ignored);
	return 0;
}

static void
write_note(void *user, const struct handover_note *one)
{
	struct apilist *l = user;

	if (!apilist_counts(l))
		return;
	apilist_int(l, one->id);
	apilist_time_ms(l, one->at_ms);
	apilist_str(l, one->by);
	apilist_str(l, one->text);
	apilist_row_counted(l);
}

static int
fill_notes(void *user, struct apilist *l, struct err *e)
{
	const struct span *s = user;

	return handover_notes(
	    l->v->desk->handover, s->from_ms, s->to_ms, write_note, l, e);
}

void
api_handover_notes(struct visit *v)
{
	struct span s = { 0 };

	apilist_answer(v, &note_kind, read_notes, fill_notes, &s);
}

static int
print_id(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	(void)v;
	(void)e;
	jsonw_object(w);
	jsonw_member_int(w, "id", *(const int64_t *)user);
	jsonw_close(w);
	return 1;
}

void
api_handover_note(struct visit *v)
{
	static const char *const members[] = { "note", NULL };
	static const struct api_change c = {
		.members = members, .make = deed_note, .print = print_id
	};
	int64_t id = 0;

	api_add(v, &c, &id);
}
