/* rulebook_private: what the files of rulebook share. */
#ifndef STORE_RULEBOOK_PRIVATE_H
#define STORE_RULEBOOK_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/store/rulebook.h"

struct db;
struct db_stmt;

/* The statements, in the order of the texts in rulebook.c. */
enum rulebook_st {
	ST_FIND,
	ST_LIST,
	ST_LIST_STATE,
	ST_COUNT_AWAITING,
	ST_LIST_IN_FORCE,
	ST_FIND_IN_FORCE,
	ST_LIST_VERSIONS,
	ST_LIST_VERSIONS_OF,
	ST_FIND_VERSION,
	ST_NEXT,
	ST_NEXT_PREVIEW,
	ST_ADD,
	ST_WRITE,
	ST_STATE,
	ST_DECIDE,
	ST_END,
	ST_EFFECT,
	ST_REFUSE,
	ST_APPROVED_COUNT,
	ST_ROLES,
	ST_ASK_PREVIEW,
	ST_STOP_PREVIEW,
	ST_TAKE_PREVIEW,
	ST_NOTE_PREVIEW,
	ST_KEEP_PREVIEW,
	ST_FORGET_EXAMPLES,
	ST_KEEP_EXAMPLE,
	ST_LIST_EXAMPLES,
	ST_COUNT
};

struct rulebook {
	struct store *store; /* borrowed */
	struct db *db;       /* its own */
	struct db_stmt *st[ST_COUNT];
};

/* The first row of st into out, in arena; 1, 0 or -1.  Resets st. */
NODISCARD int rulebook_read_one(struct db_stmt *st, struct arena *arena,
    struct rulebook_change *out, struct err *e);

/* An "alteration" line: what was done with which change of which file. */
NODISCARD int rulebook_record(struct rulebook *b, const char *what, int64_t id,
    struct str file, const struct rulebook_hand *by, struct err *e);

/*
 * The change, if it is as it was seen (seen 0: however it is): 1, 0, or -1.
 * Text is arena's.
 */
NODISCARD int rulebook_find_seen(struct rulebook *b, int64_t id, int64_t seen,
    struct arena *arena, struct rulebook_change *out, struct err *e);

#endif /* STORE_RULEBOOK_PRIVATE_H */
