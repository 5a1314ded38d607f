/*
 * Who comes to the screen of a job, by an account or by the link in an alert,
 * and what they press.
 *
 * To look changes nothing but the log of who looked, so that a program that
 * opens links to examine them takes no job.  A link is no session: it is held
 * against its signature with each request, and what it opens is this screen of
 * this incident.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/token.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/guests.h"
#include "agent/review/html.h"
#include "agent/review/job.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/store/record.h"
#include "agent/store/reviews.h"
#include "alerts/joblink.h"

#define SAID_MAX 200

#define NOT_OPEN                                                                \
	"This link opens nothing. It may have run out: links in alerts last a " \
	"shift. It may be cut short, or what it was for was erased. With an "   \
	"account you can find the incident in Buzzard itself."

#define NOT_ARRIVED                                                            \
	"NOT recorded: this could not be written down at the moment. Go back " \
	"and press again; pressing twice does no harm."

/* --- what the screen shows --- */

/* The themes that stand, as far as the visitor is told of them. */
struct reading {
	struct job *job;
	struct buf themes, rejected;
};

static bool
holds(const struct buf *list, struct str theme)
{
	struct str all = buf_str(list);
	struct str word;

	while (all.len > 0) {
		const char *comma = memchr(all.p, ',', all.len);

		word =
		    str_make(all.p, comma ? (size_t)(comma - all.p) : all.len);
		if (str_is_equal(word, theme))
			return true;
		all = str_make(all.p + word.len, all.len - word.len);
		if (comma)
			all = str_make(all.p + 1, all.len - 1);
	}
	return false;
}

static void
add_theme(struct reading *r, struct str theme, enum rules_level level)
{
	const struct guest *guest = r->job->guest;

	if (guest && (!guest_wants(guest, theme) ||
			 (level == RULES_REVIEW && !guest->review_too)))
		return;
	if (holds(&r->rejected, theme) || holds(&r->themes, theme))
		return;
	buf_addf(
	    &r->themes, "%s%.*s", r->themes.len > 0 ? "," : "", STR_ARG(theme));
	r->job->is_alert |= level == RULES_ALERT;
}

static void
keep_tag(void *user, const struct store_tag *tag)
{
	add_theme(user, tag->theme, tag->level);
}

/* A person's word outranks the rules': rejected is out, added is in. */
static void
keep_decision(void *user, const struct review_decision *d)
{
	struct reading *r = user;

	if (d->undone_ms != CLOCK_NONE)
		return;
	if (d->verdict == REVIEW_ADDED)
		add_theme(r, d->theme, RULES_ALERT);
	else if (d->verdict == REVIEW_REJECTED)
		buf_addf(&r->rejected, "%s%.*s", r->rejected.len > 0 ? "," : "",
		    STR_ARG(d->theme));
}

static int
read_themes(struct job *j, struct err *e)
{
	struct reading r = { .job = j };
	struct buf words = { 0 };
	struct desk *d = j->v->desk;
	int result = 0;

	if (reviews_list(d->reviews, j->row.id, keep_decision, &r, e) < 0 ||
	    store_tags_list(d->store, j->row.id, false, keep_tag, &r, e) < 0)
		result = -1;
	html_themes(&words, buf_str(&r.themes));
	j->themes = arena_str(d->arena, buf_str(&words));
	buf_clear(&words);
	buf_clear(&r.themes);
	buf_clear(&r.rejected);
	return result;
}

static void
keep_said(void *user, const struct taker_row *row)
{
	struct job *j = user;
	struct arena *arena = j->v->desk->arena;
	struct taker_row *list;

	if (!j->said)
		j->said = arena_alloc(arena, SAID_MAX, sizeof *j->said);
	list = j->said;
	if (j->said_count == SAID_MAX) /* the latest are of interest */
		memmove(list, list + 1, --j->said_count * sizeof *list);
	list[j->said_count] = *row;
	list[j->said_count].actor = arena_str(arena, row->actor);
	list[j->said_count].note = arena_str(arena, row->note);
	list[j->said_count++].once = arena_str(arena, row->once);
}

