/*
 * One incident: what it is, why it was tagged, word by word, what was decided,
 * and the forms to decide with.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/incident/incident.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/marks.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/store/matches.h"
#include "agent/store/record.h"
#include "agent/store/reviews.h"
#include "agent/store/store.h"
#include "agent/tracks/approach.h"
#include "agent/tracks/track.h"

#define SHEET_TAGS 16
#define DECISIONS  64

/* A tag that stands, with what was decided of it. */
struct sheet_tag {
	struct str theme;
	enum rules_level level;
	int64_t score;
	const struct review_decision *decision; /* NULL: none stands */
};

/* All that the page shows. */
struct sheet {
	struct visit *v;
	struct store_incident row;
	struct incident record;
	struct mark_list marks;
	struct sheet_tag tags[SHEET_TAGS];
	size_t tag_count;
	struct review_decision decisions[DECISIONS];
	size_t decision_count;
	int64_t looked_ms;
	char version[REVIEW_VERSION_MAX];
	struct incident before; /* as the visitor last saw it */
	bool has_before, is_unreadable;
};

/* --- reading --- */

static int64_t
id_of(struct str arg)
{
	char *end = NULL;
	long long id;

	if (arg.len == 0 || arg.len > 18 || arg.p[0] < '0' || arg.p[0] > '9')
		return 0;
	errno = 0;
	id = strtoll(arg.p, &end, 10);
	return errno == 0 && end == arg.p + arg.len && id > 0 ? id : 0;
}

static void
keep_tag(void *user, const struct store_tag *tag)
{
	struct sheet *s = user;
	struct arena *arena = s->v->desk->arena;
	struct err e = { 0 };

	if (s->tag_count == SHEET_TAGS)
		return;
	s->tags[s->tag_count++] = (struct sheet_tag){
		.theme = arena_str(arena, tag->theme),
		.level = tag->level,
		.score = tag->score,
	};
	if (marks_add(&s->marks, tag->theme, tag->evidence, &e) < 0)
		s->is_unreadable = true;
}

static void
keep_decision(void *user, const struct review_decision *d)
{
	struct sheet *s = user;
	struct arena *arena = s->v->desk->arena;
	struct review_decision *kept;

	if (s->decision_count == DECISIONS) /* the latest are of interest */
		memmove(s->decisions, s->decisions + 1,
		    --s->decision_count * sizeof *s->decisions);
	kept = &s->decisions[s->decision_count++];
	*kept = *d;
	kept->theme = arena_str(arena, d->theme);
	kept->by = arena_str(arena, d->by);
	kept->note = arena_str(arena, d->note);
	kept->undone_by = arena_str(arena, d->undone_by);
}

static void
join(struct sheet *s)
{
	for (size_t i = 0; i < s->tag_count; i++)
		for (size_t k = 0; k < s->decision_count; k++)
			if (s->decisions[k].undone_ms == CLOCK_NONE &&
			    str_is_equal(
				s->tags[i].theme, s->decisions[k].theme))
				s->tags[i].decision = &s->decisions[k];
}

/*
 * The log, and as it was when the visitor last looked.  One that cannot be
 * read any more is shown as such: what it was tagged with can still be decided.
 */
static int
load_log(struct sheet *s, int64_t id, struct err *e)
{
	struct desk *d = s->v->desk;
	struct err why = { 0 };

	if (record_load(d->store, id, d->arena, NULL, &s->record, &why) < 0) {
		if (why.code != ERR_CORRUPT) {
			*e = why;
			return -1;
		}
		s->is_unreadable = true;
		incident_init(&s->record);
		return 0;
	}
	if (s->looked_ms == CLOCK_NONE)
		return 0;
	s->has_before = record_load_until(d->store, id, d->arena, s->looked_ms,
			    &s->before, &why) == 0;
	return 0;
}

/*
 * 1, 0 if there is no such incident, -1.  The version comes first: whatever
 * comes in while the rest is read makes it an old one.
 */
