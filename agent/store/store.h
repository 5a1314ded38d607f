/*
 * store: the incidents that the program keeps, and what it made of them.
 *
 * Messages are the truth: every distinct message is kept with its own bytes,
 * and the record of an incident is merge_fold() over them.  What is stored of
 * the record itself (struct store_incident) is derived and is there to be
 * listed and searched.  A tag is a row as it was when it was made and is never
 * changed, only ended; what stands now is what has not ended.
 *
 * A store is one connection and belongs to one thread.  Everything that
 * writes is called between store_begin() and store_commit(), one transaction
 * for all that belongs together; any process may.  Unless a function says
 * otherwise, text goes in borrowed for the call.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/db.h"
#include "agent/base/hash.h"
#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/geo/place.h"
#include "rules/ruleset.h"

struct arena;
struct audit;
struct err;
struct store; /* opaque */

/* The file's name in the state folder. */
#define STORE_FILE_NAME "buzzard.db"

/* One incident: its identity and what was derived from its messages. */
struct store_incident {
	int64_t id;                /* 0: not stored yet */
	struct str feed;           /* with ref, the identity */
	struct str ref;            /* the source's own id */
	int64_t first_ms, last_ms; /* first and newest message received */
	int64_t opened_ms, updated_ms, closed_ms; /* CLOCK_NONE: not given */
	struct str status, grade;                 /* as given */
	struct place place;
	bool rural_crime, in_progress, targeted;
	struct str basis;      /* "location", "targeted" or "none" */
	struct str flags;      /* that stand, "at-risk, in-progress" */
	int64_t message_count; /* distinct messages */
	struct str rule_set;   /* that it was last tagged with, or absent */
	int64_t tagged_ms;     /* CLOCK_NONE: never */
	struct str themes;     /* lists only: "fly-tipping review, …" */
};

/* One message as it came. */
struct store_message {
	int64_t id; /* set by the store */
	uint8_t hash[HASH_BYTES];
	int64_t revision; /* INCIDENT_NO_NUMBER if it has none */
	int64_t received_ms;
	struct str file; /* where it stood */
	int64_t line;
	struct str bytes;
};

/* One stored tag. */
struct store_tag {
	int64_t id;
	struct str theme;
	enum rules_level level;
	int64_t score;
	struct str evidence; /* JSON: tagjson_rules() */
	struct str rule_set;
	struct str edition; /* boundaries used; absent: no position */
	int64_t made_ms;
	int64_t ended_ms; /* CLOCK_NONE: stands */
};

/* What to list. */
struct store_filter {
	struct str theme; /* incidents where it stands; absent: all */
	int64_t since_ms; /* opened then or later; CLOCK_NONE: all */
	int64_t limit;    /* at most so many; > 0 */
};

/* Incidents that were opened in a time, inside a box. */
struct store_near {
	int64_t from_ms, to_ms;
	double south, north, west, east;
};

/*
 * Open the database file at path.  DB_CREATE makes it or upgrades it; the
 * other modes want it at this program's schema step.  The caller owns *out.
 */
NODISCARD int store_open(
    const char *path, enum db_mode mode, struct store **out, struct err *e);

/* Close *st and set it NULL.  Those who borrowed its db come first. */
void store_close(struct store **st);

/* The connection, for the modules that keep tables of their own. */
struct db *store_db(struct store *st);

/* The audit log on that connection. */
struct audit *store_audit(struct store *st);

/* Begin a write transaction. */
NODISCARD int store_begin(struct store *st, struct err *e);

/* Commit.  On failure it has been rolled back. */
NODISCARD int store_commit(struct store *st, struct err *e);

/* Undo the open transaction, if there is one. */
void store_rollback(struct store *st);

/* The incident ref of feed, text in arena: 1, or 0 if none, or -1. */
NODISCARD int store_incident_find(struct store *st, struct str feed,
    struct str ref, struct arena *arena, struct store_incident *out,
    struct err *e);

/* The incident with that id, likewise. */
NODISCARD int store_incident_find_id(struct store *st, int64_t id,
    struct arena *arena, struct store_incident *out, struct err *e);

/* Insert row (id 0; sets it) or update all that is derived. */
NODISCARD int store_incident_put(
    struct store *st, struct store_incident *row, struct err *e);

/*
 * Keep a message of an incident and write its "collection" line to the audit
 * log.  Returns 1 and sets msg->id if it is new, 0 if these bytes are known
 * (nothing is written), -1.
 */
NODISCARD int store_message_add(struct store *st, int64_t incident_id,
    struct store_message *msg, struct err *e);

/* All messages of an incident in the order they came, in arena. */
NODISCARD int store_messages_load(struct store *st, int64_t incident_id,
    struct arena *arena, struct store_message **out, size_t *count,
    struct err *e);

/*
 * Make the standing tags of an incident those of result.  A tag that is the
 * same in theme, level, score, evidence and rule set stays as it is; another
 * one is ended and made anew; one that is gone is ended.  edition is that of
 * the place.  What shadow rules say is kept likewise, and not counted.  Returns the number of rows made or ended.
 */
NODISCARD int store_tags_put(struct store *st, const struct store_incident *row,
    const struct rules_result *result, int64_t now_ms, struct err *e);

/*
 * Call each for the tags of an incident, by theme and age; the ended ones too
 * if history is true.  Text is borrowed for the call.
 */
NODISCARD int store_tags_list(struct store *st, int64_t incident_id,
    bool history, void (*each)(void *user, const struct store_tag *tag),
    void *user, struct err *e);

/* The same for what shadow rules said; theme is the theme or flag. */
NODISCARD int store_shadows_list(struct store *st, int64_t incident_id,
    bool history, void (*each)(void *user, const struct store_tag *tag),
    void *user, struct err *e);

/*
 * Call each for the incidents that pass filter, the last opened first; those
 * without an opening time come last.  Returns 0 or -1.
 */
NODISCARD int store_incident_list(struct store *st,
    const struct store_filter *filter,
    void (*each)(void *user, const struct store_incident *row), void *user,
    struct err *e);

/* The incidents of any feed with that ref, likewise. */
NODISCARD int store_incident_list_ref(struct store *st, struct str ref,
    void (*each)(void *user, const struct store_incident *row), void *user,
    struct err *e);

/* Call each for the ids of incidents near, oldest first. */
NODISCARD int store_incident_near(struct store *st,
    const struct store_near *near, void (*each)(void *user, int64_t id),
    void *user, struct err *e);

/* The row id of a rule set's hash, made if new; in a transaction. */
NODISCARD int store_rule_set_id(
    struct store *st, struct str hash, int64_t *id, struct err *e);

/* How many incidents and messages are kept. */
NODISCARD int store_count(
    struct store *st, int64_t *incidents, int64_t *messages, struct err *e);

#endif /* STORE_STORE_H */