static int
read_record(struct job *j, struct err *e)
{
	struct desk *d = j->v->desk;
	struct err why = { 0 };

	if (record_load(
		d->store, j->row.id, d->arena, NULL, &j->record, &why) == 0)
		return 0;
	if (why.code != ERR_CORRUPT) {
		*e = why;
		return -1;
	}
	j->is_unreadable = true;
	incident_init(&j->record);
	return 0;
}

/* All but the row, which is read already. */
static int
read_job(struct job *j, struct err *e)
{
	struct desk *d = j->v->desk;

	if (read_record(j, e) < 0 || read_themes(j, e) < 0 ||
	    takers_list(d->takers, j->row.id, keep_said, j, e) < 0)
		return -1;
	return takers_now(d->takers, j->row.id, &j->now, e) < 0 ? -1 : 0;
}

/* --- who comes --- */

/*
 * The incident of a link that is good, and for whom.  1, 0 if it opens
 * nothing, or -1.
 */
static int
open_link(struct job *j, struct err *e)
{
	const struct guests *guests = j->v->service->guests;
	struct desk *d = j->v->desk;
	struct joblink_claim claim;
	int r;

	if (!guests_links(guests) || !joblink_read(j->v->arg, &claim))
		return 0;
	r = store_incident_find_id(
	    d->store, claim.incident_id, d->arena, &j->row, e);
	if (r <= 0)
		return r;
	claim.feed = j->row.feed;
	claim.ref = j->row.ref;
	j->guest = guests_find(guests, claim.recipient);
	return j->guest &&
	       joblink_is_good(guests_links(guests), &claim, j->v->now_ms);
}

/* A visitor by a link is its recipient, and its forms are the link's own. */
static void
be_guest(struct job *j)
{
	struct visit *v = j->v;

	(void)snprintf(v->actor, sizeof v->actor, "link:%s", j->guest->name);
	(void)token_derive(v->arg, "form of a job", v->form);
	j->path = arena_strf(v->desk->arena, "/go/%.*s", STR_ARG(v->arg)).p;
}

/* 1, 0 if there is nothing to be seen, or -1. */
static int
open_job(struct job *j, bool by_link, struct err *e)
{
	struct visit *v = j->v;
	int64_t id = by_link ? 0 : visit_number(v->arg);
	int r;

	if (by_link) {
		r = open_link(j, e);
		if (r > 0)
			be_guest(j);
		return r;
	}
	if (id == 0)
		return 0;
	j->path = arena_strf(v->desk->arena, "/job/%" PRId64, id).p;
	return store_incident_find_id(
	    v->desk->store, id, v->desk->arena, &j->row, e);
}

static void
refuse(struct visit *v, bool by_link)
{
	if (by_link)
		job_say(v, 404, "Not open", NOT_OPEN, NULL);
	else
		visit_say(v, 404, "Not found",
		    "There is no such incident. It may have been erased.");
}

/* --- looking --- */

/* "consultation", in a transaction of its own. */
static int
record_guest(struct job *j, struct err *e)
{
	struct store *store = j->v->desk->store;

	if (store_begin(store, e) < 0)
		return -1;
	if (audit_add(store_audit(store),
		&(struct audit_row){ .at_ms = j->v->now_ms,
		    .actor = str_of(j->v->actor),
		    .event = AUDIT_CONSULTATION,
		    .incident_id = j->row.id,
		    .detail = STR_LIT("{\"page\":\"job\"}") },
		e) < 0) {
		store_rollback(store);
		return -1;
	}
	return store_commit(store, e);
}

static void
show(struct visit *v, bool by_link)
{
	struct job *j = arena_alloc(v->desk->arena, 1, sizeof *j);
	struct err e = { 0 };
	int r;

	*j = (struct job){ .v = v };
	r = open_job(j, by_link, &e);
	if (r == 0) {
		refuse(v, by_link);
		return;
	}
	if (r > 0 && read_job(j, &e) == 0 &&
	    (by_link ? record_guest(j, &e)
		     : visit_record_look(v, j->row.id, "job", &e)) == 0)
		job_print(j);
	else
		visit_fail(v, &e);
}

