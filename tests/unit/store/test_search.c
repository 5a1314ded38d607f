/* Words, marks, places and times lead to incidents, and no further. */
#include "tests/unit/store/storekit.h"

#include "agent/store/asking.h"
#include "agent/store/links.h"
#include "agent/store/search.c"
#include "agent/store/sightings.h"
#include "agent/store/wordindex.h"

/* A store with its index, and a question's answer. */
struct kit {
	struct store *st;
	struct arena *arena;
	struct wordindex *words;
	struct sightings *sightings;
	struct search *search;
	struct search_answer answer;
	char found[4096]; /* "R-2 R-1" */
	char snippet[4096];
};

static void
kit_open(struct kit *k)
{
	*k = (struct kit){ .st = open_store(":memory:"), .arena = arena_new() };
	OK(wordindex_open(k->st, &k->words, e));
	OK(sightings_open(store_db(k->st), &k->sightings, e));
	OK(search_open(k->st, k->sightings, &k->search, e));
}

static void
kit_close(struct kit *k)
{
	search_close(&k->search);
	sightings_close(&k->sightings);
	wordindex_close(&k->words);
	store_close(&k->st);
	arena_free(&k->arena);
}

/* An incident as it is told: a place, a log of one entry. */
struct told {
	const char *ref, *place, *log, *phone;
	double lat, lon; /* 0: none */
	int64_t opened_ms;
};

static int64_t
tell(struct kit *k, const struct told *t)
{
	struct incident in;
	struct incident_entry entry = { .at_ms = t->opened_ms,
		.text = str_of(t->log) };
	struct store_incident row = { .feed = str_of("cad"),
		.ref = str_of(t->ref),
		.first_ms = t->opened_ms,
		.last_ms = t->opened_ms,
		.opened_ms = t->opened_ms,
		.updated_ms = CLOCK_NONE,
		.closed_ms = CLOCK_NONE,
		.place = place_unknown(),
		.basis = str_of("none"),
		.message_count = 1,
		.tagged_ms = 1000 };

	incident_init(&in);
	in.id = str_of(t->ref);
	in.opened_ms = t->opened_ms;
	in.location_text = str_of(t->place);
	in.informant.phone = str_of(t->phone);
	in.log = &entry;
	in.log_count = 1;
	if (t->lat > 0) {
		row.place.lat = t->lat;
		row.place.lon = t->lon;
	}
	row.place.district = str_of("Uttlesford");
	OK(store_begin(k->st, e));
	GIVES(store_incident_find(
		  k->st, row.feed, row.ref, k->arena, &row, e) >= 0,
	    1);
	OK(store_incident_put(k->st, &row, e));
	OK(wordindex_put(k->words, row.id, &in, &row.place, k->arena, e));
	OK(store_commit(k->st, e));
	return row.id;
}

static void
on_row(void *user, const struct search_row *row)
{
	struct kit *k = user;
	size_t n = strlen(k->found);

	(void)snprintf(k->found + n, sizeof(k->found) - n, "%s%.*s",
	    n > 0 ? " " : "", STR_ARG(row->ref));
	(void)snprintf(
	    k->snippet, sizeof(k->snippet), "%.*s", STR_ARG(row->snippet));
}

/* A question that asks nothing. */
static struct search_query
anything(void)
{
	return (struct search_query){ .lat = (double)NAN,
		.lon = (double)NAN,
		.from_ms = CLOCK_NONE,
		.to_ms = CLOCK_NONE,
		.limit = 10 };
}

static const char *
find(struct kit *k, const struct search_query *q)
{
	k->found[0] = '\0';
	OK(search_find(k->search, q, k->arena, on_row, k, &k->answer, e));
	return k->found;
}

static const char *
find_words(struct kit *k, const char *words)
{
	struct search_query q = anything();

	q.words = str_of(words);
	return find(k, &q);
}

static const char *
find_mark(struct kit *k, const char *typed)
{
	struct search_query q = anything();
	char asked[SIGHTINGS_ASK_MAX + 1];

	assert_true(sightings_ask(str_of(typed), asked));
	q.mark = asked;
	return find(k, &q);
}

