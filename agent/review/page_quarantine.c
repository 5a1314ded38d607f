/*
 * What could not be read: by kind of fault, so that all of a kind can be taken
 * in again after what was wrong is mended, and one by one.  The bytes stand on
 * the page of one (page_quarantined.c).
 */
#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/store/quarantine.h"

#define PAGE_ROWS  50
#define PAGE_KINDS 20

/* The states: their name in the address, on the page, and when empty. */
static const struct {
	const char *name, *title, *none;
} states[QUARANTINE_STATES] = {
	[QUARANTINE_HELD] = { "held", "Held",
	    "Nothing is in quarantine: all that came could be read. A message "
	    "that cannot be is kept here until somebody decides." },
	[QUARANTINE_ASKED] = { "asked", "Being taken in",
	    "None waits to be taken in again." },
	[QUARANTINE_REPLAYED] = { "replayed", "Taken in",
	    "None was taken in again." },
	[QUARANTINE_DROPPED] = { "dropped", "Thrown away",
	    "None was thrown away." },
};

/* What is being written. */
struct listing {
	struct visit *v;
	struct quarantine_filter filter;
	int64_t last_id, rows, kinds;
};

static struct str
parameter(struct visit *v, const char *name)
{
	struct str s = http_query(v->rq, name);

	return s.len > 0 ? s : (struct str){ 0 };
}

static void
read_filter(struct visit *v, struct quarantine_filter *f)
{
	struct str state = parameter(v, "state");

	*f = (struct quarantine_filter){ .state = QUARANTINE_HELD,
		.feed = parameter(v, "feed"),
		.reason = parameter(v, "reason"),
		.before_id = visit_number(http_query(v->rq, "before")),
		.limit = PAGE_ROWS };
	for (size_t i = 0; i < QUARANTINE_STATES; i++)
		if (str_is(state, states[i].name))
			f->state = (enum quarantine_state)i;
}

static void
print_address(
    struct buf *out, const struct quarantine_filter *f, const char *state)
{
	buf_addf(out, "/quarantine?state=%s", state);
	if (str_is_given(f->feed)) {
		buf_add_text(out, "&amp;feed=");
		html_url(out, f->feed);
	}
	if (str_is_given(f->reason)) {
		buf_add_text(out, "&amp;reason=");
		html_url(out, f->reason);
	}
}

/* --- by kind --- */

static void
print_kind_form(struct visit *v, const struct quarantine_group *g)
{
	struct buf *out = v->out;

	buf_add_text(
	    out, "<form method=\"post\" action=\"/quarantine/replay\">");
	visit_form_field(v);
	buf_add_text(out, "<input type=\"hidden\" name=\"feed\" value=\"");
	html_text(out, g->feed);
	buf_add_text(out, "\"><input type=\"hidden\" name=\"reason\" value=\"");
	html_text(out, g->reason);
	buf_addf(out, "\"><button>Take in again%s</button></form>",
	    g->count > DEED_REPLAY_MAX ? " (the first 200)" : "");
}

static void
print_kind(void *user, const struct quarantine_group *g)
{
	struct listing *l = user;
	struct buf *out = l->v->out;
	const struct quarantine_filter f = { .feed = g->feed,
		.reason = g->reason };

	if (l->kinds++ == 0)
		buf_add_text(out,
		    "<h2 id=\"kinds\">By kind of fault</h2><p>After what was "
		    "wrong at the source, or in this program, is mended, all "
		    "of a kind can be taken in again.</p><div class=\"scroll "
		    "wide\" role=\"region\" tabindex=\"0\" aria-labelledby="
		    "\"kinds\"><table><thead><tr><th scope=\"col\" class="
		    "\"number\">Held</th><th scope=\"col\">Feed</th><th scope="
		    "\"col\">Fault</th><th scope=\"col\">Last set aside</th>"
		    "<th scope=\"col\">What to do</th></tr></thead><tbody>");
	buf_addf(
	    out, "<tr><td class=\"number\">%" PRId64 "</td><td>", g->count);
	html_text(out, g->feed);
	buf_add_text(out, "</td><th scope=\"row\"><a href=\"");
	print_address(out, &f, states[QUARANTINE_HELD].name);
	buf_add_text(out, "\">");
	html_bytes(out, g->reason, 200);
	buf_add_text(out, "</a></th><td>");
	html_time(out, g->last_ms);
	buf_add_text(out, "</td><td>");
	print_kind_form(l->v, g);
	buf_add_text(out, "</td></tr>");
}

static int
print_kinds(struct listing *l, struct err *e)
{
	if (str_is_given(l->filter.reason))
		return 0;
	if (quarantine_groups(
		l->v->desk->quarantine, PAGE_KINDS, print_kind, l, e) < 0)
		return -1;
	if (l->kinds == 0)
		return 0;
	buf_add_text(l->v->out, "</tbody></table></div>");
	visit_csv(l->v, "/v1/quarantine/kinds", "by kind of fault");
	return 0;
}

/* --- one by one --- */

