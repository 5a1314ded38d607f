#include "agent/review/linediff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"

/* Cells of the table of common sequences: 8 MB. */
#define CELLS_MAX ((size_t)4 << 20)

/* A text's lines. */
struct lines {
	struct str *each; /* owned */
	size_t count;
};

/* A walk over both. */
struct walk {
	struct lines before, after;
	size_t head, tail;      /* lines that both begin and end with */
	uint16_t *table;        /* owned; NULL: too large */
	unsigned char *removed; /* owned; by line of before: is it? */
	unsigned char *added;   /* likewise of after */
	size_t context, different;
	void (*each)(void *user, const struct linediff_line *line);
	void *user;
};

static struct lines
split(struct str text)
{
	struct lines l = { .each = NULL };
	size_t cap = 1;

	for (size_t i = 0; i < text.len; i++)
		cap += text.p[i] == '\n';
	l.each = alloc_zero(cap, sizeof *l.each);
	while (text.len > 0) {
		const char *end = memchr(text.p, '\n', text.len);
		size_t len = end ? (size_t)(end - text.p) : text.len;
		size_t gone = end ? len + 1 : len;

		l.each[l.count++] = str_make(text.p, len);
		text = str_make(text.p + gone, text.len - gone);
	}
	return l;
}

static void
trim(struct walk *w)
{
	const struct lines *a = &w->before, *b = &w->after;
	size_t least = a->count < b->count ? a->count : b->count;

	while (
	    w->head < least && str_is_equal(a->each[w->head], b->each[w->head]))
		w->head++;
	while (w->tail < least - w->head &&
	       str_is_equal(a->each[a->count - 1 - w->tail],
		   b->each[b->count - 1 - w->tail]))
		w->tail++;
}

/*
 * table[i * (m + 1) + j]: the longest common sequence of the lines from i and j
 * on, of the n and m that are left between.
 */
static void
fill(struct walk *w, size_t n, size_t m)
{
	if ((n + 1) * (m + 1) > CELLS_MAX || n > UINT16_MAX || m > UINT16_MAX)
		return;
	w->table = alloc_zero((n + 1) * (m + 1), sizeof *w->table);
	for (size_t i = n; i-- > 0;)
		for (size_t j = m; j-- > 0;) {
			uint16_t *cell = &w->table[i * (m + 1) + j];
			uint16_t down = cell[m + 1], right = cell[1];

			if (str_is_equal(w->before.each[w->head + i],
				w->after.each[w->head + j]))
				*cell = (uint16_t)(cell[m + 2] + 1);
			else
				*cell = down > right ? down : right;
		}
}

/* Mark what is only in one. */
static void
mark(struct walk *w)
{
	size_t n = w->before.count - w->head - w->tail;
	size_t m = w->after.count - w->head - w->tail;
	size_t i = 0, j = 0;

	fill(w, n, m);
	while (i < n || j < m) {
		const uint16_t *cell =
		    w->table ? &w->table[i * (m + 1) + j] : NULL;

		if (cell && i < n && j < m &&
		    str_is_equal(w->before.each[w->head + i],
			w->after.each[w->head + j])) {
			i++;
			j++;
		} else if (i < n && (!cell || j == m || cell[m + 1] >= cell[1]))
			w->removed[w->head + i++] = 1;
		else
			w->added[w->head + j++] = 1;
	}
}

static void
give(struct walk *w, enum linediff_kind kind, size_t i, size_t j)
{
	struct linediff_line line = { .kind = kind };

	if (kind != LINEDIFF_ADDED) {
		line.before = i + 1;
		line.text = w->before.each[i];
	}
	if (kind != LINEDIFF_REMOVED) {
		line.after = j + 1;
		line.text = w->after.each[j];
	}
	w->different += kind != LINEDIFF_SAME;
	w->each(w->user, &line);
}

/* The lines that are the same from i and j on, less those far from others. */
static void
give_same(struct walk *w, size_t i, size_t j, size_t count)
{
	bool is_first = i == 0 && j == 0;
	bool is_last =
	    i + count == w->before.count && j + count == w->after.count;
	size_t before = is_first ? 0 : w->context;
	size_t after = is_last ? 0 : w->context;
	struct linediff_line skipped = { .kind = LINEDIFF_SKIPPED };

	for (size_t k = 0; k < count; k++) {
		if (k == before && count > before + after + 1) {
			skipped.count = count - before - after;
			w->each(w->user, &skipped);
			k = count - after;
			if (k == count)
				return;
		}
		give(w, LINEDIFF_SAME, i + k, j + k);
	}
}

static void
give_all(struct walk *w)
{
	size_t i = 0, j = 0;

	while (i < w->before.count || j < w->after.count) {
		size_t same = 0;

		while (i + same < w->before.count && !w->removed[i + same] &&
		       j + same < w->after.count && !w->added[j + same])
			same++;
		give_same(w, i, j, same);
		i += same;
		j += same;
		while (i < w->before.count && w->removed[i])
			give(w, LINEDIFF_REMOVED, i++, 0);
		while (j < w->after.count && w->added[j])
			give(w, LINEDIFF_ADDED, 0, j++);
	}
}

size_t
linediff_each(struct str before, struct str after, size_t context,
    void (*each)(void *user, const struct linediff_line *line), void *user)
{
	struct walk w = { .before = split(before),
		.after = split(after),
		.context = context,
		.each = each,
		.user = user };

	w.removed = alloc_zero(w.before.count + 1, 1);
	w.added = alloc_zero(w.after.count + 1, 1);
	trim(&w);
	mark(&w);
	give_all(&w);
	free(w.before.each);
	free(w.after.each);
	free(w.table);
	free(w.removed);
	free(w.added);
	return w.different;
}
