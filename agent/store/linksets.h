/*
 * linksets: what people make of links between incidents: series, and whether
 * a link that the program proposes is one.
 *
 * A series has a name and members, each with a kind of link, a reason and who
 * put it in.  A verdict is about one kind of link between two incidents.
 * Nothing is changed but for being undone, which says by whom; at most one
 * membership or verdict stands for the same thing.  All of it goes with its
 * incident, and a series with its last member, since even a name may tell of
 * somebody.
 *
 * What is written is written inside the caller's transaction.
 */
#ifndef STORE_LINKSETS_H
#define STORE_LINKSETS_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct db;
struct err;
struct linksets; /* opaque; one connection, one thread */

/* Bytes of a name and of a reason. */
#define LINKSETS_NAME_MAX   100
#define LINKSETS_REASON_MAX 500

/* A kind of link that is none of enum links_kind: the reason says. */
#define LINKSETS_OTHER 100

/* Stored: never renumber, only append. */
enum linksets_verdict {
	LINKSETS_CONFIRMED = 1,
	LINKSETS_REJECTED = 2
};

/* One series; text is borrowed for the call. */
struct linkset {
	int64_t id, made_ms, member_count;
	int64_t first_ms, last_ms; /* its incidents; CLOCK_NONE: not known */
	struct str name, by;
};

/* One member; text is borrowed for the call. */
struct linkset_member {
	int64_t id, linkset_id, incident_id;
	struct str name; /* of the series */
	int kind;        /* enum links_kind, or LINKSETS_OTHER */
	struct str reason, by;
	int64_t at_ms;
	int64_t undone_ms; /* CLOCK_NONE: it stands */
	struct str undone_by;
	int64_t opened_ms; /* of the incident; CLOCK_NONE */
	struct str ref, near_name, themes;
};

/* One verdict that stands. */
struct linkset_verdict {
	int64_t id, other_id; /* seen from the incident that was asked for */
	int kind;
	enum linksets_verdict verdict;
	struct str by;
	int64_t at_ms;
};

/* A series of the rules: how many others it counts for an incident. */
struct linkset_found {
	int64_t incident_id, opened_ms, count;
	struct str series, ref, themes;
};

/* A verdict to be made. */
struct linksets_wish {
	int64_t incident_id, other_id;
	int kind;
	enum linksets_verdict verdict;
	int64_t seen; /* the one that stood when the link was shown; 0: none */
};

/* Who writes. */
struct linksets_by {
	int64_t account_id, now_ms;
};

/* Borrows db until linksets_close().  The caller owns *out. */
NODISCARD int linksets_open(
    struct db *db, struct linksets **out, struct err *e);

/* Release *l and set it NULL.  NULL is fine. */
void linksets_close(struct linksets **l);

/* Make a series: its id, or -1.  ERR_INVALID: the name is empty or too long. */
NODISCARD int64_t linksets_make(struct linksets *l, struct str name,
    const struct linksets_by *by, struct err *e);

/*
 * Put an incident into a series: 1, 0 if there is no such series any more, -1;
 * ERR_INVALID: it is a member, or the reason is too long.
 */
NODISCARD int linksets_add(struct linksets *l, int64_t linkset_id,
    int64_t incident_id, int kind, struct str reason,
    const struct linksets_by *by, struct err *e);

/* Take a member out: 1 and *incident_id, 0 if it does not stand, -1. */
NODISCARD int linksets_undo_member(struct linksets *l, int64_t member_id,
    const struct linksets_by *by, int64_t *incident_id, struct err *e);

/* Call each for the series below before_id, the newest first. */
NODISCARD int linksets_list(struct linksets *l, int64_t before_id,
    int64_t limit, void (*each)(void *user, const struct linkset *set),
    void *user, struct err *e);

/* The one with that id: 1, 0 or -1; each is called if it is there. */
NODISCARD int linksets_find(struct linksets *l, int64_t linkset_id,
    void (*each)(void *user, const struct linkset *set), void *user,
    struct err *e);

/* Call each for the members of a series, the undone ones too, by time. */
NODISCARD int linksets_members(struct linksets *l, int64_t linkset_id,
    void (*each)(void *user, const struct linkset_member *member), void *user,
    struct err *e);

/* Call each for the memberships of an incident that stand. */
NODISCARD int linksets_of(struct linksets *l, int64_t incident_id,
    void (*each)(void *user, const struct linkset_member *member), void *user,
    struct err *e);

/*
 * Say whether a kind of link between two incidents is one.  1; 0 if another
 * verdict stands than was seen (nothing is written); -1.
 */
NODISCARD int linksets_decide(struct linksets *l,
    const struct linksets_wish *wish, const struct linksets_by *by,
    struct err *e);

/* Undo one: 1 and *incident_id, 0 if it does not stand, -1. */
NODISCARD int linksets_undo_verdict(struct linksets *l, int64_t verdict_id,
    const struct linksets_by *by, int64_t *incident_id, struct err *e);

/* Call each for the verdicts about an incident that stand. */
NODISCARD int linksets_verdicts(struct linksets *l, int64_t incident_id,
    void (*each)(void *user, const struct linkset_verdict *verdict), void *user,
    struct err *e);

/*
 * Call each for the series of the rules that stand on incidents below
 * before_id, the newest first, at most limit.
 */
NODISCARD int linksets_found(struct linksets *l, int64_t before_id,
    int64_t limit, void (*each)(void *user, const struct linkset_found *found),
    void *user, struct err *e);

#endif /* STORE_LINKSETS_H */
