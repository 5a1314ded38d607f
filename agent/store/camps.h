/*
 * camps: the register of encampments.
 *
 * An entry is about one encampment, as the counting rule that it keeps says
 * (campcount.h).  It belongs to the incidents that report it, at least one, and
 * lives as long as one of them; an incident belongs to one entry at most.
 *
 * What is known of it is lines (campwords.h), each with when it was, who
 * entered it and when.  No line is ever changed: another one corrects it or
 * takes it out, and both stay.  What lists need is derived of the lines that
 * stand.  A deadline is due until a line says what became of it, the entry is
 * closed or the deadline is taken out.
 *
 * A change says which version of the entry was seen: each adds one to turns.
 * What is written is written inside the caller's transaction; the caller writes
 * the audit line.
 */
#ifndef STORE_CAMPS_H
#define STORE_CAMPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/store/campcount.h"
#include "agent/store/campwords.h"

struct arena;
struct camps; /* opaque; one connection, one thread */
struct db;
struct err;

/* An entry.  Text is borrowed for the call that gives it. */
struct camp {
	int64_t id, turns;
	int64_t opened_ms;
	struct str opened_by;             /* an account's name */
	struct str place, land, district; /* district: absent if not known */
	double lat, lon;                  /* NAN: not known */
	int64_t rule_version;
	struct str rule_text;
	struct campcount_rule rule;
	int64_t moved_from;                   /* an entry; 0: none */
	int64_t visits, visited_ms;           /* the last; CLOCK_NONE: none */
	int64_t caravans_most, vehicles_most; /* -1: not counted */
	struct campcount_span span;
	int64_t due_ms; /* of the next deadline; CLOCK_NONE: none */
};

/* One line. */
struct camp_line {
	int64_t id;
	enum campword_kind kind;
	int64_t at_ms, made_ms;
	struct str by;           /* an account's name */
	int64_t corrects_id;     /* 0: none */
	int64_t refers_id;       /* CAMP_MET: the deadline; else 0 */
	int64_t corrected_by_id; /* 0: it stands */
	enum campword_kind corrected_by_kind;
	struct str body; /* JSON: campwords_read() */
};

/* An incident that belongs, or belonged, to an entry. */
struct camp_incident {
	int64_t incident_id;
	struct str feed, ref;
	int64_t opened_ms, joined_ms, parted_ms; /* parted: CLOCK_NONE: no */
	struct str joined_by, parted_by;
};

/* A deadline that is due. */
struct camp_due {
	int64_t line_id, camp_id, due_ms;
	struct str place, body;
};

/* An entry to be opened; all borrowed. */
struct camp_opening {
	int64_t incident_id;
	struct str body; /* of its first line, CAMP_PLACE */
	const struct campcount_rule *rule;
	int64_t moved_from; /* 0: none */
	int64_t account_id;
	int64_t now_ms;
};

/* A line to be added; all borrowed. */
struct camp_entry {
	int64_t camp_id, turns; /* the version seen */
	enum campword_kind kind;
	int64_t at_ms;
	int64_t corrects_id, refers_id; /* 0: none */
	struct str body;
	int64_t account_id;
	int64_t now_ms;
};

/* Which entries. */
enum camp_state {
	CAMP_STATE_ALL,
	CAMP_STATE_OPEN,
	CAMP_STATE_CLOSED
};

/* What to list, the last reported first; absent texts mean all. */
struct camp_filter {
	enum camp_state state;
	struct str district, land;
	int64_t after_ms, after_id; /* behind this one; id 0: from the start */
	int64_t limit;
};

/* Entries within about metres of a place that stand, or ended since. */
struct camp_near {
	double lat, lon, metres;
	int64_t since_ms;
};

/* Borrows db until camps_close().  The caller owns *out. */
NODISCARD int camps_open(struct db *db, struct camps **out, struct err *e);

/* Release *c and set it NULL.  NULL is fine. */
void camps_close(struct camps **c);

/*
 * Open an entry: its number, or -1; ERR_INVALID, a sentence, if the incident
 * is not there or belongs to an entry, or moved_from is none.
 */
NODISCARD int64_t camps_begin(
    struct camps *c, const struct camp_opening *o, struct err *e);

/*
 * Add a line: its number; 0 if the entry is not there or its version another;
 * or -1, ERR_INVALID being a sentence: it is closed, the time cannot be, the
 * line corrected or referred to is not one that can be.
 */
NODISCARD int64_t camps_add(
    struct camps *c, const struct camp_entry *w, struct err *e);

/*
 * Join an incident to an entry, or part it: 1; 0 and -1 as camps_add().
 * ERR_INVALID if it belongs to an entry already, or is the only one of it.
 */
NODISCARD int camps_join(struct camps *c, int64_t camp_id, int64_t turns,
    int64_t incident_id, int64_t account_id, int64_t now_ms, struct err *e);
NODISCARD int camps_part(struct camps *c, int64_t camp_id, int64_t turns,
    int64_t incident_id, int64_t account_id, int64_t now_ms, struct err *e);

/* The entry with that number, text copied into arena: 1, 0 or -1. */
NODISCARD int camps_find(struct camps *c, int64_t id, struct arena *arena,
    struct camp *out, struct err *e);

/* The number of the entry that an incident belongs to; 0: none; or -1. */
NODISCARD int64_t camps_of_incident(
    struct camps *c, int64_t incident_id, struct err *e);

/* Its lines, in the order they were entered. */
NODISCARD int camps_lines(struct camps *c, int64_t camp_id,
    void (*each)(void *user, const struct camp_line *line), void *user,
    struct err *e);

/* Its incidents, also those that were parted from it. */
NODISCARD int camps_incidents(struct camps *c, int64_t camp_id,
    void (*each)(void *user, const struct camp_incident *i), void *user,
    struct err *e);

/* The incidents with that reference, of any feed: at most 2 are given. */
NODISCARD int camps_refs(struct camps *c, struct str ref,
    void (*each)(void *user, int64_t incident_id), void *user, struct err *e);

/* Call each for the entries of a filter, in order. */
NODISCARD int camps_list(struct camps *c, const struct camp_filter *f,
    void (*each)(void *user, const struct camp *camp), void *user,
    struct err *e);

/* Call each for those entries; at most 20. */
NODISCARD int camps_near(struct camps *c, const struct camp_near *near,
    void (*each)(void *user, const struct camp *camp), void *user,
    struct err *e);

/* What is due until then, the longest due first, at most limit. */
NODISCARD int camps_due(struct camps *c, int64_t until_ms, int64_t limit,
    void (*each)(void *user, const struct camp_due *due), void *user,
    struct err *e);

/* Count all in that touch the months (campcount_begin). */
NODISCARD int camps_months(struct camps *c, struct campcount_month *months,
    size_t count, struct err *e);

#endif /* STORE_CAMPS_H */
