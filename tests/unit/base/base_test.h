/*
 * base_test: what the ground floor's unit tests share.
 *
 * Included once by each test program; includes cmocka and what it needs.
 */
#ifndef BASE_TEST_H
#define BASE_TEST_H

#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

/* How fn(arg) ends a process of its own: the wait status.  Its words to
 * standard error go to text. */
__attribute__((unused)) static int
run_apart(void (*fn)(void *), void *arg, char *text, size_t cap)
{
	int ends[2];
	int status = 0;
	size_t len = 0;

	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		const struct rlimit no_core = { 0, 0 };
		/* cmocka would take a signal for a failed test. */
		(void)signal(SIGABRT, SIG_DFL);
		(void)setrlimit(RLIMIT_CORE, &no_core);
		(void)dup2(ends[1], STDERR_FILENO);
		fn(arg);
		_exit(0);
	}
	(void)close(ends[1]);
	for (;;) {
		ssize_t n = read(ends[0], text + len, cap - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	text[len] = '\0';
	(void)close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* Fails unless fn(arg) aborts and says so. */
__attribute__((unused)) static void
assert_aborts(void (*fn)(void *), void *arg, const char *said)
{
	char text[4096];
	int status = run_apart(fn, arg, text, sizeof(text));

	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
		print_error("ended with status %d: %s\n", status, text);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_non_null(strstr(text, said));
}

__attribute__((unused)) static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

/* cmocka's setup and teardown: *state is the path of an empty folder. */
__attribute__((unused)) static int
make_folder(void **state)
{
	char *path = strdup("/tmp/buzzard-unit-XXXXXX");

	*state = path;
	return path && mkdtemp(path) ? 0 : -1;
}

__attribute__((unused)) static int
remove_folder(void **state)
{
	int rc = nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);

	free(*state);
	return rc;
}

/* "folder/name" in a buffer of the caller. */
__attribute__((unused)) static const char *
path_in(void *folder, const char *name, char out[256])
{
	(void)snprintf(out, 256, "%s/%s", (const char *)folder, name);
	return out;
}

#endif /* BASE_TEST_H */
