/*
 * The splitter: a buffer of what is not done with, and a scan that remembers
 * how far it has looked, so that every byte is looked at once however the
 * stream is cut into pushes.
 *
 * A message that grows beyond the limit is given as a fault at once; the rest
 * of it is then scanned and thrown away.
 */
#include "agent/feeds/format_json.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/feeds/feed.h"

enum mode {
	MODE_START, /* nothing but white space so far */
	MODE_LINES,
	MODE_ITEM,  /* in an array, before an item */
	MODE_COMMA, /* in an array, after an item */
	MODE_AFTER, /* after the array's end */
	MODE_DONE   /* the rest is not looked at */
};

struct format_json {
	struct buf buf; /* pushed and not done with, from byte done on */
	size_t done;    /* bytes of buf that are done with */
	size_t seen;    /* bytes of the message looked at, from done on */
	enum mode mode;
	bool ended;
	bool first;    /* no item of the array yet */
	bool too_long; /* the message in hand has been given as a fault */
	/* the scan of an item */
	int depth;
	bool in_text, escaped;
	struct format_json_place at; /* of byte done */
};

static const char too_long[] = "the message is longer than 4 MiB";

struct format_json *
format_json_new(const struct format_json_place *from)
{
	struct format_json *fj = alloc_zero(1, sizeof(*fj));

	fj->first = true;
	if (from && from->offset > 0) {
		fj->at = *from;
		fj->mode = from->in_array ? MODE_COMMA : MODE_LINES;
		fj->first = false;
	}
	return fj;
}

void
format_json_free(struct format_json **fj)
{
	if (!*fj)
		return;
	buf_clear(&(*fj)->buf);
	free(*fj);
	*fj = NULL;
}

void
format_json_push(struct format_json *fj, const char *p, size_t len)
{
	if (fj->done > 0) {
		size_t left = fj->buf.len - fj->done;

		memmove(fj->buf.p, fj->buf.p + fj->done, left);
		fj->buf.len = left;
		fj->done = 0;
	}
	buf_add(&fj->buf, p, len);
}

void
format_json_end(struct format_json *fj)
{
	fj->ended = true;
}

struct format_json_place
format_json_place(const struct format_json *fj)
{
	struct format_json_place at = fj->at;

	/* After a fault of the list an item may be next, and it is still one. */
	at.in_array = fj->mode == MODE_COMMA || fj->mode == MODE_ITEM;
	return at;
}

/* What is not done with yet. */
static struct str
rest(const struct format_json *fj)
{
	if (fj->buf.len == fj->done)
		return str_make("", 0);
	return str_make(fj->buf.p + fj->done, fj->buf.len - fj->done);
}

