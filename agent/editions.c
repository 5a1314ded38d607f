/* Imported boundaries: see editions.h. */
#include "agent/editions.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/log.h"
#include "agent/base/str.h"
#include "agent/conf/conf.h"
#include "agent/geo/geo.h"

#define SUFFIX ".geojson"

static void
make_path(const struct conf *conf, const char *name, struct buf *out)
{
	buf_addf(out, "%s/boundaries/%s" SUFFIX, conf->state, name);
}

int
editions_add_file(struct geo *g, const char *name, const char *path,
    struct geo_edition_info *info, struct err *e)
{
	struct buf text = { 0 };
	int r;

	if (files_read(path, EDITIONS_BYTES_MAX, &text, e) < 0)
		return -1;
	r = geo_add_edition(g, name, buf_str(&text), info, e);
	buf_clear(&text);
	return r < 0 ? err_wrap(e, "%s", path) : 0;
}

/* The name (without suffix) of the edition imported last, or NULL. */
static char *
find_newest(const char *folder)
{
	struct files_list list = { 0 };
	struct timespec newest = { 0 };
	struct err e = { 0 };
	char *name = NULL;

	if (files_list(folder, SUFFIX, &list, &e) < 0)
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
			    strlen(list.names[i]) - strlen(SUFFIX));
		}
		buf_clear(&path);
	}
	files_list_release(&list);
	return name;
}

static int
add_in_force(const struct conf *conf, struct geo *g, struct err *e)
{
	struct geo_edition_info info = { 0 };
	struct buf path = { 0 };
	char *name;
	int r;

	buf_addf(&path, "%s/boundaries", conf->state);
	name = conf->edition ? str_copy(str_of(conf->edition))
			     : find_newest(path.p);
	buf_reset(&path);
	if (!name) {
		log_info("no boundaries imported: the built-in towns decide "
			 "what is rural, which is approximate");
		buf_clear(&path);
		return 0;
	}
	make_path(conf, name, &path);
	r = editions_add_file(g, name, path.p, &info, e);
	if (r == 0)
		log_info("boundaries in force edition=%s areas=%zu rural=%zu",
		    name, info.areas, info.rural);
	buf_clear(&path);
	free(name);
	return r;
}

int
editions_load(const struct conf *conf, struct geo **out, struct err *e)
{
	struct geo *g;

	if (geo_new(&g, e) < 0)
		return -1;
	if (add_in_force(conf, g, e) < 0) {
		geo_free(&g);
		return -1;
	}
	*out = g;
	return 0;
}

static int
keep_copy(
    const struct conf *conf, const char *name, struct str text, struct err *e)
{
	struct buf path = { 0 };
	int r;

	buf_addf(&path, "%s/boundaries", conf->state);
	r = files_make_dirs(path.p, 0750, e);
	buf_reset(&path);
	make_path(conf, name, &path);
	if (r == 0)
		r = files_write_atomic(path.p, 0640, text, e);
	buf_clear(&path);
	return r;
}

int
editions_import(const struct conf *conf, const char *name, const char *path,
    struct geo_edition_info *info, struct err *e)
{
	struct buf text = { 0 };
	struct geo *g = NULL;
	int r;

	if (name[0] == '.' || strchr(name, '/') || strlen(name) > 64)
		return err_set(e, ERR_INVALID,
		    "\"%s\" cannot be the name of an edition: use letters, "
		    "digits and hyphens, such as \"2021\"",
		    name);
	if (files_read(path, EDITIONS_BYTES_MAX, &text, e) < 0)
		return -1;
	r = geo_new(&g, e);
	if (r == 0)
		r = geo_add_edition(g, name, buf_str(&text), info, e);
	if (r < 0)
		err_wrap(e, "%s", path);
	else
		r = keep_copy(conf, name, buf_str(&text), e);
	info->name = str_of(name);
	geo_free(&g);
	buf_clear(&text);
	return r;
}
