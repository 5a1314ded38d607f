/*
 * The formatter works on tokens, comments among them, and asks the parser only
 * what begins where (enum parse_place): whatever the grammar grows, it is laid
 * out by those few places.  It never adds or drops a token.
 *
 * The text is cut into pieces, each a stretch of tokens that is filled by
 * itself.  A piece ends where an item or a line begins, at a comment, and
 * where the author's own line break is kept: before a blank line, and around a
 * line that ends with a comment, which is about that line.
 */
#include "rules/fmt.h"

#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "rules/lex.h"
#include "rules/parse.h"
#include "rules/print.h"

/* A comment of the item above it; one right above a block. */
#define MARK_BODY  1U
#define MARK_BLOCK 2U

#define WIDTH  80
#define INDENT 4

struct fmt {
	struct str text;
	const struct lex_token *tokens; /* with comments; the last is the end */
	const unsigned char *places;    /* enum parse_place of each */
	unsigned char *next;            /* place of the next no comment */
	unsigned char *marks;           /* of comments: MARK_ bits */
	struct buf *out;
	bool is_block; /* the item here is a rule, a context or a test */
	size_t indent; /* of the item or line that goes on here */
	bool has_item; /* there was one */
};

/* ---- Source ---- */

static bool
is_comment(const struct fmt *f, size_t i)
{
	return f->tokens[i].kind == LEX_COMMENT;
}

static bool
is_place(const struct fmt *f, size_t i, enum parse_place place)
{
	return f->places[i] == place;
}

/* Does a line of an item begin at token i? */
static bool
is_line(const struct fmt *f, size_t i)
{
	return is_place(f, i, PARSE_LINE) || is_place(f, i, PARSE_UNDER);
}

/* True if the author left a blank line before token i. */
static bool
has_blank_before(const struct fmt *f, size_t i)
{
	size_t lines = 0;
	size_t from = i > 0 ? f->tokens[i - 1].span.end : 0;

	for (size_t k = from; k < f->tokens[i].span.start; k++)
		lines += f->text.p[k] == '\n';
	return i > 0 && lines > 1;
}

static bool
is_at_margin(const struct fmt *f, size_t i)
{
	size_t start = f->tokens[i].span.start;

	return start == 0 || f->text.p[start - 1] == '\n';
}

/* True if the author's line on which token i stands ends with a comment. */
static bool
ends_with_comment(const struct fmt *f, size_t i)
{
	for (i++; f->tokens[i].kind != LEX_END && !f->tokens[i].begins_line;
	     i++)
		if (is_comment(f, i))
			return true;
	return false;
}

/* Where the piece that begins at token i ends. */
static size_t
end_of_piece(const struct fmt *f, size_t i)
{
	size_t end = i + 1;

	while (f->tokens[end].kind != LEX_END) {
		const struct lex_token *t = &f->tokens[end];

		if (is_place(f, end, PARSE_ITEM) || is_line(f, end) ||
		    (is_comment(f, end) && t->begins_line))
			break;
		if (is_comment(f, end))
			return end + 1;
		if (t->begins_line &&
		    (has_blank_before(f, end) || ends_with_comment(f, end)))
			break;
		end++;
	}
	return end;
}

/* ---- Tokens on a line ---- */

static bool
is_bare(const struct lex_token *t)
{
	return t->kind == LEX_WORD || t->kind == LEX_NUMBER;
}

/* What stands between token i and the one before it, on one line. */
static const char *
space_before(const struct fmt *f, size_t i)
{
	const struct lex_token *a = &f->tokens[i - 1];
	const struct lex_token *b = &f->tokens[i];

	if (b->kind == LEX_COMMENT)
		return "  ";
	if (b->kind == LEX_COMMA || b->kind == LEX_COLON ||
	    b->kind == LEX_CLOSE || a->kind == LEX_OPEN)
		return "";
	if (a->kind == LEX_RANGE || b->kind == LEX_RANGE)
		return "";
	/* d*g is one piece of a phrase, if a wrong one. */
	if (a->span.end == b->span.start && is_bare(a) && is_bare(b))
		return "";
	/* 22:30 is a time, next 4: 30 is a list. */
	if (a->kind == LEX_COLON && b->kind == LEX_NUMBER &&
	    f->tokens[i - 2].kind == LEX_NUMBER && !is_place(f, i, PARSE_TERM))
		return "";
	/* rural|edge, but @dogs | @hares */
	if (b->kind == LEX_BAR)
		return is_bare(a) && is_bare(b + 1) ? "" : " ";
	if (a->kind == LEX_BAR)
		return is_bare(a - 1) && is_bare(b) ? "" : " ";
	return " ";
}

/* Append a token; quotes of a word processor become plain ones. */
static void
add_token(struct buf *out, const struct fmt *f, size_t i)
{
	const struct lex_token *t = &f->tokens[i];
	struct str s =
	    str_make(f->text.p + t->span.start, t->span.end - t->span.start);

	if (t->kind != LEX_TEXT) {
		buf_add_str(out, s);
		return;
	}
	buf_add_char(out, '"');
	s = str_make(
	    s.p + (s.p[0] == '"' ? 1 : 3), s.len - (s.p[0] == '"' ? 1 : 3));
	s.len -= s.p[s.len - 1] == '"' ? 1 : 3;
	buf_add_str(out, s);
	buf_add_char(out, '"');
}

