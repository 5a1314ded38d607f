/*
 * naive_text: texts as words, for the naive evaluator.
 *
 * docs/RULES.md, Words, as plainly as it can be put: one character after the
 * other, whole words compared with each other, no dictionary.  Knows only the
 * characters that the generator writes.
 */
#ifndef TESTS_NAIVE_TEXT_H
#define TESTS_NAIVE_TEXT_H

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/base/check.h"
#include "tests/unit/rules/proof_log.h"

#define NAIVE_TOKENS_MAX  1024
#define NAIVE_ENTRIES_MAX (PROOF_ENTRIES_MAX + 4)

/* One word of a text. */
struct naive_token {
	char word[64]; /* small letters without accents */
	bool is_odd;   /* not as it was written */
	size_t start, end;
	size_t entry, sentence, clause;
	bool is_asked;  /* its sentence ends in "?" */
	bool is_people; /* a word for a group, reads as "people" */
};

/* One text: an entry of the log, or another. */
struct naive_entry {
	enum proof_text text;
	int index; /* in the log; -1 */
	unsigned writers;
	struct str content;
	size_t begin, end; /* tokens */
};

/* An incident as words, and what contexts mark in it. */
struct naive_doc {
	struct naive_token tokens[NAIVE_TOKENS_MAX];
	size_t count;
	struct naive_entry entries[NAIVE_ENTRIES_MAX];
	size_t entry_count;
	size_t sentence, clause;
	unsigned marks[NAIVE_TOKENS_MAX];
};

/* ---- Characters ---- */

enum naive_char {
	NAIVE_LETTER,
	NAIVE_NOTHING,
	NAIVE_SPACE,
	NAIVE_CLAUSE_END,
	NAIVE_SENTENCE_END,
	NAIVE_QUESTION,
	NAIVE_STOP,
	NAIVE_HYPHEN,
	NAIVE_AND
};

/* Characters beyond ASCII, what they are, and the letter they fold to. */
static const struct {
	const char *bytes;
	enum naive_char kind;
	char letter;
} naive_beyond[] = {
	{ "\u00e9", NAIVE_LETTER, 'e' },
	{ "\u00c9", NAIVE_LETTER, 'e' },
	{ "\u00fc", NAIVE_LETTER, 'u' },
	{ "\u0301", NAIVE_NOTHING, 0 },
	{ "\u2019", NAIVE_NOTHING, 0 },
	{ "\u2010", NAIVE_HYPHEN, 0 },
	{ "\u00a0", NAIVE_SPACE, 0 },
	{ "\u2013", NAIVE_CLAUSE_END, 0 },
	{ "\u201c", NAIVE_CLAUSE_END, 0 },
	{ "\u201d", NAIVE_CLAUSE_END, 0 },
	{ "\u2026", NAIVE_CLAUSE_END, 0 },
};

/* What stands at p: its kind, its bytes, the letter it folds to. */
static inline enum naive_char
naive_char_at(const char *p, size_t *len, char *letter)
{
	*len = 1;
	*letter = *p;
	if ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9'))
		return NAIVE_LETTER;
	if (*p >= 'A' && *p <= 'Z') {
		*letter = (char)(*p - 'A' + 'a');
		return NAIVE_LETTER;
	}
	for (size_t i = 0; i < sizeof naive_beyond / sizeof naive_beyond[0];
	     i++)
		if (strncmp(p, naive_beyond[i].bytes,
			strlen(naive_beyond[i].bytes)) == 0) {
			*len = strlen(naive_beyond[i].bytes);
			*letter = naive_beyond[i].letter;
			return naive_beyond[i].kind;
		}
	CHECK((*p & 0x80) == 0);
	return *p == '\''               ? NAIVE_NOTHING
	       : *p == '&'              ? NAIVE_AND
	       : *p == '-'              ? NAIVE_HYPHEN
	       : *p == '.'              ? NAIVE_STOP
	       : *p == '?'              ? NAIVE_QUESTION
	       : strchr("!;\n", *p)     ? NAIVE_SENTENCE_END
	       : strchr(",:()[]\"", *p) ? NAIVE_CLAUSE_END
					: NAIVE_SPACE;
}

static inline bool
naive_is_blank(const char *p)
{
	return *p == '\0' || *p == ' ' || *p == '\n' || *p == '\t';
}

/* The characters between two words: do they end the clause, the sentence? */
struct naive_between {
	bool clause, sentence, question;
};

static inline bool
naive_is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/*
 * "?" ends a question behind a mark or a word of three letters or more, and
 * before a blank or a mark; elsewhere it is what nobody could read of a plate.
 */
