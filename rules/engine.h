/*
 * engine: the compiled form of a rule set, and one thread's working memory.
 *
 * Private to compile.c, match.c, occurs.c, eval.c and their kin.  Everything
 * refers to everything by index.  What is called a "word" here is an id of the
 * dictionary, a "token" is a word of a text, numbered through all texts of one
 * incident, and an "occurrence" is a run of tokens that a list was found at.
 */
#ifndef RULES_ENGINE_H
#define RULES_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/alloc.h"
#include "agent/base/hash.h"
#include "agent/base/str.h"
#include "rules/ast.h"
#include "rules/check.h"
#include "rules/fields.h"
#include "rules/limits.h"
#include "rules/ruleset.h"
#include "rules/words.h"

#define ENGINE_NONE UINT32_MAX

/* Parts of a term that are no word. */
#define ENGINE_PART_ANY (UINT32_MAX - 1)
#define ENGINE_PART_GAP (UINT32_MAX - 2)

/* For each key k: items[begin[k]] to items[begin[k + 1] - 1]. */
struct engine_index {
	uint32_t *begin;
	uint32_t *items;
};

/* A word or phrase, however many lists it stands in. */
struct engine_term {
	uint32_t parts; /* first of its parts */
	uint8_t count;
	uint8_t anchor; /* the part whose word makes the matcher look */
	bool has_gap;   /* then the anchor is the first part */
};

/*
 * The words that must stand right before and after an anchor for its term to
 * be there, NONE for any: most terms are ruled out by these alone.
 */
struct engine_beside {
	uint32_t before, after;
};

/* A word list: its terms are found through the rule set's index. */
struct engine_list {
	uint32_t subs, sub_count; /* lists it contains */
	uint32_t except;          /* a list whose matches spoil, or NONE */
};

/* A way to mark a context, as in ast.h; bit is the context's. */
struct engine_mark {
	enum ast_reach reach;
	uint32_t words;
	uint32_t list;
	uint32_t until; /* list, or NONE */
	uint16_t bit;
};

/* Which texts a pattern looks in. */
struct engine_scope {
	uint32_t texts;   /* bits of enum field_text */
	uint32_t writers; /* bits of writers; 0: anybody */
	bool only_first, only_last;
};

/* One node of a pattern; its children stand before it. */
struct engine_node {
	enum ast_pattern_kind kind;
	enum ast_join join;
	bool is_negated;
	uint32_t words;
	uint32_t left, right; /* from the pattern's first node */
	uint32_t list;
	uint32_t scope;
	uint16_t exclude, require; /* contexts */
};

/* A pattern: its nodes, the last of which is its top. */
struct engine_pattern {
	uint32_t nodes, count;
};

/* One step of a condition, on a stack of truths. */
enum engine_code {
	ENGINE_TEXT,     /* a: pattern */
	ENGINE_NUMBER,   /* a: pattern, a list; low, high */
	ENGINE_FACT,     /* a: field; fact, mask, low, high */
	ENGINE_FLAG,     /* a: flag */
	ENGINE_RIVAL,    /* a theme but that of the rule in hand */
	ENGINE_INSIDE,   /* a: layer */
	ENGINE_DISTANCE, /* a: layer; low, high, in metres */
	ENGINE_AND,
	ENGINE_OR,
	ENGINE_NOT,
	ENGINE_SKIP /* if the top is false, pass over a ops: an "and" */
};

/* A step with its operands. */
struct engine_op {
	enum engine_code code;
	enum ast_fact_kind fact;
	uint32_t a;
	int32_t low, high;
	uint64_t mask;
	struct span span; /* of the author's text */
};

/* One ground of a rule: its condition is op_count steps from ops. */
struct engine_ground {
	enum ast_ground_kind kind;
	int points, cap;
	bool is_each;
	bool is_weighed; /* of a weigh */
	uint32_t ops, op_count;
	struct str why;
	struct span span;
};

/* A rule: its grounds, and from how many points it stands. */
struct engine_rule {
	struct str name, title;
	int theme; /* index, or -1 */
	int flag;  /* or -1 */
	bool is_shadow;
	bool has_turns;    /* lines "cancelled when" or "confirmed when" */
	int alert, review; /* 101: never */
	uint32_t grounds, ground_count;
	struct span span;
};

/* A set of signs: bits of their numbers in the rule set. */
struct engine_signs {
	uint64_t bits[LIMITS_SERIES_SIGNS_MAX / 64];
};

