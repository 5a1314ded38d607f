/*
 * libyaml's events, put together with a stack of our own.  The document API
 * was decided against: it resolves aliases silently and its time is quadratic
 * in nesting.  Reading goes on after a refused anchor, tag, alias or repeated
 * key, so that all are reported; a syntax error ends it.
 */
#include "agent/conf/yaml.h"

#include <yaml.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"

/* A map or list whose end has not been seen. */
struct open_node {
	struct yaml_node *node;
	struct yaml_node *last;      /* its last child */
	const struct yaml_node *key; /* in a map: waits for its value */
};

struct reader {
	yaml_parser_t parser;
	struct arena *arena;
	struct confdiag *diag;
	struct open_node open[YAML_DEPTH_MAX];
	size_t depth;
	const struct yaml_node *root;
	int documents;
};

/* What libyaml says, and what to do about it. */
static const struct {
	const char *problem, *said, *cure;
} problems[] = {
	{ "found character that cannot start any token",
	    "a value cannot begin with this character",
	    "indent with spaces, not tabs; put text that begins with @, ` or "
	    "% in quotes" },
	{ "mapping values are not allowed in this context",
	    "a \"key: value\" cannot stand here",
	    "put text with a colon and a space in quotes, and keys of one map "
	    "below each other" },
	{ "could not find expected ':'", "a key without \": \"",
	    "write \"key: value\", with a space after the colon" },
	{ "did not find expected key", "the indentation does not fit",
	    "keys of one map begin in the same column" },
	{ "did not find expected '-' indicator", "the indentation does not fit",
	    "items of one list begin with \"- \" in the same column" },
	{ "did not find expected ',' or ']'", "a list in [ ] is not closed",
	    "separate items with commas and end the list with ]" },
	{ "did not find expected ',' or '}'", "a map in { } is not closed",
	    "separate options with commas and end the map with }" },
	{ "found unexpected end of stream", "a quoted text is not closed",
	    "end it with the quote that it begins with" },
	{ "found unknown escape character",
	    "there is no such escape in double quotes",
	    "write a backslash as \\\\, or use single quotes" },
	{ "control characters are not allowed",
	    "control characters are not allowed", "remove the character" },
};

static struct confdiag_place
place_of(yaml_mark_t start, yaml_mark_t end)
{
	struct confdiag_place p = { .line = (int)start.line + 1,
		.column = (int)start.column + 1,
		.length = 1 };

	if (end.line == start.line && end.column > start.column)
		p.length = (int)(end.column - start.column);
	return p;
}

/* The place of a byte that the reader could not take. */
static struct confdiag_place
place_of_byte(struct str text, size_t offset)
{
	struct confdiag_place p = { 1, 1, 1 };

	for (size_t i = 0; i < offset && i < text.len; i++) {
		if (text.p[i] == '\n') {
			p.line++;
			p.column = 1;
		} else if (((unsigned char)text.p[i] & 0xc0) != 0x80) {
			p.column++;
		}
	}
	return p;
}

static int
report_problem(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	struct confdiag_place place;
	struct str problem = str_of(p->problem ? p->problem : "not YAML");

	if (p->error == YAML_READER_ERROR)
		place = place_of_byte(r->diag->text, p->problem_offset);
	else
		place = place_of(p->problem_mark, p->problem_mark);
	for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++) {
		if (!str_is(problem, problems[i].problem))
			continue;
		confdiag_error(r->diag, place, "%s", problems[i].said);
		confdiag_note(r->diag, "%s", problems[i].cure);
		return -1;
	}
	if (p->error == YAML_READER_ERROR) {
		confdiag_error(r->diag, place, "this is not UTF-8 text");
		confdiag_note(r->diag, "save the file as UTF-8");
		return -1;
	}
	confdiag_error(r->diag, place, "this is not YAML: %.*s%s%s",
	    STR_ARG(problem), p->context ? " " : "",
	    p->context ? p->context : "");
	return -1;
}

