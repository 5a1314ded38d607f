/* live: the sink of all sources, and the clock of the work behind it. */
#include "agent/live/live.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/failpoint.h"
#include "agent/base/log.h"
#include "agent/base/loop.h"
#include "agent/conf/conf.h"
#include "agent/conf/oneline.h"
#include "agent/live/batch.h"
#include "agent/live/ledger.h"
#include "agent/live/posfeed.h"
#include "agent/store/store.h"

#define FLUSH_MS   200  /* after the first position of a batch */
#define BATCH_FULL 1000 /* positions */
#define RETRY_MS   1000
#define WORK_MS    5000    /* between looks for what can be packed */
#define PURGE_MS   3600000 /* between two purges */
#define PACKS_MAX  20      /* in one look */
#define AHEAD_MS   60000   /* clocks differ */
#define DAY_MS     INT64_C(86400000)

struct live {
	const struct conf *conf; /* borrowed */
	struct loop *loop;
	struct store *store;
	struct ledger *ledger;
	struct live_events events;
	struct posfeed_sink sink;
	struct posfeed **sources; /* one for each of conf->sources; NULL:
					 could not be opened */
	size_t source_count;
	struct batch batch;
	struct loop_source *idle;
	struct loop_timer *flush_timer, *work_timer;
	int64_t purged_ms; /* monotonic; CLOCK_NONE: never */
	bool is_stuck;     /* the last commit failed, which was said */
	bool must_load;    /* memory is not what is on disk */
	struct live_counts counts;
};

/* --- what sources tell --- */

/* Is it a name for people, lists and topics? */
static bool
is_name(struct str s)
{
	return s.len > 0 && s.len <= POSFEED_UNIT_MAX && str_is_utf8(s) &&
	       oneline_is(s) && s.p[0] != ' ' && s.p[s.len - 1] != ' ';
}

static struct ledger_report *
add_report(struct live *l, struct posfeed *s, struct str unit)
{
	struct ledger_report *r;

	if (!is_name(unit)) {
		posfeed_aside(s, POSFEED_NO_NAME, NULL);
		return NULL;
	}
	r = batch_add(&l->batch, s, unit);
	if (!r) {
		posfeed_aside(s, POSFEED_FULL, NULL);
		return NULL;
	}
	r->received_ms = clock_wall_ms();
	if (l->batch.count >= BATCH_FULL && !l->is_stuck)
		loop_idle_request(l->idle);
	else if (!loop_timer_is_set(l->flush_timer))
		loop_timer_set(l->flush_timer, FLUSH_MS);
	return r;
}

/* What keeps a position from being taken, or POSFEED_FAULTS. */
static enum posfeed_fault
fault_of(const struct conf_source *conf, const struct track_fix *fix)
{
	int64_t now_ms = clock_wall_ms();

	if (!track_fix_is_place(fix))
		return POSFEED_NO_PLACE;
	if (fix->time_ms == CLOCK_NONE)
		return POSFEED_NO_TIME;
	if ((double)fix->uncertainty_m > (double)conf->accuracy_m)
		return POSFEED_COARSE;
	if (fix->time_ms > now_ms + AHEAD_MS)
		return POSFEED_FUTURE;
	if (fix->time_ms < now_ms - conf->age_ms)
		return POSFEED_OLD;
	return POSFEED_FAULTS;
}

static void
on_report(
    void *user, struct posfeed *s, struct str unit, const struct track_fix *fix)
{
	enum posfeed_fault fault = fault_of(s->conf, fix);
	struct ledger_report *r;

	if (fault != POSFEED_FAULTS) {
		posfeed_aside(s, fault, NULL);
		return;
	}
	r = add_report(user, s, unit);
	if (r) {
		r->fix = *fix;
		s->counts.taken++;
	}
}

static void
on_gone(void *user, struct posfeed *s, struct str unit)
{
	struct ledger_report *r = add_report(user, s, unit);

	if (r)
		r->is_gone = true;
}

static void
on_settle(void *user, struct posfeed *s)
{
	struct live *l = user;

	s->waits = true;
	if (!l->is_stuck)
		loop_idle_request(l->idle);
}

/* --- the commit --- */

