/*
 * tracks_test: what the tests of track readers share: a reader run over bytes
 * in memory, and what it reported.
 */
#ifndef TRACKS_TEST_H
#define TRACKS_TEST_H

#include "../base/base_test.h"

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/tracks/reader.h"
#include "agent/tracks/source.h"

#define HEARD_MAX 4096

/* What a reader reported of one file. */
struct heard {
	struct track_fix fixes[HEARD_MAX];
	size_t fix_count;
	size_t waypoints;
	uint64_t skip_at[HEARD_MAX];
	char skip_why[HEARD_MAX][160];
	size_t skip_count;
	struct reader_about about;
	struct err e;
	int result;
};

static void
hear_fix(void *user, const struct track_fix *fix)
{
	struct heard *h = user;

	if (h->fix_count < HEARD_MAX)
		h->fixes[h->fix_count] = *fix;
	h->fix_count++;
}

static void
hear_waypoint(void *user)
{
	struct heard *h = user;

	h->waypoints++;
}

static void
hear_skip(void *user, uint64_t offset, const char *why)
{
	struct heard *h = user;

	if (h->skip_count < HEARD_MAX) {
		h->skip_at[h->skip_count] = offset;
		snprintf(h->skip_why[h->skip_count], sizeof(h->skip_why[0]),
		    "%s", why);
	}
	h->skip_count++;
}

__attribute__((unused)) static void
hear_source(struct heard *h, struct source *s, const char *map)
{
	const struct reader_sink sink = { .user = h,
		.fix = hear_fix,
		.waypoint = hear_waypoint,
		.skip = hear_skip,
		.csv_map = map };

	memset(h, 0, sizeof(*h));
	h->result = reader_read(s, &sink, &h->about, &h->e);
}

/* Read bytes as a file called name. */
__attribute__((unused)) static void
hear(struct heard *h, struct str bytes, const char *name)
{
	struct source *s = source_of(bytes, name);

	hear_source(h, s, NULL);
	source_close(&s);
}

/* What reading should have come to: refused if all of it was damaged. */
__attribute__((unused)) static int
due(const struct heard *h)
{
	bool is_lost =
	    h->fix_count == 0 && h->waypoints == 0 && h->skip_count > 0;

	return is_lost ? -1 : 0;
}

/* The folder with real recordings, or NULL where it is absent. */
__attribute__((unused)) static const char *
shared_tracks(char *path, size_t cap)
{
	const char *shared = getenv("BUZZARD_SHARED");

	if (shared)
		snprintf(path, cap, "%s/data/tracks", shared);
	else
		snprintf(
		    path, cap, "%s/../shared/data/tracks", TEST_SOURCE_DIR);
	return access(path, R_OK) == 0 ? path : NULL;
}

#endif /* TRACKS_TEST_H */
