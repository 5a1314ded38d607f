/*
 * The agent: what is opened, in which order, and what wakes it.
 *
 *     feed ──► on_batch ──► intake_batch ──► deliver_kick, findwork_kick
 *     control socket ─────► intake_replay ─► deliver_kick, findwork_kick
 *     SIGHUP ─────────────► build beside, swap
 *     rules approved ─────► the same with rules and layers alone
 *     watchdog timer ─────► only while there is progress
 *
 * What a reload replaces is one struct: parts.h.
 */
#include "agent/agent.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ahead.h"
#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/db_turns.h"
#include "agent/base/err.h"
#include "agent/base/lock.h"
#include "agent/base/log.h"
#include "agent/base/loop.h"
#include "agent/base/str.h"
#include "agent/conf/conf.h"
#include "agent/control.h"
#include "agent/erasework.h"
#include "agent/feeds/feed.h"
#include "agent/findwork.h"
#include "agent/geo/geo.h"
#include "agent/intake.h"
#include "agent/live/ledger.h"
#include "agent/live/live.h"
#include "agent/logwork.h"
#include "agent/parts.h"
#include "agent/review/pulse.h"
#include "agent/review/service.h"
#include "agent/ruleeffect.h"
#include "agent/rulework.h"
#include "agent/store/store.h"
#include "agent/trackwork.h"
#include "agent/wordwork.h"
#include "alerts/areatell.h"
#include "alerts/deliver.h"
#include "rules/ruleset.h"

#define STATUS_MS     5000  /* between two status lines */
#define OVERDUE_MS    100   /* for incidents that are overdue, at a status */
#define OVERDUE_GAP   400   /* and then the rest of them waits */
#define EFFECT_MS     1000  /* from an approval to the reload */
#define DRAIN_MS      5000  /* SIGTERM: wait for deliveries in flight */
#define PROGRESS_MS   60000 /* work waiting so long without a commit is stuck */
#define WATCHDOG_GAPS 3     /* words to the watchdog in its interval */
#define UPGRADE_MS    3600000 /* for schema steps, over all that is stored */

struct agent {
	char *path; /* of the configuration */
	struct parts parts;
	struct loop *loop;
	struct lock *lock;
	struct db_turns *turns; /* to write: the loop before pages */
	struct store *store;
	struct intake *intake;
	struct deliver *deliver;
	struct control *control;
	struct logwork *logwork;
	struct findwork *findwork;
	struct trackwork *trackwork; /* recordings from folders */
	struct wordwork *wordwork;   /* the index of words */
	struct erasework *erasework; /* what is too old */
	struct ruleeffect *effect;   /* what was approved of the rules */
	struct rulework *rulework;   /* previews of their changes */
	struct live *live;           /* positions of units */
	struct areatell *areatell;   /* what they do in areas, to people */
	struct service *review;      /* NULL: not configured, or not yet open */
	struct feed_sink sink;
	struct loop_source *on_term, *on_int, *on_hup;
	struct loop_timer *status_timer, *watchdog_timer, *drain_timer;
	struct loop_timer *effect_timer, *overdue_timer;
	bool effect_due; /* it is set */
	struct loop_source *after;
	bool stopping;
	bool is_ready;               /* the service manager was told */
	bool replay_failed;          /* what was asked for waits: tried again */
	bool effect_failed;          /* likewise what was approved */
	_Atomic bool decided_failed; /* likewise what was decided */
};

/* A feed's batch: take it in, and send what it gave rise to. */
static int
on_batch(void *user, const struct feed_batch *batch, struct err *e)
{
	struct agent *a = user;

	if (intake_batch(a->intake, batch, clock_wall_ms(), e) < 0)
		return -1;
	deliver_kick(a->deliver);
	findwork_kick(a->findwork);
	return 0;
}

static int
on_resume(void *user, const char *feed, const char *file,
    struct feed_position *pos, struct err *e)
{
	struct agent *a = user;

	return intake_resume(a->intake, feed, file, pos, e);
}

static void
on_finished(void *user, const char *feed, const char *file)
{
	struct agent *a = user;

	intake_forget(a->intake, feed, file);
}

