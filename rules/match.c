/*
 * The matcher.  First every text is cut into tokens, and each token looked up
 * once in a table of words seen before (most words of a log are); only words
 * that are new ask the dictionary.  Then the few tokens that some rule knows
 * are looked at: each anchors terms, whose other words are compared around it.
 * The cost hardly depends on how many rules there are.
 */
#include "rules/match.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/base/alloc.h"
#include "agent/geo/place.h"
#include "agent/incident/incident.h"
#include "rules/fold.h"
#include "rules/limits.h"
#include "rules/neutral.h"

/* Digits of a number that may well come again. */
#define KEPT_NUMBER_MAX 3

/* Words known before the table is emptied, at the next incident. */
#define KNOWN_MAX (ENGINE_KNOWN_CAP * 5 / 8)

/* On the ids of a word that names people, or one, by a group (neutral.h). */
#define IDS_OF_GROUP 0x80000000U
#define IDS_OF_ONE   0x40000000U

/* ---- Setting up ---- */

static void
forget_known(struct rules_scratch *s)
{
	memset(s->known, 0, ENGINE_KNOWN_CAP * sizeof *s->known);
	s->known_count = 0;
	s->known_text.count = 0;
	ENGINE_PUSH(s->known_text, 0); /* no word stands at 0 */
	s->ids.count = 0;
	ENGINE_PUSH(s->ids, 0); /* the empty set of ids */
	s->ids_kept = 1;
}

void
match_prepare(const struct ruleset *rs, struct rules_scratch *s)
{
	if (s->has_owner && memcmp(s->owner, rs->hash, HASH_BYTES) == 0)
		return;
	memcpy(s->owner, rs->hash, HASH_BYTES);
	s->has_owner = true;
	if (!s->known)
		s->known = alloc_zero(ENGINE_KNOWN_CAP, sizeof *s->known);
	forget_known(s);
	free(s->lists);
	s->lists = alloc_zero((size_t)rs->list_count + 1, sizeof *s->lists);
	free(s->awake);
	s->awake = alloc_zero(rs->rule_words, sizeof *s->awake);
	free(s->open);
	s->open = alloc_zero(rs->ground_words, sizeof *s->open);
	s->stamp = 0;
}

static void
begin(const struct ruleset *rs, struct rules_scratch *s)
{
	if (s->known_count >= KNOWN_MAX)
		forget_known(s);
	s->ids.count = s->ids_kept;
	s->tokens.count = 0;
	s->found_tokens.count = 0;
	s->questions.count = 0;
	s->entries.count = 0;
	s->hits.count = 0;
	s->list_pool.count = 0;
	s->work.count = 0;
	s->has_contexts = false;
	if (++s->stamp == 0) {
		memset(s->lists, 0,
		    ((size_t)rs->list_count + 1) * sizeof *s->lists);
		s->stamp = 1;
	}
	memcpy(s->awake, rs->always, rs->rule_words * sizeof *s->awake);
	memcpy(s->open, rs->open, rs->ground_words * sizeof *s->open);
}

/* ---- Words ---- */

/* Put a set of ids into the pool; where it is. */
static uint32_t
put_ids(struct rules_scratch *s, const uint32_t *ids, size_t count)
{
	uint32_t at = (uint32_t)s->ids.count;

	ENGINE_RESERVE(s->ids, count + 1);
	s->ids.items[s->ids.count++] = (uint32_t)count;
	memcpy(s->ids.items + s->ids.count, ids, count * sizeof ids[0]);
	s->ids.count += count;
	return at;
}

/*
 * A word for a group of people has two sets: what it is as a noun, which is
 * what "people" is and itself besides, for the names that have it in them; and
 * behind that set, what it is before a word for people.
 */
static uint32_t
put_group(const struct ruleset *rs, struct rules_scratch *s, struct str reads,
    const uint32_t *own, size_t own_count)
{
	uint32_t both[2 * WORDS_IDS_MAX];
	size_t count = words_find(rs->words, reads, both);
	uint32_t at;

	for (size_t i = 0; i < own_count; i++) {
		size_t k = 0;

		while (k < count && both[k] != own[i])
			k++;
		if (k == count)
			both[count++] = own[i];
	}
	at = put_ids(s, both, count);
	(void)put_ids(s, own, own_count);
	return at | IDS_OF_GROUP | (str_is(reads, "person") ? IDS_OF_ONE : 0);
}

static uint32_t
ask_dictionary(
    const struct ruleset *rs, struct rules_scratch *s, struct str word)
{
	uint32_t ids[WORDS_IDS_MAX];
	size_t count = words_find(rs->words, word, ids);
	struct str reads = neutral_word(word);

	if (str_is_given(reads))
		return put_group(rs, s, reads, ids, count);
	return count == 0 ? 0 : put_ids(s, ids, count);
}

