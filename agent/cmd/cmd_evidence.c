/*
 * buzzard evidence: every recording that could show an incident, the best
 * first.  Asked for without a range or a time of one's own, what is found is
 * kept with the incident as well, as the agent would.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/base/jsonw.h"
#include "agent/bundle.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/hits.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/conf/conf.h"
#include "agent/finder.h"
#include "agent/incident/incident.h"
#include "agent/store/audit.h"
#include "agent/store/record.h"
#include "agent/store/store.h"

#define USAGE                                                      \
	"evidence REFERENCE [--within M] [--minutes N] [--json]\n" \
	"       buzzard evidence REFERENCE --bundle DIR"

/* Tracks in a line of the audit log; their ids may have 19 digits. */
#define LINE_TRACKS 40

/* The command line, and what it works on. */
struct request {
	const char *conf_path, *feed, *bundle;
	bool json;
	int64_t within_m, minutes; /* 0: not given */
	struct output output;
	struct conf *conf;
	struct store *store;
	struct finder *finder;
	struct arena *arena;
	int64_t *ids; /* of the incidents with the reference */
	size_t id_count;
};

/* One incident, what was asked of it and what was found. */
struct answer {
	struct store_incident row;
	struct incident record;
	struct finder_ask ask;
	struct finder_list list;
};

static void
keep_id(void *user, const struct store_incident *row)
{
	struct request *rq = user;

	if (rq->feed && !str_is(row->feed, rq->feed))
		return;
	rq->ids = alloc_resize(rq->ids, rq->id_count + 1, sizeof(*rq->ids));
	rq->ids[rq->id_count++] = row->id;
}

static int
search(struct request *rq, int64_t id, struct answer *a, struct err *e)
{
	int r = store_incident_find_id(rq->store, id, rq->arena, &a->row, e);

	if (r == 0)
		return err_set(e, ERR_TEMPORARY,
		    "the incident was removed meanwhile: ask again");
	if (r < 0 || record_load(rq->store, id, rq->arena, look_unreadable,
			 &a->record, e) < 0)
		return -1;
	a->ask = (struct finder_ask){ .row = &a->row,
		.record = &a->record,
		.within_m = rq->within_m ? (double)rq->within_m : (double)NAN,
		.spread_ms = rq->minutes ? rq->minutes * INT64_C(60000) : -1,
		.is_wide = true };
	return finder_search(rq->finder, &a->ask, rq->arena, &a->list, e);
}

/* What stands with the incident becomes what is so now. */
static int
keep(struct request *rq, const struct answer *a, struct err *e)
{
	struct finder_ask ask = a->ask;
	struct finder_list list;
	struct buf actor = { 0 };
	int r;

	if (rq->within_m || rq->minutes)
		return 0;
	ask.is_wide = false;
	if (finder_search(rq->finder, &ask, rq->arena, &list, e) < 0 ||
	    store_begin(rq->store, e) < 0)
		return -1;
	look_actor(&actor);
	r = finder_keep(rq->finder, &ask, &list, actor.p, clock_wall_ms(), e);
	buf_clear(&actor);
	if (r < 0 || store_commit(rq->store, e) < 0) {
		store_rollback(rq->store);
		return -1;
	}
	return 0;
}

static void
print_head(const struct answer *a)
{
	const struct when *when = &a->list.when;
	const struct place *place = &a->row.place;

	output_put(a->row.ref, 0);
	fputs(" of ", stdout);
	output_put(a->row.feed, 0);
	if (a->list.why_not) {
		printf(": no recording can be looked for, because %s\n",
		    a->list.why_not);
		return;
	}
	fputs("\nplace  ", stdout);
	output_put(place->grid_ref, 0);
	if (isnan(place->uncertainty_m))
		printf(", taken to be good to %.0f m", FINDER_PLACE_M);
	else
		printf(", good to %.0f m", place->uncertainty_m);
	fputs("\ntime   ", stdout);
	hits_put_time(when->from_ms, true);
	fputs(" to ", stdout);
	hits_put_time(when->to_ms, true);
	printf(", good to %.0f minutes", (double)when->spread_ms / 60000);
	if (when->said.len > 0) {
		fputs("; the log says \"", stdout);
		output_put(when->said, 0);
		putchar('"');
	}
	putchar('\n');
}

