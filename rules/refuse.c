/*
 * Phrases, and joins of patterns, held against the words of refuse_words.c.
 * Some words are refused before a word for a person only: a black van is a
 * black van, and travelling at speed is conduct.
 */
#include "rules/refuse.h"

#include <string.h>

#include "agent/base/arena.h"
#include "rules/fold.h"
#include "rules/refuse_words.h"

/* Say who people are if a word for people follows. */
static const char *const looks[] = { "black", "brown", "coloured", "dark",
	"ethnic", "foreign", "pale", "tanned", "traveling", "travelling",
	"white" };

static const char *const people[] = { "appearance", "bloke", "blokes", "boy",
	"boys", "chap", "chaps", "communities", "community", "families",
	"family", "fella", "fellas", "female", "females", "folk", "folks",
	"gent", "gents", "girl", "girls", "guy", "guys", "heritage", "ic",
	"lad", "lads", "ladies", "lady", "male", "males", "man", "men",
	"people", "peoples", "person", "persons", "skin", "skinned", "woman",
	"women", "youth", "youths" };

/* What names of places and of animals end in. */
static const char *const place_heads[] = { "arms", "ave", "avenue", "barn",
	"bridge", "brook", "bungalow", "cathedral", "cemetery", "centre",
	"chapel", "church", "churchyard", "close", "common", "corner",
	"cottage", "cottages", "court", "crescent", "cross", "drive", "dyke",
	"embassy", "end", "farm", "garden", "gardens", "gate", "grange",
	"green", "grove", "hall", "heath", "hill", "hotel", "house", "inn",
	"joy", "lane", "lanes", "ln", "lock", "lodge", "manor", "meadow",
	"mill", "mosque", "oak", "ph", "place", "priory", "pub", "rd", "rest",
	"restaurant", "rise", "road", "row", "school", "shop", "shrine",
	"square", "st", "store", "street", "synagogue", "takeaway", "tavern",
	"temple", "terrace", "tower", "walk", "way", "wharf", "wood", "woods" };

static const char *const animal_heads[] = { "akita", "black", "blackface",
	"blue", "boar", "bull", "bulldog", "bulldogs", "bully", "cat", "cats",
	"cattle", "cob", "cobs", "collie", "collies", "corgi", "corgis", "cow",
	"cows", "deer", "draught", "draughts", "duck", "ducks", "ewe", "ewes",
	"falcon", "foxhound", "foxhounds", "friesian", "giant", "goat", "goats",
	"goose", "greyhound", "greyhounds", "hare", "hares", "hawk", "horse",
	"horses", "hound", "hounds", "kangal", "kangals", "landrace",
	"longhorn", "lurcher", "lurchers", "mastiff", "mastiffs", "mountain",
	"mule", "mules", "otterhound", "owl", "partridge", "partridges",
	"pheasant", "pig", "pigs", "pit", "pitbull", "pitbulls", "pointer",
	"pointers", "ponies", "pony", "rabbit", "rabbits", "ram", "rams",
	"setter", "setters", "sheep", "sheepdog", "sheepdogs", "shepherd",
	"shepherds", "shorthair", "simmental", "spaniel", "spaniels",
	"springer", "springers", "staffordshire", "terrier", "terriers",
	"vanner", "vanners", "water", "whippet", "whippets", "wolfhound",
	"wolfhounds", "xl" };

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Shards of one side of a join that are looked at. */
#define SIDE_MAX 256

/* Words between two halves of what people are, at most. */
#define BESIDE_WORDS 4

static bool
is_one_of(struct str word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_is(word, list[i]))
			return true;
	return false;
}

static bool
is_person(struct str word)
{
	return is_one_of(word, people, COUNT(people));
}

static bool
is_look(struct str word)
{
	return is_one_of(word, looks, COUNT(looks));
}

/* Words and stems of a phrase without what may be nothing in a text. */
struct phrase {
	const struct term_part *parts;
	size_t count;
	int slack;
};

/*
 * The refused word that begins at part at, and in *run how many parts it is
 * written in: "gyp sy" as a text's "gyp-sy" and "gypsy".
 */
static struct str
find_at(const struct phrase *p, size_t at, size_t *run)
{
	char joined[LIMITS_PHRASE_WORDS_MAX * LIMITS_WORD_MAX];
	struct term_part whole = { .word = { .p = joined } };
	struct str group;

	for (size_t i = at; i < p->count && i < at + LIMITS_PHRASE_WORDS_MAX;
	     i++) {
		struct str word = p->parts[i].word;

		memcpy(joined + whole.word.len, word.p, word.len);
		whole.word.len += word.len;
		whole.kind = p->parts[i].kind;
		*run = i + 1 - at;
		if (refuse_words_is_code(whole.word))
			return str_of("ic");
		group = whole.word.len < LIMITS_WORD_MAX
			    ? refuse_words_group(&whole, p->slack)
			    : (struct str){ 0 };
		if (str_is_given(group))
			return group;
	}
	*run = 0;
	return (struct str){ 0 };
}

