/*
 * Series over digests: a table of who is counted with whom, where the lines
 * are, and what does not matter (order of arrival, others, repetition).
 */
#include "tests/unit/rules/ruleskit.h"

#include <math.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/random.h"
#include "rules/limits.h"
#include "rules/series.h"

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define START  INT64_C(1794679200000) /* 14 November 2026 18:00 GMT */

/* Degrees of latitude for metres to the north. */
#define NORTH(m) ((m) / 111195.08)

#define HEAD                                    \
	"themes machinery, hare-coursing\n"     \
	"rule lock \"Lock\"\n"                  \
	"    flag precursor\n"                  \
	"    give 50 when text has \"lock\"\n"  \
	"    review from 50\n"                  \
	"rule dogs \"Dogs\"\n"                  \
	"    theme hare-coursing\n"             \
	"    give 50 when text has \"dogs\"\n"  \
	"    give 50 when text has \"hares\"\n" \
	"    alert from 80, review from 50\n"

/* One incident: what, minutes after START, metres north, plates. */
struct told {
	const char *signs; /* separated by commas, in order */
	int64_t minutes;
	double north_m; /* NAN: nowhere */
	const char *plates;
	double uncertainty_m; /* 0: 10 m */
};

#define LOCK "flag precursor"
#define DOGS "theme hare-coursing"

