/*
 * One follow-up: what it is, its history, and the forms to close, move or give
 * it.  Each form carries the last line that was seen, so that of two at once
 * the second is told.
 */
#include <inttypes.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/contactform.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/london.h"
#include "agent/review/page.h"
#include "agent/review/visit.h"
#include "agent/store/accounts.h"
#include "agent/store/contactwords.h"
#include "agent/store/followups.h"

/* What is shown; texts are the arena's. */
struct shown {
	struct visit *v;
	struct followup one;
};

static void
keep(void *user, const struct followup *one)
{
	struct shown *s = user;
	struct arena *arena = s->v->desk->arena;

	s->one = *one;
	s->one.ref = arena_str(arena, one->ref);
	s->one.themes = arena_str(arena, one->themes);
	s->one.cause = arena_str(arena, one->cause);
	s->one.by = arena_str(arena, one->by);
	s->one.holder = arena_str(arena, one->holder);
	s->one.note = arena_str(arena, one->note);
}

/* --- what it is --- */

static void
print_falls_to(struct buf *out, int falls_to, struct str holder)
{
	html_words(
	    out, contactwords_of(CONTACTWORDS_FUNCTIONS, falls_to)->label);
	if (str_is_given(holder)) {
		buf_add_text(out, ", ");
		html_text(out, holder);
	}
}

static void
print_facts(const struct shown *s)
{
	const struct followup *one = &s->one;
	struct buf *out = s->v->out;

	buf_addf(out,
	    "<dl class=\"facts\"><dt>Incident</dt><dd>"
	    "<a href=\"/incident/%" PRId64 "\">",
	    one->incident_id);
	html_text(out, one->ref);
	buf_add_text(out, "</a> ");
	html_themes(out, one->themes);
	buf_add_text(out, "</dd><dt>By</dt><dd>");
	london_add_due(out, one->due_ms);
	if (one->ended_ms == CLOCK_NONE && one->due_ms < s->v->now_ms)
		buf_add_text(out, " <strong class=\"late\">Overdue</strong>");
	buf_add_text(out, "</dd><dt>Falls to</dt><dd>");
	print_falls_to(out, one->falls_to, one->holder);
	buf_add_text(out, "</dd><dt>Opened</dt><dd>");
	html_time(out, one->made_ms);
	buf_add_text(out, " by ");
	html_text(out, str_is_given(one->by) ? one->by : str_of("the agent"));
	if (str_is_given(one->cause)) {
		buf_add_text(out, ": ");
		html_theme(out, one->cause);
		buf_add_text(out, " that no unit attended");
	}
	buf_add_text(out, "</dd>");
	if (one->note.len > 0) {
		buf_add_text(out, "<dt>Note</dt><dd>");
		html_text(out, one->note);
		buf_add_text(out, "</dd>");
	}
	if (one->ended_ms != CLOCK_NONE)
		buf_addf(out, "<dt>Closed</dt><dd>%s</dd>",
		    contactwords_of(CONTACTWORDS_ENDINGS, one->ending)->label);
	buf_add_text(out, "</dl>");
}

/* --- its history --- */

static void
print_line(void *user, const struct followup_line *line)
{
	struct buf *out = user;

	buf_add_text(out, "<li>");
	html_time(out, line->at_ms);
	buf_addf(out, " <strong>%s</strong>",
	    contactwords_of(CONTACTWORDS_WHATS, line->what)->label);
	if (line->what == FOLLOWUP_GIVEN) {
		buf_add_text(out, " to ");
		print_falls_to(out, line->falls_to, line->holder);
	} else if (line->what == FOLLOWUP_CLOSED) {
		buf_addf(out, ": %s",
		    contactwords_of(CONTACTWORDS_ENDINGS, line->ending)->label);
	} else {
		buf_add_text(out, ", due ");
		london_add_due(out, line->due_ms);
	}
	buf_add_text(out, ", by ");
	html_text(out, str_is_given(line->by) ? line->by : str_of("the agent"));
	if (line->note.len > 0) {
		buf_add_text(out, "<br>");
		html_text(out, line->note);
	}
	buf_add_text(out, "</li>");
}

/* --- the forms --- */

static void
begin_form(const struct shown *s, const char *title)
{
	buf_addf(s->v->out,
	    "<form class=\"contact-form\" method=\"post\" "
	    "action=\"/follow-up/%" PRId64 "/change\"><h2>%s</h2>",
	    s->one.id, title);
	visit_form_field(s->v);
	buf_addf(s->v->out,
	    "<input type=\"hidden\" name=\"version\" value=\"%" PRId64 "\">",
	    s->one.version);
}

