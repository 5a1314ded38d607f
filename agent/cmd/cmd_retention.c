/*
 * buzzard retention: what is erased by age, when, and the proof of it.
 */
#include <inttypes.h>
#include <poll.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/table.h"
#include "agent/conf/conf.h"
#include "agent/retain.h"
#include "agent/store/certificates.h"
#include "agent/store/retention.h"
#include "agent/store/store.h"

#define USAGE                                                          \
	"retention list [--within DAYS] [--json]\n"                    \
	"       buzzard retention run [--dry-run]\n"                   \
	"       buzzard retention certificates [--limit N] [--json]\n" \
	"       buzzard retention verify [ID]\n"                       \
	"       buzzard retention find FEED REFERENCE [--json]"

#define DAY_MS      INT64_C(86400000)
#define WALK        500
#define EMPTY_TRIES 50
#define EMPTY_MS    100

/* The command line, and what it works on. */
struct request {
	const char *conf_path;
	bool json, dry;
	int64_t within, limit;
	struct output output;
	struct table *table;
	struct conf *conf;
	struct store *store;
	struct retain *retain;
	struct retention *retention;
	struct arena *arena;
	int64_t now_ms, found, ids;
};

/* --- what is due --- */

static const struct table_column item_columns[] = {
	{ .key = "id", .title = "id", .is_number = true },
	{ .key = "ref", .title = "reference" },
	{ .key = "feed", .title = "feed" },
	{ .key = "class", .title = "class" },
	{ .key = "group", .title = "group", .is_number = true },
	{ .key = "since", .title = "last happened" },
	{ .key = "due", .title = "due" },
	{ .key = "state", .title = "state" },
};

static bool
is_listed(const struct request *rq, const struct retention_item *item)
{
	return item->state != RETENTION_KEPT ||
	       item->due_ms <= rq->now_ms + rq->within * DAY_MS;
}

static void
list_item(void *user, const struct retention_item *item)
{
	struct request *rq = user;
	struct table *t = rq->table;

	if (!is_listed(rq, item))
		return;
	rq->found++;
	table_int(t, item->incident_id);
	table_str(t, item->ref);
	table_str(t, item->feed);
	table_text(t, item->rule.name);
	table_int(t, item->rule.group);
	table_time(t, item->since_ms);
	table_time(t, item->due_ms);
	table_tone(t, item->state == RETENTION_DUE ? OUTPUT_BAD : OUTPUT_PLAIN);
	table_text(t, retention_state_name(item->state));
	table_row(t);
}

/* Call list_item for all incidents, step by step. */
static int
walk(struct request *rq, struct err *e)
{
	struct retention_page page = {
		.conf = rq->conf, .now_ms = rq->now_ms, .limit = WALK
	};
	int n;

	do
		n = retention_walk(
		    rq->retention, &page, list_item, rq, &page.after_id, e);
	while (n == WALK);
	return n < 0 ? -1 : 0;
}

static int
list(struct request *rq)
{
	struct err e = { 0 };
	int r = look_record(rq->store, 0, "retention list", NULL);

	if (r != CMD_OK)
		return r;
	rq->table = table_new(&rq->output, item_columns,
	    sizeof item_columns / sizeof item_columns[0]);
	r = walk(rq, &e);
	table_free(&rq->table);
	if (r < 0)
		return cmd_fail(&e);
	if (!rq->output.is_json)
		printf("%" PRId64
		       " whose time has come, or comes within %" PRId64
		       " days\n",
		    rq->found, rq->within);
	return CMD_OK;
}

/* --- a run --- */

static bool
go_on(void *user)
{
	(void)user;
	return true;
}

