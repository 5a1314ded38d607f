/*
 * scribe: one thread that writes down who looks at what, for all pages.
 *
 * A look must be on disk before what was looked at is shown, and each commit
 * waits for the disk.  Looks that come while a commit is under way are written
 * together in the next, so that many visitors wait for two commits and not for
 * each other's.  A page hands its looks over, is made meanwhile, and is sent
 * when scribe_wait() says that they are on disk.  Sessions' use is noted the
 * same way, and nobody waits for that.
 *
 * In any thread.
 */
#ifndef REVIEW_SCRIBE_H
#define REVIEW_SCRIBE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/base/own.h"

struct db_turns;
struct watch_limits;
struct scribe; /* opaque */

/* One look; all copied. */
struct scribe_look {
	int64_t account_id;
	const char *actor; /* "account:NAME" */
	int64_t at_ms;
	int64_t incident_id; /* 0: a list, or none */
	int64_t message_id;  /* the newest that is shown; 0: no log is */
	const char *detail;  /* JSON in one line, for the audit log */
	bool is_counted;     /* may be one too many (watch.h) */
};

/*
 * What one request waits for.  Zero to begin with; from the first look on it
 * must stay where it is until scribe_wait() has returned.
 */
struct scribe_wait {
	unsigned left;  /* looks that are not written yet */
	struct err why; /* the first that could not be, or ERR_NONE */
};

/*
 * Write to the database at path, taking turns; looks that are more than usual
 * are reported with the one that is too many.  The caller owns *out.
 */
NODISCARD int scribe_new(const char *path, struct db_turns *turns,
    const struct watch_limits *unusual, struct scribe **out, struct err *e);

/* End when all is written, and set *s NULL.  Nobody may wait any more. */
void scribe_free(struct scribe **s);

/*
 * Write a "consultation" line and, if message_id is not 0, that the account
 * has seen the incident up to there.
 */
void scribe_add(
    struct scribe *s, const struct scribe_look *look, struct scribe_wait *wait);

/* Note that the session of that digest was used. */
void scribe_touch(
    struct scribe *s, const uint8_t digest[HASH_BYTES], int64_t now_ms);

/* Return when all looks of wait are on disk: 0; or -1, and they are not. */
NODISCARD int scribe_wait(
    struct scribe *s, struct scribe_wait *wait, struct err *e);

#endif /* REVIEW_SCRIBE_H */
