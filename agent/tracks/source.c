/*
 * source: one window over a file, or over memory.
 *
 * The window is filled with pread() where the wanted bytes are not in it, so
 * that readers may jump about (boxes of a video) at the price of a read.  A
 * file mapped into memory was decided against: one cut short by its owner
 * while we read would end the process.
 */
#include "agent/tracks/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/err.h"

struct source {
	int fd; /* -1: in memory */
	char *name;
	uint64_t size;
	const char *memory;
	char *window; /* owned; room for SOURCE_WINDOW bytes */
	uint64_t begin;
	size_t len;
	bool at_end; /* the window ends with the file */
};

int
source_open(const char *path, struct source **out, struct err *e)
{
	struct source *s;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return err_sys(e, "%s cannot be opened", path);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(e, ERR_INVALID, "%s is not a file", path);
	}
	s = alloc_zero(1, sizeof(*s));
	s->fd = fd;
	s->name = alloc_text(path);
	s->size = (uint64_t)st.st_size;
	s->window = alloc_zero(1, SOURCE_WINDOW);
	*out = s;
	return 0;
}

struct source *
source_of(struct str bytes, const char *name)
{
	struct source *s = alloc_zero(1, sizeof(*s));

	s->fd = -1;
	s->name = alloc_text(name);
	s->size = bytes.len;
	s->memory = bytes.p;
	return s;
}

void
source_close(struct source **s)
{
	if (!*s)
		return;
	if ((*s)->fd >= 0)
		close((*s)->fd);
	free((*s)->window);
	free((*s)->name);
	free(*s);
	*s = NULL;
}

const char *
source_name(const struct source *s)
{
	return s->name;
}

int
source_fd(const struct source *s)
{
	return s->fd;
}

uint64_t
source_size(const struct source *s)
{
	return s->size;
}

/* Move the window so that it begins at at. */
static int
fill(struct source *s, uint64_t at, struct err *e)
{
	s->begin = at;
	s->len = 0;
	s->at_end = false;
	while (s->len < SOURCE_WINDOW && !s->at_end) {
		ssize_t n = pread(s->fd, s->window + s->len,
		    SOURCE_WINDOW - s->len, (off_t)(at + s->len));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, "%s cannot be read", s->name);
		s->at_end = n == 0;
		s->len += (size_t)n;
	}
	return 0;
}

static struct str
look_in_memory(const struct source *s, uint64_t at)
{
	size_t left;

	at = at < s->size ? at : s->size;
	left = (size_t)(s->size - at);
	return str_make(
	    s->memory + at, left < SOURCE_WINDOW ? left : SOURCE_WINDOW);
}

/* Does the window have what is wanted from at, as far as the file goes? */
static bool
is_in_window(const struct source *s, uint64_t at, size_t want)
{
	return at >= s->begin && at <= s->begin + s->len &&
	       (s->at_end || at + want <= s->begin + s->len);
}

/* At least want bytes from at, all that the window has; fewer at the end. */
static int
look(struct source *s, uint64_t at, size_t want, struct str *out, struct err *e)
{
	size_t skip;

	CHECK(want <= SOURCE_WINDOW);
	if (s->fd < 0) {
		*out = look_in_memory(s, at);
		return 0;
	}
	if (!is_in_window(s, at, want) && fill(s, at, e) < 0)
		return -1;
	skip = (size_t)(at - s->begin);
	*out = str_make(s->window + skip, s->len - skip);
	return 0;
}

int
source_head(struct source *s, size_t max, struct str *out, struct err *e)
{
	if (look(s, 0, max, out, e) < 0)
		return -1;
	if (out->len > max)
		out->len = max;
	return 0;
}

int
source_at(struct source *s, uint64_t at, struct str *out, struct err *e)
{
	return look(s, at, SOURCE_WINDOW, out, e);
}

int
source_some(
    struct source *s, uint64_t at, size_t want, struct str *out, struct err *e)
{
	return look(s, at, want, out, e);
}

int
source_exactly(
    struct source *s, uint64_t at, size_t len, struct str *out, struct err *e)
{
	if (look(s, at, len, out, e) < 0)
		return -1;
	if (out->len < len)
		return 0;
	out->len = len;
	return 1;
}

static size_t
line_len(struct str s)
{
	size_t n = 0;

	while (n < s.len && s.p[n] != '\n' && s.p[n] != '\r')
		n++;
	return n;
}

/* Pass over the rest of a line that is too long. */
static int
pass_line(struct source *s, uint64_t *at, struct err *e)
{
	struct str more;
	size_t n;

	do {
		if (source_at(s, *at, &more, e) < 0)
			return -1;
		n = line_len(more);
		*at += n;
	} while (n == more.len && n > 0);
	return 0;
}

/* Move *at behind the end of line that stands there, if one does. */
static int
pass_end(struct source *s, uint64_t *at, struct err *e)
{
	struct str end;

	if (look(s, *at, 2, &end, e) < 0)
		return -1;
	if (end.len > 1 && end.p[0] == '\r' && end.p[1] == '\n')
		*at += 2;
	else if (end.len > 0)
		*at += 1;
	return 0;
}

int
source_line(struct source *s, uint64_t *at, struct str *out, struct err *e)
{
	uint64_t begin = *at;
	size_t n;

	if (begin >= s->size)
		return 0;
	/* One byte more, so that CRLF is seen whole. */
	if (look(s, begin, SOURCE_LINE_MAX + 2, out, e) < 0)
		return -1;
	if (out->len == 0)
		return 0;
	n = line_len(*out);
	if (n + 1 < out->len && n <= SOURCE_LINE_MAX) {
		*at += n + (out->p[n] == '\r' && out->p[n + 1] == '\n' ? 2 : 1);
		out->len = n;
		return 1;
	}
	*at += n < SOURCE_LINE_MAX ? n : SOURCE_LINE_MAX;
	n = (size_t)(*at - begin);
	if (pass_line(s, at, e) < 0 || pass_end(s, at, e) < 0 ||
	    look(s, begin, n, out, e) < 0)
		return -1;
	out->len = n < out->len ? n : out->len;
	return 1;
}

int
source_find(struct source *s, uint64_t at, struct str text, uint64_t *found,
    struct err *e)
{
	struct str here;
	const char *p;

	CHECK(text.len > 0 && text.len < SOURCE_WINDOW);
	for (;;) {
		if (look(s, at, text.len, &here, e) < 0)
			return -1;
		if (here.len < text.len)
			return 0;
		p = memmem(here.p, here.len, text.p, text.len);
		if (p) {
			*found = at + (uint64_t)(p - here.p);
			return 1;
		}
		at += here.len - text.len + 1;
	}
}