/* A series, as in ast.h. */
struct engine_series {
	struct str name, title, why;
	uint32_t theme;
	bool is_shadow, is_ordered, same_vehicle;
	enum rules_level level;
	int points;
	struct engine_signs any; /* of all its stages */
	struct engine_signs stages[LIMITS_SERIES_STAGES_MAX];
	size_t least; /* incidents; of an ordered one its stages */
	int64_t window_ms;
	double within_m;     /* 0: anywhere */
	double same_place_m; /* 0: not asked */
	unsigned distinct;   /* bits of enum ast_distinct */
	double apart_m;
	struct str says; /* what it counts, in its own words, on one line */
};

/* All that is compiled; never changed once ruleset_compile() gave it. */
struct ruleset {
	struct arena *arena; /* owned; holds all below but words */
	uint8_t hash[HASH_BYTES];
	char hash_text[HASH_TEXT_MAX];
	const struct ruleset_file *files; /* copies, text too */
	size_t file_count;
	struct words *words; /* owned */
	struct engine_term *terms;
	uint32_t *parts;
	struct engine_index anchors;    /* word -> terms */
	struct engine_beside *beside;   /* of each item of anchors */
	struct engine_index term_lists; /* term -> lists */
	struct engine_index wakes;      /* list -> rules */
	struct engine_index opens;      /* list -> grounds that it lets hold */
	struct engine_list *lists;
	uint32_t *subs;
	struct engine_mark *marks;
	struct engine_scope *scopes;
	struct str *writers;
	struct engine_node *nodes;
	struct engine_pattern *patterns;
	struct engine_op *ops;
	struct engine_ground *grounds;
	struct engine_rule *rules;
	struct str *themes; /* sorted by name */
	struct engine_series *series;
	struct str *signs; /* that series count, sorted */
	uint32_t series_count, sign_count;
	struct str *layers; /* that conditions name */
	uint64_t *always;   /* rules that no word wakes */
	uint64_t *open;     /* grounds that can hold without any word */
	uint32_t term_count, list_count, mark_count, writer_count;
	uint32_t rule_count, theme_count, rule_words; /* 64-bit words */
	uint32_t ground_count, ground_words;          /* 64-bit words */
	uint32_t layer_count;
	uint16_t questions;    /* contexts that questions are */
	uint16_t contexts;     /* all context bits */
	uint16_t lifted;       /* contexts that end when confirmed */
	uint32_t texts;        /* bits of the texts that some rule reads */
	uint32_t facts;        /* bits of the fields that some rule reads */
	bool knows_rural;      /* some rule speaks for the flag rural */
	bool knows_crime;      /* some rule speaks for the flag crime */
	bool asks_rivals;      /* some ground asks for another theme */
	const struct ast *ast; /* for the tests and for people */
};

/* A word of a text. */
struct engine_token {
	uint32_t start, end; /* bytes in its text */
	uint32_t ids;        /* in the scratch's pool; 0: no rule knows it */
	uint32_t entry;
	uint32_t sentence, clause; /* numbered through all texts */
	bool is_group; /* names people by a group, reads as "people" */
};

/* One text: an entry of the log, or another field. */
struct engine_entry {
	enum field_text text;
	int log_index; /* -1: not of the log */
	struct str content;
	uint32_t tokens, token_end;
	uint32_t writers; /* bits */
	bool is_first, is_last;
};

/* A passage that a pattern matched: its first and last token. */
struct engine_occur {
	uint32_t first, last;
	uint32_t left, right; /* in the work pool, NONE for a list's own */
};

/* A stretch of a pool. */
struct engine_run {
	uint32_t begin, count;
};

/* One occurrence as found, before it is sorted. */
struct engine_hit {
	uint32_t first, last, next;
};

/* What is known of one list in this incident; old unless the stamp fits. */
struct engine_found {
	uint32_t stamp, run_stamp;
	uint32_t head, tail, count;
	struct engine_run run;
};

/* A leaf of a condition that was true. */
struct engine_reason {
	enum engine_code code;
	uint32_t op;
	struct engine_run run; /* in the work pool, for texts and numbers */
};

/* A rule that reached its lowest level. */
struct engine_standing {
	uint32_t rule;
	enum rules_level level;
	struct rules_hit hit;
};

/* A theme that stands, and how firmly: see stand.h. */
struct engine_stand {
	int subject; /* -1: none */
	int tens;
};

