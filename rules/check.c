/*
 * The checker walks lists, then contexts, rules and tests.  Lists are numbered
 * in the order of the text; circles are found by a walk with a bounded depth.
 */
#include "rules/check.h"

#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "rules/check_private.h"
#include "rules/check_refuse.h"
#include "rules/limits.h"
#include "rules/namemap.h"
#include "rules/parse.h"
#include "rules/sense.h"
#include "rules/spell.h"
#include "rules/terms.h"
#include "rules/weigh.h"

static const struct {
	const char *name, *help;
} flags[] = {
#define FLAG(id, name, help) { name, help },
#include "rules/flags.def"
#undef FLAG
};

_Static_assert(sizeof flags / sizeof flags[0] == CHECK_FLAG_COUNT, "flags.def");

const char *
check_flag_name(enum check_flag flag)
{
	CHECK(flag < CHECK_FLAG_COUNT);
	return flags[flag].name;
}

const char *
check_flag_help(enum check_flag flag)
{
	CHECK(flag < CHECK_FLAG_COUNT);
	return flags[flag].help;
}

int
check_flag_find(struct str name)
{
	for (int i = 0; i < CHECK_FLAG_COUNT; i++)
		if (str_is(name, flags[i].name))
			return i;
	return -1;
}

void
check_note_nearest(struct checker *c, const struct namemap *m, struct str name,
    const char *mark, const char *else_note)
{
	struct str near = namemap_nearest(m, name);

	if (str_is_given(near))
		diag_note(c->d, "did you mean %s%.*s?", mark, STR_ARG(near));
	else
		diag_note(c->d, "%s", else_note);
}

static size_t
line_of(const struct checker *c, struct span at)
{
	return diag_line(c->d->files[at.file].text, at.start);
}

static void
report_twice(struct checker *c, const char *what, struct ast_name name,
    struct span first)
{
	diag_error(c->d, DIAG_R021, name.span, "there are two %s called '%.*s'",
	    what, STR_ARG(name.text));
	diag_note(c->d,
	    "the other one is in %.*s, line %zu; give one of them "
	    "another name",
	    STR_ARG(c->d->files[first.file].name), line_of(c, first));
}

/* ---- Names ---- */

static void
collect_lists(struct checker *c)
{
	for (struct ast_list *l = c->ast->lists; l && !diag_is_full(c->d);
	     l = l->next) {
		struct ast_name name = { .text = l->name, .span = l->span };
		const struct ast_list *other;

		if (!str_is_given(l->name))
			continue;
		check_refuse_text(c->d, l->name, l->span);
		other = namemap_add(c->lists, l->name, l);
		if (other)
			report_twice(c, "lists", name, other->span);
	}
}

static void
collect_others(struct checker *c)
{
	for (struct ast_name *t = c->ast->themes; t; t = t->next) {
		check_refuse_text(c->d, t->text, t->span);
		(void)namemap_add(c->themes, t->text, t);
	}
	for (struct ast_context *x = c->ast->contexts; x && !diag_is_full(c->d);
	     x = x->next) {
		const struct ast_context *other =
		    namemap_add(c->contexts, x->name.text, x);

		check_refuse_text(c->d, x->name.text, x->name.span);
		if (other)
			report_twice(c, "contexts", x->name, other->name.span);
	}
	for (struct ast_rule *r = c->ast->rules; r && !diag_is_full(c->d);
	     r = r->next) {
		const struct ast_rule *other =
		    namemap_add(c->rules, r->name.text, r);

		if (other)
			report_twice(c, "rules", r->name, other->name.span);
	}
	for (struct ast_rule *w = c->ast->weighs; w && !diag_is_full(c->d);
	     w = w->next) {
		const struct ast_rule *other =
		    namemap_add(c->weighs, w->name.text, w);

		if (other)
			report_twice(c, "weighs", w->name, other->name.span);
	}
}

