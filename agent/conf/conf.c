/*
 * From the tree of a YAML file to a struct conf, along the table of options.
 *
 * Nothing here knows an option: a key is looked up in the table, its value is
 * read by its type and stored at its offset.  Reading goes on after an error,
 * so that all are reported at once.  For "config show" and the checks that
 * come later, each item keeps the node that each of its options came from.
 */
#include "agent/conf/conf.h"

#include <errno.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/conf/conf_private.h"
#include "agent/conf/nearest.h"
#include "agent/conf/value.h"

#define ALL_VARIANTS (~0U)

struct builder {
	struct conf *conf;
	struct conf_origin *origin;
	struct confdiag diag;
	struct value_reader reader;
};

/* Words for where an option would be: "a channel", "an mqtt channel". */
static const char *
say_section(struct builder *b, const struct conf_item *item)
{
	const struct option_list *list = option_list_of(item->section);

	if (!list)
		return "the file";
	if (list->types && !item->unusable)
		for (size_t i = 0; str_is_given(option_word(list->types, i));
		     i++) {
			struct str type = option_word(list->types, i);

			if (item->variants == 1U << i)
				return arena_strf(b->origin->arena,
				    "%s %.*s %s",
				    strchr("amnos", type.p[0]) ? "an" : "a",
				    STR_ARG(type), list->one)
				    .p;
		}
	return arena_strf(b->origin->arena, "a %s", list->one).p;
}

/*
 * The part of path that is a key below prefix ("retry." → "base"), absent if
 * path is not below it.
 */
static struct str
key_below(const char *path, struct str prefix)
{
	size_t len = strlen(path);

	if (len < prefix.len || memcmp(path, prefix.p, prefix.len) != 0)
		return str_make(NULL, 0);
	path += prefix.len;
	return str_make(path, strcspn(path, "."));
}

/* Every key that can stand below prefix in item, to offer or to list. */
static void
each_key(const struct conf_item *item, struct str prefix,
    void (*take)(void *user, struct str key), void *user)
{
	size_t count;
	const struct option *all = option_all(&count);
	struct str last = str_make(NULL, 0);

	for (size_t i = 0; i < count; i++) {
		struct str key = key_below(all[i].path, prefix);

		if (all[i].section != item->section || !str_is_given(key) ||
		    !option_serves(&all[i], item->variants) ||
		    str_is_equal(key, last))
			continue;
		last = key;
		take(user, key);
	}
	if (item->section != OPTION_TOP || prefix.len > 0)
		return;
	for (size_t s = OPTION_TOP + 1; s < OPTION_SECTIONS; s++)
		take(user, str_of(option_list_of((enum option_section)s)->key));
}

static void
offer_key(void *user, struct str key)
{
	nearest_offer(user, key);
}

static void
list_key(void *user, struct str key)
{
	struct buf *out = user;

	buf_addf(out, "%s%.*s", out->len > 0 ? ", " : "", STR_ARG(key));
}

/* A section other than item's that has path as an option, or NULL. */
static const char *
find_elsewhere(const struct conf_item *item, struct str path)
{
	for (size_t s = OPTION_TOP; s < OPTION_SECTIONS; s++) {
		enum option_section section = (enum option_section)s;
		const struct option_list *list = option_list_of(section);

		if (section == item->section ||
		    !option_find(section, ALL_VARIANTS, path))
			continue;
		return list ? list->one : "the top";
	}
	return NULL;
}

/* Say of an unknown key what it may have meant. */
static void
note_unknown(struct builder *b, const struct conf_item *item, struct str prefix,
    struct str key)
{
	struct nearest near;
	struct buf keys = { 0 };
	const char *elsewhere;

	nearest_init(&near, key);
	each_key(item, prefix, offer_key, &near);
	if (str_is_given(near.best)) {
		confdiag_note(
		    &b->diag, "did you mean \"%.*s\"?", STR_ARG(near.best));
		return;
	}
	elsewhere = find_elsewhere(item, key);
	if (elsewhere && prefix.len == 0) {
		confdiag_note(&b->diag,
		    "it is an option of %s%s: look at the indentation",
		    strcmp(elsewhere, "the top") == 0 ? "" : "a ", elsewhere);
		return;
	}
	each_key(item, prefix, list_key, &keys);
	confdiag_note(&b->diag, "its options: %s", keys.p ? keys.p : "none");
	buf_clear(&keys);
}

