/*
 * trackimport: the road of a recording, from a file to a stored track.
 *
 *     seal (SHA-256, copy) ─► read ─► clean ─► spool      no transaction
 *     judge the clock ─► store, audit line, keep           one transaction
 *
 * A file is there whole or not at all, whatever instant the program is killed
 * at.  The same bytes again, under whatever name, add nothing.  A trackimport
 * belongs to one thread and has a store of its own to write to; the evidence
 * folder's lock makes imports and deletions of all processes wait for each
 * other.
 */
#ifndef TRACKIMPORT_H
#define TRACKIMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/err.h"
#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/tracks/reader.h"
#include "agent/tracks/track.h"

struct store;
struct trackimport; /* opaque */

/* What to import and how; borrowed for the call. */
struct trackimport_request {
	const char *path;
	enum track_class class;
	const char *unit; /* call sign, or NULL */
	bool leave;       /* do not copy the original: it stays where it is */
	const char *csv_map; /* columns of a table (columns.h), or NULL */
	const char *actor;   /* "agent", "user:NAME" */
	int64_t now_ms;
	/* How many of the file's bytes are sealed and read, of twice its size;
	 * or NULL. */
	void (*progress)(void *user, uint64_t done, uint64_t total);
	void *user;
};

/* What became of it. */
struct trackimport_result {
	int64_t id;   /* of the track; 0 if refused */
	bool is_new;  /* false: it was stored before */
	bool is_kept; /* the evidence store has the original, on disk */
	char format[READER_FORMAT_MAX];
	int64_t fixes, timed, kept, skipped;
	enum track_clock clock;
	int64_t correction_ms; /* TRACKSTORE_UNKNOWN */
	int64_t uncertainty_ms;
	struct buf clock_why; /* owned */
	int64_t corrected_id; /* another track whose clock this one showed */
	bool is_refused;
	struct err refused; /* why, if it is */
};

/*
 * Get ready to import into store (borrowed) and the evidence folder in state,
 * and finish what a killed program began.  The caller owns *out.
 */
NODISCARD int trackimport_open(struct store *store, const char *state,
    struct trackimport **out, struct err *e);

/* Release *ti and set it NULL.  NULL is fine. */
void trackimport_close(struct trackimport **ti);

/*
 * Import one file.  0: *out says what became of it, which may be a refusal; -1:
 * the disk or the database failed.  Then nothing is stored, or all of it is and
 * only the original is not in its place yet: whoever imports or deletes next
 * puts it there.  The caller releases *out (trackimport_release) after 0.
 */
NODISCARD int trackimport_file(struct trackimport *ti,
    const struct trackimport_request *rq, struct trackimport_result *out,
    struct err *e);

/* Release what it holds. */
void trackimport_release(struct trackimport_result *result);

/* How an erasure went. */
struct trackimport_erasure {
	bool is_held; /* nothing is erased, the track is held */
	bool is_left; /* the original was not kept here, and is where it was */
};

/*
 * Erase a track: its fixes, its boxes and its original, if it was kept; the
 * audit log says so, and why.  The database's log has it until the caller, when
 * all is erased, empties that (db_empty_log).  1, 0 if there is none or it is
 * held, -1.
 */
NODISCARD int trackimport_delete(struct trackimport *ti, int64_t id,
    const char *actor, const char *why, int64_t now_ms,
    struct trackimport_erasure *out, struct err *e);

#endif /* TRACKIMPORT_H */