/* A tag names its rule or series, so they share their names. */
static void
collect_series(struct checker *c)
{
	for (struct ast_series *s = c->ast->series; s && !diag_is_full(c->d);
	     s = s->next) {
		const struct ast_series *other =
		    namemap_add(c->series, s->name.text, s);
		const struct ast_rule *rule =
		    namemap_find(c->rules, s->name.text);

		if (other)
			report_twice(c, "series", s->name, other->name.span);
		else if (rule)
			report_twice(
			    c, "rules or series", s->name, rule->name.span);
	}
}

static struct ast_list *
resolve_list(struct checker *c, struct str name, struct span at)
{
	struct ast_list *list = namemap_find(c->lists, name);

	if (list) {
		list->is_used = true;
		list->is_told = list->is_told || !c->in_weigh;
		return list;
	}
	diag_error(
	    c->d, DIAG_R020, at, "no list is called '%.*s'", STR_ARG(name));
	check_note_nearest(c, c->lists, name, "@",
	    "write it first: words NAME: one, another, \"a phrase\"");
	return NULL;
}

/* ---- Words ---- */

static void
report_fault(struct checker *c, enum terms_fault fault, struct span at)
{
	static const struct {
		enum diag_code code;
		const char *message, *note;
	} faults[] = {
		[TERMS_FINE] = { DIAG_R032, "", "" },
		[TERMS_NO_WORDS] = { DIAG_R032,
		    "there is no word in this phrase",
		    "write at least one word of letters or digits" },
		[TERMS_TOO_LONG] = { DIAG_R032, "this phrase is too long",
		    "a phrase has at most ten words; join two with near or "
		    "before" },
		[TERMS_INNER_STAR] = { DIAG_R031,
		    "* can only stand at the end of a word",
		    "write the beginning of the word and then *, as in "
		    "cours*" },
		[TERMS_SHORT_STEM] = { DIAG_R030, "too few letters before *",
		    "write at least three letters before *; shorter ones "
		    "match far too much" },
		[TERMS_EDGE_GAP] = { DIAG_R031,
		    "* and ... stand between words, ... at most twice",
		    "for example: \"dogs ... hare\"" },
		[TERMS_LONG_WORD] = { DIAG_R032, "this word is too long",
		    "a word has at most 47 letters; write its beginning and "
		    "*, as in cours*" },
	};

	diag_error(c->d, faults[fault].code, at, "%s", faults[fault].message);
	diag_note(c->d, "%s", faults[fault].note);
}

/* ~1 must have a word to work on, and no ending beside it. */
static void
check_slack(struct checker *c, const struct ast_term *t,
    const struct term_part *parts, size_t count)
{
	size_t min = t->slack == 2 ? LIMITS_SLACK2_MIN : LIMITS_SLACK1_MIN;
	bool any = false;

	if (t->slack == 0)
		return;
	for (size_t i = 0; i < count; i++) {
		any = any ||
		      (parts[i].kind == TERM_WORD && parts[i].word.len >= min);
		if (parts[i].kind == TERM_STEM) {
			diag_error(c->d, DIAG_R031, t->span,
			    "a word cannot have both * and ~%d", t->slack);
			diag_note(c->d, "write them as two words of the list");
			return;
		}
	}
	if (any)
		return;
	diag_error(c->d, DIAG_R030, t->span,
	    "~%d needs a word of at least %zu letters", t->slack, min);
	diag_note(c->d,
	    "short words misspelt are other words (\"hare\" ~1 would find "
	    "\"have\"); write %sthe spellings you mean",
	    t->slack == 2 ? "~1 if it has five letters, or " : "");
}

static void
check_term(struct checker *c, struct ast_list *list, struct ast_term *t)
{
	struct term_part parts[LIMITS_PHRASE_WORDS_MAX];
	enum terms_fault fault;
	bool is_plain;
	size_t count;

	if (t->is_list) {
		t->list = resolve_list(c, t->text, t->span);
		return;
	}
	fault = terms_split(c->d->work, t->text, parts, &count);
	if (fault != TERMS_FINE) {
		report_fault(c, fault, t->span);
		return;
	}
	t->key = terms_key(c->d->arena, parts, count);
	check_slack(c, t, parts, count);
	/* The same words stand in many lists, and most are nothing to refuse. */
	is_plain = list->kind == AST_WORDS && t->slack == 0;
	if (is_plain && namemap_find(c->harmless, t->key))
		return;
	if (!check_refuse_term(c->d, list, t, parts, count) && is_plain)
		(void)namemap_add(c->harmless, t->key, t);
}

