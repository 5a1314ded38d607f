/*
 * inspect: a reader's reports counted.
 */
#include "agent/tracks/inspect.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/jsonw.h"

static void
on_fix(void *user, const struct track_fix *fix)
{
	struct inspect *in = user;

	in->fixes++;
	if (fix->time_ms == CLOCK_NONE)
		return;
	if (in->timed == 0 || fix->time_ms < in->first_ms)
		in->first_ms = fix->time_ms;
	if (in->timed == 0 || fix->time_ms > in->last_ms)
		in->last_ms = fix->time_ms;
	in->timed++;
}

static void
on_waypoint(void *user)
{
	struct inspect *in = user;

	in->waypoints++;
}

static void
on_skip(void *user, uint64_t offset, const char *why)
{
	struct inspect *in = user;

	if (in->skip_count < INSPECT_SKIPS_MAX) {
		in->skips = alloc_resize(
		    in->skips, in->skip_count + 1, sizeof(*in->skips));
		in->skips[in->skip_count++] =
		    (struct inspect_skip){ offset, alloc_text(why) };
	}
	in->skipped++;
}

void
inspect_file(struct source *s, const char *csv_map, struct inspect *out)
{
	const struct reader_sink sink = { .user = out,
		.fix = on_fix,
		.waypoint = on_waypoint,
		.skip = on_skip,
		.csv_map = csv_map };

	*out =
	    (struct inspect){ .first_ms = CLOCK_NONE, .last_ms = CLOCK_NONE };
	out->is_refused = reader_read(s, &sink, &out->about, &out->refused) < 0;
}

void
inspect_release(struct inspect *in)
{
	for (size_t i = 0; i < in->skip_count; i++)
		free(in->skips[i].why);
	free(in->skips);
	in->skips = NULL;
	in->skip_count = 0;
}

static void
write_time(
    const struct inspect *in, const char *key, int64_t ms, struct jsonw *w)
{
	char text[CLOCK_TEXT_MAX];

	jsonw_key(w, key);
	if (ms == CLOCK_NONE)
		jsonw_null(w);
	else
		jsonw_text(w, track_time_text(ms, in->about.clock, text));
}

static void
write_count(struct jsonw *w, const char *key, uint64_t count)
{
	jsonw_key(w, key);
	jsonw_int(w, (int64_t)count);
}

static void
write_skips(const struct inspect *in, struct jsonw *w)
{
	jsonw_key(w, "skipped");
	jsonw_array(w);
	for (size_t i = 0; i < in->skip_count; i++) {
		jsonw_object(w);
		jsonw_key(w, "offset");
		if (in->skips[i].offset == TRACK_OFFSET_NONE)
			jsonw_null(w);
		else
			jsonw_int(w, (int64_t)in->skips[i].offset);
		jsonw_key(w, "why");
		jsonw_text(w, in->skips[i].why);
		jsonw_close(w);
	}
	jsonw_close(w);
	if (in->skipped > in->skip_count)
		write_count(w, "skipped_count", in->skipped);
}

void
inspect_write(const struct inspect *in, const char *file, struct jsonw *w)
{
	jsonw_object(w);
	jsonw_key(w, "file");
	jsonw_text(w, file);
	jsonw_key(w, "format");
	jsonw_text(w, in->about.format);
	write_count(w, "fixes", in->fixes);
	write_count(w, "timed", in->timed);
	write_count(w, "waypoints", in->waypoints);
	write_time(in, "first", in->first_ms, w);
	write_time(in, "last", in->last_ms, w);
	jsonw_key(w, "clock");
	jsonw_text(w, track_clock_name(in->about.clock));
	write_skips(in, w);
	jsonw_key(w, "refused");
	jsonw_text(w, in->is_refused ? in->refused.msg : NULL);
	jsonw_close(w);
}
