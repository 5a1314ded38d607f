/*
 * markup: windows of a source into the parser, and a new start after damage.
 */
#include "agent/tracks/markup.h"

#include <stdint.h>
#include <string.h>

#include "agent/base/err.h"
#include "agent/base/xml.h"
#include "agent/tracks/reader.h"
#include "agent/tracks/source.h"

/* Another document begins so soon behind the place at which it was seen. */
#define DOCUMENT_BYTES 256

/*
 * Files that were put one behind the other, and declarations behind a blank:
 * does a document begin here, later than the one before it began?  1 and *at,
 * 0 or -1.
 */
static int
find_document(struct source *s, uint64_t from, uint64_t before, uint64_t *at,
    struct err *e)
{
	struct str here;
	const char *begin;

	if (source_at(s, from, &here, e) < 0)
		return -1;
	if (here.len > DOCUMENT_BYTES)
		here.len = DOCUMENT_BYTES;
	begin = memmem(here.p, here.len, "<?xml ", 6);
	if (!begin || from + (uint64_t)(begin - here.p) <= before)
		return 0;
	*at = from + (uint64_t)(begin - here.p);
	return 1;
}

/* Go on at the next point from at on: 1 and *at, 0 if there is none, -1. */
static int
start_again(const struct markup *m, struct source *s, struct xml *x,
    uint64_t *at, struct err *e)
{
	size_t above_len = strlen(m->above);
	struct err ignored;
	int r = source_find(s, *at, str_of(m->point), at, e);

	if (r <= 0)
		return r;
	m->broken(m->user);
	xml_restart(x, (int64_t)*at - (int64_t)above_len);
	if (xml_feed(x, m->above, above_len, false, &ignored) < 0)
		return 0;
	return 1;
}

/* Feed what stands at *at; 1 more to come, 0 the end, -1 and *bad or not. */
static int
feed(struct source *s, struct xml *x, uint64_t *at, bool *is_bad, struct err *e)
{
	struct str here;

	*is_bad = false;
	if (source_at(s, *at, &here, e) < 0)
		return -1;
	if (xml_feed(x, here.p, here.len, here.len == 0, e) < 0) {
		*is_bad = true;
		return -1;
	}
	*at += here.len;
	return here.len > 0;
}

/* The damage is told at the byte at which it was seen. */
static int
pass_damage(const struct markup *m, struct source *s,
    const struct reader_sink *sink, struct xml *x, uint64_t *document,
    uint64_t *at, struct err *e)
{
	int64_t seen = xml_offset(x);
	uint64_t bad = seen > 0 ? (uint64_t)seen : 0;
	int r;

	if (bad > source_size(s))
		bad = source_size(s);
	sink->skip(sink->user, bad, e->msg);
	r = find_document(s, bad, *document, document, e);
	if (r > 0) {
		m->broken(m->user);
		xml_restart(x, (int64_t)*document);
		*at = *document;
	}
	if (r != 0)
		return r;
	*at = bad + 1;
	return start_again(m, s, x, at, e);
}

int
markup_read(const struct markup *m, struct source *s,
    const struct reader_sink *sink, struct xml **x, struct err *e)
{
	AUTO(xml_free) struct xml *own = xml_new(m->events, m->user);
	uint64_t at = 0, document = 0;
	bool is_bad;
	int r, restarts = 0;

	*x = own;
	for (;;) {
		r = feed(s, own, &at, &is_bad, e);
		if (r == 0 || (r < 0 && !is_bad))
			break;
		if (r > 0)
			continue;
		r = pass_damage(m, s, sink, own, &document, &at, e);
		if (r <= 0 || ++restarts > MARKUP_RESTARTS_MAX)
			break;
	}
	*x = NULL;
	return r < 0 ? -1 : 0;
}

/* Where the declaration that begins s ends, or NULL. */
static const char *
end_of_declaration(struct str s)
{
	const char *end = memchr(s.p, '>', s.len);
	const char *open = memchr(s.p, '[', s.len);

	if (str_has_prefix(s, "<?"))
		return memmem(s.p, s.len, "?>", 2);
	if (str_has_prefix(s, "<!--"))
		return memmem(s.p, s.len, "-->", 3);
	if (open && end && open < end) /* a document type with a subset */
		return memchr(open, ']', (size_t)(s.p + s.len - open));
	return end;
}

/* Pass over white space, a byte-order mark, <?…?>, <!…>, comments. */
static struct str
pass_prologue(struct str s)
{
	for (;;) {
		const char *end;

		s = str_trim(s);
		if (str_has_prefix(s, "\xef\xbb\xbf")) {
			s = str_make(s.p + 3, s.len - 3);
			continue;
		}
		if (!str_has_prefix(s, "<?") && !str_has_prefix(s, "<!"))
			return s;
		end = end_of_declaration(s);
		if (end)
			end = memchr(end, '>', (size_t)(s.p + s.len - end));
		if (!end)
			return (struct str){ 0 };
		s = str_make(end + 1, (size_t)(s.p + s.len - end - 1));
	}
}

bool
markup_is_root(struct str head, const char *name)
{
	struct str s = pass_prologue(head);
	size_t n = 1, from = 1;

	if (!str_has_prefix(s, "<"))
		return false;
	for (; n < s.len && !strchr(" \t\r\n/>", s.p[n]); n++)
		if (s.p[n] == ':')
			from = n + 1;
	return str_is(str_make(s.p + from, n - from), name);
}
