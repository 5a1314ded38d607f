/*
 * What happened on a shift, what goes on, and what falls due in the next one;
 * to be read on a screen or printed.  Nothing here decides anything.
 */
#include <inttypes.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/london.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/store/camps.h"
#include "agent/store/campwords.h"
#include "agent/store/contactwords.h"
#include "agent/store/followups.h"
#include "agent/store/handover.h"
#include "alerts/outbox_desk.h"

#define ROWS_MAX   200
#define LONGEST_MS (INT64_C(31) * 86400000)
#define DAY_MS     INT64_C(86400000)

/* From when to when, and the shift after it. */
struct span {
	int64_t from_ms, to_ms, next_ms;
};

/* A section being written: its list begins with the first item. */
struct section {
	struct visit *v;
	struct str theme; /* of the last item, where they are grouped */
	char theme_text[64];
	size_t count;
	bool open_only;  /* incidents: those in progress */
	const char *csv; /* where its list is as a file, or NULL */
	const char *title;
	size_t first_count; /* of the first list, where there are two */
	const char *more_csv, *more_title; /* of the second */
};

/* --- from when to when --- */

/* The time of two parameters, NAME-day and NAME-time; false: none. */
static bool
read_time(struct visit *v, const char *day, const char *time, int64_t *ms)
{
	struct str d = http_query(v->rq, day), t = http_query(v->rq, time);

	return str_is_given(d) &&
	       london_read(d, str_is_given(t) ? t : str_of(""), 0, ms);
}

static void
read_span(struct visit *v, struct span *s)
{
	const struct shifts *shifts = &v->service->shifts;
	struct span asked = *s;
	int64_t before_ms;

	shifts_at(shifts, v->now_ms, &s->from_ms, &s->to_ms);
	if (str_is(http_query(v->rq, "shift"), "last")) {
		before_ms = s->from_ms - 1;
		shifts_at(shifts, before_ms, &s->from_ms, &s->to_ms);
	}
	if (read_time(v, "from-day", "from-time", &asked.from_ms) &&
	    read_time(v, "to-day", "to-time", &asked.to_ms) &&
	    asked.from_ms < asked.to_ms &&
	    asked.to_ms - asked.from_ms <= LONGEST_MS)
		*s = asked;
	shifts_at(shifts, s->to_ms, &before_ms, &s->next_ms);
}

static void
print_field(struct visit *v, const char *name, const char *label, int64_t ms)
{
	buf_addf(v->out,
	    "<p><label for=\"%s-day\">%s</label><input type=\"date\" "
	    "id=\"%s-day\" name=\"%s-day\" value=\"",
	    name, label, name, name);
	london_add_day(v->out, ms);
	buf_addf(v->out,
	    "\"></p><p><label for=\"%s-time\">At</label><input type=\"time\" "
	    "id=\"%s-time\" name=\"%s-time\" value=\"",
	    name, name, name);
	london_add_time(v->out, ms);
	buf_add_text(v->out, "\"></p>");
}

static void
print_span(struct visit *v, const struct span *s)
{
	buf_add_text(v->out, "<p>From ");
	html_time(v->out, s->from_ms);
	buf_add_text(v->out, " to ");
	html_time(v->out, s->to_ms);
	buf_add_text(v->out, ", London time. The next shift ends ");
	html_time(v->out, s->next_ms);
	buf_add_text(v->out,
	    ".</p><ul class=\"choice\"><li><a href=\"/hand-over\">This "
	    "shift</a></li><li><a href=\"/hand-over?shift=last\">The shift "
	    "before</a></li></ul><form class=\"filter\" method=\"get\" "
	    "action=\"/hand-over\">");
	print_field(v, "from", "From", s->from_ms);
	print_field(v, "to", "To", s->to_ms);
	buf_add_text(v->out, "<p><button>Show</button></p></form>");
}

/* --- sections --- */

static void
begin(struct section *s, const char *id, const char *title)
{
	s->count = 0;
	s->csv = s->more_csv = NULL;
	s->title = title;
	s->theme = (struct str){ 0 };
	buf_addf(s->v->out,
	    "<section aria-labelledby=\"%s\"><h2 id=\"%s\">%s</h2>", id, id,
	    title);
}

static void
end(struct section *s, const char *none)
{
	if (s->count > 0)
		buf_add_text(s->v->out, "</ul>");
	else
		buf_addf(s->v->out, "<p>%s</p>", none);
	if (s->count > 0 && s->csv)
		visit_csv(s->v, s->csv, s->title);
	if (s->more_csv)
		visit_csv(s->v, s->more_csv, s->more_title);
	if (s->count >= ROWS_MAX)
		buf_addf(s->v->out,
		    "<p>Only the first %d are shown. Choose a shorter time to "
		    "see the others.</p>",
		    ROWS_MAX);
	buf_add_text(s->v->out, "</section>");
}

