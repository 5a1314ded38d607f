/*
 * bundle: files written once, each digested as it is written.
 *
 * An original is copied through the digest it was imported under: one that has
 * changed since, here or where it was left, ends the bundle, for a court must
 * not be given something else under its name.  So does a track that retention
 * erased between the search and the writing: of what was found all is written.
 */
#include "agent/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/jsonw.h"
#include "agent/base/str.h"
#include "agent/cmd/hits.h"
#include "agent/conf/oneline.h"
#include "agent/finder.h"
#include "agent/store/judgements.h"
#include "agent/store/store.h"
#include "agent/store/trackstore.h"
#include "agent/tracks/seal.h"
#include "agent/tracks/writer.h"
#include "agent/version.h"

#define SUMS_NAME    "SHA256SUMS"
#define READ_BYTES   65536
#define NAME_MAX_LEN 80

/* Positions of an unknown clock are "near" up to this from the place. */
#define NEAR_M 2000.0

struct bundle {
	const struct bundle_request *rq; /* borrowed until it is made */
	char *dir, *part;                /* owned */
	struct trackstore *tracks;
	struct judgements *judgements;
	struct buf sums;      /* lines of SHA256SUMS */
	struct buf names;     /* of files made, each with its NUL */
	struct buf statement; /* STATEMENT.txt */
	uint8_t digest[HASH_BYTES];
	struct track_fix fixes[CHUNK_FIXES_MAX], some[CHUNK_FIXES_MAX];
	unsigned char marks[CHUNK_FIXES_MAX], some_marks[CHUNK_FIXES_MAX];
};

/* ---- Files ---- */

/* A file of the bundle being written. */
struct output_file {
	struct bundle *b;
	struct buf path; /* owned */
	const char *name;
	int fd;
	struct hash *hash;
};

static int
file_begin(
    struct output_file *f, struct bundle *b, const char *name, struct err *e)
{
	*f = (struct output_file){ .b = b, .name = name };
	buf_addf(&f->path, "%s/%s", b->part, name);
	f->fd = open(f->path.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0440);
	if (f->fd < 0) {
		(void)err_set(e, ERR_SYSTEM, "%s cannot be made: %s", f->path.p,
		    strerror(errno));
		buf_clear(&f->path);
		return -1;
	}
	buf_add(&b->names, name, strlen(name) + 1);
	f->hash = hash_new();
	return 0;
}

static int
file_put(struct output_file *f, struct str s, struct err *e)
{
	hash_add(f->hash, s);
	while (s.len > 0) {
		ssize_t n = write(f->fd, s.p, s.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, ERR_SYSTEM,
			    "%s cannot be written: %s", f->path.p,
			    strerror(errno));
		s = str_make(s.p + n, s.len - (size_t)n);
	}
	return 0;
}

/* On disk, closed and in the sums, unless r is -1 already. */
static int
file_end(
    struct output_file *f, int r, uint8_t digest[HASH_BYTES], struct err *e)
{
	char hex[2 * HASH_BYTES + 1];

	hash_finish(&f->hash, digest);
	if (r == 0 && fsync(f->fd) != 0)
		r = err_set(e, ERR_SYSTEM, "%s is not on disk: %s", f->path.p,
		    strerror(errno));
	(void)close(f->fd);
	hash_hex(digest, HASH_BYTES, hex);
	if (r == 0)
		buf_addf(&f->b->sums, "%s  %s\n", hex, f->name);
	buf_clear(&f->path);
	return r;
}

static int
put_whole(struct bundle *b, const char *name, struct str content,
    uint8_t digest[HASH_BYTES], struct err *e)
{
	struct output_file f;

	if (file_begin(&f, b, name, e) < 0)
		return -1;
	return file_end(&f, file_put(&f, content, e), digest, e);
}

/* ---- Originals ---- */

