/*
 * Outside programs: refused where absent and for bytes in memory; and, where
 * they are installed, what they read.
 */
#include "tracks_test.h"

#include <fcntl.h>

#include "agent/base/confine.h"
#include "agent/tracks/reader_exiftool.h"
#include "agent/tracks/reader_gpsbabel.h"
#include "agent/tracks/tool.h"
#include "tests/unit/landlocked.h"

static int
ignore(void *user, struct str piece, struct err *e)
{
	(void)user;
	(void)piece;
	(void)e;
	return 0;
}

static const struct tool absent = { .path = "/usr/bin/no-such-reader",
	.name = "no-such-reader",
	.package = "libno-such-reader-perl",
	.memory_bytes = 64U << 20,
	.output_bytes = 1000,
	.cpu_s = 1,
	.wall_s = 1 };

static void
test_absent(void **state)
{
	const char *const argv[] = { absent.path, NULL };
	const struct tool_ear ear = { .output = ignore };
	struct confine_end end;
	struct source *s = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(source_open("/etc/hostname", &s, &e), 0);
	assert_int_equal(tool_run(&absent, argv, s, &ear, &end, &e), -1);
	assert_int_equal(e.code, ERR_PERMANENT);
	assert_string_equal(e.msg,
	    "it takes no-such-reader to read, which is not installed: apt-get "
	    "install libno-such-reader-perl");
	source_close(&s);
}

static void
test_memory_is_not_given(void **state)
{
	struct heard *h = malloc(sizeof(*h));
	static const char fit[] = "\x0e\x20\0\0\0\0\0\0.FIT";

	(void)state;
	hear(h, str_make(fit, sizeof(fit)), "x.fit");
	assert_string_equal(h->about.format, "gpsbabel:garmin_fit");
	assert_int_equal(h->result, -1);
	assert_string_equal(
	    h->e.msg, "gpsbabel is given files only, not bytes in memory");
	hear(h,
	    str_of("RIFF\x20\x20\x20\x20"
		   "AVI LIST"),
	    "x.avi");
	assert_string_equal(h->about.format, "video");
	assert_string_equal(
	    h->e.msg, "exiftool is given files only, not bytes in memory");
	free(h);
}

static void
test_words_of_failure(void **state)
{
	const struct confine_end silent = { .status = 9 };
	const struct confine_end said = { .status = 1,
		.words = "fit: not a file\nsecond line\n" };
	struct err e;

	(void)state;
	assert_int_equal(tool_failed(&absent, &silent, &e), -1);
	assert_string_equal(e.msg, "no-such-reader cannot read it (status 9)");
	assert_int_equal(tool_failed(&absent, &said, &e), -1);
	assert_string_equal(
	    e.msg, "no-such-reader cannot read it: fit: not a file");
}

/* How a file begins, what it is called, what reads it. */
static const struct {
	struct str head;
	const char *name, *format;
} kinds[] = {
	{ STR_LIT("\x0c\x10\x64\0\x10\0\0\0.FIT"), "a", "gpsbabel:garmin_fit" },
	{ STR_LIT("<?xml version='1.0'?>\n<TrainingCenterDatabase xmlns='a'>"),
	    "a", "gpsbabel:gtrnctr" },
	{ STR_LIT("MsRcf\0\2\0\0\0Dl"), "a", "gpsbabel:gdb" },
	{ STR_LIT("OziExplorer Track Point File Version 2.1\r\n"), "a.csv",
	    "gpsbabel:ozi" },
	{ STR_LIT("$PMGNTRK,5144.0,N,00028.1,E,1,M,061550.00,A,,181220*75"),
	    "a.log", "gpsbabel:magellanx" },
	{ STR_LIT("[Symbol 1]\r\nTyp=3\r\n"), "a.OVL", "gpsbabel:ggv_ovl" },
	{ STR_LIT("[Symbol 1]\r\nTyp=3\r\n"), "a.ini", "unknown" },
	{ STR_LIT("\3\0\0\0\0\0\0\0"), "a.usr", "gpsbabel:lowranceusr" },
	{ STR_LIT("\3\0\0\0\0\0\0\0"), "a.bin", "unknown" },
	{ STR_LIT("MsRc"), "a", "unknown" },
};

static void
test_kinds(void **state)
{
	struct heard *h = malloc(sizeof(*h));

	(void)state;
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		hear(h, kinds[i].head, kinds[i].name);
		if (strcmp(h->about.format, kinds[i].format) != 0)
			fail_msg("kind %zu is %s, not %s", i, h->about.format,
			    kinds[i].format);
		assert_int_equal(h->result, -1);
	}
	for (size_t i = 0; reader_gpsbabel_format(i); i++)
		assert_true(
		    strlen("gpsbabel:") + strlen(reader_gpsbabel_format(i)) <
		    READER_FORMAT_MAX);
	free(h);
}

/*
 * exiftool on the clips that our own readers read: the same positions, at the
 * same places of the clip.
 */
static void
test_exiftool(void **state)
{
	char folder[512], path[600];
	struct heard *theirs = malloc(sizeof(*theirs));
	struct heard *ours = malloc(sizeof(*ours));
	struct source *s = NULL;
	struct err e = { 0 };
	const struct reader_sink sink = { .user = theirs,
		.fix = hear_fix,
		.waypoint = hear_waypoint,
		.skip = hear_skip };

	(void)state;
	memset(theirs, 0, sizeof(*theirs));
	if (access("/usr/bin/exiftool", X_OK) < 0 ||
	    !shared_tracks(folder, sizeof(folder)) || !landlocked_may_run()) {
		print_message("SKIP no exiftool, or no ../shared\n");
		free(theirs);
		free(ours);
		skip();
	}
	snprintf(path, sizeof(path), "%s/mp4/gopro-karma-gpmdonly.mp4", folder);
	assert_int_equal(source_open(path, &s, &e), 0);
	if (reader_exiftool_read(s, &sink, &theirs->about, &e) < 0)
		fail_msg("%s", e.msg);
	hear_source(ours, s, NULL);
	source_close(&s);
	assert_int_equal(theirs->fix_count, ours->fix_count);
	for (size_t i = 0; i < ours->fix_count; i++) {
		const struct track_fix *a = &ours->fixes[i];
		const struct track_fix *b = &theirs->fixes[i];

		assert_true(a->lat - b->lat < 1e-7 && b->lat - a->lat < 1e-7);
		assert_true(a->lon - b->lon < 1e-7 && b->lon - a->lon < 1e-7);
		/* A sample is a second, in which ours places each fix. */
		assert_true(a->clip_ms >= b->clip_ms &&
			    a->clip_ms <= b->clip_ms + 1001);
	}
	free(theirs);
	free(ours);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_memory_is_not_given),
		cmocka_unit_test(test_words_of_failure),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_exiftool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
