/*
 * Threads share a counter and nothing else; it says which stretch is next and,
 * if one of them fails, that there is none.  What takes the time is reading
 * JSON, which is done once for both sets; a decoded incident costs each set a
 * few microseconds.
 */
#include "agent/preview_run.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/thread.h"
#include "agent/geo/geo.h"
#include "agent/incident/incident_skim.h"
#include "agent/incident/merge.h"
#include "agent/preview_series.h"
#include "agent/store/store.h"
#include "agent/store/store_scan.h"
#include "rules/ruleset.h"

#define THREADS_MAX 64
/* Messages of one read: some 20 ms, at a few KB each. */
#define STORE_STEP 1024
/* How often the caller is told. */
#define TOLD_EVERY_US 100000

/* What the threads share. */
struct crew {
	struct preview_run *run;
	struct preview_series *series; /* owned; locks for itself */
	pthread_mutex_t mutex;         /* over all below */
	pthread_cond_t ended;
	int64_t next, done; /* numbers up to these are taken, done */
	size_t at_work;
	bool failed;
	struct err e; /* of the first that failed */
};

/* One thread. */
struct worker {
	struct crew *crew;
	pthread_t thread;
	struct preview preview;
	struct rules_scratch *live_scratch, *candidate_scratch;
	struct arena *arena; /* an incident's */
	int64_t unread;
};

/* ---- One thread ---- */

