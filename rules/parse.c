/*
 * Items: word lists, contexts, themes and rules.  Conditions are read by
 * parse_cond.c, their patterns by parse_pattern.c, tests by parse_test.c.
 *
 * Lines matter only where people use them: a list goes on while a comma ends
 * the line, and a rule's line begins with its word (give, take, …).
 */
#include "rules/parse.h"

#include <string.h>

#include "agent/base/arena.h"
#include "rules/limits.h"
#include "rules/parse_private.h"
#include "rules/spell.h"

struct ast_list *
parse_new_list(struct parser *p, struct span span)
{
	struct ast_list *list = arena_alloc(p->d->arena, 1, sizeof *list);

	list->span = span;
	*p->lists_end = list;
	p->lists_end = &list->next;
	p->ast->list_count++;
	return list;
}

/* Bare words up to a comma or the end of the line are one phrase. */
static void
take_phrase(struct parser *p, struct ast_term *term)
{
	const struct lex_token *t = parse_take(p);

	term->span = t->span;
	if (t->kind == LEX_TEXT) {
		term->text = t->text;
		return;
	}
	while ((parse_peek(p)->kind == LEX_WORD ||
		   parse_peek(p)->kind == LEX_NUMBER) &&
	       !parse_peek(p)->begins_line)
		term->span = diag_join(term->span, parse_take(p)->span);
	term->text =
	    str_make(p->d->files[term->span.file].text.p + term->span.start,
		term->span.end - term->span.start);
}

static bool
is_term(const struct lex_token *t)
{
	return t->kind == LEX_WORD || t->kind == LEX_NUMBER ||
	       t->kind == LEX_TEXT || t->kind == LEX_LIST;
}

static struct ast_term *
parse_term(struct parser *p)
{
	struct ast_term *term = arena_alloc(p->d->arena, 1, sizeof *term);
	const struct lex_token *t;

	/* "not" with nothing to except is the word. */
	if (parse_is_word(p, "not") && is_term(&p->tokens[p->at + 1]) &&
	    !p->tokens[p->at + 1].begins_line) {
		(void)parse_take(p);
		term->is_exception = true;
	}
	t = parse_peek(p);
	if (t->kind == LEX_LIST) {
		(void)parse_take(p);
		term->is_list = true;
		term->span = t->span;
		term->text = t->text;
		return term;
	}
	if (!is_term(t)) {
		parse_expected(p, "a word, a \"phrase\" or a @list",
		    "a list is written: words dogs: lurcher*, \"long dog*\", "
		    "@terriers");
		return NULL;
	}
	take_phrase(p, term);
	if (!parse_slack(p, &term->slack))
		return NULL;
	return term;
}

/* After a term: a comma goes on, the end of the line ends. */
static bool
is_more(struct parser *p, bool *more)
{
	const struct lex_token *t = parse_peek(p);

	*more = parse_skip(p, LEX_COMMA);
	if (*more || t->begins_line || t->kind == LEX_END)
		return true;
	diag_error(p->d, DIAG_R013, t->span, "a comma is missing before %.*s",
	    STR_ARG(parse_describe(p, t)));
	diag_note(p->d, "write commas between the words of a list");
	return false;
}

bool
parse_terms(struct parser *p, struct ast_list *list)
{
	struct ast_term **end = &list->terms;
	bool more = true;

	while (*end)
		end = &(*end)->next;
	while (more) {
		if (parse_at_item(p) && parse_last(p)->kind == LEX_COMMA &&
		    parse_peek(p)->kind == LEX_END) {
			diag_error(p->d, DIAG_R013, parse_last(p)->span,
			    "nothing follows this comma");
			diag_note(p->d, "leave it out, or add a word");
			return false;
		}
		parse_begin(p, PARSE_TERM);
		*end = parse_term(p);
		if (!*end || !is_more(p, &more))
			return false;
		end = &(*end)->next;
	}
	return true;
}

static bool
parse_colon(struct parser *p, const char *note)
{
	if (parse_skip(p, LEX_COLON))
		return true;
	parse_expected(p, "a colon", note);
	return false;
}

/* words NAME: terms, or words NAME from "file.list" */
static bool
parse_list(struct parser *p, enum ast_list_kind kind)
{
	struct ast_name name;
	struct ast_list *list;

	if (!parse_name(p, "the list's name", &name))
		return false;
	list = parse_new_list(p, name.span);
	list->name = name.text;
	list->kind = kind;
	if (parse_skip_word(p, "from")) {
		const struct lex_token *t = parse_peek(p);

		if (!parse_skip(p, LEX_TEXT)) {
			parse_expected(p, "a file's name in quotes",
			    "for example: names roads from \"roads.list\"");
			return false;
		}
		list->from.text = t->text;
		list->from.span = t->span;
		return true;
	}
	return parse_colon(
		   p, "a list is written: words dogs: lurcher*, saluki*") &&
	       parse_terms(p, list);
}

