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
#include "agent/geo/editionfile.h"
#include "agent/geo/gazetteer.h"
#include "agent/geo/geo.h"
#include "agent/geo/layer.h"
#include "agent/geo/opennames.h"

#define NAMES_SUFFIX ".csv"

static void
make_layer_path(const struct conf *conf, struct str name, struct buf *out)
{
	buf_addf(out, "%s/layers/%.*s" EDITIONFILE_SUFFIX, conf->state,
	    STR_ARG(name));
}

int
editions_add_file(struct geo *g, const char *name, const char *path,
    struct geo_edition_info *info, struct err *e)
{
	struct buf text = { 0 };
	int r;

	if (files_read(path, EDITIONFILE_BYTES_MAX, &text, e) < 0)
		return -1;
	r = geo_add_edition(g, name, buf_str(&text), info, e);
	buf_clear(&text);
	return r < 0 ? err_wrap(e, "%s", path) : 0;
}

static int
add_in_force(const struct conf *conf, struct geo *g, struct err *e)
{
	struct geo_edition_info info = { 0 };
	struct buf path = { 0 };
	char *name;
	int r;

	name = editionfile_name(conf->state, conf->edition);
	if (!name) {
		log_info("no boundaries imported: the built-in towns decide "
			 "what is rural, which is approximate");
		return 0;
	}
	editionfile_path(conf->state, name, &path);
	r = editions_add_file(g, name, path.p, &info, e);
	if (r == 0)
		log_info("boundaries in force edition=%s areas=%zu rural=%zu",
		    name, info.areas, info.rural);
	buf_clear(&path);
	free(name);
	return r;
}

bool
editions_has_layer(const struct conf *conf, struct str name)
{
	struct buf path = { 0 };
	struct stat st;
	bool has;

	make_layer_path(conf, name, &path);
	has = stat(path.p, &st) == 0;
	buf_clear(&path);
	return has;
}

int
editions_add_layer(struct geo *g, struct str name, const char *path,
    struct layer_counts *counts, struct err *e)
{
	struct buf text = { 0 };
	int r;

	if (files_read(path, EDITIONFILE_BYTES_MAX, &text, e) < 0)
		return -1;
	r = geo_add_layer(g, name, buf_str(&text), counts, e);
	buf_clear(&text);
	return r < 0 ? err_wrap(e, "%s", path) : 0;
}

int
editions_load_layer(
    const struct conf *conf, struct str name, struct geo *g, struct err *e)
{
	struct layer_counts n = { 0 };
	struct buf path = { 0 };
	int r;

	make_layer_path(conf, name, &path);
	r = editions_add_layer(g, name, path.p, &n, e);
	buf_clear(&path);
	if (r == 0)
		log_info("layer loaded layer=%.*s points=%zu lines=%zu "
			 "areas=%zu",
		    STR_ARG(name), n.points, n.lines, n.areas);
	return r;
}

/* The layers that rules ask for, as far as they were imported. */
static int
add_layers(const struct conf *conf, const struct str *layers, size_t count,
    struct geo *g, struct err *e)
{
	for (size_t i = 0; i < count; i++) {
		if (!editions_has_layer(conf, layers[i]))
			log_warn("a rule asks for a layer that was not "
				 "imported: what it asks is not known "
				 "layer=%.*s",
			    STR_ARG(layers[i]));
		else if (editions_load_layer(conf, layers[i], g, e) < 0)
			return -1;
	}
	return 0;
}

/* Keep text at path, in a folder of the state folder. */
static int
keep_copy(const struct conf *conf, const char *folder, const struct buf *path,
    struct str text, struct err *e)
{
	struct buf dir = { 0 };
	int r;

	buf_addf(&dir, "%s/%s", conf->state, folder);
	r = files_make_dirs(dir.p, 0750, e);
	buf_clear(&dir);
	return r < 0 ? -1 : files_write_atomic(path->p, 0640, text, e);
}

/* May an edition be called so? */
static int
check_name(const char *name, struct err *e)
{
	if (name[0] == '.' || name[0] == '\0' || strchr(name, '/') ||
	    strlen(name) > 64)
		return err_set(e, ERR_INVALID,
		    "\"%s\" cannot be the name of an edition: use letters, "
		    "digits and hyphens, such as \"2021\"",
		    name);
	return 0;
}

/* Read one CSV file. */
static int
read_names(struct opennames *o, const char *path, struct err *e)
{
	struct buf text = { 0 };
	int r;

	if (files_read(path, EDITIONFILE_BYTES_MAX, &text, e) < 0)
		return -1;
	r = opennames_read(o, buf_str(&text), e);
	buf_clear(&text);
	return r < 0 ? err_wrap(e, "%s", path) : 0;
}

