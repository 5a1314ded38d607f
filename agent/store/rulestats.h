/*
 * rulestats: how often each rule tagged, and how often people agreed.
 *
 * Counted over the newest tags and the newest decisions that stand, since the
 * reasons of a tag are read from its evidence: so the work is limited however
 * much is stored.  A decision is about a theme; it counts for each rule that
 * gave points to the last tag of that theme which rules made.
 */
#ifndef STORE_RULESTATS_H
#define STORE_RULESTATS_H

#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct db;
struct err;
struct rulestats; /* opaque; one connection, one thread */

/* So many of each are looked at. */
#define RULESTATS_NEWEST 20000

/* What one rule came to; text is borrowed for the call. */
struct rulestats_row {
	struct str rule, theme;
	int64_t tags;                /* that it gave points to */
	int64_t confirmed, rejected; /* by people, of those decided */
	int64_t shadows;             /* said as a shadow rule */
};

/* On db, borrowed.  The caller owns *out (rulestats_close). */
NODISCARD int rulestats_open(
    struct db *db, struct rulestats **out, struct err *e);

/* Release *r and set it NULL.  NULL is fine. */
void rulestats_close(struct rulestats **r);

/* Call each for the rules that said something, by theme and name. */
NODISCARD int rulestats_list(struct rulestats *r,
    void (*each)(void *user, const struct rulestats_row *row), void *user,
    struct err *e);

/* What a person decided about a theme of an incident; text is borrowed. */
struct rulestats_decision {
	int64_t number; /* the id of the incident's first message */
	struct str theme;
	int verdict; /* enum review_verdict */
};

/* Call each for the newest that stand, by number and theme. */
NODISCARD int rulestats_decisions(struct rulestats *r,
    void (*each)(void *user, const struct rulestats_decision *d), void *user,
    struct err *e);

/*
 * Wilson's interval for a share of k in n (n > 0), with 95 % confidence: it
 * holds for few decisions and for shares near 0 and 1, where the simple one
 * does not.
 */
void rulestats_wilson(int64_t k, int64_t n, double *low, double *high);

#endif /* STORE_RULESTATS_H */