/* The child of map with that key, or NULL. */
static const struct yaml_node *
find_key(const struct yaml_node *map, struct str key)
{
	for (const struct yaml_node *c = map->first; c; c = c->next)
		if (str_is_equal(c->key->text, key))
			return c;
	return NULL;
}

/* Take node as the next key of the innermost map. */
static int
take_key(struct reader *r, struct open_node *map, struct yaml_node *node)
{
	const struct yaml_node *other;

	if (node->kind == YAML_LIST || node->kind == YAML_MAP) {
		confdiag_error(r->diag, node->place,
		    "a key is one word, not a list or a map");
		return -1;
	}
	other = find_key(map->node, node->text);
	if (other && node->kind == YAML_SCALAR) {
		confdiag_error(r->diag, node->place, "\"%.*s\" is given twice",
		    STR_ARG(node->text));
		confdiag_note(r->diag, "it stands in line %d already",
		    other->key->place.line);
		node->kind = YAML_BROKEN;
	}
	map->key = node;
	return 0;
}

/* Put node where the events have brought us: key, value, item or root. */
static int
attach(struct reader *r, struct yaml_node *node)
{
	struct open_node *o;

	if (r->depth == 0) {
		r->root = node;
		return 0;
	}
	o = &r->open[r->depth - 1];
	if (o->node->kind == YAML_MAP && !o->key)
		return take_key(r, o, node);
	if (o->node->count >= YAML_CHILDREN_MAX) {
		confdiag_error(r->diag, node->place,
		    "more than %d entries in one map or list",
		    YAML_CHILDREN_MAX);
		return -1;
	}
	node->key = o->key;
	o->key = NULL;
	if (o->last)
		o->last->next = node;
	else
		o->node->first = node;
	o->last = node;
	o->node->count++;
	return 0;
}

static int
open_node(struct reader *r, struct yaml_node *node)
{
	if (attach(r, node) < 0)
		return -1;
	if (r->depth >= YAML_DEPTH_MAX) {
		confdiag_error(r->diag, node->place, "nested more than %d deep",
		    YAML_DEPTH_MAX);
		return -1;
	}
	r->open[r->depth++] = (struct open_node){ .node = node };
	return 0;
}

/* Report an anchor or tag on a node; the node itself stays good. */
static void
refuse_extras(struct reader *r, const struct yaml_node *node,
    const unsigned char *anchor, const unsigned char *tag)
{
	if (anchor) {
		confdiag_error(r->diag, node->place,
		    "anchors (&%s) are not supported", (const char *)anchor);
		confdiag_note(
		    r->diag, "write the value out wherever it is wanted");
	}
	if (tag) {
		confdiag_error(r->diag, node->place,
		    "tags (%s) are not supported", (const char *)tag);
		confdiag_note(
		    r->diag, "leave it out: the option says what it takes");
	}
}

static struct yaml_node *
new_node(struct reader *r, enum yaml_kind kind, const yaml_event_t *ev)
{
	struct yaml_node *n = arena_alloc(r->arena, 1, sizeof(*n));

	n->kind = kind;
	n->place = place_of(ev->start_mark, ev->end_mark);
	if (kind == YAML_LIST || kind == YAML_MAP)
		n->place.length = 1;
	return n;
}

static int
take_scalar(struct reader *r, const yaml_event_t *ev)
{
	struct yaml_node *n = new_node(r, YAML_SCALAR, ev);

	n->text =
	    arena_str(r->arena, str_make((const char *)ev->data.scalar.value,
				    ev->data.scalar.length));
	n->plain = ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	refuse_extras(r, n, ev->data.scalar.anchor, ev->data.scalar.tag);
	return attach(r, n);
}

