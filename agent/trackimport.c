/*
 * trackimport: the stages, each a function.
 *
 * The evidence folder is locked for each file and not for all, so that two
 * imports go on side by side, file by file.  The lock is taken before the
 * database is looked at: two that import the same bytes would else both copy
 * them.
 */
#include "agent/trackimport.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/failpoint.h"
#include "agent/base/jsonw.h"
#include "agent/base/log.h"
#include "agent/store/audit.h"
#include "agent/store/judgements.h"
#include "agent/store/store.h"
#include "agent/store/trackstore.h"
#include "agent/trackjudge.h"
#include "agent/tracks/clean.h"
#include "agent/tracks/clockbasis.h"
#include "agent/tracks/seal.h"
#include "agent/tracks/source.h"
#include "agent/tracks/spool.h"
#include "agent/tracktwin.h"

struct trackimport {
	struct store *store; /* borrowed */
	struct trackstore *tracks;
	struct judgements *judgements;
	char *state;
	struct arena *arena; /* reset for each file */
};

/* One file on its way. */
struct road {
	struct trackimport *ti;
	const struct trackimport_request *rq;
	struct trackimport_result *out;
	struct seal *seal;
	struct seal_file file;
	struct spool *spool;
	struct clean *clean;
	struct reader_about about;
	/* The piece that is being filled, and what was seen of the whole. */
	struct track_fix fixes[TRACKSTORE_FIXES_MAX];
	unsigned char marks[TRACKSTORE_FIXES_MAX];
	size_t count;
	uint64_t told, waypoints, skipped;
	int64_t timed, first_ms, last_ms;
	bool has_place, has_clip;
	double lat, lon; /* of the first kept fix */
	int64_t name_ms; /* times are this and the clip's; CLOCK_NONE: not */
	struct tracktwin_places places;
	struct err spool_error;
	bool has_failed;
	bool is_offered; /* its row may be in the database */
};

int
trackimport_open(struct store *store, const char *state,
    struct trackimport **out, struct err *e)
{
	struct trackimport *ti = alloc_zero(1, sizeof(*ti));

	ti->store = store;
	ti->state = alloc_text(state);
	ti->arena = arena_new();
	if (trackstore_open(store_db(store), &ti->tracks, e) < 0 ||
	    judgements_open(store_db(store), &ti->judgements, e) < 0) {
		trackimport_close(&ti);
		return -1;
	}
	*out = ti;
	return 0;
}

void
trackimport_close(struct trackimport **ti)
{
	if (!*ti)
		return;
	judgements_close(&(*ti)->judgements);
	trackstore_close(&(*ti)->tracks);
	arena_free(&(*ti)->arena);
	free((*ti)->state);
	free(*ti);
	*ti = NULL;
}

void
trackimport_release(struct trackimport_result *result)
{
	buf_clear(&result->clock_why);
}

/* ---- The evidence folder ---- */

static int
is_recorded(void *user, const uint8_t sha256[HASH_BYTES], struct buf *name,
    struct err *e)
{
	struct trackimport *ti = user;
	struct trackstore_row row;
	int r = trackstore_find_sha256(ti->tracks, sha256, ti->arena, &row, e);

	if (r <= 0 || !row.is_kept)
		return r < 0 ? -1 : 0;
	buf_add_str(name, row.name);
	return 1;
}

/* Locked, and nothing in it that a killed program left half done. */
static int
open_evidence(struct trackimport *ti, struct seal **out, struct err *e)
{
	int r;

	if (seal_open(ti->state, out, e) < 0)
		return -1;
	r = seal_finish(*out, is_recorded, ti, e);
	if (r > 0)
		log_error("an original cannot be put in its place or removed, "
			  "tried again whenever a track is imported or erased: "
			  "%s",
		    e->msg);
	if (r < 0)
		seal_close(out);
	return r < 0 ? -1 : 0;
}

/* ---- Reading ---- */

static struct str
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return str_of(slash ? slash + 1 : path);
}

static void
tell_progress(const struct road *r, uint64_t done)
{
	if (r->rq->progress)
		r->rq->progress(r->rq->user, done, 2 * r->file.size_bytes);
}

static void
on_sealed(void *user, uint64_t done, uint64_t total)
{
	const struct road *r = user;

	if (r->rq->progress)
		r->rq->progress(r->rq->user, done, 2 * total);
}

static void
spool_piece(struct road *r)
{
	if (r->count == 0 || r->has_failed)
		return;
	if (spool_add(r->spool, r->fixes, r->marks, r->count, &r->spool_error) <
	    0)
		r->has_failed = true;
	tell_progress(r, r->file.size_bytes + r->fixes[r->count - 1].offset);
	r->count = 0;
}

