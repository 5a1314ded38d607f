/*
 * buzzard track together: does a track travel with another, with any other, or
 * with a vehicle that incidents tell of.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/jsonw.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_track.h"
#include "agent/cmd/hits.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/trackargs.h"
#include "agent/finder.h"
#include "agent/incident/incident.h"
#include "agent/incident/plates.h"
#include "agent/store/record.h"
#include "agent/store/store.h"
#include "agent/store/trackstore.h"
#include "agent/tracks/together.h"

#define USAGE                                         \
	"track together ID [ID] [--json] [-c FILE]\n" \
	"       buzzard track together ID --plate MARK [--json] [-c FILE]"

/* A track in memory. */
struct loaded {
	struct trackstore_row row; /* text is the arena's */
	struct track_fix *fixes;   /* owned */
	size_t count, cap;
	int64_t found;             /* fixes in its chunks, kept or not */
	struct trackstore *tracks; /* while it is read */
	struct track_fix piece[CHUNK_FIXES_MAX];
	unsigned char marks[CHUNK_FIXES_MAX];
	int result;
	struct err *e;
};

/* Ids that callbacks gather. */
struct ids {
	int64_t *p; /* owned */
	size_t count;
};

static void
add_id(struct ids *ids, int64_t id)
{
	ids->p = alloc_resize(ids->p, ids->count + 1, sizeof(*ids->p));
	ids->p[ids->count++] = id;
}

/* The kept fixes that have a time, none earlier than the one before. */
static void
load_piece(void *user, const struct trackstore_piece *piece)
{
	struct loaded *l = user;
	size_t count = 0;

	if (l->result < 0)
		return;
	l->result = trackstore_chunk_get(
	    l->tracks, piece->id, l->piece, l->marks, &count, l->e);
	for (size_t i = 0; l->result > 0 && i < count; i++) {
		const struct track_fix *f = &l->piece[i];

		l->found += l->marks[i] != TRACK_MARK_LINK;
		if (l->marks[i] != TRACK_MARK_KEEP ||
		    f->time_ms == CLOCK_NONE ||
		    (l->count > 0 &&
			f->time_ms < l->fixes[l->count - 1].time_ms))
			continue;
		if (l->count == l->cap) {
			l->cap = l->cap ? 2 * l->cap : 1024;
			l->fixes =
			    alloc_resize(l->fixes, l->cap, sizeof(*l->fixes));
		}
		l->fixes[l->count++] = *f;
	}
}

static int
load(struct trackargs *ta, struct loaded *l, struct err *e)
{
	int r;

	l->tracks = ta->tracks;
	l->e = e;
	r = trackstore_pieces(ta->tracks, l->row.id, load_piece, l, e);
	if (r < 0 || l->result < 0)
		return -1;
	if (l->found < l->row.fixes)
		return err_set(e, ERR_CORRUPT,
		    "%" PRId64 " of the %" PRId64 " fixes of track %" PRId64
		    " are not there: it was erased meanwhile, or is damaged; "
		    "if \"buzzard track list\" has it still, delete it and "
		    "import its original again",
		    l->row.fixes - l->found, l->row.fixes, l->row.id);
	return 0;
}

static struct together_track
view(const struct loaded *l)
{
	return (struct together_track){ .fixes = l->fixes,
		.count = l->count,
		.correction_ms = l->row.correction_ms,
		.clock_ms = l->row.uncertainty_ms };
}

/* ---- Two tracks ---- */

static void
json_stretch(struct jsonw *w, const struct together_stretch *s)
{
	jsonw_object(w);
	jsonw_key(w, "from");
	jsonw_time(w, s->from_ms);
	jsonw_key(w, "to");
	jsonw_time(w, s->to_ms);
	jsonw_key(w, "travelled_m");
	jsonw_real(w, s->travelled_m, 0);
	jsonw_key(w, "mean_m");
	jsonw_real(w, s->mean_m, 1);
	jsonw_key(w, "most_m");
	jsonw_real(w, s->most_m, 1);
	jsonw_key(w, "lag_s");
	jsonw_real(w, (double)s->lag_ms / 1000, 1);
	jsonw_close(w);
}

