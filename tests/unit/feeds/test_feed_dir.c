/* The directory feed, with a real folder, a real loop and real files. */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
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
#include "agent/feeds/feed.h"
#include "agent/feeds/feed_dir.h"

#define WAIT_MS      20000 /* far more than any step needs */
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* A folder, a loop, a feed, and a sink that writes down what it is given. */
struct scene {
	char path[64];
	struct loop *loop;
	struct feed_dir *feed;
	struct buf seen;   /* ids, faults as !line:column, files finished */
	struct buf logged; /* warnings and errors */
	size_t messages, faults, batches, finished;
	size_t largest_batch;
	int failures;                /* commits still to be refused */
	enum err_code code;          /* how */
	struct feed_position resume; /* given if its offset is set */
	struct feed_position last;   /* of the last batch */
	bool quiet;                  /* count only */
	size_t moved_early;          /* files not there at their commit */
	bool has_ahead;              /* work ahead in the thread */
	pthread_t loop_thread;
	size_t contexts, ahead; /* begun and not ended; items worked on */
	size_t came_ahead;      /* items that came with what was left */
};

static void
note_line(void *user, enum log_level level, const char *line)
{
	struct scene *s = user;

	if (level <= LOG_WARN)
		buf_addf(&s->logged, "%s\n", line);
}

static void
note_item(struct scene *s, const struct feed_item *item)
{
	if (item->is_fault)
		s->faults++;
	else
		s->messages++;
	if (s->quiet)
		return;
	if (item->is_fault)
		buf_addf(&s->seen, "!%llu:%llu ",
		    (unsigned long long)item->line,
		    (unsigned long long)item->column);
	else
		buf_addf(&s->seen, "%.*s ", STR_ARG(item->incident.id));
}

static int
commit(void *user, const struct feed_batch *b, struct err *e)
{
	struct scene *s = user;
	char path[400];
	size_t i;

	assert_string_equal(b->feed, "test");
	(void)snprintf(path, sizeof(path), "%s/%s", s->path, b->file);
	if (access(path, F_OK) != 0)
		s->moved_early++;
	if (s->failures > 0) {
		s->failures--;
		return err_set(e, s->code, "the sink cannot");
	}
	for (i = 0; i < b->count; i++) {
		note_item(s, &b->items[i]);
		s->came_ahead += b->items[i].ahead == b->items[i].bytes.p;
	}
	if (b->count > s->largest_batch)
		s->largest_batch = b->count;
	s->batches++;
	s->last = b->after;
	return 0;
}

static int
resume(void *user, const char *feed, const char *file,
    struct feed_position *pos, struct err *e)
{
	struct scene *s = user;

	(void)feed;
	(void)file;
	(void)e;
	assert_int_equal(pos->offset, 0);
	if (s->resume.offset > 0) {
		pos->offset = s->resume.offset;
		pos->line = s->resume.line;
		pos->in_array = s->resume.in_array;
	}
	return 0;
}

static void
finished(void *user, const char *feed, const char *file)
{
	struct scene *s = user;

	(void)feed;
	s->finished++;
	if (!s->quiet)
		buf_addf(&s->seen, "[%s] ", file);
}

static void *
ahead_begin(void *user)
{
	struct scene *s = user;

	assert_true(pthread_equal(pthread_self(), s->loop_thread));
	s->contexts++;
	return s->has_ahead ? s : NULL;
}

/* Leaves a pointer by which the item is known again. */
static void
ahead(void *context, struct feed_batch *b)
{
	struct scene *s = context;

	assert_false(pthread_equal(pthread_self(), s->loop_thread));
	for (size_t i = 0; i < b->count; i++)
		b->items[i].ahead = b->items[i].bytes.p;
	s->ahead += b->count;
}

static void
ahead_end(void *context)
{
	struct scene *s = context;

	assert_true(pthread_equal(pthread_self(), s->loop_thread));
	s->contexts--;
}

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));
	struct err e;

	(void)snprintf(s->path, sizeof(s->path), "/tmp/feed-dir-XXXXXX");
	assert_non_null(mkdtemp(s->path));
	buf_add_text(&s->seen, "");
	buf_add_text(&s->logged, "");
	s->code = ERR_TEMPORARY;
	s->loop_thread = pthread_self();
	*state = s;
	log_set_sink(note_line, s);
	return loop_new(&s->loop, &e);
}

