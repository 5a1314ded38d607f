/*
 * buzzard audit: is the log of who did what whole, and what does it say?
 */
#include <inttypes.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/table.h"
#include "agent/conf/conf.h"
#include "agent/store/audit.h"
#include "agent/store/audit_pages.h"
#include "agent/store/store.h"
#include "agent/store/watch.h"

#define USAGE                                              \
	"audit verify\n"                                   \
	"       buzzard audit list [--limit N] [--json]\n" \
	"       buzzard audit unusual [--limit N] [--json]"

struct request {
	const char *conf_path;
	bool json;
	int64_t limit;
	struct output output;
	struct conf *conf;
	struct store *store;
};

static const struct table_column columns[] = {
	{ .key = "id", .title = "row", .is_number = true },
	{ .key = "at", .title = "when" },
	{ .key = "actor", .title = "who" },
	{ .key = "event", .title = "what" },
	{ .key = "incident", .title = "incident", .is_number = true },
	{ .key = "detail", .title = "detail", .width_max = 60 },
};

static void
list_row(void *user, const struct audit_row *row)
{
	struct table *t = user;

	table_int(t, row->id);
	table_time(t, row->at_ms);
	table_str(t, row->actor);
	table_text(t, audit_event_name(row->event));
	if (row->incident_id)
		table_int(t, row->incident_id);
	else
		table_none(t);
	table_str(t, row->detail);
	table_row(t);
}

/* What people did; the agent's own lines are one for each message. */
static int
list(struct request *rq)
{
	struct err e = { 0 };
	struct table *t;
	int r = look_record(rq->store, 0, "audit list", NULL);

	if (r != CMD_OK)
		return r;
	t = table_new(&rq->output, columns, sizeof columns / sizeof columns[0]);
	r = audit_list_people(
	    store_audit(rq->store), INT64_MAX, rq->limit, list_row, t, &e);
	table_free(&t);
	return r < 0 ? cmd_fail(&e) : CMD_OK;
}

static const struct table_column unusual_columns[] = {
	{ .key = "id", .title = "row", .is_number = true },
	{ .key = "at", .title = "when" },
	{ .key = "actor", .title = "who" },
	{ .key = "over", .title = "in a" },
	{ .key = "incidents", .title = "incidents", .is_number = true },
	{ .key = "limit", .title = "usual, up to", .is_number = true },
};

static void
unusual_row(void *user, const struct audit_row *row)
{
	struct table *t = user;
	struct watch_finding f;
	struct err e = { 0 };

	if (watch_read(row, &f, &e) < 0) {
		cmd_complain("buzzard: row %" PRId64 " of the audit log: %s\n",
		    row->id, e.msg);
		return;
	}
	table_int(t, row->id);
	table_time(t, f.at_ms);
	table_text(t, f.who);
	table_text(t, f.over);
	table_int(t, f.incidents);
	table_int(t, f.limit);
	table_row(t);
}

/* Reading that the review service reported. */
static int
unusual(struct request *rq)
{
	const struct audit_pages_filter f = { .actor = str_of(WATCH_ACTOR),
		.since_ms = CLOCK_NONE,
		.before_ms = CLOCK_NONE,
		.limit = rq->limit };
	struct audit_pages *pages;
	struct err e = { 0 };
	struct table *t;
	int r = look_record(rq->store, 0, "audit unusual", NULL);

	if (r != CMD_OK)
		return r;
	if (audit_pages_open(store_db(rq->store), &pages, &e) < 0)
		return cmd_fail(&e);
	t = table_new(&rq->output, unusual_columns,
	    sizeof unusual_columns / sizeof unusual_columns[0]);
	r = audit_pages_list(pages, &f, unusual_row, t, &e);
	table_free(&t);
	audit_pages_close(&pages);
	return r < 0 ? cmd_fail(&e) : CMD_OK;
}

static int
verify(struct request *rq)
{
	struct audit_finding found = { 0 };
	uint8_t hash[HASH_BYTES];
	char text[HASH_TEXT_MAX];
	int64_t id = 0;
	struct err e = { 0 };
	int r = audit_verify(store_audit(rq->store), &found, &e);

	if (r < 0)
		return cmd_fail(&e);
	if (r > 0) {
		cmd_complain("buzzard: the audit log is not whole: row %" PRId64
			     " %s; the %" PRId64 " rows before it are\n",
		    found.id, found.what, found.rows);
		return CMD_FINDINGS;
	}
	if (audit_head(store_audit(rq->store), &id, hash, &e) < 0)
		return cmd_fail(&e);
	printf(
	    "%" PRId64 " rows, none altered, missing or moved\n", found.rows);
	if (id > 0)
		printf("last row %" PRId64 " %s\nnote both elsewhere: rows cut "
		       "off the end are found by them\n",
		    id, hash_text(hash, text));
	return CMD_OK;
}

static int
run(struct request *rq, int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "verify") == 0)
		return verify(rq);
	if (argc == 2 && strcmp(argv[1], "list") == 0)
		return list(rq);
	if (argc == 2 && strcmp(argv[1], "unusual") == 0)
		return unusual(rq);
	return cmd_usage("say verify, list or unusual");
}

int
cmd_audit(int argc, char **argv)
{
	struct request rq = { .limit = 100 };
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &rq.conf_path, NULL,
		    "the agent's configuration" },
		{ "--limit", "N", NULL, NULL, &rq.limit,
		    "list, unusual: at most so many, newest first (100)" },
		{ "--json", NULL, &rq.json, NULL, NULL,
		    "list, unusual: one JSON object a line (so when piped)" },
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc < 2)
		return cmd_usage("audit what?");
	output_init(&rq.output, rq.json);
	r = cmd_open_store(rq.conf_path, 1, &rq.conf, &rq.store);
	if (r != CMD_OK)
		return r;
	r = run(&rq, argc, argv);
	store_close(&rq.store);
	conf_free(&rq.conf);
	return r;
}
