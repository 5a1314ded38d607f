/*
 * deed: what people change, be it by the form of a page or by the API.
 *
 * Each is for visit_change(): in that transaction it looks whether what is to
 * be changed is as it was seen (visit_saw), reads with visit_field() what is
 * asked for, changes it and writes the "alteration" line.  It returns 1; 0 if
 * it changed meanwhile or, in the API, is not there; or -1 with e, in which
 * ERR_INVALID is a sentence for whoever asked, about the field v->bad if that
 * is set.  The first parameter is given to visit_change().
 *
 * A page redirects after it; the API prints the record (api.h).  So both can
 * do the same, under the same rules.
 */
#ifndef REVIEW_DEED_H
#define REVIEW_DEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/password.h"
#include "agent/base/str.h"
#include "agent/store/accounts.h"
#include "agent/store/takers.h"

struct camp;
struct err;
struct outbox_row;
struct quarantine_item;
struct visit;

/* Bytes of a version, which is what an ETag has between its quotes. */
#define DEED_VERSION_MAX 80

/* --- a delivery; user is its id, int64_t --- */

/* What changes with each try and with setting aside. */
void deed_alert_version(
    const struct outbox_row *row, char version[DEED_VERSION_MAX]);

/* Try it again.  Of a form: tries. */
NODISCARD int deed_alert_retry(void *user, struct visit *v, struct err *e);

/* Set it aside.  Of a form: tries; why, a word of outbox_desk.h. */
NODISCARD int deed_alert_aside(void *user, struct visit *v, struct err *e);

/* Try all that are dead again; user is an int, set to how many. */
NODISCARD int deed_alerts_retry_dead(
    void *user, struct visit *v, struct err *e);

/* --- a message in quarantine; user is its id, int64_t --- */

/* Why one is thrown away: the word, and for people. */
struct deed_why {
	const char *word, *label;
};

/* All of these; count by *count. */
const struct deed_why *deed_quarantine_whys(size_t *count);

/* What changes with its state. */
void deed_quarantine_version(
    const struct quarantine_item *q, char version[DEED_VERSION_MAX]);

/* Take it in again as it stands.  Of a form: changed. */
NODISCARD int deed_quarantine_replay(
    void *user, struct visit *v, struct err *e);

/* Throw it away.  Of a form: changed; why, a word of the above. */
NODISCARD int deed_quarantine_drop(void *user, struct visit *v, struct err *e);

/*
 * Take in again those of a kind, up to 200.  feed, reason; user is an int, set
 * to how many.
 */
NODISCARD int deed_quarantine_replay_kind(
    void *user, struct visit *v, struct err *e);

/* So many of a kind are taken in again at once. */
#define DEED_REPLAY_MAX 200

/* --- how long an incident is kept; user is its number, int64_t --- */

/* What changes with its holds and reviews: 1, 0 if it is not there, or -1. */
NODISCARD int deed_retention_version(struct visit *v, int64_t incident_id,
    char version[DEED_VERSION_MAX], struct err *e);

/* Hold it.  Of a form: hold; why, until (a day, may be empty). */
NODISCARD int deed_hold_put(void *user, struct visit *v, struct err *e);

/* End the hold.  Of a form: hold. */
NODISCARD int deed_hold_end(void *user, struct visit *v, struct err *e);

/* Review it.  Of a form: hold; why, a word of retention.h. */
NODISCARD int deed_retention_review(void *user, struct visit *v, struct err *e);

/* --- series and links --- */

/* An incident that is put in a series or taken out. */
struct deed_series {
	int64_t incident_id;
	int64_t set_id; /* set by deed_series_put() */
};

/* What changes with an incident's series; with what is said of its links. */
NODISCARD int deed_series_version(struct visit *v, int64_t incident_id,
    char version[DEED_VERSION_MAX], struct err *e);
NODISCARD int deed_links_version(struct visit *v, int64_t incident_id,
    char version[DEED_VERSION_MAX], struct err *e);

/* Put it in; user is a struct deed_series.  series, or name; kind, reason. */
NODISCARD int deed_series_put(void *user, struct visit *v, struct err *e);

/*
 * Take it out; user is a struct deed_series, of which a page need not know the
 * incident.  The member: the arg, in the API member.
 */
NODISCARD int deed_series_take(void *user, struct visit *v, struct err *e);

