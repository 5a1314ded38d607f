/*
 * buzzard track list and show: what is stored, each look recorded first.
 */
#include <inttypes.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_track.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/table.h"
#include "agent/cmd/trackargs.h"
#include "agent/conf/conf.h"
#include "agent/store/store.h"
#include "agent/store/trackstore.h"
#include "agent/tracks/seal.h"

#define USAGE_LIST                                                  \
	"track list [--class CLASS] [--unit NAME] [--since TIME]\n" \
	"           [--until TIME] [--limit N] [-c FILE] [--json]"
/* What a line of the audit log has room for, however it is escaped. */
#define UNIT_MAX 128

#define USAGE_SHOW "track show ID [-c FILE] [--json]"

/* The listing; the columns without a title are of the JSON alone. */
static const struct table_column columns[] = {
	{ .key = "track", .title = "track", .is_number = true },
	{ .key = "class", .title = "class" },
	{ .key = "unit", .title = "unit", .width_max = 16 },
	{ .key = "name", .title = "name", .width_max = 40 },
	{ .key = "format", .title = "format", .width_max = 12 },
	{ .key = "first_at", .title = "from" },
	{ .key = "last_at", .title = "to" },
	{ .key = "fixes", .title = "fixes", .is_number = true },
	{ .key = "kept", .title = "cleaned", .is_number = true },
	{ .key = "timed" },
	{ .key = "skipped" },
	{ .key = "clock", .title = "clock" },
	{ .key = "correction_ms" },
	{ .key = "uncertainty_ms" },
	{ .key = "clock_why" },
	{ .key = "hold", .title = "held" },
	{ .key = "imported_at" },
	{ .key = "by" },
	{ .key = "sha256" },
	{ .key = "size" },
};

/*
 * A time of the track, UTC if that is known, else by its clock without a zone.
 */
static void
put_time(struct table *t, const struct trackstore_row *row, int64_t ms)
{
	int64_t utc = trackstore_utc(row, ms);
	char text[CLOCK_TEXT_MAX];

	if (ms == CLOCK_NONE)
		table_none(t);
	else if (utc != CLOCK_NONE)
		table_time(t, utc);
	else
		table_text(t, track_time_text(ms, TRACK_CLOCK_LOCAL, text));
}

static void
list_row(void *user, const struct trackstore_row *row)
{
	struct table *t = user;
	char hex[2 * HASH_BYTES + 1];

	hash_hex(row->sha256, HASH_BYTES, hex);
	table_int(t, row->id);
	table_text(t, track_class_name(row->class));
	table_str(t, row->unit);
	table_str(t, row->name);
	table_str(t, row->format);
	put_time(t, row, row->first_ms);
	put_time(t, row, row->last_ms);
	table_int(t, row->fixes);
	table_int(t, row->kept);
	table_int(t, row->timed);
	table_int(t, row->skipped);
	table_tone(t, row->correction_ms == TRACKSTORE_UNKNOWN ? OUTPUT_WARN
							       : OUTPUT_PLAIN);
	table_text(t, track_clock_name(row->clock));
	if (row->correction_ms == TRACKSTORE_UNKNOWN)
		table_none(t);
	else
		table_int(t, row->correction_ms);
	table_int(t, row->uncertainty_ms);
	table_str(t, row->clock_why);
	table_bool(t, row->hold);
	table_time(t, row->imported_ms);
	table_str(t, row->actor);
	table_text(t, row->is_live ? NULL : hex);
	table_int(t, row->size_bytes);
	table_row(t);
}

/* A time of the command line into *out; false if it is none. */
static bool
read_time(const char *text, int64_t *out)
{
	*out = CLOCK_NONE;
	return !text || clock_parse(str_of(text), out);
}