/* The last of the incidents told is judged: how many others are counted. */
static const struct {
	const char *name;
	const char *series;
	struct told told[6];
	int counted; /* -1: the series does not stand */
} cases[] = {
	{ "one is none", "of flag precursor at least 2 within 1 day and 5 km",
	    { { LOCK, 0, 0, "", 0 } }, -1 },
	{ "two", "of flag precursor at least 2 within 1 day and 5 km",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 10, 900, "", 0 } }, 1 },
	{ "two of three", "of flag precursor at least 3 within 1 day and 5 km",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 10, 900, "", 0 } }, -1 },
	{ "another sign", "of flag precursor at least 2 within 1 day and 5 km",
	    { { DOGS, 0, 0, "", 0 }, { LOCK, 10, 900, "", 0 } }, -1 },
	{ "the last must count",
	    "of flag precursor at least 2 within 1 day "
	    "and 5 km",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 5, 0, "", 0 },
		{ DOGS, 10, 900, "", 0 } },
	    -1 },
	{ "one of two signs",
	    "of flag precursor or theme hare-coursing at least 2 within 1 day "
	    "and 5 km",
	    { { DOGS, 0, 0, "", 0 }, { LOCK, 10, 900, "", 0 } }, 1 },
	{ "at the end of the time",
	    "of flag precursor at least 2 within 1 hour and 5 km",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 60, 900, "", 0 } }, 1 },
	{ "a minute later",
	    "of flag precursor at least 2 within 1 hour and "
	    "5 km",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 61, 900, "", 0 } }, -1 },
	{ "what comes later is not looked at",
	    "of flag precursor at least 2 within 1 day and 5 km",
	    { { LOCK, 20, 0, "", 0 }, { LOCK, 10, 900, "", 0 } }, -1 },
	{ "near enough at the far ends",
	    "of flag precursor at least 2 within 1 day and 1 km",
	    { { LOCK, 0, 0, "", 100 }, { LOCK, 10, 799, "", 100 } }, 1 },
	{ "perhaps too far",
	    "of flag precursor at least 2 within 1 day and "
	    "1 km",
	    { { LOCK, 0, 0, "", 100 }, { LOCK, 10, 801, "", 100 } }, -1 },
	{ "unstated is 100 m",
	    "of flag precursor at least 2 within 1 day and "
	    "1 km",
	    { { LOCK, 0, 0, "", (double)NAN },
		{ LOCK, 10, 799, "", (double)NAN } },
	    1 },
	{ "unstated is not exact",
	    "of flag precursor at least 2 within 1 day and 1 km",
	    { { LOCK, 0, 0, "", (double)NAN },
		{ LOCK, 10, 801, "", (double)NAN } },
	    -1 },
	{ "nowhere is not near",
	    "of flag precursor at least 2 within 1 day "
	    "and 5 km",
	    { { LOCK, 0, (double)NAN, "", 0 }, { LOCK, 10, 0, "", 0 } }, -1 },
	{ "nowhere is not near, the last",
	    "of flag precursor at least 2 within 1 day and 5 km",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 10, (double)NAN, "", 0 } }, -1 },
	{ "same vehicle",
	    "of flag precursor at least 3 within 2 weeks "
	    "same vehicle",
	    { { LOCK, 0, (double)NAN, "AB12CDE", 0 },
		{ LOCK, 10, 90000, "AB12CDE,EF34GHI", 0 },
		{ LOCK, 20, 0, "AB12CDE", 0 } },
	    2 },
	{ "three vehicles",
	    "of flag precursor at least 3 within 2 weeks same "
	    "vehicle",
	    { { LOCK, 0, 0, "AB12CDE", 0 }, { LOCK, 10, 0, "EF34GHI", 0 },
		{ LOCK, 20, 0, "AB12CDE,EF34GHI", 0 } },
	    -1 },
	{ "no plate",
	    "of flag precursor at least 2 within 2 weeks same "
	    "vehicle",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 20, 0, "", 0 } }, -1 },
	{ "same vehicle, but far",
	    "of flag precursor at least 2 within 2 "
	    "weeks and 5 km same vehicle",
	    { { LOCK, 0, 0, "AB12CDE", 0 }, { LOCK, 9, 6000, "AB12CDE", 0 } },
	    -1 },
	{ "same place",
	    "of flag precursor at least 2 within 9 weeks same "
	    "place",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 10, 279, "", 0 } }, 1 },
	{ "next place",
	    "of flag precursor at least 2 within 9 weeks same "
	    "place",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 10, 281, "", 0 } }, -1 },
	{ "same place by a distance",
	    "of flag precursor at least 2 within 9 weeks same place within "
	    "1 km",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 10, 979, "", 0 } }, 1 },
	{ "one farm rings twice",
	    "of flag precursor at least 2 within 3 days and 5 km distinct "
	    "places",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 10, 319, "", 0 } }, -1 },
	{ "two farms",
	    "of flag precursor at least 2 within 3 days and 5 km "
	    "distinct places",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 10, 321, "", 0 } }, 1 },
	{ "perhaps one farm",
	    "of flag precursor at least 2 within 3 days and "
	    "5 km distinct places",
	    { { LOCK, 0, 0, "", 200 }, { LOCK, 10, 600, "", 200 } }, -1 },
	{ "three places of four calls",
	    "of flag precursor at least 3 within 2 days and 20 km distinct "
	    "places 500 m apart",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 10, 100, "", 0 },
		{ LOCK, 20, 5000, "", 0 }, { LOCK, 30, 9000, "", 0 } },
	    2 },
	{ "two places of four calls",
	    "of flag precursor at least 3 within 2 days and 20 km distinct "
	    "places",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 10, 100, "", 0 },
		{ LOCK, 20, 5000, "", 0 }, { LOCK, 30, 5100, "", 0 } },
	    -1 },
	{ "a vague call between hides no farm",
	    "of flag precursor at least 3 within 2 days and 20 km distinct "
	    "places",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 10, 2000, "", 0 },
		{ LOCK, 20, 1000, "", 2000 }, { LOCK, 30, 9000, "", 0 } },
	    2 },
	{ "one between two hides neither",
	    "of flag precursor at least 3 within 2 days and 20 km distinct "
	    "places",
	    { { LOCK, 0, 0, "", 10 }, { LOCK, 10, 500, "", 10 },
		{ LOCK, 20, 250, "", 5 }, { LOCK, 30, 9000, "", 0 } },
	    2 },
	{ "days",
	    "of flag precursor at least 3 within 9 days and 5 km "
	    "distinct days",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 24 * 60, 0, "", 0 },
		{ LOCK, 48 * 60, 0, "", 0 } },
	    2 },
	{ "a day is one until midnight in London",
	    "of flag precursor at least 2 within 9 days and 5 km distinct "
	    "days",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 359, 0, "", 0 } }, -1 },
	{ "and then it is another",
	    "of flag precursor at least 2 within 9 days and 5 km distinct "
	    "days",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 360, 0, "", 0 } }, 1 },
	{ "vehicles",
	    "of flag precursor at least 2 within 9 days and 5 km "
	    "distinct vehicles",
	    { { LOCK, 0, 0, "AB12CDE", 0 }, { LOCK, 10, 0, "EF34GHI", 0 } },
	    1 },
	{ "one of theirs again",
	    "of flag precursor at least 2 within 9 days "
	    "and 5 km distinct vehicles",
	    { { LOCK, 0, 0, "AB12CDE", 0 },
		{ LOCK, 10, 0, "AB12CDE,EF34GHI", 0 } },
	    -1 },
	{ "in order",
	    "first flag precursor then theme hare-coursing within "
	    "10 days and 5 km",
	    { { LOCK, 0, 0, "", 0 }, { DOGS, 10, 0, "", 0 } }, 1 },
	{ "in the other order",
	    "first flag precursor then theme hare-coursing "
	    "within 10 days and 5 km",
	    { { DOGS, 0, 0, "", 0 }, { LOCK, 10, 0, "", 0 } }, -1 },
	{ "in one minute there is no order",
	    "first flag precursor then theme hare-coursing within 10 days and "
	    "5 km",
	    { { LOCK, 0, 0, "", 0 }, { DOGS, 0, 0, "", 0 } }, -1 },
	{ "both in one is no order",
	    "first flag precursor then theme hare-coursing within 10 days and "
	    "5 km",
	    { { LOCK "," DOGS, 0, 0, "", 0 } }, -1 },
	{ "three in order",
	    "first flag precursor then flag precursor then theme "
	    "hare-coursing alert within 10 days and 5 km",
	    { { LOCK, 0, 0, "", 0 }, { LOCK, 5, 0, "", 0 },
		{ DOGS "," DOGS " alert", 10, 0, "", 0 } },
	    2 },
	{ "a review is no alert",
	    "first flag precursor then theme hare-coursing alert within 10 "
	    "days and 5 km",
	    { { LOCK, 0, 0, "", 0 }, { DOGS, 10, 0, "", 0 } }, -1 },
	{ "in order, one vehicle",
	    "first flag precursor then theme hare-coursing within 10 days "
	    "same vehicle",
	    { { LOCK, 0, 0, "AB12CDE", 0 }, { LOCK, 2, 0, "EF34GHI", 0 },
		{ DOGS, 10, 0, "EF34GHI", 0 } },
	    1 },
	{ "in order, distinct places: an earlier one will do",
	    "first flag precursor then flag precursor then theme "
	    "hare-coursing within 10 days and 20 km distinct places",
	    { { LOCK, 0, 5000, "", 0 }, { LOCK, 1, 9000, "", 0 },
		{ LOCK, 2, 5050, "", 0 }, { DOGS, 10, 0, "", 0 } },
	    2 },
};