/* Say whether a link is one; user is the incident's number, int64_t.
 * other, kind, verdict (confirm, reject); of a form: seen. */
NODISCARD int deed_link_judge(void *user, struct visit *v, struct err *e);

/* Undo that; user as above.  The verdict: the arg, in the API verdict. */
NODISCARD int deed_link_undo(void *user, struct visit *v, struct err *e);

/* --- hand-over --- */

/* Leave a note; user is its id, int64_t, set.  note. */
NODISCARD int deed_note(void *user, struct visit *v, struct err *e);

/* --- accounts --- */

/* An account that is changed, and the password that was made for it. */
struct deed_account {
	int64_t id; /* set by deed_account_add() */
	char name[ACCOUNT_NAME_MAX];
	unsigned roles;
	char plain[PASSWORD_NEW_MAX]; /* to be shown once, if is_made */
	char kept[PASSWORD_KEPT_MAX];
	bool is_made;
};

/*
 * Read the name and roles of a new account and make its password; make one for
 * another.  That takes its time, so it is called before visit_change(): 0 or
 * -1.  user is a struct deed_account.  name, role-WORD; in the API roles.
 */
NODISCARD int deed_account_prepare(void *user, struct visit *v, struct err *e);
NODISCARD int deed_password_prepare(void *user, struct visit *v, struct err *e);

/* Add it, or give it that password; user as above. */
NODISCARD int deed_account_add(void *user, struct visit *v, struct err *e);
NODISCARD int deed_account_password(void *user, struct visit *v, struct err *e);

/* Change its roles; close it; open it.  Of a form: version. */
NODISCARD int deed_account_roles(void *user, struct visit *v, struct err *e);
NODISCARD int deed_account_close(void *user, struct visit *v, struct err *e);
NODISCARD int deed_account_open(void *user, struct visit *v, struct err *e);

/* --- the register of encampments (its lines: lineform.h) --- */

/* An entry to be opened from an incident; the caller clears body. */
struct deed_camp {
	int64_t incident_id;
	struct buf body;
	int64_t moved_from;
	int64_t camp_id; /* set by deed_camp_begin() */
};

/* What changes with each line of an entry, and each incident of it. */
void deed_camp_version(const struct camp *c, char version[DEED_VERSION_MAX]);

/*
 * Read the entry, before visit_change(): 0 or -1; open it.  user is a struct
 * deed_camp.  The fields of CAMP_PLACE, moved.
 */
NODISCARD int deed_camp_check(void *user, struct visit *v, struct err *e);
NODISCARD int deed_camp_begin(void *user, struct visit *v, struct err *e);

/*
 * Join an incident to an entry, or take one out; user is the entry's number,
 * int64_t.  Of a form: turns; incident, or to join ref.
 */
NODISCARD int deed_camp_join(void *user, struct visit *v, struct err *e);
NODISCARD int deed_camp_part(void *user, struct visit *v, struct err *e);

/* --- an informant --- */

/*
 * Record contact about an incident; user is its number, int64_t.  The fields
 * of contactform.h; promise, due, falls-to, mine; done-ID, in the API done.
 */
NODISCARD int deed_contact(void *user, struct visit *v, struct err *e);

/* A follow-up that is changed. */
struct deed_followup {
	int64_t id;
	bool is_closed; /* set */
};

/* What changes with each line of its history; line is the last. */
void deed_followup_version(
    int64_t id, int64_t line, char version[DEED_VERSION_MAX]);

/*
 * Change one; user is a struct deed_followup.  Of a form: version; what, due,
 * falls-to, holder, ending, note.
 */
NODISCARD int deed_followup_change(void *user, struct visit *v, struct err *e);

/* --- who has a job --- */

/* What a button is; 0: none. */
enum taker_word deed_job_word(struct str value);

/* What changes with each thing that is said of an incident: 0 or -1. */
NODISCARD int deed_job_version(struct visit *v, int64_t incident_id,
    char version[DEED_VERSION_MAX], struct err *e);

/*
 * Say that somebody has it; user is its number, int64_t.  Of the API alone,
 * since a page's press carries a word that makes it one of its kind.  word,
 * note.
 */
NODISCARD int deed_job_say(void *user, struct visit *v, struct err *e);

#endif /* REVIEW_DEED_H */
