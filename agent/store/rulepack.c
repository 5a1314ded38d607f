/*
 * Reading a directory of rules.  It may be written, or its name given to
 * another, while it is read: all files are read through one open folder, and
 * the folder again from its name until two readings in a row are the same.
 * The hash is made from the very bytes that were compiled.
 */
#include "agent/store/rulepack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "rules/limits.h"
#include "rules/ruleset.h"

#define PATH_LEN_MAX  4096
#define READINGS_MAX  8
#define READ_AGAIN_NS 20000000L

/* Where the packs are below a folder that is on the way up. */
static const char *const places[] = { "rules/packs/essex",
	"share/buzzard/rules/essex" };

void
rulepack_release(struct rulepack *p)
{
	for (size_t i = 0; i < p->count; i++) {
		free(p->names[i]);
		free(p->texts[i]);
	}
	free(p->names);
	free(p->texts);
	free(p->files);
	*p = (struct rulepack){ 0 };
	/* Whoever read it has compiled it, which leaves as much again. */
	alloc_trim();
}

/* One place more than there are files, for rulepack_load_with(). */
static void
reserve(struct rulepack *p, size_t more)
{
	size_t count = p->count + more + 1;

	p->files = alloc_resize(p->files, count, sizeof *p->files);
	p->names = alloc_resize(p->names, count, sizeof *p->names);
	p->texts = alloc_resize(p->texts, count, sizeof *p->texts);
}

/* Takes text; the name is copied. */
static void
append(struct rulepack *p, struct str name, struct buf *text)
{
	struct ruleset_file *file = &p->files[p->count];

	p->names[p->count] = str_copy(name);
	file->name = str_make(p->names[p->count], name.len);
	file->text.len = text->len;
	/* A buffer is read into in large steps; it is kept as it is. */
	p->texts[p->count] =
	    alloc_resize(buf_take(text), file->text.len + 1, 1);
	file->text.p = p->texts[p->count];
	p->count++;
}

static int
read_one(struct rulepack *p, int fd, const char *dir, const char *name,
    struct err *e)
{
	struct buf text = { 0 };

	buf_reserve(&text, 1);
	if (files_read_at(fd, dir, name, LIMITS_FILE_BYTES_MAX, &text, e) ==
	    -1) {
		buf_clear(&text);
		return -1;
	}
	append(p, str_of(name), &text);
	return 0;
}

static int
read_kind(struct rulepack *p, int fd, const char *dir, const char *suffix,
    struct err *e)
{
	AUTO(files_list_release) struct files_list names = { 0 };

	if (files_list_at(fd, dir, suffix, &names, e) == -1)
		return -1;
	reserve(p, names.count);
	for (size_t i = 0; i < names.count; i++)
		if (read_one(p, fd, dir, names.names[i], e) == -1)
			return -1;
	return 0;
}

/* Rules first, then lists. */
static int
read_files(struct rulepack *p, const char *dir, struct err *e)
{
	AUTO(files_close) int fd = files_open_dir(dir, e);

	if (fd < 0 || read_kind(p, fd, dir, ".rules", e) == -1)
		return -1;
	return read_kind(p, fd, dir, ".list", e);
}

static bool
is_rules(struct str name)
{
	static const char suffix[] = ".rules";
	size_t len = sizeof suffix - 1;

	return name.len > len &&
	       memcmp(name.p + name.len - len, suffix, len) == 0;
}

static int
read_folder(struct rulepack *p, const char *dir, struct err *e)
{
	if (read_files(p, dir, e) == -1)
		return -1;
	for (size_t i = 0; i < p->count; i++)
		if (is_rules(p->files[i].name))
			return 0;
	return err_set(e, ERR_INVALID, "%s has no rule files (*.rules)", dir);
}

static bool
is_same(const struct rulepack *a, const struct rulepack *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!str_is_equal(a->files[i].name, b->files[i].name) ||
		    !str_is_equal(a->files[i].text, b->files[i].text))
			return false;
	return true;
}

int
rulepack_read(struct rulepack *p, const char *dir, struct err *e)
{
	AUTO(rulepack_release) struct rulepack before = { 0 };
	static const struct timespec pause = { .tv_nsec = READ_AGAIN_NS };
	int r;

	*p = (struct rulepack){ 0 };
	r = read_folder(&before, dir, e);
	for (int i = 1; i < READINGS_MAX; i++) {
		int again = read_folder(p, dir, e);

		if (again == -1 && r == -1)
			return -1;
		if (again == 0 && r == 0 && is_same(p, &before))
			return 0;
		rulepack_release(&before);
		before = *p;
		*p = (struct rulepack){ 0 };
		r = again;
		(void)nanosleep(&pause, NULL);
	}
	return err_set(e, ERR_TEMPORARY,
	    "the rules in %s are being written; try again when that is done",
	    dir);
}

