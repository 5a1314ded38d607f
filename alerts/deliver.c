/* The lines: opened, compared with a new configuration, closed. */
#include "alerts/deliver.h"

#include <inttypes.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/loop.h"
#include "agent/conf/conf.h"
#include "agent/store/store.h"
#include "alerts/deliver_private.h"

static struct deliver_line *
new_line(struct deliver *d, const struct conf_channel *conf)
{
	struct deliver_line *line = alloc_zero(1, sizeof(*line));

	line->owner = d;
	line->arena = arena_new();
	line->conf = channel_conf_copy(line->arena, conf);
	line->kind = channel_kind_get(conf->kind);
	line->policy = (struct backoff_policy){ .base_ms = conf->retry_base_ms,
		.max_ms = conf->retry_max_ms };
	health_init(&line->health, (size_t)conf->max_in_flight);
	return line;
}

static int
open_line(struct deliver_line *line, struct err *e)
{
	const struct channel_events events = { .done = deliver_pump_on_done,
		.health = deliver_pump_on_health,
		.user = line };

	if (line->kind->open(
		line->conf, line->owner->loop, &events, &line->channel, e) < 0)
		return err_wrap(e, "channel %s", line->conf->name);
	return 0;
}

static void
close_line(struct deliver_line *line)
{
	if (line->channel)
		line->kind->close(&line->channel);
}

void
deliver_free_line(struct deliver_line *line)
{
	if (!line)
		return;
	close_line(line);
	free(line->last_why);
	arena_free(&line->arena);
	free(line);
}

/* --- what the loop calls --- */

static void
on_timer(void *user)
{
	deliver_pump(user);
}

static void
on_look(void *user)
{
	deliver_look(user);
}

static void
on_record(void *user)
{
	struct deliver *d = user;

	if (d->ended_count > 0 && deliver_record(d) == 0)
		deliver_pump(d);
}

static void
on_retry(void *user)
{
	struct deliver *d = user;

	d->blocked = false;
	if (d->ended_count > 0)
		on_record(d);
	else
		deliver_pump(d);
}

/* --- what the header offers --- */

static void
free_lines(struct deliver_line **lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		deliver_free_line(lines[i]);
	free(lines);
}

static int
open_lines(struct deliver *d, const struct conf *conf, struct err *e)
{
	d->lines =
	    alloc_zero(conf->channel_count + 1, sizeof(struct deliver_line *));
	for (size_t i = 0; i < conf->channel_count; i++) {
		d->lines[i] = new_line(d, &conf->channels[i]);
		d->line_count++;
		if (open_line(d->lines[i], e) < 0)
			return -1;
	}
	return 0;
}

static int
recover(struct deliver *d, struct err *e)
{
	int n = outbox_recover(d->outbox, clock_wall_ms(), e);

	if (n > 0)
		log_info("deliveries that an earlier run left in flight are "
			 "sent again count=%d",
		    n);
	return n < 0 ? -1 : 0;
}

int
deliver_open(const struct conf *conf, struct loop *loop, struct store *store,
    struct deliver **out, struct err *e)
{
	struct deliver *d = alloc_zero(1, sizeof(*d));

	*out = NULL;
	d->conf = conf;
	d->loop = loop;
	d->store = store;
	if (outbox_open(store_db(store), &d->outbox, e) < 0 ||
	    recover(d, e) < 0 ||
	    loop_add_timer(loop, on_timer, d, &d->timer, e) < 0 ||
	    loop_add_timer(loop, on_look, d, &d->look, e) < 0 ||
	    loop_add_timer(loop, on_retry, d, &d->retry, e) < 0 ||
	    loop_add_idle(loop, on_record, d, &d->record, e) < 0 ||
	    open_lines(d, conf, e) < 0) {
		deliver_close(&d);
		return -1;
	}
	loop_timer_set(d->timer, 0);
	loop_timer_set(d->look, 0);
	*out = d;
	return 0;
}

void
deliver_kick(struct deliver *d)
{
	deliver_pump_send_claimed(d);
	deliver_pump(d);
}

static struct deliver_line *
find_same_line(struct deliver *d, const struct conf_channel *conf)
{
	for (size_t i = 0; i < d->line_count; i++)
		if (d->lines[i] &&
		    channel_conf_is_equal(d->lines[i]->conf, conf))
			return d->lines[i];
	return NULL;
}

static bool
is_among(struct deliver_line *line, struct deliver_line **lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (lines[i] == line)
			return true;
	return false;
}

/* Close; what was in flight may or may not have arrived. */
static void
close_for_reload(struct deliver_line *line)
{
	close_line(line);
	for (struct deliver_flight *f = line->owner->flights; f; f = f->next)
		if (f->line == line && !f->ended)
			deliver_pump_end(f, OUTBOX_TRY_LATER,
			    "the channel was closed by a new configuration");
}

/* Open the lines of next that are new.  On failure those are closed again. */
static int
open_new(struct deliver_line **next, size_t count, struct err *e)
{
	for (size_t i = 0; i < count; i++) {
		if (next[i]->channel || open_line(next[i], e) == 0)
			continue;
		return -1;
	}
	return 0;
}

