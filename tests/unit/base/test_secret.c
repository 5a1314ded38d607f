#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/base/err.h"
#include "agent/base/secret.h"

static char path[] = "/tmp/buzzard-secret-XXXXXX";

static void
write_file(const char *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void
check_read(const char *bytes, size_t len, const char *expected)
{
	struct err e = { 0 };
	char *s = NULL;
	int rc;

	write_file(bytes, len);
	rc = secret_read(path, &s, &e);
	if (expected) {
		assert_int_equal(rc, 0);
		assert_string_equal(s, expected);
	} else {
		assert_int_equal(rc, -1);
		assert_int_equal(e.code, ERR_INVALID);
		assert_non_null(strstr(e.msg, path));
		assert_null(s);
	}
	secret_clear(&s);
	assert_null(s);
}

static void
test_read(void **state)
{
	char longest[SECRET_MAX + 2];

	(void)state;
	check_read("word\n", 5, "word");
	check_read("word", 4, "word");
	check_read("word\r\nmore\n", 11, "word");
	check_read(" two words \n", 12, " two words ");
	check_read("", 0, NULL);
	check_read("\nword\n", 6, NULL);
	check_read("wo\0rd\n", 6, NULL);
	memset(longest, 'x', sizeof(longest));
	longest[SECRET_MAX] = '\n';
	write_file(longest, SECRET_MAX + 1);
	longest[SECRET_MAX] = '\0';
	check_read(longest, SECRET_MAX, longest);
	longest[SECRET_MAX] = 'x';
	check_read(longest, SECRET_MAX + 1, NULL);
}

static void
test_absent(void **state)
{
	struct err e = { 0 };
	char *s = NULL;

	(void)state;
	assert_int_equal(secret_read(NULL, &s, &e), 0);
	assert_null(s);
	assert_int_equal(secret_read("/nonexistent/file", &s, &e), -1);
	assert_int_equal(e.code, ERR_SYSTEM);
	assert_null(s);
	secret_clear(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_absent),
	};
	int fd = mkstemp(path);
	int rc;

	if (fd < 0)
		return 1;
	close(fd);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return rc;
}