/* Whose tracks were looked at, and of when, for the audit log. */
static int
log_filter(struct trackargs *ta, const struct trackstore_filter *filter)
{
	struct buf what = { 0 };
	char text[CLOCK_TEXT_MAX];
	int r;

	buf_addf(&what, "limit=%" PRId64, filter->limit);
	if (filter->class)
		buf_addf(&what, " class=%s", track_class_name(filter->class));
	if (filter->from_ms != CLOCK_NONE)
		buf_addf(&what, " since=%s",
		    clock_format_utc(filter->from_ms, text));
	if (filter->to_ms != CLOCK_NONE)
		buf_addf(
		    &what, " until=%s", clock_format_utc(filter->to_ms, text));
	if (str_is_given(filter->unit)) {
		buf_add_text(&what, " unit=");
		buf_add_str(&what, filter->unit);
	}
	r = look_record(ta->store, 0, "track list", what.p);
	buf_clear(&what);
	return r;
}

static int
list(struct trackargs *ta, const struct trackstore_filter *filter)
{
	struct err e = { 0 };
	struct table *t;
	int r = log_filter(ta, filter);

	if (r != CMD_OK)
		return r;
	t = table_new(&ta->output, columns, sizeof columns / sizeof columns[0]);
	r = trackstore_each(ta->tracks, filter, list_row, t, &e);
	table_free(&t);
	return r < 0 ? cmd_fail(&e) : CMD_OK;
}

int
cmd_track_list(int argc, char **argv)
{
	const char *class_word = NULL, *unit = NULL;
	const char *since = NULL, *until = NULL;
	struct trackargs ta = { 0 };
	struct trackstore_filter filter = { .limit = 100 };
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &ta.conf_path, NULL,
		    "the agent's configuration" },
		{ "--class", "CLASS", NULL, &class_word, NULL,
		    "only unit, drone, dashcam or other" },
		{ "--unit", "NAME", NULL, &unit, NULL,
		    "only those of that bearer" },
		{ "--since", "TIME", NULL, &since, NULL,
		    "only those that end then or later" },
		{ "--until", "TIME", NULL, &until, NULL,
		    "only those that begin then or earlier" },
		{ "--limit", "N", NULL, NULL, &filter.limit,
		    "at most so many, the last imported first (100)" },
		{ "--json", NULL, &ta.json, NULL, NULL,
		    "one JSON object a line (so when piped)" },
	};
	int r = options_read(
	    USAGE_LIST, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc != 1)
		return cmd_usage("track list takes options only");
	if (class_word && !track_class_find(str_of(class_word), &filter.class))
		return cmd_usage("--class wants unit, drone, dashcam or other, "
				 "not \"%s\"",
		    class_word);
	if (unit && strlen(unit) > UNIT_MAX)
		return cmd_usage("--unit takes up to %d bytes", UNIT_MAX);
	if (!read_time(since, &filter.from_ms) ||
	    !read_time(until, &filter.to_ms))
		return cmd_usage("--since and --until want a date and time "
				 "such as 2026-01-14T10:42:07Z");
	filter.unit = str_of(unit);
	r = trackargs_open(&ta);
	if (r == CMD_OK)
		r = list(&ta, &filter);
	trackargs_close(&ta);
	return r;
}

/* ---- One ---- */

static void
print_text(const char *what, struct str s)
{
	if (s.len == 0)
		return;
	printf("%-12s ", what);
	output_put(s, 0);
	putchar('\n');
}

static void
print_time(const char *what, const struct trackstore_row *row, int64_t ms)
{
	int64_t utc = trackstore_utc(row, ms);
	char text[CLOCK_TEXT_MAX];

	if (ms == CLOCK_NONE)
		return;
	if (utc != CLOCK_NONE)
		printf("%-12s %s\n", what, clock_format_local(utc, text));
	else
		printf("%-12s %s by its clock, UTC unknown\n", what,
		    track_time_text(ms, TRACK_CLOCK_LOCAL, text));
}

static void
print_original(const struct trackargs *ta, const struct trackstore_row *row)
{
	char hex[2 * HASH_BYTES + 1];
	struct buf path = { 0 };

	if (row->is_live)
		return;
	hash_hex(row->sha256, HASH_BYTES, hex);
	printf("%-12s %s\n", "sha256", hex);
	printf("%-12s %" PRId64 "\n", "bytes", row->size_bytes);
	print_text("came from", row->origin);
	if (row->is_kept)
		seal_path(ta->conf->state, row->sha256, row->name, &path);
	print_text("kept at",
	    row->is_kept ? buf_str(&path)
			 : str_of("not kept here: it was left where it was"));
	buf_clear(&path);
}

