/* A look now and then at what waits. */
#include <inttypes.h>
#include <stdio.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/loop.h"
#include "agent/base/str.h"
#include "agent/conf/conf.h"
#include "agent/store/audit.h"
#include "agent/store/store.h"
#include "alerts/deliver_private.h"

#define LOOK_MS       60000   /* between two looks */
#define OLD_MS        600000  /* first warning about a waiting item */
#define VERY_OLD_MS   3600000 /* second one */
#define DAY_MS        86400000
#define LOOK_SLACK_MS 1000    /* more than what a recovery spreads */
#define PURGE_MAX     500     /* rows deleted in one look */
#define ERASE_MS      3600000 /* between two looks for old places */

static void
note_oldest(void *user, struct str channel, int64_t created_ms)
{
	struct deliver *d = user;

	for (size_t i = 0; i < d->line_count; i++)
		if (str_is(channel, d->lines[i]->conf->name))
			d->lines[i]->oldest_ms = created_ms;
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
	if (outbox_oldest(d->outbox, note_oldest, d, e) < 0)
		return -1;
	for (size_t i = 0; i < d->line_count; i++)
		warn_of_age(d->lines[i], now_ms);
	return 0;
}

/* After the clock was set back, what waits would wait for all that time. */
static int
hasten(struct deliver *d, int64_t now_ms, struct err *e)
{
	int all = 0;

	for (size_t i = 0; i < d->line_count; i++) {
		const struct conf_channel *c = d->lines[i]->conf;
		/* A backoff is spread by a quarter. */
		int n = outbox_hasten(d->outbox, c->name, now_ms,
		    2 * c->retry_max_ms + LOOK_SLACK_MS, e);

		if (n < 0)
			return -1;
		all += n;
	}
	if (all > 0) {
		log_warn("the clock was set back: alerts that waited for a "
			 "time far ahead are due now count=%d",
		    all);
		loop_timer_set(d->timer, 0);
	}
	return 0;
}

/* The "erasure" line: how much. */
/* "erasure": how many of what. */
static int
log_erasure(struct deliver *d, const char *what, int count, int64_t now_ms,
    struct err *e)
{
	char detail[64];
	struct audit_row row = { .at_ms = now_ms,
		.actor = STR_LIT("agent"),
		.event = AUDIT_ERASURE };

	(void)snprintf(detail, sizeof(detail), "{\"%s\":%d}", what, count);
	row.detail = str_of(detail);
	return audit_add(store_audit(d->store), &row, e);
}

/* Delete what was sent long ago, if there is any, and say so in the log. */
static int
purge(struct deliver *d, int64_t now_ms, struct err *e)
{
	int64_t before_ms = now_ms - d->conf->sent_keep_days * DAY_MS;
	int n = outbox_has_old(d->outbox, before_ms, e);

	if (n <= 0)
		return n;
	if (store_begin(d->store, e) < 0)
		return -1;
	n = outbox_purge(d->outbox, before_ms, PURGE_MAX, e);
	if (n >= 0 && log_erasure(d, "sent_deliveries", n, now_ms, e) == 0 &&
	    store_commit(d->store, e) == 0)
		return 0;
	store_rollback(d->store);
	return -1;
}

/*
 * Once an hour: where units were stays in no alert for longer than in the
 * tables of units.  Each row is read once, when it comes to be that old.
 */
static int
erase_units(struct deliver *d, int64_t now_ms, struct err *e)
{
	int64_t before_ms = now_ms - d->conf->units_keep_days * DAY_MS;
	int n;

	if (before_ms - d->erased_ms < ERASE_MS)
		return 0;
	if (store_begin(d->store, e) < 0)
		return -1;
	n = outbox_erase_units(d->outbox, d->erased_ms, before_ms, e);
	if (n > 0 && log_erasure(d, "alerts_with_units", n, now_ms, e) < 0)
		n = -1;
	if (n < 0 || store_commit(d->store, e) < 0) {
		store_rollback(d->store);
		return -1;
	}
	d->erased_ms = before_ms;
	return 0;
}

void
deliver_look(struct deliver *d)
{
	int64_t now_ms = clock_wall_ms();
	struct err e;

	loop_timer_set(d->look, LOOK_MS);
	if (d->draining || d->blocked)
		return;
	if (outbox_expire(d->outbox, now_ms, &e) < 0 ||
	    hasten(d, now_ms, &e) < 0 || look_at_waiting(d, now_ms, &e) < 0 ||
	    purge(d, now_ms, &e) < 0 || erase_units(d, now_ms, &e) < 0)
		deliver_pump_note(d, &e);
}
