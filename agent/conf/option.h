/*
 * option: the table of options.
 *
 * One row gives an option's place in the file, its type, where it goes in
 * struct conf, its default, limits and help.  Reading, the errors, "buzzard
 * config", the manual page and docs/CONFIGURATION.md all come from it: adding
 * an option is adding a row (and a member of the struct it goes to).
 */
#ifndef CONF_OPTION_H
#define CONF_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"

/* Where in the file an option stands. */
enum option_section {
	OPTION_TOP,       /* not in a list */
	OPTION_FEED,      /* in an item of feeds */
	OPTION_CHANNEL,   /* in an item of channels */
	OPTION_RECIPIENT, /* in an item of recipients */
	OPTION_SOURCE,    /* in an item of positions */
	OPTION_CLASS,     /* in an item of retention_classes */
	OPTION_SECTIONS   /* their number */
};

/* What an option takes, and what it is kept as. */
enum option_type {
	OPTION_TEXT,      /* const char *: one line */
	OPTION_MARKING,   /* const char *: one line of ASCII */
	OPTION_NAME,      /* const char *: a-z 0-9 . _ - */
	OPTION_PATH,      /* const char *: made absolute or to the folder */
	OPTION_HOST,      /* const char * */
	OPTION_MAILBOX,   /* const char * */
	OPTION_TOPIC,     /* const char *: with {district}, {theme} */
	OPTION_PUBLISHED, /* const char *: a topic without placeholders */
	OPTION_FILTER,    /* const char *: a topic filter, with + and # */
	OPTION_CLIENT,    /* const char *: an MQTT client id */
	OPTION_NUMBER,    /* int64_t */
	OPTION_MS,        /* int64_t ms, written as a duration */
	OPTION_SECONDS,   /* int64_t s, written as a duration */
	OPTION_DAYS,      /* int64_t days, written as a duration */
	OPTION_WORD,      /* const char *: one of words */
	OPTION_ENUM,      /* an enum: the place of the word among words */
	OPTION_FLAG,      /* bool: whether it is the second of two words */
	OPTION_DOMAINS,   /* const char *const * and size_t */
	OPTION_THEMES,    /* const char *const * and size_t */
	OPTION_AREAS,     /* const char *const * and size_t: names */
	OPTION_WORDS,     /* const char *const * and size_t: of words */
	OPTION_LEVELS,    /* bool: review too */
	OPTION_TYPES      /* their number */
};

struct option {
	enum option_section section;
	enum option_type type;
	const char *path;    /* "retry.base": key base of map retry */
	unsigned variants;   /* bits of the types it is for; 0: all */
	bool required;       /* must be given */
	size_t offset;       /* in the section's struct */
	size_t count_offset; /* lists: the size_t that goes with it */
	const char *preset;  /* as it would be written, or NULL: not set */
	int64_t min, max;    /* number: its range; text: of its bytes */
	const char *words;   /* "required|none" */
	const char *help;    /* one sentence for the manual */
};

/* A section that is a list of maps. */
struct option_list {
	enum option_section section;
	const char *key;     /* "channels" */
	const char *one;     /* "channel" */
	const char *types;   /* what its "type" can be, or NULL */
	size_t size;         /* of the struct of one item */
	size_t offset;       /* in struct conf: the array */
	size_t count_offset; /* and its count */
	size_t max;          /* items */
	const char *help;
};

/* All rows, by section; *count is their number. */
const struct option *option_all(size_t *count);

/* The list kept in section; NULL for OPTION_TOP. */
const struct option_list *option_list_of(enum option_section section);

/* The row for path in section that serves a variant (bits), or NULL. */
const struct option *option_find(
    enum option_section section, unsigned variants, struct str path);

/* True if an item of those variants has o. */
bool option_serves(const struct option *o, unsigned variants);

/* True if some option's path begins with path and a dot. */
bool option_is_group(enum option_section section, struct str path);

/*
 * Word i (from 0) of "a|b|c", or absent if there are not so many.
 */
struct str option_word(const char *words, size_t i);

/* The place of word among words, or -1. */
int option_word_index(const char *words, struct str word);

/* Append what o takes, for people: "a number from 1 to 10000". */
void option_describe(const struct option *o, struct buf *out);

/* Append ms as a duration in the largest unit in which it is whole: "5m". */
void option_add_duration(struct buf *out, int64_t ms);

#endif /* CONF_OPTION_H */
