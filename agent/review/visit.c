/*
 * Sessions, forms, and the frame around every page.
 */
#include "agent/review/visit.h"
#include "agent/review/desk.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/base/jsonw.h"
#include "agent/base/log.h"
#include "agent/review/api.h"
#include "agent/review/help.h"
#include "agent/review/html.h"
#include "agent/review/london.h"
#include "agent/review/service_private.h"
#include "agent/review/signon.h"
#include "agent/store/followups.h"
#include "agent/store/reviews.h"
#include "agent/store/rulebook.h"
#include "agent/store/store.h"

#define FAILED                                                          \
	"This page cannot be made at the moment. Nothing was changed. " \
	"Please try again; the administrator's log says why."

/* A session's use is noted at most so often, not with each request. */
#define TOUCH_MS 30000

/* What falls due is counted with every page, so not further than this. */
#define DUE_MAX 99

/* Over TLS the name itself keeps other hosts from setting it (RFC 6265bis). */
#define COOKIE_SECURE "__Host-buzzard"
#define COOKIE_PLAIN  "buzzard"

/* Does the browser speak TLS?  With the sign-on's proxy it does. */
static bool
is_secure(const struct visit *v)
{
	return v->service->is_secure || v->rq->by_socket;
}

static const char *
cookie_name(const struct visit *v)
{
	return is_secure(v) ? COOKIE_SECURE : COOKIE_PLAIN;
}

void
visit_enter(struct visit *v, struct str token)
{
	v->token = token;
	v->is_in = true;
	(void)token_derive(token, "form", v->form);
	(void)snprintf(
	    v->actor, sizeof v->actor, "account:%s", v->account.name);
}

/* Whose session the cookie is. */
static int
look_at_cookie(struct visit *v, struct err *e)
{
	uint8_t digest[HASH_BYTES];
	int64_t seen_ms = 0;
	int r;

	v->token = http_cookie(v->rq, cookie_name(v));
	if (v->token.len != TOKEN_TEXT_MAX - 1)
		return 0;
	token_keep(v->token, digest);
	r = accounts_session(v->desk->accounts, digest, v->now_ms,
	    &v->service->limits, &v->account, &seen_ms, e);
	if (r <= 0)
		return r;
	visit_enter(v, v->token);
	if (v->now_ms - seen_ms >= TOUCH_MS)
		scribe_touch(v->service->scribe, digest, v->now_ms);
	return 0;
}

int
visit_begin(struct visit *v, struct err *e)
{
	if (look_at_cookie(v, e) < 0)
		return -1;
	return signon_begin(v, e);
}

int
visit_open_session(struct visit *v, int64_t account_id,
    char token[TOKEN_TEXT_MAX], struct err *e)
{
	uint8_t digest[HASH_BYTES];

	if (v->is_in) {
		token_keep(v->token, digest);
		if (accounts_log_out(v->desk->accounts, digest, v->now_ms,
			&v->service->limits, e) < 0)
			return -1;
	}
	token_keep(str_of(token_new(token)), digest);
	return accounts_log_in(
	    v->desk->accounts, account_id, digest, v->now_ms, e);
}

bool
visit_may(const struct visit *v, unsigned roles)
{
	return (v->account.roles & roles) != 0;
}

bool
visit_is_ours(const struct visit *v)
{
	struct str site = http_head(v->rq, "Sec-Fetch-Site");
	struct buf word = { 0 };
	bool is_ours;

	if (str_is_given(site) && !str_is(site, "same-origin") &&
	    !str_is(site, "none"))
		return false;
	if (v->is_api)
		return token_is_equal(
		    http_head(v->rq, "X-Buzzard-Form"), str_of(v->form));
	is_ours = http_form(v->rq, "form", &word) == 1 &&
		  token_is_equal(buf_str(&word), str_of(v->form));
	buf_clear(&word);
	return is_ours;
}

void
visit_redirect(struct visit *v, const char *path)
{
	v->reply->status = 303;
	http_reply_field(v->reply, "Location", path);
	http_reply_field(v->reply, "Cache-Control", "no-store");
}

void
visit_set_cookie(struct visit *v, const char *token)
{
	struct buf line = { 0 };

	buf_addf(&line, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
	    cookie_name(v), token ? token : "", is_secure(v) ? "; Secure" : "",
	    token ? "" : "; Max-Age=0");
	http_reply_field(v->reply, "Set-Cookie", line.p);
	buf_clear(&line);
}

int64_t
visit_number(struct str text)
{
	int64_t n = 0;

	if (text.len == 0 || text.len > 18)
		return 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return 0;
		n = n * 10 + (text.p[i] - '0');
	}
	return n;
}

