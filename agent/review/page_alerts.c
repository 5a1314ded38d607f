/*
 * Whom was told what, and what was not: the outbox by what became of it, and
 * how the channels are.  Doing something about one delivery: page_alert.c.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "alerts/alert.h"
#include "alerts/outbox.h"
#include "alerts/outbox_desk.h"

#define PAGE_ROWS 50
#define DAY_MS    INT64_C(86400000)

/* The head of a column of numbers. */
#define NUMBERS(title) "<th scope=\"col\" class=\"number\">" title "</th>"

/* The views: their name in the address, on the page, and when empty. */
static const struct {
	const char *name, *title, *none;
} views[OUTBOX_DESK_VIEW_COUNT] = {
	[OUTBOX_DESK_VIEW_WAITING] = { "waiting", "Waiting",
	    "Nothing waits to be delivered. An alert stands here from when it "
	    "is decided until its recipient has it." },
	[OUTBOX_DESK_VIEW_DEAD] = { "dead", "Not delivered",
	    "Every alert arrived. One that could not be delivered would stand "
	    "here with the reason." },
	[OUTBOX_DESK_VIEW_SENT] = { "sent", "Delivered",
	    "Nothing was delivered yet." },
	[OUTBOX_DESK_VIEW_ASIDE] = { "aside", "Set aside",
	    "None was set aside. An alert that could not be delivered and need "
	    "not be stands here with who said so." },
};

/* What is being written. */
struct listing {
	struct visit *v;
	struct outbox_desk_filter filter;
	int64_t last_ms, last_id;
	int64_t rows;
	int64_t queued, in_flight, dead; /* of all sums */
	int64_t oldest_ms;
	struct pulse pulse;
	struct buf sums; /* the rows of that table */
};

/* --- reading the address --- */

static struct str
parameter(struct visit *v, const char *name)
{
	struct str s = http_query(v->rq, name);

	return s.len > 0 ? s : (struct str){ 0 };
}

static void
read_filter(struct visit *v, struct outbox_desk_filter *f)
{
	struct str view = parameter(v, "view");
	struct str after = parameter(v, "after");
	char *end = NULL;

	*f = (struct outbox_desk_filter){ .limit = PAGE_ROWS,
		.channel = parameter(v, "channel"),
		.recipient = parameter(v, "recipient") };
	for (size_t i = 0; i < OUTBOX_DESK_VIEW_COUNT; i++)
		if (str_is(view, views[i].name))
			f->view = (enum outbox_desk_view)i;
	if (!str_is_given(after))
		return;
	f->after_ms = strtoll(after.p, &end, 10);
	if (*end == '.')
		f->after_id = strtoll(end + 1, NULL, 10);
}

/* The address of a view with the present recipient and channel. */
static void
print_address(
    struct buf *out, const struct outbox_desk_filter *f, const char *view)
{
	buf_addf(out, "/alerts?view=%s", view);
	if (str_is_given(f->recipient)) {
		buf_add_text(out, "&amp;recipient=");
		html_url(out, f->recipient);
	}
	if (str_is_given(f->channel)) {
		buf_add_text(out, "&amp;channel=");
		html_url(out, f->channel);
	}
}

/* --- the sums --- */

static void
add_number(struct buf *out, int64_t n)
{
	buf_addf(out, "<td class=\"number\">%" PRId64 "</td>", n);
}

static void
add_sum(void *user, const struct outbox_desk_sum *s)
{
	struct listing *l = user;
	struct buf *out = &l->sums;

	buf_add_text(out, "<tr><th scope=\"row\"><a href=\"/alerts?view=");
	buf_addf(out, "%s&amp;recipient=", views[l->filter.view].name);
	html_url(out, s->recipient);
	buf_add_text(out, "&amp;channel=");
	html_url(out, s->channel);
	buf_add_text(out, "\">");
	html_text(out, s->recipient);
	buf_add_text(out, "</a></th><td>");
	html_text(out, s->channel);
	buf_add_text(out, "</td>");
	add_number(out, s->queued);
	add_number(out, s->in_flight);
	add_number(out, s->dead);
	add_number(out, s->sent);
	buf_add_text(out, "<td>");
	if (s->oldest_ms == CLOCK_NONE)
		buf_add_text(out, "none");
	else
		html_ago(out, s->oldest_ms, l->v->now_ms);
	buf_add_text(out, "</td></tr>");
	l->queued += s->queued;
	l->in_flight += s->in_flight;
	l->dead += s->dead;
	if (s->oldest_ms != CLOCK_NONE &&
	    (l->oldest_ms == CLOCK_NONE || s->oldest_ms < l->oldest_ms))
		l->oldest_ms = s->oldest_ms;
}

