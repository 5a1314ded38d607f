/*
 * The pump is one function, called when anything may have changed; it asks
 * each line how much room it has (health.h) and sets the timer to when time
 * alone will change the answer.  Each line has a transaction of its own, in
 * the order of the configuration: an alert does not wait for the claims of a
 * slower channel.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/failpoint.h"
#include "agent/base/log.h"
#include "agent/base/loop.h"
#include "agent/base/random.h"
#include "agent/conf/conf.h"
#include "alerts/deliver_private.h"
#include "alerts/render.h"

#define DATABASE_RETRY_MS 1000  /* after a transaction that failed */
#define TIMER_MAX_MS      60000 /* mends a clock that jumped */
#define SOON_MS           20    /* due since the pump has looked */
#define STUCK_SLACK_MS    60000

void
deliver_pump_note(struct deliver *d, const struct err *e)
{
	if (e && !d->in_trouble)
		log_error("deliveries wait, the database cannot be written: "
			  "%s",
		    e->msg);
	else if (!e && d->in_trouble)
		log_info("deliveries go on: the database can be written again");
	d->in_trouble = e != NULL;
	d->blocked = e != NULL;
	if (e)
		loop_timer_set(d->retry, DATABASE_RETRY_MS);
}

/* --- claiming --- */

static const struct conf_recipient *
find_recipient(const struct deliver *d, const struct outbox_item *item)
{
	for (size_t i = 0; i < d->conf->recipient_count; i++) {
		const struct conf_recipient *r = &d->conf->recipients[i];

		if (strcmp(r->name, item->recipient) == 0 &&
		    strcmp(r->channel, item->channel) == 0)
			return r;
	}
	return NULL;
}

bool
deliver_pump_can_take(const struct deliver_line *line)
{
	return line->channel && line->kind->is_ready(line->channel);
}

int64_t
deliver_pump_lease_ms(const struct deliver_line *line)
{
	return 4 * line->conf->timeout_ms + STUCK_SLACK_MS;
}

void
deliver_pump_end(
    struct deliver_flight *f, enum outbox_verdict verdict, const char *why)
{
	struct deliver *d = f->line->owner;

	CHECK(!f->ended);
	f->ended = true;
	f->verdict = verdict;
	f->why = alloc_text(why);
	d->ended_count++;
	loop_idle_request(d->record);
}

/* May item not go to its recipient, as the configuration is now?  Says why. */
static bool
is_refused(const struct outbox_item *item, const struct conf_recipient *to,
    char why[static ERR_MSG_MAX])
{
	struct str body = str_make(item->body, item->body_len);

	if (!to)
		(void)snprintf(why, ERR_MSG_MAX,
		    "recipient %.80s is no longer in the configuration",
		    item->recipient);
	else if (!render_is_fit_for(body, to->audience))
		(void)snprintf(why, ERR_MSG_MAX,
		    "the text was made for the team, and recipient %.80s is a "
		    "partner now",
		    item->recipient);
	else
		return false;
	return true;
}

/* A claimed item becomes a flight and goes to its channel.  Takes item. */
static void
send_item(struct deliver_line *line, struct outbox_item *item)
{
	struct deliver *d = line->owner;
	struct deliver_flight *f = alloc_zero(1, sizeof(*f));
	struct deliver_flight **at = &d->flights; /* in order */
	const struct conf_recipient *to;
	char why[ERR_MSG_MAX];

	f->line = line;
	f->item = *item;
	f->since_ms = clock_mono_ms();
	while (*at)
		at = &(*at)->next;
	*at = f;
	d->flight_count++;
	line->in_flight++;
	to = find_recipient(d, &f->item);
	if (is_refused(&f->item, to, why))
		deliver_pump_end(f, OUTBOX_REFUSED, why);
	else
		line->kind->send(line->channel, &f->item, to);
	free(TAKE(f->item.body));
}

/* Claim what line can take now (that commits), and send it. */
static void
feed_line(struct deliver_line *line)
{
	struct deliver *d = line->owner;
	size_t room =
	    health_room(&line->health, line->in_flight, clock_mono_ms());
	struct outbox_item *items;
	struct err e;
	int count;

	if (room == 0 || !deliver_pump_can_take(line))
		return;
	items = alloc_zero(room, sizeof(items[0]));
	count = outbox_claim(d->outbox, line->conf->name, clock_wall_ms(),
	    deliver_pump_lease_ms(line), items, room, &e);
	if (count != 0)
		deliver_pump_note(d, count < 0 ? &e : NULL);
	for (int i = 0; i < count; i++)
		send_item(line, &items[i]);
	free(items);
}

/* --- claiming inside somebody's transaction --- */

