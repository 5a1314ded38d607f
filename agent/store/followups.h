/*
 * followups: what is promised to an informant or has to be done after an
 * incident, by when, and to whom it falls.
 *
 * A person opens one, or the agent does by itself: then it has a cause, a
 * theme, and there is one of those for an incident at most.  It is moved,
 * given to somebody, closed, opened again; each is a line and none is ever
 * changed.  What stands is that of its last line.  The agent withdraws and
 * wants again only what it made itself and no person has touched.
 *
 * Who changes one says the last line they saw: two at once cannot overwrite
 * each other.  What is written is written inside the caller's transaction, and
 * goes with its incident.  The audit log has numbers and words of the lists.
 */
#ifndef STORE_FOLLOWUPS_H
#define STORE_FOLLOWUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct followups; /* opaque; one connection, one thread */
struct store;

/* Bytes of a note or reason. */
#define FOLLOWUP_NOTE_MAX 1000

/* Stored numbers, below: never renumber, only append. */

/* What is to be done. */
enum followup_kind {
	FOLLOWUP_RING = 1,
	FOLLOWUP_TELL = 2,
	FOLLOWUP_ADVICE = 3,
	FOLLOWUP_DESIGN_VISIT = 4,
	FOLLOWUP_TEAM_VISIT = 5,
	FOLLOWUP_PASS_ON = 6
};

/* To whom it falls. */
enum followup_function {
	FOLLOWUP_DESK = 1,
	FOLLOWUP_TEAM = 2,
	FOLLOWUP_DESIGN_OFFICER = 3
};

/* How it ended. */
enum followup_ending {
	FOLLOWUP_DONE = 1,
	FOLLOWUP_DONE_BY_OTHERS = 2,
	FOLLOWUP_NOT_WANTED = 3,
	FOLLOWUP_NOT_REACHED = 4,
	FOLLOWUP_NOT_POSSIBLE = 5,
	FOLLOWUP_WITHDRAWN = 6 /* by the agent, of what it had made itself */
};

/* What a line of a follow-up says. */
enum followup_what {
	FOLLOWUP_OPENED = 1,
	FOLLOWUP_MOVED = 2,
	FOLLOWUP_GIVEN = 3,
	FOLLOWUP_CLOSED = 4,
	FOLLOWUP_REOPENED = 5
};

/* One to be opened; texts are borrowed for the call. */
struct followup_wish {
	int64_t incident_id;
	int64_t contact_id; /* the entry in which it was promised; 0: none */
	int kind, falls_to;
	int64_t due_ms;
	int64_t holder_id; /* an account; 0: whoever has the function */
	int64_t account_id;
	const char *actor; /* "account:NAME" */
	struct str note;
	int64_t now_ms;
};

/* A change of one: what says which of the members are read. */
struct followup_change {
	int64_t id;
	int64_t version;         /* the last line that was seen */
	enum followup_what what; /* all but FOLLOWUP_OPENED */
	int64_t due_ms;          /* moved, reopened */
	int falls_to;            /* given */
	int64_t holder_id;       /* given; 0: whoever has the function */
	int ending;              /* closed */
	int64_t account_id;
	const char *actor;
	struct str note; /* moved: the reason, which must be given */
	int64_t now_ms;
};

/* One as it stands; texts are borrowed for the call that shows it. */
struct followup {
	int64_t id, incident_id, version, made_ms, due_ms, holder_id;
	int64_t ended_ms; /* CLOCK_NONE: it is open */
	int kind, falls_to, ending;
	struct str ref, district, themes; /* of its incident */
	struct str cause;      /* why the agent opened it; or absent */
	struct str by, holder; /* accounts' names; or absent */
	struct str note;
};

/* One line of its history. */
struct followup_line {
	int64_t id, at_ms, due_ms;
	int what, falls_to, ending;
	struct str by;     /* absent: the agent */
	struct str holder; /* absent: whoever has the function */
	struct str note;
};

/* What to list of those that are open. */
struct followup_filter {
	int64_t holder_id;              /* 0: of all */
	int64_t after_due_ms, after_id; /* behind this place in the order */
	int64_t before_ms;              /* due before then */
	int64_t limit;
};

/* Borrows store until followups_close().  The caller owns *out. */
NODISCARD int followups_open(
    struct store *store, struct followups **out, struct err *e);

/* Release *f and set it NULL.  NULL is fine. */
void followups_close(struct followups **f);

/* Open one.  Returns its id, or -1 (ERR_INVALID: a sentence for the writer). */
NODISCARD int64_t followups_add(
    struct followups *f, const struct followup_wish *wish, struct err *e);

/*
 * Change one: 1; 0 if the version is no longer the last line (nothing is
 * written); -1, with ERR_INVALID if it is closed, or open, already.
 */
NODISCARD int followups_change(
    struct followups *f, const struct followup_change *change, struct err *e);

/*
 * What the agent finds of an incident: cause is the theme for which the team
 * should visit, absent if there is no reason; why is a sentence for the
 * history.  Opens one that falls to the team, due at due_ms, or opens it
 * again, or withdraws it, unless a person has touched it.  Returns how many
 * lines were written: 0 or 1, or -1.
 */
NODISCARD int followups_judge(struct followups *f, int64_t incident_id,
    struct str cause, int64_t due_ms, struct str why, int64_t now_ms,
    struct err *e);

/* Call each for those open by filter, what is due first before the others. */
NODISCARD int followups_list(struct followups *f,
    const struct followup_filter *filter,
    void (*each)(void *user, const struct followup *one), void *user,
    struct err *e);

/* Call each for all of an incident, open or not, oldest first. */
NODISCARD int followups_of(struct followups *f, int64_t incident_id,
    void (*each)(void *user, const struct followup *one), void *user,
    struct err *e);

/* Call each, once, for that one: 1, 0 if there is none, -1. */
NODISCARD int followups_find(struct followups *f, int64_t id,
    void (*each)(void *user, const struct followup *one), void *user,
    struct err *e);

/* Call each for the lines of one, oldest first. */
NODISCARD int followups_lines(struct followups *f, int64_t id,
    void (*each)(void *user, const struct followup_line *line), void *user,
    struct err *e);

/*
 * How many are open and due before then, of which at most so many are counted;
 * holder_id 0: of all.
 */
NODISCARD int followups_count(struct followups *f, int64_t holder_id,
    int64_t before_ms, int64_t most, int64_t *count, struct err *e);

#endif /* STORE_FOLLOWUPS_H */
