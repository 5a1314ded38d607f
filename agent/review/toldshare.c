/*
 * Two months side by side, a row a theme.  The numbers stand beside each share:
 * few cases make a share jump, and who reads it has to see that.
 */
#include "agent/review/toldshare.h"

#include <inttypes.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/visit.h"
#include "agent/store/duties.h"

#define ROWS_MAX 40
#define MONTHS   2

/* A row: its theme (absent: all) and what is counted in each month. */
struct row {
	struct str theme;
	struct duties_told months[MONTHS];
};

struct share {
	struct arena *arena;
	struct row rows[ROWS_MAX];
	size_t count, month;
};

static struct row *
row_of(struct share *s, struct str theme)
{
	for (size_t i = 0; i < s->count; i++)
		if (str_is_equal(s->rows[i].theme, theme))
			return &s->rows[i];
	if (s->count == ROWS_MAX)
		return NULL;
	s->rows[s->count].theme = str_is_given(theme)
				      ? arena_str(s->arena, theme)
				      : (struct str){ 0 };
	return &s->rows[s->count++];
}

static void
keep(void *user, const struct duties_told *told)
{
	struct share *s = user;
	struct row *row = row_of(s, told->theme);

	if (row)
		row->months[s->month] = *told;
}

int64_t
toldshare_month(int64_t ms, int months_ago)
{
	struct clock_local t = clock_to_local(ms);
	int months = t.year * 12 + t.month - 1 - months_ago;

	return clock_from_local(
	    clock_from_utc(months / 12, months % 12 + 1, 1, 0, 0, 0));
}

static int
load(struct visit *v, struct share *s, struct err *e)
{
	for (s->month = 0; s->month < MONTHS; s->month++) {
		int ago = (int)s->month;

		if (duties_count_told(v->desk->duties,
			toldshare_month(v->now_ms, ago),
			toldshare_month(v->now_ms, ago - 1), keep, s, e) < 0)
			return -1;
	}
	return 0;
}

static void
print_count(struct buf *out, const struct duties_told *t)
{
	if (t->informants == 0) {
		buf_add_text(out, "<td>nobody to tell</td>");
		return;
	}
	buf_addf(out, "<td>%" PRId64 " of %" PRId64 " (%.0f&nbsp;%%)</td>",
	    t->told, t->informants,
	    100.0 * (double)t->told / (double)t->informants);
}

static void
print_row(struct buf *out, const struct row *row)
{
	buf_add_text(out, "<tr><th scope=\"row\">");
	if (str_is_given(row->theme))
		html_theme(out, row->theme);
	else
		buf_add_text(out, "All themes");
	buf_add_text(out, "</th>");
	for (size_t i = 0; i < MONTHS; i++)
		print_count(out, &row->months[i]);
	buf_add_text(out, "</tr>");
}

static void
print_method(struct buf *out, const struct row *all)
{
	buf_addf(out,
	    "<details><summary>How this is counted</summary><p>Counted are "
	    "informants of incidents that were closed in the month and have a "
	    "theme: one that the rules gave and nobody rejected, or that a "
	    "person confirmed or added. Told is who was told the outcome in a "
	    "call in which they were reached, in person or in writing, by an "
	    "entry of the contact log that was not corrected since, whenever "
	    "that was. An incident with two themes counts for both, and once "
	    "among all.</p><p>Not counted are informants who left neither "
	    "telephone number nor address, or do not want to be contacted: "
	    "%" PRId64 " this month, %" PRId64 " last month. Incidents "
	    "without an informant are not counted.</p></details>",
	    all->months[0].unreachable, all->months[1].unreachable);
}

int
toldshare_print(struct visit *v, struct err *e)
{
	struct share *s = arena_alloc(v->desk->arena, 1, sizeof *s);
	struct buf *out = v->out;

	s->arena = v->desk->arena;
	if (load(v, s, e) < 0)
		return -1;
	buf_add_text(out,
	    "<section aria-labelledby=\"told\"><h2 id=\"told\">Informants told "
	    "the outcome</h2><div class=\"scroll\" role=\"region\" "
	    "tabindex=\"0\" aria-label=\"Shares by theme\"><table><thead><tr>"
	    "<th scope=\"col\">Theme</th><th scope=\"col\">This month</th>"
	    "<th scope=\"col\">Last month</th></tr></thead><tbody>");
	for (size_t i = 0; i < s->count; i++)
		print_row(out, &s->rows[i]);
	buf_add_text(out, "</tbody></table></div>");
	visit_csv(v, "/v1/informants-told", "informants told");
	print_method(out, &s->rows[0]);
	buf_add_text(out, "</section>");
	return 0;
}
