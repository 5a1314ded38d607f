/*
 * buzzard quarantine: what could not be read, and a way to take it in after
 * all.  The agent does the taking in: this command only asks for it.
 */
#include <inttypes.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/table.h"
#include "agent/conf/conf.h"
#include "agent/control.h"
#include "agent/incident/incident.h"
#include "agent/store/quarantine.h"
#include "agent/store/store.h"

#define USAGE                                                 \
	"quarantine list [--all] [--limit N] [--json]\n"      \
	"       buzzard quarantine show ID [--bytes]\n"       \
	"       buzzard quarantine replay ID [--with FILE]\n" \
	"       buzzard quarantine drop ID"

/* The command line, and what it works on. */
struct request {
	const char *conf_path, *with;
	bool all, json, bytes;
	int64_t limit;
	struct output output;
	struct conf *conf;
	struct store *store;
	struct quarantine *quarantine;
	struct arena *arena;
};

/* The listing; the last column is of "show" as JSON alone. */
static const struct table_column columns[] = {
	{ .key = "id", .title = "id", .is_number = true },
	{ .key = "state", .title = "state" },
	{ .key = "feed", .title = "feed" },
	{ .key = "file", .title = "file" },
	{ .key = "line", .title = "line", .is_number = true },
	{ .key = "column", .title = "column", .is_number = true },
	{ .key = "offset" },
	{ .key = "first_at", .title = "set aside" },
	{ .key = "size", .title = "bytes", .is_number = true },
	{ .key = "reason", .title = "reason" },
	{ .key = "bytes" },
};

#define COLUMN_COUNT (sizeof columns / sizeof columns[0])

static void
add_row(struct table *t, const struct quarantine_item *q)
{
	table_int(t, q->id);
	table_text(t, quarantine_state_name(q->state));
	table_str(t, q->feed);
	table_str(t, q->file);
	table_int(t, q->line);
	table_int(t, q->column);
	table_int(t, q->offset);
	table_time(t, q->first_ms);
	table_int(t, q->size_bytes);
	table_str(t, q->reason);
}

static void
list_row(void *user, const struct quarantine_item *q)
{
	add_row(user, q);
	table_row(user);
}

static int
list(struct request *rq)
{
	struct table *t = table_new(&rq->output, columns, COLUMN_COUNT - 1);
	struct err e = { 0 };
	int n = quarantine_list(rq->quarantine, rq->all ? -1 : QUARANTINE_HELD,
	    rq->limit, list_row, t, &e);

	table_free(&t);
	if (n < 0)
		return cmd_fail(&e);
	if (!rq->output.is_json)
		printf("%d %s\n", n,
		    rq->all ? "in all" : "held; --all shows the others too");
	return CMD_OK;
}

static int
find(struct request *rq, int64_t id, struct quarantine_item *q)
{
	struct err e = { 0 };
	int r = quarantine_find(rq->quarantine, id, rq->arena, q, &e);

	if (r < 0)
		return cmd_fail(&e);
	if (r == 0) {
		cmd_complain(
		    "buzzard: nothing in quarantine has the id %" PRId64
		    ": \"buzzard quarantine list --all\" shows what has\n",
		    id);
		return CMD_FINDINGS;
	}
	return CMD_OK;
}

static int
show(struct request *rq, int64_t id)
{
	struct quarantine_item q;
	struct table *t;
	int r = find(rq, id, &q);

	if (r != CMD_OK)
		return r;
	r = look_record(rq->store, 0, "quarantine show", NULL);
	if (r != CMD_OK)
		return r;
	if (rq->bytes) {
		fwrite(q.bytes.p, 1, q.bytes.len, stdout);
		return CMD_OK;
	}
	t = table_new(&rq->output, columns, COLUMN_COUNT);
	add_row(t, &q);
	table_str(t, q.bytes);
	table_row(t);
	table_free(&t);
	if (rq->output.is_json)
		return CMD_OK;
	printf("from byte %" PRId64 " of the file%s:\n", q.offset,
	    (int64_t)q.bytes.len < q.size_bytes ? " (the first of them)" : "");
	output_put_lines(q.bytes);
	putchar('\n');
	return CMD_OK;
}

