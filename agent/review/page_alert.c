/*
 * One delivery: what became of each attempt, and trying it again or setting it
 * aside.
 */
#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "alerts/alert.h"
#include "alerts/outbox.h"
#include "alerts/outbox_desk.h"

/* One delivery while it is written. */
struct showing {
	struct visit *v;
	int64_t id;
	enum outbox_state state;
	int64_t aside_ms;
	uint32_t attempts;
	bool has_attempts;
};

static void
print_fact(struct buf *out, const char *name, struct str value)
{
	buf_addf(out, "<dt>%s</dt><dd>", name);
	html_text(out, value);
	buf_add_text(out, "</dd>");
}

static void
print_time(struct buf *out, const char *name, int64_t ms)
{
	if (ms == CLOCK_NONE)
		return;
	buf_addf(out, "<dt>%s</dt><dd>", name);
	html_time(out, ms);
	buf_add_text(out, "</dd>");
}

static const char *
state_of(const struct outbox_row *row)
{
	if (row->aside_ms != CLOCK_NONE)
		return "not delivered, set aside";
	switch (row->state) {
	case OUTBOX_QUEUED: return "waiting";
	case OUTBOX_INFLIGHT: return "being sent";
	case OUTBOX_SENT: return "delivered";
	case OUTBOX_DEAD: return "not delivered";
	}
	return "?";
}

static void
print_row(void *user, const struct outbox_row *row)
{
	struct showing *s = user;
	struct buf *out = s->v->out;
	bool is_open = row->state < OUTBOX_SENT;
	bool is_linked = row->incident_id && visit_may(s->v, VISIT_READERS);
	struct buf title = { 0 };

	buf_addf(&title, "Delivery %" PRId64, s->id);
	visit_page(s->v, title.p);
	buf_clear(&title);
	s->state = row->state;
	s->aside_ms = row->aside_ms;
	s->attempts = row->attempts;
	buf_addf(out, "<dl class=\"facts\"><dt>%s</dt><dd>",
	    row->incident_id ? "Incident" : "About");
	if (is_linked)
		buf_addf(out, "<a href=\"/incident/%" PRId64 "\">",
		    row->incident_id);
	html_text(out, row->ref);
	if (is_linked)
		buf_add_text(out, "</a>");
	buf_add_text(out, "</dd><dt>What</dt><dd>");
	html_theme(out, row->theme);
	buf_addf(out, ", %s</dd>",
	    alert_reason_name((enum alert_reason)row->reason));
	print_fact(out, "To", row->recipient);
	print_fact(out, "Channel", row->channel);
	print_fact(out, "State", str_of(state_of(row)));
	if (row->last_error.len > 0)
		print_fact(out, "Last reply", row->last_error);
	print_time(out, "Decided", row->created_ms);
	print_time(out, "Next try", is_open ? row->due_ms : CLOCK_NONE);
	print_time(out, "Given up", is_open ? row->expires_ms : CLOCK_NONE);
	print_time(out, "Ended", row->done_ms);
	print_fact(out, "Alert", row->alert_id);
	print_fact(out, "Delivery", row->key);
	buf_add_text(out, "</dl><h2>Attempts</h2>");
}

static void
print_attempt(void *user, const struct outbox_attempt *a)
{
	struct showing *s = user;
	struct buf *out = s->v->out;

	if (!s->has_attempts)
		buf_add_text(out,
		    "<div class=\"scroll wide\" role=\"region\" tabindex=\"0\" "
		    "aria-label=\"Attempts\"><table><thead><tr><th scope="
		    "\"col\">Try</th><th scope=\"col\">Began</th><th scope="
		    "\"col\">Ended</th><th scope=\"col\">Result</th><th scope="
		    "\"col\">Reply</th></tr></thead><tbody>");
	s->has_attempts = true;
	buf_addf(out, "<tr><td class=\"number\">%u</td><td>", a->n);
	html_time(out, a->begun_ms);
	buf_add_text(out, "</td><td>");
	html_time(out, a->ended_ms);
	buf_addf(out, "</td><td>%s</td><td>", a->result);
	html_text(out, a->reply);
	buf_add_text(out, "</td></tr>");
}

/* --- the forms --- */

