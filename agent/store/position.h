/*
 * position: how far each file of a feed has been taken.
 *
 * Written in the transaction of the messages before it, so that after a crash
 * reading goes on exactly where the record ends.  Removed when the file has
 * been moved out of the way.
 */
#ifndef STORE_POSITION_H
#define STORE_POSITION_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct db;
struct err;
struct position_store; /* opaque; one connection, one thread */

/* One file's position.  Another dev, inode, or a smaller size: another file. */
struct position {
	int64_t dev, inode;
	int64_t size_bytes, mtime_ns; /* when last looked at */
	int64_t offset; /* bytes taken; the next message begins at or after */
	int64_t line;   /* of that offset, from 1 */
	bool in_array;  /* inside a JSON array, between two items */
	bool at_end;    /* all taken; the file waits to be moved */
};

/* The positions kept in db, borrowed.  The caller owns *out. */
NODISCARD int position_open(
    struct db *db, struct position_store **out, struct err *e);

/* Release *ps and set it NULL.  NULL is fine. */
void position_close(struct position_store **ps);

/* 1 and *out: file of feed was begun; 0: never seen; -1: error. */
NODISCARD int position_find(struct position_store *ps, struct str feed,
    struct str file, struct position *out, struct err *e);

/* Insert or replace, inside the caller's transaction. */
NODISCARD int position_put(struct position_store *ps, struct str feed,
    struct str file, const struct position *pos, struct err *e);

/* Forget the file, inside the caller's transaction; fine if not there. */
NODISCARD int position_remove(
    struct position_store *ps, struct str feed, struct str file, struct err *e);

#endif /* STORE_POSITION_H */
