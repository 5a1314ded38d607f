/*
 * What is recorded of fly-tipping, and its figures by month.
 */
#include <stdio.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"
#include "agent/store/tippings.h"

#define MONTHS 25

static const char *const params[] = { "size", "waste", "land", "month", NULL };

static const char *const columns[] = { "incident", "ref", "opened_at",
	"district", "size", "waste", "land", "witnessed", "evidence",
	"referred_to", "referred_at", "reference", "cleared_at", "recorded_at",
	NULL };

static const struct apilist_kind kind = {
	.name = "fly-tipping",
	.params = params,
	.columns = columns,
	.place_count = 2,
};

static void
write_row(void *user, const struct tipping *r)
{
	struct apilist *l = user;
	const int64_t place[] = { r->opened_ms, r->id };

	if (!apilist_has_room(l))
		return;
	apilist_int(l, r->incident_id);
	apilist_str(l, r->ref);
	apilist_time_ms(l, r->opened_ms);
	apilist_str(l, r->district);
	apilist_str(l, r->size);
	apilist_str(l, r->waste);
	apilist_str(l, r->land);
	apilist_str(l, r->witnessed);
	apilist_str(l, r->evidence);
	apilist_str(l, r->referred);
	apilist_time_ms(l, r->referred_ms);
	apilist_str(l, r->reference);
	apilist_time_ms(l, r->cleared_ms);
	apilist_time_ms(l, r->made_ms);
	apilist_row(l, place);
}

/* 0, or -1 if it was answered why not. */
static int
read_filter(const struct apilist *l, struct tipping_filter *f)
{
	struct str month = apilist_param(l, "month");

	*f = (struct tipping_filter){ .size = apilist_param(l, "size"),
		.waste = apilist_param(l, "waste"),
		.land = apilist_param(l, "land"),
		.from_ms = INT64_MIN,
		.to_ms = INT64_MAX,
		.after_ms = l->after[0],
		.after_id = l->is_begun ? l->after[1] : 0,
		.limit = apilist_wanted(l) };
	if (!str_is_given(month) ||
	    tippings_read_month(month, &f->from_ms, &f->to_ms))
		return 0;
	api_problem_of(
	    l->v, 400, "month", "It is a month such as 2026-11, or left out.");
	return -1;
}

void
api_tippings(struct visit *v)
{
	struct tipping_filter f;
	struct err e = { 0 };
	struct apilist l;

	if (apilist_read(&l, v, &kind) < 0 || read_filter(&l, &f) < 0)
		return;
	if (visit_record_look(v, 0, "v1/fly-tipping", &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	apilist_begin(&l);
	if (tippings_list(v->desk->tippings, &f, write_row, &l, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	(void)apilist_end_rows(&l);
	apilist_end(&l);
}

/* --- the figures --- */

static const char *const no_params[] = { NULL };

/* The sizes in the order of their words. */
static const char *const month_columns[] = { "month", "recorded", "bag", "item",
	"boot", "van", "transit", "tipper", "multi", "witnessed", "evidence",
	"referred", "cleared", NULL };

#define SIZE_COLUMNS 7

static const struct apilist_kind month_kind = {
	.name = "fly-tipping-figures",
	.params = no_params,
	.columns = month_columns,
	.place_count = 1,
};

static void
write_month(struct apilist *l, const struct tipping_month *m, int64_t i)
{
	char name[16];

	if (!apilist_has_room(l))
		return;
	(void)snprintf(name, sizeof name, "%04d-%02d", m->year, m->month);
	apilist_text(l, name);
	apilist_int(l, m->recorded);
	for (size_t k = 0; k < SIZE_COLUMNS; k++)
		apilist_int(l, m->sizes[k]);
	apilist_int(l, m->witnessed);
	apilist_int(l, m->evidence);
	apilist_int(l, m->referred);
	apilist_int(l, m->cleared);
	apilist_row(l, &i);
}

void
api_tipping_figures(struct visit *v)
{
	struct tipping_month months[MONTHS];
	struct err e = { 0 };
	struct apilist l;

	if (apilist_read(&l, v, &month_kind) < 0)
		return;
	if (visit_record_look(v, 0, "v1/fly-tipping/figures", &e) < 0 ||
	    tippings_months(v->desk->tippings, months, MONTHS, v->now_ms, &e) <
		0) {
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
