/*
 * Deciding several incidents together: what would change for each, and then
 * doing it.
 *
 * What is shown goes along in the form, incident by incident with its version,
 * so that nothing is kept of a page that is left and what has changed since is
 * left out.  A tired hand is to throw nothing grave away: what is in progress,
 * an alert or was told to somebody comes first, unticked, and nothing ticks
 * it but a person, one by one; no key presses the button.
 */
#include <inttypes.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/failpoint.h"
#include "agent/base/token.h"
#include "agent/review/batchwords.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/queuefilter.h"
#include "agent/review/service_private.h"
#include "agent/store/joint.h"
#include "agent/store/reviews.h"
#include "agent/store/store.h"
#include "agent/store/takers.h"

/* One incident as it is shown. */
struct shown {
	int64_t id;
	struct joint_plan plan;
	struct store_incident row;
};

/* What is asked for, and what would come of it. */
struct preview {
	struct visit *v;
	struct joint_wish wish;
	struct shown *all; /* the arena's, room for JOINT_MAX */
	size_t count;
	bool is_more;  /* than there is room for */
	int64_t total; /* that match, if all were asked for; else 0 */
};

/* --- what is asked for --- */

static void
add_id(struct preview *p, int64_t id)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->all[i].id == id)
			return;
	if (p->count < JOINT_MAX)
		p->all[p->count++].id = id;
	else
		p->is_more = true;
}

static void
add_param(void *user, struct str name, struct str value)
{
	int64_t id = str_is(name, "item") ? visit_number(value) : 0;

	if (id > 0)
		add_id(user, id);
}

static void
add_item(void *user, const struct review_item *item)
{
	add_id(user, item->incident_id);
}

/* All that match, the gravest and oldest first. */
static int
read_all(struct preview *p, struct err *e)
{
	struct reviews *reviews = p->v->desk->reviews;
	struct review_filter f;
	int64_t oldest_ms;

	queuefilter_read(p->v, &f);
	f.after_rank = -1;
	f.limit = JOINT_MAX;
	if (reviews_count(reviews, &f, &p->total, &oldest_ms, e) < 0 ||
	    reviews_queue(reviews, &f, add_item, p, e) < 0)
		return -1;
	p->is_more = p->total > JOINT_MAX;
	return 0;
}

/* The wish of a form's or an address's words: is it one? */
static bool
make_wish(
    struct visit *v, struct str verdict, struct str to, struct joint_wish *wish)
{
	*wish = (struct joint_wish){ .verdict = joint_verdict_find(verdict),
		.theme = to,
		.account_id = v->account.id,
		.actor = v->actor,
		.now_ms = v->now_ms };
	return (int)wish->verdict != 0 &&
	       (wish->verdict != JOINT_CHANGE || html_is_theme(to));
}

static int
read_plans(struct preview *p, struct err *e)
{
	struct visit *v = p->v;

	for (size_t i = 0; i < p->count; i++) {
		struct shown *s = &p->all[i];

		if (joint_plan(v->desk->batches, &p->wish, s->id,
			v->desk->arena, &s->plan, e) < 0 ||
		    store_incident_find_id(
			v->desk->store, s->id, v->desk->arena, &s->row, e) < 0)
			return -1;
	}
	return 0;
}

/* --- showing it --- */

/* The lists of the page, in their order. */
enum part {
	PART_GRAVE,
	PART_PLAIN,
	PART_LEFT
};

static enum part
part_of(const struct shown *s)
{
	if (s->plan.outcome != JOINT_DECIDED)
		return PART_LEFT;
	return s->plan.is_grave ? PART_GRAVE : PART_PLAIN;
}

static size_t
count_part(const struct preview *p, enum part part)
{
	size_t count = 0;

	for (size_t i = 0; i < p->count; i++)
		count += part_of(&p->all[i]) == part;
	return count;
}

