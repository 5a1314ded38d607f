/*
 * The screen.  It has a frame and a style of its own, since it has to come
 * through where little does: one page of some kilobytes, no scripts, and a
 * style of one more that the phone keeps.
 */
#include "agent/review/job.h"

#include <math.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/token.h"
#include "agent/incident/plates.h"
#include "agent/review/desk.h"
#include "agent/review/guests.h"
#include "agent/review/html.h"
#include "agent/review/minimap.h"
#include "agent/review/service_private.h"
#include "alerts/sheet.h"

bool
job_is_team(const struct job *j)
{
	return !j->guest || j->guest->is_team;
}

struct str
job_name_of(const struct job *j, struct str actor)
{
	if (!job_is_team(j) && str_has_prefix(actor, "account:"))
		return str_of(j->v->service->team);
	return taker_name(actor);
}

/* --- frame --- */

static void
begin(struct visit *v, const char *title)
{
	v->reply->status = 200;
	http_reply_field(v->reply, "Content-Type", "text/html; charset=utf-8");
	http_reply_field(v->reply, "Cache-Control", "no-store");
	buf_add_text(v->out,
	    "<!DOCTYPE html>\n<html lang=\"en-GB\"><head>"
	    "<meta charset=\"utf-8\"><meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">"
	    "<meta name=\"format-detection\" content=\"telephone=no\">"
	    "<title>");
	html_words(v->out, title);
	buf_add_text(v->out,
	    " – Buzzard</title>"
	    "<link rel=\"icon\" href=\"/static/icon.svg\">"
	    "<link rel=\"stylesheet\" href=\"/static/phone.css\"></head>"
	    "<body><header><p class=\"marking\">");
	html_words(v->out, v->service->marking);
	buf_add_text(v->out, "</p></header><main><h1>");
	html_words(v->out, title);
	buf_add_text(v->out, "</h1>");
}

static void
end(struct visit *v)
{
	buf_add_text(v->out, "</main><footer><p><a href=\"/help#on-a-phone\">"
			     "Help</a></p><p>Buzzard advises; people "
			     "decide.</p><p class=\"marking\">");
	html_words(v->out, v->service->marking);
	buf_add_text(v->out, "</p></footer></body></html>\n");
}

void
job_say(struct visit *v, unsigned status, const char *title, const char *what,
    const char *back)
{
	begin(v, title);
	v->reply->status = status;
	buf_add_text(v->out, "<p>");
	html_words(v->out, what);
	buf_add_text(v->out, "</p><p><a class=\"button\" href=\"");
	html_words(v->out, back ? back : "/");
	buf_addf(v->out, "\">%s</a></p>",
	    back ? "Back to the job" : "Log in to Buzzard");
	end(v);
}

/* --- what is known --- */

static void
print_fact(struct buf *out, const char *name, struct str value)
{
	if (!str_is_given(value) || value.len == 0)
		return;
	buf_addf(out, "<dt>%s</dt><dd>", name);
	html_text(out, value);
	buf_add_text(out, "</dd>");
}

static void
print_near(struct job *j)
{
	const struct place *p = &j->row.place;
	struct buf *out = j->v->out;

	if (!str_is_given(p->near_name))
		return;
	buf_add_text(out, "<br>");
	if (job_is_team(j) && !isnan(p->near_m) && p->near_m >= 100) {
		buf_addf(out, "%.1f km ", p->near_m / 1000);
		html_text(out, p->near_bearing);
		buf_add_text(out, " of ");
	} else
		buf_add_text(out, "near ");
	html_text(out, p->near_name);
	if (str_is_given(p->district)) {
		buf_add_text(out, ", ");
		html_text(out, p->district);
	}
}

/* As the phone's own maps understand it (RFC 5870). */
static void
print_geo(struct job *j)
{
	const struct place *p = &j->row.place;

	if (!job_is_team(j) || !isfinite(p->lat))
		return;
	buf_addf(j->v->out,
	    "<br><a class=\"button\" href=\"geo:%.5f,%.5f\">Open in a "
	    "map</a>",
	    p->lat, p->lon);
}

static void
print_where(struct job *j)
{
	const struct place *p = &j->row.place;
	struct str ref = job_is_team(j)
			     ? p->grid_ref
			     : sheet_square(p->grid_ref, j->v->desk->arena);
	struct buf *out = j->v->out;

	buf_add_text(out, "<dt>Where</dt><dd>");
	if (str_is_given(ref) && ref.len > 0) {
		buf_add_text(out, "<strong class=\"grid\">");
		html_text(out, ref);
		buf_add_text(out, "</strong>");
		if (!job_is_team(j))
			buf_add_text(out, " (1 km square)");
		else if (isfinite(p->uncertainty_m))
			buf_addf(out, " within %.0f m", p->uncertainty_m);
	} else
		buf_add_text(out, "No position is known");
	if (job_is_team(j) && str_is_given(j->record.location_text)) {
		buf_add_text(out, "<br>");
		html_text(out, j->record.location_text);
	}
	print_near(j);
	print_geo(j);
	buf_add_text(out, "</dd>");
	if (job_is_team(j))
		print_fact(out, "But", p->doubt);
}

