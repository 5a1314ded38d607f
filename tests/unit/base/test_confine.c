/*
 * What a confined child cannot do, tried from within: each case is a few lines
 * of perl, which every Debian has, that print "held" if the attempt was refused
 * and what happened if it was not.
 */
#include "base_test.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "agent/base/confine.h"
#include "agent/base/err.h"
#include "tests/unit/landlocked.h"

#define PERL "/usr/bin/perl"

/* What a child wrote. */
struct heard {
	char text[4096];
	size_t len;
	size_t
	    most; /* bytes after which the listener has had enough; 0: none */
};

static int
hear(void *user, struct str piece, struct err *e)
{
	struct heard *h = user;
	size_t room = sizeof(h->text) - 1 - h->len;
	size_t n = piece.len < room ? piece.len : room;

	memcpy(h->text + h->len, piece.p, n);
	h->len += n;
	h->text[h->len] = '\0';
	if (h->most > 0 && h->len >= h->most)
		return err_set(e, ERR_INVALID, "that is enough");
	return 0;
}

/* A child's run: what it was given and what came of it. */
struct ran {
	struct heard heard;
	struct confine_end end;
	struct err e;
	int result;
};

static void
run(struct ran *r, const char *const *argv, int input, struct confine limits)
{
	limits.argv = argv;
	limits.input = input;
	limits.output = hear;
	limits.user = &r->heard;
	r->result = confine_run(&limits, &r->end, &r->e);
}

static const struct confine usual = { .memory_bytes = 256U << 20,
	.output_bytes = 1U << 20,
	.cpu_s = 10,
	.wall_s = 20 };

static void
run_perl(struct ran *r, const char *program, struct confine limits)
{
	const char *const argv[] = { PERL, "-e", program, NULL };

	run(r, argv, -1, limits);
}

/* Nothing of ours is left running or waiting to be reaped. */
static void
assert_no_child(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* A way out, and the perl that tries it.  %s: a path of the test's. */
static const struct {
	const char *name, *program;
} attempts[] = {
	{ "an internet socket",
	    "print socket(my $s, 2, 1, 0) ? 'open' : 'held'" },
	{ "a datagram socket",
	    "print socket(my $s, 2, 2, 0) ? 'open' : 'held'" },
	{ "a Unix socket", "print socket(my $s, 1, 1, 0) ? 'open' : 'held'" },
	{ "a pair of sockets",
	    "print socketpair(my $a, my $b, 1, 1, 0) ? 'open' : 'held'" },
	{ "a netlink socket",
	    "print socket(my $s, 16, 3, 0) ? 'open' : 'held'" },
	{ "/etc/passwd",
	    "print open(my $f, '<', '/etc/passwd') ? <$f> : 'held'" },
	{ "the folder /etc",
	    "print opendir(my $d, '/etc') ? readdir($d) : 'held'" },
	{ "memory of the parent",
	    "print open(my $f, '<', '/proc/' . getppid() . '/mem') ? 'open' : "
	    "'held'" },
	{ "its own /proc",
	    "print open(my $f, '<', '/proc/self/environ') ? 'open' : 'held'" },
	{ "a new file in /tmp",
	    "print open(my $f, '>', '/tmp/buzzard-confined') ? 'made' : "
	    "'held'" },
	{ "a new file in /dev/shm",
	    "print open(my $f, '>', '/dev/shm/buzzard-confined') ? 'made' : "
	    "'held'" },
	{ "a folder",
	    "print mkdir('/tmp/buzzard-confined') ? 'made' : 'held'" },
	{ "a link", "print symlink('a', '/tmp/buzzard-confined') ? 'made' : "
		    "'held'" },
	{ "a terminal",
	    "print open(my $f, '+<', '/dev/tty') ? 'open' : 'held'" },
	{ "a process", "my $p = fork(); exit unless defined $p || "
		       "print('held'); print 'forked' if $p; exit" },
	{ "a shell", "print defined(`echo out`) ? 'ran' : 'held'" },
	{ "a signal to the parent",
	    "print kill(0, getppid()) ? 'reached' : 'held'" },
	{ "a signal to itself", "print kill(0, $$) ? 'reached' : 'held'" },
	{ "a new owner of a descriptor's signals",
	    "print fcntl(STDOUT, 8, getppid() + 0) ? 'owned' : 'held'" },
	{ "permissions", "print chmod(0777, '/tmp') ? 'changed' : 'held'" },
	{ "another name", "print rename('/tmp/a', '/tmp/b') || $!{ENOENT} ? "
			  "'renamed' : 'held'" },
	{ "another root", "print chroot('/') ? 'changed' : 'held'" },
};

#if defined(__x86_64__)
/* Calls that perl has no word for, by their number on x86-64. */
static const struct {
	const char *name, *call;
} calls[] = {
	{ "ptrace", "101, 0, 0, 0, 0" },
	{ "mount", "165, $a, $a, $a, 0, 0" },
	{ "mknod of a named pipe", "133, $a, 010644, 0" },
	{ "unshare", "272, 0x10000000" },
	{ "bpf", "321, 0, 0, 0" },
	{ "keyctl", "250, 0, 0, 0" },
	{ "io_uring_setup", "425, 1, 0" },
	{ "memfd_create", "319, $a, 0" },
	{ "pidfd_open of the parent", "434, getppid(), 0" },
	{ "process_vm_readv", "310, getppid(), 0, 0, 0, 0, 0" },
	{ "perf_event_open", "298, 0, 0, -1, -1, 0" },
	{ "userfaultfd", "323, 0" },
	{ "shmget", "29, 0, 4096, 0666" },
	{ "prlimit64 of the parent", "302, getppid(), 7, 0, $b" },
	{ "setuid", "105, 0" },
	{ "personality", "135, 0xffffffff" },
	{ "inotify_init", "253" },
	{ "truncate", "76, $a, 0" },
	{ "prctl", "157, 22, 2, 0, 0, 0" },
};
#endif

static void
test_attempts(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(attempts); i++) {
		struct ran r = { 0 };

		run_perl(&r, attempts[i].program, usual);
		if (r.result != 0 || strcmp(r.heard.text, "held") != 0)
			fail_msg("%s: result %d (%s), status %d, \"%s\", %s",
			    attempts[i].name, r.result, r.e.msg, r.end.status,
			    r.heard.text, r.end.words);
	}
	assert_int_equal(access("/tmp/buzzard-confined", F_OK), -1);
	assert_no_child();
}

