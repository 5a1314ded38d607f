/*
 * Who was told of the incident, when and by which channel, who could not be,
 * and which of them has it.
 */
#include "agent/review/sheet.h"

#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/visit.h"
#include "alerts/alert.h"
#include "alerts/outbox.h"
#include "alerts/outbox_desk.h"

static void
print_outcome(struct buf *out, const struct outbox_row *row)
{
	switch (row->state) {
	case OUTBOX_QUEUED:
		buf_add_text(out, "waiting since ");
		html_time(out, row->created_ms);
		break;
	case OUTBOX_INFLIGHT: buf_add_text(out, "being sent"); break;
	case OUTBOX_SENT:
		buf_add_text(out, "delivered ");
		html_time(out, row->done_ms);
		break;
	case OUTBOX_DEAD:
		buf_add_text(out, "<strong>not delivered</strong>, given up ");
		html_time(out, row->done_ms);
		break;
	}
}

static void
print_delivery(void *user, const struct outbox_row *row)
{
	struct buf *out = user;

	buf_addf(out, "<li><a href=\"/alerts/%" PRId64 "\">", row->id);
	html_text(out, row->recipient);
	buf_add_text(out, "</a> by ");
	html_text(out, row->channel);
	buf_add_text(out, ", ");
	html_theme(out, row->theme);
	if (row->reason != ALERT_FIRST)
		buf_addf(out, " (%s)",
		    alert_reason_name((enum alert_reason)row->reason));
	buf_add_text(out, ": ");
	print_outcome(out, row);
	if (row->state != OUTBOX_SENT && row->last_error.len > 0) {
		buf_add_text(out, ". ");
		html_text(out, row->last_error);
	}
	buf_add_text(out, "</li>");
}

static void
print_csv(struct sheet *s)
{
	struct buf path = { 0 };

	buf_addf(&path, "/v1/incidents/%" PRId64 "/alerts", s->row.id);
	visit_csv(s->v, path.p, "who was told");
	buf_clear(&path);
}

int
sheet_alerts(struct sheet *s, struct err *e)
{
	struct buf *out = s->v->out;
	size_t from;
	bool is_told;
	int r;

	buf_add_text(out, "<section aria-labelledby=\"told\"><h2 id=\"told\">"
			  "Who was told</h2>");
	r = page_job_line(s->v, s->row.id, e);
	if (r < 0)
		return -1;
	if (r == 0)
		buf_add_text(out, "<p>None of them has it yet.</p>");
	buf_add_text(out, "<ul class=\"told\">");
	from = out->len;
	if (outbox_desk_of(
		s->v->desk->alerts, s->row.id, print_delivery, out, e) < 0)
		return -1;
	is_told = out->len > from;
	if (!is_told)
		buf_add_text(out, "<li>Nobody, or so long ago that what was "
				  "delivered is no longer kept.</li>");
	buf_add_text(out, "</ul>");
	if (is_told)
		print_csv(s);
	buf_add_text(out, "</section>");
	return 0;
}
