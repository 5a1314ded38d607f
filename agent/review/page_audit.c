/*
 * What people did, newest first: for who checks that looking was lawful.  It
 * shows who and which incident by its number, not what the incident says.
 */
#include <inttypes.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/review/auditask.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/store/audit.h"
#include "agent/store/watch.h"

#define PAGE_ROWS    100
#define UNUSUAL_ROWS 10
#define UNUSUAL_MS   (30 * INT64_C(86400000))

struct listing {
	struct visit *v;
	int64_t last_ms, last_id;
	size_t rows;
};

/* The parameters of the form; all but "after" are kept by links. */
static const char *const params[] = { "account", "incident", "event", "since",
	"before", NULL };
#define PARAM_COUNT (sizeof params / sizeof params[0] - 1)

/* Append what is asked for as parameters, each with "&" behind it. */
static void
add_params(struct visit *v, struct buf *out)
{
	for (size_t i = 0; i < PARAM_COUNT; i++) {
		struct str value = http_query(v->rq, params[i]);

		if (value.len == 0)
			continue;
		buf_addf(out, "%s=", params[i]);
		html_url(out, value);
		buf_add_text(out, "&amp;");
	}
}

/* --- unusual reading --- */

static void
print_measure(struct buf *out, const struct watch_finding *f)
{
	if (strcmp(f->over, "hour") == 0)
		buf_addf(out,
		    "read %" PRId64 " in an hour; up to %" PRId64 " are usual",
		    f->incidents, f->limit);
	else
		buf_addf(out,
		    "read %" PRId64 " in a day; by its busiest day, up to "
		    "%" PRId64 " are usual",
		    f->incidents, f->limit);
}

static void
print_unusual(void *user, const struct audit_row *row)
{
	struct listing *l = user;
	struct buf *out = l->v->out;
	struct watch_finding f;
	struct err e = { 0 };

	if (watch_read(row, &f, &e) < 0)
		return;
	if (l->rows++ == 0)
		buf_add_text(out,
		    "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		    "aria-label=\"Who read how much\"><table class=\"words\">"
		    "<thead><tr><th scope=\"col\">When</th>"
		    "<th scope=\"col\">Who</th>"
		    "<th scope=\"col\">What</th></tr></thead><tbody>");
	buf_add_text(out, "<tr><td>");
	html_time(out, f.at_ms);
	buf_add_text(out, "</td><td><a href=\"/audit?account=");
	html_url(out, str_of(f.who));
	buf_add_text(out, "\">");
	html_words(out, f.who);
	buf_add_text(out, "</a></td><td>");
	print_measure(out, &f);
	buf_add_text(out, "</td></tr>");
}

static int
print_all_unusual(struct visit *v, struct err *e)
{
	const struct audit_pages_filter f = { .actor = str_of(WATCH_ACTOR),
		.since_ms = v->now_ms - UNUSUAL_MS,
		.before_ms = CLOCK_NONE,
		.limit = UNUSUAL_ROWS };
	struct listing l = { .v = v };

	buf_add_text(v->out,
	    "<section aria-labelledby=\"unusual\"><h2 id=\"unusual\">Unusual "
	    "reading</h2><p>Accounts that read many incidents and did nothing "
	    "about them, or took many in files, in the last 30 days. It may "
	    "have been their work: ask.</p>");
	if (audit_pages_list(v->desk->audit_pages, &f, print_unusual, &l, e) <
	    0)
		return -1;
	buf_add_text(v->out, l.rows > 0
				 ? "</tbody></table></div>"
				 : "<p><strong>None was noticed.</strong></p>");
	if (l.rows > 0)
		visit_csv(v, "/v1/audit/unusual", "unusual reading");
	buf_add_text(v->out, "</section>");
	return 0;
}

/* --- what is asked for --- */

static void
print_input(
    struct visit *v, const char *name, const char *label, const char *more)
{
	buf_addf(v->out,
	    "<p><label for=\"%s\">%s</label>"
	    "<input id=\"%s\" name=\"%s\" %s value=\"",
	    name, label, name, name, more);
	html_text(v->out, http_query(v->rq, name));
	buf_add_text(v->out, "\"></p>");
}

static void
print_events(struct visit *v, int chosen)
{
	buf_add_text(v->out, "<p><label for=\"event\">What</label>"
			     "<select id=\"event\" name=\"event\">"
			     "<option value=\"\">All</option>");
	for (int i = AUDIT_COLLECTION; i <= AUDIT_ERASURE; i++)
		buf_addf(v->out, "<option%s>%s</option>",
		    i == chosen ? " selected" : "",
		    audit_event_name((enum audit_event)i));
	buf_add_text(v->out, "</select></p>");
}

static void
print_form(struct visit *v, const struct audit_pages_filter *f)
{
	buf_add_text(v->out, "<form class=\"filter\" method=\"get\" "
			     "action=\"/audit\">");
	print_input(v, "account", "Who",
	    "maxlength=\"64\" autocapitalize=\"none\" spellcheck=\"false\"");
	print_input(v, "incident", "Incident number",
	    "inputmode=\"numeric\" maxlength=\"18\" size=\"10\"");
	print_events(v, f->event);
	print_input(v, "since", "From", "type=\"date\"");
	print_input(v, "before", "Before", "type=\"date\"");
	buf_add_text(v->out, "<p><button>Show</button></p></form>");
}

