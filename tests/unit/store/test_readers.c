/* What accounts read of late, held against all that was noted. */
#include "tests/unit/store/storekit.h"

#include "agent/store/readers.h"

#define NOW     INT64_C(1800000000000)
#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)

static void
test_each_for_itself(void **state)
{
	struct readers *r = readers_new(DAY_MS);
	struct reader *a, *b;

	(void)state;
	assert_null(readers_find(r, "account:a"));
	a = readers_add(r, "account:a");
	b = readers_add(r, "account:b");
	assert_ptr_equal(readers_find(r, "account:a"), a);
	assert_ptr_equal(readers_find(r, "account:b"), b);
	reader_note(a, 7, NOW, true);
	assert_int_equal(reader_count(a, NOW), 1);
	assert_int_equal(reader_count(a, NOW + 1), 0);
	assert_int_equal(reader_count(b, NOW), 0);
	readers_clear(r);
	assert_null(readers_find(r, "account:a"));
	readers_free(&r);
	readers_free(&r);
	assert_null(r);
}

/* Work after the beginning of the time asked for takes the look away. */
static void
test_work(void **state)
{
	struct readers *r = readers_new(DAY_MS);
	struct reader *a = readers_add(r, "account:a");

	(void)state;
	reader_note(a, 7, NOW - 2 * HOUR_MS, false);
	reader_note(a, 7, NOW, true);
	assert_int_equal(reader_count(a, NOW - HOUR_MS), 1);
	assert_int_equal(reader_count(a, NOW - 2 * HOUR_MS), 0);
	reader_note(a, 8, NOW, false);
	assert_int_equal(reader_count(a, NOW - HOUR_MS), 1);
	reader_note_file(a, 40, NOW - 1);
	assert_int_equal(reader_count(a, NOW - HOUR_MS), 41);
	assert_int_equal(reader_count(a, NOW), 1);
	readers_free(&r);
}

static void
test_its_usual_is_kept_for_a_time(void **state)
{
	struct readers *r = readers_new(DAY_MS);
	struct reader *a = readers_add(r, "account:a");
	int64_t most = -1;

	(void)state;
	assert_false(reader_knows(a, INT64_MIN, &most));
	reader_know(a, 30, NOW);
	assert_true(reader_knows(a, NOW, &most));
	assert_int_equal(most, 30);
	assert_false(reader_knows(a, NOW + 1, &most));
	readers_free(&r);
}

#define NOTES 4000

struct note {
	int64_t id, at_ms, rows;
	bool is_look;
};

static int64_t
count_naively(const struct note *notes, size_t count, int64_t since_ms)
{
	int64_t n = 0;

	for (int64_t id = 1; id <= 500; id++) {
		bool looked = false, acted = false;

		for (size_t i = 0; i < count; i++)
			if (notes[i].id == id && notes[i].at_ms >= since_ms) {
				looked |= notes[i].is_look;
				acted |= !notes[i].is_look;
			}
		n += looked && !acted;
	}
	for (size_t i = 0; i < count; i++)
		if (notes[i].at_ms >= since_ms)
			n += notes[i].rows;
	return n;
}

/* Over three days, so that room is made by dropping what is too old. */
static void
test_random(void **state)
{
	static struct note notes[NOTES];
	struct readers *r = readers_new(DAY_MS);
	struct reader *a = readers_add(r, "account:a");
	uint64_t seed = 7;

	(void)state;
	for (size_t i = 0; i < NOTES; i++) {
		int64_t at_ms = NOW + (int64_t)i * 3 * DAY_MS / NOTES;

		seed = seed * UINT64_C(6364136223846793005) + 1;
		at_ms -= (int64_t)(seed >> 50); /* clocks go back a little */
		if (seed >> 33 & 15) {
			notes[i] =
			    (struct note){ (int64_t)(seed >> 40) % 500 + 1,
				    at_ms, 0, (seed >> 34 & 7) != 0 };
			reader_note(a, notes[i].id, at_ms, notes[i].is_look);
		} else {
			notes[i] = (struct note){ 0, at_ms, 3, false };
			reader_note_file(a, 3, at_ms);
		}
		if (i % 97 != 0)
			continue;
		for (int64_t back = 1; back <= 8; back *= 2) {
			int64_t since_ms = at_ms - DAY_MS / back + 17000;

			assert_int_equal(reader_count(a, since_ms),
			    count_naively(notes, i + 1, since_ms));
		}
	}
	readers_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_for_itself),
		cmocka_unit_test(test_work),
		cmocka_unit_test(test_its_usual_is_kept_for_a_time),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
