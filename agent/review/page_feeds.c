/*
 * How each feed is: whether it is open and keeps up, and what it brought, by
 * day.
 */
#include <inttypes.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/store/feedday.h"
#include "agent/store/quarantine.h"

#define DAYS      14
#define MINUTE_MS INT64_C(60000)

/* The columns of a day. */
static const char *const numbers[] = { "Messages", "Repeated", "New incidents",
	"Set aside" };

/* One feed while it is written. */
struct showing {
	struct visit *v;
	const struct pulse_feed *feed;
	int64_t rows;
};

static void
print_state(struct buf *out, const struct pulse_feed *f, int64_t now_ms)
{
	if (!f->is_open)
		buf_add_text(out,
		    "<strong>not open</strong>: its folder cannot be read; it "
		    "is tried every few seconds and the agent's log says why");
	else if (f->stuck_since_ms != CLOCK_NONE) {
		buf_add_text(out, "<strong>stuck</strong> since ");
		html_ago(out, f->stuck_since_ms, now_ms);
		buf_add_text(out, ": what it has waits to be written, and the "
				  "agent's log says why");
	} else
		buf_add_text(out,
		    f->has_work ? "open, taking in" : "open, nothing waits");
}

/* "3 minutes", "2 hours": how old the newest entry of a batch was. */
static void
print_behind(struct buf *out, int64_t ms)
{
	if (ms < MINUTE_MS)
		buf_add_text(out, "less than a minute");
	else if (ms < 120 * MINUTE_MS)
		buf_addf(out, "%" PRId64 " minutes", ms / MINUTE_MS);
	else if (ms < INT64_C(48) * 60 * MINUTE_MS)
		buf_addf(out, "%" PRId64 " hours", ms / (60 * MINUTE_MS));
	else
		buf_addf(out, "%" PRId64 " days", ms / (1440 * MINUTE_MS));
}

static void
print_last(struct showing *s, const struct feedday_row *row)
{
	struct buf *out = s->v->out;

	buf_add_text(out, "<dt>Last message</dt><dd>");
	html_time(out, row->last_ms);
	buf_add_text(out, ", ");
	html_ago(out, row->last_ms, s->v->now_ms);
	buf_add_text(out, "</dd><dt>Last file</dt><dd>");
	html_text(out, row->file);
	buf_add_text(out, "</dd><dt>Behind</dt><dd>");
	if (row->behind_ms < 0)
		buf_add_text(out, "not known");
	else {
		print_behind(out, row->behind_ms);
		buf_add_text(
		    out, " between its newest entry and its coming in");
	}
	buf_add_text(out, "</dd>");
}

static void
print_day(struct showing *s, const struct feedday_row *row)
{
	struct buf *out = s->v->out;
	bool is_today = row->day == feedday_of(s->v->now_ms);

	buf_addf(out, "<tr><th scope=\"row\">%s", is_today ? "Today, " : "");
	html_date(out,
	    clock_from_utc((int)(row->day / 10000), (int)(row->day / 100 % 100),
		(int)(row->day % 100), 12, 0, 0));
	buf_addf(out,
	    "</th><td class=\"number\">%" PRId64 "</td>"
	    "<td class=\"number\">%" PRId64 "</td>"
	    "<td class=\"number\">%" PRId64 "</td>"
	    "<td class=\"number\">%" PRId64 "</td></tr>",
	    row->messages, row->repeated, row->incidents, row->faults);
}

static void
end_facts(struct showing *s)
{
	buf_add_text(s->v->out, "</dl><div class=\"scroll wide\" role="
				"\"region\" tabindex=\"0\" aria-label=\"");
	html_words(s->v->out, s->feed->name);
	buf_add_text(s->v->out, " by day\"><table><thead><tr>"
				"<th scope=\"col\">Day</th>");
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		buf_addf(s->v->out,
		    "<th scope=\"col\" class=\"number\">%s</th>", numbers[i]);
	buf_add_text(s->v->out, "</tr></thead><tbody>");
}

static void
print_row(void *user, const struct feedday_row *row)
{
	struct showing *s = user;

	if (s->rows++ == 0) {
		print_last(s, row);
		end_facts(s);
	}
	print_day(s, row);
}

static void
print_held(struct showing *s, int64_t held)
{
	struct buf *out = s->v->out;
	bool is_link = held > 0 && visit_may(s->v, ACCOUNT_ADMINISTRATOR);

	buf_add_text(out, "<dt>In quarantine</dt><dd>");
	if (is_link) {
		buf_add_text(out, "<a href=\"/quarantine?feed=");
		html_url(out, str_of(s->feed->name));
		buf_add_text(out, "\">");
	}
	buf_addf(out, "%" PRId64 " that could not be read", held);
	buf_add_text(out, is_link ? "</a></dd>" : "</dd>");
}

/* Only messages are counted by day; what a recording is of, the map says. */
static const char *
say_nothing(const struct pulse_feed *f)
{
	return strcmp(f->kind, "tracks") == 0
		   ? "</dl><p>Recordings come from it: the map lists those "
		     "that there are.</p></section>"
		   : "</dl><p>Nothing came from it yet. What a day brings "
		     "stands here.</p></section>";
}

static int
print_feed(struct visit *v, const struct pulse_feed *f, struct err *e)
{
	struct showing s = { .v = v, .feed = f };
	struct str name = str_of(f->name);
	struct buf *out = v->out;
	int64_t held = 0;

	if (quarantine_held(v->desk->quarantine, name, &held, e) < 0)
		return -1;
	buf_add_text(out, "<section><h2>");
	html_words(out, f->name);
	buf_add_text(out, "</h2><dl class=\"facts\"><dt>Kind</dt><dd>");
	html_words(out, f->kind);
	buf_add_text(out, "</dd><dt>State</dt><dd>");
	print_state(out, f, v->now_ms);
	buf_add_text(out, "</dd>");
	print_held(&s, held);
	if (feedday_list(v->desk->days, name, DAYS, print_row, &s, e) < 0)
		return -1;
	buf_add_text(out,
	    s.rows > 0 ? "</tbody></table></div></section>" : say_nothing(f));
	return 0;
}

static int
print_page(struct visit *v, struct err *e)
{
	struct pulse pulse;

	service_pulse(v->service, &pulse);
	visit_page(v, "Feeds");
	if (pulse.at_ms == CLOCK_NONE)
		buf_add_text(v->out,
		    "<p>The agent has just started; how its feeds are is known "
		    "in a few seconds.</p>");
	for (size_t i = 0; i < pulse.feed_count; i++)
		if (print_feed(v, &pulse.feeds[i], e) < 0)
			return -1;
	if (pulse.feed_count > 0) {
		visit_csv(v, "/v1/feeds", "feeds");
		visit_csv(v, "/v1/feeds/days", "feeds by day");
	}
	visit_page_end(v);
	return 0;
}

void
page_feeds(struct visit *v)
{
	struct err e = { 0 };

	if (print_page(v, &e) < 0)
		visit_fail(v, &e);
}
