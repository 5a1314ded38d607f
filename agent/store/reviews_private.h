/* reviews_private: what the files of reviews share. */
#ifndef STORE_REVIEWS_PRIVATE_H
#define STORE_REVIEWS_PRIVATE_H

#include <stdint.h>

#include "agent/base/own.h"

struct db_stmt;
struct err;
struct reviews;
struct store;

/* The statements of reviews.c. */
enum {
	REVIEWS_ST_VERSION,
	REVIEWS_ST_TAG,
	REVIEWS_ST_SUPERSEDE,
	REVIEWS_ST_ADD,
	REVIEWS_ST_SET_ACT,
	REVIEWS_ST_ACT_INCIDENT,
	REVIEWS_ST_UNDO,
	REVIEWS_ST_LIST,
	REVIEWS_ST_STANDING,
	REVIEWS_ST_UNTOLD,
	REVIEWS_ST_TOLD,
	REVIEWS_ST_LOOKED,
	REVIEWS_ST_LOOK_OF,
	REVIEWS_ST_NEWEST,
	REVIEWS_ST_COUNT
};

/*
 * Where the queue is read from: all of it, a theme's, a district's, both's; and
 * that of what one has and of what nobody has.
 */
#define REVIEWS_NARROWED 4
#define REVIEWS_SOURCES  (3 * REVIEWS_NARROWED)

/* The statements of reviews_queue.c; those for each source in their order. */
enum {
	REVIEWS_Q_READ,
	REVIEWS_Q_PUT,
	REVIEWS_Q_REMOVE,
	REVIEWS_Q_THEMES_CLEAR,
	REVIEWS_Q_THEMES_ADD,
	REVIEWS_Q_PLACE,
	REVIEWS_Q_TALLY,
	REVIEWS_Q_LIST,
	REVIEWS_Q_OLDEST = REVIEWS_Q_LIST + REVIEWS_SOURCES,
	REVIEWS_Q_OLDEST_NOBODY = REVIEWS_Q_OLDEST + REVIEWS_NARROWED,
	REVIEWS_Q_SCAN = REVIEWS_Q_OLDEST_NOBODY + REVIEWS_NARROWED,
	REVIEWS_Q_COUNT = REVIEWS_Q_SCAN + REVIEWS_SOURCES
};

struct reviews {
	struct store *store; /* borrowed */
	struct db_stmt *st[REVIEWS_ST_COUNT];
	struct db_stmt *queue[REVIEWS_Q_COUNT];
};

/* Prepare and release the statements of reviews_queue.c. */
NODISCARD int reviews_queue_open(struct reviews *r, struct err *e);
void reviews_queue_close(struct reviews *r);

/* A column that holds a time, or CLOCK_NONE. */
int64_t reviews_time_of(struct db_stmt *st, int column);

#endif /* STORE_REVIEWS_PRIVATE_H */
