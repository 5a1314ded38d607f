/*
 * proof_tree: a rule set as the property test makes it, and counts.
 *
 * The generator makes this tree and the printer its text; the engine reads the
 * text and the naive evaluator the tree, so that they share no parser.  All of
 * a tree is its arena's.
 */
#ifndef TESTS_PROOF_TREE_H
#define TESTS_PROOF_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/arena.h"
#include "agent/base/random.h"
#include "agent/base/str.h"

#define PROOF_PARTS_MAX    8
#define PROOF_TERMS_MAX    6
#define PROOF_LISTS_MAX    8
#define PROOF_CONTEXTS_MAX 3
#define PROOF_MARKS_MAX    4
#define PROOF_GROUNDS_MAX  10
#define PROOF_RULES_MAX    5
#define PROOF_WORD_MAX     32

/* What a word of a phrase is; a gap is up to four words. */
enum proof_part_kind {
	PROOF_WORD,
	PROOF_STEM,
	PROOF_NUMBER,
	PROOF_ANY,
	PROOF_GAP
};

/* One word of a phrase. */
struct proof_part {
	enum proof_part_kind kind;
	char word[PROOF_WORD_MAX];
};

/* A word or phrase of a list, or another list in it. */
struct proof_term {
	struct proof_part parts[PROOF_PARTS_MAX];
	size_t count;
	int slack;
	bool is_exception;
	const struct proof_list *list; /* NULL: the parts */
};

/* A list; without a name it stands in a condition as one phrase. */
struct proof_list {
	char name[8];
	struct proof_term terms[PROOF_TERMS_MAX];
	size_t count;
};

/* What a context marks. */
enum proof_reach {
	PROOF_ITSELF,
	PROOF_NEXT,
	PROOF_PREVIOUS,
	PROOF_CLAUSE,
	PROOF_SENTENCE,
	PROOF_ENTRY,
	PROOF_EARLIER,
	PROOF_CORRECTIONS,
	PROOF_UNTIL,
	PROOF_REACH_COUNT
};

/* A line of a context. */
struct proof_mark {
	enum proof_reach reach;
	size_t words;
	struct proof_list list;
};

/* A context; its bit is its place among the contexts. */
struct proof_context {
	char name[16];
	bool of_questions, is_lifted;
	struct proof_mark marks[PROOF_MARKS_MAX];
	size_t count;
};

/* How a rule asks about contexts: not at all, or in one of these ways. */
enum proof_asks {
	PROOF_PLAIN,
	PROOF_IN_ANY,
	PROOF_EVEN,
	PROOF_ONLY
};

enum proof_node_kind {
	PROOF_LIST,
	PROOF_UNION,
	PROOF_JOIN
};

enum proof_join {
	PROOF_NEAR,
	PROOF_BEFORE,
	PROOF_AFTER,
	PROOF_SAME_SENTENCE,
	PROOF_SAME_ENTRY,
	PROOF_LATER,
	PROOF_JOIN_COUNT
};

/* A node of a pattern; a list node has one list, or some with | between. */
struct proof_node {
	enum proof_node_kind kind;
	const struct proof_list *lists[3];
	size_t count;
	enum proof_asks asks;
	unsigned contexts; /* bits, of PROOF_EVEN and PROOF_ONLY */
	enum proof_join join;
	bool is_negated;
	size_t words; /* 0: not said */
	const struct proof_node *left, *right;
};

/* The texts of an incident. */
enum proof_text {
	PROOF_LOG,
	PROOF_LOCATION,
	PROOF_OPENING,
	PROOF_CLOSING,
	PROOF_DISTRICT,
	PROOF_TEXT_COUNT
};

enum proof_which {
	PROOF_ALL_ENTRIES, /* log */
	PROOF_ANY_ENTRY,   /* any entry: the same */
	PROOF_FIRST_ENTRY,
	PROOF_LAST_ENTRY
};

