/*
 * What is erased by age: the rules, what waits for a person, what is held, and
 * the certificates.  Incidents stand here by reference and class alone.
 */
#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/store/certificates.h"
#include "agent/store/holds.h"
#include "agent/store/retention.h"
#include "agent/store/takers.h"

#define PAGE_ROWS 50

/* A column's head; of numbers. */
#define HEAD(title)   "<th scope=\"col\">" title "</th>"
#define NUMBER(title) "<th scope=\"col\" class=\"number\">" title "</th>"

/* A table that scrolls on a phone, labelled by the heading with that id. */
#define TABLE(id)                                                    \
	"<div class=\"scroll wide\" role=\"region\" tabindex=\"0\" " \
	"aria-labelledby=\"" id "\"><table><thead><tr>"

/* What is being written. */
struct listing {
	struct visit *v;
	int64_t rows, last_ms, last_id;
};

/* --- the last run, the rules --- */

static int
print_last_run(struct visit *v, struct err *e)
{
	struct retention_last last;
	struct buf *out = v->out;
	int r = retention_last_run(v->desk->retention, &last, e);

	if (r < 0)
		return -1;
	if (!v->service->conf->erase)
		buf_add_text(out,
		    "<p class=\"problem\">Nothing is erased by itself: "
		    "<kbd>retention.erase</kbd> is no. <kbd>buzzard retention "
		    "run</kbd> does it.</p>");
	if (r == 0) {
		buf_add_text(out, "<p>There was no run yet.</p>");
		return 0;
	}
	buf_add_text(out, "<p>The last run began ");
	html_time(out, last.begun_ms);
	if (last.ended_ms == CLOCK_NONE)
		buf_add_text(out, " and goes on, or was cut short.</p>");
	else
		buf_addf(out,
		    ": %" PRId64 " incidents looked at, <strong>%" PRId64
		    "</strong> erased, %" PRId64 " put up for review, %" PRId64
		    " held.</p>",
		    last.counts.looked, last.counts.erased, last.counts.asked,
		    last.counts.held);
	return 0;
}

static void
print_rule(struct buf *out, const struct conf_class *c, const char *rest)
{
	buf_add_text(out, "<tr><th scope=\"row\">");
	html_words(out, c->name);
	buf_addf(
	    out, "</th><td class=\"number\">%" PRId64 "</td><td>", c->group);
	for (size_t i = 0; i < c->theme_count; i++) {
		buf_add_text(out, i > 0 ? ", " : "");
		html_theme(out, str_of(c->themes[i]));
	}
	if (c->theme_count == 0)
		buf_add_text(out, rest);
	buf_addf(out, "</td><td class=\"number\">%" PRId64 " days</td><td>",
	    c->keep_days);
	if (c->then == CONF_THEN_ERASE)
		buf_add_text(out, "erased</td></tr>");
	else
		buf_addf(out,
		    "a person decides; kept, again after %" PRId64
		    " days</td></tr>",
		    c->again_days);
}

static void
print_rules(struct visit *v)
{
	const struct conf *conf = v->service->conf;
	struct buf *out = v->out;
	const struct conf_class untagged = { .name = RETENTION_UNTAGGED,
		.group = 4,
		.keep_days = conf->untagged_keep_days,
		.then = CONF_THEN_ERASE };

	buf_add_text(out,
	    "<h2 id=\"rules\">Rules</h2><p>An incident is kept for so long "
	    "after the last that happened to it. Of several classes the one "
	    "that keeps it longest holds.</p>" TABLE("rules") HEAD("Class")
		NUMBER("Group") HEAD("Incidents with") NUMBER("Kept")
		    HEAD("Then") "</tr></thead><tbody>");
	for (size_t i = 0; i < conf->class_count; i++)
		print_rule(out, &conf->classes[i], "any other tag");
	if (conf->class_count == 0)
		print_rule(out, retention_preset(), "any tag");
	print_rule(out, &untagged, "no tag");
	buf_addf(out,
	    "</tbody></table></div><p>Files in done folders and messages in "
	    "quarantine are erased after %" PRId64 " days.</p>",
	    conf->copies_keep_days);
	visit_csv(v, "/v1/retention/classes", "rules");
}

