/*
 * evidence: does what a tag shows for itself stand where it says, and is it
 * enough?
 *
 * A tag must have a ground that gave points, and each passage must read at its
 * offsets in the incident as the evidence says.  A tag whose only words are one
 * word is looked at again: if many incidents without the theme have that word
 * too, the tag is luck.
 */
#ifndef AGENT_EVIDENCE_H
#define AGENT_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/str.h"
#include "agent/incident/incident.h"
#include "rules/ruleset.h"

struct arena;
struct corpus;
struct corpus_item;

/*
 * What is wrong with the evidence of tag on in, as one sentence in arena; NULL
 * if nothing is.
 */
const char *evidence_fault(const struct rules_tag *tag,
    const struct incident *in, struct arena *arena);

/* A word of a theme that alone carried tags. */
struct evidence_word {
	struct str theme, word; /* folded, in the arena */
	size_t tags, right;     /* tags it carried; of them labelled so */
	struct str first_id;    /* of the first incident */
	/* Incidents without the label, and those of them with the word. */
	size_t others, others_with;
};

/* Such words.  Begin with zeroes; the items are the heap's. */
struct evidence_words {
	struct evidence_word *items; /* owned */
	size_t count;
};

/*
 * If the words that gave tag its points are one single word, add it to words.
 * Text is borrowed from item and arena.
 */
void evidence_add_single(struct evidence_words *words,
    const struct rules_tag *tag, const struct corpus_item *item,
    struct arena *arena);

/*
 * Count in the corpus how common the words are, and keep only those that are:
 * in at least 3 incidents without the theme and in 1 of 50 of them.
 */
void evidence_keep_common(
    struct evidence_words *words, const struct corpus *corpus);

/* Release what words has. */
void evidence_words_release(struct evidence_words *words);

#endif /* AGENT_EVIDENCE_H */