static void
end_form(
    const struct shown *s, const char *what, const char *note, const char *word)
{
	buf_addf(s->v->out,
	    "<p><label for=\"%s-note\">%s</label><input id=\"%s-note\" "
	    "name=\"note\" maxlength=\"%d\"></p><p><button name=\"what\" "
	    "value=\"%s\">%s</button></p></form>",
	    what, note, what, FOLLOWUP_NOTE_MAX / 4, what, word);
}

static void
print_account(void *user, const struct account *a)
{
	const struct shown *s = user;

	if (a->disabled_ms != CLOCK_NONE || (a->roles & VISIT_CALLERS) == 0)
		return;
	buf_add_text(s->v->out, "<option");
	if (a->id == s->one.holder_id)
		buf_add_text(s->v->out, " selected");
	buf_add_text(s->v->out, ">");
	html_words(s->v->out, a->name);
	buf_add_text(s->v->out, "</option>");
}

static int
print_give(struct shown *s, struct err *e)
{
	begin_form(s, "Give it to somebody");
	contactform_select(s->v, "falls-to", "It falls to", NULL,
	    CONTACTWORDS_FUNCTIONS, s->one.falls_to);
	buf_add_text(s->v->out,
	    "<p><label for=\"holder\">Who sees to it</label><select "
	    "id=\"holder\" name=\"holder\"><option value=\"\">Nobody in "
	    "particular</option>");
	if (accounts_list(s->v->desk->accounts, print_account, s, e) < 0)
		return -1;
	buf_add_text(s->v->out, "</select></p>");
	end_form(s, "given", "Note (not sent to anybody)", "Give it");
	return 0;
}

static int
print_forms(struct shown *s, struct err *e)
{
	if (!visit_may(s->v, VISIT_CALLERS))
		return 0;
	if (s->one.ended_ms != CLOCK_NONE) {
		begin_form(s, "Open it again");
		contactform_time(s->v, "due", "By", CLOCK_NONE);
		end_form(s, "reopened", "Note (not sent to anybody)",
		    "Open it again");
		return 0;
	}
	begin_form(s, "Close it");
	contactform_select(s->v, "ending", "How it ended", NULL,
	    CONTACTWORDS_ENDINGS, FOLLOWUP_DONE);
	end_form(s, "closed", "Note (not sent to anybody)", "Close it");
	begin_form(s, "Move it");
	contactform_time(s->v, "due", "To", CLOCK_NONE);
	end_form(s, "moved", "Why (not sent to anybody)", "Move it");
	return print_give(s, e);
}

static int
print_page(struct shown *s, struct err *e)
{
	struct buf *out = s->v->out;

	visit_page(
	    s->v, contactwords_of(CONTACTWORDS_KINDS, s->one.kind)->label);
	print_facts(s);
	buf_add_text(out, "<h2>History</h2><ol class=\"history\">");
	if (followups_lines(
		s->v->desk->followups, s->one.id, print_line, out, e) < 0)
		return -1;
	buf_add_text(out, "</ol><div class=\"forms\">");
	if (print_forms(s, e) < 0)
		return -1;
	buf_add_text(
	    out, "</div><p><a href=\"/follow-up\">All follow-ups</a></p>");
	visit_page_end(s->v);
	return 0;
}

void
page_followup(struct visit *v)
{
	struct shown s = { .v = v };
	struct err e = { 0 };
	int64_t id = visit_number(v->arg);
	int r =
	    id > 0 ? followups_find(v->desk->followups, id, keep, &s, &e) : 0;

	if (r == 0)
		visit_say(v, 404, "Not found",
		    "There is no such follow-up. It may have been erased.");
	else if (r < 0 ||
		 visit_record_part(v, s.one.incident_id, "follow-up", &e) < 0 ||
		 print_page(&s, &e) < 0)
		visit_fail(v, &e);
}

/* --- what is sent --- */

void
page_followup_change(struct visit *v)
{
	struct deed_followup f = { .id = visit_number(v->arg) };
	struct buf path = { 0 };
	struct err e = { 0 };
	int r = visit_change(v, deed_followup_change, &f, &e);

	if (r <= 0) {
		visit_refuse(v, r, &e);
		return;
	}
	buf_add_text(&path, "/follow-up");
	if (!f.is_closed)
		buf_addf(&path, "/%" PRId64, f.id);
	visit_redirect(v, path.p);
	buf_clear(&path);
}
