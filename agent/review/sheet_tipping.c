/*
 * What is recorded of the incident's fly-tipping, and the way to record it.
 */
#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/camp.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/sheet.h"
#include "agent/review/tipping.h"
#include "agent/review/visit.h"

int
sheet_tipping(struct sheet *s, struct err *e)
{
	struct buf *out = s->v->out;
	struct visit *v = s->v;
	bool may_write = visit_may(v, CAMP_WRITERS);
	struct tipping record = { 0 };
	int r = tippings_find(
	    v->desk->tippings, s->row.id, v->desk->arena, &record, e);

	if (r < 0)
		return -1;
	if (r == 0 && !sheet_has_theme(s, "fly-tipping"))
		return 0;
	buf_add_text(out, "<section aria-labelledby=\"tipping\"><h2 "
			  "id=\"tipping\">Fly-tipping</h2>");
	if (r > 0)
		tipping_print(v, &record);
	else
		buf_add_text(out, "<p>Its size, waste and land are not "
				  "recorded.</p>");
	if (may_write || r > 0)
		buf_addf(out,
		    "<p><a href=\"/incident/%" PRId64 "/fly-tipping\">%s</a>"
		    "</p>",
		    s->row.id,
		    !may_write ? "What was recorded before"
		    : r > 0    ? "Change what is recorded"
			       : "Record size, waste and land");
	buf_add_text(out, "</section>");
	return 0;
}