/* Be done with len bytes, counting the lines among them. */
static void
advance(struct format_json *fj, size_t len)
{
	const char *p = rest(fj).p;
	const char *end = p + len;
	const char *nl;

	fj->done += len;
	fj->at.offset += len;
	while ((nl = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		fj->at.line++;
		fj->at.column = 0;
		p = nl + 1;
	}
	fj->at.column += (size_t)(end - p);
	fj->seen = 0;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
skip_space(struct format_json *fj)
{
	struct str r = rest(fj);
	size_t n = 0;

	while (n < r.len && is_space(r.p[n]))
		n++;
	if (n > 0)
		advance(fj, n);
}

/* Give the next len bytes as a message, or as a fault. */
static int
give(struct format_json *fj, size_t len, const char *fault,
    struct format_json_piece *out)
{
	struct str r = rest(fj);

	out->bytes = str_make(r.p, len);
	if (fault && len > FEED_FAULT_BYTES_MAX)
		out->bytes.len = FEED_FAULT_BYTES_MAX;
	out->line = fj->at.line + 1;
	out->column = fj->at.column + 1;
	out->offset = fj->at.offset;
	out->fault = fault;
	return 1;
}

/*
 * The message in hand is too long: give its beginning once, and throw away
 * what has been seen of it.
 */
static int
give_too_long(struct format_json *fj, size_t len, struct format_json_piece *out)
{
	int r = 0;

	if (!fj->too_long)
		r = give(fj, len, too_long, out);
	fj->too_long = true;
	advance(fj, len);
	return r;
}

/* A byte-order mark, and what kind of stream it is. */
static void
begin_stream(struct format_json *fj)
{
	struct str r = rest(fj);

	if (fj->at.offset == 0 && r.len > 0 && r.p[0] == '\xef') {
		if (r.len < 3 && !fj->ended)
			return;
		if (str_has_prefix(r, "\xef\xbb\xbf")) {
			advance(fj, 3);
			fj->at.column = 0;
		}
	}
	skip_space(fj);
	r = rest(fj);
	if (r.len == 0)
		return;
	if (r.p[0] != '[') {
		fj->mode = MODE_LINES;
		return;
	}
	advance(fj, 1);
	fj->mode = MODE_ITEM;
}

static int
next_line(struct format_json *fj, struct format_json_piece *out)
{
	struct str r;
	const char *nl;
	size_t len;

	if (!fj->too_long && fj->seen == 0)
		skip_space(fj);
	r = rest(fj);
	nl = memchr(r.p + fj->seen, '\n', r.len - fj->seen);
	if (!nl && !fj->ended) {
		fj->seen = r.len;
		return r.len > INCIDENT_BYTES_MAX
			   ? give_too_long(fj, r.len, out)
			   : 0;
	}
	len = nl ? (size_t)(nl - r.p) : r.len;
	if (fj->too_long) {
		advance(fj, len);
		fj->too_long = false;
		return 0;
	}
	if (len > INCIDENT_BYTES_MAX) {
		give(fj, len, too_long, out);
		advance(fj, len);
		return 1;
	}
	if (len == 0)
		return 0;
	give(fj, len, NULL, out);
	out->bytes = str_trim(out->bytes);
	advance(fj, len);
	return 1;
}

/*
 * Look at one more byte of an item.  True if the item ends before it (a
 * scalar) or, *with set, with it.
 */
static bool
ends_item(struct format_json *fj, char c, bool *with)
{
	*with = false;
	if (fj->in_text) {
		if (fj->escaped)
			fj->escaped = false;
		else if (c == '\\')
			fj->escaped = true;
		else if (c == '"')
			fj->in_text = false;
		return false;
	}
	switch (c) {
	case '"': fj->in_text = true; return false;
	case '{':
	case '[': fj->depth++; return false;
	case ',': return fj->depth == 0;
	case '}':
	case ']':
		if (fj->depth == 0)
			return true;
		*with = --fj->depth == 0;
		return *with;
	default: return false;
	}
}

/* The length of the item at the beginning of the rest, or 0 for not yet. */
static size_t
scan_item(struct format_json *fj)
{
	struct str r = rest(fj);
	bool with;

	for (; fj->seen < r.len; fj->seen++)
		if (ends_item(fj, r.p[fj->seen], &with))
			return fj->seen + (with ? 1 : 0);
	return 0;
}

static void
item_is_done(struct format_json *fj)
{
	fj->mode = MODE_COMMA;
	fj->first = false;
	fj->too_long = false;
	fj->depth = 0;
	fj->in_text = fj->escaped = false;
	fj->seen = 0;
}

static int
end_in_item(struct format_json *fj, struct format_json_piece *out)
{
	struct str r = rest(fj);
	int given = 0;

	if (!fj->too_long)
		given = give(fj, r.len,
		    "the file ends in the middle of this item of the list: "
		    "it may have been cut off on its way",
		    out);
	advance(fj, r.len);
	fj->mode = MODE_DONE;
	return given;
}

/* Nothing more of the list is here: a fault once nothing more can come. */
static int
end_in_list(struct format_json *fj, struct format_json_piece *out)
{
	if (!fj->ended)
		return 0;
	fj->mode = MODE_DONE;
	return give(fj, 0,
	    "the list is not closed by ]: the file may have been cut off on "
	    "its way",
	    out);
}

/*
 * c stands where an item should: a comma or a bracket.  All but the one that
 * ends the list are passed, so that none is met again.
 */
static int
give_no_item(struct format_json *fj, char c, struct format_json_piece *out)
{
	int given = give(fj, 1,
	    c == '}' ? "a bracket closes what was not opened"
		     : "an item is missing before this",
	    out);

	if (c != ']')
		advance(fj, 1);
	if (c != ',')
		fj->mode = MODE_COMMA;
	return given;
}

static int
next_item(struct format_json *fj, struct format_json_piece *out)
{
	struct str r;
	size_t len;
	int given;

	if (fj->seen == 0 && !fj->too_long) {
		skip_space(fj);
		r = rest(fj);
		if (r.len == 0)
			return end_in_list(fj, out);
		if (r.p[0] == ']' && fj->first) {
			advance(fj, 1);
			fj->mode = MODE_AFTER;
			return 0;
		}
	}
	len = scan_item(fj);
	r = rest(fj);
	if (len == 0 && fj->seen < r.len && fj->too_long) {
		item_is_done(fj); /* thrown away up to here */
		return 0;
	}
	if (len == 0 && fj->seen < r.len) { /* "[ ,": nothing before it */
		return give_no_item(fj, r.p[0], out);
	}
	if (len == 0 && fj->ended)
		return end_in_item(fj, out);
	if (len == 0)
		return r.len > INCIDENT_BYTES_MAX
			   ? give_too_long(fj, r.len, out)
			   : 0;
	given = 0;
	if (len > INCIDENT_BYTES_MAX && !fj->too_long)
		given = give(fj, len, too_long, out);
	else if (!fj->too_long)
		given = give(fj, len, NULL, out);
	if (given && !out->fault)
		out->bytes = str_trim(out->bytes);
	advance(fj, len);
	item_is_done(fj);
	return given;
}

static int
next_comma(struct format_json *fj, struct format_json_piece *out)
{
	struct str r;

	skip_space(fj);
	r = rest(fj);
	if (r.len == 0)
		return end_in_list(fj, out);
	if (r.p[0] == ',') {
		advance(fj, 1);
		fj->mode = MODE_ITEM;
		return 0;
	}
	if (r.p[0] == ']') {
		advance(fj, 1);
		fj->mode = MODE_AFTER;
		return 0;
	}
	fj->mode = MODE_ITEM; /* what stands there is read as an item */
	return give(fj, 1, "a comma is missing between two items", out);
}

static int
next_after(struct format_json *fj, struct format_json_piece *out)
{
	struct str r;

	skip_space(fj);
	r = rest(fj);
	/* Wait for all that is kept of it, however it arrives. */
	if (r.len == 0 || (!fj->ended && r.len < FEED_FAULT_BYTES_MAX))
		return 0;
	fj->mode = MODE_DONE;
	give(fj, r.len, "there is more text after the end of the list", out);
	return 1;
}

/* One step; *more if another may give something without more bytes. */
static int
step(struct format_json *fj, struct format_json_piece *out)
{
	switch (fj->mode) {
	case MODE_START: begin_stream(fj); return 0;
	case MODE_LINES: return next_line(fj, out);
	case MODE_ITEM: return next_item(fj, out);
	case MODE_COMMA: return next_comma(fj, out);
	case MODE_AFTER: return next_after(fj, out);
	case MODE_DONE:
		if (rest(fj).len > 0)
			advance(fj, rest(fj).len);
		return 0;
	}
	return 0;
}

int
format_json_next(struct format_json *fj, struct format_json_piece *out)
{
	for (;;) {
		enum mode mode = fj->mode;
		size_t done = fj->done;
		bool was_too_long = fj->too_long;

		if (step(fj, out) > 0)
			return 1;
		if (fj->mode == mode && fj->done == done &&
		    fj->too_long == was_too_long)
			return 0;
	}
}
