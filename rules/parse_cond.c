/*
 * Conditions; the patterns they look for are read by parse_pattern.c.
 *
 *     condition  one ("and" one)* or one ("or" one)*; both need brackets
 *     one        "not" one, ( condition ), a fact, a flag, a number stated,
 *                a scope "has" pattern, or after one such only the pattern
 *
 * There is no precedence to remember: mixing "and" and "or" without brackets
 * is an error.
 */
#include <string.h>

#include "agent/base/arena.h"
#include "rules/parse_private.h"
#include "rules/spell.h"

/* As agent/geo/layer.h has it, which rules do not see. */
#define LAYER_NAME_MAX 64

static struct ast_cond *parse_one(struct parser *p);

/* ---- Scopes ---- */

static bool
is_writer(const struct lex_token *t)
{
	for (size_t i = 0; i < t->text.len; i++)
		if (t->text.p[i] < 'A' || t->text.p[i] > 'Z')
			return false;
	return t->kind == LEX_WORD && t->text.len > 0;
}

/* by CALL|UNIT, or "by CALL or UNIT" */
static bool
parse_by(struct parser *p, struct ast_scope *scope)
{
	struct ast_name **end = &scope->by;

	if (!parse_skip_word(p, "by"))
		return true;
	do {
		const struct lex_token *t = parse_peek(p);

		if (!is_writer(t)) {
			parse_expected(p, "a writer in capitals",
			    "for example: log by CALL|UNIT has …");
			return false;
		}
		(void)parse_take(p);
		*end = arena_alloc(p->d->arena, 1, sizeof **end);
		(*end)->text = t->text;
		(*end)->span = t->span;
		end = &(*end)->next;
	} while (parse_skip(p, LEX_BAR) ||
		 (parse_is_word(p, "or") && is_writer(parse_peek(p) + 1) &&
		     parse_skip_word(p, "or")));
	return true;
}

/* True if a scope begins here. */
static bool
is_scope(const struct parser *p)
{
	if (parse_is_word(p, "text") || parse_is_word(p, "log"))
		return true;
	if (parse_is_word_at(p, 1, "entry"))
		return parse_is_word(p, "first") || parse_is_word(p, "last") ||
		       parse_is_word(p, "any");
	return parse_kind_at(p, 0) == LEX_WORD &&
	       field_text_find(parse_peek(p)->text) >= 0;
}

static bool
parse_scope(struct parser *p, struct ast_scope *scope)
{
	const struct lex_token *t = parse_take(p);
	bool is_log = true;

	*scope = (struct ast_scope){ .texts = 1U << FIELD_TEXT_LOG };
	if (str_is(t->text, "text")) {
		scope->texts = FIELD_TEXTS_ALL;
		is_log = false;
	} else if (parse_skip_word(p, "entry")) {
		scope->only_first = str_is(t->text, "first");
		scope->only_last = str_is(t->text, "last");
	} else {
		scope->texts = 1U << field_text_find(t->text);
		is_log = str_is(t->text, "log");
	}
	if (!is_log && parse_is_word(p, "by")) {
		parse_expected(p, "'has'",
		    "only entries of the log have a writer: log by CALL has …");
		return false;
	}
	return parse_by(p, scope);
}

/* ---- Facts ---- */

static struct ast_cond *
new_cond(struct parser *p, enum ast_cond_kind kind, struct span span)
{
	struct ast_cond *c = arena_alloc(p->d->arena, 1, sizeof *c);

	c->kind = kind;
	c->span = span;
	return c;
}

static struct ast_cond *
negate(struct parser *p, struct ast_cond *c)
{
	struct ast_cond *n = new_cond(p, AST_COND_NOT, c->span);

	n->left = c;
	return n;
}

static void
note_values(struct parser *p, const struct field *field, struct str word)
{
	const char *words[64];
	const char *near;
	size_t count = 0;

	for (int i = 0; i < 64; i++)
		if (field_value_name(field->type, i))
			words[count++] = field_value_name(field->type, i);
	near = spell_nearest(word, words, count);
	if (near)
		diag_note(p->d, "did you mean %s? %s can be: %s", near,
		    field->name, field_value_list(field->type));
	else
		diag_note(p->d, "%s can be: %s", field->name,
		    field_value_list(field->type));
}

