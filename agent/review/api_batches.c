/*
 * Deciding several incidents together: what would change, doing it, what was
 * done, and undoing it.  What was seen is said for each incident, in the body,
 * since one If-Match cannot speak for five hundred; it is the ETag that the
 * incident or the preview gave.
 */
#include <inttypes.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/base/token.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/visit.h"
#include "agent/store/joint.h"
#include "agent/store/reviews.h"
#include "agent/store/store.h"
#include "agent/store/takers.h"

/* --- the list --- */

static const char *const no_params[] = { NULL };

static const char *const columns[] = { "id", "at", "by", "verdict", "theme",
	"decided", "left_out", "undone_at", "undone_by", "restored", NULL };

static const struct apilist_kind kind = {
	.name = "batches",
	.params = no_params,
	.columns = columns,
	.place_count = 1,
};

static void
write_row(void *user, const struct joint *b)
{
	struct apilist *l = user;
	const int64_t place[] = { b->id };

	if (!apilist_has_room(l))
		return;
	apilist_int(l, b->id);
	apilist_time_ms(l, b->at_ms);
	apilist_str(l, b->by);
	apilist_text(l, joint_verdict_name(b->verdict));
	apilist_str(l, b->theme);
	apilist_int(l, b->decided);
	apilist_int(l, b->left_out);
	apilist_time_ms(l, b->undone_ms);
	apilist_str(l, b->undone_by);
	apilist_int(l, b->restored);
	apilist_row(l, place);
}