static void
on_cleaned(void *user, const struct track_fix *fix, enum track_mark mark)
{
	struct road *r = user;

	if (mark == TRACK_MARK_KEEP) {
		if (!r->has_place) {
			r->has_place = true;
			r->lat = fix->lat;
			r->lon = fix->lon;
		}
		tracktwin_add(&r->places, fix);
	}
	r->fixes[r->count] = *fix;
	r->marks[r->count++] = (unsigned char)mark;
	if (r->count == TRACKSTORE_FIXES_MAX)
		spool_piece(r);
}

static void
on_fix(void *user, const struct track_fix *fix)
{
	struct road *r = user;
	struct track_fix f = *fix;

	r->told++;
	r->has_clip = r->has_clip || f.clip_ms >= 0;
	if (r->name_ms != CLOCK_NONE && f.clip_ms >= 0)
		f.time_ms = r->name_ms + f.clip_ms;
	if (f.time_ms != CLOCK_NONE) {
		if (r->timed == 0 || f.time_ms < r->first_ms)
			r->first_ms = f.time_ms;
		if (r->timed == 0 || f.time_ms > r->last_ms)
			r->last_ms = f.time_ms;
		r->timed++;
	}
	clean_add(r->clean, &f);
}

static void
on_waypoint(void *user)
{
	struct road *r = user;

	r->waypoints++;
}

static void
on_skip(void *user, uint64_t offset, const char *why)
{
	struct road *r = user;

	(void)offset;
	(void)why;
	r->skipped++;
}

/* Forget what an earlier reading saw. */
static void
begin_reading(struct road *r)
{
	r->clean = clean_new(r->rq->class, on_cleaned, r);
	r->count = 0;
	r->told = r->waypoints = r->skipped = 0;
	r->timed = 0;
	r->first_ms = r->last_ms = CLOCK_NONE;
	r->has_place = r->has_clip = false;
	r->places = (struct tracktwin_places){ 0 };
}

static int
read_once(struct road *r, struct source *s, struct err *e)
{
	const struct reader_sink sink = { .user = r,
		.fix = on_fix,
		.waypoint = on_waypoint,
		.skip = on_skip,
		.csv_map = r->rq->csv_map };
	int result;

	begin_reading(r);
	result = reader_read(s, &sink, &r->about, e);
	if (result == 0) {
		clean_finish(r->clean);
		spool_piece(r);
	}
	clean_free(&r->clean);
	if (r->has_failed) {
		*e = r->spool_error;
		return -1;
	}
	return result;
}

/*
 * Read the sealed bytes.  If no fix has a time but each its place in a clip
 * that is named after the camera's clock, read again with those times.
 */
static int
read_all(struct road *r, struct err *e)
{
	AUTO(source_close) struct source *s = NULL;

	if (source_open(r->file.path, &s, e) < 0)
		return -1;
	r->name_ms = CLOCK_NONE;
	if (read_once(r, s, e) < 0)
		return -1;
	if (r->timed > 0 || !r->has_clip)
		return 0;
	r->name_ms = clockbasis_name_time(name_of(r->rq->path));
	if (r->name_ms == CLOCK_NONE)
		return 0;
	if (spool_clear(r->spool, e) < 0 || read_once(r, s, e) < 0)
		return -1;
	r->about.clock = TRACK_CLOCK_LOCAL;
	return 0;
}

static int
refuse(struct road *r, const struct err *why)
{
	r->out->is_refused = true;
	r->out->refused = *why;
	return 0;
}

/* Was it changed or cut while it was read, where nobody has a copy? */
static int
check_unchanged(struct road *r, struct err *e)
{
	struct seal_file again;
	int same;

	if (r->file.is_copy)
		return 0;
	if (seal_look(r->rq->path, NULL, &again, e) < 0)
		return -1;
	same = memcmp(again.sha256, r->file.sha256, HASH_BYTES) == 0;
	seal_release(&again);
	if (same)
		return 0;
	return err_set(e, ERR_INVALID,
	    "%s was changed while it was read: import it when it is complete",
	    r->rq->path);
}

/* ---- The clock ---- */