static const struct told tales[] = {
	{ "R-1", "Mill Lane, Great Example",
	    "Two men slipping dogs on the stubble", "07700 900123", 51.90, 0.40,
	    1000000 },
	{ "R-2", "Example Farm", "Dog loose on the road, no hare seen", NULL,
	    51.91, 0.40, 2000000 },
	{ "R-3", "B1053", "Lorry tipping tyres, index AB12 CDE",
	    "+44 7700 900123", 52.40, 0.40, 3000000 },
	{ "R-4", NULL, "Silver estate, partial index AB12, hare coursing", NULL,
	    0, 0, 4000000 },
	{ "R-5", "Château Éxample", "Lorries parked, VRM KX09 ZZA", NULL,
	    51.905, 0.401, 5000000 },
};

static void
kit_fill(struct kit *k)
{
	kit_open(k);
	for (size_t i = 0; i < LENGTH(tales); i++)
		(void)tell(k, &tales[i]);
}

static void
test_words(void **state)
{
	static const struct {
		const char *typed, *found;
	} cases[] = {
		{ "dog", "R-2 R-1" },
		{ "DOGS", "R-2 R-1" },
		{ "\"dogs\"", "R-1" },
		{ "slipped", "R-1" },
		{ "lorry", "R-5 R-3" },
		{ "lorries tyre", "R-3" },
		{ "\"hare coursing\"", "R-4" },
		{ "\"coursing hare\"", "" },
		{ "hare -coursing", "R-2" },
		{ "hare NOT coursing", "R-2" },
		{ "tyres OR stubble", "R-3 R-1" },
		{ "tyres OR stubble -lane", "R-3" },
		{ "cours*", "R-4" },
		{ "chateau example", "R-5" },
		{ "r-3", "R-3" },
		{ "mill-lane", "R-1" },
		{ "AB12", "R-4 R-3" },
		{ "nothing", "" },
		{ "zzz*", "" },
	};
	struct kit k;

	(void)state;
	kit_fill(&k);
	for (size_t i = 0; i < LENGTH(cases); i++)
		if (strcmp(find_words(&k, cases[i].typed), cases[i].found) != 0)
			fail_msg("%s gave \"%s\"", cases[i].typed, k.found);
	kit_close(&k);
}

/* Whatever is typed is an answer. */
static void
test_no_words_are_a_mistake(void **state)
{
	static const char *const typed[] = { "\"", "\"\"", "(", ")", "*", "-",
		"AND", "OR OR", "NOT", "hare AND", "a:b", "refs : x", "^hare",
		"NEAR(a b, 2)", "{refs}: x", "'; DROP TABLE incident; --",
		"hare\"", "\"hare", "--hare", "*hare*", "+", "hare + dog",
		"\xc3\x97 \xe2\x80\x93", "\x01\x02", "OR hare", "-hare -dog" };
	char random[64];
	unsigned seed = 12345;
	struct kit k;

	(void)state;
	kit_fill(&k);
	for (size_t i = 0; i < LENGTH(typed); i++)
		(void)find_words(&k, typed[i]);
	for (int i = 0; i < 2000; i++) {
		static const char chars[] = "abhr \"*-()^:{}'+AND OR NOT";

		for (size_t n = 0; n < sizeof(random) - 1; n++) {
			seed = seed * 1103515245U + 12345U;
			random[n] = chars[(seed >> 16) % (sizeof chars - 1)];
		}
		random[sizeof(random) - 1] = '\0';
		(void)find_words(&k, random);
	}
	(void)find_words(&k, "-hare -dog");
	assert_true(k.answer.is_only_nots);
	(void)find_words(&k, "a b c d e f g h i j k l m");
	assert_true(k.answer.is_cut);
	kit_close(&k);
}

static void
test_snippet(void **state)
{
	struct kit k;

	(void)state;
	kit_fill(&k);
	assert_string_equal(find_words(&k, "tyres"), "R-3");
	assert_string_equal(
	    k.snippet, "Lorry tipping \1tyres\2, index AB12 CDE");
	kit_close(&k);
}

/* "R-7" comes with the entry that was told of it. */
static void
check_own_snippet(void *user, const struct search_row *row)
{
	char want[64];

	(void)snprintf(want, sizeof want, "\1gate\2 of field R%.*s",
	    STR_ARG(str_make(row->ref.p + 2, row->ref.len - 2)));
	if (!str_is(row->snippet, want))
		fail_msg(
		    "%.*s: %.*s", STR_ARG(row->ref), STR_ARG(row->snippet));
	++*(int *)user;
}