static void
refuse_key(struct builder *b, const struct conf_item *item, struct str prefix,
    const struct yaml_node *key)
{
	struct str path = arena_strf(
	    b->origin->arena, "%.*s%.*s", STR_ARG(prefix), STR_ARG(key->text));
	const struct option *other =
	    option_find(item->section, ALL_VARIANTS, path);

	if (item->section == OPTION_TOP && prefix.len == 0)
		confdiag_error(&b->diag, key->place, "\"%.*s\" is no option",
		    STR_ARG(key->text));
	else if (prefix.len > 0)
		confdiag_error(&b->diag, key->place,
		    "\"%.*s\" is no option of \"%.*s\"", STR_ARG(key->text),
		    (int)prefix.len - 1, prefix.p);
	else
		confdiag_error(&b->diag, key->place,
		    "\"%.*s\" is no option of %s", STR_ARG(key->text),
		    say_section(b, item));
	if (other) {
		const char *types = option_list_of(item->section)->types;
		struct str type =
		    option_word(types, (size_t)__builtin_ctz(other->variants));

		confdiag_note(&b->diag, "it is for type %.*s", STR_ARG(type));
		return;
	}
	note_unknown(b, item, prefix, key->text);
}

static void
read_option(struct builder *b, struct conf_item *item, const struct option *o,
    const struct yaml_node *value)
{
	size_t count;
	size_t row = (size_t)(o - option_all(&count));

	item->values[row] = value;
	/* What it refuses it reports, and the member stays unset. */
	if (!item->unusable)
		(void)value_store(&b->reader, o, value, item->base);
}

/* Report that path, which is a group of options, is given as something else. */
static void
refuse_group(struct builder *b, const struct conf_item *item, struct str path,
    const struct yaml_node *value)
{
	struct buf keys = { 0 };

	each_key(item, arena_strf(b->origin->arena, "%.*s.", STR_ARG(path)),
	    list_key, &keys);
	confdiag_error(&b->diag, value->place,
	    "\"%.*s\" takes a map of options", STR_ARG(path));
	confdiag_note(&b->diag, "its options: %s", keys.p);
	buf_clear(&keys);
}

/*
 * Read the option that value is given to.  Returns true if it is not an option
 * but a map that holds some.
 */
static bool
read_key(struct builder *b, struct conf_item *item, struct str prefix,
    const struct yaml_node *value)
{
	struct str path = arena_strf(b->origin->arena, "%.*s%.*s",
	    STR_ARG(prefix), STR_ARG(value->key->text));
	const struct option *o =
	    option_find(item->section, item->variants, path);

	if (value->key->kind == YAML_BROKEN)
		return false;
	if (o)
		read_option(b, item, o, value);
	else if (!option_is_group(item->section, path))
		refuse_key(b, item, prefix, value->key);
	else if (value->kind == YAML_MAP)
		return true;
	else if (value->kind != YAML_BROKEN)
		refuse_group(b, item, path, value);
	return false;
}

/* True if key begins one of the lists, which are read for themselves. */
static bool
is_list_key(const struct conf_item *item, struct str key)
{
	for (size_t s = OPTION_TOP + 1; s < OPTION_SECTIONS; s++)
		if (item->section == OPTION_TOP &&
		    str_is(key, option_list_of((enum option_section)s)->key))
			return true;
	return false;
}

/* All keys of map; a group of the table holds options and no group. */
static void
read_map(struct builder *b, struct conf_item *item, const struct yaml_node *map)
{
	for (const struct yaml_node *c = map->first; c; c = c->next) {
		struct str prefix;

		if (is_list_key(item, c->key->text) ||
		    !read_key(b, item, str_make("", 0), c))
			continue;
		prefix = arena_strf(
		    b->origin->arena, "%.*s.", STR_ARG(c->key->text));
		for (const struct yaml_node *g = c->first; g; g = g->next)
			(void)read_key(b, item, prefix, g);
	}
}

/* Report what must be given and is not; set the rest to its default. */
static void
complete_item(struct builder *b, struct conf_item *item)
{
	size_t count;
	const struct option *all = option_all(&count);

	for (size_t i = 0; i < count && !item->unusable; i++) {
		const struct option *o = &all[i];

		if (o->section != item->section || item->values[i] ||
		    !option_serves(o, item->variants))
			continue;
		if (o->required) {
			struct buf takes = { 0 };

			option_describe(o, &takes);
			confdiag_error(&b->diag, item->place,
			    "%s has no \"%s\"", say_section(b, item), o->path);
			confdiag_note(&b->diag, "write \"%s: …\"; it takes %s",
			    o->path, takes.p);
			buf_clear(&takes);
		}
		value_store_preset(&b->reader, o, item->base);
	}
}

