/*
 * loop: sd-event with traps taken out.
 *
 * sd-event turns a source off when its callback returns an error, so ours
 * return nothing.  Timers are given 1 us of slack (0 would mean 250 ms) and
 * are set against the clock as it is now, not as it was when the turn began.
 *
 * A callback may remove its own source.  sd-event holds its own reference for
 * that; ours is freed at once, so nothing of a source is touched after its
 * callback has been called.
 */
#include "agent/base/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"

#define TIMER_ACCURACY_US 1

struct loop {
	sd_event *event; /* owned */
};

struct loop_source {
	sd_event_source *source; /* owned */
	void *user;              /* borrowed by the callback's owner */
	int fd;                  /* as the caller knows it */
	union {
		loop_fd_cb fd;
		loop_signal_cb signal;
		loop_inotify_cb inotify;
		loop_cb plain;
	} cb;
};

struct loop_timer {
	sd_event_source *source; /* owned */
	loop_cb cb;
	void *user;
};

struct loop_wake {
	sd_event_source *source; /* owned, and so is its eventfd */
	int fd;                  /* the eventfd, borrowed from source */
	loop_cb cb;
	void *user;
};

/* sd-event returns -errno. */
static int
fail(int rc, const char *what, struct err *e)
{
	errno = -rc;
	return err_sys(e, "event loop: cannot %s", what);
}

static void
block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	CHECK(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
	/* A peer that went away is an error of write(), not a death. */
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	CHECK(sigaction(SIGPIPE, &ignore, NULL) == 0);
}

int
loop_new(struct loop **out, struct err *e)
{
	sd_event *event = NULL;
	int rc = sd_event_new(&event);

	if (rc < 0)
		return fail(rc, "start", e);
	block_signals();
	*out = alloc_zero(1, sizeof(**out));
	(*out)->event = event;
	return 0;
}

void
loop_free(struct loop **loop)
{
	if (!*loop)
		return;
	sd_event_unref((*loop)->event);
	free(*loop);
	*loop = NULL;
}

int
loop_run(struct loop *loop, struct err *e)
{
	int rc = sd_event_loop(loop->event);

	return rc < 0 ? fail(rc, "run", e) : 0;
}

int
loop_run_once(struct loop *loop, int wait_ms, struct err *e)
{
	uint64_t wait_us = wait_ms < 0 ? UINT64_MAX : (uint64_t)wait_ms * 1000;
	int rc = sd_event_run(loop->event, wait_us);

	if (rc < 0)
		return fail(rc, "run", e);
	return rc > 0;
}

void
loop_stop(struct loop *loop)
{
	/* It fails only when the loop has ended already. */
	(void)sd_event_exit(loop->event, 0);
}

static uint32_t
epoll_of_events(unsigned events)
{
	return ((events & LOOP_READ) ? EPOLLIN : 0u) |
	       ((events & LOOP_WRITE) ? EPOLLOUT : 0u);
}

static int
on_fd(sd_event_source *source, int fd, uint32_t revents, void *user)
{
	const struct loop_source *s = user;

	(void)source;
	(void)fd;
	s->cb.fd(s->user, s->fd,
	    ((revents & EPOLLIN) ? LOOP_READ : 0u) |
		((revents & EPOLLOUT) ? LOOP_WRITE : 0u) |
		((revents & (EPOLLERR | EPOLLHUP)) ? LOOP_HANGUP : 0u));
	return 0;
}

static struct loop_source *
new_source(void *user)
{
	struct loop_source *s = alloc_zero(1, sizeof(*s));

	s->user = user;
	s->fd = -1;
	return s;
}

/* Hand s over if sd-event took it, else free it. */
static int
finish_adding(int rc, const char *what, struct loop_source *s,
    struct loop_source **out, struct err *e)
{
	if (rc < 0) {
		free(s);
		return fail(rc, what, e);
	}
	*out = s;
	return 0;
}

