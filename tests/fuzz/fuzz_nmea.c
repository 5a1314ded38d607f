/*
 * Any bytes as lines of a receiver.  Chance makes no checksum, so in a line
 * that ends in "*?" the question mark stands for the right one; all others are
 * read as they are.  What is told is a place, at a byte of the stream, and no
 * sentence gives two.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/tracks/nmea.h"
#include "agent/tracks/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct seen {
	size_t len;
	size_t lines, fixes;
};

static void
on_fix(void *user, const struct track_fix *fix)
{
	struct seen *seen = user;

	CHECK(track_fix_is_place(fix));
	CHECK(fix->offset <= seen->len);
	seen->fixes++;
}

static void
on_waypoint(void *user)
{
	(void)user;
	CHECK(false); /* sentences have none */
}

static void
on_skip(void *user, uint64_t offset, const char *why)
{
	const struct seen *seen = user;

	CHECK(offset <= seen->len && why[0]);
}

/* The line with its checksum in the place of "*?". */
static struct str
with_checksum(struct str line, struct buf *out)
{
	unsigned sum = 0;

	if (line.len < 3 || memcmp(line.p + line.len - 2, "*?", 2) != 0)
		return line;
	buf_reset(out);
	for (size_t i = line.p[0] == '$'; i < line.len - 2; i++)
		sum ^= (unsigned char)line.p[i];
	buf_addf(out, "%.*s*%02X", (int)line.len - 2, line.p, sum);
	return buf_str(out);
}

static void
each_line(struct nmea *n, struct seen *seen, struct str all, bool is_survey)
{
	struct buf copy = { 0 };
	size_t at = 0;

	while (at < all.len) {
		const char *end = memchr(all.p + at, '\n', all.len - at);
		size_t len = end ? (size_t)(end - all.p) - at : all.len - at;
		struct str line =
		    with_checksum(str_make(all.p + at, len), &copy);

		if (is_survey)
			nmea_survey(n, line);
		else
			(void)nmea_take(n, line, at);
		seen->lines += !is_survey;
		at += len + 1;
	}
	buf_clear(&copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str all = str_make((const char *)data, len);
	struct seen seen = { .len = len };
	const struct reader_sink sink = { .user = &seen,
		.fix = on_fix,
		.waypoint = on_waypoint,
		.skip = on_skip };
	struct nmea n;

	nmea_init(&n, &sink);
	each_line(&n, &seen, all, true);
	each_line(&n, &seen, all, false);
	nmea_flush(&n);
	CHECK(seen.fixes <= seen.lines);
	return 0;
}
