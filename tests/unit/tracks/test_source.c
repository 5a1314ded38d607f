#include "tracks_test.h"

#include <fcntl.h>

#include "agent/base/random.h"

/* Text in a file of its own, opened; the name is gone at once. */
static struct source *
open_text(struct str text)
{
	char path[] = "/tmp/test_source.XXXXXX";
	struct source *s = NULL;
	struct err e;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.p, text.len), (ssize_t)text.len);
	close(fd);
	assert_int_equal(source_open(path, &s, &e), 0);
	unlink(path);
	return s;
}

static void
expect_lines(struct source *s, const char *const *lines, const uint64_t *at)
{
	uint64_t offset = 0;
	struct str line;
	struct err e;

	for (size_t i = 0; lines[i]; i++) {
		assert_int_equal(offset, at[i]);
		assert_int_equal(source_line(s, &offset, &line, &e), 1);
		assert_true(str_is(line, lines[i]));
	}
	assert_int_equal(source_line(s, &offset, &line, &e), 0);
}

static void
test_lines(void **state)
{
	static const char text[] = "one\ntwo\r\n\r\nthree\rfour";
	static const char *const lines[] = { "one", "two", "", "three", "four",
		NULL };
	static const uint64_t at[] = { 0, 4, 9, 11, 17 };
	struct source *s = open_text(str_of(text));
	struct source *m = source_of(str_of(text), "memory");

	(void)state;
	expect_lines(s, lines, at);
	expect_lines(m, lines, at);
	assert_int_equal(source_size(s), sizeof(text) - 1);
	source_close(&s);
	source_close(&m);
}

/* Lines of every length round the limits come whole, or cut and no more. */
static void
test_long_lines(void **state)
{
	static const size_t lens[] = { 0, 1, SOURCE_LINE_MAX - 1,
		SOURCE_LINE_MAX, SOURCE_LINE_MAX + 1, SOURCE_WINDOW - 2,
		SOURCE_WINDOW - 1, SOURCE_WINDOW, SOURCE_WINDOW + 1,
		3 * SOURCE_WINDOW, 5 };
	static const char *const ends[] = { "\n", "\r\n", "\r" };
	struct buf text = { 0 };
	struct source *s;
	uint64_t at = 0, begin = 0;
	struct str line;
	struct err e;

	(void)state;
	for (size_t i = 0; i < LENGTH(lens) * 3; i++) {
		for (size_t k = 0; k < lens[i / 3]; k++)
			buf_add_char(&text, (char)('a' + k % 26));
		buf_add_text(&text, ends[i % 3]);
	}
	s = open_text(buf_str(&text));
	for (size_t i = 0; i < LENGTH(lens) * 3; i++) {
		size_t len = lens[i / 3];
		size_t shown = len < SOURCE_LINE_MAX ? len : SOURCE_LINE_MAX;

		/* A lone CR before nothing of ours would be a CRLF. */
		assert_int_equal(at, begin);
		assert_int_equal(source_line(s, &at, &line, &e), 1);
		assert_int_equal(line.len, shown);
		assert_memory_equal(line.p, text.p + begin, shown);
		begin += len + strlen(ends[i % 3]);
	}
	assert_int_equal(source_line(s, &at, &line, &e), 0);
	source_close(&s);
	buf_clear(&text);
}

/* Any jump gives what stands there. */
static void
test_jumps(void **state)
{
	struct buf text = { 0 };
	struct source *s;
	struct err e;

	(void)state;
	for (size_t i = 0; i < 300000; i++)
		buf_add_char(&text, (char)(random_u32() & 0xff));
	s = open_text(buf_str(&text));
	for (int i = 0; i < 2000; i++) {
		uint64_t at = random_u32() % 310000;
		size_t len = random_u32() % SOURCE_WINDOW;
		bool fits = at + len <= text.len;
		struct str out;

		assert_int_equal(source_exactly(s, at, len, &out, &e), fits);
		if (fits)
			assert_memory_equal(out.p, text.p + at, len);
	}
	source_close(&s);
	buf_clear(&text);
}

static void
test_find(void **state)
{
	struct buf text = { 0 };
	struct source *s;
	uint64_t found = 0;
	struct err e;

	(void)state;
	for (size_t i = 0; i < 3 * SOURCE_WINDOW; i++)
		buf_add_char(&text, '.');
	/* Across the window's edge. */
	memcpy(text.p + SOURCE_WINDOW - 3, "<trkpt", 6);
	s = open_text(buf_str(&text));
	assert_int_equal(source_find(s, 0, str_of("<trkpt"), &found, &e), 1);
	assert_int_equal(found, SOURCE_WINDOW - 3);
	assert_int_equal(
	    source_find(s, found + 1, str_of("<trkpt"), &found, &e), 0);
	source_close(&s);
	buf_clear(&text);
}

static void
test_no_file(void **state)
{
	struct source *s = NULL;
	struct err e;

	(void)state;
	assert_int_equal(source_open("/nonexistent/x.gpx", &s, &e), -1);
	assert_non_null(strstr(e.msg, "/nonexistent/x.gpx"));
	assert_int_equal(source_open("/tmp", &s, &e), -1);
	assert_non_null(strstr(e.msg, "is not a file"));
	assert_null(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_jumps),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