/* themes a, b, c */
static bool
parse_themes(struct parser *p)
{
	do {
		struct ast_name *theme =
		    arena_alloc(p->d->arena, 1, sizeof *theme);

		if (!parse_name(p, "a theme's name", theme))
			return false;
		*p->themes_end = theme;
		p->themes_end = &theme->next;
	} while (parse_skip(p, LEX_COMMA));
	return true;
}

static const struct {
	const char *word;
	enum ast_reach reach;
	bool has_words;
} reaches[] = {
	{ "itself", AST_REACH_ITSELF, false },
	{ "next", AST_REACH_NEXT, true },
	{ "previous", AST_REACH_PREVIOUS, true },
	{ "clause", AST_REACH_CLAUSE, false },
	{ "sentence", AST_REACH_SENTENCE, false },
	{ "entry", AST_REACH_ENTRY, false },
	{ "earlier", AST_REACH_EARLIER, false },
	{ "corrections", AST_REACH_CORRECTIONS, false },
	{ "until", AST_REACH_UNTIL, false },
};

static bool
parse_mark(struct parser *p, size_t row, struct ast_mark *mark)
{
	mark->span = parse_take(p)->span;
	mark->reach = reaches[row].reach;
	if (reaches[row].has_words && !parse_number(p, "a number of words", 1,
					  LIMITS_NEAR_MAX, &mark->words))
		return false;
	if (!parse_colon(p, "write for example  next 4: no, not, never"))
		return false;
	mark->list = parse_new_list(p, mark->span);
	mark->list->kind = AST_NAMES;
	mark->list->is_recogniser = true;
	mark->list->is_used = true;
	return parse_terms(p, mark->list);
}

static void
report_mark(struct parser *p)
{
	const char *words[sizeof reaches / sizeof reaches[0] + 1];
	size_t count = 0;
	const char *near;

	while (count < sizeof reaches / sizeof reaches[0]) {
		words[count] = reaches[count].word;
		count++;
	}
	words[count++] = "questions";
	near = spell_nearest(parse_peek(p)->text, words, count);
	diag_error(p->d, DIAG_R008, parse_peek(p)->span,
	    "no line of a context begins with %.*s",
	    STR_ARG(parse_describe(p, parse_peek(p))));
	if (near)
		diag_note(p->d, "did you mean '%s'?", near);
	else
		diag_note(p->d, "write for example  next 4: no, not; a "
				"context's lines begin with next, previous, "
				"itself, clause, sentence, entry, earlier, "
				"corrections, until or questions");
}

static bool
parse_mark_line(struct parser *p, struct ast_context *c, struct ast_mark ***end)
{
	size_t row = 0;

	parse_begin(p, PARSE_LINE);
	if (parse_skip_word(p, "questions")) {
		c->of_questions = true;
		return true;
	}
	if (parse_is_word(p, "until") &&
	    str_is(p->tokens[p->at + 1].text, "confirmed") &&
	    p->tokens[p->at + 1].kind == LEX_WORD) {
		(void)parse_take(p);
		(void)parse_take(p);
		c->is_lifted = true;
		return true;
	}
	while (row < sizeof reaches / sizeof reaches[0] &&
	       !parse_is_word(p, reaches[row].word))
		row++;
	if (row == sizeof reaches / sizeof reaches[0]) {
		report_mark(p);
		return false;
	}
	**end = arena_alloc(p->d->arena, 1, sizeof ***end);
	if (!parse_mark(p, row, **end))
		return false;
	*end = &(**end)->next;
	return true;
}

static bool
parse_context(struct parser *p)
{
	struct ast_context *c = arena_alloc(p->d->arena, 1, sizeof *c);
	struct ast_mark **end = &c->marks;

	if (!parse_name(p, "the context's name", &c->name))
		return false;
	while (!parse_at_item(p))
		if (!parse_mark_line(p, c, &end))
			return false;
	*p->contexts_end = c;
	p->contexts_end = &c->next;
	p->ast->context_count++;
	return true;
}

/* The condition's own text, with white space made one space. */
static struct str
source_of(struct parser *p, struct span s)
{
	struct str text = p->d->files[s.file].text;
	char *copy = arena_alloc(p->d->arena, s.end - s.start + 1, 1);
	size_t n = 0;

	for (size_t i = s.start; i < s.end; i++) {
		bool space = strchr(" \t\r\n", text.p[i]) != NULL;

		if (!space)
			copy[n++] = text.p[i];
		else if (n > 0 && copy[n - 1] != ' ')
			copy[n++] = ' ';
	}
	return str_make(copy, n);
}

