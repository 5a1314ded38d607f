/*
 * str: borrowed text and growing buffers.
 *
 * UTF-8 is checked eight bytes at a time while the text is ASCII, which is
 * nearly all of what arrives; anything else goes through a table of the lead
 * bytes of RFC 3629, section 4.
 */
#include "agent/base/str.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"

#define BUF_FIRST_CAP 64

struct str
str_of(const char *s)
{
	return str_make(s, s ? strlen(s) : 0);
}

struct str
str_make(const char *p, size_t len)
{
	return (struct str){ p, len };
}

bool
str_is_given(struct str s)
{
	return s.p != NULL;
}

bool
str_is_equal(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

bool
str_is(struct str s, const char *c)
{
	return str_is_equal(s, str_of(c));
}

bool
str_has_prefix(struct str s, const char *prefix)
{
	size_t len = strlen(prefix);

	return s.len >= len && (len == 0 || memcmp(s.p, prefix, len) == 0);
}

int
str_compare(struct str a, struct str b)
{
	size_t shorter = a.len < b.len ? a.len : b.len;
	int order = shorter > 0 ? memcmp(a.p, b.p, shorter) : 0;

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str
str_trim(struct str s)
{
	while (s.len > 0 && is_space(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && is_space(s.p[s.len - 1]))
		s.len--;
	return s;
}

char *
str_copy(struct str s)
{
	return s.p ? alloc_copy(s.p, s.len) : NULL;
}

/* Bytes at p, of left, that are ASCII and not NUL, in steps of eight. */
static size_t
skip_ascii_words(const unsigned char *p, size_t left)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	const uint64_t highs = UINT64_C(0x8080808080808080);
	size_t done = 0;

	while (left - done >= sizeof(uint64_t)) {
		uint64_t word = 0;
		memcpy(&word, p + done, sizeof(word));
		/* A zero byte borrows and so shows a high bit too. */
		if (((word - ones) | word) & highs)
			break;
		done += sizeof(word);
	}
	return done;
}

/* The lead bytes of RFC 3629 and what their second byte may be. */
static const struct utf8_lead {
	unsigned char first, last;
	unsigned char len;
	unsigned char second_min, second_max;
} utf8_leads[] = {
	{ 0xc2, 0xdf, 2, 0x80, 0xbf }, { 0xe0, 0xe0, 3, 0xa0, 0xbf },
	{ 0xe1, 0xec, 3, 0x80, 0xbf },
	{ 0xed, 0xed, 3, 0x80, 0x9f }, /* no surrogates */
	{ 0xee, 0xef, 3, 0x80, 0xbf }, { 0xf0, 0xf0, 4, 0x90, 0xbf },
	{ 0xf1, 0xf3, 4, 0x80, 0xbf },
	{ 0xf4, 0xf4, 4, 0x80, 0x8f }, /* up to U+10FFFF */
};

static const struct utf8_lead *
find_lead(unsigned char byte)
{
	for (size_t i = 0; i < sizeof(utf8_leads) / sizeof(*utf8_leads); i++)
		if (byte >= utf8_leads[i].first && byte <= utf8_leads[i].last)
			return &utf8_leads[i];
	return NULL;
}

size_t
str_utf8_len(const char *s, size_t left)
{
	const unsigned char *p = (const unsigned char *)s;

	if (left == 0 || p[0] == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	const struct utf8_lead *lead = find_lead(p[0]);
	if (!lead || left < lead->len || p[1] < lead->second_min ||
	    p[1] > lead->second_max)
		return 0;
	for (size_t i = 2; i < lead->len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return lead->len;
}

unsigned
str_hidden(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned c;

	if (len == 2 && p[0] == 0xc2 && p[1] < 0xa0)
		return p[1];
	if (len != 3 || p[0] != 0xe2 || (p[1] != 0x80 && p[1] != 0x81))
		return 0;
	c = 0x2000U | (p[1] & 0x3fU) << 6 | (p[2] & 0x3fU);
	if (c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069))
		return c;
	return 0;
}

bool
str_is_utf8(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	for (size_t at = 0; at < s.len;) {
		size_t len = skip_ascii_words(p + at, s.len - at);
		if (len == 0)
			len = str_utf8_len(s.p + at, s.len - at);
		if (len == 0)
			return false;
		at += len;
	}
	return true;
}

void
buf_reserve(struct buf *b, size_t more)
{
	CHECK(more < SIZE_MAX / 2 - b->len);
	size_t need = b->len + more + 1;
	if (need <= b->cap)
		return;
	size_t cap = b->cap > 0 ? b->cap : BUF_FIRST_CAP;
	while (cap < need)
		cap *= 2;
	b->p = alloc_resize(b->p, cap, 1);
	b->cap = cap;
}

void
buf_add(struct buf *b, const char *p, size_t len)
{
	if (b->cap <= len || b->cap - len <= b->len)
		buf_reserve(b, len);
	if (len > 0)
		memcpy(b->p + b->len, p, len);
	b->len += len;
	b->p[b->len] = '\0';
}

void
buf_add_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.len);
}

void
buf_add_text(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_add_int(struct buf *b, int64_t v)
{
	char text[20]; /* of the largest: a sign and 19 figures */
	size_t at = sizeof(text);
	uint64_t left = v < 0 ? -(uint64_t)v : (uint64_t)v;

	do
		text[--at] = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (v < 0)
		text[--at] = '-';
	buf_add(b, text + at, sizeof(text) - at);
}

void
buf_addv(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;

	va_copy(again, ap);
	buf_reserve(b, 1);
	int len = vsnprintf(b->p + b->len, b->cap - b->len, fmt, ap);
	CHECK(len >= 0);
	if ((size_t)len >= b->cap - b->len) {
		buf_reserve(b, (size_t)len);
		len = vsnprintf(b->p + b->len, b->cap - b->len, fmt, again);
	}
	va_end(again);
	b->len += (size_t)len;
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_addv(b, fmt, ap);
	va_end(ap);
}

struct str
buf_str(const struct buf *b)
{
	return str_make(b->p ? b->p : "", b->len);
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	if (b->p)
		b->p[0] = '\0';
}

void
buf_clear(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ 0 };
}

char *
buf_take(struct buf *b)
{
	char *p = b->p ? b->p : alloc_copy("", 0);

	*b = (struct buf){ 0 };
	return p;
}
