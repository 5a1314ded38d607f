/*
 * The quick second reading beside the thorough first: on messages of every
 * kind, on the fuzzers' seeds, and on the labelled corpus where it lies beside
 * the project.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/incident/incident.h"
#include "agent/incident/incident_skim.h"

#define HEAD "{\"id\":\"A\",\"opened_at\":\"2026-01-14T10:42:07Z\""

/* Both read it, and alike. */
static const char *const plain[] = {
	HEAD "}",
	" \t\r\n" HEAD " , \"log\" : [ ] } \n",
	HEAD ",\"log\":[{\"text\":\"a\"},{\"at\":\"2026-01-14T10:43:00Z\","
	     "\"by\":\"UNIT\",\"text\":\"b\",\"seq\":12}]}",
	HEAD ",\"log\":[{\"text\":\"q\\\"b\\\\s\\/n\\nt\\tr\\rb\\bf\\f\"}]}",
	HEAD ",\"log\":[{\"text\":\"\\u00e9\\u20AC\\ud83d\\ude00 \xC3\xA9\"}]}",
	HEAD ",\"location_text\":\"ends in a backslash \\\\\"}",
	HEAD ",\"location_text\":\"\",\"opening_code\":\"O\",\"closing_code\":"
	     "\"C\",\"district\":\"D\",\"status\":\"S\"}",
	HEAD ",\"grade\":2}",
	HEAD ",\"grade\":\" 2 \"}",
	HEAD ",\"grade\":\"E\"}",
	HEAD ",\"revision\":7,\"updated_at\":\"\",\"closed_at\":null}",
	HEAD ",\"vehicles\":[\"AB12 CDE\",\"x\"]}",
	HEAD ",\"resources\":[{\"callsign\":\"EA21\",\"allocated_at\":"
	     "\"2026-01-14T10:45:00Z\",\"x\":{\"y\":[1]}}]}",
	HEAD ",\"x\":{\"log\":[{\"text\":\"not this\"}],\"b\":[[],{},-1.5e3,"
	     "true,null,\"]}\"]},\"status\":\"S\"}",
	HEAD ",\"lat\":51.9,\"lon\":0.4,\"informant\":{\"name\":\"}\\\"{\"},"
	     "\"beat\":\"B\",\"crime_no\":\"1\",\"accuracy_m\":5,\"z\":1}",
	"{\"id\":\"A\",\"partial\":true,\"log\":[{\"text\":\"more\"}]}",
	"{\"id\":\"A\",\"partial\":false,\"opened_at\":"
	"\"2026-01-14T10:42:07.250+01:00\"}",
	HEAD ",\"log\":[{\"text\":\"1\"},{\"text\":\"2\"},{\"text\":\"3\"},"
	     "{\"text\":\"4\"},{\"text\":\"5\"},{\"text\":\"6\"},{\"text\":"
	     "\"7\"},{\"text\":\"8\"},{\"text\":\"9\"}]}",
};

/* Only the thorough one reads it. */
static const char *const odd[] = {
	HEAD ",\"grade\":2.0}",
	HEAD ",\"revision\":1e1}",
	HEAD ",\"l\\u006fg\":[{\"text\":\"a\"}]}",
	HEAD ",\"log\":[{\"text\":\"a\",\"seq\":3.0}]}",
};

