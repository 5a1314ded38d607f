/*
 * Printing patterns and conditions; whole files are print_ast.c's.  Nothing is
 * left out that the compiler looks at, for the formatter compares what is
 * printed here before it believes that it changed nothing.
 */
#include "rules/print.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "rules/ruleset.h"
#include "rules/terms.h"

/* ---- Words ---- */

static void
add_quoted(struct buf *out, struct str s)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, s.p[i]);
	}
	buf_add_char(out, '"');
}

/* The same for words of a list that need no quotes. */
static void
add_words(struct buf *out, struct str s)
{
	struct buf words = { 0 };

	for (size_t i = 0; i < s.len; i++) {
		bool space = s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\r';

		if (!space)
			buf_add_char(&words, s.p[i]);
		else if (words.len > 0 && words.p[words.len - 1] != ' ')
			buf_add_char(&words, ' ');
	}
	add_quoted(out, buf_str(&words));
	buf_clear(&words);
}

/* The phrase as the matcher sees it: folded, one space between words. */
static void
add_folded(const struct print *p, struct str text)
{
	struct term_part parts[LIMITS_PHRASE_WORDS_MAX];
	size_t count;

	if (terms_split(p->arena, text, parts, &count) != TERMS_FINE)
		add_quoted(p->out, text);
	else
		buf_add_str(p->out, terms_key(p->arena, parts, count));
}

void
print_term(const struct print *p, const struct ast_term *t)
{
	if (t->is_exception)
		buf_add_text(p->out, "not ");
	if (t->is_list)
		buf_addf(p->out, "@%.*s", STR_ARG(t->text));
	else if (p->arena && str_is_given(t->key))
		buf_add_str(p->out, t->key);
	else if (p->arena)
		add_folded(p, t->text);
	else
		add_words(p->out, t->text);
	if (t->slack)
		buf_addf(p->out, " ~%d", t->slack);
}

static int
compare_texts(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* Print texts, sorted and each once, with between between them. */
static void
add_sorted(
    const struct print *p, struct str *texts, size_t count, const char *between)
{
	qsort(texts, count, sizeof *texts, compare_texts);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && str_is_equal(texts[i], texts[i - 1]))
			continue;
		buf_addf(p->out, "%s%.*s", i ? between : "", STR_ARG(texts[i]));
	}
}

/* The words of a list that stand in a condition. */
static void
add_terms(const struct print *p, const struct ast_list *l)
{
	struct str *texts;
	size_t count = 0;
	size_t i = 0;

	for (const struct ast_term *t = l->terms; t; t = t->next) {
		if (!p->arena && count > 0)
			buf_add_text(p->out, " | ");
		if (!p->arena)
			print_term(p, t);
		count++;
	}
	if (!p->arena)
		return;
	texts = arena_alloc(p->arena, count + 1, sizeof *texts);
	for (const struct ast_term *t = l->terms; t; t = t->next) {
		struct buf one = { 0 };

		print_term(&(struct print){ &one, p->arena }, t);
		texts[i++] = arena_str(p->arena, buf_str(&one));
		buf_clear(&one);
	}
	add_sorted(p, texts, count, " | ");
}

/* ---- Patterns ---- */

static void
add_names(const struct print *p, const struct ast_name *n, const char *between)
{
	for (const char *sep = ""; n; n = n->next, sep = between)
		buf_addf(p->out, "%s%.*s", sep, STR_ARG(n->text));
}

static void
add_list(const struct print *p, const struct ast_pattern *n)
{
	if (n->contexts.any)
		buf_add_text(p->out, "any ");
	if (n->contexts.even) {
		buf_add_text(p->out, "even ");
		add_names(p, n->contexts.even, ", ");
		buf_add_char(p->out, ' ');
	}
	if (n->contexts.only) {
		add_names(p, n->contexts.only, ", ");
		buf_add_char(p->out, ' ');
	}
	if (str_is_given(n->ref.text))
		buf_addf(p->out, "@%.*s", STR_ARG(n->ref.text));
	else
		add_terms(p, n->list);
}

const char *
print_join_word(enum ast_join join)
{
	static const char *const words[] = { [AST_NEAR] = "near",
		[AST_BEFORE] = "before",
		[AST_AFTER] = "after",
		[AST_SAME_SENTENCE] = "same sentence",
		[AST_SAME_ENTRY] = "same entry",
		[AST_LATER] = "later" };

	return words[join];
}

static bool
is_symmetric(const struct ast_pattern *n)
{
	return !n->is_negated &&
	       (n->join == AST_NEAR || n->join == AST_SAME_SENTENCE ||
		   n->join == AST_SAME_ENTRY);
}

/* One side of a join or union, in brackets if it is one itself. */
static struct str
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
side_text(const struct print *p, const struct ast_pattern *n, struct buf *buf)
{
	const struct print inner = { buf, p->arena };
	bool brackets = n->kind != AST_PATTERN_LIST;

	if (brackets)
		buf_add_char(buf, '(');
	print_pattern(&inner, n);
	if (brackets)
		buf_add_char(buf, ')');
	return buf_str(buf);
}