/* --- waiting for a person; held --- */

static void
print_incident(struct visit *v, int64_t id, struct str ref)
{
	if (visit_may(v, VISIT_READERS))
		buf_addf(v->out, "<a href=\"/incident/%" PRId64 "#kept\">", id);
	html_text(v->out, ref);
	if (visit_may(v, VISIT_READERS))
		buf_add_text(v->out, "</a>");
}

static void
print_review(void *user, const struct retention_item *item)
{
	struct listing *l = user;
	struct buf *out = l->v->out;

	if (l->rows++ == 0)
		buf_add_text(out,
		    TABLE("waits") HEAD("Incident") HEAD("Class")
			HEAD("Time came") HEAD("Last happened") "</tr></thead>"
								"<tbody>");
	buf_add_text(out, "<tr><th scope=\"row\">");
	print_incident(l->v, item->incident_id, item->ref);
	buf_add_text(out, "</th><td>");
	html_words(out, item->rule.name);
	buf_add_text(out, "</td><td>");
	html_date(out, item->due_ms);
	buf_add_text(out, "</td><td>");
	html_date(out, item->since_ms);
	buf_add_text(out, "</td></tr>");
	l->last_ms = item->due_ms;
	l->last_id = item->incident_id;
}

static int
print_reviews(struct visit *v, struct err *e)
{
	const struct retention_page page = { .conf = v->service->conf,
		.now_ms = v->now_ms,
		.after_ms = visit_number(http_query(v->rq, "due")),
		.after_id = visit_number(http_query(v->rq, "id")),
		.limit = PAGE_ROWS };
	struct listing l = { .v = v };
	int64_t waiting = 0;

	if (retention_review_count(v->desk->retention, &waiting, e) < 0)
		return -1;
	buf_addf(v->out,
	    "<h2 id=\"waits\">For a person to decide</h2><p><strong>%" PRId64
	    "</strong> %s.%s</p>",
	    waiting, waiting == 1 ? "incident waits" : "incidents wait",
	    waiting == 0 ? " Those whose time has come, and whose class asks "
			   "for it, stand here."
			 : "");
	if (retention_reviews(v->desk->retention, &page, print_review, &l, e) <
	    0)
		return -1;
	if (l.rows > 0) {
		buf_add_text(v->out, "</tbody></table></div>");
		visit_csv(v, "/v1/retention/reviews", "what waits");
	}
	if (l.rows == PAGE_ROWS)
		buf_addf(v->out,
		    "<p class=\"next\"><a rel=\"next\" href=\"/retention?due="
		    "%" PRId64 "&amp;id=%" PRId64 "#waits\">Next %d</a></p>",
		    l.last_ms, l.last_id, PAGE_ROWS);
	return 0;
}

static void
print_hold(void *user, const struct hold *hold)
{
	struct listing *l = user;
	struct buf *out = l->v->out;

	if (l->rows++ == 0)
		buf_add_text(out, TABLE("held") HEAD("Incident") HEAD("Since")
				      HEAD("By") HEAD("Until") "</tr></thead>"
							       "<tbody>");
	buf_add_text(out, "<tr><th scope=\"row\">");
	print_incident(l->v, hold->incident_id, hold->ref);
	buf_add_text(out, "</th><td>");
	html_date(out, hold->at_ms);
	buf_add_text(out, "</td><td>");
	html_text(out, taker_name(hold->actor));
	buf_add_text(out, "</td><td>");
	if (hold->until_ms == CLOCK_NONE)
		buf_add_text(out, "a person ends it");
	else
		html_time(out, hold->until_ms);
	buf_add_text(out, "</td></tr>");
	l->last_id = hold->id;
}

