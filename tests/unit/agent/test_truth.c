/*
 * The finder against synthetic truth (truth.h): is what was recorded found, and
 * is what is found true?
 *
 * Each recording has incidents put near its way and far from it, in its time
 * and not; the program is told of their place and time with the errors that
 * places and times have.  For every pair of a recording and an incident it is
 * known whether it was in range.  The figures are printed, and stand in
 * docs/TRACKS.md; BUZZARD_TRUTH=N makes N recordings instead of 150,
 * BUZZARD_SEED=N another county.
 */
#include "finder_test.h"
#include "truth.h"

#include "agent/tracks/clean.h"

#define RECORDINGS 150
#define INCIDENTS  6 /* of each recording */

/* An incident as it was. */
struct happened {
	int64_t id;
	double lat, lon;
	int64_t from_ms, to_ms;
};

/* What came of the pairs. */
struct figures {
	size_t pairs, near, found;
	size_t by_word[APPROACH_CERTAIN + 1];
	size_t true_by_word[APPROACH_CERTAIN + 1];
	size_t hits, outside;    /* true distance not between least and most */
	size_t sure, sure_false; /* certain or likely; of them not even */
};                               /* in range with what is stated added */

/* Cleaned as an import cleans, and stored. */
struct kept {
	struct track_fix fixes[TRUTH_MAX];
	unsigned char marks[TRUTH_MAX];
	size_t count;
};

static void
on_fix(void *user, const struct track_fix *fix, enum track_mark mark)
{
	struct kept *k = user;

	k->fixes[k->count] = *fix;
	k->marks[k->count++] = (unsigned char)mark;
}

static int64_t
keep_track(struct bench *b, const struct truth *t,
    const struct truth_recorder *r, int64_t skew_ms,
    const struct track_fix *fixes, size_t count, int n)
{
	struct kept *k = calloc(1, sizeof(*k));
	struct clean *c = clean_new(t->class, on_fix, k);
	char name[32];
	int64_t id;

	for (size_t i = 0; i < count; i++)
		clean_add(c, &fixes[i]);
	clean_finish(c);
	clean_free(&c);
	assert_int_equal(k->count, count);
	(void)snprintf(name, sizeof(name), "track %d", n);
	OK(store_begin(b->st, e));
	id = add_track(b, t->class, name, -skew_ms, r->clock_ms);
	for (size_t i = 0; i < count; i += TRACKSTORE_FIXES_MAX) {
		size_t some = count - i < TRACKSTORE_FIXES_MAX
				  ? count - i
				  : TRACKSTORE_FIXES_MAX;

		OK(trackstore_add_chunk(
		    b->ts, id, k->fixes + i, k->marks + i, some, e));
	}
	OK(store_commit(b->st, e));
	free(k);
	return id;
}

/* Record it with the skew that the clock's evidence has found. */
static int64_t
make_track(struct bench *b, struct truth *t, struct truth_dice *d, int n)
{
	static const enum track_class classes[] = { TRACK_CLASS_DASHCAM,
		TRACK_CLASS_UNIT, TRACK_CLASS_DRONE };
	static const int64_t skews[] = { 0, 0, 3600000, 18000, -7123000 };
	enum track_class class = classes[n % 3];
	int64_t start = NOON + llround(truth_between(d, 0, 86400000));
	int64_t skew = skews[(int)truth_between(d, 0, 5)];
	struct track_fix *fixes = calloc(TRUTH_MAX, sizeof(*fixes));
	struct truth_recorder r = truth_recorder_of(d, class);
	size_t count;
	int64_t id;

	truth_travel(t, d, class, start);
	count = truth_record(t, &r, d, skew, fixes);
	id = keep_track(b, t, &r, skew, fixes, count, n);
	free(fixes);
	return id;
}

/*
 * Something happens beside the way, or farther off, or at another time, and is
 * reported with errors: the place is in the circle that is stated 95 times of
 * 100, the time's window lies where it says within its spread.
 */
static void
happen(struct bench *b, const struct truth *t, struct truth_dice *d,
    const char *ref, struct happened *out)
{
	static const double circles[] = { 10, 20, 50, 100, 250 };
	size_t at = (size_t)truth_between(d, 0, (double)t->count);
	struct truth_place p = t->at[at];
	double circle = circles[(int)truth_between(d, 0, 5)];
	int64_t off = llround(truth_between(d, -1, 1) * WHEN_SPREAD_MS);
	int64_t when = t->from_ms + (int64_t)at * TRUTH_STEP_MS;
	struct store_incident row;
	int64_t call;

	truth_move(&p,
	    truth_even(d) < 0.7 ? truth_between(d, 0, 300)
				: truth_between(d, 300, 3000),
	    truth_between(d, 0, 360));
	if (truth_even(d) < 0.3)
		when += llround(truth_between(d, -5400000, 5400000));
	out->lat = p.lat;
	out->lon = p.lon;
	truth_move(&p, truth_normal(d) * circle / TRUTH_95, 0);
	truth_move(&p, truth_normal(d) * circle / TRUTH_95, 90);
	/* The call comes while it goes on, or after. */
	call = when +
	       llround(truth_between(d, -WHEN_AFTER_MS, WHEN_BEFORE_MS)) + off;
	out->id = report(b, ref, p.lat, p.lon, call, "dogs in the field");
	out->from_ms = call - WHEN_BEFORE_MS - off;
	out->to_ms = call + WHEN_AFTER_MS - off;
	GIVES(store_incident_find_id(b->st, out->id, b->arena, &row, e), 1);
	row.place.uncertainty_m = circle;
	OK(store_begin(b->st, e));
	OK(store_incident_put(b->st, &row, e));
	OK(store_commit(b->st, e));
}