static struct ruleset *
compile_series(const char *lines)
{
	struct ruleset *rs;
	struct buf text = { 0 };

	buf_addf(&text,
	    HEAD "series it \"It\"\n    theme machinery\n    %s\n"
		 "    give 40 for review\n",
	    lines);
	rs = ruleskit_compile(text.p);
	buf_clear(&text);
	return rs;
}

/* The texts of a list with commas between, in arena. */
static const struct str *
split(struct arena *arena, const char *text, size_t *count)
{
	struct str *list = arena_alloc(arena, 16, sizeof *list);

	*count = 0;
	while (*text) {
		size_t len = strcspn(text, ",");

		list[(*count)++] = str_make(text, len);
		text += len + (text[len] == ',');
	}
	return list;
}

static struct series_digest
digest_of(struct arena *arena, const struct told *t, size_t number)
{
	struct series_digest d = { .id = (int64_t)number,
		.feed = str_of("control"),
		.ref = arena_strf(arena, "A-%zu", number),
		.at_ms = START + t->minutes * MINUTE,
		.lat = 51.9 + NORTH(t->north_m),
		.lon = isnan(t->north_m) ? (double)NAN : 0.5,
		.uncertainty_m =
		    t->uncertainty_m == 0 ? 10 : t->uncertainty_m };

	d.signs = split(arena, t->signs, &d.sign_count);
	d.plates = split(arena, t->plates, &d.plate_count);
	return d;
}

static int
count_counted(const struct series_hit *hits, size_t count)
{
	if (count == 0)
		return -1;
	assert_int_equal(count, 1);
	assert_true(str_is(hits->theme, "machinery"));
	assert_int_equal(hits->level, RULES_REVIEW);
	assert_true(str_is(hits->hit.evidence[0].field, "series"));
	return (int)hits->hit.evidence_count - 1;
}

static void
test_cases(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct ruleset *rs = compile_series(cases[i].series);
		struct series_window *w = series_window_new(rs);
		struct series_digest last = { 0 };
		const struct series_hit *hits;
		size_t count;

		for (size_t k = 0; k < LENGTH(cases[i].told); k++) {
			if (!cases[i].told[k].signs)
				break;
			last = digest_of(arena, &cases[i].told[k], k + 1);
			series_window_add(w, &last);
		}
		count = series_window_judge(w, &last, arena, &hits);
		if (count_counted(hits, count) != cases[i].counted)
			fail_msg("%s: %d counted, not %d", cases[i].name,
			    count_counted(hits, count), cases[i].counted);
		series_window_free(&w);
		ruleset_free(&rs);
		arena_reset(arena);
	}
	print_message("%zu cases\n", LENGTH(cases));
	arena_free(&arena);
}

