/*
 * rows: libcsv's fields gathered to rows.
 */
#include "agent/base/rows.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/err.h"

struct rows {
	struct csv_parser parser;
	void (*on_row)(void *user, const struct str *fields, size_t count);
	void *user;
	struct buf text; /* the fields' bytes, one behind the other */
	struct str fields[ROWS_FIELDS_MAX]; /* of the row; p when it is whole */
	size_t count;
};

static void
on_field(void *p, size_t len, void *user)
{
	struct rows *c = user;

	if (c->count == ROWS_FIELDS_MAX)
		return;
	if (len > ROWS_BYTES_MAX - c->text.len)
		len = ROWS_BYTES_MAX - c->text.len;
	if (len > 0)
		buf_add(&c->text, p, len);
	c->fields[c->count++].len = len;
}

static void
on_end(int ch, void *user)
{
	struct rows *c = user;
	const char *p = c->text.p ? c->text.p : "";

	(void)ch;
	for (size_t i = 0; i < c->count; i++) {
		c->fields[i].p = p;
		p += c->fields[i].len;
	}
	if (c->count > 0)
		c->on_row(c->user, c->fields, c->count);
	buf_reset(&c->text);
	c->count = 0;
}

struct rows *
rows_new(char separator,
    void (*on_row)(void *user, const struct str *fields, size_t count),
    void *user)
{
	struct rows *c = alloc_zero(1, sizeof(*c));

	CHECK(csv_init(&c->parser, 0) == 0);
	csv_set_delim(&c->parser, (unsigned char)separator);
	c->on_row = on_row;
	c->user = user;
	return c;
}

void
rows_free(struct rows **c)
{
	if (!*c)
		return;
	csv_free(&(*c)->parser);
	buf_clear(&(*c)->text);
	free(*c);
	*c = NULL;
}

int
rows_feed(struct rows *c, struct str bytes, struct err *e)
{
	if (csv_parse(&c->parser, bytes.p, bytes.len, on_field, on_end, c) ==
	    bytes.len)
		return 0;
	return err_set(e, ERR_INVALID, "the values cannot be read: %s",
	    csv_strerror(csv_error(&c->parser)));
}

int
rows_finish(struct rows *c, struct err *e)
{
	if (csv_fini(&c->parser, on_field, on_end, c) == 0)
		return 0;
	return err_set(e, ERR_INVALID, "the values cannot be read: %s",
	    csv_strerror(csv_error(&c->parser)));
}