/* How many fixes have each mark. */
struct marks {
	struct trackargs *ta;
	int64_t count[TRACK_MARK_LINK + 1];
	struct err e;
	bool has_failed;
	struct track_fix fixes[CHUNK_FIXES_MAX];
};

static void
count_marks(void *user, const struct trackstore_piece *piece)
{
	struct marks *m = user;
	unsigned char marks[CHUNK_FIXES_MAX];
	size_t count;

	if (m->has_failed)
		return;
	if (trackstore_chunk_get(m->ta->tracks, piece->id, m->fixes, marks,
		&count, &m->e) <= 0) {
		m->has_failed = true;
		return;
	}
	for (size_t i = 0; i < count; i++)
		m->count[marks[i]]++;
}

static int
print_marks(struct trackargs *ta, const struct trackstore_row *row)
{
	struct marks *m = arena_alloc(ta->arena, 1, sizeof(*m));

	m->ta = ta;
	if (trackstore_pieces(ta->tracks, row->id, count_marks, m, &m->e) < 0 ||
	    m->has_failed)
		return cmd_fail(&m->e);
	printf("%-12s %" PRId64 " fixes, %" PRId64 " with a time, %" PRId64
	       " places not read\n",
	    "original", row->fixes, row->timed, row->skipped);
	printf("%-12s %" PRId64 " fixes", "cleaned", row->kept);
	for (int k = TRACK_MARK_OUTLIER; k < TRACK_MARK_LINK; k++)
		if (m->count[k] > 0)
			printf(", less %" PRId64 " %s", m->count[k],
			    track_mark_name((enum track_mark)k));
	putchar('\n');
	return CMD_OK;
}

static int
print_track(struct trackargs *ta, const struct trackstore_row *row)
{
	char text[CLOCK_TEXT_MAX];
	int r;

	printf("%-12s %" PRId64 ", %s\n", "track", row->id,
	    track_class_name(row->class));
	print_text("unit", row->unit);
	print_text("name", row->name);
	print_text("format", row->format);
	print_time("from", row, row->first_ms);
	print_time("to", row, row->last_ms);
	r = print_marks(ta, row);
	if (row->correction_ms == TRACKSTORE_UNKNOWN)
		printf("%-12s %s\n", "clock", track_clock_name(row->clock));
	else
		printf("%-12s %s, %+.3f s gives UTC, give or take %.3f s\n",
		    "clock", track_clock_name(row->clock),
		    (double)row->correction_ms / 1000,
		    (double)row->uncertainty_ms / 1000);
	print_text("because", row->clock_why);
	print_original(ta, row);
	printf("%-12s %s by ", "imported",
	    clock_format_local(row->imported_ms, text));
	output_put(row->actor, 0);
	putchar('\n');
	if (row->hold)
		puts("held         retention passes it over");
	return r;
}

static int
show_json(struct trackargs *ta, const struct trackstore_row *row)
{
	struct table *t =
	    table_new(&ta->output, columns, sizeof columns / sizeof columns[0]);

	list_row(t, row);
	table_free(&t);
	return CMD_OK;
}

static int
show(struct trackargs *ta, const char *id)
{
	struct trackstore_row row;
	int r = trackargs_find(ta, id, &row);

	if (r != CMD_OK)
		return r;
	r = look_record(ta->store, 0, "track show", id);
	if (r != CMD_OK)
		return r;
	return ta->output.is_json ? show_json(ta, &row) : print_track(ta, &row);
}

int
cmd_track_show(int argc, char **argv)
{
	struct trackargs ta = { 0 };
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &ta.conf_path, NULL,
		    "the agent's configuration" },
		{ "--json", NULL, &ta.json, NULL, NULL,
		    "one JSON object (so when piped)" },
	};
	int r = options_read(
	    USAGE_SHOW, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc != 2)
		return cmd_usage("say which track, by its number");
	r = trackargs_open(&ta);
	if (r == CMD_OK)
		r = show(&ta, argv[1]);
	trackargs_close(&ta);
	return r;
}