int
loop_add_fd(struct loop *loop, int fd, unsigned events, loop_fd_cb cb,
    void *user, struct loop_source **out, struct err *e)
{
	int watched = fd;

	if (events & LOOP_DUP_FD)
		watched = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (watched < 0)
		return fail(-errno, "duplicate a descriptor", e);
	struct loop_source *s = new_source(user);
	s->fd = fd;
	s->cb.fd = cb;
	int rc = sd_event_add_io(loop->event, &s->source, watched,
	    epoll_of_events(events), on_fd, s);
	if (rc < 0 && watched != fd)
		(void)close(watched);
	if (rc >= 0 && (events & (LOOP_OWN_FD | LOOP_DUP_FD)))
		CHECK(sd_event_source_set_io_fd_own(s->source, 1) >= 0);
	return finish_adding(rc, "watch a descriptor", s, out, e);
}

void
loop_mod_fd(struct loop_source *source, unsigned events)
{
	CHECK(sd_event_source_set_io_events(
		  source->source, epoll_of_events(events)) >= 0);
}

static int
on_signal(
    sd_event_source *source, const struct signalfd_siginfo *info, void *user)
{
	const struct loop_source *s = user;

	(void)info;
	s->cb.signal(s->user, sd_event_source_get_signal(source));
	return 0;
}

int
loop_add_signal(struct loop *loop, int signo, loop_signal_cb cb, void *user,
    struct loop_source **out, struct err *e)
{
	struct loop_source *s = new_source(user);

	s->cb.signal = cb;
	int rc =
	    sd_event_add_signal(loop->event, &s->source, signo, on_signal, s);
	return finish_adding(rc, "watch a signal", s, out, e);
}

static int
on_inotify(
    sd_event_source *source, const struct inotify_event *event, void *user)
{
	const struct loop_source *s = user;

	(void)source;
	s->cb.inotify(
	    s->user, event->len > 0 ? event->name : NULL, event->mask);
	return 0;
}

int
loop_add_inotify(struct loop *loop, const char *dir, uint32_t mask,
    loop_inotify_cb cb, void *user, struct loop_source **out, struct err *e)
{
	struct loop_source *s = new_source(user);

	s->cb.inotify = cb;
	int rc = sd_event_add_inotify(
	    loop->event, &s->source, dir, mask, on_inotify, s);
	if (finish_adding(rc, "watch the folder", s, out, e) == 0)
		return 0;
	errno = -rc;
	return err_sys(e, "cannot watch the folder %s", dir);
}

static int
on_plain(sd_event_source *source, void *user)
{
	const struct loop_source *s = user;

	(void)source;
	s->cb.plain(s->user);
	return 0;
}

int
loop_add_after(struct loop *loop, loop_cb cb, void *user,
    struct loop_source **out, struct err *e)
{
	struct loop_source *s = new_source(user);

	s->cb.plain = cb;
	int rc = sd_event_add_post(loop->event, &s->source, on_plain, s);
	return finish_adding(rc, "add an after-turn callback", s, out, e);
}

int
loop_add_idle(struct loop *loop, loop_cb cb, void *user,
    struct loop_source **out, struct err *e)
{
	struct loop_source *s = new_source(user);

	s->cb.plain = cb;
	int rc = sd_event_add_defer(loop->event, &s->source, on_plain, s);
	if (rc >= 0) {
		CHECK(sd_event_source_set_priority(
			  s->source, SD_EVENT_PRIORITY_IDLE) >= 0);
		CHECK(
		    sd_event_source_set_enabled(s->source, SD_EVENT_OFF) >= 0);
	}
	return finish_adding(rc, "add an idle callback", s, out, e);
}

void
loop_idle_request(struct loop_source *source)
{
	CHECK(
	    sd_event_source_set_enabled(source->source, SD_EVENT_ONESHOT) >= 0);
}

void
loop_remove(struct loop_source **source)
{
	if (!*source)
		return;
	sd_event_source_disable_unref((*source)->source);
	free(*source);
	*source = NULL;
}

static int
on_timer(sd_event_source *source, uint64_t usec, void *user)
{
	const struct loop_timer *t = user;

	(void)source;
	(void)usec;
	t->cb(t->user);
	return 0;
}

int
loop_add_timer(struct loop *loop, loop_cb cb, void *user,
    struct loop_timer **out, struct err *e)
{
	struct loop_timer *t = alloc_zero(1, sizeof(*t));