/* One value of a field: a word, a number, or a time of day. */
static bool
parse_value(struct parser *p, enum field_id id, long *out)
{
	const struct field *field = field_get(id);
	const struct lex_token *t = parse_peek(p);
	long minute;
	int value;

	if (field->type == FIELD_TYPE_NUMBER && t->kind != LEX_NUMBER) {
		parse_expected(p, "a number",
		    "for example: grade is 1|2, or entries at least 3");
		return false;
	}
	if (field->type == FIELD_TYPE_NUMBER)
		return parse_number(p, "a number", 0, 1000000, out);
	if (field->type == FIELD_TYPE_TIME) {
		if (!parse_number(p, "an hour", 0, 23, out))
			return false;
		if (!parse_skip(p, LEX_COLON)) {
			parse_expected(p, "a colon",
			    "write a time of day as 22:30, a range as "
			    "22:00..05:00");
			return false;
		}
		*out *= 60;
		if (!parse_number(p, "the minutes", 0, 59, &minute))
			return false;
		*out += minute;
		return true;
	}
	value =
	    t->kind == LEX_WORD ? field_value_find(field->type, t->text) : -1;
	if (value < 0) {
		diag_error(p->d, DIAG_R014, t->span, "%s cannot be '%.*s'",
		    field->name, STR_ARG(t->text));
		note_values(p, field, t->text);
		return false;
	}
	(void)parse_take(p);
	*out = value;
	return true;
}

/* rural|edge, or "rural or edge" if what follows is a value too */
static bool
is_more_values(struct parser *p, enum field_type type)
{
	const struct lex_token *t = parse_peek(p);

	if (parse_skip(p, LEX_BAR))
		return true;
	if (!parse_is_word(p, "or"))
		return false;
	if (parse_kind_at(p, 1) == LEX_WORD &&
	    field_value_find(type, t[1].text) >= 0)
		return parse_skip_word(p, "or");
	return parse_kind_at(p, 1) == LEX_NUMBER && parse_skip_word(p, "or");
}

/* Large numbers and times are no bits of a mask: one of them, or a range. */
static bool
parse_large(struct parser *p, struct ast_cond *c, long value)
{
	c->fact = AST_FACT_RANGE;
	c->low = c->high = value;
	if (c->mask == 0 && !is_more_values(p, field_get(c->field)->type))
		return true;
	diag_error(p->d, DIAG_R014, diag_join(c->span, parse_last(p)->span),
	    "%s cannot be one of several values like these",
	    field_get(c->field)->name);
	diag_note(p->d, "write a range, as in 22:00..05:00 or 60..70, or two "
			"conditions with \"or\"");
	return false;
}

static bool
parse_is(struct parser *p, struct ast_cond *c)
{
	long value;

	c->fact = AST_FACT_ONE_OF;
	do {
		if (!parse_value(p, c->field, &value))
			return false;
		if (value > 63)
			return parse_large(p, c, value);
		c->mask |= UINT64_C(1) << value;
	} while (is_more_values(p, field_get(c->field)->type));
	return true;
}

static bool
parse_in(struct parser *p, struct ast_cond *c)
{
	const struct field *field = field_get(c->field);

	c->fact = AST_FACT_RANGE;
	if (!parse_value(p, c->field, &c->low))
		return false;
	if (!parse_skip(p, LEX_RANGE)) {
		parse_expected(p, "'..'",
		    "a range is written: month in "
		    "aug..mar");
		return false;
	}
	if (!parse_value(p, c->field, &c->high))
		return false;
	if (c->low <= c->high || field_type_is_cyclic(field->type))
		return true;
	diag_error(p->d, DIAG_R014, diag_join(c->span, parse_last(p)->span),
	    "this range of %s goes from the larger to the smaller",
	    field->name);
	diag_note(p->d, "write the smaller value first");
	return false;
}

