/*
 * The lexer: one pass over the bytes.  A word is a run of letters, digits and
 * the marks that stand inside words of a control room log (c/van, 4x4,
 * farmer's, hare-coursing), so that word lists need few quotes.
 */
#include "rules/lex.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "rules/limits.h"

struct lexer {
	struct diags *d;
	uint32_t file;
	struct str text;
	size_t at;
	bool begins_line;
	bool keeps_comments;
	struct lex_token *tokens; /* owned until copied to the arena */
	size_t count, cap;
};

static bool
is_word_byte(unsigned char c)
{
	if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'))
		return true;
	if ((c >= 'A' && c <= 'Z') || c >= 0x80)
		return true;
	return c != '\0' && strchr("_'/&+-", c) != NULL;
}

static struct span
span_from(const struct lexer *l, size_t start)
{
	return (struct span){ l->file, (uint32_t)start, (uint32_t)l->at };
}

static struct lex_token *
push(struct lexer *l, enum lex_kind kind, size_t start)
{
	struct lex_token *t;

	if (l->count == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 256;
		l->tokens = alloc_resize(l->tokens, l->cap, sizeof *l->tokens);
	}
	t = &l->tokens[l->count++];
	*t = (struct lex_token){ .kind = kind,
		.begins_line = l->begins_line,
		.span = span_from(l, start),
		.text = str_make(l->text.p + start, l->at - start) };
	l->begins_line = false;
	return t;
}

static long
read_number(struct str digits)
{
	long n = 0;

	for (size_t i = 0; i < digits.len && n < 1000000000; i++)
		n = n * 10 + (digits.p[i] - '0');
	return n;
}

static bool
is_number(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.len > 0;
}

static void
skip_word(struct lexer *l)
{
	while (l->at < l->text.len &&
	       is_word_byte((unsigned char)l->text.p[l->at]))
		l->at++;
}

static void
lex_word(struct lexer *l)
{
	size_t start = l->at;
	struct lex_token *t;

	skip_word(l);
	if (l->at < l->text.len && l->text.p[l->at] == '*')
		l->at++;
	t = push(l, LEX_WORD, start);
	if (is_number(t->text)) {
		t->kind = LEX_NUMBER;
		t->number = read_number(t->text);
	}
}

/* @name or ~1: a mark and what follows it. */
static void
lex_marked(struct lexer *l, enum lex_kind kind, const char *example)
{
	size_t start = l->at++;
	struct lex_token *t;

	skip_word(l);
	if (l->at == start + 1) {
		diag_error(l->d, DIAG_R001, span_from(l, start),
		    "nothing follows this \"%c\"", l->text.p[start]);
		diag_note(
		    l->d, "write it without a space, for example %s", example);
		return;
	}
	t = push(l, kind, start);
	t->text = str_make(t->text.p + 1, t->text.len - 1);
	t->number = is_number(t->text) ? read_number(t->text) : -1;
}

/* Length of an opening or closing quote at p, 0 if there is none. */
static size_t
quote_length(struct str text, size_t at)
{
	static const char *const quotes[] = { "\"", "\u201C", "\u201D" };

	for (size_t i = 0; i < sizeof quotes / sizeof quotes[0]; i++) {
		size_t len = strlen(quotes[i]);

		if (text.len - at >= len &&
		    memcmp(text.p + at, quotes[i], len) == 0)
			return len;
	}
	return 0;
}

/* The content of a quoted text with \" and \\ undone. */
static struct str
unescape(struct lexer *l, struct str s)
{
	char *copy;
	size_t n = 0;

	if (!memchr(s.p, '\\', s.len))
		return s;
	copy = arena_alloc(l->d->arena, s.len + 1, 1);
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '\\' && i + 1 < s.len)
			i++;
		copy[n++] = s.p[i];
	}
	return str_make(copy, n);
}

/* Step over one byte of a quoted text, or over \ and what it protects. */
static void
skip_quoted(struct lexer *l)
{
	bool escape = l->text.p[l->at] == '\\';

	l->at++;
	if (escape && l->at < l->text.len && l->text.p[l->at] != '\n')
		l->at++;
}

static void
lex_text(struct lexer *l)
{
	size_t start = l->at;
	size_t quote = quote_length(l->text, start);
	struct lex_token *t;
	struct str content;

	l->at += quote;
	while (l->at < l->text.len && l->text.p[l->at] != '\n' &&
	       quote_length(l->text, l->at) == 0)
		skip_quoted(l);
	content = str_make(l->text.p + start + quote, l->at - start - quote);
	if (l->at >= l->text.len || l->text.p[l->at] == '\n') {
		diag_error(l->d, DIAG_R002, span_from(l, start),
		    "this quoted text does not end on its line");
		diag_note(l->d, "put a \" at its end");
	} else {
		l->at += quote_length(l->text, l->at);
	}
	t = push(l, LEX_TEXT, start);
	t->text = unescape(l, content);
	if (str_trim(t->text).len == 0) {
		diag_error(
		    l->d, DIAG_R002, t->span, "this quoted text is empty");
		diag_note(l->d, "write the words to look for between the "
				"quotes");
	}
}

