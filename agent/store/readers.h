/*
 * readers: what each account has read of late, for the watch: which incidents
 * it looked at, which of them it worked on, how many rows it took in files.
 *
 * It holds nothing that the audit log does not, and is made from it anew
 * whenever it is gone.  Memory goes with what was read in the longest time
 * that is asked for.
 */
#ifndef STORE_READERS_H
#define STORE_READERS_H

#include <stdbool.h>
#include <stdint.h>

struct reader;  /* opaque: one account's */
struct readers; /* opaque */

/* None yet, each to be asked for times of at most keep_ms (readers_free). */
struct readers *readers_new(int64_t keep_ms);

/* Release *r and all of them, and set it NULL.  NULL is fine. */
void readers_free(struct readers **r);

/* Forget all of them. */
void readers_clear(struct readers *r);

/* The one of that actor, borrowed until readers_clear(); or NULL. */
struct reader *readers_find(const struct readers *r, const char *actor);

/* Make it; there was none. */
struct reader *readers_add(struct readers *r, const char *actor);

/* It looked at an incident (is_look), or did something about it. */
void reader_note(
    struct reader *r, int64_t incident_id, int64_t at_ms, bool is_look);

/* It took so many rows in a file. */
void reader_note_file(struct reader *r, int64_t rows, int64_t at_ms);

/*
 * Incidents that it looked at from since_ms on and did nothing about since
 * then, and rows of files.
 */
int64_t reader_count(const struct reader *r, int64_t since_ms);

/*
 * The busiest day of its past, as reader_know() was told at a time; false if
 * that was before since_ms, or never.
 */
bool reader_knows(const struct reader *r, int64_t since_ms, int64_t *most);
void reader_know(struct reader *r, int64_t most, int64_t at_ms);

#endif /* STORE_READERS_H */
