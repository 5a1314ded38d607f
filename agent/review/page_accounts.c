/*
 * Accounts, for the administrator: who has one, what they may, and changing
 * that.  A password is made by the program and shown once; its owner has to
 * choose another before anything else, so that nobody else knows it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/visit.h"
#include "agent/store/accounts.h"

/* What a role lets do, in the order of the bits. */
static const char *const role_help[] = {
	"reads the queue and incidents",
	"decides, too",
	"reads who looked at what, not what it says",
	"sees which recordings could show an incident",
	"reads incidents, measures rules and proposes changes",
	"lets a change of rules through that somebody else proposed",
	"accounts, feeds and retention; reads no incident",
};
_Static_assert(sizeof role_help / sizeof role_help[0] == ACCOUNT_ROLES,
    "each role has its help");

/* --- showing --- */

static void
print_roles(struct buf *out, unsigned roles)
{
	struct buf words = { 0 };
	const char *between = "";

	for (unsigned i = 0; i < ACCOUNT_ROLES; i++) {
		if (!(roles & 1U << i))
			continue;
		buf_add_text(out, between);
		buf_reset(&words);
		accounts_print_roles(1U << i, &words);
		html_text(out, buf_str(&words));
		between = ", ";
	}
	buf_clear(&words);
}

static void
print_state(struct visit *v, const struct account *a)
{
	if (a->disabled_ms != CLOCK_NONE) {
		buf_add_text(v->out, "Closed ");
		html_time(v->out, a->disabled_ms);
	} else if (a->locked_until_ms != CLOCK_NONE &&
		   a->locked_until_ms > v->now_ms) {
		buf_add_text(v->out, "Waits after wrong passwords until ");
		html_time(v->out, a->locked_until_ms);
	} else if (a->must_change)
		buf_add_text(v->out, "Open; has to choose a password");
	else
		buf_add_text(v->out, "Open");
}

static void
print_used(struct visit *v, const struct account *a)
{
	if (a->used_ms == CLOCK_NONE)
		buf_add_text(v->out, "Never");
	else
		html_time(v->out, a->used_ms);
}

static void
print_row(void *user, const struct account *a)
{
	struct visit *v = user;

	buf_addf(v->out,
	    "<tr><th scope=\"row\"><a href=\"/accounts/%" PRId64 "\">", a->id);
	html_words(v->out, a->name);
	buf_add_text(v->out, "</a></th><td>");
	print_roles(v->out, a->roles);
	buf_add_text(v->out, "</td><td>");
	print_state(v, a);
	buf_add_text(v->out, "</td><td>");
	print_used(v, a);
	buf_add_text(v->out, "</td></tr>");
}

/* A box for each role, checked where roles has it. */
static void
print_boxes(struct buf *out, unsigned roles)
{
	struct buf words = { 0 };

	buf_add_text(out, "<fieldset><legend>Roles</legend>");
	for (unsigned i = 0; i < ACCOUNT_ROLES; i++) {
		buf_reset(&words);
		accounts_print_roles(1U << i, &words);
		buf_addf(out,
		    "<p><input type=\"checkbox\" id=\"role-%s\" "
		    "name=\"role-%s\" value=\"yes\"%s> "
		    "<label for=\"role-%s\">%s</label> "
		    "<span class=\"hint\">%s</span></p>",
		    words.p, words.p, roles & 1U << i ? " checked" : "",
		    words.p, words.p, role_help[i]);
	}
	buf_add_text(out, "</fieldset>");
	buf_clear(&words);
}

static void
print_form_to_add(struct visit *v)
{
	buf_add_text(v->out,
	    "<section class=\"change\" aria-labelledby=\"add\">"
	    "<h2 id=\"add\">Add an account</h2>"
	    "<form method=\"post\" action=\"/accounts\">"
	    "<p><label for=\"name\">Name</label> <span class=\"hint\" "
	    "id=\"name-hint\">A function or a collar number: 1 to 40 small "
	    "letters, figures and . _ -</span>"
	    "<input id=\"name\" name=\"name\" required maxlength=\"40\" "
	    "autocapitalize=\"none\" spellcheck=\"false\" "
	    "autocomplete=\"off\" aria-describedby=\"name-hint\"></p>");
	print_boxes(v->out, 0);
	visit_form_field(v);
	buf_add_text(v->out, "<button>Add it</button></form></section>");
}

static void
print_strangers(struct visit *v, int64_t count, int64_t last_ms)
{
	if (count == 0)
		return;
	buf_addf(v->out,
	    "<p>Log-ins refused because there was no such account, or it was "
	    "closed or waiting: <strong>%" PRId64 "</strong>, the last on ",
	    count);
	html_time(v->out, last_ms);
	buf_add_text(v->out, ".</p>");
}