static int
load(struct sheet *s, int64_t id, struct err *e)
{
	struct desk *d = s->v->desk;
	int r;

	if (reviews_version(d->reviews, id, s->version, e) < 0)
		return -1;
	r = store_incident_find_id(d->store, id, d->arena, &s->row, e);
	if (r <= 0)
		return r;
	s->marks.arena = d->arena;
	if (reviews_look_of(
		d->reviews, s->v->account.id, id, &s->looked_ms, e) < 0 ||
	    load_log(s, id, e) < 0 ||
	    store_tags_list(d->store, id, false, keep_tag, s, e) < 0 ||
	    reviews_list(d->reviews, id, keep_decision, s, e) < 0)
		return -1;
	join(s);
	return 1;
}

/* --- the page --- */

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
print_place(struct sheet *s)
{
	const struct place *p = &s->row.place;
	struct buf *out = s->v->out;

	buf_add_text(out, "<dt>Where</dt><dd>");
	html_text(out, s->record.location_text);
	if (str_is_given(p->near_name)) {
		buf_add_text(out, "<br>");
		if (!isnan(p->near_m) && p->near_m >= 100) {
			buf_addf(out, "%.1f km ", p->near_m / 1000);
			html_text(out, p->near_bearing);
			buf_add_text(out, " of ");
		}
		html_text(out, p->near_name);
	}
	if (str_is_given(p->grid_ref)) {
		buf_add_text(out, "<br>");
		html_text(out, p->grid_ref);
		if (!isnan(p->uncertainty_m))
			buf_addf(out, " (within %.0f m)", p->uncertainty_m);
	}
	buf_addf(out, "<br>%s", place_class_name(p->class));
	if (str_is_given(p->how)) {
		buf_add_text(out, "; ");
		html_text(out, p->how);
	}
	buf_add_text(out, "</dd>");
	print_fact(out, "But", p->doubt);
}

static void
print_facts(struct sheet *s)
{
	struct buf *out = s->v->out;
	const struct incident *in = &s->record;

	buf_add_text(out, "<dl class=\"facts\">");
	buf_add_text(out, "<dt>Opened</dt><dd>");
	html_time(out, s->row.opened_ms);
	buf_add_text(out, "</dd>");
	print_place(s);
	print_fact(out, "District", s->row.place.district);
	print_fact(out, "Grade", in->grade);
	print_fact(out, "Opening code", in->opening_code);
	print_fact(out, "Closing code", in->closing_code);
	print_fact(out, "Status", in->status);
	print_fact(out, "Crime number", in->crime_no);
	print_fact(out, "Flags", s->row.flags);
	print_fact(out, "Informant", in->informant.name);
	print_fact(out, "Telephone", in->informant.phone);
	print_fact(out, "Address", in->informant.address);
	buf_addf(out, "<dt>Rural crime</dt><dd>%s",
	    s->row.rural_crime ? "yes, by " : "no");
	if (s->row.rural_crime)
		html_text(out, s->row.basis);
	buf_add_text(out, "</dd></dl>");
}

static void
print_decision(struct buf *out, const struct review_decision *d)
{
	buf_addf(out, "<strong class=\"verdict %s\">%s</strong> by ",
	    review_verdict_name(d->verdict), review_verdict_name(d->verdict));
	html_text(out, d->by);
	buf_add_text(out, ", ");
	html_time(out, d->at_ms);
	if (d->note.len > 0) {
		buf_add_text(out, "<q>");
		html_text(out, d->note);
		buf_add_text(out, "</q>");
	}
	if (d->undone_ms == CLOCK_NONE)
		return;
	buf_add_text(out, "; undone by ");
	html_text(out, d->undone_by);
	buf_add_text(out, ", ");
	html_time(out, d->undone_ms);
}

