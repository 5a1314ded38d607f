/*
 * tippings: what is recorded of fly-tipping, on its incident.
 *
 * By the lists that authorities return their figures with (WasteDataFlow and
 * Flycapture before it): how large, what mostly, on what land; whether it was
 * seen or evidence found, whom it was referred to and when it was cleared.  A
 * record is never changed: another takes its place, and at most one stands for
 * an incident.  They go with the incident.
 *
 * What is written is written inside the caller's transaction; the caller writes
 * the audit line.
 */
#ifndef STORE_TIPPINGS_H
#define STORE_TIPPINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/store/campwords.h"

struct arena;
struct db;
struct err;
struct tippings; /* opaque; one connection, one thread */

#define TIPPING_SIZES 8

/* One record.  Text is borrowed for the call that gives it. */
struct tipping {
	int64_t id, incident_id, made_ms;
	struct str by;   /* an account's name */
	struct str body; /* JSON: tippings_fields() */
	struct str size, waste, land, witnessed, evidence;
	struct str referred, reference;  /* absent: not */
	int64_t referred_ms, cleared_ms; /* CLOCK_NONE: not */
	int64_t opened_ms;               /* the incident's */
	struct str ref, district;        /* the incident's; lists only */
};

/* A record to be made; all borrowed. */
struct tipping_entry {
	int64_t incident_id;
	int64_t seen_id; /* the record that stood when it was asked; 0: none */
	struct str body; /* campwords_read() of tippings_fields() */
	int64_t referred_ms, cleared_ms; /* CLOCK_NONE: not */
	int64_t account_id;
	int64_t now_ms;
};

/* What to list, the incident last opened first; absent texts mean all. */
struct tipping_filter {
	struct str size, waste, land;
	int64_t from_ms, to_ms;     /* opened in this time */
	int64_t after_ms, after_id; /* behind this one; id 0: from the start */
	int64_t limit;
};

/* The figures of one month in London, by when the incident was opened. */
struct tipping_month {
	int year, month; /* 1 to 12 */
	int64_t from_ms, to_ms;
	int64_t recorded, witnessed, evidence, referred, cleared;
	int64_t sizes[TIPPING_SIZES]; /* in the order of the field's words */
};

/* The fields: size, waste, land and so on; ended by a NULL name. */
const struct campword_field *tippings_fields(void);

/* The words of one of them. */
const struct campword_choice *tippings_choices(const char *field);

/* Borrows db until tippings_close().  The caller owns *out. */
NODISCARD int tippings_open(
    struct db *db, struct tippings **out, struct err *e);

/* Release *t and set it NULL.  NULL is fine. */
void tippings_close(struct tippings **t);

/*
 * Make a record: its number; 0 if another one stands than was seen; or -1,
 * ERR_INVALID being a sentence: a time that cannot be, or one without its
 * authority.
 */
NODISCARD int64_t tippings_put(
    struct tippings *t, const struct tipping_entry *w, struct err *e);

/* The record of an incident that stands, copied into arena: 1, 0 or -1. */
NODISCARD int tippings_find(struct tippings *t, int64_t incident_id,
    struct arena *arena, struct tipping *out, struct err *e);

/* Call each for all its records, the last made first. */
NODISCARD int tippings_history(struct tippings *t, int64_t incident_id,
    void (*each)(void *user, const struct tipping *r), void *user,
    struct err *e);

/* Call each for the records of a filter that stand, in order. */
NODISCARD int tippings_list(struct tippings *t, const struct tipping_filter *f,
    void (*each)(void *user, const struct tipping *r), void *user,
    struct err *e);

/* Count the records of count months, the last being that of now_ms. */
NODISCARD int tippings_months(struct tippings *t, struct tipping_month *months,
    size_t count, int64_t now_ms, struct err *e);

/* Read a month, "2026-11": its first moment and that of the next. */
bool tippings_read_month(struct str text, int64_t *from_ms, int64_t *to_ms);

#endif /* STORE_TIPPINGS_H */