/* "12-IMG_0001.MP4": what of a name is safe on every file system. */
static const char *
safe_name(struct bundle *b, const char *folder, const struct trackstore_row *t)
{
	struct buf name = { 0 };
	size_t from =
	    t->name.len > NAME_MAX_LEN ? t->name.len - NAME_MAX_LEN : 0;
	struct str kept;

	buf_addf(&name, "%s/%" PRId64 "-", folder, t->id);
	for (size_t i = from; i < t->name.len; i++) {
		char c = t->name.p[i];
		bool is_safe =
		    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';

		buf_add_char(&name, is_safe ? c : '_');
	}
	kept = arena_str(b->rq->arena, buf_str(&name));
	buf_clear(&name);
	return kept.p;
}

static int
copy_bytes(struct output_file *f, int fd, const char *path, struct err *e)
{
	char *bytes = alloc_zero(1, READ_BYTES);
	int r = 0;

	while (r == 0) {
		ssize_t n = read(fd, bytes, READ_BYTES);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			r = err_set(e, ERR_SYSTEM, "%s cannot be read: %s",
			    path, strerror(errno));
		if (n <= 0)
			break;
		r = file_put(f, str_make(bytes, (size_t)n), e);
	}
	free(bytes);
	return r;
}

/* Copy the original at path, which must have the digest of its import. */
static int
copy_original(struct bundle *b, const struct trackstore_row *t,
    const char *path, const char *name, struct err *e)
{
	uint8_t digest[HASH_BYTES];
	struct output_file f;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int r;

	if (fd < 0)
		return err_set(e, ERR_SYSTEM,
		    "the original of track %" PRId64
		    ", %s, cannot be opened: %s; put it back, or erase the "
		    "track",
		    t->id, path, strerror(errno));
	r = file_begin(&f, b, name, e);
	if (r == 0)
		r = file_end(&f, copy_bytes(&f, fd, path, e), digest, e);
	(void)close(fd);
	if (r == 0 && memcmp(digest, t->sha256, HASH_BYTES) != 0)
		r = err_set(e, ERR_CORRUPT,
		    "the original of track %" PRId64
		    ", %s, is not what was imported: its SHA-256 is another",
		    t->id, path);
	return r;
}

static int
put_original(struct bundle *b, const struct trackstore_row *t, struct err *e)
{
	struct buf path = { 0 };
	const char *name;
	int r;

	if (t->is_live) {
		buf_addf(&b->statement,
		    "  Original:    none; received live, position by "
		    "position\n");
		return 0;
	}
	if (t->is_kept)
		seal_path(b->rq->state, t->sha256, t->name, &path);
	else
		buf_add_str(&path, t->origin);
	name = safe_name(b, "originals", t);
	r = copy_original(b, t, path.p, name, e);
	buf_addf(&b->statement, "  Original:    %s\n", name);
	buf_addf(&b->statement, "               %s\n",
	    t->is_kept ? "kept by this program since it was imported"
		       : "left where it was when imported, copied now");
	buf_clear(&path);
	return r;
}

/* ---- Derived ---- */

/* A derived file on its way through the chunks. */
struct deriving {
	struct bundle *b;
	const struct finder_hit *hit;
	struct output_file file;
	struct writer writer;
	struct buf out;
	bool only_near;
	int64_t counts[TRACK_MARK_STILL + 1]; /* of all fixes, by mark */
	int64_t fixes;                        /* their sum */
	int result;
	struct err *e;
};

/* In the time asked about; or, of an unknown clock, near the place. */
static bool
is_near(const struct finder_hit *hit, const struct track_fix *fix)
{
	const struct approach_question *q = &hit->question;
	int64_t off_ms = q->spread_ms + q->clock_ms;
	int64_t ms = trackstore_utc(&hit->track, fix->time_ms);

	if (ms == CLOCK_NONE)
		return plane_distance_m(q->lat, q->lon, fix->lat, fix->lon) <=
		       NEAR_M;
	return ms >= q->from_ms - off_ms && ms <= q->to_ms + off_ms;
}

static int
fail_erased(const struct trackstore_row *t, struct err *e)
{
	return err_set(e, ERR_TEMPORARY,
	    "track %" PRId64
	    " was erased, all or in part, while the bundle was made: ask again",
	    t->id);
}

