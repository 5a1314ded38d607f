/* Rule directories from disk: read whole or not at all. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/str.h"
#include "agent/store/rulepack.h"
#include "rules/ruleset.h"

static int
make_dir(void **state)
{
	char *dir = alloc_text("/tmp/test-rulepack-XXXXXX");

	*state = dir;
	return mkdtemp(dir) ? 0 : -1;
}

static int
remove_dir(void **state)
{
	static const char *const names[] = { "a.rules", "b.list", "c.txt" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct buf path = { 0 };

		buf_addf(&path, "%s/%s", (char *)*state, names[i]);
		(void)unlink(path.p);
		buf_clear(&path);
	}
	(void)rmdir(*state);
	free(*state);
	return 0;
}

static void
put(const char *dir, const char *name, const char *text)
{
	struct buf path = { 0 };
	struct err e;

	buf_addf(&path, "%s/%s", dir, name);
	assert_int_equal(files_write_atomic(path.p, 0644, str_of(text), &e), 0);
	buf_clear(&path);
}

static void
test_rules_and_lists_are_read(void **state)
{
	struct ruleset *rs = NULL;
	struct buf diag = { 0 };
	struct err e;

	put(*state, "a.rules",
	    "themes t\nwords l from \"b.list\"\nrule r \"R\"\n theme t\n"
	    " give 60 when text has @l\n review from 30\n");
	put(*state, "b.list", "barn\n");
	put(*state, "c.txt", "not a rule\n");
	assert_int_equal(rulepack_load(*state, &diag, &rs, &e), 0);
	assert_int_equal(ruleset_rule_count(rs), 1);
	assert_int_equal(diag.len, 0);
	ruleset_free(&rs);
	buf_clear(&diag);
}

static void
test_wrong_rules_make_nothing(void **state)
{
	struct ruleset *rs = NULL;
	struct buf diag = { 0 };
	struct err e;

	put(*state, "a.rules", "rule\n");
	assert_int_equal(rulepack_load(*state, &diag, &rs, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	assert_non_null(strstr(diag.p, "a.rules:1:"));
	assert_null(rs);
	buf_clear(&diag);
}

static void
test_no_rules_is_an_error(void **state)
{
	struct ruleset *rs = NULL;
	struct buf diag = { 0 };
	struct err e;

	assert_int_equal(rulepack_load(*state, &diag, &rs, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	assert_int_equal(rulepack_load("/nowhere", &diag, &rs, &e), -1);
	assert_non_null(strstr(e.msg, "/nowhere"));
	buf_clear(&diag);
}

/* Files of the same name take the place, others stand beside. */
static void
test_own_files_lie_over(void **state)
{
	char own[] = "/tmp/test-rulepack-own-XXXXXX", path[64];
	struct rulepack p = { 0 };
	struct ruleset *rs = NULL;
	struct buf diag = { 0 };
	struct err e;

	assert_non_null(mkdtemp(own));
	put(*state, "a.rules",
	    "themes t\nrule r \"R\"\n theme t\n"
	    " give 60 when text has \"a\"\n review from 30\n");
	assert_int_equal(rulepack_read(&p, *state, &e), 0);
	assert_int_equal(rulepack_lay_over(&p, "/nowhere/at/all", &e), 0);
	assert_int_equal(p.count, 1);
	put(own, "a.rules", "themes t\n");
	put(own, "b.list", "barn\n");
	assert_int_equal(rulepack_lay_over(&p, own, &e), 0);
	assert_int_equal(p.count, 2);
	assert_true(
	    str_is(rulepack_find(&p, str_of("a.rules"))->text, "themes t\n"));
	assert_null(rulepack_find(&p, str_of("c.rules")));
	/* A name and a text that are its own may be put again. */
	rulepack_put(&p, p.files[0].name, p.files[1].text);
	assert_int_equal(p.count, 2);
	rulepack_leave_out(&p, str_of("b.list"));
	rulepack_leave_out(&p, str_of("b.list"));
	assert_int_equal(p.count, 1);
	rulepack_release(&p);
	/* The set of all is compiled together, and its hash is another. */
	assert_int_equal(rulepack_load_over(*state, own, &diag, &rs, &e), 0);
	assert_int_equal(ruleset_rule_count(rs), 0);
	ruleset_free(&rs);
	put(own, "a.rules", "rule\n");
	assert_int_equal(rulepack_load_over(*state, own, &diag, &rs, &e), -1);
	assert_non_null(strstr(diag.p, "a.rules:1:"));
	buf_clear(&diag);
	(void)snprintf(path, sizeof path, "%s/a.rules", own);
	assert_int_equal(unlink(path), 0);
	(void)snprintf(path, sizeof path, "%s/b.list", own);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(own), 0);
}

