/*
 * reader: the table of formats.
 *
 * The first row that knows the file reads it, so a format with a mark of its
 * own stands before one that is told by its looks.
 */
#include "agent/tracks/reader.h"

#include <stdio.h>

#include "agent/base/err.h"
#include "agent/tracks/reader_gpx.h"
#include "agent/tracks/reader_igc.h"
#include "agent/tracks/reader_kml.h"
#include "agent/tracks/reader_nmea.h"
#include "agent/tracks/reader_owntracks.h"
#include "agent/tracks/reader_srt.h"
#include "agent/tracks/source.h"

static const struct reader_kind *const kinds[] = {
	&reader_gpx_kind,
	&reader_kml_kind,
	&reader_owntracks_kind,
	&reader_igc_kind,
	&reader_srt_kind,
	&reader_nmea_kind,
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
	if (!kind)
		return err_set(e, ERR_INVALID,
		    "no track format known here begins like this file");
	snprintf(about->format, sizeof(about->format), "%s", kind->name);
	return kind->read(s, sink, about, e);
}
