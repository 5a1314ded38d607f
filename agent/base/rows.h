/*
 * rows: separated values (RFC 4180), and the only door to libcsv.
 *
 * Lenient as libcsv is: a quote inside a field is a quote.  Text is fed in
 * pieces, whole lines or not; a row may span them.
 */
#ifndef BASE_ROWS_H
#define BASE_ROWS_H

#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct rows; /* opaque */
struct err;

/* Fields of one row and their bytes that are kept; what is beyond is cut. */
#define ROWS_FIELDS_MAX 1024
#define ROWS_BYTES_MAX  (1 << 20)

/*
 * A reader of values between separators (',', ';' or '\t') that calls on_row
 * for each row with its fields, borrowed for the call.  Empty lines are no
 * rows.  The caller owns it (rows_free).
 */
struct rows *rows_new(char separator,
    void (*on_row)(void *user, const struct str *fields, size_t count),
    void *user);

/* Release *c and set it NULL. */
void rows_free(struct rows **c);

/* Read the next bytes. */
NODISCARD int rows_feed(struct rows *c, struct str bytes, struct err *e);

/* There is no more: a row that is begun is whole. */
NODISCARD int rows_finish(struct rows *c, struct err *e);

#endif /* BASE_ROWS_H */
