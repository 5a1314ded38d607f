/* outbox_private: what outbox.c and outbox_look.c share. */
#ifndef ALERTS_OUTBOX_PRIVATE_H
#define ALERTS_OUTBOX_PRIVATE_H

#include "agent/base/own.h"

struct db;
struct db_stmt;
struct err;

#define OUTBOX_STMT_MAX 24
#define OUTBOX_LOOK_MAX 12

struct outbox {
	struct db *db; /* borrowed */
	struct db_stmt *st[OUTBOX_STMT_MAX];
	struct db_stmt *look[OUTBOX_LOOK_MAX];
};

/* Prepare and release the statements of outbox_look.c. */
NODISCARD int outbox_look_open(struct outbox *ob, struct err *e);
void outbox_look_close(struct outbox *ob);

#endif /* ALERTS_OUTBOX_PRIVATE_H */