/* ---- The force's own files over them ---- */

static size_t
place_of(const struct rulepack *p, struct str name)
{
	size_t i = 0;

	while (i < p->count && !str_is_equal(p->files[i].name, name))
		i++;
	return i;
}

const struct ruleset_file *
rulepack_find(const struct rulepack *p, struct str name)
{
	size_t i = place_of(p, name);

	return i < p->count ? &p->files[i] : NULL;
}

void
rulepack_leave_out(struct rulepack *p, struct str name)
{
	size_t i = place_of(p, name);

	if (i == p->count)
		return;
	free(p->names[i]);
	free(p->texts[i]);
	p->count--;
	for (; i < p->count; i++) {
		p->names[i] = p->names[i + 1];
		p->texts[i] = p->texts[i + 1];
		p->files[i] = p->files[i + 1];
	}
}

void
rulepack_put(struct rulepack *p, struct str name, struct str text)
{
	struct buf copy = { 0 };
	char *kept = str_copy(name); /* it may be p's */

	buf_reserve(&copy, 1);
	buf_add_str(&copy, text);
	rulepack_leave_out(p, str_of(kept));
	reserve(p, 1);
	append(p, str_of(kept), &copy);
	free(kept);
}

int
rulepack_lay_over(struct rulepack *p, const char *own, struct err *e)
{
	AUTO(rulepack_release) struct rulepack over = { 0 };
	struct stat st;

	if (stat(own, &st) != 0 && errno == ENOENT)
		return 0;
	if (read_files(&over, own, e) == -1)
		return -1;
	for (size_t i = 0; i < over.count; i++)
		rulepack_put(p, over.files[i].name, over.files[i].text);
	return 0;
}

char *
rulepack_own_dir(const char *state)
{
	struct buf path = { 0 };

	buf_addf(&path, "%s/%s", state, RULEPACK_OWN);
	return buf_take(&path);
}

/* ---- Compiling ---- */

int
rulepack_compile(const struct rulepack *p, const char *dir, struct buf *diag,
    struct ruleset **out, struct err *e)
{
	if (ruleset_compile(p->files, p->count, diag, out) == -1)
		return err_set(
		    e, ERR_INVALID, "the rules in %s are wrong", dir);
	return 0;
}

int
rulepack_load(
    const char *dir, struct buf *diag, struct ruleset **out, struct err *e)
{
	return rulepack_load_over(dir, NULL, diag, out, e);
}

int
rulepack_load_over(const char *dir, const char *own, struct buf *diag,
    struct ruleset **out, struct err *e)
{
	AUTO(rulepack_release) struct rulepack p = { 0 };

	if (rulepack_read(&p, dir, e) == -1 ||
	    (own && rulepack_lay_over(&p, own, e) == -1))
		return -1;
	return rulepack_compile(&p, dir, diag, out, e);
}

int
rulepack_load_with(const char *dir, const struct ruleset_file *extra,
    struct buf *diag, struct ruleset **out, struct err *e)
{
	AUTO(rulepack_release) struct rulepack p = { 0 };
	int r;

	if (rulepack_read(&p, dir, e) == -1)
		return -1;
	if (extra)
		p.files[p.count++] = *extra;
	r = rulepack_compile(&p, dir, diag, out, e);
	if (extra)
		p.count--;
	return r;
}

static bool
is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* dir/place if it is there, as a new text; NULL if none is. */
static char *
find_place(const char *dir)
{
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		struct buf path = { 0 };

		buf_addf(&path, "%s/%s", dir, places[i]);
		if (is_dir(path.p))
			return buf_take(&path);
		buf_clear(&path);
	}
	return NULL;
}

int
rulepack_default_dir(char **out, struct err *e)
{
	char path[PATH_LEN_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
	char *slash;

	if (len == -1)
		return err_sys(e, "cannot find the program's own folder");
	path[len] = '\0';
	while ((slash = strrchr(path, '/')) != NULL) {
		*slash = '\0';
		*out = find_place(path);
		if (*out)
			return 0;
	}
	return err_set(e, ERR_INVALID,
	    "no rule packs beside this program; say where with --rules DIR");
}
