/*
 * visit: one request from somebody, and what its page needs: who it is, what
 * they may, a connection to the store, the answer that is being written.
 */
#ifndef REVIEW_VISIT_H
#define REVIEW_VISIT_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/http.h"
#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/base/token.h"
#include "agent/review/scribe.h"
#include "agent/store/accounts.h"

struct desk;
struct err;
struct json;
struct service;

/* Who may read incidents. */
#define VISIT_READERS (ACCOUNT_OFFICER | ACCOUNT_REVIEWER | ACCOUNT_ANALYST)

/* Who reads the rules and their changes. */
#define VISIT_RULE_PEOPLE \
	(ACCOUNT_ANALYST | ACCOUNT_APPROVER | ACCOUNT_ADMINISTRATOR)

/* Who speaks with informants and sees to what was promised. */
#define VISIT_CALLERS (ACCOUNT_OFFICER | ACCOUNT_REVIEWER)

/* The request, who makes it, and the answer. */
struct visit {
	struct service *service;
	struct desk *desk;
	const struct http_request *rq;
	struct http_reply *reply;
	struct buf *out; /* the reply's body */
	struct account account;
	bool is_api;         /* under /v1: answers JSON, problems too (api.h) */
	bool is_named;       /* by the sign-on or a certificate (signon.h) */
	const char *refused; /* why who was named may not come in, or NULL */
	bool is_in;          /* somebody is logged in: account */
	struct str token;    /* of the session */
	char form[TOKEN_TEXT_MAX];        /* what a form must carry */
	char actor[ACCOUNT_NAME_MAX + 8]; /* "account:NAME" */
	struct str arg;          /* what stands in the path for its "*" */
	const struct json *body; /* of a change of the API; borrowed, or NULL */
	const char *bad; /* the field that a refusal is about, or NULL */
	int64_t now_ms;
	struct scribe_wait looks; /* to be on disk before the answer goes */
};

/* Find out who asks.  0, or -1 if the store failed. */
NODISCARD int visit_begin(struct visit *v, struct err *e);

/*
 * In the caller's transaction: a session for the account, and the end of the
 * one that the browser had.  After the commit the token goes into the cookie.
 */
NODISCARD int visit_open_session(struct visit *v, int64_t account_id,
    char token[TOKEN_TEXT_MAX], struct err *e);

/* The session of that token, borrowed, is the visitor's: account is set. */
void visit_enter(struct visit *v, struct str token);

/* Has the visitor any of the roles? */
bool visit_may(const struct visit *v, unsigned roles);

/*
 * Does a form come from one of our pages shown to this session?  The form
 * carries a word made from the session's token (OWASP, synchronizer token), a
 * change of the API the same in X-Buzzard-Form, and a browser that says where
 * it comes from says it is from here.
 */
bool visit_is_ours(const struct visit *v);

/* Answer: go to path and ask again with GET (303). */
void visit_redirect(struct visit *v, const char *path);

/* Answer: go to the first page that the visitor may see. */
void visit_home(struct visit *v);

/* Set or, with NULL, remove the session's cookie. */
void visit_set_cookie(struct visit *v, const char *token);

/* A positive decimal number of at most 18 digits, such as an arg; else 0. */
int64_t visit_number(struct str text);

/*
 * Read a time, RFC 3339, or a date such as 2026-01-14, which is its first
 * moment in London.  false: it is neither.
 */
bool visit_time(struct str text, int64_t *ms);

/*
 * A field of the form that was sent, trimmed, in the desk's arena; absent if
 * it is not there or not UTF-8.  A change of the API has members for fields: a
 * number as its digits, true as "yes"; "NAME-WORD" is "yes" where the list NAME
 * has that word, as a form has a box for it, and else the member is NAME_WORD.
 */
struct str visit_field(struct visit *v, const char *name);

/*
 * Is what is to be changed as it was seen?  A form says so in its field of that
 * name, a number; the API with the version in If-Match.  1, 0, or -1 where the
 * form says nothing.
 */
NODISCARD int visit_saw(struct visit *v, const char *field, int64_t number,
    const char *version, struct err *e);

/*
 * What is to be changed is not there any more: 0 in the API, which answers 404;
 * -1 with that sentence on a page.
 */
NODISCARD int visit_gone(struct visit *v, const char *what, struct err *e);

/* What is refused is about that field, or about none (NULL). */
void visit_blame(struct visit *v, const char *field);

/* Refuse what the field says: -1, ERR_INVALID with that sentence. */
NODISCARD int visit_bad(
    struct visit *v, const char *field, const char *what, struct err *e);

/*
 * Call change in a transaction of its own, which is committed if it returns 1;
 * then the agent is woken.  Returns what change did: 1; 0 where somebody else
 * was faster; or -1 with e, ERR_INVALID being a sentence for the visitor.
 */
NODISCARD int visit_change(struct visit *v,
    int (*change)(void *user, struct visit *v, struct err *e), void *user,
    struct err *e);

/* The page for a change that came to nothing: 0 and -1 of visit_change(). */
void visit_refuse(struct visit *v, int result, const struct err *e);

/* Begin a page: status 200, head, navigation, a level-one heading. */
void visit_page(struct visit *v, const char *title);

/* End it. */
void visit_page_end(struct visit *v);

/*
 * A link to the list of this page as a file; path is that of the API with its
 * query but the format, escaped for HTML, and what says which list it is.
 */
void visit_csv(struct visit *v, const char *path, const char *what);

/* The same with what the page was asked for of params, ended by NULL. */
void visit_csv_with(struct visit *v, const char *path,
    const char *const *params, const char *what);

/* A whole page that says one thing, with a status: "Not found". */
void visit_say(
    struct visit *v, unsigned status, const char *title, const char *what);

/* The page for a failed store: says nothing of the inside; e is logged. */
void visit_fail(struct visit *v, const struct err *e);

/* The hidden field that visit_is_ours() looks for. */
void visit_form_field(struct visit *v);

/*
 * Record that something was looked at: a "consultation" line about an incident
 * (0: a list) and, for an incident, that this account has seen it up to the
 * message that is now its newest.  Call it before reading what is shown.  It
 * is written while the page is made; service.c sends no answer before it is on
 * disk, and an error page if it cannot be.  -1: the store failed.
 */
NODISCARD int visit_record_look(
    struct visit *v, int64_t incident_id, const char *page, struct err *e);

/*
 * Write an "alteration" line about an incident (0: none) in the transaction of
 * the change; detail is JSON of ids and fixed words.
 */
NODISCARD int visit_record_change(
    struct visit *v, int64_t incident_id, const char *detail, struct err *e);

/*
 * The same as visit_record_look() of something about an incident that is not
 * its log: that stays as new to this account as it was.
 */
NODISCARD int visit_record_part(
    struct visit *v, int64_t incident_id, const char *page, struct err *e);

/*
 * The same of a list that goes out as a file of so many rows, of which each
 * counts as a look at an incident.
 */
void visit_record_file(
    struct visit *v, const char *page, const char *form, int64_t rows);

#endif /* REVIEW_VISIT_H */
