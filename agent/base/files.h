/*
 * files: whole files and folders, with the fsync that makes them last.
 *
 * For configuration, rules, reports and the like; feeds stream instead.  Every
 * error names the path.  Nothing but files_open_dir() keeps anything open.
 */
#ifndef BASE_FILES_H
#define BASE_FILES_H

#include <stddef.h>
#include <sys/types.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;

/* Names in a folder, bytewise sorted. */
struct files_list {
	char **names; /* owned, as are the texts; NULL if count is 0 */
	size_t count;
};

/*
 * Append the whole file to out.  A file of more than max_bytes is ERR_LIMIT
 * and leaves out as it was, as does any other error.
 */
NODISCARD int files_read(
    const char *path, size_t max_bytes, struct buf *out, struct err *e);

/* The same of the file name in the open folder dir, which path names. */
NODISCARD int files_read_at(int dir, const char *path, const char *name,
    size_t max_bytes, struct buf *out, struct err *e);

/*
 * Make path hold exactly content with the permissions mode: at every instant,
 * a power failure too, the file is the old or the new one.  Written beside it
 * under the name "path.tmp", which feeds and files_list() pass over.
 */
NODISCARD int files_write_atomic(
    const char *path, mode_t mode, struct str content, struct err *e);

/*
 * The names in dir that end in suffix (NULL or "": all) and are regular files
 * or links to such.  Names that begin with a dot or end in ".tmp" are left out.
 * The caller releases *out (files_list_release), which is overwritten.
 */
NODISCARD int files_list(
    const char *dir, const char *suffix, struct files_list *out, struct err *e);

/* The same of the open folder dir, which path names; dir stays open. */
NODISCARD int files_list_at(int dir, const char *path, const char *suffix,
    struct files_list *out, struct err *e);

/*
 * Open the folder path, for the calls that take one: they then see this very
 * folder, whatever becomes of its name.  Returns a descriptor that the caller
 * closes (files_close), or -1.
 */
NODISCARD int files_open_dir(const char *path, struct err *e);

/* Close *fd unless it is negative; for AUTO(). */
void files_close(const int *fd);

/* Release the names; list is then empty. */
void files_list_release(struct files_list *list);

/*
 * Make the folder path and those above it that are missing, with the
 * permissions mode less the umask.  A folder that is there is left as it is.
 */
NODISCARD int files_make_dirs(const char *path, mode_t mode, struct err *e);

/* Write the folder's entries to disk, so that a rename in it lasts. */
NODISCARD int files_sync_dir(const char *path, struct err *e);

#endif /* BASE_FILES_H */
