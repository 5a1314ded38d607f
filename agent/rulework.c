/*
 * rulework: one preview after the other.
 */
#include "agent/rulework.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/log.h"
#include "agent/base/thread.h"
#include "agent/conf/conf.h"
#include "agent/editions.h"
#include "agent/geo/geo.h"
#include "agent/preview_run.h"
#include "agent/rulefigures.h"
#include "agent/store/reviews.h"
#include "agent/store/rulebook.h"
#include "agent/store/rulecheck.h"
#include "agent/store/rulepack.h"
#include "agent/store/rulestats.h"
#include "agent/store/store.h"
#include "agent/store/store_scan.h"
#include "rules/ruleset.h"

#define DAY_MS       INT64_C(86400000)
#define TOLD_MS      1000 /* between two words about how far it is */
#define EXAMPLES_MAX 5    /* of each theme and kind */

struct rulework {
	struct store *store; /* owned; the thread's while it runs */
	struct rulebook *book;
	struct rulestats *stats;
	char *path; /* of the database */
	pthread_t thread;
	bool has_thread;
	_Atomic bool stopping;
	pthread_mutex_t in_use; /* conf is read */
	const struct conf *conf;
	pthread_mutex_t mutex; /* over all below */
	pthread_cond_t change;
	bool asked;
};

/* One preview. */
struct job {
	struct rulework *w;
	struct rulebook_change c; /* in arena */
	struct arena *arena;
	char *dir, *own; /* owned: where the rules are */
	struct ruleset *live, *candidate;
	struct geo *layers; /* NULL: the rules ask for none */
	struct preview_verdict *verdicts;
	size_t verdict_count;
	struct rulefigures_span span;
	_Atomic bool stop; /* nobody wants it any more */
	int64_t told_ms;
	struct preview preview;
};

static void
job_release(struct job *j)
{
	preview_release(&j->preview);
	ruleset_free(&j->live);
	ruleset_free(&j->candidate);
	geo_free(&j->layers);
	free(j->verdicts);
	free(j->dir);
	free(j->own);
}

/* --- what it works with --- */

/* The layers that either set asks for. */
static int
load_layers(struct job *j, struct err *e)
{
	const struct str *live, *candidate;
	size_t count = ruleset_layers(j->live, &live);
	size_t more = ruleset_layers(j->candidate, &candidate);
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
		r = editions_load(j->w->conf, all, count, &j->layers, e);
	free(all);
	return r;
}

/* Rules and layers, as the configuration has them now. */
static int
load(struct job *j, struct err *e)
{
	struct rulework *w = j->w;
	struct rulecheck_place place;
	int r = 0;

	pthread_mutex_lock(&w->in_use);
	j->own = rulepack_own_dir(w->conf->state);
	if (w->conf->rules)
		j->dir = alloc_text(w->conf->rules);
	else
		r = rulepack_default_dir(&j->dir, e);
	place = (struct rulecheck_place){ j->dir, j->own };
	if (r == 0)
		r = rulecheck_compile(
		    &place, j->c.file, j->c.text, &j->live, &j->candidate, e);
	if (r == 0)
		r = load_layers(j, e);
	pthread_mutex_unlock(&w->in_use);
	return r;
}

static void
keep_verdict(void *user, const struct rulestats_decision *d)
{
	struct job *j = user;
	struct preview_verdict *v = &j->verdicts[j->verdict_count];

	if (j->verdict_count == RULESTATS_NEWEST)
		return;
	v->number = d->number;
	(void)snprintf(v->theme, sizeof v->theme, "%.*s", STR_ARG(d->theme));
	v->said = d->verdict == REVIEW_CONFIRMED  ? PREVIEW_CONFIRMED
		  : d->verdict == REVIEW_REJECTED ? PREVIEW_REJECTED
						  : PREVIEW_BY_HAND;
	j->verdict_count++;
}

static int
load_verdicts(struct job *j, struct err *e)
{
	j->verdicts = alloc_zero(RULESTATS_NEWEST, sizeof *j->verdicts);
	return rulestats_decisions(j->w->stats, keep_verdict, j, e);
}