/* ---- What does not matter ---- */

static uint32_t
below(uint32_t n)
{
	return random_u32() % n;
}

#define MANY 40

static const char *const many_series[] = {
	"at least 3 of flag precursor within 1 day and 4 km distinct places",
	"at least 2 of flag precursor or theme hare-coursing within 6 hours "
	"same vehicle",
	"first flag precursor then theme hare-coursing within 1 day and 2 km",
	"at least 4 of flag precursor within 1 day and 9 km distinct vehicles",
};

static void
make_random(struct told *told)
{
	static const char *const signs[] = { LOCK, DOGS, LOCK "," DOGS, "" };
	static const char *const plates[] = { "", "AB12CDE", "EF34GHI",
		"AB12CDE,EF34GHI", "JK56LMN" };

	*told = (struct told){ signs[below(4)], below(48) * 30,
		below(8) == 0 ? (double)NAN : below(30) * 200.0,
		plates[below(5)], 10 + below(4) * 100.0 };
}

/* What is said of all: one answer for each. */
static void
judge_all(const struct ruleset *rs, const struct series_digest *list,
    const size_t *order, struct arena *arena, struct buf *out)
{
	struct series_window *w = series_window_new(rs);

	for (size_t i = 0; i < MANY; i++)
		series_window_add(w, &list[order[i]]);
	for (size_t i = 0; i < MANY; i++) {
		const struct series_hit *hits;
		size_t count = series_window_judge(w, &list[i], arena, &hits);

		for (size_t k = 0; k < count; k++)
			for (size_t n = 0; n < hits[k].hit.evidence_count; n++)
				buf_addf(out, "%zu %.*s %.*s\n", i,
				    STR_ARG(hits[k].hit.rule),
				    STR_ARG(hits[k].hit.evidence[n].text));
	}
	series_window_free(&w);
}

static struct ruleset *
compile_many(void)
{
	struct buf text = { 0 };
	struct ruleset *rs;

	buf_add_text(&text, HEAD);
	for (size_t i = 0; i < LENGTH(many_series); i++)
		buf_addf(&text,
		    "series it_%zu \"It\"\n    theme machinery\n    %s\n"
		    "    give 40 for review\n",
		    i, many_series[i]);
	rs = ruleskit_compile(text.p);
	buf_clear(&text);
	return rs;
}

static void
test_order_of_arrival(void **state)
{
	struct ruleset *rs = compile_many();
	struct arena *arena = arena_new();
	size_t order[MANY], found = 0;

	(void)state;
	for (int round = 0; round < 40; round++) {
		struct series_digest list[MANY];
		struct buf first = { 0 };

		for (size_t i = 0; i < MANY; i++) {
			struct told told;

			make_random(&told);
			list[i] = digest_of(arena, &told, i);
			order[i] = i;
		}
		judge_all(rs, list, order, arena, &first);
		found += first.len > 0;
		for (int again = 0; again < 5; again++) {
			struct buf other = { 0 };

			for (size_t i = MANY; i > 1; i--) {
				size_t k = below((uint32_t)i);
				size_t was = order[k];

				order[k] = order[i - 1];
				order[i - 1] = was;
			}
			judge_all(rs, list, order, arena, &other);
			assert_true(
			    str_is_equal(buf_str(&first), buf_str(&other)));
			buf_clear(&other);
		}
		buf_clear(&first);
		arena_reset(arena);
	}
	assert_true(found > 30);
	arena_free(&arena);
	ruleset_free(&rs);
}

/* More incidents never take a series away: what is counted may only grow. */
static void
test_more_never_takes_away(void **state)
{
	struct ruleset *rs = compile_many();
	struct arena *arena = arena_new();
	size_t stood = 0;

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct series_window *w = series_window_new(rs);
		struct told told = { LOCK "," DOGS, 3000, 3000,
			"AB12CDE,EF34GHI", 10 };
		struct series_digest last = digest_of(arena, &told, 999);
		size_t before = 0;

		series_window_add(w, &last);
		for (size_t i = 0; i < MANY; i++) {
			const struct series_hit *hits;
			struct series_digest d;
			size_t now;

			make_random(&told);
			told.minutes += 600;
			d = digest_of(arena, &told, i);
			series_window_add(w, &d);
			now = series_window_judge(w, &last, arena, &hits);
			assert_true(now >= before);
			before = now;
		}
		stood += before;
		series_window_free(&w);
		arena_reset(arena);
	}
	assert_true(stood > 0);
	arena_free(&arena);
	ruleset_free(&rs);
}