/* Why it is grave. */
static void
print_grave(struct buf *out, const struct joint_plan *plan)
{
	const char *join = "";

	buf_add_text(out, "<p class=\"grave\">");
	if (plan->in_progress) {
		buf_add_text(out, "In progress");
		join = ". ";
	}
	if (plan->is_alert) {
		buf_addf(out, "%sAn alert", join);
		join = ". ";
	}
	if (plan->was_told)
		buf_addf(out,
		    "%sPeople were told of it, and will be told "
		    "that it was rejected",
		    join);
	buf_add_text(out, ".</p>");
}

static void
print_wishes(struct buf *out, const struct joint_plan *plan)
{
	buf_add_text(out, "<p class=\"becomes\">");
	for (size_t i = 0; i < plan->count; i++) {
		const struct review_wish *w = &plan->wishes[i];

		buf_add_text(out, i > 0 ? "; " : "");
		html_theme(out, w->theme);
		buf_addf(out, "%s: <strong>%s</strong>",
		    plan->levels[i] == RULES_ALERT    ? " (alert)"
		    : plan->levels[i] == RULES_REVIEW ? " (for review)"
						      : "",
		    review_verdict_name(w->verdict));
	}
	buf_add_text(out, "</p>");
}

/* Reference, place and when it began. */
static void
print_what(struct buf *out, const struct shown *s)
{
	const struct place *at = &s->row.place;

	buf_addf(out, "<p><a href=\"/incident/%" PRId64 "\">", s->id);
	html_text(out, s->row.ref);
	buf_add_text(out, "</a>, ");
	html_near(
	    out, at->near_name, at->near_m, at->near_bearing, at->district);
	if (s->row.opened_ms != CLOCK_NONE) {
		buf_add_text(out, ", ");
		html_time(out, s->row.opened_ms);
	}
	buf_add_text(out, "</p>");
}

static void
print_box(struct buf *out, const struct shown *s)
{
	bool is_grave = s->plan.is_grave;

	buf_addf(out,
	    "<p class=\"box\"><label><input type=\"checkbox\" name=\"%s\" "
	    "value=\"%" PRId64 "_%s\" autocomplete=\"off\"%s> %s"
	    "<span class=\"unseen\"> ",
	    is_grave ? "grave" : "item", s->id, s->plan.version,
	    is_grave ? "" : " checked",
	    is_grave ? "I mean this one" : "Include it");
	html_text(out, s->row.ref);
	buf_add_text(out, "</span></label></p>");
}

static void
print_shown(struct buf *out, const struct shown *s)
{
	enum part part = part_of(s);

	buf_addf(
	    out, "<li class=\"item%s\">", part == PART_GRAVE ? " rank0" : "");
	if (part != PART_LEFT)
		print_box(out, s);
	if (s->plan.outcome == JOINT_GONE) {
		buf_addf(out, "<p>Incident %" PRId64 "</p>", s->id);
	} else
		print_what(out, s);
	if (part == PART_LEFT) {
		buf_addf(out, "<p class=\"becomes\">%s",
		    batchwords_outcome(s->plan.outcome));
		if (s->plan.outcome == JOINT_HELD) {
			buf_add_text(out, ": ");
			html_text(out, taker_name(s->plan.holder));
		}
		buf_add_text(out, "</p></li>");
		return;
	}
	print_wishes(out, &s->plan);
	if (part == PART_GRAVE)
		print_grave(out, &s->plan);
	buf_add_text(out, "</li>");
}

/* One list with its heading; nothing if it is empty. */
static void
print_part(struct preview *p, enum part part, const char *title)
{
	struct buf *out = p->v->out;
	size_t count = count_part(p, part);

	if (count == 0)
		return;
	buf_addf(out,
	    "<section aria-labelledby=\"part%d\"><h2 id=\"part%d\">%s: %zu"
	    "</h2><ul class=\"plan\">",
	    (int)part, (int)part, title, count);
	for (size_t i = 0; i < p->count; i++)
		if (part_of(&p->all[i]) == part)
			print_shown(out, &p->all[i]);
	buf_add_text(out, "</ul></section>");
}

