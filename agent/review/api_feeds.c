/*
 * How each feed is, and what it brought by day.
 */
#include <inttypes.h>
#include <stdio.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/desk.h"
#include "agent/review/service_private.h"
#include "agent/store/feedday.h"
#include "agent/store/quarantine.h"

static const char *const no_params[] = { NULL };

/* --- the feeds --- */

static const char *const columns[] = { "name", "kind", "state", "stuck_since",
	"last_message_at", "last_file", "behind_s", "in_quarantine", NULL };

static const struct apilist_kind kind = {
	.name = "feeds",
	.params = no_params,
	.columns = columns,
	.place_count = 1,
};

static const char *
state_of(const struct pulse_feed *f)
{
	if (!f->is_open)
		return "not-open";
	if (f->stuck_since_ms != CLOCK_NONE)
		return "stuck";
	return f->has_work ? "taking-in" : "idle";
}

static void
write_last(void *user, const struct feedday_row *row)
{
	struct apilist *l = user;

	apilist_time_ms(l, row->last_ms);
	apilist_str(l, row->file);
	if (row->behind_ms < 0)
		apilist_none(l);
	else
		apilist_int(l, row->behind_ms / 1000);
}

static int
write_feed(struct apilist *l, const struct pulse_feed *f, struct err *e)
{
	struct desk *d = l->v->desk;
	struct str name = str_of(f->name);
	size_t before;
	int64_t held = 0;

	if (!apilist_counts(l))
		return 0;
	if (quarantine_held(d->quarantine, name, &held, e) < 0)
		return -1;
	apilist_str(l, name);
	apilist_text(l, f->kind);
	apilist_text(l, state_of(f));
	apilist_time_ms(l, f->stuck_since_ms);
	before = l->column;
	if (feedday_list(d->days, name, 1, write_last, l, e) < 0)
		return -1;
	while (l->column < before + 3)
		apilist_none(l);
	apilist_int(l, held);
	apilist_row_counted(l);
	return 0;
}

static int
fill_feeds(void *user, struct apilist *l, struct err *e)
{
	struct pulse pulse;

	(void)user;
	service_pulse(l->v->service, &pulse);
	for (size_t i = 0; i < pulse.feed_count; i++)
		if (write_feed(l, &pulse.feeds[i], e) < 0)
			return -1;
	return 0;
}

void
api_feeds(struct visit *v)
{
	apilist_answer(v, &kind, NULL, fill_feeds, NULL);
}

/* --- by day --- */

static const char *const day_params[] = { "feed", NULL };

static const char *const day_columns[] = { "feed", "day", "messages",
	"repeated", "new_incidents", "set_aside", NULL };

static const struct apilist_kind day_kind = {
	.name = "feed-days",
	.params = day_params,
	.columns = day_columns,
	.place_count = 1,
};

static void
write_day(void *user, const struct feedday_row *row)
{
	struct apilist *l = user;
	char day[32];

	if (!apilist_counts(l))
		return;
	(void)snprintf(day, sizeof day, "%04d-%02d-%02d",
	    (int)(row->day / 10000), (int)(row->day / 100 % 100),
	    (int)(row->day % 100));
	apilist_str(l, row->feed);
	apilist_text(l, day);
	apilist_int(l, row->messages);
	apilist_int(l, row->repeated);
	apilist_int(l, row->incidents);
	apilist_int(l, row->faults);
	apilist_row_counted(l);
}

static int
fill_days(void *user, struct apilist *l, struct err *e)
{
	struct str only = apilist_param(l, "feed");
	struct pulse pulse;

	(void)user;
	service_pulse(l->v->service, &pulse);
	for (size_t i = 0; i < pulse.feed_count; i++) {
		struct str name = str_of(pulse.feeds[i].name);

		if (str_is_given(only) && !str_is_equal(only, name))
			continue;
		if (feedday_list(l->v->desk->days, name, FEEDDAY_KEEP,
			write_day, l, e) < 0)
			return -1;
	}
	return 0;
}

void
api_feed_days(struct visit *v)
{
	apilist_answer(v, &day_kind, NULL, fill_days, NULL);
}