static void
load_list(struct checker *c, struct ast_list *list)
{
	if (!str_is_given(list->from.text))
		return;
	for (size_t i = 0; i < c->d->file_count; i++) {
		if (!str_is_equal(c->d->files[i].name, list->from.text))
			continue;
		parse_list_file(c->d, (uint32_t)i, &list->terms);
		return;
	}
	diag_error(c->d, DIAG_R026, list->from.span,
	    "there is no file '%.*s' beside this one",
	    STR_ARG(list->from.text));
	diag_note(c->d, "its name ends in .list, and it has one word or "
			"phrase on each line");
}

/*
 * The number of an unnamed list: that of an earlier one with the same words,
 * so that "male" in a thousand rules is one list.
 */
static uint32_t
number_of(struct checker *c, struct namemap *written, struct ast_list *l,
    uint32_t next)
{
	struct buf text = { 0 };
	struct str key;
	const struct ast_list *other;

	if (str_is_given(l->name) || l->is_recogniser)
		return next;
	for (const struct ast_term *t = l->terms; t; t = t->next)
		buf_addf(&text, "%c%d%zu.%.*s", t->is_list ? '@' : '"',
		    t->slack, t->text.len, STR_ARG(t->text));
	key = arena_str(c->d->arena, buf_str(&text));
	buf_clear(&text);
	other = namemap_add(written, key, l);
	return other ? other->index : next;
}

static void
check_lists(struct checker *c)
{
	struct namemap *written = namemap_new(c->d->work, c->ast->list_count);
	uint32_t next = 0;

	for (struct ast_list *l = c->ast->lists; l && !diag_is_full(c->d);
	     l = l->next) {
		load_list(c, l);
		for (struct ast_term *t = l->terms; t; t = t->next)
			check_term(c, l, t);
		l->index = number_of(c, written, l, next);
		next += l->index == next;
	}
}

/* Depth of the lists below l, or -1 if l is among them; marks what is done. */
static int
// NOLINTNEXTLINE(misc-no-recursion): at most LIMITS_LIST_DEPTH_MAX deep
measure_depth(struct ast_list *l, int depth)
{
	int deepest = 0;

	if (l->visit == 1 || depth > LIMITS_LIST_DEPTH_MAX)
		return -1;
	if (l->visit > 1)
		return l->visit - 2;
	l->visit = 1;
	for (struct ast_term *t = l->terms; t; t = t->next) {
		int below = t->list ? measure_depth(t->list, depth + 1) : 0;

		if (below < 0) {
			l->visit = 0;
			return -1;
		}
		if (t->list && below + 1 > deepest)
			deepest = below + 1;
	}
	l->visit = deepest + 2;
	return deepest;
}

static void
check_circles(struct checker *c)
{
	for (struct ast_list *l = c->ast->lists; l && !diag_is_full(c->d);
	     l = l->next) {
		int depth = measure_depth(l, 0);

		if (depth >= 0 && depth <= LIMITS_LIST_DEPTH_MAX)
			continue;
		diag_error(c->d, DIAG_R025, l->span,
		    "this list contains itself, or lists more than %d deep",
		    LIMITS_LIST_DEPTH_MAX);
		diag_note(c->d, "take the @list that leads back here out of "
				"one of them");
		return;
	}
}

static void
check_unused(struct checker *c)
{
	for (struct ast_list *l = c->ast->lists; l && !diag_is_full(c->d);
	     l = l->next) {
		if (l->is_used || !str_is_given(l->name))
			continue;
		diag_warn(c->d, DIAG_R045, l->span,
		    "no rule uses the list '%.*s'", STR_ARG(l->name));
		diag_note(c->d, "write @%.*s in a condition, or take it out",
		    STR_ARG(l->name));
	}
}

