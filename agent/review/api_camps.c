/*
 * The register of encampments: its entries, one with its lines, the figures.
 */
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/http.h"
#include "agent/base/json.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/camp.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/dossier.h"
#include "agent/review/lineform.h"
#include "agent/review/visit.h"

#define MONTHS 25

/* --- the entries --- */

static const char *const params[] = { "state", "land", "district", NULL };

static const char *const columns[] = { "id", "place", "district", "land",
	"reported_at", "opened_at", "left_at", "outcome", "days", "visits",
	"visited_at", "caravans_most", "vehicles_most", "next_due_at",
	"moved_from", "rule_version", "return_days", "move_m", "lat", "lon",
	NULL };

static const struct apilist_kind kind = {
	.name = "encampments",
	.look = "v1/encampments",
	.is_of_incidents = true,
	.params = params,
	.columns = columns,
	.has_point = true,
	.place_count = 2,
};

/* A number that may not be known: then it is negative. */
static void
write_known(struct apilist *l, int64_t n)
{
	if (n < 0)
		apilist_none(l);
	else
		apilist_int(l, n);
}

static void
write_row(void *user, const struct camp *c)
{
	struct apilist *l = user;
	const int64_t place[] = { c->span.reported_ms, c->id };

	if (!apilist_has_room(l))
		return;
	apilist_int(l, c->id);
	apilist_str(l, c->place);
	apilist_str(l, c->district);
	apilist_str(l, c->land);
	apilist_time_ms(l, c->span.reported_ms);
	apilist_time_ms(l, c->opened_ms);
	apilist_time_ms(l, c->span.left_ms);
	apilist_str(l, c->span.outcome);
	apilist_int(l, campcount_days(&c->span, l->v->now_ms));
	apilist_int(l, c->visits);
	apilist_time_ms(l, c->visited_ms);
	write_known(l, c->caravans_most);
	write_known(l, c->vehicles_most);
	apilist_time_ms(l, c->due_ms);
	write_known(l, c->moved_from ? c->moved_from : -1);
	apilist_int(l, c->rule_version);
	apilist_int(l, c->rule.return_days);
	apilist_int(l, c->rule.move_m);
	apilist_point(l, c->lat, c->lon);
	apilist_row(l, place);
}

static int
read_filter(void *user, struct apilist *l)
{
	/* In the order of enum camp_state. */
	static const char *const states[] = { "all", "open", "closed", NULL };
	struct camp_filter *f = user;
	int state = apilist_choice(l, "state", states);

	if (state < 0)
		return -1;
	*f = (struct camp_filter){ .state = (enum camp_state)state,
		.land = apilist_param(l, "land"),
		.district = apilist_param(l, "district"),
		.after_ms = l->after[0],
		.after_id = l->is_begun ? l->after[1] : 0,
		.limit = apilist_wanted(l) };
	return 0;
}

static int
fill_camps(void *user, struct apilist *l, struct err *e)
{
	return camps_list(l->v->desk->camps, user, write_row, l, e);
}

void
api_camps(struct visit *v)
{
	struct camp_filter f;

	apilist_answer(v, &kind, read_filter, fill_camps, &f);
}

/* --- what is due --- */

static const char *const no_params[] = { NULL };

static const char *const due_columns[] = { "encampment", "line", "due_at",
	"place", "fields", NULL };

static const struct apilist_kind due_kind = {
	.name = "encampment-deadlines",
	.look = "v1/encampments/due",
	.params = no_params,
	.columns = due_columns,
	.place_count = 1,
};

static void
write_due(void *user, const struct camp_due *d)
{
	struct apilist *l = user;

	if (!apilist_counts(l))
		return;
	apilist_int(l, d->camp_id);
	apilist_int(l, d->line_id);
	apilist_time_ms(l, d->due_ms);
	apilist_str(l, d->place);
	apilist_json(l, d->body);
	apilist_row_counted(l);
}

static int
fill_due(void *user, struct apilist *l, struct err *e)
{
	(void)user;
	return camps_due(l->v->desk->camps, INT64_MAX,
	    apilist_wanted_counted(l), write_due, l, e);
}

void
api_camps_due(struct visit *v)
{
	apilist_answer(v, &due_kind, NULL, fill_due, NULL);
}

/* --- one of them --- */

/* A count that may not be known: then it is negative. */
static void
write_count(struct jsonw *w, const char *name, int64_t n)
{
	jsonw_key(w, name);
	if (n < 0)
		jsonw_null(w);
	else
		jsonw_int(w, n);
}

