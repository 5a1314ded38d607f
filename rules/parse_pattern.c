/*
 * Patterns: what a condition looks for in a text.
 *
 *     pattern    operand (join operand)*
 *     operand    context words, then atoms with "|" between
 *     atom       "phrase" ~1, @list or ( pattern )
 *
 * "|" only ever stands between single words and lists, so there is no
 * precedence to remember here either.
 */
#include "agent/base/arena.h"
#include "rules/limits.h"
#include "rules/parse_private.h"

static struct ast_pattern *
new_pattern(struct parser *p, enum ast_pattern_kind kind, struct span span)
{
	struct ast_pattern *n = arena_alloc(p->d->arena, 1, sizeof *n);

	n->kind = kind;
	n->span = span;
	return n;
}

bool
parse_at_context(const struct parser *p)
{
	enum lex_kind after = parse_kind_at(p, 1);

	if (parse_kind_at(p, 0) != LEX_WORD || parse_is_word(p, "not"))
		return false;
	return after == LEX_LIST || after == LEX_TEXT || after == LEX_COMMA ||
	       (after == LEX_OPEN && !parse_is_word(p, "has")) ||
	       parse_is_word(p, "even") || parse_is_word(p, "any");
}

/* any; even denied, past; denied */
static bool
parse_contexts(struct parser *p, struct ast_contexts *out)
{
	struct ast_name **end;

	*out = (struct ast_contexts){ 0 };
	if (!parse_at_context(p))
		return true;
	if (parse_skip_word(p, "any")) {
		out->any = true;
		return true;
	}
	end = parse_skip_word(p, "even") ? &out->even : &out->only;
	do {
		struct ast_name *name =
		    arena_alloc(p->d->arena, 1, sizeof *name);

		if (!parse_name(p, "a context", name))
			return false;
		*end = name;
		end = &name->next;
	} while (parse_skip(p, LEX_COMMA));
	return true;
}

static struct ast_pattern *
parse_phrase(struct parser *p)
{
	const struct lex_token *t = parse_take(p);
	struct ast_pattern *n = new_pattern(p, AST_PATTERN_LIST, t->span);
	struct ast_term *term = arena_alloc(p->d->arena, 1, sizeof *term);

	term->text = t->text;
	term->span = t->span;
	if (!parse_slack(p, &term->slack))
		return NULL;
	n->list = parse_new_list(p, t->span);
	n->list->is_used = true;
	n->list->terms = term;
	return n;
}

static struct ast_pattern *
/* NOLINTNEXTLINE(misc-no-recursion): parse_open() bounds the depth */
parse_atom(struct parser *p)
{
	const struct lex_token *t = parse_peek(p);
	struct ast_pattern *n;

	if (!parse_count_part(p, t->span))
		return NULL;
	if (t->kind == LEX_LIST) {
		(void)parse_take(p);
		n = new_pattern(p, AST_PATTERN_LIST, t->span);
		n->ref = (struct ast_name){ .text = t->text, .span = t->span };
		return n;
	}
	if (t->kind == LEX_TEXT)
		return parse_phrase(p);
	if (t->kind == LEX_OPEN) {
		if (!parse_open(p))
			return NULL;
		n = parse_pattern(p);
		return n && parse_close(p, t->span) ? n : NULL;
	}
	if ((t->kind == LEX_WORD || t->kind == LEX_NUMBER) && !t->begins_line) {
		diag_error(p->d, DIAG_R015, t->span,
		    "'%.*s' is neither in quotes nor a list", STR_ARG(t->text));
		diag_note(p->d,
		    "write \"%.*s\" for the word, or @%.*s for a "
		    "list of that name",
		    STR_ARG(t->text), STR_ARG(t->text));
		return NULL;
	}
	parse_expected(p, "a \"phrase\" or a @list",
	    "for example: text has \"hare coursing\", or text has @dogs");
	return NULL;
}

/* Both are plain lists or words: one unnamed list of both. */
static struct ast_pattern *
merge_lists(
    struct parser *p, struct ast_pattern *left, struct ast_pattern *right)
{
	struct ast_term **end;

	if (str_is_given(left->ref.text)) {
		struct ast_term *term =
		    arena_alloc(p->d->arena, 1, sizeof *term);

		term->is_list = true;
		term->text = left->ref.text;
		term->span = left->ref.span;
		left->list = parse_new_list(p, left->span);
		left->list->is_used = true;
		left->list->terms = term;
		left->ref = (struct ast_name){ 0 };
	}
	end = &left->list->terms;
	while (*end)
		end = &(*end)->next;
	if (right->list) {
		*end = right->list->terms;
		right->list->terms = NULL;
	} else {
		*end = arena_alloc(p->d->arena, 1, sizeof **end);
		(*end)->is_list = true;
		(*end)->text = right->ref.text;
		(*end)->span = right->ref.span;
	}
	left->span = diag_join(left->span, right->span);
	return left;
}

static struct ast_pattern *
unite(struct parser *p, struct ast_pattern *left, struct ast_pattern *right)
{
	struct ast_pattern *n;

	if (left->kind == AST_PATTERN_LIST && right->kind == AST_PATTERN_LIST &&
	    !left->contexts.any && !left->contexts.even &&
	    !left->contexts.only && !right->contexts.any &&
	    !right->contexts.even && !right->contexts.only)
		return merge_lists(p, left, right);
	n = new_pattern(
	    p, AST_PATTERN_UNION, diag_join(left->span, right->span));
	n->left = left;
	n->right = right;
	return n;
}