void
api_batches(struct visit *v)
{
	struct err e = { 0 };
	struct apilist l;

	if (apilist_read(&l, v, &kind) < 0)
		return;
	apilist_begin(&l);
	if (joint_list(v->desk->batches, l.is_begun ? l.after[0] : INT64_MAX,
		apilist_wanted(&l), write_row, &l, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	(void)apilist_end_rows(&l);
	apilist_end(&l);
}

/* --- one --- */

struct writing {
	struct visit *v;
	struct jsonw *w;
};

static struct str
version_of(struct visit *v, const struct joint *b)
{
	return arena_strf(v->desk->arena, "%" PRId64 ".%d", b->id,
	    b->undone_ms != CLOCK_NONE);
}

static void
write_head(void *user, const struct joint *b)
{
	struct writing *x = user;
	struct jsonw *w = x->w;

	api_etag(x->v, version_of(x->v, b).p);
	jsonw_object(w);
	jsonw_key(w, "id");
	jsonw_int(w, b->id);
	jsonw_key(w, "at");
	jsonw_time(w, b->at_ms);
	jsonw_key(w, "by");
	jsonw_str(w, b->by);
	jsonw_key(w, "verdict");
	jsonw_text(w, joint_verdict_name(b->verdict));
	jsonw_key(w, "theme");
	jsonw_str(w, b->theme);
	jsonw_key(w, "decided");
	jsonw_int(w, b->decided);
	jsonw_key(w, "left_out");
	jsonw_int(w, b->left_out);
	jsonw_key(w, "undone_at");
	jsonw_time(w, b->undone_ms);
	jsonw_key(w, "undone_by");
	jsonw_str(w, b->undone_by);
	jsonw_key(w, "restored");
	jsonw_int(w, b->restored);
	jsonw_key(w, "incidents");
	jsonw_array(w);
}

static void
write_item(void *user, const struct joint_row *row)
{
	struct jsonw *w = user;

	jsonw_object(w);
	jsonw_key(w, "id");
	jsonw_int(w, row->incident_id);
	jsonw_key(w, "ref");
	jsonw_str(w, row->ref);
	jsonw_key(w, "outcome");
	jsonw_text(w, joint_outcome_name(row->outcome));
	jsonw_key(w, "decided");
	api_words(w, row->decided);
	jsonw_key(w, "act");
	if (row->act_id > 0)
		jsonw_int(w, row->act_id);
	else
		jsonw_null(w);
	jsonw_key(w, "back");
	jsonw_text(w, joint_back_name(row->back));
	jsonw_close(w);
}

static int
write_batch(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	struct writing x = { v, w };
	const int64_t *id = user;
	int r = joint_find(v->desk->batches, *id, write_head, &x, e);

	if (r <= 0)
		return r;
	if (visit_record_look(v, 0, "v1/batches", e) < 0 ||
	    joint_items(v->desk->batches, *id, write_item, w, e) < 0)
		return -1;
	jsonw_close(w);
	jsonw_close(w);
	return 1;
}

void
api_batch(struct visit *v)
{
	int64_t id = visit_number(v->arg);

	api_record(v, write_batch, &id);
}

/* --- what is asked for --- */

/* What a body says of many incidents. */
struct asked {
	struct visit *v;
	const struct json *body;
	struct joint_wish wish;
	struct joint_item *items; /* the arena's, room for JOINT_MAX */
	size_t count;
	int64_t total; /* that match; count if they were named */
	int64_t batch_id;
};

/* Verdict, theme, note, and the word of the request: 0 or -1. */
static int
read_wish(struct asked *a, struct err *e)
{
	struct visit *v = a->v;
	char once[TOKEN_TEXT_MAX];

	a->wish = (struct joint_wish){
		.verdict = joint_verdict_find(api_text(v, a->body, "verdict")),
		.theme = api_text(v, a->body, "theme"),
		.note = api_text(v, a->body, "note"),
		.once = api_text(v, a->body, "once"),
		.account_id = v->account.id,
		.actor = v->actor,
		.now_ms = v->now_ms,
	};
	if ((int)a->wish.verdict == 0)
		return err_set(e, ERR_INVALID,
		    "\"verdict\" is \"confirm\", \"reject\" or \"change\"");
	if ((a->wish.verdict == JOINT_CHANGE) != (a->wish.theme.p != NULL))
		return err_set(e, ERR_INVALID,
		    "\"theme\" goes with \"change\" and with nothing else");
	if (a->wish.theme.p && !html_is_theme(a->wish.theme))
		return err_set(e, ERR_INVALID,
		    "\"theme\" is none of the themes that there are");
	if (!a->wish.note.p)
		a->wish.note = str_of("");
	if (!a->wish.once.p)
		a->wish.once =
		    arena_str(v->desk->arena, str_of(token_new(once)));
	return 0;
}

/* A list of 1 to JOINT_MAX, or an error that says so. */
static int
check_list(const struct json *list, struct err *e)
{
	size_t count = json_count(list);

	if (json_kind(list) == JSON_KIND_ARRAY && count >= 1 &&
	    count <= JOINT_MAX)
		return 0;
	return err_set(
	    e, ERR_INVALID, "\"incidents\" is a list of 1 to %d", JOINT_MAX);
}

/* The numbers of a preview. */
static int
read_numbers(struct asked *a, struct err *e)
{
	const struct json *list = json_member(a->body, "incidents");

	if (check_list(list, e) < 0)
		return -1;
	for (size_t i = 0; i < json_count(list); i++) {
		int64_t id = json_int(json_item(list, i));

		if (id <= 0)
			return err_set(e, ERR_INVALID,
			    "incidents[%zu] is not the number of one", i);
		a->items[a->count++].incident_id = id;
	}
	a->total = (int64_t)a->count;
	return 0;
}

static void
keep_id(void *user, const struct review_item *item)
{
	struct asked *a = user;

	a->items[a->count++].incident_id = item->incident_id;
}

/* A preview of what waits: the gravest and oldest first. */
static int
read_queue(struct asked *a, const struct json *queue, struct err *e)
{
	struct reviews *reviews = a->v->desk->reviews;
	struct review_filter f = { .after_rank = -1,
		.theme = api_text(a->v, queue, "theme"),
		.district = api_text(a->v, queue, "district"),
		.in_progress = json_is_true(json_member(queue, "in_progress")),
		.account_id = a->v->account.id,
		.limit = JOINT_MAX };
	static const char *const members[] = { "theme", "district",
		"in_progress" };
	size_t known = 0;
	int64_t oldest_ms;

	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
		known += json_member(queue, members[i]) != NULL;
	if (json_kind(queue) != JSON_KIND_OBJECT || known != json_count(queue))
		return err_set(e, ERR_INVALID,
		    "\"queue\" is an object with \"theme\", \"district\" or "
		    "\"in_progress\"");
	if (reviews_count(reviews, &f, &a->total, &oldest_ms, e) < 0)
		return -1;
	return reviews_queue(reviews, &f, keep_id, a, e);
}

/* --- the preview --- */

static void
write_decisions(struct jsonw *w, const struct joint_plan *plan)
{
	jsonw_key(w, "decisions");
	jsonw_array(w);
	for (size_t i = 0; i < plan->count; i++) {
		jsonw_object(w);
		jsonw_key(w, "theme");
		jsonw_str(w, plan->wishes[i].theme);
		jsonw_key(w, "level");
		if (plan->levels[i] == RULES_NONE)
			jsonw_null(w);
		else
			jsonw_text(w, rules_level_name(plan->levels[i]));
		jsonw_key(w, "verdict");
		jsonw_text(w, review_verdict_name(plan->wishes[i].verdict));
		jsonw_close(w);
	}
	jsonw_close(w);
}

/* An incident that is gone has its number and outcome alone. */
static void
write_plan(struct asked *a, struct jsonw *w, const struct joint_plan *plan,
    const struct store_incident *row, int64_t id)
{
	bool is_done = plan->outcome == JOINT_DECIDED;
	struct joint_plan shown = *plan;

	if (!is_done)
		shown.count = 0;
	jsonw_object(w);
	jsonw_key(w, "id");
	jsonw_int(w, id);
	jsonw_key(w, "ref");
	jsonw_str(w, row->ref);
	jsonw_key(w, "district");
	jsonw_str(w, row->place.district);
	jsonw_key(w, "near");
	jsonw_str(w, row->place.near_name);
	jsonw_key(w, "if_match");
	if (plan->outcome == JOINT_GONE)
		jsonw_null(w);
	else
		jsonw_str(
		    w, arena_strf(a->v->desk->arena, "\"%s\"", plan->version));
	jsonw_key(w, "outcome");
	jsonw_text(w, joint_outcome_name(plan->outcome));
	jsonw_key(w, "held_by");
	jsonw_str(w, plan->holder.p ? taker_name(plan->holder) : plan->holder);
	jsonw_key(w, "in_progress");
	jsonw_bool(w, plan->in_progress);
	jsonw_key(w, "alert");
	jsonw_bool(w, plan->is_alert);
	jsonw_key(w, "was_told");
	jsonw_bool(w, plan->was_told);
	jsonw_key(w, "grave");
	jsonw_bool(w, is_done && plan->is_grave);
	write_decisions(w, &shown);
	jsonw_close(w);
}

static int
write_items(struct asked *a, struct jsonw *w, struct err *e)
{
	struct desk *d = a->v->desk;

	for (size_t i = 0; i < a->count; i++) {
		int64_t id = a->items[i].incident_id;
		struct store_incident row = { 0 };
		struct joint_plan plan;

		if (joint_plan(d->batches, &a->wish, id, d->arena, &plan, e) <
			0 ||
		    store_incident_find_id(d->store, id, d->arena, &row, e) < 0)
			return -1;
		write_plan(a, w, &plan, &row, id);
	}
	return 0;
}

static int
write_preview(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	struct asked *a = user;

	if (visit_record_look(v, 0, "v1/batches", e) < 0)
		return -1;
	jsonw_object(w);
	jsonw_key(w, "total");
	jsonw_int(w, a->total);
	jsonw_key(w, "incidents");
	jsonw_array(w);
	if (write_items(a, w, e) < 0)
		return -1;
	jsonw_close(w);
	jsonw_close(w);
	return 1;
}

/* A body that cannot be taken: why, or that the store failed. */
static void
refuse_body(struct visit *v, const struct err *e)
{
	if (e->code == ERR_INVALID)
		api_problem(v, 422, e->msg);
	else
		visit_fail(v, e);
}

static struct joint_item *
room_for_items(struct visit *v)
{
	struct joint_item *items =
	    arena_alloc(v->desk->arena, JOINT_MAX, sizeof *items);

	return items;
}

void
api_batch_preview(struct visit *v)
{
	static const char *const members[] = { "verdict", "theme", "incidents",
		"queue", NULL };
	struct json *body = api_body(v, members);
	struct asked a = { .v = v, .body = body };
	const struct json *queue;
	struct err e = { 0 };
	int r;

	if (!body)
		return;
	a.items = room_for_items(v);
	queue = json_member(body, "queue");
	r = read_wish(&a, &e);
	if (r == 0 && queue && json_member(body, "incidents"))
		r = err_set(&e, ERR_INVALID,
		    "name \"incidents\" or \"queue\", not both");
	if (r == 0)
		r = queue ? read_queue(&a, queue, &e) : read_numbers(&a, &e);
	if (r == 0)
		api_record(v, write_preview, &a);
	else
		refuse_body(v, &e);
	json_free(&body);
}

/* --- doing it --- */

/* "\"12.0.3\"" as 12.0.3; absent if it is no ETag. */
static struct str
version_in(struct str tag)
{
	if (tag.len < 3 || tag.p[0] != '"' || tag.p[tag.len - 1] != '"')
		return (struct str){ 0 };
	return str_make(tag.p + 1, tag.len - 2);
}

/* One to be decided: 0, 1 if it does not say what it saw, -1. */
static int
read_item(struct asked *a, const struct json *item, struct err *e)
{
	const struct json *seen = json_member(item, "if_match");
	const struct json *tick = json_member(item, "ticked");
	struct joint_item one = {
		.incident_id = json_int(json_member(item, "id")),
		.version = version_in(json_text(seen)),
		.is_ticked = json_is_true(tick),
	};

	if (one.incident_id <= 0 ||
	    json_count(item) != 1U + (seen ? 1U : 0U) + (tick ? 1U : 0U))
		return err_set(e, ERR_INVALID,
		    "an incident is an object with \"id\", \"if_match\" and, "
		    "if it is grave, \"ticked\"");
	if (!one.version.p)
		return 1;
	one.version = arena_str(a->v->desk->arena, one.version);
	a->items[a->count++] = one;
	return 0;
}

/* All of them: 0, 1 or -1 as above. */
static int
read_items(struct asked *a, struct err *e)
{
	const struct json *list = json_member(a->body, "incidents");

	if (check_list(list, e) < 0)
		return -1;
	for (size_t i = 0; i < json_count(list); i++) {
		int r = read_item(a, json_item(list, i), e);

		if (r < 0)
			return err_wrap(e, "incidents[%zu]", i);
		if (r > 0)
			return r;
	}
	a->total = (int64_t)a->count;
	return 0;
}

static int
do_it(void *user, struct visit *v, struct err *e)
{
	struct asked *a = user;

	return joint_do(v->desk->batches, &a->wish, a->items, a->count,
	    v->desk->arena, &a->batch_id, e);
}

static void
answer_do(struct asked *a)
{
	struct visit *v = a->v;
	struct err e = { 0 };
	int r = visit_change(v, do_it, a, &e);

	if (r > 0)
		api_record(v, write_batch, &a->batch_id);
	else
		api_refuse(v, r, write_preview, a, &e);
}

void
api_batch_do(struct visit *v)
{
	static const char *const members[] = { "verdict", "theme", "note",
		"once", "incidents", NULL };
	struct json *body = api_body(v, members);
	struct asked a = { .v = v, .body = body };
	struct err e = { 0 };
	int r;

	if (!body)
		return;
	a.items = room_for_items(v);
	r = read_wish(&a, &e);
	if (r == 0)
		r = read_items(&a, &e);
	if (r > 0)
		api_problem(v, 428,
		    "Each incident says in \"if_match\" what was seen of it: "
		    "the ETag that it or the preview gave.");
	else if (r < 0)
		refuse_body(v, &e);
	else
		answer_do(&a);
	json_free(&body);
}

/* --- undoing it --- */

/* What is to be undone, and whether it is as it was seen. */
struct undoing {
	struct visit *v;
	int64_t id;
	bool is_seen;
};

static void
compare(void *user, const struct joint *b)
{
	struct undoing *u = user;

	u->is_seen = api_saw(u->v, version_of(u->v, b).p);
}

static int
undo(void *user, struct visit *v, struct err *e)
{
	const struct joint_by by = { v->account.id, v->actor, v->now_ms };
	struct undoing *u = user;
	int r = joint_find(v->desk->batches, u->id, compare, u, e);

	if (r <= 0 || !u->is_seen)
		return r < 0 ? -1 : 0;
	return joint_undo(v->desk->batches, u->id, &by, v->desk->arena, e);
}

void
api_batch_undo(struct visit *v)
{
	static const char *const members[] = { NULL };
	struct undoing u = { .v = v, .id = visit_number(v->arg) };
	struct err e = { 0 };
	struct json *body;
	int r;

	if (!api_says_what_it_saw(v))
		return;
	body = api_body(v, members);
	if (!body)
		return;
	json_free(&body);
	r = visit_change(v, undo, &u, &e);
	if (r > 0)
		api_record(v, write_batch, &u.id);
	else
		api_refuse(v, r, write_batch, &u.id, &e);
}
