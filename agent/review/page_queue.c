/*
 * The queue: what needs a decision, gravest and longest waiting first.  Filters
 * are parameters of the address, so that a view can be kept as a bookmark.
 */
#include <inttypes.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/picks.h"
#include "agent/review/queuefilter.h"
#include "agent/review/service_private.h"
#include "agent/review/viewlinks.h"
#include "agent/store/linkcount.h"
#include "agent/store/reviews.h"
#include "agent/store/store.h"

#define PAGE_ROWS QUEUEFILTER_PAGE

/* What a rank is called; the order of reviews.c. */
static const char *const rank_words[] = { "Alert, in progress", "Alert",
	"For review, in progress", "For review" };

/* What is being written, and the last row of it. */
struct listing {
	struct visit *v;
	int64_t rank, since_ms, id;
	size_t rows;
	bool failed; /* who has one could not be read: e */
	struct err e;
};

static void
print_place(struct visit *v, const struct review_item *item)
{
	buf_add_text(v->out, "<p class=\"where\">");
	html_near(v->out, item->near_name, item->near_m, item->near_bearing,
	    item->district);
	buf_add_text(v->out, "</p>");
}

static void
print_times(struct visit *v, const struct review_item *item)
{
	buf_add_text(v->out, "<p class=\"when\">");
	html_time(v->out, item->opened_ms);
	buf_add_text(v->out, ", ");
	html_ago(v->out, item->since_ms, v->now_ms);
	if (item->looked_ms == CLOCK_NONE)
		buf_add_text(v->out, " <strong class=\"new\">New</strong>");
	else if (item->has_changed)
		buf_add_text(v->out,
		    " <strong class=\"new\">Changed since you looked</strong>");
	buf_add_text(v->out, "</p>");
}

/* How many others may have to do with it, and by what. */
static int
print_linked(struct visit *v, int64_t incident_id, struct err *e)
{
	struct linkcount c;

	if (linkcount_of(v->desk->linkcounts, incident_id, &c, e) < 0)
		return -1;
	if (c.count == 0)
		return 0;
	const struct {
		bool is_it;
		const char *words;
	} by[] = {
		{ c.by_vehicle, "same vehicle" },
		{ c.by_caller, "same caller" },
		{ c.by_series, "same series" },
		{ c.by_place, "same place lately" },
	};
	const char *join = ": ";

	buf_addf(v->out,
	    "<p class=\"linked\"><a href=\"/incident/%" PRId64
	    "#links\">%s%zu linked</a>",
	    incident_id, c.is_more ? "More than " : "", c.count);
	for (size_t i = 0; i < sizeof by / sizeof by[0]; i++)
		if (by[i].is_it) {
			buf_addf(v->out, "%s%s", join, by[i].words);
			join = ", ";
		}
	buf_add_text(v->out, "</p>");
	return 0;
}

static void
print_item(void *user, const struct review_item *item)
{
	struct listing *l = user;
	struct visit *v = l->v;

	buf_addf(v->out,
	    "<li class=\"item rank%" PRId64 "\" data-incident=\"%" PRId64
	    "\"><h2><a href=\"/incident/%" PRId64 "\">",
	    item->rank, item->incident_id, item->incident_id);
	html_themes(v->out, item->themes);
	buf_add_text(v->out, "</a></h2>");
	if (picks_may(v))
		picks_box(v, item->incident_id, item->ref);
	buf_add_text(v->out, "<p class=\"rank\">");
	html_words(v->out, rank_words[item->rank & 3]);
	if (str_is_given(item->grade)) {
		buf_add_text(v->out, ", grade ");
		html_text(v->out, item->grade);
	}
	buf_add_text(v->out, "</p>");
	print_place(v, item);
	print_times(v, item);
	if (page_job_line(v, item->incident_id, &l->e) < 0 ||
	    page_series_line(v, item->incident_id, &l->e) < 0 ||
	    print_linked(v, item->incident_id, &l->e) < 0)
		l->failed = true;
	buf_add_text(v->out, "<p class=\"why\">");
	html_text(v->out, item->why);
	buf_add_text(v->out, "</p><p class=\"ref\">");
	html_text(v->out, item->ref);
	buf_add_text(v->out, "</p></li>");
	l->rank = item->rank;
	l->since_ms = item->since_ms;
	l->id = item->incident_id;
	l->rows++;
}