static struct conf_item *
add_item(struct builder *b, enum option_section section, size_t index,
    void *base, struct confdiag_place place)
{
	struct conf_origin *o = b->origin;
	struct conf_item *item;
	size_t count;

	CHECK(o->item_count < o->item_cap);
	(void)option_all(&count);
	item = &o->items[o->item_count++];
	*item = (struct conf_item){ .section = section,
		.index = index,
		.variants = ALL_VARIANTS,
		.base = base,
		.place = place };
	item->values =
	    arena_alloc(o->arena, count, sizeof(const struct yaml_node *));
	return item;
}

/* Say what a "type" can be. */
static void
note_types(struct builder *b, const char *types)
{
	struct buf words = { 0 };
	struct str w;

	for (size_t i = 0; str_is_given(w = option_word(types, i)); i++)
		buf_addf(
		    &words, "%stype: %.*s", i > 0 ? " or " : "", STR_ARG(w));
	confdiag_note(&b->diag, "write %s", words.p);
	buf_clear(&words);
}

/* Find out item's variant from its "type". */
static void
read_type(
    struct builder *b, struct conf_item *item, const struct yaml_node *map)
{
	const struct option_list *list = option_list_of(item->section);
	const struct yaml_node *type = yaml_find(map, "type");
	int i;

	if (!list->types)
		return;
	i = type && type->kind == YAML_SCALAR
		? option_word_index(list->types, type->text)
		: -1;
	if (i >= 0) {
		item->variants = 1U << (unsigned)i;
		return;
	}
	item->unusable = true;
	if (!type) {
		confdiag_error(
		    &b->diag, item->place, "a %s has no \"type\"", list->one);
		note_types(b, list->types);
		return;
	}
	/* It is none of the words, so this reports and stores nothing. */
	CHECK(value_store(&b->reader,
		  option_find(item->section, ALL_VARIANTS, str_of("type")),
		  type, item->base) < 0);
}

static void
read_item(struct builder *b, const struct option_list *list, size_t index,
    void *base, const struct yaml_node *n)
{
	struct conf_item *item =
	    add_item(b, list->section, index, base, n->place);

	if (n->kind != YAML_MAP) {
		item->unusable = true;
		if (n->kind == YAML_BROKEN)
			return;
		confdiag_error(
		    &b->diag, n->place, "a %s is a map of options", list->one);
		confdiag_note(&b->diag, "write \"- name: …\" and its other "
					"options below \"name\"");
		return;
	}
	read_type(b, item, n);
	read_map(b, item, n);
	complete_item(b, item);
}

static void
read_list(struct builder *b, const struct option_list *list,
    const struct yaml_node *n)
{
	char *items;
	void *at;
	size_t i = 0;

	if (n->kind == YAML_BROKEN)
		return;
	if (n->kind != YAML_LIST) {
		confdiag_error(
		    &b->diag, n->place, "\"%s\" takes a list", list->key);
		confdiag_note(&b->diag, "begin each %s with \"- \"", list->one);
		return;
	}
	if (n->count > list->max) {
		confdiag_error(&b->diag, n->place,
		    "\"%s\" must have at most %zu entries, not %zu", list->key,
		    list->max, n->count);
		return;
	}
	items = arena_alloc(b->origin->arena, n->count + 1, list->size);
	for (const struct yaml_node *c = n->first; c; c = c->next, i++)
		read_item(b, list, i, items + i * list->size, c);
	at = (char *)b->conf + list->offset;
	*(void **)at = items;
	at = (char *)b->conf + list->count_offset;
	*(size_t *)at = n->count;
}

static void
read_root(struct builder *b, const struct yaml_node *root)
{
	struct confdiag_place start = { 0, 0, 0 };
	struct conf_item *top;

	if (root->kind != YAML_MAP) {
		if (root->kind != YAML_BROKEN)
			confdiag_error(&b->diag, root->place,
			    "a configuration is a map of options");
		confdiag_note(&b->diag, "write \"key: value\" lines");
		return;
	}
	for (size_t s = OPTION_TOP; s < OPTION_SECTIONS; s++) {
		const struct option_list *list =
		    option_list_of((enum option_section)s);

		b->origin->item_cap += list ? list->max : 1;
	}
	b->origin->items = arena_alloc(
	    b->origin->arena, b->origin->item_cap, sizeof(struct conf_item));
	top = add_item(b, OPTION_TOP, 0, b->conf, start);
	read_map(b, top, root);
	complete_item(b, top);
	for (size_t s = OPTION_TOP + 1; s < OPTION_SECTIONS; s++) {
		const struct option_list *list =
		    option_list_of((enum option_section)s);
		const struct yaml_node *n = yaml_find(root, list->key);

		if (n && !yaml_is_null(n))
			read_list(b, list, n);
	}
	conf_private_cross_check(b->conf, &b->diag);
}

