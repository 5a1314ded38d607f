/*
 * A feed to copy: what every kind of source has to do, and no more.
 *
 *     on_packet ──► a batch of one ──► offer ──► sink.commit
 *                                        │ 0: answer, read on
 *                                        └ -1: keep it, read nothing, try again
 *
 * The three duties: nothing is answered before commit() has returned 0; what
 * cannot be read is an item too, a fault; and a batch that the sink cannot take
 * is kept and offered again after a growing delay, while the source waits.
 */
#include "tests/recipes/feed_template.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/loop.h"
#include "agent/base/str.h"
#include "agent/conf/conf.h"
#include "agent/feeds/feed.h"
#include "agent/feeds/format_json.h"
#include "agent/feeds/reader.h"

#define PACKET_MAX   8192
#define RETRY_MIN_MS 1000
#define RETRY_MAX_MS 30000

struct feed_template {
	struct feed feed; /* first: a struct feed is one of these */
	char *name;
	struct sockaddr_un address;
	struct feed_sink sink;
	struct loop *loop;
	int listener, client; /* -1: none */
	struct loop_source *on_listener, *on_client;
	struct loop_timer *retry;
	struct arena *arena;   /* of the message in hand; NULL: none */
	struct feed_item item; /* the message in hand */
	uint64_t count;        /* messages so far, the one in hand too */
	int64_t delay_ms;
	bool draining;
	struct feed_status status;
};

/* The message in hand */

static void
forget_message(struct feed_template *f)
{
	arena_free(&f->arena);
	f->status.has_work = false;
}

static void
drop_client(struct feed_template *f)
{
	loop_remove(&f->on_client);
	if (f->client >= 0)
		close(f->client);
	f->client = -1;
}

static void
answer(struct feed_template *f, const char *word)
{
	if (f->client >= 0 &&
	    send(f->client, word, strlen(word), MSG_NOSIGNAL) < 0)
		drop_client(f);
}

static void
note_stuck(struct feed_template *f, const struct err *e)
{
	if (f->status.stuck_since_ms == CLOCK_NONE) {
		f->status.stuck_since_ms = clock_wall_ms();
		log_warn("taking in waits, nothing is lost feed=%s "
			 "reason=\"%s\"",
		    f->name, e->msg);
	}
	f->delay_ms = f->delay_ms == 0 ? RETRY_MIN_MS : f->delay_ms * 2;
	if (f->delay_ms > RETRY_MAX_MS)
		f->delay_ms = RETRY_MAX_MS;
	loop_timer_set(f->retry, f->delay_ms);
}

/* Offer the message in hand; answer only when it is on disk. */
static void
offer(struct feed_template *f)
{
	const struct feed_batch batch = { .feed = f->name,
		.file = "socket",
		.arena = f->arena,
		.items = &f->item,
		.count = 1 };
	struct err e = { 0 };

	if (f->sink.commit(f->sink.user, &batch, &e) < 0) {
		if (f->client >= 0)
			loop_mod_fd(f->on_client, 0);
		note_stuck(f, &e);
		return;
	}
	f->status.last_commit_ms = clock_wall_ms();
	f->status.stuck_since_ms = CLOCK_NONE;
	f->delay_ms = 0;
	answer(f, f->item.is_fault ? "refused" : "taken");
	forget_message(f);
	if (f->client >= 0)
		loop_mod_fd(f->on_client, f->draining ? 0 : LOOP_READ);
}

static void
on_retry(void *user)
{
	offer(user);
}

/* The source */

static void
on_packet(void *user, int fd, unsigned events)
{
	struct feed_template *f = user;
	char bytes[PACKET_MAX];
	struct format_json_piece piece = { .column = 1 };
	ssize_t len;

	(void)events;
	len = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT | MSG_TRUNC);
	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len <= 0 || f->arena) { /* gone, perhaps while we were stuck */
		drop_client(f);
		return;
	}
	if ((size_t)len > sizeof(bytes)) {
		piece.fault = "the message is longer than a packet may be";
		len = sizeof(bytes);
	}
	piece.bytes = str_make(bytes, (size_t)len);
	piece.line = ++f->count;
	f->arena = arena_new();
	f->item = (struct feed_item){ 0 };
	f->status.has_work = true;
	reader_decode(&piece, f->arena, &f->item);
	offer(f);
}

static void
on_connect(void *user, int fd, unsigned events)
{
	struct feed_template *f = user;
	struct err e = { 0 };
	int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (client < 0)
		return;
	if (f->client >= 0 || f->arena || f->draining) {
		close(client); /* one at a time */
		return;
	}
	f->client = client;
	if (loop_add_fd(f->loop, client, LOOP_READ, on_packet, f, &f->on_client,
		&e) < 0) {
		log_error(
		    "client refused feed=%s reason=\"%s\"", f->name, e.msg);
		drop_client(f);
	}
}

static int
listen_at(struct feed_template *f, const char *folder, struct err *e)
{
	struct buf path = { 0 };
	size_t len;

	f->address.sun_family = AF_UNIX;
	buf_addf(&path, "%s/socket", folder);
	len = path.len;
	if (len < sizeof(f->address.sun_path))
		memcpy(f->address.sun_path, path.p, len);
	buf_clear(&path);
	if (len >= sizeof(f->address.sun_path))
		return err_set(e, ERR_INVALID,
		    "the path %s is too long for a socket", folder);
	f->listener =
	    socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	unlink(f->address.sun_path); /* of a process that was killed */
	if (f->listener < 0 ||
	    bind(f->listener, (const struct sockaddr *)&f->address,
		sizeof(f->address)) < 0 ||
	    listen(f->listener, 4) < 0)
		return err_sys(e, "no socket can be made in %s", folder);
	return loop_add_fd(
	    f->loop, f->listener, LOOP_READ, on_connect, f, &f->on_listener, e);
}

/* The row of the table of kinds */

static void
close_kind(struct feed **feed)
{
	struct feed_template *f = (struct feed_template *)*feed;

	forget_message(f);
	drop_client(f);
	loop_remove(&f->on_listener);
	if (f->listener >= 0) {
		close(f->listener);
		unlink(f->address.sun_path);
	}
	loop_timer_free(&f->retry);
	free(f->name);
	free(f);
	*feed = NULL;
}

static int
open_kind(const struct conf_feed *conf, struct loop *loop,
    const struct feed_sink *sink, struct feed **out, struct err *e)
{
	struct feed_template *f = alloc_zero(1, sizeof(*f));
	struct feed *feed = &f->feed;

	f->name = alloc_text(conf->name);
	f->loop = loop;
	f->sink = *sink;
	f->listener = f->client = -1;
	f->status.last_commit_ms = f->status.stuck_since_ms = CLOCK_NONE;
	if (loop_add_timer(loop, on_retry, f, &f->retry, e) < 0 ||
	    listen_at(f, conf->path, e) < 0) {
		close_kind(&feed);
		return -1;
	}
	*out = feed;
	return 0;
}

static void
status_kind(const struct feed *feed, struct feed_status *out)
{
	*out = ((const struct feed_template *)feed)->status;
}

static void
drain_kind(struct feed *feed)
{
	struct feed_template *f = (struct feed_template *)feed;

	f->draining = true;
	if (f->client >= 0)
		loop_mod_fd(f->on_client, 0);
}

const struct feed_kind feed_template_kind = {
	.name = "template",
	.open = open_kind,
	.status = status_kind,
	.drain = drain_kind,
	.close = close_kind,
};
