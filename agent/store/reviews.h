/*
 * reviews: what people decide of tags, and what waits for a decision.
 *
 * A decision is about one theme of one incident: the tag is confirmed or
 * rejected, or a theme is added that the rules missed.  Decisions made
 * together are one act and are undone together.  None is ever changed or taken
 * out; an undone one keeps who undid it and when.  At most one stands for an
 * incident and theme.  A person's decision outranks the rules' (reviews_apply)
 * and stays when the rules read the incident again.
 *
 * An incident waits in the queue while a tag stands of which nothing was
 * decided.  Its rank is that of its gravest such tag.
 *
 * What is written is written inside the caller's transaction.
 */
#ifndef STORE_REVIEWS_H
#define STORE_REVIEWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "rules/ruleset.h"

struct arena;
struct err;
struct reviews; /* opaque; one connection, one thread */
struct store;

/* Stored: never renumber, only append. */
enum review_verdict {
	REVIEW_CONFIRMED = 1,
	REVIEW_REJECTED = 2,
	REVIEW_ADDED = 3
};

/* Most decisions in one act. */
#define REVIEW_ACT_MAX 32

/* Bytes of a note, and of a version as text, with its NUL. */
#define REVIEW_NOTE_MAX    1000
#define REVIEW_VERSION_MAX 106

/* One decision to be made. */
struct review_wish {
	struct str theme;
	enum review_verdict verdict;
};

/* Decisions to be made together; all borrowed for the call. */
struct review_act {
	int64_t incident_id;
	const char *version; /* that was seen (reviews_version) */
	const struct review_wish *wishes;
	size_t count; /* 1 to REVIEW_ACT_MAX, of different themes */
	int64_t account_id;
	const char *actor; /* "account:NAME" */
	struct str note;
	int64_t batch_id; /* decided with others (joint.h); 0: alone */
	int64_t now_ms;
};

/* An act to be undone. */
struct review_undo {
	int64_t act_id;
	int64_t account_id;
	const char *actor; /* "account:NAME" */
	int64_t batch_id;  /* undone with others; 0: alone */
	int64_t now_ms;
};

/* One that was made; text is borrowed for the call that shows it. */
struct review_decision {
	int64_t id, act_id;
	struct str theme, by, note;
	enum review_verdict verdict;
	int64_t at_ms;
	int64_t undone_ms; /* CLOCK_NONE: it stands */
	struct str undone_by;
};

/* One incident that waits. */
struct review_item {
	int64_t incident_id;
	struct str feed, ref, grade, status, district, near_name, near_bearing;
	struct str grid_ref;
	double near_m; /* NAN: unknown */
	int64_t opened_ms, last_ms;
	int64_t rank; /* 0 is the gravest */
	int64_t since_ms;
	bool in_progress;
	struct str themes; /* undecided, gravest first: "fuel,equine" */
	struct str why;    /* what gave most points, and its words */
	int64_t looked_ms; /* by the asker; CLOCK_NONE: never */
	bool has_changed;  /* a message came that the asker has not seen */
};

/* What of the queue, by what the asker has looked at. */
enum review_mark {
	REVIEW_ANY = 0,
	REVIEW_NEVER = 1,  /* never looked at */
	REVIEW_CHANGED = 2 /* looked at, and a message came since */
};

/* What of the queue, by who has it: took, decided last, or holds a follow-up. */
enum review_who {
	REVIEW_ANYBODY = 0,
	REVIEW_MINE = 1,  /* the asker */
	REVIEW_NOBODY = 2 /* not even who followed a link in an alert */
};

/* What to list of the queue; absent texts and 0 mean all. */
struct review_filter {
	struct str theme, district;
	bool in_progress;          /* only those */
	enum rules_level level;    /* only with a tag that is no graver */
	int64_t from_ms, until_ms; /* that wait since then; both inclusive */
	enum review_mark mark;
	enum review_who who;
	int64_t account_id; /* who asks, for looked_ms, mark and who */
	/* Behind this place in the order; rank -1: from the start. */
	int64_t after_rank, after_since_ms, after_id;
	int64_t limit;
};

/* Borrows store until reviews_close().  The caller owns *out. */
NODISCARD int reviews_open(
    struct store *store, struct reviews **out, struct err *e);

