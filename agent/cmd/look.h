/*
 * look: reading the record from the command line is recorded too (Data
 * Protection Act 2018, section 62: consultation).
 */
#ifndef CMD_LOOK_H
#define CMD_LOOK_H

#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct store;

/*
 * Write a consultation line: who (the login name), by which command, which
 * incident (0: none in particular) and, if not NULL, with what filter.
 * Returns CMD_OK, or an exit code having said why it could not be recorded;
 * then nothing may be shown.
 */
int look_record(struct store *store, int64_t incident_id, const char *command,
    const char *filter);

/*
 * The same for what is given away, to whoever has the output: a disclosure
 * line.
 */
int look_disclosure(struct store *store, const char *command, const char *what);

/*
 * Write a combination line, in a transaction of its own: of that incident, by
 * which command, with what.
 */
NODISCARD int look_combination(struct store *store, int64_t incident_id,
    const char *command, const char *with, struct err *e);

/* Append who this is in the audit log, "user:NAME". */
void look_actor(struct buf *out);

/*
 * Print stored evidence (the JSON of tagjson_rules()) for people on standard
 * output: a line for each ground, with the words and where they stand.
 */
void look_evidence(struct str json);

/*
 * Write an alteration line inside the caller's transaction: who, by which
 * command, of what.
 */
NODISCARD int look_alteration(
    struct store *store, const char *command, const char *what, struct err *e);

/* Say on standard error that a stored message cannot be read (record.h). */
void look_unreadable(int64_t message_id, const char *why);

/* A row id from the command line: a whole number from 1, or 0 if it is none. */
int64_t look_id(const char *text);

#endif /* CMD_LOOK_H */
