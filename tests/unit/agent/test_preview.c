/*
 * Previews: two small rule sets on a store made here, whose differences are
 * worked out by hand beside it; the same on one thread and on many; and that
 * nothing in the store changes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/hash.h"
#include "agent/preview.h"
#include "agent/preview_run.h"
#include "agent/store/store.h"
#include "rules/ruleset.h"

/* Opened at 2026-01-14T23:30Z and 2026-07-01T23:30Z: 23 h and 0 h in London. */
#define WINTER "2026-01-14T23:30:00Z"
#define SUMMER "2026-07-01T23:30:00Z"

static const char live_rules[] =
    "themes hare-coursing, fly-tipping\n"
    "rule a \"A\"\n theme hare-coursing\n give 40 when text has \"dog\"\n"
    " give 30 when text has \"hare\"\n alert from 60, review from 40\n"
    "rule b \"B\"\n theme fly-tipping\n give 50 when text has \"rubbish\"\n"
    " review from 50\n"
    "rule c \"C\"\n flag in-progress\n give 50 when text has \"now\"\n"
    " review from 50\n";
static const char candidate_rules[] =
    "themes hare-coursing, fuel\n"
    "rule a \"A\"\n theme hare-coursing\n give 40 when text has \"dog\"\n"
    " give 20 when text has \"hare\" and place is rural\n"
    " give 60 when text has \"lurcher\"\n alert from 80, review from 40\n"
    "rule f \"F\"\n theme fuel\n give 50 when text has \"diesel\"\n"
    " alert from 50\n";

/*
 *    ref  text                 live                     candidate
 *    r1   dog hare             coursing alert 70        review 60: lowered
 *    r2   dog                  review 40                review 40
 *    r3   dog lurcher          review 40                alert 100: raised
 *    r4   rubbish              fly-tipping review 50    -: lost
 *    r5   diesel now           in progress              fuel alert: gained
 *    r6   dog (then) hare      review 40, alert 70      review 60: lowered
 *    r7   dog hare, urban      alert 70                 review 40: lowered
 *    r8   nothing
 */
static const struct {
	const char *ref, *opened, *text, *district;
	enum place_class place;
} incidents[] = {
	{ "r1", WINTER, "dog hare", "Maldon", PLACE_RURAL },
	{ "r2", WINTER, "dog", "Maldon", PLACE_RURAL },
	{ "r3", SUMMER, "dog lurcher", "Maldon", PLACE_RURAL },
	{ "r4", SUMMER, "rubbish", "Uttlesford", PLACE_RURAL },
	{ "r5", SUMMER, "diesel now", NULL, PLACE_RURAL },
	{ "r6", WINTER, "dog", "Maldon", PLACE_RURAL },
	{ "r7", WINTER, "dog hare", "Harlow", PLACE_URBAN },
	{ "r8", WINTER, "nothing", "Harlow", PLACE_URBAN },
};
#define INCIDENT_COUNT (sizeof incidents / sizeof incidents[0])

struct scene {
	char folder[64];
	char path[96];
	struct ruleset *live, *candidate;
};

static struct ruleset *
compile(const char *text)
{
	struct ruleset_file file = { .name = STR_LIT("a.rules") };
	struct buf diag = { 0 };
	struct ruleset *rs;

	file.text = str_of(text);
	if (ruleset_compile(&file, 1, &diag, &rs) < 0)
		fail_msg("%s", diag.p);
	buf_clear(&diag);
	return rs;
}

static void
must(int r, const struct err *e)
{
	if (r < 0)
		fail_msg("%s", e->msg);
}

static void
add_message(struct store *st, int64_t id, const char *bytes)
{
	struct store_message msg = { .revision = INCIDENT_NO_NUMBER,
		.file = STR_LIT("f"),
		.line = 1,
		.bytes = str_of(bytes) };
	struct err e = { 0 };

	hash_sha256(msg.bytes, msg.hash);
	assert_int_equal(store_message_add(st, id, &msg, &e), 1);
}

