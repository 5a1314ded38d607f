/*
 * sysfilter: a comparison and an answer for each call of the table.
 *
 * Four calls are allowed by their arguments.  prlimit64 of another process
 * would let a child starve the agent, whose user it has.  fcntl can name a
 * process that is then sent signals, SIGKILL among them.  clone is refused
 * whole; clone3, whose flags stand in memory, is said not to exist, so that a
 * C library which asks for it first goes on to clone.  Of ioctl nothing is
 * needed: "is it a terminal?" gets the answer a file gives.
 */
#include "agent/base/sysfilter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#include "agent/base/check.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#define ARCHITECTURE 0
#endif

/* The x32 numbering of x86-64: the same calls by other numbers. */
#define OTHER_NUMBERS 0x40000000U

static const uint32_t allowed[] = {
	/* its files, which are the input, two pipes, and its own parts */
	SYS_read,
	SYS_readv,
	SYS_pread64,
	SYS_write,
	SYS_writev,
	SYS_close,
	SYS_lseek,
	SYS_openat,
	SYS_newfstatat,
	SYS_fstat,
	SYS_statx,
	SYS_readlinkat,
	SYS_faccessat,
	SYS_faccessat2,
	SYS_dup,
	SYS_dup3,
	SYS_fadvise64,
	SYS_getcwd,
	/* its memory */
	SYS_brk,
	SYS_mmap,
	SYS_munmap,
	SYS_mremap,
	SYS_mprotect,
	SYS_madvise,
	/* itself */
	SYS_execve,
	SYS_exit,
	SYS_exit_group,
	SYS_set_tid_address,
	SYS_set_robust_list,
	SYS_rseq,
	SYS_futex,
	SYS_getrandom,
	SYS_getpid,
	SYS_gettid,
	SYS_getppid,
	SYS_getuid,
	SYS_geteuid,
	SYS_getgid,
	SYS_getegid,
	SYS_getrusage,
	SYS_sched_getaffinity,
	SYS_sched_yield,
	SYS_uname,
	SYS_sysinfo,
	SYS_umask,
	SYS_times,
	/* its signals and waits */
	SYS_rt_sigaction,
	SYS_rt_sigprocmask,
	SYS_rt_sigreturn,
	SYS_sigaltstack,
	SYS_restart_syscall,
	SYS_eventfd2,
	SYS_ppoll,
	SYS_pselect6,
	/* the time */
	SYS_clock_gettime,
	SYS_clock_getres,
	SYS_gettimeofday,
#if defined(__x86_64__)
	SYS_arch_prctl,
	SYS_access,
	SYS_open,
	SYS_stat,
	SYS_lstat,
	SYS_readlink,
	SYS_dup2,
	SYS_poll,
	SYS_select,
	SYS_time,
	SYS_getrlimit,
#endif
};

/* fcntl: of the descriptor itself, of nobody else. */
static const uint32_t allowed_fcntl[] = { F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD,
	F_SETFD, F_GETFL };

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

_Static_assert(
    2 * COUNT(allowed) + 2 * COUNT(allowed_fcntl) + 40 <= SYSFILTER_MAX,
    "SYSFILTER_MAX has room for the table");

/* Where the next instruction goes. */
struct writer {
	struct sock_filter *out;
	unsigned short len;
};

static void
put(struct writer *w, uint16_t code, uint32_t value, uint8_t yes, uint8_t no)
{
	CHECK(w->len < SYSFILTER_MAX);
	w->out[w->len++] = (struct sock_filter){ code, yes, no, value };
}

static void
load(struct writer *w, size_t offset)
{
	put(w, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void
answer(struct writer *w, uint32_t action)
{
	put(w, BPF_RET | BPF_K, action, 0, 0);
}

/* If what was loaded is value, the answer is action. */
static void
answer_if(struct writer *w, uint32_t value, uint32_t action)
{
	put(w, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
	answer(w, action);
}

/* The same with a call's error. */
static void
fail_if(struct writer *w, uint32_t number, int error)
{
	answer_if(w, number, SECCOMP_RET_ERRNO | (uint32_t)error);
}

static void
check_numbering(struct writer *w)
{
	load(w, offsetof(struct seccomp_data, arch));
	put(w, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
	answer(w, SECCOMP_RET_KILL_PROCESS);
	load(w, offsetof(struct seccomp_data, nr));
	put(w, BPF_JMP | BPF_JGE | BPF_K, OTHER_NUMBERS, 0, 1);
	answer(w, SECCOMP_RET_KILL_PROCESS);
}

/* The low half of an argument; both processors are little-endian. */
static size_t
argument(int index)
{
	return offsetof(struct seccomp_data, args) +
	       (size_t)index * sizeof(uint64_t);
}

/*
 * prlimit64(0, …) alone.  The process id is an int to the kernel, so the low
 * half decides.  4 instructions are passed over for any other call.
 */
static void
check_prlimit(struct writer *w)
{
	put(w, BPF_JMP | BPF_JEQ | BPF_K, SYS_prlimit64, 0, 4);
	load(w, argument(0));
	put(w, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1);
	answer(w, SECCOMP_RET_ALLOW);
	answer(w, SECCOMP_RET_ERRNO | EPERM);
}

static void
check_fcntl(struct writer *w)
{
	put(w, BPF_JMP | BPF_JEQ | BPF_K, SYS_fcntl, 0,
	    (uint8_t)(2 + 2 * COUNT(allowed_fcntl)));
	load(w, argument(1));
	for (size_t i = 0; i < COUNT(allowed_fcntl); i++)
		answer_if(w, allowed_fcntl[i], SECCOMP_RET_ALLOW);
	answer(w, SECCOMP_RET_ERRNO | EPERM);
}

bool
sysfilter_is_known(void)
{
	return ARCHITECTURE != 0;
}

unsigned short
sysfilter_build(struct sock_filter *out)
{
	struct writer w = { .out = out };

	check_numbering(&w);
	for (size_t i = 0; i < COUNT(allowed); i++)
		answer_if(&w, allowed[i], SECCOMP_RET_ALLOW);
	fail_if(&w, SYS_ioctl, ENOTTY);
	fail_if(&w, SYS_clone3, ENOSYS);
	check_prlimit(&w);
	check_fcntl(&w);
	answer(&w, SECCOMP_RET_ERRNO | EPERM);
	return w.len;
}
