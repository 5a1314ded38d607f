/*
 * Accounts, in the order they were made; adding and changing them.  A password
 * that is made here is told once, in the answer.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"
#include "agent/store/accounts.h"

static const char *const params[] = { NULL };

static const char *const columns[] = { "id", "name", "roles", "made_at",
	"used_at", "waits_until", "closed_at", "must_change", NULL };

static const struct apilist_kind kind = {
	.name = "accounts",
	.params = params,
	.columns = columns,
	.place_count = 1,
};

static void
write_row(void *user, const struct account *a)
{
	struct apilist *l = user;
	struct buf roles = { 0 };

	if (!apilist_has_room(l))
		return;
	accounts_print_roles(a->roles, &roles);
	apilist_int(l, a->id);
	apilist_text(l, a->name);
	apilist_words(l, buf_str(&roles));
	apilist_time_ms(l, a->made_ms);
	apilist_time_ms(l, a->used_ms);
	apilist_time_ms(l, a->locked_until_ms);
	apilist_time_ms(l, a->disabled_ms);
	apilist_bool(l, a->must_change);
	apilist_row(l, &a->id);
	buf_clear(&roles);
}

/* More than a page: log-ins for which there was no account. */
void
api_accounts(struct visit *v)
{
	int64_t strangers = 0, last_ms = CLOCK_NONE;
	struct err e = { 0 };
	struct jsonw *more;
	struct apilist l;

	if (apilist_read(&l, v, &kind) < 0)
		return;
	apilist_begin(&l);
	if (accounts_strangers(v->desk->accounts, &strangers, &last_ms, &e) <
		0 ||
	    accounts_page(v->desk->accounts, l.after[0], apilist_wanted(&l),
		write_row, &l, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	more = apilist_end_rows(&l);
	if (more) {
		jsonw_member_int(more, "strangers", strangers);
		jsonw_member_time(more, "last_stranger_at", last_ms);
	}
	apilist_end(&l);
}

/* --- one --- */

static int
write_account(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	const struct deed_account *of = user;
	struct buf roles = { 0 };
	char version[32];
	struct account a;
	int r = accounts_find_id(v->desk->accounts, of->id, &a, e);

	if (r <= 0)
		return r;
	(void)snprintf(version, sizeof version, "%" PRId64, a.changes);
	api_etag(v, version);
	accounts_print_roles(a.roles, &roles);
	jsonw_object(w);
	jsonw_member_int(w, "id", a.id);
	jsonw_member_text(w, "name", a.name);
	jsonw_key(w, "roles");
	api_words(w, buf_str(&roles));
	jsonw_member_time(w, "made_at", a.made_ms);
	jsonw_member_time(w, "used_at", a.used_ms);
	jsonw_member_time(w, "waits_until", a.locked_until_ms);
	jsonw_member_time(w, "closed_at", a.disabled_ms);
	jsonw_member_bool(w, "must_change", a.must_change);
	if (of->is_made)
		jsonw_member_text(w, "password", of->plain);
	jsonw_close(w);
	buf_clear(&roles);
	return 1;
}

void
api_account(struct visit *v)
{
	struct deed_account a = { .id = visit_number(v->arg) };

	api_record(v, write_account, &a);
}

/* --- changes --- */

void
api_account_add(struct visit *v)
{
	static const char *const members[] = { "name", "roles", NULL };
	static const char *const lists[] = { "roles", NULL };
	static const struct api_change c = { .members = members,
		.lists = lists,
		.prepare = deed_account_prepare,
		.make = deed_account_add,
		.print = write_account };
	struct deed_account a = { 0 };

	api_add(v, &c, &a);
	explicit_bzero(&a, sizeof a);
}

void
api_account_roles(struct visit *v)
{
	static const char *const members[] = { "roles", NULL };
	static const struct api_change c = { .members = members,
		.lists = members,
		.make = deed_account_roles,
		.print = write_account };
	struct deed_account a = { .id = visit_number(v->arg) };

	api_change(v, &c, &a);
}

static const char *const nothing[] = { NULL };

void
api_account_close(struct visit *v)
{
	static const struct api_change c = { .members = nothing,
		.make = deed_account_close,
		.print = write_account };
	struct deed_account a = { .id = visit_number(v->arg) };

	api_change(v, &c, &a);
}

void
api_account_open(struct visit *v)
{
	static const struct api_change c = { .members = nothing,
		.make = deed_account_open,
		.print = write_account };
	struct deed_account a = { .id = visit_number(v->arg) };

	api_change(v, &c, &a);
}

void
api_account_password(struct visit *v)
{
	static const struct api_change c = { .members = nothing,
		.prepare = deed_password_prepare,
		.make = deed_account_password,
		.print = write_account };
	struct deed_account a = { .id = visit_number(v->arg) };

	api_change(v, &c, &a);
	explicit_bzero(&a, sizeof a);
}
