/*
 * conf_private: what the files of conf share: where each value stood.
 *
 * conf.c builds, conf_cross.c checks one option against another, conf_files.c
 * looks at the machine, conf_show.c prints.
 */
#ifndef CONF_CONF_PRIVATE_H
#define CONF_CONF_PRIVATE_H

#include "agent/conf/conf.h"
#include "agent/conf/confdiag.h"
#include "agent/conf/option.h"
#include "agent/conf/yaml.h"

struct arena;

/* One struct that options go to: the top, or one item of a list. */
struct conf_item {
	enum option_section section;
	size_t index;      /* in its list */
	unsigned variants; /* bit of its type; all bits: it has no types */
	bool unusable;     /* its type is not known: nothing was stored */
	void *base;        /* struct conf, conf_feed, … */
	struct confdiag_place place;
	const struct yaml_node *
	    *values; /* by row of the table; NULL: default */
};

/* All of it is arena's, the struct conf too. */
struct conf_origin {
	struct arena *arena; /* owned */
	const char *file;
	struct str text; /* the file's, for the lines shown */
	struct conf_item *items;
	size_t item_count, item_cap;
};

/* The item that is item index of section, or NULL. */
const struct conf_item *conf_private_item(
    const struct conf_origin *o, enum option_section section, size_t index);

/* Where the option path of item stands; the item's own place if it does not. */
struct confdiag_place conf_private_place(
    const struct conf_item *item, const char *path);

/* True if the option path of item is in the file. */
bool conf_private_is_given(const struct conf_item *item, const char *path);

/*
 * Check options against each other; fills channel_index.  Members whose own
 * values were refused are unset and passed over.
 */
void conf_private_cross_check(struct conf *c, struct confdiag *diag);

#endif /* CONF_CONF_PRIVATE_H */
