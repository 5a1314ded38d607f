/*
 * api: the frame of the JSON API under /v1: what is read of a request and how
 * it is answered.  docs/openapi.yaml describes it.
 *
 * A resource is a function in api_NAME.c, declared at the end here, and a row
 * in the routes of service.c; lists are written with apilist.h.  What refuses a
 * page (visit_say, visit_fail, visit_refuse) answers a problem here, as
 * application/problem+json (RFC 9457), so code for both can be shared.
 *
 * Every record has an ETag, a text that changes with it, and every change of
 * one must carry it back in If-Match: 428 without, 412 with the record as it is
 * now if somebody else was faster.  A change is a POST with a JSON object and,
 * since a cookie goes along by itself, the word of GET /v1/session in the field
 * X-Buzzard-Form, which no other site can send.
 */
#ifndef REVIEW_API_H
#define REVIEW_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/jsonw.h"
#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct json;
struct visit;

/* --- refusing --- */

/* Answer a problem; detail is a sentence that says what to do. */
void api_problem(struct visit *v, unsigned status, const char *detail);

/* The same about one member of the body or parameter: its name is told. */
void api_problem_of(
    struct visit *v, unsigned status, const char *field, const char *detail);

/* Answer 401: nobody is logged in. */
void api_log_in_first(struct visit *v);

/*
 * The answer for a change that came to nothing, result being that of
 * visit_change(): 0 is 412, with what print appends as "current" and its ETag,
 * or 404 if print returns 0; -1 with ERR_INVALID is 422, else the store failed.
 */
void api_refuse(struct visit *v, int result,
    int (*print)(void *user, struct visit *v, struct jsonw *w, struct err *e),
    void *user, const struct err *e);

/* --- records and changes --- */

/* The ETag of the answer: version is of letters, digits and "._-". */
void api_etag(struct visit *v, const char *version);

/*
 * Answer 200 (after a change, too) with what print writes as one JSON value,
 * or 404 if it returns 0.  It calls api_etag().
 */
void api_record(struct visit *v,
    int (*print)(void *user, struct visit *v, struct jsonw *w, struct err *e),
    void *user);

/* Does the request say what version it saw?  If not, 428 was answered. */
bool api_says_what_it_saw(struct visit *v);

/* Is version among what the request's If-Match names (RFC 9110, 13.1.1)? */
bool api_saw(const struct visit *v, const char *version);

/*
 * The body, a JSON object with no members but those named (ended by NULL); the
 * caller frees it (json_free).  NULL: it was answered why not (400, 415, 422).
 */
struct json *api_body(struct visit *v, const char *const *members);

/* A text of the body in the desk's arena, trimmed; absent if not given. */
struct str api_text(
    struct visit *v, const struct json *body, const char *member);

/* A change of a record. */
struct api_change {
	const char *const *members; /* of the body, ended by NULL */
	const char *const
	    *lists; /* those that are lists of words; NULL: none */
	/* Before the transaction, what takes time; 0 or -1.  NULL: nothing. */
	int (*prepare)(void *user, struct visit *v, struct err *e);
	/*
	 * For visit_change(); reads with visit_field() and asks visit_saw():
	 * 1, 0 if it changed or is not there, or -1.
	 */
	int (*make)(void *user, struct visit *v, struct err *e);
	/* What is answered, and with 412. */
	int (*print)(
	    void *user, struct visit *v, struct jsonw *w, struct err *e);
};

/* Answer a change: as api_record() if it was made, else as api_refuse(). */
void api_change(struct visit *v, const struct api_change *c, void *user);

/*
 * The same where something is added and nothing can be overwritten: it needs no
 * If-Match.
 */
void api_add(struct visit *v, const struct api_change *c, void *user);

/* For api_add(): {"count":N}, user being that number, an int. */
NODISCARD int api_count(
    void *user, struct visit *v, struct jsonw *w, struct err *e);

/* An array of the words with commas between. */
void api_words(struct jsonw *w, struct str words);

/* --- the resources: rows in service.c --- */

/* What there is, for the account that asks. */
void api_index(struct visit *v);

/* docs/openapi.yaml. */
void api_description(struct visit *v);

/* Who is logged in, and the word that a change must carry. */
void api_session(struct visit *v);

/* What waits for a decision, in its order. */
void api_queue(struct visit *v);

/* What was found by words, plate, place, time, tags. */
void api_search(struct visit *v);

/* The series that people made, that the rules found; one with its members. */
void api_series(struct visit *v);
void api_series_found(struct visit *v);
void api_linkset(struct visit *v);

/* The series of an incident; put it in one, take it out. */
void api_memberships(struct visit *v);
void api_series_put(struct visit *v);
void api_series_take(struct visit *v);

/* What may have to do with an incident; judge such a link, undo that. */
void api_links(struct visit *v);
void api_link_judge(struct visit *v);
void api_link_undo(struct visit *v);

/* The marks that have a plate or part; what they were seen with. */
void api_vehicles(struct visit *v);
void api_seen_with(struct visit *v);

