/*
 * reader_nmea: one pass to learn what kind of log it is, one to read it.
 */
#include "agent/tracks/reader_nmea.h"

#include <string.h>

#include "agent/base/err.h"
#include "agent/tracks/nmea.h"
#include "agent/tracks/source.h"

/* First pass: are there checksums, is there an RMC? */
static int
survey(struct nmea *n, struct source *s, struct err *e)
{
	uint64_t at = 0;
	struct str line;
	int r;

	while ((r = source_line(s, &at, &line, e)) > 0)
		nmea_survey(n, line);
	return r;
}

static int
read_nmea(struct source *s, const struct reader_sink *sink,
    struct reader_about *about, struct err *e)
{
	struct nmea n;
	uint64_t at = 0, begin = 0;
	struct str line;
	int r;

	nmea_init(&n, sink);
	if (survey(&n, s, e) < 0)
		return -1;
	while ((r = source_line(s, &at, &line, e)) > 0) {
		(void)nmea_take(&n, line, begin);
		begin = at;
	}
	nmea_flush(&n);
	if (n.timed > 0)
		about->clock = TRACK_CLOCK_UTC;
	return r;
}

/* "$GPRMC," or another sentence of receivers, anywhere in the beginning. */
static bool
is_nmea(struct str head, const char *name)
{
	static const char types[] = "RMC GGA GLL GSV GSA VTG ZDA GNS TXT";

	(void)name;
	for (size_t i = 0; i + 7 <= head.len; i++) {
		char type[4] = { 0 };

		if (head.p[i] != '$' || head.p[i + 6] != ',')
			continue;
		memcpy(type, head.p + i + 3, 3);
		if (strlen(type) == 3 && !strchr(type, ' ') &&
		    strstr(types, type))
			return true;
	}
	return false;
}

const struct reader_kind reader_nmea_kind = {
	.name = "nmea",
	.is_mine = is_nmea,
	.read = read_nmea,
};
