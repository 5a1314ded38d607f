/*
 * trackjudge: the tracks whose clock has changed stand in a list, in which each
 * stands once; for each of them in turn those that name it are judged.  So the
 * walk ends, though two tracks may name each other.
 */
#include "agent/trackjudge.h"

#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/failpoint.h"
#include "agent/base/jsonw.h"
#include "agent/store/audit.h"
#include "agent/store/judgements.h"
#include "agent/store/store.h"
#include "agent/store/trackstore.h"

/* ---- What is known ---- */

void
trackjudge_facts(const struct trackstore_row *row, struct clockbasis_facts *out)
{
	*out = (struct clockbasis_facts){
		/* Those stored before it was noted have what was judged. */
		.clock = row->has_stated ? row->stated : row->clock,
		.format = row->format.p,
		.name = row->name,
		.first_ms = row->first_ms,
		.last_ms = row->last_ms,
		.imported_ms = row->imported_ms,
		.is_by_name = row->is_by_name,
		.created_ms = row->created_ms
	};
}

/* The first kept position of a stored track. */
struct first_place {
	struct trackstore *tracks;
	bool has_place, has_failed;
	double lat, lon;
	struct track_fix fixes[CHUNK_FIXES_MAX];
	unsigned char marks[CHUNK_FIXES_MAX];
	struct err *e;
};

static void
find_place(void *user, const struct trackstore_piece *piece)
{
	struct first_place *p = user;
	size_t count = 0;

	if (p->has_place || p->has_failed)
		return;
	if (trackstore_chunk_get(
		p->tracks, piece->id, p->fixes, p->marks, &count, p->e) < 0)
		p->has_failed = true;
	for (size_t i = 0; i < count && !p->has_place; i++) {
		if (p->marks[i] != TRACK_MARK_KEEP)
			continue;
		p->has_place = true;
		p->lat = p->fixes[i].lat;
		p->lon = p->fixes[i].lon;
	}
}

static int
add_place(const struct trackjudge *j, int64_t id, struct clockbasis_facts *f,
    struct err *e)
{
	struct first_place *p = alloc_zero(1, sizeof(*p));
	int r;

	p->tracks = j->tracks;
	p->e = e;
	r = trackstore_pieces(j->tracks, id, find_place, p, e);
	if (p->has_failed)
		r = -1;
	f->has_place = p->has_place;
	f->lat = p->lat;
	f->lon = p->lon;
	free(p);
	return r;
}

/* How a clock stands, or would stand without what contradicts it. */
static int
find_word(const struct trackjudge *j, struct trackstore_row *row, struct err *e)
{
	struct clockbasis_facts f;
	struct clockbasis alone;

	if (row->correction_ms != TRACKSTORE_UNKNOWN)
		return 0;
	trackjudge_facts(row, &f);
	if (add_place(j, row->id, &f, e) < 0)
		return -1;
	clockbasis_judge(&f, &alone);
	row->clock = alone.clock;
	row->correction_ms = alone.correction_ms;
	row->uncertainty_ms = alone.uncertainty_ms;
	clockbasis_release(&alone);
	return 0;
}

int
trackjudge_twin(const struct trackjudge *j, const struct trackstore_row *other,
    int64_t ahead_ms, struct clockbasis_twin *out, struct err *e)
{
	struct trackstore_row word = *other;
	int is_set = judgements_is_by_person(j->judgements, other->id, e);

	if (is_set < 0 || find_word(j, &word, e) < 0)
		return -1;
	if (word.correction_ms == TRACKSTORE_UNKNOWN)
		return 0;
	*out = (struct clockbasis_twin){ .id = other->id,
		.ahead_ms = ahead_ms - word.correction_ms,
		.uncertainty_ms = word.uncertainty_ms,
		.is_receiver =
		    clockbasis_is_receiver(other->format.p, word.clock),
		.is_set = is_set };
	return 1;
}

/* ---- Writing down ---- */

static void
put_ms(struct jsonw *w, const char *key, int64_t ms)
{
	jsonw_key(w, key);
	if (ms == CLOCK_NONE)
		jsonw_null(w);
	else
		jsonw_int(w, ms);
}

