/* found: how an incident is shown in a list of what was found. */
#ifndef REVIEW_FOUND_H
#define REVIEW_FOUND_H

#include "agent/base/str.h"

struct buf;
struct search_row;
struct visit;

/* Append the link to the style of such pages; the first thing on the page. */
void found_style(struct visit *v);

/* Append a list item: what, where, when, and the words marked. */
void found_print(struct visit *v, const struct search_row *row);

/* Append the beginning of a list item, without its words: end it with </li>. */
void found_print_brief(struct visit *v, const struct search_row *row);

/* Append text, with what stands between SEARCH_MARK_… in <mark>. */
void found_print_marked(struct buf *out, struct str text);

#endif /* REVIEW_FOUND_H */
