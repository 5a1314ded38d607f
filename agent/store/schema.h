/*
 * schema: the numbered steps that make and upgrade the database file.
 *
 * The number of the last step done stands in PRAGMA user_version.  A step is
 * SQL text and is never changed once released (a unit test holds the
 * digest of each); a change of the schema is a new step at the end of the
 * table.  Each step is one transaction: a crash leaves the file at the step
 * before.  docs/SCHEMA.md says what each table is for.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include <stddef.h>

#include "agent/base/own.h"

struct db;
struct err;

/* Compilers need not take a literal over 4,095 bytes, so a step has parts. */
#define SCHEMA_PARTS_MAX 4

/* One step: its place in the table, from 1, is its number. */
struct schema_step {
	/* Statements that return no rows, run in order; NULL: no more. */
	const char *sql[SCHEMA_PARTS_MAX];
};

/* The steps of this program, *count of them.  Static. */
const struct schema_step *schema_steps(size_t *count);

/*
 * Bring db to step count by the steps it lacks.  A file from a newer program
 * is left alone and refused with ERR_PERMANENT, both numbers and the cure.
 * Returns the number of steps done, or -1.
 */
NODISCARD int schema_upgrade(struct db *db, const struct schema_step *steps,
    size_t count, struct err *e);

/*
 * Returns 0 if db stands at step count; otherwise -1 with ERR_PERMANENT, both
 * numbers and the cure.  For those who open a file without upgrading it.
 */
NODISCARD int schema_require(struct db *db, size_t count, struct err *e);

#endif /* STORE_SCHEMA_H */