/* Would the agent be able to read it?  Says so if not. */
static int
try_reading(struct request *rq, const struct quarantine_item *q)
{
	struct err e = { 0 };

	if (quarantine_try(q, rq->arena, &e) == 0)
		return CMD_OK;
	cmd_complain("buzzard: it still cannot be read: %s\n"
		     "Save it with \"buzzard quarantine show %" PRId64
		     " --bytes >FILE\", correct FILE, and say\n"
		     "\"buzzard quarantine replay %" PRId64 " --with FILE\".\n",
	    e.msg, q->id, q->id);
	return CMD_FINDINGS;
}

static int
ask(struct request *rq, const struct quarantine_item *q, bool drop)
{
	struct err e = { 0 };
	int64_t now = clock_wall_ms();
	int r;

	if (store_begin(rq->store, &e) < 0)
		return cmd_fail(&e);
	if (drop)
		r = quarantine_resolve(rq->quarantine, q->id,
		    QUARANTINE_DROPPED, (struct str){ 0 }, now, &e);
	else
		r = quarantine_ask_replay(
		    rq->quarantine, q->id, q->replacement, now, &e);
	if (r == 0) {
		char id[32];

		snprintf(id, sizeof(id), "%" PRId64, q->id);
		r = look_alteration(rq->store,
		    drop ? "quarantine drop" : "quarantine replay", id, &e);
	}
	if (r < 0 || store_commit(rq->store, &e) < 0) {
		int status = cmd_fail(&e);

		store_rollback(rq->store);
		return e.code == ERR_INVALID ? CMD_FINDINGS : status;
	}
	return CMD_OK;
}

static int
replay(struct request *rq, int64_t id)
{
	struct buf with = { 0 };
	struct quarantine_item q;
	struct err e = { 0 };
	int r = find(rq, id, &q);

	if (r != CMD_OK)
		return r;
	if (rq->with) {
		if (files_read(rq->with, INCIDENT_BYTES_MAX, &with, &e) < 0)
			return cmd_fail(&e);
		q.replacement = str_trim(buf_str(&with));
	}
	r = try_reading(rq, &q);
	if (r == CMD_OK)
		r = ask(rq, &q, false);
	buf_clear(&with);
	if (r == CMD_OK)
		puts(control_wake(rq->conf->state)
			 ? "the agent takes it in now"
			 : "the agent takes it in when it is next started");
	return r;
}

static int
drop(struct request *rq, int64_t id)
{
	struct quarantine_item q;
	int r = find(rq, id, &q);

	if (r == CMD_OK)
		r = ask(rq, &q, true);
	return r;
}

static int
run(struct request *rq, int argc, char **argv)
{
	int64_t id;

	if (argc == 2 && strcmp(argv[1], "list") == 0)
		return list(rq);
	if (argc != 3 || (id = look_id(argv[2])) < 1)
		return cmd_usage("say list, or show, replay or drop and an id");
	if (strcmp(argv[1], "show") == 0)
		return show(rq, id);
	if (strcmp(argv[1], "replay") == 0)
		return replay(rq, id);
	if (strcmp(argv[1], "drop") == 0)
		return drop(rq, id);
	return cmd_usage("quarantine cannot \"%s\"", argv[1]);
}

int
cmd_quarantine(int argc, char **argv)
{
	struct request rq = { .limit = 100 };
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &rq.conf_path, NULL,
		    "the agent's configuration" },
		{ "--all", NULL, &rq.all, NULL, NULL,
		    "those replayed and dropped too" },
		{ "--limit", "N", NULL, NULL, &rq.limit,
		    "at most so many, newest first (100)" },
		{ "--bytes", NULL, &rq.bytes, NULL, NULL,
		    "show: the bytes and nothing else" },
		{ "--with", "FILE", NULL, &rq.with, NULL,
		    "replay: FILE's bytes in its place" },
		{ "--json", NULL, &rq.json, NULL, NULL,
		    "one JSON object a line (so when piped)" },
	};
	struct err e = { 0 };
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc < 2)
		return cmd_usage("quarantine what?");
	output_init(&rq.output, rq.json);
	r = cmd_open_store(rq.conf_path, 1, &rq.conf, &rq.store);
	if (r != CMD_OK)
		return r;
	rq.arena = arena_new();
	if (quarantine_open(store_db(rq.store), &rq.quarantine, &e) < 0)
		r = cmd_fail(&e);
	else
		r = run(&rq, argc, argv);
	quarantine_close(&rq.quarantine);
	arena_free(&rq.arena);
	store_close(&rq.store);
	conf_free(&rq.conf);
	return r;
}
