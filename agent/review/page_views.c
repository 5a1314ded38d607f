/*
 * Names for filters of the queue: the links above it, keeping the filter that
 * is shown, and the page on which they are changed.  Deleting asks once more,
 * on a page of its own.
 */
#include <inttypes.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/http.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/queuefilter.h"
#include "agent/review/service_private.h"
#include "agent/review/viewlinks.h"
#include "agent/store/reviews.h"
#include "agent/store/views.h"

static struct views_by
who(const struct visit *v)
{
	return (struct views_by){ .account_id = v->account.id,
		.actor = v->actor,
		.is_administrator = visit_may(v, ACCOUNT_ADMINISTRATOR),
		.now_ms = v->now_ms };
}

/* --- above the queue --- */

/* The links, and what the page shows. */
struct links {
	struct visit *v;
	struct str query; /* what is shown, as views keep it */
};

static void
print_link(void *user, const struct view *view)
{
	struct links *l = user;
	struct buf *out = l->v->out;
	struct review_filter f;
	struct err why = { 0 };

	if (queuefilter_parse(l->v->desk->arena, view->query, &f, &why) < 0) {
		buf_addf(out, "<li><a href=\"/views/%" PRId64 "\">", view->id);
		html_text(out, view->name);
		buf_add_text(out, "</a> (its filter is no more)</li>");
		return;
	}
	buf_add_text(out, "<li><a href=\"/?");
	html_text(out, view->query.len > 0 ? view->query : str_of("view=all"));
	buf_addf(out, "\"%s>",
	    str_is_equal(view->query, l->query) ? " aria-current=\"true\""
						: "");
	html_text(out, view->name);
	buf_add_text(out, "</a></li>");
}

/* Everybody has these two. */
static void
print_who(const struct links *l, enum review_who who, const char *words)
{
	const struct review_filter f = { .after_rank = -1, .who = who };
	struct buf query = { 0 };

	queuefilter_query(&query, &f);
	buf_addf(l->v->out, "<li><a href=\"/?%s\"%s>%s</a></li>", query.p,
	    str_is_equal(buf_str(&query), l->query) ? " aria-current=\"true\""
						    : "",
	    words);
	buf_clear(&query);
}

/* Keeping what is shown. */
static void
print_keep(struct visit *v, const struct review_filter *f)
{
	struct buf *out = v->out;

	buf_add_text(out, "<details class=\"keep\"><summary>Keep this view"
			  "</summary><form class=\"filter\" method=\"post\" "
			  "action=\"/views\">");
	visit_form_field(v);
	queuefilter_fields(out, f);
	buf_add_text(out, "<p>");
	queuefilter_words(out, f);
	buf_addf(out,
	    "</p><p><label for=\"view-name\">Name</label>"
	    "<input id=\"view-name\" name=\"name\" maxlength=\"%d\" "
	    "required></p>",
	    VIEWS_NAME_MAX / 2);
	if (viewlinks_may_share(v))
		buf_add_text(out,
		    "<p class=\"box\"><label><input type=\"checkbox\" "
		    "name=\"shared\" value=\"yes\"> For everybody</label></p>");
	buf_add_text(out, "<p><button>Keep it</button></p></form></details>");
}

bool
viewlinks_may_share(const struct visit *v)
{
	return visit_may(v, ACCOUNT_REVIEWER | ACCOUNT_ADMINISTRATOR);
}

int
viewlinks_print(struct visit *v, const struct review_filter *f, struct err *e)
{
	const struct views_by by = who(v);
	struct buf query = { 0 };
	struct links l = { .v = v };

	queuefilter_query(&query, f);
	l.query = arena_str(v->desk->arena, buf_str(&query));
	buf_clear(&query);
	buf_addf(v->out,
	    "<nav aria-label=\"Views\"><ul class=\"choice views\"><li>"
	    "<a href=\"/?view=all\"%s>All</a></li>",
	    queuefilter_is_any(f) ? "" : " aria-current=\"true\"");
	print_who(&l, REVIEW_MINE, "Mine");
	print_who(&l, REVIEW_NOBODY, "Nobody has it");
	if (views_list(v->desk->views, &by, print_link, &l, e) < 0)
		return -1;
	buf_add_text(v->out, "<li><a href=\"/views\">Change views</a></li>"
			     "</ul></nav>");
	if (queuefilter_is_any(f))
		print_keep(v, f);
	return 0;
}

/* --- where an account starts --- */

static void
count_param(void *user, struct str name, struct str value)
{
	size_t *count = user;

	(void)name;
	(void)value;
	(*count)++;
}