/* Two lists in one section: where each is as a file, if it has anything. */
static void
file_first(struct section *s, const char *csv, const char *title)
{
	s->csv = s->count > 0 ? csv : NULL;
	s->title = title;
	s->first_count = s->count;
}

static void
file_second(struct section *s, const char *csv, const char *title)
{
	s->more_csv = s->count > s->first_count ? csv : NULL;
	s->more_title = title;
}

static void
item(struct section *s)
{
	buf_add_text(s->v->out, s->count++ == 0 ? "<ul><li>" : "<li>");
}

static void
print_ref(struct buf *out, int64_t id, struct str ref)
{
	buf_addf(out, "<a href=\"/incident/%" PRId64 "\">", id);
	html_text(out, ref);
	buf_add_text(out, "</a>");
}

/* The path of a list of that time in the API. */
static const char *
list_of(struct section *s, const char *name, int64_t from_ms, int64_t to_ms)
{
	char from[CLOCK_TEXT_MAX], to[CLOCK_TEXT_MAX];

	return arena_strf(s->v->desk->arena,
	    "/v1/hand-over/%s?from=%s&amp;to=%s", name,
	    clock_format_utc(from_ms, from), clock_format_utc(to_ms, to))
	    .p;
}

/* --- incidents --- */

/* A new theme has a heading, and a list of its own. */
static void
group(struct section *s, struct str theme)
{
	size_t len = theme.len < sizeof s->theme_text ? theme.len : 0;

	if (str_is_equal(s->theme, theme))
		return;
	for (size_t i = 0; i < len; i++)
		s->theme_text[i] = theme.p[i];
	s->theme = str_make(s->theme_text, len);
	buf_add_text(s->v->out, s->count > 0 ? "</ul><h3>" : "<h3>");
	html_theme(s->v->out, theme);
	buf_add_text(s->v->out, "</h3><ul>");
}

static void
print_incident(void *user, const struct handover_incident *one)
{
	struct section *s = user;
	struct buf *out = s->v->out;

	if (s->open_only && (!one->in_progress || one->is_closed))
		return;
	group(s, one->theme);
	buf_add_text(out, "<li>");
	s->count++;
	print_ref(out, one->incident_id, one->ref);
	buf_add_text(out, one->is_new ? " <strong>New</strong>, opened "
				      : " Changed, opened ");
	html_time(out, one->opened_ms);
	if (str_is_given(one->district)) {
		buf_add_text(out, ", ");
		html_text(out, one->district);
	}
	if (one->is_closed)
		buf_add_text(out, ", closed");
	else if (one->in_progress)
		buf_add_text(out, ", in progress as of the last entry");
	buf_add_text(out, "</li>");
}

/* Beside the time of what has passed and is not done. */
static void
print_late(struct section *s, int64_t due_ms)
{
	if (due_ms < s->v->now_ms)
		buf_add_text(
		    s->v->out, " <strong class=\"late\">Overdue</strong>");
}

/* An entry of the register. */
static void
print_camp(void *user, const struct camp *one)
{
	struct section *s = user;
	struct buf *out = s->v->out;

	item(s);
	buf_addf(out, "<a href=\"/encampments/%" PRId64 "\">", one->id);
	html_text(out, one->place);
	buf_add_text(out, "</a> reported ");
	html_time(out, one->span.reported_ms);
	if (one->due_ms != CLOCK_NONE) {
		buf_add_text(out, ", next deadline ");
		html_time(out, one->due_ms);
		print_late(s, one->due_ms);
	}
	buf_add_text(out, "</li>");
}

/* An open incident about one that is not in the register yet. */
static void
print_standing(void *user, const struct handover_incident *one)
{
	struct section *s = user;
	struct buf *out = s->v->out;

	item(s);
	buf_add_text(out, "Not in the register: ");
	print_ref(out, one->incident_id, one->ref);
	buf_add_text(out, " opened ");
	html_time(out, one->opened_ms);
	if (str_is_given(one->district)) {
		buf_add_text(out, ", ");
		html_text(out, one->district);
	}
	buf_add_text(out, "</li>");
}

