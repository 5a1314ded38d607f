/*
 * Real recordings of many makers, held to fix counts that were made without
 * our code (INDEX.csv beside them).  Skips, saying so, where they are absent.
 */
#include "tracks_test.h"

#include "agent/base/files.h"
#include "agent/tracks/inspect.h"

/* A row of the index that a reader here knows. */
static const struct {
	const char *folder; /* first part of the path */
	const char *format;
} formats[] = {
	{ "gpx/", "gpx" },
	{ "nmea/", "nmea" },
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

static void
inspect_row(const char *folder, const char *name, const char *count)
{
	const char *format = format_of(name);
	struct source *s = NULL;
	struct inspect in;
	char path[4096];
	struct err e;

	if (!format || count[0] == '\0')
		return;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(source_open(path, &s, &e), 0);
	inspect_file(s, &in);
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