static int
print_holds(struct visit *v, struct err *e)
{
	struct listing l = { .v = v };

	buf_add_text(v->out, "<h2 id=\"held\">Held</h2>");
	if (holds_list(v->desk->holds, v->now_ms,
		visit_number(http_query(v->rq, "hold")), PAGE_ROWS, print_hold,
		&l, e) < 0)
		return -1;
	buf_add_text(
	    v->out, l.rows > 0 ? "</tbody></table></div>"
			       : "<p>No incident is held. A hold is put on an "
				 "incident's page, with the reason.</p>");
	if (l.rows > 0)
		visit_csv(v, "/v1/retention/holds", "what is held");
	if (l.rows == PAGE_ROWS)
		buf_addf(v->out,
		    "<p class=\"next\"><a rel=\"next\" href=\"/retention?hold="
		    "%" PRId64 "#held\">Next %d</a></p>",
		    l.last_id, PAGE_ROWS);
	return 0;
}

/* --- certificates --- */

static void
print_certificate(void *user, const struct certificate *c)
{
	struct listing *l = user;
	struct buf *out = l->v->out;
	char hex[2 * HASH_BYTES + 1];

	if (l->rows++ == 0)
		buf_add_text(out,
		    TABLE("proof") NUMBER("No.") HEAD("Class") HEAD("When")
			NUMBER("Incidents") NUMBER("Messages")
			    NUMBER("Quarantined") NUMBER("Files") HEAD("By")
				NUMBER("Audit row")
				    HEAD("Digest") "</tr></thead><tbody>");
	buf_addf(out,
	    "<tr><th scope=\"row\" class=\"number\">%" PRId64 "</th><td>",
	    c->id);
	html_text(out, c->class);
	buf_add_text(out, "</td><td>");
	html_time(out, c->begun_ms);
	buf_addf(out,
	    "</td><td class=\"number\">%" PRId64 "</td><td class=\"number\">"
	    "%" PRId64 "</td><td class=\"number\">%" PRId64 "</td><td class="
	    "\"number\">%" PRId64 "</td><td>",
	    c->counts.incidents, c->counts.messages, c->counts.quarantined,
	    c->counts.files);
	html_text(out, taker_name(c->actor));
	buf_add_text(out, "</td><td class=\"number\">");
	if (c->ended_ms == CLOCK_NONE)
		buf_add_text(out, "not ended");
	else
		buf_addf(out, "%" PRId64, c->audit_id);
	hash_hex(c->digest, HASH_BYTES, hex);
	buf_addf(out, "</td><td><code>%s</code></td></tr>", hex);
	l->last_id = c->id;
}

static int
print_certificates(struct visit *v, struct err *e)
{
	struct listing l = { .v = v };

	buf_add_text(v->out,
	    "<h2 id=\"proof\">Certificates</h2><p>What was erased, without "
	    "saying what it was. <kbd>buzzard retention verify</kbd> holds "
	    "them against the audit log; <kbd>buzzard retention find</kbd> "
	    "says whether a reference was erased.</p>");
	if (certificates_list(retention_certificates(v->desk->retention),
		visit_number(http_query(v->rq, "before")), PAGE_ROWS,
		print_certificate, &l, e) < 0)
		return -1;
	buf_add_text(v->out, l.rows > 0
				 ? "</tbody></table></div>"
				 : "<p>Nothing was erased by age yet.</p>");
	if (l.rows > 0)
		visit_csv(v, "/v1/retention/certificates", "certificates");
	if (l.rows == PAGE_ROWS)
		buf_addf(v->out,
		    "<p class=\"next\"><a rel=\"next\" href="
		    "\"/retention?before=%" PRId64 "#proof\">Earlier</a></p>",
		    l.last_id);
	return 0;
}

static int
print_page(struct visit *v, struct err *e)
{
	visit_page(v, "Retention");
	if (print_last_run(v, e) < 0)
		return -1;
	print_rules(v);
	if (print_reviews(v, e) < 0 || print_holds(v, e) < 0 ||
	    print_certificates(v, e) < 0)
		return -1;
	visit_page_end(v);
	return 0;
}

void
page_retention(struct visit *v)
{
	struct err e = { 0 };

	if (visit_record_look(v, 0, "retention", &e) < 0 ||
	    print_page(v, &e) < 0)
		visit_fail(v, &e);
}
