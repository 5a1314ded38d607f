/*
 * bench_evidence: who could have seen it, among 100 million positions.
 *
 * Fills a database of its own with drives over the county in a year, through
 * the track store: chunks packed and boxed as an import does.  Then asks the
 * finder about incidents on the way of one of them, at random: cold (a new
 * connection, the file's pages put out of memory) and warm.  The folder needs
 * 1.6 GB for each 100 million and is left as it was.  Reports; asserts no time.
 *
 *     bench_evidence [FOLDER [POSITIONS [QUERIES]]]
 */
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/hash.h"
#include "agent/finder.h"
#include "agent/incident/incident.h"
#include "agent/store/store.h"
#include "agent/store/trackstore.h"

#define FOLDER        "."
#define POSITIONS     100000000L
#define QUERIES       1000
#define COLD_QUERIES  50
#define BYTES_A_POINT 16 /* for the look at the disk */
#define FIXES_A_DRIVE 7200
#define YEAR_MS       INT64_C(31536000000)
#define BEGIN_MS      INT64_C(1735689600000) /* 2025-01-01 */

/* Where some drive was, to ask about. */
struct spot {
	double lat, lon;
	int64_t at_ms;
};

struct bench {
	const char *folder;
	long positions, queries;
	char path[512];
	uint64_t dice;
	struct spot *spots;
	size_t spot_count;
	struct store *store;
	struct trackstore *tracks;
	int64_t worked_us; /* of the last query */
	struct track_fix fixes[TRACKSTORE_FIXES_MAX];
};

static void
stop(const struct err *e)
{
	fprintf(stderr, "bench_evidence: %s\n", e->msg);
	exit(1);
}

#define DO(call)                         \
	do {                             \
		struct err do_e = { 0 }; \
		struct err *e = &do_e;   \
		if ((call) < 0)          \
			stop(&do_e);     \
	} while (0)

static double
even(struct bench *b)
{
	b->dice ^= b->dice << 13;
	b->dice ^= b->dice >> 7;
	b->dice ^= b->dice << 17;
	return (double)(b->dice >> 11) / 9007199254740992.0;
}

/* 0.0 to 1.3 east, 51.45 to 52.1 north, two hours of 1 Hz somewhere there. */
struct drive {
	double lat, lon, course, speed;
	int64_t at_ms;
};

static void
move(struct bench *b, struct drive *d, struct track_fix *f)
{
	d->course += (even(b) - 0.5) * 0.2;
	d->speed = fmin(fmax(d->speed + (even(b) - 0.5), 0), 28);
	d->lat += d->speed * cos(d->course) / 111261;
	d->lon += d->speed * sin(d->course) / 69136;
	if (d->lat < 51.45 || d->lat > 52.1 || d->lon < 0 || d->lon > 1.3)
		d->course += 0.1;
	d->at_ms += 1000;
	*f = track_fix_at(0);
	f->lat = d->lat + (even(b) - 0.5) * 5e-5;
	f->lon = d->lon + (even(b) - 0.5) * 5e-5;
	f->time_ms = d->at_ms;
	f->clip_ms = -1;
	f->speed_mps = (float)d->speed;
	f->course_deg = (float)fmod(d->course * 57.29578 + 3600, 360);
}

static void
add_drive(struct bench *b, long number)
{
	struct drive d = { 51.5 + even(b) * 0.55, 0.05 + even(b) * 1.2,
		even(b) * 6.28, 12,
		BEGIN_MS + (int64_t)(even(b) * (double)YEAR_MS) };
	struct trackstore_row row = { .class = number % 3 ? TRACK_CLASS_UNIT
							  : TRACK_CLASS_DASHCAM,
		.name = str_of("drive"),
		.format = str_of("gpx"),
		.clock = TRACK_CLOCK_UTC,
		.uncertainty_ms = 1000,
		.clock_why = str_of("by the receiver"),
		.actor = str_of("agent"),
		.imported_ms = BEGIN_MS };
	int64_t id;
	uint64_t offset = 0;

	hash_sha256(
	    str_make((const char *)&number, sizeof(number)), row.sha256);
	DO(trackstore_add(b->tracks, &row, &id, e));
	for (int left = FIXES_A_DRIVE; left > 0;) {
		int n =
		    left < TRACKSTORE_FIXES_MAX ? left : TRACKSTORE_FIXES_MAX;

		for (int i = 0; i < n; i++) {
			move(b, &d, &b->fixes[i]);
			b->fixes[i].offset = offset += 70;
		}
		DO(trackstore_add_chunk(
		    b->tracks, id, b->fixes, NULL, (size_t)n, e));
		left -= n;
	}
	if (number % 37 == 0)
		b->spots[b->spot_count++] =
		    (struct spot){ d.lat, d.lon, d.at_ms - 60000 };
}

