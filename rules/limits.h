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

/* What one ground of a weigh can give or take: many small ones are together
 * more than a score, and what any log gets is as much against it. */
#define LIMITS_WEIGHED_MAX 400

/* Grounds of one rule, so that a rule can be read and its answer kept. */
#define LIMITS_GROUNDS_MAX 160

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

/* Passages of one list that a weigh compares, to count each wording once. */
#define LIMITS_WORDINGS_MAX 200

/* Passages shown for one part of one ground: enough to be convinced. */
#define LIMITS_EVIDENCE_MAX 6

/* Layers that rules can name: the scratch has a place for each. */
#define LIMITS_LAYERS_MAX 32

/* Metres that a rule can ask a layer to be near. */
#define LIMITS_METRES_MAX 100000

/* Rules, lists and words of one set: ten times the largest tried. */
#define LIMITS_RULES_MAX 100000
#define LIMITS_LISTS_MAX 200000
#define LIMITS_TERMS_MAX 2000000

/* Series of one set: each is looked at for every incident of a sign. [R005] */
#define LIMITS_SERIES_MAX 200

/* Different signs that all series count: one bit each. [R005] */
#define LIMITS_SERIES_SIGNS_MAX 256

/* Signs of one "of", "first" or "then", so that it can be read aloud. [R005] */
#define LIMITS_SERIES_STAGE_SIGNS_MAX 16

/* "first" and "then" lines: a story of more is not seen in incidents. [R005] */
#define LIMITS_SERIES_STAGES_MAX 5

/* "at least": more are not searched for among those that exclude others. */
#define LIMITS_SERIES_LEAST_MAX 20

/* How far back a series looks.  Thieves come back for the replacement within
 * ten weeks; and what is looked back at has to be read for each message. */
#define LIMITS_SERIES_WINDOW_DAYS_MAX 90

/* How far around: beyond it is another force, and everything is near. */
#define LIMITS_SERIES_WITHIN_M_MAX 50000

/* "same place" and "distinct places" without a distance: a farmstead. */
#define LIMITS_SERIES_PLACE_M     300
#define LIMITS_SERIES_PLACE_M_MIN 50
#define LIMITS_SERIES_PLACE_M_MAX 5000

/* What a position is taken to be right to where its source does not say:
 * a gazetteer's point for a farm, or a telephone's. */
#define LIMITS_SERIES_UNSTATED_M 100

/* Incidents that a series looks back at, the newest first: far more than a
 * pattern is made of, and it bounds what one message can cost, since an
 * incident changes nothing for those with as many between. */
#define LIMITS_SERIES_POOL_MAX 4000

/* Steps of the search for incidents that do not exclude each other.  Trying
 * the most precise first, the first walk finds them nearly always. */
#define LIMITS_SERIES_STEPS_MAX 20000

/* Incidents named as evidence, the newest: enough to be convinced.  It bounds,
 * too, for how many later ones an incident that comes late changes it. */
#define LIMITS_SERIES_EVIDENCE_MAX 20

/* Incidents of one test: each is tagged anew for each expectation. [R005] */
#define LIMITS_TEST_INCIDENTS_MAX 50

/* How far apart a test may put two, so that no sum of them is endless. */
#define LIMITS_TEST_APART_DAYS_MAX 400
#define LIMITS_TEST_APART_KM_MAX   500

/* Lists in lists in lists. [R025] */
#define LIMITS_LIST_DEPTH_MAX 16

#endif /* RULES_LIMITS_H */
