/*
 * The loop keeps a list of timers and idle sources and serves them in the
 * order of the real one: what is due, then what asked for idle time.  A channel
 * answers from a timer of its own, a little after it was asked, as a peer
 * would.
 */
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "alerts/channel.h"

#define ANSWER_MS   40      /* how long a peer takes */
#define TURNS_MAX   1000000 /* more is a loop that never rests */
#define CHANNEL_MAX 8
#define NOT_SET     INT64_MAX

/* A timer, or an idle source. */
struct loop_timer {
	struct loop_timer *next;
	struct loop *loop;
	loop_cb cb;
	void *user;
	int64_t due_ms;
};

struct loop_source {
	struct loop_source *next;
	struct loop *loop;
	loop_cb cb;
	void *user;
	bool is_asked;
};

struct loop {
	struct loop_timer *timers;
	struct loop_source *idles;
};

/* One attempt that a channel has not answered yet. */
struct pending {
	int64_t id;
	size_t attempt; /* its index */
};

struct channel {
	const struct conf_channel *conf;
	struct channel_events events;
	struct loop_timer *answer;
	struct pending *pending; /* owned */
	size_t pending_count;
	bool is_up;
};

/* How a channel of that name behaves, open or not. */
struct manner {
	char name[SIM_NAME_MAX];
	enum sim_answer answer;
	char why[200];
	int times;               /* 0: for ever */
	struct channel *channel; /* NULL: closed */
};

static struct sim {
	struct manner manners[CHANNEL_MAX];
	size_t manner_count;
	struct sim_attempt *attempts;
	size_t attempt_count;
} sim;

/* The loop */

int
loop_add_timer(struct loop *loop, loop_cb cb, void *user,
    struct loop_timer **out, struct err *e)
{
	struct loop_timer *t = alloc_zero(1, sizeof(*t));

	(void)e;
	*t = (struct loop_timer){ loop->timers, loop, cb, user, NOT_SET };
	loop->timers = t;
	*out = t;
	return 0;
}

void
loop_timer_set(struct loop_timer *timer, int64_t in_ms)
{
	timer->due_ms = clock_mono_ms() + (in_ms > 0 ? in_ms : 0);
}

void
loop_timer_stop(struct loop_timer *timer)
{
	timer->due_ms = NOT_SET;
}

bool
loop_timer_is_set(const struct loop_timer *timer)
{
	return timer->due_ms != NOT_SET;
}

void
loop_timer_free(struct loop_timer **timer)
{
	struct loop_timer **at;

	if (!*timer)
		return;
	at = &(*timer)->loop->timers;
	while (*at != *timer)
		at = &(*at)->next;
	*at = (*timer)->next;
	free(*timer);
	*timer = NULL;
}

int
loop_add_idle(struct loop *loop, loop_cb cb, void *user,
    struct loop_source **out, struct err *e)
{
	struct loop_source *s = alloc_zero(1, sizeof(*s));

	(void)e;
	*s = (struct loop_source){ loop->idles, loop, cb, user, false };
	loop->idles = s;
	*out = s;
	return 0;
}

void
loop_idle_request(struct loop_source *source)
{
	source->is_asked = true;
}

void
loop_remove(struct loop_source **source)
{
	struct loop_source **at;

	if (!*source)
		return;
	at = &(*source)->loop->idles;
	while (*at != *source)
		at = &(*at)->next;
	*at = (*source)->next;
	free(*source);
	*source = NULL;
}

static struct loop_timer *
earliest(const struct loop *loop)
{
	struct loop_timer *first = NULL;

	for (struct loop_timer *t = loop->timers; t; t = t->next)
		if (t->due_ms != NOT_SET &&
		    (!first || t->due_ms < first->due_ms))
			first = t;
	return first;
}

static bool
serve_idle(const struct loop *loop)
{
	for (struct loop_source *s = loop->idles; s; s = s->next)
		if (s->is_asked) {
			s->is_asked = false;
			s->cb(s->user);
			return true;
		}
	return false;
}

void
sim_run(struct loop *loop, int64_t until_ms)
{
	for (int turn = 0; turn < TURNS_MAX; turn++) {
		struct loop_timer *t = earliest(loop);
		bool is_due = t && t->due_ms <= clock_mono_ms();

		if (!is_due && serve_idle(loop))
			continue;
		if (!t || t->due_ms > until_ms) {
			clock_set_fake(until_ms);
			return;
		}
		if (!is_due)
			clock_set_fake(t->due_ms);
		t->due_ms = NOT_SET;
		t->cb(t->user);
	}
	CHECK(false); /* it never rests */
}

/* The channels */

static struct manner *
manner_of(const char *name)
{
	struct manner *m;

	for (size_t i = 0; i < sim.manner_count; i++)
		if (strcmp(sim.manners[i].name, name) == 0)
			return &sim.manners[i];
	CHECK(sim.manner_count < CHANNEL_MAX);
	m = &sim.manners[sim.manner_count++];
	*m = (struct manner){ .answer = SIM_OK };
	snprintf(m->name, sizeof(m->name), "%s", name);
	return m;
}

