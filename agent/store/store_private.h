/* store_private: what the files of the store know of it together. */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct audit;
struct db;
struct db_stmt;
struct err;
struct store;
struct store_incident;

/* What is selected of an incident i for read, and themes for a list. */
#define STORE_SELECT_INCIDENT                                                \
	"SELECT i.id, (SELECT name FROM feed WHERE id = i.feed_id), i.ref,"  \
	" i.first_ms, i.last_ms, i.opened_ms, i.updated_ms, i.closed_ms,"    \
	" i.message_count, i.rural_crime, i.in_progress, i.targeted,"        \
	" i.basis, (SELECT hash FROM rule_set WHERE id = i.rule_set_id),"    \
	" i.tagged_ms, i.place, i.lat, i.lon, i.uncertainty_m, i.source,"    \
	" i.edition, i.area, i.district, i.grid_ref, i.near_name, i.near_m," \
	" i.near_bearing, i.status, i.grade, i.flags, i.how, i.doubt"

#define STORE_SELECT_LISTED                                             \
	STORE_SELECT_INCIDENT                                           \
	", (SELECT group_concat(theme || CASE level WHEN 2"             \
	" THEN ' alert' ELSE ' review' END, ', ') FROM (SELECT theme,"  \
	" level FROM tag WHERE incident_id = i.id AND ended_ms IS NULL" \
	" ORDER BY theme))"

enum {
	STORE_ST_FIND,
	STORE_ST_FIND_ID,
	STORE_ST_ADD,
	STORE_ST_UPDATE,
	STORE_ST_LIST,
	STORE_ST_LIST_SINCE,
	STORE_ST_LIST_THEME,
	STORE_ST_LIST_REF,
	STORE_ST_NEAR,
	STORE_ST_MESSAGE_ADD,
	STORE_ST_MESSAGES,
	STORE_ST_NUMBERS,
	STORE_ST_FEED_FIND,
	STORE_ST_FEED_ADD,
	STORE_ST_RULES_FIND,
	STORE_ST_RULES_ADD,
	STORE_ST_COUNT
};

enum {
	STORE_TAG_STANDING,
	STORE_TAG_END,
	STORE_TAG_ADD,
	STORE_TAG_LIST,
	STORE_TAG_COUNT
};

/* A name and its row's id, good for one transaction. */
struct store_name {
	int64_t id; /* 0: not looked up yet */
	char text[128];
	size_t len;
};

struct store {
	struct db *db;       /* owned */
	struct audit *audit; /* owned */
	struct db_stmt *st[STORE_ST_COUNT];
	struct db_stmt *tag_st[STORE_TAG_COUNT];
	struct db_stmt *shadow_st[STORE_TAG_COUNT];
	struct store_name feed, rule_set;
	int64_t fresh_id; /* inserted last in this transaction, untagged */
	struct buf buf;   /* evidence being written */
};

/* The present row of a statement that selects both of the above. */
void store_read_listed(struct db_stmt *st, struct store_incident *row);

/* Prepare and release the statements of store_tags.c. */
NODISCARD int store_tags_open(struct store *st, struct err *e);
void store_tags_close(struct store *st);

#endif /* STORE_STORE_PRIVATE_H */