/* Of the fixes of a chunk those for the file, to some; how many. */
static size_t
pick_fixes(struct deriving *d, size_t count)
{
	struct bundle *b = d->b;
	size_t some = 0;

	for (size_t i = 0; i < count; i++) {
		if (b->marks[i] <= TRACK_MARK_STILL) {
			d->counts[b->marks[i]]++;
			d->fixes++;
		}
		if (d->only_near && !is_near(d->hit, &b->fixes[i]))
			continue;
		b->some[some] = b->fixes[i];
		b->some_marks[some++] = b->marks[i];
	}
	return some;
}

static void
derive_piece(void *user, const struct trackstore_piece *piece)
{
	struct deriving *d = user;
	struct bundle *b = d->b;
	size_t count = 0, some;

	if (d->result < 0)
		return;
	d->result = trackstore_chunk(
	    b->tracks, piece->id, b->fixes, b->marks, &count, d->e);
	if (d->result == 0)
		d->result = fail_erased(&d->hit->track, d->e);
	if (d->result < 0)
		return;
	some = pick_fixes(d, count);
	if (some > 0)
		writer_add(&d->writer, b->some, b->some_marks, some);
	d->result = file_put(&d->file, buf_str(&d->out), d->e);
	buf_reset(&d->out);
}

/*
 * One derived file, of all fixes that the track had when it was found (a live
 * one may have more by now); counts: of marks.
 */
static int
derive(struct bundle *b, const struct finder_hit *hit, const char *name,
    const char *form, bool only_near, int64_t *counts, struct err *e)
{
	const struct trackstore_row *t = &hit->track;
	char hex[2 * HASH_BYTES + 1] = "";
	const struct writer_head head = { .name = t->name,
		.unit = t->unit,
		.class = track_class_name(t->class),
		.sha256 = hex,
		.clock = track_clock_name(t->clock),
		.correction_ms = t->correction_ms,
		.uncertainty_ms = t->uncertainty_ms,
		.clock_why = t->clock_why,
		.only_kept = !only_near,
		.has_times = t->timed > 0 };
	struct deriving d = {
		.b = b, .hit = hit, .only_near = only_near, .e = e
	};
	uint8_t digest[HASH_BYTES];
	int r;

	if (!t->is_live)
		hash_hex(t->sha256, HASH_BYTES, hex);
	if (file_begin(&d.file, b, name, e) < 0)
		return -1;
	writer_init(&d.writer, writer_kind_find(form), &head, &d.out);
	r = trackstore_pieces(b->tracks, t->id, derive_piece, &d, e);
	writer_finish(&d.writer);
	if (d.result < 0)
		r = -1;
	if (r == 0 && d.fixes < t->fixes)
		r = fail_erased(t, e);
	if (r == 0)
		r = file_put(&d.file, buf_str(&d.out), e);
	buf_clear(&d.out);
	memcpy(counts, d.counts, sizeof(d.counts));
	return file_end(&d.file, r, digest, e);
}

/* ---- Said ---- */

static const char *const mark_words[TRACK_MARK_STILL + 1] = {
	[TRACK_MARK_KEEP] = "kept in the derived track",
	[TRACK_MARK_OUTLIER] = "left out: off the line between its neighbours",
	[TRACK_MARK_JUMP] = "left out: at a place no such recorder reaches in "
			    "the time",
	[TRACK_MARK_SAME] = "left out: a second position for one time",
	[TRACK_MARK_BACKWARD] = "left out: the recorder's clock had gone back",
	[TRACK_MARK_STILL] = "left out: standing still between two that are "
			     "kept",
};

/* A line of what came from outside, which is to stay that one line. */
static void
say_text(struct buf *out, const char *what, struct str text)
{
	buf_add_text(out, what);
	oneline_add(out, text);
	buf_add_char(out, '\n');
}

static void
say_time(struct buf *out, const char *what, int64_t ms)
{
	char text[CLOCK_TEXT_MAX];

	buf_addf(out, "%s%s\n", what, clock_format_utc(ms, text));
}

static void
say_clock(struct buf *out, const struct trackstore_row *t)
{
	buf_addf(
	    out, "  Clock:       %s as recorded; ", track_clock_name(t->clock));
	if (t->correction_ms == TRACKSTORE_UNKNOWN)
		buf_addf(out, "how far it is from UTC is not known\n");
	else
		buf_addf(out,
		    "%+.3f s added to get UTC, which is good to %.3f s\n",
		    (double)t->correction_ms / 1000,
		    (double)t->uncertainty_ms / 1000);
	say_text(out, "  Because:     ", t->clock_why);
}