static int
claim_for(struct deliver_line *line, struct err *e)
{
	struct deliver *d = line->owner;
	size_t room =
	    health_room(&line->health, line->in_flight, clock_mono_ms());
	struct outbox_item *items;
	int count;

	if (room == 0 || !deliver_pump_can_take(line))
		return 0;
	items = alloc_zero(room, sizeof(items[0]));
	count = outbox_claim_here(d->outbox, line->conf->name, clock_wall_ms(),
	    deliver_pump_lease_ms(line), items, room, e);
	if (count > 0)
		d->claimed = alloc_resize(d->claimed,
		    d->claimed_count + (size_t)count, sizeof(d->claimed[0]));
	for (int i = 0; i < count; i++)
		d->claimed[d->claimed_count++] =
		    (struct deliver_claimed){ line, items[i] };
	free(items);
	return count < 0 ? -1 : 0;
}

int
deliver_claim(struct deliver *d, struct err *e)
{
	CHECK(d->claimed_count == 0);
	if (d->draining || d->blocked)
		return 0;
	for (size_t i = 0; i < d->line_count; i++)
		if (claim_for(d->lines[i], e) < 0) {
			deliver_unclaim(d);
			return -1;
		}
	return 0;
}

void
deliver_unclaim(struct deliver *d)
{
	for (size_t i = 0; i < d->claimed_count; i++)
		outbox_item_clear(&d->claimed[i].item);
	d->claimed_count = 0;
}

void
deliver_pump_send_claimed(struct deliver *d)
{
	if (d->claimed_count > 0)
		FAILPOINT("after-claim");
	for (size_t i = 0; i < d->claimed_count; i++)
		send_item(d->claimed[i].line, &d->claimed[i].item);
	d->claimed_count = 0;
}

/* --- when to look again --- */

/* Milliseconds until time alone gives line something to do. */
static int64_t
wait_of(struct deliver_line *line, int64_t now_mono_ms)
{
	struct deliver *d = line->owner;
	int64_t room_ms =
	    health_room_at(&line->health, line->in_flight, now_mono_ms);
	int64_t wait_ms;
	int64_t due_ms;
	struct err e;

	if (room_ms == INT64_MAX || !deliver_pump_can_take(line))
		return INT64_MAX;
	if (outbox_next_due(d->outbox, line->conf->name, &due_ms, &e) < 0)
		return DATABASE_RETRY_MS;
	if (due_ms == INT64_MAX)
		return INT64_MAX;
	wait_ms = room_ms - now_mono_ms;
	if (due_ms - clock_wall_ms() > wait_ms)
		wait_ms = due_ms - clock_wall_ms();
	return wait_ms > SOON_MS ? wait_ms : SOON_MS;
}

static void
set_timer(struct deliver *d)
{
	int64_t now_ms = clock_mono_ms();
	int64_t wait_ms = TIMER_MAX_MS;

	for (size_t i = 0; i < d->line_count; i++) {
		int64_t w = wait_of(d->lines[i], now_ms);

		if (w < wait_ms)
			wait_ms = w;
	}
	loop_timer_set(d->timer, wait_ms);
}

void
deliver_pump(struct deliver *d)
{
	for (size_t i = 0; i < d->line_count; i++)
		if (!d->draining && !d->blocked)
			feed_line(d->lines[i]);
	if (!d->draining && !d->blocked)
		set_timer(d);
}

/* --- what channels tell --- */

static void
say_health(struct deliver_line *line, enum health_change change, bool up,
    const char *why)
{
	const char *name = line->conf->name;
	int64_t down_ms = clock_mono_ms() - line->health.down_since_ms;
	bool is_news = !line->last_why || strcmp(line->last_why, why) != 0;

	if (change == HEALTH_CAME_UP)
		log_info("channel up channel=%s down_s=%" PRId64, name,
		    down_ms / 1000);
	else if (up && !line->known)
		log_info("channel up channel=%s", name);
	else if (change == HEALTH_WENT_DOWN)
		log_warn("channel down channel=%s reason=\"%s\"", name, why);
	else if (line->health.down && !up && is_news)
		log_warn(
		    "channel still down channel=%s reason=\"%s\"", name, why);
	else
		return;
	line->known = true;
	free(line->last_why);
	line->last_why = alloc_text(why);
}

void
deliver_pump_on_health(void *user, bool up, const char *why)
{
	struct deliver_line *line = user;
	enum health_change change = health_tell(
	    &line->health, up, &line->policy, clock_mono_ms(), random_u32());

	say_health(line, change, up, why);
	if (up)
		loop_timer_set(line->owner->timer, 0);
}

void
deliver_pump_on_done(
    void *user, int64_t id, enum outbox_verdict verdict, const char *why)
{
	struct deliver_line *line = user;
	enum health_change change;

	for (struct deliver_flight *f = line->owner->flights; f; f = f->next) {
		if (f->item.id != id || f->line != line || f->ended)
			continue;
		deliver_pump_end(f, verdict, why);
		change = health_note(&line->health, verdict, &line->policy,
		    clock_mono_ms(), random_u32());
		say_health(line, change, verdict != OUTBOX_TRY_LATER, why);
		return;
	}
	CHECK(false); /* a channel reports only what it was given, once */
}
