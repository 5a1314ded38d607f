/*
 * fairness: forms of a log, and their answers held together.
 *
 * A form is made by an edit of every entry: words replaced, or a word put in
 * at a place.  All members of a set make the same edit with another word, so
 * that what differs between them is the word and nothing else, not even the
 * number of words between two others.
 */
#include "agent/fairness.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "agent/base/arena.h"
#include "agent/base/own.h"
#include "agent/base/str.h"

#define WORDS_MAX 16

/* A set of words for one edit; words[0] is the neutral one. */
struct swap {
	const char *name;
	const char *const *places; /* words it replaces or stands at */
	const char *words[WORDS_MAX];
	enum {
		SWAP_REPLACE,
		SWAP_BEFORE,
		SWAP_AFTER
	} how;
};

static const char *const many[] = { "males", "men", "lads", "blokes", "people",
	"persons", "chaps", "guys", "fellas", "youths", "women", "females",
	"travellers", "gypsies", NULL };

static const char *const one[] = { "male", "man", "lad", "bloke", "person",
	"chap", "guy", "fella", "youth", "woman", "female", NULL };

static const char *const named[] = { "inft", "informant", "caller", "farmer",
	"owner", "landowner", "gamekeeper", "neighbour", NULL };

static const struct swap swaps[] = {
	{ "words for people", many,
	    { "people", "travellers", "gypsies", "pikeys", "Romanians",
		"Irishmen", "Asians", "Africans", "Muslims", "Jews", "Sikhs",
		"foreigners", "immigrants", "Scots" },
	    SWAP_REPLACE },
	{ "words for a person", one,
	    { "person", "traveller", "gypsy", "pikey", "Irishman", "foreigner",
		"Muslim", "immigrant" },
	    SWAP_REPLACE },
	{ "a word before people", many,
	    { "certain", "Irish", "Romanian", "Polish", "Gypsy", "Traveller",
		"Romany", "Black", "Asian", "White", "Muslim", "Jewish", "IC1",
		"IC3", "IC6" },
	    SWAP_BEFORE },
	{ "a word before a person", one,
	    { "certain", "Irish", "Romanian", "Polish", "Gypsy", "Traveller",
		"Romany", "Black", "Asian", "White", "Muslim", "Jewish", "IC1",
		"IC3", "IC6" },
	    SWAP_BEFORE },
	{ "names", named,
	    { "Mr Harper", "Mr Singh", "Mr Khan", "Mr Cohen", "Mr Kowalski",
		"Mr Popescu", "Mr Okafor", "Mr Doherty", "Mr Nguyen",
		"Mr Patel" },
	    SWAP_AFTER },
};

/* Words put beside and inside the words that a tag rests on. */
static const char *const beside[] = { "certain", "Irish", "Romanian", "Gypsy",
	"Traveller", "Asian", "Muslim", "IC3", NULL };
static const char *const nouns[] = { "people", "travellers", "gypsies",
	"Romanians", "Muslims", "foreigners", NULL };

/* Before these such a word is no word for people: Gypsy Lane is a road. */
static const char *const heads[] = { "lane", "corner", "road", "rest", "joy",
	"shepherd", "terrier", "wolfhound", NULL };

#define SWAP_COUNT (sizeof(swaps) / sizeof(swaps[0]))

/* ---- Forms ---- */

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* The word at at of s, as long as letters go. */
static struct str
word_at(struct str s, size_t at)
{
	size_t n = 0;

	while (at + n < s.len && is_letter(s.p[at + n]))
		n++;
	return str_make(s.p + at, n);
}

static bool
is_one_of(const char *const *words, struct str word)
{
	for (size_t i = 0; words[i]; i++)
		if (word.len == strlen(words[i]) &&
		    strncasecmp(word.p, words[i], word.len) == 0)
			return true;
	return false;
}

