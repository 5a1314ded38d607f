/*
 * reader_owntracks: a line is a message, with or without the Recorder's time
 * and kind before it.
 */
#include "agent/tracks/reader_owntracks.h"

#include <math.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/tracks/figures.h"
#include "agent/tracks/source.h"

#define MPS_PER_KMH (1 / 3.6)

/* A number, written as one or as text (older apps); NaN if it is neither. */
static double
number_of(const struct json *message, const char *name)
{
	const struct json *v = json_member(message, name);
	double n;

	if (figures_number(json_text(v), &n))
		return n;
	return json_number(v);
}

/* The same where zero and less mean that nothing is known. */
static float
given(const struct json *message, const char *name, double least)
{
	double v = number_of(message, name);

	return v >= least ? (float)v : NAN;
}

static bool
read_position(const struct json *message, const char *type,
    struct track_fix *out, const char **why)
{
	double tst = number_of(message, "tst");

	*why = NULL;
	if (!str_is(json_text(json_member(message, "_type")), type))
		return false;
	out->lat = number_of(message, "lat");
	out->lon = number_of(message, "lon");
	*why = "a position without a place on Earth";
	if (!track_fix_is_place(out))
		return false;
	*why = "a position without the time of its fix";
	if (!(tst > 0 && tst < 7e9))
		return false;
	*why = NULL;
	out->time_ms = (int64_t)(tst * 1000);
	out->altitude_m = (float)number_of(message, "alt");
	out->uncertainty_m = given(message, "acc", 0.5);
	out->speed_mps = given(message, "vel", 0) * (float)MPS_PER_KMH;
	out->course_deg = given(message, "cog", 0);
	return true;
}

bool
reader_owntracks_message(
    const struct json *message, struct track_fix *out, const char **why)
{
	return read_position(message, "location", out, why);
}

bool
reader_owntracks_transition(
    const struct json *message, struct track_fix *out, const char **why)
{
	return read_position(message, "transition", out, why);
}

static void
take_line(const struct reader_sink *sink, struct str line, uint64_t offset)
{
	const char *open = line.len > 0 ? memchr(line.p, '{', line.len) : NULL;
	AUTO(json_free) struct json *message = NULL;
	struct track_fix f;
	struct err e;
	const char *why;

	if (!open)
		return;
	offset += (uint64_t)(open - line.p);
	f = track_fix_at(offset);
	line = str_make(open, line.len - (size_t)(open - line.p));
	if (json_parse(line, &message, NULL, &e) < 0) {
		sink->skip(sink->user, offset, e.msg);
		return;
	}
	if (reader_owntracks_message(message, &f, &why))
		sink->fix(sink->user, &f);
	else if (why)
		sink->skip(sink->user, offset, why);
}

static int
read_owntracks(struct source *s, const struct reader_sink *sink,
    struct reader_about *about, struct err *e)
{
	about->clock = TRACK_CLOCK_UTC;
	return reader_each_line(s, sink, take_line, e);
}

/* Its first line has an object with a _type of OwnTracks. */
static bool
is_owntracks(struct str head, const char *name)
{
	const char *end = memchr(head.p, '\n', head.len);
	size_t len = end ? (size_t)(end - head.p) : head.len;

	(void)name;
	return memchr(head.p, '{', len) &&
	       memmem(head.p, len, "\"_type\"", 7) &&
	       (memmem(head.p, len, "\"tst\"", 5) ||
		   memmem(head.p, len, "\"lwt\"", 5));
}

const struct reader_kind reader_owntracks_kind = {
	.name = "owntracks",
	.is_mine = is_owntracks,
	.read = read_owntracks,
};