/* Judgements of a clock on their way into the statement. */
struct judging {
	struct buf *out;
	int64_t count;
	int64_t last_ms; /* the correction of the last one */
};

static void
say_judgement(void *user, const struct judgement *j)
{
	struct judging *g = user;

	g->count++;
	g->last_ms = j->correction_ms;
	buf_addf(g->out, "  Judgement %" PRId64 ": ", j->number);
	if (j->correction_ms == TRACKSTORE_UNKNOWN)
		buf_add_text(g->out, "unknown");
	else
		buf_addf(g->out, "%+.3f s, good to %.3f s",
		    (double)j->correction_ms / 1000,
		    (double)j->uncertainty_ms / 1000);
	buf_addf(g->out, ", by %s, ", judgement_kind_name(j->kind));
	oneline_add(g->out, j->actor);
	say_time(g->out, " at ", j->made_ms);
	say_text(g->out, "               ", j->clock_why);
}

/* All that its clock was ever held to be, if that is more than one thing. */
static int
say_judgements(struct bundle *b, const struct trackstore_row *t, struct err *e)
{
	struct buf text = { 0 };
	struct judging g = { .out = &text };
	int r = judgements_each(b->judgements, t, say_judgement, &g, e);

	if (r == 0 && g.count > 1)
		buf_add_str(&b->statement, buf_str(&text));
	if (r == 0 && g.last_ms != t->correction_ms)
		r = err_set(e, ERR_TEMPORARY,
		    "the clock of track %" PRId64
		    " was judged again while the bundle was made: ask again",
		    t->id);
	buf_clear(&text);
	return r;
}

static void
say_found(struct buf *out, const struct finder_hit *hit)
{
	const struct approach *a = &hit->approach;
	char clip[CLOCK_TEXT_MAX];
	size_t count;

	buf_addf(out, "  Found:       %s (%s)\n", approach_word_name(a->word),
	    approach_words(&count)[a->word].when);
	if (!isnan(a->distance_m)) {
		buf_addf(out, "  Nearest:     %.1f m, at least %.1f m",
		    a->distance_m, a->least_m);
		if (isfinite(a->most_m))
			buf_addf(out, ", at most %.1f m", a->most_m);
		buf_addf(out, "; %s\n", approach_view_name(a->view));
	}
	if (a->at_ms != CLOCK_NONE)
		say_time(out,
		    hit->question.is_clock_known ? "  At:          "
						 : "  At, by its own clock: ",
		    a->at_ms);
	if (a->at_clip_ms >= 0)
		buf_addf(out, "  In the clip: %s\n",
		    approach_clip_text(a->at_clip_ms, clip));
	if (a->gap_from_ms != CLOCK_NONE) {
		say_time(out, "  No positions from ", a->gap_from_ms);
		say_time(out, "  until             ", a->gap_to_ms);
	}
}

static void
say_head(struct bundle *b)
{
	const struct bundle_request *rq = b->rq;
	const struct place *place = &rq->row->place;
	const struct when *when = &rq->list->when;
	struct buf *out = &b->statement;

	buf_add_text(out, "Recordings that could show incident ");
	oneline_add(out, rq->row->ref);
	say_text(out, " of ", rq->row->feed);
	buf_add_char(out, '\n');
	say_time(out, "Made:        ", rq->now_ms);
	buf_add_text(out, "By:          ");
	oneline_add(out, str_of(rq->actor));
	say_text(out, ", with buzzard ", str_of(BUZZARD_VERSION_TEXT));
	buf_addf(out, "Place:       %.7f %.7f", place->lat, place->lon);
	if (isnan(place->uncertainty_m))
		buf_addf(out, ", taken to be good to %.0f m\n", FINDER_PLACE_M);
	else
		buf_addf(out, ", good to %.0f m\n", place->uncertainty_m);
	say_time(out, "From:        ", when->from_ms);
	say_time(out, "To:          ", when->to_ms);
	buf_addf(out, "             both good to %.0f minutes\n",
	    (double)when->spread_ms / 60000);
	buf_addf(out,
	    "\nAll times are UTC. Distances are over ground on the WGS84 "
	    "ellipsoid. Each\noriginal stands here as it was imported; "
	    "nothing in it was changed. A derived\ntrack is the positions of "
	    "its original, unmoved, less those that are marked; how\nmany were "
	    "marked and why stands with each. \"near\" files hold every position "
	    "in\nthe time asked about, also the marked ones. The least and the "
	    "largest distance\nhold 999 times of 1000 if what is stated of "
	    "place, positions and clock holds 95\ntimes of 100. Compare the "
	    "files with the sums: sha256sum -c " SUMS_NAME "\n");
}