/*
 * A word of a text that was looked up before: small, for the table is asked
 * for every word of every text.
 */
struct engine_known {
	uint64_t bytes; /* the first eight, zeroes after the end; 0: empty */
	uint32_t rest;  /* of a longer word: where its length and bytes are */
	uint32_t ids;
};

/* Growing arrays: never shrink, so that tagging settles without the heap. */
#define ENGINE_POOL(type)          \
	struct {                   \
		type *items;       \
		size_t count, cap; \
	}

/* What a part of a condition came to, on the evaluator's stack. */
struct engine_truth {
	uint32_t truth;   /* enum eval_truth */
	uint32_t reasons; /* how many there were before */
};

#define ENGINE_TRUTHS_MAX 64

/*
 * Looks at the leaves of conditions as they are worked out, or decides them:
 * for the coverage of tests and for "what if".  An array has a byte for each op.
 */
struct engine_watch {
	uint8_t *seen;         /* bits 1 << enum eval_truth are set; or NULL */
	const uint8_t *forced; /* enum eval_truth + 1, 0: as it is; or NULL */
};

/* One thread's working memory; all of it but what is known is per incident. */
struct rules_scratch {
	uint8_t owner[HASH_BYTES]; /* the rule set it is set up for */
	bool has_owner;
	uint32_t stamp;
	struct engine_known *known; /* a table of ENGINE_KNOWN_CAP */
	size_t known_count;
	ENGINE_POOL(char) known_text;
	ENGINE_POOL(uint32_t) ids; /* count, ids …; 0 is the empty one */
	size_t ids_kept;           /* by the table of known words */
	ENGINE_POOL(struct engine_token) tokens;
	ENGINE_POOL(uint16_t) contexts; /* of each token */
	ENGINE_POOL(uint32_t) found_tokens;
	ENGINE_POOL(uint32_t) questions; /* last token of each */
	ENGINE_POOL(struct engine_entry) entries;
	ENGINE_POOL(struct engine_hit) hits;
	struct engine_found *lists;
	size_t list_cap;
	ENGINE_POOL(struct engine_occur) list_pool; /* lists, per incident */
	ENGINE_POOL(struct engine_occur) work;      /* patterns, per rule */
	ENGINE_POOL(uint32_t) order;
	ENGINE_POOL(struct engine_reason) reasons;
	ENGINE_POOL(struct rules_evidence) evidence;
	ENGINE_POOL(struct engine_standing) standing;
	uint64_t *awake;   /* rules, as far as words tell */
	uint64_t *open;    /* grounds that can hold, as far as words tell */
	bool has_contexts; /* computed for this incident */
	bool is_brief;     /* no evidence for flags */
	/*
	 * Of the rule in hand: how many entries of the log, from the first, are
	 * cancelled and are confirmed by a later one.
	 */
	uint32_t cancelled, confirmed;
	unsigned flags; /* that stand, once the flag rules are through */
	int flag_tens[CHECK_FLAG_COUNT]; /* how firmly each of them does */
	/* The two firmest themes, before themes were asked for each other. */
	struct engine_stand themes[2];
	bool knows_rivals; /* they are found, and may be asked for */
	int theme;         /* of the rule in hand, or -1 */
	/* Of each layer of the rule set, NULL: not known. */
	const struct place_layer *layers[LIMITS_LAYERS_MAX];
	int64_t facts[FIELD_COUNT];
	uint32_t facts_known;
	const struct engine_watch *watch; /* borrowed; NULL: nobody does */
	/* Here, and so not cleared for each condition and pattern. */
	struct engine_truth truths[ENGINE_TRUTHS_MAX];
	struct engine_run runs[LIMITS_PATTERN_NODES_MAX];
};

#define ENGINE_KNOWN_CAP 8192U

/* Items with room for need of them, each of size bytes; *cap is the room. */
static inline void *
engine_grow(void *items, size_t need, size_t *cap, size_t size)
{
	if (need <= *cap)
		return items;
	*cap = need * 2 + 64;
	return alloc_resize(items, *cap, size);
}

/* Make room for more items of a pool. */
#define ENGINE_RESERVE(pool, more)                                       \
	((pool).items = engine_grow((pool).items, (pool).count + (more), \
	     &(pool).cap, sizeof *(pool).items))

#define ENGINE_PUSH(pool, item)         \
	((void)ENGINE_RESERVE(pool, 1), \
	    (void)((pool).items[(pool).count++] = (item)))

#endif /* RULES_ENGINE_H */