/* --- the lines --- */

/* {"page":"incident"} as "page: incident": it is read by people here. */
static void
print_detail(struct buf *out, struct str text)
{
	struct json *detail = NULL;
	const struct json *value;
	const char *between = "";
	struct str name;
	struct err e = { 0 };
	size_t next = 0;

	if (json_parse(text, &detail, NULL, &e) < 0) {
		html_text(out, text);
		return;
	}
	while (json_next_member(detail, &next, &name, &value)) {
		struct buf plain = { 0 };

		if (json_kind(value) == JSON_KIND_TEXT)
			buf_add_str(&plain, json_text(value));
		else
			json_print(value, &plain);
		buf_add_text(out, between);
		html_text(out, name);
		buf_add_text(out, ": ");
		html_text(out, buf_str(&plain));
		buf_clear(&plain);
		between = "; ";
	}
	json_free(&detail);
}

static void
print_row(void *user, const struct audit_row *row)
{
	struct listing *l = user;
	struct buf *out = l->v->out;

	if (l->rows++ == PAGE_ROWS)
		return; /* it only says that there are more */
	buf_addf(out, "<tr><td>%" PRId64 "</td><td>", row->id);
	html_time(out, row->at_ms);
	buf_add_text(out, "</td><td>");
	html_text(out, row->actor);
	buf_addf(out, "</td><td>%s</td><td>", audit_event_name(row->event));
	if (row->incident_id != 0)
		buf_addf(out, "%" PRId64, row->incident_id);
	buf_add_text(out, "</td><td>");
	print_detail(out, row->detail);
	buf_add_text(out, "</td></tr>");
	l->last_ms = row->at_ms;
	l->last_id = row->id;
}

/* Where the page begins, "MS.ID": what is not that begins at the start. */
static void
read_after(struct visit *v, struct audit_pages_filter *f)
{
	struct str after = http_query(v->rq, "after");
	const char *dot =
	    after.len > 0 ? memchr(after.p, '.', after.len) : NULL;
	size_t len = dot ? (size_t)(dot - after.p) : 0;

	if (!dot)
		return;
	f->after_ms = visit_number(str_make(after.p, len));
	f->after_id = visit_number(str_make(dot + 1, after.len - len - 1));
}

static void
print_links(struct visit *v, const struct listing *l)
{
	if (l->rows > PAGE_ROWS) {
		buf_add_text(v->out, "<p class=\"next\"><a rel=\"next\" "
				     "href=\"/audit?");
		add_params(v, v->out);
		buf_addf(v->out,
		    "after=%" PRId64 ".%" PRId64 "\">Earlier</a></p>",
		    l->last_ms, l->last_id);
	}
	if (l->rows > 0)
		visit_csv_with(v, "/v1/audit", params, "who looked");
}

static int
print_lines(struct visit *v, struct audit_pages_filter *f, struct err *e)
{
	struct listing l = { .v = v };

	read_after(v, f);
	f->limit = PAGE_ROWS + 1;
	buf_add_text(v->out,
	    "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
	    "aria-label=\"Audit log\"><table class=\"wide\"><thead><tr>"
	    "<th scope=\"col\">Row</th><th scope=\"col\">When</th>"
	    "<th scope=\"col\">Who</th><th scope=\"col\">What</th>"
	    "<th scope=\"col\">Incident</th><th scope=\"col\">Detail</th>"
	    "</tr></thead><tbody>");
	if (audit_pages_list(v->desk->audit_pages, f, print_row, &l, e) < 0)
		return -1;
	buf_add_text(v->out, "</tbody></table></div>");
	if (l.rows == 0)
		buf_add_text(v->out, "<p><strong>Nothing was recorded that "
				     "fits.</strong></p>");
	print_links(v, &l);
	return 0;
}

static int
print_page(struct visit *v, struct audit_pages_filter *f,
    const struct auditask_fault *fault, struct err *e)
{
	visit_page(v, "Audit");
	buf_add_text(v->out,
	    "<p>What people did, newest first. Incidents are shown by number "
	    "only. Whether the log is whole, <kbd>buzzard audit verify</kbd> "
	    "says.</p>");
	if (print_all_unusual(v, e) < 0)
		return -1;
	buf_add_text(v->out, "<h2>What was done</h2>");
	print_form(v, f);
	if (fault) {
		v->reply->status = 400;
		buf_add_text(v->out, "<p class=\"problem\" role=\"alert\">");
		html_words(v->out, fault->what);
		buf_add_text(v->out, "</p>");
	} else if (print_lines(v, f, e) < 0)
		return -1;
	visit_page_end(v);
	return 0;
}

void
page_audit(struct visit *v)
{
	struct audit_pages_filter f;
	struct auditask_fault fault;
	struct err e = { 0 };
	bool is_good = auditask_read(v, &f, &fault) == 0;

	if (visit_record_look(v, 0, "audit", &e) < 0 ||
	    print_page(v, &f, is_good ? NULL : &fault, &e) < 0)
		visit_fail(v, &e);
}
