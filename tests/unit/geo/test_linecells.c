/* What is said to be far must be far; and most that is far is said to be. */
#include "agent/geo/linecells.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SIDE     40000.0 /* of the box, in metres */
#define CORNERS  200
#define POINTS   20000
#define STRETCH  900.0 /* of the line, at most, in each direction */
#define LEFT_M   500000.0
#define BOTTOM_M 180000.0

/* A fraction of 1: the same ones on every machine. */
static double
draw(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return (double)(*seed >> 40) / (1 << 24);
}

static double
within(double v)
{
	return fmin(fmax(v, 0), SIDE);
}

static double
distance(double x, double y, const double a[2], const double b[2])
{
	double dx = b[0] - a[0], dy = b[1] - a[1];
	double length = dx * dx + dy * dy;
	double t =
	    length > 0 ? ((x - a[0]) * dx + (y - a[1]) * dy) / length : 0;

	t = fmin(fmax(t, 0), 1);
	return hypot(a[0] + t * dx - x, a[1] + t * dy - y);
}

static double
distance_of_all(double x, double y, double corners[CORNERS][2])
{
	double least = (double)INFINITY;

	for (size_t i = 1; i < CORNERS; i++)
		least = fmin(least, distance(x, y, corners[i - 1], corners[i]));
	return least;
}

static void
test_far_is_far(void **state)
{
	double corners[CORNERS][2] = { { LEFT_M + SIDE / 2,
	    BOTTOM_M + SIDE / 2 } };
	struct linecells *c =
	    linecells_new(LEFT_M, BOTTOM_M, LEFT_M + SIDE, BOTTOM_M + SIDE);
	uint64_t seed = 7;
	size_t far = 0, told = 0;

	(void)state;
	for (size_t i = 1; i < CORNERS; i++) {
		const double *last = corners[i - 1];

		corners[i][0] = LEFT_M + within(last[0] - LEFT_M +
						(draw(&seed) - 0.5) * STRETCH);
		corners[i][1] =
		    BOTTOM_M +
		    within(last[1] - BOTTOM_M + (draw(&seed) - 0.5) * STRETCH);
		linecells_add(
		    c, last[0], last[1], corners[i][0], corners[i][1]);
	}
	for (size_t i = 0; i < POINTS; i++) {
		/* Some beyond the box. */
		double x = LEFT_M + (draw(&seed) * 1.2 - 0.1) * SIDE;
		double y = BOTTOM_M + (draw(&seed) * 1.2 - 0.1) * SIDE;
		double metres = draw(&seed) * 2000;
		bool may = linecells_may_be_within(c, x, y, metres);
		bool is = distance_of_all(x, y, corners) <= metres;

		if (is && !may)
			fail_msg("(%f, %f) is within %f m", x, y, metres);
		far += !is;
		told += !may;
	}
	assert_true(far > POINTS / 2);
	assert_true(told > far * 3 / 4);
	linecells_free(&c);
	assert_null(c);
	linecells_free(&c);
}

/* A line of one point, and one on the edge of its box. */
static void
test_edges(void **state)
{
	struct linecells *c = linecells_new(1000, 2000, 1000, 2000);

	(void)state;
	linecells_add(c, 1000, 2000, 1000, 2000);
	assert_true(linecells_may_be_within(c, 1000, 2000, 0));
	linecells_free(&c);
	c = linecells_new(0, 0, 5000, 5000);
	assert_false(linecells_may_be_within(c, 5000, 5000, 100));
	linecells_add(c, 4990, 0, 5000, 5000);
	assert_true(linecells_may_be_within(c, 5000, 5000, 0));
	assert_true(linecells_may_be_within(c, 4000, 2500, 1000));
	assert_false(linecells_may_be_within(c, 1000, 2500, 1000));
	linecells_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_far_is_far),
		cmocka_unit_test(test_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