static void
remove_folder(const char *path)
{
	char inner[600];
	struct dirent *entry;
	DIR *d = opendir(path);

	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		(void)snprintf(
		    inner, sizeof(inner), "%s/%s", path, entry->d_name);
		if (unlink(inner) != 0)
			(void)rmdir(inner);
	}
	if (d != NULL)
		(void)closedir(d);
}

static int
tear_down(void **state)
{
	struct scene *s = *state;
	char done[100];

	feed_dir_close(&s->feed);
	loop_free(&s->loop);
	log_set_sink(NULL, NULL);
	(void)snprintf(done, sizeof(done), "%s/done", s->path);
	remove_folder(done);
	(void)snprintf(done, sizeof(done), "%s/refused", s->path);
	remove_folder(done);
	remove_folder(s->path);
	(void)rmdir(s->path);
	buf_clear(&s->seen);
	buf_clear(&s->logged);
	free(s);
	return 0;
}

static void
open_feed(struct scene *s, size_t batch_max)
{
	struct feed_dir_config cfg = { .name = "test",
		.path = s->path,
		.batch_max = batch_max,
		.sweep_ms = 300 };
	struct feed_sink sink = { .commit = commit,
		.resume = resume,
		.finished = finished,
		.user = s,
		.ahead_begin = ahead_begin,
		.ahead = ahead,
		.ahead_end = ahead_end };
	struct err e;

	if (feed_dir_open(&cfg, s->loop, &sink, &s->feed, &e) != 0)
		fail_msg("%s", e.msg);
}

