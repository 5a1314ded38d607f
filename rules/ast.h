/*
 * ast: what the author wrote, as a tree, with the span of everything.
 *
 * Made by the parser, judged by the checker, read by the compiler and by the
 * runner of tests.  All of it is the rule set's arena's.  Names that refer to
 * something are kept with their span and resolved by the checker.
 */
#ifndef RULES_AST_H
#define RULES_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"
#include "rules/diag.h"
#include "rules/fields.h"

/* A name at its place, in a chain. */
struct ast_name {
	struct ast_name *next;
	struct str text;
	struct span span;
};

/* One word, phrase or @list of a list. */
struct ast_term {
	struct ast_term *next;
	struct span span;
	struct str text;       /* the phrase as written, or the list's name */
	struct str key;        /* the phrase folded; given by the checker */
	struct ast_list *list; /* resolved by the checker if is_list */
	bool is_list;
	bool is_exception; /* "not …": no match overlaps it */
	int slack;         /* letters that may be wrong in a word, 0 to 2 */
};

/* What the terms of a list are, which decides what may stand in it. */
enum ast_list_kind {
	AST_WORDS,
	AST_ANIMALS, /* breeds and species: "german shepherd" is one */
	AST_NAMES    /* of places, roads, pubs, houses: "gypsy lane" is one */
};

/* A named list, or the words written in a condition (no name then). */
struct ast_list {
	struct ast_list *next;
	struct span span; /* of the name, or of the words */
	struct str name;
	enum ast_list_kind kind;
	struct ast_term *terms;
	struct ast_name from;    /* a .list file; absent text if none */
	struct ast_name *shards; /* words that may be half of a refused one */
	uint32_t index;          /* given by the checker */
	bool is_used;
	bool is_told;       /* named by more than weighs */
	bool is_recogniser; /* belongs to a context: evidence of nothing */
	int visit;          /* the checker's mark while it looks for circles */
};

/* Which words around a marker a context covers. */
enum ast_reach {
	AST_REACH_ITSELF,
	AST_REACH_NEXT,     /* the n words after the marker, in its clause */
	AST_REACH_PREVIOUS, /* the n words before it, in its clause */
	AST_REACH_CLAUSE,   /* its clause */
	AST_REACH_SENTENCE,
	AST_REACH_ENTRY,
	AST_REACH_EARLIER,     /* all entries before the marker's */
	AST_REACH_CORRECTIONS, /* words marked near it, in earlier entries */
	AST_REACH_UNTIL /* no marker: the words that end the others' reach */
};

/* One way to mark a context: where its words reach. */
struct ast_mark {
	struct ast_mark *next;
	struct span span;
	enum ast_reach reach;
	long words;
	struct ast_list *list;
};

/* "context denied": where a match is not what it seems. */
struct ast_context {
	struct ast_context *next;
	struct ast_name name;
	struct ast_mark *marks;
	bool of_questions; /* "questions": sentences that end in "?" */
	bool is_lifted; /* "until confirmed": a rule's confirmation ends it */
	uint32_t index;
};

/* Which texts, and which entries of the log, a pattern looks in. */
struct ast_scope {
	unsigned texts;             /* bits of enum field_text */
	bool only_first, only_last; /* that entry of the log */
	struct ast_name *by;        /* writers of entries; NULL: anybody */
};

/* How two patterns stand to each other. */
enum ast_join {
	AST_NEAR,          /* at most n words apart, either order */
	AST_BEFORE,        /* the left one first; n 0: anywhere in the entry */
	AST_AFTER,         /* the right one first */
	AST_SAME_SENTENCE, /* either order */
	AST_SAME_ENTRY,
	AST_LATER /* the right one in a later entry */
};

/* What a pattern is made of. */
enum ast_pattern_kind {
	AST_PATTERN_LIST,
	AST_PATTERN_UNION,
	AST_PATTERN_JOIN
};

