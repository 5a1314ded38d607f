#include "base_test.h"

#include <errno.h>

#include "agent/base/err.h"
#include "agent/base/str.h"

static void
test_set(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(err_set(&e, ERR_LIMIT, "%d of %s", 3, "them"), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_int_equal(e.sys_errno, 0);
	assert_string_equal(e.msg, "3 of them");
}

static void
test_own_message_as_argument(void **state)
{
	struct err e;

	(void)state;
	(void)err_set(&e, ERR_INVALID, "inner");
	(void)err_set(&e, ERR_CORRUPT, "outer (%s)", e.msg);
	assert_string_equal(e.msg, "outer (inner)");
	assert_int_equal(e.code, ERR_CORRUPT);
}

static void
test_sys(void **state)
{
	struct err e;

	(void)state;
	errno = ENOSPC;
	assert_int_equal(err_sys(&e, "cannot write %s", "x"), -1);
	assert_int_equal(e.code, ERR_SYSTEM);
	assert_int_equal(e.sys_errno, ENOSPC);
	assert_int_equal(errno, ENOSPC);
	assert_string_equal(e.msg, "cannot write x: No space left on device");
}

static void
test_sys_unknown_errno(void **state)
{
	struct err e;

	(void)state;
	errno = 99999;
	(void)err_sys(&e, "odd");
	assert_string_equal(e.msg, "odd: unknown error");
}

static void
test_wrap(void **state)
{
	struct err e;

	(void)state;
	errno = EACCES;
	(void)err_sys(&e, "open");
	assert_int_equal(err_wrap(&e, "feed %s", "cad"), -1);
	assert_string_equal(e.msg, "feed cad: open: Permission denied");
	assert_int_equal(e.code, ERR_SYSTEM);
	assert_int_equal(e.sys_errno, EACCES);
}

static void
test_one_line(void **state)
{
	struct err e;

	(void)state;
	(void)err_set(&e, ERR_INVALID, "a\nb\tc%c", 0x7f);
	assert_string_equal(e.msg, "a b c ");
}

static void
test_cut_at_a_character(void **state)
{
	char text[400] = "";
	struct err e;

	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		memset(text, 'x', shift);
		for (size_t i = shift; i + 2 < sizeof(text); i += 2) {
			text[i] = (char)0xc3;
			text[i + 1] = (char)0xa9;
		}
		(void)err_set(&e, ERR_INVALID, "%s", text);
		size_t len = strlen(e.msg);
		assert_true(len >= ERR_MSG_MAX - 3 && len < ERR_MSG_MAX);
		assert_string_equal(e.msg + len - 3, "...");
		assert_true(str_is_utf8(str_of(e.msg)));
	}
}

static void
test_cut_when_wrapped(void **state)
{
	char text[300];
	struct err e;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	(void)err_set(&e, ERR_INVALID, "inner");
	(void)err_wrap(&e, "%s", text);
	assert_int_equal(strlen(e.msg), ERR_MSG_MAX - 1);
	assert_string_equal(e.msg + ERR_MSG_MAX - 4, "...");
}

static void
test_code_names(void **state)
{
	static const char *const names[] = {
		[ERR_NONE] = "none",
		[ERR_INVALID] = "invalid",
		[ERR_LIMIT] = "limit",
		[ERR_TEMPORARY] = "temporary",
		[ERR_PERMANENT] = "permanent",
		[ERR_CORRUPT] = "corrupt",
		[ERR_SYSTEM] = "system",
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++)
		assert_string_equal(err_code_name((enum err_code)i), names[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_own_message_as_argument),
		cmocka_unit_test(test_sys),
		cmocka_unit_test(test_sys_unknown_errno),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_one_line),
		cmocka_unit_test(test_cut_at_a_character),
		cmocka_unit_test(test_cut_when_wrapped),
		cmocka_unit_test(test_code_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
