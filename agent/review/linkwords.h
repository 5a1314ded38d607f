/* linkwords: kinds of links between incidents, for people and forms. */
#ifndef REVIEW_LINKWORDS_H
#define REVIEW_LINKWORDS_H

#include "agent/base/str.h"

struct ruleset;

/* "Same vehicle"; of enum links_kind or LINKSETS_OTHER. */
const char *linkwords_say(int kind);

/* The value that stands for a kind in forms and the API; NULL for none. */
const char *linkwords_value(int kind);

/* Append <option> for each kind. */
void linkwords_options(struct buf *out);

/* The kind of a form's value, or 0. */
int linkwords_read(struct str value);

/*
 * What the series of that name is called in the rules in use, borrowed from
 * them; the name itself if they have none of it, or are NULL.
 */
struct str linkwords_series(const struct ruleset *rules, struct str name);

#endif /* REVIEW_LINKWORDS_H */
