/*
 * buzzard rules preview: what a candidate rule set would have said otherwise
 * than the live one of the incidents that are stored, or of files.
 *
 * Nothing is sent and no tag changes.  The database is opened for reading
 * alone, but for one line in the audit log that says who looked, since examples
 * show what incidents say; --figures shows none and writes nothing at all.
 */
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_rules.h"
#include "agent/cmd/gather.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/preview_show.h"
#include "agent/conf/conf.h"
#include "agent/editions.h"
#include "agent/geo/geo.h"
#include "agent/preview_run.h"
#include "agent/store/store.h"

#define USAGE                                                               \
	"rules preview [--live DIR] [OPTION ...] CANDIDATE -c CONF\n"       \
	"       buzzard rules preview [--live DIR] [OPTION ...] CANDIDATE " \
	"FILE ..."

/* Incidents of a file that one thread takes at once. */
#define FILE_STEP 256

#define EXAMPLES_DEFAULT 3
#define EXAMPLES_MAX     1000

/* The command line, and what it works on. */
struct request {
	const char *live_dir, *conf_path, *boundaries, *theme;
	const char *layers[OPTIONS_MANY];
	bool figures, json;
	int64_t examples;
	struct cmd_rules_dir live, candidate;
	struct conf *conf;
	struct geo *geo; /* NULL: the database, and no layers are asked for */
	struct gather messages;
	struct buf path; /* the database's */
	struct preview_run_store database;
	struct output_progress progress;
};

/* ---- Files as a source ---- */

/* One thread's way into what was gathered. */
struct file_reader {
	struct gather *messages; /* shared; each group is one thread's */
	struct geo *geo;         /* owned */
};

static int
open_files(void *user, void **reader, struct err *e)
{
	struct request *rq = user;
	struct file_reader *r = alloc_zero(1, sizeof *r);

	*reader = r;
	r->messages = &rq->messages;
	return geo_share(rq->geo, &r->geo, e);
}

static int
read_files(void *reader, int64_t after, int64_t until, struct arena *arena,
    struct preview_run_sink *sink, struct err *e)
{
	struct file_reader *r = reader;

	(void)e;
	for (int64_t i = after; i < until; i++) {
		struct gather_group *g = &r->messages->groups[i];
		struct incident record;
		struct place place;

		merge_fold(g->messages, g->count, arena, &record);
		geo_locate(r->geo, &record, arena, &place);
		sink->take(
		    sink->user, i + 1, &record, &place, (struct str){ 0 });
	}
	return 0;
}

static void
close_files(void **reader)
{
	struct file_reader *r = *reader;

	geo_free(&r->geo);
	free(r);
	*reader = NULL;
}

static int
load_files(struct request *rq, int count, char **files,
    struct preview_run_source *source)
{
	struct err e = { 0 };
	int r;

	if (geo_new(&rq->geo, &e) < 0)
		return cmd_fail(&e);
	if (rq->boundaries && editions_add_file(rq->geo, rq->boundaries,
				  rq->boundaries, NULL, &e) < 0)
		return cmd_fail(&e);
	r = cmd_add_layers(rq->geo, rq->layers);
	if (r != CMD_OK)
		return r;
	if (gather_files(&rq->messages, count, files, &e) < 0)
		return cmd_fail(&e);
	*source =
	    (struct preview_run_source){ .last =
					     (int64_t)rq->messages.group_count,
		    .step = FILE_STEP,
		    .open = open_files,
		    .read = read_files,
		    .close = close_files,
		    .user = rq };
	return CMD_OK;
}

/* ---- The database as a source ---- */

/* Say in the audit log that this user looks, before anything is shown. */
static int
record_look(const struct request *rq)
{
	struct store *store;
	struct err e = { 0 };
	int r;

	if (store_open(rq->path.p, DB_WRITE, &store, &e) < 0)
		return cmd_fail(&e);
	r = look_record(store, 0, "rules preview", rq->candidate.path);
	store_close(&store);
	return r;
}

/* The layers that either set asks for, if any does. */
static int
load_layers(struct request *rq, struct err *e)
{
	const struct str *live;
	const struct str *candidate;
	size_t count = ruleset_layers(rq->live.rules, &live);
	size_t more = ruleset_layers(rq->candidate.rules, &candidate);
	struct str *all = alloc_zero(count + more + 1, sizeof *all);
	int r = 0;

	for (size_t i = 0; i < count; i++)
		all[i] = live[i];
	for (size_t i = 0; i < more; i++) {
		size_t k = 0;

		while (k < count && !str_is_equal(all[k], candidate[i]))
			k++;
		if (k == count)
			all[count++] = candidate[i];
	}
	if (count > 0)
		r = editions_load(rq->conf, all, count, &rq->geo, e);
	free(all);
	return r;
}

static int
load_store(struct request *rq, struct preview_run_source *source)
{
	struct err e = { 0 };

	buf_addf(&rq->path, "%s/" STORE_FILE_NAME, rq->conf->state);
	if (load_layers(rq, &e) < 0)
		return cmd_fail(&e);
	rq->database.path = rq->path.p;
	rq->database.layers = rq->geo;
	if (preview_run_store(&rq->database, source, &e) < 0)
		return cmd_fail(&e);
	return rq->figures ? CMD_OK : record_look(rq);
}

/* ---- The work ---- */

