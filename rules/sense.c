/*
 * What is said of conditions, lists, tests and pairs of rules; a rule by
 * itself is sense_rule.c's.  All of it compares normal forms (norm.h), so that
 * it does not matter in which order, or how, the same thing was written.
 */
#include "rules/sense.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "rules/check.h"
#include "rules/limits.h"
#include "rules/namemap.h"
#include "rules/print.h"
#include "rules/ruleset.h"
#include "rules/sense_private.h"

size_t
sense_line(const struct sense *s, struct span at)
{
	return diag_line(s->d->files[at.file].text, at.start);
}

/* ---- Conditions ---- */

/* True if n is said of all values of a field, in other words than "known". */
static bool
is_of_all_values(const struct norm *n, const struct ast_cond *cond)
{
	struct norm_range all;

	if (n->kind != NORM_FACT || n->count != 1 ||
	    (cond->kind == AST_COND_FACT && cond->fact == AST_FACT_KNOWN))
		return false;
	all = norm_domain(n->field);
	return n->ranges[0].low == all.low && n->ranges[0].high == all.high;
}

static void
report_constant(
    struct sense *s, const struct ast_cond *cond, const struct norm *n)
{
	const char *name =
	    n->kind == NORM_FACT ? field_get(n->field)->name : NULL;

	diag_warn(s->d, DIAG_R044, cond->span, "this is %s true",
	    n->kind == NORM_NEVER ? "never" : "always");
	if (name)
		diag_note(s->d,
		    "it is so of every %s; write \"%s is known\" if that is "
		    "meant, or take it out",
		    name, name);
	else if (n->kind == NORM_ALWAYS)
		diag_note(s->d, "take it out, or ask for less");
	else
		diag_note(s->d, "take it out, or write \"or\" instead of "
				"\"and\"");
}

static bool
check_flag_given(struct sense *s, const struct ast_cond *n)
{
	int flag = check_flag_find(n->flag.text);

	if (flag < 0 || s->flags >> flag & 1U)
		return false;
	diag_warn(s->d, DIAG_R044, n->span,
	    "this is never true: no rule gives the flag '%.*s'",
	    STR_ARG(n->flag.text));
	diag_note(s->d, "write a rule with the line: flag %.*s",
	    STR_ARG(n->flag.text));
	return true;
}

static void
report_needless(
    struct sense *s, const struct ast_cond *n, bool is_and, bool is_left)
{
	const char *where = is_left ? "after" : "before";

	diag_warn(s->d, DIAG_R046, is_left ? n->left->span : n->right->span,
	    is_and ? "this changes nothing: what stands %s it asks for as much"
		   : "this changes nothing: what stands %s it is true "
		     "wherever this is",
	    where);
	diag_note(s->d, "take it out");
}

/* Does one side of an "and" or "or" say what the other says already? */
static void
check_sides(struct sense *s, const struct ast_cond *n)
{
	const struct norm *left = norm_cond(s->arena, n->left);
	const struct norm *right = norm_cond(s->arena, n->right);
	bool is_and = n->kind == AST_COND_AND;
	bool forth = norm_implies(left, right);
	bool back = norm_implies(right, left);

	if (forth && back) {
		diag_warn(s->d, DIAG_R046, n->right->span,
		    "this says the same as what stands before it");
		diag_note(s->d, "take one of them out");
	} else if (forth || back) {
		report_needless(s, n, is_and, forth != is_and);
	}
}

bool
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
sense_cond(struct sense *s, const struct ast_cond *n)
{
	bool left = false;
	bool right = false;
	const struct norm *norm;

	if (n->kind == AST_COND_TEXT || n->kind == AST_COND_NUMBER ||
	    n->kind == AST_COND_INSIDE || n->kind == AST_COND_DISTANCE)
		return false;
	if (n->kind == AST_COND_FLAG)
		return check_flag_given(s, n);
	if (n->kind == AST_COND_RIVAL)
		return false;
	if (n->kind != AST_COND_FACT)
		left = sense_cond(s, n->left);
	if (n->kind == AST_COND_AND || n->kind == AST_COND_OR)
		right = sense_cond(s, n->right);
	norm = norm_cond(s->arena, n);
	if (norm->kind == NORM_ALWAYS || norm->kind == NORM_NEVER ||
	    is_of_all_values(norm, n)) {
		if (!left && !right)
			report_constant(s, n, norm);
		return true;
	}
	if (right || left)
		return left && right;
	if (n->kind == AST_COND_AND || n->kind == AST_COND_OR)
		check_sides(s, n);
	return false;
}