static void
write_camp(struct jsonw *w, const struct camp *c, int64_t now_ms)
{
	jsonw_member_int(w, "id", c->id);
	jsonw_member_str(w, "place", c->place);
	jsonw_member_str(w, "district", c->district);
	jsonw_member_str(w, "land", c->land);
	jsonw_member_real(w, "lat", c->lat, 6);
	jsonw_member_real(w, "lon", c->lon, 6);
	jsonw_member_time(w, "reported_at", c->span.reported_ms);
	jsonw_member_time(w, "opened_at", c->opened_ms);
	jsonw_member_str(w, "opened_by", c->opened_by);
	jsonw_member_time(w, "left_at", c->span.left_ms);
	jsonw_member_str(w, "outcome", c->span.outcome);
	jsonw_member_int(w, "days", campcount_days(&c->span, now_ms));
	jsonw_member_int(w, "visits", c->visits);
	jsonw_member_time(w, "visited_at", c->visited_ms);
	write_count(w, "caravans_most", c->caravans_most);
	write_count(w, "vehicles_most", c->vehicles_most);
	jsonw_member_time(w, "next_due_at", c->due_ms);
	jsonw_member_id(w, "moved_from", c->moved_from);
	jsonw_member_int(w, "rule_version", c->rule_version);
	jsonw_member_int(w, "return_days", c->rule.return_days);
	jsonw_member_int(w, "move_m", c->rule.move_m);
	jsonw_member_str(w, "rule", c->rule_text);
}

static void
write_line(
    struct jsonw *w, const struct dossier *d, const struct dossier_line *n)
{
	const struct camp_line *l = &n->line;

	jsonw_object(w);
	jsonw_member_int(w, "line", l->id);
	jsonw_member_str(w, "kind", str_of(campwords_kind(l->kind)->word));
	jsonw_member_time(w, "at", l->at_ms);
	jsonw_member_time(w, "entered_at", l->made_ms);
	jsonw_member_str(w, "entered_by", l->by);
	jsonw_member_id(w, "corrects", l->corrects_id);
	jsonw_member_id(w, "corrected_by", l->corrected_by_id);
	jsonw_member_id(w, "deadline", l->refers_id);
	jsonw_key(w, "fields");
	if (dossier_line_is_hidden(d, n) || !n->body)
		jsonw_null(w);
	else
		jsonw_raw(w, l->body);
	jsonw_close(w);
}

static void
write_incident(void *user, const struct camp_incident *i)
{
	struct jsonw *w = user;

	jsonw_object(w);
	jsonw_member_int(w, "id", i->incident_id);
	jsonw_member_str(w, "ref", i->ref);
	jsonw_member_str(w, "feed", i->feed);
	jsonw_member_time(w, "opened_at", i->opened_ms);
	jsonw_member_time(w, "joined_at", i->joined_ms);
	jsonw_member_time(w, "taken_out_at", i->parted_ms);
	jsonw_close(w);
}

static int
write_dossier(struct dossier *d, struct jsonw *w, struct err *e)
{
	jsonw_object(w);
	write_camp(w, &d->camp, d->v->now_ms);
	jsonw_key(w, "incidents");
	jsonw_array(w);
	if (camps_incidents(
		d->v->desk->camps, d->camp.id, write_incident, w, e) < 0)
		return -1;
	jsonw_close(w);
	jsonw_key(w, "lines");
	jsonw_array(w);
	for (const struct dossier_line *n = d->notes; n; n = n->next)
		write_line(w, d, n);
	jsonw_close(w);
	jsonw_close(w);
	return 1;
}

static int
print_camp(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	struct dossier d = { .v = v };
	char version[DEED_VERSION_MAX];
	int r = dossier_load(&d, v, *(const int64_t *)user, "v1/encampment", e);

	if (r > 0) {
		deed_camp_version(&d.camp, version);
		api_etag(v, version);
		r = write_dossier(&d, w, e);
	}
	dossier_clear(&d);
	return r;
}

void
api_camp(struct visit *v)
{
	int64_t id = visit_number(v->arg);

	api_record(v, print_camp, &id);
}

/* --- incidents of it --- */

void
api_camp_join(struct visit *v)
{
	static const char *const members[] = { "incident", "ref", NULL };
	static const struct api_change c = {
		.members = members, .make = deed_camp_join, .print = print_camp
	};
	int64_t id = visit_number(v->arg);

	api_change(v, &c, &id);
}

void
api_camp_part(struct visit *v)
{
	static const char *const members[] = { "incident", NULL };
	static const struct api_change c = {
		.members = members, .make = deed_camp_part, .print = print_camp
	};
	int64_t id = visit_number(v->arg);

	api_change(v, &c, &id);
}

/* --- opening one, and its lines --- */

#define MEMBERS_MAX 48

