/*
 * A track file of any kind: what no reader may do is read past the end, tell a
 * place that is none, or name a byte that is not in the file.
 *
 * With BUZZARD_TRACK_KIND=gpx in the environment, or the number of the reader in
 * the table from 0, all goes to that reader, whatever it looks like: so each can
 * have the whole time.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/tracks/reader.h"
#include "agent/tracks/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The reader that is to have all, or NULL: whichever knows it. */
static const struct reader_kind *
find_kind(void)
{
	const char *name = getenv("BUZZARD_TRACK_KIND");
	const struct reader_kind *const *kinds;
	size_t count = reader_kinds(&kinds);

	if (!name)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (strcmp(kinds[i]->name, name) == 0 ||
		    (name[1] == '\0' && (size_t)(name[0] - '0') == i))
			return kinds[i];
	fprintf(stderr, "no kind of track file is named %s\n", name);
	exit(2);
}

struct seen {
	uint64_t size;
	size_t told;
};

static void
on_fix(void *user, const struct track_fix *fix)
{
	struct seen *seen = user;

	CHECK(track_fix_is_place(fix));
	CHECK(fix->offset < seen->size);
	seen->told++;
}

static void
on_waypoint(void *user)
{
	((struct seen *)user)->told++;
}

static void
on_skip(void *user, uint64_t offset, const char *why)
{
	const struct seen *seen = user;

	CHECK(offset <= seen->size && strlen(why) > 0);
}

static int
read_it(struct source *s, const struct reader_sink *sink,
    struct reader_about *about, struct err *e)
{
	const struct reader_kind *kind = find_kind();

	if (!kind)
		return reader_read(s, sink, about, e);
	*about = (struct reader_about){ .format = "fuzz" };
	return kind->read(s, sink, about, e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source *s =
	    source_of(str_make((const char *)data, size), "fuzz.csv");
	struct seen seen = { .size = size };
	const struct reader_sink sink = { .user = &seen,
		.fix = on_fix,
		.waypoint = on_waypoint,
		.skip = on_skip };
	struct reader_about about;
	struct err e = { 0 };

	if (read_it(s, &sink, &about, &e) < 0)
		CHECK(e.msg[0] != '\0');
	source_close(&s);
	return 0;
}
