/*
 * takers: who has an incident, and what was said of it from a phone.
 *
 * Each press of a button is a row that is never changed, but that a take which
 * ended says when.  At most one take of an incident stands: whoever is first
 * has it, and who comes second is kept as such and shown who was first.
 *
 *     nobody ── takes ──► has it ── releases, or "not for us" ──► nobody
 *
 * A press carries a word of its own, made with the page it came from, so that
 * a form that is sent again does nothing more.
 *
 * Who it was is an actor as in the audit log: "account:NAME", or
 * "link:RECIPIENT" for whoever followed the link in an alert.  What is written
 * is written inside the caller's transaction.
 */
#ifndef STORE_TAKERS_H
#define STORE_TAKERS_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/store/audit.h"

struct err;
struct store;
struct takers; /* opaque; one connection, one thread */

/* What was said.  Stored: never renumber, only append. */
enum taker_word {
	TAKER_TAKES = 1,      /* "I have it" */
	TAKER_RELEASES = 2,   /* "no longer" */
	TAKER_NOT_FOR_US = 3, /* ends what the same actor has, too */
	TAKER_NOTE = 4,
	TAKER_SECOND = 5 /* "I have it", when somebody had it already */
};

/* Bytes of a note; of the word that a press carries, at least and at most. */
#define TAKER_NOTE_MAX 500
#define TAKER_ONCE_MIN 16
#define TAKER_ONCE_MAX 64

/* One press; all borrowed for the call. */
struct taker_press {
	int64_t incident_id;
	enum taker_word word; /* TAKER_SECOND is found out, not said */
	struct str actor, note, once;
	bool may_release; /* what others have, too: for the desk */
	int64_t now_ms;
};

/* One that was made; text is borrowed for the call that shows it. */
struct taker_row {
	int64_t id;
	enum taker_word word;
	struct str actor, note, once;
	int64_t at_ms;
	int64_t ended_ms; /* CLOCK_NONE: it stands, or is no take */
};

/* Who has it now. */
struct taker_now {
	char actor[AUDIT_ACTOR_MAX + 1]; /* "": nobody */
	char once[TAKER_ONCE_MAX + 1];   /* of the press by which */
	int64_t at_ms;
	int64_t turns; /* grows with each take and each end of one */
};

/* Borrows store until takers_close().  The caller owns *out. */
NODISCARD int takers_open(
    struct store *store, struct takers **out, struct err *e);

/* Release *t and set it NULL.  NULL is fine. */
void takers_close(struct takers **t);

/*
 * Record a press, and an "alteration" line for it: 1; 0 if one with that word
 * (once) is there already.  ERR_INVALID, a sentence for people: a note that is
 * too long or, for TAKER_NOTE, empty; to release what one has not.
 */
NODISCARD int takers_press(
    struct takers *t, const struct taker_press *press, struct err *e);

/* Who has the incident: 1, 0 if nobody (turns is set all the same), -1. */
NODISCARD int takers_now(struct takers *t, int64_t incident_id,
    struct taker_now *out, struct err *e);

/* Call each for all that was said of an incident, oldest first. */
NODISCARD int takers_list(struct takers *t, int64_t incident_id,
    void (*each)(void *user, const struct taker_row *row), void *user,
    struct err *e);

/*
 * The next incident after the id after of which who has it changed and nobody
 * was told: 1, 0 or -1.
 */
NODISCARD int takers_untold(
    struct takers *t, int64_t after, int64_t *incident_id, struct err *e);

/* All that was said of the incident is told. */
NODISCARD int takers_told(struct takers *t, int64_t incident_id, struct err *e);

/* Who an actor is, for people: what stands behind its colon. */
struct str taker_name(struct str actor);

/* Is it whoever followed the link in an alert to that recipient? */
bool taker_is_recipient(struct str actor, const char *recipient);

#endif /* STORE_TAKERS_H */