static int
print_incidents(struct section *s, const struct span *at, struct err *e)
{
	struct handover *h = s->v->desk->handover;
	const struct camp_filter standing = { .state = CAMP_STATE_OPEN,
		.limit = ROWS_MAX };

	begin(s, "changed", "New and changed incidents");
	if (handover_incidents(
		h, at->from_ms, at->to_ms, ROWS_MAX, print_incident, s, e) < 0)
		return -1;
	s->csv = list_of(s, "incidents", at->from_ms, at->to_ms);
	end(s, "No incident with a theme came in or changed.");
	begin(s, "progress", "In progress now");
	s->open_only = true;
	if (handover_incidents(h, s->v->now_ms - DAY_MS, s->v->now_ms + 1,
		ROWS_MAX, print_incident, s, e) < 0)
		return -1;
	s->open_only = false;
	s->csv = "/v1/hand-over/incidents?progress=yes";
	end(s, "Nothing of the last 24 hours is in progress.");
	begin(s, "standing", "Encampments standing");
	if (camps_list(s->v->desk->camps, &standing, print_camp, s, e) < 0)
		return -1;
	file_first(s, "/v1/encampments?state=open", "in the register");
	if (handover_standing(h, ROWS_MAX, print_standing, s, e) < 0)
		return -1;
	file_second(s, "/v1/hand-over/standing", "not in the register");
	end(s, "None stands in the register, and no incident about one is "
	       "open.");
	return 0;
}

/* --- decisions, and who has what --- */

static void
print_decision(void *user, const struct handover_decision *one)
{
	struct section *s = user;
	struct buf *out = s->v->out;

	item(s);
	html_time(out, one->at_ms);
	buf_add_text(out, " ");
	print_ref(out, one->incident_id, one->ref);
	buf_add_text(out, ": ");
	html_theme(out, one->theme);
	buf_addf(out, " %s by ", review_verdict_name(one->verdict));
	html_text(out, one->by);
	buf_add_text(out, one->is_undone ? ", undone since</li>" : "</li>");
}

static void
print_holder(void *user, const struct handover_holder *one)
{
	struct section *s = user;
	struct buf *out = s->v->out;

	item(s);
	buf_add_text(out, "<strong>");
	html_text(out, one->who);
	buf_add_text(out, "</strong>: ");
	if (one->incident_id != 0) {
		print_ref(out, one->incident_id, one->ref);
		buf_add_text(out, " since ");
		html_time(out, one->since_ms);
	} else {
		buf_addf(out, "%" PRId64 " follow-up%s, the first due ",
		    one->count, one->count == 1 ? "" : "s");
		london_add_due(out, one->due_ms);
		print_late(s, one->due_ms);
	}
	buf_add_text(out, "</li>");
}

static int
print_people(struct section *s, const struct span *at, struct err *e)
{
	struct handover *h = s->v->desk->handover;

	begin(s, "decisions", "Decisions");
	if (handover_decisions(
		h, at->from_ms, at->to_ms, ROWS_MAX, print_decision, s, e) < 0)
		return -1;
	s->csv = list_of(s, "decisions", at->from_ms, at->to_ms);
	end(s, "Nothing was decided.");
	begin(s, "holders", "Who has what now");
	if (handover_holders(h, ROWS_MAX, print_holder, s, e) < 0)
		return -1;
	s->csv = "/v1/hand-over/holders";
	end(s, "Nobody has an open incident or a follow-up.");
	return 0;
}

/* --- what is due, and what did not arrive --- */

static void
print_due(void *user, const struct followup *one)
{
	struct section *s = user;
	struct buf *out = s->v->out;

	item(s);
	buf_addf(out, "<a href=\"/follow-up/%" PRId64 "\">%s</a> for ", one->id,
	    contactwords_of(CONTACTWORDS_KINDS, one->kind)->label);
	print_ref(out, one->incident_id, one->ref);
	buf_add_text(out, " by ");
	london_add_due(out, one->due_ms);
	print_late(s, one->due_ms);
	buf_addf(out, ", falls to %s",
	    contactwords_of(CONTACTWORDS_FUNCTIONS, one->falls_to)->label);
	if (str_is_given(one->holder)) {
		buf_add_text(out, " (");
		html_text(out, one->holder);
		buf_add_text(out, ")");
	}
	buf_add_text(out, "</li>");
}

/* A deadline of an encampment. */
static void
print_deadline(void *user, const struct camp_due *one)
{
	struct section *s = user;
	struct buf *out = s->v->out;
	const struct campword_field *f = campwords_kind(CAMP_DEADLINE)->fields;
	struct json *body = NULL;
	struct err e = { 0 };

	item(s);
	if (json_parse(one->body, &body, NULL, &e) == 0)
		html_text(out, campwords_show(s->v->desk->arena, f, body));
	json_free(&body);
	buf_addf(out,
	    " for <a href=\"/encampments/%" PRId64 "#due\">encampment %" PRId64
	    ": ",
	    one->camp_id, one->camp_id);
	html_text(out, one->place);
	buf_add_text(out, "</a> by ");
	html_time(out, one->due_ms);
	print_late(s, one->due_ms);
	buf_add_text(out, "</li>");
}