/* Which part of the queue this is, for live.js; its end is "after" the last. */
static void
print_list(struct visit *v, const struct review_filter *f,
    const struct listing *l, struct str items)
{
	buf_addf(v->out, "<ol class=\"queue\" data-filtered=\"%s\"",
	    queuefilter_is_any(f) ? "yes" : "no");
	if (f->after_rank >= 0)
		buf_addf(v->out,
		    " data-from=\"%" PRId64 ".%" PRId64 ".%" PRId64 "\"",
		    f->after_rank, f->after_since_ms, f->after_id);
	if (l->rows == PAGE_ROWS)
		buf_addf(v->out,
		    " data-to=\"%" PRId64 ".%" PRId64 ".%" PRId64 "\"", l->rank,
		    l->since_ms, l->id);
	buf_add_text(v->out, ">");
	buf_add_str(v->out, items);
	buf_add_text(v->out, "</ol>");
}

static void
print_filter(struct visit *v, const struct review_filter *f)
{
	buf_add_text(
	    v->out, "<form class=\"filter\" method=\"get\" action=\"/\">");
	queuefilter_form(v->out, f);
	buf_add_text(v->out, "<p><button>Show</button></p></form>");
}

/* What the rules missed is found by its reference, and tagged on its page. */
static void
print_open(struct visit *v)
{
	buf_add_text(v->out,
	    "<form class=\"filter\" method=\"get\" action=\"/search\">"
	    "<p><label for=\"ref\">Open an incident by its reference"
	    "</label><input id=\"ref\" name=\"q\" maxlength=\"100\"></p>"
	    "<p><button>Find</button></p></form>");
}

static void
print_count(struct visit *v, int64_t count, int64_t oldest_ms)
{
	if (count == 0) {
		buf_add_text(v->out, "<p class=\"waiting\">Nothing waits for a "
				     "decision.</p>");
		return;
	}
	buf_addf(v->out,
	    "<p class=\"waiting\"><strong>%" PRId64
	    "</strong> %s for a decision; the oldest is from ",
	    count, count == 1 ? "waits" : "wait");
	html_ago(v->out, oldest_ms, v->now_ms);
	buf_add_text(v->out, ".</p>");
}

static void
print_next(
    struct visit *v, const struct review_filter *f, const struct listing *l)
{
	static const char *const params[] = { "theme", "district", "progress",
		"level", "seen", NULL };

	if (l->rows > 0)
		visit_csv_with(v, "/v1/queue", params, "the queue");
	if (l->rows < PAGE_ROWS)
		return;
	buf_add_text(v->out, "<p class=\"next\"><a rel=\"next\" href=\"/?");
	if (queuefilter_is_any(f)) {
		queuefilter_link(v->out, f);
		buf_add_text(v->out, "&amp;");
	}
	buf_addf(v->out,
	    "after=%" PRId64 ".%" PRId64 ".%" PRId64 "\">Next %d</a></p>",
	    l->rank, l->since_ms, l->id, PAGE_ROWS);
}

void
page_queue(struct visit *v)
{
	struct listing l = { .v = v };
	struct review_filter f;
	int64_t count = 0, oldest_ms = CLOCK_NONE;
	struct page_bar live = { 0 };
	struct str items;
	size_t items_at;
	struct err e = { 0 };
	int r;

	if (!visit_may(v, VISIT_READERS)) {
		visit_home(v);
		return;
	}
	r = viewlinks_start(v, &e);
	if (r < 0)
		visit_fail(v, &e);
	if (r != 0)
		return;
	queuefilter_read(v, &f);
	if (page_live_begin(v, &live, &e) < 0 ||
	    visit_record_look(v, 0, "queue", &e) < 0 ||
	    reviews_count(v->desk->reviews, &f, &count, &oldest_ms, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	visit_page(v, "Queue");
	print_count(v, count, oldest_ms);
	if (viewlinks_print(v, &f, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	print_filter(v, &f);
	if (picks_may(v))
		picks_bar(v, &f, count);
	items_at = v->out->len;
	if (reviews_queue(v->desk->reviews, &f, print_item, &l, &e) < 0 ||
	    l.failed) {
		visit_fail(v, l.failed ? &l.e : &e);
		return;
	}
	items = arena_str(v->desk->arena,
	    str_make(v->out->p + items_at, v->out->len - items_at));
	v->out->len = items_at;
	print_list(v, &f, &l, items);
	print_next(v, &f, &l);
	print_open(v);
	page_live_bar(v, &live);
	visit_page_end(v);
}

static void
keep_id(void *user, const struct review_item *item)
{
	int64_t *id = user;

	*id = item->incident_id;
}

int
page_queue_next(struct visit *v, int64_t *incident_id, struct err *e)
{
	const struct review_filter f = {
		.after_rank = -1, .account_id = v->account.id, .limit = 1
	};

	*incident_id = 0;
	if (reviews_queue(v->desk->reviews, &f, keep_id, incident_id, e) < 0)
		return -1;
	return *incident_id != 0;
}