static void
test_calls(void **state)
{
	(void)state;
#if defined(__x86_64__)
	for (size_t i = 0; i < LENGTH(calls); i++) {
		char program[256];
		struct ran r = { 0 };

		/* 1 is EPERM: refused by the filter, not for its arguments. */
		snprintf(program, sizeof(program),
		    "$a = '/tmp/buzzard-confined'; $b = ' ' x 16; "
		    "print syscall(%s) == -1 && $! == 1 ? 'held' : \"out $!\"",
		    calls[i].call);
		run_perl(&r, program, usual);
		if (r.result != 0 || strcmp(r.heard.text, "held") != 0)
			fail_msg("%s: result %d (%s), status %d, \"%s\", %s",
			    calls[i].name, r.result, r.e.msg, r.end.status,
			    r.heard.text, r.end.words);
	}
#else
	print_message("skipped: the numbers of calls are those of x86-64\n");
#endif
}

/* The same attempts succeed unconfined, or they would show nothing. */
static void
test_attempts_are_real(void **state)
{
	static const char *const programs[] = {
		"exit(socket(my $s, 2, 1, 0) ? 0 : 1)",
		"exit(socketpair(my $a, my $b, 1, 1, 0) ? 0 : 1)",
		"exit(open(my $f, '<', '/etc/passwd') ? 0 : 1)",
		"exit(opendir(my $d, '/etc') ? 0 : 1)",
		"exit(open(my $f, '<', '/proc/self/environ') ? 0 : 1)",
		"my $p = fork(); exit(defined $p ? 0 : 1)",
		"exit(defined(`echo out`) ? 0 : 1)",
		"exit(kill(0, getppid()) ? 0 : 1)",
		"exit(fcntl(STDOUT, 8, getppid() + 0) ? 0 : 1)",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(programs); i++) {
		int status = 0;
		pid_t pid = fork();

		if (pid == 0) {
			execl(PERL, PERL, "-e", programs[i], (char *)NULL);
			_exit(127);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (status != 0)
			fail_msg("unconfined, this fails too: %s", programs[i]);
	}
}

static void
test_descriptors_and_environment(void **state)
{
	struct ran r = { 0 };
	int secret = open("/etc/passwd", O_RDONLY); /* not close-on-exec */

	(void)state;
	assert_true(secret >= 0);
	run_perl(&r,
	    "my @o = grep { open(my $f, '<&=', $_) } 3 .. 31; "
	    "print \"@o|\", join(',', map \"$_=$ENV{$_}\", sort keys %ENV), "
	    "'|', $> == 0 ? 'root' : 'not root'",
	    usual);
	close(secret);
	assert_int_equal(r.result, 0);
	assert_string_equal(r.heard.text,
	    "|HOME=/nonexistent,LC_ALL=C.UTF-8,PATH=/usr/bin,TZ=UTC0|"
	    "not root");
}

static void
test_input_is_read_from_its_beginning(void **state)
{
	char path[] = "/tmp/buzzard-input-XXXXXX";
	const char *const argv[] = { PERL, "-e",
		"$_ = <STDIN>; print; seek(STDIN, 2, 0) or die; print <STDIN>; "
		"print STDIN 'x' or print 'held'",
		NULL };
	struct ran r = { 0 };
	int fd = mkstemp(path);
	char c;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "first\nsecond\n", 13), 13);
	close(fd);
	fd = open(path, O_RDONLY);
	unlink(path); /* the child has no use for its name */
	assert_int_equal(read(fd, &c, 1), 1);
	run(&r, argv, fd, usual);
	close(fd);
	assert_int_equal(r.result, 0);
	assert_string_equal(r.heard.text, "first\nrst\nsecond\nheld");
}

