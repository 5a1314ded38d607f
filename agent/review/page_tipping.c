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
#include "agent/review/tippingform.h"
#include "agent/review/visit.h"
#include "agent/store/store.h"

/* The page while it is written. */
struct recording {
	struct tippingform f;
	size_t history;
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
	struct buf *out = f->f.v->out;

	if (f->history++ == 0)
		buf_add_text(out, "<section aria-labelledby=\"past\"><h2 "
				  "id=\"past\">What was recorded</h2><ol "
				  "class=\"lines\" reversed>");
	buf_addf(out, "<li class=\"line%s\"><h3>%s</h3><p class=\"soft\">",
	    r->id == f->f.was.id ? "" : " corrected",
	    r->id == f->f.was.id ? "Stands" : "Before");
	html_time(out, r->made_ms);
	buf_add_text(out, " by ");
	html_text(out, r->by);
	buf_add_text(out, "</p>");
	tipping_print(f->f.v, r);
	buf_add_text(out, "</li>");
}

static int
print_history(struct recording *f, struct err *e)
{
	if (tippings_history(
		f->f.v->desk->tippings, f->f.row.id, print_past, f, e) < 0)
		return -1;
	if (f->history)
		buf_add_text(f->f.v->out, "</ol></section>");
	return 0;
}

static void
print_form(struct recording *f)
{
	struct buf *out = f->f.v->out;

	buf_addf(out,
	    "<form class=\"line-form\" method=\"post\" action=\"/incident/"
	    "%" PRId64 "/fly-tipping\" novalidate>",
	    f->f.row.id);
	visit_form_field(f->f.v);
	buf_addf(out,
	    "<input type=\"hidden\" name=\"seen\" value=\"%" PRId64 "\">",
	    f->f.seen_id);
	camp_print_fields(
	    out, tippings_fields(), tippingform_value, &f->f, f->f.bad);
	camp_print_when(out, "referred-at", "Referred when (may be left out)",
	    f->f.referred_ms, f->f.bad);
	camp_print_when(out, "cleared-at", "Cleared by (may be left out)",
	    f->f.cleared_ms, f->f.bad);
	buf_add_text(out, "<p><button>Save</button></p></form>");
}

static int
print_page(struct recording *f, const char *problem, struct err *e)
{
	struct buf *out = f->f.v->out;

	visit_page(f->f.v, "Fly-tipping");
	buf_addf(
	    out, "<p><a href=\"/incident/%" PRId64 "\">Incident ", f->f.row.id);
	html_text(out, f->f.row.ref);
	buf_add_text(out, "</a></p>");
	if (problem)
		camp_print_problem(f->f.v, f->f.bad, problem);
	if (visit_may(f->f.v, CAMP_WRITERS))
		print_form(f);
	if (print_history(f, e) < 0)
		return -1;
	visit_page_end(f->f.v);
	return 0;
}

/* --- reading --- */

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
	struct recording f = { 0 };
	struct err e = { 0 };
	int r = tippingform_load(&f.f, v, &e);

	if (r == 0)
		say_none(v);
	else if (r < 0 ||
		 visit_record_part(v, f.f.row.id, "fly-tipping", &e) < 0 ||
		 print_page(&f, NULL, &e) < 0)
		visit_fail(v, &e);
	tippingform_clear(&f.f);
}

/* --- recording --- */

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

	f->f.was = (struct tipping){ 0 };
	if (tippings_find(d->tippings, f->f.row.id, d->arena, &f->f.was, &e) <
	    0) {
		visit_fail(v, &e);
		return;
	}
	f->f.seen_id = f->f.was.id;
	show_again(f, v, 412,
	    "Somebody saved another record meanwhile, and nothing of this was "
	    "recorded. Theirs stands below: save again if yours is to take its "
	    "place.");
}

static void
take(struct recording *f, struct visit *v)
{
	struct err e = { 0 };
	int r = tippingform_check(&f->f, &e);
	char path[48];

	if (r < 0) {
		show_again(f, v, 400, e.msg);
		return;
	}
	r = visit_change(v, tippingform_put, &f->f, &e);
	if (r > 0) {
		(void)snprintf(
		    path, sizeof path, "/incident/%" PRId64, f->f.row.id);
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
	struct recording f = { 0 };
	struct err e = { 0 };
	int r = tippingform_load(&f.f, v, &e);

	if (r == 0)
		say_none(v);
	else if (r < 0)
		visit_fail(v, &e);
	else
		take(&f, v);
	tippingform_clear(&f.f);
}
