/*
 * The register of encampments: its entries, one with its lines, the figures.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/http.h"
#include "agent/base/json.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/camp.h"
#include "agent/review/desk.h"
#include "agent/review/dossier.h"
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

/* 0, or -1 if it was answered why not. */
static int
read_filter(const struct apilist *l, struct camp_filter *f)
{
	struct str state = apilist_param(l, "state");

	*f = (struct camp_filter){ .land = apilist_param(l, "land"),
		.district = apilist_param(l, "district"),
		.after_ms = l->after[0],
		.after_id = l->is_begun ? l->after[1] : 0,
		.limit = apilist_wanted(l) };
	if (str_is(state, "open"))
		f->state = CAMP_STATE_OPEN;
	else if (str_is(state, "closed"))
		f->state = CAMP_STATE_CLOSED;
	else if (str_is_given(state) && !str_is(state, "all")) {
		api_problem_of(l->v, 400, "state",
		    "It is \"open\", \"closed\", \"all\" or left out.");
		return -1;
	}
	return 0;
}

void
api_camps(struct visit *v)
{
	struct camp_filter f;
	struct err e = { 0 };
	struct apilist l;

	if (apilist_read(&l, v, &kind) < 0 || read_filter(&l, &f) < 0)
		return;
	if (visit_record_look(v, 0, "v1/encampments", &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	apilist_begin(&l);
	if (camps_list(v->desk->camps, &f, write_row, &l, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	(void)apilist_end_rows(&l);
	apilist_end(&l);
}

/* --- one of them --- */

static void
write_number(struct jsonw *w, const char *name, int64_t n, bool is_known)
{
	jsonw_key(w, name);
	if (is_known)
		jsonw_int(w, n);
	else
		jsonw_null(w);
}

static void
write_time(struct jsonw *w, const char *name, int64_t ms)
{
	jsonw_key(w, name);
	jsonw_time(w, ms);
}

static void
write_text(struct jsonw *w, const char *name, struct str text)
{
	jsonw_key(w, name);
	jsonw_str(w, text);
}

static void
write_camp(struct jsonw *w, const struct camp *c, int64_t now_ms)
{
	write_number(w, "id", c->id, true);
	write_text(w, "place", c->place);
	write_text(w, "district", c->district);
	write_text(w, "land", c->land);
	jsonw_key(w, "lat");
	jsonw_real(w, c->lat, 6);
	jsonw_key(w, "lon");
	jsonw_real(w, c->lon, 6);
	write_time(w, "reported_at", c->span.reported_ms);
	write_time(w, "opened_at", c->opened_ms);
	write_text(w, "opened_by", c->opened_by);
	write_time(w, "left_at", c->span.left_ms);
	write_text(w, "outcome", c->span.outcome);
	write_number(w, "days", campcount_days(&c->span, now_ms), true);
	write_number(w, "visits", c->visits, true);
	write_time(w, "visited_at", c->visited_ms);
	write_number(
	    w, "caravans_most", c->caravans_most, c->caravans_most >= 0);
	write_number(
	    w, "vehicles_most", c->vehicles_most, c->vehicles_most >= 0);
	write_time(w, "next_due_at", c->due_ms);
	write_number(w, "moved_from", c->moved_from, c->moved_from > 0);
	write_number(w, "rule_version", c->rule_version, true);
	write_number(w, "return_days", c->rule.return_days, true);
	write_number(w, "move_m", c->rule.move_m, true);
	write_text(w, "rule", c->rule_text);
}

static void
write_line(
    struct jsonw *w, const struct dossier *d, const struct dossier_line *n)
{
	const struct camp_line *l = &n->line;

	jsonw_object(w);
	write_number(w, "line", l->id, true);
	write_text(w, "kind", str_of(campwords_kind(l->kind)->word));
	write_time(w, "at", l->at_ms);
	write_time(w, "entered_at", l->made_ms);
	write_text(w, "entered_by", l->by);
	write_number(w, "corrects", l->corrects_id, l->corrects_id > 0);
	write_number(
	    w, "corrected_by", l->corrected_by_id, l->corrected_by_id > 0);
	write_number(w, "deadline", l->refers_id, l->refers_id > 0);
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
	write_number(w, "id", i->incident_id, true);
	write_text(w, "ref", i->ref);
	write_text(w, "feed", i->feed);
	write_time(w, "opened_at", i->opened_ms);
	write_time(w, "joined_at", i->joined_ms);
	write_time(w, "taken_out_at", i->parted_ms);
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
	struct dossier *d = user;
	char version[48];
	int r = dossier_load(d, v, visit_number(v->arg), "v1/encampment", e);

	if (r <= 0)
		return r;
	(void)snprintf(version, sizeof version, "%" PRId64 ".%" PRId64,
	    d->camp.id, d->camp.turns);
	api_etag(v, version);
	return write_dossier(d, w, e);
}

void
api_camp(struct visit *v)
{
	struct dossier d = { .v = v };

	api_record(v, print_camp, &d);
	dossier_clear(&d);
}

/* --- the figures --- */

static const char *const no_params[] = { NULL };

/* The outcomes in the order of campwords_outcomes(). */
static const char *const month_columns[] = { "month", "reported", "ended",
	"standing", "days", "not_counted", "left", "moved_on", "notice",
	"direction", "order", "enforced", "seized", NULL };

#define OUTCOME_COLUMNS 7

static const struct apilist_kind month_kind = {
	.name = "encampment-figures",
	.params = no_params,
	.columns = month_columns,
	.place_count = 1,
};

static void
write_month(struct apilist *l, const struct campcount_month *m, int64_t i)
{
	char name[16];

	if (!apilist_has_room(l))
		return;
	(void)snprintf(name, sizeof name, "%04d-%02d", m->year, m->month);
	apilist_text(l, name);
	apilist_int(l, m->opened);
	apilist_int(l, m->ended);
	apilist_int(l, m->standing);
	apilist_int(l, m->days);
	apilist_int(l, m->not_counted);
	for (size_t k = 0; k < OUTCOME_COLUMNS; k++)
		apilist_int(l, m->outcomes[k]);
	apilist_row(l, &i);
}

void
api_camp_figures(struct visit *v)
{
	struct campcount_month months[MONTHS];
	struct err e = { 0 };
	struct apilist l;

	if (apilist_read(&l, v, &month_kind) < 0)
		return;
	campcount_begin(months, MONTHS, v->now_ms);
	if (visit_record_look(v, 0, "v1/encampments/figures", &e) < 0 ||
	    camps_months(v->desk->camps, months, MONTHS, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	apilist_begin(&l);
	for (int64_t i = MONTHS - 1; i >= 0; i--)
		if (!l.is_begun || i < l.after[0])
			write_month(&l, &months[i], i);
	(void)apilist_end_rows(&l);
	apilist_end(&l);
}
