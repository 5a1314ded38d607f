#include "base_test.h"

#include <errno.h>
#include <sys/stat.h>

#include "agent/base/err.h"
#include "agent/base/files.h"

static void
write_file(const char *path, const char *content)
{
	struct err e;

	if (files_write_atomic(path, 0644, str_of(content), &e) < 0)
		fail_msg("%s", e.msg);
}

static void
test_read(void **state)
{
	AUTO(buf_clear) struct buf out = { 0 };
	char path[256];
	struct err e;

	write_file(path_in(*state, "a", path), "content");
	buf_add_text(&out, "> ");
	assert_int_equal(files_read(path, 7, &out, &e), 0);
	assert_string_equal(out.p, "> content");
	assert_int_equal(files_read(path, 6, &out, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_non_null(
	    strstr(e.msg, "/a is larger than the 6 bytes accepted"));
	assert_string_equal(out.p, "> content");
	assert_int_equal(files_read("/proc/self/status", 100000, &out, &e), 0);
	assert_true(out.len > 100);
}

static void
test_read_errors(void **state)
{
	AUTO(buf_clear) struct buf out = { 0 };
	char path[256];
	struct err e;

	path_in(*state, "none", path);
	assert_int_equal(files_read(path, 10, &out, &e), -1);
	assert_int_equal(e.sys_errno, ENOENT);
	assert_non_null(strstr(e.msg, path));
	assert_int_equal(files_read(*state, 10, &out, &e), -1);
	assert_int_equal(e.sys_errno, EISDIR);
	assert_int_equal(out.len, 0);
}

static void
test_large(void **state)
{
	AUTO(buf_clear) struct buf in = { 0 };
	AUTO(buf_clear) struct buf out = { 0 };
	char path[256];
	struct err e;

	for (int i = 0; i < 100000; i++)
		buf_addf(&in, "%d\n", i);
	path_in(*state, "large", path);
	assert_int_equal(files_write_atomic(path, 0600, buf_str(&in), &e), 0);
	assert_int_equal(files_read(path, in.len, &out, &e), 0);
	assert_true(str_is_equal(buf_str(&in), buf_str(&out)));
}

static void
test_write_atomic(void **state)
{
	AUTO(buf_clear) struct buf out = { 0 };
	char path[256];
	char aside[256];
	struct stat st;
	struct err e;

	path_in(*state, "a.conf", path);
	path_in(*state, "a.conf.tmp", aside);
	mode_t old = umask(077);
	assert_int_equal(files_write_atomic(path, 0640, str_of("one"), &e), 0);
	(void)umask(old);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	write_file(path, "two");
	assert_int_equal(files_read(path, 10, &out, &e), 0);
	assert_string_equal(out.p, "two");
	assert_int_equal(access(aside, F_OK), -1);
	write_file(path, "");
	buf_reset(&out);
	assert_int_equal(files_read(path, 10, &out, &e), 0);
	assert_int_equal(out.len, 0);
}

static void
test_write_errors(void **state)
{
	char path[256];
	char aside[256];
	struct err e;

	assert_int_equal(
	    files_write_atomic("/nonexistent/x", 0644, str_of("x"), &e), -1);
	assert_int_equal(e.sys_errno, ENOENT);
	/* A folder stands where the file should go: nothing is left over. */
	path_in(*state, "d", path);
	path_in(*state, "d.tmp", aside);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(files_write_atomic(path, 0644, str_of("x"), &e), -1);
	assert_int_equal(e.sys_errno, EISDIR);
	assert_int_equal(access(aside, F_OK), -1);
}

/* /dev/full stands for a full disk. */
static void
test_full_disk(void **state)
{
	char path[256];
	char aside[256];
	struct err e;

	path_in(*state, "x", path);
	path_in(*state, "x.tmp", aside);
	assert_int_equal(symlink("/dev/full", aside), 0);
	assert_int_equal(files_write_atomic(path, 0666, str_of("x"), &e), -1);
	assert_int_equal(e.sys_errno, ENOSPC);
	assert_int_equal(access(path, F_OK), -1);
}

static void
test_list(void **state)
{
	static const char *const made[] = { "b.rules", "a.rules", "c.rules.tmp",
		".d.rules", "rules", "B.rules", "e.txt" };
	struct files_list list;
	char path[256];
	struct err e;

	for (size_t i = 0; i < LENGTH(made); i++)
		write_file(path_in(*state, made[i], path), "");
	assert_int_equal(mkdir(path_in(*state, "folder.rules", path), 0755), 0);
	assert_int_equal(
	    symlink("e.txt", path_in(*state, "link.rules", path)), 0);
	assert_int_equal(
	    symlink("none", path_in(*state, "dangling.rules", path)), 0);
	assert_int_equal(files_list(*state, ".rules", &list, &e), 0);
	assert_int_equal(list.count, 4);
	assert_string_equal(list.names[0], "B.rules");
	assert_string_equal(list.names[1], "a.rules");
	assert_string_equal(list.names[2], "b.rules");
	assert_string_equal(list.names[3], "link.rules");
	files_list_release(&list);
	assert_int_equal(list.count, 0);
	assert_int_equal(files_list(*state, NULL, &list, &e), 0);
	assert_int_equal(list.count, 6);
	files_list_release(&list);
	assert_int_equal(files_list(*state, ".none", &list, &e), 0);
	assert_int_equal(list.count, 0);
	files_list_release(&list);
	assert_int_equal(files_list("/nonexistent", "", &list, &e), -1);
	assert_string_equal(e.msg,
	    "cannot open the folder /nonexistent: No such file or directory");
	files_list_release(&list);
}

static void
test_make_dirs(void **state)
{
	char path[256];
	struct stat st;
	struct err e;

	path_in(*state, "a/b//c/", path);
	assert_int_equal(files_make_dirs(path, 0750, &e), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0750);
	assert_int_equal(files_make_dirs(path, 0700, &e), 0);
	assert_int_equal(files_make_dirs("/", 0700, &e), 0);
	write_file(path_in(*state, "file", path), "");
	assert_int_equal(files_make_dirs(path, 0750, &e), -1);
	assert_int_equal(e.sys_errno, EEXIST);
	path_in(*state, "file/x", path);
	assert_int_equal(files_make_dirs(path, 0750, &e), -1);
	assert_non_null(strstr(e.msg, "cannot make the folder"));
}

static void
test_sync_dir(void **state)
{
	struct err e;

	assert_int_equal(files_sync_dir(*state, &e), 0);
	assert_int_equal(files_sync_dir("/nonexistent", &e), -1);
	assert_int_equal(e.sys_errno, ENOENT);
}

/* A bare name is in the working folder. */
static void
test_bare_name(void **state)
{
	char old[256];
	char path[256];

	assert_non_null(getcwd(old, sizeof(old)));
	assert_int_equal(chdir(*state), 0);
	write_file("bare", "x");
	assert_int_equal(chdir(old), 0);
	assert_int_equal(access(path_in(*state, "bare", path), F_OK), 0);
}

#define IN_FOLDER(test) \
	cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_read),
		IN_FOLDER(test_read_errors),
		IN_FOLDER(test_large),
		IN_FOLDER(test_write_atomic),
		IN_FOLDER(test_write_errors),
		IN_FOLDER(test_full_disk),
		IN_FOLDER(test_list),
		IN_FOLDER(test_make_dirs),
		IN_FOLDER(test_sync_dir),
		IN_FOLDER(test_bare_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