/* What there is to know of the track before its clock is judged. */
static struct trackstore_row
row_of(const struct road *r)
{
	struct trackstore_row row = { .class = r->rq->class,
		.name = name_of(r->rq->path),
		.unit = str_of(r->rq->unit),
		.format = str_of(r->about.format),
		.size_bytes = (int64_t)r->file.size_bytes,
		.origin = str_of(r->rq->path),
		.is_kept = r->file.is_copy,
		.clock = r->about.clock,
		.skipped = (int64_t)r->skipped,
		.first_ms = r->first_ms,
		.last_ms = r->last_ms,
		.imported_ms = r->rq->now_ms,
		.actor = str_of(r->rq->actor),
		.has_stated = true,
		.stated = r->about.clock,
		.created_ms = r->about.created_ms,
		.is_by_name = r->name_ms != CLOCK_NONE };

	if (r->has_clip)
		row.clip = row.name;
	memcpy(row.sha256, r->file.sha256, HASH_BYTES);
	return row;
}

static struct trackjudge
judge_of(const struct trackimport *ti)
{
	return (struct trackjudge){ .store = ti->store,
		.tracks = ti->tracks,
		.judgements = ti->judgements,
		.arena = ti->arena };
}

/* Name the same journey in another track, if there is one. */
static int
find_twin(struct road *r, struct trackstore_row *row, struct err *e)
{
	struct tracktwin found;

	if (tracktwin_find(r->ti->tracks, &r->places, 0, &found, e) < 0)
		return -1;
	row->twin_id = found.track_id;
	row->twin_ahead_ms = found.ahead_ms;
	return 0;
}

/* What the one that is named says, as it now is: 1, 0 if nothing, -1. */
static int
ask_twin(struct road *r, struct trackstore_row *row,
    struct clockbasis_twin *twin, struct err *e)
{
	const struct trackjudge j = judge_of(r->ti);
	struct trackstore_row other;
	int result;

	if (row->twin_id == 0)
		return 0;
	result = trackstore_find_id(
	    r->ti->tracks, row->twin_id, r->ti->arena, &other, e);
	if (result > 0)
		return trackjudge_twin(&j, &other, row->twin_ahead_ms, twin, e);
	row->twin_id = 0; /* erased since it was found */
	return result;
}

static int
judge(struct road *r, struct trackstore_row *row, struct clockbasis *b,
    struct err *e)
{
	struct clockbasis_twin twin;
	struct clockbasis_facts f;
	int found = ask_twin(r, row, &twin, e);

	if (found < 0)
		return -1;
	trackjudge_facts(row, &f);
	f.has_place = r->has_place;
	f.lat = r->lat;
	f.lon = r->lon;
	if (found > 0)
		f.twin = &twin;
	clockbasis_judge(&f, b);
	row->clock = b->clock;
	row->correction_ms = b->correction_ms;
	row->uncertainty_ms = b->uncertainty_ms;
	row->clock_why = buf_str(&b->why);
	return 0;
}

/* ---- The record ---- */

static int
add_audit(struct road *r, enum audit_event event, int64_t track_id,
    const char *what, struct err *e)
{
	struct buf detail = { 0 };
	char hex[2 * HASH_BYTES + 1];
	struct jsonw w;
	int result;

	hash_hex(r->file.sha256, HASH_BYTES, hex);
	jsonw_init(&w, &detail);
	jsonw_object(&w);
	jsonw_key(&w, "what");
	jsonw_text(&w, what);
	jsonw_key(&w, "track");
	jsonw_int(&w, track_id);
	jsonw_key(&w, "class");
	jsonw_text(&w, track_class_name(r->rq->class));
	jsonw_key(&w, "sha256");
	jsonw_text(&w, hex);
	jsonw_close(&w);
	result = audit_add(store_audit(r->ti->store),
	    &(struct audit_row){ .at_ms = r->rq->now_ms,
		.actor = str_of(r->rq->actor),
		.event = event,
		.detail = buf_str(&detail) },
	    e);
	buf_clear(&detail);
	return result;
}

static int
add_chunks(struct road *r, int64_t id, struct err *e)
{
	size_t count;
	int more;

	if (spool_rewind(r->spool, e) < 0)
		return -1;
	while ((more = spool_next(r->spool, r->fixes, r->marks, &count, e)) > 0)
		if (trackstore_add_chunk(
			r->ti->tracks, id, r->fixes, r->marks, count, e) < 0)
			return -1;
	return more;
}

/* The one that shows the same journey is judged by this one. */
static int
tell_twin(struct road *r, const struct trackstore_row *row, struct err *e)
{
	const struct trackjudge j = judge_of(r->ti);
	const struct trackjudge_word word = { .command = "track import",
		.actor = r->rq->actor,
		.now_ms = r->rq->now_ms };
	int64_t changed = trackjudge_meet(&j, r->out->id, &word, e);

	if (changed > 0)
		r->out->corrected_id = row->twin_id;
	return changed < 0 ? -1 : 0;
}

