/* An explanation as text: see explain.h. */
#include "rules/explain.h"

#include <string.h>

/* Answers shown; with more than one change each, fewer. */
#define SINGLES_MAX 8
#define SETS_MAX    2

static bool
is_kind(const struct explain_ground *g, const char *kind)
{
	return strcmp(g->kind, kind) == 0;
}

static void
print_ground(const struct explain_ground *g, struct buf *out)
{
	buf_addf(out, "  %s %-4s", g->holds ? "yes" : "no ", g->kind);
	if (is_kind(g, "give") || is_kind(g, "take"))
		buf_addf(out, " %4d", g->points);
	else if (is_kind(g, "need") || is_kind(g, "veto"))
		buf_add_text(out, "     ");
	buf_addf(out, "  %.*s\n                 %.*s\n", STR_ARG(g->why),
	    STR_ARG(g->says));
}

static void
print_bars(const struct explain_rule *r, struct buf *out)
{
	for (size_t i = 0; i < r->ground_count; i++) {
		const struct explain_ground *g = &r->grounds[i];

		if ((is_kind(g, "veto") && g->holds) ||
		    (is_kind(g, "need") && !g->holds))
			buf_addf(out, "  barred by: %s %.*s\n", g->kind,
			    STR_ARG(g->why));
	}
}

static void
print_change(const struct explain_change *c, struct buf *out)
{
	buf_addf(out, "      %.*s", STR_ARG(c->condition));
	if (c->now.len > 0)
		buf_addf(out, " (now: %.*s)", STR_ARG(c->now));
	buf_add_char(out, '\n');
}

static void
print_sets(const struct explain_flip *f, struct buf *out)
{
	size_t size = f->sets[0].count;
	size_t shown = size == 1 ? SINGLES_MAX : SETS_MAX;

	buf_add_text(out, size == 1 && f->count > 1 ? ", any one of:\n"
			  : size == 1               ? ":\n"
						    : ", together:\n");
	for (size_t i = 0; i < f->count && i < shown; i++) {
		if (i > 0 && size > 1)
			buf_add_text(out, "    or together:\n");
		for (size_t k = 0; k < size; k++)
			print_change(&f->sets[i].changes[k], out);
	}
	if (f->count > shown)
		buf_add_text(out, "    and others\n");
}

static void
print_flip(const char *what, const struct explain_flip *f, struct buf *out)
{
	if (f->count == 0) {
		buf_addf(out, "  no few changes would %s\n", what);
		return;
	}
	buf_addf(out, "  would %s", what);
	print_sets(f, out);
}

/* What it takes to be at its next level: points, and no bar. */
static void
print_up(const struct explain_rule *r, struct buf *out)
{
	bool alert = r->up.level == RULES_ALERT;
	int from = alert ? r->alert : r->review;
	struct buf what = { 0 };

	buf_addf(&what, "make %s", alert ? "an alert" : "a review");
	if (r->score < from)
		buf_addf(&what, " (%d points more)", from - r->score);
	print_flip(what.p, &r->up, out);
	buf_clear(&what);
}

void
explain_print(const struct explain_rule *r, bool brief, struct buf *out)
{
	buf_addf(out, "%.*s (%s %.*s%s): %s, score %d", STR_ARG(r->rule),
	    r->is_flag ? "flag" : "theme", STR_ARG(r->subject),
	    r->is_shadow ? ", shadow" : "", rules_level_name(r->level),
	    r->score);
	if (brief && !r->is_found) {
		buf_add_text(out, ", nothing of it is there\n");
		return;
	}
	buf_add_char(out, '\n');
	for (size_t i = 0; i < r->ground_count; i++)
		print_ground(&r->grounds[i], out);
	print_bars(r, out);
	if (r->has_up)
		print_up(r, out);
	if (r->has_down)
		print_flip(r->down.level == RULES_NONE
			       ? "make it nothing"
			       : "make it a review only",
		    &r->down, out);
}
