/*
 * Any bytes as a table's map, its first row and a row of it: what is found
 * stands in the row, is multiplied with a number, and a map that cannot be
 * followed is refused with a reason.
 *
 * The first line is the map, the second the names, the third the fields; names
 * and fields are parted by semicolons.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/tracks/columns.h"

#define CELLS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The text before the next end, which is taken off *rest with it. */
static struct str
next_part(struct str *rest, char end)
{
	const char *at = rest->len > 0 ? memchr(rest->p, end, rest->len) : NULL;
	size_t n = at ? (size_t)(at - rest->p) : rest->len;
	struct str part = str_make(rest->p, n);
	size_t step = at ? n + 1 : n;

	*rest = str_make(rest->p + step, rest->len - step);
	return part;
}

static size_t
cut_row(struct str row, struct str cells[CELLS_MAX])
{
	size_t count = 0;

	while (row.len > 0 && count < CELLS_MAX)
		cells[count++] = next_part(&row, ';');
	return count;
}

static void
check_columns(const struct columns *c, size_t count, bool has_place)
{
	for (size_t i = 0; i < COLUMNS_COUNT; i++) {
		CHECK(c->at[i] >= -1 && c->at[i] < (int)count);
		CHECK(isfinite(c->factor[i]) && c->factor[i] > 0);
	}
	if (has_place)
		CHECK(c->at[COLUMNS_PLACE] >= 0 ||
		      (c->at[COLUMNS_LAT] >= 0 && c->at[COLUMNS_LON] >= 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str rest = str_make((const char *)data, len);
	char *map = str_copy(next_part(&rest, '\n'));
	struct str names[CELLS_MAX], fields[CELLS_MAX];
	size_t name_count = cut_row(next_part(&rest, '\n'), names);
	size_t field_count = cut_row(next_part(&rest, '\n'), fields);
	struct columns c;
	struct err e = { 0 };
	int r = columns_by_map(map, names, name_count, &c, &e);

	check_columns(&c, name_count, r == 0);
	if (r < 0)
		CHECK(e.code == ERR_INVALID && e.msg[0]);
	check_columns(&c, name_count, columns_by_name(names, name_count, &c));
	check_columns(
	    &c, field_count, columns_by_look(fields, field_count, &c));
	free(map);
	return 0;
}
