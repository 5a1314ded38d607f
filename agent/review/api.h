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

/* The series that people made, the newest first. */
void api_series(struct visit *v);

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

/* One. */
void api_account(struct visit *v);

/* The register of encampments; one entry; figures by month. */
void api_camps(struct visit *v);
void api_camp(struct visit *v);
void api_camp_figures(struct visit *v);

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

/* The contact log of an incident. */
void api_contacts(struct visit *v);

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

#endif /* REVIEW_API_H */