/*
 * All that is written, in the open transaction; the clock is judged there, too,
 * since a person may judge that of the other meanwhile.
 */
static int
write_track(struct road *r, struct trackstore_row *row, struct clockbasis *b,
    struct err *e)
{
	if (judge(r, row, b, e) < 0)
		return -1;
	if (trackstore_add(r->ti->tracks, row, &r->out->id, e) < 0 ||
	    add_chunks(r, r->out->id, e) < 0)
		return -1;
	FAILPOINT("track-written");
	if (add_audit(r, AUDIT_COLLECTION, r->out->id, "track imported", e) < 0)
		return -1;
	return tell_twin(r, row, e);
}

static int
store_track(struct road *r, struct trackstore_row *row, struct err *e)
{
	struct clockbasis b = { 0 };
	int result;

	if (store_begin(r->ti->store, e) < 0)
		return -1;
	result = write_track(r, row, &b, e);
	clockbasis_release(&b);
	if (result < 0) {
		store_rollback(r->ti->store);
		return -1;
	}
	FAILPOINT("track-before-commit");
	/*
	 * From here the database may have the row, and what fails is finished
	 * by whoever opens the folder next: the copy stays for that.
	 */
	r->is_offered = true;
	if (store_commit(r->ti->store, e) < 0)
		return -1;
	FAILPOINT("track-committed");
	if (r->file.is_copy)
		return seal_keep(r->seal, &r->file, e);
	return 0;
}

/* ---- The whole ---- */

static void
report_row(struct trackimport_result *out, const struct trackstore_row *row)
{
	out->id = row->id;
	out->is_kept = row->is_kept;
	snprintf(
	    out->format, sizeof(out->format), "%.*s", STR_ARG(row->format));
	out->fixes = row->fixes;
	out->timed = row->timed;
	out->kept = row->kept;
	out->skipped = row->skipped;
	out->clock = row->clock;
	out->correction_ms = row->correction_ms;
	out->uncertainty_ms = row->uncertainty_ms;
	buf_reset(&out->clock_why);
	buf_add_str(&out->clock_why, row->clock_why);
}

/* Is it stored already?  1, with the result filled, 0 or -1. */
static int
is_stored(struct road *r, struct err *e)
{
	struct trackstore_row row;
	int found = trackstore_find_sha256(
	    r->ti->tracks, r->file.sha256, r->ti->arena, &row, e);

	if (found <= 0)
		return found;
	report_row(r->out, &row);
	r->out->is_kept = row.is_kept && seal_has(r->seal, row.sha256, row.name,
					     (uint64_t)row.size_bytes);
	return 1;
}

static int
take_in(struct road *r, struct err *e)
{
	struct trackstore_row row = row_of(r);

	if (find_twin(r, &row, e) < 0 || store_track(r, &row, e) < 0)
		return -1;
	r->out->is_new = true;
	if (trackstore_find_id(
		r->ti->tracks, r->out->id, r->ti->arena, &row, e) < 0)
		return -1;
	report_row(r->out, &row);
	return 0;
}

static int
read_and_take_in(struct road *r, struct err *e)
{
	struct err why = { 0 };

	FAILPOINT("track-sealed");
	if (spool_open(r->ti->state, &r->spool, e) < 0)
		return -1;
	if (read_all(r, &why) < 0) {
		if (why.code != ERR_INVALID && why.code != ERR_LIMIT) {
			*e = why;
			return -1;
		}
		return refuse(r, &why);
	}
	if (r->told == 0) {
		(void)err_set(&why, ERR_INVALID,
		    "it has no position of a track (waypoints: %" PRIu64
		    ", places that could not be read: %" PRIu64 ")",
		    r->waypoints, r->skipped);
		return refuse(r, &why);
	}
	if (check_unchanged(r, &why) < 0)
		return refuse(r, &why);
	FAILPOINT("track-read");
	return take_in(r, e);
}

/* The original is sealed and the folder locked. */
static int
import_sealed(struct road *r, struct err *e)
{
	int stored = is_stored(r, e);

	if (stored != 0)
		return stored < 0 ? -1 : 0;
	return read_and_take_in(r, e);
}

int
trackimport_file(struct trackimport *ti, const struct trackimport_request *rq,
    struct trackimport_result *out, struct err *e)
{
	struct road *r = alloc_zero(1, sizeof(*r));
	const struct seal_progress progress = { on_sealed, r };
	struct err why = { 0 };
	int result;