/*
 * A large file is begun: its thread tags ahead, with the geography and rules
 * of now.  Feeds are closed before those are swapped.
 */
static void *
on_ahead_begin(void *user)
{
	const struct agent *a = user;
	struct ahead *ahead;
	struct err e = { 0 };

	if (ahead_new(a->parts.geo, a->parts.rules, &ahead, &e) == 0)
		return ahead;
	log_warn("nothing is tagged ahead: %s", e.msg);
	return NULL;
}

static void
on_ahead(void *context, struct feed_batch *batch)
{
	ahead_batch(context, batch);
}

static void
on_ahead_end(void *context)
{
	struct ahead *ahead = context;

	ahead_free(&ahead);
}

/* A folder of recordings has a file. */
static uint64_t
on_whole_begin(void *user, const struct feed_whole *file)
{
	const struct agent *a = user;

	return trackwork_put(a->trackwork, file);
}

static int
on_whole_ask(void *user, uint64_t ticket, struct err *e)
{
	const struct agent *a = user;

	return trackwork_ask(a->trackwork, ticket, e);
}

static void
on_whole_cancel(void *user, uint64_t ticket)
{
	const struct agent *a = user;

	trackwork_cancel(a->trackwork, ticket);
}

/* A recording was stored, in its thread: whom does it show? */
static void
on_imported(void *user)
{
	struct findwork *findwork = user;

	findwork_kick(findwork);
}

static int
open_feed(struct agent *a, struct parts *p, size_t i, struct err *e)
{
	const struct conf_feed *c = &p->conf->feeds[i];

	if (feed_open(c, a->loop, &a->sink, &p->feeds[i], e) < 0)
		return -1;
	log_info(
	    "feed opened feed=%s type=%s path=%s", c->name, c->type, c->path);
	return 0;
}

/* All of them, or -1. */
static int
feeds_open(struct agent *a, struct parts *p, struct err *e)
{
	p->feeds = alloc_zero(p->conf->feed_count, sizeof(struct feed *));
	for (size_t i = 0; i < p->conf->feed_count; i++)
		if (open_feed(a, p, i, e) < 0)
			return -1;
	return 0;
}

/*
 * Those that a failed reload left closed, as far as they can be opened; tried
 * again with each status until all are.
 */
static void
feeds_reopen(struct agent *a, bool is_first_try)
{
	for (size_t i = 0; i < a->parts.conf->feed_count; i++) {
		struct err e = { 0 };

		if (!a->parts.feeds[i] && open_feed(a, &a->parts, i, &e) < 0 &&
		    is_first_try)
			log_error("a feed of the old configuration cannot be "
				  "opened again, tried every %d s: %s",
			    STATUS_MS / 1000, e.msg);
	}
}

/*
 * A decision was made, in a thread of the review service: wake the loop as a
 * command would.
 */
static void
on_decided(void *user)
{
	struct agent *a = user;

	if (!control_wake(a->parts.conf->state))
		a->decided_failed = true; /* with the next status, then */
}

/*
 * The review service, as the configuration says.  It is no part of the road:
 * if it cannot be opened that is said, and tried again with each status.
 */
static void
review_reopen(struct agent *a, bool is_first_try)
{
	const struct conf *c = a->parts.conf;
	struct err e = { 0 };

	if (a->review || (c->review.port == 0 && !c->review.socket))
		return;
	if (service_open(c, a->turns, on_decided, a, &a->review, &e) == 0) {
		service_use_rules(a->review, a->parts.rules);
		log_info("review service opened address=%s port=%" PRId64
			 " tls=%s certificates=%s socket=%s",
		    c->review.address, service_port(a->review),
		    c->review.cert_file ? "yes" : "no",
		    c->review.client_ca ? "yes" : "no",
		    c->review.socket ? c->review.socket : "none");
	} else if (is_first_try)
		log_error("the review service cannot be opened, tried every "
			  "%d s: %s",
		    STATUS_MS / 1000, e.msg);
}