static inline bool
naive_is_question(const char *text, size_t at)
{
	size_t from = at;
	size_t len = 0;
	bool figures = false;

	while (from > 0 && text[from - 1] == '?')
		from--;
	if (naive_is_plain(text[at + strspn(text + at, "?")]))
		return false;
	for (; len < from && naive_is_plain(text[from - 1 - len]); len++)
		figures = figures || text[from - 1 - len] <= '9';
	if (len == 0)
		return from > 0 && !naive_is_blank(text + from - 1);
	return !figures && len > 2;
}

static inline void
naive_note(struct naive_between *b, enum naive_char kind, const char *text,
    size_t at, size_t len)
{
	bool after = naive_is_blank(text + at + len);
	bool before = at == 0 || naive_is_blank(text + at - 1);

	bool question = kind == NAIVE_QUESTION && naive_is_question(text, at);

	if (question)
		b->question = true;
	if (question || kind == NAIVE_SENTENCE_END ||
	    (kind == NAIVE_STOP && after))
		b->sentence = true;
	if (b->sentence || kind == NAIVE_CLAUSE_END ||
	    (kind == NAIVE_HYPHEN && before && after))
		b->clause = true;
}

/* ---- Cutting ---- */

/* Read the word at *at of text into t; *at is behind it. */
static inline void
naive_read_word(const char *text, size_t *at, struct naive_token *t)
{
	size_t n = 0;
	size_t len;
	char letter;

	t->start = *at;
	if (text[*at] == '&') {
		(void)snprintf(t->word, sizeof t->word, "and");
		t->is_odd = true;
		t->end = ++*at;
		return;
	}
	while (text[*at]) {
		enum naive_char kind = naive_char_at(text + *at, &len, &letter);

		if (kind != NAIVE_LETTER && kind != NAIVE_NOTHING)
			break;
		if (kind == NAIVE_LETTER) {
			CHECK(n + 1 < sizeof t->word);
			t->word[n++] = letter;
			t->end = *at + len;
		}
		t->is_odd = t->is_odd || len > 1 || letter != text[*at] ||
			    (kind == NAIVE_NOTHING && text[*at + len] != '\0');
		*at += len;
	}
	t->word[n] = '\0';
}

/* The sentence that ends here was a question. */
static inline void
naive_ask(struct naive_doc *d, size_t begin)
{
	if (d->count == begin)
		return;
	for (size_t i = begin; i < d->count; i++)
		if (d->tokens[i].sentence == d->tokens[d->count - 1].sentence)
			d->tokens[i].is_asked = true;
}

/* Add one text, which ends in a NUL. */
static inline void
naive_cut(struct naive_doc *d, struct naive_entry e)
{
	struct naive_between b = { true, true, false };
	const char *text = e.content.p ? e.content.p : "";
	size_t at = 0;

	e.begin = d->count;
	while (text[at]) {
		size_t len;
		char letter;
		enum naive_char kind = naive_char_at(text + at, &len, &letter);
		struct naive_token t = { .entry = d->entry_count };

		if (kind != NAIVE_LETTER && kind != NAIVE_AND) {
			naive_note(&b, kind, text, at, len);
			at += len;
			continue;
		}
		if (b.question)
			naive_ask(d, e.begin);
		d->sentence += b.sentence;
		d->clause += b.clause;
		t.sentence = d->sentence;
		t.clause = d->clause;
		naive_read_word(text, &at, &t);
		CHECK(d->count < NAIVE_TOKENS_MAX);
		d->tokens[d->count++] = t;
		b = (struct naive_between){ false, false, false };
	}
	if (b.question)
		naive_ask(d, e.begin);
	e.end = d->count;
	d->entries[d->entry_count++] = e;
}

/* "travellers" are people. */
static inline void
naive_read_groups(struct naive_doc *d)
{
	for (size_t i = 0; i < d->count; i++)
		d->tokens[i].is_people =
		    strcmp(d->tokens[i].word, "travellers") == 0;
}

static inline unsigned
naive_writers(struct str by)
{
	unsigned bits = 0;

	for (size_t i = 0; i < 3; i++)
		if (by.len == strlen(proof_writers[i]) &&
		    strncasecmp(by.p, proof_writers[i], by.len) == 0)
			bits |= 1U << i;
	return bits;
}

/* All texts of x as words. */
static inline void
naive_read(struct naive_doc *d, const struct proof_case *x)
{
	const struct incident *in = &x->in;
	const struct str others[] = { in->location_text, in->opening_code,
		in->closing_code,
		x->place.district.p ? x->place.district : in->district };

	memset(d, 0, sizeof *d);
	for (size_t i = 0; i < in->log_count; i++)
		naive_cut(d, (struct naive_entry){ .text = PROOF_LOG,
				 .index = (int)i,
				 .writers = naive_writers(in->log[i].by),
				 .content = in->log[i].text });
	for (size_t i = 0; i < 4; i++)
		naive_cut(d, (struct naive_entry){
				 .text = (enum proof_text)(PROOF_LOCATION + i),
				 .index = -1,
				 .content = others[i] });
	naive_read_groups(d);
}