static void
start(void *user, const struct view *view)
{
	struct visit *v = user;
	struct review_filter f;
	struct err why = { 0 };

	if (view->query.len == 0 ||
	    queuefilter_parse(v->desk->arena, view->query, &f, &why) < 0)
		return;
	visit_redirect(v, arena_strf(v->desk->arena, "/?%.*s",
			      STR_ARG(queuefilter_text(v->desk->arena, &f)))
			      .p);
}

int
viewlinks_start(struct visit *v, struct err *e)
{
	const struct views_by by = who(v);
	size_t count = 0;
	int r;

	http_query_each(v->rq, count_param, &count);
	if (count > 0)
		return 0;
	r = views_start(v->desk->views, &by, start, v, e);
	return r < 0 ? -1 : v->reply->status == 303;
}

/* --- the page of all --- */

static void
print_filter(struct visit *v, const struct view *view)
{
	struct review_filter f;
	struct err why = { 0 };

	if (queuefilter_parse(v->desk->arena, view->query, &f, &why) == 0)
		queuefilter_words(v->out, &f);
	else {
		buf_add_text(
		    v->out, "<strong>Its filter is no more.</strong> ");
		html_words(v->out, why.msg);
	}
}

static void
print_start_button(struct visit *v, const struct view *view)
{
	buf_addf(v->out,
	    "<form method=\"post\" action=\"/views/%" PRId64 "/start\">",
	    view->id);
	visit_form_field(v);
	buf_addf(v->out,
	    "<button name=\"start\" value=\"%s\">%s<span class=\"unseen\">: ",
	    view->is_start ? "no" : "yes",
	    view->is_start ? "Start with all again" : "Start here");
	html_text(v->out, view->name);
	buf_add_text(v->out, "</span></button></form>");
}

static void
print_row(void *user, const struct view *view)
{
	struct visit *v = user;
	struct buf *out = v->out;

	buf_add_text(out, "<tr><th scope=\"row\">");
	if (view->may_change)
		buf_addf(out, "<a href=\"/views/%" PRId64 "\">", view->id);
	html_text(out, view->name);
	buf_add_text(out, view->may_change ? "</a></th><td>" : "</th><td>");
	print_filter(v, view);
	buf_add_text(out, "</td><td>");
	html_text(out, view->by);
	buf_addf(out, "</td><td>%s</td><td>",
	    view->is_shared ? "Everybody" : "Its maker alone");
	print_start_button(v, view);
	buf_add_text(out, "</td></tr>");
}