static void
print_summary(struct preview *p)
{
	size_t grave = count_part(p, PART_GRAVE);
	size_t plain = count_part(p, PART_PLAIN);
	size_t left = count_part(p, PART_LEFT);
	struct buf *out = p->v->out;

	buf_addf(out,
	    "<p>Nothing is recorded yet. <strong>%zu</strong> will be %s",
	    plain, batchwords_done(p->wish.verdict));
	if (p->wish.verdict == JOINT_CHANGE)
		html_theme(out, p->wish.theme);
	buf_addf(out, "; <strong>%zu</strong> left out.", left);
	if (grave > 0)
		buf_addf(out,
		    " <strong>%zu</strong> more only if you tick %s below.",
		    grave, grave == 1 ? "it" : "each");
	buf_add_text(out, "</p>");
	if (p->is_more && p->total > 0)
		buf_addf(out,
		    "<p class=\"problem\">%" PRId64 " match; these are the "
		    "first %d. The others stay as they are.</p>",
		    p->total, JOINT_MAX);
	else if (p->is_more)
		buf_addf(out,
		    "<p class=\"problem\">These are the first %d of those "
		    "selected. The others stay as they are.</p>",
		    JOINT_MAX);
}

/* Why, and the button. */
static void
print_confirm(struct preview *p)
{
	bool needs_why = p->wish.verdict != JOINT_CONFIRM;
	struct buf *out = p->v->out;

	buf_addf(out,
	    "<p><label for=\"why\">%s (kept with each, not sent to anybody)"
	    "</label><input id=\"why\" name=\"note\" maxlength=\"%d\"%s></p>"
	    "<p><button name=\"do\" value=\"yes\">%s those ticked</button>"
	    "</p><p><a href=\"/\">Go back, change nothing</a></p>",
	    needs_why ? "Why" : "Note", REVIEW_NOTE_MAX / 4,
	    needs_why ? " required" : "", batchwords_verb(p->wish.verdict));
}

static void
print_form(struct preview *p)
{
	struct buf *out = p->v->out;
	char once[TOKEN_TEXT_MAX];

	buf_add_text(
	    out, "<form class=\"batch\" method=\"post\" action=\"/batch\">");
	visit_form_field(p->v);
	buf_addf(out,
	    "<input type=\"hidden\" name=\"once\" value=\"%s\">"
	    "<input type=\"hidden\" name=\"verdict\" value=\"%s\">"
	    "<input type=\"hidden\" name=\"to\" value=\"",
	    token_new(once), joint_verdict_name(p->wish.verdict));
	if (p->wish.verdict == JOINT_CHANGE)
		html_text(out, p->wish.theme);
	buf_add_text(out, "\"><button disabled hidden></button>");
	print_part(p, PART_GRAVE, "Only if you tick each");
	print_part(p, PART_PLAIN, batchwords_title(p->wish.verdict));
	print_confirm(p);
	buf_add_text(out, "</form>");
}

static void
print_preview(struct preview *p)
{
	visit_page(p->v, batchwords_ask(p->wish.verdict));
	buf_add_text(
	    p->v->out, "<link rel=\"stylesheet\" href=\"/static/batch.css\">");
	print_summary(p);
	if (count_part(p, PART_GRAVE) + count_part(p, PART_PLAIN) > 0)
		print_form(p);
	else
		buf_add_text(p->v->out,
		    "<p>There is nothing to do. <a href=\"/\">Go to the queue"
		    "</a></p>");
	print_part(p, PART_LEFT, "Left out");
	visit_page_end(p->v);
}