static int
put_hit(struct bundle *b, size_t n, const struct finder_hit *hit, struct err *e)
{
	static const struct {
		const char *end, *form;
		bool only_near;
	} files[] = { { "cleaned.gpx", "gpx", false },
		{ "cleaned.csv", "csv", false }, { "near.csv", "csv", true } };
	const struct trackstore_row *t = &hit->track;
	struct buf *out = &b->statement;
	int64_t counts[TRACK_MARK_STILL + 1] = { 0 };
	char hex[2 * HASH_BYTES + 1];

	hash_hex(t->sha256, HASH_BYTES, hex);
	buf_addf(out, "\n%zu. Track %" PRId64 ", %s \"", n, t->id,
	    track_class_name(t->class));
	oneline_add(out, t->name);
	buf_add_text(out, "\"\n");
	if (!t->is_live) {
		buf_addf(out, "  SHA-256:     %s, %" PRId64 " bytes, ", hex,
		    t->size_bytes);
		say_text(out, "", t->format);
	}
	if (put_original(b, t, e) < 0)
		return -1;
	say_text(out, "  Imported by: ", t->actor);
	say_time(out, "  Imported:    ", t->imported_ms);
	say_clock(out, t);
	if (say_judgements(b, t, e) < 0)
		return -1;
	say_found(out, hit);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct str name = arena_strf(
		    b->rq->arena, "tracks/%" PRId64 "-%s", t->id, files[i].end);

		if (derive(b, hit, name.p, files[i].form, files[i].only_near,
			counts, e) < 0)
			return -1;
		buf_addf(out, "  Derived:     %s\n", name.p);
	}
	for (size_t i = 0; i <= TRACK_MARK_STILL; i++)
		if (counts[i] > 0)
			buf_addf(out, "  Positions:   %" PRId64 " %s\n",
			    counts[i], mark_words[i]);
	if (t->skipped > 0)
		buf_addf(out,
		    "  Not read:    %" PRId64
		    " damaged places of the original\n",
		    t->skipped);
	return 0;
}

static int
put_matches(struct bundle *b, struct err *e)
{
	uint8_t digest[HASH_BYTES];
	struct buf out = { 0 };
	struct jsonw w;
	int r;

	jsonw_init(&w, &out);
	jsonw_array(&w);
	for (size_t i = 0; i < b->rq->list->count; i++) {
		jsonw_object(&w);
		hits_json(&w, &b->rq->list->hits[i]);
		jsonw_close(&w);
	}
	jsonw_close(&w);
	buf_add_char(&out, '\n');
	r = put_whole(b, "matches.json", buf_str(&out), digest, e);
	buf_clear(&out);
	return r;
}

/* ---- The whole ---- */

static int
make_folder(struct bundle *b, const char *name, struct err *e)
{
	struct buf path = { 0 };
	int r = 0;

	buf_addf(&path, "%s%s", b->part, name);
	if (mkdir(path.p, 0750) != 0)
		r = err_set(e, ERR_SYSTEM, "%s cannot be made: %s%s", path.p,
		    strerror(errno),
		    errno == EEXIST ? "; it is left of a bundle that was "
				      "not finished: remove it"
				    : "");
	buf_clear(&path);
	return r;
}

/* On disk: the names in the folders too. */
static int
sync_folders(struct bundle *b, struct err *e)
{
	static const char *const names[] = { "originals", "tracks", "." };
	struct buf path = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < 3; i++) {
		buf_reset(&path);
		buf_addf(&path, "%s/%s", b->part, names[i]);
		r = files_sync_dir(path.p, e);
	}
	buf_clear(&path);
	return r;
}