void
page_job(struct visit *v)
{
	show(v, false);
}

void
page_job_link(struct visit *v)
{
	struct joblink_claim claim;
	char path[40];

	/* Who is logged in comes as who they are. */
	if (v->is_in && visit_may(v, VISIT_READERS) &&
	    joblink_read(v->arg, &claim)) {
		(void)snprintf(
		    path, sizeof path, "/job/%" PRId64, claim.incident_id);
		visit_redirect(v, path);
		return;
	}
	show(v, true);
}

/* --- pressing --- */

/*
 * The press that the form is.  The word that makes it one of its kind is made
 * from the form's own, the button and the note, so that another button of the
 * same page, or a note put right, is another press.
 */
static int
read_press(struct job *j, struct taker_press *p, char once[TOKEN_TEXT_MAX],
    struct err *e)
{
	struct visit *v = j->v;
	struct str word = visit_field(v, "word");
	struct str given = visit_field(v, "once");

	*p = (struct taker_press){ .incident_id = j->row.id,
		.word = deed_job_word(word),
		.actor = str_of(v->actor),
		.note = visit_field(v, "note"),
		.may_release = !j->guest && visit_may(v, ACCOUNT_REVIEWER),
		.now_ms = v->now_ms };
	if (p->word == 0 || !str_is_given(p->note) ||
	    given.len < TAKER_ONCE_MIN || given.len > TAKER_ONCE_MAX)
		return err_set(e, ERR_INVALID,
		    "The form is incomplete: nothing was recorded. Open the "
		    "page again.");
	p->once = str_of(token_derive(given,
	    arena_strf(
		v->desk->arena, "%.*s %.*s", STR_ARG(word), STR_ARG(p->note))
		.p,
	    once));
	return 0;
}

struct pressing {
	struct job *job;
	char once[TOKEN_TEXT_MAX];
};

static int
press(void *user, struct visit *v, struct err *e)
{
	struct pressing *p = user;
	struct taker_press what;

	if (read_press(p->job, &what, p->once, e) < 0)
		return -1;
	return takers_press(v->desk->takers, &what, e);
}

/* Recorded now, or before: then show it. */
static void
come_back(struct job *j, const char *once)
{
	struct str path =
	    arena_strf(j->v->desk->arena, "%s?" JOB_ONCE "=%s", j->path, once);

	visit_redirect(j->v, path.p);
}

static void
say(struct visit *v, bool by_link)
{
	struct job *j = arena_alloc(v->desk->arena, 1, sizeof *j);
	struct pressing p = { .job = j };
	struct err e = { 0 };
	int r;

	*j = (struct job){ .v = v };
	r = open_job(j, by_link, &e);
	if (r == 0) {
		refuse(v, by_link);
		return;
	}
	if (r > 0 && !visit_is_ours(v)) {
		job_say(v, 403, "Please try again",
		    "This form was not sent from the page of this job. "
		    "Nothing was recorded.",
		    j->path);
		return;
	}
	if (r > 0)
		r = visit_change(v, press, &p, &e);
	if (r >= 0)
		come_back(j, p.once);
	else if (e.code == ERR_INVALID)
		job_say(v, 409, "Not recorded", e.msg, j->path);
	else {
		log_error("review: a press was not recorded: %s", e.msg);
		job_say(v, 503, "Not recorded", NOT_ARRIVED, j->path);
	}
}

void
page_job_say(struct visit *v)
{
	say(v, false);
}

void
page_job_link_say(struct visit *v)
{
	say(v, true);
}

/* --- elsewhere --- */

int
page_job_line(struct visit *v, int64_t incident_id, struct err *e)
{
	struct taker_now now;
	int r = takers_now(v->desk->takers, incident_id, &now, e);

	if (r <= 0)
		return r;
	buf_add_text(v->out, "<p class=\"holder\"><strong>");
	html_text(v->out, taker_name(str_of(now.actor)));
	buf_add_text(v->out, " has it</strong>, since ");
	html_time(v->out, now.at_ms);
	buf_add_text(v->out, "</p>");
	return 1;
}
