/* inlet: reading, and no more of it in a turn than others can wait for. */
#include "agent/live/inlet.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/base/errand.h"
#include "agent/base/loop.h"
#include "agent/base/sockets.h"

#define READ_BYTES    65536
#define DATAGRAMS_MAX 256 /* in one turn */

/* The answer of an errand is a pointer; a descriptor is kept behind one. */
static void *
run_connect(void *input, struct err *e)
{
	const struct link_peer *p = input;
	int fd = p->is_udp ? sockets_listen_udp(p->host, p->port, e)
			   : sockets_connect(p->host, p->port, e);
	int *answer;

	if (fd < 0)
		return NULL;
	answer = alloc_zero(1, sizeof(*answer));
	*answer = fd;
	return answer;
}

static void
free_answer(void *answer)
{
	close(*(int *)answer);
	free(answer);
}

static const struct errand_job job = {
	.run = run_connect,
	.free_input = link_peer_free,
	.free_answer = free_answer,
};

/* Give away what is there; what is left waits for more. */
static void
digest(struct inlet *in)
{
	size_t done = in->take(in, buf_str(&in->rest));

	memmove(in->rest.p, in->rest.p + done, in->rest.len - done);
	in->rest.len -= done;
	if (in->rest.len <= INLET_BYTES_MAX)
		return;
	posfeed_aside(&in->base, POSFEED_UNREADABLE,
	    "a piece without an end of more than 64 KiB");
	link_lost(&in->link, "what came has no end: check that the peer sends "
			     "what the type of this source says");
}

static void
read_stream(struct inlet *in)
{
	ssize_t n;

	buf_reserve(&in->rest, READ_BYTES);
	n = recv(in->fd, in->rest.p + in->rest.len, READ_BYTES, 0);
	if (n > 0) {
		in->rest.len += (size_t)n;
		link_heard(&in->link);
		digest(in);
	} else if (n == 0) {
		link_lost(&in->link, "the peer has ended the connection");
	} else if (errno != EAGAIN && errno != EINTR) {
		link_lost(&in->link, strerror(errno));
	}
}

static void
read_datagrams(struct inlet *in)
{
	char *data = alloc_zero(READ_BYTES, 1);

	for (int i = 0; i < DATAGRAMS_MAX; i++) {
		ssize_t n = recv(in->fd, data, READ_BYTES, 0);

		/* Errors of a port are of single datagrams: the next may do. */
		if (n <= 0)
			break;
		(void)in->take(in, str_make(data, (size_t)n));
	}
	free(data);
}

static void
on_ready(void *user, int fd, unsigned events)
{
	struct inlet *in = user;

	(void)fd;
	(void)events;
	if (in->base.conf->transport == CONF_TRANSPORT_UDP)
		read_datagrams(in);
	else
		read_stream(in);
}

static void *
input(void *user)
{
	const struct inlet *in = user;

	return link_peer_of(in->base.conf);
}

static int
connected(void *user, void *answer, struct err *e)
{
	struct inlet *in = user;

	in->fd = *(int *)answer;
	free(answer);
	buf_reset(&in->rest);
	if (loop_add_fd(in->loop, in->fd, LOOP_READ | LOOP_OWN_FD, on_ready, in,
		&in->watch, e) == 0)
		return 0;
	close(in->fd);
	return -1;
}

static void
cut(void *user)
{
	struct inlet *in = user;

	loop_remove(&in->watch);
}

int
inlet_open(struct inlet *in, struct loop *loop,
    size_t (*take)(struct inlet *in, struct str data), struct err *e)
{
	const struct conf_source *conf = in->base.conf;
	const struct link_events events = { .job = &job,
		.input = input,
		.connected = connected,
		.cut = cut,
		.user = in };
	bool is_udp = conf->transport == CONF_TRANSPORT_UDP;

	in->loop = loop;
	in->take = take;
	/* A silent port is no fault, and opening it again would not help. */
	return link_open(&in->link, conf->name, loop, &events,
	    is_udp ? INT32_MAX : conf->timeout_ms, e);
}

void
inlet_close(struct inlet *in)
{
	link_close(&in->link);
	buf_clear(&in->rest);
}

int
inlet_probe(const struct conf_source *conf, struct err *e)
{
	struct link_peer *p = link_peer_of(conf);
	void *answer = run_connect(p, e);

	link_peer_free(p);
	if (!answer)
		return -1;
	free_answer(answer);
	return 0;
}