static int
fill(struct bundle *b, struct err *e)
{
	uint8_t digest[HASH_BYTES];
	struct str sums;

	if (make_folder(b, "/originals", e) < 0 ||
	    make_folder(b, "/tracks", e) < 0)
		return -1;
	say_head(b);
	for (size_t i = 0; i < b->rq->list->count; i++)
		if (put_hit(b, i + 1, &b->rq->list->hits[i], e) < 0)
			return -1;
	if (put_matches(b, e) < 0 ||
	    put_whole(b, "STATEMENT.txt", buf_str(&b->statement), digest, e) <
		0 ||
	    sync_folders(b, e) < 0)
		return -1;
	sums = arena_str(b->rq->arena, buf_str(&b->sums));
	if (put_whole(b, SUMS_NAME, sums, b->digest, e) < 0)
		return -1;
	return sync_folders(b, e);
}

static void
release(struct bundle **b)
{
	struct bundle *x = *b;

	judgements_close(&x->judgements);
	trackstore_close(&x->tracks);
	buf_clear(&x->sums);
	buf_clear(&x->names);
	buf_clear(&x->statement);
	free(x->dir);
	free(x->part);
	free(x);
	*b = NULL;
}

/* "a/b" for "a/b/". */
static struct str
without_slashes(const char *path)
{
	struct str s = str_of(path);

	while (s.len > 1 && s.p[s.len - 1] == '/')
		s.len--;
	return s;
}

int
bundle_make(const struct bundle_request *rq, struct bundle **out, struct err *e)
{
	struct bundle *b = alloc_zero(1, sizeof(*b));
	struct buf part = { 0 };
	struct stat st;

	b->rq = rq;
	b->dir = str_copy(without_slashes(rq->dir));
	buf_addf(&part, "%s.part", b->dir);
	b->part = buf_take(&part);
	if (lstat(b->dir, &st) == 0) {
		(void)err_set(e, ERR_INVALID,
		    "%s is there already: name a folder that is not", b->dir);
		release(&b);
		return -1;
	}
	if (trackstore_open(store_db(rq->store), &b->tracks, e) < 0 ||
	    judgements_open(store_db(rq->store), &b->judgements, e) < 0 ||
	    make_folder(b, "", e) < 0) {
		release(&b);
		return -1;
	}
	if (fill(b, e) < 0) {
		bundle_drop(&b);
		return -1;
	}
	*out = b;
	return 0;
}

void
bundle_digest(const struct bundle *b, uint8_t out[HASH_BYTES])
{
	memcpy(out, b->digest, HASH_BYTES);
}

/* The name's folder, "." if it has none. */
static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return alloc_text(".");
	return str_copy(
	    str_make(path, slash == path ? 1 : (size_t)(slash - path)));
}

int
bundle_publish(struct bundle **b, struct err *e)
{
	struct bundle *x = *b;
	char *folder;
	int r;

	if (renameat2(AT_FDCWD, x->part, AT_FDCWD, x->dir, RENAME_NOREPLACE) !=
	    0) {
		(void)err_set(e, ERR_SYSTEM, "%s cannot be named %s: %s",
		    x->part, x->dir, strerror(errno));
		bundle_drop(b);
		return -1;
	}
	folder = folder_of(x->dir);
	r = files_sync_dir(folder, e);
	free(folder);
	release(b);
	return r;
}

void
bundle_drop(struct bundle **b)
{
	static const char *const folders[] = { "/originals", "/tracks", "" };
	struct bundle *x = *b;
	struct buf path = { 0 };
	size_t at = 0;

	if (!x)
		return;
	while (at < x->names.len) {
		buf_reset(&path);
		buf_addf(&path, "%s/%s", x->part, x->names.p + at);
		(void)unlink(path.p);
		at += strlen(x->names.p + at) + 1;
	}
	for (size_t i = 0; i < 3; i++) {
		buf_reset(&path);
		buf_addf(&path, "%s%s", x->part, folders[i]);
		(void)rmdir(path.p);
	}
	buf_clear(&path);
	release(b);
}
