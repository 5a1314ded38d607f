/*
 * Edit distance over three rows of the usual table: words here are option
 * names of a few letters, so nothing cleverer would be faster.
 */
#include "agent/conf/nearest.h"

#include <ctype.h>
#include <string.h>

typedef size_t row[NEAREST_LEN_MAX + 1];

static int
letter(struct str s, size_t i)
{
	return tolower((unsigned char)s.p[i]);
}

static size_t
min_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Fill now, the row for letter i of a, from the one and two rows before. */
static void
fill_row(struct str a, struct str b, size_t i, row *rows[3])
{
	size_t *now = *rows[0], *last = *rows[1], *before = *rows[2];

	now[0] = i + 1;
	for (size_t j = 0; j < b.len; j++) {
		size_t cost = letter(a, i) == letter(b, j) ? 0 : 1;

		now[j + 1] =
		    min_of(last[j] + cost, min_of(last[j + 1], now[j]) + 1);
		if (i > 0 && j > 0 && letter(a, i) == letter(b, j - 1) &&
		    letter(a, i - 1) == letter(b, j))
			now[j + 1] = min_of(now[j + 1], before[j - 1] + 1);
	}
}

size_t
nearest_distance(struct str a, struct str b)
{
	row space[3];
	row *rows[3] = { &space[0], &space[1], &space[2] };

	if (a.len > NEAREST_LEN_MAX || b.len > NEAREST_LEN_MAX)
		return NEAREST_LEN_MAX + 1;
	memset(space, 0, sizeof(space));
	for (size_t j = 0; j <= b.len; j++)
		(*rows[0])[j] = j;
	for (size_t i = 0; i < a.len; i++) {
		row *free_row = rows[2];

		rows[2] = rows[1];
		rows[1] = rows[0];
		rows[0] = free_row;
		fill_row(a, b, i, rows);
	}
	return (*rows[0])[b.len];
}

void
nearest_init(struct nearest *n, struct str word)
{
	n->word = word;
	n->best = str_make(NULL, 0);
	n->distance_max = word.len <= 3 ? 1 : word.len <= 7 ? 2 : 3;
}

void
nearest_offer(struct nearest *n, struct str candidate)
{
	size_t d = nearest_distance(n->word, candidate);

	/* A word of which nothing is left is not misspelt, but another. */
	if (d > n->distance_max || d >= candidate.len)
		return;
	if (str_is_given(n->best) && d == n->distance_max)
		return;
	n->best = candidate;
	n->distance_max = d;
}
