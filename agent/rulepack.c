/*
 * Reading a directory of rules.  It may be written, or its name given to
 * another, while it is read: all files are read through one open folder, and
 * the folder again from its name until two readings in a row are the same.
 * The hash is made from the very bytes that were compiled.
 */
#include "agent/rulepack.h"

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
	for (size_t i = 0; i < p->count; i++)
		free(p->texts[i]);
	free(p->texts);
	free(p->files);
	files_list_release(&p->names[0]);
	files_list_release(&p->names[1]);
	*p = (struct rulepack){ 0 };
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
	p->files[p->count].name = str_of(name);
	p->files[p->count].text.len = text.len;
	p->texts[p->count] = buf_take(&text);
	p->files[p->count].text.p = p->texts[p->count];
	p->count++;
	return 0;
}

static int
read_folder(struct rulepack *p, const char *dir, struct err *e)
{
	AUTO(files_close) int fd = files_open_dir(dir, e);
	size_t total;

	if (fd < 0 || files_list_at(fd, dir, ".rules", &p->names[0], e) == -1 ||
	    files_list_at(fd, dir, ".list", &p->names[1], e) == -1)
		return -1;
	if (p->names[0].count == 0)
		return err_set(
		    e, ERR_INVALID, "%s has no rule files (*.rules)", dir);
	total = p->names[0].count + p->names[1].count;
	/* One place more, for rulepack_load_with(). */
	p->files = alloc_zero(total + 1, sizeof *p->files);
	p->texts = alloc_zero(total, sizeof *p->texts);
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < p->names[k].count; i++)
			if (read_one(p, fd, dir, p->names[k].names[i], e) == -1)
				return -1;
	return 0;
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
	return err_set(e, ERR_INVALID,
	    "the rules in %s are being written; try again when that is done",
	    dir);
}

int
rulepack_load(
    const char *dir, struct buf *diag, struct ruleset **out, struct err *e)
{
	return rulepack_load_with(dir, NULL, diag, out, e);
}

int
rulepack_load_with(const char *dir, const struct ruleset_file *extra,
    struct buf *diag, struct ruleset **out, struct err *e)
{
	AUTO(rulepack_release) struct rulepack p = { 0 };

	if (rulepack_read(&p, dir, e) == -1)
		return -1;
	if (extra)
		p.files[p.count] = *extra;
	if (ruleset_compile(p.files, p.count + (extra ? 1 : 0), diag, out) ==
	    -1)
		return err_set(
		    e, ERR_INVALID, "the rules in %s are wrong", dir);
	return 0;
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