/* What was said before the operand holds for every list in it. */
static void
spread_contexts(struct ast_pattern *n, const struct ast_contexts *contexts)
{
	while (n->kind != AST_PATTERN_LIST) {
		/* The right one is never deeper than one bracket more. */
		if (n->right->kind == AST_PATTERN_LIST)
			n->right->contexts = *contexts;
		n = n->left;
	}
	n->contexts = *contexts;
}

struct ast_pattern *
/* NOLINTNEXTLINE(misc-no-recursion): parse_open() bounds the depth */
parse_operand(struct parser *p)
{
	struct ast_contexts contexts;
	struct ast_pattern *n;
	struct span from = parse_peek(p)->span;

	if (!parse_contexts(p, &contexts))
		return NULL;
	n = parse_atom(p);
	while (n && parse_skip(p, LEX_BAR)) {
		struct ast_pattern *right;

		parse_begin(p, PARSE_CHOICE);
		right = parse_atom(p);

		n = right ? unite(p, n, right) : NULL;
	}
	if (n && (contexts.any || contexts.even || contexts.only)) {
		if (n->kind != AST_PATTERN_LIST) {
			diag_error(p->d, DIAG_R007, from,
			    "'%.*s' can only stand before words and lists",
			    (int)(from.end - from.start),
			    p->d->files[from.file].text.p + from.start);
			diag_note(p->d,
			    "write it before each list inside the brackets: "
			    "(%.*s @dogs near 3 @hares)",
			    (int)(from.end - from.start),
			    p->d->files[from.file].text.p + from.start);
			return NULL;
		}
		spread_contexts(n, &contexts);
		n->span = diag_join(n->span, from);
	}
	return n;
}

static const struct {
	const char *word, *second; /* second: a word that must follow, or "" */
	enum ast_join join;
	bool needs_words, takes_words;
} joins[] = {
	{ "near", "", AST_NEAR, true, true },
	{ "before", "", AST_BEFORE, false, true },
	{ "after", "", AST_AFTER, false, true },
	{ "same", "sentence", AST_SAME_SENTENCE, false, false },
	{ "same", "entry", AST_SAME_ENTRY, false, false },
	{ "later", "", AST_LATER, false, false },
};

#define JOIN_COUNT (sizeof joins / sizeof joins[0])

/* The row of the join that stands here, or JOIN_COUNT. */
static size_t
find_join(const struct parser *p)
{
	size_t ahead = parse_is_word(p, "not") ? 1 : 0;

	for (size_t i = 0; i < JOIN_COUNT; i++)
		if (parse_is_word_at(p, ahead, joins[i].word) &&
		    (joins[i].second[0] == '\0' ||
			parse_is_word_at(p, ahead + 1, joins[i].second)))
			return i;
	return JOIN_COUNT;
}

static struct ast_pattern *
/* NOLINTNEXTLINE(misc-no-recursion): parse_open() bounds the depth */
parse_join(struct parser *p, size_t row, struct ast_pattern *left)
{
	struct ast_pattern *n = new_pattern(p, AST_PATTERN_JOIN, left->span);

	parse_begin(p, PARSE_JOIN);
	n->is_negated = parse_skip_word(p, "not");
	n->join = joins[row].join;
	n->left = left;
	(void)parse_take(p);
	if (joins[row].second[0] != '\0')
		(void)parse_take(p);
	if (joins[row].takes_words &&
	    (joins[row].needs_words || parse_peek(p)->kind == LEX_NUMBER)) {
		if (parse_peek(p)->kind != LEX_NUMBER) {
			parse_expected(p, "a number of words",
			    "say how near: near 5 is at most five words on, "
			    "before or after");
			return NULL;
		}
		if (!parse_number(p, "the number of words", 1, LIMITS_NEAR_MAX,
			&n->words))
			return NULL;
	}
	n->right = parse_operand(p);
	if (!n->right)
		return NULL;
	n->span = diag_join(n->span, n->right->span);
	return n;
}

struct ast_pattern *
/* NOLINTNEXTLINE(misc-no-recursion): parse_open() bounds the depth */
parse_pattern(struct parser *p)
{
	struct ast_pattern *n = parse_operand(p);

	while (n) {
		size_t row = find_join(p);

		if (row == JOIN_COUNT)
			break;
		n = parse_join(p, row, n);
	}
	return n;
}

bool
parse_at_pattern_bracket(const struct parser *p)
{
	const struct lex_token *t = parse_peek(p);
	int depth = 0;

	if (!p->has_scope)
		return false;
	for (; t->kind != LEX_END; t++) {
		if (t->kind == LEX_OPEN)
			depth++;
		else if (t->kind == LEX_CLOSE && --depth == 0)
			break;
	}
	if (t->kind == LEX_END)
		return false;
	t++;
	if (t->kind == LEX_WORD && str_is(t->text, "not"))
		t++;
	if (t->kind == LEX_BAR)
		return true;
	for (size_t i = 0; i < JOIN_COUNT; i++)
		if (t->kind == LEX_WORD && str_is(t->text, joins[i].word))
			return true;
	return false;
}