static bool
is_known(const struct rules_scratch *s, const struct engine_known *k,
    uint64_t bytes, struct str word)
{
	const char *rest = s->known_text.items + k->rest;

	if (k->bytes != bytes)
		return false;
	/* No word has a zero in it: up to seven letters say their length. */
	if (word.len < 8 || k->rest == 0)
		return word.len <= 8 && k->rest == 0;
	return word.len > 8 && (unsigned char)rest[0] == word.len &&
	       memcmp(rest + 1, word.p, word.len) == 0;
}

/* Remember a word and its ids for the incidents to come. */
static void
remember(struct rules_scratch *s, struct engine_known *k, uint64_t bytes,
    struct str word, uint32_t ids)
{
	*k = (struct engine_known){ .bytes = bytes, .ids = ids };
	if (word.len > 8) {
		k->rest = (uint32_t)s->known_text.count;
		ENGINE_RESERVE(s->known_text, word.len + 1);
		s->known_text.items[k->rest] = (char)word.len;
		memcpy(s->known_text.items + k->rest + 1, word.p, word.len);
		s->known_text.count += word.len + 1;
	}
	s->known_count++;
	s->ids_kept = s->ids.count;
}

/* A hash for the table: the word is followed by zeroes, so whole steps do. */
static uint64_t
hash_known(const struct fold *f)
{
	uint64_t h = f->word_len;

	for (size_t i = 0; i < f->word_len; i += 8) {
		uint64_t v;

		memcpy(&v, f->word + i, 8);
		h = (h ^ v) * UINT64_C(0x9E3779B97F4A7C15);
		h ^= h >> 29;
	}
	return h | 1;
}

/*
 * Numbers, references and marks hardly come again: kept, they would have the
 * table emptied again and again of the words that do.
 */
static bool
is_worth_keeping(struct str word)
{
	if (word.len <= KEPT_NUMBER_MAX)
		return true;
	for (size_t i = 0; i < word.len; i++)
		if (word.p[i] >= '0' && word.p[i] <= '9')
			return false;
	return true;
}

/* The ids of the word that f stands at. */
static uint32_t
look_up(const struct ruleset *rs, struct rules_scratch *s, const struct fold *f)
{
	struct str word = { f->word, f->word_len };
	uint64_t hash = hash_known(f);
	size_t i = (hash >> 7) & (ENGINE_KNOWN_CAP - 1);
	uint64_t bytes;
	uint32_t ids;

	memcpy(&bytes, f->word, 8);
	for (;; i = (i + 1) & (ENGINE_KNOWN_CAP - 1)) {
		const struct engine_known *k = &s->known[i];

		if (k->bytes == 0)
			break;
		if (is_known(s, k, bytes, word))
			return k->ids;
	}
	ids = ask_dictionary(rs, s, word);
	if (s->known_count < KNOWN_MAX && is_worth_keeping(word))
		remember(s, &s->known[i], bytes, word, ids);
	return ids;
}

/* ---- Texts ---- */

/* A word for a group was read; what comes next may say it was no noun. */
struct group {
	bool is_read, is_one;
	struct str before; /* the word before it, in buffer */
	char buffer[LIMITS_WORD_MAX];
};

/* Take the last token back to what it is by itself. */
static void
take_back(struct rules_scratch *s)
{
	struct engine_token *t = &s->tokens.items[s->tokens.count - 1];

	if (!t->is_group)
		return;
	t->ids += s->ids.items[t->ids] + 1;
	t->is_group = false;
}

/* The clause goes on with word, or is over (absent). */
static void
settle(struct rules_scratch *s, struct group *g, struct str word)
{
	if (g->is_read && g->is_one && !neutral_is_noun(g->before, word))
		take_back(s);
	g->is_read = false;
}

/* The word before the token that comes next, in its clause. */
static void
keep_before(const struct rules_scratch *s, const struct fold *f,
    const struct engine_entry *entry, struct group *g)
{
	struct fold before;
	const struct engine_token *t;

	g->before = (struct str){ 0 };
	if (f->before != 0 || s->tokens.count == entry->tokens)
		return;
	t = &s->tokens.items[s->tokens.count - 1];
	fold_init(
	    &before, str_make(entry->content.p + t->start, t->end - t->start));
	if (!fold_next(&before) || before.word_len > sizeof g->buffer)
		return;
	memcpy(g->buffer, before.word, before.word_len);
	g->before = str_make(g->buffer, before.word_len);
}

/* A token after all others, with all members to be set where it stands. */
static struct engine_token *
next_token(struct rules_scratch *s)
{
	ENGINE_RESERVE(s->tokens, 1);
	return &s->tokens.items[s->tokens.count++];
}

