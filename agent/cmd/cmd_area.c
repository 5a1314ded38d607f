/*
 * buzzard area: areas and lines that units are watched for.
 *
 * Changing them is an alteration and looking at events a consultation in the
 * audit log; the running agent is woken and watches what is there then.
 */
#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/str.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/table.h"
#include "agent/conf/conf.h"
#include "agent/conf/oneline.h"
#include "agent/control.h"
#include "agent/store/areastore.h"
#include "agent/store/audit.h"
#include "agent/store/store.h"

#define USAGE                                            \
	"area add NAME FILE.geojson [--dwell MINUTES]\n" \
	"       buzzard area list [--json]\n"            \
	"       buzzard area delete NAME\n"              \
	"       buzzard area events [--limit N] [--json]"

#define NAME_MAX_BYTES 64
#define FILE_BYTES_MAX (16UL << 20)

struct request {
	const char *conf_path;
	bool json;
	int64_t dwell_min, limit; /* 0: not given */
	struct output output;
	struct conf *conf;
	struct store *store;
	struct areastore *areas;
	struct table *table;
};

/* Is it a line that people can read and say? */
static bool
is_name(struct str s)
{
	return s.len > 0 && s.len <= NAME_MAX_BYTES && str_is_utf8(s) &&
	       oneline_is(s) && str_is_equal(str_trim(s), s);
}

/* Read the file and see that it is an area. */
static int
read_area(const char *path, struct buf *text)
{
	struct area *area = NULL;
	struct err e = { 0 };

	if (files_read(path, FILE_BYTES_MAX, text, &e) < 0)
		return cmd_fail(&e);
	if (area_read(buf_str(text), &area, &e) < 0) {
		cmd_complain("buzzard: %s: %s\n", path, e.msg);
		return CMD_FINDINGS;
	}
	area_free(&area);
	return CMD_OK;
}

/* A change, its audit line and the commit.  1 done, 0 nothing, -1. */
static int
change(struct request *rq, const struct areastore_row *row, const char *command,
    const char *name, struct err *e)
{
	int r;

	if (store_begin(rq->store, e) < 0)
		return -1;
	r = row ? areastore_add(rq->areas, row, e)
		: areastore_delete(rq->areas, str_of(name), e);
	if (r > 0 && look_alteration(rq->store, command, name, e) < 0)
		r = -1;
	if (r > 0 && store_commit(rq->store, e) == 0)
		return 1;
	store_rollback(rq->store);
	return r > 0 ? -1 : r;
}

/* Say what a change came to. */
static int
conclude(const struct request *rq, int r, const char *none, const char *name,
    const struct err *e)
{
	if (r < 0)
		return cmd_fail(e);
	if (r == 0) {
		cmd_complain("buzzard: %s \"%s\"\n", none, name);
		return CMD_FINDINGS;
	}
	(void)control_wake(rq->conf->state);
	return CMD_OK;
}

static int
add(struct request *rq, char **argv)
{
	struct buf text = { 0 };
	struct areastore_row row = { .name = str_of(argv[2]),
		.dwell_ms = rq->dwell_min * 60000,
		.made_ms = clock_wall_ms(),
		.actor = STR_LIT("command") };
	struct err e = { 0 };
	int r;

	if (!is_name(row.name))
		return cmd_usage(
		    "a name is one line of at most %d bytes", NAME_MAX_BYTES);
	r = read_area(argv[3], &text);
	row.geojson = buf_str(&text);
	if (r == CMD_OK)
		r = conclude(rq, change(rq, &row, "area add", argv[2], &e),
		    "delete it first: there is an area called", argv[2], &e);
	buf_clear(&text);
	return r;
}

static int
forget(struct request *rq, char **argv)
{
	struct err e = { 0 };
	int r = change(rq, NULL, "area delete", argv[2], &e);

	return conclude(rq, r, "there is no area called", argv[2], &e);
}

static void
list_row(void *user, const struct areastore_row *row)
{
	struct request *rq = user;
	struct area *area = NULL;
	struct err e = { 0 };
	bool good = area_read(row->geojson, &area, &e) == 0;

	table_str(rq->table, row->name);
	table_text(rq->table, !good                ? "damaged"
			      : area_is_line(area) ? "line"
						   : "area");
	if (row->dwell_ms > 0)
		table_int(rq->table, row->dwell_ms / 60000);
	else
		table_none(rq->table);
	table_time(rq->table, row->made_ms);
	table_row(rq->table);
	if (good)
		area_free(&area);
}

