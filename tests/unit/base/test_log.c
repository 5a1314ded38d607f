#include "base_test.h"

#include <pthread.h>
#include <sys/stat.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/own.h"
#include "agent/base/str.h"

/* Lines as "level|line\n". */
static void
keep(void *user, enum log_level level, const char *line)
{
	buf_addf(user, "%d|%s\n", (int)level, line);
}

static int
start(void **state)
{
	static struct buf lines;

	clock_set_fake(1000000);
	log_set_level(LOG_INFO);
	log_set_sink(keep, &lines);
	*state = &lines;
	return 0;
}

static int
stop(void **state)
{
	log_set_sink(NULL, NULL);
	clock_clear_fake();
	buf_clear(*state);
	return 0;
}

static void
test_levels(void **state)
{
	struct buf *lines = *state;

	log_error("e");
	log_warn("w");
	log_info("i id=%d", 7);
	log_debug("d");
	assert_string_equal(lines->p, "0|e\n1|w\n2|i id=7\n");
	buf_reset(lines);
	log_set_level(LOG_DEBUG);
	log_debug("d");
	log_set_level(LOG_ERROR);
	log_warn("hidden");
	assert_string_equal(lines->p, "3|d\n");
}

static void
test_escapes(void **state)
{
	struct buf *lines = *state;

	log_info("v=%s", "a\nb\tc\r\x1b[0m\x7f\xc3\xa9\xff");
	assert_string_equal(
	    lines->p, "2|v=a\\nb\\tc\\x0d\\x1b[0m\\x7f\xc3\xa9\\xff\n");
}

static void
test_long_line(void **state)
{
	struct buf *lines = *state;
	char text[3000];

	memset(text, '\x01', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_info("%s", text);
	assert_int_equal(lines->len, strlen("2|\n") + (size_t)4 * 1023);
}

static void
warn_of(int id)
{
	log_warn("peer gone id=%d", id);
}

static void
test_repeats_are_summarised(void **state)
{
	struct buf *lines = *state;

	for (int i = 1; i <= 46; i++)
		warn_of(i);
	assert_null(strstr(lines->p, "id=6"));
	assert_non_null(strstr(lines->p, "id=5\n"));
	buf_reset(lines);
	clock_set_fake(1000000 + 59999);
	log_info("other");
	assert_string_equal(lines->p, "2|other\n");
	buf_reset(lines);
	clock_set_fake(1000000 + 60000);
	log_info("other");
	assert_string_equal(
	    lines->p, "1|peer gone id=46 repeated 41 times\n2|other\n");
	buf_reset(lines);
	warn_of(47);
	assert_string_equal(lines->p, "1|peer gone id=47\n");
}

static void
test_information_is_never_folded(void **state)
{
	struct buf *lines = *state;

	for (int i = 0; i < 100; i++)
		log_info("alert delivered outbox=%d", i);
	assert_non_null(strstr(lines->p, "outbox=99\n"));
	assert_null(strstr(lines->p, "repeated"));
}

static void
test_flush(void **state)
{
	struct buf *lines = *state;

	for (int i = 1; i <= 7; i++)
		warn_of(i);
	buf_reset(lines);
	log_flush();
	assert_string_equal(lines->p, "1|peer gone id=7 repeated 2 times\n");
	buf_reset(lines);
	log_flush();
	assert_int_equal(lines->len, 0);
}

/* A long last line is kept in whole characters. */
static void
test_summary_of_a_long_line(void **state)
{
	struct buf *lines = *state;
	AUTO(buf_clear) struct buf text = { 0 };

	buf_add_char(&text, 'x');
	for (int i = 0; i < 100; i++)
		buf_add_text(&text, "\xe2\x80\x94");
	for (int i = 0; i < 6; i++)
		log_warn("%s", text.p);
	buf_reset(lines);
	log_flush();
	assert_true(str_is_utf8(buf_str(lines)));
	assert_non_null(strstr(lines->p, " repeated 1 times"));
}

/* Every format has its own count; the one too many is printed. */
static void
test_more_formats_than_room(void **state)
{
	static char formats[80][24];
	struct buf *lines = *state;

	for (int i = 0; i < 80; i++)
		(void)snprintf(formats[i], sizeof(formats[i]), "format %d", i);
	for (int round = 0; round < 10; round++)
		for (int i = 0; i < 80; i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
			log_warn(formats[i]);
#pragma GCC diagnostic pop
		}
	buf_reset(lines);
	log_warn("one more");
	assert_string_equal(lines->p, "1|one more\n");
}

static void
print_two(void *arg)
{
	struct stat st;
	char name[64];

	log_set_sink(NULL, NULL);
	if (arg) {
		(void)fstat(STDERR_FILENO, &st);
		(void)snprintf(name, sizeof(name), "%ju:%ju",
		    (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
		(void)setenv("JOURNAL_STREAM", *(char *)arg ? name : "1:2", 1);
	}
	log_error("disk full");
	log_info("started");
}

static void
test_standard_error(void **state)
{
	char text[512];
	char yes[] = "y";
	char no[] = "";

	(void)state;
	(void)unsetenv("JOURNAL_STREAM");
	(void)run_apart(print_two, NULL, text, sizeof(text));
	assert_string_equal(text, "error: disk full\nstarted\n");
	(void)run_apart(print_two, yes, text, sizeof(text));
	assert_string_equal(text, "<3>disk full\n<6>started\n");
	(void)run_apart(print_two, no, text, sizeof(text));
	assert_string_equal(text, "error: disk full\nstarted\n");
}

static void *
print_many(void *arg)
{
	(void)arg;
	for (int i = 0; i < 500; i++)
		log_info("whole line %d", 12345);
	return NULL;
}

static void
test_threads(void **state)
{
	struct buf *lines = *state;
	pthread_t threads[4];

	for (size_t i = 0; i < LENGTH(threads); i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, print_many, NULL), 0);
	for (size_t i = 0; i < LENGTH(threads); i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(lines->len, 2000 * strlen("2|whole line 12345\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_levels, start, stop),
		cmocka_unit_test_setup_teardown(test_escapes, start, stop),
		cmocka_unit_test_setup_teardown(test_long_line, start, stop),
		cmocka_unit_test_setup_teardown(
		    test_repeats_are_summarised, start, stop),
		cmocka_unit_test_setup_teardown(
		    test_information_is_never_folded, start, stop),
		cmocka_unit_test_setup_teardown(test_flush, start, stop),
		cmocka_unit_test_setup_teardown(
		    test_summary_of_a_long_line, start, stop),
		cmocka_unit_test_setup_teardown(
		    test_more_formats_than_room, start, stop),
		cmocka_unit_test_setup_teardown(
		    test_standard_error, start, stop),
		cmocka_unit_test_setup_teardown(test_threads, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