static void
print_sentence(struct listing *l)
{
	struct buf *out = l->v->out;

	buf_addf(out,
	    "<p class=\"count\"><strong>%" PRId64 "</strong> %s, %" PRId64
	    " being sent, <strong>%" PRId64 "</strong> not delivered.",
	    l->queued, l->queued == 1 ? "waits" : "wait", l->in_flight,
	    l->dead);
	if (l->oldest_ms != CLOCK_NONE) {
		buf_add_text(out, " The oldest that waits was decided ");
		html_ago(out, l->oldest_ms, l->v->now_ms);
		buf_add_text(out, ".");
	}
	buf_add_text(out, "</p>");
}

static void
print_sums(struct listing *l)
{
	struct buf *out = l->v->out;

	if (l->sums.len == 0)
		return;
	buf_add_text(out,
	    "<h2 id=\"whom\">By recipient</h2><div class=\"scroll wide\" "
	    "role=\"region\" tabindex=\"0\" aria-labelledby=\"whom\"><table>"
	    "<thead><tr><th scope=\"col\">Recipient</th><th scope=\"col\">"
	    "Channel</th>" NUMBERS("Waiting") NUMBERS("Being sent")
		NUMBERS("Not delivered") NUMBERS(
		    "Delivered in 24 hours") "<th "
					     "scope=\"col\">Oldest that waits</th></tr></thead><tbody>");
	buf_add(out, l->sums.p, l->sums.len);
	buf_add_text(out, "</tbody></table></div>");
	visit_csv(l->v, "/v1/alerts/recipients", "by recipient");
}

/* --- the channels --- */

static void
print_channel(struct listing *l, const struct pulse_channel *c)
{
	struct buf *out = l->v->out;

	buf_add_text(out, "<li class=\"channel");
	buf_add_text(out, c->is_up ? "\"><strong>" : " down\"><strong>");
	html_words(out, c->name);
	buf_addf(out, "</strong> (%s): ", c->kind);
	if (c->is_up)
		buf_add_text(out, "ready");
	else {
		buf_add_text(out, "<strong>not ready</strong>");
		if (c->down_ms > 0) {
			buf_add_text(out, " since ");
			html_ago(
			    out, l->pulse.at_ms - c->down_ms, l->v->now_ms);
		}
		if (c->why[0]) {
			buf_add_text(out, ": ");
			html_words(out, c->why);
		}
	}
	buf_add_text(out, "</li>");
}

static void
print_channels(struct listing *l)
{
	struct buf *out = l->v->out;

	buf_add_text(out, "<h2>Channels</h2>");
	if (l->pulse.at_ms == CLOCK_NONE || l->pulse.channel_count == 0) {
		buf_addf(out, "<p>%s</p>",
		    l->pulse.at_ms == CLOCK_NONE
			? "The agent has just started; how its channels are is "
			  "known in a few seconds."
			: "No channel is configured: nobody can be told of "
			  "anything.");
		return;
	}
	buf_add_text(out, "<ul class=\"channels\">");
	for (size_t i = 0; i < l->pulse.channel_count; i++)
		print_channel(l, &l->pulse.channels[i]);
	buf_add_text(out, "</ul>");
	visit_csv(l->v, "/v1/channels", "channels");
}

/* --- the list --- */

/* The incident, linked for who may read it; or what else it is about. */
static void
print_incident(struct visit *v, const struct outbox_row *row)
{
	bool is_linked = row->incident_id && visit_may(v, VISIT_READERS);

	if (is_linked)
		buf_addf(v->out, "<a href=\"/incident/%" PRId64 "\">",
		    row->incident_id);
	html_text(v->out, row->ref);
	if (is_linked)
		buf_add_text(v->out, "</a>");
}

static void
begin_list(struct listing *l)
{
	buf_addf(l->v->out,
	    "<div class=\"scroll wide\" role=\"region\" tabindex=\"0\" aria-label="
	    "\"%s\"><table><thead><tr><th scope=\"col\">Delivery</th><th "
	    "scope=\"col\">Decided</th><th scope=\"col\">Incident</th><th "
	    "scope=\"col\">What</th><th scope=\"col\">To</th><th scope=\"col\">"
	    "Channel</th>" NUMBERS(
		"Tries") "<th scope=\"col\">%s</th>"
			 "<th scope=\"col\">Last reply</th></tr></thead><tbody>",
	    views[l->filter.view].title,
	    l->filter.view == OUTBOX_DESK_VIEW_WAITING ? "State" : "Ended");
}