/* The members of a body: these, and the fields of some kinds of lines. */
static void
add_fields(const char *members[MEMBERS_MAX], size_t *count,
    const struct campword_field *f)
{
	for (; f->name; f++) {
		bool is_there = false;

		for (size_t i = 0; i < *count; i++)
			is_there |= strcmp(members[i], f->name) == 0;
		CHECK(*count + 1 < MEMBERS_MAX);
		if (!is_there)
			members[(*count)++] = f->name;
	}
}

static int
print_opened(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	struct deed_camp *of = user;

	return print_camp(&of->camp_id, v, w, e);
}

void
api_camp_open(struct visit *v)
{
	const char *members[MEMBERS_MAX] = { "moved" };
	const struct api_change c = { .members = members,
		.prepare = deed_camp_check,
		.make = deed_camp_begin,
		.print = print_opened };
	struct deed_camp of = { .incident_id = visit_number(v->arg) };
	size_t count = 1;

	add_fields(members, &count, campwords_kind(CAMP_PLACE)->fields);
	api_add(v, &c, &of);
	buf_clear(&of.body);
}

/* Is each member one of that kind of line, beside the first count? */
static int
check_members(const struct lineform *f, struct visit *v, struct err *e)
{
	const char *members[MEMBERS_MAX] = { "kind", "at", "corrects",
		"deadline" };
	const struct json *value;
	size_t count = 4, next = 0;
	struct str name;

	add_fields(members, &count, campwords_kind(f->kind)->fields);
	while (json_next_member(v->body, &next, &name, &value)) {
		bool is_known = false;

		for (size_t i = 0; i < count; i++)
			is_known |= str_is(name, members[i]);
		if (!is_known)
			return visit_bad(v, arena_str(v->desk->arena, name).p,
			    "A line of this kind has no such field.", e);
	}
	return 0;
}

static int
make_line(void *user, struct visit *v, struct err *e)
{
	struct lineform *f = user;
	char version[DEED_VERSION_MAX];
	int r = lineform_read(f, v, e);

	if (r < 0 || f->d.camp.id == 0)
		return r;
	deed_camp_version(&f->d.camp, version);
	if (!api_saw(v, version))
		return 0;
	if (r == 0)
		return visit_bad(v,
		    str_is_given(visit_field(v, "corrects")) ? "corrects"
							     : "kind",
		    "There is no such kind of line, or no such line.", e);
	if (check_members(f, v, e) < 0)
		return -1;
	if (lineform_check(f, e) < 0) {
		visit_blame(v, f->bad);
		return -1;
	}
	return lineform_add(f, v, e);
}

static int
print_entry(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	int64_t id = visit_number(v->arg);

	(void)user;
	return print_camp(&id, v, w, e);
}

void
api_camp_line(struct visit *v)
{
	const char *members[MEMBERS_MAX] = { "kind", "at", "corrects",
		"deadline" };
	const struct api_change c = {
		.members = members, .make = make_line, .print = print_entry
	};
	struct lineform f = { .v = v };
	size_t count = 4;

	for (int k = 1; k < CAMP_KIND_COUNT; k++)
		add_fields(members, &count,
		    campwords_kind((enum campword_kind)k)->fields);
	api_change(v, &c, &f);
	buf_clear(&f.body);
	dossier_clear(&f.d);
}

/* --- the figures --- */

/* The outcomes in the order of campwords_outcomes(). */
static const char *const month_columns[] = { "month", "reported", "ended",
	"standing", "days", "not_counted", "left", "moved_on", "notice",
	"direction", "order", "enforced", "seized", NULL };

#define OUTCOME_COLUMNS 7

static const struct apilist_kind month_kind = {
	.name = "encampment-figures",
	.look = "v1/encampments/figures",
	.params = no_params,
	.columns = month_columns,
	.place_count = 1,
};

static void
write_month(struct apilist *l, const struct campcount_month *m)
{
	if (!apilist_counts(l))
		return;
	apilist_month(l, m->year, m->month);
	apilist_int(l, m->opened);
	apilist_int(l, m->ended);
	apilist_int(l, m->standing);
	apilist_int(l, m->days);
	apilist_int(l, m->not_counted);
	for (size_t k = 0; k < OUTCOME_COLUMNS; k++)
		apilist_int(l, m->outcomes[k]);
	apilist_row_counted(l);
}

static int
fill_months(void *user, struct apilist *l, struct err *e)
{
	struct campcount_month *months = user;

	campcount_begin(months, MONTHS, l->v->now_ms);
	if (camps_months(l->v->desk->camps, months, MONTHS, e) < 0)
		return -1;
	for (size_t i = MONTHS; i > 0; i--)
		write_month(l, &months[i - 1]);
	return 0;
}

void
api_camp_figures(struct visit *v)
{
	struct campcount_month months[MONTHS];

	apilist_answer(v, &month_kind, NULL, fill_months, months);
}
