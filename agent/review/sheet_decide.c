/*
 * The forms to decide with; page_decide.c takes them.
 */
#include "agent/review/sheet.h"

#include <inttypes.h>

#include "agent/review/html.h"
#include "agent/review/visit.h"

/* A form that decides; its fields come between. */
static void
begin_form(struct sheet *s, const char *name)
{
	buf_addf(s->v->out,
	    "<form class=\"%s\" method=\"post\" action=\"/incident/%" PRId64
	    "/decide\">",
	    name, s->row.id);
	visit_form_field(s->v);
	buf_addf(s->v->out,
	    "<input type=\"hidden\" name=\"version\" value=\"%s\">",
	    s->version);
}

static bool
has_open_tag(const struct sheet *s)
{
	for (size_t i = 0; i < s->tag_count; i++)
		if (!s->tags[i].decision)
			return true;
	return false;
}

static void
print_note(struct buf *out, const char *id)
{
	buf_addf(out,
	    "<p><label for=\"%s\">Note (not sent to anybody)</label>"
	    "<input id=\"%s\" name=\"note\" maxlength=\"%d\"></p>",
	    id, id, REVIEW_NOTE_MAX / 4);
}

int
sheet_decide(struct sheet *s, struct err *e)
{
	struct buf *out = s->v->out;

	(void)e;
	if (!visit_may(s->v, ACCOUNT_REVIEWER))
		return 0;
	buf_add_text(out, "<section class=\"decide\" aria-labelledby="
			  "\"decide\"><h2 id=\"decide\">Decide</h2>");
	if (has_open_tag(s)) {
		begin_form(s, "standing");
		/* Enter in the note presses the first button: this one. */
		buf_add_text(out, "<button disabled hidden></button>");
		print_note(out, "note");
		buf_add_text(out,
		    "<p><button name=\"verdict\" value=\"confirm\" "
		    "data-key=\"c\">Confirm <kbd>c</kbd></button> "
		    "<button name=\"verdict\" value=\"reject\" "
		    "data-key=\"r\">Reject <kbd>r</kbd></button></p></form>");
	}
	begin_form(s, "other");
	buf_add_text(out, "<p><label for=\"theme\">It is</label><select "
			  "id=\"theme\" name=\"theme\">");
	html_theme_options(out, (struct str){ 0 });
	buf_add_text(out, "</select></p>");
	print_note(out, "note2");
	buf_addf(out,
	    "<p><button name=\"verdict\" value=\"change\" data-focus=\"t\">%s "
	    "<kbd>t</kbd></button></p></form></section>",
	    has_open_tag(s) ? "Change theme" : "Add theme");
	return 0;
}
