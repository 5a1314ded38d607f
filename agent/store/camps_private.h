/* camps_private: what camps.c and camps_write.c share. */
#ifndef STORE_CAMPS_PRIVATE_H
#define STORE_CAMPS_PRIVATE_H

struct db;
struct db_stmt;

enum {
	/* camps_write.c */
	ST_INCIDENT,
	ST_BEGIN,
	ST_STATE,
	ST_ADD_LINE,
	ST_LINE,
	ST_DERIVE,
	ST_NO_DEADLINES,
	ST_DEADLINES,
	ST_CLOSE,
	ST_REOPEN,
	ST_JOIN,
	ST_PART,
	ST_REPORTED,
	/* camps.c */
	ST_FIND,
	ST_OF_INCIDENT,
	ST_LINES,
	ST_INCIDENTS,
	ST_REFS,
	ST_LIST_ALL, /* in the order of enum camp_state */
	ST_LIST_OPEN,
	ST_LIST_CLOSED,
	ST_NEAR,
	ST_DUE,
	ST_MONTHS,
	ST_COUNT
};

struct camps {
	struct db *db; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

#endif /* STORE_CAMPS_PRIVATE_H */
