#include "base_test.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/loop.h"
#include "agent/base/str.h"

#define WAIT_MS 5000 /* far more than any step needs */

/* What a test's callbacks saw. */
struct seen {
	struct loop *loop;
	struct loop_source *source; /* removed by its own callback */
	struct loop_timer *timer;
	struct loop_wake *wake;
	struct buf names;
	int calls;
	int fd;
	int signo;
	unsigned events;
};

static int
start(void **state)
{
	struct seen *seen = calloc(1, sizeof(*seen));
	struct err e;

	*state = seen;
	return loop_new(&seen->loop, &e);
}

static int
stop(void **state)
{
	struct seen *seen = *state;

	loop_free(&seen->loop);
	loop_free(&seen->loop);
	buf_clear(&seen->names);
	free(seen);
	return 0;
}

/* One turn that serves something, or none within wait_ms. */
static int
turn(const struct seen *seen, int wait_ms)
{
	struct err e;
	int rc = loop_run_once(seen->loop, wait_ms, &e);

	assert_true(rc >= 0);
	return rc;
}

static void
on_fd(void *user, int fd, unsigned events)
{
	struct seen *seen = user;

	seen->calls++;
	seen->fd = fd;
	seen->events = events;
}

static void
on_call(void *user)
{
	((struct seen *)user)->calls++;
}

