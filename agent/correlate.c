/*
 * Who has to be judged again is not guessed from times and distances: those
 * after the incident are judged with it as it was and with it as it is, in
 * memory, and whose answers differ is on the list.  Nearly always the incident
 * is the newest there is and nobody is after it.
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
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/base/jsonw.h"
#include "agent/base/log.h"
#include "agent/store/audit.h"
#include "agent/store/digests.h"
#include "agent/store/store.h"
#include "rules/limits.h"
#include "rules/ruleset.h"

struct correlate {
	struct store *store;     /* borrowed */
	struct digests *digests; /* owned */
	struct arena *arena;     /* owned; one judgement's working memory */
	struct arena *answers;   /* owned; the answers before and after */
	struct buf detail;       /* owned */
	int64_t *touched;        /* owned; to be judged again */
	size_t touched_count, touched_cap, touched_at;
	char warned_of[HASH_TEXT_MAX]; /* rule set that was said to be wide */
};

int
correlate_new(struct store *store, struct correlate **out, struct err *e)
{
	struct correlate *c = alloc_zero(1, sizeof(*c));

	c->store = store;
	c->arena = arena_new();
	c->answers = arena_new();
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
	digests_close(&(*c)->digests);
	arena_free(&(*c)->arena);
	arena_free(&(*c)->answers);
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

/* Those around a digest, in a window; the rows are c->arena's. */
static int
open_window(struct correlate *c, const struct ruleset *rs,
    const struct series_digest *around, bool both, struct series_window **out,
    struct digests_row **rows, size_t *count, struct err *e)
{
	struct series_reach reach;
	bool is_full;

	series_reach_find(rs, around, c->arena, &reach);
	if (digests_around(c->digests, around, &reach, both, c->arena, rows,
		count, &is_full, e) < 0)
		return -1;
	if (is_full)
		warn_full(c, rs, around);
	*out = series_window_new(rs);
	for (size_t i = 0; i < *count; i++)
		series_window_add(*out, &(*rows)[i].digest);
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

/* An incident after the one that changed, and what was said of it before. */
struct later {
	const struct series_digest *digest;
	const struct series_hit *hits;
	size_t count;
};

static bool
is_by_other_rules(const struct digests_row *rows, size_t count, int64_t id,
    int64_t rule_set_id)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].digest.id == id)
			return rows[i].rule_set_id != rule_set_id;
	return false;
}

/* The incident as it was and as it is: either may take part in nothing. */
struct change {
	const struct series_digest *was, *is;
	int64_t rule_set_id;
};

static void
compare_later(struct correlate *c, struct series_window *w,
    const struct change *ch, const struct later *list, size_t list_count,
    const struct digests_row *rows, size_t row_count)
{
	for (size_t i = 0; i < list_count; i++) {
		const struct later *x = &list[i];
		const struct series_hit *hits;
		size_t count =
		    series_window_judge(w, x->digest, c->answers, &hits);

		if (!series_hits_are_equal(x->hits, x->count, hits, count) ||
		    (count > 0 && is_by_other_rules(rows, row_count,
				      x->digest->id, ch->rule_set_id)))
			touch(c, x->digest->id);
	}
}

/*
 * Those after around, which is the incident as it was or as it is, judged
 * twice in w.  It is in w as it is; so it is when this returns.
 */
static void
find_touched(struct correlate *c, struct series_window *w,
    const struct series_digest *around, const struct change *ch,
    const struct digests_row *rows, size_t row_count)
{
	const struct series_digest **after;
	size_t count = series_window_after(w, around, c->arena, &after);
	struct later *list = arena_alloc(c->arena, count + 1, sizeof(*list));
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (after[i]->id != ch->is->id)
			list[kept++].digest = after[i];
	if (kept == 0)
		return;
	series_window_remove(w, ch->is);
	series_window_add(w, ch->was);
	for (size_t i = 0; i < kept; i++)
		list[i].count = series_window_judge(
		    w, list[i].digest, c->answers, &list[i].hits);
	series_window_remove(w, ch->was);
	series_window_add(w, ch->is);
	compare_later(c, w, ch, list, kept, rows, row_count);
}

/* Those after where it was; where it is has been looked at. */
static int
look_where_it_was(struct correlate *c, const struct ruleset *rs,
    const struct change *ch, struct err *e)
{
	struct series_window *w;
	struct digests_row *rows;
	size_t count;

	if (ch->was->sign_count == 0)
		return 0;
	if (open_window(c, rs, ch->was, true, &w, &rows, &count, e) < 0)
		return -1;
	/* It may stand among those around where it was, by its new time. */
	series_window_remove(w, ch->is);
	series_window_add(w, ch->is);
	find_touched(c, w, ch->was, ch, rows, count);
	series_window_free(&w);
	return 0;
}

/* Judge the incident where it is, and find whom it touches if it changed. */
static int
look_where_it_is(struct correlate *c, const struct ruleset *rs,
    const struct change *ch, bool has_changed, struct arena *arena,
    struct correlate_answer *out, struct err *e)
{
	struct series_window *w;
	struct digests_row *rows;
	size_t count;

	if (ch->is->sign_count == 0)
		return 0;
	if (open_window(c, rs, ch->is, has_changed, &w, &rows, &count, e) < 0)
		return -1;
	series_window_add(w, ch->is);
	out->count = series_window_judge(w, ch->is, arena, &out->hits);
	if (has_changed)
		find_touched(c, w, ch->is, ch, rows, count);
	series_window_free(&w);
	return 0;
}

/* ---- Judging ---- */

static void
begin(struct correlate *c)
{
	arena_reset(c->arena);
	arena_reset(c->answers);
}

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
	struct change ch = { &was.digest, digest, 0 };
	bool has_changed;
	int found;

	begin(c);
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
	has_changed = !series_digest_is_equal(&was.digest, digest);
	is = (struct digests_row){ *digest, ch.rule_set_id, was.turns };
	if (digests_put(c->digests, &is, &was.digest, e) < 0 ||
	    look_where_it_is(c, rs, &ch, has_changed, arena, out, e) < 0 ||
	    (has_changed && look_where_it_was(c, rs, &ch, e) < 0))
		return -1;
	return digests_link_put(
	    c->digests, digest->id, out->hits, out->count, e);
}

int
correlate_again(struct correlate *c, const struct ruleset *rs,
    int64_t incident_id, struct str feed, struct str ref, struct arena *arena,
    struct correlate_answer *out, struct err *e)
{
	const struct series_digest known = {
		.id = incident_id, .feed = feed, .ref = ref
	};
	struct digests_row row;
	struct change ch = { NULL, &row.digest, 0 };

	begin(c);
	*out = (struct correlate_answer){ 0 };
	if (find_row(c, &known, false, &row, e) < 0 ||
	    rule_set_of(c, rs, &row.rule_set_id, e) < 0)
		return -1;
	row.turns++;
	out->turns = row.turns;
	if (digests_put(c->digests, &row, &row.digest, e) < 0 ||
	    look_where_it_is(c, rs, &ch, false, arena, out, e) < 0)
		return -1;
	return digests_link_put(
	    c->digests, incident_id, out->hits, out->count, e);
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
