/*
 * One message that could not be read: where, why, its first bytes; taking it
 * in again, throwing it away.
 */
#include <inttypes.h>

#include "agent/base/err.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/store/quarantine.h"

#define SHOWN_BYTES 400

static void
print_facts(struct buf *out, const struct quarantine_item *q)
{
	buf_add_text(out, "<dl class=\"facts\"><dt>Fault</dt><dd><strong>");
	html_bytes(out, q->reason, 1000);
	buf_add_text(out, "</strong></dd><dt>Place</dt><dd>");
	html_bytes(out, q->file, 200);
	buf_addf(out, ", line %" PRId64 ", column %" PRId64 "</dd>", q->line,
	    q->column);
	buf_add_text(out, "<dt>Feed</dt><dd>");
	html_text(out, q->feed);
	buf_add_text(out, "</dd><dt>Set aside</dt><dd>");
	html_time(out, q->first_ms);
	buf_addf(out, "</dd><dt>State</dt><dd>%s, ",
	    quarantine_state_name(q->state));
	html_time(out, q->changed_ms);
	buf_addf(out, "</dd><dt>Size</dt><dd>%" PRId64 " bytes</dd></dl>",
	    q->size_bytes);
}

static void
begin_form(struct visit *v, const struct quarantine_item *q, const char *action)
{
	buf_addf(v->out,
	    "<form method=\"post\" action=\"/quarantine/%" PRId64 "/%s\">",
	    q->id, action);
	visit_form_field(v);
	buf_addf(v->out,
	    "<input type=\"hidden\" name=\"changed\" value=\"%" PRId64 "\">",
	    q->changed_ms);
}

static void
print_forms(struct visit *v, const struct quarantine_item *q)
{
	struct buf *out = v->out;
	size_t count;
	const struct deed_why *whys = deed_quarantine_whys(&count);

	if (q->state != QUARANTINE_HELD)
		return;
	buf_add_text(out, "<section class=\"decide\" aria-labelledby=\"act\">"
			  "<h2 id=\"act\">What to do</h2>");
	begin_form(v, q, "replay");
	buf_addf(out,
	    "<p><button>Take in again</button></p><p>As it stands: after the "
	    "fault is mended in this program. With a corrected text: "
	    "<kbd>buzzard quarantine replay %" PRId64 " --with FILE</kbd>.</p>"
	    "</form>",
	    q->id);
	begin_form(v, q, "drop");
	buf_add_text(out, "<p><label for=\"why\">Throw it away, since</label>"
			  "<select id=\"why\" name=\"why\">");
	for (size_t i = 0; i < count; i++)
		buf_addf(out, "<option value=\"%s\">%s</option>", whys[i].word,
		    whys[i].label);
	buf_add_text(out, "</select></p><p><button>Throw away</button></p>"
			  "</form></section>");
}

static void
print_page(struct visit *v, const struct quarantine_item *q)
{
	struct buf title = { 0 };

	buf_addf(&title, "Quarantined message %" PRId64, q->id);
	visit_page(v, title.p);
	buf_clear(&title);
	print_facts(v->out, q);
	buf_add_text(v->out, "<h2 id=\"bytes\">How it begins</h2>");
	if (q->bytes.len == 0)
		buf_add_text(v->out, "<p>Its bytes are erased.</p>");
	else {
		buf_add_text(v->out, "<pre class=\"bytes\" tabindex=\"0\" "
				     "role=\"region\" aria-labelledby="
				     "\"bytes\">");
		html_bytes(v->out, q->bytes, SHOWN_BYTES);
		buf_add_text(v->out, "</pre>");
	}
	print_forms(v, q);
	visit_page_end(v);
}

void
page_quarantined(struct visit *v)
{
	struct quarantine_item q;
	struct err e = { 0 };
	int r = visit_record_look(v, 0, "quarantined message", &e);

	if (r == 0)
		r = quarantine_find(v->desk->quarantine, visit_number(v->arg),
		    v->desk->arena, &q, &e);
	if (r < 0)
		visit_fail(v, &e);
	else if (r == 0)
		visit_say(v, 404, "Not found",
		    "Nothing in quarantine has that number. What was dealt "
		    "with is erased after a time.");
	else
		print_page(v, &q);
}

void
page_quarantined_replay(struct visit *v)
{
	struct buf path = { 0 };
	struct err e = { 0 };
	int64_t id = visit_number(v->arg);
	int r = visit_change(v, deed_quarantine_replay, &id, &e);

	if (r <= 0) {
		visit_refuse(v, r, &e);
		return;
	}
	buf_addf(&path, "/quarantine?asked=1&since=%" PRId64, v->now_ms);
	visit_redirect(v, path.p);
	buf_clear(&path);
}

void
page_quarantined_drop(struct visit *v)
{
	struct err e = { 0 };
	int64_t id = visit_number(v->arg);
	int r = visit_change(v, deed_quarantine_drop, &id, &e);

	if (r <= 0)
		visit_refuse(v, r, &e);
	else
		visit_redirect(v, "/quarantine");
}