/* Answer what the manner has an answer for; the rest stays. */
static void
on_answer(void *user)
{
	static const enum outbox_verdict verdicts[] = {
		[SIM_OK] = OUTBOX_DELIVERED,
		[SIM_LATER] = OUTBOX_TRY_LATER,
		[SIM_REFUSED] = OUTBOX_REFUSED,
	};
	struct channel *c = user;
	struct manner *m = manner_of(c->conf->name);

	while (c->pending_count > 0 && m->answer != SIM_NOTHING) {
		struct pending p = c->pending[0];
		enum sim_answer answer = m->answer;

		memmove(c->pending, c->pending + 1,
		    --c->pending_count * sizeof(*c->pending));
		sim.attempts[p.attempt].is_arrived = answer == SIM_OK;
		if (m->times > 0 && --m->times == 0)
			m->answer = SIM_OK;
		c->events.done(c->events.user, p.id, verdicts[answer],
		    answer == SIM_OK ? "250 taken" : m->why);
	}
}

static int
open_channel(const struct conf_channel *conf, struct loop *loop,
    const struct channel_events *events, struct channel **out, struct err *e)
{
	struct channel *c = alloc_zero(1, sizeof(*c));

	c->conf = conf;
	c->events = *events;
	c->is_up = true;
	manner_of(conf->name)->channel = c;
	*out = c;
	return loop_add_timer(loop, on_answer, c, &c->answer, e);
}

static bool
is_ready(const struct channel *c)
{
	return c->is_up;
}

static void
note_attempt(const struct channel *c, const struct outbox_item *item,
    const struct conf_recipient *to)
{
	struct sim_attempt *a;

	sim.attempts = alloc_resize(
	    sim.attempts, sim.attempt_count + 1, sizeof(*sim.attempts));
	a = &sim.attempts[sim.attempt_count++];
	*a = (struct sim_attempt){ .at_ms = clock_wall_ms(),
		.incident_id = item->incident_id,
		.reason = item->reason,
		.level = item->level,
		.body = alloc_copy(item->body, item->body_len) };
	snprintf(a->channel, sizeof(a->channel), "%s", c->conf->name);
	snprintf(a->recipient, sizeof(a->recipient), "%s", to->name);
	snprintf(a->theme, sizeof(a->theme), "%s", item->theme);
	snprintf(a->key, sizeof(a->key), "%s", item->key);
}

static void
send_item(struct channel *c, const struct outbox_item *item,
    const struct conf_recipient *to)
{
	note_attempt(c, item, to);
	c->pending =
	    alloc_resize(c->pending, c->pending_count + 1, sizeof(*c->pending));
	c->pending[c->pending_count++] =
	    (struct pending){ item->id, sim.attempt_count - 1 };
	loop_timer_set(c->answer, ANSWER_MS);
}

static void
close_channel(struct channel **c)
{
	manner_of((*c)->conf->name)->channel = NULL;
	loop_timer_free(&(*c)->answer);
	free((*c)->pending);
	free(*c);
	*c = NULL;
}

static const struct channel_kind sim_kind = {
	.name = "simulated",
	.open = open_channel,
	.is_ready = is_ready,
	.send = send_item,
	.close = close_channel,
};

const struct channel_kind *
channel_kind_get(enum conf_channel_kind kind)
{
	(void)kind;
	return &sim_kind;
}

const struct conf_channel *
channel_conf_copy(struct arena *a, const struct conf_channel *from)
{
	(void)a; /* a scenario has one configuration */
	return from;
}

bool
channel_conf_is_equal(
    const struct conf_channel *a, const struct conf_channel *b)
{
	return strcmp(a->name, b->name) == 0;
}

/* What the header offers */

struct sim_attempt *
sim_attempts(size_t *count)
{
	*count = sim.attempt_count;
	return sim.attempts;
}

void
sim_answers(
    const char *name, enum sim_answer answer, const char *why, int times)
{
	struct manner *m = manner_of(name);

	m->answer = answer;
	m->times = times;
	snprintf(m->why, sizeof(m->why), "%s", why);
	if (m->channel && m->channel->pending_count > 0)
		loop_timer_set(m->channel->answer, ANSWER_MS);
}

void
sim_tell(const char *name, bool up, const char *why)
{
	struct manner *m = manner_of(name);

	if (!m->channel)
		return;
	m->channel->is_up = up;
	m->channel->events.health(m->channel->events.user, up, why);
}

struct loop *
sim_begin(int64_t now_ms)
{
	clock_set_fake(now_ms);
	return alloc_zero(1, sizeof(struct loop));
}

void
sim_end(struct loop **loop)
{
	CHECK(!(*loop)->timers && !(*loop)->idles);
	free(*loop);
	*loop = NULL;
	for (size_t i = 0; i < sim.attempt_count; i++)
		free(sim.attempts[i].body);
	free(sim.attempts);
	sim = (struct sim){ 0 };
	clock_clear_fake();
}
