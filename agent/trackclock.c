/*
 * trackclock: reading first, without a lock, then one short transaction that
 * begins by seeing whether what was read is still so.
 *
 * What stands is said once more in words with the track (clock_why), since all
 * that shows a track shows those; who said it stands with the judgement and in
 * the audit log alone, and goes into no export.
 */
#include "agent/trackclock.h"

#include <inttypes.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/failpoint.h"
#include "agent/store/judgements.h"
#include "agent/store/store.h"
#include "agent/store/trackstore.h"
#include "agent/trackjudge.h"
#include "agent/tracks/clockbasis.h"

struct trackclock {
	struct store *store; /* borrowed */
	struct trackstore *tracks;
	struct judgements *judgements;
	struct arena *arena; /* reset for each change */
};

int
trackclock_open(struct store *store, struct trackclock **out, struct err *e)
{
	struct trackclock *tc = alloc_zero(1, sizeof(*tc));

	tc->store = store;
	tc->arena = arena_new();
	if (trackstore_open(store_db(store), &tc->tracks, e) < 0 ||
	    judgements_open(store_db(store), &tc->judgements, e) < 0) {
		trackclock_close(&tc);
		return -1;
	}
	*out = tc;
	return 0;
}

void
trackclock_close(struct trackclock **tc)
{
	if (!*tc)
		return;
	judgements_close(&(*tc)->judgements);
	trackstore_close(&(*tc)->tracks);
	arena_free(&(*tc)->arena);
	free(*tc);
	*tc = NULL;
}

/* ---- The walk ---- */

struct looking {
	struct trackclock *tc;
	struct clockplace *walk;
	int result;
	struct err *e;
	struct track_fix fixes[CHUNK_FIXES_MAX];
	unsigned char marks[CHUNK_FIXES_MAX];
};

static void
look_at_piece(void *user, const struct trackstore_piece *piece)
{
	struct looking *l = user;
	size_t count;

	if (l->result < 0)
		return;
	l->result = trackstore_chunk_get(
	    l->tc->tracks, piece->id, l->fixes, l->marks, &count, l->e);
	if (l->result > 0)
		clockplace_add(l->walk, l->fixes, l->marks, count);
}

int
trackclock_look(struct trackclock *tc, const struct trackstore_row *row,
    const struct clockplace_known *known, struct clockplace *out, struct err *e)
{
	struct looking *l = alloc_zero(1, sizeof(*l));
	int r;

	l->tc = tc;
	l->walk = out;
	l->e = e;
	clockplace_init(out, known);
	r = trackstore_pieces(tc->tracks, row->id, look_at_piece, l, e);
	if (l->result < 0)
		r = -1;
	free(l);
	if (r == 0)
		clockplace_finish(out);
	return r;
}

/* ---- Words ---- */

static void
add_span(struct buf *out, int64_t ms)
{
	char text[CLOCK_TEXT_MAX];

	buf_add_text(out, clockbasis_span_text(ms, text));
}

/* The evidence for a correction, for all that shows the track. */
static void
say_place(struct buf *out, const struct trackstore_row *row,
    const struct judgement *j)
{
	char from[CLOCK_TEXT_MAX], to[CLOCK_TEXT_MAX], at[CLOCK_TEXT_MAX];

	buf_addf(out,
	    "judgement %" PRId64 ": it is known to have been within %.0f m of "
	    "%.5f, %.5f at %s, give or take ",
	    j->number, j->within_m, j->lat, j->lon,
	    clock_format_utc(j->known_ms, at));
	add_span(out, j->spread_ms);
	buf_addf(out,
	    "; it passes there from %s to %s by its own clock, which "
	    "is therefore ",
	    track_time_text(j->from_ms, TRACK_CLOCK_LOCAL, from),
	    track_time_text(j->to_ms, TRACK_CLOCK_LOCAL, to));
	clockplace_say(out, row->clock, j->correction_ms, j->known_ms);
	if (str_is_given(j->note)) {
		buf_add_text(out, "; how that is known: ");
		buf_add_str(out, j->note);
	}
	buf_addf(out, "; it replaces judgement %" PRId64, j->former);
}

