/*
 * Errors are kept as a chain in the order of finding and sorted when printed,
 * because cross checks find theirs after the whole file has been read, and a
 * person mends a file from top to bottom.
 */
#include "agent/conf/confdiag.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"

#define SHOWN_MAX   50  /* errors printed; a file with more is no use */
#define WINDOW_MAX  100 /* characters of a source line shown */
#define WINDOW_LEAD 40  /* of them before the place, in a longer line */

struct confdiag_item {
	struct confdiag_item *before; /* found before this one */
	size_t order;
	struct confdiag_place place;
	bool warning;
	struct str message;
	struct str note; /* absent if there is none */
};

static struct str __attribute__((format(printf, 2, 0)))
format(struct arena *a, const char *fmt, va_list ap)
{
	struct str copy;
	char *p = NULL;
	int n;

	n = vasprintf(&p, fmt, ap);
	CHECK(n >= 0);
	copy = arena_str(a, str_make(p, (size_t)n));
	free(p);
	return copy;
}

static struct confdiag_item *
add_item(struct confdiag *d, struct confdiag_place place)
{
	struct confdiag_item *item;

	item = arena_alloc(d->arena, 1, sizeof(*item));
	item->before = d->last;
	item->order = d->errors + d->warnings;
	item->place = place;
	d->last = item;
	return item;
}

void
confdiag_init(
    struct confdiag *d, struct arena *arena, const char *file, struct str text)
{
	*d = (struct confdiag){ .arena = arena, .file = file, .text = text };
}

void
confdiag_error(
    struct confdiag *d, struct confdiag_place place, const char *fmt, ...)
{
	struct confdiag_item *item = add_item(d, place);
	va_list ap;

	va_start(ap, fmt);
	item->message = format(d->arena, fmt, ap);
	va_end(ap);
	d->errors++;
}

void
confdiag_warn(
    struct confdiag *d, struct confdiag_place place, const char *fmt, ...)
{
	struct confdiag_item *item = add_item(d, place);
	va_list ap;

	item->warning = true;
	va_start(ap, fmt);
	item->message = format(d->arena, fmt, ap);
	va_end(ap);
	d->warnings++;
}

void
confdiag_note(struct confdiag *d, const char *fmt, ...)
{
	va_list ap;

	CHECK(d->last);
	va_start(ap, fmt);
	d->last->note = format(d->arena, fmt, ap);
	va_end(ap);
}

/* The text of line number line (from 1), without its end. */
static struct str
find_line(struct str text, int line)
{
	size_t start = 0, end;

	for (; line > 1 && start < text.len; start++)
		if (text.p[start] == '\n')
			line--;
	for (end = start; end < text.len && text.p[end] != '\n'; end++)
		continue;
	if (end > start && text.p[end - 1] == '\r')
		end--;
	return str_make(text.p + start, end - start);
}

/* Bytes of the character at the start of s, which is not empty. */
static size_t
char_len(struct str s)
{
	size_t n = 1;

	while (n < s.len && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* Append one character of the source, a harmless one in a control's place. */
static void
add_shown(struct buf *out, struct str c)
{
	unsigned char first = (unsigned char)c.p[0];

	if (first == '\t')
		buf_add_char(out, '\t');
	else if (first < 0x20 || first == 0x7f || !str_is_utf8(c))
		buf_add_char(out, '?');
	else
		buf_add_str(out, c);
}

/*
 * Append the source line and the line of carets below it.  Tabs stay tabs in
 * both, so that the carets stand right however wide they are.
 */
static void
print_source(
    const struct confdiag *d, struct confdiag_place place, struct buf *out)
{
	struct str rest = find_line(d->text, place.line);
	struct buf below = { 0 };
	int column = 1, first = 1, length = place.length;

	if (place.column > WINDOW_MAX - 20)
		first = place.column - WINDOW_LEAD;
	if (length < 1)
		length = 1;
	buf_addf(out, "%5d | ", place.line);
	buf_add_text(&below, "      | ");
	for (; rest.len > 0 && column < first + WINDOW_MAX; column++) {
		struct str c = str_make(rest.p, char_len(rest));

		rest = str_make(rest.p + c.len, rest.len - c.len);
		if (column < first)
			continue;
		add_shown(out, c);
		if (column < place.column)
			buf_add_char(&below, c.p[0] == '\t' ? '\t' : ' ');
		else if (column < place.column + length)
			buf_add_char(&below, '^');
	}
	/* A place at or behind the end of the line has one caret. */
	if (column <= place.column) {
		for (; column < place.column; column++)
			buf_add_char(&below, ' ');
		buf_add_char(&below, '^');
	}
	buf_add_char(out, '\n');
	buf_add_str(out, buf_str(&below));
	buf_add_char(out, '\n');
	buf_clear(&below);
}

/* Append a message; what it quotes from the file may hold anything. */
static void
add_message(struct buf *out, struct str s)
{
	while (s.len > 0) {
		struct str c = str_make(s.p, char_len(s));

		add_shown(out, c);
		s = str_make(s.p + c.len, s.len - c.len);
	}
	buf_add_char(out, '\n');
}

static void
print_item(
    const struct confdiag *d, const struct confdiag_item *item, struct buf *out)
{
	buf_add_text(out, d->file);
	if (item->place.line > 0)
		buf_addf(out, ":%d:%d", item->place.line, item->place.column);
	buf_add_text(out, item->warning ? ": warning: " : ": error: ");
	add_message(out, item->message);
	if (item->place.line > 0)
		print_source(d, item->place, out);
	if (str_is_given(item->note)) {
		buf_add_text(out, "note: ");
		add_message(out, item->note);
	}
}

static int
compare_items(const void *a, const void *b)
{
	const struct confdiag_item *x = *(const struct confdiag_item *const *)a;
	const struct confdiag_item *y = *(const struct confdiag_item *const *)b;

	if (x->place.line != y->place.line)
		return x->place.line < y->place.line ? -1 : 1;
	if (x->place.column != y->place.column)
		return x->place.column < y->place.column ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

void
confdiag_print(const struct confdiag *d, struct buf *out)
{
	size_t count = d->errors + d->warnings, i = count;
	const struct confdiag_item **items;

	if (count == 0)
		return;
	items = alloc_zero(count, sizeof(const struct confdiag_item *));
	for (const struct confdiag_item *p = d->last; p; p = p->before)
		items[--i] = p;
	qsort(
	    items, count, sizeof(const struct confdiag_item *), compare_items);
	for (; i < count && i < SHOWN_MAX; i++)
		print_item(d, items[i], out);
	if (count > SHOWN_MAX)
		buf_addf(out, "%s: %zu more\n", d->file, count - SHOWN_MAX);
	free(items);
}
