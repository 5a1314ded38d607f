/*
 * buzzard track points: every position of a file as its recorder wrote it, one
 * a line, as it is read.
 */
#include <inttypes.h>
#include <math.h>

#include "agent/base/err.h"
#include "agent/base/jsonw.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_track.h"
#include "agent/cmd/output.h"
#include "agent/cmd/trackargs.h"
#include "agent/tracks/reader.h"
#include "agent/tracks/source.h"

#define USAGE "track points [--map ROLE=COLUMN,...] [--json] FILE"

struct printer {
	struct reader_about about;
	struct buf line;
	const char *map; /* columns of a table, or NULL */
	bool is_json;
	uint64_t count;
};

static void
write_time(const struct printer *p, struct jsonw *w, int64_t ms)
{
	char text[CLOCK_TEXT_MAX];

	jsonw_key(w, "time");
	if (ms == CLOCK_NONE)
		jsonw_null(w);
	else
		jsonw_text(w, track_time_text(ms, p->about.clock, text));
}

static void
write_float(struct jsonw *w, const char *key, float v)
{
	jsonw_key(w, key);
	if (isfinite(v))
		jsonw_real(w, (double)v, 3);
	else
		jsonw_null(w);
}

static void
print_json(struct printer *p, const struct track_fix *f)
{
	struct jsonw w;

	jsonw_init(&w, &p->line);
	jsonw_object(&w);
	write_time(p, &w, f->time_ms);
	jsonw_key(&w, "lat");
	jsonw_real(&w, f->lat, 9);
	jsonw_key(&w, "lon");
	jsonw_real(&w, f->lon, 9);
	write_float(&w, "altitude_m", f->altitude_m);
	write_float(&w, "speed_mps", f->speed_mps);
	write_float(&w, "course_deg", f->course_deg);
	write_float(&w, "heading_deg", f->heading_deg);
	write_float(&w, "uncertainty_m", f->uncertainty_m);
	jsonw_key(&w, "clip_ms");
	if (f->clip_ms < 0)
		jsonw_null(&w);
	else
		jsonw_int(&w, f->clip_ms);
	jsonw_key(&w, "segment");
	jsonw_int(&w, f->segment);
	jsonw_key(&w, "offset");
	if (f->offset == TRACK_OFFSET_NONE)
		jsonw_null(&w);
	else
		jsonw_int(&w, (int64_t)f->offset);
	jsonw_close(&w);
	output_line(&p->line);
}

static void
print_float(float v, int width, int decimals)
{
	if (isfinite(v))
		printf(" %*.*f", width, decimals, (double)v);
	else
		printf(" %*s", width, "-");
}

static void
print_text(struct printer *p, const struct track_fix *f)
{
	char text[CLOCK_TEXT_MAX];

	if (p->count == 0)
		printf("%-24s %12s %12s %8s %6s %6s %4s %10s\n", "time",
		    "latitude", "longitude", "height m", "m/s", "course",
		    "part", "byte");
	track_time_text(f->time_ms, p->about.clock, text);
	printf("%-24s %12.7f %12.7f", text[0] ? text : "-", f->lat, f->lon);
	print_float(f->altitude_m, 8, 1);
	print_float(f->speed_mps, 6, 1);
	print_float(f->course_deg, 6, 0);
	printf(" %4" PRIu32, f->segment);
	if (f->offset == TRACK_OFFSET_NONE)
		printf(" %10s\n", "-");
	else
		printf(" %10" PRIu64 "\n", f->offset);
}

static void
on_fix(void *user, const struct track_fix *fix)
{
	struct printer *p = user;

	if (p->is_json)
		print_json(p, fix);
	else
		print_text(p, fix);
	p->count++;
}

static void
on_waypoint(void *user)
{
	(void)user;
}

static void
on_skip(void *user, uint64_t offset, const char *why)
{
	(void)user;
	if (offset == TRACK_OFFSET_NONE)
		cmd_complain("buzzard: skipped: %s\n", why);
	else
		cmd_complain(
		    "buzzard: skipped at byte %" PRIu64 ": %s\n", offset, why);
}

static void
pass_fix(void *user, const struct track_fix *fix)
{
	(void)user;
	(void)fix;
}

static void
pass_skip(void *user, uint64_t offset, const char *why)
{
	(void)user;
	(void)offset;
	(void)why;
}

/* Once to learn by which clock, which the end may tell, and once to print. */
static int
read_twice(struct printer *p, struct source *s, struct err *e)
{
	const struct reader_sink first = { .user = p,
		.fix = pass_fix,
		.waypoint = on_waypoint,
		.skip = pass_skip,
		.csv_map = p->map };
	const struct reader_sink second = { .user = p,
		.fix = on_fix,
		.waypoint = on_waypoint,
		.skip = on_skip,
		.csv_map = p->map };
	struct reader_about again;

	if (reader_read(s, &first, &p->about, e) < 0)
		return -1;
	return reader_read(s, &second, &again, e);
}

static int
print_points(const char *path, const char *map, bool json)
{
	AUTO(source_close) struct source *s = NULL;
	struct printer p = { .map = map, .is_json = json };
	struct err e = { 0 };
	int r = source_open(path, &s, &e);

	if (r < 0)
		return cmd_fail(&e);
	r = read_twice(&p, s, &e);
	buf_clear(&p.line);
	if (r < 0) {
		cmd_complain("buzzard: %s: %s\n", path, e.msg);
		return e.code == ERR_SYSTEM ? CMD_IO : CMD_FINDINGS;
	}
	if (!json)
		printf("%" PRIu64 " positions, format %s, clock %s\n", p.count,
		    p.about.format, track_clock_name(p.about.clock));
	return CMD_OK;
}

int
cmd_track_points(int argc, char **argv)
{
	const char *map = NULL;
	struct output o;
	int r = trackargs_read(USAGE,
	    "one JSON object a position, also on a terminal", &map, &o, &argc,
	    argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc != 2)
		return cmd_usage("say which file");
	return print_points(argv[1], map, o.is_json);
}
