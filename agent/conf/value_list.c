/* Words out of a list of words, and lists. */
#include "agent/conf/value_private.h"

#include "agent/base/arena.h"
#include "agent/conf/nearest.h"
#include "agent/conf/netname.h"
#include "agent/conf/oneline.h"

/* Add to the last error the word that was probably meant. */
static void
note_nearest_word(
    const struct value_reader *r, const struct option *o, struct str written)
{
	struct nearest near;
	struct str w;

	nearest_init(&near, written);
	for (size_t i = 0; str_is_given(w = option_word(o->words, i)); i++)
		nearest_offer(&near, w);
	if (str_is_given(near.best))
		confdiag_note(
		    r->diag, "did you mean \"%.*s\"?", STR_ARG(near.best));
}

/*
 * Every enum that is kept by an OPTION_ENUM is as wide as this one (all of
 * their constants are small and not negative), which is asserted where the
 * table stands.
 */
static void
store_index(const struct option *o, int index, const char *word, void *to)
{
	if (o->type == OPTION_WORD)
		*(const char **)to = word;
	else if (o->type == OPTION_FLAG)
		*(bool *)to = index == 1;
	else
		*(unsigned *)to = (unsigned)index;
}

int
value_store_word(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n, void *to)
{
	int i = option_word_index(o->words, n->text);

	if (i < 0) {
		(void)value_refuse(r, o, n);
		note_nearest_word(r, o, n->text);
		return -1;
	}
	store_index(o, i, arena_str(r->arena, n->text).p, to);
	return 0;
}

static bool
is_theme(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((s.p[i] < 'a' || s.p[i] > 'z') &&
		    (s.p[i] < '0' || s.p[i] > '9') &&
		    (s.p[i] != '-' || i == 0 || i + 1 == s.len))
			return false;
	return s.len > 0 && s.len <= 64;
}

/* Report item as one that o's list cannot hold.  Returns -1. */
static int
refuse_item(const struct value_reader *r, const struct option *o,
    const struct yaml_node *item, const char *cure)
{
	if (item->kind == YAML_BROKEN)
		return -1;
	confdiag_error(r->diag, item->place, "\"%s\" cannot hold \"%.*s\"",
	    o->path, STR_ARG(value_quoted(item->text)));
	confdiag_note(r->diag, "%s", cure);
	return -1;
}

/* As "buzzard area add" takes them. */
static bool
is_area(struct str s)
{
	return s.len > 0 && s.len <= 64 && str_is_utf8(s) && oneline_is(s) &&
	       s.p[0] != ' ' && s.p[s.len - 1] != ' ';
}

static int
refuse_word(const struct value_reader *r, const struct option *o,
    const struct yaml_node *item)
{
	struct buf cure = { 0 };
	struct str w;

	for (size_t i = 0; str_is_given(w = option_word(o->words, i)); i++)
		buf_addf(
		    &cure, "%s%.*s", i == 0 ? "it holds " : ", ", STR_ARG(w));
	(void)refuse_item(r, o, item, cure.p);
	buf_clear(&cure);
	return -1;
}

static int
check_item(const struct value_reader *r, const struct option *o,
    const struct yaml_node *item)
{
	if (o->type == OPTION_THEMES && !is_theme(item->text))
		return refuse_item(
		    r, o, item, "a theme is written like hare-coursing");
	if (o->type == OPTION_AREAS && !is_area(item->text))
		return refuse_item(r, o, item,
		    "write an area's name as \"buzzard area list\" shows it, "
		    "or \"*\" for each");
	if (o->type == OPTION_WORDS &&
	    option_word_index(o->words, item->text) < 0)
		return refuse_word(r, o, item);
	if (o->type == OPTION_DOMAINS && !netname_is_domain(item->text))
		return refuse_item(r, o, item,
		    "a domain is written like example.org, without @ and *");
	return 0;
}

int
value_store_list(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n, void *base)
{
	void *to = (char *)base + o->offset;
	void *to_count = (char *)base + o->count_offset;
	const char **items;
	size_t count = 0;
	int result = 0;

	if (n->count < (size_t)o->min || n->count > (size_t)o->max) {
		confdiag_error(r->diag, n->place,
		    "\"%s\" must have %lld to %lld entries, not %zu", o->path,
		    (long long)o->min, (long long)o->max, n->count);
		return -1;
	}
	items = arena_alloc(r->arena, n->count + 1, sizeof(const char *));
	for (const struct yaml_node *c = n->first; c; c = c->next) {
		if (check_item(r, o, c) < 0)
			result = -1;
		items[count++] = arena_str(r->arena, c->text).p;
	}
	if (result < 0)
		return -1;
	*(const char *const **)to = items;
	*(size_t *)to_count = count;
	return 0;
}

int
value_store_levels(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n, void *base)
{
	bool seen[2] = { false, false };
	int result = 0;

	for (const struct yaml_node *c = n->first; c; c = c->next) {
		int i = option_word_index(o->words, c->text);

		if (i < 0 || i > 1) {
			result = refuse_item(
			    r, o, c, "the levels are alert and review");
			continue;
		}
		seen[i] = true;
	}
	if (result == 0 && !seen[0]) {
		confdiag_error(r->diag, n->place, "\"levels\" must hold alert");
		confdiag_note(r->diag,
		    "write [alert], or [alert, review] to be told of what is "
		    "to be reviewed too");
		return -1;
	}
	if (result == 0)
		*(bool *)((char *)base + o->offset) = seen[1];
	return result;
}
