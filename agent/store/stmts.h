/* stmts: a module's statements, prepared together and released together. */
#ifndef STORE_STMTS_H
#define STORE_STMTS_H

#include <stddef.h>

#include "agent/base/own.h"

struct db;
struct db_stmt;
struct err;

/*
 * Prepare count texts into out.  On failure nothing is left prepared and the
 * error is returned as db_prepare() gave it.  The caller owns the statements
 * (stmts_finish).
 */
NODISCARD int stmts_prepare(struct db *db, const char *const *sql, size_t count,
    struct db_stmt **out, struct err *e);

/* Release count statements and set them NULL.  NULLs among them are fine. */
void stmts_finish(struct db_stmt **st, size_t count);

#endif /* STORE_STMTS_H */
