/* What a bundle must not be: less than was found, or more than was said. */
#include "finder_test.h"

#include <sys/stat.h>

#include "agent/bundle.h"

#define SAYS_MAX 16384

/* A bundle that is about to be made of what was found. */
struct making {
	struct bench b;
	char folder[32]; /* of the test */
	char dir[48], part[56];
	struct store_incident row;
	struct incident record;
	struct finder_list list;
};

/* A track of 200 fixes past the place, an original left or none. */
static int64_t
add(struct making *m, const char *name, bool is_live)
{
	static const char original[] = "<gpx/>";
	struct trackstore_row row = { .class = TRACK_CLASS_UNIT,
		.name = str_of(name),
		.format = str_of("gpx\n  Format:      none"),
		.is_live = is_live,
		.clock = TRACK_CLOCK_UTC,
		.uncertainty_ms = 1000,
		.clock_why = str_of("said so\n  Because:     \x1b[1Anothing"),
		.actor = str_of("user:test"),
		.imported_ms = NOON };
	struct track_fix fixes[200];
	char path[64];
	int64_t id = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/left.gpx", m->folder);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(original, f) >= 0 && fclose(f) == 0);
	row.origin = str_of(path);
	hash_sha256(str_of(original), row.sha256);
	for (int i = 0; i < 200; i++)
		fixes[i] = fix_at(20. * (i - 100), 50, i - 100);
	OK(store_begin(m->b.st, e));
	GIVES(trackstore_add(m->b.ts, &row, &id, e), 1);
	for (int i = 0; i < 200; i += 100)
		OK(trackstore_add_chunk(m->b.ts, id, fixes + i, NULL, 100, e));
	OK(store_commit(m->b.st, e));
	return id;
}

/* One track by the place, found. */
static int64_t
find_one(struct making *m, const char *name, bool is_live)
{
	struct finder_ask ask = { .row = &m->row,
		.record = &m->record,
		.within_m = (double)NAN,
		.spread_ms = -1 };
	int64_t id, track;

	memset(m, 0, sizeof(*m));
	m->b = open_bench();
	strcpy(m->folder, "/tmp/bundle.XXXXXX");
	assert_non_null(mkdtemp(m->folder));
	(void)snprintf(m->dir, sizeof(m->dir), "%s/out", m->folder);
	(void)snprintf(m->part, sizeof(m->part), "%s.part", m->dir);
	id = report(&m->b, "A", LAT, LON, NOON, "dogs");
	track = add(m, name, is_live);
	GIVES(store_incident_find_id(m->b.st, id, m->b.arena, &m->row, e), 1);
	incident_init(&m->record);
	m->record.opened_ms = m->row.opened_ms;
	OK(finder_search(m->b.f, &ask, m->b.arena, &m->list, e));
	assert_int_equal(m->list.count, 1);
	return track;
}

static void
clean_up(struct making *m)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "%s/left.gpx", m->folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(m->folder), 0);
	close_bench(&m->b);
}

static int
make(struct making *m, struct bundle **out, struct err *e)
{
	const struct bundle_request rq = { .dir = m->dir,
		.state = m->folder,
		.store = m->b.st,
		.row = &m->row,
		.list = &m->list,
		.actor = "user:test\nBy:          nobody",
		.now_ms = NOON,
		.arena = m->b.arena };

	return bundle_make(&rq, out, e);
}

/* It fails and nothing stands where it was to be. */
static void
fails_as_erased(struct making *m)
{
	struct bundle *b = NULL;
	struct stat st;

	FAILS(make(m, &b, e), ERR_TEMPORARY, "was erased");
	assert_null(b);
	assert_int_equal(stat(m->dir, &st), -1);
	assert_int_equal(stat(m->part, &st), -1);
}

static void
no_bundle_of_a_track_that_was_erased(void **state)
{
	(void)state;
	for (int is_live = 0; is_live <= 1; is_live++) {
		struct making m;
		int64_t track = find_one(&m, "2026-01-14", is_live);

		OK(store_begin(m.b.st, e));
		GIVES(trackstore_delete(m.b.ts, track, e), 1);
		OK(store_commit(m.b.st, e));
		fails_as_erased(&m);
		clean_up(&m);
	}
}

static void
no_bundle_of_half_a_track(void **state)
{
	struct making m;

	(void)state;
	find_one(&m, "2026-01-14", true);
	run(m.b.st, "DELETE FROM track_chunk WHERE seq = 1");
	fails_as_erased(&m);
	clean_up(&m);
}

/* Its statement as made, then all of it gone again. */
static const char *
statement(struct making *m)
{
	static char text[SAYS_MAX];
	struct bundle *b = NULL;
	char path[80];
	size_t n;
	FILE *f;

	OK(make(m, &b, e));
	(void)snprintf(path, sizeof(path), "%s/STATEMENT.txt", m->part);
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	assert_int_equal(fclose(f), 0);
	bundle_drop(&b);
	return text;
}

static void
a_live_track_may_have_grown(void **state)
{
	struct making m;
	int64_t track = find_one(&m, "2026-01-14", true);
	struct track_fix more = fix_at(3000, 50, 200);

	(void)state;
	OK(store_begin(m.b.st, e));
	OK(trackstore_add_chunk(m.b.ts, track, &more, NULL, 1, e));
	OK(store_commit(m.b.st, e));
	assert_non_null(strstr(
	    statement(&m), "  Positions:   201 kept in the derived track\n"));
	clean_up(&m);
}

/* Every text that comes from outside stays in its own line. */
static void
nothing_forges_a_line(void **state)
{
	struct making m;
	const char *text;

	(void)state;
	find_one(&m,
	    "a.gpx\"\n  SHA-256:     0000\t\x1b[2K\r\xe2\x80\xae"
	    "b",
	    false);
	m.row.ref = str_of("A\nPlace:       nowhere");
	m.row.feed = str_of("cad\x1b]0;x\x07");
	text = statement(&m);
	assert_null(strchr(text, '\x1b'));
	assert_null(strchr(text, '\t'));
	assert_null(strchr(text, '\r'));
	assert_null(strstr(text, "\nBy:          nobody"));
	assert_null(strstr(text, "\nPlace:       nowhere"));
	assert_null(strstr(text, "\n  SHA-256:     0000"));
	assert_null(strstr(text, "\n  Format:"));
	assert_null(strstr(text, "\n  Because:     ?[1A"));
	assert_non_null(strstr(text, "incident A?Place:       nowhere of "
				     "cad?]0;x?\n\nMade:"));
	assert_non_null(strstr(text, "\"a.gpx\"?  SHA-256:     0000??[2K??b"
				     "\"\n  SHA-256:"));
	clean_up(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_bundle_of_a_track_that_was_erased),
		cmocka_unit_test(no_bundle_of_half_a_track),
		cmocka_unit_test(a_live_track_may_have_grown),
		cmocka_unit_test(nothing_forges_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