static void
copy_channel(void *user, const struct deliver_channel *c)
{
	struct pulse *p = user;
	struct pulse_channel *to;

	if (p->channel_count == PULSE_MAX)
		return;
	to = &p->channels[p->channel_count++];
	(void)snprintf(to->name, sizeof to->name, "%s", c->name);
	(void)snprintf(to->kind, sizeof to->kind, "%s", c->kind);
	(void)snprintf(to->why, sizeof to->why, "%s",
	    !c->is_up && c->reply ? c->reply : "");
	to->is_up = c->is_up;
	to->down_ms = c->down_ms;
	to->in_flight = c->in_flight;
}

static void
copy_feeds(const struct parts *parts, struct pulse *p)
{
	for (size_t i = 0; i < parts->conf->feed_count && i < PULSE_MAX; i++) {
		struct pulse_feed *to = &p->feeds[p->feed_count++];
		struct feed_status s = { .last_commit_ms = CLOCK_NONE,
			.stuck_since_ms = CLOCK_NONE };

		to->is_open = parts->feeds[i] != NULL;
		if (to->is_open)
			feed_status(parts->feeds[i], &s);
		(void)snprintf(to->name, sizeof to->name, "%s",
		    parts->conf->feeds[i].name);
		(void)snprintf(to->kind, sizeof to->kind, "%s",
		    parts->conf->feeds[i].type);
		to->has_work = s.has_work;
		to->last_commit_ms = s.last_commit_ms;
		to->stuck_since_ms = s.stuck_since_ms;
	}
}

/* Tell the review service how channels and feeds are. */
static void
tell_review(struct agent *a)
{
	struct pulse p = { .at_ms = clock_wall_ms() };

	if (!a->review)
		return;
	deliver_channels(a->deliver, copy_channel, &p);
	copy_feeds(&a->parts, &p);
	p.rules.since_ms = a->parts.rules_ms;
	p.rules.own_left_out = a->parts.own_left_out;
	p.rules.count = ruleset_rule_count(a->parts.rules);
	(void)snprintf(p.rules.hash, sizeof p.rules.hash, "%s",
	    ruleset_hash(a->parts.rules));
	(void)snprintf(
	    p.rules.dir, sizeof p.rules.dir, "%s", a->parts.rules_dir);
	service_tell(a->review, &p);
}

/* What the intake works with. */
static struct intake_parts
intake_parts_of(const struct agent *a, const struct parts *p)
{
	return (struct intake_parts){ .store = a->store,
		.conf = p->conf,
		.geo = p->geo,
		.rules = p->rules,
		.deliver = a->deliver };
}

static void
set_log_level(const struct conf *conf)
{
	static const char *const words[] = { [LOG_ERROR] = "error",
		[LOG_WARN] = "warn",
		[LOG_INFO] = "info",
		[LOG_DEBUG] = "debug" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(conf->log_level, words[i]) == 0)
			log_set_level((enum log_level)i);
}

/*
 * Swap in what is new.  The old feeds are closed first, because two must not
 * watch one folder; if the new ones cannot be opened the old ones are opened
 * again.
 */
static int
swap_parts(struct agent *a, struct parts *new, struct err *e)
{
	const struct intake_parts parts = intake_parts_of(a, new);
	const struct intake_parts old = intake_parts_of(a, &a->parts);
	struct areatell *areatell = NULL;
	struct err ignored = { 0 };

	for (size_t i = 0; i < a->parts.conf->feed_count; i++)
		feed_close(&a->parts.feeds[i]);
	if (intake_swap(a->intake, &parts, e) < 0)
		goto feeds_again;
	if (feeds_open(a, new, e) < 0)
		goto intake_again;
	if (areatell_open(a->store, new->conf, &areatell, e) < 0)
		goto intake_again;
	if (live_reload(a->live, new->conf, e) < 0)
		goto areas_again;
	if (deliver_reload(a->deliver, new->conf, e) < 0)
		goto live_again;
	areatell_close(&a->areatell);
	a->areatell = areatell;
	return 0;

live_again:
	if (live_reload(a->live, a->parts.conf, &ignored) < 0)
		log_error("a position source of the old configuration cannot "
			  "be opened again: %s",
		    ignored.msg);
areas_again:
	areatell_close(&areatell);
intake_again:
	if (intake_swap(a->intake, &old, &ignored) < 0)
		log_error("the old configuration is lost: %s", ignored.msg);
feeds_again:
	for (size_t i = 0; new->feeds &&i < new->conf->feed_count; i++)
		feed_close(&new->feeds[i]);
	feeds_reopen(a, true);
	return -1;
}

