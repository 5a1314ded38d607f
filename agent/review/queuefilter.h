/*
 * queuefilter: what of the queue is asked for, as parameters of an address:
 * read, written again, and said in words.
 *
 *     theme=hare-coursing  district=Braintree  progress=yes  level=review
 *     seen=new|changed  who=mine|nobody
 */
#ifndef REVIEW_QUEUEFILTER_H
#define REVIEW_QUEUEFILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct arena;
struct err;
struct review_filter;
struct visit;

/* Rows of a page of the queue. */
#define QUEUEFILTER_PAGE 50

/*
 * Read the parameters of the visit's address, borrowed from it; what is none,
 * or has a value that there is not, is passed over.  The parameter after is
 * where the page begins.
 */
void queuefilter_read(struct visit *v, struct review_filter *f);

/* What queuefilter_take() made of a parameter. */
enum queuefilter_taken {
	QUEUEFILTER_TAKEN,
	QUEUEFILTER_NO_NAME, /* there is no such parameter */
	QUEUEFILTER_NO_VALUE /* it has no such value */
};

/* Take a parameter into f, which borrows value; the first of a name counts. */
enum queuefilter_taken queuefilter_take(
    struct review_filter *f, struct str name, struct str value);

/*
 * Read what queuefilter_query() wrote, however long ago; texts are the
 * arena's.  ERR_INVALID, a sentence for people: it asks for what there is not
 * any more.
 */
NODISCARD int queuefilter_parse(struct arena *arena, struct str query,
    struct review_filter *f, struct err *e);

/* Append it as parameters of an address, always the same for the same. */
void queuefilter_query(struct buf *out, const struct review_filter *f);

/* The same as a text of the arena: a link that nothing can be hidden in. */
struct str queuefilter_text(struct arena *arena, const struct review_filter *f);

/* Is anything left out by it? */
bool queuefilter_is_any(const struct review_filter *f);

/* Append it as parameters in an attribute: "theme=fuel&amp;progress=yes". */
void queuefilter_link(struct buf *out, const struct review_filter *f);

/* Append it as hidden fields of a form. */
void queuefilter_fields(struct buf *out, const struct review_filter *f);

/* Append it in words, escaped: "Fuel, in Braintree, in progress only". */
void queuefilter_words(struct buf *out, const struct review_filter *f);

/* Append the fields of a form that asks for it. */
void queuefilter_form(struct buf *out, const struct review_filter *f);

#endif /* REVIEW_QUEUEFILTER_H */