/* give 60, give 10 each up to 30, take 20 */
static bool
parse_points(struct parser *p, struct ast_ground *g)
{
	long most = p->in_weigh ? LIMITS_WEIGHED_MAX : LIMITS_POINTS_MAX;

	if (!parse_number(p, "the number of points", 1, most, &g->points))
		return false;
	g->cap = g->points;
	if (!parse_skip_word(p, "each"))
		return true;
	g->is_each = true;
	if (!parse_skip_word(p, "up") || !parse_skip_word(p, "to")) {
		parse_expected(p, "'up to'",
		    "points for each passage need a cap: give 10 each up to "
		    "30 when …");
		return false;
	}
	return parse_number(p, "the cap", g->points, most, &g->cap);
}

static bool
parse_because(struct parser *p, struct ast_ground *g)
{
	const struct lex_token *t;

	g->source = source_of(p, g->cond->span);
	g->why = g->source;
	if (!parse_is_word(p, "because"))
		return true;
	parse_begin(p, PARSE_BECAUSE);
	(void)parse_take(p);
	t = parse_peek(p);
	if (!parse_skip(p, LEX_TEXT)) {
		parse_expected(p, "the reason in quotes",
		    "for example: because \"running dogs after hares\"");
		return false;
	}
	g->why = t->text;
	g->why_span = t->span;
	return true;
}

static bool
parse_ground(
    struct parser *p, enum ast_ground_kind kind, struct ast_ground **out)
{
	struct ast_ground *g = arena_alloc(p->d->arena, 1, sizeof *g);
	bool has_points = kind == AST_GIVE || kind == AST_TAKE;

	g->kind = kind;
	g->span = parse_take(p)->span;
	if (has_points && !parse_points(p, g))
		return false;
	if (!parse_skip_word(p, "when") && kind != AST_NEED &&
	    kind != AST_VETO) {
		parse_expected(p, "'when'",
		    has_points ? "for example: give 20 when place is rural"
			       : "for example: cancelled when log has \"all in "
				 "order\"");
		return false;
	}
	g->cond = parse_condition(p);
	if (!g->cond || !parse_because(p, g))
		return false;
	g->span = diag_join(g->span, parse_last(p)->span);
	*out = g;
	return true;
}

/* alert from 60, review from 30 */
static bool
parse_levels(struct parser *p, struct ast_rule *rule)
{
	do {
		const struct lex_token *t = parse_take(p);
		bool alert = str_is(t->text, "alert");
		long *level = alert ? &rule->alert : &rule->review;

		if (rule->levels_span.end == 0)
			rule->levels_span = t->span;
		rule->levels_span = diag_join(rule->levels_span, t->span);
		if (*level != 0) {
			diag_error(p->d, DIAG_R041, t->span,
			    "this rule has '%s from' twice",
			    alert ? "alert" : "review");
			diag_note(p->d, "leave one of them out");
			return false;
		}
		if (!parse_skip_word(p, "from")) {
			parse_expected(p, "'from'",
			    "for example: alert from 60, review from 30");
			return false;
		}
		if (!parse_number(p, "the score", 1, LIMITS_POINTS_MAX, level))
			return false;
		(void)parse_skip(p, LEX_COMMA);
	} while (parse_is_word(p, "alert") || parse_is_word(p, "review"));
	return true;
}

static bool
parse_aim(struct parser *p, struct ast_rule *rule, bool is_flag)
{
	struct ast_name *aim = is_flag ? &rule->flag : &rule->theme;
	const struct lex_token *t = parse_take(p);

	if (str_is_given(rule->theme.text) || str_is_given(rule->flag.text)) {
		diag_error(p->d, DIAG_R041, t->span,
		    "this rule has a theme or flag already");
		diag_note(p->d, "write a rule for each");
		return false;
	}
	return parse_name(
	    p, is_flag ? "the flag's name" : "the theme's name", aim);
}

static const char *const line_words[] = { "theme", "flag", "shadow", "give",
	"take", "need", "veto", "cancelled", "confirmed", "alert", "review" };