/* Characters of a text, as a terminal has columns. */
static size_t
columns_of(struct str s)
{
	size_t columns = 0;

	for (size_t i = 0; i < s.len; i++)
		columns += ((unsigned char)s.p[i] & 0xC0U) != 0x80U;
	return columns;
}

/* Columns of a token, and of what stands before it on its line. */
static size_t
width_of(const struct fmt *f, size_t i, bool is_first)
{
	struct buf one = { 0 };
	size_t columns;

	if (!is_first)
		buf_add_text(&one, space_before(f, i));
	add_token(&one, f, i);
	columns = columns_of(buf_str(&one));
	buf_clear(&one);
	return columns;
}

/* ---- Filling ---- */

/* How gladly a line is broken before token i: less is better, 0: never. */
static unsigned
break_cost(const struct fmt *f, size_t i, unsigned depth)
{
	static const unsigned char costs[] = { [PARSE_INSIDE] = 0,
		[PARSE_ITEM] = 0,
		[PARSE_LINE] = 0,
		[PARSE_UNDER] = 0,
		[PARSE_BECAUSE] = 1,
		[PARSE_PART] = 2,
		[PARSE_TERM] = 2,
		[PARSE_JOIN] = 3,
		[PARSE_CHOICE] = 4 };
	unsigned cost = costs[f->places[i]];

	return cost == 0 ? 0 : cost + 8 * depth;
}

/* Where to break the line that begins at token begin; end: nowhere. */
static size_t
find_break(const struct fmt *f, size_t begin, size_t end, size_t room)
{
	size_t best = end;
	unsigned best_cost = 0;
	unsigned depth = 0;
	size_t width = width_of(f, begin, true);

	for (size_t i = begin + 1; i < end; i++) {
		unsigned cost = break_cost(f, i, depth);

		if (cost > 0 && (width <= room || best == end) &&
		    (best == end || cost <= best_cost)) {
			best = i;
			best_cost = cost;
		}
		depth += f->tokens[i].kind == LEX_OPEN;
		depth -= f->tokens[i].kind == LEX_CLOSE && depth > 0;
		width += width_of(f, i, false);
		if (width > room && best != end)
			return best;
	}
	return width > room ? best : end;
}

static void
add_line(struct fmt *f, size_t begin, size_t end, size_t indent)
{
	for (size_t i = 0; i < indent; i++)
		buf_add_char(f->out, ' ');
	for (size_t i = begin; i < end; i++) {
		if (i > begin)
			buf_add_text(f->out, space_before(f, i));
		add_token(f->out, f, i);
	}
	buf_add_char(f->out, '\n');
}

/* Tokens from begin to end as lines; one that ends in a comment is not cut. */
static void
add_piece(struct fmt *f, size_t begin, size_t end, size_t indent)
{
	while (!is_comment(f, end - 1)) {
		size_t at = find_break(f, begin, end, WIDTH - indent);

		if (at == end)
			break;
		add_line(f, begin, at, indent);
		begin = at;
		indent = f->indent + INDENT;
	}
	add_line(f, begin, end, indent);
}

/* ---- Comments and blank lines ---- */

/* Items of several lines; the others are lists. */
static bool
is_block_word(const struct lex_token *t)
{
	static const char *const lists[] = { "words", "animals", "names",
		"themes" };

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		if (str_is(t->text, lists[i]))
			return false;
	return true;
}

/* Does the comment at token i belong to the item above it? */
static bool
is_of_body(const struct fmt *f, size_t i, bool has_item)
{
	if (f->next[i] != PARSE_ITEM)
		return true;
	if (!has_item || is_at_margin(f, i) || has_blank_before(f, i))
		return false;
	return !is_comment(f, i - 1) || !f->tokens[i - 1].begins_line ||
	       (f->marks[i - 1] & MARK_BODY);
}

/* Look ahead from the end, then decide on each comment from the start. */
static void
mark_comments(struct fmt *f, size_t count)
{
	bool has_item = false;

	f->next[count - 1] = PARSE_ITEM;
	for (size_t i = count - 1; i-- > 0;) {
		bool comment = is_comment(f, i);
		bool block = comment ? f->marks[i + 1] & MARK_BLOCK &&
					   !has_blank_before(f, i + 1)
				     : is_place(f, i, PARSE_ITEM) &&
					   is_block_word(&f->tokens[i]);

		f->next[i] = comment ? f->next[i + 1] : f->places[i];
		f->marks[i] = block ? MARK_BLOCK : 0;
	}
	for (size_t i = 0; i < count; i++) {
		has_item = has_item || is_place(f, i, PARSE_ITEM);
		if (is_comment(f, i) && is_of_body(f, i, has_item))
			f->marks[i] |= MARK_BODY;
	}
}

