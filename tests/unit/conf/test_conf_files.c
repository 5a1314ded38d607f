/* conf_check_files(): what is named and is not there, or is too open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/conf/conf.h"

/* A folder of our own with what a good configuration names. */
struct scene {
	char folder[64];
	struct buf path, diag;
	struct conf *conf;
};

static const char *
in_folder(struct scene *s, const char *name)
{
	buf_reset(&s->path);
	buf_addf(&s->path, "%s/%s", s->folder, name);
	return s->path.p;
}

static void
put(struct scene *s, const char *name, const char *text, mode_t mode)
{
	struct err e = { 0 };

	assert_int_equal(
	    files_write_atomic(in_folder(s, name), mode, str_of(text), &e), 0);
	assert_int_equal(chmod(in_folder(s, name), mode), 0);
}

static const char good[] = "state: state\n"
			   "rules: rules\n"
			   "feeds:\n"
			   "  - {name: a, type: directory, path: in}\n"
			   "channels:\n"
			   "  - name: broker\n"
			   "    type: mqtt\n"
			   "    host: localhost\n"
			   "    ca_file: ca.pem\n"
			   "    cert_file: cert.pem\n"
			   "    key_file: key.pem\n"
			   "    username: u\n"
			   "    password_file: password\n"
			   "recipients:\n"
			   "  - {name: r, channel: broker, audience: team, "
			   "topic: a}\n";

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	memcpy(s->folder, "/tmp/buzzard-conf-XXXXXX", 25);
	assert_non_null(mkdtemp(s->folder));
	assert_int_equal(mkdir(in_folder(s, "state"), 0750), 0);
	assert_int_equal(mkdir(in_folder(s, "rules"), 0750), 0);
	assert_int_equal(mkdir(in_folder(s, "in"), 0750), 0);
	put(s, "ca.pem", "x\n", 0644);
	put(s, "cert.pem", "x\n", 0644);
	put(s, "key.pem", "x\n", 0640);
	put(s, "password", "secret\n", 0600);
	put(s, "b.yaml", good, 0644);
	if (conf_load(in_folder(s, "b.yaml"), &s->diag, &s->conf) < 0)
		fail_msg("%s", s->diag.p);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const files[] = { "ca.pem", "cert.pem", "key.pem",
		"password", "b.yaml", "in" };
	struct scene *s = *state;

	conf_free(&s->conf);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		(void)unlink(in_folder(s, files[i]));
	(void)rmdir(in_folder(s, "state"));
	(void)rmdir(in_folder(s, "rules"));
	(void)rmdir(in_folder(s, "in"));
	assert_int_equal(rmdir(s->folder), 0);
	buf_clear(&s->path);
	buf_clear(&s->diag);
	free(s);
	return 0;
}

/* One finding, in line line, that says words. */
static void
expect(struct scene *s, int line, const char *words)
{
	char place[32];

	buf_reset(&s->diag);
	assert_int_equal(conf_check_files(s->conf, &s->diag), 1);
	(void)snprintf(place, sizeof(place), "b.yaml:%d:", line);
	if (!strstr(s->diag.p, place) || !strstr(s->diag.p, words))
		fail_msg("wanted %s %s in\n%s", place, words, s->diag.p);
}

static void
test_good(void **state)
{
	struct scene *s = *state;

	assert_int_equal(conf_check_files(s->conf, &s->diag), 0);
	assert_int_equal(s->diag.len, 0);
}

static void
test_folders(void **state)
{
	struct scene *s = *state;

	assert_int_equal(rmdir(in_folder(s, "in")), 0);
	expect(s, 4, "mkdir -p");
	put(s, "in", "x", 0644);
	expect(s, 4, "is not a folder");
	assert_int_equal(unlink(in_folder(s, "in")), 0);
	assert_int_equal(mkdir(in_folder(s, "in"), 0750), 0);
	assert_int_equal(rmdir(in_folder(s, "rules")), 0);
	expect(s, 2, "No such file");
	assert_int_equal(mkdir(in_folder(s, "rules"), 0750), 0);
	assert_int_equal(rmdir(in_folder(s, "state")), 0);
	expect(s, 1, "No such file");
}

static void
test_files(void **state)
{
	struct scene *s = *state;

	put(s, "ca.pem", "", 0644);
	expect(s, 9, "is empty");
	assert_int_equal(unlink(in_folder(s, "ca.pem")), 0);
	expect(s, 9, "No such file");
	assert_int_equal(mkfifo(in_folder(s, "ca.pem"), 0600), 0);
	expect(s, 9, "is not a file");
}

static void
test_secrets(void **state)
{
	struct scene *s = *state;

	put(s, "key.pem", "x\n", 0644);
	expect(s, 11, "can be read or changed by everybody");
	put(s, "key.pem", "x\n", 0600);
	put(s, "password", "x\n", 0604);
	expect(s, 13, "chmod 0640");
	put(s, "password", "\nx\n", 0600);
	expect(s, 13, "first line is empty");
	assert_int_equal(unlink(in_folder(s, "password")), 0);
	expect(s, 13, "No such file");
}

static void
test_rights(void **state)
{
	struct scene *s = *state;

	if (geteuid() == 0) {
		puts("SKIP test_rights: root may write anywhere");
		skip();
	}
	assert_int_equal(chmod(in_folder(s, "in"), 0550), 0);
	expect(s, 4, "Permission denied");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_good, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_folders, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_secrets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rights, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
