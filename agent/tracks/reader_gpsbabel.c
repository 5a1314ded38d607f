/*
 * reader_gpsbabel: a table of marks, one run of the program, and the GPX that
 * it writes read by our own reader.
 *
 * Only formats are in the table whose files can be told by their content, or
 * by content and name together: gpsbabel takes any bytes for a format that it
 * is told to read, and makes positions of them.  Two were tried and left out:
 * ggv_log, which loses the sign of longitudes between 0 and 1 degree west, and
 * garmin_g1000, whose afternoons are read as the next morning.  What it writes is kept whole
 * before it is read, OUTPUT_MAX at most: gpsbabel itself holds twenty times as
 * much.  Its clock is UTC where the format says so; for the others nobody
 * knows, and gpsbabel, which runs in UTC here, takes them as they are written.
 */
#include "agent/tracks/reader_gpsbabel.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "agent/base/confine.h"
#include "agent/base/err.h"
#include "agent/tracks/markup.h"
#include "agent/tracks/reader_gpx.h"
#include "agent/tracks/source.h"
#include "agent/tracks/tool.h"

#define OUTPUT_MAX (96U << 20)

static const struct tool gpsbabel = { .path = "/usr/bin/gpsbabel",
	.name = "gpsbabel",
	.package = "gpsbabel",
	.memory_bytes = 1U << 30,
	.output_bytes = OUTPUT_MAX,
	.cpu_s = 60,
	.wall_s = 120 };

/* A format, told by bytes at a place, by the first element, by the name. */
struct format {
	const char *name;
	size_t at;
	const char *bytes; /* NULL: whatever stands there */
	const char *root;  /* the first element of an XML document */
	const char *ending;
	const char *again; /* how to read one that is damaged, or NULL */
	enum track_clock clock;
};

static const struct format formats[] = {
	{ .name = "garmin_fit",
	    .at = 8,
	    .bytes = ".FIT",
	    .again = "garmin_fit,recoverymode=1",
	    .clock = TRACK_CLOCK_UTC },
	{ .name = "gtrnctr",
	    .root = "TrainingCenterDatabase",
	    .clock = TRACK_CLOCK_UTC },
	{ .name = "gdb", .bytes = "MsRcf", .clock = TRACK_CLOCK_UTC },
	{ .name = "garmin_txt", .bytes = "Grid\t" },
	{ .name = "glogbook", .root = "History", .clock = TRACK_CLOCK_UTC },
	{ .name = "magellanx", .bytes = "$PMGNTRK,", .clock = TRACK_CLOCK_UTC },
	{ .name = "ozi", .bytes = "OziExplorer Track Point File" },
	{ .name = "mmo", .at = 8, .bytes = "CObjIcons" },
	{ .name = "gtm", .at = 2, .bytes = "TrackMaker" },
	{ .name = "dmtlog", .at = 6, .bytes = "CTrackFile" },
	{ .name = "ggv_ovl", .bytes = "[Symbol 1]", .ending = ".ovl" },
	{ .name = "hiketech", .root = "hiketech" },
	{ .name = "ignrando", .root = "RANDONNEE" },
	{ .name = "lowranceusr", .bytes = "\2", .ending = ".usr" },
	{ .name = "lowranceusr", .bytes = "\3", .ending = ".usr" },
	{ .name = "lowranceusr", .bytes = "\4", .ending = ".usr" },
	{ .name = "lowranceusr", .bytes = "\5", .ending = ".usr" },
	{ .name = "lowranceusr", .bytes = "\6", .ending = ".usr" },
};

#define FORMAT_COUNT (sizeof(formats) / sizeof(formats[0]))

const char *
reader_gpsbabel_format(size_t i)
{
	return i < FORMAT_COUNT ? formats[i].name : NULL;
}

static bool
has_bytes(struct str head, size_t at, const char *bytes)
{
	size_t len = strlen(bytes);

	return head.len >= at + len && memcmp(head.p + at, bytes, len) == 0;
}

static bool
has_ending(const char *name, const char *ending)
{
	size_t len = strlen(name), n = strlen(ending);

	return len > n && strcasecmp(name + len - n, ending) == 0;
}

static const struct format *
find_format(struct str head, const char *name)
{
	for (size_t i = 0; i < FORMAT_COUNT; i++) {
		const struct format *f = &formats[i];

		if ((!f->bytes || has_bytes(head, f->at, f->bytes)) &&
		    (!f->root || markup_is_root(head, f->root)) &&
		    (!f->ending || has_ending(name, f->ending)))
			return f;
	}
	return NULL;
}