void
page_batch(struct visit *v)
{
	struct preview p = { .v = v };
	struct err e = { 0 };
	int r = 0;

	if (!make_wish(v, http_query(v->rq, "verdict"), http_query(v->rq, "to"),
		&p.wish)) {
		visit_say(v, 400, "Nothing to do",
		    "Choose on the queue whether to confirm, to reject or to "
		    "change the theme.");
		return;
	}
	p.all = arena_alloc(v->desk->arena, JOINT_MAX, sizeof *p.all);
	if (str_is(http_query(v->rq, "all"), "yes"))
		r = read_all(&p, &e);
	else
		http_query_each(v->rq, add_param, &p);
	if (r == 0 && p.count == 0) {
		visit_say(v, 400, "Nothing is selected",
		    "Tick incidents in the queue first, or all that match.");
		return;
	}
	if (r < 0 || visit_record_look(v, 0, "batch", &e) < 0 ||
	    read_plans(&p, &e) < 0)
		visit_fail(v, &e);
	else
		print_preview(&p);
}

/* --- doing it --- */

/* What the form says, and what came of it. */
struct doing {
	struct visit *v;
	struct joint_item *items; /* the arena's, room for JOINT_MAX + 1 */
	size_t count;
	int64_t batch_id;
};

/* A ticked box: "id_version". */
static void
read_box(void *user, struct str name, struct str value)
{
	const char *end = memchr(value.p, '_', value.len);
	bool is_grave = str_is(name, "grave");
	struct doing *d = user;
	size_t len;

	if ((!is_grave && !str_is(name, "item")) || !end ||
	    d->count > JOINT_MAX)
		return;
	len = (size_t)(end - value.p);
	d->items[d->count++] = (struct joint_item){
		.incident_id = visit_number(str_make(value.p, len)),
		.version = arena_str(
		    d->v->desk->arena, str_make(end + 1, value.len - len - 1)),
		.is_ticked = is_grave,
	};
}

static int
do_it(void *user, struct visit *v, struct err *e)
{
	struct doing *d = user;
	struct joint_wish wish;

	if (!make_wish(
		v, visit_field(v, "verdict"), visit_field(v, "to"), &wish))
		return err_set(e, ERR_INVALID, "The form is incomplete.");
	wish.note = visit_field(v, "note");
	wish.once = visit_field(v, "once");
	if (!str_is_given(wish.note) || !str_is_given(wish.once))
		return err_set(e, ERR_INVALID, "The form is incomplete.");
	if (d->count == 0)
		return err_set(e, ERR_INVALID,
		    "Nothing was ticked, so nothing was recorded.");
	return joint_do(v->desk->batches, &wish, d->items, d->count,
	    v->desk->arena, &d->batch_id, e);
}

/* None could be decided: which, and why. */
static void
say_none(struct doing *d)
{
	struct buf *out = d->v->out;

	visit_page(d->v, "Nothing was recorded");
	d->v->reply->status = 412;
	buf_add_text(out, "<p>None of them can be decided as you saw it.</p>"
			  "<ul>");
	for (size_t i = 0; i < d->count; i++)
		buf_addf(out,
		    "<li><a href=\"/incident/%" PRId64 "\">Incident %" PRId64
		    "</a>: %s</li>",
		    d->items[i].incident_id, d->items[i].incident_id,
		    batchwords_outcome(d->items[i].outcome));
	buf_add_text(out, "</ul><p><a href=\"/\">Go to the queue</a></p>");
	visit_page_end(d->v);
}

void
page_batch_do(struct visit *v)
{
	struct doing d = { .v = v };
	struct buf path = { 0 };
	struct err e = { 0 };
	int r;

	d.items = arena_alloc(v->desk->arena, JOINT_MAX + 1, sizeof *d.items);
	http_form_each(v->rq, read_box, &d);
	r = visit_change(v, do_it, &d, &e);
	if (r == 0) {
		say_none(&d);
		return;
	}
	if (r < 0) {
		visit_refuse(v, r, &e);
		return;
	}
	FAILPOINT("batch-committed");
	buf_addf(&path, "/batches/%" PRId64, d.batch_id);
	visit_redirect(v, path.p);
	buf_clear(&path);
}