static void
report_line(struct parser *p)
{
	const struct lex_token *t = parse_peek(p);
	const char *near = spell_nearest(
	    t->text, line_words, sizeof line_words / sizeof line_words[0]);

	diag_error(p->d, DIAG_R008, t->span,
	    "no line of a rule begins with "
	    "%.*s",
	    STR_ARG(parse_describe(p, t)));
	if (near)
		diag_note(p->d, "did you mean '%s'?", near);
	else
		diag_note(p->d, "a rule's lines begin with theme, flag, "
				"shadow, give, take, need, veto, cancelled, "
				"confirmed, alert or review");
}

/* A weigh has no levels and no say of its own: it only gives and takes. */
static bool
parse_weigh_line(struct parser *p)
{
	const struct lex_token *t = parse_peek(p);
	static const char *const none[] = { "need", "veto", "cancelled",
		"confirmed", "alert", "review", "shadow" };

	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		if (!parse_is_word(p, none[i]))
			continue;
		diag_error(p->d, DIAG_R052, t->span, "a weigh has no line '%s'",
		    none[i]);
		diag_note(p->d,
		    "it gives and takes points in every rule of "
		    "its theme; what a rule needs and from how many "
		    "points it stands, each rule says itself");
		return false;
	}
	return true;
}

static bool
parse_rule_line(
    struct parser *p, struct ast_rule *rule, struct ast_ground ***end)
{
	static const char *const kinds[] = { [AST_GIVE] = "give",
		[AST_TAKE] = "take",
		[AST_NEED] = "need",
		[AST_VETO] = "veto",
		[AST_CANCEL] = "cancelled",
		[AST_CONFIRM] = "confirmed" };

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (!parse_is_word(p, kinds[i]))
			continue;
		if (!parse_ground(p, (enum ast_ground_kind)i, *end))
			return false;
		*end = &(**end)->next;
		rule->ground_count++;
		return true;
	}
	if (parse_is_word(p, "theme") || parse_is_word(p, "flag"))
		return parse_aim(p, rule, parse_is_word(p, "flag"));
	if (parse_is_word(p, "alert") || parse_is_word(p, "review"))
		return parse_levels(p, rule);
	if (parse_skip_word(p, "shadow")) {
		rule->is_shadow = true;
		return true;
	}
	report_line(p);
	return false;
}

/* Something stands after what was a whole line. */
static void
report_rest(struct parser *p)
{
	if (parse_peek(p)->kind == LEX_CLOSE) {
		diag_error(p->d, DIAG_R006, parse_peek(p)->span,
		    "this bracket was never opened");
		diag_note(p->d, "take it out, or put a ( where it begins");
		return;
	}
	parse_expected(p, "the end of the line",
	    "write \"and\" or \"or\" between two conditions");
}

/* Take the rule into its chain. */
static void
keep_rule(struct parser *p, struct ast_rule *rule)
{
	struct ast_rule ***end =
	    rule->is_weigh ? &p->weighs_end : &p->rules_end;

	**end = rule;
	*end = &rule->next;
	if (!rule->is_weigh)
		p->ast->rule_count++;
}

static bool
parse_rule(struct parser *p, bool is_weigh)
{
	struct ast_rule *rule = arena_alloc(p->d->arena, 1, sizeof *rule);
	struct ast_ground **end = &rule->grounds;
	const struct lex_token *t;

	rule->is_weigh = is_weigh;
	p->in_weigh = is_weigh;
	if (!parse_name(p, "the rule's name", &rule->name))
		return false;
	t = parse_peek(p);
	if (!parse_skip(p, LEX_TEXT)) {
		parse_expected(p, "the rule's title in quotes",
		    "for example: rule hare_coursing \"Hare coursing\"");
		return false;
	}
	rule->title = t->text;
	rule->title_span = t->span;
	while (!parse_at_item(p)) {
		if (!parse_peek(p)->begins_line &&
		    parse_last(p)->kind != LEX_TEXT) {
			report_rest(p);
			return false;
		}
		parse_begin(p, PARSE_LINE);
		if ((is_weigh && !parse_weigh_line(p)) ||
		    !parse_rule_line(p, rule, &end))
			return false;
	}
	keep_rule(p, rule);
	return true;
}

static bool
parse_item(struct parser *p)
{
	const struct lex_token *t = parse_peek(p);
	const char *near;

	parse_begin(p, PARSE_ITEM);
	if (parse_skip_word(p, "words"))
		return parse_list(p, AST_WORDS);
	if (parse_skip_word(p, "animals"))
		return parse_list(p, AST_ANIMALS);
	if (parse_skip_word(p, "names"))
		return parse_list(p, AST_NAMES);
	if (parse_skip_word(p, "themes"))
		return parse_themes(p);
	if (parse_skip_word(p, "context"))
		return parse_context(p);
	if (parse_skip_word(p, "rule"))
		return parse_rule(p, false);
	if (parse_skip_word(p, "weigh"))
		return parse_rule(p, true);
	if (parse_skip_word(p, "series"))
		return parse_series(p);
	if (parse_skip_word(p, "test"))
		return parse_test(p);
	diag_error(p->d, DIAG_R004, t->span, "%.*s begins nothing here",
	    STR_ARG(parse_describe(p, t)));
	near = parse_nearest_item(t->text);
	if (near)
		diag_note(p->d, "did you mean '%s'?", near);
	else
		diag_note(p->d, "a file is made of words, animals, names, "
				"themes, context, rule, weigh, series and "
				"test");
	return false;
}

