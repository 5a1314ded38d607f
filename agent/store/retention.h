/*
 * retention: whose time has come, and erasing it.
 *
 * An incident is of a class of the configuration by the tags that stand, or
 * "untagged".  Its time comes so many days after the last that happened to it.
 * Then its class says: erase it, or ask a person, who keeps it for another
 * while or lets it be erased.
 *
 *            time comes                      kept
 *     KEPT --------------> REVIEW --------------------> KEPT
 *       |   (class says so)  |  lets it be erased
 *       +----------------> DUE <-----+
 *                            | erased, with a certificate
 *
 * While it is held (holds.h), an alert about it waits, or a follow-up or its
 * encampment is open, nothing of it is erased.  Anything new that happens to it begins its time anew.
 *
 * A run goes through all incidents in small steps.  Each step that writes is
 * one short transaction, which intake waits for like for any other; killed at
 * any instant, a run leaves whole incidents erased with their certificate, and
 * is taken up by the next.  Erased means: all its rows, and those that hang on
 * it, overwritten in the database; the caller cuts the database's log.  What
 * stays is its number in the audit log and in its certificate.
 */
#ifndef STORE_RETENTION_H
#define STORE_RETENTION_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/conf/conf.h"

struct certificates;
struct err;
struct retention; /* opaque; one connection, one thread */
struct store;

/* The class of those without a tag, and of copies, in certificates. */
#define RETENTION_UNTAGGED "untagged"
#define RETENTION_COPIES   "copies"

/* How an incident stands. */
enum retention_state {
	RETENTION_KEPT,   /* its time has not come */
	RETENTION_HELD,   /* it has, and it is held */
	RETENTION_BUSY,   /* it has; an alert waits, or people are not done */
	RETENTION_REVIEW, /* it has, and a person is to decide */
	RETENTION_DUE     /* it has: it is erased */
};

/* What a person decides.  Stored: never renumber, only append. */
enum retention_verdict {
	RETENTION_OPEN = 0,
	RETENTION_KEEP = 1,
	RETENTION_ERASE = 2
};

/* Why.  Stored: never renumber, only append. */
enum retention_why {
	RETENTION_WHY_RISK = 1,    /* a risk of harm goes on */
	RETENTION_WHY_CASE = 2,    /* an investigation or a court needs it */
	RETENTION_WHY_INQUIRY = 3, /* a complaint or an inquiry needs it */
	RETENTION_WHY_PATTERN = 4, /* it is part of a series that goes on */
	RETENTION_WHY_DONE = 5     /* no policing purpose is left */
};
#define RETENTION_WHY_COUNT 5

/* One incident and how it stands; text is borrowed for the call. */
struct retention_item {
	int64_t incident_id;
	struct str feed, ref;
	struct conf_class
	    rule;         /* of the configuration, or what stands for it */
	int64_t since_ms; /* the last that happened to it */
	int64_t due_ms;   /* when its time comes or came */
	enum retention_state state;
	bool is_held;
	/* Of a review: */
	bool is_asked;
	enum retention_verdict verdict;
	enum retention_why why; /* if there is a verdict */
	int64_t decided_ms;
	int64_t until_ms; /* kept until; CLOCK_NONE */
	struct str decided_by;
};

/* What a run came to. */
struct retention_counts {
	int64_t looked, erased, asked, held;
};

/* A run; set up by the caller with conf, actor and now_ms, else zero. */
struct retention_run {
	const struct conf *conf; /* borrowed */
	const char *actor;       /* "agent", "user:NAME" */
	int64_t now_ms;
	int64_t after_id; /* the last incident that was looked at */
	struct retention_counts counts;
	int64_t begun_ms;
};

/* The last run. */
struct retention_last {
	int64_t begun_ms;
	int64_t ended_ms; /* CLOCK_NONE: it goes on, or was killed */
	struct retention_counts counts;
};

/* Borrows store until retention_close().  The caller owns *out. */
NODISCARD int retention_open(
    struct store *store, struct retention **out, struct err *e);

