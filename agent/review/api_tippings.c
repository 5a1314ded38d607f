/*
 * What is recorded of fly-tipping, and its figures by month.
 */
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
	.look = "v1/fly-tipping",
	.is_of_incidents = true,
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

static int
read_filter(void *user, struct apilist *l)
{
	struct tipping_filter *f = user;
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

static int
fill_tippings(void *user, struct apilist *l, struct err *e)
{
	return tippings_list(l->v->desk->tippings, user, write_row, l, e);
}

void
api_tippings(struct visit *v)
{
	struct tipping_filter f;

	apilist_answer(v, &kind, read_filter, fill_tippings, &f);
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
	.look = "v1/fly-tipping/figures",
	.params = no_params,
	.columns = month_columns,
	.place_count = 1,
};

static void
write_month(struct apilist *l, const struct tipping_month *m)
{
	if (!apilist_counts(l))
		return;
	apilist_month(l, m->year, m->month);
	apilist_int(l, m->recorded);
	for (size_t k = 0; k < SIZE_COLUMNS; k++)
		apilist_int(l, m->sizes[k]);
	apilist_int(l, m->witnessed);
	apilist_int(l, m->evidence);
	apilist_int(l, m->referred);
	apilist_int(l, m->cleared);
	apilist_row_counted(l);
}

static int
fill_months(void *user, struct apilist *l, struct err *e)
{
	struct tipping_month *months = user;

	if (tippings_months(
		l->v->desk->tippings, months, MONTHS, l->v->now_ms, e) < 0)
		return -1;
	for (size_t i = MONTHS; i > 0; i--)
		write_month(l, &months[i - 1]);
	return 0;
}

void
api_tipping_figures(struct visit *v)
{
	struct tipping_month months[MONTHS];

	apilist_answer(v, &month_kind, NULL, fill_months, months);
}
