/*
 * sightings: which registration marks, complete and partial, stand in which
 * incidents.
 *
 * A partial mark is a pattern, "AB12??E", in which "?" stands for what was not
 * read.  It is never completed: what is compatible with a mark is shown beside
 * it, with what agrees and what is open.  Marks that a later word put right are
 * not here.  A mark goes with the last incident that has it.
 */
#ifndef STORE_SIGHTINGS_H
#define STORE_SIGHTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct arena;
struct db;
struct err;
struct incident;
struct sightings; /* opaque; one connection, one thread */

/* Characters of what may be asked for, "*" and "?" among them. */
#define SIGHTINGS_ASK_MAX 16

/* Marks that are found at most by one question. */
#define SIGHTINGS_MARKS_MAX 200

/* Characters that two marks must have in common to be said to agree. */
#define SIGHTINGS_AGREE_MIN 3

/* One mark that was found. */
struct sightings_mark {
	int64_t id;
	struct str text;
	bool is_partial;
	bool is_answer;  /* has all that was asked; else compatible only */
	int64_t count;   /* incidents it is in */
	int64_t last_id; /* the newest of them by number */
	int agree;       /* characters that agree with what was asked */
};

/* What was found, all of the arena. */
struct sightings_found {
	char asked[SIGHTINGS_ASK_MAX + 1]; /* as it was understood */
	struct sightings_mark *marks;      /* answers first, newest first */
	size_t count;
	bool is_capped; /* there may be more */
};

/* Borrows db until sightings_close().  The caller owns *out. */
NODISCARD int sightings_open(
    struct db *db, struct sightings **out, struct err *e);

/* Release *s and set it NULL.  NULL is fine. */
void sightings_close(struct sightings **s);

/*
 * The marks of an incident are those of record, in the caller's transaction.
 */
NODISCARD int sightings_put(struct sightings *s, int64_t incident_id,
    const struct incident *record, struct arena *arena, struct err *e);

/*
 * Understand what somebody typed: capitals and figures, "*" for any number of
 * characters, "?" for one; all else is dropped.  What has neither and is no
 * mark of full length may stand anywhere in one.  False if it has fewer than two
 * characters to look for.
 */
bool sightings_ask(struct str typed, char out[SIGHTINGS_ASK_MAX + 1]);

/* Find marks by what sightings_ask() made; *out is the arena's. */
NODISCARD int sightings_find(struct sightings *s, const char *asked,
    struct arena *arena, struct sightings_found *out, struct err *e);

/*
 * Call each for the incidents that have a mark, the newest number first, below
 * before_id.
 */
NODISCARD int sightings_incidents(struct sightings *s, int64_t mark_id,
    int64_t before_id, int64_t limit,
    void (*each)(void *user, int64_t incident_id, int64_t entry), void *user,
    struct err *e);

/*
 * Call each for the marks that stand in incidents together with a mark, those
 * of most of them first, count being how many; of its newest 500 incidents.
 */
NODISCARD int sightings_with(struct sightings *s, int64_t mark_id,
    int64_t limit, void (*each)(void *user, const struct sightings_mark *mark),
    void *user, struct err *e);

/* Call each for the marks of an incident. */
NODISCARD int sightings_of(struct sightings *s, int64_t incident_id,
    void (*each)(void *user, const struct sightings_mark *mark), void *user,
    struct err *e);

/*
 * Could text, in which "?" was not read, be what is asked?  The number of
 * characters that both have (all that are asked: it is an answer), or -1.
 */
int sightings_agree(const char *asked, struct str text);

#endif /* STORE_SIGHTINGS_H */