static void
test_fd(void **state)
{
	struct seen *seen = *state;
	struct loop_source *source = NULL;
	struct err e;
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(loop_add_fd(seen->loop, ends[0], LOOP_READ, on_fd,
			     seen, &source, &e),
	    0);
	assert_int_equal(turn(seen, 0), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(turn(seen, WAIT_MS), 1);
	assert_int_equal(seen->fd, ends[0]);
	assert_int_equal(seen->events, LOOP_READ);
	/* Level-triggered: not read, so served again. */
	assert_int_equal(turn(seen, WAIT_MS), 1);
	assert_int_equal(seen->calls, 2);
	loop_mod_fd(source, LOOP_WRITE);
	assert_int_equal(turn(seen, WAIT_MS), 1);
	assert_int_equal(seen->events, LOOP_WRITE);
	loop_mod_fd(source, 0);
	assert_int_equal(turn(seen, 0), 0);
	assert_int_equal(close(ends[1]), 0);
	assert_int_equal(turn(seen, WAIT_MS), 1);
	assert_true(seen->events & LOOP_HANGUP);
	loop_remove(&source);
	assert_null(source);
	loop_remove(&source);
	/* Borrowed: it is still open. */
	assert_int_equal(close(ends[0]), 0);
}

static void
test_fd_ownership(void **state)
{
	struct seen *seen = *state;
	struct loop_source *source = NULL;
	struct err e;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(loop_add_fd(seen->loop, ends[0],
			     LOOP_READ | LOOP_OWN_FD, on_fd, seen, &source, &e),
	    0);
	loop_remove(&source);
	assert_int_equal(close(ends[0]), -1);
	assert_int_equal(close(ends[1]), 0);
	/* A library's: closed by it while it is watched. */
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(loop_add_fd(seen->loop, ends[0],
			     LOOP_READ | LOOP_DUP_FD, on_fd, seen, &source, &e),
	    0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(turn(seen, WAIT_MS), 1);
	assert_int_equal(seen->fd, ends[0]);
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(close(ends[1]), 0);
	assert_int_equal(turn(seen, WAIT_MS), 1);
	loop_remove(&source);
}

static void
test_fd_errors(void **state)
{
	struct seen *seen = *state;
	struct loop_source *source = NULL;
	struct err e = { 0 };
	int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	/* epoll takes no plain files. */
	assert_int_equal(
	    loop_add_fd(seen->loop, file, LOOP_READ, on_fd, seen, &source, &e),
	    -1);
	assert_int_equal(e.code, ERR_SYSTEM);
	assert_int_equal(e.sys_errno, EPERM);
	assert_null(source);
	assert_int_equal(loop_add_fd(seen->loop, file, LOOP_READ | LOOP_DUP_FD,
			     on_fd, seen, &source, &e),
	    -1);
	assert_int_equal(close(file), 0);
	assert_int_equal(loop_add_fd(seen->loop, file, LOOP_READ | LOOP_DUP_FD,
			     on_fd, seen, &source, &e),
	    -1);
	assert_int_equal(e.sys_errno, EBADF);
}

static void
on_fd_remove(void *user, int fd, unsigned events)
{
	struct seen *seen = user;

	(void)fd;
	(void)events;
	seen->calls++;
	loop_remove(&seen->source);
}

/* A callback that removes its own source. */
static void
test_remove_in_callback(void **state)
{
	struct seen *seen = *state;
	struct err e;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(
	    loop_add_fd(seen->loop, ends[0], LOOP_READ | LOOP_OWN_FD,
		on_fd_remove, seen, &seen->source, &e),
	    0);
	assert_int_equal(turn(seen, WAIT_MS), 1);
	assert_int_equal(turn(seen, 0), 0);
	assert_int_equal(seen->calls, 1);
	assert_int_equal(close(ends[0]), -1);
	assert_int_equal(close(ends[1]), 0);
}

static void
test_timer(void **state)
{
	struct seen *seen = *state;
	struct loop_timer *timer = NULL;
	struct err e;

	assert_int_equal(
	    loop_add_timer(seen->loop, on_call, seen, &timer, &e), 0);
	assert_false(loop_timer_is_set(timer));
	assert_int_equal(turn(seen, 20), 0);
	int64_t begun_us = clock_kernel_us();
	loop_timer_set(timer, 30);
	assert_true(loop_timer_is_set(timer));
	while (seen->calls == 0)
		(void)turn(seen, WAIT_MS);
	/* Never early.  How late hangs on the machine, so is not tested. */
	assert_true(clock_kernel_us() - begun_us >= 30000);
	assert_false(loop_timer_is_set(timer));
	assert_int_equal(turn(seen, 40), 0);
	loop_timer_set(timer, -5);
	assert_int_equal(turn(seen, WAIT_MS), 1);
	assert_int_equal(seen->calls, 2);
	loop_timer_set(timer, 0);
	loop_timer_stop(timer);
	assert_int_equal(turn(seen, 20), 0);
	loop_timer_set(timer, INT64_MAX);
	assert_int_equal(turn(seen, 20), 0);
	/* Set again to earlier. */
	loop_timer_set(timer, 1);
	assert_int_equal(turn(seen, WAIT_MS), 1);
	assert_int_equal(seen->calls, 3);
	loop_timer_free(&timer);
	assert_null(timer);
	loop_timer_free(&timer);
}

static void
on_timer_again(void *user)
{
	struct seen *seen = user;

	if (++seen->calls < 5)
		loop_timer_set(seen->timer, 0);
	else
		loop_timer_free(&seen->timer);
}

/* A callback that sets its timer again, and at last frees it. */
static void
test_timer_in_callback(void **state)
{
	struct seen *seen = *state;
	struct err e;

	assert_int_equal(
	    loop_add_timer(seen->loop, on_timer_again, seen, &seen->timer, &e),
	    0);
	loop_timer_set(seen->timer, 1);
	for (int i = 0; i < 5; i++)
		assert_int_equal(turn(seen, WAIT_MS), 1);
	assert_null(seen->timer);
	assert_int_equal(turn(seen, 10), 0);
}

/* The tests' clock does not move the loop's timers. */
static void
test_timer_under_a_fake_clock(void **state)
{
	struct seen *seen = *state;
	struct loop_timer *timer = NULL;
	struct err e;

	clock_set_fake(1);
	assert_int_equal(
	    loop_add_timer(seen->loop, on_call, seen, &timer, &e), 0);
	loop_timer_set(timer, 60000);
	assert_int_equal(turn(seen, 10), 0);
	loop_timer_set(timer, 0);
	assert_int_equal(turn(seen, WAIT_MS), 1);
	loop_timer_free(&timer);
	clock_clear_fake();
}

static void
on_signal(void *user, int signo)
{
	struct seen *seen = user;

	seen->calls++;
	seen->signo = signo;
}

static void
test_signal(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };
	struct seen *seen = *state;
	struct err e = { 0 };

	for (size_t i = 0; i < LENGTH(signals); i++) {
		struct loop_source *source = NULL;
		assert_int_equal(loop_add_signal(seen->loop, signals[i],
				     on_signal, seen, &source, &e),
		    0);
		assert_int_equal(kill(getpid(), signals[i]), 0);
		assert_int_equal(turn(seen, WAIT_MS), 1);
		assert_int_equal(seen->signo, signals[i]);
		loop_remove(&source);
	}
	/* One that loop_new() does not block. */
	struct loop_source *source = NULL;
	assert_int_equal(
	    loop_add_signal(seen->loop, SIGUSR2, on_signal, seen, &source, &e),
	    -1);
	assert_int_equal(e.sys_errno, EBUSY);
}

static void
test_sigpipe_is_ignored(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(write(ends[1], "x", 1), -1);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(close(ends[1]), 0);
}

static void
on_inotify(void *user, const char *name, uint32_t mask)
{
	struct seen *seen = user;

	seen->calls++;
	buf_addf(&seen->names, "%s%s,", name ? name : "-",
	    (mask & IN_CLOSE_WRITE)   ? ":written"
	    : (mask & IN_MOVED_TO)    ? ":moved"
	    : (mask & IN_DELETE_SELF) ? ":deleted"
	    : (mask & IN_IGNORED)     ? ":ignored"
				      : ":other");
}

static void
touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

static void
test_inotify(void **state)
{
	struct seen *seen = *state;
	struct loop_source *source = NULL;
	struct err e = { 0 };
	char dir[] = "/tmp/buzzard-unit-XXXXXX";
	char one[256];
	char two[256];

	assert_non_null(mkdtemp(dir));
	assert_int_equal(
	    loop_add_inotify(seen->loop, dir,
		IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR | IN_DELETE_SELF,
		on_inotify, seen, &source, &e),
	    0);
	path_in(dir, "a.json", one);
	path_in(dir, "b.json", two);
	touch(one);
	assert_int_equal(rename(one, two), 0);
	assert_int_equal(unlink(two), 0);
	assert_int_equal(rmdir(dir), 0);
	while (seen->calls < 4)
		assert_int_equal(turn(seen, WAIT_MS), 1);
	assert_string_equal(
	    seen->names.p, "a.json:written,b.json:moved,-:deleted,-:ignored,");
	loop_remove(&source);
	assert_int_equal(loop_add_inotify(seen->loop, dir, IN_CLOSE_WRITE,
			     on_inotify, seen, &source, &e),
	    -1);
	assert_int_equal(e.sys_errno, ENOENT);
	assert_memory_equal(e.msg, "cannot watch the folder /tmp/", 29);
	assert_null(source);
}

static void *
wake_many(void *wake)
{
	for (int i = 0; i < 1000; i++)
		loop_wake(wake);
	return NULL;
}

static void
test_wake(void **state)
{
	struct seen *seen = *state;
	struct loop_wake *wake = NULL;
	struct err e;
	pthread_t threads[3];

	assert_int_equal(
	    loop_add_wake(seen->loop, on_call, seen, &wake, &e), 0);
	assert_int_equal(turn(seen, 0), 0);
	for (size_t i = 0; i < LENGTH(threads); i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, wake_many, wake), 0);
	assert_int_equal(turn(seen, WAIT_MS), 1);
	for (size_t i = 0; i < LENGTH(threads); i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	while (turn(seen, 0) == 1)
		;
	assert_true(seen->calls >= 1 && seen->calls <= 3000);
	/* Several wakes before a turn are one call. */
	seen->calls = 0;
	loop_wake(wake);
	loop_wake(wake);
	assert_int_equal(turn(seen, WAIT_MS), 1);
	assert_int_equal(turn(seen, 0), 0);
	assert_int_equal(seen->calls, 1);
	loop_wake_free(&wake);
	assert_null(wake);
	loop_wake_free(&wake);
}

static void
on_wake_again(void *user)
{
	struct seen *seen = user;

	if (++seen->calls < 3)
		loop_wake(seen->wake);
}

/* A wake during the callback is not lost. */
static void
test_wake_in_callback(void **state)
{
	struct seen *seen = *state;
	struct err e;

	assert_int_equal(
	    loop_add_wake(seen->loop, on_wake_again, seen, &seen->wake, &e), 0);
	loop_wake(seen->wake);
	while (turn(seen, 50) == 1)
		;
	assert_int_equal(seen->calls, 3);
	loop_wake_free(&seen->wake);
}

static void
on_after(void *user)
{
	buf_add_char(&((struct seen *)user)->names, 'a');
}

static void
on_idle(void *user)
{
	struct seen *seen = user;

	buf_add_char(&seen->names, 'i');
	if (++seen->calls < 2)
		loop_idle_request(seen->source);
}

static void
on_wake_note(void *user)
{
	buf_add_char(&((struct seen *)user)->names, 'w');
}

/* All that is ready, the after-turn, and then what is idle. */
static void
test_order(void **state)
{
	struct seen *seen = *state;
	struct loop_source *after = NULL;
	struct loop_wake *one = NULL;
	struct loop_wake *two = NULL;
	struct err e;

	assert_int_equal(
	    loop_add_after(seen->loop, on_after, seen, &after, &e), 0);
	assert_int_equal(
	    loop_add_idle(seen->loop, on_idle, seen, &seen->source, &e), 0);
	assert_int_equal(
	    loop_add_wake(seen->loop, on_wake_note, seen, &one, &e), 0);
	assert_int_equal(
	    loop_add_wake(seen->loop, on_wake_note, seen, &two, &e), 0);
	assert_int_equal(turn(seen, 0), 0);
	assert_int_equal(seen->names.len, 0);
	loop_idle_request(seen->source);
	loop_idle_request(seen->source);
	loop_wake(one);
	loop_wake(two);
	while (turn(seen, 20) == 1)
		;
	assert_string_equal(seen->names.p, "wwaiaia");
	loop_remove(&after);
	loop_remove(&seen->source);
	loop_wake_free(&one);
	loop_wake_free(&two);
}

static void
on_timer_stop(void *user)
{
	struct seen *seen = user;

	seen->calls++;
	loop_stop(seen->loop);
	loop_stop(seen->loop);
}

static void
test_run_and_stop(void **state)
{
	struct seen *seen = *state;
	struct loop_timer *timer = NULL;
	struct err e;

	assert_int_equal(
	    loop_add_timer(seen->loop, on_timer_stop, seen, &timer, &e), 0);
	loop_timer_set(timer, 5);
	assert_int_equal(loop_run(seen->loop, &e), 0);
	assert_int_equal(seen->calls, 1);
	loop_stop(seen->loop);
	/* It has ended and does not run again. */
	assert_int_equal(loop_run(seen->loop, &e), -1);
	assert_int_equal(e.code, ERR_SYSTEM);
	loop_timer_free(&timer);
}

/* A datagram socket in the part of the service manager. */
static void
test_notify(void **state)
{
	static const char *const expected[] = { "READY=1", "RELOADING=1\n",
		"STOPPING=1", "STATUS=one line", "WATCHDOG=1" };
	char dir[] = "/tmp/buzzard-unit-XXXXXX";
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	(void)state;
	loop_notify_ready(); /* nobody to tell: nothing happens */
	assert_non_null(mkdtemp(dir));
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/n", dir);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
	    bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", address.sun_path, 1), 0);
	loop_notify_ready();
	loop_notify_reloading();
	loop_notify_stopping();
	loop_notify_status("one line\nREADY=1");
	loop_notify_watchdog();
	for (size_t i = 0; i < LENGTH(expected); i++) {
		char text[200] = "";
		assert_true(recv(fd, text, sizeof(text) - 1, 0) > 0);
		assert_memory_equal(text, expected[i], strlen(expected[i]));
		if (i != 1)
			assert_string_equal(text, expected[i]);
		else
			assert_non_null(strstr(text, "\nMONOTONIC_USEC="));
	}
	assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(unlink(address.sun_path), 0);
	assert_int_equal(rmdir(dir), 0);
}

static void
test_watchdog(void **state)
{
	char pid[24];

	(void)state;
	(void)unsetenv("WATCHDOG_PID");
	(void)unsetenv("WATCHDOG_USEC");
	assert_int_equal(loop_watchdog_usec(), 0);
	(void)setenv("WATCHDOG_USEC", "30000000", 1);
	assert_int_equal(loop_watchdog_usec(), 30000000);
	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid() + 1);
	(void)setenv("WATCHDOG_PID", pid, 1);
	assert_int_equal(loop_watchdog_usec(), 0);
	(void)unsetenv("WATCHDOG_PID");
	(void)unsetenv("WATCHDOG_USEC");
}

#define WITH_LOOP(test) cmocka_unit_test_setup_teardown(test, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_LOOP(test_fd),
		WITH_LOOP(test_fd_ownership),
		WITH_LOOP(test_fd_errors),
		WITH_LOOP(test_remove_in_callback),
		WITH_LOOP(test_timer),
		WITH_LOOP(test_timer_in_callback),
		WITH_LOOP(test_timer_under_a_fake_clock),
		WITH_LOOP(test_signal),
		WITH_LOOP(test_sigpipe_is_ignored),
		WITH_LOOP(test_inotify),
		WITH_LOOP(test_wake),
		WITH_LOOP(test_wake_in_callback),
		WITH_LOOP(test_order),
		WITH_LOOP(test_run_and_stop),
		cmocka_unit_test(test_notify),
		cmocka_unit_test(test_watchdog),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