/* Write a file; a name with a slash is below the folder. */
static void
put(const struct scene *s, const char *name, const char *text)
{
	char path[400];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", s->path, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

static bool
is_there(const struct scene *s, const char *name)
{
	char path[400];

	(void)snprintf(path, sizeof(path), "%s/%s", s->path, name);
	return access(path, F_OK) == 0;
}

/* Serve until count files are finished. */
static void
run_until_finished(struct scene *s, size_t count)
{
	int64_t end_ms = clock_mono_ms() + WAIT_MS;
	struct err e;

	while (s->finished < count) {
		assert_true(loop_run_once(s->loop, 100, &e) >= 0);
		if (clock_mono_ms() > end_ms)
			fail_msg("%zu of %zu files finished: %s log: %s",
			    s->finished, count, s->seen.p, s->logged.p);
	}
}

static void
run_for(struct scene *s, int64_t ms)
{
	int64_t end_ms = clock_mono_ms() + ms;
	struct err e;

	while (clock_mono_ms() < end_ms)
		assert_true(loop_run_once(s->loop, 20, &e) >= 0);
}

#define MESSAGE(id) "{\"id\":\"" id "\",\"partial\":true}"

static void
test_written_and_moved(void **state)
{
	struct scene *s = *state;
	char from[400], to[400];

	open_feed(s, 0);
	put(s, "a.ndjson", MESSAGE("A1") "\n" MESSAGE("A2") "\n");
	run_until_finished(s, 1);
	assert_string_equal(s->seen.p, "A1 A2 [a.ndjson] ");
	assert_true(is_there(s, "done/a.ndjson"));
	assert_false(is_there(s, "a.ndjson"));
	put(s, ".b", "[" MESSAGE("B1") "," MESSAGE("B2") "]");
	(void)snprintf(from, sizeof(from), "%s/.b", s->path);
	(void)snprintf(to, sizeof(to), "%s/b.json", s->path);
	assert_int_equal(rename(from, to), 0);
	run_until_finished(s, 2);
	assert_string_equal(s->seen.p, "A1 A2 [a.ndjson] B1 B2 [b.json] ");
	assert_int_equal(s->moved_early, 0);
	assert_string_equal(s->logged.p, "");
}

static void
test_empty_file(void **state)
{
	struct scene *s = *state;

	open_feed(s, 0);
	put(s, "a.ndjson", "");
	run_until_finished(s, 1);
	assert_true(is_there(s, "done/a.ndjson"));
	assert_int_equal(s->messages + s->faults, 0);
}

/* What is left alone, beside one that is taken. */
static void
test_left_alone(void **state)
{
	static const char *const names[] = { ".hidden", "a.tmp", "a.part",
		"sub", "link", "fifo" };
	struct scene *s = *state;
	char path[400], target[400];
	size_t i;

	open_feed(s, 0);
	put(s, ".hidden", MESSAGE("X") "\n");
	put(s, "a.tmp", MESSAGE("X") "\n");
	put(s, "a.part", MESSAGE("X") "\n");
	(void)snprintf(path, sizeof(path), "%s/sub", s->path);
	assert_int_equal(mkdir(path, 0700), 0);
	(void)snprintf(path, sizeof(path), "%s/link", s->path);
	(void)snprintf(target, sizeof(target), "%s/.hidden", s->path);
	assert_int_equal(symlink(target, path), 0);
	(void)snprintf(path, sizeof(path), "%s/fifo", s->path);
	assert_int_equal(mkfifo(path, 0600), 0);
	put(s, "taken", MESSAGE("T") "\n");
	feed_dir_rescan(s->feed);
	run_until_finished(s, 1);
	run_for(s, 2700); /* a sweep when all are older than 2 s */
	assert_string_equal(s->seen.p, "T [taken] ");
	for (i = 0; i < COUNT(names); i++)
		assert_true(is_there(s, names[i]));
}

/* What is there at the start is taken once it has been still for 2 s. */
static void
test_sweep(void **state)
{
	struct scene *s = *state;
	int64_t begun_ms = clock_mono_ms();

	put(s, "b", MESSAGE("B") "\n");
	put(s, "a", MESSAGE("A") "\n");
	open_feed(s, 0);
	run_for(s, 1000);
	assert_int_equal(s->finished, 0);
	run_until_finished(s, 2);
	assert_true(clock_mono_ms() - begun_ms >= 1900);
	assert_string_equal(s->seen.p, "A [a] B [b] ");
}

/* A file that is still being written to is not taken by the sweep. */
static void
test_sweep_waits_for_a_writer(void **state)
{
	struct scene *s = *state;
	char path[400];
	int fd, i;

	open_feed(s, 0);
	(void)snprintf(path, sizeof(path), "%s/slow", s->path);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	for (i = 0; i < 6; i++) {
		assert_int_equal(write(fd, MESSAGE("S") "\n", 26), 26);
		run_for(s, 500);
		assert_int_equal(s->batches, 0);
	}
	assert_int_equal(close(fd), 0);
	run_until_finished(s, 1);
	assert_string_equal(s->seen.p, "S S S S S S [slow] ");
}

static void
test_name_clash(void **state)
{
	static const char *const names[] = { "done/a.ndjson", "done/a.1.ndjson",
		"done/a.2.ndjson" };
	struct scene *s = *state;
	size_t i;

	open_feed(s, 0);
	for (i = 0; i < COUNT(names); i++) {
		put(s, "a.ndjson", MESSAGE("A") "\n");
		run_until_finished(s, i + 1);
		assert_true(is_there(s, names[i]));
	}
	put(s, "plain", "");
	run_until_finished(s, 4);
	put(s, "plain", "");
	run_until_finished(s, 5);
	assert_true(is_there(s, "done/plain") && is_there(s, "done/plain.1"));
}

static void
test_bad_lines(void **state)
{
	struct scene *s = *state;

	open_feed(s, 0);
	put(s, "a",
	    MESSAGE("A") "\nrubbish\n\n  {\"id\":\"B\"}\n" MESSAGE("C"));
	run_until_finished(s, 1);
	assert_string_equal(s->seen.p, "A !2:1 !4:3 C [a] ");
	put(s, "b", "[" MESSAGE("A") ",\n {\"id\" 3},\n7," MESSAGE("C") "]");
	buf_reset(&s->seen);
	run_until_finished(s, 2);
	assert_string_equal(s->seen.p, "A !2:8 !3:1 C [b] ");
}

static void
test_batches(void **state)
{
	struct scene *s = *state;

	open_feed(s, 2);
	put(s, "a",
	    MESSAGE("1") "\n" MESSAGE("2") "\n" MESSAGE("3") "\n" MESSAGE(
		"4") "\n" MESSAGE("5") "\n");
	run_until_finished(s, 1);
	assert_int_equal(s->largest_batch, 2);
	assert_true(s->batches >= 3);
	assert_string_equal(s->seen.p, "1 2 3 4 5 [a] ");
	assert_true(s->last.at_end);
}

/* A sink that fails gets the same batch again, and nothing moves meanwhile. */
static void
fail_and_recover(struct scene *s, enum err_code code)
{
	struct feed_dir_status status;
	int64_t begun_ms = clock_mono_ms();

	open_feed(s, 1);
	s->failures = 2;
	s->code = code;
	put(s, "a", MESSAGE("A") "\n" MESSAGE("B") "\n");
	put(s, "b", MESSAGE("C") "\n");
	run_for(s, 300);
	assert_true(is_there(s, "a") && is_there(s, "b"));
	feed_dir_status(s->feed, &status);
	assert_true(status.stuck_since_ms != CLOCK_NONE);
	assert_string_equal(status.stuck_why, "the sink cannot");
	run_until_finished(s, 2);
	assert_true(clock_mono_ms() - begun_ms >= 2900); /* 1 s and 2 s */
	assert_string_equal(s->seen.p, "A B [a] C [b] ");
	feed_dir_status(s->feed, &status);
	assert_int_equal(status.stuck_since_ms, CLOCK_NONE);
	assert_string_equal(status.stuck_why, "");
	assert_int_equal(status.files_done, 2);
	assert_int_equal(status.messages_done, 3);
	assert_int_equal(status.faults_done, 0);
	assert_int_equal(status.waiting_count, 0);
}

static size_t
count_lines(struct str s)
{
	size_t i, n = 0;

	for (i = 0; i < s.len; i++)
		n += s.p[i] == '\n';
	return n;
}

static void
test_sink_fails_for_a_while(void **state)
{
	struct scene *s = *state;

	fail_and_recover(s, ERR_TEMPORARY);
	assert_int_equal(count_lines(buf_str(&s->logged)), 1);
}

static void
test_sink_fails_badly(void **state)
{
	struct scene *s = *state;

	fail_and_recover(s, ERR_CORRUPT);
	assert_int_equal(count_lines(buf_str(&s->logged)), 1);
}

static void
test_resume_after_half(void **state)
{
	static const char text[] = MESSAGE("A") "\n" MESSAGE("B") "\nbad\n";
	struct scene *s = *state;

	s->resume.offset = 26;
	s->resume.line = 1;
	open_feed(s, 0);
	put(s, "a", text);
	run_until_finished(s, 1);
	assert_string_equal(s->seen.p, "B !3:1 [a] ");
	s->resume =
	    (struct feed_position){ .offset = 28, .line = 1, .in_array = true };
	buf_reset(&s->seen);
	put(s, "b", "[\n" MESSAGE("A") "\n,  " MESSAGE("B") ",7]");
	s->resume.offset = 27;
	run_until_finished(s, 2);
	assert_string_equal(s->seen.p, "B !3:30 [b] ");
}

/* A file of count messages with bytes of padding each. */
static void
put_large(const struct scene *s, const char *name, size_t count, int padding)
{
	char path[400];
	size_t i;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", s->path, name);
	f = fopen(path, "w");
	assert_non_null(f);
	for (i = 0; i < count; i++)
		(void)fprintf(f,
		    "{\"id\":\"L%zu\",\"partial\":true,\"status\":\"%*s\"}\n",
		    i, padding, "x");
	assert_int_equal(fclose(f), 0);
}

/* A large file goes through the thread; a small one does not wait for it. */
static void
test_large_file(void **state)
{
	struct scene *s = *state;
	int64_t end_ms;
	struct err e;

	s->quiet = true;
	open_feed(s, 16);
	put_large(s, "large", 4000, 1000);
	end_ms = clock_mono_ms() + WAIT_MS;
	while (s->batches < 3) {
		assert_true(loop_run_once(s->loop, 100, &e) >= 0);
		assert_true(clock_mono_ms() < end_ms);
	}
	put(s, "small", MESSAGE("S") "\n");
	run_until_finished(s, 1);
	assert_true(is_there(s, "done/small") && is_there(s, "large"));
	run_until_finished(s, 2);
	assert_true(is_there(s, "done/large"));
	assert_int_equal(s->messages, 4001);
	assert_int_equal(s->faults, 0);
	assert_int_equal(s->moved_early, 0);
}

/* Only what a thread decodes is worked on ahead, and each context is given back.
 */
static void
test_ahead(void **state)
{
	struct scene *s = *state;

	s->quiet = true;
	s->has_ahead = true;
	open_feed(s, 100);
	put(s, "small", MESSAGE("S") "\n");
	run_until_finished(s, 1);
	assert_int_equal(s->ahead, 0);
	put_large(s, "large", 2000, 1000);
	run_until_finished(s, 2);
	assert_int_equal(s->ahead, 2000);
	assert_int_equal(s->came_ahead, 2000);
	assert_int_equal(s->contexts, 0);
}

/* Closed in the middle, the context is given back too. */
static void
test_ahead_and_close(void **state)
{
	struct scene *s = *state;
	struct err e;

	s->quiet = true;
	s->has_ahead = true;
	open_feed(s, 16);
	put_large(s, "large", 2000, 1000);
	while (s->batches < 1)
		assert_true(loop_run_once(s->loop, 100, &e) >= 0);
	assert_int_equal(s->contexts, 1);
	feed_dir_close(&s->feed);
	assert_int_equal(s->contexts, 0);
}

/* A sink that has no context does without. */
static void
test_no_context_ahead(void **state)
{
	struct scene *s = *state;

	s->quiet = true;
	open_feed(s, 100);
	put_large(s, "large", 500, 1000);
	run_until_finished(s, 1);
	assert_int_equal(s->contexts, 1);
	assert_int_equal(s->ahead, 0);
	assert_int_equal(s->messages, 500);
}

static void
test_large_file_and_failing_sink(void **state)
{
	struct scene *s = *state;

	s->quiet = true;
	s->failures = 1;
	open_feed(s, 100);
	put_large(s, "large", 2000, 1000);
	put(s, "small", MESSAGE("S") "\n");
	run_until_finished(s, 2);
	assert_int_equal(s->messages, 2001);
	assert_int_equal(s->moved_early, 0);
}

/* Closing in the middle leaves the file where it is. */
static void
test_close_in_the_middle(void **state)
{
	struct scene *s = *state;
	int64_t end_ms = clock_mono_ms() + WAIT_MS;
	struct err e;

	s->quiet = true;
	open_feed(s, 16);
	put_large(s, "large", 4000, 1000);
	while (s->batches < 2) {
		assert_true(loop_run_once(s->loop, 100, &e) >= 0);
		assert_true(clock_mono_ms() < end_ms);
	}
	feed_dir_drain(s->feed);
	feed_dir_close(&s->feed);
	assert_null(s->feed);
	assert_true(is_there(s, "large"));
	assert_false(s->last.at_end);
	s->resume = s->last;
	open_feed(s, 16);
	run_until_finished(s, 1);
	assert_int_equal(s->messages, 4000);
}

/* A folder full of files leaves room for what else the loop has to do. */
static void
test_many_files_take_turns(void **state)
{
	struct scene *s = *state;
	size_t most = 0;
	struct err e;

	s->quiet = true;
	for (int i = 0; i < 200; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "f-%03d", i);
		put(s, name, MESSAGE("A") "\n");
	}
	open_feed(s, 0);
	while (s->finished < 200) {
		size_t before = s->finished;

		assert_int_equal(loop_run_once(s->loop, 5000, &e), 1);
		if (s->finished - before > most)
			most = s->finished - before;
	}
	assert_in_range(most, 1, 32);
	assert_string_equal(s->logged.p, "");
}