static int
take_alias(struct reader *r, const yaml_event_t *ev)
{
	struct yaml_node *n = new_node(r, YAML_BROKEN, ev);

	n->text = str_make("", 0);
	confdiag_error(r->diag, n->place, "aliases (*%s) are not supported",
	    (const char *)ev->data.alias.anchor);
	confdiag_note(r->diag, "write the value out wherever it is wanted");
	return attach(r, n);
}

static int
take_document(struct reader *r, const yaml_event_t *ev)
{
	if (++r->documents == 1)
		return 0;
	confdiag_error(r->diag, place_of(ev->start_mark, ev->end_mark),
	    "a second document begins here");
	confdiag_note(r->diag, "a configuration is one document: remove "
			       "\"---\" and what follows, or join the two");
	return -1;
}

static int
take_list(struct reader *r, const yaml_event_t *ev)
{
	struct yaml_node *n = new_node(r, YAML_LIST, ev);

	refuse_extras(
	    r, n, ev->data.sequence_start.anchor, ev->data.sequence_start.tag);
	return open_node(r, n);
}

static int
take_map(struct reader *r, const yaml_event_t *ev)
{
	struct yaml_node *n = new_node(r, YAML_MAP, ev);

	refuse_extras(
	    r, n, ev->data.mapping_start.anchor, ev->data.mapping_start.tag);
	return open_node(r, n);
}

/* 1: go on.  0: the end.  -1: refused. */
static int
take_event(struct reader *r, const yaml_event_t *ev)
{
	switch (ev->type) {
	case YAML_SCALAR_EVENT: return take_scalar(r, ev) < 0 ? -1 : 1;
	case YAML_ALIAS_EVENT: return take_alias(r, ev) < 0 ? -1 : 1;
	case YAML_SEQUENCE_START_EVENT: return take_list(r, ev) < 0 ? -1 : 1;
	case YAML_MAPPING_START_EVENT: return take_map(r, ev) < 0 ? -1 : 1;
	case YAML_DOCUMENT_START_EVENT:
		return take_document(r, ev) < 0 ? -1 : 1;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		CHECK(r->depth > 0);
		r->depth--;
		return 1;
	case YAML_STREAM_END_EVENT: return 0;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_END_EVENT: return 1;
	}
	return 1;
}

static int
read_events(struct reader *r)
{
	int more = 1;

	while (more > 0) {
		yaml_event_t ev;

		if (!yaml_parser_parse(&r->parser, &ev))
			return report_problem(r);
		more = take_event(r, &ev);
		yaml_event_delete(&ev);
	}
	return more;
}

int
yaml_read(struct str text, struct arena *arena, struct confdiag *diag,
    const struct yaml_node **root)
{
	struct confdiag_place start = { 1, 1, 1 };
	struct reader *r;
	int result;

	if (text.len > YAML_BYTES_MAX) {
		confdiag_error(diag, (struct confdiag_place){ 0, 0, 0 },
		    "the file has %zu bytes; a configuration has at most %d",
		    text.len, YAML_BYTES_MAX);
		return -1;
	}
	r = arena_alloc(arena, 1, sizeof(*r));
	r->arena = arena;
	r->diag = diag;
	CHECK(yaml_parser_initialize(&r->parser));
	yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r->parser,
	    (const unsigned char *)(text.p ? text.p : ""), text.len);
	result = read_events(r);
	yaml_parser_delete(&r->parser);
	if (result == 0 && !r->root) {
		confdiag_error(diag, start, "the file is empty");
		return -1;
	}
	*root = r->root;
	return result;
}

const struct yaml_node *
yaml_find(const struct yaml_node *map, const char *key)
{
	if (!map || map->kind != YAML_MAP)
		return NULL;
	return find_key(map, str_of(key));
}

bool
yaml_is_null(const struct yaml_node *n)
{
	if (n->kind != YAML_SCALAR || !n->plain)
		return false;
	return n->text.len == 0 || str_is(n->text, "~") ||
	       str_is(n->text, "null");
}
