/*
 * Reading what was typed, word by word.
 *
 * What goes to the index is built of its words in quotes alone, so that no
 * text can be a mistake there.
 */
#include "agent/store/asking.h"

#include <string.h>

#include "agent/base/arena.h"

#define FORMS_MAX  10
#define WORD_MAX   40 /* bytes of a word that has other endings */
#define PREFIX_MIN 3  /* characters before "*"; with fewer it is no "*" */
#define ENDING_MIN 3  /* characters of a word that has other endings */

/* One word or phrase, as it stands. */
struct term {
	struct str text;
	bool is_phrase, is_not, is_prefix;
	bool is_or; /* "OR" stands before it */
};

/* What is being read. */
struct reader {
	struct str left;
	bool is_or, is_not; /* said of the next term */
};

/* --- words --- */

/* Bytes of the letter or figure at p, 0 if it is neither. */
static size_t
letter(const char *p, size_t left)
{
	unsigned char c = (unsigned char)*p;
	size_t len;
	unsigned code;

	if (c < 0x80)
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		       (c >= 'A' && c <= 'Z');
	len = str_utf8_len(p, left);
	if (len != 2)
		/* Beyond: letters but for signs and pictures. */
		return len == 3 && c != 0xe2 && c != 0xef &&
			       !(c == 0xe3 && (unsigned char)p[1] == 0x80)
			   ? len
			   : 0;
	code = (c & 0x1fU) << 6 | ((unsigned char)p[1] & 0x3fU);
	return code >= 0xc0 && code != 0xd7 && code != 0xf7 ? len : 0;
}

/* Append the words of text with a space between them; how many. */
static size_t
add_words(struct buf *out, struct str text)
{
	bool in_word = false;
	size_t count = 0;

	for (size_t i = 0; i < text.len;) {
		size_t len = letter(text.p + i, text.len - i);

		if (len > 0 && !in_word && count++ > 0)
			buf_add_char(out, ' ');
		in_word = len > 0;
		buf_add(out, text.p + i, len);
		i += len > 0 ? len : 1;
	}
	return count;
}

void
asking_add(struct buf *list, struct str word)
{
	buf_add_text(list, list->len > 0 ? " OR \"" : "\"");
	for (size_t i = 0; i < word.len; i++)
		if (word.p[i] != '"')
			buf_add_char(list, word.p[i]);
	buf_add_char(list, '"');
}

/* --- endings --- */

/* The forms of one word. */
struct forms {
	char word[FORMS_MAX][WORD_MAX + 8];
	size_t count;
};

static void
add_form(struct forms *f, const char *stem, size_t len, const char *ending)
{
	char word[WORD_MAX + 8];
	size_t more = strlen(ending);

	if (len < 2 || len > WORD_MAX || len + more >= sizeof word ||
	    f->count == FORMS_MAX)
		return;
	memcpy(word, stem, len);
	memcpy(word + len, ending, more + 1);
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->word[i], word) == 0)
			return;
	memcpy(f->word[f->count++], word, len + more + 1);
}

static bool
is_vowel(char c)
{
	return strchr("aeiou", c) != NULL;
}

/* "slip", of which the last letter doubles in "slipped". */
static bool
doubles(const char *stem, size_t len)
{
	return len >= 3 && len <= 5 && !strchr("aeiouwxy", stem[len - 1]) &&
	       is_vowel(stem[len - 2]) && !is_vowel(stem[len - 3]);
}

/* The endings of a stem by how it ends. */
static void
add_endings(struct forms *f, const char *stem, size_t len)
{
	char end[2] = { stem[len - 1], '\0' };
	char twice[8];
	bool is_e = end[0] == 'e';

	add_form(f, stem, len, "");
	add_form(f, stem, len, "s");
	if (end[0] == 'y' && len > 2 && !is_vowel(stem[len - 2])) {
		add_form(f, stem, len - 1, "ies");
		add_form(f, stem, len - 1, "ied");
	} else if (doubles(stem, len)) {
		twice[0] = end[0];
		memcpy(twice + 1, "ing", 4);
		add_form(f, stem, len, twice);
		memcpy(twice + 1, "ed", 3);
		add_form(f, stem, len, twice);
	} else if (!is_e)
		add_form(f, stem, len, "es");
	add_form(f, stem, is_e ? len - 1 : len, "ing");
	add_form(f, stem, is_e ? len - 1 : len, "ed");
}

