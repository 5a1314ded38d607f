/*
 * confine: the parent's side: it prepares all that can fail, forks, listens and
 * reaps.  What the child does is confine_child.c.
 *
 * Decided against: bubblewrap, which needs user namespaces, and these the
 * agent's unit forbids; handing the program the file's name, which would have
 * to be opened in the child, may begin with a dash and may by then be another
 * file; killing a process group, since there is never more than one process.
 */
#include "agent/base/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/confine_child.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/landlock.h"
#include "agent/base/sysfilter.h"

#define PIECE_MAX     65536
#define US_PER_SECOND 1000000

struct run {
	const struct confine *c;
	int rules; /* of Landlock */
	int input;
	int out[2], words[2], stumble[2]; /* pipes: read, write */
	pid_t child;
	int child_fd; /* readable when it has ended */
	char *piece;  /* owned; PIECE_MAX bytes */
	uint64_t told;
};

/* What every program may open.  Perl's @INC begins in /etc/perl. */
static const struct landlock_rule common_rules[] = {
	{ "/usr", LANDLOCK_RUN },
	{ "/bin", LANDLOCK_RUN },
	{ "/lib", LANDLOCK_RUN },
	{ "/lib64", LANDLOCK_RUN },
	{ "/etc/ld.so.cache", LANDLOCK_READ },
	{ "/etc/perl", LANDLOCK_READ },
	{ "/dev/urandom", LANDLOCK_READ },
	{ "/dev/null", LANDLOCK_WRITE },
	{ NULL, LANDLOCK_READ },
};

/* ---- the parent: preparing ---- */

/* fd above those that the child arranges; closes fd.  -1 with errno. */
static int
move_high(int fd)
{
	int high;

	if (fd < 0)
		return -1;
	high = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	close(fd);
	return high;
}

static int
open_pipe(int ends[2], struct err *e)
{
	int low[2];

	if (pipe2(low, O_CLOEXEC) < 0)
		return err_sys(e, "no pipe");
	ends[0] = move_high(low[0]);
	ends[1] = move_high(low[1]);
	if (ends[0] < 0 || ends[1] < 0)
		return err_sys(e, "no pipe");
	return 0;
}

static int
open_input(struct run *r, struct err *e)
{
	if (r->c->input < 0)
		r->input = open("/dev/null", O_RDONLY | O_CLOEXEC);
	else
		r->input = fcntl(r->c->input, F_DUPFD_CLOEXEC, 10);
	if (r->c->input < 0)
		r->input = move_high(r->input);
	if (r->input < 0 ||
	    (r->c->input >= 0 && lseek(r->input, 0, SEEK_SET) < 0))
		return err_sys(e, "the input cannot be handed over");
	return 0;
}

static int
prepare(struct run *r, struct err *e)
{
	if (!sysfilter_is_known())
		return err_set(e, ERR_PERMANENT,
		    "outside programs are confined on x86-64 and arm64 only, "
		    "and are not run elsewhere");
	if (access(r->c->argv[0], X_OK) < 0)
		return err_set(
		    e, ERR_PERMANENT, "%s is not installed", r->c->argv[0]);
	r->rules = landlock_new(common_rules, e);
	if (r->rules < 0)
		return -1;
	r->rules = move_high(r->rules);
	if (r->rules < 0)
		return err_sys(e, "no descriptor");
	if (open_input(r, e) < 0 || open_pipe(r->out, e) < 0 ||
	    open_pipe(r->words, e) < 0 || open_pipe(r->stumble, e) < 0)
		return -1;
	return 0;
}

static void
close_one(int *fd)
{
	files_close(fd);
	*fd = -1;
}

static void
close_all(struct run *r)
{
	int *const all[] = { &r->rules, &r->input, &r->out[0], &r->out[1],
		&r->words[0], &r->words[1], &r->stumble[0], &r->stumble[1],
		&r->child_fd };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		close_one(all[i]);
}

/* ---- the parent: listening ---- */

/* Did the child stumble before the program began? */
static int
hear_stumble(struct run *r, struct err *e)
{
	struct confine_child_stumble s;
	ssize_t n;

	do
		n = read(r->stumble[0], &s, sizeof(s));
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return 0;
	if (n != (ssize_t)sizeof(s) || s.step >= CONFINE_STEP_COUNT)
		return err_set(e, ERR_PERMANENT, "%s ended before it began",
		    r->c->argv[0]);
	errno = s.error;
	(void)err_sys(e, "%s was not run: cannot %s", r->c->argv[0],
	    confine_child_step_name(s.step));
	e->code = ERR_PERMANENT;
	return -1;
}

/* Words for a message: one line after the other, nothing a terminal obeys. */
static void
keep_words(struct confine_end *end, const char *p, size_t len)
{
	size_t at = strlen(end->words);

	for (size_t i = 0; i < len && at + 1 < sizeof(end->words); i++) {
		char c = p[i];

		if (c != '\n' && (c < ' ' || c > '~'))
			c = '?';
		end->words[at++] = c;
	}
}

