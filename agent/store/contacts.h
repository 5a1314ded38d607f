/*
 * contacts: the log of contact with the informant of an incident.
 *
 * One entry is what somebody records at once: a call with what came of it, the
 * advice given, a visit, whether intelligence was passed on, what they were
 * told of the outcome.  Nothing is changed or taken out: who made a mistake
 * writes a new entry that corrects the old one, once; the old one stays and
 * says so, and does not count.  What is promised is followups.h.
 *
 * What is written is written inside the caller's transaction, and goes with
 * its incident.  The audit log has the numbers only.
 */
#ifndef STORE_CONTACTS_H
#define STORE_CONTACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct contacts; /* opaque; one connection, one thread */
struct err;
struct store;

/* Bytes of a note, and of the wording that somebody was told. */
#define CONTACT_NOTE_MAX 1000
#define CONTACT_TOLD_MAX 1000

/* Stored numbers, below: never renumber, only append. */

/* How there was contact. */
enum contact_way {
	CONTACT_WE_RANG = 1,
	CONTACT_THEY_RANG = 2,
	CONTACT_TEXT = 3,
	CONTACT_MAIL = 4,
	CONTACT_IN_PERSON = 5,
	CONTACT_LETTER = 6,
	CONTACT_NONE = 7 /* there was none: something else is recorded */
};

/* What came of a call. */
enum contact_outcome {
	CONTACT_REACHED = 1,
	CONTACT_LEFT_MESSAGE = 2,
	CONTACT_NO_ANSWER = 3,
	CONTACT_WRONG_NUMBER = 4,
	CONTACT_NOT_TO_BE_RUNG = 5,
	CONTACT_NO_NUMBER = 6,
	CONTACT_ANOTHER_TIME = 7
};

/* Who visits. */
enum contact_visitor {
	CONTACT_DESIGN_OFFICER = 1,
	CONTACT_TEAM = 2
};

/* What there is to say of a visit. */
enum contact_visit {
	CONTACT_VISIT_DECLINED = 1,
	CONTACT_VISIT_WANTED = 2,
	CONTACT_VISIT_DONE = 3,
	CONTACT_VISIT_NOBODY_THERE = 4,
	CONTACT_VISIT_NOT_NEEDED = 5
};

/* Whether intelligence was passed on. */
enum contact_intelligence {
	CONTACT_INTELLIGENCE_YES = 1,
	CONTACT_INTELLIGENCE_NO = 2
};

/* One entry; texts are borrowed for the call that gives or shows it. */
struct contact_entry {
	int64_t id, incident_id, account_id;
	int64_t at_ms;        /* when it was written */
	int64_t happened_ms;  /* when it was */
	int64_t corrects;     /* an earlier entry; 0: none */
	int64_t corrected_by; /* a later one; 0: none, it counts */
	int way, outcome;     /* outcome: of a call only, else 0 */
	int64_t advice;       /* bits: 1 << (number - 1) */
	int visit_by, visit;  /* both or neither */
	int64_t visit_ms;     /* wanted by, or when it was; CLOCK_NONE */
	int intelligence;     /* 0: nothing said of it */
	bool card;            /* the reference card was given */
	struct str told;      /* "theme/outcome" of the wording; or absent */
	struct str told_text; /* the wording as it was then */
	struct str note, by;  /* by: the account's name, when shown */
};

/* Borrows store until contacts_close().  The caller owns *out. */
NODISCARD int contacts_open(
    struct store *store, struct contacts **out, struct err *e);

/* Release *c and set it NULL.  NULL is fine. */
void contacts_close(struct contacts **c);

/*
 * Append entry (id, at_ms, corrected_by and by are not read) as actor,
 * "account:NAME", at now_ms.  Returns its id; 0 if what it corrects has been
 * corrected already (nothing is written); -1 with ERR_INVALID and a sentence
 * for whoever wrote it if it contradicts itself.
 */
NODISCARD int64_t contacts_add(struct contacts *c,
    const struct contact_entry *entry, const char *actor, int64_t now_ms,
    struct err *e);

/* Call each for the entries of an incident, the newest first. */
NODISCARD int contacts_list(struct contacts *c, int64_t incident_id,
    void (*each)(void *user, const struct contact_entry *entry), void *user,
    struct err *e);

/* Call each, once, for the entry: 1, 0 if there is none, -1. */
NODISCARD int contacts_find(struct contacts *c, int64_t id,
    void (*each)(void *user, const struct contact_entry *entry), void *user,
    struct err *e);

#endif /* STORE_CONTACTS_H */
