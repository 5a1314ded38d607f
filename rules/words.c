/*
 * The dictionary: three hash tables from bytes to ids.
 *
 * exact    the whole word
 * stems    a beginning; asked for each length that some stem has
 * variants the word and what is left of it without one letter (or two): two
 *          words within a distance of one share a variant (Garbe's symmetric
 *          deletion), so that a misspelling is found without looking at the
 *          whole dictionary.  Each candidate is then measured.
 *
 * Numbers are known in figures and words: "3" is looked for as "three" too.
 */
#include "rules/words.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "rules/limits.h"
#include "rules/spell.h"

/* Bits for the first three bytes of stems, hashed. */
#define BEGINNINGS 16384U

/* Bits for words with a digit: many more than rules have of them. */
#define DIGITS 16384U

struct word {
	struct str text;
	enum words_kind kind;
};

/* One id under one key; equal keys stand one after the other. */
struct slot {
	uint64_t hash; /* 0: empty */
	uint32_t id;
};

struct table {
	struct slot *slots;
	size_t cap, count; /* cap is a power of two */
};

struct words {
	struct arena *arena;
	struct word *words;
	uint32_t count, cap;
	struct table by_kind; /* while adding: kind and text, to share */
	struct table exact, stems, variants;
	uint64_t stem_lengths;                /* bit n: some stem has n bytes */
	uint64_t beginnings[BEGINNINGS / 64]; /* bits: first bytes of stems */
	uint64_t digits[DIGITS / 64]; /* bits: hashes of words with digits */
	bool has_slack1, has_slack2;
};

static const struct {
	struct str word;
	long value;
} numbers[] = {
	{ STR_LIT("one"), 1 },
	{ STR_LIT("two"), 2 },
	{ STR_LIT("three"), 3 },
	{ STR_LIT("four"), 4 },
	{ STR_LIT("five"), 5 },
	{ STR_LIT("six"), 6 },
	{ STR_LIT("seven"), 7 },
	{ STR_LIT("eight"), 8 },
	{ STR_LIT("nine"), 9 },
	{ STR_LIT("ten"), 10 },
	{ STR_LIT("eleven"), 11 },
	{ STR_LIT("twelve"), 12 },
	{ STR_LIT("thirteen"), 13 },
	{ STR_LIT("fourteen"), 14 },
	{ STR_LIT("fifteen"), 15 },
	{ STR_LIT("sixteen"), 16 },
	{ STR_LIT("seventeen"), 17 },
	{ STR_LIT("eighteen"), 18 },
	{ STR_LIT("nineteen"), 19 },
	{ STR_LIT("twenty"), 20 },
	{ STR_LIT("thirty"), 30 },
	{ STR_LIT("forty"), 40 },
	{ STR_LIT("fifty"), 50 },
	{ STR_LIT("sixty"), 60 },
	{ STR_LIT("seventy"), 70 },
	{ STR_LIT("eighty"), 80 },
	{ STR_LIT("ninety"), 90 },
	{ STR_LIT("hundred"), 100 },
	{ STR_LIT("dozen"), 12 },
	{ STR_LIT("couple"), 2 },
};

#define NUMBER_COUNT (sizeof numbers / sizeof numbers[0])

/* The multiplication's high bits depend on every byte (as in wyhash). */
static uint64_t
mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * UINT64_C(0x9E3779B97F4A7C15);
	return h ^ (h >> 29);
}

uint64_t
words_hash(struct str folded)
{
	uint64_t h = folded.len + 1;
	size_t i = 0;
	uint64_t v;

	for (; i + 8 <= folded.len; i += 8) {
		memcpy(&v, folded.p + i, 8);
		h = mix(h, v);
	}
	v = 0;
	if (i < folded.len) {
		memcpy(&v, folded.p + i, folded.len - i);
		h = mix(h, v);
	}
	return h ? h : 1;
}

static void
put(struct table *t, uint64_t hash, uint32_t id)
{
	size_t i = hash & (t->cap - 1);

	while (t->slots[i].hash != 0)
		i = (i + 1) & (t->cap - 1);
	t->slots[i] = (struct slot){ hash, id };
	t->count++;
}

static void
insert(struct table *t, uint64_t hash, uint32_t id)
{
	if (t->count * 2 >= t->cap) {
		struct table old = *t;

		t->cap = old.cap ? old.cap * 2 : 64;
		t->slots = alloc_zero(t->cap, sizeof *t->slots);
		t->count = 0;
		for (size_t i = 0; i < old.cap; i++)
			if (old.slots[i].hash != 0)
				put(t, old.slots[i].hash, old.slots[i].id);
		free(old.slots);
	}
	put(t, hash, id);
}

/* The next slot with hash from *at on, or NULL; begin with *at = hash. */
static const struct slot *
next_slot(const struct table *t, uint64_t hash, uint64_t *at)
{
	if (t->cap == 0)
		return NULL;
	for (;;) {
		const struct slot *s = &t->slots[*at & (t->cap - 1)];

		if (s->hash == 0)
			return NULL;
		(*at)++;
		if (s->hash == hash)
			return s;
	}
}