/* What was erased is in the database's log until nobody reads that. */
static int
empty_log(struct request *rq)
{
	struct err e = { 0 };
	int r = db_empty_log(store_db(rq->store), &e);

	for (int i = 0; r == 0 && i < EMPTY_TRIES; i++) {
		(void)poll(NULL, 0, EMPTY_MS);
		r = db_empty_log(store_db(rq->store), &e);
	}
	if (r < 0)
		return cmd_fail(&e);
	if (r == 0)
		cmd_complain("buzzard: the database is in use: what was erased "
			     "is overwritten there, and in its log as soon as "
			     "the agent can, within the hour\n");
	return CMD_OK;
}

static int
run(struct request *rq)
{
	struct retention_run run = { .conf = rq->conf, .now_ms = rq->now_ms };
	struct buf actor = { 0 };
	struct err e = { 0 };
	int r;

	if (rq->dry) {
		rq->within = 0;
		return list(rq);
	}
	look_actor(&actor);
	run.actor = actor.p;
	r = retain_run(rq->retain, &run, go_on, NULL, &e);
	buf_clear(&actor);
	printf("%" PRId64 " incidents looked at: %" PRId64 " erased, %" PRId64
	       " put up for review, %" PRId64 " held\n",
	    run.counts.looked, run.counts.erased, run.counts.asked,
	    run.counts.held);
	if (r < 0)
		return cmd_fail(&e);
	return empty_log(rq);
}

/* --- certificates --- */

static const struct table_column certificate_columns[] = {
	{ .key = "id", .title = "id", .is_number = true },
	{ .key = "class", .title = "class" },
	{ .key = "begun", .title = "begun" },
	{ .key = "ended", .title = "ended" },
	{ .key = "incidents", .title = "incidents", .is_number = true },
	{ .key = "messages", .title = "messages", .is_number = true },
	{ .key = "tags" },
	{ .key = "deliveries" },
	{ .key = "decisions" },
	{ .key = "quarantined", .title = "quarantined", .is_number = true },
	{ .key = "files", .title = "files", .is_number = true },
	{ .key = "actor", .title = "by" },
	{ .key = "rule" },
	{ .key = "digest", .title = "digest", .width_max = 12 },
	{ .key = "audit_row", .title = "audit row", .is_number = true },
	{ .key = "audit_digest" },
};

static void
add_counts(struct table *t, const struct certificate_counts *n)
{
	table_int(t, n->incidents);
	table_int(t, n->messages);
	table_int(t, n->tags);
	table_int(t, n->deliveries);
	table_int(t, n->decisions);
	table_int(t, n->quarantined);
	table_int(t, n->files);
}

static void
list_certificate(void *user, const struct certificate *c)
{
	struct request *rq = user;
	struct table *t = rq->table;
	char hex[2 * HASH_BYTES + 1];

	rq->found++;
	table_int(t, c->id);
	table_str(t, c->class);
	table_time(t, c->begun_ms);
	table_time(t, c->ended_ms);
	add_counts(t, &c->counts);
	table_str(t, c->actor);
	table_str(t, c->rule);
	hash_hex(c->digest, HASH_BYTES, hex);
	table_text(t, hex);
	if (c->ended_ms == CLOCK_NONE) {
		table_none(t);
		table_none(t);
	} else {
		table_int(t, c->audit_id);
		hash_hex(c->audit_hash, HASH_BYTES, hex);
		table_text(t, hex);
	}
	table_row(t);
}

static struct table *
certificate_table(const struct request *rq)
{
	return table_new(&rq->output, certificate_columns,
	    sizeof certificate_columns / sizeof certificate_columns[0]);
}

static int
certificates(struct request *rq)
{
	struct err e = { 0 };
	int r;

	rq->table = certificate_table(rq);
	r = certificates_list(retention_certificates(rq->retention), 0,
	    rq->limit, list_certificate, rq, &e);
	table_free(&rq->table);
	return r < 0 ? cmd_fail(&e) : CMD_OK;
}