static void
print_when(struct job *j)
{
	struct buf *out = j->v->out;
	int64_t last_ms = incident_last_ms(&j->record);

	buf_add_text(out, "<dt>When</dt><dd>Opened ");
	html_time(out, j->row.opened_ms);
	if (last_ms != CLOCK_NONE && last_ms != j->row.opened_ms) {
		buf_add_text(out, "<br>Last entry ");
		html_time(out, last_ms);
		buf_add_text(out, ", ");
		html_ago(out, last_ms, j->v->now_ms);
	}
	buf_add_text(out, "</dd>");
}

static void
print_vehicles(struct job *j)
{
	const struct plate *plates;
	size_t count;

	if (!job_is_team(j) || j->is_unreadable)
		return;
	count = plates_find(&j->record, j->v->desk->arena, &plates);
	if (count == 0)
		return;
	buf_add_text(j->v->out, "<dt>Vehicles</dt><dd>");
	for (size_t i = 0; i < count; i++) {
		buf_add_text(j->v->out, i > 0 ? ", <b>" : "<b>");
		html_text(j->v->out, plates[i].mark);
		buf_add_text(j->v->out, "</b>");
	}
	buf_add_text(j->v->out, "</dd>");
}

static void
print_facts(struct job *j)
{
	struct buf *out = j->v->out;

	buf_addf(out, "<p class=\"level\">%s%s</p><dl>",
	    j->themes.len == 0 ? "Withdrawn: it no longer reads as rural crime"
	    : j->is_alert      ? "Alert"
			       : "For review",
	    j->row.closed_ms != CLOCK_NONE ? ", closed"
	    : j->row.in_progress ? ", <strong>in progress</strong> as of the "
				   "last entry"
				 : ", not in progress as far as the log shows");
	print_where(j);
	print_when(j);
	print_vehicles(j);
	print_fact(out, "Grade", j->row.grade);
	buf_addf(out, "<dt>Control room</dt><dd>%s</dd>",
	    j->record.resource_count > 0 ? "has allocated a unit"
					 : "has allocated nobody, as far as we "
					   "were told");
	print_fact(out, "Reference", j->row.ref);
	buf_add_text(out, "</dl>");
}

static void
print_map(struct job *j)
{
	const struct place *p = &j->row.place;
	const struct minimap_mark here = { .kind = MINIMAP_HERE,
		.lat = p->lat,
		.lon = p->lon,
		.radius_m = p->uncertainty_m };
	const struct minimap map = { .grid = j->v->desk->grid,
		.marks = &here,
		.count = 1,
		.name = "Map of the place with its grid lines and the names "
			"around it, as said under Where" };

	if (job_is_team(j))
		(void)minimap_add(&map, j->v->out);
}

/* --- who has it --- */

/* "patrol has it, since 14 Jan 2026 10:42". */
static void
print_holder(struct job *j)
{
	struct buf *out = j->v->out;

	buf_add_text(out, "<p class=\"holder\">");
	if (j->now.actor[0] == '\0') {
		buf_add_text(out, "<strong>Nobody has it yet.</strong></p>");
		return;
	}
	buf_add_text(out, "<strong>");
	html_text(out, job_name_of(j, str_of(j->now.actor)));
	buf_addf(out, "%s has it</strong>, since ",
	    str_is(str_of(j->now.actor), j->v->actor) ? " (you)" : "");
	html_time(out, j->now.at_ms);
	buf_add_text(out, "</p>");
}

static void
print_first(struct job *j)
{
	struct buf *out = j->v->out;

	if (j->now.actor[0] == '\0') {
		buf_add_text(out, " somebody else had it then; nobody has it "
				  "now. Press again if you have it.");
		return;
	}
	buf_add_text(out, " you were second. <strong>");
	html_text(out, job_name_of(j, str_of(j->now.actor)));
	buf_add_text(out, "</strong> was first, at ");
	html_time(out, j->now.at_ms);
	buf_add_text(out, ", and has it.");
}

