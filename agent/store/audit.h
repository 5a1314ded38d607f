/*
 * audit: the log that shows who did what to which record, and any gap in it.
 *
 * Part 3 of the Data Protection Act 2018, section 62, asks for a log of six
 * kinds of event.  Each row holds the digest of itself and of the row before,
 * so that a row that was altered, taken out or moved is found by
 * audit_verify(); rows taken off the end are found by whoever noted the head
 * elsewhere (audit_head()).  A row is written in the transaction of what it
 * tells of: one exists if and only if the other does.
 *
 * A row holds ids and names from the configuration, never personal data.
 *
 * The digest is SHA-256 over this text, each line ended by one LF:
 *
 *     digest of the row before (64 hex digits; zeros before the first)
 *     id           decimal, one more than that of the row before
 *     at_ms        decimal
 *     actor
 *     event        the word, such as "collection"
 *     incident id  decimal, or "-"
 *     detail       JSON in one line
 */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include <stdint.h>

#include "agent/base/hash.h"
#include "agent/base/own.h"
#include "agent/base/str.h"

struct arena;
struct audit; /* opaque; one connection, one thread */
struct db;
struct err;

#define AUDIT_ACTOR_MAX  64   /* bytes */
#define AUDIT_DETAIL_MAX 1024 /* bytes */

/* The six kinds.  Stored: never renumber, only append. */
enum audit_event {
	AUDIT_COLLECTION = 1,
	AUDIT_ALTERATION = 2,
	AUDIT_CONSULTATION = 3,
	AUDIT_DISCLOSURE = 4,
	AUDIT_COMBINATION = 5,
	AUDIT_ERASURE = 6
};

/* One line of the log. */
struct audit_row {
	int64_t id; /* set by audit_add() */
	int64_t at_ms;
	struct str
	    actor; /* "agent", "user:NAME" of a command, "account:NAME" of the
	                     review service; no control characters */
	enum audit_event event;
	int64_t incident_id; /* 0: none */
	struct str detail;   /* JSON in one line; absent: "{}" */
};

/* What audit_verify() found. */
struct audit_finding {
	int64_t rows; /* whole rows from the start */
	int64_t id;   /* first row at fault; 0: none */
	char what[160];
};

/* The log kept in db, borrowed.  The caller owns *out (audit_close). */
NODISCARD int audit_open(struct db *db, struct audit **out, struct err *e);

/* Release *a and set it NULL.  NULL is fine. */
void audit_close(struct audit **a);

/*
 * A transaction has begun or was undone: read the head again before the next
 * row, since another process may have written.  store_begin() calls it.
 */
void audit_refresh(struct audit *a);

/*
 * Append row inside the caller's transaction; copies.  ERR_INVALID for an
 * actor or detail that is too long or holds control characters.
 */
NODISCARD int audit_add(
    struct audit *a, const struct audit_row *row, struct err *e);

/* The last row's id and digest: 1, or 0 if the log is empty, or -1. */
NODISCARD int audit_head(
    struct audit *a, int64_t *id, uint8_t hash[HASH_BYTES], struct err *e);

/*
 * Read the whole log and compare.  Returns 0 if it is whole, 1 if not (the
 * first fault is in *found), -1 on error.
 */
NODISCARD int audit_verify(
    struct audit *a, struct audit_finding *found, struct err *e);

/* Row id, its text in arena, and its digest: 1, 0 or -1. */
NODISCARD int audit_find(struct audit *a, int64_t id, struct arena *arena,
    struct audit_row *out, uint8_t hash[HASH_BYTES], struct err *e);

/* Call each for the rows of one incident (0: all), oldest first. */
NODISCARD int audit_list(struct audit *a, int64_t incident_id,
    void (*each)(void *user, const struct audit_row *row), void *user,
    struct err *e);

/*
 * Call each for the messages of incidents that were collected after row
 * after_id, oldest first, at most limit: by this who works behind the intake
 * finds what is new, without a word in the intake's transaction.
 */
NODISCARD int audit_collected(struct audit *a, int64_t after_id, int64_t limit,
    void (*each)(void *user, int64_t id, int64_t incident_id), void *user,
    struct err *e);

/*
 * The id of the first row from at_ms on, found by halving since rows are in
 * the order of time; behind the last if there is none.  Where the clock was set
 * back meanwhile it is near that place.
 */
NODISCARD int audit_find_time(
    struct audit *a, int64_t at_ms, int64_t *id, struct err *e);

/*
 * The same for every line by which an incident became another than it was: all
 * but looks and alerts.
 */
NODISCARD int audit_changed(struct audit *a, int64_t after_id, int64_t limit,
    void (*each)(void *user, int64_t id, int64_t incident_id), void *user,
    struct err *e);

/*
 * Call each for what people did, newest first, from rows before that id
 * (INT64_MAX: from the last), at most limit.
 */
NODISCARD int audit_list_people(struct audit *a, int64_t before, int64_t limit,
    void (*each)(void *user, const struct audit_row *row), void *user,
    struct err *e);

/* "collection" and so on; "?" for a number that is none. */
const char *audit_event_name(enum audit_event event);

#endif /* STORE_AUDIT_H */