/* ---- Pairs of rules ---- */

static int
compare_texts(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static struct str
ground_key(struct sense *s, const struct ast_ground *g)
{
	return arena_strf(s->arena, "%d %ld %ld %d %.*s", (int)g->kind,
	    g->points, g->cap, g->is_each,
	    STR_ARG(norm_cond(s->arena, g->cond)->key));
}

/* All that decides what a rule says, as text. */
static struct str
rule_key(struct sense *s, const struct ast_rule *r)
{
	struct str *lines =
	    arena_alloc(s->arena, r->ground_count + 1, sizeof *lines);
	struct buf text = { 0 };
	struct str key;
	size_t count = 0;

	for (const struct ast_ground *g = r->grounds; g; g = g->next)
		lines[count++] = ground_key(s, g);
	qsort(lines, count, sizeof *lines, compare_texts);
	buf_addf(&text, "%.*s/%.*s/%d/%ld/%ld", STR_ARG(r->theme.text),
	    STR_ARG(r->flag.text), r->is_shadow, r->alert, r->review);
	for (size_t i = 0; i < count; i++)
		buf_addf(&text, "\n%.*s", STR_ARG(lines[i]));
	key = arena_str(s->arena, buf_str(&text));
	buf_clear(&text);
	return key;
}

static void
check_agreement(struct sense *s)
{
	struct namemap *seen = namemap_new(s->arena, s->ast->rule_count);

	for (struct ast_rule *r = s->ast->rules; r; r = r->next) {
		const struct ast_rule *other =
		    namemap_add(seen, rule_key(s, r), r);

		if (!other)
			continue;
		diag_warn(s->d, DIAG_R047, r->name.span,
		    "the rules '%.*s' and '%.*s' always agree",
		    STR_ARG(other->name.text), STR_ARG(r->name.text));
		diag_note(s->d,
		    "take one of them out; '%.*s' is on line %zu "
		    "of %.*s",
		    STR_ARG(other->name.text), sense_line(s, other->name.span),
		    STR_ARG(s->d->files[other->name.span.file].name));
	}
}

/* ---- Lists ---- */

/* The stem of a word, "cours" of cours*, or the word; absent for others. */
static struct str
single_word(const struct ast_term *t, bool *is_stem)
{
	struct str word = t->key; /* in quotes */

	if (t->is_list || t->slack > 0 || word.len < 3 ||
	    memchr(word.p, ' ', word.len) || word.p[1] == '#')
		return (struct str){ 0 };
	word = str_make(word.p + 1, word.len - 2);
	*is_stem = word.p[word.len - 1] == '*';
	word.len -= *is_stem;
	return word;
}

static void
report_found_already(
    struct sense *s, const struct ast_term *t, const struct ast_term *other)
{
	diag_warn(s->d, DIAG_R049, t->span,
	    "'%.*s' adds nothing: '%.*s' on line %zu finds it",
	    STR_ARG(t->text), STR_ARG(other->text), sense_line(s, other->span));
	diag_note(s->d, "take it out");
}

/* Is one word of the list found by a beginning that the list has too? */
static void
check_stems(struct sense *s, const struct ast_list *l)
{
	struct namemap *stems;
	size_t count = 0;
	bool is_stem;

	for (const struct ast_term *t = l->terms; t; t = t->next)
		count++;
	stems = namemap_new(s->arena, count);
	for (struct ast_term *t = l->terms; t; t = t->next) {
		struct str word = single_word(t, &is_stem);

		if (str_is_given(word) && is_stem && !t->is_exception)
			(void)namemap_add(stems, word, t);
	}
	for (const struct ast_term *t = l->terms; t; t = t->next) {
		struct str word = single_word(t, &is_stem);

		if (!str_is_given(word) || t->is_exception)
			continue;
		for (size_t len = LIMITS_STEM_MIN; len <= word.len; len++) {
			const struct ast_term *other =
			    namemap_find(stems, str_make(word.p, len));

			if (!other || other == t)
				continue;
			report_found_already(s, t, other);
			break;
		}
	}
}

static void
check_words(struct sense *s, const struct ast_list *l)
{
	struct namemap *seen;
	size_t count = 0;

	for (const struct ast_term *t = l->terms; t; t = t->next)
		count++;
	seen = namemap_new(s->arena, count);
	for (struct ast_term *t = l->terms; t; t = t->next) {
		const struct ast_term *other;
		struct buf key = { 0 };

		print_term(&(struct print){ &key, s->arena }, t);
		other =
		    namemap_add(seen, arena_str(s->arena, buf_str(&key)), t);
		buf_clear(&key);
		if (!other)
			continue;
		diag_warn(s->d, DIAG_R049, t->span,
		    "the list has '%.*s' already, on line %zu",
		    STR_ARG(t->text), sense_line(s, other->span));
		diag_note(s->d, "take one of them out");
	}
	check_stems(s, l);
}

/* ---- Tests ---- */

/* The best that rules which are no shadows can give for a theme. */
static enum rules_level
level_given(const struct sense *s, struct str theme)
{
	enum rules_level best = RULES_NONE;

	for (const struct ast_rule *r = s->ast->rules; r; r = r->next) {
		enum rules_level level = r->alert ? RULES_ALERT : RULES_REVIEW;

		if (!r->is_shadow && str_is_equal(r->theme.text, theme) &&
		    level > best)
			best = level;
	}
	for (const struct ast_series *x = s->ast->series; x; x = x->next)
		if (!x->is_shadow && str_is_equal(x->theme.text, theme) &&
		    (enum rules_level)x->level > best)
			best = (enum rules_level)x->level;
	return best;
}

static void
check_step(struct sense *s, const struct ast_step *step)
{
	enum rules_level best;

	if (step->kind == AST_STEP_EXPECT_FLAG) {
		int flag = check_flag_find(step->name.text);

		if (flag < 0 || s->flags >> flag & 1U)
			return;
		diag_warn(s->d, DIAG_R063, step->span,
		    "this cannot %s: no rule gives the flag '%.*s'",
		    step->is_negated ? "fail" : "be met",
		    STR_ARG(step->name.text));
		diag_note(s->d, "write a rule with the line: flag %.*s",
		    STR_ARG(step->name.text));
	}
	if (step->kind != AST_STEP_EXPECT_THEME)
		return;
	best = level_given(s, step->name.text);
	if (best > RULES_NONE && (enum rules_level)step->level <= best)
		return;
	diag_warn(s->d, DIAG_R063, step->span,
	    "this cannot %s: no rule gives %s '%.*s'",
	    step->is_negated ? "fail" : "be met",
	    best == RULES_NONE ? "the theme" : "an alert for",
	    STR_ARG(step->name.text));
	if (best == RULES_NONE)
		diag_note(s->d, "write a rule with the line: theme %.*s",
		    STR_ARG(step->name.text));
	else
		diag_note(s->d, "expect review, or add \"alert from …\" to a "
				"rule for it");
}

static void
check_tests(struct sense *s)
{
	struct namemap *titles = namemap_new(s->arena, s->ast->test_count);

	for (struct ast_test *t = s->ast->tests; t; t = t->next) {
		const struct ast_test *other = namemap_add(titles, t->title, t);

		for (const struct ast_step *x = t->steps; x; x = x->next)
			check_step(s, x);
		if (!other)
			continue;
		diag_warn(s->d, DIAG_R021, t->span,
		    "there are two tests called '%.*s'", STR_ARG(t->title));
		diag_note(s->d,
		    "the other one is in %.*s, line %zu; give one of them "
		    "another name, so that reports can tell them apart",
		    STR_ARG(s->d->files[other->span.file].name),
		    sense_line(s, other->span));
	}
}

void
sense_check(struct diags *d, const struct ast *ast)
{
	struct sense s = { .d = d, .ast = ast, .arena = arena_new() };

	for (const struct ast_rule *r = ast->rules; r; r = r->next)
		if (str_is_given(r->flag.text) && !r->is_shadow)
			s.flags |= 1U << check_flag_find(r->flag.text);
	/* What is noted of the words of one list is of no use to the next. */
	for (const struct ast_list *l = ast->lists; l; l = l->next) {
		check_words(&s, l);
		arena_reset(s.arena);
	}
	for (const struct ast_rule *r = ast->rules; r; r = r->next)
		sense_rule(&s, r);
	for (const struct ast_rule *w = ast->weighs; w; w = w->next)
		sense_weigh(&s, w);
	check_agreement(&s);
	check_tests(&s);
	arena_free(&s.arena);
}
