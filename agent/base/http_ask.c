/*
 * What a handler can ask of a request: fields, cookies, parameters, forms.
 */
#include <microhttpd.h>
#include <string.h>
#include <strings.h>

#include "agent/base/http.h"

static struct str
value_of(
    const struct http_request *rq, enum MHD_ValueKind kind, const char *name)
{
	const char *value = NULL;
	size_t len = 0;

	if (MHD_lookup_connection_value_n(rq->connection, kind, name,
		strlen(name), &value, &len) != MHD_YES)
		return (struct str){ 0 };
	return str_make(value ? value : "", len);
}

struct str
http_head(const struct http_request *rq, const char *name)
{
	return value_of(rq, MHD_HEADER_KIND, name);
}

struct count {
	const char *name;
	size_t count;
};

static enum MHD_Result
count_field(
    void *cls, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct count *c = cls;

	(void)kind;
	(void)value;
	c->count += strcasecmp(key, c->name) == 0;
	return MHD_YES;
}

size_t
http_head_count(const struct http_request *rq, const char *name)
{
	struct count c = { .name = name };

	(void)MHD_get_connection_values(
	    rq->connection, MHD_HEADER_KIND, count_field, &c);
	return c.count;
}

struct str
http_cookie(const struct http_request *rq, const char *name)
{
	return value_of(rq, MHD_COOKIE_KIND, name);
}

struct str
http_query(const struct http_request *rq, const char *name)
{
	return value_of(rq, MHD_GET_ARGUMENT_KIND, name);
}

/* Who is told of each parameter. */
struct teller {
	void (*each)(void *user, struct str name, struct str value);
	void *user;
};

static enum MHD_Result /* NOLINTNEXTLINE(readability-function-size) */
tell(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_len,
    const char *value, size_t value_len)
{
	const struct teller *t = cls;

	(void)kind;
	t->each(t->user, str_make(key ? key : "", key_len),
	    str_make(value ? value : "", value_len));
	return MHD_YES;
}

void
http_query_each(const struct http_request *rq,
    void (*each)(void *user, struct str name, struct str value), void *user)
{
	struct teller t = { each, user };

	(void)MHD_get_connection_values_n(
	    rq->connection, MHD_GET_ARGUMENT_KIND, tell, &t);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode one side of a pair.  A "%" that begins no byte stands for itself. */
static void
decode_form(struct str s, struct buf *out)
{
	buf_reset(out);
	buf_reserve(out, s.len + 1);
	for (size_t i = 0; i < s.len; i++) {
		int high = i + 2 < s.len ? hex_digit(s.p[i + 1]) : -1;
		int low = i + 2 < s.len ? hex_digit(s.p[i + 2]) : -1;

		if (s.p[i] == '%' && high >= 0 && low >= 0) {
			buf_add_char(out, (char)(high * 16 + low));
			i += 2;
		} else
			buf_add_char(out, s.p[i] == '+' ? ' ' : s.p[i]);
	}
}

static bool
is_form(const struct http_request *rq)
{
	static const char kind[] = "application/x-www-form-urlencoded";
	struct str type = http_head(rq, "content-type");
	size_t len = sizeof kind - 1;

	return type.len >= len && strncasecmp(type.p, kind, len) == 0 &&
	       (type.len == len || type.p[len] == ';' || type.p[len] == ' ');
}

/* The next pair of a form, without the "&"; moves *rest behind it. */
static struct str
next_pair(struct str *rest)
{
	const char *end = memchr(rest->p, '&', rest->len);
	struct str pair =
	    str_make(rest->p, end ? (size_t)(end - rest->p) : rest->len);
	size_t gone = pair.len + (end ? 1 : 0);

	*rest = str_make(rest->p + gone, rest->len - gone);
	return pair;
}

/* The two sides of a pair, still encoded. */
static void
split_pair(struct str pair, struct str *key, struct str *value)
{
	const char *mark = memchr(pair.p, '=', pair.len);
	size_t len = mark ? (size_t)(mark - pair.p) : pair.len;
	size_t from = len + (mark ? 1 : 0);

	*key = str_make(pair.p, len);
	*value = str_make(pair.p + from, pair.len - from);
}

/* Decode a value: is it text? */
static bool
decode_text(struct str s, struct buf *out)
{
	decode_form(s, out);
	return str_is_utf8(buf_str(out)) && !memchr(out->p, '\0', out->len);
}

int
http_form(const struct http_request *rq, const char *name, struct buf *out)
{
	struct str rest = rq->body;

	if (!is_form(rq))
		return -1;
	while (rest.len > 0) {
		struct str key, value;

		split_pair(next_pair(&rest), &key, &value);
		decode_form(key, out);
		if (str_is(buf_str(out), name))
			return decode_text(value, out) ? 1 : -1;
	}
	buf_reset(out);
	return 0;
}

void
http_form_each(const struct http_request *rq,
    void (*each)(void *user, struct str name, struct str value), void *user)
{
	struct str rest = rq->body;
	struct buf name = { 0 }, text = { 0 };

	while (is_form(rq) && rest.len > 0) {
		struct str key, value;

		split_pair(next_pair(&rest), &key, &value);
		if (decode_text(key, &name) && decode_text(value, &text))
			each(user, buf_str(&name), buf_str(&text));
	}
	buf_clear(&name);
	buf_clear(&text);
}
