/*
 * loop: the one door to sd-event, and to the service manager.
 *
 * One loop belongs to one thread.  All of its calls are made on that thread,
 * but for loop_wake(), which any thread may make.  Callbacks return nothing:
 * whatever goes wrong in one is its owner's to handle, and its source stays
 * on.  A callback may remove any source, its own too, and may stop the loop.
 *
 * Sources that are ready together are each served once; then the after-turn
 * callbacks run, then what became ready meanwhile is served, and at last, when
 * nothing is ready, what asked for idle time.  Sources must be removed before
 * the loop is freed.  Times are real: they do not follow clock_set_fake().
 */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"

struct err;
struct loop;        /* opaque */
struct loop_source; /* opaque; a descriptor, signal, folder or callback */
struct loop_timer;  /* opaque; a one-shot timer that can be set again */
struct loop_wake;   /* opaque; how other threads wake the loop */

/* What a descriptor is watched for, or is ready for. */
#define LOOP_READ   1u
#define LOOP_WRITE  2u
#define LOOP_HANGUP 4u /* error or hang-up; always watched for */

/* Whose the descriptor is; added to the events of loop_add_fd(). */
#define LOOP_OWN_FD 16u /* the loop takes it and closes it with the source */
#define LOOP_DUP_FD 32u /* a library's: the loop watches a duplicate */

/* fd as it was given to loop_add_fd(); events are LOOP_ bits. */
typedef void (*loop_fd_cb)(void *user, int fd, unsigned events);
typedef void (*loop_signal_cb)(void *user, int signo);
/* name is NULL when mask is about the folder itself or IN_Q_OVERFLOW. */
typedef void (*loop_inotify_cb)(void *user, const char *name, uint32_t mask);
typedef void (*loop_cb)(void *user);

/*
 * A new loop; the caller owns *out (loop_free).  Blocks SIGCHLD, SIGTERM,
 * SIGINT and SIGHUP and ignores SIGPIPE for the process from then on: call it
 * before any thread is started.
 */
NODISCARD int loop_new(struct loop **out, struct err *e);

/* Release *loop and set it NULL.  NULL is fine. */
void loop_free(struct loop **loop);

/* Serve until loop_stop().  0, or -1 if the loop itself broke. */
NODISCARD int loop_run(struct loop *loop, struct err *e);

/*
 * Serve one source, waiting at most wait_ms for it (-1: for ever).  1 if
 * something was served, 0 if not, -1 if the loop broke.  For tests and tools.
 */
NODISCARD int loop_run_once(struct loop *loop, int wait_ms, struct err *e);

/* Make loop_run() return after the present callback. */
void loop_stop(struct loop *loop);

/*
 * Watch fd for events (LOOP_READ, LOOP_WRITE, none, both), level-triggered.
 * Without LOOP_OWN_FD or LOOP_DUP_FD fd is borrowed until the source is
 * removed.  LOOP_DUP_FD is for descriptors that a library opens and closes:
 * the watched duplicate is close-on-exec, so neither a fork nor the library's
 * close leaves a ghost.  The caller owns *out (loop_remove).
 */
NODISCARD int loop_add_fd(struct loop *loop, int fd, unsigned events,
    loop_fd_cb cb, void *user, struct loop_source **out, struct err *e);

/* Watch for other events from now on. */
void loop_mod_fd(struct loop_source *source, unsigned events);

/* Call cb for the signal, one of those that loop_new() blocks. */
NODISCARD int loop_add_signal(struct loop *loop, int signo, loop_signal_cb cb,
    void *user, struct loop_source **out, struct err *e);

/*
 * Watch the folder dir for mask (IN_ bits of inotify(7)).  After IN_IGNORED
 * the source is dead and must be removed; after IN_Q_OVERFLOW the folder must
 * be read whole.
 */
NODISCARD int loop_add_inotify(struct loop *loop, const char *dir,
    uint32_t mask, loop_inotify_cb cb, void *user, struct loop_source **out,
    struct err *e);

/* Call cb once after each turn in which anything was served. */
NODISCARD int loop_add_after(struct loop *loop, loop_cb cb, void *user,
    struct loop_source **out, struct err *e);

/*
 * A callback for work in pieces: each loop_idle_request() calls cb once, when
 * nothing else is ready.
 */
NODISCARD int loop_add_idle(struct loop *loop, loop_cb cb, void *user,
    struct loop_source **out, struct err *e);

/* Ask for one call of an idle source. */
void loop_idle_request(struct loop_source *source);

/* Remove the source and set *source NULL.  NULL is fine. */
void loop_remove(struct loop_source **source);

/* A timer that is not set.  The caller owns *out (loop_timer_free). */
NODISCARD int loop_add_timer(struct loop *loop, loop_cb cb, void *user,
    struct loop_timer **out, struct err *e);

/* Call back once, in_ms from now; replaces what was set. */
void loop_timer_set(struct loop_timer *timer, int64_t in_ms);

/* Do not call back. */
void loop_timer_stop(struct loop_timer *timer);

/* True from loop_timer_set() until the callback begins. */
bool loop_timer_is_set(const struct loop_timer *timer);

/* Remove the timer and set *timer NULL.  NULL is fine. */
void loop_timer_free(struct loop_timer **timer);

/* A way for other threads to have cb called.  Owned (loop_wake_free). */
NODISCARD int loop_add_wake(struct loop *loop, loop_cb cb, void *user,
    struct loop_wake **out, struct err *e);

/* Have cb called soon; calls before it runs count as one.  Any thread. */
void loop_wake(struct loop_wake *wake);

/*
 * Remove and set *wake NULL.  NULL is fine.  The threads that may wake it must
 * have ended.
 */
void loop_wake_free(struct loop_wake **wake);

/* Tell the service manager; nothing without one (sd_notify(3)). */
void loop_notify_ready(void);
void loop_notify_more_time(int64_t ms); /* "I shall be ready in this time" */
void loop_notify_reloading(void);       /* loop_notify_ready() ends it */
void loop_notify_stopping(void);
void loop_notify_status(const char *text); /* one line for systemctl status */
void loop_notify_watchdog(void);           /* "there was progress" */

/* Microseconds within which the watchdog wants a word; 0 without one. */
uint64_t loop_watchdog_usec(void);

#endif /* BASE_LOOP_H */