/* Of an event its row alone, for a journal outlives units.keep. */
static void
tell_events(struct live *l)
{
	const struct ledger_event *events;
	size_t count = ledger_events(l->ledger, &events);

	for (size_t i = 0; i < count; i++)
		log_info("area event=%" PRId64 " what=%s", events[i].id,
		    area_event_name(events[i].event.kind));
	if (count > 0)
		l->events.told(l->events.user);
}

/* The batch in one transaction; how many positions were new, or -1. */
static int
write_batch(struct live *l, struct err *e)
{
	int taken;

	if (l->must_load && ledger_load(l->ledger, e) < 0)
		return -1;
	l->must_load = false;
	if (store_begin(l->store, e) < 0)
		return -1;
	taken = ledger_take(
	    l->ledger, l->batch.reports, l->batch.count, clock_wall_ms(), e);
	FAILPOINT("before-commit");
	if (taken < 0 || store_commit(l->store, e) < 0) {
		store_rollback(l->store);
		l->must_load = true;
		return -1;
	}
	FAILPOINT("after-commit");
	return taken;
}

static void
be_stuck(struct live *l, const struct err *e)
{
	if (!l->is_stuck)
		log_error(
		    "positions wait, tried again every second: %s", e->msg);
	l->is_stuck = true;
	loop_timer_set(l->flush_timer, RETRY_MS);
}

/* Set aside what the ledger has no room for; how many reports. */
static size_t
set_crowd_aside(struct live *l)
{
	size_t count = 0;

	for (size_t i = 0; i < l->batch.count; i++) {
		const struct ledger_report *r = &l->batch.reports[i];

		for (size_t k = 0; r->is_crowd && k < l->source_count; k++) {
			struct posfeed *s = l->sources[k];

			if (!s || s->conf->name != r->source)
				continue;
			posfeed_aside(s, POSFEED_CROWD, NULL);
			s->counts.taken--;
			count++;
		}
	}
	return count;
}

static void
settle_all(struct live *l)
{
	for (size_t i = 0; i < l->source_count; i++) {
		struct posfeed *s = l->sources[i];

		if (!s || !s->waits)
			continue;
		s->waits = false;
		s->kind->settled(s);
	}
}

static int
commit(struct live *l, struct err *e)
{
	int taken = 0;

	if (l->batch.count > 0)
		taken = write_batch(l, e);
	if (taken < 0)
		return -1;
	if (l->is_stuck)
		log_info("positions are on disk again");
	l->is_stuck = false;
	l->counts.taken += (uint64_t)taken;
	l->counts.known +=
	    l->batch.count - (uint64_t)taken - set_crowd_aside(l);
	if (l->batch.count > 0)
		tell_events(l);
	l->batch.count = 0;
	loop_timer_stop(l->flush_timer);
	settle_all(l);
	return 0;
}

static void
on_flush(void *user)
{
	struct live *l = user;
	struct err e = { 0 };

	if (commit(l, &e) < 0)
		be_stuck(l, &e);
}

/* --- the work behind it --- */

static void
work(struct live *l, struct err *e)
{
	int64_t now_ms = clock_wall_ms();
	int r = 1;

	for (int i = 0; i < PACKS_MAX && r > 0; i++)
		r = ledger_pack(l->ledger, now_ms, e);
	if (r >= 0 && (l->purged_ms == CLOCK_NONE ||
			  clock_mono_ms() - l->purged_ms >= PURGE_MS)) {
		r = ledger_purge(
		    l->ledger, l->conf->units_keep_days * DAY_MS, now_ms, e);
		l->purged_ms = clock_mono_ms();
	}
	if (r < 0) {
		l->must_load = true;
		log_warn("positions are not packed or purged yet: %s", e->msg);
	}
	loop_timer_set(l->work_timer, r > 0 ? 0 : WORK_MS);
}

static void
on_work(void *user)
{
	struct live *l = user;
	struct err e = { 0 };

	if (l->is_stuck)
		loop_timer_set(l->work_timer, WORK_MS);
	else
		work(l, &e);
}

/* --- opening and closing --- */

