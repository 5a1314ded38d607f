/*
 * Who has it, and what was said of it from a phone.
 */
#include "agent/review/sheet.h"

#include <inttypes.h>

#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/visit.h"
#include "agent/store/takers.h"

static const char *const words[] = {
	[TAKER_TAKES] = "has it",
	[TAKER_RELEASES] = "gave it up",
	[TAKER_NOT_FOR_US] = "not for them",
	[TAKER_NOTE] = "note",
	[TAKER_SECOND] = "would have it too, second",
};

/* The list begins with its first item, and not without one. */
struct listing {
	struct buf *out;
	bool has_begun;
};

static void
print_row(void *user, const struct taker_row *row)
{
	struct listing *l = user;

	if (!l->has_begun)
		buf_add_text(l->out, "<ul class=\"said\">");
	l->has_begun = true;
	buf_add_text(l->out, "<li>");
	html_time(l->out, row->at_ms);
	buf_add_text(l->out, " <strong>");
	html_text(l->out, taker_name(row->actor));
	buf_addf(l->out, "</strong>%s: %s",
	    str_has_prefix(row->actor, "link:") ? " (by the alert's link)" : "",
	    words[row->word]);
	if (row->note.len > 0) {
		buf_add_text(l->out, ": ");
		html_text(l->out, row->note);
	}
	buf_add_text(l->out, "</li>");
}

int
sheet_takers(struct sheet *s, struct err *e)
{
	struct buf *out = s->v->out;
	struct listing l = { .out = out };
	int r;

	buf_add_text(out, "<section aria-labelledby=\"takers\">"
			  "<h2 id=\"takers\">Who has it</h2>");
	r = page_job_line(s->v, s->row.id, e);
	if (r == 0)
		buf_add_text(out, "<p>Nobody has it yet.</p>");
	if (r < 0 ||
	    takers_list(s->v->desk->takers, s->row.id, print_row, &l, e) < 0)
		return -1;
	if (l.has_begun)
		buf_add_text(out, "</ul>");
	buf_addf(out,
	    "<p><a href=\"/job/%" PRId64 "\">I have it, not for us, add a "
	    "note</a></p></section>",
	    s->row.id);
	return 0;
}