/* What happened on a shift, in its lists; leave a note. */
void api_handover_incidents(struct visit *v);
void api_handover_standing(struct visit *v);
void api_handover_decisions(struct visit *v);
void api_handover_holders(struct visit *v);
void api_handover_notes(struct visit *v);
void api_handover_note(struct visit *v);

/* The incidents, the last opened first; also as GeoJSON. */
void api_incidents(struct visit *v);

/* One with its tags, evidence, decisions and log. */
void api_incident(struct visit *v);

/* Decide about its themes, as one act. */
void api_incident_decide(struct visit *v);

/* Undo an act about it. */
void api_incident_undo(struct visit *v);

/* Acts by which several incidents were decided; one; undo it. */
void api_batches(struct visit *v);
void api_batch(struct visit *v);
void api_batch_undo(struct visit *v);

/* What would change if several were decided together; do it. */
void api_batch_preview(struct visit *v);
void api_batch_do(struct visit *v);

/* Saved views of the queue; add one; one; change it; delete it. */
void api_views(struct visit *v);
void api_view_add(struct visit *v);
void api_view(struct visit *v);
void api_view_change(struct visit *v);
void api_view_delete(struct visit *v);

/* All accounts. */
void api_accounts(struct visit *v);

/* One; add one; change its roles, close it, open it, make a new password. */
void api_account(struct visit *v);
void api_account_add(struct visit *v);
void api_account_roles(struct visit *v);
void api_account_close(struct visit *v);
void api_account_open(struct visit *v);
void api_account_password(struct visit *v);

/* The register of encampments; one entry; figures by month. */
void api_camps(struct visit *v);
void api_camp(struct visit *v);
void api_camp_figures(struct visit *v);

/* What is due; open an entry, add a line, join an incident, take one out. */
void api_camps_due(struct visit *v);
void api_camp_open(struct visit *v);
void api_camp_line(struct visit *v);
void api_camp_join(struct visit *v);
void api_camp_part(struct visit *v);

/* What is recorded of fly-tipping; figures by month. */
void api_tippings(struct visit *v);
void api_tipping_figures(struct visit *v);

/* What people did, the last first. */
void api_audit(struct visit *v);

/* Reading that was reported as unusual, the last first. */
void api_unusual(struct visit *v);

/* What is promised and due; one with its history. */
void api_followups(struct visit *v);
void api_followup(struct visit *v);

/* Move one, give it to somebody, close it, open it again. */
void api_followup_change(struct visit *v);

/* The contact log of an incident; add to it. */
void api_contacts(struct visit *v);
void api_contact_add(struct visit *v);

/* What is recorded of an incident's fly-tipping; record it. */
void api_tipping(struct visit *v);
void api_tipping_put(struct visit *v);

/* Who has an incident; say so. */
void api_job(struct visit *v);
void api_job_say(struct visit *v);

/* How many informants were told the outcome, by month and theme. */
void api_told(struct visit *v);

/* Changes of the force's own rules, the last made first; one. */
void api_rule_changes(struct visit *v);
void api_rule_change(struct visit *v);

/* Make one, and the steps of it. */
void api_rule_change_make(struct visit *v);
void api_rule_change_propose(struct visit *v);
void api_rule_change_withdraw(struct visit *v);
void api_rule_change_preview(struct visit *v);
void api_rule_change_approve(struct visit *v);
void api_rule_change_send_back(struct visit *v);

/* The outbox; what each recipient has; the channels; one delivery. */
void api_alerts(struct visit *v);
void api_alert_recipients(struct visit *v);
void api_channels(struct visit *v);
void api_alert(struct visit *v);

/* Those about an incident. */
void api_incident_alerts(struct visit *v);

/* Why it has not the other themes. */
void api_whynot(struct visit *v);

/* Try it again, or set it aside; try all that are dead again. */
void api_alert_retry(struct visit *v);
void api_alert_aside(struct visit *v);
void api_alerts_retry_dead(struct visit *v);

/* How each feed is; what it brought by day. */
void api_feeds(struct visit *v);
void api_feed_days(struct visit *v);

/* What could not be read, one by one and by kind; one of it. */
void api_quarantine(struct visit *v);
void api_quarantine_kinds(struct visit *v);
void api_quarantined(struct visit *v);

/* Take it in again, or throw it away; take in again all of a kind. */
void api_quarantined_replay(struct visit *v);
void api_quarantined_drop(struct visit *v);
void api_quarantine_replay_kind(struct visit *v);

/* What is erased by age: the whole, the classes, and what stands where. */
void api_retention(struct visit *v);
void api_retention_classes(struct visit *v);
void api_retention_reviews(struct visit *v);
void api_holds(struct visit *v);
void api_certificates(struct visit *v);

/* How long one incident is kept; hold it, end that, review it. */
void api_kept(struct visit *v);
void api_hold(struct visit *v);
void api_release(struct visit *v);
void api_keep(struct visit *v);

/* How each rule did; the set in use; its files. */
void api_rules(struct visit *v);
void api_rule_set(struct visit *v);
void api_rule_files(struct visit *v);

#endif /* REVIEW_API_H */