static void
test_taking_out(void **state)
{
	struct ruleset *rs = compile_series(
	    "at least 2 of flag precursor within 1 day and 5 km");
	struct series_window *w = series_window_new(rs);
	struct arena *arena = arena_new();
	const struct told told[] = { { LOCK, 0, 0, "", 0 },
		{ LOCK, 10, 0, "", 0 }, { DOGS, 20, 0, "", 0 },
		{ LOCK, 30, 0, "", 0 } };
	struct series_digest d[4];
	const struct series_digest **after;
	const struct series_hit *hits;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		d[i] = digest_of(arena, &told[i], i);
		series_window_add(w, &d[i]);
	}
	assert_int_equal(series_window_after(w, &d[1], arena, &after), 2);
	assert_true(str_is_equal(after[0]->ref, d[2].ref));
	assert_int_equal(series_window_judge(w, &d[3], arena, &hits), 1);
	assert_int_equal(hits->hit.evidence_count, 3);
	series_window_remove(w, &d[1]);
	series_window_remove(w, &d[1]);
	assert_int_equal(series_window_after(w, &d[1], arena, &after), 2);
	assert_int_equal(series_window_judge(w, &d[3], arena, &hits), 1);
	assert_int_equal(hits->hit.evidence_count, 2);
	series_window_remove(w, &d[0]);
	assert_int_equal(series_window_judge(w, &d[3], arena, &hits), 0);
	series_window_free(&w);
	series_window_free(&w);
	arena_free(&arena);
	ruleset_free(&rs);
}

/* The answers for all in w, in order, a line each. */
static void
say_all(struct series_window *w, struct arena *arena, char lines[][2048])
{
	const struct series_digest start = { .at_ms = INT64_MIN / 2 };
	const struct series_digest **all;
	size_t count = series_window_after(w, &start, arena, &all);

	for (size_t i = 0; i < count; i++) {
		const struct series_hit *hits;
		size_t n = series_window_judge(w, all[i], arena, &hits);
		char *line = lines[all[i]->id];

		line[0] = '\0';
		for (size_t k = 0; k < n; k++)
			for (size_t m = 0; m < hits[k].hit.evidence_count; m++)
				strncat(line,
				    arena_strf(arena, "%.*s;",
					STR_ARG(hits[k].hit.evidence[m].text))
					.p,
				    2047 - strlen(line));
	}
}

/*
 * Of a change those are named that it gives another answer, and no others as
 * changed: held against judging all of them before and after.
 */
static void
test_touched(void **state)
{
	static char before[MANY + 1][2048], after[MANY + 1][2048];
	struct ruleset *rs = compile_many();
	struct arena *arena = arena_new();
	size_t changed = 0;

	(void)state;
	for (int round = 0; round < 150; round++) {
		struct series_window *w = series_window_new(rs);
		struct told told;
		struct series_digest was, is;
		bool named[MANY + 1] = { false };

		memset(before, 0, sizeof(before));
		memset(after, 0, sizeof(after));
		for (size_t i = 1; i < MANY; i++) {
			struct series_digest d;

			make_random(&told);
			d = digest_of(arena, &told, i);
			series_window_add(w, &d);
		}
		make_random(&told);
		was = digest_of(arena, &told, MANY);
		make_random(&told);
		is = digest_of(arena, &told, MANY);
		series_window_add(w, &was);
		say_all(w, arena, before);
		series_window_remove(w, &was);
		series_window_add(w, &is);
		say_all(w, arena, after);
		for (int side = 0; side < 2; side++) {
			const struct series_touched *list;
			size_t n = series_window_touched(w, side ? &was : &is,
			    &was, &is, 2 * DAY, arena, &list);

			for (size_t i = 0; i < n; i++)
				if (list[i].has_changed)
					named[list[i].digest->id] = true;
		}
		for (size_t i = 1; i < MANY; i++) {
			bool differs = strcmp(before[i], after[i]) != 0;

			assert_int_equal(named[i], differs);
			changed += differs;
		}
		series_window_free(&w);
		arena_reset(arena);
	}
	assert_true(changed > 50);
	arena_free(&arena);
	ruleset_free(&rs);
}