/* Whether all, few or hardly any that have the words are shown. */
static void
test_each_has_its_own_snippet(void **state)
{
	static const int every[] = { 1, 4, 40 };
	struct kit k;

	(void)state;
	kit_open(&k);
	for (int i = 1; i <= 240; i++) {
		char ref[16], log[32], sql_text[128];

		(void)snprintf(ref, sizeof ref, "R-%d", i);
		(void)snprintf(log, sizeof log, "gate of field R%d", i);
		(void)tell(
		    &k, &(struct told){ ref, NULL, log, NULL, 0, 0, i * 1000 });
		(void)snprintf(sql_text, sizeof sql_text,
		    "UPDATE incident SET district = '%s%s%s' WHERE id = %d",
		    i % 4 ? "" : "4", i % 40 ? "" : "40", i % 4 ? "1" : "", i);
		run(k.st, sql_text);
	}
	for (size_t n = 0; n < LENGTH(every); n++) {
		static const char *const districts[] = { NULL, "4", "440" };
		struct search_query q = anything();
		int shown = 0;

		q.words = str_of("gate");
		q.district =
		    districts[n] ? str_of(districts[n]) : (struct str){ 0 };
		q.limit = 20;
		OK(search_find(k.search, &q, k.arena, check_own_snippet, &shown,
		    &k.answer, e));
		assert_int_equal(shown, every[n] < 40 ? 20 : 6);
	}
	kit_close(&k);
}

static void
test_marks(void **state)
{
	static const struct {
		const char *typed, *found;
	} cases[] = {
		{ "ab12cde", "R-3" },
		{ "AB12 CDE", "R-3" },
		{ "AB12*", "R-4 R-3" },
		{ "*CDE", "R-3" },
		{ "?B12 CDE", "R-3" },
		{ "KX?? ZZA", "R-5" },
		{ "x09z", "R-5" },
		{ "B12", "R-4 R-3" },
		{ "*ZZ", "" },
		{ "AB12 CDF", "" },
	};
	char out[SIGHTINGS_ASK_MAX + 1];
	struct kit k;

	(void)state;
	kit_fill(&k);
	for (size_t i = 0; i < LENGTH(cases); i++)
		if (strcmp(find_mark(&k, cases[i].typed), cases[i].found) != 0)
			fail_msg("%s gave \"%s\"", cases[i].typed, k.found);
	assert_false(sightings_ask(str_of("A*"), out));
	assert_false(sightings_ask(str_of("<script>*"), out) &&
		     strchr(out, '<') != NULL);
	kit_close(&k);
}

/* What was read in part is shown beside the whole, and not made whole. */
static void
test_partial_marks_agree(void **state)
{
	struct sightings_found f;
	struct kit k;

	(void)state;
	kit_fill(&k);
	OK(sightings_find(k.sightings, "AB12CDE", k.arena, &f, e));
	assert_int_equal(f.count, 2);
	assert_true(f.marks[0].is_answer);
	assert_false(f.marks[1].is_answer);
	assert_true(f.marks[1].is_partial);
	assert_int_equal(f.marks[1].agree, 4);
	OK(sightings_find(k.sightings, "AB12CD?", k.arena, &f, e));
	assert_int_equal(f.count, 2);
	assert_int_equal(sightings_agree("AB12CDE", str_of("AB12???")), 4);
	assert_int_equal(sightings_agree("AB12CDE", str_of("AB13???")), -1);
	assert_int_equal(sightings_agree("*12*", str_of("AB12???")), 2);
	kit_close(&k);
}

