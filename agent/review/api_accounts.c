/*
 * Accounts, in the order they were made.
 */
#include <inttypes.h>
#include <stdio.h>

#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
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

void
api_accounts(struct visit *v)
{
	struct err e = { 0 };
	struct apilist l;

	if (apilist_read(&l, v, &kind) < 0)
		return;
	apilist_begin(&l);
	if (accounts_page(v->desk->accounts, l.after[0], apilist_wanted(&l),
		write_row, &l, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	(void)apilist_end_rows(&l);
	apilist_end(&l);
}

static int
write_account(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	const int64_t *id = user;
	struct buf roles = { 0 };
	char version[32];
	struct account a;
	int r = accounts_find_id(v->desk->accounts, *id, &a, e);

	if (r <= 0)
		return r;
	(void)snprintf(version, sizeof version, "%" PRId64, a.changes);
	api_etag(v, version);
	accounts_print_roles(a.roles, &roles);
	jsonw_object(w);
	jsonw_key(w, "id");
	jsonw_int(w, a.id);
	jsonw_key(w, "name");
	jsonw_text(w, a.name);
	jsonw_key(w, "roles");
	api_words(w, buf_str(&roles));
	jsonw_key(w, "made_at");
	jsonw_time(w, a.made_ms);
	jsonw_key(w, "used_at");
	jsonw_time(w, a.used_ms);
	jsonw_key(w, "waits_until");
	jsonw_time(w, a.locked_until_ms);
	jsonw_key(w, "closed_at");
	jsonw_time(w, a.disabled_ms);
	jsonw_key(w, "must_change");
	jsonw_bool(w, a.must_change);
	jsonw_close(w);
	buf_clear(&roles);
	return 1;
}

void
api_account(struct visit *v)
{
	int64_t id = visit_number(v->arg);

	api_record(v, write_account, &id);
}
