/*
 * clean: one pass, with the few fixes held back whose mark is not decided.
 *
 *     add ─► held ─────────────────────────────────────► on_fix
 *             │ same time, no time: decided at once
 *             │ clock back, jump: suspects, until the track returns to where
 *             │     it was (they were wrong) or enough agree (they were right)
 *             └ accepted: decided when the next one is accepted, by which
 *                   outliers are told and standing still ends
 *
 * What is held is bounded by HELD_MAX: a recorder whose clock stands
 * still gives any number of fixes between two that are accepted, and then the
 * oldest are given back with what is thought of them so far.
 *
 * Decided against: a Kalman filter.  It moves fixes, and a court asks which
 * positions were recorded, not which a model prefers.
 */
#include "agent/tracks/clean.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/tracks/plane.h"

/* Fixes held back at most. */
#define HELD_MAX 256

/* What a jump may be off without being one: two poor fixes. */
#define JUMP_SLACK_M 100.0

#define GRAVITY 9.81

/* A fix that is not given back yet. */
struct held {
	struct track_fix fix;
	enum track_mark mark; /* what is thought of it so far */
	bool is_decided;
};

/* A fix by its number in the track, copied, since it may be given back. */
struct at {
	bool is_there;
	uint64_t number;
	struct track_fix fix;
};

struct clean {
	double speed_max_mps;
	void (*on_fix)(
	    void *user, const struct track_fix *fix, enum track_mark mark);
	void *user;
	struct held held[HELD_MAX];
	size_t count;
	uint64_t first;         /* number of held[0] */
	uint64_t next;          /* number of the next fix */
	struct at before, last; /* the two accepted last */
	uint64_t run_begin;     /* the first of this stretch */
	size_t run;             /* accepted in it, to CLEAN_AGREE */
	struct at suspect;      /* the last of them */
	size_t suspects;
	bool is_back;            /* suspects of the clock, not of the place */
	struct track_fix anchor; /* where it stands */
	bool has_anchor;
	int64_t kept_ms; /* of the last kept while standing */
};

double clean_speed_max_mps(enum track_class class)
{
	switch (class) {
	case TRACK_CLASS_UNIT:
	case TRACK_CLASS_DRONE:
	case TRACK_CLASS_DASHCAM: return 90;
	case TRACK_CLASS_OTHER: return 320;
	}
	return 320;
}

struct clean *
clean_new(enum track_class class,
    void (*on_fix)(
	void *user, const struct track_fix *fix, enum track_mark mark),
    void *user)
{
	struct clean *c = alloc_zero(1, sizeof(*c));

	c->speed_max_mps = clean_speed_max_mps(class);
	c->on_fix = on_fix;
	c->user = user;
	return c;
}

void
clean_free(struct clean **c)
{
	free(*c);
	*c = NULL;
}

/* ---- What is held ---- */

static struct held *
find_held(struct clean *c, uint64_t number)
{
	return number >= c->first && number - c->first < c->count
		   ? &c->held[number - c->first]
		   : NULL;
}

static void
decide(struct clean *c, uint64_t number, enum track_mark mark)
{
	struct held *h = find_held(c, number);

	if (h) {
		h->mark = mark;
		h->is_decided = true;
	}
}

static void
give_back(struct clean *c, size_t count)
{
	for (size_t i = 0; i < count; i++)
		c->on_fix(c->user, &c->held[i].fix, c->held[i].mark);
	c->count -= count;
	c->first += count;
	memmove(c->held, c->held + count, c->count * sizeof(*c->held));
}

/* Give back what is decided at the front; not in pieces of one. */
static void
give_decided(struct clean *c)
{
	size_t n = 0;

	while (n < c->count && c->held[n].is_decided)
		n++;
	if (n == c->count || n >= HELD_MAX / 4)
		give_back(c, n);
	if (c->count == HELD_MAX)
		give_back(c, HELD_MAX / 2);
}

static struct at
hold(struct clean *c, const struct track_fix *fix)
{
	struct at at = { true, c->next++, *fix };

	CHECK(c->count < HELD_MAX);
	c->held[c->count++] = (struct held){ *fix, TRACK_MARK_KEEP, false };
	return at;
}

/* ---- Two fixes ---- */

static double
distance_m(const struct track_fix *a, const struct track_fix *b)
{
	return plane_distance_m(a->lat, a->lon, b->lat, b->lon);
}

static double
unsure_m(const struct track_fix *f)
{
	return f->uncertainty_m > 0 ? (double)f->uncertainty_m : 0;
}

/* Can the recorder have come from a to b, which is not before it? */
static bool
is_reachable(
    const struct clean *c, const struct track_fix *a, const struct track_fix *b)
{
	double s = (double)(b->time_ms - a->time_ms) / 1000;

	return distance_m(a, b) <=
	       c->speed_max_mps * s + JUMP_SLACK_M + unsure_m(a) + unsure_m(b);
}

/* Is b off the line from a to d by more than it can have driven there? */
static bool
is_outlier(const struct track_fix *a, const struct track_fix *b,
    const struct track_fix *d)
{
	const struct plane p = { a->lat, a->lon };
	struct plane_point pb = plane_point_of(&p, b->lat, b->lon);
	struct plane_point pd = plane_point_of(&p, d->lat, d->lon);
	double whole = (double)(d->time_ms - a->time_ms) / 1000;
	double part = (double)(b->time_ms - a->time_ms) / 1000;
	double share = whole > 0 ? part / whole : 0;
	double off = hypot(
	    pb.east_m - share * pd.east_m, pb.north_m - share * pd.north_m);

	return off > CLEAN_OUTLIER_M + 2 * unsure_m(b) +
			 GRAVITY * part * (whole - part) / 2;
}

