/*
 * Incidents that may have to do with this one, each with the reasons in words.
 */
#include "agent/review/sheet.h"

#include <inttypes.h>
#include <math.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/linkwords.h"
#include "agent/review/service_private.h"
#include "agent/review/visit.h"
#include "agent/store/links.h"
#include "agent/store/linksets.h"

#define SHOWN 6 /* at once; the others are folded away */

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

#define VERDICTS_MAX 100

/* What people said of the links. */
struct verdicts {
	struct sheet *s;
	struct linkset_verdict all[VERDICTS_MAX];
	size_t count;
};

static void
keep_verdict(void *user, const struct linkset_verdict *v)
{
	struct verdicts *k = user;
	struct linkset_verdict *kept;

	if (k->count == VERDICTS_MAX)
		return;
	kept = &k->all[k->count++];
	*kept = *v;
	kept->by = arena_str(k->s->v->desk->arena, v->by);
}

/* The one that stands, or NULL. */
static const struct linkset_verdict *
verdict_of(const struct verdicts *k, int64_t other_id, enum links_kind kind)
{
	for (size_t i = 0; i < k->count; i++)
		if (k->all[i].other_id == other_id &&
		    k->all[i].kind == (int)kind)
			return &k->all[i];
	return NULL;
}

/* Was every reason for it rejected? */
static bool
is_rejected(const struct verdicts *k, const struct links_other *o)
{
	for (size_t i = 0; i < o->reason_count; i++) {
		const struct linkset_verdict *v =
		    verdict_of(k, o->incident_id, o->reasons[i].kind);

		if (!v || v->verdict != LINKSETS_REJECTED)
			return false;
	}
	return true;
}

/* "2.3 km away, 3 hours later". */
static void
print_apart(struct buf *out, const struct links_other *o)
{
	int64_t ms = o->apart_ms < 0 ? -o->apart_ms : o->apart_ms;
	int64_t unit = ms >= 2 * DAY_MS    ? DAY_MS
		       : ms >= 2 * HOUR_MS ? HOUR_MS
					   : MINUTE_MS;
	const char *name = unit == DAY_MS    ? "day"
			   : unit == HOUR_MS ? "hour"
					     : "minute";

	if (o->distance_m < 1000)
		buf_addf(out, "%.0f m away", o->distance_m);
	else if (!isnan(o->distance_m))
		buf_addf(out, "%.1f km away", o->distance_m / 1000);
	if (o->apart_ms == CLOCK_NONE)
		return;
	if (!isnan(o->distance_m))
		buf_add_text(out, ", ");
	if (ms < MINUTE_MS)
		buf_add_text(out, "at the same time");
	else
		buf_addf(out, "%" PRId64 " %s%s %s", ms / unit, name,
		    ms / unit == 1 ? "" : "s",
		    o->apart_ms < 0 ? "earlier" : "later");
}

static void
print_plate(struct buf *out, struct str plate)
{
	buf_add_text(out, "<a href=\"/vehicles?plate=");
	html_url(out, plate);
	buf_add_text(out, "\">");
	html_text(out, plate);
	buf_add_text(out, "</a>");
}

static void
print_reason(struct visit *v, const struct links_reason *r)
{
	struct buf *out = v->out;

	switch (r->kind) {
	case LINKS_VEHICLE:
		buf_add_text(out, "Same vehicle: ");
		print_plate(out, r->what);
		return;
	case LINKS_CALLER:
		buf_add_text(out, "The same telephone number rang");
		return;
	case LINKS_SERIES:
		buf_add_text(out, "Same series of the rules: ");
		html_text(out, linkwords_series(v->service->rules, r->what));
		return;
	case LINKS_PLACE: buf_add_text(out, "Same place"); return;
	case LINKS_PARTIAL:
		buf_add_text(out, "Could be the same vehicle: ");
		print_plate(out, r->what);
		buf_add_text(out, " here, ");
		print_plate(out, r->other);
		buf_addf(out, " there; %d characters agree", r->agree);
		return;
	case LINKS_NEAR: buf_add_text(out, "Near in time and space"); return;
	}
}

/* Who said what of it, and taking that back. */
static void
print_verdict(
    struct visit *v, const struct linkset_verdict *verdict, int64_t incident_id)
{
	struct buf *out = v->out;

	buf_addf(out, " <strong>%s</strong> by ",
	    verdict->verdict == LINKSETS_CONFIRMED ? "Confirmed" : "Rejected");
	html_text(out, verdict->by);
	buf_add_text(out, ", ");
	html_time(out, verdict->at_ms);
	if (!visit_may(v, ACCOUNT_REVIEWER))
		return;
	buf_addf(out,
	    "<form class=\"judge\" method=\"post\" "
	    "action=\"/links/%" PRId64 "/undo\"><input type=\"hidden\" "
	    "name=\"back\" value=\"%" PRId64 "\">",
	    verdict->id, incident_id);
	visit_form_field(v);
	buf_add_text(out, "<button>Undo</button></form>");
}