/* "2026-01-14" as its first moment in London. */
static bool
parse_day(struct str text, int64_t *ms)
{
	char moment[CLOCK_TEXT_MAX];
	int64_t utc_ms;

	if (text.len != sizeof "2026-01-14" - 1)
		return false;
	(void)snprintf(moment, sizeof moment, "%.*sT00:00:00Z", STR_ARG(text));
	if (!clock_parse(str_of(moment), &utc_ms))
		return false;
	/* The clocks change an hour after midnight. */
	*ms = utc_ms - INT64_C(60000) * clock_to_local(utc_ms).offset_min;
	return true;
}

bool
visit_time(struct str text, int64_t *ms)
{
	return parse_day(text, ms) || clock_parse(text, ms);
}

/* Is a word of the list that stands before it in the name there? */
static struct str
boxed(const struct json *body, const char *name)
{
	const char *dash = strchr(name, '-');
	char list[32];

	if (!dash || (size_t)(dash - name) >= sizeof list)
		return (struct str){ 0 };
	(void)snprintf(list, sizeof list, "%.*s", (int)(dash - name), name);
	for (size_t i = 0; i < json_count(json_member(body, list)); i++)
		if (str_is(json_text(json_item(json_member(body, list), i)),
			dash + 1))
			return str_of("yes");
	return (struct str){ 0 };
}

/* A member of the API's body as a form would have it. */
static struct str
member(struct visit *v, const char *name)
{
	const struct json *value = json_member(v->body, name);

	switch (json_kind(value)) {
	case JSON_KIND_TEXT:
		return arena_str(v->desk->arena, str_trim(json_text(value)));
	case JSON_KIND_INT:
		return arena_strf(v->desk->arena, "%" PRId64, json_int(value));
	case JSON_KIND_BOOL:
		return json_is_true(value) ? str_of("yes") : str_of("");
	case JSON_KIND_ABSENT: return boxed(v->body, name);
	case JSON_KIND_NULL:
	case JSON_KIND_REAL:
	case JSON_KIND_ARRAY:
	case JSON_KIND_OBJECT: break;
	}
	return (struct str){ 0 };
}

/* A name of a form as members of the API are called: with "_" for "-". */
static const char *
member_name(struct visit *v, const char *name)
{
	size_t len = strlen(name);
	char *copy;

	if (!strchr(name, '-'))
		return name;
	copy = arena_alloc(v->desk->arena, len + 1, 1);
	for (size_t i = 0; i < len; i++)
		copy[i] = name[i] == '-' ? '_' : name[i];
	return copy;
}

struct str
visit_field(struct visit *v, const char *name)
{
	struct buf value = { 0 };
	struct str kept = { 0 };

	if (v->is_api) {
		kept = member(v, name);
		return kept.p ? kept : member(v, member_name(v, name));
	}
	if (http_form(v->rq, name, &value) == 1)
		kept = arena_str(v->desk->arena, str_trim(buf_str(&value)));
	buf_clear(&value);
	return kept;
}

int
visit_saw(struct visit *v, const char *field, int64_t number,
    const char *version, struct err *e)
{
	struct str said;

	if (v->is_api)
		return api_saw(v, version);
	said = visit_field(v, field);
	if (visit_number(said) == 0 && !str_is(said, "0"))
		return err_set(e, ERR_INVALID, "The form is incomplete.");
	return visit_number(said) == number;
}

int
visit_gone(struct visit *v, const char *what, struct err *e)
{
	return v->is_api ? 0 : err_set(e, ERR_INVALID, "%s", what);
}

void
visit_blame(struct visit *v, const char *field)
{
	v->bad = field && v->is_api ? member_name(v, field) : field;
}

int
visit_bad(struct visit *v, const char *field, const char *what, struct err *e)
{
	visit_blame(v, field);
	return err_set(e, ERR_INVALID, "%s", what);
}

int
visit_change(struct visit *v,
    int (*change)(void *user, struct visit *v, struct err *e), void *user,
    struct err *e)
{
	int r;

	if (store_begin(v->desk->store, e) < 0)
		return -1;
	r = change(user, v, e);
	if (r > 0 && store_commit(v->desk->store, e) < 0)
		r = -1;
	if (r > 0)
		v->service->wake(v->service->user);
	else
		store_rollback(v->desk->store);
	return r;
}

/* "12 overdue"; of more than people count, "99+ overdue". */
static void
print_due(struct visit *v, const char *class, int64_t count, const char *word)
{
	buf_addf(v->out, " <span class=\"%s\">%" PRId64 "%s %s</span>", class,
	    count > DUE_MAX ? DUE_MAX : count, count > DUE_MAX ? "+" : "",
	    word);
}

