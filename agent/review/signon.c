#include "agent/review/signon.h"

#include <stdio.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/review/desk.h"
#include "agent/review/service_private.h"
#include "agent/review/visit.h"
#include "agent/store/store.h"

#define NOBODY                                                             \
	"The sign-on in front of this service named no account. It is to " \
	"send one field that does; the administrator's log says which."
#define NOT_TRUSTED                                                        \
	"Your certificate is not one that this service trusts, or it has " \
	"run out. Ask for a new one."
#define NOT_NAMED                                                           \
	"Your certificate names no account here. Ask whoever issues them, " \
	"or an administrator."
#define NO_ACCOUNT                                                      \
	"You are signed on, but there is no open account of your name " \
	"here. Ask an administrator for one."

/* ASCII capitals made small: names are not told apart by them. */
static struct str
in_small(struct visit *v, struct str name)
{
	char text[ACCOUNT_NAME_MAX];

	if (name.len >= sizeof text)
		return (struct str){ 0 };
	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];

		text[i] = (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
	}
	return arena_str(v->desk->arena, str_make(text, name.len));
}

/* Take name for the account's if it can be one; else refuse with why. */
static struct str
accept(struct visit *v, struct str name, const char *why)
{
	struct str small = in_small(v, str_trim(name));

	if (accounts_is_name(small))
		return small;
	v->refused = why;
	return (struct str){ 0 };
}

/*
 * Whom the proxy names.  A field that is there twice may be one of the visitor's
 * own beside the proxy's: neither counts.
 */
static struct str
by_field(struct visit *v)
{
	const char *field = v->service->signon.field;
	size_t count = http_head_count(v->rq, field);

	if (count == 1)
		return accept(v, http_head(v->rq, field), NOBODY);
	log_warn("review: the sign-on's field is to be there once field=%s "
		 "times=%zu",
	    field, count);
	v->refused = NOBODY;
	return (struct str){ 0 };
}

/* Whom a certificate names; absent too if none was shown. */
static struct str
by_certificate(struct visit *v)
{
	char name[HTTP_CLIENT_NAME_MAX];
	bool by_mail = v->service->signon.by_mail;
	struct str who;

	switch (http_client(v->rq, by_mail, name)) {
	case HTTP_CLIENT_NONE: return (struct str){ 0 };
	case HTTP_CLIENT_UNKNOWN:
		log_warn("review: certificate refused, not trusted peer=%s",
		    v->rq->peer);
		v->refused = NOT_TRUSTED;
		return (struct str){ 0 };
	case HTTP_CLIENT_UNNAMED:
		v->refused = NOT_NAMED;
		return (struct str){ 0 };
	case HTTP_CLIENT_KNOWN: break;
	}
	who = str_of(name);
	if (by_mail)
		who.len = strcspn(name, "@");
	return accept(v, who, NOT_NAMED);
}

/* In a transaction: the account that is named, made if it may be.  1, 0, -1. */
static int
find_or_make(
    struct visit *v, struct str name, struct account *out, struct err *e)
{
	struct accounts *accounts = v->desk->accounts;
	unsigned roles = v->rq->by_socket ? v->service->signon.new_roles : 0;
	char kept[PASSWORD_KEPT_MAX];
	int r = accounts_find(accounts, name, out, kept, e);

	if (r != 0 || roles == 0)
		return r;
	/* Of no password is nothing kept, so none is ever right. */
	if (accounts_add(accounts, name.p, roles, "", v->now_ms, "sign-on", e) <
	    0)
		return -1;
	log_info("review: account made for the sign-on account=%s", name.p);
	return accounts_find(accounts, name, out, kept, e);
}

/* In a transaction: a session for who is named: 1, 0 if it may not be, -1. */
static int
enter(
    struct visit *v, struct str name, char token[TOKEN_TEXT_MAX], struct err *e)
{
	struct account a;
	int r = find_or_make(v, name, &a, e);

	if (r <= 0)
		return r;
	if (a.disabled_ms != CLOCK_NONE)
		return 0;
	if (accounts_sweep(
		v->desk->accounts, v->now_ms, &v->service->limits, e) < 0 ||
	    visit_open_session(v, a.id, token, e) < 0)
		return -1;
	v->account = a;
	return 1;
}

/* Nobody is in any more, whatever the cookie said. */
static void
forget(struct visit *v)
{
	v->is_in = false;
	v->account = (struct account){ 0 };
}

static int
open_session(struct visit *v, struct str name, struct err *e)
{
	char token[TOKEN_TEXT_MAX];
	int r;

	if (store_begin(v->desk->store, e) < 0)
		return -1;
	r = enter(v, name, token, e);
	if (r > 0 && store_commit(v->desk->store, e) < 0)
		r = -1;
	if (r <= 0) {
		store_rollback(v->desk->store);
		forget(v);
		v->refused = r == 0 ? NO_ACCOUNT : NULL;
		if (r == 0)
			log_warn("review: signed on, but no such open account "
				 "account=%s peer=%s",
			    name.p, v->rq->peer);
		return r;
	}
	visit_set_cookie(v, token);
	visit_enter(v, arena_str(v->desk->arena, str_of(token)));
	return 0;
}

int
signon_begin(struct visit *v, struct err *e)
{
	struct str name = (struct str){ 0 };

	if (v->rq->by_socket)
		name = by_field(v);
	else if (v->service->signon.by_certificate)
		name = by_certificate(v);
	if (!str_is_given(name)) {
		if (v->refused)
			forget(v);
		return 0;
	}
	v->is_named = true;
	if (v->is_in && str_is(name, v->account.name))
		return 0;
	return open_session(v, name, e);
}