static int
reload(struct agent *a, struct err *e)
{
	struct parts new = { 0 };
	struct parts old;

	if (parts_load(a->path, &new, false, e) < 0) {
		parts_release(&new);
		return -1;
	}
	if (strcmp(new.conf->state, a->parts.conf->state) != 0) {
		parts_release(&new);
		return err_set(e, ERR_INVALID,
		    "the state folder cannot be changed by a reload: stop "
		    "the agent, move the folder, start it again");
	}
	if (swap_parts(a, &new, e) < 0) {
		parts_release(&new);
		return -1;
	}
	service_close(&a->review);
	old = a->parts;
	a->parts = new;
	erasework_reload(a->erasework, a->parts.conf);
	rulework_reload(a->rulework, a->parts.conf);
	parts_release(&old);
	review_reopen(a, true);
	tell_review(a);
	set_log_level(a->parts.conf);
	return 0;
}

/* Whose files of rules are not as they were approved? */
static void
verify_rules(struct agent *a)
{
	struct err e = { 0 };

	if (ruleeffect_verify(a->effect, &e) < 0)
		log_warn("the files of rules are not compared with what was "
			 "approved: %s",
		    e.msg);
}

/*
 * Swap in rules and layers alone.  Feeds are closed for that long, since their
 * threads tag ahead with both; the review service, since its pages show them.
 */
static int
swap_rules(struct agent *a, struct parts *new, struct err *e)
{
	const struct intake_parts parts = intake_parts_of(a, new);
	int r;

	for (size_t i = 0; i < a->parts.conf->feed_count; i++)
		feed_close(&a->parts.feeds[i]);
	r = intake_swap(a->intake, &parts, e);
	if (r == 0) {
		struct parts old = a->parts;

		service_close(&a->review);
		a->parts = *new;
		a->parts.feeds = old.feeds;
		*new = old;
	}
	feeds_reopen(a, true);
	review_reopen(a, true);
	return r;
}

/*
 * The rules again, with the configuration in use: what is being written in its
 * file is nobody's business here, and waits for SIGHUP.  At the start nothing
 * is ready yet.
 */
static int
reload_for_rules(void *user, bool alone_if_wrong, struct err *e)
{
	struct agent *a = user;
	struct parts new = { 0 };
	int r;

	if (a->is_ready)
		loop_notify_reloading();
	r = parts_load_rules(&a->parts, &new, alone_if_wrong, e);
	if (r == 0)
		r = swap_rules(a, &new, e);
	if (r == 0)
		tell_review(a);
	parts_release_beside(&a->parts, &new);
	if (a->is_ready)
		loop_notify_ready();
	return r;
}

/* Put in force what was approved of the rules. */
static void
settle_rules(struct agent *a)
{
	struct err e = { 0 };
	int r = ruleeffect_settle(a->effect, clock_wall_ms(), &e);

	a->effect_failed = r < 0;
	if (r < 0)
		log_error("an approved change of rules waits, tried every %d "
			  "s: %s",
		    STATUS_MS / 1000, e.msg);
}

static void
on_effect(void *user)
{
	struct agent *a = user;

	a->effect_due = false;
	if (!a->stopping)
		settle_rules(a);
}

static void
on_hangup(void *user, int signo)
{
	struct agent *a = user;
	struct err e = { 0 };

	(void)signo;
	if (a->stopping)
		return;
	loop_notify_reloading();
	verify_rules(a);
	if (reload(a, &e) < 0)
		log_error("reload failed, the old configuration stays in use: "
			  "%s",
		    e.msg);
	else
		log_info("reloaded rules=%s", ruleset_hash(a->parts.rules));
	loop_notify_ready();
}