/* ---- Standing ---- */

static bool
is_at_anchor(const struct clean *c, const struct track_fix *f)
{
	return distance_m(&c->anchor, f) <= CLEAN_STILL_M;
}

/* The mark of an accepted fix, next being the one after it or NULL. */
static enum track_mark
judge_standing(
    struct clean *c, const struct track_fix *f, const struct track_fix *next)
{
	if (!c->has_anchor || !is_at_anchor(c, f)) {
		c->anchor = *f;
		c->has_anchor = true;
		c->kept_ms = f->time_ms;
		return TRACK_MARK_KEEP;
	}
	if (f->time_ms - c->anchor.time_ms < CLEAN_STILL_MS || !next ||
	    !is_at_anchor(c, next) ||
	    next->time_ms - c->kept_ms > CLEAN_STILL_GAP_MS) {
		c->kept_ms = f->time_ms;
		return TRACK_MARK_KEEP;
	}
	return TRACK_MARK_STILL;
}

/* ---- Stretches ---- */

/* The last accepted one is decided, since next comes or nothing does. */
static void
settle_last(struct clean *c, const struct track_fix *next)
{
	if (!c->last.is_there)
		return;
	if (c->before.is_there && next &&
	    is_outlier(&c->before.fix, &c->last.fix, next)) {
		decide(c, c->last.number, TRACK_MARK_OUTLIER);
		c->last = c->before;
		return;
	}
	decide(c, c->last.number, judge_standing(c, &c->last.fix, next));
}

static void
begin_stretch(struct clean *c, const struct at *at)
{
	settle_last(c, NULL);
	c->before.is_there = false;
	c->has_anchor = false;
	c->last = *at;
	c->run_begin = at->number;
	c->run = 1;
	c->suspects = 0;
}

static void
accept(struct clean *c, const struct at *at)
{
	settle_last(c, &at->fix);
	c->before = c->last;
	c->last = *at;
	if (c->run < CLEAN_AGREE)
		c->run++;
}

/* Those from number to before end that are not decided are of that mark. */
static void
decide_between(
    struct clean *c, uint64_t number, uint64_t end, enum track_mark mark)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->first + i >= number && c->first + i < end &&
		    !c->held[i].is_decided)
			decide(c, c->first + i, mark);
}

/* Suspects before that number were wrong. */
static void
drop_suspects(struct clean *c, uint64_t end)
{
	enum track_mark mark =
	    c->is_back ? TRACK_MARK_BACKWARD : TRACK_MARK_JUMP;

	if (c->suspects > 0)
		decide_between(c, c->last.number + 1, end, mark);
	c->suspects = 0;
}

/* The track goes on with the suspects, of which at is the last. */
static void
believe_suspects(struct clean *c, const struct at *at)
{
	uint64_t begin = c->last.number + 1;

	if (!c->is_back && c->run < CLEAN_AGREE) {
		/* Too few stood before: a receiver's first, wrong place. */
		for (uint64_t n = c->run_begin; n < begin; n++)
			decide(c, n, TRACK_MARK_JUMP);
	} else {
		settle_last(c, NULL);
	}
	c->last.is_there = false;
	decide_between(c, begin, at->number, TRACK_MARK_KEEP);
	begin_stretch(c, at);
	c->run = CLEAN_AGREE;
}

/* A fix that does not follow on the last accepted one. */
static void
suspect(struct clean *c, const struct at *at, bool is_back)
{
	bool goes_on = c->is_back == is_back &&
		       at->fix.time_ms > c->suspect.fix.time_ms &&
		       is_reachable(c, &c->suspect.fix, &at->fix);

	if (!goes_on)
		drop_suspects(c, at->number);
	c->is_back = is_back;
	c->suspect = *at;
	c->suspects++;
	if (c->suspects >= (is_back ? CLEAN_STEP : CLEAN_AGREE))
		believe_suspects(c, at);
}

static void
take(struct clean *c, const struct at *at)
{
	const struct track_fix *f = &at->fix, *last = &c->last.fix;

	if (f->time_ms == CLOCK_NONE) {
		decide(c, at->number, TRACK_MARK_KEEP);
	} else if (!c->last.is_there || f->segment != last->segment) {
		drop_suspects(c, at->number);
		begin_stretch(c, at);
	} else if (f->time_ms == last->time_ms ||
		   (c->suspects > 0 && f->time_ms == c->suspect.fix.time_ms)) {
		decide(c, at->number, TRACK_MARK_SAME);
	} else if (f->time_ms < last->time_ms) {
		suspect(c, at, true);
	} else if (!is_reachable(c, last, f)) {
		suspect(c, at, false);
	} else {
		drop_suspects(c, at->number);
		accept(c, at);
	}
}

void
clean_add(struct clean *c, const struct track_fix *fix)
{
	struct at at = hold(c, fix);

	take(c, &at);
	give_decided(c);
}

void
clean_finish(struct clean *c)
{
	drop_suspects(c, c->next);
	settle_last(c, NULL);
	give_back(c, c->count);
}
