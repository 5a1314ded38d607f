#include "agent/review/mapground.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/log.h"
#include "agent/conf/conf.h"
#include "agent/geo/editionfile.h"
#include "agent/geo/outlines.h"

struct mapground {
	char *state, *edition; /* owned; edition NULL: the newest */
	char *tiles, *credit, *origin;
	int64_t stale_ms;
	pthread_mutex_t lock; /* over the two below */
	bool was_read;
	struct outlines *outlines;
};

static char *
copy(const char *text)
{
	return text ? alloc_text(text) : NULL;
}

/* "https://host:port" of an address. */
static char *
origin_of(const char *url)
{
	const char *host = url ? strstr(url, "://") : NULL;

	return host ? alloc_copy(url,
			  (size_t)(host + 3 - url) + strcspn(host + 3, "/"))
		    : NULL;
}

struct mapground *
mapground_new(const struct conf *conf)
{
	struct mapground *g = alloc_zero(1, sizeof *g);

	g->state = alloc_text(conf->state);
	g->edition = copy(conf->edition);
	g->tiles = copy(conf->review.tiles);
	g->credit = copy(conf->review.tiles_credit);
	g->origin = origin_of(conf->review.tiles);
	g->stale_ms = conf->stale_ms;
	pthread_mutex_init(&g->lock, NULL);
	return g;
}

void
mapground_free(struct mapground **g)
{
	struct mapground *was = *g;

	if (!was)
		return;
	*g = NULL;
	outlines_free(&was->outlines);
	pthread_mutex_destroy(&was->lock);
	free(was->state);
	free(was->edition);
	free(was->tiles);
	free(was->credit);
	free(was->origin);
	free(was);
}

static void
read_outlines(struct mapground *g)
{
	char *name = editionfile_name(g->state, g->edition);
	struct buf path = { 0 }, text = { 0 };
	struct err e = { 0 };

	if (!name)
		return;
	editionfile_path(g->state, name, &path);
	if (files_read(path.p, EDITIONFILE_BYTES_MAX, &text, &e) < 0 ||
	    outlines_load(buf_str(&text), &g->outlines, &e) < 0)
		log_error("review: boundaries cannot be drawn file=%s: %s",
		    path.p, e.msg);
	buf_clear(&text);
	buf_clear(&path);
	free(name);
}

const struct outlines *
mapground_outlines(struct mapground *g)
{
	pthread_mutex_lock(&g->lock);
	if (!g->was_read)
		read_outlines(g);
	g->was_read = true;
	pthread_mutex_unlock(&g->lock);
	return g->outlines;
}

const char *
mapground_tiles(const struct mapground *g)
{
	return g->tiles;
}

const char *
mapground_credit(const struct mapground *g)
{
	return g->credit;
}

const char *
mapground_origin(const struct mapground *g)
{
	return g->origin;
}

int64_t
mapground_stale_ms(const struct mapground *g)
{
	return g->stale_ms;
}