void
page_views(struct visit *v)
{
	const struct views_by by = who(v);
	struct err e = { 0 };

	visit_page(v, "Views of the queue");
	buf_add_text(v->out,
	    "<p>A view is a name for a filter. Narrow the queue, then "
	    "<em>Keep this view</em> above it. Start here: the queue opens "
	    "with it.</p><table><thead><tr><th scope=\"col\">View</th>"
	    "<th scope=\"col\">Shows</th><th scope=\"col\">Made by</th>"
	    "<th scope=\"col\">For</th><th scope=\"col\">Start</th></tr>"
	    "</thead><tbody>");
	if (views_list(v->desk->views, &by, print_row, v, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	buf_add_text(v->out,
	    "</tbody></table><p><a href=\"/?view=all\">Go to the queue</a>"
	    "</p>");
	visit_page_end(v);
}

/* --- one --- */

static void
print_version(struct visit *v, const struct view *view)
{
	visit_form_field(v);
	buf_addf(v->out,
	    "<input type=\"hidden\" name=\"version\" value=\"%" PRId64 "\">",
	    view->turns);
}

static void
print_change(struct visit *v, const struct view *view)
{
	struct buf *out = v->out;

	buf_addf(out,
	    "<form class=\"filter\" method=\"post\" "
	    "action=\"/views/%" PRId64 "/change\">",
	    view->id);
	print_version(v, view);
	buf_addf(out,
	    "<p><label for=\"view-name\">Name</label><input "
	    "id=\"view-name\" name=\"name\" maxlength=\"%d\" required "
	    "value=\"",
	    VIEWS_NAME_MAX / 2);
	html_text(out, view->name);
	buf_add_text(out, "\"></p>");
	if (viewlinks_may_share(v))
		buf_addf(out,
		    "<p class=\"box\"><label><input type=\"checkbox\" "
		    "name=\"shared\" value=\"yes\"%s> For everybody</label>"
		    "</p>",
		    view->is_shared ? " checked" : "");
	buf_add_text(out, "<p><button>Change it</button></p></form>");
}

static void
print_view(void *user, const struct view *view)
{
	struct visit *v = user;

	if (!view->may_change) {
		visit_say(v, 403, "Not allowed",
		    "A shared view is changed by whoever made it or an "
		    "administrator.");
		return;
	}
	visit_page(v, "A view of the queue");
	buf_add_text(v->out, "<p>It shows: ");
	print_filter(v, view);
	buf_add_text(v->out, "</p>");
	print_change(v, view);
	buf_addf(v->out,
	    "<p><a href=\"/views/%" PRId64 "/delete\">Delete it</a></p>"
	    "<p><a href=\"/views\">All views</a></p>",
	    view->id);
	visit_page_end(v);
}

static void
print_delete(void *user, const struct view *view)
{
	struct visit *v = user;

	if (!view->may_change) {
		print_view(v, view);
		return;
	}
	visit_page(v, "Delete this view?");
	buf_add_text(v->out, "<p><strong>");
	html_text(v->out, view->name);
	buf_addf(v->out,
	    "</strong>%s. No incident is changed by it, and it cannot be "
	    "brought back.</p><form method=\"post\" "
	    "action=\"/views/%" PRId64 "/delete\">",
	    view->is_shared ? ", which everybody has" : "", view->id);
	print_version(v, view);
	buf_add_text(v->out, "<p><button>Delete it</button></p></form>"
			     "<p><a href=\"/views\">Keep it</a></p>");
	visit_page_end(v);
}

static void
show(struct visit *v, void (*print)(void *user, const struct view *view))
{
	const struct views_by by = who(v);
	struct err e = { 0 };
	int r =
	    views_find(v->desk->views, &by, visit_number(v->arg), print, v, &e);

	if (r == 0)
		visit_say(v, 404, "Not found",
		    "There is no such view, or it is somebody else's.");
	else if (r < 0)
		visit_fail(v, &e);
}

void
page_view(struct visit *v)
{
	show(v, print_view);
}

void
page_view_ask_delete(struct visit *v)
{
	show(v, print_delete);
}

/* --- changes --- */

/* Name, and for whom, of the form: 0 or -1. */
static int
read_wish(struct visit *v, struct view_wish *wish, struct err *e)
{
	struct str shared = visit_field(v, "shared");

	*wish = (struct view_wish){ .name = visit_field(v, "name"),
		.is_shared = str_is(shared, "yes") };
	if (!str_is_given(wish->name))
		return err_set(e, ERR_INVALID, "A view has a name.");
	if (wish->is_shared && !viewlinks_may_share(v))
		return err_set(e, ERR_INVALID,
		    "Only a reviewer or an administrator shares a view.");
	return 0;
}

/* The filter that the form carries, as views keep it. */
struct fields {
	struct visit *v;
	struct review_filter f;
};

static void
take_field(void *user, struct str name, struct str value)
{
	struct fields *x = user;

	(void)queuefilter_take(
	    &x->f, name, arena_str(x->v->desk->arena, value));
}

static int
add(void *user, struct visit *v, struct err *e)
{
	const struct views_by by = who(v);
	struct fields x = { .v = v, .f = { .after_rank = -1 } };
	struct buf query = { 0 };
	struct review_filter check;
	struct view_wish wish;
	int64_t id;

	(void)user;
	if (read_wish(v, &wish, e) < 0)
		return -1;
	http_form_each(v->rq, take_field, &x);
	queuefilter_query(&query, &x.f);
	wish.query = arena_str(v->desk->arena, buf_str(&query));
	buf_clear(&query);
	if (queuefilter_parse(v->desk->arena, wish.query, &check, e) < 0)
		return -1;
	id = views_add(v->desk->views, &by, &wish, e);
	return id < 0 ? -1 : 1;
}

static int
change(void *user, struct visit *v, struct err *e)
{
	const struct views_by by = who(v);
	struct view_wish wish;

	(void)user;
	if (read_wish(v, &wish, e) < 0)
		return -1;
	return views_change(v->desk->views, &by, visit_number(v->arg),
	    visit_number(visit_field(v, "version")), &wish, e);
}

static int delete (void *user, struct visit *v, struct err *e)
{
	const struct views_by by = who(v);

	(void)user;
	return views_delete(v->desk->views, &by, visit_number(v->arg),
	    visit_number(visit_field(v, "version")), e);
}

static int
set_start(void *user, struct visit *v, struct err *e)
{
	const struct views_by by = who(v);
	bool is_on = str_is(visit_field(v, "start"), "yes");

	(void)user;
	return views_set_start(
	    v->desk->views, &by, is_on ? visit_number(v->arg) : 0, e);
}

/* Make a change, and show all views. */
static void
make(struct visit *v, int (*what)(void *user, struct visit *v, struct err *e))
{
	struct err e = { 0 };
	int r = visit_change(v, what, NULL, &e);

	if (r > 0)
		visit_redirect(v, "/views");
	else
		visit_refuse(v, r, &e);
}

void
page_view_add(struct visit *v)
{
	make(v, add);
}

void
page_view_change(struct visit *v)
{
	make(v, change);
}

void
page_view_delete(struct visit *v)
{
	make(v, delete);
}

void
page_view_start(struct visit *v)
{
	make(v, set_start);
}