/* A command has left something to do. */
static void
on_wake(void *user)
{
	struct agent *a = user;
	struct err e = { 0 };

	if (a->stopping)
		return;
	a->replay_failed = intake_replay(a->intake, clock_wall_ms(), &e) < 0;
	if (a->replay_failed)
		log_error("replay from quarantine waits, tried every %d s: %s",
		    STATUS_MS / 1000, e.msg);
	/* A little later: who approved sees that page before the reload. */
	if (!a->effect_due)
		loop_timer_set(a->effect_timer, EFFECT_MS);
	a->effect_due = true;
	rulework_kick(a->rulework);
	live_refresh(a->live);
	a->decided_failed = intake_decided(a->intake, clock_wall_ms(), &e) < 0;
	if (a->decided_failed)
		log_error("what was decided in review waits to be told, tried "
			  "every %d s: %s",
		    STATUS_MS / 1000, e.msg);
	deliver_kick(a->deliver);
	findwork_kick(a->findwork);
}

/* Stop: nothing new, and wait a little for what is on its way. */
static void
on_stop(void *user, int signo)
{
	struct agent *a = user;

	(void)signo;
	if (a->stopping) {
		loop_stop(a->loop);
		return;
	}
	log_info("stopping: finishing what is in hand");
	loop_notify_stopping();
	a->stopping = true;
	for (size_t i = 0; i < a->parts.conf->feed_count; i++)
		if (a->parts.feeds[i])
			feed_drain(a->parts.feeds[i]);
	deliver_drain(a->deliver);
	loop_timer_set(a->drain_timer, DRAIN_MS);
}

static void
on_drain_end(void *user)
{
	struct agent *a = user;

	log_warn("deliveries still in flight are sent again at the next start "
		 "count=%zu",
	    deliver_in_flight(a->deliver));
	loop_stop(a->loop);
}

/* After each turn: when stopping, is everything done? */
static void
on_after(void *user)
{
	struct agent *a = user;

	if (a->stopping && deliver_in_flight(a->deliver) == 0)
		loop_stop(a->loop);
}

/*
 * Is the agent doing its work?  A wait whose cause was logged (a full disk,
 * say) is no reason to be restarted: that would not mend it.
 */
static bool
is_working(struct agent *a)
{
	int64_t now = clock_wall_ms();

	for (size_t i = 0; i < a->parts.conf->feed_count; i++) {
		struct feed_status s;

		if (!a->parts.feeds[i])
			continue;
		feed_status(a->parts.feeds[i], &s);
		if (s.has_work && s.stuck_since_ms == CLOCK_NONE &&
		    s.last_commit_ms != CLOCK_NONE &&
		    now - s.last_commit_ms > PROGRESS_MS)
			return false;
	}
	return deliver_is_working(a->deliver);
}

static void
on_watchdog(void *user)
{
	struct agent *a = user;
	uint64_t usec = loop_watchdog_usec();

	if (is_working(a))
		loop_notify_watchdog();
	else
		log_error("no progress: the service manager will restart the "
			  "agent");
	loop_timer_set(
	    a->watchdog_timer, (int64_t)(usec / 1000 / WATCHDOG_GAPS));
}

/* With each status, and soon again while some are left. */
static void
on_overdue(void *user)
{
	struct agent *a = user;
	struct err e = { 0 };
	int r = intake_overdue(a->intake, clock_wall_ms(), OVERDUE_MS, &e);

	if (r < 0)
		log_warn("what is overdue is not seen to yet: %s", e.msg);
	else if (r > 0)
		loop_timer_set(a->overdue_timer, OVERDUE_GAP);
}

static void
on_status(void *user)
{
	struct agent *a = user;
	struct intake_counts n = intake_counts(a->intake);
	struct live_counts live = live_counts(a->live);
	struct buf line = { 0 };
	struct err e = { 0 };

	buf_addf(&line,
	    "%" PRIu64 " messages, %" PRIu64 " incidents, %" PRIu64
	    " set aside; ",
	    n.messages, n.incidents, n.quarantined);
	if (a->parts.conf->source_count > 0)
		buf_addf(&line, "%" PRIu64 " positions, %" PRIu64 " units; ",
		    live.taken, live.units);
	deliver_describe(a->deliver, &line);
	loop_notify_status(line.p);
	buf_clear(&line);
	if (intake_tidy(a->intake, &e) < 0)
		log_warn("positions not tidied yet: %s", e.msg);
	if (intake_decided(a->intake, clock_wall_ms(), &e) < 0)
		log_warn("what was decided is not told yet: %s", e.msg);
	on_overdue(a);
	if (!a->stopping) {
		feeds_reopen(a, false);
		review_reopen(a, false);
	}
	tell_review(a);
	if (a->replay_failed || a->decided_failed || a->effect_failed)
		on_wake(a);
	findwork_kick(a->findwork); /* what other processes brought */
	loop_timer_set(a->status_timer, STATUS_MS);
}

