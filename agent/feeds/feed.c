/*
 * The table of the kinds of feeds, and the way into it.
 *
 * Whoever holds a feed need not know its kind: the kind stands at the start of
 * each feed's struct, and is put there here.
 */
#include "agent/feeds/feed.h"

#include <string.h>

#include "agent/base/err.h"
#include "agent/conf/conf.h"
#include "agent/feeds/feed_dir.h"

static const struct feed_kind *const kinds[] = {
	&feed_dir_kind,
	&feed_dir_tracks_kind,
};

const struct feed_kind *
feed_kind_find(const char *type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i]->name, type) == 0)
			return kinds[i];
	return NULL;
}

int
feed_open(const struct conf_feed *conf, struct loop *loop,
    const struct feed_sink *sink, struct feed **out, struct err *e)
{
	const struct feed_kind *kind = feed_kind_find(conf->type);

	if (!kind)
		return err_set(e, ERR_INVALID,
		    "feed %s: there are no feeds of type %s", conf->name,
		    conf->type);
	if (kind->open(conf, loop, sink, out, e) < 0)
		return err_wrap(e, "feed %s", conf->name);
	(*out)->kind = kind;
	return 0;
}

void
feed_status(const struct feed *f, struct feed_status *out)
{
	f->kind->status(f, out);
}

void
feed_drain(struct feed *f)
{
	f->kind->drain(f);
}

void
feed_close(struct feed **f)
{
	if (*f)
		(*f)->kind->close(f);
}