static bool
ends(const char *word, size_t len, const char *ending)
{
	size_t n = strlen(ending);

	return len > n + 2 && memcmp(word + len - n, ending, n) == 0;
}

/* What is left of word without its ending; its own length if it has none. */
static size_t
strip(const char *word, size_t len)
{
	static const char *const endings[] = { "ing", "ed", "es", "s" };

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
		if (ends(word, len, endings[i]) && !ends(word, len, "ss"))
			return len - strlen(endings[i]);
	return len;
}

static void
find_forms(const char *word, size_t len, struct forms *f)
{
	size_t stem = strip(word, len);
	char changed[WORD_MAX + 8];

	add_form(f, word, len, "");
	memcpy(changed, word, len + 1);
	if (stem == len) {
		add_endings(f, word, len);
	} else if (ends(word, len, "ies") || ends(word, len, "ied")) {
		changed[len - 3] = 'y';
		add_endings(f, changed, len - 2);
	} else if (stem > 3 && word[stem - 1] == word[stem - 2] &&
		   doubles(word, stem - 1)) {
		add_endings(f, word, stem - 1); /* "slipp" */
	} else {
		add_endings(f, word, stem);
		changed[stem] = 'e'; /* "cours", "course" */
		add_form(f, changed, stem + 1, "");
		add_form(f, changed, stem + 1, "s");
		add_form(f, changed, stem + 1, "d");
	}
}

/* Append word and its other endings; one that has none goes alone. */
static void
add_all_forms(struct buf *list, struct str word)
{
	struct forms f = { .count = 0 };
	char lower[WORD_MAX + 8] = { 0 };
	bool is_plain = word.len >= ENDING_MIN && word.len < WORD_MAX;

	for (size_t i = 0; i < word.len && is_plain; i++) {
		char c = word.p[i];

		lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
		is_plain = lower[i] >= 'a' && lower[i] <= 'z';
	}
	if (!is_plain) {
		asking_add(list, word);
		return;
	}
	find_forms(lower, word.len, &f);
	for (size_t i = 0; i < f.count; i++)
		asking_add(list, str_of(f.word[i]));
}

/* --- terms --- */

/* What is left without its first n bytes. */
static void
skip(struct reader *r, size_t n)
{
	r->left = str_make(r->left.p + n, r->left.len - n);
}

static bool
is_space(char c)
{
	return (unsigned char)c <= ' ';
}

/* The bytes up to the next one that ends a term of that kind. */
static size_t
span(struct str s, bool is_phrase)
{
	size_t n = 0;

	while (n < s.len && s.p[n] != '"' && (is_phrase || !is_space(s.p[n])))
		n++;
	return n;
}

/* AND, OR and NOT in capitals say something of the next term. */
static bool
is_saying(struct reader *r, struct str word)
{
	if (str_is(word, "OR"))
		r->is_or = true;
	else if (str_is(word, "NOT"))
		r->is_not = true;
	else if (!str_is(word, "AND"))
		return false;
	return true;
}

