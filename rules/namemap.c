/* Open addressing, at most half full. */
#include "rules/namemap.h"

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "rules/spell.h"
#include "rules/words.h"

struct entry {
	struct str name;
	void *thing; /* NULL: empty */
};

struct namemap {
	struct arena *arena;   /* borrowed */
	struct entry *entries; /* the arena's, as are those it had before */
	size_t cap, count;
};

struct namemap *
namemap_new(struct arena *arena, size_t count)
{
	struct namemap *m = arena_alloc(arena, 1, sizeof *m);

	m->arena = arena;
	m->cap = 16;
	while (m->cap < count * 2 + 2)
		m->cap *= 2;
	m->entries = arena_alloc(arena, m->cap, sizeof *m->entries);
	return m;
}

static struct entry *
find(const struct namemap *m, struct str name)
{
	size_t i = words_hash(name) & (m->cap - 1);

	while (m->entries[i].thing && !str_is_equal(m->entries[i].name, name))
		i = (i + 1) & (m->cap - 1);
	return &m->entries[i];
}

static void
grow(struct namemap *m)
{
	const struct entry *old = m->entries;
	size_t cap = m->cap;

	m->cap *= 2;
	m->entries = arena_alloc(m->arena, m->cap, sizeof *m->entries);
	for (size_t i = 0; i < cap; i++)
		if (old[i].thing)
			*find(m, old[i].name) = old[i];
}

void *
namemap_find(const struct namemap *m, struct str name)
{
	return find(m, name)->thing;
}

void *
namemap_add(struct namemap *m, struct str name, void *thing)
{
	struct entry *e = find(m, name);

	CHECK(thing != NULL);
	if (e->thing)
		return e->thing;
	*e = (struct entry){ name, thing };
	if (++m->count * 2 > m->cap)
		grow(m);
	return NULL;
}

struct str
namemap_nearest(const struct namemap *m, struct str name)
{
	struct str nearest = { 0 };
	int best = 3;

	for (size_t i = 0; i < m->cap; i++) {
		int distance;

		if (!m->entries[i].thing)
			continue;
		distance = spell_distance_name(name, m->entries[i].name);
		if (distance < best ||
		    (distance == best && str_is_given(nearest) &&
			str_compare(m->entries[i].name, nearest) < 0)) {
			best = distance;
			nearest = m->entries[i].name;
		}
	}
	return nearest;
}