/* Release *r and set it NULL.  NULL is fine. */
void reviews_close(struct reviews **r);

/* Put an incident into the queue, move it there or take it out. */
NODISCARD int reviews_refresh(
    struct reviews *r, int64_t incident_id, struct err *e);

/* Where an incident stands in the queue's order. */
struct review_place {
	int64_t rank, since_ms;
};

/* Does it wait, and where?  1, 0 or -1. */
NODISCARD int reviews_place(struct reviews *r, int64_t incident_id,
    struct review_place *out, struct err *e);

/*
 * A text that changes with each message, tag and decision of an incident, for
 * ETag: who decides says which version was seen.
 */
NODISCARD int reviews_version(struct reviews *r, int64_t incident_id,
    char out[REVIEW_VERSION_MAX], struct err *e);

/*
 * Decide what act says, as one act.  A decision that stands for a theme is
 * undone by it.  To confirm or reject needs a tag that stands, to add one that
 * does not: else ERR_INVALID, as for a note of more than REVIEW_NOTE_MAX bytes.
 * Returns the act's id, or 0 if version is no longer that of the incident
 * (nothing is written).  Writes one "alteration" line and refreshes the queue.
 */
NODISCARD int64_t reviews_decide(
    struct reviews *r, const struct review_act *act, struct err *e);

/*
 * Undo all of an act that still stands: 1, 0 if none of it does, or -1.
 * *incident_id is set if it is 1.
 */
NODISCARD int reviews_undo(struct reviews *r, const struct review_undo *undo,
    int64_t *incident_id, struct err *e);

/* Call each for the decisions of an incident, oldest first. */
NODISCARD int reviews_list(struct reviews *r, int64_t incident_id,
    void (*each)(void *user, const struct review_decision *d), void *user,
    struct err *e);

/* Call each for what waits, in order: gravest, then longest waiting. */
NODISCARD int reviews_queue(struct reviews *r,
    const struct review_filter *filter,
    void (*each)(void *user, const struct review_item *item), void *user,
    struct err *e);

/* How many wait by filter, and since when the longest; CLOCK_NONE: none. */
NODISCARD int reviews_count(struct reviews *r,
    const struct review_filter *filter, int64_t *count, int64_t *oldest_ms,
    struct err *e);

/*
 * What people decided, put over what the rules say: rejected themes go out of
 * tags, added ones come in as level alert, confirmed ones stay at the gravest
 * level they had, both without evidence of words where the rules have none.  tags are
 * sorted by theme; the new array is the arena's.  *turns is a number that
 * grows with each decision and each undoing of one.  Returns 0 or -1.
 */
NODISCARD int reviews_apply(struct reviews *r, int64_t incident_id,
    struct arena *arena, const struct rules_tag **tags, size_t *count,
    int64_t *turns, struct err *e);

/*
 * The next incident with a decision that nobody was told of yet, after the id
 * after: 1, 0 or -1.
 */
NODISCARD int reviews_untold(
    struct reviews *r, int64_t after, int64_t *incident_id, struct err *e);

/* All decisions of an incident are told. */
NODISCARD int reviews_told(
    struct reviews *r, int64_t incident_id, struct err *e);

/*
 * A look at an incident.  What has come since goes by the message and not by
 * the time, so that a clock that is set back hides nothing.
 */
struct review_look {
	int64_t at_ms;      /* CLOCK_NONE: never */
	int64_t message_id; /* the newest that was there; 0: none */
};

/* The newest message of an incident; 0: it has none. */
NODISCARD int reviews_newest(
    struct reviews *r, int64_t incident_id, int64_t *message_id, struct err *e);

/* The account looked at the incident. */
NODISCARD int reviews_looked(struct reviews *r, int64_t account_id,
    int64_t incident_id, const struct review_look *look, struct err *e);

/* Its last look. */
NODISCARD int reviews_look_of(struct reviews *r, int64_t account_id,
    int64_t incident_id, struct review_look *look, struct err *e);

/* "confirmed", "rejected" or "added". */
const char *review_verdict_name(enum review_verdict verdict);

#endif /* STORE_REVIEWS_H */