/* What is overdue; else what falls due today.  No page fails for it. */
static void
print_due_count(struct visit *v)
{
	int64_t tomorrow_ms = london_midnight(v->now_ms, 1);
	struct followups *f = v->desk->followups;
	struct err e = { 0 };
	int64_t count = 0;

	if (followups_count(f, 0, v->now_ms, DUE_MAX + 1, &count, &e) < 0)
		return;
	if (count > 0)
		print_due(v, "count late", count, "overdue");
	else if (followups_count(f, 0, tomorrow_ms, DUE_MAX + 1, &count, &e) ==
		     0 &&
		 count > 0)
		print_due(v, "count", count, "today");
}

/* What awaits an approver.  No page fails for it. */
static void
print_awaiting_count(struct visit *v)
{
	int64_t count = 0;
	struct err e = { 0 };

	if (visit_may(v, ACCOUNT_APPROVER) &&
	    rulebook_count_awaiting(v->desk->rulebook, &count, &e) == 0 &&
	    count > 0)
		buf_addf(v->out,
		    " <span class=\"count\">%" PRId64 " to approve</span>",
		    count);
}

/* The pages there are ways to, in order. */
static const struct way {
	const char *path, *name;
	unsigned roles; /* any of these */
} ways[] = {
	{ "/", "Queue", VISIT_READERS },
	{ "/search", "Search", VISIT_READERS },
	{ "/map", "Map", VISIT_READERS },
	{ "/vehicles", "Vehicles", VISIT_READERS },
	{ "/series", "Series", VISIT_READERS },
	{ "/follow-up", "Follow-up", VISIT_READERS },
	{ "/encampments", "Encampments", VISIT_READERS },
	{ "/fly-tipping", "Fly-tipping", VISIT_READERS },
	{ "/hand-over", "Hand-over", VISIT_READERS },
	{ "/alerts", "Alerts", VISIT_READERS | ACCOUNT_ADMINISTRATOR },
	{ "/feeds", "Feeds", VISIT_READERS | ACCOUNT_ADMINISTRATOR },
	{ "/rules", "Rules", VISIT_RULE_PEOPLE },
	{ "/quarantine", "Quarantine", ACCOUNT_ADMINISTRATOR },
	{ "/audit", "Audit", ACCOUNT_AUDITOR },
	{ "/retention", "Retention",
	    ACCOUNT_REVIEWER | ACCOUNT_ADMINISTRATOR | ACCOUNT_AUDITOR },
	{ "/accounts", "Accounts", ACCOUNT_ADMINISTRATOR },
};

/* What is counted beside a way. */
static const struct way_count {
	const char *path;
	void (*print)(struct visit *v);
} way_counts[] = {
	{ "/follow-up", print_due_count },
	{ "/rules", print_awaiting_count },
};

static void
print_way_count(struct visit *v, const char *path)
{
	for (size_t i = 0; i < sizeof way_counts / sizeof way_counts[0]; i++)
		if (strcmp(way_counts[i].path, path) == 0)
			way_counts[i].print(v);
}

void
visit_home(struct visit *v)
{
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
		if (strcmp(ways[i].path, "/") != 0 &&
		    visit_may(v, ways[i].roles)) {
			visit_redirect(v, ways[i].path);
			return;
		}
	visit_say(v, 403, "Not allowed",
	    "Your account has no role that any page here needs. Ask an "
	    "administrator for one.");
}

static void
print_navigation(struct visit *v)
{
	buf_add_text(v->out, "<nav aria-label=\"Pages\"><ul>");
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		bool is_here = strcmp(ways[i].path, v->rq->path) == 0;

		if (!visit_may(v, ways[i].roles))
			continue;
		buf_addf(v->out, "<li><a href=\"%s\"%s>%s", ways[i].path,
		    is_here ? " aria-current=\"page\"" : "", ways[i].name);
		print_way_count(v, ways[i].path);
		buf_add_text(v->out, "</a></li>");
	}
	buf_add_text(v->out, "</ul></nav>");
}

/* To the part of the page Help that is about this page. */
static void
print_help(struct visit *v)
{
	const char *section = help_section(v->rq->path);

	buf_addf(v->out, "<p class=\"help\"><a href=\"/help%s%s\">Help",
	    *section ? "#" : "", section);
	buf_add_text(v->out, *section ? "<span class=\"unseen\"> with this page"
					"</span></a></p>"
				      : "</a></p>");
}

/* Who is in; whom the sign-on names cannot log out here. */
static void
print_account(struct visit *v)
{
	if (v->is_named) {
		buf_add_text(v->out, "<p class=\"account\">");
		html_words(v->out, v->account.name);
		buf_add_text(v->out, "</p>");
		return;
	}
	buf_add_text(v->out,
	    "<form class=\"account\" method=\"post\" action=\"/logout\">"
	    "<a href=\"/password\">");
	html_words(v->out, v->account.name);
	buf_add_text(
	    v->out, "<span class=\"unseen\">, change your password</span></a>");
	visit_form_field(v);
	buf_add_text(v->out, "<button>Log out</button></form>");
}

