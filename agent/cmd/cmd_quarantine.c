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
#include "agent/base/jsonw.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
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
	struct conf *conf;
	struct store *store;
	struct quarantine *quarantine;
	struct arena *arena;
};

static void
print_json(const struct quarantine_item *q, bool whole)
{
	struct buf out = { 0 };
	struct jsonw w;

	jsonw_init(&w, &out);
	jsonw_object(&w);
	jsonw_key(&w, "id");
	jsonw_int(&w, q->id);
	jsonw_key(&w, "state");
	jsonw_text(&w, quarantine_state_name(q->state));
	jsonw_key(&w, "feed");
	jsonw_str(&w, q->feed);
	jsonw_key(&w, "file");
	jsonw_str(&w, q->file);
	jsonw_key(&w, "line");
	jsonw_int(&w, q->line);
	jsonw_key(&w, "column");
	jsonw_int(&w, q->column);
	jsonw_key(&w, "offset");
	jsonw_int(&w, q->offset);
	jsonw_key(&w, "reason");
	jsonw_str(&w, q->reason);
	jsonw_key(&w, "first_at");
	jsonw_time(&w, q->first_ms);
	jsonw_key(&w, "size");
	jsonw_int(&w, q->size_bytes);
	if (whole) {
		jsonw_key(&w, "bytes");
		jsonw_str(&w, q->bytes);
	}
	jsonw_close(&w);
	puts(out.p);
	buf_clear(&out);
}

static void
print_row(void *user, const struct quarantine_item *q)
{
	const struct request *rq = user;
	char when[CLOCK_TEXT_MAX];

	if (rq->json) {
		print_json(q, false);
		return;
	}
	printf("%6" PRId64 "  %-12s  %s  ", q->id,
	    quarantine_state_name(q->state),
	    clock_format_local(q->first_ms, when));
	look_put(q->file, 0);
	printf(":%" PRId64 ":%" PRId64 "  ", q->line, q->column);
	look_put(q->reason, 0);
	putchar('\n');
}

static int
list(struct request *rq)
{
	struct err e = { 0 };
	int n;

	if (!rq->json)
		puts("    id  state         set aside                     "
		     "file:line:column  reason");
	n = quarantine_list(rq->quarantine, rq->all ? -1 : QUARANTINE_HELD,
	    rq->limit, print_row, rq, &e);
	if (n < 0)
		return cmd_fail(&e);
	if (!rq->json)
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
	if (rq->json) {
		print_json(&q, true);
		return CMD_OK;
	}
	print_row(rq, &q);
	printf("feed %.*s, byte %" PRId64 " of the file, %" PRId64
	       " bytes%s:\n",
	    STR_ARG(q.feed), q.offset, q.size_bytes,
	    (int64_t)q.bytes.len < q.size_bytes ? " (the first of them)" : "");
	look_put_lines(q.bytes);
	putchar('\n');
	return CMD_OK;
}

/* Would the agent be able to read it?  Says so if not. */
static int
try_reading(struct request *rq, const struct quarantine_item *q)
{
	struct incident in;
	struct err e = { 0 };
	struct str bytes =
	    str_is_given(q->replacement) ? q->replacement : q->bytes;

	if (incident_parse(bytes, rq->arena, &in, &e) == 0)
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
	rq.json = options_want_json(rq.json);
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
