/*
 * link: one timer serves the wait before an attempt, the attempt's own limit
 * and the silence after it, since only one of them is going on.
 */
#include "agent/live/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/errand.h"
#include "agent/base/log.h"
#include "agent/base/loop.h"
#include "agent/base/random.h"
#include "agent/conf/conf.h"

#define WAIT_MIN_MS 1000
#define WAIT_MAX_MS 30000
#define STOOD_MS    10000 /* a shorter connection is a failed one */

struct link_peer *
link_peer_of(const struct conf_source *conf)
{
	struct link_peer *p = alloc_zero(1, sizeof(*p));

	p->host = alloc_text(conf->host);
	p->port = conf->port;
	p->is_udp = conf->transport == CONF_TRANSPORT_UDP;
	return p;
}

void
link_peer_free(void *peer)
{
	struct link_peer *p = peer;

	free(p->host);
	free(p);
}

static int64_t
spread(int64_t ms)
{
	return ms - ms / 4 + (int64_t)(random_u32() % (uint32_t)(ms / 2 + 1));
}

/* Say why, unless that was said already, and wait for the next attempt. */
static void
fail(struct link *l, const char *why)
{
	if (strcmp(l->said, why) != 0)
		log_warn("position source away, tried again source=%s: %s",
		    l->name, why);
	(void)snprintf(l->said, sizeof(l->said), "%s", why);
	loop_timer_set(l->timer, spread(l->wait_ms));
	l->wait_ms *= 2;
	if (l->wait_ms > WAIT_MAX_MS)
		l->wait_ms = WAIT_MAX_MS;
}

static void
on_answer(void *user, void *answer, const struct err *why)
{
	struct link *l = user;
	struct err e = { 0 };

	errand_cancel(&l->errand);
	if (!answer) {
		fail(l, why->msg);
		return;
	}
	if (l->events.connected(l->events.user, answer, &e) < 0) {
		fail(l, e.msg);
		return;
	}
	l->is_up = true;
	l->since_ms = clock_mono_ms();
	l->said[0] = '\0';
	log_info("position source connected source=%s", l->name);
	link_heard(l);
}

static void
attempt(struct link *l)
{
	struct err e = { 0 };

	if (errand_start(l->loop, l->events.job,
		l->events.input(l->events.user), on_answer, l, &l->errand,
		&e) < 0) {
		fail(l, e.msg);
		return;
	}
	loop_timer_set(l->timer, l->timeout_ms);
}

static void
on_timer(void *user)
{
	struct link *l = user;

	if (l->is_up) {
		link_lost(l, "nothing has come for longer than \"timeout\": "
			     "check the receiver and the way to it");
	} else if (l->errand) {
		errand_cancel(&l->errand);
		fail(l, "the connection takes longer than \"timeout\": check "
			"host and port, and the way there");
	} else {
		attempt(l);
	}
}

int
link_open(struct link *l, const char *name, struct loop *loop,
    const struct link_events *events, int64_t timeout_ms, struct err *e)
{
	*l = (struct link){ .name = name,
		.loop = loop,
		.events = *events,
		.timeout_ms = timeout_ms,
		.wait_ms = WAIT_MIN_MS };
	if (loop_add_timer(loop, on_timer, l, &l->timer, e) < 0)
		return -1;
	loop_timer_set(l->timer, 0);
	return 0;
}

void
link_heard(struct link *l)
{
	loop_timer_set(l->timer, l->timeout_ms);
}

void
link_lost(struct link *l, const char *why)
{
	if (!l->is_up)
		return;
	l->is_up = false;
	l->events.cut(l->events.user);
	if (clock_mono_ms() - l->since_ms >= STOOD_MS)
		l->wait_ms = WAIT_MIN_MS;
	fail(l, why);
}

void
link_close(struct link *l)
{
	errand_cancel(&l->errand);
	if (l->is_up)
		l->events.cut(l->events.user);
	l->is_up = false;
	if (l->timer)
		loop_timer_free(&l->timer);
}
