/*
 * seal: originals, kept byte for byte and known by their SHA-256.
 *
 *     STATE/evidence/lock              held while a file is imported or deleted
 *     STATE/evidence/ab/abcd….gpx      an original, 0440
 *     STATE/evidence/new-abcd….gpx     copied, not recorded yet
 *     STATE/evidence/gone-abcd….gpx    to be erased, still recorded
 *
 * The record is the database; a file is moved before or after its transaction
 * so that whatever instant the program is killed at, the name says what was to
 * be done, and who holds the lock next does it (seal_finish()).
 */
#ifndef TRACKS_SEAL_H
#define TRACKS_SEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/hash.h"
#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct seal; /* opaque; the evidence folder, locked */

/* One original. */
struct seal_file {
	uint8_t sha256[HASH_BYTES];
	uint64_t size_bytes;
	char *path; /* owned: where its bytes can be read now */
	bool is_copy;
};

/* How far a long read is; NULL: nobody asks. */
struct seal_progress {
	void (*tell)(void *user, uint64_t done, uint64_t total);
	void *user;
};

/*
 * Make STATE/evidence if it is missing, and wait for its lock.  The caller owns
 * *out (seal_close).
 */
NODISCARD int seal_open(const char *state, struct seal **out, struct err *e);

/* Give up the lock, release *s and set it NULL.  NULL is fine. */
void seal_close(struct seal **s);

/*
 * Copy the file at path into the folder as new-, hashing what is copied, and
 * on disk when this returns.  Its bytes are read at out->path.  The caller
 * releases *out (seal_release), after seal_keep() or seal_drop().
 */
NODISCARD int seal_copy(struct seal *s, const char *path,
    const struct seal_progress *progress, struct seal_file *out, struct err *e);

/* Hash the file at path where it is; the same otherwise. */
NODISCARD int seal_look(const char *path, const struct seal_progress *progress,
    struct seal_file *out, struct err *e);

/* Move a copy to its place; what is there with that hash is the same. */
NODISCARD int seal_keep(struct seal *s, struct seal_file *file, struct err *e);

/* Remove a copy that is not to be kept. */
void seal_drop(struct seal_file *file);

/* Release what it holds. */
void seal_release(struct seal_file *file);

/* Append the path of a kept original; name is what it was called. */
void seal_path(const char *state, const uint8_t sha256[HASH_BYTES],
    struct str name, struct buf *out);

/* Is an original of that size in its place? */
bool seal_has(const struct seal *s, const uint8_t sha256[HASH_BYTES],
    struct str name, uint64_t size_bytes);

/*
 * Before the record of a kept original is deleted: name it gone-.  1, 0 if it
 * is not there, -1.
 */
NODISCARD int seal_part(struct seal *s, const uint8_t sha256[HASH_BYTES],
    struct str name, struct err *e);

/* The record was not deleted after all: back to its place. */
NODISCARD int seal_restore(struct seal *s, const uint8_t sha256[HASH_BYTES],
    struct str name, struct err *e);

/* The record is deleted: remove what was parted with. */
NODISCARD int seal_erase(struct seal *s, const uint8_t sha256[HASH_BYTES],
    struct str name, struct err *e);

/*
 * Finish what was begun when the program was killed: is_recorded tells whether
 * the database has a kept original of that hash (1, 0, -1) and appends what it
 * was called.  A copy under another name than the record's is one too many.  0;
 * 1 if some could not be moved or removed, e says which first; -1 if
 * is_recorded fails or the folder cannot be read.
 */
NODISCARD int seal_finish(struct seal *s,
    int (*is_recorded)(void *user, const uint8_t sha256[HASH_BYTES],
	struct buf *name, struct err *e),
    void *user, struct err *e);

#endif /* TRACKS_SEAL_H */
