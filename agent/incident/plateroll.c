/* plateroll: a list, and how far two marks are from each other. */
#include "agent/incident/plateroll.h"

#include <string.h>

#include "agent/base/arena.h"

struct plate *
plateroll_find(struct plateroll *roll, const char *mark)
{
	size_t i;

	for (i = 0; i < roll->count; i++)
		if (str_is(roll->plates[i].mark, mark))
			return &roll->plates[i];
	return NULL;
}

struct plate *
plateroll_add(struct plateroll *roll, const struct plate *p)
{
	struct plate *grown;

	if (roll->count == PLATES_MAX)
		return NULL;
	if (roll->count == roll->cap) {
		roll->cap = roll->cap == 0 ? 8 : 2 * roll->cap;
		grown = arena_alloc(roll->arena, roll->cap, sizeof(*grown));
		if (roll->count > 0)
			memcpy(
			    grown, roll->plates, roll->count * sizeof(*grown));
		roll->plates = grown;
	}
	roll->plates[roll->count] = *p;
	roll->plates[roll->count].mark = arena_str(roll->arena, p->mark);
	return &roll->plates[roll->count++];
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t
plateroll_distance(struct str a, struct str b)
{
	size_t row[PLATEFORM_LEN_MAX + 1];
	size_t i, k, corner, above;

	for (k = 0; k <= b.len; k++)
		row[k] = k;
	for (i = 1; i <= a.len; i++) {
		corner = row[0];
		row[0] = i;
		for (k = 1; k <= b.len; k++) {
			above = row[k];
			row[k] = least(least(row[k], row[k - 1]) + 1,
			    corner + (a.p[i - 1] != b.p[k - 1]));
			corner = above;
		}
	}
	return row[b.len];
}

struct plate *
plateroll_alike(struct plateroll *roll, size_t n, struct str mark, size_t most)
{
	struct plate *best = NULL;
	size_t i, d;

	for (i = n; i-- > 0;) {
		struct plate *p = &roll->plates[i];

		if (p->is_gone || p->is_partial || str_is_equal(p->mark, mark))
			continue;
		d = plateroll_distance(p->mark, mark);
		if (d <= most) {
			best = p;
			most = d > 0 ? d - 1 : 0;
		}
	}
	return best;
}