	t->cb = cb;
	t->user = user;
	int rc = sd_event_add_time(loop->event, &t->source, CLOCK_MONOTONIC,
	    UINT64_MAX, TIMER_ACCURACY_US, on_timer, t);
	if (rc >= 0)
		rc = sd_event_source_set_enabled(t->source, SD_EVENT_OFF);
	if (rc < 0) {
		loop_timer_free(&t);
		return fail(rc, "add a timer", e);
	}
	*out = t;
	return 0;
}

void
loop_timer_set(struct loop_timer *timer, int64_t in_ms)
{
	const int64_t longest_ms = INT64_MAX / 4000;

	if (in_ms < 0)
		in_ms = 0;
	if (in_ms > longest_ms)
		in_ms = longest_ms;
	uint64_t at_us = (uint64_t)(clock_kernel_us() + in_ms * 1000);
	CHECK(sd_event_source_set_time(timer->source, at_us) >= 0);
	CHECK(
	    sd_event_source_set_enabled(timer->source, SD_EVENT_ONESHOT) >= 0);
}

void
loop_timer_stop(struct loop_timer *timer)
{
	CHECK(sd_event_source_set_enabled(timer->source, SD_EVENT_OFF) >= 0);
}

bool
loop_timer_is_set(const struct loop_timer *timer)
{
	return sd_event_source_get_enabled(timer->source, NULL) > 0;
}

void
loop_timer_free(struct loop_timer **timer)
{
	if (!*timer)
		return;
	sd_event_source_disable_unref((*timer)->source);
	free(*timer);
	*timer = NULL;
}

static int
on_wake(sd_event_source *source, int fd, uint32_t revents, void *user)
{
	const struct loop_wake *w = user;
	uint64_t count = 0;

	(void)source;
	(void)revents;
	/* Emptied before the call: a wake during it is not lost. */
	if (read(fd, &count, sizeof(count)) < 0)
		CHECK(errno == EAGAIN || errno == EINTR);
	w->cb(w->user);
	return 0;
}

int
loop_add_wake(struct loop *loop, loop_cb cb, void *user, struct loop_wake **out,
    struct err *e)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (fd < 0)
		return fail(-errno, "make an eventfd", e);
	struct loop_wake *w = alloc_zero(1, sizeof(*w));
	w->cb = cb;
	w->user = user;
	w->fd = fd;
	int rc =
	    sd_event_add_io(loop->event, &w->source, fd, EPOLLIN, on_wake, w);
	if (rc < 0) {
		(void)close(fd);
		free(w);
		return fail(rc, "watch an eventfd", e);
	}
	CHECK(sd_event_source_set_io_fd_own(w->source, 1) >= 0);
	*out = w;
	return 0;
}

void
loop_wake(struct loop_wake *wake)
{
	const uint64_t one = 1;

	/* EAGAIN: woken 2^64 times and not yet served, so awake. */
	if (write(wake->fd, &one, sizeof(one)) < 0)
		CHECK(errno == EAGAIN || errno == EINTR);
}

void
loop_wake_free(struct loop_wake **wake)
{
	if (!*wake)
		return;
	sd_event_source_disable_unref((*wake)->source);
	free(*wake);
	*wake = NULL;
}

/* Without a service manager sd_notify() does nothing; failures say nothing. */
void
loop_notify_ready(void)
{
	(void)sd_notify(0, "READY=1");
}

void
loop_notify_more_time(int64_t ms)
{
	(void)sd_notifyf(0, "EXTEND_TIMEOUT_USEC=%lld", (long long)ms * 1000);
}

void
loop_notify_reloading(void)
{
	(void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld",
	    (long long)clock_kernel_us());
}

void
loop_notify_stopping(void)
{
	(void)sd_notify(0, "STOPPING=1");
}

void
loop_notify_status(const char *text)
{
	(void)sd_notifyf(0, "STATUS=%.*s", (int)strcspn(text, "\n"), text);
}

void
loop_notify_watchdog(void)
{
	(void)sd_notify(0, "WATCHDOG=1");
}

uint64_t
loop_watchdog_usec(void)
{
	uint64_t usec = 0;

	return sd_watchdog_enabled(0, &usec) > 0 ? usec : 0;
}