static void
say_undo(struct buf *out, const struct judgement *j, struct str restated)
{
	buf_addf(out,
	    "judgement %" PRId64 ": judgement %" PRId64
	    " is undone, so that %" PRId64 " holds again",
	    j->number, j->former, j->restates);
	if (str_is_given(j->note)) {
		buf_add_text(out, "; why: ");
		buf_add_str(out, j->note);
	}
	buf_add_text(out, "; ");
	buf_add_str(out, restated);
}

/* ---- The change ---- */

/* Is the track still as it was when it was looked at? */
static int
check_same(
    struct trackclock *tc, const struct trackstore_row *row, struct err *e)
{
	struct trackstore_row now;
	int r = trackstore_find_id(tc->tracks, row->id, tc->arena, &now, e);

	if (r < 0)
		return -1;
	if (r > 0 && now.clock == row->clock &&
	    now.correction_ms == row->correction_ms &&
	    now.uncertainty_ms == row->uncertainty_ms &&
	    now.fixes == row->fixes &&
	    str_is_equal(now.clock_why, row->clock_why))
		return 0;
	return err_set(e, ERR_TEMPORARY,
	    "track %" PRId64 " was %s meanwhile: ask again", row->id,
	    r > 0 ? "judged by somebody else" : "erased");
}

static struct trackjudge
judge_of(const struct trackclock *tc)
{
	return (struct trackjudge){ .store = tc->store,
		.tracks = tc->tracks,
		.judgements = tc->judgements,
		.arena = tc->arena };
}

static struct trackjudge_word
word_of(const struct trackclock_word *word)
{
	return (struct trackjudge_word){ .command = "track clock",
		.actor = word->actor,
		.now_ms = word->now_ms };
}

/* What the judgement was. */
static int
write_down(struct trackclock *tc, const struct trackstore_row *row,
    struct judgement *next, const struct trackclock_word *word,
    struct trackclock_result *out, struct err *e)
{
	const struct trackjudge j = judge_of(tc);
	const struct trackjudge_word whose = word_of(word);

	out->number = 0;
	if (trackjudge_write(&j, row, next, &whose, e) < 0)
		return -1;
	out->number = next->number;
	return 0;
}

/* And what follows from it. */
static int
follow(struct trackclock *tc, const struct trackstore_row *row,
    const struct trackclock_word *word, struct trackclock_result *out,
    struct err *e)
{
	const struct trackjudge j = judge_of(tc);
	const struct trackjudge_word whose = word_of(word);

	out->followed = trackjudge_follow(&j, row->id, &whose, e);
	return out->followed < 0 ? -1 : 0;
}

/*
 * What holds again was judged by what the other track then was.  But who undoes
 * what was judged by the other says that it is not the same journey.
 */
static int
judge_as_it_is(struct trackclock *tc, const struct trackstore_row *row,
    const struct judgement *undone, const struct trackclock_word *word,
    struct err *e)
{
	const struct trackjudge j = judge_of(tc);
	const struct trackjudge_word whose = word_of(word);

	if (undone->kind == JUDGEMENT_TWIN)
		return trackstore_set_twin(tc->tracks, row->id, 0, 0, e);
	return trackjudge_refresh(&j, row->id, &whose, e);
}

/* End the transaction in which r came out, which is 1 if it is to be kept. */
static int
end(struct trackclock *tc, int r, struct err *e)
{
	if (r <= 0) {
		store_rollback(tc->store);
		return r;
	}
	FAILPOINT("clock-before-commit");
	if (store_commit(tc->store, e) < 0)
		return -1;
	FAILPOINT("clock-committed");
	return 1;
}

/* The number and the words of what follows on the one that stands. */
static void
number_next(struct judgement *next, const struct judgement *standing,
    const struct trackclock_word *word)
{
	next->former = standing->number;
	next->number = standing->number + 1;
	next->made_ms = word->now_ms;
	next->actor = str_of(word->actor);
	next->note = word->note;
}

static int
correct(struct trackclock *tc, const struct trackstore_row *row,
    struct judgement *next, const struct trackclock_word *word,
    struct trackclock_result *out, struct err *e)
{
	struct judgement standing;
	struct buf why = { 0 };
	int r;