static void
tell(void *user, int64_t done, int64_t of)
{
	struct output_progress *progress = user;

	progress->total = (size_t)of;
	output_progress_set(progress, (size_t)done);
}

static int
show(const struct request *rq, struct preview_show *x)
{
	struct output o;

	output_init(&o, rq->json);
	if (o.is_json) {
		struct buf line = { 0 };

		preview_show_json(x, &line);
		output_line(&line);
		buf_clear(&line);
	} else {
		preview_show_tables(x, &o);
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		struct err e = { 0 };

		(void)err_sys(&e, "standard output cannot be written");
		return cmd_fail(&e);
	}
	return x->unread > 0 || rq->messages.refused ? CMD_FINDINGS : CMD_OK;
}

static int
compare(struct request *rq, const struct preview_run_source *source)
{
	struct preview_run run = { .live = rq->live.rules,
		.candidate = rq->candidate.rules,
		.source = source,
		.progress = tell,
		.progress_user = &rq->progress };
	struct preview preview;
	struct preview_show x = { .preview = &preview,
		.live_dir = rq->live.path,
		.candidate_dir = rq->candidate.path,
		.live = rq->live.rules,
		.candidate = rq->candidate.rules,
		.theme = rq->theme };
	struct err e = { 0 };
	int r;

	preview_init(&preview, run.live, run.candidate,
	    rq->figures ? 0 : (size_t)rq->examples);
	output_progress_begin(
	    &rq->progress, rq->conf ? "messages" : "incidents", 0);
	r = preview_run(&run, &preview, &e);
	output_progress_end(&rq->progress);
	if (r < 0) {
		r = cmd_fail(&e);
	} else {
		preview_finish(&preview);
		x.unread = run.unread;
		r = show(rq, &x);
	}
	preview_release(&preview);
	return r;
}

static bool
has_theme(const struct ruleset *rs, const char *name)
{
	const struct str *themes;
	size_t n = ruleset_themes(rs, &themes);

	for (size_t i = 0; i < n; i++)
		if (str_is(themes[i], name))
			return true;
	return false;
}

/* Load both sets; the live one is the configuration's if none is named. */
static int
load_rules(struct request *rq, const char *candidate)
{
	int r = CMD_OK;

	if (rq->conf_path)
		r = cmd_load_conf(rq->conf_path, &rq->conf);
	if (r == CMD_OK)
		r = rq->conf && !rq->live_dir
			? cmd_rules_load_conf(rq->conf, &rq->live)
			: cmd_rules_load(rq->live_dir, &rq->live);
	if (r == CMD_OK)
		r = cmd_rules_load(candidate, &rq->candidate);
	if (r == CMD_OK && rq->theme && !has_theme(rq->live.rules, rq->theme) &&
	    !has_theme(rq->candidate.rules, rq->theme))
		r = cmd_usage("neither rule set has the theme %s", rq->theme);
	return r;
}

static int
run(struct request *rq, int argc, char **argv)
{
	struct preview_run_source source;
	int r = load_rules(rq, argv[1]);

	if (r == CMD_OK)
		r = rq->conf ? load_store(rq, &source)
			     : load_files(rq, argc - 2, argv + 2, &source);
	if (r == CMD_OK)
		r = compare(rq, &source);
	gather_release(&rq->messages);
	geo_free(&rq->geo);
	cmd_rules_dir_release(&rq->live);
	cmd_rules_dir_release(&rq->candidate);
	conf_free(&rq->conf);
	buf_clear(&rq->path);
	return r;
}

/* Is the command line one that can be meant?  CMD_OK, or said. */
static int
check_words(const struct request *rq, int argc)
{
	if (argc < 2)
		return cmd_usage("say which directory has the candidate");
	if (rq->conf_path ? argc > 2 : argc < 3)
		return cmd_usage(
		    "say either -c CONF or which files of incidents");
	if (rq->conf_path && (rq->boundaries || rq->layers[0]))
		return cmd_usage("--boundaries and --layer are for files: "
				 "what is stored has its places, and the state "
				 "folder its layers");
	if (rq->examples > EXAMPLES_MAX)
		return cmd_usage("--examples is at most %d", EXAMPLES_MAX);
	return CMD_OK;
}

int
cmd_rules_preview(int argc, char **argv)
{
	struct request rq = { .examples = EXAMPLES_DEFAULT };
	const struct option_row rows[] = {
		{ "--live", "DIR", NULL, &rq.live_dir, NULL,
		    "what to compare with (the configuration's, or the packs)" },
		{ "-c", "CONF", NULL, &rq.conf_path, NULL,
		    "the incidents that the agent of this configuration has" },
		{ "--boundaries", "FILE", NULL, &rq.boundaries, NULL,
		    "files: GeoJSON areas with a rural-urban class" },
		{ "--layer", "NAME=FILE", NULL, rq.layers, NULL,
		    "files: GeoJSON of a layer that rules ask for" },
		{ "--theme", "T", NULL, &rq.theme, NULL,
		    "show only this theme" },
		{ "--examples", "N", NULL, NULL, &rq.examples,
		    "of each theme and kind of difference; 3 without it" },
		{ "--figures", NULL, &rq.figures, NULL, NULL,
		    "no examples: nothing of an incident is shown" },
		{ "--json", NULL, &rq.json, NULL, NULL, "one JSON object" },
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	r = check_words(&rq, argc);
	return r == CMD_OK ? run(&rq, argc, argv) : r;
}
