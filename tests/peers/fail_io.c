/*
 * fail_io: a disk that is full, read-only or broken, on demand.
 *
 * For LD_PRELOAD.  While the file named by FAIL_IO_FLAG exists, calls on files
 * below the folder FAIL_IO_FOLDER fail.  The flag file says how, in one line:
 *
 *     CALLS ERRNO [BYTES]      such as "write,sync ENOSPC 4096"
 *
 * CALLS are of write, sync, truncate and open (to write).  So many BYTES can
 * still be written, the last write being a short one, as on a disk that fills.
 * Nothing else is touched, so that what fails is what the program asked for.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* How many bytes were let through since the flag was set. */
static _Atomic int64_t let_through;

/* The errors that disks make. */
static int
errno_of(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} known[] = {
		{ "ENOSPC", ENOSPC },
		{ "EDQUOT", EDQUOT },
		{ "EROFS", EROFS },
		{ "EIO", EIO },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(name, known[i].name) == 0)
			return known[i].number;
	return EIO;
}

/* What the flag says of a call: its errno, or 0; *left: bytes still free. */
static int
flagged(const char *call, int64_t *left)
{
	const char *path = getenv("FAIL_IO_FLAG");
	char text[128] = "";
	char *rest = text, *calls, *name;
	ssize_t n;
	int fd =
	    path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY, 0) : -1;

	if (fd < 0) {
		let_through = 0;
		return 0;
	}
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	calls = strsep(&rest, " ");
	name = strsep(&rest, " ");
	if (n <= 0 || !name || !strstr(calls, call))
		return 0;
	*left = (rest ? strtoll(rest, NULL, 10) : 0) - let_through;
	return errno_of(name);
}

static bool
is_below(const char *path)
{
	const char *folder = getenv("FAIL_IO_FOLDER");
	size_t n = folder ? strlen(folder) : 0;

	return n > 0 && strncmp(path, folder, n) == 0 && path[n] == '/';
}

/* The errno with which call on fd is to fail, or 0. */
static int
fate(const char *call, int fd, int64_t *left)
{
	char link[64], path[PATH_MAX];
	int saved = errno;
	ssize_t n;
	int fault;

	*left = 0;
	fault = flagged(call, left);
	if (fault != 0) {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		n = readlink(link, path, sizeof(path) - 1);
		path[n > 0 ? n : 0] = '\0';
		if (!is_below(path))
			fault = 0;
	}
	errno = saved;
	return fault;
}

/* How much of count may be written: all, some, or none (-1 and errno). */
static ssize_t
allow(int fd, size_t count)
{
	int64_t left;
	int fault = fate("write", fd, &left);

	if (fault == 0)
		return (ssize_t)count;
	if (left <= 0) {
		errno = fault;
		return -1;
	}
	if ((int64_t)count < left)
		left = (int64_t)count;
	let_through += left;
	return (ssize_t)left;
}

static int
refuse_or(const char *call, int fd, long number, long argument)
{
	int64_t left;
	int fault = fate(call, fd, &left);

	if (fault != 0) {
		errno = fault;
		return -1;
	}
	return (int)syscall(number, fd, argument);
}

ssize_t
write(int fd, const void *p, size_t count)
{
	ssize_t n = allow(fd, count);

	return n < 0 ? -1 : syscall(SYS_write, fd, p, (size_t)n);
}

ssize_t
pwrite64(int fd, const void *p, size_t count, off64_t at)
{
	ssize_t n = allow(fd, count);

	return n < 0 ? -1 : syscall(SYS_pwrite64, fd, p, (size_t)n, at);
}

ssize_t
pwrite(int fd, const void *p, size_t count, off_t at)
{
	return pwrite64(fd, p, count, at);
}

int
fdatasync(int fd)
{
	return refuse_or("sync", fd, SYS_fdatasync, 0);
}

int
fsync(int fd)
{
	return refuse_or("sync", fd, SYS_fsync, 0);
}

int
ftruncate64(int fd, off64_t size)
{
	return refuse_or("truncate", fd, SYS_ftruncate, size);
}

int
ftruncate(int fd, off_t size)
{
	return ftruncate64(fd, size);
}

static int
open_at(int dir, const char *path, int flags, mode_t mode)
{
	int64_t left;

	if ((flags & (O_WRONLY | O_RDWR | O_CREAT)) && is_below(path)) {
		int fault = flagged("open", &left);

		if (fault != 0) {
			errno = fault;
			return -1;
		}
	}
	return (int)syscall(SYS_openat, dir, path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	mode_t mode = 0;

	if (flags & (O_CREAT | O_TMPFILE)) {
		va_list ap;

		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	return open_at(AT_FDCWD, path, flags, mode);
}

int
open(const char *path, int flags, ...)
{
	mode_t mode = 0;

	if (flags & (O_CREAT | O_TMPFILE)) {
		va_list ap;

		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	return open_at(AT_FDCWD, path, flags, mode);
}
