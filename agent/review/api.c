#include "agent/review/api.h"

#include <string.h>
#include <strings.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"

#define JSON_TYPE    "application/json"
#define PROBLEM_TYPE "application/problem+json"

/* The phrases of RFC 9110: with "about:blank" they are the title. */
static const struct phrase {
	unsigned status;
	const char *title;
} phrases[] = {
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 409, "Conflict" },
	{ 412, "Precondition Failed" },
	{ 415, "Unsupported Media Type" },
	{ 422, "Unprocessable Content" },
	{ 428, "Precondition Required" },
	{ 503, "Service Unavailable" },
};

/* --- refusing --- */

static const char *
title_of(unsigned status)
{
	for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
		if (phrases[i].status == status)
			return phrases[i].title;
	return "Internal Server Error";
}

/* Begin an answer that may not be kept: it is about people. */
static void
begin(struct visit *v, struct jsonw *w, unsigned status, const char *type)
{
	v->reply->status = status;
	http_reply_field(v->reply, "Content-Type", type);
	http_reply_field(v->reply, "Cache-Control", "no-store");
	buf_reset(v->out);
	jsonw_init(w, v->out);
}

/* An open problem, to which members can be added. */
static void
begin_problem(
    struct visit *v, struct jsonw *w, unsigned status, const char *detail)
{
	begin(v, w, status, PROBLEM_TYPE);
	jsonw_object(w);
	jsonw_member_text(w, "type", "about:blank");
	jsonw_member_text(w, "title", title_of(status));
	jsonw_member_int(w, "status", status);
	jsonw_member_text(w, "detail", detail);
}

static void
end(struct visit *v, struct jsonw *w)
{
	jsonw_close(w);
	buf_add_char(v->out, '\n');
}

void
api_problem(struct visit *v, unsigned status, const char *detail)
{
	struct jsonw w;

	begin_problem(v, &w, status, detail);
	end(v, &w);
}

void
api_problem_of(
    struct visit *v, unsigned status, const char *field, const char *detail)
{
	struct jsonw w;

	begin_problem(v, &w, status, detail);
	jsonw_member_text(&w, "field", field);
	end(v, &w);
}

/*
 * RFC 9110, 15.5.2 asks for a challenge; no scheme that is registered is a
 * cookie's, and one that a browser does not know asks nobody for a password.
 */
void
api_log_in_first(struct visit *v)
{
	http_reply_field(
	    v->reply, "WWW-Authenticate", "Session location=\"/login\"");
	api_problem(v, 401,
	    "Nobody is logged in, or the session has ended: send name and "
	    "password to /login and come back with the cookie.");
}

/* 412 with what there is now, which the sender has not seen. */
static void
say_changed(struct visit *v,
    int (*print)(void *user, struct visit *v, struct jsonw *w, struct err *e),
    void *user)
{
	struct err e = { 0 };
	struct jsonw w;
	int r;

	begin_problem(v, &w, 412,
	    "Somebody or something changed it after you read it. Nothing of "
	    "this was recorded: look at what stands now, and decide again.");
	jsonw_key(&w, "current");
	r = print(user, v, &w, &e);
	if (r > 0)
		end(v, &w);
	else if (r == 0)
		api_problem(v, 404, "There is no such record any more.");
	else
		visit_fail(v, &e);
}

void
api_refuse(struct visit *v, int result,
    int (*print)(void *user, struct visit *v, struct jsonw *w, struct err *e),
    void *user, const struct err *e)
{
	if (result == 0)
		say_changed(v, print, user);
	else if (e->code != ERR_INVALID)
		visit_fail(v, e);
	else if (v->bad)
		api_problem_of(v, 422, v->bad, e->msg);
	else
		api_problem(v, 422, e->msg);
}

/* --- records and changes --- */

void
api_etag(struct visit *v, const char *version)
{
	struct str tag = arena_strf(v->desk->arena, "\"%s\"", version);

	http_reply_field(v->reply, "ETag", tag.p);
}

void
api_record(struct visit *v,
    int (*print)(void *user, struct visit *v, struct jsonw *w, struct err *e),
    void *user)
{
	struct err e = { 0 };
	struct jsonw w;
	int r;

	begin(v, &w, 200, JSON_TYPE);
	r = print(user, v, &w, &e);
	if (r > 0)
		buf_add_char(v->out, '\n');
	else if (r == 0)
		api_problem(v, 404,
		    "There is no such record. It may have been erased.");
	else
		visit_fail(v, &e);
}

bool
api_says_what_it_saw(struct visit *v)
{
	struct str match = http_head(v->rq, "If-Match");

	if (str_is_given(match) && !str_is(str_trim(match), "*"))
		return true;
	api_problem(v, 428,
	    "A change says in If-Match what it saw: the ETag that the record "
	    "was read with, so that nobody overwrites what they have not "
	    "seen.");
	return false;
}