static size_t
comment_indent(const struct fmt *f, size_t i)
{
	if (!(f->marks[i] & MARK_BODY))
		return 0;
	if (f->next[i] == PARSE_ITEM || f->next[i] == PARSE_LINE)
		return INDENT;
	if (f->next[i] == PARSE_UNDER)
		return 2 * (size_t)INDENT;
	return f->indent + INDENT;
}

/* Does a blank line stand before token i, which begins a line? */
static bool
wants_blank(const struct fmt *f, size_t i)
{
	bool is_top = is_comment(f, i) ? !(f->marks[i] & MARK_BODY)
				       : is_place(f, i, PARSE_ITEM);
	bool follows_comment = i > 0 && is_comment(f, i - 1) &&
			       f->tokens[i - 1].begins_line &&
			       !(f->marks[i - 1] & MARK_BODY);

	if (i == 0)
		return false;
	if (has_blank_before(f, i))
		return true;
	return is_top && !follows_comment &&
	       (f->marks[i] & MARK_BLOCK || (f->has_item && f->is_block));
}

/* ---- Files ---- */

static void
lay_out(struct fmt *f)
{
	size_t i = 0;

	while (f->tokens[i].kind != LEX_END) {
		size_t end = end_of_piece(f, i);
		size_t indent = f->indent + INDENT;

		if (wants_blank(f, i))
			buf_add_char(f->out, '\n');
		if (is_comment(f, i)) {
			add_line(f, i, i + 1, comment_indent(f, i));
			i++;
			continue;
		}
		if (is_place(f, i, PARSE_ITEM)) {
			f->has_item = true;
			f->is_block = is_block_word(&f->tokens[i]);
			f->indent = indent = 0;
		} else if (is_line(f, i)) {
			f->indent = indent = is_place(f, i, PARSE_UNDER)
						 ? 2 * (size_t)INDENT
						 : INDENT;
		}
		add_piece(f, i, end, indent);
		i = end;
	}
}

/* One text being looked at: its problems, tokens and tree. */
struct reading {
	struct arena *arena; /* owned */
	struct ruleset_file file;
	struct diags diags;
	const struct lex_token *tokens; /* with comments */
	size_t count;
	unsigned char *places; /* of all tokens */
	struct ast ast;
};

static void
read_text(struct reading *r, struct str name, struct str text)
{
	struct lex_token *plain;
	unsigned char *places;
	size_t count = 0;

	*r = (struct reading){ .arena = arena_new(), .file = { name, text } };
	diag_init(&r->diags, r->arena, r->arena, &r->file, 1);
	r->count = lex_whole(&r->diags, 0, &r->tokens);
	plain = arena_alloc(r->arena, r->count, sizeof *plain);
	places = arena_alloc(r->arena, r->count, 1);
	r->places = arena_alloc(r->arena, r->count, 1);
	for (size_t i = 0; i < r->count; i++)
		if (r->tokens[i].kind != LEX_COMMENT)
			plain[count++] = r->tokens[i];
	parse_tokens(&r->diags, plain, &r->ast, places);
	count = 0;
	for (size_t i = 0; i < r->count; i++)
		if (r->tokens[i].kind != LEX_COMMENT)
			r->places[i] = places[count++];
}

static bool
has_same_tokens(const struct reading *a, const struct reading *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->tokens[i].kind != b->tokens[i].kind ||
		    !str_is_equal(a->tokens[i].text, b->tokens[i].text))
			return false;
	return true;
}

/* The new text says what the old one says. */
static bool
is_same(const struct reading *old, struct str text)
{
	struct reading now;
	struct buf a = { 0 };
	struct buf b = { 0 };
	bool same;

	read_text(&now, old->file.name, text);
	print_ast(&(struct print){ &a, NULL }, &old->ast);
	print_ast(&(struct print){ &b, NULL }, &now.ast);
	same = now.diags.errors == 0 && has_same_tokens(old, &now) &&
	       str_is_equal(buf_str(&a), buf_str(&b));
	buf_clear(&a);
	buf_clear(&b);
	arena_free(&now.arena);
	return same;
}

int
fmt_file(struct str name, struct str text, struct buf *out, struct buf *diag)
{
	struct reading r;
	struct fmt f = { .text = text, .out = out };
	size_t before = out->len;
	int result = -1;

	read_text(&r, name, text);
	if (r.diags.errors > 0) {
		diag_print(&r.diags, diag);
		arena_free(&r.arena);
		return -1;
	}
	f.tokens = r.tokens;
	f.places = r.places;
	f.next = arena_alloc(r.arena, r.count, 1);
	f.marks = arena_alloc(r.arena, r.count, 1);
	mark_comments(&f, r.count);
	buf_reserve(out, text.len + 1);
	lay_out(&f);
	if (is_same(&r, str_make(out->p + before, out->len - before)))
		result = 0;
	else
		buf_addf(diag,
		    "%.*s: it is not formatted: the result would not say the "
		    "same, which is a fault of this program; please report "
		    "it with the file\n",
		    STR_ARG(name));
	arena_free(&r.arena);
	return result;
}