static void
print_row(void *user, const struct quarantine_item *q)
{
	struct listing *l = user;
	struct buf *out = l->v->out;

	if (l->rows++ == 0)
		buf_addf(out,
		    "<div class=\"scroll wide\" role=\"region\" tabindex=\"0\" "
		    "aria-label=\"%s\"><table><thead><tr><th scope=\"col\">"
		    "Message</th><th scope=\"col\">Set aside</th><th scope="
		    "\"col\">Feed</th><th scope=\"col\">File</th><th scope="
		    "\"col\">Place</th><th scope=\"col\">Fault</th></tr>"
		    "</thead><tbody>",
		    states[l->filter.state].title);
	buf_addf(out,
	    "<tr><td><a href=\"/quarantine/%" PRId64 "\">%" PRId64
	    "</a></td><td>",
	    q->id, q->id);
	html_time(out, q->first_ms);
	buf_add_text(out, "</td><td>");
	html_text(out, q->feed);
	buf_add_text(out, "</td><td>");
	html_bytes(out, q->file, 100);
	buf_addf(out, "</td><td>line %" PRId64 ", column %" PRId64 "</td><td>",
	    q->line, q->column);
	html_bytes(out, q->reason, 300);
	buf_add_text(out, "</td></tr>");
	l->last_id = q->id;
}

static void
print_states(struct listing *l)
{
	struct buf *out = l->v->out;

	buf_add_text(
	    out, "<nav aria-label=\"Quarantine\" class=\"views\"><ul>");
	for (size_t i = 0; i < QUARANTINE_STATES; i++) {
		buf_add_text(out, "<li><a href=\"");
		print_address(out, &l->filter, states[i].name);
		buf_addf(out, "\"%s>%s</a></li>",
		    i == l->filter.state ? " aria-current=\"page\"" : "",
		    states[i].title);
	}
	buf_add_text(out, "</ul></nav>");
	if (!str_is_given(l->filter.feed) && !str_is_given(l->filter.reason))
		return;
	buf_add_text(out, "<p>Only ");
	html_text(out, l->filter.feed);
	if (str_is_given(l->filter.reason)) {
		buf_add_text(out, ": ");
		html_bytes(out, l->filter.reason, 200);
	}
	buf_add_text(out, ". <a href=\"/quarantine\">Show all</a></p>");
}

static void
print_csv(struct listing *l)
{
	struct buf path = { 0 };

	buf_add_text(&path, "/v1");
	print_address(&path, &l->filter, states[l->filter.state].name);
	visit_csv(l->v, path.p, states[l->filter.state].title);
	buf_clear(&path);
}

static int
print_list(struct listing *l, struct err *e)
{
	struct buf *out = l->v->out;

	buf_addf(out, "<h2>%s</h2>", states[l->filter.state].title);
	print_states(l);
	if (quarantine_page(
		l->v->desk->quarantine, &l->filter, print_row, l, e) < 0)
		return -1;
	if (l->rows == 0)
		buf_addf(out, "<p>%s</p>", states[l->filter.state].none);
	else {
		buf_add_text(out, "</tbody></table></div>");
		print_csv(l);
	}
	if (l->rows < PAGE_ROWS)
		return 0;
	buf_add_text(out, "<p class=\"next\"><a rel=\"next\" href=\"");
	print_address(out, &l->filter, states[l->filter.state].name);
	buf_addf(out, "&amp;before=%" PRId64 "\">Earlier</a></p>", l->last_id);
	return 0;
}

/* --- what came of a replay --- */

static int
print_result(struct visit *v, struct err *e)
{
	int64_t since_ms = visit_number(http_query(v->rq, "since"));
	int64_t asked = visit_number(http_query(v->rq, "asked"));
	int64_t n[QUARANTINE_STATES];

	if (since_ms == 0)
		return 0;
	if (quarantine_since(v->desk->quarantine, since_ms, n, e) < 0)
		return -1;
	buf_addf(v->out,
	    "<p class=\"done\" role=\"status\">Of %" PRId64 " to be taken in "
	    "again: <strong>%" PRId64 " taken in</strong>, %" PRId64
	    " still cannot be read, %" PRId64 " in hand%s</p>",
	    asked, n[QUARANTINE_REPLAYED], n[QUARANTINE_HELD],
	    n[QUARANTINE_ASKED],
	    n[QUARANTINE_ASKED] > 0 ? "; reload to see what comes of them."
				    : ".");
	return 0;
}

static int
print_page(struct listing *l, struct err *e)
{
	visit_page(l->v, "Quarantine");
	if (print_result(l->v, e) < 0 || print_kinds(l, e) < 0 ||
	    print_list(l, e) < 0)
		return -1;
	visit_page_end(l->v);
	return 0;
}

void
page_quarantine(struct visit *v)
{
	struct listing l = { .v = v };
	struct err e = { 0 };

	read_filter(v, &l.filter);
	if (visit_record_look(v, 0, "quarantine", &e) < 0 ||
	    print_page(&l, &e) < 0)
		visit_fail(v, &e);
}

/* --- all of a kind --- */

void
page_quarantine_replay_kind(struct visit *v)
{
	struct buf path = { 0 };
	struct err e = { 0 };
	int count = 0;
	int r = visit_change(v, deed_quarantine_replay_kind, &count, &e);

	if (r <= 0) {
		visit_refuse(v, r, &e);
		return;
	}
	buf_addf(
	    &path, "/quarantine?asked=%d&since=%" PRId64, count, v->now_ms);
	visit_redirect(v, path.p);
	buf_clear(&path);
}