/* A folder's name that two folders take by turns until told to stop. */
struct turns {
	char link[64], aside[64], folder[2][64];
	_Atomic bool ended;
};

static void *
take_turns(void *arg)
{
	struct turns *t = arg;

	for (size_t i = 0; !t->ended; i++) {
		assert_int_equal(symlink(t->folder[i % 2], t->aside), 0);
		assert_int_equal(rename(t->aside, t->link), 0);
	}
	return NULL;
}

static void
begin_turns(struct turns *t, const char *dir)
{
	struct err e;

	(void)snprintf(t->link, sizeof t->link, "%s/now", dir);
	(void)snprintf(t->aside, sizeof t->aside, "%s/next", dir);
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(
		    t->folder[i], sizeof t->folder[i], "%s/%zu", dir, i);
		assert_int_equal(files_make_dirs(t->folder[i], 0700, &e), 0);
		put(t->folder[i], "a.rules", i == 0 ? "0" : "1");
		put(t->folder[i], "b.rules", i == 0 ? "0" : "1");
		put(t->folder[i], "c.list", i == 0 ? "0" : "1");
	}
	assert_int_equal(symlink(t->folder[0], t->link), 0);
}

static void
end_turns(struct turns *t)
{
	static const char *const names[] = { "a.rules", "b.rules", "c.list" };

	for (size_t i = 0; i < 2; i++) {
		for (size_t k = 0; k < 3; k++) {
			char path[96];

			(void)snprintf(
			    path, sizeof path, "%s/%s", t->folder[i], names[k]);
			assert_int_equal(unlink(path), 0);
		}
		assert_int_equal(rmdir(t->folder[i]), 0);
	}
	(void)unlink(t->aside);
	assert_int_equal(unlink(t->link), 0);
}

static void
test_a_folder_that_is_swapped_is_read_as_one(void **state)
{
	struct turns t = { .ended = false };
	pthread_t thread;
	size_t whole = 0;

	begin_turns(&t, *state);
	assert_int_equal(pthread_create(&thread, NULL, take_turns, &t), 0);
	for (int i = 0; i < 50; i++) {
		struct rulepack p;
		struct err e;

		if (rulepack_read(&p, t.link, &e) == 0) {
			whole++;
			assert_int_equal(p.count, 3);
			assert_string_equal(p.texts[0], p.texts[1]);
			assert_string_equal(p.texts[0], p.texts[2]);
		} else
			assert_non_null(strstr(e.msg, "being written"));
		rulepack_release(&p);
	}
	t.ended = true;
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(whole > 0);
	end_turns(&t);
}

static void
test_the_packs_are_found_from_the_program(void **state)
{
	char *dir = NULL;
	struct err e;

	(void)state;
	/* The test program may have been built outside the source tree. */
	if (rulepack_default_dir(&dir, &e) == -1) {
		assert_int_equal(e.code, ERR_INVALID);
		assert_non_null(strstr(e.msg, "--rules"));
		return;
	}
	assert_non_null(strstr(dir, "essex"));
	free(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_rules_and_lists_are_read, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
		    test_wrong_rules_make_nothing, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
		    test_no_rules_is_an_error, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
		    test_own_files_lie_over, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
		    test_a_folder_that_is_swapped_is_read_as_one, make_dir,
		    remove_dir),
		cmocka_unit_test(test_the_packs_are_found_from_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