static void
print_json(
    const struct loaded *a, const struct loaded *b, const struct together *t)
{
	struct buf out = { 0 };
	struct jsonw w;

	jsonw_init(&w, &out);
	jsonw_object(&w);
	jsonw_key(&w, "track");
	jsonw_int(&w, a->row.id);
	jsonw_key(&w, "other");
	jsonw_int(&w, b->row.id);
	jsonw_key(&w, "other_name");
	jsonw_str(&w, b->row.name);
	jsonw_key(&w, "together");
	jsonw_text(&w, together_word_name(t->word));
	jsonw_key(&w, "overlap_s");
	jsonw_real(&w, (double)t->overlap_ms / 1000, 0);
	jsonw_key(&w, "together_s");
	jsonw_real(&w, (double)t->together_ms / 1000, 0);
	jsonw_key(&w, "together_m");
	jsonw_real(&w, t->together_m, 0);
	jsonw_key(&w, "moved_m");
	jsonw_real(&w, t->moved_a_m, 0);
	jsonw_key(&w, "other_moved_m");
	jsonw_real(&w, t->moved_b_m, 0);
	jsonw_key(&w, "stretch_count");
	jsonw_int(&w, (int64_t)t->count);
	jsonw_key(&w, "stretches");
	jsonw_array(&w);
	for (size_t i = 0; i < t->count && i < TOGETHER_STRETCHES_MAX; i++)
		json_stretch(&w, &t->stretches[i]);
	jsonw_close(&w);
	jsonw_close(&w);
	output_line(&out);
	buf_clear(&out);
}

static void
print_text(
    const struct loaded *a, const struct loaded *b, const struct together *t)
{
	printf("%" PRId64 " and %" PRId64 " (", a->row.id, b->row.id);
	output_put(b->row.name, 0);
	printf("): %s\n", together_word_name(t->word));
	printf("  %.1f km together, of %.1f and %.1f km that they moved while "
	       "both had positions\n",
	    t->together_m / 1000, t->moved_a_m / 1000, t->moved_b_m / 1000);
	for (size_t i = 0; i < t->count && i < TOGETHER_STRETCHES_MAX; i++) {
		const struct together_stretch *s = &t->stretches[i];

		fputs("  ", stdout);
		hits_put_time(s->from_ms, true);
		fputs(" to ", stdout);
		hits_put_time(s->to_ms, true);
		printf(": %.1f km, %.0f m apart at most, the other %.0f s "
		       "%s\n",
		    s->travelled_m / 1000, s->most_m,
		    fabs((double)s->lag_ms) / 1000,
		    s->lag_ms >= 0 ? "behind" : "ahead");
	}
}

/* all: also say so if they are apart. */
static int
compare(struct trackargs *ta, const struct loaded *a, int64_t other, bool all)
{
	struct loaded b = { 0 };
	struct together_track x = view(a), y;
	struct together t;
	struct err e = { 0 };
	int r = trackstore_find_id(ta->tracks, other, ta->arena, &b.row, &e);

	if (r > 0)
		r = load(ta, &b, &e);
	if (r == 0 && b.row.id != 0) {
		y = view(&b);
		together_compare(&x, &y, &t);
		if (all || t.word != TOGETHER_APART)
			(ta->output.is_json ? print_json : print_text)(
			    a, &b, &t);
	}
	free(b.fixes);
	return r < 0 ? cmd_fail(&e) : CMD_OK;
}

static void
on_other(void *user, const struct trackstore_row *row)
{
	if (row->correction_ms != TRACKSTORE_UNKNOWN)
		add_id(user, row->id);
}