static void
lex_compare(struct lexer *l)
{
	size_t start = l->at++;

	if (l->at < l->text.len && l->text.p[l->at] == '=')
		l->at++;
	(void)push(l, LEX_COMPARE, start);
}

static void
lex_stray(struct lexer *l)
{
	size_t start = l->at++;

	diag_error(l->d, DIAG_R001, span_from(l, start),
	    "\"%c\" has no meaning here", l->text.p[start]);
	diag_note(l->d, "words with other marks than ' / & + - stand in "
			"quotes");
}

static void
lex_mark(struct lexer *l, char c)
{
	static const struct {
		char c;
		enum lex_kind kind;
	} marks[] = {
		{ ',', LEX_COMMA },
		{ ':', LEX_COLON },
		{ '|', LEX_BAR },
		{ '(', LEX_OPEN },
		{ ')', LEX_CLOSE },
	};

	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		if (marks[i].c == c) {
			l->at++;
			(void)push(l, marks[i].kind, l->at - 1);
			return;
		}
	}
	if (c == '.' && l->at + 1 < l->text.len &&
	    l->text.p[l->at + 1] == '.') {
		l->at += 2;
		(void)push(l, LEX_RANGE, l->at - 2);
		return;
	}
	lex_stray(l);
}

static void
skip_comment(struct lexer *l)
{
	size_t start = l->at;
	struct lex_token *t;

	while (l->at < l->text.len && l->text.p[l->at] != '\n')
		l->at++;
	if (!l->keeps_comments)
		return;
	t = push(l, LEX_COMMENT, start);
	t->text = str_trim(t->text);
	t->span.end = (uint32_t)(start + t->text.len);
}

static void
lex_next(struct lexer *l)
{
	char c = l->text.p[l->at];

	if (c == '\n') {
		l->begins_line = true;
		l->at++;
	} else if (c == ' ' || c == '\t' || c == '\r') {
		l->at++;
	} else if (c == '#') {
		skip_comment(l);
	} else if (quote_length(l->text, l->at) > 0) {
		lex_text(l);
	} else if (c == '@') {
		lex_marked(l, LEX_LIST, "@dogs");
	} else if (c == '~') {
		lex_marked(l, LEX_SLACK, "~1");
	} else if (c == '<' || c == '>' || c == '=') {
		lex_compare(l);
	} else if (is_word_byte((unsigned char)c)) {
		lex_word(l);
	} else {
		lex_mark(l, c);
	}
}

static size_t
lex_all(struct diags *d, uint32_t index, bool comments,
    const struct lex_token **out)
{
	struct lexer l = { .d = d,
		.file = index,
		.text = d->files[index].text,
		.begins_line = true,
		.keeps_comments = comments };
	struct lex_token *copy;

	/* A byte order mark, as Windows editors write, is nothing. */
	if (str_has_prefix(l.text, "\xEF\xBB\xBF"))
		l.at = 3;
	if (l.text.len > LIMITS_FILE_BYTES_MAX) {
		diag_error(d, DIAG_R005, (struct span){ index, 0, 0 },
		    "this file is larger than %d MB",
		    LIMITS_FILE_BYTES_MAX >> 20);
		diag_note(d, "make several files of it");
		l.at = l.text.len;
	} else if (l.text.len > 0 && !str_is_utf8(l.text)) {
		diag_error(d, DIAG_R003, (struct span){ index, 0, 0 },
		    "this file is not UTF-8 text");
		diag_note(d, "save it again as UTF-8 in the editor");
		l.at = l.text.len;
	}
	while (l.at < l.text.len)
		lex_next(&l);
	l.begins_line = true;
	(void)push(&l, LEX_END, l.at);
	copy = arena_alloc(d->work, l.count, sizeof *copy);
	memcpy(copy, l.tokens, l.count * sizeof *copy);
	free(l.tokens);
	*out = copy;
	return l.count;
}

size_t
lex_file(struct diags *d, uint32_t index, const struct lex_token **out)
{
	return lex_all(d, index, false, out);
}

size_t
lex_whole(struct diags *d, uint32_t index, const struct lex_token **out)
{
	return lex_all(d, index, true, out);
}
