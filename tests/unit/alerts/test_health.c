#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alerts/health.h"

#define MIDDLE 0x80000000u /* jitter that moves nothing, but for rounding */

static const struct backoff_policy policy = { .base_ms = 1000, .max_ms = 8000 };

enum event {
	TAKEN,
	REFUSED,
	LATER,
	TOLD_UP,
	TOLD_DOWN
};

struct step {
	int64_t now_ms;
	enum event event;
	enum health_change change;
	size_t room; /* with nothing in flight, right after */
};

/* One life of a channel, with room for 8. */
static const struct step life[] = {
	{ 0, LATER, HEALTH_SAME, 8 },
	{ 1, LATER, HEALTH_SAME, 8 },
	{ 2, TAKEN, HEALTH_SAME, 8 },
	{ 3, LATER, HEALTH_SAME, 8 },
	{ 4, LATER, HEALTH_SAME, 8 },
	{ 5, LATER, HEALTH_WENT_DOWN, 0 },
	{ 6, LATER, HEALTH_SAME, 0 }, /* was under way */
	{ 900, TOLD_DOWN, HEALTH_SAME, 0 },
	{ 1100, LATER, HEALTH_SAME, 0 }, /* the probe: 2 s more */
	{ 3200, LATER, HEALTH_SAME, 0 }, /* 4 s more */
	{ 7300, TAKEN, HEALTH_CAME_UP, 1 },
	{ 7301, TAKEN, HEALTH_SAME, 2 },
	{ 7302, REFUSED, HEALTH_SAME, 4 }, /* it lives, if it refuses */
	{ 7303, TAKEN, HEALTH_SAME, 8 },
	{ 7304, TAKEN, HEALTH_SAME, 8 },
	{ 7305, TOLD_UP, HEALTH_SAME, 8 },
	{ 7306, TOLD_DOWN, HEALTH_WENT_DOWN, 0 },
	{ 7307, TOLD_DOWN, HEALTH_SAME, 0 },
	{ 7308, TOLD_UP, HEALTH_CAME_UP, 1 },
	{ 7309, LATER, HEALTH_SAME, 1 }, /* the streak began anew */
	{ 7310, LATER, HEALTH_SAME, 1 },
	{ 7311, LATER, HEALTH_WENT_DOWN, 0 },
	{ 8400, REFUSED, HEALTH_CAME_UP, 1 },
};

static enum health_change
apply(struct health *h, const struct step *s)
{
	switch (s->event) {
	case TAKEN:
		return health_note(
		    h, OUTBOX_DELIVERED, &policy, s->now_ms, MIDDLE);
	case REFUSED:
		return health_note(
		    h, OUTBOX_REFUSED, &policy, s->now_ms, MIDDLE);
	case LATER:
		return health_note(
		    h, OUTBOX_TRY_LATER, &policy, s->now_ms, MIDDLE);
	case TOLD_UP:
	case TOLD_DOWN:
		return health_tell(
		    h, s->event == TOLD_UP, &policy, s->now_ms, MIDDLE);
	}
	return HEALTH_SAME;
}

static void
test_life(void **state)
{
	struct health h;

	(void)state;
	health_init(&h, 8);
	for (size_t i = 0; i < sizeof(life) / sizeof(life[0]); i++) {
		const struct step *s = &life[i];

		if (apply(&h, s) != s->change ||
		    health_room(&h, 0, s->now_ms) != s->room)
			fail_msg("wrong at step %zu (%lld ms)", i,
			    (long long)s->now_ms);
	}
}

static void
test_probe(void **state)
{
	struct health h;
	int64_t at_ms;

	(void)state;
	health_init(&h, 8);
	assert_int_equal(health_room_at(&h, 7, 5), 5);
	assert_true(health_room_at(&h, 8, 5) == INT64_MAX);
	assert_int_equal(health_room(&h, 3, 5), 5);
	assert_int_equal(health_room(&h, 9, 5), 0);
	(void)health_tell(&h, false, &policy, 100, MIDDLE);
	assert_int_equal(h.down_since_ms, 100);
	at_ms = health_room_at(&h, 0, 100);
	assert_true(at_ms >= 1099 && at_ms <= 1101);
	assert_int_equal(health_room(&h, 0, at_ms - 1), 0);
	assert_int_equal(health_room(&h, 0, at_ms), 1);
	/* One at a time, and not beside what was under way. */
	assert_int_equal(health_room(&h, 1, at_ms), 0);
	assert_true(health_room_at(&h, 1, at_ms) == INT64_MAX);
	/* Steps grow to the policy's cap and no further. */
	for (int i = 0; i < 20; i++) {
		int64_t now_ms = h.probe_ms;

		(void)health_note(
		    &h, OUTBOX_TRY_LATER, &policy, now_ms, MIDDLE);
		assert_true(h.probe_ms - now_ms <= policy.max_ms + 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_probe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
