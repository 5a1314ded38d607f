/*
 * jsonw: commas, escapes and nothing else.
 *
 * Text is copied in runs: only a quote, a backslash, a control character, a mark
 * that turns the direction of writing or a bad byte ends a run.
 */
#include "agent/base/jsonw.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/check.h"
#include "agent/base/clock.h"

#define REAL_DECIMALS_MAX 17

void
jsonw_init(struct jsonw *w, struct buf *out)
{
	w->out = out;
	w->depth = 0;
	w->after_key = false;
}

/* What must stand before a value: a comma, or nothing after a key. */
static void
begin_value(struct jsonw *w)
{
	if (w->depth == 0)
		return;
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	CHECK(w->level[w->depth - 1].close == ']');
	if (w->level[w->depth - 1].any)
		buf_add_char(w->out, ',');
	w->level[w->depth - 1].any = true;
}

static void
open_level(struct jsonw *w, char open, char close)
{
	begin_value(w);
	CHECK(w->depth < JSONW_DEPTH_MAX);
	w->level[w->depth].close = close;
	w->level[w->depth].any = false;
	w->depth++;
	buf_add_char(w->out, open);
}

void
jsonw_object(struct jsonw *w)
{
	open_level(w, '{', '}');
}

void
jsonw_array(struct jsonw *w)
{
	open_level(w, '[', ']');
}

void
jsonw_close(struct jsonw *w)
{
	CHECK(w->depth > 0 && !w->after_key);
	w->depth--;
	buf_add_char(w->out, w->level[w->depth].close);
}

/* Bytes that a run of plain text may hold. */
static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\' && c != 0x7f;
}

static void
add_control(struct buf *out, unsigned char c)
{
	static const char short_names[] = "\bb\tt\nn\ff\rr\"\"\\\\";

	for (size_t i = 0; i + 1 < sizeof(short_names); i += 2) {
		if ((unsigned char)short_names[i] == c) {
			buf_add_char(out, '\\');
			buf_add_char(out, short_names[i + 1]);
			return;
		}
	}
	buf_addf(out, "\\u%04x", (unsigned)c);
}

/* The end of the run that begins at byte at and may stand as it is. */
static size_t
plain_end(struct str s, size_t at)
{
	size_t len;

	for (;; at += len) {
		while (at < s.len && is_plain((unsigned char)s.p[at]))
			at++;
		if (at == s.len || (unsigned char)s.p[at] < 0x80)
			return at;
		len = str_utf8_len(s.p + at, s.len - at);
		if (len == 0 || str_hidden(s.p + at, len) != 0)
			return at;
	}
}

/* Add the character at p, which may not; returns its bytes. */
static size_t
add_escape(struct buf *out, const char *p, size_t left)
{
	size_t len = str_utf8_len(p, left);

	if ((unsigned char)*p < 0x80)
		add_control(out, (unsigned char)*p);
	else if (len == 0)
		buf_add_text(out, "\xef\xbf\xbd"); /* U+FFFD */
	else
		buf_addf(out, "\\u%04x", str_hidden(p, len));
	return len > 0 ? len : 1;
}

static void
add_quoted(struct buf *out, struct str s)
{
	size_t at = 0;

	buf_add_char(out, '"');
	while (at < s.len) {
		size_t end = plain_end(s, at);

		buf_add(out, s.p + at, end - at);
		at = end;
		if (at < s.len)
			at += add_escape(out, s.p + at, s.len - at);
	}
	buf_add_char(out, '"');
}

void
jsonw_key_str(struct jsonw *w, struct str name)
{
	CHECK(w->depth > 0 && w->level[w->depth - 1].close == '}' &&
	      !w->after_key);
	if (w->level[w->depth - 1].any)
		buf_add_char(w->out, ',');
	w->level[w->depth - 1].any = true;
	add_quoted(w->out, name);
	buf_add_char(w->out, ':');
	w->after_key = true;
}

void
jsonw_key(struct jsonw *w, const char *name)
{
	jsonw_key_str(w, str_of(name));
}

void
jsonw_str(struct jsonw *w, struct str s)
{
	if (!str_is_given(s)) {
		jsonw_null(w);
		return;
	}
	begin_value(w);
	add_quoted(w->out, s);
}

void
jsonw_text(struct jsonw *w, const char *s)
{
	jsonw_str(w, str_of(s));
}

void
jsonw_int(struct jsonw *w, int64_t v)
{
	begin_value(w);
	buf_add_int(w->out, v);
}

/* Cut the zeros that end a fraction, and a point that ends the text. */
static size_t
trim_fraction(const char *text, size_t len)
{
	if (!memchr(text, '.', len))
		return len;
	while (text[len - 1] == '0')
		len--;
	return text[len - 1] == '.' ? len - 1 : len;
}

void
jsonw_real(struct jsonw *w, double v, int decimals)
{
	char text[400]; /* a double has at most 309 digits before the point */

	if (!isfinite(v)) {
		jsonw_null(w);
		return;
	}
	CHECK(decimals >= 0 && decimals <= REAL_DECIMALS_MAX);
	begin_value(w);
	int len = snprintf(text, sizeof(text), "%.*f", decimals, v);
	struct str s = str_make(text, trim_fraction(text, (size_t)len));
	buf_add_str(w->out, str_is(s, "-0") ? str_of("0") : s);
}

void
jsonw_bool(struct jsonw *w, bool v)
{
	begin_value(w);
	buf_add_text(w->out, v ? "true" : "false");
}

void
jsonw_null(struct jsonw *w)
{
	begin_value(w);
	buf_add_text(w->out, "null");
}

void
jsonw_raw(struct jsonw *w, struct str json)
{
	begin_value(w);
	buf_add_str(w->out, json);
}

void
jsonw_time(struct jsonw *w, int64_t ms)
{
	char text[CLOCK_TEXT_MAX];

	if (ms == CLOCK_NONE)
		jsonw_null(w);
	else
		jsonw_text(w, clock_format_utc(ms, text));
}

void
jsonw_member_str(struct jsonw *w, const char *name, struct str s)
{
	jsonw_key(w, name);
	jsonw_str(w, s);
}

void
jsonw_member_text(struct jsonw *w, const char *name, const char *s)
{
	jsonw_key(w, name);
	jsonw_text(w, s);
}

void
jsonw_member_int(struct jsonw *w, const char *name, int64_t v)
{
	jsonw_key(w, name);
	jsonw_int(w, v);
}

void
jsonw_member_real(struct jsonw *w, const char *name, double v, int decimals)
{
	jsonw_key(w, name);
	jsonw_real(w, v, decimals);
}

void
jsonw_member_bool(struct jsonw *w, const char *name, bool v)
{
	jsonw_key(w, name);
	jsonw_bool(w, v);
}

void
jsonw_member_time(struct jsonw *w, const char *name, int64_t ms)
{
	jsonw_key(w, name);
	jsonw_time(w, ms);
}

void
jsonw_member_id(struct jsonw *w, const char *name, int64_t id)
{
	jsonw_key(w, name);
	if (id > 0)
		jsonw_int(w, id);
	else
		jsonw_null(w);
}
