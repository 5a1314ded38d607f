/*
 * handover: what happened from one time to another, for the officers who come
 * next, and what those who leave write for them.
 *
 * A note is never changed or taken out by anybody; it is erased after
 * HANDOVER_KEEP_DAYS, when the next one is written.
 */
#ifndef STORE_HANDOVER_H
#define STORE_HANDOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/store/reviews.h"

struct err;
struct handover; /* opaque; one connection, one thread */
struct store;

#define HANDOVER_KEEP_DAYS 90
#define HANDOVER_NOTE_MAX  4000 /* bytes */

/* An incident under one of its themes; all text is borrowed for the call. */
struct handover_incident {
	struct str theme;
	int64_t incident_id;
	struct str ref, district;
	int64_t opened_ms; /* CLOCK_NONE: not known */
	bool is_new;       /* first heard of in that time */
	bool in_progress;  /* as of the last entry */
	bool is_closed;
};

/* A decision that was made. */
struct handover_decision {
	int64_t incident_id, at_ms;
	struct str ref, theme, by;
	enum review_verdict verdict;
	bool is_undone;
};

/* Who has an incident, or follow-ups, now. */
struct handover_holder {
	struct str who;      /* an account's or recipient's name */
	int64_t incident_id; /* 0: it is about follow-ups */
	struct str ref;
	int64_t since_ms;      /* of the incident */
	int64_t count, due_ms; /* of follow-ups, and when the first is due */
};

/* What somebody wrote. */
struct handover_note {
	int64_t id, at_ms;
	struct str by, text;
};

/* Borrows store until handover_close().  The caller owns *out. */
NODISCARD int handover_open(
    struct store *store, struct handover **out, struct err *e);

/* Release *h and set it NULL.  NULL is fine. */
void handover_close(struct handover **h);

/*
 * Call each for the incidents of which a message came from from_ms to before
 * to_ms and that have a theme now (one that stands and nobody rejected, or
 * that a person confirmed or added), once for each theme, by theme and age; at
 * most limit.
 */
NODISCARD int handover_incidents(struct handover *h, int64_t from_ms,
    int64_t to_ms, int64_t limit,
    void (*each)(void *user, const struct handover_incident *one), void *user,
    struct err *e);

/*
 * The same for open incidents about an encampment that is in no entry of the
 * register, whenever they came; the latest first.
 */
NODISCARD int handover_standing(struct handover *h, int64_t limit,
    void (*each)(void *user, const struct handover_incident *one), void *user,
    struct err *e);

/* Call each for the decisions made in that time, oldest first. */
NODISCARD int handover_decisions(struct handover *h, int64_t from_ms,
    int64_t to_ms, int64_t limit,
    void (*each)(void *user, const struct handover_decision *one), void *user,
    struct err *e);

/* Call each for who has incidents, the latest first, then for follow-ups. */
NODISCARD int handover_holders(struct handover *h, int64_t limit,
    void (*each)(void *user, const struct handover_holder *one), void *user,
    struct err *e);

/* Call each for the notes written in that time, the latest first. */
NODISCARD int handover_notes(struct handover *h, int64_t from_ms, int64_t to_ms,
    void (*each)(void *user, const struct handover_note *one), void *user,
    struct err *e);

/*
 * Write a note, in the caller's transaction; actor is "account:NAME".  Its id,
 * or -1 (ERR_INVALID, a sentence: it is empty or too long).
 */
NODISCARD int64_t handover_add_note(struct handover *h, int64_t account_id,
    const char *actor, struct str text, int64_t now_ms, struct err *e);

#endif /* STORE_HANDOVER_H */
