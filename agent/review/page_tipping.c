/*
 * What is recorded of one incident's fly-tipping: the form, and what stood
 * before.
 */
#include <inttypes.h>
#include <stdio.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/http.h"
#include "agent/base/json.h"
#include "agent/review/camp.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/tipping.h"
#include "agent/review/visit.h"
#include "agent/store/reviews.h"
#include "agent/store/store.h"

#define THEME "fly-tipping"

/* A record being asked for or sent. */
struct recording {
	struct visit *v;
	struct store_incident row;
	struct tipping was; /* id 0: none stands */
	struct json *was_body;
	int64_t seen_id;
	int64_t referred_ms, cleared_ms;
	const char *bad;
	struct buf body;
	size_t history;
	bool is_theme;
};

/* --- showing --- */

static void
print_time(struct buf *out, const char *name, int64_t ms)
{
	if (ms == CLOCK_NONE)
		return;
	buf_addf(out, "<dt>%s</dt><dd>", name);
	html_time(out, ms);
	buf_add_text(out, "</dd>");
}

void
tipping_print(struct visit *v, const struct tipping *r)
{
	const struct campword_field *f = tippings_fields();
	struct buf *out = v->out;
	struct json *body = NULL;
	struct err e = { 0 };

	/* What is not JSON was not written here: it shows no fields. */
	if (json_parse(r->body, &body, NULL, &e) < 0)
		body = NULL;
	buf_add_text(out, "<dl class=\"facts\">");
	for (; f->name; f++) {
		struct str value = campwords_show(v->desk->arena, f, body);

		if (!str_is_given(value))
			continue;
		buf_addf(out, "<dt>%s</dt><dd>", f->label);
		html_text(out, value);
		buf_add_text(out, "</dd>");
	}
	print_time(out, "Referred on", r->referred_ms);
	print_time(out, "Cleared by", r->cleared_ms);
	buf_add_text(out, "</dl>");
	json_free(&body);
}

static void
print_past(void *user, const struct tipping *r)
{
	struct recording *f = user;
	struct buf *out = f->v->out;

	if (f->history++ == 0)
		buf_add_text(out, "<section aria-labelledby=\"past\"><h2 "
				  "id=\"past\">What was recorded</h2><ol "
				  "class=\"lines\" reversed>");
	buf_addf(out, "<li class=\"line%s\"><h3>%s</h3><p class=\"soft\">",
	    r->id == f->was.id ? "" : " corrected",
	    r->id == f->was.id ? "Stands" : "Before");
	html_time(out, r->made_ms);
	buf_add_text(out, " by ");
	html_text(out, r->by);
	buf_add_text(out, "</p>");
	tipping_print(f->v, r);
	buf_add_text(out, "</li>");
}

static int
print_history(struct recording *f, struct err *e)
{
	if (tippings_history(
		f->v->desk->tippings, f->row.id, print_past, f, e) < 0)
		return -1;
	if (f->history)
		buf_add_text(f->v->out, "</ol></section>");
	return 0;
}

/* What a field holds: as it was sent, else as it stands. */
static struct str
value_of(void *user, const char *name)
{
	const struct recording *f = user;

	if (f->v->rq->is_post)
		return visit_field(f->v, name);
	return json_text(json_member(f->was_body, name));
}

static void
print_form(struct recording *f)
{
	struct buf *out = f->v->out;

	buf_addf(out,
	    "<form class=\"line-form\" method=\"post\" action=\"/incident/"
	    "%" PRId64 "/fly-tipping\" novalidate>",
	    f->row.id);
	visit_form_field(f->v);
	buf_addf(out,
	    "<input type=\"hidden\" name=\"seen\" value=\"%" PRId64 "\">",
	    f->seen_id);
	camp_print_fields(out, tippings_fields(), value_of, f, f->bad);
	camp_print_when(out, "referred-at", "Referred when (may be left out)",
	    f->referred_ms, f->bad);
	camp_print_when(out, "cleared-at", "Cleared by (may be left out)",
	    f->cleared_ms, f->bad);
	buf_add_text(out, "<p><button>Save</button></p></form>");
}

static int
print_page(struct recording *f, const char *problem, struct err *e)
{
	struct buf *out = f->v->out;

	visit_page(f->v, "Fly-tipping");
	buf_addf(
	    out, "<p><a href=\"/incident/%" PRId64 "\">Incident ", f->row.id);
	html_text(out, f->row.ref);
	buf_add_text(out, "</a></p>");
	if (problem)
		camp_print_problem(f->v, f->bad, problem);
	if (visit_may(f->v, CAMP_WRITERS))
		print_form(f);
	if (print_history(f, e) < 0)
		return -1;
	visit_page_end(f->v);
	return 0;
}

/* --- reading --- */

static void
see_tag(void *user, const struct store_tag *tag)
{
	struct recording *f = user;

	f->is_theme |= str_is(tag->theme, THEME);
}

static void
see_decision(void *user, const struct review_decision *d)
{
	struct recording *f = user;

	if (d->undone_ms == CLOCK_NONE && str_is(d->theme, THEME))
		f->is_theme = d->verdict != REVIEW_REJECTED;
}