struct words *
words_new(void)
{
	struct words *w = alloc_zero(1, sizeof *w);

	w->arena = arena_new();
	w->cap = 256;
	w->words = alloc_zero(w->cap, sizeof *w->words);
	w->count = 1; /* WORDS_NUMBER */
	return w;
}

void
words_free(struct words **w)
{
	if (!*w)
		return;
	free((*w)->words);
	free((*w)->by_kind.slots);
	free((*w)->exact.slots);
	free((*w)->stems.slots);
	free((*w)->variants.slots);
	arena_free(&(*w)->arena);
	free(*w);
	*w = NULL;
}

uint32_t
words_add(struct words *w, enum words_kind kind, struct str folded)
{
	uint64_t hash = mix(words_hash(folded), kind) | 1;
	uint64_t at = hash;
	const struct slot *s;

	while ((s = next_slot(&w->by_kind, hash, &at)) != NULL)
		if (w->words[s->id].kind == kind &&
		    str_is_equal(w->words[s->id].text, folded))
			return s->id;
	if (w->count == w->cap) {
		w->cap *= 2;
		w->words = alloc_resize(w->words, w->cap, sizeof *w->words);
	}
	w->words[w->count] = (struct word){ arena_str(w->arena, folded), kind };
	insert(&w->by_kind, hash, w->count);
	return w->count++;
}

/* word without the byte at skip. */
static struct str
without(struct str word, size_t skip, char out[LIMITS_WORD_MAX])
{
	memcpy(out, word.p, skip);
	memcpy(out + skip, word.p + skip + 1, word.len - skip - 1);
	return str_make(out, word.len - 1);
}

typedef void (*variant_fn)(void *user, uint64_t hash);

/* Call fn with the hash of word and of its variants to this depth. */
static void
each_variant(struct str word, int depth, variant_fn fn, void *user)
{
	char one[LIMITS_WORD_MAX];
	char two[LIMITS_WORD_MAX];

	fn(user, words_hash(word));
	if (word.len > LIMITS_WORD_MAX || word.len < 3)
		return;
	for (size_t i = 0; i < word.len; i++) {
		struct str less = without(word, i, one);

		fn(user, words_hash(less));
		for (size_t j = i; depth > 1 && j < less.len; j++)
			fn(user, words_hash(without(less, j, two)));
	}
}

struct adding {
	struct words *w;
	uint32_t id;
};

static void
add_variant(void *user, uint64_t hash)
{
	struct adding *a = user;
	uint64_t at = hash;
	const struct slot *s;

	while ((s = next_slot(&a->w->variants, hash, &at)) != NULL)
		if (s->id == a->id)
			return;
	insert(&a->w->variants, hash, a->id);
}

/* A number below BEGINNINGS from the first three bytes. */
static uint32_t
beginning(struct str word)
{
	uint32_t b = (uint32_t)(unsigned char)word.p[0] << 16 |
		     (uint32_t)(unsigned char)word.p[1] << 8 |
		     (uint32_t)(unsigned char)word.p[2];

	return b * 2654435761U >> 18;
}

static bool
has_digit(struct str word)
{
	for (size_t i = 0; i < word.len; i++)
		if (word.p[i] >= '0' && word.p[i] <= '9')
			return true;
	return false;
}

/*
 * Rules have few words with a digit in them, and logs many, which come once:
 * most are known to be none of the rules' from a table that stays at hand.
 */
static void
mark_digits(struct words *w, uint64_t hash)
{
	w->digits[hash / 64 % (DIGITS / 64)] |= UINT64_C(1) << (hash % 64);
}

static bool
can_be_exact(const struct words *w, struct str word, uint64_t hash)
{
	return !has_digit(word) ||
	       (w->digits[hash / 64 % (DIGITS / 64)] >> (hash % 64) & 1U);
}

static void
freeze_one(struct words *w, uint32_t id)
{
	const struct word *word = &w->words[id];
	struct adding a = { w, id };
	uint32_t i;

	switch (word->kind) {
	case WORDS_EXACT:
		insert(&w->exact, words_hash(word->text), id);
		if (has_digit(word->text))
			mark_digits(w, words_hash(word->text));
		break;
	case WORDS_STEM:
		insert(&w->stems, words_hash(word->text), id);
		w->stem_lengths |= UINT64_C(1) << (word->text.len & 63U);
		i = beginning(word->text);
		w->beginnings[i / 64] |= UINT64_C(1) << (i % 64);
		break;
	case WORDS_SLACK1:
		w->has_slack1 = true;
		each_variant(word->text, 1, add_variant, &a);
		break;
	case WORDS_SLACK2:
		w->has_slack2 = true;
		each_variant(word->text, 2, add_variant, &a);
		break;
	}
}

void
words_freeze(struct words *w)
{
	for (uint32_t id = 1; id < w->count; id++)
		freeze_one(w, id);
	free(w->by_kind.slots);
	w->by_kind = (struct table){ 0 };
}