/* The next term: false at the end. */
static bool
next_term(struct reader *r, struct term *t)
{
	while (r->left.len > 0) {
		size_t n;

		*t = (struct term){ 0 };
		if (is_space(*r->left.p)) {
			skip(r, 1);
			continue;
		}
		t->is_not = *r->left.p == '-';
		if (t->is_not)
			skip(r, 1);
		t->is_phrase = r->left.len > 0 && *r->left.p == '"';
		if (t->is_phrase)
			skip(r, 1);
		n = span(r->left, t->is_phrase);
		t->text = str_make(r->left.p, n);
		skip(r, n);
		if (t->is_phrase && r->left.len > 0)
			skip(r, 1); /* the closing quote */
		if (!t->is_phrase && !t->is_not && is_saying(r, t->text))
			continue;
		t->is_prefix = n > 0 && t->text.p[n - 1] == '*';
		t->is_not |= r->is_not;
		t->is_or = r->is_or;
		r->is_or = r->is_not = false;
		return true;
	}
	return false;
}

/* --- the question --- */

/* What is being written. */
struct writer {
	const struct asking_words *words;
	struct asking *out;
	struct buf wants, nots; /* "(…) AND (…)"; "… OR …" */
	struct buf list;        /* of which any will do */
	size_t count;
};

/* All words that begin so: 0, 1 if there is none, or -1. */
static int
add_prefix(struct writer *w, struct str prefix, struct err *e)
{
	int n = w->words->find(
	    w->words->user, prefix, ASKING_ENDS_MAX, &w->list, e);

	if (n < 0)
		return -1;
	w->out->is_ends_cut |= n > ASKING_ENDS_MAX;
	if (n == 0) /* then nothing is found, as it should be */
		asking_add(&w->list, prefix);
	return 0;
}

/* Fill list with what would do for t; it stays empty if t has no word. */
static int
write_list(struct writer *w, const struct term *t, struct err *e)
{
	struct buf words = { 0 };
	size_t count = add_words(&words, t->text);
	int r = 0;

	buf_reset(&w->list);
	if (count == 1 && t->is_prefix && words.len >= PREFIX_MIN)
		r = add_prefix(w, buf_str(&words), e);
	else if (count == 1 && !t->is_phrase)
		add_all_forms(&w->list, buf_str(&words));
	else if (count > 0)
		asking_add(&w->list, buf_str(&words));
	buf_clear(&words);
	return r;
}

/* Put the list where it belongs. */
static void
write_term(struct writer *w, const struct term *t)
{
	if (t->is_not) {
		buf_add_text(&w->nots, w->nots.len > 0 ? " OR " : "");
		buf_add_str(&w->nots, buf_str(&w->list));
		return;
	}
	if (t->is_or && w->wants.len > 0) {
		w->wants.len--; /* open the last one again */
		buf_add_text(&w->wants, " OR ");
	} else
		buf_add_text(&w->wants, w->wants.len > 0 ? " AND (" : "(");
	buf_add_str(&w->wants, buf_str(&w->list));
	buf_add_char(&w->wants, ')');
}

static int
write_all(struct writer *w, struct reader *r, struct err *e)
{
	struct term t;

	while (next_term(r, &t)) {
		if (write_list(w, &t, e) < 0)
			return -1;
		if (w->list.len == 0)
			continue;
		if (w->count++ == ASKING_WORDS_MAX) {
			w->out->is_cut = true;
			return 0;
		}
		write_term(w, &t);
	}
	return 0;
}

int
asking_read(struct str typed, const struct asking_words *words,
    struct arena *arena, struct asking *out, struct err *e)
{
	struct writer w = { .words = words, .out = out };
	struct reader reader = { .left = typed };
	int r;

	*out = (struct asking){ 0 };
	r = write_all(&w, &reader, e);
	out->is_only_nots = w.wants.len == 0 && w.nots.len > 0;
	if (r == 0 && w.wants.len > 0 && w.nots.len > 0)
		out->match = arena_strf(arena, "(%.*s) NOT (%.*s)",
		    STR_ARG(buf_str(&w.wants)), STR_ARG(buf_str(&w.nots)));
	else if (r == 0 && w.wants.len > 0)
		out->match = arena_str(arena, buf_str(&w.wants));
	buf_clear(&w.wants);
	buf_clear(&w.nots);
	buf_clear(&w.list);
	return r;
}