static int64_t
add_incident(struct store *st, size_t i, int64_t messages)
{
	struct store_incident row = { .feed = STR_LIT("desk"),
		.ref = str_of(incidents[i].ref),
		.opened_ms = CLOCK_NONE,
		.updated_ms = CLOCK_NONE,
		.closed_ms = CLOCK_NONE,
		.tagged_ms = CLOCK_NONE,
		.place = place_unknown(),
		.message_count = messages };
	struct buf bytes = { 0 };
	struct err e = { 0 };

	row.place.class = incidents[i].place;
	row.place.lat = 51.9;
	row.place.lon = 0.4;
	row.place.district = str_of(incidents[i].district);
	must(store_incident_put(st, &row, &e), &e);
	buf_addf(&bytes,
	    "{\"id\":\"%s\",\"opened_at\":\"%s\",\"log\":[{\"text\":\"%s\"}]}",
	    incidents[i].ref, incidents[i].opened, incidents[i].text);
	add_message(st, row.id, bytes.p);
	buf_clear(&bytes);
	return row.id;
}

/* The update of r6 comes last, long after its first message. */
static void
fill_store(struct store *st)
{
	int64_t updated = 0;
	struct err e = { 0 };

	must(store_begin(st, &e), &e);
	for (size_t i = 0; i < INCIDENT_COUNT; i++) {
		bool is_updated = strcmp(incidents[i].ref, "r6") == 0;
		int64_t id = add_incident(st, i, is_updated ? 2 : 1);

		updated = is_updated ? id : updated;
	}
	add_message(st, updated,
	    "{\"id\":\"r6\",\"partial\":true,\"log\":[{\"text\":\"hare\"}]}");
	must(store_commit(st, &e), &e);
}

static int
set_up(void **state)
{
	struct scene *s = calloc(1, sizeof *s);
	struct store *st;
	struct err e = { 0 };

	assert_non_null(s);
	(void)snprintf(
	    s->folder, sizeof s->folder, "%s", "/tmp/test_preview_XXXXXX");
	assert_non_null(mkdtemp(s->folder));
	(void)snprintf(s->path, sizeof s->path, "%s/buzzard.db", s->folder);
	must(store_open(s->path, DB_CREATE, &st, &e), &e);
	fill_store(st);
	store_close(&st);
	s->live = compile(live_rules);
	s->candidate = compile(candidate_rules);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	struct scene *s = *state;

	for (size_t i = 0; i < 3; i++) {
		char path[128];

		(void)snprintf(path, sizeof path, "%s%s", s->path, ends[i]);
		(void)unlink(path);
	}
	(void)rmdir(s->folder);
	ruleset_free(&s->live);
	ruleset_free(&s->candidate);
	free(s);
	return 0;
}

/* Preview the store on so many threads, taking step messages at once. */
static void
preview(struct scene *s, size_t threads, int64_t step, size_t examples,
    struct preview *out)
{
	struct preview_run_store where = { .path = s->path };
	struct preview_run_source source;
	struct preview_run run = { .live = s->live,
		.candidate = s->candidate,
		.source = &source,
		.threads = threads };
	struct err e = { 0 };

	must(preview_run_store(&where, &source, &e), &e);
	assert_int_equal(source.last, INCIDENT_COUNT + 1);
	source.step = step;
	preview_init(out, s->live, s->candidate, examples);
	must(preview_run(&run, out, &e), &e);
	assert_int_equal(run.unread, 0);
	preview_finish(out);
}

static const struct preview_theme *
theme(const struct preview *p, const char *name)
{
	for (size_t i = 0; i < p->theme_count; i++)
		if (str_is(p->themes[i].name, name))
			return &p->themes[i];
	fail_msg("no theme %s", name);
	return NULL;
}

static void
check_counts(const struct preview_counts *c, int64_t gained, int64_t lost,
    int64_t raised, int64_t lowered, int64_t rescored)
{
	assert_int_equal(c->n[PREVIEW_GAINED], gained);
	assert_int_equal(c->n[PREVIEW_LOST], lost);
	assert_int_equal(c->n[PREVIEW_RAISED], raised);
	assert_int_equal(c->n[PREVIEW_LOWERED], lowered);
	assert_int_equal(c->n[PREVIEW_RESCORED], rescored);
}