/* >= 3, at least 3, at most 3 */
static bool
parse_compare(struct parser *p, struct ast_cond *c)
{
	const struct lex_token *t = parse_peek(p);
	struct str op = t->text;
	long n;

	c->fact = AST_FACT_RANGE;
	if (parse_skip_word(p, "at")) {
		op = str_of(parse_is_word(p, "most") ? "<=" : ">=");
		if (!parse_skip_word(p, "most") &&
		    !parse_skip_word(p, "least")) {
			parse_expected(
			    p, "'least' or 'most'", "for example: at least 3");
			return false;
		}
	} else {
		(void)parse_take(p);
	}
	if (!parse_number(p, "a number", 0, 1000000, &n))
		return false;
	c->low = str_is(op, ">=") || str_is(op, "=") ? n
		 : str_is(op, ">")                   ? n + 1
						     : 0;
	c->high = str_is(op, "<=") || str_is(op, "=") ? n
		  : str_is(op, "<")                   ? n - 1
						      : INT32_MAX;
	if (c->high >= 0)
		return true;
	diag_error(p->d, DIAG_R014, diag_join(t->span, parse_last(p)->span),
	    "nothing is less than 0");
	diag_note(p->d, "write = 0 for none");
	return false;
}

static bool
is_compare(const struct parser *p)
{
	return parse_peek(p)->kind == LEX_COMPARE || parse_is_word(p, "at");
}

static struct ast_cond *
parse_fact(struct parser *p, int field)
{
	const struct lex_token *t = parse_take(p);
	struct ast_cond *c = new_cond(p, AST_COND_FACT, t->span);
	bool is_negated = false;
	bool ok = true;

	c->field = (enum field_id)field;
	if (parse_skip_word(p, "is")) {
		is_negated = parse_skip_word(p, "not");
		if (parse_skip_word(p, "known"))
			c->fact = AST_FACT_KNOWN;
		else
			ok = parse_is(p, c);
	} else if (parse_skip_word(p, "in")) {
		ok = parse_in(p, c);
	} else if (is_compare(p) &&
		   field_get(c->field)->type == FIELD_TYPE_NUMBER) {
		ok = parse_compare(p, c);
	} else {
		parse_expected(p,
		    field_get(c->field)->type == FIELD_TYPE_NUMBER
			? "'is', 'in', 'at least', 'at most' or <, >, ="
			: "'is' or 'in'",
		    "for example: place is rural, month in aug..mar, grade is "
		    "1|2");
		return NULL;
	}
	if (!ok)
		return NULL;
	c->span = diag_join(c->span, parse_last(p)->span);
	return is_negated ? negate(p, c) : c;
}

/* number of @dogs at least 3 */
static struct ast_cond *
parse_number_of(struct parser *p)
{
	struct ast_cond *c = new_cond(p, AST_COND_NUMBER, parse_take(p)->span);

	(void)parse_take(p);
	c->scope.texts = FIELD_TEXTS_ALL;
	c->pattern = parse_operand(p);
	if (!c->pattern)
		return NULL;
	if (c->pattern->kind != AST_PATTERN_LIST) {
		diag_error(p->d, DIAG_R007, c->pattern->span,
		    "words or a list are expected after 'number of'");
		diag_note(p->d, "put the words into one list: number of @dogs "
				"at least 2");
		return NULL;
	}
	if (!is_compare(p)) {
		parse_expected(p, "'at least' or 'at most'",
		    "for example: number of @dogs at least 2");
		return NULL;
	}
	if (!parse_compare(p, c))
		return NULL;
	c->span = diag_join(c->span, parse_last(p)->span);
	return c;
}

/* ---- Layers ---- */

bool
parse_layer(struct parser *p, struct ast_name *out)
{
	const struct lex_token *t = parse_peek(p);
	bool ok = t->kind == LEX_TEXT && t->text.len <= LAYER_NAME_MAX;

	if (t->kind != LEX_TEXT || t->begins_line) {
		parse_expected(p, "the layer's name in quotes",
		    "for example: inside \"sssi\"");
		return false;
	}
	(void)parse_take(p);
	for (size_t i = 0; ok && i < t->text.len; i++) {
		char c = t->text.p[i];

		ok = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		     (c == '-' && i > 0);
	}
	if (!ok) {
		diag_error(p->d, DIAG_R028, t->span,
		    "\"%.*s\" cannot be the name of a layer", STR_ARG(t->text));
		diag_note(p->d, "write it as it was imported, in small "
				"letters, digits and hyphens: inside "
				"\"authorised-sites\"");
		return false;
	}
	*out = (struct ast_name){ .text = t->text, .span = t->span };
	return true;
}

