/*
 * What people did, newest first: for who checks that looking was lawful.  It
 * shows who and which incident by its number, not what the incident says.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/store/audit.h"
#include "agent/store/store.h"

#define PAGE_ROWS 100

struct listing {
	struct visit *v;
	int64_t last;
	size_t rows;
};

static void
print_row(void *user, const struct audit_row *row)
{
	struct listing *l = user;
	struct buf *out = l->v->out;

	buf_addf(out, "<tr><td>%" PRId64 "</td><td>", row->id);
	html_time(out, row->at_ms);
	buf_add_text(out, "</td><td>");
	html_text(out, row->actor);
	buf_addf(out, "</td><td>%s</td><td>", audit_event_name(row->event));
	if (row->incident_id != 0)
		buf_addf(out, "%" PRId64, row->incident_id);
	buf_add_text(out, "</td><td>");
	html_text(out, row->detail);
	buf_add_text(out, "</td></tr>");
	l->last = row->id;
	l->rows++;
}

void
page_audit(struct visit *v)
{
	struct listing l = { .v = v };
	struct str before = http_query(v->rq, "before");
	int64_t from = before.len > 0 ? strtoll(before.p, NULL, 10) : INT64_MAX;
	struct err e = { 0 };

	if (visit_record_look(v, 0, "audit", &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	visit_page(v, "Audit");
	buf_add_text(v->out,
	    "<p>What people did, newest first. Incidents are shown by number "
	    "only. Whether the log is whole, <kbd>buzzard audit verify</kbd> "
	    "says.</p><div class=\"scroll\" role=\"region\" tabindex=\"0\" "
	    "aria-label=\"Audit log\"><table><thead><tr><th scope=\"col\">Row"
	    "</th><th scope=\"col\">When</th><th scope=\"col\">Who</th><th "
	    "scope=\"col\">What</th><th scope=\"col\">Incident</th><th "
	    "scope=\"col\">Detail</th></tr></thead><tbody>");
	if (audit_list_people(store_audit(v->desk->store), from, PAGE_ROWS,
		print_row, &l, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	buf_add_text(v->out, "</tbody></table></div>");
	if (l.rows == PAGE_ROWS)
		buf_addf(v->out,
		    "<p class=\"next\"><a rel=\"next\" href=\"/audit?before="
		    "%" PRId64 "\">Earlier</a></p>",
		    l.last);
	visit_page_end(v);
}