/* What is said about contexts before a list: "denied @dogs". */
struct ast_contexts {
	bool any;              /* "any": look at none */
	struct ast_name *even; /* "even denied": also there */
	struct ast_name *only; /* "denied": only there */
};

/* What is looked for in a text; left and right of a union and a join. */
struct ast_pattern {
	enum ast_pattern_kind kind;
	struct span span;
	struct ast_list *list; /* of a list; resolved if ref is given */
	struct ast_name ref;   /* @name, or absent text */
	struct ast_contexts contexts;
	struct ast_pattern *left, *right;
	enum ast_join join;
	bool is_negated; /* "not near": the left one without the right one */
	long words;
};

/* What a condition asks. */
enum ast_cond_kind {
	AST_COND_AND,
	AST_COND_OR,
	AST_COND_NOT,
	AST_COND_TEXT,    /* scope has pattern */
	AST_COND_FACT,    /* field against values */
	AST_COND_NUMBER,  /* a number stated with a pattern's words */
	AST_COND_FLAG,    /* a flag stands */
	AST_COND_RIVAL,   /* another theme than the rule's stands */
	AST_COND_INSIDE,  /* the place is inside a layer */
	AST_COND_DISTANCE /* its distance in metres to the nearest of one */
};

/* How a field is compared. */
enum ast_fact_kind {
	AST_FACT_ONE_OF, /* mask has the value's bit */
	AST_FACT_RANGE,  /* low..high, going round if low > high */
	AST_FACT_KNOWN
};

/* A condition; which members count is its kind's to say. */
struct ast_cond {
	enum ast_cond_kind kind;
	struct span span;
	struct ast_cond *left, *right; /* left only for NOT */
	struct ast_scope scope;
	struct ast_pattern *pattern;
	enum field_id field;
	enum ast_fact_kind fact;
	uint64_t mask;
	long low, high;
	struct ast_name flag;
	struct ast_name layer;
};

/* What follows when a ground's condition is true. */
enum ast_ground_kind {
	AST_GIVE,
	AST_TAKE,
	AST_NEED,
	AST_VETO,
	AST_CANCEL, /* "cancelled when": what stood before is no evidence */
	AST_CONFIRM /* "confirmed when": it is, and what was supposed, too */
};

/* One line of a rule: "give 60 when …". */
struct ast_ground {
	struct ast_ground *next;
	struct span span; /* the whole line */
	enum ast_ground_kind kind;
	long points;
	bool is_each; /* points for each passage … */
	long cap;     /* … up to this */
	struct ast_cond *cond;
	struct str source; /* the condition's text, on one line */
	struct str why;    /* the author's words, or the condition's text */
	struct span
	    why_span;    /* of the author's words; end 0 if there are none */
	bool is_weighed; /* of a weigh, put into this rule (weigh.h) */
};

/*
 * A rule: a theme or a flag, and its grounds.  A weigh is one without levels:
 * its grounds, which only give and take, count in every rule of its theme.
 */
struct ast_rule {
	struct ast_rule *next;
	struct ast_name name;
	struct str title;
	struct span title_span;
	struct ast_name theme; /* absent text for a flag */
	struct ast_name flag;  /* absent text for a theme */
	bool is_shadow, is_weigh;
	struct ast_ground *grounds;
	size_t ground_count;
	long alert, review; /* 0: not given */
	struct span levels_span;
};

/* What of an incident a series counts. */
enum ast_sign_kind {
	AST_SIGN_THEME, /* a tag that rules gave it */
	AST_SIGN_FLAG,
	AST_SIGN_RULE /* a rule that stands */
};

/* "flag precursor": one thing that makes an incident count. */
struct ast_sign {
	struct ast_sign *next;
	struct span span;
	enum ast_sign_kind kind;
	struct ast_name name;
	bool is_alert; /* a theme at that level only */
};

/* What follows "of", "first" or "then": signs joined by "or". */
struct ast_stage {
	struct ast_stage *next;
	struct span span; /* of its word */
	struct ast_sign *signs;
};

