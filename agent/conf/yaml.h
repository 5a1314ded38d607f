/*
 * yaml: a YAML file as a tree that knows where each of its nodes stood.
 *
 * The one door to libyaml.  Of YAML (1.1) there is what a configuration needs:
 * maps with plain keys, lists and scalars.  Anchors, aliases, tags, a second
 * document and equal keys in one map are refused.  Scalars stay text: what
 * they mean, the option they are given to decides.
 */
#ifndef CONF_YAML_H
#define CONF_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/conf/confdiag.h"

#define YAML_BYTES_MAX    (1 << 20) /* of one file */
#define YAML_DEPTH_MAX    32        /* maps and lists in each other */
#define YAML_CHILDREN_MAX 1000      /* in one map or list */

/* What a node is. */
enum yaml_kind {
	YAML_SCALAR,
	YAML_LIST,
	YAML_MAP,
	YAML_BROKEN /* refused and reported already: say no more of it */
};

/* One scalar, list or map, with its place in the file. */
struct yaml_node {
	enum yaml_kind kind;
	bool plain;      /* scalar without quotes, on one line */
	struct str text; /* scalar: its value */
	struct confdiag_place place;
	const struct yaml_node *key;   /* in a map: the key it belongs to */
	const struct yaml_node *first; /* first child of a map or list */
	const struct yaml_node *next;  /* the next child of the parent */
	size_t count;                  /* children */
};

/*
 * Read text into a tree of the arena's, borrowing nothing from text.  All that
 * is refused is added to diag.  Returns 0 and sets *root, with diag->errors
 * counting what was refused but could be stepped over; or -1 if the file could
 * not be read to its end.
 */
NODISCARD int yaml_read(struct str text, struct arena *arena,
    struct confdiag *diag, const struct yaml_node **root);

/* The value of key in a map, or NULL. */
const struct yaml_node *yaml_find(const struct yaml_node *map, const char *key);

/* True for a scalar that says nothing: "", ~ or null without quotes. */
bool yaml_is_null(const struct yaml_node *n);

#endif /* CONF_YAML_H */
