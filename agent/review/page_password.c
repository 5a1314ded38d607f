/*
 * The visitor's own password.  Who was given one by an administrator comes here
 * before anything else.
 */
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

static void
print_input(struct visit *v, const char *id, const char *label,
    const char *complete, const char *hint)
{
	buf_addf(v->out,
	    "<p><label for=\"%s\">%s</label>"
	    "<span class=\"hint\" id=\"%s-hint\">%s</span>"
	    "<input id=\"%s\" name=\"%s\" type=\"password\" "
	    "autocomplete=\"%s\" required maxlength=\"%d\" "
	    "aria-describedby=\"%s-hint\"></p>",
	    id, label, id, hint, id, id, complete, PASSWORD_MAX, id);
}

static void
print_form(struct visit *v, const char *problem)
{
	if (v->is_named) {
		visit_say(v, 409, "No password is needed",
		    "You come in by the force's sign-on or by your "
		    "certificate. A password is neither asked for nor changed "
		    "here.");
		return;
	}
	visit_page(v, "Change your password");
	if (problem) {
		v->reply->status = 409;
		buf_add_text(v->out, "<p class=\"problem\" role=\"alert\">");
		html_words(v->out, problem);
		buf_add_text(v->out, "</p>");
	}
	if (v->account.must_change)
		buf_add_text(v->out,
		    "<p>An administrator made your password. Choose one that "
		    "only you know; then you can go on.</p>");
	buf_add_text(v->out,
	    "<form class=\"login\" method=\"post\" action=\"/password\">");
	print_input(v, "present", "Password now", "current-password",
	    "The one that you logged in with.");
	print_input(v, "password", "New password", "new-password",
	    "12 characters at least. Three words that do not belong together "
	    "are a good one.");
	print_input(v, "again", "The new one again", "new-password",
	    "So that it is what you meant.");
	visit_form_field(v);
	buf_add_text(v->out, "<p><button>Change it</button></p></form>");
	visit_page_end(v);
}

void
page_password(struct visit *v)
{
	print_form(v, NULL);
}

/* What was sent, and what is kept of the new one. */
struct wish {
	struct buf present, password, again;
	char kept[PASSWORD_KEPT_MAX], token[TOKEN_TEXT_MAX];
};

static void
forget(struct buf *b)
{
	if (b->p)
		explicit_bzero(b->p, b->len);
	buf_clear(b);
}

/* Is it the visitor's?  A wrong one counts as at the log-in.  1, 0 or -1. */
static int
is_right(struct visit *v, const struct wish *w, struct err *e)
{
	char kept[PASSWORD_KEPT_MAX];
	struct account a;
	int r = accounts_find(
	    v->desk->accounts, str_of(v->account.name), &a, kept, e);

	if (r <= 0)
		return r;
	if (a.locked_until_ms != CLOCK_NONE && a.locked_until_ms > v->now_ms)
		return 0;
	r = password_check(&v->service->gate, kept, buf_str(&w->present), e);
	if (r != 0)
		return r;
	log_warn(
	    "review: wrong password account=%s peer=%s", a.name, v->rq->peer);
	if (store_begin(v->desk->store, e) < 0)
		return -1;
	if (accounts_note_failure(v->desk->accounts, a.id, v->now_ms, e) < 0) {
		store_rollback(v->desk->store);
		return -1;
	}
	return store_commit(v->desk->store, e);
}

/* It ends all sessions of the account; this browser gets a new one. */
static int
set(void *user, struct visit *v, struct err *e)
{
	struct wish *w = user;

	if (accounts_set_password(v->desk->accounts, v->account.id, w->kept,
		v->now_ms, v->actor, e) < 0 ||
	    visit_open_session(v, v->account.id, w->token, e) < 0)
		return -1;
	return 1;
}

/* 1: changed; else -1 with why, ERR_INVALID for the visitor. */
static int
try(struct visit *v, struct wish *w, struct err *e)
{
	struct str plain = buf_str(&w->password);
	int r;

	if (http_form(v->rq, "present", &w->present) < 1 ||
	    http_form(v->rq, "password", &w->password) < 1 ||
	    http_form(v->rq, "again", &w->again) < 1)
		return err_set(e, ERR_INVALID, "All three are needed.");
	plain = buf_str(&w->password);
	if (!str_is_equal(plain, buf_str(&w->again)))
		return err_set(
		    e, ERR_INVALID, "The two new ones are not the same.");
	if (str_is_equal(plain, buf_str(&w->present)))
		return err_set(e, ERR_INVALID,
		    "The new one is the one that you have: choose another.");
	if (password_is_fit(plain, str_of(v->account.name), e) < 0)
		return -1;
	r = is_right(v, w, e);
	if (r < 0)
		return -1;
	if (r == 0)
		return err_set(e, ERR_INVALID,
		    "That is not your password now, or the account waits after "
		    "wrong ones.");
	if (password_keep(&v->service->gate, plain, w->kept, e) < 0)
		return -1;
	return visit_change(v, set, w, e);
}

void
page_set_password(struct visit *v)
{
	struct wish w = { .present = { 0 } };
	struct err e = { 0 };

	if (v->is_named)
		print_form(v, NULL);
	else if (try(v, &w, &e) > 0) {
		visit_set_cookie(v, w.token);
		visit_redirect(v, "/");
	} else if (e.code == ERR_INVALID)
		print_form(v, e.msg);
	else
		visit_fail(v, &e);
	forget(&w.present);
	forget(&w.password);
	forget(&w.again);
	explicit_bzero(&w, sizeof w);
}