/* Saying whether it is one. */
static void
print_question(struct visit *v, const struct links_other *o,
    enum links_kind kind, int64_t incident_id)
{
	struct buf *out = v->out;

	if (!visit_may(v, ACCOUNT_REVIEWER))
		return;
	buf_addf(out,
	    "<form class=\"judge\" method=\"post\" "
	    "action=\"/incident/%" PRId64 "/links\">"
	    "<input type=\"hidden\" name=\"other\" value=\"%" PRId64
	    "\"><input type=\"hidden\" name=\"kind\" value=\"%s\">"
	    "<input type=\"hidden\" name=\"seen\" value=\"0\">",
	    incident_id, o->incident_id, links_kind_name(kind));
	visit_form_field(v);
	buf_add_text(out, "<button name=\"verdict\" value=\"confirm\">It is"
			  "<span class=\"unseen\"> linked: ");
	html_text(out, o->ref);
	buf_add_text(out, "</span></button> <button name=\"verdict\" "
			  "value=\"reject\">It is not"
			  "<span class=\"unseen\"> linked: ");
	html_text(out, o->ref);
	buf_add_text(out, "</span></button></form>");
}

static void
print_judged(struct verdicts *k, const struct links_other *o,
    const struct links_reason *r)
{
	struct sheet *s = k->s;
	const struct linkset_verdict *v =
	    verdict_of(k, o->incident_id, r->kind);

	print_reason(s->v, r);
	if (v)
		print_verdict(s->v, v, s->row.id);
	else
		print_question(s->v, o, r->kind, s->row.id);
}

static void
print_other(struct verdicts *k, const struct links_other *o)
{
	struct buf *out = k->s->v->out;

	buf_addf(
	    out, "<li><p><a href=\"/incident/%" PRId64 "\">", o->incident_id);
	if (o->themes.len > 0)
		html_themes(out, o->themes);
	else
		buf_add_text(out, "Not tagged");
	buf_add_text(out, "</a>, ");
	html_time(out, o->opened_ms);
	if (o->near_name.len > 0) {
		buf_add_text(out, ", near ");
		html_text(out, o->near_name);
	}
	buf_add_text(out, " <span class=\"ref\">");
	html_text(out, o->ref);
	buf_add_text(out, "</span></p><ul>");
	for (size_t i = 0; i < o->reason_count; i++) {
		buf_add_text(out, "<li>");
		print_judged(k, o, &o->reasons[i]);
		buf_add_text(out, "</li>");
	}
	buf_add_text(out, "</ul><p class=\"apart\">");
	print_apart(out, o);
	buf_add_text(out, "</p></li>");
}

/* Those whose links were all rejected, or the others; how many. */
static size_t
print_others(struct verdicts *k, const struct links_found *f, bool rejected)
{
	struct buf *out = k->s->v->out;
	size_t shown = 0;

	for (size_t i = 0; i < f->count; i++) {
		if (is_rejected(k, &f->others[i]) != rejected)
			continue;
		if (shown == 0 && rejected)
			buf_add_text(out, "<details><summary>Rejected"
					  "</summary>");
		if (shown == 0)
			buf_add_text(out, "<ul class=\"links\">");
		if (shown++ == SHOWN && !rejected)
			buf_add_text(out, "</ul><details><summary>More"
					  "</summary><ul class=\"links\">");
		print_other(k, &f->others[i]);
	}
	if (shown > 0)
		buf_addf(out, "</ul>%s",
		    rejected || shown > SHOWN ? "</details>" : "");
	return shown;
}

int
sheet_links(struct sheet *s, struct err *e)
{
	struct buf *out = s->v->out;
	struct verdicts *k = arena_alloc(s->v->desk->arena, 1, sizeof *k);
	struct links_found found;

	*k = (struct verdicts){ .s = s };
	if (links_find(
		s->v->desk->links, &s->row, s->v->desk->arena, &found, e) < 0 ||
	    linksets_verdicts(
		s->v->desk->linksets, s->row.id, keep_verdict, k, e) < 0)
		return -1;
	buf_add_text(out, "<section aria-labelledby=\"links\">"
			  "<h2 id=\"links\">May have to do with it</h2>");
	if (print_others(k, &found, false) == 0)
		buf_add_text(out, "<p>Nothing has a vehicle, caller, series or "
				  "place in common with it, or is near it in "
				  "time.</p>");
	(void)print_others(k, &found, true);
	if (found.is_caller_common)
		buf_add_text(out, "<p class=\"limit\">The number that rang has "
				  "rung about more than 50 incidents, so it "
				  "links none.</p>");
	if (found.is_capped)
		buf_add_text(out,
		    "<p class=\"limit\">There are more; these are "
		    "the strongest.</p>");
	buf_add_text(out, "</section>");
	return 0;
}
