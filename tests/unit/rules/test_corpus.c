/*
 * The shipped packs on the labelled corpus, if it lies beside the project:
 * precision, recall and F1 for each theme and flag, with a floor under those
 * that have rules.  BUZZARD_CORPUS_SHOW=hare-coursing lists what is wrong.
 *
 * Places are taken from the author's "setting", so that the rules are measured
 * and not the boundaries.
 */
#include "tests/unit/rules/ruleskit.h"

#include <string.h>

#include "agent/base/json.h"

#define SKIPPED   77
#define LINES_MAX (16 << 20)

struct score {
	const char *name;
	double floor; /* F1 below it fails */
	int hit, missed, wrong;
};

static struct str
label_text(const struct json *root, const char *name)
{
	return json_text(json_member(json_member(root, "labels"), name));
}

static bool
has_theme(const struct json *root, const char *theme)
{
	const struct json *list =
	    json_member(json_member(root, "labels"), "themes");

	for (size_t i = 0; i < json_count(list); i++)
		if (str_is(json_text(json_item(list, i)), theme))
			return true;
	return false;
}

static const struct rules_tag *
find_tag(const struct rules_result *r, const char *theme)
{
	for (size_t i = 0; i < r->tag_count; i++)
		if (str_is(r->tags[i].theme, theme))
			return &r->tags[i];
	return NULL;
}

/* What is to be measured of a record: the label, and what was found. */
static bool
is_expected(const struct json *root, const char *name)
{
	const struct json *labels = json_member(root, "labels");

	if (strcmp(name, "in-progress") == 0)
		return json_is_true(json_member(labels, "in_progress"));
	if (strcmp(name, "rural-crime") == 0)
		return json_is_true(json_member(labels, "rural_crime"));
	if (strcmp(name, "targeted") == 0)
		return str_is(label_text(root, "basis"), "targeted");
	return has_theme(root, name);
}

static bool
is_found(const struct rules_result *r, const char *name)
{
	if (strcmp(name, "in-progress") == 0)
		return r->in_progress;
	if (strcmp(name, "rural-crime") == 0)
		return r->rural_crime;
	if (strcmp(name, "targeted") == 0)
		return strcmp(r->basis, "targeted") == 0;
	return find_tag(r, name) != NULL;
}

static void
show_evidence(const struct rules_tag *tag)
{
	for (size_t h = 0; h < tag->hit_count; h++) {
		const struct rules_hit *hit = &tag->hits[h];

		for (size_t i = 0; i < hit->evidence_count; i++)
			printf("      %+d %.*s[%d] '%.*s'  (%.*s)\n",
			    hit->evidence[i].points,
			    STR_ARG(hit->evidence[i].field),
			    hit->evidence[i].entry,
			    STR_ARG(hit->evidence[i].text),
			    STR_ARG(hit->evidence[i].why));
	}
}

static void
show(const struct incident *in, const char *what, const char *name,
    const struct rules_result *r)
{
	const struct rules_tag *tag = find_tag(r, name);

	printf("%s %s %.*s | %.*s | %.*s\n", what, name, STR_ARG(in->id),
	    STR_ARG(in->opening_code), STR_ARG(in->location_text));
	for (size_t i = 0; i < in->log_count; i++)
		printf("    %.*s: %.*s\n", STR_ARG(in->log[i].by),
		    STR_ARG(in->log[i].text));
	if (tag)
		show_evidence(tag);
	for (size_t i = 0; i < r->flag_count; i++)
		if (str_is(r->flags[i].theme, name))
			show_evidence(&r->flags[i]);
}

static struct place
place_of(const struct json *root)
{
	struct str setting = json_text(json_member(root, "setting"));
	struct place place = place_unknown();

	place.class = str_is(setting, "rural")   ? PLACE_RURAL
		      : str_is(setting, "urban") ? PLACE_URBAN
						 : PLACE_EDGE;
	return place;
}