/* No message at all: refused, and nothing worse. */
static const char *const broken[] = {
	"",
	"{",
	"[]",
	"{}",
	HEAD,
	HEAD "}}",
	HEAD ",}",
	HEAD ",\"log\":[",
	HEAD ",\"log\":[{\"text\":\"a}]}",
	HEAD ",\"log\":[{\"text\":\"a\\",
	HEAD ",\"x\":[[[",
	HEAD ",\"x\":]}",
	HEAD ",\"x\":",
	HEAD ",\"log\":[{\"text\":\"\\ud83d\"}]}",
	HEAD ",\"log\":[{\"text\":\"\\u12\"}]}",
	HEAD ",\"log\":[{\"text\":\"\\q\"}]}",
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static struct arena *arena;

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void
clear_unread(struct incident *in)
{
	in->crime_no = in->beat = str_of(NULL);
	in->lat = in->lon = in->easting = in->northing = (double)NAN;
	in->accuracy_m = (double)NAN;
	in->informant = (struct incident_informant){ .contact_ok = -1 };
	in->extra_count = 0;
}

/* If both take text, do they read the same?  Returns whether both do. */
static bool
compare(struct str text)
{
	struct buf thorough = { 0 };
	struct buf quick = { 0 };
	struct incident a;
	struct incident b;
	struct err e;
	bool both;

	both = incident_parse(text, arena, &a, &e) == 0 &&
	       incident_skim(text, arena, &b);
	if (both) {
		clear_unread(&a);
		incident_print(&a, &thorough);
		incident_print(&b, &quick);
		assert_string_equal(thorough.p, quick.p);
		assert_true(a.grade_no == b.grade_no);
	}
	buf_clear(&thorough);
	buf_clear(&quick);
	return both;
}

static void
test_plain_messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(plain); i++)
		if (!compare(str_of(plain[i])))
			fail_msg("not read: %s", plain[i]);
}

static void
test_odd_messages_are_left(void **state)
{
	struct incident in;
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT(odd); i++) {
		assert_int_equal(
		    incident_parse(str_of(odd[i]), arena, &in, &e), 0);
		if (incident_skim(str_of(odd[i]), arena, &in))
			fail_msg("read: %s", odd[i]);
	}
}

/* Copied to end at the last byte, so that a sanitizer sees a step too far. */
static void
test_broken_bytes_do_no_harm(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(broken) + COUNT(plain); i++) {
		const char *text =
		    i < COUNT(broken) ? broken[i] : plain[i - COUNT(broken)];
		size_t len = strlen(text);

		for (size_t cut = 0; cut <= len; cut++) {
			char *copy = malloc(cut + 1);
			struct incident in;
			bool taken;

			assert_non_null(copy);
			memcpy(copy, text, cut);
			taken = incident_skim(str_make(copy, cut), arena, &in);
			if (i < COUNT(broken) && cut == len && taken)
				fail_msg("read: %.*s", (int)cut, text);
			free(copy);
		}
		arena_reset(arena);
	}
}

static size_t
compare_file(const char *path, size_t *read)
{
	struct buf text = { 0 };
	struct err e;
	size_t lines = 0;

	if (files_read(path, 16 << 20, &text, &e) < 0)
		fail_msg("%s", e.msg);
	for (size_t at = 0; at < text.len; lines++) {
		const char *end = memchr(text.p + at, '\n', text.len - at);
		size_t len = end ? (size_t)(end - text.p) - at : text.len - at;

		*read += compare(str_make(text.p + at, len));
		at += len + 1;
	}
	buf_clear(&text);
	arena_reset(arena);
	return lines;
}

static void
test_seeds_of_the_fuzzer(void **state)
{
	static const char folder[] =
	    TEST_SOURCE_DIR "/tests/fuzz/seeds/incident";
	struct files_list names;
	struct err e;
	size_t read = 0;

	(void)state;
	assert_int_equal(files_list(folder, NULL, &names, &e), 0);
	for (size_t i = 0; i < names.count; i++) {
		char path[512];

		(void)snprintf(
		    path, sizeof path, "%s/%s", folder, names.names[i]);
		(void)compare_file(path, &read);
	}
	assert_true(read > 0);
	files_list_release(&names);
}

static void
test_labelled_corpus(void **state)
{
	const char *shared = getenv("BUZZARD_SHARED");
	char path[512];
	size_t read = 0;
	size_t lines;
	FILE *there;

	(void)state;
	(void)snprintf(path, sizeof path, "%s/corpus/dev.ndjson",
	    shared ? shared : TEST_SOURCE_DIR "/../shared");
	there = fopen(path, "r");
	if (!there) {
		print_message("skipped: no labelled corpus beside the project "
			      "(BUZZARD_SHARED)\n");
		skip();
		return;
	}
	(void)fclose(there);
	lines = compare_file(path, &read);
	assert_int_equal(lines, read);
	assert_true(read > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_plain_messages, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_odd_messages_are_left, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_broken_bytes_do_no_harm, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_seeds_of_the_fuzzer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_labelled_corpus, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
