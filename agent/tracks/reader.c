/*
 * reader: the table of formats.
 *
 * The first row that knows the file reads it, so a format with a mark of its
 * own stands before one that is told by its looks.
 */
#include "agent/tracks/reader.h"

#include <inttypes.h>
#include <stdio.h>

#include "agent/base/err.h"
#include "agent/tracks/reader_csv.h"
#include "agent/tracks/reader_exiftool.h"
#include "agent/tracks/reader_geojson.h"
#include "agent/tracks/reader_gpsbabel.h"
#include "agent/tracks/reader_gpx.h"
#include "agent/tracks/reader_igc.h"
#include "agent/tracks/reader_kml.h"
#include "agent/tracks/reader_mai.h"
#include "agent/tracks/reader_nmea.h"
#include "agent/tracks/reader_owntracks.h"
#include "agent/tracks/reader_srt.h"
#include "agent/tracks/reader_video.h"
#include "agent/tracks/source.h"

static const struct reader_kind *const kinds[] = {
	&reader_video_kind,
	&reader_mai_kind,
	&reader_gpx_kind,
	&reader_kml_kind,
	&reader_owntracks_kind,
	&reader_geojson_kind,
	&reader_igc_kind,
	&reader_srt_kind,
	&reader_nmea_kind,
	&reader_exiftool_kind,
	&reader_gpsbabel_kind,
	&reader_csv_kind,
};

size_t
reader_kinds(const struct reader_kind *const **out)
{
	*out = kinds;
	return sizeof(kinds) / sizeof(kinds[0]);
}

static const struct reader_kind *
find_kind(struct str head, const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i]->is_mine(head, name))
			return kinds[i];
	return NULL;
}

/* Who listens, and what they heard. */
struct counted {
	const struct reader_sink *sink;
	uint64_t told, skipped, first_at;
	char first_why[ERR_MSG_MAX / 2];
};

static void
count_fix(void *user, const struct track_fix *fix)
{
	struct counted *c = user;

	c->told++;
	c->sink->fix(c->sink->user, fix);
}

static void
count_waypoint(void *user)
{
	struct counted *c = user;

	c->told++;
	c->sink->waypoint(c->sink->user);
}

static void
count_skip(void *user, uint64_t offset, const char *why)
{
	struct counted *c = user;

	if (c->skipped++ == 0) {
		c->first_at = offset;
		snprintf(c->first_why, sizeof(c->first_why), "%s", why);
	}
	c->sink->skip(c->sink->user, offset, why);
}

/* Read it; a file of which all that was found is damaged is refused. */
static int
read_counted(const struct reader_kind *kind, struct source *s,
    const struct reader_sink *sink, struct reader_about *about, struct err *e)
{
	struct counted c = { .sink = sink };
	const struct reader_sink counting = { .user = &c,
		.fix = count_fix,
		.waypoint = count_waypoint,
		.skip = count_skip,
		.csv_map = sink->csv_map };

	if (kind->read(s, &counting, about, e) < 0)
		return -1;
	if (c.told > 0 || c.skipped == 0)
		return 0;
	if (c.first_at == TRACK_OFFSET_NONE)
		return err_set(e, ERR_INVALID, "nothing in it can be used: %s",
		    c.first_why);
	return err_set(e, ERR_INVALID,
	    "nothing in it can be used; the first of %" PRIu64
	    " damaged places is byte %" PRIu64 ": %s",
	    c.skipped, c.first_at, c.first_why);
}

/*
 * Text of which every other byte is nothing.  Decided against reading it: each
 * fix has its byte in the original, and an original it is not.
 */
static bool
is_wide_text(struct str head)
{
	size_t even = 0, odd = 0, pairs = head.len / 2;

	if (str_has_prefix(head, "\xff\xfe") ||
	    str_has_prefix(head, "\xfe\xff"))
		return true;
	for (size_t i = 0; i < pairs; i++) {
		even += head.p[2 * i] == '\0' && head.p[2 * i + 1] != '\0';
		odd += head.p[2 * i] != '\0' && head.p[2 * i + 1] == '\0';
	}
	return pairs >= 8 && (even > pairs * 9 / 10 || odd > pairs * 9 / 10);
}

int
reader_read(struct source *s, const struct reader_sink *sink,
    struct reader_about *about, struct err *e)
{
	const struct reader_kind *kind;
	struct str head;

	*about = (struct reader_about){ .format = "unknown" };
	if (source_head(s, READER_HEAD_MAX, &head, e) < 0)
		return -1;
	if (head.len == 0)
		return err_set(e, ERR_INVALID, "the file is empty");
	kind = find_kind(head, source_name(s));
	if (!kind && is_wide_text(head))
		return err_set(e, ERR_INVALID,
		    "it is text in UTF-16 or UTF-32, in which no recorder "
		    "writes: somebody has saved it anew; bring the original, "
		    "or save it as UTF-8 and keep both");
	if (!kind)
		return err_set(e, ERR_INVALID,
		    "no track format known here begins like this file");
	snprintf(about->format, sizeof(about->format), "%s", kind->name);
	return read_counted(kind, s, sink, about, e);
}

int
reader_each_line(struct source *s, const struct reader_sink *sink,
    void (*take)(
	const struct reader_sink *sink, struct str line, uint64_t offset),
    struct err *e)
{
	uint64_t at = 0, begin = 0;
	struct str line;
	int r;

	while ((r = source_line(s, &at, &line, e)) > 0) {
		take(sink, line, begin);
		begin = at;
	}
	return r;
}
