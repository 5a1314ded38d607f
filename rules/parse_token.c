/*
 * Tokens: looking at what comes next, taking it, and saying what is missing.
 * All the parser's other files stand on this one.
 */
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "rules/limits.h"
#include "rules/parse_private.h"
#include "rules/spell.h"

static const char *const item_words[] = { "words", "animals", "names", "themes",
	"context", "rule", "weigh", "series", "test" };

const struct lex_token *
parse_peek(const struct parser *p)
{
	return &p->tokens[p->at];
}

const struct lex_token *
parse_last(const struct parser *p)
{
	CHECK(p->at > 0);
	return &p->tokens[p->at - 1];
}

const struct lex_token *
parse_take(struct parser *p)
{
	const struct lex_token *t = parse_peek(p);

	if (t->kind != LEX_END)
		p->at++;
	return t;
}

bool
parse_is_word(const struct parser *p, const char *word)
{
	const struct lex_token *t = parse_peek(p);

	return t->kind == LEX_WORD && str_is(t->text, word);
}

bool
parse_skip_word(struct parser *p, const char *word)
{
	if (!parse_is_word(p, word))
		return false;
	(void)parse_take(p);
	return true;
}

bool
parse_skip(struct parser *p, enum lex_kind kind)
{
	if (parse_peek(p)->kind != kind || kind == LEX_END)
		return false;
	(void)parse_take(p);
	return true;
}

bool
parse_at_item(const struct parser *p)
{
	if (parse_peek(p)->kind == LEX_END)
		return true;
	if (!parse_peek(p)->begins_line)
		return false;
	for (size_t i = 0; i < sizeof item_words / sizeof item_words[0]; i++)
		if (parse_is_word(p, item_words[i]))
			return true;
	return false;
}

const char *
parse_nearest_item(struct str text)
{
	return spell_nearest(
	    text, item_words, sizeof item_words / sizeof item_words[0]);
}

void
parse_begin(struct parser *p, enum parse_place place)
{
	if (p->places)
		p->places[p->at] = (unsigned char)place;
}

struct str
parse_describe(struct parser *p, const struct lex_token *t)
{
	struct str source = p->d->files[t->span.file].text;

	if (t->kind == LEX_END)
		return str_of("the end of the file");
	return arena_strf(p->d->arena, "'%.*s'",
	    (int)(t->span.end - t->span.start), source.p + t->span.start);
}

void
parse_expected(struct parser *p, const char *what, const char *note)
{
	const struct lex_token *t = parse_peek(p);
	struct span at = t->span;

	/* What is missing at the end of a line is missed there. */
	if ((t->begins_line || t->kind == LEX_END) && p->at > 0) {
		at = parse_last(p)->span;
		at.start = at.end;
		diag_error(p->d, DIAG_R007, at,
		    "%s is expected here, but the line ends", what);
	} else {
		diag_error(p->d, DIAG_R007, at, "%s is expected here, not %.*s",
		    what, STR_ARG(parse_describe(p, t)));
	}
	if (note)
		diag_note(p->d, "%s", note);
}

static bool
is_name(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];
		bool letter = (c >= 'a' && c <= 'z') || c == '_';

		if (!letter && !(i > 0 && ((c >= '0' && c <= '9') || c == '-')))
			return false;
	}
	return s.len > 0;
}

bool
parse_name(struct parser *p, const char *what, struct ast_name *out)
{
	const struct lex_token *t = parse_peek(p);

	if (t->kind != LEX_WORD || t->begins_line) {
		parse_expected(p, what,
		    "a name has small letters, digits, - and _, and begins "
		    "with a letter: hare_coursing");
		return false;
	}
	(void)parse_take(p);
	if (!is_name(t->text)) {
		diag_error(p->d, DIAG_R009, t->span, "'%.*s' cannot be a name",
		    STR_ARG(t->text));
		diag_note(p->d, "a name has small letters, digits, - and _, "
				"and begins with a letter: hare_coursing");
		return false;
	}
	*out = (struct ast_name){ .text = t->text, .span = t->span };
	return true;
}

bool
parse_number(struct parser *p, const char *what, long low, long high, long *out)
{
	const struct lex_token *t = parse_peek(p);

	if (t->kind != LEX_NUMBER || t->begins_line) {
		parse_expected(p, what, NULL);
		if (t->kind != LEX_NUMBER)
			diag_note(p->d, "write a whole number from %ld to %ld",
			    low, high);
		return false;
	}
	(void)parse_take(p);
	if (t->number < low || t->number > high) {
		diag_error(p->d, DIAG_R010, t->span,
		    "%s must be from %ld to %ld, not %.*s", what, low, high,
		    STR_ARG(t->text));
		diag_note(
		    p->d, "write a whole number from %ld to %ld", low, high);
		return false;
	}
	*out = t->number;
	return true;
}

bool
parse_slack(struct parser *p, int *out)
{
	const struct lex_token *t = parse_peek(p);

	if (t->kind != LEX_SLACK)
		return true;
	(void)parse_take(p);
	if (t->number < 1 || t->number > 2) {
		diag_error(p->d, DIAG_R010, t->span,
		    "~%.*s is not a number of misspelt letters",
		    STR_ARG(t->text));
		diag_note(p->d, "write ~1 for one wrong letter in a word, or "
				"~2 for two in a long one");
		return false;
	}
	*out = (int)t->number;
	return true;
}

bool
parse_is_word_at(const struct parser *p, size_t ahead, const char *word)
{
	const struct lex_token *t = parse_peek(p);

	for (size_t i = 0; i < ahead && t->kind != LEX_END; i++)
		t++;
	return t->kind == LEX_WORD && str_is(t->text, word);
}

enum lex_kind
parse_kind_at(const struct parser *p, size_t ahead)
{
	const struct lex_token *t = parse_peek(p);

	for (size_t i = 0; i < ahead && t->kind != LEX_END; i++)
		t++;
	return t->kind;
}

bool
parse_open(struct parser *p)
{
	const struct lex_token *t = parse_take(p);

	if (++p->depth <= LIMITS_NEST_MAX)
		return true;
	diag_error(p->d, DIAG_R006, t->span,
	    "more than %d brackets are open here", LIMITS_NEST_MAX);
	diag_note(p->d, "give a part of it a name with words NAME: …, or "
			"write two lines");
	return false;
}

bool
parse_close(struct parser *p, struct span open)
{
	p->depth--;
	if (parse_skip(p, LEX_CLOSE))
		return true;
	diag_error(p->d, DIAG_R006, open, "this bracket is not closed");
	diag_note(p->d, "put a ) where it ends");
	return false;
}

bool
parse_count_part(struct parser *p, struct span at)
{
	if (++p->parts <= LIMITS_PARTS_MAX)
		return true;
	diag_error(p->d, DIAG_R005, at, "this condition has more than %d parts",
	    LIMITS_PARTS_MAX);
	diag_note(p->d, "put words that mean the same into a list");
	return false;
}