static void
check_by_hand(const struct preview *p)
{
	const struct preview_theme *t = theme(p, "hare-coursing");

	assert_int_equal(p->theme_count, 3);
	assert_int_equal(p->incidents, INCIDENT_COUNT);
	assert_int_equal(p->different, 6);
	check_counts(&t->counts, 0, 0, 1, 3, 0);
	assert_int_equal(t->live[RULES_ALERT], 3);
	assert_int_equal(t->live[RULES_REVIEW], 2);
	assert_int_equal(t->candidate[RULES_ALERT], 1);
	assert_int_equal(t->candidate[RULES_REVIEW], 4);
	check_counts(&theme(p, "fly-tipping")->counts, 0, 1, 0, 0, 0);
	check_counts(&theme(p, "fuel")->counts, 1, 0, 0, 0, 0);
	assert_int_equal(p->progress.live, 1);
	assert_int_equal(p->progress.lost, 1);
	/* r4 is no crime to the candidate, r5 is none to the live one. */
	assert_int_equal(p->rural.live, 5);
	assert_int_equal(p->rural.candidate, 5);
	assert_int_equal(p->rural.gained, 1);
	assert_int_equal(p->rural.lost, 1);
}

static void
test_differences_by_hand(void **state)
{
	struct preview p;

	preview(*state, 1, 100, 3, &p);
	check_by_hand(&p);
	preview_release(&p);
}

static const struct preview_rule *
rule(const struct preview *p, const char *name)
{
	for (size_t i = 0; i < p->rule_count; i++)
		if (str_is(p->rules[i].rule, name))
			return &p->rules[i];
	fail_msg("no rule %s", name);
	return NULL;
}

static void
check_rule(const struct preview *p, const char *name, int64_t live,
    int64_t candidate, int64_t gained, int64_t lost)
{
	const struct preview_rule *r = rule(p, name);

	assert_int_equal(r->live, live);
	assert_int_equal(r->candidate, candidate);
	assert_int_equal(r->gained, gained);
	assert_int_equal(r->lost, lost);
}

static void
test_rules_by_hand(void **state)
{
	for (size_t threads = 1; threads <= 3; threads++) {
		struct preview p;

		preview(*state, threads, 1, 0, &p);
		assert_int_equal(p.rule_count, 3);
		check_rule(&p, "a", 5, 5, 0, 0);
		check_rule(&p, "b", 1, 0, 0, 1);
		check_rule(&p, "f", 0, 1, 1, 0);
		assert_true(str_is(p.rules[0].theme, "fly-tipping"));
		preview_release(&p);
	}
}

/* Those with a number above first, unless it is stopped before. */
static void
preview_part(struct scene *s, int64_t first, bool stopped, struct preview *out)
{
	static const struct preview_verdict verdicts[] = {
		{ 1, "hare-coursing", PREVIEW_CONFIRMED },
		{ 3, "hare-coursing", PREVIEW_CONFIRMED },
		{ 4, "fly-tipping", PREVIEW_REJECTED },
		{ 5, "fuel", PREVIEW_BY_HAND },
		{ 5, "no-such-theme", PREVIEW_BY_HAND },
	};
	_Atomic bool stop = stopped;
	struct preview_run_store where = { .path = s->path };
	struct preview_run_source source;
	struct preview_run run = { .live = s->live,
		.candidate = s->candidate,
		.source = &source,
		.threads = 1,
		.stop = &stop,
		.is_gentle = true,
		.verdicts = verdicts,
		.verdict_count = sizeof verdicts / sizeof verdicts[0] };
	struct err e = { 0 };

	must(preview_run_store(&where, &source, &e), &e);
	source.first = first;
	preview_init(out, s->live, s->candidate, 0);
	must(preview_run(&run, out, &e), &e);
	preview_finish(out);
}