/* ---- Conditions ---- */

static void
check_context_names(struct checker *c, const struct ast_name *n)
{
	for (; n; n = n->next) {
		if (namemap_find(c->contexts, n->text))
			continue;
		diag_error(c->d, DIAG_R024, n->span,
		    "no context is called '%.*s'", STR_ARG(n->text));
		check_note_nearest(c, c->contexts, n->text, "",
		    "contexts are written: context denied, and below it "
		    "next 4: no, not");
	}
}

/* The parser bounds how deep patterns and conditions are. */
static size_t
/* NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth */
check_pattern(struct checker *c, struct ast_pattern *n)
{
	if (n->kind != AST_PATTERN_LIST)
		return 1 + check_pattern(c, n->left) +
		       check_pattern(c, n->right);
	if (str_is_given(n->ref.text))
		n->list = resolve_list(c, n->ref.text, n->ref.span);
	check_context_names(c, n->contexts.even);
	check_context_names(c, n->contexts.only);
	return 1;
}

static void
check_writers(struct checker *c, const struct ast_name *n)
{
	for (; n; n = n->next) {
		size_t i = 0;

		while (i < c->writer_count &&
		       !str_is_equal(c->writers[i], n->text))
			i++;
		if (i < c->writer_count)
			continue;
		check_refuse_text(c->d, n->text, n->span);
		if (c->writer_count == LIMITS_WRITERS_MAX) {
			diag_error(c->d, DIAG_R005, n->span,
			    "rules name more than %d writers of entries",
			    LIMITS_WRITERS_MAX);
			diag_note(c->d, "leave \"by …\" out where it does not "
					"matter who wrote");
			return;
		}
		c->writers[c->writer_count++] = n->text;
	}
}

void
check_flag(struct checker *c, struct ast_name name)
{
	const char *names[CHECK_FLAG_COUNT];
	const char *near;

	if (check_flag_find(name.text) >= 0)
		return;
	for (int i = 0; i < CHECK_FLAG_COUNT; i++)
		names[i] = flags[i].name;
	near = spell_nearest(name.text, names, CHECK_FLAG_COUNT);
	diag_error(c->d, DIAG_R023, name.span, "there is no flag '%.*s'",
	    STR_ARG(name.text));
	if (near)
		diag_note(c->d, "did you mean %s?", near);
	else
		diag_note(c->d, "the flags are at-risk, crime, explained, "
				"in-progress, other-matter, precursor, rural "
				"and targeted");
}

static void
check_layer(struct checker *c, const struct ast_cond *n)
{
	size_t i = 0;

	check_refuse_text(c->d, n->layer.text, n->layer.span);
	while (i < c->layer_count && !str_is_equal(c->layers[i], n->layer.text))
		i++;
	if (i < c->layer_count)
		return;
	if (c->layer_count == LIMITS_LAYERS_MAX) {
		diag_error(c->d, DIAG_R005, n->layer.span,
		    "rules name more than %d layers", LIMITS_LAYERS_MAX);
		diag_note(c->d, "import several files as one layer");
		return;
	}
	c->layers[c->layer_count++] = n->layer.text;
}

static void
/* NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth */
check_cond(struct checker *c, const struct ast_rule *rule, struct ast_cond *n)
{
	switch (n->kind) {
	case AST_COND_AND:
	case AST_COND_OR:
		check_cond(c, rule, n->right);
		check_cond(c, rule, n->left);
		return;
	case AST_COND_NOT: check_cond(c, rule, n->left); return;
	case AST_COND_TEXT:
	case AST_COND_NUMBER:
		check_writers(c, n->scope.by);
		if (check_pattern(c, n->pattern) <= LIMITS_PATTERN_NODES_MAX) {
			check_refuse_pattern(c->d, n->pattern);
			return;
		}
		diag_error(c->d, DIAG_R005, n->span,
		    "this joins more than %d patterns",
		    LIMITS_PATTERN_NODES_MAX);
		diag_note(c->d, "put words that mean the same into a list");
		return;
	case AST_COND_FLAG:
		check_flag(c, n->flag);
		if (!str_is_given(rule->flag.text))
			return;
		diag_error(c->d, DIAG_R023, n->span,
		    "a rule for a flag cannot ask for a flag");
		diag_note(c->d, "ask for what makes that flag stand, in the "
				"words of its rule");
		return;
	case AST_COND_RIVAL:
		if (!str_is_given(rule->flag.text))
			return;
		diag_error(c->d, DIAG_R053, n->span,
		    "a rule for a flag cannot ask for another theme");
		diag_note(c->d, "flags are found before themes are");
		return;
	case AST_COND_INSIDE:
	case AST_COND_DISTANCE: check_layer(c, n); return;
	case AST_COND_FACT: return;
	}
}

