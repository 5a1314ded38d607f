/*
 * What was decided together: the acts, and one with its incidents and the way
 * back.
 */
#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/failpoint.h"
#include "agent/review/batchwords.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/store/joint.h"

#define PAGE_ROWS 50

struct listing {
	struct visit *v;
	int64_t last_id;
	int rows;
};

/* "liaison rejected 37 incidents", with what was left out and undone. */
static void
print_sentence(struct buf *out, const struct joint *b)
{
	html_text(out, b->by);
	if (b->verdict == JOINT_CHANGE)
		buf_addf(out, " changed %" PRId64 " %s to ", b->decided,
		    b->decided == 1 ? "incident" : "incidents");
	else
		buf_addf(out, " %s %" PRId64 " %s", batchwords_done(b->verdict),
		    b->decided, b->decided == 1 ? "incident" : "incidents");
	if (b->verdict == JOINT_CHANGE)
		html_theme(out, b->theme);
	buf_add_text(out, ", ");
	html_time(out, b->at_ms);
	if (b->left_out > 0)
		buf_addf(out, "; %" PRId64 " left out", b->left_out);
	buf_add_text(out, ".");
	if (b->undone_ms == CLOCK_NONE)
		return;
	buf_add_text(out, " Undone by ");
	html_text(out, b->undone_by);
	buf_add_text(out, ", ");
	html_time(out, b->undone_ms);
	buf_addf(out, ": %" PRId64 " again as before.", b->restored);
}

static void
print_batch(void *user, const struct joint *b)
{
	struct listing *l = user;

	buf_addf(l->v->out,
	    "%s<li><a href=\"/batches/%" PRId64 "\">Act %" PRId64 "</a>: ",
	    l->rows++ == 0 ? "<ul>" : "", b->id, b->id);
	print_sentence(l->v->out, b);
	buf_add_text(l->v->out, "</li>");
	l->last_id = b->id;
}

void
page_batches(struct visit *v)
{
	int64_t before = visit_number(http_query(v->rq, "before"));
	struct listing l = { .v = v };
	struct err e = { 0 };

	visit_page(v, "Decided together");
	if (joint_list(v->desk->batches, before > 0 ? before : INT64_MAX,
		PAGE_ROWS, print_batch, &l, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	buf_add_text(v->out, l.rows > 0 ? "</ul>" : "<p>Nothing yet.</p>");
	if (l.rows == PAGE_ROWS)
		buf_addf(v->out,
		    "<p class=\"next\"><a rel=\"next\" "
		    "href=\"/batches?before=%" PRId64 "\">Earlier</a></p>",
		    l.last_id);
	visit_page_end(v);
}

/* --- one --- */

/* Which of its incidents are being listed. */
struct rows {
	struct visit *v;
	bool are_decided;
	size_t count;
};

static void
print_row(void *user, const struct joint_row *row)
{
	struct rows *r = user;
	struct buf *out = r->v->out;

	if ((row->outcome == JOINT_DECIDED) != r->are_decided)
		return;
	if (r->count++ == 0)
		buf_addf(out, "<h2>%s</h2><ul class=\"plan\">",
		    r->are_decided ? "Decided" : "Left out");
	buf_addf(
	    out, "<li><a href=\"/incident/%" PRId64 "\">", row->incident_id);
	html_text(out, row->ref);
	buf_add_text(out, "</a>");
	if (row->near_name.len > 0) {
		buf_add_text(out, ", near ");
		html_text(out, row->near_name);
	}
	buf_add_text(out, ": ");
	if (r->are_decided)
		html_themes(out, row->decided);
	else
		buf_add_text(out, batchwords_outcome(row->outcome));
	if ((int)row->back != 0)
		buf_addf(
		    out, ". <strong>%s</strong>", batchwords_back(row->back));
	buf_add_text(out, "</li>");
}

static int
print_rows(struct visit *v, int64_t id, bool are_decided, struct err *e)
{
	struct rows r = { .v = v, .are_decided = are_decided };

	if (joint_items(v->desk->batches, id, print_row, &r, e) < 0)
		return -1;
	if (r.count > 0)
		buf_add_text(v->out, "</ul>");
	return 0;
}

static void
print_undo(struct visit *v, int64_t id)
{
	buf_addf(v->out,
	    "<form class=\"done\" method=\"post\" action=\"/batches/%" PRId64
	    "/undo\"><span role=\"status\">This is recorded.</span> ",
	    id);
	visit_form_field(v);
	buf_add_text(v->out,
	    "<button accesskey=\"u\" data-key=\"u\">Undo all of it "
	    "<kbd>u</kbd></button></form>");
}

static void
print_head(void *user, const struct joint *b)
{
	struct visit *v = user;

	visit_page(v, "Decided together");
	buf_add_text(
	    v->out, "<link rel=\"stylesheet\" href=\"/static/batch.css\"><p>");
	print_sentence(v->out, b);
	buf_add_text(v->out, "</p>");
	if (b->undone_ms == CLOCK_NONE && visit_may(v, ACCOUNT_REVIEWER))
		print_undo(v, b->id);
}

void
page_batch_done(struct visit *v)
{
	int64_t id = visit_number(v->arg);
	struct err e = { 0 };
	int r;

	if (visit_record_look(v, 0, "batches", &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	r = joint_find(v->desk->batches, id, print_head, v, &e);
	if (r == 0)
		visit_say(v, 404, "Not found",
		    "There is no such act. What it was about may have been "
		    "erased.");
	else if (r < 0 || print_rows(v, id, true, &e) < 0 ||
		 print_rows(v, id, false, &e) < 0)
		visit_fail(v, &e);
	if (r <= 0 || v->reply->status != 200)
		return;
	buf_add_text(v->out,
	    "<p><a href=\"/\">Go to the queue</a> · "
	    "<a href=\"/batches\">Decided together before</a></p>");
	visit_page_end(v);
}

static int
undo(void *user, struct visit *v, struct err *e)
{
	const struct joint_by by = { v->account.id, v->actor, v->now_ms };
	const int64_t *id = user;

	return joint_undo(v->desk->batches, *id, &by, v->desk->arena, e);
}

void
page_batch_undo(struct visit *v)
{
	int64_t id = visit_number(v->arg);
	struct buf path = { 0 };
	struct err e = { 0 };
	int r = visit_change(v, undo, &id, &e);

	if (r <= 0) {
		visit_refuse(v, r, &e);
		return;
	}
	FAILPOINT("batch-undone");
	buf_addf(&path, "/batches/%" PRId64, id);
	visit_redirect(v, path.p);
	buf_clear(&path);
}