static int
open_store(struct agent *a, enum agent_trouble *trouble, struct err *e)
{
	struct buf path = { 0 };
	int r;

	buf_addf(&path, "%s/lock", a->parts.conf->state);
	r = lock_take(path.p, &a->lock, e);
	if (r < 0 && e->code == ERR_TEMPORARY)
		*trouble = AGENT_TROUBLE_LOCKED;
	buf_reset(&path);
	buf_addf(&path, "%s/" STORE_FILE_NAME, a->parts.conf->state);
	if (r == 0) {
		loop_notify_more_time(UPGRADE_MS);
		r = store_open(path.p, DB_CREATE, &a->store, e);
	}
	if (r == 0)
		db_take_turns(store_db(a->store), a->turns, true);
	if (r == 0)
		r = logwork_start(path.p, store_db(a->store), &a->logwork, e);
	if (r == 0)
		r = findwork_start(path.p, &a->findwork, e);
	if (r == 0)
		r = wordwork_start(path.p, a->turns, &a->wordwork, e);
	if (r == 0)
		r = trackwork_start(
		    a->parts.conf, on_imported, a->findwork, &a->trackwork, e);
	if (r == 0)
		r = erasework_start(a->parts.conf, a->turns, &a->erasework, e);
	if (r == 0)
		r = rulework_start(a->parts.conf, a->turns, &a->rulework, e);
	buf_clear(&path);
	return r;
}

static int
open_signals(struct agent *a, struct err *e)
{
	if (loop_add_signal(a->loop, SIGTERM, on_stop, a, &a->on_term, e) < 0 ||
	    loop_add_signal(a->loop, SIGINT, on_stop, a, &a->on_int, e) < 0)
		return -1;
	return loop_add_signal(a->loop, SIGHUP, on_hangup, a, &a->on_hup, e);
}

static int
open_timers(struct agent *a, struct err *e)
{
	if (loop_add_timer(a->loop, on_status, a, &a->status_timer, e) < 0 ||
	    loop_add_timer(a->loop, on_watchdog, a, &a->watchdog_timer, e) <
		0 ||
	    loop_add_timer(a->loop, on_drain_end, a, &a->drain_timer, e) < 0 ||
	    loop_add_timer(a->loop, on_effect, a, &a->effect_timer, e) < 0 ||
	    loop_add_timer(a->loop, on_overdue, a, &a->overdue_timer, e) < 0)
		return -1;
	return loop_add_after(a->loop, on_after, a, &a->after, e);
}

/* A unit did something in an area: into the outbox, with the position. */
static int
on_area_event(void *user, const struct ledger_event *event, struct str area,
    struct str unit, int64_t now_ms, struct err *e)
{
	struct agent *a = user;
	const struct areatell_event tell = { .id = event->id,
		.area = area,
		.unit = unit,
		.kind = event->event.kind,
		.is_passing = event->event.is_passing,
		.time_ms = event->event.time_ms };

	return areatell_add(a->areatell, &tell, now_ms, e) < 0 ? -1 : 0;
}

static void
on_areas_told(void *user)
{
	struct agent *a = user;

	deliver_kick(a->deliver);
}

/* The stages, from the last to the first, so that none runs into a void. */
static int
open_stages(struct agent *a, struct err *e)
{
	const struct live_events events = {
		.tell = on_area_event, .told = on_areas_told, .user = a
	};
	const struct ruleeffect_agent agent = { reload_for_rules, a };
	struct intake_parts parts;

	if (ruleeffect_open(
		a->store, a->parts.conf->state, &agent, &a->effect, e) < 0)
		return -1;
	if (deliver_open(a->parts.conf, a->loop, a->store, &a->deliver, e) < 0)
		return -1;
	parts = intake_parts_of(a, &a->parts);
	if (intake_new(&parts, &a->intake, e) < 0 ||
	    control_open(
		a->parts.conf->state, a->loop, on_wake, a, &a->control, e) < 0)
		return -1;
	if (areatell_open(a->store, a->parts.conf, &a->areatell, e) < 0 ||
	    live_open(a->parts.conf, a->loop, a->store, &events, &a->live, e) <
		0)
		return -1;
	return feeds_open(a, &a->parts, e);
}

