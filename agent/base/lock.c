/*
 * lock: flock() and a process id to name in the refusal.
 *
 * The id is for people only: what counts is the kernel's lock.
 */
#include "agent/base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"

struct lock {
	int fd; /* owned; the lock goes when it is closed */
};

/* The process that says it holds the lock, or 0. */
static long
read_holder(int fd)
{
	char text[24] = "";

	if (pread(fd, text, sizeof(text) - 1, 0) <= 0)
		return 0;
	return strtol(text, NULL, 10);
}

/* Best effort: on a full disk the agent starts all the same. */
static void
write_holder(int fd)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	if (ftruncate(fd, 0) < 0)
		return;
	ssize_t written = pwrite(fd, text, (size_t)len, 0);
	(void)written;
}

static int
refuse(int fd, const char *path, struct err *e)
{
	if (errno != EWOULDBLOCK)
		return err_sys(e, "cannot lock %s", path);
	long pid = read_holder(fd);
	if (pid > 0)
		return err_set(e, ERR_TEMPORARY,
		    "%s is held by process %ld: only one agent may use this "
		    "state folder; stop that one first",
		    path, pid);
	return err_set(e, ERR_TEMPORARY,
	    "%s is held by another process: only one agent may use this state "
	    "folder; stop that one first",
	    path);
}

int
lock_take(const char *path, struct lock **out, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);

	if (fd < 0)
		return err_sys(e, "cannot open the lock %s", path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		(void)refuse(fd, path, e);
		(void)close(fd);
		return -1;
	}
	write_holder(fd);
	*out = alloc_zero(1, sizeof(**out));
	(*out)->fd = fd;
	return 0;
}

void
lock_release(struct lock **lock)
{
	if (!*lock)
		return;
	(void)close((*lock)->fd);
	free(*lock);
	*lock = NULL;
}