static void
print_row(void *user, const struct outbox_row *row)
{
	struct listing *l = user;
	struct buf *out = l->v->out;
	bool is_open = row->state < OUTBOX_SENT;

	if (l->rows == 0)
		begin_list(l);
	buf_addf(out,
	    "<tr><td><a href=\"/alerts/%" PRId64 "\">%" PRId64 "</a></td><td>",
	    row->id, row->id);
	html_time(out, row->created_ms);
	buf_add_text(out, "</td><td>");
	print_incident(l->v, row);
	buf_add_text(out, "</td><td>");
	html_theme(out, row->theme);
	buf_addf(out, ", %s</td><td>",
	    alert_reason_name((enum alert_reason)row->reason));
	html_text(out, row->recipient);
	buf_add_text(out, "</td><td>");
	html_text(out, row->channel);
	buf_addf(out, "</td><td class=\"number\">%u</td><td>", row->attempts);
	if (is_open)
		buf_add_text(out, outbox_state_name(row->state));
	else
		html_time(out, row->done_ms);
	buf_add_text(out, "</td><td>");
	html_text(out, row->last_error);
	buf_add_text(out, "</td></tr>");
	l->last_ms = outbox_desk_place(l->filter.view, row);
	l->last_id = row->id;
	l->rows++;
}

static void
print_views(struct listing *l)
{
	struct buf *out = l->v->out;

	buf_add_text(out, "<nav aria-label=\"Alerts\" class=\"views\"><ul>");
	for (size_t i = 0; i < OUTBOX_DESK_VIEW_COUNT; i++) {
		buf_add_text(out, "<li><a href=\"");
		print_address(out, &l->filter, views[i].name);
		buf_addf(out, "\"%s>%s</a></li>",
		    i == l->filter.view ? " aria-current=\"page\"" : "",
		    views[i].title);
	}
	buf_add_text(out, "</ul></nav>");
	if (!str_is_given(l->filter.recipient) &&
	    !str_is_given(l->filter.channel))
		return;
	buf_add_text(out, "<p>Only ");
	html_text(out, l->filter.recipient);
	buf_add_text(out, str_is_given(l->filter.channel) ? " by " : "");
	html_text(out, l->filter.channel);
	buf_addf(out, ". <a href=\"/alerts?view=%s\">Show all</a></p>",
	    views[l->filter.view].name);
}

/* One form for all that are dead. */
static void
print_retry_dead(struct listing *l)
{
	struct buf *out = l->v->out;

	if (l->filter.view != OUTBOX_DESK_VIEW_DEAD || l->dead == 0 ||
	    !visit_may(l->v, ACCOUNT_ADMINISTRATOR))
		return;
	buf_add_text(
	    out, "<form method=\"post\" action=\"/alerts/retry-dead\">");
	visit_form_field(l->v);
	buf_addf(out,
	    "<p><button>Try all %" PRId64 " again</button> Those whose "
	    "recipient was told something later of the same stay here.</p>"
	    "</form>",
	    l->dead);
}

static void
print_csv(struct listing *l)
{
	struct buf path = { 0 };

	buf_add_text(&path, "/v1");
	print_address(&path, &l->filter, views[l->filter.view].name);
	visit_csv(l->v, path.p, views[l->filter.view].title);
	buf_clear(&path);
}

static int
print_list(struct listing *l, struct err *e)
{
	struct buf *out = l->v->out;

	if (outbox_desk_list(l->v->desk->alerts, &l->filter, print_row, l, e) <
	    0)
		return -1;
	if (l->rows == 0)
		buf_addf(out, "<p>%s</p>", views[l->filter.view].none);
	else {
		buf_add_text(out, "</tbody></table></div>");
		print_csv(l);
	}
	if (l->rows < PAGE_ROWS)
		return 0;
	buf_add_text(out, "<p class=\"next\"><a rel=\"next\" href=\"");
	print_address(out, &l->filter, views[l->filter.view].name);
	buf_addf(out, "&amp;after=%" PRId64 ".%" PRId64 "\">Next %d</a></p>",
	    l->last_ms, l->last_id, PAGE_ROWS);
	return 0;
}

/* After all were tried again: how many. */
static void
print_retried(struct visit *v)
{
	int64_t n = visit_number(http_query(v->rq, "again"));

	if (http_query(v->rq, "again").len == 0)
		return;
	buf_addf(v->out,
	    "<p class=\"done\" role=\"status\">%" PRId64 " %s tried again "
	    "now.</p>",
	    n, n == 1 ? "is" : "are");
}

static int
print_page(struct listing *l, struct err *e)
{
	visit_page(l->v, "Alerts");
	print_retried(l->v);
	print_sentence(l);
	print_channels(l);
	print_sums(l);
	buf_addf(l->v->out, "<h2>%s</h2>", views[l->filter.view].title);
	print_views(l);
	print_retry_dead(l);
	if (print_list(l, e) < 0)
		return -1;
	visit_page_end(l->v);
	return 0;
}

void
page_alerts(struct visit *v)
{
	struct listing l = { .v = v, .oldest_ms = CLOCK_NONE };
	struct err e = { 0 };

	read_filter(v, &l.filter);
	service_pulse(v->service, &l.pulse);
	if (visit_record_look(v, 0, "alerts", &e) < 0 ||
	    outbox_desk_sums(
		v->desk->alerts, v->now_ms - DAY_MS, add_sum, &l, &e) < 0 ||
	    print_page(&l, &e) < 0)
		visit_fail(v, &e);
	buf_clear(&l.sums);
}