/* All tracks of that time but itself. */
static int
compare_all(struct trackargs *ta, const struct loaded *a)
{
	const struct trackstore_filter filter = { .from_ms = trackstore_utc(
						      &a->row, a->row.first_ms),
		.to_ms = trackstore_utc(&a->row, a->row.last_ms) };
	struct ids others = { 0 };
	struct err e = { 0 };
	int r = CMD_OK;

	if (trackstore_each(ta->tracks, &filter, on_other, &others, &e) < 0)
		r = cmd_fail(&e);
	for (size_t i = 0; i < others.count && r == CMD_OK; i++)
		if (others.p[i] != a->row.id)
			r = compare(ta, a, others.p[i], false);
	free(others.p);
	return r;
}

/* ---- A plate ---- */

/* What the sightings of a mark came to. */
struct sightings {
	struct trackargs *ta;
	const struct loaded *track;
	struct finder *finder;
	struct arena *arena; /* of one incident */
	struct str mark;
	size_t seen, near;
};

static bool
has_mark(const struct sightings *s, const struct incident *record)
{
	const struct plate *plates;
	size_t count = plates_find(record, s->arena, &plates);

	for (size_t i = 0; i < count; i++)
		if (str_is_equal(plates[i].mark, s->mark))
			return true;
	return false;
}

static void
print_sighting(struct sightings *s, const struct store_incident *row,
    const struct finder_list *list)
{
	const struct finder_hit *hit = list->count > 0 ? list->hits : NULL;
	struct buf out = { 0 };
	struct jsonw w;

	if (!s->ta->output.is_json) {
		fputs("  ", stdout);
		hits_put_time(row->opened_ms, true);
		fputs("  ", stdout);
		output_put(row->ref, 0);
		printf(": %s\n",
		    list->why_not ? list->why_not
		    : hit         ? approach_word_name(hit->approach.word)
			  : "the track was elsewhere or had no positions");
		return;
	}
	jsonw_init(&w, &out);
	jsonw_object(&w);
	jsonw_key(&w, "ref");
	jsonw_str(&w, row->ref);
	jsonw_key(&w, "feed");
	jsonw_str(&w, row->feed);
	jsonw_key(&w, "opened_at");
	jsonw_time(&w, row->opened_ms);
	jsonw_key(&w, "with_track");
	jsonw_text(&w, hit ? approach_word_name(hit->approach.word) : NULL);
	if (hit)
		finder_json(&w, hit);
	jsonw_close(&w);
	output_line(&out);
	buf_clear(&out);
}

/* The track and the incident are brought together: a line for both. */
static int
log_sighting(struct sightings *s, int64_t incident_id, struct err *e)
{
	struct str with = arena_strf(
	    s->arena, "track %" PRId64 " and a plate", s->track->row.id);

	return look_combination(
	    s->ta->store, incident_id, "track together", with.p, e);
}

/* An incident of that time: is the mark in it, and was the track there? */
static int
look_for_mark(struct sightings *s, int64_t id, struct err *e)
{
	struct trackargs *ta = s->ta;
	struct store_incident row;
	struct incident record;
	struct finder_ask ask = { .row = &row,
		.record = &record,
		.within_m = (double)NAN,
		.spread_ms = -1,
		.only_track = s->track->row.id,
		.is_wide = true };
	struct finder_list list;
	int r;

	arena_reset(s->arena);
	r = store_incident_find_id(ta->store, id, s->arena, &row, e);
	if (r <= 0)
		return r;
	if (record_load(ta->store, id, s->arena, look_unreadable, &record, e) <
	    0)
		return -1;
	if (!has_mark(s, &record))
		return 0;
	if (log_sighting(s, id, e) < 0 ||
	    finder_search(s->finder, &ask, s->arena, &list, e) < 0)
		return -1;
	s->seen++;
	s->near +=
	    list.count > 0 && list.hits[0].approach.word >= APPROACH_LIKELY;
	print_sighting(s, &row, &list);
	return 0;
}

static void
on_near(void *user, int64_t id)
{
	add_id(user, id);
}

static int
look_for_marks(struct sightings *s, const struct ids *ids, struct err *e)
{
	if (finder_new(s->ta->store, &s->finder, e) < 0)
		return -1;
	for (size_t i = 0; i < ids->count; i++)
		if (look_for_mark(s, ids->p[i], e) < 0)
			return -1;
	return 0;
}

