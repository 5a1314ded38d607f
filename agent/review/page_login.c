/*
 * Logging in and out.  What is said does not tell whether the name or the
 * password was wrong; what is logged tells the administrator.
 */
#include <inttypes.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/password.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"
#include "agent/store/store.h"

#define WRONG                                                               \
	"Name and password do not belong together, or the account is "      \
	"closed. After five wrong ones it waits a while; an administrator " \
	"can set a new password."

static void
print_form(struct visit *v, const char *problem)
{
	visit_page(v, "Log in");
	if (problem) {
		buf_add_text(v->out, "<p class=\"problem\" role=\"alert\">");
		html_words(v->out, problem);
		buf_add_text(v->out, "</p>");
	}
	buf_add_text(v->out,
	    "<form class=\"login\" method=\"post\" action=\"/login\">"
	    "<p><label for=\"name\">Account</label>"
	    "<input id=\"name\" name=\"name\" autocomplete=\"username\" "
	    "autocapitalize=\"none\" spellcheck=\"false\" required "
	    "maxlength=\"40\"></p>"
	    "<p><label for=\"password\">Password</label>"
	    "<input id=\"password\" name=\"password\" type=\"password\" "
	    "autocomplete=\"current-password\" required></p>"
	    "<p><button>Log in</button></p></form>");
	visit_page_end(v);
}

void
page_login(struct visit *v)
{
	if (v->is_in)
		visit_redirect(v, "/");
	else
		print_form(v, NULL);
}

static bool
is_open(const struct visit *v, const struct account *a)
{
	return a->disabled_ms == CLOCK_NONE &&
	       (a->locked_until_ms == CLOCK_NONE ||
		   a->locked_until_ms <= v->now_ms);
}

/* Is the account still what the password was held against? */
static int
is_unchanged(
    struct visit *v, const struct account *a, const char *kept, struct err *e)
{
	char now_kept[PASSWORD_KEPT_MAX];
	struct account now;
	int r = accounts_find(
	    v->desk->accounts, str_of(a->name), &now, now_kept, e);

	return r <= 0 ? r : is_open(v, &now) && strcmp(kept, now_kept) == 0;
}

/* In a transaction: a session if it is right, else a failure.  1, 0 or -1. */
static int
note(struct visit *v, const struct account *a, const char *kept, bool is_right,
    struct err *e)
{
	char token[TOKEN_TEXT_MAX];
	int r;

	if (store_begin(v->desk->store, e) < 0)
		return -1;
	r = is_right ? is_unchanged(v, a, kept, e) : 0;
	if (r > 0)
		r = visit_open_session(v, a->id, token, e) < 0 ? -1 : 1;
	else if (r == 0)
		r = accounts_note_failure(
		    v->desk->accounts, a->id, v->now_ms, e);
	if (r < 0 || store_commit(v->desk->store, e) < 0) {
		store_rollback(v->desk->store);
		return -1;
	}
	if (r > 0)
		visit_set_cookie(v, token);
	return r;
}

/* There is no such account that is open: 0 or -1. */
static int
note_stranger(struct visit *v, struct err *e)
{
	log_warn("review: log-in refused, no such open account peer=%s",
	    v->rq->peer);
	if (store_begin(v->desk->store, e) < 0)
		return -1;
	if (accounts_note_stranger(v->desk->accounts, v->now_ms, e) < 0) {
		store_rollback(v->desk->store);
		return -1;
	}
	return store_commit(v->desk->store, e);
}

/*
 * 1: in, 0: not, -1.  A name that is no account, or a closed or waiting one,
 * takes the time of a check too, and of the write that follows it.
 */
static int
log_in(struct visit *v, struct str name, struct str password, struct err *e)
{
	char kept[PASSWORD_KEPT_MAX];
	struct account a;
	int found = accounts_find(v->desk->accounts, name, &a, kept, e);
	/* Nothing is kept for who comes by the sign-on alone. */
	bool may = found == 1 && is_open(v, &a) && kept[0] != '\0';
	int right;

	if (found < 0)
		return -1;
	right =
	    password_check(&v->service->gate, may ? kept : NULL, password, e);
	if (right < 0)
		return -1;
	if (!may)
		return note_stranger(v, e);
	if (right == 0)
		log_warn("review: wrong password account=%s peer=%s", a.name,
		    v->rq->peer);
	return note(v, &a, kept, right, e);
}

/*
 * Another site's form may not log somebody in as somebody else, so it has to
 * say it is from here, where a browser says so.
 */
static bool
is_from_elsewhere(const struct visit *v)
{
	struct str site = http_head(v->rq, "Sec-Fetch-Site");

	return str_is_given(site) && !str_is(site, "same-origin") &&
	       !str_is(site, "none");
}

void
page_log_in(struct visit *v)
{
	struct buf name = { 0 }, password = { 0 };
	struct err e = { 0 };
	int r = 0;

	if (is_from_elsewhere(v))
		print_form(v, "Please log in from this page.");
	else if (http_form(v->rq, "name", &name) < 1 ||
		 http_form(v->rq, "password", &password) < 1)
		print_form(v, "Account and password are both needed.");
	else {
		r = log_in(v, str_trim(buf_str(&name)), buf_str(&password), &e);
		if (r > 0)
			visit_redirect(v, "/");
		else if (r == 0) {
			print_form(v, WRONG);
			v->reply->status = 403;
		} else
			visit_fail(v, &e);
	}
	if (password.p)
		explicit_bzero(password.p, password.len);
	buf_clear(&password);
	buf_clear(&name);
}

void
page_log_out(struct visit *v)
{
	uint8_t digest[HASH_BYTES];
	struct err e = { 0 };

	token_keep(v->token, digest);
	if (store_begin(v->desk->store, &e) < 0 ||
	    accounts_log_out(v->desk->accounts, digest, v->now_ms,
		&v->service->limits, &e) < 0 ||
	    store_commit(v->desk->store, &e) < 0) {
		store_rollback(v->desk->store);
		visit_fail(v, &e);
		return;
	}
	visit_set_cookie(v, NULL);
	visit_redirect(v, "/login");
}