static void
print_text(const struct answer *a)
{
	bool said = false;

	print_head(a);
	if (a->list.why_not)
		return;
	for (size_t i = 0; i < a->list.count; i++) {
		const struct finder_hit *hit = &a->list.hits[i];
		bool is_unknown =
		    hit->track.correction_ms == TRACKSTORE_UNKNOWN;

		if (is_unknown && !said)
			puts("\nCould be, clock unknown: in range, but nobody "
			     "knows when..");
		said |= is_unknown;
		hits_print(i + 1, hit);
	}
	if (a->list.count == 0)
		printf("\nno recording could show it (%zu were near in that "
		       "time)\n",
		    a->list.looked);
}

static void
print_json(const struct answer *a)
{
	for (size_t i = 0; i < a->list.count; i++) {
		struct buf out = { 0 };
		struct jsonw w;

		jsonw_init(&w, &out);
		jsonw_object(&w);
		jsonw_key(&w, "ref");
		jsonw_str(&w, a->row.ref);
		jsonw_key(&w, "feed");
		jsonw_str(&w, a->row.feed);
		jsonw_key(&w, "rank");
		jsonw_int(&w, (int64_t)i + 1);
		hits_json(&w, &a->list.hits[i]);
		jsonw_close(&w);
		output_line(&out);
		buf_clear(&out);
	}
	if (a->list.why_not)
		cmd_complain("buzzard: no recording can be looked for, because "
			     "%s\n",
		    a->list.why_not);
}

/* What is not in the answer, and why. */
static void
warn_unreadable(const struct answer *a)
{
	for (size_t i = 0; i < a->list.unreadable_count; i++)
		cmd_complain("buzzard: track %" PRId64
			     " was near, but is damaged on disk and left out: "
			     "delete it and import its original again\n",
		    a->list.unreadable[i]);
}

/* A line of those that name the tracks, from first on. */
static int
log_disclosed(struct request *rq, const struct answer *a, size_t first,
    const char *hex, const char *actor, struct err *e)
{
	struct buf detail = { 0 };
	int r;

	buf_addf(&detail,
	    "{\"command\":\"evidence bundle\",\"tracks\":%zu,"
	    "\"sha256sums\":\"%s\",\"track_ids\":[",
	    a->list.count, hex);
	for (size_t i = first; i < a->list.count && i < first + LINE_TRACKS;
	     i++)
		buf_addf(&detail, "%s%" PRId64, i > first ? "," : "",
		    a->list.hits[i].track.id);
	buf_add_text(&detail, "]}");
	r = audit_add(store_audit(rq->store),
	    &(struct audit_row){ .at_ms = clock_wall_ms(),
		.actor = str_of(actor),
		.event = AUDIT_DISCLOSURE,
		.incident_id = a->row.id,
		.detail = buf_str(&detail) },
	    e);
	buf_clear(&detail);
	return r;
}

/*
 * Whoever has the bundle has the positions: a disclosure, with its digest and
 * the tracks, in as many lines as they take.
 */
static int
disclose(struct request *rq, const struct answer *a, const struct bundle *b,
    const char *actor, struct err *e)
{
	uint8_t digest[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];
	int r = 0;

	bundle_digest(b, digest);
	hash_hex(digest, HASH_BYTES, hex);
	if (store_begin(rq->store, e) < 0)
		return -1;
	for (size_t i = 0; r == 0 && i < a->list.count; i += LINE_TRACKS)
		r = log_disclosed(rq, a, i, hex, actor, e);
	if (r < 0 || store_commit(rq->store, e) < 0) {
		store_rollback(rq->store);
		return -1;
	}
	return 0;
}