/* A look right before a word for people. */
static bool
is_pair(const struct phrase *p, size_t at)
{
	return at + 1 < p->count && is_look(p->parts[at].word) &&
	       is_person(p->parts[at + 1].word);
}

/* Does the word at say that what is before it is a name? */
static bool
is_head(const struct phrase *p, size_t at, bool places, bool animals)
{
	struct str word;

	if (at >= p->count)
		return false;
	word = p->parts[at].word;
	return (places && is_one_of(word, place_heads, COUNT(place_heads))) ||
	       (animals && is_one_of(word, animal_heads, COUNT(animal_heads)));
}

static struct str
find_in(const struct phrase *p, bool places, bool animals)
{
	for (size_t i = 0; i < p->count; i++) {
		size_t run = 2;
		struct str word;

		/* What may follow a lone IC is a code: "ic one", "ic #". */
		if (str_is(p->parts[i].word, "ic"))
			return str_of("ic");
		word = is_pair(p, i) ? p->parts[i].word : find_at(p, i, &run);
		if (!str_is_given(word))
			continue;
		if (str_is(word, "ic") || !is_head(p, i + run, places, animals))
			return word;
		i += run - 1;
	}
	return (struct str){ 0 };
}

struct str
refuse_find(const struct term_part *parts, size_t count, int slack,
    enum ast_list_kind kind)
{
	struct term_part words[LIMITS_PHRASE_WORDS_MAX];
	struct phrase p = { .parts = words, .slack = slack };

	for (size_t i = 0; i < count; i++)
		if (str_is_given(parts[i].word))
			words[p.count++] = parts[i];
	return find_in(&p, kind == AST_NAMES, kind == AST_ANIMALS);
}

struct str
refuse_find_text(struct arena *arena, struct str text)
{
	struct term_part *words =
	    arena_alloc(arena, text.len / 2 + 2, sizeof *words);
	struct phrase p = { .parts = words };
	struct fold f;

	fold_init(&f, text);
	while (fold_next(&f))
		words[p.count++] = (struct term_part){ TERM_WORD,
			arena_str(arena, fold_word(&f)) };
	return find_in(&p, true, true);
}

/* ---- Joins ---- */

bool
refuse_is_shard(const struct term_part *parts, size_t count)
{
	struct str word = parts[0].word;

	return count == 1 && str_is_given(word) &&
	       (is_look(word) || is_person(word) || refuse_words_begins(word) ||
		   refuse_words_ends(word));
}

/* The shards that one side of a join finds. */
struct side {
	struct str words[SIDE_MAX];
	size_t count;
	size_t visits; /* of lists: there may be circles yet */
};

static void
// NOLINTNEXTLINE(misc-no-recursion): visits are bounded
add_list(struct side *s, const struct ast_list *list)
{
	if (++s->visits > SIDE_MAX)
		return;
	for (const struct ast_name *n = list->shards; n; n = n->next)
		if (s->count < SIDE_MAX)
			s->words[s->count++] = n->text;
	for (const struct ast_term *t = list->terms; t; t = t->next)
		if (t->list && !t->is_exception)
			add_list(s, t->list);
}

static void
// NOLINTNEXTLINE(misc-no-recursion): the parser bounds the depth
add_pattern(struct side *s, const struct ast_pattern *n)
{
	if (n->kind == AST_PATTERN_LIST) {
		if (n->list)
			add_list(s, n->list);
		return;
	}
	add_pattern(s, n->left);
	add_pattern(s, n->right);
}

/* A word of left and one of right that say together who people are. */
static struct str
find_beside(
    struct arena *arena, const struct side *left, const struct side *right)
{
	for (size_t i = 0; i < left->count; i++) {
		struct str word = left->words[i];

		for (size_t k = 0; k < right->count; k++)
			if ((is_look(word) && is_person(right->words[k])) ||
			    refuse_words_is_split(word, right->words[k]))
				return arena_strf(arena, "%.*s %.*s",
				    STR_ARG(word), STR_ARG(right->words[k]));
	}
	return (struct str){ 0 };
}

struct str
refuse_find_join(struct arena *arena, const struct ast_pattern *n)
{
	struct side left = { .count = 0 };
	struct side right = { .count = 0 };
	struct str found = { 0 };

	/* Farther apart, a colour is a van's and not a person's. */
	if (n->kind != AST_PATTERN_JOIN || n->join == AST_LATER ||
	    n->words > BESIDE_WORDS)
		return found;
	add_pattern(&left, n->left);
	add_pattern(&right, n->right);
	if (n->join != AST_AFTER)
		found = find_beside(arena, &left, &right);
	if (!str_is_given(found) && n->join != AST_BEFORE)
		found = find_beside(arena, &right, &left);
	return found;
}