/* Numbers only: what is known of a vehicle is for the judgement. */
static int
add_audit(const struct trackjudge *j, const struct judgement *made,
    const struct trackjudge_word *word, struct err *e)
{
	struct buf detail = { 0 };
	struct jsonw w;
	int r;

	jsonw_init(&w, &detail);
	jsonw_object(&w);
	jsonw_key(&w, "command");
	jsonw_text(&w, word->command);
	jsonw_key(&w, "track");
	jsonw_int(&w, made->track_id);
	jsonw_key(&w, "by");
	jsonw_text(&w, judgement_kind_name(made->kind));
	jsonw_key(&w, "judgement");
	jsonw_int(&w, made->number);
	jsonw_key(&w, "replaces");
	jsonw_int(&w, made->former);
	if (made->restates) {
		jsonw_key(&w, "restates");
		jsonw_int(&w, made->restates);
	}
	put_ms(&w, "correction_ms", made->correction_ms);
	put_ms(&w, "uncertainty_ms", made->uncertainty_ms);
	jsonw_close(&w);
	r = audit_add(store_audit(j->store),
	    &(struct audit_row){ .at_ms = made->made_ms,
		.actor = made->actor,
		.event = AUDIT_ALTERATION,
		.detail = buf_str(&detail) },
	    e);
	buf_clear(&detail);
	return r;
}

int
trackjudge_write(const struct trackjudge *j, const struct trackstore_row *row,
    struct judgement *next, const struct trackjudge_word *word, struct err *e)
{
	const struct trackstore_row clock = { .clock = next->clock,
		.correction_ms = next->correction_ms,
		.uncertainty_ms = next->uncertainty_ms,
		.clock_why = next->clock_why };

	if (judgements_add(j->judgements, row, next, e) < 0)
		return -1;
	FAILPOINT("clock-judged");
	if (trackstore_set_clock(j->tracks, row->id, &clock, e) < 0)
		return -1;
	FAILPOINT("clock-set");
	return add_audit(j, next, word, e);
}

/* ---- One that names another ---- */

/* Nobody's word: a receiver that is live, one that a person has judged. */
static int
is_settled(
    const struct trackjudge *j, const struct trackstore_row *row, struct err *e)
{
	bool is_old_drift = !row->has_stated && row->clock == TRACK_CLOCK_DRIFT;

	if (row->is_live || is_old_drift)
		return 1;
	return judgements_is_by_person(j->judgements, row->id, e);
}

static bool
is_same_clock(const struct trackstore_row *row, const struct clockbasis *b)
{
	return row->clock == b->clock &&
	       row->correction_ms == b->correction_ms &&
	       row->uncertainty_ms == b->uncertainty_ms;
}

static int
judge_by(const struct trackjudge *j, const struct trackstore_row *row,
    const struct trackstore_row *other, int64_t ahead_ms,
    struct clockbasis *out, struct err *e)
{
	struct clockbasis_twin twin;
	struct clockbasis_facts f;
	int r;

	trackjudge_facts(row, &f);
	r = trackjudge_twin(j, other, ahead_ms, &twin, e);
	if (r < 0 || add_place(j, row->id, &f, e) < 0)
		return -1;
	if (r > 0)
		f.twin = &twin;
	clockbasis_judge(&f, out);
	return 0;
}

/* What is judged anew becomes what stands, and what stood is kept. */
static int
replace(const struct trackjudge *j, const struct trackstore_row *row,
    const struct clockbasis *b, const struct trackjudge_word *word,
    struct err *e)
{
	struct judgement next = { .kind = JUDGEMENT_TWIN,
		.clock = b->clock,
		.correction_ms = b->correction_ms,
		.uncertainty_ms = b->uncertainty_ms,
		.clock_why = buf_str(&b->why),
		.made_ms = word->now_ms,
		.actor = str_of(word->actor) };

	return trackjudge_write(j, row, &next, word, e);
}

/* ---- The walk ---- */

/* Tracks whose clock has changed, each once, in the order in which it has. */
struct changed {
	int64_t *ids; /* owned */
	size_t count;
};

/* Those that name one of them. */
struct followers {
	int64_t *ids; /* owned */
	size_t count;
};

static void
note_id(int64_t **ids, size_t *count, int64_t id)
{
	*ids = alloc_resize(*ids, *count + 1, sizeof(**ids));
	(*ids)[(*count)++] = id;
}

static bool
has_changed(const struct changed *c, int64_t id)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->ids[i] == id)
			return true;
	return false;
}

static void
note_follower(void *user, int64_t id)
{
	struct followers *f = user;

	note_id(&f->ids, &f->count, id);
}

/* One that names other, as other now is. */
static int
follow_one(const struct trackjudge *j, int64_t id,
    const struct trackstore_row *other, const struct trackjudge_word *word,
    struct changed *c, struct err *e)
{
	struct trackstore_row row;
	struct clockbasis b = { 0 };
	int r;

	if (has_changed(c, id))
		return 0;
	r = trackstore_find_id(j->tracks, id, j->arena, &row, e);
	if (r <= 0)
		return r;
	r = is_settled(j, &row, e);
	if (r != 0)
		return r < 0 ? -1 : 0;
	r = judge_by(j, &row, other, row.twin_ahead_ms, &b, e);
	if (r == 0 && !is_same_clock(&row, &b)) {
		r = replace(j, &row, &b, word, e);
		note_id(&c->ids, &c->count, id);
	}
	clockbasis_release(&b);
	return r;
}

