/*
 * gazetteer: one pool of text, one array of places, one open hash table of
 * keys; places of one key are a chain.  A second table has the first words, so
 * that a text without names costs one look-up a word.
 */
#include "agent/geo/gazetteer.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/geo/grid.h"
#include "agent/geo/towns.h"
#include "agent/geo/villages.h"

#define NONE       UINT32_MAX
#define FIRST_BITS (1u << 20) /* a bit for each hash of a first word */
#define TABLE_MIN  4096
#define LAT_M      111200.0 /* metres in a degree, near enough for a radius */
#define LON_M      68700.0

/* Text in the pool. */
struct piece {
	uint32_t at, len;
};

/* A place as it is kept. */
struct kept {
	struct piece key, name, within, district;
	float easting, northing, radius_m;
	uint32_t next; /* of the same key, or NONE */
	uint8_t kind;
	bool built_in;
};

struct gazetteer {
	struct buf pool;
	struct kept *kept; /* owned */
	size_t count, cap;
	uint32_t *table; /* owned; index of the chain's head + 1, or 0 */
	size_t table_size, keys;
	uint8_t *first; /* owned; FIRST_BITS bits */
	size_t built_in;
	struct arena *arena; /* owned; of one name being added */
};

static uint32_t
hash_text(struct str s)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h ^ (h >> 15);
}

static struct str
piece_str(const struct gazetteer *g, struct piece p)
{
	return p.len > 0 ? str_make(g->pool.p + p.at, p.len)
			 : str_make(NULL, 0);
}

static struct piece
add_piece(struct gazetteer *g, struct str s)
{
	struct piece p = { (uint32_t)g->pool.len, (uint32_t)s.len };

	CHECK(g->pool.len + s.len < UINT32_MAX);
	buf_add_str(&g->pool, s);
	return p;
}

/* The slot of key: where its chain is, or where it would go. */
static uint32_t *
find_slot(const struct gazetteer *g, struct str key)
{
	size_t i = hash_text(key) & (g->table_size - 1);

	while (g->table[i] != 0 &&
	       !str_is_equal(piece_str(g, g->kept[g->table[i] - 1].key), key))
		i = (i + 1) & (g->table_size - 1);
	return &g->table[i];
}

static void
grow_table(struct gazetteer *g)
{
	uint32_t *old = g->table;
	size_t i, size = g->table_size;

	g->table_size = size ? size * 2 : TABLE_MIN;
	g->table = alloc_zero(g->table_size, sizeof(*g->table));
	for (i = 0; i < size; i++)
		if (old[i] != 0)
			*find_slot(g, piece_str(g, g->kept[old[i] - 1].key)) =
			    old[i];
	free(old);
}

/* What is written short, and its long form, which is in the keys. */
static const struct {
	const char *is, *for_;
} forms[] = {
	{ "N", "NORTH" },
	{ "S", "SOUTH" },
	{ "E", "EAST" },
	{ "W", "WEST" },
	{ "GT", "GREAT" },
	{ "GRT", "GREAT" },
	{ "LT", "LITTLE" },
	{ "LTL", "LITTLE" },
	{ "SAINT", "ST" },
	{ "NTH", "NORTH" },
	{ "STH", "SOUTH" },
	{ "UPR", "UPPER" },
	{ "LWR", "LOWER" },
	{ "RD", "ROAD" },
	{ "LN", "LANE" },
	{ "AVE", "AVENUE" },
};

#define FORM_COUNT (sizeof(forms) / sizeof(forms[0]))

static struct str
long_form(struct str word)
{
	if (word.len > 5)
		return word;
	for (size_t i = 0; i < FORM_COUNT; i++)
		if (word.p[0] == forms[i].is[0] && str_is(word, forms[i].is))
			return str_of(forms[i].for_);
	return word;
}

static void
note_word(struct gazetteer *g, struct str word)
{
	uint32_t h = hash_text(word) % FIRST_BITS;

	g->first[h / 8] |= (uint8_t)(1u << (h % 8));
}

/* Note the first word of a key. */
static void
note_first(struct gazetteer *g, struct str key)
{
	const char *space = memchr(key.p, ' ', key.len);

	note_word(
	    g, str_make(key.p, space ? (size_t)(space - key.p) : key.len));
}

bool
gazetteer_may_begin(const struct gazetteer *g, struct str word)
{
	uint32_t h = hash_text(word) % FIRST_BITS;

	return (g->first[h / 8] >> (h % 8) & 1) != 0;
}

void
gazetteer_add_word(
    const struct idtext *t, size_t i, char key[GAZETTEER_KEY_MAX], size_t *len)
{
	struct str s = long_form(idtext_capitals(t, i));

	if (*len + s.len + 1 > GAZETTEER_KEY_MAX) {
		*len = GAZETTEER_KEY_MAX + 1;
		return;
	}
	if (*len > 0)
		key[(*len)++] = ' ';
	memcpy(key + *len, s.p, s.len);
	*len += s.len;
}

/* Put place i at the head of its key's chain. */
static void
link_place(struct gazetteer *g, size_t i)
{
	uint32_t *slot;

	if ((g->keys + 1) * 2 > g->table_size)
		grow_table(g);
	slot = find_slot(g, piece_str(g, g->kept[i].key));
	g->keys += *slot == 0;
	g->kept[i].next = *slot != 0 ? *slot - 1 : NONE;
	*slot = (uint32_t)i + 1;
}