/* A draining feed begins nothing. */
static void
test_drain(void **state)
{
	struct scene *s = *state;

	open_feed(s, 0);
	feed_dir_drain(s->feed);
	put(s, "a", MESSAGE("A") "\n");
	run_for(s, 2700);
	assert_true(is_there(s, "a"));
	assert_int_equal(s->batches, 0);
}

/* The folder goes away and comes back. */
static void
test_folder_lost(void **state)
{
	struct scene *s = *state;
	char done[100];

	open_feed(s, 0);
	(void)snprintf(done, sizeof(done), "%s/done", s->path);
	assert_int_equal(rmdir(done), 0);
	assert_int_equal(rmdir(s->path), 0);
	run_for(s, 1000); /* a sweep or three */
	assert_non_null(strstr(s->logged.p, "folder is gone"));
	assert_int_equal(count_lines(buf_str(&s->logged)), 1);
	assert_int_equal(mkdir(s->path, 0700), 0);
	run_for(s, 3000);
	put(s, "a", MESSAGE("A") "\n");
	run_until_finished(s, 1);
	assert_string_equal(s->seen.p, "A [a] ");
}

/* done/ is made again when somebody has removed it. */
static void
test_done_lost(void **state)
{
	struct scene *s = *state;
	char done[100];

	open_feed(s, 0);
	(void)snprintf(done, sizeof(done), "%s/done", s->path);
	assert_int_equal(rmdir(done), 0);
	run_for(s, 1000);
	put(s, "a", MESSAGE("A") "\n");
	run_until_finished(s, 1);
	assert_true(is_there(s, "done/a"));
}