/* Another theme asked for in the condition, or NULL. */
static const struct ast_cond *
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
find_rival(const struct ast_cond *n)
{
	const struct ast_cond *left;

	if (n->kind == AST_COND_RIVAL)
		return n;
	if (n->kind != AST_COND_AND && n->kind != AST_COND_OR &&
	    n->kind != AST_COND_NOT)
		return NULL;
	left = find_rival(n->left);
	return left || n->kind == AST_COND_NOT ? left : find_rival(n->right);
}

/* Is there another theme under a "not"? */
static bool
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
has_not_rival(const struct ast_cond *n)
{
	if (n->kind == AST_COND_NOT)
		return find_rival(n->left) != NULL;
	return (n->kind == AST_COND_AND || n->kind == AST_COND_OR) &&
	       (has_not_rival(n->left) || has_not_rival(n->right));
}

/*
 * Two rules each of which stood because the other does would stand for no
 * reason: by another theme a rule can only lose.
 */
static void
check_rival(struct checker *c, const struct ast_ground *g)
{
	const struct ast_cond *rival = find_rival(g->cond);

	if (!rival || ((g->kind == AST_TAKE || g->kind == AST_VETO) &&
			  !has_not_rival(g->cond)))
		return;
	diag_error(c->d, DIAG_R053, rival->span,
	    "a rule can only lose by another theme");
	diag_note(c->d, "write: take 20 when another theme; or veto another "
			"theme; neither with not");
}

/* ---- Rules ---- */

/* A turn of the log is found in an entry of it, so words of it decide. */
static void
/* NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth */
check_turn(struct checker *c, const struct ast_cond *n)
{
	if (n->kind == AST_COND_OR) {
		check_turn(c, n->left);
		check_turn(c, n->right);
		return;
	}
	if (n->kind == AST_COND_TEXT && n->scope.texts == 1U << FIELD_TEXT_LOG)
		return;
	diag_error(c->d, DIAG_R051, n->span,
	    "only words of the log can cancel or confirm");
	diag_note(c->d, "write for example: cancelled when log by UNIT has "
			"\"all in order\"");
}

/* The themes there are, or how to declare one. */
static void
note_themes(struct checker *c, struct str name)
{
	const struct ast_rule *rule = namemap_find(c->rules, name);
	struct str near = namemap_nearest(c->themes, name);
	struct buf names = { 0 };

	for (const struct ast_name *t = c->ast->themes; t; t = t->next)
		buf_addf(
		    &names, "%s%.*s", names.len ? ", " : "", STR_ARG(t->text));
	if (rule && str_is_given(rule->theme.text))
		diag_note(c->d, "'%.*s' is a rule; its theme is %.*s",
		    STR_ARG(name), STR_ARG(rule->theme.text));
	else if (str_is_given(near))
		diag_note(c->d, "did you mean %.*s?", STR_ARG(near));
	else if (names.len > 0)
		diag_note(c->d,
		    "the themes are %.*s; a new one is declared once, in any "
		    "file: themes %.*s",
		    STR_ARG(buf_str(&names)), STR_ARG(name));
	else
		diag_note(c->d, "declare it once, in any file: themes %.*s",
		    STR_ARG(name));
	buf_clear(&names);
}

