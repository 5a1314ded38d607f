/*
 * buzzard track import: recordings into the store, file by file.  What cannot
 * be used is refused with the reason, and the rest goes on.
 */
#include <errno.h>
#include <fts.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/jsonw.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_track.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/conf/conf.h"
#include "agent/control.h"
#include "agent/feeds/names.h"
#include "agent/store/store.h"
#include "agent/store/trackstore.h"
#include "agent/trackimport.h"

#define USAGE                                                           \
	"track import [--class unit|drone|dashcam|other] [--unit NAME]" \
	"\n           [--leave] [--map MAP] [-c FILE] [--json] "        \
	"FILE|FOLDER ..."

/* The command line, and what it works on. */
struct request {
	const char *conf_path, *class_word, *unit, *map;
	bool leave, json;
	enum track_class class;
	struct output output;
	struct conf *conf;
	struct store *store;
	struct trackimport *ti;
	struct buf actor;
	struct file {
		char *path; /* owned */
		uint64_t bytes;
	} * files; /* owned */
	size_t count, cap;
	/* Progress: kilobytes of all files, of which so many are done. */
	struct output_progress progress;
	uint64_t done_bytes, file_bytes;
	int status;
};

/* ---- Which files ---- */

static void
add_path(struct request *rq, const char *path, uint64_t bytes)
{
	if (rq->count == rq->cap) {
		rq->cap = rq->cap ? 2 * rq->cap : 64;
		rq->files =
		    alloc_resize(rq->files, rq->cap, sizeof(*rq->files));
	}
	rq->files[rq->count++] = (struct file){ alloc_text(path), bytes };
	rq->progress.total += bytes;
}