/* The same for a folder that is lost with a file in hand. */
static void
test_folder_moved_under_a_file(void **state)
{
	struct scene *s = *state;
	char away[100];
	int64_t end_ms = clock_mono_ms() + WAIT_MS;
	struct err e;

	s->quiet = true;
	open_feed(s, 16);
	put_large(s, "large", 2000, 1000);
	while (s->batches < 2) {
		assert_true(loop_run_once(s->loop, 100, &e) >= 0);
		assert_true(clock_mono_ms() < end_ms);
	}
	(void)snprintf(away, sizeof(away), "%s.away", s->path);
	assert_int_equal(rename(s->path, away), 0);
	run_for(s, 500);
	assert_int_equal(rename(away, s->path), 0);
	run_until_finished(s, 1);
	assert_true(is_there(s, "done/large"));
	assert_null(strstr(s->logged.p, "descriptor"));
}

static void
test_no_folder(void **state)
{
	struct scene *s = *state;
	struct feed_dir_config cfg = { .name = "test",
		.path = "/nowhere/at/all" };
	struct feed_sink sink = { .commit = commit,
		.resume = resume,
		.finished = finished,
		.user = s };
	struct err e;

	assert_int_equal(feed_dir_open(&cfg, s->loop, &sink, &s->feed, &e), -1);
	assert_int_equal(e.code, ERR_SYSTEM);
	assert_null(s->feed);
	feed_dir_close(&s->feed);
}

