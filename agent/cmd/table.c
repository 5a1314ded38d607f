/*
 * A table keeps its cells as escaped text in one buffer, with the columns each
 * takes on the screen: sizes are known only when all rows are.  The listings
 * are limited, so is this memory.
 */
#include "agent/cmd/table.h"

#include <stdio.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/jsonw.h"

struct cell {
	size_t begin, len; /* of its text */
	size_t width;      /* columns on the screen */
	enum output_tone tone;
};

struct table {
	const struct output *o; /* borrowed */
	const struct table_column *columns;
	size_t column_count;
	size_t at; /* the column that comes next */
	size_t row_count;
	enum output_tone tone;
	struct buf text; /* of all cells, or of the JSON line */
	struct jsonw json;
	struct cell *cells; /* owned */
	size_t cell_count, cell_cap;
};

struct table *
table_new(
    const struct output *o, const struct table_column *columns, size_t count)
{
	struct table *t = alloc_zero(1, sizeof *t);

	CHECK(count > 0);
	t->o = o;
	t->columns = columns;
	t->column_count = count;
	return t;
}

void
table_tone(struct table *t, enum output_tone tone)
{
	t->tone = tone;
}

/* ---- Cells ---- */

/*
 * Begin the next cell.  Returns true if the caller is to write a JSON value;
 * else it calls add_cell(), which knows whether the column is shown.
 */
static bool
begin_cell(struct table *t)
{
	CHECK(t->at < t->column_count);
	if (!t->o->is_json)
		return false;
	if (t->at == 0) {
		jsonw_init(&t->json, &t->text);
		jsonw_object(&t->json);
	}
	if (!t->columns[t->at++].key)
		return false;
	jsonw_key(&t->json, t->columns[t->at - 1].key);
	return true;
}

static void
add_cell(struct table *t, struct str s)
{
	const struct table_column *c;
	struct cell cell = { .begin = t->text.len, .tone = t->tone };

	if (t->o->is_json)
		return;
	t->tone = OUTPUT_PLAIN;
	c = &t->columns[t->at++];
	if (!c->title)
		return;
	cell.width = output_escape(&t->text, s, c->width_max);
	cell.len = t->text.len - cell.begin;
	if (t->cell_count == t->cell_cap) {
		t->cell_cap = t->cell_cap ? t->cell_cap * 2 : 128;
		t->cells = alloc_resize(t->cells, t->cell_cap, sizeof cell);
	}
	t->cells[t->cell_count++] = cell;
}

void
table_str(struct table *t, struct str s)
{
	if (begin_cell(t))
		jsonw_str(&t->json, s);
	else
		add_cell(t, str_is_given(s) ? s : str_of("-"));
}

void
table_text(struct table *t, const char *s)
{
	table_str(t, str_of(s));
}

void
table_int(struct table *t, int64_t v)
{
	char text[32];

	snprintf(text, sizeof text, "%lld", (long long)v);
	if (begin_cell(t))
		jsonw_int(&t->json, v);
	else
		add_cell(t, str_of(text));
}

void
table_real(struct table *t, double v, int decimals)
{
	char text[400];

	snprintf(text, sizeof text, "%.*f", decimals, v);
	if (begin_cell(t))
		jsonw_real(&t->json, v, decimals);
	else
		add_cell(t, str_of(text));
}

void
table_bool(struct table *t, bool v)
{
	if (begin_cell(t))
		jsonw_bool(&t->json, v);
	else
		add_cell(t, str_of(v ? "yes" : "no"));
}

void
table_time(struct table *t, int64_t ms)
{
	char text[CLOCK_TEXT_MAX] = "-";

	if (ms != CLOCK_NONE)
		(void)clock_format_local(ms, text);
	if (begin_cell(t))
		jsonw_time(&t->json, ms);
	else
		add_cell(t, str_of(text));
}

void
table_none(struct table *t)
{
	table_str(t, (struct str){ 0 });
}

void
table_row(struct table *t)
{
	CHECK(t->at == t->column_count);
	t->at = 0;
	t->tone = OUTPUT_PLAIN;
	t->row_count++;
	if (!t->o->is_json)
		return;
	jsonw_close(&t->json);
	output_line(&t->text);
}

size_t
table_row_count(const struct table *t)
{
	return t->row_count;
}

/* ---- Printing ---- */

static void
pad(size_t from, size_t to)
{
	for (; from < to; from++)
		putchar(' ');
}

/* Print one cell, padded unless it ends the line. */
static void
print_cell(const struct table *t, const struct table_column *c,
    const struct cell *cell, const char *text, size_t width, bool is_last)
{
	bool toned = cell->tone != OUTPUT_PLAIN && t->o->has_colour;

	if (c->is_number)
		pad(cell->width, width);
	if (toned)
		fputs(output_tone(t->o, cell->tone), stdout);
	printf("%.*s", (int)cell->len, text);
	if (toned)
		fputs(output_tone(t->o, OUTPUT_PLAIN), stdout);
	if (!c->is_number && !is_last)
		pad(cell->width, width);
	fputs(is_last ? "\n" : "  ", stdout);
}

static void
print_head(const struct table *t, const struct table_column *const *shown,
    size_t count, const size_t *widths)
{
	for (size_t i = 0; i < count; i++) {
		struct buf title = { 0 };
		struct cell cell = { .tone = OUTPUT_HEAD };

		cell.width = output_escape(&title, str_of(shown[i]->title), 0);
		cell.len = title.len;
		print_cell(
		    t, shown[i], &cell, title.p, widths[i], i + 1 == count);
		buf_clear(&title);
	}
}

static void
print_all(
    const struct table *t, const struct table_column **shown, size_t *widths)
{
	size_t count = 0;

	for (size_t i = 0; i < t->column_count; i++) {
		struct buf title = { 0 };

		if (!t->columns[i].title)
			continue;
		shown[count] = &t->columns[i];
		widths[count++] =
		    output_escape(&title, str_of(t->columns[i].title), 0);
		buf_clear(&title);
	}
	for (size_t i = 0; i < t->cell_count; i++)
		if (t->cells[i].width > widths[i % count])
			widths[i % count] = t->cells[i].width;
	if (count > 0)
		print_head(t, shown, count, widths);
	for (size_t i = 0; i < t->cell_count; i++) {
		const struct cell *cell = &t->cells[i];

		print_cell(t, shown[i % count], cell, t->text.p + cell->begin,
		    widths[i % count], i % count + 1 == count);
	}
}

void
table_free(struct table **t)
{
	const struct table_column **shown;
	size_t *widths;

	if (!*t)
		return;
	if (!(*t)->o->is_json) {
		shown = alloc_zero((*t)->column_count, sizeof *shown);
		widths = alloc_zero((*t)->column_count, sizeof *widths);
		print_all(*t, shown, widths);
		free(shown);
		free(widths);
	}
	buf_clear(&(*t)->text);
	free((*t)->cells);
	free(*t);
	*t = NULL;
}