static bool
is_gpsbabel(struct str head, const char *name)
{
	return find_format(head, name) != NULL;
}

/* ---- What it wrote, read as GPX: no byte of that is the original's ---- */

static void
pass_fix(void *user, const struct track_fix *fix)
{
	const struct reader_sink *sink = user;
	struct track_fix f = *fix;

	f.offset = TRACK_OFFSET_NONE;
	sink->fix(sink->user, &f);
}

static void
pass_waypoint(void *user)
{
	const struct reader_sink *sink = user;

	sink->waypoint(sink->user);
}

static void
pass_skip(void *user, uint64_t offset, const char *why)
{
	const struct reader_sink *sink = user;

	(void)offset;
	sink->skip(sink->user, TRACK_OFFSET_NONE, why);
}

static int
read_output(const struct buf *out, const struct reader_sink *sink,
    struct reader_about *about, struct err *e)
{
	AUTO(source_close)
	struct source *gpx = source_of(buf_str(out), "what gpsbabel wrote");
	struct reader_about of_gpx = *about;
	struct reader_sink passing = {
		.fix = pass_fix, .waypoint = pass_waypoint, .skip = pass_skip
	};
	struct reader_sink to = *sink;

	passing.user = &to;
	return reader_gpx_kind.read(gpx, &passing, &of_gpx, e);
}

/* ---- The run ---- */

static int
keep_output(void *user, struct str piece, struct err *e)
{
	(void)e;
	buf_add_str(user, piece);
	return 0;
}

static int
run(const char *format, struct source *s, struct buf *out,
    struct confine_end *end, struct err *e)
{
	const char *const argv[] = { gpsbabel.path, "-w", "-t", "-i", format,
		"-f", "-", "-o", "gpx", "-F", "-", NULL };
	const struct tool_ear ear = { .output = keep_output, .user = out };

	buf_reset(out);
	return tool_run(&gpsbabel, argv, s, &ear, end, e);
}

/* What it said of a file that it could read; of the length it cannot know. */
static void
tell_words(const struct confine_end *end, const struct reader_sink *sink)
{
	const char *p = end->words;

	while (*p != '\0') {
		size_t len = strcspn(p, "\n");
		char why[200];

		snprintf(why, sizeof(why), "gpsbabel says: %.*s",
		    len < 160 ? (int)len : 160, p);
		if (len > 0 && !strstr(why, "fit: File size 0 is not expected"))
			sink->skip(sink->user, TRACK_OFFSET_NONE, why);
		p += len + (p[len] != '\0');
	}
}

/* As it is, and if that fails as a damaged file of its format. */
static int
run_or_recover(const struct format *f, struct source *s, struct buf *out,
    const struct reader_sink *sink, struct err *e)
{
	struct confine_end end;

	if (run(f->name, s, out, &end, e) < 0)
		return -1;
	if (end.status == 0) {
		tell_words(&end, sink);
		return 0;
	}
	(void)tool_failed(&gpsbabel, &end, e);
	if (!f->again)
		return -1;
	sink->skip(sink->user, TRACK_OFFSET_NONE, e->msg);
	if (run(f->again, s, out, &end, e) < 0)
		return -1;
	return end.status == 0 ? 0 : tool_failed(&gpsbabel, &end, e);
}

static int
read_gpsbabel(struct source *s, const struct reader_sink *sink,
    struct reader_about *about, struct err *e)
{
	const struct format *f;
	struct buf out = { 0 };
	struct str head;
	int r;

	if (source_head(s, READER_HEAD_MAX, &head, e) < 0)
		return -1;
	f = find_format(head, source_name(s));
	if (!f)
		return err_set(e, ERR_INVALID, "no format gpsbabel knows");
	snprintf(about->format, sizeof(about->format), "gpsbabel:%s", f->name);
	r = run_or_recover(f, s, &out, sink, e);
	if (r == 0)
		r = read_output(&out, sink, about, e);
	if (r == 0)
		about->clock = f->clock;
	buf_clear(&out);
	return r;
}

const struct reader_kind reader_gpsbabel_kind = {
	.name = "gpsbabel",
	.is_mine = is_gpsbabel,
	.read = read_gpsbabel,
};