static int
open_all(struct agent *a, enum agent_trouble *trouble, struct err *e)
{
	*trouble = AGENT_TROUBLE_OTHER;
	if (loop_new(&a->loop, e) < 0)
		return -1;
	if (parts_load(a->path, &a->parts, true, e) < 0) {
		*trouble = AGENT_TROUBLE_CONFIG;
		return -1;
	}
	set_log_level(a->parts.conf);
	if (open_store(a, trouble, e) < 0 || open_signals(a, e) < 0 ||
	    open_timers(a, e) < 0 || open_stages(a, e) < 0)
		return -1;
	*trouble = AGENT_TROUBLE_NONE;
	return 0;
}

int
agent_open(const char *path, struct agent **out, enum agent_trouble *trouble,
    struct err *e)
{
	struct agent *a = alloc_zero(1, sizeof(*a));

	a->path = alloc_text(path);
	a->turns = db_turns_new();
	a->sink = (struct feed_sink){ .commit = on_batch,
		.resume = on_resume,
		.finished = on_finished,
		.user = a,
		.ahead_begin = on_ahead_begin,
		.ahead = on_ahead,
		.ahead_end = on_ahead_end,
		.whole_begin = on_whole_begin,
		.whole_ask = on_whole_ask,
		.whole_cancel = on_whole_cancel };
	if (open_all(a, trouble, e) < 0) {
		agent_close(&a);
		return -1;
	}
	*out = a;
	return 0;
}

int
agent_run(struct agent *a, struct err *e)
{
	log_info("agent ready feeds=%zu channels=%zu recipients=%zu",
	    a->parts.conf->feed_count, a->parts.conf->channel_count,
	    a->parts.conf->recipient_count);
	settle_rules(a);
	verify_rules(a);
	on_wake(a); /* what was asked for while nobody was there */
	review_reopen(a, true);
	on_status(a);
	if (loop_watchdog_usec() > 0)
		on_watchdog(a);
	loop_notify_ready();
	a->is_ready = true;
	return loop_run(a->loop, e);
}

void
agent_close(struct agent **a)
{
	struct agent *x = *a;
	struct err e = { 0 };

	if (!x)
		return;
	service_close(&x->review);
	for (size_t i = 0; x->parts.feeds && i < x->parts.conf->feed_count; i++)
		feed_close(&x->parts.feeds[i]);
	control_close(&x->control);
	live_close(&x->live);
	areatell_close(&x->areatell);
	if (x->intake && intake_tidy(x->intake, &e) < 0)
		log_warn("positions not tidied: %s", e.msg);
	intake_free(&x->intake);
	deliver_close(&x->deliver);
	ruleeffect_close(&x->effect);
	rulework_stop(&x->rulework);
	erasework_stop(&x->erasework);
	trackwork_stop(&x->trackwork);
	findwork_stop(&x->findwork);
	wordwork_stop(&x->wordwork);
	logwork_stop(&x->logwork);
	if (x->store && db_checkpoint(store_db(x->store), &e) < 0)
		log_warn("database not checkpointed: %s", e.msg);
	store_close(&x->store);
	db_turns_free(&x->turns);
	lock_release(&x->lock);
	loop_timer_free(&x->status_timer);
	loop_timer_free(&x->watchdog_timer);
	loop_timer_free(&x->drain_timer);
	loop_timer_free(&x->effect_timer);
	loop_timer_free(&x->overdue_timer);
	loop_remove(&x->after);
	loop_remove(&x->on_term);
	loop_remove(&x->on_int);
	loop_remove(&x->on_hup);
	parts_release(&x->parts);
	loop_free(&x->loop);
	log_flush();
	free(x->path);
	free(x);
	*a = NULL;
}