/* ---- Whole files ---- */

/* Somebody else's thread, played by the loop: one file at a time. */
struct taker {
	struct scene *scene;
	uint64_t ticket; /* the last one given */
	char path[128];  /* of the file in hand; "" if none */
	int not_yet;     /* files that are to be begun again once */
	bool grows;      /* the first file is written to while it is read */
	size_t begun, cancelled;
};

static uint64_t
whole_begin(void *user, const struct feed_whole *file)
{
	struct taker *t = user;

	assert_string_equal(t->path, "");
	assert_string_equal(file->feed, "cards");
	assert_string_equal(file->class, "dashcam");
	assert_string_equal(file->unit, "EP12");
	(void)snprintf(t->path, sizeof(t->path), "%s", file->path);
	t->begun++;
	if (!strstr(file->path, "slow"))
		loop_wake(file->wake);
	return ++t->ticket;
}

static int
whole_ask(void *user, uint64_t ticket, struct err *e)
{
	struct taker *t = user;
	int answer = strstr(t->path, "bad") ? 2 : 1;

	if (strstr(t->path, "left"))
		answer = 3;

	assert_int_equal(ticket, t->ticket);
	if (t->grows) {
		t->grows = false;
		assert_int_equal(truncate(t->path, 5), 0);
	}
	if (strstr(t->path, "slow"))
		return 0;
	if (t->not_yet > 0) {
		t->not_yet--;
		(void)err_set(e, ERR_TEMPORARY, "the disk is full");
		answer = -1;
	} else if (answer == 2) {
		(void)err_set(e, ERR_INVALID, "no track is in it");
	}
	t->path[0] = '\0';
	return answer;
}

static void
whole_cancel(void *user, uint64_t ticket)
{
	struct taker *t = user;

	assert_int_equal(ticket, t->ticket);
	t->path[0] = '\0';
	t->cancelled++;
}

