/* Printing whole files: see print.h. */
#include "agent/base/clock.h"
#include "agent/geo/place.h"
#include "rules/print.h"
#include "rules/ruleset.h"

const char *
print_ground_word(enum ast_ground_kind kind)
{
	static const char *const words[] = { [AST_GIVE] = "give",
		[AST_TAKE] = "take",
		[AST_NEED] = "need",
		[AST_VETO] = "veto",
		[AST_CANCEL] = "cancelled",
		[AST_CONFIRM] = "confirmed" };

	return words[kind];
}

void
print_reach(struct buf *out, const struct ast_mark *m)
{
	static const char *const words[] = { [AST_REACH_ITSELF] = "itself",
		[AST_REACH_NEXT] = "next",
		[AST_REACH_PREVIOUS] = "previous",
		[AST_REACH_CLAUSE] = "clause",
		[AST_REACH_SENTENCE] = "sentence",
		[AST_REACH_ENTRY] = "entry",
		[AST_REACH_EARLIER] = "earlier",
		[AST_REACH_CORRECTIONS] = "corrections",
		[AST_REACH_UNTIL] = "until" };

	buf_add_text(out, words[m->reach]);
	if (m->words > 0)
		buf_addf(out, " %ld", m->words);
}

static void
add_terms(const struct print *p, const struct ast_list *l)
{
	for (const struct ast_term *t = l->terms; t; t = t->next) {
		buf_add_text(p->out, t == l->terms ? " " : ", ");
		print_term(p, t);
	}
	buf_add_char(p->out, '\n');
}

static void
add_list(const struct print *p, const struct ast_list *l)
{
	static const char *const kinds[] = { [AST_WORDS] = "words",
		[AST_ANIMALS] = "animals",
		[AST_NAMES] = "names" };

	buf_addf(p->out, "%s %.*s", kinds[l->kind], STR_ARG(l->name));
	if (str_is_given(l->from.text))
		buf_addf(p->out, " from \"%.*s\"\n", STR_ARG(l->from.text));
	else
		add_terms(p, l);
}

static void
add_context(const struct print *p, const struct ast_context *c)
{
	buf_addf(p->out, "context %.*s%s%s\n", STR_ARG(c->name.text),
	    c->of_questions ? " questions" : "",
	    c->is_lifted ? " until confirmed" : "");
	for (const struct ast_mark *m = c->marks; m; m = m->next) {
		print_reach(p->out, m);
		add_terms(p, m->list);
	}
}

static void
add_ground(const struct print *p, const struct ast_ground *g)
{
	buf_addf(p->out, "%s %ld%s %ld when ", print_ground_word(g->kind),
	    g->points, g->is_each ? " each up to" : "", g->cap);
	print_cond(p, g->cond);
	/* The author's own words, not the condition's. */
	if (!str_is_equal(g->why, g->source))
		buf_addf(p->out, " because \"%.*s\"", STR_ARG(g->why));
	buf_add_char(p->out, '\n');
}

static void
add_rule(const struct print *p, const struct ast_rule *r)
{
	buf_addf(p->out,
	    "%s %.*s \"%.*s\" theme \"%.*s\" flag \"%.*s\"%s alert %ld "
	    "review %ld\n",
	    r->is_weigh ? "weigh" : "rule", STR_ARG(r->name.text),
	    STR_ARG(r->title), STR_ARG(r->theme.text), STR_ARG(r->flag.text),
	    r->is_shadow ? " shadow" : "", r->alert, r->review);
	for (const struct ast_ground *g = r->grounds; g; g = g->next)
		add_ground(p, g);
}

static void
add_stage(const struct print *p, const struct ast_stage *stage)
{
	static const char *const kinds[] = { [AST_SIGN_THEME] = "theme",
		[AST_SIGN_FLAG] = "flag",
		[AST_SIGN_RULE] = "rule" };

	for (const struct ast_sign *s = stage->signs; s; s = s->next)
		buf_addf(p->out, "%s%s %.*s%s",
		    s == stage->signs ? "of " : " or ", kinds[s->kind],
		    STR_ARG(s->name.text), s->is_alert ? " alert" : "");
	buf_add_char(p->out, '\n');
}