static void
test_what_people_decided(void **state)
{
	const struct preview_theme *t;
	struct preview p;

	preview_part(*state, 0, false, &p);
	assert_int_equal(p.incidents, INCIDENT_COUNT);
	t = theme(&p, "hare-coursing");
	assert_int_equal(t->right[PREVIEW_LIVE], 2);
	assert_int_equal(t->right[PREVIEW_CANDIDATE], 2);
	assert_int_equal(t->wrong[PREVIEW_LIVE], 0);
	t = theme(&p, "fly-tipping");
	assert_int_equal(t->wrong[PREVIEW_LIVE], 1);
	assert_int_equal(t->wrong[PREVIEW_CANDIDATE], 0);
	t = theme(&p, "fuel");
	assert_int_equal(t->added, 1);
	assert_int_equal(t->found[PREVIEW_LIVE], 0);
	assert_int_equal(t->found[PREVIEW_CANDIDATE], 1);
	preview_release(&p);
	preview_part(*state, 4, false, &p);
	assert_int_equal(p.incidents, INCIDENT_COUNT - 4);
	assert_int_equal(theme(&p, "hare-coursing")->right[PREVIEW_LIVE], 0);
	preview_release(&p);
	preview_part(*state, 0, true, &p);
	assert_int_equal(p.incidents, 0);
	preview_release(&p);
}

/* January: r1, r6, r7 lowered; July: r3 raised.  London is an hour ahead. */
static void
test_breakdowns_by_hand(void **state)
{
	const struct preview_theme *t;
	struct preview p;

	preview(*state, 1, 100, 3, &p);
	t = theme(&p, "hare-coursing");
	assert_int_equal(t->months.count, 2);
	assert_int_equal(t->months.items[0].month, 2026 * 12);
	check_counts(&t->months.items[0].counts, 0, 0, 0, 3, 0);
	assert_int_equal(t->months.items[1].month, 2026 * 12 + 6);
	check_counts(&t->months.items[1].counts, 0, 0, 1, 0, 0);
	check_counts(&t->hours[23], 0, 0, 0, 3, 0);
	check_counts(&t->hours[0], 0, 0, 1, 0, 0);
	assert_int_equal(t->districts.count, 2);
	assert_string_equal(t->districts.items[0].name, "Harlow");
	check_counts(&t->districts.items[0].counts, 0, 0, 0, 1, 0);
	assert_string_equal(t->districts.items[1].name, "Maldon");
	t = theme(&p, "fuel");
	assert_null(t->districts.items[0].name);
	preview_release(&p);
}

static void
test_examples_say_why(void **state)
{
	const struct preview_theme *t;
	const struct preview_example *x;
	struct preview p;

	preview(*state, 1, 100, 2, &p);
	t = theme(&p, "hare-coursing");
	assert_int_equal(t->example_count[PREVIEW_LOWERED], 2);
	assert_int_equal(t->example_count[PREVIEW_RAISED], 1);
	x = &t->examples[PREVIEW_RAISED][0];
	assert_string_equal(x->ref, "r3");
	assert_string_equal(x->feed, "desk");
	assert_int_equal(x->live, RULES_REVIEW);
	assert_int_equal(x->candidate, RULES_ALERT);
	assert_int_equal(x->candidate_score, 100);
	assert_null(strstr(x->live_rules, "lurcher"));
	assert_non_null(strstr(x->candidate_rules, "\"text\":\"lurcher\""));
	assert_null(theme(&p, "fuel")->examples[PREVIEW_GAINED][0].live_rules);
	preview_release(&p);
}

/* Three lowered, one kept: the same one however the work is cut. */
static void
test_threads_make_no_difference(void **state)
{
	char first[8] = "";

	for (size_t threads = 1; threads <= 4; threads++) {
		for (int64_t step = 1; step <= 4; step++) {
			const struct preview_theme *t;
			struct preview p;

			preview(*state, threads, step, 1, &p);
			check_by_hand(&p);
			t = theme(&p, "hare-coursing");
			assert_int_equal(t->example_count[PREVIEW_LOWERED], 1);
			if (first[0] == '\0')
				(void)snprintf(first, sizeof first, "%s",
				    t->examples[PREVIEW_LOWERED][0].ref);
			assert_string_equal(
			    t->examples[PREVIEW_LOWERED][0].ref, first);
			preview_release(&p);
		}
	}
}

/*
 * A series on either side: three of "dog" within a month for the live set, two
 * for the candidate.  In the order of time they are r1, r2, r6, r7 (one time,
 * by reference) and r3.  The live set says series on r6, r7; the candidate on
 * r2, r6, r7; r3 comes half a year later.
 */