/* Where a condition looks. */
struct proof_scope {
	bool is_text; /* "text": all but the district */
	enum proof_text text;
	enum proof_which which;
	unsigned writers; /* bits; 0: anybody */
};

enum proof_cond_kind {
	PROOF_HAS,
	PROOF_NUMBER_OF,
	PROOF_FACT,
	PROOF_FLAG,
	PROOF_RIVAL, /* another theme */
	PROOF_INSIDE,
	PROOF_DISTANCE,
	PROOF_AND,
	PROOF_OR,
	PROOF_NOT
};

enum proof_op {
	PROOF_IS,
	PROOF_IN,
	PROOF_AT_LEAST,
	PROOF_AT_MOST,
	PROOF_LESS,
	PROOF_MORE,
	PROOF_EQUAL,
	PROOF_KNOWN,
	PROOF_OP_COUNT
};

enum proof_field {
	PROOF_PLACE,
	PROOF_GRADE,
	PROOF_MONTH,
	PROOF_WEEKDAY,
	PROOF_SEASON,
	PROOF_TIME,
	PROOF_DAYLIGHT,
	PROOF_BANK_HOLIDAY,
	PROOF_ENTRIES,
	PROOF_VEHICLES,
	PROOF_PLATES,
	PROOF_RESOURCES,
	PROOF_FIELD_COUNT
};

/* A condition. */
struct proof_cond {
	enum proof_cond_kind kind;
	const struct proof_cond *left, *right;
	struct proof_scope scope;
	const struct proof_node *pattern;
	enum proof_field field;
	enum proof_op op;
	long low, high; /* of PROOF_IN; else low */
	long values[3]; /* of PROOF_IS */
	size_t value_count;
	size_t name; /* of a flag or layer */
};

enum proof_ground_kind {
	PROOF_GIVE,
	PROOF_TAKE,
	PROOF_NEED,
	PROOF_VETO,
	PROOF_CANCELLED,
	PROOF_CONFIRMED,
	PROOF_GROUND_COUNT
};

/* A line of a rule. */
struct proof_ground {
	enum proof_ground_kind kind;
	int points, cap;
	bool is_each, has_reason;
	const struct proof_cond *cond;
};

/* A rule: for a theme, or for a flag. */
struct proof_rule {
	char name[8];
	bool is_flag, is_shadow;
	size_t subject; /* of the themes or flags */
	int alert, review;
	struct proof_ground grounds[PROOF_GROUNDS_MAX];
	size_t count;
};

/* All of it. */
struct proof_set {
	struct arena *arena; /* owned */
	struct proof_list lists[PROOF_LISTS_MAX];
	size_t list_count;
	struct proof_context contexts[PROOF_CONTEXTS_MAX];
	size_t context_count;
	struct proof_rule rules[PROOF_RULES_MAX];
	size_t rule_count;
	/* Lists that stand in conditions without a name. */
	const struct proof_list *phrases[512];
	size_t phrase_count;
};

static const char *const proof_themes[] = { "coursing", "dumping" };
static const char *const proof_flags[] = { "at-risk", "crime", "explained",
	"in-progress", "other-matter", "precursor", "rural", "targeted" };
#define PROOF_FLAGS (sizeof proof_flags / sizeof *proof_flags)
static const char *const proof_layers[] = { "sssi", "woods" };
static const char *const proof_writers[] = { "CALL", "UNIT", "WEB" };
static const char *const proof_field_names[] = { "place", "grade", "month",
	"weekday", "season", "time", "daylight", "bank_holiday", "entries",
	"vehicles", "plates", "resources" };
static const char *const proof_joins[] = { "near", "before", "after",
	"same sentence", "same entry", "later" };
static const char *const proof_texts[] = { "log", "location_text",
	"opening_code", "closing_code", "district" };

