/*
 * seal: copy and digest in one reading, then names that say how far it went.
 *
 * Decided against: reflinks and hard links (the source is a card that will be
 * taken out, or can be written to by its owner); names from the original (two
 * cards have the same ones).
 */
#include "agent/tracks/seal.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/base/failpoint.h"
#include "agent/base/files.h"

#define COPY_BYTES (256 << 10)

/* The longest ending that is kept of a name, ".geojson". */
#define ENDING_MAX 8

/* Before the name, since its ending tells readers what the file may be. */
#define NEW  "new-"
#define GONE "gone-"

/* Being copied. */
#define TEMPORARY "copy.tmp"

struct seal {
	char *dir;
	int lock;
};

int
seal_open(const char *state, struct seal **out, struct err *e)
{
	struct seal *s = alloc_zero(1, sizeof(*s));
	struct buf path = { 0 };
	int r;

	s->lock = -1;
	buf_addf(&path, "%s/evidence", state);
	s->dir = alloc_text(path.p);
	r = files_make_dirs(s->dir, 0750, e);
	buf_add_text(&path, "/lock");
	if (r == 0) {
		s->lock = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
		if (s->lock < 0 || flock(s->lock, LOCK_EX) < 0)
			r = err_sys(e, "%s cannot be locked", path.p);
	}
	buf_clear(&path);
	if (r < 0)
		seal_close(&s);
	else
		*out = s;
	return r;
}

void
seal_close(struct seal **s)
{
	if (!*s)
		return;
	files_close(&(*s)->lock);
	free((*s)->dir);
	free(*s);
	*s = NULL;
}

/* ---- Names ---- */

/* Append ".gpx" of "Front Camera.GPX"; nothing if it has no plain ending. */
static void
add_ending(struct str name, struct buf *out)
{
	size_t at = name.len;

	while (at > 0 && isalnum((unsigned char)name.p[at - 1]))
		at--;
	if (at < 2 || name.p[at - 1] != '.' || at == name.len ||
	    name.len - at > ENDING_MAX)
		return;
	for (size_t i = at - 1; i < name.len; i++)
		buf_add_char(out, (char)tolower((unsigned char)name.p[i]));
}

static void
add_name(const uint8_t sha256[HASH_BYTES], struct str name, struct buf *out)
{
	char hex[2 * HASH_BYTES + 1];

	hash_hex(sha256, HASH_BYTES, hex);
	buf_add_text(out, hex);
	add_ending(name, out);
}

void
seal_path(const char *state, const uint8_t sha256[HASH_BYTES], struct str name,
    struct buf *out)
{
	char hex[2 * HASH_BYTES + 1];

	hash_hex(sha256, HASH_BYTES, hex);
	buf_addf(out, "%s/evidence/%.2s/", state, hex);
	add_name(sha256, name, out);
}

/* "DIR/ab/NAME", or "DIR/new-NAME" with that before it, of a hash's NAME. */
static void
path_of(const struct seal *s, const char *hash_name, const char *mark,
    struct buf *out)
{
	buf_reset(out);
	if (mark)
		buf_addf(out, "%s/%s%s", s->dir, mark, hash_name);
	else
		buf_addf(out, "%s/%.2s/%s", s->dir, hash_name, hash_name);
}

/* Move an original of NAME from one of its places to another: 1, 0 or -1. */
static int
move(struct seal *s, const char *hash_name, const char *from, const char *to,
    struct err *e)
{
	struct buf a = { 0 }, b = { 0 }, dir = { 0 };
	int r = 1;

	path_of(s, hash_name, from, &a);
	path_of(s, hash_name, to, &b);
	buf_addf(&dir, "%s/%.2s", s->dir, hash_name);
	if (mkdir(dir.p, 0750) < 0 && errno != EEXIST)
		r = err_sys(e, "%s cannot be made", dir.p);
	else if (rename(a.p, b.p) < 0)
		r = errno == ENOENT
			? 0
			: err_sys(e, "%s cannot be moved to %s", a.p, b.p);
	if (r > 0 &&
	    (files_sync_dir(dir.p, e) < 0 || files_sync_dir(s->dir, e) < 0))
		r = -1;
	buf_clear(&a);
	buf_clear(&b);
	buf_clear(&dir);
	return r;
}

/* ---- Copying ---- */

/* Reading, digesting and, if there is an out, writing. */
struct copying {
	const char *path; /* of in, for messages */
	int in, out;      /* out -1: only look */
	uint64_t done, total;
	const struct seal_progress *progress;
};

