/* A file in batches: see reader.h. */
#include "agent/feeds/reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/json.h"
#include "agent/feeds/format_json.h"

#define CHUNK_BYTES 65536

struct reader {
	int fd; /* borrowed */
	char *feed, *file;
	struct feed_position pos;
	size_t items_max, bytes_max;
	struct format_json *format;
	bool at_end; /* the file has no more bytes */
	char *chunk; /* owned; CHUNK_BYTES */
};

/* Bytes between offset and the line end before it, for columns. */
static uint64_t
column_at(int fd, uint64_t offset)
{
	char back[4096];
	uint64_t at = offset;

	while (at > 0) {
		size_t n = at < sizeof(back) ? (size_t)at : sizeof(back);
		const char *nl;

		if (pread(fd, back, n, (off_t)(at - n)) != (ssize_t)n)
			return 0;
		nl = memrchr(back, '\n', n);
		if (nl)
			return offset - (at - n + (size_t)(nl - back) + 1);
		at -= n;
	}
	return offset;
}

struct reader *
reader_new(int fd, const char *feed, const char *file,
    const struct feed_position *pos, size_t items_max, size_t bytes_max)
{
	struct reader *r = alloc_zero(1, sizeof(*r));
	const struct format_json_place from = { .offset = pos->offset,
		.line = pos->line,
		.column = column_at(fd, pos->offset),
		.in_array = pos->in_array };

	r->fd = fd;
	r->feed = alloc_text(feed);
	r->file = alloc_text(file);
	r->pos = *pos;
	r->pos.at_end = false;
	r->items_max = items_max;
	r->bytes_max = bytes_max;
	r->format = format_json_new(&from);
	r->chunk = alloc_resize(NULL, CHUNK_BYTES, 1);
	return r;
}

void
reader_free(struct reader **r)
{
	if (!*r)
		return;
	format_json_free(&(*r)->format);
	free((*r)->feed);
	free((*r)->file);
	free((*r)->chunk);
	free(*r);
	*r = NULL;
}

void
reader_batch_free(struct reader_batch **b)
{
	if (!*b)
		return;
	arena_free(&(*b)->batch.arena);
	free((*b)->batch.items);
	free(*b);
	*b = NULL;
}

static void
set_fault(struct feed_item *item, struct arena *arena, const char *why)
{
	item->is_fault = true;
	item->fault = arena_strf(arena, "%s", why).p;
	item->incident = (struct incident){ 0 };
}

void
reader_decode(const struct format_json_piece *piece, struct arena *arena,
    struct feed_item *item)
{
	struct json_place where = { .line = 1, .column = 1 };
	struct err e = { 0 };
	struct json *root;

	item->bytes = arena_str(arena, piece->bytes);
	item->line = piece->line;
	item->column = piece->column;
	item->offset = piece->offset;
	hash_sha256(item->bytes, item->hash);
	if (piece->fault) {
		set_fault(item, arena, piece->fault);
		return;
	}
	if (json_parse(item->bytes, &root, &where, &e) < 0) {
		item->column = where.line == 1
				   ? piece->column + (uint64_t)where.column - 1
				   : (uint64_t)where.column;
		item->line += (uint64_t)where.line - 1;
		set_fault(item, arena, e.msg);
		return;
	}
	if (incident_decode(root, arena, &item->incident, &e) < 0)
		set_fault(item, arena, e.msg);
	json_free(&root);
}

/* Push more of the file: 1, 0 at its end, -1. */
static int
read_more(struct reader *r, struct err *e)
{
	ssize_t n;

	do
		n = read(r->fd, r->chunk, CHUNK_BYTES);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(e, "%s cannot be read", r->file);
	if (n == 0) {
		format_json_end(r->format);
		r->at_end = true;
		return 0;
	}
	format_json_push(r->format, r->chunk, (size_t)n);
	return 1;
}

/* The next piece: 1, 0 at the end of the file, -1. */
static int
next_piece(struct reader *r, struct format_json_piece *piece, struct err *e)
{
	for (;;) {
		if (format_json_next(r->format, piece) > 0)
			return 1;
		if (r->at_end)
			return 0;
		if (read_more(r, e) < 0)
			return -1;
	}
}

static struct reader_batch *
new_batch(struct reader *r)
{
	struct reader_batch *b = alloc_zero(1, sizeof(*b));

	b->batch.feed = r->feed;
	b->batch.file = r->file;
	b->batch.arena = arena_new();
	return b;
}

static struct feed_item *
add_item(struct feed_batch *b, size_t *cap)
{
	if (b->count == *cap) {
		*cap = *cap ? *cap * 2 : 8;
		b->items = alloc_resize(b->items, *cap, sizeof(*b->items));
	}
	memset(&b->items[b->count], 0, sizeof(b->items[0]));
	return &b->items[b->count++];
}

/* Note in the batch how far it goes. */
static void
set_position(struct reader *r, struct feed_batch *b)
{
	struct format_json_place place = format_json_place(r->format);

	r->pos.offset = place.offset;
	r->pos.line = place.line;
	r->pos.in_array = place.in_array;
	b->after = r->pos;
}

int
reader_next(struct reader *r, struct reader_batch **out, struct err *e)
{
	struct reader_batch *b = new_batch(r);
	struct format_json_piece piece;
	size_t bytes = 0, cap = 0;
	int got = 1;

	while (b->batch.count < r->items_max && bytes < r->bytes_max) {
		got = next_piece(r, &piece, e);
		if (got <= 0)
			break;
		reader_decode(
		    &piece, b->batch.arena, add_item(&b->batch, &cap));
		bytes += piece.bytes.len;
	}
	if (got < 0) {
		reader_batch_free(&b);
		return -1;
	}
	r->pos.at_end = got == 0;
	set_position(r, &b->batch);
	*out = b;
	return 0;
}