/* The names of a field's values, "|" between; NULL: a number or a time. */
static inline const char *
proof_values(enum proof_field field)
{
	static const char *const values[PROOF_FIELD_COUNT] = {
		[PROOF_PLACE] = "unknown|rural|urban|edge",
		[PROOF_MONTH] = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|"
				"dec",
		[PROOF_WEEKDAY] = "mon|tue|wed|thu|fri|sat|sun",
		[PROOF_SEASON] = "winter|spring|summer|autumn",
		[PROOF_DAYLIGHT] = "dark|twilight|light",
		[PROOF_BANK_HOLIDAY] = "no|yes",
	};

	return values[field];
}

/* A number below n. */
static inline size_t
proof_pick(size_t n)
{
	return random_u32() % n;
}

/* True in so many of a hundred. */
static inline bool
proof_chance(unsigned percent)
{
	return proof_pick(100) < percent;
}

/* ---- How often what fired ---- */

/* COUNT(id, name): a construct of the language. */
#define PROOF_CONSTRUCTS                                           \
	COUNT(WORD, "a word")                                      \
	COUNT(STEM, "an ending")                                   \
	COUNT(SLACK1, "~1 with a letter wrong")                    \
	COUNT(SLACK2, "~2 with two letters wrong")                 \
	COUNT(PHRASE, "a phrase")                                  \
	COUNT(ANY, "* in a phrase")                                \
	COUNT(GAP, "... in a phrase")                              \
	COUNT(HASH, "# in a phrase")                               \
	COUNT(NUMBER, "a number in other figures or words")        \
	COUNT(RESPELT, "a number in one word or two")              \
	COUNT(JOINED, "a phrase in one word")                      \
	COUNT(SPLIT, "a word in two")                              \
	COUNT(GROUP, "people for a group of people")               \
	COUNT(FOLDED, "capitals, accents, apostrophes")            \
	COUNT(SUBLIST, "a list in a list")                         \
	COUNT(EXCEPTION, "an exception spoils")                    \
	COUNT(CHOICE, "| of words and lists")                      \
	COUNT(UNION, "| of bracketed patterns")                    \
	COUNT(NEAR, "near")                                        \
	COUNT(BEFORE, "before")                                    \
	COUNT(AFTER, "after")                                      \
	COUNT(SAME_SENTENCE, "same sentence")                      \
	COUNT(SAME_ENTRY, "same entry")                            \
	COUNT(LATER, "later")                                      \
	COUNT(NOT_NEAR, "not near")                                \
	COUNT(NOT_BEFORE, "not before")                            \
	COUNT(NOT_AFTER, "not after")                              \
	COUNT(NOT_SAME_SENTENCE, "not same sentence")              \
	COUNT(NOT_SAME_ENTRY, "not same entry")                    \
	COUNT(NOT_LATER, "not later")                              \
	COUNT(NESTED, "a join of a join")                          \
	COUNT(TEXT_HAS, "text has")                                \
	COUNT(LOG_HAS, "log has")                                  \
	COUNT(LOCATION_HAS, "location_text has")                   \
	COUNT(OPENING_HAS, "opening_code has")                     \
	COUNT(CLOSING_HAS, "closing_code has")                     \
	COUNT(DISTRICT_HAS, "district has")                        \
	COUNT(FIRST_ENTRY, "first entry has")                      \
	COUNT(LAST_ENTRY, "last entry has")                        \
	COUNT(ANY_ENTRY, "any entry has")                          \
	COUNT(BY_WRITER, "by a writer")                            \
	COUNT(ITSELF, "context: itself")                           \
	COUNT(NEXT, "context: next")                               \
	COUNT(PREVIOUS, "context: previous")                       \
	COUNT(CLAUSE, "context: clause")                           \
	COUNT(SENTENCE, "context: sentence")                       \
	COUNT(ENTRY, "context: entry")                             \
	COUNT(EARLIER, "context: earlier")                         \
	COUNT(CORRECTIONS, "context: corrections")                 \
	COUNT(UNTIL, "context: until ends a reach")                \
	COUNT(QUESTIONS, "context: questions")                     \
	COUNT(IN_ANY, "any: counts in a context")                  \
	COUNT(EVEN, "even: counts in its context")                 \
	COUNT(ONLY, "only in a context")                           \
	COUNT(BARRED_CONTEXT, "a context makes it no evidence")    \
	COUNT(LIFTED, "until confirmed: counts after all")         \
	COUNT(NUMBER_OF, "number of")                              \
	COUNT(COMPOSED, "number of: dozens, hundreds, tens")       \
	COUNT(FACT_PLACE, "place")                                 \
	COUNT(FACT_GRADE, "grade")                                 \
	COUNT(FACT_MONTH, "month")                                 \
	COUNT(FACT_WEEKDAY, "weekday")                             \
	COUNT(FACT_SEASON, "season")                               \
	COUNT(FACT_TIME, "time")                                   \
	COUNT(FACT_DAYLIGHT, "daylight")                           \
	COUNT(FACT_BANK_HOLIDAY, "bank_holiday")                   \
	COUNT(FACT_ENTRIES, "entries")                             \
	COUNT(FACT_VEHICLES, "vehicles")                           \
	COUNT(FACT_PLATES, "plates")                               \
	COUNT(FACT_RESOURCES, "resources")                         \
	COUNT(OP_IS, "is")                                         \
	COUNT(OP_IN, "in a range")                                 \
	COUNT(OP_AT_LEAST, "at least")                             \
	COUNT(OP_AT_MOST, "at most")                               \
	COUNT(OP_LESS, "<")                                        \
	COUNT(OP_MORE, ">")                                        \
	COUNT(OP_EQUAL, "=")                                       \
	COUNT(OP_KNOWN, "is known")                                \
	COUNT(WRAPPED, "a range over the end")                     \
	COUNT(FLAG_STANDS, "flag")                                 \
	COUNT(RIVAL_STANDS, "another theme")                       \
	COUNT(INSIDE, "inside a layer")                            \
	COUNT(DISTANCE, "distance to a layer")                     \
	COUNT(AND, "and")                                          \
	COUNT(OR, "or")                                            \
	COUNT(NOT, "not")                                          \
	COUNT(UNKNOWN, "not known, neither it nor its opposite")   \
	COUNT(GIVE, "give")                                        \
	COUNT(TAKE, "take")                                        \
	COUNT(NEED, "need")                                        \
	COUNT(VETO, "veto")                                        \
	COUNT(CANCELLED, "cancelled: something does not count")    \
	COUNT(CONFIRMED, "confirmed: a cancellation taken back")   \
	COUNT(EACH, "each up to: more than one passage")           \
	COUNT(CAPPED, "each up to: the cap")                       \
	COUNT(FIRMLY, "each up to: points by which it stands")     \
	COUNT(UNMET, "a need that is not met")                     \
	COUNT(CLAMPED, "a score cut to 0 or 100")                  \
	COUNT(ALERT, "alert from")                                 \
	COUNT(REVIEW, "review from")                               \
	COUNT(SHADOW, "shadow")                                    \
	COUNT(BY_FLAG_RULE, "a rule for a flag")                   \
	COUNT(TOGETHER, "several rules of one theme")              \
	COUNT(RURAL_BY_PLACE, "rural crime by the place")          \
	COUNT(RURAL_BY_FLAG, "rural crime by the flag rural")      \
	COUNT(RURAL_BY_TARGET, "rural crime by the flag targeted") \
	COUNT(REASON, "because")

enum proof_construct {
#define COUNT(id, name) PROOF_C_##id,
	PROOF_CONSTRUCTS
#undef COUNT
	    PROOF_CONSTRUCT_COUNT
};

/* How often each fired. */
struct proof_counts {
	uint64_t of[PROOF_CONSTRUCT_COUNT];
};

/* What a construct is called, for people. */
static inline const char *
proof_construct_name(enum proof_construct c)
{
	static const char *const names[] = {
#define COUNT(id, name) name,
		PROOF_CONSTRUCTS
#undef COUNT
	};

	return names[c];
}

#endif /* TESTS_PROOF_TREE_H */