static void
print_tags(struct sheet *s)
{
	struct buf *out = s->v->out;

	buf_add_text(out, "<section aria-labelledby=\"tags\"><h2 id=\"tags\">"
			  "Tags</h2><ul class=\"tags\">");
	for (size_t i = 0; i < s->tag_count; i++) {
		const struct sheet_tag *t = &s->tags[i];

		buf_addf(out, "<li class=\"tag %s\"><h3>",
		    rules_level_name(t->level));
		html_theme(out, t->theme);
		buf_addf(out, "</h3><p>%s, %" PRId64 " of 100 points</p>",
		    t->level == RULES_ALERT ? "Alert" : "For review", t->score);
		buf_add_text(out, "<ul class=\"wordless\">");
		marks_print_wordless(out, &s->marks, t->theme);
		buf_add_text(out, "</ul><p>");
		if (t->decision)
			print_decision(out, t->decision);
		else
			buf_add_text(out, "Not decided yet");
		buf_add_text(out, "</p></li>");
	}
	if (s->tag_count == 0)
		buf_add_text(out, "<li>The rules tag nothing here.</li>");
	buf_add_text(out, "</ul></section>");
}

/* Was this entry there when the visitor last looked? */
static bool
was_there(const struct sheet *s, const struct incident_entry *entry)
{
	for (size_t i = 0; i < s->before.log_count; i++) {
		const struct incident_entry *old = &s->before.log[i];

		if (old->at_ms == entry->at_ms &&
		    str_is_equal(old->by, entry->by) &&
		    str_is_equal(old->text, entry->text))
			return true;
	}
	return false;
}

static void
print_entry(struct sheet *s, size_t i)
{
	const struct incident_entry *entry = &s->record.log[i];
	struct buf *out = s->v->out;
	bool is_new = s->has_before && !was_there(s, entry);

	buf_addf(out, "<li class=\"entry%s\"><p class=\"head\">",
	    is_new ? " fresh" : "");
	html_time(out, entry->at_ms);
	buf_add_text(out, " ");
	html_text(out, entry->by);
	if (is_new)
		buf_add_text(out, " <strong class=\"new\">New since you "
				  "looked</strong>");
	buf_add_text(out, "</p>");
	marks_print(out, &s->marks, "log", (int)i, entry->text);
	buf_add_text(out, "</li>");
}

static void
print_log(struct sheet *s)
{
	struct buf *out = s->v->out;

	buf_add_text(out,
	    "<section class=\"story\" aria-labelledby=\"log\"><h2 id=\"log\">"
	    "Log</h2><ol class=\"log\">");
	if (s->is_unreadable)
		buf_add_text(out, "<li class=\"problem\">The log, or why it "
				  "was tagged, cannot be read any more; the "
				  "administrator finds the reason in "
				  "quarantine.</li>");
	for (size_t i = 0; i < s->record.log_count; i++)
		print_entry(s, i);
	buf_add_text(out, "</ol></section>");
}

static void
print_history(struct sheet *s)
{
	struct buf *out = s->v->out;

	if (s->decision_count == 0)
		return;
	buf_add_text(out,
	    "<section aria-labelledby=\"history\"><h2 id=\"history\">"
	    "Decisions</h2><ol class=\"history\">");
	for (size_t i = 0; i < s->decision_count; i++) {
		const struct review_decision *d = &s->decisions[i];

		buf_add_text(out, "<li>");
		html_theme(out, d->theme);
		buf_add_text(out, ": ");
		print_decision(out, d);
		if (d->undone_ms == CLOCK_NONE &&
		    visit_may(s->v, ACCOUNT_REVIEWER)) {
			buf_addf(out,
			    "<form method=\"post\" action=\"/act/%" PRId64
			    "/undo\">",
			    d->act_id);
			visit_form_field(s->v);
			buf_add_text(out, "<button>Undo</button></form>");
		}
		buf_add_text(out, "</li>");
	}
	buf_add_text(out, "</ol></section>");
}

/* A form that decides; its fields come between. */
static void
begin_form(struct sheet *s, const char *name)
{
	buf_addf(s->v->out,
	    "<form class=\"%s\" method=\"post\" action=\"/incident/%" PRId64
	    "/decide\">",
	    name, s->row.id);
	visit_form_field(s->v);
	buf_addf(s->v->out,
	    "<input type=\"hidden\" name=\"version\" value=\"%s\">",
	    s->version);
}

