/*
 * What is promised and due: overdue first, then today, then the rest of the
 * week, then later; all of it is one walk along an index in that order.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/london.h"
#include "agent/review/page.h"
#include "agent/review/toldshare.h"
#include "agent/review/visit.h"
#include "agent/store/contactwords.h"
#include "agent/store/followups.h"

#define PAGE_ROWS 50
#define WEEK_DAYS 7

/* When something is due, in words. */
static const char *const groups[] = { "Overdue", "Due today",
	"In the next 7 days", "Later" };
#define GROUPS (sizeof groups / sizeof groups[0])

/* What is being written. */
struct listing {
	struct visit *v;
	int64_t ends_ms[GROUPS]; /* before which each group is due */
	size_t group;            /* of the last one; GROUPS: none yet */
	int64_t due_ms, id;      /* of the last one */
	int64_t rows;
};

static size_t
group_of(const struct listing *l, int64_t due_ms)
{
	size_t i = 0;

	while (i < GROUPS - 1 && due_ms >= l->ends_ms[i])
		i++;
	return i;
}

static void
begin_group(struct listing *l, size_t group)
{
	if (group == l->group)
		return;
	buf_addf(l->v->out, "%s<h2>%s</h2><ol class=\"queue\">",
	    l->group == GROUPS ? "" : "</ol>", groups[group]);
	l->group = group;
}

static void
print_holder(struct buf *out, const struct followup *one)
{
	buf_addf(out, "<p>Falls to: %s",
	    contactwords_of(CONTACTWORDS_FUNCTIONS, one->falls_to)->label);
	if (str_is_given(one->holder)) {
		buf_add_text(out, ", <strong>");
		html_text(out, one->holder);
		buf_add_text(out, "</strong>");
	}
	buf_add_text(out, "</p>");
}

static void
print_incident(struct buf *out, const struct followup *one)
{
	buf_addf(out, "<p><a href=\"/incident/%" PRId64 "\">Incident ",
	    one->incident_id);
	html_text(out, one->ref);
	buf_add_text(out, "</a>");
	if (str_is_given(one->themes)) {
		buf_add_text(out, ": ");
		html_themes(out, one->themes);
	}
	if (str_is_given(one->district)) {
		buf_add_text(out, ", ");
		html_text(out, one->district);
	}
	buf_add_text(out, "</p>");
}

static void
print_one(void *user, const struct followup *one)
{
	struct listing *l = user;
	struct buf *out = l->v->out;

	begin_group(l, group_of(l, one->due_ms));
	buf_addf(out,
	    "<li class=\"item%s\"><h3><a href=\"/follow-up/%" PRId64
	    "\">%s</a></h3><p class=\"when\">By ",
	    l->group == 0 ? " rank1" : "", one->id,
	    contactwords_of(CONTACTWORDS_KINDS, one->kind)->label);
	london_add_due(out, one->due_ms);
	buf_add_text(out, "</p>");
	print_incident(out, one);
	print_holder(out, one);
	if (str_is_given(one->cause)) {
		buf_add_text(out, "<p>Opened by the agent: ");
		html_theme(out, one->cause);
		buf_add_text(out, " that no unit attended.</p>");
	}
	if (one->note.len > 0) {
		buf_add_text(out, "<p class=\"why\">");
		html_text(out, one->note);
		buf_add_text(out, "</p>");
	}
	buf_add_text(out, "</li>");
	l->due_ms = one->due_ms;
	l->id = one->id;
	l->rows++;
}

static bool
is_mine(struct visit *v)
{
	return str_is(http_query(v->rq, "who"), "mine");
}

static void
read_filter(struct visit *v, struct followup_filter *f)
{
	struct str after = http_query(v->rq, "after");
	char *end = NULL;

	*f = (struct followup_filter){
		.holder_id = is_mine(v) ? v->account.id : 0,
		.after_due_ms = INT64_MIN,
		.before_ms = INT64_MAX,
		.limit = PAGE_ROWS,
	};
	if (after.len == 0)
		return;
	f->after_due_ms = strtoll(after.p, &end, 10);
	if (*end == '.')
		f->after_id = strtoll(end + 1, &end, 10);
}

/* Whose are shown, and how many there are of both. */
static int
print_choice(struct visit *v, struct err *e)
{
	int64_t mine = 0, all = 0;
	bool mine_only = is_mine(v);

	if (followups_count(v->desk->followups, v->account.id, INT64_MAX,
		INT64_MAX, &mine, e) < 0 ||
	    followups_count(
		v->desk->followups, 0, INT64_MAX, INT64_MAX, &all, e) < 0)
		return -1;
	buf_addf(v->out,
	    "<ul class=\"choice\"><li><a href=\"/follow-up\"%s>All (%" PRId64
	    ")</a></li><li><a href=\"/follow-up?who=mine\"%s>Mine (%" PRId64
	    ")</a></li></ul>",
	    mine_only ? "" : " aria-current=\"true\"", all,
	    mine_only ? " aria-current=\"true\"" : "", mine);
	return 0;
}

static int
print_list(struct visit *v, struct err *e)
{
	struct followup_filter f;
	struct listing l = { .v = v, .group = GROUPS };

	l.ends_ms[0] = v->now_ms;
	l.ends_ms[1] = london_midnight(v->now_ms, 1);
	l.ends_ms[2] = london_midnight(v->now_ms, 1 + WEEK_DAYS);
	read_filter(v, &f);
	if (followups_list(v->desk->followups, &f, print_one, &l, e) < 0)
		return -1;
	buf_add_text(v->out,
	    l.rows > 0 ? "</ol>"
		       : "<p>Nothing is open here. What is promised to an "
			 "informant, a visit that is wanted, and a hare "
			 "coursing or encampment that no unit attended would "
			 "stand here.</p>");
	if (l.rows > 0)
		visit_csv(v,
		    is_mine(v) ? "/v1/follow-ups?who=mine" : "/v1/follow-ups",
		    "what is due");
	if (l.rows == PAGE_ROWS)
		buf_addf(v->out,
		    "<p class=\"next\"><a rel=\"next\" "
		    "href=\"/follow-up?after=%" PRId64 ".%" PRId64
		    "%s\">Next %d</a></p>",
		    l.due_ms, l.id, is_mine(v) ? "&amp;who=mine" : "",
		    PAGE_ROWS);
	return 0;
}

void
page_followups(struct visit *v)
{
	struct err e = { 0 };

	if (visit_record_look(v, 0, "follow-up", &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	visit_page(v, "Follow-up");
	if (print_choice(v, &e) < 0 || print_list(v, &e) < 0 ||
	    toldshare_print(v, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	visit_page_end(v);
}