/* ---- Numbers ---- */

/* The number that a word has a name for, or -1. */
static inline long
naive_named(const char *word)
{
	static const struct {
		const char *word;
		long n;
	} names[] = { { "one", 1 }, { "two", 2 }, { "three", 3 }, { "four", 4 },
		{ "five", 5 }, { "six", 6 }, { "seven", 7 }, { "eight", 8 },
		{ "nine", 9 }, { "ten", 10 }, { "eleven", 11 },
		{ "twelve", 12 }, { "twenty", 20 }, { "thirty", 30 },
		{ "forty", 40 }, { "fifty", 50 }, { "sixty", 60 },
		{ "hundred", 100 }, { "dozen", 12 }, { "couple", 2 } };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(word, names[i].word) == 0)
			return names[i].n;
	return -1;
}

/* The number that a word says, or -1: three, 3, x3, 3x, at most 7 figures. */
static inline long
naive_number(const char *word)
{
	long n = naive_named(word);
	size_t len = strlen(word);
	char bare[64];
	char *end;

	if (n >= 0)
		return n;
	(void)snprintf(bare, sizeof bare, "%s", word + (*word == 'x'));
	if (*word != 'x' && len > 1 && bare[len - 1] == 'x')
		bare[len - 1] = '\0';
	if (*bare < '0' || *bare > '9')
		return naive_named(bare);
	n = strtol(bare, &end, 10);
	return *end == '\0' && strlen(bare) <= 7 ? n : -1;
}

/* ---- One word against one of a rule ---- */

/*
 * How many letters are wrong, missing, too many or swapped: the least of all
 * ways to make one word of the other, each place changed once; above 2 is 3.
 */
static inline int
// NOLINTNEXTLINE(misc-no-recursion): at most two changes deep
naive_wrong(const char *a, const char *b, int most)
{
	int best = most + 1;
	int with;

	while (*a && *a == *b && most < 1) {
		a++;
		b++;
	}
	if (!*a && !*b)
		return 0;
	if (most == 0)
		return 1;
	if (*a && *a == *b && (best = naive_wrong(a + 1, b + 1, most)) == 0)
		return 0;
	if (*a && *b && (with = 1 + naive_wrong(a + 1, b + 1, most - 1)) < best)
		best = with;
	if (*a && (with = 1 + naive_wrong(a + 1, b, most - 1)) < best)
		best = with;
	if (*b && (with = 1 + naive_wrong(a, b + 1, most - 1)) < best)
		best = with;
	if (*a && a[1] && *b && a[0] == b[1] && a[1] == b[0] &&
	    (with = 1 + naive_wrong(a + 2, b + 2, most - 1)) < best)
		best = with;
	return best;
}

/* How many wrong letters a word of a rule forgives. */
static inline int
naive_slack(const char *word, int slack)
{
	size_t len = strlen(word);

	return slack == 2 && len >= 8 ? 2 : slack > 0 && len >= 5 ? 1 : 0;
}

/* Does a word of a rule find word?  *how: the construct that made it so. */
static inline bool
naive_finds_word(const struct proof_part *p, int slack, const char *word,
    enum proof_construct *how)
{
	int forgiven = naive_slack(p->word, slack);
	long n = naive_number(p->word);

	*how = PROOF_C_WORD;
	if (strcmp(p->word, word) == 0)
		return true;
	if (p->kind == PROOF_STEM) {
		*how = PROOF_C_STEM;
		return strncmp(p->word, word, strlen(p->word)) == 0;
	}
	if (forgiven > 0) {
		int wrong = naive_wrong(p->word, word, forgiven);

		*how = wrong == 1 ? PROOF_C_SLACK1 : PROOF_C_SLACK2;
		return strpbrk(word, "0123456789") == NULL && wrong <= forgiven;
	}
	*how = PROOF_C_NUMBER;
	return n >= 0 && n == naive_number(word);
}

/* Does part p of a term find token t? */
static inline bool
naive_finds(const struct proof_part *p, int slack, const struct naive_token *t,
    enum proof_construct *how)
{
	*how = PROOF_C_ANY;
	if (p->kind == PROOF_ANY)
		return true;
	*how = PROOF_C_HASH;
	if (p->kind == PROOF_NUMBER)
		return naive_number(t->word) >= 0;
	if (naive_finds_word(p, slack, t->word, how))
		return true;
	if (!t->is_people || !naive_finds_word(p, slack, "people", how))
		return false;
	*how = PROOF_C_GROUP;
	return true;
}

#endif /* TESTS_NAIVE_TEXT_H */
