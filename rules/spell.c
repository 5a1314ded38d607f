/* Optimal string alignment distance, three rows of the usual table. */
#include "rules/spell.h"

#include <stdlib.h>
#include <string.h>

#include "rules/limits.h"

#define NEAREST_MAX 2

static int
least(int a, int b)
{
	return a < b ? a : b;
}

/* One cell: cur[j] from the rows above it. */
static int
cell(struct str a, struct str b, size_t i, size_t j,
    int (*rows)[LIMITS_WORD_MAX + 1], size_t cur)
{
	size_t last = (cur + 2) % 3;
	size_t before = (cur + 1) % 3;
	int cost = a.p[i - 1] != b.p[j - 1];
	int best = least(rows[last][j] + 1, rows[cur][j - 1] + 1);

	best = least(best, rows[last][j - 1] + cost);
	if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
	    a.p[i - 2] == b.p[j - 1])
		best = least(best, rows[before][j - 2] + 1);
	return best;
}

int
spell_distance(struct str a, struct str b, int max)
{
	int rows[3][LIMITS_WORD_MAX + 1];

	if (a.len > LIMITS_WORD_MAX || b.len > LIMITS_WORD_MAX)
		return str_is_equal(a, b) ? 0 : max + 1;
	if (labs((long)a.len - (long)b.len) > max)
		return max + 1;
	for (size_t j = 0; j <= b.len; j++)
		rows[0][j] = (int)j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t cur = i % 3;
		int best = rows[cur][0] = (int)i;

		for (size_t j = 1; j <= b.len; j++) {
			rows[cur][j] = cell(a, b, i, j, rows, cur);
			best = least(best, rows[cur][j]);
		}
		if (best > max)
			return max + 1;
	}
	return least(rows[a.len % 3][b.len], max + 1);
}

int
spell_distance_name(struct str a, struct str b)
{
	int max = a.len < 3 ? 0 : a.len < 5 ? 1 : NEAREST_MAX;

	return spell_distance(a, b, max) <= max ? spell_distance(a, b, max)
						: NEAREST_MAX + 1;
}

const char *
spell_nearest(struct str word, const char *const *candidates, size_t count)
{
	const char *nearest = NULL;
	int best = NEAREST_MAX + 1;

	for (size_t i = 0; i < count; i++) {
		int distance = spell_distance_name(word, str_of(candidates[i]));

		if (distance < best) {
			best = distance;
			nearest = candidates[i];
		}
	}
	return nearest;
}
