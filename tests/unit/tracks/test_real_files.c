/*
 * Real recordings of many makers, held to fix counts that were made without
 * our code (INDEX.csv beside them).  Skips, saying so, where they are absent.
 */
#include "tracks_test.h"

#include "agent/base/files.h"
#include "agent/tracks/inspect.h"
#include "tests/unit/landlocked.h"

/* A row of the index that a reader here knows. */
static const struct {
	const char *folder; /* first part of the path */
	const char *format;
} formats[] = {
	{ "gpx/", "gpx" },
	{ "nmea/", "nmea" },
	{ "csv/", "drone-csv" },
	{ "copyleft/70mai", "video" },
	{ "mp4/", "video" },
	{ "gpmf/", "video" },
	{ "igc/", "igc" },
	{ "copyleft/owntracks", "owntracks" },
	{ "kml/", "kml" },
	{ "srt/", "dji-srt" },
};

static const char *
format_of(const char *path)
{
	size_t len = strlen(path);

	if (len > 4 && strcmp(path + len - 4, ".gpx") == 0)
		return "gpx";
	for (size_t i = 0; i < LENGTH(formats); i++)
		if (strncmp(path, formats[i].folder,
			strlen(formats[i].folder)) == 0)
			return formats[i].format;
	return NULL;
}

/*
 * Clips that were damaged on purpose, of which the index says what another
 * program makes: it takes noise for positions or misses the camera's box.
 */
static bool
is_damaged(const char *name)
{
	return strstr(name, "EV20191130-121056") ||
	       strstr(name, "NO20191130-120256") ||
	       strstr(name, "NO20191130-122056") ||
	       strstr(name, "NO20191130-123656");
}

/* What is to be had from those: the box where it is whole, else a refusal. */
static void
test_damaged(void **state)
{
	static const struct {
		const char *name;
		uint64_t fixes;
		const char *refused;
	} clips[] = {
		{ "EV20191130-121056-000130.MP4", 0, "no positions in this" },
		{ "NO20191130-120256-000122.MP4", 61, NULL },
		{ "NO20191130-122056-000140.MP4", 0, "nothing in it can be" },
		{ "NO20191130-123656-000156.MP4", 0, "no track format" },
	};
	char folder[3072], path[4096];
	struct err e;

	(void)state;
	if (!shared_tracks(folder, sizeof(folder))) {
		print_message("SKIP no recordings beside the project\n");
		skip();
	}
	if (!landlocked_may_run()) /* exiftool has the word on one of them */
		skip();
	for (size_t i = 0; i < LENGTH(clips); i++) {
		struct source *s = NULL;
		struct inspect in;

		snprintf(
		    path, sizeof(path), "%s/mp4/%s", folder, clips[i].name);
		assert_int_equal(source_open(path, &s, &e), 0);
		inspect_file(s, NULL, &in);
		assert_int_equal(in.fixes, clips[i].fixes);
		assert_int_equal(in.is_refused, clips[i].refused != NULL);
		if (clips[i].refused)
			assert_non_null(
			    strstr(in.refused.msg, clips[i].refused));
		inspect_release(&in);
		source_close(&s);
	}
}

static void
inspect_row(const char *folder, const char *name, const char *count)
{
	const char *format = format_of(name);
	struct source *s = NULL;
	struct inspect in;
	char path[4096];
	struct err e;

	if (!format || count[0] == '\0' || is_damaged(name))
		return;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(source_open(path, &s, &e), 0);
	inspect_file(s, NULL, &in);
	if (strcmp(in.about.format, format) != 0 ||
	    in.fixes != strtoull(count, NULL, 10) || in.is_refused)
		fail_msg("%s: %s, %llu fixes where the index has %s; %s", name,
		    in.about.format, (unsigned long long)in.fixes, count,
		    in.is_refused ? in.refused.msg : "");
	inspect_release(&in);
	source_close(&s);
}

static void
test_counts(void **state)
{
	struct buf index = { 0 };
	char folder[3072], path[4096];
	char *line, *rest;
	struct err e;

	(void)state;
	if (!shared_tracks(folder, sizeof(folder))) {
		print_message("skipped: no recordings beside the project\n");
		skip();
	}
	snprintf(path, sizeof(path), "%s/INDEX.csv", folder);
	assert_int_equal(files_read(path, 1 << 20, &index, &e), 0);
	rest = index.p;
	while ((line = strsep(&rest, "\n")) != NULL) {
		char *name = strsep(&line, ",");
		char *bytes = strsep(&line, ",");
		char *count = strsep(&line, ",");

		if (bytes && count && strcmp(name, "file") != 0)
			inspect_row(folder, name, count);
	}
	buf_clear(&index);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