/* Say what has come through it, if anything has. */
static void
close_source(struct live *l, struct posfeed **s)
{
	struct buf line = { 0 };
	uint64_t aside = 0;

	if (!*s)
		return;
	for (int f = 0; f < POSFEED_FAULTS; f++) {
		uint64_t n = (*s)->counts.aside[f];

		aside += n;
		if (n > 0)
			buf_addf(&line, " %s=%" PRIu64,
			    posfeed_fault_name((enum posfeed_fault)f), n);
	}
	l->counts.aside += aside;
	log_info("position source closed source=%s positions=%" PRIu64
		 " aside=%" PRIu64 "%s",
	    (*s)->conf->name, (*s)->counts.taken, aside,
	    line.len > 0 ? line.p : "");
	buf_clear(&line);
	posfeed_close(s);
}

static void
close_sources(struct live *l)
{
	for (size_t i = 0; i < l->source_count; i++)
		close_source(l, &l->sources[i]);
	free(l->sources);
	l->sources = NULL;
	l->source_count = 0;
}

/* All of conf that can be opened; -1 if one could not. */
static int
open_sources(struct live *l, const struct conf *conf, struct err *e)
{
	int r = 0;

	l->conf = conf;
	l->sources = alloc_zero(conf->source_count + 1, sizeof(l->sources[0]));
	l->source_count = conf->source_count;
	for (size_t i = 0; i < conf->source_count; i++) {
		const struct conf_source *c = &conf->sources[i];

		if (posfeed_open(c, l->loop, &l->sink, &l->sources[i], e) < 0)
			r = -1;
		else
			log_info("position source opened source=%s type=%s",
			    c->name, posfeed_kind_name(c->kind));
	}
	return r;
}

/*
 * Put on disk what has come, so that nothing borrows from sources that close.
 */
static void
flush(struct live *l)
{
	struct err e = { 0 };

	if (l->batch.count > 0 && commit(l, &e) < 0) {
		log_error("positions=%zu that came last are lost, but for "
			  "those that a broker keeps: %s",
		    l->batch.count, e.msg);
		l->batch.count = 0;
	}
}

int
live_reload(struct live *l, const struct conf *conf, struct err *e)
{
	const struct conf *old = l->conf;
	struct err ignored = { 0 };

	flush(l);
	close_sources(l);
	if (open_sources(l, conf, e) == 0)
		return 0;
	close_sources(l);
	(void)open_sources(l, old, &ignored);
	return -1;
}

void
live_refresh(struct live *l)
{
	l->must_load = true;
}

struct live_counts
live_counts(const struct live *l)
{
	struct live_counts n = l->counts;

	for (size_t i = 0; i < l->source_count; i++)
		for (int f = 0; l->sources[i] && f < POSFEED_FAULTS; f++)
			n.aside += l->sources[i]->counts.aside[f];
	n.units = ledger_unit_count(l->ledger);
	return n;
}

void
live_close(struct live **live)
{
	struct live *l = *live;

	if (!l)
		return;
	if (l->ledger)
		flush(l);
	close_sources(l);
	ledger_close(&l->ledger);
	batch_release(&l->batch);
	loop_remove(&l->idle);
	loop_timer_free(&l->flush_timer);
	loop_timer_free(&l->work_timer);
	free(l);
	*live = NULL;
}

int
live_open(const struct conf *conf, struct loop *loop, struct store *store,
    const struct live_events *events, struct live **out, struct err *e)
{
	struct live *l = alloc_zero(1, sizeof(*l));
	const struct ledger_teller teller = { .tell = events->tell,
		.user = events->user };

	l->conf = conf;
	l->loop = loop;
	l->store = store;
	l->events = *events;
	l->purged_ms = CLOCK_NONE;
	l->sink = (struct posfeed_sink){ .report = on_report,
		.gone = on_gone,
		.settle = on_settle,
		.user = l };
	if (loop_add_idle(loop, on_flush, l, &l->idle, e) < 0 ||
	    loop_add_timer(loop, on_flush, l, &l->flush_timer, e) < 0 ||
	    loop_add_timer(loop, on_work, l, &l->work_timer, e) < 0 ||
	    ledger_open(store, &teller, &l->ledger, e) < 0 ||
	    ledger_load(l->ledger, e) < 0 || open_sources(l, conf, e) < 0) {
		live_close(&l);
		return -1;
	}
	loop_timer_set(l->work_timer, WORK_MS);
	*out = l;
	return 0;
}
