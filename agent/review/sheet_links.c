/*
 * Incidents that may have to do with this one, each with the reasons in words.
 */
#include "agent/review/sheet.h"

#include <inttypes.h>
#include <math.h>

#include "agent/base/clock.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/visit.h"
#include "agent/store/links.h"

#define SHOWN 6 /* at once; the others are folded away */

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

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
print_reason(struct buf *out, const struct links_reason *r)
{
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
		html_text(out, r->what);
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

static void
print_other(struct buf *out, const struct links_other *o)
{
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
		print_reason(out, &o->reasons[i]);
		buf_add_text(out, "</li>");
	}
	buf_add_text(out, "</ul><p class=\"apart\">");
	print_apart(out, o);
	buf_add_text(out, "</p></li>");
}

static void
print_others(struct buf *out, const struct links_found *f)
{
	for (size_t i = 0; i < f->count; i++) {
		if (i == 0)
			buf_add_text(out, "<ul class=\"links\">");
		if (i == SHOWN)
			buf_addf(out,
			    "</ul><details><summary>%zu more</summary>"
			    "<ul class=\"links\">",
			    f->count - SHOWN);
		print_other(out, &f->others[i]);
	}
	if (f->count > 0)
		buf_addf(out, "</ul>%s", f->count > SHOWN ? "</details>" : "");
	else
		buf_add_text(out, "<p>Nothing has a vehicle, caller, series or "
				  "place in common with it, or is near it in "
				  "time.</p>");
}

int
sheet_links(struct sheet *s, struct err *e)
{
	struct buf *out = s->v->out;
	struct links_found found;

	if (links_find(
		s->v->desk->links, &s->row, s->v->desk->arena, &found, e) < 0)
		return -1;
	buf_add_text(out, "<section aria-labelledby=\"links\">"
			  "<h2 id=\"links\">May have to do with it</h2>");
	print_others(out, &found);
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
