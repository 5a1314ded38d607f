/*
 * intake: the road of an incident, from a feed's batch to the committed record
 * and the alerts that follow from it.
 *
 *     merge -> locate -> tag -> correlate -> record -> tell
 *
 * with one function a stage.
 *
 * A batch is one transaction: messages, derived columns, tags with their
 * reasons, outbox rows, what was told, quarantine, feed position and audit
 * lines are on disk together or not at all.  Only then may the feed
 * acknowledge.  Belongs to the loop thread; time is passed in.
 */
#ifndef AGENT_INTAKE_H
#define AGENT_INTAKE_H

#include <stdint.h>

#include "agent/base/own.h"

struct conf;
struct deliver;
struct err;
struct feed_batch;
struct feed_position;
struct geo;
struct intake; /* opaque */
struct ruleset;
struct store;

/* What the intake works with; all borrowed until intake_free() or swapped. */
struct intake_parts {
	struct store *store;
	const struct conf *conf;
	const struct geo *geo;
	const struct ruleset *rules;
	struct deliver *deliver; /* claims what a batch adds; NULL: nobody */
};

/* What has been taken in since the start. */
struct intake_counts {
	uint64_t messages;    /* new ones */
	uint64_t repeated;    /* known already: nothing changed */
	uint64_t incidents;   /* seen for the first time */
	uint64_t tagged;      /* messages after which a tag stood */
	uint64_t deliveries;  /* put in the outbox */
	uint64_t quarantined; /* faults set aside, not counting repeats */
	uint64_t batches;     /* transactions committed */
};

/* An intake for parts.  The caller owns *out (intake_free). */
NODISCARD int intake_new(
    const struct intake_parts *parts, struct intake **out, struct err *e);

/* Release *in and set it NULL. */
void intake_free(struct intake **in);

/*
 * Work with parts from the next batch on (reload).  The store may not change.
 * On failure the old parts stay in use.
 */
NODISCARD int intake_swap(
    struct intake *in, const struct intake_parts *parts, struct err *e);

/*
 * Take in a batch at now_ms.  Returns 0 when all of it is on disk.  On -1
 * nothing of it is, and it may be offered again.
 */
NODISCARD int intake_batch(struct intake *in, const struct feed_batch *batch,
    int64_t now_ms, struct err *e);

/*
 * Where to go on with a file (feed.h, resume).  Returns 1 and sets *pos if a
 * batch of just this file was committed, 0 if not.
 */
NODISCARD int intake_resume(struct intake *in, const char *feed,
    const char *file, struct feed_position *pos, struct err *e);

/*
 * The file has been moved to done/: its position goes with the next commit,
 * or intake_tidy().  One left by a crash is harmless: no other file has the
 * same name, inode, size and time.
 */
void intake_forget(struct intake *in, const char *feed, const char *file);

/* Commit what intake_forget() left; for idle moments. */
NODISCARD int intake_tidy(struct intake *in, struct err *e);

/*
 * Take in again what somebody asked to replay from quarantine.  Each is its
 * own transaction; one that is still bad stays held with its new reason.
 * Returns how many were taken in, or -1.
 */
NODISCARD int intake_replay(struct intake *in, int64_t now_ms, struct err *e);

/*
 * Tell people of what was decided in the review service, and who has what: for
 * each incident with a decision, or one undone, or with somebody who has it or
 * no longer has, since it was last told of, the policy is asked anew.  Each is
 * its own transaction.  Returns how many incidents, or -1; what is left is
 * taken up by the next call.
 */
NODISCARD int intake_decided(struct intake *in, int64_t now_ms, struct err *e);

/*
 * Judge again those that have been open for long without a unit, each in its
 * own transaction, until budget_ms have passed, one at the least: after days
 * without the agent there may be many, and the road waits meanwhile.  Returns
 * 1 when some are left, for the next call; 0 when none is, and -1 when one
 * could not be judged.  One that fails does not hold back the others.
 */
NODISCARD int intake_overdue(
    struct intake *in, int64_t now_ms, int64_t budget_ms, struct err *e);

/* The counts since intake_new(). */
struct intake_counts intake_counts(const struct intake *in);

#endif /* AGENT_INTAKE_H */
