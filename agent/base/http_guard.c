/*
 * Requests that two programs would read differently are not taken, for the
 * library takes them: more than one Content-Length or Host, a length beside a
 * Transfer-Encoding, fields whose names are no tokens.  No browser sends a
 * chunked request, so none is taken.
 */
#include <microhttpd.h>
#include <string.h>
#include <strings.h>

#include "agent/base/http.h"
#include "agent/base/http_private.h"

/* What the fields of a head add up to. */
struct tally {
	unsigned lengths, encodings, hosts;
	bool bad_name, bad_value, bad_length;
};

/* RFC 9110, 5.6.2: what a field's name is made of. */
bool
http_is_token(const char *s, size_t len)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < len; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') ||
			(s[i] >= 'A' && s[i] <= 'Z') ||
			(s[i] >= '0' && s[i] <= '9') ||
			(s[i] && strchr(marks, s[i]))))
			return false;
	return len > 0;
}

/* RFC 9110, 5.5: no control characters but the tab. */
bool
http_is_value(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)s[i] < 0x20 && s[i] != '\t') ||
		    s[i] == 0x7f)
			return false;
	return true;
}

static bool
is_digits(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return len > 0 && len < 10;
}

static bool
is_named(struct str name, const char *wanted)
{
	return name.len == strlen(wanted) &&
	       strncasecmp(name.p, wanted, name.len) == 0;
}

static enum MHD_Result
count_field(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_len,
    const char *value, size_t value_len)
{
	struct tally *t = cls;
	struct str name = str_make(key, key_len);

	(void)kind;
	t->bad_name |= !http_is_token(key, key_len);
	t->bad_value |= !http_is_value(value, value_len);
	if (is_named(name, "content-length")) {
		t->lengths++;
		t->bad_length |= !is_digits(value, value_len);
	}
	t->encodings += is_named(name, "transfer-encoding");
	t->hosts += is_named(name, "host");
	return MHD_YES;
}

static bool
is_path(const char *path)
{
	size_t len = strlen(path);

	return path[0] == '/' && len <= HTTP_PATH_MAX &&
	       http_is_value(path, len) && !strchr(path, '\t') &&
	       str_is_utf8(str_of(path));
}

static bool
is_one_of(const char *method, const char *a, const char *b)
{
	return strcmp(method, a) == 0 || strcmp(method, b) == 0;
}

const char *
http_guard(struct MHD_Connection *c, const char *url, const char *method,
    const char *version, unsigned *status)
{
	struct tally t = { 0 };
	bool is_post = strcmp(method, MHD_HTTP_METHOD_POST) == 0;

	*status = MHD_HTTP_BAD_REQUEST;
	(void)MHD_get_connection_values_n(c, MHD_HEADER_KIND, count_field, &t);
	if (strcmp(version, MHD_HTTP_VERSION_1_1) != 0)
		return "only HTTP/1.1 is spoken here";
	if (t.bad_name || t.bad_value)
		return "a field of the head is malformed";
	if (t.hosts != 1)
		return "there must be one Host";
	if (t.encodings > 0)
		return "no Transfer-Encoding is taken: send a Content-Length";
	if (t.lengths > 1 || t.bad_length)
		return "there must be one Content-Length, a number";
	if (!is_path(url))
		return "the path is malformed";
	*status = MHD_HTTP_METHOD_NOT_ALLOWED;
	if (!is_post &&
	    !is_one_of(method, MHD_HTTP_METHOD_GET, MHD_HTTP_METHOD_HEAD))
		return "only GET, HEAD and POST are taken";
	*status = MHD_HTTP_LENGTH_REQUIRED;
	if (is_post && t.lengths != 1)
		return "a POST needs a Content-Length";
	*status = MHD_HTTP_BAD_REQUEST;
	if (!is_post && t.lengths > 0 &&
	    !is_named(str_of("0"), MHD_lookup_connection_value(
				       c, MHD_HEADER_KIND, "content-length")))
		return "a GET has no body";
	return NULL;
}
