/*
 * confine_child: system calls and nothing else, for the agent has threads, of
 * which one may hold a lock that nobody in the child will ever give back.
 */
#include "agent/base/confine_child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent/base/confine.h"
#include "agent/base/landlock.h"

#define NOBODY    65534
#define FILES_MAX 32

static const char *const step_names[] = {
	[CONFINE_STEP_FILES] = "give it its files",
	[CONFINE_STEP_PARENT] = "bind its life to ours",
	[CONFINE_STEP_USER] =
	    "make it run as nobody (user id 65534), as it must be when "
	    "started by root",
	[CONFINE_STEP_LIMITS] = "set its limits",
	[CONFINE_STEP_LANDLOCK] = "take files away from it (Landlock)",
	[CONFINE_STEP_FILTER] =
	    "take system calls away from it (seccomp); the kernel "
	    "needs CONFIG_SECCOMP_FILTER",
	[CONFINE_STEP_EXEC] = "start it",
};

_Static_assert(sizeof(step_names) / sizeof(step_names[0]) == CONFINE_STEP_COUNT,
    "each step has its words");

const char *
confine_child_step_name(enum confine_child_step step)
{
	return step_names[step];
}

/*
 * Standard input, output and error, the way to report and the rule set; all
 * else is closed.  None that we were given is below 10, so none is overwritten.
 */
static bool
arrange_files(const struct confine_child *child)
{
	return dup2(child->input, STDIN_FILENO) >= 0 &&
	       dup2(child->out, STDOUT_FILENO) >= 0 &&
	       dup2(child->words, STDERR_FILENO) >= 0 &&
	       dup3(child->stumble, 3, O_CLOEXEC) >= 0 &&
	       dup3(child->rules, 4, O_CLOEXEC) >= 0 &&
	       close_range(5, ~0U, 0) == 0 && chdir("/") == 0;
}

/* Dies with the parent, which may have died just now; has no terminal. */
static bool
bind_to_parent(const struct confine_child *child)
{
	return setsid() >= 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
	       getppid() == child->parent;
}

/* No privilege survives exec; a kernel without ambient ones has none to clear. */
static bool
become_nobody(void)
{
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (geteuid() != 0)
		return true;
	return setgroups(0, NULL) == 0 &&
	       setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
	       setresuid(NOBODY, NOBODY, NOBODY) == 0;
}

/* At most that; less where we have less ourselves. */
static bool
limit(__rlimit_resource_t what, rlim_t most)
{
	struct rlimit both;

	if (getrlimit(what, &both) < 0)
		return false;
	if (most < both.rlim_max)
		both.rlim_max = most;
	both.rlim_cur = both.rlim_max;
	return setrlimit(what, &both) == 0;
}

static bool
set_limits(const struct confine *c)
{
	return limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) &&
	       limit(RLIMIT_NPROC, 0) && limit(RLIMIT_NOFILE, FILES_MAX) &&
	       limit(RLIMIT_MEMLOCK, 0) && limit(RLIMIT_MSGQUEUE, 0) &&
	       limit(RLIMIT_CPU, (rlim_t)c->cpu_s) &&
	       limit(RLIMIT_AS, (rlim_t)c->memory_bytes);
}

/* As if nobody had ever ignored or blocked a signal. */
static void
reset_signals(void)
{
	sigset_t none;

	for (int s = 1; s < NSIG; s++)
		(void)signal(s, SIG_DFL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static enum confine_child_step
confine_self(const struct confine_child *child)
{
	const struct sock_fprog program = { child->filter_len, child->filter };

	if (!arrange_files(child))
		return CONFINE_STEP_FILES;
	reset_signals();
	/* Before the parent's death is bound: a change of user undoes that. */
	if (!become_nobody())
		return CONFINE_STEP_USER;
	if (!bind_to_parent(child))
		return CONFINE_STEP_PARENT;
	if (!set_limits(child->c))
		return CONFINE_STEP_LIMITS;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    landlock_restrict(4) < 0)
		return CONFINE_STEP_LANDLOCK;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		return CONFINE_STEP_FILTER;
	return CONFINE_STEP_EXEC;
}

_Noreturn void
confine_child_run(const struct confine_child *child)
{
	static const char *const environment[] = { "PATH=/usr/bin",
		"HOME=/nonexistent", "LC_ALL=C.UTF-8", "TZ=UTC0", NULL };
	struct confine_child_stumble s = { .step = confine_self(child) };
	ssize_t n;

	/* Not by the library's function: its signature lacks two consts. */
	if (s.step == CONFINE_STEP_EXEC)
		(void)syscall(
		    SYS_execve, child->c->argv[0], child->c->argv, environment);
	s.error = errno;
	n = write(
	    s.step == CONFINE_STEP_FILES ? child->stumble : 3, &s, sizeof(s));
	_exit(n == sizeof(s) ? 127 : 126);
}