/* Read the CSV files of a folder, in name order. */
static int
read_names_folder(struct opennames *o, const char *folder, struct err *e)
{
	struct files_list list = { 0 };
	int r = 0;

	if (files_list(folder, NAMES_SUFFIX, &list, e) < 0)
		return -1;
	if (list.count == 0)
		r = err_set(e, ERR_INVALID,
		    "%s has no file that ends in " NAMES_SUFFIX, folder);
	for (size_t i = 0; r == 0 && i < list.count; i++) {
		struct buf path = { 0 };

		buf_addf(&path, "%s/%s", folder, list.names[i]);
		r = read_names(o, path.p, e);
		buf_clear(&path);
	}
	files_list_release(&list);
	return r;
}

/* Read a file or folder into g, and what is used of it into kept (or NULL). */
static int
load_names(struct geo *g, const char *path, struct buf *kept,
    struct opennames_counts *counts, struct err *e)
{
	struct gazetteer *names = geo_new_gazetteer(g);
	struct opennames *o = opennames_new(names, kept);
	struct opennames_counts ignored;
	struct stat st;
	int r;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		r = read_names_folder(o, path, e);
	else
		r = read_names(o, path, e);
	if (r == 0 && opennames_finish(o, counts ? counts : &ignored, e) < 0)
		r = err_wrap(e, "%s", path);
	opennames_free(&o);
	if (r == 0)
		geo_take_gazetteer(g, &names);
	gazetteer_free(&names);
	return r;
}

int
editions_add_gazetteer(struct geo *g, const char *path,
    struct opennames_counts *counts, struct err *e)
{
	return load_names(g, path, NULL, counts, e);
}

int
editions_import_gazetteer(const struct conf *conf, const char *name,
    const char *path, struct opennames_counts *counts, struct err *e)
{
	struct buf kept = { 0 }, to = { 0 };
	struct geo *g = NULL;
	int r;

	if (check_name(name, e) < 0)
		return -1;
	r = geo_new(&g, e);
	if (r == 0)
		r = load_names(g, path, &kept, counts, e);
	buf_addf(&to, "%s/gazetteer/%s" NAMES_SUFFIX, conf->state, name);
	if (r == 0)
		r = keep_copy(conf, "gazetteer", &to, buf_str(&kept), e);
	geo_free(&g);
	buf_clear(&to);
	buf_clear(&kept);
	return r;
}

/* The names that were imported last, if any. */
static int
add_names(const struct conf *conf, struct geo *g, struct err *e)
{
	struct opennames_counts n = { 0 };
	struct buf path = { 0 };
	char *name;
	int r = 0;

	buf_addf(&path, "%s/gazetteer", conf->state);
	name = editionfile_newest(path.p, NAMES_SUFFIX);
	if (name) {
		buf_addf(&path, "/%s" NAMES_SUFFIX, name);
		r = editions_add_gazetteer(g, path.p, &n, e);
	}
	if (name && r == 0)
		log_info("names in force gazetteer=%s settlements=%zu "
			 "roads=%zu postcodes=%zu",
		    name, n.settlements, n.roads, n.postcodes);
	buf_clear(&path);
	free(name);
	return r;
}

int
editions_load(const struct conf *conf, const struct str *layers,
    size_t layer_count, struct geo **out, struct err *e)
{
	struct geo *g;

	if (geo_new(&g, e) < 0)
		return -1;
	if (add_in_force(conf, g, e) < 0 || add_names(conf, g, e) < 0 ||
	    add_layers(conf, layers, layer_count, g, e) < 0) {
		geo_free(&g);
		return -1;
	}
	*out = g;
	return 0;
}

int
editions_import_layer(const struct conf *conf, struct str name,
    const char *path, struct layer_counts *counts, struct err *e)
{
	struct buf text = { 0 };
	struct buf to = { 0 };
	struct geo *g = NULL;
	int r;

	if (files_read(path, EDITIONFILE_BYTES_MAX, &text, e) < 0)
		return -1;
	r = geo_new(&g, e);
	if (r == 0)
		r = geo_add_layer(g, name, buf_str(&text), counts, e);
	make_layer_path(conf, name, &to);
	if (r < 0)
		err_wrap(e, "%s", path);
	else
		r = keep_copy(conf, "layers", &to, buf_str(&text), e);
	geo_free(&g);
	buf_clear(&to);
	buf_clear(&text);
	return r;
}

int
editions_import(const struct conf *conf, const char *name, const char *path,
    struct geo_edition_info *info, struct err *e)
{
	struct buf text = { 0 };
	struct buf to = { 0 };
	struct geo *g = NULL;
	int r;

	if (check_name(name, e) < 0)
		return -1;
	if (files_read(path, EDITIONFILE_BYTES_MAX, &text, e) < 0)
		return -1;
	r = geo_new(&g, e);
	if (r == 0)
		r = geo_add_edition(g, name, buf_str(&text), info, e);
	editionfile_path(conf->state, name, &to);
	if (r < 0)
		err_wrap(e, "%s", path);
	else
		r = keep_copy(conf, "boundaries", &to, buf_str(&text), e);
	info->name = str_of(name);
	geo_free(&g);
	buf_clear(&to);
	buf_clear(&text);
	return r;
}
