/*
 * store_tags: tags as they were when they were made.
 *
 * Both the standing rows and what the rules say now are in the order of their
 * themes, so one walk along both finds what stays, what ends and what is new.
 * What shadow rules say is kept in the same way, in a table of its own.
 */
#include "agent/store/store.h"

#include <stdlib.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/store/audit.h"
#include "agent/store/stmts.h"
#include "agent/store/store_private.h"
#include "agent/store/tagjson.h"

/* The questions of a table of this shape. */
#define QUESTIONS(table, subject)                                         \
	{                                                                 \
		[STORE_TAG_STANDING] =                                    \
		    "SELECT id, " subject ", level, score, rule_set_id,"  \
		    " evidence FROM " table                               \
		    " WHERE incident_id = $1 AND ended_ms IS NULL"        \
		    " ORDER BY " subject,                                 \
		[STORE_TAG_END] = "UPDATE " table " SET ended_ms = $1"    \
				  " WHERE id = $2 AND ended_ms IS NULL",  \
		[STORE_TAG_ADD] =                                         \
		    "INSERT INTO " table " (incident_id, " subject        \
		    ", level, score, rule_set_id, edition, made_ms,"      \
		    " evidence) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", \
		[STORE_TAG_LIST] =                                        \
		    "SELECT t.id, t." subject                             \
		    ", t.level, t.score, t.evidence, r.hash, t.edition,"  \
		    " t.made_ms, t.ended_ms FROM " table " t"             \
		    " JOIN rule_set r ON r.id = t.rule_set_id"            \
		    " WHERE t.incident_id = $1"                           \
		    " AND ($2 OR t.ended_ms IS NULL)"                     \
		    " ORDER BY t." subject ", t.id",                      \
	}

static const char *const tag_sql[STORE_TAG_COUNT] = QUESTIONS("tag", "theme");
static const char *const shadow_sql[STORE_TAG_COUNT] =
    QUESTIONS("shadow", "subject");

/* A row that stands, as far as it is compared. */
struct standing {
	int64_t id, score, rule_set_id;
	enum rules_level level;
	struct str theme, evidence;
};

/* One call of store_tags_put(). */
struct change {
	struct store *st;
	struct db_stmt *const *questions; /* of the table */
	const struct store_incident *row;
	int64_t rule_set_id;
	int64_t now_ms;
	int count; /* rows made or ended */
};

int
store_tags_open(struct store *st, struct err *e)
{
	if (stmts_prepare(st->db, tag_sql, STORE_TAG_COUNT, st->tag_st, e) < 0)
		return -1;
	return stmts_prepare(
	    st->db, shadow_sql, STORE_TAG_COUNT, st->shadow_st, e);
}

void
store_tags_close(struct store *st)
{
	stmts_finish(st->tag_st, STORE_TAG_COUNT);
	stmts_finish(st->shadow_st, STORE_TAG_COUNT);
}

static int
load_standing(const struct change *c, struct arena *arena,
    struct standing **out, size_t *count, struct err *e)
{
	struct db_stmt *q = c->questions[STORE_TAG_STANDING];
	struct standing *list = NULL;
	size_t n = 0;
	size_t cap = 0;
	int r;

	db_bind_int(q, 1, c->row->id);
	while ((r = db_step(q, e)) > 0) {
		if (n == cap) {
			struct standing *old = list;
			cap = cap ? 2 * cap : 8;
			list = arena_alloc(arena, cap, sizeof(*list));
			for (size_t i = 0; i < n; i++)
				list[i] = old[i];
		}
		list[n++] = (struct standing){
			.id = db_col_int(q, 0),
			.theme = arena_str(arena, db_col_text(q, 1)),
			.level = (enum rules_level)db_col_int(q, 2),
			.score = db_col_int(q, 3),
			.rule_set_id = db_col_int(q, 4),
			.evidence = arena_str(arena, db_col_text(q, 5)),
		};
	}
	db_reset(q);
	*out = list;
	*count = n;
	return r;
}

static int
end_tag(struct change *c, const struct standing *old, struct err *e)
{
	struct db_stmt *end = c->questions[STORE_TAG_END];

	db_bind_int(end, 1, c->now_ms);
	db_bind_int(end, 2, old->id);
	if (db_run(end, e) < 0)
		return -1;
	CHECK(db_changes(c->st->db) == 1);
	c->count++;
	return 0;
}

/* Its evidence stands in the store's buffer. */
static int
make_tag(struct change *c, const struct rules_tag *tag, struct err *e)
{
	struct db_stmt *add = c->questions[STORE_TAG_ADD];

	db_bind_int(add, 1, c->row->id);
	db_bind_text(add, 2, tag->theme);
	db_bind_int(add, 3, tag->level);
	db_bind_int(add, 4, tag->score);
	db_bind_int(add, 5, c->rule_set_id);
	db_bind_text(add, 6, c->row->place.edition);
	db_bind_int(add, 7, c->now_ms);
	db_bind_text(add, 8, buf_str(&c->st->buf));
	if (db_run(add, e) < 0)
		return -1;
	c->st->fresh_id = 0;
	c->count++;
	return 0;
}