static void
cut_text(const struct ruleset *rs, struct rules_scratch *s,
    struct engine_entry *entry, uint32_t *sentence, uint32_t *clause)
{
	struct fold f;
	uint32_t number = (uint32_t)s->entries.count;
	struct group group = { 0 };

	entry->tokens = (uint32_t)s->tokens.count;
	fold_init(&f, entry->content);
	while (fold_next(&f)) {
		uint32_t ids = look_up(rs, s, &f);
		uint32_t at = (uint32_t)s->tokens.count;
		struct engine_token *token;

		if (group.is_read)
			settle(s, &group,
			    f.before == 0 ? fold_word(&f) : (struct str){ 0 });
		if (ids & IDS_OF_GROUP) {
			group.is_read = true;
			group.is_one = (ids & IDS_OF_ONE) != 0;
			keep_before(s, &f, entry, &group);
		}
		*sentence += (f.before & FOLD_SENTENCE) != 0;
		*clause += f.before != 0;
		if ((f.before & FOLD_ASKED) && at > entry->tokens)
			ENGINE_PUSH(s->questions, at - 1);
		token = next_token(s);
		token->start = (uint32_t)f.start;
		token->end = (uint32_t)f.end;
		token->ids = ids & ~(IDS_OF_GROUP | IDS_OF_ONE);
		token->entry = number;
		token->sentence = *sentence;
		token->clause = *clause;
		token->is_group = (ids & IDS_OF_GROUP) != 0;
		if (token->ids)
			ENGINE_PUSH(s->found_tokens, at);
	}
	settle(s, &group, (struct str){ 0 });
	entry->token_end = (uint32_t)s->tokens.count;
	if ((f.gap & FOLD_ASKED) && entry->token_end > entry->tokens)
		ENGINE_PUSH(s->questions, entry->token_end - 1);
}

static uint32_t
writer_bits(const struct ruleset *rs, struct str by)
{
	uint32_t bits = 0;

	for (uint32_t i = 0; i < rs->writer_count; i++)
		if (by.len == rs->writers[i].len &&
		    strncasecmp(by.p, rs->writers[i].p, by.len) == 0)
			bits |= 1U << i;
	return bits;
}

static void
cut_log(const struct ruleset *rs, const struct incident *in,
    struct rules_scratch *s, uint32_t *sentence, uint32_t *clause)
{
	for (size_t i = 0; i < in->log_count; i++) {
		struct engine_entry entry = { .text = FIELD_TEXT_LOG,
			.log_index = (int)i,
			.content = in->log[i].text,
			.writers = writer_bits(rs, in->log[i].by),
			.is_first = i == 0,
			.is_last = i + 1 == in->log_count };

		cut_text(rs, s, &entry, sentence, clause);
		ENGINE_PUSH(s->entries, entry);
	}
}

static void
cut_all(const struct ruleset *rs, const struct incident *in,
    const struct place *place, struct rules_scratch *s)
{
	const struct {
		enum field_text text;
		struct str content;
	} others[] = {
		{ FIELD_TEXT_LOCATION, in->location_text },
		{ FIELD_TEXT_OPENING, in->opening_code },
		{ FIELD_TEXT_CLOSING, in->closing_code },
		{ FIELD_TEXT_DISTRICT, str_is_given(place->district)
					   ? place->district
					   : in->district },
	};
	uint32_t sentence = 0;
	uint32_t clause = 0;

	if (rs->texts & 1U << FIELD_TEXT_LOG)
		cut_log(rs, in, s, &sentence, &clause);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		struct engine_entry entry = { .text = others[i].text,
			.log_index = -1,
			.content = others[i].content };

		if (!(rs->texts & 1U << others[i].text))
			continue;
		cut_text(rs, s, &entry, &sentence, &clause);
		ENGINE_PUSH(s->entries, entry);
	}
}

/* ---- Terms ---- */

/* Set the bits of all that the index has for a list. */
static void
set_bits(uint64_t *bits, const struct engine_index *index, uint32_t list)
{
	for (uint32_t i = index->begin[list]; i < index->begin[list + 1]; i++)
		bits[index->items[i] / 64] |= UINT64_C(1)
					      << (index->items[i] % 64);
}

static void
emit(const struct ruleset *rs, struct rules_scratch *s, uint32_t list,
    uint32_t first, uint32_t last)
{
	struct engine_found *found = &s->lists[list];
	struct engine_hit hit = { first, last, ENGINE_NONE };
	uint32_t at = (uint32_t)s->hits.count;

	if (found->stamp != s->stamp) {
		found->stamp = s->stamp;
		found->count = 0;
		found->head = at;
		set_bits(s->awake, &rs->wakes, list);
		set_bits(s->open, &rs->opens, list);
	} else if (found->count >= LIMITS_OCCURRENCES_MAX) {
		return;
	} else {
		s->hits.items[found->tail].next = at;
	}
	found->tail = at;
	found->count++;
	ENGINE_PUSH(s->hits, hit);
}