/* After an act: what was done, and the way back. */
static void
print_done(struct visit *v)
{
	struct str act = http_query(v->rq, "done");

	if (act.len == 0 || !v->is_in || !visit_may(v, ACCOUNT_REVIEWER))
		return;
	buf_add_text(v->out, "<form class=\"done\" method=\"post\" "
			     "action=\"/act/");
	html_url(v->out, act);
	buf_add_text(v->out, "/undo\"><span role=\"status\">Your decision is "
			     "recorded.</span> ");
	visit_form_field(v);
	buf_add_text(v->out,
	    "<button accesskey=\"u\" data-key=\"u\">Undo it</button>"
	    "</form>");
}

void
visit_page(struct visit *v, const char *title)
{
	v->reply->status = 200;
	http_reply_field(v->reply, "Content-Type", "text/html; charset=utf-8");
	http_reply_field(v->reply, "Cache-Control", "no-store");
	buf_add_text(v->out,
	    "<!DOCTYPE html>\n<html lang=\"en-GB\"><head>"
	    "<meta charset=\"utf-8\"><meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\"><title>");
	html_words(v->out, title);
	buf_add_text(v->out,
	    " – Buzzard</title>"
	    "<link rel=\"icon\" href=\"/static/icon.svg\">"
	    "<link rel=\"stylesheet\" href=\"/static/style.css\">"
	    "<script type=\"module\" src=\"/static/keys.js\"></script>"
	    "</head><body><a class=\"skip\" href=\"#main\">Skip to main "
	    "content</a><header><p class=\"marking\">");
	html_words(v->out, v->service->marking);
	buf_add_text(v->out, "</p><p class=\"brand\">"
			     "<a href=\"/\">Buzzard</a></p>");
	if (v->is_in) {
		if (v->is_named || !v->account.must_change)
			print_navigation(v);
		print_help(v);
		print_account(v);
	} else {
		print_help(v);
	}
	buf_add_text(v->out, "</header><main id=\"main\"><h1>");
	html_words(v->out, title);
	buf_add_text(v->out, "</h1>");
	print_done(v);
}

void
visit_page_end(struct visit *v)
{
	buf_add_text(v->out,
	    "</main><footer><p>Buzzard advises. It tags and alerts; a person "
	    "decides.</p><p class=\"marking\">");
	html_words(v->out, v->service->marking);
	buf_add_text(v->out, "</p></footer></body></html>\n");
}

void
visit_csv(struct visit *v, const char *path, const char *what)
{
	buf_addf(v->out,
	    "<p class=\"csv\"><a href=\"%s%sformat=csv\">Download as CSV"
	    "<span class=\"unseen\">: ",
	    path, strchr(path, '?') ? "&amp;" : "?");
	html_words(v->out, what);
	buf_add_text(v->out, "</span></a></p>");
}

void
visit_csv_with(struct visit *v, const char *path, const char *const *params,
    const char *what)
{
	struct buf full = { 0 };
	const char *between = "?";

	buf_add_text(&full, path);
	for (size_t i = 0; params[i]; i++) {
		struct str value = http_query(v->rq, params[i]);

		if (value.len == 0)
			continue;
		buf_addf(&full, "%s%s=", between, params[i]);
		html_url(&full, value);
		between = "&amp;";
	}
	visit_csv(v, full.p, what);
	buf_clear(&full);
}

void
visit_say(struct visit *v, unsigned status, const char *title, const char *what)
{
	if (v->is_api) {
		api_problem(v, status, what);
		return;
	}
	visit_page(v, title);
	v->reply->status = status;
	buf_add_text(v->out, "<p>");
	html_words(v->out, what);
	buf_add_text(v->out, "</p><p><a href=\"/\">Go to the queue</a></p>");
	visit_page_end(v);
}

void
visit_fail(struct visit *v, const struct err *e)
{
	log_error("review: a page could not be made path=%s: %s", v->rq->path,
	    e->msg);
	buf_reset(v->out);
	v->reply->status = e->code == ERR_TEMPORARY ? 503 : 500;
	if (v->is_api) {
		api_problem(v, v->reply->status, FAILED);
		return;
	}
	http_reply_field(v->reply, "Content-Type", "text/plain; charset=utf-8");
	buf_add_text(v->out, FAILED "\n");
}

void
visit_refuse(struct visit *v, int result, const struct err *e)
{
	if (result == 0)
		visit_say(v, 412, "It has changed meanwhile",
		    "Somebody or something changed it after this page was "
		    "shown. This form was not recorded: go back, reload the "
		    "page and see what stands.");
	else if (e->code == ERR_INVALID)
		visit_say(v, 409, "That cannot be done", e->msg);
	else
		visit_fail(v, e);
}

void
visit_form_field(struct visit *v)
{
	buf_addf(v->out, "<input type=\"hidden\" name=\"form\" value=\"%s\">",
	    v->form);
}
