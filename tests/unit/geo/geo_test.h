/*
 * geo_test: what the unit tests of geo share: cmocka, and small boundary files
 * made of squares.
 */
#ifndef GEO_TEST_H
#define GEO_TEST_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/own.h"
#include "agent/base/str.h"

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

/* Fails, printing both, unless text has part in it. */
__attribute__((unused)) static void
assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		print_error("\"%s\"\nhas no \"%s\" in it\n", text, part);
	assert_non_null(strstr(text, part));
}

/* Append a square from (x, y), side degrees wide and high, as a ring. */
__attribute__((unused)) static void
add_ring(struct buf *b, double x, double y, double side)
{
	buf_addf(b,
	    "[[%.6f,%.6f],[%.6f,%.6f],[%.6f,%.6f],[%.6f,%.6f],"
	    "[%.6f,%.6f]]",
	    x, y, x + side, y, x + side, y + side, x, y + side, x, y);
}

/* Append a feature with these properties and a square outline. */
__attribute__((unused)) static void
add_square(
    struct buf *b, const char *properties, double x, double y, double side)
{
	buf_addf(b,
	    "{\"type\":\"Feature\",\"properties\":{%s},\"geometry\":"
	    "{\"type\":\"Polygon\",\"coordinates\":[",
	    properties);
	add_ring(b, x, y, side);
	buf_add_text(b, "]}}");
}

/* The beginning and end of a collection. */
#define COLLECTION_BEGIN "{\"type\":\"FeatureCollection\",\"features\":["
#define COLLECTION_END   "]}"

/*
 * Append four areas of 0.1 degrees in two rows, in country without a town:
 *
 *	51.9..52.0   R3 rural   U4 urban     districts: North above,
 *	51.8..51.9   R1 rural   R2 rural     South below
 *	             0.4..0.5   0.5..0.6
 */
__attribute__((unused)) static void
add_four_areas(struct buf *b)
{
	buf_add_text(b, COLLECTION_BEGIN);
	add_square(b,
	    "\"code\":\"R2\",\"RUC21CD\":\"RSN1\","
	    "\"district\":\"South\"",
	    0.5, 51.8, 0.1);
	buf_add_char(b, ',');
	add_square(b,
	    "\"code\":\"R1\",\"RUC21CD\":\"RSF1\","
	    "\"district\":\"South\"",
	    0.4, 51.8, 0.1);
	buf_add_char(b, ',');
	add_square(b,
	    "\"code\":\"R3\",\"RUC21CD\":\"RLN1\","
	    "\"district\":\"North\"",
	    0.4, 51.9, 0.1);
	buf_add_char(b, ',');
	add_square(b,
	    "\"code\":\"U4\",\"RUC21CD\":\"UN1\","
	    "\"district\":\"North\"",
	    0.5, 51.9, 0.1);
	buf_add_text(b, COLLECTION_END);
}

#endif /* GEO_TEST_H */