static int
write_all(int fd, const char *p, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

static int
copy_bytes(struct copying *c, struct hash *h, char *room, struct err *e)
{
	ssize_t n;

	while ((n = read(c->in, room, COPY_BYTES)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, "%s cannot be read", c->path);
		hash_add(h, str_make(room, (size_t)n));
		if (c->out >= 0 && write_all(c->out, room, (size_t)n) < 0)
			return err_sys(e,
			    "%s cannot be copied into the evidence store",
			    c->path);
		c->done += (uint64_t)n;
		if (c->progress && c->progress->tell)
			c->progress->tell(c->progress->user, c->done, c->total);
	}
	return 0;
}

static int
digest(struct copying *c, struct seal_file *out, struct err *e)
{
	struct hash *h = hash_new();
	char *room = alloc_zero(1, COPY_BYTES);
	int r = copy_bytes(c, h, room, e);

	hash_finish(&h, out->sha256);
	free(room);
	out->size_bytes = c->done;
	return r;
}

static int
open_original(const char *path, struct copying *c, struct err *e)
{
	struct stat st;

	c->path = path;
	c->out = -1;
	c->in = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (c->in < 0)
		return err_sys(e, "%s cannot be opened", path);
	if (fstat(c->in, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(c->in);
		return err_set(e, ERR_INVALID, "%s is not a file", path);
	}
	c->total = (uint64_t)st.st_size;
	return 0;
}

int
seal_look(const char *path, const struct seal_progress *progress,
    struct seal_file *out, struct err *e)
{
	struct copying c = { .progress = progress };
	int r;

	*out = (struct seal_file){ 0 };
	if (open_original(path, &c, e) < 0)
		return -1;
	r = digest(&c, out, e);
	close(c.in);
	if (r == 0)
		out->path = alloc_text(path);
	return r;
}

static struct str
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return str_of(slash ? slash + 1 : path);
}

/* The copy is complete: give it the name of its hash. */
static int
name_copy(struct seal *s, const char *temporary, const char *original,
    struct seal_file *out, struct err *e)
{
	struct buf name = { 0 }, path = { 0 };
	int r = 0;

	add_name(out->sha256, base_name(original), &name);
	path_of(s, name.p, NEW, &path);
	if (rename(temporary, path.p) < 0)
		r = err_sys(e, "%s cannot be moved to %s", temporary, path.p);
	else
		out->path = alloc_text(path.p);
	buf_clear(&name);
	buf_clear(&path);
	return r < 0 ? -1 : files_sync_dir(s->dir, e);
}

int
seal_copy(struct seal *s, const char *path,
    const struct seal_progress *progress, struct seal_file *out, struct err *e)
{
	struct copying c = { .progress = progress };
	struct buf temporary = { 0 };
	int r;

	*out = (struct seal_file){ .is_copy = true };
	if (open_original(path, &c, e) < 0)
		return -1;
	/* One at a time, for the lock is held: one that was left is stale. */
	buf_addf(&temporary, "%s/" TEMPORARY, s->dir);
	(void)unlink(temporary.p);
	c.out =
	    open(temporary.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0440);
	r = c.out < 0 ? err_sys(e, "%s cannot be made", temporary.p)
		      : digest(&c, out, e);
	FAILPOINT("seal-copied");
	if (r == 0 && fsync(c.out) < 0)
		r = err_sys(e, "%s cannot be written", temporary.p);
	if (c.out >= 0)
		close(c.out);
	close(c.in);
	if (r == 0)
		r = name_copy(s, temporary.p, path, out, e);
	if (r < 0) {
		(void)unlink(temporary.p);
		seal_drop(out);
		seal_release(out);
	}
	buf_clear(&temporary);
	return r;
}

void
seal_release(struct seal_file *file)
{
	free(file->path);
	file->path = NULL;
}

void
seal_drop(struct seal_file *file)
{
	if (file->is_copy && file->path)
		(void)unlink(file->path);
}

int
seal_keep(struct seal *s, struct seal_file *file, struct err *e)
{
	int r;

	CHECK(file->is_copy);
	r = move(s, base_name(file->path).p + sizeof(NEW) - 1, NEW, NULL, e);
	if (r == 0)
		return err_set(e, ERR_SYSTEM,
		    "%s has gone from the evidence store", file->path);
	return r < 0 ? -1 : 0;
}

bool
seal_has(const struct seal *s, const uint8_t sha256[HASH_BYTES],
    struct str name, uint64_t size_bytes)
{
	struct buf hash_name = { 0 }, path = { 0 };
	struct stat st;
	bool has;

	add_name(sha256, name, &hash_name);
	path_of(s, hash_name.p, NULL, &path);
	has = lstat(path.p, &st) == 0 && S_ISREG(st.st_mode) &&
	      (uint64_t)st.st_size == size_bytes;
	buf_clear(&hash_name);
	buf_clear(&path);
	return has;
}

/* ---- Going ---- */

/* Move the original of a hash that was called name. */
static int
move_hash(struct seal *s, const uint8_t sha256[HASH_BYTES], struct str name,
    const char *from, const char *to, struct err *e)
{
	struct buf hash_name = { 0 };
	int r;

	add_name(sha256, name, &hash_name);
	r = move(s, hash_name.p, from, to, e);
	buf_clear(&hash_name);
	return r;
}

int
seal_part(struct seal *s, const uint8_t sha256[HASH_BYTES], struct str name,
    struct err *e)
{
	return move_hash(s, sha256, name, NULL, GONE, e);
}

int
seal_restore(struct seal *s, const uint8_t sha256[HASH_BYTES], struct str name,
    struct err *e)
{
	return move_hash(s, sha256, name, GONE, NULL, e) < 0 ? -1 : 0;
}

static int
unlink_synced(struct seal *s, const char *path, struct err *e)
{
	if (unlink(path) < 0 && errno != ENOENT)
		return err_sys(e, "%s cannot be removed", path);
	return files_sync_dir(s->dir, e);
}

int
seal_erase(struct seal *s, const uint8_t sha256[HASH_BYTES], struct str name,
    struct err *e)
{
	struct buf hash_name = { 0 }, path = { 0 };
	int r;

	add_name(sha256, name, &hash_name);
	path_of(s, hash_name.p, GONE, &path);
	r = unlink_synced(s, path.p, e);
	buf_clear(&hash_name);
	buf_clear(&path);
	return r;
}

/* ---- What a killed program left ---- */

static bool
read_hex(const char *hex, uint8_t out[HASH_BYTES])
{
	for (size_t i = 0; i < HASH_BYTES; i++) {
		char pair[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		if (!isxdigit((unsigned char)pair[0]) ||
		    !isxdigit((unsigned char)pair[1]))
			return false;
		out[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return true;
}

/* Who is asked what the database has, and the first thing that failed. */
struct finishing {
	struct seal *seal;
	int (*is_recorded)(void *user, const uint8_t sha256[HASH_BYTES],
	    struct buf *name, struct err *e);
	void *user;
	bool has_failed;
	struct err first;
};

/* Is that the very name of a kept original?  1, 0 or -1. */
static int
is_name_recorded(struct finishing *f, const char *name,
    const uint8_t sha256[HASH_BYTES], struct err *e)
{
	struct buf called = { 0 }, right = { 0 };
	int r = f->is_recorded(f->user, sha256, &called, e);

	if (r > 0) {
		add_name(sha256, buf_str(&called), &right);
		r = str_is(buf_str(&right), name);
	}
	buf_clear(&called);
	buf_clear(&right);
	return r;
}

/*
 * One name behind its mark: to its place if it is recorded, else away.  One
 * that cannot be is no reason to leave the others.
 */
static int
finish_one(
    struct finishing *f, const char *name, const char *mark, struct err *e)
{
	struct buf path = { 0 };
	uint8_t sha256[HASH_BYTES];
	struct err why;
	int r;

	if (strlen(name) < sizeof(sha256) * 2 || !read_hex(name, sha256))
		return 0;
	r = is_name_recorded(f, name, sha256, e);
	if (r < 0)
		return -1;
	path_of(f->seal, name, mark, &path);
	r = r > 0 ? move(f->seal, name, mark, NULL, &why)
		  : unlink_synced(f->seal, path.p, &why);
	buf_clear(&path);
	if (r < 0 && !f->has_failed) {
		f->has_failed = true;
		f->first = why;
	}
	return 0;
}

/* A copy that was never complete; nobody writes it, for the lock is held. */
static void
drop_temporary(const struct seal *s)
{
	struct buf path = { 0 };

	buf_addf(&path, "%s/" TEMPORARY, s->dir);
	(void)unlink(path.p);
	buf_clear(&path);
}

int
seal_finish(struct seal *s,
    int (*is_recorded)(void *user, const uint8_t sha256[HASH_BYTES],
	struct buf *name, struct err *e),
    void *user, struct err *e)
{
	struct finishing f = {
		.seal = s, .is_recorded = is_recorded, .user = user
	};
	struct files_list list;
	int r = files_list(s->dir, NULL, &list, e);

	drop_temporary(s);
	for (size_t i = 0; r == 0 && i < list.count; i++) {
		const char *name = list.names[i];

		if (str_has_prefix(str_of(name), NEW))
			r = finish_one(&f, name + sizeof(NEW) - 1, NEW, e);
		else if (str_has_prefix(str_of(name), GONE))
			r = finish_one(&f, name + sizeof(GONE) - 1, GONE, e);
	}
	files_list_release(&list);
	if (r < 0 || !f.has_failed)
		return r;
	*e = f.first;
	return 1;
}