static void
add_edit(
    const struct swap *swap, struct str word, const char *by, struct buf *out)
{
	switch (swap->how) {
	case SWAP_REPLACE: buf_add_text(out, by); break;
	case SWAP_BEFORE: buf_addf(out, "%s %.*s", by, STR_ARG(word)); break;
	case SWAP_AFTER: buf_addf(out, "%.*s %s", STR_ARG(word), by); break;
	}
}

/* text edited; the number of edits. */
static size_t
edit_text(
    const struct swap *swap, struct str text, const char *by, struct buf *out)
{
	size_t edits = 0;

	for (size_t at = 0; at < text.len;) {
		struct str word = word_at(text, at);

		if (word.len == 0) {
			buf_add_char(out, text.p[at++]);
			continue;
		}
		if (is_one_of(swap->places, word)) {
			add_edit(swap, word, by, out);
			edits++;
		} else {
			buf_add_str(out, word);
		}
		at += word.len;
	}
	return edits;
}

static struct str
keep(struct arena *arena, const struct buf *b)
{
	return arena_str(arena, buf_str(b));
}

/* in with every entry edited; the number of edits. */
static size_t
edit_log(const struct swap *swap, const struct incident *in, const char *by,
    struct arena *arena, struct incident *out)
{
	struct incident_entry *log =
	    arena_alloc(arena, in->log_count + 1, sizeof(*log));
	struct buf text = { 0 };
	size_t edits = 0;

	for (size_t i = 0; i < in->log_count; i++) {
		log[i] = in->log[i];
		buf_reset(&text);
		edits += edit_text(swap, in->log[i].text, by, &text);
		log[i].text = keep(arena, &text);
	}
	buf_clear(&text);
	*out = *in;
	out->log = log;
	return edits;
}

/* in with a word put in at byte at of an entry. */
static void
insert_word(const struct incident *in, size_t entry, size_t at,
    const char *word, struct arena *arena, struct incident *out)
{
	struct incident_entry *log =
	    arena_alloc(arena, in->log_count, sizeof(*log));
	struct str text = in->log[entry].text;
	struct buf b = { 0 };

	memcpy(log, in->log, in->log_count * sizeof(*log));
	buf_add(&b, text.p, at);
	buf_addf(&b, " %s ", word);
	buf_add(&b, text.p + at, text.len - at);
	log[entry].text = keep(arena, &b);
	buf_clear(&b);
	*out = *in;
	out->log = log;
}

/* ---- Answers ---- */

/* One reading, and the one it is held against. */
struct reading {
	const struct fairness_reader *r;
	const struct incident *in; /* as it was given */
	const struct place *place;
	struct fairness_change change; /* set, words */
	struct fairness_count *count;
	size_t changes;
};

static void
tell(struct reading *g, struct str subject, const struct rules_tag *before,
    const struct rules_tag *after)
{
	struct fairness_change *c = &g->change;

	c->subject = subject;
	c->level_before = before ? before->level : RULES_NONE;
	c->level_after = after ? after->level : RULES_NONE;
	c->score_before = before ? before->score : 0;
	c->score_after = after ? after->score : 0;
	if (c->level_before == c->level_after &&
	    c->score_before == c->score_after)
		return;
	g->changes++;
	g->r->on_change(g->r->user, g->in, c);
}

/* Both lists are by name: walked side by side. */
static void
compare_tags(struct reading *g, const struct rules_tag *a, size_t a_count,
    const struct rules_tag *b, size_t b_count)
{
	size_t i = 0, k = 0;

	while (i < a_count || k < b_count) {
		int order = i == a_count ? 1
			    : k == b_count
				? -1
				: str_compare(a[i].theme, b[k].theme);

		if (order < 0) {
			tell(g, a[i].theme, &a[i], NULL);
			i++;
		} else if (order > 0) {
			tell(g, b[k].theme, NULL, &b[k]);
			k++;
		} else {
			tell(g, a[i].theme, &a[i], &b[k]);
			i++;
			k++;
		}
	}
}

