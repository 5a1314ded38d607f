/*
 * Who has to be judged again is not guessed from times and distances: those
 * after the incident that it can concern are judged with it as it was and with
 * it as it is, in memory, and whose answers differ is on the list.  Nearly
 * always the incident is the newest there is and nobody is after it.
 *
 * An incident that was judged last by another rule set, and of which the
 * series say something, is on the list too: its tags are then all by one set.
 */
#include "agent/correlate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/base/jsonw.h"
#include "agent/base/log.h"
#include "agent/store/audit.h"
#include "agent/store/digests.h"
#include "agent/store/store.h"
#include "rules/limits.h"
#include "rules/ruleset.h"

/*
 * The incidents of a stretch of time, kept from message to message: reading
 * them anew for each would take most of the time of a large import.  What is
 * kept is what is stored; after a rollback, an erasure by somebody else or
 * another rule set it is dropped.  (Nobody else adds or changes one.)
 */
struct kept {
	struct series_window *window; /* owned; NULL: nothing is kept */
	char rule_set[HASH_TEXT_MAX]; /* that the window is for */
	int64_t from_ms, until_ms;    /* all incidents of it are there */
	int64_t dense_from_ms, dense_until_ms; /* too many to be kept */
};

/*
 * What comes in is of these days; what is judged again, since time has passed
 * or another has changed, is of any.  Of one stretch for both each would drop
 * what the other has read.
 */
enum stream {
	STREAM_NEW,
	STREAM_AGAIN,
	STREAMS
};

struct correlate {
	struct store *store;     /* borrowed */
	struct digests *digests; /* owned */
	struct arena *arena;     /* owned; one judgement's working memory */
	struct buf detail;       /* owned */
	struct kept kept[STREAMS];
	int64_t data_version, erased; /* when that was last compared */
	int64_t *touched;             /* owned; to be judged again */
	size_t touched_count, touched_cap, touched_at;
	char warned_of[HASH_TEXT_MAX]; /* rule set that was said to be wide */
};

/* More are not kept: a few megabytes.  A test keeps fewer. */
#ifndef KEPT_MAX
#define KEPT_MAX 20000
#endif

/* Read so much more on either side, so as to read seldom; or, if those are too
 * many, at least so much that the next message does not read it anew. */
#define KEPT_MORE_MS  (INT64_C(30) * 24 * 3600 * 1000)
#define KEPT_LEAST_MS (INT64_C(3) * 24 * 3600 * 1000)

int
correlate_new(struct store *store, struct correlate **out, struct err *e)
{
	struct correlate *c = alloc_zero(1, sizeof(*c));

	c->store = store;
	c->arena = arena_new();
	if (digests_open(store, &c->digests, e) < 0) {
		correlate_free(&c);
		return -1;
	}
	*out = c;
	return 0;
}

void
correlate_free(struct correlate **c)
{
	if (!*c)
		return;
	correlate_forget(*c);
	digests_close(&(*c)->digests);
	arena_free(&(*c)->arena);
	buf_clear(&(*c)->detail);
	free((*c)->touched);
	free(*c);
	*c = NULL;
}

/* ---- The incidents around one ---- */

/* Said once of a rule set: what it does not look at, nobody would miss. */
static void
warn_full(struct correlate *c, const struct ruleset *rs,
    const struct series_digest *around)
{
	if (strcmp(c->warned_of, ruleset_hash(rs)) == 0)
		return;
	(void)snprintf(
	    c->warned_of, sizeof(c->warned_of), "%s", ruleset_hash(rs));
	log_warn("a series counts something so common that older incidents are "
		 "left out: count something rarer incident=%" PRId64
		 " looked_at=%d",
	    around->id, LIMITS_SERIES_POOL_MAX);
}

void
correlate_forget(struct correlate *c)
{
	for (size_t i = 0; i < STREAMS; i++) {
		series_window_free(&c->kept[i].window);
		c->kept[i].dense_until_ms = c->kept[i].dense_from_ms;
	}
}