static void
print_sum(void *user, const struct outbox_desk_sum *sum)
{
	struct section *s = user;
	struct buf *out = s->v->out;

	if (sum->queued + sum->in_flight + sum->dead == 0)
		return;
	item(s);
	html_text(out, sum->recipient);
	buf_add_text(out, " by ");
	html_text(out, sum->channel);
	buf_addf(out, ": %" PRId64 " waiting, %" PRId64 " not delivered",
	    sum->queued + sum->in_flight, sum->dead);
	buf_add_text(out, "</li>");
}

static const char *
due_list(struct section *s, int64_t before_ms)
{
	char before[CLOCK_TEXT_MAX];

	return arena_strf(s->v->desk->arena, "/v1/follow-ups?before=%s",
	    clock_format_utc(before_ms, before))
	    .p;
}

static int
print_open_ends(struct section *s, const struct span *at, struct err *e)
{
	const struct followup_filter f = { .after_due_ms = INT64_MIN,
		.before_ms = at->next_ms,
		.limit = ROWS_MAX };

	begin(s, "due", "Overdue, or due by the end of the next shift");
	if (followups_list(s->v->desk->followups, &f, print_due, s, e) < 0)
		return -1;
	file_first(s, due_list(s, at->next_ms), "what was promised");
	if (camps_due(s->v->desk->camps, at->next_ms, ROWS_MAX, print_deadline,
		s, e) < 0)
		return -1;
	file_second(s, "/v1/encampments/due", "deadlines of encampments");
	end(s, "No promise and no deadline of an encampment falls due by "
	       "then.");
	begin(s, "alerts", "Alerts not delivered");
	if (outbox_desk_sums(s->v->desk->alerts, INT64_MAX, print_sum, s, e) <
	    0)
		return -1;
	s->csv = "/v1/alerts/recipients";
	end(s, "Every alert arrived.");
	return 0;
}

/* --- notes --- */

static void
print_note(void *user, const struct handover_note *one)
{
	struct section *s = user;
	struct buf *out = s->v->out;

	item(s);
	html_time(out, one->at_ms);
	buf_add_text(out, " <strong>");
	html_text(out, one->by);
	buf_add_text(out, "</strong><p class=\"text\">");
	html_text(out, one->text);
	buf_add_text(out, "</p></li>");
}

/* Those of the time, and what the shift before left. */
static int
print_notes(struct section *s, const struct span *at, struct err *e)
{
	int64_t from_ms, ignored;

	shifts_at(&s->v->service->shifts, at->from_ms - 1, &from_ms, &ignored);
	begin(s, "notes", "Notes of this shift and the one before");
	if (handover_notes(
		s->v->desk->handover, from_ms, at->to_ms, print_note, s, e) < 0)
		return -1;
	s->csv = list_of(s, "notes", from_ms, at->to_ms);
	end(s, "Nobody has written a note.");
	if (!visit_may(s->v, VISIT_CALLERS))
		return 0;
	buf_add_text(s->v->out, "<form class=\"contact-form\" method=\"post\" "
				"action=\"/hand-over\">");
	visit_form_field(s->v);
	buf_addf(s->v->out,
	    "<p><label for=\"handover-note\">For the officers who come next "
	    "(not sent to anybody)</label><span class=\"hint\" "
	    "id=\"note-hint\">Name incidents by their reference: no names, "
	    "numbers or addresses. It cannot be changed, and is erased after "
	    "%d days.</span><textarea id=\"handover-note\" name=\"note\" "
	    "rows=\"5\" maxlength=\"%d\" aria-describedby=\"note-hint\">"
	    "</textarea></p><p><button>Leave the note</button></p></form>",
	    HANDOVER_KEEP_DAYS, HANDOVER_NOTE_MAX / 4);
	return 0;
}

/* --- the page --- */

void
page_handover(struct visit *v)
{
	struct section s = { .v = v };
	struct span at = { 0, 0, 0 };
	struct err e = { 0 };

	if (visit_record_look(v, 0, "hand-over", &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	read_span(v, &at);
	visit_page(v, "Hand-over");
	print_span(v, &at);
	if (print_notes(&s, &at, &e) < 0 || print_open_ends(&s, &at, &e) < 0 ||
	    print_incidents(&s, &at, &e) < 0 || print_people(&s, &at, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	visit_page_end(v);
}

void
page_handover_note(struct visit *v)
{
	struct err e = { 0 };
	int64_t id = 0;
	int r = visit_change(v, deed_note, &id, &e);

	if (r > 0)
		visit_redirect(v, "/hand-over");
	else
		visit_refuse(v, r, &e);
}
