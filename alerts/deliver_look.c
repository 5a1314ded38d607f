/* A look now and then at what waits. */
#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/loop.h"
#include "agent/base/str.h"
#include "agent/conf/conf.h"
#include "alerts/deliver_private.h"

#define LOOK_MS     60000   /* between two looks */
#define OLD_MS      600000  /* first warning about a waiting item */
#define VERY_OLD_MS 3600000 /* second one */
#define DAY_MS      86400000
#define PURGE_MAX   500   /* rows deleted in one look */
#define LIST_MAX    10000 /* waiting rows looked at */

static void
note_oldest(void *user, const struct outbox_row *row)
{
	struct deliver *d = user;

	for (size_t i = 0; i < d->line_count; i++)
		if (str_is(row->channel, d->lines[i]->conf->name) &&
		    row->created_ms < d->lines[i]->oldest_ms)
			d->lines[i]->oldest_ms = row->created_ms;
}

/* Warn once when the oldest is 10 minutes old, and once when it is an hour. */
static void
warn_of_age(struct deliver_line *line, int64_t now_ms)
{
	int64_t age_ms = 0;
	int64_t mark_ms;

	if (line->oldest_ms != INT64_MAX)
		age_ms = now_ms - line->oldest_ms;
	mark_ms = age_ms >= VERY_OLD_MS ? VERY_OLD_MS
		  : age_ms >= OLD_MS    ? OLD_MS
					: 0;
	if (mark_ms > line->warned_ms)
		log_warn("alerts are still waiting channel=%s oldest_s=%" PRId64
			 " reason=\"%s\"",
		    line->conf->name, age_ms / 1000,
		    line->last_why ? line->last_why : "");
	line->warned_ms = mark_ms;
}

static int
look_at_waiting(struct deliver *d, int64_t now_ms, struct err *e)
{
	for (size_t i = 0; i < d->line_count; i++)
		d->lines[i]->oldest_ms = INT64_MAX;
	if (outbox_list(d->outbox, OUTBOX_QUEUED, LIST_MAX, note_oldest, d, e) <
	    0)
		return -1;
	for (size_t i = 0; i < d->line_count; i++)
		warn_of_age(d->lines[i], now_ms);
	return 0;
}

static int
expire(struct deliver *d, int64_t now_ms, struct err *e)
{
	int64_t due_ms;
	int n;

	if (outbox_next_expiry(d->outbox, &due_ms, e) < 0)
		return -1;
	if (due_ms > now_ms)
		return 0;
	n = outbox_expire(d->outbox, now_ms, e);
	if (n > 0)
		log_error("alerts given up as too old count=%d: see \"buzzard "
			  "outbox list\"",
		    n);
	return n < 0 ? -1 : 0;
}

void
deliver_look(struct deliver *d)
{
	int64_t now_ms = clock_wall_ms();
	int64_t before_ms = now_ms - d->conf->sent_keep_days * DAY_MS;
	struct err e;

	loop_timer_set(d->look, LOOK_MS);
	if (d->draining || d->blocked)
		return;
	if (expire(d, now_ms, &e) < 0 || look_at_waiting(d, now_ms, &e) < 0 ||
	    outbox_purge(d->outbox, before_ms, PURGE_MAX, &e) < 0)
		deliver_pump_note(d, &e);
}