static void
test_filters(void **state)
{
	struct search_query q = anything();
	struct kit k;

	(void)state;
	kit_fill(&k);
	assert_string_equal(find(&k, &q), "R-5 R-4 R-3 R-2 R-1");
	q.from_ms = 2000000;
	q.to_ms = 4000000;
	assert_string_equal(find(&k, &q), "R-3 R-2");
	q.words = str_of("dog");
	assert_string_equal(find(&k, &q), "R-2");
	q = anything();
	q.lat = 51.90;
	q.lon = 0.40;
	q.within_m = 2000;
	assert_string_equal(find(&k, &q), "R-5 R-2 R-1");
	q.within_m = 1000;
	assert_string_equal(find(&k, &q), "R-5 R-1");
	q.words = str_of("lorry");
	assert_string_equal(find(&k, &q), "R-5");
	q = anything();
	q.district = str_of("uttlesford");
	q.words = str_of("hare");
	assert_string_equal(find(&k, &q), "R-4 R-2");
	q.in_progress = true;
	assert_string_equal(find(&k, &q), "");
	kit_close(&k);
}

static void
test_themes(void **state)
{
	struct search_query q = anything();
	struct kit k;

	(void)state;
	kit_fill(&k);
	run(k.st,
	    "INSERT INTO rule_set VALUES (1, 'sha256:00');"
	    "INSERT INTO tag (incident_id, theme, level, score, rule_set_id,"
	    " made_ms, evidence) VALUES (1, 'hare-coursing', 2, 80, 1, 1, '[]'),"
	    " (4, 'hare-coursing', 1, 40, 1, 1, '[]');"
	    "INSERT INTO account (id, name, roles, password, made_ms)"
	    " VALUES (1, 'liaison', 3, '', 1);"
	    "INSERT INTO decision (incident_id, act_id, theme, verdict, at_ms,"
	    " account_id, note) VALUES (2, 1, 'hare-coursing', 3, 1, 1, ''),"
	    " (4, 2, 'hare-coursing', 2, 1, 1, '')");
	q.theme = str_of("hare-coursing");
	assert_string_equal(find(&k, &q), "R-2 R-1");
	q.level = RULES_ALERT;
	q.words = str_of("stubble");
	assert_string_equal(find(&k, &q), "R-1");
	q = anything();
	q.level = RULES_REVIEW;
	assert_string_equal(find(&k, &q), "R-2 R-1");
	kit_close(&k);
}

/* Pages follow one another without a gap or a repetition, in each order. */
static void
check_pages(struct kit *k, struct search_query q, size_t all)
{
	char cursor[SEARCH_CURSOR_MAX];
	char seen[8192] = "";
	size_t pages = 0, words = 0;

	do {
		q.cursor = str_of(cursor);
		if (pages == 0)
			q.cursor = str_of(NULL);
		(void)find(k, &q);
		for (const char *w = k->found; w && *w;) {
			char ref[16];

			assert_int_equal(sscanf(w, "%15s", ref), 1);
			assert_null(strstr(seen, ref));
			(void)strcat(strcat(seen, ref), " ");
			w = strchr(w, ' ');
			w += w != NULL;
		}
		words += k->answer.count;
		(void)snprintf(cursor, sizeof(cursor), "%s", k->answer.next);
		assert_true(++pages < 100);
	} while (cursor[0] != '\0');
	assert_int_equal(words, all);
}

static void
test_pages(void **state)
{
	struct search_query q = anything();
	struct kit k;

	(void)state;
	kit_open(&k);
	for (int i = 0; i < 53; i++) {
		char ref[16], log[64];

		(void)snprintf(ref, sizeof(ref), "R-%02d", i);
		(void)snprintf(
		    log, sizeof(log), "barn fire %d, index AB12 CDE", i);
		(void)tell(&k,
		    &(struct told){ ref, i % 2 ? "the barn" : "a field", log,
			NULL, 51.9 + i * 0.0001, 0.4, 1000000 + i / 3 });
	}
	q.limit = 7;
	check_pages(&k, q, 53);
	q.words = str_of("barn");
	check_pages(&k, q, 53);
	q.is_ranked = true;
	check_pages(&k, q, 53);
	assert_int_equal(k.answer.ranked, 53);
	q = anything();
	q.limit = 7;
	q.lat = 51.9;
	q.lon = 0.4;
	q.within_m = 5000;
	check_pages(&k, q, 53);
	q = anything();
	q.limit = 7;
	q.mark = "AB12*";
	check_pages(&k, q, 53);
	q.cursor = str_of("w'; DROP TABLE incident");
	(void)find(&k, &q);
	assert_int_equal(k.answer.count, 7);
	kit_close(&k);
}