static int
with_plate(struct trackargs *ta, const struct loaded *track, const char *text)
{
	struct sightings s = { .ta = ta,
		.track = track,
		.mark = plates_normalise(str_of(text), ta->arena) };
	const struct trackstore_row *row = &track->row;
	const struct store_near near = {
		.from_ms = trackstore_utc(row, row->first_ms) - WHEN_LONGEST_MS,
		.to_ms = trackstore_utc(row, row->last_ms) + WHEN_BACK_MAX_MS,
		.south = -90,
		.north = 90,
		.west = -180,
		.east = 180
	};
	struct ids ids = { 0 };
	struct err e = { 0 };
	int r;

	if (!str_is_given(s.mark))
		return cmd_usage(
		    "--plate wants a whole mark, not \"%s\"", text);
	s.arena = arena_new();
	r = store_incident_near(ta->store, &near, on_near, &ids, &e);
	if (r == 0)
		r = look_for_marks(&s, &ids, &e);
	finder_free(&s.finder);
	arena_free(&s.arena);
	free(ids.p);
	if (r < 0)
		return cmd_fail(&e);
	if (!ta->output.is_json)
		printf("%zu incidents of that time tell of %.*s; at %zu of "
		       "them the track was there, certainly or likely\n",
		    s.seen, STR_ARG(s.mark), s.near);
	return CMD_OK;
}

/* ---- The command ---- */

/*
 * What is compared with what, for the audit log.  The plate itself is personal
 * data, of which nothing could be taken out there again.
 */
static int
log_look(struct trackargs *ta, const struct trackstore_row *a,
    const struct trackstore_row *other, const char *plate)
{
	struct str what =
	    other ? arena_strf(ta->arena, "tracks %" PRId64 " and %" PRId64,
			a->id, other->id)
		  : arena_strf(ta->arena, "track %" PRId64 " and %s", a->id,
			plate ? "a plate" : "all of its time");

	return look_record(ta->store, 0, "track together", what.p);
}

static int
work(struct trackargs *ta, int argc, char **argv, const char *plate)
{
	struct loaded a = { 0 };
	struct trackstore_row other;
	struct err e = { 0 };
	int r = trackargs_find(ta, argv[1], &a.row);

	if (r == CMD_OK && argc == 3)
		r = trackargs_find(ta, argv[2], &other);
	if (r != CMD_OK)
		return r;
	if (trackstore_utc(&a.row, a.row.first_ms) == CLOCK_NONE ||
	    (argc == 3 &&
		trackstore_utc(&other, other.first_ms) == CLOCK_NONE)) {
		cmd_complain("buzzard: the time of a track in UTC is not "
			     "known: who travels with it cannot be told\n");
		return CMD_FINDINGS;
	}
	r = log_look(ta, &a.row, argc == 3 ? &other : NULL, plate);
	if (r != CMD_OK)
		return r;
	if (load(ta, &a, &e) < 0)
		r = cmd_fail(&e);
	else if (plate)
		r = with_plate(ta, &a, plate);
	else if (argc == 3)
		r = compare(ta, &a, other.id, true);
	else
		r = compare_all(ta, &a);
	free(a.fixes);
	return r;
}

int
cmd_track_together(int argc, char **argv)
{
	struct trackargs ta = { 0 };
	const char *plate = NULL;
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &ta.conf_path, NULL,
		    "the agent's configuration" },
		{ "--plate", "MARK", NULL, &plate, NULL,
		    "with incidents that tell of this vehicle" },
		{ "--json", NULL, &ta.json, NULL, NULL,
		    "one JSON object a line (so when piped)" },
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc < 2 || argc > (plate ? 2 : 3))
		return cmd_usage("say one track or two, by their numbers; "
				 "with --plate one");
	r = trackargs_open(&ta);
	if (r == CMD_OK)
		r = work(&ta, argc, argv, plate);
	trackargs_close(&ta);
	return r;
}
