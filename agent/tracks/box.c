/*
 * box: headers read one by one; bodies only where somebody asks.
 */
#include "agent/tracks/box.h"

#include <string.h>

#include "agent/base/err.h"
#include "agent/tracks/bytes.h"
#include "agent/tracks/source.h"

/* The size with its header, 0 if it is none; *header its length. */
static uint64_t
box_size(struct str s, uint64_t left, uint64_t *header)
{
	uint64_t size = bytes_be32(s.p);

	*header = 8;
	if (size == 0)
		return left;
	if (size == 1) {
		*header = 16;
		size = s.len >= 16 ? bytes_be64(s.p + 8) : 0;
	}
	return size >= *header ? size : 0;
}

int
box_next(struct source *s, uint64_t *at, uint64_t limit, struct box *out,
    struct err *e)
{
	uint64_t size, header;
	struct str here;

	if (*at + 8 > limit)
		return 0;
	if (source_some(s, *at, 16, &here, e) < 0)
		return -1;
	if (here.len < 8)
		return 0;
	size = box_size(here, limit - *at, &header);
	if (size == 0)
		return 0;
	if (size > limit - *at)
		size = limit - *at;
	memcpy(out->type, here.p + 4, 4);
	out->type[4] = '\0';
	out->begin = *at;
	out->body = *at + header;
	out->end = *at + size;
	*at = out->end;
	return out->body <= out->end;
}

bool
box_is(const struct box *b, const char *type)
{
	return memcmp(b->type, type, 4) == 0;
}

int
box_find(struct source *s, uint64_t at, uint64_t limit, const char *type,
    struct box *out, struct err *e)
{
	int r;

	while ((r = box_next(s, &at, limit, out, e)) > 0)
		if (box_is(out, type))
			return 1;
	return r;
}

int
box_find_path(struct source *s, const struct box *in, const char *path,
    struct box *out, struct err *e)
{
	*out = *in;
	for (; *path; path += path[4] == '/' ? 5 : 4) {
		int r = box_find(s, out->body, out->end, path, out, e);

		if (r <= 0)
			return r;
	}
	return 1;
}

int
box_load(struct source *s, const struct box *b, uint64_t max, struct buf *out,
    struct err *e)
{
	uint64_t at = b->body;

	if (b->end - b->body > max)
		return 0;
	while (at < b->end) {
		uint64_t left = b->end - at;
		struct str here;

		if (source_at(s, at, &here, e) < 0)
			return -1;
		if (here.len == 0)
			return 0;
		if (here.len > left)
			here.len = (size_t)left;
		buf_add_str(out, here);
		at += here.len;
	}
	return 1;
}