static bool
is_same(const struct change *c, const struct standing *old,
    const struct rules_tag *tag)
{
	return old->level == tag->level && old->score == tag->score &&
	       old->rule_set_id == c->rule_set_id &&
	       str_is_equal(old->evidence, buf_str(&c->st->buf));
}

/* tag stands now; old (may be NULL) is the row for its theme. */
static int
put_tag(struct change *c, const struct standing *old,
    const struct rules_tag *tag, struct err *e)
{
	buf_reset(&c->st->buf);
	tagjson_rules(tag, &c->st->buf);
	if (old && is_same(c, old, tag))
		return 0;
	if (old && end_tag(c, old, e) < 0)
		return -1;
	return make_tag(c, tag, e);
}

static int
compare(struct change *c, const struct standing *old, size_t old_count,
    const struct rules_tag *tags, size_t tag_count, struct err *e)
{
	size_t i = 0;
	size_t k = 0;

	while (i < old_count || k < tag_count) {
		int order = i == old_count ? 1
			    : k == tag_count
				? -1
				: str_compare(old[i].theme, tags[k].theme);
		int r = order < 0 ? end_tag(c, &old[i], e)
				  : put_tag(c, order == 0 ? &old[i] : NULL,
					&tags[k], e);
		if (r < 0)
			return -1;
		i += order <= 0;
		k += order >= 0;
	}
	return c->count;
}

/* Make the standing rows of one table those of tags, by name. */
static int
put_all(
    struct change *c, const struct rules_tag *tags, size_t count, struct err *e)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct standing *old = NULL;
	size_t old_count = 0;

	if (load_standing(c, arena, &old, &old_count, e) < 0)
		return -1;
	if (count > 0 &&
	    store_rule_set_id(c->st, c->row->rule_set, &c->rule_set_id, e) < 0)
		return -1;
	return compare(c, old, old_count, tags, count, e);
}

static int
compare_names(const void *a, const void *b)
{
	return str_compare(((const struct rules_tag *)a)->theme,
	    ((const struct rules_tag *)b)->theme);
}

/*
 * What shadow rules say, by name: the rules give themes before flags.  Not
 * counted with the tags, since it is told to nobody.
 */
static int
put_shadows(struct store *st, const struct store_incident *row,
    const struct rules_result *result, int64_t now_ms, struct err *e)
{
	AUTO(arena_free) struct arena *arena = arena_new();
	struct change c = { .st = st,
		.questions = st->shadow_st,
		.row = row,
		.now_ms = now_ms };
	struct rules_tag *sorted =
	    arena_alloc(arena, result->shadow_count + 1, sizeof(*sorted));

	for (size_t i = 0; i < result->shadow_count; i++)
		sorted[i] = result->shadows[i];
	qsort(sorted, result->shadow_count, sizeof(*sorted), compare_names);
	return put_all(&c, sorted, result->shadow_count, e);
}

int
store_tags_put(struct store *st, const struct store_incident *row,
    const struct rules_result *result, int64_t now_ms, struct err *e)
{
	struct change c = {
		.st = st, .questions = st->tag_st, .row = row, .now_ms = now_ms
	};
	bool is_fresh = row->id == st->fresh_id;

	CHECK(db_is_in_transaction(st->db));
	if ((!is_fresh || result->shadow_count > 0) &&
	    put_shadows(st, row, result, now_ms, e) < 0)
		return -1;
	if (is_fresh && result->tag_count == 0)
		return 0;
	return put_all(&c, result->tags, result->tag_count, e);
}

static int
list(struct db_stmt *q, int64_t incident_id, bool history,
    void (*each)(void *user, const struct store_tag *tag), void *user,
    struct err *e)
{
	int r;

	db_bind_int(q, 1, incident_id);
	db_bind_int(q, 2, history);
	while ((r = db_step(q, e)) > 0) {
		const struct store_tag tag = {
			.id = db_col_int(q, 0),
			.theme = db_col_text(q, 1),
			.level = (enum rules_level)db_col_int(q, 2),
			.score = db_col_int(q, 3),
			.evidence = db_col_text(q, 4),
			.rule_set = db_col_text(q, 5),
			.edition = db_col_text(q, 6),
			.made_ms = db_col_int(q, 7),
			.ended_ms = db_col_is_null(q, 8) ? CLOCK_NONE
							 : db_col_int(q, 8),
		};
		each(user, &tag);
	}
	db_reset(q);
	return r;
}

int
store_tags_list(struct store *st, int64_t incident_id, bool history,
    void (*each)(void *user, const struct store_tag *tag), void *user,
    struct err *e)
{
	return list(
	    st->tag_st[STORE_TAG_LIST], incident_id, history, each, user, e);
}

int
store_shadows_list(struct store *st, int64_t incident_id, bool history,
    void (*each)(void *user, const struct store_tag *tag), void *user,
    struct err *e)
{
	return list(
	    st->shadow_st[STORE_TAG_LIST], incident_id, history, each, user, e);
}
