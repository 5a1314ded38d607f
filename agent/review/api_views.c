/*
 * Saved views of the queue: those that the account sees, adding, changing and
 * deleting one.  A filter is sent and given as the parameters of the queue's
 * address.
 */
#include <inttypes.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/desk.h"
#include "agent/review/queuefilter.h"
#include "agent/review/viewlinks.h"
#include "agent/review/visit.h"
#include "agent/store/reviews.h"
#include "agent/store/views.h"

static const char *const no_params[] = { NULL };

static const char *const columns[] = { "id", "name", "query", "works", "by",
	"shared", "start", "may_change", "made_at", NULL };

static const struct apilist_kind kind = {
	.name = "views",
	.params = no_params,
	.columns = columns,
	.place_count = 1,
};

static struct views_by
who(const struct visit *v)
{
	return (struct views_by){ .account_id = v->account.id,
		.actor = v->actor,
		.is_administrator = visit_may(v, ACCOUNT_ADMINISTRATOR),
		.now_ms = v->now_ms };
}

/* Is there all that its filter asks for? */
static bool
works(struct visit *v, struct str query)
{
	struct review_filter f;
	struct err why = { 0 };

	return queuefilter_parse(v->desk->arena, query, &f, &why) == 0;
}

static void
write_row(void *user, const struct view *view)
{
	struct apilist *l = user;
	const int64_t place[] = { view->id };

	if (!apilist_has_room(l))
		return;
	apilist_int(l, view->id);
	apilist_str(l, view->name);
	apilist_str(l, view->query);
	apilist_bool(l, works(l->v, view->query));
	apilist_str(l, view->by);
	apilist_bool(l, view->is_shared);
	apilist_bool(l, view->is_start);
	apilist_bool(l, view->may_change);
	apilist_time_ms(l, view->made_ms);
	apilist_row(l, place);
}