/* The place of a word weighs, and a short log more than a long one. */
static void
test_ranked(void **state)
{
	static const struct told told[] = {
		{ "R-1", "Barn Lane", "nothing", NULL, 0, 0, 1 },
		{ "R-2", NULL,
		    "barn and then many other words that say other things",
		    NULL, 0, 0, 2 },
		{ "R-3", NULL, "barn barn fire", NULL, 0, 0, 3 },
	};
	struct search_query q = anything();
	struct kit k;

	(void)state;
	kit_open(&k);
	for (size_t i = 0; i < LENGTH(told); i++)
		(void)tell(&k, &told[i]);
	q.words = str_of("barn");
	assert_string_equal(find(&k, &q), "R-3 R-2 R-1");
	q.is_ranked = true;
	assert_string_equal(find(&k, &q), "R-1 R-3 R-2");
	kit_close(&k);
}

/* A later message replaces; what it no longer says is not found. */
static void
test_put_again(void **state)
{
	struct told t = { "R-1", "Mill Lane", "index AB12 CDE", NULL, 51.9, 0.4,
		1000 };
	struct kit k;

	(void)state;
	kit_open(&k);
	(void)tell(&k, &t);
	t.log = "index KX09 ZZA";
	t.place = "Example Farm";
	(void)tell(&k, &t);
	assert_string_equal(find_words(&k, "mill"), "");
	assert_string_equal(find_words(&k, "farm"), "R-1");
	assert_string_equal(find_mark(&k, "AB12CDE"), "");
	assert_string_equal(find_mark(&k, "KX09*"), "R-1");
	assert_int_equal(ask(k.st, "SELECT count(*) FROM mark"), 1);
	assert_int_equal(ask(k.st, "SELECT count(*) FROM mark_tail"), 7);
	assert_int_equal(ask(k.st, "SELECT count(*) FROM incident_spot"), 1);
	kit_close(&k);
}

/* How often the text stands in the file and its log. */
static int
count_in(const char *path, const char *text)
{
	static const char *const ends[] = { "", "-wal" };
	int n = 0;

	for (size_t i = 0; i < LENGTH(ends); i++) {
		char name[300];
		FILE *f;
		size_t at = 0;
		int c;

		(void)snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		f = fopen(name, "rb");
		while (f && (c = fgetc(f)) != EOF) {
			at = c == text[at] ? at + 1 : c == text[0];
			if (at == strlen(text)) {
				n++;
				at = 0;
			}
		}
		if (f)
			(void)fclose(f);
	}
	return n;
}

/* Erasing the incident takes all of it, to the last byte of its words. */
static void
test_erased(void **state)
{
	struct kit k = { .arena = arena_new() };
	char path[256];
	int turns = 0, r = 1;

	k.st = open_store(db_path(state, path));
	OK(wordindex_open(k.st, &k.words, e));
	OK(sightings_open(store_db(k.st), &k.sightings, e));
	OK(search_open(k.st, k.sightings, &k.search, e));
	for (int i = 0; i < 300; i++) {
		char ref[16];

		(void)snprintf(ref, sizeof(ref), "R-%d", i);
		(void)tell(&k,
		    &(struct told){ ref, "Mill Lane",
			i == 5 ? "zebrafinch escaped, VRM ZF12 XYZ"
			       : "nothing of note here",
			i == 5 ? "07700 900999" : NULL, 51.9, 0.4, 1000 + i });
	}
	assert_true(count_in(path, "zebrafinch") > 0);
	run(k.st, "DELETE FROM incident WHERE ref = 'R-5'");
	assert_string_equal(find_words(&k, "zebrafinch"), "");
	assert_string_equal(find_mark(&k, "ZF12*"), "");
	while (r > 0 && turns++ < 1000) {
		struct err err = { 0 };

		r = wordindex_clean(k.words, &err);
	}
	assert_int_equal(r, 0);
	GIVES(db_empty_log(store_db(k.st), e), 1);
	assert_int_equal(count_in(path, "zebrafinch"), 0);
	assert_int_equal(count_in(path, "ZF12XYZ"), 0);
	assert_int_equal(ask(k.st, "SELECT count(*) FROM caller"), 0);
	assert_int_equal(ask(k.st, "SELECT count(*) FROM mark_tail"), 0);
	assert_int_equal(ask(k.st, "SELECT count(*) FROM incident_spot"), 299);
	run(k.st, "INSERT INTO search_words (search_words)"
		  " VALUES ('integrity-check')");
	kit_close(&k);
}

