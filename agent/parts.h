/*
 * parts: all that a reload replaces, as one struct, so that swapping is one
 * assignment and a failed build leaves nothing behind.
 */
#ifndef AGENT_PARTS_H
#define AGENT_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"

struct conf;
struct err;
struct feed;
struct geo;
struct ruleset;

/* All that a reload replaces. */
struct parts {
	struct conf *conf;
	struct geo *geo;
	struct ruleset *rules;
	char *rules_dir;     /* where they came from */
	bool own_left_out;   /* the force's own files are wrong */
	int64_t rules_ms;    /* when */
	struct feed **feeds; /* one for each of conf->feeds */
};

/*
 * Read the configuration at path, its rules and its boundaries: everything but
 * the feeds, which touch the folders.  *p begins with zeroes; what is in it
 * goes with parts_release(), after a failure too.  is_start: what a reload
 * refuses of the rules, a failing test or own files that are wrong, is only
 * logged.  0, or -1 (ERR_INVALID: the files are to blame).
 */
NODISCARD int parts_load(
    const char *path, struct parts *p, bool is_start, struct err *e);

/*
 * Read the rules anew into new, with the configuration of now and its layers;
 * other layers are read where they ask for others.  What new has of now's is
 * borrowed.  0, or -1, ERR_INVALID: the rules are to blame.
 */
NODISCARD int parts_load_rules(
    const struct parts *now, struct parts *new, bool is_start, struct err *e);

/* Release all, closing the feeds; *p is zeroes then. */
void parts_release(struct parts *p);

/* Release the rules and layers of p that now does not use; conf stays. */
void parts_release_beside(const struct parts *now, struct parts *p);

#endif /* AGENT_PARTS_H */