static void
whole_finished(void *user, const char *feed, const char *file)
{
	struct taker *t = user;

	finished(t->scene, feed, file);
}

static void
open_whole(struct taker *t)
{
	struct feed_dir_config cfg = { .name = "cards",
		.path = t->scene->path,
		.sweep_ms = 300,
		.is_whole = true,
		.class = "dashcam",
		.unit = "EP12" };
	struct feed_sink sink = { .finished = whole_finished,
		.user = t,
		.whole_begin = whole_begin,
		.whole_ask = whole_ask,
		.whole_cancel = whole_cancel };
	struct err e;

	if (feed_dir_open(&cfg, t->scene->loop, &sink, &t->scene->feed, &e) !=
	    0)
		fail_msg("%s", e.msg);
}

/*
 * What was copied is removed, what was taken without a copy goes to done/,
 * refused to refused/, and what could not be tried waits.
 */
static void
test_whole_files(void **state)
{
	struct scene *s = *state;
	struct taker t = { .scene = s, .not_yet = 1 };

	open_whole(&t);
	put(s, "a.gpx", "x");
	put(s, "bad.gpx", "x");
	put(s, "c.gpx", "x");
	put(s, "left.gpx", "x");
	run_until_finished(s, 3);
	run_for(s, 200);
	assert_false(is_there(s, "done/a.gpx") || is_there(s, "done/c.gpx"));
	assert_false(is_there(s, "c.gpx") || is_there(s, "left.gpx"));
	assert_true(is_there(s, "done/left.gpx"));
	assert_true(is_there(s, "refused/bad.gpx"));
	assert_false(is_there(s, "bad.gpx") || is_there(s, "a.gpx"));
	assert_int_equal(t.begun, 5);
	assert_int_equal(t.cancelled, 0);
	assert_non_null(strstr(s->logged.p, "the disk is full"));
	assert_non_null(strstr(s->logged.p, "file refused feed=cards "
					    "file=bad.gpx refused=bad.gpx "
					    "reason=\"no track is in it\""));
}

/* One that was written to while it was copied is not removed. */
static void
test_whole_file_grows(void **state)
{
	struct scene *s = *state;
	struct taker t = { .scene = s, .grows = true };

	open_whole(&t);
	put(s, "a.gpx", "x");
	run_until_finished(s, 1);
	assert_int_equal(t.begun, 2);
	assert_false(is_there(s, "a.gpx"));
}

/* Nobody waits for a file when the feed is closed; it stays where it is. */
static void
test_whole_file_and_close(void **state)
{
	struct scene *s = *state;
	struct taker t = { .scene = s };

	open_whole(&t);
	put(s, "slow.gpx", "x");
	run_for(s, 400);
	assert_int_equal(t.begun, 1);
	feed_dir_close(&s->feed);
	assert_int_equal(t.cancelled, 1);
	assert_true(is_there(s, "slow.gpx"));
}

#define SCENE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(test_written_and_moved),
		SCENE_TEST(test_empty_file),
		SCENE_TEST(test_left_alone),
		SCENE_TEST(test_sweep),
		SCENE_TEST(test_sweep_waits_for_a_writer),
		SCENE_TEST(test_name_clash),
		SCENE_TEST(test_bad_lines),
		SCENE_TEST(test_batches),
		SCENE_TEST(test_sink_fails_for_a_while),
		SCENE_TEST(test_sink_fails_badly),
		SCENE_TEST(test_resume_after_half),
		SCENE_TEST(test_large_file),
		SCENE_TEST(test_ahead),
		SCENE_TEST(test_ahead_and_close),
		SCENE_TEST(test_no_context_ahead),
		SCENE_TEST(test_large_file_and_failing_sink),
		SCENE_TEST(test_close_in_the_middle),
		SCENE_TEST(test_many_files_take_turns),
		SCENE_TEST(test_drain),
		SCENE_TEST(test_folder_lost),
		SCENE_TEST(test_done_lost),
		SCENE_TEST(test_folder_moved_under_a_file),
		SCENE_TEST(test_no_folder),
		SCENE_TEST(test_whole_files),
		SCENE_TEST(test_whole_file_grows),
		SCENE_TEST(test_whole_file_and_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
