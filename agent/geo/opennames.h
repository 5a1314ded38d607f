/*
 * opennames: OS Open Names as it is published: rows of 34 values, no header,
 * National Grid.  Settlements, roads and postcodes are taken; what is more than
 * 30 km from the county is left out, as are other kinds.
 */
#ifndef GEO_OPENNAMES_H
#define GEO_OPENNAMES_H

#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct gazetteer;
struct opennames; /* opaque */

#define OPENNAMES_COLUMNS 34

/* What was read. */
struct opennames_counts {
	size_t rows;
	size_t settlements, roads, postcodes; /* taken */
	size_t other;                         /* other kinds of thing */
	size_t far;                           /* too far from the county */
};

/*
 * A reader that adds to g (borrowed until opennames_finish).  kept, if not NULL,
 * gets the rows that are taken, in the same form with what is not needed left
 * empty: what is stored of an import.  The caller owns it.
 */
struct opennames *opennames_new(struct gazetteer *g, struct buf *kept);

/* Release *o and set it NULL.  NULL is fine. */
void opennames_free(struct opennames **o);

/*
 * Read the text of one file.  An error names the row and what is wrong in it;
 * after one the gazetteer is not to be used.
 */
NODISCARD int opennames_read(
    struct opennames *o, struct str text, struct err *e);

/*
 * All files are read: adds the first halves of postcodes, each where its
 * postcodes are.  ERR_INVALID if nothing was taken.
 */
NODISCARD int opennames_finish(
    struct opennames *o, struct opennames_counts *counts, struct err *e);

#endif /* GEO_OPENNAMES_H */
