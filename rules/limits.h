/*
 * limits: how large rules and texts may be, each with its reason.
 *
 * A rule file is written by people; what is beyond these is a mistake or an
 * attack, and is refused with a message rather than served slowly.
 */
#ifndef RULES_LIMITS_H
#define RULES_LIMITS_H

/* Spans are 32 bits; a person reads a few thousand lines. [R005] */
#define LIMITS_FILE_BYTES_MAX (4 << 20)
#define LIMITS_FILES_MAX      1024

/* A page of messages; after these the rest is usually their echo. */
#define LIMITS_ERRORS_MAX 20

/* Brackets in brackets: nobody reads deeper, and the parser recurses. [R006] */
#define LIMITS_NEST_MAX 12

/* Bytes of one word of a text that are looked at; longer ones are cut. */
#define LIMITS_WORD_MAX 48

/* Words in a phrase, so that looking around a word costs a bounded time. */
#define LIMITS_PHRASE_WORDS_MAX 10

/* How many words "..." in a phrase may stand for. */
#define LIMITS_GAP_WORDS 4

/* Words between two matches of "near N"; beyond it "same entry" is meant. */
#define LIMITS_NEAR_MAX 200

/* Letters before "*": shorter stems match half the dictionary. */
#define LIMITS_STEM_MIN 3

/* Letters a word needs for ~1 and ~2; "hare" ~1 would match "have". */
#define LIMITS_SLACK1_MIN 5
#define LIMITS_SLACK2_MIN 8

/* A score runs to 100, and so does what one ground can give. */
#define LIMITS_POINTS_MAX 100

/* Grounds of one rule, so that a rule can be read and its answer kept. */
#define LIMITS_GROUNDS_MAX 64

/* Parts of one condition: it is read as a tree that is as deep. [R005] */
#define LIMITS_PARTS_MAX 200

/* Problems that are kept; who has more reads the first. */
#define LIMITS_PROBLEMS_MAX 200

/* Writers (CALL, UNIT, …) that rules can name: one bit each. */
#define LIMITS_WRITERS_MAX 31

/* Patterns joined in one condition, so that evaluation needs no heap. */
#define LIMITS_PATTERN_NODES_MAX 64

/* One bit for each in a word of the text. */
#define LIMITS_CONTEXTS_MAX 16

/* Occurrences of one list in one incident that are kept: far more than a log
 * holds, and it bounds what a hostile text can cost. */
#define LIMITS_OCCURRENCES_MAX 65536

/* Passages shown for one part of one ground: enough to be convinced. */
#define LIMITS_EVIDENCE_MAX 6

/* Rules, lists and words of one set: ten times the largest tried. */
#define LIMITS_RULES_MAX 100000
#define LIMITS_LISTS_MAX 200000
#define LIMITS_TERMS_MAX 2000000

/* Lists in lists in lists. [R025] */
#define LIMITS_LIST_DEPTH_MAX 16

#endif /* RULES_LIMITS_H */
