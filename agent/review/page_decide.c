/*
 * Deciding what an incident is, and taking that back.
 */
#include <inttypes.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/store/reviews.h"
#include "agent/store/store.h"

/* The themes that stand and are not decided. */
struct open_themes {
	struct arena *arena;
	struct review_wish wishes[REVIEW_ACT_MAX];
	size_t count;
};

static void
keep_open(void *user, const struct store_tag *tag)
{
	struct open_themes *o = user;

	if (o->count < REVIEW_ACT_MAX - 1)
		o->wishes[o->count++].theme = arena_str(o->arena, tag->theme);
}

static void
drop_decided(void *user, const struct review_decision *d)
{
	struct open_themes *o = user;

	for (size_t i = 0; i < o->count && d->undone_ms == CLOCK_NONE; i++)
		if (str_is_equal(o->wishes[i].theme, d->theme))
			o->wishes[i--] = o->wishes[--o->count];
}

/* "change": what stands is rejected and theme confirmed or added. */
static void
wish_change(struct open_themes *o, struct str theme)
{
	bool stands = false;

	for (size_t i = 0; i < o->count; i++) {
		bool is_it = str_is_equal(o->wishes[i].theme, theme);

		o->wishes[i].verdict =
		    is_it ? REVIEW_CONFIRMED : REVIEW_REJECTED;
		stands |= is_it;
	}
	if (!stands)
		o->wishes[o->count++] =
		    (struct review_wish){ theme, REVIEW_ADDED };
}

/* What the form asks for: 0, or -1 with a text for the visitor in e. */
static int
read_wishes(struct visit *v, int64_t id, struct open_themes *o, struct err *e)
{
	struct str verdict = visit_field(v, "verdict");
	struct str theme = visit_field(v, "theme");
	bool is_confirm = str_is(verdict, "confirm");

	if (store_tags_list(v->desk->store, id, false, keep_open, o, e) < 0 ||
	    reviews_list(v->desk->reviews, id, drop_decided, o, e) < 0)
		return -1;
	if (str_is(verdict, "change") && html_is_theme(theme)) {
		wish_change(o, theme);
		return 0;
	}
	if (o->count == 0 || (!is_confirm && !str_is(verdict, "reject")))
		return err_set(e, ERR_INVALID,
		    "Nothing here waits for that decision any more.");
	for (size_t i = 0; i < o->count; i++)
		o->wishes[i].verdict =
		    is_confirm ? REVIEW_CONFIRMED : REVIEW_REJECTED;
	return 0;
}

/* Is what the visitor saw still what there is?  1, 0 or -1. */
static int
is_current(struct visit *v, int64_t id, struct str version, struct err *e)
{
	char now[REVIEW_VERSION_MAX];

	if (reviews_version(v->desk->reviews, id, now, e) < 0)
		return -1;
	return str_is(version, now);
}

static int64_t
make_act(struct visit *v, int64_t id, const struct open_themes *o,
    const char *version, struct str note, struct err *e)
{
	const struct review_act act = { .incident_id = id,
		.version = version,
		.wishes = o->wishes,
		.count = o->count,
		.account_id = v->account.id,
		.actor = v->actor,
		.note = str_trim(note),
		.now_ms = v->now_ms };

	return reviews_decide(v->desk->reviews, &act, e);
}

/* What the form asks for, and what came of it. */
struct decide {
	int64_t incident_id, act_id;
};

static int
decide(void *user, struct visit *v, struct err *e)
{
	struct decide *d = user;
	struct open_themes o = { .arena = v->desk->arena };
	struct str version = visit_field(v, "version");
	struct str note = visit_field(v, "note");
	struct store_incident row;
	int r;

	if (!str_is_given(version) || !str_is_given(note))
		return err_set(e, ERR_INVALID, "The form is incomplete.");
	/* One that was erased meanwhile has a version, too: of nothing. */
	r = store_incident_find_id(
	    v->desk->store, d->incident_id, v->desk->arena, &row, e);
	if (r <= 0)
		return r;
	r = is_current(v, d->incident_id, version, e);
	if (r <= 0)
		return r;
	if (read_wishes(v, d->incident_id, &o, e) < 0)
		return -1;
	d->act_id = make_act(v, d->incident_id, &o, version.p, note, e);
	return d->act_id > 0 ? 1 : (int)d->act_id;
}

/* On to what waits next. */
static void
go_on(struct visit *v, int64_t act)
{
	struct buf path = { 0 };
	struct err e = { 0 };
	int64_t next = 0;

	if (page_queue_next(v, &next, &e) > 0)
		buf_addf(
		    &path, "/incident/%" PRId64 "?done=%" PRId64, next, act);
	else
		buf_addf(&path, "/?done=%" PRId64, act);
	visit_redirect(v, path.p);
	buf_clear(&path);
}

void
page_decide(struct visit *v)
{
	struct decide d = { .incident_id = visit_number(v->arg) };
	struct err e = { 0 };
	int r = d.incident_id > 0 ? visit_change(v, decide, &d, &e) : 0;

	if (r > 0)
		go_on(v, d.act_id);
	else
		visit_refuse(v, r, &e);
}

static int
undo(void *user, struct visit *v, struct err *e)
{
	int64_t *incident_id = user;
	const struct review_undo undo = { .act_id = visit_number(v->arg),
		.account_id = v->account.id,
		.actor = v->actor,
		.now_ms = v->now_ms };
	int r = reviews_undo(v->desk->reviews, &undo, incident_id, e);

	if (r == 0)
		return err_set(
		    e, ERR_INVALID, "That decision does not stand any more.");
	return r;
}

void
page_undo(struct visit *v)
{
	struct buf path = { 0 };
	struct err e = { 0 };
	int64_t id = 0;
	int r = visit_change(v, undo, &id, &e);

	if (r < 0) {
		visit_refuse(v, r, &e);
		return;
	}
	buf_addf(&path, "/incident/%" PRId64, id);
	visit_redirect(v, path.p);
	buf_clear(&path);
}
