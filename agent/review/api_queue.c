/*
 * The queue, in its order.
 */
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"
#include "agent/store/reviews.h"

static const char *const params[] = { "theme", "district", "progress", "level",
	"seen", "who", NULL };

static const char *const columns[] = { "id", "ref", "feed", "themes", "level",
	"in_progress", "grade", "status", "opened_at", "waiting_since",
	"changed_at", "district", "grid_ref", "near", "near_m", "near_bearing",
	"why", "looked_at", NULL };

static const struct apilist_kind kind = {
	.name = "queue",
	.look = "v1/queue",
	.is_of_incidents = true,
	.params = params,
	.columns = columns,
	.place_count = 3,
};

static void
write_item(void *user, const struct review_item *item)
{
	struct apilist *l = user;
	const int64_t place[] = { item->rank, item->since_ms,
		item->incident_id };

	if (!apilist_has_room(l))
		return;
	apilist_int(l, item->incident_id);
	apilist_str(l, item->ref);
	apilist_str(l, item->feed);
	apilist_words(l, item->themes);
	apilist_text(l, item->rank < 2 ? "alert" : "review");
	apilist_bool(l, item->in_progress);
	apilist_str(l, item->grade);
	apilist_str(l, item->status);
	apilist_time_ms(l, item->opened_ms);
	apilist_time_ms(l, item->since_ms);
	apilist_time_ms(l, item->last_ms);
	apilist_str(l, item->district);
	apilist_str(l, item->grid_ref);
	apilist_str(l, item->near_name);
	apilist_real(l, item->near_m, 0);
	apilist_str(l, item->near_bearing);
	apilist_str(l, item->why);
	apilist_time_ms(l, item->looked_ms);
	apilist_row(l, place);
}

/* 0, or -1 if it was answered why not. */
static int
read_filter(const struct apilist *l, struct review_filter *f)
{
	static const char *const yes[] = { "", "yes", NULL };
	static const char *const levels[] = { "", "review", NULL };
	/* In the order of enum review_mark. */
	static const char *const marks[] = { "", "new", "changed", NULL };
	/* In the order of enum review_who. */
	static const char *const whos[] = { "", "mine", "nobody", NULL };
	int progress = apilist_choice(l, "progress", yes);
	int level = progress < 0 ? -1 : apilist_choice(l, "level", levels);
	int mark = level < 0 ? -1 : apilist_choice(l, "seen", marks);
	int who = mark < 0 ? -1 : apilist_choice(l, "who", whos);

	if (who < 0)
		return -1;
	*f = (struct review_filter){
		.theme = apilist_param(l, "theme"),
		.district = apilist_param(l, "district"),
		.in_progress = progress > 0,
		.level = level > 0 ? RULES_REVIEW : RULES_NONE,
		.mark = (enum review_mark)mark,
		.who = (enum review_who)who,
		.account_id = l->v->account.id,
		.after_rank = l->is_begun ? l->after[0] : -1,
		.after_since_ms = l->after[1],
		.after_id = l->after[2],
		.limit = apilist_wanted(l),
	};
	return 0;
}

void
api_queue(struct visit *v)
{
	struct reviews *reviews = v->desk->reviews;
	int64_t count = 0, oldest_ms = CLOCK_NONE;
	struct err e = { 0 };
	struct review_filter f;
	struct apilist l;
	struct jsonw *more;

	if (apilist_read(&l, v, &kind) < 0 || read_filter(&l, &f) < 0)
		return;
	if (reviews_count(reviews, &f, &count, &oldest_ms, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	apilist_begin(&l);
	if (reviews_queue(reviews, &f, write_item, &l, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	more = apilist_end_rows(&l);
	if (more) {
		jsonw_member_int(more, "count", count);
		jsonw_member_time(more, "oldest_at", oldest_ms);
	}
	apilist_end(&l);
}
