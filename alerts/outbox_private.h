/* outbox_private: what outbox.c and outbox_look.c share. */
#ifndef ALERTS_OUTBOX_PRIVATE_H
#define ALERTS_OUTBOX_PRIVATE_H

#include "agent/base/own.h"

struct db;
struct db_stmt;
struct err;
struct outbox_row;

/* A row as outbox_look_row() reads it; conditions follow. */
#define OUTBOX_SELECT_ROW                                                  \
	"SELECT o.id, coalesce(i.ref, 'area event ' || o.area_event_id,"   \
	" 'area event'), o.channel, o.recipient, o.theme, o.alert_id,"     \
	" o.key, o.level, o.reason, o.state, o.attempts, o.created_ms,"    \
	" o.due_ms, o.expires_ms, o.done_ms, o.last_error, o.incident_id," \
	" o.aside_ms FROM outbox o LEFT JOIN incident i ON i.id = o.incident_id"

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

/* The present row of a statement that begins with OUTBOX_SELECT_ROW. */
void outbox_look_row(struct db_stmt *st, struct outbox_row *out);

#endif /* ALERTS_OUTBOX_PRIVATE_H */
