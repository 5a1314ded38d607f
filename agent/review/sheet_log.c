/*
 * The log, with the words marked that a tag rests on, and what is new.
 */
#include "agent/review/sheet.h"

#include "agent/review/html.h"
#include "agent/review/visit.h"

bool
sheet_has_entry(
    const struct incident *record, const struct incident_entry *entry)
{
	for (size_t i = 0; i < record->log_count; i++) {
		const struct incident_entry *old = &record->log[i];

		if (old->at_ms == entry->at_ms &&
		    str_is_equal(old->by, entry->by) &&
		    str_is_equal(old->text, entry->text))
			return true;
	}
	return false;
}

static void
print_entry(struct sheet *s, size_t i)
{
	const struct incident_entry *entry = &s->record.log[i];
	struct buf *out = s->v->out;
	bool is_new = s->has_before && !sheet_has_entry(&s->before, entry);

	buf_addf(out, "<li class=\"entry%s\"><p class=\"head\">",
	    is_new ? " fresh" : "");
	html_time(out, entry->at_ms);
	buf_add_text(out, " ");
	html_text(out, entry->by);
	if (is_new)
		buf_add_text(out, " <strong class=\"new\">New since you "
				  "looked</strong>");
	buf_add_text(out, "</p>");
	marks_print(out, &s->marks, "log", (int)i, entry->text);
	buf_add_text(out, "</li>");
}

int
sheet_log(struct sheet *s, struct err *e)
{
	struct buf *out = s->v->out;

	(void)e;
	buf_add_text(out,
	    "<section aria-labelledby=\"log\"><h2 id=\"log\">Log</h2>"
	    "<ol class=\"log\">");
	if (s->is_unreadable)
		buf_add_text(out, "<li class=\"problem\">The log, or why it "
				  "was tagged, cannot be read any more; the "
				  "administrator finds the reason in "
				  "quarantine.</li>");
	for (size_t i = 0; i < s->record.log_count; i++)
		print_entry(s, i);
	buf_add_text(out, "</ol></section>");
	return 0;
}