/* What was there before the index is taken in, the newest first. */
static void
test_built(void **state)
{
	static const char bytes[] =
	    "{\"id\":\"R-%d\",\"opened_at\":\"2026-11-14T06:00:00Z\","
	    "\"lat\":51.9,\"lon\":0.4,\"log\":[{\"text\":\"old barn\"}]}";
	int64_t left = 0, all = 0;
	struct kit k;
	int r = 1;

	(void)state;
	kit_open(&k);
	for (int i = 1; i <= 5; i++) {
		struct store_message msg = { .received_ms = 1000,
			.revision = INCIDENT_NO_NUMBER };
		char ref[16], text[256];

		(void)snprintf(ref, sizeof(ref), "R-%d", i);
		(void)snprintf(text, sizeof(text), bytes, i);
		msg.bytes = i == 3 ? str_of("no incident") : str_of(text);
		hash_sha256(msg.bytes, msg.hash);
		OK(store_begin(k.st, e));
		GIVES(store_message_add(k.st, add_incident(k.st, ref), &msg, e),
		    1);
		OK(store_commit(k.st, e));
	}
	run(k.st, "UPDATE incident SET lat = 51.9, lon = 0.4");
	run(k.st, "DELETE FROM incident_spot WHERE id < 4");
	run(k.st, "UPDATE search_state SET first_id = 5, build_id = 5");
	assert_string_equal(find_words(&k, "barn"), "");
	GIVES(wordindex_build(k.words, 2, k.arena, e), 1);
	assert_string_equal(find_words(&k, "barn"), "R-5 R-4");
	OK(wordindex_left(k.words, &left, &all, e));
	assert_int_equal(left, 3);
	assert_int_equal(all, 5);
	while (r > 0) {
		struct err err = { 0 };

		r = wordindex_build(k.words, 2, k.arena, &err);
	}
	assert_int_equal(r, 0);
	assert_string_equal(find_words(&k, "barn"), "R-5 R-4 R-2 R-1");
	assert_int_equal(ask(k.st, "SELECT count(*) FROM incident_spot"), 5);
	OK(wordindex_left(k.words, &left, &all, e));
	assert_int_equal(left, 0);
	kit_close(&k);
}

static const struct links_other *
other(const struct links_found *f, int64_t id)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->others[i].incident_id == id)
			return &f->others[i];
	return NULL;
}

/* Each link has its reasons; what has none is no link. */
static void
test_links(void **state)
{
	struct store_incident row;
	struct links_found f;
	struct links *links;
	struct kit k;

	(void)state;
	kit_fill(&k);
	(void)tell(&k, &(struct told){ "R-6", NULL, "rang again",
			   "07700 900123", 54, 0.4, INT64_C(90000000000) });
	(void)tell(
	    &k, &(struct told){ "R-7", NULL, "AB12 CDE, VRM AB12 CDE again",
		    NULL, 54, 0.4, INT64_C(90000000000) });
	run(k.st, "INSERT INTO series_link VALUES (3, 'vehicle', 6)");
	OK(links_open(k.st, k.sightings, &links, e));
	GIVES(store_incident_find_id(k.st, 3, k.arena, &row, e), 1);
	OK(links_find(links, &row, k.arena, &f, e));
	assert_int_equal(f.count, 4);
	assert_int_equal(f.others[0].incident_id, 7);
	assert_int_equal(f.others[0].reasons[0].kind, LINKS_VEHICLE);
	assert_int_equal(f.others[1].incident_id, 6);
	assert_int_equal(f.others[1].reason_count, 2);
	assert_int_equal(f.others[1].reasons[0].kind, LINKS_CALLER);
	assert_int_equal(f.others[1].reasons[1].kind, LINKS_SERIES);
	assert_int_equal(f.others[2].incident_id, 1);
	assert_int_equal(f.others[3].incident_id, 4);
	assert_int_equal(f.others[3].reasons[0].kind, LINKS_PARTIAL);
	assert_int_equal(f.others[3].reasons[0].agree, 4);
	GIVES(store_incident_find_id(k.st, 1, k.arena, &row, e), 1);
	OK(links_find(links, &row, k.arena, &f, e));
	assert_int_equal(other(&f, 2)->reasons[0].kind, LINKS_NEAR);
	assert_null(other(&f, 7));
	assert_false(f.is_capped);
	links_close(&links);
	kit_close(&k);
}