/* A form about the delivery; its fields and the closing tag follow. */
static void
begin_form(struct showing *s, const char *act)
{
	buf_addf(s->v->out,
	    "<form method=\"post\" action=\"/alerts/%" PRId64 "/%s\">", s->id,
	    act);
	visit_form_field(s->v);
	buf_addf(s->v->out,
	    "<input type=\"hidden\" name=\"tries\" value=\"%u\">", s->attempts);
}

static void
print_aside_form(struct showing *s)
{
	struct buf *out = s->v->out;

	begin_form(s, "aside");
	buf_add_text(out, "<p><label for=\"why\">Set it aside, since</label>"
			  "<select id=\"why\" name=\"why\">");
	for (int i = 1; i <= OUTBOX_DESK_ASIDE_COUNT; i++)
		buf_addf(out, "<option value=\"%s\">%s</option>",
		    outbox_desk_aside_name((enum outbox_desk_aside)i),
		    outbox_desk_aside_words((enum outbox_desk_aside)i));
	buf_add_text(
	    out, "</select></p><p><button>Set aside</button></p></form>");
}

/* Why it was set aside, or nothing. */
static int
print_aside(struct showing *s, struct err *e)
{
	enum outbox_desk_aside why;
	int r = outbox_desk_why(s->v->desk->alerts, s->id, &why, e);

	if (r <= 0)
		return r;
	buf_add_text(s->v->out, "<p>It was set aside on ");
	html_time(s->v->out, s->aside_ms);
	buf_addf(s->v->out, ". %s.</p>", outbox_desk_aside_words(why));
	return 0;
}

static void
print_forms(struct showing *s)
{
	bool is_dead = s->state == OUTBOX_DEAD;

	if (!visit_may(s->v, ACCOUNT_ADMINISTRATOR) ||
	    (!is_dead && s->state != OUTBOX_QUEUED))
		return;
	buf_add_text(s->v->out, "<section class=\"decide\" aria-labelledby="
				"\"act\"><h2 id=\"act\">What to do</h2>");
	begin_form(s, "retry");
	buf_addf(s->v->out, "<p><button>%s</button></p></form>",
	    is_dead ? "Try again" : "Try now");
	if (is_dead && s->aside_ms == CLOCK_NONE)
		print_aside_form(s);
	buf_add_text(s->v->out, "</section>");
}

/* 1, 0 with nothing written if there is no such delivery, or -1. */
static int
print_page(struct showing *s, struct err *e)
{
	int r = outbox_show(
	    s->v->desk->outbox, s->id, print_row, print_attempt, s, e);

	if (r <= 0)
		return r;
	buf_add_text(s->v->out, s->has_attempts
				    ? "</tbody></table></div>"
				    : "<p>No attempt was made yet.</p>");
	if (print_aside(s, e) < 0)
		return -1;
	print_forms(s);
	visit_page_end(s->v);
	return 1;
}

void
page_alert(struct visit *v)
{
	struct showing s = {
		.v = v, .id = visit_number(v->arg), .aside_ms = CLOCK_NONE
	};
	struct err e = { 0 };
	int r = visit_record_look(v, 0, "alert", &e);

	if (r == 0)
		r = print_page(&s, &e);
	if (r < 0)
		visit_fail(v, &e);
	if (r != 0)
		return;
	visit_say(v, 404, "Not found",
	    "There is no such delivery. Those that arrived are removed after "
	    "a time, those of an erased incident with it.");
}

/* --- changes: deed_alerts.c --- */

static void
change(struct visit *v, int (*how)(void *user, struct visit *v, struct err *e))
{
	int64_t id = visit_number(v->arg);
	struct buf path = { 0 };
	struct err e = { 0 };
	int r = visit_change(v, how, &id, &e);

	if (r <= 0) {
		visit_refuse(v, r, &e);
		return;
	}
	buf_addf(&path, "/alerts/%" PRId64, id);
	visit_redirect(v, path.p);
	buf_clear(&path);
}

void
page_alert_retry(struct visit *v)
{
	change(v, deed_alert_retry);
}

void
page_alert_aside(struct visit *v)
{
	change(v, deed_alert_aside);
}

void
page_alerts_retry_dead(struct visit *v)
{
	struct buf path = { 0 };
	struct err e = { 0 };
	int count = 0;
	int r = visit_change(v, deed_alerts_retry_dead, &count, &e);

	if (r <= 0) {
		visit_refuse(v, r, &e);
		return;
	}
	buf_addf(&path, "/alerts?view=dead&again=%d", count);
	visit_redirect(v, path.p);
	buf_clear(&path);
}