static int
make_bundle(struct request *rq, const struct answer *a, struct err *e)
{
	struct buf actor = { 0 };
	struct bundle *b = NULL;
	struct bundle_request make = { .dir = rq->bundle,
		.state = rq->conf->state,
		.store = rq->store,
		.row = &a->row,
		.list = &a->list,
		.now_ms = clock_wall_ms(),
		.arena = rq->arena };
	int r;

	look_actor(&actor);
	make.actor = actor.p;
	r = bundle_make(&make, &b, e);
	if (r == 0)
		r = disclose(rq, a, b, actor.p, e);
	if (r == 0)
		r = bundle_publish(&b, e);
	bundle_drop(&b);
	buf_clear(&actor);
	return r;
}

/* One incident: CMD_OK, CMD_FINDINGS if nothing could be asked, or worse. */
static int
answer_one(struct request *rq, int64_t id)
{
	struct answer a = { 0 };
	struct err e = { 0 };
	int r = look_record(rq->store, id, "evidence", NULL);

	if (r != CMD_OK)
		return r;
	if (search(rq, id, &a, &e) < 0 || keep(rq, &a, &e) < 0)
		return cmd_fail(&e);
	warn_unreadable(&a);
	if (rq->bundle && a.list.count > 0 && make_bundle(rq, &a, &e) < 0)
		return cmd_fail(&e);
	if (rq->bundle && a.list.count == 0)
		cmd_complain("buzzard: no bundle is made, because no recording "
			     "could show it\n");
	if (rq->output.is_json)
		print_json(&a);
	else
		print_text(&a);
	if (rq->bundle && a.list.count == 0)
		return CMD_FINDINGS;
	return a.list.why_not ? CMD_FINDINGS : CMD_OK;
}

static int
answer_all(struct request *rq, const char *ref)
{
	struct err e = { 0 };
	int worst = CMD_OK;

	if (store_incident_list_ref(rq->store, str_of(ref), keep_id, rq, &e) <
		0 ||
	    finder_new(rq->store, &rq->finder, &e) < 0)
		return cmd_fail(&e);
	if (rq->id_count == 0) {
		cmd_complain(
		    "buzzard: no incident has the reference \"%s\"\n", ref);
		return CMD_FINDINGS;
	}
	if (rq->bundle && rq->id_count > 1)
		return cmd_usage("%zu feeds have an incident \"%s\": say which "
				 "by --feed",
		    rq->id_count, ref);
	for (size_t i = 0; i < rq->id_count; i++) {
		int r = answer_one(rq, rq->ids[i]);

		worst = r > worst ? r : worst;
	}
	return worst;
}

int
cmd_evidence(int argc, char **argv)
{
	struct request rq = { 0 };
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &rq.conf_path, NULL,
		    "the agent's configuration" },
		{ "--feed", "NAME", NULL, &rq.feed, NULL,
		    "the incident of this feed, if several have the "
		    "reference" },
		{ "--within", "M", NULL, NULL, &rq.within_m,
		    "metres a recorder sees; else by its kind" },
		{ "--minutes", "N", NULL, NULL, &rq.minutes,
		    "what the incident's time may be off; else 5" },
		{ "--bundle", "DIR", NULL, &rq.bundle, NULL,
		    "make a folder of originals and all that was derived" },
		{ "--json", NULL, &rq.json, NULL, NULL,
		    "one JSON object a recording (so when piped)" },
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc != 2)
		return cmd_usage("say the reference of one incident");
	if (rq.within_m > 100000 || rq.minutes > INT64_C(10080))
		return cmd_usage("--within takes up to 100000 metres, "
				 "--minutes up to 10080");
	output_init(&rq.output, rq.json);
	r = cmd_open_store(rq.conf_path, 1, &rq.conf, &rq.store);
	if (r != CMD_OK)
		return r;
	rq.arena = arena_new();
	r = answer_all(&rq, argv[1]);
	free(rq.ids);
	finder_free(&rq.finder);
	arena_free(&rq.arena);
	store_close(&rq.store);
	conf_free(&rq.conf);
	return r;
}
