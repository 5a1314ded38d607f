/*
 * joint: incidents that one person decides together, as one act.
 *
 * A batch says one thing of many incidents: their open tags are confirmed, or
 * rejected, or rejected for another theme.  Nothing that was decided before is
 * touched, so that undoing a batch gives back exactly what was.  An incident
 * that is not any more what the person saw is left out, and so is one that
 * somebody else has or that waits for nothing; the batch keeps which and why.
 *
 * Grave ones (in progress, an alert, or somebody was told) are not rejected
 * with the others: each is ticked by itself.
 *
 *     plan (read) ──► do ──► undo, once, whatever still stands of it
 *
 * Each is one transaction of the caller's, so a batch is there whole or not at
 * all.  Each incident has an audit line that names the batch, the batch has one
 * of its own.  It goes with the last of its incidents.
 */
#ifndef STORE_JOINT_H
#define STORE_JOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/store/reviews.h"

struct arena;
struct joints; /* opaque; one connection, one thread */
struct err;
struct store;

/* Most incidents in one. */
#define JOINT_MAX 500

/* Bytes of the word by which a form that is sent again is known. */
#define JOINT_ONCE_MIN 16
#define JOINT_ONCE_MAX 64

/* What is said of all.  Stored: never renumber, only append. */
enum joint_verdict {
	JOINT_CONFIRM = 1,
	JOINT_REJECT = 2,
	JOINT_CHANGE = 3 /* rejected for another theme, which is confirmed */
};

/* What became of one.  Stored: never renumber, only append. */
enum joint_outcome {
	JOINT_DECIDED = 1,
	JOINT_GONE = 2,    /* there is no such incident any more */
	JOINT_NOTHING = 3, /* nothing of it waits: it was decided */
	JOINT_CHANGED = 4, /* it is not what was seen */
	JOINT_HELD = 5,    /* somebody else has it */
	JOINT_GRAVE = 6,   /* it was not ticked by itself */
	JOINT_THEME = 7    /* somebody rejected the theme it is to have */
};

/* What became of it when the batch was undone.  Stored, as above. */
enum joint_back {
	JOINT_RESTORED = 1,
	JOINT_UNDONE_BEFORE = 2, /* by itself, or decided otherwise */
	JOINT_DECIDED_SINCE = 3  /* more was: left as it is */
};

/* What is wanted; all borrowed for the call. */
struct joint_wish {
	enum joint_verdict verdict;
	struct str theme; /* JOINT_CHANGE alone */
	struct str note;  /* why; needed to reject or change */
	struct str once;  /* joint_do() */
	int64_t account_id;
	const char *actor; /* "account:NAME" */
	int64_t now_ms;
};

/* What a wish would make of one incident now. */
struct joint_plan {
	enum joint_outcome outcome; /* JOINT_DECIDED: what wishes say */
	bool in_progress, is_alert, was_told;
	bool is_grave;     /* and the wish rejects: it needs its own tick */
	struct str holder; /* an actor, the arena's; absent: nobody */
	char version[REVIEW_VERSION_MAX];
	struct review_wish wishes[REVIEW_ACT_MAX]; /* themes: the arena's */
	enum rules_level levels[REVIEW_ACT_MAX];   /* of their tags; 0: none */
	size_t count;
};

/* One incident to be decided, and what became of it. */
struct joint_item {
	int64_t incident_id;
	struct str version;         /* that was seen */
	bool is_ticked;             /* by itself */
	enum joint_outcome outcome; /* set by joint_do() */
};

/* A batch that was made; text is borrowed for the call. */
struct joint {
	int64_t id, at_ms;
	enum joint_verdict verdict;
	struct str theme, by;
	int64_t decided, left_out;
	int64_t undone_ms; /* CLOCK_NONE: it was not */
	struct str undone_by;
	int64_t restored;
};

/* One incident of it; text is borrowed for the call. */
struct joint_row {
	int64_t incident_id;
	struct str ref, near_name, district;
	struct str decided; /* "fuel confirmed,equine rejected"; absent */
	enum joint_outcome outcome;
	int64_t act_id;       /* 0: none */
	enum joint_back back; /* 0: it was not undone */
};

/* Who undoes one. */
struct joint_by {
	int64_t account_id;
	const char *actor;
	int64_t now_ms;
};

/* Borrows store and reviews until joint_close().  The caller owns *out. */
NODISCARD int joint_open(struct store *store, struct reviews *reviews,
    struct joints **out, struct err *e);

/* Release *b and set it NULL.  NULL is fine. */
void joint_close(struct joints **b);

/* What the wish would make of an incident; writes nothing. */
NODISCARD int joint_plan(struct joints *b, const struct joint_wish *wish,
    int64_t incident_id, struct arena *arena, struct joint_plan *out,
    struct err *e);

/*
 * Decide items, at most JOINT_MAX, in the caller's transaction, and set each
 * outcome: 1 and *batch_id; 0 if none could be decided: roll back; -1.
 * ERR_INVALID, a sentence for people: a note that is missing or too long, an
 * incident that is named twice, too many.  A wish with the word of a batch
 * that the account has made gives that one, and decides nothing more.
 */
NODISCARD int joint_do(struct joints *b, const struct joint_wish *wish,
    struct joint_item *items, size_t count, struct arena *arena,
    int64_t *batch_id, struct err *e);

/*
 * Undo what still stands of a batch, in the caller's transaction: 1; 0 if
 * there is no such batch; -1, ERR_INVALID being a sentence: it was undone
 * already, or nothing of it stands.
 */
NODISCARD int joint_undo(struct joints *b, int64_t batch_id,
    const struct joint_by *by, struct arena *arena, struct err *e);

/* Call each for the batches below before_id, the newest first. */
NODISCARD int joint_list(struct joints *b, int64_t before_id, int64_t limit,
    void (*each)(void *user, const struct joint *batch), void *user,
    struct err *e);

/* The one with that id: 1, 0 or -1; each is called if it is there. */
NODISCARD int joint_find(struct joints *b, int64_t batch_id,
    void (*each)(void *user, const struct joint *batch), void *user,
    struct err *e);

/* Call each for the incidents of a batch that are still there. */
NODISCARD int joint_items(struct joints *b, int64_t batch_id,
    void (*each)(void *user, const struct joint_row *row), void *user,
    struct err *e);

/* "confirm", "reject", "change"; and the verdict of that name, or 0. */
const char *joint_verdict_name(enum joint_verdict verdict);
enum joint_verdict joint_verdict_find(struct str name);

/* "decided", "gone", "nothing-open", "changed", "held", "grave", "theme". */
const char *joint_outcome_name(enum joint_outcome outcome);

/* "restored", "undone-before", "decided-since"; NULL for 0. */
const char *joint_back_name(enum joint_back back);

#endif /* STORE_JOINT_H */
