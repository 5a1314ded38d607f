/*
 * One struct line for each channel, one struct flight for each item under way.
 * A flight is made when its claim is committed and dropped when its end is;
 * in between it belongs to the channel until done() gives it a verdict.
 *
 * The pump is one function, called when anything may have changed; it asks
 * each line how much room it has (health.h) and sets the timer to when time
 * alone will change the answer.  Each line has a transaction of its own, in
 * the order of the configuration: an alert does not wait for the claims of a
 * slower channel.
 *
 * Ends are recorded when nothing else is ready, so that a burst of them is one
 * commit.
 */
#include "alerts/deliver.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/loop.h"
#include "agent/base/random.h"
#include "agent/conf/conf.h"
#include "agent/store/store.h"
#include "alerts/channel.h"
#include "alerts/health.h"
#include "alerts/outbox.h"

#define DATABASE_RETRY_MS 1000  /* after a transaction that failed */
#define LOOK_MS           60000 /* between two looks at what waits */
#define SOON_MS           20    /* due since the pump has looked */
#define STUCK_SLACK_MS    60000
#define OLD_MS            600000  /* first warning about a waiting item */
#define VERY_OLD_MS       3600000 /* second one */
#define DAY_MS            86400000
#define PURGE_MAX         500   /* rows deleted in one look */
#define LIST_MAX          10000 /* waiting rows looked at */

struct line;

/* One item under way. */
struct flight {
	struct flight *next;
	struct line *line;       /* borrowed; it stays while in_flight > 0 */
	struct outbox_item item; /* owned; the body only until it is sent */
	int64_t since_ms;        /* monotonic */
	int64_t recorded_ms;     /* when the end was recorded */
	bool ended;              /* verdict and why hold */
	enum outbox_verdict verdict;
	char *why; /* owned */
};

/* One channel. */
struct line {
	struct deliver *owner;
	struct line *next_retired;
	struct arena *arena;             /* owned; conf is in it */
	const struct conf_channel *conf; /* a copy: it outlives a reload */
	const struct channel_kind *kind;
	struct channel *channel; /* owned; NULL: closed */
	struct backoff_policy policy;
	struct health health;
	size_t in_flight;  /* flights that are not recorded yet */
	bool known;        /* the channel has said how it is */
	char *last_why;    /* owned; what was logged last */
	int64_t oldest_ms; /* of what waits, as of the last look */
	int64_t warned_ms; /* the age that was warned of */
};

struct deliver {
	const struct conf *conf;
	struct loop *loop;
	struct store *store;
	struct outbox *outbox;
	struct line **lines; /* owned, in the order of conf->channels */
	size_t line_count;
	struct line *retired; /* closed by a reload, with flights to record */
	struct flight *flights;
	size_t flight_count, ended_count;
	struct loop_timer *timer;   /* pump */
	struct loop_timer *look;    /* expire, warn, purge */
	struct loop_timer *retry;   /* the database may have mended */
	struct loop_source *record; /* idle: record what has ended */
	bool draining;
	bool blocked;    /* the last transaction failed; the retry is set */
	bool in_trouble; /* it is told; until a transaction succeeds */
};

/* --- the database's health --- */

/* A transaction failed (e) or succeeded (NULL): said once each. */
static void
note_database(struct deliver *d, const struct err *e)
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

static bool
can_take(const struct line *line)
{
	return line->channel && line->kind->is_ready(line->channel);
}

static int64_t
lease_ms(const struct line *line)
{
	return 4 * line->conf->timeout_ms + STUCK_SLACK_MS;
}

static void
end_flight(struct flight *f, enum outbox_verdict verdict, const char *why)
{
	struct deliver *d = f->line->owner;

	CHECK(!f->ended);
	f->ended = true;
	f->verdict = verdict;
	f->why = alloc_text(why);
	d->ended_count++;
	loop_idle_request(d->record);
}

