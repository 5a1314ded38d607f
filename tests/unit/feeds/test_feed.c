/* The table of kinds, and a directory feed driven through it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/loop.h"
#include "agent/base/str.h"
#include "agent/conf/conf.h"
#include "agent/conf/option.h"
#include "agent/feeds/feed.h"

/* What the configuration lets through must be in the table. */
static void
test_every_type_has_a_kind(void **state)
{
	const char *types = option_list_of(OPTION_FEED)->types;
	struct str word;
	size_t i;

	(void)state;
	for (i = 0; str_is_given(word = option_word(types, i)); i++) {
		char *name = str_copy(word);
		const struct feed_kind *kind = feed_kind_find(name);

		if (!kind)
			fail_msg("no feed of type %s", name);
		assert_string_equal(kind->name, name);
		assert_true(
		    kind->open && kind->status && kind->drain && kind->close);
		free(name);
	}
	assert_true(i > 0);
}

static void
test_unknown_type_is_refused(void **state)
{
	const struct conf_feed conf = { .name = "a", .type = "pigeon" };
	struct feed *feed = NULL;
	struct err e = { 0 };

	(void)state;
	assert_null(feed_kind_find("pigeon"));
	assert_int_equal(feed_open(&conf, NULL, NULL, &feed, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	assert_string_equal(e.msg, "feed a: there are no feeds of type pigeon");
	assert_null(feed);
	feed_close(&feed); /* nothing is fine */
}

static int
commit(void *user, const struct feed_batch *b, struct err *e)
{
	(void)e;
	*(size_t *)user += b->count;
	return 0;
}

static int
resume(void *user, const char *feed, const char *file,
    struct feed_position *pos, struct err *e)
{
	(void)user;
	(void)feed;
	(void)file;
	(void)pos;
	(void)e;
	return 0;
}

static void
finished(void *user, const char *feed, const char *file)
{
	(void)user;
	(void)feed;
	(void)file;
}

static void
put_file(const char *folder)
{
	char path[80];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/a.ndjson", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(
	    fputs("{\"id\":\"1\",\"opened_at\":\"2025-11-14T16:00:00Z\"}\n",
		f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
remove_folder(const char *folder)
{
	char path[80];

	(void)snprintf(path, sizeof(path), "%s/done/a.ndjson", folder);
	assert_int_equal(unlink(path), 0);
	(void)snprintf(path, sizeof(path), "%s/done", folder);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void
ignore_log(void *user, enum log_level level, const char *line)
{
	(void)user;
	(void)line;
	assert_true(level > LOG_WARN);
}

static void
test_directory_through_the_table(void **state)
{
	char folder[] = "/tmp/feed-XXXXXX";
	size_t count = 0;
	const struct conf_feed conf = {
		.name = "a", .type = "directory", .path = folder
	};
	const struct feed_sink sink = { .commit = commit,
		.resume = resume,
		.finished = finished,
		.user = &count };
	struct feed_status status;
	struct feed *feed = NULL;
	struct loop *loop;
	struct err e;
	int64_t end_ms = clock_mono_ms() + 20000;

	(void)state;
	assert_non_null(mkdtemp(folder));
	log_set_sink(ignore_log, NULL);
	assert_int_equal(loop_new(&loop, &e), 0);
	assert_int_equal(feed_open(&conf, loop, &sink, &feed, &e), 0);
	feed_status(feed, &status);
	assert_false(status.has_work);
	assert_true(status.last_commit_ms == CLOCK_NONE);
	assert_true(status.stuck_since_ms == CLOCK_NONE);
	put_file(folder);
	while (count == 0 && clock_mono_ms() < end_ms)
		assert_true(loop_run_once(loop, 100, &e) >= 0);
	assert_int_equal(count, 1);
	feed_status(feed, &status);
	assert_true(status.last_commit_ms != CLOCK_NONE);
	feed_drain(feed);
	feed_close(&feed);
	assert_null(feed);
	loop_free(&loop);
	log_set_sink(NULL, NULL);
	remove_folder(folder);
}

static void
test_errors_name_the_feed(void **state)
{
	const struct conf_feed conf = {
		.name = "a", .type = "directory", .path = "/nowhere/at/all"
	};
	const struct feed_sink sink = {
		.commit = commit, .resume = resume, .finished = finished
	};
	struct feed *feed = NULL;
	struct loop *loop;
	struct err e;

	(void)state;
	assert_int_equal(loop_new(&loop, &e), 0);
	assert_int_equal(feed_open(&conf, loop, &sink, &feed, &e), -1);
	assert_non_null(strstr(e.msg, "feed a: "));
	assert_null(feed);
	loop_free(&loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_type_has_a_kind),
		cmocka_unit_test(test_unknown_type_is_refused),
		cmocka_unit_test(test_directory_through_the_table),
		cmocka_unit_test(test_errors_name_the_feed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