static int
list(struct request *rq, char **argv)
{
	static const struct table_column columns[] = {
		{ .key = "name", .title = "area" },
		{ .key = "kind", .title = "kind" },
		{ .key = "dwell_min", .title = "dwell min", .is_number = true },
		{ .key = "made_at", .title = "made" },
	};
	struct err e = { 0 };
	int r;

	(void)argv;
	rq->table = table_new(
	    &rq->output, columns, sizeof(columns) / sizeof(columns[0]));
	r = areastore_each(rq->areas, list_row, rq, &e);
	table_free(&rq->table);
	return r < 0 ? cmd_fail(&e) : CMD_OK;
}

static void
event_row(void *user, const struct areastore_event *row)
{
	struct request *rq = user;

	table_int(rq->table, row->id);
	table_time(rq->table, row->event.time_ms);
	table_str(rq->table, row->unit);
	table_text(rq->table, area_event_name(row->event.kind));
	table_str(rq->table, row->area);
	table_real(rq->table, row->event.uncertainty_m, 0);
	table_bool(rq->table, row->event.is_passing);
	table_real(rq->table, row->event.lat, 6);
	table_real(rq->table, row->event.lon, 6);
	table_row(rq->table);
}

static int
events(struct request *rq, char **argv)
{
	static const struct table_column columns[] = {
		{ .key = "id", .title = "event", .is_number = true },
		{ .key = "at", .title = "at" },
		{ .key = "unit", .title = "unit" },
		{ .key = "what", .title = "what" },
		{ .key = "area", .title = "area" },
		{ .key = "uncertainty_m",
		    .title = "within m",
		    .is_number = true },
		{ .key = "passing" },
		{ .key = "lat" },
		{ .key = "lon" },
	};
	struct err e = { 0 };
	int r = look_record(rq->store, 0, "area events", NULL);

	(void)argv;
	if (r != CMD_OK)
		return r;
	rq->table = table_new(
	    &rq->output, columns, sizeof(columns) / sizeof(columns[0]));
	r = areastore_each_event(
	    rq->areas, rq->limit ? rq->limit : 50, event_row, rq, &e);
	table_free(&rq->table);
	return r < 0 ? cmd_fail(&e) : CMD_OK;
}

static const struct {
	const char *name;
	int argc;
	int (*run)(struct request *rq, char **argv);
} verbs[] = {
	{ "add", 4, add },
	{ "list", 2, list },
	{ "delete", 3, forget },
	{ "events", 2, events },
};

/* With the store open. */
static int
run(struct request *rq, size_t verb, char **argv)
{
	struct err e = { 0 };
	int r;

	if (areastore_open(store_db(rq->store), &rq->areas, &e) < 0)
		return cmd_fail(&e);
	r = verbs[verb].run(rq, argv);
	areastore_close(&rq->areas);
	return r;
}

int
cmd_area(int argc, char **argv)
{
	struct request rq = { 0 };
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &rq.conf_path, NULL,
		    "the agent's configuration" },
		{ "--dwell", "N", NULL, NULL, &rq.dwell_min,
		    "add: minutes inside after which dwelling is said" },
		{ "--limit", "N", NULL, NULL, &rq.limit,
		    "events: at most so many; 50 without it" },
		{ "--json", NULL, &rq.json, NULL, NULL,
		    "one JSON object a row" },
	};
	size_t verb = 0;
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	while (verb < sizeof(verbs) / sizeof(verbs[0]) &&
	       !(argc > 1 && strcmp(argv[1], verbs[verb].name) == 0))
		verb++;
	if (verb == sizeof(verbs) / sizeof(verbs[0]) ||
	    argc != verbs[verb].argc)
		return cmd_usage("it is %s", USAGE);
	output_init(&rq.output, rq.json);
	r = cmd_open_store(rq.conf_path, 1, &rq.conf, &rq.store);
	if (r != CMD_OK)
		return r;
	r = run(&rq, verb, argv);
	store_close(&rq.store);
	conf_free(&rq.conf);
	return r;
}