/* A claimed item becomes a flight and goes to its channel.  Takes item. */
static void
send_item(struct line *line, struct outbox_item *item)
{
	struct deliver *d = line->owner;
	struct flight *f = alloc_zero(1, sizeof(*f));
	const struct conf_recipient *to;
	char why[ERR_MSG_MAX];

	f->line = line;
	f->item = *item;
	f->since_ms = clock_mono_ms();
	f->next = d->flights;
	d->flights = f;
	d->flight_count++;
	line->in_flight++;
	to = find_recipient(d, &f->item);
	if (to) {
		line->kind->send(line->channel, &f->item, to);
	} else {
		(void)snprintf(why, sizeof(why),
		    "recipient %.80s is no longer in the configuration",
		    f->item.recipient);
		end_flight(f, OUTBOX_REFUSED, why);
	}
	free(TAKE(f->item.body));
}

/* Claim what line can take now (that commits), and send it. */
static void
feed_line(struct line *line)
{
	struct deliver *d = line->owner;
	size_t room =
	    health_room(&line->health, line->in_flight, clock_mono_ms());
	struct outbox_item *items;
	struct err e;
	int count;

	if (room == 0 || !can_take(line))
		return;
	items = alloc_zero(room, sizeof(items[0]));
	count = outbox_claim(d->outbox, line->conf->name, clock_wall_ms(),
	    lease_ms(line), items, room, &e);
	if (count != 0)
		note_database(d, count < 0 ? &e : NULL);
	for (int i = 0; i < count; i++)
		send_item(line, &items[i]);
	free(items);
}

/* --- when to look again --- */

/* Milliseconds until time alone gives line something to do. */
static int64_t
wait_of(struct line *line, int64_t now_mono_ms)
{
	struct deliver *d = line->owner;
	int64_t room_ms =
	    health_room_at(&line->health, line->in_flight, now_mono_ms);
	int64_t wait_ms;
	int64_t due_ms;
	struct err e;

	if (room_ms == INT64_MAX || !can_take(line))
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
	int64_t wait_ms = LOOK_MS; /* mends a clock that jumped */

	for (size_t i = 0; i < d->line_count; i++) {
		int64_t w = wait_of(d->lines[i], now_ms);

		if (w < wait_ms)
			wait_ms = w;
	}
	loop_timer_set(d->timer, wait_ms);
}

/* Claim what can go now, send it, and set the timer for the rest. */
static void
pump(void *user)
{
	struct deliver *d = user;

	for (size_t i = 0; i < d->line_count; i++)
		if (!d->draining && !d->blocked)
			feed_line(d->lines[i]);
	if (!d->draining && !d->blocked)
		set_timer(d);
}

/* --- what channels tell --- */

static void
say_health(
    struct line *line, enum health_change change, bool up, const char *why)
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

static void
on_health(void *user, bool up, const char *why)
{
	struct line *line = user;
	enum health_change change = health_tell(
	    &line->health, up, &line->policy, clock_mono_ms(), random_u32());

	say_health(line, change, up, why);
	if (up)
		loop_timer_set(line->owner->timer, 0);
}

static void
on_done(void *user, int64_t id, enum outbox_verdict verdict, const char *why)
{
	struct line *line = user;
	struct flight *f = line->owner->flights;
	enum health_change change;

	while (f && (f->item.id != id || f->line != line || f->ended))
		f = f->next;
	CHECK(f);
	end_flight(f, verdict, why);
	change = health_note(&line->health, verdict, &line->policy,
	    clock_mono_ms(), random_u32());
	say_health(line, change, verdict != OUTBOX_TRY_LATER, why);
}

/* --- lines --- */

