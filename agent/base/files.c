/*
 * files: open, read or write, fsync, rename.
 *
 * An atomic write syncs the new file before the rename and the folder after
 * it; without the first the name may point to nothing after a power failure,
 * without the second the old file may come back.
 */
#include "agent/base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"

#define READ_STEP_BYTES 65536

void
files_close(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static void
close_dir(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

/* read() that a signal does not interrupt. */
static ssize_t
read_some(int fd, char *p, size_t len)
{
	ssize_t n = 0;

	do
		n = read(fd, p, len);
	while (n < 0 && errno == EINTR);
	return n;
}

/* Append what fd gives, at most max_bytes. */
static int
read_to_end(
    int fd, const char *path, size_t max_bytes, struct buf *out, struct err *e)
{
	size_t begin = out->len;

	for (;;) {
		buf_reserve(out, READ_STEP_BYTES);
		ssize_t n = read_some(fd, out->p + out->len, READ_STEP_BYTES);
		if (n < 0)
			return err_sys(e, "cannot read %s", path);
		if (n == 0)
			return 0;
		out->len += (size_t)n;
		out->p[out->len] = '\0';
		if (out->len - begin > max_bytes)
			return err_set(e, ERR_LIMIT,
			    "%s is larger than the %zu bytes accepted", path,
			    max_bytes);
	}
}

/* Append the file name, of the folder dir if it is relative, to out. */
static int
read_whole(int dir, const char *name, const char *shown, size_t max_bytes,
    struct buf *out, struct err *e)
{
	AUTO(files_close) int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	size_t begin = out->len;

	if (fd < 0)
		return err_sys(e, "cannot open %s", shown);
	if (read_to_end(fd, shown, max_bytes, out, e) == 0)
		return 0;
	out->len = begin;
	if (out->p)
		out->p[begin] = '\0';
	return -1;
}

int
files_read(const char *path, size_t max_bytes, struct buf *out, struct err *e)
{
	return read_whole(AT_FDCWD, path, path, max_bytes, out, e);
}

int
files_read_at(int dir, const char *path, const char *name, size_t max_bytes,
    struct buf *out, struct err *e)
{
	struct buf shown = { 0 };

	buf_addf(&shown, "%s/%s", path, name);
	int r = read_whole(dir, name, shown.p, max_bytes, out, e);
	buf_clear(&shown);
	return r;
}

static int
write_all(int fd, struct str content)
{
	while (content.len > 0) {
		ssize_t n = write(fd, content.p, content.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		content.p += n;
		content.len -= (size_t)n;
	}
	return 0;
}

/* Write content to a new file at path, down to the disk. */
static int
write_synced(const char *path, mode_t mode, struct str content, struct err *e)
{
	AUTO(files_close)
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	if (fd < 0)
		return err_sys(e, "cannot create %s", path);
	if (fchmod(fd, mode) < 0 || write_all(fd, content) < 0 || fsync(fd) < 0)
		return err_sys(e, "cannot write %s", path);
	return 0;
}

/* Sync the folder that path stands in. */
static int
sync_parent(const char *path, struct err *e)
{
	AUTO(alloc_release_text) char *dir = alloc_text(path);
	char *slash = strrchr(dir, '/');

	if (!slash)
		return files_sync_dir(".", e);
	slash[slash == dir ? 1 : 0] = '\0';
	return files_sync_dir(dir, e);
}

int
files_write_atomic(
    const char *path, mode_t mode, struct str content, struct err *e)
{
	struct buf name = { 0 };

	buf_addf(&name, "%s.tmp", path);
	AUTO(alloc_release_text) char *aside = buf_take(&name);
	if (write_synced(aside, mode, content, e) < 0) {
		(void)unlink(aside);
		return -1;
	}
	if (rename(aside, path) < 0) {
		(void)err_sys(e, "cannot replace %s", path);
		(void)unlink(aside);
		return -1;
	}
	return sync_parent(path, e);
}

static bool
has_suffix(const char *name, const char *suffix)
{
	size_t len = strlen(name);
	size_t suffix_len = suffix ? strlen(suffix) : 0;

	return suffix_len == 0 ||
	       (len >= suffix_len &&
		   memcmp(name + len - suffix_len, suffix, suffix_len) == 0);
}

static bool
is_wanted(DIR *dir, const struct dirent *entry, const char *suffix)
{
	struct stat st;

	if (entry->d_name[0] == '.' || has_suffix(entry->d_name, ".tmp") ||
	    !has_suffix(entry->d_name, suffix))
		return false;
	if (entry->d_type == DT_REG)
		return true;
	return fstatat(dirfd(dir), entry->d_name, &st, 0) == 0 &&
	       S_ISREG(st.st_mode);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int
files_open_dir(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? err_sys(e, "cannot open the folder %s", path) : fd;
}

int
files_list(
    const char *dir, const char *suffix, struct files_list *out, struct err *e)
{
	*out = (struct files_list){ 0 };
	AUTO(files_close) int fd = files_open_dir(dir, e);

	return fd < 0 ? -1 : files_list_at(fd, dir, suffix, out, e);
}

int
files_list_at(int dir, const char *path, const char *suffix,
    struct files_list *out, struct err *e)
{
	/* A descriptor of its own: closedir() closes what it was given. */
	int own = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO(close_dir) DIR *open_dir = own < 0 ? NULL : fdopendir(own);
	const struct dirent *entry = NULL;

	*out = (struct files_list){ 0 };
	if (!open_dir) {
		(void)err_sys(e, "cannot open the folder %s", path);
		files_close(&own);
		return -1;
	}
	/* Only errno tells the end from a failure. */
	for (errno = 0; (entry = readdir(open_dir)) != NULL; errno = 0) {
		if (!is_wanted(open_dir, entry, suffix))
			continue;
		out->names = alloc_resize(
		    out->names, out->count + 1, sizeof(*out->names));
		out->names[out->count++] = alloc_text(entry->d_name);
	}
	if (errno != 0) {
		(void)err_sys(e, "cannot read the folder %s", path);
		files_list_release(out);
		return -1;
	}
	if (out->count > 0)
		qsort(
		    out->names, out->count, sizeof(*out->names), compare_names);
	return 0;
}

void
files_list_release(struct files_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->names[i]);
	free(list->names);
	*list = (struct files_list){ 0 };
}

/* mkdir() that is content if the folder is there. */
static int
make_one(const char *path, mode_t mode, struct err *e)
{
	struct stat st;

	if (mkdir(path, mode) == 0)
		return 0;
	int cause = errno;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	errno = cause;
	return err_sys(e, "cannot make the folder %s", path);
}

int
files_make_dirs(const char *path, mode_t mode, struct err *e)
{
	AUTO(alloc_release_text) char *part = alloc_text(path);

	for (char *p = part; *p; p++) {
		if (*p != '/' || p == part)
			continue;
		*p = '\0';
		if (make_one(part, mode, e) < 0)
			return -1;
		*p = '/';
	}
	return make_one(part, mode, e);
}

int
files_sync_dir(const char *path, struct err *e)
{
	AUTO(files_close)
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(e, "cannot open the folder %s", path);
	if (fsync(fd) < 0)
		return err_sys(e, "cannot sync the folder %s", path);
	return 0;
}
