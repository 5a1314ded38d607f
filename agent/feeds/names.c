/* names: see names.h. */
#include "agent/feeds/names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"

#define SUFFIX_MAX 100000

bool
names_has(char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

void
names_add(char ***names, size_t *count, const char *name)
{
	*names = alloc_resize(*names, *count + 1, sizeof(**names));
	(*names)[(*count)++] = alloc_text(name);
}

char *
names_take(char **names, size_t *count, size_t i)
{
	char *name = names[i];

	(*count)--;
	memmove(names + i, names + i + 1, (*count - i) * sizeof(*names));
	return name;
}

static bool
has_suffix(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n >= m && strcmp(name + n - m, suffix) == 0;
}

bool
names_is_eligible(const char *name)
{
	return name[0] != '.' && !has_suffix(name, ".tmp") &&
	       !has_suffix(name, ".part");
}

/* "a.ndjson" and 2 give "a.2.ndjson"; 0 gives the name itself. */
static void
suffixed(const char *name, int n, struct buf *out)
{
	const char *dot = strrchr(name, '.');

	buf_reset(out);
	if (n == 0)
		buf_add_text(out, name);
	else if (!dot || dot == name)
		buf_addf(out, "%s.%d", name, n);
	else
		buf_addf(out, "%.*s.%d%s", (int)(dot - name), name, n, dot);
}

/* Rename into a folder without ever replacing what is there. */
static int
rename_new(int dir, const char *name, int to, const char *target)
{
	if (renameat2(dir, name, to, target, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* A file system without the flag: a link never replaces either. */
	if (linkat(dir, name, to, target, 0) < 0)
		return -1;
	return unlinkat(dir, name, 0);
}

int
names_move(int dir, const char *name, int to, struct buf *target)
{
	for (int n = 0; n < SUFFIX_MAX; n++) {
		suffixed(name, n, target);
		if (rename_new(dir, name, to, target->p) == 0)
			return 0;
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

/* How long a file has been unchanged; a clock set back makes it long. */
static int64_t
quiet_ms(const struct stat *st, int64_t settle_ms)
{
	int64_t m = st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
	int64_t c = st->st_ctim.tv_sec * 1000 + st->st_ctim.tv_nsec / 1000000;
	int64_t changed = c > m ? c : m;
	int64_t now = clock_wall_ms();

	return changed > now + settle_ms ? settle_ms : now - changed;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Add the names that are complete; true if some are not yet. */
static bool
add_complete(int dir, DIR *d, int64_t settle_ms, char ***names, size_t *count)
{
	struct dirent *entry;
	bool young = false;

	while ((entry = readdir(d)) != NULL) {
		struct stat st;

		if (!names_is_eligible(entry->d_name) ||
		    fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(st.st_mode))
			continue;
		if (quiet_ms(&st, settle_ms) < settle_ms)
			young = true;
		else
			names_add(names, count, entry->d_name);
	}
	return young;
}

int
names_list(
    int dir, int64_t settle_ms, char ***names, size_t *count, bool *is_young)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (!d) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*is_young = add_complete(dir, d, settle_ms, names, count);
	closedir(d);
	if (*count > 0)
		qsort(*names, *count, sizeof(**names), compare_names);
	return 0;
}
