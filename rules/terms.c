/* Cutting a phrase at white space first, then folding each piece. */
#include "rules/terms.h"

#include <string.h>

#include "agent/base/arena.h"
#include "rules/fold.h"

struct cutter {
	struct arena *arena;
	struct term_part *parts;
	size_t count;
	enum terms_fault fault;
};

static void
add(struct cutter *c, enum term_kind kind, struct str word)
{
	if (c->count == LIMITS_PHRASE_WORDS_MAX) {
		c->fault = TERMS_TOO_LONG;
		return;
	}
	c->parts[c->count].kind = kind;
	c->parts[c->count].word = word;
	c->count++;
}

static bool
is_gap(struct str piece)
{
	return str_is(piece, "...") || str_is(piece, "\u2026");
}

/* The words of a piece without white space; the last may be a stem. */
static void
cut_words(struct cutter *c, struct str piece)
{
	bool stem = piece.len > 0 && piece.p[piece.len - 1] == '*';
	struct fold f;
	size_t before = c->count;

	if (stem)
		piece.len--;
	if (memchr(piece.p, '*', piece.len)) {
		c->fault = TERMS_INNER_STAR;
		return;
	}
	fold_init(&f, piece);
	while (fold_next(&f)) {
		if (f.word_len >= LIMITS_WORD_MAX)
			c->fault = TERMS_LONG_WORD;
		add(c, TERM_WORD, arena_str(c->arena, fold_word(&f)));
	}
	if (!stem)
		return;
	if (c->count == before)
		c->fault = TERMS_INNER_STAR;
	else if (c->parts[c->count - 1].word.len < LIMITS_STEM_MIN)
		c->fault = TERMS_SHORT_STEM;
	else
		c->parts[c->count - 1].kind = TERM_STEM;
}

static void
cut_piece(struct cutter *c, struct str piece)
{
	if (str_is(piece, "*"))
		add(c, TERM_ANY, (struct str){ 0 });
	else if (str_is(piece, "#"))
		add(c, TERM_NUMBER, (struct str){ 0 });
	else if (is_gap(piece))
		add(c, TERM_GAP, (struct str){ 0 });
	else
		cut_words(c, piece);
}

static bool
is_open(const struct term_part *part)
{
	return part->kind == TERM_ANY || part->kind == TERM_GAP;
}

static enum terms_fault
judge(const struct cutter *c)
{
	size_t gaps = 0;
	size_t words = 0;

	for (size_t i = 0; i < c->count; i++) {
		gaps += c->parts[i].kind == TERM_GAP;
		words += str_is_given(c->parts[i].word);
	}
	if (c->fault != TERMS_FINE)
		return c->fault;
	if (words == 0)
		return TERMS_NO_WORDS;
	if (gaps > TERMS_GAPS_MAX || is_open(&c->parts[0]) ||
	    is_open(&c->parts[c->count - 1]))
		return TERMS_EDGE_GAP;
	return TERMS_FINE;
}

enum terms_fault
terms_split(struct arena *arena, struct str text,
    struct term_part parts[LIMITS_PHRASE_WORDS_MAX], size_t *count)
{
	struct cutter c = { arena, parts, 0, TERMS_FINE };
	size_t at = 0;

	while (at < text.len && c.fault == TERMS_FINE) {
		size_t end = at;

		while (end < text.len && !strchr(" \t\r", text.p[end]))
			end++;
		if (end > at)
			cut_piece(&c, str_make(text.p + at, end - at));
		at = end + 1;
	}
	*count = c.count;
	return judge(&c);
}

size_t
terms_length(const struct term_part *parts, size_t count)
{
	size_t len = 0;

	for (size_t i = 0; i < count; i++)
		len += parts[i].word.len;
	return len;
}

struct str
terms_key(struct arena *arena, const struct term_part *parts, size_t count)
{
	static const char *const marks[] = { [TERM_WORD] = "",
		[TERM_STEM] = "*",
		[TERM_NUMBER] = "#",
		[TERM_ANY] = "*",
		[TERM_GAP] = "..." };
	struct buf key = { 0 };
	struct str kept;

	buf_add_char(&key, '"');
	for (size_t i = 0; i < count; i++) {
		buf_add_text(&key, i ? " " : "");
		buf_add_str(&key, parts[i].word);
		buf_add_text(&key, marks[parts[i].kind]);
	}
	buf_add_char(&key, '"');
	kept = arena_str(arena, buf_str(&key));
	buf_clear(&key);
	return kept;
}