/* What the press that led here came to. */
static void
print_outcome(struct job *j, const struct taker_row *row)
{
	struct buf *out = j->v->out;

	buf_addf(out, "<p class=\"outcome%s\" role=\"status\">Recorded at ",
	    row->word == TAKER_SECOND ? " late" : "");
	html_time(out, row->at_ms);
	buf_add_text(out, ":");
	switch (row->word) {
	case TAKER_TAKES:
		buf_add_text(out, row->ended_ms == CLOCK_NONE
				      ? " you have it. The others are told."
				      : " you had it, until it was given up.");
		break;
	case TAKER_RELEASES:
		buf_add_text(out, " it is given up. The others are told.");
		break;
	case TAKER_NOT_FOR_US:
		buf_add_text(out, " not for you. The desk sees it.");
		break;
	case TAKER_NOTE: buf_add_text(out, " your note."); break;
	case TAKER_SECOND: print_first(j); break;
	}
	buf_add_text(out, "</p>");
}

static void
print_outcomes(struct job *j)
{
	struct str once = http_query(j->v->rq, JOB_ONCE);

	for (size_t i = 0; i < j->said_count; i++)
		if (str_is_equal(j->said[i].once, once) &&
		    str_is(j->said[i].actor, j->v->actor))
			print_outcome(j, &j->said[i]);
}

static void
print_button(struct job *j, const char *word, const char *text)
{
	buf_addf(j->v->out, "<button name=\"word\" value=\"%s\">%s</button>",
	    word, text);
}

static void
print_buttons(struct job *j)
{
	bool is_taken = j->now.actor[0] != '\0';
	bool is_mine = is_taken && str_is(str_of(j->now.actor), j->v->actor);

	if (!is_taken)
		print_button(j, "take", "I have it");
	if (is_mine)
		print_button(j, "release", "No longer: I give it up");
	else if (is_taken && !j->guest && visit_may(j->v, ACCOUNT_REVIEWER))
		print_button(j, "release", "It is free again");
	print_button(j, "not-for-us", "Not for us");
}

static void
print_form(struct job *j)
{
	struct buf *out = j->v->out;
	char once[TOKEN_TEXT_MAX];

	buf_add_text(out, "<form method=\"post\" action=\"");
	html_words(out, j->path);
	buf_add_text(out, "/say\">");
	visit_form_field(j->v);
	buf_addf(out, "<input type=\"hidden\" name=\"once\" value=\"%s\">",
	    token_new(once));
	print_buttons(j);
	buf_addf(out,
	    "<label for=\"note\">Note, for the team and the desk (optional)"
	    "</label><textarea id=\"note\" name=\"note\" rows=\"2\" "
	    "maxlength=\"%d\"></textarea>",
	    TAKER_NOTE_MAX / 4);
	print_button(j, "note", "Only add the note");
	buf_add_text(out,
	    "<p class=\"hint\">It has arrived when this page comes back and "
	    "says “Recorded”. If it does not, press again: pressing "
	    "twice does no harm.</p></form>");
}

/* --- what was said --- */

static void
print_said(struct job *j, const struct taker_row *row)
{
	static const char *const words[] = {
		[TAKER_TAKES] = "I have it",
		[TAKER_RELEASES] = "No longer",
		[TAKER_NOT_FOR_US] = "Not for us",
		[TAKER_NOTE] = "Note",
		[TAKER_SECOND] = "I have it (second)",
	};
	struct buf *out = j->v->out;

	buf_add_text(out, "<li>");
	html_time(out, row->at_ms);
	buf_add_text(out, " <b>");
	html_text(out, job_name_of(j, row->actor));
	buf_addf(out, "</b>: %s", words[row->word]);
	if (row->note.len > 0 && job_is_team(j)) {
		buf_add_text(out, ": <span class=\"note\">");
		html_text(out, row->note);
		buf_add_text(out, "</span>");
	}
	buf_add_text(out, "</li>");
}

static void
print_history(struct job *j)
{
	if (j->said_count == 0)
		return;
	buf_add_text(j->v->out, "<h2>What was said</h2><ul>");
	for (size_t i = j->said_count; i-- > 0;)
		print_said(j, &j->said[i]);
	buf_add_text(j->v->out, "</ul>");
}

/* Whoever is logged in may go on; a link gives this screen and no more. */
static void
print_ways(struct job *j)
{
	if (j->guest)
		return;
	buf_addf(j->v->out,
	    "<p class=\"ways\"><a class=\"button\" href=\"/incident/%lld\">"
	    "The whole incident</a> <a class=\"button\" href=\"/\">Queue</a>"
	    "</p>",
	    (long long)j->row.id);
}

void
job_print(struct job *j)
{
	struct str title = j->themes;

	if (title.len == 0)
		title = str_of("Withdrawn");
	begin(j->v, title.p);
	print_outcomes(j);
	print_holder(j);
	print_facts(j);
	print_form(j);
	print_map(j);
	print_history(j);
	print_ways(j);
	end(j->v);
}
