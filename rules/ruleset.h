/*
 * ruleset: compiled rules, and what they say of an incident.
 *
 * A rule set is made from all files of a directory at once or not at all, is
 * immutable, may be shared between threads, and is known by the SHA-256 of its
 * files in name order.  Tagging is pure: it reads one incident and its place
 * and returns tags; no I/O, no clock, no globals.  The library does no I/O:
 * callers hand in the text of the files.
 */
#ifndef RULES_RULESET_H
#define RULES_RULESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/geo/place.h"
#include "agent/incident/incident.h"

struct arena;
struct ruleset;       /* opaque, immutable */
struct rules_scratch; /* opaque: one thread's working memory for tagging */

/* One file of a rule directory. */
struct ruleset_file {
	struct str name; /* "hare-coursing.rules", for messages and the hash */
	struct str text; /* borrowed until ruleset_free() */
};

/* Stored in the database: never renumber, only append. */
enum rules_level {
	RULES_NONE = 0,
	RULES_REVIEW = 1,
	RULES_ALERT = 2
};

/* Another incident that a series counted (series.h). */
struct rules_link {
	int64_t id;           /* as its digest has it */
	struct str feed, ref; /* its identity */
	int64_t at_ms;
	struct str sign;      /* what it counts as: "flag precursor" */
	double distance_m;    /* between the two; NAN: one has no position */
	double uncertainty_m; /* of both together */
	struct str plate;     /* that both have; absent unless it was asked */
};

/* Why points were given or taken. */
struct rules_evidence {
	struct str field;  /* "log", "location_text", "place", "month", … */
	int entry;         /* log entry from 0; -1 if not in the log */
	bool has_span;     /* false: not text, start, end and text unused */
	size_t start, end; /* bytes in that field's or entry's text */
	struct str text;   /* the original words, borrowed from the incident */
	struct str why;    /* in the rule's words */
	int points;        /* given (> 0) or taken (< 0) by its ground */
	bool is_weighed; /* of a weigh: one of many words, each worth little */
	const struct rules_link *link; /* of a series; NULL: of a rule */
};

/* What one rule came to, of those that gave points. */
struct rules_hit {
	struct str rule; /* its name; borrowed from the rule set */
	int points;
	const struct rules_evidence *evidence;
	size_t evidence_count;
};

/* One theme that stands. */
struct rules_tag {
	struct str theme; /* "hare-coursing"; borrowed from the rule set */
	enum rules_level level;
	int score; /* 0..100 */
	const struct rules_hit *hits;
	size_t hit_count;
};

/* All that the rules say of one incident. */
struct rules_result {
	const struct rules_tag *tags; /* by theme name; level >= review */
	size_t tag_count;
	const struct rules_tag
	    *flags; /* flags that stand, same shape, by name */
	size_t flag_count;
	const struct rules_tag *shadows; /* what shadow rules would tag */
	size_t shadow_count;
	bool in_progress;
	bool targeted;     /* victim targeted for a rural connection */
	bool crime;        /* the flag stands, or a theme as an alert */
	bool rural_crime;  /* the county's definition, both limbs */
	const char *basis; /* "location", "targeted" or "none" */
};

/*
 * Compile files into a rule set.  All problems are appended to diag as text
 * for the author: file:line:column, the span underlined, what to write instead
 * (see diag.h).  Returns 0 and sets *out (ruleset_free), or -1 if any file has
 * an error; warnings alone do not fail.
 */
NODISCARD int ruleset_compile(const struct ruleset_file *files, size_t count,
    struct buf *diag, struct ruleset **out);

/* A problem in its parts; borrowed for the call. */
struct ruleset_problem {
	struct str file;
	size_t line, column, end_line, end_column; /* from 1; end exclusive */
	const char *code;                          /* "R020" */
	bool is_warning;
	struct str message, note;
};

/* Who hears of problems one by one. */
struct ruleset_ear {
	void (*hear)(void *user, const struct ruleset_problem *p);
	void *user;
};

/*
 * The same, telling problems to ear in the order of the text, all of them, as
 * they are kept (LIMITS_PROBLEMS_MAX), instead of printing them.
 */
NODISCARD int ruleset_look(const struct ruleset_file *files, size_t count,
    const struct ruleset_ear *ear, struct ruleset **out);

/* Release *rs and set it NULL. */
void ruleset_free(struct ruleset **rs);

/* "sha256:…" of the files.  Borrowed from rs. */
const char *ruleset_hash(const struct ruleset *rs);

/* Number of rules that make tags or flags, for people. */
size_t ruleset_rule_count(const struct ruleset *rs);

/* The themes that rules of rs can give, by name; count by the return. */
size_t ruleset_themes(const struct ruleset *rs, const struct str **out);

/*
 * The layers that conditions of rs name: what they ask is known only of a
 * place that has these layers (place.h).  Count by the return.
 */
size_t ruleset_layers(const struct ruleset *rs, const struct str **out);

/* Working memory for ruleset_tag(); one for each thread. */
struct rules_scratch *ruleset_scratch_new(void);

/*
 * From now on results say which flags stand and not why: the agent keeps the
 * reasons of themes alone, and nearly every incident has a flag.
 */
void ruleset_scratch_set_brief(struct rules_scratch *s);

/* Release *s and set it NULL. */
void ruleset_scratch_free(struct rules_scratch **s);

/*
 * What rs says of in at place.  The result is the arena's and borrows from in
 * and rs.
 */
void ruleset_tag(const struct ruleset *rs, const struct incident *in,
    const struct place *place, struct rules_scratch *scratch,
    struct arena *arena, struct rules_result *out);

/*
 * Run the tests written in the rule files; failures are appended to report as
 * file:line and what was expected and found.  Returns the number of failures
 * and sets *run to the number of tests.
 */
size_t ruleset_run_tests(
    const struct ruleset *rs, struct buf *report, size_t *run);

/* "alert", "review" or "none". */
const char *rules_level_name(enum rules_level level);

#endif /* RULES_RULESET_H */