/* Those that name the track id. */
static int
follow_all(const struct trackjudge *j, int64_t id,
    const struct trackjudge_word *word, struct changed *c, struct err *e)
{
	struct followers f = { 0 };
	struct trackstore_row other;
	int r = trackstore_find_id(j->tracks, id, j->arena, &other, e);

	if (r > 0)
		r = trackstore_twins(j->tracks, id, note_follower, &f, e);
	for (size_t i = 0; r >= 0 && i < f.count; i++)
		r = follow_one(j, f.ids[i], &other, word, c, e);
	free(f.ids);
	return r < 0 ? -1 : 0;
}

/* From the first of those that have changed on; how many more have, or -1. */
static int64_t
walk(const struct trackjudge *j, struct changed *c,
    const struct trackjudge_word *word, struct err *e)
{
	size_t before = c->count;
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->count; i++)
		r = follow_all(j, c->ids[i], word, c, e);
	return r < 0 ? -1 : (int64_t)(c->count - before);
}

int64_t
trackjudge_follow(const struct trackjudge *j, int64_t id,
    const struct trackjudge_word *word, struct err *e)
{
	struct changed c = { 0 };
	int64_t more;

	note_id(&c.ids, &c.count, id);
	more = walk(j, &c, word, e);
	free(c.ids);
	return more;
}

int
trackjudge_refresh(const struct trackjudge *j, int64_t id,
    const struct trackjudge_word *word, struct err *e)
{
	struct trackstore_row row, other;
	struct changed c = { 0 };
	int r = trackstore_find_id(j->tracks, id, j->arena, &row, e);

	if (r <= 0 || row.twin_id == 0)
		return r < 0 ? -1 : 0;
	r = trackstore_find_id(j->tracks, row.twin_id, j->arena, &other, e);
	if (r > 0 && other.twin_id == id)
		r = judgements_is_by_person(j->judgements, other.id, e);
	if (r > 0)
		r = follow_one(j, id, &other, word, &c, e);
	if (r >= 0)
		r = c.count > 0;
	free(c.ids);
	return r;
}

/* ---- One that has come ---- */

/*
 * Is it known better than it was, or otherwise while it followed none?  What
 * follows a track, or may have before that was noted, is moved by none whose
 * own time is contradicted.
 */
static bool
is_better(const struct trackstore_row *row,
    const struct trackstore_row *newcomer, const struct clockbasis *b)
{
	bool follows = row->twin_id != 0 || !row->has_stated;

	if (b->correction_ms == row->correction_ms)
		return false;
	if (!follows || row->correction_ms == TRACKSTORE_UNKNOWN)
		return true;
	return newcomer->correction_ms != TRACKSTORE_UNKNOWN &&
	       b->correction_ms != CLOCK_NONE &&
	       b->uncertainty_ms < row->uncertainty_ms;
}

/* The older one is told of the newcomer: 1 if its clock has changed, 0, -1. */
static int
meet_one(const struct trackjudge *j, const struct trackstore_row *newcomer,
    const struct trackstore_row *older, const struct trackjudge_word *word,
    struct err *e)
{
	struct clockbasis b = { 0 };
	int64_t ahead_ms = -newcomer->twin_ahead_ms;
	int r = is_settled(j, older, e);
	bool is_new = false;

	if (r == 0) {
		r = judge_by(j, older, newcomer, ahead_ms, &b, e);
		is_new = r == 0 && is_better(older, newcomer, &b);
		if (is_new)
			r = replace(j, older, &b, word, e);
		clockbasis_release(&b);
	}
	if (r >= 0 && (is_new || older->twin_id == 0))
		r = trackstore_set_twin(
		    j->tracks, older->id, newcomer->id, ahead_ms, e);
	return r < 0 ? -1 : is_new;
}

int64_t
trackjudge_meet(const struct trackjudge *j, int64_t id,
    const struct trackjudge_word *word, struct err *e)
{
	struct trackstore_row newcomer, older;
	struct changed c = { 0 };
	int64_t more;
	int r = trackstore_find_id(j->tracks, id, j->arena, &newcomer, e);

	if (r <= 0 || newcomer.twin_id == 0)
		return r < 0 ? -1 : 0;
	r = trackstore_find_id(
	    j->tracks, newcomer.twin_id, j->arena, &older, e);
	if (r > 0)
		r = meet_one(j, &newcomer, &older, word, e);
	if (r <= 0)
		return r;
	note_id(&c.ids, &c.count, older.id);
	note_id(&c.ids, &c.count, newcomer.id); /* what showed it stays */
	more = walk(j, &c, word, e);
	free(c.ids);
	return more < 0 ? -1 : more + 1;
}