void
check_theme(struct checker *c, struct ast_name theme)
{
	if (namemap_find(c->themes, theme.text))
		return;
	diag_error(c->d, DIAG_R022, theme.span,
	    "the theme '%.*s' is not declared", STR_ARG(theme.text));
	note_themes(c, theme.text);
}

/* Points that a rule can reach at best, those of weighs with it. */
static long
best_score(const struct checker *c, const struct ast_rule *r)
{
	long best = weigh_points(c->ast, r);

	for (const struct ast_ground *g = r->grounds; g; g = g->next)
		if (g->kind == AST_GIVE)
			best += g->cap;
	return best;
}

static void
check_levels(struct checker *c, struct ast_rule *r)
{
	long lowest;

	if (r->alert == 0 && r->review == 0) {
		diag_error(c->d, DIAG_R040, r->name.span,
		    "the rule '%.*s' has no levels", STR_ARG(r->name.text));
		diag_note(c->d, "add for example: alert from 60, review from "
				"30");
		return;
	}
	lowest = r->review ? r->review : r->alert;
	if (r->alert && r->review && r->alert <= r->review) {
		diag_error(c->d, DIAG_R042, r->levels_span,
		    "'alert from %ld' is not above 'review from %ld'", r->alert,
		    r->review);
		diag_note(c->d,
		    "an alert needs more points than a review: "
		    "alert from %ld, review from %ld",
		    r->review > r->alert ? r->review : r->alert + 10,
		    r->review > r->alert ? r->alert : r->review);
	}
	if (best_score(c, r) < lowest) {
		diag_error(c->d, DIAG_R043, r->levels_span,
		    "this rule can never reach its lowest level: its grounds "
		    "give at most %ld points, and %ld are needed",
		    best_score(c, r), lowest);
		diag_note(c->d, "lower the level, or give more points");
	}
}

/* What a rule or weigh speaks for. */
static void
check_subject(struct checker *c, const struct ast_rule *r)
{
	check_refuse_text(c->d, r->title, r->title_span);
	check_refuse_text(c->d, r->name.text, r->name.span);
	if (str_is_given(r->theme.text)) {
		check_theme(c, r->theme);
	} else if (str_is_given(r->flag.text)) {
		check_flag(c, r->flag);
	} else {
		diag_error(c->d, DIAG_R040, r->name.span,
		    "the %s '%.*s' has neither a theme nor a flag",
		    r->is_weigh ? "weigh" : "rule", STR_ARG(r->name.text));
		diag_note(c->d, "add a line: theme hare-coursing");
	}
}

static void
check_grounds(struct checker *c, struct ast_rule *r)
{
	for (struct ast_ground *g = r->grounds; g; g = g->next) {
		check_cond(c, r, g->cond);
		check_rival(c, g);
		if (g->kind == AST_CANCEL || g->kind == AST_CONFIRM)
			check_turn(c, g->cond);
		if (g->why_span.end > 0)
			check_refuse_text(c->d, g->why, g->why_span);
	}
}

static void
check_weigh(struct checker *c, struct ast_rule *w)
{
	check_subject(c, w);
	if (w->ground_count == 0) {
		diag_error(c->d, DIAG_R052, w->name.span,
		    "the weigh '%.*s' gives and takes nothing",
		    STR_ARG(w->name.text));
		diag_note(c->d, "add a line: give 5 when log has \"…\"");
	} else if ((str_is_given(w->theme.text) ||
		       str_is_given(w->flag.text)) &&
		   !weigh_has_rule(c->ast, w)) {
		diag_error(c->d, DIAG_R052, w->name.span,
		    "there is no rule that the weigh '%.*s' could weigh",
		    STR_ARG(w->name.text));
		diag_note(c->d, "write a rule for the same theme: a weigh adds "
				"to rules and says nothing by itself");
	}
	c->in_weigh = true;
	check_grounds(c, w);
	c->in_weigh = false;
}