static void
count(struct score *s, const struct json *root, const struct incident *in,
    const struct rules_result *r)
{
	const char *wanted = getenv("BUZZARD_CORPUS_SHOW");
	bool expected = is_expected(root, s->name);
	bool found = is_found(r, s->name);
	bool is_shown = wanted && strcmp(wanted, s->name) == 0;

	s->hit += expected && found;
	s->missed += expected && !found;
	s->wrong += !expected && found;
	if (is_shown && expected != found)
		show(in, expected ? "MISSED" : "WRONG", s->name, r);
}

static void
measure(const struct ruleset *rs, struct str corpus, struct score *scores,
    size_t score_count)
{
	struct rules_scratch *scratch = ruleset_scratch_new();
	struct arena *arena = arena_new();

	for (size_t at = 0; at < corpus.len;) {
		size_t end = at;
		struct json *root = NULL;
		struct incident in;
		struct rules_result result;
		struct place place;
		struct err e;

		while (end < corpus.len && corpus.p[end] != '\n')
			end++;
		assert_int_equal(json_parse(str_make(corpus.p + at, end - at),
				     &root, NULL, &e),
		    0);
		assert_int_equal(incident_decode(root, arena, &in, &e), 0);
		place = place_of(root);
		ruleset_tag(rs, &in, &place, scratch, arena, &result);
		for (size_t i = 0; i < score_count; i++)
			count(&scores[i], root, &in, &result);
		json_free(&root);
		arena_reset(arena);
		at = end + 1;
	}
	arena_free(&arena);
	ruleset_scratch_free(&scratch);
}

static int
read_corpus(struct buf *out)
{
	const char *shared = getenv("BUZZARD_SHARED");
	struct buf path = { 0 };
	struct err e;
	int r;

	buf_addf(&path, "%s/corpus/dev.ndjson",
	    shared ? shared : TEST_SOURCE_DIR "/../shared");
	r = files_read(path.p, LINES_MAX, out, &e);
	buf_clear(&path);
	return r;
}

static void
test_corpus(void **state)
{
	struct score scores[] = {
		{ "hare-coursing", 0.9, 0, 0, 0 },
		{ "fly-tipping", 0.9, 0, 0, 0 },
		{ "encampment", 0.9, 0, 0, 0 },
		{ "machinery", 0.85, 0, 0, 0 },
		{ "fuel", 0.9, 0, 0, 0 },
		{ "heritage", 0.9, 0, 0, 0 },
		{ "rural-asb", 0.75, 0, 0, 0 },
		{ "poaching", 0.85, 0, 0, 0 },
		{ "wildlife", 0.85, 0, 0, 0 },
		{ "livestock", 0.85, 0, 0, 0 },
		{ "equine", 0.85, 0, 0, 0 },
		{ "in-progress", 0.8, 0, 0, 0 },
		{ "rural-crime", 0.9, 0, 0, 0 },
		{ "targeted", 0.8, 0, 0, 0 },
	};
	struct buf *corpus = *state;
	struct ruleset *rs =
	    ruleskit_load(TEST_SOURCE_DIR "/rules/packs/essex");
	const size_t n = sizeof scores / sizeof scores[0];
	int below = 0;

	assert_non_null(rs);
	measure(rs, buf_str(corpus), scores, n);
	printf("%-16s %4s %4s %4s  %9s %7s %6s\n", "", "hit", "miss", "bad",
	    "precision", "recall", "F1");
	for (size_t i = 0; i < n; i++) {
		const struct score *s = &scores[i];
		double p = s->hit / (double)(s->hit + s->wrong);
		double r = s->hit / (double)(s->hit + s->missed);
		double f1 =
		    2.0 * s->hit / (double)(2 * s->hit + s->wrong + s->missed);

		printf("%-16s %4d %4d %4d  %9.3f %7.3f %6.3f\n", s->name,
		    s->hit, s->missed, s->wrong, p, r, f1);
		below += f1 < s->floor;
	}
	assert_int_equal(below, 0);
	ruleset_free(&rs);
}

int
main(void)
{
	struct buf corpus = { 0 };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(test_corpus, &corpus),
	};
	int failed;

	if (read_corpus(&corpus) == -1) {
		printf("SKIP no labelled corpus beside the project\n");
		return SKIPPED;
	}
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_clear(&corpus);
	return failed;
}