	*out = (struct trackimport_result){ .format = "unknown" };
	arena_reset(ti->arena);
	r->ti = ti;
	r->rq = rq;
	r->out = out;
	result = open_evidence(ti, &r->seal, e);
	if (result == 0) {
		result = rq->leave
			     ? seal_look(rq->path, &progress, &r->file, &why)
			     : seal_copy(r->seal, rq->path, &progress, &r->file,
				   &why);
		if (result == 0)
			result = import_sealed(r, e);
		else if (why.code == ERR_INVALID)
			result = refuse(r, &why);
		else
			*e = why;
	}
	if (out->id == 0 && r->about.format[0])
		memcpy(out->format, r->about.format, sizeof(out->format));
	if (!out->is_new && !r->is_offered)
		seal_drop(&r->file);
	seal_release(&r->file);
	spool_close(&r->spool);
	seal_close(&r->seal);
	free(r);
	if (result < 0)
		trackimport_release(out);
	return result;
}

/* ---- Erasing ---- */

/* 1, 0 if the track is held since it was looked at, -1. */
static int
erase_rows(struct trackimport *ti, const struct trackstore_row *row,
    const char *actor, struct str detail, int64_t now_ms, struct err *e)
{
	int r;

	if (store_begin(ti->store, e) < 0)
		return -1;
	r = trackstore_delete(ti->tracks, row->id, e);
	if (r <= 0 || audit_add(store_audit(ti->store),
			  &(struct audit_row){ .at_ms = now_ms,
			      .actor = str_of(actor),
			      .event = AUDIT_ERASURE,
			      .detail = detail },
			  e) < 0) {
		store_rollback(ti->store);
		return r == 0 ? 0 : -1;
	}
	FAILPOINT("track-before-erasure");
	if (store_commit(ti->store, e) < 0)
		return -1;
	FAILPOINT("track-erased");
	return 1;
}

static void
describe_erasure(
    const struct trackstore_row *row, const char *why, struct buf *out)
{
	char hex[2 * HASH_BYTES + 1];
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_key(&w, "what");
	jsonw_text(&w, row->is_live   ? "positions erased"
		       : row->is_kept ? "track and original erased"
				      : "track erased, original not kept here");
	jsonw_key(&w, "why");
	jsonw_text(&w, why);
	jsonw_key(&w, "track");
	jsonw_int(&w, row->id);
	jsonw_key(&w, "class");
	jsonw_text(&w, track_class_name(row->class));
	jsonw_key(&w, "fixes");
	jsonw_int(&w, row->fixes);
	if (!row->is_live) {
		hash_hex(row->sha256, HASH_BYTES, hex);
		jsonw_key(&w, "sha256");
		jsonw_text(&w, hex);
	}
	jsonw_close(&w);
}

/* 1, 0 if it is held, -1. */
static int
erase(struct trackimport *ti, struct seal *seal,
    const struct trackstore_row *row, const char *actor, struct str detail,
    int64_t now_ms, struct err *e)
{
	struct err ignored;
	int r;

	if (row->hold)
		return 0;
	if (row->is_kept && seal_part(seal, row->sha256, row->name, e) < 0)
		return -1;
	r = erase_rows(ti, row, actor, detail, now_ms, e);
	if (r <= 0) {
		if (row->is_kept)
			(void)!seal_restore(
			    seal, row->sha256, row->name, &ignored);
		return r;
	}
	if (row->is_kept && seal_erase(seal, row->sha256, row->name, e) < 0)
		return -1;
	return 1;
}

int
trackimport_delete(struct trackimport *ti, int64_t id, const char *actor,
    const char *why, int64_t now_ms, struct trackimport_erasure *out,
    struct err *e)
{
	struct trackstore_row row;
	struct seal *seal = NULL;
	struct buf detail = { 0 };
	int r;

	arena_reset(ti->arena);
	*out = (struct trackimport_erasure){ 0 };
	if (open_evidence(ti, &seal, e) < 0)
		return -1;
	r = trackstore_find_id(ti->tracks, id, ti->arena, &row, e);
	if (r > 0) {
		describe_erasure(&row, why, &detail);
		r = erase(ti, seal, &row, actor, buf_str(&detail), now_ms, e);
		out->is_held = r == 0;
		out->is_left = r > 0 && !row.is_kept && !row.is_live;
	}
	buf_clear(&detail);
	seal_close(&seal);
	return r;
}