static void
check_rule(struct checker *c, struct ast_rule *r)
{
	check_subject(c, r);
	if (r->ground_count + weigh_count(c->ast, r) > LIMITS_GROUNDS_MAX) {
		diag_error(c->d, DIAG_R005, r->name.span,
		    "this rule has more than %d grounds, those of weighs for "
		    "its theme with it",
		    LIMITS_GROUNDS_MAX);
		diag_note(c->d, "write two rules for the same theme");
	}
	if (best_score(c, r) == 0) {
		diag_error(c->d, DIAG_R040, r->name.span,
		    "nothing gives points in the rule '%.*s'",
		    STR_ARG(r->name.text));
		diag_note(c->d, "add a line: give 60 when text has \"…\"");
	} else {
		check_levels(c, r);
	}
	check_grounds(c, r);
}

static void
check_rule_name(struct checker *c, struct ast_name name)
{
	if (namemap_find(c->rules, name.text) ||
	    namemap_find(c->series, name.text))
		return;
	diag_error(c->d, DIAG_R027, name.span, "no rule is called '%.*s'",
	    STR_ARG(name.text));
	check_note_nearest(c, c->rules, name.text, "",
	    "write the name that stands after the word rule");
}

static void
check_test(struct checker *c, const struct ast_test *t)
{
	for (const struct ast_step *s = t->steps; s; s = s->next) {
		if (s->kind == AST_STEP_EXPECT_FLAG)
			check_flag(c, s->name);
		if (s->kind == AST_STEP_EXPECT_RULE)
			check_rule_name(c, s->name);
		if (s->kind == AST_STEP_EXPECT_THEME)
			check_theme(c, s->name);
	}
}

static void
check_contexts(struct checker *c)
{
	uint32_t index = 0;

	for (struct ast_context *x = c->ast->contexts; x; x = x->next)
		x->index = index++;
	if (index <= LIMITS_CONTEXTS_MAX)
		return;
	diag_error(c->d, DIAG_R005, c->ast->contexts->name.span,
	    "there are more than %d contexts", LIMITS_CONTEXTS_MAX);
	diag_note(c->d, "write the lines of two of them below one name");
}

static size_t
count_names(const struct ast_name *n)
{
	size_t count = 0;

	for (; n; n = n->next)
		count++;
	return count;
}

static size_t
count_rules(const struct ast_rule *r)
{
	size_t count = 0;

	for (; r; r = r->next)
		count++;
	return count;
}

void
check_all(struct diags *d, struct ast *ast)
{
	struct checker c = { .d = d, .ast = ast };

	c.harmless = namemap_new(d->work, 0);
	c.lists = namemap_new(d->work, ast->list_count);
	c.contexts = namemap_new(d->work, ast->context_count);
	c.rules = namemap_new(d->work, ast->rule_count);
	c.weighs = namemap_new(d->work, count_rules(ast->weighs));
	c.series = namemap_new(d->work, ast->series_count);
	c.themes = namemap_new(d->work, count_names(ast->themes));
	if (ast->rule_count > LIMITS_RULES_MAX ||
	    ast->list_count > LIMITS_LISTS_MAX) {
		diag_error(d, DIAG_R005, (struct span){ 0 },
		    "there are more than %d rules or %d lists",
		    LIMITS_RULES_MAX, LIMITS_LISTS_MAX);
		diag_note(d, "make several directories of them");
	}
	collect_lists(&c);
	collect_others(&c);
	collect_series(&c);
	check_lists(&c);
	check_contexts(&c);
	for (struct ast_rule *r = ast->rules; r && !diag_is_full(d);
	     r = r->next)
		check_rule(&c, r);
	for (struct ast_rule *w = ast->weighs; w && !diag_is_full(d);
	     w = w->next)
		check_weigh(&c, w);
	check_series(&c);
	for (struct ast_test *t = ast->tests; t && !diag_is_full(d);
	     t = t->next)
		check_test(&c, t);
	/* Circles would make the rest of the work endless. */
	if (d->errors == 0)
		check_circles(&c);
	if (d->errors == 0) {
		check_unused(&c);
		weigh_spread(d->arena, ast);
		sense_check(d, ast);
	}
}