void
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
print_pattern(const struct print *p, const struct ast_pattern *n)
{
	struct buf a = { 0 };
	struct buf b = { 0 };
	struct str left;
	struct str right;
	bool may_swap;

	if (n->kind == AST_PATTERN_LIST) {
		add_list(p, n);
		return;
	}
	left = side_text(p, n->left, &a);
	right = side_text(p, n->right, &b);
	may_swap =
	    p->arena && (n->kind == AST_PATTERN_UNION || is_symmetric(n));
	if (may_swap && str_compare(right, left) < 0) {
		struct str swap = left;

		left = right;
		right = swap;
	}
	buf_addf(p->out, "%.*s ", STR_ARG(left));
	if (n->kind == AST_PATTERN_UNION)
		buf_add_char(p->out, '|');
	else
		buf_addf(p->out, "%s%s", n->is_negated ? "not " : "",
		    print_join_word(n->join));
	if (n->words > 0)
		buf_addf(p->out, " %ld", n->words);
	buf_addf(p->out, " %.*s", STR_ARG(right));
	buf_clear(&a);
	buf_clear(&b);
}

/* ---- Conditions ---- */

static void
add_writers(const struct print *p, const struct ast_name *by)
{
	if (!by)
		return;
	buf_add_text(p->out, " by ");
	add_names(p, by, "|");
}

void
print_scope(const struct print *p, const struct ast_scope *scope)
{
	const char *sep = "";

	if (scope->texts == FIELD_TEXTS_ALL) {
		buf_add_text(p->out, "text");
	} else if (scope->only_first || scope->only_last) {
		buf_addf(
		    p->out, "%s entry", scope->only_first ? "first" : "last");
	} else {
		for (int i = 0; i < FIELD_TEXT_COUNT; i++) {
			if (!(scope->texts >> i & 1U))
				continue;
			buf_addf(p->out, "%s%s", sep,
			    field_text_name((enum field_text)i));
			sep = "|";
		}
	}
	add_writers(p, scope->by);
}

void
print_value(struct buf *out, enum field_type type, long value)
{
	const char *word = field_value_name(type, (int)value);

	if (word)
		buf_add_text(out, word);
	else if (type == FIELD_TYPE_TIME)
		buf_addf(out, "%02ld:%02ld", value / 60, value % 60);
	else
		buf_addf(out, "%ld", value);
}

void
print_bounds(struct buf *out, long low, long high)
{
	if (low == high)
		buf_addf(out, "= %ld", low);
	else if (high == INT_MAX)
		buf_addf(out, "at least %ld", low);
	else if (low == 0)
		buf_addf(out, "at most %ld", high);
	else
		buf_addf(out, "in %ld..%ld", low, high);
}

static void
add_fact(const struct print *p, const struct ast_cond *n)
{
	const struct field *field = field_get(n->field);
	const char *sep = " is ";

	buf_add_text(p->out, field->name);
	switch (n->fact) {
	case AST_FACT_KNOWN: buf_add_text(p->out, " is known"); return;
	case AST_FACT_ONE_OF:
		for (int i = 0; i < 64; i++) {
			if (!(n->mask >> i & 1U))
				continue;
			buf_add_text(p->out, sep);
			print_value(p->out, field->type, i);
			sep = "|";
		}
		return;
	case AST_FACT_RANGE:
		if (field->type == FIELD_TYPE_NUMBER) {
			buf_add_char(p->out, ' ');
			print_bounds(p->out, n->low, n->high);
			return;
		}
		buf_add_text(p->out, " in ");
		print_value(p->out, field->type, n->low);
		buf_add_text(p->out, "..");
		print_value(p->out, field->type, n->high);
		return;
	}
}

/* One side of "and" or "or", in brackets if it has sides itself. */
static void
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
add_side(const struct print *p, const struct ast_cond *n)
{
	bool brackets = n->kind == AST_COND_AND || n->kind == AST_COND_OR;

	if (brackets)
		buf_add_char(p->out, '(');
	print_cond(p, n);
	if (brackets)
		buf_add_char(p->out, ')');
}

void
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
print_cond(const struct print *p, const struct ast_cond *n)
{
	switch (n->kind) {
	case AST_COND_AND:
	case AST_COND_OR:
		add_side(p, n->left);
		buf_add_text(
		    p->out, n->kind == AST_COND_AND ? " and " : " or ");
		add_side(p, n->right);
		return;
	case AST_COND_NOT:
		buf_add_text(p->out, "not ");
		add_side(p, n->left);
		return;
	case AST_COND_TEXT:
		print_scope(p, &n->scope);
		buf_add_text(p->out, " has ");
		print_pattern(p, n->pattern);
		return;
	case AST_COND_FACT: add_fact(p, n); return;
	case AST_COND_NUMBER:
		buf_add_text(p->out, "number of ");
		print_pattern(p, n->pattern);
		buf_add_char(p->out, ' ');
		print_bounds(p->out, n->low, n->high);
		return;
	case AST_COND_INSIDE:
		buf_addf(p->out, "inside \"%.*s\"", STR_ARG(n->layer.text));
		return;
	case AST_COND_DISTANCE:
		buf_addf(
		    p->out, "distance to \"%.*s\" ", STR_ARG(n->layer.text));
		print_bounds(p->out, n->low, n->high);
		return;
	case AST_COND_FLAG:
		buf_addf(p->out, "flag %.*s", STR_ARG(n->flag.text));
		return;
	case AST_COND_RIVAL: buf_add_text(p->out, "another theme"); return;
	}
}
