/*
 * xml: a stream of elements, and the only door to expat.
 *
 * For files from strangers: no entity can be declared, nothing is fetched, what
 * is nested deeper than XML_DEPTH_MAX or has more than XML_TOKEN_MAX bytes
 * between < and > ends the reading.  Names are given
 * without their prefix, since makers disagree about prefixes and not about
 * names.  One struct xml belongs to one thread.
 */
#ifndef BASE_XML_H
#define BASE_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct xml; /* opaque */

/* Elements in elements: far more than any format of ours has. */
#define XML_DEPTH_MAX 100

/* Bytes of one tag or comment, which are kept until it is whole. */
#define XML_TOKEN_MAX (1 << 20)

/* What happens to be read; user is xml_new()'s. */
struct xml_events {
	/* attributes: name, value, name, value …, NULL; borrowed. */
	void (*start)(void *user, const char *name, const char **attributes);
	void (*end)(void *user, const char *name);
	/* A piece of text, while xml_want_text() is on. */
	void (*text)(void *user, struct str piece);
};

/* A reader that reports to events.  The caller owns it (xml_free). */
struct xml *xml_new(const struct xml_events *events, void *user);

/* Release *x and set it NULL. */
void xml_free(struct xml **x);

/* Begin anew, with a document whose byte 0 is byte base of something else. */
void xml_restart(struct xml *x, int64_t base);

/* Text is reported or not, from now on; at first not. */
void xml_want_text(struct xml *x, bool want);

/*
 * Read the next len bytes.  Returns 0, or -1: not well-formed or refused, said
 * with line and column; xml_offset() is the place, and xml_restart() the only
 * way on.
 */
NODISCARD int xml_feed(
    struct xml *x, const char *p, size_t len, bool is_last, struct err *e);

/* Byte at which the present event, or the error, stands; from base. */
int64_t xml_offset(const struct xml *x);

/* The value of attribute name, or an absent str. */
struct str xml_attribute(const char **attributes, const char *name);

#endif /* BASE_XML_H */
