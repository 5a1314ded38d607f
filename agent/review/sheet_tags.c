/*
 * What the rules say of the incident, and what people decided of that.
 */
#include "agent/review/sheet.h"

#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/review/html.h"
#include "agent/review/visit.h"

static void
print_decision(struct buf *out, const struct review_decision *d)
{
	buf_addf(out, "<strong class=\"verdict %s\">%s</strong> by ",
	    review_verdict_name(d->verdict), review_verdict_name(d->verdict));
	html_text(out, d->by);
	buf_add_text(out, ", ");
	html_time(out, d->at_ms);
	if (d->note.len > 0) {
		buf_add_text(out, "<q>");
		html_text(out, d->note);
		buf_add_text(out, "</q>");
	}
	if (d->undone_ms == CLOCK_NONE)
		return;
	buf_add_text(out, "; undone by ");
	html_text(out, d->undone_by);
	buf_add_text(out, ", ");
	html_time(out, d->undone_ms);
}

int
sheet_tags(struct sheet *s, struct err *e)
{
	struct buf *out = s->v->out;

	(void)e;
	buf_add_text(out, "<section aria-labelledby=\"tags\"><h2 id=\"tags\">"
			  "Tags</h2><ul class=\"tags\">");
	for (size_t i = 0; i < s->tag_count; i++) {
		const struct sheet_tag *t = &s->tags[i];

		buf_addf(out, "<li class=\"tag %s\"><h3>",
		    rules_level_name(t->level));
		html_theme(out, t->theme);
		buf_addf(out, "</h3><p>%s, %" PRId64 " of 100 points</p>",
		    t->level == RULES_ALERT ? "Alert" : "For review", t->score);
		buf_add_text(out, "<ul class=\"wordless\">");
		marks_print_wordless(out, &s->marks, t->theme);
		buf_add_text(out, "</ul>");
		marks_print_whole(out, &s->marks, t->theme);
		buf_add_text(out, "<p>");
		if (t->decision)
			print_decision(out, t->decision);
		else
			buf_add_text(out, "Not decided yet");
		buf_add_text(out, "</p></li>");
	}
	if (s->tag_count == 0)
		buf_add_text(out, "<li>The rules tag nothing here.</li>");
	buf_addf(out,
	    "</ul><p><a href=\"/incident/%" PRId64 "/why-not\">Why not the "
	    "other themes</a></p></section>",
	    s->row.id);
	return 0;
}

int
sheet_history(struct sheet *s, struct err *e)
{
	struct buf *out = s->v->out;

	(void)e;
	if (s->decision_count == 0)
		return 0;
	buf_add_text(out,
	    "<section aria-labelledby=\"history\"><h2 id=\"history\">"
	    "Decisions</h2><ol class=\"history\">");
	for (size_t i = 0; i < s->decision_count; i++) {
		const struct review_decision *d = &s->decisions[i];

		buf_add_text(out, "<li>");
		html_theme(out, d->theme);
		buf_add_text(out, ": ");
		print_decision(out, d);
		if (d->undone_ms == CLOCK_NONE &&
		    visit_may(s->v, ACCOUNT_REVIEWER)) {
			buf_addf(out,
			    "<form method=\"post\" action=\"/act/%" PRId64
			    "/undo\">",
			    d->act_id);
			visit_form_field(s->v);
			buf_add_text(out, "<button>Undo</button></form>");
		}
		buf_add_text(out, "</li>");
	}
	buf_add_text(out, "</ol></section>");
	return 0;
}