/* The folder that path is in; "" for the present one. */
static const char *
folder_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return "";
	if (slash == path)
		return "/.";
	return arena_str(a, str_make(path, (size_t)(slash - path))).p;
}

int
conf_parse(
    const char *path, struct str text, struct buf *diag, struct conf **out)
{
	struct arena *a = arena_new();
	struct builder b = { .conf = NULL };
	const struct yaml_node *root = NULL;

	/* What Windows editors put before UTF-8. */
	if (str_has_prefix(text, "\xef\xbb\xbf"))
		text = str_make(text.p + 3, text.len - 3);
	b.conf = arena_alloc(a, 1, sizeof(*b.conf));
	b.origin = arena_alloc(a, 1, sizeof(*b.origin));
	b.conf->origin = b.origin;
	b.conf->file = arena_str(a, str_of(path)).p;
	b.origin->arena = a;
	b.origin->file = b.conf->file;
	b.origin->text = text.len <= YAML_BYTES_MAX ? arena_str(a, text) : text;
	confdiag_init(&b.diag, a, b.conf->file, b.origin->text);
	b.reader = (struct value_reader){ a, &b.diag, folder_of(a, path) };
	if (yaml_read(text, a, &b.diag, &root) == 0)
		read_root(&b, root);
	confdiag_print(&b.diag, diag);
	if (b.diag.errors > 0) {
		arena_free(&a);
		return -1;
	}
	*out = b.conf;
	return 0;
}

int
conf_load(const char *path, struct buf *diag, struct conf **out)
{
	struct buf text = { 0 };
	struct err e = { 0 };
	int result;

	if (files_read(path, YAML_BYTES_MAX, &text, &e) < 0) {
		buf_addf(diag, "%s: error: %s\n", path, e.msg);
		if (e.code == ERR_LIMIT)
			buf_addf(diag,
			    "note: a configuration has at most %d bytes\n",
			    YAML_BYTES_MAX);
		if (e.sys_errno == ENOENT)
			buf_add_text(diag, "note: name the configuration with "
					   "\"-c FILE\"\n");
		buf_clear(&text);
		return -1;
	}
	result = conf_parse(path, buf_str(&text), diag, out);
	buf_clear(&text);
	return result;
}

void
conf_free(struct conf **c)
{
	struct arena *a;

	if (!*c)
		return;
	a = (*c)->origin->arena;
	*c = NULL;
	arena_free(&a);
}

int64_t
conf_retry_keep_ms(const struct conf *c)
{
	int64_t most = 3600000;

	for (size_t i = 0; i < c->channel_count; i++)
		if (c->channels[i].expire_ms > most)
			most = c->channels[i].expire_ms;
	return most;
}

const struct conf_channel *
conf_channel_find(const struct conf *c, const char *name)
{
	for (size_t i = 0; i < c->channel_count; i++)
		if (c->channels[i].name &&
		    strcmp(c->channels[i].name, name) == 0)
			return &c->channels[i];
	return NULL;
}

const struct conf_item *
conf_private_item(
    const struct conf_origin *o, enum option_section section, size_t index)
{
	for (size_t i = 0; i < o->item_count; i++)
		if (o->items[i].section == section &&
		    o->items[i].index == index)
			return &o->items[i];
	return NULL;
}

/* The node of the option path of item, or NULL. */
static const struct yaml_node *
find_value(const struct conf_item *item, const char *path)
{
	size_t count;
	const struct option *all = option_all(&count);

	for (size_t i = 0; i < count; i++)
		if (item->values[i] && all[i].section == item->section &&
		    strcmp(all[i].path, path) == 0)
			return item->values[i];
	return NULL;
}

struct confdiag_place
conf_private_place(const struct conf_item *item, const char *path)
{
	const struct yaml_node *n = find_value(item, path);

	return n ? n->place : item->place;
}

bool
conf_private_is_given(const struct conf_item *item, const char *path)
{
	return find_value(item, path) != NULL;
}