/* inside "sssi" */
static struct ast_cond *
parse_inside(struct parser *p)
{
	struct ast_cond *c = new_cond(p, AST_COND_INSIDE, parse_take(p)->span);

	if (!parse_layer(p, &c->layer))
		return NULL;
	c->span = diag_join(c->span, c->layer.span);
	return c;
}

/* distance to "sssi" at most 300 m */
static struct ast_cond *
parse_distance(struct parser *p)
{
	struct ast_cond *c =
	    new_cond(p, AST_COND_DISTANCE, parse_take(p)->span);

	if (!parse_skip_word(p, "to")) {
		parse_expected(
		    p, "'to'", "for example: distance to \"sssi\" at most 300");
		return NULL;
	}
	if (!parse_layer(p, &c->layer))
		return NULL;
	if (!is_compare(p)) {
		parse_expected(p, "'at most' or 'at least'",
		    "metres, for example: distance to \"sssi\" at most 300");
		return NULL;
	}
	if (!parse_compare(p, c))
		return NULL;
	(void)parse_skip_word(p, "m");
	c->span = diag_join(c->span, parse_last(p)->span);
	return c;
}

/* ---- Conditions ---- */

/* Read a pattern in the scope last named. */
static struct ast_cond *
parse_has(struct parser *p, struct span from)
{
	struct ast_cond *c = new_cond(p, AST_COND_TEXT, from);

	c->scope = p->scope;
	c->pattern = parse_pattern(p);
	if (!c->pattern)
		return NULL;
	c->span = diag_join(c->span, parse_last(p)->span);
	return c;
}

static struct ast_cond *
parse_scoped(struct parser *p)
{
	struct span from = parse_peek(p)->span;
	struct ast_cond *c;
	bool is_negated;

	if (!parse_scope(p, &p->scope))
		return NULL;
	p->has_scope = true;
	if (!parse_skip_word(p, "has")) {
		parse_expected(p, "'has'", "for example: text has @dogs");
		return NULL;
	}
	is_negated = parse_skip_word(p, "no");
	c = parse_has(p, from);
	return c && is_negated ? negate(p, c) : c;
}

static struct ast_cond *
parse_flag(struct parser *p)
{
	struct ast_cond *c = new_cond(p, AST_COND_FLAG, parse_take(p)->span);

	if (!parse_name(p, "the flag's name", &c->flag))
		return NULL;
	c->span = diag_join(c->span, c->flag.span);
	return c;
}

/* another theme */
static struct ast_cond *
parse_rival(struct parser *p)
{
	struct ast_cond *c = new_cond(p, AST_COND_RIVAL, parse_take(p)->span);
	struct span theme = parse_peek(p)->span;

	if (!parse_skip_word(p, "theme")) {
		parse_expected(
		    p, "'theme'", "for example: take 20 when another theme");
		return NULL;
	}
	c->span = diag_join(c->span, theme);
	return c;
}

static void
report_word(struct parser *p)
{
	const char *const *words;
	size_t count = field_words(&words);
	const struct lex_token *t = parse_peek(p);
	const char *near =
	    t->kind == LEX_WORD ? spell_nearest(t->text, words, count) : NULL;

	if (t->kind == LEX_LIST || t->kind == LEX_TEXT) {
		diag_error(p->d, DIAG_R016, t->span,
		    "this does not say which text to look in");
		diag_note(p->d, "write: text has %s%.*s%s",
		    t->kind == LEX_LIST ? "@" : "\"", STR_ARG(t->text),
		    t->kind == LEX_LIST ? "" : "\"");
		return;
	}
	if (t->kind != LEX_WORD || t->begins_line) {
		parse_expected(p, "a condition",
		    "for example: text has @dogs near 5 \"field\", or place is "
		    "rural");
		return;
	}
	diag_error(p->d, DIAG_R012, t->span,
	    "'%.*s' is nothing a rule can ask about", STR_ARG(t->text));
	if (near)
		diag_note(p->d, "did you mean '%s'?", near);
	else
		diag_note(p->d, "a rule asks about texts (text, log, last "
				"entry, location_text, opening_code) and facts "
				"(place, month, grade, time, …)");
}