static void
compare(struct reading *g, const struct rules_result *before,
    const struct rules_result *after)
{
	const struct rules_tag was = { .level = RULES_REVIEW };
	bool said = before->rural_crime, says = after->rural_crime;

	g->changes = 0;
	g->count->readings++;
	compare_tags(
	    g, before->tags, before->tag_count, after->tags, after->tag_count);
	compare_tags(g, before->flags, before->flag_count, after->flags,
	    after->flag_count);
	if (said != says || strcmp(before->basis, after->basis) != 0)
		tell(g, str_of("rural crime"), said ? &was : NULL,
		    says ? &was : NULL);
	g->count->changed += g->changes > 0;
}

static void
read_form(const struct reading *g, const struct incident *form,
    struct arena *arena, struct rules_result *out)
{
	ruleset_tag(g->r->rules, form, g->place, g->r->scratch, arena, out);
}

/* All words of a set, each against the first. */
static void
check_swap(struct reading *g, const struct swap *swap)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct rules_result neutral, other;
	struct incident form;

	g->change.set = swap->name;
	g->change.neutral = swap->words[0];
	if (edit_log(swap, g->in, swap->words[0], arena, &form) == 0)
		return;
	read_form(g, &form, arena, &neutral);
	for (size_t i = 1; i < WORDS_MAX && swap->words[i]; i++) {
		g->change.word = swap->words[i];
		(void)edit_log(swap, g->in, swap->words[i], arena, &form);
		read_form(g, &form, arena, &other);
		compare(g, &neutral, &other);
	}
}

/* Words put in at one place, each against the first. */
static void
check_words(
    struct reading *g, const char *const *words, size_t entry, size_t at)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct rules_result neutral, other;
	struct incident form;

	g->change.neutral = words[0];
	insert_word(g->in, entry, at, words[0], arena, &form);
	read_form(g, &form, arena, &neutral);
	for (size_t i = 1; words[i]; i++) {
		g->change.word = words[i];
		insert_word(g->in, entry, at, words[i], arena, &form);
		read_form(g, &form, arena, &other);
		compare(g, &neutral, &other);
	}
}

static void
check_place(struct reading *g, const char *set, size_t entry, size_t at)
{
	struct str text = g->in->log[entry].text;
	size_t next = at;

	while (next < text.len && !is_letter(text.p[next]))
		next++;
	if (is_one_of(heads, word_at(text, next)))
		return;
	g->change.set = set;
	check_words(g, beside, entry, at);
	check_words(g, nouns, entry, at);
}

/* Before, inside and behind the words of one piece of evidence. */
static void
check_evidence(struct reading *g, const struct rules_evidence *ev)
{
	const char *space;
	size_t entry;

	if (!ev->has_span || ev->entry < 0)
		return;
	entry = (size_t)ev->entry;
	check_place(g, "before the words of a tag", entry, ev->start);
	check_place(g, "behind the words of a tag", entry, ev->end);
	space = memchr(ev->text.p, ' ', ev->text.len);
	if (space)
		check_place(g, "inside the words of a tag", entry,
		    ev->start + (size_t)(space - ev->text.p));
}

static void
check_tags(struct reading *g, const struct rules_result *as_given)
{
	for (size_t t = 0; t < as_given->tag_count; t++)
		for (size_t h = 0; h < as_given->tags[t].hit_count; h++) {
			const struct rules_hit *hit =
			    &as_given->tags[t].hits[h];

			for (size_t i = 0; i < hit->evidence_count; i++)
				check_evidence(g, &hit->evidence[i]);
		}
}

void
fairness_check(const struct fairness_reader *r, const struct incident *in,
    const struct place *place, struct fairness_count *count)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct reading g = { .r = r, .in = in, .place = place, .count = count };
	struct rules_result as_given;

	count->incidents++;
	for (size_t i = 0; i < SWAP_COUNT; i++)
		check_swap(&g, &swaps[i]);
	read_form(&g, in, arena, &as_given);
	check_tags(&g, &as_given);
}
