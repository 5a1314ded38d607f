/* Reading labelled incidents: see corpus.h. */
#include "agent/corpus.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/json.h"
#include "agent/feeds/format_json.h"

static const char *const basis_names[] = { [CORPUS_BASIS_NONE] = "none",
	[CORPUS_BASIS_LOCATION] = "location",
	[CORPUS_BASIS_TARGETED] = "targeted" };
_Static_assert(sizeof basis_names / sizeof basis_names[0] == CORPUS_BASIS_COUNT,
    "a word for each basis");

const char *
corpus_basis_name(enum corpus_basis basis)
{
	CHECK(basis < CORPUS_BASIS_COUNT);
	return basis_names[basis];
}

enum corpus_basis
corpus_basis_find(struct str name)
{
	enum corpus_basis b = CORPUS_BASIS_NONE;

	while (b < CORPUS_BASIS_COUNT && !str_is(name, basis_names[b]))
		b++;
	return b;
}

/* A list of texts, copied; absent is an empty one. */
static int
read_texts(const struct json *list, const char *name, struct arena *arena,
    const struct str **out, size_t *count, struct err *e)
{
	size_t n = json_count(list);
	struct str *texts = arena_alloc(arena, n + 1, sizeof *texts);

	if (list && json_kind(list) != JSON_KIND_ARRAY)
		return err_set(e, ERR_INVALID, "%s is %s, not a list", name,
		    json_kind_name(json_kind(list)));
	for (size_t i = 0; i < n; i++) {
		const struct json *v = json_item(list, i);

		if (json_kind(v) != JSON_KIND_TEXT)
			return err_set(e, ERR_INVALID,
			    "%s[%zu] is %s, not text", name, i,
			    json_kind_name(json_kind(v)));
		texts[i] = arena_str(arena, json_text(v));
	}
	*out = texts;
	*count = n;
	return 0;
}

static int
read_yes(const struct json *labels, const char *name, bool *out, struct err *e)
{
	const struct json *v = json_member(labels, name);

	if (json_kind(v) != JSON_KIND_BOOL)
		return err_set(e, ERR_INVALID,
		    "labels.%s is %s, not true or false", name,
		    json_kind_name(json_kind(v)));
	*out = json_is_true(v);
	return 0;
}

static int
read_labels(const struct json *root, struct arena *arena,
    struct corpus_item *item, struct err *e)
{
	const struct json *labels = json_member(root, "labels");
	const struct json *themes = json_member(labels, "themes");

	if (!themes)
		return err_set(e, ERR_INVALID,
		    "labels.themes is missing: this is no labelled incident");
	if (read_texts(themes, "labels.themes", arena, &item->themes,
		&item->theme_count, e) < 0 ||
	    read_yes(labels, "rural_crime", &item->rural_crime, e) < 0 ||
	    read_yes(labels, "in_progress", &item->in_progress, e) < 0)
		return -1;
	item->basis =
	    corpus_basis_find(json_text(json_member(labels, "basis")));
	if (item->basis == CORPUS_BASIS_COUNT)
		return err_set(e, ERR_INVALID,
		    "labels.basis is not location, targeted or none");
	return read_texts(json_member(root, "vrms"), "vrms", arena, &item->vrms,
	    &item->vrm_count, e);
}

static int
read_item(const struct json *root, struct arena *arena,
    struct corpus_item *item, struct err *e)
{
	if (incident_decode(root, arena, &item->incident, e) < 0 ||
	    read_labels(root, arena, item, e) < 0)
		return -1;
	if (item->incident.partial)
		return err_set(e, ERR_INVALID,
		    "partial is true: a labelled incident is a whole one");
	item->hard = arena_str(arena, json_text(json_member(root, "hard")));
	item->setting =
	    arena_str(arena, json_text(json_member(root, "setting")));
	item->why = arena_str(arena, json_text(json_member(root, "why")));
	return 0;
}

static int
read_piece(struct corpus *c, const struct format_json_piece *piece,
    struct corpus_item *item, struct err *e)
{
	struct json *root;
	int r;

	if (piece->fault)
		return err_set(e, ERR_INVALID, "%s", piece->fault);
	if (json_parse(piece->bytes, &root, NULL, e) < 0)
		return -1;
	r = read_item(root, c->arena, item, e);
	json_free(&root);
	return r;
}

static struct corpus_item *
next_item(struct corpus *c)
{
	if (c->count == c->cap) {
		c->cap = c->cap ? c->cap * 2 : 256;
		c->items = alloc_resize(c->items, c->cap, sizeof *c->items);
	}
	memset(&c->items[c->count], 0, sizeof *c->items);
	return &c->items[c->count];
}

int
corpus_read(struct corpus *c, const char *file,
    void (*complain)(const char *file, size_t line, const char *sentence),
    struct err *e)
{
	struct format_json_piece piece;
	struct format_json *format;
	struct buf text = { 0 };

	if (files_read(file, CORPUS_BYTES_MAX, &text, e) < 0)
		return -1;
	if (!c->arena)
		c->arena = arena_new();
	format = format_json_new(NULL);
	format_json_push(format, text.p ? text.p : "", text.len);
	format_json_end(format);
	while (format_json_next(format, &piece) > 0) {
		struct corpus_item *item = next_item(c);
		struct err why = { 0 };

		item->file = file;
		item->line = (size_t)piece.line;
		if (read_piece(c, &piece, item, &why) == 0) {
			c->count++;
			continue;
		}
		c->refused++;
		complain(file, item->line, why.msg);
	}
	format_json_free(&format);
	buf_clear(&text);
	return 0;
}

static int
compare_ids(const void *a, const void *b)
{
	const struct corpus_item *x = *(const struct corpus_item *const *)a;
	const struct corpus_item *y = *(const struct corpus_item *const *)b;
	int r = str_compare(x->incident.id, y->incident.id);

	return r ? r : x < y ? -1 : x > y;
}

void
corpus_drop_repeats(struct corpus *c,
    void (*complain)(const char *file, size_t line, const char *sentence))
{
	struct corpus_item **sorted =
	    alloc_zero(c->count + 1, sizeof(struct corpus_item *));
	size_t kept = 0;

	for (size_t i = 0; i < c->count; i++)
		sorted[i] = &c->items[i];
	qsort(sorted, c->count, sizeof(struct corpus_item *), compare_ids);
	for (size_t i = 1; i < c->count; i++) {
		struct buf said = { 0 };

		if (!str_is_equal(
			sorted[i - 1]->incident.id, sorted[i]->incident.id))
			continue;
		buf_addf(&said, "the id %.*s stands before, in %s:%zu",
		    STR_ARG(sorted[i]->incident.id), sorted[i - 1]->file,
		    sorted[i - 1]->line);
		complain(sorted[i]->file, sorted[i]->line, said.p);
		buf_clear(&said);
		sorted[i]->line = 0; /* no line is 0: to be taken out */
	}
	free(sorted);
	for (size_t i = 0; i < c->count; i++)
		if (c->items[i].line > 0)
			c->items[kept++] = c->items[i];
	c->refused += c->count - kept;
	c->count = kept;
}

bool
corpus_has_theme(const struct corpus_item *item, struct str theme)
{
	for (size_t i = 0; i < item->theme_count; i++)
		if (str_is_equal(item->themes[i], theme))
			return true;
	return false;
}

void
corpus_release(struct corpus *c)
{
	arena_free(&c->arena);
	free(c->items);
	*c = (struct corpus){ 0 };
}
