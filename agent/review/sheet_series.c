/*
 * The series that people have put the incident in, and putting it in one.
 */
#include "agent/review/sheet.h"

#include <inttypes.h>

#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/linkwords.h"
#include "agent/review/visit.h"
#include "agent/store/linksets.h"

#define OFFERED 20 /* newest series to choose from */

/* What is being written. */
struct listing {
	struct sheet *s;
	size_t rows;
};

static void
print_membership(void *user, const struct linkset_member *m)
{
	struct listing *l = user;
	struct buf *out = l->s->v->out;

	buf_addf(out, "%s<li><a href=\"/series/%" PRId64 "\">",
	    l->rows++ == 0 ? "<ul>" : "", m->linkset_id);
	html_text(out, m->name);
	buf_addf(out, "</a>: %s", linkwords_say(m->kind));
	if (m->reason.len > 0) {
		buf_add_text(out, ", <q>");
		html_text(out, m->reason);
		buf_add_text(out, "</q>");
	}
	buf_add_text(out, ", by ");
	html_text(out, m->by);
	buf_add_text(out, "</li>");
}

static void
print_offer(void *user, const struct linkset *set)
{
	struct buf *out = user;

	buf_addf(out, "<option value=\"%" PRId64 "\">", set->id);
	html_text(out, set->name);
	buf_add_text(out, "</option>");
}

static int
print_form(struct sheet *s, struct err *e)
{
	struct buf *out = s->v->out;

	buf_addf(out,
	    "<details><summary>Put it in a series</summary>"
	    "<form class=\"series\" method=\"post\" "
	    "action=\"/incident/%" PRId64 "/series\">",
	    s->row.id);
	visit_form_field(s->v);
	buf_add_text(out, "<p><label for=\"series-id\">Series</label>"
			  "<select id=\"series-id\" name=\"series\">"
			  "<option value=\"\">A new one, named below</option>");
	if (linksets_list(s->v->desk->linksets, INT64_MAX, OFFERED, print_offer,
		out, e) < 0)
		return -1;
	buf_addf(out,
	    "</select></p><p><label for=\"series-name\">Name of a new one"
	    "</label><input id=\"series-name\" name=\"name\" "
	    "maxlength=\"%d\"></p><p><label for=\"series-kind\">Link</label>"
	    "<select id=\"series-kind\" name=\"kind\">",
	    LINKSETS_NAME_MAX);
	linkwords_options(out);
	buf_addf(out,
	    "</select></p><p><label for=\"series-reason\">Reason</label>"
	    "<input id=\"series-reason\" name=\"reason\" maxlength=\"%d\">"
	    "</p><p><button>Put it in</button></p></form></details>",
	    LINKSETS_REASON_MAX);
	return 0;
}

int
sheet_series(struct sheet *s, struct err *e)
{
	struct listing l = { .s = s };
	struct buf *out = s->v->out;

	buf_add_text(out, "<section aria-labelledby=\"series\">"
			  "<h2 id=\"series\">Series</h2>");
	if (linksets_of(
		s->v->desk->linksets, s->row.id, print_membership, &l, e) < 0)
		return -1;
	buf_add_text(out, l.rows > 0 ? "</ul>" : "<p>It is in none.</p>");
	if (visit_may(s->v, ACCOUNT_REVIEWER) && print_form(s, e) < 0)
		return -1;
	buf_add_text(out, "</section>");
	return 0;
}
