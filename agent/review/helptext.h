/*
 * helptext: the officers' page of the documentation, docs/REVIEW.md, as a page
 * of the service.
 *
 * It is the file itself, so the help cannot say anything else.  Of Markdown it
 * knows what that file uses: headings, paragraphs, lists, tables, indented
 * text, **strong**, *emphasis*, `code`; pictures are left out.  A heading of
 * the second level begins a section, whose id is its words in small letters
 * with hyphens between: "The queue" is #the-queue.
 */
#ifndef REVIEW_HELPTEXT_H
#define REVIEW_HELPTEXT_H

#include "agent/base/str.h"

/* The whole text, in Markdown; borrowed from the program. */
struct str helptext_source(void);

/* Append a list of links to the sections of text. */
void helptext_contents(struct buf *out, struct str text);

/* Append text, in Markdown, as sections of a page. */
void helptext_print(struct buf *out, struct str text);

#endif /* REVIEW_HELPTEXT_H */