static void
add_series(const struct print *p, const struct ast_series *s)
{
	buf_addf(p->out,
	    "series %.*s \"%.*s\" theme %.*s%s%s at least %ld within %lld ms "
	    "and %ld m, distinct %u, %ld m apart%s, same place %ld m, give "
	    "%ld for %s because \"%.*s\"\n",
	    STR_ARG(s->name.text), STR_ARG(s->title), STR_ARG(s->theme.text),
	    s->is_shadow ? " shadow" : "", s->is_ordered ? " in order" : "",
	    s->least, (long long)s->window_ms, s->within_m, s->distinct,
	    s->apart_m, s->same_vehicle ? ", same vehicle" : "",
	    s->same_place_m, s->points,
	    rules_level_name((enum rules_level)s->level), STR_ARG(s->why));
	for (const struct ast_stage *stage = s->stages; stage;
	     stage = stage->next)
		add_stage(p, stage);
}

static void
add_step(const struct print *p, const struct ast_step *s)
{
	const char *no = s->is_negated ? "no " : "";

	if (s->of)
		buf_addf(p->out, "%.*s: ", STR_ARG(s->of->name.text));
	switch (s->kind) {
	case AST_STEP_ENTRY:
		buf_addf(p->out, "%.*s \"%.*s\"\n", STR_ARG(s->by),
		    STR_ARG(s->text));
		return;
	case AST_STEP_EXPECT_NONE: buf_add_text(p->out, "none\n"); return;
	case AST_STEP_EXPECT_THEME:
	case AST_STEP_EXPECT_RULE:
		buf_addf(p->out, "%s%s%.*s %s", no,
		    s->kind == AST_STEP_EXPECT_RULE ? "rule " : "",
		    STR_ARG(s->name.text),
		    rules_level_name((enum rules_level)s->level));
		if (s->has_score)
			buf_addf(p->out, " score %ld..%ld", s->low, s->high);
		buf_add_char(p->out, '\n');
		return;
	case AST_STEP_EXPECT_FLAG:
		buf_addf(p->out, "%sflag %.*s\n", no, STR_ARG(s->name.text));
		return;
	case AST_STEP_EXPECT_CRIME:
		buf_addf(p->out, "%srural crime\n", no);
		return;
	}
}

static void
add_offset(const struct print *p, const struct ast_offset *o)
{
	if (o->base)
		buf_addf(p->out, " %lld at %d of %.*s", (long long)o->amount,
		    o->bearing, STR_ARG(o->from.text));
}

/* What is said of an incident before anything happens. */
static void
add_facts(const struct print *p, const struct ast_test *t)
{
	char opened[CLOCK_TEXT_MAX];

	buf_addf(p->out,
	    " %s grade %ld resources %ld month %d time %d:%d at %s",
	    place_class_name((enum place_class)t->place), t->grade,
	    t->resources, t->month, t->hour, t->minute,
	    clock_format_utc(t->opened_ms, opened));
	for (int i = 0; i < FIELD_TEXT_COUNT; i++)
		if (str_is_given(t->texts[i]))
			buf_addf(p->out, " %s \"%.*s\"",
			    field_text_name((enum field_text)i),
			    STR_ARG(t->texts[i]));
	for (const struct ast_near *n = t->near; n; n = n->next)
		if (n->is_inside)
			buf_addf(p->out, " inside \"%.*s\"", STR_ARG(n->layer));
		else
			buf_addf(p->out, " %ld m from \"%.*s\"", n->distance_m,
			    STR_ARG(n->layer));
	add_offset(p, &t->where);
	add_offset(p, &t->when);
	buf_addf(p->out, " accurate to %ld\n", t->accuracy_m);
}

static void
add_test(const struct print *p, const struct ast_test *t)
{
	buf_addf(p->out, "test \"%.*s\"", STR_ARG(t->title));
	add_facts(p, t);
	for (const struct ast_test *i = t->incidents; i; i = i->next) {
		buf_addf(p->out, "incident %.*s", STR_ARG(i->name.text));
		add_facts(p, i);
	}
	for (const struct ast_step *s = t->steps; s; s = s->next)
		add_step(p, s);
}

void
print_ast(const struct print *p, const struct ast *ast)
{
	for (const struct ast_name *t = ast->themes; t; t = t->next)
		buf_addf(p->out, "theme %.*s\n", STR_ARG(t->text));
	for (const struct ast_list *l = ast->lists; l; l = l->next)
		if (str_is_given(l->name))
			add_list(p, l);
	for (const struct ast_context *c = ast->contexts; c; c = c->next)
		add_context(p, c);
	for (const struct ast_rule *r = ast->rules; r; r = r->next)
		add_rule(p, r);
	for (const struct ast_rule *w = ast->weighs; w; w = w->next)
		add_rule(p, w);
	for (const struct ast_series *s = ast->series; s; s = s->next)
		add_series(p, s);
	for (const struct ast_test *t = ast->tests; t; t = t->next)
		add_test(p, t);
}