/* ---- Limits ---- */

/* One that is far away, and still moves what is looked back at. */
static void
test_touched_at_the_limit(void **state)
{
	struct ruleset *rs = compile_series(
	    "first theme hare-coursing then flag precursor within 90 days "
	    "and 5 km");
	struct series_window *w = series_window_new(rs);
	struct arena *arena = arena_new();
	struct told told = { DOGS, 0, 0, "", 10 };
	struct series_digest d = digest_of(arena, &told, 0);
	const struct series_digest none = { .at_ms = CLOCK_NONE };
	const struct series_touched *list;
	size_t count;

	(void)state;
	series_window_add(w, &d);
	told.signs = LOCK;
	for (size_t i = 1; i <= LIMITS_SERIES_POOL_MAX; i++) {
		told.minutes = (int64_t)i;
		d = digest_of(arena, &told, i);
		series_window_add(w, &d);
	}
	/* Late, thirty kilometres from all of them. */
	told.minutes = 5;
	told.north_m = 30000;
	d = digest_of(arena, &told, 9999);
	series_window_add(w, &d);
	count = series_window_touched(w, &d, &none, &d, 90 * DAY, arena, &list);
	assert_int_equal(count, 1);
	assert_true(list[0].has_changed);
	assert_int_equal(list[0].digest->id, LIMITS_SERIES_POOL_MAX);
	assert_int_equal(list[0].hit_count, 0);
	series_window_free(&w);
	arena_free(&arena);
	ruleset_free(&rs);
}

/* The newest so many are looked at, and of them the newest are named. */
static void
test_pool(void **state)
{
	struct ruleset *rs = compile_series(
	    "first theme hare-coursing then flag precursor within 90 days "
	    "and 5 km");
	struct arena *arena = arena_new();
	struct told told = { DOGS, 0, 0, "", 0 };

	(void)state;
	for (size_t between = LIMITS_SERIES_POOL_MAX - 1;
	     between <= LIMITS_SERIES_POOL_MAX; between++) {
		struct series_window *w = series_window_new(rs);
		struct series_digest d;
		const struct series_hit *hits;

		told = (struct told){ DOGS, 0, 0, "", 0 };
		d = digest_of(arena, &told, 0);
		series_window_add(w, &d);
		told.signs = LOCK;
		for (size_t i = 1; i <= between + 1; i++) {
			told.minutes = (int64_t)i;
			d = digest_of(arena, &told, i);
			series_window_add(w, &d);
		}
		assert_int_equal(series_window_judge(w, &d, arena, &hits),
		    between < LIMITS_SERIES_POOL_MAX);
		series_window_free(&w);
	}
	arena_free(&arena);
	ruleset_free(&rs);
}

/* Nineteen groups of fifty, of which twenty cannot be chosen: it ends. */
static void
test_search_is_bounded(void **state)
{
	struct ruleset *rs = compile_series(
	    "at least 20 of flag precursor within 90 days and 50 km distinct "
	    "places");
	struct series_window *w = series_window_new(rs);
	struct arena *arena = arena_new();
	struct series_digest d = { 0 };
	const struct series_hit *hits;

	(void)state;
	for (size_t i = 0; i < 950; i++) {
		const struct told told = { LOCK, (int64_t)i,
			(double)(i % 19) * 1000, "", 10 };

		d = digest_of(arena, &told, i);
		series_window_add(w, &d);
	}
	assert_int_equal(series_window_judge(w, &d, arena, &hits), 0);
	series_window_free(&w);
	arena_free(&arena);
	ruleset_free(&rs);
}

static void
test_evidence_is_bounded(void **state)
{
	struct ruleset *rs = compile_series(
	    "at least 2 of flag precursor within 90 days and 50 km");
	struct series_window *w = series_window_new(rs);
	struct arena *arena = arena_new();
	struct series_digest d = { 0 };
	const struct series_hit *hits;

	(void)state;
	for (size_t i = 0; i < 100; i++) {
		const struct told told = { LOCK, (int64_t)i, 0, "", 10 };

		d = digest_of(arena, &told, i);
		series_window_add(w, &d);
	}
	assert_int_equal(series_window_judge(w, &d, arena, &hits), 1);
	assert_int_equal(
	    hits->hit.evidence_count, LIMITS_SERIES_EVIDENCE_MAX + 1);
	assert_true(str_has_prefix(hits->hit.evidence[0].text,
	    "more than 20 incidents: at least 2 of "));
	assert_true(str_is(hits->hit.evidence[1].link->ref, "A-98"));
	series_window_free(&w);
	arena_free(&arena);
	ruleset_free(&rs);
}