static struct line *
new_line(struct deliver *d, const struct conf_channel *conf)
{
	struct line *line = alloc_zero(1, sizeof(*line));

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
open_line(struct line *line, struct err *e)
{
	const struct channel_events events = {
		.done = on_done, .health = on_health, .user = line
	};

	if (line->kind->open(
		line->conf, line->owner->loop, &events, &line->channel, e) < 0)
		return err_wrap(e, "channel %s", line->conf->name);
	return 0;
}

static void
close_line(struct line *line)
{
	if (line->channel)
		line->kind->close(&line->channel);
}

static void
free_line(struct line *line)
{
	if (!line)
		return;
	close_line(line);
	free(line->last_why);
	arena_free(&line->arena);
	free(line);
}

/* --- recording what ended --- */

/* The outbox gives up what failed and is too old. */
static bool
is_dead(const struct flight *f)
{
	return f->verdict == OUTBOX_REFUSED ||
	       (f->verdict == OUTBOX_TRY_LATER &&
		   f->recorded_ms >= f->item.expires_ms);
}

/* One line for each outcome, the same for all channels. */
static void
say_outcome(const struct flight *f)
{
	static const char *const words[] = { [OUTBOX_DELIVERED] = "delivered",
		[OUTBOX_TRY_LATER] = "later",
		[OUTBOX_REFUSED] = "refused" };
	const struct outbox_item *item = &f->item;
	const struct conf_channel *c = f->line->conf;
	const char *what = f->verdict == OUTBOX_DELIVERED ? "delivered"
			   : is_dead(f)                   ? "dead"
							  : "delayed";

	log_info("alert %s outbox=%" PRId64 " incident=%" PRId64
		 " channel=%s peer=%s:%" PRId64
		 " recipient=%s attempt=%u delay_ms=%" PRId64
		 " verdict=%s reason=\"%s\"",
	    what, item->id, item->incident_id, c->name, c->host, c->port,
	    item->recipient, item->attempts, f->recorded_ms - item->created_ms,
	    words[f->verdict], f->why);
	if (is_dead(f))
		log_error("alert given up outbox=%" PRId64
			  " channel=%s recipient=%s reason=\"%s\": mend the "
			  "cause, then \"buzzard outbox retry\"",
		    item->id, c->name, item->recipient, f->why);
}

/* Record the ends of one line; all or none. */
static int
record_line(struct line *line, struct err *e)
{
	struct deliver *d = line->owner;
	int64_t now_ms = clock_wall_ms();
	struct outbox_end *ends;
	size_t count = 0;
	int rc = 0;

	ends = alloc_zero(line->in_flight + 1, sizeof(ends[0]));
	for (struct flight *f = d->flights; f; f = f->next) {
		if (f->line != line || !f->ended)
			continue;
		f->recorded_ms = now_ms;
		ends[count++] = (struct outbox_end){
			.id = f->item.id, .verdict = f->verdict, .why = f->why
		};
	}
	if (count > 0)
		rc = outbox_finish(
		    d->outbox, ends, count, &line->policy, now_ms, e);
	free(ends);
	return rc < 0 ? -1 : 0;
}

/* Log and drop what line's transaction has recorded. */
static void
forget_recorded(struct line *line)
{
	struct deliver *d = line->owner;
	struct flight **at = &d->flights;

	while (*at) {
		struct flight *f = *at;

		if (f->line != line || !f->ended) {
			at = &f->next;
			continue;
		}
		say_outcome(f);
		*at = f->next;
		outbox_item_clear(&f->item);
		free(f->why);
		free(f);
		line->in_flight--;
		d->flight_count--;
		d->ended_count--;
	}
}

/* Record all that has ended.  -1: the database could not; it is kept. */
static int
record_all(struct deliver *d)
{
	struct line **at = &d->retired;
	struct err e;

	for (size_t i = 0; i < d->line_count; i++) {
		if (record_line(d->lines[i], &e) < 0)
			goto fail;
		forget_recorded(d->lines[i]);
	}
	while (*at) {
		struct line *line = *at;

		if (record_line(line, &e) < 0)
			goto fail;
		forget_recorded(line);
		*at = line->next_retired;
		free_line(line);
	}
	note_database(d, NULL);
	return 0;

fail:
	note_database(d, &e);
	return -1;
}

static void
on_record(void *user)
{
	struct deliver *d = user;

	if (d->ended_count > 0 && record_all(d) == 0)
		pump(d);
}

static void
on_retry(void *user)
{
	struct deliver *d = user;

	d->blocked = false;
	if (d->ended_count > 0)
		on_record(d);
	else
		pump(d);
}

/* --- a look now and then at what waits --- */

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
warn_of_age(struct line *line, int64_t now_ms)
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

static void
on_look(void *user)
{
	struct deliver *d = user;
	int64_t now_ms = clock_wall_ms();
	int64_t before_ms = now_ms - d->conf->sent_keep_days * DAY_MS;
	struct err e;

	loop_timer_set(d->look, LOOK_MS);
	if (d->draining || d->blocked)
		return;
	if (expire(d, now_ms, &e) < 0 || look_at_waiting(d, now_ms, &e) < 0 ||
	    outbox_purge(d->outbox, before_ms, PURGE_MAX, &e) < 0)
		note_database(d, &e);
}

/* --- what the header offers --- */

static void
free_lines(struct line **lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free_line(lines[i]);
	free(lines);
}

static int
open_lines(struct deliver *d, const struct conf *conf, struct err *e)
{
	d->lines = alloc_zero(conf->channel_count + 1, sizeof(d->lines[0]));
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
	    loop_add_timer(loop, pump, d, &d->timer, e) < 0 ||
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
	pump(d);
}

static struct line *
find_same_line(struct deliver *d, const struct conf_channel *conf)
{
	for (size_t i = 0; i < d->line_count; i++)
		if (d->lines[i] &&
		    channel_conf_is_equal(d->lines[i]->conf, conf))
			return d->lines[i];
	return NULL;
}

static bool
is_among(struct line *line, struct line **lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (lines[i] == line)
			return true;
	return false;
}

/* Close; what was in flight may or may not have arrived. */
static void
close_for_reload(struct line *line)
{
	close_line(line);
	for (struct flight *f = line->owner->flights; f; f = f->next)
		if (f->line == line && !f->ended)
			end_flight(f, OUTBOX_TRY_LATER,
			    "the channel was closed by a new configuration");
}

/* Open the lines of next that are new.  On failure those are closed again. */
static int
open_new(struct line **next, size_t count, struct err *e)
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
close_others(struct deliver *d, struct line **next, size_t count)
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
	struct line **next = alloc_zero(count + 1, sizeof(next[0]));

	for (size_t i = 0; i < count; i++) {
		next[i] = find_same_line(d, &conf->channels[i]);
		if (!next[i])
			next[i] = new_line(d, &conf->channels[i]);
	}
	close_others(d, next, count);
	if (open_new(next, count, e) < 0) {
		for (size_t i = 0; i < count; i++)
			if (!is_among(next[i], d->lines, d->line_count))
				free_line(next[i]);
		free(next);
		reopen_others(d);
		return -1;
	}
	for (size_t i = 0; i < d->line_count; i++) {
		struct line *line = d->lines[i];

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

	for (const struct flight *f = d->flights; f; f = f->next)
		if (!f->ended && now_ms - f->since_ms > lease_ms(f->line))
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
		const struct line *line = d->lines[i];
		bool up = can_take(line) && !line->health.down;

		buf_addf(out, "%s %s %s", i == 0 ? ";" : ",", line->conf->name,
		    up ? "up" : "down");
	}
}

void
deliver_close(struct deliver **d)
{
	struct deliver *x = *d;

	if (!x)
		return;
	if (x->ended_count > 0)
		(void)record_all(x);
	free_lines(x->lines, x->line_count);
	while (x->flights) {
		struct flight *f = x->flights;

		x->flights = f->next;
		outbox_item_clear(&f->item);
		free(f->why);
		free(f);
	}
	while (x->retired) {
		struct line *line = x->retired;

		x->retired = line->next_retired;
		free_line(line);
	}
	loop_remove(&x->record);
	loop_timer_free(&x->timer);
	loop_timer_free(&x->look);
	loop_timer_free(&x->retry);
	outbox_close(&x->outbox);
	free(x);
	*d = NULL;
}