	if (check_same(tc, row, e) < 0 || judgements_standing(tc->judgements,
					      row, tc->arena, &standing, e) < 0)
		return -1;
	number_next(next, &standing, word);
	say_place(&why, row, next);
	next->clock_why = buf_str(&why);
	r = write_down(tc, row, next, word, out, e);
	buf_clear(&why);
	return r < 0 || follow(tc, row, word, out, e) < 0 ? -1 : 1;
}

int
trackclock_correct(struct trackclock *tc, const struct trackstore_row *row,
    const struct clockplace *walk, const struct clockplace_pass *pass,
    const struct trackclock_word *word, struct trackclock_result *out,
    struct err *e)
{
	bool agrees =
	    row->correction_ms != TRACKSTORE_UNKNOWN &&
	    clockplace_agrees(pass, row->correction_ms, row->uncertainty_ms);
	struct judgement next = { .kind = JUDGEMENT_PLACE,
		.clock = agrees ? row->clock : TRACK_CLOCK_DRIFT,
		.correction_ms = pass->correction_ms,
		.uncertainty_ms = pass->uncertainty_ms,
		.lat = walk->known.lat,
		.lon = walk->known.lon,
		.within_m = walk->known.within_m,
		.known_ms = walk->known.time_ms,
		.spread_ms = walk->known.spread_ms,
		.from_ms = pass->from_ms,
		.to_ms = pass->to_ms };

	arena_reset(tc->arena);
	if (store_begin(tc->store, e) < 0)
		return -1;
	return end(tc, correct(tc, row, &next, word, out, e), e) < 0 ? -1 : 0;
}

/*
 * What holds once the standing one is undone: what that replaced, or what was
 * said again by it.  1, 0 if nothing, -1.
 */
static int
find_former(struct trackclock *tc, const struct trackstore_row *row,
    const struct judgement *standing, struct judgement *out, struct err *e)
{
	struct judgement real = *standing;
	int r = 1;

	if (standing->restates)
		r = judgements_find(tc->judgements, row->id, standing->restates,
		    tc->arena, &real, e);
	if (r > 0 && real.former == 0)
		return 0;
	if (r > 0)
		r = judgements_find(
		    tc->judgements, row->id, real.former, tc->arena, out, e);
	if (r > 0 && out->restates)
		r = judgements_find(
		    tc->judgements, row->id, out->restates, tc->arena, out, e);
	if (r != 0)
		return r;
	return err_set(e, ERR_CORRUPT,
	    "track %" PRId64 " names a judgement of its clock that is not "
	    "there",
	    row->id);
}

static int
undo(struct trackclock *tc, const struct trackstore_row *row,
    struct judgement *next, const struct trackclock_word *word,
    struct trackclock_result *out, struct err *e)
{
	struct judgement standing, former;
	struct buf why = { 0 };
	int r;

	if (check_same(tc, row, e) < 0 || judgements_standing(tc->judgements,
					      row, tc->arena, &standing, e) < 0)
		return -1;
	r = find_former(tc, row, &standing, &former, e);
	if (r <= 0)
		return r;
	next->clock = former.clock;
	next->correction_ms = former.correction_ms;
	next->uncertainty_ms = former.uncertainty_ms;
	next->restates = former.number;
	number_next(next, &standing, word);
	say_undo(&why, next, former.clock_why);
	next->clock_why = buf_str(&why);
	r = write_down(tc, row, next, word, out, e);
	buf_clear(&why);
	if (r < 0 || judge_as_it_is(tc, row, &standing, word, e) < 0 ||
	    follow(tc, row, word, out, e) < 0)
		return -1;
	return 1;
}

int
trackclock_undo(struct trackclock *tc, const struct trackstore_row *row,
    const struct trackclock_word *word, struct trackclock_result *out,
    struct err *e)
{
	struct judgement next = { .kind = JUDGEMENT_UNDO };

	arena_reset(tc->arena);
	if (store_begin(tc->store, e) < 0)
		return -1;
	return end(tc, undo(tc, row, &next, word, out, e), e);
}