static bool
has_open_tag(const struct sheet *s)
{
	for (size_t i = 0; i < s->tag_count; i++)
		if (!s->tags[i].decision)
			return true;
	return false;
}

static void
print_note(struct buf *out, const char *id)
{
	buf_addf(out,
	    "<p><label for=\"%s\">Note (not sent to anybody)</label>"
	    "<input id=\"%s\" name=\"note\" maxlength=\"%d\"></p>",
	    id, id, REVIEW_NOTE_MAX / 4);
}

static void
print_forms(struct sheet *s)
{
	struct buf *out = s->v->out;

	if (!visit_may(s->v, ACCOUNT_REVIEWER))
		return;
	buf_add_text(out, "<section class=\"decide\" aria-labelledby="
			  "\"decide\"><h2 id=\"decide\">Decide</h2>");
	if (has_open_tag(s)) {
		begin_form(s, "standing");
		/* Enter in the note presses the first button: this one. */
		buf_add_text(out, "<button disabled hidden></button>");
		print_note(out, "note");
		buf_add_text(out,
		    "<p><button name=\"verdict\" value=\"confirm\" "
		    "data-key=\"c\">Confirm <kbd>c</kbd></button> "
		    "<button name=\"verdict\" value=\"reject\" "
		    "data-key=\"r\">Reject <kbd>r</kbd></button></p></form>");
	}
	begin_form(s, "other");
	buf_add_text(out, "<p><label for=\"theme\">It is</label><select "
			  "id=\"theme\" name=\"theme\">");
	html_theme_options(out, (struct str){ 0 });
	buf_add_text(out, "</select></p>");
	print_note(out, "note2");
	buf_addf(out,
	    "<p><button name=\"verdict\" value=\"change\" data-focus=\"t\">%s "
	    "<kbd>t</kbd></button></p></form></section>",
	    has_open_tag(s) ? "Change theme" : "Add theme");
}

/* An offset into a clip: "00:12:31". */
static void
print_clip(struct buf *out, int64_t ms)
{
	if (ms < 0)
		return;
	buf_addf(out,
	    ", at %02" PRId64 ":%02" PRId64 ":%02" PRId64 " of the clip",
	    ms / 3600000, ms / 60000 % 60, ms / 1000 % 60);
}

static void
print_recording(void *user, const struct matches_row *m)
{
	struct buf *out = user;

	buf_add_text(out, "<li><strong>");
	html_text(out, str_is_given(m->clip) ? m->clip : m->name);
	buf_addf(out, "</strong> %s, %s", track_class_name(m->class),
	    approach_word_name(m->word));
	if (!isnan(m->distance_m))
		buf_addf(out, ": %.0f m away", m->distance_m);
	buf_add_text(out, " ");
	html_time(out, m->at_ms);
	print_clip(out, m->at_clip_ms);
	buf_addf(out, " (track %" PRId64 ")</li>", m->track_id);
}

/* Which recordings could show it; whether there are any is for the role. */
static int
print_recordings(struct sheet *s, struct err *e)
{
	struct buf *out = s->v->out;

	if (!visit_may(s->v, ACCOUNT_TRACKS))
		return 0;
	buf_add_text(out, "<section aria-labelledby=\"recordings\">"
			  "<h2 id=\"recordings\">Recordings that could show "
			  "it</h2><ul class=\"recordings\">");
	if (matches_list(s->v->desk->matches, s->row.id, false, print_recording,
		out, e) < 0)
		return -1;
	buf_add_text(out, "</ul></section>");
	return 0;
}