int
correlate_begin(struct correlate *c, struct err *e)
{
	int64_t version, erased;

	if (db_data_version(store_db(c->store), &version, e) < 0)
		return -1;
	if (version == c->data_version)
		return 0;
	/* Somebody else wrote something, be it who looked at what. */
	if (digests_erased(c->digests, &erased, e) < 0)
		return -1;
	if (erased != c->erased)
		correlate_forget(c);
	c->data_version = version;
	c->erased = erased;
	return 0;
}

/* Fill w, which is new, with rows. */
static struct series_window *
fill_window(const struct ruleset *rs, const struct digests_list *list)
{
	struct series_window *w = series_window_new(rs);

	for (size_t i = 0; i < list->count; i++)
		series_window_add(w, &list->rows[i].digest);
	return w;
}

static bool
is_kept(const struct kept *k, const struct ruleset *rs, int64_t from_ms,
    int64_t until_ms)
{
	return k->window && strcmp(k->rule_set, ruleset_hash(rs)) == 0 &&
	       series_window_count(k->window) <= KEPT_MAX &&
	       k->from_ms <= from_ms && until_ms <= k->until_ms;
}

/* Read the incidents of a stretch to be kept: 1, 0 if they are too many, -1. */
static int
read_kept(struct correlate *c, struct kept *k, const struct ruleset *rs,
    int64_t from_ms, int64_t until_ms, struct err *e)
{
	struct digests_span span = {
		.from_ms = from_ms, .until_ms = until_ms, .limit = KEPT_MAX / 2
	};
	struct digests_list list;

	span.sign_count = series_signs(rs, &span.signs);
	if (digests_between(c->digests, &span, c->arena, &list, e) < 0)
		return -1;
	if (list.is_full || list.count > KEPT_MAX / 2)
		return 0;
	k->window = fill_window(rs, &list);
	k->from_ms = from_ms;
	k->until_ms = until_ms;
	(void)snprintf(
	    k->rule_set, sizeof(k->rule_set), "%s", ruleset_hash(rs));
	return 1;
}

/*
 * Have the incidents of a stretch kept: 1, 0 if they are too many, -1.  Where
 * they are, reading them in vain is not tried for each message.
 */
static int
keep(struct correlate *c, struct kept *k, const struct ruleset *rs,
    int64_t from_ms, int64_t until_ms, struct err *e)
{
	int64_t middle_ms = from_ms + (until_ms - from_ms) / 2;
	int r;

	if (is_kept(k, rs, from_ms, until_ms))
		return 1;
	series_window_free(&k->window);
	if (k->dense_from_ms < middle_ms && middle_ms < k->dense_until_ms)
		return 0;
	r = read_kept(
	    c, k, rs, from_ms - KEPT_MORE_MS, until_ms + KEPT_MORE_MS, e);
	if (r == 0)
		r = read_kept(c, k, rs, from_ms - KEPT_LEAST_MS,
		    until_ms + KEPT_LEAST_MS, e);
	if (r == 0) {
		k->dense_from_ms = from_ms;
		k->dense_until_ms = until_ms;
	}
	return r;
}

/* What matters around a digest. */
struct surroundings {
	struct series_reach reach;
	struct series_window
	    *window;               /* borrowed: the one that is kept, or own */
	struct series_window *own; /* owned; where that would be too large */
};

static int
open_window(struct correlate *c, struct kept *k, const struct ruleset *rs,
    const struct series_digest *around, struct surroundings *out, struct err *e)
{
	struct series_reach *reach = &out->reach;
	struct digests_list list;
	int r;

	out->own = NULL;
	series_reach_find(rs, around, c->arena, reach);
	r = keep(c, k, rs, around->at_ms - reach->window_ms,
	    around->at_ms + reach->window_ms, e);
	out->window = k->window;
	if (r != 0)
		return r < 0 ? -1 : 0;
	if (digests_around(c->digests, around, reach, c->arena, &list, e) < 0)
		return -1;
	if (list.is_full)
		warn_full(c, rs, around);
	out->window = out->own = fill_window(rs, &list);
	return 0;
}

