/* spool: pieces one after the other, each its two lengths and its bytes. */
#include "agent/tracks/spool.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/base/str.h"
#include "agent/tracks/chunk.h"

struct spool {
	FILE *file;
	struct buf bytes, marks; /* owned; of the piece in hand */
};

int
spool_open(const char *dir, struct spool **out, struct err *e)
{
	struct spool *s = alloc_zero(1, sizeof(*s));
	struct buf path = { 0 };
	int fd, r = 0;

	buf_addf(&path, "%s/spool-XXXXXX", dir);
	fd = mkstemp(path.p);
	if (fd >= 0)
		(void)unlink(path.p);
	s->file = fd >= 0 ? fdopen(fd, "w+") : NULL;
	if (!s->file) {
		r = err_sys(e, "%s cannot be made", path.p);
		if (fd >= 0)
			close(fd);
		spool_close(&s);
	} else {
		*out = s;
	}
	buf_clear(&path);
	return r;
}

void
spool_close(struct spool **s)
{
	if (!*s)
		return;
	if ((*s)->file)
		fclose((*s)->file);
	buf_clear(&(*s)->bytes);
	buf_clear(&(*s)->marks);
	free(*s);
	*s = NULL;
}

static int
fail(struct err *e)
{
	return err_sys(e, "a track's positions cannot be spooled");
}

int
spool_add(struct spool *s, const struct track_fix *fixes,
    const unsigned char *marks, size_t count, struct err *e)
{
	size_t lens[2];

	buf_reset(&s->bytes);
	buf_reset(&s->marks);
	chunk_pack(fixes, count, &s->bytes);
	chunk_pack_marks(marks, count, &s->marks);
	lens[0] = s->bytes.len;
	lens[1] = s->marks.len;
	if (fwrite(lens, sizeof(lens), 1, s->file) != 1 ||
	    fwrite(s->bytes.p, 1, lens[0], s->file) != lens[0] ||
	    (lens[1] > 0 && fwrite(s->marks.p, 1, lens[1], s->file) != lens[1]))
		return fail(e);
	return 0;
}

int
spool_rewind(struct spool *s, struct err *e)
{
	return fflush(s->file) != 0 || fseek(s->file, 0, SEEK_SET) != 0
		   ? fail(e)
		   : 0;
}

int
spool_clear(struct spool *s, struct err *e)
{
	if (spool_rewind(s, e) < 0)
		return -1;
	return ftruncate(fileno(s->file), 0) < 0 ? fail(e) : 0;
}

/* Exactly len bytes into b. */
static int
load(struct spool *s, struct buf *b, size_t len, struct err *e)
{
	buf_reset(b);
	buf_reserve(b, len);
	if (len > 0 && fread(b->p, 1, len, s->file) != len)
		return fail(e);
	b->len = len;
	return 0;
}

int
spool_next(struct spool *s, struct track_fix *fixes, unsigned char *marks,
    size_t *count, struct err *e)
{
	size_t lens[2];

	if (fread(lens, sizeof(lens), 1, s->file) != 1)
		return ferror(s->file) ? fail(e) : 0;
	if (load(s, &s->bytes, lens[0], e) < 0 ||
	    load(s, &s->marks, lens[1], e) < 0 ||
	    chunk_unpack(buf_str(&s->bytes), fixes, count, e) < 0 ||
	    chunk_unpack_marks(buf_str(&s->marks), *count, marks, e) < 0)
		return -1;
	return 1;
}