static void
test_status_and_words(void **state)
{
	struct ran r = { 0 };

	(void)state;
	run_perl(
	    &r, "print STDERR \"no \\e[31mfile\\n\"; print 'a'; exit 3", usual);
	assert_int_equal(r.result, 0);
	assert_int_equal(r.end.status, 3);
	assert_string_equal(r.end.words, "no ?[31mfile\n");
	assert_string_equal(r.heard.text, "a");
	/* A flood of complaints is neither kept nor waited for. */
	memset(&r, 0, sizeof(r));
	run_perl(&r, "print STDERR 'x' x 1000000; exit 4", usual);
	assert_int_equal(r.result, 0);
	assert_int_equal(r.end.status, 4);
	assert_int_equal(strlen(r.end.words), CONFINE_WORDS_MAX - 1);
	memset(&r, 0, sizeof(r));
	run_perl(&r,
	    "$SIG{SEGV} = 'DEFAULT'; unpack('P', pack('J', 1)); "
	    "print 'alive'",
	    usual);
	assert_int_equal(r.result, 0);
	assert_int_equal(r.end.status, 128 + SIGSEGV);
	assert_no_child();
}

static void
assert_stopped(const struct ran *r, enum err_code code, const char *words)
{
	assert_int_equal(r->result, -1);
	assert_int_equal(r->e.code, code);
	if (!strstr(r->e.msg, words))
		fail_msg("\"%s\" does not say \"%s\"", r->e.msg, words);
	assert_no_child();
}

static void
test_time_is_limited(void **state)
{
	struct confine limits = usual;
	struct ran r = { 0 };

	(void)state;
	limits.wall_s = 1;
	run_perl(&r,
	    "$SIG{TERM} = 'IGNORE'; select(undef, undef, undef, 99) "
	    "while 1",
	    limits);
	assert_stopped(&r, ERR_LIMIT, "more than 1 s");
	/* Silent with both pipes closed, it is still waited for and stopped. */
	memset(&r, 0, sizeof(r));
	run_perl(&r,
	    "close STDOUT; close STDERR; select(undef, undef, undef, "
	    "99) while 1",
	    limits);
	assert_stopped(&r, ERR_LIMIT, "more than 1 s");
	memset(&r, 0, sizeof(r));
	limits = usual;
	limits.cpu_s = 1;
	run_perl(&r, "1 while 1", limits);
	assert_stopped(&r, ERR_LIMIT, "1 s of the processor");
}