static void
fill(struct bench *b)
{
	long drives = b->positions / FIXES_A_DRIVE + 1;
	int64_t begun = clock_mono_ms();
	struct stat st;

	b->spots = calloc((size_t)drives, sizeof(*b->spots));
	for (long i = 0; i < drives; i++) {
		if (i % 64 == 0)
			DO(store_begin(b->store, e));
		add_drive(b, i);
		if (i % 64 == 63 || i == drives - 1)
			DO(store_commit(b->store, e));
	}
	DO(db_checkpoint(store_db(b->store), e));
	if (stat(b->path, &st) != 0)
		exit(1);
	printf("%ld positions in %ld drives: %.0f MB, %.2f bytes a position, "
	       "%.0f positions/s\n",
	    drives * FIXES_A_DRIVE, drives, (double)st.st_size / 1e6,
	    (double)st.st_size / (double)(drives * FIXES_A_DRIVE),
	    (double)(drives * FIXES_A_DRIVE) * 1000 /
		(double)(clock_mono_ms() - begun));
}

/*
 * One incident near a spot: microseconds, and what was found.  Those of the
 * processor too, since others work on the machine.
 */
static int64_t
query(struct bench *b, struct finder *f, struct arena *arena, size_t *hits)
{
	const struct spot *spot =
	    &b->spots[(size_t)(even(b) * (double)b->spot_count)];
	struct store_incident row = { .place = place_unknown() };
	struct incident record;
	const struct finder_ask ask = { .row = &row,
		.record = &record,
		.within_m = (double)NAN,
		.spread_ms = -1 };
	struct finder_list list;
	int64_t begun = clock_mono_us(), worked = clock_thread_us();

	incident_init(&record);
	record.opened_ms = spot->at_ms;
	row.place.lat = spot->lat + (even(b) - 0.5) * 1e-3;
	row.place.lon = spot->lon;
	row.place.uncertainty_m = 100;
	DO(finder_search(f, &ask, arena, &list, e));
	*hits += list.count;
	arena_reset(arena);
	b->worked_us = clock_thread_us() - worked;
	return clock_mono_us() - begun;
}

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void
report(const char *what, int64_t *us, long count, size_t hits)
{
	qsort(us, (size_t)count, sizeof(*us), by_size);
	printf("%s: %ld queries, p50 %.2f ms, p99 %.2f ms, most %.2f ms, "
	       "%.2f recordings a query\n",
	    what, count, (double)us[count / 2] / 1000,
	    (double)us[count * 99 / 100] / 1000, (double)us[count - 1] / 1000,
	    (double)hits / (double)count);
}

/* Put the file's pages out of the system's memory, as far as it does. */
static void
forget_pages(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fdatasync(fd) != 0 ||
	    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0)
		printf("the file's pages could not be put out of memory\n");
	if (fd >= 0)
		(void)close(fd);
}

/* Each query with a connection and pages of its own. */
static void
ask_cold(struct bench *b)
{
	struct arena *arena = arena_new();
	int64_t us[COLD_QUERIES];
	size_t hits = 0;

	for (long i = 0; i < COLD_QUERIES; i++) {
		struct finder *f = NULL;
		struct store *store = NULL;

		forget_pages(b->path);
		DO(store_open(b->path, DB_READ, &store, e));
		DO(finder_new(store, &f, e));
		us[i] = query(b, f, arena, &hits);
		finder_free(&f);
		store_close(&store);
	}
	report("cold", us, COLD_QUERIES, hits);
	arena_free(&arena);
}

static void
ask_warm(struct bench *b)
{
	struct arena *arena = arena_new();
	int64_t *us = calloc((size_t)b->queries, sizeof(*us));
	int64_t *worked = calloc((size_t)b->queries, sizeof(*worked));
	struct finder *f = NULL;
	size_t hits = 0;

	DO(finder_new(b->store, &f, e));
	for (long i = 0; i < b->queries; i++)
		(void)query(b, f, arena, &hits);
	hits = 0;
	for (long i = 0; i < b->queries; i++) {
		us[i] = query(b, f, arena, &hits);
		worked[i] = b->worked_us;
	}
	report("warm", us, b->queries, hits);
	report("warm, on the processor", worked, b->queries, hits);
	finder_free(&f);
	arena_free(&arena);
	free(us);
	free(worked);
}

static void
look_at_disk(const struct bench *b)
{
	double need = (double)b->positions * BYTES_A_POINT * 1.2;
	struct statvfs disk;

	if (statvfs(b->folder, &disk) != 0 ||
	    (double)disk.f_bavail * (double)disk.f_frsize < need) {
		fprintf(stderr, "bench_evidence: %s has no %.1f GB free\n",
		    b->folder, need / 1e9);
		exit(1);
	}
}

static void
remove_files(const struct bench *b)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char path[600];

	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof(path), "%s%s", b->path, ends[i]);
		(void)unlink(path);
	}
}

int
main(int argc, char **argv)
{
	static struct bench b;

	b.folder = argc > 1 ? argv[1] : FOLDER;
	b.positions = argc > 2 ? strtol(argv[2], NULL, 10) : POSITIONS;
	b.queries = argc > 3 ? strtol(argv[3], NULL, 10) : QUERIES;
	b.dice = 88172645463325252u;
	(void)snprintf(b.path, sizeof(b.path), "%s/bench_evidence-%d.db",
	    b.folder, (int)getpid());
	look_at_disk(&b);
	DO(store_open(b.path, DB_CREATE, &b.store, e));
	DO(trackstore_open(store_db(b.store), &b.tracks, e));
	fill(&b);
	ask_cold(&b);
	ask_warm(&b);
	trackstore_close(&b.tracks);
	store_close(&b.store);
	free(b.spots);
	remove_files(&b);
	return 0;
}
