/*
 * One read of at most one line: a password file that is a fifo or endless is
 * an error and no hang, since the descriptor is not waited for.
 */
#include "agent/base/secret.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"

static int
open_and_read(const char *path, char *buf, size_t cap, size_t *len)
{
	int fd;
	ssize_t n;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -1;
	n = read(fd, buf, cap);
	close(fd);
	if (n < 0)
		return -1;
	*len = (size_t)n;
	return 0;
}

int
secret_read(const char *path, char **out, struct err *e)
{
	char buf[SECRET_MAX + 2];
	size_t len;
	int rc = 0;

	*out = NULL;
	if (!path)
		return 0;
	if (open_and_read(path, buf, sizeof(buf), &len) < 0)
		return err_sys(e, "cannot read the password file %s", path);
	if (memchr(buf, '\n', len))
		len = (size_t)((char *)memchr(buf, '\n', len) - buf);
	if (len > 0 && buf[len - 1] == '\r')
		len--;
	if (len == 0)
		rc = err_set(e, ERR_INVALID,
		    "the first line of the password file %s is empty", path);
	else if (len > SECRET_MAX || memchr(buf, '\0', len))
		rc = err_set(e, ERR_INVALID,
		    "the first line of the password file %s is no password",
		    path);
	else
		*out = alloc_copy(buf, len);
	explicit_bzero(buf, sizeof(buf));
	return rc;
}

void
secret_clear(char **s)
{
	if (!*s)
		return;
	explicit_bzero(*s, strlen(*s));
	alloc_release_text(s);
}