/* ---- Digests and tags ---- */

static void
test_reach(void **state)
{
	struct ruleset *rs = compile_many();
	struct arena *arena = arena_new();
	const struct told told = { DOGS, 0, 0, "", 0 };
	struct series_digest d = digest_of(arena, &told, 1);
	struct series_reach reach;

	(void)state;
	series_reach_find(rs, &d, arena, &reach);
	assert_int_equal(reach.window_ms, DAY);
	assert_int_equal(reach.sign_count, 2);
	assert_true(str_is(reach.signs[0], LOCK));
	assert_true(str_is(reach.signs[1], DOGS));
	d.sign_count = 0;
	series_reach_find(rs, &d, arena, &reach);
	assert_int_equal(reach.sign_count, 0);
	d.sign_count = 1;
	d.at_ms = CLOCK_NONE;
	series_reach_find(rs, &d, arena, &reach);
	assert_int_equal(reach.sign_count, 0);
	arena_free(&arena);
	ruleset_free(&rs);
}

static void
make_digest(const struct ruleset *rs, const char *text, struct arena *arena,
    struct rules_result *own, struct series_digest *out)
{
	struct rules_scratch *scratch = ruleset_scratch_new();
	struct place place = place_unknown();
	struct incident_entry *entry = arena_alloc(arena, 1, sizeof *entry);
	struct incident *in = arena_alloc(arena, 1, sizeof *in);

	incident_init(in);
	in->id = str_of("A-1");
	in->opened_ms = START;
	*entry = (struct incident_entry){ .at_ms = CLOCK_NONE,
		.seq = INCIDENT_NO_NUMBER,
		.by = str_of("CALL"),
		.text = str_of(text) };
	in->log = entry;
	in->log_count = 1;
	ruleset_tag(rs, in, &place, scratch, arena, own);
	series_digest_make(rs, str_of("control"), in, &place, own, arena, out);
	ruleset_scratch_free(&scratch);
}

static void
test_digest(void **state)
{
	struct ruleset *rs = compile_series(
	    "at least 2 of rule dogs or theme hare-coursing alert or theme "
	    "hare-coursing or rule lock or flag precursor within 1 day and "
	    "5 km");
	struct arena *arena = arena_new();
	struct rules_result own;
	struct series_digest d, other;

	(void)state;
	make_digest(
	    rs, "car HJ56 KLM, lock cut, dogs, VRM AB12 CDE", arena, &own, &d);
	assert_int_equal(d.at_ms, START);
	assert_int_equal(d.sign_count, 4);
	assert_true(str_is(d.signs[0], "flag precursor"));
	assert_true(str_is(d.signs[1], "rule dogs"));
	assert_true(str_is(d.signs[2], "rule lock"));
	assert_true(str_is(d.signs[3], "theme hare-coursing"));
	assert_int_equal(d.plate_count, 2);
	assert_true(str_is(d.plates[0], "AB12CDE"));
	assert_true(str_is(d.plates[1], "HJ56KLM"));
	make_digest(rs, "dogs and hares", arena, &own, &other);
	assert_int_equal(other.sign_count, 3);
	assert_true(str_is(other.signs[2], "theme hare-coursing alert"));
	assert_false(series_digest_is_equal(&d, &other));
	assert_true(series_digest_is_equal(&d, &d));
	/* Partial plates never, and nothing of what has no sign. */
	make_digest(rs, "car AB12 C, lock cut", arena, &own, &d);
	assert_int_equal(d.plate_count, 0);
	make_digest(rs, "car VRM AB12 CDE", arena, &own, &d);
	assert_int_equal(d.sign_count, 0);
	assert_int_equal(d.plate_count, 0);
	arena_free(&arena);
	ruleset_free(&rs);
}