/* A number that rings for everybody says nothing of anybody. */
static void
test_a_common_caller_is_no_link(void **state)
{
	struct store_incident row;
	struct links_found f;
	struct links *links;
	struct kit k;

	(void)state;
	kit_open(&k);
	for (int i = 0; i < LINKS_CALLER_MAX + 2; i++) {
		char ref[16];

		(void)snprintf(ref, sizeof(ref), "C-%d", i);
		(void)tell(&k, &(struct told){ ref, NULL, "x", "01245 496000",
				   0, 0, 1000 });
	}
	OK(links_open(k.st, k.sightings, &links, e));
	GIVES(store_incident_find_id(k.st, 3, k.arena, &row, e), 1);
	OK(links_find(links, &row, k.arena, &f, e));
	assert_true(f.is_caller_common);
	assert_int_equal(f.count, 0);
	run(k.st, "DELETE FROM incident WHERE id = 1");
	OK(links_find(links, &row, k.arena, &f, e));
	assert_false(f.is_caller_common);
	assert_int_equal(f.count, LINKS_MAX);
	assert_true(f.is_capped);
	links_close(&links);
	kit_close(&k);
}

static void
test_callers(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{ "07700 900123", "+44 7700 900123", true },
		{ "07700900123", "0044 (0)7700-900-123", true },
		{ "07700 900123", "+44 (0) 7700 900123", true },
		{ "07700 900123", "07700 900124", false },
	};
	const struct str secret = str_of("one"), other = str_of("two");
	uint8_t a[16], b[16];

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		assert_true(wordindex_caller(str_of(cases[i].a), secret, a));
		assert_true(wordindex_caller(str_of(cases[i].b), secret, b));
		assert_int_equal(memcmp(a, b, sizeof a) == 0, cases[i].same);
	}
	assert_true(wordindex_caller(str_of("07700 900123"), other, b));
	assert_true(wordindex_caller(str_of("07700 900123"), secret, a));
	assert_memory_not_equal(a, b, sizeof a);
	assert_false(wordindex_caller(str_of("withheld"), secret, a));
	assert_false(wordindex_caller(str_of("999"), secret, a));
	assert_false(wordindex_caller(str_of(NULL), secret, a));
}

/* No question walks a whole table. */
static void
test_plans(void **state)
{
	struct kit k;

	(void)state;
	kit_open(&k);
	for (size_t i = 0; i < ST_COUNT; i++) {
		struct db_stmt *st = NULL;
		struct err err = { 0 };
		char text[4096];

		(void)snprintf(
		    text, sizeof(text), "EXPLAIN QUERY PLAN %s", sql[i]);
		OK(db_prepare(store_db(k.st), text, &st, e));
		while (db_step(st, &err) > 0) {
			struct str step = db_col_text(st, 3);
			char line[256];

			(void)snprintf(
			    line, sizeof(line), "%.*s", STR_ARG(step));
			if (strncmp(line, "SCAN", 4) == 0 &&
			    !strstr(line, "VIRTUAL TABLE INDEX") &&
			    !strstr(line, "CONSTANT ROW") &&
			    strcmp(line, "SCAN p") != 0 &&
			    strcmp(line, "SCAN c") != 0 &&
			    !strstr(line, "subquery"))
				fail_msg("%zu: %s", i, line);
			if (strstr(line, "TEMP B-TREE FOR ORDER BY"))
				fail_msg("%zu: %s", i, line);
		}
		db_finish(&st);
	}
	kit_close(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_no_words_are_a_mistake),
		cmocka_unit_test(test_snippet),
		cmocka_unit_test(test_each_has_its_own_snippet),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_partial_marks_agree),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_themes),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_ranked),
		cmocka_unit_test(test_put_again),
		cmocka_unit_test_setup_teardown(
		    test_erased, make_folder, remove_folder),
		cmocka_unit_test(test_built),
		cmocka_unit_test(test_callers),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_a_common_caller_is_no_link),
		cmocka_unit_test(test_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
