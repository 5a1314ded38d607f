/*
 * buzzard outbox: alerts that wait, went or died, and trying one again.
 */
#include <inttypes.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/table.h"
#include "agent/conf/conf.h"
#include "agent/control.h"
#include "agent/store/audit.h"
#include "agent/store/store.h"
#include "alerts/alert.h"
#include "alerts/outbox.h"

#define USAGE                                               \
	"outbox list [--dead|--all] [--limit N] [--json]\n" \
	"       buzzard outbox show ID\n"                   \
	"       buzzard outbox retry ID|dead"

/* The command line, and what it works on. */
struct request {
	const char *conf_path;
	bool all, dead, json;
	int64_t limit;
	struct output output;
	struct table *table; /* while rows are listed */
	struct conf *conf;
	struct store *store;
	struct outbox *outbox;
};

/* The listing: on the terminal what an administrator asks first. */
static const struct table_column columns[] = {
	{ .key = "id", .title = "id", .is_number = true },
	{ .key = "state", .title = "state" },
	{ .key = "incident", .title = "incident" },
	{ .key = "theme", .title = "theme" },
	{ .key = "level" },
	{ .key = "reason", .title = "reason" },
	{ .key = "channel" },
	{ .key = "recipient", .title = "recipient" },
	{ .key = "alert_id" },
	{ .key = "delivery_id" },
	{ .key = "attempts", .title = "tries", .is_number = true },
	{ .key = "created_at", .title = "decided" },
	{ .key = "due_at" },
	{ .key = "expires_at" },
	{ .key = "done_at" },
	{ .key = "last_error", .title = "last reply" },
};

static struct table *
new_table(const struct request *rq)
{
	return table_new(
	    &rq->output, columns, sizeof columns / sizeof columns[0]);
}

static void
add_row(void *user, const struct outbox_row *row)
{
	struct table *t = ((const struct request *)user)->table;

	table_int(t, row->id);
	table_tone(t, row->state == OUTBOX_DEAD ? OUTPUT_BAD : OUTPUT_PLAIN);
	table_text(t, outbox_state_name(row->state));
	table_str(t, row->ref);
	table_str(t, row->theme);
	table_text(t, rules_level_name((enum rules_level)row->level));
	table_text(t, alert_reason_name((enum alert_reason)row->reason));
	table_str(t, row->channel);
	table_str(t, row->recipient);
	table_str(t, row->alert_id);
	table_str(t, row->key);
	table_int(t, row->attempts);
	table_time(t, row->created_ms);
	table_time(t, row->due_ms);
	table_time(t, row->expires_ms);
	table_time(t, row->done_ms);
	table_str(t, row->last_error);
	table_row(t);
}

/* show: the row is a table of its own, and its attempts follow. */
static void
show_row(void *user, const struct outbox_row *row)
{
	struct request *rq = user;

	rq->table = new_table(rq);
	add_row(rq, row);
	table_free(&rq->table);
}

static void
print_attempt(void *user, const struct outbox_attempt *a)
{
	const struct request *rq = user;
	char when[CLOCK_TEXT_MAX];

	if (rq->output.is_json)
		return;
	printf("        attempt %u  %s  %s  ", a->n,
	    clock_format_local(a->begun_ms, when), a->result);
	output_put(a->reply, 0);
	putchar('\n');
}

/* The rows asked for: waiting and dead, dead, or all. */
static int
list(struct request *rq)
{
	struct err e = { 0 };
	int r = 0;

	rq->table = new_table(rq);
	if (rq->all)
		r = outbox_list(rq->outbox, -1, rq->limit, add_row, rq, &e);
	else
		r = outbox_list(
		    rq->outbox, OUTBOX_DEAD, rq->limit, add_row, rq, &e);
	if (r == 0 && !rq->all && !rq->dead)
		r = outbox_list(
		    rq->outbox, OUTBOX_INFLIGHT, rq->limit, add_row, rq, &e);
	if (r == 0 && !rq->all && !rq->dead)
		r = outbox_list(
		    rq->outbox, OUTBOX_QUEUED, rq->limit, add_row, rq, &e);
	table_free(&rq->table);
	return r < 0 ? cmd_fail(&e) : CMD_OK;
}