static void
test_output_is_limited(void **state)
{
	struct confine limits = usual;
	struct ran r = { 0 };

	(void)state;
	limits.output_bytes = 100000;
	run_perl(&r, "print 'x' x 4096 while 1", limits);
	assert_stopped(&r, ERR_LIMIT, "more than 100000 bytes");
	memset(&r, 0, sizeof(r));
	r.heard.most = 10;
	run_perl(&r, "print 'x' x 4096 while 1", usual);
	assert_stopped(&r, ERR_INVALID, "that is enough");
}

static void
test_memory_is_limited(void **state)
{
	struct ran r = { 0 };

	(void)state;
	run_perl(&r, "my @a; push @a, 'x' x 1000000 while 1", usual);
	assert_int_equal(r.result, 0);
	assert_int_not_equal(r.end.status, 0);
	assert_non_null(strstr(r.end.words, "Out of memory"));
}

/* Passes a child's words on to the descriptor that user points to. */
static int
pass_on(void *user, struct str piece, struct err *e)
{
	if (write(*(int *)user, piece.p, piece.len) < 0)
		return err_sys(e, "the test is gone");
	return 0;
}

/* A process that runs a child which never ends, and writes its id to end. */
static pid_t
start_parent(int end)
{
	static const char *const argv[] = { PERL, "-e",
		"$| = 1; print \"$$\\n\"; select(undef, undef, undef, 99) while 1",
		NULL };
	struct confine c = usual;
	struct confine_end how;
	struct err e;
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	c.argv = argv;
	c.input = -1;
	c.output = pass_on;
	c.user = &end;
	c.wall_s = 60;
	_exit(confine_run(&c, &how, &e) < 0);
}

/* Gone, or a zombie that waits for whoever took it over. */
static bool
is_running(pid_t pid)
{
	char path[64], state = '\0';
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (fscanf(f, "%*d %*s %c", &state) != 1)
		state = '\0';
	fclose(f);
	return state != 'Z' && state != 'X' && state != '\0';
}

static void
test_it_dies_with_its_parent(void **state)
{
	int ends[2], status = 0;
	char text[32] = "";
	pid_t parent, child;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	parent = start_parent(ends[1]);
	close(ends[1]);
	assert_true(read(ends[0], text, sizeof(text) - 1) > 0);
	child = (pid_t)strtol(text, NULL, 10);
	assert_true(child > 1 && is_running(child));
	kill(parent, SIGKILL);
	assert_int_equal(waitpid(parent, &status, 0), parent);
	for (int i = 0; i < 500 && is_running(child); i++)
		usleep(10000);
	assert_false(is_running(child));
	close(ends[0]);
}

static void
test_absent(void **state)
{
	const char *const argv[] = { "/usr/bin/no-such-program", NULL };
	struct ran r = { 0 };

	(void)state;
	run(&r, argv, -1, usual);
	assert_stopped(
	    &r, ERR_PERMANENT, "/usr/bin/no-such-program is not installed");
}

/* Where it cannot be confined it is not run, and the cure is said. */
static void
test_not_run_unconfined(void **state)
{
	const char *const argv[] = { PERL, "-e", "print 'out'", NULL };
	struct ran r = { 0 };

	(void)state;
	run(&r, argv, -1, usual);
	assert_stopped(&r, ERR_PERMANENT, "Landlock");
	assert_int_equal(r.heard.len, 0);
}

static void
test_all_else_needs_landlock(void **state)
{
	(void)state;
	if (!landlocked_may_run())
		skip();
}

int
main(void)
{
	const struct CMUnitTest unconfined[] = {
		cmocka_unit_test(test_attempts_are_real),
		cmocka_unit_test(test_not_run_unconfined),
		cmocka_unit_test(test_all_else_needs_landlock),
	};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attempts_are_real),
		cmocka_unit_test(test_attempts),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_descriptors_and_environment),
		cmocka_unit_test(test_input_is_read_from_its_beginning),
		cmocka_unit_test(test_status_and_words),
		cmocka_unit_test(test_time_is_limited),
		cmocka_unit_test(test_output_is_limited),
		cmocka_unit_test(test_memory_is_limited),
		cmocka_unit_test(test_it_dies_with_its_parent),
		cmocka_unit_test(test_absent),
	};

	return landlocked_may_run()
		   ? cmocka_run_group_tests(tests, NULL, NULL)
		   : cmocka_run_group_tests(unconfined, NULL, NULL);
}