/* What people decided about the incident of that number. */
static void
find_verdicts(
    const struct preview_run *run, int64_t number, struct preview_case *c)
{
	size_t low = 0, high = run->verdict_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (run->verdicts[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	c->verdicts = run->verdicts ? run->verdicts + low : NULL;
	while (low + c->verdict_count < run->verdict_count &&
	       c->verdicts[c->verdict_count].number == number)
		c->verdict_count++;
}

static void
take(void *user, int64_t number, const struct incident *in,
    const struct place *place, struct str feed)
{
	struct worker *w = user;
	const struct preview_run *run = w->crew->run;
	struct rules_result live;
	struct rules_result candidate;
	struct preview_case c = { .incident = in,
		.place = place,
		.feed = feed,
		.live = &live,
		.candidate = &candidate };

	find_verdicts(run, number, &c);
	ruleset_tag(run->live, in, place, w->live_scratch, w->arena, &live);
	ruleset_tag(run->candidate, in, place, w->candidate_scratch, w->arena,
	    &candidate);
	preview_add(&w->preview, &c);
	preview_series_add(w->crew->series, number, &c, w->arena);
	arena_reset(w->arena);
}

/* The same incident again, which completes a series: count it with that. */
static void
take_again(void *user, int64_t number, const struct incident *in,
    const struct place *place, struct str feed)
{
	struct worker *w = user;
	const struct preview_run *run = w->crew->run;
	struct rules_result live;
	struct rules_result candidate;
	struct preview_case c = { .incident = in,
		.place = place,
		.feed = feed,
		.live = &live,
		.candidate = &candidate };

	find_verdicts(run, number, &c);
	ruleset_tag(run->live, in, place, w->live_scratch, w->arena, &live);
	ruleset_tag(run->candidate, in, place, w->candidate_scratch, w->arena,
	    &candidate);
	preview_remove(&w->preview, &c);
	preview_series_apply(w->crew->series, &c, &live, &candidate, w->arena);
	preview_add(&w->preview, &c);
	arena_reset(w->arena);
}

/* The next stretch: true, or there is none. */
static bool
next_stretch(struct crew *crew, int64_t done, int64_t *after, int64_t *until)
{
	const struct preview_run_source *source = crew->run->source;
	bool any;

	pthread_mutex_lock(&crew->mutex);
	crew->done += done;
	any = !crew->failed && crew->next < source->last &&
	      !(crew->run->stop && *crew->run->stop);
	if (any) {
		*after = crew->next;
		*until = source->last - *after > source->step
			     ? *after + source->step
			     : source->last;
		crew->next = *until;
	}
	pthread_mutex_unlock(&crew->mutex);
	return any;
}

/* For so long, and a second at most. */
static void
rest(int64_t us)
{
	struct timespec pause = { .tv_nsec =
				      us < 999999 ? us * 1000 : 999999000 };

	(void)nanosleep(&pause, NULL);
}

static int
read_all(struct worker *w, void *reader, struct err *e)
{
	const struct preview_run_source *source = w->crew->run->source;
	struct preview_run_sink sink = { .take = take, .user = w };
	int64_t after = 0;
	int64_t until = 0;
	int r = 0;

	while (r == 0 && next_stretch(w->crew, until - after, &after, &until)) {
		int64_t begun_us = clock_kernel_us();

		r = source->read(reader, after, until, w->arena, &sink, e);
		if (w->crew->run->is_gentle)
			rest(clock_kernel_us() - begun_us);
	}
	w->unread = sink.unread;
	return r;
}

static void *
work(void *user)
{
	struct worker *w = user;
	struct crew *crew = w->crew;
	const struct preview_run_source *source = crew->run->source;
	void *reader = NULL;
	struct err e = { 0 };
	int r = source->open(source->user, &reader, &e);

	if (r == 0)
		r = read_all(w, reader, &e);
	if (reader)
		source->close(&reader);
	pthread_mutex_lock(&crew->mutex);
	if (r < 0 && !crew->failed) {
		crew->failed = true;
		crew->e = e;
	}
	crew->at_work--;
	pthread_cond_signal(&crew->ended);
	pthread_mutex_unlock(&crew->mutex);
	return NULL;
}

/* ---- All of them ---- */

static size_t
count_threads(const struct preview_run *run)
{
	cpu_set_t set;
	size_t n = run->threads;

	if (n == 0) {
		CPU_ZERO(&set);
		n = sched_getaffinity(0, sizeof set, &set) == 0
			? (size_t)CPU_COUNT(&set)
			: 1;
	}
	return n > THREADS_MAX ? THREADS_MAX : n;
}

static void
worker_init(struct worker *w, struct crew *crew, size_t examples_max)
{
	w->crew = crew;
	preview_init(
	    &w->preview, crew->run->live, crew->run->candidate, examples_max);
	w->live_scratch = ruleset_scratch_new();
	w->candidate_scratch = ruleset_scratch_new();
	w->arena = arena_new();
}

static void
worker_release(struct worker *w)
{
	preview_release(&w->preview);
	ruleset_scratch_free(&w->live_scratch);
	ruleset_scratch_free(&w->candidate_scratch);
	arena_free(&w->arena);
}

/* Wait for all, telling the caller how far they are. */
static void
wait_for_all(struct crew *crew)
{
	struct preview_run *run = crew->run;
	int64_t done;
	bool all = false;

	while (!all) {
		int64_t at_us = clock_kernel_us() + TOLD_EVERY_US;
		const struct timespec at = { .tv_sec = at_us / 1000000,
			.tv_nsec = at_us % 1000000 * 1000 };

		pthread_mutex_lock(&crew->mutex);
		if (crew->at_work > 0)
			(void)pthread_cond_timedwait(
			    &crew->ended, &crew->mutex, &at);
		all = crew->at_work == 0;
		done = crew->done;
		pthread_mutex_unlock(&crew->mutex);
		if (run->progress)
			run->progress(run->progress_user, done,
			    run->source->last - run->source->first);
	}
}

static size_t
start_all(struct crew *crew, struct worker *workers, size_t count)
{
	size_t started = 0;

	pthread_mutex_lock(&crew->mutex);
	while (started < count && pthread_create(&workers[started].thread, NULL,
				      work, &workers[started]) == 0)
		started++;
	crew->at_work = started;
	pthread_mutex_unlock(&crew->mutex);
	return started;
}

static void
crew_init(struct crew *crew)
{
	thread_cond_init(&crew->ended);
	pthread_mutex_init(&crew->mutex, NULL);
	crew->series =
	    preview_series_new(crew->run->live, crew->run->candidate);
}

static void
crew_release(struct crew *crew)
{
	preview_series_free(&crew->series);
	pthread_cond_destroy(&crew->ended);
	pthread_mutex_destroy(&crew->mutex);
}

/* Read the incidents that complete a series once more, on this thread. */
static int
count_series(struct crew *crew, struct worker *w, struct err *e)
{
	const struct preview_run_source *source = crew->run->source;
	struct preview_run_sink sink = { .take = take_again, .user = w };
	const int64_t *numbers;
	size_t count = preview_series_numbers(crew->series, &numbers);
	void *reader = NULL;
	int r = count > 0 ? source->open(source->user, &reader, e) : 0;

	for (size_t i = 0; i < count && r == 0; i++)
		r = source->read(
		    reader, numbers[i] - 1, numbers[i], w->arena, &sink, e);
	if (reader)
		source->close(&reader);
	return r;
}

/* Join those who started and put their counts together in the first's. */
static void
gather(struct preview_run *run, struct worker *workers, size_t started)
{
	run->unread = 0;
	for (size_t i = 0; i < started; i++) {
		pthread_join(workers[i].thread, NULL);
		run->unread += workers[i].unread;
		if (i > 0)
			preview_merge(&workers[0].preview, &workers[i].preview);
	}
}

int
preview_run(struct preview_run *run, struct preview *out, struct err *e)
{
	struct crew crew = { .run = run, .next = run->source->first };
	size_t count = count_threads(run);
	struct worker *workers = alloc_zero(count, sizeof *workers);
	size_t started;

	crew_init(&crew);
	for (size_t i = 0; i < count; i++)
		worker_init(&workers[i], &crew, out->examples_max);
	started = start_all(&crew, workers, count);
	if (started == 0)
		crew.failed = err_set(&crew.e, ERR_TEMPORARY,
				  "no thread could be started") < 0;
	else
		wait_for_all(&crew);
	gather(run, workers, started);
	if (!crew.failed)
		crew.failed = count_series(&crew, &workers[0], &crew.e) < 0;
	preview_merge(out, &workers[0].preview);
	for (size_t i = 0; i < count; i++)
		worker_release(&workers[i]);
	free(workers);
	crew_release(&crew);
	if (crew.failed)
		*e = crew.e;
	return crew.failed ? -1 : 0;
}

/* ---- The agent's database ---- */

/* One thread's way into it. */
struct store_reader {
	struct store *store;
	struct store_scan *scan;
	struct geo *layers;  /* owned, or NULL */
	struct arena *arena; /* borrowed, while reading */
	struct preview_run_sink *sink;
};

static void
close_store(void **reader)
{
	struct store_reader *r = *reader;

	store_scan_close(&r->scan);
	store_close(&r->store);
	geo_free(&r->layers);
	free(r);
	*reader = NULL;
}

static int
open_store(void *user, void **reader, struct err *e)
{
	const struct preview_run_store *where = user;
	struct store_reader *r = alloc_zero(1, sizeof *r);

	*reader = r;
	if (store_open(where->path, DB_READ, &r->store, e) < 0 ||
	    store_scan_open(r->store, &r->scan, e) < 0)
		return -1;
	return where->layers ? geo_share(where->layers, &r->layers, e) : 0;
}

/* Decode and fold the messages of row; false: one cannot be read. */
static bool
fold_row(
    const struct store_scan_row *row, struct arena *arena, struct incident *out)
{
	struct merge_message *messages =
	    arena_alloc(arena, row->message_count, sizeof *messages);
	struct incident *decoded =
	    arena_alloc(arena, row->message_count, sizeof *decoded);

	for (size_t i = 0; i < row->message_count; i++) {
		struct str bytes = row->messages[i].bytes;
		struct err e;

		/* It was parsed and taken once: a look is enough. */
		if (!incident_skim(bytes, arena, &decoded[i]) &&
		    incident_parse(bytes, arena, &decoded[i], &e) < 0)
			return false;
		messages[i].incident = &decoded[i];
		memcpy(messages[i].hash, row->messages[i].hash, HASH_BYTES);
	}
	merge_fold(messages, row->message_count, arena, out);
	return true;
}

/* The place as it was found then, with what layers say of it now. */
static struct place
place_of(const struct store_reader *r, const struct store_scan_row *row)
{
	struct place place = row->place;
	struct place now;

	if (!r->layers || isnan(place.lat) || isnan(place.lon))
		return place;
	geo_locate_point(r->layers, place.lat, place.lon, place.uncertainty_m,
	    r->arena, &now);
	place.layers = now.layers;
	place.layer_count = now.layer_count;
	return place;
}

static void
take_row(void *user, const struct store_scan_row *row)
{
	struct store_reader *r = user;
	struct incident record;
	struct place place = place_of(r, row);

	if (!fold_row(row, r->arena, &record)) {
		r->sink->unread++;
		return;
	}
	r->sink->take(r->sink->user, row->number, &record, &place, row->feed);
}

static int
read_store(void *reader, int64_t after, int64_t until, struct arena *arena,
    struct preview_run_sink *sink, struct err *e)
{
	struct store_reader *r = reader;

	r->arena = arena;
	r->sink = sink;
	return store_scan_step(r->scan, after, until, arena, take_row, r, e);
}

int
preview_run_store(struct preview_run_store *where,
    struct preview_run_source *out, struct err *e)
{
	void *reader = NULL;
	struct store_reader *r;
	int result = 0;

	*out = (struct preview_run_source){ .step = STORE_STEP,
		.open = open_store,
		.read = read_store,
		.close = close_store,
		.user = where };
	result = open_store(where, &reader, e);
	r = reader;
	if (result == 0)
		result = store_scan_last(r->scan, &out->last, e);
	close_store(&reader);
	return result;
}
