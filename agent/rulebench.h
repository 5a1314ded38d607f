/*
 * rulebench: made-up rules and incidents, for measuring what rules cost.
 *
 * A made-up rule has ten words, one of which nine others have too.  Texts are
 * a kilobyte of ordinary control room language with names and numbers that
 * differ from one to the next; one in twenty has words of one made-up rule.
 * The same numbers give the same rules and texts on every machine.
 */
#ifndef AGENT_RULEBENCH_H
#define AGENT_RULEBENCH_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"
#include "agent/incident/incident.h"

struct ruleset;

#define RULEBENCH_WORDS      10   /* of a rule */
#define RULEBENCH_SHARE      10   /* rules that have its first word */
#define RULEBENCH_TEXTS      2000 /* incidents */
#define RULEBENCH_TEXT_BYTES 1024
#define RULEBENCH_HIT_EVERY  20 /* texts with words of a rule */
#define RULEBENCH_RULES_MAX  100000

/* Incidents, decoded.  Begin with zeroes. */
struct rulebench_texts {
	struct incident *incidents; /* owned; RULEBENCH_TEXTS of them */
	struct incident_entry *log; /* owned; one for each */
	struct buf text;            /* owned; that of all */
};

/* What measuring came to. */
struct rulebench_figures {
	double us;     /* processor time an incident, of the fastest pass */
	double tagged; /* share of the incidents with a tag */
};

/* Append word i of made-up rule number rule, for i below RULEBENCH_WORDS. */
void rulebench_word(uint32_t rule, uint32_t i, struct buf *out);

/* Append a rule file with count made-up rules for the theme "made-up". */
void rulebench_rules(uint32_t count, struct buf *out);

/*
 * Make the incidents, of which some have words of one of rules made-up ones
 * (0: none has).
 */
void rulebench_texts_make(struct rulebench_texts *t, uint32_t rules);

/* Release what t has. */
void rulebench_texts_release(struct rulebench_texts *t);

/*
 * Tag all incidents with rs again and again for at least ms, on this thread.
 * Processor time, and of the fastest pass: what else the machine does only ever
 * adds.
 */
void rulebench_measure(const struct ruleset *rs,
    const struct rulebench_texts *t, int64_t ms, struct rulebench_figures *out);

#endif /* AGENT_RULEBENCH_H */