static int
find(struct request *rq, const char *feed, const char *ref)
{
	struct err e = { 0 };
	int r;

	rq->table = certificate_table(rq);
	r = certificates_of(retention_certificates(rq->retention), str_of(feed),
	    str_of(ref), list_certificate, rq, &e);
	table_free(&rq->table);
	if (r < 0)
		return cmd_fail(&e);
	if (rq->found > 0)
		return CMD_OK;
	cmd_complain("buzzard: no certificate covers that reference of feed "
		     "%s: it was not erased by retention, or never there\n",
	    feed);
	return CMD_FINDINGS;
}

/* One certificate against what it covers and the audit log. */
static int
verify_one(struct request *rq, int64_t id)
{
	struct str why = { 0 };
	struct err e = { 0 };
	int r = certificates_verify(
	    retention_certificates(rq->retention), id, rq->arena, &why, &e);

	if (r < 0)
		return cmd_fail(&e);
	if (r > 0) {
		cmd_complain("buzzard: certificate %" PRId64 ": %.*s\n", id,
		    STR_ARG(why));
		return CMD_FINDINGS;
	}
	rq->found++;
	return CMD_OK;
}

static void
keep_last(void *user, const struct certificate *c)
{
	struct request *rq = user;

	if (rq->ids < c->id)
		rq->ids = c->id;
}

static int
verify(struct request *rq, const char *id)
{
	struct err e = { 0 };
	int r = CMD_OK;

	if (id)
		r = verify_one(rq, look_id(id));
	else if (certificates_list(retention_certificates(rq->retention), 0, 1,
		     keep_last, rq, &e) < 0)
		return cmd_fail(&e);
	for (int64_t i = 1; !id && i <= rq->ids; i++) {
		int one = verify_one(rq, i);

		r = one != CMD_OK ? one : r;
	}
	if (r == CMD_OK)
		printf("%" PRId64 " certificates are as they were written; "
		       "\"buzzard audit verify\" says whether the log is\n",
		    rq->found);
	return r;
}

static int
dispatch(struct request *rq, int argc, char **argv)
{
	const char *what = argv[1];

	if (argc == 2 && strcmp(what, "list") == 0)
		return list(rq);
	if (argc == 2 && strcmp(what, "run") == 0)
		return run(rq);
	if (argc == 2 && strcmp(what, "certificates") == 0)
		return certificates(rq);
	if ((argc == 2 || argc == 3) && strcmp(what, "verify") == 0)
		return verify(rq, argc == 3 ? argv[2] : NULL);
	if (argc == 4 && strcmp(what, "find") == 0)
		return find(rq, argv[2], argv[3]);
	return cmd_usage("say list, run, certificates, verify, or find and a "
			 "feed and a reference");
}

int
cmd_retention(int argc, char **argv)
{
	struct request rq = { .limit = 100, .within = 30 };
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &rq.conf_path, NULL,
		    "the agent's configuration" },
		{ "--within", "DAYS", NULL, NULL, &rq.within,
		    "list: those whose time comes so soon, too (30)" },
		{ "--dry-run", NULL, &rq.dry, NULL, NULL,
		    "run: say what would be erased, and erase nothing" },
		{ "--limit", "N", NULL, NULL, &rq.limit,
		    "certificates: at most so many, newest first (100)" },
		{ "--json", NULL, &rq.json, NULL, NULL,
		    "one JSON object a line (so when piped)" },
	};
	struct err e = { 0 };
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc < 2)
		return cmd_usage("retention what?");
	output_init(&rq.output, rq.json);
	r = cmd_open_store(rq.conf_path, 1, &rq.conf, &rq.store);
	if (r != CMD_OK)
		return r;
	rq.now_ms = clock_wall_ms();
	rq.arena = arena_new();
	if (retain_open(rq.store, &rq.retain, &e) < 0)
		r = cmd_fail(&e);
	else {
		rq.retention = retain_retention(rq.retain);
		r = dispatch(&rq, argc, argv);
	}
	retain_close(&rq.retain);
	arena_free(&rq.arena);
	store_close(&rq.store);
	conf_free(&rq.conf);
	return r;
}