static void
keep(struct gazetteer *g, struct str key, const struct gazetteer_place *p)
{
	struct kept *k;

	CHECK(g->count < NONE - 1);
	if (g->count == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 1024;
		g->kept = alloc_resize(g->kept, g->cap, sizeof(*g->kept));
	}
	k = &g->kept[g->count];
	*k = (struct kept){ .key = add_piece(g, key),
		.name = add_piece(g, p->name),
		.within = add_piece(g, p->within),
		.district = add_piece(g, p->district),
		.easting = (float)p->easting,
		.northing = (float)p->northing,
		.radius_m = (float)p->radius_m,
		.kind = (uint8_t)p->kind,
		.built_in = g->built_in == 0 };
	note_first(g, key);
	link_place(g, g->count);
	g->count++;
}

/*
 * The key of a name cut into tokens.  joined: what stands at an apostrophe is
 * one word with what is before it, as many people write it.
 */
static size_t
make_key(const struct idtext *t, bool joined, char key[GAZETTEER_KEY_MAX])
{
	size_t i, len = 0;

	for (i = 0; i < t->count && len <= GAZETTEER_KEY_MAX; i++) {
		size_t before = len;
		bool apostrophe = i > 0 && t->tokens[i - 1].gap == IDTEXT_OTHER;

		gazetteer_add_word(t, i, key, &len);
		if (joined && apostrophe && len <= GAZETTEER_KEY_MAX) {
			memmove(
			    key + before, key + before + 1, len - before - 1);
			len--;
		}
	}
	return len;
}

static bool
add_keys(struct gazetteer *g, const struct gazetteer_place *p, struct str name)
{
	char key[GAZETTEER_KEY_MAX], joined[GAZETTEER_KEY_MAX];
	struct idtext t;
	size_t len, joined_len;

	arena_reset(g->arena);
	idtext_make(name, g->arena, &t);
	if (t.count == 0 || t.count > GAZETTEER_WORDS_MAX)
		return false;
	len = make_key(&t, false, key);
	joined_len = make_key(&t, true, joined);
	if (len > GAZETTEER_KEY_MAX)
		return false;
	keep(g, str_make(key, len), p);
	if (joined_len != len)
		keep(g, str_make(joined, joined_len), p);
	return true;
}

bool
gazetteer_add(struct gazetteer *g, const struct gazetteer_place *place)
{
	return add_keys(g, place, place->name);
}

/* How far from its centre the circles of a town reach; 0 of a village. */
static double
town_radius(const struct town *town)
{
	double reach = 0;

	for (size_t i = 0; i < towns_count(); i++) {
		const struct town *t = towns_get(i);
		double north = (t->lat - town->lat) * LAT_M;
		double east = (t->lon - town->lon) * LON_M;

		if (strcmp(t->name, town->name) == 0)
			reach = fmax(reach,
			    sqrt(north * north + east * east) + t->radius_m);
	}
	return reach;
}

/*
 * Add a built-in place by its degrees, under a name and its short forms.
 * radius_m 0: a village.
 */
static void
add_built_in(struct gazetteer *g, const struct grid *grid, const char *name,
    double lat, double lon, double radius_m)
{
	struct gazetteer_place p = { .name = str_of(name),
		.kind = radius_m > 0 ? GAZETTEER_TOWN : GAZETTEER_VILLAGE,
		.radius_m = radius_m > 0 ? radius_m : VILLAGES_RADIUS_M };
	bool on_grid =
	    grid_from_degrees(grid, lat, lon, &p.easting, &p.northing);

	CHECK(on_grid && add_keys(g, &p, p.name));
	for (size_t i = 0; i < villages_alias_count(); i++) {
		const struct villages_alias *a = villages_get_alias(i);

		if (strcmp(a->name, name) == 0)
			CHECK(add_keys(g, &p, str_of(a->alias)));
	}
}

struct gazetteer *
gazetteer_new(const struct grid *grid)
{
	struct gazetteer *g = alloc_zero(1, sizeof(*g));

	g->arena = arena_new();
	g->first = alloc_zero(FIRST_BITS / 8, 1);
	for (size_t i = 0; i < FORM_COUNT; i++)
		note_word(g, str_of(forms[i].is));
	grow_table(g);
	for (size_t i = 0; i < towns_count(); i++) {
		const struct town *t = towns_get(i);

		if (t->is_centre)
			add_built_in(
			    g, grid, t->name, t->lat, t->lon, town_radius(t));
	}
	for (size_t i = 0; i < villages_count(); i++) {
		const struct village *v = villages_get(i);

		add_built_in(g, grid, v->name, v->lat, v->lon, 0);
	}
	g->built_in = g->count;
	return g;
}

void
gazetteer_free(struct gazetteer **g)
{
	if (!*g)
		return;
	arena_free(&(*g)->arena);
	buf_clear(&(*g)->pool);
	free((*g)->kept);
	free((*g)->table);
	free((*g)->first);
	free(*g);
	*g = NULL;
}

size_t
gazetteer_count(const struct gazetteer *g)
{
	return g->count - g->built_in;
}

static struct gazetteer_place
show(const struct gazetteer *g, const struct kept *k)
{
	return (struct gazetteer_place){ .name = piece_str(g, k->name),
		.kind = (enum gazetteer_kind)k->kind,
		.easting = (double)k->easting,
		.northing = (double)k->northing,
		.radius_m = (double)k->radius_m,
		.within = piece_str(g, k->within),
		.district = piece_str(g, k->district) };
}

size_t
gazetteer_find(const struct gazetteer *g, struct str key,
    void (*each)(void *user, const struct gazetteer_place *place), void *user)
{
	uint32_t i = *find_slot(g, key);
	size_t n = 0;
	bool imported;

	if (i == 0)
		return 0;
	/* The head was added last: if it is built in, all of them are. */
	imported = !g->kept[--i].built_in;
	for (; i != NONE && !(imported && g->kept[i].built_in);
	     i = g->kept[i].next) {
		struct gazetteer_place p = show(g, &g->kept[i]);

		each(user, &p);
		n++;
	}
	return n;
}
