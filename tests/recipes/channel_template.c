/*
 * A channel to copy: what every way to reach people has to do, and no more.
 *
 *     send ──► flight ──► answer, time-out or error ──► done, health
 *
 * The duties: exactly one done() for each send(), on the loop thread and never
 * from within send(); a verdict that says whether trying again can help;
 * health() when the peer comes or goes, with the cause; and no queue: what has
 * no verdict when the channel is closed stays in flight in the outbox, and is
 * sent again under the same delivery id.
 */
#include "tests/recipes/channel_template.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/loop.h"
#include "alerts/channel.h"

/* One item under way. */
struct flight {
	struct flight *next;
	int64_t id;
	char key[OUTBOX_KEY_MAX];
	int64_t deadline_ms;         /* monotonic */
	enum outbox_verdict verdict; /* of one that did not go, and why */
	char *why;                   /* owned; NULL: it went */
};

struct channel_template {
	const struct conf_channel *conf; /* borrowed until close */
	struct channel_events events;
	int fd;
	struct loop_source *on_fd, *idle;
	struct loop_timer *timer;
	struct flight *flights; /* owned */
};

static struct channel_template *
of(struct channel *c)
{
	return (struct channel_template *)(void *)c;
}

/* Verdicts */

/* Take the flight at *at out of the list and report what became of it. */
static void
end_flight(struct channel_template *c, struct flight **at,
    enum outbox_verdict verdict, const char *why)
{
	struct flight *f = *at;

	*at = f->next;
	c->events.done(c->events.user, f->id, verdict, why);
	c->events.health(c->events.user, verdict != OUTBOX_TRY_LATER, why);
	free(f->why);
	free(f);
}

/* Report the sends that did not go; send() itself may not. */
static void
on_idle(void *user)
{
	struct channel_template *c = user;
	struct flight **at = &c->flights;

	while (*at)
		if ((*at)->why)
			end_flight(c, at, (*at)->verdict, (*at)->why);
		else
			at = &(*at)->next;
}

static void
on_timer(void *user)
{
	struct channel_template *c = user;
	struct flight **at = &c->flights;
	int64_t now_ms = clock_mono_ms(), next_ms = INT64_MAX;

	while (*at) {
		if ((*at)->deadline_ms <= now_ms) {
			end_flight(c, at, OUTBOX_TRY_LATER,
			    "no answer within the time-out");
			continue;
		}
		if ((*at)->deadline_ms < next_ms)
			next_ms = (*at)->deadline_ms;
		at = &(*at)->next;
	}
	if (c->flights)
		loop_timer_set(c->timer, next_ms - now_ms);
}

/* An answer, or an error such as "connection refused". */
static void
on_answer(void *user, int fd, unsigned events)
{
	struct channel_template *c = user;
	char key[OUTBOX_KEY_MAX];
	ssize_t len = recv(fd, key, sizeof(key) - 1, MSG_DONTWAIT);

	(void)events;
	if (len < 0) {
		if (errno != EAGAIN && errno != EINTR)
			c->events.health(
			    c->events.user, false, strerror(errno));
		return;
	}
	key[len] = '\0';
	for (struct flight **at = &c->flights; *at; at = &(*at)->next)
		if (strcmp((*at)->key, key) == 0) {
			end_flight(c, at, OUTBOX_DELIVERED, "acknowledged");
			return;
		}
}

/* The row of the table of kinds */

static void
send_item(struct channel *channel, const struct outbox_item *item,
    const struct conf_recipient *to)
{
	struct channel_template *c = of(channel);
	struct flight *f = alloc_zero(1, sizeof(*f));

	(void)to; /* its address or topic would be used here */
	f->id = item->id;
	(void)snprintf(f->key, sizeof(f->key), "%s", item->key);
	f->deadline_ms = clock_mono_ms() + c->conf->timeout_ms;
	if (send(c->fd, item->body, item->body_len, MSG_DONTWAIT) < 0) {
		f->verdict =
		    errno == EMSGSIZE ? OUTBOX_REFUSED : OUTBOX_TRY_LATER;
		f->why = alloc_text(strerror(errno));
	}
	f->next = c->flights;
	c->flights = f;
	if (f->why)
		loop_idle_request(c->idle);
	else if (!loop_timer_is_set(c->timer))
		loop_timer_set(c->timer, c->conf->timeout_ms);
}

/* One that connects would answer: am I connected? */
static bool
is_ready(const struct channel *channel)
{
	(void)channel;
	return true;
}

/* A socket that speaks to the peer only, or -1. */
static int
open_socket(const struct conf_channel *conf, struct err *e)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_DGRAM,
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *found;
	char port[16];
	int fd;

	(void)snprintf(port, sizeof(port), "%d", (int)conf->port);
	if (getaddrinfo(conf->host, port, &hints, &found) != 0)
		return err_set(e, ERR_INVALID, "%s is no address", conf->host);
	fd = socket(
	    found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && connect(fd, found->ai_addr, found->ai_addrlen) < 0) {
		close(fd);
		fd = -1;
	}
	freeaddrinfo(found);
	if (fd < 0)
		return err_sys(e, "no way to %s", conf->host);
	return fd;
}

static void
close_channel(struct channel **channel)
{
	struct channel_template *c = of(*channel);
	struct flight *f;

	if (!c)
		return;
	loop_remove(&c->on_fd);
	loop_remove(&c->idle);
	loop_timer_free(&c->timer);
	if (c->fd >= 0)
		close(c->fd);
	while ((f = c->flights)) {
		c->flights = f->next;
		free(f->why);
		free(f);
	}
	free(c);
	*channel = NULL;
}

static int
open_channel(const struct conf_channel *conf, struct loop *loop,
    const struct channel_events *events, struct channel **out, struct err *e)
{
	struct channel_template *c = alloc_zero(1, sizeof(*c));
	struct channel *channel = (struct channel *)(void *)c;

	c->conf = conf;
	c->events = *events;
	c->fd = open_socket(conf, e);
	if (c->fd < 0 || loop_add_idle(loop, on_idle, c, &c->idle, e) < 0 ||
	    loop_add_timer(loop, on_timer, c, &c->timer, e) < 0 ||
	    loop_add_fd(loop, c->fd, LOOP_READ, on_answer, c, &c->on_fd, e) <
		0) {
		close_channel(&channel);
		return -1;
	}
	*out = channel;
	return 0;
}

/* Nothing is said to the peer, which could take it for an alert. */
static int
probe(const struct conf_channel *conf, struct err *e)
{
	int fd = open_socket(conf, e);

	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

const struct channel_kind channel_template_kind = {
	.name = "template",
	.open = open_channel,
	.is_ready = is_ready,
	.send = send_item,
	.close = close_channel,
	.probe = probe,
};