static void
test_series_are_counted(void **state)
{
	static const char format[] =
	    "themes hare-coursing, hares\n"
	    "rule a \"A\"\n theme hare-coursing\n"
	    " give 40 when text has \"dog\"\n review from 40\n"
	    "series s \"S\"\n theme hares\n of theme hare-coursing\n"
	    " at least %d within 30 days and 5 km\n give 50 for review\n";
	struct scene *s = *state;
	struct buf text = { 0 };

	for (int side = 0; side < 2; side++) {
		struct ruleset **to = side ? &s->candidate : &s->live;

		ruleset_free(to);
		buf_reset(&text);
		buf_addf(&text, format, side ? 2 : 3);
		*to = compile(text.p);
	}
	buf_clear(&text);
	for (size_t threads = 1; threads <= 3; threads++) {
		const struct preview_theme *t;
		struct preview p;

		preview(s, threads, 1, 3, &p);
		t = theme(&p, "hares");
		assert_int_equal(p.incidents, INCIDENT_COUNT);
		assert_int_equal(p.different, 1);
		assert_int_equal(t->live[RULES_REVIEW], 2);
		assert_int_equal(t->candidate[RULES_REVIEW], 3);
		check_counts(&t->counts, 1, 0, 0, 0, 0);
		assert_int_equal(t->example_count[PREVIEW_GAINED], 1);
		assert_string_equal(t->examples[PREVIEW_GAINED][0].ref, "r2");
		assert_non_null(strstr(
		    t->examples[PREVIEW_GAINED][0].candidate_rules, "r1"));
		preview_release(&p);
	}
}

/* The file has the same bytes afterwards. */
static void
test_nothing_is_written(void **state)
{
	struct scene *s = *state;
	struct preview p;
	struct buf before = { 0 };
	struct buf after = { 0 };
	struct err e = { 0 };

	must(files_read(s->path, 16 << 20, &before, &e), &e);
	preview(s, 2, 2, 3, &p);
	preview_release(&p);
	must(files_read(s->path, 16 << 20, &after, &e), &e);
	assert_true(str_is_equal(buf_str(&before), buf_str(&after)));
	buf_clear(&before);
	buf_clear(&after);
}

static void
test_an_unreadable_message_is_counted(void **state)
{
	struct scene *s = *state;
	struct preview_run_store where = { .path = s->path };
	struct preview_run_source source;
	struct preview_run run = {
		.live = s->live, .candidate = s->candidate, .source = &source
	};
	struct preview p;
	struct store *st;
	struct err e = { 0 };

	must(store_open(s->path, DB_WRITE, &st, &e), &e);
	must(db_exec(store_db(st),
		 "UPDATE message SET bytes = x'7b' WHERE id = 1", &e),
	    &e);
	store_close(&st);
	must(preview_run_store(&where, &source, &e), &e);
	preview_init(&p, s->live, s->candidate, 1);
	must(preview_run(&run, &p, &e), &e);
	assert_int_equal(run.unread, 1);
	assert_int_equal(p.incidents, INCIDENT_COUNT - 1);
	preview_release(&p);
}

static int
fail_open(void *user, void **reader, struct err *e)
{
	(void)user;
	(void)reader;
	return err_set(e, ERR_TEMPORARY, "no reader today");
}

static void
test_a_reader_that_fails(void **state)
{
	struct scene *s = *state;
	const struct preview_run_source source = {
		.last = 10, .step = 1, .open = fail_open
	};
	struct preview_run run = { .live = s->live,
		.candidate = s->candidate,
		.source = &source,
		.threads = 3 };
	struct preview p;
	struct err e = { 0 };

	preview_init(&p, s->live, s->candidate, 1);
	assert_int_equal(preview_run(&run, &p, &e), -1);
	assert_string_equal(e.msg, "no reader today");
	preview_release(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_differences_by_hand, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_rules_by_hand, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_what_people_decided, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_breakdowns_by_hand, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_examples_say_why, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_threads_make_no_difference, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_series_are_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_nothing_is_written, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_an_unreadable_message_is_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_a_reader_that_fails, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