/* Release *r and set it NULL.  NULL is fine. */
void retention_close(struct retention **r);

/* Its certificates, borrowed. */
struct certificates *retention_certificates(struct retention *r);

/* The class of all tagged ones where the configuration has none.  Static. */
const struct conf_class *retention_preset(void);

/* --- looking --- */

/* Call each with how incident id stands: 1, 0 if there is none, -1. */
NODISCARD int retention_find(struct retention *r, const struct conf *conf,
    int64_t id, int64_t now_ms,
    void (*each)(void *user, const struct retention_item *item), void *user,
    struct err *e);

/* Which of a list, and as of when. */
struct retention_page {
	const struct conf *conf; /* borrowed */
	int64_t now_ms;
	/* Behind this place in the order; after_id 0: from the start. */
	int64_t after_ms, after_id;
	int64_t limit;
};

/*
 * Call each for incidents of a page in the order of their ids (after_ms is not
 * read), however they stand.  *last is the last one's id.  Returns how many.
 */
NODISCARD int retention_walk(struct retention *r,
    const struct retention_page *page,
    void (*each)(void *user, const struct retention_item *item), void *user,
    int64_t *last, struct err *e);

/* Call each for those that wait for a person, the longest due first. */
NODISCARD int retention_reviews(struct retention *r,
    const struct retention_page *page,
    void (*each)(void *user, const struct retention_item *item), void *user,
    struct err *e);

/* How many do. */
NODISCARD int retention_review_count(
    struct retention *r, int64_t *out, struct err *e);

/* The last run: 1, 0 if there was none, -1. */
NODISCARD int retention_last_run(
    struct retention *r, struct retention_last *out, struct err *e);

/* --- a person decides --- */

/* A decision: about which incident, what, why, who. */
struct retention_decision {
	int64_t incident_id;
	enum retention_verdict verdict; /* not RETENTION_OPEN */
	enum retention_why why;
	const char *actor;
	int64_t now_ms;
};

/*
 * Decide about an incident that waits for it, in the caller's transaction: 1;
 * 0 if it does not wait any more; -1.  Kept, it is for the class's again.
 * Writes an "alteration" line.
 */
NODISCARD int retention_decide(struct retention *r, const struct conf *conf,
    const struct retention_decision *d, struct err *e);

/* --- a run --- */

/*
 * Begin: written down, so that it is known when the last one was.  A run that
 * was killed is begun anew.  run->begun_ms is set.
 */
NODISCARD int retention_begin(
    struct retention *r, struct retention_run *run, struct err *e);

/*
 * Look at some incidents more, and erase or put up for review those whose time
 * has come.  1 while there is more, 0 at the end, -1.
 */
NODISCARD int retention_step(
    struct retention *r, struct retention_run *run, struct err *e);

/*
 * Erase some of quarantine that is older than copies are kept, but what names
 * a held incident.  1 while there is more, 0 at the end, -1.
 */
NODISCARD int retention_step_quarantine(
    struct retention *r, const struct retention_run *run, struct err *e);

/* End: certificates get their place in the audit log. */
NODISCARD int retention_end(
    struct retention *r, const struct retention_run *run, struct err *e);

/*
 * The certificate under which copies are erased, in the caller's transaction
 * (copylist.h erases files).
 */
NODISCARD int retention_copies_certificate(struct retention *r,
    const struct retention_run *run, int64_t *id, struct err *e);

/* --- words --- */

/* "kept", "held", "something is open", "for review", "due". */
const char *retention_state_name(enum retention_state state);

/* For forms and the audit log; for people; whom it speaks for. */
const char *retention_why_name(enum retention_why why);
const char *retention_why_words(enum retention_why why);
enum retention_verdict retention_why_verdict(enum retention_why why);

/* The reason of that name: 1, or 0 if there is none. */
int retention_why_find(struct str name, enum retention_why *out);

#endif /* STORE_RETENTION_H */