/* Is word among the ids of a token? */
static bool
has_id(const uint32_t *ids, uint32_t word)
{
	for (uint32_t i = 1; i <= ids[0]; i++)
		if (ids[i] == word)
			return true;
	return false;
}

/* Is the token one of the words that part stands for? */
static bool
is_part(const struct rules_scratch *s, const struct engine_token *token,
    uint32_t part)
{
	return has_id(s->ids.items + token->ids, part) ||
	       part == ENGINE_PART_ANY;
}

/* Compare a phrase without gaps around its anchor at token at. */
static bool
compare_plain(const struct ruleset *rs, const struct rules_scratch *s,
    const struct engine_term *t, uint32_t at, uint32_t *first)
{
	const uint32_t *parts = rs->parts + t->parts;
	const struct engine_token *tokens = s->tokens.items + at;
	uint32_t sentence = tokens->sentence;

	if (at < t->anchor || at - t->anchor + t->count > s->tokens.count)
		return false;
	tokens -= t->anchor;
	for (uint32_t i = 0; i < t->count; i++)
		if (i != t->anchor && (!is_part(s, &tokens[i], parts[i]) ||
					  tokens[i].sentence != sentence))
			return false;
	*first = at - t->anchor;
	return true;
}

/*
 * Compare a phrase with gaps from its first word at token at on.  A bit of
 * reach is a place, counted from at, where the next part may stand; the
 * shortest passage is taken.
 */
static bool
compare_gaps(const struct ruleset *rs, const struct rules_scratch *s,
    const struct engine_term *t, uint32_t at, uint32_t *last)
{
	const uint32_t *parts = rs->parts + t->parts;
	uint32_t sentence = s->tokens.items[at].sentence;
	uint64_t reach = 1;

	for (uint32_t i = 0; i < t->count && reach; i++) {
		uint64_t next = 0;

		if (parts[i] == ENGINE_PART_GAP) {
			for (int gap = 0; gap < LIMITS_GAP_WORDS; gap++)
				reach |= reach << 1;
			continue;
		}
		for (uint32_t k = 0; reach >> k != 0 && k < 63; k++)
			if ((reach >> k & 1) && at + k < s->tokens.count &&
			    s->tokens.items[at + k].sentence == sentence &&
			    is_part(s, &s->tokens.items[at + k], parts[i]))
				next |= UINT64_C(2) << k;
		reach = next;
	}
	if (!reach)
		return false;
	*last = at + (uint32_t)__builtin_ctzll(reach) - 1;
	return true;
}

static void
try_term(const struct ruleset *rs, struct rules_scratch *s, uint32_t term,
    uint32_t at)
{
	const struct engine_term *t = &rs->terms[term];
	uint32_t first = at;
	uint32_t last = at;

	if (t->has_gap) {
		if (!compare_gaps(rs, s, t, at, &last))
			return;
	} else if (t->count > 1) {
		if (!compare_plain(rs, s, t, at, &first))
			return;
		last = first + t->count - 1U;
	}
	for (uint32_t i = rs->term_lists.begin[term];
	     i < rs->term_lists.begin[term + 1]; i++)
		emit(rs, s, rs->term_lists.items[i], first, last);
}

/* The ids of token at; none beyond the last. */
static const uint32_t *
ids_of(const struct rules_scratch *s, size_t at)
{
	return s->ids.items +
	       (at < s->tokens.count ? s->tokens.items[at].ids : 0);
}

static void
try_token(const struct ruleset *rs, struct rules_scratch *s, uint32_t at)
{
	const uint32_t *ids = ids_of(s, at);
	const uint32_t *before = ids_of(s, (size_t)at - 1);
	const uint32_t *after = ids_of(s, (size_t)at + 1);

	for (uint32_t i = 1; i <= ids[0]; i++)
		for (uint32_t k = rs->anchors.begin[ids[i]];
		     k < rs->anchors.begin[ids[i] + 1]; k++) {
			const struct engine_beside *b = &rs->beside[k];

			if ((b->before == ENGINE_NONE ||
				has_id(before, b->before)) &&
			    (b->after == ENGINE_NONE ||
				has_id(after, b->after)))
				try_term(rs, s, rs->anchors.items[k], at);
		}
}

void
match_incident(const struct ruleset *rs, const struct incident *in,
    const struct place *place, struct rules_scratch *s)
{
	begin(rs, s);
	cut_all(rs, in, place, s);
	for (size_t i = 0; i < s->found_tokens.count; i++)
		try_token(rs, s, s->found_tokens.items[i]);
}