static struct ast_cond *
/* NOLINTNEXTLINE(misc-no-recursion): parse_open() bounds the depth */
parse_primary(struct parser *p)
{
	const struct lex_token *t = parse_peek(p);
	struct ast_cond *c;

	if (!parse_count_part(p, t->span))
		return NULL;
	if (t->kind == LEX_OPEN && !parse_at_pattern_bracket(p)) {
		if (!parse_open(p))
			return NULL;
		c = parse_condition(p);
		return c && parse_close(p, t->span) ? c : NULL;
	}
	if (is_scope(p))
		return parse_scoped(p);
	/* Before contexts, which stand before a text in quotes too. */
	if (parse_is_word(p, "inside"))
		return parse_inside(p);
	if (p->has_scope && (t->kind == LEX_LIST || t->kind == LEX_TEXT ||
				t->kind == LEX_OPEN || parse_at_context(p)))
		return parse_has(p, t->span);
	if (parse_is_word(p, "number") && parse_is_word_at(p, 1, "of"))
		return parse_number_of(p);
	if (parse_is_word(p, "flag"))
		return parse_flag(p);
	if (parse_is_word(p, "another"))
		return parse_rival(p);
	if (parse_is_word(p, "distance"))
		return parse_distance(p);
	if (t->kind == LEX_WORD && field_find(t->text) >= 0)
		return parse_fact(p, field_find(t->text));
	report_word(p);
	return NULL;
}

static struct ast_cond *
/* NOLINTNEXTLINE(misc-no-recursion): parse_open() bounds the depth */
parse_one(struct parser *p)
{
	bool is_negated = false;
	struct ast_cond *c;

	while (parse_skip_word(p, "not"))
		is_negated = !is_negated;
	c = parse_primary(p);
	return c && is_negated ? negate(p, c) : c;
}

/* "and" and "or" meet after left: show where brackets can stand. */
static void
note_brackets(struct parser *p, struct span left, bool is_or)
{
	int len = (int)(left.end - left.start);
	const char *text = p->d->files[left.file].text.p + left.start;

	if (len > 60 || memchr(text, '\n', (size_t)len))
		diag_note(p->d, "put brackets around the part that belongs "
				"together: (… and …) or …, or … and (… or …)");
	else
		diag_note(p->d,
		    "put brackets around the part that belongs together: "
		    "(%.*s) %s …, or around the last two",
		    len, text, is_or ? "and" : "or");
}

struct ast_cond *
/* NOLINTNEXTLINE(misc-no-recursion): parse_open() bounds the depth */
parse_condition(struct parser *p)
{
	struct ast_cond *c;
	bool is_or = false;
	bool has_any = false;

	if (p->depth == 0) {
		p->has_scope = false;
		p->parts = 0;
	}
	c = parse_one(p);
	while (c && (parse_is_word(p, "and") || parse_is_word(p, "or"))) {
		const struct lex_token *t = parse_peek(p);
		struct ast_cond *both;

		parse_begin(p, PARSE_PART);
		(void)parse_take(p);

		if (has_any && is_or != str_is(t->text, "or")) {
			diag_error(p->d, DIAG_R011, t->span,
			    "'and' and 'or' stand side by side");
			note_brackets(p, c->span, is_or);
			return NULL;
		}
		is_or = str_is(t->text, "or");
		has_any = true;
		both = new_cond(p, is_or ? AST_COND_OR : AST_COND_AND, c->span);
		both->left = c;
		both->right = parse_one(p);
		if (!both->right)
			return NULL;
		both->span = diag_join(both->span, both->right->span);
		c = both;
	}
	return c;
}