static int
print_sheet(struct sheet *s, struct err *e)
{
	struct buf title = { 0 };

	buf_addf(&title, "Incident %.*s", STR_ARG(s->row.ref));
	visit_page(s->v, title.p);
	buf_clear(&title);
	if (s->row.in_progress)
		buf_add_text(s->v->out,
		    "<p class=\"progress\"><strong>In progress</strong> as of "
		    "the last entry</p>");
	buf_add_text(s->v->out, "<div class=\"sheet\"><div class=\"what\">");
	print_facts(s);
	print_tags(s);
	buf_add_text(s->v->out, "</div>");
	print_log(s);
	buf_add_text(s->v->out, "<div class=\"act\">");
	print_forms(s);
	print_history(s);
	if (print_recordings(s, e) < 0)
		return -1;
	buf_add_text(s->v->out, "</div></div>");
	visit_page_end(s->v);
	return 0;
}

void
page_incident(struct visit *v)
{
	struct sheet *s = arena_alloc(v->desk->arena, 1, sizeof *s);
	struct err e = { 0 };
	int64_t id = id_of(v->arg);
	int r;

	*s = (struct sheet){ .v = v, .looked_ms = CLOCK_NONE };
	r = id > 0 ? load(s, id, &e) : 0;
	if (r == 0)
		visit_say(v, 404, "Not found",
		    "There is no such incident. It may have been erased.");
	else if (r < 0 ||
		 visit_record_look(v, id,
		     visit_may(v, ACCOUNT_TRACKS) ? "incident, recordings"
						  : "incident",
		     &e) < 0 ||
		 print_sheet(s, &e) < 0)
		visit_fail(v, &e);
}

/* --- deciding --- */

/* The themes that stand and are not decided. */
struct open_themes {
	struct arena *arena;
	struct review_wish wishes[REVIEW_ACT_MAX];
	size_t count;
};

static void
keep_open(void *user, const struct store_tag *tag)
{
	struct open_themes *o = user;

	if (o->count < REVIEW_ACT_MAX - 1)
		o->wishes[o->count++].theme = arena_str(o->arena, tag->theme);
}

static void
drop_decided(void *user, const struct review_decision *d)
{
	struct open_themes *o = user;

	for (size_t i = 0; i < o->count && d->undone_ms == CLOCK_NONE; i++)
		if (str_is_equal(o->wishes[i].theme, d->theme))
			o->wishes[i--] = o->wishes[--o->count];
}

/* "change": what stands is rejected and theme confirmed or added. */
static void
wish_change(struct open_themes *o, struct str theme)
{
	bool stands = false;

	for (size_t i = 0; i < o->count; i++) {
		bool is_it = str_is_equal(o->wishes[i].theme, theme);

		o->wishes[i].verdict =
		    is_it ? REVIEW_CONFIRMED : REVIEW_REJECTED;
		stands |= is_it;
	}
	if (!stands)
		o->wishes[o->count++] =
		    (struct review_wish){ theme, REVIEW_ADDED };
}

/* What the form asks for: 0, or -1 with a text for the visitor in e. */
static int
read_wishes(struct visit *v, int64_t id, struct open_themes *o, struct err *e)
{
	struct buf verdict = { 0 }, theme = { 0 };
	int r = -1;

	if (store_tags_list(v->desk->store, id, false, keep_open, o, e) < 0 ||
	    reviews_list(v->desk->reviews, id, drop_decided, o, e) < 0)
		goto out;
	(void)http_form(v->rq, "verdict", &verdict);
	if (str_is(buf_str(&verdict), "change")) {
		if (http_form(v->rq, "theme", &theme) == 1 &&
		    html_is_theme(buf_str(&theme))) {
			wish_change(o, arena_str(o->arena, buf_str(&theme)));
			r = 0;
		}
	} else if (str_is(buf_str(&verdict), "confirm") ||
		   str_is(buf_str(&verdict), "reject")) {
		for (size_t i = 0; i < o->count; i++) {
			o->wishes[i].verdict =
			    str_is(buf_str(&verdict), "confirm")
				? REVIEW_CONFIRMED
				: REVIEW_REJECTED;
			r = 0;
		}
	}
	if (r < 0)
		(void)err_set(e, ERR_INVALID,
		    "nothing here waits for that decision any more");
out:
	buf_clear(&theme);
	buf_clear(&verdict);
	return r;
}