uint32_t
words_count(const struct words *w)
{
	return w->count;
}

struct str
words_text(const struct words *w, uint32_t id)
{
	CHECK(id < w->count);
	return w->words[id].text;
}

enum words_kind
words_kind(const struct words *w, uint32_t id)
{
	CHECK(id < w->count);
	return w->words[id].kind;
}

struct str
words_of_number(long n)
{
	for (size_t i = 0; i < NUMBER_COUNT; i++)
		if (numbers[i].value == n)
			return numbers[i].word;
	return (struct str){ 0 };
}

static long
number_word(struct str folded)
{
	for (size_t i = 0; i < NUMBER_COUNT; i++)
		if (folded.len == numbers[i].word.len &&
		    memcmp(folded.p, numbers[i].word.p, folded.len) == 0)
			return numbers[i].value;
	return -1;
}

long
words_number(struct str folded)
{
	long n = number_word(folded);

	/* Before "3x": six ends in an x of its own. */
	if (n >= 0)
		return n;
	n = 0;
	if (folded.len > 1 && folded.p[0] == 'x')
		folded = str_make(folded.p + 1, folded.len - 1);
	else if (folded.len > 1 && folded.p[folded.len - 1] == 'x')
		folded.len--;
	if (folded.len == 0 || folded.p[0] < '0' || folded.p[0] > '9')
		return number_word(folded);
	for (size_t i = 0; i < folded.len; i++) {
		if (folded.p[i] < '0' || folded.p[i] > '9' || i > 6)
			return -1;
		n = n * 10 + (folded.p[i] - '0');
	}
	return n;
}

/* What is found for one word, kept sorted and without repeats. */
struct finding {
	const struct words *w;
	struct str word;
	uint32_t *ids;
	size_t count;
};

static void
found(struct finding *f, uint32_t id)
{
	size_t i = f->count;

	while (i > 0 && f->ids[i - 1] > id)
		i--;
	if ((i > 0 && f->ids[i - 1] == id) || f->count == WORDS_IDS_MAX)
		return;
	memmove(f->ids + i + 1, f->ids + i, (f->count - i) * sizeof f->ids[0]);
	f->ids[i] = id;
	f->count++;
}

static void
find_exact(struct finding *f, struct str word)
{
	uint64_t hash = words_hash(word);
	uint64_t at = hash;
	const struct slot *s;

	if (!can_be_exact(f->w, word, hash))
		return;
	while ((s = next_slot(&f->w->exact, hash, &at)) != NULL)
		if (str_is_equal(f->w->words[s->id].text, word))
			found(f, s->id);
}

/* "3" is "three", and "three" is "3". */
static void
find_number(struct finding *f)
{
	long n = words_number(f->word);
	char digits[24];
	size_t len = 0;

	if (n < 0)
		return;
	found(f, WORDS_NUMBER);
	for (size_t i = 0; i < NUMBER_COUNT; i++)
		if (numbers[i].value == n)
			find_exact(f, numbers[i].word);
	do {
		digits[sizeof digits - ++len] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	find_exact(f, str_make(digits + sizeof digits - len, len));
}

static void
find_stems(struct finding *f)
{
	uint32_t b;

	/* Most words begin as no stem does. */
	if (f->word.len < LIMITS_STEM_MIN)
		return;
	b = beginning(f->word);
	if (!(f->w->beginnings[b / 64] >> (b % 64) & 1U))
		return;
	for (size_t n = LIMITS_STEM_MIN; n <= f->word.len; n++) {
		struct str stem = str_make(f->word.p, n);
		uint64_t hash;
		uint64_t at;
		const struct slot *s;

		if (!(f->w->stem_lengths >> (n & 63U) & 1U))
			continue;
		hash = at = words_hash(stem);
		while ((s = next_slot(&f->w->stems, hash, &at)) != NULL)
			if (str_is_equal(f->w->words[s->id].text, stem))
				found(f, s->id);
	}
}

static void
find_variant(void *user, uint64_t hash)
{
	struct finding *f = user;
	uint64_t at = hash;
	const struct slot *s;

	while ((s = next_slot(&f->w->variants, hash, &at)) != NULL) {
		const struct word *word = &f->w->words[s->id];
		int max = word->kind == WORDS_SLACK2 ? 2 : 1;

		if (spell_distance(word->text, f->word, max) <= max)
			found(f, s->id);
	}
}

size_t
words_find(
    const struct words *w, struct str folded, uint32_t ids[WORDS_IDS_MAX])
{
	struct finding f = { .w = w, .word = folded };

	f.ids = ids;
	find_exact(&f, folded);
	find_stems(&f);
	find_number(&f);
	if ((w->has_slack1 || w->has_slack2) &&
	    folded.len + 2 >= LIMITS_SLACK1_MIN && !has_digit(folded))
		each_variant(folded, w->has_slack2 ? 2 : 1, find_variant, &f);
	return f.count;
}