/* 1; 0 if there is no such incident, or it is of other themes; or -1. */
static int
load(struct recording *f, struct visit *v, struct err *e)
{
	struct desk *d = v->desk;
	struct err why = { 0 };
	int64_t id = visit_number(v->arg);
	int r;

	*f = (struct recording){
		.v = v, .referred_ms = CLOCK_NONE, .cleared_ms = CLOCK_NONE
	};
	r = id > 0 ? store_incident_find_id(d->store, id, d->arena, &f->row, e)
		   : 0;
	if (r <= 0)
		return r;
	if (store_tags_list(d->store, id, false, see_tag, f, e) < 0 ||
	    reviews_list(d->reviews, id, see_decision, f, e) < 0)
		return -1;
	r = tippings_find(d->tippings, id, d->arena, &f->was, e);
	if (r <= 0)
		return r < 0 ? -1 : f->is_theme;
	f->seen_id = f->was.id;
	f->referred_ms = f->was.referred_ms;
	f->cleared_ms = f->was.cleared_ms;
	if (json_parse(f->was.body, &f->was_body, NULL, &why) < 0)
		f->was_body = NULL;
	return 1;
}

static void
say_none(struct visit *v)
{
	visit_say(v, 404, "Not found",
	    "There is no such incident with the theme fly-tipping. Add the "
	    "theme on the incident's page if it is one.");
}

void
page_tipping(struct visit *v)
{
	struct recording f;
	struct err e = { 0 };
	int r = load(&f, v, &e);

	if (r == 0)
		say_none(v);
	else if (r < 0 ||
		 visit_record_part(v, f.row.id, "fly-tipping", &e) < 0 ||
		 print_page(&f, NULL, &e) < 0)
		visit_fail(v, &e);
	json_free(&f.was_body);
}

/* --- recording --- */

/* A time of the form: empty is CLOCK_NONE. */
static int
read_time(struct recording *f, const char *name, const char *label, int64_t *ms,
    struct err *e)
{
	struct str text = visit_field(f->v, name);

	*ms = CLOCK_NONE;
	if (text.len == 0 || camp_read_time(text, ms))
		return 0;
	f->bad = name;
	return err_set(e, ERR_INVALID,
	    "“%s” is a date and time, for example 2026-11-14T10:42, or empty.",
	    label);
}

static int
check_form(struct recording *f, struct err *e)
{
	struct str seen = visit_field(f->v, "seen");

	f->seen_id = visit_number(seen);
	if (f->seen_id == 0 && !str_is(seen, "0"))
		return err_set(e, ERR_INVALID, "The form is incomplete.");
	if (read_time(f, "referred-at", "Referred when", &f->referred_ms, e) <
		0 ||
	    read_time(f, "cleared-at", "Cleared by", &f->cleared_ms, e) < 0)
		return -1;
	return campwords_read(tippings_fields(), value_of, f, f->v->desk->arena,
	    &f->body, &f->bad, e);
}

static int
put(void *user, struct visit *v, struct err *e)
{
	struct recording *f = user;
	const struct tipping_entry w = { .incident_id = f->row.id,
		.seen_id = f->seen_id,
		.body = buf_str(&f->body),
		.referred_ms = f->referred_ms,
		.cleared_ms = f->cleared_ms,
		.account_id = v->account.id,
		.now_ms = v->now_ms };
	char detail[96];
	int64_t id = tippings_put(v->desk->tippings, &w, e);

	if (id <= 0)
		return (int)id;
	(void)snprintf(detail, sizeof detail,
	    "{\"change\":\"fly-tipping\",\"record\":%" PRId64 "}", id);
	return visit_record_change(v, f->row.id, detail, e) < 0 ? -1 : 1;
}

/* The page again, with what was typed and why it is not recorded. */
static void
show_again(
    struct recording *f, struct visit *v, unsigned status, const char *why)
{
	struct err e = { 0 };

	if (print_page(f, why, &e) < 0)
		visit_fail(v, &e);
	else
		v->reply->status = status;
}

/* Somebody was faster: what they recorded counts as seen now. */
static void
show_faster(struct recording *f, struct visit *v)
{
	struct desk *d = v->desk;
	struct err e = { 0 };

	f->was = (struct tipping){ 0 };
	if (tippings_find(d->tippings, f->row.id, d->arena, &f->was, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	f->seen_id = f->was.id;
	show_again(f, v, 412,
	    "Somebody saved another record meanwhile, and nothing of this was "
	    "recorded. Theirs stands below: save again if yours is to take its "
	    "place.");
}

static void
take(struct recording *f, struct visit *v)
{
	struct err e = { 0 };
	int r = check_form(f, &e);
	char path[48];

	if (r < 0) {
		show_again(f, v, 400, e.msg);
		return;
	}
	r = visit_change(v, put, f, &e);
	if (r > 0) {
		(void)snprintf(
		    path, sizeof path, "/incident/%" PRId64, f->row.id);
		visit_redirect(v, path);
	} else if (r == 0)
		show_faster(f, v);
	else if (e.code == ERR_INVALID)
		show_again(f, v, 400, e.msg);
	else
		visit_fail(v, &e);
}

void
page_tipping_put(struct visit *v)
{
	struct recording f;
	struct err e = { 0 };
	int r = load(&f, v, &e);

	if (r == 0)
		say_none(v);
	else if (r < 0)
		visit_fail(v, &e);
	else
		take(&f, v);
	buf_clear(&f.body);
	json_free(&f.was_body);
}