/* ---- Who has to be judged again ---- */

static void
touch(struct correlate *c, int64_t id)
{
	for (size_t i = 0; i < c->touched_count; i++)
		if (c->touched[i] == id)
			return;
	if (c->touched_count == c->touched_cap) {
		c->touched_cap = c->touched_cap ? 2 * c->touched_cap : 16;
		c->touched = alloc_resize(
		    c->touched, c->touched_cap, sizeof(*c->touched));
	}
	c->touched[c->touched_count++] = id;
}

int
correlate_next(struct correlate *c, int64_t *incident_id)
{
	if (c->touched_at == c->touched_count)
		return 0;
	*incident_id = c->touched[c->touched_at++];
	return 1;
}

/* The incident as it was and as it is: either may take part in nothing. */
struct change {
	const struct series_digest *was, *is;
	int64_t rule_set_id;
	struct kept *kept; /* what is kept of its stream */
};

/* Did another rule set judge that incident last?  1, 0 or -1. */
static int
is_by_other_rules(
    struct correlate *c, int64_t id, int64_t rule_set_id, struct err *e)
{
	struct digests_row row;
	int r = digests_find(c->digests, id, c->arena, &row, e);

	return r <= 0 ? r : row.rule_set_id != rule_set_id;
}

/* Those after around, which is the incident as it was or as it is. */
static int
find_touched(struct correlate *c, struct series_window *w,
    const struct series_digest *around, int64_t window_ms,
    const struct change *ch, struct err *e)
{
	const struct series_touched *list;
	size_t count = series_window_touched(
	    w, around, ch->was, ch->is, window_ms, c->arena, &list);

	for (size_t i = 0; i < count; i++) {
		int64_t id = list[i].digest->id;
		int r = list[i].has_changed ? 1
			: list[i].hit_count == 0
			    ? 0
			    : is_by_other_rules(c, id, ch->rule_set_id, e);

		if (r < 0)
			return -1;
		if (r > 0)
			touch(c, id);
	}
	return 0;
}

/* As it is, be it that it was read from the table or was kept. */
static void
renew(struct series_window *w, const struct change *ch)
{
	series_window_remove(w, ch->was);
	series_window_remove(w, ch->is);
	series_window_add(w, ch->is);
}

/* The same of what is kept of another stream, whose stretch does not grow. */
static void
renew_kept(struct kept *k, const struct change *ch)
{
	if (!k->window)
		return;
	series_window_remove(k->window, ch->was);
	series_window_remove(k->window, ch->is);
	if (ch->is->at_ms >= k->from_ms && ch->is->at_ms <= k->until_ms)
		series_window_add(k->window, ch->is);
}

/*
 * Both sides of an incident that has changed, where it was or where it is.
 * answer, if not NULL, is given what is said of it.
 */
static int
look_around(struct correlate *c, const struct ruleset *rs,
    const struct series_digest *around, const struct change *ch,
    struct arena *arena, struct correlate_answer *answer, struct err *e)
{
	struct surroundings s;
	struct series_window *w;
	int r = 0;

	if (around->sign_count == 0)
		return 0;
	if (open_window(c, ch->kept, rs, around, &s, e) < 0)
		return -1;
	w = s.window;
	renew(w, ch);
	for (size_t i = 0; i < STREAMS; i++)
		if (c->kept[i].window != w)
			renew_kept(&c->kept[i], ch);
	if (answer)
		answer->count =
		    series_window_judge(w, ch->is, arena, &answer->hits);
	if (!series_digest_is_equal(ch->was, ch->is))
		r = find_touched(c, w, around, s.reach.window_ms, ch, e);
	series_window_free(&s.own);
	return r;
}

/* ---- Judging ---- */

static int
rule_set_of(
    struct correlate *c, const struct ruleset *rs, int64_t *id, struct err *e)
{
	return store_rule_set_id(c->store, str_of(ruleset_hash(rs)), id, e);
}

