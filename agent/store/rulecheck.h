/*
 * rulecheck: what the compiler and the tests say of a change of one rule file,
 * with all the other files that are in force.
 *
 * It is the compiler of "buzzard rules check" and the runner of "buzzard rules
 * test"; nothing is written.
 */
#ifndef STORE_RULECHECK_H
#define STORE_RULECHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/hash.h"
#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct ruleset;

/* What was found. */
struct rulecheck {
	int64_t errors, warnings, tests, failed;
	char set[HASH_TEXT_MAX];  /* hash of the rules with it; "": wrong */
	char live[HASH_TEXT_MAX]; /* of those in force; "": wrong */
	bool own_left_out; /* live is the packs alone: the own are wrong */
	bool has_base;     /* there is such a file */
	uint8_t base[HASH_BYTES]; /* its digest */
	struct buf before;        /* its text; owned */
	struct buf report;        /* owned: see rulecheck_look() */
};

/* Where the rules in force are; borrowed. */
struct rulecheck_place {
	const char *dir; /* of the configuration or the packs */
	const char *own; /* the force's own */
};

/*
 * Look at file with that text, or left out if it is absent: then the packs'
 * file of that name comes back, if there is one.  report becomes
 *
 *     {"problems":[{"file","line","column","end_line","end_column","code",
 *                   "warning","message","note"}],
 *      "tests":[{"file","line","test","failures"}]}
 *
 * with the tests that failed.  -1: the rules in force cannot be read.
 */
NODISCARD int rulecheck_look(const struct rulecheck_place *place,
    struct str file, struct str text, struct rulecheck *out, struct err *e);

/* The text of file that is in force: 1, 0 if there is none, or -1. */
NODISCARD int rulecheck_read(const struct rulecheck_place *place,
    struct str file, struct buf *out, struct err *e);

/*
 * Both rule sets, the one in force (the packs alone where the force's own files
 * are wrong) and the one with the change; -1 with why if either is wrong.  The caller owns them (ruleset_free).
 */
NODISCARD int rulecheck_compile(const struct rulecheck_place *place,
    struct str file, struct str text, struct ruleset **live,
    struct ruleset **candidate, struct err *e);

/* Release what c has. */
void rulecheck_release(struct rulecheck *c);

#endif /* STORE_RULECHECK_H */
