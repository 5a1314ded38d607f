/*
 * buzzard track delete, hold and release: what becomes of stored tracks.
 */
#include <inttypes.h>
#include <poll.h>

#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_track.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/trackargs.h"
#include "agent/conf/conf.h"
#include "agent/store/store.h"
#include "agent/store/trackstore.h"
#include "agent/trackimport.h"

#define USAGE_DELETE  "track delete ID ... [--why TEXT] [-c FILE]"
#define USAGE_HOLD    "track hold ID ... [-c FILE]"
#define USAGE_RELEASE "track release ID ... [-c FILE]"

#define EMPTY_TRIES 50
#define EMPTY_MS    100

static void
say_deleted(const struct trackstore_row *row, bool is_left)
{
	printf("track %" PRId64 ": erased, %" PRId64 " fixes", row->id,
	    row->fixes);
	if (row->is_kept)
		fputs(" and the original", stdout);
	if (is_left) {
		fputs(
		    "; its original was left where it was and is not touched: ",
		    stdout);
		output_put(row->origin, 0);
	}
	putchar('\n');
}

static int
refuse_held(const char *id)
{
	cmd_complain("buzzard: track %s is held: \"buzzard track release %s\" "
		     "first, or end the hold of the incident that it could "
		     "show\n",
	    id, id);
	return CMD_FINDINGS;
}

static int
delete_one(struct trackargs *ta, struct trackimport *ti, const char *id,
    const char *why)
{
	struct trackstore_row row;
	struct buf actor = { 0 };
	struct err e = { 0 };
	struct trackimport_erasure erased;
	int r = trackargs_find(ta, id, &row);

	if (r != CMD_OK)
		return r;
	if (row.hold)
		return refuse_held(id);
	look_actor(&actor);
	r = trackimport_delete(
	    ti, row.id, actor.p, why, clock_wall_ms(), &erased, &e);
	buf_clear(&actor);
	if (r < 0)
		return cmd_fail(&e);
	if (erased.is_held)
		return refuse_held(id);
	say_deleted(&row, erased.is_left);
	return CMD_OK;
}

/* What was erased is in the database's log until nobody reads that. */
static int
empty_log(struct trackargs *ta)
{
	struct err e = { 0 };
	int r = db_empty_log(store_db(ta->store), &e);

	for (int i = 0; r == 0 && i < EMPTY_TRIES; i++) {
		(void)poll(NULL, 0, EMPTY_MS);
		r = db_empty_log(store_db(ta->store), &e);
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
delete_all(struct trackargs *ta, int count, char **ids, const char *why)
{
	struct trackimport *ti = NULL;
	struct err e = { 0 };
	int status = CMD_OK;

	if (trackimport_open(ta->store, ta->conf->state, &ti, &e) < 0)
		return cmd_fail(&e);
	for (int i = 0; i < count; i++) {
		int r = delete_one(ta, ti, ids[i], why);

		status = r != CMD_OK ? r : status;
	}
	trackimport_close(&ti);
	if (empty_log(ta) != CMD_OK)
		return CMD_IO;
	return status;
}

int
cmd_track_delete(int argc, char **argv)
{
	const char *why = "asked for";
	struct trackargs ta = { 0 };
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &ta.conf_path, NULL,
		    "the agent's configuration" },
		{ "--why", "TEXT", NULL, &why, NULL,
		    "the reason, for the audit log; no personal data" },
	};
	int r = options_read(
	    USAGE_DELETE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc < 2)
		return cmd_usage("say which tracks, by their numbers");
	r = trackargs_open(&ta);
	if (r == CMD_OK)
		r = delete_all(&ta, argc - 1, argv + 1, why);
	trackargs_close(&ta);
	return r;
}

/* ---- Held ---- */

static int
hold_one(struct trackargs *ta, const char *id, bool hold)
{
	struct trackstore_row row;
	struct err e = { 0 };
	int r = trackargs_find(ta, id, &row);

	if (r != CMD_OK)
		return r;
	if (store_begin(ta->store, &e) < 0)
		return cmd_fail(&e);
	if (trackstore_hold(ta->tracks, row.id, hold, &e) < 0 ||
	    look_alteration(
		ta->store, hold ? "track hold" : "track release", id, &e) < 0 ||
	    store_commit(ta->store, &e) < 0) {
		store_rollback(ta->store);
		return cmd_fail(&e);
	}
	printf("track %s: %s\n", id,
	    hold ? "held, retention passes it over" : "held no more");
	return CMD_OK;
}

static int
hold_all(const char *usage, bool hold, int argc, char **argv)
{
	struct trackargs ta = { 0 };
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &ta.conf_path, NULL,
		    "the agent's configuration" },
	};
	int r = options_read(
	    usage, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc < 2)
		return cmd_usage("say which tracks, by their numbers");
	r = trackargs_open(&ta);
	for (int i = 1, one; r != CMD_IO && ta.tracks && i < argc; i++) {
		one = hold_one(&ta, argv[i], hold);
		r = one != CMD_OK ? one : r;
	}
	trackargs_close(&ta);
	return r;
}

int
cmd_track_hold(int argc, char **argv)
{
	return hold_all(USAGE_HOLD, true, argc, argv);
}

int
cmd_track_release(int argc, char **argv)
{
	return hold_all(USAGE_RELEASE, false, argc, argv);
}
