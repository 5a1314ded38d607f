/*
 * A track file of any kind: what no reader may do is read past the end, tell a
 * place that is none, or name a byte that is not in the file.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/tracks/reader.h"
#include "agent/tracks/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

	if (reader_read(s, &sink, &about, &e) < 0)
		CHECK(e.msg[0] != '\0');
	source_close(&s);
	return 0;
}