static int
say_none(const char *id)
{
	cmd_complain(
	    "buzzard: the outbox has no \"%s\": \"buzzard outbox list --all\" "
	    "shows what it has\n",
	    id);
	return CMD_FINDINGS;
}

static int
show(struct request *rq, const char *id)
{
	struct err e = { 0 };
	int r = look_record(rq->store, 0, "outbox show", NULL);

	if (r != CMD_OK)
		return r;
	r = outbox_show(
	    rq->outbox, look_id(id), show_row, print_attempt, rq, &e);
	if (r < 0)
		return cmd_fail(&e);
	return r == 0 ? say_none(id) : CMD_OK;
}

static int
retry_in_transaction(struct request *rq, const char *id, struct err *e)
{
	int64_t now = clock_wall_ms();
	int r;

	if (strcmp(id, "dead") == 0)
		r = outbox_retry_dead(
		    rq->outbox, conf_retry_keep_ms(rq->conf), now, e);
	else
		r = outbox_retry(rq->outbox, look_id(id),
		    conf_retry_keep_ms(rq->conf), now, e);
	if (r < 0)
		return -1;
	return look_alteration(rq->store, "outbox retry", id, e) < 0 ? -1 : r;
}

/* How many go again, and why the others do not. */
static void
say_retried(struct request *rq, int count)
{
	int64_t left[OUTBOX_STATE_COUNT];
	struct err e = { 0 };

	printf("%d queued again; ", count);
	if (outbox_count(rq->outbox, left, &e) == 0 && left[OUTBOX_DEAD] > 0)
		printf("%" PRId64 " not, as their recipients were told "
		       "something later of the same; ",
		    left[OUTBOX_DEAD]);
}

static int
retry(struct request *rq, const char *id)
{
	struct err e = { 0 };
	int r;

	if (strcmp(id, "dead") != 0 && look_id(id) == 0)
		return cmd_usage("retry wants an id, or the word dead");
	if (store_begin(rq->store, &e) < 0)
		return cmd_fail(&e);
	r = retry_in_transaction(rq, id, &e);
	if (r < 0 || store_commit(rq->store, &e) < 0) {
		store_rollback(rq->store);
		cmd_complain("buzzard: %s\n", e.msg);
		return e.code == ERR_INVALID ? CMD_FINDINGS : CMD_IO;
	}
	if (strcmp(id, "dead") == 0)
		say_retried(rq, r);
	puts(control_wake(rq->conf->state)
		 ? "the agent tries now"
		 : "the agent tries when it is next started");
	return CMD_OK;
}

static int
run(struct request *rq, int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "list") == 0)
		return list(rq);
	if (argc == 3 && strcmp(argv[1], "show") == 0)
		return show(rq, argv[2]);
	if (argc == 3 && strcmp(argv[1], "retry") == 0)
		return retry(rq, argv[2]);
	return cmd_usage("say list, or show or retry and an id");
}

int
cmd_outbox(int argc, char **argv)
{
	struct request rq = { .limit = 100 };
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &rq.conf_path, NULL,
		    "the agent's configuration" },
		{ "--dead", NULL, &rq.dead, NULL, NULL,
		    "list: only those given up" },
		{ "--all", NULL, &rq.all, NULL, NULL,
		    "list: those delivered too" },
		{ "--limit", "N", NULL, NULL, &rq.limit,
		    "list: at most so many of each, newest first (100)" },
		{ "--json", NULL, &rq.json, NULL, NULL,
		    "one JSON object a line (so when piped)" },
	};
	struct err e = { 0 };
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc < 2)
		return cmd_usage("outbox what?");
	output_init(&rq.output, rq.json);
	r = cmd_open_store(rq.conf_path, 1, &rq.conf, &rq.store);
	if (r != CMD_OK)
		return r;
	if (outbox_open(store_db(rq.store), &rq.outbox, &e) < 0)
		r = cmd_fail(&e);
	else
		r = run(&rq, argc, argv);
	outbox_close(&rq.outbox);
	store_close(&rq.store);
	conf_free(&rq.conf);
	return r;
}