/* A pair of a recording and an incident. */
static void
judge(struct figures *n, double true_m, const struct finder_hit *hit,
    enum track_class class)
{
	bool is_near = true_m <= finder_range_of(class)->within_m;
	enum approach_word word = hit ? hit->approach.word : APPROACH_NONE;

	n->pairs++;
	n->near += is_near;
	n->found += is_near && hit;
	n->by_word[word]++;
	n->true_by_word[word] += is_near;
	if (!hit || word == APPROACH_UNKNOWN)
		return;
	n->hits++;
	n->outside += true_m < hit->approach.least_m - 0.5 ||
		      true_m > hit->approach.most_m + 0.5;
	if (word < APPROACH_LIKELY)
		return;
	n->sure++;
	n->sure_false +=
	    true_m > finder_range_of(class)->within_m + hit->approach.off_m;
}

/* All hits of an incident, and of those recordings that are none. */
static void
judge_incident(struct bench *b, struct figures *n, const struct happened *h,
    const struct truth *tracks, const int64_t *ids, int count)
{
	struct store_incident row;
	struct incident record;
	const struct finder_ask ask = { .row = &row,
		.record = &record,
		.within_m = (double)NAN,
		.spread_ms = -1 };
	struct finder_list list;

	arena_reset(b->arena);
	GIVES(store_incident_find_id(b->st, h->id, b->arena, &row, e), 1);
	incident_init(&record);
	record.opened_ms = row.opened_ms;
	OK(finder_search(b->f, &ask, b->arena, &list, e));
	for (int i = 0; i < count; i++) {
		double m = truth_nearest_m(
		    &tracks[i], h->lat, h->lon, h->from_ms, h->to_ms);
		const struct finder_hit *hit = NULL;

		for (size_t k = 0; k < list.count; k++)
			if (list.hits[k].track.id == ids[i])
				hit = &list.hits[k];
		judge(n, m, hit, tracks[i].class);
	}
}

static void
print_figures(const struct figures *n)
{
	printf("pairs %zu, in range %zu, of them found %zu (%.2f %%)\n",
	    n->pairs, n->near, n->found,
	    100.0 * (double)n->found / (double)n->near);
	for (int w = APPROACH_CERTAIN; w >= APPROACH_NONE; w--)
		printf("  %-8s %6zu, in range %6zu (%.2f %%)\n",
		    approach_word_name((enum approach_word)w), n->by_word[w],
		    n->true_by_word[w],
		    n->by_word[w] ? 100.0 * (double)n->true_by_word[w] /
					(double)n->by_word[w]
				  : 0);
	printf("of %zu with a distance, %zu truly outside of least to most "
	       "(%.2f %%)\n",
	    n->hits, n->outside, 100.0 * (double)n->outside / (double)n->hits);
	printf("of %zu certain or likely, %zu not in range with what was "
	       "stated (%.2f %%)\n",
	    n->sure, n->sure_false,
	    100.0 * (double)n->sure_false / (double)n->sure);
}

static long
from_environment(const char *name, long otherwise)
{
	const char *text = getenv(name);

	return text ? strtol(text, NULL, 10) : otherwise;
}

static void
what_was_in_range_is_found_and_what_is_found_is_true(void **state)
{
	int count = (int)from_environment("BUZZARD_TRUTH", RECORDINGS);
	uint64_t seed = (uint64_t)from_environment("BUZZARD_SEED", 20260114);
	struct truth_dice d = { seed * UINT64_C(0x9e3779b97f4a7c15) | 1 };
	struct truth *tracks = calloc((size_t)count, sizeof(*tracks));
	int64_t *ids = calloc((size_t)count, sizeof(*ids));
	struct happened *all = calloc((size_t)count * INCIDENTS, sizeof(*all));
	struct bench b = open_bench();
	struct figures n = { 0 };
	char ref[32];

	(void)state;
	printf("seed %ju, recordings %d\n", (uintmax_t)seed, count);
	for (int i = 0; i < count; i++) {
		ids[i] = make_track(&b, &tracks[i], &d, i);
		for (int k = 0; k < INCIDENTS; k++) {
			(void)snprintf(ref, sizeof(ref), "%d-%d", i, k);
			happen(
			    &b, &tracks[i], &d, ref, &all[i * INCIDENTS + k]);
		}
		arena_reset(b.arena);
	}
	for (int i = 0; i < count * INCIDENTS; i++)
		judge_incident(&b, &n, &all[i], tracks, ids, count);
	print_figures(&n);
	assert_true(n.near > (size_t)count);
	assert_true((double)n.found >= 0.99 * (double)n.near);
	assert_true((double)n.outside <= 0.01 * (double)n.hits);
	assert_true((double)n.sure_false <= 0.01 * (double)n.sure);
	assert_true(n.by_word[APPROACH_CERTAIN] > (size_t)count / 10);
	assert_true((double)n.true_by_word[APPROACH_CERTAIN] >=
		    0.99 * (double)n.by_word[APPROACH_CERTAIN]);
	close_bench(&b);
	free(tracks);
	free(ids);
	free(all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_was_in_range_is_found_and_what_is_found_is_true),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