void
api_views(struct visit *v)
{
	const struct views_by by = who(v);
	struct err e = { 0 };
	struct apilist l;

	if (apilist_read(&l, v, &kind) < 0)
		return;
	apilist_begin(&l);
	if (views_page(v->desk->views, &by, l.is_begun ? l.after[0] : 0,
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
version_of(struct visit *v, const struct view *view)
{
	return arena_strf(v->desk->arena, "%" PRId64 ".%" PRId64 ".%d",
	    view->id, view->turns, view->is_start);
}

static void
write_one(void *user, const struct view *view)
{
	struct writing *x = user;
	struct jsonw *w = x->w;

	api_etag(x->v, version_of(x->v, view).p);
	jsonw_object(w);
	jsonw_key(w, "id");
	jsonw_int(w, view->id);
	jsonw_key(w, "name");
	jsonw_str(w, view->name);
	jsonw_key(w, "query");
	jsonw_str(w, view->query);
	jsonw_key(w, "works");
	jsonw_bool(w, works(x->v, view->query));
	jsonw_key(w, "by");
	jsonw_str(w, view->by);
	jsonw_key(w, "shared");
	jsonw_bool(w, view->is_shared);
	jsonw_key(w, "start");
	jsonw_bool(w, view->is_start);
	jsonw_key(w, "may_change");
	jsonw_bool(w, view->may_change);
	jsonw_key(w, "made_at");
	jsonw_time(w, view->made_ms);
	jsonw_close(w);
}

static int
write_view(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	const struct views_by by = who(v);
	struct writing x = { v, w };
	const int64_t *id = user;

	return views_find(v->desk->views, &by, *id, write_one, &x, e);
}

void
api_view(struct visit *v)
{
	int64_t id = visit_number(v->arg);

	api_record(v, write_view, &id);
}

/* --- changes --- */

/* What is asked for, and what there was. */
struct asked {
	struct visit *v;
	const struct json *body;
	int64_t id;
	int64_t turns;
	bool is_seen, is_shared, is_start;
};

static void
compare(void *user, const struct view *view)
{
	struct asked *a = user;

	a->is_seen = api_saw(a->v, version_of(a->v, view).p);
	a->turns = view->turns;
	a->is_shared = view->is_shared;
	a->is_start = view->is_start;
}

/* A member that is true or false; was if it is not there. */
static int
read_flag(const struct json *body, const char *member, bool was, bool *out,
    struct err *e)
{
	const struct json *value = json_member(body, member);

	*out = value ? json_is_true(value) : was;
	if (!value || json_kind(value) == JSON_KIND_BOOL)
		return 0;
	return err_set(e, ERR_INVALID, "\"%s\" is true or false", member);
}

static int
read_wish(struct asked *a, struct view_wish *wish, struct err *e)
{
	struct review_filter f;

	*wish = (struct view_wish){ .name = api_text(a->v, a->body, "name"),
		.query = api_text(a->v, a->body, "query") };
	if (read_flag(a->body, "shared", a->is_shared, &wish->is_shared, e) < 0)
		return -1;
	if (wish->is_shared && !a->is_shared && !viewlinks_may_share(a->v))
		return err_set(e, ERR_INVALID,
		    "only a reviewer or an administrator shares a view");
	if (!wish->query.p)
		return 0;
	if (queuefilter_parse(a->v->desk->arena, wish->query, &f, e) < 0)
		return err_wrap(e, "query");
	wish->query = queuefilter_text(a->v->desk->arena, &f);
	return 0;
}

static int
set_start(struct asked *a, const struct views_by *by, struct err *e)
{
	bool is_on;

	if (read_flag(a->body, "start", a->is_start, &is_on, e) < 0)
		return -1;
	if (is_on == a->is_start)
		return 1;
	return views_set_start(a->v->desk->views, by, is_on ? a->id : 0, e);
}

static int
add(void *user, struct visit *v, struct err *e)
{
	const struct views_by by = who(v);
	struct asked *a = user;
	struct view_wish wish;

	if (read_wish(a, &wish, e) < 0)
		return -1;
	if (!wish.name.p || !wish.query.p)
		return err_set(
		    e, ERR_INVALID, "a view has a \"name\" and a \"query\"");
	a->id = views_add(v->desk->views, &by, &wish, e);
	return a->id < 0 ? -1 : set_start(a, &by, e);
}

static int
change(void *user, struct visit *v, struct err *e)
{
	const struct views_by by = who(v);
	struct asked *a = user;
	struct view_wish wish;
	int r = views_find(v->desk->views, &by, a->id, compare, a, e);

	if (r <= 0 || !a->is_seen)
		return r < 0 ? -1 : 0;
	if (read_wish(a, &wish, e) < 0)
		return -1;
	/* Where somebody starts is theirs to say of any view they see. */
	if (wish.name.p || wish.query.p || wish.is_shared != a->is_shared)
		r = views_change(
		    v->desk->views, &by, a->id, a->turns, &wish, e);
	return r <= 0 ? r : set_start(a, &by, e);
}

static int delete (void *user, struct visit *v, struct err *e)
{
	const struct views_by by = who(v);
	struct asked *a = user;
	int r = views_find(v->desk->views, &by, a->id, compare, a, e);

	if (r <= 0 || !a->is_seen)
		return r < 0 ? -1 : 0;
	return views_delete(v->desk->views, &by, a->id, a->turns, e);
}

/* Nothing is left to show of it. */
static int
write_deleted(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	const int64_t *id = user;

	(void)v;
	(void)e;
	jsonw_object(w);
	jsonw_key(w, "deleted");
	jsonw_int(w, *id);
	jsonw_close(w);
	return 1;
}

/* Make a change; print shows what came of it. */
static void
make(struct visit *v, const char *const *members, int64_t id,
    int (*what)(void *user, struct visit *v, struct err *e),
    int (*print)(void *user, struct visit *v, struct jsonw *w, struct err *e))
{
	struct asked a = { .v = v, .id = id };
	struct err e = { 0 };
	struct json *body;
	int r;

	if (id != 0 && !api_says_what_it_saw(v))
		return;
	body = api_body(v, members);
	if (!body)
		return;
	a.body = body;
	r = visit_change(v, what, &a, &e);
	if (r > 0)
		api_record(v, print, &a.id);
	else
		api_refuse(v, r, write_view, &a.id, &e);
	json_free(&body);
}

/* The number in the path; one that no view has if it is none. */
static int64_t
id_of(struct visit *v)
{
	int64_t id = visit_number(v->arg);

	return id > 0 ? id : -1;
}

static const char *const members_of_one[] = { "name", "query", "shared",
	"start", NULL };

void
api_view_add(struct visit *v)
{
	make(v, members_of_one, 0, add, write_view);
}

void
api_view_change(struct visit *v)
{
	make(v, members_of_one, id_of(v), change, write_view);
}

void
api_view_delete(struct visit *v)
{
	static const char *const none[] = { NULL };

	make(v, none, id_of(v), delete, write_deleted);
}