/* What no two of the incidents counted may have in common: bits. */
enum ast_distinct {
	AST_DISTINCT_PLACES = 1,
	AST_DISTINCT_DAYS = 2,
	AST_DISTINCT_VEHICLES = 4
};
#define AST_DISTINCT_COUNT 3

/* A series: how often something happens within a time and a distance. */
struct ast_series {
	struct ast_series *next;
	struct ast_name name;
	struct str title;
	struct span title_span;
	struct ast_name theme;
	bool is_shadow;
	struct ast_stage *stages; /* of "of": one; of first and then: many */
	size_t stage_count;
	bool is_ordered;
	long least; /* 0: not given */
	struct span least_span;
	int64_t window_ms; /* 0: not given */
	long within_m;     /* 0: not given */
	struct span window_span;
	bool same_vehicle;
	long same_place_m; /* 0: not asked */
	struct span same_span;
	unsigned distinct; /* bits of enum ast_distinct */
	long apart_m;      /* between distinct places */
	struct span distinct_spans[AST_DISTINCT_COUNT]; /* by bit */
	long points;
	int level; /* enum rules_level; RULES_NONE: not given */
	struct str why;
	struct span why_span;
};

/* What a line of a test says. */
enum ast_step_kind {
	AST_STEP_ENTRY,
	AST_STEP_EXPECT_NONE,  /* no theme at all */
	AST_STEP_EXPECT_THEME, /* a theme, at a level or at least review */
	AST_STEP_EXPECT_RULE,  /* one rule by its name, shadow or not */
	AST_STEP_EXPECT_FLAG,
	AST_STEP_EXPECT_CRIME /* rural crime */
};

/* Where or when an incident of a test is, seen from another one of it. */
struct ast_offset {
	struct ast_name from;  /* absent text: not given */
	struct ast_test *base; /* resolved by the parser */
	int64_t amount;        /* milliseconds, or metres */
	int bearing;           /* of metres: degrees from north */
};

/* One line of a test that happens or expects. */
struct ast_step {
	struct ast_step *next;
	enum ast_step_kind kind;
	struct span span;
	struct str by, text; /* of an entry */
	struct ast_name name;
	int level;       /* enum rules_level; RULES_NONE: any */
	bool is_negated; /* "no" */
	bool has_score;  /* of a theme or rule: its score is pinned, too */
	long low, high;
	struct ast_test *of; /* the incident it is about; NULL: the test's */
};

/* What a test says of a layer: 120 m from "sssi", inside "sssi". */
struct ast_near {
	struct ast_near *next;
	struct str layer;
	bool is_inside;
	long distance_m;
};

/*
 * A test written in a rule file: an incident and what is expected.  A test of
 * several has an incident for each name; all steps are the test's own, in the
 * order in which they happen.
 */
struct ast_test {
	struct ast_test *next; /* of an incident: the test's next one */
	struct ast_test *incidents;
	struct ast_name name; /* of an incident of several */
	struct ast_offset where, when;
	long accuracy_m;  /* 0: not given */
	struct span span; /* of the title */
	struct str title;
	int place;                          /* enum place_class */
	long grade;                         /* 0: not given */
	long resources;                     /* units sent */
	int month, hour, minute;            /* month 0, hour -1: not given */
	int64_t opened_ms;                  /* CLOCK_NONE: not given */
	struct str texts[FIELD_TEXT_COUNT]; /* the log's is not used */
	struct ast_near *near;
	struct ast_step *steps;
};

/* All files together, each chain in the order of the text. */
struct ast {
	struct ast_name *themes;
	struct ast_list *lists; /* named and unnamed */
	struct ast_context *contexts;
	struct ast_rule *rules;
	struct ast_rule *weighs;
	struct ast_series *series;
	struct ast_test *tests;
	size_t list_count, context_count, rule_count, test_count;
	size_t series_count;
};

#endif /* RULES_AST_H */