/* Which messages: those of so many days, and not more than the newest. */
static int
choose_span(struct job *j, struct preview_run_source *source, struct err *e)
{
	int64_t since_ms = clock_wall_ms() - j->c.preview_days * DAY_MS;
	struct store_scan *scan = NULL;
	int r = store_scan_open(j->w->store, &scan, e);

	if (r == 0)
		r = store_scan_before(scan, since_ms, &source->first, e);
	if (scan)
		store_scan_close(&scan);
	if (r < 0)
		return -1;
	if (source->first < source->last - RULEWORK_MESSAGES_MAX) {
		source->first = source->last - RULEWORK_MESSAGES_MAX;
		j->span.is_cut = true;
	}
	if (source->first > source->last)
		source->first = source->last;
	j->span.days = j->c.preview_days;
	j->span.messages = source->last - source->first;
	return 0;
}

/* --- telling --- */

/* Of what is said in a transaction of its own: 1, 0 or -1. */
static int
end_word(struct job *j, int r, struct err *e)
{
	if (r > 0 && store_commit(j->w->store, e) < 0)
		r = -1;
	if (r <= 0)
		store_rollback(j->w->store);
	return r;
}

/* It is in hand; 0 if the change is another by now. */
static int
take(struct job *j, struct err *e)
{
	struct rulework *w = j->w;

	if (store_begin(w->store, e) < 0)
		return -1;
	return end_word(
	    j, rulebook_take_preview(w->book, j->c.id, j->c.changes, e), e);
}

/* How far it is; whether that is wanted. */
static int
note(struct job *j, int64_t done, int64_t of, struct err *e)
{
	struct rulework *w = j->w;

	if (store_begin(w->store, e) < 0)
		return -1;
	return end_word(
	    j, rulebook_note_preview(w->book, j->c.id, done, of, e), e);
}

static void
on_progress(void *user, int64_t done, int64_t of)
{
	struct job *j = user;
	int64_t now_ms = clock_kernel_us() / 1000;
	struct err e = { 0 };

	if (j->w->stopping)
		j->stop = true;
	if (now_ms - j->told_ms < TOLD_MS)
		return;
	j->told_ms = now_ms;
	/* A busy database is no reason to stop: it is said a second later. */
	if (note(j, done, of, &e) == 0)
		j->stop = true;
}

/* --- keeping --- */

static int
keep_examples(
    struct job *j, const struct preview_theme *t, int kind, struct err *e)
{
	for (size_t i = 0; i < t->example_count[kind]; i++) {
		const struct preview_example *x = &t->examples[kind][i];
		struct rulebook_example row = { .theme = t->name,
			.kind =
			    str_of(preview_kind_name((enum preview_kind)kind)),
			.live = str_of(rules_level_name(x->live)),
			.candidate = str_of(rules_level_name(x->candidate)) };
		struct store_incident in;
		int r = store_incident_find(j->w->store, str_of(x->feed),
		    str_of(x->ref), j->arena, &in, e);

		if (r < 0)
			return -1;
		row.incident_id = in.id;
		if (r > 0 &&
		    rulebook_keep_example(j->w->book, j->c.id, &row, e) < 0)
			return -1;
	}
	return 0;
}

static int
keep_all_examples(struct job *j, struct err *e)
{
	for (size_t i = 0; i < j->preview.theme_count; i++)
		for (int k = 0; k < PREVIEW_KIND_COUNT; k++)
			if (keep_examples(j, &j->preview.themes[i], k, e) < 0)
				return -1;
	return 0;
}

/* What came of it; why: it failed. */
static int
keep(struct job *j, bool failed, struct err *e)
{
	struct rulework *w = j->w;
	struct buf figures = { 0 };
	struct rulebook_result result = { .now_ms = clock_wall_ms(),
		.state =
		    failed ? RULEBOOK_PREVIEW_FAILED : RULEBOOK_PREVIEW_DONE };
	int r = store_begin(w->store, e);

	if (r == 0 && !failed) {
		rulefigures_print(&j->preview, &j->span, &figures);
		result.figures = buf_str(&figures);
		result.set = str_of(ruleset_hash(j->candidate));
		result.live = str_of(ruleset_hash(j->live));
	}
	if (r == 0)
		r = rulebook_keep_preview(w->book, j->c.id, &result, e);
	if (r > 0 && !failed && keep_all_examples(j, e) < 0)
		r = -1;
	if (r > 0 && store_commit(w->store, e) < 0)
		r = -1;
	if (r <= 0)
		store_rollback(w->store);
	buf_clear(&figures);
	return r < 0 ? -1 : 0;
}

/* --- the thread --- */