/* The stored row; without one, what takes part in nothing. */
static int
find_row(struct correlate *c, const struct series_digest *digest, bool is_new,
    struct digests_row *out, struct err *e)
{
	int found = 0;

	*out = (struct digests_row){ 0 };
	if (!is_new)
		found = digests_find(c->digests, digest->id, c->arena, out, e);
	out->digest.id = digest->id;
	out->digest.feed = digest->feed;
	out->digest.ref = digest->ref;
	return found;
}

int
correlate_judge(struct correlate *c, const struct ruleset *rs,
    const struct series_digest *digest, bool is_new, struct arena *arena,
    struct correlate_answer *out, struct err *e)
{
	struct digests_row was, is;
	struct change ch = { &was.digest, digest, 0, &c->kept[STREAM_NEW] };
	int found;

	arena_reset(c->arena);
	c->touched_count = 0;
	c->touched_at = 0;
	*out = (struct correlate_answer){ 0 };
	found = find_row(c, digest, is_new, &was, e);
	if (found < 0)
		return -1;
	if (found == 0 && digest->sign_count == 0)
		return 0;
	if (rule_set_of(c, rs, &ch.rule_set_id, e) < 0)
		return -1;
	out->turns = was.turns;
	is = (struct digests_row){ *digest, ch.rule_set_id, was.turns };
	if (digests_put(c->digests, &is, &was.digest, e) < 0 ||
	    look_around(c, rs, digest, &ch, arena, out, e) < 0)
		return -1;
	if (!series_digest_is_equal(&was.digest, digest) &&
	    look_around(c, rs, &was.digest, &ch, arena, NULL, e) < 0)
		return -1;
	return digests_link_put(
	    c->digests, digest->id, out->hits, out->count, e);
}

int
correlate_again(struct correlate *c, const struct ruleset *rs,
    const struct series_digest *who, struct arena *arena,
    struct correlate_answer *out, struct err *e)
{
	struct digests_row row;
	struct change ch = { &row.digest, &row.digest, 0,
		&c->kept[STREAM_AGAIN] };

	arena_reset(c->arena);
	*out = (struct correlate_answer){ 0 };
	if (find_row(c, who, false, &row, e) < 0 ||
	    rule_set_of(c, rs, &row.rule_set_id, e) < 0)
		return -1;
	row.turns++;
	out->turns = row.turns;
	if (digests_put(c->digests, &row, &row.digest, e) < 0 ||
	    look_around(c, rs, &row.digest, &ch, arena, out, e) < 0)
		return -1;
	return digests_link_put(c->digests, who->id, out->hits, out->count, e);
}

/* ---- The audit log ---- */

static void
write_detail(struct jsonw *w, const struct rules_hit *hit)
{
	jsonw_object(w);
	jsonw_key(w, "series");
	jsonw_str(w, hit->rule);
	jsonw_key(w, "with");
	jsonw_array(w);
	for (size_t i = 0; i < hit->evidence_count; i++)
		if (hit->evidence[i].link)
			jsonw_int(w, hit->evidence[i].link->id);
	jsonw_close(w);
	jsonw_close(w);
}

int
correlate_log(struct correlate *c, int64_t incident_id,
    const struct correlate_answer *answer, int64_t now_ms, struct err *e)
{
	for (size_t i = 0; i < answer->count; i++) {
		struct jsonw w;

		if (answer->hits[i].is_shadow)
			continue;
		buf_reset(&c->detail);
		jsonw_init(&w, &c->detail);
		write_detail(&w, &answer->hits[i].hit);
		const struct audit_row row = { .at_ms = now_ms,
			.actor = STR_LIT("agent"),
			.event = AUDIT_COMBINATION,
			.incident_id = incident_id,
			.detail = buf_str(&c->detail) };
		if (audit_add(store_audit(c->store), &row, e) < 0)
			return -1;
	}
	return 0;
}