/* Leave out the rest of an item that had a problem. */
static void
skip_item(struct parser *p, size_t from)
{
	if (p->at == from)
		(void)parse_take(p);
	while (!parse_at_item(p))
		(void)parse_take(p);
}

static void
find_ends(struct parser *p)
{
	struct ast *ast = p->ast;

	p->themes_end = &ast->themes;
	p->lists_end = &ast->lists;
	p->contexts_end = &ast->contexts;
	p->rules_end = &ast->rules;
	p->weighs_end = &ast->weighs;
	p->series_end = &ast->series;
	p->tests_end = &ast->tests;
	while (*p->themes_end)
		p->themes_end = &(*p->themes_end)->next;
	while (*p->lists_end)
		p->lists_end = &(*p->lists_end)->next;
	while (*p->contexts_end)
		p->contexts_end = &(*p->contexts_end)->next;
	while (*p->rules_end)
		p->rules_end = &(*p->rules_end)->next;
	while (*p->weighs_end)
		p->weighs_end = &(*p->weighs_end)->next;
	while (*p->series_end)
		p->series_end = &(*p->series_end)->next;
	while (*p->tests_end)
		p->tests_end = &(*p->tests_end)->next;
}

void
parse_file(struct diags *d, uint32_t index, struct ast *ast)
{
	const struct lex_token *tokens;

	(void)lex_file(d, index, &tokens);
	parse_tokens(d, tokens, ast, NULL);
}

void
parse_tokens(struct diags *d, const struct lex_token *tokens, struct ast *ast,
    // NOLINTNEXTLINE(readability-non-const-parameter): parse_begin() writes
    unsigned char *places)
{
	struct parser p = {
		.d = d, .ast = ast, .tokens = tokens, .places = places
	};

	find_ends(&p);
	while (parse_peek(&p)->kind != LEX_END && !diag_is_full(d)) {
		size_t from = p.at;

		p.depth = 0;
		if (!parse_item(&p))
			skip_item(&p, from);
	}
}

/* "barn", not "barn owl", lurcher ~1: one line of a .list file. */
static struct ast_term *
parse_list_line(struct diags *d, struct span span, struct str line)
{
	struct ast_term *term = arena_alloc(d->arena, 1, sizeof *term);

	term->span = span;
	if (str_has_prefix(line, "not ")) {
		term->is_exception = true;
		line = str_trim(str_make(line.p + 4, line.len - 4));
	}
	if (line.len > 2 && line.p[line.len - 2] == '~' &&
	    (line.p[line.len - 1] == '1' || line.p[line.len - 1] == '2')) {
		term->slack = line.p[line.len - 1] - '0';
		line = str_trim(str_make(line.p, line.len - 2));
	}
	if (line.len > 1 && line.p[0] == '"' && line.p[line.len - 1] == '"')
		line = str_make(line.p + 1, line.len - 2);
	term->text = line;
	return term;
}

void
parse_list_file(struct diags *d, uint32_t index, struct ast_term **out)
{
	struct str text = d->files[index].text;
	size_t at = str_has_prefix(text, "\xEF\xBB\xBF") ? 3 : 0;

	if (text.len > LIMITS_FILE_BYTES_MAX || !str_is_utf8(text)) {
		diag_error(d, DIAG_R003, (struct span){ index, 0, 0 },
		    "this file is not UTF-8 text, or too large");
		diag_note(d, "save it again as UTF-8 in the editor, or make "
			     "two files of it");
		return;
	}
	while (at < text.len) {
		size_t end = at;
		struct str line;
		struct span span = { index, 0, 0 };

		while (end < text.len && text.p[end] != '\n')
			end++;
		line = str_trim(str_make(text.p + at, end - at));
		at = end + 1;
		if (line.len == 0 || line.p[0] == '#')
			continue;
		span.start = (uint32_t)(line.p - text.p);
		span.end = span.start + (uint32_t)line.len;
		*out = parse_list_line(d, span, line);
		out = &(*out)->next;
	}
}