static int
compare(struct job *j, struct err *e)
{
	struct preview_run_store where = { .path = j->w->path,
		.layers = j->layers };
	struct preview_run_source source;
	struct preview_run run = { .live = j->live,
		.candidate = j->candidate,
		.source = &source,
		.threads = 1,
		.progress = on_progress,
		.progress_user = j,
		.stop = &j->stop,
		.is_gentle = true,
		.verdicts = j->verdicts,
		.verdict_count = j->verdict_count };

	if (preview_run_store(&where, &source, e) < 0 ||
	    choose_span(j, &source, e) < 0)
		return -1;
	preview_init(&j->preview, j->live, j->candidate, EXAMPLES_MAX);
	if (preview_run(&run, &j->preview, e) < 0)
		return -1;
	preview_finish(&j->preview);
	j->span.unread = run.unread;
	return 0;
}

/* 1: there was one to do. */
static int
do_next(struct rulework *w, struct err *e)
{
	struct arena *arena = arena_new();
	struct job j = { .w = w, .arena = arena };
	struct err why = { 0 };
	int found = rulebook_next_preview(w->book, arena, &j.c, e), done = 0;
	int r = found;

	if (r > 0)
		r = take(&j, e);
	if (r > 0) {
		if (load(&j, &why) < 0 || load_verdicts(&j, &why) < 0 ||
		    compare(&j, &why) < 0)
			done = -1;
		if (done < 0)
			log_error("a preview of rules failed change=%" PRId64
				  ": %s",
			    j.c.id, why.msg);
		if (!j.stop && keep(&j, done < 0, e) < 0)
			r = -1;
	}
	job_release(&j);
	arena_free(&arena);
	return r < 0 ? -1 : found;
}

static void *
work(void *user)
{
	struct rulework *w = user;

	pthread_mutex_lock(&w->mutex);
	while (!w->stopping) {
		struct err e = { 0 };
		int r;

		if (!w->asked) {
			(void)pthread_cond_wait(&w->change, &w->mutex);
			continue;
		}
		w->asked = false;
		pthread_mutex_unlock(&w->mutex);
		r = do_next(w, &e);
		if (r < 0)
			log_warn("previews of rules wait for the next word: "
				 "%s",
			    e.msg);
		pthread_mutex_lock(&w->mutex);
		w->asked = w->asked || r > 0;
	}
	pthread_mutex_unlock(&w->mutex);
	return NULL;
}

/* --- from the loop --- */

static int
start_thread(struct rulework *w, struct err *e)
{
	if (thread_start(&w->thread, work, w, "for previews of rules", e) < 0)
		return -1;
	w->has_thread = true;
	return 0;
}

int
rulework_start(const struct conf *conf, struct db_turns *turns,
    struct rulework **out, struct err *e)
{
	struct rulework *w = alloc_zero(1, sizeof *w);
	struct buf path = { 0 };

	buf_addf(&path, "%s/" STORE_FILE_NAME, conf->state);
	w->path = buf_take(&path);
	w->conf = conf;
	w->asked = true; /* what was left */
	pthread_mutex_init(&w->in_use, NULL);
	pthread_mutex_init(&w->mutex, NULL);
	pthread_cond_init(&w->change, NULL);
	if (store_open(w->path, DB_WRITE, &w->store, e) < 0 ||
	    rulebook_open(w->store, &w->book, e) < 0 ||
	    rulestats_open(store_db(w->store), &w->stats, e) < 0) {
		rulework_stop(&w);
		return -1;
	}
	db_take_turns(store_db(w->store), turns, false);
	if (start_thread(w, e) < 0) {
		rulework_stop(&w);
		return -1;
	}
	*out = w;
	return 0;
}

void
rulework_kick(struct rulework *w)
{
	pthread_mutex_lock(&w->mutex);
	w->asked = true;
	pthread_cond_signal(&w->change);
	pthread_mutex_unlock(&w->mutex);
}

void
rulework_reload(struct rulework *w, const struct conf *conf)
{
	pthread_mutex_lock(&w->in_use);
	w->conf = conf;
	pthread_mutex_unlock(&w->in_use);
}

void
rulework_stop(struct rulework **w)
{
	struct rulework *x = *w;

	if (!x)
		return;
	if (x->has_thread) {
		pthread_mutex_lock(&x->mutex);
		x->stopping = true;
		pthread_cond_signal(&x->change);
		pthread_mutex_unlock(&x->mutex);
		pthread_join(x->thread, NULL);
	}
	rulestats_close(&x->stats);
	rulebook_close(&x->book);
	store_close(&x->store);
	pthread_cond_destroy(&x->change);
	pthread_mutex_destroy(&x->mutex);
	pthread_mutex_destroy(&x->in_use);
	free(x->path);
	free(x);
	*w = NULL;
}