/* Close what next does not have. */
static void
close_others(struct deliver *d, struct deliver_line **next, size_t count)
{
	for (size_t i = 0; i < d->line_count; i++)
		if (!is_among(d->lines[i], next, count))
			close_for_reload(d->lines[i]);
}

static void
reopen_others(struct deliver *d)
{
	struct err e;

	for (size_t i = 0; i < d->line_count; i++)
		if (!d->lines[i]->channel && open_line(d->lines[i], &e) < 0)
			log_error("channel lost channel=%s reason=\"%s\"",
			    d->lines[i]->conf->name, e.msg);
}

/*
 * The old are closed before the new are opened: two clients with one client id
 * would throw each other out.
 */
int
deliver_reload(struct deliver *d, const struct conf *conf, struct err *e)
{
	size_t count = conf->channel_count;
	struct deliver_line **next =
	    alloc_zero(count + 1, sizeof(struct deliver_line *));

	for (size_t i = 0; i < count; i++) {
		next[i] = find_same_line(d, &conf->channels[i]);
		if (!next[i])
			next[i] = new_line(d, &conf->channels[i]);
	}
	close_others(d, next, count);
	if (open_new(next, count, e) < 0) {
		for (size_t i = 0; i < count; i++)
			if (!is_among(next[i], d->lines, d->line_count))
				deliver_free_line(next[i]);
		free(next);
		reopen_others(d);
		return -1;
	}
	for (size_t i = 0; i < d->line_count; i++) {
		struct deliver_line *line = d->lines[i];

		if (is_among(line, next, count))
			continue;
		line->next_retired = d->retired;
		d->retired = line;
	}
	free(d->lines);
	d->lines = next;
	d->line_count = count;
	d->conf = conf;
	loop_idle_request(d->record);
	loop_timer_set(d->timer, 0);
	return 0;
}

void
deliver_drain(struct deliver *d)
{
	d->draining = true;
	loop_timer_stop(d->timer);
	loop_timer_stop(d->look);
}

size_t
deliver_in_flight(const struct deliver *d)
{
	return d->flight_count;
}

bool
deliver_is_working(const struct deliver *d)
{
	int64_t now_ms = clock_mono_ms();

	for (const struct deliver_flight *f = d->flights; f; f = f->next)
		if (!f->ended &&
		    now_ms - f->since_ms > deliver_pump_lease_ms(f->line))
			return false;
	return true;
}

void
deliver_describe(const struct deliver *d, struct buf *out)
{
	int64_t counts[OUTBOX_STATE_COUNT];
	struct err e;

	if (outbox_count(d->outbox, counts, &e) == 0)
		buf_addf(out,
		    "alerts: %" PRId64 " waiting, %" PRId64
		    " in flight, %" PRId64 " sent, %" PRId64 " dead",
		    counts[OUTBOX_QUEUED], counts[OUTBOX_INFLIGHT],
		    counts[OUTBOX_SENT], counts[OUTBOX_DEAD]);
	else
		buf_add_text(out, "alerts: cannot be counted");
	for (size_t i = 0; i < d->line_count; i++) {
		const struct deliver_line *line = d->lines[i];
		bool up = deliver_pump_can_take(line) && !line->health.down;

		buf_addf(out, "%s %s %s", i == 0 ? ";" : ",", line->conf->name,
		    up ? "up" : "down");
	}
}

void
deliver_channels(const struct deliver *d,
    void (*each)(void *user, const struct deliver_channel *c), void *user)
{
	for (size_t i = 0; i < d->line_count; i++) {
		const struct deliver_line *line = d->lines[i];
		const struct health *h = &line->health;
		const struct deliver_channel c = {
			.name = line->conf->name,
			.kind = line->kind->name,
			.is_up = deliver_pump_can_take(line) && !h->down,
			.down_ms =
			    h->down ? clock_mono_ms() - h->down_since_ms : 0,
			.in_flight = line->in_flight,
			.reply = line->last_why,
		};

		each(user, &c);
	}
}

void
deliver_close(struct deliver **d)
{
	struct deliver *x = *d;

	if (!x)
		return;
	if (x->ended_count > 0 && deliver_record(x) < 0)
		log_warn("deliveries that have ended could not be recorded, "
			 "and are sent again count=%zu",
		    x->ended_count);
	free_lines(x->lines, x->line_count);
	deliver_unclaim(x);
	free(x->claimed);
	while (x->flights) {
		struct deliver_flight *f = x->flights;

		x->flights = f->next;
		outbox_item_clear(&f->item);
		free(f->why);
		free(f);
	}
	while (x->retired) {
		struct deliver_line *line = x->retired;

		x->retired = line->next_retired;
		deliver_free_line(line);
	}
	loop_remove(&x->record);
	loop_timer_free(&x->timer);
	loop_timer_free(&x->look);
	loop_timer_free(&x->retry);
	outbox_close(&x->outbox);
	free(x);
	*d = NULL;
}
