/*
 * names: what files in a watched folder are called: lists of names, which of
 * them are taken, and moving one away without replacing another.
 */
#ifndef FEEDS_NAMES_H
#define FEEDS_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

/* Is name among count names? */
bool names_has(char *const *names, size_t count, const char *name);

/* Copy name to the end of a list, which is owned as are its texts. */
void names_add(char ***names, size_t *count, const char *name);

/* Take the i-th name out of a list; the caller frees it. */
char *names_take(char **names, size_t *count, size_t i);

/*
 * Is this a name that files are taken by?  Not if it is hidden or of a file
 * that is being written: .tmp, .part.
 */
bool names_is_eligible(const char *name);

/*
 * Add the names of regular files in the open folder dir that are eligible and
 * have not changed for settle_ms, sorted.  *is_young: there are some that have.
 * Returns 0, or -1 with errno set.
 */
NODISCARD int names_list(
    int dir, int64_t settle_ms, char ***names, size_t *count, bool *is_young);

/*
 * Move name from the open folder dir into the open folder to, as *target: name,
 * or name.1.ndjson, name.2.ndjson and so on, so that nothing is replaced.
 * Returns 0, or -1 with errno set.
 */
NODISCARD int names_move(int dir, const char *name, int to, struct buf *target);

#endif /* FEEDS_NAMES_H */