void
api_words(struct jsonw *w, struct str words)
{
	jsonw_array(w);
	while (words.len > 0) {
		const char *comma = memchr(words.p, ',', words.len);
		size_t len = comma ? (size_t)(comma - words.p) : words.len;

		jsonw_str(w, str_trim(str_make(words.p, len)));
		len += comma ? 1 : 0;
		words = str_make(words.p + len, words.len - len);
	}
	jsonw_close(w);
}

/* A weak tag is never equal here (RFC 9110, 8.8.3.2): W/ stands before it. */
static bool
is_tag(struct str tag, const char *version)
{
	size_t len = strlen(version);

	return tag.len == len + 2 && tag.p[0] == '"' && tag.p[len + 1] == '"' &&
	       memcmp(tag.p + 1, version, len) == 0;
}

bool
api_saw(const struct visit *v, const char *version)
{
	struct str rest = http_head(v->rq, "If-Match");

	while (rest.len > 0) {
		const char *comma = memchr(rest.p, ',', rest.len);
		size_t len = comma ? (size_t)(comma - rest.p) : rest.len;

		if (is_tag(str_trim(str_make(rest.p, len)), version))
			return true;
		len += comma ? 1 : 0;
		rest = str_make(rest.p + len, rest.len - len);
	}
	return false;
}

static bool
is_json(const struct visit *v)
{
	struct str type = http_head(v->rq, "Content-Type");
	size_t len = sizeof JSON_TYPE - 1;

	return type.len >= len && strncasecmp(type.p, JSON_TYPE, len) == 0 &&
	       (type.len == len || type.p[len] == ';' || type.p[len] == ' ');
}

/* Is the name among these? */
static bool
is_among(const char *const *names, struct str name)
{
	for (size_t i = 0; names && names[i]; i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

/* The first member that is none of those, or absent. */
static struct str
find_stranger(const struct json *body, const char *const *members)
{
	const struct json *value;
	struct str name;
	size_t next = 0;

	while (json_next_member(body, &next, &name, &value))
		if (!is_among(members, name))
			return name;
	return (struct str){ 0 };
}

struct json *
api_body(struct visit *v, const char *const *members)
{
	struct json *body = NULL;
	struct json_place where = { 0 };
	struct err e = { 0 };
	struct str stranger;

	if (!is_json(v)) {
		api_problem(v, 415, "The body is to be application/json.");
		return NULL;
	}
	if (json_parse(v->rq->body, &body, &where, &e) < 0) {
		(void)err_wrap(
		    &e, "line %d, column %d", where.line, where.column);
		api_problem(v, 400, e.msg);
		return NULL;
	}
	stranger = find_stranger(body, members);
	if (json_kind(body) != JSON_KIND_OBJECT)
		api_problem(v, 422, "The body is to be a JSON object.");
	else if (str_is_given(stranger))
		api_problem_of(v, 422, arena_str(v->desk->arena, stranger).p,
		    "There is no such member here. Nothing was changed.");
	else
		return body;
	json_free(&body);
	return NULL;
}

struct str
api_text(struct visit *v, const struct json *body, const char *member)
{
	return arena_str(
	    v->desk->arena, str_trim(json_text(json_member(body, member))));
}

static bool
is_words(const struct json *list)
{
	for (size_t i = 0; i < json_count(list); i++)
		if (json_kind(json_item(list, i)) != JSON_KIND_TEXT)
			return false;
	return json_kind(list) == JSON_KIND_ARRAY;
}

static bool
is_one_value(const struct json *value)
{
	enum json_kind kind = json_kind(value);

	return kind == JSON_KIND_NULL || kind == JSON_KIND_BOOL ||
	       kind == JSON_KIND_INT || kind == JSON_KIND_TEXT;
}

/* Is each member what visit_field() can read?  If not, 422 was answered. */
static bool
is_readable(struct visit *v, const struct json *body, const char *const *lists)
{
	const struct json *value;
	struct str name;
	size_t next = 0;

	while (json_next_member(body, &next, &name, &value)) {
		bool is_list = is_among(lists, name);

		if (is_list ? is_words(value) : is_one_value(value))
			continue;
		api_problem_of(v, 422, arena_str(v->desk->arena, name).p,
		    is_list ? "It is to be a list of words."
			    : "It is to be a text, a whole number, true, "
			      "false or null.");
		return false;
	}
	return true;
}

int
api_count(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	(void)v;
	(void)e;
	jsonw_object(w);
	jsonw_member_int(w, "count", *(const int *)user);
	jsonw_close(w);
	return 1;
}

void
api_add(struct visit *v, const struct api_change *c, void *user)
{
	struct json *body = api_body(v, c->members);
	struct err e = { 0 };
	int r;

	if (!body)
		return;
	if (is_readable(v, body, c->lists)) {
		v->body = body;
		r = c->prepare ? c->prepare(user, v, &e) : 0;
		if (r == 0)
			r = visit_change(v, c->make, user, &e);
		v->body = NULL;
		if (r > 0)
			api_record(v, c->print, user);
		else
			api_refuse(v, r, c->print, user, &e);
	}
	json_free(&body);
}

void
api_change(struct visit *v, const struct api_change *c, void *user)
{
	if (api_says_what_it_saw(v))
		api_add(v, c, user);
}
