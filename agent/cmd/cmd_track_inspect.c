/*
 * buzzard track inspect: what each file is, how many positions it holds, from
 * when to when by which clock, and what could not be read.  Stores nothing.
 */
#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/jsonw.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_track.h"
#include "agent/cmd/output.h"
#include "agent/cmd/trackargs.h"
#include "agent/tracks/inspect.h"
#include "agent/tracks/source.h"

#define USAGE "track inspect [--map ROLE=COLUMN,...] [--json] FILE ..."

/* Places shown to a person; the JSON has more. */
#define SKIPS_SHOWN 10

static void
print_json(const struct inspect *in, const char *path)
{
	struct buf line = { 0 };
	struct jsonw w;

	jsonw_init(&w, &line);
	inspect_write(in, path, &w);
	output_line(&line);
	buf_clear(&line);
}

static void
print_times(const struct inspect *in)
{
	char first[CLOCK_TEXT_MAX], last[CLOCK_TEXT_MAX];

	if (in->timed == 0) {
		puts("  no times");
		return;
	}
	printf("  %s to %s, clock %s\n",
	    track_time_text(in->first_ms, in->about.clock, first),
	    track_time_text(in->last_ms, in->about.clock, last),
	    track_clock_name(in->about.clock));
}

static void
print_skips(const struct inspect *in)
{
	for (size_t i = 0; i < in->skip_count && i < SKIPS_SHOWN; i++) {
		if (in->skips[i].offset == TRACK_OFFSET_NONE)
			printf("  skipped: ");
		else
			printf("  skipped at byte %" PRIu64 ": ",
			    in->skips[i].offset);
		output_put(str_of(in->skips[i].why), 0);
		putchar('\n');
	}
	if (in->skipped > SKIPS_SHOWN)
		printf("  and %" PRIu64 " more skipped\n",
		    in->skipped - SKIPS_SHOWN);
}

static void
print_text(const struct inspect *in, const char *path)
{
	output_put(str_of(path), 0);
	printf(": %s, %" PRIu64 " fixes, %" PRIu64 " with a time, %" PRIu64
	       " waypoints\n",
	    in->about.format, in->fixes, in->timed, in->waypoints);
	print_times(in);
	print_skips(in);
	if (in->is_refused) {
		fputs("  refused: ", stdout);
		output_put(str_of(in->refused.msg), 0);
		putchar('\n');
	}
}

/* CMD_OK, or CMD_FINDINGS if the file was refused. */
static int
inspect_one(const char *path, const char *map, bool json)
{
	AUTO(source_close) struct source *s = NULL;
	struct inspect in = { .first_ms = CLOCK_NONE,
		.last_ms = CLOCK_NONE,
		.about.format = "unknown" };
	int r;

	if (source_open(path, &s, &in.refused) < 0)
		in.is_refused = true;
	else
		inspect_file(s, map, &in);
	if (json)
		print_json(&in, path);
	else
		print_text(&in, path);
	r = in.is_refused ? CMD_FINDINGS : CMD_OK;
	inspect_release(&in);
	return r;
}

int
cmd_track_inspect(int argc, char **argv)
{
	const char *map = NULL;
	struct output o;
	int r =
	    trackargs_read(USAGE, "one JSON object a file, also on a terminal",
		&map, &o, &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc < 2)
		return cmd_usage("say which files");
	for (int i = 1; i < argc; i++)
		if (inspect_one(argv[i], map, o.is_json) != CMD_OK)
			r = CMD_FINDINGS;
	return r;
}
