/*
 * The recipients, copied, since the configuration may be replaced while
 * requests run.
 */
#include "agent/review/guests.h"

#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/conf/conf.h"
#include "alerts/joblink.h"

struct guests {
	struct joblink *links;
	struct guest *list;
	size_t count;
};

static void
copy_guest(const struct conf_recipient *from, struct guest *to)
{
	to->name = alloc_text(from->name);
	to->is_team = from->audience == CONF_AUDIENCE_TEAM;
	to->review_too = from->review_too;
	to->theme_count = from->theme_count;
	to->themes = alloc_zero(from->theme_count + 1, sizeof *to->themes);
	for (size_t i = 0; i < from->theme_count; i++)
		to->themes[i] = alloc_text(from->themes[i]);
}

struct guests *
guests_new(const struct conf *conf)
{
	struct guests *g = alloc_zero(1, sizeof *g);
	struct err e = { 0 };

	if (joblink_open(conf, &g->links, &e) < 0)
		log_error("review: links in alerts open nothing: %s", e.msg);
	g->count = conf->recipient_count;
	g->list = alloc_zero(g->count + 1, sizeof *g->list);
	for (size_t i = 0; i < g->count; i++)
		copy_guest(&conf->recipients[i], &g->list[i]);
	return g;
}

static void
free_guest(struct guest *guest)
{
	for (size_t i = 0; i < guest->theme_count; i++)
		free(guest->themes[i]);
	free(guest->themes);
	free(guest->name);
}

void
guests_free(struct guests **g)
{
	if (!*g)
		return;
	for (size_t i = 0; i < (*g)->count; i++)
		free_guest(&(*g)->list[i]);
	free((*g)->list);
	joblink_close(&(*g)->links);
	free(*g);
	*g = NULL;
}

const struct joblink *
guests_links(const struct guests *g)
{
	return g->links;
}

const struct guest *
guests_find(const struct guests *g, struct str name)
{
	for (size_t i = 0; i < g->count; i++)
		if (str_is(name, g->list[i].name))
			return &g->list[i];
	return NULL;
}

bool
guest_wants(const struct guest *guest, struct str theme)
{
	for (size_t i = 0; i < guest->theme_count; i++)
		if (str_is(theme, guest->themes[i]))
			return true;
	return guest->theme_count == 0;
}