static void
test_apply(void **state)
{
	struct ruleset *rs = compile_series("at least 2 of flag precursor "
					    "within 1 day and 5 km");
	struct arena *arena = arena_new();
	struct rules_result own;
	struct series_digest d;
	struct series_hit hits[3] = {
		{ str_of("machinery"), RULES_REVIEW, false,
		    { .rule = str_of("it"), .points = 40 } },
		{ str_of("hare-coursing"), RULES_ALERT, false,
		    { .rule = str_of("more"), .points = 90 } },
		{ str_of("machinery"), RULES_ALERT, true,
		    { .rule = str_of("trial"), .points = 90 } },
	};

	(void)state;
	make_digest(rs, "dogs", arena, &own, &d);
	assert_int_equal(own.tag_count, 1);
	series_apply(hits, 3, arena, &own);
	assert_int_equal(own.tag_count, 2);
	assert_true(str_is(own.tags[0].theme, "hare-coursing"));
	assert_int_equal(own.tags[0].level, RULES_ALERT);
	assert_int_equal(own.tags[0].score, 90);
	assert_int_equal(own.tags[0].hit_count, 2);
	assert_true(str_is(own.tags[0].hits[0].rule, "dogs"));
	assert_true(str_is(own.tags[1].theme, "machinery"));
	assert_int_equal(own.tags[1].level, RULES_REVIEW);
	assert_int_equal(own.tags[1].score, 40);
	assert_int_equal(own.shadow_count, 1);
	assert_int_equal(own.shadows[0].level, RULES_ALERT);
	assert_false(own.rural_crime);
	arena_free(&arena);
	ruleset_free(&rs);
}

static void
test_evidence(void **state)
{
	struct ruleset *rs = compile_series(
	    "first flag precursor then theme hare-coursing within 10 days and "
	    "5 km same vehicle because \"they came back\"");
	struct series_window *w = series_window_new(rs);
	struct arena *arena = arena_new();
	const struct told told[] = { { LOCK, 0, 0, "AB12CDE", 25 },
		{ DOGS, 1440, 1200, "AB12CDE,EF34GHI", 30 } };
	struct series_digest d[2];
	const struct series_hit *hits;
	const struct rules_evidence *ev;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		d[i] = digest_of(arena, &told[i], i + 1);
		series_window_add(w, &d[i]);
	}
	assert_int_equal(series_window_judge(w, &d[1], arena, &hits), 1);
	series_window_free(&w);
	ev = hits->hit.evidence;
	assert_int_equal(hits->hit.evidence_count, 2);
	assert_true(str_is(hits->hit.rule, "it"));
	assert_true(str_is(ev[0].text,
	    "2 incidents with AB12CDE: first flag precursor, then theme "
	    "hare-coursing within 10 days and 5 km, same vehicle"));
	assert_true(str_is(ev[0].why, "they came back"));
	assert_int_equal(ev[0].points, 40);
	assert_false(ev[0].has_span);
	assert_null(ev[0].link);
	assert_true(str_is(ev[1].text,
	    "A-1 of control, Sat 14 Nov 2026 18:00 GMT, flag precursor, "
	    "1.2 km away, give or take 55 m"));
	assert_non_null(ev[1].link);
	assert_int_equal(ev[1].link->id, 1);
	assert_true(str_is(ev[1].link->plate, "AB12CDE"));
	assert_true(fabs(ev[1].link->distance_m - 1200) < 1);
	arena_free(&arena);
	ruleset_free(&rs);
}

static void
test_describe(void **state)
{
	struct ruleset *rs = compile_many();
	struct buf out = { 0 };

	(void)state;
	assert_int_equal(series_count(rs), LENGTH(many_series));
	assert_int_equal(
	    series_describe(rs, (struct str){ 0 }, &out), LENGTH(many_series));
	buf_reset(&out);
	assert_int_equal(series_describe(rs, str_of("it_2"), &out), 1);
	assert_true(str_is(buf_str(&out),
	    "it_2 (series, theme machinery): not judged here, for it is about "
	    "several incidents; the agent and rules preview judge it\n"
	    "  review with 40 points when first flag precursor, then theme "
	    "hare-coursing within 1 day and 2 km\n"));
	assert_int_equal(series_describe(rs, str_of("it_9"), &out), 0);
	buf_clear(&out);
	ruleset_free(&rs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_order_of_arrival),
		cmocka_unit_test(test_more_never_takes_away),
		cmocka_unit_test(test_taking_out),
		cmocka_unit_test(test_touched),
		cmocka_unit_test(test_touched_at_the_limit),
		cmocka_unit_test(test_pool),
		cmocka_unit_test(test_search_is_bounded),
		cmocka_unit_test(test_evidence_is_bounded),
		cmocka_unit_test(test_reach),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_apply),
		cmocka_unit_test(test_evidence),
		cmocka_unit_test(test_describe),
	};
	const char *given = getenv("BUZZARD_SEED");
	uint64_t seed =
	    given ? strtoull(given, NULL, 10) : 1 + random_u32() % 1000000;

	print_message(
	    "seed %llu (BUZZARD_SEED repeats it)\n", (unsigned long long)seed);
	random_set_seed(seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
