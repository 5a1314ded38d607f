#include "agent/geo/editionfile.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/base/files.h"

void
editionfile_path(const char *state, const char *name, struct buf *out)
{
	buf_addf(out, "%s/boundaries/%s" EDITIONFILE_SUFFIX, state, name);
}

char *
editionfile_newest(const char *folder, const char *suffix)
{
	struct files_list list = { 0 };
	struct timespec newest = { 0 };
	struct err e = { 0 };
	char *name = NULL;

	if (files_list(folder, suffix, &list, &e) < 0)
		return NULL; /* no folder: none was imported yet */
	for (size_t i = 0; i < list.count; i++) {
		struct buf path = { 0 };
		struct stat st;

		buf_addf(&path, "%s/%s", folder, list.names[i]);
		if (stat(path.p, &st) == 0 &&
		    (!name || st.st_mtim.tv_sec > newest.tv_sec ||
			(st.st_mtim.tv_sec == newest.tv_sec &&
			    st.st_mtim.tv_nsec > newest.tv_nsec))) {
			newest = st.st_mtim;
			free(name);
			name = strndup(list.names[i],
			    strlen(list.names[i]) - strlen(suffix));
		}
		buf_clear(&path);
	}
	files_list_release(&list);
	return name;
}

char *
editionfile_name(const char *state, const char *chosen)
{
	struct buf folder = { 0 };
	char *name;

	if (chosen)
		return alloc_text(chosen);
	buf_addf(&folder, "%s/boundaries", state);
	name = editionfile_newest(folder.p, EDITIONFILE_SUFFIX);
	buf_clear(&folder);
	return name;
}