static int
compare_entries(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void
take_entry(struct request *rq, FTS *walk, FTSENT *entry)
{
	switch (entry->fts_info) {
	case FTS_D:
		if (entry->fts_level > 0 && !names_is_eligible(entry->fts_name))
			(void)fts_set(walk, entry, FTS_SKIP);
		break;
	case FTS_F:
		if (entry->fts_level == 0 || names_is_eligible(entry->fts_name))
			add_path(rq, entry->fts_path,
			    (uint64_t)entry->fts_statp->st_size);
		break;
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		cmd_complain("buzzard: %s cannot be read: %s\n",
		    entry->fts_path, strerror(entry->fts_errno));
		rq->status = CMD_IO;
		break;
	default: /* links in folders are not followed, sockets not read */
		break;
	}
}

/* All files of what is named, in order; folders with what is in them. */
static void
find_files(struct request *rq, char **names)
{
	FTS *walk = fts_open(
	    names, FTS_COMFOLLOW | FTS_PHYSICAL | FTS_NOCHDIR, compare_entries);
	FTSENT *entry;

	if (!walk) {
		cmd_complain("buzzard: %s\n", strerror(errno));
		rq->status = CMD_IO;
		return;
	}
	while ((entry = fts_read(walk)) != NULL)
		take_entry(rq, walk, entry);
	fts_close(walk);
}

/* ---- What became of each ---- */

static void
print_json(const char *path, const struct trackimport_result *r)
{
	struct buf line = { 0 };
	struct jsonw w;

	jsonw_init(&w, &line);
	jsonw_object(&w);
	jsonw_key(&w, "file");
	jsonw_text(&w, path);
	jsonw_key(&w, "track");
	if (r->id > 0)
		jsonw_int(&w, r->id);
	else
		jsonw_null(&w);
	jsonw_key(&w, "new");
	jsonw_bool(&w, r->is_new);
	jsonw_key(&w, "format");
	jsonw_text(&w, r->format);
	jsonw_key(&w, "fixes");
	jsonw_int(&w, r->fixes);
	jsonw_key(&w, "timed");
	jsonw_int(&w, r->timed);
	jsonw_key(&w, "kept");
	jsonw_int(&w, r->kept);
	jsonw_key(&w, "skipped");
	jsonw_int(&w, r->skipped);
	jsonw_key(&w, "clock");
	jsonw_text(&w, track_clock_name(r->clock));
	jsonw_key(&w, "correction_ms");
	if (r->id > 0 && r->correction_ms != TRACKSTORE_UNKNOWN)
		jsonw_int(&w, r->correction_ms);
	else
		jsonw_null(&w);
	jsonw_key(&w, "uncertainty_ms");
	jsonw_int(&w, r->uncertainty_ms);
	jsonw_key(&w, "clock_why");
	jsonw_text(&w, r->clock_why.p);
	jsonw_key(&w, "refused");
	jsonw_text(&w, r->is_refused ? r->refused.msg : NULL);
	jsonw_close(&w);
	output_line(&line);
	buf_clear(&line);
}

static void
print_text(const char *path, const struct trackimport_result *r)
{
	output_put(str_of(path), 0);
	if (r->is_refused) {
		fputs(": refused: ", stdout);
		output_put(str_of(r->refused.msg), 0);
		putchar('\n');
		return;
	}
	if (!r->is_new) {
		printf(": already stored as %" PRId64 "\n", r->id);
		return;
	}
	printf(": track %" PRId64 ", %s, %" PRId64 " fixes, %" PRId64
	       " of them in the cleaned track",
	    r->id, r->format, r->fixes, r->kept);
	if (r->skipped > 0)
		printf(", %" PRId64 " places not read", r->skipped);
	fputs("\n  clock: ", stdout);
	output_put(buf_str(&r->clock_why), 0);
	putchar('\n');
	if (r->corrected_id > 0)
		printf("  by it, track %" PRId64 " has another clock now\n",
		    r->corrected_id);
}

static void
on_progress(void *user, uint64_t done, uint64_t total)
{
	struct request *rq = user;
	uint64_t of_file = total > 0
			       ? (uint64_t)((double)rq->file_bytes *
					    ((double)done / (double)total))
			       : 0;

	output_progress_set(
	    &rq->progress, (size_t)((rq->done_bytes + of_file) >> 10));
}

static void
clear_progress(struct request *rq)
{
	bool is_on = rq->progress.is_on;

	output_progress_end(&rq->progress);
	rq->progress.is_on = is_on;
}

/* False if nothing more can be done. */
static bool
import_one(struct request *rq, const char *path)
{
	const struct trackimport_request ask = { .path = path,
		.class = rq->class,
		.unit = rq->unit,
		.leave = rq->leave,
		.csv_map = rq->map,
		.actor = rq->actor.p,
		.now_ms = clock_wall_ms(),
		.progress = on_progress,
		.user = rq };
	struct trackimport_result result;
	struct err e = { 0 };
	int r = trackimport_file(rq->ti, &ask, &result, &e);

	clear_progress(rq);
	if (r < 0) {
		rq->status = cmd_fail(&e);
		return false;
	}
	if (rq->output.is_json)
		print_json(path, &result);
	else
		print_text(path, &result);
	if (result.is_refused && rq->status == CMD_OK)
		rq->status = CMD_FINDINGS;
	trackimport_release(&result);
	return true;
}

static void
import_all(struct request *rq)
{
	for (size_t i = 0; i < rq->count; i++) {
		rq->file_bytes = rq->files[i].bytes;
		if (!import_one(rq, rq->files[i].path))
			return;
		rq->done_bytes += rq->file_bytes;
	}
}

static int
work(struct request *rq, char **names)
{
	struct err e = { 0 };

	look_actor(&rq->actor);
	output_progress_begin(&rq->progress, "KB", 0);
	find_files(rq, names);
	rq->progress.total >>= 10;
	if (trackimport_open(rq->store, rq->conf->state, &rq->ti, &e) < 0)
		return cmd_fail(&e);
	import_all(rq);
	output_progress_end(&rq->progress);
	trackimport_close(&rq->ti);
	(void)control_wake(rq->conf->state); /* to look for incidents */
	if (rq->count == 0 && rq->status == CMD_OK) {
		cmd_complain("buzzard: there is no file in what was named\n");
		return CMD_FINDINGS;
	}
	return rq->status;
}

static int
open_and_work(struct request *rq, char **names)
{
	int r = cmd_open_store(rq->conf_path, 1, &rq->conf, &rq->store);

	if (r != CMD_OK)
		return r;
	r = work(rq, names);
	for (size_t i = 0; i < rq->count; i++)
		free(rq->files[i].path);
	free(rq->files);
	buf_clear(&rq->actor);
	store_close(&rq->store);
	conf_free(&rq->conf);
	return r;
}

int
cmd_track_import(int argc, char **argv)
{
	struct request rq = { .class_word = "other" };
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &rq.conf_path, NULL,
		    "the agent's configuration" },
		{ "--class", "CLASS", NULL, &rq.class_word, NULL,
		    "unit, drone, dashcam or other (other)" },
		{ "--unit", "NAME", NULL, &rq.unit, NULL,
		    "call sign or name of the recorder's bearer" },
		{ "--leave", NULL, &rq.leave, NULL, NULL,
		    "leave the originals where they are, uncopied" },
		{ "--map", "MAP", NULL, &rq.map, NULL,
		    "columns of a CSV: lat=NAME,lon=NAME,time=NAME ..." },
		{ "--json", NULL, &rq.json, NULL, NULL,
		    "one JSON object a file, also on a terminal" },
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc < 2)
		return cmd_usage("say which files or folders");
	if (!track_class_find(str_of(rq.class_word), &rq.class))
		return cmd_usage("--class wants unit, drone, dashcam or other, "
				 "not \"%s\"",
		    rq.class_word);
	output_init(&rq.output, rq.json);
	argv[argc] = NULL; /* where options stood */
	return open_and_work(&rq, argv + 1);
}
