/*
 * The incident's entry in the register of encampments, or the way to one.
 */
#include "agent/review/sheet.h"

#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/camp.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/visit.h"
#include "agent/store/camps.h"

bool
sheet_has_theme(const struct sheet *s, const char *theme)
{
	for (size_t i = 0; i < s->tag_count; i++)
		if (str_is(s->tags[i].theme, theme) &&
		    (!s->tags[i].decision ||
			s->tags[i].decision->verdict != REVIEW_REJECTED))
			return true;
	for (size_t i = 0; i < s->decision_count; i++)
		if (s->decisions[i].undone_ms == CLOCK_NONE &&
		    s->decisions[i].verdict != REVIEW_REJECTED &&
		    str_is(s->decisions[i].theme, theme))
			return true;
	return false;
}

static int
print_entry(struct sheet *s, int64_t id, struct err *e)
{
	struct buf *out = s->v->out;
	struct camp camp;

	if (camps_find(s->v->desk->camps, id, s->v->desk->arena, &camp, e) <= 0)
		return -1;
	buf_addf(out,
	    "<p>It belongs to <a href=\"/encampments/%" PRId64
	    "\">encampment %" PRId64 ": ",
	    id, id);
	html_text(out, camp.place);
	buf_addf(out, "</a>, %s.</p>",
	    camp.span.left_ms == CLOCK_NONE ? "open" : "closed");
	return 0;
}

int
sheet_camp(struct sheet *s, struct err *e)
{
	struct buf *out = s->v->out;
	int64_t id = camps_of_incident(s->v->desk->camps, s->row.id, e);
	int r = 0;

	if (id < 0)
		return -1;
	if (id == 0 && !sheet_has_theme(s, "encampment"))
		return 0;
	buf_add_text(out, "<section aria-labelledby=\"camp\"><h2 id=\"camp\">"
			  "Encampment register</h2>");
	if (id > 0)
		r = print_entry(s, id, e);
	else if (visit_may(s->v, CAMP_WRITERS))
		buf_addf(out,
		    "<form action=\"/incident/%" PRId64
		    "/encampment\"><p>It is in no entry of the register.</p>"
		    "<p><button>Open an entry, or join one</button></p>"
		    "</form>",
		    s->row.id);
	else
		buf_add_text(out, "<p>It is in no entry of the register.</p>");
	buf_add_text(out, "</section>");
	return r;
}