/* A piece from fd, if there is one: 1, 0 at its end, -1. */
static int
take_piece(struct run *r, int fd, struct confine_end *end, struct err *e)
{
	ssize_t n = read(fd, r->piece, PIECE_MAX);

	if (n < 0 && errno == EINTR)
		return 1;
	if (n < 0)
		return err_sys(e, "%s cannot be heard", r->c->argv[0]);
	if (n == 0)
		return 0;
	if (fd == r->words[0]) {
		keep_words(end, r->piece, (size_t)n);
		return 1;
	}
	r->told += (uint64_t)n;
	if (r->told > r->c->output_bytes)
		return err_set(e, ERR_LIMIT,
		    "%s was stopped: it wrote more than %llu bytes",
		    r->c->argv[0], (unsigned long long)r->c->output_bytes);
	if (r->c->output(r->c->user, str_make(r->piece, (size_t)n), e) < 0)
		return -1;
	return 1;
}

/* Milliseconds until until_us, rounded up; 0 if it is over. */
static int
left_ms(int64_t until_us)
{
	int64_t left = until_us - clock_kernel_us();

	return left <= 0 ? 0 : (int)((left + 999) / 1000);
}

/* Until both pipes and the process have ended, or the time is over. */
static int
listen_to(struct run *r, struct confine_end *end, struct err *e)
{
	const int64_t until_us =
	    clock_kernel_us() + (int64_t)r->c->wall_s * US_PER_SECOND;
	struct pollfd fds[] = { { .fd = r->out[0], .events = POLLIN },
		{ .fd = r->words[0], .events = POLLIN },
		{ .fd = r->child_fd, .events = POLLIN } };

	while (fds[0].fd >= 0 || fds[1].fd >= 0 || fds[2].fd >= 0) {
		int left = left_ms(until_us);

		if (left == 0)
			return err_set(e, ERR_LIMIT,
			    "%s was stopped: it took more than %d s",
			    r->c->argv[0], r->c->wall_s);
		if (poll(fds, 3, left) < 0 && errno != EINTR)
			return err_sys(e, "poll");
		for (int i = 0; i < 2; i++) {
			int got = !fds[i].revents
				      ? 1
				      : take_piece(r, fds[i].fd, end, e);

			if (got < 0)
				return -1;
			if (got == 0)
				fds[i].fd = -1;
		}
		if (fds[2].revents)
			fds[2].fd = -1;
	}
	return 0;
}

/* ---- the parent: the whole ---- */

static int
start(struct run *r, struct err *e)
{
	struct sock_filter filter[SYSFILTER_MAX];
	const struct confine_child child = { .c = r->c,
		.filter = filter,
		.filter_len = sysfilter_build(filter),
		.rules = r->rules,
		.input = r->input,
		.out = r->out[1],
		.words = r->words[1],
		.stumble = r->stumble[1],
		.parent = getpid() };

	r->child = fork();
	if (r->child < 0)
		return err_sys(e, "%s cannot be started", r->c->argv[0]);
	if (r->child == 0)
		confine_child_run(&child);
	close_one(&r->out[1]);
	close_one(&r->words[1]);
	close_one(&r->stumble[1]);
	r->child_fd = pidfd_open(r->child, 0);
	if (r->child_fd < 0)
		return err_sys(e, "pidfd_open");
	return 0;
}

/* No child is left behind; -1 if it was stopped for its processor time. */
static int
reap(struct run *r, struct confine_end *end, int so_far, struct err *e)
{
	int status = 0;
	pid_t got;

	if (so_far < 0)
		(void)kill(r->child, SIGKILL);
	do
		got = waitpid(r->child, &status, 0);
	while (got < 0 && errno == EINTR);
	if (so_far < 0)
		return -1;
	if (got < 0)
		return err_sys(e, "%s ended unseen", r->c->argv[0]);
	end->status =
	    WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	/* At the hard limit, which is the soft one here, SIGKILL comes. */
	if (end->status == 128 + SIGKILL || end->status == 128 + SIGXCPU)
		return err_set(e, ERR_LIMIT,
		    "%s was stopped: it used more than %d s of the processor",
		    r->c->argv[0], r->c->cpu_s);
	return 0;
}

int
confine_run(const struct confine *c, struct confine_end *end, struct err *e)
{
	struct run r = { .c = c,
		.rules = -1,
		.input = -1,
		.out = { -1, -1 },
		.words = { -1, -1 },
		.stumble = { -1, -1 },
		.child_fd = -1,
		.piece = alloc_zero(1, PIECE_MAX) };
	int result;

	*end = (struct confine_end){ 0 };
	result = prepare(&r, e);
	if (result == 0)
		result = start(&r, e);
	if (result == 0)
		result = hear_stumble(&r, e);
	if (result == 0)
		result = listen_to(&r, end, e);
	if (r.child > 0)
		result = reap(&r, end, result, e);
	close_all(&r);
	free(r.piece);
	return result;
}