void
page_accounts(struct visit *v)
{
	int64_t strangers = 0, last_ms = CLOCK_NONE;
	struct err e = { 0 };

	if (accounts_strangers(v->desk->accounts, &strangers, &last_ms, &e) <
	    0) {
		visit_fail(v, &e);
		return;
	}
	visit_page(v, "Accounts");
	buf_add_text(v->out,
	    "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
	    "aria-label=\"Accounts\"><table class=\"words\"><thead><tr>"
	    "<th scope=\"col\">Account</th><th scope=\"col\">Roles</th>"
	    "<th scope=\"col\">State</th><th scope=\"col\">Last log-in</th>"
	    "</tr></thead><tbody>");
	if (accounts_list(v->desk->accounts, print_row, v, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	buf_add_text(v->out, "</tbody></table></div>");
	print_strangers(v, strangers, last_ms);
	visit_csv(v, "/v1/accounts", "accounts");
	print_form_to_add(v);
	visit_page_end(v);
}

/* A form of an account's page that changes it. */
static void
begin_form(struct visit *v, const struct account *a, const char *verb)
{
	buf_addf(v->out,
	    "<form method=\"post\" action=\"/accounts/%" PRId64 "/%s\">"
	    "<input type=\"hidden\" name=\"version\" value=\"%" PRId64 "\">",
	    a->id, verb, a->changes);
	visit_form_field(v);
}

static void
print_forms(struct visit *v, const struct account *a)
{
	bool is_closed = a->disabled_ms != CLOCK_NONE;

	buf_add_text(v->out, "<section class=\"change\">"
			     "<h2>Change its roles</h2>");
	begin_form(v, a, "roles");
	print_boxes(v->out, a->roles);
	buf_add_text(v->out,
	    "<button>Change the roles</button></form></section>"
	    "<section class=\"change\"><h2>Make a new password</h2>"
	    "<p>It is shown once. Whoever uses the account is logged out, and "
	    "chooses a password of their own at the next log-in.</p>");
	begin_form(v, a, "password");
	buf_addf(v->out,
	    "<button>Make a new password</button></form></section>"
	    "<section class=\"change\"><h2>%s</h2><p>%s</p>",
	    is_closed ? "Open it again" : "Close it",
	    is_closed ? "It can be logged in to again, with its password and "
			"roles as they are."
		      : "Nobody can log in to it, and whoever uses it is "
			"logged out. What it did stays recorded.");
	begin_form(v, a, is_closed ? "open" : "close");
	buf_addf(v->out, "<button>%s the account</button></form></section>",
	    is_closed ? "Open" : "Close");
}

static void
print_account(struct visit *v, const struct account *a)
{
	struct buf title = { 0 };

	buf_addf(&title, "Account %s", a->name);
	visit_page(v, title.p);
	buf_clear(&title);
	buf_add_text(v->out, "<dl class=\"facts\"><dt>Roles</dt><dd>");
	print_roles(v->out, a->roles);
	buf_add_text(v->out, "</dd><dt>State</dt><dd>");
	print_state(v, a);
	buf_add_text(v->out, "</dd><dt>Made</dt><dd>");
	html_time(v->out, a->made_ms);
	buf_add_text(v->out, "</dd><dt>Last log-in</dt><dd>");
	print_used(v, a);
	buf_add_text(v->out, "</dd></dl>");
	if (a->id == v->account.id)
		buf_add_text(v->out,
		    "<p>This is your own account. Nobody changes the roles of "
		    "their own account, or closes it: another administrator "
		    "does. <a href=\"/password\">Change your password</a>.</p>");
	else
		print_forms(v, a);
	buf_add_text(v->out, "<p><a href=\"/accounts\">All accounts</a></p>");
	visit_page_end(v);
}

void
page_account(struct visit *v)
{
	struct account a;
	struct err e = { 0 };
	int r =
	    accounts_find_id(v->desk->accounts, visit_number(v->arg), &a, &e);

	if (r > 0)
		print_account(v, &a);
	else if (r == 0)
		visit_say(v, 404, "Not found", "There is no such account.");
	else
		visit_fail(v, &e);
}

/* --- changing --- */

/* The password, this once. */
static void
print_password(struct visit *v, const struct deed_account *c)
{
	visit_page(v, "Password made");
	buf_add_text(v->out, "<p>The password of <strong>");
	html_words(v->out, c->name);
	buf_addf(v->out,
	    "</strong> is:</p><p class=\"secret\">%s</p>"
	    "<p>It is shown this once and kept nowhere. Give it to nobody but "
	    "the account's owner, who chooses another at the next log-in.</p>"
	    "<p><a href=\"/accounts\">All accounts</a></p>",
	    c->plain);
	visit_page_end(v);
}

void
page_accounts_add(struct visit *v)
{
	struct deed_account a = { 0 };
	struct err e = { 0 };
	int r = deed_account_prepare(&a, v, &e);

	if (r == 0)
		r = visit_change(v, deed_account_add, &a, &e);
	if (r > 0)
		print_password(v, &a);
	else
		visit_refuse(v, r, &e);
	explicit_bzero(&a, sizeof a);
}

/* Change the account of the path, and show it. */
static void
change(struct visit *v, int (*how)(void *user, struct visit *v, struct err *e))
{
	struct deed_account a = { .id = visit_number(v->arg) };
	struct err e = { 0 };
	int r = visit_change(v, how, &a, &e);
	char path[64];

	if (r <= 0) {
		visit_refuse(v, r, &e);
		return;
	}
	(void)snprintf(path, sizeof path, "/accounts/%" PRId64, a.id);
	visit_redirect(v, path);
}

void
page_account_roles(struct visit *v)
{
	change(v, deed_account_roles);
}

void
page_account_close(struct visit *v)
{
	change(v, deed_account_close);
}

void
page_account_open(struct visit *v)
{
	change(v, deed_account_open);
}

void
page_account_password(struct visit *v)
{
	struct deed_account a = { .id = visit_number(v->arg) };
	struct err e = { 0 };
	int r = deed_password_prepare(&a, v, &e);

	if (r == 0)
		r = visit_change(v, deed_account_password, &a, &e);
	if (r > 0)
		print_password(v, &a);
	else
		visit_refuse(v, r, &e);
	explicit_bzero(&a, sizeof a);
}