/* Is what the visitor saw still what there is?  1, 0 or -1. */
static int
is_current(struct visit *v, int64_t id, struct str version, struct err *e)
{
	char now[REVIEW_VERSION_MAX];

	if (reviews_version(v->desk->reviews, id, now, e) < 0)
		return -1;
	return str_is(version, now);
}

static int64_t
make_act(struct visit *v, int64_t id, const struct open_themes *o,
    const char *version, struct str note, struct err *e)
{
	const struct review_act act = { .incident_id = id,
		.version = version,
		.wishes = o->wishes,
		.count = o->count,
		.account_id = v->account.id,
		.actor = v->actor,
		.note = str_trim(note),
		.now_ms = v->now_ms };

	return reviews_decide(v->desk->reviews, &act, e);
}

/* In a transaction: the act's id, 0 if somebody was faster, or -1. */
static int64_t
decide(struct visit *v, int64_t id, struct err *e)
{
	struct open_themes o = { .arena = v->desk->arena };
	struct buf version = { 0 }, note = { 0 };
	int64_t act = -1;

	if (store_begin(v->desk->store, e) < 0)
		return -1;
	if (http_form(v->rq, "version", &version) < 1 ||
	    http_form(v->rq, "note", &note) < 0)
		(void)err_set(e, ERR_INVALID, "the form is incomplete");
	else if ((act = is_current(v, id, buf_str(&version), e)) == 1)
		act = read_wishes(v, id, &o, e) < 0
			  ? -1
			  : make_act(v, id, &o, version.p, buf_str(&note), e);
	if (act > 0 && store_commit(v->desk->store, e) < 0)
		act = -1;
	if (act <= 0)
		store_rollback(v->desk->store);
	buf_clear(&note);
	buf_clear(&version);
	return act;
}

/* On to what waits next. */
static void
go_on(struct visit *v, int64_t act)
{
	struct buf path = { 0 };
	struct err e = { 0 };
	int64_t next = 0;

	if (page_queue_next(v, &next, &e) > 0)
		buf_addf(
		    &path, "/incident/%" PRId64 "?done=%" PRId64, next, act);
	else
		buf_addf(&path, "/?done=%" PRId64, act);
	visit_redirect(v, path.p);
	buf_clear(&path);
}

void
page_decide(struct visit *v)
{
	struct err e = { 0 };
	int64_t id = id_of(v->arg);
	int64_t act = id > 0 ? decide(v, id, &e) : 0;

	if (act > 0) {
		v->service->wake(v->service->user);
		go_on(v, act);
	} else if (act == 0)
		visit_say(v, 412, "It has changed meanwhile",
		    "The log grew, or something was decided, after this page "
		    "was shown. This form was not recorded: go back, reload "
		    "the incident and see what stands.");
	else if (e.code == ERR_INVALID)
		visit_say(v, 409, "That cannot be decided", e.msg);
	else
		visit_fail(v, &e);
}

void
page_undo(struct visit *v)
{
	struct buf path = { 0 };
	struct err e = { 0 };
	int64_t id = 0;
	int r = store_begin(v->desk->store, &e);

	if (r == 0)
		r = reviews_undo(v->desk->reviews, id_of(v->arg), v->account.id,
		    v->actor, v->now_ms, &id, &e);
	if (r > 0 && store_commit(v->desk->store, &e) < 0)
		r = -1;
	if (r <= 0)
		store_rollback(v->desk->store);
	if (r < 0) {
		visit_fail(v, &e);
		return;
	}
	if (r == 0) {
		visit_say(v, 409, "Nothing to undo",
		    "That decision does not stand any more.");
		return;
	}
	v->service->wake(v->service->user);
	buf_addf(&path, "/incident/%" PRId64, id);
	visit_redirect(v, path.p);
	buf_clear(&path);
}
