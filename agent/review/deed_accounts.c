/*
 * Adding an account, and changing its roles, its password and whether it is
 * open.
 */
#include "agent/review/deed.h"

#include <inttypes.h>
#include <stdio.h>

#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/review/desk.h"
#include "agent/review/service_private.h"

/* --- what is asked for --- */

/* The boxes of a form. */
static unsigned
read_boxes(struct visit *v)
{
	struct buf field = { 0 };
	unsigned roles = 0;

	for (unsigned i = 0; i < ACCOUNT_ROLES; i++) {
		buf_reset(&field);
		buf_add_text(&field, "role-");
		accounts_print_roles(1U << i, &field);
		if (str_is(visit_field(v, field.p), "yes"))
			roles |= 1U << i;
	}
	buf_clear(&field);
	return roles;
}

/* The list of the API: 0, or -1 if one is no role. */
static int
read_list(struct visit *v, unsigned *roles, struct err *e)
{
	const struct json *list = json_member(v->body, "roles");
	struct buf words = { 0 };
	int r = 0;

	for (size_t i = 0; i < json_count(list); i++)
		buf_addf(&words, "%s%.*s", i > 0 ? "," : "",
		    STR_ARG(json_text(json_item(list, i))));
	v->bad = "roles";
	if (words.len > 0)
		r = accounts_parse_roles(buf_str(&words), roles, e);
	if (r == 0)
		v->bad = NULL;
	buf_clear(&words);
	return r;
}

static int
read_roles(struct visit *v, unsigned *roles, const char *none, struct err *e)
{
	*roles = 0;
	if (!v->is_api)
		*roles = read_boxes(v);
	else if (read_list(v, roles, e) < 0)
		return -1;
	return *roles != 0 ? 0 : visit_bad(v, "roles", none, e);
}

int
deed_password_prepare(void *user, struct visit *v, struct err *e)
{
	struct deed_account *a = user;

	return password_keep(
	    &v->service->gate, str_of(password_new(a->plain)), a->kept, e);
}

int
deed_account_prepare(void *user, struct visit *v, struct err *e)
{
	struct deed_account *a = user;
	struct str name = visit_field(v, "name");

	if (!accounts_is_name(name))
		return visit_bad(v, "name",
		    "A name is 1 to 40 of a-z, 0-9 and . _ - and begins with "
		    "a letter or figure.",
		    e);
	if (read_roles(v, &a->roles, "An account needs a role.", e) < 0)
		return -1;
	(void)snprintf(a->name, sizeof a->name, "%.*s", STR_ARG(name));
	return deed_password_prepare(a, v, e);
}

/* --- changes --- */

int
deed_account_add(void *user, struct visit *v, struct err *e)
{
	struct deed_account *a = user;
	struct account made;
	char kept[PASSWORD_KEPT_MAX];
	int r;

	v->bad = "name";
	if (accounts_add(v->desk->accounts, a->name, a->roles, a->kept,
		v->now_ms, v->actor, e) < 0)
		return -1;
	v->bad = NULL;
	r = accounts_find(v->desk->accounts, str_of(a->name), &made, kept, e);
	if (r <= 0 || accounts_ask_change(v->desk->accounts, made.id, e) < 0)
		return -1;
	a->id = made.id;
	a->is_made = true;
	return 1;
}

/* Is it as it was seen?  1 and its name, 0 or -1. */
static int
is_current(struct visit *v, struct deed_account *a, struct err *e)
{
	char version[DEED_VERSION_MAX];
	struct account now;
	int r = accounts_find_id(v->desk->accounts, a->id, &now, e);

	if (r < 0)
		return -1;
	if (r == 0)
		return visit_gone(v, "There is no such account.", e);
	(void)snprintf(a->name, sizeof a->name, "%s", now.name);
	(void)snprintf(version, sizeof version, "%" PRId64, now.changes);
	return visit_saw(v, "version", now.changes, version, e);
}

int
deed_account_roles(void *user, struct visit *v, struct err *e)
{
	struct deed_account *a = user;
	int r = is_current(v, a, e);

	if (r <= 0)
		return r;
	if (read_roles(v, &a->roles,
		"An account needs a role. To keep somebody out, close it.",
		e) < 0)
		return -1;
	return accounts_set_roles(v->desk->accounts, a->id, a->roles, v->now_ms,
		   v->actor, e) < 0
		   ? -1
		   : 1;
}

static int
set_disabled(
    struct deed_account *a, struct visit *v, bool is_disabled, struct err *e)
{
	int r = is_current(v, a, e);

	if (r <= 0)
		return r;
	return accounts_set_disabled(v->desk->accounts, a->id, is_disabled,
		   v->now_ms, v->actor, e) < 0
		   ? -1
		   : 1;
}

int
deed_account_close(void *user, struct visit *v, struct err *e)
{
	return set_disabled(user, v, true, e);
}

int
deed_account_open(void *user, struct visit *v, struct err *e)
{
	return set_disabled(user, v, false, e);
}

/* One's own is changed at /password, by who knows the present one. */
int
deed_account_password(void *user, struct visit *v, struct err *e)
{
	struct deed_account *a = user;
	int r = is_current(v, a, e);

	if (r <= 0)
		return r;
	if (a->id == v->account.id)
		return err_set(e, ERR_INVALID,
		    "Your own password is changed at /password.");
	if (accounts_set_password(v->desk->accounts, a->id, a->kept, v->now_ms,
		v->actor, e) < 0 ||
	    accounts_ask_change(v->desk->accounts, a->id, e) < 0)
		return -1;
	a->is_made = true;
	return 1;
}
