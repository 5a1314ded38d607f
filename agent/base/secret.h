/*
 * secret: a password kept in a file of its own.
 *
 * The first line of the file is the secret, without its line end; the rest is
 * ignored.  It is read when it is needed, so that a corrected file is taken
 * without a restart, and wiped when it is released.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "agent/base/own.h"

struct err;

#define SECRET_MAX 1024 /* bytes in the first line */

/*
 * Read the first line of path.  path NULL gives *out NULL.  The caller owns
 * *out (secret_clear).  Errors: the file cannot be read, is empty, or its
 * first line is longer than SECRET_MAX or holds a NUL.
 */
NODISCARD int secret_read(const char *path, char **out, struct err *e);

/* Wipe and free *s and set it NULL.  NULL is fine. */
void secret_clear(char **s);

#endif /* BASE_SECRET_H */
