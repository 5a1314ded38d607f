/*
 * How long the incident is kept, what then becomes of it, and who needs it for
 * longer; page_retain.c takes the forms.
 */
#include "agent/review/sheet.h"

#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/service_private.h"
#include "agent/store/holds.h"
#include "agent/store/retention.h"
#include "agent/store/takers.h"

/* What is being written. */
struct section {
	struct visit *v;
	int64_t incident_id;
	int64_t hold_id; /* that stands; 0: none */
	bool is_review;
};

/* --- its time --- */

static void
print_then(struct buf *out, const struct retention_item *item)
{
	switch (item->state) {
	case RETENTION_KEPT: buf_add_text(out, "Its time comes on "); break;
	case RETENTION_HELD:
		buf_add_text(out, "It is held. Its time came on ");
		break;
	case RETENTION_BUSY:
		buf_add_text(out, "An alert waits, or a follow-up or the "
				  "encampment is open; it is kept until "
				  "then. Its time came on ");
		break;
	case RETENTION_REVIEW:
		buf_add_text(out, "A person is to decide. Its time came on ");
		break;
	case RETENTION_DUE:
		buf_add_text(out, "It is erased with the next run. Its time "
				  "came on ");
		break;
	}
	html_date(out, item->due_ms);
	if (item->state == RETENTION_KEPT)
		buf_add_text(out, item->rule.then == CONF_THEN_ERASE
				      ? "; then it is erased"
				      : "; then a person decides");
	buf_add_text(out, ".");
}

static void
print_verdict(struct buf *out, const struct retention_item *item)
{
	if (item->verdict == RETENTION_OPEN)
		return;
	buf_add_text(out, "<p>Reviewed on ");
	html_date(out, item->decided_ms);
	buf_add_text(out, " by ");
	html_text(out, taker_name(item->decided_by));
	buf_addf(out, ": %s. %s.</p>",
	    item->verdict == RETENTION_KEEP ? "kept" : "to be erased",
	    retention_why_words(item->why));
}

static void
print_item(void *user, const struct retention_item *item)
{
	struct section *s = user;
	struct buf *out = s->v->out;

	buf_add_text(out, "<p>");
	print_then(out, item);
	buf_add_text(out, "</p><p>Class ");
	html_words(out, item->rule.name);
	buf_addf(out,
	    ", review group %" PRId64 ": kept for %" PRId64
	    " days after the last that happened to it, which was on ",
	    item->rule.group, item->rule.keep_days);
	html_date(out, item->since_ms);
	buf_add_text(out, ".</p>");
	print_verdict(out, item);
	s->is_review = item->state == RETENTION_REVIEW && item->is_asked;
}

/* --- holds --- */

static void
print_hold(void *user, const struct hold *hold)
{
	struct section *s = user;
	struct buf *out = s->v->out;
	bool stands = holds_stands(hold, s->v->now_ms);

	if (stands)
		s->hold_id = hold->id;
	buf_add_text(out, stands ? "<p class=\"problem\"><strong>Held</strong> "
				 : "<p>Was held ");
	html_date(out, hold->at_ms);
	buf_add_text(out, " by ");
	html_text(out, taker_name(hold->actor));
	if (hold->until_ms != CLOCK_NONE && stands) {
		buf_add_text(out, ", until ");
		html_time(out, hold->until_ms);
	}
	if (!stands) {
		buf_add_text(out, ", ended ");
		html_date(out, hold->ended_ms != CLOCK_NONE ? hold->ended_ms
							    : hold->until_ms);
	}
	buf_add_text(out, ": ");
	html_text(out, hold->why);
	buf_add_text(out, "</p>");
}

/* A form about the incident; its fields and the closing tag follow. */
static void
begin_form(struct section *s, const char *act)
{
	buf_addf(s->v->out,
	    "<form method=\"post\" action=\"/incident/%" PRId64 "/%s\">",
	    s->incident_id, act);
	visit_form_field(s->v);
	buf_addf(s->v->out,
	    "<input type=\"hidden\" name=\"hold\" value=\"%" PRId64 "\">",
	    s->hold_id);
}

static void
print_hold_form(struct section *s)
{
	struct buf *out = s->v->out;

	if (s->hold_id != 0) {
		begin_form(s, "release");
		buf_add_text(
		    out, "<p><button>End the hold</button></p></form>");
		return;
	}
	buf_add_text(out, "<details><summary>Keep it for longer</summary>");
	begin_form(s, "hold");
	buf_addf(out,
	    "<p><label for=\"hold-why\">Why it must be kept</label><input "
	    "id=\"hold-why\" name=\"why\" required maxlength=\"%d\"></p>"
	    "<p><label for=\"hold-until\">Last day, if there is one</label>"
	    "<input id=\"hold-until\" name=\"until\" type=\"date\"></p>"
	    "<p><button>Hold</button></p></form></details>",
	    HOLDS_WHY_MAX / 4);
}

static void
print_review_form(struct section *s)
{
	struct buf *out = s->v->out;

	if (!s->is_review)
		return;
	begin_form(s, "keep");
	buf_add_text(out, "<p><label for=\"keep-why\">Review</label><select "
			  "id=\"keep-why\" name=\"why\">");
	for (int i = 1; i <= RETENTION_WHY_COUNT; i++) {
		enum retention_why why = (enum retention_why)i;

		buf_addf(out, "<option value=\"%s\">%s: %s</option>",
		    retention_why_name(why),
		    retention_why_verdict(why) == RETENTION_KEEP ? "Keep"
								 : "Erase",
		    retention_why_words(why));
	}
	buf_add_text(out,
	    "</select></p><p><button>Record the review</button></p></form>");
}

int
sheet_retention(struct sheet *s, struct err *e)
{
	struct visit *v = s->v;
	struct section section = { .v = v, .incident_id = s->row.id };

	buf_add_text(v->out,
	    "<section class=\"decide\" aria-labelledby=\"kept\">"
	    "<h2 id=\"kept\">How long it is kept</h2>");
	if (holds_of(v->desk->holds, s->row.id, print_hold, &section, e) < 0 ||
	    retention_find(v->desk->retention, v->service->conf, s->row.id,
		v->now_ms, print_item, &section, e) < 0)
		return -1;
	if (visit_may(v, ACCOUNT_REVIEWER)) {
		print_review_form(&section);
		print_hold_form(&section);
	}
	buf_add_text(v->out, "</section>");
	return 0;
}
